"""What an added form says of its rows is asked of it as of the shipped ones."""

import datetime as dt
import io
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from kskt_excel.check.earlier import against_previous
from kskt_excel.check.engine import rules_of, run_rules
from kskt_excel.definitions import load_forms
from kskt_excel.excel.issued.unit_workbook import unit_workbook
from kskt_excel.model.forms import Forms
from kskt_excel.model.reading import Reading, Record, SheetReading, SheetState
from kskt_excel.office.outputs import closing_balances
from tests.added_register import register
from tests.builders import SHIPPED, reading, record, small_plan

COLUMNS = """\
[[column]]
key = "title"
heading = "Tên lớp"
type = "text"

[[column]]
key = "started_on"
heading = "Khai giảng"
type = "date"
before_period = "warning"
after_period = "error"

[[column]]
key = "ended_on"
heading = "Bế giảng"
type = "date"
not_before = "started_on"

[[column]]
key = "certified_on"
heading = "Ngày cấp chứng nhận"
type = "date"
later_than = "ended_on"
"""
OF_PROCEDURES = """\
kind = "sheet"
order = 166
id = "ho-so-giay"
version = "1.0"
sheet = "Hồ sơ giấy"
title = "HỒ SƠ GIẤY"
layout = "form"
scope = "procedures"
rows = "procedures"
key = ["procedure"]
nil = true

[[column]]
key = "procedure"
heading = "Mã thủ tục"
type = "procedure"
given = true

[[column]]
key = "before"
heading = "Tồn đầu kỳ"
type = "count"
opens = "left"

[[column]]
key = "left"
heading = "Tồn cuối kỳ"
type = "count"
"""


def _forms(folder: Path, blank: str = "nothing") -> Forms:
    """The added forms alone, as a campaign would have them."""
    more = f'repeated = "error"\nif_blank = "{blank}"\n'
    (folder / "165.toml").write_text(register(COLUMNS, more=more), encoding="utf-8")
    (folder / "166.toml").write_text(OF_PROCEDURES, encoding="utf-8")
    (folder / "010.toml").write_bytes((SHIPPED / "010-thong-tin.toml").read_bytes())
    return load_forms(folder)


def _sheet(forms: Forms, form: str, *records: Record) -> SheetReading:
    definition = forms.sheet_by_id[form]
    return SheetReading(
        form=form,
        name=definition.sheet,
        state=SheetState.FILLED if records else SheetState.BLANK,
        columns={column.key: at for at, column in enumerate(definition.columns, start=1)},
        records=records,
        heading_row=6,
    )


def _found(forms: Forms, sheet: SheetReading) -> list[tuple[str, str, str]]:
    findings = run_rules(reading(sheet), plan=small_plan(), forms=forms)
    told = [one for one in findings if one.at and one.at.sheet == sheet.name]
    return [(one.code, one.at.a1 if one.at else "", str(one.severity)) for one in told]


DAY = dt.date(2022, 2, 1)
LATER = DAY + dt.timedelta(days=3)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ({"started_on": DAY, "ended_on": LATER}, []),
        ({"started_on": DAY, "ended_on": DAY}, []),
        (
            {"started_on": LATER, "ended_on": DAY},
            [("date.order.tap-huan.ended_on", "C8", "error")],
        ),
        (
            {"ended_on": DAY, "certified_on": DAY},
            [("date.order.tap-huan.certified_on", "D8", "error")],
        ),
        ({"started_on": dt.date(2021, 11, 1)}, [("date.before_period", "B8", "warning")]),
        ({"started_on": dt.date(2022, 3, 20)}, [("date.after_period", "B8", "error")]),
    ],
)
def test_its_days_follow_each_other_and_lie_in_the_period(
    tmp_path: Path, days: dict[str, dt.date], expected: list[tuple[str, str, str]]
) -> None:
    forms = _forms(tmp_path)
    row = record(8, "Lớp A", title="Lớp A", **days)
    assert _found(forms, _sheet(forms, "tap-huan", row)) == expected
    codes = {rule.code for rule in rules_of(forms)}
    assert {"date.order.tap-huan.ended_on", "date.order.tap-huan.certified_on"} <= codes


def test_its_key_stands_once(tmp_path: Path) -> None:
    forms = _forms(tmp_path)
    twice = [record(at, "Lớp A", title="Lớp A", ended_on=DAY) for at in (8, 9)]
    found = _found(forms, _sheet(forms, "tap-huan", *twice))
    assert found == [("row.duplicate", "A9", "error")]


@pytest.mark.parametrize(
    ("blank", "expected"),
    [("nothing", []), ("office", []), ("warning", [("sheet.blank", "A1", "warning")])],
)
def test_left_blank_it_says_what_its_definition_says(
    tmp_path: Path, blank: str, expected: list[tuple[str, str, str]]
) -> None:
    forms = _forms(tmp_path, blank)
    told = _found(forms, _sheet(forms, "tap-huan"))
    assert [(code, level) for code, _, level in told] == [
        (code, level) for code, _, level in expected
    ]


def _of_procedures(forms: Forms, *stocks: tuple[int, int]) -> Reading:
    codes = list(small_plan().procedure_by_code)
    rows = [
        record(at, code, procedure=code, before=before, left=left)
        for at, (code, (before, left)) in enumerate(zip(codes, stocks, strict=False), start=8)
    ]
    return reading(_sheet(forms, "ho-so-giay", *rows))


def test_no_row_of_the_plan_is_lost(tmp_path: Path) -> None:
    forms = _forms(tmp_path)
    sheet = _of_procedures(forms, (0, 1)).sheets["ho-so-giay"]
    assert [code for code, _, _ in _found(forms, sheet)] == ["procedure.missing"]


def test_it_opens_with_what_the_quarter_before_closed_with(tmp_path: Path) -> None:
    forms, plan = _forms(tmp_path), small_plan()
    before = _of_procedures(forms, (0, 3), (0, 4))
    now = replace(
        _of_procedures(forms, (3, 3), (5, 4)),
        identity=replace(before.identity, period="2022-Q2"),
    )
    [found] = against_previous(now, before, plan=plan, forms=forms)
    assert (found.code, found.at.a1 if found.at else "") == ("quarters.opening", "B9")
    ticked = replace(now.sheets["ho-so-giay"], state=SheetState.NIL, records=())
    nil = replace(now, sheets={"ho-so-giay": ticked})
    [found] = against_previous(nil, before, plan=plan, forms=forms)
    assert found.code == "quarters.stock_ticked"


def test_it_is_issued_with_what_the_quarter_before_closed_with(tmp_path: Path) -> None:
    forms, plan = _forms(tmp_path), small_plan()
    before = _of_procedures(forms, (0, 3), (0, 4))
    data = unit_workbook(
        plan=plan,
        forms=forms,
        unit=plan.unit_by_code[before.identity.unit],
        period=plan.period("2022-Q2"),
        opening=closing_balances(before, forms),
    )
    rows = openpyxl.load_workbook(io.BytesIO(data))["Hồ sơ giấy"].iter_rows(min_row=8, max_row=9)
    codes = [one.key for one in before.sheets["ho-so-giay"].records]
    assert [(row[0].value, row[1].value, row[2].value) for row in rows] == [
        (codes[0], 3, None),
        (codes[1], 4, None),
    ]
