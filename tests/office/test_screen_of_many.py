"""What a run prints of many units: who needs somebody, not a row for each."""

import contextlib
import io
from dataclasses import replace

import pytest

from kskt_excel.cli.screen import show_outcome
from kskt_excel.model.consolidation import Consolidation, StandingState
from kskt_excel.model.plan import Plan
from kskt_excel.office.outcome import ScreenTable
from kskt_excel.office.status import standings_blocks
from tests.builders import small_plan
from tests.consolidation.tables import consolidated
from tests.office.desk_of_tests import Office, Shown, plan_2022, workbook

_MANY = 150


def _sent(units: int, *, missing: int = 0) -> tuple[Plan, Consolidation]:
    """So many units with a report, the last ones without."""
    plan = small_plan()
    one = plan.units[0]
    own = tuple(replace(one, code=f"U{n}", name=f"Đơn vị {n}", emails=()) for n in range(units))
    many = replace(plan, units=(*plan.units, *own))
    whole = consolidated(plan=plan, submissions=[])
    some = whole.quarters[-1]
    standing = replace(some.units[0], state=StandingState.RECEIVED, counts=True, warnings=0)
    rows = [replace(standing, unit=unit.code) for unit in own]
    for at in range(units - missing, units):
        rows[at] = replace(some.units[0], unit=own[at].code)
    due = replace(some, units=tuple(rows), is_due=True)
    return many, replace(whole, quarters=(due,))


def test_a_run_of_many_units_that_are_all_in_prints_a_line() -> None:
    plan, whole = _sent(_MANY)
    blocks = list(standings_blocks(plan, whole, is_brief=True))
    assert not [one for one in blocks if isinstance(one, ScreenTable)]
    assert any(one.text.startswith(f"{_MANY} đơn vị đã nhận.") for one in blocks)


def test_a_run_of_many_units_lists_those_that_are_not_in() -> None:
    plan, whole = _sent(_MANY, missing=2)
    blocks = list(standings_blocks(plan, whole, is_brief=True))
    (table,) = (one for one in blocks if isinstance(one, ScreenTable))
    assert [row[0] for row in table.rows] == ["U148", "U149"]


def test_the_status_and_a_run_of_few_units_list_everybody() -> None:
    for units, is_brief in ((_MANY, False), (9, True)):
        plan, whole = _sent(units)
        blocks = list(standings_blocks(plan, whole, is_brief=is_brief))
        (table,) = (one for one in blocks if isinstance(one, ScreenTable))
        assert len(table.rows) == units


_MOST_LINES = 20


@pytest.fixture(scope="module")
def good_run(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    """A run in which every unit's report is taken in."""
    office = Office(tmp_path_factory.mktemp("good"))
    for unit in plan_2022().unit_by_code:
        office.arrives(f"{unit}.xlsx", workbook(unit, "2022-Q1"))
    return office.consolidate("2022-Q1")


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("columns", [80, 120])
@pytest.mark.parametrize("stream", [_Terminal, io.StringIO], ids=["terminal", "pipe"])
def test_a_run_of_nine_units_in_which_all_is_well_fits_a_screen(
    good_run: Shown, stream: type[io.StringIO], columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.delenv("NO_COLOR", raising=False)
    shown = stream()
    with contextlib.redirect_stdout(shown), contextlib.redirect_stderr(shown):
        show_outcome(good_run.outcome)
    lines = shown.getvalue().splitlines()
    assert len(lines) <= _MOST_LINES
    for unit in plan_2022().unit_by_code:
        assert any(unit in line and "Đã nhận" in line for line in lines)
