"""Who has sent, how late, and in which state."""

import datetime as dt
from dataclasses import replace

import pytest

from kskt_excel.consolidation.standings import late_days, rates, sending_deadline
from kskt_excel.model.consolidation import UnitStanding
from kskt_excel.model.finding import Finding, Severity
from kskt_excel.model.period import Period
from kskt_excel.model.settings import SENDING_DAYS, PlanSettings
from kskt_excel.model.submission import Submission, UnitReport, Verdict
from tests.builders import reading, small_plan
from tests.consolidation.tables import consolidated, nil, report, submission, table

PLAN = small_plan()
ERROR = Finding("task.unknown", Severity.ERROR)
WARNING = Finding("task.unknown", Severity.WARNING)


@pytest.mark.parametrize(
    ("period", "days", "due"),
    [
        ("2022-Q1", "1", "2022-03-15"),
        ("2022-Q1", "0", "2022-03-14"),
        ("2022-Q1", "2", "2022-03-16"),
        ("2022-Q1", "", "2022-03-15"),
        ("2022-6T", "1", "2022-06-15"),
        ("2022", "3", "2022-12-19"),
        ("2023-Q2", "3", "2023-06-19"),
    ],
)
def test_the_deadline_is_counted_in_working_days_after_the_cutoff(
    period: str, days: str, due: str
) -> None:
    settings = PlanSettings({**PLAN.settings.texts, SENDING_DAYS: days})
    plan = replace(PLAN, settings=settings)
    assert sending_deadline(plan, Period.parse(period)).isoformat() == due


def test_a_deadline_on_a_day_off_moves_to_the_next_working_day() -> None:
    holidays = PLAN.holidays | {dt.date(2022, 3, 15), dt.date(2022, 3, 16)}
    assert sending_deadline(replace(PLAN, holidays=holidays), Period.parse("2022-Q1")).day == 17


@pytest.mark.parametrize(
    ("received", "due", "late"),
    [
        ("2022-03-15T23:59", "2022-03-15", 0),
        ("2022-03-01T08:00", "2022-03-15", 0),
        ("2022-03-16T00:00", "2022-03-15", 1),
        ("2022-03-21T08:00", "2022-03-15", 4),
        ("2022-03-19T08:00", "2022-03-18", 1),  # Saturday counts as Monday
        ("2022-01-29T08:00", "2022-01-28", 1),  # the first working day after Tết is one day late
        ("2022-02-08T08:00", "2022-01-28", 2),
        ("2022-03-15T16:59+00:00", "2022-03-15", 0),  # 23:59 in Vietnam
        ("2022-03-15T17:01+00:00", "2022-03-15", 1),  # 00:01 on the 16th in Vietnam
    ],
)
def test_lateness_is_counted_in_working_days(received: str, due: str, late: int) -> None:
    moment, day = dt.datetime.fromisoformat(received), dt.date.fromisoformat(due)
    assert late_days(moment, day, PLAN.calendar) == late


def _standing(
    *sent: Submission, counting: tuple[UnitReport, ...] = (), period: str = "2022-Q1"
) -> UnitStanding:
    found = consolidated(*counting, submissions=sent, period=Period.parse(period))
    return {one.unit: one for one in found.standings}["VP"]


def _counting(sent: Submission) -> tuple[UnitReport, ...]:
    return (UnitReport(sent, reading(nil("pakn"), unit="VP", period=sent.period)),)


@pytest.mark.parametrize(
    ("verdict", "state"),
    [
        (None, "Chưa gửi"),
        (Verdict.RETURNED, "Trả lại để sửa"),
        (Verdict.UNREADABLE, "Trả lại để sửa"),
        (Verdict.SUPERSEDED, "Không tính"),
        (Verdict.DUPLICATE, "Chưa gửi"),
    ],
)
def test_a_unit_without_anything_that_counts_is_missing(
    verdict: Verdict | None, state: str
) -> None:
    sent = [submission("VP", verdict=verdict)] if verdict else []
    found = consolidated(submissions=sent)
    assert found.standings[0].state == state
    assert "VP" in found.missing


def test_the_latest_version_speaks_when_none_counts() -> None:
    found = _standing(
        submission("VP", version=2, verdict=Verdict.RETURNED, findings=(ERROR, ERROR, WARNING)),
        submission("VP", version=1, verdict=Verdict.RETURNED),
    )
    assert (found.version, found.errors, found.warnings) == (2, 2, 1)


