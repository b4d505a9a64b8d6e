"""Expressions of figures turned into functions over records, compiled once for each group."""

import datetime as dt
import operator
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache, reduce
from itertools import chain
from typing import Any, TypeAlias, cast

from kskt_excel.model.calendar import add_workdays
from kskt_excel.model.expressions import Aggregate, Condition, ExpressionError, parse
from kskt_excel.model.forms import FormQuestion, Forms, SheetForm, TimeLimit
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.period import Period, Window
from kskt_excel.model.plan import Plan
from kskt_excel.model.reading import CARRIED, Value
from kskt_excel.model.submission import VALUE, Amount

DerivedValues = Mapping[str, Value]
Question = Callable[[DerivedValues, "QuarterRecords"], bool]


@dataclass(frozen=True)
class QuarterRecords:
    """What figures of one quarter stand on: the plan, the form definitions, the days counted."""

    plan: Plan
    forms: Forms
    period: Period

    @classmethod
    def of(cls, period: Period, plan: Plan, forms: Forms) -> "QuarterRecords":
        """What is read in a quarter's records, by its plan and forms."""
        return cls(plan, forms, period)

    @cached_property
    def window(self) -> Window:
        """Days whose data count."""
        return self.period.window(self.plan.cutoff_day)


@lru_cache(maxsize=4096)  # the same few days of a quarter, asked for every record
def _after(day: dt.date, count: int, exceptions: frozenset[dt.date]) -> dt.date:
    return add_workdays(day, count, exceptions)


def last_day(limit: TimeLimit, values: DerivedValues, ground: QuarterRecords) -> dt.date | None:
    """The last day of a time limit: as the row says it, else by the days of the limit."""
    if limit.only_with and not values.get(limit.only_with):
        return None
    written, start = values.get(limit.written), values.get(limit.after or limit.before)
    if isinstance(written, dt.date):
        return written
    if not isinstance(start, dt.date):
        return None
    days = ground.plan.settings.limit(limit.days_of) if limit.days_of else limit.days
    if limit.before:
        return start - dt.timedelta(days=days)
    return _after(start, days, ground.plan.calendar)


def _in_time(limit: TimeLimit) -> Question:
    """Done by the last day."""

    def question(values: DerivedValues, ground: QuarterRecords) -> bool:
        done, last = values.get(limit.done), last_day(limit, values, ground)
        if limit.undated_in_time and not (isinstance(done, dt.date) and last):
            return done is not None
        return isinstance(done, dt.date) and last is not None and done <= last

    return question


def _late(limit: TimeLimit) -> Question:
    """Done after the last day."""

    def question(values: DerivedValues, ground: QuarterRecords) -> bool:
        done, last = values.get(limit.done), last_day(limit, values, ground)
        return isinstance(done, dt.date) and last is not None and done > last

    return question


def _due(limit: TimeLimit) -> Question:
    """Done, or due by the end of the reporting window: what is not yet due is not judged."""

    def question(values: DerivedValues, ground: QuarterRecords) -> bool:
        is_done, last = values.get(limit.done) is not None, last_day(limit, values, ground)
        if last is None:
            return is_done and limit.undated_in_time
        return is_done or last <= ground.window.end

    return question


def _in_period(column: str) -> Question:
    def question(values: DerivedValues, ground: QuarterRecords) -> bool:
        day = values.get(column)
        return isinstance(day, dt.date) and day in ground.window

    return question


def _before_year(column: str) -> Question:
    """Whether a day lies before the first one that counts for the year."""

    def question(values: DerivedValues, ground: QuarterRecords) -> bool:
        day, first = values.get(column), Period.quarter(ground.window.end.year, 1)
        return isinstance(day, dt.date) and day < first.window(ground.plan.cutoff_day).start

    return question


def _decided_at(column: str, level: str) -> Question:
    """Whether the plan says of a row's procedure that this level of government decides on it."""

    def question(values: DerivedValues, ground: QuarterRecords) -> bool:
        known = ground.plan.procedure_by_code.get(str(values.get(column)))
        return known is not None and known.level == level

    return question


def _carried(values: DerivedValues, _ground: QuarterRecords) -> bool:
    return values.get(CARRIED) is True


_OF_LIMITS: Mapping[str, Callable[[TimeLimit], Question]] = {
    "in_time": _in_time,
    "late": _late,
    "due": _due,
}
_OF_DAYS: Mapping[str, Callable[[str], Question]] = {
    "in_period": _in_period,
    "before_year": _before_year,
}


def _answered(one: FormQuestion) -> Question:
    """The function that answers a question of a definition from the cells of a row."""
    if one.limit:
        return _OF_LIMITS[one.asks](one.limit)
    if one.level:
        return _decided_at(one.column, one.level)
    return _OF_DAYS[one.asks](one.column)


