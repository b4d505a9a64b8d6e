import unicodedata

import pytest

from kskt_excel.text.spelling import clean, is_blank, undo_mojibake
from tests.text.sentences import LINES

CASES = [
    ("Sở KH&CN ", "Sở KH&CN", ("edges",)),
    ("\u00a0Số\u00a04078", "Số 4078", ("spaces", "edges")),
    ("Văn\u200b phòng\ufeff", "Văn phòng", ("invisible",)),
    ("kế\u00ad hoạch", "kế hoạch", ("invisible",)),
    ("dòng 1_x000D_\ndòng 2", "dòng 1\ndòng 2", ("escape", "lines")),
    ("dòng 1\r\ndòng 2", "dòng 1\ndòng 2", ("lines",)),
    ("a\x07b", "ab", ("controls",)),
    ("4078/QÐ-UBND", "4078/QĐ-UBND", ("look-alikes",)),
    ("Quý Ⅰ", "Quý I", ("look-alikes",)),
    ("Quý ІІ", "Quý II", ("look-alikes",)),  # Cyrillic letters
    ("Сở", "Sở".replace("S", "C"), ("look-alikes",)),
    ("Hoa\u0340ng", "Hoàng", ("nfc",)),
    (unicodedata.normalize("NFD", "Đã hoàn thành"), "Đã hoàn thành", ("nfc",)),
    ("Viê\u0323t", "Việt", ("nfc",)),
]


@pytest.mark.parametrize(("raw", "text", "done"), CASES)
def test_a_text_is_cleaned_and_what_was_done_is_named(
    raw: str, text: str, done: tuple[str, ...]
) -> None:
    cleaned = clean(raw)
    assert (cleaned.text, cleaned.done) == (text, done)


@pytest.mark.parametrize(
    "text",
    [
        *LINES,
        "dòng 1\ndòng 2",
        "hai  dấu cách",
        "“trích” – «dẫn»… 10 m²",
        "_x0041_",
        "Москва — город",
        "ﬁ ½ µ ㎡",
        "XÃ",
        "CÔ…",
        "«XÃ»",
        "Æ ß ÷",
        "← ghi x ở ô này; bấm → để xem",
    ],
)
def test_a_clean_text_stays_as_it_is(text: str) -> None:
    assert clean(text).text == text
    assert clean(text).done == ()


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("page", ["cp1252", "cp1258"])
def test_utf_8_read_as_windows_text_is_undone(line: str, page: str) -> None:
    broken = "".join(
        bytes([byte]).decode(page, "ignore") or chr(byte) for byte in line.encode("utf-8")
    )
    assert undo_mojibake(broken) == line
    assert clean(broken).text == line


@pytest.mark.parametrize("value", [None, "", " ", "\n", "\t", "\u00a0", "\u200b\ufeff", "\u3000"])
def test_nothing_is_blank(value: object) -> None:
    assert is_blank(value)


@pytest.mark.parametrize("value", [0, 0.0, False, "-", "0", "x", "."])
def test_something_is_not_blank(value: object) -> None:
    assert not is_blank(value)
