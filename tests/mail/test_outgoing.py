"""Each letter says at once what came of a report and until when; any mailer can send it."""

import datetime as dt
import email
import email.policy
from dataclasses import replace
from email.message import EmailMessage
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from kskt_excel.consolidate.standings import deadline
from kskt_excel.mail import letters, outgoing
from kskt_excel.mail.names import attachment_name
from kskt_excel.messages import finding
from kskt_excel.model.cells import CellRef
from kskt_excel.model.clock import VIETNAM
from kskt_excel.model.consolidation import UnitStanding
from kskt_excel.model.finding import Finding, Severity
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Plan
from kskt_excel.model.reading import Reading
from kskt_excel.model.submission import MailEnvelope, Submission, Verdict
from tests.builders import forms, reading, record, sheet, small_plan

_PERIOD = Period.quarter(2022, 1)
_NOW = dt.datetime(2022, 3, 14, 9, 0, tzinfo=VIETNAM)
_LATE = dt.datetime(2022, 3, 17, 9, 0, tzinfo=VIETNAM)
_FAULT = CellRef("Hồ sơ", 9, 5)
_MARKED = (
    "Báo cáo quý I của Phòng Quản lý chuyên ngành – CẦN SỬA.xlsx",
    b"PK\x03\x04" + b"\0" * 99,
)


@cache
def _letters() -> letters.Letters:
    return letters.load(Path(__file__).parent / "khong-co")


def _book() -> Reading:
    return reading(
        sheet(
            "ho-so",
            record(8, "2.002385", procedure="2.002385", name="Khai báo", received_online=1234),
            record(9, "2.002380", ["received_online"], procedure="2.002380", name="Cấp phép"),
            record(10, "1.003542", procedure="1.003542", name="<b>Giám định</b>"),
        )
    )


def _error(at: CellRef = _FAULT, given: str = "12 hồ sơ") -> Finding:
    return finding("value.count.not_a_number", at, given=given)


def _warning() -> Finding:
    return replace(_error(CellRef("Hồ sơ", 8, 5)), severity=Severity.WARNING)


def _submission(verdict: Verdict = Verdict.RETURNED, **changed: Any) -> Submission:
    one = Submission(
        unit="QLCNH",
        period="2022-Q1",
        version=2,
        verdict=verdict,
        file="Báo cáo.xlsx",
        sha256="3f2a91bc" + "0" * 56,
        received_at=dt.datetime(2022, 3, 14, 1, 30, tzinfo=dt.UTC),
        late_days=0,
        findings=(),
        mail=MailEnvelope("<a1@tinh.gov.vn>", "ai@la.vn", "BC", ("<dau@tinh.gov.vn>",)),
    )
    return replace(one, **changed)


def _reply(
    *findings: Finding,
    submission: Submission | None = None,
    plan: Plan | None = None,
    unit: str = "QLCNH",
    **changed: Any,
) -> outgoing.Draft:
    plan = plan or small_plan()
    given: dict[str, Any] = {
        "reading": _book(),
        "attachment": _MARKED,
        "deadline": deadline(plan, _PERIOD),
        "now": _NOW,
    }
    return outgoing.reply(
        letters=_letters(),
        plan=plan,
        forms=forms(),
        unit=plan.unit_by_code.get(unit),
        period=_PERIOD,
        submission=submission or _submission(),
        findings=findings,
        **{**given, **changed},
    )


