"""A quarter judged by today's plan and decisions, and a period put together from quarters."""

import datetime as dt
import hashlib
import itertools
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace

from kskt_excel.check import earlier, findings
from kskt_excel.check.context import surroundings
from kskt_excel.check.earlier import against_previous
from kskt_excel.check.engine import run_rules
from kskt_excel.check.findings import group
from kskt_excel.check.identity import check_sender
from kskt_excel.consolidation.sources import KnownQuarters
from kskt_excel.consolidation.standings import late_days, sending_deadline
from kskt_excel.consolidation.whole import consolidation_of
from kskt_excel.ledger.cache import KeptWork
from kskt_excel.ledger.journal import Receipt, Recheck, payloads
from kskt_excel.ledger.state import JournalState
from kskt_excel.mail.pieces import verdict_by_container
from kskt_excel.messages import entry, situated
from kskt_excel.model.calendar import in_vietnam
from kskt_excel.model.consolidation import Consolidation
from kskt_excel.model.finding import Finding, Severity
from kskt_excel.model.forms import Forms
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.packed import pack, unpack_checked
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Plan, Superior, Unit, Waiver
from kskt_excel.model.reading import Explanation, Identity, Reading
from kskt_excel.model.submission import Checked, Decision, Reason, Submission, UnitReport, Verdict
from kskt_excel.office import outputs
from kskt_excel.office.desk import Desk
from kskt_excel.office.results import Results, kept_work, read_receipts
from kskt_excel.office.running_step import Step, begin
from kskt_excel.office.signed_copies import whose_copy
from kskt_excel.reading.parts import merge_parts, part_of

_ABSENT = (
    *("sheet.missing", "sheet.blank", "sheet.blank_without_tick"),
    *("row.blank", "row.blank_without_tick", "task.missing", "procedure.missing"),
    *("cell.blank_count", "cell.blank_choice", "cell.blank_date", "cell.blank_text"),
)
_ACROSS = ("KS-5", "KS-6")  # rules across sheets and quarters
_WITH_THE_QUARTER_BEFORE = "KS-60"


def is_part(reading: Reading | None) -> bool:
    """Whether a workbook says that it is one of several parts."""
    return reading is not None and part_said_by(reading)[1] > 1


def part_said_by(reading: Reading) -> tuple[int, int]:
    """(n, m) of «Phần n/m», as it was found when the workbook was read, else looked for now."""
    return part_of(reading) if reading.part is None else reading.part


