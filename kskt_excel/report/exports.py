"""Results for programs: the JSON of consolidate, records as pandas tables."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from kskt_excel.consolidation.dues import rows_behind
from kskt_excel.consolidation.tasks import judged_on
from kskt_excel.ledger.safeguards import NOTHING_YET, RecordMark
from kskt_excel.model.consolidation import (
    Consolidation,
    DirectionStanding,
    FormTable,
    IndicatorValue,
    Presence,
    QuarterStandings,
    StandingState,
    TaskFigure,
    TaskJudgement,
    TaskPosition,
    TaskVerdict,
    told_parts,
)
from kskt_excel.model.forms import Forms
from kskt_excel.model.plan import Indicator, Plan
from kskt_excel.model.reading import Value
from kskt_excel.model.submission import Submission
from kskt_excel.report.check_json import Json, findings_json
from kskt_excel.report.verdicts import evidence, lead_of, notes, verdict_text
from kskt_excel.text.pii import mask

RESULT_SCHEMA = "kskt.result/2"
_CONTROL = (
    "files_in",
    "accepted",
    "returned",
    "superseded",
    "duplicates",
    "unreadable",
    "not_reports",
    "rows_in",
    "rows_out",
)
_ROW_KINDS = {
    Presence.FIGURES: "number",
    Presence.NIL: "nil",
    Presence.BLANK: "blank",
    Presence.NOT_REPORTED: "not_reported",
}


def consolidate_json(
    consolidation: Consolidation,
    outputs: Iterable[Path | str],
    *,
    plan: Plan,
    forms: Forms,
    record: RecordMark = NOTHING_YET,
) -> dict[str, object]:
    """The result of ``consolidate``; paths as given, with forward slashes.

    ``record``: the last receipt and the last decision of the period.
    """
    window = consolidation.window
    states = {(one.unit, one.quarter.id): one.state for one in consolidation.standings}
    return {
        "schema": RESULT_SCHEMA,
        "period": {
            "id": consolidation.period.id,
            "from": window.start.isoformat(),
            "to": window.end.isoformat(),
        },
        "as_of": consolidation.as_of.isoformat(timespec="seconds"),
        "control": {name: consolidation.counts.get(name, 0) for name in _CONTROL},
        "submissions": [
            _submission(one, states.get((one.unit, one.period)))
            for one in consolidation.submissions
        ],
        "missing": list(consolidation.missing),
        "quarters": [_quarter(some) for some in consolidation.quarters],
        "forms": _forms(consolidation, forms),
        "tasks": [
            {
                "code": task.code,
                "status": task.status,
                "percent": plain(task.percent),
                "overdue": task.overdue,
                "judgement": _judgement(task, plan, consolidation, forms),
            }
            for task in consolidation.tasks
        ],
        "indicators": [
            {"id": one.id, **_parts(one), "value": one.value, "kind": one.kind.value}
            for one in consolidation.indicators
        ],
        "issues": [
            {
                "unit": one.unit,
                "task": one.task,
                "difficulty": mask(one.difficulty),
                "cause": mask(one.cause),
                "proposal": mask(one.proposal),
                "level": one.level,
                "sheet": one.sheet,
                "row": one.row,
            }
            for one in consolidation.issues
        ],
        "directions": [_direction(one) for one in consolidation.directions],
        "directions_open": len(consolidation.open_directions),
        "outputs": [Path(path).as_posix() for path in outputs],
        "record": {
            "receipt": record.receipt,
            "received_at": _moment(record.received_at),
            "decision": record.decision,
            "decided_by": record.decided_by,
            "decided_at": _moment(record.decided_at),
        },
    }


def _direction(standing: DirectionStanding) -> Json:
    """A leader's direction with what came of it; null for a day that is not known."""
    one = standing.direction
    return {
        "number": one.id,
        "unit": one.unit,
        "period": one.period,
        "task": one.task,
        "matter": mask(one.matter),
        "direction": mask(one.text),
        "leader": one.leader,
        "given_on": one.given_on.isoformat() if one.given_on else None,
        "open": one.is_open,
        "answer": mask(standing.answer),
        "answered_in": standing.answered_in,
        "closed_on": one.closed_on.isoformat() if one.closed_on else None,
        "closed_by": one.closed_by,
        "closing_words": mask(one.closing_words),
    }


