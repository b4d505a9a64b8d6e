"""What the formatting of cells says about their values: struck through, small marks, unseen.

A part that is struck through or a small mark of a note is never silently part of a value: what is
left is read with a warning, and where nothing is left the unit is asked.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from kskt_excel.model.book import CellPlace, CellRef, Raw, RichPart, Sheet
from kskt_excel.model.finding import Finding
from kskt_excel.model.forms import FormColumn, SheetForm
from kskt_excel.reading.table import HeadedTable
from kskt_excel.reading.values import remark
from kskt_excel.text.shown import given
from kskt_excel.text.spelling import is_blank

_TEXTS = frozenset(("text", "long_text"))
_SHIFTED = {
    1: str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ"),
    -1: str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎"),
}


class FormattedValue(NamedTuple):
    """What a cell means, read with its formatting; ``is_clear`` unless the unit must be asked."""

    value: Raw
    findings: tuple[Finding, ...] = ()
    is_clear: bool = True


@dataclass(slots=True)
class Formatting:
    """What data cells mean beside what they store (định dạng chữ của ô)."""

    seen: dict[int, dict[int, Raw]] = field(default_factory=dict)
    """What is to be read, by row and column, where it is not all that is stored."""
    unclear: list[tuple[int, str]] = field(default_factory=list)  # row and column's key: asked
    findings: list[Finding] = field(default_factory=list)


def formatting_of(
    sheet: Sheet, table: HeadedTable, rows: Sequence[int], form: SheetForm
) -> Formatting:
    """What the formatting of a table's data cells says."""
    found = Formatting()
    if not _tells(sheet):
        return found
    columns = {at: form.by_key[key] for key, at in table.columns.items()}
    for row in rows:
        filled = {at: raw for at in columns if (raw := sheet.at(row, at)) is not None}
        struck = [at for at in filled if _is_struck(sheet, (row, at))]
        whole_row = len(struck) > 1 and len(struck) == len(filled)
        if whole_row:
            found.findings.append(remark("row.struck", CellRef(sheet.name, row), {"row": row}))
        for at, raw in filled.items():
            read = seen_value(sheet, (row, at), raw, columns[at])
            if not whole_row:
                found.findings += read.findings
            if read.value is not raw:
                found.seen.setdefault(row, {})[at] = read.value
            if not read.is_clear:
                found.unclear.append((row, columns[at].key))
    return found


def seen_value(sheet: Sheet, place: CellPlace, raw: Raw, column: FormColumn) -> FormattedValue:
    """What a cell means, and what there is to say about its formatting."""
    facts = sheet.facts
    if not _tells(sheet) or raw is None:
        return FormattedValue(raw)
    if _is_struck(sheet, place):
        note = _note("cell.struck", sheet, place, column, given=given(raw))
        return FormattedValue(None, (note,), is_clear=False)
    if place in facts.parts:
        return _seen_parts(sheet, place, column)
    if place in facts.unseen and raw != 0 and not column.given:
        return FormattedValue(raw, (_note("cell.unseen", sheet, place, column, given=given(raw)),))
    return FormattedValue(raw)


def _tells(sheet: Sheet) -> bool:
    return bool(sheet.facts.struck or sheet.facts.unseen or sheet.facts.parts)


def _is_struck(sheet: Sheet, place: CellPlace) -> bool:
    """Whether all that a cell holds is struck through."""
    parts = sheet.facts.parts.get(place)
    if parts is None:
        return place in sheet.facts.struck
    struck = [part.struck for part in parts if not is_blank(part.text)]
    return bool(struck) and all(struck)


def _seen_parts(sheet: Sheet, place: CellPlace, column: FormColumn) -> FormattedValue:
    """What is left of a text without the parts that are none of its value."""
    parts = sheet.facts.parts[place]
    is_text = column.type in _TEXTS
    kept = [part for part in parts if not part.struck and (is_text or not part.shift)]
    is_old = place in sheet.facts.legacy_fonts  # its letters are not what they look like yet
    value = "".join(part.text if is_old else _part_text(part) for part in kept).strip()
    about = {"given": _text(parts), "value": value}
    findings = []
    if struck := _text(part for part in parts if part.struck):
        findings.append(_note("cell.struck_part", sheet, place, column, part=struck, **about))
    if not is_text and (small := _text(part for part in parts if part.shift and not part.struck)):
        findings.append(_note("cell.small_mark", sheet, place, column, part=small, **about))
    if unseen := _text(part for part in kept if part.unseen):
        findings.append(_note("cell.unseen", sheet, place, column, given=unseen))
    return FormattedValue(value or None, tuple(findings))


def _part_text(part: RichPart) -> str:
    """A part as a person sees it: m² where the 2 stands above the line."""
    return part.text.translate(_SHIFTED[part.shift]) if part.shift else part.text


def _text(parts: Iterable[RichPart]) -> str:
    return "".join(part.text for part in parts).strip()


def _note(code: str, sheet: Sheet, place: CellPlace, column: FormColumn, **about: str) -> Finding:
    return remark(code, CellRef(sheet.name, *place), {"column": column.heading, **about})
