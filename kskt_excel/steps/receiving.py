"""What came in and from where: the inbox, paths, a mailbox; and what is told of it."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kskt_excel.ledger.cache import Cache
from kskt_excel.ledger.lines import Receipt
from kskt_excel.ledger.state import State
from kskt_excel.mail.incoming import Opener, arrivals
from kskt_excel.mail.taking import Incoming, NotTaken
from kskt_excel.model.errors import KsktError
from kskt_excel.model.finding import Finding
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Plan
from kskt_excel.model.submission import Verdict
from kskt_excel.steps.desk import Desk
from kskt_excel.steps.file_lines import count_line
from kskt_excel.steps.opening import container_opener
from kskt_excel.steps.outcome import Line, Outcome, finding_lines
from kskt_excel.steps.reading import open_cache
from kskt_excel.steps.seen_files import SeenFiles
from kskt_excel.steps.taking import Taking


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


@dataclass
class Coming:
    """What comes in; files that nobody has touched since they were taken in are only counted."""

    files: Iterator[Incoming]
    seen: SeenFiles | None = None

    @property
    def unchanged(self) -> int:
        """How many files were passed over so far."""
        return self.seen.unchanged if self.seen else 0


def take_in(desk: Desk, coming: Coming, plan: Plan, period: Period | None = None) -> TakenIn:
    """Every new file archived and recorded; a file seen before in the same place is left alone.

    ``period`` is the one at work: a file that names none is put beside it.
    """
    taking = Taking(desk, plan, period)
    taking.take(coming.files)
    known = taking.known + coming.unchanged
    return TakenIn(tuple(taking.receipts), known, tuple(taking.remarks))


def sources(desk: Desk, paths: Sequence[Path], *, imap: bool) -> Coming:
    """Everything in the paths, else in the inbox; with ``imap`` in the mailbox of the settings."""
    if paths or imap:
        return Coming(_given(desk, paths, imap=imap))
    # who only looks writes nothing, not even what was seen
    cache = open_cache(desk) if desk.is_alone else Cache(None)
    seen = SeenFiles(cache, desk.state)
    return Coming(_inbox(desk, seen, cache), seen)


def _inbox(desk: Desk, seen: SeenFiles, cache: Cache) -> Iterator[Incoming]:
    with cache, container_opener(desk.workspace.settings.run) as opener:
        yield from arrivals(_existing(desk.workspace.inbox), opener=opener, seen=seen)


def _given(desk: Desk, paths: Sequence[Path], *, imap: bool) -> Iterator[Incoming]:
    with container_opener(desk.workspace.settings.run) as opener:
        if imap:
            yield from _mailbox(desk, opener)
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


def would_take(desk: Desk, coming: Coming) -> Outcome:
    """What would be taken in, without writing anything."""
    state = desk.state
    lines: list[Line] = []
    names: list[str] = []
    for one in coming.files:
        if isinstance(one, NotTaken):
            lines.extend(finding_lines([one.finding]))
        elif not state.knows(one.locator, one.sha256):
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
