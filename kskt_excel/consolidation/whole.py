"""A period put together (Consolidation), with the control totals that prove it."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from kskt_excel.consolidation.filled_forms import FilledForm, fill_from, shares_by
from kskt_excel.consolidation.indicators import (
    PIECES_DONE,
    IndicatorSources,
    RateDecimals,
    carried_out,
    counts_tasks,
    evaluation,
    shown_alike,
)
from kskt_excel.consolidation.sources import PeriodSources, in_plan_order
from kskt_excel.consolidation.standings import direction_standings, quarter_standings, rates
from kskt_excel.consolidation.tasks import (
    DONE_VERDICTS,
    JudgementDay,
    due_tasks,
    first_decisions,
    issues,
    judged_tasks,
    task_positions,
    with_coordination,
)
from kskt_excel.messages import code_is_named
from kskt_excel.model.consolidation import (
    Consolidation,
    ControlKind,
    ControlLine,
    IndicatorValue,
    QuarterStandings,
    StandingState,
    TaskPosition,
    TaskVerdict,
)
from kskt_excel.model.forms import FormRelation, Forms, PrintedForm
from kskt_excel.model.period import Period
from kskt_excel.model.plan import TASK_DONE, Plan, Waiver
from kskt_excel.model.reading import Value
from kskt_excel.model.submission import Direction, Submission, UnitReport, Verdict

_LAST_QUARTER = 4  # before it the targets of the year are not judged
_OF_ALL_TASKS = "tasks(done)"  # of plans that count every task, due or not: a target of the year
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


def consolidation_of(
    period: Period,
    *,
    plan: Plan,
    forms: Forms,
    reports: Mapping[str, Sequence[UnitReport]],
    submissions: Sequence[Submission],
    as_of: dt.datetime,
    counts: Mapping[str, int] | None = None,
    waivers: Sequence[Waiver] | None = None,
    directions: Sequence[Direction] = (),
) -> Consolidation:
    """Everything that is known about a period.

    ``reports`` holds what counts by quarter id; earlier quarters of the year may stand beside the
    period's own, tasks done once carry on from them. ``submissions`` are the receipts of the
    period's quarters. ``counts`` replaces counts that the caller knows better (files_in, rows_in).
    ``waivers`` are the rules lifted; None: those of the plan. ``directions`` are all that leaders
    have given.
    Pure: the same arguments give the same result. Raises FormDefinitionError, IndicatorError.
    """
    window = period.window(plan.cutoff_day)
    quarters = tuple(
        quarter_standings(
            quarter,
            reports.get(quarter.id, ()),
            submissions,
            plan=plan,
            forms=forms,
            today=as_of.date() if period.cumulative else None,
        )
        for quarter in period.quarters
    )
    due = [one.quarter for one in quarters if one.is_due]
    sources = PeriodSources.of(period, plan, forms, reports, due)
    printed = forms.printed_in(period, plan)
    filled = [fill_from(form, sources, open_states(quarters)) for form in printed]
    tables = {one.table.form: one.table for one in filled}
    tasks = with_coordination(task_positions(period, plan, forms, reports, as_of.date()), sources)
    totals = counts_of(sources, submissions, counts)
    in_force = plan.waivers if waivers is None else waivers

    def lifted(rule: str, units: Sequence[str]) -> bool:
        return _is_lifted(rule, units, sources, in_force, as_of.date())

    so_far = sources.so_far(reports)
    counted = {**_counted(tasks, quarters), **_planned(sources, so_far)}
    day = JudgementDay(
        plan,
        forms,
        period,
        as_of.date(),
        send_by=quarters[-1].deadline,
        missing=dict.fromkeys(one.unit for some in quarters for one in some.missing),
        decided=first_decisions(plan, so_far),
    )
    figures = IndicatorSources(sources, so_far, tables, counted)
    tasks, values, decimals = _with_verdicts(tasks, figures, day)
    return Consolidation(
        period=period,
        window=window,
        as_of=as_of,
        reports=in_plan_order(sources.reports, plan),
        submissions=tuple(submissions),
        quarters=quarters,
        forms=tables,
        tasks=tasks,
        indicators=values,
        evaluation=evaluation(sources, decimals),
        decimals=decimals,
        issues=issues(in_plan_order(sources.reports, plan), forms),
        directions=direction_standings(directions, period, plan, forms, reports),
        control=control_lines(sources, filled, totals, lifted),
        counts=totals,
        behind=figures.behind(_missed_indicators(tasks)),
    )


def _missed_indicators(tasks: Iterable[TaskPosition]) -> frozenset[str]:
    """Indicators whose targets tasks miss in the period."""
    return frozenset(
        one.indicator
        for task in tasks
        if task.judgement.verdict in (TaskVerdict.UNMET, TaskVerdict.DONE_UNMET)
        for one in task.judgement.figures
        if one.met is False and one.is_judged_yet
    )


def _with_verdicts(
    tasks: Sequence[TaskPosition], figures: IndicatorSources, day: JudgementDay
) -> tuple[tuple[TaskPosition, ...], tuple[IndicatorValue, ...], RateDecimals]:
    """Tasks judged, and every indicator; those that count tasks come after the verdicts."""
    plan = day.plan
    values = dict(figures.values(lambda one: not counts_tasks(one)))
    due = due_tasks(judged_tasks(tasks, values, day), plan, day.period, day.today)
    done = sum(one.judgement.verdict in DONE_VERDICTS for one in due)
    counted = {**figures.counted, "tasks(due)": len(due), "tasks(done_due)": done}
    values |= replace(figures, counted=counted).values(counts_tasks)
    in_order = (values[one.id] for one in plan.indicators)
    alike, decimals = shown_alike(in_order, figures.sources)
    judged = judged_tasks(tasks, {one.id: one for one in alike}, day)
    early = {
        figure.indicator
        for task in judged
        for figure in task.judgement.figures
        if not figure.is_judged_yet
    }
    if day.period.number < _LAST_QUARTER:
        early |= {one.id for one in plan.indicators if one.numerator == _OF_ALL_TASKS}
    told = (
        replace(one, met=None) if one.id in early and one.met is False else one for one in alike
    )
    return judged, tuple(told), decimals


def _is_lifted(
    rule: str,
    units: Sequence[str],
    sources: PeriodSources,
    waivers: Sequence[Waiver],
    today: dt.date,
) -> bool:
    """Whether a rule is waived for one of the units, or a report that breaks it was accepted."""
    of_units = {one.code for one in sources.plan.units if sources.heir(one.code) in units}
    accepted = (
        finding.code == rule
        for report in sources.reports
        if report.unit in of_units
        for finding in report.submission.findings
    )
    waived = (
        waiver.covers(unit, quarter.id, today)
        for waiver in waivers
        if code_is_named(rule, waiver.rule) and not waiver.where
        for unit in of_units
        for quarter in sources.period.quarters
    )
    return any(waived) or any(accepted)


def open_states(quarters: Sequence[QuarterStandings]) -> Mapping[str, Sequence[StandingState]]:
    """States in the quarters due, by unit, of those of which nothing counts in the whole period."""
    due = [one for some in quarters if some.is_due for one in some.units]
    counting = {one.unit for one in due if one.counts}
    states: dict[str, list[StandingState]] = {}
    for one in due:
        if one.unit not in counting:
            states.setdefault(one.unit, []).append(one.state)
    return states


def _counted(tasks: Sequence[TaskPosition], quarters: Sequence[QuarterStandings]) -> dict[str, int]:
    """Tasks and units counted for indicators; units once in each quarter that they report for."""
    of_quarters = [rates(some.units) for some in quarters if some.is_due]
    return {
        "tasks(done)": sum(1 for task in tasks if task.status == TASK_DONE),
        "tasks(all)": len(tasks),
        "units(on_time)": sum(one.on_time for one in of_quarters),
        "units(all)": sum(one.units for one in of_quarters),
    }


def _planned(sources: PeriodSources, so_far: PeriodSources) -> dict[str, int]:
    """What the tasks' own plans foresee, and how much of it the reports of the year tell as done.

    More than planned of one kind makes up for nothing in another.
    """
    planned = sources.plan.planned
    return {
        "units(plan)": len(sources.plan.units_in(sources.period)),
        "activities(planned)": sum(piece.count for piece in planned if piece.kind),
        "inspections(planned)": len({piece.unit for piece in planned if piece.unit}),
        **{name: sum(one.adds for one in carried_out(name, so_far)) for name in PIECES_DONE},
    }
