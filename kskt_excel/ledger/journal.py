"""The journal: numbered, chained lines, appended and never changed."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from kskt_excel.ledger.lines import Line, Payload, pack, unpack
from kskt_excel.model.errors import KsktError
from kskt_excel.model.finding import Finding

START = "0" * 64
"""What the first line names as the hash before it."""


class JournalDamagedError(KsktError):
    """A journal that was changed or damaged after it was written."""

    def __init__(self, where: str, line: int, why: str) -> None:
        super().__init__(
            f"Sổ nhận {where} hỏng ở dòng {line}: {why}. Các dòng trước đó còn nguyên."
            " Đề nghị không sửa tay; chép lại bản sao lưu gần nhất của sổ rồi chạy lại."
        )
        self.line = line


class Journal(Protocol):
    """The record of everything received, decided and sent (sổ nhận)."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was mended while it was read: an unfinished last line that a killed run left."""
        ...

    def lines(self) -> tuple[Line, ...]:
        """Every line, oldest first, its chain verified. Raises JournalDamagedError."""
        ...

    def append(self, *payloads: Payload, by: str, at: dt.datetime) -> tuple[Line, ...]:
        """Writes one line for each payload, on the disk when it returns; gives the lines.

        ``by`` says who, ``at`` when. Raises JournalDamagedError, WriteFailedError.
        """
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
        text = pack(seq, at, by, payload)
        link = Link(seq, prev, chain_hash(prev, text), text)
        yield link
        prev = link.hash


def followed(tip: Tip, links: Iterable[Link], where: str) -> Iterator[Line]:
    """The lines of links that must follow ``tip`` without a gap. Raises JournalDamagedError."""
    for link in links:
        number = tip.seq + 1
        if link.prev != tip.hash:
            raise JournalDamagedError(where, number, "dòng không nối tiếp dòng trước")
        if link.hash != chain_hash(link.prev, link.text):
            raise JournalDamagedError(where, number, "nội dung đã bị thay đổi sau khi ghi")
        try:
            line = unpack(link.text)
        except ValueError as error:
            raise JournalDamagedError(where, number, "nội dung không đọc được") from error
        if (line.seq, link.seq) != (number, number):
            raise JournalDamagedError(where, number, f"số thứ tự ghi là {line.seq}")
        yield line
        tip = Tip(number, link.hash)
