"""The plan workbook and the form definitions as a second reader finds them."""

import datetime as dt
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

ONE_DAY = dt.timedelta(days=1)
SUNDAY, SATURDAY = 6, 5


def plain(text: object) -> str:
    """A text without the differences that nobody sees: blanks, case, the way of its tones."""
    return " ".join(unicodedata.normalize("NFC", str(text)).split()).casefold()


def cut(text: object) -> list[str]:
    """The values of a cell that holds several."""
    return [one.strip() for one in str(text or "").split(";") if one.strip()]


@dataclass(frozen=True)
class Choice:
    value: str
    code: str
    others: tuple[str, ...]


@dataclass(frozen=True)
class Column:
    key: str
    type: str
    headings: frozenset[str]
    given: bool
    choices: str
    is_later: bool  # not in the workbooks of the first template, nor told by another column there
    before: str  # the column that told it then
    own: tuple["Choice", ...] = ()  # choices that stand in the definition itself


@dataclass(frozen=True)
class Sheet:
    """A sheet of the units by its definition."""

    id: str
    name: str
    scope: str
    row_list: str
    is_later: bool  # not in the workbooks of the first template
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    comes_again: bool  # rows that are open come again in the next quarter
    can_be_ticked: bool  # as empty

    @cached_property
    def by_key(self) -> Mapping[str, Column]:
        return {column.key: column for column in self.columns}


@dataclass(frozen=True)
class Form:
    """A printed form by its definition."""

    id: str
    rows: str
    by: str
    feeds: tuple[str, ...]
    sources: dict[str, str]  # of what is printed
    types: Mapping[str, str]
    aids: dict[str, str]
    cumulative: Mapping[str, str]


