"""A page's content placed: rows, heights, breaks; and which cell shows which figure."""

from collections.abc import Sequence

from kskt_excel.excel.pages.columns import LANDSCAPE_PX, PORTRAIT_PX, Fitted, fitted, least_width
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


def laid_out(page: Page) -> Sheet:
    """The page as it will be printed: the one source of rows for writing and for tracing."""
    landscape = _is_landscape(page)
    total = LANDSCAPE_PX if landscape else PORTRAIT_PX
    height = room(landscape=landscape)
    fits = [fitted(table, total, height * _MOST_OF_A_PAGE) for table in page.tables]
    divisions = (FORM_SPLITS, TWO_BLOCKS) if page.form_code else (FRAME_SPLITS, THREE_BLOCKS)
    grid = Grid.of([fit.widths for fit in fits], total, divisions)
    lines, repeated, starts = _fewest_pages(page, grid, fits, height)
    return Sheet(
        name=sheet_name(page.name),
        landscape=landscape,
        widths=grid.widths,
        lines=tuple(closed_at(lines, starts)),
        breaks=tuple(starts),
        repeated=repeated,
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


def _fewest_pages(
    page: Page, grid: Grid, fits: Sequence[Fitted], height: float
) -> tuple[list[Line], tuple[int, int] | None, list[int]]:
    """Rows, heads and breaks; less room to sign in where that saves a page."""
    found = []
    for signing in SIGNING_HEIGHTS:
        lines, repeated = _lines(page, grid, fits, height, signing)
        starts = page_starts(lines, height, repeated)
        found.append((lines, repeated, starts))
        if not starts:
            break
    return min(found, key=lambda one: len(one[2]))  # the roomiest of equals


def _lines(
    page: Page, grid: Grid, fits: Sequence[Fitted], height: float, signing: float
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
