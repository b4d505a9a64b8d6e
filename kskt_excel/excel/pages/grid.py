"""The columns of a printed sheet, shared by its tables, its head and its signatures."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, combinations, pairwise
from typing import Self

_SLIVER_PX = 6  # edges nearer than this are one
_LEAST_PX = 160  # of a block: it holds «PHÓ GIÁM ĐỐC» in one line
_REMEMBERED = 64  # head and foot of a page ask the same
_TOLERANCE = 0.15  # of the sheet's width: how far a block may be off its place


@dataclass(frozen=True, slots=True)
class Grid:
    """Edges of the sheet's columns in pixels from the left, 0 and the whole width among them."""

    edges: tuple[int, ...]

    @classmethod
    def of(
        cls, tables: Iterable[Sequence[int]], total: int, divisions: Iterable[Sequence[float]]
    ) -> Self:
        """The fewest columns that show every table and divide the sheet about as asked.

        ``tables`` are widths of their columns, which sum to ``total``; a division is where blocks
        of text side by side meet, as shares of it.
        """
        edges = [0, total]
        for widths in tables:
            for edge in accumulate(widths[:-1]):
                if _distance(edge, edges) >= _SLIVER_PX:
                    edges.append(edge)
        for shares in divisions:
            if not _divided(tuple(sorted(edges)), tuple(shares)):
                edges += [round(share * total) for share in shares]
        return cls(tuple(sorted(set(edges))))

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

    def blocks(self, *shares: float) -> tuple[tuple[int, int], ...]:
        """The whole width in blocks that meet nearest to the given shares of it."""
        ends = [self.edges.index(edge) for edge in _divided(self.edges, shares)]
        return tuple((start + 1, end) for start, end in pairwise([0, *ends, self.last]))

    def px(self, first: int, last: int) -> int:
        """Width of the columns ``first`` to ``last``."""
        return self.edges[last] - self.edges[first - 1]

    def _nearest(self, px: float) -> int:
        return min(range(len(self.edges)), key=lambda at: abs(self.edges[at] - px))


@lru_cache(maxsize=_REMEMBERED)
def _divided(edges: tuple[int, ...], shares: tuple[float, ...]) -> tuple[int, ...]:
    """The edges nearest to the shares where no block is too narrow; none where all are too far."""
    total = edges[-1]
    wanted = [share * total for share in shares]

    def off(chosen: tuple[int, ...]) -> float:
        return max(abs(edge - want) for edge, want in zip(chosen, wanted, strict=True))

    wide_enough = (
        chosen
        for chosen in combinations(edges[1:-1], len(shares))
        if all(right - left >= _LEAST_PX for left, right in pairwise((0, *chosen, total)))
    )
    best = min(wide_enough, key=off, default=())
    return best if best and off(best) <= _TOLERANCE * total else ()


def _distance(px: float, edges: Iterable[int]) -> float:
    return min((abs(edge - px) for edge in edges), default=float("inf"))
