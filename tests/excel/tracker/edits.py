"""A person's edits of a tracker with openpyxl, found by sheet, key and heading."""

import io
from collections.abc import Callable
from copy import copy
from functools import cache
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from kskt_excel.excel.tracker.handwriting import HandCell, Handwriting
from kskt_excel.excel.tracker.tracker_reader import handwriting_of
from tests.excel.tracker import samples

OPINION, NOTE = "Ý kiến chỉ đạo", "Ghi chú của Văn phòng"
NAME = "theo-doi-2022.xlsx"
YELLOW = PatternFill("solid", fgColor="FFFFFF00")


def opened(data: bytes) -> Any:
    return load_workbook(io.BytesIO(data), rich_text=True)


@cache
def untouched() -> Any:
    """The tracker of ``samples`` as it was made, opened once for all who only look."""
    return opened(samples.built())


@cache
def saved_by_a_person(note_on_a_task: str = "") -> bytes:
    """The tracker of ``samples`` as it is saved after nothing, or a note, was typed."""
    edits = [note("Tiến độ", "I.1", NOTE, note_on_a_task)] if note_on_a_task else []
    return edited(samples.built(), *edits)


def saved(book: Any) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def edited(data: bytes, *edits: Callable[[Any], None]) -> bytes:
    book = opened(data)
    for edit in edits:
        edit(book)
    return saved(book)


def heading_row(sheet: Any, block: str = "") -> int:
    return next(
        row
        for row in range(1, sheet.max_row + 1)
        if str(sheet.cell(row, 1).value or "").startswith(f"_id/{block}")
    )


def cell(book: Any, sheet: str, key: str, heading: str, block: str = "") -> Any:
    on = book[sheet]
    head = heading_row(on, block)
    column = next(c.column for c in on[head] if c.value == heading)
    row = next(
        row
        for row in range(head + 1, on.max_row + 1)
        if str(on.cell(row, 1).value or "").split(" ~ ")[0] == key
    )
    return on.cell(row, column)


def note(
    sheet: str, key: str, heading: str, text: object, block: str = ""
) -> Callable[[Any], None]:
    def edit(book: Any) -> None:
        cell(book, sheet, key, heading, block).value = text

    return edit


def comment(sheet: str, key: str, heading: str, text: str) -> Callable[[Any], None]:
    def edit(book: Any) -> None:
        cell(book, sheet, key, heading).comment = Comment(text, "Chị Hoa")

    return edit


def colour(sheet: str, key: str, heading: str) -> Callable[[Any], None]:
    def edit(book: Any) -> None:
        cell(book, sheet, key, heading).fill = YELLOW

    return edit


def letters(sheet: str, key: str, heading: str, **look: Any) -> Callable[[Any], None]:
    """Another look of the letters of a cell, all else as it was."""

    def edit(book: Any) -> None:
        at = cell(book, sheet, key, heading)
        font = copy(at.font)
        for name, value in look.items():
            setattr(font, name, value)
        at.font = font

    return edit


def run_again(data: bytes, **own: Any) -> bytes:
    return samples.built(handwriting_of(data, NAME, year=2022), **own)


def read(data: bytes) -> Handwriting:
    return handwriting_of(data, NAME, year=2022)


def hand(found: Handwriting, page: str, block: str, key: str) -> dict[str, HandCell]:
    rows = found.blocks[page, block].rows
    return next(({**row.cells, **row.marks} for row in rows if row.key == key), {})


def write(folder: Path, data: bytes) -> Path:
    path = folder / NAME
    path.write_bytes(data)
    return path


def new(folder: Path, data: bytes) -> Path:
    """A tracker just made, waiting beside its place."""
    path = folder / "half-made"
    path.write_bytes(data)
    return path
