"""No citizen is named: the office asks for codes and dates, never for persons.

What a unit typed all the same is told with its cell, and covered in everything that is made from
the report. The original in the archive and the unit's own marked copy keep it.

Source: Bộ luật Dân sự 2015, Điều 38.
"""

import operator
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from kskt_excel.check.context import RuleContext
from kskt_excel.messages import finding
from kskt_excel.model.finding import Finding
from kskt_excel.model.forms import Forms, SheetForm
from kskt_excel.model.reading import Reading, SheetReading
from kskt_excel.text.pii import looks_personal, masked_text
from kskt_excel.text.shown import given


def nobody_is_named(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """No text holds a name, an address or a number of a citizen; what is found is covered."""
    for sheet in reading.sheets.values():
        officials = _officials(known.forms.get(sheet.form))
        for record in sheet.records:
            for column, text, covered in _to_cover(record.texts, officials):
                kind = looks_personal(text, of_official=column in officials) or ""
                at = sheet.ref(record, column)
                yield finding("text.personal_data", at, kind=kind, given=given(covered))


def without_citizens(reading: Reading, forms: Forms) -> Reading:
    """The reading with personal data covered in texts, keys of rows and answers."""
    sheets = {
        form: _covered_sheet(sheet, forms.sheet_by_id.get(form))
        for form, sheet in reading.sheets.items()
    }
    answers = tuple(replace(one, text=masked_text(one.text)) for one in reading.explanations)
    return replace(reading, sheets=sheets, explanations=answers)


def _officials(form: SheetForm | None) -> Collection[str]:
    """Keys of the columns that ask for an official or an author."""
    return {column.key for column in form.columns if column.official} if form else ()


def _to_cover(
    texts: Mapping[str, str], officials: Collection[str]
) -> Iterator[tuple[str, str, str]]:
    """Column, text and what is shown for it, of each text with personal data."""
    for column, text in texts.items():
        covered = masked_text(text, of_official=column in officials)
        if covered != text:
            yield column, text, covered


def _covered_sheet(sheet: SheetReading, form: SheetForm | None) -> SheetReading:
    officials = _officials(form)
    is_official = form is not None and any(key in officials for key in form.key)
    records = [
        one.with_texts(
            masked_text(one.key, of_official=is_official),
            {column: covered for column, _, covered in _to_cover(one.texts, officials)},
        )
        for one in sheet.records
    ]
    if all(map(operator.is_, records, sheet.records)):
        return sheet
    return replace(sheet, records=records)
