"""What Outlook packs into winmail.dat comes out as it was attached."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kskt_excel.mail.outlook import WINMAIL_SIGNATURE, WinmailDamagedError, winmail_files
from tests.mail.letters import mail, named, workbook
from tests.mail.test_incoming import PDF, taken, told
from tests.needs import needs_corpus

_MESSAGE = bytes.fromhex("0703020000000000c000000000000046")


def attribute(name: int, content: bytes, level: int = 2) -> bytes:
    checksum = struct.pack("<H", sum(content) & 0xFFFF)
    return struct.pack("<BHHL", level, name, 6, len(content)) + content + checksum


def properties(*packed: bytes) -> bytes:
    return attribute(0x9005, struct.pack("<L", len(packed)) + b"".join(packed))


def text(key: int, words: str) -> bytes:
    return variable(key, 0x1F, words.encode("utf-16-le") + b"\0\0")


def variable(key: int, kind: int, value: bytes) -> bytes:
    padded = value + b"\0" * (-len(value) % 4)
    return struct.pack("<HHLL", kind, key, 1, len(value)) + padded


def number(key: int, value: int) -> bytes:
    return struct.pack("<HHL", 3, key, value)


def file(title: bytes, content: bytes, *packed: bytes) -> bytes:
    head = attribute(0x9002, b"\0" * 14) + attribute(0x8010, title + b"\0")
    data = attribute(0x800F, content) if content else b""
    return head + data + properties(*packed)


def winmail(*files: bytes) -> bytes:
    head = WINMAIL_SIGNATURE + b"\1\0" + attribute(0x9007, struct.pack("<LL", 1258, 0), 1)
    return head + b"".join(files)


LONG = "Báo cáo KSTTHC quý I năm 2022.xlsx"
LOGO = file(b"logo.png", b"\x89PNG", text(0x370E, "image/png"), text(0x3712, "1"))
CASES = {
    "its long name": (winmail(file(b"BAOCAO~1.XLS", workbook(), text(0x3707, LONG))), [(LONG,)]),
    "its short name in Windows letters": (
        winmail(file("Báo cáo.xlsx".encode("cp1258"), workbook())), [("Báo cáo.xlsx",)]),
    "two files and a logo": (
        winmail(file(b"a.xlsx", workbook()), LOGO, file(b"cv.pdf", PDF)),
        [("a.xlsx",), ("cv.pdf", "mail.companion")]),
    "only a logo": (winmail(LOGO), [("winmail.dat", "mail.no_attachment")]),
    "numbers before its name": (
        winmail(file(b"x", workbook(), number(0x3705, 1), number(0x0E20, 9), text(0x3707, LONG))),
        [(LONG,)]),
    "a mail inside": (
        winmail(file(b"FW", b"", variable(
            0x3701, 0x0D, _MESSAGE + winmail(file(b"trong.xlsx", workbook()))))),
        [("trong.xlsx",)]),
    "a file that is cut off": (
        winmail(file(b"a.xlsx", workbook()), file(b"b.xlsx", workbook()))[:-150],
        [("a.xlsx",), ("b.xlsx", "mail.cut_off")]),
    "nothing but its mark": (WINMAIL_SIGNATURE, [("winmail.dat", "mail.winmail")]),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_files_come_out_with(case: str) -> None:
    data, expected = CASES[case]
    assert told(taken("winmail.dat", data)) == expected
    attached = mail(named("winmail.dat", data, "application/ms-tnef"))
    assert told(taken("thư.eml", attached)) == expected


@given(st.binary(max_size=400))
def test_any_bytes_end(data: bytes) -> None:
    try:
        list(winmail_files(WINMAIL_SIGNATURE + data))
    except WinmailDamagedError:
        return


def test_foreign_ones_list_what_they_hold() -> None:
    folder = needs_corpus() / "mails"
    files = sorted(folder.glob("*.tnef"))
    listed = {one.name: [a.name for a in winmail_files(one.read_bytes())] for one in files}
    assert listed["490ce41d9becd209.tnef"] == ["AUTHORS", "README"]
    assert listed["30a23fc6292077ff.tnef"][1] == "TechlibDEC99.doc"
    assert sum(map(len, listed.values())) >= 20
