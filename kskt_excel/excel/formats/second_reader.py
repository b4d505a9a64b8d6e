"""The second reader: a plain parser, for packages that calamine does not take.

It reads what stands in the cells and nothing else, so that odd styles, merged ranges or sheet
states do not stop it; what is not well-formed stays unread.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from xml.parsers import expat

from kskt_excel.excel.formats.calamine import SheetValues
from kskt_excel.excel.formats.cell_styles import date_styles, place_of, read_moment, read_serial
from kskt_excel.excel.formats.gate import Gated
from kskt_excel.excel.opc import Package, SheetPart
from kskt_excel.model.book import CellPlace, Raw

_TEXTS = ("str", "inlineStr")


def read_second(gated: Gated) -> tuple[SheetValues, ...] | None:
    """Every worksheet in tab order; None when a part is not well-formed."""
    package = gated.package
    try:
        book = _Book(
            _shared_strings(package),
            date_styles(package.parts.get(package.part_of("styles", "xl/styles.xml"), b"")),
            package.epoch_1904,
        )
        sheets = tuple(
            _sheet(package, sheet, book) for sheet in package.sheets if sheet.kind == "worksheet"
        )
    except (expat.ExpatError, LookupError, ValueError):
        return None
    return sheets


@dataclass(frozen=True, slots=True)
class _Book:
    """What cells refer to."""

    strings: list[str]
    dates: Mapping[int, str]
    epoch_1904: bool


def _parse(data: bytes, scan: "_Strings | _Cells") -> None:
    """Runs the handlers over a part. Raises ExpatError."""
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartElementHandler = scan.start
    parser.EndElementHandler = scan.end
    parser.CharacterDataHandler = scan.characters
    parser.Parse(data, True)  # noqa: FBT003 - expat takes it by position only


def _shared_strings(package: Package) -> list[str]:
    """Shared strings in order; none when the workbook has none."""
    data = package.parts.get(package.part_of("sharedStrings", "xl/sharedstrings.xml"), b"")
    scan = _Strings()
    if data:
        _parse(data, scan)
    return scan.strings


def _sheet(package: Package, sheet: SheetPart, book: _Book) -> SheetValues:
    """A sheet as calamine would have given it."""
    scan = _Cells(book)
    _parse(package.parts.get(sheet.part, b""), scan)
    rows: list[list[Raw]] = [[] for _ in range(max((row for row, _ in scan.cells), default=0))]
    for (number, column), value in sorted(scan.cells.items()):
        row = rows[number - 1]
        row.extend([None] * (column - len(row) - 1))
        row.append(value)
    merged = tuple(range_ for range_ in map(_range, scan.merged) if range_)
    return SheetValues(sheet.name, rows, sheet.visible, merged, tuple(scan.strange))


def _range(written: str) -> tuple[int, int, int, int] | None:
    """A merged range; None when it is not written as two cells."""
    first, _, last = written.partition(":")
    start, end = place_of(first), place_of(last)
    return (*start, *end) if start and end else None


@dataclass(slots=True)
class _Strings:
    """Handlers that collect shared strings; reading aids over the characters are left out."""

    strings: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    in_text: bool = False
    aids: int = 0

    def start(self, name: str, _: dict[str, str]) -> None:
        """An element opens."""
        local = name.rsplit("}", 1)[-1]
        if local == "rPh":
            self.aids += 1
        self.in_text = local == "t" and not self.aids

    def characters(self, data: str) -> None:
        """Text of a string."""
        if self.in_text:
            self.words.append(data)

    def end(self, name: str) -> None:
        """An element closes."""
        local = name.rsplit("}", 1)[-1]
        self.in_text = False
        if local == "rPh":
            self.aids -= 1
        elif local == "si":
            self.strings.append("".join(self.words))
            self.words = []


@dataclass(slots=True)
class _Cells:
    """Handlers that collect the cells of a sheet."""

    book: _Book
    cells: dict[CellPlace, Raw] = field(default_factory=dict)
    strange: list[CellPlace] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    row: int = 0
    column: int = 0
    kind: str = ""
    style: int = 0
    words: list[str] = field(default_factory=list)
    reading: bool = False
    aids: int = 0

    def start(self, name: str, about: dict[str, str]) -> None:
        """An element opens."""
        local = name.rsplit("}", 1)[-1]
        if local == "row":
            written = about.get("r", "")
            self.row = int(written) if written.isdecimal() else self.row + 1
            self.column = 0
        elif local == "c":
            self.row, self.column = place_of(about.get("r", "")) or (self.row, self.column + 1)
            self.kind, style = about.get("t", "n"), about.get("s", "")
            self.style = int(style) if style.isdecimal() else 0
            self.words = []
        elif local == "rPh":
            self.aids += 1
        elif local in ("v", "t"):
            self.reading = not self.aids
        elif local == "mergeCell":
            self.merged.append(about.get("ref", ""))

    def characters(self, data: str) -> None:
        """Text of a value."""
        if self.reading:
            self.words.append(data)

    def end(self, name: str) -> None:
        """An element closes."""
        local = name.rsplit("}", 1)[-1]
        if local in ("v", "t"):
            self.reading = False
        elif local == "rPh":
            self.aids -= 1
        elif local == "c" and self.words:
            value = self._value("".join(self.words))
            if value is not None and value != "":
                self.cells[self.row, self.column] = value

    def _value(self, written: str) -> Raw:
        """A stored value by the cell's type; a string that is not there raises LookupError."""
        if self.kind in _TEXTS:
            return written
        if self.kind == "s":
            number = int(written)
            if number < 0:
                raise LookupError(written)
            return self.book.strings[number]
        if self.kind == "b":
            return written.strip() in ("1", "true")
        if self.kind == "d":
            return read_moment(written)
        return None if self.kind == "e" else self._number(written)

    def _number(self, written: str) -> Raw:
        """A number or a day; the text itself when it is no number."""
        try:
            number = float(written)
        except ValueError:
            return written
        if not isfinite(number):
            self.strange.append((self.row, self.column))
            return None
        meaning = self.book.dates.get(self.style)
        return read_serial(number, meaning, epoch_1904=self.book.epoch_1904) if meaning else number
