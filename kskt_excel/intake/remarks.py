"""Findings made while reading, and one finding for the same thing in many cells."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from kskt_excel.messages import entry
from kskt_excel.model.cells import CellRef
from kskt_excel.model.finding import Finding
from kskt_excel.model.forms import Column
from kskt_excel.model.reading import Value
from kskt_excel.text.parsed import Parsed

_WHOLE_FILE = CellRef("")


def remark(code: str, at: CellRef | None, params: Mapping[str, object]) -> Finding:
    """A finding with the level that the catalogue gives it."""
    return Finding(code, entry(code).level, at, params)


def about_value(parsed: Parsed[Value], column: Column, at: CellRef) -> Finding:
    """What there is to say about a value that was read from a cell."""
    return remark(parsed.code, at, {"column": column.heading, **parsed.params})


def over(code: str, cells: Sequence[CellRef], /, **params: object) -> Iterator[Finding]:
    """One finding over several cells, in reading order; none without cells."""
    if cells:
        first, *rest = sorted(cells)
        made = remark(code, first, {"count": len(cells), **params})
        yield replace(made, also=tuple(rest))


def grouped(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings in reading order, those of one kind about the same text of a column joined.

    A joined finding keeps every cell.
    """
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for found in sorted(findings, key=lambda found: found.at or _WHOLE_FILE):
        groups.setdefault(_kind(found), []).append(found)
    return tuple(_joined(same) for same in groups.values())


def _kind(found: Finding) -> tuple[object, ...]:
    if not found.at or "column" not in found.params:
        return (id(found),)
    given = str(found.params.get("given", ""))
    return found.code, found.at.sheet, found.params["column"], given


def _joined(same: Sequence[Finding]) -> Finding:
    first = same[0]
    if len(same) == 1:
        return first
    cells = sorted({cell for found in same for cell in found.cells})
    return replace(first, at=cells[0], also=tuple(cells[1:]))
