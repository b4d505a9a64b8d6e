"""The next year's plan workbook made from this year's plan: the office changes what is new."""

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path
from typing import Final

from kskt_excel.excel import plan_labels as labels
from kskt_excel.excel.plan_content import Annotations
from kskt_excel.excel.plan_faults import PlanExistsError
from kskt_excel.excel.plan_writer import write_plan
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Deadline, Plan, Task, Unit

_LONGEST_HINT: Final = 240


def next_year(plan: Plan, folder: Path) -> Path:
    """Writes ``ke-hoach-<next year>.xlsx`` and gives its path.

    Deadlines, title and year move on by one; days off, waivers, number and legal basis are left
    empty, which reading the new workbook remarks. Raises PlanExistsError, FileLockedError.
    """
    path = folder / f"ke-hoach-{plan.year + 1}.xlsx"
    if path.exists():
        raise PlanExistsError(path)
    write_plan(rolled_over(plan), path, _hints(plan))
    return path


def rolled_over(plan: Plan) -> Plan:
    """The plan of the next year, as far as this one tells."""
    year = plan.year + 1
    last = Period.quarter(plan.year, 4).window(plan.cutoff_day).start
    start = dt.date(plan.year, 12, plan.cutoff_day) if plan.cutoff_day > 1 else dt.date(year, 1, 1)
    return replace(
        plan,
        year=year,
        title=_moved(plan.title, plan.year),
        number="",
        legal_basis="",
        units=tuple(unit for unit in plan.units if _is_needed(unit, last, start)),
        tasks=tuple(_next_task(task, plan.year) for task in plan.tasks),
        waivers=(),
        holidays=frozenset(),
        findings=(),
        sha256="",
    )


def _is_needed(unit: Unit, last_quarter: dt.date, start: dt.date) -> bool:
    """Whether a unit is there in the next year, or its heir opens Quý I with what it left."""
    if unit.valid_to is None or unit.valid_to >= start:
        return True
    return bool(unit.successor) and unit.valid_to >= last_quarter


def _next_task(task: Task, year: int) -> Task:
    """The task with its deadline a year later; its text is the plan's own and stays."""
    due = task.deadline.due
    later = due and _year_later(due)
    return replace(
        task,
        deadline=Deadline(_moved(task.deadline.text, year), task.deadline.kind, later),
        target=_moved(task.target, year),
    )


def _year_later(day: dt.date) -> dt.date:
    """The same day of the next year; 28 February for 29 February."""
    leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + 1, day=28 if leap_day else day.day)


def _moved(text: str, year: int) -> str:
    """The text with the plan's year replaced by the next one, wherever it stands alone."""
    return re.sub(rf"(?<!\d){year}(?!\d)", str(year + 1), text)


def _hints(plan: Plan) -> Annotations:
    """What last year's plan said, beside the cells that are to be filled again."""
    old = {labels.NUMBER: plan.number, labels.LEGAL_BASIS: plan.legal_basis}
    return Annotations(
        hints={
            label: f"Năm {plan.year} ghi: {text}"[:_LONGEST_HINT]
            for label, text in old.items()
            if text
        }
    )
