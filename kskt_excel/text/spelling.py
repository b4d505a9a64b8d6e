"""How Vietnamese is spelt (chính tả): syllables, keys equal for one word, a text made clean.

Clean is without escapes, mojibake, invisible characters, look-alikes and blank edges, in NFC. Old
encodings (TCVN3, VNI) are decided for a whole sheet before that: see ``legacy``; afterwards a soft
hyphen is only invisible and Ð only looks like Đ.
"""

import re
import unicodedata
from functools import cache, lru_cache
from typing import NamedTuple

from kskt_excel.model.patterns import lazy_pattern

_MODIFIED = "ăâđêôơưĂÂĐÊÔƠƯ"
TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
"""Tone marks by number: huyền, hỏi, ngã, sắc, nặng."""

VIETNAMESE = _MODIFIED + "".join(
    unicodedata.normalize("NFC", vowel + tone)
    for vowel in "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
    for tone in TONES
)
"""Every letter of Vietnamese that ASCII lacks, composed."""

# Letters of Latin-1 too: a word of which a part is TCVN3 or mojibake is still one word.
WORD = lazy_pattern(rf"[A-Za-z{VIETNAMESE}\xaa\xb5\xba\xc0-\xff]+")
_ACCENTED = lazy_pattern(r"[^\x00-\x7f]")
_ONSETS = re.findall(r"\w+", "b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x")
_FRONT_ONLY, _BACK_ONLY = {"k", "gh", "ngh"}, {"c", "ng"}
_RIMES = re.findall(
    r"\w+",
    "a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây"
    " e ec em en eng eo ep et ê êch êm ên ênh êp êt êu"
    " i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu"
    " o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet"
    " oi om on ong ooc oong op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt"
    " u ua uân uâng uât uây uc uê uêch uên uênh uêu ui um un ung uơ uôc uôi uôm uôn uông uôt up ut"
    " uy uya uych uyên uyêt uyn uynh uyp uyt uyu"
    " ư ưa ưc ưi ưm ưn ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu y yêm yên yêng yêt yêu",
)
_VOWELS = frozenset("aăâeêioôơuưy")
_STOPPED = ("c", "p", "t", "ch")  # final sounds that go with sắc and nặng alone
_TONES_OF_STOPPED = (4, 5)  # sắc, nặng
_EXPECTED_SHARE = 0.75  # names and foreign words are no syllables; of real texts 0.989 and more are


def split_tone(word: str) -> tuple[str, int]:
    """The word in small letters without its tone, and the tone's number; -1 for several tones."""
    letters, tone, _ = _parts(word)
    return letters, tone


@lru_cache(maxsize=8192)
def is_syllable(word: str) -> bool:
    """Whether a word is spelt like a Vietnamese syllable, in any case: ``hoà``, ``hòa``."""
    letters, tone, place = _parts(word)
    if tone < 0 or letters not in _syllables():
        return False
    if tone and place not in _tone_places(letters):
        return False
    return tone in _TONES_OF_STOPPED or not letters.endswith(_STOPPED)


def _parts(word: str) -> tuple[str, int, int]:
    """Letters without the tone, the tone's number, and the place of the letter that has it."""
    letters, tone, place = "", 0, -1
    for char in unicodedata.normalize("NFC", word.lower()):
        bare = unicodedata.normalize("NFD", char)
        marks = [mark for mark in bare if mark in TONES]
        if marks:
            tone = TONES[marks[0]] if tone == 0 and len(marks) == 1 else -1
            place = len(letters)
            bare = "".join(mark for mark in bare if mark not in TONES)
        letters += unicodedata.normalize("NFC", bare)
    return letters, tone, place


