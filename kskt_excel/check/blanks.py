"""Nothing that is asked for is left blank: an empty cell is not a zero."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import replace

from kskt_excel.check.known import Known
from kskt_excel.check.values import is_blank, shown_rows
from kskt_excel.messages import finding
from kskt_excel.model.cells import CellRef
from kskt_excel.model.finding import Finding
from kskt_excel.model.forms import Column, SheetForm
from kskt_excel.model.reading import Reading, Record, SheetReading, SheetState

_TEMPLATES = {
    "count": "cell.blank_count",
    "choice": "cell.blank_choice",
    "yes_no": "cell.blank_choice",
    "date": "cell.blank_date",
}
_IN_SHORT = "tóm tắt trong một, hai câu"
_OF_ITS_OWN = {
    ("qua-han", "apology_number"): "overdue.apology_number",
    ("qua-han", "apology_on"): "overdue.apology_date",
}
"""Blanks with a rule of law behind them: Nghị định 61/2018/NĐ-CP, Điều 19 khoản 9."""


def required_cells_are_filled(reading: Reading, known: Known) -> Iterator[Finding]:
    """Every required column has something in every row that has anything."""
    for sheet in reading.sheets.values():
        form = known.forms.get(sheet.form)
        if form is not None and form.layout != "labels" and sheet.state is SheetState.FILLED:
            yield from _blanks(sheet, form, known)


def rows_have_their_code(reading: Reading, known: Known) -> Iterator[Finding]:
    """A row with figures still has the code that the office had filled in."""
    for sheet in reading.sheets.values():
        form = known.forms.get(sheet.form)
        if form is None or sheet.state is not SheetState.FILLED:
            continue
        for column in (form.by_key[key] for key in form.key):
            if not (column.given and column.required and column.key in sheet.columns):
                continue
            for record in sheet.records:
                if is_blank(record, column.key) and _is_touched(record, form.entered_keys):
                    heading = known.heading(form.id, column.key)
                    yield finding("row.no_key", sheet.ref(record, column.key), column=heading)


def _blanks(sheet: SheetReading, form: SheetForm, known: Known) -> Iterator[Finding]:
    columns = _asked_for(sheet, form)
    keys, own = {column.key for column in columns}, form.entered_keys
    untouched: list[Record] = []
    blank: dict[str, list[Record]] = {column.key: [] for column in columns}
    for record in sheet.records:
        if record.values.keys() >= keys:
            continue
        missing = keys - record.values.keys() - record.unread
        if missing and len(keys) > 1 and not _is_touched(record, own):
            untouched.append(record)
            continue
        for key in missing:
            blank[key].append(record)
    if untouched:
        yield _untouched_rows(sheet, form, columns, untouched, known)
    for column in columns:
        if blank[column.key]:
            yield _blank_column(sheet, form, column, blank[column.key], known)


def _asked_for(sheet: SheetReading, form: SheetForm) -> list[Column]:
    """Required columns that the unit fills itself; one that is gone from the sheet is told once."""
    return [column for column in form.asked_for if column.key in sheet.columns]


def _is_touched(record: Record, own: AbstractSet[str]) -> bool:
    """Whether a row has more than what the office had filled in."""
    return not (own.isdisjoint(record.values) and own.isdisjoint(record.unread))


def _untouched_rows(
    sheet: SheetReading,
    form: SheetForm,
    columns: list[Column],
    records: list[Record],
    known: Known,
) -> Finding:
    cells = [sheet.ref(record, columns[0].key) for record in records]
    found = finding(
        "row.blank",
        cells[0],
        template="row.blank" if form.nil else "row.blank_without_tick",
        rows=shown_rows([record.row for record in records]),
        first=known.heading(form.id, columns[0].key),
        last=known.heading(form.id, columns[-1].key),
        cell=sheet.nil_cell.a1 if sheet.nil_cell else "",
    )
    return _with_further(found, cells[1:])


def _blank_column(
    sheet: SheetReading, form: SheetForm, column: Column, records: list[Record], known: Known
) -> Finding:
    cells = [sheet.ref(record, column.key) for record in records]
    code = _OF_ITS_OWN.get((form.id, column.key), "cell.required")
    template = _TEMPLATES.get(column.type, "cell.blank_text") if code == "cell.required" else ""
    found = finding(
        code,
        cells[0],
        template=template,
        column=known.heading(form.id, column.key),
        example=column.example or _first_choice(column, known) or _IN_SHORT,
    )
    return _with_further(found, cells[1:])


def _first_choice(column: Column, known: Known) -> str:
    choices = known.plan.choices.get(column.choices, ())
    return choices[0].value if choices else ""


def _with_further(found: Finding, cells: list[CellRef]) -> Finding:
    """The same finding for further cells."""
    return replace(found, also=tuple(cells))
