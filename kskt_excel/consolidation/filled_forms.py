"""Printed forms filled for a quarter, cumulated over those of a longer period, and proven."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import TypeAlias

from kskt_excel.consolidation.sources import (
    PeriodSources,
    QuarterSources,
    filled_records,
    on_procedures,
    owes,
    presences_in,
    shares_in,
    untold_place,
)
from kskt_excel.consolidation.tally import (
    BaseColumn,
    CompiledForm,
    Share,
    compile_form,
    empty,
    joined_amount,
    keyed_values,
)
from kskt_excel.model.consolidation import (
    ControlKind,
    ControlLine,
    FormRow,
    FormTable,
    Presence,
    StandingState,
    Subtotal,
)
from kskt_excel.model.expressions import Aggregate, Expression, ExpressionError, OwnColumn, parse
from kskt_excel.model.forms import (
    LATEST,
    PLAIN_RULES,
    UNION,
    FormDefinitionError,
    FormRelation,
    PrintedForm,
)
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.period import Period
from kskt_excel.model.reading import SheetState, Value
from kskt_excel.model.submission import Amount, Amounts, Submission, UnitReport, Verdict

Reported: TypeAlias = Mapping[tuple[str, str], Sequence[str]]
"""Quarters in which a unit said something on a sheet, by unit and sheet, oldest first."""


@dataclass(frozen=True, slots=True)
class CumulativePart:
    """One piece of a cumulated figure: the amount of a column in a quarter, added or taken off."""

    sign: int
    number: str
    quarter: str


def cumulate(
    compiled: CompiledForm, shares: Sequence[Share], reported: Reported
) -> Iterator[Share]:
    """Shares of the whole period, one for each unit and row.

    A stock is taken from the first or last quarter in which the unit gave figures on its sheet or
    ticked that nothing happened.
    """
    by_row: dict[tuple[str, str], dict[str, list[Share]]] = {}
    for share in shares:
        quarters = by_row.setdefault((share.key, share.unit), {})
        quarters.setdefault(share.quarter, []).append(share)

    @cache  # the quarters in which units said something are the same for most of them
    def parts(number: str, quarters: tuple[str, ...]) -> tuple[CumulativePart, ...]:
        return parts_of(compiled.form, number, quarters)

    for (key, unit), of_quarter in by_row.items():
        amounts = {quarter: compiled.united(some) for quarter, some in of_quarter.items()}
        yield Share(unit, "", key, _cumulated(compiled, unit, amounts, reported, parts))


def parts_of(form: PrintedForm, number: str, quarters: Sequence[str]) -> tuple[CumulativePart, ...]:
    """The pieces of a cumulated column by the form's rule. Raises FormDefinitionError."""
    rule = (form.cumulative or {}).get(number, "sum")
    try:
        expression = parse(f"{rule}[{number}]" if rule in PLAIN_RULES else rule)
    except ExpressionError as error:
        raise FormDefinitionError(form.file or form.id, f"lũy kế cột {number}: {error}") from error
    parts: list[CumulativePart] = []
    for sign, item in expression.terms:
        if not isinstance(item, OwnColumn) or not item.rule:
            why = f"lũy kế cột {number} chỉ nhận sum[n], first[n], last[n], union, latest[n]"
            raise FormDefinitionError(form.file or form.id, why)
        chosen = {"first": quarters[:1], "last": quarters[-1:]}.get(item.rule, quarters)
        parts.extend(CumulativePart(sign, item.number, quarter) for quarter in chosen)
    return tuple(parts)


def deciding_column(form: PrintedForm, number: str) -> str:
    """The column whose rows decide which quarter a row of a keyed column is taken from.

    Raises FormDefinitionError.
    """
    rule = (form.cumulative or {}).get(number, "")
    if rule == UNION:
        return number
    match = LATEST.fullmatch(rule)
    if not match or (form.cumulative or {}).get(match[1], "") != UNION:
        why = f"lũy kế cột {number}: latest[n] cần một cột n có lũy kế union"
        raise FormDefinitionError(form.file or form.id, why)
    return match[1]


def source_of(form: PrintedForm, number: str) -> Expression:
    """Where the figure of a column, or of one that only aids others, comes from."""
    sources = {column.number: column.source for column in form.columns} | dict(form.aids or {})
    return parse(sources[number])


