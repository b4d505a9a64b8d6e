"""How amounts are counted: expressions made functions over records, forms made of them, workbooks.

Each is compiled once for all workbooks of a quarter; what a unit adds to each row of each printed
form is counted once, by the worker that reads its workbook (Tally).
"""

import datetime as dt
import operator
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache, reduce
from itertools import chain
from typing import Any, TypeAlias, cast

from kskt_excel.model.calendar import add_workdays
from kskt_excel.model.errors import UnknownPeriodError
from kskt_excel.model.expressions import (
    Aggregate,
    Condition,
    Constant,
    Expression,
    ExpressionError,
    OwnColumn,
    parse,
)
from kskt_excel.model.forms import (
    LATEST,
    UNION,
    FormDefinitionError,
    FormQuestion,
    Forms,
    PrintedColumn,
    PrintedForm,
    SheetForm,
    TimeLimit,
)
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.period import Period, Window
from kskt_excel.model.plan import Basis, Plan
from kskt_excel.model.reading import CARRIED, Reading, Record, SheetState, Value
from kskt_excel.model.regime import Scheme
from kskt_excel.model.submission import VALUE, Amount, Amounts, Tally

# ---- What a definition asks of a row: days and limits

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


# ---- Expressions, made functions over records

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
    """What answers the questions of a form's rows, by ``question_names``."""
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
    return reduce(_both, tests) if tests else None


def _both(left: Test, right: Test) -> Test:
    return lambda values: left(values) and right(values)


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


# ---- Printed forms, ready to count

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

    @property
    def sheet(self) -> str:
        """The sheet that it reads first: it says whether the unit reported the column."""
        return self.terms[0][1].sheet

    def amount(self, values: Groups) -> Amount:
        """The column's amount over the records of one row."""
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
    numbers: tuple[str, ...]  # of these columns
    derived: tuple[tuple[str, Expression], ...]  # in the order in which they can be computed
    sheets: tuple[str, ...]  # ids of the sheets that it reads, sorted
    printed: tuple[str, ...]  # numbers of its columns, in the order of the page

    def amounts(self, values: Groups) -> Amounts:
        """The amounts of one row, from the values of its records by sheet."""
        return tuple([column.amount(values) for column in self.base])

    def nothing(self) -> dict[str, Amount]:
        """The amounts of no records."""
        return {column.number: empty(column.kind) for column in self.base}

    def united(self, shares: Collection[Share]) -> dict[str, Amount]:
        """The amounts of several shares of one unit: a row that stands in two of them is one."""
        whole = self.folded(shares)
        for at, column in enumerate(self.base):
            if column.kind == "keyed":
                sets = [one.amounts[at] for one in shares]
                whole[column.number] = frozenset().union(
                    *(one for one in sets if isinstance(one, frozenset))
                )
        return whole

    def folded(self, shares: Collection[Share]) -> dict[str, Amount]:
        """The amounts of several shares put together."""
        if not shares:
            return self.nothing()
        if len(shares) == 1:  # a unit's own row, of thousands
            (one,) = shares
            return dict(zip(self.numbers, one.amounts, strict=True))
        by_column = zip(*[share.amounts for share in shares], strict=True)
        return {
            column.number: joined_all(column.kind, amounts)
            for column, amounts in zip(self.base, by_column, strict=True)
        }

    def figures(self, amounts: Mapping[str, Amount]) -> dict[str, Value]:
        """Every figure of a row, in the order of the printed columns."""
        values: dict[str, Value] = {
            number: amount if amount.__class__ is int else figure_of(amount)
            for number, amount in amounts.items()
        }
        for number, expression in self.derived:
            values[number] = _added_up(expression, values)
        return {number: values[number] for number in self.printed if number in values}


def compile_form(form: PrintedForm, ground: QuarterRecords) -> CompiledForm:
    """A printed form ready to count. Raises FormDefinitionError naming the file and the column."""
    base: list[BaseColumn] = []
    derived: dict[str, Expression] = {}
    sources = {column.number: column.source for column in form.columns if column.source}
    for number, source in (sources | dict(form.aids or {})).items():
        try:
            expression = parse(source)
            if expression.reads_records:
                base.append(_base(number, expression, ground, is_keyed=is_keyed(form, number)))
            else:
                derived[number] = _derivable(expression)
        except ExpressionError as error:
            raise _refusal(form, number, error) from error
    known = [column.number for column in base]
    sheets = sorted({aggregate.sheet for column in base for _, aggregate, _ in column.terms})
    feeding = tuple(sheets) or form.feeds  # of a list without figures: whose rows are listed
    printed = tuple(column.number for column in form.columns)
    ordered = tuple(_ordered(form, derived, known))
    return CompiledForm(form, tuple(base), tuple(known), ordered, feeding, printed)


