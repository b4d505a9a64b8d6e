"""What each unit owes on a day, by hand from the sample's rows and a calendar of 2022."""

import datetime as dt
from functools import cache

import pytest

from kskt_excel.consolidation.dues import DuesDay, dues
from kskt_excel.model.consolidation import Consolidation, Due, DueKind, is_to_tell
from kskt_excel.model.plan import Plan
from kskt_excel.report.due_lines import DueLines, part_texts
from tests.builders import forms
from tests.consolidation.test_sample_judged import QLKH_RETURNED, as_sent, own_plans, with_plans
from tests.sample_year import Rows, SampleYear, sample_plan


def owed(
    whole: Consolidation, day: str, plan: Plan | None = None, before: int = 5
) -> dict[str, tuple[Due, ...]]:
    on = DuesDay(plan or sample_plan(), forms(), dt.date.fromisoformat(day), before, {})
    return dict(dues([whole], on))


TWELVE = "II.1.a II.1.b II.2.b II.3 II.4 III.1 III.2 III.3 III.4 IV.1 IV.2 IV.3"
"""Tasks with which every unit helps but the office and, in two more, TTPT."""


def told(some: tuple[Due, ...]) -> set[str]:
    """``own_plan I.3``, ``task I.1!`` past its day."""
    return {f"{one.kind} {' '.join(one.tasks)}{'!' if one.is_late else ''}".strip() for one in some}


def test_after_the_first_quarter_each_unit_owes_what_its_rows_say() -> None:
    found = owed(as_sent("2022-Q1"), "2022-03-18")
    assert {unit: told(some) for unit, some in found.items() if unit not in ("KHTC", "QLKH")} == {
        "VP": {"target II.1.a", "target II.1.b", "target III.2", f"helpers {TWELVE}"},
        "QLCN": {"own_figures II.1.a", "own_figures III.2", "open_rows"},
        "QLCNH": {"own_figures II.1.b", "own_figures III.2"},
        "CCTDC": {"own_figures III.2", "open_rows"},
    }
    (report,) = found["KHTC"]
    assert (report.kind, report.day, report.is_late) == ("report", dt.date(2022, 3, 15), True)
    assert len(report.tasks) == 12  # with which it helps


def test_targets_are_held_against_units_when_all_is_in_or_the_last_day_is_past() -> None:
    assert "VP" not in owed(as_sent("2022-Q1"), "2022-03-15")
    assert "target III.2" in told(owed(as_sent("2022-Q1"), "2022-03-16")["VP"])
    assert "target III.2" in told(owed(as_sent("2022-Q2"), "2022-06-14")["VP"])  # all have sent


@cache
def under_way() -> Consolidation:
    """The first quarter, in which the task with a fixed day is not done."""

    def change(rows: Rows) -> None:
        rows["tien-do"][0] |= {"status": "Đang thực hiện", "completed_on": None, "percent": 50.0}
        rows["dau-moi"].pop()

    year = SampleYear(sample_plan(), "1.0", QLKH_RETURNED, change={"2022-Q1 VP": change})
    return year.consolidated("2022-Q1")


@pytest.mark.parametrize(
    ("day", "before", "kinds"),
    [
        # I.1 is due on 31/3, the plans of I.3 and I.4 are wanted by it; that of I.2 is there
        ("2022-03-23", 5, set()),
        ("2022-03-23", 6, {"task I.1", "own_plan I.3", "own_plan I.4"}),
        ("2022-03-24", 5, {"task I.1", "own_plan I.3", "own_plan I.4"}),
        ("2022-03-31", 0, {"task I.1", "own_plan I.3", "own_plan I.4"}),
        ("2022-04-01", 0, {"task I.1!", "own_plan I.3!", "own_plan I.4!"}),
        ("2022-09-06", 5, {"task I.1!", "own_plan I.3!", "own_plan I.4!"}),  # 14/9: six days
        ("2022-09-07", 5, {"task I.1!", "task I.2", "own_plan I.3!", "own_plan I.4!"}),
        ("2022-09-15", 5, {"task I.1!", "task I.2!", "own_plan I.3!", "own_plan I.4!"}),
    ],
)
def test_days_of_tasks_done_once_are_held_against_today(
    day: str, before: int, kinds: set[str]
) -> None:
    found = told(owed(under_way(), day, before=before)["VP"])
    assert {one for one in found if not one.startswith(("target", "helpers"))} == kinds


@pytest.mark.parametrize("month", range(4, 13))
def test_what_goes_on_all_year_is_never_late(month: int) -> None:
    found = owed(as_sent("2022-Q1"), f"2022-{month:02d}-28")
    targets = [one for some in found.values() for one in some if one.kind is DueKind.TARGET]
    assert targets
    assert all(one.day is None and not one.is_late for one in targets)


