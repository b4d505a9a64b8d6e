"""Indicators and the evaluation: ratios of sums, never means of ratios; None over 0.

The criteria of an evaluation scheme are computed from the office's figures, as far as they allow.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Final

from kskt_excel.consolidation.filled_forms import figures_by_unit, fill_from, shares_by
from kskt_excel.consolidation.sources import (
    PeriodSources,
    QuarterSources,
    filled_records,
)
from kskt_excel.consolidation.tally import (
    EVALUATION,
    compile_aggregate,
    compile_form,
    counted_figures,
    figure_of,
    indicator_form,
    row_test,
    unprinted_form,
)
from kskt_excel.model.consolidation import (
    CriterionScore,
    Evaluation,
    FormTable,
    IndicatorValue,
    ValueKind,
)
from kskt_excel.model.errors import KsktError
from kskt_excel.model.expressions import (
    Aggregate,
    Constant,
    Counted,
    Expression,
    ExpressionError,
    FormTotal,
    parse,
)
from kskt_excel.model.forms import PIECES, PrintedForm
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.plan import Basis, Indicator, Plan
from kskt_excel.model.reading import Reading, Record, SheetState
from kskt_excel.model.regime import (
    MINIMUM,
    Counts,
    Criterion,
    Scheme,
    ScoreStep,
    filled_basis,
    placeholder,
    placeholders,
)
from kskt_excel.model.submission import UnitReport
from kskt_excel.text.shown import exact, grouped_number, percent_text, rounded, telling_decimals

# ---- Indicators of the plan


def totals_of(form: PrintedForm, sources: PeriodSources) -> Mapping[Aggregate, float]:
    """Each aggregate of an unprinted form over all units, added up by the form's own rules."""
    asked = [parse(column.source).aggregates[0] for column in form.columns]
    compiled = compile_form(form, sources.quarters[-1].ground)
    amounts = compiled.folded(shares_by(form, sources, "unit"))
    figures = [figure_of(amounts[column.number]) for column in form.columns]
    return {
        aggregate: figure if isinstance(figure, int | float) else 0
        for aggregate, figure in zip(asked, figures, strict=True)
    }


_PER_CENT = 100


class IndicatorError(KsktError):
    """An indicator of the plan whose numerator or denominator cannot be understood."""

    def __init__(self, indicator: str, error: ExpressionError) -> None:
        super().__init__(
            f"Chỉ tiêu {indicator} ở trang “Chỉ tiêu” của tệp kế hoạch chưa tính được. {error}"
            " Đề nghị sửa ô tử số hoặc mẫu số, ví dụ: II.06a[8] + II.06a[9]."
        )


