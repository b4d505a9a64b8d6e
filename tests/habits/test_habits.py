"""Each habit of filling in on an issued workbook: its verdict and its sentences."""

from collections.abc import Iterable
from functools import cache

import pytest

from kskt_excel.check.findings import group
from kskt_excel.messages import place_text, rule
from kskt_excel.model.finding import Severity
from kskt_excel.model.submission import Checked
from kskt_excel.worker.pool import FileContext
from tests import builders
from tests.checked import check_one
from tests.habits import faults, harmless
from tests.habits.contradictions import contradictions
from tests.habits.filled import correct
from tests.habits.habit import ACCEPTED, Habit
from tests.office.desk_of_tests import plan_2022

HARMLESS = tuple(harmless.habits())
FAULTS = tuple(faults.habits())


@cache
def context() -> FileContext:
    return FileContext(plan_2022(), builders.forms())


def checked(habit: Habit) -> Checked:
    return check_one(context(), habit.of(correct()).data(), "QLCNH.xlsx")


def told(found: Checked) -> str:
    return "; ".join(f"{rule(one).number} {place_text(one)}" for one in group(found.findings))


def outcome(habit: Habit) -> tuple[str, str]:
    found = checked(habit)
    return found.verdict.value, told(found)


def test_of_the_correct_workbook_nothing_is_said() -> None:
    assert outcome(Habit("nothing")) == (ACCEPTED, "")


def test_the_tables_are_as_long_as_they_should_be_and_name_each_habit_once() -> None:
    names = [one.name for one in (*HARMLESS, *FAULTS)]
    assert len(names) >= 250
    assert len(set(names)) == len(names)


def typed_together(habits: Iterable[Habit]) -> list[list[Habit]]:
    """The habits by workbooks: one holds all that touch different cells."""
    books: list[list[Habit]] = []
    for one in habits:
        free = (book for book in books if all(one.cells.keys().isdisjoint(b.cells) for b in book))
        book = next(free, None)
        if book is None:
            books.append([one])
        else:
            book.append(one)
    return books


UNTOLD = typed_together(one for one in HARMLESS if not one.said and not one.change)
TOLD = [one for one in HARMLESS if one.said or one.change]


@pytest.mark.parametrize("habits", UNTOLD, ids=lambda book: f"{len(book)} as {book[0].name}")
def test_of_correct_content_that_is_typed_otherwise_nothing_is_said(habits: list[Habit]) -> None:
    """A sentence about one of them would stand at its cell."""
    cells = {cell: value for one in habits for cell, value in one.cells.items()}
    assert outcome(Habit("all of them", cells)) == (ACCEPTED, ""), [one.name for one in habits]


@pytest.mark.parametrize("habit", TOLD, ids=lambda one: one.name)
def test_correct_content_is_accepted_with_at_most_one_piece_of_information(habit: Habit) -> None:
    found = checked(habit)
    assert (found.verdict.value, told(found)) == (ACCEPTED, habit.said)
    said = group(found.findings)
    assert len(said) <= 1
    assert {one.severity for one in said} <= {Severity.INFO}


@pytest.mark.parametrize("habit", FAULTS, ids=lambda one: one.name)
def test_a_fault_has_its_verdict_and_its_sentences(habit: Habit) -> None:
    found = checked(habit)
    assert (found.verdict.value, told(found)) == (habit.verdict, habit.said)
    assert list(contradictions(group(found.findings))) == []
