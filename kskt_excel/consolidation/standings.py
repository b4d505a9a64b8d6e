"""Where units stand with their reports (tình hình gửi nhận), and leaders' directions.

Who has sent, in which version, how late; what units have written since they were directed.
"""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from kskt_excel.model.calendar import add_workdays, in_vietnam, next_workday, workdays_between
from kskt_excel.model.consolidation import (
    DirectionStanding,
    QuarterStandings,
    StandingState,
    UnitStanding,
)
from kskt_excel.model.finding import Severity
from kskt_excel.model.forms import Forms
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.period import Period
from kskt_excel.model.plan import TASK_NOTHING, Plan
from kskt_excel.model.reading import Reading, Record, SheetState
from kskt_excel.model.submission import Direction, Submission, UnitReport, Verdict
from kskt_excel.text.values import remark_said


def sending_deadline(plan: Plan, period: Period) -> dt.date:
    """Last day to send a period's report: the plan's working days after the last day counted.

    With 0 working days it is the last day counted, or the next working day when that is a day off.
    """
    if period.campaign and period.campaign.due:
        return next_workday(period.campaign.due, plan.calendar)
    end = period.window(plan.cutoff_day).end
    day = add_workdays(end, plan.settings.sending_days, plan.calendar)
    return next_workday(day, plan.calendar)


def late_days(received: dt.datetime, due: dt.date, exceptions: Collection[dt.date]) -> int:
    """Working days from the deadline to the receipt, 0 when in time.

    What comes on a day off counts as come on the next working day. A moment that knows its time
    zone is taken in Vietnam's, another one as it stands.
    """
    day = in_vietnam(received).date()
    return 0 if day <= due else workdays_between(due, next_workday(day, exceptions), exceptions)


@dataclass(frozen=True, slots=True)
class Rates:
    """How complete and how punctual a quarter is: units, those that sent, those accepted in time.

    What is returned or waits has been sent, but it is not in time before it is accepted.
    """

    units: int
    sent: int
    on_time: int


def rates(standings: Sequence[UnitStanding]) -> Rates:
    """How many units there are, how many have sent, how many of them on time."""
    return Rates(
        units=len(standings),
        sent=sum(one.state.has_sent for one in standings),
        on_time=sum(one.state.is_in and one.late_days == 0 for one in standings),
    )


def quarter_standings(
    quarter: Period,
    reports: Sequence[UnitReport],
    submissions: Sequence[Submission],
    *,
    plan: Plan,
    forms: Forms,
    today: dt.date | None,
) -> QuarterStandings:
    """Where every unit's report of a quarter stands; ``reports`` are what counts in it.

    Nobody owes a report of a quarter whose days are not over on ``today``, unless something has
    come for it; without a day it is owed.
    """
    received: dict[str, list[Submission]] = {}
    for one in submissions:
        if one.period == quarter.id and one.verdict is not Verdict.DUPLICATE:
            received.setdefault(one.unit, []).append(one)
    counting: dict[str, list[UnitReport]] = {}
    for report in reports:
        counting.setdefault(report.unit, []).append(report)
    return QuarterStandings(
        quarter,
        sending_deadline(plan, quarter),
        today is None or bool(received or counting) or _is_over(quarter, plan, today),
        tuple(
            _standing(
                (unit.code, quarter),
                counting.get(unit.code, []),
                received.get(unit.code, []),
                forms,
            )
            for unit in plan.units_in(quarter)
        ),
    )


def _is_over(quarter: Period, plan: Plan, today: dt.date) -> bool:
    return quarter.window(plan.cutoff_day).end < today


def _standing(
    of: tuple[str, Period],
    counting: Sequence[UnitReport],
    received: Sequence[Submission],
    forms: Forms,
) -> UnitStanding:
    if counting:
        holding = [report.submission for report in counting]
        shown = max(holding, key=_age)
        state = _received_or_nil([report.reading for report in counting], forms)
        if any(one.awaits_office for one in holding):
            state = StandingState.WAITING
        people = _labels(max(counting, key=lambda one: _age(one.submission)).reading, forms)
        return _unit_standing(
            of,
            state,
            shown,
            _lateness(holding, received),
            counts=True,
            maker=people.get("preparer", ""),
            approver=people.get("approver", ""),
            signed=tuple(copy for one in holding for copy in one.signed),
        )
    if received:
        latest = max(received, key=_age)
        return _unit_standing(of, _open_state(latest), latest, latest.late_days, counts=False)
    unit, quarter = of
    return UnitStanding(
        unit=unit,
        quarter=quarter,
        state=StandingState.NOT_SENT,
        counts=False,
        version=0,
        received_at=None,
        late_days=0,
        errors=0,
        warnings=0,
        why=(),
    )