def inherited(shares: Sequence[Share], sources: PeriodSources) -> Iterator[Share]:
    """Shares with each unit that has ended replaced by its heir at the period's end."""
    for share in shares:
        heir = sources.heir(share.unit)
        key = heir if share.key == share.unit else share.key
        yield share if heir == share.unit else Share(heir, share.quarter, key, share.amounts)


def reported_quarters(form: PrintedForm, sources: PeriodSources) -> Reported:
    """For each unit at the period's end and each sheet, the quarters in which it said something."""
    reported: dict[tuple[str, str], list[str]] = {}
    for quarter in sources.quarters:
        at = quarter.period.id
        for unit, sheet in _speaking(form, quarter, sources):
            quarters = reported.setdefault((sources.heir(unit), sheet), [])
            if at not in quarters:
                quarters.append(at)
    return reported


def _speaking(
    form: PrintedForm, quarter: QuarterSources, sources: PeriodSources
) -> Iterator[tuple[str, str]]:
    for unit, states in quarter.states:
        is_free = not owes(form, unit, sources)
        for sheet in form.feeds:
            if is_free or states.get(sheet) in (SheetState.FILLED, SheetState.NIL):
                yield unit, sheet


def _cumulated(
    compiled: CompiledForm,
    unit: str,
    amounts: Mapping[str, Mapping[str, Amount]],
    reported: Reported,
    parts: Callable[[str, tuple[str, ...]], Sequence[CumulativePart]],
) -> Amounts:
    nothing = compiled.nothing()
    result: list[Amount] = []
    for column in compiled.base:
        if column.kind == "keyed":
            result.append(_once(compiled.form, column, amounts))
            continue
        added = empty(column.kind)
        quarters = tuple(reported.get((unit, column.sheet), ()))
        for part in parts(column.number, quarters):
            amount = amounts.get(part.quarter, nothing)[part.number]
            taken = -amount if part.sign < 0 and isinstance(amount, int | float) else amount
            added = joined_amount(column.kind, added, taken)
        result.append(added)
    return tuple(result)


def _once(
    form: PrintedForm, column: BaseColumn, amounts: Mapping[str, Mapping[str, Amount]]
) -> Amount:
    """The rows of a column, each as its last quarter in the deciding column has it."""
    deciding = deciding_column(form, column.number)
    last: dict[str, str] = {}
    for quarter in sorted(amounts):
        last.update(dict.fromkeys(keyed_values(amounts[quarter][deciding]), quarter))
    entries = (keyed_values(amounts[quarter][column.number]).get(n) for n, quarter in last.items())
    return frozenset(entry for entry in entries if entry is not None)


_STRONGEST = (Presence.FIGURES, Presence.NOT_REPORTED, Presence.BLANK, Presence.NIL)
"""What a row says when its units differ: figures that are there; else what is still owed."""
_EMPTY = (Presence.NIL, Presence.BLANK)
States: TypeAlias = Mapping[str, Sequence[StandingState]]
"""Of units of which nothing counts: where their reports stand."""


@dataclass(frozen=True)
class FilledForm:
    """A table with what it was made of, for control totals and for tracing."""

    table: FormTable
    compiled: CompiledForm
    shares: tuple[Share, ...]


def fill_from(
    form: PrintedForm, sources: PeriodSources, states: States | None = None
) -> FilledForm:
    """A printed form filled for a quarter, or cumulated over the quarters of a longer period.

    ``states`` are those of the units of which nothing counts.
    """
    compiled = compile_form(form, sources.quarters[-1].ground)
    shares = shares_by(form, sources, form.row_kind)
    presence = presences(form, sources)
    known = states or {}
    rows = tuple(_rows(compiled, shares, presence, sources, known))
    total = _without_rates(form, compiled.figures(compiled.folded(shares)))
    total = _without_unasked_zeros(_doubtful(compiled, sources), total, sources.reports, sources)
    owed = [unit for unit, at in presence.items() if at is Presence.NOT_REPORTED]
    untold = tuple(
        sorted(
            {
                n
                for row in rows
                for n, one in row.values.items()
                if one is None and n in _counts(form)
            },
            key=int,
        )
    )
    open_states = _states_of(owed, known, sources)
    subtotals = tuple(_subtotals(compiled, rows, shares, sources)) if form.rows == "unit" else ()
    gaps = _gaps(form, sources)
    every_gap = _all_gaps(gaps, gaps)
    table = FormTable(form.id, rows, total, presence, open_states, untold, subtotals, every_gap)
    return FilledForm(table, compiled, shares)


