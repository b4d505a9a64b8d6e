from collections.abc import Callable

import pytest

from kskt_excel.model.reading import Reading
from tests.check import good
from tests.check.tables import found


@pytest.mark.parametrize("make", [good.unit_with_procedures, good.unit_without_procedures])
def test_a_correct_workbook_has_no_finding(make: Callable[[], Reading]) -> None:
    assert found(make()) == []
