"""A year beside others and units beside each other: changes, shares, trends, what stands out.

Worked out by pandas from the figures that each unit adds to the printed forms, so every sum here
is the one on paper.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from kskt_excel.model.forms import PrintedColumn, PrintedForm
from kskt_excel.model.nouns import dataclass

if TYPE_CHECKING:
    import pandas as pd

Key: TypeAlias = tuple[str, str]
"""Form and column."""
Quarter: TypeAlias = tuple[int, int]
"""Year and number of a quarter."""

_KEY: Final = ("form", "column")
_LEAST_POINTS: Final = 3  # for a trend
_LEAST_QUARTERS: Final = 4  # of a unit, before one of them can stand out
# In the figure's own unit: of small counts chance makes the difference.
_LEAST_DIFFERENCE: Final = 5.0
_LEAST_UNITS: Final = 3  # for a rhythm
_HALF: Final = 0.5  # added before a logarithm is taken, for noughts
_POLISHES: Final = 10  # it settles after two or three
_FAR: Final = 3.5  # robust standard deviations (Iglewicz and Hoaglin, 1993)
# A normal distribution's standard deviation is so many median deviations.
_MAD_TO_SIGMA: Final = 1.4826


@dataclass(frozen=True, slots=True)
class ComparedColumn:
    """A column of a printed form whose figures add up over units (số liệu so sánh)."""

    form: str
    column: str
    name: str  # "Số hồ sơ đã giải quyết, Quá hạn"
    unit_of_count: str
    is_headline: bool  # a total of its form, or the first count of a form without one

    @property
    def key(self) -> tuple[str, str]:
        """Form and column."""
        return (self.form, self.column)


@dataclass(frozen=True, slots=True)
class UnitFigure:
    """What one unit adds to one column of a form in a quarter, or in a whole part of a year."""

    year: int
    quarter: int  # 1..4; 0: the part of the year that is compared
    form: str
    column: str
    unit: str
    value: float


@dataclass(frozen=True, slots=True)
class Outlier:
    """A unit's figure of a quarter that its other quarters and the other units do not explain."""

    unit: str
    year: int
    quarter: int
    measure: ComparedColumn
    value: float
    expected: float


@dataclass(frozen=True)
class Analysis:
    """Everything that the workbook of analysis shows; nothing stands where nothing is known."""

    years: tuple[int, ...]  # oldest first; the last one is the year looked at
    measures: tuple[ComparedColumn, ...]
    compared: Mapping[Key, Mapping[int, float]]  # by year: the same part of each
    by_quarter: Mapping[Key, Mapping[Quarter, float]]
    trend: Mapping[Key, float]  # change a quarter; none under three quarters
    by_unit: Mapping[Key, Mapping[str, Mapping[int, float]]]  # by unit and year, like ``compared``
    quarters: tuple[Quarter, ...]  # that have figures, oldest first
    outliers: tuple[Outlier, ...]
    can_tell_outliers: bool  # some unit has enough quarters

    @property
    def year(self) -> int:
        """The year looked at."""
        return self.years[-1]

    @property
    def year_before(self) -> int | None:
        """The year that it is compared with; None when there is none."""
        return self.years[-2] if len(self.years) > 1 else None


def measures_of(forms: Iterable[PrintedForm]) -> tuple[ComparedColumn, ...]:
    """The columns that can be compared, in the order of the forms."""
    return tuple(measure for form in forms for measure in _of_form(form))


def _of_form(form: PrintedForm) -> Iterable[ComparedColumn]:
    columns = [one for one in form.columns if one.type == "count" and one.adds_up]
    totals = {one.number for one in columns if _is_total(one)}
    headline = totals or {one.number for one in columns[:1]}
    for column in columns:
        yield ComparedColumn(
            form.own_id,
            column.number,
            ", ".join(column.header),
            form.unit_of_count,
            is_headline=column.number in headline,
        )


def _is_total(column: PrintedColumn) -> bool:
    return column.source.startswith("[") and column.source.count("[") > 1


