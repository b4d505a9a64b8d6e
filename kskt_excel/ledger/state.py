"""What is known (hiện trạng): the journal's lines folded; which decisions are in force."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field, replace
from functools import cached_property

from kskt_excel.ledger.journal import JournalLine, Receipt, Recheck, SignedCopyOf
from kskt_excel.ledger.versions import (
    ReceiptAt,
    SeriesJudgement,
    VersionSeries,
    catalogue_text,
    judge,
    ruling,
    series,
)
from kskt_excel.messages import without_names
from kskt_excel.model.calendar import in_vietnam
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Waiver
from kskt_excel.model.submission import (
    Decision,
    DecisionKind,
    Direction,
    SignedCopy,
    Submission,
)
from kskt_excel.text.pii import mask_title

ON_A_VERSION = (
    DecisionKind.ACCEPT,
    DecisionKind.VOID,
    DecisionKind.CHOOSE,
    DecisionKind.PARTS,
)
ON_FILES = (DecisionKind.DISMISS, DecisionKind.MOVE)
ON_DIRECTIONS = (DecisionKind.DIRECT, DecisionKind.CLOSE_DIRECTION)
ON_A_PERIOD = (DecisionKind.CLOSE, DecisionKind.REOPEN)
QUESTION = "mail.which_quarter"
"""What is said of a file that may be of several quarters, until the office has decided."""


@dataclass(frozen=True)
class Rulings:
    """Every decision taken, oldest first, and those in force (quyết định có hiệu lực)."""

    all: tuple[Decision, ...] = ()
    in_force: tuple[Decision, ...] = ()

    def closing(self, period: str) -> Decision | None:
        """The decision that keeps a period closed; None while it is open."""
        last = None
        for decision in self.in_force:
            if decision.kind in ON_A_PERIOD and decision.period == period:
                last = decision
        return last if last and last.kind is DecisionKind.CLOSE else None

    def on(self, unit: str, period: str) -> tuple[Decision, ...]:
        """Decisions in force on versions of a unit's report for a period, oldest first."""
        return tuple(
            decision
            for decision in self.in_force
            if decision.kind in ON_A_VERSION and (decision.unit, decision.period) == (unit, period)
        )

    def refusal(self, decision: Decision) -> str:
        """Catalogue code of why a decision cannot be taken now; "" when it can."""
        closing = self.closing(decision.period)
        match decision.kind:
            case DecisionKind.REVOKE:
                return self._revoke_refusal(decision)
            case DecisionKind.CLOSE:
                return "ledger.already_closed" if closing else ""
            case DecisionKind.REOPEN:
                return "" if closing else "ledger.not_closed"
            case DecisionKind.CLOSE_DIRECTION:
                known = {one.id for one in self.directions if one.is_open}
                return "" if decision.direction in known else "ledger.no_open_direction"
            case (
                DecisionKind.WAIVE
                | DecisionKind.DISMISS
                | DecisionKind.DIRECT
                | DecisionKind.SIGNED
            ):
                return ""
            case _:
                return "ledger.period_closed" if closing else ""

    def after(self, decision: Decision) -> "Rulings":
        """The rulings once a decision is taken; an impossible one is listed without effect."""
        taken = (*self.all, decision)
        if self.refusal(decision):
            return Rulings(taken, self.in_force)
        if decision.kind is DecisionKind.REVOKE:
            left = (kept for kept in self.in_force if kept.id != decision.revokes)
            return Rulings(taken, tuple(left))
        return Rulings(taken, (*self.in_force, decision))

    @cached_property
    def directions(self) -> tuple[Direction, ...]:
        """The last direction on each row, oldest first, with what closed it."""
        last: dict[str, Direction] = {}
        for one in self.in_force:
            if one.kind is DecisionKind.DIRECT:
                last.pop(one.where, None)
                last[one.where] = _direction(one)
            elif one.kind is DecisionKind.CLOSE_DIRECTION:
                for row, known in last.items():
                    if known.id == one.direction:
                        last[row] = replace(
                            known,
                            closed_by=one.by,
                            closed_on=in_vietnam(one.at).date(),
                            closing_words=one.reason,
                        )
        return tuple(last.values())

    def _revoke_refusal(self, decision: Decision) -> str:
        if not decision.revokes:
            return "ledger.decision_not_told"
        target = next((known for known in self.all if known.id == decision.revokes), None)
        if target is None:
            return "ledger.unknown_decision"
        if target.kind is DecisionKind.REVOKE:
            return "ledger.revokes_a_revocation"
        if target not in self.in_force:
            return "ledger.already_revoked"
        if target.kind in (*ON_A_VERSION, *ON_FILES) and self.closing(target.period):
            return "ledger.period_closed"
        return ""


