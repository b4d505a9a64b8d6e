import datetime as dt
import io
import re
from dataclasses import replace
from typing import Any

import pytest
from openpyxl.utils.cell import range_boundaries
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from kskt_excel.excel.issued.drawn_sheets import DrawnSheets
from kskt_excel.excel.issued.unit_workbook import unit_workbook
from kskt_excel.model.forms import Forms
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Plan, Unit
from tests.builders import forms, small_plan
from tests.excel import samples
from tests.looked_at import opened

PROCEDURE_SHEETS = {"Danh mục TTHC", "Hồ sơ", "Quá hạn", "Rà soát", "Trực tuyến"}
Q3 = Period.quarter(2022, 3)


def _sheet(data: bytes, name: str, *, results: bool = False) -> Worksheet:
    return opened(data, results=results)[name]


def _headings(sheet: Worksheet) -> list[str]:
    return [cell.value for cell in sheet[6]]


def _at(sheet: Worksheet, heading: str, row: int) -> object:
    return sheet.cell(row, _headings(sheet).index(heading) + 1).value


def _rule(sheet: Worksheet, cell: str) -> object:
    return next(r for r in sheet.data_validations.dataValidation if cell in r.cells)


def test_two_runs_give_the_same_bytes() -> None:
    again = {form.replace("-", "_"): rows for form, rows in samples.FILLED.items()}
    assert samples.filled() == samples.filled(**again)


def test_sheets_drawn_for_one_unit_and_put_for_the_next_are_as_if_drawn_for_it(
    forms: Forms,
) -> None:
    plan, drawn = small_plan(), DrawnSheets()
    named = {"QLCNH": "Phòng A & B <\"mới\"> 'nhất' " + "rất " * 30 + "dài", "VP": "Kỳ báo cáo"}
    other = replace(
        plan, units=tuple(replace(u, name=named.get(u.code, u.name)) for u in plan.units)
    )
    first, office, centre = (plan.unit_by_code[code] for code in ("QLCNH", "VP", "TTPT"))
    orders: list[dict[str, Any]] = [
        *({"plan": plan, "unit": unit} for unit in (first, office, centre)),
        *({"plan": other, "unit": other.unit_by_code[code]} for code in named),
        {"plan": plan, "unit": centre, "nil": ("pakn",)},
        {"plan": plan, "unit": first, "rows": samples.FILLED, "opening": {"2.002385": 3}},
        {"plan": plan, "unit": office, "info": {"preparer": office.name}},
    ]
    assert all(
        unit_workbook(forms=forms, period=period, **order, drawn=drawn)
        == unit_workbook(forms=forms, period=period, **order)
        for order, period in [*((one, samples.Q1) for one in orders), (orders[0], Q3)]
    )


@pytest.mark.parametrize("unit", ["VP", "TTPT"])
def test_a_unit_without_procedures_gets_no_procedure_sheets(unit: str) -> None:
    names = set(opened(samples.blank(unit)).sheetnames)
    assert not names & PROCEDURE_SHEETS
    assert {"Thông tin", "Tiến độ", "Sáng kiến", "Đánh giá"} <= names


def test_sheets_stand_in_the_order_of_the_contract(forms: Forms) -> None:
    names = opened(samples.blank("QLCNH")).sheetnames
    absent = {"Địa chỉ PAKN", "Danh mục công bố", "Chỉ đạo"}  # the office's; nothing was directed
    own = [form.sheet for form in forms.sheets if form.sheet not in absent]
    assert names == ["Tự kiểm tra", *own, "_danh_muc"]


@pytest.mark.parametrize(
    ("unit", "tasks", "role"),
    [
        ("VP", ["I.1", "I.2", "I.4", "II.1.a", "II.1.c", "II.4"], "Chủ trì"),
        ("TTPT", ["II.1.a", "II.1.c", "II.4"], "Phối hợp"),
        ("QLCNH", ["II.1.a", "II.4"], "Phối hợp"),
    ],
)
def test_a_unit_finds_its_own_tasks(unit: str, tasks: list[str], role: str, plan: Plan) -> None:
    sheet = _sheet(samples.blank(unit), "Tiến độ")
    rows = range(8, 8 + len(tasks))
    assert [_at(sheet, "Mã", row) for row in rows] == tasks
    assert {_at(sheet, "Vai trò", row) for row in rows} == {role}
    assert [_at(sheet, "_id", row) for row in rows] == tasks
    first = plan.task_by_code[tasks[0]]
    assert _at(sheet, "Thời gian hoàn thành", 8) == first.deadline.text
    assert sheet.max_row == rows[-1]


