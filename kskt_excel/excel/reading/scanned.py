"""Values by patterns, for workbooks that are written as Excel writes them: the first reader.

Most cells of a form are blank cells with borders, which a pattern passes over for nothing. What is
not surely read as calamine reads it is not read here at all: any doubt leaves the file to it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from kskt_excel.excel.reading.meaning import PLACES, column_of
from kskt_excel.excel.reading.number_formats import read_day
from kskt_excel.excel.reading.package import Package, text
from kskt_excel.excel.reading.styles import sure_styles
from kskt_excel.excel.reading.values import SheetValues
from kskt_excel.model.grid import Raw

_CELL = re.compile(
    rb'<c r="([A-Z]++[0-9]++)"([^>]*+)>'
    rb"(?:<f[^>]*+>(?:[^<]*+</f>)?+)?+<v>([^<]*+)</v></c>"
)
_STRING = re.compile(r'<si><t(?: xml:space="preserve")?+>([^<]*+)</t></si>')
_MERGE = re.compile(rb'<mergeCell ref="([A-Z]++)([0-9]++):([A-Z]++)([0-9]++)"/>')
_NUMBER = re.compile(rb"-?[0-9]{1,20}(?:\.[0-9]{1,30})?(?:[eE][-+]?[0-9]{1,2})?")
_SURE_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos);")
_UTF_8 = re.compile(
    rb"<\?xml version=[\"']1\.0[\"'](?: encoding=[\"']utf-8[\"'])?+"
    rb"(?: standalone=[^?>]*+)?+\s*\?>\s*",
    re.IGNORECASE,
)
_HEAD = re.compile(
    _UTF_8.pattern + rb"<worksheet[^>]*+>(?:<sheetPr[^>]*+/>|<sheetPr[^>]*+>.*?</sheetPr>)?+"
    rb'(?:<dimension ref="[A-Z]++[0-9]++(?::[A-Z]++[0-9]++)?+"/>|(?!<dimension))',
    re.IGNORECASE | re.DOTALL,
)
_ABOUT = re.compile(rb'(?: s="([0-9]++)")?+(?: t="([a-z]++)")?+')
_KINDS = {b"s": "s", b"str": "str", b"b": "b", b"e": "e"}
_TAIL = 32  # bytes in which a part ends
_LONG = 16  # digits: no overflow below
_COLUMN_BITS = 15  # the last column is number 16,384
_FLAGS = {b"0": False, b"1": True}

Merged = tuple[tuple[int, int, int, int], ...]


class _DoubtError(ValueError):
    """Something that may be read in another way than it stands."""


class _Kinds(dict[bytes, str]):
    """What the attributes of a cell make of its content: ``s``, ``b``, ``number``, ``day``."""

    def __init__(self, meanings: Mapping[bytes, str]) -> None:
        super().__init__()
        self._meanings = meanings

    def __missing__(self, about: bytes) -> str:
        """Kind of a cell whose attributes were not seen before. Raises LookupError in doubt."""
        known = _ABOUT.fullmatch(about)
        if not known:
            raise LookupError(about)
        style, kind = known.groups(b"")
        self[about] = self._meanings[style] if kind in (b"", b"n") else _KINDS[kind]
        return self[about]


@dataclass(frozen=True, slots=True)
class _Book:
    """What cells refer to."""

    strings: Mapping[bytes, str | None]  # by number as cells write it
    kinds: _Kinds


def scan_values(package: Package) -> tuple[SheetValues, ...] | None:
    """Every worksheet in tab order as calamine gives it; None where that is not certain."""
    if package.is_recoded or package.is_strict or package.epoch_1904:
        return None
    sheets = package.sheets
    if not all(sheet.kind == "worksheet" and package.is_plain(sheet.part) for sheet in sheets):
        return None
    strings = package.parts.get(package.part_of("sharedStrings", "xl/sharedstrings.xml"), b"")
    styles = package.parts.get(package.part_of("styles", "xl/styles.xml"), b"")
    try:
        book = _Book(_shared_strings(strings), _Kinds(sure_styles(styles)))
        return tuple(
            SheetValues(sheet.name, rows, sheet.visible, merged, ())
            for sheet in sheets
            for rows, merged in (_sheet(package.parts[sheet.part], book),)
        )
    except (LookupError, ValueError):
        return None


def _shared_strings(data: bytes) -> Mapping[bytes, str | None]:
    """Shared strings by their number, None for an empty one. Raises ValueError in doubt."""
    if not data:
        return {}
    head = _UTF_8.match(data)
    if not head:
        raise _DoubtError
    written = data[head.end() :].decode()
    strings: list[str] = _STRING.findall(written)
    if len(strings) != written.count("<si") or _is_odd(written):
        raise _DoubtError
    if any(f"<t>{one}<" in written for one in strings if one != one.strip()):
        raise _DoubtError  # blanks at the ends that nothing preserves
    if "&" in written:
        strings = list(map(_unescaped, strings))
    return {b"%d" % number: one or None for number, one in enumerate(strings)}


def _is_odd(written: str) -> bool:
    """Whether a text has escapes and line ends that are not what they look like, or comments."""
    return "_x" in written or "\r" in written or "<!" in written


def _unescaped(written: str) -> str:
    """Text of a string or of a formula's result. Raises ValueError for rare entities."""
    if "&" not in written:
        return written
    if len(_SURE_ENTITY.findall(written)) != written.count("&"):
        raise _DoubtError
    return text(written.encode())


