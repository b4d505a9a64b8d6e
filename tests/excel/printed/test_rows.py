import datetime as dt
from collections.abc import Sequence

import pytest

from kskt_excel.excel.printed.boxes import PageGrid
from kskt_excel.excel.printed.printed_table import (
    Columns,
    SetBody,
    TableFaces,
    TablePlace,
    body_outline,
    body_rows,
)
from kskt_excel.model.reading import Value
from kskt_excel.report.page import PageCell, PageColumn, PageRow, PageTable, PrintedPage
from tests.excel.printed.samples import books

_PAGES = [(name, page) for name, pages in books().items() for page in pages]
_IDS = [f"{name} {page.name}" for name, page in _PAGES]


def _set(table: PageTable, size: int) -> SetBody:
    columns = Columns.of(table)
    widths = columns.fitted(size, 890).widths
    grid = PageGrid.of([widths], 890, ())
    return SetBody.of(columns.body, TablePlace(grid, grid.spans(widths), size))


@pytest.mark.parametrize("size", [12, 10])
@pytest.mark.parametrize("most", [240.0, 60.0])
@pytest.mark.parametrize(("_name", "page"), _PAGES, ids=_IDS)
def test_pages_are_broken_by_the_rows_that_are_drawn(
    _name: str, page: PrintedPage, most: float, size: int
) -> None:
    for table in page.tables:
        rows = _set(table, size)
        drawn, outlined = (
            [(line.height, line.part, line.keep) for line in made(rows, most=most, last=50.0)]
            for made in (body_rows, body_outline)
        )
        assert outlined == drawn


def _of(values: Sequence[Value]) -> PageTable:
    rows = tuple(PageRow((PageCell(value),)) for value in values)
    return PageTable((PageColumn(("Số",)),), rows)


def test_equal_cells_share_a_face_and_what_only_compares_equal_does_not() -> None:
    day = dt.date(2022, 3, 14)
    body = TableFaces.of(_of(["một", 1, True, 1.0, day, "một", 1, True, day]))
    assert body.rows[5:] == (body.rows[0], body.rows[1], body.rows[2], body.rows[4])
    shown = [body.faces[face].value for (face,) in body.rows[:5]]
    assert [repr(value) for value in shown] == ["'một'", "1", "'Có'", "1", repr(day)]


def test_a_total_of_the_same_value_is_bold_and_its_neighbours_are_not() -> None:
    column = PageColumn(("Số",))
    rows = [
        PageRow((PageCell(5, "count"),)),
        PageRow((PageCell(5, "count", sums_column=True),), "total"),
    ]
    drawn = body_rows(_set(PageTable((column,), (*rows, rows[0])), 12), most=240, last=240)
    assert ["bold" in line.boxes[0].looks for line in drawn] == [False, True, False]
    assert [line.boxes[0].sums for line in drawn] == [None, None, None]


def test_a_total_that_adds_up_sums_the_rows_above_it() -> None:
    rows = [PageRow((PageCell(number, "count"),)) for number in (2, 2, 3)]
    total = PageRow((PageCell(7, "count", sums_column=True),), "total")
    drawn = body_rows(
        _set(PageTable((PageColumn(("Số",)),), (*rows, total)), 12), most=240, last=240
    )
    assert [line.boxes[0].sums for line in drawn] == [None, None, None, (3, 1)]
