"""Rules that the office has lifted for a unit, with a name, a day and a reason."""

import datetime as dt
from collections.abc import Iterable

from kskt_excel.messages import entry
from kskt_excel.model.finding import Finding
from kskt_excel.model.plan import Waiver


def apply(
    findings: Iterable[Finding],
    waivers: Iterable[Waiver],
    unit: str,
    period: str,
    today: dt.date,
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """Findings that stand, and those that a waiver covers; both in the order given.

    A waiver names its rule by the rule's code (``V06a.7``) or by the number that a message ends
    with (``KS-601``).
    """
    in_force = [w for w in waivers if w.covers(w.rule, unit, period, today)]
    rules = {waiver.rule.strip() for waiver in in_force}
    if not rules:
        return tuple(findings), ()
    kept: list[Finding] = []
    waived: list[Finding] = []
    for found in findings:
        (waived if _names(found) & rules else kept).append(found)
    return tuple(kept), tuple(waived)


def _names(found: Finding) -> set[str]:
    """Names of its rule; a number that several rules share names none of them."""
    return {found.code} if found.template else {found.code, entry(found.code).number}
