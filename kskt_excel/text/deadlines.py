"""Deadlines (thời gian hoàn thành) as plans write them: the words, and every day in them."""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from kskt_excel.model.book import Raw
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.patterns import lazy_pattern
from kskt_excel.model.period import ROMAN
from kskt_excel.model.plan import Deadline, DeadlineKind
from kskt_excel.text.dates import CENTURY, date
from kskt_excel.text.shown import day_text as shown
from kskt_excel.text.spelling import clean, plain_key
from kskt_excel.text.values import BLANK, Parsed, fault, nothing, taken

_ONE_DAY: Final = dt.timedelta(days=1)
_MONTHS: Final = 12
_SPOKEN: Final = {"một": 1, "nhất": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4}
_FOUR: Final = r"(?:iv|i{1,3}|0?[1-4]|một|nhất|hai|ba|bốn|tư)"
_JOIN: Final = r"\s*(?:,|;|&|\+|-|–|và)\s*"
_YEAR: Final = r"(?:\s*(?:/|-|,|\(|năm)?\s*(?:năm\s*)?(?P<year>20\d\d)\)?)?"
# «30/6», «30.6.2022», «ngày 30 tháng 6 năm 2022»; nothing of «1/2/3/4».
_DAY: Final = lazy_pattern(
    r"(?<![\d/])(?P<day>\d{1,2})\s?[/.-]\s?(?P<month>\d{1,2})(?:\s?[/.-]\s?(?P<year>\d{4}|\d{2}))?"
    r"(?![\d/])"
    r"|ngày\s+(?P<day2>\d{1,2})\s+tháng\s+(?P<month2>\d{1,2})(?:\s+năm\s+(?P<year2>\d{4}))?"
)
# «Quý I, II/2022», «Q.3», «quý tư năm 2022»; not «mỗi quý một lần», which names no quarter.
_QUARTERS: Final = lazy_pattern(
    r"(?<!mỗi )(?<!hàng )(?<!hằng )(?<!từng )"
    rf"(?:\bq(?:u[ýíyi]|úy)?\.?\s*)(?P<some>{_FOUR}(?:{_JOIN}(?:qu[ýí]\s*)?{_FOUR})*)\b{_YEAR}"
)
# «tháng 3, 6/2022», «T3-5»; not «T6 tháng đầu năm», where 6 is how many months.
_MONTH_LIST: Final = lazy_pattern(
    r"\b(?:tháng|t)\s*(?P<some>(?:1[0-2]|0?[1-9])(?:"
    + _JOIN
    + r"(?:tháng\s*)?(?:1[0-2]|0?[1-9])\b)*)\b(?!\s*(?:đầu|cuối|năm\b(?!\s*20)|tháng))"
    + _YEAR
)
_MONTH_OF_YEAR: Final = lazy_pattern(  # «6/2022», not the end of «30/6/2022»
    r"(?<![\d/.-])(?P<some>1[0-2]|0?[1-9])\s?[/-]\s?(?P<year>20\d\d)"
)
# «6 tháng đầu năm 2022», «9 tháng», «6 tháng cuối năm»; not «3 tháng»
_HALVES: Final = lazy_pattern(
    rf"\b(?P<months>6|sáu|9|chín|12)\s*tháng(?:\s*(?P<end>đầu|cuối))?(?:\s*năm)?{_YEAR}"
)
_WHOLE_YEAR: Final = lazy_pattern(r"\b(?:trong|cả|hết|cuối|đến)?\s*năm\s*(?P<year>20\d\d)")
_YEAR_END: Final = lazy_pattern(r"\b(?:cuối|hết|trong|cả) năm\b(?!\s*20)")
_FINDERS: Final = (
    ("day", _DAY),
    ("quarters", _QUARTERS),
    ("halves", _HALVES),
    ("months", _MONTH_LIST),
    ("months", _MONTH_OF_YEAR),
    ("year", _WHOLE_YEAR),
    ("year", _YEAR_END),
)
# The day on which a document was signed is no deadline: «Kế hoạch số 15/KH-UBND ngày 10/01/2022».
_CITED: Final = lazy_pattern(
    r"(?:số\s+)?\d{1,4}\s?/(?:20\d\d\s?/)?[a-zđ][\w&-]*(?:[^,;()]{0,60}?\bngày\s+[\d/.-]+)?"
)
_PART: Final = lazy_pattern(r"(?:\b(?:đầu|giữa)|\btuần\s+(?:thứ\s+)?\w+)\s*(?:của\s+)?,?\s*$")
"""Before a month, quarter or year: only a part of it is meant, and nobody can say which day."""
_BEFORE: Final = lazy_pattern(r"\btrước\s*(?:hết\s*)?(?:ngày\s*)?$")
_START: Final = lazy_pattern(r"\b(?:từ|sau|kể từ)\s*(?:hết\s*)?(?:ngày\s*|đầu\s*)?$")
_RANGE: Final = lazy_pattern(r"\s*(?:-|–|→|đến|tới)\s*(?:hết\s*)?(?:ngày\s*)?")
_RECURRING_DAY: Final = lazy_pattern(  # «trước ngày 15»; not «ngày 15/3», which comes once
    r"(?P<before>trước\s+)?ngày\s+(?P<day>\d{1,2})\b(?!\s*[/.-]?\s*\d)"
)
# «hàng quý», «cuối của tháng», «định kỳ»: a day beside it comes again and again.
_RECURS: Final = lazy_pattern(
    r"(?:hàng|hằng|mỗi|từng|cuối|đầu)\s+(?:của\s+)?(?:tháng|quý|năm|kỳ)|định kỳ"
)
# On plain keys: «khi phát sinh», «đột xuất», «theo yêu cầu», at the beginning alone.
_ON_DEMAND: Final = lazy_pattern(
    r"(?:thuc hien )?(?:khi (?:co|phat sinh|can)\b|dot xuat\b|theo yeu cau\b|phat sinh\b)"
)


