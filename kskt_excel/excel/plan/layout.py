"""Sheets, columns and labels of the plan workbook: one description for reader and writer."""

from functools import cached_property
from typing import Final

from kskt_excel.model import settings
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.period import FIRST_YEAR, LAST_YEAR

LIST_SEPARATOR: Final = "; "


@dataclass(frozen=True, slots=True)
class PlanColumn:
    """A column of a sheet of the plan workbook."""

    key: str
    heading: str
    width: int  # pixels
    kind: str = "text"  # text, code, long, days, count, share, date
    prompt: str = ""
    aliases: tuple[str, ...] = ()
    needed: bool = False  # without the column the sheet cannot be read
    filled: bool = False  # a row without it is a fault

    @property
    def headings(self) -> tuple[str, ...]:
        """Every heading that means the column, its present one first."""
        return (self.heading, *self.aliases)


@dataclass(frozen=True)
class PlanSheet:
    """A sheet of the plan workbook: title, one line of guidance, headings, rows."""

    name: str
    title: str
    guide: str
    columns: tuple[PlanColumn, ...]
    needed: bool = True
    blank_rows: int = 5  # framed and empty, for additions
    frozen_columns: int = 1  # what names a row; as many stay in sight as a screen has room for

    @cached_property
    def by_key(self) -> dict[str, PlanColumn]:
        """Columns by key."""
        return {column.key: column for column in self.columns}


OWN_PLANS: Final = PlanSheet(
    "Kế hoạch riêng",
    "KẾ HOẠCH RIÊNG CỦA CÁC NHIỆM VỤ",
    "Số hoạt động truyền thông theo hình thức; mỗi đơn vị phải kiểm tra một dòng, số lượng 1.",
    (
        PlanColumn(
            "task",
            "Nhiệm vụ",
            80,
            "code",
            "Mã ở trang Nhiệm vụ, ví dụ I.3.",
            ("Mã nhiệm vụ",),
            needed=True,
            filled=True,
        ),
        PlanColumn("kind", "Loại", 150, prompt="Hình thức truyền thông ở trang Danh mục."),
        PlanColumn("text", "Nội dung", 380, "long"),
        PlanColumn("count", "Số lượng", 80, "count", needed=True, filled=True),
        PlanColumn("unit", "Đơn vị", 190, prompt="Đơn vị được kiểm tra."),
    ),
    needed=False,
    blank_rows=12,
)

HOLIDAYS: Final = PlanSheet(
    "Thông tin",
    "",
    "",
    (
        PlanColumn("first", "Nghỉ từ ngày", 0, "date", needed=True, filled=True),
        PlanColumn("last", "Đến hết ngày", 0, "date", needed=True),
        PlanColumn("name", "Dịp nghỉ", 0),
    ),
    needed=False,
    blank_rows=10,
)
"""A second table on sheet «Thông tin», under the labels; its columns have the widths there."""

INFO: Final = PlanSheet(
    "Thông tin",
    "THÔNG TIN KẾ HOẠCH",
    "Sửa ở cột Giá trị; không đổi tên mục ở cột đầu. Ngày nghỉ ghi ở bảng cuối trang.",
    (
        PlanColumn("label", "Mục", 290, needed=True),
        PlanColumn("value", "Giá trị", 430, "long", needed=True),
        PlanColumn("hint", "Cách ghi", 330),
    ),
)

