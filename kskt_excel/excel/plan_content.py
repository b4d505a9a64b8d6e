"""Rows of the plan workbook made from a Plan: what the writer writes, by column key."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeAlias

from kskt_excel.excel import plan_labels as labels
from kskt_excel.excel import plan_layout as layout
from kskt_excel.model.plan import Choice, Plan

CellValue: TypeAlias = str | int | float | dt.date | None
Row: TypeAlias = Mapping[str, CellValue]

_ONE_DAY = dt.timedelta(days=1)
_LEAF_LEVELS = 3


@dataclass(frozen=True, slots=True)
class Annotations:
    """What a plan workbook says beside the plan's own values."""

    hints: Mapping[str, str] = field(default_factory=dict)  # label -> instead of its usual hint
    holidays: Mapping[dt.date, str] = field(default_factory=dict)  # first day -> name


def rows_of(plan: Plan, sheet: layout.PlanSheet) -> list[Row]:
    """Rows of a table sheet, in the plan's order."""
    return list(_MAKERS[sheet.name](plan))


def info_rows(plan: Plan, notes: Annotations) -> Iterator[Row]:
    """Label, value and hint of sheet «Thông tin»; the office's own labels last."""
    own = _own_values(plan)
    known = {label.text for label in labels.LABELS}
    for label in labels.LABELS:
        value = own[label.text] if label.text in own else plan.settings.get(label.text, "")
        hint = notes.hints.get(label.text, label.hint)
        yield {"label": label.text, "value": _typed(value, label.kind), "hint": hint}
    for text in plan.settings:
        if text not in known:
            yield {"label": text, "value": plan.settings[text], "hint": ""}


def holiday_rows(plan: Plan, notes: Annotations) -> Iterator[Row]:
    """Runs of days off, first day to last, with their names where they are known."""
    for first, last in _runs(sorted(plan.holidays)):
        yield {"first": first, "last": last, "name": notes.holidays.get(first, "")}


def is_title(row: Row) -> bool:
    """Whether a row of «Nhiệm vụ» is the title of a section or of a group in it."""
    return "lead" not in row


def _own_values(plan: Plan) -> dict[str, str | int]:
    return {
        labels.YEAR: plan.year,
        labels.AGENCY: plan.agency,
        labels.SUPERIOR: plan.superior,
        labels.PLACE: plan.place,
        labels.TITLE: plan.title,
        labels.NUMBER: plan.number,
        labels.LEGAL_BASIS: plan.legal_basis,
        labels.SIGNER_AUTHORITY: plan.signer.authority,
        labels.SIGNER_TITLE: plan.signer.title,
        labels.SIGNER_NAME: plan.signer.name,
    }


def _typed(value: str | int, kind: str) -> CellValue:
    whole = kind == "whole" and isinstance(value, str) and value.isdecimal()
    return int(value) if whole else value


def _task_rows(plan: Plan) -> Iterator[Row]:
    seen: set[str] = set()
    for task in plan.tasks:
        titles = {task.parts[0]: task.section}
        if len(task.parts) == _LEAF_LEVELS:
            titles[".".join(task.parts[:-1])] = task.subsection
        for code, title in titles.items():
            if title and code not in seen:
                seen.add(code)
                yield {"code": code, "text": title}
        yield {
            "code": task.code,
            "text": task.text,
            "lead": task.lead_text,
            "coordinators": task.coordinators_text,
            "deadline": task.deadline.text,
            "target": task.target,
            "form": task.form,
            "indicator": task.indicator,
        }


def _unit_rows(plan: Plan) -> Iterator[Row]:
    for unit in plan.units:
        yield {
            "code": unit.code,
            "name": unit.name,
            "aliases": _joined(unit.aliases),
            "groups": _joined(unit.groups),
            "emails": _joined(unit.emails),
            "fields": _joined(unit.fields),
            "valid_from": unit.valid_from,
            "valid_to": unit.valid_to,
            "successor": unit.successor,
        }


def _procedure_rows(plan: Plan) -> Iterator[Row]:
    for procedure in plan.procedures:
        yield {
            "code": procedure.code,
            "name": procedure.name,
            "field": procedure.field,
            "units": _joined(procedure.units),
            "legal_days": procedure.legal_days,
            "verified": layout.VERIFIED if procedure.verified else layout.UNVERIFIED,
            "note": procedure.note,
        }


def _choice_rows(plan: Plan) -> Iterator[Row]:
    for list_id, choices in plan.choices.items():
        title = layout.LIST_TITLES.get(list_id, "")
        yield from (_choice_row(list_id, title, choice) for choice in choices)


def _choice_row(list_id: str, title: str, choice: Choice) -> Row:
    return {
        "list": list_id,
        "title": title,
        "value": choice.value,
        "aliases": _joined(choice.aliases),
        "code": choice.code,
        "valid_from": choice.valid_from,
        "valid_to": choice.valid_to,
    }


def _indicator_rows(plan: Plan) -> Iterator[Row]:
    for indicator in plan.indicators:
        yield {
            "id": indicator.id,
            "name": indicator.name,
            "numerator": indicator.numerator,
            "denominator": indicator.denominator,
            "target": indicator.target,
            "direction": layout.DOWN if indicator.direction == "down" else layout.UP,
            "unit": indicator.unit,
            "note": indicator.note,
        }


def _waiver_rows(plan: Plan) -> Iterator[Row]:
    for waiver in plan.waivers:
        yield {
            "rule": waiver.rule,
            "unit": waiver.unit,
            "period": waiver.period,
            "reason": waiver.reason,
            "approved_by": waiver.approved_by,
            "approved_on": waiver.approved_on,
            "expires_on": waiver.expires_on,
        }


def _joined(parts: Iterable[str]) -> str:
    return layout.LIST_SEPARATOR.join(parts)


def _runs(days: list[dt.date]) -> Iterator[tuple[dt.date, dt.date]]:
    """First and last day of each run of days without a gap."""
    breaks = [i for i, (one, other) in enumerate(pairwise(days), 1) if other - one != _ONE_DAY]
    for start, end in pairwise((0, *breaks, len(days)) if days else ()):
        yield days[start], days[end - 1]


_MAKERS: Mapping[str, Callable[[Plan], Iterator[Row]]] = {
    layout.TASKS.name: _task_rows,
    layout.UNITS.name: _unit_rows,
    layout.PROCEDURES.name: _procedure_rows,
    layout.CHOICES.name: _choice_rows,
    layout.INDICATORS.name: _indicator_rows,
    layout.WAIVERS.name: _waiver_rows,
}
