"""Merged cells among the data: spread where it is clear what is meant, asked where it is not."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from kskt_excel.intake.merges import Area, merges_in
from kskt_excel.intake.tables import Table
from kskt_excel.model.forms import Column, SheetForm
from kskt_excel.model.grid import Cell, Raw, Sheet
from kskt_excel.text.given import given

_FIGURES = frozenset(("count", "decimal", "percent", "days", "computed"))


@dataclass(slots=True)
class Merged:
    """What the merges over data mean."""

    seen: dict[int, dict[int, Raw]] = field(default_factory=dict)  # row -> column -> value
    unclear: list[tuple[int, str]] = field(default_factory=list)  # (row, column key)
    remarks: list[tuple[str, Column, list[Cell], str]] = field(default_factory=list)


def merged_over(sheet: Sheet, table: Table, rows: Sequence[int], form: SheetForm) -> Merged:
    """Merges that cover several data cells.

    A text, a day or a choice over several rows holds for each of them. A figure over several cells
    is not shared out: which of them it belongs to has to be asked.
    """
    merged = Merged()
    if not sheet.merged or not rows:
        return merged
    data_rows = set(rows)
    by_column = {at: form.by_key[key] for key, at in table.columns.items()}
    area = Area(rows[0], min(by_column), rows[-1], max(by_column))
    for anchor, inside in merges_in(sheet, area):
        cells = [cell for cell in inside.cells() if cell[0] in data_rows and cell[1] in by_column]
        if len(cells) > 1:
            _understand(merged, sheet.at(*anchor), anchor, cells, by_column)
    return merged


def _understand(
    merged: Merged,
    value: Raw,
    anchor: Cell,
    cells: list[Cell],
    by_column: dict[int, Column],
) -> None:
    if value is None:
        return
    columns = {by_column[column].key: by_column[column] for _, column in cells}
    first = by_column[cells[0][1]]
    if any(column.type in _FIGURES for column in columns.values()):
        merged.remarks.append(("cell.merged_figure", first, cells, given(value)))
        merged.unclear += [(row, by_column[column].key) for row, column in cells]
        return
    merged.remarks.append(("cell.merged", first, cells, given(value)))
    for row, column in cells:
        merged.seen.setdefault(row, {})[column] = value if column == anchor[1] else None
