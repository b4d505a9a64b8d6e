"""Long sheets are written by whole rows, with the bytes that XlsxWriter's own calls give."""

import datetime as dt
from dataclasses import replace

import pytest

from kskt_excel.excel.pages import long_sheet, writer
from kskt_excel.excel.summary import summary_workbook
from kskt_excel.report.content import Cell, Column, Page, Row, Table
from tests.excel.pages.samples import CREATED, books

_COLUMNS = (
    Column(("STT",), "1", 40),
    Column(("Đơn vị",), "2", 200, "left"),
    Column(("Tổng số",), "3"),
    Column(("Trong kỳ",), "4"),
    Column(("Ghi chú",), "5", 120, "left"),
)


def _row(number: int) -> Row:
    name = Cell(f"Xã <{number}> & 'phố'", "label")
    if number % 40 == 7:  # has not sent: said once over all of its figures
        rest = (Cell("chưa báo cáo", over=3), Cell("chưa báo cáo"), Cell("chưa báo cáo"))
    elif number % 40 == 8:
        rest = (Cell(12.5, "percent"), Cell(dt.date(2022, 3, 14)), Cell("=1+1"))
    elif number == 90:  # goes on on the next page
        rest = (Cell(1), Cell(2), Cell("thủ tục hành chính " * 120))
    else:
        rest = (Cell(number * 1_000_003, "count"), Cell(3, shade="bad"), Cell(" \n"))
    return Row((Cell(number, "label"), name, *rest))


def _long_page() -> Page:
    rows = [_row(number) for number in range(1, 261)]
    rows.insert(100, Row((Cell("II", "label"), Cell("Cấp xã", "label")), "section"))
    figures = [row.cells[3].value for row in rows if row.kind == "data" and len(row.cells) == 5]
    total = sum(value for value in figures if isinstance(value, int))
    last = (Cell(), Cell("Tổng cộng"), Cell(), Cell(total, "count", sums_column=True), Cell())
    table = Table(_COLUMNS, (*rows, Row(last, "total")))
    return replace(books()["usual"][0], tables=(table,))


def test_both_ways_of_writing_give_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = (_long_page(), books()["usual"][1], replace(_long_page(), name="Hai"))
    put: list[int] = []

    def counted(*args: object) -> None:
        put.append(1)
        long_sheet.put_row(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(writer, "put_row", counted)
    by_rows = summary_workbook(pages, created=CREATED)
    assert len(put) > 400
    monkeypatch.setattr(writer, "works", lambda: False)
    assert summary_workbook(pages, created=CREATED) == by_rows
    assert len(put) < 520


def test_this_xlsxwriter_has_what_long_sheets_stand_on() -> None:
    assert long_sheet.works()


def test_where_xlsxwriter_has_changed_cells_are_written_by_its_own_calls(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def renamed(*_: object) -> None:
        raise AttributeError

    monkeypatch.setattr(long_sheet, "put_row", renamed)
    assert long_sheet.works.__wrapped__() is False