def test_procedures_and_opening_balances_are_filled_in() -> None:
    sheet = _sheet(samples.blank("QLCNH"), "Hồ sơ", results=True)
    codes = [_at(sheet, "Mã TTHC", row) for row in (8, 9, 10)]
    assert codes == ["2.002385", "2.002380", "1.003542"]
    assert [_at(sheet, "Từ kỳ trước", row) for row in (8, 9)] == [3, None]
    assert _at(sheet, "Tổng số tiếp nhận", 8) == 3
    assert not sheet["H8"].protection.locked
    assert _at(sheet, "Lĩnh vực", 10) == "Sở hữu trí tuệ"


def test_the_nine_criteria_are_given() -> None:
    sheet = _sheet(samples.blank("TTPT"), "Đánh giá")
    assert [_at(sheet, "Chỉ số", row) for row in range(8, 17)] == list(range(1, 10))
    assert "Công khai thủ tục hành chính" in str(_at(sheet, "Nội dung", 13))


def test_rows_fill_the_given_row_of_the_same_key_and_others_follow() -> None:
    data = samples.filled(ho_so=[{"procedure": "9.999999", "received_online": 1}, samples.BALANCED])
    sheet = _sheet(data, "Hồ sơ")
    assert [_at(sheet, "Mã TTHC", row) for row in range(8, 12)] == [
        "2.002385",
        "2.002380",
        "1.003542",
        "9.999999",
    ]
    assert (_at(sheet, "Trực tuyến", 8), _at(sheet, "Trực tuyến", 11)) == (12, 1)
    assert [_at(sheet, "_id", row) for row in (8, 11)] == ["2.002385", None]
    assert not sheet["A11"].protection.locked
    assert [_at(sheet, "Mã TTHC", row) for row in range(12, 15)] == [None, None, "Tổng cộng"]


def test_spare_rows_above_the_total_are_open_and_in_its_sum() -> None:
    sheet = _sheet(samples.blank("QLCNH"), "Hồ sơ")
    assert [_at(sheet, "Mã TTHC", row) for row in range(11, 15)] == [None, None, None, "Tổng cộng"]
    spare = [cell for row in sheet["A11:Q13"] for cell in row]
    assert not any(cell.protection.locked for cell in spare)
    assert {cell.number_format for cell in spare if cell.column_letter == "D"} == {
        '[=0]"";[>=1000]0"."000;0'
    }
    assert sheet["E14"].value == "=SUM(E7:INDEX(E:E,ROW()-1))"
    fields = [rule for rule in sheet.data_validations.dataValidation if "C11:C13" in rule.sqref]
    assert [rule.formula1 for rule in fields] == ["dm_linh_vuc"]


def test_only_what_stands_outside_the_list_is_locked() -> None:
    sheet = _sheet(samples.blank("QLCNH"), "Hồ sơ")
    assert not any(cell.protection.locked for cell in sheet[8])  # row keys and sums among them
    assert all(cell.protection.locked for cell in sheet[14][:17])
    assert all(cell.protection.locked for cell in sheet[6][:17])
    register = _sheet(samples.blank("QLCNH"), "Quá hạn")
    assert not any(cell.protection.locked for cell in register[9][:12])


def test_a_sheet_is_protected_without_a_password_and_leaves_freedom() -> None:
    guard = _sheet(samples.blank("VP"), "PAKN").protection
    assert (guard.sheet, guard.password) == (True, None)
    freedoms = (guard.insertRows, guard.deleteRows, guard.sort, guard.autoFilter, guard.formatCells)
    assert not any(freedoms)  # the file names what is forbidden


def test_a_workbook_says_four_times_what_it_is() -> None:
    book = opened(samples.blank("QLCNH"))
    expected = {
        "kskt_template": "don-vi",
        "kskt_version": "1.1",
        "kskt_unit": "QLCNH",
        "kskt_period": "2022-Q1",
    }
    assert {p.name: p.value for p in book.custom_doc_props.props} == expected
    assert {n: book.defined_names[n].value.strip('"') for n in expected} == expected
    sheet = book["Hồ sơ"]
    assert sheet["A2"].value == "kskt:ho-so/1.0;unit=QLCNH;period=2022-Q1"
    assert sheet.row_dimensions[2].hidden
    assert sheet["R6"].value == "_id"
    assert sheet.column_dimensions["R"].hidden