def _subtotals(
    compiled: CompiledForm,
    rows: Sequence[FormRow],
    shares: Sequence[Share],
    sources: PeriodSources,
) -> Iterator[Subtotal]:
    """Of each superior what its units come to: what counts once for several counts once here."""
    keys: dict[str, list[str]] = {}
    for row in rows:
        if superior := sources.plan.superiors.get(row.key):
            keys.setdefault(superior, []).append(row.key)
    if not keys:
        return
    of_row: dict[str, list[Share]] = {}
    for share in shares:
        of_row.setdefault(share.key, []).append(share)
    reports: dict[str, list[UnitReport]] = {}
    for report in sources.reports:
        reports.setdefault(sources.heir(report.unit), []).append(report)
    doubtful = _doubtful(compiled, sources)
    for superior, own in keys.items():
        some = [share for key in own for share in of_row.get(key, ())]
        values = _without_rates(compiled.form, compiled.figures(compiled.folded(some)))
        sent = [report for key in own for report in reports.get(key, ())]
        yield Subtotal(
            superior, tuple(own), _without_unasked_zeros(doubtful, values, sent, sources)
        )


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


def figures_by_unit(form: PrintedForm, sources: PeriodSources) -> dict[str, Mapping[str, Value]]:
    """What each unit alone adds to a form over the period, by printed column number."""
    compiled = compile_form(form, sources.quarters[-1].ground)
    own: dict[str, list[Share]] = {}
    for share in shares_by(form, sources, "unit"):
        own.setdefault(share.unit, []).append(share)
    return {unit: compiled.figures(compiled.folded(some)) for unit, some in own.items()}


def presences(form: PrintedForm, sources: PeriodSources) -> dict[str, Presence]:
    """What each unit of the plan gave for a form over the period, in the plan's order.

    Over several quarters a unit has reported when one of its reports counts: which quarter is
    missing is said of the unit, not of its figures.
    """
    given: dict[str, list[Presence]] = {
        unit.code: [] for unit in sources.plan.units_in(sources.period)
    }
    for quarter in sources.quarters:
        sent: dict[str, list[Presence]] = {}
        for unit, presence in presences_in(quarter, form, sources):
            sent.setdefault(unit, []).append(presence)
        for unit, some in sent.items():
            given.setdefault(unit, []).extend(some)
        if quarter.period in sources.due:
            for owing in sources.plan.units_in(quarter.period):
                given.setdefault(owing.code, [])
    return {unit: strongest(some or [Presence.NOT_REPORTED]) for unit, some in given.items()}


def strongest(some: Iterable[Presence]) -> Presence:
    """One presence for several: figures win; then what is owed is said before what is empty."""
    present = set(some)
    if len(present) == 1:
        return present.pop()
    return next((presence for presence in _STRONGEST if presence in present), Presence.NIL)


def _gaps(form: PrintedForm, sources: PeriodSources) -> Mapping[str, Sequence[Period]]:
    """Quarters of a longer period of which nothing of a unit counts, by unit at its end.

    What is empty in the other quarters says nothing of these: «KPS» holds without them.
    """
    gaps: dict[str, list[Period]] = {}
    for quarter in sources.quarters if sources.period.cumulative else ():
        heard = {sources.heir(unit) for unit, _ in quarter.states}
        owing = sources.plan.units_in(quarter.period) if quarter.period in sources.due else ()
        for unit in owing:
            heir = sources.heir(unit.code)
            if heir not in heard and owes(form, unit.code, sources):
                gaps.setdefault(heir, []).append(quarter.period)
    return gaps


def _all_gaps(units: Iterable[str], gaps: Mapping[str, Sequence[Period]]) -> tuple[Period, ...]:
    return tuple(sorted({quarter for unit in units for quarter in gaps.get(unit, ())}))


def _rows(
    compiled: CompiledForm,
    shares: Sequence[Share],
    presence: Mapping[str, Presence],
    sources: PeriodSources,
    states: States,
) -> Iterable[FormRow]:
    by_key: dict[str, list[Share]] = {}
    for share in shares:
        by_key.setdefault(share.key, []).append(share)
    said_by: dict[str, list[Presence]] = {}
    for unit, at in presence.items():
        said_by.setdefault(sources.heir(unit), []).append(at)

    gaps, doubtful = _gaps(compiled.form, sources), _doubtful(compiled, sources)
    for key, label in _roster(compiled.form, by_key, presence, sources).items():
        own = by_key.get(key, [])
        units = tuple(dict.fromkeys([share.unit for share in own]))
        behind = {*units, *_owing(compiled.form, key, sources)}
        said = strongest([at for unit in behind for at in said_by.get(unit, ())])
        values: Mapping[str, Value] = {}
        if own or said in (Presence.FIGURES, Presence.NIL):
            values = compiled.figures(compiled.folded(own))
            if doubtful:
                sent = sources.reports_of(behind)
                values = _without_unasked_zeros(doubtful, values, sent, sources)
        open_quarters = _all_gaps(behind, gaps) if said in _EMPTY else ()
        is_owed = said is Presence.NOT_REPORTED
        open_states = _states_of(behind, states, sources) if is_owed else ()
        yield FormRow(key, label, values, said, units, open_states, open_quarters)


