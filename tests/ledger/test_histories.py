"""Random histories against a small model: one version counts, the same after a rebuild."""

import random
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from kskt_excel.ledger.decisions import (
    DecisionRefusedError,
    DecisionScope,
    build_decision,
    why_words,
)
from kskt_excel.ledger.journal import JournalLine, Receipt, pack_line, unpack_line
from kskt_excel.ledger.state import JournalState, state_of
from kskt_excel.model.submission import Decision, DecisionKind, Verdict
from tests.ledger.cases import NOON, receipt, returned

MADE = (receipt, receipt, returned, returned)  # of one content: two good copies, two faulty ones
KINDS = [kind for kind in DecisionKind if kind not in (DecisionKind.WAIVE, DecisionKind.PARTS)]
RECEIVED = st.builds(
    lambda content, copy, minutes: replace(
        MADE[copy](f"{content}{copy}", minutes), content_sha256=content
    ),
    st.sampled_from("abc"),
    st.sampled_from([0, 1, 2, 3]),
    st.integers(0, 30),
)
DECIDED = st.tuples(st.sampled_from(KINDS), st.integers(1, 4), st.integers(1, 20))
EVENTS = st.lists(st.one_of(RECEIVED, RECEIVED, DECIDED), max_size=14)


def played(events: list[object]) -> list[JournalLine]:
    """The lines of a history; decisions that are refused are left out, as the office must."""
    lines: list[JournalLine] = []
    for event in events:
        seq = len(lines) + 1
        payload = event if isinstance(event, Receipt) else decided(event, seq, state_of(lines))
        if payload:
            lines.append(JournalLine(seq, NOON, "Hoa", payload))
    return lines


def decided(event: tuple[DecisionKind, int, int], seq: int, state: JournalState) -> Decision | None:
    kind, version, revokes = event
    wanted = Decision(seq, kind, "Hoa", NOON, "lý do", "VP", "2022-Q1", version, revokes=revokes)
    try:
        return build_decision(wanted, state, DecisionScope())
    except DecisionRefusedError:
        return None


def model(lines: list[JournalLine]) -> str | None:
    """Name of the file that must count: the rules in the fewest words."""
    force = in_force(lines)
    period = [d for d in force.values() if d.kind in (DecisionKind.CLOSE, DecisionKind.REOPEN)]
    closing = period[-1].id if period and period[-1].kind is DecisionKind.CLOSE else 10**6
    told = {
        kind: [d.receipt for d in force.values() if d.kind is kind and d.id < closing]
        for kind in DecisionKind
    }
    fine = [
        (row, seqs)
        for late, row, seqs in model_versions(lines, closing)
        if (row.verdict is Verdict.ACCEPTED or seqs & {*told[DecisionKind.ACCEPT]})
        and not seqs & {*told[DecisionKind.VOID]}
        and not late
    ]
    for chosen in reversed(told[DecisionKind.CHOOSE]):
        for row, seqs in fine:
            if chosen in seqs:
                return row.sha256
    return fine[-1][0].sha256 if fine else None


def in_force(lines: list[JournalLine]) -> dict[int, Decision]:
    force: dict[int, Decision] = {}
    for line in lines:
        if isinstance(line.payload, Decision):
            force[line.seq] = line.payload
            if line.payload.kind is DecisionKind.REVOKE:
                del force[line.seq], force[line.payload.revokes]
    return force


def model_versions(lines: list[JournalLine], closing: int) -> list[tuple[bool, Receipt, set[int]]]:
    rows = {}
    for line in lines:
        if isinstance(line.payload, Receipt):
            rows.setdefault((line.payload.locator, line.payload.sha256), (line.seq, line.payload))
    versions: list[tuple[bool, Receipt, set[int]]] = []
    for seq, r in sorted(
        rows.values(), key=lambda row: (row[0] > closing, row[1].received_at, row[0])
    ):
        same = [v for v in versions if v[1].sha256 == r.sha256] or [
            v
            for v in versions
            if (v[1].content_sha256, v[1].verdict) == (r.content_sha256, r.verdict)
        ]
        if same:
            same[0][2].add(seq)
        else:
            versions.append((seq > closing, r, {seq}))
    return versions


@given(EVENTS)
def test_the_version_that_counts_is_the_models(events: list[object]) -> None:
    lines = played(events)
    counting = state_of(lines).counting("VP", "2022-Q1")
    assert (counting.sha256 if counting else None) == model(lines)


@given(EVENTS)
def test_every_receipt_has_one_verdict_in_words_and_one_version_counts(
    events: list[object],
) -> None:
    state = state_of(played(events))
    submissions = state.submissions("2022-Q1")
    assert len(submissions) == len(state.taken)
    assert all(why_words(one.why, state.rulings.by_number) for one in submissions)
    counting = state.counting("VP", "2022-Q1")
    assert [s for s in submissions if s.verdict.counts] == ([counting] if counting else [])
    numbers = [s.version for s in submissions if s.version]
    assert numbers == list(range(1, len(numbers) + 1))


@given(EVENTS)
def test_the_state_is_the_same_after_a_rebuild_from_the_written_lines(
    events: list[object],
) -> None:
    lines = played(events)
    again = [unpack_line(pack_line(line.seq, line.at, line.by, line.payload)) for line in lines]
    assert state_of(again).submissions("2022-Q1") == state_of(lines).submissions("2022-Q1")


@given(st.lists(RECEIVED, max_size=8, unique_by=lambda r: r.received_at), st.randoms())
def test_the_order_of_taking_in_does_not_matter(
    received: list[Receipt], draw: random.Random
) -> None:
    shuffled = received.copy()
    draw.shuffle(shuffled)
    assert state_of(played(shuffled)).submissions("2022-Q1") == state_of(
        played(received)
    ).submissions("2022-Q1")


@given(EVENTS, st.lists(RECEIVED, max_size=4))
def test_nothing_received_after_the_closing_changes_what_counts(
    events: list[object], later: list[Receipt]
) -> None:
    closed = [*events, (DecisionKind.CLOSE, 0, 0)]
    before = state_of(played(closed)).counting("VP", "2022-Q1")
    after = state_of(played([*closed, *later])).counting("VP", "2022-Q1")
    assert before == after or before.sha256 == after.sha256
