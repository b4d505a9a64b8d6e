"""What a person has written is kept: in issued workbooks, and over the tracker's own cells."""

from pathlib import Path

import openpyxl
import pytest

from tests.office.desk_of_tests import Office, workbook
from tests.office.products import read_back

pytestmark = pytest.mark.usefixtures("short_paper", "read_here")

UNPLACED = "Ghi chú chưa xếp được"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


@pytest.fixture(scope="module")
def consolidated(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """An office that has put a report together, nothing written by hand."""
    office = Office(tmp_path_factory.mktemp("written-over"))
    office.arrives("ttra.xlsx", workbook("TTRA", "2022-Q1"))
    office.consolidate("2022-Q1")
    return office


@pytest.fixture
def at_work(tmp_path: Path, consolidated: Office) -> Office:
    return Office(tmp_path, consolidated)


def test_an_issued_workbook_that_somebody_has_filled_is_not_written_again(office: Office) -> None:
    office.issue("2022-Q1", "VP", "QLKH")
    folder = office.root / "workbooks" / "issued" / "2022-Q1"
    filled = folder / "BC-KSTTHC_2022-Q1_VP.xlsx"
    book = openpyxl.load_workbook(filled)
    book["Tiến độ"]["H8"] = "Đã họp"
    book.save(filled)
    before = filled.read_bytes()
    said = office.issue("2022-Q1", "VP", "QLKH")
    assert "đã có người ghi từ khi phát" in said.line("Giữ nguyên workbooks")
    assert filled.read_bytes() == before
    assert said.json["kept"] == ["workbooks/issued/2022-Q1/BC-KSTTHC_2022-Q1_VP.xlsx"]
    assert any(name.endswith("_QLKH.xlsx") for name in said.json["outputs"])


def test_an_issued_workbook_as_it_went_out_is_renewed_without_a_word(office: Office) -> None:
    office.issue("2022-Q1", "VP")
    assert office.issue("2022-Q1", "VP").json["kept"] == []


TYPED_OVER = [
    ("Tiến độ", "G7", "Đã hoàn thành (Văn phòng sửa)"),
    ("Tiến độ", "C8", "Tên việc viết gọn"),
    ("Tình hình gửi nhận", "D8", "Đã nhận bản giấy"),
    ("Tình hình gửi nhận", "B7", 5),
]
"""Sheet, cell of the program, and what a person of the office has typed over it."""


def test_what_is_typed_over_the_programs_cells_is_kept_with_its_place_and_said(
    at_work: Office,
) -> None:
    tracker = at_work.root / "workbooks" / "tracker" / "theo-doi-2022.xlsx"
    book = openpyxl.load_workbook(tracker)
    own = [book[sheet][cell].value for sheet, cell, _ in TYPED_OVER]
    for sheet, cell, typed in TYPED_OVER:
        book[sheet][cell] = typed
    book.save(tracker)
    said = at_work.consolidate("2022-Q1")
    book = openpyxl.load_workbook(tracker)
    assert [book[sheet][cell].value for sheet, cell, _ in TYPED_OVER] == own
    assert "Ô G7, C8 của trang “Tiến độ”" in said.text
    assert "Ô B7, D8 của trang “Tình hình gửi nhận”" in said.text
    rows = list(book[UNPLACED].iter_rows(values_only=True))
    for sheet, cell, typed in TYPED_OVER:
        kept = [row for row in rows if row[1] == sheet and f"(ô {cell})" in str(row[3])]
        assert [row[4] for row in kept] == [typed]
    again = at_work.consolidate("2022-Q1")
    assert "do chương trình ghi nên trở lại" not in again.text
    assert UNPLACED in read_back(tracker).sheetnames


def test_a_citizen_named_by_the_office_itself_is_told_and_nothing_is_changed(
    at_work: Office,
) -> None:
    tracker = at_work.root / "workbooks" / "tracker" / "theo-doi-2022.xlsx"
    book = openpyxl.load_workbook(tracker)
    sheet = book["Tiến độ"]
    heading = next(
        cell for row in sheet.iter_rows() for cell in row if cell.value == "Ghi chú của Văn phòng"
    )
    note = sheet.cell(heading.row + 1, heading.column)
    note.value = "Bà Trần Thị Hoa, ĐT 0912345678"
    typed = sheet["C8"]
    typed.value = "gọi ông Nguyễn Hải Nam"
    book.save(tracker)
    said = at_work.consolidate("2022-Q1").text
    assert f"Ô {note.coordinate}, {typed.coordinate} của trang “Tiến độ” có ghi chú" in said
    assert "Trần Thị Hoa" not in said
    kept = read_back(tracker)
    assert kept["Tiến độ"][note.coordinate].value == "Bà Trần Thị Hoa, ĐT 0912345678"
    assert f"của trang “{UNPLACED}” có ghi chú" in at_work.consolidate("2022-Q1").text


def test_own_sheets_stay_where_they_were_put_with_the_colour_of_their_tabs(at_work: Office) -> None:
    tracker = at_work.root / "workbooks" / "tracker" / "theo-doi-2022.xlsx"
    book = openpyxl.load_workbook(tracker)
    printed = {sheet.title: sheet.print_title_rows for sheet in book}
    for name, at in (
        ("Việc riêng", 0),
        ("Giữa", 5),
        ("Giữa nữa", 6),
        ("Cuối", len(book.sheetnames)),
    ):
        book.create_sheet(name, at)["A1"] = name
        book[name].sheet_properties.tabColor = "FF00AA55"
    order = book.sheetnames
    book.save(tracker)
    for _ in range(2):
        at_work.consolidate("2022-Q1")
        kept = openpyxl.load_workbook(tracker)
        assert kept.sheetnames == order
        assert kept.active is kept["Tổng quan"]
        colour = kept["Giữa nữa"].sheet_properties.tabColor
        assert colour is not None
        assert colour.rgb == "FF00AA55"
        assert {name: kept[name].print_title_rows for name in printed} == printed
