"""docs/mau-quy-1.md: the figures and cells that it names are those of the sample."""

import re

from tests.builders import ROOT
from tests.by_hand_forms import forms
from tests.sample_files import table

PAGE = (ROOT / "docs" / "mau-quy-1.md").read_text(encoding="utf-8")
COUNTING = ("VP", "TTRA", "QLCN", "QLCNH", "QLCS", "CCTDC", "TTPT")


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


def test_the_page_names_every_mistake_of_the_quarter_with_its_cell() -> None:
    written = {
        (unit.partition(",")[0], sheet, cell) for unit, sheet, cell, *_ in rows_of("Đơn vị | Trang")
    }
    known = {
        (line["Đơn vị"], line["Trang"], line["Ô"])
        for line in table("phat-hien")
        if line["Kỳ"] == "2022-Q1"
    }
    assert written == known
