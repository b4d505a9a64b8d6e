"""What the tracker is made from, as every sheet of it needs it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from kskt_excel.excel.tracker.grid import Formula, in_formula
from kskt_excel.model.consolidation import Consolidation
from kskt_excel.model.forms import Forms, SheetForm
from kskt_excel.model.plan import Plan
from kskt_excel.model.reading import Record, SheetReading, SheetState
from kskt_excel.model.submission import Submission, UnitReport

NOT_COUNTED: Final = " (không tính)"
_LONGEST_IN_FORMULA: Final = 255
_OPEN: Final = "Mở tệp"


@dataclass(frozen=True)
class Sources:
    """The year so far: plan, forms, each quarter, the cumulated period, where originals lie."""

    plan: Plan
    forms: Forms
    quarters: Sequence[Consolidation]
    cumulative: Consolidation
    archive_links: Mapping[str, str] = field(default_factory=dict)
    last_year: Mapping[str, UnitReport] = field(default_factory=dict)  # its Quý IV, by unit

    @property
    def newest(self) -> Consolidation:
        """The last quarter so far."""
        return self.quarters[-1]

    def unit_name(self, code: str) -> str:
        """Name of a unit of the plan, else its code."""
        unit = self.plan.unit_by_code.get(code)
        return unit.name if unit else code

    def sheets(self, form: str) -> Iterator[tuple[Consolidation, UnitReport, SheetReading]]:
        """Every reading of one form, quarter by quarter, in the plan's unit order."""
        for quarter in self.quarters:
            for report in quarter.reports:
                sheet = report.reading.sheets.get(form)
                if sheet is not None:
                    yield quarter, report, sheet

    def form(self, form: str) -> SheetForm:
        """The newest definition of a unit sheet. Raises KeyError."""
        return self.forms.sheet_by_id[form]

    def archived(self, submission: Submission) -> str:
        """Path of the archived original, seen from the tracker's folder; "" when not known."""
        return self.archive_links.get(submission.sha256, "")

    def link(self, submission: Submission) -> Formula | None:
        """A formula that opens the archived original; None where it is not known.

        The path is the archive's own, made of hash and suffix; no text of a unit is in it.
        """
        path = self.archived(submission)
        if not path or len(path) > _LONGEST_IN_FORMULA:
            return None
        return Formula(f"HYPERLINK({in_formula(path)},{in_formula(_OPEN)})", _OPEN)


def period_of(label: str, sheet: SheetReading) -> str:
    """The period as rows name it; rows of a sheet ticked as empty do not count and say so."""
    return label if sheet.state is SheetState.FILLED else label + NOT_COUNTED


def occurrence(seen: dict[str, int], key: str) -> str:
    """The key, with a number from its second use on."""
    seen[key] = seen.get(key, 0) + 1
    return key if seen[key] == 1 else f"{key}#{seen[key]}"


def records(sources: Sources, form: str) -> int:
    """How many rows of a form came in."""
    return sum(len(sheet.records) for _, _, sheet in sources.sheets(form))


__all__ = [
    "NOT_COUNTED",
    "Record",
    "Sources",
    "occurrence",
    "period_of",
    "records",
]
