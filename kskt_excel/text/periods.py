"""Reporting periods as people write them."""

import re
from collections.abc import Iterator

from kskt_excel.model.book import Raw
from kskt_excel.model.patterns import lazy_pattern
from kskt_excel.model.period import FIRST_YEAR, LAST_YEAR, Period, Window
from kskt_excel.text.dates import CENTURY, date
from kskt_excel.text.spelling import clean, plain_key
from kskt_excel.text.values import BLANK, Parsed, fault, nothing, taken

_MONTHS = 12
_NUMBERS = {"mot": 1, "nhat": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4} | {
    roman: number for number, roman in enumerate(("i", "ii", "iii", "iv"), start=1)
}
_LEAD = r"(?:(?:so lieu|bao cao|ky|trong|cho|cua) )*"
_YEAR = r"(?: ?(?:nam )?(\d{2}|\d{4}))?"
# On plain keys: punctuation is a blank, marks are gone.
_QUARTER = lazy_pattern(
    rf"{_LEAD}(?:qu[yi]|q) ?(0?[1-4]|[il1]{{1,3}}|[il1]v|mot|nhat|hai|ba|bon|tu){_YEAR}"
)
_YEAR_FIRST = lazy_pattern(r"(\d{4}) ?q ?0?([1-4])")
# «I/2022» says no word of quarters: taken with a warning.
_BARE = lazy_pattern(r"(i{1,3}|iv) (\d{4})")
_MONTHS_FROM_START = lazy_pattern(  # «6 tháng đầu năm 2022», «sáu tháng», 2022-6T
    rf"{_LEAD}(?:0?([69])|sau|chin) thang(?: dau)?(?: nam)?(?: (\d{{4}}))?|(\d{{4}}) ([69])t"
)
_WHOLE_YEAR = lazy_pattern(rf"{_LEAD}(?:ca )?nam (\d{{4}})|12 thang(?: nam)? (\d{{4}})")
_MONTH = lazy_pattern(rf"{_LEAD}(?:thang |t ?)?(0?[1-9]|1[0-2])(?: nam)? (\d{{4}})")
# On plain keys: «quy i ii 2022», «quy 1 den quy 3»
_SEVERAL = lazy_pattern(r"(?:qu[yi]|q).*\b(?:i{1,3}|iv|[1-4])\b.*\b(?:i{1,3}|iv|[1-4])\b")
# «từ 15/12/2021 đến 14/3/2022», «15/12-14/3/2022»: the first day may lack its year.
_RANGE = lazy_pattern(
    r"(?:từ )?(?:ngày )?(\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{4})?) ?(?:đến|tới|-|–|→) ?"
    r"(?:hết )?(?:ngày )?(\d{1,2}[/.-]\d{1,2}[/.-]\d{4})",
    re.IGNORECASE,
)
# The days of a quarter in brackets behind its name.
_RANGE_NOTE = lazy_pattern(r" ?\([^()]*\d{1,2}[/.-]\d{1,2}[^()]*\)")


def period(raw: Raw, *, year: int | None = None) -> Parsed[Period]:
    """A quarter, 6 or 9 months or a year: ``Quý I/2022``, ``Q1/2022``, ``2022-Q1``, ``Năm 2022``.

    Also the range of days that one of them covers. A quarter without its year takes ``year`` with
    a warning. A month, a lone year and two quarters are asked for.
    """
    if raw is None:
        return BLANK
    if not isinstance(raw, str):
        return fault("value.period.unread", raw)
    text = " ".join(clean(raw).text.split())
    if (empty := nothing(text)) is not None:
        return empty
    if match := _RANGE.fullmatch(text.rstrip(" .")):
        return _of_range(match[1], match[2], raw)
    return _of_key(plain_key(_RANGE_NOTE.sub("", text)), raw, year)


