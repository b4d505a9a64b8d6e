"""A page's content placed on A4: head, rows, breaks, signature; which cell shows a figure."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import field, replace
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import TypeAlias

from kskt_excel.excel.book_writer import (
    INDENT_PX,
    advance,
    cell_text,
    measured,
    pixels,
    printed_line,
    sheet_name,
)
from kskt_excel.excel.book_writer import room as letters_room
from kskt_excel.excel.printed.bands import bands, fits_on_paper
from kskt_excel.excel.printed.boxes import (
    PADDING_PX,
    SPARE_POINTS,
    PageGrid,
    PlacedPage,
    PrintedBox,
    PrintedLine,
    RuleLine,
    TextRun,
    lines_height,
    side_by_side,
    text_height,
    whole_pixels,
    wide,
)
from kskt_excel.excel.printed.line_ends import balanced, balanced_lines
from kskt_excel.excel.printed.printed_table import (
    LANDSCAPE_PX,
    PORTRAIT_PX,
    SIZES,
    Columns,
    SetBody,
    TablePlace,
    body_outline,
    body_rows,
    caption_lines,
    head_outline,
    head_rows,
    joined_pieces,
    printed_value,
    words_of,
)
from kskt_excel.model.book import CellRef
from kskt_excel.model.nouns import dataclass
from kskt_excel.report.page import FigureRef, Frame, PageRow, PrintedPage

_PAPER_HEIGHT_MM = {True: 210, False: 297}
_MARGINS_MM = 40  # 20 above and below: Nghị định 30/2020/NĐ-CP, Phụ lục I
_POINTS_A_MM = 72 / 25.4  # an inch is 72 points and 25.4 mm
_BODY = ("data", "section", "total")
_MOST_EVENED = 12  # pages: of more, the last one matters little
_EVEN_ENOUGH = 6.0  # points
_SLACK = 4.0  # points: printers round rows to their own dots


def page_room(*, landscape: bool) -> float:
    """Points of height between the margins of an A4 page."""
    return (_PAPER_HEIGHT_MM[landscape] - _MARGINS_MM) * _POINTS_A_MM - _SLACK


def page_starts(
    lines: Sequence[PrintedLine], page: float, repeated: tuple[int, int] | None = None
) -> list[int]:
    """Which rows (from 0) begin a new page, in order; the first page is not among them.

    ``page`` is the height of a page; ``repeated``, the first and last row (from 1) of the heads
    that stand again on each later page, takes its share of it.
    """
    first, last = repeated or (1, 0)
    heads = sum(line.height for line in lines[first - 1 : last])
    starts = [0]
    used, free = 0.0, page if last else page - heads
    for block in _blocks(lines):
        most = page if block[0] < last else page - heads
        for part in _fitting(lines, block, most) if len(block) > 1 else (block,):
            height = _lines_height(lines, part)
            if used and used + height > free:
                starts.append(part[0])
                used, free = 0.0, page - heads if part[0] >= last else page
            used += height
    return starts[1:]


def even_starts(
    lines: Sequence[PrintedLine],
    page: float,
    repeated: tuple[int, int] | None,
    starts: Sequence[int],
) -> list[int]:
    """Starts of as many pages, filled about evenly: the lowest filling that needs no page more."""
    if not 0 < len(starts) < _MOST_EVENED:
        return list(starts)
    best = list(starts)
    low, high = 0.0, page
    while high - low > _EVEN_ENOUGH:
        middle = (low + high) / 2
        found = page_starts(lines, middle, repeated)
        if len(found) <= len(starts) and _highest(lines, found, repeated) <= page:
            best, high = found, middle
        else:
            low = middle
    return best


def _highest(
    lines: Sequence[PrintedLine], starts: Sequence[int], repeated: tuple[int, int] | None
) -> float:
    """Height of the highest page."""
    first, last = repeated or (1, 0)
    heads = sum(line.height for line in lines[first - 1 : last])
    return max(
        sum(line.height for line in lines[start:end]) + (heads if start >= last else 0.0)
        for start, end in pairwise([0, *starts, len(lines)])
    )


def _fitting(lines: Sequence[PrintedLine], block: list[int], most: float) -> list[list[int]]:
    """The block; where no page holds it: the head with one row, and the rest; else small parts."""
    if _lines_height(lines, block) <= most:
        return [block]
    body = next((n for n, at in enumerate(block) if lines[at].part in _BODY), -1)
    halves = [half for half in (block[: body + 1], block[body + 1 :]) if half]
    if all(_lines_height(lines, half) <= most for half in halves):
        return halves
    return list(_small_parts(lines, block))


def _small_parts(lines: Sequence[PrintedLine], block: list[int]) -> Iterator[list[int]]:
    """Single rows; the heads of a table stay with its first row, the signatures with themselves."""
    part: list[int] = []
    for at in block:
        before = lines[part[-1]].part if part else ""
        joined = before == "head" or before == lines[at].part == "signature"
        if part and not joined:
            yield part
            part = []
        part.append(at)
    yield part


def _lines_height(lines: Sequence[PrintedLine], some: Sequence[int]) -> float:
    if len(some) == 1:  # most rows of a long page
        return lines[some[0]].height
    return sum(lines[at].height for at in some)


def _blocks(lines: Sequence[PrintedLine]) -> Iterator[list[int]]:
    """Rows that must stay on one page, in order."""
    block: list[int] = []
    for at, line in enumerate(lines):
        block.append(at)
        if not line.keep:
            yield block
            block = []
    if block:
        yield block


def keep_end_together(body: Sequence[PrintedLine]) -> list[PrintedLine]:
    """The rows of the last table with its last two held to what follows them.

    A piece of a row that is among them stays a row of its own.
    """
    return [
        *body[:-2],
        *(
            line._replace(keep=True, height=line.height + SPARE_POINTS * line.open_bottom)
            for line in body[-2:]
        ),
    ]


def closed_at(lines: Sequence[PrintedLine], starts: Sequence[int]) -> list[PrintedLine]:
    """The rows with a line drawn where a page ends in the middle of one."""
    closed = list(lines)
    for at in starts:
        closed[at] = closed[at]._replace(open_top=False)
        closed[at - 1] = closed[at - 1]._replace(open_bottom=False)
    return closed


FORM_SPLITS = (0.23, 0.77)  # of the width: the code at the left, the title, who reports
_REMEMBERED = 64  # heads of forms: as many as a packet has, and more
_TITLE_RULE_PX = 150  # at most: a third of a narrow page
_CODE_SIZE = 12
_RULE_HEIGHT = 8.25  # points of the row that holds the rule
_CENTRED = ("center", "middle", "wrap")
_BOLD = (*_CENTRED, "bold")
_BELOW_FORM_HEAD = 1.5  # points, so that no descender touches the table


def head_lines(
    page: PrintedPage, grid: PageGrid, *, compact: bool = False, bare: bool = False
) -> Iterator[PrintedLine]:
    """Everything above the first table; each row stays with the next.

    ``compact``: a form's period goes under its code where that makes the head lower. ``bare``: a
    form's head as high as it will be, without its texts.
    Source: Nghị định 30/2020/NĐ-CP, Phụ lục I (mục III, phụ lục kèm theo văn bản).
    """
    if page.form_code:
        yield _form_head(page, grid, compact=compact, bare=bare)
        if page.attached:
            yield _attached(page, grid)
    else:
        yield from _titles(page, grid)
    for paragraph in page.paragraphs:
        yield wide(paragraph, grid, ("left", "middle", "wrap"), size=13)


def _attached(page: PrintedPage, grid: PageGrid) -> PrintedLine:
    room = letters_room(grid.total, 13, PADDING_PX)
    return wide(balanced(page.attached, room, bold=False), grid, (*_CENTRED, "italic"), size=13)


def _titles(page: PrintedPage, grid: PageGrid) -> Iterator[PrintedLine]:
    """Number of the annex, its title in capitals, the report that it goes with, the period."""
    if page.annex:
        yield wide(page.annex, grid, _BOLD, size=14)
    for line in page.title:
        title = balanced(cell_text(line.upper()), letters_room(grid.total, 14, PADDING_PX))
        yield wide(title, grid, _BOLD, size=14)
    if page.attached:
        yield _attached(page, grid)
    yield wide(page.period_line, grid, (*_CENTRED, "italic"), size=13)
    rule = RuleLine(1, grid.last, min(_TITLE_RULE_PX, grid.total // 3))
    yield PrintedLine(_RULE_HEIGHT, rules=(rule,), keep=True)


def _form_head(page: PrintedPage, grid: PageGrid, *, compact: bool, bare: bool) -> PrintedLine:
    """Code of the form at the left, title and period in the middle, who reports at the right.

    Source: Thông tư 01/2020/TT-VPCP, Phụ lục II.
    """
    best = None
    ways = [
        (blocks, [grid.px(*block) for block in blocks]) for blocks in grid.near_blocks(*FORM_SPLITS)
    ]
    code_px = pixels(advance(page.form_code, bold=True), _CODE_SIZE, PADDING_PX)
    for below_title in (True, False) if compact else (True,):
        stacks = _stacks(page, period_below_title=below_title)
        heights_of = [stack.heights for stack in stacks]
        left, middle, right = heights_of
        for blocks, widths in ways:
            height = max(left[widths[0]], middle[widths[1]], right[widths[2]])
            found = height, widths[0] < code_px  # the code of the form on one line where it can be
            if best is None or found < best[0]:
                best = found, stacks, blocks
    if best is None:
        raise ValueError("a grid without the blocks of a form's head")
    (height, _), stacks, blocks = best
    boxes = []
    for block, stack in zip(() if bare else blocks, stacks, strict=not bare):
        runs = stack.ended(grid.px(*block))
        boxes.append(PrintedBox(*block, looks=(stack.align, "top", "wrap"), runs=runs))
    return PrintedLine(whole_pixels(height + _BELOW_FORM_HEAD), tuple(boxes), keep=True)


class _Heights(dict[int, float]):
    """Points that the texts of a stack take, by the pixels of the block; reckoned once."""

    def __init__(self, stack: "_Stack") -> None:
        super().__init__()
        self._stack = stack

    def __missing__(self, px: int) -> float:
        height = self[px] = self._stack.height(px)
        return height


@dataclass(frozen=True)
class _Stack:
    """Texts under each other in one block of a form's head."""

    align: str
    runs: tuple[TextRun, ...]

    @cached_property
    def heights(self) -> _Heights:
        """Height of the texts by the pixels of the block that they stand in."""
        return _Heights(self)

    def ended(self, px: float) -> tuple[TextRun, ...]:
        """The texts with their own line ends in a block of so many pixels."""
        return tuple(
            run._replace(text=balanced(run.text, self._room(run, px), bold="bold" in run.looks))
            for run in self.runs
        )

    def height(self, px: float) -> float:
        """Points that the texts take in a block of so many pixels."""
        return sum(
            [
                balanced_lines(run.text, self._room(run, px), bold="bold" in run.looks)
                * printed_line(run.size)
                for run in self.runs
            ]
        )

    def _room(self, run: TextRun, px: float) -> float:
        indent = INDENT_PX if self.align == "indent" else 0
        return letters_room(px - indent, run.size, PADDING_PX)


