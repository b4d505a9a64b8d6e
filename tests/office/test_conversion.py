"""``kskt convert``: an older template's data in the current one, nothing lost in silence."""

import datetime as dt
from pathlib import Path

import openpyxl
import pytest

from kskt_excel.office import office
from kskt_excel.office.conversion import NotConvertedError
from kskt_excel.workspace import create_workspace
from tests.office.desk_of_tests import edited, workbook

DAY = dt.date(2022, 3, 18)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A workspace in which a column was renamed and one was added since the file was issued."""
    root = create_workspace(tmp_path / "noi-lam-viec").root
    path = root / "templates" / "bieu-mau" / "040-ho-so.toml"
    text = path.read_text(encoding="utf-8")
    text = text.replace('version = "1.0"', 'version = "1.1"').replace(
        'heading = "Trực tuyến"', 'heading = "Nộp trực tuyến"\naliases = ["Trực tuyến"]'
    )
    added = '\n[[column]]\nkey = "note"\nheading = "Ghi chú"\ntype = "text"\n\n[[identity]]'
    path.write_text(text.replace("\n[[identity]]", added, 1), encoding="utf-8")
    return root


def _convert(root: Path, file: Path) -> dict[str, object]:
    return dict(office.convert(root, files=(file,), as_of=DAY, dry_run=False).json)


def test_a_file_of_an_older_template_is_written_in_the_current_one(
    root: Path, tmp_path: Path
) -> None:
    file = tmp_path / "cu.xlsx"
    file.write_bytes(workbook("QLCNH", "2022-Q1"))
    told = office.convert(root, files=(file,), as_of=DAY, dry_run=False)
    assert told.exit_code == 0
    made = tmp_path / "cu-mau-1.1.xlsx"
    headings = [c.value for row in openpyxl.load_workbook(made)["Hồ sơ"].iter_rows() for c in row]
    assert {"Nộp trực tuyến", "Ghi chú"} <= set(headings)
    before = office.check(root, files=(file,), marked=None, as_of=DAY)
    after = office.check(root, files=(made,), marked=None, as_of=DAY)
    assert (before.exit_code, after.exit_code) == (0, 0)
    assert file.read_bytes() == workbook("QLCNH", "2022-Q1")


def test_what_cannot_be_taken_over_is_named(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "cu.xlsx"
    file.write_bytes(edited(workbook("QLCNH", "2022-Q1"), ("Hồ sơ", "E8", "nhiều")))
    told = office.convert(root, files=(file,), as_of=DAY, dry_run=False)
    assert told.exit_code == 1
    assert told.json["files"][0]["left"] == ["Hồ sơ!E8"]  # type: ignore[index]


def test_nothing_is_written_over_and_no_report_is_told(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "cu.xlsx"
    file.write_bytes(workbook("VP", "2022-Q1"))
    _convert(root, file)
    with pytest.raises(NotConvertedError, match="đã có tệp này"):
        _convert(root, file)
    other = tmp_path / "khac.xlsx"
    book = openpyxl.Workbook()
    book.save(other)
    with pytest.raises(NotConvertedError, match=r"khac\.xlsx"):
        _convert(root, other)
