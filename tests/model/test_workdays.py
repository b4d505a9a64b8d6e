import datetime as dt

import pytest

from kskt_excel.model.calendar import add_workdays, is_workday, next_workday, workdays_between

TET = frozenset(dt.date(2022, *day) for day in ((1, 31), (2, 1), (2, 2), (2, 3), (2, 4)))
FRIDAY_BEFORE_TET = dt.date(2022, 1, 28)
MONDAY_AFTER_TET = dt.date(2022, 2, 7)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (FRIDAY_BEFORE_TET, True),
        (dt.date(2022, 1, 29), False),
        (dt.date(2022, 1, 30), False),
        (dt.date(2022, 1, 31), False),
        (MONDAY_AFTER_TET, True),
    ],
)
def test_weekends_and_holidays_are_not_working_days(*, day: dt.date, works: bool) -> None:
    assert is_workday(day, TET) is works


def test_a_day_off_moves_to_the_next_working_day() -> None:
    assert next_workday(dt.date(2022, 1, 29), TET) == MONDAY_AFTER_TET
    assert next_workday(MONDAY_AFTER_TET, TET) == MONDAY_AFTER_TET


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (dt.date(2022, 3, 14), 0, dt.date(2022, 3, 14)),
        (dt.date(2022, 3, 14), 1, dt.date(2022, 3, 15)),
        (dt.date(2022, 3, 18), 1, dt.date(2022, 3, 21)),
        (FRIDAY_BEFORE_TET, 1, MONDAY_AFTER_TET),
        (dt.date(2022, 1, 27), 5, dt.date(2022, 2, 10)),
    ],
)
def test_working_days_are_added_after_the_day(day: dt.date, count: int, expected: dt.date) -> None:
    assert add_workdays(day, count, TET) == expected


def test_working_days_are_never_added_backwards() -> None:
    with pytest.raises(ValueError, match="-1"):
        add_workdays(dt.date(2022, 3, 14), -1, TET)


def test_a_distance_counts_the_days_that_adding_counts() -> None:
    start = dt.date(2022, 1, 1)
    for offset in range(60):
        day = start + dt.timedelta(days=offset)
        for count in range(1, 12):
            assert workdays_between(day, add_workdays(day, count, TET), TET) == count


def test_a_distance_backwards_is_negative() -> None:
    assert workdays_between(MONDAY_AFTER_TET, FRIDAY_BEFORE_TET, TET) == -1


def test_a_distance_over_a_mistyped_year_is_counted_at_once() -> None:
    assert workdays_between(dt.date(2, 1, 1), dt.date(2022, 1, 1), ()) == 526_993
