"""Which file counts, and why, told by histories of one unit and quarter."""

import datetime as dt

import pytest

from kskt_excel.ledger.decisions import why_words
from kskt_excel.ledger.journal import JournalLine, Note, Receipt, Recheck
from kskt_excel.ledger.state import JournalState, state_of
from kskt_excel.model.calendar import VIETNAM
from kskt_excel.model.submission import Decision, DecisionKind, Submission, Verdict
from tests.ledger.cases import NOON, at, receipt, sha
from tests.ledger.told_histories import CHOOSE, CLOSE, HISTORIES, REVOKE


def told(*payloads: object) -> JournalState:
    """The state after payloads, one line each from number 1."""
    return state_of(
        JournalLine(seq, NOON, "Hoa", decided(payload, seq))
        for seq, payload in enumerate(payloads, start=1)
    )


def decided(payload: object, seq: int) -> object:
    if isinstance(payload, DecisionKind):
        return decision(payload, seq)
    if isinstance(payload, tuple):
        kind, number = payload
        about = {"revokes": number} if kind is DecisionKind.REVOKE else {"version": number}
        return decision(kind, seq, **about)
    return payload


def decision(kind: DecisionKind, seq: int, **other: object) -> Decision:
    values = {"unit": "VP", "period": "2022-Q1"} | other
    return Decision(seq, kind, "Hoa", NOON, "gửi nhầm", **values)


def words_of(one: Submission, state: JournalState) -> str:
    return why_words(one.why, state.rulings.by_number)


def table(state: JournalState) -> list[str]:
    """Version, verdict and reason of each file, the counting one starred."""
    counting = state.counting("VP", "2022-Q1")
    return [
        f"{'*' if one == counting else ''}{one.version} {one.file} {one.verdict.value}:"
        f" {words_of(one, state)}"
        for one in state.submissions("2022-Q1")
    ]


@pytest.mark.parametrize("name", HISTORIES)
def test_history(name: str) -> None:
    payloads, expected = HISTORIES[name]
    assert table(told(*payloads)) == expected


def test_parts_are_given_in_their_order_for_uniting() -> None:
    state = told(receipt("b", part=2, parts=2), receipt("a", 5, part=1, parts=2))
    assert [member.file for member in state.members("VP", "2022-Q1")] == ["a.xlsx", "b.xlsx"]


def test_a_waiting_part_carries_the_finding_that_names_the_missing_ones() -> None:
    state = told(receipt("a", part=2, parts=3))
    (submission,) = state.submissions("2022-Q1")
    assert [(f.code, f.params["missing"]) for f in submission.findings] == [
        ("receipt.part_missing", "1 và 3")
    ]


@pytest.mark.parametrize(
    ("unreadable", "verdict", "words"),
    [
        ({"verdict": Verdict.UNREADABLE}, Verdict.UNREADABLE, "Không đọc được tệp"),
        ({"verdict": Verdict.NOT_A_REPORT}, Verdict.NOT_A_REPORT, "Không phải báo cáo"),
        ({"verdict": Verdict.RETURNED}, Verdict.RETURNED, "Chưa rõ của đơn vị nào"),
        ({"verdict": Verdict.ACCEPTED}, Verdict.RETURNED, "Chưa rõ của đơn vị nào"),
        ({"verdict": Verdict.RETURNED, "unit": "VP"}, Verdict.RETURNED, "Chưa rõ kỳ báo cáo"),
    ],
)
def test_a_file_that_is_no_version_is_listed_with_its_reason(
    unreadable: dict[str, object], verdict: Verdict, words: str
) -> None:
    state = told(receipt("x", **{"unit": "", "period": ""} | unreadable))
    (submission,) = state.submissions("")
    assert (submission.version, submission.verdict) == (0, verdict)
    assert words in words_of(submission, state)


