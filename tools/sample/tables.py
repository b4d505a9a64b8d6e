"""The tables of the sample as rows of the unit workbook."""

import csv
import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from kskt_excel.model.calendar import workdays_between
from kskt_excel.model.forms import FormColumn, Forms, SheetForm
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Plan, Unit
from kskt_excel.model.reading import Value

FOLDER = Path(__file__).parent
PERIOD, FROM, UNIT = "Kỳ", "Từ kỳ", "Đơn vị"
_EVERY, _ALL_UNITS = "*", "*"
_YEAR_DIGITS = 4

Row = dict[str, Value]
Line = Mapping[str, str]


def lines(name: str) -> tuple[Line, ...]:
    """Lines of a table by heading."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as table:
        return tuple(csv.DictReader(table))


def value(column: FormColumn, text: str) -> Value:
    """What stands in the cell: a number, a day, Có or Không, else the text as it is typed."""
    try:
        if column.type in ("count", "computed", "ordinal", "days"):
            return int(text)
        if column.type in ("percent", "decimal"):
            return float(text)
        if column.type == "date":
            day, month, year = text.split("/")
            return _day(day, month, year)
    except ValueError:
        return text
    return {"Có": True, "Không": False}.get(text, text) if column.type == "yes_no" else text


def _day(day: str, month: str, year: str) -> dt.date | str:
    """A day of the calendar; a year of two digits stays a text, as in Excel's text cells."""
    text = f"{day}/{month}/{year}"
    return dt.date(int(year), int(month), int(day)) if len(year) == _YEAR_DIGITS else text


@dataclass(frozen=True)
class Tables:
    """Every table of the sample, read with the headings of the form definitions."""

    plan: Plan
    forms: Forms

    def rows(self, unit: Unit, period: Period) -> Mapping[str, list[Row]]:
        """Rows of each sheet of a unit for a quarter, by form id; sheets without any are absent."""
        own = {form.id: list(self._own(form, unit, period)) for form in self._registers}
        own["tien-do"] = list(self._progress(unit, period))
        own["danh-muc"] = list(self._catalogue(unit, period))
        own["truc-tuyen"] = list(self._online(unit, period, own["ho-so"], own["danh-muc"]))
        for row in own["qua-han"]:
            row["days_overdue"] = self._days_overdue(row, period)
        return {form: rows for form, rows in own.items() if rows}

    def people(self, unit: Unit) -> Row:
        """Who made and who approved the report of a unit, by column key of «Thông tin»."""
        form = self.forms.sheet_by_id["thong-tin"]
        line = next(line for line in lines("nguoi-lap") if line[UNIT] == unit.code)
        return self._row(form, {**line, UNIT: unit.name})

    @property
    def _registers(self) -> Iterator[SheetForm]:
        special = ("thong-tin", "tien-do", "danh-muc", "truc-tuyen")
        return (form for form in self.forms.sheets if form.id not in special)

    def _own(self, form: SheetForm, unit: Unit, period: Period) -> Iterator[Row]:
        for line in self._lines[form.id]:
            if line[UNIT] == unit.code and line[PERIOD] in (_EVERY, period.id):
                yield self._row(form, line)

    def _row(self, form: SheetForm, line: Line) -> Row:
        by_heading = {column.heading: column for column in form.columns}
        named = ((by_heading.get(heading), text) for heading, text in line.items() if text)
        return {column.key: value(column, text) for column, text in named if column}

    def _progress(self, unit: Unit, period: Period) -> Iterator[Row]:
        """A unit's tasks: its own lines, else those for all coordinating units."""
        form, tasks = self.forms.sheet_by_id["tien-do"], self.plan.tasks_of(unit.code)
        now = [line for line in self._lines["tien-do"] if line[PERIOD] == period.id]
        for task in tasks:
            mine = [line for line in now if line["Mã"] == task.code]
            by_unit = {line[UNIT]: line for line in mine}
            yield self._row(form, by_unit.get(unit.code) or by_unit[_ALL_UNITS])

    def _catalogue(self, unit: Unit, period: Period) -> Iterator[Row]:
        """A unit's procedures as they are in a quarter: of several lines the latest."""
        form = self.forms.sheet_by_id["danh-muc"]
        latest: dict[str, Line] = {}
        for line in self._lines["danh-muc"]:
            if line[UNIT] == unit.code and line[FROM] <= period.id:
                latest[line["Mã TTHC"]] = line
        return (self._row(form, line) for line in latest.values())

    def _online(
        self, unit: Unit, period: Period, dossiers: list[Row], catalogue: list[Row]
    ) -> Iterator[Row]:
        """«Trực tuyến»: what the table says, with the sums that follow from «Hồ sơ»."""
        levels = {row["procedure"]: self._level(row) for row in catalogue}
        by_procedure = {row["procedure"]: row for row in dossiers}
        for row in self._own(self.forms.sheet_by_id["truc-tuyen"], unit, period):
            there, level = by_procedure[row["procedure"]], levels[row["procedure"]]
            online = there["received_online"]
            received = (there[f"received_{way}"] for way in ("online", "direct", "postal"))
            yield row | {
                "received": sum(count for count in received if isinstance(count, int)),
                "online": online,
                "level3": online if level == "3" else 0,
                "level4": online if level == "4" else 0,
            }

    def _level(self, row: Row) -> str:
        return self.plan.choice_code("muc_do_dvc", row["online_level"])

    def _days_overdue(self, row: Row, period: Period) -> int:
        due, finished = row["due_on"], row.get("finished_on")
        end = finished or period.window(self.plan.cutoff_day).end
        if not isinstance(due, dt.date) or not isinstance(end, dt.date):
            return 0
        return workdays_between(due, end, self.plan.calendar)

    @cached_property
    def _lines(self) -> Mapping[str, tuple[Line, ...]]:
        names = [form.id for form in self.forms.sheets if form.id != "thong-tin"]
        return {name: lines(name) for name in names}
