"""Sentences as a clerk writes them: none, one, many; more, less, the same."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from kskt_excel.model.period import Period
from kskt_excel.report.narrative_content import Listed
from kskt_excel.report.words import number, percent, two_digits

_Row = TypeVar("_Row")
_MANY = 10  # items of a list that a reader still reads
_PERIOD_WORDS = {"Quý": "quý", "Năm": "năm"}


def counted(count: int, noun: str, whole: int = 0) -> str:
    """``05 hồ sơ``, with a whole ``05 hồ sơ (50 %)``; ``không có hồ sơ``."""
    return f"{two_digits(count)} {noun}{share(count, whole)}" if count else f"không có {noun}"


def share(part: int, whole: int) -> str:
    """`` (37,5 %)`` with the blank before it; nothing of nothing is ``""``."""
    return f" ({percent(part / whole)})" if whole else ""


def of_which(total: int, parts: Sequence[tuple[str, int]], noun: str) -> str:
    """``, trong đó: …`` without the parts that are 0; what is the whole stands in brackets.

    ``, trong đó: trước hạn 08 hồ sơ; quá hạn 02 hồ sơ``; `` (đều trước hạn)``; `` (trước hạn)``.
    """
    there = [(label, count) for label, count in parts if count]
    if not there:
        return ""
    if len(there) == 1 and there[0][1] == total:
        label = there[0][0]
        return f" (đều {label})" if total > 1 else f" ({label})"
    said = "; ".join(
        f"{label}{':' if label[-1:].isdigit() else ''} {two_digits(count)} {noun}"
        for label, count in there
    )
    return f", trong đó: {said}"


def change(now: int, before: int | None, noun: str, period: Period | None) -> str:
    """``, tăng 12 hồ sơ (10,5 %) so với quý I/2022``; "" with nothing to compare with."""
    if before is None or period is None or (now == 0 and before == 0):
        return ""
    than = f"so với {period_words(period)}"
    if now == before:
        return f", không thay đổi {than}"
    word = "tăng" if now > before else "giảm"
    difference = abs(now - before)
    rate = f" ({percent(difference / before)})" if before else ""
    return f", {word} {two_digits(difference)} {noun}{rate} {than}"


def rate_change(now: float | None, before: float | None, period: Period | None) -> str:
    """``, tăng 2,3 điểm phần trăm so với quý I/2022``: the difference of the printed rates."""
    if now is None or before is None or period is None:
        return ""
    points = points_between(now, before)
    than = f"so với {period_words(period)}"
    if points == 0:
        return f", không thay đổi {than}"
    word = "tăng" if points > 0 else "giảm"
    return f", {word} {number(abs(points))} điểm phần trăm {than}"


def points_between(now: float, before: float) -> float:
    """Percentage points between two fractions as they are printed, with one decimal."""
    return round(round(now * 100, 1) - round(before * 100, 1), 1)


def ratio(part: int, whole: int) -> float | None:
    """The fraction, None of nothing."""
    return part / whole if whole else None


def period_words(period: Period) -> str:
    """The period inside a sentence: ``quý I/2022``, ``6 tháng đầu năm 2022``, ``năm 2022``."""
    first, _, rest = period.label.partition(" ")
    return f"{_PERIOD_WORDS.get(first, first)} {rest}"


def lowered(text: str) -> str:
    """The text with a small first letter, unless it begins with an abbreviation."""
    word = text.split(" ", 1)[0]
    return text if len(word) > 1 and word.isupper() else text[:1].lower() + text[1:]


def tidy(text: str) -> str:
    """A unit's text in one line, without the mark at its end."""
    return " ".join(text.split()).rstrip(" .;,")


def shortened(text: str, most: int) -> str:
    """The text cut at a word with ``…`` when it has more than ``most`` letters."""
    if len(text) <= most:
        return text
    cut = text[:most].rsplit(" ", 1)[0] if " " in text[:most] else text[:most]
    return f"{cut.rstrip(' .;,')}…"


def bullets(items: Iterable[str], rest: str = "", most: int = _MANY) -> Listed:
    """A list whose items end with ``;`` and the last one with a full stop.

    What is over ``most`` is told by its number: ``Và 05 hoạt động khác.``; ``rest`` is their noun.
    """
    given = [text for item in items if (text := tidy(item))]
    kept = given if not rest or len(given) <= most else given[: most - 1]
    return _ended(kept, len(given) - len(kept), rest)


def first_bullets(
    rows: Sequence[_Row], item: Callable[[_Row], str], rest: str, most: int = _MANY
) -> Listed:
    """The same of rows of which each has something to say; what is left out is not worded."""
    kept = rows if len(rows) <= most else rows[: most - 1]
    return _ended([tidy(item(row)) for row in kept], len(rows) - len(kept), rest)


def _ended(kept: Sequence[str], left_out: int, rest: str) -> Listed:
    items = [*kept, f"Và {two_digits(left_out)} {rest} khác"] if left_out else kept
    last = len(items) - 1
    return Listed(tuple(f"{item}{'.' if at == last else ';'}" for at, item in enumerate(items)))
