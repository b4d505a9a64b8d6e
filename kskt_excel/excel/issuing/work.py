"""What a workbook is issued for, and with what in it."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from kskt_excel.model.forms import Forms, SheetForm
from kskt_excel.model.period import Period, Window
from kskt_excel.model.plan import Plan, Procedure, Unit
from kskt_excel.model.reading import Value
from kskt_excel.model.workdays import add_workdays

TEMPLATE: Final = "don-vi"
INFO_FORM: Final = "thong-tin"
_SENDING_DAYS: Final = "Hạn gửi (ngày làm việc sau ngày chốt)"


@dataclass(frozen=True)
class Work:
    """One unit's workbook for one period: the office's data and, for filled ones, the unit's."""

    plan: Plan
    forms: Forms
    unit: Unit
    period: Period
    rows: Mapping[str, Sequence[Mapping[str, Value]]] = field(default_factory=dict)
    opening: Mapping[str, int] = field(default_factory=dict)
    nil: Collection[str] = ()
    info: Mapping[str, Value] = field(default_factory=dict)

    @property
    def window(self) -> Window:
        """Days whose data count."""
        return self.period.window(self.plan.cutoff_day)

    @property
    def day(self) -> dt.date:
        """The day whose definitions, headings and lists are in force: the period's last one."""
        return self.window.end

    @property
    def procedures(self) -> tuple[Procedure, ...]:
        """Procedures that the unit handles."""
        return self.plan.procedures_of(self.unit.code)

    @property
    def sheets(self) -> tuple[SheetForm, ...]:
        """Sheets that the unit gets, in order."""
        return tuple(form for form in self.forms.sheets_on(self.day) if self._gets(form))

    @property
    def version(self) -> str:
        """Version of the whole template: that of its first sheet's definition."""
        return next((form.version for form in self.sheets if form.id == INFO_FORM), "1.0")

    @property
    def marks(self) -> Mapping[str, str]:
        """What the workbook says it is, in properties and defined names."""
        return {
            "kskt_template": TEMPLATE,
            "kskt_version": self.version,
            "kskt_unit": self.unit.code,
            "kskt_period": self.period.id,
        }

    @property
    def send_by(self) -> dt.date:
        """Last day for sending: working days after the window's end, a setting of the plan."""
        days = int(self.plan.setting(_SENDING_DAYS, "1"))
        return add_workdays(self.day, days, self.plan.holidays)

    def sheet_mark(self, form: SheetForm) -> str:
        """Text of the hidden row of a sheet."""
        return f"kskt:{form.id}/{form.version};unit={self.unit.code};period={self.period.id}"

    def _gets(self, form: SheetForm) -> bool:
        if form.scope == "procedures":
            return bool(self.procedures)
        return form.scope != "office" or self.unit.code == self.plan.office
