"""Whole packages changed at random, with right checksums: what is accepted says what XML says.

A reading of the same package by nothing but an XML parser, written here without regard to speed or
to facts, is the judge: which part is which sheet, which text a cell names, which figure stands in
it. A package is refused, or every one of its cells is what the judge finds.
"""

import io
import random
import re
import zipfile
from collections.abc import Iterator, Mapping
from functools import cache
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element

import pytest

from kskt_excel.excel.formats.gate import Gated, inspect
from kskt_excel.excel.formats.readers import read_book
from kskt_excel.excel.formats.xlsx import read_xlsx, unescaped
from kskt_excel.excel.opc import folded_name
from kskt_excel.model.book import CellPlace, Raw, Sheet, as_counted, column_number
from tests.attacks import zipped
from tests.builders import sampled
from tests.excel import samples
from tests.excel.books import OWN_SHEETS, telling
from tests.excel.formats.changing import changed

_NUMBER = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_RELATION = "}Relationship"
Cells = Mapping[CellPlace, tuple[str, str]]  # type and text of each cell that has a value


@cache
def _parts(source: str) -> dict[str, bytes]:
    data = telling() if source == "telling" else samples.filled()
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def _package(source: str, chance: random.Random) -> bytes:
    """The package with a part or two changed, gone, or in the place of another."""
    parts = dict(_parts(source))
    for _ in range(chance.choice((1, 1, 1, 2))):
        name, way = chance.choice(list(parts)), chance.random()
        if way < 0.9:
            parts[name] = changed(parts[name], chance) if parts[name] else b""
        elif way < 0.93:
            del parts[name]
        elif way < 0.97:
            other = chance.choice(list(parts))
            parts[name], parts[other] = parts[other], parts[name]
        else:
            parts[name.upper() if way < 0.985 else name + "x"] = parts.pop(name)
    return zipped(list(parts.items()))


def _tree(data: bytes) -> Element:
    return ET.fromstring(data)  # noqa: S314 - changed by ourselves, without entities


def _told_plainly(parts: Mapping[str, bytes]) -> Iterator[tuple[str, Cells]]:
    """Name and cells of each worksheet of the unit, by the parser alone.

    Raises ET.ParseError, KeyError.
    """
    book = _of_kind(_related(parts, ""), "officeDocument", "xl/workbook.xml")
    related = _related(parts, book)
    strings = _of_kind(related, "sharedStrings", "xl/sharedstrings.xml")
    texts = [_text(one) for one in _children(parts[strings], "si")] if strings in parts else []
    root = _tree(parts[book])
    main = root.tag[: root.tag.find("}") + 1]
    for sheet in root.iterfind(f"{main}sheets/{main}sheet"):
        own = next(value for name, value in sheet.items() if name.endswith("}id"))
        kind, target = related[own]
        if kind == "worksheet":
            tree = _tree(parts[target])  # XML, whether its cells are read or not
            if sheet.get("name") not in OWN_SHEETS:
                yield sheet.get("name", ""), _cells(tree, texts)


def _of_kind(related: Mapping[str, tuple[str, str]], kind: str, usual: str) -> str:
    """The part of a kind; where the relation to it is gone, the one that everybody names so."""
    return next((target for one, target in related.values() if one == kind), usual)


def _related(parts: Mapping[str, bytes], part: str) -> dict[str, tuple[str, str]]:
    folder, _, base = part.rpartition("/")
    root = _tree(parts[f"{folder}/_rels/{base}.rels".lstrip("/")])
    found = {}
    for one in root:
        if one.tag.endswith(_RELATION):
            target = one.get("Target", "")
            inside = target.lstrip("/") if target.startswith("/") else f"{folder}/{target}"
            kind = one.get("Type", "").rpartition("/")[2]
            found[one.get("Id", "")] = (kind, folded_name(inside.lstrip("/")))
    return found


def _children(data: bytes, tag: str) -> list[Element]:
    root = _tree(data)
    return root.findall(root.tag[: root.tag.find("}") + 1] + tag)


