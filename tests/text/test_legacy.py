import pytest

from kskt_excel.model.book import CellPlace
from kskt_excel.text.legacy import TCVN3, VNI, SheetDecoding, decode_sheet, may_be_legacy
from kskt_excel.text.spelling import VIETNAMESE
from tests.text.encoders import TCVN3 as OTHER_TCVN3
from tests.text.encoders import to_tcvn3, to_tcvn3_pairs, to_vni
from tests.text.sentences import LINES


def _decode(*texts: str, font: str = "") -> SheetDecoding:
    cells = _cells(*texts)
    return decode_sheet(cells, dict.fromkeys(cells, font) if font else {})


def _cells(*texts: str) -> dict[CellPlace, str]:
    return {(row, 1): text for row, text in enumerate(texts, start=1)}


def _read(*texts: str, font: str = "") -> list[str]:
    cells, found = _cells(*texts), _decode(*texts, font=font).texts
    return [found.get(cell, text) for cell, text in cells.items()]


def test_the_table_of_tcvn3_has_its_74_letters() -> None:
    assert {letter: code for code, letter in TCVN3.items()} == OTHER_TCVN3


def test_the_table_of_vni_has_all_134_letters() -> None:
    assert set(VNI.values()) == set(VIETNAMESE)
    assert all(VNI[to_vni(letter)] == letter for letter in VIETNAMESE)


def test_a_sheet_in_tcvn3_is_read() -> None:
    raws = [to_tcvn3(line) for line in LINES]
    assert [t.lower() for t in _read(*raws)] == [line.lower() for line in LINES]
    assert _decode(*raws).counts == {"TCVN3": len(LINES)}


def test_a_sheet_in_tcvn3_with_pairs_for_capitals_keeps_its_capitals() -> None:
    shouted = [*LINES, "PHÓ GIÁM ĐỐC", "ÂN ẤN ẮC ẾCH ỐC ỚT ỨNG Ý", "Ủy ban nhân dân"]
    assert _read(*map(to_tcvn3_pairs, shouted)) == shouted


def test_a_sheet_in_vni_is_read() -> None:
    raws = [to_vni(line) for line in LINES]
    assert _read(*raws) == list(LINES)
    assert _decode(*raws).counts == {"VNI": len(LINES)}


def test_a_sheet_that_passed_code_page_1258_is_read() -> None:
    raws = [
        to_tcvn3(line).encode("latin-1").decode("cp1258", "replace")
        for line in LINES
        if "\ufffd" not in to_tcvn3(line).encode("latin-1").decode("cp1258", "replace")
    ]
    lines = [
        line
        for line in LINES
        if "\ufffd" not in to_tcvn3(line).encode("latin-1").decode("cp1258", "replace")
    ]
    read = [text.lower() for text in _read(*raws)]
    assert read == [line.lower() for line in lines]


def test_a_sheet_in_unicode_is_left_alone() -> None:
    words = [word for line in LINES for word in line.split()]
    for texts in (LINES, words):
        assert _decode(*texts) == SheetDecoding({}, {})


@pytest.mark.parametrize(
    "text", ["café", "10 µm", "£100", "«Hà»", "10 m² ± 2", "Müller & Söhne", "mét", "số bé", "§ 5"]
)
def test_a_foreign_word_or_sign_alone_is_left_alone(text: str) -> None:
    assert _read(text) == [text]


def test_a_word_that_cannot_tell_follows_the_sheet() -> None:
    assert _read("V¨n phßng Së", "Thñ tôc hµnh chÝnh", "mét", "sè", "Q§-UBND") == [
        "Văn phòng Sở",
        "Thủ tục hành chính",
        "một",
        "số",
        "QĐ-UBND",
    ]


def test_a_word_that_cannot_tell_follows_an_old_font() -> None:
    assert _read("mét", font=".VnTime") == ["một"]
    assert _read("moät", font="VNI-Times") == ["một"]


def test_unicode_typed_in_an_old_font_is_left_alone() -> None:
    texts = ["Báo cáo", "Văn phòng Sở", "Số hồ sơ"]
    assert _read(*texts, font=".VnTime") == texts


def test_a_font_of_capitals_gives_capitals() -> None:
    assert _read("kÕ ho¹ch", font=".VnTimeH") == ["KẾ HOẠCH"]


def test_two_encodings_in_one_cell_are_mended() -> None:
    sheet = ["V¨n phßng Së", "Thñ tôc hµnh chÝnh", "KÕ ho¹ch n¨m", "B¸o c¸o quý", "§¬n vÞ"]
    mixed = ["M¸y mãc thiết bÞ, phụ tïng", "Ủy ban nh©n d©n quËn 9", "Ban QLDA đÇu t\u00ad"]
    assert _read(*sheet, *mixed)[len(sheet) :] == [
        "Máy móc thiết bị, phụ tùng",
        "Ủy ban nhân dân quận 9",
        "Ban QLDA đầu tư",
    ]


def test_tcvn3_and_vni_in_one_sheet_are_both_read() -> None:
    raws = [to_tcvn3(LINES[5]), to_tcvn3(LINES[6]), to_vni(LINES[7]), to_vni(LINES[8])]
    assert [text.lower() for text in _read(*raws)] == [line.lower() for line in LINES[5:9]]
    assert _decode(*raws).counts == {"TCVN3": 2, "VNI": 2}


def test_a_soft_hyphen_written_as_an_escape_is_the_letter() -> None:
    assert _read("®Çu t_x00AD_ x©y dùng") == ["đầu tư xây dựng"]


def test_mojibake_is_not_taken_for_an_old_encoding() -> None:
    broken = "".join(chr(byte) for byte in "Thủ tục hành chính".encode())
    assert _decode(broken, broken).counts == {}


@pytest.mark.parametrize("line", LINES)
def test_one_search_over_a_sheet_tells_what_a_search_of_each_text_tells(line: str) -> None:
    others = ["Hồ sơ", "abc"]
    assert may_be_legacy([*others, to_tcvn3(line), to_vni(line)])
    for raw in (line, to_tcvn3(line), to_vni(line)):
        if not may_be_legacy([*others, raw]):
            assert _decode(*others, raw, raw).counts == {}


def test_a_text_that_ends_and_one_that_begins_make_no_pair() -> None:
    assert may_be_legacy(["Sôû Khoa hoïc"])
    assert not may_be_legacy(["Hoa", "Ông", "e", "à"])
