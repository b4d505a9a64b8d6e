"""What a unit's next workbook is issued with from its last report that counts: less to type."""

from collections.abc import Iterator, Mapping, Sequence

from kskt_excel.check.earlier import taken_over
from kskt_excel.consolidation.measures import QuarterRecords, row_test
from kskt_excel.model.forms import FormColumn, Forms, SheetForm
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Plan
from kskt_excel.model.reading import Reading, Record, SheetState, Value
from kskt_excel.model.submission import Direction
from kskt_excel.report.direction_lines import given_by

CarriedRows = Mapping[str, Sequence[Mapping[str, Value]]]
"""Form id -> rows by column key, for forms of which anything goes on."""


def carried_rows(
    before: Mapping[str, Reading], plan: Plan, forms: Forms, unit: str, period: Period
) -> CarriedRows:
    """Rows of its last report that a unit's workbook for a period is issued with.

    ``before`` has the last readings that counted, by unit. What a predecessor left goes on where
    its dossiers or procedures do; names and texts are the unit's own.
    """
    own, left = before.get(unit), taken_over(before, plan, forms, unit, period)
    ground = QuarterRecords.of(period, plan, forms)
    found = {}
    for form in forms.sheets_on(ground.window.end):
        source = left if form.goes_to_heirs else own
        sheet = source.sheets.get(form.id) if form.carry and source else None
        if sheet is None or sheet.state is not SheetState.FILLED:
            continue
        goes_on = row_test(form, form.open_when if form.carry == "open" else "", ground)
        records = [one for one in sheet.records if goes_on(one.values)]
        rows = [row for one in records if (row := dict(_copied(form, one, ground)))]
        if rows:
            found[form.id] = rows
    return found


def directed_rows(
    directions: Sequence[Direction], plan: Plan, forms: Forms, unit: str, period: Period
) -> CarriedRows:
    """Rows of the sheet of directions: those of earlier quarters that are open for a unit.

    Nothing where the workspace has no such sheet.
    """
    asked = [form.id for form in forms.sheets_in(period, plan) if form.holds == "directions"]
    rows = [
        {
            "number": str(one.id),
            "task": one.task,
            "matter": one.matter,
            "direction": one.text,
            "given_by": given_by(one),
        }
        for one in directions
        if one.is_open and one.unit == unit and _is_earlier(plan.period(one.period), period)
    ]
    return dict.fromkeys(asked, rows) if rows else {}


def _is_earlier(one: Period, period: Period) -> bool:
    return one.is_in_series_of(period) and one < period


def _copied(form: SheetForm, record: Record, ground: QuarterRecords) -> Iterator[tuple[str, Value]]:
    """The cells of a row that go on, with the key that names it."""
    for column in form.columns:
        if column.renewed or column.type in ("ordinal", "computed"):
            continue
        if column.given and column.key not in form.key:
            continue
        value = record.values.get(column.opens) if column.opens else column.carried_value
        if value is None:
            value = _as_offered(column, record.values.get(column.key), ground)
        if value is not None and value != "":
            yield column.key, value


def _as_offered(column: FormColumn, value: Value, ground: QuarterRecords) -> Value:
    """A choice as the period's list words it, None where it offers it no more."""
    choices = ground.plan.choices.get(column.choices, ()) if column.type == "choice" else ()
    offered = [one for one in choices if one.offered(ground.window.end)]
    if not choices or value in [one.value for one in offered]:
        return value
    codes = {one.code for one in choices if one.value == value and one.code}
    return next((one.value for one in offered if one.code in codes), None)
