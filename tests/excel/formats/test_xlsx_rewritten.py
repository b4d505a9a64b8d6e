"""A workbook written in another way is the same workbook: same values, facts, marks and names."""

import io
import itertools
import zipfile
from functools import cache

import pytest

from kskt_excel.excel.formats.gate import Gated, inspect
from kskt_excel.excel.formats.readers import read_book
from kskt_excel.model.book import Book
from tests.attacks import zipped
from tests.excel import samples
from tests.excel.books import read, telling
from tests.excel.formats.rewriting import REWRITES

_GROUPS = {
    "sheets": lambda name: name.startswith("xl/worksheets/"),
    "strings": lambda name: name == "xl/sharedStrings.xml",
    "styles": lambda name: name == "xl/styles.xml",
    "workbook": lambda name: name == "xl/workbook.xml",
    "relations": lambda name: name.endswith(".rels"),
    "types": lambda name: name == "[Content_Types].xml",
    "properties": lambda name: name == "docProps/custom.xml",
}
_SOURCES = {"issued": samples.filled, "telling": telling}


@cache
def _parts(source: str) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(_SOURCES[source]())) as package:
        return {name: package.read(name) for name in package.namelist()}


@cache
def _sound(source: str) -> Book:
    return read(_SOURCES[source]())


def _rewritten(source: str, group: str, *ways: str) -> bytes:
    changed = {}
    for name, content in _parts(source).items():
        written: str | bytes = content.decode() if name.endswith((".xml", ".rels")) else content
        if _GROUPS[group](name):
            for way in ways:
                assert isinstance(written, str)
                written = REWRITES[way](written)
        changed[name] = written.encode() if isinstance(written, str) else written
    return zipped(list(changed.items()))


def _assert_same(source: str, data: bytes) -> None:
    gated = inspect("VP.xlsx", data)
    assert isinstance(gated, Gated), gated
    book, said = read_book(gated)
    assert book == _sound(source), said
    assert repr([sheet.rows for sheet in book.sheets]) == repr(
        [sheet.rows for sheet in _sound(source).sheets]
    )
    assert [found.code for found in said] == []


@pytest.mark.parametrize("group", _GROUPS)
@pytest.mark.parametrize("way", REWRITES)
def test_a_part_written_in_another_way_says_the_same(group: str, way: str) -> None:
    _assert_same("telling", _rewritten("telling", group, way))


@pytest.mark.parametrize(
    "group",
    ["sheets", *(pytest.param(one, marks=pytest.mark.long) for one in _GROUPS if one != "sheets")],
)
@pytest.mark.parametrize("way", REWRITES)
def test_a_part_of_an_issued_workbook_written_in_another_way_says_the_same(
    group: str, way: str
) -> None:
    _assert_same("issued", _rewritten("issued", group, way))


_TEXT_WAYS = [way for way in REWRITES if "UTF" not in way and way not in (
    "nothing declared", "US-ASCII", "Latin 1", "Windows-1252", "a prefix")]  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("ways", list(itertools.permutations(_TEXT_WAYS[7:], 2)), ids="+".join)
def test_two_ways_together_say_the_same(ways: tuple[str, str]) -> None:
    for group in ("sheets", "strings"):
        _assert_same("telling", _rewritten("telling", group, *ways))


@pytest.mark.parametrize(
    "way", ["UTF-16 with a mark", "Latin 1", "a prefix", "single quotes", "comments"]
)
def test_every_part_at_once_says_the_same(way: str) -> None:
    data = _parts("issued")
    written = {
        name: REWRITES[way](content.decode()) if name.endswith((".xml", ".rels")) else content
        for name, content in data.items()
    }
    pieces = [(n, one.encode() if isinstance(one, str) else one) for n, one in written.items()]
    _assert_same("issued", zipped(pieces))
