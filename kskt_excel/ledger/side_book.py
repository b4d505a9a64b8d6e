"""The side book: receipts and decisions once more, beside the originals.

The journal is the record. The side book only knows how to write a line again that was lost with
the journal, or that never came to be written because a run was killed between the original and
its line. A receipt is entered before its original is stored, a decision after its line is written:
who was told that a decision could not be recorded shall not find it recorded later.
"""

import dataclasses
import datetime as dt
import hashlib
import json
import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import field
from pathlib import Path

from kskt_excel.ledger.journal import (
    JournalLine,
    JournalNewerError,
    Receipt,
    Tip,
    pack_line,
    unpack_line,
)
from kskt_excel.ledger.record_mark import decision_mark
from kskt_excel.ledger.safe_files import WriteFailedError, write_bytes
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.submission import Decision

SIDE_BOOK_FILE = "so-phu.jsonl"
# A line as this program writes it, keys in this order and no blanks, so that ``sum`` proves it.
_ENTRY = re.compile(
    r'\{"sum":"([0-9a-f]{16})","after":"([0-9a-f]{64})","of":(\[.*?\]),"line":(\{.*\})\}'
)

SheetAndRow = tuple[str, str]
"""Where a receipt was found, and the hash of its bytes: what is one receipt and no other."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the side book (dòng sổ phụ)."""

    after: Tip  # the end of the journal before a receipt; number and hash of a decision's line
    line: JournalLine
    of: SheetAndRow | None = None  # of a decision on a version: the receipt it speaks of


def receipt_place(receipt: Receipt) -> SheetAndRow:
    """What makes a receipt one and no other."""
    return receipt.locator, receipt.sha256


def enter_receipts(
    folder: Path, receipts: Sequence[Receipt], *, after: Tip, by: str, at: dt.datetime
) -> None:
    """Enters receipts, on the disk when it returns. Raises WriteFailedError."""
    lines = (JournalLine(after.seq, at, by, one) for one in receipts)
    _enter(folder, [Entry(after, line) for line in lines])


def enter_decisions(
    folder: Path,
    lines: Iterable[JournalLine],
    hash_at: Callable[[int], str],
    before: Sequence[JournalLine],
) -> None:
    """Enters the decisions among lines just written. Raises WriteFailedError."""
    decided = [line for line in lines if isinstance(line.payload, Decision)]
    entries = [
        Entry(Tip(line.seq, hash_at(line.seq)), line, _entry_place(line, before))
        for line in decided
    ]
    _enter(folder, entries)


def _entry_place(line: JournalLine, before: Sequence[JournalLine]) -> SheetAndRow | None:
    number = line.payload.receipt if isinstance(line.payload, Decision) else 0
    receipt = before[number - 1].payload if 0 < number <= len(before) else None
    return receipt_place(receipt) if isinstance(receipt, Receipt) else None


def _enter(folder: Path, entries: Sequence[Entry]) -> None:
    if not entries:
        return
    path = folder / SIDE_BOOK_FILE
    data = "".join(map(_packed, entries)).encode()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0)
        descriptor = os.open(path, flags, 0o666)
        try:
            end = os.lseek(descriptor, 0, os.SEEK_END)
            if end:
                os.lseek(descriptor, end - 1, os.SEEK_SET)
                if os.read(descriptor, 1) != b"\n":  # a killed run left half a line
                    data = b"\n" + data
            write_bytes(descriptor, data)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise WriteFailedError(path, error) from error


def entries(folder: Path) -> Iterator[Entry]:
    """Everything in the side book, oldest first; what is not whole is passed over."""
    for row in _whole_rows(folder):
        try:
            line = unpack_line(row[4])
            of = json.loads(row[3])
        except (ValueError, JournalNewerError):
            continue
        yield Entry(Tip(line.seq, row[2]), line, (of[0], of[1]) if of else None)


def _whole_rows(folder: Path) -> Iterator[re.Match[str]]:
    try:
        text = (folder / SIDE_BOOK_FILE).read_bytes().decode("utf-8", "replace")
    except OSError:
        return
    for row in text.split("\n"):
        found = _ENTRY.fullmatch(row.removesuffix("\r"))
        if found and found[1] == _sum(*found.groups()[1:]):
            yield found


