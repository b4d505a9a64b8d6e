"""What each unit adds to each row of each printed form (Share), counted once by its worker."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from kskt_excel.consolidation.measures import (
    Measure,
    QuarterRecords,
    compile_aggregate,
    empty,
    figure_of,
    joined_all,
)
from kskt_excel.consolidation.scores import FIGURES
from kskt_excel.consolidation.sources import QuarterSources, Share, filled_in, row_key
from kskt_excel.model.errors import UnknownPeriodError
from kskt_excel.model.expressions import (
    Aggregate,
    Constant,
    Expression,
    ExpressionError,
    OwnColumn,
    parse,
)
from kskt_excel.model.forms import FormDefinitionError, Forms, PrintedColumn, PrintedForm
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Plan
from kskt_excel.model.reading import Reading, Value
from kskt_excel.model.submission import Amount, Amounts, Tally, UnitReport

Groups: TypeAlias = Mapping[str, Sequence[Mapping[str, Value]]]
"""Values of records by the sheet that they stand in."""


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
        values: dict[str, Value] = {number: figure_of(amount) for number, amount in amounts.items()}
        for number, expression in self.derived:
            values[number] = _added_up(expression, values)
        return {c.number: values[c.number] for c in self.form.columns if c.number in values}


def compile_form(form: PrintedForm, ground: QuarterRecords) -> CompiledForm:
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


def _base(number: str, expression: Expression, ground: QuarterRecords) -> BaseColumn:
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
        self._known: dict[Period, Counter] = {}

    def tally(self, reading: Reading) -> Tally | None:
        """What a workbook adds to the figures; None when it does not say of whom and of when."""
        period, unit = _quarter(reading.identity.period), reading.identity.unit
        if period is None or not unit or not reading.sheets:
            return None
        if period not in self._known:
            self._known[period] = Counter.of(period, self._plan, self._forms)
        return self._known[period].tally(unit, reading)


def _quarter(text: str) -> Period | None:
    try:
        period = Period.parse(text)
    except UnknownPeriodError:
        return None
    return None if period.cumulative else period


def counted_forms(ground: QuarterRecords) -> tuple[PrintedForm, ...]:
    """The forms that every workbook of a quarter is counted for."""
    return (*ground.forms.printed_on(ground.window.end), *unprinted_forms(ground.plan))


def shares_in(quarter: QuarterSources, form: PrintedForm, rows: str) -> Sequence[Share]:
    """What each unit adds to each row of a form in a quarter; ``rows`` says what a row is."""
    if not quarter.counted:
        forms = counted_forms(quarter.ground)
        quarter.shares.update(_shares(quarter, forms, of_workers=True))
        quarter.counted.update({one.id: one for one in forms})
    if quarter.counted.get(form.id) == form:
        return quarter.shares.get((form.id, rows), ())
    # a longer period has the forms of its end, which may not be those of every quarter
    return _shares(quarter, (form,), of_workers=False).get((form.id, rows), ())


def _shares(
    quarter: QuarterSources, forms: Sequence[PrintedForm], *, of_workers: bool
) -> Mapping[tuple[str, str], Sequence[Share]]:
    """The shares by form and by what a row is; report after report, no two of them unpacked."""
    counter = Counter(quarter.period, quarter.ground, forms)
    kinds = {form.id: form.rows for form in forms}
    found: dict[tuple[str, str], list[Share]] = {}
    at = quarter.period.id
    for report in quarter.reports:
        unit = report.unit
        known = _known(report, at) if of_workers else None
        tally = known or counter.tally(unit, report.reading)
        for form, amounts in tally.whole.items():
            found.setdefault((form, "unit"), []).append(Share(unit, at, unit, amounts))
        for form, by_key in tally.rows.items():
            shares = found.setdefault((form, kinds[form]), [])
            shares.extend([Share(unit, at, key, amounts) for key, amounts in by_key.items()])
    return found


def _known(report: UnitReport, quarter: str) -> Tally | None:
    """What a worker counted, where it counted for the unit and quarter that the report is of."""
    tally = report.tally
    fits = tally is not None and (tally.unit, tally.period) == (report.unit, quarter)
    return tally if fits else None


def _compiled(forms: Iterable[PrintedForm], ground: QuarterRecords) -> Iterator[CompiledForm]:
    for form in forms:
        try:
            yield compile_form(form, ground)
        except FormDefinitionError:
            continue


def _by_row(compiled: CompiledForm, grouped: "Grouped") -> Iterator[tuple[str, Amounts]]:
    by_sheet = {sheet: grouped.by_row(sheet, compiled.form.rows) for sheet in compiled.sheets}
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
        """The same by the key of the printed row that they belong to."""
        at = (sheet, rows)
        if at not in self._rows:
            key = row_key(rows, self._unit, self._plan)
            found: dict[str, list[Mapping[str, Value]]] = {}
            for record in filled_in(self._reading, sheet):
                found.setdefault(key(record), []).append(record.values)
            self._rows[at] = found
        return self._rows[at]