def _stacks(page: PrintedPage, *, period_below_title: bool) -> tuple[_Stack, ...]:
    texts = (page.form_code, page.form_basis, page.annex, page.title, page.period_line)
    parties = (("Đơn vị báo cáo:", page.reporter), ("Đơn vị nhận báo cáo:", page.receiver))
    return _stacks_of(texts, parties, period_below_title)


@lru_cache(maxsize=_REMEMBERED)
def _stacks_of(
    texts: tuple[str, str, str, Sequence[str], str],
    parties: tuple[tuple[str, str], ...],
    period_below_title: bool,  # noqa: FBT001  # for the cache
) -> tuple[_Stack, ...]:
    """The three stacks of a head; a page asks for them at every size that is tried."""
    form_code, form_basis, annex, titles, period_line = texts
    code = [TextRun(form_code, ("bold",), _CODE_SIZE), TextRun(form_basis, ("italic",), 11)]
    title = [TextRun(annex, ("bold",), 14)]
    title += [TextRun(line, ("bold",), 13) for line in titles]
    period = TextRun(period_line, ("italic",), 12 if period_below_title else 11)
    (title if period_below_title else code).append(period)
    runs = [(TextRun(label, ("bold",), 12), TextRun(name, (), 12)) for label, name in parties]
    return (
        _Stack("left", _runs_with_text(code)),
        _Stack("center", _runs_with_text(title)),
        _Stack("indent", _runs_with_text(run for pair in runs for run in pair)),
    )


