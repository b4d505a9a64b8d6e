"""Labels of the plan workbook's sheet «Thông tin»: what stands in its first column."""

from dataclasses import dataclass
from typing import Final

FIRST_YEAR: Final = 2015
LAST_YEAR: Final = 2099


@dataclass(frozen=True, slots=True)
class Label:
    """A row of sheet «Thông tin»: what stands in its first column, and what may stand beside it."""

    text: str
    hint: str
    kind: str = "text"  # text, whole, decimal, choice, mail
    needed: bool = False
    least: int = 0
    most: int = 0
    choices: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


YEAR: Final = "Năm kế hoạch"
AGENCY: Final = "Cơ quan ban hành"
SUPERIOR: Final = "Cơ quan chủ quản"
PLACE: Final = "Địa danh"
TITLE: Final = "Tên kế hoạch"
NUMBER: Final = "Số, ký hiệu kế hoạch"
LEGAL_BASIS: Final = "Căn cứ"
SIGNER_AUTHORITY: Final = "Quyền hạn ký"
SIGNER_TITLE: Final = "Chức vụ người ký"
SIGNER_NAME: Final = "Họ tên người ký"

LABELS: Final = (
    Label(
        YEAR,
        "Bốn chữ số, đúng với năm trong tên tệp.",
        "whole",
        needed=True,
        least=FIRST_YEAR,
        most=LAST_YEAR,
        aliases=("Năm",),
    ),
    Label(AGENCY, "In ở góc trái trang in.", needed=True, aliases=("Cơ quan", "Tên cơ quan")),
    Label(SUPERIOR, "In phía trên tên cơ quan ban hành.", aliases=("Cơ quan cấp trên",)),
    Label(PLACE, "In trước ngày, tháng, năm.", aliases=("Nơi ban hành",)),
    Label(TITLE, "Ghi đúng như kế hoạch đã ban hành.", needed=True),
    Label(NUMBER, "Ví dụ: 12/KH-SKHCN. Chưa có số thì để trống."),
    Label(LEGAL_BASIS, "Văn bản của UBND tỉnh giao thực hiện."),
    Label(SIGNER_AUTHORITY, "Ví dụ: KT. GIÁM ĐỐC. Giám đốc ký thì để trống."),
    Label(SIGNER_TITLE, "Ví dụ: PHÓ GIÁM ĐỐC.", aliases=("Chức vụ ký",)),
    Label(SIGNER_NAME, "Họ và tên người ký biểu tổng hợp.", aliases=("Họ và tên người ký",)),
    Label(
        "Ngày bắt đầu kỳ số liệu",
        "15: từ ngày 15 đến ngày 14; 1: theo quý dương lịch.",
        "whole",
        least=1,
        most=28,
    ),
    Label(
        "Hạn gửi (ngày làm việc sau ngày chốt)",
        "Số ngày làm việc, ví dụ 1.",
        "whole",
        most=30,
    ),
    Label("Trình công bố (ngày làm việc)", "Kể từ ngày nhận quyết định.", "whole", most=60),
    Label(
        "Công khai CSDL quốc gia (ngày làm việc)",
        "Kể từ ngày ký quyết định công bố.",
        "whole",
        most=60,
    ),
    Label("Công bố trước hiệu lực (ngày)", "Trước ngày văn bản có hiệu lực.", "whole", most=60),
    Label("Xử lý PAKN (ngày làm việc)", "Kể từ ngày tiếp nhận.", "whole", most=90),
    Label(
        "Báo cáo Quý IV",
        "Chọn: gộp với năm, hoặc riêng.",
        "choice",
        choices=("gộp với năm", "riêng"),
    ),
    Label("Sai số cho phép (%)", "Khi so các tỷ lệ, ví dụ 0,1.", "decimal", most=100),
    Label(
        "Tỷ lệ toàn bộ quy trình tối thiểu (%)",
        "Thông tư 01/2018/TT-VPCP, chỉ số 5.",
        "decimal",
        most=100,
    ),
    Label("Mẫu số báo cáo", "Phần sau số văn bản, ví dụ /BC-SKHCN."),
    Label("Nơi nhận báo cáo", "In ở dòng Đơn vị nhận báo cáo."),
    Label("Nơi nhận", "Các dòng cách nhau bằng dấu chấm phẩy."),
    Label("Người lập biểu", "Họ và tên, in dưới chữ Người lập biểu."),
    Label("Mã định danh", "Mã của tỉnh hoặc của Sở, ví dụ H55."),
    Label("Thư Văn phòng", "Địa chỉ nhận báo cáo của các đơn vị.", "mail"),
    Label("Điện thoại Văn phòng", "Số để đơn vị hỏi khi lập biểu."),
)
