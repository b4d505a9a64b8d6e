"""The XML of a worksheet: styles of single cells changed, missing cells and rows put in."""

import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from kskt_excel.excel.marking import tags
from kskt_excel.excel.marking.tags import CannotPatchError, Change, Element
from kskt_excel.model.cells import column_letters, column_number
from kskt_excel.model.grid import Cell

_A1: Final = re.compile(rb"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_AFTER_DRAWING: Final = (
    b"legacyDrawing",
    b"legacyDrawingHF",
    b"drawingHF",
    b"picture",
    b"oleObjects",
    b"controls",
    b"webPublishItems",
    b"tableParts",
    b"extLst",
    b"AlternateContent",
)
OFFICE_RELATIONS: Final = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WIDE = 64  # pixels of a column that says nothing

Restyle = Callable[[int], int]
"""The number of a cell's style -> that of the style it shall have."""


@dataclass(frozen=True, slots=True)
class Was:
    """How a cell was before it was marked: its style, and whether it stood in the file."""

    style: int
    stood: bool


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    tag: Element


class SheetXml:
    """One worksheet part, found once."""

    def __init__(self, xml: bytes) -> None:
        """Raises CannotPatchError when it is no worksheet that can be changed."""
        if xml[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in xml[:16]:
            raise CannotPatchError("UTF-16")
        self.xml = xml
        self._plain = tags.masked(xml)
        root = tags.root(self._plain)
        if root.name != b"worksheet":
            raise CannotPatchError("worksheet")
        self.prefix = root.prefix
        self.root = root
        data = tags.first(self._plain, b"sheetData", root.inner, root.close)
        if not data:
            raise CannotPatchError("sheetData")
        self.data = data
        self._merged = tuple(self._merges())

    @property
    def plain(self) -> bytes:
        """The XML with comments blanked."""
        return self._plain

    def corner(self, cell: Cell) -> Cell:
        """The cell itself, or the first one of the merged area that covers it."""
        for first_row, first_column, last_row, last_column in self._merged:
            inside = first_row <= cell[0] <= last_row and first_column <= cell[1] <= last_column
            if inside:
                return first_row, first_column
        return cell

    def restyled(self, wanted: Mapping[Cell, Restyle]) -> tuple[bytes, dict[Cell, Was]]:
        """The XML with cells in other styles, and how each of them was before."""
        was: dict[Cell, Was] = {}
        changes: list[Change] = []
        by_row: dict[int, dict[int, Restyle]] = {}
        for (number, column), restyle in sorted(wanted.items()):
            if 1 <= number <= _LAST_ROW and 1 <= column <= _LAST_COLUMN:
                by_row.setdefault(number, {})[column] = restyle
        waiting = deque(by_row)  # ascending
        for row in self._rows():
            while waiting and waiting[0] < row.number:
                missing = waiting.popleft()
                if missing in by_row:
                    new = self._new_row(missing, by_row.pop(missing), was)
                    changes.append(Change(row.tag.start, row.tag.start, new))
            if row.number in by_row:
                changes += self._in_row(row, by_row.pop(row.number), was)
        following = b"".join(self._new_row(n, columns, was) for n, columns in by_row.items())
        if following:
            changes.append(tags.within(self.data, following))
        return tags.changed(self.xml, changes), was

    def cells_of_style(self, styles: frozenset[int]) -> Iterator[tuple[Cell, int]]:
        """Cells that have one of the styles."""
        numbers = b"|".join(b"%d" % style for style in sorted(styles))
        worn = re.compile(rb"\ss\s*=\s*[\"'](?:" + numbers + rb")[\"']")
        for row in self._rows():
            whole = tags.closed(self._plain, row.tag)
            if not styles or not worn.search(self._plain, whole.inner, whole.close):
                continue
            for column, tag in self._cells(row):
                style = tags.number(tag.attributes, b"s")
                if style in styles:
                    yield (row.number, column), style

    def without_cells(self, cells: frozenset[Cell]) -> bytes:
        """The XML without these cells where they hold nothing and no look of their own.

        Rows left empty go too.
        """
        changes = []
        rows = {cell[0] for cell in cells}
        for row in self._rows():
            if row.number not in rows:
                continue
            inside = list(self._cells(row))
            gone = [
                tag
                for column, tag in inside
                if (row.number, column) in cells and self._is_bare(row, column, tag)
            ]
            bare = tags.with_attribute(row.tag.attributes, b"r", None).strip() in (b"", b"/")
            if gone and len(gone) == len(inside) and bare:
                whole = tags.closed(self._plain, row.tag)
                changes.append(Change(whole.start, whole.end, b""))
            else:
                changes += [Change(tag.start, tag.end, b"") for tag in gone]
        return tags.changed(self.xml, changes)

    def _is_bare(self, row: _Row, column: int, cell: Element) -> bool:
        """Whether a cell holds nothing and looks as it would if it were not there."""
        inherited = tags.number(row.tag.attributes, b"s") or self._column_style(column)
        return cell.is_empty and tags.number(cell.attributes, b"s") == inherited

    def with_legacy_drawing(self, id_: str) -> bytes:
        """The XML with the drawing of its notes named, at its place in the order."""
        prefix = tags.prefix_of(self.root, OFFICE_RELATIONS)
        declared = b"" if prefix else b' xmlns:r="%s"' % OFFICE_RELATIONS
        new = b'<%slegacyDrawing%s %s:id="%s"/>' % (
            self.prefix,
            declared,
            prefix or b"r",
            id_.encode(),
        )
        later = (
            one.start
            for one in tags.children(self._plain, self.data.end, self.root.close)
            if one.name in _AFTER_DRAWING
        )
        at = next(later, self.root.close)
        return tags.changed(self.xml, [Change(at, at, new)])

    def legacy_drawing(self) -> str:
        """Relation id of the drawing of its notes, "" without one."""
        found = next(tags.tags(self._plain, b"legacyDrawing", self.data.end), None)
        if not found:
            return ""
        value = re.search(rb"\w+:id\s*=\s*[\"']([^\"']*)", found.attributes)
        return value[1].decode() if value else ""

    def without_legacy_drawing(self) -> bytes:
        """The XML without the drawing of its notes."""
        found = tags.elements(self._plain, b"legacyDrawing", self.data.end)
        return tags.changed(self.xml, [Change(one.start, one.end, b"") for one in found])

    def column_pixels(self) -> Callable[[int], int]:
        """A function that gives the width of a column in pixels."""
        spans = [
            (
                tags.number(one.attributes, b"min"),
                tags.number(one.attributes, b"max"),
                _pixels(one.attributes),
            )
            for one in tags.tags(self._plain, b"col", 0, self.data.start)
        ]
        return lambda column: next(
            (width for low, high, width in spans if low <= column <= high), _WIDE
        )

    def _merges(self) -> Iterator[tuple[int, int, int, int]]:
        for one in tags.tags(self._plain, b"mergeCell", self.data.end):
            low, _, high = (tags.attribute(one.attributes, b"ref") or b"").partition(b":")
            start, end = _A1.fullmatch(low), _A1.fullmatch(high)
            if start and end:
                yield int(start[2]), _column(start[1]), int(end[2]), _column(end[1])

    def _rows(self) -> Iterator[_Row]:
        number = 0
        for tag in tags.tags(self._plain, b"row", self.data.inner, self.data.close):
            number = tags.number(tag.attributes, b"r", number + 1)
            yield _Row(number, tag)

    def _cells(self, row: _Row) -> Iterator[tuple[int, Element]]:
        """Cells of a row by column, whole."""
        whole = tags.closed(self._plain, row.tag)
        column = 0
        for one in tags.elements(self._plain, b"c", whole.inner, whole.close):
            ref = _A1.fullmatch(tags.attribute(one.attributes, b"r") or b"")
            column = _column(ref[1]) if ref else column + 1
            yield column, one

    def _in_row(
        self, row: _Row, wanted: Mapping[int, Restyle], was: dict[Cell, Was]
    ) -> Iterator[Change]:
        left = dict(wanted)
        own = tags.number(row.tag.attributes, b"s")
        for column, cell in self._cells(row):
            for missing in [n for n in left if n < column]:
                new = self._new_cell(row.number, missing, left.pop(missing), was, own)
                yield Change(cell.start, cell.start, new)
            if column in left:
                style = tags.number(cell.attributes, b"s")
                was[row.number, column] = Was(style, stood=True)
                number = b"%d" % left.pop(column)(style)
                attributes = tags.with_attribute(cell.attributes, b"s", number)
                yield Change(cell.start, cell.inner, tags.opening(cell, attributes))
        new = b"".join(self._new_cell(row.number, n, left[n], was, own) for n in left)
        if new:
            yield tags.within(tags.closed(self._plain, row.tag), new)

    def _new_row(self, number: int, wanted: Mapping[int, Restyle], was: dict[Cell, Was]) -> bytes:
        cells = b"".join(self._new_cell(number, n, wanted[n], was, 0) for n in wanted)
        return b'<%srow r="%d">%s</%srow>' % (self.prefix, number, cells, self.prefix)

    def _new_cell(
        self, row: int, column: int, restyle: Restyle, was: dict[Cell, Was], row_style: int
    ) -> bytes:
        style = row_style or self._column_style(column)
        was[row, column] = Was(style, stood=False)
        ref = f"{column_letters(column)}{row}".encode()
        return b'<%sc r="%s" s="%d"/>' % (self.prefix, ref, restyle(style))

    def _column_style(self, column: int) -> int:
        for one in tags.tags(self._plain, b"col", 0, self.data.start):
            low, high = tags.number(one.attributes, b"min"), tags.number(one.attributes, b"max")
            if low <= column <= high:
                return tags.number(one.attributes, b"style")
        return 0


def _pixels(attributes: bytes) -> int:
    """Width of a column in pixels; 0 for one that is hidden."""
    if tags.attribute(attributes, b"hidden") in (b"1", b"true"):
        return 0
    width = tags.attribute(attributes, b"width") or b""
    plain = re.fullmatch(rb"[0-9]+(?:\.[0-9]+)?", width)
    return int(float(plain[0]) * 7) if plain else _WIDE


def _column(letters: bytes) -> int:
    return column_number(letters.decode("ascii"))
