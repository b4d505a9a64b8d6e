"""What arrived, taken in: original to the archive, then one journal line for each file."""

import datetime as dt
import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from kskt_excel.ledger import archive
from kskt_excel.ledger.lines import Receipt, Recheck
from kskt_excel.ledger.state import State
from kskt_excel.mail.incoming import Opener, arrivals
from kskt_excel.mail.taking import MIB, Incoming, NotTaken, verdict_unread
from kskt_excel.model.errors import KsktError
from kskt_excel.model.finding import Finding
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Plan
from kskt_excel.model.submission import Arrival, Verdict
from kskt_excel.steps.desk import Desk
from kskt_excel.steps.judging import recheck
from kskt_excel.steps.opening import container_opener
from kskt_excel.steps.outcome import Line, Outcome, finding_lines
from kskt_excel.steps.reading import read_files
from kskt_excel.steps.telling import count_line

_BATCH = 64
_BATCH_BYTES = 16 * MIB


class NothingThereError(KsktError):
    """A path that holds nothing."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"Không có tệp hoặc thư mục {path}. Hãy kiểm tra lại đường dẫn, hoặc để tệp nhận được"
            " vào workbooks/inbox rồi chạy lại."
        )


class NoMailboxError(KsktError):
    """No mailbox in the settings."""

    def __init__(self) -> None:
        super().__init__(
            "Chưa có hộp thư trong kskt.toml. Hãy ghi mục [mail] với imap_host và imap_user, ví dụ:"
            ' imap_host = "thu.tinh.gov.vn".'
        )


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What a command took in: new receipts, how many were known, and remarks on containers."""

    receipts: tuple[Receipt, ...] = ()
    known: int = 0
    remarks: tuple[Finding, ...] = ()

    @property
    def since(self) -> Period | None:
        """The first quarter that something new came for; None without any."""
        return min((Period.parse(one.period) for one in self.receipts if one.period), default=None)


def as_judged(desk: Desk, taken: TakenIn) -> TakenIn:
    """The same receipts with the results that the journal has now, repeats named as such."""
    state = desk.state
    places = {(one.locator, one.sha256) for one in taken.receipts}
    now = (one for one in state.receipts if (one.locator, one.sha256) in places)
    return replace(taken, receipts=tuple(_or_repeat(state, one) for one in now))


def _or_repeat(state: State, receipt: Receipt) -> Receipt:
    files = state.series(receipt.unit, receipt.period).files
    repeats = any(file.receipt is receipt and file.repeats for file in files)
    return replace(receipt, verdict=Verdict.DUPLICATE) if repeats else receipt


def take_in(
    desk: Desk, coming: Iterable[Incoming], plan: Plan, period: Period | None = None
) -> TakenIn:
    """Every new file archived and recorded; a file seen before in the same place is left alone.

    ``period`` is the one at work: a file that names none is put beside it.
    """
    state = desk.state
    remarks: list[Finding] = []
    receipts: list[Receipt] = []
    known = 0
    seen: set[tuple[str, str]] = set()
    for batch in _batches(_files(coming, remarks)):
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


def sources(desk: Desk, paths: Sequence[Path], *, imap: bool) -> Iterator[Incoming]:
    """Everything in the paths, else in the inbox; with ``imap`` in the mailbox of the settings."""
    with container_opener(desk.workspace.settings.run) as opener:
        if imap:
            yield from _mailbox(desk, opener)
        elif not paths:
            yield from arrivals(_existing(desk.workspace.inbox), opener=opener)
        for path in paths:
            yield from _from_path(desk, _existing(path), opener)


def _from_path(desk: Desk, path: Path, opener: Opener) -> Iterator[Incoming]:
    root = path if path.is_dir() else path.parent
    start = desk.workspace.shown(root.resolve())
    for one in arrivals(path, opener=opener):
        # a mail is the same one wherever its file lies
        is_mail = one.locator.startswith("mail:")
        yield one if is_mail else replace(one, locator=f"{start}/{one.locator}")


