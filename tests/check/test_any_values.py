"""Whatever values a reader hands over, rules answer with findings that have a sentence."""

import datetime as dt
import random
from dataclasses import replace

import pytest

from kskt_excel.check.earlier import against_previous
from kskt_excel.check.engine import run_rules
from kskt_excel.check.findings import group
from kskt_excel.messages import sentence
from kskt_excel.model.reading import Reading, Record, SheetState, Value
from tests.builders import forms, small_plan
from tests.check import good
from tests.check.tables import with_sheet

VALUES: tuple[Value, ...] = (
    None,
    "",
    "x",
    "2.002385",
    "Có",
    True,
    False,
    0,
    -1,
    99_999_999,
    1.5,
    float("inf"),
    dt.date(2015, 1, 1),
    dt.date(2035, 12, 31),
    dt.date(2022, 3, 14),
)


def _spoilt(reading: Reading, chance: random.Random) -> Reading:
    for sheet in reading.sheets.values():
        records = tuple(_changed(record, chance) for record in sheet.records)
        state = chance.choice((sheet.state, sheet.state, *SheetState))
        reading = with_sheet(reading, replace(sheet, records=records, state=state))
    return reading


def _changed(record: Record, chance: random.Random) -> Record:
    values = {
        key: chance.choice(VALUES) if chance.random() < 0.3 else value
        for key, value in record.values.items()
    }
    return replace(record, values=values)


@pytest.mark.parametrize("seed", range(60))
def test_no_value_stops_a_rule(seed: int) -> None:
    chance = random.Random(seed)
    current = _spoilt(good.unit_with_procedures(), chance)
    findings = run_rules(current, plan=small_plan(), forms=forms())
    before = _spoilt(good.unit_with_procedures(), chance)
    findings += against_previous(current, before, plan=small_plan(), forms=forms())
    assert all("{" not in sentence(one) for one in group(findings))
