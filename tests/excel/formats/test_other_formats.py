import datetime as dt

import pytest

from kskt_excel.excel.formats.gate import Gated, inspect
from kskt_excel.excel.formats.readers import read_book
from kskt_excel.model.book import Book, RichPart

PAGE = """<html xmlns:x="urn:x"><head><meta charset="utf-8"><style>td {color: red}</style>
<x:Name>Bieu 06a</x:Name></head><body><table>
<tr><td colspan=2>BÁO CÁO</td><td rowspan="2">Ghi&nbsp;chú</td></tr>
<tr><th>Tên<br>thủ tục</th><th>Số</th></tr>
<tr><td> Cấp   phép </td><td x:num="12.5">12,5</td><td></td></tr>
</table><script>var x = 1;</script></body></html>"""

XML_2003 = """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:o="urn:schemas-microsoft-com:office:office"
 xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<CustomDocumentProperties xmlns="urn:schemas-microsoft-com:office:office">
<kskt_unit>VP</kskt_unit></CustomDocumentProperties>
<Worksheet ss:Name="Hồ sơ"><Table>
<Column ss:Index="4" ss:Hidden="1"/>
<Row><Cell ss:MergeAcross="1"><Data ss:Type="String">Tên</Data></Cell>
<Cell><Data ss:Type="String">Số</Data></Cell></Row>
<Row ss:Index="4" ss:Hidden="1"><Cell ss:Index="2"><Data ss:Type="Number">7</Data></Cell>
<Cell ss:Formula="=RC[-1]*2"><Data ss:Type="Number">14</Data></Cell>
<Cell><Data ss:Type="DateTime">2022-03-14T00:00:00.000</Data></Cell>
<Cell ss:Formula="=1/0"><Data ss:Type="Error">#DIV/0!</Data></Cell></Row>
</Table></Worksheet></Workbook>"""


def _read(data: bytes) -> tuple[Book | None, list[str]]:
    gated = inspect("thongke.xls", data)
    assert isinstance(gated, Gated)
    book, said = read_book(gated)
    return book, [found.code for found in said]


def test_a_web_page_is_read_as_the_table_that_it_shows() -> None:
    book, said = _read(PAGE.encode())
    assert book
    (found,) = book.sheets
    assert found.name == "Bieu 06a"
    assert found.rows == [
        ["BÁO CÁO", None, "Ghi chú"],
        ["Tên\nthủ tục", "Số"],
        ["Cấp phép", 12.5],
    ]
    assert found.merged == ((1, 1, 1, 2), (1, 3, 2, 3))
    assert said == ["file.really_html"]


def test_a_web_page_without_a_table_is_not_read() -> None:
    assert _read(b"<html><body>Xin ch\xc3\xa0o</body></html>") == (
        None,
        ["file.system_answer"],
    )


def test_a_web_page_with_a_giant_span_is_not_read() -> None:
    cell = "<table><tr><td rowspan=99999 colspan=99999>1</td></tr></table>"
    book, said = _read(f"<html>{cell}</html>".encode())
    assert book is None
    assert said == ["file.too_heavy"]


def test_xml_2003_is_read_with_its_facts() -> None:
    book, said = _read(XML_2003.encode())
    assert book
    (found,) = book.sheets
    assert found.at(1, 1) == "Tên"
    assert found.at(1, 3) == "Số"
    assert found.rows[3] == [None, 7.0, 14.0, dt.date(2022, 3, 14)]
    assert found.merged == ((1, 1, 1, 2),)
    assert found.facts.formulas == {(4, 3): "RC[-1]*2", (4, 5): "1/0"}
    assert found.facts.errors == {(4, 5): "#DIV/0!"}
    assert found.facts.hidden_rows == {4}
    assert found.facts.hidden_columns == {4}
    assert book.properties == {"kskt_unit": "VP"}
    assert said == ["file.really_xml2003"]


@pytest.mark.parametrize(
    "broken",
    [
        XML_2003.replace("<Workbook", '<!DOCTYPE x [<!ENTITY a "b">]><Workbook'),
        XML_2003.replace('ss:Index="4"', 'ss:Index="99999999"'),
        XML_2003.replace("</Workbook>", ""),
    ],
    ids=["entity", "far row", "cut off"],
)
def test_xml_2003_that_is_not_sound_is_not_read(broken: str) -> None:
    assert _read(broken.encode()) == (None, ["file.unreadable"])


@pytest.mark.parametrize(
    ("written", "encoding"),
    [
        ("Tên,Số\nHồ sơ,12\n", "utf-8"),
        ("Tên;Số\nHồ sơ;12\n", "utf-8-sig"),
        ("Tên\tSố\nHồ sơ\t12\n", "utf-16"),
        ("Te\u0302n;So\u0302\u0301\nHo\u0302\u0300 so\u031b;12\n", "utf-8"),
        ("Tªn;Sè\nHå s¬;12\n", "cp1252"),
    ],
)
def test_delimited_text_is_read_whatever_its_encoding(written: str, encoding: str) -> None:
    book, said = _read(written.encode(encoding))
    assert book
    assert len(book.sheets[0].rows) == 2
    assert book.sheets[0].rows[1][1] == "12"
    assert book.sheets[0].rows[0][0] == written[: written.index("n") + 1]
    assert said == ["file.really_csv"]


def test_windows_1258_is_told_from_1252_by_its_tone_marks() -> None:
    book, _ = _read("Tên;Sô\u0301\nHô\u0300 sơ;12\n".encode("cp1258"))
    assert book
    assert book.sheets[0].rows[1][0] == "Hô\u0300 sơ"


def test_plain_text_is_no_table() -> None:
    assert _read("Kính gửi Văn phòng Sở.\n".encode()) == (
        None,
        ["file.wrong_kind"],
    )


def test_a_web_page_tells_what_is_struck_and_what_is_a_mark() -> None:
    row = "<td><s>2</s> 5</td><td>1<sup><sup>2</sup></sup></td><td><del>7</td><td>8</td>"
    book, _ = _read(f"<html><table><tr>{row}</tr></table></html>".encode())
    assert book
    sheet = book.sheets[0]
    assert sheet.rows == [["2 5", "12", "7", "8"]]
    assert sheet.facts.parts == {
        (1, 1): (RichPart("2", struck=True), RichPart(" 5")),
        (1, 2): (RichPart("1"), RichPart("2", shift=1)),
        (1, 3): (RichPart("7", struck=True),),
    }
