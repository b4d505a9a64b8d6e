"""What cell styles tell about values: percentages, dates, old fonts, hidden looks."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from kskt_excel.excel.opc import attributes
from kskt_excel.model.book import CellPlace, Raw, column_number

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


_EXTERNAL = re.compile(r"\[\d+\]|\.(?:xls[xmb]?|ods)[\]']|\|'", re.IGNORECASE)
_FAR_COLUMN = 1_000  # a hidden span may run to the end of the sheet; no report reaches further
_PLACE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_MOST_COLUMNS = 8192
TRUE = ("1", "true")


def reads_outside(formula: str) -> bool:
    """Whether a formula takes its value from another workbook or program."""
    return bool(_EXTERNAL.search(formula))


def columns_between(first: int, last: int) -> range:
    """Columns of a span, as far as any report reaches."""
    return range(first, min(last, _FAR_COLUMN) + 1)


def place_of(written: str) -> CellPlace | None:
    """Row and column of a cell's address; None when it is none."""
    place = _PLACE.fullmatch(written)
    return (int(place[2]), column_number(place[1])) if place else None


class _Places(dict[bytes, CellPlace]):
    """Rows and columns of addresses; the sheets of all workbooks have mostly the same ones."""

    def __missing__(self, written: bytes) -> CellPlace:
        """Row and column of an address that was not seen before."""
        if len(self) >= _MOST_COLUMNS:
            self.clear()
        letters = written.rstrip(b"0123456789")
        self[written] = int(written[len(letters) :]), xml_column_number(letters)
        return self[written]


PLACES = _Places()
"""Row and column of each address as a sheet's XML names it."""


@lru_cache(maxsize=_MOST_COLUMNS)
def xml_column_number(letters: bytes) -> int:
    """Number of a column as a sheet's XML names it."""
    return column_number(letters.decode("ascii"))


_FORMAT = re.compile(rb"<(?:\w+:)?numFmt\s([^>]*)>")
_XF = re.compile(rb"<(?:\w+:)?xf\s([^>]*)>")
_FONT = re.compile(
    rb"<(?:\w+:)?font(?:>|\s[^>]*>)(.*?)</(?:\w+:)?font>|<(?:\w+:)?font\s*/>", re.DOTALL
)
_FONT_NAME = re.compile(rb"<(?:\w+:)?name\s[^>]*?val\s*=\s*[\"']([^\"']*)")
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_LEGACY = re.compile(rb"[\"'](\.vn[^\"']*|vni[^\"']*)[\"']", re.IGNORECASE)
_PERCENT_BUILT_IN = {"9", "10"}


@dataclass(frozen=True, slots=True)
class StyleFacts:
    """Style numbers that matter: those of percentages, and fonts of old encodings by style."""

    percent: frozenset[int] = frozenset()
    legacy: Mapping[int, str] = field(default_factory=dict)


def is_legacy_font(name: str) -> bool:
    """Whether a font belongs to TCVN3 (``.VnTime``) or VNI (``VNI-Times``)."""
    return name.lower().startswith((".vn", "vni"))


def mentions_legacy_font(data: bytes) -> bool:
    """Whether a part names a font of an old encoding anywhere."""
    return bool(_LEGACY.search(data))


@lru_cache(maxsize=16)
def read_styles(data: bytes) -> StyleFacts:
    """Style numbers, as cells name them, by what they mean."""
    legacy_fonts = _legacy_fonts(data) if mentions_legacy_font(data) else {}
    formats = _percent_formats(data)
    if not legacy_fonts and not any(
        b'numFmtId="%s"' % number.encode() in data for number in formats
    ):
        return StyleFacts()
    percent, legacy = set(), {}
    for number, tag in enumerate(_cell_formats(data)):
        values = attributes(tag)
        if values.get("numFmtId") in formats:
            percent.add(number)
        font = legacy_fonts.get(values.get("fontId", ""))
        if font:
            legacy[number] = font
    return StyleFacts(frozenset(percent), legacy)


def date_styles(data: bytes) -> dict[int, str]:
    """What the styles that show days or times show, by their number: ``date`` or ``length``."""
    codes = {}
    for tag in _FORMAT.findall(data):
        values = attributes(tag)
        codes[values.get("numFmtId", "")] = values.get("formatCode", "")
    found = {}
    for number, tag in enumerate(_cell_formats(data)):
        id_ = attributes(tag).get("numFmtId", "0")
        meaning = shows(int(id_) if id_.isdecimal() else 0, codes.get(id_, ""))
        if meaning != "number":
            found[number] = meaning
    return found


@lru_cache(maxsize=16)
def sure_styles(data: bytes) -> dict[bytes, str]:
    """Styles whose numbers are surely a ``number`` or a ``day``, as cells write them."""
    codes: dict[str, str] = {}
    twice = set()
    for tag in _FORMAT.findall(data):
        values = attributes(tag)
        id_ = values.get("numFmtId", "")
        if id_ in codes:
            twice.add(id_)
        codes[id_] = values.get("formatCode", "")
    found = {b"": "number"}
    for number, tag in enumerate(_cell_formats(data)):
        id_ = attributes(tag).get("numFmtId", "0")
        meaning = sure_meaning(int(id_), codes.get(id_)) if id_.isdecimal() else ""
        if meaning and id_ not in twice:
            found[b"%d" % number] = meaning
    return found


def _cell_formats(data: bytes) -> list[bytes]:
    """Formats that cells name by their number."""
    start = max(data.find(b"cellXfs"), 0)
    return _XF.findall(data, start, max(data.find(b"cellXfs", start + 1), start))


def _percent_formats(data: bytes) -> set[str]:
    """Number formats that show a percentage: Excel's own and those of the file."""
    formats = set(_PERCENT_BUILT_IN)
    if b"%" not in data:
        return formats
    for tag in _FORMAT.findall(data):
        values = attributes(tag)
        if "%" in _QUOTED.sub("", values.get("formatCode", "")):
            formats.add(values.get("numFmtId", ""))
    return formats


def _legacy_fonts(data: bytes) -> dict[str, str]:
    """Fonts of old encodings by their number."""
    fonts = data[max(data.find(b"fonts"), 0) : max(data.rfind(b"fonts>"), 0)]
    found = {}
    for number, font in enumerate(_FONT.finditer(fonts)):
        name = _FONT_NAME.search(font[1] or b"")
        if name and is_legacy_font(name[1].decode("utf-8", "replace")):
            found[str(number)] = name[1].decode("utf-8", "replace")
    return found


_STRING = re.compile(rb"<(?:\w+:)?si(?:\s*/>|>|\s[^>]*>)")
_RUN_FONT = re.compile(rb"<(?:\w+:)?rFont\s[^>]*?val\s*=\s*[\"']([^\"']*)")


def legacy_strings(data: bytes) -> dict[int, str]:
    """Font by number of the shared string, where a run of it is in an old font."""
    found = {}
    for number, body in enumerate(_STRING.split(data)[1:]):
        for raw in _RUN_FONT.findall(body):
            font = raw.decode("utf-8", "replace")
            if is_legacy_font(font):
                found[number] = font
    return found
