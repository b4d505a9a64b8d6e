"""``kskt plan`` and ``kskt form``: all that is wrong in ``templates/`` at once."""

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from kskt_excel.model.errors import KsktError
from kskt_excel.office import office
from kskt_excel.office.outcome import Outcome, ScreenLine, ScreenTable
from kskt_excel.workspace import create_workspace
from tests.excel.plan_books import both, changed, put

DAY = dt.date(2022, 3, 1)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return create_workspace(tmp_path / "noi-lam-viec").root


def _lines(outcome: Outcome) -> str:
    return "\n".join(one.text for one in outcome.blocks if isinstance(one, ScreenLine))


def _codes(outcome: Outcome) -> list[str]:
    found: Any = outcome.json["findings"]
    return [one["code"] for one in found if one["severity"] == "error"]


def test_a_sound_plan_is_told_with_its_remarks(root: Path) -> None:
    told = office.check_plan(root, None, as_of=DAY)
    assert (told.exit_code, _codes(told)) == (0, [])
    assert "ke-hoach-2022.xlsx: đạt" in _lines(told)


def test_every_mistake_of_the_plan_stands_in_one_list(root: Path) -> None:
    many = [put(f"Thủ tục!A{row}", "sai") for row in range(4, 20)]
    changed(root / "templates", both(*many, put("Chỉ tiêu!C4", "II.06a[99]")))
    told = office.check_plan(root, 2022, as_of=DAY)
    assert told.exit_code == 1
    assert _codes(told).count("plan.procedure_code") == 16
    assert "plan.figure_unknown" in _codes(told)
    assert "phát hiện khác" not in _lines(told)


def test_definitions_beside_the_plan_are_told_too(root: Path) -> None:
    path = root / "templates" / "bieu-mau" / "130-kiem-tra.toml"
    text = path.read_text(encoding="utf-8").replace('heading = "Kết luận"\ntype = "long_text"', "")
    path.write_text(text + '\n[[column]]\nkey = "a"\nheading = "A"\ntype = "choice"\n'
                    'choices = "khong_co"\n', encoding="utf-8")  # fmt: skip
    told = office.check_forms(root)
    assert (told.exit_code, _codes(told)) == (1, ["form.item_missing"] * 2)
    path.write_text(
        text.replace('key = "conclusion"', 'key = "conclusion"\nheading = "B"\ntype = "choice"\n'
                     'choices = "khong_co"'), encoding="utf-8")  # fmt: skip
    assert _codes(office.check_forms(root)) == ["form.list_unknown"]
    assert _codes(office.check_plan(root, 2022, as_of=DAY)) == ["form.list_unknown"]


def test_sound_definitions_are_counted_and_listed(root: Path) -> None:
    count = len(list((root / "templates" / "bieu-mau").glob("*.toml")))
    assert f"{count} định nghĩa biểu mẫu: đạt." in _lines(office.check_forms(root))
    table = next(one for one in office.list_forms(root).blocks if isinstance(one, ScreenTable))
    assert {"ho-so", "II.06a"} <= {row[0] for row in table.rows}


def test_a_drawn_table_becomes_drafts_that_can_be_issued(root: Path, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Thiết bị"
    for row in (("STT", "Tên thiết bị", "Số lượng"), (1, "Máy quét", 2), (2, "Máy in", 3)):
        sheet.append(row)
    file = tmp_path / "bang.xlsx"
    book.save(file)
    drafts = root / "templates" / "bieu-mau" / "nhap"
    told = office.draft_form(root, file, sheet="", as_of=DAY, dry_run=False)
    assert told.files == (
        "templates/bieu-mau/nhap/170-thiet-bi.toml",
        "templates/bieu-mau/nhap/210-TH.thiet-bi.toml",
    )
    for path in drafts.glob("*.toml"):
        path.rename(drafts.parent / path.name)
    assert office.check_forms(root).exit_code == 0
    issued = office.issue(root, "2022-Q1", units=("TTRA",), as_of=DAY, dry_run=False)
    names = openpyxl.load_workbook(root / next(p for p in issued.files if p.endswith("xlsx")))
    assert "Thiết bị" in names.sheetnames


@pytest.mark.parametrize("data", [b"", b"khong phai bang", b"PK\x03\x04"])
def test_what_cannot_be_drawn_off_is_told(root: Path, tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "bang.xlsx"
    file.write_bytes(data)
    with pytest.raises(KsktError, match=r"bang\.xlsx"):
        office.draft_form(root, file, sheet="", as_of=DAY, dry_run=False)
    with pytest.raises(KsktError, match=r"khong-co\.xlsx"):
        office.draft_form(root, tmp_path / "khong-co.xlsx", sheet="", as_of=DAY, dry_run=False)
