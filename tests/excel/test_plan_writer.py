"""The plan workbook as written: comfortable to edit, ready to print, the same bytes each time."""

import datetime as dt
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from kskt_excel.excel.plan import layout
from kskt_excel.excel.plan.plan_reader import read_plan
from kskt_excel.excel.plan.plan_writer import plan_bytes, write_plan
from kskt_excel.model.plan import Choice, Plan, Unit, Waiver
from kskt_excel.model.settings import PlanSettings
from tests.excel.plan_books import PLAN_2022, ROOT, day_off, plan_2022
from tests.judges import PRINTED, RECALCULATED

TABLES = [sheet for sheet in layout.PLAN_SHEETS if sheet != layout.INFO]


@pytest.fixture(scope="module")
def book() -> openpyxl.Workbook:
    return openpyxl.load_workbook(PLAN_2022)


def _page(book: openpyxl.Workbook, name: str) -> Worksheet:
    page = book[name]
    assert isinstance(page, Worksheet)
    return page


def _bare(plan: Plan) -> Plan:
    return replace(plan, findings=(), sha256="")


def test_the_committed_workbook_is_what_the_tables_say(tmp_path: Path) -> None:
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        import make_plan
    finally:
        sys.path.pop(0)
    plan, notes = make_plan.plan_of(make_plan.TABLES)
    write_plan(plan, tmp_path / "ke-hoach-2022.xlsx", notes)
    assert _cells(tmp_path / "ke-hoach-2022.xlsx") == _cells(PLAN_2022)
    assert plan_bytes(plan, notes) == plan_bytes(plan, notes)


