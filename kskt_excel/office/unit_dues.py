"""What units owe in a quarter and have been told: the one source of days and lines in letters."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from functools import cached_property

from kskt_excel.consolidation.dues import DuesDay, dues
from kskt_excel.consolidation.standings import sending_deadline
from kskt_excel.ledger.journal import JournalLine, Sent
from kskt_excel.model.calendar import add_workdays, in_vietnam, workdays_between
from kskt_excel.model.consolidation import (
    LATE,
    Consolidation,
    Due,
    DueKind,
    StandingState,
    TaskPosition,
    UnitStanding,
    correction_matter,
    is_to_tell,
)
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Plan
from kskt_excel.model.submission import Submission, UnitReport
from kskt_excel.office.desk import Desk
from kskt_excel.office.quarter import PeriodWork
from kskt_excel.report.due_lines import DueLines, part_texts

REMINDER = "reminder"


@dataclass(frozen=True, slots=True)
class ToldMatters:
    """What letters have told units that they owe, by the journal."""

    first: Mapping[tuple[str, str], dt.date]  # unit, matter: the day on which it was told first
    last: Mapping[tuple[str, str], dt.date]
    reminded: Mapping[str, tuple[dt.date, tuple[str, ...]]]
    """By unit: day and matters of its last reminder."""

    @classmethod
    def of(cls, lines: Iterable[JournalLine]) -> "ToldMatters":
        """What the lines of a journal say."""
        first: dict[tuple[str, str], dt.date] = {}
        last: dict[tuple[str, str], dt.date] = {}
        reminded: dict[str, tuple[dt.date, tuple[str, ...]]] = {}
        for line in lines:
            sent = line.payload
            if not isinstance(sent, Sent) or not sent.matters:
                continue
            day = in_vietnam(line.at).date()
            for matter in sent.matters:
                first.setdefault((sent.unit, matter), day)
                last[sent.unit, matter] = day
            if sent.what == REMINDER:
                reminded[sent.unit] = (day, sent.matters)
        return cls(first, last, reminded)


@dataclass
class UnitDues:
    """What each unit owes on a day, its last days, and what it has been told already."""

    plan: Plan
    today: dt.date
    told: ToldMatters
    period: Period
    before: int  # working days before a last day
    by_unit: Mapping[str, tuple[Due, ...]] = field(default_factory=dict)
    mend_by: Mapping[tuple[str, str], dt.date] = field(default_factory=dict)
    reports: Mapping[str, UnitReport] = field(default_factory=dict)
    tasks: tuple[TaskPosition, ...] = ()  # of the quarter asked for

    @classmethod
    def of(cls, desk: Desk, work: PeriodWork, before: int | None = None) -> "UnitDues":
        """What is owed in a quarter; ``before`` working days ahead, None: as the plan says."""
        period = work.period.quarters[-1]
        today, told = desk.now.date(), ToldMatters.of(desk.lines)
        days = work.plan.settings.reminding_days if before is None else before
        made = cls(work.plan, today, told, period, days)
        quarters = _open_quarters(desk, work)
        standings = [one for some in quarters for q in some.quarters for one in q.units]
        made.mend_by = {
            (one.unit, one.quarter.id): made.mending_day(one)
            for one in standings
            if one.state is StandingState.RETURNED
        }
        on = DuesDay(work.plan, desk.forms, today, days, made.mend_by)
        owed = dues(quarters, on)
        if desk.state.closed(period.id):  # which takes no report in any more
            owed = {
                unit: tuple(one for one in some if not made.is_report(one))
                for unit, some in owed.items()
            }
        made.by_unit = owed
        made.tasks = quarters[-1].tasks
        made.reports = {report.unit: report for one in quarters for report in one.reports}
        return made

    def mending_day(self, standing: UnitStanding) -> dt.date:
        """By which day a correction is awaited: counted from the first letter that asked for it."""
        return self._day_from(standing.unit, standing.quarter, standing.version)

    def _day_from(self, unit: str, quarter: Period, version: int) -> dt.date:
        """Never before the quarter's own deadline: who sends early has as long as the others."""
        matter = correction_matter(quarter.id, version)
        start = self.told.first.get((unit, matter), self.today)
        day = add_workdays(start, self.plan.settings.mending_days, self.plan.calendar)
        return max(day, sending_deadline(self.plan, quarter))

    def until(self, unit: str, latest: Submission) -> dt.date:
        """The last day that every letter of today names to a unit: of its correction or report."""
        quarter = self.period
        known = self.mend_by.get((unit, quarter.id))
        if known or latest.verdict.counts or latest.question:
            return known or sending_deadline(self.plan, quarter)
        return self._day_from(unit, quarter, latest.version)

    def part_of(self, unit: str, latest: Submission) -> str:
        """What a reply says of the unit's part in others' tasks; "" unless its report counts."""
        return self._parts.get(unit, "") if latest.verdict.counts else ""

    @cached_property
    def _parts(self) -> Mapping[str, str]:
        return part_texts(self.tasks)

    def of_report(self, unit: str) -> Due | None:
        """A unit's due for the quarter's report or its correction; None where it owes neither."""
        return next((one for one in self.by_unit.get(unit, ()) if self.is_report(one)), None)

    def others(self, unit: str) -> tuple[Due, ...]:
        """What a unit owes besides the report of the quarter."""
        return tuple(one for one in self.by_unit.get(unit, ()) if not self.is_report(one))

    def is_report(self, due: Due) -> bool:
        """Whether a due is for the quarter's report, or for its correction."""
        of_report = (DueKind.REPORT, DueKind.CORRECTION)
        return due.kind in of_report and due.period == self.period.id

    def fresh(self, unit: str) -> tuple[Due, ...]:
        """What a unit is to be told of today."""
        return tuple(
            one
            for one in self.by_unit.get(unit, ())
            if is_to_tell(one, self.told.last.get((unit, one.matter)), self.today)
        )

    def told_to(self, unit: str, *, only_due: bool) -> tuple[Due, ...]:
        """What a letter of today to a unit tells: a report long before its day only where asked."""
        some = self.by_unit.get(unit, ())
        return tuple(one for one in some if not only_due or one.day is None or self.is_near(one))

    def is_near(self, due: Due) -> bool:
        """Whether a last day is so near that a unit is reminded of it, or past."""
        left = workdays_between(self.today, due.day or self.today, self.plan.calendar)
        return left <= self.before

    def is_now(self, code: str, due: Due) -> bool:
        """Whether a superior is to be told of something today, also a second time today."""
        told_on = self.told.last.get((code, due.matter))
        return self.is_near(due) and (told_on == self.today or is_to_tell(due, told_on, self.today))

    def is_reminded_today(self, unit: str, matters: Sequence[str]) -> bool:
        """Whether the last reminder of a unit is of today and asks for just this."""
        return self.told.reminded.get(unit) == (self.today, tuple(matters))

    def still_holds(self, unit: str) -> bool:
        """Whether everything that the last reminder of a unit asks for is still owed."""
        owed = {one.matter.removesuffix(LATE) for one in self.by_unit.get(unit, ())}
        _, asked = self.told.reminded.get(unit, (None, ()))
        return bool(asked) and {one.removesuffix(LATE) for one in asked} <= owed


