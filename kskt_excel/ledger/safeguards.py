"""What guards the journal (sổ nhận): whatever else knows how far it had come, and copies of it.

A journal that has lost lines, or another one in its place, is noticed by its witness, which has the
end of it noted beside the originals; by the side book, which has receipts and decisions once more;
by every product, which names the last receipt and the last decision behind it. Backups and other
copies are read as far as their lines follow one another.
"""

import contextlib
import datetime as dt
import hashlib
import json
import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, field, replace
from pathlib import Path
from typing import Self

from kskt_excel.ledger.journal import (
    START,
    FileJournal,
    Journal,
    JournalDamagedError,
    JournalLine,
    JournalNewerError,
    Link,
    Payload,
    Receipt,
    ReceiptPlace,
    Tip,
    followed,
    journal_links,
    pack_line,
    payloads,
    plain_journal,
    stored,
    unpack_line,
)
from kskt_excel.ledger.safe_files import WriteFailedError, write_bytes, write_whole
from kskt_excel.messages import finding
from kskt_excel.model.calendar import in_vietnam
from kskt_excel.model.errors import KsktError
from kskt_excel.model.finding import Finding
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.submission import Decision
from kskt_excel.text.shown import day_text, office_moment

# its end, noted beside the originals

TIP_FILE = "journal.tip"


@dataclass(frozen=True, slots=True)
class KnownEnd:
    """The end of the journal as it was last written (mốc sổ)."""

    seq: int = 0
    hash: str = START
    at: str = ""  # hour of the last line, ISO
    settled: int = 0  # up to which line every quarter was judged anew
    office: str = ""  # whose lines these are, where several offices share a server


class JournalShorterError(KsktError):
    """A journal that has lost lines it once had, or that is another one."""

    def __init__(self, where: str, has: int, known: KnownEnd, *, siblings: Sequence[Path]) -> None:
        hour = f" (ghi lúc {_hour(known.at)})" if known.at else ""
        if has < known.seq:
            missing = f"{has + 1}" if known.seq == has + 1 else f"{has + 1} đến {known.seq}"
            what = f"chỉ còn {has} dòng, thiếu dòng {missing}"
        else:
            what = f"không còn là sổ cũ: dòng {known.seq} khác với dòng đã ghi"
        beside = f" Cạnh sổ có {siblings[0].name}, có thể là bản đầy đủ." if siblings else ""
        super().__init__(
            f"Sổ nhận {where} {what}; dòng cuối đã ghi là dòng {known.seq}{hour}.{beside}"
            " Chưa ghi đè gì. Xem thiếu những gì: kskt journal show;"
            " lấy lại từ bản sao lưu và kho lưu: kskt journal restore"
        )
        self.known = known


