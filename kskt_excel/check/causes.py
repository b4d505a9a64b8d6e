"""Which cell is likeliest to blame where several rules are broken: one fault, one finding.

A rule that compares cells gives them with its finding (``parties``), each with the figure that
would make it agree, where there is one. A cell that explains several broken rules at once is surer
than each of their cells; a figure that other figures bear out is not suspected; nor is one that
would have to go below 0. What is left is one finding at the cell to mend; what only follows from a
cell that is surely wrong is not said at all.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from kskt_excel.messages import cell_list
from kskt_excel.model.book import CellRef
from kskt_excel.model.finding import Finding, Severity
from kskt_excel.model.nouns import dataclass

_CLOSE = 1e-6  # what a float may miss 0 by
_MOST_WEIGHED = 60  # clashes that hang together; more of them are no slip of the hand
_MOST_NAMED = 6  # cells under suspicion: more of them point at none
_FAR = 10  # times: a digit too many makes a figure ten times as large
_WRONG_BY_ITSELF = ("date.after_period", "date.before_period")
"""Days that cannot be in this report: what comparisons with them show follows from that."""

Confirmed = Callable[[], AbstractSet[CellRef]]
"""Gives the cells whose figures agree with others; asked only when it matters."""


@dataclass(frozen=True, slots=True)
class _Cause:
    """A cell with the broken rules that it explains; the cells that explain as much."""

    cell: CellRef
    explained: tuple[Finding, ...]
    rivals: tuple[CellRef, ...]  # itself left out
    is_likelier: bool = False  # than its rivals
    followers: tuple[Finding, ...] = ()  # clashes that the cell makes as well

    @property
    def is_sure(self) -> bool:
        """Whether no other cell explains as much."""
        return not self.rivals

    @property
    def has_error(self) -> bool:
        """Whether the cause explains an error: doubts alone are never weighed."""
        return any(one.severity is Severity.ERROR for one in self.settled)

    @property
    def settled(self) -> tuple[Finding, ...]:
        """Every clash that this one cause explains: no finding of its own is told of it."""
        return (*self.explained, *self.followers)

    @property
    def kept(self) -> Finding:
        """The finding that stays for the cause: at the cell itself, else on the cell's sheet."""
        # Errors before doubts, as a doubt alone would not send the workbook back.
        return min(
            self.explained,
            key=lambda one: (
                one.severity is not Severity.ERROR and one.code not in _WRONG_BY_ITSELF,
                one.at != self.cell,
                not one.at or one.at.sheet != self.cell.sheet,
            ),
        )

    def follow(self, clashes: Iterable[Finding]) -> tuple[Finding, ...]:
        """Further clashes of a cell that is wrong by itself: they follow from it."""
        alone = self.is_sure and any(len(one.parties) == 1 for one in self.explained)
        return tuple(one for one in clashes if alone and self.cell in one.parties)

    def told(self) -> Finding:
        """The finding told for the cause, at the cell to mend; it names the other cells."""
        kept = self.kept
        sheet = kept.at.sheet if kept.at else ""
        surer = self.is_sure or self.is_likelier
        at = self.cell if surer and self.cell.sheet == sheet else kept.at
        parties = {cell for one in self.explained for cell in one.parties}
        suspects = (self.cell, *self.rivals)
        others = sorted(cell for cell in {*suspects, *parties} if cell.sheet == sheet)
        params = dict(kept.params)
        if "suspects" in params:
            named = (at,) if surer and at else suspects
            here = [cell for cell in named if cell.sheet == sheet]
            params["suspects"] = cell_list(here, _MOST_NAMED)
        involved = tuple(cell for cell in others if cell != at)
        return replace(
            kept, at=at, severity=Severity.ERROR, params=params, involved=involved, parties={}
        )


def likeliest(findings: Iterable[Finding], confirmed: Confirmed) -> Iterator[Finding]:
    """The findings with one for each cause, in the order given; ``parties`` are used up."""
    told = list(findings)
    errors = [one for one in told if one.parties and one.severity is Severity.ERROR]
    clashes = [*errors, *_doubts_about_the_same(errors, told)]
    causes = [one for one in _causes(clashes, confirmed) if one.has_error] if errors else []
    kept = {id(cause.kept): cause.told() for cause in causes}
    gone = {id(one) for cause in causes for one in cause.settled} - kept.keys()
    sure = {cause.cell for cause in causes if cause.is_sure}
    sure |= {one.at for one in told if one.code in _WRONG_BY_ITSELF and one.at}
    for one in told:
        explains = one.code in _WRONG_BY_ITSELF or one.severity is Severity.ERROR
        follows = not explains and not sure.isdisjoint(one.parties)
        if id(one) in kept:
            yield kept[id(one)]
        elif id(one) not in gone and not follows:
            yield replace(one, parties={}) if one.parties else one


