"""What is known (hiện trạng): the journal's lines folded, decisions in force, versions that count.

First the files of one unit for one period as numbered versions, with which of them counts and why;
then everything received and decided, made anew from the lines by every run.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from functools import cached_property

from kskt_excel.ledger.journal import JournalLine, Receipt, Recheck, SignedCopyOf, payloads
from kskt_excel.messages import finding
from kskt_excel.model.calendar import in_vietnam
from kskt_excel.model.finding import Finding
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Waiver
from kskt_excel.model.submission import (
    Decision,
    DecisionKind,
    Direction,
    MailEnvelope,
    Reason,
    SignedCopy,
    Submission,
    Verdict,
)
from kskt_excel.text import shown
from kskt_excel.text.pii import mask_title, without_names
from kskt_excel.text.shown import office_moment

_REPORTS = (Verdict.ACCEPTED, Verdict.ACCEPTED_WITH_WARNINGS, Verdict.RETURNED)


@dataclass(frozen=True, slots=True)
class ReceiptAt:
    """A receipt with its journal line and the line that brought it to its unit and period."""

    seq: int
    entered: int
    receipt: Receipt
    replaced: int = 0  # journal line of the file that stands in its place since, 0: none
    in_place_of: str = ""  # the later quarter whose report it may be, on an older form
    is_overtaken: bool = False  # that quarter's report has come since
    dismissed: Decision | None = None  # nobody's report, says the office
    signed: tuple[SignedCopy, ...] = ()  # copies of it that were signed
    signs: tuple[str, str] = ("", "")  # unit and quarter of the report that it is such a copy of

    @property
    def is_report(self) -> bool:
        """Whether the file can be a version: read, of a known unit and period."""
        known = bool(self.receipt.unit and self.receipt.period)
        return known and self.receipt.verdict in _REPORTS and not self.dismissed


@dataclass(frozen=True, slots=True)
class Version:
    """One file in its series: numbered when it is a version, else what it repeats."""

    taken: ReceiptAt
    number: int = 0  # 0: not a version
    repeats: ReceiptAt | None = None
    same_bytes: bool = False
    closing: Decision | None = None  # it came after this one
    closed_by: Decision | None = None  # it came before this one
    accepted: Decision | None = None
    voided: Decision | None = None
    supplement: Decision | None = None
    held: str = ""  # entry of the reason why it counts only when the office says so

    @property
    def receipt(self) -> Receipt:
        """What was taken in."""
        return self.taken.receipt

    @property
    def part(self) -> tuple[int, int]:
        """(n, m) of «Phần n/m», (0, 0) for a whole report."""
        return self.receipt.part, self.receipt.parts

    @property
    def is_eligible(self) -> bool:
        """Whether the version may count: acceptable or accepted, not voided, not after closing."""
        acceptable = self.receipt.verdict.counts or self.accepted is not None
        is_barred = self.voided or self.closing or self.held
        return bool(self.number) and acceptable and not is_barred


@dataclass(frozen=True, slots=True)
class VersionSeries:
    """All files of one unit and period in their order; what the office chose among them."""

    files: tuple[Version, ...]
    chosen: Decision | None = None
    choice: int = 0  # number of the chosen version

    @property
    def versions(self) -> tuple[Version, ...]:
        """The numbered ones, number 1 first."""
        return tuple(file for file in self.files if file.number)

    def number_of(self, seq: int) -> int:
        """Version number of the receipt at a journal line; a repeat has that of what it repeats."""
        for file in self.files:
            if file.taken.seq == seq:
                return file.number or (self.number_of(file.repeats.seq) if file.repeats else 0)
        return 0


def series(
    taken: Iterable[ReceiptAt], decisions: Iterable[Decision], closing: Decision | None
) -> VersionSeries:
    """The series of one unit and period; ``decisions`` are those in force on its versions.

    Order is the moment of receipt, then the journal's; what came after the closing comes last, so
    that a mail that turns up later with an earlier date changes nothing in a closed period.
    """

    def is_late(one: ReceiptAt) -> bool:
        return closing is not None and one.entered > closing.id

    def order(one: ReceiptAt) -> tuple[bool, dt.datetime, int]:
        return is_late(one), one.receipt.received_at, one.seq

    files: list[Version] = []
    firsts: dict[str, ReceiptAt] = {}
    for one in sorted(taken, key=order):
        first = firsts.setdefault(one.receipt.sha256, one)
        after = closing if is_late(one) else None
        if first is one:
            files.append(_placed(one, files, after))
        else:
            files.append(Version(one, repeats=first, same_bytes=True, closing=after))
    files = [one if one.closing else replace(one, closed_by=closing) for one in files]
    before_closing = [d for d in decisions if closing is None or d.id < closing.id]
    return _decided(VersionSeries(tuple(files)), before_closing)


def _placed(one: ReceiptAt, files: list[Version], closing: Decision | None) -> Version:
    if not one.is_report:
        return Version(one, closing=closing)
    for earlier in files:
        if earlier.number and _says_the_same(earlier.receipt, one.receipt):
            return Version(one, repeats=earlier.taken, closing=closing)
    number = 1 + sum(1 for earlier in files if earlier.number)
    return Version(one, number, closing=closing)


def _says_the_same(earlier: Receipt, later: Receipt) -> bool:
    """Same content, and nothing mended: a returned file re-saved without its fault is new."""
    return (
        bool(later.content_sha256)
        and earlier.content_sha256 == later.content_sha256
        and earlier.verdict.counts == later.verdict.counts
        and (earlier.part, earlier.parts) == (later.part, later.parts)
    )


def _decided(bare: VersionSeries, decisions: Iterable[Decision]) -> VersionSeries:
    """The series with each decision at the version that it speaks of, the latest one last."""
    marks: dict[int, dict[str, Decision]] = {}
    choices: list[tuple[Decision, int]] = []
    for decision in decisions:
        number = bare.number_of(decision.receipt) if decision.receipt else decision.version
        if decision.kind is DecisionKind.CHOOSE:
            choices.append((decision, number))
        else:
            marks.setdefault(number, {})[_MARKS[decision.kind]] = decision
    files = _held_versions(_marked(file, marks) for file in bare.files)
    eligible = {file.number for file in files if file.is_eligible}
    chosen, choice = next((c for c in reversed(choices) if c[1] in eligible), (None, 0))
    return VersionSeries(files, chosen, choice)


_MARKS: Mapping[DecisionKind, str] = {
    DecisionKind.ACCEPT: "accepted",
    DecisionKind.VOID: "voided",
    DecisionKind.PARTS: "supplement",
}


def _held_versions(files: Iterable[Version]) -> tuple[Version, ...]:
    """What counts by itself, and what only when the office says so, with the reason."""
    held: list[Version] = []
    earlier: list[Version] = []  # of those, the ones that count
    for file in files:
        asks = file.is_eligible and not file.accepted
        held.append(replace(file, held=_reason_to_ask(file, earlier) if asks else ""))
        if held[-1].is_eligible:
            earlier.append(held[-1])
    return tuple(held)


def _reason_to_ask(file: Version, earlier: Sequence[Version]) -> str:
    """A stranger's file, unless his mailbox was accepted; a report once more on an old form."""
    accepted = {one.receipt.sender for one in earlier}
    if file.receipt.stranger and file.receipt.sender not in accepted:
        return "receipt.stranger"
    if file.taken.in_place_of and earlier:
        return "receipt.overtaken" if file.taken.is_overtaken else "receipt.older_version"
    return ""


