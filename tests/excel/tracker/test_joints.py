"""What was open goes on: from the last year into Quý I, and from a merged unit to its heir."""

import datetime as dt
from dataclasses import replace

from kskt_excel.excel.book_writer import Formula
from kskt_excel.excel.tracker import blocks
from kskt_excel.excel.tracker.blocks import Places
from kskt_excel.excel.tracker.control_sheet import joints, opening_rows
from kskt_excel.excel.tracker.figures_sheet import FigureFormulas
from kskt_excel.model.plan import Plan
from tests import builders
from tests.excel.tracker import samples
from tests.excel.tracker.samples import Q1, Q2


def sources(**own: object) -> blocks.TrackerYear:
    made = blocks.TrackerYear(
        samples.plan(),
        builders.forms(),
        (samples.quarter(Q1), samples.quarter(Q2)),
        samples.half_year(),
    )
    return replace(made, **own)  # type: ignore[arg-type]  # any field


def test_the_last_quarter_of_last_year_joins_with_the_first_one() -> None:
    last = {one.unit: one for one in samples.reports(Q1)}
    found = joints(sources(last_year=last))
    (one,) = [j for j in found if (j.after, j.row) == ("Quý I/2022", "2.002385")]
    assert (one.before, one.unit, one.closing) == ("Quý IV/2021", "QLCNH", 3.0)
    rows = list(opening_rows((one,), FigureFormulas(sources(), Places({})), 9))
    assert rows[0].cells[3] == 3.0  # no formula: the tracker has no rows of last year
    assert isinstance(rows[0].cells[6], Formula)


def test_without_last_year_there_is_no_joint_with_it() -> None:
    assert {one.after for one in joints(sources())} == {"Quý II/2022"}


def test_a_merged_units_balance_joins_with_its_heir() -> None:
    end = dt.date(2022, 3, 14)
    plan: Plan = samples.plan()
    units = tuple(
        replace(one, valid_to=end, successor="VP") if one.code == "QLCNH" else one
        for one in plan.units
    )
    second = samples.quarter(Q2)
    moved = tuple(
        replace(one, submission=replace(one.submission, unit="VP"))
        for one in second.reports
        if one.unit == "QLCNH"
    )
    own = sources(
        plan=replace(plan, units=units),
        quarters=(samples.quarter(Q1), replace(second, reports=moved)),
    )
    (one,) = [j for j in joints(own) if j.row == "2.002385"]
    assert (one.unit, one.from_units, one.closing) == ("VP", ("QLCNH",), 3.0)
