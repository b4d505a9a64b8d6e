"""The row of a task as every product on paper tells it: the lead's word beside the figures."""

from collections.abc import Iterator

from kskt_excel.model.consolidation import Consolidation, DirectionStanding, TaskPosition
from kskt_excel.model.forms import Forms
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.plan import Plan, Task
from kskt_excel.report.direction_lines import given_by
from kskt_excel.report.sentences import lowered, tidy
from kskt_excel.report.verdicts import (
    NOT_REPORTED,
    coordination_short,
    evidence_short,
    evidence_text,
    figures_text,
    lead_of,
    notes_text,
    own_plan_text,
    verdict_alone,
)
from kskt_excel.text.shown import capitalised, day_text


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task of the plan with what is said of it and what its figures say (dòng nhiệm vụ)."""

    task: Task
    position: TaskPosition
    coordinators: str  # the plan's words, how many have taken part, who has not
    said: str  # the lead's status and result, the document, the plan of its own
    figures: str  # indicators with numerator, denominator, rate and target; "" without any
    verdict: str  # of the period, with its notes
    sources: str  # forms and columns, sheets that the figures are counted from
    evidence: str  # the same with the columns of the sheets, and the document
    directed: str  # what leaders have said of it


def task_lines(plan: Plan, forms: Forms, consolidation: Consolidation) -> Iterator[TaskLine]:
    """The lines of the plan's tasks in the plan's order."""
    positions = {position.code: position for position in consolidation.tasks}
    for task in plan.tasks:
        position = positions[task.code]
        said = (position.status or NOT_REPORTED, _result(task, position, plan))
        told = (verdict_alone(position), lowered(notes_text(position)).rstrip("."))
        own = [one for one in consolidation.directions if one.direction.task == task.code]
        yield TaskLine(
            task=task,
            position=position,
            coordinators=_coordinators(task, position, plan),
            said=": ".join(text for text in said if text),
            figures=figures_text(position, plan),
            verdict=capitalised("; ".join(text for text in told if text)),
            sources=evidence_short(position, plan, forms),
            evidence=evidence_text(position, plan, forms),
            directed=". ".join(_directed(one, task, plan) for one in own),
        )


def _coordinators(task: Task, position: TaskPosition, plan: Plan) -> str:
    """The plan's words, how many of the coordinators have taken part, and who has not.

    Those whose report is missing are named below the table, once.
    """
    told = coordination_short(position, plan)
    return f"{task.coordinators_text} ({told})" if told else task.coordinators_text


def _result(task: Task, position: TaskPosition, plan: Plan) -> str:
    """What came of a task, the document behind it, the plan of its own: each said once.

    ``Ban hành kế hoạch (kế hoạch riêng 45/KH-SKHCN, hạn 14/9/2022)``.
    """
    document, own = lead_of(position, plan).document, own_plan_text(position)
    due = task.deadline.due if own and task.own_plan.wanted_by else None
    until = f", hạn {day_text(due)}" if due else ""
    if position.own_plan.told_by == "lead" and position.own_plan.number == document:
        return _with_source(position.result, f"kế hoạch riêng {document}{until}")
    return ". ".join(filter(None, (_with_source(position.result, document), f"{own}{until}")))


def _with_source(result: str, source: str) -> str:
    """``Ban hành kế hoạch (45/KH-SKHCN)``; the source alone where nothing is told of a result."""
    return f"{result} ({source})" if result and source else result or source


def _directed(standing: DirectionStanding, task: Task, plan: Plan) -> str:
    """``Cấp 02 máy quét (Giám đốc, ngày 18/3/2022)``; whom it is for, where not the lead."""
    one = standing.direction
    unit = plan.unit_by_code.get(one.unit)
    whom = f"{unit.name}: " if unit and one.unit != task.lead else ""
    by = given_by(one)
    still = "" if one.is_open else ", đã kết thúc theo dõi"
    told = f"{by}{still}" if by else still.removeprefix(", ")
    return f"{whom}{tidy(one.text)}{f' ({told})' if told else ''}"
