"""No citizen is named: the office asks for codes and dates, never for persons.

What a unit typed all the same is told with its cell, and covered in everything that is made from
the report. The original in the archive and the unit's own marked copy keep it.

Source: Bộ luật Dân sự 2015, Điều 38.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace

from kskt_excel.check.context import RuleContext
from kskt_excel.messages import finding
from kskt_excel.model.finding import Finding
from kskt_excel.model.forms import Forms, SheetForm
from kskt_excel.model.reading import Reading, Record, SheetReading, Value
from kskt_excel.text.pii import looks_personal, masked_text
from kskt_excel.text.shown import given


def nobody_is_named(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """No text holds a name, an address or a number of a citizen; what is found is covered."""
    for sheet in reading.sheets.values():
        officials = _officials(known.forms.get(sheet.form))
        for record in sheet.records:
            for column, text, covered in _to_cover(record, officials):
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


def _to_cover(record: Record, officials: Collection[str]) -> Iterator[tuple[str, str, str]]:
    """Column, text and what is shown for it, of each text with personal data."""
    for column, value in record.values.items():
        if isinstance(value, str):
            covered = masked_text(value, of_official=column in officials)
            if covered != value:
                yield column, value, covered


def _covered_sheet(sheet: SheetReading, form: SheetForm | None) -> SheetReading:
    officials = _officials(form)
    by_official = form is not None and any(key in officials for key in form.key)
    records = [_covered_record(one, officials, by_official=by_official) for one in sheet.records]
    if all(new is old for new, old in zip(records, sheet.records, strict=True)):
        return sheet
    return replace(sheet, records=records)


def _covered_record(record: Record, officials: Collection[str], *, by_official: bool) -> Record:
    """The record; ``by_official``: its key is the name of one."""
    new: dict[str, Value] = {column: covered for column, _, covered in _to_cover(record, officials)}
    key = masked_text(record.key, of_official=by_official)
    if not new and key == record.key:
        return record
    return replace(record, key=key, values={**record.values, **new})