_SPOKEN_MONTHS: Final = {
    "một": 1,
    "hai": 2,
    "ba": 3,
    "bốn": 4,
    "tư": 4,
    "năm": 5,
    "sáu": 6,
    "bảy": 7,
    "bẩy": 7,
    "tám": 8,
    "chín": 9,
    "mười": 10,
    "mười một": 11,
    "mười hai": 12,
}
# «tháng ba», «tháng mười hai»; not «mỗi tháng một lần» nor «6 tháng một lần». The longest word
# first, or «mười hai» is read as «mười».
_SPOKEN_MONTH: Final = lazy_pattern(
    r"(?<!hàng )(?<!hằng )(?<!mỗi )(?<!từng )(?<!\d )\btháng (?P<month>"
    + "|".join(sorted(_SPOKEN_MONTHS, key=len, reverse=True))
    + r")\b(?!\s*(?:lần|kỳ|ngày|tháng|20\d\d))"
)
_ISO_DAY: Final = lazy_pattern(r"\b(20\d\d)-(\d{1,2})-(\d{1,2})\b")
_HALF_OF_YEAR: Final = lazy_pattern(r"\bnửa (?=(?:đầu|cuối)\b)")
_WITHOUT_MARKS: Final = (
    *(("quy tu", "quý tư"), ("truoc", "trước"), ("ngay", "ngày"), ("thang", "tháng")),
    *(("quy", "quý"), ("nam", "năm"), ("dau", "đầu"), ("cuoi", "cuối"), ("tu", "từ")),
    *(("den", "đến"), ("hang", "hàng"), ("moi", "mỗi"), ("va", "và"), ("dinh ky", "định kỳ")),
)
"""Words of deadlines as they are typed without marks, in a text that has none at all."""


def _usual(words: str) -> str:
    """The words as the patterns know them: marks, months in figures, days as day/month/year."""
    if words.isascii():
        for typed, meant in _WITHOUT_MARKS:
            words = re.sub(rf"\b{typed}\b", meant, words)
    words = _ISO_DAY.sub(r"\3/\2/\1", words)
    words = _HALF_OF_YEAR.sub("6 tháng ", words)
    return _SPOKEN_MONTH.sub(lambda match: f"tháng {_SPOKEN_MONTHS[match['month']]}", words)


