"""Filled sheets of several kinds that many tests start from."""

from kskt_excel.model.book import Sheet
from tests.reading.books import issued

NAME_1 = "Khai báo thiết bị X-quang chẩn đoán trong y tế"
NAME_2 = "Cấp giấy phép tiến hành công việc bức xạ (sử dụng thiết bị X-quang chẩn đoán trong y tế)"
NAME_3 = "Cấp Giấy chứng nhận tổ chức đủ điều kiện hoạt động giám định sở hữu công nghiệp"
ATOMS, PATENTS = "An toàn bức xạ và hạt nhân", "Sở hữu trí tuệ"
TASK_1 = (
    "Cập nhật kịp thời, đầy đủ Quyết định công bố TTHC của Bộ, ngành Trung ương để tham mưu"
    " Chủ tịch UBND tỉnh ban hành Quyết định công bố Danh mục TTHC thuộc lĩnh vực quản lý"
    " của Sở KH&CN"
)
TASK_2 = "Báo cáo thực hiện kiểm soát thủ tục hành chính"


CASES = """procedure name field
    received_online received_direct received_postal carried_over
    resolved_early resolved_on_time returned resolved_overdue
    pending_in_time pending_paused pending_overdue"""
PROGRESS = "task content role deadline status percent completed_on result document"
OVERDUE = """dossier procedure received_on due_on finished_on days_overdue reason
    apology_number apology_on note"""
INSPECTIONS = "ordinal inspection held_on inspected_unit conclusion shortcomings remedied note"


def cases() -> Sheet:
    """«Hồ sơ» with three procedures."""
    return issued(
        "ho-so",
        f"""
        | '2.002385 | {NAME_1} | {ATOMS}   | 5 | 3 | 0 | 1 | 4 | 4 | 0 | 0 | 1 | 0 | 0 |
        | '2.002380 | {NAME_2} | {ATOMS}   | 2 | 0 | 1 | 0 | 0 | 1 | 1 | 1 | 0 | 0 | 0 |
        | '1.003542 | {NAME_3} | {PATENTS} | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 |
        """,
        keys=CASES,
    )


def progress() -> Sheet:
    """«Tiến độ» with two tasks."""
    doing, done = "Phối hợp | Thường xuyên theo quy định", "Phối hợp | Định kỳ hàng Quý, năm"
    return issued(
        "tien-do",
        f"""
        | II.1.a | {TASK_1} | {doing} | Đang thực hiện | 50  |  | Đã niêm yết | 15/TTr-SKHCN |
        | II.4   | {TASK_2} | {done}  | Đã hoàn thành  | 100 | 01/3/2022 | Đã gửi báo cáo |  |
        """,
        keys=PROGRESS,
    )


def overdue() -> Sheet:
    """«Quá hạn», a register, with two dossiers."""
    own, process = "NN02 Cán bộ, công chức", "NN01 Quy trình nội bộ"
    first = "000.00.09.H55-220210-0007 | '2.002380 | 10/02/2022 | 25/02/2022 | 28/02/2022 | 1"
    second = "000.00.09.H55-220211-0009 | '2.002380 | 11/02/2022 | 28/02/2022 | 02/3/2022 | 2"
    return issued(
        "qua-han",
        f"""
        | {first}  | {own}     | 12/PXL-SKHCN | 25/02/2022 | đã xin lỗi     |
        | {second} | {process} | 13/PXL-SKHCN | 28/02/2022 | thiếu phối hợp |
        """,
        keys=OVERDUE,
    )


def inspections() -> Sheet:
    """«Kiểm tra», a register with a running number and counts."""
    return issued(
        "kiem-tra",
        """
        | 1 | Kiểm tra thủ tục | 10/02/2022 | Phòng Quản lý chuyên ngành | Đúng quy định | 2 | 1 | |
        | 2 | Kiểm tra niêm yết | 15/02/2022 | Văn phòng Sở | Cần bổ sung | 1 | 1 | đã nhắc nhở |
        """,
        keys=INSPECTIONS,
    )


SAMPLES = {"ho-so": cases, "tien-do": progress, "qua-han": overdue, "kiem-tra": inspections}
