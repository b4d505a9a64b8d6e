"""Aggregates over everything that counts, for indicators and the evaluation."""

from collections.abc import Iterable, Mapping

from kskt_excel.consolidate.forms import shares_by
from kskt_excel.consolidate.measures import shown
from kskt_excel.consolidate.shares import compile_form
from kskt_excel.consolidate.sources import Sources
from kskt_excel.model.expressions import Aggregate
from kskt_excel.model.forms import PrintedColumn, PrintedForm

_STOCK_SHEETS = {"danh-muc"}
_LAST_COLUMNS = {"pending_total", "pending_in_time", "pending_paused", "pending_overdue"}
_FIRST_COLUMNS = {"carried_over"}


def totals_of(aggregates: Iterable[Aggregate], sources: Sources) -> Mapping[Aggregate, float]:
    """Each aggregate over all units; over several quarters flows add, stocks are first or last."""
    asked = tuple(dict.fromkeys(aggregates))
    if not asked:
        return {}
    form = _form(asked)
    compiled = compile_form(form, sources.quarters[-1].ground)
    amounts = compiled.folded(shares_by(form, sources, "unit"))
    figures = {number: shown(amount) for number, amount in amounts.items()}
    return {
        aggregate: _number(figures[str(number)]) for number, aggregate in enumerate(asked, start=1)
    }


def _form(aggregates: tuple[Aggregate, ...]) -> PrintedForm:
    """A form that is never printed: one column for each aggregate."""
    numbered = [(str(number), one) for number, one in enumerate(aggregates, start=1)]
    return PrintedForm(
        id="totals",
        code="",
        title="",
        unit_of_count="",
        rows="unit",
        feeds=tuple(sorted({one.sheet for one in aggregates})),
        columns=tuple(PrintedColumn(number, (), one.text) for number, one in numbered),
        cumulative={number: _rule(one) for number, one in numbered},
    )


def _rule(aggregate: Aggregate) -> str:
    columns = set(aggregate.columns)
    if aggregate.sheet in _STOCK_SHEETS or (columns and columns <= _LAST_COLUMNS):
        return "last"
    return "first" if columns and columns <= _FIRST_COLUMNS else "sum"


def _number(value: object) -> float:
    return value if isinstance(value, int | float) else 0