@dataclass(frozen=True)
class IndicatorSources:
    """What the indicators of an edition are counted from."""

    sources: PeriodSources
    so_far: PeriodSources  # the year up to the end of the period
    tables: Mapping[str, FormTable]
    counted: Mapping[str, int]  # tasks(due), units(on_time), activities(done), …

    def values(self, wanted: Callable[[Indicator], bool]) -> Mapping[str, IndicatorValue]:
        """The indicators of the plan that are wanted, by id. Raises IndicatorError."""
        chosen = [one for one in self.sources.plan.indicators if wanted(one)]
        parsed = {one.id: _parsed(one, self.sources) for one in self.sources.plan.indicators}
        totals: dict[Basis, Mapping[Aggregate, float]] = {}
        for basis in dict.fromkeys(one.basis for one in chosen):
            pairs = [parsed[one.id] for one in self.sources.plan.indicators if one.basis == basis]
            asked = [aggregate for pair in pairs for side in pair for aggregate in side.aggregates]
            form = indicator_form(basis, asked, self.sources.forms)
            totals[basis] = totals_of(form, self._quarters(basis)) if asked else {}
        return {one.id: self._value(one, parsed[one.id], totals[one.basis]) for one in chosen}

    def behind(self, missed: Collection[str]) -> Mapping[str, Mapping[str, tuple[float, float]]]:
        """Numerator and denominator of each unit that itself misses a target, by indicator.

        None of what is not counted from one sheet of the units alone.
        """
        chosen = [one for one in self.sources.plan.indicators if one.id in missed]
        by_basis = {basis: self._by_unit(basis) for basis in dict.fromkeys(o.basis for o in chosen)}
        return {one.id: self._missing_it(one, by_basis[one.basis]) for one in chosen}

    def _missing_it(
        self, one: Indicator, known: Mapping[object, Mapping[str, float]]
    ) -> Mapping[str, tuple[float, float]]:
        pair = _parsed(one, self.sources)
        items = [item for side in pair for _, item in side.terms]
        places = {
            item.sheet if isinstance(item, Aggregate) else item.form
            for item in items
            if isinstance(item, Aggregate | FormTotal)
        }
        if len(places) != 1 or not all(isinstance(item, Aggregate | FormTotal) for item in items):
            return {}  # of several sheets, which different units fill, or of the plan
        found: dict[str, tuple[float, float]] = {}
        for unit in dict.fromkeys(unit for own in known.values() for unit in own):
            numerator, denominator = (
                sum(sign * known.get(item, {}).get(unit, 0) for sign, item in side.terms)
                for side in pair
            )
            if indicator_value(one, numerator, denominator).met is False:
                found[unit] = (numerator, denominator)
        return found

    def _by_unit(self, basis: Basis) -> Mapping[object, Mapping[str, float]]:
        """What each unit adds to every figure that indicators of a basis are made of."""
        quarters = self._quarters(basis)
        parsed = [
            _parsed(o, self.sources) for o in self.sources.plan.indicators if o.basis == basis
        ]
        items = [item for pair in parsed for side in pair for _, item in side.terms]
        found: dict[object, dict[str, float]] = {}
        asked = [item for item in items if isinstance(item, Aggregate)]
        if asked:
            form = indicator_form(basis, asked, self.sources.forms)
            told = [(one.number, parse(one.source).aggregates[0]) for one in form.columns]
            for unit, own in figures_by_unit(form, quarters).items():
                for number, aggregate in told:
                    value = own.get(number)
                    if isinstance(value, int | float):
                        found.setdefault(aggregate, {})[unit] = value
        end = self.sources.period.window(self.sources.plan.cutoff_day).end
        in_force = {one.id: one for one in self.sources.forms.printed_on(end)}
        totals = dict.fromkeys(item for item in items if isinstance(item, FormTotal))
        for name in dict.fromkeys(item.form for item in totals):
            by_unit = figures_by_unit(in_force[name], quarters) if name in in_force else {}
            for item in totals:
                for unit, own in by_unit.items() if item.form == name else ():
                    value = own.get(item.number)
                    if isinstance(value, int | float):
                        found.setdefault(item, {})[unit] = value
        return found

    def _quarters(self, basis: Basis) -> PeriodSources:
        return self.so_far if basis == "to_date" else self.sources

    def _value(
        self,
        one: Indicator,
        pair: tuple[Expression, Expression],
        totals: Mapping[Aggregate, float],
    ) -> IndicatorValue:
        quarters = self._quarters(one.basis)
        aggregates = [aggregate for side in pair for aggregate in side.aggregates]
        untold = dict.fromkeys(
            place for each in aggregates if not totals[each] and (place := quarters.untold(each))
        )
        if untold or any(_is_untold(item, quarters) for side in pair for _, item in side.terms):
            kind = ValueKind.NOT_REPORTED
            nothing = IndicatorValue(one.id, 0, 0, None, one.target, None, kind=kind)
            return replace(nothing, untold=tuple(untold))
        numerator, denominator = (self._sum(side, one.basis, totals) for side in pair)
        return indicator_value(one, numerator, denominator)

    def _sum(
        self, expression: Expression, basis: Basis, totals: Mapping[Aggregate, float]
    ) -> float:
        terms = expression.terms
        return sum(sign * self._item(item, basis, totals) for sign, item in terms)

    def _item(self, item: object, basis: Basis, totals: Mapping[Aggregate, float]) -> float:
        if isinstance(item, Aggregate):
            return totals[item]
        if isinstance(item, Counted):
            return self.counted.get(item.name, 0)
        if isinstance(item, Constant):
            return item.value
        if isinstance(item, FormTotal):
            table = self._table(item.form, basis)
            value = table.total.get(item.number) if table else 0
            return value if isinstance(value, int | float) else 0
        return 0

    def _table(self, form: str, basis: Basis) -> FormTable | None:
        if basis != "to_date" or self.so_far is self.sources:
            return self.tables.get(form)
        in_force = self.sources.forms.printed_on(
            self.sources.period.window(self.sources.plan.cutoff_day).end
        )
        found = next((one for one in in_force if one.id == form), None)
        return fill_from(found, self.so_far).table if found else None