def _marked(file: Version, marks: Mapping[int, Mapping[str, Decision]]) -> Version:
    own = marks.get(file.number, {}) if file.number else {}
    return replace(
        file,
        accepted=own.get("accepted"),
        voided=own.get("voided"),
        supplement=own.get("supplement"),
    )


_USUAL = ("receipt.only", "receipt.latest")


def is_worth_telling(why: Sequence[Reason]) -> bool:
    """Whether reasons say more than that the only or the latest report counts."""
    return len(why) > 1 or any(one.code not in _USUAL for one in why)


def clock_moment(at: dt.datetime) -> str:
    """``09 giờ 15 ngày 14/3/2022`` by the office's clock."""
    return office_moment(in_vietnam(at))


def numbered(numbers: tuple[int, ...]) -> str:
    """``1``, ``1 và 2``, ``1, 2 và 3``."""
    return shown.listed([str(number) for number in numbers])


@dataclass(frozen=True, slots=True)
class SeriesJudgement:
    """A unit's files for a period, each with verdict and reason; those that count."""

    submissions: tuple[Submission, ...]
    members: tuple[Submission, ...]  # one, or the parts that are united, in order

    @property
    def counting(self) -> Submission | None:
        """The version in force; of a report in parts the last that arrived."""
        return max(self.members, key=lambda member: member.version, default=None)


