"""A unit's workbook opened with openpyxl: rows under headings, and what was ticked as nothing."""

import datetime as dt
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from openpyxl import load_workbook

from tests.recount.plan import Choice, Office, Sheet, plain

FROM_BEFORE = "ky-truoc"
"""How the hidden mark of a row begins that was filled in from the quarter before."""
State = Literal["filled", "nil", "blank"]
Row = Mapping[str, Any]
NIL_LABEL = plain("Kỳ này không phát sinh")
TOTAL = plain("Tổng cộng")
_NUMBERING = re.compile(r"\(\d+\)")
_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{2,4})")
_NUMBERS = ("count", "computed", "ordinal", "days", "percent", "decimal")
_CENTURY = 100


@dataclass(frozen=True)
class Given:
    """What stands on one sheet."""

    state: State
    rows: tuple[Row, ...]
    columns: frozenset[str] = frozenset()  # that the sheet has


@dataclass(frozen=True)
class Workbook:
    unit: str
    sheets: Mapping[str, Given]

    def rows(self, sheet: str) -> tuple[Row, ...]:
        """Rows that count: none of a sheet that was ticked as empty."""
        given = self.sheets.get(sheet)
        return given.rows if given and given.state == "filled" else ()


@cache
def opened(data: bytes, office: Office, quarter: int) -> Workbook:
    """A workbook of a quarter."""
    book = load_workbook(io.BytesIO(data), data_only=True)
    labels = {plain(row[0]): row[1] for row in book["Thông tin"].iter_rows(values_only=True)}
    tabs = {plain(name): name for name in book.sheetnames}
    found = {
        sheet.id: _sheet(book[tabs[plain(sheet.name)]], sheet, office)
        for sheet in office.sheets(quarter).values()
        if plain(sheet.name) in tabs and plain(sheet.name) != plain("Thông tin")
    }
    return Workbook(str(labels[plain("Mã đơn vị")]), found)


def _sheet(page: Any, sheet: Sheet, office: Office) -> Given:
    lines = [list(line) for line in page.iter_rows(values_only=True)]
    heads, at = _headings(lines, sheet)
    rows = tuple(_rows(lines[at + 1 :], heads, sheet, office))
    if rows:
        return Given("filled", rows, frozenset(heads.values()))
    ticked = any(
        line and plain(line[0] or "") == NIL_LABEL and line[1] not in (None, "")
        for line in lines[:at]
    )
    return Given("nil" if ticked else "blank", (), frozenset(heads.values()))


def _headings(lines: Sequence[Sequence[Any]], sheet: Sheet) -> tuple[dict[int, str], int]:
    """Column of each key, and the line of the headings: the one that names most of them."""
    best: dict[int, str] = {}
    place = 0
    for at, line in enumerate(lines[:30]):
        found = {
            column: known.key
            for column, text in enumerate(line)
            for known in sheet.columns
            if isinstance(text, str) and plain(text) in known.headings
        }
        if len(found) > len(best):
            best, place = found, at
    return best, place


def _rows(
    lines: Sequence[Sequence[Any]], heads: Mapping[int, str], sheet: Sheet, office: Office
) -> Iterator[Row]:
    for line in lines:
        first = [one for one in line if one not in (None, "")]
        if not first or _NUMBERING.fullmatch(str(first[0])):
            continue
        if any(isinstance(one, str) and plain(one) == TOTAL for one in line[:3]):
            return
        row = {
            key: value
            for column, key in heads.items()
            if (value := _value(line[column], sheet, key, office)) is not None
        }
        typed = [key for key in row if _is_typed(sheet, key)]
        for column in sheet.columns:
            if column.before in row and column.key not in heads.values():
                row[column.key] = _told_before(row[column.before], column.type, office)
        if any(str(one).startswith(FROM_BEFORE) for one in line):
            row["carried"] = True
        if typed:
            yield row


def _told_before(raw: Any, kind: str, office: Office) -> Any:
    """What an older workbook wrote in another column."""
    return office.unit_named(raw) if kind == "unit" else raw


def _is_typed(sheet: Sheet, key: str) -> bool:
    """Whether the unit writes a column itself: it was not given to it, nor does it add up."""
    column = sheet.by_key[key]
    return not column.given and column.type not in ("computed", "ordinal")


def _value(raw: Any, sheet: Sheet, key: str, office: Office) -> Any:
    column = sheet.by_key[key]
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return None
    if column.type == "yes_no":
        return _yes(raw)
    if column.type == "date":
        return _day(raw)
    if column.type in _NUMBERS:
        return _number(raw)
    text = " ".join(str(raw).split())
    if column.type == "choice":
        return _choice(str(raw), office.choices.get(column.choices, []))
    return office.unit_named(text) if column.type == "unit" else text


def _yes(raw: Any) -> bool | None:
    if isinstance(raw, bool):
        return raw
    return {"có": True, "x": True, "không": False}.get(plain(raw))


def _day(raw: Any) -> Any:
    if isinstance(raw, dt.datetime):
        return raw.date()
    match = _DAY.fullmatch(str(raw).strip())
    if not match:
        return raw
    day, month, year = map(int, match.groups())
    return dt.date(year + 2000 * (year < _CENTURY), month, day)


def _number(raw: Any) -> Any:
    if isinstance(raw, int | float):
        return int(raw) if raw == int(raw) else raw
    match = re.fullmatch(r"(\d+(?:,\d+)?)(?:\D.*)?", str(raw).strip())
    return float(match[1].replace(",", ".")) if match else raw


def _choice(text: str, choices: Sequence[Choice]) -> str:
    for one in choices:
        if plain(text) in map(plain, (one.value, *one.others)):
            return one.value
    return text
