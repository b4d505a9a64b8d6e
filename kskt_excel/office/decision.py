"""A decision of the office: checked against what is known, told with what it changes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from kskt_excel.check.findings import waived_parts
from kskt_excel.ledger.decisions import (
    DecisionRefusedError,
    DecisionScope,
    build_decision,
    describe,
)
from kskt_excel.ledger.state import ON_DIRECTIONS, ON_FILES, JournalState
from kskt_excel.messages import Rule, entry, place_text, rule, rules
from kskt_excel.model.finding import Finding, Severity
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Waiver
from kskt_excel.model.reading import Reading
from kskt_excel.model.submission import Decision, DecisionKind
from kskt_excel.office import directions
from kskt_excel.office.desk import Desk
from kskt_excel.office.outcome import Outcome, ScreenLine, finding_lines
from kskt_excel.text.shown import first_ones, listed

_MOST_NAMED = 8  # places in a line of the screen


@dataclass(frozen=True, slots=True)
class JudgedFinding:
    """A finding of a file that is judged, and the file's own reading."""

    unit: str
    period: str
    found: Finding
    reading: Reading | None


def new_decision(
    desk: Desk, kind: DecisionKind, **what: Any
) -> tuple[Decision, tuple[JudgedFinding, ...]]:
    """The decision as it may be recorded, and the findings that it lifts, if it is a waiver.

    Raises DecisionRefusedError, also for a waiver without effect.
    """
    plan = desk.latest_plan
    standing = tuple(_findings_today(desk)) if kind is DecisionKind.WAIVE else ()
    known = DecisionScope(
        units=tuple(plan.unit_by_code),
        campaigns=desk.regimes.campaigns,
        rules=tuple(_known_rules(desk, standing)) if kind is DecisionKind.WAIVE else (),
    )
    file = what.pop("file", "")
    where = {"where": file} if kind in (*ON_FILES, DecisionKind.SIGNED) else {}
    words = what.pop("matter", "")
    if kind is DecisionKind.DIRECT:
        what |= _direction_row(desk, what, words)
    if kind is DecisionKind.CLOSE_DIRECTION:
        what["direction"] = what.pop("revokes", 0)
    drafted = Decision(id=0, kind=kind, by=desk.who, at=desk.now, **what | where)
    made = build_decision(drafted, desk.state, known)
    if kind is DecisionKind.MOVE:
        _refuse_to_move(desk, made)
    if kind is not DecisionKind.WAIVE:
        return made, ()
    _refuse_twice(desk, made)
    return made, _lifted(desk, made, standing)


def _direction_row(desk: Desk, what: Mapping[str, Any], words: str) -> Mapping[str, str]:
    """The row of the tracker that a direction is given on; nothing where the rest says too little.

    ``words``: some of what the unit has raised.
    """
    unit = str(what.get("unit", "")).strip().upper()
    if not what.get("period") or (unit and unit not in desk.latest_plan.unit_by_code):
        return {}
    period = desk.period(str(what["period"]))
    if period.cumulative:
        return {}
    row = directions.row_meant(desk, unit, period, str(what.get("task", "")).strip(), words)
    return {"unit": row.unit, "where": row.key, "task": row.task, "matter": row.matter}


def _refuse_to_move(desk: Desk, made: Decision) -> None:
    """A workbook that names its quarter stays there: who has sent it says so."""
    from kskt_excel.office.results import read_receipts

    moved = [one for one in desk.state.receipts if one.sha256 in made.originals]
    plan = desk.plan(Period.parse(made.period).year)
    results = read_receipts(desk, plan, [one for one in moved if one.unit])
    for one in moved:
        reading = results.checked(one.sha256, one.name).reading if one.unit else None
        if reading and reading.identity.period:
            label = Period.parse(reading.identity.period).label
            raise DecisionRefusedError("ledger.names_its_quarter", file=one.name, period=label)


def _findings_today(desk: Desk) -> Iterator[JudgedFinding]:
    """Every finding that stands today, in every quarter that something was received for."""
    from kskt_excel.office.quarter import judge_everything

    for period, quarter in judge_everything(desk.thinking()).items():
        for one in quarter.submissions:
            judged = quarter.judged.get(one.sha256)
            reading = judged.checked.reading if judged else None
            for found in one.findings if one.version else ():
                yield JudgedFinding(one.unit, period, found, reading)


def _known_rules(desk: Desk, standing: Sequence[JudgedFinding]) -> Iterator[Rule]:
    """Every rule that can be named: those that files break today, then all others."""
    from kskt_excel.check.engine import rules_of

    yield from {rule(one.found): None for one in standing}
    yield from rules_of(desk.forms)
    yield from rules()


def _refuse_twice(desk: Desk, made: Decision) -> None:
    same = ("rule", "unit", "period", "where", "expires_on")
    for one in desk.state.rulings.in_force:
        if one.kind is made.kind and all(getattr(one, n) == getattr(made, n) for n in same):
            raise DecisionRefusedError("ledger.already_waived", id=one.id)


