"""P9: every cell of the tracker's data sheets and every printed figure leads to cells of originals.

The originals are opened by another library than the program reads them with.
"""

import datetime as dt
import re
import shutil
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from kskt_excel.consolidation.trace import TraceLine, Tracer
from kskt_excel.model.book import CellRef
from kskt_excel.model.period import Period
from kskt_excel.office.desk import open_desk
from kskt_excel.office.quarter import PeriodWork, period_work
from tests.promises import warm
from tests.promises.scene import INBOX, workspace

_ORIGIN = re.compile(r'HYPERLINK\("\.\./\.\./(workbooks/archive/[^"]+)"')
_FROM = "Lần gửi"  # the columns from here on say where a row comes from
_NOT_READ = {
    "Mã đơn vị", "Đơn vị", "Kỳ",
    "Xử lý đúng hạn", "Xử lý quá hạn", "Đã đến hạn xử lý", "Công khai đúng hạn",
    "Đã đến hạn công khai",
    "Trình đúng hạn", "Đã đến hạn trình", "Đã đến hạn công bố", "Công bố trước hiệu lực đúng hạn",
    "Chuyển từ quý trước",
}  # fmt: skip
_DATE = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{2,4})")
_CENTURY = 100
_MEANT = {
    "đang làm": "Đang thực hiện",
    "Bộ, nghành Trung ương": "Bộ, ngành Trung ương",
    "B¶ng niªm yÕt t¹i Bé phËn Mét cöa ®· cò": "Bảng niêm yết tại Bộ phận Một cửa đã cũ",
    "Kinh phÝ ch\xada bè trÝ": "Kinh phí chưa bố trí",
    "Bæ sung mµn h×nh tra cøu": "Bổ sung màn hình tra cứu",
}
"""What units of the sample write in their own words, or in an old encoding."""
_MASKED = re.compile(r"\[[^\]]* đã che\]")


@dataclass(frozen=True)
class Tracked:
    """A cell of the tracker and the row of an original that it names."""

    at: str
    heading: str
    value: object
    original: Path
    sheet: str
    row: int

    @property
    def written(self) -> list[object]:
        """What stands in the row of the original; a sheet of labels is one row."""
        sheet = original(self.original)[self.sheet]
        cells = [row[1] for row in sheet] if self.sheet == "Thông tin" else sheet[self.row]
        return [cell.value for cell in cells]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample's first quarter, put together."""
    folder = workspace(tmp_path_factory.mktemp("traced"))
    shutil.copytree(INBOX, folder / "workbooks" / "inbox", dirs_exist_ok=True)
    assert warm.consolidate(folder).code == 0
    return folder


@pytest.fixture(scope="module")
def work(folder: Path) -> PeriodWork:
    desk = open_desk(folder, as_of=dt.date.fromisoformat(warm.DAY))
    return period_work(desk, Period.parse("2022-Q1"))


def tracked(folder: Path) -> Iterator[Tracked]:
    """Every cell of every row of the tracker that names an original."""
    from openpyxl import load_workbook

    book = load_workbook(folder / "workbooks" / "tracker" / "theo-doi-2022.xlsx")
    for sheet in book:
        headings: dict[int, str] = {}
        for row in sheet.iter_rows(min_row=4):
            told = {cell.column: str(cell.value) for cell in row if cell.value is not None}
            if "Bản gốc" in told.values():
                headings = told
            elif "Dòng" in headings.values():
                yield from _of_row(folder, row, headings)


def _of_row(folder: Path, row: Any, headings: dict[int, str]) -> Iterator[Tracked]:
    by_heading = {headings[c.column]: c.value for c in row if c.column in headings}
    origin = _ORIGIN.search(str(by_heading.get("Bản gốc")))
    if not origin:
        return
    place = (folder / origin[1], str(by_heading["Trang tính"]), int(by_heading["Dòng"]))
    for cell in row:
        heading = headings.get(cell.column, "")
        if heading == _FROM:
            return
        is_read = heading not in _NOT_READ and not heading.startswith("_id")
        if cell.value is not None and is_read:
            yield Tracked(f"{cell.parent.title}!{cell.coordinate}", heading, cell.value, *place)


