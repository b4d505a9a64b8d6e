"""From a figure on paper or in the tracker to the cell in a unit's file."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from kskt_excel.office import office
from kskt_excel.office.figure import NotAFigureError
from kskt_excel.office.outcome import ScreenLine
from tests.office.workspaces import workspace

DAY = dt.date(2022, 3, 18)
_MAILS = ("2022-Q1/02-qlcnh.eml", "2022-Q1/07-qlcnh-sua.eml", "2022-Q1/03-van-phong.eml")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = workspace(tmp_path_factory.mktemp("trace") / "ws", *_MAILS)
    done = office.consolidate(made, "2022-Q1", strict=False, pdf=False, as_of=DAY, dry_run=False)
    assert done.exit_code == 0
    return made


def traced(folder: Path, figure: str) -> Any:
    return office.trace(folder, figure, period=None, as_of=DAY).json


def tracker(folder: Path) -> Path:
    return folder / "workbooks" / "tracker" / "theo-doi-2022.xlsx"


def cell_of(folder: Path, sheet: str, key: str, heading: str) -> str:
    """Where a figure of a row stands in the tracker, as a person sees it."""
    page = load_workbook(tracker(folder))[sheet]
    column = next(cell.column for cell in page[5] if cell.value == heading)
    row = next(row for row in range(6, page.max_row + 1) if page.cell(row, 1).value == key)
    return f"{sheet}!{page.cell(row, column).coordinate}"


def test_a_data_row_of_the_tracker_leads_to_the_cell_of_the_counting_version(folder: Path) -> None:
    at = cell_of(folder, "Hồ sơ", "QLCNH|2022-Q1|ho-so|2.002380", "Trong hạn")
    (one,) = traced(folder, at)["cells"]
    assert (one["unit"], one["version"], one["sheet"], one["cell"]) == ("QLCNH", 2, "Hồ sơ", "O9")
    assert (one["value"], one["file"]) == ("1", "BC-KSTTHC_2022-Q1_QLCNH (sửa).xlsx")


def test_rows_that_somebody_has_sorted_lead_to_their_own_cells(folder: Path) -> None:
    key, heading = "QLCNH|2022-Q1|ho-so|2.002380", "Trong hạn"
    before = cell_of(folder, "Hồ sơ", key, heading)
    original = tracker(folder).read_bytes()
    book = load_workbook(tracker(folder))
    page = book["Hồ sơ"]
    rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=6)]
    for at, row in enumerate(reversed(rows), start=6):
        for column, value in enumerate(row, start=1):
            page.cell(at, column).value = value
    book.save(tracker(folder))
    after = cell_of(folder, "Hồ sơ", key, heading)
    try:
        (one,) = traced(folder, after)["cells"]
    finally:
        tracker(folder).write_bytes(original)
    assert before != after
    assert (one["unit"], one["cell"]) == ("QLCNH", "O9")


def test_a_control_total_leads_to_every_cell_behind_it(folder: Path) -> None:
    at = cell_of(folder, "Đối chiếu", "2022-Q1|Biểu II.06a, cột 4", "Đã tổng hợp, in trên biểu")
    told = traced(folder, at)
    assert sum(one["adds"] for one in told["cells"]) == told["value"] > 0
    assert (told["form"], told["column"]) == ("II.06a", "4")


def test_a_tasks_position_leads_to_what_its_units_wrote(folder: Path) -> None:
    page = load_workbook(tracker(folder))["Tiến độ"]
    row = next(row for row in range(6, page.max_row + 1) if page.cell(row, 2).value == "I.3")
    told = traced(folder, f"Tiến độ!{page.cell(row, 7).coordinate}")
    assert [(one["unit"], one["sheet"], one["heading"]) for one in told["cells"]] == [
        ("VP", "Tiến độ", "Trạng thái")
    ]


def test_an_indicator_says_its_formula_and_where_to_go_on(folder: Path) -> None:
    done = office.trace(
        folder, cell_of(folder, "Chỉ tiêu", "K3", "Quý I: tử số"), period=None, as_of=DAY
    )
    shown = "\n".join(one.text for one in done.blocks if isinstance(one, ScreenLine))
    assert "Tử số theo kế hoạch: II.06a[13]" in shown
    assert 'Truy tiếp: kskt trace "Biểu II.06a!M' in shown


def test_a_row_taken_from_a_version_that_counts_no_more_says_so(folder: Path) -> None:
    at = cell_of(folder, "Hồ sơ", "QLCNH|2022-Q1|ho-so|2.002380", "Trong hạn")
    original = tracker(folder).read_bytes()
    sheet, _, cell = at.partition("!")
    book = load_workbook(tracker(folder))
    page = book[sheet]
    version = next(one.column for one in page[5] if one.value == "Lần gửi")
    page.cell(page[cell].row, version).value = 1
    book.save(tracker(folder))
    try:
        told = traced(folder, at)
    finally:
        tracker(folder).write_bytes(original)
    assert told["cells"] == []
    assert "hãy tổng hợp lại" in told["further"][0]


@pytest.mark.parametrize(
    ("figure", "said"),
    [
        ("Không có!A1", "các trang của bảng theo dõi"),
        ("Hồ sơ!A3", "không có con số"),
        ("Hồ sơ!nhầm", "không có con số"),
        ("Hồ sơ", "không có trang đó"),
    ],
)
def test_what_is_no_figure_is_said_with_the_sheets_there_are(
    folder: Path, figure: str, said: str
) -> None:
    with pytest.raises(NotAFigureError, match=said):
        traced(folder, figure)