TASKS: Final = PlanSheet(
    "Nhiệm vụ",
    "NHIỆM VỤ CỦA KẾ HOẠCH",
    "Mỗi nhiệm vụ một dòng, ghi nguyên văn kế hoạch. Dòng đậm là tên mục: không có đơn vị chủ trì.",
    (
        PlanColumn(
            "code",
            "Mã",
            66,
            "code",
            "Ví dụ: I.1 hoặc II.1.a. Tên mục ghi I hoặc II.1.",
            ("Mã nhiệm vụ", "STT"),
            needed=True,
            filled=True,
        ),
        PlanColumn(
            "text",
            "Nội dung công việc",
            400,
            "long",
            aliases=("Nội dung", "Nhiệm vụ"),
            needed=True,
            filled=True,
        ),
        PlanColumn(
            "lead",
            "Đơn vị chủ trì",
            130,
            prompt="Tên hoặc mã đơn vị, có ở trang Đơn vị.",
            aliases=("Chủ trì", "Đơn vị chủ trì thực hiện"),
            needed=True,
        ),
        PlanColumn(
            "coordinators",
            "Các phòng, đơn vị phối hợp",
            180,
            prompt="Tên đơn vị hoặc tên nhóm; nhiều đơn vị cách nhau bằng dấu chấm phẩy.",
            aliases=("Phối hợp", "Đơn vị phối hợp"),
            needed=True,
        ),
        PlanColumn(
            "deadline",
            "Thời gian hoàn thành",
            140,
            prompt="Nguyên văn, ví dụ: Quý I/2022, Thường xuyên, Trước 15/9/2022.",
            aliases=("Thời hạn", "Thời gian"),
            needed=True,
        ),
        PlanColumn("target", "Mục tiêu, yêu cầu", 190, "long", aliases=("Mục tiêu",)),
        PlanColumn(
            "form",
            "Biểu mẫu",
            130,
            prompt="Mã biểu, cách nhau bằng dấu phẩy, ví dụ: ra-soat, II.04.",
        ),
        PlanColumn(
            "indicator",
            "Chỉ tiêu",
            90,
            prompt="Mã ở trang Chỉ tiêu, cách nhau bằng dấu phẩy, ví dụ: K1, K2.",
            aliases=("Mã chỉ tiêu",),
        ),
        PlanColumn(
            "due_on",
            "Hạn (ngày)",
            96,
            "date",
            "Chỉ ghi khi lời kế hoạch không có ngày, ví dụ 30/06/2022.",
        ),
        PlanColumn(
            "own_number",
            "Kế hoạch riêng số",
            130,
            prompt="Số, ký hiệu khi kế hoạch riêng đã ban hành, ví dụ 45/KH-SKHCN.",
        ),
        PlanColumn("own_day", "Kế hoạch riêng ngày", 96, "date"),
        PlanColumn(
            "own_wanted_by",
            "Có kế hoạch riêng chậm nhất",
            96,
            "date",
            "Sau ngày này mà chưa có kế hoạch riêng thì nhắc; không hẹn thì để trống.",
        ),
        PlanColumn(
            "contribution",
            "Phối hợp tính theo",
            180,
            "long",
            "Số liệu trong tệp của đơn vị phối hợp; lớn hơn 0 là đã tham gia, ví dụ count(pakn).",
        ),
    ),
    frozen_columns=2,
)

UNITS: Final = PlanSheet(
    "Đơn vị",
    "CÁC PHÒNG, ĐƠN VỊ BÁO CÁO",
    "Cách gọi khác, nhóm, thư, lĩnh vực: nhiều giá trị trong một ô cách nhau bằng dấu chấm phẩy.",
    (
        PlanColumn(
            "code",
            "Mã đơn vị",
            80,
            "code",
            "Chữ in không dấu, không cách, ví dụ: VP.",
            ("Mã",),
            needed=True,
            filled=True,
        ),
        PlanColumn("name", "Tên đơn vị", 220, aliases=("Đơn vị", "Tên"), needed=True, filled=True),
        PlanColumn("aliases", "Cách gọi khác", 260, "long", aliases=("Tên gọi khác",)),
        PlanColumn("groups", "Nhóm", 150, aliases=("Thuộc nhóm",)),
        PlanColumn("emails", "Thư điện tử", 290, aliases=("Email", "Địa chỉ thư")),
        PlanColumn("fields", "Lĩnh vực", 190, prompt="Lĩnh vực có ở trang Danh mục."),
        PlanColumn("valid_from", "Hiệu lực từ", 96, "date"),
        PlanColumn("valid_to", "Hiệu lực đến", 96, "date"),
        PlanColumn("successor", "Đơn vị kế tục", 104, "code"),
        PlanColumn(
            "superior",
            "Cấp trên",
            150,
            prompt="Sở, xã hoặc nhóm mà đơn vị thuộc về: mã đơn vị hoặc tên.",
            aliases=("Thuộc", "Cơ quan cấp trên"),
        ),
    ),
)

