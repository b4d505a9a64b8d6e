"""A decision of the office: checked against what is known, then told in words."""

from collections.abc import Mapping, Sequence
from typing import Any

from kskt_excel import messages
from kskt_excel.ledger.decisions import Known, build, describe
from kskt_excel.model.submission import Decision, DecisionKind
from kskt_excel.steps.desk import Desk
from kskt_excel.steps.outcome import Line, Outcome


def decision(desk: Desk, kind: DecisionKind, **what: Any) -> Decision:
    """The decision as it may be recorded. Raises DecisionRefusedError."""
    plan = desk.latest_plan
    known = Known(units=tuple(plan.unit_by_code), rules=_rules(desk))
    drafted = Decision(id=0, kind=kind, by=desk.who, at=desk.now, **what)
    return build(drafted, desk.state, known)


def told(desk: Desk, made: Decision, changed: Sequence[Line], *, dry_run: bool) -> Outcome:
    """What was decided, with the number by which it can be taken back, and what it changes."""
    words = describe(made)
    if dry_run:
        return Outcome((Line(f"Sẽ ghi: {words}"),), _json(made, words))
    number = desk.state.decisions[-1].id
    line = Line(f"Đã ghi quyết định số {number}: {words}", "good")
    command = f'kskt decide revoke --decision {number} --reason "…"'
    back = Line(f"Rút lại: {command}", "quiet", aside=True)
    return Outcome((line, back, *changed), {**_json(made, words), "id": number})


def _rules(desk: Desk) -> tuple[str, ...]:
    """Every rule that can be waived: those of the catalogue and the forms' identities."""
    relations = [
        *(one for form in desk.forms.sheets for one in form.identities),
        *(one for form in desk.forms.printed for one in form.identities),
    ]
    of_forms = [relation.code for relation in relations]
    numbers = [entry.number for entry in messages.catalogue().values()]
    return tuple(dict.fromkeys([*of_forms, *messages.catalogue(), *numbers]))


def _json(made: Decision, words: str) -> Mapping[str, object]:
    return {
        "schema": "kskt.decision/1",
        "kind": made.kind.value,
        "by": made.by,
        "at": made.at.isoformat(timespec="seconds"),
        "unit": made.unit,
        "period": made.period,
        "version": made.version,
        "rule": made.rule,
        "reason": made.reason,
        "text": words,
    }
