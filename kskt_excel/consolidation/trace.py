"""From a printed figure back to the cells in units' workbooks that it was made from."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from kskt_excel.consolidation.filled_forms import (
    deciding_column,
    parts_of,
    reported_quarters,
    source_of,
)
from kskt_excel.consolidation.indicators import PIECES_DONE, carried_out
from kskt_excel.consolidation.sources import (
    PeriodSources,
    QuarterSources,
    RecordGroups,
    row_words,
)
from kskt_excel.consolidation.tally import (
    QuarterRecords,
    compile_conditions,
    is_keyed,
    key_columns,
    row_names,
    unprinted_form,
)
from kskt_excel.model.consolidation import Consolidation
from kskt_excel.model.expressions import (
    Aggregate,
    Condition,
    Counted,
    Expression,
    FormTotal,
    OwnColumn,
    parse,
)
from kskt_excel.model.forms import Forms, PrintedForm
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.plan import Basis, Plan
from kskt_excel.model.reading import Record, Value
from kskt_excel.model.submission import UnitReport

TOTAL = ""
"""Row key of the line «Tổng cộng»."""


@dataclass(frozen=True, slots=True)
class TraceLine:
    """One cell behind a figure (nguồn số liệu) with what it adds: ``adds`` sums to the figure.

    A row that is counted adds 1 and shows the cell that it is counted for; a text counted once
    adds 1 where it first stands; texts that are only joined add 0.
    """

    unit: str
    period: str  # quarter id
    version: int
    file: str
    sheet: str
    row: int
    cell: str  # "G12"; the row alone where the unit's sheet has no such column
    heading: str
    value: Value  # as read from the cell
    adds: float
    row_name: str = ""  # what a person knows the row by: its code, else its own words


@dataclass(frozen=True, slots=True)
class _Place:
    """Where to look: a form, a row of it, everything that counts."""

    form: PrintedForm
    row: str
    sources: PeriodSources


@dataclass(frozen=True, slots=True)
class _Workbook:
    """What counts of a unit in a quarter."""

    quarter: QuarterSources
    report: UnitReport

    def line(self, sheet: str, record: Record, column: str, adds: float) -> TraceLine:
        """The line of a record's cell."""
        at = self.report.reading.sheets[sheet].ref(record, column)
        ground = self.quarter.ground
        form = ground.forms.sheet_by_id[sheet]
        headed = form.by_key[column]
        return TraceLine(
            unit=self.report.unit,
            period=self.quarter.period.id,
            version=self.report.submission.version,
            file=self.report.submission.file,
            sheet=at.sheet,
            row=at.row,
            cell=at.a1,
            heading=headed.heading_on(ground.window.end),
            value=record.values.get(column),
            adds=adds,
            row_name=row_words(form, record),
        )


class Tracer:
    """Follows many figures of one consolidation, grouping the records once."""

    def __init__(
        self,
        consolidation: Consolidation,
        *,
        plan: Plan,
        forms: Forms,
        earlier: Iterable[UnitReport] = (),
    ) -> None:
        """``earlier`` is what counts in the year's quarters before, for figures of the year."""
        in_force = consolidation.printed(forms)
        self._forms = {form.id: form for form in in_force}
        reports = _by_quarter(consolidation.reports)
        self._sources = PeriodSources.of(consolidation.period, plan, forms, reports)
        self._so_far = self._sources.so_far(_by_quarter(earlier) | reports)

    def lines(self, form_id: str, row_key: str, column_number: str) -> tuple[TraceLine, ...]:
        """The cells behind a figure in the order of quarters, units and rows.

        ``row_key`` is the printed row's key, "" for the total. Columns made of other columns are
        followed to their cells. Cells left blank add nothing and are left out, zeros are not.
        Raises KeyError for a form or column that the period does not have.
        """
        place = _Place(self._forms[form_id], row_key, self._sources)
        return tuple(_column_lines(place, column_number))

    def total(self, aggregate: Aggregate, basis: Basis = "in_period") -> tuple[TraceLine, ...]:
        """The cells behind an aggregate over all units, as indicators and scores ask for it."""
        form = unprinted_form("trace", (aggregate,), self._sources.forms, basis)
        return tuple(_column_lines(_Place(form, TOTAL, self._period_of(basis)), "1"))

    def expression(self, text: str, basis: Basis) -> tuple[TraceLine, ...]:
        """The cells behind an indicator's numerator or denominator, of all quarters of its basis.

        What counts tasks or units is not in cells and is left out. Raises KeyError as ``lines``.
        """
        found: list[TraceLine] = []
        for sign, item in parse(text).terms:
            if isinstance(item, Aggregate):
                lines = self.total(item, basis)
            elif isinstance(item, FormTotal):
                place = _Place(self._forms[item.form], TOTAL, self._period_of(basis))
                lines = tuple(_column_lines(place, item.number))
            elif isinstance(item, Counted) and item.name in PIECES_DONE:
                lines = tuple(self._carried_out(item.name))
            else:
                continue
            found += [replace(one, adds=sign * one.adds) for one in lines]
        return tuple(found)

    def _period_of(self, basis: Basis) -> PeriodSources:
        return self._so_far if basis == "to_date" else self._sources

    def _carried_out(self, name: str) -> Iterator[TraceLine]:
        for one in carried_out(name, self._so_far):
            workbook = _Workbook(one.quarter, one.report)
            yield workbook.line(one.form, one.record, one.column, one.adds)


def _by_quarter(reports: Iterable[UnitReport]) -> dict[str, list[UnitReport]]:
    found: dict[str, list[UnitReport]] = {}
    for report in reports:
        found.setdefault(report.submission.period, []).append(report)
    return found


