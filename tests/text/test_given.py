import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kskt_excel.text.shown import (
    day_text,
    decimal_text,
    listed,
    percent_text,
    rounded,
    telling_decimals,
    value_text,
)


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


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (10, 32, "31,3 %"),
        (1, 16, "6,3 %"),
        (26, 32, "81,3 %"),
        (1, 80, "1,3 %"),
        (3, 3, "100,0 %"),
        (0, 7, "0,0 %"),
        (1, 3, "33,3 %"),
        (40, 3, "1333,3 %"),
    ],
)
def test_a_share_rounds_halves_up_from_the_exact_fraction(
    part: int, whole: int, shown: str
) -> None:
    assert percent_text(Fraction(part, whole)) == shown
    assert percent_text(part / whole) == shown


@given(st.integers(-(10**7), 10**7), st.integers(1, 5_000), st.integers(0, 4))
def test_rounding_is_that_of_decimal_half_up(part: int, whole: int, decimals: int) -> None:
    exact = Decimal(part) / Decimal(whole)
    step = Decimal(1).scaleb(-decimals)
    expected = exact.quantize(step, ROUND_HALF_UP)
    assert Decimal(str(float(rounded(Fraction(part, whole), decimals)))) == expected
    assert (
        decimal_text(Fraction(part, whole), decimals).replace(".", "").replace(",", ".").lstrip("-")
        == f"{abs(expected):f}"
    )


@pytest.mark.parametrize(
    ("part", "whole", "limit", "shown"),
    [
        (113, 119, ">= 95", "94,96 %"),
        (6, 119, "<= 5", "5,04 %"),
        (9503, 10000, ">= 95", "95,0 %"),
        (999_999, 1_000_000, ">= 100", "99,9999 %"),
        (19, 20, ">= 95", "95,0 %"),
    ],
)
def test_a_rate_has_the_decimals_that_tell_its_side_of_a_limit(
    part: int, whole: int, limit: str, shown: str
) -> None:
    ratio, (sign, number) = Fraction(part, whole), limit.split()
    decimals = telling_decimals(ratio * 100, Fraction(number), at_most=sign == "<=")
    assert percent_text(ratio, decimals) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (True, "Có"),
        (False, "Không"),
        (1.25, "1,25"),
        (1.24, "1,24"),
        (1234, "1.234"),
        (dt.date(2022, 3, 14), "14/3/2022"),
        (dt.datetime(2022, 3, 14, 9, 15), "09 giờ 15 ngày 14/3/2022"),
        ("như đã viết", "như đã viết"),
        (None, ""),
    ],
)
def test_a_value_is_shown_in_one_way(value: object, shown: str) -> None:
    assert value_text(value) == shown  # type: ignore[arg-type]
