"""What people expect of any good workbook, asked of each that the program writes."""

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations

import openpyxl
import pytest
from openpyxl.utils.cell import range_boundaries
from openpyxl.worksheet.dimensions import ColumnDimension
from openpyxl.worksheet.worksheet import Worksheet

from kskt_excel.excel import book_writer
from kskt_excel.excel.book_writer import text_width
from kskt_excel.excel.issued.form_sheet import NIL_ROW, NIL_TICK_COLUMN
from kskt_excel.excel.issued.order import NIL_HINT
from kskt_excel.excel.marked.result_sheet import SHEET
from kskt_excel.excel.printed.page_writer import summary_workbook
from kskt_excel.excel.tracker.blocks import CHARACTER_PX, in_pixels
from kskt_excel.model.book import column_letters
from tests.excel import samples as units
from tests.excel.marked.kit import attempt, error, warning
from tests.excel.printed.samples import CREATED, books
from tests.excel.tracker import samples as tracker

BOOKS: dict[str, Callable[[], bytes]] = {
    "unit": lambda: units.blank("QLCNH"),
    "tracker": tracker.built,
    "summary": lambda: summary_workbook(books()["usual"], created=CREATED),
}
_AGENCY = "Sở Khoa học và Công nghệ"
_TABS = {one.removeprefix("#") for one in book_writer.TAB_COLOURS.values()}
_SCREEN_POINTS = 366  # of rows on a laptop's 1366 x 768 under Excel's ribbon
_SCREEN_PX = 1316  # of columns, without the bar and the numbers of rows
_DRAWN = re.compile(rb"<xdr:cNvPr [^>]*>(?:.*?</xdr:cNvPr>)?", re.DOTALL)
_RED_BLIND = ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (0, 0, 1))
_GREEN_BLIND = ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (0, 0, 1))
"""Machado, Oliveira and Fernandes 2009, severity 1; the last row is near enough for our inks."""


def broken_habits(data: bytes, *, but: Sequence[str] = ()) -> Iterator[tuple[str, str]]:
    """Sheets, with what of the habits of Excel's people a workbook does not keep.

    Tabs have the colour of their kind; frozen heads and columns leave two thirds of a laptop's
    screen; the cursor stands where it is seen; what is drawn says what it is, or that it is an
    ornament; the agency is the author. ``but`` are sheets without a kind.
    """
    book = openpyxl.load_workbook(io.BytesIO(data))
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible":
            found = _broken_on(sheet, coloured=sheet.title not in but)
            yield from ((sheet.title, one) for one in found)
    if {book.properties.creator, book.properties.lastModifiedBy} != {_AGENCY}:
        yield "", "author"
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for part in package.namelist():
            drawn = _DRAWN.findall(package.read(part)) if "drawings/drawing" in part else []
            if any(b"descr=" not in one and b"decorative" not in one for one in drawn):
                yield part, "drawn without a description"


def _broken_on(sheet: Worksheet, *, coloured: bool) -> Iterator[str]:
    tab = sheet.sheet_properties.tabColor
    if coloured and (tab.rgb.removeprefix("FF") if tab else "") not in _TABS:
        yield "tab"
    if sheet.freeze_panes:
        first = sheet[sheet.freeze_panes]
        if _height(sheet, first.row) > _SCREEN_POINTS / 3:
            yield "frozen rows"
        if _width(sheet, first.column) > _SCREEN_PX / 3:
            yield "frozen columns"
    active = sheet[sheet.sheet_view.selection[-1].activeCell]
    column, row = sheet.column_dimensions[active.column_letter], sheet.row_dimensions[active.row]
    if column.hidden or row.hidden:
        yield f"cursor in hidden {active.coordinate}"


def _height(sheet: Worksheet, end: int) -> float:
    """Points of the rows before one."""
    rows = [sheet.row_dimensions[row] for row in range(1, end)]
    return sum(row.height or 15 for row in rows if not row.hidden)


def _width(sheet: Worksheet, end: int) -> float:
    """Pixels of the columns before one."""
    spans = [one for one in sheet.column_dimensions.values() if one.min]
    return sum(
        next((0 if one.hidden else in_pixels(one.width) for one in spans if at in _span(one)), 64)
        for at in range(1, end)
    )


