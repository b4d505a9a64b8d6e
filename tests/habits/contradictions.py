"""What a reader of two sentences of one report could not both follow."""

from collections.abc import Iterator, Sequence
from itertools import combinations

from kskt_excel.messages import place_text, rule, sentence
from kskt_excel.model.finding import Finding, Severity

SAYS_BLANK = ("cell.blank_count", "cell.blank_choice", "cell.blank_date", "cell.blank_text")
AMOUNTS = ("expected", "rounded")
"""Params that name what a cell should hold."""


def contradictions(found: Sequence[Finding]) -> Iterator[str]:
    """What a reader could not both follow."""
    for one, other in combinations(found, 2):
        shared = {*one.cells} & {*other.cells}
        if not shared and (one.cells or other.cells):
            continue
        pair = f"{rule(one).number} / {rule(other).number} {place_text(one)}"
        if {one.severity, other.severity} > {Severity.INFO}:
            yield f"{pair}: nothing to mend, and something to mend"
        if {one.entry, other.entry} & {*SAYS_BLANK} and (
            one.params.get("given") or other.params.get("given")
        ):
            yield f"{pair}: blank, and something written"
        asked = [
            {str(each.params[name]) for name in AMOUNTS if name in each.params}
            for each in (one, other)
        ]
        if all(asked) and asked[0].isdisjoint(asked[1]):
            yield f"{pair}: two figures for one cell"
        if one.code == other.code and sentence(one) == sentence(other):
            yield f"{pair}: the same said twice"
