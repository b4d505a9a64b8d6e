"""Blank workbooks for the units, opened with last quarter's closing balances."""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from kskt_excel.check.heirs import taken_over
from kskt_excel.excel.issue import file_name, unit_workbook
from kskt_excel.model.errors import KsktError
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Plan, Unit
from kskt_excel.model.submission import UnitReport
from kskt_excel.steps.balances import closing_balances
from kskt_excel.steps.desk import Desk
from kskt_excel.steps.returning import covers


class UnknownUnitError(KsktError):
    """A unit code that the plan does not have."""

    def __init__(self, given: str, plan: Plan) -> None:
        codes = ", ".join(unit.code for unit in plan.units)
        super().__init__(f"Kế hoạch năm {plan.year} không có đơn vị “{given}”. Các mã có: {codes}.")


class NotAQuarterError(KsktError):
    """A cumulative period where only a quarter makes sense."""

    def __init__(self, period: Period) -> None:
        example = period.quarters[-1].id
        super().__init__(f"{period.label} là kỳ cộng dồn. Hãy ghi một quý, ví dụ: {example}.")


def chosen_units(plan: Plan, period: Period, codes: Collection[str]) -> tuple[Unit, ...]:
    """The units named, or all that must report for the period. Raises UnknownUnitError."""
    units = plan.units_in(period)
    wanted = {code.upper() for code in codes}
    for code in wanted:
        if code not in plan.unit_by_code:
            raise UnknownUnitError(code, plan)
    return tuple(unit for unit in units if not wanted or unit.code in wanted)


def blank_workbooks(
    desk: Desk, period: Period, units: Collection[Unit], before: Mapping[str, UnitReport]
) -> Iterator[tuple[Unit, Path, bytes]]:
    """Each unit with the path and the bytes of its workbook."""
    plan = desk.plan(period.year)
    folder = desk.workspace.issued / period.id
    readings = {code: report.reading for code, report in before.items()}
    for unit in units:
        left = taken_over(readings, plan, unit.code, period)
        opening = closing_balances(left) if left else {}
        data = unit_workbook(plan=plan, forms=desk.forms, unit=unit, period=period, opening=opening)
        yield unit, folder / file_name(unit, period), data


def issued_files(
    desk: Desk, period: Period, units: Collection[Unit], before: Mapping[str, UnitReport]
) -> Iterator[tuple[Path, bytes]]:
    """The workbooks, then the letters that bring them."""
    workbooks = list(blank_workbooks(desk, period, units, before))
    yield from ((path, data) for _, path, data in workbooks)
    yield from covers(desk, period, workbooks)
