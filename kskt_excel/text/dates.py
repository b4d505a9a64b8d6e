"""Dates as offices type them, and the trace that a machine set to English leaves in a column."""

import datetime as dt
import re
from collections.abc import Sequence

from kskt_excel.model.book import Raw
from kskt_excel.model.patterns import lazy_pattern
from kskt_excel.model.period import Window
from kskt_excel.text.shown import day_text as shown
from kskt_excel.text.spelling import clean
from kskt_excel.text.values import BLANK, Parsed, fault, nothing_in_words, number_in_words, taken

FIRST_DATED_YEAR, LAST_DATED_YEAR = 2015, 2035
"""Years of the days that a report may hold: others are a slip of the hand."""
_FIRST_SERIAL, _LAST_SERIAL = 36526, 51501  # 2000-01-01 to 2040-12-31
_SERIAL_START = dt.date(1899, 12, 30)  # day 0: Excel counts a 29/2/1900 that never was
_DAYS_TO_1904 = 1462  # between the two calendars of Excel
_LAST_MONTH = 12
_PAST_DAY_AND_MONTH = 32  # 31.12 without a year became a number below it
_LONGEST = 100  # characters: longer texts hold no single day
CENTURY = 2000  # of two digits of a year: nobody reports of the last century
_TWO_DIGITS, _FOUR_DIGITS = 2, 4
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")
_HOUR = r"\d{1,2} ?(?:(?:h|g|giờ) ?(?:\d{1,2}(?: ?(?:'|p|ph|phút))?)?|:\d{2}(?::\d{2}(?:\.\d+)?)?)"
_CLOCK = rf"(?:(?: ?- ?|,? (?:lúc |vào |hồi )?|T){_HOUR}(?: ?(?:SA|CH|AM|PM)|Z)?)?"
_SIGN = r"(?: ?[/.-] ?|//| )"

# As Vietnam writes days: 15/3/2022, 15.3.22, 15-03-2022 08:30. Years of one and three digits match
# as well, so that the year is what is complained of.
_DAY_FIRST = lazy_pattern(
    rf"(\d{{1,2}}){_SIGN}(\d{{1,2}}){_SIGN}(?:năm )?(\d{{1,4}}){_CLOCK}", re.IGNORECASE
)
_YEAR_FIRST = lazy_pattern(rf"(\d{{4}}){_SIGN}(\d{{1,2}}){_SIGN}(\d{{1,2}}){_CLOCK}", re.IGNORECASE)
_IN_WORDS = lazy_pattern(  # the place before it stands over letters: «Thái Nguyên, ngày …»
    r"(?:.{0,40}, )?(?:ngày )?(\d{1,2}) tháng (\d{1,2})(?: năm |[/., ]+)(\d{4})", re.IGNORECASE
)
_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july",
         "aug august", "sep sept september", "oct october", "nov november", "dec december"),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH = rf"({'|'.join(sorted(_MONTHS, key=len, reverse=True))})\.?"
