"""The office edits its letters; what it cannot write is said in a sentence."""

import re
from pathlib import Path

import pytest

from kskt_excel.mail import letters
from kskt_excel.mail.letters import PLACEHOLDERS, LetterError, LettersMissingError
from tests.builders import ROOT

_GOOD = "Tiêu đề: [{ky}] {don_vi}\n\nKính gửi: {don_vi}\n\nTrân trọng."


def _folder(tmp_path: Path, data: str | bytes, name: str = "don-doc.txt") -> Path:
    content = data.encode() if isinstance(data, str) else data
    (tmp_path / name).write_bytes(content)
    return tmp_path


def test_the_program_has_a_text_for_every_letter(tmp_path: Path) -> None:
    texts = letters.load_letters(tmp_path)
    assert set(texts.by_name) == set(PLACEHOLDERS)
    assert all("{don_vi}" in texts[name].subject for name in PLACEHOLDERS)


def test_a_text_of_the_office_comes_first(tmp_path: Path) -> None:
    texts = letters.load_letters(_folder(tmp_path, _GOOD))
    assert texts["don-doc"].subject == "[{ky}] {don_vi}"
    assert texts["don-doc"].paragraphs == ("Kính gửi: {don_vi}", "Trân trọng.")
    assert texts["can-sua"].subject.endswith("TRẢ LẠI ĐỂ SỬA, {so_loi} lỗi")


@pytest.mark.parametrize(
    "data",
    [
        _GOOD.replace("\n", "\r\n").encode("utf-8-sig"),
        _GOOD.encode("utf-16"),
        ("\n\n" + _GOOD.replace("Tiêu đề", "TIÊU ĐỀ ") + "\n\n \n").encode(),
        _GOOD.replace("\n\n", "\n \t\n\n").encode(),
    ],
    ids=["Notepad", "Notepad as Unicode", "capitals and blank lines", "blanks on blank lines"],
)
def test_a_text_is_read_as_editors_save_it(tmp_path: Path, data: bytes) -> None:
    letter = letters.load_letters(_folder(tmp_path, data))["don-doc"]
    assert letter.subject == "[{ky}] {don_vi}"
    assert letter.paragraphs == ("Kính gửi: {don_vi}", "Trân trọng.")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (_GOOD + " {ten_don_vi}", "không có chỗ điền {ten_don_vi}"),
        (_GOOD + " {so_loi}", "không có chỗ điền {so_loi}"),
        (_GOOD + " {don_vi:>9}", "{don_vi:>9}"),
        (_GOOD + " {don_vi.name}", "{don_vi.name}"),
        (_GOOD + " {}", "không có chỗ điền {}"),
        (_GOOD + " {don_vi", "mở mà không đóng"),
        (_GOOD + " don_vi}", "ngoặc nhọn"),
        ("Kính gửi đơn vị\n\nTrân trọng.", "dòng đầu phải là tiêu đề"),
        ("Tiêu đề:\n\nTrân trọng.", "dòng đầu phải là tiêu đề"),
        ("Tiêu đề: Thư", "chưa có nội dung"),
        ("", "dòng đầu phải là tiêu đề"),
        (_GOOD.encode("cp1258", "replace"), "UTF-8"),
    ],
)
def test_a_text_that_cannot_be_used_is_named_with_its_file(
    tmp_path: Path, text: str | bytes, said: str
) -> None:
    with pytest.raises(LetterError) as caught:
        letters.load_letters(_folder(tmp_path, text))
    assert said in str(caught.value)
    assert "don-doc.txt" in str(caught.value)


def test_an_unknown_name_is_answered_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(LetterError, match=r"\{con_lai\}, \{con_thieu\}, \{de_nghi_gui\}"):
        letters.load_letters(_folder(tmp_path, _GOOD + "{ten}"))


def test_double_braces_stand_for_braces(tmp_path: Path) -> None:
    letter = letters.load_letters(_folder(tmp_path, _GOOD + " {{ky}}"))["don-doc"]
    assert letters.fill_letter(letter.paragraphs[-1], {"ky": "Quý I/2022"}) == "Trân trọng. {ky}"


def test_a_program_without_its_texts_says_which_one_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letters, "FOLDERS", ())
    with pytest.raises(LettersMissingError, match="da-nhan"):
        letters.load_letters(tmp_path)


def test_the_page_for_the_office_names_every_place_to_fill() -> None:
    page = (ROOT / "templates" / "thu" / "doc-truoc.txt").read_text(encoding="utf-8")
    known = {name for names in PLACEHOLDERS.values() for name in names}
    told = set(re.findall(r"^  \{(\w+)\} ", page, re.MULTILINE))
    assert told == known
    assert all(f"{name}.txt" in page for name in PLACEHOLDERS)


def test_every_packaged_text_can_be_filled_and_leaves_no_brace(tmp_path: Path) -> None:
    for name, letter in letters.load_letters(tmp_path).by_name.items():
        values = dict.fromkeys(PLACEHOLDERS[name], "x")
        for part in (letter.subject, *letter.paragraphs):
            assert "{" not in letters.fill_letter(part, values)
