"""Counts, decimals, percentages, yes/no and days as offices type them; what is unclear is asked."""

import datetime as dt
import math
import re
import unicodedata

from kskt_excel.model.book import Raw, as_counted
from kskt_excel.model.patterns import lazy_pattern
from kskt_excel.text import parsed
from kskt_excel.text.parsed import (
    BLANK,
    Parsed,
    ditto,
    fault,
    is_ditto,
    nothing,
    number_in_words,
    taken,
)
from kskt_excel.text.shown import plain_number
from kskt_excel.text.spelling import clean, is_blank, plain_key, tone_key

_HUNDRED = 100.0
_THOUSAND = 1000
_LARGEST_COUNT = 99_999_999  # nine digits are a telephone number or a code in the wrong column
_LONGEST = 100  # characters: longer texts hold no single number
_NEARLY = 1e-9  # what a float misses a whole number by
_DIGITS_KEPT = 9  # decimals: 0,07 × 100 is 7,000000000000001 to a machine

_SMALL = tuple(Parsed(value) for value in range(1000))  # most cells hold one of these

_AROUND = lazy_pattern(  # a text's sign, a word before the number, quotation marks, an end mark
    r"\A'?\+?(?=\d)|\A'|\A(?:có|số lượng|(?:tổng )?số hồ sơ|tổng số|tổng cộng|tổng|là) ?:? ?(?=\d)"
    r"|\A[\"“”](?=\d)|(?<=[\w)])[\"“”]\Z|(?<=[\w)])\s*(?:[.,;:/]+|\*)\Z",
    re.IGNORECASE,
)
_ENCLOSED = lazy_pattern(r"\((\d[\d.]* ?[^\W\d][^()]*)\)")  # (6 hồ sơ); (6) is below zero
# «đạt 95%», «tỷ lệ: 95%», «(95%)», «95 (%)»: what stands about the number is left out.
_AROUND_SHARE = lazy_pattern(
    r"\A(?:(?:đã )?(?:đạt|hoàn thành)|(?:cắt )?giảm|tỷ lệ|tỉ lệ) ?:? ?(?=[\d(])|\((?=%\))"
    r"|(?<=%)\)\Z|\A\((?=\d[^()]*%\)\Z)|(?<=%) (?:so với )?(?:KH|kế hoạch)(?: năm)?\Z"
    r"|(?<=\d);+\Z",
    re.IGNORECASE,
)
_PLAIN = lazy_pattern(r"\d+")
_POINTS = lazy_pattern(r"(?<=\d) *(?:điểm|đ)\.?\Z", re.IGNORECASE)
_PERCENT_SIGN = lazy_pattern(r"(?:[ %]*%| *phần trăm)[ .;]*\Z", re.IGNORECASE)
# 1.234, 1 234, 1'234; not 01.234 nor 1.23.
_GROUPED = lazy_pattern(r"[1-9]\d{0,2}(?:\.\d{3})+|[1-9]\d{0,2}(?:[ '’]\d{3})+")
_COMMA_GROUPED = lazy_pattern(r"[1-9]\d{0,2}(?:,\d{3})+")
_WITH_DECIMALS = lazy_pattern(  # three decimals may be thousands, unless groups or a zero say not
    r"(\d+)[.,](\d{1,2}|\d{4,})|(0+)[.,](\d{3})"
    r"|([1-9]\d{0,2}(?:[. ]\d{3})+),(\d+)|([1-9]\d{0,2}(?:[, ]\d{3})+)\.(\d+)"
)
# 1,5, 1.234,5, 1,234.5; not 1.234.567.
_FRACTION = lazy_pattern(
    r"[-+]?\d+[.,]\d+|[-+]?\d{1,3}(?:\.\d{3})+,\d+|[-+]?\d{1,3}(?:,\d{3})+\.\d+"
)
_NUMBERS = lazy_pattern(r"\d+(?:[.,]\d+)*")
_NEGATIVE = lazy_pattern(r"[-−–]\s*\d[\d.,]*|\(\s*\d[\d.,]*\s*\)")
_ABOUT = lazy_pattern(  # «~20», «trên 20», «20+», «20 trở lên», «20?»: no figure to count with
    r"[~≈<>≤≥].*|(?:khoảng|trên|dưới|hơn|gần|chừng|độ|ít nhất|nhiều nhất|tối thiểu|tối đa)\s.*"
    r"|.*\?.*|\d[\d.]*\s*\+|.*\d\s*(?:trở lên|trở xuống)",
    re.IGNORECASE | re.DOTALL,
)
_LETTERS_IN = lazy_pattern(r"[\doOlI|.,]*[oOlI|][\doOlI|.,]*")  # l2, 1O: O for 0, l and I for 1
_SIGNS_AMONG = lazy_pattern(r"[\d.,]+")
# «15/3/2022», «2022-03-15»; not «15/3-2022», whose signs differ.
_DATE_LIKE = lazy_pattern(r"\d{1,2}([/.-])\d{1,2}\1(?:\d{2}|\d{4})|\d{4}([/.-])\d{1,2}\2\d{1,2}")
_EXPONENT = lazy_pattern(r"\d+(?:[.,]\d+)?[eE][-+]?\d{1,3}")  # as programs write long numbers
# The first that fits is told: «-1,5%» is a percentage before it is below 0, and below 0 before it
# is no whole number.
_COUNT_FAULTS = (
    (lazy_pattern(r".*%.*", re.DOTALL), "value.count.percent"),
    (_NEGATIVE, "value.count.negative"),
    (_FRACTION, "value.count.not_whole"),
    (_DATE_LIKE, "value.count.became_date"),
    (_ABOUT, "value.count.about"),
    (_EXPONENT, "value.exponent"),
)
_AFTER_ANSWER = lazy_pattern(  # «Có ạ», «Đã có, đầy đủ», «Có.»
    r"(?<=\w)(?:,? (?:ạ|đầy đủ))[.!]*\Z|(?<=[^\W_]|[✓✔√])[.;]+\Z", re.IGNORECASE
)
_ANSWERED_TWICE = lazy_pattern(r"([^()]+?) ?\(([^()]+)\)|(\S+) (\S+)")  # «Có (1)», «Có x»
_TWICE = lazy_pattern(r"(.*?)\s*\(\s*([^()]*?)\s*\)\s*(.*)", re.DOTALL)  # «06 (sáu) hồ sơ»
_BESIDE = lazy_pattern(r"([^\W_]+)\s*[-–—:=/]\s*([^\W_][^-–—:=/]*)")  # 06 - sáu; sáu: 06
_UNIT_AFTER = lazy_pattern(r"(\d[\d. ]*?)\s*([^\W\d_][^\d]*)")

