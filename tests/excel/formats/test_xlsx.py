"""The reader of Open XML: what cells are, at both speeds, and what is no workbook."""

import datetime as dt
from pathlib import Path

import pytest

from kskt_excel.excel.formats.calamine import read_calamine
from kskt_excel.excel.formats.cell_styles import Font
from kskt_excel.excel.formats.gate import Gated, inspect
from kskt_excel.excel.formats.readers import read_book
from kskt_excel.excel.formats.xlsx import read_xlsx
from kskt_excel.excel.opc import Package, RefusedError
from kskt_excel.model.book import Raw, RichPart, Sheet
from kskt_excel.model.forms import LIST_SHEET, SELF_CHECK_MARK, SELF_CHECK_SHEET
from tests.attacks import MAIN, STRINGS, WORKBOOK, of_sheet, package, sheet
from tests.excel import samples
from tests.excel.books import OWN_SHEETS, telling

_FORMATS = {
    164: "dd/mm/yyyy",
    165: "[h]:mm",
    166: "hh:mm",
    167: "dd/mm/yyyy hh:mm",
    168: '[=0]"";0%',
    169: "[$-42A]d mmmm yyyy;@",
    170: '0" ngày"',
    171: "General",
    172: ";;;",
}


def _styles() -> str:
    """Styles 0 and 1 of Excel's own, then one for each format, then fonts."""
    formats = "".join(
        f'<numFmt numFmtId="{number}" formatCode="{code.replace(chr(34), "&quot;")}"/>'
        for number, code in _FORMATS.items()
    )
    fonts = (
        '<font><name val="Times New Roman"/></font><font><strike/></font>'
        '<font><color rgb="FFFFFFFF"/></font><font><sz val="1"/></font>'
        '<font><name val=".VnTime"/></font><font><strike val="0"/><sz val="11"/></font>'
    )
    fills = (
        '<fill><patternFill patternType="none"/></fill><fill><patternFill patternType="solid">'
        '<fgColor rgb="FF003366"/></patternFill></fill>'
        '<fill><patternFill patternType="solid"><fgColor rgb="FFFFF9DB"/></patternFill></fill>'
    )
    own = "".join(f'<xf numFmtId="{number}"/>' for number in _FORMATS)
    by_font = "".join(f'<xf numFmtId="0" fontId="{n}"/>' for n in range(1, 6))
    return (
        f'<styleSheet xmlns="{MAIN}"><numFmts>{formats}</numFmts><fonts>{fonts}</fonts>'
        f'<fills>{fills}</fills><cellStyleXfs><xf numFmtId="9"/></cellStyleXfs><cellXfs>'
        f'<xf numFmtId="0"/><xf numFmtId="14"/>{own}{by_font}'
        '<xf numFmtId="0" fontId="2" fillId="1"/><xf numFmtId="0" fontId="2" fillId="2"/></cellXfs>'
        '<dxfs><dxf><numFmt numFmtId="164" formatCode="0%"/></dxf></dxfs></styleSheet>'
    )


_STYLE = {code: number for number, code in enumerate(_FORMATS.values(), start=2)}
_STRUCK, _WHITE, _TINY, _OLD, _NOT_STRUCK, _ON_BLUE, _ON_YELLOW = range(11, 18)


def _data(*cells: str) -> bytes:
    return package(
        {
            "xl/styles.xml": _styles(),
            "xl/sharedStrings.xml": STRINGS,
            "xl/worksheets/sheet1.xml": sheet(f'<row r="1">{"".join(cells)}</row>'),
        }
    )


def _sheet(data: bytes) -> Sheet:
    """The first sheet, which is the same at both speeds."""
    gated = inspect("VP.xlsx", data)
    assert isinstance(gated, Gated), gated
    fast = read_xlsx(gated.package)[0]
    slow = read_xlsx(gated.package, fast=False)[0]
    assert fast == slow
    assert repr(fast.rows) == repr(slow.rows)
    return fast


