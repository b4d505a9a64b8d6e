import datetime as dt
import inspect
import io
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from python_calamine import CalamineWorkbook
from xlsxwriter.worksheet import Worksheet

from kskt_excel.excel import book_writer
from kskt_excel.excel.book_writer import BookWriter, DamagedOutputError

CREATED = dt.datetime(2022, 3, 15, 8, 0)  # Excel knows no time zones


def _book(*texts: str, row_by_row: bool = False) -> BookWriter:
    book = BookWriter(
        created=CREATED, title="Thử", agency="Sở Khoa học và Công nghệ", row_by_row=row_by_row
    )
    sheet = book.sheet("Hồ sơ")
    for row, text in enumerate(texts, start=1):
        book_writer.write_text(sheet, row, 1, text, book.formats("cell"))
    return book


def _column(data: bytes) -> list[object]:
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    return [row[0] for row in rows]


@pytest.mark.parametrize(
    "text",
    ["=1+1", "=cmd|'/c calc'!A0", "+84 208", "-5", "@SUM(A1)", "https://a.vn", "007", "{=1}"],
)
def test_a_text_stays_a_text_whatever_it_begins_with(text: str) -> None:
    data = _book(text).finish()
    cell = openpyxl.load_workbook(io.BytesIO(data))["Hồ sơ"]["A1"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a\x00b\x0bc", "abc"),
        ("dòng 1\r\ndòng 2\rdòng 3", "dòng 1\ndòng 2\ndòng 3"),
        ("nửa \ud83d chữ\uffff", "nửa  chữ"),
        ("_x000D_ là chữ", "_x000D_ là chữ"),
        ("cột\tcột", "cột\tcột"),
    ],
)
def test_what_a_cell_cannot_hold_is_left_out(text: str, kept: str) -> None:
    assert book_writer.cell_text(text) == kept
    data = _book(text).finish()
    assert openpyxl.load_workbook(io.BytesIO(data))["Hồ sơ"]["A1"].value == kept


@pytest.mark.parametrize("letter", ["a", "ệ", "😀"])
def test_a_text_longer_than_a_cell_is_cut_and_says_so(letter: str) -> None:
    cut = book_writer.cell_text(letter * 40_000)
    assert cut.endswith("…")
    assert 32_765 <= len(cut.encode("utf-16-le")) // 2 <= 32_767


@pytest.mark.parametrize("row_by_row", [False, True])
def test_two_runs_give_the_same_bytes(row_by_row: bool) -> None:
    first, second = (_book("một", "hai", row_by_row=row_by_row).finish() for _ in range(2))
    assert first == second
    assert _column(first) == ["một", "hai"]


def test_the_first_page_has_no_number_and_keeps_its_footer() -> None:
    book = _book("một")
    book_writer.paper(book.workbook.worksheets()[0], landscape=True, footer="Trung tâm KH&CN")
    data = book.finish(book_writer.first_page_without_number)
    xml = zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml").decode()
    assert '<headerFooter differentFirst="1" ' in xml
    assert xml.count("Trung tâm KH&amp;&amp;CN") == 2
    assert xml.index("</oddFooter><firstFooter>") > 0
    assert "firstHeader" not in xml


@pytest.mark.parametrize(
    "name", ["Trung tâm " * 20, "Phòng Kế hoạch - Tài chính " * 9, "T" * 261, "a - " * 80]
)
@pytest.mark.parametrize("end", ["Quý III/2022", "6 tháng đầu năm 2022 - Số liệu tạm tổng hợp"])
def test_a_footer_that_is_too_long_keeps_its_period(name: str, end: str) -> None:
    command = book_writer.footer_command(f"Danh sách đôn đốc {name.strip()} - {end}")
    shown = command.removeprefix('&L&"Times New Roman,Italic"&9')
    assert len(shown) <= 100
    assert shown.startswith("Danh sách đôn đốc ")
    assert shown.endswith(f" - {end}")


def test_patching_keeps_every_part_and_fixes_its_time() -> None:
    data = _book("một").finish()
    again = book_writer.patched(data, book_writer.growing_rows)
    before, after = (zipfile.ZipFile(io.BytesIO(d)) for d in (data, again))
    assert before.namelist() == after.namelist()
    assert {info.date_time for info in after.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert all(before.read(name) == after.read(name) for name in before.namelist())


def test_marks_stand_in_properties_and_in_defined_names() -> None:
    book = _book("một")
    book.mark({"kskt_unit": "VP", "kskt_period": "2022-Q1"})
    loaded = openpyxl.load_workbook(io.BytesIO(book.finish()))
    assert {p.name: p.value for p in loaded.custom_doc_props.props} == {
        "kskt_unit": "VP",
        "kskt_period": "2022-Q1",
    }
    assert loaded.defined_names["kskt_unit"].value == '"VP"'


@pytest.mark.parametrize(
    ("name", "kept"),
    [("Biểu II/06a", "Biểu II 06a"), ("'x'", "x"), ("a" * 40, "a" * 31), ("[]", "Sheet")],
)
def test_a_sheet_name_is_made_acceptable(name: str, kept: str) -> None:
    assert book_writer.sheet_name(name) == kept


def test_a_workbook_that_does_not_open_never_replaces_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "tong-hop.xlsx"
    good = _book("một").finish()
    book_writer.write_workbook(path, good)
    with pytest.raises(DamagedOutputError):
        book_writer.write_workbook(path, good[: len(good) // 2])
    assert path.read_bytes() == good
    assert [file.name for file in tmp_path.iterdir()] == ["tong-hop.xlsx"]


def test_no_formula_of_ours_has_a_function_that_xlsxwriter_would_have_to_rename() -> None:
    """They are written as they are: Excel 2007 knows every function in them."""
    source = inspect.getsource(Worksheet)
    younger = set(re.findall(r'"_xlfn\.(?:_xlws\.)?([A-Z][A-Z0-9.]*)\("', source))
    assert {"FILTER", "XLOOKUP", "IFNA", "STDEV.S"} <= younger
    written = re.compile(rf"(?<![\w.])({'|'.join(map(re.escape, younger))})\(")
    for path in sorted(Path("kskt_excel/excel").rglob("*.py")):
        assert not written.findall(path.read_text(encoding="utf-8")), path
