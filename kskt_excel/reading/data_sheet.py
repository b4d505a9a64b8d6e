"""One data sheet from its cells to a SheetReading: table, rows, and what was done to them."""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from kskt_excel.model.book import CellRef, Sheet
from kskt_excel.model.finding import Finding
from kskt_excel.model.forms import FormColumn, SheetForm
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.period import Window
from kskt_excel.model.reading import (
    CARRIED,
    CARRIED_ID,
    Record,
    SheetReading,
    SheetState,
    Value,
)
from kskt_excel.reading.cells import Cells, FormKit, about_value, over, read_cells, remark
from kskt_excel.reading.formulas import (
    about_mended,
    about_sums,
    external_cells,
    follow_in_rows,
    follow_in_total,
    note_circular,
    settle_formulas,
    settle_total,
    total_follows,
)
from kskt_excel.reading.table import HeadedTable, find, likeness
from kskt_excel.reading.table_body import Given, Nil, TableBody, body_of, nil_of, says_nil
from kskt_excel.text.shown import given, row_numbers
from kskt_excel.text.spelling import clean_text, is_blank, plain_key, tone_key

_SAME_TEXT_PERCENT = 95  # a blank or a comma more, not another procedure's name
_NOTHING: AbstractSet[str] = frozenset()
_TEXT_TYPES = frozenset(("text", "long_text"))


class _Row(NamedTuple):
    """One data row, with the place of everything that may name it."""

    sheet: Sheet
    table: HeadedTable
    number: int
    values: dict[str, Value]

    def written(self, key: str) -> str:
        """The text in a column, as a person sees it."""
        return self.at(self.table.columns.get(key, 0))

    def at(self, column: int) -> str:
        raw = self.sheet.at(self.number, column)
        if raw is None:
            return ""
        return clean_text(raw) if isinstance(raw, str) else given(raw)

    def ref(self, key: str) -> CellRef:
        return CellRef(self.sheet.name, self.number, self.table.columns.get(key, 0))


def records_of(
    sheet: Sheet, table: HeadedTable, cells: Cells, kit: FormKit
) -> tuple[tuple[Record, ...], list[Finding]]:
    """Records in the order of their rows, with what there is to say about their identity.

    A register's row without anything entered is left out, and so is a row of a form that holds
    nothing but sums of nothing; a row that the office gave is kept.
    """
    form, found, findings = kit.form, list[Record](), list[Finding]()
    missing = frozenset(form.by_key) - table.columns.keys()
    numbers: set[str] = set()
    for number, values in cells.values.items():
        unread = cells.unread.get(number, _NOTHING)
        if not form.rows and not _tells(form, values, unread):
            continue
        row = _Row(sheet, table, number, values)
        hidden = row.at(table.id_column)
        if form.rows and not (hidden or unread) and _is_spare(form, values):
            continue
        if kit.given:
            key, notes = _given_key(row, hidden, kit)
            findings += notes
        else:
            key = _own_key(row, form, numbers)
        if hidden.startswith(CARRIED_ID) and not form.rows:
            values[CARRIED] = True
        still = (missing | unread) - values.keys() if missing or unread else missing
        found.append(Record(number, key, values, frozenset(still), hidden))
    mended = {one.at for one in findings if one.code == "row.key_mended"}
    if mended:  # how the code was typed is not told beside what it was taken for
        cells.findings[:] = [one for one in cells.findings if one.at not in mended]
    return tuple(found), findings


def is_entered(kit: FormKit, values: Mapping[str, Value], unread: AbstractSet[str]) -> bool:
    """Whether the unit entered anything in a row."""
    keys = kit.form.entered_keys
    return not (keys.isdisjoint(values) and keys.isdisjoint(unread))


def _tells(form: SheetForm, values: Mapping[str, Value], unread: AbstractSet[str]) -> bool:
    """Whether a row of a register tells of something: figures of 0 alone do not."""
    keys = form.entered_keys
    return not keys.isdisjoint(unread) or any(values.get(key) not in (None, 0) for key in keys)


def _is_spare(form: SheetForm, values: Mapping[str, Value]) -> bool:
    """Whether a row waits for an addition: only computed cells have a value, and that is 0."""
    return all(form.by_key[key].type == "computed" and not values[key] for key in values)