_COMMA_DECIMAL = lazy_pattern(r"([-+]?)((?:\d+|[1-9]\d{0,2}(?:[. ]\d{3})+),\d+)")
_POINT_DECIMAL = lazy_pattern(r"([-+]?)((?:\d+|[1-9]\d{0,2}(?:,\d{3})+)\.\d+)")
# With dots only from two groups on: 1.234 alone may be a little over one (``_THREE_AFTER``).
_WHOLE = lazy_pattern(r"([-+]?)(\d+|[1-9]\d{0,2}(?:\.\d{3}){2,}|[1-9]\d{0,2}(?: \d{3})+)")
_COMMA_WHOLE = lazy_pattern(r"([-+]?)([1-9]\d{0,2}(?:,\d{3}){2,})")
_THREE_AFTER = lazy_pattern(r"[-+]?[1-9]\d{0,2}[.,]\d{3}")


def count(raw: Raw) -> Parsed[int]:
    """A whole number of things, 0 or more; a dash or dots are blank.

    ``1.234`` typed as text is 1234; the number 1,234 is 1234 with a warning, because a machine set
    to English turns the typed ``1.234`` into it. Anything with two readings is an error.
    """
    if isinstance(raw, float) and 0 <= raw < len(_SMALL) and raw.is_integer():
        return _SMALL[int(raw)]
    if not isinstance(raw, str):
        return _count_of_value(raw)
    text = _digits(clean(raw).text)
    if (empty := nothing(text)) is not None:
        return empty
    if len(text) > _LONGEST:
        return fault("value.count.not_a_number", raw)
    enclosed = _ENCLOSED.fullmatch(text)
    return _count_of_text(enclosed[1] if enclosed else _AROUND.sub("", text), raw)


