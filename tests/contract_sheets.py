"""Sheets and headings of a unit's workbook, word for word: the contract."""

SHEETS = {
    "Tiến độ": "Mã · Nội dung công việc · Vai trò · Thời gian hoàn thành · Trạng thái"
    " · Tỷ lệ hoàn thành (%) · Ngày hoàn thành · Kết quả thực hiện trong kỳ"
    " · Số, ký hiệu văn bản · Khó khăn, vướng mắc · Đề xuất, kiến nghị",
    "Danh mục TTHC": "Mã TTHC · Tên TTHC · Lĩnh vực · Tiếp nhận tại Bộ phận Một cửa"
    " · Một cửa liên thông · Mức độ dịch vụ công trực tuyến · Tích hợp Cổng DVC quốc gia"
    " · Tiếp nhận, trả kết quả qua BCCI · Có phí, lệ phí · Thanh toán trực tuyến"
    " · Quyết định quy trình nội bộ · Quy trình điện tử · Toàn bộ quy trình tại TTPVHCC"
    " · Không phụ thuộc địa giới hành chính · Niêm yết · Đăng Cổng, Trang TTĐT · Ghi chú",
    "Hồ sơ": "Mã TTHC · Tên TTHC · Lĩnh vực · Tổng số tiếp nhận · Trực tuyến · Trực tiếp"
    " · Bưu chính công ích · Từ kỳ trước · Tổng số đã giải quyết · Trước hạn · Đúng hạn"
    " · Trả lại, xin rút · Quá hạn (đã giải quyết) · Tổng số đang giải quyết · Trong hạn"
    " · Chờ bổ sung, tạm dừng · Quá hạn (đang giải quyết)",
    "Quá hạn": "Mã hồ sơ · Mã TTHC · Ngày tiếp nhận · Ngày hẹn trả · Ngày có kết quả"
    " · Số ngày quá hạn · Nguyên nhân · Số phiếu xin lỗi · Ngày phiếu xin lỗi"
    " · Ngày hẹn trả lại · Số lần hẹn lại · Ghi chú",
    "PAKN": "STT · Ngày tiếp nhận · Hình thức · Nội dung · Phân loại · Lĩnh vực · Từ kỳ trước"
    " · Hạn xử lý · Ngày xử lý xong · Kết quả xử lý · Công khai kết quả · Kéo dài · Ghi chú",
    "Công bố": "Quyết định của Bộ · Ngày quyết định của Bộ · Ngày nhận · Ngày trình"
    " · Quyết định của UBND tỉnh · Ngày quyết định của UBND tỉnh · Mã TTHC · Loại"
    " · Ngày VBQPPL có hiệu lực · Ngày công khai trên CSDL quốc gia · Nơi niêm yết · Ghi chú",
    "VBQPPL": "STT · Tên dự án, dự thảo văn bản · Loại văn bản · TTHC quy định mới"
    " · TTHC sửa đổi, bổ sung · TTHC thay thế · TTHC bãi bỏ · Đã đánh giá tác động"
    " · Số, ký hiệu văn bản ban hành · Ngày ban hành · Ngày có hiệu lực · Quyết định công bố"
    " · Ngày quyết định công bố · Ghi chú",
    "Rà soát": "Mã TTHC · Tên TTHC · Theo kế hoạch · Đã rà soát · Phương án"
    " · Số VBQPPL phải sửa · Thẩm quyền · Tỷ lệ cắt giảm chi phí (%) · Quyết định phê duyệt"
    " · Ghi chú",
    "Trực tuyến": "Mã TTHC · Tên TTHC · Lĩnh vực · Hồ sơ tiếp nhận trong kỳ · Hồ sơ trực tuyến"
    " · Mức độ 3 · Mức độ 4 · Hồ sơ có phí · Hồ sơ thanh toán trực tuyến · Số hóa thành phần"
    " · Kết quả điện tử · Nhận qua BCCI · Trả qua BCCI · Tài khoản tạo mới",
    "Sáng kiến": "STT · Tên sáng kiến, giải pháp · Tác giả · Ngày đề xuất · Hiệu quả · Công nhận"
    " · Đã áp dụng · Ghi chú",
    "Truyền thông": "STT · Hoạt động · Hình thức · Ngày · Số lượng · Theo kế hoạch · Ghi chú",
    "Kiểm tra": "STT · Cuộc kiểm tra · Ngày · Đơn vị được kiểm tra · Kết luận · Tồn tại"
    " · Đã khắc phục · Ghi chú",
    "Đầu mối": "STT · Họ và tên · Chức vụ · Quyết định · Ngày quyết định · Đơn vị · Ghi chú",
    "Địa chỉ PAKN": "Nơi công khai · Hình thức · Ngày kiểm tra · Còn hiệu lực · Ghi chú",
    "Danh mục công bố": "Danh mục · Số TTHC trong danh mục · Ngày trình · Quyết định công bố"
    " · Ngày quyết định · Ghi chú",
    "Đánh giá": "Chỉ số · Nội dung · Số liệu · Đơn vị tự chấm · Căn cứ",
    "Vướng mắc": "STT · Nhiệm vụ · Khó khăn, vướng mắc · Nguyên nhân · Đề xuất, kiến nghị"
    " · Cấp giải quyết",
}
