"""Every sentence of the catalogue can be read, used and mended by a person."""

import re
import string
import tomllib
import unicodedata
from collections import Counter

import pytest

from kskt_excel.check.context import surroundings
from kskt_excel.messages import CATALOGUE_FOLDER, CatalogueEntry, catalogue, codes, entry, params_in
from kskt_excel.model.finding import Severity
from tests.builders import forms, small_plan
from tests.messages.sources import entries_used, texts, words_given

_NUMBER = re.compile(r"KS-[1-9]\d\d")
_MOST_WORDS = 35
_RULES = "quy-tac.toml"
_LIST_ON_A_SHEET = "linh_vuc"  # written so on the office's own sheet «Danh mục»

_FOREIGN = re.compile(
    r"\b(sheet|cell|file|row|column|error|warning|invalid|unknown|null|none|true|false|string|"
    r"boolean|integer|float|format|regex|parse|parser|json|hash|traceback|exception|enum|"
    r"default|import|export|data|value|update|check|template|form|list|helpdesk|support|"
    r"upload|download|please|user|admin|bug|code|script|server|online|offline|template)\b",
    re.IGNORECASE,
)
_FORBIDDEN = (
    (re.compile(r"^lỗi\b", re.IGNORECASE), "begins with the word for fault"),
    (re.compile(r"\w_\w|__"), "an internal name"),
    (re.compile(r"\[\s*['\"]|[{}]\s*\["), "a list as a program prints it"),
    (re.compile(r"[(<>]_[)<>]|O_o|:\(|:\)"), "a face"),
    (re.compile(r"\.\.\.|…$"), "a list that breaks off"),
    (re.compile(r"!(?![A-Z]?\d|[A-Z]\d)"), "a raised voice"),
    (re.compile(r"liên hệ (?:quản trị|hỗ trợ|kỹ thuật)"), "nothing that the unit can do itself"),
    (re.compile(r"<[a-z]+>|&[a-z]+;"), "mark-up"),
    (re.compile(r"bạn\b|cẩu thả|sai sót của", re.IGNORECASE), "not formal, or blame"),
    (re.compile(r"  | [,;:]| \.(?!\w)"), "blanks out of place"),
    (re.compile(r"\b(?:Hãy|hãy)\b|[«»]"), "another manner than «Đề nghị» and “ ”"),
    (re.compile(r"tệp mẫu|mẫu trắng|bản trả lại|tệp kết quả|chọn x|đánh dấu x"), "a second name"),
    (re.compile(r"(?<![\d.])20[2-9]\d(?!\d)"), "a year that passes"),
)

ENTRIES = list(catalogue().items())


def _of_file(name: str) -> set[str]:
    return set(tomllib.loads((CATALOGUE_FOLDER / name).read_text(encoding="utf-8")))


def _plain(entry: CatalogueEntry) -> str:
    """Text and remedy with one letter for each brace."""
    said = re.sub(r"\{\w+\}", "X", f"{entry.text} {entry.remedy}")
    return said.replace(_LIST_ON_A_SHEET, "X")


def test_every_entry_that_a_finding_names_is_in_the_catalogue() -> None:
    missing = {(module, entry) for module, entry in entries_used() if entry not in catalogue()}
    assert missing == set()


def test_no_entry_is_left_over() -> None:
    assert {code for code in _of_file(_RULES) if code not in texts()} == set()
    assert {code for code, _ in ENTRIES if not _is_named(code)} == set()


def _is_named(code: str) -> bool:
    """Whether a source names the code, whole or without the area that its module puts before."""
    return code in texts() or code.partition(".")[2] in texts()


def test_numbers_are_well_formed_and_given_once() -> None:
    numbers = Counter(entry.number for _, entry in ENTRIES)
    assert [number for number, count in numbers.items() if count > 1] == []
    assert [number for number in numbers if not _NUMBER.fullmatch(number)] == []


def test_the_rules_have_the_numbers_of_rules() -> None:
    numbers = {catalogue()[code].number for code in _of_file(_RULES)}
    assert {number for number in numbers if not "KS-401" <= number <= "KS-699"} == set()


