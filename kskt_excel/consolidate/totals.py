"""Aggregates over everything that counts, for indicators and the evaluation."""

from collections.abc import Iterable, Mapping

from kskt_excel.consolidate.forms import shares_by
from kskt_excel.consolidate.measures import shown
from kskt_excel.consolidate.shares import compile_form
from kskt_excel.consolidate.sources import Sources
from kskt_excel.consolidate.unprinted import unprinted_form
from kskt_excel.model.expressions import Aggregate


def totals_of(
    name: str, aggregates: Iterable[Aggregate], sources: Sources
) -> Mapping[Aggregate, float]:
    """Each aggregate over all units; over several quarters flows add, stocks are first or last.

    ``name`` is that of the unprinted form which they make up.
    """
    asked = tuple(dict.fromkeys(aggregates))
    if not asked:
        return {}
    form = unprinted_form(name, asked)
    compiled = compile_form(form, sources.quarters[-1].ground)
    amounts = compiled.folded(shares_by(form, sources, "unit"))
    figures = [shown(amounts[column.number]) for column in form.columns]
    return {
        aggregate: figure if isinstance(figure, int | float) else 0
        for aggregate, figure in zip(asked, figures, strict=True)
    }