def _runs_with_text(runs: Iterable[TextRun]) -> tuple[TextRun, ...]:
    return tuple(TextRun(cell_text(run.text), run.looks, run.size) for run in runs if run.text)


THREE_BLOCKS = (0.34, 0.63)  # of the width: notes, who prepared, who signs
_PREPARER = "NGƯỜI LẬP BIỂU"
_SIGN, _SIGN_AND_SEAL = "(Ký, ghi rõ họ tên)", "(Ký tên, đóng dấu)"
_GAP = 3.0  # points between table and signatures
_BLANK_ROWS = 3  # room to sign in
Signing: TypeAlias = tuple[float, float]
"""Points of a row of text and of each blank row to sign in."""
SIGNING_HEIGHTS: tuple[Signing, ...] = ((18.0, 27.0), (17.25, 22.5), (15.75, 19.5))
"""The roomiest first; between title and name the least leaves 26 mm."""
_TITLE = ("bold", "center", "middle", "wrap")
_HINT = ("italic", "center", "middle", "wrap")
_NOTE = ("italic", "left", "top", "wrap")
_NOTE_SIZE, _SIGNED_SIZE = 11, 13


def foot_lines(
    page: PrintedPage, grid: PageGrid, signing: Signing = SIGNING_HEIGHTS[0]
) -> list[PrintedLine]:
    """Everything below the last table; all of it stays together.

    Notes stand beside the signatures, or over them where that takes less height.
    ``signing`` is one of SIGNING_HEIGHTS.
    """
    if not page.signed:
        return [wide(note, grid, _NOTE, size=_NOTE_SIZE) for note in page.notes]
    if not page.notes:
        return list(_signatures(page, grid, signing, ""))
    beside = list(_signatures(page, grid, signing, "\n".join(page.notes)))
    if sum(line.height for line in beside) <= _height_alone(page, signing):
        return beside
    over = [wide(note, grid, _NOTE, size=_NOTE_SIZE) for note in page.notes]
    over = [PrintedLine(line.height, line.boxes, "notes", keep=True) for line in over]
    apart = [*over, *_signatures(page, grid, signing, "")]
    return min(beside, apart, key=lambda lines: sum(line.height for line in lines))


