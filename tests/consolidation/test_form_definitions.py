"""The printed forms as defined: columns, sources, identities, wording by date."""

import datetime as dt

import pytest

from kskt_excel.consolidation.filled_forms import deciding_column, parts_of
from kskt_excel.consolidation.tally import QuarterRecords, compile_form, is_keyed
from kskt_excel.model.forms import PrintedForm
from tests.builders import forms, small_plan
from tests.consolidation.tables import Q1

PRINTED = forms().printed
COLUMNS = {
    "II.01": 11,
    "II.02": 12,
    "II.03": 13,
    "II.04": 14,
    "II.05a": 17,
    "II.06a": 13,
    "II.07b": 18,
    "II.08": 21,
    "TH-06": 17,
    "TH-07": 18,
}
each_form = pytest.mark.parametrize("form", PRINTED, ids=[form.id for form in PRINTED])


def test_the_forms_of_the_circular_come_in_its_order_then_the_departments_own() -> None:
    assert {form.id: len(form.columns) for form in PRINTED} == COLUMNS
    assert [form.id for form in PRINTED] == sorted(COLUMNS)


def test_only_the_forms_compared_with_the_original_are_verified() -> None:
    of_the_circular = [form for form in PRINTED if form.id.startswith("II.")]
    assert {form.id for form in of_the_circular if form.verified} == {"II.06a", "II.07b"}


@each_form
def test_columns_are_numbered_without_a_gap(form: PrintedForm) -> None:
    numbers = [int(column.number) for column in form.columns]
    assert numbers == list(range(1, len(numbers) + 1))


@each_form
def test_every_figure_has_a_source_that_can_be_counted(form: PrintedForm) -> None:
    compiled = compile_form(form, QuarterRecords.of(Q1, small_plan(), forms()))
    counted = {column.number for column in compiled.base} | {n for n, _ in compiled.derived}
    assert counted == {column.number for column in form.columns[2:]} | set(form.aids or {})


@each_form
def test_every_column_knows_how_a_year_adds_its_quarters(form: PrintedForm) -> None:
    for column in form.columns[2:]:
        if is_keyed(form, column.number):
            assert deciding_column(form, column.number)
        else:
            assert parts_of(form, column.number, ("2022-Q1", "2022-Q2"))
    known = {column.number for column in form.columns} | set(form.aids or {})
    assert set(form.cumulative or {}) <= known


def test_codes_of_identities_are_used_once_with_their_source() -> None:
    relations = [one for form in PRINTED for one in form.identities]
    assert len({one.code for one in relations}) == len(relations)
    assert all(one.source for one in relations)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (dt.date(2022, 8, 14), ("Mức độ 3", "Mức độ 4")),
        (dt.date(2022, 8, 15), ("Một phần", "Toàn trình")),
    ],
)
def test_online_services_are_named_as_on_the_day(day: dt.date, words: tuple[str, str]) -> None:
    columns = {column.number: column for column in forms().printed_by_id["II.08"].columns}
    assert (columns["5"].header_on(day)[-1], columns["6"].header_on(day)[-1]) == words
    assert (columns["11"].header_on(day)[-1], columns["12"].header_on(day)[-1]) == words