def analysed(
    figures: Sequence[UnitFigure], measures: Sequence[ComparedColumn], years: Sequence[int]
) -> Analysis:
    """The figures compared. ``years`` are oldest first; figures of others are left out."""
    import pandas as pd

    rows = [
        (one.year, one.quarter, one.form, one.column, one.unit, float(one.value))
        for one in figures
        if one.year in years
    ]
    frame = pd.DataFrame(rows, columns=["year", "quarter", *_KEY, "unit", "value"])
    whole, parts = frame[frame["quarter"] == 0], frame[frame["quarter"] > 0]
    compared: dict[Key, dict[int, float]] = {}
    for (form, column, year), value in _summed(whole, [*_KEY, "year"]):
        compared.setdefault((form, column), {})[year] = value
    by_unit: dict[Key, dict[str, dict[int, float]]] = {}
    for (form, column, unit, year), value in _summed(whole, [*_KEY, "unit", "year"]):
        by_unit.setdefault((form, column), {}).setdefault(unit, {})[year] = value
    by_quarter: dict[Key, dict[Quarter, float]] = {}
    for (form, column, year, quarter), value in _summed(parts, [*_KEY, "year", "quarter"]):
        by_quarter.setdefault((form, column), {})[year, quarter] = value
    by_key = {one.key: one for one in measures if one.is_headline}
    found, can_tell = _outliers(parts)
    return Analysis(
        tuple(years),
        tuple(measures),
        compared,
        by_quarter,
        {key: _slope(values) for key, values in by_quarter.items() if len(values) >= _LEAST_POINTS},
        by_unit,
        tuple(sorted({quarter for values in by_quarter.values() for quarter in values})),
        tuple(
            Outlier(unit, year, quarter, by_key[form, column], value, expected)
            for (form, column, unit, year, quarter), value, expected in found
            if (form, column) in by_key
        ),
        can_tell,
    )


def _summed(frame: "pd.DataFrame", by: list[str]) -> "Iterator[tuple[Any, float]]":
    """Sums of the values by these columns."""
    sums: Any = frame.groupby(by, sort=True)["value"].sum()
    yield from sums.items()


def _slope(values: Mapping[Quarter, float]) -> float:
    """Change from a quarter to the next by least squares."""
    import numpy as np

    at = np.array([year * 4 + quarter for year, quarter in values], dtype=float)
    return float(np.polyfit(at - at.mean(), np.array(list(values.values())), 1)[0])


def _outliers(
    parts: "pd.DataFrame",
) -> tuple[list[tuple[tuple[str, str, str, int, int], float, float]], bool]:
    """Figures far from what the unit's other quarters and the other units' rhythm lead to expect.

    Expected is the median polish of units by quarters in logarithms (Tukey, 1977): one wild figure
    moves neither its unit nor its quarter. The distance is a Poisson residual, compared with the
    residuals of the whole column, so that columns with a wild rhythm raise no alarm. Second:
    whether anything could be told at all.
    """
    found: list[tuple[tuple[str, str, str, int, int], float, float]] = []
    can_tell = False
    groups: Any = parts.groupby(list(_KEY), sort=False)
    for (form, column), of_column in groups:
        grid: Any = of_column.pivot_table(
            index="unit", columns=["year", "quarter"], values="value", aggfunc="sum"
        )
        table = _residuals(grid)
        if table is None:
            continue
        can_tell = True
        middle = table["away"].median()
        spread = _MAD_TO_SIGMA * (table["away"] - middle).abs().median()
        is_far = (table["away"] - middle).abs() > _FAR * max(spread, 1.0)
        is_much = (table["value"] - table["expected"]).abs() >= _LEAST_DIFFERENCE
        for line in table[is_far & is_much].itertuples():
            place = (form, column, line.unit, int(line.year), int(line.quarter))
            found.append((place, float(line.value), float(line.expected)))
    return found, can_tell


def _residuals(grid: Any) -> Any:
    """Value, expectation and distance of every figure; None of too few units or quarters."""
    import numpy as np
    import pandas as pd

    known = grid[grid.notna().sum(axis="columns") >= _LEAST_QUARTERS]
    if len(known) < _LEAST_UNITS:
        return None
    logs = np.log(known + _HALF)
    left = logs.copy()
    for _ in range(_POLISHES):
        left = left.sub(left.median(axis="columns"), axis="index")
        left = left.sub(left.median(axis="index"), axis="columns")
    expected = np.exp(logs - left) - _HALF
    away = (known - expected) / np.sqrt(expected.clip(lower=1))
    parts = {"value": known, "expected": expected, "away": away}
    long = {name: part.unstack() for name, part in parts.items()}  # noqa: PD010  # to rows
    return pd.DataFrame(long).dropna().reset_index()
