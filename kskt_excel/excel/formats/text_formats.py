"""Workbooks that are text under a workbook's name: SpreadsheetML 2003, HTML tables, CSV."""

import csv
import datetime as dt
import io
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from xml.parsers import expat

from kskt_excel.excel.formats.gate import text_as_utf8
from kskt_excel.excel.formats.xlsx import reads_outside
from kskt_excel.excel.opc import MAX_COLUMN, MAX_ROW, Fault, FileLimits, RefusedError
from kskt_excel.model.book import Book, CellPlace, Raw, RichPart, Sheet, SheetFacts, as_counted
from kskt_excel.model.patterns import lazy_pattern

# Of two that divide as many lines alike the first wins: a tab stands in no text, a comma is in
# sentences and decimals.
_DELIMITERS = ("\t", ";", ",", "|")
_SAMPLE = 200  # lines
_TONE_MARKS = "\u0300\u0301\u0303\u0309\u0323"


def decode(data: bytes) -> str:
    """Text of a file without a declared encoding.

    UTF-8, UTF-16, Windows-1258 where its tone marks follow vowels, else Windows-1252, in which the
    old encodings TCVN3 and VNI are written too.
    """
    plain = text_as_utf8(data).removeprefix(b"\xef\xbb\xbf")
    try:
        return plain.decode("utf-8")
    except UnicodeDecodeError:
        vietnamese = plain.decode("cp1258", "replace")
    marks = [at for at, letter in enumerate(vietnamese) if letter in _TONE_MARKS and at]
    fitting = sum(
        len(unicodedata.normalize("NFC", vietnamese[at - 1 : at + 1])) == 1 for at in marks
    )
    if marks and fitting == len(marks):
        return vietnamese
    return plain.decode("cp1252", "replace")


def read_delimited(data: bytes, limits: FileLimits) -> Book | None:
    """One sheet of texts; None when no delimiter divides it, or it is larger than any report."""
    written = decode(data)
    delimiter = _delimiter(written)
    if not delimiter:
        return None
    rows: list[list[Raw]] = []
    cells = 0
    try:
        for fields in csv.reader(io.StringIO(written, newline=""), delimiter=delimiter):
            row: list[Raw] = [field or None for field in fields]
            while row and row[-1] is None:
                row.pop()
            rows.append(row)
            cells += len(row)
            if cells > limits.cells or len(rows) > limits.rows or len(row) > MAX_COLUMN:
                return None
    except csv.Error:
        return None
    return Book("csv", (Sheet("Sheet1", rows),))


def _delimiter(written: str) -> str:
    """The sign that divides most lines into an equal number of fields; empty when none does."""
    lines = [line for line in written.splitlines()[:_SAMPLE] if line.strip()]
    best, most = "", 0
    for sign in _DELIMITERS:
        counts = Counter(line.count(sign) for line in lines)
        counts.pop(0, None)
        agreeing = max(counts.values(), default=0)
        if agreeing > most and agreeing * 2 >= len(lines):
            best, most = sign, agreeing
    return best


