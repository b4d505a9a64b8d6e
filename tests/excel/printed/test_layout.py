from collections.abc import Sequence
from dataclasses import replace

import pytest

from kskt_excel.excel.printed.boxes import PlacedPage
from kskt_excel.excel.printed.placed_page import cell_of, laid_out, place_at
from kskt_excel.report.page import FigureRef, PrintedPage
from tests.excel.printed.printed import text_of
from tests.excel.printed.samples import books


def figure_at(pages: Sequence[PrintedPage], sheet: str, a1: str) -> FigureRef | None:
    place = place_at(pages, sheet, a1)
    return place.figure if place else None


_EVERY = [(name, page) for name, pages in books().items() for page in pages]
_IDS = [f"{name} {page.name}" for name, page in _EVERY]
_BODY = ("data", "section", "total")


def _last_page(sheet: PlacedPage) -> list[str]:
    start = sheet.breaks[-1] if sheet.breaks else 0
    return [line.part for line in sheet.lines[start:]]


@pytest.mark.parametrize(("_name", "page"), _EVERY, ids=_IDS)
def test_the_signatures_share_their_page_with_two_rows(_name: str, page: PrintedPage) -> None:
    sheet = laid_out(page)
    rows = sum(line.part in _BODY for line in sheet.lines)
    last = _last_page(sheet)
    assert last.count("signature") == sum(line.part == "signature" for line in sheet.lines)
    assert sum(part in _BODY for part in last) >= (2 if rows > 2 else min(1, rows))


@pytest.mark.parametrize(("_name", "page"), _EVERY, ids=_IDS)
def test_no_page_ends_with_a_section_or_with_heads(_name: str, page: PrintedPage) -> None:
    sheet = laid_out(page)
    assert [
        row
        for row in sheet.breaks
        if sheet.lines[row - 1].part in ("section", "head") and sheet.lines[row].part in _BODY
    ] == []


@pytest.mark.parametrize(("_name", "page"), _EVERY, ids=_IDS)
def test_the_columns_fill_the_paper_and_no_row_is_too_high_for_excel(
    _name: str, page: PrintedPage
) -> None:
    sheet = laid_out(page)
    assert sum(sheet.widths) == (890 if sheet.landscape else 585)
    assert min(sheet.widths) > 0
    assert max(line.height for line in sheet.lines) <= 409


@pytest.mark.parametrize(("_name", "page"), _EVERY, ids=_IDS)
def test_no_cell_says_none_and_boxes_never_overlap(_name: str, page: PrintedPage) -> None:
    taken: set[tuple[int, int]] = set()
    for row, line in enumerate(laid_out(page).lines):
        for box in line.boxes:
            assert "None" not in text_of(box)
            cells = {
                (row + down, column)
                for down in range(box.down)
                for column in range(box.first, box.last + 1)
            }
            assert not cells & taken
            taken |= cells


def test_what_is_missing_is_a_blank_to_fill_by_hand() -> None:
    page = books()["nothing_in"][0]
    texts = [text_of(box) for line in laid_out(page).lines for box in line.boxes]
    assert {"NGƯỜI LẬP BIỂU", "(Ký tên, đóng dấu)"} <= set(texts)
    assert not any("GIÁM ĐỐC" in text for text in texts)


def test_every_figure_is_found_from_its_cell_and_its_cell_from_the_figure() -> None:
    pages = books()["usual"]
    figures = [
        figure
        for page in pages
        for table in page.tables
        for row in table.rows
        for figure in row.figures
        if figure
    ]
    some = figures[::9]
    places = {figure: cell_of(pages, figure) for figure in some}
    assert len(places) == len(some) > 30
    assert all(figure_at(pages, *at) == figure for figure, at in places.items() if at)
    assert None not in places.values()


def test_a_figure_is_the_one_that_stands_in_the_printed_cell() -> None:
    pages = books()["usual"]
    figure = FigureRef("II.06a", "An toàn bức xạ và hạt nhân", "3")
    at = cell_of(pages, figure)
    assert at is not None
    sheet = next(laid_out(page) for page in pages if page.name == at[0])
    row = int(at[1].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    values = [box.value for box in sheet.lines[row - 1].boxes]
    assert values[:3] == [1, "An toàn bức xạ và hạt nhân", 1234587]


@pytest.mark.parametrize(
    ("sheet", "cell"),
    [
        ("Biểu II.06a", "A1"),
        ("Biểu II.06a", "ZZ9"),
        ("Biểu II.06a", "C999"),
        ("Không có", "C9"),
    ],
)
def test_a_cell_without_a_figure_gives_none(sheet: str, cell: str) -> None:
    assert figure_at(books()["usual"], sheet, cell) is None


def test_a_sheet_is_found_however_its_name_is_written() -> None:
    pages = books()["usual"]
    at = cell_of(pages, FigureRef("II.06a", "", "3"))
    assert at is not None
    assert figure_at(pages, "biểu ii.06a", at[1].lower()) == FigureRef("II.06a", "", "3")


def test_what_is_no_cell_is_refused_and_a_figure_that_is_not_printed_has_no_cell() -> None:
    pages = books()["usual"]
    with pytest.raises(ValueError, match="G"):
        figure_at(pages, "Biểu II.06a", "G")
    assert cell_of(pages, FigureRef("II.99", "", "3")) is None


def test_one_cell_over_all_figures_says_that_a_unit_has_not_sent() -> None:
    pages = books()["crowded"]
    first = FigureRef("II.02", "CCTDC", "3")
    last = FigureRef("II.02", "CCTDC", "12")
    at, far = cell_of(pages, first), cell_of(pages, last)
    assert at is not None
    assert far is not None
    assert (figure_at(pages, *at), figure_at(pages, *far)) == (first, last)
    sheet = next(laid_out(page) for page in pages if page.name == at[0])
    row = int(at[1].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    assert [text_of(box) for box in sheet.lines[row - 1].boxes][2:] == ["chưa báo cáo"]


def test_a_wide_table_asked_for_upright_is_laid_across() -> None:
    page = next(page for page in books()["usual"] if page.name == "Biểu II.08")
    assert laid_out(replace(page, orientation="portrait")).landscape


def test_a_text_over_several_pages_is_whole_when_its_pieces_are_joined() -> None:
    page = books()["crowded"][0]
    given = next(row for row in page.tables[0].rows if row.kind == "data").cells[5].value
    lines = laid_out(page).lines
    first = next(at for at, line in enumerate(lines) if line.part == "data")
    pieces = [lines[first]]
    for line in lines[first + 1 :]:
        if line.boxes[0].value is not None or line.part != "data":
            break
        pieces.append(line)
    assert len(pieces) > 3
    joined = "".join(str(piece.boxes[5].value) for piece in pieces)
    assert joined.replace(" ", "").replace("\n", "") == str(given).replace(" ", "").replace(
        "\n", ""
    )


def test_a_page_without_a_table_has_its_head_and_its_signatures() -> None:
    page = replace(books()["usual"][0], tables=())
    sheet = laid_out(page)
    texts = [" ".join(text_of(box).split()) for line in sheet.lines for box in line.boxes]
    assert {*(line.upper() for line in page.title), "NGƯỜI LẬP BIỂU"} <= set(texts)
    assert sheet.breaks == ()
