"""Decisions that are possible are pinned to their file; impossible ones are refused in words."""

import datetime as dt

import pytest

from kskt_excel.ledger.decisions import (
    DecisionRefusedError,
    DecisionScope,
    build_decision,
    describe,
)
from kskt_excel.ledger.journal import JournalLine
from kskt_excel.ledger.state import JournalState, state_of
from kskt_excel.messages import rule_named, rules
from kskt_excel.model.submission import Decision, DecisionKind
from tests.ledger.cases import NOON, receipt, returned

KNOWN = DecisionScope(units=("VP", "TTPT"), rules=(rule_named("V06a.1", "identity.sum"), *rules()))


def wanted(kind: str, **other: object) -> Decision:
    about = {} if kind in ("waive", "close", "reopen", "revoke") else {"unit": "VP", "version": 1}
    values = {"by": "Hoa", "reason": "gửi nhầm", "period": "2022-Q1"} | about | other
    return Decision(0, DecisionKind(kind), at=NOON, **values)


def after(*decisions: Decision) -> JournalState:
    """State with an accepted version 1, a returned version 2, and decisions taken from line 3."""
    lines = [
        JournalLine(1, NOON, "Hoa", receipt("a")),
        JournalLine(2, NOON, "Hoa", returned("b", 5)),
    ]
    for decision in decisions:
        built = build_decision(decision, state_of(lines), KNOWN)
        seq = len(lines) + 1
        numbered = Decision(
            **{n: getattr(built, n) for n in built.__dataclass_fields__} | {"id": seq}
        )
        lines.append(JournalLine(seq, NOON, "Hoa", numbered))
    return state_of(lines)


