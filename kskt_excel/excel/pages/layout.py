"""A page's content placed: rows, heights, breaks; and which cell shows which figure."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from kskt_excel.excel.pages.columns import LANDSCAPE_PX, PORTRAIT_PX, SIZES, Columns, Fitted
from kskt_excel.excel.pages.frame import FORM_SPLITS, FRAME_SPLITS, head_lines
from kskt_excel.excel.pages.grid import Grid
from kskt_excel.excel.pages.nouns import Line, Sheet
from kskt_excel.excel.pages.paging import closed_at, keep_end_together, page_starts, room
from kskt_excel.excel.pages.rows import SetBody, body_outline, body_rows
from kskt_excel.excel.pages.signature import SIGNING_HEIGHTS, THREE_BLOCKS, TWO_BLOCKS, foot_lines
from kskt_excel.excel.pages.table import TablePlace, caption_lines, head_rows
from kskt_excel.excel.writing import sheet_name
from kskt_excel.model.cells import CellRef
from kskt_excel.report.content import FigureRef, Page

_PROVISIONAL = "số liệu tạm tổng hợp"
_MOST_OF_A_PAGE = 0.5  # what a single row may take before it is continued in further rows
_LEAST_PIECE = 50.0  # points
_GAP = 9.0
_SMALLER = (SIZES[0], 11, 10)  # points: letters shrink only where that saves a page


def laid_out(page: Page) -> Sheet:
    """The page as it will be printed: the one source of rows for writing and for tracing."""
    tables = [Columns.of(table) for table in page.tables]
    landscape = _is_landscape(page, tables)
    total = LANDSCAPE_PX if landscape else PORTRAIT_PX
    chosen, starts = _fewest_pages(page, tables, total, room(landscape=landscape))
    lines, repeated = chosen.drawn()
    return Sheet(
        name=sheet_name(page.name),
        landscape=landscape,
        widths=chosen.grid.widths,
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


def _is_landscape(page: Page, tables: Sequence[Columns]) -> bool:
    """As the page asks, unless its words need more than the upright sheet holds."""
    asked = page.orientation == "landscape"
    return asked or any(table.least_width() > PORTRAIT_PX for table in tables)


_Rows = tuple[list[Line], tuple[int, int] | None]
"""Every row from the head to the signatures, and which rows each page repeats."""


@dataclass(frozen=True, slots=True)
class _Placing:
    """One way to lay the page out: columns, letters, room to sign in."""

    page: Page
    grid: Grid
    bodies: tuple[SetBody, ...]
    signing: tuple[float, float]
    height: float  # of the paper between the margins

    def drawn(self) -> _Rows:
        """The rows with everything in them."""
        return self._rows(body_rows)

    def outlined(self) -> _Rows:
        """The rows as high as they will be, most of them without their cells."""
        return self._rows(body_outline)

    def _rows(self, body_of: Callable[..., list[Line]]) -> _Rows:
        foot = foot_lines(self.page, self.grid, self.signing)
        lines = list(head_lines(self.page, self.grid))
        repeated = None
        for at, body in enumerate(self.bodies):
            if at:
                lines.append(Line(_GAP, keep=True))
            table = body.body.table
            lines.extend(caption_lines(table, body.place))
            heads = head_rows(table, body.place)
            if len(self.bodies) == 1:
                repeated = (len(lines) + 1, len(lines) + len(heads))
            is_last = at == len(self.bodies) - 1
            free = self.height - _height(heads)
            last = max((free - _height(foot if is_last else ())) / 2, _LEAST_PIECE)
            rows = body_of(body, most=free * _MOST_OF_A_PAGE, last=last)
            lines += [*heads, *(keep_end_together(rows) if is_last else rows)]
        return [*lines, *foot], repeated


def _fewest_pages(
    page: Page, tables: Sequence[Columns], total: int, height: float
) -> tuple[_Placing, list[int]]:
    """The page on the fewest sheets, and the rows that begin one.

    Less room to sign in, then smaller letters, where that helps.
    """
    best: tuple[_Placing, list[int]] | None = None
    tried: list[list[Fitted]] = []
    for size in _SMALLER:
        fits = [table.fitted(total, height * _MOST_OF_A_PAGE, size) for table in tables]
        if fits in tried:
            continue
        tried.append(fits)
        for placing in _roomiest_first(page, tables, fits, total, height):
            lines, repeated = placing.outlined()
            starts = page_starts(lines, height, repeated)
            if best is None or len(starts) < len(best[1]):
                best = placing, starts
            if not starts:
                return best
    if best is None:
        raise ValueError("a page has no size of letters to try")
    return best


def _roomiest_first(
    page: Page, tables: Sequence[Columns], fits: Sequence[Fitted], total: int, height: float
) -> Iterator[_Placing]:
    """The page with letters of one size, with less and less room to sign in."""
    divisions = (FORM_SPLITS, TWO_BLOCKS) if page.form_code else (FRAME_SPLITS, THREE_BLOCKS)
    grid = Grid.of([fit.widths for fit in fits], total, divisions)
    bodies = tuple(
        SetBody.of(table.body, TablePlace(grid, grid.spans(fit.widths), fit.size))
        for table, fit in zip(tables, fits, strict=True)
    )
    for signing in SIGNING_HEIGHTS:
        yield _Placing(page, grid, bodies, signing, height)


def _height(lines: Sequence[Line]) -> float:
    return sum(line.height for line in lines)
