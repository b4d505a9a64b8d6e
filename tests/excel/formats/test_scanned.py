import datetime as dt
from pathlib import Path

import pytest

from kskt_excel.excel.formats.calamine import SheetValues, Unread, read_values
from kskt_excel.excel.formats.gate import Gated, inspect
from kskt_excel.excel.formats.xlsx import scan_values
from kskt_excel.model.book import Raw
from tests.attacks import MAIN, package, sheet
from tests.excel import samples
from tests.excel.books import telling

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
_SAMPLES = sorted((Path(__file__).parents[3] / "workbooks" / "inbox").rglob("*.xlsx"))


def _scanned(data: bytes) -> tuple[SheetValues, ...] | None:
    gated = inspect("VP.xlsx", data)
    assert isinstance(gated, Gated)
    return scan_values(gated.package)


def _typed(sheets: tuple[SheetValues, ...]) -> list[object]:
    """Sheets with the types of their values: 1.0 is not True."""
    return [
        (
            one.name,
            one.visible,
            one.merged,
            one.strange,
            one.rows,
            [list(map(type, row)) for row in one.rows],
        )
        for one in sheets
    ]


def _assert_same(data: bytes) -> None:
    ours, theirs = _scanned(data), read_values(data, "xlsx")
    assert ours is not None
    assert not isinstance(theirs, Unread)
    assert _typed(ours) == _typed(theirs)


def _of_sheet(written: str) -> bytes:
    return package({"xl/worksheets/sheet1.xml": written})


def _cells(*cells: str) -> bytes:
    return _of_sheet(sheet(f'<row r="1">{"".join(cells)}</row>'))


def _strings(*strings: str) -> bytes:
    cells = "".join(f'<c r="A{n}" t="s"><v>{n - 1}</v></c>' for n in range(1, len(strings) + 1))
    whole = f'{_HEAD}<sst xmlns="{MAIN}">{"".join(strings)}</sst>'
    return package(
        {
            "xl/sharedStrings.xml": whole,
            "xl/worksheets/sheet1.xml": sheet(f'<row r="1">{cells}</row>'),
        }
    )


def _styled(code: str, serial: str = "44634") -> bytes:
    """One number in a cell with a format of the file's own."""
    return package(
        {
            "xl/styles.xml": f'{_HEAD}<styleSheet xmlns="{MAIN}"><numFmts count="1">'
            f'<numFmt numFmtId="164" formatCode="{code}"/></numFmts><cellXfs count="2">'
            '<xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>',
            "xl/worksheets/sheet1.xml": sheet(
                f'<row r="1"><c r="A1" s="1"><v>{serial}</v></c></row>'
            ),
        }
    )


@pytest.mark.parametrize("data", [telling(), samples.filled()], ids=["telling", "issued"])
def test_a_workbook_as_excel_writes_it_is_read_as_calamine_reads_it(data: bytes) -> None:
    _assert_same(data)


@pytest.mark.parametrize("path", _SAMPLES, ids=lambda path: path.name)
def test_the_sample_is_read_as_calamine_reads_it(path: Path) -> None:
    gated = inspect(path.name, path.read_bytes())
    ours = scan_values(gated.package) if isinstance(gated, Gated) else None
    if ours is not None:
        theirs = read_values(path.read_bytes(), "xlsx")
        assert not isinstance(theirs, Unread)
        assert _typed(ours) == _typed(theirs)