def _height_alone(page: PrintedPage, signing: Signing) -> float:
    """Points that the signatures take without notes."""
    text, blank = signing
    return _GAP + len(_signers_of(page)) * text + _BLANK_ROWS * blank


def _signatures(
    page: PrintedPage, grid: PageGrid, signing: Signing, notes: str
) -> Iterator[PrintedLine]:
    """Source: Nghị định 30/2020/NĐ-CP, Phụ lục I (mục II, khoản 7)."""
    notes = cell_text(notes)
    left, middle, right = _signing_blocks(page, grid, notes, signing)
    rows = [
        (
            max(
                [
                    height,
                    *[
                        _signed_height(str(one.value), one.looks, grid.px(*one[:2]))
                        for one in boxes
                    ],
                ]
            ),
            boxes,
        )
        for height, boxes in _stacked(page, middle, right, signing)
    ]
    short = max(_notes_height(notes, grid, left) - sum(height for height, _ in rows), 0.0)
    yield PrintedLine(_GAP, part="signature", keep=True)
    for at, (height, boxes) in enumerate(rows):
        own = (
            (PrintedBox(*left, notes, _NOTE, _NOTE_SIZE, down=len(rows)),)
            if notes and not at
            else ()
        )
        more = short if at == len(rows) - 2 else 0.0
        yield PrintedLine(height + more, (*own, *boxes), "signature", keep=at < len(rows) - 1)


def _signed_height(text: str, looks: Sequence[str], px: float) -> float:
    """Points of a text that is too long for one line of so many pixels; 0 of any other."""
    bold = "bold" in looks
    if measured(text, bold=bold).longest <= letters_room(px, _SIGNED_SIZE, PADDING_PX):
        return 0.0
    return text_height(text, px, _SIGNED_SIZE, bold=bold)


def _signing_blocks(
    page: PrintedPage, grid: PageGrid, notes: str, signing: Signing
) -> tuple[tuple[int, int], ...]:
    """The three blocks, nearest to their places: no text of who signs takes a second line.

    Nor do the notes take more height than the others, if they can do with it.
    """
    height = _height_alone(page, signing) - _GAP
    sides = [[one for one in side if one[0]] for side in zip(*_signers_of(page), strict=True)]

    def cost(way: tuple[tuple[int, int], ...]) -> tuple[float, float]:
        left, *signed = way
        wrapped = [
            _signed_height(text, looks, grid.px(*block))
            for block, side in zip(signed, sides, strict=True)
            for text, looks in side
        ]
        return sum(wrapped), max(_notes_height(notes, grid, left) - height, 0.0)

    best = None
    for way in grid.near_blocks(*THREE_BLOCKS):
        found = cost(way)
        if best is None or found < best[0]:
            best = found, way
        if found == (0.0, 0.0):
            break
    if best is None:
        raise ValueError("a grid without three blocks")
    return best[1]