def _number(code: str, written: str) -> Raw:
    found = _sheet(_data(f'<c r="A1" s="{_STYLE[code]}"><v>{written}</v></c>'))
    return found.at(1, 1)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('<c r="A1"><v>1.50</v></c>', 1.5),
        ('<c r="A1" t="n"><v>-1.5E-3</v></c>', -0.0015),
        ('<c r="A1"><v>+.5e1</v></c>', 5.0),
        ('<c r="A1"><v>12345678901234567890</v></c>', 1.23456789012346e19),
        ('<c r="A1"><v>6.0000000000000009</v></c>', 6.0),
        ('<c r="A1"><v>0.30000000000000004</v></c>', 0.3),
        ('<c r="A1"><v> 1\n</v></c>', 1.0),
        ('<c r="A1"><v>1<!-- 2 -->3</v></c>', 13.0),
        ('<c r="A1"><v>1<?x 2?>3</v></c>', 13.0),
        ('<c r="A1"><v><![CDATA[13]]></v></c>', 13.0),
        ('<c r="A1"><v>&#49;&#x33;</v></c>', 13.0),
        ('<c r="A1" cm="1"><v>13</v></c>', 13.0),
        ('<c r="A1"><v>13</v><extLst><ext uri="x"/></extLst></c>', 13.0),
        ("<c r='A1'><v>13</v></c>", 13.0),
        ('<c s="0" r="A1"><v>13</v></c>', 13.0),
        ("<c><v>13</v></c>", 13.0),
        ('<c r="A1"><v>1_000</v></c>', "1_000"),
        ('<c r="A1"><v>٣</v></c>', "٣"),
        ('<c r="A1"><v>1,5</v></c>', "1,5"),
        ('<c r="A1" t="b"><v>1</v></c>', True),
        ('<c r="A1" t="b"><v> false </v></c>', False),
        ('<c r="A1" t="b"><v></v></c>', None),
        ('<c r="A1" t="s"><v>0</v></c>', "một"),
        ('<c r="A1" t="s"><v>\n0 </v></c>', "một"),
        ('<c r="A1" t="str"><v> q &amp; r </v></c>', " q & r "),
        ('<c r="A1" t="str"><v xml:space="preserve"> q</v></c>', " q"),
        ('<c r="A1" t="str"><f>B1</f><v>q</v></c>', "q"),
        ('<c r="A1" t="str"><v>m_x1ED9_t_x000A_</v></c>', "một\n"),
        ('<c r="A1" t="inlineStr"><is><t> hai </t></is></c>', "hai"),
        ('<c r="A1" t="inlineStr"><is><t>a</t><r><t>b</t></r><rPh><t>c</t></rPh></is></c>', "ab"),
        ('<c r="A1"><f t="shared" si="0"/><v>2</v></c>', 2.0),
        ('<c r="A1" s="1"><v>44634</v></c>', dt.date(2022, 3, 14)),
        ('<c r="A1" s="1"><v>44634.5</v></c>', dt.datetime(2022, 3, 14, 12)),
        ('<c r="A1" s="1"><v>61</v></c>', dt.date(1900, 3, 1)),
        ('<c r="A1" s="1"><v>60</v></c>', 60.0),  # 29/02/1900 never was
        ('<c r="A1" s="1"><v>59</v></c>', dt.date(1900, 2, 28)),
        ('<c r="A1" s="1"><v>0</v></c>', 0.0),
        ('<c r="A1" s="1"><v>0.25</v></c>', 0.25),
        ('<c r="A1" s="1"><v>-3</v></c>', -3.0),
        ('<c r="A1" s="1"><v>2958465</v></c>', dt.date(9999, 12, 31)),
        ('<c r="A1" s="1"><v>2958466</v></c>', 2_958_466.0),
        ('<c r="A1" s="99"><v>1</v></c>', 1.0),
        ('<c r="A1" t="d"><v>2022-03-14</v></c>', dt.date(2022, 3, 14)),
        ('<c r="A1" t="d"><v>2022-03-14T08:30:00Z</v></c>', dt.datetime(2022, 3, 14, 8, 30)),
        ('<c r="A1" t="e"><v>#N/A</v></c>', None),
        ('<c r="A1" t="s"><v></v></c>', None),
        ('<c r="A1"><v></v></c>', None),
        ('<c r="A1"><v/></c>', None),
        ('<c r="A1"><f>B1</f></c>', None),
        ('<c r="A1" s="1"/>', None),
        ('<c r="A1"><v>1</v></c><c r="A1"><v>2</v></c>', 2.0),
        ('<c r="A1"><v>1</v></c><c r="A1"><v/></c>', None),
        ('<c r="A1"><v>1</v></c><c r="A1" s="1"/>', 1.0),
    ],
)
def test_a_cell_is_what_it_says(cell: str, value: Raw) -> None:
    found = _sheet(_data(cell, '<c r="C1"><v>9</v></c>'))
    assert repr(found.rows) == repr([[value, None, 9.0]])


