"""P-valid: every product keeps to Microsoft's own rules, for the Office of 2010, 2019 and today."""

import html
import io
import re
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.excel.marked.kit import attempt, error, warning
from tests.excel.test_habits import broken_habits
from tests.needs import needs_corpus

OFFICES = ("office2019", "office2010", "microsoft365")
_LARGEST = 60_000  # bytes of a foreign file that is tried
_NO_THEME = "relationships/theme' is missing"


@cache
def validator(version: str) -> Any:
    """The rules of one version of Office."""
    audit = pytest.importorskip("openxml_audit")
    return audit.OpenXmlValidator(audit.FileFormat(version))


def faults(path: Path, version: str) -> set[str]:
    """What the rules find in a file, each said once whatever its place."""
    errors = validator(version).validate(str(path)).errors
    return {f"{one.part_uri}: {one.description}" for one in errors if one.severity.value == "error"}


def written_in(folder: Path) -> list[Path]:
    """The files that the program wrote itself."""
    return [
        path
        for kind in ("*.xlsx", "*.docx")
        for path in sorted(folder.rglob(kind))
        if not {"inbox", "archive", "luu"} & set(path.relative_to(folder).parts)
    ]


def test_tracker_paper_and_a_blank_workbook_are_valid(products: Path) -> None:
    """What is written by XlsxWriter, by python-docx and over a person's handwriting."""
    asked = [
        path
        for path in one_of_each_kind(products)
        if path.parent.name == "tracker" or path.suffix == ".docx" or "issued" in path.parts
    ]
    assert len(asked) > 2
    assert {path.name: own for path in asked if (own := faults(path, OFFICES[0]))} == {}


@pytest.mark.long
def test_a_product_of_each_kind_is_valid(products: Path) -> None:
    keep_to_the_rules(products, one_of_each_kind(products), OFFICES[0])


def one_of_each_kind(products: Path) -> list[Path]:
    """The smallest file of each folder and ending."""
    smallest: dict[tuple[Path, str], Path] = {}
    for path in sorted(written_in(products), key=lambda path: path.stat().st_size):
        smallest.setdefault((path.parent, path.suffix), path)
    assert len(smallest) > 8
    return list(smallest.values())


def test_every_workbook_has_what_excels_people_expect(products: Path) -> None:
    """A marked copy has the looks of the workbook that the unit sent."""
    several = {path for path in written_in(products) if path.parent.name in ("2022-Q1", "2022")}
    broken = {
        path.name: found
        for path in sorted({*one_of_each_kind(products), *several})
        if path.suffix == ".xlsx"
        and "returned" not in path.parts
        and (found := list(broken_habits(path.read_bytes(), but=("Việc của tôi",))))
    }
    assert broken == {}


@pytest.mark.long
@pytest.mark.parametrize("version", OFFICES)
def test_every_product_is_valid(products: Path, version: str) -> None:
    keep_to_the_rules(products, written_in(products), version)


def keep_to_the_rules(products: Path, written: list[Path], version: str) -> None:
    """No file has a fault; a marked copy none but those that units' own workbooks have."""
    kinds = {part for path in written for part in path.relative_to(products).parts}
    assert {"tracker", "summaries", "issued", "returned", "exports", "so-sanh.xlsx"} <= kinds
    found = {path: own for path in written if (own := faults(path, version))}
    copies = [path for path in found if "returned" in path.parts]
    kept = {fault for path in copies for fault in found[path]}
    originals = sorted((products / "workbooks" / "archive").rglob("*.xlsx"), reverse=True)
    while kept and originals:  # a copy keeps what was wrong in the unit's own workbook
        brought = faults(originals.pop(), version)
        kept -= brought
        found |= {path: found[path] - brought for path in copies}
    assert {path.name: own for path, own in found.items() if own} == {}


_FIRST_SHEET = re.compile(rb'<(?:\w+:)?sheet\s[^>]*?name="([^"]*)"')


def _first_sheet(data: bytes) -> str | None:
    """Name of the first sheet as the package says it; None of what is no such package."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            found = _FIRST_SHEET.search(package.read("xl/workbook.xml"))
    except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError):
        return None
    return html.unescape(found[1].decode("utf-8", "replace")) if found else None


@pytest.mark.long
def test_a_marked_copy_of_a_sound_workbook_is_sound(tmp_path: Path) -> None:
    """Foreign workbooks that keep to the rules themselves; many have no theme, which is no harm."""
    tried = 0
    worse: dict[str, set[str]] = {}
    for path in sorted((needs_corpus() / "workbooks").glob("*.xlsx")):
        data = path.read_bytes()
        name = _first_sheet(data) if len(data) < _LARGEST else None
        if name is None:
            continue
        copy = attempt(data, [error(name, "A1"), warning(name, "B2")])
        if not copy.patched:
            continue
        target = tmp_path / "copy.xlsx"
        target.write_bytes(copy.data)
        tried += 1
        brought = faults(target, OFFICES[0])
        own = faults(path, OFFICES[0]) if brought else set()
        if all(_NO_THEME in fault for fault in own) and brought - own:
            worse[path.name] = brought - own
    assert tried > 200
    assert worse == {}
