"""One fault a case, seeded into a correct workbook: the rule names it at its cell, alone."""

import pytest

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
