"""The criteria of an evaluation scheme computed from the office's figures, as far as they allow."""

import re
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Final

from kskt_excel.model.expressions import Aggregate, parse
from kskt_excel.model.forms import Forms
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.reading import Reading, SheetState
from kskt_excel.model.regime import (
    MINIMUM,
    Counts,
    Criterion,
    Scheme,
    ScoreStep,
    filled_basis,
    placeholder,
    placeholders,
)
from kskt_excel.text.shown import grouped_number, percent_text, rounded, telling_decimals

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
    """The figures counted over records whose sheets and columns the forms have; others are 0."""
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


RateDecimals = Mapping[tuple[float, float], int]
"""Decimals of rates by numerator and denominator, the same in every product; of others it is 1."""


def percentage(part: int, whole: int, decimals: int = 1) -> str:
    """``1.002/1.200 = 83,5 %``; without a whole only the two numbers."""
    counts = f"{grouped_number(part)}/{grouped_number(whole)}"
    return f"{counts} = {percent_text(Fraction(part, whole), decimals)}" if whole else counts


def criteria_decimals(scheme: Scheme, counts: Counts, minimum: Fraction) -> RateDecimals:
    """How many decimals the rates need that the criteria hold against a limit."""
    known = _counts_with_sums(scheme, counts, minimum)
    needed: dict[tuple[float, float], int] = {}
    for one in scheme.criteria:
        for basis in (one.basis, *(step.basis for step in one.steps)):
            for inside in placeholders(basis):
                name, whole, limits = placeholder(inside)
                part, of = int(known.get(name, 0)), int(known.get(whole, 0))
                for limit in limits if of else ():
                    least = known[limit] if limit in known else Fraction(limit)
                    decimals = telling_decimals(Fraction(100 * part, of), least)
                    needed[part, of] = max(decimals, needed.get((part, of), 1))
    return needed


def scores(
    scheme: Scheme, counts: Counts, minimum: Fraction, decimals: RateDecimals
) -> Mapping[int, Score]:
    """The criteria by number; ``minimum`` is the share that the plan sets, in per cent."""
    known = _counts_with_sums(scheme, counts, minimum)
    return {one.number: _score(one, known, decimals) for one in scheme.criteria}


def _counts_with_sums(scheme: Scheme, counts: Counts, minimum: Fraction) -> Mapping[str, Fraction]:
    return {**scheme.with_sums(counts), MINIMUM: minimum}


def _score(criterion: Criterion, known: Mapping[str, Fraction], decimals: RateDecimals) -> Score:
    for step in criterion.steps:
        if all(one.holds(known) for one in step.comparisons):
            return Score(_points(step, known), _basis(criterion, step, known, decimals))
    return Score(None, _filled(criterion.basis, known, decimals))


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


def _basis(
    criterion: Criterion, step: ScoreStep, known: Mapping[str, Fraction], decimals: RateDecimals
) -> str:
    own = _filled(criterion.basis, known, decimals)
    return _filled(step.basis, known, decimals, own) if step.basis else own


def _filled(
    basis: str, known: Mapping[str, Fraction], decimals: RateDecimals, own: str = ""
) -> str:
    shown = {inside: _brace_text(inside, known, decimals, own) for inside in placeholders(basis)}
    return filled_basis(basis, shown)


def _brace_text(
    inside: str, known: Mapping[str, Fraction], decimals: RateDecimals, own: str
) -> str:
    """What stands for a pair of braces: a count, a share of a whole, the criterion's own basis."""
    if inside == "basis":
        return own
    name, whole, _ = placeholder(inside)
    if not whole:
        value = known[name]
        return percent_text(value / 100) if name == MINIMUM else grouped_number(int(value))
    part, of = int(known[name]), int(known[whole])
    return percentage(part, of, decimals.get((part, of), 1))
