"""The result sheet: head, faults by weight and by kind, what was read; as XML of its own."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Final

from kskt_excel.excel import book_writer
from kskt_excel.excel.book_writer import HeightCell, as_ascii_xml, inline_text, quoted, row_height
from kskt_excel.excel.marked.sheet_patch import MAIN, StylePatch
from kskt_excel.messages import cell_list, entry, sentence
from kskt_excel.model.book import CellRef, column_letters
from kskt_excel.model.finding import Finding, Severity
from kskt_excel.model.forms import Forms
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.reading import Reading, Record, SheetReading, SheetState, Value
from kskt_excel.reading.marks import RESULT_MARK
from kskt_excel.reading.workbook import HEADING as EXPLANATION
from kskt_excel.reading.workbook import KEY
from kskt_excel.text import shown
from kskt_excel.text.shown import office_moment

_BLANK: Final = "(để trống)"
_LONGEST: Final = 200  # letters of what stood in a cell: the whole of it stands there still


class CellFacts:
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
        key = _row_name(record) if record and len(found.cells) == 1 else ""
        return "\n".join(part for part in (key, heading) if part)

    def given(self, found: Finding) -> str:
        """What stands in the cell, as a clerk writes it."""
        if "given" in found.params:
            return str(found.params["given"])[:_LONGEST]
        record, column = self._record(found.at), self._column(found.at)
        if not record or not column or column in record.unread:
            return ""
        return _value_or_blank(record.values.get(column))[:_LONGEST]

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


def _row_name(record: Record) -> str:
    """What names a row: its code where it has one, else its number."""
    if record.key and record.key in record.values.values():
        return record.key[:_LONGEST]
    return f"Dòng {record.row}"


def _value_or_blank(value: Value) -> str:
    return _BLANK if value is None else shown.value_text(value)


_STATES: Final = {
    SheetState.FILLED: "Có số liệu",
    SheetState.NIL: "Kỳ này không phát sinh",
    SheetState.BLANK: "Để trống",
    SheetState.MISSING: "Không có trang này",
}
_SUMMED: Final = ("count", "computed")


@dataclass(frozen=True, slots=True)
class Understood:
    """One sheet in words (trang tính đã đọc)."""

    sheet: str
    state: str
    figures: str  # "Tổng số tiếp nhận: 120; Trực tuyến: 45"


def understood(reading: Reading, forms: Forms | None) -> Iterator[Understood]:
    """Every sheet read: how many rows, and the total of each count."""
    for sheet in reading.sheets.values():
        state = _STATES[sheet.state]
        if sheet.state is SheetState.FILLED and sheet.records and not sheet.places:
            state = f"{state}: {shown.grouped_number(len(sheet.records))} dòng"
        yield Understood(sheet.name, state, _figures(sheet, forms))


def _figures(sheet: SheetReading, forms: Forms | None) -> str:
    """Totals of the counts under their headings; what could not be read is not in them."""
    form = forms.sheet_by_id.get(sheet.form) if forms else None
    if not form or sheet.state is not SheetState.FILLED:
        return ""
    told = []
    for column in form.columns:
        if column.type not in _SUMMED or column.key not in sheet.columns:
            continue
        total = sum(record.count(column.key) for record in sheet.records)
        unread = sum(column.key in record.unread for record in sheet.records)
        more = f" (chưa kể {unread} ô chưa đọc được)" if unread else ""
        told.append(f"{column.heading}: {shown.grouped_number(total)}{more}")
    return "; ".join(told)


@dataclass(frozen=True, slots=True)
class ReturnHead:
    """Head of the result sheet (phần đầu trang kết quả kiểm tra); "" leaves a line out."""

    unit_name: str
    period_label: str  # "Quý I/2022"
    file_name: str
    received_at: dt.datetime
    version: int  # which sending it is: 1, 2, …
    conclusion: str  # "TRẢ LẠI ĐỂ SỬA – 3 lỗi phải sửa, 2 cảnh báo"
    deadline: str  # "18/3/2022"
    contact: str  # whom to call


SHEET: Final = "KẾT QUẢ KIỂM TRA"
RESULT_HEADINGS: Final = (
    "STT",
    "Trang tính",
    "Ô",
    "Dòng, cột",
    "Đang ghi",
    "Nội dung và cách sửa",
    EXPLANATION,
    "Mã",
)
COLUMNS: Final = len(RESULT_HEADINGS)
_STRUCTURE: Final = ("KS-1", "KS-2")
_WHOLE_FILE: Final = "(cả tệp)"
_WHOLE_SHEET: Final = "(cả trang)"
_SHARE_A_PAGE: Final = 5  # faults
_MOST_SHOWN: Final = 12  # cells in a line; more of them are listed in a line of their own
_MOST_LISTED: Final = 60  # cells: a whole column that is wrong is not read cell by cell


@dataclass(frozen=True, slots=True)
class ResultBox:
    """A text in a cell of a line: its column from 1, names of looks, columns it is written over."""

    column: int
    text: str
    looks: tuple[str, ...]
    over: int = 1
    link: CellRef | None = None


@dataclass(frozen=True, slots=True)
class ResultLine:
    """A row of the result sheet; ``key`` tells a returned answer's finding."""

    boxes: tuple[ResultBox, ...]
    key: str = ""
    is_heading: bool = False
    new_page: bool = False