@cache
def original(path: Path) -> Any:
    from openpyxl import load_workbook

    return load_workbook(path, data_only=True)


def same(told: object, written: object) -> bool:
    """Whether two cells say the same: a number, a day or a text, however it is typed."""
    if isinstance(told, int | float):
        return _number(written) in (float(told), float(told) / 100)
    if isinstance(told, dt.datetime):
        return _is_day(told.date(), written)
    visible = [_letters(part) for part in _MASKED.split(str(told))]
    return all(part in _letters(str(written)) for part in visible) and bool(written)


def _letters(text: str) -> str:
    plain = unicodedata.normalize("NFC", " ".join(text.split()))
    return _MEANT.get(plain, plain).casefold()


def _number(written: object) -> float | None:
    if isinstance(written, int | float):
        return float(written)
    plain = re.sub(r"[\s%]", "", str(written)).replace(",", ".")
    return float(plain) if re.fullmatch(r"-?\d+(\.\d+)?", plain) else None


def _is_day(day: dt.date, written: object) -> bool:
    if isinstance(written, dt.datetime):
        return written.date() == day
    found = _DATE.search(str(written))
    told = [int(part) % _CENTURY for part in found.groups()] if found else []
    return told == [day.day, day.month, day.year % _CENTURY]


def test_every_tracked_cell_says_what_the_originals_row_says(folder: Path) -> None:
    cells = list(tracked(folder))
    strange = [one for one in cells if not any(same(one.value, here) for here in one.written)]
    assert len(cells) > 1000
    assert len({one.original for one in cells}) == 7
    assert strange == []


def figures(work: PeriodWork) -> Iterator[tuple[str, str, str, object]]:
    """Form, row, column and value of every figure; the total's row is ""."""
    for form, table in work.whole.forms.items():
        rows = {row.key: row.values for row in table.rows}
        for key, values in {**rows, "": table.total}.items():
            for column, value in values.items():
                yield form, key, column, value


def test_every_printed_figure_is_the_sum_of_cells_of_originals(
    folder: Path, work: PeriodWork
) -> None:
    desk = open_desk(folder)
    tracer = Tracer(work.whole, plan=work.plan, forms=desk.forms)
    archive = folder / "workbooks" / "archive"
    archived = {(one.unit, one.version): archive / one.archived for one in work.whole.submissions}
    traced = 0
    wrong: list[tuple[object, ...]] = []
    for form, row, column, value in figures(work):
        lines = tracer.lines(form, row, column)
        wrong += [(form, row, column, line) for line in lines if not stands(line, archived)]
        if isinstance(value, int | float) and not isinstance(value, bool):
            traced += 1
            if sum(line.adds for line in lines) != pytest.approx(value):
                wrong.append((form, row, column, value, lines))
    assert traced > 200
    assert wrong == []


def stands(line: TraceLine, archived: dict[tuple[str, int], Path]) -> bool:
    """Whether the original has the line's value in the line's cell, or the row that it counts."""
    if line.cell.isdecimal():
        row = original(archived[line.unit, line.version])[line.sheet][int(line.cell)]
        return any(cell.value is not None for cell in row)
    at = CellRef.parse(line.sheet, line.cell)
    sheet = original(archived[line.unit, line.version])[at.sheet]
    written = sheet.cell(at.row, at.column).value
    if line.value is None:
        return written in (None, "")
    if isinstance(line.value, bool):
        return _letters(str(written)) in ({"có", "x"} if line.value else {"không", "", "none"})
    told = line.value
    if type(told) is dt.date:
        told = dt.datetime.combine(told, dt.time())
    return same(told, written)