@pytest.mark.parametrize(
    ("code", "written", "value"),
    [
        ("dd/mm/yyyy", "44634", dt.date(2022, 3, 14)),  # though a format of dxfs has its number
        ("[h]:mm", "1.5", dt.timedelta(hours=36)),
        ("[h]:mm", "-0.5", dt.timedelta(hours=-12)),
        ("hh:mm", "0.5", dt.time(12)),
        ("hh:mm", "0", dt.time(0)),
        ("hh:mm", "-0.5", -0.5),
        ("dd/mm/yyyy hh:mm", "44634.25", dt.datetime(2022, 3, 14, 6)),
        ('[=0]"";0%', "0.5", 0.5),
        ("[$-42A]d mmmm yyyy;@", "44634", dt.date(2022, 3, 14)),
        ('0" ngày"', "5", 5.0),
        ("General", "44634", 44634.0),
    ],
)
def test_a_number_means_what_its_format_shows(code: str, written: str, value: Raw) -> None:
    assert repr(_number(code, written)) == repr(value)


@pytest.mark.parametrize(
    ("cell", "formula", "unstored"),
    [
        ('<c r="A1"><f>1+1</f><v>2</v></c>', "1+1", False),
        ('<c r="A1"><f>1+1</f></c>', "1+1", True),
        ('<c r="A1"><f>1+1</f><v></v></c>', "1+1", True),
        ('<c r="A1"><f>1+1</f><v/></c>', "1+1", True),
        ('<c r="A1"><f>1+1</f><v xml:space="preserve">2</v></c>', "1+1", False),
        ('<c r="A1" t="str"><f>A2</f><v></v></c>', "A2", False),
        ('<c r="A1" t="str"><f>A2</f><v/></c>', "A2", False),
        ('<c r="A1" t="str"><f>A2</f></c>', "A2", True),
        ('<c r="A1"><f t="shared" ref="A1:A2" si="0">B1*2</f><v>2</v></c>', "B1*2", False),
        ('<c r="A1"><f t="shared" si="0"/><v>2</v></c>', "", False),
        ('<c r="A1" s="1" t="str"><f>B1&amp;"x"</f><v>x</v></c>', 'B1&"x"', False),
        ('<c r="A1">\n <f>1+1</f>\n <v>2</v></c>', "1+1", False),
        ("<c r='A1'><f>1+1</f><v>2</v></c>", "1+1", False),
        ('<c r="A1"><f aca="false">B1/2</f><v>2</v></c>', "B1/2", False),
    ],
)
def test_a_formula_is_known_however_it_is_written(cell: str, formula: str, unstored: bool) -> None:
    facts = _sheet(_data(cell, '<c r="B1"><v>1</v></c>')).facts
    assert facts.formulas == {(1, 1): formula}
    assert facts.unstored == ({(1, 1)} if unstored else set())


def test_a_cell_written_again_has_only_the_facts_of_the_last() -> None:
    facts = _sheet(
        _data('<c r="A1" t="e"><f>1/0</f><v>#DIV/0!</v></c>', '<c r="A1"><v>2</v></c>')
    ).facts
    assert (facts.formulas, facts.errors) == ({}, {})


def test_a_number_that_is_none_is_an_error_in_its_cell() -> None:
    found = _sheet(
        _data(
            '<c r="A1"><v>NaN</v></c><c r="B1"><v>1e999</v></c><c r="C1"><v>-INF</v></c>',
            '<c r="D1"><v>3</v></c>',
        )
    )
    assert found.rows == [[None, None, None, 3.0]]
    assert found.facts.errors == dict.fromkeys([(1, 1), (1, 2), (1, 3)], "#NUM!")


def test_the_formatting_of_a_cell_is_told() -> None:
    cells = [
        f'<c r="{letter}1" s="{style}"><v>5</v></c>'
        for letter, style in zip(
            "ABCDEFGHJ",
            (_STRUCK, _WHITE, _TINY, _OLD, _NOT_STRUCK, _ON_BLUE, _STYLE[";;;"], 0, _ON_YELLOW),
            strict=True,
        )
    ]
    facts = _sheet(_data(*cells, f'<c r="I1" s="{_STRUCK}"/>')).facts
    assert facts.struck == {(1, 1)}
    assert facts.unseen == {(1, 2), (1, 3), (1, 7), (1, 10)}
    assert facts.legacy_fonts == {(1, 4): ".VnTime"}