def _doubtful(compiled: CompiledForm, sources: PeriodSources) -> Mapping[str, list[Aggregate]]:
    """What was not asked yet in some workbooks, by the number of its column."""
    asked = {
        column.number: [one for _, one, _ in column.terms if sources.untold(one)]
        for column in compiled.base
    }
    return {number: some for number, some in asked.items() if some}


def _without_unasked_zeros(
    doubtful: Mapping[str, Collection[Aggregate]],
    values: Mapping[str, Value],
    reports: Collection[UnitReport],
    sources: PeriodSources,
) -> dict[str, Value]:
    """The figures without zeros that only say that the workbooks did not ask yet."""
    untold = {
        number
        for number, aggregates in doubtful.items()
        if not values.get(number)
        and any(untold_place(aggregate, reports, sources) for aggregate in aggregates)
    }
    return {number: None if number in untold else value for number, value in values.items()}


def _states_of(
    units: Collection[str], states: States, sources: PeriodSources
) -> tuple[StandingState, ...]:
    """Where the reports of some units stand, each state once, in the plan's order."""
    order = sources.units_behind(units)
    return tuple(dict.fromkeys(state for unit in order for state in states.get(unit, ())))


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
    if form.rows == "task":
        texts = {task.code: f"{task.code}. {task.text}" for task in plan.tasks}
        planned = [code for code in texts if code in by_key]
        return {code: texts.get(code, code) for code in (*planned, *sorted(by_key))}
    if form.rows == "value":
        lists = {
            column.choices
            for feed in form.feeds
            if feed in sources.forms.sheet_by_id
            and (column := sources.forms.sheet_by_id[feed].by_key.get(form.by))
        }
        named = [choice.value for one in lists for choice in plan.choices.get(one, ())]
        return {name: name for name in (*named, *sorted(by_key))}
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
    if form.rows == "task":
        task = plan.task_by_code.get(key)
        return {sources.heir(unit) for unit in task.units()} if task else sources.standing
    if form.rows == "value" or not on_procedures(form, sources.forms):
        return sources.standing
    return {sources.heir(unit) for one in plan.procedures if one.field == key for unit in one.units}


def _counts(form: PrintedForm) -> frozenset[str]:
    """Numbers of the columns that count: only of these None says that nobody could tell."""
    return frozenset(column.number for column in form.columns if column.type == "count")


def _without_rates(form: PrintedForm, values: Mapping[str, Value]) -> dict[str, Value]:
    """A total without the columns that do not add up: percentages and texts."""
    numbers = _counts(form)
    return {number: value if number in numbers else None for number, value in values.items()}


# ---- Control totals

Lifted: TypeAlias = Callable[[str, Sequence[str]], bool]
_FATES: Mapping[str, tuple[Verdict, ...]] = {
    "accepted": (Verdict.ACCEPTED, Verdict.ACCEPTED_WITH_WARNINGS),
    "returned": (Verdict.RETURNED,),
    "superseded": (Verdict.SUPERSEDED,),
    "duplicates": (Verdict.DUPLICATE,),
    "unreadable": (Verdict.UNREADABLE,),
    "not_reports": (Verdict.NOT_A_REPORT,),
}


def counts_of(
    sources: PeriodSources, submissions: Sequence[Submission], given: Mapping[str, int] | None
) -> dict[str, int]:
    """Files by what became of them, rows read and rows kept; ``given`` wins where it speaks."""
    verdicts = [one.verdict for one in submissions]
    fates = {name: sum(verdicts.count(one) for one in some) for name, some in _FATES.items()}
    counts = {
        "files_in": len(submissions),
        **fates,
        "rows_in": _rows_read(sources),
        "rows_out": _rows_kept(sources),
    }
    return counts | dict(given or {})


