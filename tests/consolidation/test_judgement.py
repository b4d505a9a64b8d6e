"""Tasks judged by their own figures: the lead's word, the indicators, the day."""

import datetime as dt
from dataclasses import replace

import pytest

from kskt_excel.consolidation.indicators import indicator_value
from kskt_excel.consolidation.tasks import JudgementDay, due_tasks, judged_tasks
from kskt_excel.model.consolidation import (
    IndicatorValue,
    TaskPosition,
    TaskVerdict,
    UnitTask,
    UntoldPlace,
    ValueKind,
)
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Indicator, Plan
from kskt_excel.report.verdicts import (
    due_line,
    figures_text,
    untold_line,
    verdict_alone,
    verdict_counts,
    verdict_text,
)
from tests.builders import forms, small_plan

ONCE, CONTINUOUS = "I.1", "II.1.a"
DONE, DOING, NOTHING = "Đã hoàn thành", "Đang thực hiện", "Không phát sinh"
UP = Indicator("X1", "Tỷ lệ", "count(pakn)", "count(pakn)", 1.0, "up")
LIMIT = Indicator("X2", "Tỷ lệ chậm", "count(pakn)", "count(pakn)", 0.05, "down")
FOLLOWED = Indicator("X3", "Theo dõi", "count(pakn)", "count(pakn)", None, "up")
OF_TASKS = Indicator("X4", "Nhiệm vụ", "tasks(done)", "tasks(all)", 1.0, "up")


def plan(task: str, *indicators: Indicator) -> Plan:
    named = ", ".join(one.id for one in indicators)
    tasks = tuple(
        replace(one, indicator=named if one.code == task else "") for one in small_plan().tasks
    )
    return replace(small_plan(), tasks=tasks, indicators=indicators)


def on_a_day(own: Plan) -> JudgementDay:
    """After the first quarter's reports were due; two units are still missing."""
    missing = ("QLCNH", "TTPT")
    quarter = Period.parse("2022-Q1")
    return JudgementDay(own, forms(), quarter, dt.date(2022, 3, 20), dt.date(2022, 3, 15), missing)


def judged(
    task: str, status: str, *figures: tuple[Indicator, float, float], overdue: int = 0
) -> tuple[TaskPosition, Plan]:
    own = plan(task, *(one for one, _, _ in figures))
    values = {one.id: indicator_value(one, *parts) for one, *parts in figures}
    lead = UnitTask("VP", "Chủ trì", status, None, dt.date.fromisoformat("2022-04-05"), "", "")
    position = TaskPosition(task, status, None, bool(overdue), overdue, "", (lead,))
    (found,) = judged_tasks([position], values, on_a_day(own))
    return found, own


@pytest.mark.parametrize(
    ("task", "status", "figures", "overdue", "verdict"),
    [
        # done once: the lead says so, and no figure contradicts
        (ONCE, DONE, [(UP, 9, 9)], 0, "done"),
        (ONCE, DONE, [], 0, "done_unchecked"),
        (ONCE, DONE, [(UP, 0, 0)], 0, "done_unchecked"),
        (ONCE, DONE, [(FOLLOWED, 1, 9)], 0, "done_unchecked"),
        (ONCE, DONE, [(UP, 8, 9)], 0, "done_unmet"),
        (ONCE, DONE, [(UP, 9, 9), (LIMIT, 6, 100)], 0, "done_unmet"),
        (ONCE, DOING, [(UP, 9, 9)], 0, "not_due"),
        (ONCE, DOING, [], 12, "overdue"),
        (ONCE, "", [], 12, "overdue"),
        (ONCE, "", [], 0, "not_reported"),
        (ONCE, NOTHING, [], 0, "nil"),
        # what goes on all year is met or not, never done
        (CONTINUOUS, DOING, [(UP, 4, 4)], 0, "met"),
        (CONTINUOUS, DONE, [(UP, 4, 4)], 0, "met"),
        (CONTINUOUS, "Chưa thực hiện", [(UP, 4, 4)], 0, "met"),
        (CONTINUOUS, "", [(UP, 4, 4)], 0, "met"),
        (CONTINUOUS, DOING, [(UP, 3, 4)], 0, "unmet"),
        (CONTINUOUS, DONE, [(UP, 3, 4)], 0, "done_unmet"),
        (CONTINUOUS, DOING, [(UP, 4, 4), (LIMIT, 6, 100)], 0, "unmet"),
        (CONTINUOUS, DOING, [(UP, 4, 4), (LIMIT, 5, 100)], 0, "met"),
        (CONTINUOUS, DOING, [(UP, 0, 0)], 0, "nil"),
        (CONTINUOUS, NOTHING, [(UP, 0, 0)], 0, "nil"),
        (CONTINUOUS, DOING, [(FOLLOWED, 1, 9)], 0, "no_target"),
        (CONTINUOUS, DONE, [], 0, "no_target"),
        (CONTINUOUS, "", [], 0, "not_reported"),
        (CONTINUOUS, DOING, [(OF_TASKS, 1, 18)], 0, "no_target"),  # it would judge itself
    ],
)
def test_a_task_is_judged_by_the_first_rule_that_fits(
    task: str,
    status: str,
    figures: list[tuple[Indicator, float, float]],
    overdue: int,
    verdict: str,
) -> None:
    found, _ = judged(task, status, *figures, overdue=overdue)
    assert found.judgement.verdict == TaskVerdict(verdict)


