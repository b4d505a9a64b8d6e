"""Vietnamese names of attachments, as every mailer encodes them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kskt_excel.mail.pieces import LONGEST, display_name
from tests.mail import letters
from tests.mail.test_incoming import taken


@pytest.mark.parametrize("name", letters.NAMES)
@pytest.mark.parametrize("encoding", letters.ENCODINGS)
def test_the_name_is_read(encoding: str, name: str) -> None:
    part = letters.attached(letters.workbook(), letters.ENCODINGS[encoding](name))
    (found,) = taken("thư.eml", letters.mail(part))
    assert found.name == name
    assert found.data == letters.workbook()
    assert found.findings == ()


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("filename=Bao cao quy 1.xlsx", "Bao cao quy 1.xlsx"),
        ("filename=Bao cao [1].xlsx ; size=12", "Bao cao [1].xlsx"),
        ('filename="Bao cao quy 1.xlsx', "Bao cao quy 1.xlsx"),
        ("filename='Bao cao.xlsx'", "Bao cao.xlsx"),
        ("filename='BC.xlsx'", "BC.xlsx"),
        ("filename=\"'BC' quý 1.xlsx\"", "'BC' quý 1.xlsx"),
        ("filename=Bao cao; quy 1.xlsx", "Bao cao; quy 1.xlsx"),
        ("filename=BC.xlsx;", "BC.xlsx"),
        ("filename=Bao cao; quy 1.xlsx; size=12", "Bao cao; quy 1.xlsx"),
        ('filename="a;name=b c.xlsx"', "a;name=b c.xlsx"),
        ('filename="C:\\Users\\an\\BC.xlsx"', "BC.xlsx"),
        ('filename="B%C3%A1o%20c%C3%A1o.xlsx"', "Báo cáo.xlsx"),
        ("filename=B%C3%A1o+c%C3%A1o.xlsx", "Báo cáo.xlsx"),
        ('filename="50%25.xlsx"', "50%25.xlsx"),
        ('filename="Đạt 50%20 quý.xlsx"', "Đạt 50%20 quý.xlsx"),
        ('filename="a%zz%20.xlsx"', "a%zz%20.xlsx"),
        ('filename="a%FF%20.xlsx"', "a%FF%20.xlsx"),
        ("filename*=UTF-8''B%C3%A1o%2520.xlsx", "Báo%20.xlsx"),
    ],
)
def test_a_name_is_read_however_loosely_it_is_written(written: str, name: str) -> None:
    part = f"Content-Type: x/y\r\nContent-Disposition: attachment; {written}"
    (found,) = taken("thư.eml", letters.mail(letters.attached(letters.workbook(), part)))
    assert found.name == name


@pytest.mark.parametrize(
    ("given_name", "expected", "is_harmless"),
    [
        ("Báo cáo.xlsx", "Báo cáo.xlsx", True),
        (unicodedata.normalize("NFD", "Báo cáo.xlsx"), "Báo cáo.xlsx", True),
        ("  Báo\n cáo \t.xlsx ", "Báo cáo .xlsx", True),
        ("..\\..\\Windows\\báo.xlsx", "báo.xlsx", False),
        ("../../etc/báo.xlsx", "báo.xlsx", False),
        ("C:\\Users\\Hoa\\báo.xlsx", "báo.xlsx", False),
        ("báo\x00cáo.xlsx", "báocáo.xlsx", False),
        ("báo \u202excod.xlsx", "báo xcod.xlsx", False),
        ("báo\r\nBcc: x.xlsx", "báo Bcc: x.xlsx", True),
        ("báo.xlsx. . ", "báo.xlsx", False),
        ("CON.xlsx", "CON.xlsx", True),
    ],
)
def test_a_name_is_cleaned_for_display(
    given_name: str, expected: str, *, is_harmless: bool
) -> None:
    found = display_name(given_name)
    assert (found.text, found.is_harmless) == (expected, is_harmless)


def test_a_long_name_keeps_its_ending() -> None:
    found = display_name("Báo cáo " * 40 + ".xlsx").text
    assert len(found) <= LONGEST
    assert found.endswith("….xlsx")
    assert len(display_name("x" * 500).text) <= LONGEST


@pytest.mark.parametrize("nothing", ["", "  ", "...", "../", "\u200b"])
def test_a_missing_name_is_made_from_the_content(nothing: str) -> None:
    found = display_name(nothing, letters.workbook())
    assert found.is_made_up
    assert found.text.startswith("khong-ten-")
    assert found.text.endswith(".xlsx")


@given(st.text(max_size=300))
def test_whatever_is_given_the_shown_name_is_one_safe_line(text: str) -> None:
    name = display_name(text).text
    assert 0 < len(name) <= LONGEST
    assert not set("/\\\n\r\x00\u202e\u2066") & set(name)
    assert unicodedata.is_normalized("NFC", name)
    assert display_name(name).text == name