class Witness:
    """The file in which the end of a journal is kept."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.is_damaged = False

    def read(self) -> KnownEnd | None:
        """The end that was noted; None where nothing, or nothing whole, stands there."""
        try:
            table = json.loads(self._path.read_text(encoding="utf-8"))
            told, checked = table["end"], table["sum"]
            known = KnownEnd(**{name: told[name] for name in asdict(KnownEnd()) if name in told})
            self.is_damaged = checked != _end_sum(told)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError):
            self.is_damaged = True
        return None if self.is_damaged else known

    def write(self, known: KnownEnd) -> None:
        """Notes an end, on the disk when it returns. Raises WriteFailedError."""
        told = {name: value for name, value in asdict(known).items() if value}
        table = {"end": told, "sum": _end_sum(told)}
        write_whole(self._path, (json.dumps(table, ensure_ascii=False) + "\n").encode())
        self.is_damaged = False


class WitnessedJournal:
    """A journal that is refused when it is shorter than its witness knows.

    The lines of another journal, kept under the lock of the workspace, with the end of them
    noted after each append: a run that is killed between the two leaves a witness that knows
    less, which is no contradiction.
    """

    def __init__(self, inner: Journal, witness: Witness, where: str, office: str = "") -> None:
        self.inner, self.witness = inner, witness
        self._where, self._office = where, office
        self._known: KnownEnd | None = None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was mended while it was read, and a witness that cannot be read."""
        if self.witness.is_damaged:
            return (*self.inner.findings, finding("ledger.tip_damaged"))
        return self.inner.findings

    def lines(self) -> tuple[JournalLine, ...]:
        """Every line, oldest first. Raises JournalDamagedError, JournalShorterError."""
        # the witness first: a run beside this one writes the line first
        known = self._known or self.witness.read() or KnownEnd()
        lines = self.inner.lines()
        if len(lines) < known.seq or self.inner.hash_at(known.seq) != known.hash:
            raise JournalShorterError(
                self._where, len(lines), known, siblings=self.inner.siblings()
            )
        self._known = known
        return lines

    def append(self, *payloads: Payload, by: str, at: dt.datetime) -> tuple[JournalLine, ...]:
        """Writes one line for each payload; gives the lines. Raises as ``lines`` and the rest."""
        self.lines()
        if self._office and self.witness.read() is None:
            self.witness.write(KnownEnd(office=self._office))
        written = self.inner.append(*payloads, by=by, at=at)
        self.note()
        return written

    def hash_at(self, seq: int) -> str:
        """The hash of a line; that of an empty journal for 0, "" for one that is not there."""
        return self.inner.hash_at(seq)

    def siblings(self) -> tuple[Path, ...]:
        """Other journals beside this one, as programs that synchronize folders leave them."""
        return self.inner.siblings()

    @property
    def settled(self) -> int:
        """Up to which line every quarter was judged anew; 0 where that is not known."""
        known = self._known or self.witness.read()
        return known.settled if known else 0

    def note(self, *, settled: int | None = None, anew: bool = False) -> None:
        """Notes the end that the journal has now; ``anew`` whatever was noted before.

        Raises WriteFailedError.
        """
        lines = self.inner.lines()
        known = (None if anew else self.witness.read() or self._known) or KnownEnd()
        now = replace(
            known,
            seq=len(lines),
            hash=self.inner.hash_at(len(lines)),
            at=in_vietnam(lines[-1].at).isoformat() if lines else "",
            settled=known.settled if settled is None else settled,
            office=self._office,
        )
        if now != known:
            self.witness.write(now)
        self._known = now


def _end_sum(told: object) -> str:
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _hour(at: str) -> str:
    try:
        return office_moment(in_vietnam(dt.datetime.fromisoformat(at)))
    except ValueError:
        return at


# receipts and decisions once more

SIDE_BOOK_FILE = "so-phu.jsonl"
# A line as this program writes it, keys in this order and no blanks, so that ``sum`` proves it.
_ENTRY = re.compile(
    r'\{"sum":"([0-9a-f]{16})","after":"([0-9a-f]{64})","of":(\[.*?\]),"line":(\{.*\})\}'
)


@dataclass(frozen=True, slots=True)
class SideEntry:
    """A line of the side book (dòng sổ phụ)."""

    after: Tip  # the end of the journal before a receipt; number and hash of a decision's line
    line: JournalLine
    of: ReceiptPlace | None = None  # of a decision on a version: the receipt it speaks of


@dataclass
class Replay:
    """Lines of the side book that may follow a journal's own, and those that may not."""

    lines: list[JournalLine] = field(default_factory=list)  # numbers in them made to fit
    unfit: list[JournalLine] = field(default_factory=list)

    @property
    def receipts(self) -> int:
        """How many of the lines are receipts."""
        return sum(isinstance(line.payload, Receipt) for line in self.lines)


