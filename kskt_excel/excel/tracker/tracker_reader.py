"""The tracker read as it stands: everything that a person wrote, or why it cannot be read."""

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from functools import cached_property
from pathlib import Path
from typing import Any, Final
from xml.etree.ElementTree import ParseError

from kskt_excel.excel.tracker.blocks import (
    ALTERNATIVE,
    CHARACTER_PX,
    DIRECTION_NUMBER,
    FIRST_BLOCK_ROW,
    FORMULA_PRINT,
    ID_HEADING,
    LEADER,
    OFFICE_HEADINGS,
    OFFICE_WIDTH,
    TOTALS_LABEL,
    TRACKER_MARK,
    UNPLACED_SHEET,
    VERSION,
    cell_print,
    in_pixels,
)
from kskt_excel.excel.tracker.handwriting import (
    AddedColumn,
    Comment,
    HandBlock,
    HandCell,
    HandFrame,
    HandLook,
    HandRow,
    Handwriting,
    Loose,
    OwnSheet,
    Written,
    head_look,
    look_parts_of,
    look_print,
    mark_look,
    own_look,
    rgb,
    runs_of,
    whole_look,
)
from kskt_excel.excel.tracker.slim_package import reduced, rows_left
from kskt_excel.messages import cell_list, finding
from kskt_excel.model.book import CellPlace, CellRef, column_letters
from kskt_excel.model.finding import Finding
from kskt_excel.model.nouns import dataclass
from kskt_excel.text.pii import looks_personal

# «kskt-theo-doi/1:ho-so;year=2022»
_MARK: Final = re.compile(rf"{TRACKER_MARK}/(\d+):([\w-]+);year=(\d+)")
_MOST_CELLS: Final = 12
_HEAD_ROWS: Final = 12  # the mark stands in row 2; people put few rows and columns before it
_HEAD_COLUMNS: Final = 12
_CONTEXT_CELLS: Final = 4  # texts that tell a person which row it was
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
class TrackerMark:
    """What a sheet says about itself in its hidden row."""

    version: int
    page: str
    year: int
    row: int
    column: int
    described: Mapping[str, Any] = field(default_factory=dict)


def mark_of(sheet: Any) -> TrackerMark | None:
    """The program's mark on a sheet; also after rows or columns were put before it."""
    for row in sheet.iter_rows(max_row=_HEAD_ROWS, max_col=_HEAD_COLUMNS):
        for cell in row:
            found = _MARK.match(cell.value) if isinstance(cell.value, str) else None
            if found:
                beside = sheet.cell(cell.row, cell.column + 1).value
                described = _described(beside)
                numbers = int(found[1]), found[2], int(found[3])
                return TrackerMark(*numbers, cell.row, cell.column, described)
    return None


def _described(text: object) -> Mapping[str, Any]:
    try:
        found = json.loads(text) if isinstance(text, str) else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _in_fours(text: str) -> Iterator[str]:
    return (text[at : at + 4] for at in range(0, len(text), 4))


@dataclass
class _Open:
    """A block while its rows are read."""

    id: str
    key_column: int
    office: dict[int, str]  # column -> heading of the office's
    program: dict[int, str]
    added: tuple[AddedColumn, ...]
    heads: Mapping[str, HandLook]  # heading -> how a person made it look
    rows: list[HandRow] = field(default_factory=list)


