"""Widths of a table's columns at which it is lowest: only where a line count changes is looked at.

A column may be widened for three reasons: a row, or a level of the heads, gets a line less. Each
step takes the one that saves most height for its pixels, until none fits in what is left.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
from typing import TypeAlias

from kskt_excel.excel.heights import Measured
from kskt_excel.model.nouns import dataclass

_UNITS_A_PIXEL = 1536  # advances that a pixel holds, times the size of the letters
_NEARLY = 1e-6
_FREE = 0.1  # pixels: what costs none
_AS_GOOD = 0.95  # of the best saving: what is taken with it in one step
_MOST_PATTERNS = 48  # kinds of rows that are looked at; of more, every n-th


_Needs: TypeAlias = tuple[tuple[int, int, int], ...]
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
    """A line less in rows that are alike, and what it costs at the widths of now."""

    points: float
    row: TextRow
    lines: int  # that the rows take now
    needs: _Needs
    columns: frozenset[int]
    cost: int = 0


class _Search:
    """Widths under way; they only ever grow."""

    def __init__(self, problem: WidthProblem) -> None:
        self._problem = problem
        self.widths = list(problem.least)
        levels = max((head.level + head.down for head in problem.heads), default=0)
        self._heads_needs: dict[tuple[int, tuple[float, ...]], _Needs] = {}
        # the heads that take several lines; those over fewer levels first
        self._high_heads = sorted(problem.heads, key=lambda one: one.down)
        self._head_lines: dict[int, tuple[int, int]] = {}  # by head: pixels, lines in them
        self._limits = [problem.head.line] * levels  # points of each level of the heads
        for head in problem.heads:  # a head's longest word must fit over its columns
            self._widen(head.first, head.last, problem.head.px(head.words.longest_word))
        self._measure_heads()
        self._savings = [saving for row in problem.rows if (saving := self._saving_of(row))]

    @property
    def spare(self) -> int:
        """Pixels that nobody has yet."""
        return self._problem.total - sum(self.widths)

    def step(self) -> bool:
        """Widens for the savings that are the best for their pixels; False when none fits."""
        spare = self.spare
        found = [
            (one.points / (one.cost or _FREE), one.needs)
            for one in self._savings
            if one.cost <= spare
        ]
        for points, needs in self._saved_by_heads():
            cost = self._cost(needs)
            if cost <= spare:
                found.append((points / (cost or _FREE), needs))
        if not found:
            return False
        found.sort(key=itemgetter(0), reverse=True)
        good = found[0][0] * _AS_GOOD
        before = list(self.widths)
        for gain, needs in found:
            if gain < good:
                break
            cost = self._cost(needs)
            if cost <= spare:
                for first, last, px in needs:
                    self._widen(first, last, px)
                spare -= cost
        self._measure_heads()
        self._follow({at for at, px in enumerate(before) if px != self.widths[at]})
        return True

    def _cost(self, needs: "_Needs") -> int:
        widths = self.widths
        cost = 0
        for first, last, px in needs:
            short = px - (widths[first] if first == last else sum(widths[first : last + 1]))
            if short > 0:
                cost += short
        return cost

    def _saving_of(self, row: TextRow) -> "_Saving | None":
        lines = self._lines_of(row)
        needs = self._needs_of(row, lines - 1)
        if not needs:
            return None
        columns = frozenset([column for column, _, _ in needs])
        points = row.times * self._problem.body.line
        return _Saving(points, row, lines, needs, columns, self._cost(needs))

    def _follow(self, widened: "set[int]") -> None:
        """Leaves the rows that may get lower still when some columns are wider."""
        left = []
        for one in self._savings:
            if not widened.isdisjoint(one.columns):
                one.cost = self._cost(one.needs)
                while one.needs and not one.cost:
                    one.lines -= 1
                    one.needs = self._needs_of(one.row, one.lines - 1)
                    one.cost = self._cost(one.needs)
                one.columns = frozenset([column for column, _, _ in one.needs])
            if one.needs:
                left.append(one)
        self._savings = left

    def _needs_of(self, row: TextRow, lines: int) -> "_Needs":
        """The columns of a row and how wide they must be for so many lines; none if they cannot."""
        if lines < 1:
            return ()
        body, indents = self._problem.body, self._problem.indents
        rooms = [(column, words.room_for(lines)) for column, words in row.cells]
        if any(room is None for _, room in rooms):
            return ()
        return tuple(
            [(column, column, body.px(room) + indents[column]) for column, room in rooms if room]
        )

    def _saved_by_heads(self) -> "Iterator[tuple[float, _Needs]]":
        line = self._problem.head.line
        for level, height in enumerate(self._limits):
            if height > line and (needs := self._needs_of_heads(level)):
                yield line * self._problem.repeated, needs

    def _needs_of_heads(self, lower: int) -> "_Needs":
        """What the heads need when one level has a line less."""
        key = lower, tuple(self._limits)
        if key not in self._heads_needs:
            self._heads_needs[key] = self._found_needs_of_heads(lower)
        return self._heads_needs[key]

    def _found_needs_of_heads(self, lower: int) -> "_Needs":
        needs = []
        head = self._problem.head
        for one in self._problem.heads:
            if not one.level <= lower < one.level + one.down:
                continue
            covered = sum(self._limits[one.level : one.level + one.down]) - head.line
            room = one.words.room_for(int(covered / head.line + _NEARLY))
            if room is None:
                return ()
            needs.append((one.first, one.last, head.px(room)))
        return tuple(needs)

    def _measure_heads(self) -> None:
        """Heights of the heads' levels at these widths: lines, in points.

        As widths only grow, a head on one line stays on it.
        """
        head = self._problem.head
        limits = [head.line] * len(self._limits)
        several = []
        for one in self._high_heads:
            px = self._px(one.first, one.last)
            known = self._head_lines.get(id(one))
            if known is not None and known[0] == px:
                lines = known[1]
            else:
                lines = one.words.lines(head.room(px))
                self._head_lines[id(one)] = px, lines
            if lines == 1:
                continue
            several.append(one)
            short = lines * head.line - sum(limits[one.level : one.level + one.down])
            if short > 0:
                limits[one.level + one.down - 1] += short
        self._limits, self._high_heads = limits, several

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
