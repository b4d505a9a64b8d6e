"""The sample's year as reports that count, without workbooks: for what a year comes to."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any, TypeAlias

from kskt_excel.consolidation.whole import consolidation_of
from kskt_excel.excel.issued.form_sheet import sheet_rows
from kskt_excel.excel.issued.order import IssueOrder
from kskt_excel.model.consolidation import Consolidation
from kskt_excel.model.forms import Forms, SheetForm
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Plan
from kskt_excel.model.reading import Identity, Reading, Record, SheetReading, SheetState, Value
from kskt_excel.model.submission import UnitReport
from tests.builders import forms as shipped_forms
from tests.consolidation.tables import by_quarter, submission
from tests.excel.plan_books import plan_2022
from tests.sample_files import tool

Rows: TypeAlias = dict[str, list[dict[str, Value]]]
Change: TypeAlias = Callable[[Rows], None]
QUARTERS = ("2022-Q1", "2022-Q2", "2022-Q3", "2022-Q4")
AT_THE_END = {
    "2022-Q1": "2022-03-18",
    "2022-Q2": "2022-06-16",
    "2022-6T": "2022-06-16",
    "2022-Q3": "2022-09-30",
    "2022": "2022-12-31",
}


@dataclass(frozen=True)
class SampleYear:
    """What the units of the sample sent, on a version of the template, with what a test changes."""

    plan: Plan
    version: str = "1.1"
    absent: tuple[tuple[str, str], ...] = ()  # unit and quarter of which nothing counts
    change: Mapping[str, Change] | None = None  # quarter and unit, «2022-Q1 VP» -> change of rows

    @cached_property
    def issued(self) -> Forms:
        """The definitions by which the workbooks were issued."""
        forms = shipped_forms()
        return forms if self.version == "1.1" else forms.at_template(self.version)

    def rows(self, quarter: str, unit: str) -> Rows:
        """The rows of each sheet as the unit filled it, by form id."""
        rows = _sample_rows(quarter, unit)
        for place in (quarter, f"{quarter} {unit}"):
            if self.change and place in self.change:
                self.change[place](rows)
        return rows

    def report(self, quarter: str, unit: str) -> UnitReport:
        """What counts of the unit in the quarter."""
        sent = submission(unit, period=quarter, late=_late(quarter, unit))
        return UnitReport(sent, self.reading(quarter, unit))

    def reading(self, quarter: str, unit: str) -> Reading:
        """What is read from the unit's workbook."""
        period, one = Period.parse(quarter), self.plan.unit_by_code[unit]
        rows = self.rows(quarter, unit)
        order = IssueOrder(self.plan, self.issued, one, period, rows=rows)
        sheets = {form.id: _sheet(form, order, rows) for form in order.sheets}
        identity = Identity("don-vi", self.version, unit, quarter, "property")
        return Reading(identity, sheets)

    def consolidated(self, period: str, as_of: str = "") -> Consolidation:
        """The period put together on the day of the sample, or on another one."""
        asked = Period.parse(period)
        so_far = [q for q in QUARTERS if Period.parse(q) <= asked.quarters[-1]]
        reports = [
            self.report(quarter, unit.code)
            for quarter in so_far
            for unit in self.plan.units
            if (unit.code, quarter) not in self.absent
        ]
        own = {one.id for one in asked.quarters}
        return consolidation_of(
            asked,
            plan=self.plan,
            forms=shipped_forms(),
            reports=by_quarter(reports),
            submissions=[one.submission for one in reports if one.submission.period in own],
            as_of=dt.datetime.fromisoformat(f"{as_of or AT_THE_END[period]}T08:00"),
        )


def _sheet(form: SheetForm, order: IssueOrder, rows: Rows) -> SheetReading:
    columns = {column.key: at for at, column in enumerate(form.columns, start=1)}
    records = tuple(_records(form, order))
    state = SheetState.FILLED if records else SheetState.BLANK
    if form.nil and not rows.get(form.id):
        state = SheetState.NIL
    return SheetReading(form.id, form.sheet, state, columns, records, heading_row=6)


def _records(form: SheetForm, order: IssueOrder) -> Iterator[Record]:
    if form.layout == "labels":
        return
    for number, row in enumerate(sheet_rows(form, order), start=8):
        values = {key: value for key, value in row.values.items() if value not in (None, "")}
        if not row.spare:
            yield Record(number, "|".join(str(values.get(key, "")) for key in form.key), values)


@cache
def _maker() -> Any:
    return tool("make_sample").Maker()


@cache
def _last_sendings() -> Mapping[tuple[str, str], Any]:
    return {(one.quarter, one.unit): one for one in tool("sample.sendings").sendings()}


def _late(quarter: str, unit: str) -> int:
    """Days after the last day to send on which the report came; 0 for one that is not listed."""
    sending = _last_sendings().get((quarter, unit))
    if sending is None or sending.way == "again":
        return 0
    deadline = dt.date(2022, 3 * int(quarter[-1]), 15)
    return max((sending.at.date() - deadline).days, 0)


def _sample_rows(quarter: str, unit: str) -> Rows:
    made, mistakes = _maker(), tool("sample.mistakes")
    rows = made.tables.rows(made.context.plan.unit_by_code[unit], Period.parse(quarter))
    sending = _last_sendings().get((quarter, unit))
    wrong = mistakes.mistakes(made.issued, unit, quarter, sending.version) if sending else ()
    in_words = [one for one in wrong if not isinstance(one.typed, str)]
    whole: Rows = mistakes.entered(rows, in_words, made.issued)
    for row in whole.get("dau-moi", ()):
        row["of_unit"] = row["note"]  # the table has the sender under the heading «Đơn vị»
    return whole


def task_of(found: Consolidation, code: str) -> Any:
    """A task's position."""
    return next(one for one in found.tasks if one.code == code)


def verdicts(found: Consolidation) -> dict[str, str]:
    """Verdicts of the tasks by code."""
    return {one.code: one.judgement.verdict.value for one in found.tasks}


def figures(found: Consolidation, *wanted: str) -> dict[str, tuple[float, float] | None]:
    """Numerators and denominators by indicator; None for what nobody has told."""
    return {
        one.id: None if one.kind == "not_reported" else (one.numerator, one.denominator)
        for one in found.indicators
        if not wanted or one.id in wanted
    }


def sample_plan() -> Plan:
    """The shipped plan, with the lists that the definitions bring along."""
    return plan_2022().with_lists(shipped_forms().lists)


def with_own_plans(plan: Plan, own: Mapping[str, Any], planned: Sequence[Any]) -> Plan:
    """The plan with what the tasks' own plans foresee."""
    tasks = (replace(one, own_plan=own.get(one.code, one.own_plan)) for one in plan.tasks)
    return replace(plan, tasks=tuple(tasks), planned=tuple(planned))
