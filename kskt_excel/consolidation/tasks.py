"""The plan's tasks at the end of a period: where each stands, who took part, by which figures.

A task is judged by its own figures, beside what its lead has typed. What is done once (a fixed day,
a plan of its own, within another plan) is done when the lead says so and no indicator of it
contradicts; what goes on all year is met or not met in the period, never done. An indicator without
a target is followed and judges nothing; so does one that counts tasks, which would judge itself.

A coordinator has taken part when the figure that the plan names for the task («Phối hợp tính theo»)
is above 0 in its workbook, or when it says that it is at work on the task or done, and what came of
it. What it says of nothing while its own rows tell of something is told to it.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from fractions import Fraction
from itertools import chain

from kskt_excel.consolidation.indicators import (
    IndicatorSources,
    RateDecimals,
    counts_tasks,
    shown_alike,
)
from kskt_excel.consolidation.sources import (
    PeriodSources,
    QuarterSources,
    filled_records,
    shares_in,
)
from kskt_excel.consolidation.tally import compile_form, contribution_form
from kskt_excel.model.calendar import workdays_between
from kskt_excel.model.consolidation import (
    Consolidation,
    Coordination,
    FoundPlan,
    IndicatorValue,
    Issue,
    TaskFigure,
    TaskJudgement,
    TaskPosition,
    TaskVerdict,
    UnitTask,
    ValueKind,
)
from kskt_excel.model.expressions import Aggregate, Counted, ExpressionError, FormTotal, parse
from kskt_excel.model.forms import PROGRESS, Forms
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.period import Period, Window
from kskt_excel.model.plan import (
    COORDINATOR,
    LEAD,
    TASK_DOING,
    TASK_DONE,
    TASK_NOTHING,
    DeadlineKind,
    Indicator,
    Plan,
    Task,
)
from kskt_excel.model.reading import Record, SheetReading, Value
from kskt_excel.model.submission import UnitReport
from kskt_excel.text.shown import exact
from kskt_excel.text.values import remark_said

_WHOLE = 100.0
DONE_ONCE = frozenset({DeadlineKind.FIXED, DeadlineKind.OWN_PLAN, DeadlineKind.WITHIN_OTHER})
"""Kinds of tasks that are done once: done in one quarter, they stay done in the next."""
_WITH_PLAN = (DeadlineKind.OWN_PLAN, DeadlineKind.WITHIN_OTHER)
_IS_A_PLAN = "/KH-"  # in the number of a document: Nghị định 30/2020/NĐ-CP, Phụ lục III


@dataclass(frozen=True, slots=True)
class _Word:
    """What a unit reports about a task in one quarter."""

    quarter: Period
    record: Record
    status: str


def task_positions(
    period: Period,
    plan: Plan,
    forms: Forms,
    reports: Mapping[str, Sequence[UnitReport]],
    today: dt.date,
) -> tuple[TaskPosition, ...]:
    """Every task of the plan, in its order.

    A task done once (fixed day, own plan, within another plan) carries on from earlier quarters of
    the year in ``reports``; a continuous or periodic one is said anew each period. The latest word
    wins. Overdue: not done and not «Không phát sinh», and the due day (of a periodic task: in the
    period) lies before the earlier of ``today`` and the last calendar day of the period.
    """
    words = _words(period, forms, reports)
    due_by = min(today, calendar_end(period))
    units = {unit.code for unit in plan.units_in(period)}
    return tuple(
        _position(task, words, period, due_by, units, holidays=plan.holidays) for task in plan.tasks
    )


def calendar_end(period: Period) -> dt.date:
    """Last calendar day of a period: 31/3 for the first quarter, whatever its reporting window."""
    return period.window(start_day=1).end


def _words(
    period: Period, forms: Forms, reports: Mapping[str, Sequence[UnitReport]]
) -> Mapping[tuple[str, str], list[_Word]]:
    """What was said about each task by each unit, oldest quarter first, up to the period's end."""
    words: dict[tuple[str, str], list[_Word]] = {}
    so_far = (Period.quarter(period.year, number) for number in range(1, period.number + 1))
    for quarter in (period,) if period.stands_alone else so_far:
        for report in reports.get(quarter.id, ()):
            sheets = forms.sheets_of("progress", report.reading)
            for record in chain.from_iterable(sheet.records for sheet in sheets):
                word = _Word(quarter, record, _text(record.values.get("status")))
                words.setdefault((report.unit, record.key), []).append(word)
    return words


