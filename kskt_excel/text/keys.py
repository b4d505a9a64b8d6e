"""Keys to compare and to sort Vietnamese text by."""

import re
import unicodedata
from functools import lru_cache

from kskt_excel.text.syllables import split_tone

_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_LETTER_RANK = {letter: rank for rank, letter in enumerate(_ALPHABET)}
_SIGNS = "_-–—,;:!?.…·'‘’\"“”«»()[]{}§¶@*/\\&#%‰†‡•`´˜^¨°©®+±÷×<=>|¦~¤¢$£¥€"
_SIGN_RANK = {sign: rank for rank, sign in enumerate(_SIGNS)}
_WORDS = re.compile(r"[^\W_]+|%")
_LONELY_Y = re.compile(r"(qu|[bcdđghklmnpqrstvx]+)y")
_LONGEST_SYLLABLE = 8  # letters
_MOST_CHARACTERS = 4096
_NON_TONE = 6  # a mark that is none of the five tones sorts after them
_BLANK, _SIGN, _DIGIT, _LETTER, _OTHER = range(5)

Key = tuple[tuple[tuple[int, int], ...], tuple[int, ...], tuple[int, ...], str]


@lru_cache(maxsize=16384)
def tone_key(text: str) -> str:
    """Key that is equal for spellings of the same words: ``Hoà`` and ``hòa``, ``Quí`` and ``Quý``.

    Words in small letters without their tone, its number 1..5 behind; punctuation is a blank.
    """
    composed = unicodedata.normalize("NFC", text).replace("\u00ad", "")
    return " ".join(
        _known_word(word) if len(word) <= _LONGEST_SYLLABLE else _tone_word(word)
        for word in _WORDS.findall(composed)
    )


@lru_cache(maxsize=16384)
def plain_key(text: str) -> str:
    """Key without any mark, đ as d: for what was typed without accents.

    Different words share one (Sở, Số), so it never decides alone.
    """
    apart = unicodedata.normalize("NFD", text.replace("\u00ad", "").lower())
    return " ".join(_WORDS.findall(apart.translate(_WITHOUT_MARKS).replace("đ", "d")))


@lru_cache(maxsize=16384)
def collation_key(text: str) -> Key:
    """Key that sorts as a Vietnamese dictionary: by letters, then tones, small before capital.

    Letters a ă â b c d đ e ê …; tones ngang huyền hỏi ngã sắc nặng; blanks, signs and digits come
    before letters.
    """
    letters: list[tuple[int, int]] = []
    tones: list[int] = []
    cases: list[int] = []
    for char in unicodedata.normalize("NFC", text):
        base, tone = _base_and_tone(char)
        letters.append(_rank(base))
        tones.append(tone)
        cases.append(int(char != char.lower()))
    return tuple(letters), tuple(tones), tuple(cases), text


def _tone_word(word: str) -> str:
    letters, tone = split_tone(word)
    if match := _LONELY_Y.fullmatch(letters):
        letters = match[1] + "i"
    return f"{letters}{tone}" if tone > 0 else letters


_known_word = lru_cache(maxsize=8192)(_tone_word)
"""The same for words as long as a syllable, of which there are few."""


class _Marks(dict[int, int | None]):
    """What becomes of a character when marks are left out: itself, or nothing of a mark."""

    def __missing__(self, code: int) -> int | None:
        """The same for a character that was not seen before."""
        if len(self) >= _MOST_CHARACTERS:
            self.clear()
        self[code] = None if unicodedata.combining(chr(code)) else code
        return self[code]


_WITHOUT_MARKS = _Marks()


@lru_cache(maxsize=1024)
def _base_and_tone(char: str) -> tuple[str, int]:
    base, tone = split_tone(char)
    if base in _LETTER_RANK or len(base) != 1:
        return base, tone
    bare = unicodedata.normalize("NFD", base)
    return bare[0], tone or (_NON_TONE if len(bare) > 1 else 0)


def _rank(base: str) -> tuple[int, int]:
    if base in _LETTER_RANK:
        return _LETTER, _LETTER_RANK[base]
    if base.isspace():
        return _BLANK, 0
    if base.isdecimal():
        return _DIGIT, unicodedata.decimal(base[0])
    if base.isalpha():
        return _OTHER, ord(base[0])
    return _SIGN, _SIGN_RANK.get(base, len(_SIGNS))
