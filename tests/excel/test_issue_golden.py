import difflib
from pathlib import Path

import pytest

from tests.excel import samples
from tests.excel.dump import dump

GOLDEN = Path(__file__).parent / "golden"
CASES = {
    "phat-bieu-VP": lambda: samples.blank("VP"),
    "phat-bieu-QLCNH": lambda: samples.blank("QLCNH"),
    "phat-bieu-TTPT": lambda: samples.blank("TTPT"),
    "da-ghi-QLCNH": samples.filled,
}


@pytest.mark.parametrize("case", CASES)
def test_an_issued_workbook_is_as_it_was_reviewed(
    case: str, request: pytest.FixtureRequest
) -> None:
    found, file = dump(CASES[case]()), GOLDEN / f"{case}.txt"
    if request.config.getoption("--golden-update"):
        file.write_text(found, encoding="utf-8")
    expected = file.read_text(encoding="utf-8")
    differences = difflib.unified_diff(expected.splitlines(), found.splitlines(), lineterm="")
    assert not list(differences)
