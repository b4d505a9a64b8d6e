import pytest

from kskt_excel.text.spelling import plain_key, tone_key


# In the order of ICU 72 for Vietnamese.
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
