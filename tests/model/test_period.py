"""Periods as people name them."""

import pytest

from kskt_excel.model.errors import UnknownPeriodError
from kskt_excel.model.period import Period


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("2022-Q1", "2022-Q1"),
        ("2022q3", "2022-Q3"),
        ("Quý I/2022", "2022-Q1"),
        ("quý iv năm 2022", "2022-Q4"),
        ("Quy 2/2022", "2022-Q2"),
        ("Q3 2022", "2022-Q3"),
        ("2022-6T", "2022-6T"),
        ("6 tháng đầu năm 2022", "2022-6T"),
        ("9 tháng năm 2022", "2022-9T"),
        ("Năm 2022", "2022"),
        ("2022", "2022"),
    ],
)
def test_a_period_is_taken_by_its_id_and_by_its_name(typed: str, expected: str) -> None:
    assert Period.parse(typed).id == expected


def test_each_period_is_read_from_its_own_label() -> None:
    for one in ("2022-Q1", "2022-Q2", "2022-Q3", "2022-Q4", "2022-6T", "2022-9T", "2022"):
        assert Period.parse(Period.parse(one).label).id == one


@pytest.mark.parametrize("typed", ["1999-Q1", "Quý V/2022", "Quý I", "3 tháng 2022", "", "22-Q1"])
def test_what_is_no_period_is_named_as_it_was_typed(typed: str) -> None:
    with pytest.raises(UnknownPeriodError, match=f"“{typed}”"):
        Period.parse(typed)
