"""Text in TCVN3 (ABC) or VNI, found by its syllables and a vote of the whole sheet, in Unicode.

One cell cannot always tell: ``mét`` is a word as it stands, and «một» in TCVN3. So every cell is
read as it stands and in both encodings; cells that are plain cases convert alone, the rest follow
the sheet's vote, or the font where it is an old one.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import lru_cache

from kskt_excel.model.book import CellPlace
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.patterns import lazy_pattern
from kskt_excel.text.spelling import (
    VIETNAMESE,
    accented_words,
    is_syllable,
    share_of_syllables,
    undo_mojibake,
    unescape,
)

# Rows: the bytes of one vowel with huyền, hỏi, ngã, sắc, nặng.
_TCVN3_TONED = {
    "a": b"\xb5\xb6\xb7\xb8\xb9",
    "ă": b"\xbb\xbc\xbd\xbe\xc6",
    "â": b"\xc7\xc8\xc9\xca\xcb",
    "e": b"\xcc\xce\xcf\xd0\xd1",
    "ê": b"\xd2\xd3\xd4\xd5\xd6",
    "i": b"\xd7\xd8\xdc\xdd\xde",
    "o": b"\xdf\xe1\xe2\xe3\xe4",
    "ô": b"\xe5\xe6\xe7\xe8\xe9",
    "ơ": b"\xea\xeb\xec\xed\xee",
    "u": b"\xef\xf1\xf2\xf3\xf4",
    "ư": b"\xf5\xf6\xf7\xf8\xf9",
    "y": b"\xfa\xfb\xfc\xfd\xfe",
}
_TCVN3_PLAIN = dict(zip("ĂÂÊÔƠƯĐăâêôơưđ", range(0xA1, 0xAF), strict=True))
_MARKS = ("\u0300", "\u0309", "\u0303", "\u0301", "\u0323")

# Bytes of VNI marks behind a vowel: huyền, hỏi, ngã, sắc, nặng.
_VNI_TONES = b"\xf8\xfb\xf5\xf9\xef"
_VNI_HAT = b"\xe2\xe0\xe5\xe3\xe1\xe4"  # â, then with the five tones
_VNI_BREVE = b"\xea\xe8\xfa\xfc\xe9\xeb"  # ă, then with the five tones
_VNI_SINGLE = {
    "đ": 0xF1,
    "ì": 0xEC,
    "ỉ": 0xE6,
    "ĩ": 0xF3,
    "í": 0xED,
    "ị": 0xF2,
    "ơ": 0xF4,
    "ư": 0xF6,
    "ỵ": 0xEE,
}
_TO_CAPITAL = 0x20  # in VNI's page as in Latin-1


def _toned(base: str) -> list[str]:
    return [unicodedata.normalize("NFC", base + mark) for mark in _MARKS]


def _tcvn3() -> Iterator[tuple[str, str]]:
    for letter, byte in _TCVN3_PLAIN.items():
        yield chr(byte), letter
    for base, codes in _TCVN3_TONED.items():
        yield from zip(map(chr, codes), _toned(base), strict=True)


def _tcvn3_pairs() -> Iterator[tuple[str, str]]:
    """Some converters write a toned capital as the plain capital with the small toned code."""
    for base, codes in _TCVN3_TONED.items():
        capital = base.upper()
        first = capital if capital.isascii() else chr(_TCVN3_PLAIN[capital])
        for code, letter in zip(codes, _toned(base), strict=True):
            yield first + chr(code), letter.upper()


def _vni_small() -> Iterator[tuple[str, str]]:
    for letter, byte in _VNI_SINGLE.items():
        yield chr(byte), letter
    for written, base in zip("aeouyôö", "aeouyơư", strict=True):
        for mark, letter in zip(_VNI_TONES, _toned(base), strict=True):
            yield written + chr(mark), letter
    for written, base in zip("aeo", "âêô", strict=True):
        for mark, letter in zip(_VNI_HAT, [base, *_toned(base)], strict=True):
            yield written + chr(mark), letter
    for mark, letter in zip(_VNI_BREVE, ["ă", *_toned("ă")], strict=True):
        yield "a" + chr(mark), letter


def _vni() -> Iterator[tuple[str, str]]:
    for written, letter in _vni_small():
        capital = written[0].upper()
        yield written, letter
        if len(written) == 1:
            yield capital, letter.upper()
        else:
            yield capital + written[1], letter.upper()
            yield capital + chr(ord(written[1]) - _TO_CAPITAL), letter.upper()


TCVN3: dict[str, str] = dict(_tcvn3())
TCVN3_UNITS: Mapping[str, str] = TCVN3 | dict(_tcvn3_pairs())
VNI: Mapping[str, str] = dict(_vni())

TCVN3_TONED = frozenset(chr(code) for codes in _TCVN3_TONED.values() for code in codes)
"""Codes that have no capital of their own: «ñy» may have been «Ủy»."""

FROM_1258: Mapping[str, str] = {
    char: bytes([code]).decode("latin-1")
    for char, code in zip(
        "ĂĐ\u0309ƠƯ\u0303ă\u0301đ\u0323ơư₫\u0300",
        b"\xc3\xd0\xd2\xd5\xdd\xde\xe3\xec\xf0\xf2\xf5\xfd\xfe\xcc",
        strict=True,
    )
}
"""What a machine with code page 1258 made of old bytes, and the bytes again."""


_TCVN3_NAME, _VNI_NAME = "TCVN3", "VNI"
_GOOD_SHARE = 0.75  # of the accented words are syllables: names and foreign words are left
_CLEAR_RISE = 0.3  # of that share: less may be chance in a short cell
_MIXED_RISE = 0.15  # enough where other cells have shown the encoding already
_STRONG_WORDS = 2  # one word can be a syllable by chance, two seldom are
_STRONG_CELLS = 2  # one pasted cell does not make a workbook's encoding
_LEAD = 5  # times the other's score: TCVN3 and VNI share some signs
_FEW_CAPITALS = 3  # letters: «UB» alone is an abbreviation, not a shouted text

# Characters that Vietnamese in Unicode never has, or pairs of vowels that it never has.
_LEGACY_LOOK = lazy_pattern(
    "[\u00a1-\u00bf\u00c4-\u00c7\u00cb\u00ce-\u00d1\u00d6-\u00d8\u00db\u00dc\u00de\u00df"
    "\u00e4-\u00e7\u00eb\u00ee-\u00f1\u00f6-\u00f8\u00fb\u00fc\u00fe\u00ff]"
    "|[aAeE][\u00c0-\u00ff]|_x00[A-Fa-f][0-9A-Fa-f]_"
)
# Old bytes that Excel escaped stand in a text of pure ASCII.
_ESCAPED_HIGH = lazy_pattern("_x00[A-Fa-f][0-9A-Fa-f]_")
# Old bytes as Unicode shows them; without one there is nothing to decode.
_LATIN_1 = lazy_pattern("[\u00a1-\u00fe]")
_ABOVE_LATIN_1 = lazy_pattern(  # ă, đ, ũ, ơ, ạ …: neither old encoding shows as one of these
    "[\u0102\u0103\u0110\u0111\u0128\u0129\u0168\u0169\u01a0-\u01b0\u1ea0-\u1ef9]"
)
# Đ alone is no trace of code page 1258: «NĐ-CP»
_ONLY_1258 = lazy_pattern(f"[{''.join(set(FROM_1258) - set('Đđ'))}]")
# The longest first: a capital before its toned letter, a vowel before its mark, are read as one.
_TCVN3_UNIT, _VNI_UNIT = (
    lazy_pattern("|".join(map(re.escape, sorted(units, key=len, reverse=True))))
    for units in (TCVN3_UNITS, VNI)
)
_LEGACY_WORD = lazy_pattern(f"[A-Za-z\u00a1-\u00fe{VIETNAMESE}]+")
_NAMES = (_TCVN3_NAME, _VNI_NAME)


@dataclass(frozen=True, slots=True)
class SheetDecoding:
    """The cells of a sheet that were in an old encoding, in Unicode now, and how many of each."""

    texts: Mapping[CellPlace, str]  # only the converted cells
    counts: Mapping[str, int]  # "TCVN3", "VNI"


@dataclass(frozen=True, slots=True)
class _Case:
    """How one reading of a cell compares with reading it as it stands."""

    rise: float  # of the share of good words
    good: bool  # enough good words, clearly more than as it stands
    strong: bool  # two such words


_NOTHING = _Case(0.0, good=False, strong=False)


@dataclass(frozen=True, slots=True)
class _Weighed:
    """One cell read as it stands, as TCVN3 and as VNI: how much each reading is Vietnamese."""

    text: str
    unicode: bool  # has a letter that neither old encoding has
    tcvn3: _Case
    vni: _Case

    def case(self, name: str) -> _Case:
        """How the reading in an encoding compares."""
        return self.tcvn3 if name == _TCVN3_NAME else self.vni


def may_be_legacy(texts: Iterable[str]) -> bool:
    """Whether any of the texts has what only TCVN3 and VNI have: one search over all of them."""
    return bool(_LEGACY_LOOK.search("\n".join(texts)))


def decode_sheet(texts: Mapping[CellPlace, str], fonts: Mapping[CellPlace, str]) -> SheetDecoding:
    """Cells of a sheet in TCVN3 or VNI, converted; ``fonts`` names only ``.Vn*`` and ``VNI*``.

    Raw texts in, before ``clean``: a soft hyphen is the letter ư in TCVN3. A sheet without a
    character of the old encodings costs one search of each text.
    """
    if not fonts and not any(map(_LEGACY_LOOK.search, texts.values())):
        return SheetDecoding({}, {})
    weighed = {
        cell: _weigh(text)
        for cell, text in texts.items()
        if not text.isascii() or _ESCAPED_HIGH.search(text)
    }
    winner = _vote(weighed.values())
    converted: dict[CellPlace, str] = {}
    counts: Counter[str] = Counter()
    for cell, one in weighed.items():
        font = fonts.get(cell, "")
        name = _encoding(one, winner, font)
        changed = _convert(name, one.text, font) if name else one.text
        if name and changed != one.text:
            converted[cell] = changed
            counts[name] += 1
    return SheetDecoding(converted, dict(counts))


def from_tcvn3(text: str, *, capitals: bool = False) -> str:
    """TCVN3 text in Unicode; words that already have Unicode letters stay as they are.

    ``capitals`` is for fonts that draw small letters as capitals. Small toned letters that begin a
    cell become capitals, because TCVN3 has none.
    """
    plain = "".join(char for char in text if char.isascii() and char.isalpha())
    shout = capitals or (len(plain) >= _FEW_CAPITALS and plain.isupper())
    result = _LEGACY_WORD.sub(lambda match: _tcvn3_word(match[0], shout=shout), text)
    if capitals:
        return result.upper()
    return result[:1].upper() + result[1:] if text[:1] in TCVN3_TONED else result


def from_vni(text: str) -> str:
    """VNI-Windows text in Unicode; words that already have Unicode letters stay as they are."""
    return _LEGACY_WORD.sub(lambda match: _vni_word(match[0]), text)


def _tcvn3_word(word: str, *, shout: bool) -> str:
    if _ABOVE_LATIN_1.search(word):
        mended = "".join(TCVN3.get(char, char) for char in word)  # both in one word: «đÇu»
        return mended if is_syllable(mended) and not is_syllable(word) else word
    plain = "".join(char for char in word if char.isascii())
    decoded = _TCVN3_UNIT.sub(lambda match: TCVN3_UNITS[match[0]], word)
    loud = plain.isupper() and (shout or len(plain) > 1)
    return decoded.upper() if loud or (shout and not plain) else decoded


def _vni_word(word: str) -> str:
    if _ABOVE_LATIN_1.search(word):
        return word
    return _VNI_UNIT.sub(lambda match: VNI[match[0]], word)


@lru_cache(maxsize=4096)
def _weigh(raw: str) -> _Weighed:
    text = _through_1258(undo_mojibake(unescape(raw)))
    text = unicodedata.normalize("NFC", text)
    is_unicode = bool(_ABOVE_LATIN_1.search(text))
    if not _LATIN_1.search(text) or (is_unicode and not _LEGACY_LOOK.search(text)):
        return _Weighed(text, is_unicode, _NOTHING, _NOTHING)
    return _Weighed(text, is_unicode, _case(text, from_tcvn3), _case(text, from_vni))


def _case(text: str, decode: Callable[[str], str]) -> _Case:
    decoded = decode(text)
    after, before = share_of_syllables(decoded), share_of_syllables(text) or 0.0
    if after is None or decoded == text:
        return _NOTHING
    good = after >= _GOOD_SHARE and after - before > _CLEAR_RISE
    words = sum(map(is_syllable, accented_words(decoded)))
    return _Case(after - before, good=good, strong=good and words >= _STRONG_WORDS)


def _through_1258(text: str) -> str:
    """The text's old bytes again where code page 1258 changed them; otherwise the text itself."""
    if not (_ONLY_1258.search(text) and _LEGACY_LOOK.search(text)):
        return text
    again = "".join(FROM_1258.get(char, char) for char in text)
    if _ABOVE_LATIN_1.search(again) or (share_of_syllables(text) or 0.0) >= _GOOD_SHARE:
        return text
    better = any(_case(again, decode).strong for decode in (from_tcvn3, from_vni))
    return again if better else text