def judge(files: VersionSeries) -> SeriesJudgement:
    """The verdict of every file of a series, in order, and what counts."""
    members = _members(files)
    submissions = tuple(_submission(file, files, members) for file in files.files)
    by_number = {submission.version: submission for submission in submissions}
    return SeriesJudgement(submissions, tuple(by_number[member.number] for member in members))


def _members(files: VersionSeries) -> tuple[Version, ...]:
    """The versions that count together: what is in force, then its supplements."""
    eligible = tuple(file for file in files.versions if file.is_eligible)
    supplements = tuple(file for file in eligible if file.supplement)
    base = _base(files, tuple(file for file in eligible if not file.supplement))
    return (*base, *(file for file in supplements if file not in base))


def _base(files: VersionSeries, eligible: tuple[Version, ...]) -> tuple[Version, ...]:
    if files.chosen:
        return tuple(file for file in files.versions if file.number == files.choice)
    whole = [(file,) for file in eligible if not file.receipt.part]
    sets = [complete for total in _totals(eligible) if (complete := _complete_set(eligible, total))]
    return max((*whole, *sets), key=lambda group: max(file.number for file in group), default=())


def _totals(eligible: tuple[Version, ...]) -> set[int]:
    return {file.receipt.parts for file in eligible if file.receipt.part}


def _complete_set(eligible: tuple[Version, ...], total: int) -> tuple[Version, ...]:
    """The latest of each of ``total`` parts, part 1 first; empty while one is missing."""
    latest = {file.receipt.part: file for file in eligible if file.receipt.parts == total}
    parts = range(1, total + 1)
    return tuple(latest[n] for n in parts) if all(n in latest for n in parts) else ()


def _submission(file: Version, files: VersionSeries, members: tuple[Version, ...]) -> Submission:
    receipt = file.receipt
    return Submission(
        unit=receipt.unit or file.taken.signs[0],
        period=receipt.period,
        version=file.number,
        verdict=_verdict(file, files, members),
        file=receipt.name,
        sha256=receipt.sha256,
        received_at=receipt.received_at,
        late_days=0,
        findings=()
        if file.taken.dismissed or file.taken.signs[0]
        else (*receipt.findings, *_waiting(file, files, members)),
        archived=receipt.archived,
        channel=receipt.channel,
        mail=MailEnvelope(receipt.message_id, receipt.sender, receipt.subject, receipt.references),
        why=_why_not_counted(file, files, members),
        is_dismissed=file.taken.dismissed is not None,
        after_closing=bool(file.number and file.closing and file not in members),
        unmet_at_closing=_is_unmet_at_closing(file, files, members),
        question="" if _is_answered(file, files, members) else file.held,
        in_place_of=file.taken.in_place_of,
        signed=file.taken.signed,
        is_signed_copy=bool(file.taken.signs[0]),
    )


def _is_answered(file: Version, files: VersionSeries, members: tuple[Version, ...]) -> bool:
    """Whether nobody has to be asked about it: something newer counts, or is asked about."""
    newer = [one for one in files.versions if one.number > file.number]
    is_renewed = any(one.held and one.receipt.sender == file.receipt.sender for one in newer)
    return file.taken.is_overtaken or is_renewed or any(one in members for one in newer)


def _verdict(file: Version, files: VersionSeries, members: tuple[Version, ...]) -> Verdict:
    # What a file is comes before what its series makes of it: a repeat counts for nothing anywhere.
    if file.repeats:
        return Verdict.DUPLICATE
    if file.taken.replaced:
        return Verdict.SUPERSEDED
    if not file.number:
        own = file.receipt.verdict if not file.receipt.verdict.counts else Verdict.RETURNED
        return Verdict.NOT_A_REPORT if file.taken.signs[0] else own
    if file in members:
        counts = file.receipt.verdict.counts
        return file.receipt.verdict if counts else Verdict.ACCEPTED_WITH_WARNINGS
    if _replacement(file, files, members) or _stands_aside(file, files):
        return Verdict.SUPERSEDED
    return Verdict.RETURNED