def _wrong(entry: CatalogueEntry) -> list[str]:
    """What an editor would strike out in an entry."""
    said = _plain(entry)
    parts = (entry.text, entry.remedy, entry.example, entry.source)
    told = [why for pattern, why in _FORBIDDEN if pattern.search(said)]
    told += [f"a foreign word: {word}" for word in _FOREIGN.findall(said)]
    if any(part != part.strip() or not unicodedata.is_normalized("NFC", part) for part in parts):
        told.append("blanks at an edge, or letters that are not composed")
    if not (entry.text and entry.source and entry.example):
        told.append("no text, no source, or no situation")
    if len(f"{entry.text} {entry.remedy}".split()) > _MOST_WORDS:
        told.append("too long to be read")
    if entry.level is not Severity.INFO:
        if not entry.text.endswith((".", "?", "…", "}", "]")):
            told.append("the text does not end")
        mends = entry.remedy or entry.office
        if not (mends.endswith(".") or ": " in mends):
            told.append("no way to mend it")
    return told


def test_every_entry_can_be_read_and_followed() -> None:
    wrong = {code: _wrong(entry) for code, entry in ENTRIES}
    assert {code: told for code, told in wrong.items() if told} == {}


def test_what_a_unit_is_only_told_asks_nothing_of_it() -> None:
    """Under «Thông tin, không phải sửa» no sentence may ask for something."""
    asking = {
        code
        for code, entry in ENTRIES
        if entry.level is Severity.INFO and entry.remedy and entry.number < "KS-7"
        if not re.search("(?i:đơn vị không phải sửa)", entry.remedy)
    }
    assert asking == set()


def test_a_warning_never_says_must_and_an_example_is_marked_as_one() -> None:
    must = re.compile(r"(?<!không )(?<!có )(?<!Có )\bphải\b")
    unmarked = re.compile(r"ví dụ(?!:)")
    doubts = {code: _plain(one) for code, one in ENTRIES if one.level is Severity.WARNING}
    assert {code for code, said in doubts.items() if must.search(said)} == set()
    assert {code for code, one in ENTRIES if unmarked.search(_plain(one))} == set()


def test_what_is_said_outside_the_catalogue_has_its_manner_and_its_terms() -> None:
    other = re.compile(r"\b(?:Hãy|hãy)\b|tệp mẫu|mẫu trắng|bản trả lại|[Cc]họn x\b|ý bạn")
    assert {text for text in texts() if other.search(text)} == set()


def test_a_sentence_is_given_every_word_that_it_asks_for() -> None:
    """Else it shows the word's own name; one in a clause is given by one call at least."""
    around = surroundings(small_plan(), forms(), "VP", "2022-Q1").keys()
    lacking: dict[str, set[str]] = {}
    ever: dict[str, set[str]] = {}
    for code, words in words_given():
        told = f"{catalogue()[code].text} {catalogue()[code].remedy}"
        asked = {*params_in(re.sub(r"\[\[.*?\]\]", "", told))} - around - words
        lacking.setdefault(code, set()).update(asked)
        ever.setdefault(code, {*params_in(told)} - around).difference_update(words)
    assert {code: asked for code, asked in lacking.items() if asked} == {}
    assert {code: asked for code, asked in ever.items() if asked} == {}


def test_braces_are_plain_names() -> None:
    wrong = [
        code
        for code, entry in ENTRIES
        for _, name, _, _ in string.Formatter().parse(entry.text + entry.remedy)
        if (name is not None and not re.fullmatch(r"[a-z_]+", name))
        or "{" in entry.example + entry.source
    ]
    assert wrong == []


def test_an_entry_looked_up_alone_is_the_one_of_the_whole_catalogue() -> None:
    assert {code: entry(code) for code, _ in ENTRIES} == dict(ENTRIES)
    assert codes() == {code for code, _ in ENTRIES}


@pytest.mark.parametrize("code", ["no.such.entry", "", "identity", "number"])
def test_an_unknown_entry_is_refused(code: str) -> None:
    with pytest.raises(KeyError):
        entry(code)