def _vote(cells: Collection[_Weighed]) -> str:
    """The sheet's encoding: two strong cells, five times the other one, more than Unicode."""
    in_unicode = sum(cell.unicode for cell in cells)
    scores = {}
    for name in _NAMES:
        cases = [cell.case(name) for cell in cells if not cell.unicode]
        strong = sum(case.strong for case in cases)
        scores[name] = (sum(case.good for case in cases) + strong, strong)
    for name, other in (_NAMES, _NAMES[::-1]):
        score, strong = scores[name]
        if strong >= _STRONG_CELLS and score >= _LEAD * scores[other][0] and score > in_unicode:
            return name
    return ""


def _encoding(one: _Weighed, winner: str, font: str) -> str:
    """The encoding to read a cell in; "" to leave it as it stands."""
    hints = [name for name in (_of_font(font), winner) if name]
    strong = [name for name in _NAMES if one.case(name).strong]
    if one.unicode:
        names = (*hints, *strong)
        return next((name for name in names if one.case(name).rise > _MIXED_RISE), "")
    good = [name for name in hints if one.case(name).good]
    if good:
        return good[0]
    if strong:
        best = max(one.case(name).rise for name in strong)
        strong = [name for name in strong if one.case(name).rise == best]
        return strong[0] if len(strong) == 1 else ""
    good = [name for name in _NAMES if hints and one.case(name).good]
    return next(iter(good), next((name for name in hints if one.case(name).rise >= 0), ""))


def _of_font(font: str) -> str:
    if font.startswith(".Vn"):
        return _TCVN3_NAME
    return _VNI_NAME if font.upper().startswith("VNI") else ""


def _convert(name: str, text: str, font: str) -> str:
    if name == _VNI_NAME:
        return from_vni(text)
    return from_tcvn3(text, capitals=font.startswith(".Vn") and font.endswith("H"))
