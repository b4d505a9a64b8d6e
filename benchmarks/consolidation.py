"""Seconds to consolidate 1,000 units of 40 procedures, once their records are read.

Run: python -m benchmarks.consolidation
"""

import datetime as dt
import random
import time
from dataclasses import replace

from kskt_excel.consolidation.whole import consolidation_of
from kskt_excel.model.forms import FormColumn
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Plan, Procedure, Unit
from kskt_excel.model.reading import Value
from kskt_excel.model.submission import Submission, UnitReport, Verdict
from tests.builders import forms, reading, record, sheet, small_plan

UNITS, PROCEDURES, ROUNDS = 1_000, 40, 5
RECEIVED = dt.datetime(2022, 3, 15, 9, 0, tzinfo=dt.UTC)


def large_plan() -> Plan:
    units = tuple(Unit(f"U{number}", f"Đơn vị {number}") for number in range(UNITS))
    codes, fields = tuple(unit.code for unit in units), small_plan().fields
    procedures = tuple(
        Procedure(f"1.{number:06d}", f"Thủ tục {number}", fields[number % len(fields)], codes)
        for number in range(PROCEDURES)
    )
    return replace(small_plan(), units=units, procedures=procedures)


def value(column: FormColumn, plan: Plan, chance: random.Random) -> Value:
    if column.type == "count":
        return chance.randint(0, 9)
    if column.type == "yes_no":
        return chance.random() < 0.5
    if column.type == "choice":
        return chance.choice(plan.choices[column.choices]).value
    return "7/QĐ-UBND" if column.type == "document" else None


def report(unit: str, plan: Plan, chance: random.Random) -> UnitReport:
    sheets = []
    for form in ("danh-muc", "ho-so", "truc-tuyen"):
        columns = forms().sheet_by_id[form].columns[3:]
        records = [
            record(
                8 + place,
                one.code,
                procedure=one.code,
                field=one.field,
                **{column.key: value(column, plan, chance) for column in columns},
            )
            for place, one in enumerate(plan.procedures)
        ]
        sheets.append(sheet(form, *records))
    tasks = [record(8 + n, one.code, status="Đang thực hiện") for n, one in enumerate(plan.tasks)]
    sent = Submission(
        unit, "2022-Q1", 1, Verdict.ACCEPTED, f"{unit}.xlsx", "0" * 64, RECEIVED, 0, ()
    )
    return UnitReport(sent, reading(*sheets, sheet("tien-do", *tasks), unit=unit))


def main() -> None:
    plan, chance = large_plan(), random.Random(1)
    reports = [report(unit.code, plan, chance) for unit in plan.units]
    took = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        found = consolidation_of(
            Period.parse("2022-Q1"),
            plan=plan,
            forms=forms(),
            reports={"2022-Q1": reports},
            submissions=[one.submission for one in reports],
            as_of=RECEIVED,
        )
        took.append(time.perf_counter() - start)
    agree = all(line.agrees for line in found.control)
    print(f"{UNITS} units, {PROCEDURES} procedures: {sorted(took)[ROUNDS // 2]:.2f} s")
    print(f"control totals agree: {agree}")


if __name__ == "__main__":
    main()