def _tone_places(letters: str) -> tuple[int, ...]:
    """Where the tone of a syllable may stand; both places of ``oa``, ``oe`` and ``uy``."""
    vowels = tuple(place for place, char in enumerate(letters) if char in _VOWELS)
    modified = [place for place in vowels if letters[place] in _MODIFIED]
    if modified:
        return (modified[-1],)
    if letters.startswith("qu"):
        return vowels  # «Qúy» is a common slip
    if letters.startswith("gi") and len(vowels) > 1:
        vowels = vowels[1:]
    if len(vowels) == 1:
        return vowels
    if letters[-1] not in _VOWELS:
        return vowels[-1:]
    if len(vowels) > len("oa"):
        return vowels[1:2]
    return vowels if letters.endswith(("oa", "oe", "uy")) else vowels[:1]


def accented_words(text: str) -> list[str]:
    """Words with a letter outside ASCII; abbreviations like ``NĐ`` left out."""
    return [
        word for word in WORD.findall(text) if _ACCENTED.search(word) and not _is_abbreviation(word)
    ]


def share_of_syllables(text: str) -> float | None:
    """Part (0..1) of the accented words that are Vietnamese syllables; None without any."""
    words = accented_words(text)
    return sum(map(is_syllable, words)) / len(words) if words else None


def reads_as_vietnamese(text: str) -> bool:
    """Whether the accented words are syllables written in one case: ``XÃ``, ``Xã``, not ``xÃ``."""
    words = accented_words(text)
    good = sum(is_syllable(w) and (w.islower() or w.isupper() or w.istitle()) for w in words)
    return bool(words) and good >= _EXPECTED_SHARE * len(words)


def _is_abbreviation(word: str) -> bool:
    return word.isupper() and _VOWELS.isdisjoint(split_tone(word)[0])


@cache
def _syllables() -> frozenset[str]:
    found = set(_RIMES)
    for onset in _ONSETS:
        for rime in _RIMES:
            front = rime[0] in "eêiy"
            if (onset in _FRONT_ONLY and not front) or (onset in _BACK_ONLY and front):
                continue
            found.add(onset + rime)
    found |= {f"q{rime}" for rime in _RIMES if rime.startswith("u")}
    return frozenset(found)


_WORDS = lazy_pattern(r"[^\W_]+|%")
# Kỹ and kĩ, quý and quí are one word; «tay» and «tai» are two.
_LONELY_Y = lazy_pattern(r"(qu|[bcdđghklmnpqrstvx]+)y")
_LONGEST_SYLLABLE = 8  # letters
_MOST_CHARACTERS = 4096  # kept: more than Vietnamese has, and a file of rare signs fills no memory


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


def _tone_word(word: str) -> str:
    letters, tone = split_tone(word)
    if match := _LONELY_Y.fullmatch(letters):
        letters = match[1] + "i"
    return f"{letters}{tone}" if tone > 0 else letters


_known_word = lru_cache(maxsize=8192)(_tone_word)
"""``_tone_word`` for words no longer than a syllable, of which there are few."""


class _Marks(dict[int, int | None]):
    """What becomes of a character when marks are left out: itself, or nothing of a mark."""

    def __missing__(self, code: int) -> int | None:
        """Works out a character that was not met before, and keeps it."""
        if len(self) >= _MOST_CHARACTERS:
            self.clear()
        self[code] = None if unicodedata.combining(chr(code)) else code
        return self[code]


_WITHOUT_MARKS = _Marks()


_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_HIGH_1252 = "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
_INVISIBLE = "\u00ad\u034f\u180e\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufe0e\ufe0f\ufeff"
_BLANKS = "\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_CONTROLS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff"
# Excel's way to keep a sign that XML forbids: _x000D_
_ESCAPE = lazy_pattern(r"_x([0-9A-Fa-f]{4})_")
_LINE_ENDS = lazy_pattern("\r\n?|[\u2028\u2029]")
# Đ of other languages, Greek, Cyrillic, slashes, Roman numerals and signs of full width: a text
# without one of them is not looked at sign by sign.
_LOOK_ALIKE = lazy_pattern(
    "[ÐƉꟇðɖ\u0370-\u03ff\u0400-\u04ff\u2044\u2160-\u217f\u2215\u3002\uff01-\uff5e]"
)
# One sign a numeral (Ⅳ). Only these go through NFKC: it would make «m2» of «m²».
_ROMAN = lazy_pattern("[\u2160-\u217f]")
_WORD = lazy_pattern(r"\w+")

