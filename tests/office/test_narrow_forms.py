"""Forms of one and two columns go the whole way: issued, ticked, read, listed, printed."""

import datetime as dt
import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from kskt_excel.definitions import load_forms
from kskt_excel.model.period import Period
from kskt_excel.office import office
from kskt_excel.workspace import create_workspace
from tests.added_register import PEOPLE
from tests.builders import begun_tasks, filled_workbook
from tests.excel.plan_books import plan_2022
from tests.office.products import read_back

QUARTER = Period.quarter(2022, 1)
SHEET = """kind = "sheet"
order = 170
id = "so-{number}"
version = "1.0"
sheet = "Sổ {number}"
title = "SỔ VIỆC ĐÃ LÀM TRONG KỲ"
layout = "register"
scope = "all"
key = ["matter"]
nil = true
valid_from = 2021-12-15
blank_rows = 3
guide = "Mỗi việc một dòng, ghi theo thứ tự thời gian, không để trống dòng nào ở giữa."

[[column]]
key = "matter"
heading = "Việc"
type = "text"
"""
COUNT = '\n[[column]]\nkey = "row"\nheading = "Số"\ntype = "count"\n'
LIST = """kind = "printed"
order = 209
id = "DS.1"
code = "Biểu DS.1"
version = "1.0"
title = "VIỆC ĐÃ LÀM"
rows = "value"
by = "matter"
feeds = ["so-1"]
orientation = "portrait"

[[column]]
number = "1"
header = ["Việc"]
type = "label"
"""


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """An office with registers of one and two columns and a list of what stands in the first."""
    root = create_workspace(tmp_path_factory.mktemp("narrow") / "noi").root
    definitions = root / "templates" / "bieu-mau"
    for number, more in ((1, ""), (2, COUNT)):
        text = SHEET.format(number=number) + more
        (definitions / f"170-so-{number}.toml").write_text(text, encoding="utf-8")
    (definitions / "209-DS.1.toml").write_text(LIST, encoding="utf-8")
    forms = load_forms(definitions)
    plan = plan_2022().with_lists(forms.lists)
    told = {
        "TTRA": {
            "so-1": [{"matter": "Việc B"}, {"matter": "Việc A"}],
            "so-2": [{"matter": "Việc A", "row": 3}],
        },
        "KHTC": {},
    }
    for code, own in told.items():
        rows = {"tien-do": begun_tasks(plan, code), **own}
        unit = plan.unit_by_code[code]
        inbox = root / "workbooks" / "inbox"
        inbox.mkdir(parents=True, exist_ok=True)
        data = filled_workbook(plan, forms, unit, QUARTER, rows, info=PEOPLE)
        (inbox / f"BC-KSTTHC_2022-Q1_{code}.xlsx").write_bytes(data)
    day = dt.date(2022, 3, 18)
    done = office.consolidate(root, "2022-Q1", strict=False, pdf=False, as_of=day, dry_run=False)
    assert done.exit_code == 0, done.remarks
    return root, done.json


@pytest.mark.parametrize("number", [1, 2])
def test_the_head_of_a_narrow_sheet_is_in_sight(narrow: tuple[Path, Any], number: int) -> None:
    path = narrow[0] / "workbooks" / "inbox" / "BC-KSTTHC_2022-Q1_KHTC.xlsx"
    sheet = openpyxl.load_workbook(path)[f"Sổ {number}"]
    shown = {cell.coordinate: str(cell.value) for row in sheet["A1:E6"] for cell in row}
    assert shown["A1"] == "SỔ VIỆC ĐÃ LÀM TRONG KỲ"
    assert (shown["A4"], shown["B4"]) == ("Kỳ này không phát sinh", "x")
    hidden = [key for key, one in sheet.column_dimensions.items() if one.hidden]
    [id_cell] = [where for where, text in shown.items() if text == "_id"]
    assert hidden == [id_cell[0]]
    assert any("Mỗi việc một dòng" in shown[f"{key}4"] for key in "CDE" if key not in hidden)


def test_what_stands_in_them_is_read_and_counted(narrow: tuple[Path, Any]) -> None:
    root, result = narrow
    assert result["control"]["rows_in"] == result["control"]["rows_out"]
    assert {one["unit"]: one["verdict"] for one in result["submissions"]} == {
        "TTRA": "accepted",
        "KHTC": "accepted",
    }
    book = read_back(root / "workbooks" / "tracker" / "theo-doi-2022.xlsx")
    shown = [cell for row in book["Sổ 1"].iter_rows(values_only=True) for cell in row]
    assert {"Việc A", "Việc B"} <= set(shown)
    assert "(1)" not in shown


def test_a_list_without_figures_is_printed_without_a_total(narrow: tuple[Path, Any]) -> None:
    root, result = narrow
    assert [row["key"] for row in result["forms"]["DS.1"]["rows"]] == ["Việc A", "Việc B"]
    summaries = root / "workbooks" / "summaries" / "2022-Q1"
    page = openpyxl.load_workbook(summaries / "tong-hop-2022-Q1.xlsx")["Biểu DS.1"]
    shown = {str(cell) for row in page.iter_rows(values_only=True) for cell in row}
    assert {"Việc A", "Việc B"} <= shown
    assert "Tổng cộng" not in shown


def test_no_two_tables_of_the_tracker_have_one_name(narrow: tuple[Path, Any]) -> None:
    path = narrow[0] / "workbooks" / "tracker" / "theo-doi-2022.xlsx"
    with zipfile.ZipFile(path) as package:
        parts = [package.read(name) for name in package.namelist() if "/tables/" in name]
    names = [re.search(rb'displayName="([^"]+)"', part) for part in parts]
    found = [one[1].lower() for one in names if one]
    assert len(found) == len(parts) == len(set(found))
    assert {b"so1_", b"so2_"} <= set(found)
