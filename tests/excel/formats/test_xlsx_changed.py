"""A workbook changed at random: both speeds read the same, and what is read is XML."""

import io
import random
import zipfile
from functools import cache
from xml.parsers import expat

import pytest

from kskt_excel.excel.formats.xlsx import read_xlsx
from kskt_excel.excel.opc import Package, RefusedError, folded_name
from kskt_excel.model.book import Sheet
from tests.attacks import CONTENT_TYPES, RELATIONS, ROOT, STRINGS, WORKBOOK, sheet
from tests.builders import sampled
from tests.excel import samples
from tests.excel.books import telling
from tests.excel.formats.changing import changed


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


def _read(data: bytes, *, fast: bool, strings: bytes = b"") -> tuple[Sheet, ...] | None:
    parts = {**_rest(), "xl/worksheets/sheet1.xml": data}
    if strings:
        parts["xl/sharedstrings.xml"] = strings
    try:
        return read_xlsx(Package(parts, frozenset(parts)), fast=fast)
    except RefusedError:
        return None


def _is_well_formed(data: bytes) -> bool:
    try:
        expat.ParserCreate(namespace_separator="}").Parse(data, True)
    except expat.ExpatError:
        return False
    return True


def _compare(seed: int, count: int) -> None:
    chance = random.Random(seed)
    read = 0
    for _ in range(count):
        data = chance.choice(_sheets())
        for _ in range(chance.choice((1, 1, 2, 3))):
            data = changed(data, chance)
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
@pytest.mark.parametrize("seed", sampled(range(100, 110), 3, pytest.mark.exhaustive))
def test_both_speeds_read_many_changed_sheets_alike(seed: int) -> None:
    _compare(seed, 1_000)


_TEXTS = (
    "<si><t>một</t></si><si><t> a </t></si><si><t/></si><si><t>m_x1ED9_t</t></si>"
    '<si><t xml:space="preserve"> c\n</t></si><si><t xml:space="preserve"/></si>'
    "<si><r><rPr><strike/></rPr><t>b</t></r><r><t>c</t></r></si><si><t>x &amp; y</t></si>\n"
)
_TEXTS_PART = STRINGS.replace("<si><t>một</t></si>", _TEXTS)
_NAMES_TEXTS = sheet(
    "".join(f'<row r="{n + 1}"><c r="A{n + 1}" t="s"><v>{n}</v></c></row>' for n in range(8))
)


def test_both_speeds_read_changed_shared_strings_alike() -> None:
    chance = random.Random(5)
    read = 0
    for count in range(400):
        strings = _TEXTS_PART.encode()
        for _ in range(min(count, chance.choice((1, 1, 2, 3)))):
            strings = changed(strings, chance)
        fast, slow = (
            _read(_NAMES_TEXTS.encode(), fast=fast, strings=strings) for fast in (True, False)
        )
        assert fast == slow, strings
        if fast is not None:
            assert _is_well_formed(strings), strings
            read += 1
    assert read > 50


@pytest.mark.parametrize(
    ("footers", "is_sound"),
    [
        ("<headerFooter/>", True),
        ("<headerFooter><oddFooter>Xã A &amp; B</oddFooter></headerFooter>", True),
        ("<headerFooter><oddFooter/></headerFooter>", True),
        ('<headerFooter scaleWithDoc="0"></headerFooter>', True),
        ('<headerFooter scaleWithDoc="0" scaleWithDoc="0"></headerFooter>', False),
        ("<headerFooter><oddFooter>A & B</oddFooter></headerFooter>", False),
        ("<headerFooter><oddFooter>A</oddHeader></headerFooter>", False),
        ("<headerFooter><oddFooter>A</oddFooter></headerFooter></headerFooter>", False),
        ("<headerFooter><oddFooter>A", False),
        ("<?any <headerFooter></headerFooter>?>", True),
        ("<?any <headerFooter>?></headerFooter>", False),
        ("<headerFooter><?any?></headerFooter>", True),
        ("<!-- any --><headerFooter><oddFooter>A</oddFooter></headerFooter>", True),
        ("<!-- any <headerFooter><oddFooter>A--B</oddFooter></headerFooter> -->", False),
        ("<headerFooter><other:odd>A</other:odd></headerFooter>", False),
        ('<a b="<headerFooter></headerFooter>"/>', False),
        ("<headerFooter><oddFooter>A\x01</oddFooter></headerFooter>", False),
    ],
)
def test_footers_are_passed_over_only_where_they_are_sound(footers: str, *, is_sound: bool) -> None:
    found = 0
    for whole in _sheets():
        start, end = whole.find(b"<headerFooter"), whole.find(b"</headerFooter>")
        if start >= 0:
            data = whole[:start] + footers.encode() + whole[end + len(b"</headerFooter>") :]
            fast, slow = _read(data, fast=True), _read(data, fast=False)
            assert fast == slow
            assert (fast is not None) is is_sound
            found += 1
    assert found
