"""Pages of the tracker on worksheets: heads, blocks of rows, the office's cells in place."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import field
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from kskt_excel.excel import book_writer
from kskt_excel.excel.book_writer import (
    BookWriter,
    CellContent,
    CellLine,
    Formula,
    colour_tab,
    columns_in_sight,
    narrow_margins,
    paper,
    quoted,
    write_cell,
    write_lines,
    write_text,
)
from kskt_excel.excel.heights import HeightCell, row_height
from kskt_excel.excel.opc import MAX_ROW
from kskt_excel.excel.tracker import handwriting
from kskt_excel.excel.tracker.blocks import (
    ID_HEADING,
    OFFICE_HEADINGS,
    TOTALS_LABEL,
    TRACKER_MARK,
    VERSION,
    BlockPart,
    ColumnKind,
    ColumnRows,
    SheetBlock,
    TrackerColumn,
    TrackerSheet,
    block_column,
    in_pixels,
)
from kskt_excel.excel.tracker.fast_rows import (
    ChunkFile,
    ChunkMaker,
    Insert,
    Kept,
    add_table,
    fast_sheet,
    insert,
    rows_work,
    style_numbers,
    total,
)
from kskt_excel.excel.tracker.handwriting import HandCell, HandFrame, HandRow, Placed
from kskt_excel.excel.tracker.print_view import LETTERS
from kskt_excel.model.book import column_letters
from kskt_excel.model.consolidation import StandingState
from kskt_excel.model.errors import KsktError
from kskt_excel.model.nouns import dataclass
from kskt_excel.report.verdicts import VERDICT_SHADES, VERDICT_WORDS
from kskt_excel.text.shown import value_text

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet


_NOTHING: Final = Placed()


@dataclass(frozen=True)
class SheetWriter:
    """The workbook, the year, the handwriting by block id, the chunks to be put in at the end."""

    book: BookWriter
    year: int
    hand: Mapping[tuple[str, str], Placed]
    chunks: ChunkFile
    kept: Kept | None = None
    sheets: Mapping[str, str] = field(default_factory=dict)  # names of all of them by page id
    frames: Mapping[str, HandFrame] = field(default_factory=dict)  # by page id

    def placed(self, page: TrackerSheet, block: SheetBlock) -> Placed:
        """The handwriting of a block."""
        return self.hand.get((page.id, block.id), _NOTHING)


GOOD: Final = (
    StandingState.RECEIVED.value,
    StandingState.NIL.value,
    "Đã hoàn thành",
    "Đạt",
    "Khớp",
    "Đúng hạn",
)
WARN: Final = (
    StandingState.WAITING.value,
    "Đang thực hiện",
    "Đạt, có cảnh báo",
    "Cần kiểm tra",
    "Được miễn",
    "cảnh báo",
)
BAD: Final = (
    StandingState.NOT_SENT.value,
    StandingState.RETURNED.value,
    StandingState.AFTER_CLOSING.value,
    StandingState.UNMET_AT_CLOSING.value,
    StandingState.NOT_COUNTED.value,
    "Quá hạn",
    "Chưa thực hiện",
    "Chưa đạt",
    "LỆCH",
    "Không đọc được",
    "lỗi",
    "Chưa báo cáo",
)
TRACKER_LEGEND: Final = (
    "Màu: xanh là đạt, vàng là cần theo dõi, cam là cần xử lý; chữ trong ô nói rõ."
)


def colour_states(
    book: BookWriter, sheet: "Worksheet", block: SheetBlock, first_row: int, last_row: int
) -> None:
    """Colours the block's columns of states by what stands in them, also after an edit."""
    for column in block.columns:
        if column.kind == "state":
            at = block_column(block, column.key) - 1
            for words, look in ((GOOD, "good"), (WARN, "warn"), (BAD, "bad")):
                _rules(book, sheet, (first_row - 1, at, last_row - 1, at), words, look)
        elif column.kind == "verdict":
            at = block_column(block, column.key) - 1
            for verdict, look in VERDICT_SHADES.items():  # figures and days follow its words
                looks = book.workbook.add_format(book_writer.marks(look))
                begins = {"type": "text", "criteria": "begins with", "format": looks}
                begins["value"] = VERDICT_WORDS[verdict]
                sheet.conditional_format(first_row - 1, at, last_row - 1, at, begins)


