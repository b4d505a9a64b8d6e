import io
import re
from xml.parsers import expat

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from kskt_excel.excel import book_writer
from kskt_excel.excel.marked.marked_copy import AUTHOR, LABEL, NOTE_MARK, without_marks
from kskt_excel.messages import sentence
from tests.excel import samples
from tests.excel.marked import kit, nasty
from tests.looked_at import opened

RESULT = "KẾT QUẢ KIỂM TRA"
FIRST = "xl/worksheets/sheet1.xml"
RED = book_writer.MARK_ERROR_FILL.lstrip("#")
YELLOW = book_writer.MARK_WARN_FILL.lstrip("#")


def _values(data: bytes) -> dict[str, object]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return {
        name: book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        for name in book.sheet_names
        if name != RESULT
    }


def _colour(data: bytes, sheet: str, a1: str) -> str:
    fill = opened(data)[sheet][a1].fill
    return str(fill.fgColor.rgb)[2:] if fill.patternType == "solid" else ""


def _note(data: bytes, sheet: str, a1: str) -> str:
    comment = opened(data)[sheet][a1].comment
    return str(comment.text) if comment else ""


def test_only_what_we_add_differs() -> None:
    before = nasty.rich()
    after = kit.mark(before, kit.error(nasty.SHEET, "B4"), kit.warning("Phụ lục", "C20"))
    assert kit.lost(before, after) == set()
    assert kit.changed(before, after) == {
        "[Content_Types].xml",
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "xl/styles.xml",
        FIRST,
        "xl/comments1.xml",
        "xl/drawings/vmlDrawing1.vml",
        "xl/worksheets/sheet2.xml",
        "xl/worksheets/_rels/sheet2.xml.rels",
    }
    assert kit.added(before, after) == {
        "xl/worksheets/sheet4.xml",
        "xl/comments2.xml",
        "xl/drawings/vmlDrawing3.vml",
    }


def test_a_marked_sheet_differs_in_the_style_of_the_cell_alone() -> None:
    before, after = nasty.rich(), kit.mark(nasty.rich(), kit.error(nasty.SHEET, "B4"))
    old, new = kit.parts(before)[FIRST], kit.parts(after)[FIRST]
    marked = re.sub(rb'<c r="B4" s="\d+">', b'<c r="B4" s="1">', new)
    assert marked == old
    assert b"<x14:sparkline>" in new


def test_every_changed_part_is_xml() -> None:
    after = kit.mark(nasty.rich(), kit.error(nasty.SHEET, "B4"), kit.error("Trống", "A1"))
    for name, content in kit.parts(after).items():
        if name.endswith((".xml", ".rels", ".vml")):
            assert expat.ParserCreate(namespace_separator=" ").Parse(content, True) == 1, name


def test_faults_are_red_warnings_yellow_and_both_have_notes() -> None:
    fault, doubt = kit.error(nasty.SHEET, "B4"), kit.warning("Phụ lục", "C20")
    data = kit.mark(nasty.rich(), fault, doubt)
    assert _colour(data, nasty.SHEET, "B4") == RED
    assert _colour(data, "Phụ lục", "C20") == YELLOW
    assert _colour(data, nasty.SHEET, "B5") == "DDEBF7"
    assert _note(data, nasty.SHEET, "B4") == f"{NOTE_MARK} Lỗi: {sentence(fault)}"
    assert _note(data, "Phụ lục", "C20") == f"{NOTE_MARK} Cảnh báo: {sentence(doubt)}"
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book[nasty.SHEET]["B4"].comment.author == AUTHOR
    assert book[nasty.SHEET]["B4"].number_format == "#,##0"
    assert book[nasty.SHEET]["B4"].border.left.style == "thin"
    assert book["Phụ lục"]["C20"].font.bold


def test_several_faults_of_a_cell_share_one_note_errors_first() -> None:
    doubt, fault = kit.warning(nasty.SHEET, "B4"), kit.error(nasty.SHEET, "B4")
    data = kit.mark(nasty.rich(), doubt, fault)
    assert _note(data, nasty.SHEET, "B4").splitlines() == [
        f"{NOTE_MARK} Ô này có 2 điểm:",
        f"1. Lỗi: {sentence(fault)}",
        f"2. Cảnh báo: {sentence(doubt)}",
    ]
    assert _colour(data, nasty.SHEET, "B4") == RED


def test_the_units_note_stays_above_ours() -> None:
    fault = kit.error(nasty.SHEET, "B2")
    data = kit.mark(nasty.rich(), fault)
    note = _note(data, nasty.SHEET, "B2")
    assert note == f"{LABEL}\nSố này theo sổ <giấy>\n\n{NOTE_MARK} Lỗi: {sentence(fault)}"
    assert _note(data, nasty.SHEET, "B9") == "để nguyên"


def test_a_conversation_is_left_alone() -> None:
    before = nasty.threaded()
    after = kit.mark(before, kit.error(nasty.SHEET, "B2"))
    assert "xl/comments1.xml" not in kit.changed(before, after)
    assert kit.lost(before, after) == set()
    assert _colour(after, nasty.SHEET, "B2") == RED


def test_values_formulas_and_stored_results_are_the_units() -> None:
    before = nasty.rich()
    after = kit.mark(before, kit.error(nasty.SHEET, "B4"), kit.error("Phụ lục", "Z30"))
    assert _values(after)[nasty.SHEET] == _values(before)[nasty.SHEET]
    formulas = openpyxl.load_workbook(io.BytesIO(after))[nasty.SHEET]["C4"].value
    assert formulas == "=B4*2"