@dataclass
class SheetReader:
    """Reads one sheet of the program."""

    sheet: Any
    mark: TrackerMark
    results: Stored
    blocks: dict[str, HandBlock] = field(default_factory=dict)
    loose: list[Loose] = field(default_factory=list)
    typed_over: list[CellRef] = field(default_factory=list)  # cells of the program
    personal: list[CellRef] = field(default_factory=list)  # where a person wrote of a citizen

    def read(self) -> None:
        """Fills ``blocks``, ``loose``, ``typed_over`` and ``personal``."""
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

    def frame(self) -> HandFrame:
        """What a person made of the looks of a sheet of which the program has told its own."""
        looks: dict[CellPlace, HandLook] = {}
        for a1, told in self.mark.described.get("looks", {}).items():
            parts = look_parts_of(self.sheet[a1])
            if look_print(parts) != told:
                at = CellRef.parse("", a1)
                looks[at.row, at.column] = HandLook(tuple(parts.items()))
        asked = self.mark.described.get("columns", {})
        widths = {
            int(column): float(self._dimensions[int(column)].width)
            for column, pixels in asked.items()
            if int(column) in self._dimensions
            and _is_changed(self._dimensions[int(column)].width, pixels)
        }
        return HandFrame(looks, widths)

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
        named = {**program, **office}
        looks = {named[c.column]: head_look(c) for c in row if c.column in named and c.has_style}
        heads = {heading: look for heading, look in looks.items() if look}
        return _Open(block, key.column, office, program, added, heads)

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
            hand = self._hand_cell(cell, block.office.get(cell.column, ""))
            if hand:
                cells[self._office_heading(block, cell.column)] = hand
        self._compare(block, key, row)
        shown = self._direction(block, row)
        if cells or marks or shown:
            found, _, alternative = key.partition(ALTERNATIVE)
            context = _context(cell for cell in row if cell.column in block.program)
            block.rows.append(HandRow(found, alternative, cells, marks, context, shown))

    def _direction(self, block: _Open, row: Any) -> int:
        """The number of the direction that a row shows; 0 for none."""
        at = {heading: column for column, heading in block.program.items()}.get(DIRECTION_NUMBER)
        value = next((cell.value for cell in row if cell.column == at), None)
        return int(value) if isinstance(value, int | float) else 0

    def _compare(self, block: _Open, key: str, row: Any) -> None:
        """Keeps what was typed over cells of the program, which it is about to write again."""
        described = self.mark.described
        prints = described.get("written", {}).get(block.id, {}).get(cell_print(key), "")
        headings = described.get("blocks", {}).get(block.id, {}).get("headings", ())
        written = dict(zip(headings, _in_fours(prints), strict=False))
        for cell in row:
            heading = block.program.get(cell.column, "")
            content = FORMULA_PRINT if cell.data_type == "f" else cell.value
            if heading not in written or cell_print(content) == written[heading]:
                continue
            self.typed_over.append(CellRef(self.sheet.title, cell.row, cell.column))
            context = _context(one for one in row if one.column in block.program)
            said = self._noting_citizens(cell, hand_cell(cell, self.results, None))
            if said.says_something:
                place = f"{heading} (ô {cell.coordinate})"
                self.loose.append(Loose(self.sheet.title, key, context, place, said))

    def _office_heading(self, block: _Open, column: int) -> str:
        """The heading of an office column; one is made up where a person wrote without any."""
        if column not in block.office:
            heading = f"Cột thêm {column_letters(column)}"
            block.office[column] = heading
            block.added = (*block.added, AddedColumn(heading, self._width(column)))
        return block.office[column]

    def _hand_cell(self, cell: Any, heading: str) -> HandCell | None:
        hand = hand_cell(cell, self.results, own_look(cell) if cell.has_style else None)
        # Who has given a direction is a leader, whatever name stands there.
        self._noting_citizens(cell, HandCell(comment=hand.comment) if heading == LEADER else hand)
        return hand if hand.says_something or hand.look else None

    def _noting_citizens(self, cell: Any, hand: HandCell) -> HandCell:
        """What a person wrote in a cell, which is noted when it tells of a citizen."""
        if names_citizen(hand):
            self.personal.append(CellRef(self.sheet.title, cell.row, cell.column))
        return hand

    def _program_mark(self, cell: Any) -> HandCell | None:
        look = mark_look(cell) if cell.has_style else None
        hand = HandCell(look=look, comment=_comment(cell), runs=runs_of(cell.value))
        is_any = hand.look or hand.comment or hand.runs
        return self._noting_citizens(cell, hand) if is_any else None

    def _inserted(self, block: _Open, row: Any) -> None:
        """A row without a key: a title of the program, or one that a person put in."""
        titles = [one.get("title") for one in self.mark.described.get("blocks", {}).values()]
        texts = [_text(cell.value) for cell in row if _text(cell.value)]
        if not texts or (len(texts) == 1 and texts[0] in titles):
            return
        for cell in row:
            self._noting_citizens(cell, HandCell(_text(cell.value)))
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
                yield Loose(
                    self.sheet.title,
                    "",
                    "",
                    f"Ô {cell.coordinate}",
                    self._noting_citizens(cell, kept),
                )

    def _close(self, block: _Open | None) -> None:
        if block is None:
            return
        told = self.mark.described.get("blocks", {}).get(block.id, {})
        asked = dict.fromkeys(block.office.values(), told.get("office", OFFICE_WIDTH))
        asked |= dict(zip(told.get("headings", ()), told.get("widths", ()), strict=False))
        folded = frozenset(told.get("folded", ()))
        widths: dict[str, float] = {}
        hidden: set[str] = set()
        unfolded = set(folded)
        for column, heading in {**block.program, **block.office}.items():
            dimension = self._dimensions.get(column)
            if dimension is None:
                continue
            if dimension.hidden:
                if heading in folded:
                    unfolded.discard(heading)
                elif column not in self._folded_places:
                    hidden.add(heading)
            elif all(
                _is_changed(dimension.width, one)
                for one in (asked.get(heading), *self._asked_by_place.get(column, ()))
            ):
                widths[heading] = float(dimension.width)
        self.blocks[block.id] = HandBlock(
            tuple(block.rows),
            block.added,
            widths,
            frozenset(hidden),
            frozenset(unfolded),
            block.heads,
        )

    @cached_property
    def _asked_by_place(self) -> dict[int, list[float]]:
        """What the blocks of the sheet ask for each column: one of them has decided its width."""
        asked: dict[int, list[float]] = {}
        for told in self.mark.described.get("blocks", {}).values():
            office = [told.get("office", OFFICE_WIDTH)] * len(OFFICE_HEADINGS)
            for at, width in enumerate((*told.get("widths", ()), *office), start=2):
                asked.setdefault(at, []).append(width)
        return asked

    @cached_property
    def _folded_places(self) -> frozenset[int]:
        """Columns that a block of the sheet has folded away: with its own cells, those below."""
        return frozenset(
            at
            for told in self.mark.described.get("blocks", {}).values()
            for at, heading in enumerate(told.get("headings", ()), start=2)
            if heading in told.get("folded", ())
        )

    @cached_property
    def _dimensions(self) -> dict[int, Any]:
        """What is set for each column; one entry of the file may be for several."""
        found: dict[int, Any] = {}
        for one in self.sheet.column_dimensions.values():
            one.reindex()
            found |= dict.fromkeys(range(one.min or 0, (one.max or 0) + 1), one)
        return found


