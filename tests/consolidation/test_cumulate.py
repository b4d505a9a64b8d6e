"""Six months, nine months and the year: flows add, stocks are first or last (V06a.10)."""

import datetime as dt
from dataclasses import replace

import pytest

from kskt_excel.consolidation.filled_forms import parts_of
from kskt_excel.model.finding import Finding, Severity
from kskt_excel.model.forms import FormDefinitionError
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Waiver
from kskt_excel.model.submission import UnitReport
from tests.builders import forms, small_plan
from tests.consolidation.tables import consolidated, figures, nil, report, sources, table

FIELD = "An toàn bức xạ và hạt nhân"
RIGHTS = "Sở hữu trí tuệ"
YEAR, HALF = Period.parse("2022"), Period.parse("2022-6T")
ALL = "3 4 5 6 7 8 9 10 11 12 13"


def dossiers(quarter: int, cells: str, unit: str = "QLCNH", field: str = FIELD) -> UnitReport:
    """A quarter: online, direct, carried over, early, on time, overdue, pending, overdue."""
    header = (
        "procedure | field | received_online | received_direct | carried_over | resolved_early"
        " | resolved_on_time | resolved_overdue | pending_in_time | pending_overdue"
    )
    sheet = table("ho-so", f"{header}\n2.002385 | {field} | {cells}")
    return report(unit, sheet, period=f"2022-Q{quarter}")


QUARTERS = (
    dossiers(1, "10 | 5 | 3 | 8 | 4 | 1 | 4 | 1"),
    dossiers(2, "20 | 0 | 5 | 9 | 6 | 2 | 8 | 0"),
    dossiers(3, "12 | 1 | 8 | 9 | 9 | 1 | 1 | 1"),
    dossiers(4, "15 | 2 | 2 | 7 | 7 | 0 | 5 | 0"),
)


@pytest.mark.parametrize(
    ("period", "count", "expected"),
    [
        ("2022-6T", 2, [38, 30, 5, 3, 30, 17, 10, 3, 8, 8, 0]),
        ("2022-9T", 3, [51, 42, 6, 3, 49, 26, 19, 4, 2, 1, 1]),
        ("2022", 4, [68, 57, 8, 3, 63, 33, 26, 4, 5, 5, 0]),
    ],
)
def test_a_longer_period_adds_flows_and_keeps_first_and_last_stocks(
    period: str, count: int, expected: list[int]
) -> None:
    found = consolidated(*QUARTERS[:count], period=Period.parse(period))
    assert figures(found, "II.06a", FIELD, ALL) == expected
    assert figures(found, "II.06a", "", ALL) == expected


def test_a_unit_that_missed_the_first_quarter_keeps_its_identities() -> None:
    late = dossiers(2, "4 | 0 | 6 | 5 | 0 | 0 | 5 | 0", unit="CCTDC")
    found = consolidated(QUARTERS[0], QUARTERS[1], late, period=HALF)
    assert figures(found, "II.06a", FIELD, ALL) == [48, 34, 5, 9, 35, 22, 10, 3, 13, 13, 0]


def test_a_last_quarter_in_which_nothing_happened_closes_with_nothing() -> None:
    done = report("QLCNH", nil("ho-so"), period="2022-Q2")
    found = consolidated(QUARTERS[0], done, period=HALF)
    assert figures(found, "II.06a", FIELD, "4 6 8 11") == [10, 3, 8, 0]


def test_a_quarter_not_sent_leaves_the_last_known_stock() -> None:
    found = consolidated(QUARTERS[0], period=HALF)
    assert figures(found, "II.06a", FIELD, "3 7 11") == [18, 13, 5]


def test_what_a_successor_takes_over_counts_once() -> None:
    plan = small_plan()
    old, new = plan.units[1], plan.units[2]
    gone = replace(old, valid_to=dt.date(2022, 3, 14), successor=new.code)
    units = (plan.units[0], gone, *plan.units[2:])
    second = dossiers(2, "20 | 0 | 5 | 9 | 6 | 2 | 8 | 0", unit=new.code)
    found = consolidated(QUARTERS[0], second, period=HALF, plan=replace(plan, units=units))
    assert figures(found, "II.06a", FIELD, "3 6 7 11") == [38, 3, 30, 8]
    assert [row.key for row in found.forms["II.07b"].rows] == ["VP", "CCTDC", "TTPT"]


