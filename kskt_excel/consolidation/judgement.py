"""Each task of the plan judged by its own figures, beside what its lead has typed.

What is done once (a fixed day, a plan of its own, within another plan) is done when the lead says
so and no indicator of it contradicts; what goes on all year is met or not met in the period, never
done. An indicator without a target is followed and judges nothing; so does one that counts tasks,
which would judge itself.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from fractions import Fraction

from kskt_excel.consolidation.indicators import counts_tasks
from kskt_excel.consolidation.sources import PeriodSources, filled_records
from kskt_excel.consolidation.tasks import (
    DONE_ONCE,
    TASK_DONE,
    TASK_NOTHING,
    calendar_end,
)
from kskt_excel.model.calendar import workdays_between
from kskt_excel.model.consolidation import (
    Consolidation,
    IndicatorValue,
    TaskFigure,
    TaskJudgement,
    TaskPosition,
    TaskVerdict,
    UnitTask,
    ValueKind,
)
from kskt_excel.model.expressions import Aggregate, Counted, ExpressionError, FormTotal, parse
from kskt_excel.model.forms import Forms
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.period import Period
from kskt_excel.model.plan import DeadlineKind, Indicator, Plan, Task
from kskt_excel.text.shown import exact

DONE_VERDICTS = (TaskVerdict.DONE, TaskVerdict.DONE_UNCHECKED)
"""Done as the lead says: no figure speaks against it, or the plan has none to ask."""
_LAST_QUARTER = 4


@dataclass(frozen=True)
class JudgementDay:
    """When and beside what tasks are judged: the period, today, who is still missing."""

    plan: Plan
    forms: Forms
    period: Period
    today: dt.date
    send_by: dt.date  # last day to send the reports of the period
    missing: Collection[str] = ()  # units of which nothing counts in a quarter that is due
    decided: Mapping[str, dt.date] = field(default_factory=dict)  # first decision, by task

    @property
    def day(self) -> dt.date:
        """The day that deadlines are held against: never later than the period's calendar end."""
        return min(self.today, calendar_end(self.period))

    @property
    def is_year_end(self) -> bool:
        """Whether targets of the whole year are judged: its last days that count are over."""
        is_last = self.period.last_month // 3 == _LAST_QUARTER
        return is_last and self.day >= self.period.window(self.plan.cutoff_day).end


def judged_on(whole: Consolidation) -> dt.date:
    """The day that the deadlines of a period's tasks are held against."""
    return min(whole.as_of.date(), calendar_end(whole.period))


def judged_tasks(
    positions: Iterable[TaskPosition], values: Mapping[str, IndicatorValue], on: JudgementDay
) -> tuple[TaskPosition, ...]:
    """Every position with its judgement; ``values`` are the indicators of the period by id."""
    known = {one.id: one for one in on.plan.indicators}
    return tuple(replace(one, judgement=_judgement(one, on, values, known)) for one in positions)


def due_tasks(
    positions: Iterable[TaskPosition], plan: Plan, period: Period, today: dt.date
) -> tuple[TaskPosition, ...]:
    """What is done once and was due by the end of the period: the day is past, or it is done.

    What should have a plan of its own by now and has none is due as well.
    """
    end = calendar_end(period)
    by_now = min(today, end)
    return tuple(
        one
        for one in positions
        if one.judgement.verdict is TaskVerdict.NO_PLAN
        or (
            (task := plan.task_by_code[one.code]).deadline.kind in DONE_ONCE
            and (due := task.deadline.due)
            and not _awaits_plan(task, one)
            and due <= end
            and (due < by_now or one.judgement.verdict in DONE_VERDICTS)
        )
    )


def _awaits_plan(task: Task, position: TaskPosition) -> bool:
    """Whether the office has set a day for a plan of its own that is not there yet."""
    return task.own_plan.wanted_by is not None and not position.own_plan.told_by