# What needs no work: printable ASCII, line breaks, Vietnamese letters, the punctuation of offices,
# the arrows of the hints on issued sheets.
_ALL_CLEAN = lazy_pattern(rf"[\n -~{VIETNAMESE}–—…«»“”‘’°²³±×÷•§€←→]*")
# The first byte of a letter in UTF-8 and one that goes on, as Windows-1252 or -1258 shows them:
# «Ã¡» for á. Without such a pair nothing is decoded.
_MAYBE_MOJIBAKE = lazy_pattern(rf"[\xc2-\xf4ĂăĐđƠơƯư][\x80-\xbf{_HIGH_1252}]")
_ONLY_BLANK = lazy_pattern(f"[\\s{_BLANKS}{_INVISIBLE}]*")

_D_LIKE = str.maketrans("ÐƉꟇðɖ", "ĐĐĐđđ")
_SIGN_LIKE = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {
    0x2044: "/",
    0x2215: "/",
    0x3002: ".",
}
"""Signs, digits and letters of full width, as an Asian keyboard types them, and other slashes."""
_CAPITAL_LIKE = dict(
    zip("АВСЕНКМОРТХІЈЅΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABCEHKMOPTXIJSABEZHIKMNOPTYX", strict=True)
)
_SMALL_LIKE = dict(zip("аеорсухіјѕοινυ", "aeopcyxijsoivu", strict=True))
_OLD_MARKS = str.maketrans({"\u0340": "\u0300", "\u0341": "\u0301", "\u0358": "\u031b"})
# The ends of what ASCII prints: Excel escapes none of it, «_x0041_» was typed.
_PAST_PRINTABLE = 0x7F
_FIRST_PRINTABLE = 0x20
_FIRST_OF_THREE_BYTES = "\u0800"  # in UTF-8, which are rarely met by chance
_MAX_ROUNDS = 4  # two rounds undid the worst of 200,000 mixed texts, the next sees that all is done
_SHORT = 60  # characters


class Cleaned(NamedTuple):
    """Clean text, with the names of what was done to it, in order."""

    text: str
    done: tuple[str, ...] = ()


def clean(raw: str) -> Cleaned:
    """Text of a cell made clean: NFC, no invisible characters, no edge blanks.

    Line breaks and inner blanks stay. ``done`` names of: ``escape``, ``mojibake``, ``nfc``,
    ``lines``, ``controls``, ``invisible``, ``spaces``, ``look-alikes``, ``edges``. Cleaning a
    clean text changes nothing.
    """
    if not _dirty(raw):
        return Cleaned(raw)
    text, done = raw, dict[str, None]()
    for _ in range(_MAX_ROUNDS):
        before = text
        for name, step in _STEPS:
            changed = step(text)
            if changed != text:
                text, done[name] = changed, None
        if text == before:
            break
    return Cleaned(text, tuple(done))


def clean_text(raw: str) -> str:
    """Text of a cell made clean, as ``clean`` does; a short text is cleaned once for a process."""
    return _clean_text(raw) if len(raw) <= _SHORT else clean(raw).text


@lru_cache(maxsize=8192)
def _clean_text(raw: str) -> str:
    return clean(raw).text


def is_blank(value: object) -> bool:
    """Whether a cell holds nothing: None, no text, or only blanks and invisible characters.

    0, False and "-" are something.
    """
    if value is None:
        return True
    return isinstance(value, str) and _ONLY_BLANK.fullmatch(value) is not None


def unescape(text: str) -> str:
    """Text with Excel's ``_x00AD_`` escapes of control and other unusual characters decoded."""
    return _ESCAPE.sub(_escaped, text) if "_x" in text else text