SUPERIORS: Final = PlanSheet(
    "Cấp trên",
    "CẤP TRÊN CỦA CÁC ĐƠN VỊ",
    "Mỗi cấp trên ghi ở trang Đơn vị một dòng; ô để trống thì lấy theo trang Thông tin.",
    (
        PlanColumn(
            "name",
            "Cấp trên",
            220,
            prompt="Như ghi ở cột Cấp trên của trang Đơn vị: tên hoặc mã đơn vị.",
            aliases=("Tên cấp trên", "Tên"),
            needed=True,
            filled=True,
        ),
        PlanColumn(
            "emails",
            "Thư điện tử",
            260,
            prompt="Nơi nhận danh sách đôn đốc; nhiều địa chỉ cách nhau bằng dấu chấm phẩy.",
            aliases=("Email", "Địa chỉ thư"),
        ),
        PlanColumn(
            "recipients",
            "Nơi nhận",
            260,
            "long",
            "In ở góc trái bản tóm tắt; các dòng cách nhau bằng dấu chấm phẩy.",
        ),
        PlanColumn("signer_authority", "Quyền hạn ký", 150, prompt="Ví dụ: KT. GIÁM ĐỐC."),
        PlanColumn("signer_title", "Chức vụ người ký", 160, prompt="Ví dụ: PHÓ GIÁM ĐỐC."),
        PlanColumn("signer_name", "Họ tên người ký", 190, aliases=("Họ và tên người ký",)),
    ),
    needed=False,
    blank_rows=12,
)

PROCEDURES: Final = PlanSheet(
    "Thủ tục",
    "DANH MỤC THỦ TỤC HÀNH CHÍNH",
    "Đối chiếu mã, tên, thời hạn với quyết định công bố rồi chọn Đã ở cột Xác minh.",
    (
        PlanColumn(
            "code",
            "Mã TTHC",
            86,
            "code",
            "Dạng 2.002385, ô để dạng chữ (Text).",
            ("Mã thủ tục", "Mã"),
            needed=True,
            filled=True,
        ),
        PlanColumn(
            "name", "Tên TTHC", 400, "long", aliases=("Tên thủ tục",), needed=True, filled=True
        ),
        PlanColumn("field", "Lĩnh vực", 190, needed=True, filled=True),
        PlanColumn(
            "units",
            "Đơn vị giải quyết",
            130,
            prompt="Mã đơn vị; nhiều đơn vị cách nhau bằng dấu chấm phẩy.",
            aliases=("Đơn vị",),
            needed=True,
            filled=True,
        ),
        PlanColumn(
            "legal_days",
            "Thời hạn (ngày làm việc)",
            92,
            "days",
            aliases=("Thời hạn", "Thời hạn giải quyết"),
        ),
        PlanColumn("verified", "Xác minh", 80, prompt="Chưa hoặc Đã."),
        PlanColumn(
            "level",
            "Cấp chính quyền",
            80,
            prompt="Tỉnh, Huyện hoặc Xã; để trống là Tỉnh.",
            aliases=("Cấp",),
        ),
        PlanColumn("note", "Ghi chú", 200, "long"),
    ),
    frozen_columns=2,
)

CHOICES: Final = PlanSheet(
    "Danh mục",
    "CÁC DANH MỤC CHỌN",
    "Thêm cách ghi của đơn vị vào cột Cách ghi khác, cách nhau bằng dấu chấm phẩy.",
    (
        PlanColumn("list", "Mã danh mục", 130, "code", needed=True, filled=True),
        PlanColumn("title", "Tên danh mục", 210, needed=False),
        PlanColumn("value", "Giá trị", 270, needed=True, filled=True),
        PlanColumn("aliases", "Cách ghi khác", 400, "long"),
        PlanColumn("code", "Mã", 90, "code", aliases=("Mã giá trị",)),
        PlanColumn("valid_from", "Hiệu lực từ", 96, "date"),
        PlanColumn("valid_to", "Hiệu lực đến", 96, "date"),
    ),
    frozen_columns=3,
)

PLAN_INDICATORS: Final = PlanSheet(
    "Chỉ tiêu",
    "CHỈ TIÊU THEO DÕI",
    "Tử số, mẫu số ghi theo số cột của biểu in, ví dụ II.06a[8] + II.06a[9].",
    (
        PlanColumn("id", "Mã chỉ tiêu", 70, "code", aliases=("Mã",), needed=True, filled=True),
        PlanColumn("name", "Tên chỉ tiêu", 330, "long", needed=True, filled=True),
        PlanColumn("numerator", "Tử số", 280, "long", needed=True, filled=True),
        PlanColumn("denominator", "Mẫu số", 240, "long", needed=True, filled=True),
        PlanColumn("target", "Mục tiêu", 80, "share", "Tỷ lệ, ví dụ 95%. Chưa giao thì để trống."),
        PlanColumn("direction", "Chiều", 150, needed=True, filled=True),
        PlanColumn("unit", "Đơn vị tính", 70),
        PlanColumn(
            "basis",
            "Cách tính",
            90,
            prompt="trong kỳ: cộng các quý của kỳ; cuối kỳ: số của quý cuối; lũy kế: từ Quý I.",
        ),
        PlanColumn(
            "judged",
            "Xét từ",
            90,
            prompt="mỗi kỳ; đến hạn: từ ngày nhiệm vụ đến hạn; cuối năm: chỉ xét ở kỳ năm.",
        ),
        PlanColumn("note", "Ghi chú", 240, "long"),
    ),
    frozen_columns=2,
)

