"""What was signed is taken out without a key; what is encrypted or cut off is told as that."""

import base64
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kskt_excel.mail.signed import CutOffError, cms_kind, content
from tests.mail.letters import TOP, mail, named, workbook
from tests.mail.packagings import cms
from tests.mail.test_incoming import taken, told
from tests.needs import needs

LARGEST = 10_000_000
OPENSSL = {
    "definite lengths": ["-sign", "-nodetach", "-outform", "DER"],
    "indefinite lengths": ["-sign", "-nodetach", "-outform", "DER", "-stream"],
    "letters between lines": ["-sign", "-nodetach", "-outform", "PEM"],
}


def _made_by_openssl(folder: Path, data: bytes, options: list[str]) -> bytes:
    openssl = str(needs("openssl", "openssl"))
    key, certificate, source, out = (folder / name for name in ("key", "cert", "in", "out"))
    source.write_bytes(data)
    made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=x"]
    subprocess.run(
        [openssl, *made, "-keyout", str(key), "-out", str(certificate)],
        check=True,
        capture_output=True,
    )
    who = (
        [str(certificate)]
        if "-encrypt" in options
        else ["-signer", str(certificate), "-inkey", str(key)]
    )
    subprocess.run(
        [openssl, "cms", "-binary", "-in", str(source), "-out", str(out), *options, *who],
        check=True,
        capture_output=True,
    )
    return out.read_bytes()


@pytest.mark.parametrize("case", OPENSSL)
def test_what_another_program_signed_is_taken_out(tmp_path: Path, case: str) -> None:
    signed = _made_by_openssl(tmp_path, workbook("a" * 50_000), OPENSSL[case])
    assert cms_kind(signed) == "signed"
    assert content(signed, LARGEST) == workbook("a" * 50_000)
    assert told(taken("BC.xlsx.p7m", signed)) == [("BC.xlsx",)]


def test_a_signature_alone_and_what_is_encrypted_are_told(tmp_path: Path) -> None:
    alone = _made_by_openssl(tmp_path, workbook(), ["-sign", "-outform", "DER"])
    assert told(taken("BC.xlsx.p7m", alone)) == [("BC.xlsx.p7m", "mail.only_signature")]
    encrypted = _made_by_openssl(tmp_path, workbook(), ["-encrypt", "-outform", "DER"])
    assert cms_kind(encrypted) == "encrypted"
    assert told(taken("BC.xlsx.p7m", encrypted)) == [("BC.xlsx.p7m", "mail.encrypted")]


CASES = {
    "a signed file": (mail(named("BC.xlsx.p7m", cms(workbook()))), [("BC.xlsx",)]),
    "a signed file under its own name": (mail(named("BC.xlsx", cms(workbook()))), [("BC.xlsx",)]),
    "signed twice": (mail(named("BC.xlsx.p7m", cms(cms(workbook())))), [("BC.xlsx",)]),
    "saved as letters": (
        mail(named("BC.xlsx.p7m", base64.encodebytes(cms(workbook())))), [("BC.xlsx",)]),
    "a signed file whose ending says signature": (
        mail(named("BC.xlsx.p7s", cms(workbook()))), [("BC.xlsx",)]),
    "a mail signed and without any name": (
        TOP.encode() + b"Content-Type: application/x-pkcs7-mime\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(cms(mail(named("BC.xlsx"), top=""))), [("BC.xlsx",)]),
    "a mail signed and encrypted": (
        TOP.encode() + b"Content-Type: application/pkcs7-mime; name=smime.p7m\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(cms(cms(b"x"), kind=3)), [("thư.eml", "mail.encrypted")]),
    "cut off": (
        mail(named("BC.xlsx.p7m", cms(workbook())[:90])), [("BC.xlsx.p7m", "mail.cut_off")]),
    "a word that is none": (
        mail(named("BC.xlsx.p7m", cms(workbook())[:15] + b"\x1f\xff")),
        [("BC.xlsx.p7m", "mail.signed_damaged")]),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_signed_in_a_mail(case: str) -> None:
    data, expected = CASES[case]
    assert told(taken("thư.eml", data)) == expected


@given(st.binary(max_size=3_000), st.booleans())
def test_every_content_comes_out_as_it_went_in(data: bytes, in_pieces: bool) -> None:
    assert content(cms(data, in_pieces=in_pieces), LARGEST) == data


@given(st.binary(max_size=300), st.integers(0, 400), st.integers(0, 255))
def test_damage_is_told_and_nothing_else(data: bytes, at: int, byte: int) -> None:
    whole = bytearray(cms(data, in_pieces=True))
    whole[at % len(whole)] = byte
    try:
        found = content(bytes(whole), LARGEST)
    except (CutOffError, ValueError):
        return
    assert found is None or isinstance(found, bytes)
