import datetime as dt

import pytest

from kskt_excel.model.plan import DeadlineKind
from kskt_excel.text.periods import period, task_deadline

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


UNDATED = [
    ("Thường xuyên", DeadlineKind.CONTINUOUS),
    ("Thường xuyên theo quy định", DeadlineKind.CONTINUOUS_BY_RULE),
    ("Thường xuyên (theo quy định)", DeadlineKind.CONTINUOUS_BY_RULE),
    ("Định kỳ hàng Quý, năm", DeadlineKind.PERIODIC),
    ("Hàng quý", DeadlineKind.PERIODIC),
    ("Theo Kế hoạch\nriêng", DeadlineKind.OWN_PLAN),
    ("Lồng ghép trong Kế hoạch Kiểm tra CCHC", DeadlineKind.WITHIN_OTHER),
]


@pytest.mark.parametrize(("text", "kind"), UNDATED)
def test_a_deadline_without_a_day_has_a_kind(text: str, kind: DeadlineKind) -> None:
    read = task_deadline(text, 2022)
    assert read.value is not None
    assert (read.outcome, read.value.kind, read.value.due) == ("ok", kind, None)


DATED = [
    ("Quý I/2022", "2022-03-31", "ok"),
    ("Trong Quý II/2022", "2022-06-30", "ok"),
    ("Tháng 11/2022", "2022-11-30", "ok"),
    ("Năm 2022", "2022-12-31", "ok"),
    ("6 tháng đầu năm 2022", "2022-06-30", "ok"),
    ("30/6/2022", "2022-06-30", "ok"),
    ("Chậm nhất ngày 30/6/2022", "2022-06-30", "ok"),
    ("Trước 15/3/2022", "2022-03-14", "ok"),
    ("Trước ngày 15/3/2022", "2022-03-14", "ok"),
    ("Xong trước Quý II/2022", "2022-03-31", "ok"),
    ("Quý I", "2022-03-31", "warn"),
    ("Tháng 12", "2022-12-31", "warn"),
]


@pytest.mark.parametrize(("text", "due", "outcome"), DATED)
def test_a_deadline_with_a_day_is_fixed(text: str, due: str, outcome: str) -> None:
    read = task_deadline(text, 2022)
    assert read.value is not None
    assert (read.value.kind, read.value.due) == (DeadlineKind.FIXED, dt.date.fromisoformat(due))
    assert (read.value.text, read.outcome) == (text, outcome)


def test_a_stored_day_is_a_deadline() -> None:
    read = task_deadline(dt.date(2022, 6, 30), 2022)
    assert read.value is not None
    assert read.value.due == dt.date(2022, 6, 30)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Quý I, II/2022", "value.deadline.several"),
        ("30/6", "value.deadline.no_year"),
        ("31/6/2022", "value.date.impossible"),
        ("khi có yêu cầu", "value.deadline.unread"),
        (44635.0, "value.deadline.unread"),
    ],
)
def test_an_unclear_deadline_is_asked_for(text: str | float, code: str) -> None:
    read = task_deadline(text, 2022)
    assert (read.value, read.outcome, read.code) == (None, "error", code)