def _notes_height(notes: str, grid: PageGrid, block: tuple[int, int]) -> float:
    return text_height(notes, grid.px(*block), _NOTE_SIZE) if notes else 0.0


_Text: TypeAlias = tuple[str, tuple[str, ...]]
"""A text and its looks."""


def _stacked(
    page: PrintedPage, left: tuple[int, int], right: tuple[int, int], signing: Signing
) -> list[tuple[float, tuple[PrintedBox, ...]]]:
    """Rows of the two who sign; a name that is not known is left blank to fill by hand."""
    text, blank = signing
    *titles, names = _signers_of(page)
    rows = [(text, _boxes(left, right, *titled)) for titled in titles]
    return [*rows, *[(blank, ())] * _BLANK_ROWS, (text, _boxes(left, right, *names))]


def _signers_of(page: PrintedPage) -> "tuple[tuple[_Text, _Text], ...]":
    """Of who made the page and of who signs it: titles over the room to sign in, last the names."""
    return _signers(page.frame, bool(page.attached))


@lru_cache(maxsize=_REMEMBERED)
def _signers(frame: Frame, is_annex: bool) -> "tuple[tuple[_Text, _Text], ...]":  # noqa: FBT001  # for the cache
    titles = [title for title in (frame.signer_authority, frame.signer_title) if title] or [""]
    signer: list[_Text] = [*((title, _TITLE) for title in titles), (_SIGN_AND_SEAL, _HINT)]
    preparer: list[_Text] = [(_PREPARER, _TITLE), (_SIGN, _HINT)]
    preparer += [("", _HINT)] * (len(signer) - len(preparer))
    rows = list(zip(preparer, signer, strict=True))
    if not is_annex:  # an annex says at its head when the report was made
        rows.insert(0, (("", _HINT), (frame.place_and_date, _HINT)))
    rows.append(((frame.preparer, _TITLE), (frame.signer_name, _TITLE)))
    return tuple([((cell_text(a), b), (cell_text(c), d)) for (a, b), (c, d) in rows])


def _boxes(
    left: tuple[int, int], right: tuple[int, int], made: _Text, signed: _Text
) -> tuple[PrintedBox, ...]:
    pairs = ((left, made), (right, signed))
    return tuple(
        PrintedBox(*block, text, looks, _SIGNED_SIZE) for block, (text, looks) in pairs if text
    )


_PROVISIONAL = "số liệu tạm tổng hợp"
_MOST_OF_A_PAGE = 0.5  # what a single row may take before it is continued in further rows
_LEAST_PIECE = 50.0  # points
_TABLE_GAP = 9.0  # points between two tables of a page
_MOST_SPREAD = 4.5  # points that a row gets of what is left on a single page
_STEP = 0.75  # points: one pixel, which rows are rounded to
_TIGHTEST = SIGNING_HEIGHTS[-1]
_NEARLY = 1e-6  # of a line: a sum of heights may miss a whole number of lines by it
_SEVERAL = 2  # breaks: with so many there, smaller letters mostly save one
_HEADS_DIFFER = 30.0  # points by which the head of a page may be lower over other columns
_SPREAD = ("data", "section", "total")


def placed_bands(page: PrintedPage) -> Iterator[tuple[PrintedPage, PlacedPage]]:
    """The page as its sheets: one, but for a table with words that do not fit side by side."""
    tables = [Columns.of(table) for table in page.tables]
    if all(map(fits_on_paper, tables)):
        yield page, _placed(page, tables)
        return
    for band in bands(page):
        yield band, laid_out(band)


def laid_out(page: PrintedPage) -> PlacedPage:
    """The page as it will be printed: the one source of rows for writing and for tracing."""
    return _placed(page, [Columns.of(table) for table in page.tables])


def _placed(page: PrintedPage, tables: Sequence[Columns]) -> PlacedPage:
    chosen = _chosen(page, tables)
    lines, repeated = chosen.setting.drawn(chosen.signing)
    if not chosen.starts:
        lines = _spread(lines, chosen.setting.height)
    starts = even_starts(lines, chosen.setting.height, repeated, chosen.starts)
    lines, starts = joined_pieces(lines, starts)
    return PlacedPage(
        name=sheet_name(page.name),
        landscape=chosen.setting.landscape,
        widths=chosen.setting.grid.widths,
        lines=tuple(closed_at(lines, starts)),
        breaks=tuple(starts),
        repeated=repeated,
        footer=" - ".join(
            part for part in (page.footer, page.provisional and _PROVISIONAL) if part
        ),
    )


