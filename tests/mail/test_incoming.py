"""Everything that arrives comes out as files, each with one reason when it cannot be read."""

import base64
import datetime as dt
import io
import os
import re
import zipfile

import pytest

from kskt_excel.mail.arrivals import arrivals, opened_container
from kskt_excel.mail.pieces import MailLimits, NotTaken, PiecePlace, verdict_unread
from kskt_excel.model.finding import Severity
from kskt_excel.model.submission import Arrival, Verdict
from tests.mail import letters
from tests.mail.letters import attached, mail, named, workbook, zipped
from tests.needs import needs_corpus

BOOK = "Báo cáo VP.xlsx"
PDF = b"%PDF-1.4 scan"


def taken(name: str, data: bytes, **limits: int) -> list[Arrival | NotTaken]:
    return list(opened_container(PiecePlace(name, name, "folder"), data, MailLimits(**limits)))


def told(found: list[Arrival | NotTaken]) -> list[tuple[str, ...]]:
    """Name and codes of each."""
    return [
        (one.name, *(f.code for f in one.findings))
        if isinstance(one, Arrival)
        else (one.name, one.finding.code)
        for one in found
    ]


def rfc822(inner: bytes) -> bytes:
    return b"Content-Type: message/rfc822\r\n\r\n" + inner


def picture(headers: str) -> bytes:
    return attached(b"\x89PNG logo", f"Content-Type: image/png\r\n{headers}")


def encrypted_zip() -> bytes:
    data = bytearray(zipped({BOOK: workbook()}))
    data[6] |= 1
    central = data.rindex(b"PK\x01\x02")
    data[central + 8] |= 1
    return bytes(data)


