"""What must hold for every form, whatever the units send."""

import operator
import random
from collections.abc import Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from kskt_excel.consolidation.trace import TOTAL, Tracer
from kskt_excel.model.consolidation import Consolidation, ControlKind
from kskt_excel.model.period import Period
from kskt_excel.model.reading import Value
from kskt_excel.model.submission import UnitReport
from tests.builders import forms, small_plan
from tests.consolidation.strategies import reports
from tests.consolidation.tables import consolidated

HALF_YEAR = Period.parse("2022-6T")
OPERATORS = {"=": operator.eq, "<=": operator.le}
few = settings(max_examples=20, deadline=None)


def _broken(consolidation: Consolidation) -> list[str]:
    """Codes of identities, of errors' level, that do not hold in some row with its key."""
    found = []
    for form in forms().printed:
        table = consolidation.forms[form.id]
        rows: list[tuple[str, Mapping[str, Value]]] = [(row.key, row.values) for row in table.rows]
        for key, values in (*rows, ("Tổng cộng", table.total)):
            for relation in form.identities:
                if values and relation.level == "error":
                    left = sum(values[number] or 0 for number in relation.left)
                    right = sum(values[number] or 0 for number in relation.right)
                    right -= sum(values[number] or 0 for number in relation.minus)
                    if not OPERATORS[relation.op](left, right):
                        found.append(f"{relation.code} {key}: {left} {right}")
    return found


def _untraced(consolidation: Consolidation) -> list[str]:
    """Figures that are not the sum of what their cells add."""
    found = []
    tracer = Tracer(consolidation, plan=small_plan(), forms=forms())
    for form in forms().printed:
        table = consolidation.forms[form.id]
        rows = [(row.key, row.values) for row in table.rows] + [(TOTAL, table.total)]
        for key, values in rows:
            for number, figure in values.items():
                if isinstance(figure, int | float):
                    lines = tracer.lines(form.id, key, number)
                    if sum(line.adds for line in lines) != figure:
                        found.append(f"{form.id} {key}[{number}]: {figure}")
    return found


@few
@given(reports())
def test_identities_of_every_form_hold_in_every_row(sent: list[UnitReport]) -> None:
    assert _broken(consolidated(*sent)) == []


@few
@given(reports())
def test_totals_are_the_sums_of_the_rows(sent: list[UnitReport]) -> None:
    found = consolidated(*sent)
    for form in forms().printed:
        table = found.forms[form.id]
        for column in form.columns[2:]:
            if column.type == "count" and column.adds_up:
                added = sum(row.values.get(column.number) or 0 for row in table.rows)
                assert (table.total[column.number] or 0) == added, f"{form.id}[{column.number}]"


@few
@given(reports())
def test_every_control_total_agrees(sent: list[UnitReport]) -> None:
    assert [line.name for line in consolidated(*sent).control if not line.agrees] == []


@few
@given(reports(), st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_nothing(sent: list[UnitReport], rng: random.Random) -> None:
    shuffled = list(sent)
    rng.shuffle(shuffled)
    receipts = [one.submission for one in sent]
    assert consolidated(*shuffled, submissions=receipts) == consolidated(
        *sent, submissions=receipts
    )


@settings(max_examples=8, deadline=None)
@given(reports())
def test_every_figure_is_the_sum_of_its_cells(sent: list[UnitReport]) -> None:
    assert _untraced(consolidated(*sent)) == []


@settings(max_examples=6, deadline=None)
@given(reports(), reports("2022-Q2"))
def test_cumulated_figures_lead_to_their_cells_and_control_totals_agree(
    first: list[UnitReport], second: list[UnitReport]
) -> None:
    found = consolidated(*first, *second, period=HALF_YEAR)
    assert _untraced(found) == []
    lines = [line for line in found.control if not line.agrees]
    assert [line.name for line in lines if line.kind is not ControlKind.IDENTITY] == []
    assert [line.name for line in lines if line.form in ("II.01", "II.02", "II.04")] == []
