"""What came in and from where: each file archived and recorded once, in the order it lies."""

import datetime as dt
import os
import time
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from kskt_excel.ledger import archive
from kskt_excel.ledger.cache import Cache
from kskt_excel.ledger.journal import Receipt, Recheck
from kskt_excel.ledger.state import JournalState
from kskt_excel.mail.arrivals import Opener, arrivals, is_link, shown_place
from kskt_excel.mail.pieces import MIB, Incoming, NotTaken, verdict_unread
from kskt_excel.messages import finding
from kskt_excel.model.calendar import VIETNAM, in_vietnam
from kskt_excel.model.errors import COULD_NOT, KsktError
from kskt_excel.model.finding import Finding, Severity
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Plan
from kskt_excel.model.reading import Identity
from kskt_excel.model.settings import OFFICE_MAIL
from kskt_excel.model.submission import Arrival, Verdict
from kskt_excel.office.collected import CollectedQuarters
from kskt_excel.office.desk import Desk
from kskt_excel.office.outcome import (
    DONE,
    Outcome,
    ScreenLine,
    count_line,
    finding_lines,
    grouped_lines,
)
from kskt_excel.office.quarter import recheck
from kskt_excel.office.results import FileReader, checked_as, open_cache
from kskt_excel.office.running_step import Step, begin
from kskt_excel.office.signed_copies import tie_signed_copies
from kskt_excel.text.pii import mask_title, without_names
from kskt_excel.text.shown import day_text
from kskt_excel.worker.container_task import container_opener

if TYPE_CHECKING:
    from kskt_excel.mail.mailbox import Mailbox, WantedMails
    from kskt_excel.mail.servers import Secret

_BATCH = 64  # receipts written at once: each write waits for the disk
_BATCH_BYTES = 16 * MIB  # or of so much content, which waits in memory
_LONG_AGO = dt.timedelta(days=366)
_FEW = 3  # foreign files told one by one


