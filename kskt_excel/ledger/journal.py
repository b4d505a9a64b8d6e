"""The journal (sổ nhận): what its lines say, how they are chained, and the file that they stand in.

A line is packed to JSON in one way only, so that its hash proves it; the file is safe against kills
and two writers.
"""

import codecs
import contextlib
import datetime as dt
import glob
import hashlib
import itertools
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, field, fields, replace
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol, TypeAlias, TypeVar

from kskt_excel.ledger.safe_files import (
    WriteFailedError,
    file_lock,
    sync_folder,
    write_bytes,
    write_whole,
)
from kskt_excel.messages import finding
from kskt_excel.model.calendar import in_vietnam
from kskt_excel.model.errors import KsktError
from kskt_excel.model.finding import Finding, Severity
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.submission import Decision, DecisionKind, Verdict

# what a line says


class JournalNewerError(KsktError):
    """A journal line that this version of the program does not know."""

    def __init__(self, seq: int, kind: str) -> None:
        super().__init__(
            f"Sổ nhận có dòng số {seq} loại “{kind}” do bản chương trình mới hơn ghi."
            " Đề nghị cập nhật chương trình rồi chạy lại."
        )


ReceiptPlace = tuple[str, str]
"""Where a receipt was found, and the hash of its bytes."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """One file taken in (lần nhận): all that is known about it; its line is the commit point."""

    sha256: str
    name: str  # cleaned, for display
    locator: str  # the place it was found in: the same place and bytes are not taken in twice
    channel: str  # "folder", "mail", "zip", "imap"
    received_at: dt.datetime
    archived: str  # path inside the archive folder
    verdict: Verdict  # before versions and decisions are looked at
    unit: str = ""  # "" when not known
    period: str = ""  # quarter id, "" when not known
    content_sha256: str = ""  # over the records read
    errors: int = 0
    warnings: int = 0
    infos: int = 0
    part: int = 0  # n of «Phần n/m», 0 for a whole report
    parts: int = 0  # m of «Phần n/m»
    sender: str = ""
    subject: str = ""
    message_id: str = ""
    references: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()  # about the container only: unpacking, names
    stranger: bool = False  # sent from a mailbox that nobody has told the office of
    collected: str = ""  # the quarter being collected when it came, where that is a later one

    def __post_init__(self) -> None:
        object.__setattr__(self, "received_at", in_vietnam(self.received_at))

    @property
    def place(self) -> ReceiptPlace:
        """What makes it one receipt and no other."""
        return self.locator, self.sha256

    @property
    def is_bare(self) -> bool:
        """Whether nothing is known of it but its original in the archive, whose name it has."""
        return self.name.startswith(self.sha256)

    @property
    def result(self) -> "Recheck":
        """What came of the check."""
        return Recheck(**{name: getattr(self, name) for name in _OF_A_RESULT})

    def with_result(self, result: "Receipt | Recheck") -> "Receipt":
        """The receipt with the result of a later check in place of its own."""
        return replace(self, **{name: getattr(result, name) for name in _OF_A_RESULT})


@dataclass(frozen=True, slots=True)
class Recheck:
    """A file checked again with another plan or other forms (kiểm tra lại): replaces its result."""

    sha256: str
    verdict: Verdict
    unit: str = ""
    period: str = ""
    content_sha256: str = ""
    errors: int = 0
    warnings: int = 0
    infos: int = 0
    part: int = 0
    parts: int = 0


_OF_A_RESULT = tuple(field.name for field in fields(Recheck))


@dataclass(frozen=True, slots=True)
class SignedCopyOf:
    """A scan that came with a workbook, or after it from the unit's mailbox (bản ký đã nhận)."""

    sha256: str
    unit: str
    period: str
    report: str  # SHA-256 of the workbook that it goes with


@dataclass(frozen=True, slots=True)
class VersionInForce:
    """Which version counted after a run, for the reader of the journal (lần gửi được tính).

    The state never takes it from here: it follows from receipts and decisions. A quarter that is
    judged anew asks whether a report has counted: what joined once is not returned for another's
    correction.
    """

    unit: str
    period: str
    version: int  # 0: none
    sha256: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Outputs:
    """Files written by a run (sản phẩm): path inside the workspace -> SHA-256."""

    period: str
    command: str
    files: Mapping[str, str] = field(default_factory=dict)
    as_of: dt.datetime | None = None


OUT, DRAFT, WRITTEN = "sent", "draft", "written"
"""Ways of a letter: sent, put into the mailbox's drafts, or only written beside the reports."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A letter to a unit that went out (thư đã gửi), or lies ready for a person to send it."""

    what: str  # "reply", "reminder", "issue"
    unit: str
    period: str
    recipients: tuple[str, ...] = ()
    subject: str = ""
    message_id: str = ""
    way: str = OUT
    matters: tuple[str, ...] = ()  # what it tells the unit that it owes: ``Due.matter``


