"""A plan of the next year is made from this year's without a change of the program."""

import datetime as dt
import sys
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from kskt_excel.check.earlier import predecessors
from kskt_excel.excel.plan.plan_reader import plan_path, read_plan
from kskt_excel.excel.plan.plan_writer import plan_of_year, rolled_over, write_next_year
from kskt_excel.excel.plan.sheets import DamagedPlanError, PlanExistsError
from kskt_excel.messages import place_text
from kskt_excel.model.calendar import add_workdays, next_workday
from kskt_excel.model.finding import Severity
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Deadline, DeadlineKind, Plan, Unit, Waiver
from tests.excel.plan_books import changed, day_off, plan_2022, put


@pytest.fixture(scope="module")
def plan_2023(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    folder = tmp_path_factory.mktemp("templates")
    assert write_next_year(plan_2022(), folder) == folder / "ke-hoach-2023.xlsx"
    return read_plan(plan_path(folder, 2023))


def test_year_title_and_deadlines_move_on(plan_2023: Plan) -> None:
    assert plan_2023.year == 2023
    assert plan_2023.title.endswith("trên môi trường điện tử năm 2023")
    first = plan_2023.task_by_code["I.1"].deadline
    assert first == Deadline("Quý I/2023", DeadlineKind.FIXED, (dt.date(2023, 3, 31),))


def test_official_text_does_not_move(plan_2023: Plan) -> None:
    assert [task.text for task in plan_2023.tasks] == [task.text for task in plan_2022().tasks]
    assert plan_2023.legal_basis == ""


def test_units_procedures_lists_indicators_and_settings_stay(plan_2023: Plan) -> None:
    for part in ("units", "procedures", "choices", "indicators", "settings", "signer"):
        assert getattr(plan_2023, part) == getattr(plan_2022(), part), part


def test_what_is_to_be_filled_is_remarked_with_its_place(plan_2023: Plan) -> None:
    said = [
        (one.code, place_text(one))
        for one in plan_2023.findings
        if one.severity is Severity.WARNING
    ]
    assert said == [("plan.basis_missing", "Thông tin!B10")]


def test_next_years_days_off_are_prefilled_and_marked_to_be_checked(tmp_path: Path) -> None:
    path = write_next_year(plan_2022(), tmp_path)
    days = openpyxl.load_workbook(path)["Ngày nghỉ, làm bù"]
    assert dt.date(2023, 9, 2) in read_plan(path).holidays
    assert dt.date(2023, 1, 23) in read_plan(path).holidays
    assert "đối chiếu" in str(days["D4"].value)


def test_without_the_library_of_holidays_the_days_off_are_remarked_as_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "holidays", None)
    plan = read_plan(write_next_year(plan_2022(), tmp_path))
    assert "plan.holidays_missing" in {one.code for one in plan.findings}
    assert plan.holidays == frozenset()


def test_a_plan_of_2026_knows_its_days_off_and_the_saturday_worked_instead(
    tmp_path: Path,
) -> None:
    path = tmp_path / "ke-hoach-2026.xlsx"
    path.write_bytes(plan_of_year(plan_2022(), 2026))
    plan = read_plan(path)
    assert plan.year == 2026
    assert {dt.date(2026, 8, 31), dt.date(2026, 9, 2)} <= plan.holidays
    assert plan.worked == {dt.date(2026, 8, 22)}
    assert next_workday(dt.date(2026, 8, 22), plan.calendar) == dt.date(2026, 8, 22)
    assert add_workdays(dt.date(2026, 8, 21), 1, plan.calendar) == dt.date(2026, 8, 22)


def test_a_plan_that_is_there_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "ke-hoach-2023.xlsx").write_bytes(b"the office's own")
    with pytest.raises(PlanExistsError, match="không ghi đè"):
        write_next_year(plan_2022(), tmp_path)
    assert (tmp_path / "ke-hoach-2023.xlsx").read_bytes() == b"the office's own"


def test_waivers_and_units_that_ended_are_not_carried_on() -> None:
    gone = Unit("CU", "Phòng cũ", valid_to=dt.date(2022, 6, 30))
    waiver = Waiver("V06a.7", "*", "2022-Q1", "Chuyển hệ thống", "An", dt.date(2022, 3, 1))
    plan = replace(plan_2022(), units=(*plan_2022().units, gone), waivers=(waiver,))
    later = rolled_over(plan)
    assert later.waivers == ()
    assert later.units == plan_2022().units


def test_a_unit_that_reported_last_stays_for_its_heir_to_open_with_what_it_left() -> None:
    gone = Unit("CU", "Phòng cũ", valid_to=dt.date(2022, 12, 14), successor="QLCN")
    later = rolled_over(replace(plan_2022(), units=(*plan_2022().units, gone)))
    assert gone in later.units
    assert gone not in later.units_in(Period.parse("2023-Q1"))
    assert predecessors(later, "QLCN", Period.parse("2023-Q1")) == ("CU",)


def test_a_copy_with_year_and_dates_changed_by_hand_is_a_plan_of_2023(tmp_path: Path) -> None:
    path = changed(
        tmp_path,
        put("Thông tin!B4", 2023),
        put("Nhiệm vụ!E5", "Quý I/2023"),
        *[put(f"Nhiệm vụ!I{row}", dt.date(2023, 9, 14)) for row in (6, 7, 8)],
        *[put(day_off(column, row), "") for row in range(1, 6) for column in "ABC"],
        put(day_off("A", 1), dt.date(2023, 9, 1)),
        name="ke-hoach-2023.xlsx",
    )
    plan = read_plan(path)
    assert plan.year == 2023
    assert plan.task_by_code["I.1"].deadline.due == dt.date(2023, 3, 31)
    assert plan.holidays == {dt.date(2023, 9, 1)}
    assert len(plan.units_in(Period.parse("2023-Q1"))) == 9
    assert {one.severity for one in plan.findings} == {Severity.INFO}


def test_a_copy_with_the_old_year_inside_is_named_at_its_cell(tmp_path: Path) -> None:
    with pytest.raises(DamagedPlanError) as caught:
        read_plan(changed(tmp_path, name="ke-hoach-2023.xlsx"))
    [found] = [one for one in caught.value.findings if one.severity is Severity.ERROR]
    assert (found.code, place_text(found)) == ("plan.year_differs", "Thông tin!B4")
