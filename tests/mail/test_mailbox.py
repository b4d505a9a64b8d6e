"""The mailbox as a good mail program reads it: refusals, interruptions, tokens, ordinary mails."""

import datetime as dt
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kskt_excel.mail import mailbox
from kskt_excel.mail.letters import Draft
from kskt_excel.mail.mailbox import (
    Mailbox,
    MailboxFailedError,
    WantedMails,
    answers,
    append_drafts,
    attachments_of,
    mailbox_arrivals,
)
from kskt_excel.mail.pieces import NotTaken
from kskt_excel.mail.servers import RECEIVING, NoTokenError, Secret, server_secret
from kskt_excel.model.submission import Arrival, MailEnvelope
from tests.mail import letters
from tests.mail.imap_server import SECRET, TOKEN, USER, Script, following
from tests.mail.letters import mail, named

KEY = Secret(SECRET)
UNIT = "qlcnh.skhcn@thainguyen.gov.vn"
WANTED = WantedMails(senders=frozenset({UNIT}), words=("báo cáo", "kstthc"))


def letter(number: int, *parts: bytes, subject: str = "", sender: str = UNIT) -> bytes:
    top = letters.TOP.replace("20220314.1", f"20220314.{number}").replace(UNIT, sender)
    if subject:
        top = top.replace("=?UTF-8?Q?B=C3=A1o_c=C3=A1o_qu=C3=BD_I?=", subject)
    return mail(*parts, top=top)


def report(number: int) -> bytes:
    return letter(number, named(f"{number}.xlsx"))


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Script]:
    monkeypatch.setattr(mailbox, "_PAUSES", (0.0, 0.0, 0.0))
    with following(Script({n: report(n) for n in range(1, 6)}), tmp_path) as under_way:
        yield under_way


def box(script: Script, **other: str) -> Mailbox:
    return replace(Mailbox("localhost", USER, script.port, ca_file=str(script.cert)), **other)


def taken(
    script: Script, *, wanted: WantedMails = WANTED, known: frozenset[str] = frozenset()
) -> list[Arrival | NotTaken]:
    return list(mailbox_arrivals(box(script), KEY, is_known=known.__contains__, wanted=wanted))


def names(found: list[Arrival | NotTaken]) -> list[str]:
    return [one.name for one in found if isinstance(one, Arrival)]


def codes(found: list[Arrival | NotTaken]) -> list[str]:
    return [one.finding.code for one in found if isinstance(one, NotTaken)]


ALL = [f"{n}.xlsx" for n in range(1, 6)]


def test_a_mail_arrived_when_the_server_got_it(script: Script) -> None:
    found = taken(script)
    assert names(found) == ALL
    assert found[0].received_at == dt.datetime(2022, 3, 15, 1, 31, tzinfo=dt.UTC)
    assert found[0].locator == f"imap:{USER}@localhost/INBOX/7/1!2"


@pytest.mark.parametrize("how", ["NO", "BAD", "empty", "NIL", '""', "BYE"])
def test_a_mail_that_the_server_refuses_is_named_and_asked_for_again(
    script: Script, how: str
) -> None:
    script.refused = {3: how}
    found = taken(script)
    assert names(found) == ["1.xlsx", "2.xlsx", "4.xlsx", "5.xlsx"]
    (refused,) = (one for one in found if isinstance(one, NotTaken))
    assert (refused.finding.code, refused.is_open) == ("mail.refused_by_server", True)
    assert refused.finding.params["sender"] == UNIT
    script.refused = {}
    assert names(taken(script)) == ALL


def test_a_mail_deleted_meanwhile_is_no_refusal(script: Script) -> None:
    listed = dict(script.mails)
    script.refused = {3: "empty"}
    arriving = mailbox_arrivals(box(script), KEY, is_known=lambda _: False, wanted=WANTED)
    found = [next(arriving)]
    del script.mails[3]
    found += arriving
    assert names(found) == ["1.xlsx", "2.xlsx", "4.xlsx", "5.xlsx"]
    assert codes(found) == []
    assert len(listed) == 5


