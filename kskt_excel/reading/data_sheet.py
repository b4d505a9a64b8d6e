"""One data sheet from its cells to a SheetReading: its sums, its rows, what was done to them.

A formula whose result was never stored is counted again where it is one of the form's own sums, and
asked for where it is not; a sum that was typed over is compared with what the formula gives. Sums
that are not right because of a cell above them follow that cell.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from kskt_excel.model.book import CellPlace, CellRef, Raw, Sheet, column_letters, column_number
from kskt_excel.model.finding import Finding
from kskt_excel.model.forms import FormColumn, SheetForm
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.patterns import lazy_pattern
from kskt_excel.model.period import Window
from kskt_excel.model.reading import CARRIED, CARRIED_ID, Record, SheetReading, SheetState, Value
from kskt_excel.reading.cells import Cells, FormKit, about_value, over, read_cells, remark
from kskt_excel.reading.table import HeadedTable, find, likeness
from kskt_excel.reading.table_body import Given, Nil, TableBody, body_of, nil_of, says_nil
from kskt_excel.text.shown import first_ones, given, plain_number, row_numbers
from kskt_excel.text.spelling import clean_text, is_blank, plain_key, tone_key

# ---- Sums that follow their parts

_NEARLY = 1e-6  # sums of decimals in another order differ by less
_MOST_NAMED = 5  # cells or headings in a sentence


def follow_in_rows(cells: Cells, sheet: Sheet, table: HeadedTable, form: SheetForm) -> None:
    """Mends the sums of rows in ``cells``; takes back what was said of them for a part's sake."""
    followed: set[CellRef] = set()
    for column in form.columns:
        at = table.columns.get(column.key, 0)
        if column.type != "computed" or not at:
            continue
        for row in cells.counted.keys() | cells.unread.keys():
            where = CellRef(sheet.name, row, at)
            if _follows(cells, column, where, sheet.at(row, at)):
                followed.add(where)
    if followed:
        cells.findings = [
            one for one in cells.findings if not (one.at in followed and _is_about_value(one.code))
        ]


def follow_in_total(
    total: Record,
    records: Sequence[Record],
    cells: Cells,
    sheet: Sheet,
    table: HeadedTable,
    *,
    subtotals: Sequence[int],
) -> Record:
    """The row of totals with the sums that left something out mended.

    What they passed over as a text is noted in ``cells``. A formula that does not reach a row that
    the unit has put in, or that adds up its subtotals as well, is no fault of the unit.
    """
    given = [record for record in records if not is_added(sheet, table, record.row)]
    lines = (given, subtotals)
    mended = {
        key: added(key, records)
        for key, at in table.columns.items()
        if (cells.counted and _passed_over(sheet.at(total.row, at), key, records, cells))
        or _misses_rows(CellRef(sheet.name, total.row, at), key, records, sheet, lines)
    }
    stale = [
        key
        for key, at in table.columns.items()
        if key not in mended and not subtotals and _is_stale((total.row, at), key, records, sheet)
    ]
    cells.stale += [CellRef(sheet.name, total.row, table.columns[key]) for key in stale]
    mended |= {key: added(key, records) for key in stale}
    texts = {key for row, key in _texts(cells)}
    cells.mended += [
        CellRef(sheet.name, total.row, table.columns[key])
        for key in mended
        if key in texts and key not in stale
    ]
    unread = total.unread - mended.keys()
    return replace(total, values={**total.values, **mended}, unread=unread) if mended else total


def _texts(cells: Cells) -> Iterator[tuple[int, str]]:
    """(row, column key) of the cells that the workbook's own sums took for something else."""
    return (
        (row, key)
        for row, taken in cells.counted.items()
        for key in taken
        if (row, key) not in cells.unsummed
    )


def is_added(sheet: Sheet, table: HeadedTable, row: int) -> bool:
    """Whether the unit has put in a row: the office's rows have a key in the hidden column."""
    return bool(table.id_column) and sheet.at(row, table.id_column) is None


def _misses_rows(
    where: CellRef,
    key: str,
    records: Sequence[Record],
    sheet: Sheet,
    lines: tuple[Sequence[Record], Sequence[int]],
) -> bool:
    """Whether a total is the one of the office's rows alone, or of all rows and subtotals."""
    raw = sheet.at(where.row, where.column)
    if (where.row, where.column) not in sheet.facts.formulas or not isinstance(raw, float):
        return False
    given, subtotals = lines
    full = added(key, records)
    if abs(raw - full) <= _NEARLY:
        return False
    figures = (sheet.at(row, where.column) for row in subtotals)
    doubled = sum(value for value in figures if isinstance(value, float))
    others = ([added(key, given)] if given else []) + ([full + doubled] if subtotals else [])
    return any(abs(raw - one) < _NEARLY for one in others)


