"""What stands on the result sheet, line by line, without looks of its own."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from kskt_excel.excel.marking.cell_lists import joined
from kskt_excel.excel.marking.head import ReturnHead
from kskt_excel.excel.marking.understood import understood
from kskt_excel.messages import catalogue, sentence
from kskt_excel.model.cells import CellRef
from kskt_excel.model.finding import Finding, Severity
from kskt_excel.model.forms import Forms
from kskt_excel.model.reading import Reading, Record, SheetReading, Value
from kskt_excel.report import words

SHEET: Final = "KẾT QUẢ KIỂM TRA"
EXPLANATION: Final = "Giải trình của đơn vị"
KEY: Final = "kskt:dong;"
HEADINGS: Final = (
    "STT",
    "Trang tính",
    "Ô",
    "Dòng, cột",
    "Đang ghi",
    "Nội dung và cách sửa",
    EXPLANATION,
    "Mã",
)
COLUMNS: Final = len(HEADINGS)
_STRUCTURE: Final = ("KS-1", "KS-2")
_WHOLE_FILE: Final = "(cả tệp)"
_BLANK: Final = "(để trống)"
_MOST_SHOWN: Final = 12
_MOST_LISTED: Final = 60
_LONGEST_GIVEN: Final = 200


@dataclass(frozen=True, slots=True)
class Box:
    """A text in a cell of a line: its column from 1, names of looks, columns it is written over."""

    column: int
    text: str
    looks: tuple[str, ...]
    over: int = 1
    link: CellRef | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the result sheet; ``key`` tells a returned answer's finding."""

    boxes: tuple[Box, ...]
    key: str = ""
    is_heading: bool = False
    stays_with_next: bool = False


def lines(
    findings: Sequence[Finding],
    reading: Reading | None,
    head: ReturnHead,
    *,
    patched: bool,
    forms: Forms | None = None,
) -> Iterator[Line]:
    """The sheet from its third row: head, faults by weight, faults by kind, what was read."""
    levels = {found.severity for found in findings}
    yield from _head(head, levels, patched=patched)
    yield _blank()
    if findings:
        yield _titles(HEADINGS)
        yield from _faults(findings, _Cells(reading, forms))
        yield from _by_kind(findings)
    if reading and reading.sheets:
        yield from _understood(reading, forms)


def _head(head: ReturnHead, levels: set[Severity], *, patched: bool) -> Iterator[Line]:
    sending = f" (gửi lần {head.version})" if head.version else ""
    told = (
        ("Đơn vị", head.unit_name, ()),
        ("Kỳ báo cáo", head.period_label, ()),
        ("Tệp đã nhận", head.file_name, ()),
        ("Nhận lúc", words.moment(head.received_at) + sending, ()),
        ("Kết luận", head.conclusion, ("bold",)),
        ("Việc cần làm", _task(levels, patched=patched), ()),
        ("Gửi lại trước hết ngày", head.deadline, ("bold",)),
        ("Liên hệ", head.contact, ()),
    )
    for label, text, looks in told:
        if text:
            yield Line(
                (
                    Box(1, label, ("quiet", "top", "left"), 3),
                    Box(4, text, ("wrap", "top", "left", *looks), 5),
                )
            )


def _task(levels: set[Severity], *, patched: bool) -> str:
    answer = f"nếu số liệu đúng, ghi lý do vào cột «{EXPLANATION}» ở dòng tương ứng"
    if not patched:
        mend = "Sửa trong tệp của đơn vị theo từng dòng dưới đây rồi gửi lại tệp đó."
        review = f"Dòng cảnh báo: xem lại; {answer} và gửi kèm tệp này."
    else:
        mend = (
            "Sửa các ô nền đỏ ngay trong tệp này (nội dung lỗi ở ghi chú của ô và ở bảng dưới),"
            " lưu lại và gửi chính tệp này."
        )
        review = f"Ô nền vàng: xem lại; {answer}."
    keep = " Màu, ghi chú kiểm tra và trang này để nguyên, không cần xóa." if patched else ""
    if Severity.ERROR in levels:
        more = f" {review}" if Severity.WARNING in levels else ""
        return f"{mend}{more}{keep}"
    if Severity.WARNING in levels:
        return f"{review} Có sửa hoặc giải trình thì gửi lại {'tệp này' if patched else 'tệp'}."
    return "Không phải sửa gì."


def _blank() -> Line:
    return Line((Box(1, "", ()),))


def _titles(texts: Sequence[str]) -> Line:
    boxes = tuple(Box(at, text, ("heading", "tiny")) for at, text in enumerate(texts, start=1))
    return Line(boxes, is_heading=True, stays_with_next=True)


def _band(text: str, shade: str) -> Line:
    box = Box(1, text, ("bold", "small", "left", "middle", "border", shade), COLUMNS)
    return Line((box,), stays_with_next=True)


def _faults(findings: Sequence[Finding], cells: "_Cells") -> Iterator[Line]:
    """Faults in four groups: structure, figures, warnings, remarks; numbered through."""
    number = 0
    for (title, shade), group in groupby(sorted(findings, key=_weight), key=_group):
        listed = list(group)
        yield _band(f"{title} ({len(listed)})", shade)
        for found in listed:
            number += 1
            yield _fault(number, found, cells)


def _weight(found: Finding) -> int:
    structure = catalogue()[found.entry].number.startswith(_STRUCTURE)
    if found.severity is Severity.ERROR:
        return 0 if structure else 1
    return 2 if found.severity is Severity.WARNING else 3


