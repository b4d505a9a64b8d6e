import datetime as dt
import io
import zipfile

import pytest

from kskt_excel.excel.formats.calamine import Unread, read_values
from kskt_excel.excel.formats.gate import Gated, inspect
from kskt_excel.excel.formats.readers import read_book
from kskt_excel.excel.formats.second_reader import read_second
from kskt_excel.excel.formats.xlsx import knowledge, parse_facts, read_facts
from tests.attacks import of_sheet, package, sheet
from tests.excel import samples
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


@pytest.mark.parametrize("data", [telling(), samples.filled()], ids=["telling", "issued"])
def test_patterns_and_parser_find_the_same_facts(data: bytes) -> None:
    package_ = _gated(data).package
    known = knowledge(package_)
    for part in package_.worksheets:
        assert package_.is_plain(part)
        parsed = parse_facts(package_.parts[part], known.styles, known.legacy_strings)
        assert read_facts(package_, part, known) == parsed


@pytest.mark.parametrize("data", [telling(), samples.filled()], ids=["telling", "issued"])
def test_both_readers_read_the_same(data: bytes) -> None:
    first, second = read_values(data, "xlsx"), read_second(_gated(data))
    assert not isinstance(first, Unread)
    assert second is not None
    assert [(found.name, found.rows, found.visible) for found in first] == [
        (found.name, found.rows, found.visible) for found in second
    ]
    assert [sorted(found.merged) for found in first] == [sorted(found.merged) for found in second]


def test_another_hand_writes_the_same_book_differently() -> None:
    import openpyxl

    again = io.BytesIO()
    openpyxl.load_workbook(io.BytesIO(telling())).save(again)
    book, original = read(again.getvalue()), read(telling())
    assert book.sheets[0].facts.unstored == {(2, 1), (2, 2), (2, 3), (2, 4)}
    assert book.sheets[0].facts.formulas == original.sheets[0].facts.formulas
    assert book.sheets[0].facts.hidden_rows == {5}
    assert book.properties == original.properties


@pytest.mark.parametrize(
    ("cell", "formula", "unstored"),
    [
        ('<c r="A1"><f>1+1</f><v>2</v></c>', "1+1", False),
        ('<c r="A1"><f>1+1</f></c>', "1+1", True),
        ('<c r="A1"><f>1+1</f><v></v></c>', "1+1", True),
        ('<c r="A1"><f>1+1</f><v/></c>', "1+1", True),
        ('<c r="A1" t="str"><f>A2</f><v></v></c>', "A2", False),
        ('<c r="A1" t="str"><f>A2</f></c>', "A2", True),
        ('<c r="A1"><f t="shared" ref="A1:A2" si="0">B1*2</f><v>2</v></c>', "B1*2", False),
        ('<c r="A1"><f t="shared" si="0"/><v>2</v></c>', "", False),
        ('<c r="A1" s="1" t="str"><f>B1&amp;"x"</f><v>x</v></c>', 'B1&"x"', False),
        ('<c r="A1">\n <f>1+1</f>\n <v>2</v></c>', "1+1", False),
        ("<c r='A1'><f>1+1</f><v>2</v></c>", "1+1", False),
    ],
)
def test_a_formula_is_known_however_it_is_written(cell: str, formula: str, unstored: bool) -> None:  # noqa: FBT001
    rows = f'<row r="1">{cell}<c r="B1"><v>1</v></c></row>'
    facts = read(of_sheet(rows=rows)).sheets[0].facts
    assert facts.formulas == {(1, 1): formula}
    assert facts.unstored == ({(1, 1)} if unstored else set())


def test_hidden_is_known_as_libreoffice_writes_it() -> None:
    rows = '<row r="1" hidden="false"><c r="A1"><v>1</v></c></row>'
    rows += '<row r="2" hidden="true"><c r="A2"><v>1</v></c></row>'
    columns = '<cols><col min="3" max="16384" hidden="true"/></cols>'
    facts = read(of_sheet(rows=rows, before=columns)).sheets[0].facts
    assert facts.hidden_rows == {2}
    assert min(facts.hidden_columns) == 3


def test_a_number_that_is_none_is_an_error_in_its_cell() -> None:
    rows = (
        '<row r="1"><c r="A1"><v>NaN</v></c><c r="B1"><v>1e999</v></c><c r="C1"><v>3</v></c></row>'
    )
    found = read(of_sheet(rows=rows)).sheets[0]
    assert found.rows == [[None, None, 3.0]]
    assert found.facts.errors == {(1, 1): "#NUM!", (1, 2): "#NUM!"}


def test_a_comment_does_not_make_a_formula() -> None:
    rows = '<row r="1"><!--<c r="A1"><f>1</f><v>1</v></c>--><c r="B1"><v>1</v></c></row>'
    assert read(of_sheet(rows=rows)).sheets[0].facts.formulas == {}


def test_a_workbook_without_cells_is_no_success() -> None:
    book, said = read_book(_gated(of_sheet(rows="")))
    assert book is None
    assert [found.code for found in said] == ["file.no_data"]


def test_a_string_that_is_not_there_is_no_value() -> None:
    rows = '<row r="1"><c r="A1" t="s"><v>7</v></c></row>'
    book, said = read_book(_gated(of_sheet(rows=rows)))
    assert book is None
    assert [found.code for found in said] == ["file.unreadable"]


def test_the_second_reader_takes_what_the_first_does_not() -> None:
    data = package(
        {"xl/worksheets/sheet1.xml": sheet().replace("UTF-8", "UTF-16").encode("utf-16")}
    )
    book, said = read_book(_gated(data))
    assert book
    assert book.sheets[0].rows == [[1.0]]
    assert [found.code for found in said] == ["file.read_by_second_reader"]


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
    second = read_second(_gated(out.getvalue()))
    assert book.epoch_1904
    assert book.sheets[0].at(2, 2) == dt.date(2022, 3, 14)
    assert second is not None
    assert second[0].rows[1][1] == dt.date(2022, 3, 14)


def test_the_parts_are_unpacked_once() -> None:
    gated = _gated(telling())
    whole = zipfile.ZipFile(io.BytesIO(telling()))
    assert gated.package.parts["xl/worksheets/sheet1.xml"] == whole.read("xl/worksheets/sheet1.xml")