def _sheet(data: bytes, book: _Book) -> tuple[list[list[Raw]], Merged]:
    """Values and merges of a sheet."""
    start, end = data.find(b"<sheetData>"), data.rfind(b"</sheetData>")
    if start < 0:
        start = end = data.find(b"<sheetData/>")
    is_whole = 0 < start <= end and data[-_TAIL:].rstrip().endswith(b"</worksheet>")
    if not (is_whole and _HEAD.match(data)) or data.find(b"<is", start, end) >= 0:
        raise _DoubtError
    cells = _CELL.findall(data, start, end)
    if len(cells) != data.count(b"<v", start, end):
        raise _DoubtError
    return _rows(cells, book), _merged(data, end)


def _rows(cells: list[tuple[bytes, bytes, bytes]], book: _Book) -> list[list[Raw]]:
    """Rows from A1 without blanks at their ends. Raises ValueError for cells out of order."""
    rows: list[list[Raw]] = []
    row: list[Raw] = []
    strings, kinds, places = book.strings, book.kinds, PLACES
    current = width = last = 0
    value: Raw
    for written_place, about, written in cells:
        kind = kinds[about]
        if kind == "s" and written:
            value = strings[written]
        elif kind == "number" and len(written) < _LONG and written.isdigit():
            value = float(written)
        else:
            value = _value(written, kind)
        number, column = places[written_place]
        place = number << _COLUMN_BITS | column
        if place <= last:
            raise _DoubtError
        last = place
        if value is None:
            continue
        if number != current:
            rows += ([] for _ in range(number - current - 1))
            row = []
            rows.append(row)
            current, width = number, 0
        if column != width + 1:
            row += [None] * (column - width - 1)
        row.append(value)
        width = column
    return rows


def _value(written: bytes, kind: str) -> Raw:
    """A stored value that is no shared string; None for a blank. Raises ValueError in doubt."""
    if kind == "b":
        return _FLAGS[written]
    if not written or kind == "e":
        return None
    if kind == "str":
        plain = written.decode()
        if _is_odd(plain):
            raise _DoubtError
        return _unescaped(plain)
    if not _NUMBER.fullmatch(written):
        raise _DoubtError
    return float(written) if kind == "number" else read_day(float(written))


def _merged(data: bytes, end: int) -> Merged:
    """Merged ranges, counted from 1. Raises ValueError when one is written in another way."""
    if data.find(b"<mergeCell", end) < 0:
        return ()
    found = _MERGE.findall(data, end)
    if len(found) != data.count(b"<mergeCell ", end):
        raise _DoubtError
    ranges = tuple(
        (int(top), column_of(left), int(bottom), column_of(right))
        for left, top, right, bottom in found
    )
    if any(top > bottom or left > right for top, left, bottom, right in ranges):
        raise _DoubtError
    return ranges