@pytest.mark.parametrize(
    ("task", "status", "figures", "overdue", "text"),
    [
        (ONCE, DONE, [(UP, 43, 47)], 0,
         "đã báo hoàn thành, chưa đạt mục tiêu (91,5 % < 100,0 %), tạm tính, còn thiếu 02 đơn vị"),
        (CONTINUOUS, DOING, [(LIMIT, 61, 1000)], 0,
         "chưa đạt trong kỳ (6,1 % > 5,0 %), tạm tính, còn thiếu 02 đơn vị"),
        # the worst is the one that is furthest from its target, as a share of it
        (CONTINUOUS, DOING, [(UP, 3, 4), (LIMIT, 6, 100)], 0,
         "chưa đạt trong kỳ (75,0 % < 100,0 %), tạm tính, còn thiếu 02 đơn vị"),
        (ONCE, DOING, [], 20, "quá hạn 20 ngày làm việc"),
        (ONCE, DONE, [(UP, 1, 1)], 0, "đã hoàn thành, chậm 03 ngày làm việc"),
        (CONTINUOUS, DOING, [(UP, 4, 4)], 0, "đạt trong kỳ, tạm tính, còn thiếu 02 đơn vị"),
    ],
)  # fmt: skip
def test_the_verdict_is_told_with_the_figure_behind_it(
    task: str,
    status: str,
    figures: list[tuple[Indicator, float, float]],
    overdue: int,
    text: str,
) -> None:
    found, own = judged(task, status, *figures, overdue=overdue)
    assert verdict_text(found, own) == text


@pytest.mark.parametrize(
    ("missing", "text"),
    [
        ((), "không phát sinh"),
        (("QLCNH", "TTPT"), "không phát sinh, tạm tính, còn thiếu 02 đơn vị"),
    ],
)
def test_nothing_came_up_only_for_those_who_have_reported(
    missing: tuple[str, ...], text: str
) -> None:
    own = plan(CONTINUOUS, UP)
    on = replace(on_a_day(own), missing=missing)
    position = TaskPosition(
        CONTINUOUS, DOING, None, overdue=False, days_overdue=0, result="", units=()
    )
    (found,) = judged_tasks([position], {UP.id: indicator_value(UP, 0, 0)}, on)
    assert verdict_text(found, own) == text


def test_figures_stand_with_their_parts_and_their_target() -> None:
    found, own = judged(CONTINUOUS, DOING, (UP, 43, 47), (FOLLOWED, 1, 4), (LIMIT, 0, 0))
    assert figures_text(found, own) == (
        "X1: 43/47 = 91,5 % (≥ 100,0 %); X3: 1/4 = 25,0 %; X2: chưa có số liệu"
    )
    said = replace(found, judgement=replace(found.judgement, missing=()))
    assert figures_text(said, own).endswith("; X2: không phát sinh")


@pytest.mark.parametrize("denominator", ["activities(planned)", "inspections(planned)"])
def test_without_numbers_in_the_plan_nobody_says_that_nothing_was_done(denominator: str) -> None:
    own_plan = replace(UP, denominator=denominator, basis="to_date")
    found, own = judged(ONCE, DOING, (own_plan, 0, 0))
    assert figures_text(found, own) == "X1: kế hoạch riêng chưa có số lượng"
    said = replace(found, judgement=replace(found.judgement, missing=()))
    assert figures_text(said, own) == "X1: kế hoạch riêng chưa có số lượng"