def control_lines(
    sources: PeriodSources, filled: Sequence[FilledForm], counts: Mapping[str, int], lifted: Lifted
) -> tuple[ControlLine, ...]:
    """Every control total of the period: files, rows, each column of each form, identities.

    ``lifted`` says whether the office lets a rule pass that some units break.
    """
    fates = sum(counts[name] for name in _FATES)
    return (
        ControlLine(
            ControlKind.FILES,
            counts["files_in"],
            fates,
            explanation="Tệp nhận = đạt + trả lại + không tính + trùng + không đọc được"
            " + không phải báo cáo",
        ),
        ControlLine(
            ControlKind.ROWS,
            counts["rows_in"],
            counts["rows_out"],
            explanation="Dòng đọc được trong báo cáo của các đơn vị = dòng đưa vào sổ theo dõi",
        ),
        *(line for one in filled for line in _form_lines(sources, one)),
        *(line for one in filled for line in _identity_lines(sources, one, lifted)),
    )


def _form_lines(sources: PeriodSources, filled: FilledForm) -> Iterator[ControlLine]:
    """Units' sheets against the printed total, column by column."""
    form, total = filled.compiled.form, filled.table.total
    whole = _whole(sources, filled)
    for column in form.columns:
        left, right = whole.get(column.number), total.get(column.number)
        if isinstance(left, int | float) and isinstance(right, int | float):
            yield ControlLine(
                ControlKind.COLUMN,
                left,
                right,
                form=form.id,
                form_name=form.called,
                column=column.number,
                explanation="Cộng các đơn vị = Tổng cộng in trên biểu",
            )


def _identity_lines(
    sources: PeriodSources, filled: FilledForm, lifted: Lifted
) -> Iterator[ControlLine]:
    """Every identity of a form again over several quarters: the total, then rows that break it."""
    if not sources.period.cumulative:
        return
    table, form = filled.table, filled.compiled.form
    everybody = tuple(dict.fromkeys(share.unit for share in filled.shares))
    for relation in form.identities:
        line = _identity(form, relation, table.total)
        yield replace(line, waived=lifted(relation.code, everybody))
        for row in table.rows:
            line = _identity(form, relation, row.values)
            if row.values and not line.agrees:
                yield replace(line, row=row.label, waived=lifted(relation.code, row.units))


def _identity(
    form: PrintedForm, relation: FormRelation, values: Mapping[str, Value]
) -> ControlLine:
    def summed(numbers: Sequence[str]) -> float:
        found = [values.get(number) for number in numbers]
        return sum(value for value in found if isinstance(value, int | float))

    def told(numbers: Sequence[str], sign: str) -> str:
        return sign.join(f"({number})" for number in numbers)

    minus = f" − {told(relation.minus, ' − ')}" if relation.minus else ""
    left, right = told(relation.left, " + "), told(relation.right, " + ") + minus
    sign = "≤" if relation.op == "<=" else "="
    return ControlLine(
        ControlKind.IDENTITY,
        summed(relation.left),
        summed(relation.right) - summed(relation.minus),
        form=form.id,
        form_name=form.called,
        rule=relation.code,
        op=relation.op,
        terms=(left, right),
        explanation=f"Sau khi lũy kế: {left} {sign} {right}",
        is_fault=relation.level == "error",
    )


def _whole(sources: PeriodSources, filled: FilledForm) -> Mapping[str, Value]:
    """Figures of a form's columns over all units: of rows where these are units, else of sheets.

    Counting the sheets whole goes another way than the rows do: a row that fell out would show.
    """
    compiled, form = filled.compiled, filled.compiled.form
    if form.rows != "unit":
        return compiled.figures(compiled.folded(shares_by(form, sources, "unit")))
    figures = compiled.figures(compiled.folded(filled.shares))
    for column in form.columns:
        if column.adds_up and column.number in figures:
            some = [row.values.get(column.number) for row in filled.table.rows]
            figures[column.number] = sum(one for one in some if isinstance(one, int | float))
    return figures


def _rows_read(sources: PeriodSources) -> int:
    return sum(
        len(sheet.records) for report in sources.reports for sheet in report.reading.sheets.values()
    )


def _rows_kept(sources: PeriodSources) -> int:
    """Rows of sheets that a form definition knows: those that the tracker has a place for."""
    known = sources.forms.sheet_by_id.keys()
    return sum(
        len(sheet.records)
        for report in sources.reports
        for form, sheet in report.reading.sheets.items()
        if form in known
    )