def _open_quarters(desk: Desk, work: PeriodWork) -> tuple[Consolidation, ...]:
    """The last quarter of the period, and those of its year before whose reports are still taken.

    A longer period is answered as its last quarter is: what is owed is the same.
    """
    last, closing = work.period.quarters[-1], desk.state.rulings.closing
    own = next((one for one in work.quarters if one.period == last), work.whole)
    earlier = (
        one
        for one in work.quarters
        if one.period < last and one.period.is_quarter and not closing(one.period.id)
    )
    return (*earlier, own)


def reply_lines(desk: Desk, owed: UnitDues, latest: Submission, unit: str) -> tuple[str, ...]:
    """What the reply to a file says that the unit owes besides, where its findings do not say it.

    By dates alone: a reply stands as long as nothing of it changes.
    """
    said = {one.code for one in latest.findings}
    told = [
        one
        for one in owed.others(unit)
        if not (one.kind is DueKind.DONE_UNMET and "progress.done_unmet" in said)
    ]
    report = owed.reports.get(unit) if latest.verdict.counts else None
    return DueLines(owed.plan, desk.forms, today=None, report=report).lines(told)


def reminder_lines(desk: Desk, owed: UnitDues, unit: str, told: Sequence[Due]) -> tuple[str, ...]:
    """What a reminder says that the unit owes, with the days that are left or past."""
    report = owed.reports.get(unit)
    return DueLines(owed.plan, desk.forms, today=owed.today, report=report).lines(told)
