"""Words on an issued workbook: labels, prompts in cells, what a refused entry is told."""

from dataclasses import dataclass
from typing import Final

from kskt_excel.excel.issuing.work import Work
from kskt_excel.model.forms import Column

NIL_LABEL: Final = "Kỳ này không phát sinh"
NIL_TICK: Final = "x"
NIL_HINT: Final = "← Không phát sinh thì chọn x ở ô này và để trống bảng dưới."
TOTAL_LABEL: Final = "Tổng cộng"
ID_HEADING: Final = "_id"
YES, NO = "Có", "Không"

BALANCED: Final = "Cân đối: ĐÚNG"
UNBALANCED: Final = ("Cân đối: SAI ở ", " dòng")
NOT_FILLED: Final = "Cân đối: chưa ghi số liệu"
NOT_NUMBERS: Final = "Cân đối: có ô chưa phải là số"


@dataclass(frozen=True, slots=True)
class Wording:
    """What Excel shows for a kind of cell."""

    prompt: str  # while the cell is chosen
    refusal: str  # when an entry is not accepted: what is accepted, and an example


_CHOICE = Wording(
    "Chọn trong danh sách.",
    "Ô này chỉ nhận nội dung có trong danh sách. Hãy bấm mũi tên ở ô và chọn một dòng.",
)
_TEXT = Wording("", "Nội dung quá dài. Hãy ghi gọn lại, phần chi tiết gửi kèm văn bản.")
_BY_TYPE: Final = {
    "count": Wording(
        "Ghi số nguyên; không có thì ghi 0.",
        "Ô này chỉ nhận số nguyên từ 0 trở lên. Hãy ghi bằng chữ số, ví dụ: {example};"
        " không có thì ghi 0.",
    ),
    "days": Wording(
        "Ghi số ngày, bằng chữ số.",
        "Ô này chỉ nhận số ngày, là số nguyên từ 0 trở lên. Hãy ghi lại, ví dụ: {example}.",
    ),
    "ordinal": Wording(
        "Ghi số thứ tự 1, 2, 3…",
        "Ô này chỉ nhận số thứ tự. Hãy ghi 1, 2, 3…",
    ),
    "percent": Wording(
        "Ghi số từ 0 đến 100, không ghi dấu %.",
        "Ô này chỉ nhận số từ 0 đến 100. Hãy ghi lại, ví dụ: {example}; không ghi dấu %.",
    ),
    "decimal": Wording(
        "Ghi bằng chữ số.",
        "Ô này chỉ nhận số từ 0 đến {most}. Hãy ghi lại, ví dụ: {example}.",
    ),
    "date": Wording(
        "Ghi ngày/tháng/năm, ví dụ {example}.",
        "Nội dung này chưa phải là ngày từ năm {first_year} đến {last_year}. Hãy ghi"
        " ngày/tháng/năm, ví dụ {example}. Nếu đã ghi đúng, chọn Yes (Có) để giữ.",
    ),
    "choice": _CHOICE,
    "yes_no": Wording("Chọn Có hoặc Không.", _CHOICE.refusal),
    "procedure": Wording(
        "Ghi mã thủ tục, ví dụ {example}.",
        "Mã này chưa có trong danh mục thủ tục của đơn vị hoặc chưa đúng dạng, ví dụ {example}."
        " Nếu đã ghi đúng, chọn Yes (Có) để giữ.",
    ),
    "task": Wording(
        "Chọn mã nhiệm vụ trong kế hoạch, ví dụ {example}; để trống nếu là vướng mắc chung.",
        "Mã này chưa có trong các nhiệm vụ của đơn vị. Hãy chọn trong danh sách, ví dụ {example}."
        " Nếu đã ghi đúng, chọn Yes (Có) để giữ.",
    ),
    "unit": Wording(
        "Chọn đơn vị trong danh sách, hoặc ghi tên đơn vị.",
        "Tên này chưa có trong danh sách đơn vị. Hãy chọn trong danh sách."
        " Nếu đã ghi đúng, chọn Yes (Có) để giữ.",
    ),
    "dossier": Wording("Ghi mã hồ sơ đầy đủ, ví dụ {example}.", _TEXT.refusal),
    "document": Wording("Ghi số, ký hiệu văn bản, ví dụ {example}.", _TEXT.refusal),
    "text": _TEXT,
    "long_text": _TEXT,
}
_USUAL_EXAMPLES: Final = {
    "count": "12",
    "days": "3",
    "percent": "50",
    "decimal": "1,5",
    "date": "15/02/2022",
    "procedure": "2.002385",
    "task": "II.1.a",
    "dossier": "000.00.09.H55-220315-0007",
    "document": "15/TTr-SKHCN",
}


LEGEND: Final = (
    ("input", "Ô đơn vị ghi"),
    ("given", "Ô Văn phòng Sở đã ghi sẵn hoặc tự tính: không sửa"),
    ("bad", "Dòng chưa cân đối: đề nghị xem lại"),
)
_GUIDE: Final = (
    "1. Số lượng ghi bằng chữ số, không có thì ghi 0.",
    "2. Ngày ghi ngày/tháng/năm, ví dụ 15/02/2022. Tỷ lệ ghi số, không ghi dấu %, ví dụ 50.",
    "3. Cả biểu không phát sinh: chọn x ở ô cạnh dòng «Kỳ này không phát sinh», bảng để trống.",
    (
        "4. Thiếu dòng thì ghi vào dòng trống cuối bảng hoặc chèn dòng vào giữa bảng."
        " Không đổi tên cột và tên trang tính."
    ),
    "5. Chép từ tệp khác thì dán giá trị (Paste Special, Values) để giữ danh sách chọn.",
    "6. Không ghi họ tên, địa chỉ, điện thoại của tổ chức, cá nhân nộp hồ sơ hoặc phản ánh.",
)
_SENDING: Final = "7. Gửi tệp này (dạng .xlsx) về {receiver} trước hết ngày {day}{address}."
_PHONE: Final = "8. Cần trao đổi, đề nghị gọi {receiver}: {phone}."
_ADDRESS, _PHONE_LABEL = "Thư Văn phòng", "Điện thoại Văn phòng"


def guide(work: Work) -> tuple[str, ...]:
    """Lines of the guide on the first sheet: how to fill, by when, to whom."""
    office = work.plan.unit_by_code.get(work.plan.office)
    receiver = office.name if office else work.plan.agency
    address, phone = work.plan.setting(_ADDRESS), work.plan.setting(_PHONE_LABEL)
    to = f", địa chỉ {address}" if address else ""
    sending = _SENDING.format(receiver=receiver, day=f"{work.send_by:%d/%m/%Y}", address=to)
    calling = (_PHONE.format(receiver=receiver, phone=phone),) if phone else ()
    return (*_GUIDE, sending, *calling)


def prompt(column: Column) -> str:
    """What the cell asks for; the definition's own words before the usual ones; may be ""."""
    return (column.prompt or _BY_TYPE[column.type].prompt).format(example=_example(column))


def refusal(column: Column, **limits: object) -> str:
    """What is said to an entry that is not accepted."""
    return _BY_TYPE[column.type].refusal.format(example=_example(column), **limits)


def _example(column: Column) -> str:
    return column.example or _USUAL_EXAMPLES.get(column.type, "")
