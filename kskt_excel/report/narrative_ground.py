"""What the sentences are made from: figures of this period and of the one before, registers."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from kskt_excel.consolidate.sources import filled_records
from kskt_excel.model.consolidation import Consolidation, FormTable, Presence
from kskt_excel.model.forms import Forms, PrintedForm
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Plan
from kskt_excel.model.reading import Record, Value

State = Literal["figures", "nothing", "unknown"]


@dataclass(frozen=True)
class Ground:
    """A period with what it is compared with: only a period of the same kind is comparable."""

    plan: Plan
    forms: Forms
    now: Consolidation
    previous: Consolidation | None = None

    @cached_property
    def before(self) -> Consolidation | None:
        """The period to compare with, None without one of the same kind."""
        other = self.previous
        alike = other is not None and other.period.cumulative == self.now.period.cumulative
        return other if alike else None

    @property
    def before_period(self) -> Period | None:
        """Name of the period to compare with."""
        return self.before.period if self.before else None

    @cached_property
    def printed(self) -> dict[str, PrintedForm]:
        """Forms in force at the period's end by their ids."""
        return {form.id: form for form in self.forms.printed_on(self.now.window.end)}

    def state(self, form: str) -> State:
        """Whether units gave figures for a form, said that nothing happened, or said nothing."""
        return _state(self.now.forms.get(form))

    def count(self, form: str, column: int) -> int:
        """The printed total of a form's column, 0 where there is none."""
        return _count(self.now.forms.get(form), column)

    def count_before(self, form: str, column: int) -> int | None:
        """The same total in the period before; None where nobody gave figures."""
        table = self.before.forms.get(form) if self.before else None
        return None if _state(table) == "unknown" else _count(table, column)

    def heading(self, form: str, column: int) -> str:
        """Innermost heading of a column as worded at the period's end: ``Mức độ 4``."""
        columns = self.printed[form].columns
        found = next(one for one in columns if one.number == str(column))
        return found.header_on(self.now.window.end)[-1]

    def records(self, sheet: str) -> Iterator[tuple[str, Record]]:
        """Unit and record of every row of a register, quarter after quarter."""
        for report in self.now.reports:
            for record in filled_records(report, sheet):
                yield report.unit, record

    def latest(self, sheet: str) -> dict[tuple[str, str], Record]:
        """The latest row of each unit and key: what stands at the period's end."""
        last: dict[str, str] = {}
        for report in self.now.reports:
            last[report.unit] = max(last.get(report.unit, ""), report.submission.period)
        return {
            (report.unit, record.key or str(record.row)): record
            for report in self.now.reports
            if report.submission.period == last[report.unit]
            for record in filled_records(report, sheet)
        }

    def has_sent(self) -> bool:
        """Whether any unit's report counts."""
        return bool(self.now.reports)

    def unit_name(self, code: str) -> str:
        """Name of a unit, its code when the plan does not know it."""
        unit = self.plan.unit_by_code.get(code)
        return unit.name if unit else code


def text_of(record: Record, column: str) -> str:
    """The text of a cell, "" where it is blank."""
    value = record.values.get(column)
    return "" if value is None else str(value).strip()


def _state(table: FormTable | None) -> State:
    given = set(table.presence.values()) if table else set()
    if Presence.FIGURES in given:
        return "figures"
    return "nothing" if Presence.NIL in given else "unknown"


def _count(table: FormTable | None, column: int) -> int:
    value: Value = table.total.get(str(column)) if table else None
    return int(value) if isinstance(value, int | float) else 0
