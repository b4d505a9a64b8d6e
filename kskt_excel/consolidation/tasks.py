"""Where each task of the plan stands at the end of a period, and what hinders it."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain

from kskt_excel.model.calendar import workdays_between
from kskt_excel.model.consolidation import FoundPlan, Issue, TaskPosition, UnitTask
from kskt_excel.model.forms import Forms
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.period import Period, Window
from kskt_excel.model.plan import DeadlineKind, Plan, Task
from kskt_excel.model.reading import Record, SheetReading, Value
from kskt_excel.model.submission import UnitReport
from kskt_excel.text.parsed import remark_said

TASK_DONE = "Đã hoàn thành"
TASK_NOTHING = "Không phát sinh"
TASK_NOT_STARTED, TASK_DOING = "Chưa thực hiện", "Đang thực hiện"
TASK_STATUSES = (TASK_NOT_STARTED, TASK_DOING, TASK_DONE, TASK_NOTHING)
"""What units say of a task, in the plan's list; positions are judged by these."""
LEAD, COORDINATOR = "Chủ trì", "Phối hợp"
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