class InboxRun:
    """Takes new files in: each waits for its result and for those before it.

    Originals go to the archive before their journal lines are written, some at once, while the
    workers read on. A file that names no quarter belongs to the one that was being collected when
    it arrived; ``period`` is the one at work.
    """

    def __init__(self, desk: Desk, plan: Plan, period: Period | None) -> None:
        self._desk, self._plan, self._period = desk, plan, period
        self._collected = CollectedQuarters(desk)
        self._machine_now = dt.datetime.now(VIETNAM) if desk.is_day_only else desk.now
        self._state = desk.state  # as it was: what is taken in now is in ``_seen``
        self._seen: set[tuple[str, str]] = set()
        self._waiting: deque[Arrival] = deque()
        self._ready = 0  # how many of them, from the first on, have their result
        self._ready_bytes = 0
        self._being_read: set[str] = set()
        self._results: dict[str, bytes] = {}
        self.receipts: list[Receipt] = []
        self.remarks: list[Finding] = []
        self.is_complete = True  # False: a server has kept a mail back
        self.known = 0
        self.unread = 0  # files that are there and could not be read

    def take(self, coming: Iterable[Incoming]) -> None:
        """Everything that is new, archived and recorded when it returns."""
        begin(Step.RECEIVE)
        try:
            with FileReader(self._desk, self._plan) as reader:
                for sha256, result in reader.read(self._to_read(coming, reader)):
                    self._being_read.remove(sha256)
                    self._results[sha256] = result
                    self._settle_batch()
        finally:  # also when a person stops it: what is read by now need not be read again
            self._settle_ready()

    def _to_read(
        self, coming: Iterable[Incoming], reader: FileReader
    ) -> Iterator[tuple[str, str, bytes]]:
        """What the workers have to read: each content once; the rest is settled on the way."""
        for one in self._unseen(coming):
            self._waiting.append(one)
            if not self._is_ready(one) and one.sha256 not in self._being_read:
                kept = reader.kept(one.sha256)
                if kept:
                    self._results[one.sha256] = kept
                else:
                    self._being_read.add(one.sha256)
                    yield one.sha256, one.name, one.data
            self._settle_batch()

    def _unseen(self, coming: Iterable[Incoming]) -> Iterator[Arrival]:
        """Files that were not seen before in the same place."""
        for one in coming:
            if isinstance(one, NotTaken):
                self._remark(one.finding)
                self.is_complete = self.is_complete and not one.is_open
                continue
            place = (one.locator, one.sha256)
            if place in self._seen or self._state.knows(*place):
                self.known += 1
            else:
                self._seen.add(place)
                yield one

    def _remark(self, found: Finding) -> None:
        """What could not be taken in: the run goes on, so it is no error of the run."""
        is_unread = found.severity is Severity.ERROR
        self.unread += is_unread
        level = Severity.WARNING if is_unread else found.severity
        self.remarks.append(replace(without_names(found), severity=level))

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
        taken = self._archived(settled)
        self._desk.record(*taken)
        self._desk.taken_in += len(taken)
        self.receipts.extend(taken)
        waited_for = {one.sha256 for one in self._waiting}
        self._results = {key: one for key, one in self._results.items() if key in waited_for}

    def _archived(self, settled: list[Arrival]) -> list[Receipt]:
        """Receipts of files whose originals are in the archive: the journal line comes after."""
        receipts = [self._receipt(one) for one in settled]
        originals = [
            archive.Original(receipt.period, one.data, PurePath(one.name).suffix, one.sha256)
            for receipt, one in zip(receipts, settled, strict=True)
        ]
        placed = [
            replace(receipt, archived=archive.place(one).as_posix())
            for receipt, one in zip(receipts, originals, strict=True)
        ]
        if placed:
            self._desk.announce(placed)
            archive.store_all(self._desk.workspace.archive, originals)
            self._desk.share(originals)
        return placed

    def _receipt(self, one: Arrival) -> Receipt:
        unread = verdict_unread(one)
        checked = None if unread else checked_as(self._results[one.sha256], one.name)
        identity = checked.reading.identity if checked and checked.reading else Identity()
        received_at = self._received_at(one, identity.period)
        said = list(one.findings)
        day = in_vietnam(received_at).date()
        stated = in_vietnam(one.received_at).date() if one.received_at else day
        if stated != day:
            said.append(finding("mail.wrong_date", name=one.name, stated=day_text(stated)))
        at_hand = self._collected.on(day, self._period)
        if at_hand.others and not identity.period:
            others = ", ".join(other.label for other in at_hand.others)
            said.append(
                finding(
                    "mail.which_quarter",
                    name=one.name,
                    quarter=at_hand.quarter.label,
                    others=others,
                    file=one.sha256[:8],
                    period=at_hand.quarter.id,
                    other=at_hand.others[0].id,
                )
            )
        result = recheck(checked, one.sha256, at_hand.quarter.id, unread)
        taken = _receipt(replace(one, findings=tuple(said)), result, received_at)
        is_older = bool(identity.period) and self._is_before(identity.period, at_hand.quarter)
        collected = at_hand.quarter.id if is_older and at_hand.is_under_way else ""
        return replace(taken, stranger=self._is_strange(taken), collected=collected)

    def _is_before(self, named: str, collected: Period) -> bool:
        """Whether a period comes before the one being collected; a campaign before none."""
        period = self._plan.period(named)
        return period.is_in_series_of(collected) and period < collected

    def _is_strange(self, taken: Receipt) -> bool:
        """Whether nobody has told the office of the mailbox that a unit's report came from."""
        unit = self._plan.unit_by_code.get(taken.unit)
        if not (taken.sender and unit and unit.emails):
            return False
        told = (
            self._plan.settings.text(OFFICE_MAIL),
            *self._desk.workspace.settings.mail.imap_senders,
        )
        known = {address.strip().casefold() for address in told}
        sender = taken.sender.casefold()
        return self._plan.owner_of(sender) is None and sender not in known

    def _received_at(self, one: Arrival, period: str) -> dt.datetime:
        """When it arrived, never later than now.

        A server is believed also where ``--as-of`` takes the office back to a day before. A clock
        of the sender is not: neither ahead of today, nor years before the days that the report is
        about.
        """
        now, at = self._desk.hour_of_receipt, one.received_at
        if at is None or at > self._machine_now:
            return now
        if not one.is_stated:
            return at
        day = in_vietnam(at).date()
        if day > in_vietnam(now).date():
            return now
        if period and now - at > _LONG_AGO:
            return (
                now if day < self._plan.period(period).window(self._plan.cutoff_day).start else at
            )
        return at


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


