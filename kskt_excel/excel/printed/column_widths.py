"""Widths of a table's columns at which it is lowest: only where a line count changes is looked at.

A column may be widened for three reasons: a row, or a level of the heads, gets a line less. Each
step takes the one that saves most height for its pixels, until none fits in what is left.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from operator import attrgetter
from typing import TypeAlias

from kskt_excel.excel.book_writer import Measured
from kskt_excel.model.nouns import dataclass

_UNITS_A_PIXEL = 1536  # advances that a pixel holds, times the size of the letters
_AS_GOOD = 0.95  # of the best saving: what is taken with it in one step
_MOST_PATTERNS = 48  # kinds of rows that are looked at; of more, every n-th


_Needs: TypeAlias = Sequence[tuple[int, int, int]]
"""First and last column and how many pixels they must have together."""


@dataclass(frozen=True, slots=True)
class CellLetters:
    """Letters of a size in cells with so many pixels free at their sides."""

    size: float
    line: float  # points
    padding_px: float

    def px(self, room: float) -> int:
        """Pixels of a column that has the room."""
        return math.ceil(room * self.size / _UNITS_A_PIXEL + self.padding_px)

    def room(self, px: float) -> float:
        """Room in a column of so many pixels."""
        return (px - self.padding_px) * _UNITS_A_PIXEL / self.size


@dataclass(frozen=True, slots=True)
class HeadCell:
    """A head over the columns ``first`` to ``last`` and ``down`` levels; all from 0."""

    words: Measured
    level: int
    first: int
    last: int
    down: int = 1


@dataclass(frozen=True, slots=True)
class TextRow:
    """Rows of a table that are alike: texts of more than one word by their columns."""

    cells: tuple[tuple[int, Measured], ...]
    times: int


@dataclass(frozen=True, slots=True)
class WidthProblem:
    """A table as far as its widths decide its height."""

    total: int  # pixels
    least: tuple[int, ...]  # of each column, for what cannot be broken
    wanted: tuple[int, ...]  # in proportion: who gets what is left
    ranks: tuple[int, ...]  # columns of equal rank, side by side, get equal widths
    indents: tuple[int, ...]  # pixels
    rows: tuple[TextRow, ...]
    heads: tuple[HeadCell, ...]
    body: CellLetters
    head: CellLetters
    repeated: int = 1  # how often about the heads are printed


def lowest_widths(problem: WidthProblem) -> tuple[int, ...]:
    """Widths that sum to the problem's total; its least widths must fit in it."""
    search = _Search(problem)
    while search.step():
        pass
    search.even_out()
    return search.whole()


