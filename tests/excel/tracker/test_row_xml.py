"""Rows made column by column read as those that XlsxWriter writes cell by cell."""

import datetime as dt
import io
from typing import Any

import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from kskt_excel.excel.book_writer import CellContent, CellLine, Formula, write_lines
from kskt_excel.excel.tracker.blocks import ColumnRows
from kskt_excel.excel.tracker.tracker_writer import (
    ChunkFile,
    Insert,
    RowXml,
    fast_sheet,
    insert,
    moved_rows,
    packed_chunk,
    spliced,
    style_numbers,
)

DAY, MOMENT = dt.date(2022, 3, 14), dt.datetime.fromisoformat("2022-03-14T09:30:15")
TEXTS: tuple[CellContent, ...] = (
    "Phòng <Kế hoạch> & Tài chính",
    '"=1+1"',
    "  hai đầu  ",
    "dòng một\ndòng hai\n",
    "_x0041_ và _x00e9_, _xyz_",
    "có\x07chuông\r\nvà\u00a0cách",
    "\u2028",
    "x" * 40_000,
    "",
    None,
)
MIXED: tuple[CellContent, ...] = (
    *(1, 1.0, True, "1", 0, 0.0, -0.0, False, "0", None),
    *(10**15, 0.1, DAY, MOMENT),
    *(Formula("1+1", 2), Formula('IF(A1<2,"<","&")', "<")),
)
COLUMNS = {
    "texts": TEXTS,
    "counts": (0, 7, None, 7, 1_000_000, -3),
    "decimals": (0.5, None, 33.25, 1.0, 12345678.9),
    "days": (DAY, None, DAY, dt.date(1900, 3, 1), dt.date(2099, 12, 31)),
    "blank": (None, None),
    "mixed": MIXED,
    "mixed, turned": MIXED[::-1],
}


def both(values: tuple[CellContent, ...]) -> tuple[bytes, bytes]:
    """A workbook with keys in column A and their values in column B, made both ways."""
    table = ColumnRows([f"k{at}" for at in range(len(values))], [values])
    fast, plain = io.BytesIO(), io.BytesIO()
    book = Workbook(fast, {"in_memory": True})
    look = book.add_format({"num_format": "0.00"})
    sheet = book.add_worksheet("A", fast_sheet())
    xml = RowXml(style_numbers([look] * 3)).rows(3, table, [None] * len(values))
    insert(sheet, Insert(3, len(values), 3, 0))
    book.close()
    book = Workbook(plain, {"in_memory": True})
    look = book.add_format({"num_format": "0.00"})
    rows = zip(table.keys, *table.columns, strict=True)
    write_lines(book.add_worksheet("A"), 3, [CellLine((*one, None), [look] * 3) for one in rows])
    book.close()
    whole = io.BytesIO()
    with ChunkFile() as chunks:
        chunks.add(packed_chunk(xml))
        spliced(fast.getvalue(), chunks, whole)
    return whole.getvalue(), plain.getvalue()


def by_openpyxl(data: bytes, *, results: bool) -> list[tuple[Any, ...]]:
    sheet = load_workbook(io.BytesIO(data), data_only=results)["A"]
    return [
        (cell.coordinate, cell.value, cell.data_type, cell.number_format)
        for row in sheet.iter_rows()
        for cell in row
    ]


def by_calamine(data: bytes) -> list[list[Any]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return book.get_sheet_by_name("A").to_python(skip_empty_area=False)


@pytest.mark.parametrize("values", COLUMNS.values(), ids=COLUMNS)
def test_every_reader_sees_the_same(values: tuple[CellContent, ...]) -> None:
    fast, plain = both(values)
    for results in (True, False):
        assert by_openpyxl(fast, results=results) == by_openpyxl(plain, results=results)
    assert by_calamine(fast) == by_calamine(plain)


def test_rows_do_not_depend_on_those_made_before() -> None:
    xml = RowXml([1, 2, 3])
    keys = [f"k{at}" for at in range(len(MIXED))]
    xml.rows(1, ColumnRows(keys, [MIXED, MIXED[::-1]]), [None] * len(MIXED))
    again = ColumnRows(keys[:3], [[1.0, 1.0, -0.0], [True, True, False]])
    assert xml.rows(5, again, [None] * 3) == RowXml([1, 2, 3]).rows(5, again, [None] * 3)


def test_rows_that_are_moved_are_those_made_for_their_place() -> None:
    texts = ['<c r="A7', '<row r="7"', 'r="B12"', "A7"]
    table = ColumnRows([f"k{at}" for at in range(4)], [texts, [7, 8, 9, 10]])
    xml = RowXml([1, 2, 3, 4], 1)
    heights = [21.0, None, 7.0, 18.0]
    for first, now in ((5, 12), (98, 9), (7, 7)):
        assert moved_rows(xml.rows(first, table, heights), now - first) == xml.rows(
            now, table, heights
        )