def is_keyed(form: PrintedForm, number: str) -> bool:
    """Whether rows of a column are counted once over several quarters, by their keys."""
    rule = (form.cumulative or {}).get(number, "")
    return rule == UNION or bool(LATEST.match(rule))


def _base(
    number: str, expression: Expression, ground: QuarterRecords, *, is_keyed: bool
) -> BaseColumn:
    compiled = compile_keyed if is_keyed else compile_aggregate
    terms = [
        (sign, item, compiled(item, ground))
        for sign, item in expression.terms
        if isinstance(item, Aggregate)
    ]
    if len(terms) < len(expression.terms):
        raise ExpressionError(expression.text, "không trộn ô của đơn vị với cột khác")
    kinds = {aggregate.kind for _, aggregate, _ in terms}
    if (len(terms) > 1 or terms[0][0] < 0) and not kinds <= {"sum", "count"}:
        raise ExpressionError(expression.text, "chỉ cộng, trừ được sum và count")
    if is_keyed and (len(terms) > 1 or terms[0][0] < 0):
        raise ExpressionError(expression.text, "union, latest chỉ nhận một count hoặc sum")
    return BaseColumn(number, "keyed" if is_keyed else terms[0][1].kind, tuple(terms))


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
        value = item.value if isinstance(item, Constant) else _item_value(item, values)
        if not isinstance(value, int | float):
            return None
        added += sign * value
    return added


def _item_value(item: object, values: Mapping[str, Value]) -> Value:
    return values.get(item.number) if isinstance(item, OwnColumn) else None


# ---- Forms that are counted beside the printed ones

EVALUATION, INDICATORS, CONTRIBUTIONS = "evaluation", "indicators", "contributions"
_AID = 1000  # columns that only help to cumulate others are numbered from here


def unprinted_forms(ground: QuarterRecords) -> Iterator[PrintedForm]:
    """The forms that every workbook of a quarter is counted for beside the printed ones.

    Without the indicators where one cannot be understood: that is said when they are computed.
    """
    plan = ground.plan
    if scheme := plan.regime_on(ground.window.end).scheme:
        yield unprinted_form(
            EVALUATION, counted_figures(ground.forms, scheme).values(), ground.forms
        )
    for basis in dict.fromkeys(one.basis for one in plan.indicators):
        some = [one for one in plan.indicators if one.basis == basis]
        texts = [text for one in some for text in (one.numerator, one.denominator)]
        try:
            asked = [aggregate for text in texts for aggregate in parse(text).aggregates]
        except ExpressionError:
            continue
        if asked:
            yield indicator_form(basis, asked, ground.forms)
    if parts := contribution_form(ground):
        yield parts


def counted_figures(forms: Forms, scheme: Scheme) -> Mapping[str, Aggregate]:
    """A scheme's figures over records whose sheets and columns the forms have; others are 0."""
    sheets = forms.sheet_by_id
    return {
        name: one
        for name, one in scheme.record_figures.items()
        if one.sheet in sheets and all(column in sheets[one.sheet].by_key for column in one.columns)
    }


def contribution_form(ground: QuarterRecords) -> PrintedForm | None:
    """The unprinted form of what tells that a coordinator took part; None where no task asks."""
    texts = dict.fromkeys(one.contribution for one in ground.plan.tasks if one.contribution)
    asked = [aggregate for text in texts for aggregate in parse(text).aggregates]
    return unprinted_form(CONTRIBUTIONS, asked, ground.forms) if asked else None


def indicator_form(basis: Basis, aggregates: Iterable[Aggregate], forms: Forms) -> PrintedForm:
    """The unprinted form that the indicators of one basis make up."""
    return unprinted_form(f"{INDICATORS}-{basis}", aggregates, forms, basis)