def _direction(decision: Decision) -> Direction:
    return Direction(
        id=decision.id,
        unit=decision.unit,
        period=decision.period,
        row=decision.where,
        text=decision.text,
        task=decision.task,
        matter=decision.matter,
        leader=decision.leader,
        given_on=decision.given_on,
    )


def rulings(decisions: Iterable[Decision]) -> Rulings:
    """The rulings after decisions in the order of their journal lines."""
    result = Rulings()
    for decision in decisions:
        result = result.after(decision)
    return result


@dataclass(frozen=True)
class JournalState:
    """Everything received and decided (hiện trạng); made anew from the lines by every run."""

    taken: tuple[ReceiptAt, ...] = ()
    rulings: Rulings = field(default_factory=Rulings)

    @property
    def receipts(self) -> tuple[Receipt, ...]:
        """Every receipt in the order of the journal, with its latest result.

        Citizens in names of files and mails are covered: whatever is shown comes from here.
        """
        return tuple(one.receipt for one in self.taken)

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """Every decision in the order of the journal, also those taken back."""
        return self.rulings.all

    def knows(self, locator: str, sha256: str) -> bool:
        """Whether these bytes were already taken in from this place: then it is no new receipt."""
        return (locator, sha256) in self._places

    def has_taken_all(self, container: str) -> bool:
        """Whether every file of a mail in a mailbox was taken in, so that it need not be fetched.

        Not said of the last one taken in: a run may have been killed between two of its files.
        """
        return container in self._mails

    def counting(self, unit: str, period: str) -> Submission | None:
        """The version in force for a unit and a quarter; None when nothing counts."""
        return self._series_of(unit, period).counting

    def members(self, unit: str, period: str) -> tuple[Submission, ...]:
        """What counts for a unit and a quarter: one version, or parts to be united, in order."""
        return self._series_of(unit, period).members

    def submissions(self, period: str) -> tuple[Submission, ...]:
        """Every file of a quarter with verdict and reason, by unit, then in order of receipt.

        ``""`` gives the files whose period is not known. ``findings`` are those of container and
        ledger only and ``late_days`` is 0: the rest is known to who has the plan and the files.
        """
        units = sorted(unit for unit, own in self._groups if own == period)
        judged = (self._series_of(unit, period) for unit in units)
        return tuple(submission for unit in judged for submission in unit.submissions)

    def on_older_forms(self, unit: str, period: str) -> tuple[Submission, ...]:
        """What came of a unit while a quarter was collected, on the form of one before it.

        In the order in which it came; nothing once the unit has sent for the quarter itself. Once
        that one is closed, each says so and is not awaited again.
        """
        if any(one.is_report for one in self._groups.get((unit, period), ())):
            return ()
        quarters = {quarter for of, quarter in self._groups if of == unit and quarter < period}
        every = (one for quarter in quarters for one in self._series_of(unit, quarter).submissions)
        older = sorted(
            (one for one in every if one.in_place_of == period), key=lambda one: one.received_at
        )
        closing = self.rulings.closing(period)
        if closing is None:
            return tuple(older)
        return tuple(
            replace(
                one,
                unmet_at_closing=True,
                why=catalogue_text(
                    "receipt.older_form_at_closing",
                    own=Period.label_of(one.period),
                    later=Period.label_of(period),
                    ruling=ruling(closing),
                ),
            )
            for one in older
        )

    def series(self, unit: str, period: str) -> VersionSeries:
        """The versions of a unit for a quarter."""
        taken = [self._with_place(one) for one in self._groups.get((unit, period), ())]
        return series(taken, self.rulings.on(unit, period), self.rulings.closing(period))

    def closed(self, period: str) -> bool:
        """Whether a quarter is closed."""
        return self.rulings.closing(period) is not None

    def settled(self, period: str) -> frozenset[str]:
        """Hashes of the files of a closed quarter whose results stay as they were then."""
        closing = self.rulings.closing(period)
        return frozenset(
            one.receipt.sha256
            for one in self.taken
            if closing and one.receipt.period == period and one.entered < closing.id
        )

    def waivers(self) -> tuple[Waiver, ...]:
        """Rules that the office does not apply, by decisions in force."""
        return tuple(
            Waiver(
                rule=decision.rule,
                unit=decision.unit or "*",
                period=decision.period or "*",
                reason=decision.reason,
                approved_by=decision.by,
                approved_on=in_vietnam(decision.at).date(),
                expires_on=decision.expires_on,
                where=decision.where,
            )
            for decision in self.rulings.in_force
            if decision.kind is DecisionKind.WAIVE
        )

    def _with_place(self, one: ReceiptAt) -> ReceiptAt:
        """The receipt with the later quarter whose report it may be, as its unit had sent none."""
        collected = one.receipt.collected
        if not collected:
            return one
        came = (one.receipt.received_at, one.seq)
        sent = [
            (other.receipt.received_at, other.seq)
            for other in self._groups.get((one.receipt.unit, collected), ())
            if other.is_report
        ]
        if any(moment < came for moment in sent):
            return one
        return replace(one, in_place_of=collected, is_overtaken=bool(sent))

    def _series_of(self, unit: str, period: str) -> SeriesJudgement:
        key = (unit, period)
        if key not in self._judged:
            self._judged[key] = judge(self.series(unit, period))
        return self._judged[key]

    @cached_property
    def _places(self) -> frozenset[tuple[str, str]]:
        return frozenset((receipt.locator, receipt.sha256) for receipt in self.receipts)

    @cached_property
    def _mails(self) -> frozenset[str]:
        """Mails fetched from mailboxes, without the one whose file was taken in last."""
        fetched = [r.locator.partition("!")[0] for r in self.receipts if r.channel == "imap"]
        return frozenset(fetched) - frozenset(fetched[-1:])

    @cached_property
    def _groups(self) -> Mapping[tuple[str, str], list[ReceiptAt]]:
        groups: dict[tuple[str, str], list[ReceiptAt]] = {}
        for one in self.taken:
            groups.setdefault((one.receipt.unit, one.receipt.period), []).append(one)
        return groups

    @cached_property
    def _judged(self) -> dict[tuple[str, str], SeriesJudgement]:
        """What was asked for so far: a quarter is judged without the years before it."""
        return {}