def days(raw: Raw) -> Parsed[int]:
    """A number of days, 0 or more: ``15``, ``15 ngày``, ``15 ngày làm việc``."""
    if isinstance(raw, str):
        raw = re.sub(r"(?i)(?<=[\d)])\s*ngày(?:\s+làm\s+việc)?\.?\s*\Z", "", clean(raw).text)
    return count(raw)


def decimal(raw: Raw) -> Parsed[float]:
    """A number that may have decimals, with a decimal comma: ``1.234,56``.

    A decimal point is a warning. ``1,234`` and ``1.234`` as text are errors: each may be a
    thousand or a little over one. A dash is blank.
    """
    if isinstance(raw, bool) or not isinstance(raw, str | int | float | None):
        return fault("value.decimal.not_a_number", raw)
    if isinstance(raw, int | float):
        good = math.isfinite(raw)
        return Parsed(float(raw)) if good else fault("value.decimal.not_a_number", raw)
    text = _digits(clean(raw or "").text)
    if (empty := nothing(text)) is not None:
        return empty
    if len(text) > _LONGEST:
        return fault("value.decimal.not_a_number", raw)
    if parsed.is_zero_said(text) and text != "0":
        return taken(0.0, "value.count.in_words", raw, value=0)
    return _decimal_of_text(_POINTS.sub("", text), raw)


def percent(raw: Raw, *, percent_format: bool = False) -> Parsed[float]:
    """A percentage in points, 50.0 for 50 %, from a column headed «(%)».

    Because of the heading a plain 50 is 50 % and good. A number in a cell with a percentage format
    is a fraction: 0,5 there is 50 %. A plain number between 0 and 1, and a plain 1, has two
    readings: 0,5 is taken for 50 % and 1 for 1 %, with a warning that says so. A formatted number
    over 1 (2000 %) is asked for. Bounds such as 100 % are the rules' business.
    """
    if isinstance(raw, bool) or not isinstance(raw, str | int | float | None):
        return fault("value.percent.not_a_number", raw)
    text = _AROUND_SHARE.sub("", clean(raw).text) if isinstance(raw, str) else ""
    if isinstance(raw, str) and (signed := _PERCENT_SIGN.search(text)):
        return _signed_percent(signed.string[: signed.start()], raw)
    read = decimal(text or raw)
    if read.value is None:
        return _as_percent(read, raw)
    if read.value < 0:
        return fault("value.percent.negative", raw)
    typed = isinstance(raw, str) or not percent_format
    return _typed_percent(read, raw) if typed else _formatted_percent(read.value, raw)


def yes_no(raw: Raw) -> Parsed[bool]:
    """Có or Không: also x, v, ✓, 1, TRUE; 0, ko, k, -, FALSE. Anything else is asked for."""
    if isinstance(raw, bool):
        return Parsed(raw)
    if isinstance(raw, int | float):
        return Parsed(bool(raw)) if raw in (0, 1) else fault("value.yes_no.unread", raw)
    if raw is not None and not isinstance(raw, str):
        return fault("value.yes_no.unread", raw)
    text = clean(raw or "").text
    if is_blank(text):
        return BLANK
    if is_ditto(text):
        return ditto(text)
    answer = _answer(_AFTER_ANSWER.sub("", text))
    return fault("value.yes_no.unread", raw) if answer is None else Parsed(answer)


def _answer(text: str) -> bool | None:
    """What a text says to a question; None where it says neither, or both: «Có (0)»."""
    word = "" if "?" in text else tone_key(text)
    answer = parsed.YES_NO_MARKS.get(text, parsed.YES_NO.get(word))
    if answer is None and (parsed.DASH.fullmatch(text) or parsed.is_nothing_said(text)):
        answer = False
    if answer is None:
        answer = parsed.whether_done(text)
    if answer is None and (twice := _ANSWERED_TWICE.fullmatch(text)):
        first, second = map(_answer, filter(None, twice.groups()))
        return first if first == second else None
    return answer


