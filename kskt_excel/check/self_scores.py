"""Sheets of criteria: the points that a unit gives itself under the scheme in force.

Source of the shipped scheme: Thông tư 01/2018/TT-VPCP, Điều 13, 14 và 15.
"""

from collections.abc import Iterator

from kskt_excel.check.conditions import Compared, RowRule, broken
from kskt_excel.check.context import RuleContext
from kskt_excel.messages import finding
from kskt_excel.model.finding import Finding
from kskt_excel.model.forms import SheetForm
from kskt_excel.model.reading import Reading, Record, SheetReading
from kskt_excel.text.shown import plain_number as shown_number

_CLOSE = 1e-9  # what a float may miss its one decimal by


def out_of_range(known: RuleContext) -> Iterator[RowRule]:
    """Points below 0 or above the most that the scheme gives, on each sheet of criteria."""
    if (scheme := known.scheme) is None:
        return
    for form in _sheets_of_criteria(known):
        for outside in (
            Compared(("self_score",), "<", limit=0),
            Compared(("self_score",), ">", limit=scheme.most_points),
        ):
            yield RowRule("evaluation.out_of_range", form.id, "self_score", outside)


def unknown_criteria(known: RuleContext) -> Iterator[RowRule]:
    """Numbers below the first or above the last criterion of the scheme."""
    if (scheme := known.scheme) is None or not scheme.by_number:
        return
    for form in _sheets_of_criteria(known):
        for outside in (
            Compared(("criterion",), "<", limit=min(scheme.by_number)),
            Compared(("criterion",), ">", limit=max(scheme.by_number)),
        ):
            yield RowRule("evaluation.unknown", form.id, "criterion", outside)


def _sheets_of_criteria(known: RuleContext) -> Iterator[SheetForm]:
    """Sheets whose rows are the scheme's criteria."""
    return (form for form in known.forms.values() if form.rows == "criteria")


def _judged(reading: Reading, known: RuleContext) -> Iterator[tuple[SheetReading, Record]]:
    for form in _sheets_of_criteria(known):
        yield from reading.rows(form.id)


def scores_are_possible(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """A score lies between 0 and the most that the scheme gives."""
    for rule in out_of_range(known):
        for sheet, record in broken(reading, rule):
            given = shown_number(record.number(rule.at) or 0)
            most = known.scheme.most_points if known.scheme else 0
            yield finding(rule.code, sheet.ref(record, rule.at), given=given, most=most)


def scores_have_their_steps(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """A criterion of the agency has whole points; a mean over dossiers has one decimal."""
    if (scheme := known.scheme) is None:
        return
    whole = {one.number for one in scheme.criteria if not one.averaged}
    for sheet, record in _judged(reading, known):
        score, number = record.number("self_score"), record.number("criterion")
        if score is None or number is None or not 0 <= score <= scheme.most_points:
            continue
        decimals = 0 if number in whole else 1
        if abs(score - round(score, decimals)) > _CLOSE:
            yield finding(
                "evaluation.step" if decimals else "evaluation.whole_points",
                sheet.ref(record, "self_score"),
                given=shown_number(score),
                criterion=shown_number(number),
                rounded=shown_number(round(score, 1)),
                most=scheme.most_points,
            )


def criteria_are_known(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """A criterion has the number of one of the scheme's."""
    if (scheme := known.scheme) is None:
        return
    for sheet, record in _judged(reading, known):
        number = record.number("criterion")
        if number is not None and number not in scheme.by_number:
            at = sheet.ref(record, "criterion")
            last = max(scheme.by_number, default=0)
            yield finding("evaluation.unknown", at, given=shown_number(number), last=last)
