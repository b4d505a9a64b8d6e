"""A reply is a draft that any mailer can send: to whom, in which thread, in which bytes."""

import email
import email.policy
from dataclasses import replace
from typing import Any

import pytest

from kskt_excel.mail.letters import LetterName
from kskt_excel.mail.pieces import attachment_name
from kskt_excel.model.period import Period
from kskt_excel.model.settings import SENDER, PlanSettings
from kskt_excel.model.submission import MailEnvelope, Verdict
from tests.builders import small_plan
from tests.mail import replies


def test_it_is_a_draft_to_the_unit_that_answers_its_mail() -> None:
    mail = replies.as_mail(replies.reply(replies.error()))
    assert mail["X-Unsent"] == "1"
    assert mail["From"] == "Văn phòng Sở <vanphong.skhcn@thainguyen.gov.vn>"
    assert mail["To"] == "Phòng Quản lý chuyên ngành <qlcnh.skhcn@thainguyen.gov.vn>"
    assert mail["Date"] == "Mon, 14 Mar 2022 09:00:00 +0700"
    assert mail["In-Reply-To"] == "<a1@tinh.gov.vn>"
    assert mail["References"] == "<dau@tinh.gov.vn> <a1@tinh.gov.vn>"


def test_the_letters_come_from_whom_the_plan_names() -> None:
    plan = small_plan()
    settings = PlanSettings({**plan.settings.texts, SENDER: "Bà Trần Thị Bình"})
    mail = replies.as_mail(replies.reply(replies.error(), plan=replace(plan, settings=settings)))
    assert mail["From"] == "Bà Trần Thị Bình <vanphong.skhcn@thainguyen.gov.vn>"


def test_a_file_that_came_by_no_mail_starts_a_thread() -> None:
    mail = replies.as_mail(
        replies.reply(replies.error(), sent=replies.submission(mail=MailEnvelope()))
    )
    assert (mail["In-Reply-To"], mail["References"]) == (None, None)


def test_the_marked_copy_is_attached_under_its_name() -> None:
    draft = replies.reply(replies.error())
    [part] = replies.as_mail(draft).iter_attachments()
    assert part.get_filename() == replies.MARKED[0]
    assert part.get_content() == replies.MARKED[1]
    assert part.get_content_type().endswith("spreadsheetml.sheet")
    assert attachment_name(part) == replies.MARKED[0]


def test_old_outlook_finds_the_name_in_the_content_type() -> None:
    from email.header import decode_header, make_header

    parts = email.message_from_bytes(replies.reply(replies.error()).data).walk()
    [name] = [value for part in parts if (value := part.get_param("name"))]
    assert str(make_header(decode_header(str(name)))) == replies.MARKED[0]


def test_headers_are_short_lines_of_plain_letters() -> None:
    head = replies.reply(replies.error()).data.partition(b"\r\n\r\n")[0]
    assert head.isascii()
    assert max(len(line) for line in head.split(b"\r\n")) <= 78


def test_lines_end_as_mail_wants_them() -> None:
    data = replies.reply(replies.error()).data
    assert data.count(b"\n") == data.count(b"\r\n") == data.count(b"\r")


def test_a_name_cannot_put_a_header_into_the_mail() -> None:
    plan = small_plan()
    units = tuple(
        replace(one, name="Phòng A\r\nBcc: ai@la.vn") if one.code == "QLCNH" else one
        for one in plan.units
    )
    draft = replies.reply(replies.error(), plan=replace(plan, units=units))
    mail = replies.as_mail(draft)
    assert mail["Bcc"] is None
    assert "Phòng A Bcc" in str(mail["Subject"])


def test_the_same_matter_gives_the_same_bytes() -> None:
    assert replies.reply(replies.error()) == replies.reply(replies.error())


@pytest.mark.parametrize(
    ("changed", "is_same"),
    [
        ({"now": replies.LATE}, True),
        ({"attachment": None}, True),
        ({"sent": replies.submission(sha256="4" * 64)}, False),
        ({"sent": replies.submission(Verdict.ACCEPTED)}, False),
    ],
    ids=["another day", "another marked copy", "another file", "another verdict"],
)
def test_the_number_follows_from_the_matter_so_that_it_is_sent_once(
    changed: dict[str, Any],
    is_same: bool,  # a column of the table
) -> None:
    assert (
        replies.reply(replies.error(), **changed).message_id
        == replies.reply(replies.error()).message_id
    ) is is_same


def test_other_findings_are_another_letter() -> None:
    assert (
        replies.reply(replies.error()).message_id
        != replies.reply(replies.error(), replies.warning()).message_id
    )


def test_a_unit_without_address_leaves_to_out_and_says_so() -> None:
    plan = small_plan()
    units = tuple(replace(one, emails=("khong phai thu",)) for one in plan.units)
    draft = replies.reply(replies.error(), plan=replace(plan, units=units))
    assert (draft.to, replies.as_mail(draft)["To"]) == ((), None)
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
    one = replies.submission(
        Verdict.NOT_A_REPORT, unit="", version=0, mail=MailEnvelope("<x@y>", sender, "", ())
    )
    draft = replies.reply(sent=one, unit="")
    assert draft.to == to
    assert bool(draft.remark) is not bool(to)
    assert draft.file_name == "chua-ro-don-vi_2022-Q1_chua-nhan-3f2a91bc.eml"


@pytest.mark.parametrize(
    ("code", "letter", "text"),
    [
        ("QLCNH", "don-doc", "QLCNH_2022-Q1_don-doc.eml"),
        ("Đ.VỊ_1", "can-sua-lan-2", "DVI1_2022-Q1_can-sua-lan-2.eml"),
        ("", "khong-nhan-0a1b", "chua-ro-don-vi_2022-Q1_khong-nhan-0a1b.eml"),
    ],
)
def test_the_name_of_a_letter_is_written_and_read_by_one(code: str, letter: str, text: str) -> None:
    name = LetterName.of(code, Period.parse("2022-Q1"), letter)
    assert name.text == text
    assert LetterName.read(text) == name
    assert name.reminds(code) == (letter == "don-doc")


@pytest.mark.parametrize("name", ["VP_2022-Q1.xlsx", "VP_2022-Q1_don-doc.eml.bak", "thư.eml", ""])
def test_what_is_no_letter_has_no_name_of_one(name: str) -> None:
    assert LetterName.read(name) is None
