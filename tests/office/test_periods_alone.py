"""A campaign, a month and a quarter of 2026 go the whole way by data alone."""

import datetime as dt
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest

from kskt_excel.definitions import DamagedFormsError, load_forms
from kskt_excel.excel.plan.plan_reader import read_plan
from kskt_excel.model.errors import UnknownPeriodError
from kskt_excel.model.reading import Value
from kskt_excel.office import office
from kskt_excel.office.outcome import Outcome
from kskt_excel.regimes import read_regimes
from tests.added_register import CLASSES, classes_held, printed_classes
from tests.builders import SHIPPED, begun_tasks, filled_workbook
from tests.office.products import (
    INITIATIVES,
    control_verdicts,
    initiatives,
    traced_sum,
    tracker_texts,
)

pytestmark = pytest.mark.usefixtures("read_here")

CAMPAIGN = """\
kind = "campaign"
id = "tap-huan"
name = "Đợt thu thập số liệu tập huấn"
from = 2022-05-01
to = 2022-05-31
due = 2022-06-03
forms = ["tap-huan"]
"""


def _workspace(root: Path, year: int | None = None) -> Path:
    office.init(root, dry_run=False, year=year)
    forms, regimes = root / "templates" / "bieu-mau", root / "templates" / "che-do"
    sheet = classes_held('collected = "campaign"\n')
    (forms / "165-tap-huan.toml").write_text(sheet, encoding="utf-8")
    (forms / "209-TH.01.toml").write_text(printed_classes(4, "portrait"), encoding="utf-8")
    (regimes / "2022-tap-huan.toml").write_text(CAMPAIGN, encoding="utf-8")
    return root


def _send(
    root: Path,
    year: int,
    period: str,
    rows: dict[str, list[dict[str, Value]]],
    others: dict[str, list[dict[str, Value]]] | None = None,
) -> None:
    """Workbooks of units with their rows; ``others`` are rows of other sheets, by form."""
    forms = load_forms(root / "templates" / "bieu-mau", SHIPPED)
    regimes = read_regimes(root / "templates" / "che-do")
    plan = read_plan(root / "templates" / f"ke-hoach-{year}.xlsx", forms, regimes)
    plan = plan.with_lists(forms.lists)
    asked = plan.period(period)
    last = asked.window(plan.cutoff_day).end
    inbox = root / "workbooks" / "inbox"
    inbox.mkdir(parents=True, exist_ok=True)
    for code, own in rows.items():
        unit = plan.unit_by_code[code]
        told = {"tap-huan": own, "tien-do": begun_tasks(plan, code), **(others or {})}
        info = {"preparer": "Hoa", "prepared_on": last, "approver": "Minh"}
        data = filled_workbook(plan, forms, unit, asked, told, info=info)
        (inbox / plan.issued_file_name(unit, asked)).write_bytes(data)


def _consolidated(root: Path, period: str, day: dt.date) -> Outcome:
    return office.consolidate(root, period, strict=False, pdf=False, as_of=day, dry_run=False)


def _text(path: Path) -> str:
    return "\n".join(one.text for one in docx.Document(str(path)).paragraphs)


def _said(outcome: Outcome) -> str:
    return "\n".join(getattr(line, "text", "") for line in outcome.blocks)


@pytest.fixture(scope="module")
def campaign(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any, Outcome]:
    """A campaign consolidated, with two units' rows."""
    root = _workspace(tmp_path_factory.mktemp("dot") / "noi")
    issued = office.issue(
        root, "2022-tap-huan", units=(), as_of=dt.date(2022, 5, 20), dry_run=False
    )
    assert issued.exit_code == 0
    _send(root, 2022, "2022-tap-huan", CLASSES)
    told = _consolidated(root, "2022-tap-huan", dt.date(2022, 6, 2))
    return root, told.json, told


def test_a_campaigns_workbook_asks_for_its_own_sheets_alone(
    campaign: tuple[Path, Any, Outcome],
) -> None:
    root, _, _ = campaign
    [path] = (root / "workbooks" / "issued" / "2022-tap-huan").glob("*_VP.xlsx")
    names = openpyxl.load_workbook(path).sheetnames
    assert {"Thông tin", "Tập huấn"} <= set(names)
    assert not {"Hồ sơ", "Tiến độ", "Đánh giá"} & set(names)


def test_a_campaign_reaches_json_tracker_print_word_and_trace(
    campaign: tuple[Path, Any, Outcome],
) -> None:
    root, result, told = campaign
    assert told.exit_code == 0, _said(told)
    assert result["period"] == {"id": "2022-tap-huan", "from": "2022-05-01", "to": "2022-05-31"}
    assert list(result["forms"]) == ["TH.01"]
    assert result["forms"]["TH.01"]["total"] == {"2": 2, "3": 47, "4": 3}
    assert (result["tasks"], result["indicators"]) == ([], [])
    [quarter] = result["quarters"]
    assert quarter["deadline"] == "2022-06-03"
    tracker = root / "workbooks" / "tracker" / "theo-doi-2022-tap-huan.xlsx"
    book = openpyxl.load_workbook(tracker, data_only=True)
    written = [cell for row in book["Tập huấn"].iter_rows(values_only=True) for cell in row]
    assert {"Lớp A", "Lớp B", "Lớp C"} <= set(written)
    assert control_verdicts(root, tracker.name) == {"Khớp"}
    folder = root / "workbooks" / "summaries" / "2022-tap-huan"
    printed = openpyxl.load_workbook(folder / "tong-hop-2022-tap-huan.xlsx")
    assert "Biểu TH.01" in printed.sheetnames
    assert not {"Tiến độ", "Chỉ tiêu", "Đánh giá"} & set(printed.sheetnames)
    words = _text(folder / "bao-cao-2022-tap-huan.docx")
    assert "Đợt thu thập số liệu tập huấn năm 2022" in words
    assert "47" in words
    assert "01/2018" not in words
    shown = openpyxl.load_workbook(folder / "tong-hop-2022-tap-huan.xlsx", data_only=True)
    page = shown["Biểu TH.01"]
    cell = next(c.coordinate for row in page.iter_rows() for c in row if c.value == 47)
    traced = office.trace(
        root, f"Biểu TH.01!{cell}", period="2022-tap-huan", as_of=dt.date(2022, 6, 2)
    )
    assert sum(line.adds for line in traced.data) == 47


