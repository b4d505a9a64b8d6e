"""A period put together: forms, tasks, indicators, evaluation, standings, control; what is owed."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from typing import Final

from kskt_excel.model.forms import Forms, PrintedForm
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.period import Period, Window
from kskt_excel.model.plan import Basis
from kskt_excel.model.reading import Value
from kskt_excel.model.submission import (
    Decision,
    Direction,
    Reason,
    SignedCopy,
    Submission,
    UnitReport,
)

_TOLERANCE = 0.5e-6  # half of the last decimal that is shown: what reads alike agrees


class Presence(StrEnum):
    """Why a figure is what it is: four different things that print differently."""

    FIGURES = "figures"  # numbers, 0 among them: prints the number
    NIL = "nil"  # nothing happened: prints KPS
    BLANK = "blank"  # sent, but left empty: prints -
    NOT_REPORTED = "not_reported"  # nothing that counts: prints the state in words


class StandingState(StrEnum):
    """Where a unit's report of a quarter stands (tình hình gửi báo cáo): each counts once."""

    NOT_SENT = "Chưa gửi"
    WAITING = "Chờ Văn phòng quyết định"
    RETURNED = "Trả lại để sửa"
    RECEIVED = "Đã nhận"
    NIL = "Không phát sinh"
    AFTER_CLOSING = "Nhận sau khi khóa"
    UNMET_AT_CLOSING = "Chưa đạt khi khóa"
    NOT_COUNTED = "Không tính"

    @property
    def is_in(self) -> bool:
        """Whether the report is accepted: with figures, or with nothing to report."""
        return self in (StandingState.RECEIVED, StandingState.NIL)

    @property
    def has_sent(self) -> bool:
        """Whether anything came: every state but the first."""
        return self is not StandingState.NOT_SENT

    @property
    def on_forms(self) -> str:
        """What a form prints instead of figures."""
        return _ON_FORMS.get(self, self.value[:1].lower() + self.value[1:])


_ON_FORMS = {StandingState.NOT_SENT: "chưa báo cáo"}


@dataclass(frozen=True, slots=True)
class FormRow:
    """One row of a printed form (dòng của biểu): figures by printed column number."""

    key: str  # field name, unit code or procedure code
    label: str
    values: Mapping[str, Value]
    presence: Presence = Presence.FIGURES
    units: tuple[str, ...] = ()  # units behind it
    states: tuple[StandingState, ...] = ()  # of the units that owe it, where nothing counts
    gaps: tuple[Period, ...] = ()  # quarters of which it is empty only because nothing counts


SUBTOTAL: Final = "cap-tren:"
"""Starts what a figure of a subtotal is known by in place of a row's key; the name follows."""


@dataclass(frozen=True, slots=True)
class Subtotal:
    """The rows of the units that belong to one superior, put together (cộng theo cấp trên)."""

    superior: str  # its name
    units: tuple[str, ...]  # keys of the rows
    values: Mapping[str, Value]  # None for what does not add up: percentages and texts


@dataclass(frozen=True, slots=True)
class FormTable:
    """A printed form filled for a period."""

    form: str  # "II.06a"
    rows: tuple[FormRow, ...]
    total: Mapping[str, Value]
    presence: Mapping[str, Presence]  # unit code -> what it sent for this form
    states: tuple[StandingState, ...] = ()  # of the units of which nothing counts, each once
    untold: tuple[str, ...] = ()  # columns that some workbooks were issued too early to tell
    subtotals: tuple[Subtotal, ...] = ()  # of a form by unit, where units belong to somebody
    gaps: tuple[Period, ...] = ()  # quarters of which nothing of some unit counts


@dataclass(frozen=True, slots=True)
class UnitTask:
    """What one unit reports about one task."""

    unit: str
    role: str  # "Chủ trì" or "Phối hợp"
    status: str  # "" when it has not reported
    percent: float | None
    completed_on: dt.date | None
    result: str
    document: str