def _judgement(
    position: TaskPosition,
    on: JudgementDay,
    values: Mapping[str, IndicatorValue],
    known: Mapping[str, Indicator],
) -> TaskJudgement:
    task = on.plan.task_by_code[position.code]
    named = [name for name in _indicator_names(task) if name in values]
    figures = tuple(_figure(known[name], values[name], task, on) for name in named)
    lead = next((one for one in position.units if one.unit == task.lead), None)
    is_once = task.deadline.kind in DONE_ONCE
    missed = [one for one in figures if one.met is False and (is_once or one.is_judged_yet)]
    judge = _judge_once if is_once else _judge_continuous
    asked = tuple(
        one for one in figures if not _waits_for_lead(one, known[one.indicator], task, on)
    )
    wanted = task.own_plan.wanted_by
    return TaskJudgement(
        verdict=judge(task, position, asked if is_once else figures, on),
        figures=figures,
        worst=max(missed, key=_distance, default=None),
        days_late=_late_by(task, lead, on) if is_once and position.status == TASK_DONE else 0,
        days_without_plan=max(workdays_between(wanted, on.day, on.plan.calendar), 0)
        if wanted and _awaits_plan(task, position) and position.status != TASK_DONE
        else 0,
        missing=_missing_feeders([known[name] for name in named], on),
    )


def _indicator_names(task: Task) -> tuple[str, ...]:
    return tuple(name for one in task.indicator.split(",") if (name := one.strip()))


def _figure(
    indicator: Indicator, value: IndicatorValue, task: Task, on: JudgementDay
) -> TaskFigure:
    judges = indicator.target is not None and not counts_tasks(indicator)
    due = task.deadline.due
    is_judged_yet = {
        "always": True,
        "due": due is None or on.day > due,
        "year_end": on.is_year_end,
    }[indicator.judged]
    return TaskFigure(
        indicator=indicator.id,
        judges=judges,
        numerator=value.numerator,
        denominator=value.denominator,
        met=value.met if judges else None,
        direction=indicator.direction,
        target=indicator.target,
        decimals=value.decimals,
        kind=value.kind,
        is_open=bool(_missing_feeders([indicator], on)),
        is_judged_yet=is_judged_yet,
        basis=indicator.basis,
        untold=value.untold,
    )


def _distance(figure: TaskFigure) -> Fraction:
    """How far a figure is from its target, as a share of the target."""
    if not figure.denominator or not figure.target:
        return Fraction(0)
    ratio, target = exact(figure.numerator) / exact(figure.denominator), exact(figure.target)
    return abs(ratio - target) / target


def _judge_once(
    task: Task, position: TaskPosition, figures: Sequence[TaskFigure], on: JudgementDay
) -> TaskVerdict:
    judging = [one for one in figures if one.judges and one.denominator]
    # Before the plan: who had nothing to do needed none.
    if position.status == TASK_NOTHING and not any(one.numerator for one in figures):
        return TaskVerdict.NIL
    wanted = task.own_plan.wanted_by
    if wanted and _awaits_plan(task, position) and on.day > wanted:
        return TaskVerdict.NO_PLAN
    if position.status == TASK_DONE:
        if not judging:
            return TaskVerdict.DONE_UNCHECKED
        return TaskVerdict.DONE if all(one.met for one in judging) else TaskVerdict.DONE_UNMET
    if position.overdue:
        return TaskVerdict.OVERDUE
    return TaskVerdict.NOT_DUE if position.status else TaskVerdict.NOT_REPORTED


def _judge_continuous(
    task: Task, position: TaskPosition, figures: Sequence[TaskFigure], on: JudgementDay
) -> TaskVerdict:
    if task.deadline.kind is DeadlineKind.PERIODIC and on.day <= on.send_by:
        return TaskVerdict.NOT_DUE
    judging = [one for one in figures if one.judges]
    missed = [one for one in judging if one.met is False]
    if any(one.is_judged_yet for one in missed):
        is_done = position.status == TASK_DONE
        return TaskVerdict.DONE_UNMET if is_done else TaskVerdict.UNMET
    if any(one.kind is ValueKind.NOT_REPORTED for one in judging):
        return TaskVerdict.NOT_REPORTED
    if missed:
        return TaskVerdict.NOT_DUE
    if any(one.denominator for one in judging):
        return TaskVerdict.MET
    return _without_figures(task, position, figures)


