"""What else knows how far the journal had come: its end, noted beside the originals."""

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from kskt_excel.ledger.journal import START, Journal, JournalLine, Payload
from kskt_excel.ledger.safe_files import write_whole
from kskt_excel.messages import finding
from kskt_excel.model.calendar import in_vietnam
from kskt_excel.model.errors import KsktError
from kskt_excel.model.finding import Finding
from kskt_excel.model.nouns import dataclass
from kskt_excel.text.shown import office_moment

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
            self.is_damaged = checked != _sum(told)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError):
            self.is_damaged = True
        return None if self.is_damaged else known

    def write(self, known: KnownEnd) -> None:
        """Notes an end, on the disk when it returns. Raises WriteFailedError."""
        told = {name: value for name, value in asdict(known).items() if value}
        table = {"end": told, "sum": _sum(told)}
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


def _sum(told: object) -> str:
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _hour(at: str) -> str:
    try:
        return office_moment(in_vietnam(dt.datetime.fromisoformat(at)))
    except ValueError:
        return at
