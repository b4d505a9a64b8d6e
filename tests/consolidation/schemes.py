"""Points of one criterion of the shipped scheme, for counts given by name."""

from collections.abc import Mapping
from fractions import Fraction

from kskt_excel.consolidation.indicators import Score, criteria_decimals, scores
from kskt_excel.model.regime import Scheme
from tests.builders import Q1_2022_END, small_plan


def scheme() -> Scheme:
    """The scheme of 2022: Thông tư 01/2018/TT-VPCP."""
    found = small_plan().regime_on(Q1_2022_END).scheme
    assert found is not None
    return found


def counts(**given: int) -> Mapping[str, int]:
    """Every figure of the scheme, 0 where nothing is given."""
    return {**dict.fromkeys(scheme().figures, 0), **given}


def score(number: int, minimum: int = 20, **given: int) -> Score:
    """What a criterion gives."""
    known, least = counts(**given), Fraction(minimum)
    decimals = criteria_decimals(scheme(), known, least)
    return scores(scheme(), known, least, decimals)[number]
