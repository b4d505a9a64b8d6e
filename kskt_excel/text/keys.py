"""Keys to compare Vietnamese text by, with its syllables."""

import re
import unicodedata
from functools import cache, lru_cache

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
