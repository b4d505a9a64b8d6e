"""The nine criteria by hand (Thông tư 01/2018/TT-VPCP, Điều 13–15)."""

from dataclasses import replace
from fractions import Fraction

import pytest

from kskt_excel.consolidation import indicators
from kskt_excel.model.consolidation import Evaluation
from kskt_excel.model.period import Period
from kskt_excel.model.settings import WHOLE_PROCESS_SHARE, PlanSettings
from tests.builders import small_plan
from tests.consolidation.schemes import scheme, score
from tests.consolidation.tables import consolidated, nil, report, table


@pytest.mark.parametrize(
    ("value", "rounded"),
    [
        (Fraction(5, 4), 1.3),
        (Fraction(1, 20), 0.1),
        (Fraction(149, 100), 1.5),
        (Fraction(7, 3), 2.3),
        (Fraction(2), 2.0),
    ],
)
def test_points_are_rounded_half_up_to_one_decimal(value: Fraction, rounded: float) -> None:
    assert indicators.one_decimal(value) == rounded


@pytest.mark.parametrize(
    ("early", "on_time", "overdue", "points"),
    [(4, 0, 0, 2.0), (0, 4, 0, 1.0), (0, 0, 4, 0.0), (3, 1, 1, 1.4), (0, 0, 0, None)],
)
def test_time_gives_two_points_early_one_on_time(
    early: int, on_time: int, overdue: int, points: float | None
) -> None:
    for criterion in (1, 2, 7):
        found = score(criterion, early=early, on_time=on_time, overdue=overdue)
        assert found.points == points


def test_a_complaint_about_behaviour_leaves_attitude_to_the_office() -> None:
    found = score(7, early=4, behaviour=1)
    assert found.points is None
    assert "1 phản ánh" in found.basis


@pytest.mark.parametrize(
    ("procedures", "one_stop", "whole", "points"),
    [
        (12, 10, 2, 2),
        (12, 12, 2, 1),
        (12, 11, 2, 0),
        (5, 5, 1, 2),
        (5, 0, 0, 0),
        (0, 0, 0, None),
    ],
)
def test_one_stop_needs_twenty_percent_on_the_spot_for_two_points(
    procedures: int, one_stop: int, whole: int, points: int | None
) -> None:
    assert score(5, procedures=procedures, one_stop=one_stop, whole=whole).points == points


def test_the_twenty_percent_rule_shows_its_numerator_and_denominator() -> None:
    found = score(5, procedures=12, one_stop=12, whole=2)
    assert "2/12 = 16,7 % (tối thiểu 20,0 %)" in found.basis


@pytest.mark.parametrize(
    ("posted", "online", "points"),
    [(4, 4, 2), (4, 0, 1), (0, 0, 0), (4, 2, 1), (3, 4, 1), (3, 3, 0)],
)
def test_publicity_is_complete_in_both_forms_in_one_or_in_none(
    posted: int, online: int, points: int
) -> None:
    """Not a mean: Điều 15 khoản 2a averages criteria 1, 2, 3, 4 and 7 only."""
    assert score(6, procedures=4, posted=posted, on_website=online).points == points


@pytest.mark.parametrize(
    ("reports", "due", "on_time", "extended", "points"),
    [
        (0, 0, 0, 0, None),
        (1, 0, 0, 0, 2),
        (1, 10, 10, 0, 2),
        (1, 10, 9, 0, 1),
        (1, 10, 8, 0, 0),
        (1, 10, 10, 1, 0),
    ],
)
def test_feedback_is_judged_at_ninety_percent(
    reports: int, due: int, on_time: int, extended: int, points: int | None
) -> None:
    found = score(
        8, feedback_reports=reports, feedback=due, feedback_on_time=on_time, extended=extended
    )
    assert found.points == points


@pytest.mark.parametrize(
    ("levels", "online", "offline", "overdue", "points"),
    [
        (2, 30, 70, 0, 2),
        (1, 30, 70, 0, 1),  # enough dossiers, too few procedures
        (5, 29, 71, 0, 1),
        (5, 15, 85, 0, 1),
        (5, 14, 86, 0, 0),
        (5, 90, 10, 1, 0),
        (0, 50, 50, 0, 0),
        (5, 0, 0, 0, None),
    ],
)
def test_online_services_are_judged_by_three_figures(
    levels: int, online: int, offline: int, overdue: int, points: int | None
) -> None:
    found = score(
        9,
        procedures=10,
        online_procedures=levels,
        online=online,
        offline=offline,
        online_overdue=overdue,
        all_overdue=overdue,
    )
    assert found.points == points