@pytest.mark.parametrize("asked", [(), ("CCTDC",), ("QLCNH",), ("TTPT", "VP", "CCTDC"), ("ZZ",)])
def test_reports_and_units_behind_a_unit_stand_in_the_plans_order(asked: tuple[str, ...]) -> None:
    plan = small_plan()
    old, new = plan.units[1], plan.units[2]
    gone = replace(old, valid_to=dt.date(2022, 3, 14), successor=new.code)
    units = (plan.units[0], gone, *plan.units[2:])
    several = [
        dossiers(quarter, "1 | 0 | 0 | 1 | 0 | 0 | 0 | 0", unit=unit)
        for quarter in (2, 1)
        for unit in ("ZZ", new.code, "VP", old.code)
    ]
    found = sources(*several, period=HALF, plan=replace(plan, units=units))
    assert found.reports_of(asked) == [
        one for one in found.reports if found.heir(one.unit) in asked
    ]
    codes = (one.code for one in units)
    assert found.units_behind(asked) == [
        code for code in codes if code in asked or found.heir(code) in asked
    ]


def test_procedures_are_those_of_the_last_quarter() -> None:
    first = table("danh-muc", "procedure | at_one_stop\n1.0 | c\n2.0 | c\n3.0 | k")
    last = table("danh-muc", "procedure | at_one_stop\n1.0 | c\n2.0 | k")
    found = consolidated(
        report("QLCNH", first), report("QLCNH", last, period="2022-Q2"), period=HALF
    )
    assert figures(found, "II.07b", "QLCNH", "3 7") == [2, 1]


def test_feedback_of_a_year_is_what_was_settled_and_what_is_left() -> None:
    header = "ordinal | classification | field | carried_over | finished_on"
    behaviour, rule = "Hành vi hành chính", "Quy định hành chính"
    first = table(
        "pakn",
        f"""{header}
        1 | {behaviour} | {RIGHTS} | c | 10/01/2022
        2 | {rule}      | {RIGHTS} | k | 20/01/2022
        3 | {rule}      | {RIGHTS} | k |
        """,
    )
    second = table(
        "pakn",
        f"""{header}
        1 | {rule}      | {RIGHTS} | c | 20/03/2022
        2 | {behaviour} | {RIGHTS} | k |
        """,
    )
    found = consolidated(report("VP", first), report("VP", second, period="2022-Q2"), period=HALF)
    columns = "3 4 5 6 7 8 9 10 11 12 13"
    assert figures(found, "II.05a", RIGHTS, columns) == [4, 2, 2, 1, 3, 3, 1, 2, 1, 2, 1]


def test_a_decision_of_two_quarters_counts_once_a_year() -> None:
    text = "province_decision | procedure | change_kind\n512/QĐ-UBND | 2.002385 | Thay thế"
    found = consolidated(
        report("QLCNH", table("cong-bo", text)),
        report("QLCNH", table("cong-bo", text), period="2022-Q2"),
        period=YEAR,
    )
    assert figures(found, "II.03", "QLCNH", "3 8") == [1, 2]


def test_a_rule_that_is_not_understood_names_the_file() -> None:
    form = replace(forms().printed_by_id["II.06a"], cumulative={"6": "đầu kỳ"})
    with pytest.raises(FormDefinitionError, match=r"206-II\.06a\.toml"):
        parts_of(form, "6", ("2022-Q1",))
    other = replace(form, cumulative={"6": "[7] + last[6]"})
    with pytest.raises(FormDefinitionError, match="cột 6"):
        parts_of(other, "6", ("2022-Q1",))


def test_a_procedure_with_online_dossiers_in_any_quarter_is_counted_once() -> None:
    def online(quarter: int, *cells: str) -> UnitReport:
        text = "\n".join(f"{cell} | {FIELD}" for cell in cells)
        rows = table("truc-tuyen", f"procedure | online | field\n{text}")
        levels = "\n".join(f"{code} | Mức độ 4 | {FIELD}" for code in ("1.0", "2.0", "3.0"))
        catalogue = table("danh-muc", f"procedure | online_level | field\n{levels}")
        return report("QLCNH", catalogue, rows, period=f"2022-Q{quarter}")

    first = online(1, "1.0 | 5", "2.0 | 0", "3.0 | 1")
    second = online(2, "1.0 | 2", "2.0 | 0", "3.0 | 0")
    found = consolidated(first, second, period=HALF)
    assert figures(found, "II.08", FIELD, "3 4 8 10") == [3, 3, 2, 8]
    assert figures(found, "II.08", "", "8") == [2]
    alone = consolidated(second, period=Period.parse("2022-Q2"))
    assert figures(alone, "II.08", FIELD, "8") == [1]


