"""The journal as a file of JSON lines, safe against kills and two writers; which one is open."""

import codecs
import contextlib
import datetime as dt
import glob
import itertools
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from kskt_excel.ledger.lines import (
    START,
    Journal,
    JournalDamagedError,
    JournalLine,
    Link,
    Payload,
    Tip,
    followed,
    linked,
)
from kskt_excel.ledger.safe_files import (
    WriteFailedError,
    file_lock,
    sync_folder,
    write_bytes,
    write_whole,
)
from kskt_excel.messages import finding
from kskt_excel.model.finding import Finding

# A line as this program writes it, keys in this order and no blanks. A line that says the same
# otherwise was touched by somebody.
_STORED = re.compile(r'\{"hash":"([0-9a-f]{64})","prev":"([0-9a-f]{64})","line":(\{.*\})\}')
_WAIT_SECONDS = 30.0  # an append takes milliseconds: whoever holds it longer is in trouble
_UTF_16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


class FileJournal:
    """A journal file; several programs may append to it at the same time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._findings: list[Finding] = []
        self._lines: list[JournalLine] = []
        self._hashes = [START]  # of each line, after that of an empty journal
        self._tip = Tip()
        self._end = 0  # bytes verified so far
        self._unended = False  # the last line is whole but has lost its line end
        self._dressed = False  # an editor has put a mark before it or other line ends into it

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was seen while it was read: an unfinished last line, an editor's line ends."""
        return tuple(self._findings)

    def lines(self) -> tuple[JournalLine, ...]:
        """Every line, oldest first, its chain verified. Raises JournalDamagedError."""
        self._catch_up(self._bytes())
        return tuple(self._lines)

    def append(self, *payloads: Payload, by: str, at: dt.datetime) -> tuple[JournalLine, ...]:
        """Writes one line for each payload, on the disk when it returns; gives the lines.

        Raises JournalDamagedError, WriteFailedError, WorkspaceBusyError.
        """
        with self._locked():
            torn = self._catch_up(self._bytes())
            if self._dressed:
                self._undress()
                torn = self._catch_up(self._bytes())
            links = tuple(linked(self._tip, payloads, by, at))
            lines = tuple(followed(self._tip, links, str(self.path)))
            data = b"\n" * self._unended + stored(links)
            try:
                self._write(data, cut=bool(torn))
            except OSError as error:
                raise WriteFailedError(self.path, error) from error
            self._accept(lines, links, len(data))
            self._unended = False
        return lines

    def hash_at(self, seq: int) -> str:
        """The hash of a line; that of an empty journal for 0, "" for one that is not there."""
        return self._hashes[seq] if seq < len(self._hashes) else ""

    def links(self) -> tuple[Link, ...]:
        """The lines as they are stored, oldest first. Raises JournalDamagedError."""
        count = len(self.lines())
        found = (
            journal_links(plain_journal(self.path.read_bytes()), str(self.path))
            if count
            else iter(())
        )
        return tuple(itertools.islice(found, count))

    def keep_originals(self, originals: Mapping[str, bytes]) -> None:
        """Nothing: the archive stands beside the file already."""

    def original(self, sha256: str) -> bytes | None:  # noqa: ARG002  # as a server is asked
        """None: the archive stands beside the file already."""
        return None

    def siblings(self) -> tuple[Path, ...]:
        """Other journals beside this one, as people, editors and synchronizing programs leave them.

        ``journal (conflicted copy 2022-03-18).jsonl``, ``journal-PC2.jsonl``,
        ``Copy of journal.jsonl``, ``journal.jsonl.bak``.
        """
        stem, suffix = glob.escape(self.path.stem), glob.escape(self.path.suffix)
        own = (self.path.name, f"{self.path.name}.lock")
        beside = self.path.parent.glob(f"*{stem}*{suffix}*")
        return tuple(sorted(one for one in beside if one.name not in own and one.is_file()))

    def put(self, links: Sequence[Link]) -> None:
        """Replaces all lines of the file by these. Raises WriteFailedError."""
        with self._locked():
            write_whole(self.path, stored(links))
            self._forget()

    def _locked(self) -> contextlib.AbstractContextManager[None]:
        return file_lock(self.path.with_name(f"{self.path.name}.lock"), _WAIT_SECONDS)

    def _bytes(self) -> bytes:
        """What was written since the last look; everything when the file was put back shorter."""
        try:
            with self.path.open("rb") as file:
                if os.fstat(file.fileno()).st_size < self._end:
                    self._forget()
                file.seek(self._end)
                return file.read()
        except FileNotFoundError:
            self._forget()
            return b""

    def _forget(self) -> None:
        self._lines, self._hashes, self._tip = [], [START], Tip()
        self._end, self._unended, self._dressed = 0, False, False

    def _catch_up(self, data: bytes) -> bytes:
        """Takes in the complete lines of ``data``; gives the unfinished rest."""
        if self._end == 0:
            data = self._without_mark(data)
        if self._unended and data.startswith(b"\n"):
            data, self._end, self._unended = data[1:], self._end + 1, False
        end = data.rfind(b"\n") + 1
        whole, rest = data[:end], data[end:]
        if _STORED.fullmatch(rest.decode("utf-8", "replace")):
            whole, rest = data, b""
        links = tuple(journal_links(whole, str(self.path), self._tip.seq + 1))
        lines = tuple(followed(self._tip, links, str(self.path)))
        self._accept(lines, links, len(whole))
        if whole:
            self._unended = not whole.endswith(b"\n")
        if b"\r" in whole or b"\n\n" in whole:
            self._see_dress("cuối dòng")
        self._judge(rest)
        return rest

    def _without_mark(self, data: bytes) -> bytes:
        """The bytes after the mark that some editors put before UTF-8."""
        if data.startswith(codecs.BOM_UTF8):
            self._see_dress("dấu BOM ở đầu tệp")
            self._end = len(codecs.BOM_UTF8)
            return data[self._end :]
        return data

    def _see_dress(self, what: str) -> None:
        self._dressed = True
        said = finding("ledger.dressed", what=what)
        if said not in self._findings:
            self._findings.append(said)

    def _undress(self) -> None:
        """Puts the lines back as they were written: the editor has changed none of them."""
        write_whole(self.path, plain_journal(self.path.read_bytes()))
        self._forget()

    def _judge(self, rest: bytes) -> None:
        """Says that an unfinished line is dropped; a whole one with a damaged end is damage."""
        if not rest:
            return
        if _holds_an_object(rest):
            raise JournalDamagedError(
                str(self.path), self._tip.seq + 1, "cuối dòng bị thay đổi sau khi ghi"
            )
        said = finding("ledger.torn_line", line=self._tip.seq + 1, bytes=len(rest))
        if said not in self._findings:
            self._findings.append(said)

    def _write(self, data: bytes, *, cut: bool) -> None:
        is_new = not self.path.exists()
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0)
        descriptor = os.open(self.path, flags, 0o666)
        try:
            if cut:
                os.ftruncate(descriptor, self._end)
            os.lseek(descriptor, self._end, os.SEEK_SET)
            write_bytes(descriptor, data)
        except OSError:
            with contextlib.suppress(OSError):  # what cannot be cut now is dropped at the next look
                os.ftruncate(descriptor, self._end)
            raise
        finally:
            os.close(descriptor)
        if is_new:
            sync_folder(self.path.parent)

    def _accept(self, lines: tuple[JournalLine, ...], links: tuple[Link, ...], size: int) -> None:
        self._lines.extend(lines)
        self._hashes.extend(link.hash for link in links)
        if links:
            self._tip = Tip(links[-1].seq, links[-1].hash)
        self._end += size