def test_online_services_are_left_out_where_an_overdue_dossier_may_be_online() -> None:
    given = {"procedures": 10, "online_procedures": 5, "online": 40, "offline": 60}
    found = score(9, **given, all_overdue=3, offline_overdue=1)
    assert found.points is None
    assert "2 hồ sơ quá hạn chưa rõ" in found.basis
    assert score(9, **given, all_overdue=3, offline_overdue=3).points == 2
    too_few = given | {"online": 10, "offline": 90}
    assert score(9, **too_few, all_overdue=3).points == 0


@pytest.mark.parametrize(
    ("total", "name"),
    [
        (18, "Xuất sắc"),
        (15, "Xuất sắc"),
        (14.9, "Tốt"),
        (12, "Tốt"),
        (11.9, "Khá"),
        (9, "Khá"),
        (8.9, "Trung bình"),
        (6, "Trung bình"),
        (5.9, "Yếu"),
        (0, "Yếu"),
    ],
)
def test_the_class_follows_the_total(total: float, name: str) -> None:
    assert scheme().class_of(total) == name


CATALOGUE = table(
    "danh-muc",
    """
    procedure | at_one_stop | whole_process_at_centre | online_level | posted | on_website
    2.002385  | c           | c                       | Mức độ 4     | c      | c
    2.002380  | c           | k                       | Mức độ 3     | c      | c
    1.003542  | c           | k                       | Mức độ 2     | c      | k
    """,
)
DOSSIERS = table(
    "ho-so",
    """
    procedure | received_online | received_direct | resolved_early | resolved_on_time | returned
    2.002385  | 5               | 5               | 6              | 3                | 1
    """,
)


def _evaluated(*units: object) -> Evaluation:
    return consolidated(*units).evaluation


def test_a_period_is_evaluated_from_the_units_sheets() -> None:
    found = _evaluated(report("QLCNH", CATALOGUE, DOSSIERS, nil("pakn")))
    points = {one.number: one.office_score for one in found.criteria}
    # 1, 2, 7: (2·6 + 3)/9 = 1,7; 5: 1/3 ≥ 20 %; 6: all posted, not all on the website;
    # 9: 2/3, 5/10, none overdue
    assert points == {1: 1.7, 2: 1.7, 3: None, 4: None, 5: 2, 6: 1, 7: 1.7, 8: 2, 9: 2}
    assert (found.total, found.with_data, found.classification) == (12.1, 7, "Tốt")
    assert [one.content for one in found.criteria] == [one.content for one in scheme().criteria]


def test_without_data_there_is_no_class() -> None:
    found = _evaluated()
    assert (found.total, found.with_data, found.classification) == (0.0, 0, "")


def test_the_minimum_share_is_a_setting_of_the_plan() -> None:
    plan = small_plan()
    settings = PlanSettings({**plan.settings.texts, WHOLE_PROCESS_SHARE: "50"})
    found = consolidated(report("QLCNH", CATALOGUE), plan=replace(plan, settings=settings))
    assert found.evaluation.criteria[4].office_score == 1
    assert "tối thiểu 50,0 %" in found.evaluation.criteria[4].basis


def test_points_that_units_give_themselves_stand_beside_with_their_mean() -> None:
    own = "criterion | self_score"
    found = _evaluated(
        report("VP", table("danh-gia", f"{own}\n1 | 1,5\n2 |\n3 | 2")),
        report("QLCNH", table("danh-gia", f"{own}\n1 | 2\n2 |")),
    )
    first, second, third = found.criteria[:3]
    assert (dict(first.self_scores), first.self_score) == ({"VP": 1.5, "QLCNH": 2.0}, 1.8)
    assert (dict(second.self_scores), second.self_score) == ({}, None)
    assert (third.self_score, third.office_score) == (2.0, None)


def test_own_points_weigh_by_the_dossiers_of_their_units() -> None:
    own = "criterion | self_score"
    few = "procedure | resolved_early | resolved_on_time\n2.002385 | 1 | 2"
    many = "procedure | resolved_early | resolved_on_time\n2.002380 | 20 | 7"
    found = _evaluated(
        report("VP", table("danh-gia", f"{own}\n1 | 0")),
        report("QLCNH", table("danh-gia", f"{own}\n1 | 2"), table("ho-so", few)),
        report("CCTDC", table("danh-gia", f"{own}\n1 | 1"), table("ho-so", many)),
    )
    # (2·3 + 1·27)/30 = 1,1; VP has no dossiers and weighs nothing
    assert found.criteria[0].self_score == 1.1


def test_a_longer_period_takes_the_latest_points_of_a_unit() -> None:
    own = "criterion | self_score"
    found = consolidated(
        report("VP", table("danh-gia", f"{own}\n1 | 1")),
        report("VP", table("danh-gia", f"{own}\n1 | 2"), period="2022-Q2"),
        period=Period.parse("2022-6T"),
    )
    assert dict(found.evaluation.criteria[0].self_scores) == {"VP": 2.0}
