"""From a printed figure to the cells behind it."""

from dataclasses import replace

import pytest

from kskt_excel.consolidation.trace import TOTAL, TraceLine, Tracer
from kskt_excel.model.period import Period
from kskt_excel.model.submission import UnitReport
from tests.builders import forms, small_plan
from tests.consolidation.tables import consolidated, report, table

ATOM = "An toàn bức xạ và hạt nhân"
HEADER = "procedure | field | received_online | received_direct | received_postal | carried_over"
DOSSIERS = table(
    "ho-so", f"{HEADER}\n2.002385 | {ATOM} | 3 | 4 | 5 | 6\n2.002380 | {ATOM} | | 1 | 0 |"
)


def traced(
    form: str, row: str, column: str, *reports: UnitReport, period: str = "2022-Q1"
) -> tuple[TraceLine, ...]:
    found = consolidated(*reports, period=Period.parse(period))
    return Tracer(found, plan=small_plan(), forms=forms()).lines(form, row, column)


def places(lines: tuple[TraceLine, ...]) -> list[tuple[str, str, float]]:
    return [(line.unit, line.cell, line.adds) for line in lines]


def test_a_figure_leads_to_unit_version_file_sheet_and_cell() -> None:
    (line,) = traced("II.06a", ATOM, "4", report("QLCNH", DOSSIERS))
    assert line == TraceLine(
        unit="QLCNH",
        period="2022-Q1",
        version=1,
        file="QLCNH-2022-Q1-1.xlsx",
        sheet="Hồ sơ",
        row=8,
        cell="E8",
        heading="Trực tuyến",
        value=3,
        adds=3,
        row_name="2.002385",
    )


def test_a_derived_column_is_followed_to_its_cells_zeros_too() -> None:
    lines = traced("II.06a", ATOM, "3", report("QLCNH", DOSSIERS))
    assert places(lines) == [
        ("QLCNH", "E8", 3),
        ("QLCNH", "F8", 4),
        ("QLCNH", "G8", 5),
        ("QLCNH", "F9", 1),
        ("QLCNH", "G9", 0),
        ("QLCNH", "H8", 6),
    ]


def test_a_total_is_traced_over_all_units_in_the_plans_order() -> None:
    lines = traced("II.06a", TOTAL, "6", report("CCTDC", DOSSIERS), report("QLCNH", DOSSIERS))
    assert places(lines) == [("QLCNH", "H8", 6), ("CCTDC", "H8", 6)]


def test_a_counted_row_shows_the_cell_that_it_is_counted_for() -> None:
    sheet = table("danh-muc", "procedure | at_one_stop\n2.002385 | c\n2.002380 | k")
    lines = traced("II.07b", "QLCNH", "8", report("QLCNH", sheet))
    assert [(line.cell, line.value, line.adds) for line in lines] == [("D8", True, 1)]
    whole = traced("II.07b", "QLCNH", "4", report("QLCNH", sheet))
    assert [(line.cell, line.value) for line in whole] == [("A8", "2.002385"), ("A9", "2.002380")]


def test_what_is_taken_off_is_negative() -> None:
    register = table(
        "pakn",
        f"ordinal | classification | field | carried_over | finished_on\n"
        f"1 | Hành vi hành chính | {ATOM} | k | 10/01/2022\n"
        f"2 | Hành vi hành chính | {ATOM} | k |",
    )
    lines = traced("II.05a", ATOM, "13", report("VP", register))
    assert sorted(line.adds for line in lines) == [-1, 1, 1]


def test_sums_that_are_taken_off_are_negative() -> None:
    form = forms().printed_by_id["II.06a"]
    columns = tuple(
        replace(one, source="[4] - [6]") if one.number == "3" else one for one in form.columns
    )
    other = replace(forms(), printed=(replace(form, columns=columns),))
    tracer = Tracer(consolidated(report("QLCNH", DOSSIERS)), plan=small_plan(), forms=other)
    assert [line.adds for line in tracer.lines("II.06a", ATOM, "3")] == [3, -6]


def test_a_shared_decision_adds_once_and_shows_every_cell() -> None:
    text = "province_decision | procedure | change_kind\n512/QĐ-UBND | 2.002385 | Thay thế"
    sheet = table("cong-bo", text)
    lines = traced("II.03", TOTAL, "3", report("QLCNH", sheet), report("CCTDC", sheet))
    assert [(line.unit, line.value, line.adds) for line in lines] == [
        ("QLCNH", "512/QĐ-UBND", 1),
        ("CCTDC", "512/QĐ-UBND", 0),
    ]


@pytest.mark.parametrize(
    ("column", "expected"),
    [("4", [("2022-Q1", 3), ("2022-Q2", 3)]), ("6", [("2022-Q1", 6)]), ("12", [])],
)
def test_a_cumulated_figure_names_the_quarters_it_comes_from(
    column: str, expected: list[tuple[str, float]]
) -> None:
    reports = (report("QLCNH", DOSSIERS), report("QLCNH", DOSSIERS, period="2022-Q2"))
    lines = traced("II.06a", ATOM, column, *reports, period="2022-6T")
    assert [(line.period, line.adds) for line in lines] == expected


def test_a_heading_is_worded_as_on_the_last_day_of_its_quarter() -> None:
    sheet = table("truc-tuyen", f"procedure | field | level4\n2.002385 | {ATOM} | 2")
    (line,) = traced(
        "II.08", ATOM, "12", report("QLCNH", sheet, period="2022-Q3"), period="2022-Q3"
    )
    assert line.heading == "Toàn trình"


@pytest.mark.parametrize(("form", "column"), [("II.99", "3"), ("II.06a", "99")])
def test_a_figure_that_is_not_there_is_refused(form: str, column: str) -> None:
    with pytest.raises(KeyError):
        traced(form, ATOM, column, report("QLCNH", DOSSIERS))
