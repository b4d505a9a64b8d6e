"""Readings from small text tables, and a correct workbook to spoil one cell of.

A table's first line names the columns; ``row`` says where each row stands. A blank is a blank,
``?`` is a value that cannot be read.
"""

import datetime as dt
from dataclasses import replace

from kskt_excel.check.context import RuleContext
from kskt_excel.check.engine import run_rules
from kskt_excel.messages import catalogue, params_in
from kskt_excel.model.book import CellRef
from kskt_excel.model.finding import Finding
from kskt_excel.model.forms import FormColumn
from kskt_excel.model.plan import Plan
from kskt_excel.model.reading import Identity, Reading, Record, SheetReading, SheetState, Value
from tests.builders import forms, small_plan

Fault = tuple[str, dict[str, str], list[tuple[str, str]]]
"""What is wrong, the cells to exchange, and (code, place) of what is found."""

_UNREAD = "?"
_NUMBERS = ("count", "computed", "days", "ordinal")
_FRACTIONS = ("percent", "decimal")


def value(text: str, column: FormColumn) -> Value:
    """The value that a reader makes of what a table says."""
    if not text:
        return None
    if column.type in _NUMBERS:
        return int(text)
    if column.type in _FRACTIONS:
        return float(text)
    if column.type == "date":
        day, month, year = text.split("/")
        return dt.date(int(year), int(month), int(day))
    if column.type == "yes_no":
        return {"Có": True, "Không": False}[text]
    return text


def table(form: str, text: str) -> SheetReading:
    """A sheet with figures: every column of the definition from A on, headings in row 6."""
    definition = forms().sheet_by_id[form]
    head, *lines = [_cells(line) for line in text.strip().splitlines()]
    records = [dict(zip(head, line, strict=True)) for line in lines]
    columns = {column.key: at for at, column in enumerate(definition.columns, start=1)}
    return SheetReading(
        form=form,
        name=definition.sheet,
        state=SheetState.FILLED,
        columns=columns,
        records=tuple(_record(form, record) for record in records if record["row"] != "total"),
        total=next((_record(form, r, 99) for r in records if r["row"] == "total"), None),
        nil_cell=CellRef(definition.sheet, 4, 2) if definition.nil else None,
        heading_row=6,
    )


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def _record(form: str, cells: dict[str, str], row: int = 0) -> Record:
    columns = forms().sheet_by_id[form].by_key
    written = {key: text for key, text in cells.items() if key != "row" and text}
    unread = frozenset(key for key, text in written.items() if text == _UNREAD)
    values = {key: value(text, columns[key]) for key, text in written.items() if key not in unread}
    return Record(row or int(cells["row"]), _key(form, values), values, unread)


def _key(form: str, values: dict[str, Value]) -> str:
    return "|".join(str(values.get(key, "")) for key in forms().sheet_by_id[form].key)


def without_figures(form: str, state: SheetState) -> SheetReading:
    """A sheet that is ticked, blank or gone."""
    definition = forms().sheet_by_id[form]
    columns = {column.key: at for at, column in enumerate(definition.columns, start=1)}
    tick = CellRef(definition.sheet, 4, 2) if definition.nil else None
    return SheetReading(form, definition.sheet, state, columns, nil_cell=tick, heading_row=6)


def labels(text: str) -> SheetReading:
    """Sheet «Thông tin»: one ``key: value`` a line, in rows 4, 5, … of column B."""
    columns = forms().sheet_by_id["thong-tin"].by_key
    pairs = [line.strip().partition(":") for line in text.strip().splitlines()]
    values = {key: value(given.strip(), columns[key]) for key, _, given in pairs}
    places = {key: CellRef("Thông tin", row, 2) for row, key in enumerate(values, start=4)}
    known = {key: given for key, given in values.items() if given is not None}
    return SheetReading(
        form="thong-tin",
        name="Thông tin",
        state=SheetState.FILLED,
        columns=dict.fromkeys(values, 2),
        records=(Record(4, "", known),),
        places=places,
    )


def workbook(*sheets: SheetReading, unit: str = "QLCNH", period: str = "2022-Q1") -> Reading:
    """A workbook of these sheets alone."""
    identity = Identity("don-vi", "1.0", unit, period, "property")
    return Reading(identity, {sheet.form: sheet for sheet in sheets})


def with_sheet(reading: Reading, sheet: SheetReading) -> Reading:
    """The same workbook with one sheet exchanged."""
    return replace(reading, sheets={**reading.sheets, sheet.form: sheet})


def with_cell(reading: Reading, place: str, text: str) -> Reading:
    """The same workbook with one cell exchanged: ``with_cell(book, "Hồ sơ!D8", "15")``."""
    name, _, a1 = place.partition("!")
    cell = CellRef.parse(name, a1)
    sheet = next(one for one in reading.sheets.values() if one.name == name)
    if sheet.places:
        column = next(key for key, at in sheet.places.items() if at == cell)
    else:
        column = next(key for key, at in sheet.columns.items() if at == cell.column)
    places = [sheet.ref(record, column) for record in sheet.records]
    records = list(sheet.records)
    if cell in places:
        at = places.index(cell)
        records[at] = _exchanged(sheet.form, records[at], column, text)
        return with_sheet(reading, replace(sheet, records=tuple(records)))
    if sheet.total and sheet.total.row == cell.row:
        total = _exchanged(sheet.form, sheet.total, column, text)
        return with_sheet(reading, replace(sheet, total=total))
    raise KeyError(place)


def _exchanged(form: str, record: Record, column: str, text: str) -> Record:
    values = {key: kept for key, kept in record.values.items() if key != column}
    unread = record.unread - {column}
    if text == _UNREAD:
        unread |= {column}
    elif text:
        values[column] = value(text, forms().sheet_by_id[form].by_key[column])
    return replace(record, values=values, unread=unread, key=_key(form, values))


def without_row(reading: Reading, form: str, row: int) -> Reading:
    """The same workbook with one row deleted."""
    sheet = reading.sheets[form]
    kept = tuple(record for record in sheet.records if record.row != row)
    return with_sheet(reading, replace(sheet, records=kept))


def found(reading: Reading, plan: Plan | None = None) -> list[tuple[str, str]]:
    """(code, place of the first cell) of every finding of the rules."""
    return places(run_rules(reading, plan=plan or small_plan(), forms=forms()))


def places(findings: tuple[Finding, ...]) -> list[tuple[str, str]]:
    """(code, ``Hồ sơ!D8``) of findings; a sheet alone for a whole sheet, "" for the file.

    Each must have every word that its sentence needs.
    """
    surroundings = RuleContext.about(Identity(), small_plan(), forms()).words.keys() | {
        "issued_name"
    }
    for one in findings:
        entry = catalogue()[one.entry]
        braces = {*params_in(entry.text + entry.remedy)} - surroundings
        assert braces <= one.params.keys(), one.code
    return [(one.code, _place(one.at)) for one in findings]


def _place(at: CellRef | None) -> str:
    if at is None:
        return ""
    return f"{at.sheet}!{at.a1}" if at.a1 else at.sheet


def with_cells(reading: Reading, cells: dict[str, str]) -> Reading:
    """The same workbook with several cells exchanged, by their places."""
    for place, text in cells.items():
        reading = with_cell(reading, place, text)
    return reading
