"""What a worker has counted is used, and only where it was counted for just that."""

from dataclasses import replace

import pytest

from kskt_excel.consolidation.filled_forms import fill_from
from kskt_excel.consolidation.sources import PeriodSources
from kskt_excel.consolidation.tally import Counter
from kskt_excel.model.consolidation import Consolidation
from kskt_excel.model.packed import pack, unpack_checked
from kskt_excel.model.period import Period
from kskt_excel.model.submission import Checked, UnitReport
from tests.builders import forms, small_plan
from tests.consolidation.tables import Q1, by_quarter, consolidated, figures, report, table

Q2, HALF = Period.parse("2022-Q2"), Period.parse("2022-6T")
DOSSIERS = table(
    "ho-so",
    """
    procedure | received_online | resolved_on_time | pending_total
    1.001747  | 4               | 3                | 1
    2.002385  | 5               | 5                | 0
    9.999999  | 6               | 1                | 2
    """,
)
TEXTS = table(
    "ra-soat",
    """
    procedure | reviewed | decision   | cost_cut_percent
    1.001747  | c        | 12/QĐ-UBND | 12,5
    2.002385  | c        | 12/QĐ-UBND | 20
    9.999999  | k        | 13/QĐ-UBND |
    """,
)


def counted(one: UnitReport, *, unit: str = "", period: str = "") -> UnitReport:
    """The report as it comes back from a worker and out of the cache."""
    quarter = Period.parse(period or one.submission.period)
    counter = Counter.of(quarter, small_plan(), forms())
    tally = counter.tally(unit or one.unit, one.reading)
    return replace(
        one, tally=unpack_checked(pack(Checked("0", one.reading, (), tally=tally))).tally
    )


def plainly(found: Consolidation) -> Consolidation:
    reports = tuple(replace(one, tally=None) for one in found.reports)
    return replace(found, reports=reports)


@pytest.mark.parametrize("period", ["2022-Q1", "2022-6T"])
def test_counted_by_a_worker_or_here_the_figures_are_the_same(period: str) -> None:
    sent = [
        report("QLCNH", DOSSIERS, TEXTS),
        report("CCTDC", DOSSIERS),
        report("QLCNH", DOSSIERS, TEXTS, period="2022-Q2"),
    ]
    here = consolidated(*sent, period=Period.parse(period))
    assert plainly(consolidated(*map(counted, sent), period=Period.parse(period))) == here
    assert figures(here, "II.06a", "", "4") != [0]


def test_a_tally_is_taken_at_its_word() -> None:
    one = counted(report("QLCNH", DOSSIERS))
    other = replace(one, reading=report("QLCNH", TEXTS).reading)
    assert figures(consolidated(other), "II.06a", "", "4") == [15]


@pytest.mark.parametrize(("unit", "period"), [("CCTDC", "2022-Q1"), ("QLCNH", "2022-Q2")])
def test_a_tally_of_another_unit_or_quarter_is_not_used(unit: str, period: str) -> None:
    one = counted(report("QLCNH", DOSSIERS), unit=unit, period=period)
    other = replace(one, reading=report("QLCNH", TEXTS).reading)  # has no sheet of dossiers
    assert figures(consolidated(other, period=Q1), "II.06a", "", "4") == [None]


def test_a_form_that_only_the_end_of_the_period_has_is_counted_from_the_records() -> None:
    printed = tuple(
        replace(one, valid_from=Q2.window().start) if one.id == "II.06a" else one
        for one in forms().printed
    )
    changed = replace(forms(), printed=printed)
    one = report("QLCNH", DOSSIERS)
    tally = Counter.of(Q1, small_plan(), changed).tally(one.unit, one.reading)
    assert "II.06a" not in tally.whole
    sources = PeriodSources.of(HALF, small_plan(), changed, by_quarter([replace(one, tally=tally)]))
    form = changed.printed_by_id["II.06a"]
    assert fill_from(form, sources).table.total["4"] == 15
