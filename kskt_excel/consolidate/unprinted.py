"""Forms that are never printed: what the evaluation and the indicators ask of all units."""

from collections.abc import Iterable, Iterator

from kskt_excel.consolidate.scores import FIGURES
from kskt_excel.model.expressions import Aggregate, ExpressionError, parse
from kskt_excel.model.forms import PrintedColumn, PrintedForm
from kskt_excel.model.plan import Plan

EVALUATION, INDICATORS = "evaluation", "indicators"
_STOCK_SHEETS = {"danh-muc"}
_LAST_COLUMNS = {"pending_total", "pending_in_time", "pending_paused", "pending_overdue"}
_FIRST_COLUMNS = {"carried_over"}


def unprinted_forms(plan: Plan) -> Iterator[PrintedForm]:
    """The forms that every workbook is counted for beside the printed ones.

    Without the indicators where one cannot be understood: that is said when they are computed.
    """
    yield unprinted_form(EVALUATION, FIGURES.values())
    texts = [text for one in plan.indicators for text in (one.numerator, one.denominator)]
    try:
        asked = [aggregate for text in texts for aggregate in parse(text).aggregates]
    except ExpressionError:
        return
    yield unprinted_form(INDICATORS, asked)


def unprinted_form(name: str, aggregates: Iterable[Aggregate]) -> PrintedForm:
    """A form with one column for each aggregate, numbered from 1."""
    asked = enumerate(dict.fromkeys(aggregates), start=1)
    numbered = [(str(number), one) for number, one in asked]
    return PrintedForm(
        id=name,
        code="",
        title="",
        unit_of_count="",
        rows="unit",
        feeds=tuple(sorted({one.sheet for _, one in numbered})),
        columns=tuple(PrintedColumn(number, (), one.text) for number, one in numbered),
        cumulative={number: _rule(one) for number, one in numbered},
    )


def _rule(aggregate: Aggregate) -> str:
    columns = set(aggregate.columns)
    if aggregate.sheet in _STOCK_SHEETS or (columns and columns <= _LAST_COLUMNS):
        return "last"
    return "first" if columns and columns <= _FIRST_COLUMNS else "sum"
