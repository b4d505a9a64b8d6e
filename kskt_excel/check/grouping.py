"""Findings as a person wants to read them: one for each mistake, not one for each cell."""

from collections.abc import Hashable, Iterable
from dataclasses import replace

from kskt_excel.messages import catalogue
from kskt_excel.model.cells import CellRef
from kskt_excel.model.finding import Finding, Severity

_FIRST_NUMBER_OF_RULES = "KS-400"
_LAST_NUMBER_OF_RULES = "KS-699"
_MAYBE_SWAPPED = "value.date.maybe_swapped"


def group(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The same fault of several cells once, its further cells in ``also``, in reading order.

    ``len(finding.cells)`` counts them. What follows from a value that cannot be read is left out.
    """
    groups: dict[Hashable, Finding] = {}
    cells: dict[Hashable, dict[CellRef, None]] = {}
    for found in without_knock_on(tuple(findings)):
        key = _fault(found)
        groups.setdefault(key, found)
        cells.setdefault(key, {}).update(dict.fromkeys(found.cells))
    return tuple(_united(found, list(cells[key])) for key, found in groups.items())


def _fault(found: Finding) -> Hashable:
    """Equal for findings that say the same of one sheet."""
    words = tuple(sorted((name, str(value)) for name, value in found.params.items()))
    sheet = found.at.sheet if found.at else ""
    return (found.code, found.template, found.severity, sheet, words)


def _united(found: Finding, cells: list[CellRef]) -> Finding:
    if len(cells) < 2:  # noqa: PLR2004 - one cell, or none, needs no list of further ones
        return found
    first, *further = sorted(cells)
    return replace(found, at=first, also=tuple(further))


def without_knock_on(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Findings that do not follow from another one at the same cell.

    Of a cell that cannot be read nothing else is said; of a date whose day and month may be
    exchanged it is not said as well that it lies outside the period.
    """
    unread: set[CellRef] = set()
    doubted: set[CellRef] = set()
    for found in findings:
        if found.at is None or not found.at.row or _is_rule(found):
            continue
        if found.severity is Severity.ERROR:
            unread.update(found.cells)
        elif found.code == _MAYBE_SWAPPED:
            doubted.update(found.cells)
    return tuple(f for f in findings if not _follows(f, unread, doubted))


def _is_rule(found: Finding) -> bool:
    number = catalogue()[found.entry].number
    return _FIRST_NUMBER_OF_RULES <= number <= _LAST_NUMBER_OF_RULES


def _follows(found: Finding, unread: set[CellRef], doubted: set[CellRef]) -> bool:
    if not _is_rule(found) or found.at is None:
        return False
    outside = found.code in ("date.after_period", "date.before_period")
    mild = outside and found.severity is not Severity.ERROR
    return found.at in unread or (mild and found.at in doubted)
