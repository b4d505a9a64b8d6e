"""Pages of the tracker on worksheets: heads, tables, the office's cells where they belong."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from kskt_excel.excel.handwriting.nouns import HandCell, HandRow
from kskt_excel.excel.heights import HeightCell, row_height
from kskt_excel.excel.tracker import hand_cells
from kskt_excel.excel.tracker.fast_sheet import (
    Line,
    Stream,
    add_table,
    fast_sheet,
    put_stream,
    works,
    write_cell,
)
from kskt_excel.excel.tracker.grid import (
    ID_HEADING,
    MARK,
    OFFICE_HEADINGS,
    TOTALS_LABEL,
    VERSION,
    Block,
    Column,
    Content,
    Formula,
    Kind,
    Page,
    Row,
    column_of,
)
from kskt_excel.excel.tracker.placing import Placed
from kskt_excel.excel.tracker.states import colour_states
from kskt_excel.excel.writing import BookWriter, paper, quoted, write_text
from kskt_excel.model.cells import column_letters

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
_OFFICE_LOOK: Final = ("body", "indent", "input")
_OFFICE_WIDTH: Final = 170
_LONG: Final = 2_000  # from so many rows on, heights are left to Excel
_HEADING_HEIGHT: Final = 62.0
_CHARACTER_PX: Final = 7
_NOTHING: Final = Placed()


@dataclass(frozen=True)
class Pen:
    """What writing a page needs: the workbook, the year, the handwriting by block id."""

    book: BookWriter
    year: int
    hand: Mapping[tuple[str, str], Placed]

    def placed(self, page: Page, block: Block) -> Placed:
        """The handwriting of a block."""
        return self.hand.get((page.id, block.id), _NOTHING)


def write_page(pen: Pen, page: Page) -> "Worksheet":
    """Writes a page on a new sheet; its rows are made while they are written."""
    sheet = pen.book.workbook.add_worksheet(page.name, fast_sheet())
    write_head(pen, sheet, page)
    for block in page.blocks:
        _write_block(pen, sheet, page, block)
    _set_columns(pen, sheet, page)
    if page.blocks:
        first = page.heading_row(page.blocks[0].id)
        sheet.freeze_panes(first, page.frozen + 1 if page.frozen else 0)
        sheet.repeat_rows(first - 1)
        _set_print_area(sheet, page)
    sheet.fit_to_pages(1, 0)
    sheet.outline_settings(visible=True, symbols_below=False, symbols_right=False)
    return sheet


def write_head(pen: Pen, sheet: "Worksheet", page: Page) -> None:
    """Writes title, hidden mark and remark of a page."""
    formats = pen.book.formats
    sheet.hide_gridlines(2)
    write_text(sheet, 1, 2, page.title, formats("title"))
    write_text(sheet, 2, 1, f"{MARK}/{VERSION}:{page.id};year={pen.year}")
    write_text(sheet, 2, 2, page.described())
    sheet.set_row(1, None, None, {"hidden": True})
    write_text(sheet, 3, 2, page.remark, formats("note"))
    sheet.set_row(0, 24)
    paper(sheet, landscape=True, footer=f"{page.title} - {pen.year}")


def _write_block(pen: Pen, sheet: "Worksheet", page: Page, block: Block) -> None:
    heading = page.heading_row(block.id)
    first, count = heading + 1, max(block.count, 1)
    placed = pen.placed(page, block)
    headings = _headings(block, placed)
    if block.title:
        write_text(sheet, heading - 1, 2, block.title, pen.book.formats("bold", "left", "middle"))
    columns = [
        {"header": one, "header_format": pen.book.formats(*_heading_look(one))} for one in headings
    ]
    name = block.table or "".join(part.title() for part in (page.id + "-" + block.id).split("-"))
    _write_totals(pen, sheet, page, block)
    sheet.set_row(heading - 1, _HEADING_HEIGHT)
    lines = _Lines(pen, sheet, block, headings, placed)
    lines.write_hand(first)
    stream = Stream(first, count, len(headings), lines)
    add_table(sheet, heading, first + count - 1, columns, name)
    put_stream(sheet, stream, fast=works())
    colour_states(pen.book, sheet, block, first, first + count - 1)


def _set_print_area(sheet: "Worksheet", page: Page) -> None:
    """Paper takes the main block, without the columns that say where a row comes from."""
    main = page.block(page.main or page.blocks[0].id)
    shown = [number for number, one in enumerate(main.columns, 1) if one.level == 0]
    office = len(OFFICE_HEADINGS) if main.office and len(shown) == len(main.columns) else 0
    last_row = page.heading_row(main.id) + max(main.count, 1) - 1
    sheet.print_area(0, 1, last_row, shown[-1] + office)


def _heading_look(heading: str) -> tuple[str, ...]:
    return ("heading", "input") if heading in OFFICE_HEADINGS else ("heading",)


def _headings(block: Block, placed: Placed) -> list[str]:
    """Every heading of a block from column A on."""
    own = (one.heading for one in block.columns)
    office = OFFICE_HEADINGS if block.office else ()
    added = (one.heading for one in placed.added)
    return [f"{ID_HEADING}/{block.id}", *own, *office, *added]


def _write_totals(pen: Pen, sheet: "Worksheet", page: Page, block: Block) -> None:
    """Sums over the heading: they follow the filter and no added row escapes them."""
    totals = [one for one in block.columns if one.total]
    if not totals or not block.totals or block.title:
        return
    heading = page.heading_row(block.id)
    look = pen.book.formats("total", "center", "count", "small")
    write_text(sheet, heading - 1, 2, TOTALS_LABEL, pen.book.formats("bold", "small"))
    for column in totals:
        number = column_of(block, column.key)
        letters = column_letters(number)
        cells = f"{letters}{heading + 1}:{letters}{heading + max(block.count, 1)}"
        formula = Formula(f"SUBTOTAL(109,{cells})", block.totals.get(column.key, 0))
        write_cell(sheet, heading - 2, number - 1, formula, look)


class _Lines:
    """The lines of a block, each time anew: rows with formats, heights and empty office cells."""

    def __init__(
        self, pen: Pen, sheet: "Worksheet", block: Block, headings: Sequence[str], placed: Placed
    ) -> None:
        self._pen, self._sheet, self._block, self._placed = pen, sheet, block, placed
        self._headings = headings
        formats = pen.book.formats
        wrap = block.count <= _LONG
        own = [formats(*_look(one, wrap=wrap)) for one in block.columns]
        office = len(headings) - 1 - len(own)
        self._formats: Sequence[Format] = (
            formats("tiny", "quiet"),
            *own,
            *[formats(*_OFFICE_LOOK, "wrap")] * office,
        )
        self._blank: tuple[None, ...] = (None,) * office
        self._widths = [one.width for one in block.columns]

    def __iter__(self) -> Iterator[Line]:
        nothing = Row("", (None,) * len(self._block.columns))
        rows = self._block.rows() if self._block.count else (nothing,)
        for row in rows:
            cells = (row.key or None, *row.cells, *self._blank)
            yield Line(cells, self._formats, row.level, self._height(row))

    def _height(self, row: Row) -> float | None:
        if self._block.count > _LONG:
            return None
        hand = self._placed.rows.get(row.key)
        written = hand.cells.values() if hand else ()
        texts = [
            HeightCell(value, width, 11)
            for value, width in zip(row.cells, self._widths, strict=True)
            if value.__class__ is str and isinstance(value, str)
        ]
        texts += [HeightCell(str(one.value), _OFFICE_WIDTH, 11) for one in written if one.value]
        return row_height(texts, least=18.0)

    def write_hand(self, first_row: int) -> None:
        """Writes what people wrote, by XlsxWriter's own calls: looks, pieces of text, comments."""
        if not self._placed.rows:
            return
        for number, row in enumerate(self._block.rows(), start=first_row):
            hand = self._placed.rows.get(row.key)
            if hand:
                self._write_hand_row(number, row, hand)

    def _write_hand_row(self, number: int, row: Row, hand: HandRow) -> None:
        places = {heading: at for at, heading in enumerate(self._headings)}
        for heading, cell in hand.cells.items():
            if heading in places:
                at = places[heading]
                look = hand_cells.merged((*_OFFICE_LOOK, "wrap"), cell.look)
                hand_cells.write(self._pen.book, self._sheet, (number, at + 1), cell, look)
        for heading, cell in hand.marks.items():
            if heading in places and 0 < places[heading] <= len(row.cells):
                self._write_mark(number, places[heading], row.cells[places[heading] - 1], cell)

    def _write_mark(self, number: int, at: int, value: Content, cell: HandCell) -> None:
        if cell.look:
            names = _look(self._block.columns[at - 1], wrap=self._block.count <= _LONG)
            look = self._pen.book.formats(*names, **dict(cell.look.properties))
            write_cell(self._sheet, number - 1, at, value, look)
        hand_cells.comment(self._sheet, (number, at + 1), cell)