_CHARSET = lazy_pattern(rb"charset\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)
# As Excel writes it into a page, at most its 31 letters.
_SHEET_NAME = lazy_pattern(r"<x:Name>([^<]{1,31})</x:Name>")
_SPACES = lazy_pattern(r"\s+")
_STRIKING = ("s", "strike", "del")
_SHIFTING = {"sup": 1, "sub": -1}
_SILENT = ("style", "script", "head", "title")


def read_page(data: bytes, limits: FileLimits) -> Book | None:
    """One sheet with every table of the page; None when there is none.

    Raises RefusedError when it is larger than any report.
    """
    written = _decode(data)
    reader = _Tables(limits)
    reader.feed(written)
    reader.close()
    reader.finish()
    if reader.overflowed:
        raise RefusedError(Fault("file.too_heavy", {}))
    if not reader.cells:
        return None
    name = _SHEET_NAME.search(written)
    sheet = Sheet(
        name[1] if name else "Sheet1",
        to_rows(reader.cells),
        merged=tuple(reader.merged),
        facts=SheetFacts(parts=reader.parts),
    )
    return Book("html", (sheet,))


def _decode(data: bytes) -> str:
    """The page's text: its declared encoding when that fits, else as any text."""
    declared = _CHARSET.search(data, 0, 4096)
    try:
        return data.decode(declared[1].decode()) if declared else decode(data)
    except (LookupError, UnicodeDecodeError):
        return decode(data)


def to_rows(cells: dict[CellPlace, Raw]) -> list[list[Raw]]:
    """Cells as rows from A1."""
    rows: list[list[Raw]] = [[] for _ in range(max(row for row, _ in cells))]
    for (number, column), value in sorted(cells.items()):
        row = rows[number - 1]
        row.extend([None] * (column - len(row) - 1))
        row.append(value)
    return rows


@dataclass(slots=True)
class _Open:
    """A cell being read."""

    row: int
    column: int
    number: str = ""
    parts: list[RichPart] = field(default_factory=list)


class _Tables(HTMLParser):
    """Collects cells with their places; spans keep the places of the cells they cover."""

    def __init__(self, limits: FileLimits) -> None:
        super().__init__(convert_charrefs=True)
        self.cells: dict[CellPlace, Raw] = {}
        self.merged: list[tuple[int, int, int, int]] = []
        self.parts: dict[CellPlace, tuple[RichPart, ...]] = {}
        self.overflowed = False
        self._limits = limits
        self._taken: set[CellPlace] = set()
        self._row = self._column = self._silent = 0
        self._struck = self._shift = 0  # how deep in struck text, how far off the line
        self._open: _Open | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element opens."""
        if tag in _SILENT:
            self._silent += 1
        elif tag in ("table", "tr"):
            self.finish()
            if tag == "tr":
                self._row, self._column = self._row + 1, 0
        elif tag in ("td", "th"):
            self.finish()
            self._start_cell({name: value or "" for name, value in attrs})
        elif tag == "br" and self._open:
            self._open.parts.append(RichPart("\n"))
        else:
            self._struck += tag in _STRIKING
            self._shift += _SHIFTING.get(tag, 0)

    def handle_endtag(self, tag: str) -> None:
        """An element closes."""
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in ("td", "th", "tr", "table"):
            self.finish()
        else:
            self._struck = max(0, self._struck - (tag in _STRIKING))
            self._shift -= _SHIFTING.get(tag, 0)

    def handle_data(self, data: str) -> None:
        """Text of a cell."""
        if self._open and not self._silent:
            text = _SPACES.sub(" ", data)
            self._open.parts.append(
                RichPart(text, bool(self._struck), max(-1, min(1, self._shift)))
            )

    def finish(self) -> None:
        """The open cell is done."""
        if not self._open:
            return
        cell, self._open = self._open, None
        self._struck = self._shift = 0  # an end that was forgotten ends with its cell
        written = "".join(part.text for part in cell.parts)
        lines = written.replace("\xa0", " ").split("\n")
        text = "\n".join(line.strip() for line in lines).strip()
        if text:
            place = cell.row, cell.column
            self.cells[place] = _number(cell.number) or text
            if any(part.struck or part.shift for part in cell.parts):
                self.parts[place] = tuple(cell.parts)

    def _start_cell(self, about: dict[str, str]) -> None:
        self._row = max(self._row, 1)
        self._column += 1
        while (self._row, self._column) in self._taken:
            self._column += 1
        rows, columns = _span(about.get("rowspan", "")), _span(about.get("colspan", ""))
        if len(self._taken) + rows * columns > self._limits.cells or self._row > MAX_ROW:
            self.overflowed = True
            return
        bottom, right = self._row + rows - 1, self._column + columns - 1
        if rows * columns > 1:
            self.merged.append((self._row, self._column, bottom, right))
        for row in range(self._row, bottom + 1):
            self._taken.update((row, column) for column in range(self._column, right + 1))
        self._open = _Open(self._row, self._column, about.get("x:num", ""))
        self._column = right


def _span(written: str) -> int:
    """A span as a number of cells, 1 when it is none."""
    return min(max(int(written), 1), MAX_COLUMN) if written.isascii() and written.isdigit() else 1


def _number(written: str) -> float | None:
    """The number that Excel's own export keeps beside the shown text."""
    try:
        return as_counted(float(written)) if written else None
    except ValueError:
        return None


_HIDDEN = ("SheetHidden", "SheetVeryHidden")


class _TooLargeError(Exception):
    """The file has a document type or more cells than any report."""


def read_xml2003(data: bytes, limits: FileLimits) -> Book | None:
    """Every sheet; None when the XML is broken, has a document type or is too large."""
    scan = _Scan(limits)
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartElementHandler = scan.start
    parser.EndElementHandler = scan.end
    parser.CharacterDataHandler = scan.characters
    parser.StartDoctypeDeclHandler = scan.refuse
    try:
        parser.Parse(text_as_utf8(data), True)  # noqa: FBT003 - expat takes it by position only
    except (expat.ExpatError, _TooLargeError, LookupError, ValueError):
        return None
    sheets = tuple(found.sheet() for found in scan.sheets)
    return Book("xml2003", sheets, scan.properties, scan.names) if sheets else None


@dataclass(slots=True)
class _Found:
    """A sheet being read."""

    name: str
    visible: bool = True
    cells: dict[CellPlace, Raw] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    formulas: dict[CellPlace, str] = field(default_factory=dict)
    stored: set[CellPlace] = field(default_factory=set)
    errors: dict[CellPlace, str] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)

    def sheet(self) -> Sheet:
        """The sheet with its facts."""
        outside = (cell for cell, formula in self.formulas.items() if reads_outside(formula))
        facts = SheetFacts(
            formulas=self.formulas,
            unstored=frozenset(self.formulas.keys() - self.stored),
            errors=self.errors,
            external=frozenset(outside),
            hidden_rows=frozenset(self.hidden_rows),
            hidden_columns=frozenset(self.hidden_columns),
        )
        rows = to_rows(self.cells) if self.cells else []
        return Sheet(self.name, rows, self.visible, tuple(self.merged), facts)


