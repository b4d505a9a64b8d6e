"""Whatever stands in names and texts comes back out of the mail as it was."""

import datetime as dt
import email
import email.policy
import unicodedata
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kskt_excel.mail.letters import Envelope, compose, is_address, one_line
from kskt_excel.mail.pieces import attachment_name

_DATE = dt.datetime(2022, 3, 15, 9, 0, tzinfo=dt.UTC)
_WORDS = st.text(
    st.one_of(
        st.sampled_from("Phòng Quản lý chuyên ngành – Đặng ưỡẹ,;:<>\"'()[]@\\/=?_%&."),
        st.characters(exclude_categories=["Cs"], max_codepoint=0x1FFFF),
    ),
    min_size=1,
    max_size=150,
)


def _envelope(subject: str = "BC", name: str = "VP", **changed: Any) -> Envelope:
    parts: dict[str, Any] = {
        "subject": subject,
        "sender": (name, "vp@tinh.gov.vn"),
        "to": ((name, "qlcn@tinh.gov.vn"), (name, "qlkh@tinh.gov.vn")),
        "message_id": "<reply.1@tinh.gov.vn>",
        "date": _DATE,
    }
    return Envelope(**{**parts, **changed})


def _read(data: bytes) -> EmailMessage:
    mail = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    assert not mail.defects
    return mail


@settings(max_examples=30, deadline=None)
@given(_WORDS, _WORDS)
def test_any_subject_and_name_come_back(subject: str, name: str) -> None:
    mail = _read(compose(_envelope(subject, name), text="a", html="b"))
    assert " ".join(str(mail["Subject"]).split()) == one_line(subject)
    assert [one.addr_spec for one in mail["To"].addresses] == [
        "qlcn@tinh.gov.vn",
        "qlkh@tinh.gov.vn",
    ]
    assert [one.addr_spec for one in mail["From"].addresses] == ["vp@tinh.gov.vn"]
    assert set(mail.keys()) <= {
        *("Content-Type", "MIME-Version", "Subject", "From", "To", "Date", "Message-ID"),
        "X-Unsent",
    }


def test_no_word_of_a_name_is_parted_where_a_program_shows_encoded_words_apart() -> None:
    name = "Chi cục Tiêu chuẩn Đo lường Chất lượng"
    mail = _read(compose(_envelope("BC", name), text="a", html="b"))
    assert [one.display_name.split() for one in mail["To"].addresses] == [name.split()] * 2


@settings(max_examples=30, deadline=None)
@given(_WORDS.filter(lambda text: bool(one_line(text))), st.binary(max_size=200))
def test_any_attachment_comes_back_under_its_name(name: str, content: bytes) -> None:
    mail = _read(compose(_envelope(), text="a", html="b", attachments=[(name, content)]))
    [part] = mail.iter_attachments()
    assert attachment_name(part) == one_line(name)
    assert part.get_payload(decode=True) == content


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=300))
def test_any_text_comes_back(text: str) -> None:
    body = _read(compose(_envelope(), text=text, html="b")).get_body(("plain",))
    assert body is not None
    whole = text.encode("utf-8", "replace").decode().replace("\r\n", "\n")
    raw = body.get_payload(decode=True)
    assert isinstance(raw, bytes)
    assert raw.decode().replace("\r\n", "\n") == whole


def test_no_content_can_end_a_part() -> None:
    data = compose(_envelope(), text="a", html="b", attachments=[("a.xlsx", b"x")])
    boundary = data.partition(b'boundary="')[2].partition(b'"')[0]
    again = compose(_envelope(), text=f"--{boundary.decode()}--", html="b")
    body = _read(again).get_body(("plain",))
    assert body is not None
    assert boundary.decode() in body.get_content()


@pytest.mark.parametrize(
    "broken", ["", "khong phai", "<a b@c>", "<a@b>\r\nBcc: <x@y>", "<á@b>", "<" + "a" * 300 + "@b>"]
)
def test_a_number_that_is_none_is_not_answered(broken: str) -> None:
    mail = _read(compose(_envelope(in_reply_to=broken), text="a", html="b"))
    assert (mail["In-Reply-To"], mail["References"], mail["Bcc"]) == (None, None, None)


def test_a_long_thread_keeps_its_last_mails() -> None:
    earlier = tuple(f"<{number}@tinh.gov.vn>" for number in range(50))
    envelope = _envelope(in_reply_to="<tra-loi@tinh.gov.vn>", references=earlier)
    thread = str(_read(compose(envelope, text="a", html="b"))["References"]).split()
    assert (len(thread), thread[-2:]) == (20, ["<49@tinh.gov.vn>", "<tra-loi@tinh.gov.vn>"])


def test_a_moment_without_a_zone_is_vietnams() -> None:
    envelope = _envelope(date=_DATE.replace(tzinfo=None))
    mail = _read(compose(envelope, text="a", html="b"))
    assert mail["Date"] == "Tue, 15 Mar 2022 09:00:00 +0700"


def test_text_and_names_are_composed_letters() -> None:
    mail = _read(compose(_envelope(unicodedata.normalize("NFD", "Quý")), text="a", html="b"))
    assert str(mail["Subject"]) == "Quý"


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("vp@tinh.gov.vn", True),
        ("a.b+c@skhcn.thainguyen.gov.vn", True),
        ("vp@tinh", False),
        ("vp tinh.gov.vn", False),
        ("vp@tinh.gov.vn, ai@la.vn", False),
        ("vp@tinh.gov.vn\r\nBcc: ai@la.vn", False),
        ("Văn phòng <vp@tinh.gov.vn>", False),
        ("", False),
    ],
)
def test_an_address_is_one_address(text: str, answer: bool) -> None:  # a column
    assert is_address(text) is answer