def test_a_decision_stays_with_its_file_when_an_earlier_mail_turns_up() -> None:
    choice = decision(CHOOSE, 3, version=1, receipt=1)
    state = told(receipt("a", 5), receipt("b", 6), choice, receipt("early mail", 0))
    assert state.counting("VP", "2022-Q1").file == "a.xlsx"
    assert state.counting("VP", "2022-Q1").version == 2


def test_a_recheck_replaces_the_result_but_not_in_a_closed_period() -> None:
    worse = Recheck(sha("a"), Verdict.RETURNED, "VP", "2022-Q1", errors=1)
    assert told(receipt("a"), worse).counting("VP", "2022-Q1") is None
    assert told(receipt("a"), CLOSE, worse).counting("VP", "2022-Q1").file == "a.xlsx"


def test_a_recheck_cannot_bring_a_file_into_a_closed_period() -> None:
    found = Recheck(sha("b"), Verdict.ACCEPTED, "VP", "2022-Q1")
    lost = receipt("b", 5, unit="", period="")
    state = told(receipt("a"), lost, CLOSE, found)
    assert state.counting("VP", "2022-Q1").file == "a.xlsx"
    assert [s.verdict for s in state.submissions("2022-Q1")] == ["accepted", "superseded"]


def test_units_and_periods_do_not_touch_each_other() -> None:
    state = told(
        receipt("a"),
        receipt("b", unit="TTPT"),
        receipt("c", period="2022-Q2"),
        decision(CLOSE, 4, unit="", period="2022-Q1"),
    )
    assert [(s.unit, s.file) for s in state.submissions("2022-Q1")] == [
        ("TTPT", "b.xlsx"),
        ("VP", "a.xlsx"),
    ]
    assert state.counting("VP", "2022-Q2").file == "c.xlsx"
    assert (state.closed("2022-Q1"), state.closed("2022-Q2")) == (True, False)


def test_waivers_come_from_decisions_in_force() -> None:
    waive = decision(DecisionKind.WAIVE, 1, rule="V06a.1", expires_on=dt.date(2022, 12, 31))
    (waiver,) = told(waive).waivers()
    assert waiver.covers("VP", "2022-Q1", dt.date(2022, 6, 1))
    assert (waiver.approved_by, waiver.reason) == ("Hoa", "gửi nhầm")
    assert told(waive, (REVOKE, 1)).waivers() == ()


def test_a_place_already_taken_in_is_known() -> None:
    state = told(receipt("a"), Note("x"))
    known: Receipt = state.receipts[0]
    assert state.knows(known.locator, known.sha256)
    assert not state.knows("inbox/khác.xlsx", known.sha256)


def test_a_mail_in_a_mailbox_is_done_when_another_follows_it() -> None:
    def fetched(name: str, locator: str) -> Receipt:
        return receipt(name, channel="imap", locator=locator)

    state = told(
        fetched("a", "imap:x/1!2"), fetched("b", "imap:x/1!3"), fetched("c", "imap:x/2!2"),
        receipt("d"),
    )  # fmt: skip
    assert state.has_taken_all("imap:x/1")
    assert not state.has_taken_all("imap:x/2"), "a run may have been killed inside it"
    assert not state.has_taken_all("imap:x/3")


def test_the_mail_is_kept_for_the_record() -> None:
    sent = receipt("a", sender="hoa@x.vn", subject="Báo cáo", message_id="<1@x>")
    mail = told(sent).submissions("2022-Q1")[0].mail
    assert (mail.sender, mail.subject, mail.message_id) == ("hoa@x.vn", "Báo cáo", "<1@x>")


def test_time_of_receipt_is_by_the_offices_clock() -> None:
    night = dt.datetime(2022, 3, 15, 17, 30, tzinfo=dt.UTC)
    submission = told(receipt("a", received_at=night)).submissions("2022-Q1")[0]
    assert submission.received_at.date() == dt.date(2022, 3, 16)
    assert submission.received_at.tzinfo == VIETNAM
    assert at(0) == NOON
