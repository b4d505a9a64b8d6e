"""Every file of a quarter judged by today's plan, decisions and the quarter before."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from kskt_excel.check import heirs, quarters, sender, waivers
from kskt_excel.check.grouping import group
from kskt_excel.consolidate.standings import deadline, late_days
from kskt_excel.ledger.lines import Receipt, Recheck
from kskt_excel.ledger.parts import merge_parts
from kskt_excel.ledger.state import State
from kskt_excel.mail.taking import verdict_by_container
from kskt_excel.model.finding import Finding, Severity
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Plan, Waiver
from kskt_excel.model.reading import Identity, Reading
from kskt_excel.model.submission import Checked, Submission, UnitReport, Verdict
from kskt_excel.steps.desk import Desk
from kskt_excel.steps.explaining import explained
from kskt_excel.steps.reading import Results, read_receipts
from kskt_excel.steps.uniting import is_part, of_a_part, part_said_by, united

_QUARTERS = 4  # in a year
_REMEMBERED = 4  # quarters that a unit's own figures are compared with


@dataclass(frozen=True, slots=True)
class Judged:
    """A file's findings after waivers, and those that a waiver covers."""

    checked: Checked  # its findings are those that stand
    waived: tuple[Finding, ...] = ()


@dataclass
class Quarter:
    """A quarter judged: every file of it, and what counts of each unit."""

    period: Period
    judged: dict[str, Judged] = field(default_factory=dict)  # by file hash
    submissions: tuple[Submission, ...] = ()
    reports: tuple[UnitReport, ...] = ()
    wholes: dict[tuple[str, int], Submission] = field(default_factory=dict)  # of united parts
    put_back: set[tuple[str, int]] = field(default_factory=set)  # unit, version of their parts

    def returned(self, one: Submission) -> Submission:
        """A submission with what was found in the whole; its parts are returned with it."""
        key = (one.unit, one.version)
        one = self.wholes.get(key, one)
        return replace(one, verdict=Verdict.RETURNED) if key in self.put_back else one


def judge_quarters(desk: Desk, first: Period, last: Period) -> Mapping[str, Quarter]:
    """Every quarter from the first to the last judged, oldest first, each by the one before it.

    A result that differs from the journal's is written there, so that the journal says what
    counted and why. The quarters before the first one stay as the journal has them.
    """
    judged: dict[str, Quarter] = {}
    past = _recorded_past(desk, first)
    for period in quarters_between(first, last):
        if not desk.has_plan(period.year):
            past.append({})
            continue
        quarter = _judge(desk, period, past[-_REMEMBERED:])
        judged[period.id] = quarter
        past.append({report.unit: report.reading for report in quarter.reports})
    return judged


def latest_quarter(state: State) -> Period | None:
    """The last quarter that something was received for."""
    ids = {one.period for one in state.receipts if one.period}
    return max(map(Period.parse, ids), default=None)


def quarters_between(first: Period, last: Period) -> Iterator[Period]:
    """Every quarter from the first to the last, both included; none when they are turned about."""
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


def _recorded_past(desk: Desk, first: Period) -> list[Mapping[str, Reading]]:
    """What counted in the quarters before the first one, oldest first."""
    quarter = first
    past: list[Mapping[str, Reading]] = []
    for _ in range(_REMEMBERED):
        quarter = quarter.previous_quarter
        reports = recorded_reports(desk, quarter)
        past.append({unit: report.reading for unit, report in reports.items()})
    return past[::-1]


