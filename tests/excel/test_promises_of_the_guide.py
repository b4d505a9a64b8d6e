"""What the guide on the first sheet allows can be done in Excel, and is accepted then."""

import io
from collections.abc import Callable
from dataclasses import replace

import openpyxl
import pytest

from kskt_excel.check.engine import run_rules
from kskt_excel.excel.formats.gate import Gated, inspect
from kskt_excel.excel.formats.readers import read_book
from kskt_excel.model.book import Book, Raw, Sheet
from kskt_excel.model.finding import Severity
from kskt_excel.reading.workbook import Reader
from tests import builders
from tests.excel import samples

READER = Reader(builders.small_plan(), builders.forms())
FIRST, TOTAL, WIDTH = 8, 14, 18  # of «Hồ sơ»: first row, row of totals, columns with the row keys
SUMS = {"D": "EFGH", "I": "JKLM", "N": "OPQ"}
"""Sums of a row and their parts."""


@pytest.mark.parametrize("unit", ["QLCNH", "VP"])
def test_no_cell_inside_a_list_is_locked_and_its_ends_are(unit: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(samples.blank(unit)))
    for sheet in book.worksheets:
        if not sheet.auto_filter.ref:
            continue
        (left, top), (right, bottom) = _corners(sheet.auto_filter.ref)
        cells = (c for row in sheet.iter_rows(top + 1, bottom, left, right) for c in row)
        written = [cell for cell in cells if cell.has_style]  # others have the look of their row
        assert not any(cell.protection.locked for cell in written), sheet.title
        assert sheet.column_dimensions[openpyxl.utils.get_column_letter(right)].hidden, sheet.title
        assert all(cell.protection.locked for cell in sheet[top][:right]), sheet.title


def _corners(reference: str) -> tuple[tuple[int, int], tuple[int, int]]:
    left, top, right, bottom = openpyxl.utils.range_boundaries(reference)
    return (left, top), (right, bottom)


Rows = list[list[Raw]]


def _filled() -> Book:
    first = samples.BALANCED | {"resolved_overdue": 0, "pending_in_time": 3}
    nothing = dict.fromkeys(first, 0)
    others = [nothing | {"procedure": code} for code in ("2.002380", "1.003542")]
    gated = inspect("QLCNH.xlsx", samples.filled(ho_so=[first, *others]))
    assert isinstance(gated, Gated)
    book, _ = read_book(gated)
    assert book is not None
    return book


def _inserted(rows: Rows) -> Rows:
    """A row put in between: looks and lists are copied, formulas are not."""
    new: list[Raw] = [None] * WIDTH
    new[0], new[1], new[2] = "1.009999", "Thủ tục mới", "Sở hữu trí tuệ"
    for letter in "EFGHJKLMOPQ":
        new[ord(letter) - ord("A")] = 0.0
    new[4] = new[10] = 2.0
    return [*rows[:1], new, *rows[1:]]


def _sorted(rows: Rows) -> Rows:
    return sorted(rows, key=lambda row: str(row[0] or "~"), reverse=True)


def _without_spares(rows: Rows) -> Rows:
    return [row for row in rows if row[0]]


MANNERS: dict[str, Callable[[Rows], Rows]] = {
    "as issued": lambda rows: rows,
    "a row put in": _inserted,
    "a row put in at the end": lambda rows: [*rows, *_inserted([])],
    "sorted, row keys and all": _sorted,
    "spare rows deleted": _without_spares,
    "sorted and a row put in": lambda rows: _inserted(_sorted(rows)),
}


@pytest.mark.parametrize("manner", MANNERS)
def test_what_the_guide_allows_is_accepted_and_counted(manner: str) -> None:
    book = _filled()
    sheets = [_changed(sheet, manner) if sheet.name == "Hồ sơ" else sheet for sheet in book.sheets]
    reading = READER.read(replace(book, sheets=sheets))
    broken = run_rules(reading, plan=builders.small_plan(), forms=builders.forms())
    found = [*reading.findings, *broken]
    own = [one for one in found if one.at and one.at.sheet == "Hồ sơ"]
    assert [one.code for one in own if one.severity is Severity.ERROR] == []
    assert len([one for one in own if one.severity is Severity.INFO]) <= 1
    added = 2 if "put in" in manner else 0
    sheet = reading.sheets["ho-so"]
    assert sum(record.count("received_total") for record in sheet.records) == _received() + added
    assert sheet.total is None or sheet.total.count("received_total") == _received() + added


def _received() -> int:
    records = READER.read(_filled()).sheets["ho-so"].records
    return sum(record.count("received_total") for record in records)


def _changed(sheet: Sheet, manner: str) -> Sheet:
    """The sheet as Excel leaves it: the totals sum what stands above them."""
    body = [[*row, *[None] * (WIDTH - len(row))] for row in sheet.rows[FIRST - 1 : TOTAL - 1]]
    rows = MANNERS[manner](body)
    total = [*sheet.rows[TOTAL - 1], *[None] * (WIDTH - len(sheet.rows[TOTAL - 1]))]
    for at in range(3, 17):
        figures = [row[at] for row in rows]
        total[at] = float(sum(one for one in figures if isinstance(one, float)))
    formulas = {
        (row, ord(letter) - ord("A") + 1): f"SUM({parts[0]}{row}:{parts[-1]}{row})"
        for row, cells in enumerate(rows, start=FIRST)
        for letter, parts in SUMS.items()
        if cells[ord(letter) - ord("A")] is not None
    }
    last = FIRST + len(rows)
    formulas |= {(last, at): f"SUM(A{FIRST}:A{last - 1})" for at in range(4, 18)}
    facts = replace(sheet.facts, formulas=formulas, unstored=frozenset())
    return replace(sheet, rows=[*sheet.rows[: FIRST - 1], *rows, total], facts=facts)
