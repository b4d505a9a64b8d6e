"""Formulas typed over, circular or without result: honest figures, and whose fault follows.

A formula whose result was never stored is counted again where it is one of the form's own sums, and
asked for where it is not; a sum that was typed over is compared with what the formula gives.
"""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from functools import lru_cache

from kskt_excel.model.book import CellPlace, CellRef, Raw, Sheet, column_letters, column_number
from kskt_excel.model.finding import Finding
from kskt_excel.model.forms import FormColumn, SheetForm
from kskt_excel.model.patterns import lazy_pattern
from kskt_excel.model.reading import Record, Value
from kskt_excel.reading.cells import Cells, over, remark
from kskt_excel.reading.table import HeadedTable
from kskt_excel.text.shown import plain_number

_NEARLY = 1e-6  # sums of decimals in another order differ by less
_MOST_NAMED = 5


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
        cells.findings = [one for one in cells.findings if not _is_said_of(one, followed)]


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
    figures = (sheet.at(row, where.column) for row in subtotals)
    doubled = sum(value for value in figures if isinstance(value, float))
    others = ([added(key, given)] if given else []) + ([full + doubled] if subtotals else [])
    return abs(raw - full) > _NEARLY and any(abs(raw - one) < _NEARLY for one in others)


def _is_stale(place: CellPlace, key: str, records: Sequence[Record], sheet: Sheet) -> bool:
    """Whether a total adds up every row by its formula, but stores an older result."""
    raw = sheet.at(*place)
    found = _SUM.fullmatch(sheet.facts.formulas.get(place, ""))
    if not found or not isinstance(raw, float) or not records:
        return False
    own = column_letters(place[1])
    rows = [record.row for record in records]
    covers = int(found[2]) <= min(rows) and max(rows) <= int(found[4]) < place[0]
    known = all(record.knows(key) for record in records)
    return (
        found[1] == found[3] == own
        and covers
        and known
        and abs(raw - added(key, records)) > _NEARLY
    )


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


def _is_said_of(found: Finding, places: set[CellRef]) -> bool:
    about_value = found.code.startswith("value.") or found.code == "cell.error_value"
    return about_value and found.at in places


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


_NOTHING: AbstractSet[str] = frozenset()


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