@pytest.mark.parametrize(
    ("status", "state"),
    [("Đang thực hiện", "Đã nhận"), ("Không phát sinh", "Không phát sinh")],
)
def test_nothing_happened_only_where_no_task_moved(status: str, state: str) -> None:
    progress = table("tien-do", f"task | status\nI.1 | {status}")
    found = consolidated(report("VP", progress, nil("pakn"), nil("cong-bo")))
    assert found.standings[0].state == state
    assert "VP" not in found.missing


def test_one_filled_register_is_a_report_with_figures() -> None:
    register = table("pakn", "ordinal | content\n1 | Chậm trả kết quả")
    found = consolidated(report("VP", register, nil("cong-bo")))
    assert found.standings[0].state == "Đã nhận"


@pytest.mark.parametrize(
    ("first", "findings", "late"),
    [
        (Verdict.SUPERSEDED, (), 0),
        (Verdict.SUPERSEDED, (WARNING,), 0),
        (Verdict.SUPERSEDED, (ERROR,), 3),
        (Verdict.RETURNED, (ERROR,), 3),
        (Verdict.UNREADABLE, (), 3),
    ],
)
def test_a_later_correction_of_a_good_report_makes_nobody_late(
    first: Verdict, findings: tuple[Finding, ...], late: int
) -> None:
    early = submission("VP", verdict=first, findings=findings)
    second = submission("VP", version=2, late=3)
    found = _standing(early, second, counting=_counting(second))
    assert (found.version, found.late_days) == (2, late)


def test_what_came_after_the_closing_or_waits_for_the_office_has_its_own_state() -> None:
    late = replace(submission("VP", verdict=Verdict.SUPERSEDED), after_closing=True)
    assert _standing(late).state == "Nhận sau khi khóa"
    unmet = replace(submission("VP", verdict=Verdict.SUPERSEDED), unmet_at_closing=True)
    assert _standing(unmet).state == "Chưa đạt khi khóa"
    assert not unmet.is_awaited_again
    assert submission("VP", verdict=Verdict.RETURNED).is_awaited_again
    asked = replace(submission("VP", verdict=Verdict.RETURNED), question="receipt.asked")
    assert (_standing(asked).state, _standing(asked).counts) == ("Chờ Văn phòng quyết định", False)
    kept = replace(submission("VP"), question="receipt.asked")
    found = _standing(kept, counting=_counting(kept))
    assert (found.state, found.counts) == ("Chờ Văn phòng quyết định", True)


def test_a_longer_period_shows_every_quarter_for_itself() -> None:
    first = submission("VP", late=1)
    second = submission("TTPT", period="2022-Q2")
    reports = (*_counting(first), UnitReport(second, reading(unit="TTPT", period="2022-Q2")))
    found = consolidated(*reports, period=Period.parse("2022-6T"))
    states = {(one.unit, one.quarter.id): (one.state, one.late_days) for one in found.standings}
    assert states["VP", "2022-Q1"] == ("Không phát sinh", 1)
    assert states["VP", "2022-Q2"] == ("Chưa gửi", 0)
    assert states["TTPT", "2022-Q1"] == ("Chưa gửi", 0)
    assert states["TTPT", "2022-Q2"] == ("Đã nhận", 0)
    assert found.missing == ("QLCNH", "CCTDC", "TTPT", "VP")


def test_a_quarter_that_is_not_over_is_not_missing_from_the_year() -> None:
    first = submission("VP")
    found = consolidated(*_counting(first), period=Period.parse("2022"))
    assert [one.id for one in found.not_due] == ["2022-Q2", "2022-Q3", "2022-Q4"]
    assert found.missing == ("QLCNH", "CCTDC", "TTPT")
    assert [len(some.units) for some in found.quarters if some.is_due] == [4]


def test_rates_count_units_and_not_files() -> None:
    found = rates(consolidated(report("VP"), report("TTPT", late=2)).standings)
    assert (found.units, found.sent, found.on_time) == (4, 2, 1)


def test_what_was_returned_has_been_sent_but_is_not_in_time() -> None:
    returned = submission("TTPT", verdict=Verdict.RETURNED)
    found = rates(consolidated(submissions=[returned]).standings)
    assert (found.units, found.sent, found.on_time) == (4, 1, 0)
