"""What cell styles make of values: days, percentages, old fonts, what is struck or unseen."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import field
from functools import lru_cache
from typing import Final, Literal, TypeVar
from xml.etree.ElementTree import Element

from kskt_excel.excel.opc import namespace, parse_part
from kskt_excel.model.book import Raw
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.patterns import lazy_pattern

T = TypeVar("T")

Meaning = Literal["number", "day", "moment", "length"]
"""What a number format shows: a number, days, moments or hours, hours beyond a day."""

_DAYS = frozenset({*range(14, 18), *range(27, 32), 36, *range(50, 55), 57, 58})
_MOMENTS = frozenset({*range(18, 23), *range(32, 36), 45, 47, 55, 56})
_LENGTHS = frozenset({46})  # [h]:mm:ss
_PERCENTAGES = frozenset({9, 10})
# Signs that a format only shows: "ngày", \d, _), *-, [Red], [$-42A]. Not [h]: hours beyond a day.
_LITERAL = lazy_pattern(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_LENGTH = lazy_pattern(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
# After literals are taken out each of these letters is a part of a day or an hour.
_DATE = lazy_pattern(r"[dmyhs]|a/p", re.IGNORECASE)
_HOURS = lazy_pattern(r"[hs]|a/p|am/pm", re.IGNORECASE)
_UNSEEN = lazy_pattern(r"\s*;\s*;\s*;\s*")  # «;;» shows texts
_TINY = 4  # points: smaller type than anybody reads
_COLOURS: Final = {"theme": {0: "FFFFFF", 1: "000000"}, "indexed": {
    0: "000000", 1: "FFFFFF", 8: "000000", 9: "FFFFFF", 64: "000000", 65: "FFFFFF"}}  # fmt: skip
WHITE = "FFFFFF"
_BLACK = "000000"
_RGB = lazy_pattern("[0-9A-F]{6}")
# As WCAG reckons it, where 1 is the same colour: white on the pale yellow of our cells (1.06) is
# lost, grey notes on white have 1.4.
_LEAST_CONTRAST = 1.25
_WEIGHTS = (0.2126, 0.7152, 0.0722)  # of red, green and blue in what the eye takes for bright
_FALSE = ("0", "false")
_SHIFTS = {"superscript": 1, "subscript": -1}

_EPOCH = {False: dt.datetime(1899, 12, 30), True: dt.datetime(1904, 1, 1)}  # noqa: DTZ001 - days on a sheet have no zone
_MISSING_DAY = 60  # 29/02/1900, a day that never was
_LAST_SERIAL = 2_958_465  # 31/12/9999
_SECONDS = 86_400
_MOST_REMEMBERED = 4096  # days, pairs of colours


@dataclass(frozen=True, slots=True)
class Font:
    """What a font does to a text."""

    legacy: str = ""  # name, only .Vn* and VNI*
    struck: bool = False
    shift: int = 0  # 1 superscript, -1 subscript
    tiny: bool = False
    colour: str = _BLACK  # RRGGBB, "" where it is not known

    def is_unseen(self, behind: str) -> bool:
        """Whether nobody sees what is written in it on a colour, "" for one that is not known."""
        return self.tiny or _look_alike(self.colour, behind)

    @property
    def is_plain(self) -> bool:
        """Whether the font neither strikes out, shifts nor hides a text, and is of no old encoding.

        A colour that is lost on another one than white is met only in cells: see ``unseen``.
        """
        return not (self.legacy or self.struck or self.shift or self.is_unseen(WHITE))


@dataclass(frozen=True, slots=True)
class CellStyles:
    """Cell styles by their number: what numbers mean, and those that tell more than that."""

    meanings: tuple[Meaning, ...] = ("number",)
    percent: frozenset[int] = frozenset()
    legacy: Mapping[int, str] = field(default_factory=dict)
    struck: frozenset[int] = frozenset()
    unseen: frozenset[int] = frozenset()
    filled: Mapping[int, str] = field(default_factory=dict)  # colour behind the text, "" unknown

    def meaning(self, style: int) -> Meaning:
        """What a number of a style means."""
        return self.meanings[style] if style < len(self.meanings) else "number"

    @property
    def telling(self) -> frozenset[int]:
        """Numbers of the styles that tell something to be noted of every cell that has them."""
        return frozenset({*self.percent, *self.legacy, *self.struck, *self.unseen})


def is_legacy_font(name: str) -> bool:
    """Whether a font belongs to TCVN3 (``.VnTime``) or VNI (``VNI-Times``)."""
    return name.lower().startswith((".vn", "vni"))


def read_styles(data: bytes) -> CellStyles:
    """The styles that cells name by number. Raises NotXmlError."""
    root = parse_part(data, "styleSheet")
    main = namespace(root.tag)
    codes = {
        _number(one.get("numFmtId")): one.get("formatCode", "")
        for one in root.iterfind(f"{main}numFmts/{main}numFmt")
    }
    fonts = [font_of(one, main) for one in root.iterfind(f"{main}fonts/{main}font")]
    fills = [_fill(one, main) for one in root.iterfind(f"{main}fills/{main}fill")]
    meanings: list[Meaning] = []
    percent, legacy, struck, unseen, filled = set(), {}, set(), set(), {}
    for number, style in enumerate(root.iterfind(f"{main}cellXfs/{main}xf")):
        id_ = _number(style.get("numFmtId"))
        code = codes.get(id_)
        meanings.append(shows(id_, code))
        if _shows_percent(id_, code):
            percent.add(number)
        font = _item_at(fonts, style.get("fontId")) or Font()
        if font.legacy:
            legacy[number] = font.legacy
        if font.struck:
            struck.add(number)
        behind = _item_at(fills, style.get("fillId"))
        behind = WHITE if behind is None else behind
        if behind != WHITE:
            filled[number] = behind
        if font.is_unseen(behind) or (code is not None and _UNSEEN.fullmatch(code)):
            unseen.add(number)
    return CellStyles(
        tuple(meanings) or ("number",),
        frozenset(percent),
        legacy,
        frozenset(struck),
        frozenset(unseen),
        filled,
    )


def font_of(element: Element, main: str) -> Font:
    """What a ``font`` of the styles or the ``rPr`` of a run says."""
    name, strike, align, size = (
        element.find(f"{main}{tag}") for tag in ("name", "strike", "vertAlign", "sz")
    )
    if name is None:
        name = element.find(f"{main}rFont")
    written = "" if name is None else name.get("val", "")
    points = _points("" if size is None else size.get("val", ""))
    return Font(
        written if is_legacy_font(written) else "",
        strike is not None and strike.get("val", "1") not in _FALSE,
        0 if align is None else _SHIFTS.get(align.get("val", ""), 0),
        points < _TINY,
        _colour(element.find(f"{main}color"), _BLACK),
    )


def _fill(element: Element, main: str) -> str:
    """The colour behind a cell, "" where it is none that is known."""
    pattern = element.find(f"{main}patternFill")
    kind = "other" if pattern is None else pattern.get("patternType", "none")
    if pattern is None or kind != "solid":
        return WHITE if kind == "none" else ""
    return _colour(pattern.find(f"{main}fgColor"), "")


@lru_cache(maxsize=_MOST_REMEMBERED)
def _look_alike(colour: str, behind: str) -> bool:
    """Whether a text is lost on the colour behind it: white on the pale yellow of our own cells.

    By the contrast of WCAG 2.1 (1 to 21); grey notes on white have 1.4 and more. What is no colour
    in six digits is not judged.
    """
    if not (_RGB.fullmatch(colour) and _RGB.fullmatch(behind)):
        return False
    darker, lighter = sorted((_luminance(colour), _luminance(behind)))
    return (lighter + 0.05) / (darker + 0.05) < _LEAST_CONTRAST


def _luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4))
    linear = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)  # noqa: PLR2004  # sRGB
    return sum(part * weight for part, weight in zip(linear, _WEIGHTS, strict=True))


def _colour(element: Element | None, default: str) -> str:
    if element is None:
        return default
    if element.get("tint", "0").strip("-+0."):
        return ""
    if rgb := element.get("rgb"):
        return rgb[-6:].upper()
    for kind, known in _COLOURS.items():
        if (number := element.get(kind)) is not None:
            return known.get(_number(number), "")
    return default


def shows(number: int, code: str | None) -> Meaning:
    """What a format shows: the file's own code for it counts before Excel's list."""
    if code is None:
        if number in _LENGTHS:
            return "length"
        if number in _MOMENTS:
            return "moment"
        return "day" if number in _DAYS else "number"
    section = _LITERAL.sub("", code.partition(";")[0])
    if _LENGTH.search(section):
        return "length"
    if not _DATE.search(section) or "general" in section.lower():
        return "number"
    return "moment" if _HOURS.search(section) else "day"


def _shows_percent(number: int, code: str | None) -> bool:
    return number in _PERCENTAGES if code is None else "%" in _LITERAL.sub("", code)


def read_serial(serial: float, meaning: Meaning, *, epoch_1904: bool) -> Raw:
    """A day, a moment, a time or a length of time; the number itself when it is none of them.

    No calendar has days before the first, and Excel shows #### for them; 29/02/1900 never was.
    """
    if meaning == "length":
        in_range = abs(serial) < _LAST_SERIAL
        return dt.timedelta(seconds=round(serial * _SECONDS)) if in_range else serial
    if not 0 <= serial <= _LAST_SERIAL:
        return serial
    days, seconds = divmod(round(serial * _SECONDS), _SECONDS)
    if days == 0 and not (epoch_1904 and meaning == "day"):
        return (
            (_EPOCH[False] + dt.timedelta(seconds=seconds)).time()
            if meaning == "moment"
            else serial
        )
    if not epoch_1904 and days <= _MISSING_DAY:
        if days == _MISSING_DAY:
            return serial
        days += 1
    try:
        moment = _EPOCH[epoch_1904] + dt.timedelta(days=days, seconds=seconds)
    except OverflowError:
        return serial
    return moment if seconds else moment.date()


@lru_cache(maxsize=_MOST_REMEMBERED)
def read_day(serial: float) -> Raw:
    """A number under a format that shows days, as the day; counted from 1900."""
    return read_serial(serial, "day", epoch_1904=False)


def read_moment(written: str) -> Raw:
    """A day, moment or time written as ISO 8601; the text itself when it is none."""
    if written.startswith("T") or ":" in written[:3]:
        return _time(written)
    try:
        moment = dt.datetime.fromisoformat(written).replace(tzinfo=None)
    except ValueError:
        return _time(written)
    return moment if moment.time() != dt.time() else moment.date()


def _time(written: str) -> Raw:
    try:
        return dt.time.fromisoformat(written)
    except ValueError:
        return written


def _number(written: str | None) -> int:
    """An index as styles write it, -1 where there is none; 0 is the default of the format."""
    plain = (written or "0").strip()
    return int(plain) if plain.isascii() and plain.isdigit() else -1


def _points(written: str) -> float:
    try:
        return float(written)
    except ValueError:
        return _TINY


def _item_at(items: list[T], written: str | None) -> T | None:
    number = _number(written)
    return items[number] if 0 <= number < len(items) else None