def _own_key(row: _Row, form: SheetForm, numbers: set[str]) -> str:
    """Key of a row that the unit typed: its key columns; a repeated number gives way to the row."""
    parts = []
    for name in form.key:
        value = row.values.get(name)
        shown = row.written(name) if value is None else _value_text(value)
        parts.append(tone_key(shown) if form.by_key[name].type in _TEXT_TYPES else shown)
    key = "|".join(parts)
    if any(form.by_key[name].type == "ordinal" for name in form.key):
        key = key if key and key not in numbers else f"#{row.number}"
        numbers.add(key)
    return key


def _value_text(value: Value) -> str:
    return value if isinstance(value, str) else given(value)


def _given_key(row: _Row, hidden: str, kit: FormKit) -> tuple[str, list[Finding]]:
    """Key of a row that the office gave, and what speaks against it."""
    name = kit.form.key[0]
    text = row.values.get(kit.text_key)
    text = text if isinstance(text, str) else ""
    typed = _value_text(row.values.get(name))
    by_text = kit.given_texts.get(tone_key(text), "") if text else ""
    if "\n" in text and not by_text:  # what the steps of a criterion are stands below its name
        by_text = kit.given_texts.get(tone_key(text.partition("\n")[0]), "")
    by_id = hidden if hidden in kit.given else ""
    if typed in kit.given:
        if by_id in ("", typed) and by_text in ("", typed):
            return typed, []
        return _weighed(typed, by_id, by_text, row.ref(name))
    key = by_id or by_text or _likely(text, kit)
    written = row.written(name)
    if not key:
        return written or tone_key(text), []
    row.values[name] = int(key) if kit.form.by_key[name].type == "ordinal" else key
    if name not in row.table.columns:
        return key, []  # the missing column has its finding
    code = "row.key_mended" if written else "row.key_found"
    column = kit.form.by_key[name].heading
    return key, [remark(code, row.ref(name), {"column": column, "given": written, "key": key})]


def _weighed(typed: str, by_id: str, by_text: str, at: CellRef) -> tuple[str, list[Finding]]:
    """The typed key, unless the hidden id and the text both name another one."""
    key = by_id if by_id == by_text else typed
    other = "" if by_text == typed else by_text
    params = {"given": typed, "key": key, "other": other, "issued": "" if other else by_id}
    return key, [remark("row.key_disagrees", at, params)]


def _likely(text: str, kit: FormKit) -> str:
    """Key of the one given text that a row's text is at least 95 % alike; "" without one."""
    plain = plain_key(text)
    alike = {
        key
        for other, key in kit.given_plain
        if 10 * abs(len(other) - len(plain)) <= len(other)
        and likeness(plain, other) >= _SAME_TEXT_PERCENT
    }
    return alike.pop() if len(alike) == 1 else ""


_NAMED = 5


def about_structure(
    sheet: Sheet, table: HeadedTable, body: TableBody, kit: FormKit
) -> Iterator[Finding]:
    """Every remark on the make-up of a sheet, once each."""
    yield from _missing(sheet, table, kit)
    yield from _guessed(sheet, table, kit)
    yield from _extra(sheet, table, kit)
    yield from _hidden(sheet, table, body)
    if body.stray:
        yield from over("sheet.stray", body.stray)
    if body.second:
        code = "sheet.second_table" if body.second_rows else "sheet.second_table_empty"
        at = CellRef(sheet.name, body.second)
        yield remark(code, at, {"row": body.second, "rows": body.second_rows})


def _missing(sheet: Sheet, table: HeadedTable, kit: FormKit) -> Iterator[Finding]:
    missing = [column for column in kit.form.columns if column.key not in table.columns]
    if not missing:
        return
    at = CellRef(sheet.name, table.heading_row)
    seen = _names(table.texts[column] for column in table.extra)
    for column in missing:
        if column.key in kit.headings.needed:
            hint = f" Cột lạ đang có: {seen}." if seen else ""
            yield remark("column.missing", at, {"column": column.heading, "seen": hint})
    others = [column.heading for column in missing if _is_missed(column, kit)]
    if others:
        yield remark("column.left_out", at, {"columns": _names(others), "count": len(others)})


