"""Data cells read column by column by the type of the column, each remark with its cell."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from kskt_excel.model.book import CellPlace, CellRef, Raw, Sheet
from kskt_excel.model.finding import Finding
from kskt_excel.model.forms import NUMBER_TYPES, FormColumn, SheetForm
from kskt_excel.model.period import Window
from kskt_excel.model.reading import Value
from kskt_excel.reading.formatting import formatting_of
from kskt_excel.reading.table import Area, HeadedTable, merges_in
from kskt_excel.reading.values import FormKit, about_value, remark
from kskt_excel.text.dates import date, suspect_swaps, swapped
from kskt_excel.text.parsed import DASH, Parsed
from kskt_excel.text.shown import day_text, given
from kskt_excel.text.spelling import is_blank


@dataclass(slots=True)
class Merged:
    """What the merges over data mean."""

    seen: dict[int, dict[int, Raw]] = field(default_factory=dict)  # row -> column -> value
    unclear: list[tuple[int, str]] = field(default_factory=list)  # (row, column key)
    remarks: list[tuple[str, FormColumn, list[CellPlace], str]] = field(default_factory=list)


def merged_over(sheet: Sheet, table: HeadedTable, rows: Sequence[int], form: SheetForm) -> Merged:
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
    anchor: CellPlace,
    cells: list[CellPlace],
    by_column: dict[int, FormColumn],
) -> None:
    if value is None:
        return
    columns = {by_column[column].key: by_column[column] for _, column in cells}
    first = by_column[cells[0][1]]
    if any(column.type in NUMBER_TYPES for column in columns.values()):
        merged.remarks.append(("cell.merged_figure", first, cells, given(value)))
        merged.unclear += [(row, by_column[column].key) for row, column in cells]
        return
    merged.remarks.append(("cell.merged", first, cells, given(value)))
    for row, column in cells:
        merged.seen.setdefault(row, {})[column] = value if column == anchor[1] else None


Line = tuple[int, Sequence[Raw]]
"""A data row: its number and its cells, padded to the last column of the table."""


@dataclass(slots=True)
class Cells:
    """What the data rows of a table hold, by row number; findings in the order of columns."""

    values: dict[int, dict[str, Value]]
    unread: dict[int, set[str]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    counted: dict[int, dict[str, float]] = field(default_factory=dict)
    """What the workbook's own sums took for a cell, where it is not what was read: 0 for a text."""
    mended: list[CellRef] = field(default_factory=list)  # sums that had to take what was read
    loops: frozenset[CellPlace] = frozenset()  # formulas that add up themselves
    again: list[CellRef] = field(default_factory=list)  # sums without a stored result, counted here
    stale: list[CellRef] = field(default_factory=list)  # totals that store an older result
    signs: dict[tuple[int, str], str] = field(default_factory=dict)
    """Asked-for cells that hold a sign and nothing else: a dash, dots."""
    unsummed: set[tuple[int, str]] = field(default_factory=set)
    """Sums that a row never had, like a row that the unit has put in: counted here, and no more."""

    def cannot_read(self, row: int, key: str) -> None:
        """Notes that a cell holds something that is not understood."""
        self.values[row].pop(key, None)
        self.unread.setdefault(row, set()).add(key)


def read_cells(
    sheet: Sheet,
    table: HeadedTable,
    rows: Sequence[int],
    kit: FormKit,
    *,
    window: Window | None,
    epoch_1904: bool = False,
) -> Cells:
    """Values of the data rows by column key; what cannot be read is a finding and ``unread``."""
    cells = Cells({row: {} for row in rows})
    if not rows:
        return cells
    merged = merged_over(sheet, table, rows, kit.form)
    formatting = formatting_of(sheet, table, rows, kit.form)
    lines = _lines(sheet, table, rows, merged.seen, formatting.seen)
    for column in kit.form.columns:
        if column.key in table.columns:
            _Reader(sheet, column, table.columns[column.key]).read(
                cells, lines, kit, epoch_1904=epoch_1904
            )
            if column.type == "date" and window:
                at = table.columns[column.key]
                cells.findings += _suspect(sheet.name, column, at, lines, window)
    _note_merged(cells, sheet, merged)
    cells.findings += formatting.findings
    for row, key in formatting.unclear:
        cells.cannot_read(row, key)
    _note_signs(cells, sheet, table, kit.form)
    _note_errors(cells, sheet, table, kit)
    return cells


def _lines(
    sheet: Sheet,
    table: HeadedTable,
    rows: Iterable[int],
    *changes: Mapping[int, Mapping[int, Raw]],
) -> list[Line]:
    """The data rows; what is to be read in place of what is stored is put in."""
    width = max(table.columns.values())
    lines: list[Line] = []
    for number in rows:
        row = sheet.rows[number - 1]
        if len(row) < width:
            row = (*row, *(None,) * (width - len(row)))
        for seen in changes:
            if number in seen:
                changed = list(row)
                for column, value in seen[number].items():
                    changed[column - 1] = value
                row = changed
        lines.append((number, row))
    return lines