_CONTEXT = "file of the inbox"
_SETTLED_NS = 2_000_000_000  # a file younger than this may yet change within one tick of its clock


class SeenFiles:
    """Remembers by place what a file was: size, times, number on the disk, and its hash.

    Known is only what the journal has taken in; a lost cache costs a reading, nothing else. Of
    three hundred units, nothing changed, it saves a seventh of the run's processor.
    """

    def __init__(self, cache: Cache, state: JournalState) -> None:
        self._cache, self._state = cache, state
        self.unchanged = 0  # files passed over

    def is_unchanged(self, locator: str, status: os.stat_result) -> bool:
        """Whether the file in this place is the one that was taken in, by its status alone."""
        kept = self._cache.get(locator, _CONTEXT)
        if not kept:
            return False
        sha256, _, was = kept.decode().partition(" ")
        is_same = was == _file_stamp(status) and self._state.knows(locator, sha256)
        self.unchanged += is_same
        return is_same

    def note(self, locator: str, status: os.stat_result, sha256: str) -> None:
        """Remembers what stands in a place; not what was written only just now."""
        if time.time_ns() - max(status.st_mtime_ns, status.st_ctime_ns) > _SETTLED_NS:
            self._cache.put(locator, _CONTEXT, f"{sha256} {_file_stamp(status)}".encode())


def _file_stamp(status: os.stat_result) -> str:
    times = (status.st_mtime_ns, status.st_ctime_ns)
    return " ".join(map(str, (status.st_size, *times, status.st_ino)))


class NothingThereError(KsktError):
    """A path that holds nothing."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"Không có tệp hoặc thư mục {path}. Đề nghị kiểm tra lại đường dẫn, hoặc để tệp"
            " nhận được vào workbooks/inbox rồi chạy lại."
        )


class WholeWorkspaceError(KsktError):
    """A folder that holds what the program itself keeps."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"Thư mục {path} chứa cả kho lưu và sản phẩm của chương trình, không chỉ tệp nhận được."
            " Đề nghị nêu đúng thư mục có tệp đơn vị gửi, ví dụ: workbooks/inbox."
        )


class NoMailboxError(KsktError):
    """No mailbox in the settings."""

    def __init__(self) -> None:
        super().__init__(
            "Chưa có hộp thư trong kskt.toml. Đề nghị ghi mục [mail] với imap_host và imap_user,"
            ' ví dụ: imap_host = "thu.tinh.gov.vn".'
        )


@dataclass(frozen=True, slots=True)
class Received:
    """What a command took in: new receipts, how many were known, and remarks on containers."""

    receipts: tuple[Receipt, ...] = ()
    known: int = 0
    remarks: tuple[Finding, ...] = ()
    unread: int = 0  # files that are there and could not be read
    is_complete: bool = True  # False: a server has kept a mail back


def as_judged(desk: Desk, taken: Received) -> Received:
    """Receipts with the results that the journal has now; repeats are named as such."""
    state = desk.state
    places = {(one.locator, one.sha256) for one in taken.receipts}
    now = (one for one in state.receipts if (one.locator, one.sha256) in places)
    return replace(taken, receipts=tuple(_or_repeat(state, one) for one in now))


