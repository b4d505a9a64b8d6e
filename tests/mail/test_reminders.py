"""Letters that the office writes first: reminders and the cover of the blank workbook."""

import datetime as dt

import pytest

from kskt_excel.consolidation.standings import sending_deadline
from kskt_excel.mail import letters
from kskt_excel.model.calendar import VIETNAM
from kskt_excel.model.consolidation import Due, DueKind, StandingState, UnitStanding
from tests.builders import small_plan
from tests.mail import replies

REPORT = Due(DueKind.REPORT, "2022-Q1", "2022-Q1", dt.date(2022, 3, 15), tasks=("II.1.a", "II.4"))
MENDED = Due(DueKind.CORRECTION, "2022-Q1/1", "2022-Q1", dt.date(2022, 3, 18), count=3)


def _reminder(now: dt.datetime, reminded: letters.Reminded | None = None) -> letters.Draft:
    plan = small_plan()
    reminded = reminded or letters.Reminded(REPORT, matters=(REPORT.matter,))
    day = reminded.report.day if reminded.report else None
    return letters.reminder(
        letters=replies.usual_letters(),
        plan=plan,
        unit=plan.unit_by_code["TTPT"],
        period=replies.PERIOD,
        deadline=day or sending_deadline(plan, replies.PERIOD),
        now=now,
        reminded=reminded,
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
    assert "báo cáo gồm cả kết quả phối hợp 02 nhiệm vụ" in text


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
        why=(),
    )
    reminded = letters.Reminded(MENDED, standing, ("Chưa có kế hoạch riêng: I.3.",), ("a", "b"))
    draft = _reminder(replies.LATE, reminded)
    text = replies.text_of(draft)
    assert draft.subject.endswith("CHƯA NHẬN ĐƯỢC BẢN SỬA")
    assert "nhận lúc 08 giờ 30 ngày 14/3/2022 còn 3 lỗi phải sửa" in text
    assert "Hạn gửi bản sửa là ngày 18/3/2022 (còn 1 ngày làm việc)" in text
    assert "không phát sinh" not in text
    assert "15/3/2022" not in text  # one letter, one day
    assert "1. Chưa có kế hoạch riêng: I.3." in text
    assert draft.matters == ("a", "b")


def test_without_a_report_to_ask_for_only_other_things_are_told() -> None:
    lines = ("Chưa có kế hoạch riêng: I.3.", "02 phản ánh, kiến nghị chưa xử lý xong.")
    draft = _reminder(replies.NOW, letters.Reminded(None, None, lines, ("a", "b")))
    assert draft.subject.endswith("02 VIỆC CẦN LÀM")
    text = replies.text_of(draft)
    assert "2. 02 phản ánh, kiến nghị chưa xử lý xong." in text
    assert "Hạn gửi" not in text
    assert "Số liệu tính từ" not in text


def test_a_unit_gets_one_reminder_a_day() -> None:
    later_that_day = _reminder(replies.NOW.replace(hour=16))
    assert _reminder(replies.NOW).message_id == later_that_day.message_id
    assert _reminder(replies.NOW).message_id != _reminder(replies.LATE).message_id
    more = letters.Reminded(REPORT, matters=(REPORT.matter, "own_plan:I.3"))
    assert _reminder(replies.NOW).message_id != _reminder(replies.NOW, more).message_id


def test_a_cover_letter_brings_the_workbook_and_the_deadline() -> None:
    plan = small_plan()
    draft = letters.cover(
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
