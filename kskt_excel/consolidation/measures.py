"""Expressions of figures turned into functions over records, compiled once for each group."""

import datetime as dt
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache, reduce
from itertools import chain
from typing import Any, TypeAlias, cast

from kskt_excel.model.calendar import add_workdays
from kskt_excel.model.expressions import Aggregate, Condition, ExpressionError
from kskt_excel.model.forms import Forms, SheetForm
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.period import Period, Window
from kskt_excel.model.plan import Level, Plan
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


def feedback_due(values: DerivedValues, ground: QuarterRecords) -> dt.date | None:
    """Last day to settle a PAKN: as written, else by the plan's number of working days."""
    due, received = values.get("due_on"), values.get("received_on")
    if isinstance(due, dt.date):
        return due
    if not isinstance(received, dt.date):
        return None
    return _after(received, ground.plan.settings.feedback_days, ground.plan.calendar)


def feedback_late(values: DerivedValues, ground: QuarterRecords) -> bool:
    """Settled after its last day."""
    finished, due = values.get("finished_on"), feedback_due(values, ground)
    return isinstance(finished, dt.date) and due is not None and finished > due


def feedback_on_time(values: DerivedValues, ground: QuarterRecords) -> bool:
    """Settled, and not late: without any date to compare it counts as in time."""
    return values.get("finished_on") is not None and not feedback_late(values, ground)


def feedback_judged(values: DerivedValues, ground: QuarterRecords) -> bool:
    """Settled, or due by the end of the reporting window: what is not yet due is not judged."""
    due = feedback_due(values, ground)
    settled = values.get("finished_on") is not None
    return settled or (due is not None and due <= ground.window.end)


def feedback_before_year(values: DerivedValues, ground: QuarterRecords) -> bool:
    """Received before the first day that counts for the year."""
    received, first = values.get("received_on"), Period.quarter(ground.window.end.year, 1)
    return isinstance(received, dt.date) and received < first.window(ground.plan.cutoff_day).start


def _publication_due(values: DerivedValues, ground: QuarterRecords) -> dt.date | None:
    """Last day to publish on the national database (Nghị định 63/2010/NĐ-CP, Điều 24 khoản 2)."""
    decided = values.get("province_decided_on")
    if not isinstance(decided, dt.date):
        return None
    return _after(decided, ground.plan.settings.publication_days, ground.plan.calendar)


def published_on_time(values: DerivedValues, ground: QuarterRecords) -> bool:
    """Published on the national database within the plan's working days after the decision."""
    published, due = values.get("national_db_on"), _publication_due(values, ground)
    return isinstance(published, dt.date) and due is not None and published <= due


def publication_judged(values: DerivedValues, ground: QuarterRecords) -> bool:
    """Decided, and published or due to be by the end of the reporting window."""
    due = _publication_due(values, ground)
    return due is not None and (
        values.get("national_db_on") is not None or due <= ground.window.end
    )


def submitted_in_time(values: DerivedValues, ground: QuarterRecords) -> bool:
    """Submitted within the plan's working days after a ministry's decision was received."""
    submitted, due = values.get("submitted_on"), _submission_due(values, ground)
    return isinstance(submitted, dt.date) and due is not None and submitted <= due


def submission_judged(values: DerivedValues, ground: QuarterRecords) -> bool:
    """Received, and submitted or due to be by the end of the reporting window."""
    due = _submission_due(values, ground)
    return due is not None and (values.get("submitted_on") is not None or due <= ground.window.end)


def _submission_due(values: DerivedValues, ground: QuarterRecords) -> dt.date | None:
    received = values.get("received_on")
    if not isinstance(received, dt.date):
        return None
    return _after(received, ground.plan.settings.submission_days, ground.plan.calendar)


def _announcement(decided_on: str, effective_on: str, document: str = "") -> tuple[Question, ...]:
    """Whether procedures are announced days before a text takes effect, and whether that is due.

    Of a text that has no number yet nothing is asked. Source: Nghị định 63/2010/NĐ-CP, Điều 15.
    """

    def latest(values: DerivedValues, ground: QuarterRecords) -> dt.date | None:
        effective = values.get(effective_on)
        if not isinstance(effective, dt.date) or (document and not values.get(document)):
            return None
        return effective - dt.timedelta(days=ground.plan.settings.days_before_effect)

    def in_time(values: DerivedValues, ground: QuarterRecords) -> bool:
        decided, last = values.get(decided_on), latest(values, ground)
        return isinstance(decided, dt.date) and last is not None and decided <= last

    def is_due(values: DerivedValues, ground: QuarterRecords) -> bool:
        last = latest(values, ground)
        return last is not None and (
            values.get(decided_on) is not None or last <= ground.window.end
        )

    return in_time, is_due


def _checked(values: DerivedValues, ground: QuarterRecords) -> bool:
    checked = values.get("checked_on")
    return isinstance(checked, dt.date) and checked in ground.window


def _carried(values: DerivedValues, _ground: QuarterRecords) -> bool:
    return values.get(CARRIED) is True


def _decided_at(level: Level) -> Question:
    """Whether the plan says of a row's procedure that this level of government decides on it."""

    def question(values: DerivedValues, ground: QuarterRecords) -> bool:
        known = ground.plan.procedure_by_code.get(str(values.get("procedure")))
        return known is not None and known.level == level

    return question


_OF_PROCEDURE = _announcement("province_decided_on", "law_effective_on")
_OF_TEXT = _announcement("announced_on", "effective_on", "document")
QUESTIONS: Mapping[tuple[str, str], Question] = {
    ("pakn", "on_time"): feedback_on_time,
    ("pakn", "late"): feedback_late,
    ("pakn", "judged"): feedback_judged,
    ("pakn", "before_year"): feedback_before_year,
    ("cong-bo", "published_on_time"): published_on_time,
    ("cong-bo", "publication_due"): publication_judged,
    ("cong-bo", "submitted_in_time"): submitted_in_time,
    ("cong-bo", "submission_due"): submission_judged,
    ("cong-bo", "announced_in_time"): _OF_PROCEDURE[0],
    ("cong-bo", "announcement_due"): _OF_PROCEDURE[1],
    ("vbqppl", "announced_in_time"): _OF_TEXT[0],
    ("vbqppl", "announcement_due"): _OF_TEXT[1],
    ("dia-chi-pakn", "checked"): _checked,
    ("danh-muc", "at_district"): _decided_at("district"),
    ("danh-muc", "at_commune"): _decided_at("commune"),
}
"""Questions that a condition may ask beside the sheet's own columns, by sheet and name."""
LATER_COLUMNS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("vbqppl", "announced_in_time"): ("effective_on", "announced_on"),
    ("vbqppl", "announcement_due"): ("effective_on", "announced_on"),
}
"""Columns that a question needs and that earlier versions of its sheet did not have."""


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
    of_form = {name: one for (sheet, name), one in QUESTIONS.items() if sheet == form.id}
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
        return _count(aggregate, test)
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


def _count(aggregate: Aggregate, test: Test | None) -> Measure:
    if test is None:
        return len
    first, *others = aggregate.conditions
    if first.op == "yes" and not others and (aggregate.sheet, first.column) not in QUESTIONS:
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
        raise ExpressionError(name, f"không có sheet “{sheet}”")
    if column and column not in definition.by_key:
        raise ExpressionError(name, f"sheet “{sheet}” không có cột “{column}”")
