"""The workbook of what changed between two versions of a unit's report."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from kskt_excel.consolidation.differences import Difference, DifferenceKind
from kskt_excel.excel import book_writer
from kskt_excel.excel.book_writer import (
    BookWriter,
    HeightCell,
    colour_tab,
    paper,
    row_height,
    write_cell,
    write_text,
)
from kskt_excel.model.book import CellRef
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.reading import Value
from kskt_excel.text.shown import value_text

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_SHEET: Final = "So sánh"
_TITLE: Final = "ĐIỂM KHÁC GIỮA HAI LẦN GỬI"
_NOTHING: Final = "Hai lần gửi có số liệu giống nhau."
_WORDS: Final[dict[DifferenceKind, str]] = {
    "changed": "Sửa",
    "added": "Thêm dòng",
    "removed": "Bỏ dòng",
}
_FILLS: Final[dict[DifferenceKind, str]] = {"changed": "warn", "added": "good", "removed": "bad"}
_COLUMNS: Final = (
    ("STT", 45),
    ("Sheet", 90),
    ("Mã dòng", 130),
    ("Nội dung dòng", 200),
    ("Cột", 136),
    ("Thay đổi", 85),
    ("Ô ở bản trước", 118),
    ("Bản trước", 180),
    ("Ô ở bản sau", 118),
    ("Bản sau", 180),
)
_HEADING_ROW: Final = 8  # below the title, five lines about both files, and a gap
_GAP: Final = 6.0  # points over the headings: what stays in sight is low
_BEFORE, _AFTER = 8, 10  # columns, counted from 1, of the two values


@dataclass(frozen=True, slots=True)
class DiffHead:
    """What stands over the table: whose report, which versions, when compared."""

    agency: str
    unit: str  # name
    period: str  # label
    before: str  # "Lần 1, nhận lúc 08 giờ 30 ngày 15/3/2022"
    after: str
    created: dt.datetime


def diff_workbook(differences: Sequence[Difference], head: DiffHead) -> bytes:
    """One sheet with a row for each difference; the same arguments give the same bytes."""
    title = f"So sánh hai lần gửi {head.period} - {head.unit}"
    book = BookWriter(created=head.created, title=title, agency=head.agency)
    sheet = book.sheet(_SHEET)
    for number, (_, width) in enumerate(_COLUMNS):
        sheet.set_column_pixels(number, number, width)
    _write_head(book, sheet, head, len(differences))
    for number, one in enumerate(differences, start=1):
        _write_row(book, sheet, number, one)
    _set_up(sheet, head, len(differences))
    return book.finish(book_writer.first_page_without_number, book_writer.growing_rows)


def _write_head(book: BookWriter, sheet: "Worksheet", head: DiffHead, count: int) -> None:
    write_text(sheet, 1, 1, _TITLE, book.formats("title"))
    lines = (
        f"Đơn vị: {head.unit}",
        f"Kỳ báo cáo: {head.period}",
        f"Bản trước: {head.before}",
        f"Bản sau: {head.after}",
        f"Số điểm khác: {count}. Ô tự tính theo ô khác không kể riêng." if count else _NOTHING,
    )
    for row, text in enumerate(lines, start=2):
        write_text(sheet, row, 1, text, book.formats("left", "middle"))
    for column, (name, _) in enumerate(_COLUMNS, start=1):
        write_text(sheet, _HEADING_ROW, column, name, book.formats("heading"))
    headings = (HeightCell(name, width, bold=True) for name, width in _COLUMNS)
    sheet.set_row(_HEADING_ROW - 2, _GAP)
    sheet.set_row(_HEADING_ROW - 1, row_height(headings))


def _write_row(book: BookWriter, sheet: "Worksheet", number: int, one: Difference) -> None:
    row = _HEADING_ROW + number
    sheet.write_number(row - 1, 0, number, book.formats("cell", "center"))
    for column, text in _texts(one):
        place = ("center",) if column in (_BEFORE - 1, _AFTER - 1) else ()
        write_text(sheet, row, column, text, book.formats("cell", "text", *place))
    write_text(sheet, row, 6, _word(one), book.formats("cell", "center", _FILLS[one.kind]))
    _write_value(book, sheet, row, _BEFORE, one.before)
    _write_value(book, sheet, row, _AFTER, one.after)
    texts = dict(_texts(one)) | {
        _BEFORE: value_text(one.before),
        _AFTER: value_text(one.after),
    }
    cells = (HeightCell(text, _COLUMNS[column - 1][1]) for column, text in texts.items())
    sheet.set_row(row - 1, row_height(cells))


def _texts(one: Difference) -> Iterator[tuple[int, str]]:
    yield 2, one.sheet
    yield 3, one.row_key
    yield 4, one.row_name
    yield 5, one.heading
    yield 7, _a1(one.cell_before)
    yield 9, _a1(one.cell_after)


def _word(one: Difference) -> str:
    whole_sheet = one.kind != "changed" and not (one.cell_before or one.cell_after)
    return _WORDS[one.kind].replace("dòng", "sheet") if whole_sheet else _WORDS[one.kind]


def _write_value(book: BookWriter, sheet: "Worksheet", row: int, column: int, value: Value) -> None:
    """A value as what it is, so that it sorts: numbers, dates, else text."""
    looks = {int: "count", float: "right", dt.date: "date"}
    look = looks.get(type(value), "text")
    write_cell(sheet, row - 1, column - 1, value, book.formats("cell", look))


def _a1(cell: CellRef | None) -> str:
    """``G12``; ``dòng 12`` for a whole row."""
    if not cell:
        return ""
    return cell.a1 if cell.column else f"dòng {cell.row}"


def _set_up(sheet: "Worksheet", head: DiffHead, count: int) -> None:
    """Ctrl+P: A4 landscape, one page wide, headings on each page."""
    paper(sheet, landscape=True, footer=f"{head.unit} - {head.period}")
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(_HEADING_ROW - 1)
    sheet.freeze_panes(_HEADING_ROW, 0)
    colour_tab(sheet, "start")
    if count:
        sheet.autofilter(_HEADING_ROW - 1, 0, _HEADING_ROW - 1 + count, len(_COLUMNS) - 1)
