"""Which coordinators have had a part in a task, counted by hand from the units' rows."""

from dataclasses import replace

import pytest

from kskt_excel.messages import sentence
from kskt_excel.model.consolidation import Coordination
from kskt_excel.report.verdicts import (
    coordination_short,
    coordination_text,
    task_warnings,
    without_part,
)
from tests.consolidation.test_sample_judged import QLKH_RETURNED, as_sent
from tests.sample_year import Change, Rows, SampleYear, sample_plan, task_of

OTHERS = ("II.1.a", "II.2.b", "II.3", "II.4", "III.1", "III.2", "IV.1", "IV.2", "IV.3")
GROUP = frozenset({"TTRA", "KHTC", "QLKH", "QLCN", "QLCNH", "QLCS", "CCTDC", "TTPT"})
ABSENT = frozenset({"KHTC", "QLKH"})
TEXTS, WHOLE, NOWHERE = {"QLCN", "QLCNH"}, {"QLCN", "QLCNH", "CCTDC"}, {"QLCNH", "CCTDC"}
BY_HAND = {
    # joined; all others that have sent say that nothing happened
    "2022-Q1": {"II.1.b": TEXTS, "III.3": WHOLE, "III.4": NOWHERE},
    "2022-Q2": {"II.1.b": {"QLCN"}, "III.3": {"QLKH", *WHOLE}, "III.4": NOWHERE},
    "2022-6T": {"II.1.b": TEXTS, "III.3": {"QLKH", *WHOLE}, "III.4": NOWHERE},
}


@pytest.mark.parametrize("period", list(BY_HAND))
def test_the_samples_coordinators_are_those_counted_by_hand(period: str) -> None:
    sent = GROUP - ABSENT if period == "2022-Q1" else GROUP
    gaps = {"2022-Q1": ABSENT} if period == "2022-6T" else {}
    for code in (*OTHERS, *BY_HAND[period]):
        joined = BY_HAND[period].get(code, sent)
        found = task_of(as_sent(period), code).coordination
        assert {*found.joined} == joined, code
        assert {*found.nil} == sent - joined, code
        assert (found.idle, {*found.not_reported}) == ((), GROUP - sent), code
        assert {quarter: {*units} for quarter, units in found.gaps} == gaps, code
    for code in ("II.1.c", "II.2.a"):
        assert task_of(as_sent(period), code).coordination == Coordination(joined=("TTPT",))


def changed(unit: str, change: Change) -> Coordination:
    """Task II.2.b after a change of a unit's workbook of the first quarter."""
    year = SampleYear(
        sample_plan(), "1.0", QLKH_RETURNED, change={f"2022-Q1 {unit}": change}
    ).consolidated("2022-Q1")
    found: Coordination = task_of(year, "II.2.b").coordination
    return found


def says(status: str, result: str | None, *, rows: bool) -> Change:
    """What TTRA writes of the task, and whether its register of complaints has a row."""

    def change(whole: Rows) -> None:
        own = next(row for row in whole["tien-do"] if row["task"] == "II.2.b")
        own |= {"status": status, "result": result}
        whole["pakn"] = [{"content": "Phản ánh"}] if rows else []

    return change


DOING, NOTHING, NOT_YET = "Đang thực hiện", "Không phát sinh", "Chưa thực hiện"


@pytest.mark.parametrize(
    ("status", "result", "rows", "kind"),
    [
        (DOING, "Đã niêm yết số điện thoại", False, "joined"),
        (DOING, None, True, "joined"),
        (NOT_YET, None, True, "joined"),
        (NOTHING, None, True, "joined"),  # and it is told so
        (DOING, None, False, "idle"),
        (DOING, "x", False, "idle"),
        (DOING, "Không có", False, "idle"),
        (NOT_YET, "Sẽ làm ở quý sau", False, "idle"),
        (NOTHING, "Không", False, "nil"),
    ],
)
def test_a_part_is_a_figure_or_a_result_and_never_a_guess(
    status: str,
    result: str | None,
    rows: bool,  # a column of the table
    kind: str,
) -> None:
    found = changed("TTRA", says(status, result, rows=rows))
    assert [name for name in ("joined", "nil", "idle") if "TTRA" in getattr(found, name)] == [kind]
    against = (("TTRA", 1),) if status == NOTHING and rows else ()
    assert found.against == against


def test_a_unit_is_told_that_its_rows_say_more_than_it_does() -> None:
    year = SampleYear(sample_plan(), "1.0", QLKH_RETURNED)
    reading = year.reading("2022-Q1", "QLCN")
    (told,) = task_warnings(as_sent("2022-Q1").tasks, year.plan, "QLCN", reading)
    assert (told.code, told.severity.value) == ("progress.nil_with_rows", "warning")
    said = "II.1.b ghi “Không phát sinh” nhưng tệp có số liệu của nhiệm vụ này (1)."
    assert said in sentence(told)
    assert not list(
        task_warnings(as_sent("2022-Q1").tasks, year.plan, "TTRA", year.reading("2022-Q1", "TTRA"))
    )


def test_who_has_not_is_named() -> None:
    plan = sample_plan()
    found = task_of(as_sent("2022-Q1"), "II.1.b")
    assert coordination_text(found, plan) == (
        "đã tham gia 2/8; không phát sinh 4;"
        " chưa báo cáo: Phòng Kế hoạch - Tài chính, Phòng Quản lý Khoa học"
    )
    half = task_of(as_sent("2022-6T"), "III.3")
    assert coordination_text(half, plan) == (
        "đã tham gia 4/8; không phát sinh 4; Quý I/2022 chưa báo cáo:"
        " Phòng Kế hoạch - Tài chính, Phòng Quản lý Khoa học"
    )
    idle = replace(found, coordination=Coordination(joined=("TTPT",), idle=("TTRA",)))
    assert coordination_short(idle, plan) == "1/2 tham gia; chưa tham gia: Thanh tra Sở"
    assert without_part([idle, found], plan) == "Chưa tham gia phối hợp: Thanh tra Sở (II.1.b)."
    assert coordination_text(task_of(as_sent("2022-Q1"), "I.1"), plan) == ""