WAIVERS: Final = PlanSheet(
    "Miễn trừ",
    "QUY TẮC KHÔNG ÁP DỤNG",
    "Mỗi trường hợp một dòng, có người duyệt và lý do. Dấu * là mọi đơn vị hoặc mọi kỳ.",
    (
        PlanColumn("rule", "Mã quy tắc", 130, "code", needed=True, filled=True),
        PlanColumn("unit", "Đơn vị", 110, "code", "Mã đơn vị, hoặc *.", needed=True, filled=True),
        PlanColumn("period", "Kỳ", 100, "code", "Ví dụ: 2022-Q1, hoặc *.", filled=True),
        PlanColumn("reason", "Lý do", 340, "long", needed=True, filled=True),
        PlanColumn("approved_by", "Người duyệt", 180, needed=True, filled=True),
        PlanColumn("approved_on", "Ngày duyệt", 96, "date", needed=True, filled=True),
        PlanColumn("expires_on", "Hết hiệu lực", 96, "date"),
    ),
    needed=False,
    blank_rows=12,
)

DAYS: Final = PlanSheet(
    "Ngày nghỉ, làm bù",
    "NGÀY NGHỈ, NGÀY LÀM BÙ",
    "Mỗi ngày một dòng. Loại: Nghỉ, hoặc Làm bù (ngày thứ Bảy, Chủ nhật phải đi làm).",
    (
        PlanColumn("day", "Ngày", 96, "date", aliases=("Ngày nghỉ",), needed=True, filled=True),
        PlanColumn("kind", "Loại", 90, needed=True, filled=True),
        PlanColumn("name", "Dịp", 260),
        PlanColumn("source", "Nguồn", 320, "long", aliases=("Căn cứ",)),
    ),
    needed=False,
    blank_rows=12,
)
DAY_OFF, DAY_WORKED = "Nghỉ", "Làm bù"

TRIALS: Final = PlanSheet(
    "Quy tắc thử",
    "QUY TẮC ĐANG THỬ",
    "Báo cáo nhận đến hết ngày ghi ở đây chỉ bị nhắc, được đếm, không bị trả lại vì quy tắc đó.",
    (
        PlanColumn(
            "rule",
            "Mã quy tắc",
            130,
            "code",
            "Mã ở cuối câu báo lỗi, ví dụ KS-444.",
            needed=True,
            filled=True,
        ),
        PlanColumn("until", "Đến hết ngày", 96, "date", needed=True, filled=True),
        PlanColumn("note", "Ghi chú", 420, "long"),
    ),
    needed=False,
    blank_rows=12,
)

PLAN_SHEETS: Final = (
    INFO,
    TASKS,
    UNITS,
    PROCEDURES,
    CHOICES,
    PLAN_INDICATORS,
    OWN_PLANS,
    WAIVERS,
    DAYS,
    TRIALS,
    SUPERIORS,
)

LIST_TITLES: Final = {
    "trang_thai": "Trạng thái",
    "vai_tro": "Vai trò",
    "co_khong": "Có, không",
    "linh_vuc": "Lĩnh vực",
    "muc_do_dvc": "Mức độ dịch vụ công trực tuyến",
    "nguyen_nhan": "Nguyên nhân quá hạn",
    "hinh_thuc_pakn": "Hình thức phản ánh, kiến nghị",
    "phan_loai_pakn": "Phân loại phản ánh, kiến nghị",
    "loai_cong_bo": "Loại công bố",
    "loai_vbqppl": "Loại văn bản",
    "phuong_an": "Phương án rà soát",
    "tham_quyen": "Thẩm quyền",
    "hinh_thuc_tt": "Hình thức truyền thông",
    "cap_giai_quyet": "Cấp giải quyết",
}
"""Lists that the forms use: each must stand in the workbook."""

ROW_LIST_TITLES: Final = {"noi_cong_khai_pakn": "Nơi công khai địa chỉ tiếp nhận PAKN"}
"""Lists of which each entry is a row of a sheet; without them the units name the rows."""