def _moment(at: dt.datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None


def plain(value: Value) -> Value:
    """A whole number without a decimal part; anything else as it is."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _quarter(some: QuarterStandings) -> Json:
    """Who has sent for a quarter: every unit in one state."""
    return {
        "id": some.quarter.id,
        "deadline": some.deadline.isoformat(),
        "due": some.is_due,
        "missing": [one.unit for one in some.missing],
        "states": {state.value: len(own) for state, own in some.by_state.items()},
        "units": [
            {
                "unit": one.unit,
                "state": one.state.value,
                "counts": one.counts,
                "version": one.version,
                "received_at": _moment(one.received_at),
                "late_days": one.late_days,
                "errors": one.errors,
                "warnings": one.warnings,
                "maker": one.maker,
                "approver": one.approver,
                "signed": [
                    {
                        "file": copy.file,
                        "sha256": copy.sha256,
                        "received_at": _moment(copy.received_at),
                    }
                    for copy in one.signed
                ],
            }
            for one in some.units
        ],
    }


def _submission(one: Submission, state: StandingState | None) -> Json:
    """A file; ``state`` is that of its unit's report of the quarter."""
    return {
        "unit": one.unit,
        "version": one.version,
        "verdict": one.verdict.value,
        "file": one.file,
        "sha256": one.sha256,
        "received_at": one.received_at.isoformat(timespec="seconds"),
        "late_days": one.late_days,
        "findings": findings_json(one.findings),
        "period": one.period,
        "state": state.value if state else None,
    }


def _parts(of: IndicatorValue | TaskFigure) -> Json:
    """Numerator and denominator, null where there is no number: ``kind`` says why."""
    numerator, denominator = told_parts(of)
    return {"numerator": plain(numerator), "denominator": plain(denominator)}


def _judgement(
    task: TaskPosition, plan: Plan, consolidation: Consolidation, forms: Forms
) -> dict[str, object]:
    """A task by its own figures; the lead's word is ``status`` beside it.

    ``notes``: sentences, none or several. ``due``: as the plan has it. Of an indicator ``role`` is
    judge or follow; ``met`` is null where there is no target or no number, and where the target is
    not met and not asked yet of anybody; ``provisional``: a unit is missing that feeds it;
    ``evidence``: a printed form with its columns by number, or a sheet of the units by id with its
    columns by key; ``rows_missing``: rows of the units that keep it from its target, where every
    row is to reach it, with the name of their sheet as in findings.
    """
    judgement, own_plan, found = task.judgement, task.own_plan, task.coordination
    planned, lead = plan.task_by_code[task.code], lead_of(task, plan)
    known = {one.id: one for one in plan.indicators}
    return {
        "code": judgement.verdict.value,
        "words": verdict_text(task, plan),
        "period": consolidation.period.id,
        "judged_on": judged_on(consolidation).isoformat(),
        "days_overdue": judgement.days_without_plan or task.days_overdue,
        "days_late": judgement.days_late,
        "separate_plan": {
            "number": own_plan.number,
            "day": own_plan.day.isoformat() if own_plan.day else None,
            "from": own_plan.told_by,
        },
        "notes": list(notes(task)),
        "kind": planned.deadline.kind.value,
        "due": planned.deadline.due.isoformat() if planned.deadline.due else None,
        "lead": {
            "unit": lead.unit,
            "status": lead.status,
            "percent": plain(lead.percent),
            "completed_on": lead.completed_on.isoformat() if lead.completed_on else None,
            "document": lead.document,
        },
        "indicators": [
            {
                "id": one.indicator,
                "role": "judge" if one.judges else "follow",
                "basis": one.basis,
                "kind": one.kind.value,
                **_parts(one),
                "value": one.numerator / one.denominator if one.denominator else None,
                "target": one.target,
                "direction": one.direction,
                "met": _met_by_now(one, judgement),
                "provisional": one.is_open,
                "evidence": [
                    {
                        "form" if each.is_printed else "sheet": forms.own_id(each.form),
                        "columns": each.columns,
                    }
                    for each in evidence(known[one.indicator], forms)
                ],
                "rows_missing": _rows_missing(
                    one, known[one.indicator], consolidation, plan, forms
                ),
            }
            for one in judgement.figures
        ],
        "coordinators": {
            "joined": list(found.joined),
            "nil": list(found.nil),
            "idle": list(found.idle),
            "not_reported": list(found.not_reported),
            "gaps": {quarter: list(units) for quarter, units in found.gaps},
        },
    }


def _met_by_now(figure: TaskFigure, judgement: TaskJudgement) -> bool | None:
    """Whether a target is met; None where it is not met and nobody is held to it yet."""
    is_held = figure.is_judged_yet or judgement.verdict is TaskVerdict.DONE_UNMET
    return figure.met if figure.met or is_held else None


def _rows_missing(
    figure: TaskFigure, indicator: Indicator, whole: Consolidation, plan: Plan, forms: Forms
) -> list[Json]:
    """Rows behind a missed target; of what counts as last reported, those of the last reports."""
    if figure.met is not False:
        return []
    last = {report.unit: report for report in whole.reports}
    reports = last.values() if figure.basis == "at_end" else whole.reports
    found = ((report, *rows_behind(indicator, report, plan, forms)) for report in reports)
    return [
        {"unit": report.unit, "period": report.submission.period, "sheet": sheet, "row": row}
        for report, sheet, rows in found
        for row in rows
    ]


def _forms(consolidation: Consolidation, forms: Forms) -> dict[str, Json]:
    figures = {
        form.id: [column.number for column in form.columns if column.type in ("count", "percent")]
        for form in consolidation.printed(forms)
    }
    return {
        forms.own_id(id_): _table(table, figures[id_]) for id_, table in consolidation.forms.items()
    }


def _table(table: FormTable, numbers: Sequence[str]) -> Json:
    """Rows and total; a row without figures (not reported, left blank) has null in every column.

    ``kinds`` says of every value what it is: number, nil, blank or not_reported.
    """
    return {
        "rows": [
            {
                "key": row.key,
                "kind": _ROW_KINDS[row.presence],
                "states": [state.value for state in row.states],
                "missing_quarters": [quarter.id for quarter in row.gaps],
                "values": _values(row.values, numbers),
                "kinds": _kinds(row.values, numbers, row.presence),
            }
            for row in table.rows
        ],
        **_subtotals(table, numbers),
        "total": _values(table.total, numbers),
        "total_kinds": _kinds(table.total, numbers, Presence.FIGURES),
    }


def _subtotals(table: FormTable, numbers: Sequence[str]) -> dict[str, object]:
    """``subtotals`` by superior, where units belong to somebody."""
    if not table.subtotals:
        return {}
    return {
        "subtotals": [
            {
                "superior": one.superior,
                "units": list(one.units),
                "values": _values(one.values, numbers),
            }
            for one in table.subtotals
        ]
    }


def _kinds(
    values: Mapping[str, Value], numbers: Sequence[str], presence: Presence
) -> dict[str, str]:
    if presence is not Presence.FIGURES:
        return dict.fromkeys(numbers, _ROW_KINDS[presence])
    blank, number = _ROW_KINDS[Presence.BLANK], _ROW_KINDS[Presence.FIGURES]
    return {name: blank if values.get(name) is None else number for name in numbers}


def _values(values: Mapping[str, Value], numbers: Sequence[str]) -> dict[str, Value]:
    return {number: plain(values.get(number)) for number in numbers}
