"""Decisions of the office: built only when they are possible, told in words."""

import difflib
from collections.abc import Collection
from dataclasses import dataclass, replace

from kskt_excel.ledger.state import ON_A_VERSION, JournalState
from kskt_excel.ledger.versions import Version, catalogue_text, numbered, ruling
from kskt_excel.model.errors import KsktError, UnknownPeriodError
from kskt_excel.model.period import Period
from kskt_excel.model.submission import Decision, DecisionKind
from kskt_excel.text.shown import day_text


class DecisionRefusedError(KsktError):
    """A decision that cannot be taken; ``code`` names its catalogue entry."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(catalogue_text(code, **params))
        self.code = code


@dataclass(frozen=True, slots=True)
class DecisionScope:
    """What a decision may speak of; an empty collection leaves that unchecked."""

    units: Collection[str] = ()
    rules: Collection[str] = ()


def build_decision(decision: Decision, state: JournalState, known: DecisionScope) -> Decision:
    """The decision as it may be appended: trimmed, possible, pinned to the version's receipt.

    Its ``id`` is given by the journal. Raises DecisionRefusedError.
    """
    trimmed = _trimmed(decision)
    _refuse_unsigned(trimmed)
    _refuse_unknown_unit(trimmed, known)
    _refuse_by_kind(trimmed, known)
    if trimmed.kind in ON_A_VERSION:
        version = _version(trimmed, state)
        trimmed = replace(trimmed, receipt=version.taken.seq)
    refusal = state.rulings.refusal(trimmed)
    if refusal:
        raise DecisionRefusedError(refusal, period=trimmed.period, id=trimmed.revokes)
    if trimmed.kind in ON_A_VERSION:
        _refuse_by_version(trimmed, version, state)
    return trimmed


def describe(decision: Decision) -> str:
    """What was decided, for «Nhật ký»: ``Chấp nhận lần 2 của VP, 2022-Q1. Lý do: mất điện``."""
    whose = f"lần {decision.version} của {decision.unit}, {decision.period}"
    what = {
        DecisionKind.ACCEPT: f"Chấp nhận {whose}",
        DecisionKind.VOID: f"Không tính {whose}",
        DecisionKind.CHOOSE: f"Chọn {whose}",
        DecisionKind.PARTS: f"Ghép {whose} vào báo cáo đang được tính",
        DecisionKind.WAIVE: _waiver_words(decision),
        DecisionKind.CLOSE: f"Khóa kỳ {decision.period}",
        DecisionKind.REOPEN: f"Mở lại kỳ {decision.period}",
        DecisionKind.REVOKE: f"Thu hồi quyết định số {decision.revokes}",
    }[decision.kind]
    return f"{what}. Lý do: {decision.reason}"


def _waiver_words(decision: Decision) -> str:
    whom = decision.unit or "mọi đơn vị"
    when = decision.period or "mọi kỳ"
    until = f" đến hết ngày {day_text(decision.expires_on)}" if decision.expires_on else ""
    return f"Miễn quy tắc {decision.rule} cho {whom}, {when}{until}"


def _trimmed(decision: Decision) -> Decision:
    """Without spaces at the ends; codes of units in capitals, periods as they are written."""
    return replace(
        decision,
        by=" ".join(decision.by.split()),
        reason=" ".join(decision.reason.split()),
        unit=decision.unit.strip().upper(),
        period=_quarter(decision.period) if decision.period.strip() else "",
        rule=decision.rule.strip(),
    )


def _quarter(text: str) -> str:
    try:
        period = Period.parse(text)
    except UnknownPeriodError as error:
        raise DecisionRefusedError("ledger.not_a_quarter", period=text) from error
    if period.cumulative:
        raise DecisionRefusedError("ledger.not_a_quarter", period=text)
    return period.id


def _refuse_unsigned(decision: Decision) -> None:
    if not decision.by:
        raise DecisionRefusedError("ledger.no_name")
    if not decision.reason:
        raise DecisionRefusedError("ledger.no_reason")


def _refuse_unknown_unit(decision: Decision, known: DecisionScope) -> None:
    if decision.unit and known.units and decision.unit not in known.units:
        units = ", ".join(known.units)
        raise DecisionRefusedError("ledger.unknown_unit", unit=decision.unit, units=units)


def _refuse_by_kind(decision: Decision, known: DecisionScope) -> None:
    if decision.kind in (DecisionKind.CLOSE, DecisionKind.REOPEN) and not decision.period:
        raise DecisionRefusedError("ledger.not_a_quarter", period="")
    if decision.kind is not DecisionKind.WAIVE:
        return
    if not decision.rule:
        raise DecisionRefusedError("ledger.no_rule")
    if known.rules and decision.rule not in known.rules:
        near = difflib.get_close_matches(decision.rule, known.rules, n=1, cutoff=0)
        raise DecisionRefusedError("ledger.unknown_rule", rule=decision.rule, near=near[0])
    if decision.expires_on and decision.expires_on < decision.at.date():
        day = day_text(decision.expires_on)
        raise DecisionRefusedError("ledger.expired", day=day)


def _version(decision: Decision, state: JournalState) -> Version:
    versions = state.series(decision.unit, decision.period).versions
    if not versions:
        raise DecisionRefusedError("ledger.no_versions", unit=decision.unit, period=decision.period)
    for version in versions:
        if version.number == decision.version:
            return version
    raise DecisionRefusedError(
        "ledger.unknown_version",
        version=decision.version,
        unit=decision.unit,
        period=decision.period,
        known=numbered(tuple(version.number for version in versions)),
    )


def _refuse_by_version(decision: Decision, version: Version, state: JournalState) -> None:
    if version.voided:
        raise DecisionRefusedError(
            "ledger.is_voided",
            version=version.number,
            ruling=ruling(version.voided),
            id=version.voided.id,
        )
    if decision.kind is DecisionKind.ACCEPT and version.is_eligible:
        raise DecisionRefusedError("ledger.needs_no_acceptance", version=version.number)
    joins = decision.kind in (DecisionKind.CHOOSE, DecisionKind.PARTS)
    if joins and not version.is_eligible:
        raise DecisionRefusedError(
            "ledger.not_acceptable", version=version.number, errors=version.receipt.errors
        )
    alone = len(state.series(decision.unit, decision.period).versions) == 1
    if decision.kind is DecisionKind.PARTS and alone:
        raise DecisionRefusedError("ledger.nothing_to_join", version=version.number)