@pytest.mark.parametrize(
    ("runs", "parts"),
    [
        ("<r><rPr><strike/></rPr><t>2</t></r><r><t> 5</t></r>", ("2", True, 0, False)),
        ("<r><rPr><vertAlign val='superscript'/></rPr><t>2</t></r>", ("2", False, 1, False)),
        ("<r><rPr><color rgb='00FFFFFF'/></rPr><t>2</t></r>", ("2", False, 0, True)),
    ],
)
def test_the_formatting_of_a_part_of_a_text_is_told(
    runs: str, parts: tuple[str, bool, int, bool]
) -> None:
    shared = f'<sst xmlns="{MAIN}"><si><r><t>1</t></r>{runs}</si></sst>'
    inline = f'<c r="B1" t="inlineStr"><is><r><t>1</t></r>{runs}</is></c>'
    row = f'<row r="1"><c r="A1" t="s"><v>0</v></c>{inline}</row>'
    found = _sheet(
        package({"xl/sharedStrings.xml": shared, "xl/worksheets/sheet1.xml": sheet(row)})
    )
    for column in (1, 2):
        assert found.facts.parts[1, column][:2] == (RichPart("1"), RichPart(*parts))
        assert str(found.at(1, column)).startswith("12")


def test_white_is_seen_on_blue_and_not_on_pale_yellow() -> None:
    white = "<is><r><t>1</t></r><r><rPr><color rgb='00FFFFFF'/></rPr><t>2</t></r></is>"
    cells = (
        f'<c r="{place}1" s="{style}" t="inlineStr">{white}</c>'
        for place, style in (("A", 0), ("B", _ON_BLUE), ("C", _ON_YELLOW))
    )
    parts = _sheet(_data(*cells)).facts.parts
    assert parts == dict.fromkeys([(1, 1), (1, 3)], (RichPart("1"), RichPart("2", unseen=True)))


@pytest.mark.parametrize(
    ("colour", "behind", "lost"),
    [
        ("FFFFFF", "FFFFFF", True),
        ("FEFEFE", "FFFFFF", True),
        ("FFFFFF", "FFF9DB", True),
        ("FFFFFF", "F2F2F2", True),
        ("FFF9DB", "FFF9DB", True),
        ("FFFF00", "FFFF00", True),
        ("000000", "0A0A0A", True),
        ("D9D9D9", "FFFFFF", False),  # grey notes are pale, not hidden
        ("595959", "FFFFFF", False),
        ("FFFFFF", "1F4E78", False),
        ("000000", "003366", False),
        ("FFFFFF", "", False),
        ("", "FFFFFF", False),
    ],
)
def test_what_nobody_sees_is_told_by_its_contrast(colour: str, behind: str, *, lost: bool) -> None:
    assert Font(colour=colour).is_unseen(behind) == lost


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A1"><v>1</v></row>',
        '<row r="1"><c r="A1"><v>1</v></c></row></row>',
        '<row r="1"><c r="A1" r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>a & b</v></c></row>',
        '<row r="1"><c r="A1" t="str"><v>a]]>b</v></c></row>',
        '<row r="1"><c r="A1" t="str"><v>\x01</v></c></row>',
        '<row r="1"><c r="A1" t="str"><v>\uffff</v></c></row>',
        '<row r="1"><x:c r="A1"><v>1</v></x:c></row>',
        '<row r="1" x14ac:dyDescent="0.25"><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>7</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>-1</v></c></row>',
        pytest.param(f'<row r="1"><c r="A1" t="s"><v>{"0" * 5_000}</v></c></row>', id="digits"),
        '<row r="1"><c r="A1" t="b"><v>2</v></c></row>',
        '<row r="1"><c r="A1" t="x"><v>2</v></c></row>',
        '<row r="1"><c r="H0"><v>2</v></c></row>',
        '<row r="0"><c r="A1"><v>2</v></c></row>',
        '<row r="2"><c r="A1"><v>2</v></c></row>',
        '<row r="1"><!-- <c r="A1" t="str"><v> --></v></c> --></row>',
    ],
)
def test_what_no_workbook_says_is_damaged_at_both_speeds(rows: str) -> None:
    gated = inspect("VP.xlsx", of_sheet(rows=rows))
    assert isinstance(gated, Gated)
    for fast in (True, False):
        with pytest.raises(RefusedError) as refused:
            read_xlsx(gated.package, fast=fast)
        assert refused.value.fault.code == "file.damaged"
    _, said = read_book(gated)
    assert [found.code for found in said] == ["file.damaged"]


def test_a_part_of_another_language_is_no_sheet() -> None:
    data = package({"xl/worksheets/sheet1.xml": sheet().replace(MAIN, "urn:other")})
    gated = inspect("VP.xlsx", data)
    assert isinstance(gated, Gated)
    assert [found.code for found in read_book(gated)[1]] == ["file.damaged"]


