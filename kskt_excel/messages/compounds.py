"""Words of several syllables that a line must not end inside (từ ghép).

They are those of titles and heads of forms; who finds one missing adds it here.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

_COMPOUNDS: Final = """
thủ tục, hành chính, quyết định, quy định, nghị quyết, thông tư, thực hiện, giải quyết, kiểm soát,
tiếp nhận, phản ánh, kiến nghị, trực tuyến, trực tiếp, dịch vụ, bưu chính, công ích, dịch vụ công,
quy trình, nội bộ, điện tử, văn bản, quy phạm, pháp luật, cơ chế, một cửa, liên thông, môi trường,
kết quả, tình hình, đánh giá, tác động, công bố, công khai, rà soát, đơn giản, đơn giản hóa,
khó khăn, vướng mắc, đề xuất, chỉ tiêu, nhiệm vụ, kế hoạch, tiến độ, báo cáo, đơn vị, cơ quan,
trung tâm, phục vụ, ban hành, thẩm quyền, thẩm định, phạm vi, chức năng, quản lý, địa phương,
tổng số, tổng hợp, tổng cộng, bảng tổng hợp, hồ sơ, lĩnh vực, công việc, dự án, dự thảo, nội dung,
sửa đổi, bổ sung, thay thế, bãi bỏ, hủy bỏ, phân loại, cấp tỉnh, cấp huyện, cấp xã, quá hạn,
trước hạn, đúng hạn, trong hạn, xử lý, thời gian, hoàn thành, trạng thái, ghi chú, phối hợp,
chủ trì, nguyên nhân, mục tiêu, tài khoản, thanh toán, chi phí, tuân thủ, cắt giảm, niêm yết,
cơ sở, dữ liệu, quốc gia, cổng dịch vụ, tích hợp, phát sinh, số hóa, thành phần, mức độ,
toàn trình, một phần, tổ chức, cá nhân, công dân, doanh nghiệp, hành vi, thi hành, tham mưu,
khoa học, công nghệ, ủy ban, nhân dân, hội đồng, văn phòng, thanh tra, chi cục, tiêu chuẩn,
đo lường, chất lượng, phát triển, tài chính, chuyên ngành, trực thuộc, thường xuyên, định kỳ,
chỉ đạo, điều hành, hoạt động, triển khai, sáng kiến, giải pháp, truyền thông, hỗ trợ, kiểm tra,
ngành, bộ phận, giấy tờ, phương án, gửi nhận, cảnh báo, tự chấm, căn cứ, chỉ số, địa giới,
phụ thuộc, toàn bộ, số lượng, lũy kế, đại diện, tiếp công dân, khiếu nại, tố cáo, cải cách,
công chức, viên chức, cán bộ, đầu mối, kiện toàn, đội ngũ, cung cấp, sử dụng, lệ phí, phí lệ phí
"""
_SEVERAL: Final = 2  # syllables


@cache
def compounds() -> frozenset[tuple[str, ...]]:
    """Each compound as its syllables in small letters."""
    words = (tuple(one.split()) for one in _COMPOUNDS.replace("\n", " ").split(","))
    return frozenset(word for word in words if len(word) >= _SEVERAL)


@cache
def compounds_by_start() -> Mapping[str, Sequence[tuple[str, ...]]]:
    """The compounds that begin with a syllable, the longest first."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for word in sorted(compounds(), key=lambda one: (-len(one), one)):
        found.setdefault(word[0], []).append(word)
    return found
