"""The same facts by a parser, for sheets that are not written as Excel writes them."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from xml.parsers import expat

from kskt_excel.excel.reading.meaning import TRUE, columns_between, place_of, reads_outside
from kskt_excel.excel.reading.styles import Styles
from kskt_excel.model.grid import Cell, SheetFacts


def parse_facts(data: bytes, styles: Styles, strings: Mapping[int, str]) -> SheetFacts:
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

    styles: Styles
    strings: Mapping[int, str]
    formulas: dict[Cell, str] = field(default_factory=dict)
    unstored: set[Cell] = field(default_factory=set)
    errors: dict[Cell, str] = field(default_factory=dict)
    external: set[Cell] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    legacy: dict[Cell, str] = field(default_factory=dict)
    percent: set[Cell] = field(default_factory=set)
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
