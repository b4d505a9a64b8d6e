"""Reads the tracker as it stands: everything that a person wrote, or why it cannot be read."""

import hashlib
import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from xml.etree.ElementTree import ParseError

from kskt_excel.excel.handwriting.nouns import (
    Comment,
    HandBlock,
    HandCell,
    Handwriting,
    Loose,
    OwnSheet,
)
from kskt_excel.excel.handwriting.reduce import reduced
from kskt_excel.excel.handwriting.sheets import (
    Mark,
    SheetReader,
    Stored,
    hand_cell,
    mark_of,
    own_sheet,
)
from kskt_excel.excel.tracker.grid import FIRST_ROW, SHEETS, UNPLACED_SHEET, VERSION
from kskt_excel.messages import finding
from kskt_excel.model.cells import CellRef
from kskt_excel.model.finding import Finding

_OLE: Final = b"\xd0\xcf\x11\xe0"
_LEFTOVER: Final = "chua-xep"
_LOOSE_COLUMNS: Final = (2, 3, 4, 5, 6, 7)  # sheet, row, column, note, comment, key


def read(path: Path, *, year: int | None = None) -> Handwriting:
    """What stands in the tracker by hand; nothing when there is no tracker yet.

    ``year`` is the one that the tracker must be of; any when None.
    A tracker that cannot be understood comes back with ``replaceable`` False and the reason.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return Handwriting()
    except OSError:
        return _kept(finding("tracker.locked", file=path.name), "")
    return read_bytes(data, path.name, year=year)


def read_bytes(data: bytes, name: str, *, year: int | None = None) -> Handwriting:
    """The same of a tracker's bytes; ``name`` is for sentences."""
    sha256 = hashlib.sha256(data).hexdigest()
    if data.startswith(_OLE):
        return _kept(finding("tracker.old_format", file=name), sha256)
    books = _opened(data)
    if books is None:
        return _kept(finding("tracker.damaged", file=name), sha256)
    book, results = books
    marks = {sheet.title: mark_of(sheet) for sheet in book.worksheets}
    refusal = _refusal([one for one in marks.values() if one], name, year)
    if refusal:
        return _kept(refusal, sha256)
    reader = _BookReader(book, results, _programs(marks))
    reader.read()
    remarks = (*reader.remarks(name), *_drawings(book, reader.own, name))
    return Handwriting(
        reader.blocks, tuple(reader.loose), tuple(reader.own), remarks, sha256=sha256
    )


def _kept(remark: Finding, sha256: str) -> Handwriting:
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


def _refusal(marks: Sequence[Mark], name: str, year: int | None) -> Finding | None:
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


def _programs(marks: Mapping[str, Mark | None]) -> dict[str, Mark]:
    """The program's own sheets: of several with one mark the one with the right name, or first."""
    best: dict[str, str] = {}
    for title, mark in marks.items():
        if mark:
            right = SHEETS.get(mark.page, UNPLACED_SHEET)
            if mark.page not in best or title == right:
                best[mark.page] = title
    return {title: mark for title, mark in marks.items() if mark and best[mark.page] == title}


@dataclass
class _BookReader:
    """Collects what the sheets hold."""

    book: Any
    results: Stored
    programs: Mapping[str, Mark]
    blocks: dict[tuple[str, str], HandBlock] = field(default_factory=dict)
    loose: list[Loose] = field(default_factory=list)
    own: list[OwnSheet] = field(default_factory=list)

    def read(self) -> None:
        """Reads every sheet of the workbook."""
        for sheet in self.book.worksheets:
            mark = self.programs.get(sheet.title)
            if mark is None:
                self.own.append(own_sheet(sheet, self.results))
            elif mark.page == _LEFTOVER:
                self.loose.extend(_leftovers(sheet, self.results))
            else:
                reader = SheetReader(sheet, mark, self.results)
                reader.read()
                self.blocks |= {(mark.page, name): one for name, one in reader.blocks.items()}
                self.loose.extend(reader.loose)

    def remarks(self, name: str) -> Iterator[Finding]:
        """Sheets of the program that were renamed or taken out."""
        found = {mark.page: title for title, mark in self.programs.items()}
        for page, right in SHEETS.items():
            if page not in found:
                yield finding("tracker.sheet_missing", CellRef(right), sheet=right, file=name)
            elif found[page] != right:
                at = CellRef(found[page])
                yield finding("tracker.sheet_renamed", at, sheet=right, given=found[page])


def _leftovers(sheet: Any, results: Stored) -> Iterator[Loose]:
    """What was still waiting for a place; a row that a person removed is settled."""
    for row in sheet.iter_rows(min_row=FIRST_ROW + 1):
        at = {cell.column: cell for cell in row}
        name, context, heading, note, comment, key = (at.get(one) for one in _LOOSE_COLUMNS)
        if note is None or (note.value is None and not (comment and comment.value)):
            continue
        hand = hand_cell(note, results, None)
        if comment is not None and comment.value:
            text = Comment(str(comment.value))
            hand = HandCell(hand.value, hand.formula, hand.origin, hand.runs, hand.look, text)
        yield Loose(_said(name), _said(key), _said(context), _said(heading), hand)


def _said(cell: Any) -> str:
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
