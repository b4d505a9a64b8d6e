"""The rows of a printed table as they are shown, in whatever letters and wherever they stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from kskt_excel.excel.heights import Words, words
from kskt_excel.excel.pages.nouns import Shown
from kskt_excel.excel.pages.shown import looks_of, shown, words_of
from kskt_excel.model.reading import Value
from kskt_excel.report.content import Cell, Row, Table

_ALIGNS = {"left": "indent"}  # a text at the left keeps clear of the line
_SHORT = 2  # cells of a section row, and of a total in words
_Key: TypeAlias = int | tuple[object, ...]  # of a cell itself, or of what it shows


@dataclass(frozen=True, slots=True)
class Face:
    """What a cell shows, and how; equal cells of a column share one.

    ``first`` and ``last`` are columns of the table, from 0.
    """

    first: int
    last: int
    value: Shown
    looks: tuple[str, ...]
    words: Words  # in the face's own letters
    alone: bool = False  # in a column of its own, which must have room for its words
    sums: bool = False  # a SUM over the rows above gives the value

    @property
    def bold(self) -> bool:
        """Whether its letters are."""
        return "bold" in self.looks


@dataclass(frozen=True, slots=True)
class Body:
    """The rows of a table, each as numbers of its faces: what is equal is made once."""

    table: Table
    faces: tuple[Face, ...]
    rows: tuple[tuple[int, ...], ...]
    sums: frozenset[int]  # faces that are a SUM over the rows above

    @classmethod
    def of(cls, table: Table) -> "Body":
        """The table's rows in order."""
        seen = _Seen(table)
        rows = tuple(
            tuple(seen.short(row) if is_short(row, table) else seen.whole(row))
            for row in table.rows
        )
        sums = frozenset(number for number, face in enumerate(seen.faces) if face.sums)
        return cls(table, tuple(seen.faces), rows, sums)


def is_short(row: Row, table: Table) -> bool:
    """Whether the row is a section's, or a total in words."""
    return len(row.cells) == _SHORT < len(table.columns)


class _Seen:
    """The faces met so far."""

    def __init__(self, table: Table) -> None:
        self.faces: list[Face] = []
        self._table = table
        self._summed = [
            row for row in table.rows if row.kind == "data" and len(row.cells) == len(table.columns)
        ]
        self._known: dict[tuple[bool, bool], list[dict[_Key, int]]] = {}

    def short(self, row: Row) -> list[int]:
        """A section: numeral and title; a total in words: a name over two columns, the rest."""
        last = len(self._table.columns) - 1
        split = 0 if row.kind == "section" else min(1, last - 1)
        blocks = ((0, split), (split + 1, last))
        aligns = ("center" if row.kind == "section" else "indent", "indent")
        made = []
        for block, cell, align in zip(blocks, row.cells, aligns, strict=True):
            value = shown(cell)
            looks = ("frame", "middle", "wrap", "bold", align)
            made.append(self._add(Face(*block, value, looks, _words(value, looks))))
        return made

    def whole(self, row: Row) -> list[int]:
        """A cell for each column; what another cell is printed over has a face and no place."""
        is_total, is_full = row.kind == "total", len(row.cells) == len(self._table.columns)
        known = self._known.setdefault((is_total, is_full), [{} for _ in self._table.columns])
        placed = []
        covered = 0  # columns to the left of it are taken
        for at, cell in enumerate(row.cells):
            own = known[at]
            face = own.get(id(cell))  # most cells of a form are shared by many rows
            if face is None:
                face = own[id(cell)] = self._face_of(
                    at, cell, own, is_total=is_total, is_full=is_full
                )
            if at >= covered:
                placed.append(face)
            covered = max(covered, at + cell.over)
        return placed

    def _face_of(
        self, at: int, cell: Cell, own: dict[_Key, int], *, is_total: bool, is_full: bool
    ) -> int:
        """The face of equal cells."""
        value = cell.value
        key = (value, value.__class__, cell.kind, cell.shade, cell.over, cell.sums_column)
        face = own.get(key)
        if face is None:
            alone = is_full and cell.over == 1
            face = own[key] = self._add(self._face(at, cell, is_total=is_total, alone=alone))
        return face

    def _face(self, at: int, cell: Cell, *, is_total: bool, alone: bool) -> Face:
        value = shown(cell)
        looks = ("frame", "middle", "wrap", *looks_of(value))
        looks += (("bold",) if is_total else ()) + ((cell.shade,) if cell.shade else ())
        align = self._table.columns[at].align
        looks += ("center" if cell.over > 1 else _ALIGNS.get(align, align),)
        sums = cell.sums_column and self._adds_up(at, cell.value)
        last = at + cell.over - 1
        return Face(at, last, value, looks, _words(value, looks), alone, sums)

    def _adds_up(self, at: int, value: Value) -> bool:
        """Whether a SUM over the rows above gives the very figure."""
        column = (row.cells[at].value for row in self._summed)
        numbers = (one for one in column if isinstance(one, int | float))
        return isinstance(value, int | float) and value == sum(numbers)

    def _add(self, face: Face) -> int:
        self.faces.append(face)
        return len(self.faces) - 1


def _words(value: Shown, looks: Sequence[str]) -> Words:
    return words(words_of(value), bold="bold" in looks)