def _is_changed(characters: float | None, asked: float | None) -> bool:
    """Whether a person made a column wider or narrower than the pixels that were asked for."""
    if not characters or asked is None:
        return False
    return abs(in_pixels(characters) - asked) > CHARACTER_PX


def hand_cell(cell: Any, results: Stored, look: HandLook | None) -> HandCell:
    """A cell with its value or formula, pieces of text, comment and the look given."""
    if cell.data_type == "f":
        formula = str(getattr(cell.value, "text", cell.value)).removeprefix("=")
        stored = results.of(cell)
        return HandCell(stored, formula, cell.coordinate, (), look, _comment(cell))
    runs = runs_of(cell.value)
    value: Written = str(cell.value) if runs else cell.value
    return HandCell(value, "", "", runs, look, _comment(cell))


def own_sheet(sheet: Any, results: Stored, after: str) -> OwnSheet:
    """A sheet of the office's own, with everything that can be written again.

    ``after`` is the name of the tab before it.
    """
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
        after=after,
        tab=rgb(sheet.sheet_properties.tabColor),
    )


def names_citizen(hand: HandCell) -> bool:
    """Whether a text or comment of a person holds what looks like a citizen's data."""
    texts = (hand.value, hand.comment.text if hand.comment else "")
    return any(isinstance(text, str) and looks_personal(text) is not None for text in texts)


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


