"""Telex typed while the keyboard program was off: ``Ddax hoafn thanhf`` means «Đã hoàn thành».

Only for the question «Có phải ý là …?»: as a rule applied by itself it would misread English.
"""

import re
import unicodedata

from kskt_excel.text.syllables import TONES, is_syllable

_WORD = re.compile(r"[A-Za-z]+")
_TONE_KEYS = {"f": 1, "r": 2, "x": 3, "s": 4, "j": 5}
_MARKS = {number: mark for mark, number in TONES.items()}
_VOWELS = frozenset("aăâeêioôơuưyw")
_LETTERS = (
    ("uow", "ươ"), ("uwow", "ươ"), ("dd", "đ"), ("aa", "â"), ("ee", "ê"), ("oo", "ô"),
    ("aw", "ă"), ("ow", "ơ"), ("uw", "ư"), ("w", "ư"),
)  # fmt: skip


def from_telex(text: str) -> str:
    """The text that the keys mean; "" when no word changes or one is no syllable then."""
    words = _WORD.findall(text)
    meant = {word: _meant(word) for word in words}
    if not text.isascii() or all(word == other for word, other in meant.items()):
        return ""
    if not all(meant.values()):
        return ""
    return _WORD.sub(lambda found: meant[found[0]], text)


def _meant(word: str) -> str:
    """The word without its keys; as it is when it has none, "" when it makes no syllable."""
    letters, tone = _without_tone_key(word.lower())
    for keys, letter in _LETTERS:
        letters = letters.replace(keys, letter)
    if letters == word.lower():
        return word
    spelt = letters if is_syllable(letters) else ""
    if tone:
        toned = (_with_mark(letters, at, tone) for at in _vowels(letters))
        spelt = next((one for one in toned if is_syllable(one)), "")
    return spelt.capitalize() if word[0].isupper() else spelt


def _without_tone_key(word: str) -> tuple[str, int]:
    """Letters and the number of the tone, whose key stands anywhere behind the first vowel."""
    start = next((at for at, char in enumerate(word) if char in _VOWELS), len(word))
    for at in range(len(word) - 1, start, -1):
        if word[at] in _TONE_KEYS:
            return word[:at] + word[at + 1 :], _TONE_KEYS[word[at]]
    return word, 0


def _vowels(letters: str) -> list[int]:
    """Places of the vowels, the last first: «Quản», not «Qủan»."""
    return [at for at, char in reversed(list(enumerate(letters))) if char in _VOWELS]


def _with_mark(letters: str, at: int, tone: int) -> str:
    return unicodedata.normalize("NFC", f"{letters[: at + 1]}{_MARKS[tone]}{letters[at + 1 :]}")
