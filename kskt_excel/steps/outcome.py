"""What a command has to show: lines and grids for people, one object for programs, an exit code."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from kskt_excel import messages
from kskt_excel.model.finding import Finding, Severity

Tone = Literal["", "good", "warn", "bad", "quiet"]

DONE, FOUND = 0, 1
_TONES: Mapping[Severity, Tone] = {
    Severity.ERROR: "bad",
    Severity.WARNING: "warn",
    Severity.INFO: "quiet",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text; remarks (``aside``) go to stderr, results to stdout."""

    text: str
    tone: Tone = ""
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A small table; numbers stand at the right."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    title: str = ""
    tones: tuple[Tone, ...] = ()  # one a row, or none at all
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a command."""

    blocks: tuple[Line | Grid, ...]
    json: Mapping[str, object] = field(default_factory=dict)
    exit_code: int = DONE


def finding_lines(findings: Sequence[Finding], *, most: int = 0) -> tuple[Line, ...]:
    """A line for each finding, its place first; ``most`` cuts the list and counts the rest."""
    shown = findings[:most] if most else findings
    lines = [_finding_line(found) for found in shown]
    if len(shown) < len(findings):
        rest = len(findings) - len(shown)
        lines.append(Line(f"    … và {rest} phát hiện khác, xem bản trả lại.", "quiet", aside=True))
    return tuple(lines)


def _finding_line(found: Finding) -> Line:
    where = messages.place(found)
    start = f"{found.severity.label.capitalize()}: "
    at = f"{where} – " if where else ""
    return Line(f"  - {start}{at}{messages.sentence(found)}", _TONES[found.severity], aside=True)
