"""What every rule may ask besides the workbook."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import field

from kskt_excel.model.errors import UnknownPeriodError
from kskt_excel.model.forms import FormColumn, Forms, SheetForm, is_newer
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.period import Period, Window
from kskt_excel.model.plan import Plan, Procedure, Task, Unit
from kskt_excel.model.reading import Identity
from kskt_excel.model.regime import Scheme
from kskt_excel.text.shown import day_text as shown_day
from kskt_excel.text.shown import dossier_example

_PREPARED_AT_THE_EARLIEST = dt.timedelta(days=15)


@dataclass(frozen=True)
class RuleContext:
    """The frozen surroundings of one workbook; None for what the workbook does not say."""

    plan: Plan
    forms: Mapping[str, SheetForm]  # in force at the end of the period, in the workbook's order
    period: Period | None
    window: Window | None
    unit: Unit | None
    tasks: Mapping[str, Task]  # the unit's own
    procedures: Mapping[str, Procedure]  # the unit's own
    identity: Identity = field(default_factory=Identity)  # what the workbook says it is

    @classmethod
    def about(cls, identity: Identity, plan: Plan, forms: Forms) -> "RuleContext":
        """What is known about the workbook of this unit and period."""
        period = _period(identity.period, plan)
        window = period.window(plan.cutoff_day) if period else None
        in_force = (forms.sheets_in(period, plan) if period else ()) or forms.sheets
        return cls(
            plan=plan,
            forms={form.id: form for form in in_force},
            period=period,
            window=window,
            unit=plan.unit_by_code.get(identity.unit),
            tasks={task.code: task for task in plan.tasks_of(identity.unit)},
            procedures={one.code: one for one in plan.procedures_of(identity.unit)},
            identity=identity,
        )

    @property
    def is_office(self) -> bool:
        """Whether the unit is the office that runs the plan (Văn phòng Sở)."""
        return self.unit is not None and self.unit.code == self.plan.office

    @property
    def earliest_preparation(self) -> dt.date | None:
        """First day on which a report of the period can have been made up."""
        return self.window.end - _PREPARED_AT_THE_EARLIEST if self.window else None

    @property
    def words(self) -> Mapping[str, str]:
        """What sentences ask of a workbook's surroundings: names, and examples that fit it."""
        window = self.window or Period.quarter(self.plan.year, 1).window(self.plan.cutoff_day)
        procedures = self.procedures or self.plan.procedure_by_code
        agency = self.plan.settings.agency_code
        return {
            "the_office": self.plan.office_name,
            "issued_name": self.plan.issued_file_name(self.unit, self.period)
            if self.unit and self.period
            else "",
            "the_period": self.period.label if self.period else "kỳ này",
            "day_example": shown_day(window.middle),
            "period_example": (self.period or Period.quarter(self.plan.year, 1)).label,
            "procedure_example": next(iter(procedures), "2.002385"),
            "dossier_example": dossier_example(agency, window.middle),
        }

    @property
    def scheme(self) -> Scheme | None:
        """What the units' own points are given by in the period; None where nothing is entered."""
        return self.plan.regime_on(self.window.end).scheme if self.window else None

    def owes(self, form: SheetForm) -> bool:
        """Whether the unit's workbook was issued with this sheet, to be filled in."""
        unit = self.unit.code if self.unit else ""
        came_since = is_newer(form.since, self.identity.version)
        had = not came_since and self.identity.has_been_issued_with(form.id)
        return had and form.is_owed_by(unit, self.plan)

    def heading(self, form: str, column: str) -> str:
        """A column's heading as the unit sees it in this period."""
        found = self.forms[form].by_key[column]
        return found.heading_on(self.window.end) if self.window else found.heading

    def headings(self, form: str, columns: tuple[str, ...]) -> str:
        """Several headings in quotation marks, joined as in a sum."""
        return " + ".join(f"“{self.heading(form, column)}”" for column in columns)

    def example(self, column: FormColumn) -> str:
        """What may be typed into a cell of a column by this unit now; "" where nothing is known."""
        if column.type == "procedure":
            return next(iter(self.procedures or self.plan.procedure_by_code), "")
        if column.type == "task":
            return next(iter(self.tasks or self.plan.task_by_code), "")
        if column.type == "unit":
            return next((unit.name for unit in self.plan.units), "")
        listed = self.plan.choices.get(column.choices, ())
        day = self.window.end if self.window else None
        offered = [one.value for one in listed if day is None or one.offered(day)]
        is_offered = not offered or column.example in offered
        return column.example if is_offered else offered[0]

    def code(self, choices: str, value: object) -> str:
        """Code of a choice: what stays when the wording changes; empty for a blank."""
        return self.plan.choice_code(choices, value)


def surroundings(plan: Plan, forms: Forms, unit: str, period: str) -> Mapping[str, str]:
    """What the sentences about a file ask of its surroundings: see ``RuleContext.words``."""
    return RuleContext.about(Identity(unit=unit, period=period), plan, forms).words


def _period(identifier: str, plan: Plan) -> Period | None:
    try:
        return plan.period(identifier)
    except UnknownPeriodError:
        return None
