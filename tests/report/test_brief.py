"""The leaders' page: five conclusions, changes and targets, what is to be decided."""

import re
from collections.abc import Sequence
from dataclasses import replace

import pytest

from kskt_excel.consolidation.tasks import judged_tasks
from kskt_excel.model.consolidation import (
    Consolidation,
    IndicatorValue,
    TaskJudgement,
    TaskVerdict,
)
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Choice, Indicator
from kskt_excel.report.brief import (
    Brief,
    BriefIndicator,
    brief,
    decisions,
    done_line,
    indicators_line,
    late_line,
)
from kskt_excel.report.sentences import ReportFacts
from tests.builders import forms, small_plan
from tests.consolidation.tables import consolidated, on_its_day, report, table
from tests.report.quarters import all_nil, first_quarter, nobody, second_quarter

IDLE = (
    "Chưa tham gia phối hợp: Phòng Quản lý chuyên ngành (II.1.a, II.4);"
    " Chi cục Tiêu chuẩn Đo lường Chất lượng (II.1.a, II.4)."
)
"""Their reports count and tell of no part in two tasks."""


def made(now: Consolidation, before: Consolidation | None = None) -> Brief:
    return brief(small_plan(), forms(), now, before)


def ground(now: Consolidation) -> ReportFacts:
    return ReportFacts(small_plan(), forms(), now)


def test_there_are_five_conclusions_in_their_order() -> None:
    assert made(first_quarter()).conclusions == (
        (
            "06 nhiệm vụ: đã hoàn thành 01; chưa đến hạn 02; chưa đặt mục tiêu 02; chưa báo cáo"
            f" 01. Nhiệm vụ đến hạn: hoàn thành 01/01 (100,0 %). {IDLE}"
        ),
        "Có 02 hồ sơ quá hạn (01 đã giải quyết, 01 đang giải quyết).",
        (
            "03/04 đơn vị đã gửi báo cáo, 02 đúng hạn; còn thiếu 01 đơn vị (chưa gửi: Trung tâm"
            " phát triển KH&CN)."
        ),
        "Đạt mục tiêu ở 01/01 chỉ tiêu có số liệu; 01 chỉ tiêu chưa đến hạn xét.",
        "Đề nghị Lãnh đạo Sở cho ý kiến 05 việc nêu ở cuối trang.",
    )


def test_when_nothing_happened_nothing_is_asked_for() -> None:
    content = made(all_nil())
    assert content.decisions == ()
    assert content.conclusions[1] == "Không có nhiệm vụ và hồ sơ quá hạn."
    assert content.conclusions[2] == "Cả 04 đơn vị đã gửi báo cáo, đều đúng hạn."
    assert content.conclusions[4] == "Không có việc cần Lãnh đạo Sở quyết định."


def test_when_nobody_has_sent_it_says_so() -> None:
    content = made(nobody())
    assert content.conclusions == (
        "06 nhiệm vụ: chưa báo cáo 06.",
        "Không có nhiệm vụ quá hạn; chưa có số liệu về hồ sơ quá hạn.",
        "Chưa có đơn vị nào trong 04 đơn vị gửi báo cáo.",
        "Chưa đủ số liệu để so sánh các chỉ tiêu với mục tiêu.",
        "Đề nghị Lãnh đạo Sở cho ý kiến 01 việc nêu ở cuối trang.",
    )


def test_an_overdue_task_is_late_and_needs_a_decision() -> None:
    late = consolidated(
        report("VP", table("tien-do", "task | status\nI.1 | Đang thực hiện"), period="2022-Q2"),
        period=Period.parse("2022-Q2"),
        as_of="2022-04-05T08:00",
    )
    content = made(late)
    assert content.conclusions[1] == "Có 01 nhiệm vụ quá hạn (I.1, quá 03 ngày làm việc)."
    asked = "Cho ý kiến chỉ đạo nhiệm vụ I.1 quá hạn 03 ngày làm việc: kiện"
    assert content.decisions[0].startswith(asked)


