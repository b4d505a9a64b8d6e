"""Which number formats show days and times, and what a stored number then means."""

import datetime as dt
import re
from functools import lru_cache

from kskt_excel.model.grid import Raw

_MOST_REMEMBERED = 4096  # days
_BUILT_IN = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_LENGTHS = frozenset({46})  # [h]:mm:ss
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_LENGTH = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_DATE = re.compile(r"[dmyhs]", re.IGNORECASE)
_SURE_NUMBERS, _SURE_DAYS = (*range(5), 9, 10, 11, 49), (14, 15, 16, 17)
_SURE_LITERAL = re.compile(r'"[^"\\]*"|\[[<>=]{1,2}\d+\]')
_SURE_NUMBER = re.compile(r"General|[#0?,.%@; ]+")
_SURE_DAY = re.compile(r"(?:[dmy]{1,4}\\?[-/. ])+[dmy]{1,4}(?:;@)?")
_EPOCH = {False: dt.datetime(1899, 12, 30), True: dt.datetime(1904, 1, 1)}  # noqa: DTZ001 - days on a sheet have no zone
_FIRST_TRUE_SERIAL = 61  # 1/3/1900: before it Excel counts a 29/2/1900 that never was
_LAST_SERIAL = 2_958_465  # 31/12/9999
_SECONDS = 86_400


def shows(number: int, code: str) -> str:
    """What a format shows: ``date``, ``length`` (hours beyond a day), or ``number``."""
    if number in _LENGTHS:
        return "length"
    if number in _BUILT_IN:
        return "date"
    section = _LITERAL.sub("", code.split(";", maxsplit=1)[0])
    if _LENGTH.search(section):
        return "length"
    return "date" if _DATE.search(section) and "general" not in section.lower() else "number"


def read_serial(serial: float, meaning: str, *, epoch_1904: bool) -> Raw:
    """A day, a moment, a time or a length of time; the number itself when it is none of them."""
    if meaning == "length":
        return (
            dt.timedelta(seconds=round(serial * _SECONDS)) if abs(serial) < _LAST_SERIAL else serial
        )
    if not 0 <= serial <= _LAST_SERIAL:
        return serial
    days, seconds = divmod(round(serial * _SECONDS), _SECONDS)
    if days == 0:
        return (_EPOCH[False] + dt.timedelta(seconds=seconds)).time()
    if not epoch_1904 and days < _FIRST_TRUE_SERIAL:
        days += 1
    moment = _EPOCH[epoch_1904] + dt.timedelta(days=days, seconds=seconds)
    return moment if seconds else moment.date()


@lru_cache(maxsize=_MOST_REMEMBERED)
def read_day(serial: float) -> dt.date:
    """The day of a whole number of days. Raises ValueError for a moment and for days in doubt."""
    if not (_FIRST_TRUE_SERIAL <= serial <= _LAST_SERIAL and serial.is_integer()):
        raise ValueError(serial)
    return (_EPOCH[False] + dt.timedelta(days=serial)).date()


def sure_meaning(number: int, code: str | None) -> str:
    """``number`` or ``day`` where no program shows anything else; "" for a format in doubt.

    ``code`` is what the file itself says of the format; None when it says nothing.
    """
    if code is None:
        known = {**dict.fromkeys(_SURE_NUMBERS, "number"), **dict.fromkeys(_SURE_DAYS, "day")}
        return known.get(number, "")
    if _SURE_NUMBER.fullmatch(_SURE_LITERAL.sub("", code)):
        return "number"
    return "day" if _SURE_DAY.fullmatch(code) else ""


def read_moment(written: str) -> Raw:
    """A day, moment or time written as ISO 8601; the text itself when it is none."""
    if written.startswith("T") or ":" in written[:3]:
        return _time(written)
    try:
        moment = dt.datetime.fromisoformat(written)
    except ValueError:
        return _time(written)
    return moment if moment.time() != dt.time() else moment.date()


def _time(written: str) -> Raw:
    try:
        return dt.time.fromisoformat(written)
    except ValueError:
        return written
