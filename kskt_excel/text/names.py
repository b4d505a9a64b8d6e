"""Which entry of a list a typed name means: alias, near match, Telex slip, or a question."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Literal

from kskt_excel.model.nouns import dataclass
from kskt_excel.model.patterns import lazy_pattern
from kskt_excel.text.spelling import TONES, clean, is_blank, is_syllable, plain_key, tone_key

_WORD = lazy_pattern(r"[A-Za-z]+")
_TONE_KEYS = {"f": 1, "r": 2, "x": 3, "s": 4, "j": 5}
_MARKS = {number: mark for mark, number in TONES.items()}
_VOWELS = frozenset("aăâeêioôơuưyw")
# The longest first: «uow» is ươ, not u and ơ.
_LETTERS = (
    ("uow", "ươ"), ("uwow", "ươ"), ("dd", "đ"), ("aa", "â"), ("ee", "ê"), ("oo", "ô"),
    ("aw", "ă"), ("ow", "ơ"), ("uw", "ư"), ("w", "ư"),
)  # fmt: skip


def from_telex(text: str) -> str:
    """The text that the keys mean; "" when no word changes or one is no syllable then."""
    words = _WORD.findall(text)
    meant = {word: _without_keys(word) for word in words}
    if not text.isascii() or all(word == other for word, other in meant.items()):
        return ""
    if not all(meant.values()):
        return ""
    return _WORD.sub(lambda found: meant[found[0]], text)


def _without_keys(word: str) -> str:
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


How = Literal["exact", "alias", "expanded", "near", "ask", "none"]

_ACCEPT = 95.0  # percent alike: one slip in a long name; anything less is asked
_ASK = 70.0  # worth offering; below it every unit of a province is a little alike
_MARGIN = 8.0  # points before the next: «Phòng Quản lý …» differ in one word
_SUGGESTIONS = 3  # names in a question
_MOST_REMEMBERED = 4096  # spellings of a list: what is pasted into a column may be endless
_AND_SCIENCE = lazy_pattern(r"\bkh\s*(?:&|-|va\b)\s*cn\b|\bkh cn\b")
_EXPANSIONS = {
    "tt": "trung tam",
    "p": "phong",
    "vp": "van phong",
    "cc": "chi cuc",
    "ql": "quan ly",
    "pt": "phat trien",
    "khcn": "khoa hoc cong nghe",
    "pvhcc": "phuc vu hanh chinh cong",
    "hcc": "hanh chinh cong",
    "tdc": "tieu chuan do luong chat luong",
    "tcdlcl": "tieu chuan do luong chat luong",
    "tchc": "to chuc hanh chinh",
}
_FILLERS = frozenset({"va"})
_KIND = ("phong",)
_LEADING_KIND = lazy_pattern(r"\A(?:phong|p) ")
# Kỹ and kĩ are one word, typed without marks too.
_LONELY_Y = lazy_pattern(r"\b(qu|[bcdghklmnpqrstvx]+)y\b")
_DIGITS = lazy_pattern(r"\d+")


@dataclass(frozen=True, slots=True)
class NameMatch:
    """What a typed name means: the entry, how sure it is, or what to offer in a question.

    ``exact``, ``alias`` and ``expanded`` are sure; ``near`` is taken with a warning; ``ask`` and
    ``none`` have no value.
    """

    value: str | None
    how: How
    suggestions: tuple[str, ...] = ()  # best first, at most three


@dataclass(frozen=True, slots=True)
class _Spelling:
    value: str
    words: tuple[str, ...]  # plain, abbreviations expanded, without fillers


@dataclass(frozen=True, slots=True)
class _Nearness:
    value: str
    loose: float  # words in any order
    strict: float  # letters in their order, blanks apart


class Matcher:
    """Finds the entry of a list (danh mục) that a typed name means; never guesses between two.

    Lists whose entries differ by a letter or two, such as statuses, take ``fuzzy=False``: then
    only aliases are accepted, and what is near is offered as a question. What a list is searched by
    is made when it is: most cells have an entry as it was offered, or nothing.
    """

    def __init__(self, entries: Iterable[tuple[str, Sequence[str]]], *, fuzzy: bool = True) -> None:
        self._fuzzy = fuzzy
        self._entries = tuple((value, tuple(aliases)) for value, aliases in entries)
        self._seen: dict[str, NameMatch] = {}

    def match(self, raw: str) -> NameMatch:
        """The entry that ``raw`` means, or what to ask; blank text means none."""
        known = self._seen.get(raw)
        if known is None:
            known = self._match(clean(raw).text)
            if len(self._seen) < _MOST_REMEMBERED:
                self._seen[raw] = known
        return known

    @cached_property
    def _exact(self) -> Mapping[str, str]:
        return {tone_key(value): value for value, _ in self._entries}

    @cached_property
    def _by_tone(self) -> Mapping[str, set[str]]:
        return _values_by_key((tone_key(written), value) for value, written in self._all_written())

    @cached_property
    def _by_plain(self) -> Mapping[str, set[str]]:
        plain = [(plain_key(written), value) for value, written in self._all_written()]
        return _values_by_key((*plain, *((key.replace(" ", ""), value) for key, value in plain)))

    @cached_property
    def _spellings(self) -> Sequence[_Spelling]:
        return [_Spelling(value, _expanded(written)) for value, written in self._all_written()]

    def _all_written(self) -> Iterator[tuple[str, str]]:
        """Each entry with each of its spellings."""
        for value, aliases in self._entries:
            for written in (value, *aliases):
                yield value, written

    def _match(self, text: str) -> NameMatch:
        if is_blank(text):
            return NameMatch(None, "none")
        return self._known_match(text) or self._as_telex(text) or self._near_match(text)

    def _as_telex(self, text: str) -> NameMatch | None:
        """The question whether Telex keys were meant; they are never read without asking."""
        keys = from_telex(text)
        meant = self._known_match(keys) if keys else None
        return NameMatch(None, "ask", (meant.value,)) if meant and meant.value else None

    def _known_match(self, text: str) -> NameMatch | None:
        """The match of a known spelling or abbreviation: no likeness is measured."""
        # The surest first: without marks several entries may be one, and abbreviations fit more
        # still.
        tone, plain = tone_key(text), plain_key(text)
        if tone in self._exact:
            return NameMatch(self._exact[tone], "exact")
        if match := _single(self._by_tone.get(tone), "alias"):
            return match
        if found := self._by_plain.get(plain) or self._by_plain.get(plain.replace(" ", "")):
            return self._by_plain_key(text, sorted(found))
        if match := _single(self._by_plain.get(_LEADING_KIND.sub("", plain)), "alias"):
            return match
        return _single(self._aligned(_expanded(text)), "expanded") if self._fuzzy else None

    def _by_plain_key(self, text: str, found: list[str]) -> NameMatch:
        """Typed without accents it is an alias; typed with other accents it is only near."""
        if len(found) > 1:
            return NameMatch(None, "ask", tuple(found[:_SUGGESTIONS]))
        return NameMatch(found[0], "alias" if text.isascii() else "near")

    def _aligned(self, words: tuple[str, ...]) -> set[str]:
        """Entries whose words the typed ones abbreviate; the leading «phòng» may be left out."""
        return {
            s.value
            for s in self._spellings
            if _aligns(words, s.words) or (s.words[:1] == _KIND and _aligns(words, s.words[1:]))
        }

    def _near_match(self, text: str) -> NameMatch:
        scored = self._scored(_expanded(text))
        offered = tuple(near.value for near in scored if near.loose >= _ASK)[:_SUGGESTIONS]
        if not offered:
            return NameMatch(None, "none")
        best, runner_up = scored[0], scored[1].loose if len(scored) > 1 else 0.0
        sure = best.strict >= _ACCEPT and best.loose - runner_up >= _MARGIN
        same_digits = _DIGITS.findall(text) == _DIGITS.findall(best.value)
        if self._fuzzy and sure and same_digits:
            return NameMatch(best.value, "near", offered)
        return NameMatch(None, "ask", offered)

    def _scored(self, words: tuple[str, ...]) -> list[_Nearness]:
        """Every entry with the best scores (0..100) of its spellings, best first.

        Only the letters in their order can be accepted; words in another order are only offered.
        """
        from rapidfuzz import fuzz  # heavy: only when the quick ways have failed

        typed, glued = " ".join(words), "".join(words)
        best = {value: _Nearness(value, 0.0, 0.0) for value, _ in self._entries}
        for spelling in self._spellings:
            strict = fuzz.ratio(glued, "".join(spelling.words))
            loose = max(strict, fuzz.token_sort_ratio(typed, " ".join(spelling.words)))
            if loose > best[spelling.value].loose:
                best[spelling.value] = _Nearness(spelling.value, loose, strict)
        return sorted(best.values(), key=lambda near: -near.loose)


def _values_by_key(keyed: Iterable[tuple[str, str]]) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = {}
    for key, value in keyed:
        found.setdefault(key, set()).add(value)
    return found


def _single(found: set[str] | None, how: How) -> NameMatch | None:
    if not found:
        return None
    if len(found) == 1:
        return NameMatch(next(iter(found)), how)
    return NameMatch(None, "ask", tuple(sorted(found)[:_SUGGESTIONS]))


def _expanded(text: str) -> tuple[str, ...]:
    """Plain words, abbreviations written out; KH&CN first, as KH alone has two meanings."""
    bare = plain_key(text.replace("&", " & ").replace("-", " "))
    joined = _AND_SCIENCE.sub("khcn", bare)
    words = " ".join(_EXPANSIONS.get(word, word) for word in joined.split())
    return tuple(word for word in _LONELY_Y.sub(r"\1i", words).split() if word not in _FILLERS)


def _aligns(typed: tuple[str, ...], words: tuple[str, ...]) -> bool:
    """Whether each typed word is a word of the name, or the initials of two or more in a row."""
    if not typed or not words:
        return not typed and not words
    first, rest = typed[0], typed[1:]
    if first == words[0] and _aligns(rest, words[1:]):
        return True
    length = len(first)
    initials = "".join(word[0] for word in words[:length])
    return 1 < length == len(initials) and first == initials and _aligns(rest, words[length:])