class SideBook:
    """Receipts and decisions once more, beside the originals (sổ phụ).

    It only knows how to write a line again that was lost with the journal, or that never came to be
    written because a run was killed between the original and its line. A receipt is entered before
    its original is stored, a decision after its line is written: who was told that a decision could
    not be recorded shall not find it recorded later.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / SIDE_BOOK_FILE

    def enter_receipts(
        self, receipts: Sequence[Receipt], *, after: Tip, by: str, at: dt.datetime
    ) -> None:
        """Enters receipts, on the disk when it returns. Raises WriteFailedError."""
        lines = (JournalLine(after.seq, at, by, one) for one in receipts)
        self._enter([SideEntry(after, line) for line in lines])

    def enter_decisions(
        self,
        lines: Iterable[JournalLine],
        hash_at: Callable[[int], str],
        before: Sequence[JournalLine],
    ) -> None:
        """Enters the decisions among lines just written. Raises WriteFailedError."""
        decided = [line for line in lines if isinstance(line.payload, Decision)]
        entries = [
            SideEntry(Tip(line.seq, hash_at(line.seq)), line, _entry_place(line, before))
            for line in decided
        ]
        self._enter(entries)

    def _enter(self, entries: Sequence[SideEntry]) -> None:
        if not entries:
            return
        data = "".join(map(_packed_entry, entries)).encode()
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0)
            descriptor = os.open(self.path, flags, 0o666)
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
            raise WriteFailedError(self.path, error) from error

    def entries(self) -> Iterator[SideEntry]:
        """Everything in the side book, oldest first; what is not whole is passed over."""
        for row in self._whole_rows():
            try:
                line = unpack_line(row[4])
                of = json.loads(row[3])
            except (ValueError, JournalNewerError):
                continue
            yield SideEntry(Tip(line.seq, row[2]), line, (of[0], of[1]) if of else None)

    def _whole_rows(self) -> Iterator[re.Match[str]]:
        try:
            text = self.path.read_bytes().decode("utf-8", "replace")
        except OSError:
            return
        for row in text.split("\n"):
            found = _ENTRY.fullmatch(row.removesuffix("\r"))
            if found and found[1] == _entry_sum(*found.groups()[1:]):
                yield found

    def missing(self, lines: Sequence[JournalLine]) -> tuple[JournalLine, ...]:
        """Receipts and decisions of the journal that the side book has not, oldest first.

        It has them all unless it was deleted, cut or put back older than the journal.
        """
        receipts, decisions = set(), set()
        for entry in self.entries():
            match entry.line.payload:
                case Receipt() as one:
                    receipts.add(one.place)
                case Decision() as one:
                    decisions.add(decision_mark(one))
        return tuple(
            line
            for line in lines
            if (isinstance(line.payload, Receipt) and line.payload.place not in receipts)
            or (isinstance(line.payload, Decision) and decision_mark(line.payload) not in decisions)
        )

    def is_shorter(self, lines: Sequence[JournalLine]) -> bool:
        """Whether the side book has fewer entries than the journal has receipts and decisions.

        Half a line that a full disk left is no entry.
        """
        wanted = sum(isinstance(line.payload, Receipt | Decision) for line in lines)
        return sum(1 for _ in self._whole_rows()) < wanted

    def complete(self, lines: Sequence[JournalLine], hash_at: Callable[[int], str]) -> None:
        """Enters again what the side book has lost. Raises WriteFailedError."""
        for line in self.missing(lines):
            if isinstance(line.payload, Receipt):
                before = Tip(line.seq - 1, hash_at(line.seq - 1))
                self.enter_receipts([line.payload], after=before, by=line.by, at=line.at)
            else:
                self.enter_decisions([line], hash_at, lines)

    def unrecorded(
        self, stored: Collection[str], lines: Iterable[JournalLine]
    ) -> tuple[JournalLine, ...]:
        """Receipts that the journal has not and whose originals are there, oldest first."""
        known = {one.place for one in payloads(lines, Receipt)}
        found: dict[ReceiptPlace, JournalLine] = {}
        for entry in self.entries():
            one = entry.line.payload
            if isinstance(one, Receipt) and one.place not in known and one.sha256 in stored:
                found.setdefault(one.place, entry.line)
        return tuple(found.values())

    def replay(
        self,
        stored: Collection[str],
        lines: Sequence[JournalLine],
        hash_at: Callable[[int], str],
    ) -> Replay:
        """What a journal that was put back has to take in again: receipts, then decisions in order.

        A decision whose receipt, or the decision that it takes back, is not there is unfit.
        """
        made = Replay(list(self.unrecorded(stored, lines)))
        numbers = _numbers(lines, made.lines)
        decided: dict[int, int] = {0: 0}  # number that a decision had -> the one that it has now
        for entry in self.entries():
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
            fitted = replace(one, receipt=receipt, revokes=revokes)
            made.lines.append(replace(entry.line, payload=fitted))
        return made

    def newest_end(self) -> Tip:
        """The furthest that the journal is known to have come by the side book alone."""
        return max(
            (entry.after for entry in self.entries()), key=lambda one: one.seq, default=Tip()
        )


def _entry_place(line: JournalLine, before: Sequence[JournalLine]) -> ReceiptPlace | None:
    number = line.payload.receipt if isinstance(line.payload, Decision) else 0
    receipt = before[number - 1].payload if 0 < number <= len(before) else None
    return receipt.place if isinstance(receipt, Receipt) else None


def _numbers(lines: Sequence[JournalLine], more: Sequence[JournalLine]) -> dict[ReceiptPlace, int]:
    """The number that each receipt has, or will have when ``more`` follows."""
    found: dict[ReceiptPlace, int] = {}
    for number, line in enumerate((*lines, *more), start=1):
        if isinstance(line.payload, Receipt):
            found.setdefault(line.payload.place, number)
    return found


def _packed_entry(entry: SideEntry) -> str:
    text = pack_line(entry.line.seq, entry.line.at, entry.line.by, entry.line.payload)
    of = json.dumps(entry.of or (), ensure_ascii=False, separators=(",", ":"))
    total = _entry_sum(entry.after.hash, of, text)
    return f'{{"sum":"{total}","after":"{entry.after.hash}","of":{of},"line":{text}}}\n'


def _entry_sum(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


# what products name

_LENGTH = 16  # signs of a hash: no two receipts of an office share so many
_KEYWORD = "so-nhan-"
# «tệp 3f2a91bc… nhận …», «quyết định 3f2a… của …», and the keyword in properties.
_IN_WORDS = re.compile(
    rf"(?:tệp|quyết định) ([0-9a-f]{{{_LENGTH}}}) (?:nhận|của) |{_KEYWORD}([0-9a-f]{{{_LENGTH}}})"
)
# LibreOffice writes the keywords in hexadecimal of UTF-16, Excel as they are.
_IN_PDF = re.compile(rb"/Keywords\s*<([0-9A-Fa-f]+)>|%b[0-9a-f]{%d}" % (_KEYWORD.encode(), _LENGTH))


@dataclass(frozen=True, slots=True)
class RecordMark:
    """The last receipt and the last decision behind a product (dấu sổ), told as it shows them."""

    receipt: str = ""  # start of the file's SHA-256; "": none
    received_at: dt.datetime | None = None
    decision: str = ""
    decided_by: str = ""
    decided_at: dt.datetime | None = None

    @classmethod
    def of(cls, received: Iterable[tuple[str, dt.datetime]], decisions: Iterable[Decision]) -> Self:
        """The mark of files (hash, hour of receipt) in any order and of decisions as taken."""
        sha256, at = max(received, key=lambda one: (one[1], one[0]), default=("", None))
        last = next(iter(reversed([*decisions])), None)
        told = (decision_mark(last), last.by, last.at) if last else ()
        return cls(receipt_mark(sha256), at, *told)

    @property
    def words(self) -> str:
        """``Theo sổ nhận: tệp 3f2a91bc… nhận 08 giờ 31 ngày 15/3/2022; …``; "" of nothing."""
        parts = []
        if self.received_at:
            parts.append(f"tệp {self.receipt} nhận {office_moment(in_vietnam(self.received_at))}")
        if self.decided_at:
            day = day_text(in_vietnam(self.decided_at).date())
            parts.append(f"quyết định {self.decision} của {self.decided_by} ngày {day}")
        return f"Theo sổ nhận: {'; '.join(parts)}." if parts else ""


NOTHING_YET = RecordMark()


def receipt_mark(sha256: str) -> str:
    """What a receipt is named by in products."""
    return sha256[:_LENGTH]


def decision_mark(one: Decision) -> str:
    """What a decision is named by in products: what, by whom, when, why, never its number."""
    about = (one.kind.value, one.by, one.at.isoformat(), one.reason, one.unit, one.period)
    what = (str(one.version), one.rule, one.where, *one.originals)
    if one.text:
        what = (*what, one.text, one.task, one.leader, str(one.given_on))
    return hashlib.sha256("\0".join((*about, *what)).encode()).hexdigest()[:_LENGTH]


def marks_in(words: str) -> frozenset[str]:
    """The marks that the words of a product name."""
    return frozenset(found[1] or found[2] for found in _IN_WORDS.finditer(words))


def as_keywords(words: str) -> str:
    """The marks as words without blanks: LibreOffice parts keywords at each one."""
    return " ".join(f"{_KEYWORD}{mark}" for mark in sorted(marks_in(words)))


def keywords_in_pdf(data: bytes) -> str:
    """The keywords of a PDF that name marks; "" of one that has none.

    They stand in hexadecimal UTF-16, as LibreOffice writes them, or as they are.
    """
    texts = (
        bytes.fromhex(found[1].decode()[: len(found[1]) // 2 * 2]).decode("utf-16", "replace")
        if found[1]
        else found[0].decode()
        for found in _IN_PDF.finditer(data)
    )
    return as_keywords(" ".join(texts))


# copies

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