@dataclass(frozen=True, slots=True)
class PrintedPlace:
    """What stands at a cell of a printed sheet: its text, the row and column it is in."""

    sheet: str
    cell: str
    text: str
    figure: FigureRef | None = None
    label: str = ""  # of its row
    heading: str = ""  # of its column


def place_at(pages: Sequence[PrintedPage], sheet: str, a1: str) -> PrintedPlace | None:
    """What a printed cell shows; None where nothing stands. Raises ValueError for no cell."""
    cell = CellRef.parse(sheet, a1)
    wanted = sheet_name(sheet).casefold()
    page = next((one for one in pages if sheet_name(one.name).casefold() == wanted), None)
    lines = laid_out(page).lines if page else ()
    if page is None or cell.row > len(lines):
        return None
    line = lines[cell.row - 1]
    for at, (first, last) in enumerate(line.spans):
        if line.row and first <= cell.column <= last and at < len(line.row.cells):
            return _of_row(page, line.row, at, cell)
    box = next((one for one in line.boxes if one.first <= cell.column <= one.last), None)
    text = words_of(box.value) if box else ""
    return PrintedPlace(page.name, cell.a1, text) if text else None


def _of_row(page: PrintedPage, row: PageRow, at: int, cell: CellRef) -> PrintedPlace | None:
    table = next((one for one in page.tables if row in one.rows), page.tables[0])
    text = words_of(printed_value(row.cells[at]))
    named = [words_of(printed_value(one)) for one in row.cells[:2]]
    is_whole = len(row.cells) == len(table.columns)
    column = table.columns[at] if is_whole else None
    return PrintedPlace(
        sheet=page.name,
        cell=cell.a1,
        text=text,
        figure=row.figures[at],
        label=" ".join(named[-1:] if named[-1] else named[:1]),
        heading=" - ".join(column.header) if column else "",
    )


def cell_of(pages: Sequence[PrintedPage], figure: FigureRef) -> tuple[str, str] | None:
    """Sheet and cell (``"Biểu II.06a", "G12"``) that show a figure; None when none does."""
    for page in pages:
        if not any(figure in row.figures for table in page.tables for row in table.rows):
            continue
        sheet = laid_out(page)
        for row, line in enumerate(sheet.lines, start=1):
            for first, _, shown in line.figures:
                if shown == figure:
                    return sheet.name, CellRef(sheet.name, row, first).a1
    return None


_SetTable: TypeAlias = tuple[list[PrintedLine], SetBody]
"""What stands over a table, and its rows at their place."""

_Try: TypeAlias = tuple[float, bool]
"""Size of the letters, and whether the sheet lies across."""

_Rows: TypeAlias = tuple[list[PrintedLine], tuple[int, int] | None]
"""Rows from the head of the page on, and which of them each page repeats."""


