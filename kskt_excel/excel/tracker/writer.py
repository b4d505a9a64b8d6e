"""Pages of the tracker on worksheets: heads, tables, the office's cells where they belong."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from kskt_excel.excel.tracker.body import OFFICE_WIDTH, Body
from kskt_excel.excel.tracker.fast_sheet import add_table, fast_sheet
from kskt_excel.excel.tracker.grid import (
    ID_HEADING,
    MARK,
    OFFICE_HEADINGS,
    TOTALS_LABEL,
    VERSION,
    Block,
    Formula,
    Page,
    column_of,
)
from kskt_excel.excel.tracker.pen import Pen
from kskt_excel.excel.tracker.placing import Placed
from kskt_excel.excel.tracker.plain import write_cell
from kskt_excel.excel.tracker.states import colour_states
from kskt_excel.excel.writing import paper, quoted, write_text
from kskt_excel.model.cells import column_letters

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_HEADING_HEIGHT: Final = 62.0
_CHARACTER_PX: Final = 7


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
    sheet.set_row(heading - 1, _HEADING_HEIGHT)
    sums = Body(pen, sheet, block, headings, placed, first).write()
    _write_totals(pen, sheet, page, block, sums)
    add_table(sheet, heading, first + count - 1, columns, name)
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


def _write_totals(
    pen: Pen, sheet: "Worksheet", page: Page, block: Block, sums: Mapping[str, float]
) -> None:
    """Sums over the heading: they follow the filter and no added row escapes them."""
    if not sums or block.title:
        return
    heading = page.heading_row(block.id)
    look = pen.book.formats("total", "center", "count", "small")
    write_text(sheet, heading - 1, 2, TOTALS_LABEL, pen.book.formats("bold", "small"))
    for key, result in sums.items():
        number = column_of(block, key)
        letters = column_letters(number)
        cells = f"{letters}{heading + 1}:{letters}{heading + max(block.count, 1)}"
        formula = Formula(f"SUBTOTAL(109,{cells})", result)
        write_cell(sheet, heading - 2, number - 1, formula, look)


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
            width = column.width if column else OFFICE_WIDTH
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