def _is_stale(place: CellPlace, key: str, records: Sequence[Record], sheet: Sheet) -> bool:
    """Whether a total adds up every row by its formula, but stores an older result."""
    raw = sheet.at(*place)
    if not isinstance(raw, float) or not records or abs(raw - added(key, records)) <= _NEARLY:
        return False
    found = _SUM.fullmatch(sheet.facts.formulas.get(place, ""))
    if not found:
        return False
    own = column_letters(place[1])
    rows = [record.row for record in records]
    covers = int(found[2]) <= min(rows) and max(rows) <= int(found[4]) < place[0]
    known = all(record.knows(key) for record in records)
    return found[1] == found[3] == own and covers and known


def total_follows(raw: Raw, key: str, records: Sequence[Record], cells: Cells) -> bool:
    """Whether what a total shows comes from a cell above it that has its finding."""
    if isinstance(raw, str):
        return False
    return any(key in record.unread for record in records) or (
        bool(cells.counted) and _passed_over(raw, key, records, cells)
    )


def about_mended(cells: Cells, sheet: Sheet, table: HeadedTable) -> Iterator[Finding]:
    """One finding for all sums of a sheet that passed over what is written in other cells."""
    if not cells.mended:
        return
    refs = (CellRef(sheet.name, row, table.columns[key]) for row, key in _texts(cells))
    texts = tuple(sorted(set(refs) - set(cells.mended)))
    named = ", ".join(ref.a1 for ref in texts[:_MOST_NAMED])
    more = " và các ô khác" if len(texts) > _MOST_NAMED else ""
    for found in over("cell.text_not_added", cells.mended, cells=named + more):
        yield replace(found, involved=texts)


def added(key: str, records: Sequence[Record]) -> float:
    """A column added up, blanks as 0."""
    return sum(figure(record.values.get(key)) for record in records)


def figure(value: Value) -> float:
    """A figure; 0 for a blank."""
    return value if isinstance(value, int | float) else 0


def _follows(cells: Cells, column: FormColumn, where: CellRef, raw: Raw) -> bool:
    """Whether what a sum shows comes from its parts; one that only passed them over is mended."""
    if isinstance(raw, str):
        return False
    if not cells.unread.get(where.row, set()).isdisjoint(column.formula):
        return True
    taken = cells.counted.get(where.row, {})
    values = cells.values[where.row]
    full = sum(figure(values.get(key)) for key in column.formula)
    made = sum(taken.get(key, figure(values.get(key))) for key in column.formula)
    if not _explains(raw, made, full):
        return False
    values[column.key] = full
    cells.unread.get(where.row, set()).discard(column.key)
    taken[column.key] = made
    cells.mended.append(where)
    return True


def _passed_over(raw: Raw, key: str, records: Sequence[Record], cells: Cells) -> bool:
    """Whether a total is the sum that the workbook made without what is written as text."""
    made = sum(
        cells.counted.get(record.row, {}).get(key, figure(record.values.get(key)))
        for record in records
    )
    return _explains(raw, made, added(key, records))


def _explains(raw: Raw, made: float, full: float) -> bool:
    if not isinstance(raw, float):
        return False
    return abs(raw - made) < _NEARLY < abs(full - made)


def _is_about_value(code: str) -> bool:
    return code.startswith("value.") or code == "cell.error_value"


# ---- Formulas that read themselves

# One range alone: «SUM(C8:E8)», «SUM($C$8:$C$20)»
_SUM = lazy_pattern(r"SUM\(\$?([A-Z]{1,3})\$?(\d{1,7}):\$?([A-Z]{1,3})\$?(\d{1,7})\)")
_REFERENCE = lazy_pattern(
    r"((?:'[^']*'|[\w.]+)!)?"  # another sheet
    r"\$?\b([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?(?![\w(])"
)
_TEXT = lazy_pattern(r'"[^"]*"')
_MOST_REMEMBERED = 8192  # texts of formulas: the same in every workbook of a form
_FORMS_REMEMBERED = 32  # sheets by their formulas: more than there are forms of an office
_MOST_OF_A_FORM = 500  # formulas
_MOST_CHARACTERS = 20_000  # in all of them: what is longer was typed by a unit and comes once

