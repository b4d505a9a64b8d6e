import dataclasses
import io
import re

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from kskt_excel.excel import book_writer
from kskt_excel.excel.marked.marked_copy import fault_workbook, marked_copy
from kskt_excel.messages import cell_list, finding, sentence
from kskt_excel.model.book import CellRef
from kskt_excel.model.finding import Finding
from kskt_excel.model.reading import SheetReading, SheetState
from tests import builders
from tests.excel import samples
from tests.excel.marked import kit

RESULT = "KẾT QUẢ KIỂM TRA"
HEADINGS = [
    "STT",
    "Trang tính",
    "Ô",
    "Dòng, cột",
    "Đang ghi",
    "Nội dung và cách sửa",
    "Giải trình của đơn vị",
    "Mã",
]
READING = builders.reading(
    builders.sheet(
        "ho-so",
        builders.record(8, "2.002385", procedure="2.002385", received_online=12),
        builders.record(
            9, "2.002380", procedure="2.002380", received_online=1234, unread=["carried_over"]
        ),
    ),
    builders.sheet("pakn", state=SheetState.NIL),
    SheetReading("truc-tuyen", "Trực tuyến", SheetState.MISSING),
)
MISSING = finding("sheet.missing", CellRef("Trực tuyến"), sheet="Trực tuyến")
FOUND = (
    kit.warning("Hồ sơ", "E9"),
    kit.error("Hồ sơ", "E8"),
    MISSING,
    finding("column.missing", CellRef("Hồ sơ", 6), column="Trực tuyến"),
    finding("sheet.extra", None, sheets="«Nháp»", count=1),
)


def _sheet(*findings: Finding, patched: bool = True) -> Worksheet:
    if patched:
        copy = marked_copy(
            samples.filled(),
            kind="xlsx",
            findings=findings,
            reading=READING,
            head=kit.HEAD,
            forms=builders.forms(),
        )
        data = copy.data
    else:
        data = fault_workbook(findings, READING, kit.HEAD, forms=builders.forms())
    sheet = openpyxl.load_workbook(io.BytesIO(data))[RESULT]
    assert isinstance(sheet, Worksheet)
    return sheet


def _lines(sheet: Worksheet) -> list[list[str]]:
    rows = sheet.iter_rows(min_row=3, max_col=8, values_only=True)
    return [[str(one) for one in row if one is not None] for row in rows]


def test_the_head_says_what_to_do_by_when_and_whom_to_call() -> None:
    lines = _lines(_sheet(*FOUND))
    assert lines[:5] == [
        ["Đơn vị", "Phòng Quản lý chuyên ngành"],
        ["Kỳ báo cáo", "Quý I/2022"],
        ["Tệp đã nhận", "BC-KSTTHC_2022-Q1_QLCNH.xlsx"],
        ["Nhận lúc", "09 giờ 05 ngày 16/3/2022 (gửi lần 2)"],
        ["Kết luận", kit.HEAD.conclusion],
    ]
    assert lines[5][1].startswith("Sửa các ô nền đỏ ngay trong tệp này")
    assert "Ô nền vàng: xem lại" in lines[5][1]
    assert lines[6:8] == [
        ["Thời hạn gửi lại", "18/3/2022"],
        ["Liên hệ", "Văn phòng Sở, 0208 3855 000"],
    ]


def test_warnings_alone_ask_for_no_mending() -> None:
    task = _lines(_sheet(FOUND[0]))[5][1]
    assert "nền đỏ" not in task
    assert task.startswith("Ô nền vàng: xem lại; nếu số liệu đúng, ghi lý do vào cột")


def test_faults_come_by_weight_structure_first() -> None:
    sheet = _sheet(*FOUND)
    lines = _lines(sheet)
    at = lines.index(HEADINGS)
    assert [line[0] for line in lines[at + 1 : at + 10]] == [
        "Phải sửa trước: tệp và cấu trúc (1)",
        "1",
        "Lỗi số liệu, phải sửa (2)",
        "2",
        "3",
        "Cảnh báo, cần xem lại (1)",
        "4",
        "Thông tin, không phải sửa (1)",
        "5",
    ]


def test_a_fault_is_told_with_its_row_column_value_and_code_last() -> None:
    lines = _lines(_sheet(*FOUND))
    told = next(line for line in lines if line[:3] == ["2", "Hồ sơ", "E8"])
    text, code = sentence(FOUND[1]).rsplit(" (", 1)
    assert told[3:] == ["2.002385\nTrực tuyến", "mười hai <&>", text, code.rstrip(")")]


def test_links_lead_to_the_cell_only_where_there_is_one() -> None:
    links = {
        cell.value: cell.hyperlink.location
        for row in _sheet(*FOUND).iter_rows()
        for cell in row
        if cell.hyperlink
    }
    assert links["E8"] == "'Hồ sơ'!E8"
    assert links["(cả trang)"] == "'Trực tuyến'!A1"
    assert not any(
        cell.hyperlink for row in _sheet(*FOUND, patched=False).iter_rows() for cell in row
    )


