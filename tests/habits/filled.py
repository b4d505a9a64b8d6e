"""An issued workbook as a unit fills it in: typed over in its package, recalculated as Excel does.

Looks, formulas and marks stay what they were, so that a habit is tried on what really comes back.
"""

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, partial
from html import escape, unescape

from kskt_excel.model.book import CellRef, column_letters
from kskt_excel.model.period import Period
from tests import builders
from tests.office.desk_of_tests import plan_2022, sample_rows

UNIT, PERIOD = "QLCNH", Period.quarter(2022, 1)
_EPOCH = dt.date(1899, 12, 30)
_SHEET = re.compile(r'<sheet [^>]*?name="([^"]*)"[^>]*?r:id="rId(\d+)"')
_ROW = re.compile(r'<row r="(\d+)"[^>]*?(?:/>|>.*?</row>)', re.DOTALL)
_CELL = re.compile(r'<c r="([A-Z]+)(\d+)"([^>]*?)(?:/>|>(.*?)</c>)', re.DOTALL)
_STYLE = re.compile(r' s="\d+"')
_SUM = re.compile(r"<f>SUM\(([A-Z]+)(\d+):([A-Z]+)(\d+)\)</f>")
_COLUMN_SUM = re.compile(r"<f>SUM\(([A-Z]+)(\d+):INDEX\(\1:\1,ROW\(\)-1\)\)</f>")
_NUMBER = re.compile(r"<v>([^<]*)</v>")

Typed = str | float | dt.date | None
"""What a cell holds after typing: a text, a number, a day, a formula «=…», or nothing."""