def _is_untold(item: object, sources: PeriodSources) -> bool:
    """Whether nobody who owes what a term is counted from has reported: nobody has said 0."""
    if isinstance(item, Aggregate):
        return sources.nobody_tells(item.sheet)
    if isinstance(item, Counted):
        telling = list(sources.forms.fulfilling(PIECES_DONE.get(item.name, "")))
        return bool(telling) and all(sources.nobody_tells(form.id) for form, _ in telling)
    if isinstance(item, FormTotal):
        fed_by = sources.forms.printed_by_id[item.form].feeds
        return bool(fed_by) and all(sources.nobody_tells(sheet) for sheet in fed_by)
    return False


PIECES_DONE = {f"{pieces}(done)": pieces for pieces in PIECES}
"""Counted names of what tasks' own plans foresee and reports tell as done."""


@dataclass(frozen=True, slots=True)
class CarriedOut:
    """A row that tells a piece of a task's own plan as done; 0 where enough were told before."""

    quarter: QuarterSources
    report: UnitReport
    form: str
    record: Record
    column: str
    adds: int


def carried_out(name: str, so_far: PeriodSources) -> Iterator[CarriedOut]:
    """The rows of the year that fulfil what the tasks' own plans foresee: of PIECES_DONE."""
    wanted, pieces = _foreseen(name, so_far.plan), PIECES_DONE[name]
    for quarter in so_far.quarters if wanted else ():
        telling = [
            (form, fulfils, row_test(form, fulfils.when, quarter.ground))
            for form, fulfils in quarter.ground.forms.fulfilling(pieces)
        ]
        for report in quarter.reports:
            for form, fulfils, is_told in telling:
                for record in filled_records(report, form.id):
                    told = str(record.values.get(fulfils.named_by) or "")
                    if told in wanted and is_told(record.values):
                        adds = int(wanted[told] > 0)
                        wanted[told] -= adds
                        yield CarriedOut(quarter, report, form.id, record, fulfils.named_by, adds)


def _foreseen(name: str, plan: Plan) -> Counter[str]:
    """How often each kind of activity is planned, or each unit is to be inspected once."""
    wanted: Counter[str] = Counter()
    for piece in plan.planned:
        if piece.kind and name == "activities(done)":
            wanted[piece.kind] += piece.count
        elif piece.unit and name == "inspections(done)":
            wanted[plan.unit_by_code[piece.unit].name] = 1
    return wanted


def counts_tasks(indicator: Indicator) -> bool:
    """Whether an indicator counts tasks by their verdicts, which rest on the other indicators."""
    return "tasks(" in indicator.numerator or "tasks(" in indicator.denominator


def indicator_value(one: Indicator, numerator: float, denominator: float) -> IndicatorValue:
    """The ratio with its target: not met, met, or None when there is nothing to divide by."""
    if not denominator:
        kind = ValueKind.NIL
        return IndicatorValue(one.id, numerator, denominator, None, one.target, None, kind=kind)
    ratio = exact(numerator) / exact(denominator)
    value = numerator / denominator
    if one.target is None:
        return IndicatorValue(one.id, numerator, denominator, value, None, None)
    scale, target, is_limit = _scale(one), exact(one.target), one.direction == "down"
    met = ratio <= target if is_limit else ratio >= target
    decimals = telling_decimals(ratio * scale, target * scale, at_most=is_limit)
    return IndicatorValue(one.id, numerator, denominator, value, one.target, met, decimals)


def _scale(one: Indicator) -> int:
    return _PER_CENT if one.unit == "%" else 1


def _parsed(one: Indicator, sources: PeriodSources) -> tuple[Expression, Expression]:
    ground = sources.quarters[-1].ground
    try:
        pair = (parse(one.numerator), parse(one.denominator))
        for expression in pair:
            for aggregate in expression.aggregates:
                compile_aggregate(aggregate, ground)
            _refuse_unknown(expression, sources)
    except ExpressionError as error:
        raise IndicatorError(one.id, error) from error
    return pair


def _refuse_unknown(expression: Expression, sources: PeriodSources) -> None:
    forms = sources.forms.printed_by_id
    for _, item in expression.terms:
        if isinstance(item, FormTotal):
            columns = forms[item.form].columns if item.form in forms else ()
            if item.number not in {column.number for column in columns if column.source}:
                where = f"{item.form}[{item.number}]"
                raise ExpressionError(expression.text, f"không có cột {where}")
        elif not isinstance(item, Aggregate | Counted | Constant):
            raise ExpressionError(expression.text, "cột phải ghi kèm biểu, ví dụ II.06a[8]")


# ---- The evaluation: criteria of a scheme, their points and the class

_GIVEN: Final = (SheetState.FILLED, SheetState.NIL)