def result_lines(
    findings: Sequence[Finding],
    reading: Reading | None,
    head: ReturnHead,
    *,
    patched: bool,
    forms: Forms | None = None,
) -> Iterator[ResultLine]:
    """The sheet from its third row: head, faults by weight, faults by kind, what was read."""
    levels = {found.severity for found in findings}
    yield from _head(head, levels, patched=patched)
    yield _blank()
    if findings:
        yield _titles(RESULT_HEADINGS)
        yield from _faults(findings, CellFacts(reading, forms))
        yield from _by_kind(findings)
    if reading and reading.sheets:
        yield from _understood(reading, forms, new_page=len(findings) > _SHARE_A_PAGE)


def _head(head: ReturnHead, levels: set[Severity], *, patched: bool) -> Iterator[ResultLine]:
    sending = f" (gửi lần {head.version})" if head.version else ""
    told = (
        ("Đơn vị", head.unit_name, ()),
        ("Kỳ báo cáo", head.period_label, ()),
        ("Tệp đã nhận", head.file_name, ()),
        ("Nhận lúc", office_moment(head.received_at) + sending, ()),
        ("Kết luận", head.conclusion, ("bold",)),
        ("Việc cần làm", _task(levels, patched=patched), ()),
        ("Thời hạn gửi lại", head.deadline, ("bold",)),
        ("Liên hệ", head.contact, ()),
    )
    for label, text, looks in told:
        if text:
            yield ResultLine(
                (
                    ResultBox(1, label, ("quiet", "top", "left"), 3),
                    ResultBox(4, text, ("wrap", "top", "left", *looks), 5),
                )
            )


def _task(levels: set[Severity], *, patched: bool) -> str:
    answer = f"nếu số liệu đúng, ghi lý do vào cột “{EXPLANATION}” ở dòng tương ứng"
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


def _blank() -> ResultLine:
    return ResultLine((ResultBox(1, "", ()),))


def _titles(texts: Sequence[str]) -> ResultLine:
    boxes = tuple(
        ResultBox(at, text, ("heading", "tiny")) for at, text in enumerate(texts, start=1)
    )
    return ResultLine(boxes, is_heading=True)


def _band(text: str, shade: str) -> ResultLine:
    box = ResultBox(1, text, ("bold", "small", "left", "middle", "border", shade), COLUMNS)
    return ResultLine((box,))


