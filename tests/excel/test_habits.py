"""What people expect of any good workbook, asked of each that the program writes."""

import io
import re
import zipfile
from collections.abc import Callable
from itertools import combinations

import openpyxl
import pytest
from openpyxl.utils.cell import range_boundaries

from kskt_excel.excel import book_writer
from kskt_excel.excel.heights import text_width
from kskt_excel.excel.issued.form_sheet import NIL_ROW, NIL_TICK_COLUMN
from kskt_excel.excel.issued.order import NIL_HINT
from kskt_excel.excel.printed.page_writer import summary_workbook
from kskt_excel.excel.tracker.blocks import CHARACTER_PX
from kskt_excel.model.book import column_letters
from tests.excel import samples as units
from tests.excel.printed.samples import CREATED, books
from tests.excel.tracker import samples as tracker

BOOKS: dict[str, Callable[[], bytes]] = {
    "unit": lambda: units.blank("QLCNH"),
    "tracker": tracker.built,
    "summary": lambda: summary_workbook(books()["usual"], created=CREATED),
}
_AGENCY = "Sở Khoa học và Công nghệ"
_DRAWN = re.compile(rb"<xdr:cNvPr [^>]*>(?:.*?</xdr:cNvPr>)?", re.DOTALL)
_RED_BLIND = ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (0, 0, 1))
_GREEN_BLIND = ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (0, 0, 1))
"""Machado, Oliveira and Fernandes 2009, severity 1; the last row is near enough for our inks."""


@pytest.fixture(params=BOOKS)
def data(request: pytest.FixtureRequest) -> bytes:
    return BOOKS[request.param]()


def test_every_tab_has_the_colour_of_its_kind(data: bytes) -> None:
    known = {f"FF{one.removeprefix('#')}" for one in book_writer.TAB_COLOURS.values()}
    for sheet in openpyxl.load_workbook(io.BytesIO(data)).worksheets:
        if sheet.sheet_state == "visible":
            assert sheet.sheet_properties.tabColor, sheet.title
            assert sheet.sheet_properties.tabColor.rgb in known, sheet.title


_SCREEN_POINTS = 366  # of rows on a laptop's 1366 x 768 under Excel's ribbon
_FROZEN = {**BOOKS, "VP": lambda: units.blank("VP"), "TTPT": lambda: units.blank("TTPT")}


@pytest.mark.parametrize("name", _FROZEN)
def test_frozen_heads_leave_two_thirds_of_a_laptops_screen(name: str) -> None:
    for sheet in openpyxl.load_workbook(io.BytesIO(_FROZEN[name]())).worksheets:
        if sheet.sheet_state == "visible" and sheet.freeze_panes:
            above = range(1, sheet[sheet.freeze_panes].row)
            rows = [sheet.row_dimensions[row] for row in above]
            high = sum(row.height or 15 for row in rows if not row.hidden)
            assert high <= _SCREEN_POINTS / 3, sheet.title


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


def test_the_same_author_stands_in_every_book(data: bytes) -> None:
    properties = openpyxl.load_workbook(io.BytesIO(data)).properties
    assert (properties.creator, properties.lastModifiedBy) == (_AGENCY, _AGENCY)


def test_what_is_drawn_says_what_it_is_or_that_it_is_an_ornament(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = [one for one in package.namelist() if "drawings/drawing" in one]
        drawn = [one for part in parts for one in _DRAWN.findall(package.read(part))]
    assert not [one for one in drawn if b"descr=" not in one and b"decorative" not in one]


def test_the_cursor_stands_where_it_can_be_seen(data: bytes) -> None:
    for sheet in openpyxl.load_workbook(io.BytesIO(data)).worksheets:
        if sheet.sheet_state == "visible" and sheet.title != "Tổng quan":
            active = sheet.sheet_view.selection[-1].activeCell
            cell = sheet[active]
            assert not sheet.column_dimensions[cell.column_letter].hidden, (sheet.title, active)
            assert not sheet.row_dimensions[cell.row].hidden, (sheet.title, active)


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
