"""Values and lists as a person writes them in a sentence, on paper and on the screen."""

import datetime as dt
from collections.abc import Sequence

from kskt_excel.model.book import Raw
from kskt_excel.text.clean import clean

_LONGEST = 60
_LAST_PADDED_MONTH = 2
_SECONDS_AN_HOUR = 3600
_LARGEST_PLAIN = 10**15


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


def listed(items: Sequence[str]) -> str:
    """``A``, ``A và B``, ``A, B và C``; "" of nothing."""
    *others, last = items or ("",)
    return f"{', '.join(others)} và {last}" if others else last


def _moment(raw: dt.date | dt.time | dt.timedelta | None) -> str:
    if raw is None:
        return ""
    if isinstance(raw, dt.date):
        return day_text(raw)
    if isinstance(raw, dt.time):
        return f"{raw:%H:%M}"
    hours, rest = divmod(int(raw.total_seconds()), _SECONDS_AN_HOUR)
    return f"{hours:02}:{rest // 60:02}"


_TENTH = 10
_ABBREVIATIONS = frozenset(
    ("TTHC", "KSTTHC", "VBQPPL", "PAKN", "UBND", "HĐND", "BCCI", "DVC", "DVCTT", "CSDL", "KH&CN")
)  # a title in capitals does not show which words are


def grouped_number(value: float) -> str:
    """``1.234`` and ``12,5``: a dot groups thousands, a comma stands before decimals."""
    whole = f"{value:,.1f}" if value != int(value) else f"{int(value):,d}"
    return whole.replace(",", "\0").replace(".", ",").replace("\0", ".")


def percent_text(fraction: float | None) -> str:
    """``20,7 %`` of a fraction with at most one decimal; ``–`` where there is none."""
    return "–" if fraction is None else f"{grouped_number(round(fraction * 100, 1))} %"


def office_moment(value: dt.datetime) -> str:
    """``08 giờ 30 ngày 18/3/2022``."""
    return f"{value.hour:02d} giờ {value.minute:02d} ngày {day_text(value.date())}"


def two_digits(count: int) -> str:
    """``05``, ``12``: official texts write counts below ten with a zero."""
    return f"{count:02d}" if 0 < count < _TENTH else grouped_number(count)


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