def test_the_first_sheet_says_who_for_which_days_and_by_when() -> None:
    sheet = _sheet(samples.blank("QLCNH"), "Thông tin")
    labels = {row[0].value: row[1].value for row in sheet.iter_rows(6, 16)}
    assert labels["Đơn vị"] == "Phòng Quản lý chuyên ngành"
    assert labels["Kỳ báo cáo"] == "Quý I/2022"
    assert labels["Từ ngày"] == dt.datetime(2021, 12, 15)
    assert labels["Đến ngày"] == dt.datetime(2022, 3, 14)
    assert labels["Người lập"] is None
    guide = " ".join(str(row[0].value) for row in sheet.iter_rows(17))
    assert "trước hết ngày 15/3/2022, địa chỉ vanphong.skhcn@thainguyen.gov.vn" in guide
    assert "0208 3855 000" in guide


def test_info_and_nil_are_written() -> None:
    data = samples.filled()
    assert _sheet(data, "Thông tin")["B11"].value == "Nguyễn Thị Hoa"
    pakn, overdue = _sheet(data, "PAKN"), _sheet(data, "Quá hạn")
    assert (pakn["A4"].value, pakn["B4"].value) == ("Kỳ này không phát sinh", "x")
    assert overdue["B4"].value is None


@pytest.mark.parametrize(
    ("period", "headings", "levels"),
    [
        (samples.Q1, ["Mức độ 3", "Mức độ 4"], ["Mức độ 2", "Mức độ 3", "Mức độ 4"]),
        (Q3, ["Một phần", "Toàn trình"], ["Cung cấp thông tin", "Một phần", "Toàn trình"]),
    ],
)
def test_the_words_for_online_services_change_on_15_august_2022(
    period: Period, headings: list[str], levels: list[str]
) -> None:
    data = samples.blank("QLCNH", period)
    assert _headings(_sheet(data, "Trực tuyến"))[5:7] == headings
    book = opened(data)
    area = book.defined_names["dm_muc_do_dvc"].value.split("!")[1].replace("$", "")
    offered = [cell.value for (cell,) in book["_danh_muc"][area]]
    assert offered == ["Không trực tuyến", *levels]


def test_every_drop_down_offers_a_list_that_exists() -> None:
    book = opened(samples.blank("QLCNH"))
    used = {
        rule.formula1
        for sheet in book.worksheets
        for rule in sheet.data_validations.dataValidation
        if rule.type == "list" and not rule.formula1.startswith('"')
    }
    assert {"dm_trang_thai", "dm_co_khong", "dm_nguyen_nhan", "dm_ma_tthc"} <= used
    for name in used:
        area = book.defined_names[name].value.split("!")[1].replace("$", "")
        assert all(cell.value for (cell,) in book["_danh_muc"][area])
    assert book["_danh_muc"].sheet_state == "hidden"


def test_every_rule_speaks_and_no_message_is_too_long_for_excel() -> None:
    for unit in ("VP", "QLCNH"):
        book = opened(samples.blank(unit))
        rules = [r for s in book.worksheets for r in s.data_validations.dataValidation]
        assert all(0 < len(rule.error) <= 255 and "{" not in rule.error for rule in rules)
        assert all(
            len(rule.prompt or "") <= 255 and "{" not in (rule.prompt or "") for rule in rules
        )
        assert all(len(rule.errorTitle) <= 32 for rule in rules)
        # a date typed on an American machine is a text: the unit must be able to keep it
        assert {rule.errorStyle for rule in rules if rule.type == "date"} == {"warning"}


@pytest.mark.parametrize(
    ("sheet", "cell", "kind"),
    [
        ("Hồ sơ", "E8", "whole"),
        ("Tiến độ", "F8", "decimal"),
        ("Tiến độ", "G8", "date"),
        ("Tiến độ", "E8", "list"),
        ("Quá hạn", "A37", "textLength"),
        ("Quá hạn", "B20", "list"),
        ("PAKN", "B4", "list"),
    ],
)
def test_cells_accept_what_their_column_is_for(sheet: str, cell: str, kind: str) -> None:
    assert _rule(_sheet(samples.blank("QLCNH"), sheet), cell).type == kind


def test_every_sheet_prints_on_a4_with_its_headings_on_each_page() -> None:
    for sheet in opened(samples.blank("QLCNH")).worksheets:
        if sheet.sheet_state == "visible":
            margins = sheet.page_margins
            across = [round(one * 25.4) for one in (margins.left, margins.right)]
            assert sheet.page_setup.paperSize == 9, sheet.title
            as_high = None if sheet.title == "Thông tin" else 0  # its signatures stay on its page
            assert sheet.page_setup.fitToHeight == as_high, sheet.title
            assert across == ([30, 15] if sheet.title == "Thông tin" else [15, 10]), sheet.title
            assert sheet.print_area, sheet.title
            assert sheet.title == "Thông tin" or sheet.print_title_rows, sheet.title
            assert sheet.title == "Thông tin" or sheet.freeze_panes, sheet.title


