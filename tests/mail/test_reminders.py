"""Letters that the office writes first: reminders and the cover of the blank workbook."""

import datetime as dt

import pytest

from kskt_excel.consolidation.standings import sending_deadline
from kskt_excel.mail import drafts
from kskt_excel.model.calendar import VIETNAM
from kskt_excel.model.consolidation import StandingState, UnitStanding
from tests.builders import small_plan
from tests.mail import replies


def _reminder(now: dt.datetime, standing: UnitStanding | None = None) -> drafts.Draft:
    plan = small_plan()
    return drafts.reminder(
        letters=replies.usual_letters(),
        plan=plan,
        unit=plan.unit_by_code["TTPT"],
        period=replies.PERIOD,
        deadline=sending_deadline(plan, replies.PERIOD),
        now=now,
        standing=standing,
    )


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (10, "còn 3 ngày làm việc"),
        (15, "hôm nay là ngày cuối"),
        (17, "đã quá 2 ngày làm việc"),
    ],
)
def test_a_reminder_counts_the_working_days(day: int, said: str) -> None:
    text = replies.text_of(_reminder(replies.NOW.replace(day=day)))
    assert f"Hạn gửi là ngày 15/3/2022 ({said})" in text
    assert "chưa nhận được báo cáo Quý I/2022 của Trung tâm phát triển KH&CN" in text


def test_a_reminder_to_a_unit_that_must_correct_says_what_is_awaited() -> None:
    at = dt.datetime(2022, 3, 14, 8, 30, tzinfo=VIETNAM)
    standing = UnitStanding(
        unit="TTPT",
        quarter=replies.PERIOD,
        state=StandingState.RETURNED,
        counts=False,
        version=1,
        received_at=at,
        late_days=0,
        errors=3,
        warnings=1,
        why="",
    )
    draft = _reminder(replies.LATE, standing)
    assert draft.subject.endswith("CHƯA NHẬN ĐƯỢC BẢN SỬA")
    assert "nhận lúc 08 giờ 30 ngày 14/3/2022 còn 3 lỗi phải sửa" in replies.text_of(draft)
    assert "gửi bản sửa về" in replies.text_of(draft)
    assert "không phát sinh" not in replies.text_of(draft)
    assert "Hạn gửi" not in replies.text_of(draft)


def test_a_unit_gets_one_reminder_a_day() -> None:
    later_that_day = _reminder(replies.NOW.replace(hour=16))
    assert _reminder(replies.NOW).message_id == later_that_day.message_id
    assert _reminder(replies.NOW).message_id != _reminder(replies.LATE).message_id


def test_a_cover_letter_brings_the_workbook_and_the_deadline() -> None:
    plan = small_plan()
    draft = drafts.cover(
        letters=replies.usual_letters(),
        plan=plan,
        unit=plan.unit_by_code["TTPT"],
        period=replies.PERIOD,
        attachment=("BC-KSTTHC_2022-Q1_TTPT.xlsx", b"PK"),
        deadline=sending_deadline(plan, replies.PERIOD),
        now=replies.NOW,
    )
    [part] = replies.as_mail(draft).iter_attachments()
    assert part.get_filename() == "BC-KSTTHC_2022-Q1_TTPT.xlsx"
    assert "chậm nhất ngày 15/3/2022" in replies.text_of(draft)
    assert "từ ngày 15/12/2021 đến hết ngày 14/3/2022" in replies.text_of(draft)
    assert (draft.what, draft.file_name) == ("issue", "TTPT_2022-Q1_phat-bieu.eml")
