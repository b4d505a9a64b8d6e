"""Indicators: ratios of sums, their targets, and nothing over zero."""

import tomllib
from dataclasses import replace

import pytest

from kskt_excel.consolidation.indicators import IndicatorError, indicator_value
from kskt_excel.model.consolidation import IndicatorValue
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Indicator
from kskt_excel.model.submission import UnitReport
from tests.builders import ROOT, small_plan
from tests.consolidation.tables import consolidated, report, submission, table


def indicator(
    numerator: str, denominator: str, *reports: UnitReport, period: str = "2022-Q1"
) -> IndicatorValue:
    one = Indicator("K", "Chỉ tiêu", numerator, denominator, 0.5, "up")
    plan = replace(small_plan(), indicators=(one,))
    return consolidated(*reports, plan=plan, period=Period.parse(period)).indicators[0]


def dossiers(unit: str, online: int, direct: int, postal: int) -> UnitReport:
    text = (
        "procedure | received_online | received_direct | received_postal | resolved_early\n"
        f"2.002385 | {online} | {direct} | {postal} | {online + direct + postal}"
    )
    return report(unit, table("ho-so", text))


def test_a_rate_is_a_ratio_of_sums_and_never_a_mean_of_rates() -> None:
    found = indicator(
        "II.06a[4]",
        "II.06a[4] + II.06a[5]",
        dossiers("QLCNH", 1, 0, 0),
        dossiers("CCTDC", 0, 9, 0),
    )
    assert (found.numerator, found.denominator, found.value) == (1, 10, 0.1)


def test_a_raw_column_can_be_divided_by_a_form() -> None:
    found = indicator(
        "sum(ho-so.received_postal)", "II.06a[4] + II.06a[5]", dossiers("QLCNH", 2, 1, 1)
    )
    assert (found.numerator, found.denominator, found.value) == (1, 4, 0.25)


@pytest.mark.parametrize(
    ("ratio", "direction", "target", "expected"),
    [
        ((1, 5), "up", 0.2, (0.2, True)),
        ((1, 6), "up", 0.2, (1 / 6, False)),
        ((1, 20), "down", 0.05, (0.05, True)),
        ((2, 20), "down", 0.05, (0.1, False)),
        ((0, 0), "up", 0.2, (None, None)),
        ((0, 3), "up", None, (0.0, None)),
    ],
)
def test_a_target_is_met_on_the_right_side_of_it(
    ratio: tuple[int, int],
    direction: str,
    target: float | None,
    expected: tuple[float | None, bool | None],
) -> None:
    found = indicator_value(Indicator("K", "", "0", "0", target, direction), *ratio)
    assert (found.value, found.met) == expected


def test_tasks_and_units_are_counted_by_where_they_stand() -> None:
    progress = table("tien-do", "task | status\nI.1 | Đã hoàn thành\nI.2 | Đang thực hiện")
    done = indicator("tasks(done)", "tasks(all)", report("VP", progress))
    assert (done.numerator, done.denominator) == (1, 6)
    sent = indicator("units(on_time)", "units(all)", report("VP", progress), report("TTPT", late=2))
    assert (sent.numerator, sent.denominator) == (1, 4)


def test_feedback_not_yet_due_is_not_judged() -> None:
    register = table(
        "pakn",
        """
        ordinal | received_on | due_on     | finished_on
        1       | 20/12/2021  | 10/01/2022 | 07/01/2022
        2       | 20/12/2021  | 10/01/2022 | 12/01/2022
        3       | 20/12/2021  | 14/03/2022 |
        4       | 01/03/2022  | 22/03/2022 |
        """,
    )
    found = indicator("pakn(on_time)", "pakn(all)", report("VP", register))
    assert (found.numerator, found.denominator) == (1, 3)


