import re

import pytest

from kskt_excel.excel.marked.sheet_patch import SheetXml, Was
from kskt_excel.excel.marked.xml_patch import CannotPatchError
from kskt_excel.model.book import CellPlace


def _sheet(rows: str, *, before: str = "", after: str = "") -> SheetXml:
    xml = f"<worksheet>{before}<sheetData>{rows}</sheetData>{after}</worksheet>"
    return SheetXml(xml.encode())


def _rows(xml: bytes) -> str:
    text = xml.decode()
    return text[text.index("<sheetData>") + 11 : text.index("</sheetData>")]


STYLED = [
    ("a style is replaced", '<row r="1"><c r="A1" s="3"><v>1</v></c></row>', (1, 1), 3,
     '<row r="1"><c r="A1" s="13"><v>1</v></c></row>'),
    ("a style is put in", '<row r="1"><c r="A1"><v>1</v></c></row>', (1, 1), 0,
     '<row r="1"><c r="A1" s="10"><v>1</v></c></row>'),
    ("a closed cell stays closed", '<row r="1"><c r="A1" s=\'4\' t="n"/></row>', (1, 1), 4,
     '<row r="1"><c r="A1" s="14" t="n"/></row>'),
    ("a > inside an attribute ends no tag", '<row r="1"><c r="A1" x="a>b" s="1"/></row>', (1, 1), 1,
     '<row r="1"><c r="A1" x="a>b" s="11"/></row>'),
    ("cells without addresses are counted", "<row><c><v>1</v></c><c s='2'/></row>", (1, 2), 2,
     '<row><c><v>1</v></c><c s="12"/></row>'),
    ("a cell in a comment is none", '<!--<row r="1">--><row r="1"><c r="A1" s="1"/></row>', (1, 1),
     1, '<!--<row r="1">--><row r="1"><c r="A1" s="11"/></row>'),
]  # fmt: skip
PUT_IN = [
    ("between two cells", '<row r="1"><c r="A1"/><c r="C1"/></row>', (1, 2),
     '<row r="1"><c r="A1"/><c r="B1" s="10"/><c r="C1"/></row>'),
    ("after the last cell", '<row r="1"><c r="A1"/></row>', (1, 27),
     '<row r="1"><c r="A1"/><c r="AA1" s="10"/></row>'),
    ("into a closed row", '<row r="2" ht="3"/>', (2, 1),
     '<row r="2" ht="3"><c r="A2" s="10"/></row>'),
    ("into the row's own style", '<row r="2" s="5" customFormat="1"></row>', (2, 1),
     '<row r="2" s="5" customFormat="1"><c r="A2" s="15"/></row>'),
    ("in a row between two", '<row r="1"/><row r="3"/>', (2, 1),
     '<row r="1"/><row r="2"><c r="A2" s="10"/></row><row r="3"/>'),
    ("in a row after the last", '<row r="1"/>', (4, 2),
     '<row r="1"/><row r="4"><c r="B4" s="10"/></row>'),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "cell", "was", "after"), [one[1:] for one in STYLED])
def test_only_the_style_of_a_cell_changes(rows: str, cell: CellPlace, was: int, after: str) -> None:
    xml, before = _sheet(rows).restyled({cell: lambda style: style + 10})
    assert _rows(xml) == after
    assert before == {cell: Was(was, stood=True)}


@pytest.mark.parametrize(("rows", "cell", "after"), [one[1:] for one in PUT_IN])
def test_a_missing_cell_is_put_in_and_taken_out_again(
    rows: str, cell: CellPlace, after: str
) -> None:
    xml, before = _sheet(rows).restyled({cell: lambda style: style + 10})
    assert _rows(xml) == after
    assert not before[cell].stood
    back, _ = SheetXml(xml).restyled({cell: lambda style: style - 10})
    without = _rows(SheetXml(back).without_cells(frozenset({cell})))
    assert without.replace("></row>", "/>") == rows.replace("></row>", "/>")


def test_a_missing_cell_has_the_style_of_its_column() -> None:
    sheet = _sheet("", before='<cols><col min="2" max="4" style="7" width="10"/></cols>')
    xml, before = sheet.restyled({(5, 3): lambda style: style + 10, (5, 5): lambda style: style})
    assert _rows(xml) == '<row r="5"><c r="C5" s="17"/><c r="E5" s="0"/></row>'
    assert before[5, 3].style == 7


def test_an_empty_sheet_takes_cells() -> None:
    sheet = SheetXml(b'<x:worksheet xmlns:x="u"><x:sheetData/></x:worksheet>')
    xml, _ = sheet.restyled({(2, 1): lambda _: 3, (1, 1): lambda _: 4})
    assert xml == (
        b'<x:worksheet xmlns:x="u"><x:sheetData><x:row r="1"><x:c r="A1" s="4"/></x:row>'
        b'<x:row r="2"><x:c r="A2" s="3"/></x:row></x:sheetData></x:worksheet>'
    )


def test_a_cell_that_holds_something_is_never_taken_out() -> None:
    sheet = _sheet('<row r="1"><c r="A1"><v>5</v></c></row>')
    assert sheet.without_cells(frozenset({(1, 1)})) == sheet.xml


def test_a_covered_cell_is_marked_where_it_is_shown() -> None:
    sheet = _sheet("", after='<mergeCells><mergeCell ref="B2:D4"/></mergeCells>')
    assert [sheet.corner(cell) for cell in ((3, 3), (2, 2), (5, 3))] == [(2, 2), (2, 2), (5, 3)]


@pytest.mark.parametrize(
    "later",
    ["<legacyDrawingHF/>", "<picture/>", "<controls></controls>", "<tableParts/>", "<extLst/>", ""],
)
def test_the_drawing_of_notes_stands_where_excel_wants_it(later: str) -> None:
    after = f'<pageMargins left="1"/><drawing r:id="rId1"/>{later}'
    xml = _sheet("", after=after).with_legacy_drawing("rId9")
    names = re.findall(r"<([A-Za-z]+)", xml.decode().partition("<drawing")[2])
    assert names == ["legacyDrawing", *re.findall(r"<([A-Za-z]+)", later)]
    assert SheetXml(xml).legacy_drawing() == "rId9"


@pytest.mark.parametrize(
    "xml",
    ["<worksheet><sheetData>".encode("utf-16"), b"<chartsheet/>", b"<worksheet></worksheet>", b""],
)
def test_what_is_no_plain_worksheet_is_refused(xml: bytes) -> None:
    with pytest.raises(CannotPatchError):
        SheetXml(xml)
