"""The files of one unit for one period as numbered versions, repeats set apart."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from kskt_excel.ledger.lines import Receipt
from kskt_excel.model.submission import Decision, DecisionKind, Verdict

_REPORTS = (Verdict.ACCEPTED, Verdict.ACCEPTED_WITH_WARNINGS, Verdict.RETURNED)


@dataclass(frozen=True, slots=True)
class Taken:
    """A receipt with its journal line and the line that brought it to its unit and period."""

    seq: int
    entered: int
    receipt: Receipt

    @property
    def is_report(self) -> bool:
        """Whether it can be a version: read, of a known unit and period."""
        known = bool(self.receipt.unit and self.receipt.period)
        return known and self.receipt.verdict in _REPORTS


@dataclass(frozen=True, slots=True)
class Version:
    """One file in its series: numbered when it is a version, else what it repeats."""

    taken: Taken
    number: int = 0  # 0: not a version
    repeats: Taken | None = None
    same_bytes: bool = False
    closing: Decision | None = None  # it came after this one
    accepted: Decision | None = None
    voided: Decision | None = None
    supplement: Decision | None = None

    @property
    def receipt(self) -> Receipt:
        """What was taken in."""
        return self.taken.receipt

    @property
    def part(self) -> tuple[int, int]:
        """(n, m) of «Phần n/m», (0, 0) for a whole report."""
        return self.receipt.part, self.receipt.parts

    @property
    def is_eligible(self) -> bool:
        """Whether it may count: acceptable or accepted, not voided, in before the closing."""
        acceptable = self.receipt.verdict.counts or self.accepted is not None
        return bool(self.number) and acceptable and not self.voided and not self.closing


@dataclass(frozen=True, slots=True)
class Series:
    """All files of one unit and period in their order; what the office chose among them."""

    files: tuple[Version, ...]
    chosen: Decision | None = None
    choice: int = 0  # number of the chosen version

    @property
    def versions(self) -> tuple[Version, ...]:
        """The numbered ones, number 1 first."""
        return tuple(file for file in self.files if file.number)

    def number_of(self, seq: int) -> int:
        """Version number of the receipt at a journal line; a repeat has that of what it repeats."""
        for file in self.files:
            if file.taken.seq == seq:
                return file.number or (self.number_of(file.repeats.seq) if file.repeats else 0)
        return 0


def series(
    taken: Iterable[Taken], decisions: Iterable[Decision], closing: Decision | None
) -> Series:
    """The series of one unit and period; ``decisions`` are those in force on its versions.

    Order is the moment of receipt, then the journal's; what came after the closing comes last, so
    that a mail that turns up later with an earlier date changes nothing in a closed period.
    """

    def is_late(one: Taken) -> bool:
        return closing is not None and one.entered > closing.id

    def order(one: Taken) -> tuple[bool, dt.datetime, int]:
        return is_late(one), one.receipt.received_at, one.seq

    files: list[Version] = []
    firsts: dict[str, Taken] = {}
    for one in sorted(taken, key=order):
        first = firsts.setdefault(one.receipt.sha256, one)
        after = closing if is_late(one) else None
        if first is one:
            files.append(_placed(one, files, after))
        else:
            files.append(Version(one, repeats=first, same_bytes=True, closing=after))
    before_closing = [d for d in decisions if closing is None or d.id < closing.id]
    return _decided(Series(tuple(files)), before_closing)


def _placed(one: Taken, files: list[Version], closing: Decision | None) -> Version:
    if not one.is_report:
        return Version(one, closing=closing)
    for earlier in files:
        if earlier.number and _says_the_same(earlier.receipt, one.receipt):
            return Version(one, repeats=earlier.taken, closing=closing)
    number = 1 + sum(1 for earlier in files if earlier.number)
    return Version(one, number, closing=closing)


def _says_the_same(earlier: Receipt, later: Receipt) -> bool:
    """Same content, and nothing mended: a returned file re-saved without its fault is new."""
    return (
        bool(later.content_sha256)
        and earlier.content_sha256 == later.content_sha256
        and earlier.verdict.counts == later.verdict.counts
        and (earlier.part, earlier.parts) == (later.part, later.parts)
    )


def _decided(bare: Series, decisions: Iterable[Decision]) -> Series:
    """The series with each decision at the version that it speaks of, the latest one last."""
    marks: dict[int, dict[str, Decision]] = {}
    choices: list[tuple[Decision, int]] = []
    for decision in decisions:
        number = bare.number_of(decision.receipt) if decision.receipt else decision.version
        if decision.kind is DecisionKind.CHOOSE:
            choices.append((decision, number))
        else:
            marks.setdefault(number, {})[_MARKS[decision.kind]] = decision
    files = tuple(_marked(file, marks) for file in bare.files)
    eligible = {file.number for file in files if file.is_eligible}
    chosen, choice = next((c for c in reversed(choices) if c[1] in eligible), (None, 0))
    return Series(files, chosen, choice)


_MARKS: Mapping[DecisionKind, str] = {
    DecisionKind.ACCEPT: "accepted",
    DecisionKind.VOID: "voided",
    DecisionKind.PARTS: "supplement",
}


def _marked(file: Version, marks: Mapping[int, Mapping[str, Decision]]) -> Version:
    own = marks.get(file.number, {}) if file.number else {}
    return replace(
        file,
        accepted=own.get("accepted"),
        voided=own.get("voided"),
        supplement=own.get("supplement"),
    )
