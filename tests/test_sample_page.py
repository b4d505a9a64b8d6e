"""docs/mau-quy-1.md: the figures and cells that it names are those of the sample."""

import re
from typing import Any

import pytest

from kskt_excel.office import office
from tests.builders import ROOT
from tests.by_hand_forms import forms
from tests.sample_files import INBOX

PAGE = (ROOT / "docs" / "mau-quy-1.md").read_text(encoding="utf-8")
COUNTING = ("VP", "TTRA", "QLCN", "QLCNH", "QLCS", "CCTDC", "TTPT")
_LEVELS = {"error": "lỗi", "warning": "cảnh báo", "info": "thông tin"}


def rows_of(first_heading: str) -> list[list[str]]:
    """Cells of the table whose first heading this is."""
    after = PAGE[PAGE.index(f"| {first_heading} |") :].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in after]


def test_the_page_shows_the_dossiers_as_counted_by_hand() -> None:
    by_field, total = forms("2022-Q1", COUNTING)["II.06a"]
    written = {cells[0]: [int(cell) for cell in cells[1:]] for cells in rows_of("Lĩnh vực")}
    assert written == {
        name: list(figures.values()) for name, figures in [*by_field.items(), ("Tổng cộng", total)]
    }


def test_the_page_shows_the_totals_of_the_other_forms() -> None:
    counted = forms("2022-Q1", COUNTING)
    for form, text in rows_of("Biểu"):
        written = dict(re.findall(r"(\d+): (\d+)", text))
        total = counted.pop(form)[1]
        assert written == {key: f"{n:g}" for key, n in total.items() if n is not None}, form
    assert list(counted) == ["II.06a"]


@pytest.mark.usefixtures("read_here")
def test_the_page_names_every_mistake_as_the_program_shows_it() -> None:
    files = [path for path in (INBOX / "2022-Q1").iterdir() if path.is_file()]
    checked: Any = office.check(ROOT, files=files, marked=None, as_of=None).json
    shown = {
        (file["unit"], one["sheet"], one["cell"], _LEVELS[one["severity"]], number)
        for file in checked["files"]
        for one in file["findings"]
        for number in re.findall(r"\((KS-\d+)\)$", one["message"])
        if one["sheet"]
    }
    written = {
        (unit.partition(",")[0], sheet, cell, level, number)
        for unit, sheet, cells, _, level, number in rows_of("Đơn vị | Trang")
        for cell in cells.split(", ")
    }
    assert written == shown