_OLE: Final = b"\xd0\xcf\x11\xe0"
_LEFTOVER: Final = "chua-xep"
_LOOSE_COLUMNS: Final = (2, 3, 4, 5, 6, 7)  # sheet, row, column, note, comment, key


def read_handwriting(path: Path, *, year: int | None = None) -> Handwriting:
    """What stands in the tracker by hand; nothing when there is no tracker yet.

    ``year`` is the one that the tracker must be of; any when None.
    A tracker that cannot be understood comes back with ``replaceable`` False and the reason.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return Handwriting()
    except OSError:
        return _untouched(finding("tracker.locked", file=path.name), "")
    return handwriting_of(data, path.name, year=year)


def handwriting_of(data: bytes, name: str, *, year: int | None = None) -> Handwriting:
    """What people wrote in a tracker given as bytes; ``name`` is for sentences."""
    sha256 = hashlib.sha256(data).hexdigest()
    if data.startswith(_OLE):
        return _untouched(finding("tracker.old_format", file=name), sha256)
    books = _opened(data)
    if books is None:
        return _untouched(finding("tracker.damaged", file=name), sha256)
    book, results = books
    marks = {sheet.title: mark_of(sheet) for sheet in book.worksheets}
    refusal = _refusal([one for one in marks.values() if one], name, year)
    if refusal:
        return _untouched(refusal, sha256)
    reader = _BookReader(book, results, _programs(marks))
    reader.read()
    remarks = (*reader.remarks(name), *_drawings(book, reader.own, name))
    return Handwriting(
        reader.blocks,
        tuple(reader.loose),
        tuple(reader.own),
        remarks,
        reader.frames,
        sha256=sha256,
    )


def _untouched(remark: Finding, sha256: str) -> Handwriting:
    return Handwriting(findings=(remark,), replaceable=False, sha256=sha256)


def _opened(data: bytes) -> tuple[Any, Stored] | None:
    """The workbook with formulas, and the stored results of formulas; None when damaged."""
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    broken = (
        zipfile.BadZipFile,
        InvalidFileException,
        ParseError,
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        IndexError,
        EOFError,
        OSError,
        zipfile.LargeZipFile,
    )  # what zipfile and openpyxl raise for packages that are not whole
    try:
        small = reduced(data)
        return load_workbook(io.BytesIO(small), rich_text=True), Stored(small)
    except broken:
        return None


def _refusal(marks: Sequence[TrackerMark], name: str, year: int | None) -> Finding | None:
    """Why this workbook must not be replaced: of another program, or not a tracker at all."""
    if not marks:
        return finding("tracker.not_a_tracker", file=name)
    newest = max(one.version for one in marks)
    if newest > VERSION:
        return finding("tracker.newer", file=name, version=newest, known=VERSION)
    others = sorted({one.year for one in marks if one.year != year})
    if year is not None and others:
        return finding("tracker.other_year", file=name, year=others[0], wanted=year)
    return None


def _programs(marks: Mapping[str, TrackerMark | None]) -> dict[str, TrackerMark]:
    """The program's own sheets: of several with one mark the one with the right name, or first."""
    best: dict[str, str] = {}
    for title, mark in marks.items():
        if mark:
            right = mark.described.get("sheets", {}).get(mark.page, UNPLACED_SHEET)
            if mark.page not in best or title == right:
                best[mark.page] = title
    return {title: mark for title, mark in marks.items() if mark and best[mark.page] == title}