def _cells(path: Path) -> dict[str, list[list[object]]]:
    book = CalamineWorkbook.from_path(path)
    return {name: list(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names}


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    plan = replace(
        plan_2022(),
        units=(
            *plan_2022().units,
            Unit(
                "MOI",
                "Phòng Chuyển đổi số",
                ("P. CĐS", "CĐS"),
                ("Các phòng, đơn vị trực thuộc Sở",),
                ("cds@skhcn.thainguyen.example", "p.cds@skhcn.thainguyen.example"),
                ("Sở hữu trí tuệ",),
                dt.date(2022, 7, 1),
                dt.date(2022, 12, 31),
                "QLCN",
            ),
        ),
        choices={
            **plan_2022().choices,
            "rieng": (Choice("=1+1", ("@a", "-b")), Choice("2", (), "x")),
        },
        waivers=(
            Waiver(
                "V06a.7",
                "CCTDC",
                "2022-Q1",
                "Chuyển hệ thống",
                "An",
                dt.date(2022, 3, 1),
                dt.date(2022, 6, 30),
            ),
            Waiver("danh-muc", "*", "*", "Lý do", "Bình", dt.date(2022, 1, 5)),
        ),
        settings=PlanSettings({**plan_2022().settings.texts, "Mục riêng của Sở": "nội dung"}),
    )
    write_plan(plan, tmp_path / "ke-hoach-2022.xlsx")
    read = read_plan(tmp_path / "ke-hoach-2022.xlsx")
    group = {
        task.code: (*task.coordinators, "MOI") for task in plan.tasks if len(task.coordinators) > 1
    }
    tasks = [replace(t, coordinators=group.get(t.code, t.coordinators)) for t in plan.tasks]
    assert _bare(read) == _bare(replace(plan, tasks=tuple(tasks)))


def test_sheets_stand_in_the_contracts_order(book: openpyxl.Workbook) -> None:
    assert book.sheetnames == [
        "Thông tin",
        "Nhiệm vụ",
        "Đơn vị",
        "Thủ tục",
        "Danh mục",
        "Chỉ tiêu",
        "Kế hoạch riêng",
        "Miễn trừ",
        "Ngày nghỉ, làm bù",
        "Quy tắc thử",
        "Cấp trên",
    ]


@pytest.mark.parametrize("sheet", layout.PLAN_SHEETS, ids=lambda sheet: sheet.name)
def test_a_sheet_is_set_up_to_edit_and_to_print(
    book: openpyxl.Workbook, sheet: layout.PlanSheet
) -> None:
    page = _page(book, sheet.name)
    assert page["A1"].value == sheet.title
    assert page["A2"].value == sheet.guide
    assert [cell.value for cell in page[3]] == [column.heading for column in sheet.columns]
    assert all(cell.font.b and cell.font.name == "Times New Roman" for cell in page[3])
    assert str(page.freeze_panes).endswith("4")
    assert (page.page_setup.paperSize, page.page_setup.orientation) == (9, "landscape")
    assert (page.page_setup.fitToWidth or 1, page.page_setup.fitToHeight) == (1, 0)
    assert page.print_title_rows == "$3:$3"
    fonts = {cell.font.name for row in page.iter_rows(min_row=4) for cell in row if cell.value}
    assert fonts <= {"Times New Roman"}


@pytest.mark.parametrize("sheet", TABLES, ids=lambda sheet: sheet.name)
def test_a_table_can_be_filtered_down_to_its_blank_rows(
    book: openpyxl.Workbook, sheet: layout.PlanSheet
) -> None:
    page = _page(book, sheet.name)
    assert page.auto_filter.ref == f"A3:{page.dimensions.split(':')[1]}"


@pytest.mark.parametrize("place", ["Thủ tục!A4", "Nhiệm vụ!A5", "Đơn vị!A4", "Danh mục!E20"])
def test_codes_are_texts(book: openpyxl.Workbook, place: str) -> None:
    sheet, a1 = place.split("!")
    cell = _page(book, sheet)[a1]
    assert (cell.number_format, cell.data_type) == ("@", "s")


def test_days_are_shown_day_first(book: openpyxl.Workbook) -> None:
    cell = _page(book, "Thông tin")[day_off("A", 2).rpartition("!")[2]]
    assert (cell.value, cell.number_format) == (dt.datetime(2022, 1, 31), "dd/mm/yyyy")


def test_drop_downs_offer_units_fields_and_fixed_words(book: openpyxl.Workbook) -> None:
    def lists(sheet: str) -> dict[str, str]:
        return {
            str(one.sqref).split(":")[0]: str(one.formula1)
            for one in _page(book, sheet).data_validations.dataValidation
            if one.type == "list"
        }

    assert lists("Nhiệm vụ")["C4"] == "'Đơn vị'!$B$4:$B$17"
    assert lists("Thủ tục")["C4"] == "'Danh mục'!$C$12:$C$15"
    assert lists("Thủ tục")["F4"] == '"Chưa,Đã"'
    assert lists("Chỉ tiêu")["F4"] == '"Càng cao càng tốt,Càng thấp càng tốt"'
    assert lists("Thông tin")["B20"] == '"gộp với năm,riêng"'
    fields = [_page(book, "Danh mục")[f"C{row}"].value for row in range(12, 16)]
    assert fields == [choice.value for choice in plan_2022().choices["linh_vuc"]]


def test_an_official_text_is_offered_no_resistance(book: openpyxl.Workbook) -> None:
    for one in _page(book, "Nhiệm vụ").data_validations.dataValidation:
        is_day = one.type == "date"  # «Hạn (ngày)» is the office's, no official text
        assert one.type is None or is_day or not one.showErrorMessage


def test_a_text_that_begins_like_a_formula_stays_a_text(tmp_path: Path) -> None:
    plan = replace(plan_2022(), agency="=HYPERLINK(1)")
    write_plan(plan, tmp_path / "ke-hoach-2022.xlsx")
    cell = _page(openpyxl.load_workbook(tmp_path / "ke-hoach-2022.xlsx"), "Thông tin")["B5"]
    assert (cell.value, cell.data_type) == ("=HYPERLINK(1)", "s")


RECALCULATED["ke-hoach-2022"] = PRINTED["ke-hoach-2022"] = PLAN_2022.read_bytes


def test_libreoffice_prints_it(printed_books: Mapping[str, Path]) -> None:
    pdf = printed_books["ke-hoach-2022"]
    assert pdf.read_bytes().startswith(b"%PDF")


def test_saved_by_libreoffice_it_is_the_same_plan(
    tmp_path: Path, recalculated_books: Mapping[str, bytes]
) -> None:
    saved = tmp_path / "ke-hoach-2022.xlsx"
    saved.write_bytes(recalculated_books["ke-hoach-2022"])
    assert _bare(read_plan(saved)) == _bare(plan_2022())
