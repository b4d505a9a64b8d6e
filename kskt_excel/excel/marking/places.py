"""Which cells are marked, how strongly, and what their notes say."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kskt_excel.excel.marking.notes import MARK
from kskt_excel.messages import sentence
from kskt_excel.model.finding import Finding, Severity
from kskt_excel.model.grid import Cell
from kskt_excel.model.reading import Reading

_WORDS: Final = {Severity.ERROR: "Lỗi", Severity.WARNING: "Cảnh báo"}
_LONGEST: Final = 8_000


@dataclass(frozen=True, slots=True)
class Mark:
    """All faults of one cell (dấu kiểm tra)."""

    faults: tuple[tuple[Severity, str], ...]

    @property
    def severity(self) -> Severity:
        """The gravest of them."""
        levels = {severity for severity, _ in self.faults}
        return Severity.ERROR if Severity.ERROR in levels else Severity.WARNING

    @property
    def note(self) -> str:
        """What the note on the cell says, errors first."""
        told = [f"{_WORDS[severity]}: {text}" for severity, text in sorted(self.faults)]
        if len(told) == 1:
            return f"{MARK} {told[0]}"[:_LONGEST]
        numbered = [f"{number}. {one}" for number, one in enumerate(told, start=1)]
        return "\n".join((f"{MARK} Ô này có {len(told)} điểm:", *numbered))[:_LONGEST]

    def and_also(self, other: "Mark") -> "Mark":
        """Both marks as one."""
        return Mark(tuple(dict.fromkeys((*self.faults, *other.faults))))


def marks_by_sheet(findings: Sequence[Finding], reading: Reading) -> dict[str, dict[Cell, Mark]]:
    """Marks by the name on the tab; remarks mark nothing, nor does what is about a whole sheet.

    A fault of a whole row is marked in its first column.
    """
    first_column = {
        sheet.name: min(sheet.columns.values(), default=1) for sheet in reading.sheets.values()
    }
    marks: dict[str, dict[Cell, Mark]] = {}
    for found in findings:
        if found.severity not in _WORDS:
            continue
        mark = Mark(((found.severity, sentence(found)),))
        for at in found.cells:
            if at.row:
                cell = (at.row, at.column or first_column.get(at.sheet, 1))
                _put(marks.setdefault(at.sheet, {}), cell, mark)
    return marks


def _put(marks: dict[Cell, Mark], cell: Cell, mark: Mark) -> None:
    marks[cell] = marks[cell].and_also(mark) if cell in marks else mark
