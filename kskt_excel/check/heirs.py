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
    return plan.predecessors(unit, period)


def taken_over(
    before: Mapping[str, Reading], plan: Plan, unit: str, period: Period
) -> Reading | None:
    """What counted for a unit in the quarter before, with what it has taken over since.

    ``before`` has the readings of that quarter by unit. None when there is nothing of either.
    What a unit has left that did not report is not known: then its sheets are as if left blank.
    """
    own = before.get(unit)
    gone = plan.predecessors(unit, period)
    if not gone or not before:
        return own
    due = {one.code for one in plan.units_in(period.previous_quarter)}
    codes = [code for code in gone if code in due]
    found = [one for code in (unit, *codes) if (one := before.get(code))]
    if not codes or not found:
        return own
    sheets = dict(found[0].sheets)
    for form in _CARRIED:
        parts = [one.sheets[form] for one in found if form in one.sheets]
        if parts:
            united = _united(parts)
            is_known = all(code in before for code in codes)
            sheets[form] = united if is_known else replace(united, state=SheetState.BLANK)
    return replace(found[0], sheets=sheets)


def _united(sheets: Sequence[SheetReading]) -> SheetReading:
    """The rows of all; nothing is known where one has not been answered."""
    records = tuple(record for sheet in sheets for record in sheet.records)
    states = {sheet.state for sheet in sheets}
    if not states <= set(_ANSWERED):
        state = SheetState.BLANK
    else:
        state = SheetState.FILLED if SheetState.FILLED in states else SheetState.NIL
    return replace(sheets[0], state=state, records=records, total=None)
