"""The rows under a block's heading: in chunks, and those with handwriting by XlsxWriter."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from kskt_excel.excel.handwriting.nouns import HandCell, HandRow
from kskt_excel.excel.heights import HeightCell, row_height
from kskt_excel.excel.tracker import hand_cells
from kskt_excel.excel.tracker.chunks import Chunk
from kskt_excel.excel.tracker.fast_sheet import Insert, insert, style_numbers, works
from kskt_excel.excel.tracker.grid import Block, Column, Content, Kind, Part, Table
from kskt_excel.excel.tracker.packers import Coming
from kskt_excel.excel.tracker.pen import Pen
from kskt_excel.excel.tracker.placing import Placed
from kskt_excel.excel.tracker.plain import Line, write_cell, write_lines
from kskt_excel.excel.tracker.press import Press, total

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

LOOKS: Final[Mapping[Kind, tuple[str, ...]]] = {
    "text": ("body", "indent"),
    "long": ("body", "indent"),
    "center": ("body", "center"),
    "count": ("body", "center", "count"),
    "decimal": ("body", "center"),
    "date": ("body", "center", "date"),
    "moment": ("body", "center", "moment"),
    "rate": ("body", "right"),
    "state": ("body", "center"),
    "link": ("body", "center", "link"),
}
OFFICE_WIDTH: Final = 170
_OFFICE_LOOK: Final = ("body", "indent", "input")
_LEAST_HEIGHT: Final = 18.0


@dataclass(frozen=True)
class Body:
    """Writes the rows of a block, the first one in row ``first_row`` of the sheet."""

    pen: Pen
    sheet: "Worksheet"
    block: Block
    headings: Sequence[str]
    placed: Placed
    first_row: int

    def write(self) -> Mapping[str, float]:
        """Writes every row, a blank one where there is none; gives the sums by column key."""
        summed = [at for at, one in enumerate(self.block.columns) if one.total]
        sums: list[float] = [0] * len(summed)
        write = self._write_chunks if works() else self._write_rows
        row = self.first_row
        for part in self.block.parts or (self._nothing(),):
            sums = [one + more for one, more in zip(sums, write(row, part, summed), strict=True)]
            row += part.count
        return {self.block.columns[at].key: one for at, one in zip(summed, sums, strict=True)}

    def _nothing(self) -> Part:
        return Part(1, lambda: Table([""], [[None] for _ in self.block.columns]))

    def _write_chunks(self, row: int, part: Part, summed: Sequence[int]) -> Sequence[float]:
        """Writes a part as one chunk, or as several between its rows with handwriting."""
        by_hand = self._by_hand(row, part.count)
        if not by_hand:
            chunk = self._press.part(row, part)
            self._insert(row, part.count, chunk)
            return chunk.sums
        table, start = part.make(), 0
        for at in (*by_hand, part.count):
            if at > start:
                some = Table(table.keys[start:at], [one[start:at] for one in table.columns])
                self._insert(row + start, at - start, self._press.table(row + start, some))
            if at < part.count:
                self._write_row(row + at, table, at)
            start = at + 1
        return [total(table.columns[at]) for at in summed]

    def _write_rows(self, row: int, part: Part, summed: Sequence[int]) -> Sequence[float]:
        table = part.make()
        for at in range(part.count):
            self._write_row(row + at, table, at)
        return [total(table.columns[at]) for at in summed]

    def _by_hand(self, row: int, count: int) -> list[int]:
        """Places in a part, from 0, of the rows that somebody wrote in."""
        start = row - self.first_row
        first, last = (bisect_left(self._places, at) for at in (start, start + count))
        return [at - start for at in self._places[first:last]]

    @cached_property
    def _places(self) -> list[int]:
        return sorted(self.placed.rows)

    @cached_property
    def _press(self) -> Press:
        styles = style_numbers(self._formats)
        pen = self.pen
        return Press.of(self.block, styles, self._heights, pen.packers, pen.kept)

    @cached_property
    def _formats(self) -> "Sequence[Format]":
        formats = self.pen.book.formats
        own = [formats(*self._look(one)) for one in self.block.columns]
        office = [formats(*_OFFICE_LOOK, "wrap")] * (len(self.headings) - 1 - len(own))
        return (formats("tiny", "quiet"), *own, *office)

    def _look(self, column: Column) -> tuple[str, ...]:
        looks = LOOKS[column.kind]
        wrap = not self.block.is_long and column.kind in ("text", "long", "state")
        return (*looks, "wrap") if wrap else looks

    def _insert(self, row: int, count: int, chunk: Chunk | Coming) -> None:
        insert(self.sheet, Insert(row, count, len(self.headings), len(self.pen.chunks)))
        self.pen.chunks.append(chunk)

    def _heights(self, table: Table) -> Sequence[float | None]:
        if self.block.is_long:
            return [None] * len(table.keys)
        return [self._height(cells) for cells in zip(*table.columns, strict=True)]

    def _height(self, cells: Sequence[Content], hand: HandRow | None = None) -> float:
        texts = [
            HeightCell(value, column.width, 11)
            for value, column in zip(cells, self.block.columns, strict=True)
            if value.__class__ is str and isinstance(value, str)
        ]
        widths = {one.heading: one.width for one in self.block.columns}
        texts += [
            HeightCell(str(one.value), widths.get(heading, OFFICE_WIDTH), 11)
            for heading, one in (hand.cells.items() if hand else ())
            if one.value
        ]
        return row_height(texts, least=_LEAST_HEIGHT)

    def _write_row(self, number: int, table: Table, at: int) -> None:
        """Writes a row by XlsxWriter's own calls, with looks and comments that people left."""
        cells = [one[at] for one in table.columns]
        hand = self.placed.rows.get(number - self.first_row)
        if hand:
            self._write_hand(number, cells, hand)
        blank = [None] * (len(self.headings) - 1 - len(cells))
        height = None if self.block.is_long else self._height(cells, hand)
        line = Line(
            (table.keys[at] or None, *cells, *blank), self._formats, self.block.level, height
        )
        write_lines(self.sheet, number, [line])

    def _write_hand(self, number: int, cells: Sequence[Content], hand: HandRow) -> None:
        places = {heading: at for at, heading in enumerate(self.headings)}
        for heading, cell in hand.cells.items():
            if heading in places:
                at = places[heading]
                look = hand_cells.merged((*_OFFICE_LOOK, "wrap"), cell.look)
                hand_cells.write(self.pen.book, self.sheet, (number, at + 1), cell, look)
        for heading, cell in hand.marks.items():
            if heading in places and 0 < places[heading] <= len(cells):
                self._write_mark(number, places[heading], cells[places[heading] - 1], cell)

    def _write_mark(self, number: int, at: int, value: Content, cell: HandCell) -> None:
        if cell.look:
            names = self._look(self.block.columns[at - 1])
            look = self.pen.book.formats(*names, **dict(cell.look.properties))
            write_cell(self.sheet, number - 1, at, value, look)
        hand_cells.comment(self.sheet, (number, at + 1), cell)
