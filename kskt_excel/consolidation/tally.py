"""What each unit adds to each row of each printed form (Share), counted once by its worker."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from kskt_excel.consolidation.measures import (
    Measure,
    QuarterRecords,
    compile_aggregate,
    compile_keyed,
    empty,
    figure_of,
    joined_all,
)
from kskt_excel.consolidation.scores import figures_of
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
from kskt_excel.model.forms import (
    LATEST,
    UNION,
    FormDefinitionError,
    Forms,
    PrintedColumn,
    PrintedForm,
    SheetForm,
)
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Basis, Plan
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
    return CompiledForm(form, tuple(base), tuple(_ordered(form, derived, known)), feeding, printed)


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


EVALUATION, INDICATORS, CONTRIBUTIONS = "evaluation", "indicators", "contributions"
_AID = 1000  # columns that only help to cumulate others are numbered from here


def unprinted_forms(ground: QuarterRecords) -> Iterator[PrintedForm]:
    """The forms that every workbook of a quarter is counted for beside the printed ones.

    Without the indicators where one cannot be understood: that is said when they are computed.
    """
    plan = ground.plan
    if scheme := plan.regime_on(ground.window.end).scheme:
        yield unprinted_form(EVALUATION, figures_of(ground.forms, scheme).values(), ground.forms)
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
    kinds = {form.id: form.row_kind for form in forms}
    found: dict[tuple[str, str], list[Share]] = {}
    at = quarter.period.id
    for report in quarter.reports:
        unit = report.unit
        known = _tally_of(report, at) if of_workers else None
        tally = known or counter.tally(unit, report.reading)
        for form, amounts in tally.whole.items():
            found.setdefault((form, "unit"), []).append(Share(unit, at, unit, amounts))
        for form, by_key in tally.rows.items():
            shares = found.setdefault((form, kinds[form]), [])
            shares.extend([Share(unit, at, key, amounts) for key, amounts in by_key.items()])
    return found


def _tally_of(report: UnitReport, quarter: str) -> Tally | None:
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