@pytest.mark.parametrize(
    ("ref", "merged"),
    [
        ("A1:C3", ((1, 1, 3, 3),)),
        ("C3:A1", ((1, 1, 3, 3),)),
        ("$A$1:$C$3", ((1, 1, 3, 3),)),
        ("A1", ((1, 1, 1, 1),)),
        ("A:C", ()),
    ],
)
def test_a_merge_is_a_range_of_cells(ref: str, merged: object) -> None:
    after = f'<mergeCells count="1"><mergeCell ref="{ref}"/></mergeCells>'
    assert _sheet(of_sheet(after=after)).merged == merged


def test_a_sheet_too_large_for_a_tree_is_read_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    gated = inspect("VP.xlsx", samples.filled())
    assert isinstance(gated, Gated)
    whole = read_xlsx(gated.package)
    monkeypatch.setattr("kskt_excel.excel.formats.xlsx._LARGE", 0)
    monkeypatch.setattr("kskt_excel.excel.formats.xlsx._CHUNK", 777)
    assert read_xlsx(gated.package) == whole
    assert read_xlsx(gated.package, fast=False) == whole


def _same_as_calamine(data: bytes) -> None:
    gated = inspect("VP.xlsx", data)
    assert isinstance(gated, Gated)
    ours, theirs = (
        [sheet for sheet in sheets if sheet.name not in OWN_SHEETS]
        for sheets in (read_xlsx(gated.package), read_calamine(gated).sheets)
    )
    assert repr([(s.name, s.rows, s.visible) for s in ours]) == repr(
        [(s.name, s.rows, s.visible) for s in theirs]
    )
    assert [sorted(s.merged) for s in ours] == [sorted(s.merged) for s in theirs]


@pytest.mark.parametrize("data", [telling(), samples.filled()], ids=["telling", "issued"])
def test_a_workbook_as_excel_writes_it_is_read_as_calamine_reads_it(data: bytes) -> None:
    _same_as_calamine(data)


@pytest.mark.parametrize("fast", [True, False])
def test_of_the_own_sheets_of_the_program_nothing_is_read_that_nobody_asks_for(
    *, fast: bool
) -> None:
    gated = inspect("VP.xlsx", samples.filled())
    assert isinstance(gated, Gated)
    first, *others, lists = read_xlsx(gated.package, fast=fast)
    assert (first.name, lists.name) == (SELF_CHECK_SHEET, LIST_SHEET)
    assert first.rows == [["TỰ KIỂM TRA TRƯỚC KHI GỬI"], [f"{SELF_CHECK_MARK}1"]]
    assert (list(lists.rows), lists.visible) == ([], False)
    assert all(len(sheet.rows) > 6 for sheet in others)


@pytest.mark.parametrize("at", [0, -1])
def test_an_own_sheet_that_is_no_xml_is_damaged_all_the_same(at: int) -> None:
    gated = inspect("VP.xlsx", samples.filled())
    assert isinstance(gated, Gated)
    part = gated.package.worksheets[at]
    broken = gated.package.parts[part].replace(b"</row></sheetData>", b"</sheetData>")
    parts = {**gated.package.parts, part: broken}
    with pytest.raises(RefusedError):
        read_xlsx(Package(parts, gated.package.names))


@pytest.mark.parametrize(
    ("name", "first"),
    [
        (SELF_CHECK_SHEET, "a"),  # the unit's own, without the mark
        (f"{SELF_CHECK_SHEET} (2)", f"{SELF_CHECK_MARK}1"),
        (LIST_SHEET, f"{SELF_CHECK_MARK}1"),  # made visible by somebody
    ],
)
def test_a_sheet_that_only_looks_like_an_own_one_is_read_whole(name: str, first: str) -> None:
    cells = [f'<c r="A{row}" t="str"><v>{text}</v></c>' for row, text in ((1, "a"), (2, first))]
    cells += [f'<c r="A{row}"><v>{row}</v></c>' for row in range(3, 900)]
    rows = "".join(f'<row r="{row}">{cell}</row>' for row, cell in enumerate(cells, start=1))
    found = _sheet(
        package(
            {
                "xl/workbook.xml": WORKBOOK.replace('"Hồ sơ"', f'"{name}"'),
                "xl/worksheets/sheet1.xml": sheet(rows),
            }
        )
    )
    assert found.name == name
    assert found.rows == [["a"], [first], *([float(row)] for row in range(3, 900))]


_INBOX = sorted((Path(__file__).parents[3] / "workbooks" / "inbox").rglob("*.xlsx"))


@pytest.mark.parametrize("path", _INBOX, ids=lambda path: path.name)
def test_the_sample_is_read_as_calamine_reads_it(path: Path) -> None:
    if isinstance(gated := inspect(path.name, path.read_bytes()), Gated) and gated.kind == "xlsx":
        _same_as_calamine(path.read_bytes())
