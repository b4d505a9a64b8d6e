"""Where tasks stand: who says it, in which quarter, and what is overdue."""

import pytest

from kskt_excel.model.consolidation import TaskPosition
from kskt_excel.model.period import Period
from kskt_excel.model.submission import UnitReport
from tests.consolidation.tables import consolidated, report, table

DOING, DONE, NOT_YET, NOTHING = (
    "Đang thực hiện",
    "Đã hoàn thành",
    "Chưa thực hiện",
    "Không phát sinh",
)


def said(
    task: str, status: str, *, unit: str = "VP", quarter: int = 1, percent: str = ""
) -> UnitReport:
    text = f"task | status | percent | result\n{task} | {status} | {percent} | Kết quả {quarter}"
    return report(unit, table("tien-do", text), period=f"2022-Q{quarter}")


def position(
    task: str, *reports: UnitReport, period: str = "2022-Q1", as_of: str = "2022-03-20T08:00"
) -> TaskPosition:
    found = consolidated(*reports, period=Period.parse(period), as_of=as_of)
    return {one.code: one for one in found.tasks}[task]


def test_every_task_of_the_plan_has_a_position_without_any_report() -> None:
    tasks = consolidated().tasks
    assert [one.code for one in tasks] == ["I.1", "I.2", "I.4", "II.1.a", "II.1.c", "II.4"]
    assert {(one.status, one.percent, one.overdue) for one in tasks} == {("", None, False)}


def test_the_lead_speaks_for_the_task_and_coordinators_stand_beside() -> None:
    found = position(
        "II.1.c",
        said("II.1.c", DOING, percent="60"),
        said("II.1.c", DONE, unit="TTPT"),
    )
    assert (found.status, found.percent, found.result) == (DOING, 60.0, "Kết quả 1")
    assert [(one.unit, one.role, one.status, one.percent) for one in found.units] == [
        ("VP", "Chủ trì", DOING, 60.0),
        ("TTPT", "Phối hợp", DONE, 100.0),
    ]


def test_a_coordinator_never_finishes_a_task_for_the_lead() -> None:
    found = position("II.1.c", said("II.1.c", DONE, unit="TTPT"))
    assert (found.status, [one.status for one in found.units]) == ("", ["", DONE])


@pytest.mark.parametrize(
    ("task", "status", "period", "as_of", "days"),
    [
        ("I.1", DOING, "2022-Q1", "2022-03-20T08:00", 0),  # due 31/3: not yet
        ("I.1", DOING, "2022-Q1", "2022-03-31T17:00", 0),  # the due day itself
        ("I.1", DOING, "2022-Q1", "2022-06-20T08:00", 0),  # the quarter ends with the due day
        ("I.1", DOING, "2022-Q2", "2022-04-01T08:00", 1),
        ("I.1", NOT_YET, "2022-Q2", "2022-06-20T08:00", 55),
        ("I.1", "", "2022-Q2", "2022-06-20T08:00", 55),  # the lead says nothing
        ("I.1", DOING, "2022-Q2", "2022-12-01T08:00", 63),  # counted to the end of the quarter
        ("I.1", DONE, "2022-Q2", "2022-06-20T08:00", 0),
        ("I.1", NOTHING, "2022-Q2", "2022-06-20T08:00", 0),
        ("I.2", NOT_YET, "2022-Q2", "2022-06-20T08:00", 0),  # by its own plan: no day to miss
        ("II.4", NOT_YET, "2022-Q2", "2022-06-20T08:00", 0),
    ],
)
def test_only_a_fixed_day_can_be_missed(
    task: str, status: str, period: str, as_of: str, days: int
) -> None:
    reports = [said(task, status, quarter=int(period[-1]))] if status else []
    found = position(task, *reports, period=period, as_of=as_of)
    assert (found.overdue, found.days_overdue) == (days > 0, days)


@pytest.mark.parametrize(
    ("task", "first", "second", "status", "note"),
    [
        ("I.2", DONE, "", DONE, ""),
        ("I.2", DONE, DONE, DONE, ""),
        ("I.2", DONE, NOTHING, DONE, "Hoàn thành từ Quý I/2022."),
        ("I.2", DONE, DOING, DOING, "Quý I/2022 đã báo cáo hoàn thành."),
        ("I.2", DOING, NOTHING, NOTHING, ""),
        ("I.2", DOING, "", DOING, ""),
        ("I.2", NOT_YET, DONE, DONE, ""),
        ("II.4", DONE, "", "", ""),  # periodic: said anew each quarter
        ("II.1.c", DONE, NOT_YET, NOT_YET, ""),
    ],
)
def test_a_task_done_once_carries_on_to_later_quarters(
    task: str, first: str, second: str, status: str, note: str
) -> None:
    words = [(1, first), (2, second)]
    reports = [said(task, word, quarter=quarter) for quarter, word in words if word]
    found = position(task, *reports, period="2022-Q2")
    assert (found.status, found.note) == (status, note)


def test_later_quarters_do_not_change_an_earlier_one() -> None:
    found = position("I.2", said("I.2", DOING), said("I.2", DONE, quarter=2), period="2022-Q1")
    assert found.status == DOING


def test_a_longer_period_takes_the_latest_word() -> None:
    found = position(
        "II.4", said("II.4", DOING, percent="40"), said("II.4", DONE, quarter=2), period="2022-6T"
    )
    assert (found.status, found.percent, found.result) == (DONE, 100.0, "Kết quả 2")
