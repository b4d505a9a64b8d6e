"""Printed forms ready to count, and what each unit adds to each of their rows."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from kskt_excel.consolidate.derived import Ground
from kskt_excel.consolidate.measures import (
    Measure,
    compile_aggregate,
    empty,
    joined_all,
    shown,
)
from kskt_excel.model.expressions import (
    Aggregate,
    Constant,
    Expression,
    ExpressionError,
    OwnColumn,
    parse,
)
from kskt_excel.model.form_files import FormDefinitionError
from kskt_excel.model.forms import PrintedForm
from kskt_excel.model.reading import Value
from kskt_excel.model.tally import Amount, Amounts

Groups: TypeAlias = Mapping[str, Sequence[Mapping[str, Value]]]
"""Values of records by the sheet that they stand in."""


@dataclass(frozen=True, slots=True)
class Share:
    """What one unit adds to one row in one quarter."""

    unit: str
    quarter: str
    key: str
    amounts: Amounts


@dataclass(frozen=True, slots=True)
class BaseColumn:
    """A column whose figure comes from units' cells: signed aggregates of one kind."""

    number: str
    kind: str
    terms: tuple[tuple[int, Aggregate, Measure], ...]

    def amount(self, values: Groups) -> Amount:
        """Its amount over the records of one row."""
        if len(self.terms) == 1 and self.terms[0][0] > 0:
            _, aggregate, measure = self.terms[0]
            return measure(values[aggregate.sheet])
        added: float = 0
        for sign, aggregate, measure in self.terms:
            value = measure(values[aggregate.sheet])
            added += sign * value if isinstance(value, int | float) else 0
        return added


@dataclass(frozen=True, slots=True)
class CompiledForm:
    """A printed form ready to count: columns from cells first, then those from other columns."""

    form: PrintedForm
    base: tuple[BaseColumn, ...]
    derived: tuple[tuple[str, Expression], ...]  # in the order in which they can be computed
    sheets: tuple[str, ...]  # ids of the sheets that it reads, sorted

    def amounts(self, values: Groups) -> Amounts:
        """The amounts of one row, from the values of its records by sheet."""
        return tuple([column.amount(values) for column in self.base])

    def nothing(self) -> dict[str, Amount]:
        """The amounts of no records."""
        return {column.number: empty(column.kind) for column in self.base}

    def folded(self, shares: Collection[Share]) -> dict[str, Amount]:
        """The amounts of several shares put together."""
        if not shares:
            return self.nothing()
        if len(shares) == 1:  # a unit's own row, of thousands
            (one,) = shares
            return dict(zip([column.number for column in self.base], one.amounts, strict=True))
        by_column = zip(*[share.amounts for share in shares], strict=True)
        return {
            column.number: joined_all(column.kind, amounts)
            for column, amounts in zip(self.base, by_column, strict=True)
        }

    def figures(self, amounts: Mapping[str, Amount]) -> dict[str, Value]:
        """Every figure of a row, in the order of the printed columns."""
        values: dict[str, Value] = {number: shown(amount) for number, amount in amounts.items()}
        for number, expression in self.derived:
            values[number] = _added_up(expression, values)
        return {c.number: values[c.number] for c in self.form.columns if c.number in values}


def compile_form(form: PrintedForm, ground: Ground) -> CompiledForm:
    """A printed form ready to count. Raises FormDefinitionError naming the file and the column."""
    base: list[BaseColumn] = []
    derived: dict[str, Expression] = {}
    for column in form.columns:
        if not column.source:
            continue
        try:
            expression = parse(column.source)
            if expression.reads_records:
                base.append(_base(column.number, expression, ground))
            else:
                derived[column.number] = _derivable(expression)
        except ExpressionError as error:
            raise _refusal(form, column.number, error) from error
    known = [column.number for column in base]
    sheets = sorted({aggregate.sheet for column in base for _, aggregate, _ in column.terms})
    return CompiledForm(form, tuple(base), tuple(_ordered(form, derived, known)), tuple(sheets))


def _base(number: str, expression: Expression, ground: Ground) -> BaseColumn:
    terms = [
        (sign, item, compile_aggregate(item, ground))
        for sign, item in expression.terms
        if isinstance(item, Aggregate)
    ]
    if len(terms) < len(expression.terms):
        raise ExpressionError(expression.text, "không trộn ô của đơn vị với cột khác")
    kinds = {aggregate.kind for _, aggregate, _ in terms}
    if (len(terms) > 1 or terms[0][0] < 0) and not kinds <= {"sum", "count"}:
        raise ExpressionError(expression.text, "chỉ cộng, trừ được sum và count")
    return BaseColumn(number, terms[0][1].kind, tuple(terms))


def _derivable(expression: Expression) -> Expression:
    if not all(isinstance(item, OwnColumn | Constant) for _, item in expression.terms):
        raise ExpressionError(expression.text, "cột của biểu chỉ dùng cột khác của cùng biểu")
    return expression


def _ordered(
    form: PrintedForm, derived: Mapping[str, Expression], known: Sequence[str]
) -> Iterator[tuple[str, Expression]]:
    """Columns from other columns, each after those it needs."""
    done, waiting = set(known), dict(derived)
    while waiting:
        ready = [number for number, one in waiting.items() if _needs(one) <= done]
        if not ready:
            number, expression = next(iter(waiting.items()))
            error = ExpressionError(expression.text, "nhắc cột không có hoặc nhắc vòng tròn")
            raise _refusal(form, number, error)
        for number in ready:
            yield number, waiting.pop(number)
        done.update(ready)


def _needs(expression: Expression) -> set[str]:
    return {item.number for _, item in expression.terms if isinstance(item, OwnColumn)}


def _refusal(form: PrintedForm, number: str, error: ExpressionError) -> FormDefinitionError:
    return FormDefinitionError(form.file or form.id, f"cột {number}: {error}".rstrip("."))


def _added_up(expression: Expression, values: Mapping[str, Value]) -> Value:
    added: float = 0
    for sign, item in expression.terms:
        value = item.value if isinstance(item, Constant) else _own(item, values)
        if not isinstance(value, int | float):
            return None
        added += sign * value
    return added


def _own(item: object, values: Mapping[str, Value]) -> Value:
    return values.get(item.number) if isinstance(item, OwnColumn) else None
