"""What goes back to a unit cannot act and leads nowhere; its figures stay."""

import io
import re
import zipfile
from collections.abc import Mapping

import pytest
from xlsxwriter import Workbook

from kskt_excel.excel.marked.active_content import take_out_active
from kskt_excel.excel.marked.xml_patch import CannotPatchError, PackagePatch
from kskt_excel.excel.opc import RefusedError
from tests.needs import needs_corpus

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DOC = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACK = "http://schemas.openxmlformats.org/package/2006/relationships"
_MACRO = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"


def book(*, formulas: Mapping[str, str] = {}, links: Mapping[str, str] = {}) -> bytes:
    out = io.BytesIO()
    with Workbook(out) as made:
        sheet = made.add_worksheet("Hồ sơ")
        sheet.write("A1", "Tên")
        sheet.write_formula("B1", "=SUM(1,2)", None, 3)
        for cell, formula in formulas.items():
            sheet.write_formula(cell, formula, None, 43)
        for cell, target in links.items():
            sheet.write_url(cell, target, string="bấm vào đây")
    return out.getvalue()


def edited(data: bytes, added: Mapping[str, bytes], *edits: tuple[str, bytes, bytes]) -> bytes:
    """The package with parts added, and words in others (part, was, becomes) changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            for part, was, becomes in edits:
                if part == name:
                    assert was in content, name
                    content = content.replace(was, becomes)
            new.writestr(name, content)
        for name, content in added.items():
            new.writestr(name, content)
    return out.getvalue()


def cleaned(data: bytes) -> tuple[bytes, str]:
    parts = PackagePatch(data)
    gone = take_out_active(parts)
    return parts.packed(), gone.words


_SIGNS = ("vba", "macrosheet", "activex", "embeddings", "externallink", "connections")
_STRING = re.compile(rb"\"[^\"<]*\"|&quot;(?:(?!&quot;)[^<])*&quot;")
_FORMULA = re.compile(rb"<f[^>]*>[^<]*(?:HYPERLINK|WEBSERVICE|\[\d+\]|\|)")


def active(data: bytes) -> list[str]:
    """Everything in a package that could act or lead out."""
    found = []
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for name in package.namelist():
            content, lower = package.read(name), name.lower()
            found += [name for sign in _SIGNS if sign in lower]
            if lower.endswith(".rels") and b'TargetMode="External"' in content:
                found.append(f"{name}: target outside")
            if b"macroEnabled.main+xml" in content or b"vbaProject" in content:
                found.append(f"{name}: macro")
            if lower.startswith("xl/worksheets/") and _FORMULA.search(_STRING.sub(b"", content)):
                found.append(f"{name}: formula")
    return found


def related(kind: str, target: str, id_: str = "rIdX", mode: str = "") -> bytes:
    return (
        f'<Relationship Id="{id_}" Type="{kind}" Target="{target}"{mode}/></Relationships>'.encode()
    )


_END = b"</Relationships>"
_RELS = "xl/_rels/workbook.xml.rels"
_TYPES = "[Content_Types].xml"
_PLAIN = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


def with_macro(data: bytes = b"") -> bytes:
    """The workbook, a small one by default, with a macro project."""
    kind = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"
    default = (
        b'<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>'
    )
    return edited(
        data or book(),
        {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"},
        (_RELS, _END, related(kind, "vbaProject.bin")),
        (_TYPES, b"</Types>", default),
        (_TYPES, _PLAIN, _MACRO.encode()),
    )


def with_external_book(target: str = "file:///\\\\may-chu\\chung\\nguon.xlsx") -> bytes:
    link = (
        f'<externalLink xmlns="{_MAIN}"><externalBook xmlns:r="{_DOC}" r:id="rId1"><sheetNames>'
        '<sheetName val="S"/></sheetNames></externalBook></externalLink>'
    )
    out = f'<Relationships xmlns="{_PACK}">'.encode() + related(
        f"{_DOC}/externalLinkPath", target, "rId1", ' TargetMode="External"'
    )
    return edited(
        book(formulas={"B2": "=[1]S!$A$1+1"}),
        {
            "xl/externalLinks/externalLink1.xml": link.encode(),
            "xl/externalLinks/_rels/externalLink1.xml.rels": out,
        },
        (_RELS, _END, related(f"{_DOC}/externalLink", "externalLinks/externalLink1.xml")),
        (
            "xl/workbook.xml",
            b"</sheets>",
            b'</sheets><externalReferences><externalReference r:id="rIdX"/></externalReferences>',
        ),
    )


def with_connection() -> bytes:
    xml = f'<connections xmlns="{_MAIN}"><connection id="1" type="1"/></connections>'.encode()
    return edited(
        book(),
        {"xl/connections.xml": xml},
        (_RELS, _END, related(f"{_DOC}/connections", "connections.xml")),
    )


CASES = {
    "macro": (with_macro(), "macro"),
    "another workbook": (
        with_external_book(), "1 liên kết ra ngoài, 1 công thức lấy dữ liệu ngoài",
    ),
    "a connection": (with_connection(), "1 kết nối dữ liệu"),
    "links": (
        book(links={"A2": "https://a.vn", "A3": "external:C:/a.xlsx", "A4": "mailto:a@b.vn"}),
        "3 liên kết ra ngoài",
    ),
    "formulas": (
        book(
            formulas={
                "B2": '=HYPERLINK("https://a.vn","bấm")',
                "B3": "=_xlfn.WEBSERVICE(A1)",
                "B4": "=cmd|'/C calc'!A0",
            }
        ),
        "3 công thức lấy dữ liệu ngoài",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_nothing_active_goes_back_and_it_is_said(case: str) -> None:
    data, words = CASES[case]
    assert active(data)
    new, said = cleaned(data)
    assert (active(new), said) == ([], words)


@pytest.mark.parametrize("case", CASES)
def test_figures_and_texts_stay(case: str) -> None:
    import openpyxl

    data, _ = CASES[case]
    new, _ = cleaned(data)
    was, now = (openpyxl.load_workbook(io.BytesIO(one), data_only=True) for one in (data, new))
    assert list(now.worksheets[0].values) == list(was.worksheets[0].values)


def test_a_workbook_without_any_keeps_its_bytes_and_says_nothing() -> None:
    formulas = {
        "B2": '=IF(A1="[1]|",SUM(1),2)',
        "B3": '=IF(A1=0,"",HYPERLINK("#Hồ sơ!A"&ROW(),"→"))',  # a place in the workbook itself
    }
    data = book(formulas=formulas, links={"A2": "internal:'Hồ sơ'!A1"})
    parts = PackagePatch(data)
    assert not take_out_active(parts)
    assert parts.changed == {}


def test_a_list_that_leads_out_cannot_just_go() -> None:
    rule = (
        b'</sheetData><dataValidations count="1"><dataValidation type="list" sqref="A5">'
        b"<formula1>[1]S!$A$1:$A$3</formula1></dataValidation></dataValidations>"
    )
    data = edited(book(), {}, ("xl/worksheets/sheet1.xml", b"</sheetData>", rule))
    with pytest.raises(CannotPatchError):
        take_out_active(PackagePatch(data))


def test_a_formula_that_is_written_in_another_way_is_seen() -> None:
    ways = (
        b"HYPERLINK(&quot;x&quot;)", b"&#72;YPERLINK(1)", b"<![CDATA[HYPERLINK(1)]]>",
        b"hyperlink (1)", b"1+&apos;[2]S&apos;!A1",
    )  # fmt: skip
    for way in ways:
        data = edited(book(), {}, ("xl/worksheets/sheet1.xml", b"SUM(1,2)", way))
        _, said = cleaned(data)
        assert said == "1 công thức lấy dữ liệu ngoài", way


def test_foreign_workbooks_are_clean_or_refused() -> None:
    told = {}
    for file in sorted((needs_corpus() / "workbooks").glob("*.xls[xm]")):
        data = file.read_bytes()
        if len(data) < _LARGE:
            told[file.name] = clean_or_refused(data)
    assert {name: left for name, left in told.items() if left} == {}


_LARGE = 300_000


def clean_or_refused(data: bytes) -> list[str]:
    try:
        new, said = cleaned(data)
    except (CannotPatchError, RefusedError):
        return []
    return active(new) if said else []