@dataclass
class _BookReader:
    """Collects what the sheets hold."""

    book: Any
    results: Stored
    programs: Mapping[str, TrackerMark]
    blocks: dict[tuple[str, str], HandBlock] = field(default_factory=dict)
    loose: list[Loose] = field(default_factory=list)
    own: list[OwnSheet] = field(default_factory=list)
    typed_over: list[CellRef] = field(default_factory=list)
    personal: list[CellRef] = field(default_factory=list)
    frames: dict[str, HandFrame] = field(default_factory=dict)

    def read(self) -> None:
        """Reads every sheet of the workbook."""
        after, name = "", ""
        for sheet in self.book.worksheets:
            mark = self.programs.get(sheet.title)
            after, name = name, sheet.title
            if mark:  # as it will be called again
                name = mark.described.get("sheets", {}).get(mark.page, name)
            if mark is None:
                self.own.append(own_sheet(sheet, self.results, after))
            elif mark.page == _LEFTOVER:
                for at, left in _leftovers(sheet, self.results):
                    self.loose.append(left)
                    if names_citizen(left.cell):
                        self.personal.append(at)
            else:
                reader = SheetReader(sheet, mark, self.results)
                reader.read()
                self.typed_over += reader.typed_over
                self.personal += reader.personal
                self.blocks |= {(mark.page, name): one for name, one in reader.blocks.items()}
                self.loose.extend(reader.loose)
                frame = reader.frame()
                if frame != HandFrame():
                    self.frames[mark.page] = frame

    def remarks(self, name: str) -> Iterator[Finding]:
        """Sheets that were renamed or taken out; cells that were typed over or tell of citizens."""
        for title, cells in _by_sheet(self.typed_over):
            yield finding(
                "tracker.typed_over",
                cells[0],
                sheet=title,
                cells=cell_list(cells, _MOST_CELLS),
                unplaced=UNPLACED_SHEET,
            )
        for title, cells in _by_sheet(self.personal):
            told = cell_list(cells, _MOST_CELLS)
            yield finding("tracker.personal_data", cells[0], sheet=title, cells=told)
        found = {mark.page: title for title, mark in self.programs.items()}
        sheets: dict[str, str] = {}
        for mark in self.programs.values():
            sheets |= mark.described.get("sheets", {})
        for page, right in sheets.items():
            if page not in found:
                yield finding("tracker.sheet_missing", CellRef(right), sheet=right, file=name)
            elif found[page] != right:
                at = CellRef(found[page])
                yield finding("tracker.sheet_renamed", at, sheet=right, given=found[page])


def _by_sheet(cells: Sequence[CellRef]) -> Iterator[tuple[str, list[CellRef]]]:
    for title in dict.fromkeys(cell.sheet for cell in cells):
        yield title, [cell for cell in cells if cell.sheet == title]


def _leftovers(sheet: Any, results: Stored) -> Iterator[tuple[CellRef, Loose]]:
    """What still waits for a place, with its own; a row that a person removed is settled."""
    for row in sheet.iter_rows(min_row=FIRST_BLOCK_ROW + 1):
        at = {cell.column: cell for cell in row}
        name, context, heading, note, comment, key = (at.get(one) for one in _LOOSE_COLUMNS)
        if note is None or (note.value is None and not (comment and comment.value)):
            continue
        hand = hand_cell(note, results, None)
        if comment is not None and comment.value:
            text = Comment(str(comment.value))
            hand = HandCell(hand.value, hand.formula, hand.origin, hand.runs, hand.look, text)
        at_note = CellRef(sheet.title, note.row, note.column)
        yield (
            at_note,
            Loose(
                _cell_text(name), _cell_text(key), _cell_text(context), _cell_text(heading), hand
            ),
        )


def _cell_text(cell: Any) -> str:
    return str(cell.value or "") if cell is not None else ""


def _drawings(book: Any, own: Sequence[OwnSheet], name: str) -> Iterator[Finding]:
    """Own sheets with charts or pictures, which the copy does not have."""
    titles = {one.name for one in own}
    drawn = {
        sheet.title
        for sheet in book.worksheets
        if sheet.title in titles and (sheet._charts or sheet._images)  # noqa: SLF001  # no other way
    }
    drawn |= {sheet.title for sheet in book.chartsheets}
    for title in sorted(drawn):
        yield finding("tracker.drawing_lost", CellRef(title), sheet=title, file=name)
