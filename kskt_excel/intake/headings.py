"""What the headings of a form may look like: as issued, by key, without marks, nearly."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from kskt_excel.model.forms import Column, SheetForm
from kskt_excel.text.clean import clean_text
from kskt_excel.text.keys import plain_key, tone_key

LONGEST_HEADING = 120
_LONGEST_NEAR = 60
_NEAR_PERCENT = 88
_FOOTNOTE = re.compile(r"\(\*+\)|[*†‡¹²³⁴⁵⁶⁷⁸⁹]+|[(\[]\d{1,2}[)\]]\s*$")
_PARENTHESES = re.compile(r"\([^)]*\)")
_DIGITS = re.compile(r"\d+")

KeyMap = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Headings:
    """A form's headings prepared for the search: each map gives column keys by a text key."""

    form: SheetForm
    issued: tuple[tuple[str, ...], ...]  # whole heading rows as issued, at any day
    tone: KeyMap  # exact but for case, tone placement and punctuation
    plain: KeyMap  # without marks
    bare: KeyMap  # without what stands in parentheses
    near: tuple[tuple[str, str], ...]  # (plain key, column key)
    needed: frozenset[str]  # without these the sheet cannot be understood

    def knows(self, text: str) -> bool:
        """Whether a text is one of the form's headings, typing mistakes left aside."""
        key = heading_key(text)
        return key in self.tone or key in self.plain or plain_key(key_text(text)) in self.plain


def headings_of(form: SheetForm) -> Headings:
    """Headings of a form, prepared once."""
    named = [(text, column.key) for column in form.columns for text in column.headings]
    return Headings(
        form=form,
        issued=tuple(_issued_rows(form)),
        tone=_by_key((heading_key(text), key) for text, key in named),
        plain=_by_key((plain_key(key_text(text)), key) for text, key in named),
        bare=_by_key((bare_key(text), key) for text, key in named),
        near=tuple((plain_key(key_text(text)), key) for text, key in named),
        needed=frozenset(column.key for column in form.columns if _is_needed(form, column)),
    )


@lru_cache(maxsize=8192)
def key_text(text: str) -> str:
    """Heading text in clean letters without its footnote marks."""
    return _FOOTNOTE.sub(" ", clean_text(text))


@lru_cache(maxsize=8192)
def heading_key(text: str) -> str:
    """Key of a heading: equal for all spellings of the same words."""
    return tone_key(key_text(text))


@lru_cache(maxsize=8192)
def heading_plain(text: str) -> str:
    """Key of a heading without marks."""
    return plain_key(key_text(text))


@lru_cache(maxsize=8192)
def bare_key(text: str) -> str:
    """Key of a heading without marks and without what stands in parentheses."""
    return plain_key(_PARENTHESES.sub(" ", key_text(text)))


def nearest(text: str, headings: Headings, free: frozenset[str]) -> str:
    """Column key among ``free`` whose heading a text nearly is; "" for none or several.

    Near is 88 % of equal letters, with the same figures in it: «Mức độ 3» is not «Mức độ 4».
    """
    given = plain_key(key_text(text))
    if not given or len(given) > _LONGEST_NEAR:
        return ""
    figures = _DIGITS.findall(given)
    scores: dict[str, float] = {}
    for known, key in headings.near:
        if key in free and _DIGITS.findall(known) == figures:
            scores[key] = max(scores.get(key, 0.0), likeness(given, known))
    best = max(scores, key=lambda key: scores[key], default="")
    rivals = [key for key in scores if key != best and scores[key] == scores[best]]
    return best if best and scores[best] >= _NEAR_PERCENT and not rivals else ""


@lru_cache(maxsize=8192)
def likeness(left: str, right: str) -> float:
    """How alike two texts are, in percent of equal letters in order."""
    from difflib import SequenceMatcher

    return 100 * SequenceMatcher(None, left, right, autojunk=False).ratio()


def _issued_rows(form: SheetForm) -> Iterator[tuple[str, ...]]:
    days = sorted({start for column in form.columns for start, _ in column.headings_from})
    yield tuple(column.heading for column in form.columns)
    for day in days:
        yield tuple(column.heading_on(day) for column in form.columns)


def _by_key(named: Iterator[tuple[str, str]]) -> KeyMap:
    found: dict[str, tuple[str, ...]] = {}
    for text_key, column in named:
        if text_key and column not in found.get(text_key, ()):
            found[text_key] = (*found.get(text_key, ()), column)
    return found


def _is_needed(form: SheetForm, column: Column) -> bool:
    if column.type == "computed" or (column.type == "ordinal" and not column.given):
        return False
    return column.required or column.key in form.key
