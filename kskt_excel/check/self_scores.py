"""Sheet «Đánh giá»: the points that a unit gives itself for the nine criteria.

Source: Thông tư 01/2018/TT-VPCP, Điều 13, 14 và 15.
"""

from collections.abc import Iterator

from kskt_excel.check.conditions import Compared, RowRule, broken
from kskt_excel.check.context import RuleContext, number_in, rows
from kskt_excel.messages import finding
from kskt_excel.model.finding import Finding
from kskt_excel.model.reading import Reading
from kskt_excel.text.shown import plain_number as shown_number

_MOST_POINTS = 2
_CRITERIA = range(1, 10)
_WHOLE_POINTS = frozenset((5, 8, 9))
"""Criteria of the whole agency: 0, 1 or 2; the others are means over dossiers."""

_CLOSE = 1e-9

OUT_OF_RANGE = tuple(
    RowRule("evaluation.out_of_range", "danh-gia", "self_score", outside)
    for outside in (
        Compared(("self_score",), "<", limit=0),
        Compared(("self_score",), ">", limit=_MOST_POINTS),
    )
)


def scores_are_possible(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """A score lies between 0 and 2."""
    del known
    for rule in OUT_OF_RANGE:
        for sheet, record in broken(reading, rule):
            given = shown_number(number_in(record, rule.at) or 0)
            yield finding(rule.code, sheet.ref(record, rule.at), given=given)


def scores_have_their_steps(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """A criterion of the agency has whole points; a mean over dossiers has one decimal."""
    del known
    for sheet, record in rows(reading, "danh-gia"):
        score, criterion = number_in(record, "self_score"), number_in(record, "criterion")
        if score is None or criterion is None or not 0 <= score <= _MOST_POINTS:
            continue
        decimals = 0 if criterion in _WHOLE_POINTS else 1
        if abs(score - round(score, decimals)) > _CLOSE:
            yield finding(
                "evaluation.step" if decimals else "evaluation.whole_points",
                sheet.ref(record, "self_score"),
                given=shown_number(score),
                criterion=shown_number(criterion),
                rounded=shown_number(round(score, 1)),
            )


def criteria_are_the_nine(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """A criterion has one of the numbers 1 to 9."""
    del known
    for sheet, record in rows(reading, "danh-gia"):
        criterion = number_in(record, "criterion")
        if criterion is not None and criterion not in _CRITERIA:
            at = sheet.ref(record, "criterion")
            yield finding("evaluation.unknown", at, given=shown_number(criterion))