@dataclass(frozen=True)
class Filled:
    """The parts of a workbook's package; each change gives another one."""

    parts: Mapping[str, bytes]

    @property
    def sheets(self) -> Mapping[str, str]:
        """Part of each sheet by the name on its tab."""
        text = self.parts["xl/workbook.xml"].decode()
        return {
            unescape(name): f"xl/worksheets/sheet{number}.xml"
            for name, number in _SHEET.findall(text)
        }

    def typed(self, cells: Mapping[str, Typed]) -> "Filled":
        """With values typed into cells: ``{"Hồ sơ!E8": "6 hồ sơ"}``; sums follow."""
        by_sheet: dict[str, dict[CellRef, Typed]] = {}
        for place, value in cells.items():
            sheet, _, a1 = place.rpartition("!")
            by_sheet.setdefault(sheet, {})[CellRef.parse(sheet, a1)] = value
        done = self
        for sheet, values in by_sheet.items():
            done = done.patched(sheet, partial(_typed, values))
        return done

    def patched(self, sheet: str, change: Callable[[str], str]) -> "Filled":
        """With the XML of a sheet changed, its sums recalculated."""
        part = self.sheets[sheet]
        text = _recalculated(change(self.parts[part].decode()))
        return replace(self, parts={**self.parts, part: text.encode()})

    def renamed(self, sheet: str, name: str) -> "Filled":
        """With another name on a tab; formulas follow as in Excel."""
        parts = dict(self.parts)
        for part, data in self.parts.items():
            if part.endswith(".xml") and part.startswith("xl/"):
                text = data.decode()
                text = text.replace(f'name="{escape(sheet)}"', f'name="{escape(name)}"')
                quoted = f"'{name.replace(chr(39), chr(39) * 2)}'!"
                text = text.replace(f"'{escape(sheet)}'!", escape(quoted, quote=False))
                parts[part] = text.encode()
        return Filled(parts)

    def data(self) -> bytes:
        """The package."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as package:
            for name, content in self.parts.items():
                package.writestr(zipfile.ZipInfo(name, (2022, 3, 14, 8, 0, 0)), content)
        return out.getvalue()


@cache
def correct() -> Filled:
    """The report of a unit with procedures, correct in every cell: nothing is said of it."""
    plan, forms = plan_2022(), builders.forms()
    owner = plan.unit_by_code[UNIT]
    rows, info = sample_rows(UNIT, PERIOD)
    rows["vbqppl"][0]["effective_on"] = dt.date(2022, 3, 1)
    data = builders.filled_workbook(plan, forms, owner, PERIOD, rows, info=info)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return Filled({name: package.read(name) for name in package.namelist()})


def rows_moved(first: int, by: int) -> Callable[[str], str]:
    """Everything from a row on moved down, as when rows are put in above it."""

    def moved(number: str) -> str:
        return str(int(number) + by if int(number) >= first else int(number))

    def change(text: str) -> str:
        text = re.sub(r'<row r="(\d+)"', lambda m: f'<row r="{moved(m[1])}"', text)
        text = re.sub(r'<c r="([A-Z]+)(\d+)"', lambda m: f'<c r="{m[1]}{moved(m[2])}"', text)
        return re.sub(
            r"<f>(.*?)</f>",
            lambda m: "<f>" + re.sub(r"([A-Z]+)(\d+)", lambda c: c[1] + moved(c[2]), m[1]) + "</f>",
            text,
        )

    return change


def _typed(values: Mapping[CellRef, Typed], text: str) -> str:
    """The XML with the cells of each row put in their order."""
    by_row: dict[int, dict[int, Typed]] = {}
    for at, value in values.items():
        by_row.setdefault(at.row, {})[at.column] = value
    known = {int(row[1]) for row in _ROW.finditer(text)}
    for number in sorted(set(by_row) - known):
        after = [row.end() for row in _ROW.finditer(text) if int(row[1]) < number]
        place = max(after, default=text.index("<sheetData>") + len("<sheetData>"))
        text = f'{text[:place]}<row r="{number}"></row>{text[place:]}'

    def row_with(found: re.Match[str]) -> str:
        own = by_row.get(int(found[1]))
        if own is None:
            return found[0]
        opened = re.sub(r"/>$", "></row>", found[0]) if found[0].endswith("/>") else found[0]
        head, _, body = opened.removesuffix("</row>").partition(">")
        cells = {CellRef.parse("", one[1] + one[2]).column: one for one in _CELL.finditer(body)}
        made = {column: one[0] for column, one in cells.items()}
        for column, value in own.items():
            was = cells.get(column)
            style = _STYLE.search(was[3]) if was else None
            a1 = f"{column_letters(column)}{found[1]}"
            made[column] = _cell(a1, style[0] if style else "", value)
        return f"{head}>{''.join(made[column] for column in sorted(made))}</row>"

    return _ROW.sub(row_with, text)


def _cell(a1: str, style: str, value: Typed) -> str:
    head = f'<c r="{a1}"{style}'
    if value is None:
        return f"{head}/>"
    if isinstance(value, bool):
        return f'{head} t="b"><v>{int(value)}</v></c>'
    if isinstance(value, dt.date):
        return f"{head}><v>{(value - _EPOCH).days}</v></c>"
    if isinstance(value, int | float):
        return f"{head}><v>{value!r}</v></c>"
    if value.startswith("=SUM("):
        return f"{head}><f>{escape(value[1:])}</f><v>0</v></c>"
    return f'{head} t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'


def _recalculated(text: str) -> str:
    """Sums of ranges as Excel gives them: texts count for nothing."""
    if "<f>SUM(" not in text:
        return text
    numbers: dict[tuple[int, int], float] = {}
    sums: dict[tuple[int, int], tuple[int, int, int, int]] = {}
    for found in _CELL.finditer(text):
        at = (int(found[2]), _number(found[1]))
        summed, column = _SUM.search(found[4] or ""), _COLUMN_SUM.search(found[4] or "")
        stored = _NUMBER.search(found[4] or "")
        if summed:
            left, top, right, bottom = summed.groups()
            sums[at] = (int(top), _number(left), int(bottom), _number(right))
        elif column:
            sums[at] = (int(column[2]), _number(column[1]), at[0] - 1, _number(column[1]))
        elif stored and " t=" not in found[3]:
            numbers[at] = float(stored[1])

    def value(at: tuple[int, int]) -> float:
        if at not in sums:
            return numbers.get(at, 0)
        top, left, bottom, right = sums[at]
        cells = ((row, col) for row in range(top, bottom + 1) for col in range(left, right + 1))
        return sum(value(one) for one in cells)

    def with_result(found: re.Match[str]) -> str:
        at = (int(found[2]), _number(found[1]))
        if at not in sums:
            return found[0]
        return _NUMBER.sub(f"<v>{value(at):g}</v>", found[0])

    return _CELL.sub(with_result, text)


def _number(letters: str) -> int:
    return CellRef.parse("", f"{letters}1").column


def typed_rows(sheet: str, first: int, rows: Iterable[Iterable[Typed]]) -> dict[str, Typed]:
    """Cells of rows typed from column A on."""
    return {
        f"{sheet}!{column_letters(column)}{number}": value
        for number, row in enumerate(rows, start=first)
        for column, value in enumerate(row, start=1)
        if value is not None
    }