def _judge(desk: Desk, period: Period, past: Sequence[Mapping[str, Reading]]) -> Quarter:
    plan, state = desk.plan(period.year), desk.state
    receipts = [one for one in state.receipts if one.period == period.id]
    to_read = [one for one in receipts if not verdict_by_container(one.findings)]
    results = read_receipts(desk, plan, to_read)
    quarter, settled = Quarter(period), state.settled(period.id)
    waived = (*plan.waivers, *state.waivers())
    changed: dict[str, Recheck] = {}
    for receipt in receipts:
        if receipt.sha256 in quarter.judged:
            continue  # the same bytes again: judged as they first came
        judged = _judged(desk, receipt, results, waived=waived, past=past)
        quarter.judged[receipt.sha256] = judged
        results.packed.pop(receipt.sha256, None)  # thousands are not held twice
        recheck = _differs(receipt, judged.checked)
        if recheck and receipt.sha256 not in settled:
            changed[receipt.sha256] = recheck
    desk.record(*changed.values())
    if changed:
        state = desk.state
    quarter.submissions = tuple(_submissions(plan, state, quarter))
    quarter.reports = tuple(_reports(desk, state, quarter, past[-1]))
    quarter.submissions = tuple(quarter.returned(one) for one in quarter.submissions)
    return quarter


def _judged(
    desk: Desk,
    receipt: Receipt,
    results: Results,
    *,
    waived: Sequence[Waiver],
    past: Sequence[Mapping[str, Reading]],
) -> Judged:
    if verdict_by_container(receipt.findings):
        return Judged(Checked(receipt.sha256, None, ()))
    checked = results.checked(receipt.sha256, receipt.name)
    found = (*checked.findings, *_from_outside(desk, checked, receipt, past))
    if not found:
        return Judged(checked)
    if is_part(checked.reading):
        found = of_a_part(found)
    identity = checked.reading.identity if checked.reading else Identity()
    kept, lifted = waivers.apply(
        group(found), waived, identity.unit, identity.period, desk.now.date()
    )
    return Judged(replace(checked, findings=kept), lifted)


def _from_outside(
    desk: Desk,
    checked: Checked,
    receipt: Receipt,
    past: Sequence[Mapping[str, Reading]],
) -> Iterator[Finding]:
    """What a workbook alone does not tell: the quarters before, the mailbox it came from."""
    reading = checked.reading
    if not reading or not reading.sheets:
        return
    unit = reading.identity.unit
    period = Period.parse(receipt.period)
    plan = desk.plan(period.year)
    known = [heirs.taken_over(quarter, plan, unit, period) for quarter in past]
    history = [one for one in known if one]
    yield from quarters.against_previous(reading, known[-1], plan=plan, forms=desk.forms)
    yield from quarters.outliers(reading, history, plan=plan, forms=desk.forms)
    if receipt.sender and (other := sender.check_sender(unit, receipt.sender, plan)):
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


def _submissions(plan: Plan, state: State, quarter: Quarter) -> Iterator[Submission]:
    """The quarter's files with findings, answers to them, and lateness."""
    due = deadline(plan, quarter.period)
    readings = {sha256: one.checked.reading for sha256, one in quarter.judged.items()}
    answers = {sha256: one.explanations for sha256, one in readings.items() if one}
    yield from explained(_with_findings(plan, state, quarter, due), answers)


def _with_findings(
    plan: Plan, state: State, quarter: Quarter, due: dt.date
) -> Iterator[Submission]:
    for one in state.submissions(quarter.period.id):
        judged = quarter.judged[one.sha256]
        late = late_days(one.received_at, due, plan.holidays) if one.unit else 0
        found = (*judged.checked.findings, *one.findings)
        yield replace(one, findings=found, late_days=late) if found or late else one


def _reports(
    desk: Desk, state: State, quarter: Quarter, before: Mapping[str, Reading]
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
        whole, found = united(readings, plan=plan, forms=desk.forms, before=before.get(unit.code))
        in_force = (*plan.waivers, *state.waivers())
        kept, _ = waivers.apply(
            group(found), in_force, unit.code, quarter.period.id, desk.now.date()
        )
        counting = replace(counting, findings=(*counting.findings, *kept))
        quarter.wholes[unit.code, counting.version] = counting
        if any(one.severity is Severity.ERROR for one in kept):
            quarter.put_back.update((unit.code, member.version) for member in members)
        else:
            yield UnitReport(counting, whole)
