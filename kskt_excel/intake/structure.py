"""What there is to say about the make-up of a sheet: columns, hidden rows, what stands outside."""

from collections.abc import Iterable, Iterator

from kskt_excel.intake.body import Body
from kskt_excel.intake.kit import FormKit
from kskt_excel.intake.remarks import over, remark
from kskt_excel.intake.tables import Table
from kskt_excel.model.cells import CellRef
from kskt_excel.model.finding import Finding
from kskt_excel.model.forms import Column
from kskt_excel.model.grid import Sheet

_NAMED = 5


def about_structure(sheet: Sheet, table: Table, body: Body, kit: FormKit) -> Iterator[Finding]:
    """Every remark on the make-up of a sheet, once each."""
    yield from _missing(sheet, table, kit)
    yield from _guessed(sheet, table, kit)
    yield from _extra(sheet, table)
    yield from _hidden(sheet, table, body)
    if body.stray:
        yield from over("sheet.stray", body.stray)
    if body.second:
        code = "sheet.second_table" if body.second_rows else "sheet.second_table_empty"
        at = CellRef(sheet.name, body.second)
        yield remark(code, at, {"row": body.second, "rows": body.second_rows})


def _missing(sheet: Sheet, table: Table, kit: FormKit) -> Iterator[Finding]:
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


def _is_missed(column: Column, kit: FormKit) -> bool:
    """Whether an optional column that is gone takes something away that only the unit knows."""
    known = column.given or column.type in ("computed", "ordinal")
    return not known and column.key not in kit.headings.needed


def _guessed(sheet: Sheet, table: Table, kit: FormKit) -> Iterator[Finding]:
    for key in table.guessed:
        column = table.columns[key]
        params = {"column": kit.form.by_key[key].heading, "given": table.texts[column]}
        yield remark("column.near", CellRef(sheet.name, table.heading_row, column), params)
    for key, column in table.twice:
        first = CellRef(sheet.name, table.heading_row, table.columns[key]).a1
        params = {"column": kit.form.by_key[key].heading, "first": first}
        yield remark("column.twice", CellRef(sheet.name, table.heading_row, column), params)


def _extra(sheet: Sheet, table: Table) -> Iterator[Finding]:
    if not table.extra:
        return
    again = {column for _, column in table.twice}
    own = [column for column in table.extra if column not in again]
    refs = [CellRef(sheet.name, table.heading_row, column) for column in own]
    yield from over("column.extra", refs, columns=_names(table.texts[column] for column in own))


def _hidden(sheet: Sheet, table: Table, body: Body) -> Iterator[Finding]:
    facts = sheet.facts
    if rows := sorted(facts.hidden_rows.intersection(body.rows)):
        how = "do đang lọc" if facts.filtered else "đang bị ẩn"
        refs = [CellRef(sheet.name, row) for row in rows]
        yield from over("row.hidden", refs, rows=shown_rows(rows), how=how)
    columns = sorted(facts.hidden_columns.intersection(table.places))
    refs = [CellRef(sheet.name, table.heading_row, column) for column in columns]
    yield from over(
        "column.hidden", refs, columns=_names(table.texts.get(column, "") for column in columns)
    )


def shown_rows(rows: Iterable[int]) -> str:
    """Row numbers, neighbours joined: ``8, 10–13``."""
    runs: list[list[int]] = []
    for row in sorted(rows):
        if runs and row == runs[-1][-1] + 1:
            runs[-1].append(row)
        else:
            runs.append([row])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def _names(texts: Iterable[str]) -> str:
    """Texts in quotation marks; of many, the first five and how many more."""
    short = [" ".join(text.split())[:40] for text in texts]
    shown = ", ".join(f"«{text}»" for text in short[:_NAMED])
    more = len(short) - _NAMED
    return f"{shown} và {more} cột khác" if more > 0 else shown