CellBlock = tuple[int, int, int, int]
"""First row, first column, last row, last column."""


def note_circular(cells: Cells, sheet: Sheet, table: HeadedTable, total: int) -> None:
    """Makes cells of data rows in a loop unread, with one finding that names the whole loop.

    Cells of the row of totals are left in ``cells.loops`` for it.
    """
    keys = {at: key for key, at in table.columns.items()}
    cells.loops = frozenset(
        (row, at)
        for row, at in loops(sheet.facts.formulas)
        if at in keys and (row in cells.values or row == total)
    )
    if not cells.loops:
        return
    for row, at in cells.loops:
        if row in cells.values:
            cells.cannot_read(row, keys[at])
    told = {CellRef(sheet.name, *cell) for cell in cells.loops - sheet.facts.errors.keys()}
    cells.findings = [one for one in cells.findings if one.at not in told or one.also]
    cells.findings += over("cell.circular", sorted(told))


def loops(formulas: Mapping[CellPlace, str]) -> frozenset[CellPlace]:
    """Cells whose formulas lead back to themselves, on the same sheet."""
    if not formulas:
        return frozenset()
    written = tuple(formulas.items())
    # a form's own formulas are few, and the same in every workbook
    is_usual = (
        len(written) <= _MOST_OF_A_FORM and sum(map(len, formulas.values())) <= _MOST_CHARACTERS
    )
    return _known_loops(written) if is_usual else _loops(written)


def _loops(written: tuple[tuple[CellPlace, str], ...]) -> frozenset[CellPlace]:
    formulas = dict(written)
    rows_of: dict[int, list[int]] = {}
    for row, column in formulas:
        rows_of.setdefault(column, []).append(row)
    left = {
        cell: list(dict.fromkeys(_formulas_read(formula, rows_of)))
        for cell, formula in formulas.items()
    }
    readers: dict[CellPlace, list[CellPlace]] = {}
    for cell, read in left.items():
        for other in read:
            readers.setdefault(other, []).append(cell)
    forward = _without_ends({cell: len(read) for cell, read in left.items()}, readers)
    if not forward:
        return frozenset()
    inner = {cell: [one for one in left[cell] if one in forward] for cell in forward}
    counts = dict.fromkeys(forward, 0)
    for read in inner.values():
        for one in read:
            counts[one] += 1
    return frozenset(_without_ends(counts, inner))


_known_loops = lru_cache(maxsize=_FORMS_REMEMBERED)(_loops)


def _without_ends(
    counts: dict[CellPlace, int], after: Mapping[CellPlace, list[CellPlace]]
) -> set[CellPlace]:
    """What is left when cells that wait for nothing are taken away, one after the other."""
    ends = [cell for cell, count in counts.items() if not count]
    while ends:
        cell = ends.pop()
        del counts[cell]
        for other in after.get(cell, ()):
            if other in counts:
                counts[other] -= 1
                if not counts[other]:
                    ends.append(other)
    return set(counts)


def _formulas_read(formula: str, rows_of: Mapping[int, list[int]]) -> Iterator[CellPlace]:
    """Cells with a formula that a formula reads."""
    for top, left, bottom, right in _blocks(formula):
        wide = right - left >= len(rows_of)
        for column in rows_of if wide else range(left, right + 1):
            if not wide or left <= column <= right:
                for row in rows_of.get(column, ()):
                    if top <= row <= bottom:
                        yield row, column


@lru_cache(maxsize=_MOST_REMEMBERED)
def _blocks(formula: str) -> tuple[CellBlock, ...]:
    """The cells and ranges of the same sheet that a formula names."""
    blocks = []
    for elsewhere, letters, row, last_letters, last_row in _REFERENCE.findall(
        _TEXT.sub("", formula)
    ):
        if elsewhere:
            continue
        rows = int(row), int(last_row or row)
        columns = column_number(letters), column_number(last_letters or letters)
        blocks.append((min(rows), min(columns), max(rows), max(columns)))
    return tuple(blocks)


# ---- Computed cells: without a result, typed over