def test_what_was_read_is_shown_with_totals() -> None:
    lines = _lines(_sheet(*FOUND))
    at = next(n for n, line in enumerate(lines) if line and line[0].startswith("Văn phòng đã đọc"))
    assert lines[at + 1][1:3] == ["Hồ sơ", "Có số liệu: 2 dòng"]
    assert "Trực tuyến: 1.246;" in lines[at + 1][3]
    assert "Từ kỳ trước: 0 (chưa kể 1 ô chưa đọc được)" in lines[at + 1][3]
    assert lines[at + 2][1:3] == ["PAKN", "Kỳ này không phát sinh"]
    assert lines[at + 3][1:3] == ["Trực tuyến", "Không có trang này"]


def test_one_kind_of_fault_in_many_cells_is_listed_once_more_with_all_cells() -> None:
    same = [kit.error("Hồ sơ", f"E{row}") for row in (8, 9, 10, 12)]
    lines = _lines(_sheet(*same))
    at = next(n for n, line in enumerate(lines) if line and line[0].startswith("Nội dung có ở"))
    assert lines[at + 1][:3] == ["1", "Hồ sơ", "4 ô: E8–E10, E12"]
    assert not any(line and line[0].startswith("Nội dung có ở") for line in _lines(_sheet()))


def test_the_page_is_a4_across_with_heads_repeated_and_rows_as_high_as_their_text() -> None:
    data = fault_workbook(FOUND, READING, kit.HEAD, forms=builders.forms())
    xml = kit.parts(data)["xl/worksheets/sheet1.xml"].decode()
    assert '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>' in xml
    assert '<pageSetUpPr fitToPage="1"/>' in xml
    sheet = _sheet(*FOUND)
    heading = next(row for row in range(1, 30) if sheet.cell(row, 1).value == "STT")
    assert sheet.print_title_rows == f"${heading}:${heading}"
    long = next(row for row in range(1, 30) if sheet.cell(row, 3).value == "E8")
    assert float(sheet.row_dimensions[long].height or 0) > 30
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value]
    assert {cell.font.name for cell in cells} == {book_writer.FONT}


def test_what_was_read_begins_a_page_behind_many_faults() -> None:
    many = [kit.error("Hồ sơ", f"E{row}") for row in range(8, 20, 2)]
    assert len(_sheet(*many).row_breaks.brk) == 1
    assert len(_sheet(*many[:2]).row_breaks.brk) == 0


def test_hidden_marks_are_hidden() -> None:
    sheet = _sheet(*FOUND)
    assert str(sheet["A2"].value).startswith("kskt:ket-qua/1;")
    assert sheet.row_dimensions[2].hidden
    assert sheet.column_dimensions["I"].hidden
    keys = [row[8].value for row in sheet.iter_rows() if row[8].value]
    assert "kskt:dong;value.count.not_a_number;E8;Hồ sơ" in keys


def test_what_a_unit_typed_is_never_a_formula() -> None:
    at = CellRef.parse("Hồ sơ", "E8")
    bad = finding("value.count.not_a_number", at, column="=1+1", given="=HYPERLINK(1)\x07")
    head = dataclasses.replace(kit.HEAD, file_name="=cmd|'/c calc'!A1.xlsx")
    data = fault_workbook([bad], None, head)
    sheet = openpyxl.load_workbook(io.BytesIO(data))[RESULT]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value]
    assert "=HYPERLINK(1)" in [cell.value for cell in cells]
    assert {cell.data_type for cell in cells if not re.fullmatch(r"=.*", str(cell.value))} == {"s"}
    assert b"<f>" not in kit.parts(data)["xl/worksheets/sheet1.xml"]


def test_what_looks_like_an_escape_of_the_format_is_read_as_it_was_typed() -> None:
    at = CellRef.parse("Hồ sơ", "E8")
    bad = finding("value.count.not_a_number", at, column="Trực tuyến", given="a_x0041_b")
    data = fault_workbook([bad], None, kit.HEAD)
    sheet = openpyxl.load_workbook(io.BytesIO(data))[RESULT]
    assert "a_x0041_b" in [cell.value for row in sheet.iter_rows() for cell in row]
    assert b"_x0041_" not in kit.parts(data)["xl/worksheets/sheet1.xml"]  # Excel would show A


@pytest.mark.parametrize(
    ("cells", "text"),
    [
        (["E7", "E9", "E12", "E13", "E14", "E15"], "E7, E9, E12–E15"),
        (["E7", "E8"], "E7, E8"),
        (["G7", "E7", "E7"], "E7, G7"),
        (["A1", "B2", "C3", "D4", "D5", "D6"], "A1, B2, C3 và 3 ô khác"),
    ],
)
def test_many_cells_are_told_in_few_words(cells: list[str], text: str) -> None:
    assert cell_list([CellRef.parse("Hồ sơ", a1) for a1 in cells], 3) == text


def test_rows_are_told_as_rows_and_sheets_not_at_all() -> None:
    assert cell_list([CellRef("A", 5), CellRef("A", 6), CellRef("A")], 9) == "dòng 5–6"
