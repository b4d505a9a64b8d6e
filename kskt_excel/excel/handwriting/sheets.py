"""A sheet as openpyxl gives it: blocks with what a person wrote, or one of the office's own."""

import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from kskt_excel.excel.handwriting.looks import hand_fill, own_look, runs_of, whole_look
from kskt_excel.excel.handwriting.nouns import (
    AddedColumn,
    Comment,
    HandBlock,
    HandCell,
    HandRow,
    Look,
    Loose,
    OwnSheet,
    Written,
)
from kskt_excel.excel.handwriting.reduce import rows_left
from kskt_excel.excel.tracker.grid import (
    ALTERNATIVE,
    ID_HEADING,
    MARK,
    OFFICE_HEADINGS,
    TOTALS_LABEL,
)
from kskt_excel.model.cells import column_letters

_MARK: Final = re.compile(rf"{MARK}/(\d+):([\w-]+);year=(\d+)")
_HEAD_ROWS: Final = 12
_HEAD_COLUMNS: Final = 12
_CONTEXT_CELLS: Final = 4
_INSERTED: Final = "Dòng Văn phòng thêm"


class Stored:
    """Stored results of formulas; read only when a person wrote a formula."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    @cached_property
    def _book(self) -> Any:
        from openpyxl import load_workbook

        return load_workbook(io.BytesIO(self._data), data_only=True)

    def of(self, cell: Any) -> Any:
        """The result that stands beside a formula; None when none is stored."""
        return self._book[cell.parent.title][cell.coordinate].value


@dataclass(frozen=True, slots=True)
class Mark:
    """What a sheet says about itself in its hidden row."""

    version: int
    page: str
    year: int
    row: int
    column: int
    described: Mapping[str, Any] = field(default_factory=dict)


def mark_of(sheet: Any) -> Mark | None:
    """The program's mark on a sheet; also after rows or columns were put before it."""
    for row in sheet.iter_rows(max_row=_HEAD_ROWS, max_col=_HEAD_COLUMNS):
        for cell in row:
            found = _MARK.match(cell.value) if isinstance(cell.value, str) else None
            if found:
                beside = sheet.cell(cell.row, cell.column + 1).value
                described = _described(beside)
                numbers = int(found[1]), found[2], int(found[3])
                return Mark(*numbers, cell.row, cell.column, described)
    return None


def _described(text: object) -> Mapping[str, Any]:
    try:
        found = json.loads(text) if isinstance(text, str) else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


@dataclass
class _Open:
    """A block while its rows are read."""

    id: str
    key_column: int
    office: dict[int, str]  # column -> heading of the office's
    program: dict[int, str]
    added: tuple[AddedColumn, ...]
    rows: list[HandRow] = field(default_factory=list)


