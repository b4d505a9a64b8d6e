"""What a unit takes over from units that were renamed, merged into it or dissolved."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from kskt_excel.model.period import Period
from kskt_excel.model.plan import Plan
from kskt_excel.model.reading import Reading, SheetReading, SheetState

_CARRIED = ("ho-so", "pakn", "qua-han")  # sheets whose open rows go on in the next quarter
_ANSWERED = (SheetState.FILLED, SheetState.NIL)


def predecessors(plan: Plan, unit: str, period: Period) -> tuple[str, ...]:
    """Codes of the units that report no more in a period and whose last successor is ``unit``."""
    reporting = {one.code for one in plan.units_in(period)}
    gone = {one.code: one.successor for one in plan.units if one.code not in reporting}
    return tuple(code for code in gone if _last(code, gone) == unit)


def taken_over(
    before: Mapping[str, Reading], plan: Plan, unit: str, period: Period
) -> Reading | None:
    """What counted for a unit in the quarter before, with what it has taken over since.

    ``before`` has the readings of that quarter by unit. None when there is nothing of either.
    """
    own = before.get(unit)
    gone = [before[code] for code in predecessors(plan, unit, period) if code in before]
    if not gone:
        return own
    first, *rest = [own, *gone] if own else gone
    if not rest:
        return first
    sheets = dict(first.sheets)
    for form in _CARRIED:
        found = [one.sheets[form] for one in (first, *rest) if form in one.sheets]
        if found:
            sheets[form] = _united(found)
    return replace(first, sheets=sheets)


def _united(sheets: Sequence[SheetReading]) -> SheetReading:
    """The rows of all; nothing is known where one has not been answered."""
    records = tuple(record for sheet in sheets for record in sheet.records)
    states = {sheet.state for sheet in sheets}
    if not states <= set(_ANSWERED):
        state = SheetState.BLANK
    else:
        state = SheetState.FILLED if SheetState.FILLED in states else SheetState.NIL
    return replace(sheets[0], state=state, records=records, total=None)


def _last(code: str, successors: Mapping[str, str]) -> str:
    seen: set[str] = set()
    while code in successors and code not in seen:
        seen.add(code)
        code = successors[code]
    return code