def _position(
    task: Task,
    words: Mapping[tuple[str, str], Sequence[_Word]],
    period: Period,
    due_by: dt.date,
    existing: set[str],
    *,
    holidays: Collection[dt.date],
) -> TaskPosition:
    carries_on = task.deadline.kind in DONE_ONCE
    quarters = None if carries_on else period.quarters
    said = {unit: _relevant(words.get((unit, task.code), ()), quarters) for unit in task.units()}
    lead = _last_word(said[task.lead])
    status = lead.status if lead else ""
    own_plan = _own_plan(task, words.get((task.lead, task.code), ()))
    due = task.deadline.due if carries_on else due_in(task, period)
    if task.own_plan.wanted_by and not own_plan.told_by:
        due = None  # the day stands in a plan that is not there yet
    is_open = status not in (TASK_DONE, TASK_NOTHING)
    days = workdays_between(due, due_by, holidays) if due and is_open else 0
    units = [unit for unit in task.units() if unit in existing or said[unit]]
    return TaskPosition(
        code=task.code,
        status=status,
        percent=_percent(lead),
        overdue=days > 0,
        days_overdue=max(days, 0),
        result=_text(lead.record.values.get("result")) if lead else "",
        units=tuple(
            _unit_task(unit, LEAD if unit == task.lead else COORDINATOR, _last_word(said[unit]))
            for unit in units
        ),
        note=_note(said[task.lead], lead),
        own_plan=own_plan,
    )


def _own_plan(task: Task, words: Sequence[_Word]) -> FoundPlan:
    """The plan of its own that a task has: by the year's plan, else by its lead's documents."""
    if task.own_plan.number:
        return FoundPlan(task.own_plan.number, task.own_plan.day, "plan")
    if task.deadline.kind in _WITH_PLAN:
        for word in reversed(words):
            document = _text(word.record.values.get("document"))
            if _IS_A_PLAN in document:
                return FoundPlan(document, None, "lead", word.quarter.id)
    return FoundPlan()


def due_in(task: Task, period: Period) -> dt.date | None:
    """The last day on which a task that is done again and again is due in a period."""
    window = Window(period.quarters[0].window(start_day=1).start, calendar_end(period))
    return max((day for day in task.deadline.days if day in window), default=None)


def _relevant(words: Iterable[_Word], quarters: Collection[Period] | None) -> list[_Word]:
    """Words with a status, of some quarters or, with None, of all."""
    return [
        word for word in words if word.status and (quarters is None or word.quarter in quarters)
    ]


def _last_word(words: Sequence[_Word]) -> _Word | None:
    """The word that holds: the latest; but done stays done when nothing happened since."""
    for word in reversed(words):
        if word.status != TASK_NOTHING:
            return word if word is words[-1] or word.status == TASK_DONE else words[-1]
    return words[-1] if words else None


def _note(words: Sequence[_Word], standing: _Word | None) -> str:
    done = [word for word in words if word.status == TASK_DONE]
    if not standing or not done:
        return ""
    if standing.status != TASK_DONE:
        return f"{done[-1].quarter.label} đã báo cáo hoàn thành."
    if standing.quarter != words[-1].quarter:
        return f"Hoàn thành từ {standing.quarter.label}."
    return ""


def _percent(word: _Word | None) -> float | None:
    if word is None:
        return None
    value = word.record.values.get("percent")
    if isinstance(value, int | float):
        return float(value)
    return _WHOLE if word.status == TASK_DONE else None


def _unit_task(unit: str, role: str, word: _Word | None) -> UnitTask:
    values: Mapping[str, Value] = word.record.values if word else {}
    completed = values.get("completed_on")
    return UnitTask(
        unit=unit,
        role=role,
        status=word.status if word else "",
        percent=_percent(word),
        completed_on=completed if isinstance(completed, dt.date) else None,
        result=_text(values.get("result")),
        document=_text(values.get("document")),
    )


def _text(value: Value) -> str:
    return "" if value is None else str(value)


def issues(reports: Sequence[UnitReport], forms: Forms) -> tuple[Issue, ...]:
    """What was raised, in the order of the reports; said again word for word, it counts once.

    The register of issues comes before the columns beside tasks, since it names cause and level.
    """
    raised: dict[tuple[str, str, str, str], Issue] = {}
    for report in reports:
        for issue in (
            *_issues_told(report, forms, "issues"),
            *_issues_told(report, forms, "progress"),
        ):
            key = (issue.unit, issue.task, issue.difficulty, issue.proposal)
            raised.setdefault(key, issue)
    return tuple(raised.values())


def _issues_told(report: UnitReport, forms: Forms, topic: str) -> Iterator[Issue]:
    for sheet in forms.sheets_of(topic, report.reading):
        for record in sheet.records:
            if _remark(record, "difficulty") or _remark(record, "proposal"):
                task = record.key if topic == "progress" else _text(record.values.get("task"))
                yield _issue(report, sheet, record, task)


def _issue(report: UnitReport, sheet: SheetReading, record: Record, task: str) -> Issue:
    return Issue(
        unit=report.unit,
        task=task,
        difficulty=_remark(record, "difficulty"),
        cause=_remark(record, "cause"),
        proposal=_remark(record, "proposal"),
        level=_text(record.values.get("level")),
        sheet=sheet.name,
        row=record.row,
    )


def _remark(record: Record, column: str) -> str:
    return remark_said(_text(record.values.get(column)))


# judged by its figures

DONE_VERDICTS = (TaskVerdict.DONE, TaskVerdict.DONE_UNCHECKED)
"""Done as the lead says: no figure speaks against it, or the plan has none to ask."""
_LAST_QUARTER = 4