def _is_missed(column: FormColumn, kit: FormKit) -> bool:
    """Whether an optional column that is gone takes something away that only the unit knows."""
    known = column.given or column.type in ("computed", "ordinal")
    return not known and column.key not in kit.headings.needed


def _guessed(sheet: Sheet, table: HeadedTable, kit: FormKit) -> Iterator[Finding]:
    for key in table.guessed:
        column = table.columns[key]
        params = {"column": kit.form.by_key[key].heading, "given": table.texts[column]}
        yield remark("column.near", CellRef(sheet.name, table.heading_row, column), params)
    for key, column in table.twice:
        first = CellRef(sheet.name, table.heading_row, table.columns[key]).a1
        params = {"column": kit.form.by_key[key].heading, "first": first}
        yield remark("column.twice", CellRef(sheet.name, table.heading_row, column), params)


def _extra(sheet: Sheet, table: HeadedTable, kit: FormKit) -> Iterator[Finding]:
    """Columns of the unit's own; none is called so while one of them may be a missing column."""
    if not table.extra or not kit.headings.needed <= table.columns.keys():
        return
    again = {column for _, column in table.twice}
    own = [column for column in table.extra if column not in again]
    refs = [CellRef(sheet.name, table.heading_row, column) for column in own]
    yield from over("column.extra", refs, columns=_names(table.texts[column] for column in own))


def _hidden(sheet: Sheet, table: HeadedTable, body: TableBody) -> Iterator[Finding]:
    facts = sheet.facts
    if rows := sorted(facts.hidden_rows.intersection(body.rows)):
        how = "do lọc" if facts.filtered else ""
        refs = [CellRef(sheet.name, row) for row in rows]
        yield from over("row.hidden", refs, rows=row_numbers(rows), how=how)
    columns = sorted(facts.hidden_columns.intersection(table.places))
    refs = [CellRef(sheet.name, table.heading_row, column) for column in columns]
    yield from over(
        "column.hidden", refs, columns=_names(table.texts.get(column, "") for column in columns)
    )


def _names(texts: Iterable[str]) -> str:
    """Texts in quotation marks; of many, the first five and how many more."""
    short = [" ".join(text.split())[:40] for text in texts]
    shown = ", ".join(f"“{text}”" for text in short[:_NAMED])
    more = len(short) - _NAMED
    return f"{shown} và {more} cột khác" if more > 0 else shown


_HEADINGS_NAMED = 4

SheetRead = tuple[SheetReading, list[Finding]]
"""A sheet understood, with everything to say about it."""


@dataclass(frozen=True, slots=True)
class SheetContext:
    """What a sheet does not say itself."""

    window: Window | None  # days of the report; None when the period is not known
    formulas_known: bool  # the format tells a formula from a typed number
    epoch_1904: bool


def read_sheet(sheet: Sheet, kit: FormKit, around: SheetContext) -> SheetRead:
    """The form's table on a sheet as records, with its state and its findings.

    Without headings the sheet is neither blank nor missing: it is FILLED without a record.
    """
    nil = nil_of(sheet) if kit.form.nil else Nil()
    table = find(sheet, kit.headings)
    if table is None:
        return _without_table(sheet, kit.form, nil)
    body = body_of(sheet, table, _given_rows(table, kit))
    cells = read_cells(
        sheet, table, body.rows, kit, window=around.window, epoch_1904=around.epoch_1904
    )
    note_circular(cells, sheet, table, body.total)
    follow_in_rows(cells, sheet, table, kit.form)
    settle_formulas(cells, sheet, table, kit.form, formulas_known=around.formulas_known)
    records, notes = records_of(sheet, table, cells, kit)
    total, total_notes = _total(sheet, table, body, records, cells=cells, kit=kit)
    none = None if nil.ticked else _says_only_none(sheet, table, records, kit)
    if none:
        cells.findings.clear()
        state, state_notes = SheetState.NIL, [remark("sheet.nil_in_words", none, {})]
    else:
        state, state_notes = _state(cells, records, body, nil, kit)
    reading = SheetReading(
        form=kit.form.id,
        name=sheet.name,
        state=state,
        columns=dict(table.columns),
        records=records,
        total=total,
        nil_cell=nil.cell,
        heading_row=table.heading_row,
    )
    notes += [*about_sums(cells), *about_mended(cells, sheet, table)]
    findings = [*nil.findings, *about_structure(sheet, table, body, kit), *cells.findings]
    return reading, [*findings, *notes, *total_notes, *state_notes, *external_cells(sheet)]


