"""Values by patterns, for workbooks that are written as Excel writes them: the first reader.

Most cells of a form are blank cells with borders, which a pattern passes over for nothing. What is
not surely read as calamine reads it is not read here at all: any doubt leaves the file to it.
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from xml.parsers import expat

from kskt_excel.excel.formats.calamine import SheetValues
from kskt_excel.excel.formats.cell_styles import (
    PLACES,
    TRUE,
    StyleFacts,
    columns_between,
    legacy_strings,
    mentions_legacy_font,
    place_of,
    read_day,
    read_styles,
    reads_outside,
    sure_styles,
    xml_column_number,
)
from kskt_excel.excel.opc import Package, xml_text
from kskt_excel.model.book import CellPlace, Raw, SheetFacts

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

MergedRanges = tuple[tuple[int, int, int, int], ...]


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
    return xml_text(written.encode())


def _sheet(data: bytes, book: _Book) -> tuple[list[list[Raw]], MergedRanges]:
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


def _merged(data: bytes, end: int) -> MergedRanges:
    """Merged ranges, counted from 1. Raises ValueError when one is written in another way."""
    if data.find(b"<mergeCell", end) < 0:
        return ()
    found = _MERGE.findall(data, end)
    if len(found) != data.count(b"<mergeCell ", end):
        raise _DoubtError
    ranges = tuple(
        (int(top), xml_column_number(left), int(bottom), xml_column_number(right))
        for left, top, right, bottom in found
    )
    if any(top > bottom or left > right for top, left, bottom, right in ranges):
        raise _DoubtError
    return ranges


def parse_facts(data: bytes, styles: StyleFacts, strings: Mapping[int, str]) -> SheetFacts:
    """Facts of one sheet; what stands before the break when its XML is broken."""
    scan = _Scan(styles, strings)
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartElementHandler = scan.start
    parser.EndElementHandler = scan.end
    parser.CharacterDataHandler = scan.characters
    with suppress(expat.ExpatError):
        parser.Parse(data, True)  # noqa: FBT003 - expat takes it by position only
    return SheetFacts(
        formulas=scan.formulas,
        unstored=frozenset(scan.unstored),
        errors=scan.errors,
        external=frozenset(scan.external),
        hidden_rows=frozenset(scan.hidden_rows),
        hidden_columns=frozenset(scan.hidden_columns),
        filtered=scan.filtered,
        legacy_fonts=scan.legacy,
        percent_cells=frozenset(scan.percent),
    )


@dataclass(slots=True)
class _Scan:
    """Handlers that collect facts while the parser runs."""

    styles: StyleFacts
    strings: Mapping[int, str]
    formulas: dict[CellPlace, str] = field(default_factory=dict)
    unstored: set[CellPlace] = field(default_factory=set)
    errors: dict[CellPlace, str] = field(default_factory=dict)
    external: set[CellPlace] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    legacy: dict[CellPlace, str] = field(default_factory=dict)
    percent: set[CellPlace] = field(default_factory=set)
    filtered: bool = False
    row: int = 0
    column: int = 0
    kind: str = "n"
    style: int = 0
    has_value: bool = False
    formula: str | None = None
    value: str = ""
    inside: str = ""

    def start(self, name: str, about: dict[str, str]) -> None:
        """An element opens."""
        local = name.rsplit("}", 1)[-1]
        if local == "c":
            self._open_cell(about)
        elif local in ("v", "f"):
            self.inside = local
            self.has_value = self.has_value or local == "v"
            self.formula = "" if local == "f" else self.formula
        elif local == "row":
            self._open_row(about)
        elif local == "col" and about.get("hidden") in TRUE:
            first, last = int(about.get("min", 1)), int(about.get("max", 0))
            self.hidden_columns.update(columns_between(first, last))
        elif local == "filterColumn":
            self.filtered = True

    def characters(self, data: str) -> None:
        """Text of a formula or a value."""
        if self.inside == "f":
            self.formula = (self.formula or "") + data
        elif self.inside == "v":
            self.value += data

    def end(self, name: str) -> None:
        """An element closes."""
        local = name.rsplit("}", 1)[-1]
        if local in ("v", "f"):
            self.inside = ""
        elif local == "c":
            self._close_cell()

    def _open_row(self, about: dict[str, str]) -> None:
        written = about.get("r", "")
        self.row = int(written) if written.isdecimal() else self.row + 1
        self.column = 0
        if about.get("hidden") in TRUE:
            self.hidden_rows.add(self.row)

    def _open_cell(self, about: dict[str, str]) -> None:
        self.row, self.column = place_of(about.get("r", "")) or (self.row, self.column + 1)
        self.kind = about.get("t", "n")
        style = about.get("s", "0")
        self.style = int(style) if style.isdecimal() else 0
        self.formula, self.value, self.has_value = None, "", False

    def _close_cell(self) -> None:
        cell = self.row, self.column
        if self.formula is not None:
            self.formulas[cell] = self.formula
            if not self.value and not (self.has_value and self.kind == "str"):
                self.unstored.add(cell)
            if reads_outside(self.formula):
                self.external.add(cell)
        if self.kind == "e" and self.value:
            self.errors[cell] = self.value
        if self.style in self.styles.percent:
            self.percent.add(cell)
        font = self.styles.legacy.get(self.style, "")
        if self.kind == "s" and self.value.isdecimal():
            font = self.strings.get(int(self.value), font)
        if font:
            self.legacy[cell] = font


_FORMULA = re.compile(
    rb'<c r="([A-Z]++[0-9]++)"([^>]*+)><f[^>]*+>(?:([^<]*+)</f>)?(<v>[^<]*+|<v ?/>)?'
)
_ERROR = re.compile(
    rb'<c r="([A-Z]++)([0-9]++)"[^>]*? t="e"[^>]*+>(?:<f[^>]*+>(?:[^<]*+</f>)?)?<v>([^<]*+)<'
)
_STYLED = re.compile(rb'<c r="([A-Z]++)([0-9]++)"([^>]*+)>(?:<v>([^<]*+)</v>)?')
_STYLE = re.compile(rb'\ss="([0-9]+)"')
_ROW = re.compile(rb'<row r="([0-9]+)"')
_SPAN = re.compile(rb'\b(min|max)="([0-9]+)"')
_HIDDEN = re.compile(rb"hidden\s*=\s*[\"'](?:1|true)[\"']")
Formulas = tuple[Mapping[CellPlace, str], frozenset[CellPlace], frozenset[CellPlace]]
_NO_FORMULAS: Formulas = ({}, frozenset(), frozenset())


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What the whole workbook tells about its cells: styles, strings in old fonts."""

    styles: StyleFacts = field(default_factory=StyleFacts)
    legacy_strings: dict[int, str] = field(default_factory=dict)


