"""Who has sent, in which version, how late (tình hình gửi nhận)."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from kskt_excel.consolidation.sources import PeriodSources, QuarterSources
from kskt_excel.consolidation.tasks import TASK_NOTHING
from kskt_excel.model.calendar import add_workdays, in_vietnam, next_workday, workdays_between
from kskt_excel.model.consolidation import UnitStanding
from kskt_excel.model.finding import Severity
from kskt_excel.model.forms import Forms
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Plan
from kskt_excel.model.reading import Reading, SheetState
from kskt_excel.model.submission import Submission, UnitReport, Verdict

NOT_SENT, RECEIVED, TO_MEND, RETURNED = "Chưa gửi", "Đã nhận", "Cần sửa", "Trả lại"
_WORST_FIRST = (NOT_SENT, RETURNED, TO_MEND, RECEIVED, TASK_NOTHING)
SENT = (RECEIVED, TASK_NOTHING)
_SENDING_DAYS = "Hạn gửi (ngày làm việc sau ngày chốt)"


def sending_deadline(plan: Plan, period: Period) -> dt.date:
    """Last day to send a period's report: the plan's working days after the last day counted.

    With 0 working days it is the last day counted, or the next working day when that is a day off.
    """
    end = period.window(plan.cutoff_day).end
    text = plan.setting(_SENDING_DAYS, "1").strip()
    day = add_workdays(end, int(text) if text.isdigit() else 1, plan.holidays)
    return next_workday(day, plan.holidays)


def late_days(received: dt.datetime, due: dt.date, holidays: Collection[dt.date]) -> int:
    """Working days from the deadline to the receipt, 0 when in time.

    What comes on a day off counts as come on the next working day. A moment that knows its time
    zone is taken in Vietnam's, another one as it stands.
    """
    day = in_vietnam(received).date()
    return 0 if day <= due else workdays_between(due, next_workday(day, holidays), holidays)


@dataclass(frozen=True, slots=True)
class Rates:
    """How complete and how punctual a period is: units, those that have sent, those in time."""

    units: int
    sent: int
    on_time: int

    @property
    def completeness(self) -> float | None:
        """Share of the units that have sent; None without units."""
        return self.sent / self.units if self.units else None

    @property
    def timeliness(self) -> float | None:
        """Share of the units that have sent in time; None without units."""
        return self.on_time / self.units if self.units else None


def rates(standings: Sequence[UnitStanding]) -> Rates:
    """Completeness and timeliness over standings."""
    sent = [one for one in standings if one.state in SENT]
    return Rates(len(standings), len(sent), sum(1 for one in sent if one.late_days == 0))


def standings(
    sources: PeriodSources, by_quarter: Sequence[Sequence[UnitStanding]]
) -> tuple[UnitStanding, ...]:
    """A standing for each unit of the plan; over several quarters, the worst of them.

    ``by_quarter`` has the standings of each quarter of ``sources``, oldest first.
    """
    of_unit: dict[str, list[tuple[Period, UnitStanding]]] = {}
    for quarter, some in zip(sources.quarters, by_quarter, strict=True):
        for standing in some:
            of_unit.setdefault(standing.unit, []).append((quarter.period, standing))
    order = [unit.code for unit in sources.plan.units_in(sources.period)]
    return tuple(_over_quarters(of_unit[unit]) for unit in order if unit in of_unit)


def quarter_standings(
    sources: PeriodSources, submissions: Sequence[Submission]
) -> tuple[tuple[UnitStanding, ...], ...]:
    """Standings of each quarter, oldest first."""
    return tuple(_of_quarter(quarter, submissions) for quarter in sources.quarters)


def _of_quarter(
    quarter: QuarterSources, submissions: Sequence[Submission]
) -> tuple[UnitStanding, ...]:
    received: dict[str, list[Submission]] = {}
    for one in submissions:
        if one.period == quarter.period.id and one.verdict is not Verdict.DUPLICATE:
            received.setdefault(one.unit, []).append(one)
    counting: dict[str, list[UnitReport]] = {}
    for report in quarter.reports:
        counting.setdefault(report.unit, []).append(report)
    ground = quarter.ground
    return tuple(
        _standing(unit.code, counting.get(unit.code, []), received.get(unit.code, []), ground.forms)
        for unit in ground.plan.units_in(quarter.period)
    )


def _standing(
    unit: str, counting: Sequence[UnitReport], received: Sequence[Submission], forms: Forms
) -> UnitStanding:
    if counting:
        states = [_state(report.reading, forms) for report in counting]
        state = RECEIVED if RECEIVED in states else TASK_NOTHING
        holding = [report.submission for report in counting]
        return _made(unit, state, max(holding, key=_age), _lateness(holding, received))
    if received:
        latest = max(received, key=_age)
        state = RETURNED if latest.verdict is Verdict.RETURNED else TO_MEND
        return _made(unit, state, latest, latest.late_days)
    return UnitStanding(unit, NOT_SENT, 0, None, 0, 0, 0, "")


def _made(unit: str, state: str, shown: Submission, late: int) -> UnitStanding:
    levels = [finding.severity for finding in shown.findings]
    return UnitStanding(
        unit=unit,
        state=state,
        version=shown.version,
        received_at=shown.received_at,
        late_days=late,
        errors=levels.count(Severity.ERROR),
        warnings=levels.count(Severity.WARNING),
        why=shown.why,
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


def _state(reading: Reading, forms: Forms) -> str:
    """«Không phát sinh» when nothing is filled that can be ticked as nothing, and no task moved."""
    states = {
        sheet.state
        for form, sheet in reading.sheets.items()
        if form in forms.sheet_by_id and forms.sheet_by_id[form].nil
    }
    if SheetState.NIL not in states or SheetState.FILLED in states:
        return RECEIVED
    progress = reading.sheets.get("tien-do")
    moved = {record.values.get("status") for record in progress.records} if progress else set()
    return TASK_NOTHING if moved <= {TASK_NOTHING, None, ""} else RECEIVED


def _over_quarters(some: Sequence[tuple[Period, UnitStanding]]) -> UnitStanding:
    if len(some) == 1:
        return some[0][1]
    state = next(state for state in _WORST_FIRST if any(one.state == state for _, one in some))
    last = some[-1][1]
    open_quarters = [
        f"{period.label}: {one.state}" for period, one in some if one.state not in SENT
    ]
    return UnitStanding(
        unit=last.unit,
        state=state,
        version=last.version,
        received_at=last.received_at,
        late_days=max(one.late_days for _, one in some),
        errors=sum(one.errors for _, one in some),
        warnings=sum(one.warnings for _, one in some),
        why="; ".join(open_quarters),
    )