def _group(found: Finding) -> tuple[str, str]:
    return (
        ("Phải sửa trước: tệp và cấu trúc", "bad"),
        ("Lỗi số liệu, phải sửa", "bad"),
        ("Cảnh báo, cần xem lại", "warn"),
        ("Thông tin, không phải sửa", "given"),
    )[_weight(found)]


def _fault(number: int, found: Finding, cells: "_Cells") -> Line:
    text = sentence(found)
    code = catalogue()[found.entry].number
    at = found.at
    shown = joined(found.cells, _MOST_SHOWN)
    body = ("border", "wrap", "top", "small")
    answer = () if found.severity is Severity.INFO else ("input",)
    boxes = (
        Box(1, str(number), (*body, "center")),
        Box(2, at.sheet if at else _WHOLE_FILE, (*body, "left"), link=at),
        Box(3, shown, (*body, "left", *(("link",) if shown else ())), link=at),
        Box(4, cells.about(found), (*body, "left")),
        Box(5, cells.given(found), (*body, "left")),
        Box(6, text.removesuffix(f" ({code})"), (*body, "left")),
        Box(7, "", (*body, "left", *answer)),
        Box(8, code, (*body, "center", "tiny")),
    )
    place = f"{at.a1};{at.sheet}" if at else ";"
    return Line(boxes, key=f"{KEY}{found.code};{place}")


def _by_kind(findings: Sequence[Finding]) -> Iterator[Line]:
    """One line a kind of fault and sheet with all its cells; none when that tells nothing new."""
    kinds: dict[tuple[str, str], list[Finding]] = {}
    for found in sorted(findings, key=_weight):
        kinds.setdefault((found.entry, found.at.sheet if found.at else ""), []).append(found)
    if all(len(same) == 1 and len(same[0].cells) <= _MOST_SHOWN for same in kinds.values()):
        return
    yield _blank()
    yield _part("Tổng hợp theo loại")
    body = ("border", "wrap", "top", "small", "left")
    for number, ((entry, sheet), same) in enumerate(kinds.items(), start=1):
        cells = [cell for found in same for cell in found.cells]
        told = catalogue()[entry]
        count = f"{len(cells) or len(same)} chỗ: " if len(cells) > 1 else ""
        yield Line(
            (
                Box(1, str(number), (*body, "center")),
                Box(2, sheet or _WHOLE_FILE, body),
                Box(3, count + joined(cells, _MOST_LISTED), body, 3),
                Box(
                    6, told.example or sentence(same[0]).removesuffix(f" ({told.number})"), body, 2
                ),
                Box(8, told.number, (*body, "center", "tiny")),
            )
        )


def _understood(reading: Reading, forms: Forms | None) -> Iterator[Line]:
    yield _blank()
    yield _part("Văn phòng đã đọc được từ tệp (đề nghị đối chiếu với bản của đơn vị)")
    body = ("border", "wrap", "top", "small", "left")
    for number, one in enumerate(understood(reading, forms), start=1):
        yield Line(
            (
                Box(1, str(number), (*body, "center")),
                Box(2, one.sheet, body),
                Box(3, one.state, body, 3),
                Box(6, one.figures, body, 3),
            )
        )


def _part(text: str) -> Line:
    return Line((Box(1, text, ("bold", "left", "middle"), COLUMNS),), stays_with_next=True)


class _Cells:
    """What is known of the cells that findings speak of."""

    def __init__(self, reading: Reading | None, forms: Forms | None) -> None:
        sheets = reading.sheets.values() if reading else ()
        self._sheets: Mapping[str, SheetReading] = {one.name: one for one in sheets}
        self._forms = forms
        self._records: dict[str, dict[int, Record]] = {}

    def about(self, found: Finding) -> str:
        """Key of the row and heading of the column, each on its line."""
        record, column = self._record(found.at), self._column(found.at)
        heading = str(found.params.get("column", "")) or self._heading(found.at, column)
        if not heading and found.at and found.at.row and not found.at.column:
            heading = f"Dòng {found.at.row}"
        key = record.key if record and len(found.cells) == 1 else ""
        return "\n".join(part for part in (key[:_LONGEST_GIVEN], heading) if part)

    def given(self, found: Finding) -> str:
        """What stands in the cell, as a clerk writes it."""
        if "given" in found.params:
            return str(found.params["given"])[:_LONGEST_GIVEN]
        record, column = self._record(found.at), self._column(found.at)
        if not record or not column or column in record.unread:
            return ""
        return _shown(record.values.get(column))[:_LONGEST_GIVEN]

    def _record(self, at: CellRef | None) -> Record | None:
        sheet = self._sheets.get(at.sheet) if at else None
        if not at or not sheet:
            return None
        if at.sheet not in self._records:
            self._records[at.sheet] = {record.row: record for record in sheet.records}
        return self._records[at.sheet].get(at.row)

    def _column(self, at: CellRef | None) -> str:
        sheet = self._sheets.get(at.sheet) if at else None
        if not at or not sheet or not at.column:
            return ""
        return next((key for key, number in sheet.columns.items() if number == at.column), "")

    def _heading(self, at: CellRef | None, column: str) -> str:
        if not at or not column or not self._forms:
            return ""
        form = self._forms.sheet_by_id.get(self._sheets[at.sheet].form)
        known = form.by_key.get(column) if form else None
        return known.heading if known else ""


def _shown(value: Value) -> str:
    if value is None:
        return _BLANK
    if isinstance(value, bool):
        return "Có" if value else "Không"
    if isinstance(value, int | float):
        return words.number(value)
    return value.strftime("%d/%m/%Y") if isinstance(value, dt.date) else value