def test_headers_that_break_an_answer_break_that_of_one_mail_only(script: Script) -> None:
    script.refused_headers = frozenset({2})
    script.refused = {2: "NO"}
    found = taken(script, wanted=WantedMails(everything=True))
    assert names(found) == ["1.xlsx", "3.xlsx", "4.xlsx", "5.xlsx"]
    assert codes(found) == ["mail.refused_by_server"]


UNASKED = {
    "flags without a number": ("* 3 FETCH (FLAGS (\\Seen))",),
    "flags with a number": ("* 3 FETCH (UID 3 FLAGS (\\Seen $Có))",),
    "a new mail and one that is gone": ("* 9 EXISTS", "* 1 RECENT", "* 9 EXPUNGE"),
    "a word to people": ("* OK [ALERT] Hộp thư sắp đầy",),
    "another mail's body": ("* 4 FETCH (UID 4 BODY[] {3}\r\nabc FLAGS ())",),
}


@pytest.mark.parametrize("case", UNASKED)
def test_what_nobody_asked_for_does_not_stop_the_run(script: Script, case: str) -> None:
    script.unasked = UNASKED[case]
    assert names(taken(script)) == ALL


def test_a_connection_cut_at_any_command_is_taken_up_again(script: Script) -> None:
    taken(script)
    commands = len(script.asked)
    assert commands > 8
    for number in range(1, commands):
        script.asked.clear()
        script.cuts = {number}
        assert names(taken(script)) == ALL, number


def test_a_server_that_is_gone_for_good_is_told(script: Script) -> None:
    script.cuts = set(range(7, 1000))
    with pytest.raises(MailboxFailedError, match="nối lại nhiều lần không được"):
        taken(script)


def test_a_folder_numbered_anew_is_listed_anew(script: Script) -> None:
    script.validities = [7, 8]
    script.cuts = {6}
    found = taken(script)
    assert names(found)[-5:] == ALL
    assert found[-1].locator.startswith(f"imap:{USER}@localhost/INBOX/8/")


def test_known_mails_are_not_asked_about(script: Script) -> None:
    known = frozenset(f"imap:{USER}@localhost/INBOX/7/{n}" for n in (1, 2, 3, 4))
    assert names(taken(script, known=known)) == ["5.xlsx"]
    assert script.count("UID FETCH 5 ") == 2


PDF = named("giấy mời.pdf", b"%PDF", "application/pdf")
THANKS = "In-Reply-To: <1@x.vn>\r\n"
ORDINARY = {
    "a word of thanks": letter(9, subject="RE: Bao cao quy I", sender=UNIT),
    "an invitation": letter(9, PDF, subject="Moi hop"),
    "a bulletin": letter(9, subject="Ban tin", sender="tin@x.vn"),
    "somebody else's scan": letter(9, PDF, subject="Bao cao nam", sender="a@x.vn"),
}
WORTH_IT = {
    "a unit's workbook": (letter(9, named("a.xlsx"), subject="Gui"), ["a.xlsx"]),
    "a workbook from a private mailbox": (
        letter(9, named("a.xlsx"), subject="Bao cao quy I", sender="hoa@gmail.com"), ["a.xlsx"]),
    "a workbook whose name tells": (
        letter(9, named("BC-KSTTHC_2022-Q1_VP.xlsx"), subject="x", sender="hoa@gmail.com"),
        ["BC-KSTTHC_2022-Q1_VP.xlsx"]),
    "an archive": (letter(9, named("a.zip", letters.zipped({"b.xlsx": letters.workbook()}))),
                   ["b.xlsx"]),
    "a link only": (
        letter(9, b"Content-Type: text/plain\r\n\r\nhttps://1drv.ms/x/1", subject="Bao cao quy"),
        ["Bao cao quy.eml"]),
    "a report that was scanned": (letter(9, PDF, subject="Bao cao quy I"), ["giấy mời.pdf"]),
}  # fmt: skip


@pytest.mark.parametrize("case", ORDINARY)
def test_an_ordinary_mail_stays_in_the_mailbox(script: Script, case: str) -> None:
    script.mails = {1: report(1), 9: ORDINARY[case]}
    found = taken(script)
    assert names(found) == ["1.xlsx"]
    assert codes(found) == ["mail.passed_over"]