def _span(one: ColumnDimension) -> range:
    return range(one.min, one.max + 1)


@pytest.fixture(params=BOOKS)
def data(request: pytest.FixtureRequest) -> bytes:
    return BOOKS[request.param]()


def test_how_to_fill_in_a_sheet_is_not_cut_at_the_edge_of_its_paper() -> None:
    wrapped = set()
    for sheet in openpyxl.load_workbook(io.BytesIO(units.blank("QLCNH"))).worksheets:
        hint = sheet.cell(NIL_ROW, NIL_TICK_COLUMN + 1)
        if not str(hint.value or "").startswith(NIL_HINT):
            continue
        printed = range(hint.column, range_boundaries(sheet.print_area.rpartition("!")[2])[2] + 1)
        widths = [sheet.column_dimensions[column_letters(at)] for at in printed]
        room = sum(one.width * CHARACTER_PX for one in widths if not one.hidden)
        if text_width(hint.value) / 0.75 > room:
            assert any(hint.coordinate in one for one in sheet.merged_cells.ranges), sheet.title
            assert hint.alignment.wrap_text
            wrapped.add(sheet.title)
    assert wrapped == {"Đánh giá"}


def test_cells_have_styles_with_names_and_look_as_before(data: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(data))
    names = {cell.style for sheet in book for row in sheet.iter_rows() for cell in row}
    assert names - {"Normal"} <= set(book.named_styles)
    assert names - {"Normal"}
    heading = next(
        cell
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.style in ("Sổ - đầu cột", "Sổ - ô bản in")
    )
    assert heading.font.name == "Times New Roman"
    assert heading.border.left.style == "thin"


@pytest.mark.parametrize("unit", ["QLCNH", "VP", "TTPT"])
def test_a_units_workbook_leaves_two_thirds_of_the_screen_to_its_rows(unit: str) -> None:
    assert list(broken_habits(units.blank(unit))) == []


def test_a_marked_copy_of_an_issued_workbook_has_its_habits() -> None:
    blank = units.blank("QLCNH")
    copy = attempt(blank, [error("Hồ sơ", "D8"), warning("PAKN", "B8")])
    assert list(broken_habits(copy.data, but=(SHEET,))) == []


def test_named_styles_of_nothing_leave_the_part_as_it_is() -> None:
    book = book_writer.BookWriter(created=CREATED, title="A", agency="B")
    book.sheet("A").write_number(0, 0, 1)
    with zipfile.ZipFile(io.BytesIO(book.finish())) as package:
        assert b'<cellStyles count="1">' in package.read("xl/styles.xml")


Rgb = tuple[float, float, float]


def _linear(colour: str) -> Rgb:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts
    )
    return red, green, blue


def _lab(colour: Rgb) -> Rgb:
    red, green, blue = (min(max(one, 0), 1) for one in colour)
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089
    x, y, z = (one ** (1 / 3) if one > 0.008856 else 7.787 * one + 16 / 116 for one in (x, y, z))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _seen(colour: str, blind: tuple[tuple[float, ...], ...] | None) -> Rgb:
    light = _linear(colour)
    if blind is None:
        return _lab(light)
    red, green, blue = (sum(a * b for a, b in zip(row, light, strict=True)) for row in blind)
    return _lab((red, green, blue))


@pytest.mark.parametrize("blind", [None, _RED_BLIND, _GREEN_BLIND])
@pytest.mark.parametrize(
    ("colours", "apart"),
    [
        (tuple(book_writer.TAB_COLOURS.values()), 15),
        ((book_writer.GOOD_FILL, book_writer.WARN_FILL, book_writer.BAD_FILL), 9),
    ],
)
def test_colours_are_told_apart_by_people_blind_to_some(
    colours: tuple[str, ...], apart: float, blind: tuple[tuple[float, ...], ...] | None
) -> None:
    seen = {one: _seen(one, blind) for one in colours}
    for first, second in combinations(colours, 2):
        far = sum((a - b) ** 2 for a, b in zip(seen[first], seen[second], strict=True)) ** 0.5
        assert far >= apart, (first, second, far)
