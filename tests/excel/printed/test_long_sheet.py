"""Long sheets are written by whole rows, with the bytes that XlsxWriter's own calls give."""

import datetime as dt
from dataclasses import replace

import pytest

from kskt_excel.excel.printed import page_writer
from kskt_excel.excel.printed.page_writer import summary_workbook
from kskt_excel.report.page import PageCell, PageColumn, PageRow, PageTable, PrintedPage
from tests.excel.printed.samples import CREATED, books

_COLUMNS = (
    PageColumn(("STT",), "1", 40),
    PageColumn(("Đơn vị",), "2", 200, "left"),
    PageColumn(("Tổng số",), "3"),
    PageColumn(("Trong kỳ",), "4"),
    PageColumn(("Ghi chú",), "5", 120, "left"),
)


def _row(number: int) -> PageRow:
    name = PageCell(f"Xã <{number}> & 'phố'", "label")
    if number % 40 == 7:  # has not sent: said once over all of its figures
        rest = (
            PageCell("chưa báo cáo", over=3),
            PageCell("chưa báo cáo"),
            PageCell("chưa báo cáo"),
        )
    elif number % 40 == 8:
        rest = (PageCell(12.5, "percent"), PageCell(dt.date(2022, 3, 14)), PageCell("=1+1"))
    elif number == 90:  # goes on on the next page
        rest = (PageCell(1), PageCell(2), PageCell("thủ tục hành chính " * 120))
    else:
        rest = (PageCell(number * 1_000_003, "count"), PageCell(3, shade="bad"), PageCell(" \n"))
    return PageRow((PageCell(number, "label"), name, *rest))


def long_page() -> PrintedPage:
    """A page of 262 rows with all that a row may have."""
    rows = [_row(number) for number in range(1, 261)]
    rows.insert(100, PageRow((PageCell("II", "label"), PageCell("Cấp xã", "label")), "section"))
    figures = [row.cells[3].value for row in rows if row.kind == "data" and len(row.cells) == 5]
    total = sum(value for value in figures if isinstance(value, int))
    last = (
        PageCell(),
        PageCell("Tổng cộng"),
        PageCell(),
        PageCell(total, "count", sums_column=True),
        PageCell(),
    )
    table = PageTable(_COLUMNS, (*rows, PageRow(last, "total")))
    return replace(books()["usual"][0], tables=(table,))


def test_both_ways_of_writing_give_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = (long_page(), books()["usual"][1], replace(long_page(), name="Hai"))
    assert page_writer.long_sheets_work()  # asked once a process, and it puts rows itself
    put: list[int] = []
    put_row = page_writer.put_row

    def counted(*args: object) -> None:
        put.append(1)
        put_row(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(page_writer, "put_row", counted)
    by_rows = summary_workbook(pages, created=CREATED)
    assert len(put) > 400
    monkeypatch.setattr(page_writer, "long_sheets_work", lambda: False)
    assert summary_workbook(pages, created=CREATED) == by_rows
    assert len(put) < 520


def test_this_xlsxwriter_has_what_long_sheets_stand_on() -> None:
    assert page_writer.long_sheets_work()


def test_where_xlsxwriter_has_changed_cells_are_written_by_its_own_calls(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def renamed(*_: object) -> None:
        raise AttributeError

    monkeypatch.setattr(page_writer, "put_row", renamed)
    assert page_writer.long_sheets_work.__wrapped__() is False
