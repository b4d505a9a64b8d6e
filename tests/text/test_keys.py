import re

import pytest

from kskt_excel.text.keys import collation_key, plain_key, tone_key

# In the order of ICU 72 for Vietnamese.
SORTED = re.findall(
    r"[^|]+",
    "1|10|2|an|ăn|ân|ban|Ban|bàn|bản|bãn|bán|bạn|bán hàng|dan|đan|e|ê|hoa|Hoa|hoà|hòa|kĩ|kỹ|o|ô|ơ"
    "|quỳ|quý|sổ|số|sơ|Sở|u|ư|y|ý",
)


@pytest.mark.parametrize(
    "same",
    [
        ("hoà", "hòa", "HÒA"),
        ("uỷ", "ủy"),
        ("Qúy", "Quý", "Quí"),
        ("Kỹ", "Kĩ"),
        ("quy định", "qui định"),
        ("Số, ký hiệu  văn bản", "số ký hiệu văn bản", "Số/kí hiệu\nvăn bản"),
        ("Việt", "Viê\u0323t"),
    ],
)
def test_spellings_of_one_word_have_one_tone_key(same: tuple[str, ...]) -> None:
    assert len(set(map(tone_key, same))) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("tay", "tai"), ("Sở", "Số"), ("chưa", "chữa"), ("hay", "hai"), ("thủy", "thủi")],
)
def test_different_words_have_different_tone_keys(one: str, other: str) -> None:
    assert tone_key(one) != tone_key(other)


def test_the_tone_stands_behind_its_word() -> None:
    assert tone_key("Hoà, Quý!") == "hoa1 qui4"


def test_a_plain_key_has_no_marks() -> None:
    assert plain_key("Đã hoàn thành (100%)") == "da hoan thanh 100 %"


def test_words_sort_as_in_a_vietnamese_dictionary() -> None:
    assert sorted(set(SORTED), key=collation_key) == SORTED


def test_blanks_and_signs_come_before_digits_and_digits_before_letters() -> None:
    assert sorted(["ab", "a1", "a-b", "a b", "a"], key=collation_key) == [
        "a",
        "a b",
        "a-b",
        "a1",
        "ab",
    ]
