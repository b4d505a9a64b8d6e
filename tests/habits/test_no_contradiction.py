"""No two sentences of one report contradict each other: every two faults that can meet."""

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, product

import pytest

from kskt_excel.check.findings import group
from kskt_excel.messages import catalogue, finding
from kskt_excel.model.book import CellRef
from kskt_excel.model.finding import Finding, Severity
from tests.checked import check_one
from tests.habits import faults, harmless
from tests.habits.contradictions import contradictions
from tests.habits.filled import correct
from tests.habits.habit import Habit
from tests.habits.test_habits import context

_PARTS = 4  # of the pairs, so that several processes share them
_MEETINGS = 5  # of each habit with others; with ``--exhaustive`` it meets all, 3,400 pairs


def told_of(*habits: Habit) -> Sequence[Finding]:
    filled = correct()
    for habit in habits:
        filled = habit.of(filled)
    return group(check_one(context(), filled.data(), "QLCNH.xlsx").findings)


OF_DOSSIERS = frozenset(("Hồ sơ", "Quá hạn", "Trực tuyến", "Danh mục TTHC", "Rà soát"))
"""Sheets that rules compare with each other."""


def kinds(habits: Iterable[Habit]) -> list[Habit]:
    """The first habit of each kind: those of one cell of which the same is said are one."""
    first: dict[tuple[str, frozenset[str]], Habit] = {}
    for one in habits:
        first.setdefault((one.said, frozenset(one.cells)), one)
    return list(first.values())


def sheets_of(habit: Habit) -> frozenset[str]:
    """Where it can be met: a sheet of dossiers meets the others of them."""
    own = frozenset(cell.partition("!")[0] for cell in habit.cells)
    return own | OF_DOSSIERS if own & OF_DOSSIERS else own


def meeting(wrong: Sequence[Habit], odd: Sequence[Habit]) -> Iterator[tuple[Habit, Habit]]:
    """Every two faults, and every fault with what is only informed of, that can meet.

    They stand on one sheet or on sheets that are compared, and in other cells.
    """
    for one, other in (*combinations(wrong, 2), *product(wrong, odd)):
        if sheets_of(one) & sheets_of(other) and one.cells.keys().isdisjoint(other.cells):
            yield one, other


WRONG = kinds(one for one in faults.habits() if one.cells)
ODD = kinds(one for one in harmless.habits() if one.cells and one.said)


def wrong_pairs(pairs: Sequence[tuple[Habit, Habit]]) -> dict[str, list[str]]:
    told = {
        f"{one.name} + {other.name}": list(contradictions(told_of(one, other)))
        for one, other in pairs
    }
    return {names: said for names, said in told.items() if said}


def test_some_faults_that_meet_do_not_contradict_each_other() -> None:
    pairs = list(meeting(WRONG, ODD))
    assert wrong_pairs(pairs[:: len(pairs) // 30]) == {}


def drawn(pairs: Sequence[tuple[Habit, Habit]], meetings: int) -> list[tuple[Habit, Habit]]:
    """Some of the pairs, the same in every run: each habit meets at least as many others."""
    met: Counter[str] = Counter()
    chosen = []
    for one, other in random.Random(0).sample(pairs, len(pairs)):
        if min(met[one.name], met[other.name]) < meetings:
            met.update((one.name, other.name))
            chosen.append((one, other))
    return chosen


@pytest.mark.long
@pytest.mark.parametrize("part", range(_PARTS))
def test_no_two_faults_that_meet_contradict_each_other(part: int, *, exhaustive: bool) -> None:
    pairs = list(meeting(WRONG, ODD))
    assert wrong_pairs((pairs if exhaustive else drawn(pairs, _MEETINGS))[part::_PARTS]) == {}


def test_of_a_cell_to_mend_no_entry_says_that_nothing_is_to_be_mended() -> None:
    """Over all pairs of a piece of information and a fault that the catalogue has."""
    at = CellRef("Hồ sơ", 8, 5)
    every = {code: one for code, one in catalogue().items() if "KS-200" < one.number < "KS-700"}
    weighty = [finding(code, at) for code, one in every.items() if one.level is not Severity.INFO]
    for code, one in every.items():
        if one.level is Severity.INFO:
            told = group([finding(code, at), *weighty])
            assert code not in {each.code for each in told}, code


def test_information_asks_for_nothing() -> None:
    """A sentence under «Thông tin» says that the unit does not have to do anything."""
    asks = [
        one.number
        for one in catalogue().values()
        if one.level is Severity.INFO
        and "KS-200" < one.number < "KS-700"
        and one.remedy
        and "đơn vị không phải sửa" not in one.remedy.casefold()
    ]
    assert asks == []
