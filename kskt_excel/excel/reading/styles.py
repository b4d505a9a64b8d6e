"""What cell styles tell about values: which show a percentage, which use an old font."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from kskt_excel.excel.reading.number_formats import shows, sure_meaning
from kskt_excel.excel.reading.package import attributes

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
class Styles:
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
def read_styles(data: bytes) -> Styles:
    """Style numbers, as cells name them, by what they mean."""
    legacy_fonts = _legacy_fonts(data) if mentions_legacy_font(data) else {}
    formats = _percent_formats(data)
    if not legacy_fonts and not any(
        b'numFmtId="%s"' % number.encode() in data for number in formats
    ):
        return Styles()
    percent, legacy = set(), {}
    for number, tag in enumerate(_cell_formats(data)):
        values = attributes(tag)
        if values.get("numFmtId") in formats:
            percent.add(number)
        font = legacy_fonts.get(values.get("fontId", ""))
        if font:
            legacy[number] = font
    return Styles(frozenset(percent), legacy)


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
