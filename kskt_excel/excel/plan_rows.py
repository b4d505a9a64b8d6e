"""Rows of the plan workbook's lists made into nouns: procedures, choices, indicators, waivers."""

from collections.abc import Mapping, Sequence
from typing import Final

from kskt_excel.excel import plan_layout as layout
from kskt_excel.excel.plan_faults import Remarks
from kskt_excel.excel.plan_table import PlanRow
from kskt_excel.excel.plan_units import Directory, report_twice
from kskt_excel.model.cells import CellRef
from kskt_excel.model.expressions import ExpressionError, parse
from kskt_excel.model.plan import Choice, Indicator, Procedure, Waiver
from kskt_excel.text.codes import procedure_code
from kskt_excel.text.given import day as shown_day
from kskt_excel.text.given import given
from kskt_excel.text.keys import tone_key
from kskt_excel.text.numbers import days, percent
from kskt_excel.text.periods import period

FIELD_LIST: Final = "linh_vuc"
_ANY: Final = "*"
_POINTS: Final = 100
_DIRECTIONS: Final = {
    "up": (layout.UP, "tăng", "cao", "up"),
    "down": (layout.DOWN, "giảm", "thấp", "down"),
}
_VERIFIED: Final = {
    "yes": (layout.VERIFIED, "đã xác minh", "có", "x", "rồi"),
    "no": (layout.UNVERIFIED, "chưa xác minh", "không"),
}

Choices = Mapping[str, tuple[Choice, ...]]


def read_choices(rows: Sequence[PlanRow], remarks: Remarks) -> Choices:
    """Choice lists by id, entries in the sheet's order."""
    lists: dict[str, tuple[Choice, ...]] = {}
    owner: dict[tuple[str, str], str] = {}
    for row in rows:
        list_id, value = row.text("list"), row.text("value")
        if not list_id or not value:
            continue
        _report_aliases(row, list_id, value, owner, remarks)
        choice = Choice(
            value=value,
            aliases=row.parts("aliases"),
            code=row.text("code"),
            valid_from=row.day("valid_from", remarks),
            valid_to=row.day("valid_to", remarks),
        )
        lists[list_id] = (*lists.get(list_id, ()), choice)
    return lists


def report_lists(sheet: str, choices: Choices, remarks: Remarks) -> None:
    """Says which lists that the forms use are missing."""
    for list_id, title in layout.LIST_TITLES.items():
        if list_id not in choices:
            remarks.fault("list_missing", CellRef(sheet), list=list_id, title=title)


def _report_aliases(
    row: PlanRow, list_id: str, value: str, owner: dict[tuple[str, str], str], remarks: Remarks
) -> None:
    for key in ("value", "aliases"):
        for name in row.parts(key) if key == "aliases" else (value,):
            first = owner.setdefault((list_id, tone_key(name) or name), value)
            if first != value:
                remarks.doubt("alias_twice", row.at(key), given=name, first=first, value=value)


def read_procedures(
    rows: Sequence[PlanRow], directory: Directory, choices: Choices, remarks: Remarks
) -> tuple[Procedure, ...]:
    """Procedures in the sheet's order; a row without a readable code is left out."""
    report_twice(rows, "code", remarks)
    fields = {tone_key(choice.value): choice.value for choice in choices.get(FIELD_LIST, ())}
    fields |= {
        tone_key(alias): choice.value
        for choice in choices.get(FIELD_LIST, ())
        for alias in choice.aliases
        if tone_key(alias) not in fields
    }
    found = []
    for row in rows:
        code = _procedure_code(row, remarks)
        field = fields.get(tone_key(row.text("field")), "")
        if fields and row.has("field") and not field:
            remarks.fault("field_unknown", row.at("field"), given=row.text("field"))
        procedure = Procedure(
            code=code,
            name=row.text("name"),
            field=field,
            units=directory.several(row, "units", remarks),
            legal_days=_legal_days(row, remarks),
            verified=_chosen(layout.PROCEDURES, row, "verified", _VERIFIED, remarks) == "yes",
            note=row.text("note"),
        )
        if code:
            found.append(procedure)
            _report_owners(row, procedure, directory, remarks)
    return tuple(found)


def _procedure_code(row: PlanRow, remarks: Remarks) -> str:
    raw = row.cells.get("code")
    read = procedure_code(raw)
    if read.value is None and row.has("code"):
        remarks.fault("procedure_code", row.at("code"), given=given(raw))
    elif read.value is not None and read.outcome == "warn":
        remarks.doubt("value_read", row.at("code"), given=given(raw), value=read.value)
    return read.value or ""