def test_a_procedure_reviewed_again_is_taken_from_its_last_review() -> None:
    header = "procedure | planned | reviewed | option | legal_texts | authority"
    first = table(
        "ra-soat",
        f"""{header}
        1.0 | c | c | Giữ nguyên       | 0 |
        2.0 | c | k |                  | 0 |
        """,
    )
    second = table(
        "ra-soat",
        f"""{header}
        1.0 | k | c | Sửa đổi, bổ sung | 2 | Tỉnh
        3.0 | c | c | Bãi bỏ           | 1 | Tỉnh
        """,
    )
    found = consolidated(
        report("QLCNH", first), report("QLCNH", second, period="2022-Q2"), period=HALF
    )
    columns = "3 4 5 6 8 10 11"
    assert figures(found, "II.04", "1.0", columns) == [1, 1, 0, 1, 0, 2, 1]
    assert figures(found, "II.04", "2.0", columns) == [1, 0, 0, 0, 0, 0, 0]
    assert figures(found, "II.04", "", columns) == [3, 2, 0, 1, 1, 3, 2]
    assert [line.name for line in found.control if not line.agrees] == []


def test_the_same_procedure_of_two_units_stays_two() -> None:
    rows = table("ra-soat", "procedure | planned | reviewed | option\n1.0 | c | c | Giữ nguyên")
    every = [
        report(unit, rows, period=f"2022-Q{quarter}")
        for unit in ("QLCNH", "CCTDC")
        for quarter in (1, 2)
    ]
    found = consolidated(*every, period=HALF)
    assert figures(found, "II.04", "1.0", "3 4 5") == [2, 2, 2]


def test_a_complaint_from_before_the_year_settled_later_stays_carried_over() -> None:
    header = "received_on | classification | field | carried_over | finished_on | extended"
    kind = "Hành vi hành chính"
    first = table("pakn", f"{header}\n1/12/2021 | {kind} | {RIGHTS} | c |  | c")
    second = table("pakn", f"{header}\n1/12/2021 | {kind} | {RIGHTS} | c | 1/4/2022 | c")
    found = consolidated(report("VP", first), report("VP", second, period="2022-Q2"), period=HALF)
    columns = "3 4 6 7 8 9 11 12 13 17"
    assert figures(found, "II.05a", RIGHTS, columns) == [1, 1, 1, 0, 1, 1, 1, 0, 0, 1]
    assert [line.name for line in found.control if not line.agrees] == []
    (behaviour,) = (one for one in found.evaluation.criteria if one.number == 7)
    assert behaviour.basis.startswith("Có 1 phản ánh")


BROKEN = (
    dossiers(1, "10 | 5 | 3 | 8 | 4 | 1 | 4 | 1"),
    dossiers(2, "20 | 0 | 4 | 9 | 6 | 2 | 7 | 0"),
)
"""Five pending at the end of the first quarter, four carried over into the second."""


def test_an_identity_that_cumulation_breaks_is_told_with_its_row() -> None:
    found = consolidated(*BROKEN, period=HALF)
    lines = [line for line in found.control if not line.agrees]
    assert [(one.rule, one.row, one.left, one.right) for one in lines] == [
        ("V06a.4", "", 38, 37),
        ("V06a.4", FIELD, 38, 37),
    ]
    assert all(one.is_broken for one in lines)
    assert lines[0].name == "Biểu II.06a, V06a.4"
    assert [line.rule for line in consolidated(BROKEN[0]).control if line.rule] == []


def test_a_waived_identity_passes_and_so_does_one_of_an_accepted_report() -> None:
    waiver = Waiver("V06a.4", "QLCNH", "2022-Q2", "Đã đối chiếu", "CVP", dt.date(2022, 6, 15))
    plan = replace(small_plan(), waivers=(waiver,))
    found = consolidated(*BROKEN, period=HALF, plan=plan)
    assert not any(line.is_broken for line in found.control)
    assert any(line.waived for line in found.control if not line.agrees)
    known = Finding("V06a.4", Severity.ERROR)
    sent = replace(BROKEN[1].submission, findings=(known,))
    accepted = consolidated(BROKEN[0], replace(BROKEN[1], submission=sent), period=HALF)
    assert not any(line.is_broken for line in accepted.control)