def _is_unmet_at_closing(file: Version, files: VersionSeries, members: tuple[Version, ...]) -> bool:
    """Whether a file could not count when its quarter was closed, and no other took its place."""
    if file.repeats or file.taken.replaced or file.taken.dismissed:
        return False
    if not file.number:  # an unreadable one that came later is not awaited again either
        return bool(file.closed_by or file.closing)
    is_out = file in members or file.voided or file.held or _replacement(file, files, members)
    return bool(file.closed_by and not is_out and not files.chosen)


def _stands_aside(file: Version, files: VersionSeries) -> bool:
    """Not to be mended, yet it does not count: late, to be asked about, voided, not chosen."""
    if file.closing or file.closed_by or file.held or (file.voided and file.receipt.verdict.counts):
        return True
    return file.is_eligible and (not file.receipt.part or files.chosen is not None)


def _replacement(file: Version, files: VersionSeries, members: tuple[Version, ...]) -> int:
    """Number of the version that took its place; 0 when none did."""
    later = [other for other in files.versions if other.number > file.number and not other.closing]
    if any(member in later for member in members):
        return max(member.number for member in members)
    same = [other for other in later if other.part == file.part]
    if file.is_eligible:  # a whole one gives way only to what counts, a part to a newer copy of it
        same = [other for other in same if other.is_eligible and other.receipt.part]
    return same[-1].number if same else 0


def _waiting(
    file: Version, files: VersionSeries, members: tuple[Version, ...]
) -> Iterator[Finding]:
    """What an acceptable part waits for."""
    if _verdict(file, files, members) is not Verdict.RETURNED or not file.is_eligible:
        return
    part, parts = file.part
    have = {f.receipt.part for f in files.versions if f.is_eligible and f.receipt.parts == parts}
    missing = tuple(n for n in range(1, parts + 1) if n not in have)
    yield finding(
        "receipt.part_missing",
        part=part,
        parts=parts,
        missing=numbered(missing),
        example=f"{missing[0]}/{parts}" if missing else "",
    )


def _because(code: str, decision: Decision | None = None, /, **words: object) -> Reason:
    return Reason(code, words, decision.id if decision else 0)


def _why_not_counted(
    file: Version, files: VersionSeries, members: tuple[Version, ...]
) -> tuple[Reason, ...]:
    if file.repeats:
        return tuple(_why_repeat(file, file.repeats, files, members))
    if not file.number:
        return (_why_no_version(file),)
    if file in members:
        return tuple(_why_it_counts(file, files, members))
    return tuple(_why_it_does_not(file, files, members))


def _why_repeat(
    file: Version, first: ReceiptAt, files: VersionSeries, members: tuple[Version, ...]
) -> Iterator[Reason]:
    code = "receipt.same_bytes" if file.same_bytes else "receipt.same_content"
    number = files.number_of(first.seq)
    at = clock_moment(first.receipt.received_at)
    yield _because(code, name=first.receipt.name, at=at)
    if not number:
        return
    if number in {member.number for member in members}:
        yield _because("receipt.repeats_counting", version=number)
    elif members:
        counting = numbered(tuple(member.number for member in members))
        yield _because("receipt.repeats_other", version=number, counting=counting)
    else:
        yield _because("receipt.repeats_none", version=number)


def _why_no_version(file: Version) -> Reason:
    receipt = file.receipt
    closing = file.closed_by or file.closing
    if closing and not (file.taken.dismissed or file.taken.replaced):
        return _because("receipt.unread_at_closing", closing)
    if file.taken.dismissed:
        return _because("receipt.dismissed", file.taken.dismissed)
    if file.taken.replaced:
        return _because("mail.replaced_in_place")
    if file.taken.signs[0]:
        unit, period = file.taken.signs
        return _because("receipt.signed_copy", unit=unit, period=Period.label_of(period))
    if receipt.verdict in (Verdict.UNREADABLE, Verdict.NOT_A_REPORT):
        return _because(f"receipt.{receipt.verdict}")
    return _because("receipt.unit_unknown" if not receipt.unit else "receipt.period_unknown")