class _Reader(NamedTuple):
    """Reads one column of one sheet."""

    sheet: Sheet
    column: FormColumn
    at: int

    def read(self, cells: Cells, lines: Sequence[Line], kit: FormKit, *, epoch_1904: bool) -> None:
        key, index, values = self.column.key, self.at - 1, cells.values
        reader = kit.reader(key, epoch_1904=epoch_1904)
        # most cells hold what was read before: then no call is made for them
        read, texts, figures = reader.read, reader.remembered[str], reader.remembered[float]
        formatted = self.sheet.facts.percent_cells if self.column.type == "percent" else ()
        summed = key in kit.summed
        asked = self.column.required and not self.column.given
        for number, row in lines:
            raw = row[index]
            if raw is None:
                continue
            if formatted and (number, self.at) in formatted:
                parsed = reader.read_formatted(raw)
            elif type(raw) is str:
                parsed = texts.get(raw) or read(raw)
            elif type(raw) is float:
                parsed = figures.get(raw) or read(raw)
            else:
                parsed = read(raw)
            value = parsed.value
            if value is not None:
                values[number][key] = value
                if summed and raw != value:
                    taken = raw if type(raw) is float else 0.0
                    cells.counted.setdefault(number, {})[key] = taken
            if parsed.code:
                self._note(cells, number, parsed)
            elif type(raw) is str and not value and _is_sign(raw, value, asked=asked):
                cells.signs[number, key] = raw

    def _note(self, cells: Cells, number: int, parsed: Parsed[Value]) -> None:
        """What there is to say about a value, and whether it can be read at all."""
        where = CellRef(self.sheet.name, number, self.at)
        cells.findings.append(about_value(parsed, self.column, where))
        if parsed.outcome in ("error", "ditto"):
            cells.cannot_read(number, self.column.key)


def _suspect(
    name: str, column: FormColumn, at: int, lines: Sequence[Line], window: Window
) -> Iterable[Finding]:
    """Stored dates that were probably typed day first on a machine that reads month first."""
    filled = [(number, row[at - 1]) for number, row in lines if row[at - 1] is not None]
    if not any(isinstance(raw, str) for _, raw in filled):
        return
    read = [(raw, date(raw)) for _, raw in filled]
    for index in suspect_swaps(read, window):
        value = read[index][1].value
        other = swapped(value) if value else None
        if value and other:
            params = {
                "column": column.heading,
                "value": day_text(value),
                "swapped": day_text(other),
            }
            where = CellRef(name, filled[index][0], at)
            yield remark(
                "value.date.swapped_column", where, {**params, "given": given(filled[index][1])}
            )


def _note_merged(cells: Cells, sheet: Sheet, merged: Merged) -> None:
    for code, column, places, shown in merged.remarks:
        first, *rest = (CellRef(sheet.name, *place) for place in places)
        note = remark(code, first, {"column": column.heading, "given": shown})
        cells.findings.append(replace(note, also=tuple(rest)))
    for row, key in merged.unclear:
        cells.cannot_read(row, key)


def _is_sign(raw: str, value: Value, *, asked: bool) -> bool:
    """Whether a cell shows a sign for nothing: where something is asked for, or a dash for No."""
    if value is None:
        return asked and not is_blank(raw)
    return value is False and bool(DASH.fullmatch(raw.strip()))


def _is_dash(value: Value) -> bool:
    return isinstance(value, str) and bool(DASH.fullmatch(value.strip()))


def _note_signs(cells: Cells, sheet: Sheet, table: HeadedTable, form: SheetForm) -> None:
    """A sign in an asked-for cell is not nothing: a dash for a figure is 0.

    In a row without entries signs only fill the lines; a row that the office gave may have nothing
    but dashes, which are all zeros. Where a choice is asked for, a sign is none.
    """
    asked = {column.key for column in form.asked_for} & table.columns.keys()
    entered = {
        row
        for row, values in cells.values.items()
        if any(
            key in form.entered_keys and (row, key) not in cells.signs and not _is_dash(value)
            for key, value in values.items()
        )
    }
    if not form.rows:
        for row in cells.values.keys() - entered:  # a line of dashes is a blank line
            kept = cells.values[row].items()
            cells.values[row] = {
                key: value
                for key, value in kept
                if (row, key) not in cells.signs and not _is_dash(value)
            }
    for (row, key), raw in cells.signs.items():
        column, values = form.by_key[key], cells.values[row]
        is_figure = column.type in NUMBER_TYPES
        all_signs = all((row, one) in cells.signs for one in asked)
        given_row = bool(form.rows) and (all_signs or not is_figure)
        if key in values or not (row in entered or given_row):
            continue
        where = CellRef(sheet.name, row, table.columns[key])
        params = {"column": column.heading, "given": given(raw)}
        if is_figure and DASH.fullmatch(raw.strip()):
            values[key] = 0
            cells.findings.append(remark("value.count.dash", where, params))
        else:
            cells.findings.append(remark("value.only_sign", where, params))
            cells.cannot_read(row, key)


def _note_errors(cells: Cells, sheet: Sheet, table: HeadedTable, kit: FormKit) -> None:
    by_column = {at: key for key, at in table.columns.items()}
    for row, at in sorted(sheet.facts.errors):
        if row not in cells.values or at not in by_column:
            continue
        column = kit.form.by_key[by_column[at]]
        cells.cannot_read(row, column.key)
        params = {"column": column.heading, "given": sheet.facts.errors[row, at]}
        cells.findings.append(remark("cell.error_value", CellRef(sheet.name, row, at), params))
