import pytest

from kskt_excel.text.shown import grouped_number, percent_text, two_digits


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0"),
        (7, "7"),
        (1234, "1.234"),
        (1234567, "1.234.567"),
        (12.5, "12,5"),
        (1234.56, "1.234,56"),
        (1.24, "1,24"),
        (0.1, "0,1"),
        (1 / 3, "0,333333"),
        (50.0, "50"),
        (-3, "-3"),
    ],
)
def test_a_dot_groups_thousands_and_a_comma_stands_before_decimals(
    value: float, shown: str
) -> None:
    assert grouped_number(value) == shown


@pytest.mark.parametrize(
    ("fraction", "shown"),
    [(0.2, "20,0 %"), (0.2074, "20,7 %"), (1.0, "100,0 %"), (0.0, "0,0 %"), (None, "–")],
)
def test_a_fraction_is_shown_as_a_percentage(fraction: float | None, shown: str) -> None:
    assert percent_text(fraction) == shown


@pytest.mark.parametrize(("count", "shown"), [(0, "0"), (5, "05"), (10, "10"), (1200, "1.200")])
def test_counts_below_ten_take_a_zero(count: int, shown: str) -> None:
    assert two_digits(count) == shown
