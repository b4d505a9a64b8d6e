"""Bounds hold before anything is parsed or unpacked."""

import pytest

from tests.mail import letters
from tests.mail.letters import mail, named, workbook, zipped
from tests.mail.test_incoming import BOOK, taken, told

BOUNDS = {
    "a large mail": (lambda: mail(named(BOOK)), {"mail_bytes": 500}, "mail.too_large"),
    "long headers": (
        lambda: b"To: " + b"a@b.vn, " * 200 + b"\r\n" + mail(named(BOOK)),
        {"header_bytes": 1000}, "mail.long_headers"),
    "50,000 parts": (
        lambda: mail(*[b"Content-Type: text/plain\r\n\r\nx"] * 50_000), {}, "mail.too_many_parts"),
    "1,000 parts without headers": (
        lambda: mail(*[b"\r\nx"] * 1_000), {}, "mail.too_many_parts"),
    "a thousand multiparts in each other": (
        lambda: nested_multiparts(1000), {}, "mail.too_many_parts"),
    "a hundred multiparts in each other": (lambda: nested_multiparts(100), {}, "mail.too_deep"),
    "twelve mails in each other": (lambda: nested_mails(12), {}, "mail.too_deep"),
    "a thousand mails in each other": (lambda: nested_mails(1000), {}, "mail.too_many_parts"),
    "a zip bomb": (
        lambda: zipped({"a.xlsx": bytes(3_000_000)}), {"file_bytes": 2_000_000},
        "mail.zip_too_large"),
    "many zips in a zip": (
        lambda: zipped({f"{n}.xlsx": bytes(900_000) for n in range(9)}),
        {"total_bytes": 3_000_000}, "mail.too_much"),
    "twelve zips in each other": (lambda: nested_zips(12), {}, "mail.too_deep"),
    "a zip of thousands": (
        lambda: zipped({f"{n}.xlsx": b"" for n in range(30)}), {"members": 20},
        "mail.zip_too_many"),
    "more files than taken at once": (
        lambda: mail(*[named(f"{n}.xlsx") for n in range(9)]), {"total_files": 5},
        "mail.too_much"),
}  # fmt: skip


def nested_multiparts(depth: int) -> bytes:
    lines = [
        f'Content-Type: multipart/mixed; boundary="{n}"\r\n\r\n--{n}\r\n' for n in range(depth)
    ]
    return letters.TOP.encode() + "".join(lines).encode() + b"Content-Type: text/plain\r\n\r\nx"


def nested_mails(depth: int) -> bytes:
    return letters.TOP.encode() + b"Content-Type: message/rfc822\r\n\r\n" * depth + b"x: y\r\n\r\nz"


def nested_zips(depth: int) -> bytes:
    data = workbook()
    for n in range(depth):
        data = zipped({f"{n}.zip" if n else BOOK: data})
    return data


@pytest.mark.parametrize("case", BOUNDS)
def test_bounds_hold_against(case: str) -> None:
    make, limits, code = BOUNDS[case]
    data = make()
    found = taken("nộp.zip" if data[:2] == b"PK" else "thư.eml", data, **limits)
    assert told(found)[-1][1] == code