@dataclass(frozen=True, slots=True)
class Note:
    """Something worth keeping that no other kind of line holds (ghi chú)."""

    text: str


class RepairKind(StrEnum):
    """How a journal that had lost something was made to go on (sửa sổ)."""

    RESTORED = "restored"  # from a copy
    JOINED = "joined"  # with the lines of another copy of it
    ADOPTED = "adopted"  # originals that it did not know are registered
    ACCEPTED = "accepted"  # as it is, with what is lost named


@dataclass(frozen=True, slots=True)
class Repair:
    """A repair of the journal itself (sửa sổ nhận): what was done, from what, what is lost."""

    kind: RepairKind
    source: str = ""  # name of the copy
    first_lost: int = 0  # numbers that lines had which are gone; 0: none
    last_lost: int = 0
    found_again: int = 0  # lines written again from the side book or the archive
    forgotten: tuple[str, ...] = ()  # marks in products that the office has gone on without


Payload: TypeAlias = (
    Receipt | Recheck | SignedCopyOf | VersionInForce | Decision | Outputs | Sent | Note | Repair
)

KINDS: Mapping[str, type[Payload]] = MappingProxyType(
    {
        "receipt": Receipt,
        "verdict": Recheck,
        "signed-copy": SignedCopyOf,
        "version": VersionInForce,
        "decision": Decision,
        "outputs": Outputs,
        "sent": Sent,
        "note": Note,
        "repair": Repair,
    }
)
_KIND_OF = {payload: kind for kind, payload in KINDS.items()}
_ON_THE_LINE = ("id", "by", "at")  # of a Decision: the line itself carries them


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One line of the journal (dòng sổ): its number from 1, when, by whom, what."""

    seq: int
    at: dt.datetime
    by: str
    payload: Payload

    @property
    def kind(self) -> str:
        """The word that names its payload's type in the file."""
        return _KIND_OF[type(self.payload)]


Kind = TypeVar("Kind", bound=Payload)


def payloads(lines: Iterable[JournalLine], *kinds: type[Kind]) -> Iterator[Kind]:
    """What the lines of these kinds say, oldest first."""
    return (line.payload for line in lines if isinstance(line.payload, kinds))


def pack_line(seq: int, at: dt.datetime, by: str, payload: Payload) -> str:
    """Canonical JSON of a line: sorted keys, no spaces, fields at their default left out."""
    table = {
        "seq": seq,
        "at": in_vietnam(at).isoformat(),
        "by": by,
        "kind": _KIND_OF[type(payload)],
        "data": _packed(payload),
    }
    return json.dumps(
        table, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain
    )


def unpack_line(text: str) -> JournalLine:
    """The line of canonical JSON. Raises JournalNewerError, ValueError when it is not one."""
    table = json.loads(text)
    try:
        seq, kind = int(table["seq"]), str(table["kind"])
        at, by, data = dt.datetime.fromisoformat(table["at"]), str(table["by"]), table["data"]
        items = dict(data)
    except (KeyError, TypeError) as error:
        raise ValueError(text) from error
    return JournalLine(seq, at, by, _unpacked(seq, at, by, kind, items))


def _packed(payload: Payload) -> dict[str, object]:
    hidden = _ON_THE_LINE if isinstance(payload, Decision) else ()
    values = {f.name: getattr(payload, f.name) for f in fields(payload) if f.name not in hidden}
    return {name: value for name, value in values.items() if not _is_default(payload, name, value)}


def _is_default(payload: Payload, name: str, value: object) -> bool:
    given = type(payload).__dataclass_fields__[name]
    if given.default is not MISSING:
        return bool(given.default == value)
    return given.default_factory is not MISSING and not value


def _unpacked(seq: int, at: dt.datetime, by: str, kind: str, data: Mapping[str, Any]) -> Payload:
    made = KINDS.get(kind)
    if made is None:
        raise JournalNewerError(seq, kind)
    values: dict[str, Any] = {n: _READ.get(n, _unchanged)(value) for n, value in data.items()}
    if made is Decision:
        if values.get("kind") not in {*DecisionKind}:
            raise JournalNewerError(seq, f"{kind} {values.get('kind')}")
        values |= {"id": seq, "at": at, "by": by, "kind": DecisionKind(values["kind"])}
    if made is Repair:
        values["kind"] = RepairKind(values["kind"])
    if not values.keys() <= made.__dataclass_fields__.keys():
        raise JournalNewerError(seq, kind)
    try:
        return made(**values)
    except TypeError as error:
        raise ValueError(kind) from error


