"""The next workbook is issued with what goes on from the last report that counts."""

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from kskt_excel.check.earlier import against_previous
from kskt_excel.excel.issued.unit_workbook import unit_workbook
from kskt_excel.model.period import Period
from kskt_excel.model.reading import Reading, SheetState, Value
from kskt_excel.office.outbox import carried_rows
from tests.builders import forms, small_plan
from tests.check import good
from tests.check.tables import with_cells, without_figures
from tests.excel.self_checked import checked, read, told
from tests.office.desk_of_tests import Office, workbook

Q2 = Period.quarter(2022, 2)
Q3 = Period.quarter(2022, 3)
BEFORE = good.unit_with_procedures()
ONLY_BLANKS = {"cell.required", "row.blank", "sheet.blank", "info.blank", "progress.status"}


def _carried(
    before: Reading = BEFORE, period: Period = Q2
) -> Mapping[str, Sequence[Mapping[str, Value]]]:
    return carried_rows({"QLCNH": before}, small_plan(), forms(), "QLCNH", period)


def _issued(carried: Mapping[str, Sequence[Mapping[str, Value]]], **more: object) -> bytes:
    plan = small_plan()
    unit = plan.unit_by_code["QLCNH"]
    return unit_workbook(plan=plan, forms=forms(), unit=unit, period=Q2, carried=carried, **more)


@pytest.mark.parametrize(
    ("form", "column", "values"),
    [
        ("danh-muc", "online_level", ["Mức độ 4", "Mức độ 3", "Mức độ 2"]),
        ("dau-moi", "full_name", ["Nguyễn Văn Bình"]),
        ("pakn", "content", ["Hỏi về phí thẩm định"]),
        ("qua-han", "dossier", ["H55.14-220301-0001"]),
        ("kiem-tra", "remedied", [1]),
        ("sang-kien", "title", ["Mẫu trả lời điện tử"]),
        ("thong-tin", "preparer", ["Nguyễn Thị Hoa"]),
    ],
)
def test_what_goes_on_is_what_the_definition_says(
    form: str, column: str, values: list[Value]
) -> None:
    assert [row.get(column) for row in _carried()[form]] == values


@pytest.mark.parametrize(
    "form", ["ho-so", "truc-tuyen", "cong-bo", "ra-soat", "truyen-thong", "danh-gia", "vuong-mac"]
)
def test_figures_of_a_quarter_do_not_go_on(form: str) -> None:
    assert form not in _carried()


def test_what_is_written_anew_each_quarter_is_left_blank() -> None:
    carried = _carried()
    assert "prepared_on" not in carried["thong-tin"][0]
    assert "days_overdue" not in carried["qua-han"][0]
    assert carried["pakn"][0]["carried_over"] is True  # it was «Không» when it came


def test_a_choice_is_worded_as_the_next_period_words_it() -> None:
    rows = _carried(period=Q3)["danh-muc"]
    assert [row["online_level"] for row in rows] == ["Toàn trình", "Một phần", "Cung cấp thông tin"]


@pytest.mark.parametrize("state", [SheetState.NIL, SheetState.BLANK, SheetState.MISSING])
def test_a_sheet_without_figures_leaves_nothing(state: SheetState) -> None:
    sheets = {**BEFORE.sheets, "dau-moi": without_figures("dau-moi", state)}
    assert "dau-moi" not in _carried(replace(BEFORE, sheets=sheets))


def test_what_is_settled_does_not_come_again() -> None:
    settled = with_cells(BEFORE, {"Kiểm tra!G8": "2", "PAKN!I9": "14/03/2022", "PAKN!J9": "Xong"})
    assert not {"kiem-tra", "pakn"} & _carried(settled).keys()


def test_a_prefilled_cell_left_as_it_is_is_no_finding() -> None:
    left = {"2.002385": 3, "2.002380": 0, "1.003542": 0}
    opening = {("ho-so", "carried_over", code): count for code, count in left.items()}
    data = _issued(_carried(), opening=opening)
    found = checked(data)
    assert {one.code for one in found} <= ONLY_BLANKS
    reading = read(data)
    assert reading.sheets["danh-muc"].state is SheetState.FILLED
    assert [one.is_carried for one in reading.sheets["pakn"].records] == [True]
    later = against_previous(reading, BEFORE, plan=small_plan(), forms=forms())
    assert not {one.at.sheet for one in later if one.at} & {"PAKN", "Quá hạn", "Kiểm tra"}
    _, lines = told(data)
    assert {lines[name][0] for name in ("Danh mục TTHC", "Đầu mối", "PAKN", "Sáng kiến")} == {"đủ"}


def test_a_tick_beside_carried_rows_says_that_nothing_is_new() -> None:
    data = _issued(_carried(), nil=("sang-kien", "kiem-tra", "dau-moi"))
    about = {
        one.at.sheet for one in checked(data) if one.code == "sheet.nil_with_figures" and one.at
    }
    assert about == {"Đầu mối"}  # a stock: the contact persons are still there
    _, lines = told(data)
    assert lines["Sáng kiến"][0] == "không phát sinh"
    assert lines["Đầu mối"][0].startswith("đã ghi không phát sinh")


def test_prefilled_cells_look_like_none_of_the_others() -> None:
    book = openpyxl.load_workbook(io.BytesIO(_issued(_carried())))
    catalogue, info = book["Danh mục TTHC"], book["Thông tin"]
    fills = [catalogue[cell].fill.fgColor.rgb for cell in ("A8", "D8", "D11")]
    assert len(set(fills)) == 3
    assert info["B11"].fill.fgColor.rgb == fills[1] != info["B14"].fill.fgColor.rgb
    assert not catalogue["D8"].protection.locked
    legend = [row[0].value for row in info.iter_rows(min_col=2, max_col=2)]
    assert any(text and "chép từ báo cáo kỳ trước" in str(text) for text in legend)


def test_what_counted_last_goes_on_after_a_quarter_without_a_report(tmp_path: Path) -> None:
    """Opening balances do not: those of the quarter between are not known."""
    office = Office(tmp_path)
    office.arrives("1.xlsx", workbook("QLCNH", "2022-Q1"))
    office.consolidate("2022-Q1")
    books = {}
    for quarter, day in (("2022-Q2", dt.date(2022, 6, 16)), ("2022-Q3", dt.date(2022, 9, 16))):
        office.day = day
        office.issue(quarter, "QLCNH")
        (path,) = (tmp_path / "workbooks" / "issued" / quarter).glob("*.xlsx")
        books[quarter] = openpyxl.load_workbook(path)
    second, third = books.values()
    worded = {"Mức độ 4": "Toàn trình", "Mức độ 3": "Một phần"}  # since 15/8/2022
    listed = [worded.get(str(one), one) for one in _texts(second["Danh mục TTHC"], 8)]
    assert _texts(third["Danh mục TTHC"], 8) == listed
    assert len(listed) > 3
    heads = [cell.value for cell in third["Hồ sơ"][6]]
    opening = heads.index("Từ kỳ trước") + 1
    assert second["Hồ sơ"].cell(8, opening).value is not None
    assert third["Hồ sơ"].cell(8, opening).value is None


def _texts(sheet: Any, row: int) -> list[object]:
    return [cell.value for cell in sheet[row] if cell.value is not None]
