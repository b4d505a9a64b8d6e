import pytest

from kskt_excel.text.periods import period

GOOD = [
    ("Quý I/2022", "2022-Q1"),
    ("Q1/2022", "2022-Q1"),
    ("Q.I/2022", "2022-Q1"),
    ("quý 1 năm 2022", "2022-Q1"),
    ("Qúy I/2022", "2022-Q1"),
    ("Quí I-2022", "2022-Q1"),
    ("Quý Ⅰ/2022", "2022-Q1"),
    ("Quý І/2022", "2022-Q1"),  # a Cyrillic letter
    ("Quý 01/2022", "2022-Q1"),
    ("QI/2022", "2022-Q1"),
    ("quý III.2022", "2022-Q3"),
    ("Quý II (2022)", "2022-Q2"),
    ("Quý hai năm 2022", "2022-Q2"),
    ("Quý IV/2022", "2022-Q4"),
    ("2022-Q1", "2022-Q1"),
    ("Báo cáo Quý I năm 2022", "2022-Q1"),
    ("Quý I năm 2022 (từ 15/12/2021 đến 14/3/2022)", "2022-Q1"),
    ("6 tháng đầu năm 2022", "2022-6T"),
    ("9 tháng năm 2022", "2022-9T"),
    ("2022-6T", "2022-6T"),
    ("cả năm 2022", "2022"),
    ("Năm 2022", "2022"),
    ("từ 15/12/2021 đến 14/3/2022", "2022-Q1"),
    ("01/01/2022 - 31/3/2022", "2022-Q1"),
    ("từ ngày 15/12/2021 đến hết ngày 14/6/2022", "2022-6T"),
]


@pytest.mark.parametrize(("raw", "expected"), GOOD)
def test_a_period_is_read(raw: str, expected: str) -> None:
    read = period(raw)
    assert read.value is not None
    assert (read.value.id, read.outcome) == (expected, "ok")


@pytest.mark.parametrize(
    ("raw", "expected", "code"),
    [
        ("Quý l/2022", "2022-Q1", "value.period.unsure"),
        ("Quý lll/2022", "2022-Q3", "value.period.unsure"),
        ("Quý 1v/2022", "2022-Q4", "value.period.unsure"),
        ("I/2022", "2022-Q1", "value.period.unsure"),
        ("Quý I/22", "2022-Q1", "value.period.unsure"),
        ("15/12-14/3/2022", "2022-Q1", "value.period.unsure"),
        ("Quý I", "2022-Q1", "value.period.year_taken"),
        ("6 tháng đầu năm", "2022-6T", "value.period.year_taken"),
    ],
)
def test_a_period_is_taken_with_a_warning(raw: str, expected: str, code: str) -> None:
    read = period(raw, year=2022)
    assert read.value is not None
    assert (read.value.id, read.outcome, read.code) == (expected, "warn", code)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("tháng 3/2022", "month"),
        ("T3/2022", "month"),
        ("03/2022", "month"),
        ("2022", "only_year"),
        ("Quý I", "no_year"),
        ("Quý I, II/2022", "several"),
        ("từ 10/01/2022 đến 20/3/2022", "range"),
        ("Quý V/2022", "unread"),
        ("Quý 11/2022", "unread"),
        ("6 tháng cuối năm 2022", "unread"),
        ("đầu năm", "unread"),
        (2022.0, "unread"),
        (True, "unread"),
    ],
)
def test_what_is_no_period_is_asked_for(raw: str | float, code: str) -> None:
    read = period(raw)
    assert (read.value, read.outcome, read.code) == (None, "error", f"value.period.{code}")


def test_a_month_is_answered_with_its_quarter() -> None:
    assert period("tháng 5/2022").params["suggestion"] == "Quý II/2022"
