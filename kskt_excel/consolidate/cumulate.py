"""Six months, nine months and the year from quarters: flows add, stocks are first or last.

Source: V06a.10 (Biểu II.06a, lũy kế năm): what came and what was settled adds up; what was carried
over is the first quarter's; what is pending is the last quarter's.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kskt_excel.consolidate.measures import empty, joined
from kskt_excel.consolidate.shares import CompiledForm, Share
from kskt_excel.consolidate.sources import QuarterSources, Sources, presences_in
from kskt_excel.model.consolidation import Presence
from kskt_excel.model.expressions import ExpressionError, OwnColumn, parse
from kskt_excel.model.form_files import FormDefinitionError
from kskt_excel.model.forms import PrintedForm
from kskt_excel.model.tally import Amount, Amounts

_PLAIN = ("sum", "first", "last")


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a cumulated figure: the amount of a column in a quarter, added or taken off."""

    sign: int
    number: str
    quarter: str


def cumulate(
    compiled: CompiledForm, shares: Sequence[Share], reported: Mapping[str, Sequence[str]]
) -> Iterator[Share]:
    """Shares of the whole period, one for each unit and row.

    ``reported`` holds, for each unit, the quarters in which it gave figures or ticked that nothing
    happened, oldest first: a stock is taken from the first or last of these.
    """
    by_row: dict[tuple[str, str], dict[str, list[Share]]] = {}
    for share in shares:
        quarters = by_row.setdefault((share.key, share.unit), {})
        quarters.setdefault(share.quarter, []).append(share)
    for (key, unit), of_quarter in by_row.items():
        amounts = {quarter: compiled.folded(some) for quarter, some in of_quarter.items()}
        yield Share(unit, "", key, _cumulated(compiled, amounts, reported.get(unit, ())))


def parts_of(form: PrintedForm, number: str, quarters: Sequence[str]) -> tuple[Part, ...]:
    """The pieces of a cumulated column by the form's rule. Raises FormDefinitionError."""
    rule = (form.cumulative or {}).get(number, "sum")
    try:
        expression = parse(f"{rule}[{number}]" if rule in _PLAIN else rule)
    except ExpressionError as error:
        raise FormDefinitionError(form.file or form.id, f"lũy kế cột {number}: {error}") from error
    parts: list[Part] = []
    for sign, item in expression.terms:
        if not isinstance(item, OwnColumn) or not item.rule:
            why = f"lũy kế cột {number} chỉ nhận sum[n], first[n], last[n]"
            raise FormDefinitionError(form.file or form.id, why)
        chosen = {"first": quarters[:1], "last": quarters[-1:]}.get(item.rule, quarters)
        parts.extend(Part(sign, item.number, quarter) for quarter in chosen)
    return tuple(parts)


def inherited(shares: Sequence[Share], sources: Sources) -> Iterator[Share]:
    """The same shares under the units that stand at the period's end."""
    for share in shares:
        heir = sources.heir(share.unit)
        key = heir if share.key == share.unit else share.key
        yield share if heir == share.unit else Share(heir, share.quarter, key, share.amounts)


def reported_quarters(form: PrintedForm, sources: Sources) -> dict[str, list[str]]:
    """For each unit at the period's end, the quarters in which it said something in a form."""
    reported: dict[str, list[str]] = {}
    for quarter in sources.quarters:
        for unit in _speaking(form, quarter, sources):
            quarters = reported.setdefault(sources.heir(unit), [])
            if quarter.period.id not in quarters:
                quarters.append(quarter.period.id)
    return reported


def _speaking(form: PrintedForm, quarter: QuarterSources, sources: Sources) -> Iterator[str]:
    for unit, given in presences_in(quarter, form, sources):
        if given in (Presence.FIGURES, Presence.NIL):
            yield unit


def _cumulated(
    compiled: CompiledForm, amounts: Mapping[str, Mapping[str, Amount]], quarters: Sequence[str]
) -> Amounts:
    nothing = compiled.nothing()
    result: list[Amount] = []
    for column in compiled.base:
        added = empty(column.kind)
        for part in parts_of(compiled.form, column.number, quarters):
            amount = amounts.get(part.quarter, nothing)[part.number]
            taken = -amount if part.sign < 0 and isinstance(amount, int | float) else amount
            added = joined(column.kind, added, taken)
        result.append(added)
    return tuple(result)
