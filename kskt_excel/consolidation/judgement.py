"""Each task of the plan judged by its own figures, beside what its lead has typed.

What is done once (a fixed day, a plan of its own, within another plan) is done when the lead says
so and no indicator of it contradicts; what goes on all year is met or not met in the period, never
done. An indicator without a target is followed and judges nothing; so does one that counts tasks,
which would judge itself.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from kskt_excel.consolidation.tasks import (
    COORDINATOR,
    DONE_ONCE,
    TASK_DONE,
    TASK_NOTHING,
    calendar_end,
)
from kskt_excel.model.calendar import workdays_between
from kskt_excel.model.consolidation import (
    IndicatorValue,
    TaskFigure,
    TaskJudgement,
    TaskPosition,
    TaskVerdict,
    UnitTask,
)
from kskt_excel.model.period import Period
from kskt_excel.model.plan import DeadlineKind, Indicator, Plan, Task
from kskt_excel.text.shown import exact

_DONE = (TaskVerdict.DONE, TaskVerdict.DONE_UNCHECKED)
_COUNTS_TASKS = "tasks("  # in the numerator of an indicator


def judged_tasks(
    positions: Iterable[TaskPosition], values: Sequence[IndicatorValue], plan: Plan
) -> tuple[TaskPosition, ...]:
    """Every position with its judgement; ``values`` are the indicators of the same period."""
    by_id = {one.id: one for one in values}
    known = {one.id: one for one in plan.indicators}
    return tuple(replace(one, judgement=_judgement(one, plan, by_id, known)) for one in positions)


def due_tasks(
    positions: Iterable[TaskPosition], plan: Plan, period: Period, today: dt.date
) -> tuple[TaskPosition, ...]:
    """What is done once and was due by the end of the period: the day is past, or it is done."""
    end = calendar_end(period)
    by_now = min(today, end)
    return tuple(
        one
        for one in positions
        if (task := plan.task_by_code[one.code]).deadline.kind in DONE_ONCE
        and (due := task.deadline.due)
        and due <= end
        and (due < by_now or one.judgement.verdict in _DONE)
    )


def _judgement(
    position: TaskPosition,
    plan: Plan,
    values: Mapping[str, IndicatorValue],
    known: Mapping[str, Indicator],
) -> TaskJudgement:
    task = plan.task_by_code[position.code]
    figures = tuple(_figure(known[name], values[name]) for name in _named(task) if name in values)
    lead = next((one for one in position.units if one.unit == task.lead), None)
    helpers = [one for one in position.units if one.role == COORDINATOR]
    missed = [one for one in figures if one.met is False]
    is_once = task.deadline.kind in DONE_ONCE
    judge = _judge_once if is_once else _judge_continuous
    return TaskJudgement(
        verdict=judge(task, position, figures),
        figures=figures,
        worst=max(missed, key=_distance, default=None),
        days_late=_late_by(task, lead, plan) if is_once and position.status == TASK_DONE else 0,
        joined=tuple(one.unit for one in helpers if _has_joined(one)),
        nil=tuple(one.unit for one in helpers if one.status == TASK_NOTHING),
        not_reported=tuple(one.unit for one in helpers if not one.status),
    )


def _named(task: Task) -> tuple[str, ...]:
    return tuple(name for one in task.indicator.split(",") if (name := one.strip()))


def _figure(indicator: Indicator, value: IndicatorValue) -> TaskFigure:
    judges = indicator.target is not None and _COUNTS_TASKS not in indicator.numerator
    return TaskFigure(
        indicator=indicator.id,
        judges=judges,
        numerator=value.numerator,
        denominator=value.denominator,
        met=value.met if judges else None,
        direction=indicator.direction,
        target=indicator.target,
        decimals=value.decimals,
    )


def _distance(figure: TaskFigure) -> Fraction:
    """How far a figure is from its target, as a share of the target."""
    if not figure.denominator or not figure.target:
        return Fraction(0)
    ratio, target = exact(figure.numerator) / exact(figure.denominator), exact(figure.target)
    return abs(ratio - target) / target


def _judge_once(_task: Task, position: TaskPosition, figures: Sequence[TaskFigure]) -> TaskVerdict:
    judging = [one for one in figures if one.judges and one.denominator]
    if position.status == TASK_NOTHING and not any(one.numerator for one in figures):
        return TaskVerdict.NIL
    if position.status == TASK_DONE:
        if not judging:
            return TaskVerdict.DONE_UNCHECKED
        return TaskVerdict.DONE if all(one.met for one in judging) else TaskVerdict.DONE_UNMET
    if position.overdue:
        return TaskVerdict.OVERDUE
    return TaskVerdict.NOT_DUE if position.status else TaskVerdict.NOT_REPORTED


def _judge_continuous(
    task: Task, position: TaskPosition, figures: Sequence[TaskFigure]
) -> TaskVerdict:
    judging = [one for one in figures if one.judges]
    if any(one.met is False for one in judging):
        is_done = position.status == TASK_DONE
        return TaskVerdict.DONE_UNMET if is_done else TaskVerdict.UNMET
    if any(one.denominator for one in judging):
        return TaskVerdict.MET
    if not position.status:
        return TaskVerdict.NOT_REPORTED
    if position.status == TASK_NOTHING:
        return TaskVerdict.NIL
    if judging:
        return TaskVerdict.NIL  # all over nothing: there was nothing to do
    # a task that waits for an occasion and has none is no failure without a target
    on_demand = task.deadline.kind is DeadlineKind.ON_DEMAND
    return TaskVerdict.NOT_DUE if on_demand else TaskVerdict.NO_TARGET


def _late_by(task: Task, lead: UnitTask | None, plan: Plan) -> int:
    """Working days between the day it was due and the day on which the lead says it was done."""
    due, done = task.deadline.due, lead.completed_on if lead else None
    if due is None or done is None or done <= due:
        return 0
    return workdays_between(due, done, plan.holidays)


def _has_joined(one: UnitTask) -> bool:
    """Whether a coordinator has had a part in it: it says so, with what came of it."""
    return bool(one.status) and one.status != TASK_NOTHING and bool(one.result.strip())
