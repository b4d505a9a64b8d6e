"""What each unit owes, from one source: every letter to a unit takes it from here.

A day is held against today, not against the end of a period: what fell due on 31/3 is late on 20/4
whichever quarter is asked for. A task that goes on all year has no last day and is never late.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from kskt_excel.consolidation.sources import filled_records
from kskt_excel.consolidation.tally import QuarterRecords, compile_conditions, last_day
from kskt_excel.consolidation.tasks import DONE_ONCE, DONE_VERDICTS, due_in
from kskt_excel.model.calendar import workdays_between
from kskt_excel.model.consolidation import (
    Consolidation,
    Due,
    DueKind,
    QuarterStandings,
    StandingState,
    TaskPosition,
    TaskVerdict,
    correction_of,
)
from kskt_excel.model.expressions import Aggregate, parse
from kskt_excel.model.forms import Forms, SheetForm
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.plan import TASK_DONE, TASK_NOTHING, DeadlineKind, Indicator, Plan, Task
from kskt_excel.model.submission import UnitReport

_NOTHING_CAME = (StandingState.NOT_SENT, StandingState.NOT_COUNTED)


@dataclass(frozen=True)
class DuesDay:
    """The day on which it is asked what units owe, and how long before a last day they are told."""

    plan: Plan
    forms: Forms
    today: dt.date
    before: int  # working days
    mend_by: Mapping[tuple[str, str], dt.date]  # unit, quarter: last day of a correction

    def is_near(self, day: dt.date) -> bool:
        """Whether a last day is past, or so near that units are reminded of it."""
        return workdays_between(self.today, day, self.plan.calendar) <= self.before


def dues(quarters: Sequence[Consolidation], on: DuesDay) -> Mapping[str, tuple[Due, ...]]:
    """What each unit owes, by unit code in the plan's order; nothing of those that owe nothing.

    ``quarters`` are those of the year whose reports are still taken; the last one is asked for.
    """
    found: dict[str, list[Due]] = {unit.code: [] for unit in on.plan.units}
    whole = quarters[-1]
    for standings in (some for one in quarters for some in one.quarters):
        for unit, due in _reports(standings, on):
            found.setdefault(unit, []).append(due)
    for position in whole.tasks:
        task = on.plan.task_by_code[position.code]
        found.setdefault(task.lead, []).extend(_of_lead(task, position, whole, on))
    for unit, due in (*_own_figures(whole, on), *_parts(whole, on), *_helpers(whole, on)):
        found.setdefault(unit, []).append(due)
    for report in _last_reports(quarters):
        found.setdefault(report.unit, []).extend(_open_matters(report, on))
    order = {kind: at for at, kind in enumerate(DueKind)}
    return {
        unit: tuple(sorted(some, key=lambda one: order[one.kind]))
        for unit, some in found.items()
        if some
    }


def _reports(some: QuarterStandings, on: DuesDay) -> Iterator[tuple[str, Due]]:
    for one in some.units:
        quarter = some.quarter.id
        helped = tuple(task.code for task in on.plan.helped_by(one.unit))
        if one.state in _NOTHING_CAME:
            late = some.deadline < on.today
            yield (
                one.unit,
                Due(DueKind.REPORT, quarter, quarter, some.deadline, is_late=late, tasks=helped),
            )
        elif one.state is StandingState.RETURNED:
            day = on.mend_by.get((one.unit, quarter), some.deadline)
            about = correction_of(quarter, one.version)
            yield (
                one.unit,
                Due(
                    DueKind.CORRECTION,
                    about,
                    quarter,
                    day,
                    is_late=day < on.today,
                    tasks=helped,
                    count=one.errors,
                ),
            )


def _of_lead(
    task: Task, position: TaskPosition, whole: Consolidation, on: DuesDay
) -> Iterator[Due]:
    if task.deadline.kind in DONE_ONCE:
        yield from _once(task, position, whole, on)
        return
    if task.deadline.kind is DeadlineKind.PERIODIC:
        day = due_in(task, whole.period)
        is_open = position.status not in (TASK_DONE, TASK_NOTHING)
        if day and is_open and on.is_near(day):
            yield _task(DueKind.TASK, task, whole, on, day)
        return
    verdict = position.judgement.verdict
    if verdict in (TaskVerdict.UNMET, TaskVerdict.DONE_UNMET) and _is_settled(whole, on):
        due = _task(DueKind.TARGET, task, whole, on, None)
        worst = position.judgement.worst
        behind = whole.behind.get(worst.indicator, {}) if worst else {}
        yield replace(
            due, about=f"{task.code}/{whole.period.id}", figure=worst, units=tuple(behind)
        )


def _once(task: Task, position: TaskPosition, whole: Consolidation, on: DuesDay) -> Iterator[Due]:
    wanted, day = task.own_plan.wanted_by, task.deadline.due
    judgement = position.judgement
    if position.status == TASK_NOTHING:
        return
    if wanted and not position.own_plan.told_by:
        if on.is_near(wanted):
            yield _task(DueKind.OWN_PLAN, task, whole, on, wanted)
        return
    if position.status == TASK_DONE:
        if judgement.verdict not in DONE_VERDICTS and judgement.worst:
            due = _task(DueKind.DONE_UNMET, task, whole, on, day)
            yield replace(due, figure=judgement.worst)
        return
    judging = [one for one in judgement.figures if one.judges and one.denominator]
    if judging and all(one.met for one in judging):
        yield replace(_task(DueKind.TO_TELL, task, whole, on, day), figure=judging[0])
    elif day and on.is_near(day):
        yield _task(DueKind.TASK, task, whole, on, day)


def _task(kind: DueKind, task: Task, whole: Consolidation, on: DuesDay, day: dt.date | None) -> Due:
    about = f"{task.code}/{day.isoformat()}" if day else task.code
    is_late = day is not None and day < on.today
    return Due(kind, about, whole.period.id, day, is_late=is_late, tasks=(task.code,))


def _is_settled(whole: Consolidation, on: DuesDay) -> bool:
    """Whether the figures of a quarter are all in, or its last day to send is past."""
    return not whole.missing or whole.quarters[-1].deadline < on.today


def _own_figures(whole: Consolidation, on: DuesDay) -> Iterator[tuple[str, Due]]:
    """Units whose own figures miss a target that a task misses."""
    if not _is_settled(whole, on):
        return
    tasks = {
        figure.indicator: (position.code, figure)
        for position in whole.tasks
        for figure in position.judgement.figures
        if figure.indicator in whole.behind
    }
    for indicator, by_unit in whole.behind.items():
        if indicator not in tasks:
            continue
        code, figure = tasks[indicator]
        for unit, own in by_unit.items():
            if unit in on.plan.unit_by_code:
                about = f"{indicator}/{whole.period.id}"
                due = Due(DueKind.OWN_FIGURES, about, whole.period.id, tasks=(code,))
                yield unit, replace(due, figure=figure, own=own)


def _parts(whole: Consolidation, on: DuesDay) -> Iterator[tuple[str, Due]]:
    """Units whose report counts and tells of no part in tasks that they help with."""
    day = whole.quarters[-1].deadline
    tasks: dict[str, list[str]] = {}
    for position in whole.tasks:
        for unit in position.coordination.idle:
            tasks.setdefault(unit, []).append(position.code)
    for unit, codes in tasks.items():
        yield (
            unit,
            Due(
                DueKind.PART,
                whole.period.id,
                whole.period.id,
                day,
                is_late=day < on.today,
                tasks=tuple(codes),
            ),
        )


def _helpers(whole: Consolidation, on: DuesDay) -> Iterator[tuple[str, Due]]:
    """For each lead the coordinators without a part in its tasks: idle, or not reported."""
    if not _is_settled(whole, on):
        return
    tasks: dict[tuple[str, str, bool], list[str]] = {}
    for position in whole.tasks:
        lead, found = on.plan.task_by_code[position.code].lead, position.coordination
        for unit in (*found.idle, *found.not_reported):
            tasks.setdefault((lead, unit, unit in found.idle), []).append(position.code)
    for (lead, unit, is_idle), codes in tasks.items():
        about = f"{whole.period.id}/{unit}/{'idle' if is_idle else 'not_reported'}"
        due = Due(DueKind.HELPERS, about, whole.period.id, tasks=tuple(codes), units=(unit,))
        yield lead, replace(due, count=len(codes) if is_idle else 0)


def _last_reports(quarters: Sequence[Consolidation]) -> Iterator[UnitReport]:
    """The last report of each unit that counts."""
    last = {report.unit: report for one in quarters for report in one.reports}
    yield from last.values()


def _open_matters(report: UnitReport, on: DuesDay) -> Iterator[Due]:
    """Rows that the unit itself has told as not settled; those with a last day, when it is near."""
    reminded = [form for form in on.forms.sheet_by_id.values() if form.reminder]
    for form in sorted(reminded, key=lambda form: form.settling_limit is None):
        found = _open_rows(report, form, on)
        if found:
            days = [day for day in found if day]
            late = sum(day < on.today for day in days)
            quarter = report.submission.period
            yield Due(
                DueKind.OPEN_ROWS,
                f"{quarter}/{form.own_id}",
                quarter,
                min(days, default=None),
                is_late=late > 0,
                count=len(found),
                late=late,
                words=form.reminder,
            )


def _open_rows(report: UnitReport, form: SheetForm, on: DuesDay) -> list[dt.date | None]:
    """The last day of each row that is not settled; of one without a time limit None."""
    ground = QuarterRecords.of(on.plan.period(report.submission.period), on.plan, on.forms)
    rows = filled_records(report, form.id)
    is_open = [one.values for one in rows if one.values.get(form.settled_by) is None]
    limit = form.settling_limit
    if limit is None:
        return [None for _ in is_open]
    return [
        day for values in is_open if (day := last_day(limit, values, ground)) and on.is_near(day)
    ]


def rows_behind(
    indicator: Indicator, report: UnitReport, plan: Plan, forms: Forms
) -> tuple[str, tuple[int, ...]]:
    """Sheet and rows of a unit's report that keep an indicator from its target.

    Of an indicator that all rows of a sheet are to reach; ("", ()) of any other, and of one that
    counts the year so far: an earlier report may have reached it with the same row.
    """
    quarter = plan.period(report.submission.period)
    counts_earlier = indicator.basis == "to_date" and quarter.number > 1
    if indicator.target != 1 or indicator.direction == "down" or counts_earlier:
        return "", ()
    sides = [parse(text).terms for text in (indicator.numerator, indicator.denominator)]
    items = [terms[0][1] for terms in sides if len(terms) == 1]
    counted = [one for one in items if isinstance(one, Aggregate) and one.kind != "sum"]
    if len(counted) < len(sides) or counted[0].sheet != counted[1].sheet:
        return "", ()
    ground = QuarterRecords.of(quarter, plan, forms)
    tests = [compile_conditions(one, ground) for one in counted]
    good, asked = (test or (lambda _: True) for test in tests)
    rows = filled_records(report, counted[0].sheet)
    missing = [one.row for one in rows if asked(one.values) and not good(one.values)]
    sheet = report.reading.sheets.get(counted[0].sheet)
    return (sheet.name if sheet else "", tuple(missing))