def _without_table(sheet: Sheet, form: SheetForm, nil: Nil) -> SheetRead:
    state = SheetState.NIL if nil.ticked else SheetState.FILLED
    findings = list(nil.findings)
    if not nil.ticked:
        wanted = ", ".join(f"“{column.heading}”" for column in form.columns[:_HEADINGS_NAMED])
        params = {"sheet": sheet.name, "wanted": wanted}
        findings.append(remark("sheet.no_table", CellRef(sheet.name), params))
    return SheetReading(form.id, sheet.name, state, nil_cell=nil.cell), findings


def _given_rows(table: HeadedTable, kit: FormKit) -> Given:
    return Given(
        key_column=table.columns.get(kit.form.key[0], 0) if kit.form.key else 0,
        keys=kit.given.keys(),
        text_column=table.columns.get(kit.text_key, 0),
        texts=kit.given_texts.keys(),
        sums={at for key, at in table.columns.items() if kit.form.by_key[key].type == "computed"},
    )


def _total(
    sheet: Sheet,
    table: HeadedTable,
    body: TableBody,
    records: tuple[Record, ...],
    *,
    cells: Cells,
    kit: FormKit,
) -> tuple[Record | None, list[Finding]]:
    """The total row with the columns that it adds up; None without one."""
    if not body.total:
        return None, []
    values: dict[str, Value] = {}
    unread: set[str] = set()
    findings: list[Finding] = []
    for column in kit.form.columns:
        at = table.columns.get(column.key)
        if not column.total or at is None:
            continue
        looped = (body.total, at) in cells.loops
        raw = None if looped else sheet.at(body.total, at)
        parsed = kit.reader(column.key).read(raw)
        error = sheet.facts.errors.get((body.total, at))
        if parsed.value is not None:
            values[column.key] = parsed.value
        if (error or parsed.code) and not total_follows(raw, column.key, records, cells):
            where = CellRef(sheet.name, body.total, at)
            params = {"column": column.heading, "given": error}
            findings.append(
                remark("cell.error_value", where, params)
                if error
                else about_value(parsed, column, where)
            )
        if error or looped or parsed.outcome in ("error", "ditto"):
            unread.add(column.key)
    total = Record(body.total, "", values, frozenset(unread))
    total = follow_in_total(total, records, cells, sheet, table, subtotals=body.subtotals)
    return settle_total(total, records, cells, sheet, table, form=kit.form), findings


def _state(
    cells: Cells, records: tuple[Record, ...], body: TableBody, nil: Nil, kit: FormKit
) -> tuple[SheetState, list[Finding]]:
    """Figures, nothing happened, or nothing written; a tick with figures is the rules' business."""
    if nil.ticked:
        return SheetState.NIL, []
    unread = cells.unread
    if any(is_entered(kit, record.values, unread.get(record.row, set())) for record in records):
        return SheetState.FILLED, []
    said = body.nothing or (nil.cell if nil.says_no else None)
    if said:
        return SheetState.NIL, [remark("sheet.nil_in_words", said, {})]
    return SheetState.BLANK, []


def _says_only_none(
    sheet: Sheet, table: HeadedTable, records: tuple[Record, ...], kit: FormKit
) -> CellRef | None:
    """The first cell, where all that a unit has written into a form is that nothing happened."""
    first: CellRef | None = None
    if not kit.form.nil or not kit.given:
        return None
    columns = [at for key, at in table.columns.items() if key in kit.form.entered_keys]
    for record in records:
        for at in columns:
            raw = sheet.at(record.row, at)
            if raw is None or (isinstance(raw, str) and is_blank(raw)):
                continue
            if not says_nil(raw):
                return None
            first = first or CellRef(sheet.name, record.row, at)
    return first
