"""Workbooks counted once for all forms of their quarter: in a worker, else when put together."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from kskt_excel.consolidate.derived import Ground
from kskt_excel.consolidate.shares import CompiledForm, Groups, Share, compile_form
from kskt_excel.consolidate.sources import QuarterSources, filled_in, row_key
from kskt_excel.consolidate.unprinted import unprinted_forms
from kskt_excel.model.errors import UnknownPeriodError
from kskt_excel.model.form_files import FormDefinitionError
from kskt_excel.model.forms import Forms, PrintedForm
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Plan
from kskt_excel.model.reading import Reading, Value
from kskt_excel.model.submission import UnitReport
from kskt_excel.model.tally import Amounts, Tally


class Counter:
    """Counts the workbooks of one quarter, its forms compiled once for all of them.

    A form that cannot be understood is left out: that is said when it is filled.
    """

    def __init__(self, period: Period, ground: Ground, forms: Iterable[PrintedForm]) -> None:
        self._period = period
        self._ground = ground
        self._compiled = tuple(_compiled(forms, ground))

    @classmethod
    def of(cls, period: Period, plan: Plan, forms: Forms) -> "Counter":
        """The counter of a quarter for everything that is asked of a workbook in it."""
        ground = Ground.of(period, plan, forms)
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


def counted_forms(ground: Ground) -> tuple[PrintedForm, ...]:
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


def _compiled(forms: Iterable[PrintedForm], ground: Ground) -> Iterator[CompiledForm]:
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