def undo_mojibake(text: str) -> str:
    """Text whose UTF-8 bytes were once read as Windows-1252 or 1258, read right again.

    Any other text comes back as it is: the whole of it must decode strictly, give Vietnamese,
    and not have been good Vietnamese before.
    """
    if not _MAYBE_MOJIBAKE.search(text):
        return text
    for page in ("cp1252", "cp1258"):
        try:
            again = b"".join(_byte(char, page) for char in text).decode("utf-8")
        except UnicodeError:
            continue
        if again != text and _is_better(again, text):
            return again
    return text


def _is_better(again: str, text: str) -> bool:
    """Whether text read again is Vietnamese; one letter of two bytes alone is no proof (XÃ AN)."""
    if not _PLAUSIBLE.fullmatch(unicodedata.normalize("NFC", again)):
        return False
    letters = [char for char in again if not char.isascii()]
    weak = len(letters) == 1 and letters[0] < _FIRST_OF_THREE_BYTES
    return not (weak and reads_as_vietnamese(text))


# What an office may have written: Vietnamese, composed or not, and the signs of its texts. What
# decodes to anything else was no Vietnamese read wrong.
_PLAUSIBLE = lazy_pattern(
    rf"[\t\r\n -~{VIETNAMESE}\u00a0\u00ad\u0300-\u0323\u200b\u2010-\u2026«»°²³±×÷§·•€™₫Ð\ufeff]*"
)


def _dirty(text: str) -> bool:
    """Whether a text may need cleaning; most need none, so this is all that is done to them."""
    if text[:1].isspace() or text[-1:].isspace() or "_x" in text:
        return True
    if text.isascii() and text.isprintable():
        return False
    return not _ALL_CLEAN.fullmatch(text) or bool(_MAYBE_MOJIBAKE.search(text))


def _escaped(match: re.Match[str]) -> str:
    number = int(match[1], 16)
    keep = _FIRST_PRINTABLE <= number < _PAST_PRINTABLE
    return match[0] if keep else chr(number)


def _byte(char: str, page: str) -> bytes:
    try:
        return char.encode(page)
    except UnicodeEncodeError:
        return char.encode("latin-1")  # a byte that the page leaves undefined stays itself


def _compose(text: str) -> str:
    return unicodedata.normalize("NFC", text.translate(_OLD_MARKS))


def _drop_invisible(text: str) -> str:
    return re.sub(f"[{_INVISIBLE}]", "", text)


def _plain_blanks(text: str) -> str:
    return re.sub(f"[{_BLANKS}]", " ", text)


def _drop_controls(text: str) -> str:
    return re.sub(f"[{_CONTROLS}]", "", text)


def _one_line_end(text: str) -> str:
    return _LINE_ENDS.sub("\n", text)


def _fold_look_alikes(text: str) -> str:
    if not _LOOK_ALIKE.search(text):
        return text
    text = _ROMAN.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)
    text = text.translate(_SIGN_LIKE)
    return _WORD.sub(lambda match: _fold_word(match[0]), text.translate(_D_LIKE))


def _fold_word(word: str) -> str:
    latin = any(char.isascii() or char in VIETNAMESE for char in word)
    if latin:
        return "".join(_CAPITAL_LIKE.get(c) or _SMALL_LIKE.get(c) or c for c in word)
    if all(char in _CAPITAL_LIKE for char in word):
        return "".join(_CAPITAL_LIKE[char] for char in word)
    return word


# The order counts: escapes may hide bytes that were read wrong; those bytes must be whole when they
# are decoded, before NFC joins and controls drop some of them; what is left at the edges is cut
# last.
_STEPS = (
    ("escape", unescape),
    ("mojibake", undo_mojibake),
    ("nfc", _compose),
    ("lines", _one_line_end),
    ("controls", _drop_controls),
    ("invisible", _drop_invisible),
    ("spaces", _plain_blanks),
    ("look-alikes", _fold_look_alikes),
    ("edges", str.strip),
)


def encoding_by_mark(data: bytes) -> str:
    """The encoding in which Notepad has saved a file, by the mark at its start; UTF-8 without."""
    return next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8")