def knowledge(package: Package) -> Knowledge:
    """Styles and strings of the workbook that matter for facts."""
    styles = package.parts.get(package.part_of("styles", "xl/styles.xml"), b"")
    strings = package.parts.get(package.part_of("sharedStrings", "xl/sharedstrings.xml"), b"")
    old = b"rFont" in strings and mentions_legacy_font(strings)
    legacy = legacy_strings(strings) if old else {}
    return Knowledge(read_styles(styles), legacy)


def read_facts(package: Package, part: str, known: Knowledge) -> SheetFacts:
    """Facts of one sheet."""
    data = package.parts.get(part, b"")
    facts = _scan(data, known) if package.is_plain(part) else None
    return facts or parse_facts(data, known.styles, known.legacy_strings)


def _scan(data: bytes, known: Knowledge) -> SheetFacts | None:
    """Facts by patterns; None when a count shows that a pattern has missed something."""
    start, end = max(data.find(b"<sheetData"), 0), data.rfind(b"</sheetData")
    found = _formulas(data, start, end) if end >= 0 else _NO_FORMULAS
    if found is None:
        return None
    formulas, unstored, external = found
    whole = end if end >= 0 else len(data)
    errors = _errors(data) if data.find(b't="e"', start, whole) >= 0 else {}
    hidden = _hidden(data, whole)
    if errors is None or hidden is None:
        return None
    percent, legacy = _styled(data, known)
    return SheetFacts(
        formulas=formulas,
        unstored=unstored,
        errors=errors,
        external=external,
        hidden_rows=hidden[0],
        hidden_columns=hidden[1],
        filtered=data.find(b"<filterColumn", max(end, 0)) >= 0,
        legacy_fonts=legacy,
        percent_cells=percent,
    )