def _or_repeat(state: JournalState, receipt: Receipt) -> Receipt:
    files = state.series(receipt.unit, receipt.period).files
    repeats = any(file.receipt is receipt and file.repeats for file in files)
    return replace(receipt, verdict=Verdict.DUPLICATE) if repeats else receipt


@dataclass
class InboxStream:
    """What comes in; files that nobody has touched since they were taken in are only counted."""

    files: Iterator[Incoming]
    seen: SeenFiles | None = None

    @property
    def unchanged(self) -> int:
        """How many files were passed over so far."""
        return self.seen.unchanged if self.seen else 0


def receive_all(
    desk: Desk, coming: InboxStream, plan: Plan, period: Period | None = None
) -> Received:
    """Every new file archived and recorded; a file seen before in the same place is left alone.

    ``period`` is the one at work.
    """
    taking = InboxRun(desk, plan, period)
    taking.take(coming.files)
    tie_signed_copies(desk, plan)
    known = taking.known + coming.unchanged
    remarks = tuple(taking.remarks)
    return Received(
        tuple(taking.receipts), known, remarks, taking.unread, is_complete=taking.is_complete
    )


def inbox_stream(desk: Desk, paths: Sequence[Path], *, imap: bool) -> InboxStream:
    """Everything in the paths, else in the inbox; with ``imap`` in the mailbox of the settings."""
    if paths or imap:
        return InboxStream(_incoming(desk, paths, imap=imap))
    # who only looks writes nothing, not even what was seen
    cache = open_cache(desk) if desk.is_alone else Cache(None)
    seen = SeenFiles(cache, desk.state)
    return InboxStream(_inbox(desk, seen, cache), seen)


def _inbox(desk: Desk, seen: SeenFiles, cache: Cache) -> Iterator[Incoming]:
    with cache, container_opener(desk.workspace.settings.run) as opener:
        yield from arrivals(_place(desk, desk.workspace.inbox), opener=opener, seen=seen)


def _incoming(desk: Desk, paths: Sequence[Path], *, imap: bool) -> Iterator[Incoming]:
    with container_opener(desk.workspace.settings.run) as opener:
        if imap:
            yield from _mailbox(desk, opener)
        for path in paths:
            yield from _from_path(desk, _place(desk, path), opener)


def _from_path(desk: Desk, path: Path, opener: Opener) -> Iterator[Incoming]:
    root = (path if path.is_dir() else path.parent).resolve()
    inbox = desk.workspace.inbox.resolve()
    # a file of the inbox is the same one whichever way it is asked for
    start = root.relative_to(inbox) if root.is_relative_to(inbox) else None
    before = shown_place(start or Path(desk.workspace.shown(root)))
    if is_link(path) and path.parent.resolve().is_relative_to(inbox):
        # put there by whoever sends; «inbox/*» names it
        name = shown_place(Path(path.name))
        yield NotTaken(f"{before}/{name}", name, finding("file.not_a_file", name=name))
        return
    for one in arrivals(path, opener=opener):
        # a mail is the same one wherever its file lies
        is_known = one.locator.startswith("mail:") or start == Path()
        yield one if is_known else replace(one, locator=f"{before}/{one.locator}")


def _mailbox(desk: Desk, opener: Opener) -> Iterator[Incoming]:
    from kskt_excel.mail.mailbox import mailbox_arrivals

    box, secret = office_mailbox(desk)
    is_known, wanted = desk.state.has_taken_all, _wanted(desk)
    yield from mailbox_arrivals(box, secret, is_known=is_known, wanted=wanted, opener=opener)