_GAP = r"(?: ?[-/.,] ?| )"
_DAY_AND_MONTH = lazy_pattern(rf"(\d{{1,2}})(?:st|nd|rd|th)?{_GAP}?{_MONTH}", re.IGNORECASE)
# 21-Feb-22, as Excel shows a day on a machine set to English, and 1st March 2022.
_NAMED_MONTH = lazy_pattern(
    rf"{_DAY_AND_MONTH.pattern}{_GAP}(\d{{2}}|\d{{4}}){_CLOCK}", re.IGNORECASE
)
# «March 29, 2022», «Mar-29-2022 08:30»: with all four digits of the year.
_MONTH_NAMED_FIRST = lazy_pattern(
    rf"{_MONTH}{_GAP}?(\d{{1,2}})(?:st|nd|rd|th)?{_GAP}(\d{{4}}){_CLOCK}", re.IGNORECASE
)
_MONTH_IN_WORDS = lazy_pattern(  # «21 tháng Hai 2022»; «mười hai», the longest month, has 8 letters
    r"(?:ngày )?(\d{1,2})[ -](?:tháng|thg)[ -]?(.{1,8}?)(?:,? năm |[-/., ]+)(\d{2}|\d{4})",
    re.IGNORECASE,
)
# «Thứ hai, 14/3/2022», «Mon 14 Mar 2022». Only before a number: «T2» may be all there is.
_WEEKDAY = lazy_pattern(
    r"\A(?:thứ \w+|chủ nhật|cn|t[2-7]"
    r"|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?)"
    r"(?:\.?[,;:] ?|\.? (?:- )?)(?=\D*\d)",
    re.IGNORECASE,
)
_BESIDE = lazy_pattern(  # the sign of a text, the hour before, the day of the week behind
    rf"\A'|\A{_HOUR}(?: ?- ?|,? )(?:ngày )?(?=\d{{1,4}}[ /.-])"
    r"|(?<=\d) ?\([^()\d]*\d?\)\Z|(?<=\d) (?:SA|CH|AM|PM)\Z"
    r"|\A\((?=\d[^()]*\)\Z)|(?<=\d)\)\Z",
    re.IGNORECASE,
)
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
_MONTHS_IN_ROMAN = {name: number for number, name in enumerate(_ROMAN, start=1)}
_ROMAN_MONTH = lazy_pattern(  # «14/III/2022» as older officials write; only before a whole year
    rf"(\A\d{{1,2}} ?[/.-] ?)({'|'.join(_ROMAN[::-1])})(?= ?[/.-] ?\d{{4}})", re.IGNORECASE
)
_EIGHT = lazy_pattern(r"\d{8}")
_NO_YEAR = lazy_pattern(  # «14/3», «14/3/», «ngày 14 tháng 3»
    r"(?:ngày )?(\d{1,2})(?: ?[/.-] ?| tháng )(\d{1,2})(?: ?[/.-])?", re.IGNORECASE
)
# «3/2022», «tháng 3/2022», «T3 năm 2022»
_ONLY_MONTH = lazy_pattern(r"(?:tháng |t)?(\d{1,2}) ?(?:[/.-]| năm ) ?(\d{4})", re.IGNORECASE)
_ONLY_YEAR = lazy_pattern(r"(?:năm )?(\d{4})", re.IGNORECASE)
_SEVERAL = lazy_pattern(  # «14/3 và 15/3/2022»
    r"\d{1,2} ?[/.-] ?\d{1,2}.*\D\d{1,2} ?[/.-] ?\d{1,2} ?[/.-] ?\d{2,4}", re.DOTALL
)
_LEADING_DAY = lazy_pattern(  # «ngày 14/3/2022», «từ ngày 14/3/2022», «Thái Nguyên, ngày 14/3/2022»
    r"\A(?:(?:từ |hôm |[^\d,]{1,40}, )?(?:ngày|ngay|ng)\.?|hôm|từ) ?:? ?(?=\d{1,2} ?[/. -])",
    re.IGNORECASE,
)


def date(raw: Raw, *, epoch_1904: bool = False) -> Parsed[dt.date]:
    """A day in the years 2015–2035, day before month; a dash or dots are blank.

    A plain number is a day of Excel's calendar (of 1904 where the workbook counts so), with a
    warning. Whether a day lies in the period is not this layer's finding.
    """
    if raw is None:
        return BLANK
    if isinstance(raw, str):
        return _of_text(raw)
    if isinstance(raw, dt.datetime):
        return _checked(raw.date(), raw)
    if isinstance(raw, dt.date):
        return _checked(raw, raw)
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return _of_number(raw, epoch_1904=epoch_1904)
    return fault("value.date.unread", raw)


def swapped(day: dt.date) -> dt.date | None:
    """The day with day and month exchanged; None when there is no such other day."""
    if day.day > _LAST_MONTH or day.day == day.month:
        return None
    return dt.date(day.year, day.day, day.month)