@pytest.mark.parametrize(
    ("figures", "text"),
    [
        ([(UP, 43, 47)], "chưa đạt trong kỳ, tạm tính"),
        ([(UP, 43, 47), (FOLLOWED, 1, 4)], "chưa đạt trong kỳ, tạm tính"),
        ([(UP, 3, 4), (LIMIT, 5, 100)], "chưa đạt trong kỳ (X1), tạm tính"),
        ([(UP, 3, 4), (LIMIT, 6, 100)], "chưa đạt trong kỳ (X1, X2), tạm tính"),
        ([(UP, 4, 4), (LIMIT, 5, 100)], "đạt trong kỳ, tạm tính"),
    ],
)
def test_beside_the_figures_a_verdict_names_what_is_missed_among_several(
    figures: list[tuple[Indicator, float, float]], text: str
) -> None:
    found, _ = judged(CONTINUOUS, DOING, *figures)
    assert verdict_alone(found) == text


def test_a_figure_tells_its_basis_its_target_of_the_year_and_what_was_not_asked() -> None:
    yearly = replace(UP, basis="to_date", judged="year_end")
    found, own = judged(CONTINUOUS, DOING, (yearly, 3, 4))
    assert figures_text(found, own) == "X1: lũy kế 3/4 = 75,0 % (cả năm ≥ 100,0 %)"
    judgement = found.judgement
    places = (UntoldPlace("VBQPPL", ("Ngày có hiệu lực", "Ngày ký")), UntoldPlace("Địa chỉ PAKN"))
    figure = replace(judgement.figures[0], denominator=0, kind=ValueKind.NOT_REPORTED)
    untold = replace(figure, untold=places)
    found = replace(found, judgement=replace(judgement, figures=(untold,)))
    assert figures_text(found, own) == (
        "X1: mẫu cũ chưa có cột Ngày có hiệu lực, Ngày ký ở trang VBQPPL, trang Địa chỉ PAKN"
    )
    assert figures_text(found, own, in_full=False) == "X1: mẫu cũ chưa có"
    told = IndicatorValue("X1", 1, 2, 0.5, None, None)
    assert untold_line([told]) == ""
    values = (replace(told, id=name, kind=ValueKind.NOT_REPORTED, untold=places) for name in "AB")
    assert untold_line([told, *values]) == (
        "Mẫu cũ chưa có: A, B cột Ngày có hiệu lực, Ngày ký ở trang VBQPPL, trang Địa chỉ PAKN."
    )


def test_what_is_only_followed_waits_for_no_word_of_its_lead() -> None:
    followed, _ = judged(CONTINUOUS, "", (FOLLOWED, 1, 4))
    assert followed.judgement.verdict is TaskVerdict.NO_TARGET
    nothing, _ = judged(CONTINUOUS, "", (FOLLOWED, 0, 0))
    assert nothing.judgement.verdict is TaskVerdict.NOT_REPORTED


def test_only_a_figure_that_is_added_up_over_the_year_is_called_so() -> None:
    for basis, words in (("to_date", "lũy kế"), ("in_period", "đến nay"), ("at_end", "đến nay")):
        waiting = replace(UP, basis=basis, judged="year_end")
        found, own = judged(CONTINUOUS, DOING, (waiting, 3, 4))
        assert verdict_text(found, own) == f"chưa đến hạn ({words} 75,0 %, mục tiêu năm 100,0 %)"


@pytest.mark.parametrize(
    ("status", "today", "line"),
    [
        (DONE, "2022-03-18", "Nhiệm vụ đến hạn: hoàn thành 01/01 (100,0 %)."),
        (DOING, "2022-03-18", ""),  # its day, 31/3, is still to come
        (DOING, "2022-06-20", "Nhiệm vụ đến hạn: hoàn thành 0/01 (0,0 %)."),
    ],
)
def test_the_rate_counts_only_what_was_due(status: str, today: str, line: str) -> None:
    found, own = judged(ONCE, status)
    period = Period.parse("2022-Q1" if today < "2022-04" else "2022-Q2")
    assert due_line(due_tasks([found], own, period, dt.date.fromisoformat(today))) == line


def test_verdicts_are_counted_in_their_order() -> None:
    some = [judged(CONTINUOUS, DOING, (UP, 3, 4))[0], judged(ONCE, DONE)[0], judged(ONCE, "")[0]]
    assert verdict_counts(some) == "đã hoàn thành 01; chưa đạt trong kỳ 01; chưa báo cáo 01"
