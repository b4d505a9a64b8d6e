"""Foreign workbooks of all makes: each can be marked and reads the same, or is refused cleanly."""

import io
import zipfile
from pathlib import Path
from xml.parsers import expat

from kskt_excel.excel.formats.gate import Gated, inspect
from kskt_excel.excel.formats.readers import read_book
from kskt_excel.excel.marked.marked_copy import without_marks
from kskt_excel.model.book import Book
from tests.excel.marked import kit
from tests.needs import needs_corpus

EVERY = 12  # benchmarks/marking.py looks at all of them


def _cells(book: Book, skipped: int) -> list[tuple[object, ...]]:
    return [
        (
            sheet.name,
            sheet.visible,
            sheet.merged,
            {
                (row, column): value
                for row, values in enumerate(sheet.rows)
                for column, value in enumerate(values)
                if value is not None
            },
            sheet.facts.errors,
        )
        for sheet in book.sheets[skipped:]
    ]


def _formulas(book: Book, skipped: int) -> list[set[object]]:
    """Cells with a formula: one that leads out of the file is only its result in the copy."""
    return [set(sheet.facts.formulas) for sheet in book.sheets[skipped:]]


def _read(data: bytes) -> tuple[str, Book] | None:
    """Kind and book of a workbook."""
    gated = inspect("VP.xlsx", data)
    if not isinstance(gated, Gated) or gated.kind not in ("xlsx", "xlsm"):
        return None
    book, _ = read_book(gated)
    return None if book is None else (gated.kind, book)


def outcome(path: Path) -> str:
    """What became of a file: ``marked``, ``refused`` or ``unread``; or what is wrong with it."""
    data = path.read_bytes()
    read = _read(data)
    if read is None:
        return "unread"
    kind, book = read
    sheet = max(book.sheets, key=lambda one: len(one.rows))
    last = f"B{len(sheet.rows) + 1}"
    copy = kit.attempt(data, [kit.error(sheet.name, "A1"), kit.error(sheet.name, last)], kind=kind)
    if not copy.patched:
        return "refused"
    again = _read(copy.data)
    if again is None or _cells(again[1], 1) != _cells(book, 0):
        return "values differ"
    pairs = zip(_formulas(again[1], 1), _formulas(book, 0), strict=True)
    if not all(kept <= had for kept, had in pairs):
        return "formulas differ"
    if not _is_sound(copy.data, data):
        return "broken XML"
    back = _read(without_marks(copy.data))
    return "marked" if back and _cells(back[1], 0) == _cells(book, 0) else "marks stay"


def _is_sound(data: bytes, original: bytes) -> bool:
    old = zipfile.ZipFile(io.BytesIO(original))
    names = set(old.namelist())
    with old, zipfile.ZipFile(io.BytesIO(data)) as new:
        for name in new.namelist():
            content = new.read(name)
            if not name.endswith((".xml", ".rels")) or (
                name in names and old.read(name) == content
            ):
                continue
            try:
                expat.ParserCreate(namespace_separator=" ").Parse(content, True)
            except expat.ExpatError:
                return False
    return True


def test_foreign_workbooks_are_marked_or_refused() -> None:
    files = sorted((needs_corpus() / "workbooks").glob("*.xls[xm]"))[::EVERY]
    told = {file.name: outcome(file) for file in files}
    wrong = {name: one for name, one in told.items() if one not in ("marked", "refused", "unread")}
    assert wrong == {}
    assert list(told.values()).count("marked") > len(files) / 2