def task_deadline(raw: Raw, year: int) -> Parsed[Deadline]:
    """When a task must be done: its kind, every day in it, the words as written.

    ``Quý I/2022`` is due on 31/3/2022; «trước» a day or a quarter means the day before it begins;
    of «từ … đến …» the end counts. What has no year takes the plan's ``year`` with a warning.
    Several quarters or months are as many days. Words in which no day is found are kept with a
    warning: the office writes the day beside them. A day that no calendar has is a fault.
    """
    if isinstance(raw, str):
        return _of_text(raw, year)
    day = date(raw).value if isinstance(raw, dt.date) else None
    if day is not None:
        return Parsed(Deadline(shown(day), DeadlineKind.FIXED, (day,)))
    return BLANK if raw is None else fault("plan.deadline_unread", raw, year=year)


def _of_text(raw: str, year: int) -> Parsed[Deadline]:
    text = " ".join(clean(raw).text.split())
    if (empty := nothing(text)) is not None:
        return empty
    kind = _kind(plain_key(text))
    found = _Found.of(text, year, kind)
    if found.impossible:
        return fault("plan.deadline_unread", raw, year=year)
    return _understood(text, kind, found, raw)


def _understood(
    text: str, kind: DeadlineKind | None, found: "_Found", raw: str
) -> Parsed[Deadline]:
    days = found.days
    if kind is None and not days:
        return taken(Deadline(text, DeadlineKind.FIXED), "plan.deadline_undated", raw)
    made = Deadline(text, kind or DeadlineKind.FIXED, days)
    if kind is None and found.recurs:
        return Parsed(replace(made, kind=DeadlineKind.PERIODIC))
    if kind is None and len(days) > 1:
        made = replace(made, kind=DeadlineKind.PERIODIC)
        return taken(made, "plan.deadline_several", raw, days=", ".join(map(shown, days)))
    if days and found.year_taken:
        due = f"hạn {', '.join(map(shown, days))}"
        return taken(made, "plan.value_read", raw, value=due)
    return Parsed(made)


def _kind(key: str) -> DeadlineKind | None:
    """What the first words say, on a plain key; None where they are the day itself."""
    if key.startswith("thuong xuyen"):
        by_rule = "theo quy dinh" in key or "theo qd" in key
        return DeadlineKind.CONTINUOUS_BY_RULE if by_rule else DeadlineKind.CONTINUOUS
    if re.match(r"(?:bao cao )?(?:dinh ky|(?:hang|moi) (?:tuan|thang|quy|nam|6 thang))\b", key):
        return DeadlineKind.PERIODIC
    if key.startswith("long ghep"):
        return DeadlineKind.WITHIN_OTHER
    if re.match(r"(?:thuc hien )?theo (?:ke hoach|kh)\b", key):
        return DeadlineKind.OWN_PLAN
    return DeadlineKind.ON_DEMAND if _ON_DEMAND.match(key) else None


@dataclass(frozen=True, slots=True)
class _Span:
    """Days that are named at one place of the text: from first to last, which is due."""

    start: int
    end: int
    first: dt.date
    last: dt.date
    has_year: bool
    more: tuple[dt.date, ...] = ()  # further last days of a list, later ones after it
    is_year: bool = False


@dataclass(frozen=True, slots=True)
class _Found:
    """Every due day of a text, oldest first."""

    days: tuple[dt.date, ...]
    year_taken: bool = False  # some had no year of their own
    recurs: bool = False  # a day of every month or quarter
    impossible: bool = False  # names a day that no calendar has

    @classmethod
    def of(cls, text: str, year: int, kind: DeadlineKind | None) -> "_Found":
        """The days in a text; of a periodic task also «ngày 15» of each month that is meant.

        Beside other words a lone year is no day: it is the plan's, or in the name of a document.
        """
        words = _CITED.sub(lambda match: " " * len(match[0]), _usual(text.casefold()))
        try:
            spans = [one for one in _spans(words, year) if kind is None or not one.is_year]
        except _ImpossibleDayError:
            return cls((), impossible=True)
        days = dict.fromkeys(_due(words, spans))
        taken_year = any(not span.has_year for span in spans)
        recurring = tuple(_recurring(words, year)) if not days else ()
        if recurring and kind in (None, DeadlineKind.PERIODIC):
            return cls(recurring, recurs=True)
        return cls(tuple(sorted(days)), taken_year)


class _ImpossibleDayError(ValueError):
    """A day that no calendar has."""