def _faults(findings: Sequence[Finding], cells: "CellFacts") -> Iterator[ResultLine]:
    """Faults in four groups: structure, figures, warnings, remarks; numbered through."""
    number = 0
    for (title, shade), group in groupby(sorted(findings, key=_weight), key=_group):
        listed = list(group)
        yield _band(f"{title} ({len(listed)})", shade)
        for found in listed:
            number += 1
            yield _fault(number, found, cells)


def _weight(found: Finding) -> int:
    structure = entry(found.entry).number.startswith(_STRUCTURE)
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


def _fault(number: int, found: Finding, cells: "CellFacts") -> ResultLine:
    text = sentence(found)
    code = entry(found.entry).number
    at = found.at
    shown = cell_list(found.cells, _MOST_SHOWN) or (_WHOLE_SHEET if at else "")
    body = ("border", "wrap", "top", "small")
    answer = () if found.severity is Severity.INFO else ("input",)
    boxes = (
        ResultBox(1, str(number), (*body, "center")),
        ResultBox(2, at.sheet if at else _WHOLE_FILE, (*body, "left"), link=at),
        ResultBox(3, shown, (*body, "left", *(("link",) if shown else ())), link=at),
        ResultBox(4, cells.about(found), (*body, "left")),
        ResultBox(5, cells.given(found), (*body, "left")),
        ResultBox(6, text.removesuffix(f" ({code})"), (*body, "left")),
        ResultBox(7, found.explanation, (*body, "left", *answer)),
        ResultBox(8, code, (*body, "center", "tiny")),
    )
    place = f"{at.a1};{at.sheet}" if at else ";"
    return ResultLine(boxes, key=f"{KEY}{found.code};{place}")


def _by_kind(findings: Sequence[Finding]) -> Iterator[ResultLine]:
    """One line with all cells for each kind of fault that is there several times on a sheet."""
    kinds: dict[tuple[str, str], list[Finding]] = {}
    for found in sorted(findings, key=_weight):
        kinds.setdefault((found.entry, found.at.sheet if found.at else ""), []).append(found)
    kinds = {kind: same for kind, same in kinds.items() if _is_repeated(same)}
    if not kinds:
        return
    yield _blank()
    yield _part("Nội dung có ở nhiều ô, xếp theo loại")
    body = ("border", "wrap", "top", "small", "left")
    for number, ((kind, sheet), same) in enumerate(kinds.items(), start=1):
        cells = [cell for found in same for cell in found.cells]
        told = entry(kind)
        first = same[0].at.a1 if same[0].at else ""
        example = sentence(same[0]).removesuffix(f" ({told.number})")
        yield ResultLine(
            (
                ResultBox(1, str(number), (*body, "center")),
                ResultBox(2, sheet or _WHOLE_FILE, body),
                ResultBox(3, f"{len(cells)} ô: {cell_list(cells, _MOST_LISTED)}", body, 3),
                ResultBox(6, f"Ví dụ ô {first}: {example}" if first else example, body, 2),
                ResultBox(8, told.number, (*body, "center", "tiny")),
            )
        )


def _is_repeated(same: Sequence[Finding]) -> bool:
    cells = sum(len(found.cells) for found in same)
    return cells > 1 and (len(same) > 1 or cells > _MOST_SHOWN)


def _understood(reading: Reading, forms: Forms | None, *, new_page: bool) -> Iterator[ResultLine]:
    yield _blank()
    title = "Văn phòng đã đọc được từ tệp (đề nghị đối chiếu với bản của đơn vị)"
    yield replace(_part(title), new_page=new_page)
    body = ("border", "wrap", "top", "small", "left")
    for number, one in enumerate(understood(reading, forms), start=1):
        yield ResultLine(
            (
                ResultBox(1, str(number), (*body, "center")),
                ResultBox(2, one.sheet, body),
                ResultBox(3, one.state, body, 3),
                ResultBox(6, one.figures, body, 3),
            )
        )


def _part(text: str) -> ResultLine:
    return ResultLine((ResultBox(1, text, ("bold", "left", "middle"), COLUMNS),))


