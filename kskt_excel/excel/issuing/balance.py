"""The self-check cell of a sheet: one plain formula that says whether the rows agree."""

from collections.abc import Iterator
from typing import Final

from kskt_excel.excel.issuing import words
from kskt_excel.excel.issuing.content import OPENING_COLUMN, SheetRow, number
from kskt_excel.excel.issuing.grid import FIRST_ROW, Grid
from kskt_excel.model.forms import Relation
from kskt_excel.model.reading import Value

_TOLERANCE: Final = 1e-6


def checked_relations(grid: Grid) -> tuple[Relation, ...]:
    """Relations that the unit can break: not those that a computed column makes true."""
    return tuple(relation for relation in grid.form.identities if not _is_own(grid, relation))


def formula(grid: Grid) -> str:
    """The cell's formula: whether something is filled in, all agrees, or how many rows do not."""
    wrong = "+".join(f"({_broken(grid, relation)})" for relation in checked_relations(grid))
    count = f"SUMPRODUCT(--(({wrong})>0))"
    filled = ",".join(grid.span(key) for key in _inputs(grid))
    before, after = words.UNBALANCED
    return (
        f'=IFERROR(IF(COUNT({filled})=0,"{words.NOT_FILLED}",'
        f'IF({count}=0,"{words.BALANCED}","{before}"&{count}&"{after}")),"{words.NOT_NUMBERS}")'
    )


def result(grid: Grid) -> str:
    """What the formula gives for the rows as they are written."""
    if not any(_is_filled(grid, row) for row in grid.rows):
        return words.NOT_FILLED
    used = {key for relation in checked_relations(grid) for key in _keys(relation)}
    texts = (row.values.get(key) for row in grid.rows for key in used)
    if any(isinstance(value, str) and not value.isdecimal() for value in texts):
        return words.NOT_NUMBERS
    wrong = sum(_breaks_any(grid, row) for row in grid.rows)
    before, after = words.UNBALANCED
    return f"{before}{wrong}{after}" if wrong else words.BALANCED


def row_conditions(grid: Grid) -> Iterator[tuple[str, str]]:
    """(columns of data cells, condition for the first row) that mark a row that does not agree."""
    inputs = ",".join(f"${grid.cell(key, FIRST_ROW)}" for key in _inputs(grid))
    for relation in checked_relations(grid):
        left = _side(grid, relation.left, (), one_row=True)
        right = _side(grid, relation.right, relation.minus, one_row=True)
        condition = f"=AND(COUNT({inputs})>0,{_difference(relation, left, right)})"
        for key in relation.left:
            yield grid.span(key), condition


def _is_own(grid: Grid, relation: Relation) -> bool:
    """Whether the left side is a computed column that adds up exactly the right side."""
    if len(relation.left) != 1 or relation.minus:
        return False
    column = grid.form.by_key[relation.left[0]]
    return column.type == "computed" and set(column.formula) == set(relation.right)


def _keys(relation: Relation) -> tuple[str, ...]:
    return (*relation.left, *relation.right, *relation.minus)


def _inputs(grid: Grid) -> tuple[str, ...]:
    """Typed columns behind the relations, without what the office may have filled in."""
    by_key = grid.form.by_key
    found: dict[str, None] = {}
    for relation in checked_relations(grid):
        for key in _keys(relation):
            parts = by_key[key].formula or (key,)
            found |= dict.fromkeys(part for part in parts if part != OPENING_COLUMN)
    return tuple(sorted(found, key=grid.column))


def _is_filled(grid: Grid, row: SheetRow) -> bool:
    values = (row.values.get(key) for key in _inputs(grid))
    return any(isinstance(v, int | float) and not isinstance(v, bool) for v in values)


def _broken(grid: Grid, relation: Relation) -> str:
    left = _side(grid, relation.left, (), one_row=False)
    right = _side(grid, relation.right, relation.minus, one_row=False)
    return _difference(relation, left, right)


def _difference(relation: Relation, left: str, right: str) -> str:
    difference = f"{left}-({right})"
    if relation.op == "=":
        difference = f"ABS({difference})"
    return f"{difference}>0.000001"


def _side(grid: Grid, plus: tuple[str, ...], minus: tuple[str, ...], *, one_row: bool) -> str:
    def cells(key: str) -> str:
        return f"${grid.cell(key, FIRST_ROW)}" if one_row else grid.span(key)

    return "+".join(map(cells, plus)) + "".join(f"-{cells(key)}" for key in minus)


def _breaks_any(grid: Grid, row: SheetRow) -> bool:
    return any(_breaks(row, relation) for relation in checked_relations(grid))


def _breaks(row: SheetRow, relation: Relation) -> bool:
    def added(keys: tuple[str, ...]) -> float:
        return sum(_term(row.values.get(key)) for key in keys)

    difference = added(relation.left) - (added(relation.right) - added(relation.minus))
    if relation.op == "=":
        difference = abs(difference)
    return difference > _TOLERANCE


def _term(value: Value) -> float:
    """What ``+`` takes a cell for: unlike SUM it reads a text of digits as its number."""
    return int(value) if isinstance(value, str) and value.isdecimal() else number(value)
