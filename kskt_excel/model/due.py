"""What a unit owes to the office: reports, corrections, tasks of the plan, open matters."""

import datetime as dt
from enum import StrEnum

from kskt_excel.model.consolidation import TaskFigure
from kskt_excel.model.nouns import dataclass


class DueKind(StrEnum):
    """What is owed, in the order in which it is told."""

    REPORT = "report"  # nothing has come
    CORRECTION = "correction"  # it was returned, or could not be read
    OWN_PLAN = "own_plan"  # the task's own plan is not there
    TASK = "task"  # done once: its day comes or is past, and it is not reported done
    TO_TELL = "to_tell"  # its figures have reached the target, and it is not reported done
    DONE_UNMET = "done_unmet"  # reported done, and a figure says otherwise
    TARGET = "target"  # what goes on all year has not reached its target in the period
    OWN_FIGURES = "own_figures"  # the unit's own figures behind such a target
    PART = "part"  # its report tells of no part in tasks that it helps with
    HELPERS = "helpers"  # a coordinator of the unit's tasks has taken no part, or has not reported
    OPEN_ROWS = "open_rows"  # not settled, of a form that is reminded of, by its last report


@dataclass(frozen=True, slots=True)
class Due:
    """One thing that a unit owes (việc đơn vị còn phải làm)."""

    kind: DueKind
    about: str  # task, quarter of the report, indicator, or original: what makes it this one
    period: str  # id of the quarter in which it is asked for, or whose report tells of it
    day: dt.date | None = None  # the last day; None where none is set
    is_late: bool = False  # that day is past
    tasks: tuple[str, ...] = ()
    figure: TaskFigure | None = None
    own: tuple[float, float] = (0, 0)  # the unit's numerator and denominator of the figure
    units: tuple[str, ...] = ()  # whose figures miss the target, or the coordinator
    count: int = 0  # open rows, faults; tasks in which a coordinator is idle
    late: int = 0  # of them overdue
    words: str = ""  # what open rows are, as their form says it

    @property
    def matter(self) -> str:
        """What the journal remembers of having told it; another one once its day is past."""
        return f"{self.kind}:{self.about}{LATE if self.is_late else ''}"


LATE = ":late"
"""Ends the matter of what is past its day."""


def correction_of(quarter: str, version: int) -> str:
    """What a correction is about: the version of a quarter's report that was returned."""
    return f"{quarter}/{version}"


def correction_matter(quarter: str, version: int) -> str:
    """The matter of a correction that is not late."""
    return f"{DueKind.CORRECTION}:{correction_of(quarter, version)}"


_WEEKLY = frozenset(
    {
        *(DueKind.REPORT, DueKind.CORRECTION, DueKind.OWN_PLAN),
        *(DueKind.TASK, DueKind.TO_TELL, DueKind.DONE_UNMET),
    }
)
_WEEK = dt.timedelta(days=7)


def is_to_tell(due: Due, told_on: dt.date | None, today: dt.date) -> bool:
    """Whether a unit is to be told of something today: at first, then weekly once it is late.

    ``told_on`` is the last day on which it was told just this. What only the next report can
    answer is told once.
    """
    if told_on is None:
        return True
    return due.is_late and due.kind in _WEEKLY and today - told_on >= _WEEK
