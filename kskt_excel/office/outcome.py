"""What a command gives back: lines and tables for people, JSON for programs, an exit code."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from functools import cached_property
from typing import Any, Literal

from kskt_excel import messages
from kskt_excel.model.finding import Finding, Severity
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.plan import Plan
from kskt_excel.model.submission import Verdict
from kskt_excel.report.check_json import CheckedFile

Tone = Literal["", "good", "warn", "bad", "quiet"]

DONE, FOUND = 0, 1
_TONES: Mapping[Severity, Tone] = {
    Severity.ERROR: "bad",
    Severity.WARNING: "warn",
    Severity.INFO: "quiet",
}


@dataclass(frozen=True, slots=True)
class ScreenLine:
    """One line of text; remarks (``aside``) go to stderr, results to stdout."""

    text: str
    tone: Tone = ""
    aside: bool = False


@dataclass(frozen=True, slots=True)
class ScreenTable:
    """A small table; numbers stand at the right.

    With ``most_width`` (letters) its longest texts go on below one another, so that it fits; first
    the column ``spare`` is left out, which only says in more words what another one says.
    """

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    title: str = ""
    tones: tuple[Tone, ...] = ()  # one a row, or none at all
    aside: bool = False
    most_width: int = 0
    spare: str = ""


PAGE_WIDTH = 100
"""Letters that fit on a screen of an office beside other windows, and on paper."""


class AskedJson(Mapping[str, object]):
    """JSON that is made when somebody asks for it: a run's tells all its findings and figures."""

    def __init__(self, make: Callable[[], Mapping[str, object]]) -> None:
        self._make = make

    @cached_property
    def _made(self) -> Mapping[str, object]:
        return self._make()

    def __getitem__(self, name: str) -> object:
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._made)

    def __len__(self) -> int:
        return len(self._made)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a command."""

    blocks: tuple[ScreenLine | ScreenTable, ...]
    json: Mapping[str, object] = field(default_factory=dict)
    exit_code: int = DONE
    data: Any = None  # the noun behind it, for a caller in Python: a Consolidation, TraceLines, …

    @property
    def files(self) -> tuple[str, ...]:
        """Paths of what the command has written, seen from the workspace."""
        written = self.json.get("outputs", ())
        return tuple(written) if isinstance(written, list | tuple) else ()

    @property
    def remarks(self) -> tuple[str, ...]:
        """The lines that a person must know beside the result."""
        aside = (one for one in self.blocks if one.aside and isinstance(one, ScreenLine))
        return tuple(one.text for one in aside)


def finding_lines(
    findings: Sequence[Finding], *, most: int = 0, see: str = ""
) -> tuple[ScreenLine, ...]:
    """A line for each finding, its place first; ``most`` cuts the list and counts the rest.

    ``see`` says where the rest stands.
    """
    shown = findings[:most] if most else findings
    lines = [_finding_line(found) for found in shown]
    if len(shown) < len(findings):
        rest = len(findings) - len(shown)
        where = f", {see}" if see else ""
        lines.append(ScreenLine(f"    … và {rest} lỗi khác{where}.", "quiet", aside=True))
    return tuple(lines)


_FEW = 3  # of one kind told one by one


def grouped_lines(findings: Sequence[Finding]) -> tuple[ScreenLine, ...]:
    """A line for each finding; many of one kind are the first one and how many others there are."""
    counts = Counter(one.code for one in findings)
    lines: list[ScreenLine] = []
    told: set[str] = set()
    for one in findings:
        if counts[one.code] <= _FEW:
            lines += finding_lines([one])
        elif one.code not in told:
            told.add(one.code)
            first = _finding_line(one)
            more = f" Cùng loại: {counts[one.code] - 1} tệp khác."
            lines.append(replace(first, text=first.text + more))
    return tuple(lines)


def _finding_line(found: Finding) -> ScreenLine:
    where = messages.place_text(found)
    start = f"{found.severity.label.capitalize()}: "
    at = f"{where} – " if where else ""
    told = messages.office_sentence(found)  # the screen is the office's
    return ScreenLine(f"  - {start}{at}{told}", _TONES[found.severity], aside=True)


def file_line(one: CheckedFile, plan: Plan) -> ScreenLine:
    """``BC.xlsx: Văn phòng Sở, Quý I/2022: đạt``."""
    tones: dict[Verdict, Tone] = {
        Verdict.ACCEPTED: "good",
        Verdict.ACCEPTED_WITH_WARNINGS: "warn",
    }
    unit = plan.unit_by_code.get(one.unit)
    whose = ", ".join(part for part in (unit.name if unit else one.unit, one.period) if part)
    about = f" ({whose})" if whose else ""
    tone = tones.get(one.verdict, "bad")
    return ScreenLine(f"{one.file}{about}: {one.verdict.label.lower()}", tone)


def count_line(verdicts: Iterable[Verdict]) -> ScreenLine:
    """``3 tệp: 2 đạt, 1 trả lại để sửa``."""
    counts: dict[str, int] = {}
    total = 0
    for verdict in verdicts:
        total += 1
        counts[verdict.label.lower()] = counts.get(verdict.label.lower(), 0) + 1
    parts = ", ".join(f"{count} {label}" for label, count in counts.items())
    return ScreenLine(f"{total} tệp: {parts}." if total else "Không có tệp nào.")
