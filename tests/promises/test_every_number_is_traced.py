"""P11: every number of print and tracker is traced, and its records add up to the cell."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from kskt_excel.model.period import Period
from kskt_excel.office.desk import Desk, open_desk
from kskt_excel.office.figure import NotAFigureError, traced
from kskt_excel.office.quarter import PeriodWork, period_work
from tests.promises.told_periods import SAMPLE_DAYS
from tests.promises.walk_tables import numbered

ORDINALS = ("STT", "Chỉ số")
"""Headings of numbers that only count the lines."""
MEANS = ("Đơn vị tự chấm", "Văn phòng thẩm định")
"""Headings of points: a mean or a step, no sum; what is behind them is told with its own totals."""
ROUNDED = 0.06
SAMPLE = 12
"""Of the columns each third is tried by default, every number of all of them at length."""


@dataclass(frozen=True)
class Number:
    """A cell with a number, and what it stands under."""

    sheet: str
    cell: str
    value: float
    under: tuple[str, ...]


@pytest.fixture(scope="module")
def folder(sample_half: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shutil.copytree(sample_half, tmp_path_factory.mktemp("numbers") / "ws")


@pytest.fixture(scope="module")
def desk(folder: Path) -> Desk:
    return open_desk(folder, as_of=SAMPLE_DAYS[1])


@pytest.fixture(scope="module")
def work(desk: Desk) -> PeriodWork:
    return period_work(desk, Period.parse("2022-Q2"))


def printed(folder: Path) -> Iterator[Number]:
    """The numbers of the printed pages, by page and number of the column."""
    path = folder / "workbooks" / "summaries" / "2022-Q2" / "tong-hop-2022-Q2.xlsx"
    for page in load_workbook(path, data_only=True):
        if page.title == "Danh mục biểu":
            continue
        columns, head = numbered(page)
        for cell in _numbers(page, head + 1):
            number = columns.get(cell.column, "")
            heads = [str(page.cell(row, cell.column).value) for row in range(head - 3, head)]
            if not set(heads) & set(ORDINALS):
                yield Number(page.title, cell.coordinate, cell.value, (page.title, number))


def tracked(folder: Path) -> Iterator[Number]:
    """The numbers of the tracker, by sheet, block and heading; hidden columns draw charts."""
    path = folder / "workbooks" / "tracker" / "theo-doi-2022.xlsx"
    for page in load_workbook(path, data_only=True):
        block, heads = "", dict[int, str]()
        for row in page.iter_rows(min_row=4):
            first = row[0].value
            if isinstance(first, str) and first.startswith("_id/"):
                block, heads = first, {c.column: str(c.value) for c in row if c.value}
                continue
            for cell in row:
                if isinstance(cell.value, int | float) and not isinstance(cell.value, bool):
                    head = heads.get(cell.column, f"{cell.column_letter}{cell.row}")
                    if head not in ORDINALS:
                        yield Number(
                            page.title, cell.coordinate, cell.value, (page.title, block, head)
                        )


def _numbers(page: Any, first: int) -> Iterator[Any]:
    for row in page.iter_rows(min_row=first):
        for cell in row:
            if isinstance(cell.value, int | float) and not isinstance(cell.value, bool):
                yield cell


def answer(desk: Desk, work: PeriodWork, one: Number, product: str) -> str:
    """What is wrong with the trace of a number; "" when nothing is."""
    try:
        told = traced(desk, work, f"{one.sheet}!{one.cell}", product=product).json
    except NotAFigureError as error:
        return f"{one}: {error}"
    if told is None or told["value"] != one.value:
        return f"{one}: {told and told['value']}"
    if one.under[-1] in MEANS:
        totals = [part["title"].split(" = ")[0] for part in told["parts"] if " = " in part["title"]]
        sums = [f"{part['total']:g}" for part in told["parts"] if " = " in part["title"]]
        return "" if totals == sums and told["cells"] else f"{one}: {totals} {sums}"
    if one.under[-1].endswith("kết quả"):
        over, under = (part["total"] for part in told["parts"])
        return "" if over / under == one.value else f"{one}: {over}/{under}"
    added = sum(cell["adds"] for cell in told["cells"])
    return "" if abs(added - one.value) < ROUNDED else f"{one}: {added}"


def firsts(numbers: Iterator[Number]) -> list[Number]:
    """Of each column one number, not 0 where there is another."""
    found: dict[tuple[str, ...], Number] = {}
    for one in numbers:
        if one.under not in found or (one.value and not found[one.under].value):
            found[one.under] = one
    return list(found.values())


def test_a_number_of_a_printed_column_leads_to_records_that_add_up_to_it(
    folder: Path, desk: Desk, work: PeriodWork
) -> None:
    some = firsts(printed(folder))
    assert len(some) > 80
    some = some[::SAMPLE]
    assert [wrong for one in some if (wrong := answer(desk, work, one, "print"))] == []


def test_a_number_of_a_tracked_column_leads_to_records_that_add_up_to_it(
    folder: Path, desk: Desk, work: PeriodWork
) -> None:
    some = firsts(tracked(folder))
    assert len(some) > 150
    some = some[::SAMPLE]
    assert [wrong for one in some if (wrong := answer(desk, work, one, "tracker"))] == []


@pytest.mark.long
@pytest.mark.parametrize("product", ["print", "tracker"])
def test_every_number_leads_to_records_that_add_up_to_it(
    folder: Path, desk: Desk, work: PeriodWork, product: str
) -> None:
    numbers = list(printed(folder) if product == "print" else tracked(folder))
    assert len(numbers) > 500
    assert [wrong for one in numbers if (wrong := answer(desk, work, one, product))] == []
