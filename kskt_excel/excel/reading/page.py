"""Web pages under a workbook's name, as web systems export them: tables one below the other."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from kskt_excel.excel.reading.delimited import decode
from kskt_excel.excel.reading.limits import MAX_COLUMN, MAX_ROW, Limits
from kskt_excel.model.grid import Book, Cell, Raw, Sheet

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)
_SHEET_NAME = re.compile(r"<x:Name>([^<]{1,31})</x:Name>")
_SPACES = re.compile(r"\s+")
_SILENT = ("style", "script", "head", "title")


def read_page(data: bytes, limits: Limits) -> Book | None:
    """One sheet with every table of the page; None when there is none, or it is too large."""
    written = _decode(data)
    reader = _Tables(limits)
    reader.feed(written)
    reader.close()
    reader.finish()
    if reader.overflowed or not reader.cells:
        return None
    name = _SHEET_NAME.search(written)
    sheet = Sheet(name[1] if name else "Sheet1", to_rows(reader.cells), merged=tuple(reader.merged))
    return Book("html", (sheet,))


def _decode(data: bytes) -> str:
    """The page's text: its declared encoding when that fits, else as any text."""
    declared = _CHARSET.search(data, 0, 4096)
    try:
        return data.decode(declared[1].decode()) if declared else decode(data)
    except (LookupError, UnicodeDecodeError):
        return decode(data)


def to_rows(cells: dict[Cell, Raw]) -> list[list[Raw]]:
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
    words: list[str] = field(default_factory=list)


class _Tables(HTMLParser):
    """Collects cells with their places; spans keep the places of the cells they cover."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(convert_charrefs=True)
        self.cells: dict[Cell, Raw] = {}
        self.merged: list[tuple[int, int, int, int]] = []
        self.overflowed = False
        self._limits = limits
        self._taken: set[Cell] = set()
        self._row = self._column = self._silent = 0
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
            self._open.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """An element closes."""
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in ("td", "th", "tr", "table"):
            self.finish()

    def handle_data(self, data: str) -> None:
        """Text of a cell."""
        if self._open and not self._silent:
            self._open.words.append(_SPACES.sub(" ", data))

    def finish(self) -> None:
        """The open cell is done."""
        if not self._open:
            return
        cell, self._open = self._open, None
        lines = "".join(cell.words).replace("\xa0", " ").split("\n")
        text = "\n".join(line.strip() for line in lines).strip()
        if text:
            self.cells[cell.row, cell.column] = _number(cell.number) or text

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
        return float(written) if written else None
    except ValueError:
        return None