@dataclass(frozen=True)
class Office:
    """A plan with its definitions."""

    templates: Path
    year: int = 2022

    @cached_property
    def _book(self) -> Any:
        return load_workbook(self.templates / f"ke-hoach-{self.year}.xlsx", data_only=True)

    @cache  # noqa: B019  # an office is one of few and lives as long as the tests
    def table(self, sheet: str) -> list[dict[str, Any]]:
        """The rows of a sheet under its headings."""
        if sheet not in self._book.sheetnames:
            return []
        rows = list(self._book[sheet].iter_rows(values_only=True))
        at = next(n for n, row in enumerate(rows) if sum(one is not None for one in row) > 2)
        heads = rows[at]
        return [
            dict(zip(heads, row, strict=True))
            for row in rows[at + 1 :]
            if row[0] is not None or row[1] is not None
        ]

    @cached_property
    def settings(self) -> dict[str, Any]:
        return {row[0]: row[1] for row in self._book["Thông tin"].iter_rows(values_only=True)}

    @cached_property
    def days_off(self) -> frozenset[dt.date]:
        """Holidays: spans under «Nghỉ từ ngày», and the sheet of days off."""
        found: set[dt.date] = set()
        for row in self._book["Thông tin"].iter_rows(values_only=True):
            if isinstance(row[0], dt.datetime) and isinstance(row[1], dt.datetime):
                day = row[0].date()
                while day <= row[1].date():
                    found.add(day)
                    day += ONE_DAY
        return frozenset(found)

    @cached_property
    def days_worked(self) -> frozenset[dt.date]:
        """Saturdays and Sundays that are worked instead of another day."""
        rows = self.table("Ngày nghỉ, làm bù")
        return frozenset(row["Ngày"].date() for row in rows if "bù" in plain(row.get("Loại") or ""))

    def works(self, day: dt.date) -> bool:
        if day in self.days_worked:
            return True
        return day.weekday() not in (SATURDAY, SUNDAY) and day not in self.days_off

    def after(self, day: dt.date, count: int) -> dt.date:
        """The day that comes so many working days later."""
        while count:
            day += ONE_DAY
            count -= self.works(day)
        return day

    def working_days(self, first: dt.date, last: dt.date) -> int:
        """Working days after one day up to another."""
        return sum(self.works(first + n * ONE_DAY) for n in range(1, (last - first).days + 1))

    @cache  # noqa: B019  # an office is one of few and lives as long as the tests
    def window(self, quarter: int) -> tuple[dt.date, dt.date]:
        """First and last day that a quarter counts."""
        start = int(self.settings["Ngày bắt đầu kỳ số liệu"])
        before = 3 * (quarter - 1)  # the month in which it begins, or the one before
        if start == 1:
            return dt.date(self.year, before + 1, 1), self.calendar_end(quarter)
        first = dt.date(self.year - (not before), before or 12, start)
        return first, dt.date(self.year, 3 * quarter, start) - ONE_DAY

    @cache  # noqa: B019  # an office is one of few and lives as long as the tests
    def deadline(self, quarter: int) -> dt.date:
        days = int(self.settings["Hạn gửi (ngày làm việc sau ngày chốt)"])
        day = self.after(self.window(quarter)[1], days)
        while not self.works(day):
            day += ONE_DAY
        return day

    def late(self, received: dt.datetime, quarter: int) -> int:
        """Working days from the last day to send to the day on which something came."""
        day, due = received.date(), self.deadline(quarter)
        if day <= due:
            return 0
        while not self.works(day):
            day += ONE_DAY
        return self.working_days(due, day)

    @cached_property
    def units(self) -> dict[str, str]:
        return {row["Mã đơn vị"]: row["Tên đơn vị"] for row in self.table("Đơn vị")}

    @cached_property
    def procedures(self) -> dict[str, dict[str, Any]]:
        return {str(row["Mã TTHC"]): row for row in self.table("Thủ tục")}

    @cached_property
    def with_procedures(self) -> frozenset[str]:
        return frozenset(
            unit for row in self.procedures.values() for unit in cut(row["Đơn vị giải quyết"])
        )

    @cached_property
    def fields(self) -> list[str]:
        """Fields of work in the order of the procedures."""
        return list(dict.fromkeys(str(row["Lĩnh vực"]) for row in self.procedures.values()))

    @cached_property
    def choices(self) -> dict[str, list[Choice]]:
        lists: dict[str, list[Choice]] = {}
        for row in self.table("Danh mục"):
            one = Choice(row["Giá trị"], str(row["Mã"] or ""), tuple(cut(row["Cách ghi khác"])))
            lists.setdefault(row["Mã danh mục"], []).append(one)
        return lists

    @cached_property
    def tasks(self) -> list[dict[str, Any]]:
        """The tasks that somebody leads."""
        return [row for row in self.table("Nhiệm vụ") if row["Đơn vị chủ trì"]]

    def unit_named(self, text: object) -> str:
        """The unit that is meant, by its name; what names none stays as it is."""
        for row in self.table("Đơn vị"):
            names = (row["Mã đơn vị"], row["Tên đơn vị"], *cut(row["Cách gọi khác"]))
            if plain(text) in map(plain, names):
                return str(row["Tên đơn vị"])
        return str(text)

    def owes(self, unit: str, sheet: Sheet) -> bool:
        """Whether a unit is asked for a sheet that the first template does not have."""
        if sheet.scope == "looked_after":
            named = {one.code for one in self.choices[sheet.row_list]} & self.units.keys()
            return unit in (named or {self.settings["Đơn vị tổng hợp"]})
        return sheet.scope != "office" or unit == self.settings["Đơn vị tổng hợp"]

    def is_owed(self, unit: str, sheet: Sheet) -> bool:
        """Whether a unit has to fill a sheet in, or to tick it."""
        if sheet.scope in ("optional", "directed"):
            return False
        if sheet.scope == "procedures":
            return any(unit in cut(one["Đơn vị giải quyết"]) for one in self.procedures.values())
        return self.owes(unit, sheet)

    def due(self, task: Mapping[str, Any]) -> dt.date | None:
        """The day that a task is to be done by, where it has one."""
        if isinstance(task["Hạn (ngày)"], dt.datetime):
            return task["Hạn (ngày)"].date()
        match = re.fullmatch(r"Quý (I|II|III|IV)/\d{4}", str(task["Thời gian hoàn thành"]))
        return self.calendar_end(("I", "II", "III", "IV").index(match[1]) + 1) if match else None

    def calendar_end(self, quarter: int) -> dt.date:
        """Last day of a quarter by the calendar."""
        return dt.date(self.year + quarter // 4, 3 * quarter % 12 + 1, 1) - ONE_DAY

    @property
    def codes(self) -> dict[str, None]:
        return dict.fromkeys(str(task["Mã"]) for task in self.tasks)

    def lead(self, task: Mapping[str, Any]) -> str:
        wanted = plain(task["Đơn vị chủ trì"])
        for row in self.table("Đơn vị"):
            names = (row["Mã đơn vị"], row["Tên đơn vị"], *cut(row["Cách gọi khác"]))
            if wanted in map(plain, names):
                return str(row["Mã đơn vị"])
        raise KeyError(wanted)

    def doing(self, task: Mapping[str, Any]) -> list[str]:
        """The units that lead a task or take part in it; a group stands for its units."""
        named = [plain(one) for one in cut(task["Các phòng, đơn vị phối hợp"])]
        helping = [
            row["Mã đơn vị"]
            for row in self.table("Đơn vị")
            if {plain(row["Tên đơn vị"]), *map(plain, cut(row["Nhóm"]))} & set(named)
        ]
        return [self.lead(task), *helping]

    @cached_property
    def indicators(self) -> list[dict[str, Any]]:
        return self.table("Chỉ tiêu")

    @cached_property
    def _definitions(self) -> list[dict[str, Any]]:
        files = sorted((self.templates / "bieu-mau").glob("*.toml"))
        return [tomllib.loads(file.read_text(encoding="utf-8-sig")) for file in files]

    def in_force(self, kind: str, day: dt.date) -> Iterator[dict[str, Any]]:
        for one in self._definitions:
            begins, ends = one.get("valid_from", dt.date.min), one.get("valid_to", dt.date.max)
            if one["kind"] == kind and begins <= day <= ends:
                yield one

    @cache  # noqa: B019  # an office is one of few and lives as long as the tests
    def sheets(self, quarter: int) -> dict[str, Sheet]:
        """The sheets of the units in a quarter."""
        return {one["id"]: _sheet(one) for one in self.in_force("sheet", self.window(quarter)[1])}

    @cache  # noqa: B019  # an office is one of few and lives as long as the tests
    def forms(self, quarter: int) -> dict[str, Form]:
        """The printed forms that are in force at the end of a quarter."""
        found = self.in_force("printed", self.window(quarter)[1])
        return {one["id"]: _form(one) for one in found}


def _sheet(one: Mapping[str, Any]) -> Sheet:
    return Sheet(
        one["id"],
        one["sheet"],
        one.get("scope", ""),
        one.get("row_list", ""),
        bool(one.get("since")),
        tuple(one.get("key", ())),
        tuple(_column(column) for column in one["column"]),
        bool(one.get("carried_over")),
        bool(one.get("nil")),
    )


def _column(one: Mapping[str, Any]) -> Column:
    later = [change["heading"] for change in one.get("heading_from", ())]
    names = [one["heading"], *one.get("aliases", ()), *later]
    return Column(
        one["key"],
        one["type"],
        frozenset(map(plain, names)),
        bool(one.get("given")),
        one.get("choices", ""),
        bool(one.get("since")) and not one.get("before"),
        one.get("before", ""),
        tuple(
            Choice(value, code, ())
            for value, code in zip(one.get("values", ()), one.get("codes", ()), strict=False)
        ),
    )


def _form(one: Mapping[str, Any]) -> Form:
    columns: Sequence[Mapping[str, Any]] = one["column"]
    return Form(
        one["id"],
        one["rows"],
        one.get("by", ""),
        tuple(one["feeds"]),
        {column["number"]: column["source"] for column in columns if column.get("source")},
        {column["number"]: column.get("type", "count") for column in columns},
        one.get("aids", {}),
        one.get("cumulative", {}),
    )