def _doubts_about_the_same(
    errors: Iterable[Finding], findings: Iterable[Finding]
) -> Iterator[Finding]:
    """Warnings about cells of contradictions for which no figure is right: days, mostly.

    A day that is wrong by a year is late or early for other rules too.
    """
    cells = {cell for one in errors if _names_no_figure(one) for cell in one.parties}
    for one in findings:
        is_doubt = one.severity is Severity.WARNING and _names_no_figure(one)
        if is_doubt and not cells.isdisjoint(one.parties):
            yield one


def _names_no_figure(found: Finding) -> bool:
    return bool(found.parties) and all(figure is None for figure in found.parties.values())


def _causes(clashes: Sequence[Finding], confirmed: Confirmed) -> Iterator[_Cause]:
    good: AbstractSet[CellRef] = confirmed()
    for together in _connected(clashes):
        left = together
        while left:
            cause = _likeliest(left, good)
            cause = replace(cause, followers=cause.follow(left))
            yield cause
            settled = {id(one) for one in cause.settled}
            left = [one for one in left if id(one) not in settled]


def _connected(clashes: Sequence[Finding]) -> Iterator[list[Finding]]:
    """Clashes that share cells; too many of them each for itself."""
    group_of: dict[CellRef, list[Finding]] = {}
    groups: dict[int, list[Finding]] = {}
    for clash in clashes:
        mine = [clash]
        for cell in clash.parties:
            earlier = group_of.get(cell)
            if earlier and groups.pop(id(earlier), None):
                mine = [*earlier, *mine]
        for one in mine:
            group_of.update(dict.fromkeys(one.parties, mine))
        groups[id(mine)] = mine
    for group in groups.values():
        if len(group) > _MOST_WEIGHED:
            yield from ([one] for one in group)
        else:
            yield group


def _likeliest(clashes: Sequence[Finding], good: AbstractSet[CellRef]) -> _Cause:
    """The cell that explains most; of equals one that nothing bears out, then a rule's own."""
    explained = {cell: _explained(cell, clashes) for one in clashes for cell in one.parties}
    own = {one.at for one in clashes}

    def weight(cell: CellRef) -> tuple[int, bool, bool]:
        alone = any(len(one.parties) == 1 for one in explained[cell])
        return len(explained[cell]), alone, cell not in good

    most = max(map(weight, explained))
    best = [cell for cell in explained if weight(cell) == most]
    cell = next((one for one in best if one in own), best[0])
    if not explained[cell]:  # no figure of any cell would do: the rule's own place stands
        clash = clashes[0]
        at = next((one for one in clash.parties if one == clash.at), next(iter(clash.parties)))
        return _Cause(at, (clash,), tuple(one for one in clash.parties if one != at))
    slip = _slip(best, explained)
    cell = slip or cell
    rivals = tuple(one for one in best if one != cell)
    return _Cause(cell, explained[cell], rivals, is_likelier=slip is not None)


def _slip(
    cells: Sequence[CellRef], explained: Mapping[CellRef, Sequence[Finding]]
) -> CellRef | None:
    """The cell among several whose figure is far too large, as by a digit too many; else None."""
    mended = [
        (figure, cell) for cell in cells if (figure := explained[cell][0].parties[cell]) is not None
    ]
    if len(mended) != len(cells) or len(cells) == 1:
        return None
    (least, cell), (next_, _) = sorted(mended)[:2]
    return cell if next_ >= _FAR * (least + 1) else None


def _explained(cell: CellRef, clashes: Sequence[Finding]) -> tuple[Finding, ...]:
    """The broken rules that one other figure in a cell would mend, all at once."""
    by_figure: dict[float, list[Finding]] = {}
    any_figure: list[Finding] = []
    for one in clashes:
        if cell not in one.parties:
            continue
        figure = one.parties[cell]
        if figure is None:
            any_figure.append(one)
        elif figure >= -_CLOSE:
            by_figure.setdefault(round(figure, 6), []).append(one)
    same = max(by_figure.values(), key=len, default=[])
    mended = {id(one) for one in (*any_figure, *same)}
    return tuple(one for one in clashes if id(one) in mended)
