"""Two versions of a unit's report side by side, on the screen and in JSON."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from kskt_excel.consolidation.differences import Difference
from kskt_excel.model.book import CellRef
from kskt_excel.model.period import Period
from kskt_excel.model.submission import Submission, Verdict
from kskt_excel.office import comparison, office
from kskt_excel.office.outcome import ScreenTable
from tests.office.workspaces import workspace

_NOON = dt.datetime(2022, 3, 14, 12, 0)  # any moment


def _version(number: int) -> Submission:
    return Submission(
        "QLCN", "2022-Q1", number, Verdict.RETURNED, "BC.xlsx", str(number), _NOON, 0, ()
    )


def _told(*found: Difference) -> tuple[list[tuple[str, ...]], Any]:
    """Rows of the table, and the JSON."""
    both = (_version(1), _version(2))
    done = comparison.diff_outcome(
        comparison.ComparedVersions("QLCN", Period.parse("2022-Q1"), *both, found), xlsx=None
    )
    result: Any = done.json
    return [row for one in done.blocks if isinstance(one, ScreenTable) for row in one.rows], result


def test_a_whole_row_is_named_as_a_row_and_has_no_cell() -> None:
    at = CellRef("Quá hạn", 9)
    rows, result = _told(
        Difference("added", "Quá hạn", "HS-9", "", "", None, at, None, "Số ngày: 3")
    )
    assert rows == [("Quá hạn", "HS-9", "", "", "", "dòng 9", "Số ngày: 3", "thêm")]
    (one,) = result["differences"]
    assert (one["cell_before"], one["cell_after"]) == ("", "")
    assert (one["row_before"], one["row_after"]) == (None, 9)


def test_a_changed_cell_is_named_in_both_versions() -> None:
    before, after = CellRef("Hồ sơ", 8, 4), CellRef("Hồ sơ", 9, 4)
    rows, result = _told(
        Difference("changed", "Hồ sơ", "1.1", "Cấp phép", "Tổng số", before, after, 5, 3)
    )
    assert rows == [("Hồ sơ", "Cấp phép", "Tổng số", "D8", "5", "D9", "3", "sửa")]
    (one,) = result["differences"]
    assert (one["cell_before"], one["cell_after"]) == ("D8", "D9")


def test_a_correction_is_shown_by_the_command_cell_by_cell(tmp_path: Path) -> None:
    mails = ("2022-Q1/02-qlcnh.eml", "2022-Q1/07-qlcnh-sua.eml")
    folder = workspace(tmp_path / "ws", *mails)
    office.receive(folder, paths=(), imap=False, as_of=dt.date(2022, 3, 18), dry_run=False)
    book = tmp_path / "so-sanh.xlsx"
    done = office.diff(folder, "qlcnh", "2022-Q1", versions=None, xlsx=book)
    result: Any = done.json
    changed = {
        (one["sheet"], one["cell_after"]): (one["before"], one["after"])
        for one in result["differences"]
    }
    assert changed["Hồ sơ", "O9"] == (9, 1)
    assert changed["Quá hạn", "H8"] == (None, "12/PXL-SKHCN")
    assert book.is_file()
    for versions, missing in (((0, 1), "0"), ((1, 7), "7"), ((3, 9), "3 và 9")):
        with pytest.raises(
            comparison.NoTwoVersionsError, match=f"không có lần gửi {missing} của.*1 và 2"
        ):
            office.diff(folder, "QLCNH", "2022-Q1", versions=versions, xlsx=None)