def _count_of_value(raw: Raw) -> Parsed[int]:
    if raw is None:
        return BLANK
    if isinstance(raw, bool):
        return fault("value.count.yes_no", raw)
    if isinstance(raw, dt.date):
        return fault("value.count.became_date", raw)
    if isinstance(raw, int | float):
        return _count_of_number(raw)
    return fault("value.count.became_time", raw)


def _count_of_number(raw: float) -> Parsed[int]:
    if not math.isfinite(raw):
        return fault("value.count.not_a_number", raw)
    if raw < 0:
        return fault("value.count.negative", raw)
    if raw > _LARGEST_COUNT:
        return fault("value.count.too_large", raw)
    if float(raw).is_integer():
        return Parsed(int(raw))
    thousands = round(raw * _THOUSAND)
    decimals_are_three = thousands % 10 and math.isclose(
        raw * _THOUSAND, thousands, abs_tol=_NEARLY
    )
    if decimals_are_three and 1 <= raw < _THOUSAND:
        return taken(thousands, "value.count.three_decimals", raw, value=thousands)
    return fault("value.count.not_whole", raw)


def _count_of_text(text: str, raw: str) -> Parsed[int]:
    read = _count_in_digits(text, raw) or _count_in_words(text, raw)
    if read is None:
        return fault(_count_fault(text), raw, numbers=" và ".join(_NUMBERS.findall(text)))
    too_large = read.value is not None and read.value > _LARGEST_COUNT
    return fault("value.count.too_large", raw) if too_large else read


def _count_in_digits(text: str, raw: str) -> Parsed[int] | None:
    if _PLAIN.fullmatch(text) or _GROUPED.fullmatch(text):
        return Parsed(int(re.sub(r"\D", "", text)))
    if _COMMA_GROUPED.fullmatch(text):
        value = int(text.replace(",", ""))
        return taken(value, "value.count.comma_group", raw, value=value)
    if match := _WITH_DECIMALS.fullmatch(text):
        whole, decimals = (part for part in match.groups() if part)
        number = as_counted(float(re.sub(r"\D", "", whole) + "." + decimals))
        if number.is_integer():
            value = int(number)
            return taken(value, "value.count.zero_decimals", raw, value=value)
    return None


def _count_in_words(text: str, raw: str) -> Parsed[int] | None:
    if "?" in text:
        return None
    word = parsed.COUNTS.get(tone_key(text))
    if word is None:
        word = 0 if parsed.is_zero_said(text) else number_in_words(_without_thing(text))
    if word is not None:
        return taken(word, "value.count.in_words", raw, value=word)
    plain = text.replace("[", "(").replace("]", ")")
    if match := _TWICE.fullmatch(plain):
        first, second, after = match.groups()
        if not first:  # «(06) sáu»
            first, second, after = second, after, ""
        return _count_said_twice(first, second, after, raw)
    if match := _BESIDE.fullmatch(text):
        return _count_said_twice(match[1], match[2], "", raw)
    unit = _UNIT_AFTER.fullmatch(text)
    if unit and plain_key(unit[2]) in parsed.THINGS:
        inner = _count_in_digits(unit[1].strip(), raw)
        if inner and inner.value is not None:
            return taken(inner.value, "value.count.with_unit", raw, value=inner.value)
    return None


def _count_said_twice(first: str, second: str, after: str, raw: str) -> Parsed[int] | None:
    """A number with the same number behind it in words, as in money: ``06 (sáu) hồ sơ``."""
    if after and plain_key(after) not in parsed.THINGS:
        return None
    digits = _count_in_digits(_without_thing(first), raw)
    words = _in_words(_without_thing(second), digits.value if digits else None)
    if digits is None or digits.value is None:  # «sáu (06)», «06 (hồ sơ)»
        digits = _count_in_digits(_without_thing(second), raw)
        words = _in_words(_without_thing(first), digits.value if digits else None)
    elif plain_key(second) in parsed.THINGS:
        words = digits.value
    elif words is None and (again := _count_in_digits(_without_thing(second), raw)):
        words = digits.value if again.value == digits.value else None
    if digits is None or digits.value is None or words is None:
        return None
    if digits.value != words:
        return fault("value.count.words_differ", raw, first=digits.value, second=words)
    return taken(words, "value.count.with_unit", raw, value=words)


