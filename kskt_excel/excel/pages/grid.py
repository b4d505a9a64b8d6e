"""The columns of a printed sheet, shared by its tables, its head and its signatures."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Self

_SLIVER_PX = 6  # edges nearer than this are one
_TOLERANCE = 0.15  # of the sheet's width: how far a block may be off its place


@dataclass(frozen=True, slots=True)
class Grid:
    """Edges of the sheet's columns in pixels from the left, 0 and the whole width among them."""

    edges: tuple[int, ...]

    @classmethod
    def of(cls, tables: Iterable[Sequence[int]], total: int, splits: Iterable[float]) -> Self:
        """The fewest columns that show every table and split the sheet about where asked.

        ``tables`` are widths of their columns, which sum to ``total``; ``splits`` are shares of it.
        """
        edges = [0, total]
        for widths in tables:
            for edge in accumulate(widths[:-1]):
                if _distance(edge, edges) >= _SLIVER_PX:
                    edges.append(edge)
        for split in splits:
            if _distance(split * total, edges[2:]) > _TOLERANCE * total:
                edges.append(round(split * total))
        return cls(tuple(sorted(edges)))

    @property
    def widths(self) -> tuple[int, ...]:
        """Pixels of each column."""
        return tuple(right - left for left, right in pairwise(self.edges))

    @property
    def last(self) -> int:
        """Number of the last column."""
        return len(self.edges) - 1

    @property
    def total(self) -> int:
        """Pixels of the whole sheet."""
        return self.edges[-1]

    def spans(self, widths: Sequence[int]) -> tuple[tuple[int, int], ...]:
        """First and last column of the sheet under each column of a table."""
        ends = [self._nearest(edge) for edge in accumulate(widths)]
        return tuple((start + 1, end) for start, end in pairwise([0, *ends]))

    def blocks(self, *splits: float) -> tuple[tuple[int, int], ...]:
        """The whole width in blocks, split nearest to the given shares of it; no block is empty."""
        ends: list[int] = []
        for at, split in enumerate(splits):
            least = (ends[-1] if ends else 0) + 1
            most = self.last - (len(splits) - at)
            ends.append(min(max(self._nearest(split * self.total), least), max(most, least)))
        return tuple((start + 1, end) for start, end in pairwise([0, *ends, self.last]))

    def px(self, first: int, last: int) -> int:
        """Width of the columns ``first`` to ``last``."""
        return self.edges[last] - self.edges[first - 1]

    def _nearest(self, px: float) -> int:
        return min(range(len(self.edges)), key=lambda at: abs(self.edges[at] - px))


def _distance(px: float, edges: Iterable[int]) -> float:
    return min((abs(edge - px) for edge in edges), default=float("inf"))
