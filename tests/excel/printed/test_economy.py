from dataclasses import replace

from kskt_excel.excel.heights import text_width
from kskt_excel.excel.printed.boxes import PlacedPage
from kskt_excel.excel.printed.placed_page import laid_out
from kskt_excel.excel.printed.printed_table import Columns
from kskt_excel.report.page import PageCell, PageColumn, PageRow, PageTable, PrintedPage
from tests.excel.printed.samples import books


def _page(name: str) -> PrintedPage:
    return next(page for page in books()["usual"] if page.name == name)


def _letters(sheet: PlacedPage) -> set[int]:
    return {box.size for line in sheet.lines if line.part == "data" for box in line.boxes}


def test_letters_shrink_where_that_saves_a_page_and_never_below_ten_points() -> None:
    sheet = laid_out(_page("Biểu II.02"))
    assert sheet.breaks == ()
    assert _letters(sheet) == {11} or _letters(sheet) == {10}


def test_letters_stay_large_where_smaller_ones_save_nothing() -> None:
    sheet = laid_out(_page("Biểu II.06a"))
    assert len(sheet.breaks) == 1
    assert _letters(sheet) == {12}


def test_a_text_at_the_left_keeps_clear_of_the_line() -> None:
    rows = [line for line in laid_out(_page("Tiến độ")).lines if line.part == "data"]
    assert rows
    assert all("indent" in line.boxes[1].looks for line in rows)


def test_a_short_text_in_the_middle_of_its_cell_stays_on_one_line() -> None:
    columns = (PageColumn(("STT",), width=40), PageColumn(("Hạn",), width=200))
    table = PageTable(columns, (PageRow((PageCell(1), PageCell("Thường xuyên"))),))
    assert Columns.of(table).least_widths(12)[1] > text_width("Thường xuyên", 12) / 0.75
    long = replace(table, rows=(PageRow((PageCell(1), PageCell("Thường xuyên trong năm"))),))
    assert Columns.of(long).least_widths(12)[1] < text_width("Thường xuyên", 12) / 0.75
