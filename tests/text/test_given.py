import datetime as dt

import pytest

from kskt_excel.text.shown import day_text, listed


@pytest.mark.parametrize(
    ("date", "shown"),
    [("2022-03-05", "05/3/2022"), ("2022-01-15", "15/01/2022"), ("2022-02-09", "09/02/2022")],
)
def test_days_below_ten_and_the_first_two_months_take_a_zero(date: str, shown: str) -> None:
    assert day_text(dt.date.fromisoformat(date)) == shown


@pytest.mark.parametrize(
    ("items", "shown"), [([], ""), (["A"], "A"), (["A", "B"], "A và B"), (list("ABC"), "A, B và C")]
)
def test_a_list_ends_with_and(items: list[str], shown: str) -> None:
    assert listed(items) == shown