def _formulas(data: bytes, start: int, end: int) -> Formulas | None:
    """Formulas by cell, those without a stored result, those that read another workbook.

    None when one is written in another way than Excel's.
    """
    formulas: dict[CellPlace, str] = {}
    unstored: list[CellPlace] = []
    external: list[CellPlace] = []
    while (start := data.find(b"<f", start, end)) >= 0:
        found = _FORMULA.match(data, data.rfind(b"<c ", 0, start))
        if found is None or not found.start() < start < found.end():
            return None
        start = found.end()
        place, about, formula, value = found.groups(b"")
        cell = PLACES[place]
        formulas[cell] = written = xml_text(formula)
        empty = len(value) <= len(b"<v>") or value.endswith(b"/>")
        if empty and not (value and b't="str"' in about):
            unstored.append(cell)
        if ("[" in written or "|" in written) and reads_outside(written):
            external.append(cell)
    return formulas, frozenset(unstored), frozenset(external)


def _errors(data: bytes) -> dict[CellPlace, str] | None:
    """Error values by cell; None when the pattern has missed one."""
    found = {
        (int(row), xml_column_number(letters)): xml_text(value)
        for letters, row, value in _ERROR.findall(data)
    }
    return found if len(found) == data.count(b't="e"') else None


def _styled(data: bytes, known: Knowledge) -> tuple[frozenset[CellPlace], dict[CellPlace, str]]:
    """Cells that show a percentage, and cells with text in a font of an old encoding."""
    styles, strings = known.styles, known.legacy_strings
    wanted = [number for number in {*styles.percent, *styles.legacy} if b' s="%d"' % number in data]
    if not wanted and not strings:
        return frozenset(), {}
    percent, legacy = set(), {}
    for letters, row, about, value in _STYLED.findall(data):
        style = _STYLE.search(about)
        number = int(style[1]) if style else 0
        if number in styles.percent:
            percent.add((int(row), xml_column_number(letters)))
        font = styles.legacy.get(number, "")
        if strings and b't="s"' in about and value:
            font = strings.get(int(value), font)
        if font:
            legacy[int(row), xml_column_number(letters)] = font
    return frozenset(percent), legacy


def _hidden(data: bytes, end: int) -> tuple[frozenset[int], frozenset[int]] | None:
    """Hidden rows and columns; None when one is written in another way than Excel's."""
    rows: list[int] = []
    columns: list[int] = []
    at = 0
    while (at := data.find(b"hidden", at, end) + 1) > 0:
        mark = _HIDDEN.match(data, at - 1)
        if not mark:
            continue
        start = data.rfind(b"<", 0, at)
        tag = data[start : data.find(b">", mark.end())]
        if tag.startswith(b"<row"):
            row = _ROW.match(tag)
            if not row:
                return None
            rows.append(int(row[1]))
        elif tag.startswith(b"<col "):
            span = {name: int(value) for name, value in _SPAN.findall(tag)}
            columns += columns_between(span.get(b"min", 1), span.get(b"max", 0))
    return frozenset(rows), frozenset(columns)