Values: TypeAlias = Mapping[str, Value]
Measure: TypeAlias = Callable[[Sequence[Values]], Amount]
Test: TypeAlias = Callable[[Values], bool]

_COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def questions(form: SheetForm) -> Mapping[str, Question]:
    """What a condition may ask of a form's rows beside its columns, by name.

    ``carried`` may be asked of every register; of one that carries nothing the answer is no.
    """
    of_form = {one.name: _answered(one) for one in form.questions}
    return of_form | ({} if form.rows else {CARRIED: _carried})


def compile_aggregate(aggregate: Aggregate, ground: QuarterRecords) -> Measure:
    """The function that gives an aggregate over records. Raises ExpressionError."""
    for column in aggregate.columns:
        _refuse_unknown(aggregate.sheet, column, ground)
    if aggregate.kind == "count":
        _refuse_unknown(aggregate.sheet, "", ground)
    test = compile_conditions(aggregate, ground)
    columns = aggregate.columns
    if aggregate.kind == "count":
        of_form = ground.forms.sheet_by_id[aggregate.sheet].questions
        return _count(aggregate, test, {one.name for one in of_form})
    if aggregate.kind == "sum":
        return _sum(columns, test)
    made = {"distinct": _distinct, "text": _texts, "max": _largest}
    return made[aggregate.kind](columns[0], test)


def compile_keyed(aggregate: Aggregate, ground: QuarterRecords) -> Measure:
    """The measure of a count or sum by the keys of its rows. Raises ExpressionError."""
    if aggregate.kind not in ("count", "sum"):
        raise ExpressionError(aggregate.text, "chỉ count, sum tính được theo từng dòng")
    compile_aggregate(aggregate, ground)
    test, key = compile_conditions(aggregate, ground), key_columns(aggregate.sheet, ground)

    def keyed(group: Sequence[Values]) -> frozenset[str]:
        kept = [values for values in group if test is None or test(values)]
        named = zip(row_names(kept, key), kept, strict=True)
        if aggregate.kind == "count":
            return frozenset(name for name, _ in named)
        return frozenset(
            f"{name}{VALUE}{sum(_added([values], column) for column in aggregate.columns)!r}"
            for name, values in named
        )

    return keyed


def key_columns(sheet: str, ground: QuarterRecords) -> tuple[str, ...]:
    """The columns that a row of a sheet is known by."""
    return ground.forms.sheet_by_id[sheet].key


def row_names(rows: Sequence[Values], key: Sequence[str]) -> Iterator[str]:
    """A name for each row: what stands in its key columns, numbered from its second time on."""
    seen: dict[str, int] = {}
    for values in rows:
        name = "|".join(str(values.get(column, "")) for column in key)
        seen[name] = seen.get(name, 0) + 1
        yield name if seen[name] == 1 else f"{name}#{seen[name]}"


def compile_conditions(aggregate: Aggregate, ground: QuarterRecords) -> Test | None:
    """One test for all conditions; None when there is none."""
    tests = [_test(aggregate.sheet, condition, ground) for condition in aggregate.conditions]
    if not tests:
        return None
    if len(tests) == 1:
        return tests[0]
    return lambda values: all(test(values) for test in tests)


def row_test(form: SheetForm, clause: str, ground: QuarterRecords) -> Test:
    """Which rows of a sheet a definition means: a condition as after «where», "" for all."""
    if not clause:
        return lambda _: True
    (counted,) = parse(f"count({form.id} where {clause})").aggregates
    return compile_conditions(counted, ground) or (lambda _: True)


def empty(kind: str) -> Amount:
    """The amount of no records."""
    nothing: Mapping[str, Amount] = {
        "distinct": frozenset(),
        "keyed": frozenset(),
        "text": (),
        "max": None,
    }
    return nothing.get(kind, 0)


def joined_amount(kind: str, left: Amount, right: Amount) -> Amount:
    """Two amounts of one kind put together: added, united, or the larger."""
    if kind == "keyed":  # of two units: the same row of both is two
        return _number(left) + _number(right)
    if left.__class__ is int and right.__class__ is int and kind != "max":
        return left + right
    if left is None or right is None:
        return right if left is None else left
    if isinstance(left, frozenset) and isinstance(right, frozenset):
        return left | right
    if isinstance(left, tuple) and isinstance(right, tuple):
        return tuple(dict.fromkeys(left + right))
    if isinstance(left, int | float) and isinstance(right, int | float):
        return max(left, right) if kind == "max" else left + right
    raise TypeError(left, right)


