"""SpreadsheetML 2003 under a workbook's name, as management systems export it."""

import datetime as dt
from dataclasses import dataclass, field
from xml.parsers import expat

from kskt_excel.excel.reading.kinds import as_utf8
from kskt_excel.excel.reading.limits import MAX_COLUMN, MAX_ROW, Limits
from kskt_excel.excel.reading.meaning import reads_outside
from kskt_excel.excel.reading.page import to_rows
from kskt_excel.model.grid import Book, Cell, Raw, Sheet, SheetFacts

_HIDDEN = ("SheetHidden", "SheetVeryHidden")


class _TooLargeError(Exception):
    """The file has a document type or more cells than any report."""


def read_xml2003(data: bytes, limits: Limits) -> Book | None:
    """Every sheet; None when the XML is broken, has a document type or is too large."""
    scan = _Scan(limits)
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartElementHandler = scan.start
    parser.EndElementHandler = scan.end
    parser.CharacterDataHandler = scan.characters
    parser.StartDoctypeDeclHandler = scan.refuse
    try:
        parser.Parse(as_utf8(data), True)  # noqa: FBT003 - expat takes it by position only
    except (expat.ExpatError, _TooLargeError, LookupError, ValueError):
        return None
    sheets = tuple(found.sheet() for found in scan.sheets)
    return Book("xml2003", sheets, scan.properties, scan.names) if sheets else None


@dataclass(slots=True)
class _Found:
    """A sheet being read."""

    name: str
    visible: bool = True
    cells: dict[Cell, Raw] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    formulas: dict[Cell, str] = field(default_factory=dict)
    stored: set[Cell] = field(default_factory=set)
    errors: dict[Cell, str] = field(default_factory=dict)
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

    def __init__(self, limits: Limits) -> None:
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
            return float(written)
        if kind == "DateTime":
            moment = dt.datetime.fromisoformat(written)
            return moment.date() if moment.time() == dt.time() else moment
    except ValueError:
        return written
    return written
