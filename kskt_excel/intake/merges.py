"""Merged cells: what a person sees in each cell that a merge covers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kskt_excel.model.grid import Cell, Raw, Sheet

_MOST_CELLS = 20_000  # a merge over whole columns is a slip, not data


@dataclass(frozen=True, slots=True)
class Area:
    """A block of cells, all four ends included."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def size(self) -> int:
        """Number of its cells."""
        return (self.bottom - self.top + 1) * (self.right - self.left + 1)

    def cut(self, other: "Area") -> "Area | None":
        """The part that both have; None without one."""
        top, left = max(self.top, other.top), max(self.left, other.left)
        bottom, right = min(self.bottom, other.bottom), min(self.right, other.right)
        return Area(top, left, bottom, right) if top <= bottom and left <= right else None

    def cells(self) -> Iterator[Cell]:
        """Its cells in reading order."""
        for row in range(self.top, self.bottom + 1):
            for column in range(self.left, self.right + 1):
                yield row, column


def merges_in(sheet: Sheet, area: Area) -> Iterator[tuple[Cell, Area]]:
    """Merges that touch an area: the cell that holds their value, and the part inside."""
    left_over = _MOST_CELLS
    for ends in sheet.merged:
        inside = area.cut(Area(*ends))
        if inside is None:
            continue
        left_over -= inside.size
        if left_over < 0:
            return
        yield (ends[0], ends[1]), inside


def spread(sheet: Sheet, area: Area) -> Mapping[Cell, Raw]:
    """What a person sees in every cell of an area that a merge covers."""
    seen: dict[Cell, Raw] = {}
    for anchor, inside in merges_in(sheet, area):
        value = sheet.at(*anchor)
        for cell in inside.cells():
            seen[cell] = value
    return seen