def test_a_campaigns_sheet_is_no_part_of_a_quarter(campaign: tuple[Path, Any, Outcome]) -> None:
    root, _, _ = campaign
    told = _consolidated(root, "2022-Q2", dt.date(2022, 6, 16))
    json: Any = told.json
    assert "TH.01" not in json["forms"]
    assert json["control"]["files_in"] == 0
    book = openpyxl.load_workbook(root / "workbooks" / "tracker" / "theo-doi-2022.xlsx")
    assert "Quý I" in {cell for row in book["Tiến độ"].iter_rows(values_only=True) for cell in row}
    again: Any = office.status(root, "2022-tap-huan", as_of=dt.date(2022, 6, 2)).json
    assert again["control"]["accepted"] == 2


def test_a_campaign_that_nobody_defines_is_refused(tmp_path: Path) -> None:
    office.init(tmp_path / "noi", dry_run=False)
    with pytest.raises(UnknownPeriodError):
        office.issue(tmp_path / "noi", "2022-xyz", units=(), as_of=None, dry_run=True)


def test_a_campaign_asks_for_sheets_that_are_there(tmp_path: Path) -> None:
    root = _workspace(tmp_path / "noi")
    (root / "templates" / "bieu-mau" / "165-tap-huan.toml").unlink()
    (root / "templates" / "bieu-mau" / "209-TH.01.toml").unlink()
    with pytest.raises(DamagedFormsError, match="cần biểu “tap-huan”, không có biểu nào"):
        office.issue(root, "2022-tap-huan", units=(), as_of=None, dry_run=True)


def test_a_month_is_collected_by_itself(tmp_path: Path) -> None:
    root = _workspace(tmp_path / "noi")
    _send(root, 2022, "2022-T05", {"TTRA": []})
    told = _consolidated(root, "2022-T05", dt.date(2022, 5, 17))
    result: Any = told.json
    assert told.exit_code == 0, _said(told)
    assert result["period"] == {"id": "2022-T05", "from": "2022-04-15", "to": "2022-05-14"}
    assert result["control"]["accepted"] == 1
    assert "II.06a" in result["forms"]
    book = openpyxl.load_workbook(root / "workbooks" / "tracker" / "theo-doi-2022-T05.xlsx")
    heads = {cell for row in book["Tiến độ"].iter_rows(values_only=True) for cell in row}
    assert "Tháng 5/2022" in heads
    assert "Quý I" not in heads
    quarter: Any = office.status(root, "2022-Q2", as_of=dt.date(2022, 6, 16)).json
    assert quarter["control"]["files_in"] == 0


def test_a_quarter_of_2026_goes_the_whole_way_and_cites_no_circular_that_is_gone(
    tmp_path: Path,
) -> None:
    root = _workspace(tmp_path / "noi", 2026)
    own = initiatives(dt.date(2026, 2, 20))
    _send(root, 2026, "2026-Q1", {"TTRA": []}, {"sang-kien": own})
    told = _consolidated(root, "2026-Q1", dt.date(2026, 3, 18))
    said = _said(told)
    assert told.exit_code == 0, said
    assert "Chế độ báo cáo từ ngày 01/7/2025" in said
    assert "chưa nhập bộ tiêu chí" in said
    folder = root / "workbooks" / "summaries" / "2026-Q1"
    printed = openpyxl.load_workbook(folder / "tong-hop-2026-Q1.xlsx")
    assert "Đánh giá" not in printed.sheetnames
    cells = {
        str(cell)
        for sheet in printed
        for row in sheet.iter_rows(values_only=True)
        for cell in row
        if cell is not None
    }
    signed = "\n".join((*cells, _text(folder / "bao-cao-2026-Q1.docx")))
    for gone in ("01/2018/TT-VPCP", "61/2018/NĐ-CP", "chưa đối chiếu", "Chưa nhập"):
        assert gone not in signed
    book = openpyxl.load_workbook(root / "workbooks" / "tracker" / "theo-doi-2026.xlsx")
    own = {str(c) for row in book["Nguồn số liệu"].iter_rows(values_only=True) for c in row}
    assert any("Chưa nhập bộ tiêu chí đánh giá" in one for one in own)
    [title] = [
        str(c)
        for row in book["Chỉ tiêu"].iter_rows(values_only=True)
        for c in row
        if str(c).startswith("Đánh giá Quý")
    ]
    assert title.endswith("chưa nhập bộ tiêu chí đánh giá")
    result: Any = told.json
    assert result["forms"]["TH-06"]["total"]["15"] == INITIATIVES
    assert "Sáng kiến thứ 40" in tracker_texts(root, "theo-doi-2026.xlsx", "Hoạt động")
    assert control_verdicts(root, "theo-doi-2026.xlsx") == {"Khớp"}
    assert "40 sáng kiến" in signed
    day = dt.date(2026, 3, 18)
    assert traced_sum(root, "2026-Q1", "Biểu TH-06", INITIATIVES, day) == INITIATIVES