def unprinted_form(
    name: str, aggregates: Iterable[Aggregate], forms: Forms, basis: Basis = "in_period"
) -> PrintedForm:
    """A form with one column for each aggregate, numbered from 1.

    The sheets' definitions say how each is cumulated over quarters.
    """
    asked = enumerate(dict.fromkeys(aggregates), start=1)
    numbered = [(str(number), one) for number, one in asked]
    rules: dict[str, str] = {}
    aids: dict[str, str] = {}
    for number, one in numbered:
        if basis == "to_date":
            rules[number] = _newest_rule(one, aids, rules)
        else:
            sheet = forms.sheet_by_id.get(one.sheet)
            at_end = basis == "at_end"
            rules[number] = "last" if at_end else _rule(number, one, sheet, aids)
    return PrintedForm(
        id=name,
        code="",
        title="",
        unit_of_count="",
        rows="unit",
        feeds=tuple(sorted({one.sheet for _, one in numbered})),
        columns=tuple(PrintedColumn(number, (), one.text) for number, one in numbered),
        cumulative=rules,
        aids=aids,
    )


def _rule(number: str, aggregate: Aggregate, sheet: SheetForm | None, aids: dict[str, str]) -> str:
    """How a longer period is made of an aggregate's quarters; ``aids`` takes the columns needed."""
    if sheet is None:
        return "sum"
    if sheet.over_quarters == "last":
        return "last"
    if aggregate.kind == "count":
        return _count_rule(number, aggregate, sheet, aids)
    columns = frozenset(aggregate.columns)
    if aggregate.kind != "sum" or columns.isdisjoint(sheet.opening | sheet.closing):
        return "sum"
    rule = f"sum[{number}]"
    for name, stocks in (("last", sheet.closing), ("first", sheet.opening)):
        own = [column for column in aggregate.columns if column in stocks]
        if len(own) == len(columns):
            return name
        if own:
            aid = _aid(
                aids, f"sum({' + '.join(f'{aggregate.sheet}.{c}' for c in own)}{_where(aggregate)})"
            )
            rule += f" - sum[{aid}] + {name}[{aid}]"
    return rule


def _newest_rule(aggregate: Aggregate, aids: dict[str, str], rules: dict[str, str]) -> str:
    """How quarters make one figure in which every row counts once, as it was last reported."""
    if aggregate.kind == "count":
        return UNION
    if aggregate.kind != "sum":
        return "sum"  # of distinct values: each once
    aid = _aid(aids, f"count({aggregate.sheet})")
    rules[aid] = UNION
    return f"latest[{aid}]"


def _count_rule(number: str, aggregate: Aggregate, sheet: SheetForm, aids: dict[str, str]) -> str:
    """Rows that come again count once: by their keys, or when they leave the register."""
    if sheet.over_quarters == "once":
        return "union"
    settled = sheet.settled_by
    if not settled:
        return "sum"
    where = _where(aggregate)
    joined = f"{where} and {settled} filled" if where else f" where {settled} filled"
    aid = _aid(aids, f"count({aggregate.sheet}{joined})")
    return f"sum[{aid}] + last[{number}] - last[{aid}]"


def _where(aggregate: Aggregate) -> str:
    """`` where …`` as it is written in the aggregate; "" without a condition."""
    _, where, conditions = aggregate.text.removesuffix(")").partition(" where ")
    return where + conditions


def _aid(aids: dict[str, str], source: str) -> str:
    number = str(_AID + len(aids))
    aids[number] = source
    return number


# ---- Workbooks


class Counter:
    """Counts the workbooks of one quarter, its forms compiled once for all of them.

    A form that cannot be understood is left out: that is said when it is filled.
    """

    def __init__(
        self, period: Period, ground: QuarterRecords, forms: Iterable[PrintedForm]
    ) -> None:
        self._period = period
        self._ground = ground
        self._compiled = tuple(_compiled(forms, ground))

    @classmethod
    def of(cls, period: Period, plan: Plan, forms: Forms) -> "Counter":
        """The counter of a quarter for everything that is asked of a workbook in it."""
        ground = QuarterRecords.of(period, plan, forms)
        return cls(period, ground, counted_forms(ground))

    def tally(self, unit: str, reading: Reading) -> Tally:
        """What a workbook of a unit adds to the forms."""
        rows: dict[str, Mapping[str, Amounts]] = {}
        whole: dict[str, Amounts] = {}
        grouped = Grouped(unit, reading, self._ground.plan)
        for one in self._compiled:
            sheets = {sheet: grouped.whole(sheet) for sheet in one.sheets}
            if not any(sheets.values()):
                continue
            whole[one.form.id] = one.amounts(sheets)
            if one.form.rows != "unit":
                rows[one.form.id] = dict(_by_row(one, grouped))
        return Tally(unit, self._period.id, rows, whole)


