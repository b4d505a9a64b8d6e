"""What is known: the fold of the journal's lines."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from kskt_excel.ledger.counting import Judged, judge
from kskt_excel.ledger.lines import Line, Receipt, Recheck
from kskt_excel.ledger.rulings import Rulings, rulings
from kskt_excel.ledger.series import Series, Taken, series
from kskt_excel.model.clock import in_vietnam
from kskt_excel.model.plan import Waiver
from kskt_excel.model.submission import Decision, DecisionKind, Submission


@dataclass(frozen=True)
class State:
    """Everything received and decided (hiện trạng); made anew from the lines by every run."""

    taken: tuple[Taken, ...] = ()
    rulings: Rulings = field(default_factory=Rulings)

    @property
    def receipts(self) -> tuple[Receipt, ...]:
        """Every receipt in the order of the journal, with its latest result."""
        return tuple(one.receipt for one in self.taken)

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """Every decision in the order of the journal, also those taken back."""
        return self.rulings.all

    def knows(self, locator: str, sha256: str) -> bool:
        """Whether these bytes were already taken in from this place: then it is no new receipt."""
        return (locator, sha256) in self._places

    def has_taken_all(self, container: str) -> bool:
        """Whether every file of a mail in a mailbox was taken in, so that it need not be fetched.

        Not said of the last one taken in: a run may have been killed between two of its files.
        """
        return container in self._mails

    def counting(self, unit: str, period: str) -> Submission | None:
        """The version in force for a unit and a quarter; None when nothing counts."""
        return self._of(unit, period).counting

    def members(self, unit: str, period: str) -> tuple[Submission, ...]:
        """What counts for a unit and a quarter: one version, or parts to be united, in order."""
        return self._of(unit, period).members

    def submissions(self, period: str) -> tuple[Submission, ...]:
        """Every file of a quarter with verdict and reason, by unit, then in order of receipt.

        ``""`` gives the files whose period is not known. ``findings`` are those of container and
        ledger only and ``late_days`` is 0: the rest is known to who has the plan and the files.
        """
        units = sorted(unit for unit, own in self._groups if own == period)
        judged = (self._of(unit, period) for unit in units)
        return tuple(submission for unit in judged for submission in unit.submissions)

    def series(self, unit: str, period: str) -> Series:
        """The versions of a unit for a quarter."""
        taken = self._groups.get((unit, period), ())
        return series(taken, self.rulings.on(unit, period), self.rulings.closing(period))

    def closed(self, period: str) -> bool:
        """Whether a quarter is closed."""
        return self.rulings.closing(period) is not None

    def settled(self, period: str) -> frozenset[str]:
        """Hashes of the files of a closed quarter whose results stay as they were then."""
        closing = self.rulings.closing(period)
        return frozenset(
            one.receipt.sha256
            for one in self.taken
            if closing and one.receipt.period == period and one.entered < closing.id
        )

    def waivers(self) -> tuple[Waiver, ...]:
        """Rules that the office does not apply, by decisions in force."""
        return tuple(
            Waiver(
                rule=decision.rule,
                unit=decision.unit or "*",
                period=decision.period or "*",
                reason=decision.reason,
                approved_by=decision.by,
                approved_on=in_vietnam(decision.at).date(),
                expires_on=decision.expires_on,
            )
            for decision in self.rulings.in_force
            if decision.kind is DecisionKind.WAIVE
        )

    def _of(self, unit: str, period: str) -> Judged:
        key = (unit, period)
        if key not in self._judged:
            self._judged[key] = judge(self.series(unit, period))
        return self._judged[key]

    @cached_property
    def _places(self) -> frozenset[tuple[str, str]]:
        return frozenset((receipt.locator, receipt.sha256) for receipt in self.receipts)

    @cached_property
    def _mails(self) -> frozenset[str]:
        """Mails fetched from mailboxes, without the one whose file was taken in last."""
        fetched = [r.locator.partition("!")[0] for r in self.receipts if r.channel == "imap"]
        return frozenset(fetched) - frozenset(fetched[-1:])

    @cached_property
    def _groups(self) -> Mapping[tuple[str, str], list[Taken]]:
        groups: dict[tuple[str, str], list[Taken]] = {}
        for one in self.taken:
            groups.setdefault((one.receipt.unit, one.receipt.period), []).append(one)
        return groups

    @cached_property
    def _judged(self) -> dict[tuple[str, str], Judged]:
        """What was asked for so far: a quarter is judged without the years before it."""
        return {}


def fold(lines: Iterable[Line]) -> State:
    """The state after the lines of a journal, in their order."""
    whole = tuple(lines)
    taken_decisions = (line.payload for line in whole if isinstance(line.payload, Decision))
    known = rulings(taken_decisions)
    return State(tuple(_taken(whole, known)), known)


def _taken(lines: tuple[Line, ...], known: Rulings) -> Iterable[Taken]:
    """The receipts with their latest results; the same bytes from the same place count once.

    A later receipt of the same bytes is a later check of them: all copies share its result.
    """
    taken: dict[int, Taken] = {}
    places: set[tuple[str, str]] = set()
    by_bytes: dict[str, list[int]] = {}
    for line in lines:
        if not isinstance(line.payload, Receipt | Recheck):
            continue
        copies = by_bytes.setdefault(line.payload.sha256, [])
        if isinstance(line.payload, Receipt):
            place = (line.payload.locator, line.payload.sha256)
            if place in places:
                continue
            places.add(place)
            taken[line.seq] = Taken(line.seq, line.seq, line.payload)
        for seq in copies:
            taken[seq] = _rechecked(taken[seq], line.seq, line.payload, known)
        if isinstance(line.payload, Receipt):
            copies.append(line.seq)
    return taken.values()


def _rechecked(one: Taken, seq: int, result: Receipt | Recheck, known: Rulings) -> Taken:
    """The receipt with its new result; one in a closed period stays as it was closed."""
    closing = known.closing(one.receipt.period)
    if closing and one.entered < closing.id < seq:
        return one
    receipt = one.receipt.with_result(result)
    moved = (receipt.unit, receipt.period) != (one.receipt.unit, one.receipt.period)
    return Taken(one.seq, seq if moved else one.entered, receipt)