def test_publication_has_five_working_days_after_the_decision() -> None:
    register = table(
        "cong-bo",
        """
        province_decision | province_decided_on | procedure | national_db_on
        1/QĐ-UBND         | 28/01/2022          | 2.002385  | 11/02/2022
        1/QĐ-UBND         | 28/01/2022          | 2.002380  | 14/02/2022
        2/QĐ-UBND         | 01/03/2022          | 1.003542  |
        3/QĐ-UBND         | 10/03/2022          | 2.001209  |
        | | | 1.000449 | |
        """,
    )  # 31/01–04/02/2022: Tết
    found = indicator("published(on_time)", "published(all)", report("VP", register))
    assert (found.numerator, found.denominator) == (1, 3)


def test_a_stock_of_a_longer_period_is_the_last_quarters() -> None:
    sheet = table("danh-muc", "procedure | at_one_stop\n1.0 | c\n2.0 | k")
    found = indicator(
        "count(danh-muc where at_one_stop)",
        "count(danh-muc)",
        report("QLCNH", sheet),
        report("QLCNH", sheet, period="2022-Q2"),
        period="2022-6T",
    )
    assert (found.numerator, found.denominator) == (1, 2)


def test_an_overdue_dossier_that_comes_again_counts_once_in_a_longer_period() -> None:
    head = "dossier | procedure | apology_number | finished_on"
    first = table("qua-han", f"{head}\n1 | 2.002385 | 3/PXL |\n2 | 2.002385 | | 10/02/2022")
    second = table("qua-han", f"{head}\n1 | 2.002385 | 3/PXL | 20/04/2022\n3 | 2.002385 | |")
    quarters = report("QLCNH", first), report("QLCNH", second, period="2022-Q2")
    wanted = ("count(qua-han where apology_number filled)", "count(qua-han)")
    found = indicator(*wanted, *quarters, period="2022-6T")
    assert (found.numerator, found.denominator) == (1, 3)


def test_units_of_a_longer_period_count_in_each_quarter() -> None:
    plan = replace(
        small_plan(),
        indicators=(Indicator("K15", "", "units(on_time)", "units(all)", 1.0, "up"),),
    )
    reports = [report("VP"), report("VP", period="2022-Q2", late=1)]
    found = consolidated(*reports, plan=plan, period=Period.parse("2022-6T"))
    assert (found.indicators[0].numerator, found.indicators[0].denominator) == (1, 8)


@pytest.mark.parametrize(
    ("expression", "word"),
    [
        ("II.06a[99]", "II.06a[99]"),
        ("II.99[3]", "II.99[3]"),
        ("sum(ho-so.nothing)", "nothing"),
        ("[4]", "II.06a[8]"),
        ("tasks(", "tasks("),
    ],
)
def test_an_indicator_that_cannot_be_computed_is_named(expression: str, word: str) -> None:
    with pytest.raises(IndicatorError) as error:
        indicator(expression, "tasks(all)")
    assert "Chỉ tiêu K " in str(error.value)
    assert word in str(error.value)


def test_a_file_nobody_sent_gives_no_rate() -> None:
    found = consolidated(submissions=[submission("", period="")])
    assert found.indicators[1].value is None


def test_every_indicator_of_the_plan_of_2022_can_be_computed() -> None:
    listed = tomllib.loads((ROOT / "tools/plan_2022/chi-tieu.toml").read_text(encoding="utf-8"))
    indicators = tuple(
        Indicator(
            one["id"],
            one["name"],
            one["numerator"],
            one["denominator"],
            one.get("target"),
            one["direction"],
        )
        for one in listed["indicator"]
    )
    found = consolidated(
        dossiers("QLCNH", 6, 3, 1), plan=replace(small_plan(), indicators=indicators)
    )
    values = {one.id: (one.numerator, one.denominator) for one in found.indicators}
    assert values["K1"] == (10, 10)
    assert values["K4"] == (6, 10)
    assert values["K8a"] == (1, 10)
    assert values["K15"] == (1, 4)