def change_state(lines: Iterable[JournalLine]) -> bool:
    """Whether a state is another one after these lines: not after notes of what was made."""
    told = (Receipt, Recheck, Decision, SignedCopyOf)
    return any(isinstance(line.payload, told) for line in lines)


def state_of(lines: Iterable[JournalLine]) -> JournalState:
    """The state after the lines of a journal, in their order."""
    whole = tuple(lines)
    taken_decisions = (line.payload for line in whole if isinstance(line.payload, Decision))
    known = rulings(taken_decisions)
    return JournalState(tuple(_taken(whole, known)), known)


def _taken(lines: tuple[JournalLine, ...], known: Rulings) -> Iterable[ReceiptAt]:
    """The receipts with their latest results; the same bytes from the same place count once.

    A later receipt of the same bytes is a later check of them: all copies share its result. One
    of an original of which nothing else was known tells what it was: they are one receipt, of the
    earlier hour.
    """
    taken: dict[int, ReceiptAt] = {}
    places: set[tuple[str, str]] = set()
    by_bytes: dict[str, list[int]] = {}
    for line in lines:
        if not isinstance(line.payload, Receipt | Recheck):
            continue
        copies = by_bytes.setdefault(line.payload.sha256, [])
        if isinstance(line.payload, Receipt):
            place = (line.payload.locator, line.payload.sha256)
            if place in places:
                continue
            places.add(place)
        for seq in copies:
            taken[seq] = _rechecked(taken[seq], line.seq, line.payload, known)
        if isinstance(line.payload, Receipt):
            told = _receipt_masked(line.payload)
            bare = next((seq for seq in copies if taken[seq].receipt.is_bare), 0)
            if bare:
                taken[bare] = _no_longer_bare(taken[bare], told)
            else:
                taken[line.seq] = ReceiptAt(line.seq, line.seq, told)
                copies.append(line.seq)
    decided = _as_the_office_says(tuple(taken.values()), lines, known)
    return _with_signed_copies(tuple(_with_replaced(decided)), lines, known)


def _with_signed_copies(
    taken: tuple[ReceiptAt, ...], lines: tuple[JournalLine, ...], known: Rulings
) -> Iterable[ReceiptAt]:
    """Workbooks with the scans that are their signed copies, and the scans as what they are.

    What the office has said of a scan last wins; one that it dismissed is none.
    """
    by_seq = {one.seq: one.receipt.sha256 for one in taken}
    of = {
        line.payload.sha256: line.payload
        for line in lines
        if isinstance(line.payload, SignedCopyOf)
    }
    for said in known.in_force:
        if said.kind is DecisionKind.SIGNED:
            report = by_seq.get(said.receipt, "")
            for sha256 in said.originals:
                of[sha256] = SignedCopyOf(sha256, said.unit, said.period, report)
    if not of:
        return taken
    copies: dict[str, dict[str, SignedCopy]] = {}
    for one in taken:
        found = of.get(one.receipt.sha256)
        if found and not one.dismissed:
            copy = SignedCopy(one.receipt.sha256, one.receipt.name, one.receipt.received_at)
            copies.setdefault(found.report, {}).setdefault(copy.sha256, copy)
    return (_as_signed(one, of, copies) for one in taken)


