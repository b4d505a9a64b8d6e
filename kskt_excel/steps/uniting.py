"""A report that came in parts: what one part can be asked, and what only all of them together."""

from collections.abc import Iterable, Sequence

from kskt_excel.check.engine import check
from kskt_excel.check.quarters import against_previous
from kskt_excel.ledger.parts import merge_parts, part_of
from kskt_excel.messages import catalogue
from kskt_excel.model.finding import Finding
from kskt_excel.model.forms import Forms
from kskt_excel.model.plan import Plan
from kskt_excel.model.reading import Reading

_ABSENT = (
    *("sheet.missing", "sheet.blank", "sheet.blank_without_tick"),
    *("row.blank", "row.blank_without_tick", "task.missing", "procedure.missing"),
    *("cell.blank_count", "cell.blank_choice", "cell.blank_date", "cell.blank_text"),
)
_ACROSS = ("KS-5", "KS-6")  # rules across sheets and quarters


def is_part(reading: Reading | None) -> bool:
    """Whether a workbook says that it is one of several parts."""
    return reading is not None and part_said_by(reading)[1] > 1


def part_said_by(reading: Reading) -> tuple[int, int]:
    """(n, m) of «Phần n/m», as it was found when the workbook was read, else looked for now."""
    return part_of(reading) if reading.part is None else reading.part


def of_a_part(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """What can be said of one part: nothing of what another part may hold."""
    return tuple(one for one in found if not _needs_the_whole(one))


def united(
    readings: Sequence[Reading], *, plan: Plan, forms: Forms, before: Reading | None
) -> tuple[Reading, tuple[Finding, ...]]:
    """The parts as one reading, where they contradict each other, and what is amiss in the whole.

    ``before`` is what counted for the unit in the quarter before.
    """
    whole, overlaps = merge_parts(readings, forms)
    if not all(map(is_part, readings)):
        return whole, overlaps
    asked = (
        *check(whole, plan=plan, forms=forms),
        *against_previous(whole, before, plan=plan, forms=forms),
    )
    return whole, (*overlaps, *(one for one in asked if _needs_the_whole(one)))


def _needs_the_whole(found: Finding) -> bool:
    return found.entry in _ABSENT or catalogue()[found.entry].number.startswith(_ACROSS)
