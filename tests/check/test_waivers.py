import datetime as dt
from dataclasses import replace

import pytest

from kskt_excel.check.findings import apply
from kskt_excel.messages import finding
from kskt_excel.model.book import CellRef
from kskt_excel.model.plan import Waiver
from kskt_excel.model.reading import Identity
from tests.check import good

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
    kept, lifted = apply([OPENING], waivers, Identity(unit=unit, period=period), day)
    assert (kept, lifted) == (((), (OPENING,)) if waived else ((OPENING,), ()))


HERE = Identity(unit="QLCNH", period="2022-Q2")
DAY = dt.date(2022, 6, 15)


@pytest.mark.parametrize("name", ["KS-441", "ks441", "KS 441", "V06a.1", "v06a1", "identity.sum"])
def test_a_rule_may_be_named_as_people_read_it_or_as_programs_do(name: str) -> None:
    assert apply([SUM], [replace(WAIVER, rule=name)], HERE, DAY) == ((), (SUM,))


@pytest.mark.parametrize("name", ["KS-44", "KS-4411", "V06a.11", ""])
def test_a_name_that_is_not_a_rules_own_lifts_nothing(name: str) -> None:
    assert apply([SUM], [replace(WAIVER, rule=name)], HERE, DAY) == ((SUM,), ())


@pytest.mark.parametrize(
    ("where", "kept", "waived"),
    [
        ("", [], ["H8", "H9", "H10"]),
        ("Hồ sơ!H9", ["H8", "H10"], ["H9"]),
        ("hồ sơ!h9", ["H8", "H10"], ["H9"]),
        ("Hồ sơ!8", ["H9", "H10"], ["H8"]),
        ("2.002380", ["H8", "H10"], ["H9"]),
        ("Trực tuyến!H9", ["H8", "H9", "H10"], []),
        ("1.009999", ["H8", "H9", "H10"], []),
    ],
)
def test_a_waiver_may_be_for_a_cell_a_row_or_a_code(
    where: str, kept: list[str], waived: list[str]
) -> None:
    cells = tuple(CellRef("Hồ sơ", row, 8) for row in (8, 9, 10))
    blank = finding("cell.required", cells[0], template="cell.blank_count", column="Từ kỳ trước")
    blank = replace(blank, also=cells[1:])
    waiver = replace(WAIVER, rule="KS-418", where=where)
    left, lifted = apply([blank], [waiver], HERE, DAY, good.unit_with_procedures())
    assert [cell.a1 for one in left for cell in one.cells] == kept
    assert [cell.a1 for one in lifted for cell in one.cells] == waived


def test_without_waivers_everything_stands() -> None:
    assert apply([OPENING, SUM], (), HERE, DAY) == ((OPENING, SUM), ())