def _text(item: Element) -> str:
    """What a shared or inline string says: its own text and that of its runs."""
    main = item.tag[: item.tag.find("}") + 1]
    own = [
        one
        for child in item
        for one in ([child] if child.tag == f"{main}t" else child.findall(f"{main}t"))
        if child.tag in (f"{main}t", f"{main}r")
    ]
    return "".join(one.text or "" for one in own)


def _cells(root: Element, texts: list[str]) -> Cells:
    main = root.tag[: root.tag.find("}") + 1]
    found: dict[CellPlace, tuple[str, str]] = {}
    row = 0
    for line in root.iterfind(f"{main}sheetData/{main}row"):
        row, column = int(line.get("r", row + 1)), 0
        for cell in line.iterfind(f"{main}c"):
            letters = cell.get("r", "").rstrip("0123456789").replace("$", "").upper()
            column = column_number(letters) if letters else column + 1
            kind, value = cell.get("t", "n"), _last(cell, f"{main}v")
            inline = value if value is not None and value.find(f"{main}is") is not None else cell
            inside = inline.find(f"{main}is")
            text = (value.text or "") if value is not None else ""
            if kind == "s" and text.strip():
                text = texts[int(text)]
            elif kind == "inlineStr" and inside is not None:
                text = _text(inside)
            if value is not None or inside is not None:
                found[row, column] = (kind, text)
            elif _last(cell, f"{main}f") is not None:
                found.pop((row, column), None)
    return found


def _last(cell: Element, tag: str) -> Element | None:
    return next(iter(reversed(cell.findall(tag))), None)


def _agrees(ours: Raw, kind: str, text: str) -> bool:
    """Whether a value is what the cell says; what a format makes of a number is asked elsewhere."""
    if kind in ("s", "str", "inlineStr"):
        return " ".join(str(ours or "").split()) == " ".join(unescaped(text).split())
    if kind == "e":
        return ours is None
    if isinstance(ours, float) and _NUMBER.fullmatch(text.strip()):
        return ours == as_counted(float(text))
    return (ours is None) == (not text.strip()) or not isinstance(ours, str)


def _assert_told_alike(sheets: tuple[Sheet, ...], data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {folded_name(name): package.read(name) for name in package.namelist()}
    plainly = list(_told_plainly(parts))
    sheets = tuple(sheet for sheet in sheets if sheet.name not in OWN_SHEETS)
    assert [name for name, _ in plainly] == [sheet.name for sheet in sheets]
    for (name, cells), sheet in zip(plainly, sheets, strict=True):
        ours = {
            (row, column): value
            for row, values in enumerate(sheet.rows, 1)
            for column, value in enumerate(values, 1)
            if value is not None
        }
        for place in ours.keys() | cells.keys():
            kind, text = cells.get(place, ("n", ""))
            assert _agrees(ours.get(place), kind, text), (name, place, ours.get(place), kind, text)


def _try(seed: int, count: int, source: str) -> int:
    """How many of the changed packages were accepted, each proved."""
    chance = random.Random(seed)
    accepted = 0
    for _ in range(count):
        data = _package(source, chance)
        gated = inspect("VP.xlsx", data)
        if not isinstance(gated, Gated) or gated.kind not in ("xlsx", "xlsm"):
            continue
        book, _ = read_book(gated)
        if book is None:
            continue
        assert book.sheets == read_xlsx(gated.package, fast=False)
        _assert_told_alike(book.sheets, data)
        accepted += 1
    return accepted


@pytest.mark.parametrize("source", ["telling", "issued"])
def test_what_is_accepted_of_a_changed_package_is_what_it_says(source: str) -> None:
    assert _try(1, 250 if source == "telling" else 25, source) > 0


@pytest.mark.long
@pytest.mark.parametrize("seed", sampled(range(200, 212), 3, pytest.mark.exhaustive))
def test_what_is_accepted_of_many_changed_packages_is_what_they_say(seed: int) -> None:
    assert _try(seed, 1_000, "telling") > 100