def settle_formulas(
    cells: Cells, sheet: Sheet, table: HeadedTable, form: SheetForm, *, formulas_known: bool
) -> None:
    """Fills and checks computed columns in ``cells``; asks for other formulas without a result.

    ``formulas_known`` is False for formats that do not tell a formula from a typed number.
    """
    cells.findings += _without_result(cells, sheet, table, form)
    same: list[CellRef] = []
    for column in form.columns:
        if column.type != "computed":
            continue
        at = table.columns.get(column.key, 0)
        may_be_typed = formulas_known and at
        for row in cells.values:
            if _is_counted_here(cells, column, row) and at:
                if formulas_known and (row, at) not in sheet.facts.formulas:
                    cells.unsummed.add((row, column.key))
                    cells.counted.setdefault(row, {})[column.key] = 0.0
                else:
                    cells.again.append(CellRef(sheet.name, row, at))
            if may_be_typed and (row, at) not in sheet.facts.formulas:
                same += _typed_over(cells, column, CellRef(sheet.name, row, at))
    settled = {*cells.again, *cells.mended}
    settled |= {CellRef(sheet.name, row, table.columns[key]) for row, key in cells.unsummed} | {
        ref for ref in same if is_added(sheet, table, ref.row)
    }
    cells.findings += over("cell.typed_same", [ref for ref in same if ref not in settled])


def settle_total(
    total: Record,
    records: Sequence[Record],
    cells: Cells,
    sheet: Sheet,
    table: HeadedTable,
    *,
    form: SheetForm,
) -> Record:
    """The total row with sums whose results were never stored; what is counted is noted."""
    values = dict(total.values)
    unread = set(total.unread)
    for key, at in table.columns.items():
        if not form.by_key[key].total or (total.row, at) not in sheet.facts.unstored:
            continue
        if not all(record.knows(key) for record in records):
            unread.add(key)
            continue
        values[key] = added(key, records)
        if any(key in record.values for record in records):
            cells.again.append(CellRef(sheet.name, total.row, at))
    return Record(total.row, total.key, values, frozenset(unread), total.hidden_id)


def about_sums(cells: Cells) -> Iterator[Finding]:
    """One finding for all sums of a sheet that were counted here, one for all old results."""
    yield from over("cell.recomputed", cells.again)
    yield from over("cell.stale", cells.stale)


def external_cells(sheet: Sheet) -> Iterator[Finding]:
    """One finding for all cells of a sheet that take their value from another workbook."""
    return over("sheet.external", [CellRef(sheet.name, *cell) for cell in sheet.facts.external])


def _is_counted_here(cells: Cells, column: FormColumn, row: int) -> bool:
    """Whether a missing result was counted; a 0 that only says «nothing yet» is dropped."""
    values = cells.values[row]
    unread = cells.unread.get(row, _NOTHING)
    parts = [values.get(key) for key in column.formula]
    parts_unread = not unread.isdisjoint(column.formula)
    if parts.count(None) == len(parts) and not parts_unread:
        if values.get(column.key) == 0:
            del values[column.key]
    elif column.key in values or column.key in unread:
        pass
    elif parts_unread:
        cells.cannot_read(row, column.key)
    else:
        values[column.key] = sum(map(figure, parts))
        return True
    return False


def _typed_over(cells: Cells, column: FormColumn, where: CellRef) -> list[CellRef]:
    """The cell when it was typed with the right figure; a wrong figure becomes a finding."""
    values = cells.values[where.row]
    typed = values.get(column.key)
    unread = cells.unread.get(where.row, set())
    if typed is None or not unread.isdisjoint((column.key, *column.formula)):
        return []
    counted = sum(figure(values.get(key)) for key in column.formula)
    if abs(figure(typed) - counted) < _NEARLY:
        return [where]
    shown = {"given": plain_number(figure(typed)), "counted": plain_number(counted)}
    params = {"column": column.heading, **shown}
    cells.findings.append(remark("cell.typed_over", where, params))
    return []


def _without_result(
    cells: Cells, sheet: Sheet, table: HeadedTable, form: SheetForm
) -> Iterator[Finding]:
    by_column: Mapping[int, str] = {at: key for key, at in table.columns.items()}
    lost: dict[str, list[CellRef]] = {}
    for row, at in sorted(sheet.facts.unstored):
        column = form.by_key.get(by_column.get(at, ""))
        if column is None or row not in cells.values or column.type == "computed":
            continue
        cells.cannot_read(row, column.key)
        lost.setdefault(column.heading, []).append(CellRef(sheet.name, row, at))
    for heading, refs in lost.items():
        yield from over("cell.no_result", refs, column=heading)


# ---- Rows as records

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


# ---- What there is to say about the make-up of a sheet


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
    return first_ones([f"“{text}”" for text in short], _MOST_NAMED, "cột")


# ---- The sheet

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
