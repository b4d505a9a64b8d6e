"""Deadlines as plans write them: the words stay, every day in them is found."""

import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kskt_excel.model.plan import DeadlineKind
from kskt_excel.text.deadlines import task_deadline

FIXED, PERIODIC = DeadlineKind.FIXED, DeadlineKind.PERIODIC
OWN_PLAN, WITHIN = DeadlineKind.OWN_PLAN, DeadlineKind.WITHIN_OTHER
CONTINUOUS, DEMAND = DeadlineKind.CONTINUOUS, DeadlineKind.ON_DEMAND
QUARTER_DAYS = "14/3 14/6 14/9 14/12"

UNDERSTOOD = [
    ("Thường xuyên", CONTINUOUS, ""),
    ("Thường xuyên trong năm 2022", CONTINUOUS, ""),
    ("Thường xuyên theo quy định", DeadlineKind.CONTINUOUS_BY_RULE, ""),
    ("Thường xuyên (theo quy định)", DeadlineKind.CONTINUOUS_BY_RULE, ""),
    ("Định kỳ hàng Quý, năm", PERIODIC, ""),
    ("Hàng quý", PERIODIC, ""),
    ("Mỗi quý một lần", PERIODIC, ""),
    ("Định kỳ hàng quý (trước ngày 15 tháng cuối quý)", PERIODIC, QUARTER_DAYS),
    ("Trước ngày 15 tháng cuối quý", PERIODIC, QUARTER_DAYS),
    ("Định kỳ hàng năm (trước ngày 15)", PERIODIC, "14/12"),
    ("Theo Kế hoạch\nriêng", OWN_PLAN, ""),
    ("Theo Kế hoạch riêng (trước 30/5/2022)", OWN_PLAN, "29/5"),
    ("Theo Kế hoạch riêng, xong trước ngày 30/5/2022", OWN_PLAN, "29/5"),
    ("Theo Kế hoạch số 15/KH-UBND ngày 10/01/2022", OWN_PLAN, ""),
    ("Theo Kế hoạch số 15/KH-UBND ngày 10/01/2022 (xong trước 30/6/2022)", OWN_PLAN, "29/6"),
    ("Lồng ghép trong Kế hoạch Kiểm tra CCHC", WITHIN, ""),
    ("Lồng ghép trong Kế hoạch Kiểm tra CCHC năm 2022", WITHIN, ""),
    ("Lồng ghép trong Kế hoạch Kiểm tra CCHC, trước 30/5/2022", WITHIN, "29/5"),
    ("Khi có yêu cầu", DEMAND, ""),
    ("Đột xuất", DEMAND, ""),
    ("Theo yêu cầu của UBND tỉnh", DEMAND, ""),
    ("Quý I/2022", FIXED, "31/3"),
    ("Trong Quý II/2022", FIXED, "30/6"),
    ("Tháng 11/2022", FIXED, "30/11"),
    ("05/2022", FIXED, "31/5"),
    ("Năm 2022", FIXED, "31/12"),
    ("6 tháng đầu năm 2022", FIXED, "30/6"),
    ("30/6/2022", FIXED, "30/6"),
    ("Chậm nhất ngày 30/6/2022", FIXED, "30/6"),
    ("Trước 15/3/2022", FIXED, "14/3"),
    ("Trước 30.5.2022", FIXED, "29/5"),
    ("Hoàn thành trước ngày 30 tháng 6 năm 2022", FIXED, "29/6"),
    ("Xong trước Quý II/2022", FIXED, "31/3"),
    ("Từ 01/3/2022 đến 30/5/2022", FIXED, "30/5"),
    ("Từ Quý I đến Quý III/2022", FIXED, "30/9"),
    ("Quý I - Quý III/2022", FIXED, "30/9"),
    ("Tháng 3-5/2022", FIXED, "31/5"),
    ("Tháng sáu năm 2022", FIXED, "30/6"),
    ("Tháng Mười một/2022", FIXED, "30/11"),
    ("Tháng năm năm 2022", FIXED, "31/5"),
    ("ngày ba mươi tháng sáu năm 2022", FIXED, "30/6"),
    ("Mỗi tháng một lần", PERIODIC, ""),
    ("Nửa đầu năm 2022", FIXED, "30/6"),
    ("Nửa cuối năm 2022", FIXED, "31/12"),
    ("2022-06-30", FIXED, "30/6"),
    ("Trước 2022-06-30", FIXED, "29/6"),
    ("Truoc ngay 30/6/2022", FIXED, "29/6"),
    ("Quy II nam 2022", FIXED, "30/6"),
    ("Tu 01/3/2022 den 30/5/2022", FIXED, "30/5"),
    ("Từ đầu quý II đến hết quý III/2022", FIXED, "30/9"),
    ("Đầu quý II (trước 30/4/2022)", FIXED, "29/4"),
]
WITH_A_REMARK = [
    ("Quý I", FIXED, "31/3", "value_read"),
    ("Tháng 12", FIXED, "31/12", "value_read"),
    ("30/6", FIXED, "30/6", "value_read"),
    ("Từ 01/3 đến 30/5", FIXED, "30/5", "value_read"),
    ("Cuối năm", FIXED, "31/12", "value_read"),
    ("Quý I, Quý III/2022", PERIODIC, "31/3 30/9", "deadline_several"),
    ("Quý II, III/2022", PERIODIC, "30/6 30/9", "deadline_several"),
    ("Quý 1+3/2022", PERIODIC, "31/3 30/9", "deadline_several"),
    ("Tháng 5, tháng 11", PERIODIC, "31/5 30/11", "deadline_several"),
    ("15/3, 15/6, 15/9/2022", PERIODIC, "15/3 15/6 15/9", "deadline_several"),
    ("Sau khi Chủ tịch phê duyệt", FIXED, "", "deadline_undated"),
    ("Sau ngày 30/6/2022", FIXED, "", "deadline_undated"),
    ("Tháng Sáu", FIXED, "30/6", "value_read"),
    ("thang sau", FIXED, "", "deadline_undated"),
    ("Đầu quý II/2022", FIXED, "", "deadline_undated"),
    ("Giữa tháng 6/2022", FIXED, "", "deadline_undated"),
    ("Tuần 1 tháng 6/2022", FIXED, "", "deadline_undated"),
    ("Tuần thứ hai của tháng 6/2022", FIXED, "", "deadline_undated"),
    ("Đầu năm 2022", FIXED, "", "deadline_undated"),
]


