"""The record itself watched over: refused when it lost something, taken up after a kill, copied."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePath

from kskt_excel.ledger import archive, joining, side_book
from kskt_excel.ledger.backups import back_up, copy_of, read_copy
from kskt_excel.ledger.lines import JournalLine, Note, Receipt
from kskt_excel.ledger.safe_files import WriteFailedError
from kskt_excel.ledger.versions import clock_moment
from kskt_excel.ledger.witness import JournalShorterError, KnownEnd, WitnessedJournal
from kskt_excel.model.errors import KsktError
from kskt_excel.office.outcome import ScreenLine, finding_lines
from kskt_excel.workspace import Workspace


class ArchiveKnowsMoreError(KsktError):
    """Originals in the archive while the journal is gone."""

    def __init__(self, count: int, where: str) -> None:
        super().__init__(
            f"Sổ nhận {where} thiếu: kho lưu có {count} tệp đã nhận mà sổ không biết."
            " Chưa ghi đè gì."
            " Xem còn lấy lại được gì: kskt journal show; lấy lại từ bản sao lưu và kho lưu:"
            " kskt journal restore"
        )


def guard(place: Workspace, journal: WitnessedJournal) -> None:
    """Refuses a journal that witness, side book or archive know more than.

    Raises JournalDamagedError, JournalShorterError, ArchiveKnowsMoreError.
    """
    lines, name = journal.lines(), place.journal_name
    known = journal.witness.read()
    if known and known.seq:
        return
    newest = side_book.newest_end(place.archive)
    if journal.hash_at(newest.seq) != newest.hash:
        end = KnownEnd(newest.seq, newest.hash)
        raise JournalShorterError(name, len(lines), end, siblings=journal.siblings())
    kept = archive.hashes(place.archive)
    pending = side_book.unrecorded(place.archive, kept, lines)
    unknown = kept - received_hashes(lines) - received_hashes(pending)
    if unknown:
        raise ArchiveKnowsMoreError(len(unknown), name)


def seen_while_opening(place: Workspace, journal: WitnessedJournal) -> Iterator[ScreenLine]:
    """What is to be said of a journal that can be worked with all the same."""
    yield from finding_lines(journal.findings)
    siblings = journal.siblings()
    own = copy_of(journal.inner, place.journal_name) if siblings else None
    for path in siblings:
        other = read_copy(path)
        if own and len(other.links) > joining.shared(own.links, other.links):
            text = f"{path.name} cạnh sổ nhận có những dòng mà sổ không có. Xem: kskt journal show"
            yield ScreenLine(text, "warn", aside=True)


def take_up(place: Workspace, journal: WitnessedJournal) -> Iterator[ScreenLine]:
    """Registers originals of a run that was killed before their lines were written."""
    lines = journal.lines()
    kept = archive.hashes(place.archive)
    if kept <= received_hashes(lines):
        return
    pending = side_book.unrecorded(place.archive, kept, lines)
    for line in pending:
        journal.append(line.payload, by=line.by, at=line.at)
    if pending:
        text = f"Lần chạy trước bị ngắt: {len(pending)} tệp đã vào kho lưu, nay ghi nốt vào sổ."
        yield ScreenLine(text, "warn", aside=True)


def share_originals(
    place: Workspace, journal: WitnessedJournal, originals: Sequence[archive.Original]
) -> None:
    """Originals kept on the server too, for the office's other machines.

    Raises ServerFailedError.
    """
    if place.settings.journal.url and place.settings.journal.originals == "server":
        journal.inner.keep_originals({one.sha256: one.data for one in originals})


def bring_originals(place: Workspace, journal: WitnessedJournal) -> None:
    """Fetches originals that another machine of the office has received."""
    if not (place.settings.journal.url and place.settings.journal.originals == "server"):
        return
    kept = archive.hashes(place.archive)
    for line in journal.lines():
        one = line.payload
        if isinstance(one, Receipt) and one.sha256 not in kept:
            data = journal.inner.original(one.sha256)
            if data is not None:
                suffix = PurePath(one.archived).suffix
                kept_for = PurePath(one.archived).parts[0]
                original = archive.Original(kept_for, data, suffix, one.sha256)
                archive.store_all(place.archive, [original])


def clock_behind(journal: WitnessedJournal, now: dt.datetime, who: str) -> Iterator[ScreenLine]:
    """Says, and notes once, that the day at work lies before what is recorded already."""
    lines = journal.lines()
    latest = max((line.at for line in lines), default=now)
    if now >= latest:
        return
    text = (
        f"Đồng hồ máy hoặc --as-of là {clock_moment(now)}, trước dòng gần nhất của sổ"
        f" ({clock_moment(latest)}). Tệp rời nhận lần này không ghi giờ sớm hơn lần nhận trước."
        " Hãy kiểm tra ngày giờ của máy."
    )
    if not any(isinstance(one.payload, Note) and one.payload.text == text for one in lines):
        journal.append(Note(text), by=who, at=now)
    yield ScreenLine(text, "warn", aside=True)


def received_hashes(lines: Iterable[JournalLine]) -> set[str]:
    """SHA-256 of every original that the lines have received."""
    return {line.payload.sha256 for line in lines if isinstance(line.payload, Receipt)}


def backup_remarks(place: Workspace, journal: WitnessedJournal) -> Iterator[ScreenLine]:
    """A backup after a run that wrote; the run has done its work where that cannot be made."""
    try:
        keep_backup(place, journal)
    except (WriteFailedError, OSError) as error:
        yield ScreenLine(f"Chưa sao lưu được sổ nhận. {error}", "warn", aside=True)


def keep_backup(place: Workspace, journal: WitnessedJournal) -> Path | None:
    """A backup of the journal as it is, unless the same one is there."""
    return back_up(place.journal_backups, journal.inner)
