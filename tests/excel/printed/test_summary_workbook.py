import datetime as dt
import io
import re
import zipfile
from functools import cache

import pytest
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from kskt_excel.excel.printed.page_writer import summary_workbook
from kskt_excel.excel.printed.placed_page import laid_out
from kskt_excel.report.page import PrintedPage
from kskt_excel.report.summary import CONTENTS
from tests.excel.printed.samples import CREATED, books
from tests.judges import cells, recalculated, without_results
from tests.looked_at import opened


@cache
def _made(name: str) -> bytes:
    return summary_workbook(books()[name], created=CREATED)


def test_every_count_stands_in_its_cell_as_a_number() -> None:
    book = opened(_made("usual"), results=True)
    counts = 0
    for page in books()["usual"]:
        printed = _rows_of_figures(book[page.name], page)
        for row in (row for table in page.tables for row in table.rows):
            shown = [cell.value for cell in row.cells if cell.figure]
            figures = [value for value in shown if isinstance(value, int)]
            if figures:
                assert figures in [one[-len(figures) :] for one in printed]
                counts += len(figures)
    assert counts > 100


def _rows_of_figures(sheet: Worksheet, page: PrintedPage) -> list[list[object]]:
    """The whole numbers of each row, without its ordinal number."""
    rows = sheet.iter_rows(min_col=3 if page.form_code else 2, values_only=True)
    return [[value for value in row if isinstance(value, int)] for row in rows]


def test_totals_are_sums_with_their_results_stored() -> None:
    data = _made("usual")
    formulas = opened(data)["Biểu II.06a"]
    results = opened(data, results=True)["Biểu II.06a"]
    total = next(row for row in formulas.iter_rows() if row[1].value == "Tổng cộng")
    cell = total[2]
    assert re.fullmatch(r"=SUM\(C\d+:C\d+\)", cell.value)
    first, last = map(int, re.findall(r"C(\d+)", cell.value))
    added = [results.cell(row, 3).value for row in range(first, last + 1)]
    assert results.cell(cell.row, 3).value == sum(v for v in added if isinstance(v, int)) == 1234587
    assert last == cell.row - 1


@pytest.mark.long
def test_libreoffice_computes_what_is_stored() -> None:
    data = _made("usual")
    bare = without_results(data)
    assert cells(bare) != cells(data)
    assert cells(recalculated(bare)) == cells(data)


@pytest.mark.parametrize("name", ["usual", "odd"])
def test_the_same_pages_give_the_same_bytes(name: str) -> None:
    assert summary_workbook(books()[name], created=CREATED) == _made(name)


def test_the_moment_is_stored_in_utc() -> None:
    vietnam = dt.timezone(dt.timedelta(hours=7))
    local = summary_workbook(books()["odd"], created=dt.datetime(2022, 3, 20, 8, tzinfo=vietnam))
    assert local == _made("odd")
    core = zipfile.ZipFile(io.BytesIO(local)).read("docProps/core.xml")
    assert b"2022-03-20T01:00:00Z" in core


def test_every_sheet_is_set_up_for_its_paper() -> None:
    book = opened(_made("usual"))
    assert len(book.worksheets) == len(books()["usual"]) + 1 == 16
    for sheet in book.worksheets:
        setup, margins = sheet.page_setup, sheet.page_margins
        upright = sheet.title in (CONTENTS, "Chỉ tiêu", "Đánh giá", "Tình hình gửi nhận")
        orientation = "portrait" if upright else "landscape"
        assert (setup.paperSize, setup.orientation, setup.scale) == (9, orientation, None)
        assert not setup.useFirstPageNumber  # the pages are numbered through the packet
        millimetres = [round(x * 25.4) for x in (margins.top, margins.bottom, margins.left)]
        assert (*millimetres, round(margins.right * 25.4)) == (20, 20, 30, 15)
        assert sheet.HeaderFooter.differentFirst
        assert sheet.oddHeader.center.text == "&P"
        assert sheet.firstHeader.center.text is None
        assert sheet.firstFooter.left.text == sheet.oddFooter.left.text
        assert sheet.print_title_rows
        assert sheet.print_area
        assert not sheet.sheet_properties.pageSetUpPr.fitToPage


def test_a_sheet_name_that_excel_forbids_is_mended() -> None:
    data = _made("odd")
    names = CalamineWorkbook.from_filelike(io.BytesIO(data)).sheet_names
    assert names[-1] == "=1+1 & 'dấu"


def test_the_first_sheet_lists_the_others_with_their_pages() -> None:
    pages = books()["usual"]
    book = opened(_made("usual"))
    assert book.sheetnames == [CONTENTS, *(page.name for page in pages)]
    rows = [[cell.value for cell in row] for row in book[CONTENTS].iter_rows()]
    listed = [[one for one in row if one is not None] for row in rows]
    listed = [row for row in listed if row and isinstance(row[0], int)]
    starts = [2]
    for page in pages:
        starts.append(starts[-1] + len(laid_out(page).breaks) + 1)
    assert [row[2] for row in listed] == [page.name for page in pages]
    assert [row[-1] for row in listed] == starts[:-1]
    cells = (cell for row in book[CONTENTS].iter_rows() for cell in row)
    places = {cell.hyperlink.location for cell in cells if cell.hyperlink}
    assert "'Biểu II.06a'!A1" in places