@dataclass(frozen=True)
class _Setting:
    """The page with letters of one size on paper of one orientation."""

    page: PrintedPage
    landscape: bool
    grid: PageGrid
    tables: list[_SetTable]
    compact: bool = True  # the head of a form, see ``head_lines``
    _heads: dict[bool, list[PrintedLine]] = field(default_factory=dict)
    _feet: dict[Signing, list[PrintedLine]] = field(default_factory=dict)
    _outlines: dict[bool, _Rows] = field(default_factory=dict)

    @cached_property
    def height(self) -> float:
        """Points of the paper between the margins."""
        return page_room(landscape=self.landscape)

    def drawn(self, signing: Signing) -> _Rows:
        """The rows with everything in them and so much room to sign in."""
        head = list(head_lines(self.page, self.grid, compact=self.compact))
        lines, repeated = _under(head, self._rows(head_rows, body_rows))
        return [*lines, *self._foot(signing)], repeated

    def starts(self, signing: Signing) -> list[int]:
        """Which rows begin a new page, with so much room to sign in."""
        lines, repeated = self._outline
        foot = self._foot(signing)
        if _height(lines) + _height(foot) <= self.height:
            return []
        return page_starts([*lines, *foot], self.height, repeated)

    def least_breaks(self, size: float) -> int:
        """Breaks that there are at least in letters of a larger size: rows take as many lines."""
        lines, repeated = self._outline
        line = printed_line(self.tables[0][1].place.size) if self.tables else 1.0
        larger = [PrintedLine(-_HEADS_DIFFER), *lines, *self._foot(_TIGHTEST)]
        for at, one in enumerate(larger):
            if one.part in _BODY:
                count = int((one.height - SPARE_POINTS) / line + _NEARLY)
                larger[at] = PrintedLine(lines_height(count, size), part=one.part, keep=one.keep)
        if _height(larger) <= self.height:
            return 0
        repeated = repeated and (repeated[0] + 1, repeated[1] + 1)
        return len(page_starts(larger, self.height, repeated))

    def fuller(self) -> "Iterator[_Setting]":
        """Settings of its size in looks that may take more height, the best first; itself last."""
        roomy = self._roomy()
        yield from (replace(roomy, compact=False), replace(self, compact=False), roomy, self)

    def _roomy(self) -> "_Setting":
        """The setting with wider heads, in which fewer compounds are broken."""
        roomy = [
            (above, replace(body, place=replace(body.place, roomy=True)))
            for above, body in self.tables
        ]
        return replace(self, tables=roomy)

    @cached_property
    def _outline(self) -> _Rows:
        """The rows over the foot as high as they will be, most of them without their cells."""
        roomy = any(body.place.roomy for _, body in self.tables)
        if roomy not in self._outlines:
            self._outlines[roomy] = self._rows(head_outline, body_outline)
        return _under(self._bare_head, self._outlines[roomy])

    def _foot(self, signing: Signing) -> list[PrintedLine]:
        if signing not in self._feet:
            self._feet[signing] = foot_lines(self.page, self.grid, signing)
        return self._feet[signing]

    @property
    def _bare_head(self) -> list[PrintedLine]:
        if self.compact not in self._heads:
            bare = head_lines(self.page, self.grid, compact=self.compact, bare=True)
            self._heads[self.compact] = list(bare)
        return self._heads[self.compact]

    def _rows(
        self, heads_of: Callable[..., list[PrintedLine]], body_of: Callable[..., list[PrintedLine]]
    ) -> _Rows:
        """The tables' rows, and which of these are heads to be repeated."""
        lines: list[PrintedLine] = []
        repeated = None
        for at, (above, body) in enumerate(self.tables, start=1):
            lines += above
            heads = heads_of(body.body, body.place)
            if len(self.tables) == 1:
                repeated = (len(lines) + 1, len(lines) + len(heads))
            is_last = at == len(self.tables)
            foot = self._foot(_TIGHTEST) if is_last else ()
            free = self.height - _height(heads)
            last = max((free - _height(foot)) / 2, _LEAST_PIECE)
            rows = body_of(body, most=free * _MOST_OF_A_PAGE, last=last)
            lines += [*heads, *(keep_end_together(rows) if is_last else rows)]
        if not self.tables:
            lines += side_by_side(self.page.provisional, "", self.grid)
        return lines, repeated


def _under(head: list[PrintedLine], below: _Rows) -> _Rows:
    """The rows with the head of the page over them."""
    lines, repeated = below
    if repeated:
        repeated = (repeated[0] + len(head), repeated[1] + len(head))
    return [*head, *lines], repeated


@dataclass(frozen=True, slots=True)
class _Chosen:
    """The way that is taken: letters, room to sign in, the rows that begin a page."""

    setting: _Setting
    signing: Signing
    starts: list[int]


def _chosen(page: PrintedPage, tables: Sequence[Columns]) -> _Chosen:
    """Fewest pages, then largest letters, then the orientation that is asked for.

    Then the fewest broken compounds in the heads, and the roomiest signature.
    """
    setting = _best_setting(page, tables)
    starts = setting.starts(_TIGHTEST)
    for fuller in setting.fuller():
        for signing in SIGNING_HEIGHTS:
            found = fuller.starts(signing)
            if len(found) == len(starts):
                return _Chosen(fuller, signing, found)
    return _Chosen(setting, _TIGHTEST, starts)


