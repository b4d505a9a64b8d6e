"""The sentences about structure are whole, short and their own."""

import tomllib

import pytest

from kskt_excel.messages import FOLDER, CatalogueEntry, catalogue

CODES = tuple(tomllib.loads((FOLDER / "cau-truc.toml").read_text(encoding="utf-8")))
MOST_WORDS = 40


@pytest.mark.parametrize("code", CODES)
def test_a_sentence_says_what_is_and_what_to_do_in_few_words(code: str) -> None:
    entry: CatalogueEntry = catalogue()[code]
    assert entry.number.startswith("KS-2")
    assert len(f"{entry.text} {entry.remedy}".split()) <= MOST_WORDS
    for part in (entry.text, entry.remedy, entry.example):
        assert part.endswith((".", "}", "…"))


def test_every_number_stands_once() -> None:
    numbers = [catalogue()[code].number for code in CODES]
    assert len(set(numbers)) == len(numbers)
