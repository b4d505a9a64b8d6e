"""What counts of all units put together: forms, positions, indicators, control totals."""

import datetime as dt
from collections.abc import Mapping, Sequence

from kskt_excel.consolidate.control import control_lines, counts_of
from kskt_excel.consolidate.evaluation import evaluation
from kskt_excel.consolidate.forms import fill_from
from kskt_excel.consolidate.indicators import indicators
from kskt_excel.consolidate.issues import issues
from kskt_excel.consolidate.sources import Sources, in_plan_order
from kskt_excel.consolidate.standings import quarter_standings, rates, standings
from kskt_excel.consolidate.tasks import DONE, task_positions
from kskt_excel.model.consolidation import Consolidation, TaskPosition, UnitStanding
from kskt_excel.model.forms import Forms
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Plan
from kskt_excel.model.submission import Submission, UnitReport


def consolidate(
    period: Period,
    *,
    plan: Plan,
    forms: Forms,
    reports: Mapping[str, Sequence[UnitReport]],
    submissions: Sequence[Submission],
    as_of: dt.datetime,
    counts: Mapping[str, int] | None = None,
) -> Consolidation:
    """Everything that is known about a period.

    ``reports`` holds what counts by quarter id; earlier quarters of the year may stand beside the
    period's own, tasks done once carry on from them. ``submissions`` are the receipts of the
    period's quarters. ``counts`` replaces counts that the caller knows better (files_in, rows_in).
    Pure: the same arguments give the same result. Raises FormDefinitionError, IndicatorError.
    """
    sources = Sources.of(period, plan, forms, reports)
    window = period.window(plan.cutoff_day)
    printed = forms.printed_on(window.end)
    filled = [fill_from(form, sources) for form in printed]
    tables = {one.table.form: one.table for one in filled}
    tasks = task_positions(period, plan, reports, as_of.date())
    by_quarter = quarter_standings(sources, submissions)
    counted = _counted(tasks, by_quarter)
    totals = counts_of(sources, submissions, counts)
    return Consolidation(
        period=period,
        window=window,
        as_of=as_of,
        reports=in_plan_order(sources.reports, plan),
        submissions=tuple(submissions),
        standings=standings(sources, by_quarter),
        forms=tables,
        tasks=tasks,
        indicators=indicators(sources, tables, counted),
        evaluation=evaluation(sources),
        issues=issues(in_plan_order(sources.reports, plan)),
        control=control_lines(sources, filled, totals),
        counts=totals,
    )


def _counted(
    tasks: Sequence[TaskPosition], by_quarter: Sequence[Sequence[UnitStanding]]
) -> dict[str, int]:
    """Tasks and units counted for indicators; units once in each quarter that they report for."""
    of_quarters = [rates(some) for some in by_quarter]
    return {
        "tasks(done)": sum(1 for task in tasks if task.status == DONE),
        "tasks(all)": len(tasks),
        "units(on_time)": sum(one.on_time for one in of_quarters),
        "units(all)": sum(one.units for one in of_quarters),
    }