def _why_it_counts(
    file: Version, files: VersionSeries, members: tuple[Version, ...]
) -> Iterator[Reason]:
    others = tuple(member.number for member in members if member is not file)
    said: Reason
    if file.supplement and others:
        said = _because("receipt.supplement", file.supplement, others=numbered(others))
    elif files.chosen and file.number == files.choice:
        said = _because("receipt.chosen", files.chosen)
    elif file.receipt.part and others:
        said = _because(
            "receipt.part", part=file.part[0], parts=file.part[1], others=numbered(others)
        )
    elif len(files.versions) == 1:
        said = _because("receipt.only")
    else:
        said = _because("receipt.latest")
    is_accepted = file.accepted and not file.receipt.verdict.counts
    if is_worth_telling((said,)) or not is_accepted:
        yield said
    if is_accepted:
        yield _because("receipt.accepted", file.accepted, errors=file.receipt.errors)
    if file == max(members, key=_number):
        yield from _later(file, files, members)


def _later(file: Version, files: VersionSeries, members: tuple[Version, ...]) -> Iterator[Reason]:
    """For each newer version that does not count and waits for nothing newer: why it does not."""
    for other in files.versions:
        newer = other.number > file.number and other not in members
        if newer and not _replacement(other, files, members) and (code := _open_reason(other)):
            because = _because(
                code,
                _ruling_on(other),
                errors=other.receipt.errors,
                part=other.receipt.part,
                parts=other.receipt.parts,
                **_words_of(other),
            )
            yield Reason("receipt.later", {"version": other.number}, because=because)


def _open_reason(file: Version) -> str:
    """Entry of the reason why a newer version does not count; "" when another was chosen."""
    if file.voided:
        return "receipt.voided"
    if file.closing:
        return "receipt.after_closing"
    if file.held:
        return file.held
    if file.closed_by:
        return "receipt.part_at_closing" if file.is_eligible else "receipt.unmet_at_closing"
    if file.is_eligible:
        return "receipt.part_waits" if file.receipt.part else ""
    return "receipt.returned"


def _words_of(file: Version) -> Mapping[str, str]:
    """The words that the reasons for asking need."""
    own, later = file.receipt.period, file.taken.in_place_of
    return {
        "address": file.receipt.sender,
        "own": Period.label_of(own) if own else "",
        "later": Period.label_of(later) if later else "",
    }


def _ruling_on(file: Version) -> Decision | None:
    return file.voided or file.closing or file.closed_by


def _number(file: Version) -> int:
    return file.number


def _why_it_does_not(
    file: Version, files: VersionSeries, members: tuple[Version, ...]
) -> Iterator[Reason]:
    if file.voided or file.closing or file.held:
        yield _because(_open_reason(file), _ruling_on(file), **_words_of(file))
        return
    replacement = _replacement(file, files, members)
    if replacement:
        yield _because("receipt.superseded", version=replacement)
        return
    counting = numbered(tuple(member.number for member in members)) if members else ""
    if files.chosen and file.is_eligible:
        yield _because("receipt.not_chosen", files.chosen, counting=counting)
    elif file.closed_by:
        yield _because(_open_reason(file), _ruling_on(file), errors=file.receipt.errors)
    elif file.is_eligible:
        yield _because("receipt.part_waits", part=file.part[0], parts=file.part[1])
    else:
        yield _because("receipt.returned", errors=file.receipt.errors)
        if counting:
            yield _because("receipt.earlier_stays", counting=counting)


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

    @cached_property
    def by_number(self) -> Mapping[int, Decision]:
        """Every decision taken by its number, for who tells what one says."""
        return {one.id: one for one in self.all}

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

    def taken_on(self, quarters: Collection[str]) -> tuple[Decision, ...]:
        """Every decision on these quarters, and on all of them; also those taken back."""
        return tuple(one for one in self.all if not one.period or one.period in quarters)

    def counting_on(
        self, quarters: Collection[str], *, directions: Collection[int]
    ) -> tuple[Decision, ...]:
        """Decisions in force on versions of these quarters, and what gave or closed directions."""
        return tuple(
            one
            for one in self.in_force
            if (one.period in quarters and one.kind in ON_A_VERSION)
            or one.id in directions
            or one.direction in directions
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
                why=(
                    _because(
                        "receipt.older_form_at_closing",
                        closing,
                        own=Period.label_of(one.period),
                        later=Period.label_of(period),
                    ),
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
    taken_decisions = payloads(whole, Decision)
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
    if (name, subject) == (one.name, one.subject) and not one.findings:
        return one  # most
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
