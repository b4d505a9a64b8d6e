"""Copies of the journal, made by themselves: the last ten, and the last one of each month."""

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

from kskt_excel.ledger.journal import (
    FileJournal,
    Journal,
    JournalDamagedError,
    JournalLine,
    Link,
    Tip,
    followed,
    journal_links,
    plain_journal,
    stored,
)
from kskt_excel.ledger.safe_files import write_whole
from kskt_excel.model.calendar import in_vietnam
from kskt_excel.model.errors import KsktError
from kskt_excel.model.nouns import dataclass

BACKUP_FOLDER = "journal-luu"
_LAST = 10  # besides the last one of each month
# «journal-2022-03-14-000123-9f86d081.jsonl»: day and number of its last line, its hash.
_NAME = re.compile(r"journal-(\d{4}-\d{2})-\d{2}-(\d{6,})-([0-9a-f]{8})\.jsonl")


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of the journal, as far as its lines follow one another (bản sao sổ nhận)."""

    path: Path
    links: tuple[Link, ...]
    lines: tuple[JournalLine, ...]
    fault: str = ""  # why it ends before its file does

    @property
    def tip(self) -> Tip:
        """Number and hash of its last good line."""
        return Tip(self.links[-1].seq, self.links[-1].hash) if self.links else Tip()

    def has(self, tip: Tip) -> bool:
        """Whether a line with this number and hash is in it."""
        return tip.seq == 0 or (
            tip.seq <= len(self.links) and self.links[tip.seq - 1].hash == tip.hash
        )


def backups(folder: Path) -> tuple[Path, ...]:
    """Every backup, oldest first by the day of its last line."""
    return tuple(
        sorted(path for path in folder.glob("journal-*.jsonl") if _NAME.fullmatch(path.name))
    )


def back_up(folder: Path, journal: Journal) -> Path | None:
    """A copy of the journal unless the same stands there; older ones go but one of each month.

    None for an empty journal. Raises WriteFailedError and what reading the journal raises.
    """
    lines = journal.lines()
    if not lines:
        return None
    day = in_vietnam(max(line.at for line in lines)).date().isoformat()
    path = folder / f"journal-{day}-{len(lines):06}-{journal.hash_at(len(lines))[:8]}.jsonl"
    if not path.is_file():
        write_whole(path, stored(journal.links()))
        for old in _outdated(folder, path):
            with contextlib.suppress(OSError):  # it goes the next time
                old.unlink()
    return path


def copy_of(journal: Journal, name: str) -> Copy:
    """The journal as far as it can be read; ``name`` is what to call one on a server."""
    if isinstance(journal, FileJournal):
        return read_copy(journal.path)
    return Copy(Path(name), journal.links(), journal.lines())


def read_copy(path: Path) -> Copy:
    """The unbroken run of lines from a file's start, whatever editors did to its line ends."""
    try:
        data = plain_journal(path.read_bytes())
    except FileNotFoundError:
        return Copy(path, (), ())
    except OSError as error:
        return Copy(path, (), (), error.strerror or "không đọc được")
    links: list[Link] = []
    lines: list[JournalLine] = []
    fault = ""
    try:
        for link, line in _pairs(data, path.name):
            links.append(link)
            lines.append(line)
    except KsktError as error:
        fault = error.why if isinstance(error, JournalDamagedError) else str(error)
    return Copy(path, tuple(links), tuple(lines), fault)


def _pairs(data: bytes, where: str) -> Iterator[tuple[Link, JournalLine]]:
    tip = Tip()
    for link in journal_links(data, where):
        (line,) = followed(tip, [link], where)
        yield link, line
        tip = Tip(link.seq, link.hash)


def _outdated(folder: Path, newest: Path) -> Iterator[Path]:
    """Backups that are neither among the last ten nor the last of their month."""
    known = [path for path in backups(folder) if path != newest]
    last_of_month = {path.name[: len("journal-2022-03")]: path for path in (*known, newest)}
    kept = {newest, *known[-(_LAST - 1) :], *last_of_month.values()}
    yield from (path for path in known if path not in kept)