def _labels(reading: Reading, forms: Forms) -> Mapping[str, str]:
    """What the unit has typed on the first sheet."""
    values = (
        record.values
        for form, sheet in reading.sheets.items()
        if form in forms.sheet_by_id and forms.sheet_by_id[form].layout == "labels"
        for record in sheet.records
    )
    return {key: str(value) for row in values for key, value in row.items() if value is not None}


def _open_state(latest: Submission) -> StandingState:
    if latest.after_closing:
        return StandingState.AFTER_CLOSING
    if latest.unmet_at_closing:
        return StandingState.UNMET_AT_CLOSING
    if latest.awaits_office:
        return StandingState.WAITING
    is_set_aside = latest.verdict is Verdict.SUPERSEDED
    return StandingState.NOT_COUNTED if is_set_aside else StandingState.RETURNED


def _unit_standing(
    of: tuple[str, Period], state: StandingState, shown: Submission, late: int, **more: Any
) -> UnitStanding:
    """``more`` are the other facts of the noun: whether it counts, who made and approved it."""
    levels = [finding.severity for finding in shown.findings]
    unit, quarter = of
    return UnitStanding(
        unit=unit,
        quarter=quarter,
        state=state,
        version=shown.version,
        received_at=shown.received_at,
        late_days=late,
        errors=levels.count(Severity.ERROR),
        warnings=levels.count(Severity.WARNING),
        why=shown.why,
        **more,
    )


def _age(submission: Submission) -> tuple[int, str]:
    return submission.version, submission.received_at.isoformat()


def _lateness(holding: Sequence[Submission], received: Sequence[Submission]) -> int:
    """Working days late of the first version in order: a later correction makes nobody late."""
    in_order = [
        one
        for one in received
        if one.verdict is Verdict.SUPERSEDED
        and all(finding.severity is not Severity.ERROR for finding in one.findings)
    ]
    return min(one.late_days for one in (*holding, *in_order))


def _received_or_nil(readings: Sequence[Reading], forms: Forms) -> StandingState:
    """Whether any of the workbooks that count together says more than that nothing happened."""
    some = any(_has_figures(reading, forms) for reading in readings)
    return StandingState.RECEIVED if some else StandingState.NIL


def _has_figures(reading: Reading, forms: Forms) -> bool:
    """Not when all that can be ticked as nothing is ticked, or is blank, and no task moved."""
    states = {
        sheet.state
        for form, sheet in reading.sheets.items()
        if form in forms.sheet_by_id and forms.sheet_by_id[form].nil
    }
    if SheetState.NIL not in states or SheetState.FILLED in states:
        return True
    moved = {
        record.values.get("status")
        for progress in forms.sheets_of("progress", reading)
        for record in progress.records
    }
    return not moved <= {TASK_NOTHING, None, ""}


# leaders' directions


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
            told.append(
                _direction_standing(one, _quarters_since(asked, last, plan, reports), forms)
            )
    return tuple(told)


def _quarters_since(
    asked: Period, last: Period, plan: Plan, reports: Mapping[str, Sequence[UnitReport]]
) -> list[tuple[Period, Sequence[UnitReport]]]:
    """What counts in the quarters after a direction, the newest first."""
    after = ((plan.period(name), some) for name, some in reports.items())
    known = [(quarter, some) for quarter, some in after if asked < quarter <= last]
    return sorted(known, key=lambda one: one[0], reverse=True)


def _direction_standing(
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
    for record in _records_of(report, forms, "directions"):
        if record.key == str(direction.id):
            return remark_said(_text_of(record, "result"))
    return ""


def _progress(direction: Direction, report: UnitReport, forms: Forms) -> str:
    for record in _records_of(report, forms, "progress"):
        if direction.task and record.key == direction.task:
            said = (_text_of(record, "status"), remark_said(_text_of(record, "result")))
            return ": ".join(filter(None, said))
    return ""


def _records_of(report: UnitReport, forms: Forms, topic: str) -> Iterator[Record]:
    for sheet in forms.sheets_of(topic, report.reading):
        yield from sheet.records


def _text_of(record: Record, column: str) -> str:
    value = record.values.get(column)
    return "" if value is None else str(value)
