"""A formula that leads back to itself holds no figure: it is asked for, once for its loop."""

from collections.abc import Mapping

import pytest

from kskt_excel.check.engine import run_rules
from kskt_excel.model.book import CellPlace
from kskt_excel.reading.data_sheet import loops
from tests.builders import forms, small_plan
from tests.reading.books import codes, read
from tests.reading.samples import cases
from tests.reading.test_cells import facts, put

E8, D8, E11 = (8, 5), (8, 4), (11, 5)


@pytest.mark.parametrize(
    ("formulas", "found"),
    [
        ({D8: "SUM(E8:H8)"}, set()),
        ({D8: "SUM(E8:H8)", E11: "SUM(E8:E10)"}, set()),
        ({E8: "SUM(E8:H8)"}, {E8}),
        ({E8: "$E$8+1"}, {E8}),
        ({D8: "SUM(E8:H8)", E8: "D8-F8"}, {D8, E8}),
        ({D8: "SUM(E8:H8)", E8: "D8-F8", E11: "SUM(E8:E10)"}, {D8, E8}),
        ({E8: "E9", (9, 5): "E10", (10, 5): "E8", (12, 5): "E9"}, {E8, (9, 5), (10, 5)}),
        ({E11: "SUM(E8:E11)"}, {E11}),
        ({E11: "SUM(E1:E100000)"}, {E11}),
        ({E8: "'Quý trước'!E8+Sheet2!E8"}, set()),
        ({E8: 'IF(F8>0,"E8",LOG10(100))'}, set()),
        ({E8: ""}, set()),
    ],
)
def test_a_loop_is_found_and_nothing_else(
    formulas: Mapping[CellPlace, str], found: set[CellPlace]
) -> None:
    assert loops(formulas) == found


@pytest.mark.parametrize(
    ("formulas", "zero", "place"),
    [
        ({E8: "SUM(E8:H8)"}, [E8], "Hồ sơ!E8"),
        ({E8: "D8-F8-G8-H8", D8: "SUM(E8:H8)"}, [E8, D8], "Hồ sơ!D8,E8"),
        ({E11: "SUM(E8:E11)"}, [E11], "Hồ sơ!E11"),
    ],
)
def test_a_loop_is_one_error_and_its_zeros_are_no_figures(
    formulas: Mapping[CellPlace, str], zero: list[CellPlace], place: str
) -> None:
    sheet = cases()
    for cell in zero:
        sheet = put(sheet, *cell, 0.0)
    reading = read(facts(sheet, formulas={**sheet.facts.formulas, **formulas}))
    assert codes(reading) == [("cell.circular", place)]
    broken = run_rules(reading, plan=small_plan(), forms=forms())
    assert [one.code for one in broken if one.code.startswith("V06a")] == []


def test_a_loop_that_is_stored_as_an_error_is_said_as_that_error() -> None:
    sheet = facts(
        put(cases(), 8, 5, None),
        errors={E8: "Err:522"},
        formulas={**cases().facts.formulas, E8: "SUM(E8:H8)"},
    )
    assert codes(read(sheet)) == [("cell.error_value", "Hồ sơ!E8")]


def test_loops_are_found_among_many_formulas_as_among_few() -> None:
    few = {(1, 1): "B1", (1, 2): "A1", (2, 1): "SUM(C2:D2)"}
    many = few | {(row, 5): f"SUM(C{row}:D{row})" for row in range(3, 700)}
    assert loops(few) == loops(dict(reversed(few.items()))) == loops(many) == {(1, 1), (1, 2)}
    assert loops(few | {(1, 2): "C1"}) == frozenset()
