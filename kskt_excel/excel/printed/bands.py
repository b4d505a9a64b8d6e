"""A table whose words do not fit side by side on A4: its columns on several sheets, none cut."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from kskt_excel.excel.printed.printed_table import LANDSCAPE_PX, Columns, is_short
from kskt_excel.model.book import LONGEST_SHEET_NAME
from kskt_excel.report.page import PageCell, PageRow, PageTable, PrintedPage

_NAMING = 2  # columns at most that say whose row it is, and stand in each band
_CONTINUED = "(tiếp theo)"


def fits_on_paper(table: Columns) -> bool:
    """Whether every word has room across A4 in letters of some size that may be tried."""
    return any(table.fits(size, LANDSCAPE_PX) for size in table.sizes)


def in_bands(pages: Iterable[PrintedPage]) -> Iterator[PrintedPage]:
    """The pages, those with a table too wide for its paper as the bands that are printed of it."""
    for page in pages:
        is_wide = not all(fits_on_paper(Columns.of(table)) for table in page.tables)
        yield from bands(page) if is_wide else (page,)


def bands(page: PrintedPage) -> Sequence[PrintedPage]:
    """The page as sheets of as many columns as fit, the columns that name a row on each.

    Paragraphs stand on the first one, notes and signatures on the last. A page of several tables
    stays as it is.
    """
    if len(page.tables) != 1:
        return (page,)
    (table,) = page.tables
    naming = _naming(table)
    starts = list(_starts(table, naming))
    if len(starts) <= 1:
        return (page,)
    parts = list(pairwise([*starts, len(table.columns)]))
    return [
        _band(page, [*naming, *range(first, end)], number, len(parts))
        for number, (first, end) in enumerate(parts, start=1)
    ]


def _naming(table: PageTable) -> range:
    """The first columns up to the one at the left, which has the name; else the first alone."""
    aligns = [column.align for column in table.columns[:_NAMING]]
    return range(aligns.index("left") + 1 if "left" in aligns else 1)


def _starts(table: PageTable, naming: range) -> Iterator[int]:
    """The first column of each band: as many as fit, rather whole groups under one head."""
    first, count = naming.stop, len(table.columns)
    while first < count:
        yield first
        end = first + 1
        while end < count and _fit(table, [*naming, *range(first, end + 1)]):
            end += 1
        if end < count:
            groups = [at for at in range(first + 1, end + 1) if _begins_group(table, at)]
            end = next((at for at in reversed(groups) if at - first > (end - first) / 2), end)
        first = end


def _begins_group(table: PageTable, at: int) -> bool:
    return table.columns[at].header[:1] != table.columns[at - 1].header[:1]


def _fit(table: PageTable, columns: Sequence[int]) -> bool:
    return fits_on_paper(Columns.of(_of_columns(table, columns, is_last=True)))


def _band(page: PrintedPage, columns: Sequence[int], number: int, count: int) -> PrintedPage:
    is_first, is_last = number == 1, number == count
    title = page.title
    if title and not is_first:
        title = (*title[:-1], f"{title[-1]} {_CONTINUED}")
    return replace(
        page,
        name=page.name if is_first else _numbered(page.name, number),
        title=title,
        tables=(_of_columns(page.tables[0], columns, is_last=is_last),),
        paragraphs=page.paragraphs if is_first else (),
        notes=page.notes if is_last else (),
        signed=page.signed and is_last,
    )


def _numbered(name: str, number: int) -> str:
    mark = f" ({number})"
    return f"{name[: LONGEST_SHEET_NAME - len(mark)].rstrip()}{mark}"


def _of_columns(table: PageTable, columns: Sequence[int], *, is_last: bool) -> PageTable:
    """The table of these columns; a total in words stands in the last band."""
    rows = (
        row if is_short(row, table) else replace(row, cells=tuple(_cells(row, columns)))
        for row in table.rows
        if is_last or row.kind != "total" or not is_short(row, table)
    )
    return replace(table, columns=tuple(table.columns[at] for at in columns), rows=tuple(rows))


def _cells(row: PageRow, columns: Sequence[int]) -> Iterator[PageCell]:
    """The row's cells in these columns; of a cell over several, the piece that stands in them."""
    over: dict[int, tuple[int, PageCell]] = {}  # by column, the cell over it and where that ends
    end = 0
    for at, cell in enumerate(row.cells):
        if at >= end:
            end, holder = at + cell.over, cell
        over[at] = (end, holder)
    for place, at in enumerate(columns):
        end, holder = over[at]
        own = row.cells[at]
        begins = place == 0 or columns[place - 1] != at - 1 or over[at - 1] != over[at]
        if not begins or holder.over == 1:
            yield own
            continue
        width = 1
        while columns[place + width : place + width + 1] == [at + width] and at + width < end:
            width += 1
        yield replace(holder, over=width)