def _mailbox(desk: Desk, opener: Opener) -> Iterator[Incoming]:
    from kskt_excel.mail import imap, passwords

    mail = desk.workspace.settings.mail
    if not (mail.imap_host and mail.imap_user):
        raise NoMailboxError
    box = imap.Mailbox(
        mail.imap_host, mail.imap_user, mail.imap_port, mail.imap_folder, mail.imap_ca_file
    )
    password = passwords.password(passwords.RECEIVING, mail.imap_user, os.environ)
    is_known = desk.state.has_taken_all
    yield from imap.arrivals(box, password, is_known=is_known, opener=opener)


def _existing(path: Path) -> Path:
    if not path.exists():
        raise NothingThereError(path)
    return path


def _files(coming: Iterable[Incoming], remarks: list[Finding]) -> Iterator[Arrival]:
    for one in coming:
        if isinstance(one, NotTaken):
            remarks.append(one.finding)
        else:
            yield one


def _batches(arrivals: Iterator[Arrival]) -> Iterator[list[Arrival]]:
    """Some arrivals at once: few enough to hold, many enough to keep every worker busy."""
    batch: list[Arrival] = []
    for one in arrivals:
        batch.append(one)
        if len(batch) >= _BATCH or sum(len(held.data) for held in batch) >= _BATCH_BYTES:
            yield batch
            batch = []
    if batch:
        yield batch


def _taken(
    desk: Desk, plan: Plan, fresh: list[tuple[str, Arrival]], period: Period | None
) -> Iterator[Receipt]:
    """Receipts of a batch, originals already in the archive: the journal line comes after."""
    results = read_files(
        desk, plan, ((sha, a.name, a.data) for sha, a in fresh if not verdict_unread(a))
    )
    receipts: list[Receipt] = []
    for sha256, arrival in fresh:
        received_at = arrival.received_at or desk.now
        beside = period or due_quarter(received_at.date(), plan.cutoff_day)
        unread = verdict_unread(arrival)
        checked = None if unread else results.checked(sha256, arrival.name)
        result = recheck(checked, sha256, beside.quarters[-1].id, unread)
        receipts.append(_receipt(arrival, result, received_at))
    originals = [
        (receipt.period, arrival.data, PurePath(arrival.name).suffix)
        for receipt, (_, arrival) in zip(receipts, fresh, strict=True)
    ]
    folder = desk.workspace.archive
    for receipt, (_, path) in zip(receipts, archive.store_all(folder, originals), strict=True):
        yield replace(receipt, archived=path.relative_to(folder).as_posix())


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


def would_take(desk: Desk, coming: Iterable[Incoming]) -> Outcome:
    """What would be taken in, without writing anything."""
    state = desk.state
    lines: list[Line] = []
    names: list[str] = []
    for one in coming:
        if isinstance(one, NotTaken):
            lines.extend(finding_lines([one.finding]))
        elif not state.knows(one.locator, hashlib.sha256(one.data).hexdigest()):
            names.append(one.name)
            lines.append(Line(f"Sẽ nhận: {one.name} ({one.locator})"))
    lines.append(Line(f"{len(names)} tệp mới; chưa ghi gì."))
    return Outcome(tuple(lines), {"schema": "kskt.receive/1", "files": names})


def told(plan: Plan, taken: TakenIn, changed: Sequence[Line] = ()) -> Outcome:
    """A line for each new file, remarks on containers, the count, and what has changed by them."""
    lines = list(finding_lines(taken.remarks))
    for one in taken.receipts:
        unit = plan.unit_by_code.get(one.unit)
        whose = f"{unit.name if unit else 'chưa rõ đơn vị'}, {one.period}"
        lines.append(Line(f"{one.name} ({whose}): {one.verdict.label.lower()}"))
        lines.extend(finding_lines(one.findings))
    if taken.known:
        lines.append(Line(f"{taken.known} tệp đã nhận từ trước.", "quiet", aside=True))
    lines.append(count_line(one.verdict for one in taken.receipts))
    return Outcome((*lines, *changed), _json(taken))


def _json(taken: TakenIn) -> Mapping[str, object]:
    return {
        "schema": "kskt.receive/1",
        "known": taken.known,
        "files": [
            {
                "file": one.name,
                "sha256": one.sha256,
                "unit": one.unit,
                "period": one.period,
                "verdict": one.verdict.value,
                "received_at": one.received_at.isoformat(timespec="seconds"),
                "channel": one.channel,
            }
            for one in taken.receipts
        ],
    }
