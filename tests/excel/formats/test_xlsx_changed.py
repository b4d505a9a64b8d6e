"""A workbook changed at random: both speeds read the same, and what is read is XML."""

import io
import random
import re
import zipfile
from functools import cache
from xml.parsers import expat

import pytest

from kskt_excel.excel.formats.xlsx import read_xlsx
from kskt_excel.excel.opc import Package, RefusedError, folded_name
from kskt_excel.model.book import Sheet
from tests.attacks import CONTENT_TYPES, RELATIONS, ROOT, STRINGS, WORKBOOK
from tests.excel import samples
from tests.excel.books import telling

_TOKEN = re.compile(rb"<[^>]*>|[^<]+")
_BRACKETS = re.compile(rb"[<>]")
_PUT_IN = (
    b"<!-- <c r='A9'><v>7</v></c> -->",
    b'<!-- <c r="A9" t="str"><v>--></v></c> -->',
    b'<c r="B9"><v>7</v></c>',
    b'<c r="A1" t="str"><v>a_x0041_b</v></c>',
    b'<c r="ZZ9"><v>1e5</v></c>',
    b"<c><v>3</v></c>",
    b'<c r="C10" t="inlineStr"><is><t>a</t></is></c>',
    b'<c r="C11" t="b"><v>1</v></c>',
    b'<c r="C12" t="e"><v>#REF!</v></c>',
    b'<c r="C13"><f>1+1</f></c>',
    b'<c r="C14"><v xml:space="preserve">3</v></c>',
    b'<c r="C15" t="str"><v/></c>',
    b"<![CDATA[<c r='A1'><v>5</v></c>]]>",
    b"<v>44562.5</v>",
    b"&#65;",
    b"&amp;",
    b"&lt;",
    b"\n",
    b" ",
    b'<row r="3"><c r="A3"><v>5</v></c></row>',
    b'<row r="5" hidden="1" x14ac:dyDescent="0.2"/>',
    b"<row>",
    b"</row>",
    b"<row/>",
    b"<c>",
    b"</c>",
    b'<?x <c r="A1"/>?>',
    b'<x xmlns="urn:x">',
    b"</x>",
    b' xmlns="urn:o"',
    b"<!--",
    b"-->",
    b"]]>",
    b"/>",
    b"<sheetData>",
    b"</sheetData>",
    b'"',
    b"'",
    b">",
    b"\xc3",
    b"\xef\xbf\xbf",
    b"\x01",
    b"1_0",
    b'<c r="A1048577"><v>1</v></c>',
    b'<c r="XFE1"><v>1</v></c>',
    b'<c r="A2" s="24"><v>-5</v></c>',
    b'<kskt.run n="0"/>',
)


@cache
def _sheets() -> tuple[bytes, ...]:
    """Sheets of an issued workbook and of one with formulas and errors, and its styles."""
    found = []
    for data in (telling(), samples.filled()):
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = [name for name in package.namelist() if "/sheet" in name]
            found += [package.read(name) for name in names[:7]]
    return tuple(found)


@cache
def _rest() -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(samples.filled())) as package:
        own = {name: package.read(name) for name in ("xl/styles.xml", "xl/sharedStrings.xml")}
    written = {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": ROOT,
        "xl/workbook.xml": WORKBOOK,
        "xl/_rels/workbook.xml.rels": RELATIONS,
        "xl/sharedStrings.xml": STRINGS,
    }
    whole = {name: text.encode() for name, text in written.items()} | own
    return {folded_name(name): content for name, content in whole.items()}


def _changed(data: bytes, chance: random.Random) -> bytes:
    way = chance.random()
    if way < 0.5:
        places = [found.start() for found in _BRACKETS.finditer(data)]
        at = chance.choice(places) + chance.randint(0, 1)
        return data[:at] + chance.choice(_PUT_IN) + data[at:]
    at = chance.randrange(len(data))
    if way < 0.65:
        return data[:at] + chance.choice(_PUT_IN) + data[at:]
    if way < 0.8:
        return data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]
    tokens = _TOKEN.findall(data)
    first = chance.randrange(len(tokens))
    last = min(len(tokens), first + chance.randint(1, 4))
    if way < 0.9:
        del tokens[first:last]
    else:
        tokens[first:first] = tokens[first:last]
    return b"".join(tokens)


def _read(data: bytes, *, fast: bool) -> tuple[Sheet, ...] | None:
    parts = {**_rest(), "xl/worksheets/sheet1.xml": data}
    try:
        return read_xlsx(Package(parts, frozenset(parts)), fast=fast)
    except RefusedError:
        return None


def _is_well_formed(data: bytes) -> bool:
    try:
        expat.ParserCreate(namespace_separator="}").Parse(data, True)  # noqa: FBT003 - its own signature
    except expat.ExpatError:
        return False
    return True


def _compare(seed: int, count: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - the same changes every time
    read = 0
    for _ in range(count):
        data = chance.choice(_sheets())
        for _ in range(chance.choice((1, 1, 2, 3))):
            data = _changed(data, chance)
        fast, slow = _read(data, fast=True), _read(data, fast=False)
        assert fast == slow, data
        if fast is not None and slow is not None:
            assert repr(fast[0].rows) == repr(slow[0].rows), data
            assert _is_well_formed(data), data
            read += 1
    assert read > count // 20  # else little was tried


@pytest.mark.parametrize("seed", range(4))
def test_both_speeds_read_a_changed_sheet_alike(seed: int) -> None:
    _compare(seed, 60)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 110))
def test_both_speeds_read_many_changed_sheets_alike(seed: int) -> None:
    _compare(seed, 1_000)