def _report_owners(
    row: PlanRow, procedure: Procedure, directory: Directory, remarks: Remarks
) -> None:
    """Says which unit handles a procedure of a field that is not its own."""
    handling = frozenset(procedure.units) if procedure.field else ()
    for unit in directory.units:
        is_told = unit.fields and unit.code in handling
        if is_told and tone_key(procedure.field) not in map(tone_key, unit.fields):
            remarks.doubt(
                "procedure_unowned", row.at("units"), field=procedure.field, unit=unit.code
            )


def _legal_days(row: PlanRow, remarks: Remarks) -> int | None:
    if not row.has("legal_days"):
        return None
    read = days(row.cells["legal_days"])
    if read.value is None and read.outcome != "blank":
        remarks.fault("days_unread", row.at("legal_days"), given=given(row.cells["legal_days"]))
    return read.value


def read_indicators(rows: Sequence[PlanRow], remarks: Remarks) -> tuple[Indicator, ...]:
    """Indicators in the sheet's order, their expressions proved."""
    report_twice(rows, "id", remarks)
    return tuple(
        Indicator(
            id=row.text("id"),
            name=row.text("name"),
            numerator=_expression(row, "numerator", remarks),
            denominator=_expression(row, "denominator", remarks),
            target=_target(row, remarks),
            direction=_chosen(layout.INDICATORS, row, "direction", _DIRECTIONS, remarks) or "up",
            unit=row.text("unit") or "%",
            note=row.text("note"),
        )
        for row in rows
        if row.has("id")
    )


def _expression(row: PlanRow, key: str, remarks: Remarks) -> str:
    text = row.text(key)
    if text:
        try:
            parse(text)
        except ExpressionError as error:
            remarks.fault("expression_unread", row.at(key), given=text, why=error.why)
    return text


def _target(row: PlanRow, remarks: Remarks) -> float | None:
    """The target as a fraction: 95 % as Excel stores it (0.95), or typed as a text."""
    raw = row.cells.get("target")
    if not row.has("target"):
        return None
    value: float | None = None
    if isinstance(raw, str):
        points = percent(raw).value
        value = None if points is None else points / _POINTS
    elif isinstance(raw, int | float) and not isinstance(raw, bool):
        value = float(raw)
    if value is None or not 0 <= value <= 1:
        remarks.fault("target_unread", row.at("target"), given=given(raw))
        return None
    return value


def read_waivers(
    rows: Sequence[PlanRow], directory: Directory, remarks: Remarks
) -> tuple[Waiver, ...]:
    """Waivers in the sheet's order; one with a fault is left out."""
    found = []
    for row in rows:
        unit = row.text("unit")
        if unit and unit != _ANY:
            unit = directory.unit(row, "unit", remarks)
        approved_on, expires_on = row.day("approved_on", remarks), row.day("expires_on", remarks)
        if approved_on and expires_on and expires_on < approved_on:
            remarks.fault(
                "dates_reversed",
                row.at("expires_on"),
                first=shown_day(approved_on),
                last=shown_day(expires_on),
            )
        whole = row.text("rule") and unit and approved_on
        if whole and approved_on:
            found.append(
                Waiver(
                    rule=row.text("rule"),
                    unit=unit,
                    period=_waived_period(row, remarks),
                    reason=row.text("reason"),
                    approved_by=row.text("approved_by"),
                    approved_on=approved_on,
                    expires_on=expires_on,
                )
            )
    return tuple(found)


def _waived_period(row: PlanRow, remarks: Remarks) -> str:
    text = row.text("period")
    if text in ("", _ANY):
        return _ANY
    raw = row.cells["period"]
    read = period(f"năm {text}" if text.isdecimal() else raw)
    if read.value is None:
        remarks.fault("period_unread", row.at("period"), given=text)
        return _ANY
    return read.value.id


def _chosen(
    sheet: layout.PlanSheet,
    row: PlanRow,
    key: str,
    spellings: Mapping[str, Sequence[str]],
    remarks: Remarks,
) -> str:
    """What a cell chose among fixed values, by any of their spellings; "" when blank."""
    given_text = row.text(key)
    for value, words in spellings.items():
        if tone_key(given_text) in map(tone_key, words):
            return value
    if given_text:
        remarks.fault(
            "choice_unread",
            row.at(key),
            column=sheet.by_key[key].heading,
            given=given_text,
            choices=", ".join(words[0] for words in spellings.values()),
        )
    return ""