def _as_signed(
    one: ReceiptAt, of: Mapping[str, SignedCopyOf], copies: Mapping[str, Mapping[str, SignedCopy]]
) -> ReceiptAt:
    found, own = of.get(one.receipt.sha256), copies.get(one.receipt.sha256)
    if own:
        return replace(one, signed=tuple(own.values()))
    is_copy = found is not None and not one.dismissed
    return replace(one, signs=(found.unit, found.period)) if found and is_copy else one


def _no_longer_bare(one: ReceiptAt, told: Receipt) -> ReceiptAt:
    """A receipt of which only the original was known, with what the file that came again tells."""
    hour = min(one.receipt.received_at, told.received_at)
    receipt = replace(told.with_result(one.receipt), received_at=hour)
    return replace(one, receipt=receipt)


def _receipt_masked(one: Receipt) -> Receipt:
    """The receipt as people and products may see it: no citizen in the names of file and mail."""
    name, subject = mask_title(one.name), mask_title(one.subject)
    return replace(one, name=name, subject=subject, findings=(*map(without_names, one.findings),))


def _as_the_office_says(
    taken: tuple[ReceiptAt, ...], lines: tuple[JournalLine, ...], known: Rulings
) -> tuple[ReceiptAt, ...]:
    """Files that the office has dismissed, and those in the quarter that it has put them in."""
    decided = {sha256 for one in known.all for sha256 in one.originals}
    if not decided:
        return taken
    first: dict[str, str] = {}  # quarter that a file was taken in for
    for line in lines:
        if isinstance(line.payload, Receipt):
            first.setdefault(line.payload.sha256, line.payload.period)
    last = {sha256: one for one in known.in_force for sha256 in one.originals}
    return tuple(
        _decided_on(one, first[one.receipt.sha256], last.get(one.receipt.sha256), known)
        if one.receipt.sha256 in decided
        else one
        for one in taken
    )


def _decided_on(one: ReceiptAt, first: str, last: Decision | None, known: Rulings) -> ReceiptAt:
    """A file with what was decided on it last; one that came to name its quarter stays there."""
    if last and last.kind is DecisionKind.DISMISS:
        return replace(one, dismissed=last)
    moves = (each for each in known.all if each.kind is DecisionKind.MOVE)
    put = {each.period for each in moves if one.receipt.sha256 in each.originals}
    if not put or one.receipt.period not in {first, *put}:
        return one
    if not last:
        return replace(one, receipt=replace(one.receipt, period=first))
    asked = (found for found in one.receipt.findings if found.code != QUESTION)
    receipt = replace(one.receipt, period=last.period, findings=tuple(asked))
    is_elsewhere = last.period != first
    return replace(one, receipt=receipt, entered=last.id if is_elsewhere else one.entered)


def _with_replaced(taken: tuple[ReceiptAt, ...]) -> Iterable[ReceiptAt]:
    """What was no report gives way to what stands in its place now, or came out of it since.

    A file, an archive or a saved mail was taken in while it was still being copied, or the right
    one was saved over it.
    """
    last = {place: one.seq for one in taken for place in _places_around(one.receipt.locator)}
    for one in taken:
        later = last[one.receipt.locator]
        is_report = one.receipt.unit or one.receipt.verdict.is_report
        yield replace(one, replaced=later) if later > one.seq and not is_report else one


def _places_around(locator: str) -> Iterator[str]:
    """The place of a file and those of all that hold it: a mail, the archive in it."""
    steps = locator.split("!")
    return ("!".join(steps[:count]) for count in range(len(steps), 0, -1))


def _rechecked(one: ReceiptAt, seq: int, result: Receipt | Recheck, known: Rulings) -> ReceiptAt:
    """The receipt with its new result; one in a closed period stays as it was closed."""
    closing = known.closing(one.receipt.period)
    if closing and one.entered < closing.id < seq:
        return one
    receipt = one.receipt.with_result(result)
    moved = (receipt.unit, receipt.period) != (one.receipt.unit, one.receipt.period)
    return ReceiptAt(one.seq, seq if moved else one.entered, receipt)
