"""A unit may reorder, rename and re-encode what it was sent: what it says stays the same."""

import pytest

from kskt_excel.model.finding import Severity
from kskt_excel.model.reading import SheetState
from tests.reading.books import book, found, read
from tests.reading.mutations import MUTATIONS, Mutation
from tests.reading.samples import SAMPLES

CASELESS = {"in_tcvn3"}  # a lone capital cannot be told in TCVN3


def _values(form: str, mutation: Mutation | None) -> list[tuple[str, dict[str, object]]]:
    sheet = SAMPLES[form]()
    records = found(read(mutation(sheet) if mutation else sheet), form)
    if mutation and mutation.__name__ == "rows_sorted":
        records.reverse()
    caseless = bool(mutation) and mutation.__name__ in CASELESS
    return [
        (key, {name: _folded(value) if caseless else value for name, value in values.items()})
        for key, values in records
    ]


def _folded(value: object) -> object:
    return value.casefold() if isinstance(value, str) else value


@pytest.mark.parametrize("form", SAMPLES)
@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda one: one.__name__)
def test_a_disguise_changes_neither_rows_nor_values(mutation: Mutation, form: str) -> None:
    plain = _values(form, None)
    if mutation.__name__ in CASELESS:
        plain = [(key, {k: _folded(v) for k, v in values.items()}) for key, values in plain]
    assert _values(form, mutation) == plain


@pytest.mark.parametrize("form", SAMPLES)
@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda one: one.__name__)
def test_a_disguise_is_no_error(mutation: Mutation, form: str) -> None:
    reading = read(mutation(SAMPLES[form]()))
    assert [found for found in reading.findings if found.severity is Severity.ERROR] == []
    assert reading.sheets[form].state is SheetState.FILLED


@pytest.mark.parametrize("form", SAMPLES)
def test_as_issued_there_is_nothing_to_say(form: str) -> None:
    reading = read(SAMPLES[form]())
    assert reading.findings == ()
    assert reading.identity.unit == "QLCNH"
    assert reading.identity.found_by == "property"
    assert book().sheets[0].name in {sheet.name for sheet in reading.sheets.values()}
