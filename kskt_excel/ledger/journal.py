"""The journal as a file of JSON lines, safe against kills and two writers; which one is open."""

import contextlib
import datetime as dt
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

from kskt_excel.ledger.lines import (
    Journal,
    JournalDamagedError,
    JournalLine,
    Link,
    Payload,
    Tip,
    followed,
    linked,
)
from kskt_excel.ledger.safe_files import WriteFailedError, file_lock, sync_folder, write_bytes
from kskt_excel.messages import finding
from kskt_excel.model.finding import Finding

_STORED = re.compile(r'\{"hash":"([0-9a-f]{64})","prev":"([0-9a-f]{64})","line":(\{.*\})\}')
_WAIT_SECONDS = 30.0  # an append takes milliseconds: whoever holds it longer is in trouble


class FileJournal:
    """A journal file; several programs may append to it at the same time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lines: list[JournalLine] = []
        self._tip = Tip()
        self._end = 0  # bytes verified so far
        self._unended = False  # the last line is whole but has lost its line end
        self._findings: list[Finding] = []

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was mended while it was read: an unfinished last line that a killed run left."""
        return tuple(self._findings)

    def lines(self) -> tuple[JournalLine, ...]:
        """Every line, oldest first, its chain verified. Raises JournalDamagedError."""
        self._catch_up(self._bytes())
        return tuple(self._lines)

    def append(self, *payloads: Payload, by: str, at: dt.datetime) -> tuple[JournalLine, ...]:
        """Writes one line for each payload, on the disk when it returns; gives the lines.

        Raises JournalDamagedError, WriteFailedError, WorkspaceBusyError.
        """
        with file_lock(self._path.with_name(f"{self._path.name}.lock"), _WAIT_SECONDS):
            torn = self._catch_up(self._bytes())
            links = tuple(linked(self._tip, payloads, by, at))
            lines = tuple(followed(self._tip, links, str(self._path)))
            data = b"\n" * self._unended + b"".join(_stored(link) for link in links)
            try:
                self._write(data, cut=bool(torn))
            except OSError as error:
                raise WriteFailedError(self._path, error) from error
            self._accept(lines, links, len(data))
            self._unended = False
        return lines

    def _bytes(self) -> bytes:
        """What was written since the last look; everything when the file was put back shorter."""
        try:
            with self._path.open("rb") as file:
                if os.fstat(file.fileno()).st_size < self._end:
                    self._forget()
                file.seek(self._end)
                return file.read()
        except FileNotFoundError:
            self._forget()
            return b""

    def _forget(self) -> None:
        self._lines, self._tip, self._end, self._unended = [], Tip(), 0, False

    def _catch_up(self, data: bytes) -> bytes:
        """Takes in the complete lines of ``data``; gives the unfinished rest."""
        if self._unended and data.startswith(b"\n"):
            data, self._end, self._unended = data[1:], self._end + 1, False
        end = data.rfind(b"\n") + 1
        whole, rest = data[:end], data[end:]
        if _STORED.fullmatch(rest.decode("utf-8", "replace")):
            whole, rest = data, b""
        links = tuple(self._links(whole))
        lines = tuple(followed(self._tip, links, str(self._path)))
        self._accept(lines, links, len(whole))
        if whole:
            self._unended = not whole.endswith(b"\n")
        self._judge(rest)
        return rest

    def _links(self, whole: bytes) -> Iterator[Link]:
        rows = whole.removesuffix(b"\n").split(b"\n") if whole else []
        for number, raw in enumerate(rows, start=self._tip.seq + 1):
            try:
                stored = _STORED.fullmatch(raw.decode("utf-8"))
            except UnicodeDecodeError:
                stored = None
            if stored is None:
                raise JournalDamagedError(str(self._path), number, "dòng không đúng dạng")
            yield Link(number, stored[2], stored[1], stored[3])

    def _judge(self, rest: bytes) -> None:
        """Says that an unfinished line is dropped; a whole one with a damaged end is damage."""
        if not rest:
            return
        if _holds_an_object(rest):
            raise JournalDamagedError(
                str(self._path), self._tip.seq + 1, "cuối dòng bị thay đổi sau khi ghi"
            )
        said = finding("ledger.torn_line", line=self._tip.seq + 1, bytes=len(rest))
        if said not in self._findings:
            self._findings.append(said)

    def _write(self, data: bytes, *, cut: bool) -> None:
        is_new = not self._path.exists()
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0)
        descriptor = os.open(self._path, flags, 0o666)
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
            sync_folder(self._path.parent)

    def _accept(self, lines: tuple[JournalLine, ...], links: tuple[Link, ...], size: int) -> None:
        self._lines.extend(lines)
        if links:
            self._tip = Tip(links[-1].seq, links[-1].hash)
        self._end += size


def _stored(link: Link) -> bytes:
    return f'{{"hash":"{link.hash}","prev":"{link.prev}","line":{link.text}}}\n'.encode()


def _holds_an_object(rest: bytes) -> bool:
    """Whether a whole object stands at its start: a cut line leaves none."""
    try:
        json.JSONDecoder().raw_decode(rest.decode("utf-8", "replace"))
    except ValueError:
        return False
    return True


def open_journal(where: str | Path) -> Journal:
    """The journal at a path, or at a PostgreSQL URL shared by several offices.

    Nothing is created before the first line is appended. Raises KsktError when a URL cannot be
    used.
    """
    if isinstance(where, str) and "://" in where:
        from kskt_excel.ledger.postgres import PostgresJournal

        return PostgresJournal(where)

    return FileJournal(Path(where))
