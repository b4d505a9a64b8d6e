"""Figures and moments as a clerk writes them."""

import datetime as dt

from kskt_excel.text.given import day

_TENTH = 10


def number(value: float) -> str:
    """``1.234`` and ``12,5``: a dot groups thousands, a comma stands before decimals."""
    whole = f"{value:,.1f}" if value != int(value) else f"{int(value):,d}"
    return whole.replace(",", "\0").replace(".", ",").replace("\0", ".")


def percent(fraction: float | None) -> str:
    """``20,7 %`` of a fraction with at most one decimal; ``–`` where there is none."""
    return "–" if fraction is None else f"{number(round(fraction * 100, 1))} %"


def moment(value: dt.datetime) -> str:
    """``08 giờ 30 ngày 18/3/2022``."""
    return f"{value.hour:02d} giờ {value.minute:02d} ngày {day(value.date())}"


def two_digits(count: int) -> str:
    """``05``, ``12``: official texts write counts below ten with a zero."""
    return f"{count:02d}" if 0 < count < _TENTH else number(count)


def capitalised(text: str) -> str:
    """The text with its first letter a capital, the rest untouched."""
    return text[:1].upper() + text[1:]
