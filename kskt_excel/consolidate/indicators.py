"""Indicators K1–K15: ratios of sums, never means of ratios; None over 0."""

from collections.abc import Mapping

from kskt_excel.consolidate.measures import compile_aggregate
from kskt_excel.consolidate.sources import Sources
from kskt_excel.consolidate.totals import totals_of
from kskt_excel.consolidate.unprinted import INDICATORS
from kskt_excel.model.consolidation import FormTable, IndicatorValue
from kskt_excel.model.errors import KsktError
from kskt_excel.model.expressions import (
    Aggregate,
    Constant,
    Counted,
    Expression,
    ExpressionError,
    FormTotal,
    parse,
)
from kskt_excel.model.plan import Indicator


class IndicatorError(KsktError):
    """An indicator of the plan whose numerator or denominator cannot be understood."""

    def __init__(self, indicator: str, error: ExpressionError) -> None:
        super().__init__(
            f"Chỉ tiêu {indicator} trên sheet Chỉ tiêu của tệp kế hoạch chưa tính được. {error}"
            " Hãy sửa ô tử số hoặc mẫu số, ví dụ: II.06a[8] + II.06a[9]."
        )


def indicators(
    sources: Sources, tables: Mapping[str, FormTable], counted: Mapping[str, int]
) -> tuple[IndicatorValue, ...]:
    """Every indicator of the plan for the period, in the plan's order.

    ``counted`` holds tasks(done), tasks(all), units(on_time), units(all). Raises IndicatorError.
    """
    parsed = [(one, _parsed(one, sources)) for one in sources.plan.indicators]
    aggregates = [a for _, pair in parsed for expression in pair for a in expression.aggregates]
    totals = totals_of(INDICATORS, aggregates, sources)

    def value(expression: Expression) -> float:
        return sum(sign * _item(item, tables, counted, totals) for sign, item in expression.terms)

    return tuple(
        indicator_value(one, value(numerator), value(denominator))
        for one, (numerator, denominator) in parsed
    )


def indicator_value(one: Indicator, numerator: float, denominator: float) -> IndicatorValue:
    """The ratio with its target: not met, met, or None when there is nothing to divide by."""
    value = numerator / denominator if denominator else None
    met = None
    if value is not None and one.target is not None:
        met = value <= one.target if one.direction == "down" else value >= one.target
    return IndicatorValue(one.id, numerator, denominator, value, one.target, met)


def _parsed(one: Indicator, sources: Sources) -> tuple[Expression, Expression]:
    ground = sources.quarters[-1].ground
    try:
        pair = (parse(one.numerator), parse(one.denominator))
        for expression in pair:
            for aggregate in expression.aggregates:
                compile_aggregate(aggregate, ground)
            _refuse_unknown(expression, sources)
    except ExpressionError as error:
        raise IndicatorError(one.id, error) from error
    return pair


def _refuse_unknown(expression: Expression, sources: Sources) -> None:
    forms = sources.forms.printed_by_id
    for _, item in expression.terms:
        if isinstance(item, FormTotal):
            columns = forms[item.form].columns if item.form in forms else ()
            if item.number not in {column.number for column in columns if column.source}:
                where = f"{item.form}[{item.number}]"
                raise ExpressionError(expression.text, f"không có cột {where}")
        elif not isinstance(item, Aggregate | Counted | Constant):
            raise ExpressionError(expression.text, "cột phải ghi kèm biểu, ví dụ II.06a[8]")


def _item(
    item: object,
    tables: Mapping[str, FormTable],
    counted: Mapping[str, int],
    totals: Mapping[Aggregate, float],
) -> float:
    if isinstance(item, Aggregate):
        return totals[item]
    if isinstance(item, Counted):
        return counted.get(item.name, 0)
    if isinstance(item, Constant):
        return item.value
    if isinstance(item, FormTotal) and item.form in tables:
        value = tables[item.form].total.get(item.number)
        return value if isinstance(value, int | float) else 0
    return 0
