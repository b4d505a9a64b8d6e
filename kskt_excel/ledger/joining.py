"""Two copies of one journal that went different ways: what of the other may follow our lines."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace

from kskt_excel.ledger.journal import (
    JournalLine,
    Link,
    Note,
    Outputs,
    Receipt,
    ReceiptPlace,
    Recheck,
    Repair,
    VersionInForce,
)
from kskt_excel.ledger.state import ON_A_PERIOD
from kskt_excel.model.calendar import in_vietnam
from kskt_excel.model.submission import Decision, DecisionKind
from kskt_excel.text.shown import day_text

_MADE_ANEW = (Recheck, VersionInForce, Outputs, Note, Repair)  # by the next run, from the rest


@dataclass
class Joinable:
    """Lines of another copy: those that may follow ours, in order, and those that may not."""

    safe: list[JournalLine] = field(default_factory=list)
    unsafe: list[tuple[JournalLine, str]] = field(default_factory=list)  # with the reason


def shared(ours: Sequence[Link], theirs: Sequence[Link]) -> int:
    """How many lines two copies have in common from the first on."""
    count = 0
    for one, other in zip(ours, theirs, strict=False):
        if one.hash != other.hash:
            break
        count += 1
    return count


def joinable(
    ours: Sequence[JournalLine],
    theirs: Sequence[JournalLine],
    common: int,
    stored: Collection[str],
) -> Joinable:
    """What of their lines after the ``common`` ones may follow ours; numbers are made to fit.

    A receipt needs its original in the archive; a decision must not meet one of ours, nor receipts
    of ours, on the same report or period. What a run makes anew is left out.
    """
    own = _Numbers(ours, common)
    found = Joinable()
    for line in theirs[common:]:
        one = line.payload
        if isinstance(one, _MADE_ANEW):
            continue
        if isinstance(one, Receipt):
            if own.knows(one):
                own.same(line, one)
            elif one.sha256 not in stored:
                found.unsafe.append((line, "kho lưu không có tệp gốc"))
            else:
                own.follows(line, one)
                found.safe.append(line)
        elif isinstance(one, Decision):
            clash = _clash(one, ours[common:])
            fitted = None if clash else own.fitted(one)
            if fitted is None:
                found.unsafe.append((line, clash or "nói về một dòng mà sổ này không có"))
            else:
                own.follows(line)
                found.safe.append(replace(line, payload=fitted))
        else:
            own.follows(line)
            found.safe.append(line)
    return found


class _Numbers:
    """Which number a line of theirs has among ours."""

    def __init__(self, ours: Sequence[JournalLine], common: int) -> None:
        self._next = len(ours) + 1
        self._common = common
        self._of: dict[int, int] = {}
        self._places: dict[ReceiptPlace, int] = {}
        for line in ours:
            if isinstance(line.payload, Receipt):
                self._places.setdefault(line.payload.place, line.seq)

    def knows(self, receipt: Receipt) -> bool:
        """Whether these bytes from this place are among ours."""
        return receipt.place in self._places

    def same(self, line: JournalLine, receipt: Receipt) -> None:
        """Notes that a line of the other copy is one that we have."""
        self._of[line.seq] = self._places[receipt.place]

    def follows(self, line: JournalLine, receipt: Receipt | None = None) -> None:
        """Notes that a line of the other copy will be our next one."""
        self._of[line.seq] = self._next
        if receipt:
            self._places[receipt.place] = self._next
        self._next += 1

    def fitted(self, decision: Decision) -> Decision | None:
        """The decision with our line numbers; None when it speaks of a line that we lack."""
        revokes = self._number(decision.revokes)
        receipt = self._number(decision.receipt)
        if revokes is None or receipt is None:
            return None
        return replace(decision, revokes=revokes, receipt=receipt)

    def _number(self, seq: int) -> int | None:
        return seq if seq <= self._common else self._of.get(seq)


def _clash(decision: Decision, own: Sequence[JournalLine]) -> str:
    """Why a decision of theirs cannot stand beside what we recorded meanwhile; "" when it can."""
    for line in own:
        one = line.payload
        if isinstance(one, Decision) and _meets(decision, one):
            return f"dòng {line.seq} của sổ này đã có quyết định về cùng việc"
        if isinstance(one, Receipt) and _is_about(decision, one):
            return f"dòng {line.seq} của sổ này đã nhận tệp mới của cùng báo cáo"
    return ""


def _meets(one: Decision, other: Decision) -> bool:
    if one.originals or other.originals:
        return not {*one.originals}.isdisjoint(other.originals)
    if DecisionKind.WAIVE in (one.kind, other.kind):
        return (one.kind, one.rule, one.unit, one.period) == (
            other.kind,
            other.rule,
            other.unit,
            other.period,
        )
    if DecisionKind.REVOKE in (one.kind, other.kind):
        return one.revokes == other.revokes
    if one.kind in ON_A_PERIOD or other.kind in ON_A_PERIOD:
        return one.period == other.period
    return (one.unit, one.period) == (other.unit, other.period)


def _is_about(decision: Decision, receipt: Receipt) -> bool:
    if decision.kind in ON_A_PERIOD:
        return decision.period == receipt.period
    return bool(decision.receipt) and (decision.unit, decision.period) == (
        receipt.unit,
        receipt.period,
    )


def in_words(found: Joinable) -> Iterator[str]:
    """Each line that was not joined, and why."""
    for line, why in found.unsafe:
        yield f"dòng {line.seq} ngày {day_text(in_vietnam(line.at).date())} của {line.by}: {why}"
