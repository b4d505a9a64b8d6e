"""A page's content placed: rows, heights, breaks; and which cell shows which figure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

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
    chosen = _fewest_pages(page, tables, total, room(landscape=landscape))
    lines, repeated = chosen.setting.drawn(chosen.signing)
    return Sheet(
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
        if not any(figure in row.figures for table in page.tables for row in table.rows):
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


_SetTable: TypeAlias = tuple[list[Line], list[Line], SetBody]
"""What stands over a table, its heads, its rows."""

_Rows: TypeAlias = tuple[list[Line], tuple[int, int] | None]
"""Every row from the head to the signatures, and which rows each page repeats."""


@dataclass(frozen=True, slots=True)
class _Setting:
    """The page with letters of one size."""

    page: Page
    height: float  # of the paper between the margins
    grid: Grid
    head: list[Line]
    tables: list[_SetTable]

    def drawn(self, signing: tuple[float, float]) -> _Rows:
        """The rows with everything in them and so much room to sign in."""
        return self._rows(signing, body_rows)

    def outlined(self, signing: tuple[float, float]) -> _Rows:
        """The rows as high as they will be, most of them without their cells."""
        return self._rows(signing, body_outline)

    def _rows(self, signing: tuple[float, float], body_of: Callable[..., list[Line]]) -> _Rows:
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


def _fewest_pages(page: Page, tables: Sequence[Columns], total: int, height: float) -> _Chosen:
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
    page: Page, tables: Sequence[Columns], fits: Sequence[Fitted], total: int, height: float
) -> _Setting:
    """The page's tables in letters of the sizes that fit."""
    divisions = (FORM_SPLITS, TWO_BLOCKS) if page.form_code else (FRAME_SPLITS, THREE_BLOCKS)
    grid = Grid.of([fit.widths for fit in fits], total, divisions)
    placed: list[_SetTable] = []
    for table, fit in zip(tables, fits, strict=True):
        body = SetBody.of(table.body, TablePlace(grid, grid.spans(fit.widths), fit.size))
        own = body.body.table
        gap = [Line(_GAP, keep=True)] if placed else []
        placed.append(([*gap, *caption_lines(own, body.place)], head_rows(own, body.place), body))
    return _Setting(page, height, grid, list(head_lines(page, grid)), placed)


def _height(lines: Sequence[Line]) -> float:
    return sum(line.height for line in lines)
