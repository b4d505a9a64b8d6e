"""Outlook's own mail files give their attachments."""

import datetime as dt
import sys

import pytest

from kskt_excel.model.submission import Arrival
from tests.mail.letters import mail, named, workbook, zipped
from tests.mail.outlook_files import compound, mail_tree, outlook_mail
from tests.mail.packagings import cms
from tests.mail.test_incoming import taken, told

HEADERS = (
    "Received: from a by b; Tue, 15 Mar 2022 08:30:00 +0700\r\n"
    "From: Hoa <hoa@thainguyen.gov.vn>\r\nMessage-ID: <1@x>\r\n"
)
BOOK = "Báo cáo quý I – Chi cục TĐC.xlsx"


def test_a_mail_tells_its_files_its_sender_and_its_time() -> None:
    (found,) = taken("thư.msg", outlook_mail({BOOK: workbook()}, headers=HEADERS))
    assert isinstance(found, Arrival)
    assert (found.name, found.data, found.channel) == (BOOK, workbook(), "mail")
    assert (found.mail.sender, found.mail.message_id) == ("hoa@thainguyen.gov.vn", "<1@x>")
    assert found.received_at == dt.datetime(2022, 3, 15, 1, 30, tzinfo=dt.UTC)
    assert found.locator == "mail:<1@x>!1"


def test_it_is_known_by_its_content_whatever_it_is_called() -> None:
    assert told(taken("thư.xls", outlook_mail({BOOK: workbook()}))) == [(BOOK,)]


def test_a_draft_without_headers_keeps_its_subject() -> None:
    (found,) = taken("thư.msg", outlook_mail({BOOK: workbook()}))
    assert (found.mail.subject, found.received_at) == ("Báo cáo quý I", None)


def test_files_of_a_mail_inside_it_are_taken_too() -> None:
    inner = mail_tree({BOOK: workbook()})
    assert told(taken("thư.msg", outlook_mail(inside=inner))) == [(BOOK,)]
    both = outlook_mail({"a.xlsx": workbook("a")}, inside=inner)
    assert told(taken("thư.msg", both)) == [("a.xlsx",), (BOOK,)]


def test_pictures_of_the_text_are_no_attachments() -> None:
    found = taken("thư.msg", outlook_mail({BOOK: workbook()}, picture=b"\x89PNG"))
    assert told(found) == [(BOOK,)]
    assert told(taken("thư.msg", outlook_mail(picture=b"\x89PNG"))) == [
        ("thư.msg", "mail.no_attachment")
    ]


def test_documents_and_archives_in_it_are_treated_as_in_any_mail() -> None:
    files = {"công văn.pdf": b"%PDF", "nộp.zip": zipped({BOOK: workbook()})}
    assert told(taken("thư.msg", outlook_mail(files))) == [
        ("công văn.pdf", "mail.companion"),
        (BOOK,),
    ]


SIGNED = {
    "as Outlook keeps an opaque one": cms(mail(named(BOOK), top="")),
    "as it keeps a clear one": mail(named(BOOK), top="").replace(b"mixed", b"signed", 1),
    "a file that was signed": cms(workbook()),
}


@pytest.mark.parametrize("case", SIGNED)
def test_what_is_signed_in_it_is_taken_out(case: str) -> None:
    name = "smime.p7m" if case.startswith("as") else f"{BOOK}.p7m"
    assert told(taken("thư.msg", outlook_mail({name: SIGNED[case]}, headers=HEADERS))) == [(BOOK,)]


def test_what_is_encrypted_in_it_is_told() -> None:
    data = outlook_mail({"smime.p7m": cms(b"x", kind=3)}, headers=HEADERS)
    assert told(taken("thư.msg", data)) == [("smime.p7m", "mail.encrypted")]


def test_bounds_hold() -> None:
    data = outlook_mail({f"{n}.xlsx": workbook() for n in range(9)})
    assert told(taken("thư.msg", data, parts=3))[-1] == ("thư.msg", "mail.too_much")
    assert told(taken("thư.msg", data, mail_bytes=1000)) == [("thư.msg", "mail.too_large")]


def test_streams_that_claim_more_than_the_file_has_are_not_read() -> None:
    tree = {f"s{n}": b"x" * 600 for n in range(50)}
    data = compound(tree)
    greedy = data.replace((600).to_bytes(8, "little"), (600_000_000).to_bytes(8, "little"))
    assert greedy != data
    assert told(taken("thư.msg", greedy)) == [("thư.msg", "mail.outlook_damaged")]


@pytest.mark.parametrize("cut", [0.1, 0.5, 0.9])
def test_a_damaged_one_is_told(cut: float) -> None:
    data = outlook_mail({BOOK: workbook()}, headers=HEADERS)
    found = taken("thư.msg", data[: int(len(data) * cut)])
    assert told(found) == [("thư.msg", "mail.outlook_damaged")]


def test_damaged_in_the_middle_it_never_stops_the_batch() -> None:
    data = outlook_mail({BOOK: workbook()}, headers=HEADERS, inside=mail_tree({"b.xlsx": b"x"}))
    for at in range(0, len(data), 37):
        damaged = data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]
        assert taken("thư.msg", damaged)


def test_without_the_library_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "oxmsg", None)
    monkeypatch.setitem(sys.modules, "oxmsg.storage", None)
    found = taken("thư.msg", outlook_mail({BOOK: workbook()}))
    assert told(found) == [("thư.msg", "mail.outlook_library")]
