"""A year with every kind of deadline, judged at the end of every month.

Working days counted by hand in a calendar of 2022 with the plan's days off: 03/01, 31/01–04/02,
11/04, 02–03/05, 01–02/09.
"""

import calendar
import datetime as dt

import pytest

from kskt_excel.consolidation.tasks import JudgementDay, judged_tasks, task_positions
from kskt_excel.model.calendar import add_workdays
from kskt_excel.model.consolidation import IndicatorValue, TaskPosition
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Plan
from tests.builders import forms
from tests.consolidation.test_sample_judged import own_plans
from tests.sample_year import sample_plan

ENDS = {
    dt.date(2022, month, calendar.monthrange(2022, month)[1]): month - 1 for month in range(1, 13)
}
CONTINUOUS = ("II.1.a", "II.1.b", "II.1.c", "II.2.a", "II.2.b", "II.3", "III.1", "III.2", "III.3")
FIXED = "I.1"
#          31/1 28/2 31/3 30/4 31/5 30/6 31/7 31/8 30/9 31/10 30/11 31/12
OVERDUE = (0, 0, 0, 20, 40, 62, 83, 106, 126, 147, 169, 191)  # due 31/3, never done
NO_PLAN_BY_30_1 = (0, 16, 39, 59, 79, 101, 122, 145, 165, 186, 208, 230)
NO_PLAN_BY_31_3 = (None, None, None, 20, 40, 62, 83, 106, 126, 147, 169, 191)
PLAN_DUE_14_9 = (0, 0, 0, 0, 0, 0, 0, 0, 12, 33, 55, 77)
PLAN_DUE_30_11 = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 22)
REPORT_JUDGED = (False, False, True) * 4  # the last day to send is the 15th of a quarter's end


def judged(plan: Plan, day: dt.date) -> dict[str, TaskPosition]:
    """The tasks at the end of a month, in the edition of its quarter; nobody has said anything."""
    period = Period.quarter(2022, (day.month - 1) // 3 + 1)
    end = period.window(plan.cutoff_day).end
    send_by = add_workdays(end, plan.settings.sending_days, plan.calendar)
    values = {"K15": IndicatorValue("K15", 8, 9, 8 / 9, 1.0, met=False)}
    on = JudgementDay(plan, forms(), period, day, send_by)
    positions = task_positions(period, plan, forms(), {}, day)
    return {one.code: one for one in judged_tasks(positions, values, on)}


@pytest.mark.parametrize("day", ENDS)
def test_without_plans_of_their_own(day: dt.date) -> None:
    found, at = judged(sample_plan(), day), ENDS[day]
    assert found[FIXED].days_overdue == OVERDUE[at]
    assert (found[FIXED].judgement.verdict == "overdue") is bool(OVERDUE[at])
    for code, days in (
        ("I.2", NO_PLAN_BY_30_1),
        ("I.3", NO_PLAN_BY_31_3),
        ("I.4", NO_PLAN_BY_31_3),
    ):
        expected = days[at]
        assert (found[code].judgement.verdict == "no_plan") is (expected is not None), code
        assert found[code].judgement.days_without_plan == (expected or 0), code
        assert not found[code].overdue, code


@pytest.mark.parametrize("day", ENDS)
def test_with_plans_of_their_own(day: dt.date) -> None:
    found, at = judged(own_plans(), day), ENDS[day]
    for code, days in (("I.2", PLAN_DUE_14_9), ("I.3", PLAN_DUE_30_11), ("I.4", PLAN_DUE_30_11)):
        assert found[code].days_overdue == days[at], code
        assert found[code].judgement.verdict == ("overdue" if days[at] else "not_reported"), code


@pytest.mark.parametrize("day", ENDS)
def test_what_goes_on_all_year_is_never_late_and_reports_are_judged_after_their_day(
    day: dt.date,
) -> None:
    found = judged(sample_plan(), day)
    assert {found[code].overdue for code in CONTINUOUS} == {False}
    judged_now = REPORT_JUDGED[ENDS[day]]
    assert found["II.4"].judgement.verdict == ("unmet" if judged_now else "not_due")
    assert not found["II.4"].overdue