class Counters:
    """A counter for each quarter that workbooks turn out to be of."""

    def __init__(self, plan: Plan, forms: Forms) -> None:
        self._plan = plan
        self._forms = forms
        self._tally_of: dict[Period, Counter] = {}

    def tally(self, reading: Reading) -> Tally | None:
        """What a workbook adds to the figures; None when it does not say of whom and of when."""
        period, unit = _quarter(reading.identity.period, self._plan), reading.identity.unit
        if period is None or not unit or not reading.sheets:
            return None
        if period not in self._tally_of:
            self._tally_of[period] = Counter.of(period, self._plan, self._forms)
        return self._tally_of[period].tally(unit, reading)


def _quarter(text: str, plan: Plan) -> Period | None:
    try:
        period = plan.period(text)
    except UnknownPeriodError:
        return None
    return None if period.cumulative else period


def counted_forms(ground: QuarterRecords) -> tuple[PrintedForm, ...]:
    """The forms that every workbook of a quarter is counted for."""
    return (
        *ground.forms.printed_in(ground.period, ground.plan),
        *unprinted_forms(ground),
    )


def _compiled(forms: Iterable[PrintedForm], ground: QuarterRecords) -> Iterator[CompiledForm]:
    for form in forms:
        try:
            yield compile_form(form, ground)
        except FormDefinitionError:
            continue


def _by_row(compiled: CompiledForm, grouped: "Grouped") -> Iterator[tuple[str, Amounts]]:
    by_sheet = {sheet: grouped.by_row(sheet, compiled.form.row_kind) for sheet in compiled.sheets}
    for key in dict.fromkeys(key for by_key in by_sheet.values() for key in by_key):
        yield key, compiled.amounts({sheet: by.get(key, ()) for sheet, by in by_sheet.items()})


class Grouped:
    """The values of a workbook's records by sheet and by row, grouped once for all forms."""

    def __init__(self, unit: str, reading: Reading, plan: Plan) -> None:
        self._unit = unit
        self._reading = reading
        self._plan = plan
        self._whole: dict[str, Sequence[Mapping[str, Value]]] = {}
        self._rows: dict[tuple[str, str], Groups] = {}

    def whole(self, sheet: str) -> Sequence[Mapping[str, Value]]:
        """Values of all records of a sheet."""
        if sheet not in self._whole:
            self._whole[sheet] = [one.values for one in filled_in(self._reading, sheet)]
        return self._whole[sheet]

    def by_row(self, sheet: str, rows: str) -> Groups:
        """Values of a sheet's records by the key of the printed row that they belong to."""
        at = (sheet, rows)
        if at not in self._rows:
            key = row_key(rows, self._unit, self._plan)
            found: dict[str, list[Mapping[str, Value]]] = {}
            for record in filled_in(self._reading, sheet):
                found.setdefault(key(record), []).append(record.values)
            self._rows[at] = found
        return self._rows[at]


# ---- The printed row that a record belongs to

NOT_WRITTEN = "Chưa ghi"
"""Row of records that leave blank what the rows of a form are made by."""
_BY_VALUE = "value:"
UNKNOWN_FIELD = "Chưa rõ lĩnh vực"
"""Row of records that name neither a field nor a procedure of the plan: no figure is dropped."""


def filled_in(reading: Reading, sheet: str) -> Sequence[Record]:
    """Records of a workbook's sheet; none when blank, missing or ticked as nothing happened."""
    found = reading.sheets.get(sheet)
    return found.records if found and found.state is SheetState.FILLED else ()


def row_key(rows: str, unit: str, plan: Plan) -> Callable[[Record], str]:
    """The function that names the printed row of a unit's record; ``rows`` says what a row is."""
    if rows == "field":
        return _field_of(plan)
    if rows == "procedure":
        return lambda record: str(record.values.get("procedure") or record.key)
    if rows == "task":
        return lambda record: str(record.values.get("task") or record.key)
    if rows.startswith(_BY_VALUE):
        column = rows.removeprefix(_BY_VALUE)
        return lambda record: _value_named(record.values.get(column))
    return lambda _: unit


def _value_named(value: Value) -> str:
    """A value as the row of a form names it."""
    if isinstance(value, bool):
        return "Có" if value else "Không"
    return NOT_WRITTEN if value is None or value == "" else str(value)


def _field_of(plan: Plan) -> Callable[[Record], str]:
    """The function that names a record's field of work: its own, else its procedure's."""
    known = plan.known_fields
    procedures = plan.procedure_by_code

    def name(record: Record) -> str:
        own = record.values.get("field")
        if own in known:
            return str(own)
        procedure = procedures.get(str(record.values.get("procedure", "")))
        if procedure:
            return procedure.field
        return str(own) if own else UNKNOWN_FIELD

    return name