def test_names_of_single_sheets_still_mean_their_sheet() -> None:
    book = openpyxl.load_workbook(io.BytesIO(kit.mark(nasty.rich(), kit.error("Trống", "A1"))))
    assert book.sheetnames == [RESULT, nasty.SHEET, "Phụ lục", "Trống"]
    assert book.active is book[RESULT]
    assert book[nasty.SHEET].print_title_rows == "$1:$2"
    assert book["Phụ lục"].print_area == "'Phụ lục'!$A$1:$C$6"
    assert "rieng" in book["Trống"].defined_names
    assert book.defined_names["ten_cua_don_vi"].attr_text == "'Phụ lục'!$A$1"
    assert not any(sheet.sheet_view.tabSelected for sheet in book.worksheets[1:])


def test_a_fault_in_a_merged_area_is_marked_where_it_is_shown() -> None:
    data = kit.mark(nasty.rich(), kit.error(nasty.SHEET, "F2"))
    assert _colour(data, nasty.SHEET, "E1") == RED
    assert _note(data, nasty.SHEET, "E1").startswith(NOTE_MARK)


def test_a_shade_that_the_unit_uses_is_not_taken() -> None:
    before = nasty.edited(nasty.rich(), ("xl/styles.xml", lambda xml: xml.replace("DDEBF7", RED)))
    data = kit.mark(before, kit.error(nasty.SHEET, "B4"))
    assert _colour(data, nasty.SHEET, "B5") == RED
    assert _colour(data, nasty.SHEET, "B4") == "FFC7CD"
    assert _colour(without_marks(data), nasty.SHEET, "B5") == RED


_HIDING = (
    "<!-- <sheetData> --><sheetData><row r='2'><c r='B2' t='str'>"
    "<v><![CDATA[<c r='B2'>]]></v></c></row></sheetData>"
)
HAND_WRITTEN = [
    ("no styles", "", "", '<sheetData><row r="2"><c r="B2"><v>5</v></c></row></sheetData>'),
    ("a prefix", "x", "",
     '<x:sheetData><x:row r="2"><x:c r="B2"><x:v>5</x:v></x:c></x:row></x:sheetData>'),
    ("a prefix and styles", "x", '<x:cellXfs count="1"><x:xf/></x:cellXfs>',
     "<x:sheetData><x:row><x:c/></x:row><x:row><x:c/><x:c><x:v>5</x:v></x:c></x:row></x:sheetData>"),
    ("no fills", "", '<cellXfs count="1"><xf numFmtId="0"/></cellXfs>',
     '<sheetData><row r="2"><c r="B2"><v>5</v></c></row></sheetData>'),
    ("comments and CDATA", "", "", _HIDING),
    ("inline text", "", "",
     '<sheetData><row r="2"><c r="B2" t="inlineStr"><is><t>năm</t></is></c></row></sheetData>'),
]  # fmt: skip


@pytest.mark.parametrize(("prefix", "styles", "sheet"), [one[1:] for one in HAND_WRITTEN])
def test_xml_as_few_write_it_is_marked_too(prefix: str, styles: str, sheet: str) -> None:
    before = nasty.small(sheet, styles, prefix=prefix)
    after = kit.mark(before, kit.error("Tờ", "B2"), kit.warning("Tờ", "D5"))
    assert _values(after) == _values(before)
    assert (_colour(after, "Tờ", "B2"), _colour(after, "Tờ", "D5")) == (RED, YELLOW)
    assert _note(after, "Tờ", "B2").startswith(NOTE_MARK)


def test_a_tab_that_is_not_there_marks_nothing() -> None:
    data = kit.mark(nasty.rich(), kit.error("Không có", "A1"))
    book = openpyxl.load_workbook(io.BytesIO(data))
    cells = [cell for row in book[RESULT].iter_rows() for cell in row if cell.value == "Không có"]
    assert len(cells) == 1
    assert cells[0].hyperlink is None


def _strict() -> bytes:
    strict = "http://purl.oclc.org/ooxml/spreadsheetml/main"
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return nasty.edited(
        nasty.small("<sheetData/>"), ("xl/workbook.xml", lambda xml: xml.replace(main, strict))
    )


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\xd0\xcf\x11\xe0", "xls"),
        (samples.filled(), "ods"),
        (b"PK\3\4 cut off", "xlsx"),
        (_strict(), "xlsx"),
        (nasty.small("<sheetData>"), "xlsx"),
        (nasty.small("<other/>"), "xlsx"),
    ],
    ids=["xls", "ods", "cut off", "strict", "unclosed", "no rows"],
)
def test_what_cannot_be_marked_gets_a_fault_workbook(data: bytes, kind: str) -> None:
    copy = kit.attempt(data, [kit.error("Tờ", "B2")], kind=kind)
    assert not copy.patched
    book = openpyxl.load_workbook(io.BytesIO(copy.data))
    assert book.sheetnames == [RESULT]
    assert "mười hai <&>" in [cell.value for row in book[RESULT].iter_rows() for cell in row]


def test_the_same_marks_give_the_same_bytes() -> None:
    found = kit.error(nasty.SHEET, "B4"), kit.warning("Phụ lục", "C20")
    assert kit.mark(nasty.rich(), *found) == kit.mark(nasty.rich(), *found)
