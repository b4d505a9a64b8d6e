"""What the office wrote that has no row any more, and the sheets that it added."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from kskt_excel.excel.handwriting.nouns import HandCell, HandRow, Loose, OwnSheet
from kskt_excel.excel.tracker import hand_cells
from kskt_excel.excel.tracker.grid import (
    FIRST_ROW,
    MARK,
    UNPLACED_SHEET,
    Block,
    Column,
    Page,
    Row,
    fixed,
)
from kskt_excel.excel.tracker.pen import Pen
from kskt_excel.excel.tracker.placing import Placed
from kskt_excel.excel.tracker.writer import in_pixels, write_page
from kskt_excel.excel.writing import sheet_name
from kskt_excel.model.cells import CellRef, column_number

LEFTOVER: Final = "chua-xep"
LOOSE: Final = "loose"
NOTE_COLUMN: Final = 5
_NOTE: Final = "Nội dung Văn phòng đã ghi"
_COLUMNS: Final = (
    Column("sheet", "Trang", "text", 130),
    Column("context", "Dòng cũ", "long", 320),
    Column("heading", "Cột", "text", 150),
    Column("note", _NOTE, "long", 320),
    Column("comment", "Chú thích", "long", 200),
    Column("key", "Mã dòng cũ", "text", 190),
)
_REMARK: Final = "Các ghi chú này không còn dòng tương ứng. Chép sang đúng chỗ rồi xóa dòng ở đây."
_LONGEST_NAME: Final = 31


def write_leftover(pen: Pen, loose: Sequence[Loose]) -> None:
    """Writes the sheet of handwriting without a row; nothing when there is none."""
    if not loose:
        return
    rows = tuple(
        Row(
            f"loose|{number}",
            (
                one.sheet,
                one.context,
                one.heading,
                None,
                one.cell.comment.text if one.cell.comment else None,
                one.key,
            ),
        )
        for number, one in enumerate(loose, 1)
    )
    block = Block(LOOSE, _COLUMNS, fixed(rows), len(rows), table="ChuaXep", office=False)
    page = Page(LEFTOVER, UNPLACED_SHEET, "GHI CHÚ CHƯA XẾP ĐƯỢC", _REMARK, (block,), 1)
    placed = Placed({at: _note(at, one) for at, one in enumerate(loose)})
    write_page(replace(pen, hand={(LEFTOVER, LOOSE): placed}), page)


def _note(at: int, loose: Loose) -> HandRow:
    """A note in its column; its formula stays as it is, whatever row it comes to stand in."""
    origin = CellRef("", FIRST_ROW + 1 + at, NOTE_COLUMN).a1
    cell = HandCell(loose.cell.value, loose.cell.formula, origin, loose.cell.runs, loose.cell.look)
    return HandRow(loose.key, "", {_NOTE: cell}, {})


def write_own_sheets(pen: Pen, own: Sequence[OwnSheet], pages: Sequence[Page]) -> None:
    """Writes the office's own sheets as they were, after the program's."""
    taken = {page.name.casefold() for page in pages} | {"tổng quan", UNPLACED_SHEET.casefold()}
    for one in own:
        name = _free_name(sheet_name(one.name), taken)
        taken.add(name.casefold())
        _write_own(pen, one, name)


def _free_name(name: str, taken: set[str]) -> str:
    """The sheet's name, with a number when the program or another sheet has it."""
    free, number = name, 1
    while free.casefold() in taken:
        number += 1
        mark = f" ({number})"
        free = name[: _LONGEST_NAME - len(mark)] + mark
    return free


def _write_own(pen: Pen, own: OwnSheet, name: str) -> None:
    sheet = pen.book.sheet(name)
    for merged in own.merged:
        sheet.merge_range(merged, "")
    for (row, column), cell in own.cells.items():
        written = HandCell(cell.value, cell.formula, "", cell.runs, None, cell.comment)
        if isinstance(written.value, str) and written.value.startswith(MARK):
            continue  # the mark of a copied sheet: two sheets with one mark would be confused
        properties = dict(cell.look.properties) if cell.look else {}
        hand_cells.write(pen.book, sheet, (row, column), written, properties)
    _set_sizes(sheet, own)
    if own.frozen:
        at = CellRef.parse(own.name, own.frozen)
        sheet.freeze_panes(at.row - 1, at.column - 1)
    if not own.visible:
        sheet.hide()


def _set_sizes(sheet: Any, own: OwnSheet) -> None:
    for letters in {*own.widths, *own.hidden_columns}:
        at = column_number(letters) - 1
        options: Mapping[str, bool] = {"hidden": True} if letters in own.hidden_columns else {}
        width = in_pixels(own.widths[letters]) if letters in own.widths else None
        sheet.set_column_pixels(at, at, width, None, dict(options))
    for row in {*own.heights, *own.hidden_rows}:
        options = {"hidden": True} if row in own.hidden_rows else {}
        sheet.set_row(row - 1, own.heights.get(row), None, dict(options))
