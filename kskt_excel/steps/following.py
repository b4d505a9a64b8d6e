"""What follows from a change: later quarters judged anew, balances that open the next one."""

from collections.abc import Mapping

from kskt_excel.model.period import Period
from kskt_excel.model.submission import UnitReport
from kskt_excel.steps.desk import Desk
from kskt_excel.steps.judging import judge_quarters, latest_quarter


def settle(desk: Desk, since: Period) -> None:
    """Every quarter from ``since`` on that something was received for judged anew.

    What counts in a quarter decides how the next one is judged, so a late file, a correction or
    a decision is followed through to the last quarter there is.
    """
    last = latest_quarter(desk.state)
    if last and since <= last:
        judge_quarters(desk, since, last)


def settle_all(desk: Desk) -> None:
    """Every quarter that something was received for judged anew."""
    ids = {one.period for one in desk.state.receipts if one.period}
    if ids:
        settle(desk, min(map(Period.parse, ids)))


def opening_reports(desk: Desk, period: Period) -> Mapping[str, UnitReport]:
    """What counts of each unit in the quarter before: its closing balances open this one."""
    earlier = period.previous_quarter
    before = judge_quarters(desk, earlier, earlier)
    reports = before[earlier.id].reports if before else ()
    return {report.unit: report for report in reports}