@pytest.mark.parametrize("case", WORTH_IT)
def test_what_may_be_a_report_is_fetched(script: Script, case: str) -> None:
    data, expected = WORTH_IT[case]
    script.mails = {9: data}
    assert names(taken(script)) == expected


def test_55_ordinary_mails_are_one_line_and_a_stranger_s_workbook_another(script: Script) -> None:
    script.mails = dict(enumerate([*ORDINARY.values()] * 14, start=1))
    script.mails[80] = letter(80, named("luong.xlsx"), subject="Luong", sender="a@x.vn")
    found = taken(script)
    assert names(found) == []
    assert codes(found) == ["mail.passed_over", "mail.passed_over_workbook"]
    assert [one.finding.params["count"] for one in found] == [57, 1]


def test_only_mails_since_a_day_are_asked_for(script: Script) -> None:
    taken(script, wanted=replace(WANTED, since=dt.date(2022, 3, 1)))
    assert "UID SEARCH (SINCE 1-Mar-2022)" in script.asked


def test_a_domain_is_known_as_an_address_is() -> None:
    wanted = WantedMails(senders=frozenset({"thainguyen.gov.vn"}), words=())
    assert wanted.takes(MailEnvelope(sender="Hoa@ThaiNguyen.gov.vn"), ["a.xlsx"])
    assert not wanted.takes(MailEnvelope(sender="hoa@x.vn"), ["a.xlsx"])
    assert wanted.takes(MailEnvelope(sender="hoa@thainguyen.gov.vn"), None)


def test_an_answer_to_a_letter_of_the_office_may_bring_a_report() -> None:
    number = f"<issue.{'0' * 32}@skhcn.vn>"
    wanted = WantedMails(words=())
    assert wanted.takes(MailEnvelope(sender="a@b", references=(number,)), ["a.xlsx"])
    assert not wanted.takes(MailEnvelope(sender="a@b", references=("<1@b>",)), ["a.xlsx"])


def test_a_token_opens_the_mailbox(script: Script) -> None:
    secret = Secret(TOKEN, is_token=True)
    found = list(mailbox_arrivals(box(script), secret, is_known=lambda _: False, wanted=WANTED))
    assert names(found) == ALL
    old = Secret("cũ-rồi", is_token=True)
    with pytest.raises(MailboxFailedError, match="mã truy cập") as failed:
        list(mailbox_arrivals(box(script), old, is_known=lambda _: False, wanted=WANTED))
    assert "cũ-rồi" not in str(failed.value)


def test_a_server_without_auth_plain_is_logged_in_to(script: Script) -> None:
    script.capabilities = "IMAP4rev1"
    assert names(taken(script)) == ALL
    assert script.count("LOGIN") == 1


COMMAND = f'"{sys.executable}" -c "print(\'{TOKEN}\')"'


@pytest.mark.parametrize(
    ("environment", "auth", "command", "expected"),
    [
        ({"KSKT_IMAP_PASSWORD": "a"}, "", "", Secret("a")),
        ({"KSKT_IMAP_TOKEN": "t"}, "", "", Secret("t", is_token=True)),
        ({"KSKT_IMAP_TOKEN": "t", "KSKT_IMAP_PASSWORD": "a"}, "password", "", Secret("a")),
        ({"KSKT_IMAP_PASSWORD": "a"}, "", COMMAND, Secret(TOKEN, is_token=True)),
        ({}, "oauth2", COMMAND, Secret(TOKEN, is_token=True)),
    ],
)
def test_where_the_secret_comes_from(
    environment: dict[str, str], auth: str, command: str, expected: Secret
) -> None:
    found = server_secret(RECEIVING, USER, environment, auth=auth, token_command=command)
    assert found == expected


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("khong-co-lenh-nay", "không chạy được"),
        (f'"{sys.executable}" -c "raise SystemExit(3)"', "không chạy được"),
        (f'"{sys.executable}" -c "pass"', "không in ra gì"),
    ],
)
def test_a_command_that_gives_no_token_is_told(command: str, words: str) -> None:
    with pytest.raises(NoTokenError, match=words):
        server_secret(RECEIVING, USER, {}, auth="oauth2", token_command=command)


