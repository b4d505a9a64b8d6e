"""Findings as a person wants to read them: grouped by mistake, the waived ones lifted out."""

import datetime as dt
from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from kskt_excel.messages import Family, rule
from kskt_excel.model.book import CellRef
from kskt_excel.model.finding import Finding, Severity
from kskt_excel.model.plan import RuleTrial, Waiver
from kskt_excel.model.reading import Identity, Reading
from kskt_excel.text.spelling import plain_key

_PERSONAL = "text.personal_data"
_SWAPPED = "value.date.swapped_column"
_EACH_FOR_ITSELF = frozenset((_SWAPPED, _PERSONAL))
"""What has to be looked at cell by cell."""

_TYPED_OVER = "cell.typed_over"
_PASSED_OVER = "cell.text_not_added"
_WRONG_SUMS = ("identity.sum", "total.sum")


_LONE_ENTRY, _UNDER_A_TICK = "row.lone_entry", "sheet.nil_with_figures"
_NEVER_SETTLED = (_LONE_ENTRY, _UNDER_A_TICK, _PERSONAL)
_COPIED = "quarters.same_figures"
_OPENING = "V06a.7"


def group(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings with each fault of several cells told once: further cells stand in ``also``.

    ``len(finding.cells)`` counts them. What follows from a value that cannot be read is left out.
    """
    groups: dict[Hashable, Finding] = {}
    apart: dict[Hashable, set[Hashable]] = {}
    cells: dict[Hashable, dict[CellRef, None]] = {}
    for found in without_knock_on(tuple(findings)):
        key = _habit(found) or _fault(found)
        groups.setdefault(key, found)
        apart.setdefault(key, set()).add(_fault(found))
        cells.setdefault(key, {}).update(dict.fromkeys(found.cells))
    told = [
        _united(_with_likes(found, len(cells[key]), apart[key]), list(cells[key]))
        for key, found in groups.items()
    ]
    return tuple(_without_contradiction(told))


def _without_contradiction(findings: Sequence[Finding]) -> Iterator[Finding]:
    """What needs no mending is not said of a cell of which something else must be mended."""
    asked = {
        cell
        for found in findings
        if found.severity is not Severity.INFO
        for cell in (*found.cells, *found.involved)
    }
    for found in findings:
        if found.severity is not Severity.INFO or asked.isdisjoint(found.cells):
            yield found
        elif cells := [cell for cell in found.cells if cell not in asked]:
            count = {"count": len(cells)} if "count" in found.params else {}
            yield replace(_of_cells(found, cells), params={**found.params, **count})


def _habit(found: Finding) -> Hashable:
    """Equal for what a unit writes in one manner all over a sheet and what is understood anyway."""
    understood = rule(found).family is Family.VALUE and found.severity is not Severity.ERROR
    if not understood or found.code in _EACH_FOR_ITSELF or not found.at:
        return None
    return (found.code, found.severity, found.at.sheet)


def _with_likes(found: Finding, count: int, faults: Collection[Hashable]) -> Finding:
    """The first of a habit, with how many other cells are written in its manner."""
    if len(faults) == 1:
        return found
    return replace(found, params={**found.params, "alike": count - 1})


def _fault(found: Finding) -> Hashable:
    """Equal for findings that say the same of one sheet."""
    words = tuple(sorted((name, str(value)) for name, value in found.params.items()))
    sheet = found.at.sheet if found.at else ""
    return (found.code, found.template, found.severity, sheet, words)


def _united(found: Finding, cells: list[CellRef]) -> Finding:
    first, *further = sorted(cells) or (found.at,)
    return replace(found, at=first, also=tuple(further)) if further else found


def without_knock_on(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Findings that do not follow from another one at the same cell.

    Of a cell that cannot be read nothing else is said; of a date whose day and month may be
    exchanged it is not said as well that it lies outside the period; of a sum that is wrong, not
    as well that it was typed over its formula.
    """
    findings = tuple(_without_settled(_without_echo(_one_cause(findings))))
    unread: set[CellRef] = set()
    swapped: set[CellRef] = set()
    wrong: set[CellRef] = set()
    for found in findings:
        if not _is_rule(found) and found.severity is Severity.ERROR:
            unread.update(cell for cell in found.cells if cell.row)
        elif found.code == _SWAPPED:
            swapped.update(found.cells)
        elif found.template in _WRONG_SUMS:
            wrong.update(found.cells)
    return tuple(
        found
        for found in findings
        if not (
            (_is_rule(found) and found.at in unread)
            or (_is_mildly_outside(found) and found.at in swapped)
            or (found.code == _TYPED_OVER and found.at in wrong)
        )
    )


def _without_settled(findings: Sequence[Finding]) -> Iterator[Finding]:
    """Findings without what one of them says all about: a lone entry, figures under a tick.

    What is typed of a citizen is told all the same.
    """
    settled = _settled_by_one(findings)
    for found in findings:
        cells = [
            cell
            for cell in found.cells
            if settled.isdisjoint((cell, CellRef(cell.sheet, cell.row)))
        ]
        if not settled or found.code in _NEVER_SETTLED or len(cells) == len(found.cells):
            yield found
        elif cells:
            yield _of_cells(found, cells)


def _settled_by_one(findings: Iterable[Finding]) -> AbstractSet[CellRef]:
    """Rows and cells of which one finding says all: a lone entry, a few figures under a tick."""
    settled: set[CellRef] = set()
    for found in findings:
        if found.code == _LONE_ENTRY and found.at:
            settled.update(CellRef(cell.sheet, cell.row) for cell in found.cells)
        elif found.code == _UNDER_A_TICK:
            settled.update(found.involved)
    return settled


def _without_echo(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Findings without sums that passed over texts of which each is spoken of at its own cell."""
    told = {cell for one in findings if rule(one).family is Family.VALUE for cell in one.cells}
    return tuple(
        one
        for one in findings
        if one.code != _PASSED_OVER or not one.involved or not told.issuperset(one.involved)
    )


def _one_cause(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Findings without those that the comparison with the quarter before explains.

    An opening balance that is off by as much as an identity of its row is off explains both. Where
    all figures are those of the quarter before, its opening balances are: that is one fault.
    """
    openings = {one.at: one for one in findings if one.code == _OPENING and not one.template}
    copied = [one for one in findings if one.code == _COPIED]
    explained = {
        id(one)
        for one in findings
        if one.template == "identity.sum"
        for cell in (*one.cells, *one.involved)
        if cell in openings
        and openings[cell].params.get("difference") == one.params.get("difference")
    }
    if copied and openings:
        explained |= {id(one) for one in openings.values()}
    return tuple(
        replace(one, severity=Severity.ERROR) if openings and one.code == _COPIED else one
        for one in findings
        if id(one) not in explained
    )


def _is_mildly_outside(found: Finding) -> bool:
    outside = found.code in ("date.after_period", "date.before_period")
    return outside and found.severity is not Severity.ERROR


def _is_rule(found: Finding) -> bool:
    return rule(found).is_checked


def _of_cells(found: Finding, cells: Sequence[CellRef]) -> Finding:
    first, *further = cells
    return replace(found, at=first, also=tuple(further))


def apply(
    findings: Iterable[Finding],
    waivers: Iterable[Waiver],
    identity: Identity,
    today: dt.date,
    reading: Reading | None = None,
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """Findings that stand, and those that a waiver covers; both in the order given.

    A waiver names its rule as ``Rule.is_named`` understands it, and may be for one cell, one row
    or the rows of one dossier or procedure: of a finding over many cells the others stand.
    """
    in_force = [w for w in waivers if w.covers(identity.unit, identity.period, today)]
    if not in_force:
        return tuple(findings), ()
    kept: list[Finding] = []
    waived: list[Finding] = []
    for found in findings:
        lifted = [one for waiver in in_force for one in waived_parts(found, waiver, reading)]
        cells = {cell for one in lifted for cell in one.cells}
        if lifted and cells >= {*found.cells}:
            waived.append(found)
        elif lifted:
            waived.append(_of_cells(found, [cell for cell in found.cells if cell in cells]))
            kept.append(_of_cells(found, [cell for cell in found.cells if cell not in cells]))
        else:
            kept.append(found)
    return tuple(kept), tuple(waived)


def on_trial(
    findings: Iterable[Finding], trials: Iterable[RuleTrial], day: dt.date
) -> Iterator[Finding]:
    """Findings as they weigh in a report of a day: one whose rule is on trial then only warns."""
    in_force = [trial for trial in trials if day <= trial.until]
    for found in findings:
        trial = next((one for one in in_force if _is_tried(found, one)), None)
        if trial:
            yield replace(found, severity=Severity.WARNING, tried_until=trial.until)
        else:
            yield found


def _is_tried(found: Finding, trial: RuleTrial) -> bool:
    broken = rule(found)
    judges = broken.is_checked and found.severity is not Severity.INFO
    return judges and broken.is_named(trial.rule)


def waived_parts(found: Finding, waiver: Waiver, reading: Reading | None) -> Iterator[Finding]:
    """What a waiver lifts of a finding: all of it, some of its cells, or nothing."""
    if not rule(found).is_named(waiver.rule):
        return
    if not waiver.where:
        yield found
        return
    cells = [cell for cell in found.cells if _is_meant(cell, waiver.where, reading)]
    if cells:
        yield _of_cells(found, cells)
    elif _key(waiver.where) in {_key(str(word)) for word in found.params.values()}:
        yield found


def _is_meant(cell: CellRef, where: str, reading: Reading | None) -> bool:
    """Whether a cell is the one, or in the row, or in a row of the code that a person has named."""
    sheet, mark, place = where.rpartition("!")
    if mark:
        named = plain_key(sheet) == plain_key(cell.sheet)
        return named and place.upper() in (cell.a1, str(cell.row))
    return bool(cell.row) and cell.row in _rows_of(where, cell.sheet, reading)


def _rows_of(code: str, sheet: str, reading: Reading | None) -> frozenset[int]:
    """Rows of a sheet that have a code in them."""
    wanted = _key(code)
    sheets = reading.sheets.values() if reading else ()
    return frozenset(
        record.row
        for one in sheets
        if one.name == sheet
        for record in one.records
        if wanted in {_key(value) for value in record.values.values() if isinstance(value, str)}
    )


def _key(text: str) -> str:
    return "".join(text.split()).casefold()
