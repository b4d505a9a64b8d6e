"""A workspace of another year is made by one word, and is whole from its first day."""

import datetime as dt
from pathlib import Path

import openpyxl
import pytest

from kskt_excel.excel.plan.plan_reader import read_plan
from kskt_excel.office import office
from kskt_excel.office.outcome import Outcome
from kskt_excel.office.templates import EarlierYearError


def test_a_workspace_of_2026_holds_the_plan_of_2026_alone(tmp_path: Path) -> None:
    outcome = office.init(tmp_path / "moi", dry_run=False, year=2026)
    [path] = (tmp_path / "moi" / "templates").glob("ke-hoach-*.xlsx")
    assert path.name == "ke-hoach-2026.xlsx"
    assert read_plan(path).year == 2026
    assert dt.date(2026, 9, 2) in read_plan(path).holidays
    assert "kskt issue 2026-Q1" in _said(outcome)


def test_a_year_before_the_packaged_plan_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(EarlierYearError, match="không lập lùi về năm 2019"):
        office.init(tmp_path / "moi", dry_run=False, year=2019)
    assert not (tmp_path / "moi").exists()


def test_the_next_year_names_the_offices_own_sheets_that_it_leaves(tmp_path: Path) -> None:
    office.init(tmp_path, dry_run=False)
    path = tmp_path / "templates" / "ke-hoach-2022.xlsx"
    assert _said(office.next_year(tmp_path, 2022, dry_run=False)).count("không được chép") == 0
    (tmp_path / "templates" / "ke-hoach-2023.xlsx").unlink()
    book = openpyxl.load_workbook(path)
    book.create_sheet("Sổ tay")["A1"] = "Gọi Trung tâm trước ngày 10"
    book.save(path)
    said = _said(office.next_year(tmp_path, 2022, dry_run=False))
    assert "Trang riêng của ke-hoach-2022.xlsx không được chép sang: “Sổ tay”." in said


def _said(outcome: Outcome) -> str:
    return "\n".join(getattr(line, "text", "") for line in outcome.blocks)