def damaged_zip() -> bytes:
    """Of two files the first has other bytes than its checksum says."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("a.xlsx", b"first file")
        package.writestr("b.xlsx", workbook())
    return out.getvalue().replace(b"first file", b"wrong file", 1)


def test_a_mail_tells_who_sent_it_and_when_it_arrived() -> None:
    (found,) = taken("thư.eml", mail(named(BOOK)))
    assert (found.name, found.data, found.channel) == (BOOK, workbook(), "mail")
    assert found.received_at == dt.datetime(2022, 3, 15, 1, 30, tzinfo=dt.UTC)
    assert found.mail.sender == "qlcnh.skhcn@thainguyen.gov.vn"
    assert found.mail.subject == "Báo cáo quý I"
    assert found.mail.message_id == "<20220314.1@thainguyen.gov.vn>"
    assert found.mail.references == ("<phat-bieu-2022-Q1@skhcn.gov.vn>",)
    assert found.locator == "mail:<20220314.1@thainguyen.gov.vn>!2"
    assert verdict_unread(found) is None


@pytest.mark.parametrize(
    ("top", "expected"),
    [
        ("Date: Mon, 14 Mar 2022 16:45:10 +0700\r\n", "2022-03-14T16:45:10+07:00"),
        ("Date: Mon, 14 Mar 2022 16:45:10\r\n", "2022-03-14T16:45:10+07:00"),
        ("Received: by x (?)\r\nDate: 14 Mar 2022 16:45 +0700\r\n", "2022-03-14T16:45:00+07:00"),
        ("Date: thứ Hai ngày 14\r\n", "None"),
        ("Date: Thu, 01 Jan 1970 00:00:00 +0000\r\n", "None"),
        ("Date: Mon, 99 Mar 2022 16:45:10 +9999\r\n", "None"),
        ("", "None"),
    ],
)  # fmt: skip
def test_the_time_of_arrival(top: str, expected: str) -> None:
    (found,) = taken("thư.eml", mail(named(BOOK), top=top + "From: a@b.vn\r\n"))
    at = found.received_at
    assert (at.isoformat() if at else "None") == expected


CASES = {
    "a mail with two workbooks": (
        mail(named("a.xlsx"), named("b.xls", workbook("b"))), [("a.xlsx",), ("b.xls",)]),
    "a scanned letter beside the report": (
        mail(named("công văn.pdf", PDF), named(BOOK)),
        [("công văn.pdf", "mail.companion"), (BOOK,)]),
    "only a scanned letter": (
        mail(named("công văn.pdf", PDF)), [("công văn.pdf", "mail.no_workbook")]),
    "no attachment": (mail(), [("thư.eml", "mail.no_attachment")]),
    "only a picture in the signature": (
        mail(picture("Content-Disposition: inline; filename=logo.png\r\nContent-ID: <1>")),
        [("thư.eml", "mail.no_attachment")]),
    "a picture in the signature beside the report": (
        mail(picture("Content-ID: <1>"), named(BOOK)), [(BOOK,)]),
    "a signature, a card and an invitation beside the report": (
        mail(named(BOOK), named("smime.p7s", b"x", "application/pkcs7-signature"),
             named("hoa.vcf", b"x", "text/x-vcard"), named("hop.ics", b"x", "text/calendar")),
        [(BOOK,)]),
    "a forwarded mail": (
        mail(rfc822(mail(named(BOOK), top="From: x@y.vn\r\n", boundary="in"))), [(BOOK,)]),
    "a mail attached as a file": (
        mail(named("thư cũ.eml", mail(named(BOOK)), "application/octet-stream")), [(BOOK,)]),
    "a forwarded text beside the report": (
        mail(rfc822(mail(boundary="in")), named(BOOK)),
        [("thu-chuyen-tiep.eml", "mail.companion"), (BOOK,)]),
    "a zip with two workbooks and a letter": (
        mail(named("nộp.zip", zipped({"a.xlsx": workbook(), "b/c.xlsx": workbook("c"),
                                      "công văn.pdf": PDF}), "application/zip")),
        [("a.xlsx",), ("c.xlsx",), ("công văn.pdf", "mail.companion")]),
    "a zip in a zip": (
        zipped({"trong.zip": zipped({BOOK: workbook()})}), [(BOOK,)]),
    "a zip with what programs leave": (
        zipped({"__MACOSX/._a.xlsx": b"x", "~$a.xlsx": b"x", "Thumbs.db": b"x",
                "a.xlsx": workbook()}),
        [("._a.xlsx", "file.temporary"), ("~$a.xlsx", "file.temporary"),
         ("Thumbs.db", "file.temporary"), ("a.xlsx",)]),
    "an encrypted zip": (
        mail(named("nộp.zip", encrypted_zip())), [("nộp.zip", "mail.zip_encrypted")]),
    "an empty zip": (mail(named("nộp.zip", zipped({}))), [("nộp.zip", "mail.zip_empty")]),
    "a zip cut off": (
        mail(named("nộp.zip", zipped({BOOK: workbook()})[:-30])),
        [("nộp.zip", "mail.zip_damaged")]),
    "a zip of which one file was damaged": (
        mail(named("nộp.zip", damaged_zip())), [("nộp.zip", "mail.zip_damaged"), ("b.xlsx",)]),
    "rar": (mail(named("nộp.rar", b"Rar!\x1a\x07\x00")), [("nộp.rar", "file.packed")]),
    "7z named xlsx": (
        mail(named(BOOK, b"7z\xbc\xaf\x27\x1c..")), [(BOOK, "file.packed")]),
    "a damaged winmail.dat": (
        mail(named("winmail.dat", b"\x78\x9f\x3e\x22..", "application/ms-tnef")),
        [("winmail.dat", "mail.winmail")]),
    "an encrypted mail": (
        (letters.TOP + "Content-Type: application/pkcs7-mime; smime-type=enveloped-data;"
         ' name="smime.p7m"\r\n\r\nAAAA\r\n').encode(),
        [("thư.eml", "mail.encrypted")]),
    "a mail saved under Outlook's ending": (mail(named(BOOK)), [(BOOK,)]),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_comes_out_of(case: str) -> None:
    data, expected = CASES[case]
    found = taken("thư.eml", data) if data[:2] != b"PK" else taken("nộp.zip", data)
    assert told(found) == expected
    for one in found:
        errors = [f for f in getattr(one, "findings", ()) if f.severity is Severity.ERROR]
        assert len(errors) <= 1


ARCHIVE = zipped({BOOK: workbook()})
BEFORE_AN_ARCHIVE = {
    "a program that unpacks it": ("BC.exe", b"MZ" + bytes(600)),
    "such a program, called an archive": ("BC.zip", b"MZ" + bytes(600)),
    "an empty line": ("BC.zip", b"\r\n"),
    "a mark": ("BC.zip", b"\xef\xbb\xbf"),
    "the answer of a server": (
        "BC.zip",
        b"HTTP/1.1 200 OK\r\nContent-Type: application/zip\r\n\r\n",
    ),
}


@pytest.mark.parametrize("case", BEFORE_AN_ARCHIVE)
def test_an_archive_is_opened_whatever_stands_before_it(case: str) -> None:
    name, before = BEFORE_AN_ARCHIVE[case]
    assert told(taken(name, before + ARCHIVE)) == [(BOOK,)]
    assert told(taken("thư.eml", mail(named(name, before + ARCHIVE, "application/x-any")))) == [
        (BOOK,)
    ]


@pytest.mark.parametrize("before", [b"", b"\r\n", b"MZ" + bytes(600)])
def test_the_list_of_a_member_is_not_that_of_the_archive(before: bytes) -> None:
    """A workbook stored as it is ends with its own list: the archive around it is cut off."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("giấy mời.txt", "mời họp")
        package.writestr("BC.xlsx", workbook())
        package.writestr("sau.txt", "x" * 500)
    whole = out.getvalue()
    cut = whole[: whole.index(b"sau.txt") - 30]
    assert told(taken("BC.zip", before + cut)) == [("BC.zip", "mail.zip_damaged")]


