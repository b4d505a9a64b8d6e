"""Printed forms filled for a quarter, and cumulated over the quarters of a longer period."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kskt_excel.consolidation.measures import empty, joined_amount
from kskt_excel.consolidation.sources import (
    PeriodSources,
    QuarterSources,
    Share,
    filled_records,
    on_procedures,
    presences_in,
)
from kskt_excel.consolidation.tally import CompiledForm, compile_form, shares_in
from kskt_excel.model.consolidation import FormRow, FormTable, Presence
from kskt_excel.model.expressions import ExpressionError, OwnColumn, parse
from kskt_excel.model.forms import FormDefinitionError, PrintedForm
from kskt_excel.model.reading import Value
from kskt_excel.model.submission import Amount, Amounts

_PLAIN = ("sum", "first", "last")


@dataclass(frozen=True, slots=True)
class CumulativePart:
    """One piece of a cumulated figure: the amount of a column in a quarter, added or taken off."""

    sign: int
    number: str
    quarter: str


def cumulate(
    compiled: CompiledForm, shares: Sequence[Share], reported: Mapping[str, Sequence[str]]
) -> Iterator[Share]:
    """Shares of the whole period, one for each unit and row.

    ``reported`` holds, for each unit, the quarters in which it gave figures or ticked that nothing
    happened, oldest first: a stock is taken from the first or last of these.
    """
    by_row: dict[tuple[str, str], dict[str, list[Share]]] = {}
    for share in shares:
        quarters = by_row.setdefault((share.key, share.unit), {})
        quarters.setdefault(share.quarter, []).append(share)
    for (key, unit), of_quarter in by_row.items():
        amounts = {quarter: compiled.folded(some) for quarter, some in of_quarter.items()}
        yield Share(unit, "", key, _cumulated(compiled, amounts, reported.get(unit, ())))


def parts_of(form: PrintedForm, number: str, quarters: Sequence[str]) -> tuple[CumulativePart, ...]:
    """The pieces of a cumulated column by the form's rule. Raises FormDefinitionError."""
    rule = (form.cumulative or {}).get(number, "sum")
    try:
        expression = parse(f"{rule}[{number}]" if rule in _PLAIN else rule)
    except ExpressionError as error:
        raise FormDefinitionError(form.file or form.id, f"lũy kế cột {number}: {error}") from error
    parts: list[CumulativePart] = []
    for sign, item in expression.terms:
        if not isinstance(item, OwnColumn) or not item.rule:
            why = f"lũy kế cột {number} chỉ nhận sum[n], first[n], last[n]"
            raise FormDefinitionError(form.file or form.id, why)
        chosen = {"first": quarters[:1], "last": quarters[-1:]}.get(item.rule, quarters)
        parts.extend(CumulativePart(sign, item.number, quarter) for quarter in chosen)
    return tuple(parts)


def inherited(shares: Sequence[Share], sources: PeriodSources) -> Iterator[Share]:
    """The same shares under the units that stand at the period's end."""
    for share in shares:
        heir = sources.heir(share.unit)
        key = heir if share.key == share.unit else share.key
        yield share if heir == share.unit else Share(heir, share.quarter, key, share.amounts)


def reported_quarters(form: PrintedForm, sources: PeriodSources) -> dict[str, list[str]]:
    """For each unit at the period's end, the quarters in which it said something in a form."""
    reported: dict[str, list[str]] = {}
    for quarter in sources.quarters:
        for unit in _speaking(form, quarter, sources):
            quarters = reported.setdefault(sources.heir(unit), [])
            if quarter.period.id not in quarters:
                quarters.append(quarter.period.id)
    return reported


def _speaking(form: PrintedForm, quarter: QuarterSources, sources: PeriodSources) -> Iterator[str]:
    for unit, given in presences_in(quarter, form, sources):
        if given in (Presence.FIGURES, Presence.NIL):
            yield unit


def _cumulated(
    compiled: CompiledForm, amounts: Mapping[str, Mapping[str, Amount]], quarters: Sequence[str]
) -> Amounts:
    nothing = compiled.nothing()
    result: list[Amount] = []
    for column in compiled.base:
        added = empty(column.kind)
        for part in parts_of(compiled.form, column.number, quarters):
            amount = amounts.get(part.quarter, nothing)[part.number]
            taken = -amount if part.sign < 0 and isinstance(amount, int | float) else amount
            added = joined_amount(column.kind, added, taken)
        result.append(added)
    return tuple(result)


_STRONGEST = (Presence.FIGURES, Presence.NOT_SENT, Presence.BLANK, Presence.NIL)
"""What a row says when its units differ: figures that are there; else what is still owed."""


@dataclass(frozen=True)
class FilledForm:
    """A table with what it was made of, for control totals and for tracing."""

    table: FormTable
    compiled: CompiledForm
    shares: tuple[Share, ...]