def patterns(rows: Iterable[tuple[tuple[int, Measured], ...]]) -> tuple[TextRow, ...]:
    """Rows that are alike, once; of very many kinds a share that stands for all."""
    times: dict[tuple[int, ...], int] = {}
    kinds: dict[tuple[int, ...], tuple[tuple[int, Measured], ...]] = {}
    for cells in rows:
        key = tuple([id(words) for _, words in cells])
        times[key] = times.get(key, 0) + 1
        kinds[key] = cells
    step = -(-len(kinds) // _MOST_PATTERNS) if kinds else 1
    if step > 1:
        by_length = sorted(kinds, key=lambda key: sum(one.longest for _, one in kinds[key]))
        return tuple(TextRow(kinds[key], step) for key in by_length[step // 2 :: step])
    return tuple(TextRow(cells, times[key]) for key, cells in kinds.items())


@dataclass(slots=True)
class _Saving:
    """A line less in rows that are alike or in the heads, and what it costs by now."""

    points: float
    cost: int = 0
    gain: float = 0.0  # points a pixel

    def costs(self, px: int) -> None:
        """Sets the cost, and what is gained for it."""
        self.cost, self.gain = px, self.points / px


@dataclass(slots=True)
class _OfRows(_Saving):
    """Rows with so many lines now, and the columns that are too narrow for a line less."""

    row: TextRow = TextRow((), 0)
    lines: int = 0
    short: dict[int, int] = field(default_factory=dict)  # by column: pixels that it must have

    @property
    def needs(self) -> _Needs:
        """Widths in pixels that columns must have for a line less."""
        return [(column, column, px) for column, px in self.short.items()]


@dataclass(slots=True)
class _OfHeads(_Saving):
    """A line less in a level of the heads: what it takes."""

    needs: _Needs = ()


@dataclass(slots=True)
class _PlacedHead:
    """A head, the levels that it goes down over, how many lines it takes at the widths of now."""

    cell: HeadCell
    levels: slice
    letters: CellLetters
    lines: int = 0
    _least: dict[int, int | None] = field(default_factory=dict)

    def least_px(self, lines: int) -> int | None:
        """Pixels with which it takes so many lines; None where it cannot. Reckoned once."""
        if lines not in self._least:
            room = self.cell.words.room_for(lines)
            self._least[lines] = None if room is None else self.letters.px(room)
        return self._least[lines]


_gain = attrgetter("gain")


class _Search:
    """Widths under way; they only ever grow."""

    def __init__(self, problem: WidthProblem) -> None:
        self._problem = problem
        self.widths = list(problem.least)
        levels = max((head.level + head.down for head in problem.heads), default=0)
        heads = [
            _PlacedHead(head, slice(head.level, head.level + head.down), problem.head)
            for head in problem.heads
        ]
        self._heads_over = [
            [one for one in heads if one.levels.start <= level < one.levels.stop]
            for level in range(levels)
        ]
        self._heads_of: list[list[_PlacedHead]] = [[] for _ in problem.least]
        for one in heads:
            for column in range(one.cell.first, one.cell.last + 1):
                self._heads_of[column].append(one)
        self._head_savings: dict[tuple[int, tuple[int, ...]], _OfHeads] = {}
        # the heads that take several lines; those over fewer levels first
        self._high_heads = sorted(heads, key=lambda one: one.cell.down)
        self._limits = [1] * levels  # lines of each level of the heads
        for head in problem.heads:  # a head's longest word must fit over its columns
            self._widen(head.first, head.last, problem.head.px(head.words.longest_word))
        self._measure_heads(heads)
        line = problem.body.line
        rows = [
            _OfRows(row.times * line, row=row, lines=self._lines_of(row)) for row in problem.rows
        ]
        self._savings = [one for one in rows if self._aims_lower(one)]

    @property
    def spare(self) -> int:
        """Pixels that nobody has yet."""
        return self._problem.total - sum(self.widths)

    def step(self) -> bool:
        """Widens for the savings that are the best for their pixels; False when none fits."""
        spare = self.spare
        found: list[_OfRows | _OfHeads] = [one for one in self._savings if one.cost <= spare]
        found += [one for one in self._saved_by_heads() if one.cost <= spare]
        if not found:
            return False
        good = max(found, key=_gain).gain * _AS_GOOD
        best = [one for one in found if one.gain >= good]
        best.sort(key=_gain, reverse=True)
        before = list(self.widths)
        for one in best:
            cost = self._cost(one.needs)
            if cost <= spare:
                for first, last, px in one.needs:
                    self._widen(first, last, px)
                spare -= cost
        columns = enumerate(zip(before, self.widths, strict=True))
        widened = {column: widths for column, widths in columns if widths[0] != widths[1]}
        self._measure_heads([head for column in widened for head in self._heads_of[column]])
        self._follow(widened)
        return True

    def _cost(self, needs: "_Needs") -> int:
        """Pixels that are short of the needs."""
        widths = self.widths
        cost = 0
        for first, last, px in needs:
            short = px - (widths[first] if first == last else sum(widths[first : last + 1]))
            if short > 0:
                cost += short
        return cost

    def _aims_lower(self, one: "_OfRows") -> bool:
        """Sets the rows' next line less that takes wider columns; whether there is one."""
        widths = self.widths
        while needs := self._needs_of(one.row, one.lines - 1):
            one.short = {column: px for column, px in needs if px > widths[column]}
            if one.short:
                one.costs(sum([px - widths[column] for column, px in one.short.items()]))
                return True
            one.lines -= 1
        return False

    def _follow(self, widened: Mapping[int, tuple[int, int]]) -> None:
        """Leaves the rows that may get lower still; by column, the width before and now."""
        reached = []
        for column, (old, new) in widened.items():
            for one in self._savings:
                px = one.short.get(column)
                if px is None:
                    continue
                if px > new:
                    one.costs(one.cost - new + old)
                    continue
                del one.short[column]
                if one.short:
                    one.costs(one.cost - px + old)
                else:
                    reached.append(one)
        for one in reached:
            one.lines -= 1
            self._aims_lower(one)
        if reached:
            self._savings = [one for one in self._savings if one.short]

    def _needs_of(self, row: TextRow, lines: int) -> list[tuple[int, int]]:
        """The columns of a row and how wide they must be for so many lines; none if they cannot."""
        if lines < 1:
            return []
        body, indents = self._problem.body, self._problem.indents
        needs = []
        for column, words in row.cells:
            room = words.room_for(lines)
            if room is None:
                return []
            needs.append((column, body.px(room) + indents[column]))
        return needs

    def _saved_by_heads(self) -> "Iterator[_OfHeads]":
        """A line less in each level of the heads that has several and can have one less."""
        line, limits = self._problem.head.line, tuple(self._limits)
        for level, lines in enumerate(limits):
            if lines == 1:
                continue
            one = self._head_savings.get((level, limits))
            if one is None:
                one = _OfHeads(line * self._problem.repeated, needs=self._needs_of_heads(level))
                self._head_savings[level, limits] = one
            one.needs, cost = self._unmet(one.needs)
            if cost:
                one.costs(cost)
                yield one

    def _unmet(self, needs: "_Needs") -> "tuple[_Needs, int]":
        """The needs for which the columns are still too narrow, and by how many pixels in all.

        What is met once stays met.
        """
        widths = self.widths
        unmet, cost = [], 0
        for need in needs:
            first, last, px = need
            short = px - (widths[first] if first == last else sum(widths[first : last + 1]))
            if short > 0:
                unmet.append(need)
                cost += short
        return unmet, cost

    def _needs_of_heads(self, lower: int) -> "_Needs":
        """What the heads need when one level has a line less."""
        needs = []
        for one in self._heads_over[lower]:
            px = one.least_px(sum(self._limits[one.levels]) - 1)
            if px is None:
                return ()
            needs.append((one.cell.first, one.cell.last, px))
        return needs

    def _measure_heads(self, some: Iterable[_PlacedHead]) -> None:
        """Lines of these heads at these widths, and those of the heads' levels.

        As widths only grow, a head on one line stays on it.
        """
        head = self._problem.head
        changed = False
        for one in some:
            if one.lines == 1:
                continue
            px = self._px(one.cell.first, one.cell.last)
            if not one.lines:
                one.lines = one.cell.words.lines(head.room(px))
                changed = True
            while (least := one.least_px(one.lines - 1)) is not None and px >= least:
                one.lines -= 1
                changed = True
        if not changed:
            return
        self._high_heads = [one for one in self._high_heads if one.lines > 1]
        limits = [1] * len(self._limits)
        for one in self._high_heads:
            short = one.lines - sum(limits[one.levels])
            if short > 0:
                limits[one.levels.stop - 1] += short
        self._limits = limits

    def _lines_of(self, row: TextRow) -> int:
        body, indents = self._problem.body, self._problem.indents
        return max(
            words.lines(body.room(self.widths[column] - indents[column]))
            for column, words in row.cells
        )

    def _px(self, first: int, last: int) -> int:
        return self.widths[first] if first == last else sum(self.widths[first : last + 1])

    def _widen(self, first: int, last: int, px: int) -> None:
        """Gives the columns together so many pixels; the narrowest of several get them first."""
        short = px - self._px(first, last)
        if short <= 0:
            return
        if first == last:
            self.widths[first] = px
            return
        self.widths[first : last + 1] = _raised(self.widths[first : last + 1], short)

    def even_out(self) -> None:
        """Makes columns of equal rank equal, cheapest first, as far as the pixels go."""
        groups = list(self._groups())
        while True:
            costs = []
            for first, last in groups:
                some = self.widths[first : last + 1]
                cost = max(some) * len(some) - sum(some)
                if 0 < cost <= self.spare:
                    costs.append((cost, first, last))
            if not costs:
                return
            _, first, last = min(costs)
            widest = max(self.widths[first : last + 1])
            self.widths[first : last + 1] = [widest] * (last - first + 1)

    def whole(self) -> tuple[int, ...]:
        """The widths with what is left given out in the wanted proportion, ranks kept equal."""
        wanted = self._problem.wanted
        share = self.spare / (sum(wanted) or 1)
        widths = [px + int(share * want) for px, want in zip(self.widths, wanted, strict=True)]
        ranked = {at for first, last in self._groups() for at in range(first, last + 1)}
        # The pixels of rounding go to a column that is in no rank, or equal ones would differ.
        takes_rest = max(range(len(wanted)), key=lambda at: (at not in ranked, wanted[at]))
        widths[takes_rest] += self._problem.total - sum(widths)
        return tuple(widths)

    def _groups(self) -> Iterator[tuple[int, int]]:
        """First and last column of each rank that has several."""
        ranks = self._problem.ranks
        first = 0
        for at in range(1, len(ranks) + 1):
            if at == len(ranks) or ranks[at] != ranks[first]:
                if at - first > 1:
                    yield first, at - 1
                first = at


def _raised(widths: Sequence[int], more: int) -> list[int]:
    """The widths with ``more`` pixels, given to the narrowest first."""
    raised = list(widths)
    order = sorted(range(len(widths)), key=widths.__getitem__)
    for count in range(1, len(order) + 1):
        some = order[:count]
        level = (sum(widths[at] for at in some) + more) / count
        if count == len(order) or level <= widths[order[count]]:
            for at in some:
                raised[at] = int(level)
            raised[some[-1]] += sum(widths) + more - sum(raised)
            break
    return raised