_LAST_QUARTER = 4  # before it the targets of the year are not judged
_OF_ALL_TASKS = "tasks(done)"  # of plans that count every task, due or not: a target of the year


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


def judged_plan(
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


def missed_indicators(tasks: Iterable[TaskPosition]) -> frozenset[str]:
    """Indicators whose targets tasks miss in the period."""
    return frozenset(
        one.indicator
        for task in tasks
        if task.judgement.verdict in (TaskVerdict.UNMET, TaskVerdict.DONE_UNMET)
        for one in task.judgement.figures
        if one.met is False and one.is_judged_yet
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


# who of its coordinators has taken part

_AT_WORK = (TASK_DOING, TASK_DONE)


@dataclass(frozen=True, slots=True)
class _Told:
    """What a coordinator's report of a quarter holds of a task."""

    status: str
    result: str
    figure: float  # by «Phối hợp tính theo»

    @property
    def is_part(self) -> bool:
        """Whether what the unit tells is a part in the task."""
        return self.figure > 0 or (self.status in _AT_WORK and bool(remark_said(self.result)))


_ByUnitAndTask = Mapping[str, Mapping[tuple[str, str], _Told]]
"""By quarter id, then by unit and task; a unit whose report counts has one for each task."""


def with_coordination(
    positions: Iterable[TaskPosition], sources: PeriodSources
) -> tuple[TaskPosition, ...]:
    """Every position with who of its coordinators has had a part in it in the period."""
    told = {quarter.period.id: _told_in(quarter, sources.plan) for quarter in sources.quarters}
    due = {quarter.id for quarter in sources.due}
    owed = {quarter: some for quarter, some in told.items() if quarter in due or some}
    return tuple(replace(one, coordination=_coordination(one, owed)) for one in positions)


def _coordination(position: TaskPosition, told: _ByUnitAndTask) -> Coordination:
    helpers = [one.unit for one in position.units if one.role == COORDINATOR]
    by_unit = {
        unit: [own for some in told.values() if (own := some.get((unit, position.code)))]
        for unit in helpers
    }
    # keys in order: a task may have twelve thousand coordinators
    joined = dict.fromkeys(u for u, own in by_unit.items() if any(one.is_part for one in own))
    others = [unit for unit in helpers if unit not in joined and by_unit[unit]]
    nil = dict.fromkeys(unit for unit in others if by_unit[unit][-1].status == TASK_NOTHING)
    absent = [unit for unit in helpers if not by_unit[unit]]
    gaps = (
        (quarter, tuple(u for u in helpers if by_unit[u] and (u, position.code) not in some))
        for quarter, some in told.items()
    )
    return Coordination(
        joined=tuple(joined),
        nil=tuple(nil),
        idle=tuple(unit for unit in others if unit not in nil),
        not_reported=tuple(absent),
        gaps=tuple((quarter, units) for quarter, units in gaps if units),
        against=tuple(_against(by_unit)),
    )


def _against(by_unit: Mapping[str, Sequence[_Told]]) -> Iterator[tuple[str, int]]:
    """Who says in its last report that nothing happened, and the figure of its own rows."""
    for unit, own in by_unit.items():
        if own and own[-1].status == TASK_NOTHING and own[-1].figure > 0:
            yield unit, int(own[-1].figure)


def _told_in(quarter: QuarterSources, plan: Plan) -> dict[tuple[str, str], _Told]:
    figures = _contributions(quarter, plan)
    found: dict[tuple[str, str], _Told] = {}
    for report in quarter.reports:
        sheet = report.reading.sheets.get(PROGRESS)
        values = {record.key: record.values for record in sheet.records} if sheet else {}
        for task in plan.tasks_of(report.unit):
            own = values.get(task.code, {})
            status, result = (str(own.get(key) or "") for key in ("status", "result"))
            figure = figures.get((report.unit, task.contribution), 0)
            found[report.unit, task.code] = _Told(status, result, figure)
    return found


def _contributions(quarter: QuarterSources, plan: Plan) -> Mapping[tuple[str, str], float]:
    """What each unit's workbook comes to by each expression of the plan's tasks."""
    form = contribution_form(quarter.ground)
    if form is None:
        return {}
    compiled = compile_form(form, quarter.ground)
    asked = [parse(column.source).aggregates[0] for column in form.columns]
    by_text = {
        text: [(sign, item) for sign, item in parse(text).terms if isinstance(item, Aggregate)]
        for text in dict.fromkeys(one.contribution for one in plan.tasks if one.contribution)
    }
    found: dict[tuple[str, str], float] = {}
    for share in shares_in(quarter, form, "unit"):
        own = compiled.figures(compiled.folded([share]))
        amounts = {
            aggregate: value if isinstance(value, int | float) else 0
            for aggregate, value in zip(asked, own.values(), strict=True)
        }
        for text, terms in by_text.items():
            figure = sum([sign * amounts[item] for sign, item in terms])
            found[share.unit, text] = found.get((share.unit, text), 0) + figure
    return found
