import datetime as dt
import io
import zipfile

from kskt_excel.excel.formats.gate import Gated, inspect
from kskt_excel.excel.formats.readers import read_book
from tests.attacks import of_sheet
from tests.excel.books import read, telling


def _gated(data: bytes) -> Gated:
    gated = inspect("VP.xlsx", data)
    assert isinstance(gated, Gated)
    return gated


def test_cells_stand_where_excel_shows_them() -> None:
    shown = read(telling()).sheets[0]
    assert shown.name == "Hồ sơ & khác"
    assert shown.at(1, 1) == "Biểu"
    assert [shown.at(3, column) for column in range(1, 5)] == [
        0.5,
        "Së Khoa häc",
        dt.date(2022, 3, 14),
        True,
    ]
    assert shown.at(5, 1) == "ẩn"
    assert shown.at(4, 1) is None
    assert len(shown.rows) == 5


def test_what_values_do_not_tell_is_told_by_facts() -> None:
    facts = read(telling()).sheets[0].facts
    assert facts.formulas == {
        (2, 1): "SUM(B2:C2)",
        (2, 2): "1/0",
        (2, 3): "'[1]Quý 1'!B5",
        (2, 4): 'IF(1,"x","")',
    }
    assert facts.errors == {(2, 2): "#DIV/0!"}
    assert facts.external == {(2, 3)}
    assert facts.unstored == frozenset()
    assert facts.hidden_rows == {5}
    assert facts.hidden_columns == {6, 7}
    assert facts.filtered
    assert facts.percent_cells == {(3, 1)}
    assert facts.legacy_fonts == {(3, 2): ".VnTime"}


def test_marks_merges_and_hidden_sheets_are_read() -> None:
    book = read(telling())
    assert book.properties == {"kskt_template": "don-vi"}
    assert book.names["kskt_unit"] == '"VP"'
    assert book.sheets[0].merged == ((1, 1, 1, 3),)
    assert [found.visible for found in book.sheets] == [True, False]


def test_another_hand_writes_the_same_book_differently() -> None:
    import openpyxl

    again = io.BytesIO()
    openpyxl.load_workbook(io.BytesIO(telling())).save(again)
    book, original = read(again.getvalue()), read(telling())
    assert book.sheets[0].facts.unstored == {(2, 1), (2, 2), (2, 3), (2, 4)}
    assert book.sheets[0].facts.formulas == original.sheets[0].facts.formulas
    assert book.sheets[0].facts.hidden_rows == {5}
    assert book.properties == original.properties


def test_hidden_is_known_as_libreoffice_writes_it() -> None:
    rows = '<row r="1" hidden="false"><c r="A1"><v>1</v></c></row>'
    rows += '<row r="2" hidden="true"><c r="A2"><v>1</v></c></row>'
    columns = '<cols><col min="3" max="16384" hidden="true"/></cols>'
    facts = read(of_sheet(rows=rows, before=columns)).sheets[0].facts
    assert facts.hidden_rows == {2}
    assert min(facts.hidden_columns) == 3


def test_a_workbook_without_cells_is_no_success() -> None:
    book, said = read_book(_gated(of_sheet(rows="")))
    assert book is None
    assert [found.code for found in said] == ["file.no_data"]


def test_days_counted_from_1904_are_the_same_days() -> None:
    import openpyxl
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    workbook = openpyxl.Workbook()
    workbook.epoch = CALENDAR_MAC_1904
    assert workbook.active is not None
    workbook.active["B2"] = dt.date(2022, 3, 14)
    out = io.BytesIO()
    workbook.save(out)
    book = read(out.getvalue())
    assert book.epoch_1904
    assert book.sheets[0].at(2, 2) == dt.date(2022, 3, 14)


def test_the_parts_are_unpacked_once() -> None:
    gated = _gated(telling())
    whole = zipfile.ZipFile(io.BytesIO(telling()))
    assert gated.package.parts["xl/worksheets/sheet1.xml"] == whole.read("xl/worksheets/sheet1.xml")