@dataclass
class SheetReader:
    """Reads one sheet of the program."""

    sheet: Any
    mark: Mark
    results: Stored
    blocks: dict[str, HandBlock] = field(default_factory=dict)
    loose: list[Loose] = field(default_factory=list)

    def read(self) -> None:
        """Fills ``blocks`` and ``loose``."""
        current: _Open | None = None
        for row in rows_left(self.sheet):
            heading = self._heading(row)
            if heading is not None:
                self._close(current)
                current = self._opened(row, heading)
            elif current is None:
                self.loose.extend(self._above(row))
            else:
                self._read_row(current, row)
        self._close(current)

    def _heading(self, row: Any) -> Any:
        for cell in row[:_HEAD_COLUMNS]:
            if isinstance(cell.value, str) and cell.value.startswith(f"{ID_HEADING}/"):
                return cell
        return None

    def _opened(self, row: Any, key: Any) -> _Open:
        block = str(key.value).removeprefix(f"{ID_HEADING}/")
        known = self.mark.described.get("blocks", {}).get(block, {}).get("headings")
        texts = {c.column: _text(c.value) for c in row if c.column > key.column and _text(c.value)}
        office_from = min((n for n, t in texts.items() if t in OFFICE_HEADINGS), default=10**6)
        present = set(texts.values())
        office: dict[int, str] = {}
        program: dict[int, str] = {}
        for column, text in texts.items():
            at = column - key.column - 1
            if known is None:
                is_program = column < office_from
            else:
                renamed = at < len(known) and known[at] not in present
                is_program = text in known or (renamed and text not in OFFICE_HEADINGS)
            (program if is_program else office)[column] = text
        added = tuple(
            AddedColumn(text, self._width(column))
            for column, text in office.items()
            if text not in OFFICE_HEADINGS
        )
        return _Open(block, key.column, office, program, added)

    def _width(self, column: int) -> float | None:
        width = self.sheet.column_dimensions[column_letters(column)].width
        return float(width) if width else None

    def _read_row(self, block: _Open, row: Any) -> None:
        key = _text(self.sheet.cell(row[0].row, block.key_column).value)
        if not key:
            self._inserted(block, row)
            return
        cells: dict[str, HandCell] = {}
        marks: dict[str, HandCell] = {}
        for cell in row:
            if cell.column == block.key_column:
                continue
            if cell.column in block.program:
                mark = self._program_mark(cell)
                if mark:
                    marks[block.program[cell.column]] = mark
                continue
            hand = self._hand_cell(cell)
            if hand:
                cells[self._office_heading(block, cell.column)] = hand
        if cells or marks:
            found, _, alternative = key.partition(ALTERNATIVE)
            context = _context(cell for cell in row if cell.column in block.program)
            block.rows.append(HandRow(found, alternative, cells, marks, context))

    def _office_heading(self, block: _Open, column: int) -> str:
        """The heading of an office column; one is made up where a person wrote without any."""
        if column not in block.office:
            heading = f"Cột thêm {column_letters(column)}"
            block.office[column] = heading
            block.added = (*block.added, AddedColumn(heading, self._width(column)))
        return block.office[column]

    def _hand_cell(self, cell: Any) -> HandCell | None:
        hand = hand_cell(cell, self.results, own_look(cell) if cell.has_style else None)
        return hand if hand.says_something or hand.look else None

    def _program_mark(self, cell: Any) -> HandCell | None:
        fill = hand_fill(cell) if cell.has_style else ""
        look = Look((("bg_color", f"#{fill}"),)) if fill else None
        comment = _comment(cell)
        return HandCell(look=look, comment=comment) if look or comment else None

    def _inserted(self, block: _Open, row: Any) -> None:
        """A row without a key: a title of the program, or one that a person put in."""
        titles = [one.get("title") for one in self.mark.described.get("blocks", {}).values()]
        texts = [_text(cell.value) for cell in row if _text(cell.value)]
        if not texts or (len(texts) == 1 and texts[0] in titles):
            return
        at = {**block.program, **block.office}
        said = "; ".join(
            f"{at[cell.column]}: {_text(cell.value)}" if cell.column in at else _text(cell.value)
            for cell in row
            if _text(cell.value)
        )
        self.loose.append(Loose(self.sheet.title, "", "", _INSERTED, HandCell(value=said)))

    def _above(self, row: Any) -> Iterator[Loose]:
        """Texts that a person wrote over the heading."""
        last_row, last_column = self.mark.described.get("last", (0, 0))
        for cell in row:
            text = _text(cell.value)
            programs = (
                cell.row == self.mark.row
                or cell.column == self.mark.column + 1
                or (cell.row <= last_row and cell.column <= last_column)
                or cell.data_type == "f"
                or text == TOTALS_LABEL
            )
            comment = _comment(cell)
            if (text and not programs) or comment:
                hand = hand_cell(cell, self.results, None)
                kept = hand if not programs else HandCell(comment=comment)
                yield Loose(self.sheet.title, "", "", f"Ô {cell.coordinate}", kept)

    def _close(self, block: _Open | None) -> None:
        if block is None:
            return
        headings = {**block.program, **block.office}
        widths: dict[str, float] = {}
        hidden = set()
        for column, heading in headings.items():
            dimension = self.sheet.column_dimensions.get(column_letters(column))
            if dimension is not None and dimension.width:
                widths[heading] = float(dimension.width)
            if dimension is not None and dimension.hidden:
                hidden.add(heading)
        rows = tuple(block.rows)
        self.blocks[block.id] = HandBlock(rows, block.added, widths, frozenset(hidden))


def hand_cell(cell: Any, results: Stored, look: Look | None) -> HandCell:
    """A cell with its value or formula, pieces of text, comment and the look given."""
    if cell.data_type == "f":
        formula = str(getattr(cell.value, "text", cell.value)).removeprefix("=")
        stored = results.of(cell)
        return HandCell(stored, formula, cell.coordinate, (), look, _comment(cell))
    runs = runs_of(cell.value)
    value: Written = str(cell.value) if runs else cell.value
    return HandCell(value, "", "", runs, look, _comment(cell))


def own_sheet(sheet: Any, results: Stored) -> OwnSheet:
    """A sheet of the office's own, with everything that can be written again."""
    cells = {
        (cell.row, cell.column): hand_cell(cell, results, whole_look(cell))
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None or cell.has_style or cell.comment
    }
    columns, rows = sheet.column_dimensions, sheet.row_dimensions
    return OwnSheet(
        name=sheet.title,
        cells=cells,
        widths={letters: float(one.width) for letters, one in columns.items() if one.width},
        heights={number: float(one.height) for number, one in rows.items() if one.height},
        hidden_columns=frozenset(letters for letters, one in columns.items() if one.hidden),
        hidden_rows=frozenset(number for number, one in rows.items() if one.hidden),
        merged=tuple(str(one) for one in sheet.merged_cells.ranges),
        frozen=str(sheet.freeze_panes or ""),
        visible=sheet.sheet_state == "visible",
    )


def _comment(cell: Any) -> Comment | None:
    comment = cell.comment
    return Comment(str(comment.text), str(comment.author or "")) if comment else None


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()


def _context(cells: Iterator[Any]) -> str:
    texts = [_text(cell.value) for cell in cells]
    return " | ".join(
        [text for text in texts if text and not text.startswith("=")][:_CONTEXT_CELLS]
    )
