"""Units renamed, merged and split by effective dates: what was open goes on with the heir."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

import pytest

from kskt_excel.check.earlier import against_previous, predecessors, taken_over
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Plan, Unit
from kskt_excel.model.reading import Reading, SheetReading, SheetState
from tests.builders import forms, small_plan
from tests.check.tables import places, table, workbook

Q1, Q2 = Period.parse("2022-Q1"), Period.parse("2022-Q2")
_END = dt.date(2022, 3, 14)  # the last day of Quý I


def plan(*units: Unit) -> Plan:
    return replace(small_plan(), units=units)


def unit(code: str, heir: str = "", *, start: dt.date | None = None) -> Unit:
    end = _END if heir else None
    return Unit(code, code, valid_from=start, valid_to=end, successor=heir)


def report(*rows: str, state: SheetState = SheetState.FILLED) -> Reading:
    head = "| row | procedure | received_online | carried_over | resolved_total | pending_total |"
    sheet: SheetReading = table("ho-so", "\n".join([head, *rows]))
    return workbook(replace(sheet, state=state))


def faults(
    now: Reading, before: Mapping[str, Reading], plan: Plan, code: str
) -> list[tuple[str, str]]:
    earlier = taken_over(before, plan, forms(), code, Q2)
    return places(against_previous(now, earlier, plan=small_plan(), forms=forms()))


NEW = unit("MOI", start=dt.date(2022, 3, 15))
CASES = {
    "renamed: the new name opens with what the old one closed with": (
        plan(unit("CU", "MOI"), NEW),
        {"CU": report("| 8 | 2.002385 | 4 | 0 | 1 | 3 |")},
    ),
    "merged: one opens with the sum over both": (
        plan(unit("CU", "MOI"), unit("MOI")),
        {
            "CU": report("| 8 | 2.002385 | 1 | 0 | 0 | 1 |"),
            "MOI": report("| 8 | 2.002385 | 2 | 0 | 0 | 2 |"),
        },
    ),
    "merged twice in a row: the last heir counts": (
        plan(unit("CU", "GIUA"), unit("GIUA", "MOI"), NEW),
        {
            "CU": report("| 8 | 2.002385 | 1 | 0 | 0 | 1 |"),
            "GIUA": report("| 8 | 2.002385 | 2 | 0 | 0 | 2 |"),
        },
    ),
    "split: the heir lists the procedures that it has kept": (
        plan(unit("CU", "MOI"), NEW, unit("KHAC", start=dt.date(2022, 3, 15))),
        {"CU": report("| 8 | 2.002385 | 3 | 0 | 0 | 3 |", "| 9 | 2.002380 | 5 | 0 | 0 | 5 |")},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_heir_opens_with_what_was_left(case: str) -> None:
    in_force, before = CASES[case]
    right = report("| 8 | 2.002385 | 0 | 3 | 3 | 0 |")
    wrong = report("| 8 | 2.002385 | 0 | 2 | 2 | 0 |")
    assert faults(right, before, in_force, "MOI") == []
    assert faults(wrong, before, in_force, "MOI") == [("V06a.7", "Hồ sơ!H8")]


def test_a_unit_that_still_reports_has_no_heir_yet() -> None:
    in_force = plan(unit("CU", "MOI"), NEW)
    assert predecessors(in_force, "MOI", Q1) == ()
    assert predecessors(in_force, "MOI", Q2) == ("CU",)


def test_where_one_of_two_has_left_its_sheet_blank_nothing_is_compared() -> None:
    in_force = plan(unit("CU", "MOI"), unit("MOI"))
    before = {
        "CU": report(state=SheetState.BLANK),
        "MOI": report("| 8 | 2.002385 | 2 | 0 | 0 | 2 |"),
    }
    now = report("| 8 | 2.002385 | 0 | 9 | 9 | 0 |")
    assert faults(now, before, in_force, "MOI") == []


def test_where_a_merged_unit_had_not_reported_nothing_is_compared() -> None:
    in_force = plan(unit("CU", "MOI"), unit("MOI"))
    before = {"MOI": report("| 8 | 2.002385 | 2 | 0 | 0 | 2 |")}
    now = report("| 8 | 2.002385 | 0 | 9 | 9 | 0 |")
    assert faults(now, before, in_force, "MOI") == []
    assert taken_over({}, in_force, forms(), "MOI", Q2) is None
