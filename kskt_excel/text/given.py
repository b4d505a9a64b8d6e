"""Values and lists as a person writes them, for the braces of a sentence."""

import datetime as dt
from collections.abc import Sequence

from kskt_excel.model.grid import Raw
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
        return number(raw)
    return _moment(raw)


def number(value: float) -> str:
    """A number with a decimal comma and without a trailing ``,0``; at most 6 decimals."""
    shown = f"{value:.6f}".rstrip("0").rstrip(".") if abs(value) < _LARGEST_PLAIN else f"{value:g}"
    return shown.replace(".", ",")


def day(value: dt.date) -> str:
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
        return day(raw)
    if isinstance(raw, dt.time):
        return f"{raw:%H:%M}"
    hours, rest = divmod(int(raw.total_seconds()), _SECONDS_AN_HOUR)
    return f"{hours:02}:{rest // 60:02}"