SHEET_MARK: Final = f"{RESULT_MARK}1;"
_WIDTHS: Final = (40, 118, 95, 150, 115, 390, 170, 62)  # pixels
_KEY_COLUMN: Final = COLUMNS + 1  # hidden: what each line is known by
_LETTERS: Final = ("", *map(column_letters, range(1, 64)))
_FIRST: Final = 3  # row of the first line
_LEAST: Final = 18.0  # points: a row of one line, with air
_POINTS: Final = {"small": 11, "tiny": 10, "size14": 14}
_HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    f'<worksheet xmlns="{MAIN.decode()}">'
    '<sheetPr><tabColor rgb="FFC00000"/><pageSetUpPr fitToPage="1"/></sheetPr>'
    '<sheetViews><sheetView showGridLines="0" tabSelected="1" workbookViewId="0"/></sheetViews>'
    '<sheetFormatPr defaultRowHeight="15.75"/>'
)
_INCH: Final = 25.4  # mm
_HEADER_MM: Final = 10  # half of what the margins leave free


def result_sheet(
    lines: Sequence[ResultLine],
    styles: StylePatch,
    *,
    record: Sequence[str],
    links: frozenset[str],
    footer: str,
    name: str = SHEET,
) -> tuple[bytes, str]:
    """The sheet's XML, and which rows are repeated on each page; adds its looks to ``styles``.

    ``record`` goes into the hidden row; ``links``: names of sheets that a link can lead to.
    """
    pen = _Pen(styles, links)
    rows = [pen.title(), pen.marks(record)]
    rows += [pen.row(number, line) for number, line in enumerate(lines, start=_FIRST)]
    heading = next((at for at, one in enumerate(lines, start=_FIRST) if one.is_heading), 1)
    xml = (
        f"{_HEAD}{_columns()}<sheetData>{''.join(rows)}</sheetData>{_merges(lines)}"
        f"{pen.hyperlinks()}{_paper(footer)}{_breaks(lines)}</worksheet>"
    )
    return xml.encode("ascii", "xmlcharrefreplace"), f"{quoted(name)}!${heading}:${heading}"


class _Pen:
    """Writes rows in the looks of one workbook."""

    def __init__(self, styles: StylePatch, links: frozenset[str]) -> None:
        self._styles = styles
        self._numbers: dict[tuple[str, ...], int] = {}
        self._sheets = links
        self._links: list[str] = []

    def title(self) -> str:
        """The title in row 1."""
        return f'<row r="1" ht="27" customHeight="1">{self._cell("A1", SHEET, ("title",))}</row>'

    def marks(self, record: Iterable[str]) -> str:
        """The hidden row 2: what the sheet is, and the record of the marks."""
        cells = "".join(
            self._cell(f"{column_letters(at)}2", text, ())
            for at, text in enumerate((SHEET_MARK, *record), start=1)
        )
        return f'<row r="2" hidden="1">{cells}</row>'

    def row(self, number: int, line: ResultLine) -> str:
        """A line with the height that shows all of it."""
        cells = "".join(self._box(number, box) for box in line.boxes)
        if line.key:
            cells += self._cell(f"{_LETTERS[_KEY_COLUMN]}{number}", line.key, ())
        high = row_height(map(_height_cell, filter(_may_wrap, line.boxes)), least=_LEAST)
        return f'<row r="{number}" ht="{high:g}" customHeight="1">{cells}</row>'

    def hyperlinks(self) -> str:
        """Links to the cells that the lines speak of."""
        return f"<hyperlinks>{''.join(self._links)}</hyperlinks>" if self._links else ""

    def _box(self, row: int, box: ResultBox) -> str:
        ref = f"{_LETTERS[box.column]}{row}"
        if box.link and box.link.sheet in self._sheets:
            self._link(ref, box.link)
        looks = box.looks if box.link is None or box.link.sheet in self._sheets else _plain(box)
        covered = "".join(
            self._cell(f"{_LETTERS[box.column + at]}{row}", "", looks) for at in range(1, box.over)
        )
        return self._cell(ref, box.text, looks) + covered

    def _link(self, ref: str, to: CellRef) -> None:
        cell = f"{column_letters(to.column or 1)}{to.row or 1}"
        place = as_ascii_xml(f"{quoted(to.sheet)}!{cell}").decode()
        self._links.append(f'<hyperlink ref="{ref}" location="{place}"/>')

    def _cell(self, ref: str, text: str, looks: tuple[str, ...]) -> str:
        number = self._style(looks)
        if not text:
            return f'<c r="{ref}" s="{number}"/>'
        return f'<c r="{ref}" s="{number}" t="inlineStr"><is>{inline_text(text)}</is></c>'

    def _style(self, looks: tuple[str, ...]) -> int:
        if looks not in self._numbers:
            self._numbers[looks] = self._styles.look(book_writer.look(*looks))
        return self._numbers[looks]