def open_journal(where: str | Path, office: str = "") -> Journal:
    """The journal at a path, or that of an office at a PostgreSQL URL shared by several.

    Nothing is created before the first line is appended. Raises KsktError when a URL cannot be
    used.
    """
    if isinstance(where, str) and "://" in where:
        from kskt_excel.ledger.postgres import PostgresJournal

        return PostgresJournal(where, office)
    return FileJournal(Path(where))


def stored(links: Iterable[Link]) -> bytes:
    """Links as lines of a journal file."""
    lines = (f'{{"hash":"{one.hash}","prev":"{one.prev}","line":{one.text}}}\n' for one in links)
    return "".join(lines).encode()


def journal_links(whole: bytes, where: str, first: int = 1) -> Iterator[Link]:
    """The links on the lines of a journal file, numbered from ``first``; blank lines are none.

    Raises JournalDamagedError for a line that is no link.
    """
    for raw in whole.split(b"\n"):
        row = raw.removesuffix(b"\r")
        if not row:
            continue
        try:
            found = _STORED.fullmatch(row.decode("utf-8"))
        except UnicodeDecodeError:
            found = None
        if found is None:
            raise JournalDamagedError(where, first, "dòng không đúng dạng")
        yield Link(first, found[2], found[1], found[3])
        first += 1


def plain_journal(data: bytes) -> bytes:
    """A journal file as the program writes it: without what editors add at its start and lines."""
    for mark, encoding in _UTF_16.items():
        if data.startswith(mark):
            data = data[len(mark) :].decode(encoding, "replace").encode()
    lines = data.removeprefix(codecs.BOM_UTF8).split(b"\n")
    whole = [line.removesuffix(b"\r") for line in lines]
    return b"".join(line + b"\n" for line in whole[:-1] if line) + whole[-1]


def _holds_an_object(rest: bytes) -> bool:
    """Whether a whole object stands at its start: a cut line leaves none."""
    try:
        json.JSONDecoder().raw_decode(rest.decode("utf-8", "replace"))
    except ValueError:
        return False
    return True
