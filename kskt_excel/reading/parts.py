"""A report that a unit sends in parts, put together again."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from kskt_excel.messages import finding
from kskt_excel.model.finding import Finding
from kskt_excel.model.forms import INFO_FORM, Forms, SheetForm
from kskt_excel.model.patterns import lazy_pattern
from kskt_excel.model.reading import Reading, Record, SheetReading, SheetState, Value
from kskt_excel.text.shown import given

_PART = lazy_pattern(r"\bphần\s*(\d{1,2})\s*/\s*(\d{1,2})\b", re.IGNORECASE)  # «Phần 1/2»
# Of two parts the fuller one tells the state: one with figures is no sheet without.
_RANK = (SheetState.FILLED, SheetState.NIL, SheetState.BLANK, SheetState.MISSING)


def part_of(reading: Reading) -> tuple[int, int]:
    """(n, m) where sheet «Thông tin» says «Phần n/m»; (0, 0) for a whole report."""
    sheet = reading.sheets.get(INFO_FORM)
    for record in sheet.records if sheet else ():
        for value in record.values.values():
            found = _PART.search(value) if isinstance(value, str) else None
            if found and 1 <= int(found[1]) <= int(found[2]):
                return int(found[1]), int(found[2])
    return 0, 0


def merge_parts(readings: Sequence[Reading], forms: Forms) -> tuple[Reading, tuple[Finding, ...]]:
    """One reading from the parts in their order, with what overlaps between them.

    Rows are united by their key, cell by cell; a blank cell never overwrites. Where two parts say
    different things the earlier one stays and the cell of the later one is named. Rows of lists
    that are keyed by their number in the file stand one after the other. «Thông tin» is that of
    the first part. Addresses stay those of each part's own file. Raises ValueError without
    readings.
    """
    if not readings:
        raise ValueError(readings)
    sheets: dict[str, SheetReading] = {}
    overlaps: list[Finding] = []
    for name in dict.fromkeys(name for reading in readings for name in reading.sheets):
        own = [(n, r.sheets[name]) for n, r in enumerate(readings, 1) if name in r.sheets]
        form = forms.sheet_by_id.get(name)
        if form is None or form.layout == "labels":
            sheets[name] = own[0][1]
        else:
            sheets[name], found = _united(own, form)
            overlaps.extend(found)
    merged = replace(
        readings[0],
        sheets=sheets,
        findings=tuple(found for reading in readings for found in reading.findings),
        extra_sheets=tuple(dict.fromkeys(n for r in readings for n in r.extra_sheets)),
    )
    return merged, tuple(overlaps)


def _united(
    own: list[tuple[int, SheetReading]], form: SheetForm
) -> tuple[SheetReading, list[Finding]]:
    (_, sheet), *others = own
    overlaps: list[Finding] = []
    for part, other in others:
        overlaps.extend(_nil_beside_figures(sheet, other))
        records, found = _rows_united(sheet, other, part, form)
        overlaps.extend(found)
        main = sheet if sheet.columns else other
        state = min(sheet.state, other.state, key=_RANK.index)
        sheet = replace(main, state=state, records=records, total=None)
    return sheet, overlaps


def _nil_beside_figures(sheet: SheetReading, other: SheetReading) -> Iterator[Finding]:
    if {sheet.state, other.state} == {SheetState.FILLED, SheetState.NIL}:
        ticked = other if other.state is SheetState.NIL else sheet
        yield finding("ledger.part_nil", ticked.nil_cell)


def _rows_united(
    sheet: SheetReading, other: SheetReading, part: int, form: SheetForm
) -> tuple[tuple[Record, ...], list[Finding]]:
    overlaps: list[Finding] = []
    if _is_numbered_by_row(form):
        return (*sheet.records, *other.records), overlaps
    by_key = {record.key: record for record in sheet.records}
    for record in other.records:
        known = by_key.get(record.key)
        if known:
            overlaps.extend(_overlaps(known, record, other, part, form))
        by_key[record.key] = _cells_united(known, record) if known else record
    return tuple(by_key.values()), overlaps


def _is_numbered_by_row(form: SheetForm) -> bool:
    """Whether a row's key is only its number in the file, which every part starts anew."""
    return all(form.by_key[name].type == "ordinal" for name in form.key)


def _overlaps(
    known: Record, record: Record, other: SheetReading, part: int, form: SheetForm
) -> Iterator[Finding]:
    typed = [column for column in form.columns if not column.given and column.key not in form.key]
    both = [c for c in typed if c.key in known.values and c.key in record.values]
    differing = [c for c in both if known.values[c.key] != record.values[c.key]]
    for column in differing:
        yield finding(
            "ledger.part_conflict",
            other.ref(record, column.key),
            column=column.heading,
            key=_told_key(record, form),
            later=_value_text(record.values[column.key]),
            earlier=_value_text(known.values[column.key]),
            part=part,
        )
    if both and not differing:
        yield finding("ledger.part_repeats", other.ref(record), key=_told_key(record, form))


def _told_key(record: Record, form: SheetForm) -> str:
    """What a row is known by, as it is written; its key is folded and joined."""
    told = [_value_text(record.values[name]) for name in form.key if name in record.values]
    return ", ".join(told) or record.key


def _cells_united(known: Record, record: Record) -> Record:
    return replace(
        known,
        values={**record.values, **known.values},
        unread=known.unread | (record.unread - known.values.keys()),
    )


def _value_text(value: Value) -> str:
    if isinstance(value, bool):
        return "Có" if value else "Không"
    return given(value)