def joined_all(kind: str, amounts: Sequence[Amount]) -> Amount:
    """Any number of amounts of one kind put together in their order."""
    if kind == "keyed":
        return sum(map(_number, amounts))
    if kind == "distinct":
        return frozenset(chain.from_iterable(cast("Sequence[frozenset[str]]", amounts)))
    if kind == "text":
        texts = cast("Sequence[tuple[str, ...]]", amounts)
        return tuple(dict.fromkeys(chain.from_iterable(texts)))
    if kind != "max" and set(map(type, amounts)) <= {int}:
        return sum(cast("Sequence[int]", amounts))  # of fractions sum() rounds as Python likes
    return reduce(lambda left, right: joined_amount(kind, left, right), amounts, empty(kind))


def figure_of(amount: Amount) -> Value:
    """The figure of an amount as a cell shows it: texts joined, keys counted."""
    if isinstance(amount, tuple):
        return "; ".join(amount)
    return _number(amount) if isinstance(amount, frozenset) else amount


def keyed_values(amount: Amount) -> dict[str, str]:
    """The rows of a keyed amount: each name with its entry."""
    entries = amount if isinstance(amount, frozenset) else ()
    return {entry.partition(VALUE)[0]: entry for entry in entries}


def _number(amount: Amount) -> float:
    """The number that an amount adds: of distinct values how many, of named rows what they say."""
    if not isinstance(amount, frozenset):
        return amount if isinstance(amount, int | float) else 0
    return sum(_stated_amount(entry) for entry in sorted(amount))


def _stated_amount(entry: str) -> float:
    _, separator, text = entry.partition(VALUE)
    if not separator:
        return 1
    value = float(text)
    return int(value) if value.is_integer() else value


def _count(aggregate: Aggregate, test: Test | None, asked: Collection[str]) -> Measure:
    if test is None:
        return len
    first, *others = aggregate.conditions
    if first.op == "yes" and not others and first.column not in asked:
        column = first.column
        return lambda group: [values.get(column) for values in group].count(True)
    return lambda group: len([True for values in group if test(values)])


def _sum(columns: tuple[str, ...], test: Test | None) -> Measure:
    def total(group: Sequence[Values]) -> float:
        kept = group if test is None else [values for values in group if test(values)]
        return sum([_added(kept, column) for column in columns])

    return total


def _added(group: Sequence[Values], column: str) -> float:
    found: list[Any] = [values.get(column, 0) for values in group]
    try:
        added: float = sum(found)
    except TypeError:  # a text or a day among the numbers, from a unit's hand
        added = sum(value for value in found if isinstance(value, int | float))
    return added


def _distinct(column: str, test: Test | None) -> Measure:
    return lambda group: frozenset(_present(group, column, test))


def _texts(column: str, test: Test | None) -> Measure:
    return lambda group: tuple(dict.fromkeys(_present(group, column, test)))


def _largest(column: str, test: Test | None) -> Measure:
    def largest(group: Sequence[Values]) -> float | None:
        found = (values.get(column) for values in group if test is None or test(values))
        return max((value for value in found if isinstance(value, int | float)), default=None)

    return largest


def _present(group: Sequence[Values], column: str, test: Test | None) -> Iterator[str]:
    for values in group:
        if test is None or test(values):
            value = values.get(column)
            if value is not None and value != "":
                yield str(value)


def _test(sheet: str, condition: Condition, ground: QuarterRecords) -> Test:
    form = ground.forms.sheet_by_id.get(sheet)
    if question := questions(form).get(condition.column) if form else None:
        wanted = condition.op == "yes"
        return lambda values: question(values, ground) is wanted
    _refuse_unknown(sheet, condition.column, ground)
    column, op = condition.column, condition.op
    if op in _COMPARISONS:
        is_column = condition.values[0] in ground.forms.sheet_by_id[sheet].by_key
        return _comparison_of_columns(condition) if is_column else _comparison(condition)
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

    def compared(values: Values) -> bool:
        value = values.get(column)
        return isinstance(value, int | float) and compare(value, limit)

    return compared


def _comparison_of_columns(condition: Condition) -> Test:
    column, other, compare = condition.column, condition.values[0], _COMPARISONS[condition.op]

    def compared(values: Values) -> bool:
        left, right = values.get(column), values.get(other)
        if isinstance(left, dt.date) and isinstance(right, dt.date):
            return compare(left.toordinal(), right.toordinal())
        return (
            isinstance(left, int | float)
            and isinstance(right, int | float)
            and compare(left, right)
        )

    return compared


def _wanted(sheet: str, condition: Condition, ground: QuarterRecords) -> frozenset[Value]:
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


def _refuse_unknown(sheet: str, column: str, ground: QuarterRecords) -> None:
    definition = ground.forms.sheet_by_id.get(sheet)
    name = f"{sheet}.{column}" if column else sheet
    if definition is None:
        raise ExpressionError(name, f"không có biểu “{sheet}”")
    if column and column not in definition.by_key:
        raise ExpressionError(name, f"biểu “{sheet}” không có cột “{column}”")