class _Scan:
    """Handlers that collect sheets while the parser runs."""

    def __init__(self, limits: FileLimits) -> None:
        self.sheets: list[_Found] = []
        self.properties: dict[str, str] = {}
        self.names: dict[str, str] = {}
        self._limits = limits
        self._row = self._column = self._column_tag = self._cells = 0
        self._right = 0
        self._type = ""
        self._words: list[str] | None = None
        self._in_properties = False

    def refuse(self, *_: object) -> None:
        """A document type is not taken."""
        raise _TooLargeError

    def start(self, name: str, about: dict[str, str]) -> None:
        """An element opens."""
        local = name.rsplit("}", 1)[-1]
        values = {key.rsplit("}", 1)[-1]: value for key, value in about.items()}
        if self._in_properties:
            self._words = []
        elif local == "CustomDocumentProperties":
            self._in_properties = True
        elif local == "Worksheet":
            self.sheets.append(_Found(values.get("Name", "")))
            self._row = self._column = self._column_tag = 0
        elif local == "NamedRange":
            self.names[values.get("Name", "")] = values.get("RefersTo", "").removeprefix("=")
        elif self.sheets:
            self._start_in_sheet(local, values)

    def _start_in_sheet(self, local: str, values: dict[str, str]) -> None:
        if local == "Row":
            self._row = int(values.get("Index", self._row + 1))
            self._column = self._right = 0
            if values.get("Hidden") == "1":
                self.sheets[-1].hidden_rows.add(self._row)
        elif local == "Column":
            self._column_tag = int(values.get("Index", self._column_tag + 1))
            if values.get("Hidden") == "1":
                last = self._column_tag + min(int(values.get("Span", 0)), MAX_COLUMN)
                self.sheets[-1].hidden_columns.update(range(self._column_tag, last + 1))
        elif local == "Cell":
            self._start_cell(values)
        elif local == "Data":
            self._type, self._words = values.get("Type", "String"), []
        elif local == "Visible":
            self._words = []

    def _start_cell(self, values: dict[str, str]) -> None:
        sheet = self.sheets[-1]
        self._column = int(values.get("Index", max(self._column, self._right) + 1))
        self._cells += 1
        outside = not (0 < self._row <= MAX_ROW and 0 < self._column <= MAX_COLUMN)
        if outside or self._cells > self._limits.cells or self._row > self._limits.rows:
            raise _TooLargeError
        down, across = int(values.get("MergeDown", 0)), int(values.get("MergeAcross", 0))
        self._right = self._column + across
        if down or across:
            sheet.merged.append((self._row, self._column, self._row + down, self._right))
        if "Formula" in values:
            sheet.formulas[self._row, self._column] = values["Formula"].removeprefix("=")

    def characters(self, data: str) -> None:
        """Text of a value or a property."""
        if self._words is not None:
            self._words.append(data)

    def end(self, name: str) -> None:
        """An element closes."""
        local = name.rsplit("}", 1)[-1]
        if local == "CustomDocumentProperties":
            self._in_properties = False
        elif self._in_properties:
            self.properties[local] = "".join(self._words or ())
        elif local == "Visible" and self.sheets:
            self.sheets[-1].visible = "".join(self._words or ()) not in _HIDDEN
        elif local == "Data" and self.sheets:
            self._end_value("".join(self._words or ()))
        if local in ("Data", "Cell", "Visible") or self._in_properties:
            self._words = None

    def _end_value(self, written: str) -> None:
        sheet, cell = self.sheets[-1], (self._row, self._column)
        if not written:
            return
        sheet.stored.add(cell)
        if self._type == "Error":
            sheet.errors[cell] = written
        else:
            sheet.cells[cell] = _value(self._type, written)


def _value(kind: str, written: str) -> Raw:
    """A stored value by its declared type; as text when it does not fit."""
    if kind == "Boolean":
        return written == "1"
    try:
        if kind == "Number":
            return as_counted(float(written))
        if kind == "DateTime":
            moment = dt.datetime.fromisoformat(written)
            return moment.date() if moment.time() == dt.time() else moment
    except ValueError:
        return written
    return written
