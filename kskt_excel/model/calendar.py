"""Working days (Monday to Friday but for the plan's exceptions) and Vietnam's clock."""

import datetime as dt
from collections.abc import Collection
from functools import lru_cache
from typing import Final

_WEEK = 7
_WORKING_WEEK = 5
_ONE_DAY = dt.timedelta(days=1)


def week_exceptions(
    off: Collection[dt.date], worked: Collection[dt.date] = ()
) -> frozenset[dt.date]:
    """The days on which offices do otherwise than the week says.

    ``off`` are days off (ngày nghỉ), of which those on a weekend change nothing; ``worked`` are
    days of a weekend that are worked instead (làm bù).
    """
    weekdays = (day for day in off if day.weekday() < _WORKING_WEEK)
    weekends = (day for day in worked if day.weekday() >= _WORKING_WEEK)
    return frozenset((*weekdays, *weekends))


def is_workday(day: dt.date, exceptions: Collection[dt.date]) -> bool:
    """Whether offices work on a day (ngày làm việc)."""
    return (day.weekday() < _WORKING_WEEK) is not (day in exceptions)


def next_workday(day: dt.date, exceptions: Collection[dt.date]) -> dt.date:
    """The day itself when offices work on it, else the first one after it that they do.

    Source: Bộ luật Dân sự 2015, Điều 148 khoản 5 (a time limit that ends on a day off).
    """
    while not is_workday(day, exceptions):
        day += _ONE_DAY
    return day


def add_workdays(day: dt.date, count: int, exceptions: Collection[dt.date]) -> dt.date:
    """The ``count``-th working day after a day; the day itself does not count.

    A count of 0 gives the day itself. Raises ValueError when ``count`` is negative.
    Source: Bộ luật Dân sự 2015, Điều 147 khoản 2 (the first day is not counted).
    """
    if count < 0:
        raise ValueError(count)
    return _added(day, count, frozenset(exceptions))


@lru_cache(maxsize=4096)
def _added(day: dt.date, count: int, exceptions: frozenset[dt.date]) -> dt.date:
    for _ in range(count):
        day = next_workday(day + _ONE_DAY, exceptions)
    return day


def workdays_between(start: dt.date, end: dt.date, exceptions: Collection[dt.date]) -> int:
    """Working days after ``start`` up to and with ``end``; negative when ``end`` is earlier.

    Takes the same time for any distance: a mistyped year costs nothing.
    """
    if end < start:
        return -workdays_between(end, start, exceptions)
    weekdays = _weekdays_up_to(end) - _weekdays_up_to(start)
    changed = [day for day in set(exceptions) if start < day <= end]
    off = sum(day.weekday() < _WORKING_WEEK for day in changed)
    return weekdays - off + (len(changed) - off)


def _weekdays_up_to(day: dt.date) -> int:
    """Mondays to Fridays from the calendar's first Monday up to and with a day."""
    weeks, rest = divmod(day.toordinal(), _WEEK)  # ordinal 1 is a Monday
    return weeks * _WORKING_WEEK + min(rest, _WORKING_WEEK)


VIETNAM: Final = dt.timezone(dt.timedelta(hours=7))


def in_vietnam(moment: dt.datetime) -> dt.datetime:
    """The moment as Vietnam's clock tells it; one without a zone is taken to be on that clock."""
    return moment.astimezone(VIETNAM) if moment.tzinfo else moment.replace(tzinfo=VIETNAM)


def in_utc(moment: dt.datetime) -> dt.datetime:
    """The moment as an Office package stores it, without a zone; one that has none stays."""
    return moment.astimezone(dt.UTC).replace(tzinfo=None) if moment.tzinfo else moment