def test_the_leaders_are_asked_for_plans_that_should_be_there() -> None:
    late = TaskJudgement(TaskVerdict.NO_PLAN, days_without_plan=52)
    first, second, third, *rest = nobody().tasks
    awaiting = [
        replace(first, judgement=late),
        replace(second, judgement=late),
        replace(third, judgement=replace(late, days_without_plan=0)),
    ]
    found = made(replace(nobody(), tasks=(*awaiting, *rest)))
    codes = f"{first.code}, {second.code} (quá hạn 52 ngày làm việc); {third.code}"
    assert found.decisions[0] == f"Chỉ đạo ban hành kế hoạch riêng của nhiệm vụ {codes}."
    assert not any("kế hoạch riêng" in one for one in made(nobody()).decisions)


def test_what_goes_on_all_year_is_never_done_whatever_was_typed() -> None:
    tasks = tuple(replace(task, status="Đã hoàn thành") for task in first_quarter().tasks)
    now = replace(first_quarter(), tasks=judged_tasks(tasks, {}, on_its_day(first_quarter())))
    assert done_line(ground(now)) == (
        "06 nhiệm vụ: đã hoàn thành 03; chưa đặt mục tiêu 03."
        f" Nhiệm vụ đến hạn: hoàn thành 01/01 (100,0 %). {IDLE}"
    )


def test_five_late_tasks_are_told_by_their_number() -> None:
    tasks = tuple(replace(task, overdue=True, days_overdue=3) for task in nobody().tasks[:5])
    assert late_line(ground(replace(nobody(), tasks=tasks))) == "Có 05 nhiệm vụ quá hạn."


def with_indicators(values: Sequence[bool | None]) -> ReportFacts:
    """A period with as many indicators as values: met, not met, without data."""
    names = [f"K{number}" for number in range(1, len(values) + 1)]
    plan = replace(
        small_plan(),
        indicators=tuple(Indicator(name, f"Tỷ lệ {name}", "", "", 0.5, "up") for name in names),
    )
    given = tuple(
        IndicatorValue(name, 1, 0 if met is None else 2, None if met is None else 0.5, 0.5, met)
        for name, met in zip(names, values, strict=True)
    )
    return ReportFacts(plan, forms(), replace(nobody(), indicators=given))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ((), "Chưa đủ số liệu để so sánh các chỉ tiêu với mục tiêu."),
        ((None,), "Chưa đủ số liệu để so sánh các chỉ tiêu với mục tiêu."),
        ((True, True), "Cả 02 chỉ tiêu có số liệu đạt mục tiêu."),
        ((False, None), "Chưa đạt mục tiêu ở 01/01 chỉ tiêu có số liệu."),
        ((True, False), "Đạt 01/02 chỉ tiêu có số liệu; chưa đạt 01 chỉ tiêu: tỷ lệ K2."),
        ((True, *(False,) * 5), "Đạt 01/06 chỉ tiêu có số liệu; chưa đạt 05 chỉ tiêu."),
    ],
)
def test_indicators_are_all_some_or_none(values: Sequence[bool | None], said: str) -> None:
    assert indicators_line(with_indicators(values)) == said


def compared(
    now: float | None, before: float | None, *, direction: str = "up", unit: str = "%"
) -> BriefIndicator:
    """The line of an indicator with a target of 0.5 (or 5 in its own unit)."""
    target = 0.5 if unit == "%" else 5.0
    indicator = Indicator("K1", "Tỷ lệ hồ sơ", "", "", target, direction, unit)
    plan = replace(small_plan(), indicators=(indicator,))

    def period(value: float | None) -> Consolidation:
        met = None
        if value is not None:
            met = value <= target if direction == "down" else value >= target
        share = (0.0, 0) if value is None else (1000 * value, 1000)
        given = IndicatorValue("K1", *share, value, target, met)
        return replace(nobody(), indicators=(given,))

    return brief(plan, forms(), period(now), period(before)).indicators[0]


@pytest.mark.parametrize(
    ("now", "before", "direction", "said"),
    [
        (0.6, 0.55, "up", ("▲ 5,0 điểm %", "good", "Đạt")),
        (0.4, 0.45, "up", ("▼ 5,0 điểm %, kém hơn", "bad", "Chưa đạt")),
        (0.5, 0.5, "up", ("=", "", "Đạt")),
        (0.6, 0.55, "down", ("▲ 5,0 điểm %, kém hơn", "bad", "Chưa đạt")),
        (0.4, 0.45, "down", ("▼ 5,0 điểm %", "good", "Đạt")),
        (0.6, None, "up", ("", "", "Đạt")),
        (None, 0.6, "up", ("", "", "–")),
    ],
)
def test_an_indicator_is_compared_with_last_quarter_and_target(
    now: float | None, before: float | None, direction: str, said: tuple[str, str, str]
) -> None:
    line = compared(now, before, direction=direction)
    assert (line.change, line.progress, line.against) == said


