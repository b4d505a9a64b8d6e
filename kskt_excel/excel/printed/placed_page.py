"""A page's content placed on A4: head, rows, breaks, signature; which cell shows a figure."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from kskt_excel.excel.book_writer import cell_text, sheet_name
from kskt_excel.excel.heights import line_count, line_height, text_width
from kskt_excel.excel.printed.boxes import (
    LEAST_LINE_HEIGHT,
    PageGrid,
    PlacedPage,
    PrintedBox,
    PrintedLine,
    RuleLine,
    TextRun,
    text_height,
    wide,
)
from kskt_excel.excel.printed.printed_table import (
    LANDSCAPE_PX,
    PORTRAIT_PX,
    SIZES,
    Columns,
    Fitted,
    SetBody,
    TablePlace,
    body_outline,
    body_rows,
    caption_lines,
    head_rows,
)
from kskt_excel.model.book import CellRef
from kskt_excel.report.page import FigureRef, Frame, PrintedPage

_PAPER_HEIGHT_MM = {True: 210, False: 297}
_MARGINS_MM = 40
_POINTS_A_MM = 72 / 25.4
_BODY = ("data", "section", "total")
_SLACK = 8.0  # points: printers round rows to their own dots


def room(*, landscape: bool) -> float:
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
    """The rows of the last table with its last two held to what follows them."""
    return [*body[:-2], *(replace(line, keep=True) for line in body[-2:])]


def closed_at(lines: Sequence[PrintedLine], starts: Sequence[int]) -> list[PrintedLine]:
    """The rows with a line drawn where a page ends in the middle of one."""
    closed = list(lines)
    for at in starts:
        closed[at] = replace(closed[at], open_top=False)
        closed[at - 1] = replace(closed[at - 1], open_bottom=False)
    return closed


FRAME_SPLITS = (0.42,)
FORM_SPLITS = (0.23, 0.77)
_NATION, _MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"
_AGENCY_RULE = 0.42  # of the name's width: a third to a half
_TITLE_RULE_PX = 150
_POINTS_A_PIXEL = 0.75
_RULE_HEIGHT, _GAP_HEIGHT = 7.5, 9.0

_CENTRED = ("center", "middle", "wrap")
_BOLD = (*_CENTRED, "bold")
_SIDES_PX = 12
_BELOW_FORM_HEAD = 6.0


def head_lines(page: PrintedPage, grid: PageGrid) -> Iterator[PrintedLine]:
    """Everything above the first table; each row stays with the next."""
    if page.form_code:
        yield from _form_head(page, grid)
    else:
        yield from _administrative_head(page, grid)
        yield from _titles(page, grid)
    if page.provisional:
        yield wide(page.provisional, grid, (*_BOLD, "italic"))
    if not page.form_code:
        rule = RuleLine(1, grid.last, min(_TITLE_RULE_PX, grid.total // 3))
        yield PrintedLine(_RULE_HEIGHT + 4.5, rules=(rule,), keep=True)
    for paragraph in page.paragraphs:
        yield wide(paragraph, grid, ("left", "middle", "wrap"), size=13)


def _administrative_head(page: PrintedPage, grid: PageGrid) -> Iterator[PrintedLine]:
    """Source: Nghị định 30/2020/NĐ-CP, Phụ lục I (mục II, khoản 1 đến 4)."""
    frame = page.frame
    left, right = grid.blocks(*FRAME_SPLITS)
    size = 13 if _fits(_NATION, grid.px(*right), 13) else 12
    yield _pair(
        grid,
        PrintedBox(*left, frame.superior, _CENTRED, size),
        PrintedBox(*right, _NATION, _BOLD, size),
    )
    agency = PrintedBox(*left, frame.agency, _BOLD, size)
    yield _pair(grid, agency, PrintedBox(*right, _MOTTO, _BOLD, size + 1))
    agency_px = min(text_width(frame.agency, size, bold=True) / _POINTS_A_PIXEL, grid.px(*left))
    motto_px = text_width(_MOTTO, size + 1, bold=True) / _POINTS_A_PIXEL
    rules = (RuleLine(*left, round(agency_px * _AGENCY_RULE)), RuleLine(*right, round(motto_px)))
    yield PrintedLine(_RULE_HEIGHT, rules=rules, keep=True)
    date = PrintedBox(*right, frame.place_and_date, (*_CENTRED, "italic"), size + 1)
    yield _pair(grid, PrintedBox(*left, frame.number, _CENTRED, 13), date)
    yield PrintedLine(_GAP_HEIGHT, keep=True)


def _fits(text: str, px: int, size: int) -> bool:
    return text_width(text, size, bold=True) / _POINTS_A_PIXEL + _SIDES_PX <= px


def _pair(grid: PageGrid, *boxes: PrintedBox) -> PrintedLine:
    heights = [
        text_height(
            str(box.value), grid.px(box.first, box.last), box.size, bold="bold" in box.looks
        )
        for box in boxes
    ]
    return PrintedLine(max(*heights, LEAST_LINE_HEIGHT[13]), boxes, keep=True)


def _titles(page: PrintedPage, grid: PageGrid) -> Iterator[PrintedLine]:
    for line in page.title:
        yield wide(line, grid, _BOLD, size=14)
    yield wide(page.period_line, grid, (*_CENTRED, "italic"), size=13)


def _form_head(page: PrintedPage, grid: PageGrid) -> Iterator[PrintedLine]:
    """Code of the form at the left, title and period in the middle, who reports at the right.

    Source: Thông tư 01/2020/TT-VPCP, Phụ lục II.
    """
    stacks = (_form_code(page), _form_title(page), _form_parties(page))
    boxes, heights = [], [0.0]
    for block, (align, runs) in zip(grid.blocks(*FORM_SPLITS), stacks, strict=True):
        given = tuple(TextRun(cell_text(run.text), run.looks, run.size) for run in runs if run.text)
        boxes.append(PrintedBox(*block, looks=(align, "top", "wrap"), runs=given))
        px = grid.px(*block)
        heights.append(sum(_run_height(run, px) for run in given) + _BELOW_FORM_HEAD)
    yield PrintedLine(max(heights), tuple(boxes), keep=True)


def _run_height(run: TextRun, px: int) -> float:
    return line_count(run.text, px, run.size, bold="bold" in run.looks) * line_height(run.size)


def _form_code(page: PrintedPage) -> tuple[str, list[TextRun]]:
    return "left", [
        TextRun(page.form_code, ("bold",), 12),
        TextRun(page.form_basis, ("italic",), 11),
    ]


def _form_title(page: PrintedPage) -> tuple[str, list[TextRun]]:
    title = [TextRun(line, ("bold",), 13) for line in page.title]
    return "center", [*title, TextRun(page.period_line, ("italic",), 12)]


def _form_parties(page: PrintedPage) -> tuple[str, list[TextRun]]:
    parties = (("Đơn vị báo cáo:", page.reporter), ("Đơn vị nhận báo cáo:", page.receiver))
    runs = [(TextRun(label, ("bold",), 12), TextRun(name, (), 12)) for label, name in parties]
    return "indent", [run for pair in runs for run in pair]


THREE_BLOCKS, TWO_BLOCKS = (0.33, 0.62), (0.5,)
_PREPARER, _RECIPIENTS = "NGƯỜI LẬP BIỂU", "Nơi nhận:"
_SIGN, _SIGN_AND_SEAL = "(Ký, ghi rõ họ tên)", "(Ký tên, đóng dấu)"
_SIGNATURE_GAP = 9.0
_BLANK_ROWS = 3  # room to sign in
SIGNING_HEIGHTS = ((19.5, 16.5), (19.5, 13.5), (17.25, 11.25))
"""Points of a row of text and of each blank row to sign in, the roomiest first."""
_TITLE = ("bold", "center", "middle")
_HINT = ("italic", "center", "middle")


def foot_lines(
    page: PrintedPage, grid: PageGrid, signing: tuple[float, float] = SIGNING_HEIGHTS[0]
) -> list[PrintedLine]:
    """Everything below the last table; all of it stays together.

    ``signing`` is one of SIGNING_HEIGHTS.
    """
    notes = [
        PrintedLine(line.height, line.boxes, "notes", keep=True)
        for line in (
            wide(note, grid, ("italic", "left", "middle", "wrap"), size=11) for note in page.notes
        )
    ]
    gap = PrintedLine(_SIGNATURE_GAP, part="signature", keep=True)
    draw = _form_signatures if page.form_code else _signatures
    rows = list(draw(page, grid, signing))
    return [*notes, gap, *rows[:-1], _last(rows[-1])]


def _last(line: PrintedLine) -> PrintedLine:
    return PrintedLine(line.height, line.boxes, line.part)


def _signatures(
    page: PrintedPage, grid: PageGrid, signing: tuple[float, float]
) -> Iterator[PrintedLine]:
    """Recipients, preparer, signer. Source: Nghị định 30/2020/NĐ-CP, Phụ lục I (mục II)."""
    left, middle, right = grid.blocks(*THREE_BLOCKS)
    rows = _stacked(page.frame, middle, right, signing)
    text = _recipients(page.frame)
    heights = [height for height, _ in rows[1:]]
    short = max(text_height(text, grid.px(*left), 11) - sum(heights), 0.0)
    listed = PrintedBox(*left, text, ("left", "top", "wrap"), 11, down=len(rows) - 1)
    for at, (height, boxes) in enumerate(rows):
        own: tuple[PrintedBox, ...] = ()
        if at == 0:
            own = (PrintedBox(*left, _RECIPIENTS, ("bold", "italic", "left", "middle"), 12),)
        elif at == 1:
            own = (listed,)
        more = short if at == len(rows) - 2 else 0.0
        yield PrintedLine(height + more, (*own, *boxes), "signature", keep=True)


def _form_signatures(
    page: PrintedPage, grid: PageGrid, signing: tuple[float, float]
) -> Iterator[PrintedLine]:
    left, right = grid.blocks(*TWO_BLOCKS)
    date = PrintedBox(*right, page.frame.place_and_date, _HINT, 13)
    yield PrintedLine(signing[0], (date,), "signature", keep=True)
    for height, boxes in _stacked(page.frame, left, right, signing):
        yield PrintedLine(height, boxes, "signature", keep=True)


def _stacked(
    frame: Frame, left: tuple[int, int], right: tuple[int, int], signing: tuple[float, float]
) -> list[tuple[float, tuple[PrintedBox, ...]]]:
    """Rows of the two who sign; a name that is not known is left blank to fill by hand."""
    titles = [title for title in (frame.signer_authority, frame.signer_title) if title] or [""]
    signer = [*((title, _TITLE) for title in titles), (_SIGN_AND_SEAL, _HINT)]
    preparer = [(_PREPARER, _TITLE), (_SIGN, _HINT)]
    preparer += [("", _HINT)] * (len(signer) - len(preparer))
    text, blank = signing
    rows = [
        (text, _boxes(left, right, made, signed))
        for made, signed in zip(preparer, signer, strict=True)
    ]
    rows += [(blank, ())] * _BLANK_ROWS
    rows.append((text, _boxes(left, right, (frame.preparer, _TITLE), (frame.signer_name, _TITLE))))
    return rows


def _boxes(
    left: tuple[int, int],
    right: tuple[int, int],
    made: tuple[str, tuple[str, ...]],
    signed: tuple[str, tuple[str, ...]],
) -> tuple[PrintedBox, ...]:
    pairs = ((left, made), (right, signed))
    return tuple(
        PrintedBox(*block, cell_text(text), looks, 13) for block, (text, looks) in pairs if text
    )


def _recipients(frame: Frame) -> str:
    """``- Lãnh đạo Sở;`` … ``- Lưu: VT, VP.``, one a line."""
    names = [cell_text(name) for name in frame.recipients]
    return "\n".join(
        f"- {name.rstrip(';.')}{'.' if at == len(names) else ';'}"
        for at, name in enumerate(names, start=1)
    )


_PROVISIONAL = "số liệu tạm tổng hợp"
_MOST_OF_A_PAGE = 0.5  # what a single row may take before it is continued in further rows
_LEAST_PIECE = 50.0  # points
_GAP = 9.0
_SMALLER = (SIZES[0], 11, 10)  # points: letters shrink only where that saves a page


def laid_out(page: PrintedPage) -> PlacedPage:
    """The page as it will be printed: the one source of rows for writing and for tracing."""
    tables = [Columns.of(table) for table in page.tables]
    landscape = _is_landscape(page, tables)
    total = LANDSCAPE_PX if landscape else PORTRAIT_PX
    chosen = _fewest_pages(page, tables, total, room(landscape=landscape))
    lines, repeated = chosen.setting.drawn(chosen.signing)
    return PlacedPage(
        name=sheet_name(page.name),
        landscape=landscape,
        widths=chosen.setting.grid.widths,
        lines=tuple(closed_at(lines, chosen.starts)),
        breaks=tuple(chosen.starts),
        repeated=repeated,
        footer=" - ".join(
            part for part in (page.footer, page.provisional and _PROVISIONAL) if part
        ),
    )


def figure_at(pages: Sequence[PrintedPage], sheet: str, a1: str) -> FigureRef | None:
    """Which figure a printed cell shows; None for texts, heads and sheets that are not printed.

    Raises ValueError for what is no cell.
    """
    cell = CellRef.parse(sheet, a1)
    wanted = sheet_name(sheet).casefold()
    placed = next((p for p in pages if sheet_name(p.name).casefold() == wanted), None)
    lines = laid_out(placed).lines if placed else ()
    if cell.row > len(lines):
        return None
    for first, last, figure in lines[cell.row - 1].figures:
        if first <= cell.column <= last:
            return figure
    return None


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


def _is_landscape(page: PrintedPage, tables: Sequence[Columns]) -> bool:
    """As the page asks, unless its words need more than the upright sheet holds."""
    asked = page.orientation == "landscape"
    return asked or any(table.least_width() > PORTRAIT_PX for table in tables)


_SetTable: TypeAlias = tuple[list[PrintedLine], list[PrintedLine], SetBody]
"""What stands over a table, its heads, its rows."""

_Rows: TypeAlias = tuple[list[PrintedLine], tuple[int, int] | None]
"""Every row from the head to the signatures, and which rows each page repeats."""


@dataclass(frozen=True, slots=True)
class _Setting:
    """The page with letters of one size."""

    page: PrintedPage
    height: float  # of the paper between the margins
    grid: PageGrid
    head: list[PrintedLine]
    tables: list[_SetTable]

    def drawn(self, signing: tuple[float, float]) -> _Rows:
        """The rows with everything in them and so much room to sign in."""
        return self._rows(signing, body_rows)

    def outlined(self, signing: tuple[float, float]) -> _Rows:
        """The rows as high as they will be, most of them without their cells."""
        return self._rows(signing, body_outline)

    def _rows(
        self, signing: tuple[float, float], body_of: Callable[..., list[PrintedLine]]
    ) -> _Rows:
        foot = foot_lines(self.page, self.grid, signing)
        lines = list(self.head)
        repeated = None
        for at, (above, heads, body) in enumerate(self.tables, start=1):
            lines += above
            if len(self.tables) == 1:
                repeated = (len(lines) + 1, len(lines) + len(heads))
            is_last = at == len(self.tables)
            free = self.height - _height(heads)
            last = max((free - _height(foot if is_last else ())) / 2, _LEAST_PIECE)
            rows = body_of(body, most=free * _MOST_OF_A_PAGE, last=last)
            lines += [*heads, *(keep_end_together(rows) if is_last else rows)]
        return [*lines, *foot], repeated


@dataclass(frozen=True, slots=True)
class _Chosen:
    """The way that is taken: letters, room to sign in, the rows that begin a page."""

    setting: _Setting
    signing: tuple[float, float]
    starts: list[int]


def _fewest_pages(
    page: PrintedPage, tables: Sequence[Columns], total: int, height: float
) -> _Chosen:
    """The page on the fewest sheets: less room to sign in, then smaller letters, if that helps."""
    best: _Chosen | None = None
    tried: list[list[Fitted]] = []
    for size in _SMALLER:
        fits = [table.fitted(total, height * _MOST_OF_A_PAGE, size) for table in tables]
        if fits in tried:
            continue
        tried.append(fits)
        setting = _set(page, tables, fits, total, height)
        for signing in SIGNING_HEIGHTS:
            lines, repeated = setting.outlined(signing)
            starts = page_starts(lines, height, repeated)
            if best is None or len(starts) < len(best.starts):
                best = _Chosen(setting, signing, starts)
            if not starts:
                return best
    if best is None:
        raise ValueError("a page has no size of letters to try")
    return best


def _set(
    page: PrintedPage, tables: Sequence[Columns], fits: Sequence[Fitted], total: int, height: float
) -> _Setting:
    """The page's tables in letters of the sizes that fit."""
    divisions = (FORM_SPLITS, TWO_BLOCKS) if page.form_code else (FRAME_SPLITS, THREE_BLOCKS)
    grid = PageGrid.of([fit.widths for fit in fits], total, divisions)
    placed: list[_SetTable] = []
    for table, fit in zip(tables, fits, strict=True):
        body = SetBody.of(table.body, TablePlace(grid, grid.spans(fit.widths), fit.size))
        own = body.body.table
        gap = [PrintedLine(_GAP, keep=True)] if placed else []
        placed.append(([*gap, *caption_lines(own, body.place)], head_rows(own, body.place), body))
    return _Setting(page, height, grid, list(head_lines(page, grid)), placed)


def _height(lines: Sequence[PrintedLine]) -> float:
    return sum(line.height for line in lines)