class TaskVerdict(StrEnum):
    """How a task ends a period (kết luận), by its figures and by what its lead reports."""

    DONE = "done"
    DONE_UNCHECKED = "done_unchecked"  # said to be done; there is no figure to hold against it
    DONE_UNMET = "done_unmet"  # said to be done; a figure says it is not
    OVERDUE = "overdue"
    NO_PLAN = "no_plan"  # the plan of its own that it follows is not there in time
    NOT_DUE = "not_due"
    MET = "met"  # of what goes on all year
    UNMET = "unmet"
    NIL = "nil"  # there was nothing to do
    NO_TARGET = "no_target"  # the plan sets none
    NOT_REPORTED = "not_reported"


class ValueKind(StrEnum):
    """What a figure is: a number, nothing to divide by, or nothing that anybody has told."""

    NUMBER = "number"
    NIL = "nil"
    NOT_REPORTED = "not_reported"


@dataclass(frozen=True, slots=True)
class UntoldPlace:
    """What workbooks of an earlier template did not ask for (mẫu cũ chưa có)."""

    sheet: str  # its name
    columns: tuple[str, ...] = ()  # headings in force; () for the whole sheet


@dataclass(frozen=True, slots=True)
class TaskFigure:
    """An indicator of a task in the period: it judges the task, or is only followed."""

    indicator: str  # "K10"
    judges: bool
    numerator: float
    denominator: float
    met: bool | None  # None over 0, of what is only followed, and of what nobody has told
    direction: str  # "up" or "down", as in the plan
    target: float | None
    decimals: int = 1  # as many as it takes to see why the target is met or missed
    kind: ValueKind = ValueKind.NUMBER
    is_open: bool = False  # a unit is missing that owes what it is counted from (tạm tính)
    is_judged_yet: bool = True  # not while the target is one of the year, or the task is not due
    basis: Basis = "in_period"
    untold: tuple[UntoldPlace, ...] = ()  # why it is not reported


@dataclass(frozen=True, slots=True)
class FoundPlan:
    """The plan of its own that a task has (kế hoạch riêng), and who has told of it."""

    number: str = ""
    day: dt.date | None = None
    told_by: str = ""  # "plan": the year's plan; "lead": its lead, in a report; "" for no plan
    told_in: str = ""  # id of the quarter in which the lead told of it


@dataclass(frozen=True, slots=True)
class TaskJudgement:
    """A task judged (đánh giá nhiệm vụ): the verdict and the figures behind it."""

    verdict: TaskVerdict
    figures: tuple[TaskFigure, ...] = ()
    worst: TaskFigure | None = None  # furthest from its target, as a share of it
    days_late: int = 0  # working days from the due day to the day on which it was done
    days_without_plan: int = 0  # working days since it should have had a plan of its own
    missing: tuple[str, ...] = ()  # units of which nothing counts that feed its figures


@dataclass(frozen=True, slots=True)
class Coordination:
    """Who of a task's coordinators has had a part in it in the period (phối hợp), by unit code.

    Each coordinator stands in one of the first four.
    """

    joined: tuple[str, ...] = ()  # its workbook has a figure of the task, or tells what came of it
    nil: tuple[str, ...] = ()  # it says that nothing happened, and has no figure
    idle: tuple[str, ...] = ()  # its report counts and tells of nothing
    not_reported: tuple[str, ...] = ()  # nothing of it counts in the whole period
    gaps: tuple[tuple[str, tuple[str, ...]], ...] = ()  # quarter id: who is missing in it alone
    against: tuple[tuple[str, int], ...] = ()  # who says that nothing happened, and its figure

    @property
    def all(self) -> tuple[str, ...]:
        """Every coordinator."""
        return (*self.joined, *self.nil, *self.idle, *self.not_reported)


@dataclass(frozen=True, slots=True)
class TaskPosition:
    """Where a task of the plan stands (tiến độ) at the end of a period."""

    code: str
    status: str  # one of the plan's statuses, "" when the lead has not reported
    percent: float | None
    overdue: bool  # computed from the deadline kind and the day, never typed
    days_overdue: int  # working days
    result: str  # the lead's
    units: tuple[UnitTask, ...]
    note: str = ""  # what a reader must know: reported as done earlier, then taken back
    judgement: TaskJudgement = TaskJudgement(TaskVerdict.NOT_REPORTED)
    own_plan: FoundPlan = FoundPlan()
    coordination: Coordination = Coordination()


