"""Headings that stand a second time further down: the rows between them are rows of the table."""

from dataclasses import replace

import pytest

from kskt_excel.model.book import SheetFacts
from tests.reading.books import codes, found, read
from tests.reading.mutations import (
    Mutation,
    footnote_marks,
    heading_again,
    headings_without_accents,
    plain_numbering,
    reordered,
    two_levels,
    two_levels_unmerged,
)
from tests.reading.samples import SAMPLES, cases

REPEATED: tuple[tuple[Mutation, ...], ...] = (
    (heading_again, headings_without_accents),
    (heading_again, footnote_marks),
    (heading_again, two_levels),
    (heading_again, two_levels_unmerged),
    (headings_without_accents, heading_again),
)


@pytest.mark.parametrize("form", SAMPLES)
@pytest.mark.parametrize("disguises", REPEATED, ids=lambda two: "-".join(x.__name__ for x in two))
def test_rows_above_headings_that_stand_again_are_never_lost(
    disguises: tuple[Mutation, ...], form: str
) -> None:
    sheet = replace(SAMPLES[form](), facts=SheetFacts())
    for disguise in disguises:
        sheet = disguise(sheet)
    reading = read(sheet, kind="xls")
    assert found(reading, form) == found(read(SAMPLES[form]()), form)
    assert codes(reading) == []


def test_moved_columns_may_have_taken_their_numbers_along() -> None:
    sheet = reordered(plain_numbering(replace(cases(), facts=SheetFacts())))
    reading = read(sheet, kind="xls")
    assert found(reading, "ho-so") == found(read(cases()), "ho-so")