def _plain(value: object) -> object:
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Finding):
        return {
            "code": value.code,
            "severity": value.severity,
            "params": {name: str(word) for name, word in value.params.items()},
            "template": value.template,
        }
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(type(value).__name__)


def _findings(tables: list[Mapping[str, Any]]) -> tuple[Finding, ...]:
    return tuple(
        Finding(t["code"], Severity(t["severity"]), None, t["params"], t["template"])
        for t in tables
    )


def _unchanged(value: object) -> object:
    return value


_READ: Mapping[str, Callable[[Any], object]] = {
    "received_at": dt.datetime.fromisoformat,
    "as_of": dt.datetime.fromisoformat,
    "expires_on": dt.date.fromisoformat,
    "given_on": dt.date.fromisoformat,
    "verdict": Verdict,
    "references": tuple,
    "recipients": tuple,
    "matters": tuple,
    "originals": tuple,
    "forgotten": tuple,
    "findings": _findings,
}


# the chain

START = "0" * 64
"""What the first line names as the hash before it."""


class JournalDamagedError(KsktError):
    """A journal that was changed or damaged after it was written."""

    def __init__(self, where: str, line: int, why: str) -> None:
        super().__init__(
            f"Sổ nhận {where} hỏng ở dòng {line}: {why}. Các dòng trước đó còn nguyên."
            " Đề nghị không sửa tay. Xem còn những gì: kskt journal show; lấy lại từ bản sao lưu"
            " và kho lưu: kskt journal restore"
        )
        self.line, self.why = line, why


class Journal(Protocol):
    """The record of everything received, decided and sent (sổ nhận)."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was mended while it was read: an unfinished last line that a killed run left."""
        ...

    def lines(self) -> tuple[JournalLine, ...]:
        """Every line, oldest first, its chain verified. Raises JournalDamagedError."""
        ...

    def append(self, *payloads: Payload, by: str, at: dt.datetime) -> tuple[JournalLine, ...]:
        """Writes one line for each payload, on the disk when it returns; gives the lines.

        ``by`` says who, ``at`` when. Raises JournalDamagedError, WriteFailedError.
        """
        ...

    def hash_at(self, seq: int) -> str:
        """The hash of a line; that of an empty journal for 0, "" for one that is not there."""
        ...

    def links(self) -> tuple["Link", ...]:
        """The lines as they are stored, oldest first. Raises JournalDamagedError."""
        ...

    def put(self, links: Sequence["Link"]) -> None:
        """Puts these lines in the place of its own; a journal on a server only takes more lines.

        Raises WriteFailedError, ServerFailedError.
        """
        ...

    def keep_originals(self, originals: Mapping[str, bytes]) -> None:
        """Stores originals by their hash beside the lines, where others can reach them."""
        ...

    def original(self, sha256: str) -> bytes | None:
        """The bytes of an original stored beside the lines; None where there are none."""
        ...

    def siblings(self) -> tuple[Path, ...]:
        """Other journals beside this one, as programs that synchronize folders leave them."""
        ...


@dataclass(frozen=True, slots=True)
class Link:
    """A line as it is stored: number, hash before, own hash, canonical JSON."""

    seq: int
    prev: str
    hash: str
    text: str


@dataclass(frozen=True, slots=True)
class Tip:
    """Number and hash of the last line; those of an empty journal by default."""

    seq: int = 0
    hash: str = START


def chain_hash(prev: str, text: str) -> str:
    """SHA-256 in hex over the hash before and the line's canonical JSON."""
    return hashlib.sha256((prev + text).encode("utf-8", "surrogatepass")).hexdigest()


def linked(tip: Tip, payloads: Iterable[Payload], by: str, at: dt.datetime) -> Iterator[Link]:
    """The payloads as links that follow ``tip``, in order."""
    seq, prev = tip.seq, tip.hash
    for payload in payloads:
        seq += 1
        text = pack_line(seq, at, by, payload)
        link = Link(seq, prev, chain_hash(prev, text), text)
        yield link
        prev = link.hash


def followed(tip: Tip, links: Iterable[Link], where: str) -> Iterator[JournalLine]:
    """The lines of links that must follow ``tip`` without a gap. Raises JournalDamagedError."""
    for link in links:
        number = tip.seq + 1
        if link.prev != tip.hash:
            raise JournalDamagedError(where, number, "dòng không nối tiếp dòng trước")
        if link.hash != chain_hash(link.prev, link.text):
            raise JournalDamagedError(where, number, "nội dung đã bị thay đổi sau khi ghi")
        try:
            line = unpack_line(link.text)
        except ValueError as error:
            raise JournalDamagedError(where, number, "nội dung không đọc được") from error
        if (line.seq, link.seq) != (number, number):
            raise JournalDamagedError(where, number, f"số thứ tự ghi là {line.seq}")
        yield line
        tip = Tip(number, link.hash)


# the journal in a file

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