CLOSE, VOID = wanted("close"), wanted("void")
REFUSED = {
    "nobody decided": ([], wanted("void", by=" "), "ledger.no_name", "--by"),
    "no reason": ([], wanted("void", reason="\n"), "ledger.no_reason", "--reason"),
    "a unit not in the plan": (
        [], wanted("void", unit="PHONG1"), "ledger.unknown_unit", "VP, TTPT"),
    "a version not received": (
        [], wanted("choose", version=3), "ledger.unknown_version", "các lần đã nhận: 1 và 2"),
    "a unit that has sent nothing": (
        [], wanted("choose", unit="TTPT"), "ledger.no_versions", "“TTPT”"),
    "a period that is none": ([], wanted("close", period="Q1"), "ledger.not_a_quarter", "“Q1”"),
    "six months": ([], wanted("close", period="2022-6T"), "ledger.not_a_quarter", "2022-6T"),
    "no period": ([], wanted("reopen", period=""), "ledger.period_not_told", "2022-Q1"),
    "accepting what is accepted": ([], wanted("accept"), "ledger.needs_no_acceptance", "choose"),
    "accepting twice": (
        [wanted("accept", version=2)], wanted("accept", version=2),
        "ledger.needs_no_acceptance", "Lần 2"),
    "choosing what is returned": (
        [], wanted("choose", version=2), "ledger.not_acceptable", "còn 3 lỗi"),
    "joining what is returned": (
        [], wanted("parts", version=2), "ledger.not_acceptable", "accept"),
    "voiding twice": ([VOID], VOID, "ledger.is_voided", "kskt decide revoke --decision 3"),
    "choosing what is voided": ([VOID], wanted("choose"), "ledger.is_voided", "quyết định số 3"),
    "closing twice": ([CLOSE], CLOSE, "ledger.already_closed", "reopen --period 2022-Q1"),
    "reopening what is open": ([], wanted("reopen"), "ledger.not_closed", "chưa khóa"),
    "voiding in a closed period": ([CLOSE], VOID, "ledger.period_closed", "reopen --period"),
    "revoking in a closed period": (
        [VOID, CLOSE], wanted("revoke", revokes=3), "ledger.period_closed", "đã chốt"),
    "revoking nothing": ([], wanted("revoke", revokes=9), "ledger.unknown_decision", "số 9"),
    "revoking without a number": (
        [VOID], wanted("revoke"), "ledger.decision_not_told", "--decision 3"),
    "revoking a receipt": ([], wanted("revoke", revokes=1), "ledger.unknown_decision", "số 1"),
    "revoking twice": (
        [VOID, wanted("revoke", revokes=3)], wanted("revoke", revokes=3),
        "ledger.already_revoked", "số 3"),
    "revoking a revocation": (
        [VOID, wanted("revoke", revokes=3)], wanted("revoke", revokes=4),
        "ledger.revokes_a_revocation", "số 4"),
    "waiving no rule": ([], wanted("waive"), "ledger.no_rule", "KS-601"),
    "waiving an unknown rule": (
        [], wanted("waive", rule="V6a.1"), "ledger.unknown_rule", "gần nhất là V06a.1"),
    "waiving what no rule of a report says": (
        [], wanted("waive", rule="KS-107"), "ledger.rule_not_lifted", "không miễn được"),
    "waiving what no rule of a report says, of a known unit": (
        [], wanted("waive", unit="VP", rule="KS-107"), "ledger.rule_not_lifted",
        "accept --unit VP --period 2022-Q1 --version 2 --reason"),
    "waiving in a place that says nothing": (
        [], wanted("waive", rule="V06a.1", where="Hồ sơ"), "ledger.where_unread", "“Hồ sơ”"),
    "no version": ([], wanted("accept", version=0), "ledger.version_not_told", "--version"),
    "no unit": ([], wanted("void", unit=""), "ledger.unit_not_told", "--unit"),
    "closing no period": ([], wanted("close", period=""), "ledger.period_not_told", "--period"),
    "waiving until yesterday": (
        [], wanted("waive", rule="V06a.1", expires_on=dt.date(2022, 3, 14)),
        "ledger.expired", "14/3/2022"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    taken, decision, code, words = REFUSED[name]
    with pytest.raises(DecisionRefusedError) as refused:
        build_decision(decision, after(*taken), KNOWN)
    assert refused.value.code == code
    assert words in str(refused.value)
    assert "«" not in str(refused.value)


def test_joining_the_only_version_is_refused() -> None:
    with pytest.raises(DecisionRefusedError) as refused:
        build_decision(
            wanted("parts"), state_of([JournalLine(1, NOON, "Hoa", receipt("a"))]), KNOWN
        )
    assert refused.value.code == "ledger.nothing_to_join"


def test_a_decision_is_trimmed_and_pinned_to_the_receipt() -> None:
    loose = wanted("accept", unit=" vp ", period="2022Q1", version=2, by=" Hoa ", reason="a\n b")
    built = build_decision(loose, after(), KNOWN)
    assert (built.unit, built.period, built.by, built.reason) == ("VP", "2022-Q1", "Hoa", "a b")
    assert built.receipt == 2


def test_a_place_may_be_written_as_excel_writes_it() -> None:
    built = build_decision(wanted("waive", rule="V06a.1", where="Hồ sơ!$J$9"), after(), KNOWN)
    assert built.where == "Hồ sơ!J9"


def test_a_waiver_may_be_for_all() -> None:
    state = after(wanted("waive", rule="V06a.1", period=""))
    (waiver,) = state.waivers()
    assert (waiver.unit, waiver.period) == ("*", "*")


@pytest.mark.parametrize(
    ("decision", "text"),
    [
        (wanted("accept", version=2), "Chấp nhận lần 2 của VP, 2022-Q1"),
        (VOID, "Không tính lần 1 của VP, 2022-Q1"),
        (wanted("choose"), "Chọn lần 1 của VP, 2022-Q1"),
        (wanted("parts"), "Ghép lần 1 của VP, 2022-Q1 vào báo cáo đang được tính"),
        (CLOSE, "Khóa kỳ 2022-Q1"),
        (wanted("reopen"), "Mở lại kỳ 2022-Q1"),
        (wanted("revoke", revokes=7), "Thu hồi quyết định số 7"),
        (wanted("waive", rule="V06a.1"), "Miễn quy tắc V06a.1 cho mọi đơn vị, 2022-Q1"),
        (
            wanted("waive", rule="V06a.1", unit="VP", period="", expires_on=dt.date(2022, 12, 31)),
            "Miễn quy tắc V06a.1 cho VP, mọi kỳ đến hết ngày 31/12/2022",
        ),
    ],
)
def test_a_decision_told_in_words(decision: Decision, text: str) -> None:
    assert describe(decision) == f"{text}. Lý do: gửi nhầm"
