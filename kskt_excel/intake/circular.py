"""Formulas that add up themselves (tham chiếu vòng): Excel stores 0, which is no figure."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from kskt_excel.intake.cells import Cells
from kskt_excel.intake.remarks import over
from kskt_excel.intake.tables import Table
from kskt_excel.model.cells import CellRef, column_number
from kskt_excel.model.grid import Cell, Sheet

_REFERENCE = re.compile(
    r"((?:'[^']*'|[\w.]+)!)?"  # another sheet
    r"\$?\b([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?(?![\w(])"
)
_TEXT = re.compile(r'"[^"]*"')
_MOST_REMEMBERED = 8192
_FORMS_REMEMBERED = 32
_MOST_OF_A_FORM = 500  # formulas
_MOST_CHARACTERS = 20_000

Block = tuple[int, int, int, int]
"""First row, first column, last row, last column."""


def note_circular(cells: Cells, sheet: Sheet, table: Table, total: int) -> None:
    """Makes cells of data rows in a loop unread, with one finding that names the whole loop.

    Cells of the row of totals are left in ``cells.loops`` for it.
    """
    keys = {at: key for key, at in table.columns.items()}
    cells.loops = frozenset(
        (row, at)
        for row, at in loops(sheet.facts.formulas)
        if at in keys and (row in cells.values or row == total)
    )
    if not cells.loops:
        return
    for row, at in cells.loops:
        if row in cells.values:
            cells.cannot_read(row, keys[at])
    told = {CellRef(sheet.name, *cell) for cell in cells.loops - sheet.facts.errors.keys()}
    cells.findings = [one for one in cells.findings if one.at not in told or one.also]
    cells.findings += over("cell.circular", sorted(told))


def loops(formulas: Mapping[Cell, str]) -> frozenset[Cell]:
    """Cells whose formulas lead back to themselves, on the same sheet."""
    if not formulas:
        return frozenset()
    written = tuple(formulas.items())
    # a form's own formulas are few, and the same in every workbook
    is_usual = (
        len(written) <= _MOST_OF_A_FORM and sum(map(len, formulas.values())) <= _MOST_CHARACTERS
    )
    return _known_loops(written) if is_usual else _loops(written)


def _loops(written: tuple[tuple[Cell, str], ...]) -> frozenset[Cell]:
    formulas = dict(written)
    rows_of: dict[int, list[int]] = {}
    for row, column in formulas:
        rows_of.setdefault(column, []).append(row)
    left = {
        cell: list(dict.fromkeys(_formulas_read(formula, rows_of)))
        for cell, formula in formulas.items()
    }
    readers: dict[Cell, list[Cell]] = {}
    for cell, read in left.items():
        for other in read:
            readers.setdefault(other, []).append(cell)
    forward = _without_ends({cell: len(read) for cell, read in left.items()}, readers)
    if not forward:
        return frozenset()
    inner = {cell: [one for one in left[cell] if one in forward] for cell in forward}
    counts = dict.fromkeys(forward, 0)
    for read in inner.values():
        for one in read:
            counts[one] += 1
    return frozenset(_without_ends(counts, inner))


_known_loops = lru_cache(maxsize=_FORMS_REMEMBERED)(_loops)


def _without_ends(counts: dict[Cell, int], after: Mapping[Cell, list[Cell]]) -> set[Cell]:
    """What is left when cells that wait for nothing are taken away, one after the other."""
    ends = [cell for cell, count in counts.items() if not count]
    while ends:
        cell = ends.pop()
        del counts[cell]
        for other in after.get(cell, ()):
            if other in counts:
                counts[other] -= 1
                if not counts[other]:
                    ends.append(other)
    return set(counts)


def _formulas_read(formula: str, rows_of: Mapping[int, list[int]]) -> Iterator[Cell]:
    """Cells with a formula that a formula reads."""
    for top, left, bottom, right in _blocks(formula):
        wide = right - left >= len(rows_of)
        for column in rows_of if wide else range(left, right + 1):
            if not wide or left <= column <= right:
                for row in rows_of.get(column, ()):
                    if top <= row <= bottom:
                        yield row, column


@lru_cache(maxsize=_MOST_REMEMBERED)
def _blocks(formula: str) -> tuple[Block, ...]:
    """The cells and ranges of the same sheet that a formula names."""
    blocks = []
    for elsewhere, letters, row, last_letters, last_row in _REFERENCE.findall(
        _TEXT.sub("", formula)
    ):
        if elsewhere:
            continue
        rows = int(row), int(last_row or row)
        columns = column_number(letters), column_number(last_letters or letters)
        blocks.append((min(rows), min(columns), max(rows), max(columns)))
    return tuple(blocks)