def _look(column: Column, *, wrap: bool) -> tuple[str, ...]:
    looks = LOOKS[column.kind]
    return (*looks, "wrap") if wrap and column.kind in ("text", "long", "state") else looks


def _set_columns(pen: Pen, sheet: "Worksheet", page: Page) -> None:
    """Widths as the page's main block asks for them, or what the office set."""
    sheet.set_column(0, 0, 4, None, {"hidden": True})
    for at, asked in enumerate(_asked(pen, page), start=1):
        options = {"level": max(one.level for one in asked), "hidden": any(o.hidden for o in asked)}
        pixels = asked[0].pixels
        given = [in_pixels(one.given) for one in asked if one.given]
        changed = [one for one in given if abs(one - pixels) > _CHARACTER_PX]
        sheet.set_column_pixels(at, at, changed[0] if changed else pixels, None, options)


class _Asked(NamedTuple):
    """What one block asks for a column: its width, and what the office did about it."""

    pixels: int
    given: float | None
    level: int
    hidden: bool


def _asked(pen: Pen, page: Page) -> list[list[_Asked]]:
    """For each column from B on, what the blocks of a page ask."""
    asked: list[list[_Asked]] = []
    main = page.main or page.blocks[0].id
    for block in sorted(page.blocks, key=lambda one: one.id != main):
        placed = pen.placed(page, block)
        own = {one.heading: one for one in block.columns}
        for at, heading in enumerate(_headings(block, placed)[1:]):
            column = own.get(heading)
            level = column.level if column and len(page.blocks) == 1 else 0
            width = column.width if column else _OFFICE_WIDTH
            given = placed.block.widths.get(heading)
            if at == len(asked):
                asked.append([])
            asked[at].append(_Asked(width, given, level, heading in placed.block.hidden))
    return asked


def in_pixels(characters: float) -> int:
    """Pixels of a width as a workbook stores it, in characters with their margin."""
    return round(characters * _CHARACTER_PX)


def link_to(page: str, cell: str = "A1") -> str:
    """The address of a sheet inside the workbook."""
    return f"internal:{quoted(page)}!{cell}"
