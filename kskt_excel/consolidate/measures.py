"""Aggregates turned into functions over records: compiled once, called for every group."""

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

from kskt_excel.consolidate.derived import QUESTIONS, Ground
from kskt_excel.consolidate.expressions import Aggregate, Condition, ExpressionError
from kskt_excel.model.reading import Record, Value

Amount: TypeAlias = int | float | frozenset[str] | tuple[str, ...] | None
"""What an aggregate gives before it is shown: a number, distinct values, texts, or the largest."""

Measure: TypeAlias = Callable[[Sequence[Record]], Amount]
Test: TypeAlias = Callable[[Mapping[str, Value]], bool]

_COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def compile_aggregate(aggregate: Aggregate, ground: Ground) -> Measure:
    """The function that gives an aggregate over records. Raises ExpressionError."""
    for column in aggregate.columns:
        _refuse_unknown(aggregate.sheet, column, ground)
    if aggregate.kind == "count":
        _refuse_unknown(aggregate.sheet, "", ground)
    test = compile_conditions(aggregate, ground)
    columns = aggregate.columns
    if aggregate.kind == "count":
        return _count(test)
    if aggregate.kind == "sum":
        return _sum(columns, test)
    made = {"distinct": _distinct, "text": _texts, "max": _largest}
    return made[aggregate.kind](columns[0], test)


def compile_conditions(aggregate: Aggregate, ground: Ground) -> Test | None:
    """One test for all conditions; None when there is none."""
    tests = [_test(aggregate.sheet, condition, ground) for condition in aggregate.conditions]
    if not tests:
        return None
    if len(tests) == 1:
        return tests[0]
    return lambda values: all(test(values) for test in tests)


def empty(kind: str) -> Amount:
    """The amount of no records."""
    nothing: Mapping[str, Amount] = {"distinct": frozenset(), "text": (), "max": None}
    return nothing.get(kind, 0)


def joined(kind: str, left: Amount, right: Amount) -> Amount:
    """Two amounts of one kind put together: added, united, or the larger."""
    if left is None or right is None:
        return right if left is None else left
    if isinstance(left, frozenset) and isinstance(right, frozenset):
        return left | right
    if isinstance(left, tuple) and isinstance(right, tuple):
        return tuple(dict.fromkeys(left + right))
    if isinstance(left, int | float) and isinstance(right, int | float):
        return max(left, right) if kind == "max" else left + right
    raise TypeError(left, right)


def shown(amount: Amount) -> Value:
    """The figure that stands in the cell."""
    if isinstance(amount, frozenset):
        return len(amount)
    if isinstance(amount, tuple):
        return "; ".join(amount)
    return amount


def _count(test: Test | None) -> Measure:
    if test is None:
        return len
    return lambda records: sum(1 for record in records if test(record.values))


def _sum(columns: tuple[str, ...], test: Test | None) -> Measure:
    def total(records: Sequence[Record]) -> float:
        added: float = 0
        for record in records:
            values = record.values
            if test is None or test(values):
                for column in columns:
                    value = values.get(column)
                    if isinstance(value, int | float):
                        added += value
        return added

    return total


def _distinct(column: str, test: Test | None) -> Measure:
    return lambda records: frozenset(_present(records, column, test))


def _texts(column: str, test: Test | None) -> Measure:
    return lambda records: tuple(dict.fromkeys(_present(records, column, test)))


def _largest(column: str, test: Test | None) -> Measure:
    def largest(records: Sequence[Record]) -> float | None:
        kept = (record.values for record in records if test is None or test(record.values))
        values = (values.get(column) for values in kept)
        return max((value for value in values if isinstance(value, int | float)), default=None)

    return largest


def _present(records: Sequence[Record], column: str, test: Test | None) -> Iterator[str]:
    for record in records:
        if test is None or test(record.values):
            value = record.values.get(column)
            if value is not None and value != "":
                yield str(value)


def _test(sheet: str, condition: Condition, ground: Ground) -> Test:
    question = QUESTIONS.get((sheet, condition.column))
    if question:
        wanted = condition.op == "yes"
        return lambda values: question(values, ground) is wanted
    _refuse_unknown(sheet, condition.column, ground)
    column, op = condition.column, condition.op
    if op in _COMPARISONS:
        return _comparison(condition)
    if op in ("=", "!=", "in"):
        wanted_values = _wanted(sheet, condition, ground)
        if op == "!=":
            return lambda values: values.get(column) not in wanted_values
        return lambda values: values.get(column) in wanted_values
    return {
        "yes": lambda values: values.get(column) is True,
        "no": lambda values: values.get(column) is not True,
        "filled": lambda values: values.get(column) not in (None, ""),
        "blank": lambda values: values.get(column) in (None, ""),
    }[op]


def _comparison(condition: Condition) -> Test:
    column, compare = condition.column, _COMPARISONS[condition.op]
    text = condition.values[0].replace(",", ".")
    try:
        limit = float(text)
    except ValueError as error:
        raise ExpressionError(f"{column} {condition.op} {text}", "cần một số để so sánh") from error

    def compared(values: Mapping[str, Value]) -> bool:
        value = values.get(column)
        return isinstance(value, int | float) and compare(value, limit)

    return compared


def _wanted(sheet: str, condition: Condition, ground: Ground) -> frozenset[Value]:
    """Every stored value that a condition means: by value, by code, Có and Không as yes and no."""
    column = ground.forms.sheet_by_id[sheet].by_key[condition.column]
    if column.type == "yes_no":
        return frozenset(value == "Có" for value in condition.values)
    if column.type in ("count", "days", "computed", "decimal", "percent"):
        return frozenset(float(value) for value in condition.values if _is_number(value))
    choices = ground.plan.choices.get(column.choices, ()) if column.choices else ()
    coded = {choice.value for choice in choices if choice.code in condition.values}
    return frozenset({*condition.values, *coded})


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdigit()


def _refuse_unknown(sheet: str, column: str, ground: Ground) -> None:
    definition = ground.forms.sheet_by_id.get(sheet)
    name = f"{sheet}.{column}" if column else sheet
    if definition is None:
        raise ExpressionError(name, f"không có sheet “{sheet}”")
    if column and column not in definition.by_key:
        raise ExpressionError(name, f"sheet “{sheet}” không có cột “{column}”")
