"""Questions about a record that its cells answer only together: in time, late, already due."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from kskt_excel.model.forms import Forms
from kskt_excel.model.period import Period, Window
from kskt_excel.model.plan import Plan
from kskt_excel.model.reading import Value
from kskt_excel.model.workdays import add_workdays

Values = Mapping[str, Value]
Question = Callable[[Values, "Ground"], bool]


@dataclass(frozen=True)
class Ground:
    """What figures of one quarter stand on: the plan, the form definitions, the days counted."""

    plan: Plan
    forms: Forms
    window: Window

    @classmethod
    def of(cls, period: Period, plan: Plan, forms: Forms) -> "Ground":
        """The ground of a quarter."""
        return cls(plan, forms, period.window(plan.cutoff_day))

    def days(self, label: str, default: int) -> int:
        """A number of days set on sheet «Thông tin» of the plan."""
        text = self.plan.setting(label, str(default)).strip()
        return int(text) if text.isdigit() else default


@lru_cache(maxsize=4096)  # the same few days of a quarter, asked for every record
def _after(day: dt.date, count: int, holidays: frozenset[dt.date]) -> dt.date:
    return add_workdays(day, count, holidays)


def feedback_due(values: Values, ground: Ground) -> dt.date | None:
    """Last day to settle a PAKN: as written, else by the plan's number of working days."""
    due, received = values.get("due_on"), values.get("received_on")
    if isinstance(due, dt.date):
        return due
    if not isinstance(received, dt.date):
        return None
    days = ground.days("Xử lý PAKN (ngày làm việc)", 15)
    return _after(received, days, ground.plan.holidays)


def feedback_late(values: Values, ground: Ground) -> bool:
    """Settled after its last day."""
    finished, due = values.get("finished_on"), feedback_due(values, ground)
    return isinstance(finished, dt.date) and due is not None and finished > due


def feedback_on_time(values: Values, ground: Ground) -> bool:
    """Settled, and not late: without any date to compare it counts as in time."""
    return values.get("finished_on") is not None and not feedback_late(values, ground)


def feedback_judged(values: Values, ground: Ground) -> bool:
    """Settled, or due by the end of the reporting window: what is not yet due is not judged."""
    due = feedback_due(values, ground)
    settled = values.get("finished_on") is not None
    return settled or (due is not None and due <= ground.window.end)


def _publication_due(values: Values, ground: Ground) -> dt.date | None:
    """Last day to publish on the national database (Nghị định 63/2010/NĐ-CP, Điều 24 khoản 2)."""
    decided = values.get("province_decided_on")
    if not isinstance(decided, dt.date):
        return None
    days = ground.days("Công khai CSDL quốc gia (ngày làm việc)", 5)
    return _after(decided, days, ground.plan.holidays)


def published_on_time(values: Values, ground: Ground) -> bool:
    """Published on the national database within the plan's working days after the decision."""
    published, due = values.get("national_db_on"), _publication_due(values, ground)
    return isinstance(published, dt.date) and due is not None and published <= due


def publication_judged(values: Values, ground: Ground) -> bool:
    """Decided, and published or due to be by the end of the reporting window."""
    due = _publication_due(values, ground)
    return due is not None and (
        values.get("national_db_on") is not None or due <= ground.window.end
    )


QUESTIONS: Mapping[tuple[str, str], Question] = {
    ("pakn", "on_time"): feedback_on_time,
    ("pakn", "late"): feedback_late,
    ("pakn", "judged"): feedback_judged,
    ("cong-bo", "published_on_time"): published_on_time,
    ("cong-bo", "publication_due"): publication_judged,
}
"""Questions that a condition may ask beside the sheet's own columns, by sheet and name."""