def of_a_part(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """What can be said of one part: nothing of what another part may hold."""
    return tuple(one for one in found if not _needs_the_whole(one))


def joined_report(
    readings: Sequence[Reading], *, plan: Plan, forms: Forms, before: Reading | None
) -> tuple[Reading, tuple[Finding, ...]]:
    """The parts as one reading, where they contradict each other, and what is amiss in the whole.

    ``before`` is what counted for the unit in the quarter before.
    """
    whole, overlaps = merge_parts(readings, forms)
    if not all(map(is_part, readings)):
        return whole, overlaps
    asked = (
        *run_rules(whole, plan=plan, forms=forms),
        *against_previous(whole, before, plan=plan, forms=forms),
    )
    return whole, (*overlaps, *(one for one in asked if _needs_the_whole(one)))


def _needs_the_whole(found: Finding) -> bool:
    return found.entry in _ABSENT or entry(found.entry).number.startswith(_ACROSS)


Answers = Mapping[str, Sequence[Explanation]]
"""Answers by the hash of the file that brought them."""


def explained(submissions: Iterable[Submission], answers: Answers) -> Iterator[Submission]:
    """The submissions of a quarter, each finding with the latest answer of its unit to it.

    An answer is about what was written when it was given: findings of its own version and of
    earlier ones. A later version has it again only where it says the very same.
    """
    by_unit: dict[str, list[Submission]] = {}
    for one in submissions:
        by_unit.setdefault(one.unit, []).append(one)
    for unit, own in by_unit.items():
        yield from _of_unit(own, answers) if unit else own


def _of_unit(own: Sequence[Submission], answers: Answers) -> Iterator[Submission]:
    if not any(answers.get(one.sha256) for one in own):
        yield from own
        return
    answered = list(own)
    for at in reversed(range(len(own))):  # the latest answer is put first and stays
        texts = answers.get(own[at].sha256, ())
        if own[at].verdict is not Verdict.DUPLICATE and texts:
            answered[: at + 1] = [_with_answers(one, texts) for one in answered[: at + 1]]
    known = {
        _finding_key(found): found.explanation
        for one in answered
        for found in one.findings
        if found.explanation
    }
    for one in answered:
        yield replace(
            one, findings=tuple(_with_text(f, known.get(_finding_key(f), "")) for f in one.findings)
        )


def _with_answers(one: Submission, texts: Sequence[Explanation]) -> Submission:
    """Each finding with the answer at its place, or by rule and sheet when its cell has moved."""
    alone = Counter(_rule(found) for found in one.findings)
    by_rule: dict[tuple[str, str], list[str]] = {}
    for text in texts:
        by_rule.setdefault((text.code, text.sheet), []).append(text.text)
    findings: list[Finding] = []
    for found in one.findings:
        exact = (text.text for text in texts if text.answers(found.code, found.at))
        moved = by_rule.get(_rule(found), [])
        only = moved[0] if len(moved) == 1 == alone[_rule(found)] else ""
        findings.append(_with_text(found, next(exact, only)))
    return replace(one, findings=tuple(findings))


def _rule(found: Finding) -> tuple[str, str]:
    return found.code, found.at.sheet if found.at else ""


def _with_text(found: Finding, text: str) -> Finding:
    return replace(found, explanation=text) if text and not found.explanation else found


def _finding_key(found: Finding) -> Hashable:
    """Equal for findings that say the same of the same cell."""
    words = tuple(sorted((name, str(value)) for name, value in found.params.items()))
    return found.code, found.at, words


_QUARTERS = 4  # in a year
_REMEMBERED = 4  # quarters that a unit's own figures are compared with


@dataclass(frozen=True, slots=True)
class JudgedFile:
    """A file's findings after waivers, and those that a waiver covers."""

    checked: Checked  # its findings are those that stand
    waived: tuple[Finding, ...] = ()
    awaits_office: bool = False  # it counts, though it no longer joins with the quarter before


@dataclass
class JudgedQuarter:
    """A quarter judged: every file of it, and what counts of each unit."""

    period: Period
    judged: dict[str, JudgedFile] = field(default_factory=dict)  # by file hash
    submissions: tuple[Submission, ...] = ()
    reports: tuple[UnitReport, ...] = ()
    wholes: dict[tuple[str, int], Submission] = field(default_factory=dict)  # of united parts
    put_back: set[tuple[str, int]] = field(default_factory=set)  # unit, version of their parts

    def returned(self, one: Submission) -> Submission:
        """A submission with what was found in the whole; its parts are returned with it."""
        key = (one.unit, one.version)
        one = self.wholes.get(key, one)
        return replace(one, verdict=Verdict.RETURNED) if key in self.put_back else one


def judge_quarters(desk: Desk, first: Period, last: Period) -> Mapping[str, JudgedQuarter]:
    """Every quarter from the first to the last judged, oldest first, each by the one before it.

    A result that differs from the journal's is written there, so that the journal says what
    counted and why. The quarters before the first one stay as the journal has them.
    """
    judged: dict[str, JudgedQuarter] = {}
    past = _recorded_past(desk, first)
    for period in quarters_between(first, last):
        if not desk.has_plan(period.year):
            past.append(_NOTHING_PAST)
            continue
        quarter = _judge(desk, period, past[-_REMEMBERED:])
        judged[period.id] = quarter
        past.append(_past(desk, period, quarter.reports))
    return judged


def latest_in_series(desk: Desk, of: Period) -> Period | None:
    """The last period of a series that something was received for."""
    ids = {one.period for one in desk.state.receipts if one.period}
    every = map(desk.period, ids)
    return max((one for one in every if one.is_in_series_of(of)), default=None)


def quarters_between(first: Period, last: Period) -> Iterator[Period]:
    """Every period of a series from the first to the last, both included.

    Quarters, months or a campaign alone; none when they are turned about.
    """
    if first.campaign:
        yield first
        return
    if first.months == 1:
        months = itertools.product(range(first.year, last.year + 1), range(1, 13))
        yield from (one for one in itertools.starmap(Period.month, months) if first <= one <= last)
        return
    for year in range(first.year, last.year + 1):
        for number in range(1, _QUARTERS + 1):
            quarter = Period.quarter(year, number)
            if first <= quarter <= last:
                yield quarter


def recorded_reports(desk: Desk, period: Period) -> Mapping[str, UnitReport]:
    """What counts of each unit in a quarter by the journal, read again but not judged again."""
    if not desk.has_plan(period.year):
        return {}
    plan, state = desk.plan(period.year), desk.state
    taken = state.receipts
    sent = {one.unit for one in taken if one.period == period.id}
    reporting = [unit.code for unit in plan.units_in(period) if unit.code in sent]
    members = {unit: state.members(unit, period.id) for unit in reporting}
    wanted = {member.sha256 for own in members.values() for member in own}
    receipts = [one for one in taken if one.sha256 in wanted]
    results = read_receipts(desk, plan, {one.sha256: one for one in receipts}.values())
    reports: dict[str, UnitReport] = {}
    for unit, own in members.items():
        checked = [results.checked(member.sha256, member.file) for member in own]
        readings = [one.reading for one in checked if one.reading]
        if readings:
            counting = max(own, key=lambda member: member.version)
            reading = merge_parts(readings, desk.forms)[0] if len(readings) > 1 else readings[0]
            reports[unit] = UnitReport(counting, reading)
    return reports


@dataclass(frozen=True)
class _PastQuarter:
    """What counted in a quarter by unit, and a hash that differs where it may say another thing."""

    readings: Mapping[str, Reading]
    told: str = ""


_NOTHING_PAST = _PastQuarter({})


def _past(desk: Desk, period: Period, reports: Iterable[UnitReport]) -> _PastQuarter:
    readings = {report.unit: report.reading for report in reports}
    members = ((unit, desk.state.members(unit, period.id)) for unit in readings)
    files = [(unit, [one.sha256 for one in own]) for unit, own in members]
    told = repr((desk.context_key(desk.plan(period.year)), period.id, files))
    return _PastQuarter(readings, hashlib.sha256(told.encode()).hexdigest())


def _recorded_past(desk: Desk, first: Period) -> list[_PastQuarter]:
    """What counted in the quarters before the first one, oldest first."""
    quarter: Period | None = first
    past: list[_PastQuarter] = []
    for _ in range(_REMEMBERED):
        quarter = quarter.previous if quarter else None
        reports = recorded_reports(desk, quarter) if quarter else {}
        known = _past(desk, quarter, reports.values()) if quarter and reports else _NOTHING_PAST
        past.append(known)
    return past[::-1]


def _judge(desk: Desk, period: Period, past: Sequence[_PastQuarter]) -> JudgedQuarter:
    plan, state = desk.plan(period.year), desk.state
    receipts = [one for one in state.receipts if one.period == period.id]
    to_read = [one for one in receipts if not verdict_by_container(one.findings)]
    results = read_receipts(desk, plan, to_read)
    quarter, settled = JudgedQuarter(period), state.settled(period.id)
    waived = (*plan.waivers, *state.waivers())
    counted = outputs.counted_before(desk.lines, period)
    changed: dict[str, Recheck] = {}
    with kept_work(desk, f"beside earlier quarters {period.id}") as kept:
        beside = _BesideEarlier(desk, past, kept)
        for receipt in receipts:
            if receipt.sha256 in quarter.judged:
                continue  # the same bytes again: judged as they first came
            judged = _judged(desk, receipt, results, waived=waived, beside=beside)
            if receipt.sha256 in counted and receipt.verdict.counts:
                judged = _with_question(judged)
            quarter.judged[receipt.sha256] = judged
            recheck = _differs(receipt, judged.checked)
            if recheck and receipt.sha256 not in settled:
                changed[receipt.sha256] = recheck
    desk.record(*changed.values())
    if changed:
        state = desk.state
    quarter.submissions = tuple(_submissions(desk, state, quarter))
    quarter.reports = tuple(_reports(desk, state, quarter, past[-1].readings))
    quarter.submissions = tuple(quarter.returned(one) for one in quarter.submissions)
    return quarter


def _judged(
    desk: Desk,
    receipt: Receipt,
    results: Results,
    *,
    waived: Sequence[Waiver],
    beside: "_BesideEarlier",
) -> JudgedFile:
    if verdict_by_container(receipt.findings):
        return JudgedFile(Checked(receipt.sha256, None, ()))
    checked = results.checked(receipt.sha256, receipt.name)
    found = (*checked.findings, *beside.findings(checked, receipt))
    if not found:
        return JudgedFile(checked)
    if is_part(checked.reading):
        found = of_a_part(found)
    identity = checked.reading.identity if checked.reading else Identity()
    kept, lifted = findings.apply(group(found), waived, identity, desk.now.date(), checked.reading)
    trials = desk.plan(desk.period(receipt.period).year).trials
    tried = tuple(findings.on_trial(kept, trials, in_vietnam(receipt.received_at).date()))
    return JudgedFile(replace(checked, findings=tried), lifted)


def _with_question(judged: JudgedFile) -> JudgedFile:
    """A report that has counted and no longer joins with a quarter before it, corrected since.

    Its unit has sent what was right then: the figures stay, and the office decides.
    """
    found = judged.checked.findings
    errors = [one for one in found if one.severity is Severity.ERROR]
    if not errors or not all(map(_is_about_last_quarter, errors)):
        return judged
    asked = tuple(
        replace(one, severity=Severity.WARNING) if one.severity is Severity.ERROR else one
        for one in found
    )
    return replace(judged, checked=replace(judged.checked, findings=asked), awaits_office=True)


def _is_about_last_quarter(found: Finding) -> bool:
    return entry(found.entry).number.startswith(_WITH_THE_QUARTER_BEFORE)


@dataclass(frozen=True)
class _BesideEarlier:
    """What a workbook alone does not tell: the quarters before, the mailbox it came from.

    A file of which neither it nor they have changed is not held against them again: that was a
    tenth of the run for the fourth quarter of a year.
    """

    desk: Desk
    past: Sequence[_PastQuarter]
    kept: KeptWork

    def findings(self, checked: Checked, receipt: Receipt) -> tuple[Finding, ...]:
        """The findings on a file of a quarter, kept from the last run where all is the same."""
        reading = checked.reading
        if not reading or not reading.sheets:
            return ()
        plan = self.desk.plan(self.desk.period(receipt.period).year)
        if not any(one.told for one in self.past):
            return tuple(self._found(reading, receipt, plan))
        own = (receipt.sha256, receipt.period, receipt.sender, self.desk.context_key(plan))
        told = repr((own, [one.told for one in self.past]))
        name = hashlib.sha256(told.encode()).hexdigest()
        packed = self.kept.get(name)
        if packed is not None:
            return unpack_checked(packed).findings
        found = tuple(self._found(reading, receipt, plan))
        self.kept.put(name, pack(Checked(receipt.sha256, None, found)))
        return found

    def _found(self, reading: Reading, receipt: Receipt, plan: Plan) -> Iterator[Finding]:
        unit, forms = reading.identity.unit, self.desk.forms
        period = self.desk.period(receipt.period)
        known = [earlier.taken_over(one.readings, plan, forms, unit, period) for one in self.past]
        history = [one for one in known if one]
        yield from earlier.against_previous(reading, known[-1], plan=plan, forms=forms)
        yield from earlier.outliers(reading, history, plan=plan, forms=forms)
        if receipt.sender and (other := check_sender(unit, receipt.sender, plan)):
            yield other


def _differs(receipt: Receipt, checked: Checked) -> Recheck | None:
    unread = verdict_by_container(receipt.findings)
    now = recheck(None if unread else checked, receipt.sha256, receipt.period, unread)
    return None if now == receipt.result else now


def recheck(
    checked: Checked | None, sha256: str, taken_for: str, unread: Verdict | None = None
) -> Recheck:
    """A result as the journal keeps it.

    A file that names no period stays with the one that it was taken in for; one that was not to
    be read at all has its verdict ``unread`` from its container.
    """
    if checked is None:
        return Recheck(sha256, unread or Verdict.UNREADABLE, period=taken_for)
    identity = checked.reading.identity if checked.reading else None
    levels = [found.severity for found in checked.findings]
    part, parts = part_said_by(checked.reading) if checked.reading else (0, 0)
    return Recheck(
        sha256,
        checked.verdict,
        identity.unit if identity else "",
        (identity.period if identity else "") or taken_for,
        checked.content_sha256,
        levels.count(Severity.ERROR),
        levels.count(Severity.WARNING),
        levels.count(Severity.INFO),
        part,
        parts,
    )


def _submissions(desk: Desk, state: JournalState, quarter: JudgedQuarter) -> Iterator[Submission]:
    """The quarter's files with findings, answers to them, and lateness."""
    plan = desk.plan(quarter.period.year)
    due = sending_deadline(plan, quarter.period)
    readings = {sha256: one.checked.reading for sha256, one in quarter.judged.items()}
    answers = {sha256: one.explanations for sha256, one in readings.items() if one}
    yield from explained(_with_findings(desk, state, quarter, due), answers)


def _with_findings(
    desk: Desk, state: JournalState, quarter: JudgedQuarter, due: dt.date
) -> Iterator[Submission]:
    plan = desk.plan(quarter.period.year)
    taken = (_with_owner(desk, one, plan) for one in state.submissions(quarter.period.id))
    for one in taken:
        if one.is_dismissed or one.is_signed_copy:
            yield one
            continue
        judged = quarter.judged[one.sha256]
        late = late_days(one.received_at, due, plan.calendar) if one.unit else 0
        found = (*judged.checked.findings, *one.findings)
        if found:
            words = surroundings(plan, desk.forms, one.unit, quarter.period.id)
            found = tuple(situated(found, words))
        told = replace(one, findings=found, late_days=late) if found or late else one
        is_asked = judged.awaits_office and one.version and not _is_settled(state, one)
        yield (
            replace(told, question="receipt.asked", why=(_question(desk, one),))
            if is_asked
            else told
        )


def _with_owner(desk: Desk, one: Submission, plan: Plan) -> Submission:
    """What could not be read is of the unit whose mailbox it came from, as the letter about it is.

    Not what may be the signed copy of a report, which is a question; nor what the office itself
    passes on.
    """
    is_nobodys = one.verdict is Verdict.UNREADABLE and not (one.unit or one.is_dismissed)
    owner = plan.owner_of(one.mail.sender) if is_nobodys else None
    if owner is None or owner.code == plan.office or whose_copy(desk, one):
        return one
    return replace(one, unit=owner.code)


def _is_settled(state: JournalState, one: Submission) -> bool:
    """Whether the office has said that just this version counts, or does not."""
    series = state.series(one.unit, one.period)
    version = next(known for known in series.versions if known.number == one.version)
    is_chosen = series.chosen is not None and series.choice == one.version
    return is_chosen or bool(version.accepted or version.voided)


def _question(desk: Desk, one: Submission) -> Reason:
    before = desk.period(one.period).previous
    return Reason("receipt.asked", {"before": before.label if before else ""})


def _reports(
    desk: Desk, state: JournalState, quarter: JudgedQuarter, before: Mapping[str, Reading]
) -> Iterator[UnitReport]:
    """What counts of each unit; a report in parts is united, and returned when that is at fault."""
    plan = desk.plan(quarter.period.year)
    by_version = {(one.unit, one.version): one for one in quarter.submissions if one.version}
    for unit in plan.units_in(quarter.period):
        members = state.members(unit.code, quarter.period.id)
        read = [
            checked
            for member in members
            if (checked := quarter.judged[member.sha256].checked).reading
        ]
        readings = [one.reading for one in read if one.reading]
        if not readings:
            continue
        counting = by_version[unit.code, max(member.version for member in members)]
        if len(readings) == 1:
            yield UnitReport(counting, readings[0], read[0].tally)
            continue
        whole, found = joined_report(
            readings, plan=plan, forms=desk.forms, before=before.get(unit.code)
        )
        in_force = (*plan.waivers, *state.waivers())
        identity = Identity(unit=unit.code, period=quarter.period.id)
        kept, _ = findings.apply(group(found), in_force, identity, desk.now.date(), whole)
        received = in_vietnam(counting.received_at).date()
        kept = tuple(findings.on_trial(kept, plan.trials, received))
        words = surroundings(plan, desk.forms, unit.code, quarter.period.id)
        counting = replace(counting, findings=(*counting.findings, *situated(kept, words)))
        quarter.wholes[unit.code, counting.version] = counting
        if any(one.severity is Severity.ERROR for one in kept):
            quarter.put_back.update((unit.code, member.version) for member in members)
        else:
            yield UnitReport(counting, whole)


def judge_everything(desk: Desk) -> Mapping[str, JudgedQuarter]:
    """Every period that something was received for, and those between, series by series."""
    judged: dict[str, JudgedQuarter] = {}
    for first in _first_of_series(desk, (one.period for one in desk.state.receipts)):
        judged.update(judge_quarters(desk, first, latest_in_series(desk, first) or first))
    return judged


def judge_from(desk: Desk, since: Period) -> None:
    """Every period from ``since`` on, in its series, that something was received for judged anew.

    What counts in a quarter decides how the next one is judged, so a late file, a correction or
    a decision is followed through to the last quarter there is.
    """
    last = latest_in_series(desk, since)
    if last and since <= last:
        judge_quarters(desk, since, last)


def unsettled_since(desk: Desk) -> tuple[Period, ...]:
    """Of each series the first period that a receipt or a decision came for since all were judged.

    Not only what this run brought: one before it may have been killed between the two.
    """
    settled = desk.journal.settled
    fresh = desk.lines[settled:]
    ids = {one.period for one in payloads(fresh, Receipt) if one.period}
    if next(payloads(fresh, Decision), None):
        ids |= {one.period for one in desk.state.receipts if one.period}
    return _first_of_series(desk, ids)


def _first_of_series(desk: Desk, ids: Iterable[str]) -> tuple[Period, ...]:
    first: list[Period] = []
    for one in sorted(map(desk.period, {one for one in ids if one})):
        if not any(one.is_in_series_of(other) for other in first):
            first.append(one)
    return tuple(first)


def settle(desk: Desk) -> None:
    """Every quarter judged anew that something new may have changed."""
    for since in unsettled_since(desk):
        judge_from(desk, since)
    if desk.is_alone:
        mark_settled(desk)


def mark_settled(desk: Desk) -> None:
    """Notes that every quarter was judged after what the journal has now."""
    desk.journal.note(settled=len(desk.journal.lines()))


_QUARTERS_BACK = 4  # a year: what a unit reported before is too old to go on with


@dataclass(frozen=True)
class EarlierReadings:
    """What counted of each unit before a period; its workbook is issued with what goes on."""

    before: Mapping[str, Reading]  # in the quarter before: closing balances open this one
    last: Mapping[str, Reading]  # that, else the last one within a year


def earlier_readings(desk: Desk, period: Period) -> EarlierReadings:
    """What counted before a period.

    A unit whose last report was returned, or never came, is not made to type all anew: what counted
    of it before that goes on. Units that are gone left it to others in their own quarter.
    """
    earlier = period.previous
    if earlier is None:
        return EarlierReadings({}, {})
    judged = judge_quarters(desk, earlier, earlier)
    reports = judged[earlier.id].reports if judged else ()
    before = {report.unit: report.reading for report in reports}
    last = dict(before)
    owing = {unit.code for unit in desk.plan(period.year).units_in(period)}
    for _ in range(_QUARTERS_BACK - 1):
        earlier = earlier.previous if earlier else None
        if earlier is None or owing <= last.keys():
            break
        for code, report in recorded_reports(desk, earlier).items():
            if code in owing:
                last.setdefault(code, report.reading)
    return EarlierReadings(before, last)


@dataclass(frozen=True)
class PeriodWork:
    """A period put together, with everything that tracker and pages are made from."""

    plan: Plan
    period: Period
    whole: Consolidation  # the period asked for
    quarters: tuple[Consolidation, ...]  # each quarter of the year so far, in the tracker
    to_date: Consolidation  # the year so far
    before: Consolidation | None  # the quarter before, to compare with
    judged: Mapping[str, JudgedQuarter]


def period_work(desk: Desk, period: Period, unsettled: Sequence[Period] = ()) -> PeriodWork:
    """The period, its quarters and the year so far, from what counts now.

    Quarters of the year that are published already are shown in the tracker with it. Judged are
    all quarters from the year's first one, or from one of ``unsettled`` where that is earlier, to
    the last one that something was received for: later ones may depend on this one. What is
    unsettled of other series is judged as well.
    """
    begin(Step.CONSOLIDATE)
    plan = desk.plan(period.year).asked_in(period)
    asked = _last_quarter(desk, plan, period)
    newest = max(asked, outputs.latest_published(desk, asked))
    so_far = tuple(quarters_between(asked.series_start, newest))
    last = max(so_far[-1], period.quarters[-1], latest_in_series(desk, asked) or so_far[-1])
    earliest = [one for one in unsettled if one.is_in_series_of(asked)]
    for other in unsettled:
        if other not in earliest:
            judge_from(desk, other)
    judged = judge_quarters(desk, min((so_far[0], *earliest)), last)

    known: KnownQuarters = {}
    quarters = tuple(consolidated(desk, quarter, judged, known) for quarter in so_far)
    to_date = _to_date(so_far[-1])
    by_id = {one.period.id: one for one in quarters}
    whole = by_id.get(period.id) or consolidated(desk, period, judged, known)
    earlier = [one for one in quarters if one.period < period.quarters[0]]
    return PeriodWork(
        plan=plan,
        period=period,
        whole=whole,
        quarters=quarters,
        to_date=whole
        if to_date == period
        else by_id.get(to_date.id) or consolidated(desk, to_date, judged, known),
        before=earlier[-1] if earlier else None,
        judged=judged,
    )


def consolidated(
    desk: Desk,
    period: Period,
    judged: Mapping[str, JudgedQuarter],
    known: KnownQuarters | None = None,
) -> Consolidation:
    """A period put together from quarters judged: its own, and those before it in its year.

    ``known`` are those that another period of the year was put together from already.
    """
    own = [judged[quarter.id] for quarter in period.quarters]
    last = period.quarters[-1]
    so_far = [judged[one.id] for one in quarters_between(last.series_start, last)]
    made = consolidation_of(
        period,
        plan=desk.plan(period.year).asked_in(period),
        forms=desk.forms,
        reports={quarter.period.id: quarter.reports for quarter in so_far},
        submissions=[one for quarter in own for one in quarter.submissions],
        as_of=desk.now,
        waivers=(*desk.plan(period.year).waivers, *desk.state.waivers()),
        directions=desk.state.rulings.directions,
        known=known,
    )
    return replace(made, decisions=desk.state.rulings.by_number)


def under_superior(desk: Desk, work: PeriodWork, superior: Superior) -> tuple[Plan, Consolidation]:
    """The period put together from the units of one superior alone, with the plan of these.

    Tasks are the office's own; they are no part of it.
    """
    plan = replace(work.plan, units=work.plan.under(superior.name), tasks=(), planned=())
    return plan, _of_units(desk, work, plan, work.period)


def work_of_units(desk: Desk, work: PeriodWork, units: Sequence[Unit]) -> PeriodWork:
    """The year so far put together from some units alone, with the plan of these, no tasks in it.

    A unit's superior may be a unit that is not among them: it goes by its name.
    """
    above = work.plan.superiors
    own = tuple(replace(one, superior=above.get(one.code, "")) for one in units)
    plan = replace(work.plan, units=own, tasks=(), planned=())
    known: KnownQuarters = {}
    quarters = tuple(_of_units(desk, work, plan, one.period, known) for one in work.quarters)
    by_id = {one.period.id: one for one in quarters}

    def together(period: Period) -> Consolidation:
        return by_id.get(period.id) or _of_units(desk, work, plan, period, known)

    whole, to_date = together(work.period), together(work.to_date.period)
    return replace(work, plan=plan, whole=whole, quarters=quarters, to_date=to_date)


def _of_units(
    desk: Desk,
    work: PeriodWork,
    plan: Plan,
    period: Period,
    known: KnownQuarters | None = None,
) -> Consolidation:
    """A period put together from the units of a plan alone."""
    codes = {unit.code for unit in plan.units}
    last = period.quarters[-1]
    made = consolidation_of(
        period,
        plan=plan,
        forms=desk.forms,
        reports={
            one.id: tuple(report for report in work.judged[one.id].reports if report.unit in codes)
            for one in quarters_between(last.series_start, last)
        },
        submissions=[
            one
            for quarter in period.quarters
            for one in work.judged[quarter.id].submissions
            if one.unit in codes
        ],
        as_of=desk.now,
        waivers=(*plan.waivers, *desk.state.waivers()),
        known=known,
    )
    return replace(made, decisions=desk.state.rulings.by_number)


def _last_quarter(desk: Desk, plan: Plan, period: Period) -> Period:
    """The last quarter of a period that is over, or that something was received for.

    A quarter asked for is reached: what a longer period has not come to yet is left out.
    """
    if not period.cumulative:
        return period
    received = {one.period for one in desk.state.receipts}
    first, *others = period.quarters
    reached = (
        one
        for one in others
        if one.id in received or one.window(plan.cutoff_day).end < desk.now.date()
    )
    return max((first, *reached))


def _to_date(period: Period) -> Period:
    """The year up to the end of a period; the first quarter is its own."""
    first_quarter = period.number == 1
    return period if first_quarter else Period.from_start(period.year, period.last_month)