def fill_from(form: PrintedForm, sources: PeriodSources) -> FilledForm:
    """A printed form filled for a quarter, or cumulated over the quarters of a longer period."""
    compiled = compile_form(form, sources.quarters[-1].ground)
    shares = shares_by(form, sources, form.rows)
    presence = presences(form, sources)
    rows = tuple(_rows(compiled, shares, presence, sources))
    total = _without_rates(form, compiled.figures(compiled.folded(shares)))
    return FilledForm(FormTable(form.id, rows, total, presence), compiled, shares)


def shares_by(form: PrintedForm, sources: PeriodSources, rows: str) -> tuple[Share, ...]:
    """What each unit adds to each row in the whole period; ``rows`` says what a row is."""
    shares: list[Share] = []
    for quarter in sources.quarters:
        shares.extend(shares_in(quarter, form, rows))
    if not sources.period.cumulative:
        return tuple(shares)
    compiled = compile_form(form, sources.quarters[-1].ground)
    reported = reported_quarters(form, sources)
    return tuple(cumulate(compiled, tuple(inherited(shares, sources)), reported))


def presences(form: PrintedForm, sources: PeriodSources) -> dict[str, Presence]:
    """What each unit of the plan gave for a form over the period, in the plan's order."""
    given: dict[str, list[Presence]] = {
        unit.code: [] for unit in sources.plan.units_in(sources.period)
    }
    for quarter in sources.quarters:
        sent: dict[str, list[Presence]] = {}
        for unit, presence in presences_in(quarter, form, sources):
            sent.setdefault(unit, []).append(presence)
        due = [unit.code for unit in sources.plan.units_in(quarter.period)]
        for unit in dict.fromkeys((*due, *sent)):
            given.setdefault(unit, []).extend(sent.get(unit, [Presence.NOT_SENT]))
    return {unit: strongest(some) for unit, some in given.items()}


def strongest(some: Iterable[Presence]) -> Presence:
    """One presence for several: figures win; then what is owed is said before what is empty."""
    present = set(some)
    return next((presence for presence in _STRONGEST if presence in present), Presence.NIL)


def _rows(
    compiled: CompiledForm,
    shares: Sequence[Share],
    presence: Mapping[str, Presence],
    sources: PeriodSources,
) -> Iterable[FormRow]:
    by_key: dict[str, list[Share]] = {}
    for share in shares:
        by_key.setdefault(share.key, []).append(share)
    said_by: dict[str, list[Presence]] = {}
    for unit, at in presence.items():
        said_by.setdefault(sources.heir(unit), []).append(at)
    for key, label in _roster(compiled.form, by_key, presence, sources).items():
        own = by_key.get(key, [])
        units = tuple(dict.fromkeys(share.unit for share in own))
        behind = {*units, *_owing(compiled.form, key, sources)}
        said = strongest(at for unit in behind for at in said_by.get(unit, ()))
        values: Mapping[str, Value] = {}
        if own or said in (Presence.FIGURES, Presence.NIL):
            values = compiled.figures(compiled.folded(own))
        yield FormRow(key, label, values, said, units)


def _roster(
    form: PrintedForm,
    by_key: Mapping[str, Sequence[Share]],
    presence: Mapping[str, Presence],
    sources: PeriodSources,
) -> dict[str, str]:
    """Rows with their labels: the plan's own in its order, then those that only units name."""
    plan = sources.plan
    if form.rows == "unit":
        heirs = dict.fromkeys((*map(sources.heir, presence), *by_key))
        names = plan.unit_by_code
        return {code: names[code].name if code in names else code for code in heirs}
    if form.rows == "procedure":
        known = [code for code in plan.procedure_by_code if code in by_key]
        codes = dict.fromkeys((*known, *sorted(by_key)))
        titles = {code: one.name for code, one in plan.procedure_by_code.items()}
        if not titles.keys() >= codes.keys():
            titles = _given_names(form, sources) | titles
        return {code: titles.get(code, code) for code in codes}
    listed = [choice.value for choice in plan.choices.get("linh_vuc", ()) if choice.value in by_key]
    return {name: name for name in (*plan.fields, *listed, *sorted(by_key))}


def _given_names(form: PrintedForm, sources: PeriodSources) -> dict[str, str]:
    """Names of procedures as units wrote them; the first one of several."""
    names: dict[str, str] = {}
    for report in sources.reports:
        for feed in form.feeds:
            for record in filled_records(report, feed):
                if "name" in record.values:
                    code = str(record.values.get("procedure", record.key))
                    names.setdefault(code, str(record.values["name"]))
    return names


def _owing(form: PrintedForm, key: str, sources: PeriodSources) -> Collection[str]:
    """Units whose silence leaves a row open."""
    plan = sources.plan
    if form.rows == "unit":
        return {key}
    if not on_procedures(form, sources.forms):
        return sources.standing
    return {sources.heir(unit) for one in plan.procedures if one.field == key for unit in one.units}


def _without_rates(form: PrintedForm, values: Mapping[str, Value]) -> dict[str, Value]:
    """A total without the columns that do not add up: percentages and texts."""
    numbers = {column.number for column in form.columns if column.type == "count"}
    return {number: value if number in numbers else None for number, value in values.items()}
