"""A table as offices draw it becomes two definitions that are right as a whole."""

import datetime as dt
import re
import shutil
from pathlib import Path

import pytest

from kskt_excel.definitions import load_forms, read_definitions
from kskt_excel.model.book import CellRef, Raw, Sheet, SheetFacts
from kskt_excel.reading.drawn_form import (
    DrawnForm,
    NoTableError,
    drawn_form,
    printed_definition,
    sheet_definition,
)
from tests.builders import ROOT
from tests.excel.plan_books import plan_2022

START = dt.date(2021, 12, 15)
HEADS = (
    ("A1", "UBND TỈNH THÁI NGUYÊN"),
    ("E1", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
    ("A4:I4", "BIỂU TỔNG HỢP KẾT QUẢ TẬP HUẤN"),
    ("H5", "Đơn vị tính: lượt người"),
    ("A6:A8", "STT"),
    ("B6:B8", "Tên lớp"),
    ("C6:C8", "Ngày tổ chức"),
    ("D6:D8", "Hình thức"),
    ("E6:G6", "Số người dự"),
    ("E7:E8", "Tổng số"),
    ("F7:G7", "Trong đó"),
    ("F8", "Nam"),
    ("G8", "Nữ"),
    ("H6:H8", "Kinh phí (triệu đồng)"),
    ("I6:I8", "Đã quyết toán"),
)
ROWS: tuple[tuple[Raw, ...], ...] = (
    (1.0, "Lớp A", "15/3/2022", "Trực tiếp", None, 10.0, 12.0, 15.5, "Có"),
    (2.0, "Lớp B", dt.date(2022, 3, 1), "Trực tuyến", None, 3.0, 4.0, 2.0, "Không"),
    (3.0, "Lớp C", "20/4/2022", "Trực tiếp", None, 3.0, 4.0, 2.0, "Có"),
    (4.0, "Lớp D", "21/4/2022", "Trực tuyến", None, 5.0, 6.0, 2.5, "Có"),
)


def _drawn(*, numbering: bool = True, rows: tuple[tuple[Raw, ...], ...] = ROWS) -> Sheet:
    """The table with heads of three levels, a numbering row, sums and a total."""
    cells: dict[tuple[int, int], Raw] = {}
    formulas: dict[tuple[int, int], str] = {}
    merged = []
    for place, text in HEADS:
        first, _, last = place.partition(":")
        at, end = CellRef.parse("", first), CellRef.parse("", last or first)
        cells[at.row, at.column] = text
        if last:
            merged.append((at.row, at.column, end.row, end.column))
    row = 9
    if numbering:
        cells |= {(row, number): f"({number})" for number in range(1, 10)}
        row += 1
    for number, values in enumerate(rows, start=row):
        cells |= {(number, column): value for column, value in enumerate(values, start=1)}
        formulas[number, 5] = f"F{number}+G{number}"
    total = row + len(rows)
    cells[total, 2] = "Tổng cộng"
    formulas |= {(total, at): f"SUM({c}{row}:{c}{total - 1})" for at, c in enumerate("EFGH", 5)}
    table = [[cells.get((r, c)) for c in range(1, 10)] for r in range(1, total + 1)]
    return Sheet("Tập huấn", table, merged=tuple(merged), facts=SheetFacts(formulas=formulas))


def _types(form: DrawnForm) -> dict[str, str]:
    return {column.heading: column.type for column in form.columns}


def test_a_filled_example_says_what_each_column_is() -> None:
    form = drawn_form(_drawn())
    assert (form.id, form.title) == ("tap-huan", "BIỂU TỔNG HỢP KẾT QUẢ TẬP HUẤN")
    assert (form.unit_of_count, form.key, form.rows) == ("lượt người", ("ten_lop",), 4)
    assert _types(form) == {
        "STT": "ordinal",
        "Tên lớp": "text",
        "Ngày tổ chức": "date",
        "Hình thức": "choice",
        "Tổng số": "computed",
        "Nam": "count",
        "Nữ": "count",
        "Kinh phí (triệu đồng)": "decimal",
        "Đã quyết toán": "yes_no",
    }
    by_key = {column.key: column for column in form.columns}
    assert by_key["tong_so"].formula == ("nam", "nu")
    assert by_key["nam"].header == ("Số người dự", "Trong đó", "Nam")
    assert by_key["hinh_thuc"].values == ("Trực tiếp", "Trực tuyến")
    assert [one.key for one in form.columns if one.total] == [
        *("tong_so", "nam", "nu", "kinh_phi_trieu_dong")
    ]


def test_without_numbering_and_without_rows_the_heads_alone_say_it() -> None:
    form = drawn_form(_drawn(numbering=False, rows=()))
    assert [column.heading for column in form.columns][:4] == [
        *("STT", "Tên lớp", "Ngày tổ chức", "Hình thức")
    ]
    assert _types(form)["Ngày tổ chức"] == "date"


def test_a_list_of_persons_is_marked_as_such() -> None:
    rows: list[list[Raw]] = [
        ["Họ và tên", "Đơn vị", "Số điện thoại"],
        ["Nguyễn An", "Phòng Kế hoạch - Tài chính", "0912 000 000"],
    ]
    form = drawn_form(Sheet("Danh sách", rows))
    assert form.about_citizens
    assert "about_citizens = true" in sheet_definition(form, 170, START)


@pytest.mark.parametrize("rows", [[], [["x"]], [["một tiêu đề dài"], [None, None]], [[1.0, 2.0]]])
def test_a_sheet_without_a_table_is_refused(rows: list[list[Raw]]) -> None:
    with pytest.raises(NoTableError):
        drawn_form(Sheet("Trang", rows))


@pytest.mark.parametrize("numbering", [True, False])
def test_the_drafts_are_definitions_that_are_right(tmp_path: Path, *, numbering: bool) -> None:
    folder = tmp_path / "bieu-mau"
    shutil.copytree(ROOT / "templates" / "bieu-mau", folder)
    form = drawn_form(_drawn(numbering=numbering))
    texts = {
        "170-a.toml": sheet_definition(form, 170, START),
        "210-b.toml": printed_definition(form, 210, START),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    read_definitions(folder).stand_beside(plan_2022())
    forms = load_forms(folder)
    assert forms.sheet_by_id["tap-huan"].by_key["hinh_thuc"].choices == "tap-huan.hinh_thuc"
    assert [c.value for c in forms.lists["tap-huan.hinh_thuc"]] == ["Trực tiếp", "Trực tuyến"]
    printed = forms.printed_by_id["TH.tap-huan"]
    assert [one.source for one in printed.columns][2:] == [
        "count(tap-huan)",
        "[5] + [6]",
        "sum(tap-huan.nam)",
        "sum(tap-huan.nu)",
        "sum(tap-huan.kinh_phi_trieu_dong)",
    ]


def test_what_a_table_does_not_add_up_is_not_printed_as_a_sum() -> None:
    heads = [["TT", "Tên", "Năm mua", "Số máy", "Nam"]]
    rows: list[list[Raw]] = [[1.0, "A", 2019.0, 2.0, 0.0], [2.0, "B", 2021.0, 3.0, 1.0]]
    total: list[list[Raw]] = [[None, "Tổng cộng", None, 5.0, None]]
    for more, sums in ((total, ["so_may"]), ([], ["so_may", "nam"])):
        text = printed_definition(drawn_form(Sheet("May", [*heads, *rows, *more])), 210, START)
        assert re.findall(r"sum\(may\.(\w+)\)", text) == sums


def test_a_drafted_example_is_what_the_column_can_hold(tmp_path: Path) -> None:
    heads: list[list[Raw]] = [["TT", "Tên lớp", "Số người", "Kinh phí", "Tỷ lệ"]]
    rows: list[list[Raw]] = [
        [1.0, "A", "khoảng 20", 15000000.0, 2.124],
        [2.0, "B", 12.0, 2.125, 15.0],
        [3.0, "C", 8.0, 7.5, 20.0],
    ]
    form = drawn_form(Sheet("Lop", [*heads, *rows]))
    assert [one.example for one in form.columns][2:] == ["", "15000000", "2,12"]
    folder = tmp_path / "bieu-mau"
    shutil.copytree(ROOT / "templates" / "bieu-mau", folder)
    (folder / "170-lop.toml").write_text(sheet_definition(form, 170, START), encoding="utf-8")
    read_definitions(folder).stand_beside(plan_2022())


def test_sections_words_of_other_agencies_and_differences_are_what_they_are() -> None:
    """A table of petitions and staff: sections head rows, a difference is a number."""
    rows: list[list[Raw]] = [
        ["SỐ KIẾN NGHỊ, NHÂN LỰC CỦA NGÀNH", None, None, None, None],
        ["STT", "Tỷ lệ (%)", "Cơ quan trả lời", "Hợp đồng", "Còn thiếu"],
        ["I", "Khám chữa bệnh", None, None, None],
        [1.0, 50.0, "Sở Y tế", 2.0, None],
        ["II", "Dược", None, None, None],
        [1.0, 40.0, "Sở Y tế", 0.0, None],
    ]
    formulas = {(row, 5): f"D{row}-B{row}" for row in (4, 6)}
    sheet = Sheet("Kiến nghị (2022), tỷ lệ 5%", rows, facts=SheetFacts(formulas=formulas))
    form = drawn_form(sheet)
    assert form.title == "SỐ KIẾN NGHỊ, NHÂN LỰC CỦA NGÀNH"  # «SỐ» is no «SỞ»
    assert form.id == "kien-nghi-2022-ty-le-5"
    assert [(one.key, one.type, one.required) for one in form.columns] == [
        ("stt", "ordinal", False),
        ("ty_le", "percent", True),
        ("co_quan_tra_loi", "text", True),
        ("hop_dong", "count", True),
        ("con_thieu", "count", False),
    ]
