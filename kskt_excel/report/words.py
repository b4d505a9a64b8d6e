"""Figures and days as a clerk writes them."""

import datetime as dt
from collections.abc import Sequence

_THIRD_MONTH, _TENTH = 3, 10


def number(value: float) -> str:
    """``1.234`` and ``12,5``: a dot groups thousands, a comma stands before decimals."""
    whole = f"{value:,.1f}" if value != int(value) else f"{int(value):,d}"
    return whole.replace(",", "\0").replace(".", ",").replace("\0", ".")


def percent(fraction: float | None) -> str:
    """``20,7 %`` of a fraction with at most one decimal; ``–`` where there is none."""
    return "–" if fraction is None else f"{number(round(fraction * 100, 1))} %"


def day(value: dt.date) -> str:
    """``15/3/2022``; days below 10 and the months 1 and 2 take a zero in official texts.

    Source: Nghị định 30/2020/NĐ-CP, Phụ lục I.
    """
    month = f"{value.month:02d}" if value.month < _THIRD_MONTH else str(value.month)
    return f"{value.day:02d}/{month}/{value.year}"


def moment(value: dt.datetime) -> str:
    """``08 giờ 30 ngày 18/3/2022``."""
    return f"{value.hour:02d} giờ {value.minute:02d} ngày {day(value.date())}"


def two_digits(count: int) -> str:
    """``05``, ``12``: official texts write counts below ten with a zero."""
    return f"{count:02d}" if 0 < count < _TENTH else number(count)


def listed(items: Sequence[str]) -> str:
    """``A``, ``A và B``, ``A, B và C``."""
    if len(items) < 2:  # noqa: PLR2004  # one item needs no joining word
        return "".join(items)
    return f"{', '.join(items[:-1])} và {items[-1]}"


def capitalised(text: str) -> str:
    """The text with its first letter a capital, the rest untouched."""
    return text[:1].upper() + text[1:]