def _spans(words: str, year: int) -> Iterator[_Span]:
    """What names days, from left to right; a year that stands once is everybody's before it."""
    found: list[tuple[re.Match[str], str]] = []
    at = 0
    while at < len(words):
        starts = [(match, name) for name, finder in _FINDERS if (match := finder.search(words, at))]
        if not starts:
            break
        # Of patterns that begin at the same place the one that takes most has understood most.
        match, name = min(starts, key=lambda one: (one[0].start(), -one[0].end()))
        found.append((match, name))
        at = match.end()
    years = [_year_of(match) for match, _ in found]
    for number, (match, name) in enumerate(found):
        following = next((one for one in years[number:] if one), 0)
        yield _span(match, name, following or year, has_year=bool(following))


def _year_of(match: re.Match[str]) -> int:
    groups = match.groupdict()
    text = groups.get("year") or groups.get("year2") or ""
    return int(text) + (CENTURY if 0 < len(text) < len("2022") else 0) if text else 0


def _span(match: re.Match[str], name: str, year: int, *, has_year: bool) -> _Span:
    at = match.start(), match.end()
    if name == "day":
        number, month = match["day"] or match["day2"], match["month"] or match["month2"]
        try:
            day = dt.date(year, int(month), int(number))
        except ValueError:
            raise _ImpossibleDayError(match[0]) from None
        return _Span(*at, day, day, has_year)
    if name == "halves":
        months = {"sáu": 6, "chín": 9}.get(match["months"]) or int(match["months"])
        if match["end"] == "cuối":
            return _Span(*at, dt.date(year, _MONTHS - months + 1, 1), _end(year, 12), has_year)
        return _Span(*at, dt.date(year, 1, 1), _end(year, months), has_year)
    if name == "year":
        return _Span(*at, dt.date(year, 1, 1), _end(year, _MONTHS), has_year, is_year=True)
    size = 3 if name == "quarters" else 1
    numbers = sorted(_numbers(match["some"]))
    first = dt.date(year, numbers[0] * size - size + 1, 1)
    due = numbers[-1:] if re.search("[-–]", match["some"]) else numbers  # «tháng 3-5» ends in May
    ends = [_end(year, number * size) for number in due]
    return _Span(*at, first, ends[0], has_year, tuple(ends[1:]))


def _numbers(some: str) -> Iterator[int]:
    for word in re.findall(r"\d+|\w+", some):
        value = ROMAN.get(word) or _SPOKEN.get(word)
        if value or word.isdigit():
            yield value or int(word)


def _end(year: int, month: int) -> dt.date:
    """Last day of a month."""
    return dt.date(year + month // _MONTHS, month % _MONTHS + 1, 1) - _ONE_DAY


def _due(words: str, spans: Sequence[_Span]) -> Iterator[dt.date]:
    """The last day of each span; not of what only begins a time that ends with the next one."""
    for number, span in enumerate(spans):
        between = words[span.end : spans[number + 1].start] if number + 1 < len(spans) else ""
        if _START.search(words[: span.start]) or (between and _RANGE.fullmatch(between)):
            continue
        if span.first < span.last and _PART.search(words[: span.start]):
            continue
        if _BEFORE.search(words[: span.start]):
            yield span.first - _ONE_DAY
        else:
            yield from (span.last, *span.more)


def _recurring(words: str, year: int) -> Iterator[dt.date]:
    """«Định kỳ hàng quý (trước ngày 15)»: that day of each month that the words mean."""
    match = _RECURRING_DAY.search(words)
    if not match or not _RECURS.search(words):
        return
    every_month = re.search(r"(?:hàng|hằng|mỗi|từng)\s+tháng", words)
    months: Sequence[int] = range(1, _MONTHS + 1) if every_month else (3, 6, 9, 12)
    if not every_month and "quý" not in words:
        months = (6, 12) if "6 tháng" in words else (12,)
    later = bool(re.search(r"tháng (?:đầu (?:của )?(?:quý|kỳ) sau|sau|kế tiếp|tiếp theo)", words))
    for month in months:
        at = dt.date(year + (month + later - 1) // _MONTHS, (month + later - 1) % _MONTHS + 1, 1)
        day = min(int(match["day"]), _end(at.year, at.month).day)
        yield at.replace(day=max(day, 1)) - (_ONE_DAY if match["before"] else dt.timedelta(0))