def office_mailbox(desk: Desk) -> "tuple[Mailbox, Secret]":
    """The mailbox of the settings and what opens it.

    Raises NoMailboxError, NoPasswordError, NoTokenError.
    """
    from kskt_excel.mail.mailbox import Mailbox
    from kskt_excel.mail.servers import RECEIVING, server_secret

    mail = desk.workspace.settings.mail
    if not (mail.imap_host and mail.imap_user):
        raise NoMailboxError
    auth, command = mail.imap_auth, mail.imap_token_command
    secret = server_secret(RECEIVING, mail.imap_user, os.environ, auth=auth, token_command=command)
    where = (mail.imap_host, mail.imap_user, mail.imap_port, mail.imap_folder)
    return Mailbox(*where, mail.imap_ca_file, mail.imap_drafts), secret


def _wanted(desk: Desk) -> "WantedMails":
    """Mails that may bring a report: by day, sender, subject and attachment."""
    from kskt_excel.mail.mailbox import SUBJECT_WORDS, WantedMails

    mail, plan = desk.workspace.settings.mail, desk.latest_plan
    days = dt.timedelta(days=mail.imap_days)
    addresses = (address for unit in plan.units for address in unit.emails)
    of_plan = (plan.regime.work, plan.regime.short)
    return WantedMails(
        since=desk.now.date() - days if days else None,
        senders=frozenset(one.strip().casefold() for one in (*addresses, *mail.imap_senders)),
        words=(*SUBJECT_WORDS, *mail.imap_words, *(word for word in of_plan if word)),
        everything=mail.imap_everything,
    )


def _place(desk: Desk, path: Path) -> Path:
    """A path to take files from. Raises NothingThereError, WholeWorkspaceError."""
    if not path.exists():
        raise NothingThereError(path)
    if path.is_dir() and desk.workspace.archive.resolve().is_relative_to(path.resolve()):
        raise WholeWorkspaceError(path)
    return path


def would_take(desk: Desk, coming: InboxStream) -> Outcome:
    """What would be taken in, without writing anything."""
    state = desk.state
    lines: list[ScreenLine] = []
    names: list[str] = []
    for one in coming.files:
        if isinstance(one, NotTaken):
            lines.extend(finding_lines([without_names(one.finding)]))
        elif not state.knows(one.locator, one.sha256):
            name, place = mask_title(one.name), mask_title(one.locator)
            names.append(name)
            lines.append(ScreenLine(f"Sẽ nhận: {name} ({place})"))
    lines.append(ScreenLine(f"{len(names)} tệp mới; chưa ghi gì."))
    return Outcome(tuple(lines), {"schema": "kskt.receive/1", "files": names})


def receive_outcome(plan: Plan, taken: Received, changed: Sequence[ScreenLine] = ()) -> Outcome:
    """A line for each new file, remarks on containers, the count, and what has changed by them."""
    lines = list(grouped_lines(taken.remarks))
    nobodys = Counter(one.verdict for one in taken.receipts if not one.unit)
    many = {verdict for verdict, count in nobodys.items() if count > _FEW}
    for verdict in many:
        files = [one for one in taken.receipts if not one.unit and one.verdict is verdict]
        named = ", ".join(one.name for one in files[:_FEW])
        text = f"{len(files)} tệp chưa rõ đơn vị ({named}, …): {verdict.label.lower()}"
        lines.append(ScreenLine(text))
    for one in taken.receipts:
        if not one.unit and one.verdict in many:
            continue
        unit = plan.unit_by_code.get(one.unit)
        whose = f"{unit.name if unit else 'chưa rõ đơn vị'}, {one.period}"
        lines.append(ScreenLine(f"{one.name} ({whose}): {one.verdict.label.lower()}"))
        lines.extend(finding_lines(one.findings))
    if taken.known:
        lines.append(ScreenLine(f"{taken.known} tệp đã nhận từ trước.", "quiet", aside=True))
    lines.append(count_line(one.verdict for one in taken.receipts))
    code = DONE if taken.is_complete else COULD_NOT
    return Outcome((*lines, *changed), _json(taken), code)


def _json(taken: Received) -> Mapping[str, object]:
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