def _days(text: str) -> tuple[dt.date, ...]:
    pairs = (part.split("/") for part in text.split())
    return tuple(dt.date(2022, int(month), int(day)) for day, month in pairs)


@pytest.mark.parametrize(("text", "kind", "days"), UNDERSTOOD)
def test_a_deadline_is_understood(text: str, kind: DeadlineKind, days: str) -> None:
    read = task_deadline(text, 2022)
    assert read.value is not None
    assert (read.outcome, read.value.kind, read.value.days) == ("ok", kind, _days(days))
    assert read.value.text == " ".join(text.split())


@pytest.mark.parametrize(("text", "kind", "days", "code"), WITH_A_REMARK)
def test_a_deadline_is_taken_with_a_remark(
    text: str, kind: DeadlineKind, days: str, code: str
) -> None:
    read = task_deadline(text, 2022)
    assert read.value is not None
    assert (read.value.kind, read.value.days) == (kind, _days(days))
    assert (read.outcome, read.code) == ("warn", f"plan.{code}")


def test_days_of_the_next_year_keep_their_year() -> None:
    read = task_deadline("Quý IV năm 2022 và Quý I năm 2023", 2022)
    assert read.value is not None
    assert read.value.days == (dt.date(2022, 12, 31), dt.date(2023, 3, 31))


def test_a_stored_day_is_a_deadline() -> None:
    read = task_deadline(dt.date(2022, 6, 30), 2022)
    assert read.value is not None
    assert (read.value.text, read.value.due) == ("30/6/2022", dt.date(2022, 6, 30))


@pytest.mark.parametrize("given_", ["31/6/2022", "Trước 29/2/2023", 44635.0, True])
def test_what_no_calendar_has_is_a_fault(given_: str | float) -> None:
    read = task_deadline(given_, 2022)
    assert (read.value, read.code) == (None, "plan.deadline_unread")


@given(st.text(max_size=40) | st.from_regex(re.compile(r"[\w /.,()-]{0,40}"), fullmatch=True))
def test_any_words_are_kept_or_told(text: str) -> None:
    read = task_deadline(text, 2022)
    if read.value is not None:
        assert list(read.value.days) == sorted(set(read.value.days))
    elif read.outcome == "error":
        assert read.code == "plan.deadline_unread"