def suspect_swaps(cells: Sequence[tuple[Raw, Parsed[dt.date]]], window: Window) -> tuple[int, ...]:
    """Positions of a column's stored dates that were probably typed day first, read month first.

    The trace: the column holds dates as text with a day over 12, and no stored date has one. Then
    a stored date is suspect when it falls outside the window, or would be inside when exchanged.
    """
    stored = {
        index: read.value
        for index, (raw, read) in enumerate(cells)
        if isinstance(raw, dt.date) and read.value is not None
    }
    as_text = any(
        isinstance(raw, str) and read.value is not None and read.value.day > _LAST_MONTH
        for raw, read in cells
    )
    if not as_text or any(day.day > _LAST_MONTH for day in stored.values()):
        return ()
    return tuple(index for index, day in stored.items() if _is_suspect(day, window))


def _is_suspect(day: dt.date, window: Window) -> bool:
    other = swapped(day)
    return other is not None and (day not in window or other in window)


def unclear_orders(raws: Sequence[Raw]) -> tuple[int, dict[int, dt.date]]:
    """Of the days of one sheet: the first text that only a month can begin, and what it unsettles.

    Beside «01/14/2022» the text «03/01/2022» may be 1 March as well: such texts by their position,
    with the day that they are month first. Stored days are what Excel shows, so never among them.
    """
    written = {
        index: (int(match[1]), int(match[2]), int(match[3]))
        for index, raw in enumerate(raws)
        if isinstance(raw, str) and (match := _DAY_FIRST.fullmatch(_bare(_spaced(raw))))
    }
    proofs = (index for index, (one, two, _) in written.items() if one <= _LAST_MONTH < two)
    proof = next(proofs, -1)
    if proof < 0:
        return proof, {}
    return proof, {
        index: dt.date(year if year >= CENTURY else CENTURY + year, one, two)
        for index, (one, two, year) in written.items()
        if one != two and min(one, two) > 0 and max(one, two) <= _LAST_MONTH
    }


def _of_text(raw: str) -> Parsed[dt.date]:
    text = _spaced(raw)
    if (empty := nothing_in_words(text)) is not None:
        return empty
    if len(text) > _LONGEST:
        return fault("value.date.unread", raw)
    text = _bare(text)
    # Day first before all others: of 05/03/2022 no sign can tell, and Vietnam writes the day first.
    if match := _DAY_FIRST.fullmatch(text):
        return _day_first(match, raw)
    if match := _YEAR_FIRST.fullmatch(text):
        return _date_of(int(match[1]), int(match[2]), int(match[3]), raw)
    if match := _IN_WORDS.fullmatch(text):
        return _date_of(int(match[3]), int(match[2]), int(match[1]), raw)
    return _with_named_month(text, raw) or _eight_digits(text, raw) or _incomplete(text, raw)


def _spaced(raw: str) -> str:
    return " ".join(clean(raw).text.translate(_DASHES).split())


def _bare(text: str) -> str:
    """A day without what is written beside it."""
    text = _BESIDE.sub("", text.replace("\\", "/")).rstrip(" .;,")
    text = _LEADING_DAY.sub("", _WEEKDAY.sub("", text))
    return _ROMAN_MONTH.sub(lambda found: f"{found[1]}{_MONTHS_IN_ROMAN[found[2].upper()]}", text)


def _day_first(match: re.Match[str], raw: str) -> Parsed[dt.date]:
    day, month, year = int(match[1]), int(match[2]), int(match[3])
    if len(match[3]) == _TWO_DIGITS:
        read = _date_of(CENTURY + year, month, day, raw)
        return read if read.value is None else _warned(read.value, "value.date.short_year", raw)
    if len(match[3]) != _FOUR_DIGITS:
        return _unlikely_year(raw)
    if month > _LAST_MONTH >= day:
        read = _date_of(year, day, month, raw)
        return read if read.value is None else _warned(read.value, "value.date.month_first", raw)
    return _date_of(year, month, day, raw)


