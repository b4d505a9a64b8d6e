"""A period put together from what counts, and its quarters each for itself."""

from collections.abc import Mapping
from dataclasses import dataclass

from kskt_excel.consolidate.together import consolidate
from kskt_excel.model.consolidation import Consolidation
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Plan
from kskt_excel.steps import history
from kskt_excel.steps.desk import Desk
from kskt_excel.steps.judging import Quarter, judge_quarters, latest_quarter, quarters_between


@dataclass(frozen=True)
class Work:
    """A period put together, with everything that tracker and pages are made from."""

    plan: Plan
    period: Period
    whole: Consolidation  # the period asked for
    quarters: tuple[Consolidation, ...]  # each quarter of the year so far, in the tracker
    to_date: Consolidation  # the year so far
    before: Consolidation | None  # the quarter before, to compare with
    judged: Mapping[str, Quarter]


def put_together(desk: Desk, period: Period, since: Period | None = None) -> Work:
    """The period, its quarters and the year so far, from what counts now.

    Quarters of the year that are published already are shown in the tracker with it. Judged are
    all quarters from the year's first one, or from ``since`` where that is earlier, to the last one
    that something was received for: later ones may depend on this one.
    """
    plan = desk.plan(period.year)
    first, asked = Period.quarter(period.year, 1), period.quarters[-1]
    so_far = tuple(quarters_between(first, max(asked, history.latest_published(desk, asked))))
    last = max(so_far[-1], latest_quarter(desk.state) or so_far[-1])
    judged = judge_quarters(desk, min(so_far[0], since or so_far[0]), last)

    def together(one: Period) -> Consolidation:
        own = [judged[quarter.id] for quarter in one.quarters]
        known = [judged[q.id] for q in so_far if q <= one.quarters[-1]]
        return consolidate(
            one,
            plan=plan,
            forms=desk.forms,
            reports={quarter.period.id: quarter.reports for quarter in known},
            submissions=[one for quarter in own for one in quarter.submissions],
            as_of=desk.now,
        )

    quarters = tuple(together(quarter) for quarter in so_far)
    to_date = _to_date(so_far[-1])
    by_id = {one.period.id: one for one in quarters}
    whole = by_id.get(period.id) or together(period)
    earlier = [one for one in quarters if one.period < period.quarters[0]]
    return Work(
        plan=plan,
        period=period,
        whole=whole,
        quarters=quarters,
        to_date=whole if to_date == period else by_id.get(to_date.id) or together(to_date),
        before=earlier[-1] if earlier else None,
        judged=judged,
    )


def _to_date(period: Period) -> Period:
    """The year up to the end of a period; the first quarter is its own."""
    first_quarter = period.number == 1
    return period if first_quarter else Period(period.year, period.last_month, cumulative=True)