def _mail(draft: outgoing.Draft) -> EmailMessage:
    mail = email.message_from_bytes(draft.data, policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def _text(draft: outgoing.Draft, kind: str = "plain") -> str:
    part = _mail(draft).get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def _paragraphs(draft: outgoing.Draft) -> list[str]:
    return _text(draft).strip().split("\n\n")


@pytest.mark.parametrize(
    ("verdict", "findings", "has_reading", "subject", "file_name"),
    [
        (Verdict.ACCEPTED, (), True, "ĐÃ NHẬN", "QLCNH_2022-Q1_da-nhan-lan-2.eml"),
        (Verdict.ACCEPTED_WITH_WARNINGS, (_warning(),), True, "ĐÃ NHẬN", None),
        (Verdict.DUPLICATE, (), True, "ĐÃ NHẬN", None),
        (Verdict.RETURNED, (_error(), _error()), True, "CẦN SỬA (2)", None),
        (Verdict.DUPLICATE, (_error(),), True, "CẦN SỬA (1)", None),
        (Verdict.RETURNED, (), True, "CHƯA NHẬN ĐƯỢC BÁO CÁO", None),
        (Verdict.UNREADABLE, (_error(),), False, "CHƯA NHẬN ĐƯỢC BÁO CÁO", None),
        (Verdict.NOT_A_REPORT, (_error(),), True, "CHƯA NHẬN ĐƯỢC BÁO CÁO", None),
    ],
)
def test_the_subject_says_what_came_of_it(
    verdict: Verdict,
    findings: tuple[Finding, ...],
    has_reading: bool,  # noqa: FBT001  # a column of the table
    subject: str,
    file_name: str | None,
) -> None:
    book = _book() if has_reading else None
    draft = _reply(*findings, submission=_submission(verdict), reading=book)
    whole = f"[Báo cáo KSTTHC Quý I/2022] Phòng Quản lý chuyên ngành: {subject}"
    assert (draft.subject, _mail(draft)["Subject"]) == (whole, whole)
    assert draft.file_name == (file_name or draft.file_name)


def test_conclusion_and_deadline_are_the_first_two_sentences() -> None:
    assert _paragraphs(_reply(_error()))[1] == (
        "Báo cáo Quý I/2022 của Phòng Quản lý chuyên ngành gửi lần thứ 2 chưa đưa vào tổng hợp được"
        " vì còn 1 lỗi phải sửa. Đề nghị đơn vị sửa và gửi lại chậm nhất ngày 15/3/2022."
    )


def test_after_the_deadline_it_asks_for_the_report_at_once() -> None:
    assert _paragraphs(_reply(_error(), now=_LATE))[1].endswith(
        "gửi lại ngay khi nhận được thư này (hạn gửi ngày 15/3/2022 đã qua)."
    )


def test_the_receipt_line_has_time_file_version_and_hash() -> None:
    assert (
        "Nhận lúc 08 giờ 30 ngày 14/3/2022, tệp “Báo cáo.xlsx”, lần gửi thứ 2,"
        " mã kiểm tra 3f2a91bc." in _paragraphs(_reply(_error()))
    )


def test_every_fault_is_listed_with_its_cell() -> None:
    draft = _reply(_error(), _error(CellRef("Hồ sơ", 10, 6), "5/7"))
    [listed] = [part for part in _paragraphs(draft) if part.startswith("Nội dung phải sửa")]
    _, first, second = listed.split("\n")
    assert first.startswith("1. Hồ sơ!E9 – Đang ghi «12 hồ sơ»")
    assert second.startswith("2. Hồ sơ!F10 – Đang ghi «5/7»")


def test_the_page_shows_the_rows_around_the_fault_and_marks_the_cell() -> None:
    page = _text(_reply(_error()), "html")
    for shown in (">Trực tuyến<", ">1.234<", ">2.002385<", ">1.003542<", ">9<"):
        assert shown in page
    marked = [line for line in page.split("<td") if "#F8CBAD" in line]
    assert [line.partition(">")[2].partition("<")[0] for line in marked] == ["12 hồ sơ"]


def test_the_page_takes_nothing_from_outside_and_no_mark_up_from_a_unit() -> None:
    page = _text(_reply(_error(given="<script>1</script>")), "html")
    assert "<script>" not in page
    assert "&lt;b&gt;Giám định&lt;/b&gt;" in page
    assert not [word for word in ("src=", "href=", "url(", "@import") if word in page]


def test_paragraphs_without_content_are_left_out() -> None:
    text = _text(_reply(submission=_submission(Verdict.ACCEPTED), attachment=None))
    assert "Tệp gửi kèm" not in text
    assert "cần lưu ý" not in text
    assert "{" not in text


def test_a_report_that_counts_shows_its_warnings() -> None:
    draft = _reply(_warning(), submission=_submission(Verdict.ACCEPTED_WITH_WARNINGS))
    assert any(part.startswith("Nội dung cần lưu ý") for part in _paragraphs(draft))


def test_the_reason_is_told_unless_the_letter_says_it_anyway() -> None:
    told = _submission(Verdict.ACCEPTED, why="Được tính theo quyết định số 12.")
    plain = _submission(Verdict.ACCEPTED, why="Lần gửi duy nhất, đạt yêu cầu; được tính.")
    assert "Được tính theo quyết định số 12." in _paragraphs(_reply(submission=told))
    assert "Lần gửi duy nhất" not in _text(_reply(submission=plain))


def test_a_first_report_is_not_numbered_in_the_conclusion() -> None:
    first = _submission(Verdict.RETURNED, version=1)
    assert "chuyên ngành chưa đưa" in _text(_reply(_error(), submission=first))


def test_another_reason_is_another_letter_and_the_same_one_is_not() -> None:
    plain = _submission(Verdict.ACCEPTED, why="Lần gửi mới nhất đạt yêu cầu; được tính.")
    later = _submission(
        Verdict.ACCEPTED,
        why="Lần gửi mới nhất đạt yêu cầu; được tính. Lần 3 gửi sau: trả lại vì còn 2 lỗi.",
    )
    first, again, told = (_reply(submission=one) for one in (plain, plain, later))
    assert first.message_id == again.message_id != told.message_id
    assert "Lần 3 gửi sau: trả lại vì còn 2 lỗi." in _text(told)


def test_a_long_list_is_cut_only_where_the_marked_copy_has_all() -> None:
    many = [_error(CellRef("Hồ sơ", row, 5)) for row in range(8, 88)]
    assert "Còn 20 nội dung khác được đánh dấu trong tệp gửi kèm." in _text(_reply(*many))
    assert "80. Hồ sơ!E87" in _text(_reply(*many, attachment=None))


def test_it_is_a_draft_to_the_unit_that_answers_its_mail() -> None:
    mail = _mail(_reply(_error()))
    assert mail["X-Unsent"] == "1"
    assert mail["From"] == "Văn phòng Sở <vanphong.skhcn@thainguyen.gov.vn>"
    assert mail["To"] == "Phòng Quản lý chuyên ngành <qlcnh.skhcn@thainguyen.gov.vn>"
    assert mail["Date"] == "Mon, 14 Mar 2022 09:00:00 +0700"
    assert mail["In-Reply-To"] == "<a1@tinh.gov.vn>"
    assert mail["References"] == "<dau@tinh.gov.vn> <a1@tinh.gov.vn>"


def test_a_file_that_came_by_no_mail_starts_a_thread() -> None:
    mail = _mail(_reply(_error(), submission=_submission(mail=MailEnvelope())))
    assert (mail["In-Reply-To"], mail["References"]) == (None, None)


def test_the_marked_copy_is_attached_under_its_name() -> None:
    draft = _reply(_error())
    [part] = _mail(draft).iter_attachments()
    assert part.get_filename() == _MARKED[0]
    assert part.get_content() == _MARKED[1]
    assert part.get_content_type().endswith("spreadsheetml.sheet")
    assert attachment_name(part) == _MARKED[0]


def test_old_outlook_finds_the_name_in_the_content_type() -> None:
    from email.header import decode_header, make_header

    parts = email.message_from_bytes(_reply(_error()).data).walk()
    [name] = [value for part in parts if (value := part.get_param("name"))]
    assert str(make_header(decode_header(str(name)))) == _MARKED[0]


def test_headers_are_short_lines_of_plain_letters() -> None:
    head = _reply(_error()).data.partition(b"\r\n\r\n")[0]
    assert head.isascii()
    assert max(len(line) for line in head.split(b"\r\n")) <= 78


def test_lines_end_as_mail_wants_them() -> None:
    data = _reply(_error()).data
    assert data.count(b"\n") == data.count(b"\r\n") == data.count(b"\r")


def test_a_name_cannot_put_a_header_into_the_mail() -> None:
    plan = small_plan()
    units = tuple(
        replace(one, name="Phòng A\r\nBcc: ai@la.vn") if one.code == "QLCNH" else one
        for one in plan.units
    )
    draft = _reply(_error(), plan=replace(plan, units=units))
    mail = _mail(draft)
    assert mail["Bcc"] is None
    assert "Phòng A Bcc" in str(mail["Subject"])


def test_the_same_matter_gives_the_same_bytes() -> None:
    assert _reply(_error()) == _reply(_error())


@pytest.mark.parametrize(
    ("changed", "is_same"),
    [
        ({"now": _LATE}, True),
        ({"attachment": None}, True),
        ({"submission": _submission(sha256="4" * 64)}, False),
        ({"submission": _submission(Verdict.ACCEPTED)}, False),
    ],
    ids=["another day", "another marked copy", "another file", "another verdict"],
)
def test_the_number_follows_from_the_matter_so_that_it_is_sent_once(
    changed: dict[str, Any],
    is_same: bool,  # noqa: FBT001  # a column of the table
) -> None:
    assert (_reply(_error(), **changed).message_id == _reply(_error()).message_id) is is_same


def test_other_findings_are_another_letter() -> None:
    assert _reply(_error()).message_id != _reply(_error(), _warning()).message_id


def test_a_unit_without_address_leaves_to_out_and_says_so() -> None:
    plan = small_plan()
    units = tuple(replace(one, emails=("khong phai thu",)) for one in plan.units)
    draft = _reply(_error(), plan=replace(plan, units=units))
    assert (draft.to, _mail(draft)["To"]) == ((), None)
    assert draft.remark.startswith("Kế hoạch chưa ghi địa chỉ thư của Phòng Quản lý chuyên ngành")


@pytest.mark.parametrize(
    ("sender", "to"),
    [
        ("TTPT.skhcn@thainguyen.gov.vn", ("TTPT.skhcn@thainguyen.gov.vn",)),
        ("quang-cao@la.vn", ()),
    ],
    ids=["an address of the plan", "a stranger"],
)
def test_a_file_of_nobody_is_answered_only_to_an_address_of_the_plan(
    sender: str, to: tuple[str, ...]
) -> None:
    one = _submission(
        Verdict.NOT_A_REPORT, unit="", version=0, mail=MailEnvelope("<x@y>", sender, "", ())
    )
    draft = _reply(submission=one, unit="")
    assert draft.to == to
    assert bool(draft.remark) is not bool(to)
    assert draft.file_name == "chua-ro-don-vi_2022-Q1_chua-nhan-3f2a91bc.eml"


def _reminder(now: dt.datetime, standing: UnitStanding | None = None) -> outgoing.Draft:
    plan = small_plan()
    return outgoing.reminder(
        letters=_letters(),
        plan=plan,
        unit=plan.unit_by_code["TTPT"],
        period=_PERIOD,
        deadline=deadline(plan, _PERIOD),
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
    text = _text(_reminder(_NOW.replace(day=day)))
    assert f"Hạn gửi là ngày 15/3/2022 ({said})" in text
    assert "chưa nhận được báo cáo Quý I/2022 của Trung tâm phát triển KH&CN" in text


def test_a_reminder_to_a_unit_that_must_correct_says_what_is_awaited() -> None:
    at = dt.datetime(2022, 3, 14, 8, 30, tzinfo=VIETNAM)
    draft = _reminder(_LATE, UnitStanding("TTPT", "Trả lại", 1, at, 0, 3, 1, ""))
    assert draft.subject.endswith("CHƯA NHẬN ĐƯỢC BẢN SỬA")
    assert "nhận lúc 08 giờ 30 ngày 14/3/2022 còn 3 lỗi phải sửa" in _text(draft)


def test_a_unit_gets_one_reminder_a_day() -> None:
    later_that_day = _reminder(_NOW.replace(hour=16))
    assert _reminder(_NOW).message_id == later_that_day.message_id
    assert _reminder(_NOW).message_id != _reminder(_LATE).message_id


def test_a_cover_letter_brings_the_workbook_and_the_deadline() -> None:
    plan = small_plan()
    draft = outgoing.cover(
        letters=_letters(),
        plan=plan,
        unit=plan.unit_by_code["TTPT"],
        period=_PERIOD,
        attachment=("BC-KSTTHC_2022-Q1_TTPT.xlsx", b"PK"),
        deadline=deadline(plan, _PERIOD),
        now=_NOW,
    )
    [part] = _mail(draft).iter_attachments()
    assert part.get_filename() == "BC-KSTTHC_2022-Q1_TTPT.xlsx"
    assert "chậm nhất ngày 15/3/2022" in _text(draft)
    assert "từ ngày 15/12/2021 đến hết ngày 14/3/2022" in _text(draft)
    assert (draft.what, draft.file_name) == ("issue", "TTPT_2022-Q1_phat-bieu.eml")