def _without_thing(text: str) -> str:
    """A number without the thing that it counts: ``06 hồ sơ``, ``sáu hồ sơ``."""
    words = text.split()
    for size in range(1, len(words)):
        if plain_key(" ".join(words[size:])) in parsed.THINGS:
            return " ".join(words[:size])
    return text


def _in_words(text: str, expected: int | None) -> int | None:
    """The number that words say; without marks only where it is the one expected."""
    value = number_in_words(text)
    if value is None and text.isascii():
        value = number_in_words(text, without_marks=True)
        return value if value == expected else None
    return value


def _count_fault(text: str) -> str:
    for pattern, code in _COUNT_FAULTS:
        if pattern.fullmatch(text):
            return code
    numbers = len(_NUMBERS.findall(text))
    if numbers and _SIGNS_AMONG.fullmatch(text):
        return "value.count.odd_groups"
    if numbers and _LETTERS_IN.fullmatch(text):
        return "value.count.letters"
    return "value.count.several" if numbers > 1 else "value.count.not_a_number"


def _decimal_of_text(text: str, raw: Raw) -> Parsed[float]:
    if _THREE_AFTER.fullmatch(text):
        return fault("value.decimal.two_readings", raw, **_both_readings(text))
    if match := _COMMA_DECIMAL.fullmatch(text):
        return Parsed(_float(match[1], match[2].replace(".", "").replace(",", ".")))
    if match := _WHOLE.fullmatch(text):
        return Parsed(_float(match[1], match[2].replace(".", "")))
    if match := _POINT_DECIMAL.fullmatch(text) or _COMMA_WHOLE.fullmatch(text):
        value = _float(match[1], match[2].replace(",", ""))
        return taken(value, "value.decimal.point", raw, value=plain_number(value))
    if _EXPONENT.fullmatch(text):
        return fault("value.exponent", raw)
    several = len(_NUMBERS.findall(text)) > 1
    return fault("value.decimal.several" if several else "value.decimal.not_a_number", raw)


def _both_readings(text: str) -> dict[str, object]:
    whole = re.sub(r"[.,]", "", text)
    return {"first": whole, "second": re.sub(r"[.,]", ",", text)}


def _float(sign: str, digits: str) -> float:
    value = as_counted(float(digits.replace(" ", "")))
    return -value if sign == "-" else value


def _signed_percent(text: str, raw: str) -> Parsed[float]:
    """A number with its sign: there are no thousands of percent, «33,333%» has three decimals."""
    digits = _digits(text)
    if _THREE_AFTER.fullmatch(digits):
        digits = f"{digits}0"
    read = decimal(digits)
    if read.value is None:
        return _no_percent(read, raw)
    if read.value < 0:
        return fault("value.percent.negative", raw)
    return taken(read.value, read.code, raw, **_but_given(read)) if read.code else read


def _but_given(read: Parsed[float]) -> dict[str, object]:
    return {name: value for name, value in read.params.items() if name != "given"}


def _typed_percent(read: Parsed[float], raw: Raw) -> Parsed[float]:
    if read.value == 1:
        return taken(1.0, "value.percent.one", raw)
    if read.value is not None and 0 < read.value < 1:
        points = round(read.value * _HUNDRED, _DIGITS_KEPT)
        return taken(points, "value.percent.fraction", raw, value=plain_number(points))
    return read


def _formatted_percent(fraction: float, raw: Raw) -> Parsed[float]:
    points = round(fraction * _HUNDRED, _DIGITS_KEPT)
    if fraction > 1:
        return fault(
            "value.percent.two_readings",
            raw,
            first=plain_number(points),
            second=plain_number(fraction),
        )
    return Parsed(points)


def _as_percent(read: Parsed[float], raw: Raw) -> Parsed[float]:
    if read.outcome != "error" or read.code == "value.decimal.two_readings":
        return read
    return _no_percent(read, raw)


def _no_percent(read: Parsed[float], raw: Raw) -> Parsed[float]:
    is_shortened = read.code == "value.exponent"
    return fault(read.code if is_shortened else "value.percent.not_a_number", raw)


def _digits(text: str) -> str:
    """Text with digits of any script (１２) as 0..9."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)