def test_figures_that_reach_the_target_are_to_be_reported_done() -> None:
    found = owed(with_plans("2022-Q2"), "2022-06-16", own_plans())["VP"]
    (due,) = [one for one in found if one.kind is DueKind.TO_TELL]
    assert (due.tasks, due.day, due.is_late) == (("I.2",), dt.date(2022, 9, 14), False)
    assert not {"own_plan I.3", "own_plan I.4"} & told(found)  # the plans are there


@pytest.mark.parametrize(
    ("kind", "is_late", "days_ago", "again"),
    [
        (DueKind.REPORT, False, None, True),
        (DueKind.REPORT, False, 30, False),  # once before its day
        (DueKind.REPORT, True, None, True),  # late is another matter
        (DueKind.REPORT, True, 6, False),
        (DueKind.REPORT, True, 7, True),
        (DueKind.OPEN_ROWS, True, 7, False),  # only the next report can answer
        (DueKind.TARGET, False, 7, False),
        (DueKind.TARGET, False, None, True),
    ],
)
def test_a_matter_is_told_once_then_weekly_while_it_is_late(
    kind: DueKind,
    is_late: bool,  # a column of the table
    days_ago: int | None,
    again: bool,
) -> None:
    today = dt.date(2022, 4, 1)
    last = None if days_ago is None else today - dt.timedelta(days=days_ago)
    assert is_to_tell(Due(kind, "x", "2022-Q1", is_late=is_late), last, today) is again


def test_a_line_says_what_by_when_and_a_reply_counts_no_days() -> None:
    plan = sample_plan()
    vp = owed(under_way(), "2022-04-01")["VP"]
    reply = DueLines(plan, forms(), today=None).lines(vp)
    assert reply == (
        (
            "Chưa có kế hoạch riêng: I.3, I.4 (phải có chậm nhất ngày 31/3/2022, đã qua)."
            " Đề nghị ghi số kế hoạch vào báo cáo khi đã ban hành."
        ),
        "Nhiệm vụ chủ trì phải hoàn thành: I.1 (hạn ngày 31/3/2022, đã qua).",
        (
            "Nhiệm vụ chủ trì chưa đạt mục tiêu trong kỳ: II.1.a (75,0 % < 100,0 %; còn ở QLCN);"
            " II.1.b (66,7 % < 100,0 %; còn ở QLCNH); III.2 (68,8 % < 100,0 %; còn ở QLCN, QLCNH,"
            " CCTDC)."
        ),
        (
            "Đơn vị phối hợp các nhiệm vụ chủ trì chưa có báo cáo: Phòng Kế hoạch - Tài chính,"
            " Phòng Quản lý Khoa học."
        ),
    )
    on_the_day = DueLines(plan, forms(), today=dt.date(2022, 4, 1)).lines(vp)
    assert "I.1 (hạn ngày 31/3/2022, đã quá 1 ngày làm việc)" in on_the_day[1]
    cctdc = owed(as_sent("2022-Q1"), "2022-03-18")["CCTDC"]
    year = SampleYear(plan, "1.0", QLKH_RETURNED)
    lines = DueLines(plan, forms(), today=None, report=year.report("2022-Q1", "CCTDC"))
    assert lines.lines(cctdc) == (
        (
            "Số liệu của đơn vị chưa đạt mục tiêu nhiệm vụ III.2: tỷ lệ TTHC có quy trình điện tử"
            " 11/15 = 73,3 %, mục tiêu ≥ 100,0 % (trang Danh mục TTHC dòng 11, 14, 15, 16)."
        ),
        "01 hồ sơ quá hạn chưa giải quyết xong (theo báo cáo Quý I/2022).",
    )


def test_a_unit_is_told_of_its_own_part_and_a_lead_of_the_others() -> None:
    tasks = as_sent("2022-Q1").tasks
    assert part_texts(tasks)["QLCN"] == (
        "Phần phối hợp trong kỳ: đã tham gia 11/12 nhiệm vụ; không phát sinh: III.4."
    )
    assert "VP" not in part_texts(tasks)
    idle = Due(DueKind.HELPERS, "x", "2022-Q1", tasks=("II.1.b",), units=("TTRA",), count=1)
    assert DueLines(sample_plan(), forms(), today=None).lines([idle]) == (
        "Đơn vị phối hợp các nhiệm vụ chủ trì chưa tham gia: Thanh tra Sở (II.1.b).",
    )
