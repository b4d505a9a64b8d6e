"""The reader beside calamine and openpyxl, cell by cell, on foreign workbooks of all makes.

Every difference must have one of the explanations that ``docs/readers-compared.md`` gives. The
files lie beside the repository; without them nothing is proved here.
"""

import datetime as dt
import io
import re
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from kskt_excel.excel.formats.gate import Gated, inspect
from kskt_excel.excel.formats.readers import read_book
from kskt_excel.model.book import Book, CellPlace, Raw, Sheet, as_counted

FOLDER = Path(__file__).parents[4] / "shared" / "corpus" / "workbooks"
FILES = sorted(FOLDER.glob("*.xls[xm]")) if FOLDER.is_dir() else []
_ESCAPE = re.compile(r"_x[0-9A-Fa-f]{4}_")
_SECOND = dt.timedelta(seconds=1)
_LEAP = 60  # the day that never was
_LAST = 2_958_465  # 31/12/9999

Values = Mapping[CellPlace, Any]


def _ours(sheet: Sheet) -> Values:
    return {
        (row, column): value
        for row, values in enumerate(sheet.rows, 1)
        for column, value in enumerate(values, 1)
        if value is not None
    }


def _by_calamine(data: bytes) -> Iterator[tuple[str, Values]]:
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    for about in book.sheets_metadata:
        rows = book.get_sheet_by_name(about.name).to_python(skip_empty_area=False)
        yield (
            about.name,
            {
                (row, column): value
                for row, values in enumerate(rows, 1)
                for column, value in enumerate(values, 1)
                if value != ""
            },
        )


def _by_openpyxl(data: bytes) -> Iterator[tuple[str, Values]]:
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    for sheet in book.worksheets:
        values = {
            place: cell.value
            for place, cell in sheet._cells.items()
            if cell.value not in (None, "") and cell.data_type != "e"
        }
        yield sheet.title, values


def _moment(value: Any) -> dt.datetime | None:
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, dt.date):
        return dt.datetime(value.year, value.month, value.day)
    if isinstance(value, dt.time):
        return dt.datetime(1900, 1, 1, value.hour, value.minute, value.second, value.microsecond)
    return None


def _plain(value: Any) -> Any:
    """A value as the noun has it: whole numbers are floats, a day without hours is a date."""
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date()
    return value


def _why(  # noqa: PLR0911 - one line for each explanation
    ours: Raw,
    theirs: Any,
    place: CellPlace,
    sheet: Sheet,
) -> str:
    """Why two readers differ about a cell; "" without an explanation."""
    if ours is None or theirs is None:
        return _why_alone(ours, theirs, place, sheet)
    if isinstance(ours, str) and isinstance(theirs, str):
        if _ESCAPE.search(theirs) or _ESCAPE.search(ours):
            return "escapes"
        same = " ".join(theirs.split()) == " ".join(ours.split())
        return "blanks at the ends, line ends" if same else ""
    if isinstance(ours, float) and isinstance(theirs, float):
        return "15 digits" if as_counted(theirs) == ours else ""
    mine, other = _moment(ours), _moment(theirs)
    if mine and other:
        return "whole seconds" if abs(mine - other) <= _SECOND else "days before March 1900"
    if isinstance(ours, float):
        is_no_day = ours < 1 or int(ours) == _LEAP or ours > _LAST
        return "no day of any calendar" if is_no_day else ""
    if isinstance(ours, dt.timedelta):
        near = not isinstance(theirs, dt.timedelta) or abs(ours - theirs) <= _SECOND
        return "whole seconds, or a length that the other reads as a moment" if near else ""
    if not mine:
        return ""
    return "a moment in ISO 8601" if isinstance(theirs, str) else "a format of A/P alone"


def _why_alone(ours: Raw, theirs: Any, place: CellPlace, sheet: Sheet) -> str:
    """Why only one of two readers has a value in a cell."""
    if theirs is None:
        if any(
            top <= place[0] <= bottom and left <= place[1] <= right
            for top, left, bottom, right in sheet.merged
        ):
            return "under a merge"
        if isinstance(ours, float) and ours > _LAST:
            return "no day of any calendar"
        return "text that stands where it should not" if isinstance(ours, str) else ""
    if isinstance(theirs, str):
        is_blank = not theirs.strip() or place in sheet.facts.errors
        return "blanks alone, errors" if is_blank else "the target of a link in a blank cell"
    return ""


def _compare(book: Book, others: Iterator[tuple[str, Values]]) -> tuple[Counter[str], list[str]]:
    """Differences by explanation, and those without one."""
    told: Counter[str] = Counter()
    unexplained = []
    theirs = dict(others)
    for sheet in book.sheets:
        if sheet.name not in theirs:
            continue
        mine, other = _ours(sheet), theirs[sheet.name]
        told["cells"] += len(mine)
        for place in mine.keys() | other.keys():
            ours, their = mine.get(place), _plain(other.get(place))
            if repr(ours) == repr(their):
                continue
            why = _why(ours, their, place, sheet)
            told[why] += 1
            if not why:
                unexplained.append(f"{sheet.name}!{place}: {ours!r} | {their!r}")
    return told, unexplained


_READERS: Mapping[str, Callable[[bytes], Iterator[tuple[str, Values]]]] = {
    "calamine": _by_calamine,
    "openpyxl": _by_openpyxl,
}


@pytest.mark.long
@pytest.mark.parametrize("reader", _READERS)
def test_every_difference_to_another_reader_is_explained(
    reader: str, capsys: pytest.CaptureFixture[str]
) -> None:
    told: Counter[str] = Counter()
    unexplained: list[str] = []
    for file in FILES:
        data = file.read_bytes()
        gated = inspect(file.name, data)
        book = read_book(gated)[0] if isinstance(gated, Gated) else None
        if book is None or len(data) > 2**20:
            continue
        try:
            counts, open_ones = _compare(book, _READERS[reader](data))
        except Exception:  # noqa: BLE001 - whatever another reader does with a strange file
            told["files that it does not read"] += 1
            continue
        told.update(counts)
        told["files"] += 1
        unexplained += [f"{file.name} {one}" for one in open_ones]
    with capsys.disabled():
        print(f"\n{reader}: {dict(told)}")  # noqa: T201 - the table of the documentation
    assert not unexplained, "\n".join(unexplained[:200])
