"""Which coordinators of a task have had a part in it, by what their own workbooks hold.

A coordinator has taken part when the figure that the plan names for the task («Phối hợp tính theo»)
is above 0 in its workbook, or when it says that it is at work on the task or done, and what came of
it. What it says of nothing while its own rows tell of something is told to it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from kskt_excel.consolidation.sources import PeriodSources, QuarterSources
from kskt_excel.consolidation.tally import compile_form, contribution_form, shares_in
from kskt_excel.consolidation.tasks import COORDINATOR, TASK_DOING, TASK_DONE, TASK_NOTHING
from kskt_excel.model.consolidation import Coordination, TaskPosition
from kskt_excel.model.expressions import Aggregate, parse
from kskt_excel.model.forms import PROGRESS
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.plan import Plan
from kskt_excel.text.parsed import remark_said

_AT_WORK = (TASK_DOING, TASK_DONE)


@dataclass(frozen=True, slots=True)
class _Told:
    """What a coordinator's report of a quarter holds of a task."""

    status: str
    result: str
    figure: float  # by «Phối hợp tính theo»

    @property
    def is_part(self) -> bool:
        """Whether what the unit tells is a part in the task."""
        return self.figure > 0 or (self.status in _AT_WORK and bool(remark_said(self.result)))


_Reports = Mapping[str, Mapping[tuple[str, str], _Told]]
"""By quarter id, then by unit and task; a unit whose report counts has one for each task."""


def with_coordination(
    positions: Iterable[TaskPosition], sources: PeriodSources
) -> tuple[TaskPosition, ...]:
    """Every position with who of its coordinators has had a part in it in the period."""
    told = {quarter.period.id: _reports(quarter, sources.plan) for quarter in sources.quarters}
    due = {quarter.id for quarter in sources.due}
    owed = {quarter: some for quarter, some in told.items() if quarter in due or some}
    return tuple(replace(one, coordination=_coordination(one, owed)) for one in positions)


def _coordination(position: TaskPosition, told: _Reports) -> Coordination:
    helpers = [one.unit for one in position.units if one.role == COORDINATOR]
    by_unit = {
        unit: [own for some in told.values() if (own := some.get((unit, position.code)))]
        for unit in helpers
    }
    # keys in order: a task may have twelve thousand coordinators
    joined = dict.fromkeys(u for u, own in by_unit.items() if any(one.is_part for one in own))
    others = [unit for unit in helpers if unit not in joined and by_unit[unit]]
    nil = dict.fromkeys(unit for unit in others if by_unit[unit][-1].status == TASK_NOTHING)
    absent = [unit for unit in helpers if not by_unit[unit]]
    gaps = (
        (quarter, tuple(u for u in helpers if by_unit[u] and (u, position.code) not in some))
        for quarter, some in told.items()
    )
    return Coordination(
        joined=tuple(joined),
        nil=tuple(nil),
        idle=tuple(unit for unit in others if unit not in nil),
        not_reported=tuple(absent),
        gaps=tuple((quarter, units) for quarter, units in gaps if units),
        against=tuple(_against(by_unit)),
    )


def _against(by_unit: Mapping[str, Sequence[_Told]]) -> Iterator[tuple[str, int]]:
    """Who says in its last report that nothing happened, and the figure of its own rows."""
    for unit, own in by_unit.items():
        if own and own[-1].status == TASK_NOTHING and own[-1].figure > 0:
            yield unit, int(own[-1].figure)


def _reports(quarter: QuarterSources, plan: Plan) -> dict[tuple[str, str], _Told]:
    figures = _figures(quarter, plan)
    found: dict[tuple[str, str], _Told] = {}
    for report in quarter.reports:
        sheet = report.reading.sheets.get(PROGRESS)
        values = {record.key: record.values for record in sheet.records} if sheet else {}
        for task in plan.tasks_of(report.unit):
            own = values.get(task.code, {})
            status, result = (str(own.get(key) or "") for key in ("status", "result"))
            figure = figures.get((report.unit, task.contribution), 0)
            found[report.unit, task.code] = _Told(status, result, figure)
    return found


def _figures(quarter: QuarterSources, plan: Plan) -> Mapping[tuple[str, str], float]:
    """What each unit's workbook comes to by each expression of the plan's tasks."""
    form = contribution_form(quarter.ground)
    if form is None:
        return {}
    compiled = compile_form(form, quarter.ground)
    asked = [parse(column.source).aggregates[0] for column in form.columns]
    by_text = {one.contribution: parse(one.contribution) for one in plan.tasks if one.contribution}
    found: dict[tuple[str, str], float] = {}
    for share in shares_in(quarter, form, "unit"):
        own = compiled.figures(compiled.folded([share]))
        amounts = {
            aggregate: value if isinstance(value, int | float) else 0
            for aggregate, value in zip(asked, own.values(), strict=True)
        }
        for text, expression in by_text.items():
            terms = ((s, item) for s, item in expression.terms if isinstance(item, Aggregate))
            figure = sum(sign * amounts[item] for sign, item in terms)
            found[share.unit, text] = found.get((share.unit, text), 0) + figure
    return found