def test_a_name_of_261_letters_is_shown_whole() -> None:
    name = ("Trung tâm Ứng dụng tiến bộ khoa học và công nghệ " * 6)[:261]
    plan = small_plan()
    unit = replace(plan.unit_by_code["QLCNH"], name=name)
    named = replace(plan, units=(unit, *(one for one in plan.units if one.code != unit.code)))
    drawn = DrawnSheets()
    both = [
        unit_workbook(plan=named, forms=forms(), unit=one, period=samples.Q1, drawn=drawn)
        for one in named.units[:2]
    ]
    alone = unit_workbook(plan=named, forms=forms(), unit=named.units[1], period=samples.Q1)
    assert both[1] == alone
    book = opened(both[0])
    info = book["Thông tin"]
    (row,) = (cell.row for cell in info["B"] if cell.value == name)
    assert info.row_dimensions[row].height > 5 * 15
    for sheet in book.worksheets[2:]:
        if sheet.sheet_state == "visible":
            wide = next(one for one in sheet.merged_cells.ranges if one.min_row == 3)
            assert sheet.cell(3, 1).value.startswith(name), sheet.title
            assert wide.size["columns"] >= 5, sheet.title
            assert sheet.row_dimensions[3].height > 2 * 13, sheet.title


@pytest.mark.parametrize("unit", ["QLCNH", "VP"])
def test_no_form_prints_in_letters_under_eight_points(unit: str) -> None:
    for sheet in opened(samples.blank(unit)).worksheets:
        if sheet.sheet_state != "visible" or sheet.title == "Thông tin":
            continue
        last = range_boundaries(sheet.print_area.rpartition("!")[2].replace("$", ""))[2]
        widths = [
            one.width * 7 for one in sheet.column_dimensions.values() if one.min and one.min <= last
        ]
        points = sum(widths) * 0.7923  # as LibreOffice prints them
        room = 272 * 72 / 25.4
        assert 11 * min(room / points, 1) >= 8, sheet.title


def test_the_first_sheet_ends_where_maker_and_head_sign() -> None:
    sheet = _sheet(samples.blank("QLCNH"), "Thông tin")
    last = range_boundaries(sheet.print_area.rpartition("!")[2].replace("$", ""))[3]
    titles = next(row for row in range(last, 0, -1) if sheet.cell(row, 1).value == "NGƯỜI LẬP")
    assert sheet.cell(titles, 2).value == "LÃNH ĐẠO ĐƠN VỊ"
    assert (last - titles - 1) * 21 >= 26 * 72 / 25.4


def test_a_text_that_begins_like_a_formula_stays_a_text() -> None:
    cell = _sheet(samples.filled(), "Tiến độ")["J9"]
    assert (cell.value, cell.data_type, cell.number_format) == ("=1+1", "s", "@")


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("Hồ sơ", "Tự kiểm tra: còn 11 ô trống; 2 dòng chưa khớp"),
        ("PAKN", "Tự kiểm tra: không phát sinh"),
        ("Kiểm tra", "Tự kiểm tra: còn 2 ô trống; 1 ô ghi chưa đúng"),
    ],
)
def test_each_sheet_says_on_top_what_the_self_check_says_of_it(form: str, said: str) -> None:
    assert said in [cell.value for cell in _sheet(samples.filled(), form, results=True)[1]]


def test_values_come_back_as_they_were_given() -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(samples.filled()))
    row = book.get_sheet_by_name("Quá hạn").to_python()[7]
    assert row[:4] == [
        "000.00.09.H55-220215-0007",
        "2.002385",
        dt.date(2022, 2, 15),
        dt.date(2022, 2, 22),
    ]
    assert book.get_sheet_by_name("VBQPPL").to_python()[7][7] == "Có"


@pytest.mark.parametrize(
    ("code", "name"),
    [("QLKH", "BC-KSTTHC_2022-Q1_QLKH.xlsx"), ("TT ĐL/1", "BC-KSTTHC_2022-Q1_TTDL1.xlsx")],
)
def test_the_file_name_has_plain_letters_only(code: str, name: str) -> None:
    assert small_plan().issued_file_name(Unit(code, "Đơn vị"), samples.Q1) == name
    assert re.fullmatch(r"[A-Za-z0-9_.-]+", name)