def _column_lines(place: _Place, number: str, sign: int = 1) -> Iterator[TraceLine]:
    """Lines of a column; a fixed number in its source comes from no cell and has none."""
    source = {one.number: one.source for one in place.form.columns}[number]
    expression = parse(source) if source else Expression("", ())
    if expression.reads_records:
        lines = tuple(_cell_lines(place, number, expression, sign))
        yield from _with_contributions(expression.aggregates[0].kind, lines, sign)
    for own, item in expression.terms:
        if isinstance(item, OwnColumn):
            yield from _column_lines(place, item.number, sign * own)


def _with_contributions(kind: str, lines: Sequence[TraceLine], sign: int) -> Iterator[TraceLine]:
    """The lines with what they add where it depends on the others: texts once, the largest."""
    if kind not in ("distinct", "max"):
        yield from lines
        return
    numbers = [one.value for one in lines if isinstance(one.value, int | float)]
    largest = max(numbers, default=0)
    seen: set[Value] = set()
    for line in lines:
        first = line.value not in seen
        seen.add(line.value)
        if kind == "distinct":
            yield replace(line, adds=sign if first else 0)
        else:
            yield replace(line, adds=largest if largest == line.value and first else 0)


def _cell_lines(
    place: _Place, number: str, expression: Expression, sign: int
) -> Iterator[TraceLine]:
    sources = place.sources
    if not sources.period.cumulative:
        for quarter in sources.quarters:
            for report in quarter.reports:
                yield from _report_lines(place, quarter, report, expression, sign)
        return
    if is_keyed(place.form, number):
        yield from _keyed_lines(place, number, expression.aggregates[0], sign)
        return
    reported = reported_quarters(place.form, sources)
    sheet = expression.aggregates[0].sheet
    for quarter in sources.quarters:
        for report in quarter.reports:
            quarters = reported.get((sources.heir(report.unit), sheet), ())
            for part in parts_of(place.form, number, quarters):
                if part.quarter == quarter.period.id:
                    source = source_of(place.form, part.number)
                    yield from _report_lines(place, quarter, report, source, sign * part.sign)


def _keyed_lines(
    place: _Place, number: str, aggregate: Aggregate, sign: int
) -> Iterator[TraceLine]:
    """Lines of rows that count once: each adds where it stands in its last deciding quarter."""
    deciding = deciding_column(place.form, number)
    decided: dict[tuple[str, ...], str] = {}
    for quarter, _, _, name in _counted_records(
        place, source_of(place.form, deciding).aggregates[0]
    ):
        decided[name] = quarter.period.id
    for quarter, report, record, name in _counted_records(place, aggregate):
        adds = sign if decided.get(name) == quarter.period.id else 0
        yield from _record_lines(_Workbook(quarter, report), aggregate, (record,), adds)


def _counted_records(
    place: _Place, aggregate: Aggregate
) -> Iterator[tuple[QuarterSources, UnitReport, Record, tuple[str, ...]]]:
    """Every record of an aggregate with the printed row, unit and key that it counts for."""
    for quarter in place.sources.quarters:
        test = compile_conditions(aggregate, quarter.ground)
        key = key_columns(aggregate.sheet, quarter.ground)
        for report in quarter.reports:
            unit = place.sources.heir(report.unit)
            for row, records in _groups(place, quarter, report, aggregate.sheet).items():
                kept = [one for one in records if test is None or test(one.values)]
                names = row_names([one.values for one in kept], key)
                for record, name in zip(kept, names, strict=True):
                    yield quarter, report, record, (row, unit, name)


def _report_lines(
    place: _Place, quarter: QuarterSources, report: UnitReport, expression: Expression, sign: int
) -> Iterator[TraceLine]:
    for own, item in expression.terms:
        if isinstance(item, Aggregate):
            records = _records(place, quarter, report, item.sheet)
            if records:
                yield from _record_lines(_Workbook(quarter, report), item, records, sign * own)


def _records(
    place: _Place, quarter: QuarterSources, report: UnitReport, sheet: str
) -> Sequence[Record]:
    groups = _groups(place, quarter, report, sheet)
    return [record for group in groups.values() for record in group]


def _groups(place: _Place, quarter: QuarterSources, report: UnitReport, sheet: str) -> RecordGroups:
    """A unit's records by printed row: those of the row looked at, all of them for the total."""
    groups = quarter.records(report, sheet, place.form.row_kind)
    if place.row == TOTAL:
        return groups
    if place.form.rows == "unit":
        same = place.sources.heir(report.unit) == place.row
        return {place.row: groups.get(report.unit, ())} if same else {}
    return {place.row: groups.get(place.row, ())}


def _record_lines(
    workbook: _Workbook, aggregate: Aggregate, records: Sequence[Record], sign: int
) -> Iterator[TraceLine]:
    ground = workbook.quarter.ground
    test = compile_conditions(aggregate, ground)
    columns = aggregate.columns or (_shown_column(aggregate, ground),)
    for record in records:
        if test is None or test(record.values):
            for column in columns:
                value = record.values.get(column)
                number = value if isinstance(value, int | float) else 0
                adds = {"count": sign, "sum": sign * number}.get(aggregate.kind, 0)
                if aggregate.kind == "count" or value not in (None, ""):
                    yield workbook.line(aggregate.sheet, record, column, adds)


def _shown_column(aggregate: Aggregate, ground: QuarterRecords) -> str:
    """The column whose cell stands for a counted row: of its last condition, else of its key."""
    form = ground.forms.sheet_by_id[aggregate.sheet]

    def in_sheet(condition: Condition) -> bool:
        return condition.column in form.by_key

    named = [one.column for one in aggregate.conditions if in_sheet(one)]
    return named[-1] if named else form.key[-1]
