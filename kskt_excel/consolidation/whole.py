"""A period put together from what stands in its own files (Consolidation)."""

import datetime as dt
from collections.abc import Mapping, Sequence

from kskt_excel.consolidation.filled_forms import control_lines, counts_of, fill_from
from kskt_excel.consolidation.indicators import (
    PIECES_DONE,
    IndicatorSources,
    carried_out,
    evaluation,
)
from kskt_excel.consolidation.sources import KnownQuarters, PeriodSources, in_plan_order
from kskt_excel.consolidation.standings import direction_standings, quarter_standings, rates
from kskt_excel.consolidation.tasks import (
    JudgementDay,
    first_decisions,
    issues,
    judged_plan,
    missed_indicators,
    task_positions,
    with_coordination,
)
from kskt_excel.messages import code_is_named
from kskt_excel.model.consolidation import (
    Consolidation,
    QuarterStandings,
    StandingState,
    TaskPosition,
)
from kskt_excel.model.forms import Forms
from kskt_excel.model.period import Period
from kskt_excel.model.plan import TASK_DONE, Plan, Waiver
from kskt_excel.model.submission import Direction, Submission, UnitReport


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
    known: KnownQuarters | None = None,
) -> Consolidation:
    """Everything that is known about a period.

    ``reports`` holds what counts by quarter id; earlier quarters of the year may stand beside the
    period's own, tasks done once carry on from them. ``submissions`` are the receipts of the
    period's quarters. ``counts`` replaces counts that the caller knows better (files_in, rows_in).
    ``waivers`` are the rules lifted; None: those of the plan. ``directions`` are all that leaders
    have given. ``known`` are quarters of the same plan and reports, counted for another period.
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
    sources = PeriodSources.of(period, plan, forms, reports, due=due, known=known)
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
    tasks, values, decimals = judged_plan(tasks, figures, day)
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
        behind=figures.behind(missed_indicators(tasks)),
    )


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