def _rules(
    book: BookWriter,
    sheet: "Worksheet",
    cells: tuple[int, int, int, int],
    words: tuple[str, ...],
    look: str,
) -> None:
    looks = book.workbook.add_format(book_writer.marks(look))
    for word in words:
        sheet.conditional_format(
            *cells, {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": looks}
        )


LOOKS: Final[Mapping[ColumnKind, tuple[str, ...]]] = {
    "text": ("body", "indent"),
    "long": ("body", "indent"),
    "line": ("small", "middle", "indent"),
    "center": ("body", "center"),
    "count": ("body", "center", "count"),
    "decimal": ("body", "center"),
    "date": ("body", "center", "date"),
    "moment": ("body", "center", "moment"),
    "rate": ("body", "right"),
    "state": ("body", "center"),
    "verdict": ("body", "center"),
    "link": ("body", "center", "link"),
}
_WRAPPED: Final = ("text", "long", "state", "verdict", "center")
_OFFICE_LOOK: Final = ("body", "indent", "input")
_LEAST_HEIGHT: Final = 18.0


@dataclass(frozen=True)
class BlockWriter:
    """Writes the rows of a block, the first one in row ``first_row`` of the sheet."""

    pen: SheetWriter
    sheet: "Worksheet"
    block: SheetBlock
    headings: Sequence[str]
    placed: Placed
    first_row: int

    def write(self) -> Mapping[str, float]:
        """Writes every row, a blank one where there is none; gives the sums by column key."""
        summed = [at for at, one in enumerate(self.block.columns) if one.total]
        sums: list[float] = [0] * len(summed)
        write = self._write_chunks if rows_work() else self._write_rows
        row = self.first_row
        for part in self.block.parts or (self._nothing(),):
            sums = [one + more for one, more in zip(sums, write(row, part, summed), strict=True)]
            row += part.count
        return {self.block.columns[at].key: one for at, one in zip(summed, sums, strict=True)}

    def _nothing(self) -> BlockPart:
        return BlockPart(1, lambda: ColumnRows([""], [[None] for _ in self.block.columns]))

    def _write_chunks(self, row: int, part: BlockPart, summed: Sequence[int]) -> Sequence[float]:
        """Writes a part as one chunk, or as several between its rows with handwriting."""
        by_hand = self._by_hand(row, part.count)
        if not by_hand:
            made = self._press.part(row, part)
            self._insert(row, part.count, made.number)
            return made.sums
        table, start = part.make(), 0
        for at in (*by_hand, part.count):
            if at > start:
                some = ColumnRows(table.keys[start:at], [one[start:at] for one in table.columns])
                self._insert(row + start, at - start, self._press.table(row + start, some).number)
            if at < part.count:
                self._write_row(row + at, table, at)
            start = at + 1
        return [total(table.columns[at]) for at in summed]

    def _write_rows(self, row: int, part: BlockPart, summed: Sequence[int]) -> Sequence[float]:
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
    def _press(self) -> ChunkMaker:
        styles = style_numbers(self._formats)
        pen = self.pen
        return ChunkMaker.of(self.block, styles, self._heights, pen.chunks, pen.kept)

    @cached_property
    def _formats(self) -> "Sequence[Format]":
        formats = self.pen.book.formats
        own = [formats(*self._look(one)) for one in self.block.columns]
        office = [formats(*_OFFICE_LOOK, "wrap")] * (len(self.headings) - 1 - len(own))
        return (formats("tiny", "quiet"), *own, *office)

    def _look(self, column: TrackerColumn) -> tuple[str, ...]:
        looks = LOOKS[column.kind]
        wrap = not self.block.is_long and column.kind in _WRAPPED
        return (*looks, "wrap") if wrap else looks

    def _insert(self, row: int, count: int, chunk: int) -> None:
        insert(self.sheet, Insert(row, count, len(self.headings), chunk))

    def _heights(self, table: ColumnRows) -> Sequence[float | None]:
        if self.block.is_long:
            return [None] * len(table.keys)
        return [self._height(cells) for cells in zip(*table.columns, strict=True)]

    def _height(self, cells: Sequence[CellContent], hand: HandRow | None = None) -> float:
        texts = [
            HeightCell(value, column.width, LETTERS)
            for value, column in zip(cells, self.block.columns, strict=True)
            if value.__class__ is str
            and isinstance(value, str)
            and not column.folded
            and column.kind != "line"
        ]
        widths = {one.heading: one.width for one in self.block.columns}
        texts += [
            HeightCell(str(one.value), widths.get(heading, self.block.office_width), LETTERS)
            for heading, one in (hand.cells.items() if hand else ())
            if one.value
        ]
        return row_height(texts, least=_LEAST_HEIGHT)

    def _write_row(self, number: int, table: ColumnRows, at: int) -> None:
        """Writes a row by XlsxWriter's own calls, with looks and comments that people left."""
        cells = [one[at] for one in table.columns]
        hand = self.placed.rows.get(number - self.first_row)
        if hand:
            self._write_hand(number, cells, hand)
        blank = [None] * (len(self.headings) - 1 - len(cells))
        height = None if self.block.is_long else self._height(cells, hand)
        line = CellLine(
            (table.keys[at] or None, *cells, *blank), self._formats, self.block.level, height
        )
        write_lines(self.sheet, number, [line])

    def _write_hand(self, number: int, cells: Sequence[CellContent], hand: HandRow) -> None:
        places = {heading: at for at, heading in enumerate(self.headings)}
        for heading, cell in hand.cells.items():
            if heading in places:
                at = places[heading]
                look = handwriting.merged((*_OFFICE_LOOK, "wrap"), cell.look)
                handwriting.write_hand_cell(self.pen.book, self.sheet, (number, at + 1), cell, look)
        for heading, cell in hand.marks.items():
            if heading in places and 0 < places[heading] <= len(cells):
                self._write_mark(number, places[heading], cells[places[heading] - 1], cell)

    def _write_mark(self, number: int, at: int, value: CellContent, cell: HandCell) -> None:
        """A cell of the program with the looks that a person gave it, or a piece of its text."""
        said = "".join(run.text for run in cell.runs)
        names = self._look(self.block.columns[at - 1])
        properties = handwriting.merged(names, cell.look)
        if cell.runs and said == value:
            rich = HandCell(said, runs=cell.runs)
            book = self.pen.book
            handwriting.write_hand_cell(book, self.sheet, (number, at + 1), rich, properties)
        elif cell.look:
            write_cell(self.sheet, number - 1, at, value, self.pen.book.formats.of(properties))
        handwriting.comment(self.sheet, (number, at + 1), cell)


_LEAST_HEADING: Final = 33.0


class TooManyRowsError(KsktError):
    """A sheet of the tracker with more rows than Excel opens."""

    def __init__(self, sheet: str, rows: int) -> None:
        super().__init__(
            f"Trang “{sheet}” của sổ theo dõi có {value_text(rows)} dòng, nhiều hơn"
            f" {value_text(MAX_ROW)} dòng mà Excel mở được nên chưa lập sổ. Đề nghị ghi"
            " tracker_rows nhỏ hơn ở mục [run] của kskt.toml: sổ sẽ được chia thành các tập."
        )


def write_page(pen: SheetWriter, page: TrackerSheet) -> "Worksheet":
    """Writes a page on a new sheet; its rows are made while they are written.

    Raises TooManyRowsError.
    """
    sheet = pen.book.workbook.add_worksheet(page.name, fast_sheet())
    write_sheet_head(pen, sheet, page)
    for block in page.blocks:
        _write_block(pen, sheet, page, block)
    _set_columns(pen, sheet, page)
    if page.blocks:
        first = page.heading_row(page.blocks[0].id)
        shown = [0 if one.hidden else one.pixels for one in _asked(pen, page)]
        frozen = columns_in_sight(shown[: page.frozen])
        sheet.freeze_panes(first, frozen + 1 if frozen else 0)
        sheet.set_selection(first, 1, first, 1)
        _set_paper(sheet, page)
    colour_tab(sheet, page.kind)
    sheet.fit_to_pages(1, 0)
    sheet.outline_settings(visible=True, symbols_below=False, symbols_right=False)
    return sheet


def write_sheet_head(pen: SheetWriter, sheet: "Worksheet", page: TrackerSheet) -> None:
    """Writes title, hidden mark and remark of a page."""
    formats = pen.book.formats
    sheet.hide_gridlines(2)
    write_text(sheet, 1, 2, page.title, formats("title"))
    write_text(sheet, 2, 1, f"{TRACKER_MARK}/{VERSION}:{page.id};year={pen.year}")
    write_description(pen, sheet, page)
    sheet.set_row(1, None, None, {"hidden": True})
    write_text(sheet, 3, 2, page.remark, formats("note"))
    sheet.set_row(0, 24)
    paper(sheet, landscape=True, footer=f"{page.title} - {pen.year}")
    narrow_margins(sheet)


def write_description(
    pen: SheetWriter, sheet: "Worksheet", page: TrackerSheet, **more: object
) -> None:
    """Writes beside the mark what the program itself has put on the sheet."""
    write_text(sheet, 2, 2, page.described(pen.sheets, **more))


def _write_block(
    pen: SheetWriter, sheet: "Worksheet", page: TrackerSheet, block: SheetBlock
) -> None:
    heading = page.heading_row(block.id)
    first, count = heading + 1, max(block.count, 1)
    if heading + count > MAX_ROW:
        raise TooManyRowsError(page.name, heading + count)
    placed = pen.placed(page, block)
    headings = _headings(block, placed)
    if block.title:
        write_text(sheet, heading - 1, 2, block.title, pen.book.formats("bold", "left", "middle"))
    columns = [
        {"header": one, "header_format": _heading_format(pen, one, placed)} for one in headings
    ]
    name = block.table or "".join(part.title() for part in (page.id + "-" + block.id).split("-"))
    sheet.set_row(heading - 1, _heading_height(block, headings))
    sums = BlockWriter(pen, sheet, block, headings, placed, first).write()
    _write_totals(pen, sheet, page, block, sums)
    add_table(sheet, heading, first + count - 1, columns, pen.book.table_name(name))
    colour_states(pen.book, sheet, block, first, first + count - 1)


def _heading_height(block: SheetBlock, headings: Sequence[str]) -> float:
    """Height of the row of heads, the office's and those that it added among them."""
    widths = {one.heading: one.width for one in block.columns if not one.folded}
    folded = {one.heading for one in block.columns if one.folded}
    cells = (
        HeightCell(one, widths.get(one, block.office_width), LETTERS, bold=True)
        for one in headings[1:]
        if one not in folded
    )
    return row_height(cells, least=_LEAST_HEADING)


def _set_paper(sheet: "Worksheet", page: TrackerSheet) -> None:
    """Paper takes what is up to the end of the page's main block, its heads on every page.

    Of a page without one all blocks in sight. It leaves out the columns that say where a row comes
    from.
    """
    shown = [page.main_block] if page.main else [one for one in page.blocks if not one.level]
    heading = page.heading_row(shown[-1].id)
    last_row = heading + max(shown[-1].count, 1) - 1
    sheet.print_area(0, 1, last_row, max(map(_printed_columns, shown)))
    if len(shown) == 1:
        sheet.repeat_rows(heading - 1)
    if page.frozen:
        sheet.repeat_columns(1, page.frozen)


def _printed_columns(block: SheetBlock) -> int:
    """How many columns of a block go to paper, folded ones among them."""
    own = sum(one.level == 0 for one in block.columns)
    return own + (len(block.office_headings) if block.prints_office else 0)


def _heading_look(heading: str) -> tuple[str, ...]:
    return ("heading", "input") if heading in OFFICE_HEADINGS else ("heading",)


def _heading_format(pen: SheetWriter, heading: str, placed: Placed) -> "Format":
    names, look = _heading_look(heading), placed.block.heads.get(heading)
    if look is None:
        return pen.book.formats(*names)
    return pen.book.workbook.add_format(handwriting.merged(names, look))


def _headings(block: SheetBlock, placed: Placed) -> list[str]:
    """Every heading of a block from column A on."""
    own = (one.heading for one in block.columns)
    added = (one.heading for one in placed.added)
    return [f"{ID_HEADING}/{block.id}", *own, *block.office_headings, *added]


def _write_totals(
    pen: SheetWriter,
    sheet: "Worksheet",
    page: TrackerSheet,
    block: SheetBlock,
    sums: Mapping[str, float],
) -> None:
    """Sums over the heading: they follow the filter and no added row escapes them."""
    if not sums or block.title:
        return
    heading = page.heading_row(block.id)
    look = pen.book.formats("total", "center", "count", "small")
    write_text(sheet, heading - 1, 2, TOTALS_LABEL, pen.book.formats("bold", "small"))
    for key, result in sums.items():
        number = block_column(block, key)
        letters = column_letters(number)
        cells = f"{letters}{heading + 1}:{letters}{heading + max(block.count, 1)}"
        formula = Formula(f"SUBTOTAL(109,{cells})", result)
        write_cell(sheet, heading - 2, number - 1, formula, look)


def _set_columns(pen: SheetWriter, sheet: "Worksheet", page: TrackerSheet) -> None:
    """Widths and folds as the page's main block has them, or what the office made of them."""
    sheet.set_column(0, 0, 4, None, {"hidden": True})
    asked = _asked(pen, page)
    for at, one in enumerate(asked, start=1):
        before_fold = at < len(asked) and asked[at].folded and not one.folded
        options = {"level": one.level, "hidden": one.hidden, "collapsed": before_fold}
        sheet.set_column_pixels(at, at, one.pixels, None, options)


class _Asked(NamedTuple):
    """What a column of the sheet is to be like."""

    pixels: int
    level: int
    hidden: bool
    folded: bool


def _asked(pen: SheetWriter, page: TrackerSheet) -> list[_Asked]:
    """What is asked of each column from B on, first by the main block; hidden ones stay hidden."""
    asked: list[_Asked] = []
    main = page.main_block.id
    # The main block first: where columns of blocks differ its wishes decide.
    for block in sorted(page.blocks, key=lambda one: one.id != main):
        placed = pen.placed(page, block)
        own = {one.heading: one for one in block.columns}
        for at, heading in enumerate(_headings(block, placed)[1:]):
            column = own.get(heading)
            width = column.width if column else block.office_width
            given = placed.block.widths.get(heading)
            hidden = heading in placed.block.hidden
            if at < len(asked):
                asked[at] = asked[at]._replace(hidden=asked[at].hidden or hidden)
                continue
            folded = bool(column and column.folded) and heading not in placed.block.unfolded
            level = column.level if column and len(page.blocks) == 1 else 0
            is_detail = folded or bool(column and column.folded)
            pixels = in_pixels(given) if given else width
            asked.append(_Asked(pixels, max(level, int(is_detail)), hidden or folded, folded))
    return asked


def link_to(page: str, cell: str = "A1") -> str:
    """The address of a sheet inside the workbook."""
    return f"internal:{quoted(page)}!{cell}"
