import time

import pytest

from kskt_excel.excel.formats.gate import Gated, inspect
from kskt_excel.excel.formats.readers import read_book
from kskt_excel.messages import catalogue, sentence
from kskt_excel.model.finding import Finding
from tests.attacks import ATTACKS, ODDITIES, package, zipped
from tests.excel import samples
from tests.excel.books import telling

_OLE = bytes.fromhex("d0cf11e0a1b11ae1").ljust(512, b"\0")


_WORD_TYPES = (
    b'<Types><Override ContentType="application/vnd.openxmlformats-officedocument.'
    b'wordprocessingml.document.main+xml"/></Types>'
)


def _entry(name: str) -> bytes:
    return _OLE + name.encode("utf-16-le").ljust(128, b"\0")


XML_2003 = b"urn:schemas-microsoft-com:office:spreadsheet"
REFUSED = [
    ("~$VP.xlsx", b"x" * 165, "file.temporary"),
    (".~lock.VP.xlsx#", b",Hoa", "file.temporary"),
    ("Thumbs.db", b"\xd0\xcf", "file.temporary"),
    ("desktop.ini", b"[x]", "file.temporary"),
    ("VP.xlsx.crdownload", b"PK", "file.temporary"),
    ("VP.xlsx", b"", "file.empty"),
    ("VP.xlsx", b"\0" * 4096, "file.empty"),
    ("VP.xlsx", b"%PDF-1.7 ...", "file.wrong_kind"),
    ("VP.xlsx", b"\x89PNG\r\n\x1a\n", "file.wrong_kind"),
    ("VP.xlsx", b"\xff\xd8\xff\xe0", "file.wrong_kind"),
    ("VP.xlsx", b"Rar!\x1a\x07", "file.packed"),
    ("VP.xlsx", b"7z\xbc\xaf\x27\x1c", "file.packed"),
    ("VP.xlsx", b"MZ\x90\0", "file.wrong_kind"),
    ("VP.xlsx", b"\x01\x02\x03" * 50, "file.wrong_kind"),
    ("VP.xlsx", zipped([("VP.xlsx", b"x")]), "file.zip"),
    ("VP.xlsx", zipped([("word/document.xml", b"<a/>"),
                        ("[Content_Types].xml", _WORD_TYPES)]), "file.wrong_kind"),
    ("VP.xls", _entry("WordDocument"), "file.wrong_kind"),
    ("VP.xlsx", package()[:-40], "file.cut_off"),
    ("VP.xlsx", package({"xl/worksheets/sheet2.xml": "x"})[:300], "file.cut_off"),
]  # fmt: skip

KINDS = [
    ("VP.xlsx", package(), "xlsx"),
    ("VP.xls", package(), "xlsx"),
    ("VP.xls", _entry("Workbook"), "xls"),
    ("VP.xlsx", _entry("Book"), "xls"),
    ("VP.xlsx", _entry("EncryptedPackage"), "encrypted"),
    ("VP.xls", b"\xef\xbb\xbf<html><table><tr><td>1</td></tr></table></html>", "html"),
    ("VP.xls", "\ufeff<html><body>".encode("utf-16"), "html"),
    ("VP.xls", b'<?xml version="1.0"?><Workbook xmlns="%s"/>' % XML_2003, "xml2003"),
    ("VP.csv", "Mã;Tên\n1;Hồ sơ\n".encode(), "csv"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "data", "code"), REFUSED)
def test_what_is_no_workbook_is_named(name: str, data: bytes, code: str) -> None:
    found = inspect(name, data)
    assert isinstance(found, Finding)
    assert found.code == code
    assert name in sentence(found)


@pytest.mark.parametrize(("name", "data", "kind"), KINDS)
def test_a_file_is_what_its_bytes_say(name: str, data: bytes, kind: str) -> None:
    gated = inspect(name, data)
    assert isinstance(gated, Gated)
    assert gated.kind == kind


@pytest.mark.filterwarnings("ignore:Duplicate name")  # it is the attack
@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_refused_at_once(attack: str) -> None:
    build, code = ATTACKS[attack]
    data = build()
    started = time.process_time()
    found = inspect("VP.xlsx", data)
    if isinstance(found, Gated):
        book, said = read_book(found)
        assert book is None
        found = said[-1]
    spent = time.process_time() - started
    assert found.code == code
    assert spent < 5


@pytest.mark.parametrize("oddity", ODDITIES)
def test_what_is_only_strange_is_read(oddity: str) -> None:
    gated = inspect("VP.xlsx", ODDITIES[oddity])
    assert isinstance(gated, Gated)
    book, _ = read_book(gated)
    assert book
    assert book.sheets[0].rows[0][0] in (1.0, 2_958_466.0)


def test_an_issued_workbook_passes_without_remark() -> None:
    gated = inspect("QLCNH.xlsx", samples.filled())
    assert isinstance(gated, Gated)
    assert gated.remarks == ()


def test_macros_and_links_are_remarked_and_the_file_is_read() -> None:
    data = package({"xl/vbaProject.bin": b"x", "xl/externalLinks/externalLink1.xml": "<a/>"})
    gated = inspect("VP.xlsm", data)
    assert isinstance(gated, Gated)
    assert [found.code for found in gated.remarks] == ["file.macros", "file.external_links"]


@pytest.mark.parametrize(
    "part",
    ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml", "_rels/.rels",
     "xl/_rels/workbook.xml.rels", "xl/workbook.xml", "[Content_Types].xml"],
)  # fmt: skip
def test_a_workbook_without_a_needed_part_is_damaged(part: str) -> None:
    import zipfile
    from io import BytesIO

    whole = zipfile.ZipFile(BytesIO(telling()))
    kept = [(name, whole.read(name)) for name in whole.namelist() if name != part]
    found = inspect("VP.xlsx", zipped(kept))
    assert isinstance(found, Finding)
    assert found.code in ("file.damaged", "file.zip")


def test_every_sentence_about_files_is_short_and_numbered() -> None:
    entries = {code: entry for code, entry in catalogue().items() if code.startswith("file.")}
    for code, entry in entries.items():
        assert entry.number.startswith("KS-1"), code
        assert len(f"{entry.text} {entry.remedy}".split()) <= 50, code