def _without_figures(
    task: Task, position: TaskPosition, figures: Sequence[TaskFigure]
) -> TaskVerdict:
    """Of what goes on all year, where every figure is over nothing or the plan sets no target."""
    judging = [one for one in figures if one.judges]
    # a task that waits for an occasion and has none is no failure without a target
    on_demand = task.deadline.kind is DeadlineKind.ON_DEMAND
    without_target = TaskVerdict.NOT_DUE if on_demand else TaskVerdict.NO_TARGET
    is_followed = not judging and any(one.denominator for one in figures)
    if is_followed and position.status != TASK_NOTHING:
        return without_target  # its figures are there, whether its lead has reported or not
    if not position.status:
        return TaskVerdict.NOT_REPORTED
    if position.status == TASK_NOTHING or judging:
        return TaskVerdict.NIL  # there was nothing to do
    return without_target


def _missing_feeders(indicators: Iterable[Indicator], on: JudgementDay) -> tuple[str, ...]:
    """Units still missing that owe a sheet which the indicators are counted from."""
    return _feeders(on.missing, indicators, on) if on.missing else ()


def _feeders(
    units: Iterable[str], indicators: Iterable[Indicator], on: JudgementDay
) -> tuple[str, ...]:
    """The units that owe a sheet from which some of the indicators are counted."""
    sheets = {sheet for one in indicators for sheet in _sheets_behind(one, on.forms)}
    known = [form for form in on.forms.sheet_by_id.values() if form.id in sheets]
    return tuple(unit for unit in units if any(form.is_owed_by(unit, on.plan) for form in known))


def _sheets_behind(indicator: Indicator, forms: Forms) -> set[str]:
    found: set[str] = set()
    for text in (indicator.numerator, indicator.denominator):
        try:
            items = [item for _, item in parse(text).terms]
        except ExpressionError:
            continue
        for item in items:
            if isinstance(item, Aggregate):
                found.add(item.sheet)
            elif isinstance(item, FormTotal) and item.form in forms.printed_by_id:
                found |= set(forms.printed_by_id[item.form].feeds)
            elif isinstance(item, Counted):
                pieces = item.name.partition("(")[0]
                found |= {form.id for form, _ in forms.fulfilling(pieces)}
    return found


def _waits_for_lead(figure: TaskFigure, indicator: Indicator, task: Task, on: JudgementDay) -> bool:
    """Whether a target looks missed in a quarter only for want of what its lead has to report.

    What is done once was done by a report of an earlier quarter then, and nobody has contradicted
    it; what is counted from the year's start on holds that report.
    """
    return (
        figure.met is False
        and figure.basis != "to_date"
        and on.period.is_quarter
        and task.lead in on.missing
        and bool(_feeders([task.lead], [indicator], on))
    )


def first_decisions(plan: Plan, so_far: PeriodSources) -> Mapping[str, dt.date]:
    """The day of the first decision that a task's figures count, as last reported, by task."""
    known = {one.id: one for one in plan.indicators}
    found: dict[str, dt.date] = {}
    for task in plan.tasks:
        of_task = [known[name] for name in _indicator_names(task) if name in known]
        places = dict.fromkeys(at for one in of_task for at in _decisions_in(one, so_far.forms))
        for quarter in so_far.quarters:
            days = [
                day
                for sheet, number, decided_on in places
                for report in quarter.reports
                for record in filled_records(report, sheet)
                if record.values.get(number)
                and isinstance(day := record.values.get(decided_on), dt.date)
            ]
            if days:
                found[task.code] = min(days)
    return found


def _decisions_in(indicator: Indicator, forms: Forms) -> Iterator[tuple[str, str, str]]:
    """Of decisions without which an indicator counts no row: sheet, columns of number and day."""
    try:
        counted = parse(indicator.numerator).aggregates
    except ExpressionError:
        return
    for one in counted:
        asked = {each.column for each in one.conditions if each.op == "filled"}
        form = forms.sheet_by_id.get(one.sheet)
        for column in form.columns if form else ():
            if column.day_of in asked:
                yield one.sheet, column.day_of, column.key


def _late_by(task: Task, lead: UnitTask | None, on: JudgementDay) -> int:
    """Working days between the day it was due and the day on which it was done.

    That is the day that the lead says, or that of the first decision, whichever is later.
    """
    told = (lead.completed_on if lead else None, on.decided.get(task.code))
    due, done = task.deadline.due, max((day for day in told if day), default=None)
    if due is None or done is None or done <= due:
        return 0
    return workdays_between(due, done, on.plan.calendar)