def test_most_of_the_sample_needs_no_other_reader() -> None:
    books = [inspect(path.name, path.read_bytes()) for path in _SAMPLES]
    packages = [one.package for one in books if isinstance(one, Gated) and one.kind == "xlsx"]
    assert sum(scan_values(one) is not None for one in packages) > len(packages) / 2


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('<c r="A1"><v>1.50</v></c>', 1.5),
        ('<c r="A1" t="n"><v>-1.5E-3</v></c>', -0.0015),
        ('<c r="A1"><v>12345678901234567890</v></c>', 1.2345678901234567e19),
        ('<c r="A1" t="b"><v>1</v></c>', True),
        ('<c r="A1" t="b"><v>0</v></c>', False),
        ('<c r="A1" t="s"><v>0</v></c>', "một"),
        ('<c r="A1" t="str"><v> q &amp; r </v></c>', " q & r "),
        ('<c r="A1" t="str"><f>B1</f><v>q</v></c>', "q"),
        ('<c r="A1"><f t="shared" si="0"/><v>2</v></c>', 2.0),
        ('<c r="A1" s="1"><v>44634</v></c>', dt.date(2022, 3, 14)),
        ('<c r="A1" s="1"><v>61</v></c>', dt.date(1900, 3, 1)),
        ('<c r="A1" s="1"><v>2958465</v></c>', dt.date(9999, 12, 31)),
        ('<c r="A1" t="e"><v>#N/A</v></c>', None),
        ('<c r="A1" t="s"><v></v></c>', None),
        ('<c r="A1"><v></v></c>', None),
        ('<c r="A1"><f>B1</f></c>', None),
        ('<c r="A1" s="1"/>', None),
    ],
)
def test_a_cell_is_what_calamine_makes_of_it(cell: str, value: Raw) -> None:
    data = _cells(cell, '<c r="C1"><v>9</v></c>')
    _assert_same(data)
    scanned = _scanned(data)
    assert scanned is not None
    assert scanned[0].rows == [[value, None, 9.0]]


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="A1" s="1"><v>60</v></c>',  # a day before the one that never was
        '<c r="A1" s="1"><v>44634.5</v></c>',
        '<c r="A1" s="1"><v>2958466</v></c>',
        '<c r="A1" s="9"><v>1</v></c>',  # a style that is not there
        '<c r="A1" t="d"><v>2022-03-14</v></c>',
        '<c r="A1" t="inlineStr"><is><t>một</t></is></c>',
        '<c r="A1" t="s"><v>9</v></c>',  # a string that is not there
        '<c r="A1" t="s"><v>00</v></c>',
        '<c r="A1" t="b"><v>2</v></c>',
        '<c r="A1" t="b"><v></v></c>',
        '<c r="A1"><v>1_000</v></c>',
        '<c r="A1"><v>nan</v></c>',
        '<c r="A1"><v> 1</v></c>',
        '<c r="A1"><v>1e999</v></c>',
        '<c r="A1"><v/></c>',
        '<c r="A1" t="str"><v xml:space="preserve"> q</v></c>',
        '<c r="A1" t="str"><v>_x000D_</v></c>',
        '<c r="A1" t="str"><v>&#10;</v></c>',
        '<c r="A1" t="str"><v>a&b</v></c>',
        '<c r="A1" cm="1"><v>1</v></c>',
        '<c r="A1"><v>1</v>',
        '<c r="B1"><v>1</v></c><c r="A1"><v>2</v></c>',
        '<c r="A1"><v>1</v></c><c r="A1"><v>2</v></c>',
        '<c r="A2"><v>1</v></c><c r="A1"><v>2</v></c>',
    ],
)
def test_a_cell_in_doubt_leaves_the_file_to_calamine(cell: str) -> None:
    assert _scanned(_cells(cell)) is None


@pytest.mark.parametrize(
    "string",
    [
        "<si><t>một &lt;hai&gt; &amp; ba</t></si>",
        '<si><t xml:space="preserve"> một\nhai </t></si>',
        "<si><t></t></si>",
        "<si><t>một\nhai</t></si>",
    ],
)
def test_a_shared_string_is_what_calamine_makes_of_it(string: str) -> None:
    _assert_same(_strings(string))


@pytest.mark.parametrize(
    "string",
    [
        "<si><t> một</t></si>",
        "<si><t>một </t></si>",
        "<si><t>một\n</t></si>",
        "<si><r><t>m</t></r><r><t>ột</t></r></si>",
        "<si><t>một</t><phoneticPr/></si>",
        "<si><t>m_x000D_ột</t></si>",
        "<si><t>m\rột</t></si>",
        "<si><t>m&#7897;t</t></si>",
        "<si><t>m&ocirc;t</t></si>",
        "<si/>",
        "<si><t/></si>",
    ],
)
def test_a_shared_string_in_doubt_leaves_the_file_to_calamine(string: str) -> None:
    assert _scanned(_strings("<si><t>a</t></si>", string)) is None


@pytest.mark.parametrize(
    "code",
    [
        *(
            "General",
            "0",
            "0.00",
            "#,##0",
            "0%",
            "@",
            "[=0]&quot;&quot;;[&gt;=1000]0&quot;.&quot;000;0",
        ),
        *("dd/mm/yyyy", "d/m/yyyy", "yyyy-mm-dd", r"dd\/mm\/yyyy", "d-mmm-yy", "dd/mm/yyyy;@"),
    ],
)
def test_a_usual_format_is_what_calamine_takes_it_for(code: str) -> None:
    _assert_same(_styled(code))


@pytest.mark.parametrize(
    "code", ["hh:mm", "[h]:mm", "dd/mm/yyyy hh:mm", "[$-42A]dd/mm/yyyy", "yyyy", "0&quot;d&quot;d"]
)
def test_a_rare_format_leaves_the_file_to_calamine(code: str) -> None:
    assert _scanned(_styled(code)) is None


@pytest.mark.parametrize(
    ("ref", "merged"), [("A1:C3", ((1, 1, 3, 3),)), ("C3:A1", None), ("A1", None), ("A:C", None)]
)
def test_only_usual_merges_are_read(ref: str, merged: object) -> None:
    after = f'<mergeCells count="1"><mergeCell ref="{ref}"/></mergeCells>'
    scanned = _scanned(_of_sheet(sheet(after=after)))
    assert (scanned and scanned[0].merged) == merged


@pytest.mark.parametrize(
    "broken",
    [
        sheet().replace("</worksheet>", ""),
        sheet().replace("</sheetData>", ""),
        sheet().replace('encoding="UTF-8"', 'encoding="windows-1258"'),
        sheet(prolog="<!-- x -->"),
    ],
)
def test_a_part_that_is_not_whole_leaves_the_file_to_calamine(broken: str) -> None:
    assert _scanned(_of_sheet(broken)) is None