def draft(number: int) -> Draft:
    numbered = f"<reply.{number:032d}@skhcn.vn>"
    data = f"From: vp@skhcn.vn\r\nX-Unsent: 1\r\nMessage-ID: {numbered}\r\n\r\nKính gửi\r\n"
    return Draft("Đã nhận", ("a@b.vn",), numbered, data.encode(), "a.eml", "reply", "VP", "2022-Q1")


def test_letters_are_put_into_the_drafts_once(script: Script) -> None:
    three = [draft(n) for n in range(3)]
    already = {three[0].message_id}
    put = list(append_drafts(box(script), KEY, three, already))
    assert [is_new for _, is_new in put] == [False, True, True]
    assert [(folder, flags) for folder, flags, _ in script.appended] == [
        ('"Th&AbA- nh&AOE-p"', "(\\Draft \\Seen)")
    ] * 2
    assert all(b"X-Unsent" not in data and b"From: vp@skhcn.vn" in data
               for _, _, data in script.appended)  # fmt: skip
    again = list(append_drafts(box(script), KEY, three, already))
    assert [is_new for _, is_new in again] == [False, False, False]


def test_a_letter_is_put_there_once_though_the_connection_drops(script: Script) -> None:
    letter_to_put = [draft(1)]
    list(append_drafts(box(script), KEY, letter_to_put, ()))
    commands = len(script.asked)
    for number in range(1, commands + 1):
        script.asked.clear()
        script.appended.clear()
        script.cuts = {number}
        list(append_drafts(box(script), KEY, letter_to_put, ()))
        assert len(script.appended) == 1, number


def test_without_letters_or_folder_nothing_is_guessed(script: Script) -> None:
    assert list(append_drafts(Mailbox("khong.co", "x"), KEY, [], ())) == []
    script.folders = ('() "/" INBOX',)
    with pytest.raises(MailboxFailedError, match="thư nháp"):
        list(append_drafts(box(script), KEY, [draft(1)], ()))
    put = list(append_drafts(box(script, drafts="Nháp"), KEY, [draft(1)], ()))
    assert [is_new for _, is_new in put] == [True]


ANSWERS = [
    ([b"1 (UID 5 FLAGS (\\Seen))"], [(5, {"UID": b"5", "FLAGS": [b"\\Seen"]})]),
    ([b"1 (FLAGS (\\Seen))"], []),
    ([(b"1 (UID 5 BODY[] {3}", b"a)b"), b")"], [(5, {"UID": b"5", "BODY": b"a)b"})]),
    ([(b"1 (BODY[HEADER.FIELDS (FROM TO)] {1}", b"x"), b" UID 5)"],
     [(5, {"UID": b"5", "BODY": b"x"})]),
    ([b'1 (UID 5 BODY[] "a\\"b")'], [(5, {"UID": b"5", "BODY": b'a"b'})]),
    ([b"1 (UID 5 BODY[] NIL)"], [(5, {"UID": b"5", "BODY": None})]),
    ([None], []),
    ([b"1 (UID"], []),
    ([b"(" * 200], []),
]  # fmt: skip


@pytest.mark.parametrize(("items", "expected"), ANSWERS)
def test_an_answer_is_read(items: list[bytes], expected: list[object]) -> None:
    assert list(answers(items)) == expected


def test_a_list_of_parts_that_is_none_is_not_known() -> None:
    assert attachments_of(None) is None
    assert attachments_of([]) is None
    assert attachments_of([[b"text", b"plain", None], b"mixed"]) == (
        ("text/plain", "Content-Type: text/plain"),
    )


def test_a_large_mail_is_named_and_not_fetched(script: Script) -> None:
    from kskt_excel.mail.pieces import MailLimits

    script.mails = {1: letter(1, named("to.xlsx", os.urandom(9000)))}
    limits = MailLimits(mail_bytes=5000)
    found = list(
        mailbox_arrivals(box(script), KEY, is_known=lambda _: False, wanted=WANTED, limits=limits)
    )
    assert codes(found) == ["mail.too_large"]
    assert script.count("UID FETCH 1 (UID BODY") == 0