def _of_key(key: str, raw: str, year: int | None) -> Parsed[Period]:
    if match := _YEAR_FIRST.fullmatch(key):
        return _period_of(int(match[1]), int(match[2]) * 3, raw)
    if match := _QUARTER.fullmatch(key):
        return _quarter(match[1], match[2], raw, year)
    if match := _BARE.fullmatch(key):
        return _warned(
            _period_of(int(match[2]), _NUMBERS[match[1]] * 3, raw), raw, "value.period.unsure"
        )
    if match := _MONTHS_FROM_START.fullmatch(key):
        months = int(match[1] or match[4] or (9 if "chin" in key else 6))
        return _from_start(months, match[2] or match[3], raw, year)
    if match := _WHOLE_YEAR.fullmatch(key):
        return _period_of(int(match[1] or match[2]), _MONTHS, raw, cumulative=True)
    return _not_a_period(key, raw)


def _not_a_period(key: str, raw: str) -> Parsed[Period]:
    if match := _MONTH.fullmatch(key):
        read = _period_of(int(match[2]), -(-int(match[1]) // 3) * 3, raw)
        label = read.value.label if read.value else ""
        return fault("value.period.month", raw, suggestion=label) if label else read
    if re.fullmatch(r"\d{4}", key):
        return fault("value.period.only_year", raw)
    return fault("value.period.several" if _SEVERAL.search(key) else "value.period.unread", raw)


def _quarter(number: str, year_text: str | None, raw: str, year: int | None) -> Parsed[Period]:
    roman = number.replace("l", "i").replace("1", "i") if not number.isdigit() else number
    value = int(number) if number.isdigit() else _NUMBERS.get(roman, 0)
    if not 1 <= value <= len(("I", "II", "III", "IV")):
        return fault("value.period.unread", raw)
    if year_text is None:
        return _with_plan_year(value * 3, raw, year, cumulative=False)
    short = len(year_text) == len("22")
    read = _period_of(int(year_text) + (CENTURY if short else 0), value * 3, raw)
    return _warned(read, raw, "value.period.unsure") if short or roman != number else read


def _from_start(months: int, year_text: str | None, raw: str, year: int | None) -> Parsed[Period]:
    if year_text is None:
        return _with_plan_year(months, raw, year, cumulative=True)
    return _period_of(int(year_text), months, raw, cumulative=True)


def _with_plan_year(
    last_month: int, raw: str, year: int | None, *, cumulative: bool
) -> Parsed[Period]:
    if year is None:
        return fault("value.period.no_year", raw)
    return _warned(
        _period_of(year, last_month, raw, cumulative=cumulative), raw, "value.period.year_taken"
    )


def _period_of(year: int, last_month: int, raw: Raw, *, cumulative: bool = False) -> Parsed[Period]:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return fault("value.period.unread", raw)
    return Parsed(Period.from_start(year, last_month) if cumulative else Period(year, last_month))


def _warned(read: Parsed[Period], raw: Raw, code: str) -> Parsed[Period]:
    if read.value is None:
        return read
    return taken(read.value, code, raw, value=read.value.label)


def _of_range(first: str, last: str, raw: str) -> Parsed[Period]:
    end = date(last).value
    if end is None:
        return fault("value.period.unread", raw)
    start = date(first).value
    starts = [start] if start else [date(f"{first}/{end.year - back}").value for back in (0, 1)]
    for candidate in _candidates(end.year):
        # Quarters of reports begin on the 15th (Nghị định 09/2019/NĐ-CP, Điều 12), those of the
        # calendar on the 1st.
        for start_day in (15, 1):
            window = candidate.window(start_day)
            if any(day and window == Window(day, end) for day in starts):
                read = Parsed(candidate)
                return read if start else _warned(read, raw, "value.period.unsure")
    return fault("value.period.range", raw)


def _candidates(year: int) -> Iterator[Period]:
    if FIRST_YEAR <= year <= LAST_YEAR:
        yield from (Period.quarter(year, number) for number in (1, 2, 3, 4))
        yield from (Period.from_start(year, months) for months in (6, 9, 12))
