"""The quarter whose reports the office is collecting: what says nothing of its quarter is its."""

import datetime as dt
from collections.abc import Iterable

from kskt_excel.ledger.journal import Outputs
from kskt_excel.model.calendar import in_vietnam
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.period import Period
from kskt_excel.office.desk import Desk

_ISSUE = "issue"
_BEFORE_THE_END = dt.timedelta(days=14)  # of the days that count: then units begin to send


@dataclass(frozen=True, slots=True)
class Collected:
    """The quarter being collected on a day (quý đang thu), and others that fit as well."""

    quarter: Period
    others: tuple[Period, ...] = ()
    is_under_way: bool = False  # its workbooks are out or the office is at work on it, units send


class CollectedQuarters:
    """Which quarter was being collected on which day, by what the journal says was issued."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._issued = _first_issued(desk)
        self._closed = {
            quarter: in_vietnam(closing.at).date()
            for quarter in self._issued
            if (closing := desk.state.rulings.closing(quarter.id))
        }

    def on(self, day: dt.date, at_work: Period | None = None) -> Collected:
        """The quarter issued last and not closed on a day.

        Two that were issued on the same day fit both: the one that the calendar names is taken.
        Before one that was issued goes a later one on which the office is at work, when units send.
        Where nothing was issued it is the last quarter of the period at work, else the calendar's
        one, as far as there are plans.
        """
        if at_work and at_work.stands_alone:
            return Collected(at_work, (), is_under_way=True)
        by_calendar = self._by_calendar(day)
        open_ones = [one for one in self._issued if self._is_open(one, day)]
        latest = max((self._issued[one] for one in open_ones), default=None)
        fitting = sorted(one for one in open_ones if self._issued[one] == latest)
        if fitting:
            chosen = by_calendar if by_calendar in fitting else fitting[-1]
            later = at_work.quarters[-1] if at_work else chosen
            if later > chosen and self._is_under_way(later, day):
                return Collected(later, (), is_under_way=True)
            others = tuple(one for one in fitting if one != chosen)
            return Collected(chosen, others, self._is_under_way(chosen, day))
        if at_work is None:
            return Collected(by_calendar)
        asked_for = at_work.quarters[-1]
        return Collected(asked_for, (), self._is_under_way(asked_for, day))

    def _is_under_way(self, quarter: Period, day: dt.date) -> bool:
        """Whether units send by a day: its days that count are nearly over."""
        return self._position(day) >= (quarter.year, quarter.number)

    def _is_open(self, quarter: Period, day: dt.date) -> bool:
        closed_on = self._closed.get(quarter)
        return self._issued[quarter] <= day and not (closed_on and closed_on <= day)

    def _by_calendar(self, day: dt.date) -> Period:
        """The quarter whose last days that count are near or over; one that has a plan."""
        years = self._desk.plan_years
        for moment in (day, self._desk.now.date()):
            year, number = self._position(moment)
            if year in years:
                return Period.quarter(year, number)
        year, number = self._position(self._desk.now.date())
        if not years:
            return Period.quarter(year, number)
        return Period.quarter(years[-1], 4) if year > years[-1] else Period.quarter(years[0], 1)

    def _position(self, day: dt.date) -> tuple[int, int]:
        """Year and number of the calendar's quarter; the year may have no periods."""
        number = (day.month - 1) // 3 + 1
        if day.year in self._desk.plan_years:
            plan = self._desk.plan(day.year)
            end = Period.quarter(day.year, number).window(plan.cutoff_day).end
            if day > end - _BEFORE_THE_END:
                return day.year, number
        elif day.month % 3 == 0:
            return day.year, number
        return (day.year, number - 1) if number > 1 else (day.year - 1, 4)


def _first_issued(desk: Desk) -> dict[Period, dt.date]:
    """The quarters whose workbooks went out, with the day on which the first ones did."""
    issued: dict[Period, dt.date] = {}
    for line in desk.journal.lines():
        made = line.payload
        if isinstance(made, Outputs) and made.command == _ISSUE and made.files:
            day = in_vietnam(made.as_of or line.at).date()
            collected = [one for one in desk.period(made.period).quarters if one.is_quarter]
            for quarter in _with_plans(desk, collected):
                issued[quarter] = min(day, issued.get(quarter, day))
    return issued


def _with_plans(desk: Desk, quarters: Iterable[Period]) -> Iterable[Period]:
    return (quarter for quarter in quarters if desk.has_plan(quarter.year))


def latest_period(desk: Desk) -> Period:
    """The period that was consolidated last; before the first time, the one now due."""
    done = [
        line.payload.period
        for line in desk.journal.lines()
        if isinstance(line.payload, Outputs) and line.payload.command == "consolidate"
    ]
    return desk.period(done[-1]) if done else CollectedQuarters(desk).on(desk.now.date()).quarter


def period_at_work(desk: Desk) -> Period:
    """The quarter being collected; where this year has no plan, the period consolidated last."""
    has_plan = desk.has_plan(desk.now.year)
    return CollectedQuarters(desk).on(desk.now.date()).quarter if has_plan else latest_period(desk)
