import datetime as dt
from dataclasses import replace

import pytest

from kskt_excel.check.findings import apply
from kskt_excel.messages import finding
from kskt_excel.model.book import CellRef
from kskt_excel.model.plan import Waiver

AT = CellRef("Hồ sơ", 8, 8)
OPENING = finding(
    "V06a.7", AT, procedure="2.002385", column="Từ kỳ trước", written="2", expected="3"
)
SUM = finding("V06a.1", AT, template="identity.sum")
WAIVER = Waiver(
    rule="V06a.7",
    unit="QLCNH",
    period="2022-Q2",
    reason="Chuyển hệ thống một cửa",
    approved_by="Nguyễn Văn An",
    approved_on=dt.date(2022, 6, 1),
    expires_on=dt.date(2022, 6, 30),
)


@pytest.mark.parametrize(
    ("changes", "unit", "period", "day", "waived"),
    [
        ({}, "QLCNH", "2022-Q2", dt.date(2022, 6, 15), True),
        ({"unit": "*", "period": "*"}, "CCTDC", "2022-Q3", dt.date(2022, 6, 15), True),
        ({"rule": "KS-601"}, "QLCNH", "2022-Q2", dt.date(2022, 6, 15), True),
        ({"rule": "V06a.1"}, "QLCNH", "2022-Q2", dt.date(2022, 6, 15), False),
        ({}, "CCTDC", "2022-Q2", dt.date(2022, 6, 15), False),
        ({}, "QLCNH", "2022-Q3", dt.date(2022, 6, 15), False),
        ({}, "QLCNH", "2022-Q2", dt.date(2022, 6, 30), True),
        ({}, "QLCNH", "2022-Q2", dt.date(2022, 7, 1), False),
    ],
)
def test_a_waiver_lifts_its_rule_for_its_unit_period_and_time(
    *, changes: dict[str, str], unit: str, period: str, day: dt.date, waived: bool
) -> None:
    waivers = [replace(WAIVER, **changes)]
    kept, lifted = apply([OPENING], waivers, unit, period, day)
    assert (kept, lifted) == (((), (OPENING,)) if waived else ((OPENING,), ()))


def test_a_number_that_several_rules_share_lifts_none_of_them() -> None:
    shared = replace(WAIVER, rule="KS-441")
    assert apply([SUM], [shared], "QLCNH", "2022-Q2", dt.date(2022, 6, 15)) == ((SUM,), ())


def test_without_waivers_everything_stands() -> None:
    assert apply([OPENING, SUM], (), "QLCNH", "2022-Q2", dt.date(2022, 6, 15)) == (
        (OPENING, SUM),
        (),
    )