def _best_setting(page: PrintedPage, tables: Sequence[Columns]) -> _Setting:
    """Letters and orientation with the fewest pages; smaller letters never take more of them.

    So the smallest ones say how few pages there can be, and the largest with as few are taken.
    Sizes that cannot do with as few are not tried: a row takes no fewer lines in larger letters.
    """
    made: dict[_Try, tuple[int, _Setting]] = {}

    def tried(one: _Try) -> tuple[int, _Setting]:
        if one not in made:
            size, landscape = one
            setting = _setting(page, tables, size, landscape=landscape)
            made[one] = len(setting.starts(_TIGHTEST)), setting
        return made[one]

    ways = _ways(page, tables)
    if not ways:  # some words are broken, whatever is taken
        return _setting(page, tables, _sizes(tables)[-1], landscape=True)
    smallest = {landscape: (size, landscape) for size, landscape in ways}
    least = _least_breaks(page, tables, *ways[0])
    if least < _SEVERAL:
        breaks, setting = tried(ways[0])
        if not breaks or (
            breaks == least
            and all(_least_breaks(page, tables, *one) == least for one in smallest.values())
        ):
            return setting
    fewest = tried(smallest[ways[0][1]])[0]
    for one in smallest.values():
        if fewest:  # else there cannot be fewer
            fewest = min(fewest, tried(one)[0])
    hopeful = (
        way
        for way in ways
        if tried(smallest[way[1]])[0] == fewest
        and tried(smallest[way[1]])[1].least_breaks(way[0]) <= fewest
    )
    return next(found for breaks, found in map(tried, hopeful) if breaks == fewest)


def _least_breaks(
    page: PrintedPage,
    tables: Sequence[Columns],
    size: float,
    landscape: bool,  # noqa: FBT001
) -> int:
    """Breaks that there are at least: with heads on one line, rows as full as they can be."""
    paper = _paper(landscape=landscape)
    rows = sum([table.least_height(size, paper) for table in tables])
    # Ten points are the smallest heads: it may only be too few breaks, never too many.
    heads = sum([table.body.levels + 1 for table in tables]) * printed_line(10)
    titles = 0 if page.form_code else len(page.title) + 2
    foot = _height_alone(page, _TIGHTEST) if page.signed else 0.0
    least = rows + heads + titles * printed_line(13) + foot
    return int(least // page_room(landscape=landscape))


def _ways(page: PrintedPage, tables: Sequence[Columns]) -> "list[_Try]":
    """Sizes and orientations in which no word is broken, the best first."""
    asked = page.orientation == "landscape"
    sizes = _sizes(tables)
    largest = {landscape: _largest(tables, sizes, landscape) for landscape in (asked, not asked)}
    return [
        (size, landscape)
        for at, size in enumerate(sizes)
        for landscape in (asked, not asked)
        if at >= largest[landscape]
    ]


def _largest(tables: Sequence[Columns], sizes: Sequence[float], landscape: bool) -> int:  # noqa: FBT001
    """Place of the largest size in which no word is broken: none is in smaller ones then."""
    paper = _paper(landscape=landscape)

    def fit(size: float) -> bool:
        return all(table.fits(size, paper) for table in tables)

    if fit(sizes[0]):
        return 0
    if not fit(sizes[-1]):
        return len(sizes)
    return next(at for at, size in enumerate(sizes) if fit(size))


def _sizes(tables: Sequence[Columns]) -> tuple[float, ...]:
    return max((table.sizes for table in tables), key=len, default=SIZES)


def _paper(*, landscape: bool) -> int:
    return LANDSCAPE_PX if landscape else PORTRAIT_PX


def _setting(
    page: PrintedPage, tables: Sequence[Columns], size: float, *, landscape: bool
) -> _Setting:
    """The page's tables in letters of a size."""
    total = _paper(landscape=landscape)
    fits = [table.fitted(size, total) for table in tables]
    divisions = (FORM_SPLITS, THREE_BLOCKS) if page.form_code else (THREE_BLOCKS,)
    grid = PageGrid.of([fit.widths for fit in fits], total, divisions)
    placed: list[_SetTable] = []
    for table, fit in zip(tables, fits, strict=True):
        body = SetBody.of(table.body, TablePlace(grid, grid.spans(fit.widths), fit.size))
        own = body.body.table
        gap = [PrintedLine(_TABLE_GAP, keep=True)] if placed else []
        mark = "" if placed else page.provisional
        above = [*gap, *caption_lines(own, body.place, mark)]
        placed.append((above, body))
    return _Setting(page, landscape, grid, placed)


def _spread(lines: Sequence[PrintedLine], height: float) -> list[PrintedLine]:
    """The rows of a single page with what is left of it given to those of the tables."""
    rows = [at for at, line in enumerate(lines) if line.part in _SPREAD]
    left = height - _height(lines)
    more = min(left / len(rows) // _STEP * _STEP, _MOST_SPREAD) if rows else 0.0
    if more <= 0:
        return list(lines)
    return [
        line._replace(height=line.height + more) if line.part in _SPREAD else line for line in lines
    ]


def _height(lines: Sequence[PrintedLine]) -> float:
    return sum([line.height for line in lines])
