"""A page's content placed: rows, heights, breaks; and which cell shows which figure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kskt_excel.excel.pages.columns import (
    LANDSCAPE_PX,
    PORTRAIT_PX,
    SIZES,
    Fitted,
    fitted,
    least_width,
)
from kskt_excel.excel.pages.frame import FORM_SPLITS, FRAME_SPLITS, head_lines
from kskt_excel.excel.pages.grid import Grid
from kskt_excel.excel.pages.nouns import Line, Sheet
from kskt_excel.excel.pages.paging import closed_at, keep_end_together, page_starts, room
from kskt_excel.excel.pages.signature import SIGNING_HEIGHTS, THREE_BLOCKS, TWO_BLOCKS, foot_lines
from kskt_excel.excel.pages.table import TablePlace, body_rows, caption_lines, head_rows
from kskt_excel.excel.writing import sheet_name
from kskt_excel.model.cells import CellRef
from kskt_excel.report.content import FigureRef, Page, Table

_PROVISIONAL = "số liệu tạm tổng hợp"
_MOST_OF_A_PAGE = 0.5  # what a single row may take before it is continued in further rows
_LEAST_PIECE = 50.0  # points
_GAP = 9.0
_SMALLER = (SIZES[0], 11, 10)  # points: letters shrink only where that saves a page


def laid_out(page: Page) -> Sheet:
    """The page as it will be printed: the one source of rows for writing and for tracing."""
    landscape = _is_landscape(page)
    total = LANDSCAPE_PX if landscape else PORTRAIT_PX
    placed = _fewest_pages(page, total, room(landscape=landscape))
    return Sheet(
        name=sheet_name(page.name),
        landscape=landscape,
        widths=placed.grid.widths,
        lines=tuple(closed_at(placed.lines, placed.starts)),
        breaks=tuple(placed.starts),
        repeated=placed.repeated,
        footer=" - ".join(
            part for part in (page.footer, page.provisional and _PROVISIONAL) if part
        ),
    )


def figure_at(pages: Sequence[Page], sheet: str, a1: str) -> FigureRef | None:
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


def cell_of(pages: Sequence[Page], figure: FigureRef) -> tuple[str, str] | None:
    """Sheet and cell (``"Biểu II.06a", "G12"``) that show a figure; None when none does."""
    for page in pages:
        if not any(
            cell.figure == figure
            for table in page.tables
            for row in table.rows
            for cell in row.cells
        ):
            continue
        sheet = laid_out(page)
        for row, line in enumerate(sheet.lines, start=1):
            for first, _, shown in line.figures:
                if shown == figure:
                    return sheet.name, CellRef(sheet.name, row, first).a1
    return None


def _is_landscape(page: Page) -> bool:
    """As the page asks, unless its words need more than the upright sheet holds."""
    asked = page.orientation == "landscape"
    return asked or any(least_width(table) > PORTRAIT_PX for table in page.tables)


@dataclass(frozen=True, slots=True)
class _Placed:
    """One way to lay the page out: columns, rows, heads to repeat, rows that begin a page."""

    grid: Grid
    lines: list[Line]
    repeated: tuple[int, int] | None
    starts: list[int]


def _fewest_pages(page: Page, total: int, height: float) -> _Placed:
    """The page on the fewest sheets: less room to sign in, then smaller letters, if that helps."""
    best: _Placed | None = None
    tried: list[list[Fitted]] = []
    for size in _SMALLER:
        fits = [fitted(table, total, height * _MOST_OF_A_PAGE, size) for table in page.tables]
        if fits in tried:
            continue
        tried.append(fits)
        for placed in _roomiest_first(page, fits, total, height):
            if best is None or len(placed.starts) < len(best.starts):
                best = placed
            if not placed.starts:
                return placed
    if best is None:
        raise ValueError("a page has no size of letters to try")
    return best


def _roomiest_first(
    page: Page, fits: Sequence[Fitted], total: int, height: float
) -> Iterator[_Placed]:
    """The page with letters of one size, with less and less room to sign in."""
    divisions = (FORM_SPLITS, TWO_BLOCKS) if page.form_code else (FRAME_SPLITS, THREE_BLOCKS)
    grid = Grid.of([fit.widths for fit in fits], total, divisions)
    for signing in SIGNING_HEIGHTS:
        lines, repeated = _lines(page, grid, fits, height, signing)
        yield _Placed(grid, lines, repeated, page_starts(lines, height, repeated))


def _lines(
    page: Page, grid: Grid, fits: Sequence[Fitted], height: float, signing: tuple[float, float]
) -> tuple[list[Line], tuple[int, int] | None]:
    """Every row from the head to the signatures, and which rows each page repeats."""
    foot = foot_lines(page, grid, signing)
    lines = list(head_lines(page, grid))
    repeated = None
    for at, (table, fit) in enumerate(zip(page.tables, fits, strict=True)):
        place = TablePlace(grid, grid.spans(fit.widths), fit.size)
        if at:
            lines.append(Line(_GAP, keep=True))
        lines.extend(caption_lines(table, place))
        heads = head_rows(table, place)
        if len(page.tables) == 1:
            repeated = (len(lines) + 1, len(lines) + len(heads))
        is_last = at == len(page.tables) - 1
        body = _body(table, place, height - _height(heads), foot if is_last else [])
        lines += [*heads, *(keep_end_together(body) if is_last else body)]
    return [*lines, *foot], repeated


def _body(table: Table, place: TablePlace, free: float, foot: Sequence[Line]) -> list[Line]:
    last = max((free - _height(foot)) / 2, _LEAST_PIECE)
    return body_rows(table, place, most=free * _MOST_OF_A_PAGE, last=last)


def _height(lines: Sequence[Line]) -> float:
    return sum(line.height for line in lines)
