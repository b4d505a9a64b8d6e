"""Makes templates/ke-hoach-2022.xlsx from the readable tables of tools/plan_2022.

Run it after a change of a table: ``python tools/make_plan.py``. The same tables give the same
bytes.
"""

import csv
import datetime as dt
import sys
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from kskt_excel.excel.plan.plan_writer import Annotations, write_plan
from kskt_excel.model.plan import (
    Choice,
    Deadline,
    DeadlineKind,
    Indicator,
    OwnPlan,
    Plan,
    Procedure,
    Signer,
    Task,
    Unit,
)
from kskt_excel.model.settings import PlanSettings
from kskt_excel.regimes import packaged_regimes

TABLES = Path(__file__).parent / "plan_2022"
TARGET = Path(__file__).parents[1] / "templates" / "ke-hoach-2022.xlsx"
_ONE_DAY = dt.timedelta(days=1)


def plan_of(folder: Path) -> tuple[Plan, Annotations]:
    """The plan that the tables describe; deadlines are not read, only carried."""
    info = _toml(folder / "thong-tin.toml")
    holidays: Mapping[str, list[dt.date]] = info["holidays"]
    plan = Plan(
        **{key: info[key] for key in ("year", "agency", "superior", "place", "title", "number")},
        legal_basis=info["legal_basis"],
        signer=Signer(**info["signer"]),
        units=tuple(_unit(table) for table in _toml(folder / "don-vi.toml")["unit"]),
        tasks=_tasks(_toml(folder / "nhiem-vu.toml")),
        procedures=tuple(map(_procedure, _csv(folder / "thu-tuc.csv"))),
        choices=_choices(_csv(folder / "danh-muc.csv")),
        indicators=tuple(_indicator(one) for one in _toml(folder / "chi-tieu.toml")["indicator"]),
        holidays=frozenset(day for run in holidays.values() for day in _days(*run)),
        settings=PlanSettings(info["settings"]),
        regimes=packaged_regimes(),
    )
    return plan, Annotations(holidays={run[0]: name for name, run in holidays.items()})


def main() -> int:
    """Writes the workbook and says where."""
    plan, notes = plan_of(TABLES)
    write_plan(plan, TARGET, notes)
    print(TARGET)
    return 0


def _tasks(table: Mapping[str, Any]) -> tuple[Task, ...]:
    titles = table["sections"]
    return tuple(
        Task(
            code=one["code"],
            text=one["text"],
            section=titles[one["code"].split(".")[0]],
            subsection=titles.get(one["code"].rpartition(".")[0], ""),
            lead="",
            lead_text=one["lead"],
            coordinators=(),
            coordinators_text=one["coordinators"],
            deadline=Deadline(one["deadline"], DeadlineKind.CONTINUOUS, _days_beside(one)),
            target=one["target"],
            form=one["form"],
            indicator=one.get("indicator", ""),
            own_plan=OwnPlan(wanted_by=one.get("own_plan_wanted_by")),
            contribution=one.get("contribution", ""),
        )
        for one in table["task"]
    )


def _days_beside(table: Mapping[str, Any]) -> tuple[dt.date, ...]:
    """The day that the office writes beside words without one."""
    return (table["due_on"],) if "due_on" in table else ()


def _unit(table: Mapping[str, Any]) -> Unit:
    lists = {key: tuple(table[key]) for key in ("aliases", "groups", "emails", "fields")}
    return Unit(code=table["code"], name=table["name"], **lists)


def _procedure(row: Mapping[str, str]) -> Procedure:
    return Procedure(
        code=row["code"],
        name=row["name"],
        field=row["field"],
        units=tuple(row["units"].split()),
        legal_days=int(row["legal_days"]) if row["legal_days"] else None,
        verified=bool(row["verified"]),
        note=row["note"],
    )


def _choices(rows: Iterable[Mapping[str, str]]) -> Mapping[str, tuple[Choice, ...]]:
    lists: dict[str, tuple[Choice, ...]] = {}
    for row in rows:
        choice = Choice(
            value=row["value"],
            aliases=tuple(filter(None, row["aliases"].split("; "))),
            code=row["code"],
            valid_from=_date(row["valid_from"]),
            valid_to=_date(row["valid_to"]),
        )
        lists[row["list"]] = (*lists.get(row["list"], ()), choice)
    return lists


def _indicator(table: Mapping[str, Any]) -> Indicator:
    return Indicator(**({"target": None} | dict(table)))


def _days(first: dt.date, last: dt.date) -> list[dt.date]:
    return [first + _ONE_DAY * number for number in range((last - first).days + 1)]


def _date(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


if __name__ == "__main__":
    sys.exit(main())