@dataclass(frozen=True, slots=True)
class Score:
    """Points with the figures behind them; no points where the figures do not allow it."""

    points: float | None
    basis: str


def report_counts(scheme: Scheme, readings: Iterable[Reading]) -> Counts:
    """The figures ``reports(sheet)``: how many units gave a sheet, if only as nothing to tell."""
    every = tuple(readings)
    return {
        name: sum(reading.state_of(sheet) in _GIVEN for reading in every)
        for name, sheet in scheme.reported_sheets.items()
    }


def one_decimal(value: Fraction) -> float:
    """Rounded half up to one decimal (Điều 15 khoản 2a: làm tròn đến 1 chữ số thập phân)."""
    return float(rounded(value, 1))


RateDecimals = Mapping[tuple[float, float], int]
"""Decimals of rates by numerator and denominator, the same in every product; of others it is 1."""


def percentage(part: int, whole: int, decimals: int = 1) -> str:
    """``1.002/1.200 = 83,5 %``; without a whole only the two numbers."""
    counts = f"{grouped_number(part)}/{grouped_number(whole)}"
    return f"{counts} = {percent_text(Fraction(part, whole), decimals)}" if whole else counts


def criteria_decimals(scheme: Scheme, counts: Counts, minimum: Fraction) -> RateDecimals:
    """How many decimals the rates need that the criteria hold against a limit."""
    known = _counts_with_sums(scheme, counts, minimum)
    needed: dict[tuple[float, float], int] = {}
    for one in scheme.criteria:
        for basis in (one.basis, *(step.basis for step in one.steps)):
            for inside in placeholders(basis):
                name, whole, limits = placeholder(inside)
                part, of = int(known.get(name, 0)), int(known.get(whole, 0))
                for limit in limits if of else ():
                    least = known[limit] if limit in known else Fraction(limit)
                    decimals = telling_decimals(Fraction(100 * part, of), least)
                    needed[part, of] = max(decimals, needed.get((part, of), 1))
    return needed


def scores(
    scheme: Scheme, counts: Counts, minimum: Fraction, decimals: RateDecimals
) -> Mapping[int, Score]:
    """The criteria by number; ``minimum`` is the share that the plan sets, in per cent."""
    known = _counts_with_sums(scheme, counts, minimum)
    return {one.number: _score(one, known, decimals) for one in scheme.criteria}


def _counts_with_sums(scheme: Scheme, counts: Counts, minimum: Fraction) -> Mapping[str, Fraction]:
    return {**scheme.with_sums(counts), MINIMUM: minimum}


def _score(criterion: Criterion, known: Mapping[str, Fraction], decimals: RateDecimals) -> Score:
    for step in criterion.steps:
        if all(one.holds(known) for one in step.comparisons):
            return Score(_points(step, known), _basis(criterion, step, known, decimals))
    return Score(None, _filled(criterion.basis, known, decimals))


def _points(step: ScoreStep, known: Mapping[str, Fraction]) -> float | None:
    if not step.mean:
        return step.points
    dossiers = [known[name] for name in step.mean]
    whole = sum(dossiers)
    if not whole:
        return None
    most = len(dossiers) - 1
    added = sum(((most - place) * count for place, count in enumerate(dossiers)), Fraction(0))
    return one_decimal(added / whole)


def _basis(
    criterion: Criterion, step: ScoreStep, known: Mapping[str, Fraction], decimals: RateDecimals
) -> str:
    own = _filled(criterion.basis, known, decimals)
    return _filled(step.basis, known, decimals, own) if step.basis else own


def _filled(
    basis: str, known: Mapping[str, Fraction], decimals: RateDecimals, own: str = ""
) -> str:
    shown = {inside: _brace_text(inside, known, decimals, own) for inside in placeholders(basis)}
    return filled_basis(basis, shown)


def _brace_text(
    inside: str, known: Mapping[str, Fraction], decimals: RateDecimals, own: str
) -> str:
    """What stands for a pair of braces: a count, a share of a whole, the criterion's own basis."""
    if inside == "basis":
        return own
    name, whole, _ = placeholder(inside)
    if not whole:
        value = known[name]
        return percent_text(value / 100) if name == MINIMUM else grouped_number(int(value))
    part, of = int(known[name]), int(known[whole])
    return percentage(part, of, decimals.get((part, of), 1))


NO_EVALUATION = Evaluation((), 0, 0, "")


