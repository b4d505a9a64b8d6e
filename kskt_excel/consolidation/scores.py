"""The criteria of an evaluation scheme computed from the office's figures, as far as they allow."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from kskt_excel.model.expressions import Aggregate, parse
from kskt_excel.model.forms import Forms
from kskt_excel.model.reading import Reading, SheetState
from kskt_excel.model.scheme import (
    MINIMUM,
    Counts,
    Criterion,
    Scheme,
    ScoreStep,
    filled,
    placeholder,
    placeholders,
)
from kskt_excel.text.shown import percent_text, rounded, telling_decimals

_REPORTS: Final = re.compile(r"reports\(([\w-]+)\)")
_GIVEN: Final = (SheetState.FILLED, SheetState.NIL)


@dataclass(frozen=True, slots=True)
class Score:
    """Points with the figures behind them; no points where the figures do not allow it."""

    points: float | None
    basis: str


def record_figures(scheme: Scheme) -> Mapping[str, Aggregate]:
    """The figures of a scheme that are counted over records, by name."""
    return {
        name: parse(text).aggregates[0]
        for name, text in scheme.figures.items()
        if not _REPORTS.fullmatch(text)
    }


def figures_of(forms: Forms, scheme: Scheme) -> Mapping[str, Aggregate]:
    """Those of them whose sheets and columns an office has; the others are 0."""
    sheets = forms.sheet_by_id
    return {
        name: one
        for name, one in record_figures(scheme).items()
        if one.sheet in sheets and all(column in sheets[one.sheet].by_key for column in one.columns)
    }


def report_counts(scheme: Scheme, readings: Iterable[Reading]) -> Counts:
    """The figures ``reports(sheet)``: how many units gave a sheet, if only as nothing to tell."""
    every = tuple(readings)
    counts: dict[str, int] = {}
    for name, text in scheme.figures.items():
        if match := _REPORTS.fullmatch(text):
            sheets = (reading.sheets.get(match[1]) for reading in every)
            counts[name] = sum(1 for one in sheets if one and one.state in _GIVEN)
    return counts


def one_decimal(value: Fraction) -> float:
    """Rounded half up to one decimal (Điều 15 khoản 2a: làm tròn đến 1 chữ số thập phân)."""
    return float(rounded(value, 1))


def percentage(part: int, whole: int, least: int | Fraction = 0) -> str:
    """``2/12 = 16,7 %``; without a whole only the two numbers.

    With as many decimals as tell on which side of ``least`` per cent it is.
    """
    if not whole:
        return f"{part}/{whole}"
    ratio = Fraction(part, whole)
    decimals = telling_decimals(ratio * 100, Fraction(least)) if least else 1
    return f"{part}/{whole} = {percent_text(ratio, decimals)}"


def scores(scheme: Scheme, counts: Counts, minimum: Fraction) -> Mapping[int, Score]:
    """The criteria by number; ``minimum`` is the share that the plan sets, in per cent."""
    known = {**scheme.with_sums(counts), MINIMUM: minimum}
    return {one.number: _score(one, known) for one in scheme.criteria}


def _score(criterion: Criterion, known: Mapping[str, Fraction]) -> Score:
    for step in criterion.steps:
        if all(one.holds(known) for one in step.comparisons):
            return Score(_points(step, known), _basis(criterion, step, known))
    return Score(None, _filled(criterion.basis, known))


def _points(step: ScoreStep, known: Mapping[str, Fraction]) -> float | None:
    if not step.mean:
        return step.points
    dossiers = [known[name] for name in step.mean]
    whole = sum(dossiers)
    if not whole:
        return None
    most = len(dossiers) - 1
    added = sum(((most - place) * count for place, count in enumerate(dossiers)), Fraction(0))
    return one_decimal(added / whole)


def _basis(criterion: Criterion, step: ScoreStep, known: Mapping[str, Fraction]) -> str:
    own = _filled(criterion.basis, known)
    return _filled(step.basis, known, own) if step.basis else own


def _filled(basis: str, known: Mapping[str, Fraction], own: str = "") -> str:
    return filled(basis, {inside: _shown(inside, known, own) for inside in placeholders(basis)})


def _shown(inside: str, known: Mapping[str, Fraction], own: str) -> str:
    """What stands for a pair of braces: a count, a share of a whole, the criterion's own basis."""
    if inside == "basis":
        return own
    name, whole, limits = placeholder(inside)
    if not whole:
        value = known[name]
        return percent_text(value / 100) if name == MINIMUM else str(int(value))
    part, all_of_it = int(known[name]), int(known[whole])
    wanted = [known[one] if one in known else Fraction(one) for one in limits]
    missed = (one for one in wanted if 100 * part < one * all_of_it)
    return percentage(part, all_of_it, next(missed, wanted[-1]) if wanted else 0)