def _lifted(
    desk: Desk, made: Decision, standing: Sequence[JudgedFinding]
) -> tuple[JudgedFinding, ...]:
    """The findings that a waiver lifts. Raises DecisionRefusedError where it would lift none.

    For a unit, or a period, of which nothing has come it waits for what comes.
    """
    own = [
        one for one in standing if made.unit in ("", one.unit) and made.period in ("", one.period)
    ]
    waiver = Waiver(made.rule, "*", "*", made.reason, made.by, desk.now.date(), where=made.where)
    lifted = _lifted_by(waiver, own)
    has_come = any(
        one.unit == made.unit and made.period == one.period and one.unit
        for one in desk.state.receipts
    )
    if lifted or not has_come:
        return lifted
    whose = f"{made.unit}, {made.period}"
    everywhere = (one.found for one in _lifted_by(replace(waiver, where=""), own))
    elsewhere = [found for found in everywhere if found.at and found.at.row and found.at.column]
    if elsewhere:
        raise DecisionRefusedError(
            "ledger.lifts_nothing_there",
            whose=whose,
            rule=made.rule,
            where=made.where,
            places="; ".join(map(place_text, elsewhere[:_MOST_NAMED])),
            example=place_text(replace(elsewhere[0], also=())),
        )
    grave = [one for one in own if one.found.severity is not Severity.INFO]
    present = sorted({rule(one.found).number for one in grave})
    raise DecisionRefusedError(
        "ledger.lifts_nothing",
        whose=whose,
        rule=made.rule,
        where=f" tại {made.where}" if made.where else "",
        present=listed(present),
        example=present[0] if present else "",
    )


def _lifted_by(waiver: Waiver, findings: Sequence[JudgedFinding]) -> tuple[JudgedFinding, ...]:
    return tuple(
        JudgedFinding(one.unit, one.period, part, one.reading)
        for one in findings
        for part in waived_parts(one.found, waiver, one.reading)
    )


def lifted_lines(made: Decision, lifted: Sequence[JudgedFinding]) -> Iterator[ScreenLine]:
    """What a waiver lifts: how many findings of each report, and where they are."""
    if made.kind is not DecisionKind.WAIVE:
        return
    if not lifted:
        yield ScreenLine("Hiện chưa có lỗi nào theo quy tắc này; áp dụng cho tệp đến sau.")
    for whose in dict.fromkeys((one.unit, one.period) for one in lifted):
        own = [one.found for one in lifted if (one.unit, one.period) == whose]
        places = [place_text(found) or "cả tệp" for found in own]
        number = entry(own[0].entry).number
        yield ScreenLine(
            f"{whose[0]}, {Period.label_of(whose[1])}: không còn tính {number} tại"
            f" {first_ones(places, _MOST_NAMED, 'chỗ', '; ')}."
        )


def counting_lines(before: JournalState, after: JournalState) -> Iterator[ScreenLine]:
    """A line for each unit of which another version counts than before."""
    known = dict.fromkeys((one.unit, one.period) for one in after.receipts if one.unit)
    for unit, period in known:
        was, now = before.counting(unit, period), after.counting(unit, period)
        then, here = (one.version if one else 0 for one in (was, now))
        if then != here:
            said = f"lần {here} được tính" if here else "không còn lần nào được tính"
            earlier = f" (trước: lần {then})" if then else ""
            yield ScreenLine(f"{unit}, {Period.label_of(period)}: {said}{earlier}.")


def decision_outcome(
    desk: Desk, made: Decision, changed: Sequence[ScreenLine], *, dry_run: bool
) -> Outcome:
    """What was decided, with the number by which it can be taken back, and what it changes."""
    words = describe(made)
    if dry_run:
        then = (ScreenLine("Chưa ghi gì. Khi ghi thì:"), *changed) if changed else ()
        lines = (ScreenLine(f"Sẽ ghi: {words}"), *(then or (ScreenLine("Chưa ghi gì."),)))
        return Outcome(lines, _json(made, words, changed))
    number = desk.state.decisions[-1].id
    line = ScreenLine(f"Đã ghi quyết định số {number}: {words}", "good")
    if made.kind in ON_DIRECTIONS:
        text = f"Đưa vào sổ theo dõi, các biểu: kskt consolidate {made.period}"
        ahead = finding_lines(tuple(directions.ahead_of_its_day(made, desk.latest_plan)))
        changed = (*changed, *ahead, ScreenLine(text, "quiet", aside=True))
    back: tuple[ScreenLine, ...] = ()
    if made.kind is not DecisionKind.REVOKE:  # that is taken back by deciding anew
        command = f'kskt decide revoke --decision {number} --reason "…"'
        back = (ScreenLine(f"Thu hồi: {command}", "quiet", aside=True),)
    return Outcome((line, *changed, *back), {**_json(made, words, changed), "id": number})


def _json(made: Decision, words: str, changed: Sequence[ScreenLine]) -> Mapping[str, object]:
    return {
        "schema": "kskt.decision/1",
        "kind": made.kind.value,
        "by": made.by,
        "at": made.at.isoformat(timespec="seconds"),
        "unit": made.unit,
        "period": made.period,
        "version": made.version,
        "rule": made.rule,
        "where": made.where,
        "files": list(made.originals),
        "reason": made.reason,
        **({"direction": made.text, "task": made.task, "leader": made.leader} if made.text else {}),
        "text": words,
        "changes": [line.text for line in changed],
    }
