"""A year beside another: changes, trends, and what stands out, on figures made by hand."""

from collections.abc import Iterator, Mapping

import pytest

from kskt_excel.report.analysis import ComparedColumn, UnitFigure, analysed, measures_of
from tests import builders

DONE = ComparedColumn("II.06a", "7", "Đã giải quyết", "hồ sơ", is_headline=True)
RHYTHM = {"A": 100, "B": 40, "C": 20, "D": 60}


def figures(
    year: int, quarters: Mapping[int, float], units: Mapping[str, float] = RHYTHM
) -> Iterator[UnitFigure]:
    """Units that all keep the rhythm of the quarters; quarter 0 is their sum."""
    for unit, size in units.items():
        values = {number: round(size * share) for number, share in quarters.items()}
        values[0] = sum(values.values())
        for number, value in values.items():
            yield UnitFigure(year, number, DONE.form, DONE.column, unit, value)


SEASONS = {1: 0.5, 2: 1.0, 3: 1.5, 4: 2.0}
BOTH = (*figures(2021, SEASONS), *figures(2022, SEASONS))


def test_years_are_summed_over_units() -> None:
    made = analysed([*figures(2021, SEASONS), *figures(2022, {1: 1, 2: 1})], [DONE], (2021, 2022))
    assert made.compared[DONE.key] == {2021: 1100, 2022: 440}
    assert made.by_unit[DONE.key]["B"] == {2021: 200, 2022: 80}
    assert made.by_quarter[DONE.key][2021, 3] == 330
    assert made.quarters == ((2021, 1), (2021, 2), (2021, 3), (2021, 4), (2022, 1), (2022, 2))
    assert (made.year, made.year_before) == (2022, 2021)


def test_a_trend_is_the_change_a_quarter_and_needs_three() -> None:
    assert analysed(BOTH, [DONE], (2021,)).trend[DONE.key] == pytest.approx(110)
    two = list(figures(2022, {1: 1, 2: 2}))
    assert analysed(two, [DONE], (2022,)).trend == {}


def test_the_rhythm_of_seasons_is_not_unusual() -> None:
    made = analysed(BOTH, [DONE], (2021, 2022))
    assert made.can_tell_outliers
    assert made.outliers == ()


@pytest.mark.parametrize("wild", ["A", "C"])
def test_one_wild_figure_is_found_at_its_unit_and_quarter_alone(wild: str) -> None:
    changed = [
        UnitFigure(one.year, one.quarter, one.form, one.column, one.unit, one.value * 4)
        if (one.unit, one.year, one.quarter) == (wild, 2022, 2)
        else one
        for one in BOTH
    ]
    found = analysed(changed, [DONE], (2021, 2022)).outliers
    assert [(one.unit, one.year, one.quarter) for one in found] == [(wild, 2022, 2)]
    assert found[0].value == RHYTHM[wild] * 4
    assert found[0].expected == pytest.approx(RHYTHM[wild], rel=0.1)


def test_too_few_quarters_tell_nothing() -> None:
    made = analysed(list(figures(2022, {1: 1, 2: 9})), [DONE], (2022,))
    assert not made.can_tell_outliers
    assert made.outliers == ()


def test_nothing_at_all_is_an_empty_analysis() -> None:
    made = analysed([], [DONE], (2022,))
    assert (made.compared, made.quarters, made.outliers) == ({}, (), ())


def test_what_can_be_compared_comes_from_the_definitions() -> None:
    forms = builders.forms().printed_by_id
    made = {one.column: one for one in measures_of([forms["II.06a"]])}
    assert {column for column, one in made.items() if one.is_headline} == {"3", "7", "11"}
    assert made["10"].name == "Số hồ sơ đã giải quyết, Quá hạn"
