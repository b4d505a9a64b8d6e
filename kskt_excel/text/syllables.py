"""What a Vietnamese syllable can look like: onset, rime, at most one tone."""

import re
import unicodedata
from functools import cache, lru_cache

_MODIFIED = "ăâđêôơưĂÂĐÊÔƠƯ"
TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
"""Tone marks by number: huyền, hỏi, ngã, sắc, nặng."""

VIETNAMESE = _MODIFIED + "".join(
    unicodedata.normalize("NFC", vowel + tone)
    for vowel in "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
    for tone in TONES
)
"""Every letter of Vietnamese that ASCII lacks, composed."""

WORD = re.compile(rf"[A-Za-z{VIETNAMESE}\xaa\xb5\xba\xc0-\xff]+")
_ACCENTED = re.compile(r"[^\x00-\x7f]")
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
_STOPPED = ("c", "p", "t", "ch")
_HIGH_TONES = (4, 5)
_EXPECTED_SHARE = 0.75


def split_tone(word: str) -> tuple[str, int]:
    """The word in small letters without its tone, and the tone's number; -1 for several tones."""
    letters, tone = [], 0
    for char in unicodedata.normalize("NFD", word.lower()):
        if char in TONES:
            tone = TONES[char] if tone == 0 else -1
        else:
            letters.append(char)
    return unicodedata.normalize("NFC", "".join(letters)), tone


@lru_cache(maxsize=8192)
def is_syllable(word: str) -> bool:
    """Whether a word is spelt like a Vietnamese syllable, in any case."""
    letters, tone = split_tone(word)
    if tone < 0 or letters not in _syllables():
        return False
    return tone in _HIGH_TONES or not letters.endswith(_STOPPED)


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
    vowels = set("aăâeêioôơuưy")
    return word.isupper() and vowels.isdisjoint(split_tone(word)[0])


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
