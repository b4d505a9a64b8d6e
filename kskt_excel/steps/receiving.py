"""What arrived, taken in: original to the archive, then one journal line for each file."""

import datetime as dt
import hashlib
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import PurePath

from kskt_excel.ledger import archive
from kskt_excel.ledger.lines import Receipt, Recheck
from kskt_excel.model.finding import Finding
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Plan
from kskt_excel.model.submission import Arrival
from kskt_excel.steps.desk import Desk
from kskt_excel.steps.judging import recheck
from kskt_excel.steps.reading import read_files

_BATCH = 64


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What a command took in: new receipts, how many were known, and remarks on containers."""

    receipts: tuple[Receipt, ...] = ()
    known: int = 0
    remarks: tuple[Finding, ...] = ()


def take_in(
    desk: Desk, arrivals: Iterable[Arrival | Finding], plan: Plan, period: Period | None = None
) -> TakenIn:
    """Every new file archived and recorded; a file seen before in the same place is left alone.

    ``period`` is the one at work: a file that names none is put beside it.
    """
    state = desk.state
    remarks: list[Finding] = []
    receipts: list[Receipt] = []
    known = 0
    seen: set[tuple[str, str]] = set()
    for batch in _batches(_files(arrivals, remarks)):
        fresh = []
        for arrival in batch:
            sha256 = hashlib.sha256(arrival.data).hexdigest()
            place = (arrival.locator, sha256)
            if place in seen or state.knows(*place):
                known += 1
            else:
                seen.add(place)
                fresh.append((sha256, arrival))
        taken = tuple(_taken(desk, plan, fresh, period))
        desk.record(*taken)
        receipts.extend(taken)
    return TakenIn(tuple(receipts), known, tuple(remarks))


def due_quarter(day: dt.date, start_day: int) -> Period:
    """The quarter whose reports come in on a day: the last one whose data are complete."""
    quarter = Period.quarter(day.year, (day.month - 1) // 3 + 1)
    return quarter if day > quarter.window(start_day).end else quarter.previous_quarter


def _files(arrivals: Iterable[Arrival | Finding], remarks: list[Finding]) -> Iterator[Arrival]:
    for arrival in arrivals:
        if isinstance(arrival, Finding):
            remarks.append(arrival)
        else:
            yield arrival


def _batches(arrivals: Iterator[Arrival]) -> Iterator[list[Arrival]]:
    while batch := list(itertools.islice(arrivals, _BATCH)):
        yield batch


def _taken(
    desk: Desk, plan: Plan, fresh: list[tuple[str, Arrival]], period: Period | None
) -> Iterator[Receipt]:
    """Receipts of a batch, originals already in the archive: the journal line comes after."""
    results = read_files(desk, plan, ((sha, a.name, a.data) for sha, a in fresh))
    for sha256, arrival in fresh:
        received_at = arrival.received_at or desk.now
        beside = period or due_quarter(received_at.date(), plan.cutoff_day)
        checked = results.checked(sha256, arrival.name)
        receipt = _receipt(arrival, recheck(checked, sha256, beside.quarters[-1].id), received_at)
        suffix = PurePath(arrival.name).suffix
        _, path = archive.store(desk.workspace.archive, receipt.period, arrival.data, suffix)
        yield replace(receipt, archived=path.relative_to(desk.workspace.archive).as_posix())


def _receipt(arrival: Arrival, result: Recheck, received_at: dt.datetime) -> Receipt:
    return Receipt(
        sha256=result.sha256,
        name=arrival.name,
        locator=arrival.locator,
        channel=arrival.channel,
        received_at=received_at,
        archived="",
        verdict=result.verdict,
        unit=result.unit,
        period=result.period,
        content_sha256=result.content_sha256,
        errors=result.errors,
        warnings=result.warnings,
        infos=result.infos,
        part=result.part,
        parts=result.parts,
        sender=arrival.mail.sender,
        subject=arrival.mail.subject,
        message_id=arrival.mail.message_id,
        references=arrival.mail.references,
        findings=arrival.findings,
    )