def shown_alike(
    values: Iterable[IndicatorValue], sources: PeriodSources
) -> tuple[tuple[IndicatorValue, ...], RateDecimals]:
    """The indicators and every rate of the period with the decimals that all who judge it need."""
    known, scheme = tuple(values), _scheme(sources)
    decimals: dict[tuple[float, float], int] = {}
    if scheme:
        minimum = sources.plan.settings.whole_process_share
        decimals.update(criteria_decimals(scheme, _counts(sources, scheme), minimum))
    for one in known:
        parts = (one.numerator, one.denominator)
        decimals[parts] = max(one.decimals, decimals.get(parts, 1))
    alike = (replace(one, decimals=decimals[one.numerator, one.denominator]) for one in known)
    return tuple(alike), decimals


def evaluation(sources: PeriodSources, decimals: RateDecimals) -> Evaluation:
    """The criteria of the regime's scheme with the units' own points beside.

    Those without data are left out; without a scheme there is nothing to judge by,
    and a campaign is not judged.
    """
    scheme = _scheme(sources)
    if scheme is None:
        return NO_EVALUATION
    counts, minimum = _counts(sources, scheme), sources.plan.settings.whole_process_share
    computed = scores(scheme, counts, minimum, decimals)
    own, weights = _self_scores(sources), _weights(sources, scheme)
    criteria = tuple(
        _criterion(one.number, one.content, own.get(one.number, {}), weights, computed[one.number])
        for one in scheme.criteria
    )
    points = [one.office_score for one in criteria if one.office_score is not None]
    total = one_decimal(sum((exact(point) for point in points), Fraction(0)))
    return Evaluation(criteria, total, len(points), scheme.class_of(total) if points else "")


def _scheme(sources: PeriodSources) -> Scheme | None:
    """The scheme in force at the end of the period; a campaign is not judged."""
    if sources.period.campaign:
        return None
    return sources.plan.regime_on(sources.period.window(sources.plan.cutoff_day).end).scheme


def _counts(sources: PeriodSources, scheme: Scheme) -> Counts:
    known = counted_figures(sources.forms, scheme)
    totals = totals_of(unprinted_form(EVALUATION, known.values(), sources.forms), sources)
    given = report_counts(scheme, (report.reading for report in sources.reports))
    counted = {name: int(totals[one]) for name, one in known.items()}
    return {**dict.fromkeys(scheme.figures, 0), **counted, **given}


def _weights(sources: PeriodSources, scheme: Scheme) -> Mapping[str, int]:
    """Dossiers that each unit has settled in the period: what its own points weigh."""
    known = counted_figures(sources.forms, scheme)
    form = unprinted_form(EVALUATION, known.values(), sources.forms)
    compiled = compile_form(form, sources.quarters[-1].ground)
    numbers = [str(n) for n, name in enumerate(known, start=1) if name in scheme.weighed_by]
    settled: dict[str, int] = {}
    for share in shares_by(form, sources, "unit"):
        amounts = compiled.folded([share])
        own = sum(one for n in numbers if isinstance(one := amounts[n], int | float))
        settled[share.unit] = settled.get(share.unit, 0) + int(own)
    return settled


def _self_scores(sources: PeriodSources) -> Mapping[int, Mapping[str, float]]:
    """Points that units gave themselves, by criterion and unit; the latest quarter's."""
    own: dict[int, dict[str, float]] = {}
    judged_by_units = [form.id for form in sources.forms.sheets if form.rows == "criteria"]
    for report in sources.reports:
        sheets = (report.reading.sheets.get(form) for form in judged_by_units)
        for record in (record for sheet in sheets if sheet for record in sheet.records):
            score = record.values.get("self_score")
            number = str(record.values.get("criterion", record.key))
            if isinstance(score, int | float) and number.isdigit():
                own.setdefault(int(number), {})[report.unit] = float(score)
    return own


def _criterion(
    number: int,
    content: str,
    own: Mapping[str, float],
    weights: Mapping[str, int],
    score: Score,
) -> CriterionScore:
    mean = _weighted(own, weights) if own else None
    return CriterionScore(
        number=number,
        content=content,
        self_scores=own,
        self_score=None if mean is None else one_decimal(mean),
        office_score=score.points,
        basis=score.basis,
    )


def _weighted(own: Mapping[str, float], weights: Mapping[str, int]) -> Fraction:
    """The mean over dossiers (Điều 15 khoản 2a); over units where none of them has any."""
    total = sum(weights.get(unit, 0) for unit in own)
    if not total:
        return sum((exact(one) for one in own.values()), Fraction(0)) / len(own)
    added = (exact(one) * weights.get(unit, 0) for unit, one in own.items())
    return sum(added, Fraction(0)) / total