BASES: Final = {"in_period": "trong kỳ", "at_end": "cuối kỳ", "to_date": "lũy kế"}
JUDGED: Final = {"always": "mỗi kỳ", "due": "đến hạn", "year_end": "cuối năm"}
LEVELS: Final = {"province": "Tỉnh", "district": "Huyện", "commune": "Xã"}
UP: Final = "Càng cao càng tốt"
DOWN: Final = "Càng thấp càng tốt"
VERIFIED: Final = "Đã"
UNVERIFIED: Final = "Chưa"


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

INFO_LABELS: Final = (
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
        settings.CUTOFF_DAY,
        "15: từ ngày 15 đến ngày 14; 1: theo quý dương lịch.",
        "whole",
        least=1,
        most=28,
    ),
    Label(
        settings.SENDING_DAYS,
        "Số ngày làm việc, ví dụ 1.",
        "whole",
        most=30,
    ),
    Label(settings.SUBMISSION_DAYS, "Kể từ ngày nhận quyết định.", "whole", most=60),
    Label(
        settings.PUBLICATION_DAYS,
        "Kể từ ngày ký quyết định công bố.",
        "whole",
        most=60,
    ),
    Label(settings.DAYS_BEFORE_EFFECT, "Trước ngày văn bản có hiệu lực.", "whole", most=60),
    Label(settings.FEEDBACK_DAYS, "Kể từ ngày tiếp nhận.", "whole", most=90),
    Label(
        settings.FOURTH_QUARTER,
        "Chọn: gộp với năm, hoặc riêng.",
        "choice",
        choices=("gộp với năm", "riêng"),
    ),
    Label(settings.TOLERANCE, "Khi so các tỷ lệ, ví dụ 0,1.", "decimal", most=100),
    Label(
        settings.WHOLE_PROCESS_SHARE,
        "Thông tư 01/2018/TT-VPCP, chỉ số 5.",
        "decimal",
        most=100,
    ),
    Label(settings.REPORT_NUMBER, "Phần sau số văn bản, ví dụ /BC-SKHCN."),
    Label(settings.RECEIVER, "In ở dòng Đơn vị nhận báo cáo."),
    Label(settings.RECIPIENTS, "Các dòng cách nhau bằng dấu chấm phẩy."),
    Label(settings.PREPARER, "Họ và tên, in dưới chữ Người lập biểu."),
    Label(settings.AGENCY_CODE, "Mã của tỉnh hoặc của Sở, ví dụ H55."),
    Label(settings.OFFICE_MAIL, "Địa chỉ thư của đơn vị tổng hợp.", "mail"),
    Label(settings.OFFICE_PHONE, "Số để đơn vị hỏi khi lập biểu."),
    Label(
        settings.OFFICE_UNIT,
        "Mã đơn vị lập báo cáo của cả cơ quan, ví dụ VP.",
        aliases=("Đơn vị đầu mối tổng hợp", "Mã đơn vị tổng hợp"),
    ),
    Label(
        settings.RECEIVING_ADDRESS,
        "Nơi các đơn vị gửi báo cáo; để trống là thư Văn phòng.",
        "mail",
    ),
    Label(settings.SENDER, "Họ tên hoặc bộ phận đứng tên thư; để trống là đơn vị tổng hợp."),
    Label(
        settings.MENDING_DAYS,
        "Số ngày để đơn vị gửi lại bản đã sửa, ví dụ 2.",
        "whole",
        least=1,
        most=30,
        aliases=("Hạn sửa",),
    ),
    Label(
        settings.REMINDING_DAYS,
        "Nhắc đơn vị trước hạn bao nhiêu ngày, ví dụ 5.",
        "whole",
        least=0,
        most=30,
        aliases=("Nhắc trước",),
    ),
    Label(
        settings.ACKNOWLEDGED,
        "Mã ghi chú của kế hoạch không cần nhắc lại, ví dụ KS-781; KS-782.",
    ),
    Label(
        settings.SIGNED_COPY,
        "Có: thư trả lời đề nghị gửi bản quét đã ký; để trống là Không.",
        "choice",
        choices=("Có", "Không"),
    ),
    Label(settings.WORK, "Như kiểm soát thủ tục hành chính; để trống là theo chế độ báo cáo."),
    Label(settings.SHORT_WORK, "Có trong tên tệp, ký hiệu biểu, ví dụ KSTTHC."),
    Label(
        settings.REGIME,
        "Tên tệp ở templates/che-do, ví dụ 2022; để trống là theo ngày cuối kỳ.",
        aliases=("Chế độ báo cáo",),
    ),
)