@dataclass(frozen=True, slots=True)
class IndicatorValue:
    """An indicator computed: a ratio of sums, None over 0."""

    id: str
    numerator: float
    denominator: float
    value: float | None
    target: float | None
    met: bool | None
    decimals: int = 1  # as many as it takes to see why the target is met or missed
    kind: ValueKind = ValueKind.NUMBER
    untold: tuple[UntoldPlace, ...] = ()  # why it is not reported


def told_parts(of: IndicatorValue | TaskFigure) -> tuple[float, float] | tuple[None, None]:
    """Numerator and denominator of what is a number; None where there is nothing to divide by.

    A nought for a program is one that somebody has told.
    """
    is_number = of.kind is ValueKind.NUMBER
    return (of.numerator, of.denominator) if is_number else (None, None)


@dataclass(frozen=True, slots=True)
class CriterionScore:
    """One of the criteria of the scheme in force."""

    number: int
    content: str
    self_scores: Mapping[str, float]  # unit -> points it gave itself
    self_score: float | None  # mean over the units that have data, one decimal
    office_score: float | None  # computed by the office's figures; None without data
    basis: str


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The yearly evaluation, also shown quarterly: points, criteria with data, classification."""

    criteria: tuple[CriterionScore, ...]
    total: float
    with_data: int
    classification: str  # name of the class, "" without data


@dataclass(frozen=True, slots=True)
class Issue:
    """A difficulty or proposal raised by a unit (khó khăn, vướng mắc)."""

    unit: str
    task: str
    difficulty: str
    cause: str
    proposal: str
    level: str  # who must resolve it
    sheet: str
    row: int


@dataclass(frozen=True, slots=True)
class UnitStanding:
    """Where a unit's report of one quarter stands: row of «Tình hình gửi nhận»."""

    unit: str
    quarter: Period
    state: StandingState
    counts: bool  # whether figures of it are in the totals
    version: int
    received_at: dt.datetime | None
    late_days: int
    errors: int
    warnings: int
    why: tuple[Reason, ...]  # why it counts, or does not
    maker: str = ""  # who has drawn it up, as the unit typed it (người lập)
    approver: str = ""  # who has approved it, as the unit typed it (người duyệt, gõ)
    signed: tuple[SignedCopy, ...] = ()  # scans that go with the version shown (bản ký)


@dataclass(frozen=True, slots=True)
class QuarterStandings:
    """Who has sent for one quarter: a standing for each unit that owes a report in it."""

    quarter: Period
    deadline: dt.date  # last day to send
    is_due: bool  # its days are over, or something has come
    units: tuple[UnitStanding, ...]

    @property
    def missing(self) -> tuple[UnitStanding, ...]:
        """Units of which nothing counts, in the plan's order; nobody is missing before its time."""
        return tuple(one for one in self.units if not one.counts) if self.is_due else ()

    @property
    def by_state(self) -> Mapping[StandingState, tuple[UnitStanding, ...]]:
        """The units of each state that there is: what is in, what was sent, what was not."""
        order = sorted(StandingState, key=lambda state: (not state.is_in, not state.has_sent))
        found = {state: tuple(one for one in self.units if one.state is state) for state in order}
        return {state: some for state, some in found.items() if some}


@dataclass(frozen=True, slots=True)
class DirectionStanding:
    """A direction at the end of a period (tình hình thực hiện chỉ đạo)."""

    direction: Direction
    answer: str = ""  # what the unit has written since
    answered_in: str = ""  # id of the quarter whose report says so


class ControlKind(StrEnum):
    """What a control total compares."""

    FILES = "files"
    ROWS = "rows"
    COLUMN = "column"  # a printed total with the units' sheets
    IDENTITY = "identity"  # columns of a printed form after cumulation