def _with_named_month(text: str, raw: str) -> Parsed[dt.date] | None:
    """A day whose month has a name: ``21-Feb-22``, ``March 29, 2022``, ``21 tháng Hai 2022``."""
    if match := _NAMED_MONTH.fullmatch(text):
        day, month, year = match[1], _MONTHS[match[2].lower()], match[3]
    elif match := _MONTH_NAMED_FIRST.fullmatch(text):
        day, month, year = match[2], _MONTHS[match[1].lower()], match[3]
    elif match := _MONTH_IN_WORDS.fullmatch(text):
        named = number_in_words(match[2])
        month = int(match[2]) if match[2].isdecimal() else named or 0
        if not month:
            return None
        day, year = match[1], match[3]
    else:
        return None
    century = CENTURY if len(year) == _TWO_DIGITS else 0
    read = _date_of(century + int(year), month, int(day), raw)
    return read if read.value is None else _warned(read.value, "value.date.named_month", raw)


def _eight_digits(text: str, raw: Raw) -> Parsed[dt.date] | None:
    """A day as eight digits, year first or day first; None where neither is a day near ours."""
    if not _EIGHT.fullmatch(text):
        return None
    orders = ((text[:4], text[4:6], text[6:]), (text[4:], text[2:4], text[:2]))
    days = {
        read.value
        for year, month, day in orders
        if (read := _date_of(int(year), int(month), int(day), raw)).value
    }
    if len(days) != 1:
        return None
    return _warned(days.pop(), "value.date.eight_digits", raw)


def _date_of(year: int, month: int, day: int, raw: Raw) -> Parsed[dt.date]:
    try:
        return _checked(dt.date(year, month, day), raw)
    except ValueError:
        return fault("value.date.impossible", raw)


def _checked(day: dt.date, raw: Raw) -> Parsed[dt.date]:
    good = FIRST_DATED_YEAR <= day.year <= LAST_DATED_YEAR
    return Parsed(day) if good else _unlikely_year(raw)


def _unlikely_year(raw: Raw) -> Parsed[dt.date]:
    return fault("value.date.year", raw, first_year=FIRST_DATED_YEAR, last_year=LAST_DATED_YEAR)


def _warned(day: dt.date, code: str, raw: Raw) -> Parsed[dt.date]:
    return taken(day, code, raw, value=shown(day))


def _incomplete(text: str, raw: str) -> Parsed[dt.date]:
    if _DAY_AND_MONTH.fullmatch(text) or _NO_YEAR.fullmatch(text):
        return fault("value.date.no_year", raw)
    if _ONLY_MONTH.fullmatch(text):
        return fault("value.date.only_month", raw)
    if _ONLY_YEAR.fullmatch(text):
        return fault("value.date.only_year", raw)
    return fault("value.date.several" if _SEVERAL.search(text) else "value.date.unread", raw)


def _of_number(raw: float, *, epoch_1904: bool) -> Parsed[dt.date]:
    serial = raw + _DAYS_TO_1904 if epoch_1904 else raw
    if _FIRST_SERIAL <= serial < _LAST_SERIAL + 1:
        read = _checked(_SERIAL_START + dt.timedelta(days=int(serial)), raw)
        return read if read.value is None else _warned(read.value, "value.date.serial", raw)
    if raw in range(FIRST_DATED_YEAR, LAST_DATED_YEAR + 1):
        return fault("value.date.only_year", raw)
    written_out = _eight_digits(f"{raw:.0f}", raw) if float(raw).is_integer() else None
    if written_out:
        return written_out
    is_day_and_month = 1 <= raw <= _PAST_DAY_AND_MONTH and not float(raw).is_integer()
    return fault("value.date.number" if is_day_and_month else "value.date.no_day", raw)