def test_an_indicator_in_another_unit_changes_in_that_unit() -> None:
    line = compared(6.5, 5.0, unit="ngày")
    assert (line.value, line.previous, line.change) == ("6,5", "5", "▲ 1,5")


def test_indicators_that_are_not_met_come_first() -> None:
    three = with_indicators((True, None, False))
    lines = brief(three.plan, forms(), three.now, None).indicators
    assert [line.id for line in lines] == ["K3", "K1", "K2"]


def test_decisions_are_the_late_the_missing_and_what_units_propose() -> None:
    assert made(first_quarter()).decisions == (
        "Chỉ đạo giải quyết dứt điểm 01 hồ sơ đang quá hạn (lĩnh vực An toàn bức xạ và hạt nhân).",
        "Đôn đốc Trung tâm phát triển KH&CN gửi báo cáo để hoàn chỉnh số liệu.",
        "Xem xét đề xuất của Phòng Quản lý chuyên ngành: trang bị máy tính.",
        (
            "Xem xét, kiến nghị UBND tỉnh theo đề xuất của Phòng Quản lý chuyên ngành: nâng cấp"
            " đường truyền."
        ),
        "Xem xét, giao cấp giải quyết đề xuất của Văn phòng Sở: bổ sung 01 biên chế.",
    )


def test_a_level_of_the_offices_own_is_who_is_petitioned() -> None:
    own = replace(
        small_plan(), choices={"cap_giai_quyet": _levels("UBND huyện", "UBND xã", "Khác")}
    )
    rows = [
        "1 | Một | Cấp máy | UBND xã",
        "2 | Hai | Mở lớp | UBND huyện",
        "3 | Ba | Thuê đường truyền | Khác",
        "4 | Không có ạ | x | UBND huyện",
    ]
    issues = table("vuong-mac", "\n".join(("ordinal | difficulty | proposal | level", *rows)))
    asked = decisions(ReportFacts(own, forms(), consolidated(report("VP", issues))))
    assert [one.partition("Văn phòng Sở: ")[::2] for one in asked[-3:]] == [
        ("Xem xét đề xuất của ", "mở lớp."),
        ("Xem xét, kiến nghị UBND xã theo đề xuất của ", "cấp máy."),
        ("Xem xét, kiến nghị cơ quan, đơn vị khác theo đề xuất của ", "thuê đường truyền."),
    ]


def _levels(*values: str) -> tuple[Choice, ...]:
    return tuple(Choice(value) for value in values)


def test_more_than_six_decisions_are_told_by_their_number() -> None:
    rows = "\n".join(f"{n} | Khó khăn {n} | Đề xuất số {n} | Sở" for n in range(1, 10))
    issues = table("vuong-mac", f"ordinal | difficulty | proposal | level\n{rows}")
    asked = made(consolidated(report("VP", issues))).decisions
    assert len(asked) == 6
    assert asked[-1] == ("Xem xét 05 kiến nghị khác (biểu Khó khăn, kiến nghị của bản tổng hợp).")


def test_the_charts_show_the_figures_of_the_forms() -> None:
    tasks, dossiers = made(second_quarter()).charts
    assert tasks.categories == ("Phần I", "Phần II")
    assert [(one.name, one.values) for one in tasks.series] == [
        ("Hoàn thành, đạt", (1, 0)),
        ("Chưa đạt, quá hạn", (0, 0)),
        ("Còn lại", (2, 3)),
    ]
    total = second_quarter().forms["II.06a"].total
    assert sum(dossiers.series[0].values) == 26
    assert sum(dossiers.series[2].values) == 4
    assert sum(sum(one.values) for one in dossiers.series) == total["3"]


def test_no_sentence_shows_the_workings_of_the_program() -> None:
    for now in (first_quarter(), second_quarter(), nobody(), all_nil()):
        content = made(now, first_quarter())
        for text in (*content.conclusions, *content.decisions):
            assert not re.search(r"None|nan|\{|\}|  |\(\)| ,| \.", text), text
            assert text.endswith(".")