@dataclass(frozen=True, slots=True)
class ControlLine:
    """One control total (dòng đối chiếu): two figures that must be equal, or in order."""

    kind: ControlKind
    left: float
    right: float
    form: str = ""  # "II.06a"
    form_name: str = ""  # its own id, where it plays a role under another one
    column: str = ""  # printed number, of a column's total
    rule: str = ""  # "V06a.4", of an identity
    row: str = ""  # label of the row that breaks it, "" for the total
    op: str = "="  # or "<="
    terms: tuple[str, str] = ("", "")  # what stands left and right: "(3)", "(7) + (11)"
    explanation: str = ""
    is_fault: bool = True  # not where the form only warns of it
    waived: bool = False  # the office has lifted the rule, or accepted the report that breaks it

    @property
    def name(self) -> str:
        """Name of the line on sheet «Đối chiếu», which is the key of its row there."""
        form = f"Biểu {self.form_name or self.form}"
        if self.kind is ControlKind.COLUMN:
            return f"{form}, cột {self.column}"
        if self.kind is ControlKind.IDENTITY:
            return f"{form}, {self.rule}{f', {self.row}' if self.row else ''}"
        return _CONTROL_NAMES[self.kind]

    @property
    def agrees(self) -> bool:
        """Whether both sides are equal, or the left side keeps to an upper limit (``<=``)."""
        gap = self.left - self.right
        return gap < _TOLERANCE if self.op == "<=" else abs(gap) < _TOLERANCE

    @property
    def is_broken(self) -> bool:
        """Whether the figures must not go out like this."""
        return not self.agrees and self.is_fault and not self.waived


_CONTROL_NAMES = {
    ControlKind.FILES: "Số tệp nhận",
    ControlKind.ROWS: "Số dòng dữ liệu",
}


@dataclass(frozen=True)
class Consolidation:
    """Everything known about a period (số liệu tổng hợp): tracker and pages are made from it."""

    period: Period
    window: Window
    as_of: dt.datetime
    reports: tuple[UnitReport, ...]  # what counts, in the plan's unit order, all its quarters
    submissions: tuple[Submission, ...]  # every receipt of the period's quarters
    quarters: tuple[QuarterStandings, ...]  # who has sent, quarter by quarter, oldest first
    forms: Mapping[str, FormTable]
    tasks: tuple[TaskPosition, ...]
    indicators: tuple[IndicatorValue, ...]
    evaluation: Evaluation
    issues: tuple[Issue, ...]
    directions: tuple[DirectionStanding, ...]  # of leaders, oldest first
    control: tuple[ControlLine, ...]
    counts: Mapping[str, int]  # files_in, accepted, returned, …, rows_in, rows_out
    decimals: Mapping[tuple[float, float], int] = field(default_factory=dict)  # of rates
    behind: Mapping[str, Mapping[str, tuple[float, float]]] = field(default_factory=dict)
    """Of targets missed, by indicator: numerator and denominator of each unit that misses it."""
    decisions: Mapping[int, Decision] = field(default_factory=dict)  # all, by their numbers

    def decimals_of(self, part: float, whole: float) -> int:
        """Decimals that a rate is shown with: one sees on which side of its target it is."""
        return self.decimals.get((part, whole), 1)

    def printed(self, forms: Forms) -> tuple[PrintedForm, ...]:
        """The printed forms that the period has, in their order."""
        in_force = forms.printed_on(self.window.end)
        return tuple(form for form in in_force if form.id in self.forms)

    @property
    def open_directions(self) -> tuple[DirectionStanding, ...]:
        """Directions whose result the office still awaits."""
        return tuple(one for one in self.directions if one.direction.is_open)

    @property
    def standings(self) -> tuple[UnitStanding, ...]:
        """Every unit's standing in every quarter that is due, oldest quarter first."""
        return tuple(one for some in self.quarters if some.is_due for one in some.units)

    @property
    def missing(self) -> tuple[str, ...]:
        """Codes of the units of which nothing counts in some quarter that is due."""
        found = (one.unit for some in self.quarters for one in some.missing)
        return tuple(dict.fromkeys(found))

    @property
    def is_broken(self) -> bool:
        """Whether a control total stands against the figures: they must not go out like this."""
        return any(line.is_broken for line in self.control)

    @property
    def not_due(self) -> tuple[Period, ...]:
        """Quarters of the period whose reports are not yet owed."""
        return tuple(some.quarter for some in self.quarters if not some.is_due)


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
