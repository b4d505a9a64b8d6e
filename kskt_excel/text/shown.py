"""Values and lists as a person writes them in a sentence, on paper and on the screen."""

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from fractions import Fraction

from kskt_excel.model.book import Raw
from kskt_excel.text.spelling import clean

_LONGEST = 60  # characters: a sentence quotes a value, it does not repeat a text
_LAST_PADDED_MONTH = 2  # official texts write 05/01, 05/02, but 05/3
_SECONDS_AN_HOUR = 3600
_LARGEST_PLAIN = 10**15  # beyond 15 digits a float, and Excel, keep no further ones


def given(raw: Raw) -> str:
    """The value as Excel shows it to a Vietnamese reader: ``1,5``, ``15/3/2022``, ``TRUE``.

    Line breaks become blanks and a long text ends in ``…``.
    """
    if isinstance(raw, str):
        text = " ".join(clean(raw).text.split())
        return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip() + "…"
    if isinstance(raw, bool):
        return str(raw).upper()
    if isinstance(raw, int | float):
        return plain_number(raw)
    return _moment(raw)


def plain_number(value: float) -> str:
    """A number with a decimal comma and without a trailing ``,0``; at most 6 decimals."""
    shown = f"{value:.6f}".rstrip("0").rstrip(".") if abs(value) < _LARGEST_PLAIN else f"{value:g}"
    return shown.replace(".", ",")


def day_text(value: dt.date) -> str:
    """A date as it is written in reports: ``05/01/2022``, ``15/3/2022`` (NĐ 30/2020)."""
    month = f"{value.month:02}" if value.month <= _LAST_PADDED_MONTH else str(value.month)
    return f"{value.day:02}/{month}/{value.year:04}"


def dossier_example(agency: str, day: dt.date) -> str:
    """A code such as dossiers of an agency have: ``000.00.00.H55-220128-0007``."""
    return f"000.00.00.{agency or 'H55'}-{day:%y%m%d}-0007"


def listed(items: Sequence[str]) -> str:
    """``A``, ``A và B``, ``A, B và C``; "" of nothing."""
    *others, last = items or ("",)
    return f"{', '.join(others)} và {last}" if others else last


def first_ones(items: Sequence[str], most: int, noun: str, between: str = ", ") -> str:
    """``A, B``; of more than ``most`` the first, and how many follow: ``A, B và 3 cột khác``."""
    left = len(items) - most
    return between.join(items[:most]) + (f" và {left} {noun} khác" if left > 0 else "")


def row_numbers(rows: Iterable[int]) -> str:
    """Row numbers, neighbours joined: ``8, 10–13``."""
    runs: list[list[int]] = []
    for row in sorted(rows):
        if runs and row == runs[-1][-1] + 1:
            runs[-1].append(row)
        else:
            runs.append([row])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def _moment(raw: dt.date | dt.time | dt.timedelta | None) -> str:
    if raw is None:
        return ""
    if isinstance(raw, dt.date):
        return day_text(raw)
    if isinstance(raw, dt.time):
        return f"{raw:%H:%M}"
    hours, rest = divmod(int(raw.total_seconds()), _SECONDS_AN_HOUR)
    return f"{hours:02}:{rest // 60:02}"


_TEN = 10
_ABBREVIATIONS = frozenset(
    ("TTHC", "KSTTHC", "VBQPPL", "PAKN", "UBND", "HĐND", "BCCI", "DVC", "DVCTT", "CSDL", "KH&CN")
)  # a title in capitals does not show which words are
_MOST_DECIMALS = 6  # behind nine digits a float has no more
# Decimals: rates over counts of eight digits are apart from any target long before.
_MOST_TELLING = 12
_HUNDRED = 100
NO_FIGURE = "–"
"""Stands for a rate over nothing."""


def value_text(value: Raw | dt.datetime) -> str:
    """What was read, as every product shows it: ``1.234,25``, ``Có``, ``15/3/2022``; "" of none."""
    if isinstance(value, bool):
        return "Có" if value else "Không"
    if isinstance(value, int | float):
        return grouped_number(value)
    if isinstance(value, dt.datetime):
        return office_moment(value)
    return value if isinstance(value, str) else _moment(value)


def exact(value: float | Fraction) -> Fraction:
    """The number as it is written: 0.1 is one tenth, so that halves round as on paper."""
    return value if isinstance(value, Fraction) else Fraction(repr(value))


def rounded(value: float | Fraction, decimals: int) -> Fraction:
    """Rounded once, from the exact number, halves away from zero as Excel's ROUND does."""
    scaled = abs(exact(value)) * 10**decimals
    whole = Fraction(math.floor(scaled + Fraction(1, 2)), 10**decimals)
    return -whole if value < 0 else whole


def decimal_text(value: float | Fraction, decimals: int) -> str:
    """``1.234,50`` with just so many decimals."""
    number = rounded(value, decimals)
    whole, rest = divmod(abs(number), 1)
    digits = f",{int(rest * 10**decimals):0{decimals}d}" if decimals else ""
    return f"{'-' if number < 0 else ''}{int(whole):,d}".replace(",", ".") + digits


def grouped_number(value: float) -> str:
    """``1.234`` and ``12,25``: a dot groups thousands, a comma stands before what decimals it has.

    At most 6 decimals.
    """
    if value == int(value):
        return f"{int(value):,d}".replace(",", ".")
    return decimal_text(value, _MOST_DECIMALS).rstrip("0").rstrip(",")


def percent_text(fraction: float | Fraction | None, decimals: int = 1) -> str:
    """``20,7 %``, ``95,0 %`` of a fraction; ``–`` where there is none."""
    if fraction is None:
        return NO_FIGURE
    return f"{decimal_text(exact(fraction) * _HUNDRED, decimals).replace('.', '')} %"


def telling_decimals(value: Fraction, limit: Fraction, *, at_most: bool = False) -> int:
    """The fewest decimals, at least one, with which the number shown keeps to its side of a limit.

    94,958 against 95 is told as 94,96: as 95,0 it would seem to reach it.
    """

    def reaches(number: Fraction) -> bool:
        return number <= limit if at_most else number >= limit

    fitting = (n for n in range(1, _MOST_TELLING) if reaches(rounded(value, n)) is reaches(value))
    return next(fitting, _MOST_TELLING)


def office_moment(value: dt.datetime) -> str:
    """``08 giờ 30 ngày 18/3/2022``."""
    return f"{value.hour:02d} giờ {value.minute:02d} ngày {day_text(value.date())}"


def two_digits(count: int) -> str:
    """``05``, ``12``: official texts write counts below ten with a zero."""
    return f"{count:02d}" if 0 < count < _TEN else grouped_number(count)


def capitalised(text: str) -> str:
    """The text with its first letter a capital, the rest untouched."""
    return text[:1].upper() + text[1:]


def sentence_case(title: str) -> str:
    """A title in capitals as a sentence writes it, abbreviations kept; any other as it is."""
    if not title.isupper():
        return title
    words = [
        word if word.strip(".,;:()") in _ABBREVIATIONS else word.lower() for word in title.split()
    ]
    return capitalised(" ".join(words))
