"""Where leaders' directions stand at the end of a period: what units have written since."""

from collections.abc import Iterator, Mapping, Sequence

from kskt_excel.model.consolidation import DirectionStanding
from kskt_excel.model.forms import Forms
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Plan
from kskt_excel.model.reading import Record
from kskt_excel.model.submission import Direction, UnitReport
from kskt_excel.text.parsed import remark_said


def direction_standings(
    directions: Sequence[Direction],
    period: Period,
    plan: Plan,
    forms: Forms,
    reports: Mapping[str, Sequence[UnitReport]],
) -> tuple[DirectionStanding, ...]:
    """The directions that a period tells of, oldest first.

    Those given in it or before, but for what was closed before it began. ``reports`` are what
    counts by quarter id, with the earlier quarters of the year.
    """
    start = period.window(plan.cutoff_day).start
    told = []
    for one in directions:
        asked = plan.period(one.period)
        last = period.quarters[-1]
        is_over = one.closed_on is not None and one.closed_on < start
        if asked.is_in_series_of(last) and asked <= last and not is_over:
            told.append(_standing(one, _quarters_since(asked, last, plan, reports), forms))
    return tuple(told)


def _quarters_since(
    asked: Period, last: Period, plan: Plan, reports: Mapping[str, Sequence[UnitReport]]
) -> list[tuple[Period, Sequence[UnitReport]]]:
    """What counts in the quarters after a direction, the newest first."""
    after = ((plan.period(name), some) for name, some in reports.items())
    known = [(quarter, some) for quarter, some in after if asked < quarter <= last]
    return sorted(known, key=lambda one: one[0], reverse=True)


def _standing(
    direction: Direction, since: Sequence[tuple[Period, Sequence[UnitReport]]], forms: Forms
) -> DirectionStanding:
    """The newest answer on the unit's sheet of directions, else what it reports of the task."""
    for told in (_answer, _progress):
        for quarter, reports in since:
            for report in reports:
                text = told(direction, report, forms) if report.unit == direction.unit else ""
                if text:
                    return DirectionStanding(direction, text, quarter.id)
    return DirectionStanding(direction)


def _answer(direction: Direction, report: UnitReport, forms: Forms) -> str:
    for record in _records(report, forms, "directions"):
        if record.key == str(direction.id):
            return remark_said(_text(record, "result"))
    return ""


def _progress(direction: Direction, report: UnitReport, forms: Forms) -> str:
    for record in _records(report, forms, "progress"):
        if direction.task and record.key == direction.task:
            said = (_text(record, "status"), remark_said(_text(record, "result")))
            return ": ".join(filter(None, said))
    return ""


def _records(report: UnitReport, forms: Forms, topic: str) -> Iterator[Record]:
    for sheet in forms.sheets_of(topic, report.reading):
        yield from sheet.records


def _text(record: Record, column: str) -> str:
    value = record.values.get(column)
    return "" if value is None else str(value)
