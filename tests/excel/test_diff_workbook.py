"""The workbook of differences: typed values, texts that stay texts, ready to print."""

import datetime as dt
import io

import openpyxl

from kskt_excel.consolidation.differences import Difference
from kskt_excel.excel.diff_workbook import DiffHead, diff_workbook
from kskt_excel.model.book import CellRef

_HEAD = DiffHead(
    agency="Sở Khoa học và Công nghệ",
    unit="Phòng Quản lý chuyên ngành",
    period="Quý I/2022",
    before="Lần 1, nhận lúc 08 giờ 30 ngày 14/3/2022",
    after="Lần 2, nhận lúc 09 giờ 00 ngày 15/3/2022",
    created=dt.datetime(2022, 3, 15, 9, 0, tzinfo=dt.UTC),
)
_DAY = dt.datetime.fromisoformat("2022-03-01")  # cells know no zone
_AT = CellRef("Hồ sơ", 9, 5)
_SOME = (
    Difference("changed", "Hồ sơ", "2.002385", "=1+1", "Trực tuyến", _AT, _AT, 12, 1234),
    Difference("changed", "PAKN", "1", "", "Công khai", _AT, _AT, None, after=True),
    Difference("changed", "PAKN", "1", "", "Hạn", _AT, _AT, _DAY.date(), "30/02/2022"),
    Difference("added", "Quá hạn", "H1", "", "", None, CellRef("Quá hạn", 8), None, "Mã: H1"),
    Difference("removed", "Rà soát", "", "", "", None, None, None, None),
)


def _rows(data: bytes) -> list[list[object]]:
    sheet = openpyxl.load_workbook(io.BytesIO(data))["So sánh"]
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=9)]


def test_each_difference_is_a_row_with_typed_values() -> None:
    rows = _rows(diff_workbook(_SOME, _HEAD))
    assert [row[1:3] + row[5:10] for row in rows] == [
        ["Hồ sơ", "2.002385", "Sửa", "E9", 12, "E9", 1234],
        ["PAKN", "1", "Sửa", "E9", None, "E9", "Có"],
        ["PAKN", "1", "Sửa", "E9", _DAY, "E9", "30/02/2022"],
        ["Quá hạn", "H1", "Thêm dòng", None, None, "dòng 8", "Mã: H1"],
        ["Rà soát", None, "Bỏ sheet", None, None, None, None],
    ]


def test_a_text_that_looks_like_a_formula_stays_a_text() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(diff_workbook(_SOME, _HEAD)))["So sánh"]
    assert (sheet["D9"].value, sheet["D9"].data_type) == ("=1+1", "s")


def test_the_same_differences_give_the_same_bytes() -> None:
    assert diff_workbook(_SOME, _HEAD) == diff_workbook(_SOME, _HEAD)


def test_two_equal_versions_say_so() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(diff_workbook((), _HEAD)))["So sánh"]
    assert sheet["A6"].value == "Hai lần gửi có số liệu giống nhau."
    assert sheet["A9"].value is None


def test_it_prints_on_landscape_pages_with_headings() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(diff_workbook(_SOME, _HEAD)))["So sánh"]
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.print_title_rows == "$8:$8"
    assert sheet.page_setup.fitToHeight == 0  # one page wide, as long as it takes
