"""One fault a case, seeded into a correct workbook: the rule names it at its cell, alone."""

import pytest

from kskt_excel.check.engine import run_rules
from tests.builders import forms, small_plan
from tests.check import good
from tests.check.faults_of_dossiers import ACROSS, DOSSIERS, ONLINE, OVERDUE
from tests.check.faults_of_registers import FEEDBACK, OTHER_REGISTERS, PUBLICATIONS
from tests.check.faults_of_tasks import CATALOGUE, IDENTITY, PROGRESS
from tests.check.tables import found, with_cells

FAULTS = [
    *IDENTITY,
    *PROGRESS,
    *CATALOGUE,
    *DOSSIERS,
    *OVERDUE,
    *FEEDBACK,
    *PUBLICATIONS,
    *OTHER_REGISTERS,
    *ONLINE,
    *ACROSS,
]


@pytest.mark.parametrize(
    ("cells", "expected"), [fault[1:] for fault in FAULTS], ids=[fault[0] for fault in FAULTS]
)
def test_a_seeded_fault_is_named_at_its_cell_and_nothing_else_is(
    cells: dict[str, str], expected: list[tuple[str, str]]
) -> None:
    assert found(with_cells(good.unit_with_procedures(), cells)) == expected


@pytest.mark.parametrize(
    ("fault", "figures"),
    [
        # «Hồ sơ» counts 1 resolved and 2 pending late, «Quá hạn» lists two dossiers
        ("one more overdue dossier than listed", {"counted": 3, "listed": 2}),
        ("a listed dossier without a count", {"counted": 1, "listed": 2}),
        # one is counted as resolved late, none that is listed has a result
        ("a result that is counted as pending", {"counted": 1, "listed": 0}),
    ],
)
def test_the_figures_that_are_told_are_those_of_both_sheets(
    fault: str, figures: dict[str, int]
) -> None:
    cells = {name: given for name, given, _ in ACROSS}[fault]
    spoilt = with_cells(good.unit_with_procedures(), cells)
    (one,) = run_rules(spoilt, plan=small_plan(), forms=forms())
    assert {name: one.params[name] for name in figures} == figures
