"""A correct report stays correct whatever its sheets look like: no rule finds an error in it."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import pytest

from kskt_excel.check.engine import run_rules
from kskt_excel.excel.formats.gate import Gated, inspect
from kskt_excel.excel.formats.readers import read_book
from kskt_excel.model.book import Book, Sheet, SheetFacts
from kskt_excel.model.finding import Finding, Severity
from kskt_excel.model.reading import Reading
from kskt_excel.worker.pool import FileContext
from tests.reading.mutations import FIRST, MUTATIONS, Mutation
from tests.sample_files import tool

SAID = {  # what a disguise is told; every other one passes without a word
    "own_column_inside": {"column.extra", "sheet.stray"},
    "in_tcvn3": {"text.legacy_encoding"},
    "in_vni": {"text.legacy_encoding"},
    "notes_at_the_right": {"sheet.stray"},
}


@cache
def office() -> FileContext:
    context = tool("make_sample").Maker().context
    assert isinstance(context, FileContext)
    return context


@cache
def correct() -> Book:
    """A mended report of the sample quarter, as cells alone."""
    sent = tool("sample.sendings").sendings()
    one = next(one for one in sent if (one.quarter, one.unit, one.version) == CORRECT)
    gated = inspect("QLCNH.xlsx", tool("make_sample").Maker().workbook(one))
    assert isinstance(gated, Gated)
    book, _ = read_book(gated)
    assert book is not None
    return replace(book, kind="xls", sheets=tuple(map(plain, book.sheets)))


CORRECT = ("2022-Q1", "QLCNH", 2)


def plain(sheet: Sheet) -> Sheet:
    """The sheet as a rectangle of values: where formulas and merges stood does not move along."""
    width = max(map(len, sheet.rows), default=0)
    rows = [[*row, *(None,) * (width - len(row))] for row in sheet.rows]
    return replace(sheet, rows=rows, merged=(), facts=SheetFacts())


def disguised(book: Book, mutation: Mutation) -> Book:
    """The workbook with every table that has a row changed, the sheet of labels left."""
    changed = tuple(
        mutation(sheet) if sheet.name != "Thông tin" and len(sheet.rows) > FIRST else sheet
        for sheet in book.sheets
        if sheet.visible
    )
    return replace(book, sheets=changed)


def judged(book: Book) -> tuple[Reading, list[Finding]]:
    reading = office().reader.read(book)
    broken = run_rules(reading, plan=office().plan, forms=office().forms)
    return reading, [*reading.findings, *broken]


def counted(reading: Reading) -> Mapping[str, int]:
    return {form: len(sheet.records) for form, sheet in reading.sheets.items()}


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda one: one.__name__)
def test_a_correct_report_in_disguise_has_no_error(mutation: Mutation) -> None:
    reading, said = judged(disguised(correct(), mutation))
    assert [one for one in said if one.severity is Severity.ERROR] == []
    assert {one.code for one in said} == SAID.get(mutation.__name__, set())
    assert counted(reading) == counted(judged(correct())[0])