def missing(folder: Path, lines: Sequence[JournalLine]) -> tuple[JournalLine, ...]:
    """Receipts and decisions of the journal that the side book has not, oldest first.

    It has them all unless it was deleted, cut or put back older than the journal.
    """
    receipts, decisions = set(), set()
    for entry in entries(folder):
        match entry.line.payload:
            case Receipt() as one:
                receipts.add(receipt_place(one))
            case Decision() as one:
                decisions.add(decision_mark(one))
    return tuple(
        line
        for line in lines
        if (isinstance(line.payload, Receipt) and receipt_place(line.payload) not in receipts)
        or (isinstance(line.payload, Decision) and decision_mark(line.payload) not in decisions)
    )


def is_shorter(folder: Path, lines: Sequence[JournalLine]) -> bool:
    """Whether the side book has fewer entries than the journal has receipts and decisions.

    Half a line that a full disk left is no entry.
    """
    wanted = sum(isinstance(line.payload, Receipt | Decision) for line in lines)
    return sum(1 for _ in _whole_rows(folder)) < wanted


def complete(folder: Path, lines: Sequence[JournalLine], hash_at: Callable[[int], str]) -> None:
    """Enters again what the side book has lost. Raises WriteFailedError."""
    for line in missing(folder, lines):
        if isinstance(line.payload, Receipt):
            before = Tip(line.seq - 1, hash_at(line.seq - 1))
            enter_receipts(folder, [line.payload], after=before, by=line.by, at=line.at)
        else:
            enter_decisions(folder, [line], hash_at, lines)


def unrecorded(
    folder: Path, stored: Collection[str], lines: Iterable[JournalLine]
) -> tuple[JournalLine, ...]:
    """Receipts that the journal has not and whose originals are there, oldest first."""
    known = {receipt_place(one.payload) for one in lines if isinstance(one.payload, Receipt)}
    found: dict[SheetAndRow, JournalLine] = {}
    for entry in entries(folder):
        one = entry.line.payload
        if isinstance(one, Receipt) and receipt_place(one) not in known and one.sha256 in stored:
            found.setdefault(receipt_place(one), entry.line)
    return tuple(found.values())


@dataclass
class Replay:
    """Lines of the side book that may follow a journal's own, and those that may not."""

    lines: list[JournalLine] = field(default_factory=list)  # numbers in them made to fit
    unfit: list[JournalLine] = field(default_factory=list)

    @property
    def receipts(self) -> int:
        """How many of the lines are receipts."""
        return sum(isinstance(line.payload, Receipt) for line in self.lines)


def replay(
    folder: Path,
    stored: Collection[str],
    lines: Sequence[JournalLine],
    hash_at: Callable[[int], str],
) -> Replay:
    """What a journal that was put back has to take in again: receipts, then decisions in order.

    A decision whose receipt, or the decision that it takes back, is not there is unfit.
    """
    made = Replay(list(unrecorded(folder, stored, lines)))
    numbers = _numbers(lines, made.lines)
    decided: dict[int, int] = {0: 0}  # number that a decision had -> the one that it has now
    for entry in entries(folder):
        one, old = entry.line.payload, entry.line.seq
        if not isinstance(one, Decision):
            continue
        if hash_at(old) == entry.after.hash:
            decided[old] = old
            continue
        receipt = numbers.get(entry.of) if entry.of else 0
        revokes = decided.get(one.revokes)
        if receipt is None or revokes is None:
            made.unfit.append(entry.line)
            continue
        decided[old] = len(lines) + len(made.lines) + 1
        fitted = dataclasses.replace(one, receipt=receipt, revokes=revokes)
        made.lines.append(dataclasses.replace(entry.line, payload=fitted))
    return made


def _numbers(lines: Sequence[JournalLine], more: Sequence[JournalLine]) -> dict[SheetAndRow, int]:
    """The number that each receipt has, or will have when ``more`` follows."""
    found: dict[SheetAndRow, int] = {}
    for number, line in enumerate((*lines, *more), start=1):
        if isinstance(line.payload, Receipt):
            found.setdefault(receipt_place(line.payload), number)
    return found


def newest_end(folder: Path) -> Tip:
    """The furthest that the journal is known to have come by the side book alone."""
    return max((entry.after for entry in entries(folder)), key=lambda one: one.seq, default=Tip())


def _packed(entry: Entry) -> str:
    text = pack_line(entry.line.seq, entry.line.at, entry.line.by, entry.line.payload)
    of = json.dumps(entry.of or (), ensure_ascii=False, separators=(",", ":"))
    total = _sum(entry.after.hash, of, text)
    return f'{{"sum":"{total}","after":"{entry.after.hash}","of":{of},"line":{text}}}\n'


def _sum(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
