"""Arrivals on their way in: read by workers, then archived and recorded in the order they came."""

import datetime as dt
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import PurePath

from kskt_excel.ledger import archive
from kskt_excel.ledger.lines import Receipt, Recheck
from kskt_excel.mail.taking import MIB, Incoming, NotTaken, verdict_unread
from kskt_excel.model.finding import Finding
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Plan
from kskt_excel.model.submission import Arrival
from kskt_excel.steps.desk import Desk
from kskt_excel.steps.judging import recheck
from kskt_excel.steps.reading import FileReader, checked_as

_BATCH = 64
_BATCH_BYTES = 16 * MIB


class Taking:
    """Takes new files in: each waits for its result and for those before it.

    Originals go to the archive before their journal lines are written, some at once, while the
    workers read on. ``period`` is the one at work: a file that names none is put beside it.
    """

    def __init__(self, desk: Desk, plan: Plan, period: Period | None) -> None:
        self._desk, self._plan, self._period = desk, plan, period
        self._state = desk.state  # as it was: what is taken in now is in ``_seen``
        self._seen: set[tuple[str, str]] = set()
        self._waiting: deque[Arrival] = deque()
        self._ready = 0  # how many of them, from the first on, have their result
        self._ready_bytes = 0
        self._being_read: set[str] = set()
        self._results: dict[str, bytes] = {}
        self.receipts: list[Receipt] = []
        self.remarks: list[Finding] = []
        self.known = 0

    def take(self, coming: Iterable[Incoming]) -> None:
        """Everything that is new, archived and recorded when it returns."""
        with FileReader(self._desk, self._plan) as reader:
            for sha256, result in reader.read(self._to_read(coming, reader)):
                self._being_read.remove(sha256)
                self._results[sha256] = result
                self._settle_batch()
        self._settle_ready()

    def _to_read(
        self, coming: Iterable[Incoming], reader: FileReader
    ) -> Iterator[tuple[str, str, bytes]]:
        """What the workers have to read: each content once; the rest is settled on the way."""
        for one in self._new(coming):
            self._waiting.append(one)
            if not self._is_ready(one) and one.sha256 not in self._being_read:
                kept = reader.kept(one.sha256)
                if kept:
                    self._results[one.sha256] = kept
                else:
                    self._being_read.add(one.sha256)
                    yield one.sha256, one.name, one.data
            self._settle_batch()

    def _new(self, coming: Iterable[Incoming]) -> Iterator[Arrival]:
        """Files that were not seen before in the same place."""
        for one in coming:
            if isinstance(one, NotTaken):
                self.remarks.append(one.finding)
                continue
            place = (one.locator, one.sha256)
            if place in self._seen or self._state.knows(*place):
                self.known += 1
            else:
                self._seen.add(place)
                yield one

    def _settle_batch(self) -> None:
        """Archives and records as soon as enough files are ready."""
        while self._ready < len(self._waiting) and self._is_ready(self._waiting[self._ready]):
            self._ready_bytes += len(self._waiting[self._ready].data)
            self._ready += 1
        if self._ready >= _BATCH or self._ready_bytes >= _BATCH_BYTES:
            self._settle_ready()

    def _is_ready(self, one: Arrival) -> bool:
        return one.sha256 in self._results or verdict_unread(one) is not None

    def _settle_ready(self) -> None:
        settled = [self._waiting.popleft() for _ in range(self._ready)]
        self._ready, self._ready_bytes = 0, 0
        taken = tuple(self._archived(settled))
        self._desk.record(*taken)
        self.receipts.extend(taken)
        waited_for = {one.sha256 for one in self._waiting}
        self._results = {key: one for key, one in self._results.items() if key in waited_for}

    def _archived(self, settled: list[Arrival]) -> Iterator[Receipt]:
        """Receipts of files whose originals are in the archive: the journal line comes after."""
        receipts = [self._receipt(one) for one in settled]
        originals = [
            archive.Original(receipt.period, one.data, PurePath(one.name).suffix, one.sha256)
            for receipt, one in zip(receipts, settled, strict=True)
        ]
        folder = self._desk.workspace.archive
        stored = archive.store_all(folder, originals)
        for receipt, path in zip(receipts, stored, strict=True):
            yield replace(receipt, archived=path.relative_to(folder).as_posix())

    def _receipt(self, one: Arrival) -> Receipt:
        received_at = one.received_at or self._desk.now
        beside = self._period or due_quarter(received_at.date(), self._plan.cutoff_day)
        unread = verdict_unread(one)
        checked = None if unread else checked_as(self._results[one.sha256], one.name)
        result = recheck(checked, one.sha256, beside.quarters[-1].id, unread)
        return _receipt(one, result, received_at)


def due_quarter(day: dt.date, start_day: int) -> Period:
    """The quarter whose reports come in on a day: the last one whose data are complete."""
    quarter = Period.quarter(day.year, (day.month - 1) // 3 + 1)
    return quarter if day > quarter.window(start_day).end else quarter.previous_quarter


def _receipt(arrival: Arrival, result: Recheck, received_at: dt.datetime) -> Receipt:
    return Receipt(
        sha256=result.sha256,
        name=arrival.name,
        locator=arrival.locator,
        channel=arrival.channel,
        received_at=received_at,
        archived="",
        verdict=result.verdict,
        sender=arrival.mail.sender,
        subject=arrival.mail.subject,
        message_id=arrival.mail.message_id,
        references=arrival.mail.references,
        findings=arrival.findings,
    ).with_result(result)