def test_each_damaged_member_is_told_at_its_own_place() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name in ("a.xlsx", "b.xlsx"):
            package.writestr(name, f"file {name}")
        package.writestr("c.xlsx", workbook())
    found = taken("BC.zip", out.getvalue().replace(b"file ", b"fail "))
    assert [one.locator for one in found] == [
        "BC.zip!1:a.xlsx",
        "BC.zip!2:b.xlsx",
        "BC.zip!3:c.xlsx",
    ]
    assert told(found)[:2] == [("BC.zip", "mail.zip_damaged")] * 2


def test_a_mail_under_outlooks_ending_is_read_as_what_it_is() -> None:
    assert told(taken("thư.msg", mail(named(BOOK)))) == [(BOOK,)]


def test_an_attachment_without_a_name_gets_one_from_its_content() -> None:
    (found,) = taken("thư.eml", mail(attached(workbook(), f"Content-Type: {letters.XLSX}")))
    assert re.fullmatch(r"khong-ten-[0-9a-f]{8}\.xlsx", found.name)
    assert [f.code for f in found.findings] == ["mail.no_name"]
    assert verdict_unread(found) is None


def test_what_is_refused_is_kept_whole_for_the_archive() -> None:
    data = encrypted_zip()
    (found,) = taken("thư.eml", mail(named("nộp.zip", data)))
    assert found.data == data
    (letter,) = taken("thư.eml", mail())
    assert letter.data == mail()


@pytest.mark.parametrize(
    ("data", "verdict"),
    [
        (mail(), Verdict.NOT_A_REPORT),
        (mail(named("công văn.pdf", PDF)), Verdict.NOT_A_REPORT),
        (mail(named("nộp.zip", encrypted_zip())), Verdict.UNREADABLE),
        (mail(named(BOOK)), None),
    ],
)
def test_the_verdict_of_what_is_not_read(data: bytes, verdict: Verdict | None) -> None:
    (found,) = taken("thư.eml", data)
    assert verdict_unread(found) == verdict


@pytest.mark.parametrize("cut", [0.3, 0.6, 0.9])
def test_a_mail_cut_off_says_so(cut: float) -> None:
    whole = mail(named(BOOK, zipped({"xl/workbook.xml": os.urandom(3000)})))
    start = whole.index(b"base64\r\n\r\n") + 10
    data = whole[: start + int((len(whole) - start) * cut)]
    (found,) = taken("thư.eml", data)
    assert [f.code for f in found.findings] == ["mail.cut_off"]


def test_a_mail_without_its_end_but_with_a_whole_workbook_is_fine() -> None:
    (found,) = taken("thư.eml", mail(named(BOOK), end=False))
    assert (found.data, found.findings) == (workbook(), ())


def test_base64_without_its_padding_is_fine() -> None:
    content = workbook() + b"x" * (2 - len(workbook()) % 3)
    coded = base64.b64encode(content).rstrip(b"=")
    part = named(BOOK).split(b"\r\n\r\n")[0] + b"\r\n\r\n" + coded
    (found,) = taken("thư.eml", mail(part))
    assert found.findings == ()


def test_every_foreign_mail_gives_at_least_one_file_with_at_most_one_reason() -> None:
    folder = needs_corpus() / "mails"
    files = sorted(folder.iterdir())
    assert len(files) > 100
    for file in files:
        found = list(arrivals(file))
        assert found, file.name
        for one in found:
            assert isinstance(one, Arrival)
            errors = [f for f in one.findings if f.severity is Severity.ERROR]
            assert len(errors) <= 1, file.name


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("a668999e522ee9c6.eml", [("a668999e522ee9c6.eml", "mail.no_attachment")]),
        ("c8e24f5307691738.eml", [("broken.pdf", "mail.no_workbook")]),
        ("0bb687eee7e6080c.eml", [("test.zip", "mail.zip_encrypted")]),
        ("6b77329354551c2b.eml", [("text.txt", "mail.no_workbook")]),
        ("de9012fe854ede0d.eml", [("winmail.dat", "mail.no_attachment")]),
        ("f8930afdfc3b0116.eml", [("This is a test.pdf", "mail.no_workbook")]),
        ("5f7c76df2aa18c74.mbox", [("5f7c76df2aa18c74.mbox-1.eml", "mail.no_attachment")]),
        ("7dbf1be973c476cf.eml", [("7dbf1be973c476cf.eml", "mail.partial")]),
        ("3bfd8e2458e06a53.eml", [("This is a test.txt", "mail.no_workbook")]),
        ("b60f709965eb54e1.msg", [("b60f709965eb54e1.msg", "mail.outlook_damaged")]),
        ("c2409f5d39f6e119.tnef", [("allproductsmar2000.dat",)]),
        (
            "7323010bfcf27c05.eml",
            [("かきくけこかきくけこかきくけこかきくけこかきくけこ.txt", "mail.no_workbook")],
        ),
    ],
)
def test_foreign_mails_by_name(file: str, expected: list[tuple[str, str]]) -> None:
    assert told(list(arrivals(needs_corpus() / "mails" / file))) == expected