def _plain(box: ResultBox) -> tuple[str, ...]:
    return tuple(look for look in box.looks if look != "link")


def _may_wrap(box: ResultBox) -> bool:
    """Whether a text may need a second line: no letter is wider than its size, most are half."""
    return "\n" in box.text or len(box.text) * _size(box) > _width(box)


def _width(box: ResultBox) -> int:
    return sum(_WIDTHS[box.column - 1 : box.column - 1 + box.over])


def _size(box: ResultBox) -> int:
    return next(
        (points for look, points in _POINTS.items() if look in box.looks), book_writer.BODY_SIZE
    )


def _height_cell(box: ResultBox) -> HeightCell:
    return HeightCell(
        box.text, _width(box), _size(box), bold="bold" in box.looks or "heading" in box.looks
    )


def _columns() -> str:
    shown = "".join(
        f'<col min="{at}" max="{at}" width="{(width - 5) / 7:.2f}" customWidth="1"/>'
        for at, width in enumerate(_WIDTHS, start=1)
    )
    hidden = f'<col min="{_KEY_COLUMN}" max="{_KEY_COLUMN}" width="9" hidden="1" customWidth="1"/>'
    return f"<cols>{shown}{hidden}</cols>"


def _merges(lines: Sequence[ResultLine]) -> str:
    areas = [
        f"{_LETTERS[box.column]}{row}:{column_letters(box.column + box.over - 1)}{row}"
        for row, line in enumerate(lines, start=_FIRST)
        for box in line.boxes
        if box.over > 1
    ]
    merged = "".join(f'<mergeCell ref="{area}"/>' for area in areas)
    return f'<mergeCells count="{len(areas)}">{merged}</mergeCells>' if areas else ""


def _breaks(lines: Sequence[ResultLine]) -> str:
    """Pages begun by hand, so that no title stands alone at the foot of one."""
    after = [row - 1 for row, line in enumerate(lines, start=_FIRST) if line.new_page]
    breaks = "".join(f'<brk id="{row}" max="16383" man="1"/>' for row in after)
    count = len(after)
    open_ = f'<rowBreaks count="{count}" manualBreakCount="{count}">'
    return f"{open_}{breaks}</rowBreaks>" if after else ""


def _paper(footer: str) -> str:
    margins = " ".join(f'{side}="{mm / _INCH:.3f}"' for side, mm in _margins().items())
    below = as_ascii_xml(book_writer.footer_command(footer)).decode()
    above = as_ascii_xml(book_writer.PAGE_NUMBER).decode()
    return (
        f'<printOptions horizontalCentered="1"/><pageMargins {margins}/>'
        f'<pageSetup paperSize="{book_writer.PAPER_A4}" orientation="landscape" fitToHeight="0"/>'
        f"<headerFooter><oddHeader>{above}</oddHeader><oddFooter>{below}</oddFooter></headerFooter>"
    )


def _margins() -> dict[str, int]:
    sides = book_writer.MARGINS_MM
    return {
        **{side: sides[side] for side in ("left", "right", "top", "bottom")},
        "header": _HEADER_MM,
        "footer": _HEADER_MM,
    }
