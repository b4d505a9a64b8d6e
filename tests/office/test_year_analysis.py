"""The workbook of analysis: the figures of the printed forms, live and charted."""

import io
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from kskt_excel.model.errors import KsktError
from kskt_excel.office import office
from tests import judges
from tests.promises.told_periods import SAMPLE_DAYS

DAY = SAMPLE_DAYS[1]


@pytest.fixture(scope="module")
def place(sample_half: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shutil.copytree(sample_half, tmp_path_factory.mktemp("analysis") / "ws")


@pytest.fixture(scope="module")
def told(place: Path) -> Any:
    """What is said of the analysis of all years in the workspace, which is that of one."""
    return office.analyse(place, (), as_of=DAY, dry_run=False).json


@pytest.fixture(scope="module")
def made(place: Path, told: Any) -> bytes:
    assert told["outputs"] == ["workbooks/summaries/2022/phan-tich-2022.xlsx"]
    return (place / "workbooks/summaries/2022/phan-tich-2022.xlsx").read_bytes()


def test_a_dry_run_says_what_it_would_write(place: Path, told: Any) -> None:
    outcome = office.analyse(place, (2022,), as_of=DAY, dry_run=True)
    assert outcome.json["outputs"] == told["outputs"]


def test_sums_are_those_of_the_printed_forms(place: Path, told: Any) -> None:
    printed = office.status(place, "2022-6T", as_of=DAY).json["forms"]["II.06a"]["total"]  # type: ignore[index]
    compared = {(one["form"], one["column"]): one["by_year"][2022] for one in told["compared"]}
    for column in ("3", "4", "6", "7", "10", "11", "13"):
        assert compared["II.06a", column] == printed[column]


@pytest.mark.long
def test_libreoffice_recalculates_the_same(made: bytes) -> None:
    stored, again = judges.cells(made), judges.cells(judges.recalculated(made))
    assert stored.keys() == again.keys()
    for place, value in stored.items():
        if isinstance(value, float):
            assert again[place] == pytest.approx(value), place


def test_pages_and_charts_with_words_for_those_who_do_not_see_them(made: bytes) -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(made))
    assert book.sheet_names == ["Phân tích", "Theo quý", "Theo đơn vị", "Khác thường"]
    with zipfile.ZipFile(io.BytesIO(made)) as package:
        drawing = package.read("xl/drawings/drawing1.xml").decode()
    assert drawing.count('descr="Biểu đồ') == 2


def test_the_same_figures_give_the_same_bytes(place: Path, made: bytes) -> None:
    office.analyse(place, (), as_of=DAY, dry_run=False)
    assert (place / "workbooks/summaries/2022/phan-tich-2022.xlsx").read_bytes() == made


def test_a_year_without_figures_is_said_with_those_that_have_some(place: Path) -> None:
    with pytest.raises(KsktError, match=r"Năm 2021 chưa nhận .* 2022"):
        office.analyse(place, (2021, 2022), as_of=DAY, dry_run=False)
