"""What the units' workbooks say, quarter by quarter, with records grouped once."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from functools import cached_property
from typing import TypeAlias

from kskt_excel.consolidation.tally import (
    Counter,
    QuarterRecords,
    Share,
    counted_forms,
    filled_in,
    row_key,
)
from kskt_excel.model.consolidation import Presence, UntoldPlace
from kskt_excel.model.expressions import Aggregate
from kskt_excel.model.forms import FormColumn, Forms, PrintedForm, SheetForm
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Plan
from kskt_excel.model.reading import Record, SheetState
from kskt_excel.model.submission import Tally, UnitReport
from kskt_excel.text.pii import mask
from kskt_excel.text.shown import value_text

RecordGroups = Mapping[str, Sequence[Record]]


@dataclass(frozen=True)
class QuarterSources:
    """A quarter: its plan, forms and days, and what counts of each unit, in the plan's order."""

    period: Period
    ground: QuarterRecords
    reports: tuple[UnitReport, ...]
    kept: dict[tuple[int, str, str], RecordGroups] = field(default_factory=dict, repr=False)
    counted: dict[str, PrintedForm] = field(default_factory=dict, repr=False)
    shares: dict[tuple[str, str], Sequence[Share]] = field(default_factory=dict, repr=False)

    @cached_property
    def states(self) -> tuple[tuple[str, Mapping[str, SheetState]], ...]:
        """The unit of each report and the states of its sheets, in the plan's order."""
        return tuple(
            (one.unit, {form: sheet.state for form, sheet in one.reading.sheets.items()})
            for one in self.reports
        )

    def records(self, report: UnitReport, sheet: str, rows: str) -> RecordGroups:
        """A unit's records by the key of their printed row, kept for the next figure traced."""
        at = (id(report), sheet, rows)
        if at not in self.kept:
            key = row_key(rows, report.unit, self.ground.plan)
            grouped: dict[str, list[Record]] = {}
            for record in filled_records(report, sheet):
                grouped.setdefault(key(record), []).append(record)
            self.kept[at] = grouped
        return self.kept[at]


KnownQuarters: TypeAlias = dict[Period, QuarterSources]
"""Quarters counted once, however many periods of their year are put together from them."""


@dataclass(frozen=True)
class PeriodSources:
    """Everything that a period is put together from."""

    period: Period
    plan: Plan
    forms: Forms
    quarters: tuple[QuarterSources, ...]
    due: tuple[Period, ...] = ()  # quarters whose reports are owed by now
    known: KnownQuarters = field(default_factory=dict, repr=False)

    @classmethod
    def of(
        cls,
        period: Period,
        plan: Plan,
        forms: Forms,
        reports: Mapping[str, Sequence[UnitReport]],
        *,
        due: Sequence[Period] | None = None,
        known: KnownQuarters | None = None,
    ) -> "PeriodSources":
        """The sources of a period: its quarters, each with what counts in it.

        ``due`` are the quarters whose reports are owed by now; None: all of them. ``known`` are
        quarters of the same plan, forms and reports that are counted already; it takes new ones.
        """
        known = {} if known is None else known
        for quarter in period.quarters:
            if quarter not in known:
                known[quarter] = QuarterSources(
                    quarter,
                    QuarterRecords.of(quarter, plan, forms),
                    in_plan_order(reports.get(quarter.id, ()), plan),
                )
        owed = period.quarters if due is None else tuple(due)
        own = tuple(known[quarter] for quarter in period.quarters)
        return cls(period, plan, forms, own, owed, known)

    def so_far(self, reports: Mapping[str, Sequence[UnitReport]]) -> "PeriodSources":
        """The sources of the year up to the period's end; these where it begins the year."""
        period = self.period
        if not period.is_quarter or period.number == 1:
            return self
        year = Period.from_start(period.year, period.last_month)
        return PeriodSources.of(year, self.plan, self.forms, reports, known=self.known)

    @cached_property
    def reports(self) -> tuple[UnitReport, ...]:
        """What counts in all quarters, oldest quarter first."""
        return tuple(report for quarter in self.quarters for report in quarter.reports)

    @cached_property
    def not_everywhere(self) -> frozenset[str]:
        """Ids of the sheets that some workbook was issued too early to have."""
        return frozenset(
            form.id
            for quarter in self.quarters
            for form in self.forms.sheets_in(quarter.period, self.plan)
            if any(
                form.id not in one.reading.sheets and form.is_owed_by(one.unit, self.plan)
                for one in quarter.reports
            )
        )

    def nobody_tells(self, sheet: str) -> bool:
        """Whether units owe a sheet, no report of theirs has come, and no other has rows of it."""
        owing = self._owing(sheet)
        return bool(owing) and not any(
            report.unit in owing or filled_records(report, sheet) for report in self.reports
        )

    def _owing(self, sheet: str) -> frozenset[str]:
        """Codes of the units that owe a sheet; asked once for many figures."""
        if sheet not in self._owing_known:
            form = self.forms.sheet_by_id.get(sheet)
            units = (one.code for one in self.plan.units if form)
            owing = frozenset(one for one in units if form and form.is_owed_by(one, self.plan))
            self._owing_known[sheet] = owing
        return self._owing_known[sheet]

    @cached_property
    def _owing_known(self) -> dict[str, frozenset[str]]:
        return {}

    def untold(self, aggregate: Aggregate) -> UntoldPlace | None:
        """What a figure needs and one of all reports could not tell yet; asked once for all rows.

        Where none lacks it, no row need be asked.
        """
        if aggregate not in self._untold_known:
            self._untold_known[aggregate] = untold_place(aggregate, self.reports, self)
        return self._untold_known[aggregate]

    @cached_property
    def _untold_known(self) -> dict[Aggregate, UntoldPlace | None]:
        return {}

    def reports_of(self, units: Collection[str]) -> list[UnitReport]:
        """What counts of some units, and of those that they stand for since."""
        found = self._reports_at
        places = sorted({at for unit in units for at in found.get(unit, ())})
        return [self.reports[at] for at in places]

    def units_behind(self, units: Collection[str]) -> list[str]:
        """Codes of some units and of those that they stand for since, in the plan's order."""
        places = sorted({at for unit in units for at in self._units_at.get(unit, ())})
        return [self.plan.units[at].code for at in places]

    @cached_property
    def _reports_at(self) -> Mapping[str, Sequence[int]]:
        """Places of the reports that count for each unit: thousands are not searched for each."""
        found: dict[str, list[int]] = {}
        for at, one in enumerate(self.reports):
            found.setdefault(self.heir(one.unit), []).append(at)
        return found

    @cached_property
    def _units_at(self) -> Mapping[str, Sequence[int]]:
        """Places of each unit and of those that it stands for, in the plan."""
        found: dict[str, list[int]] = {}
        for at, one in enumerate(self.plan.units):
            for code in {one.code, self.heir(one.code)}:
                found.setdefault(code, []).append(at)
        return found

    @cached_property
    def with_procedures(self) -> frozenset[str]:
        """Codes of the units that handle procedures."""
        return frozenset(unit for one in self.plan.procedures for unit in one.units)

    @cached_property
    def standing(self) -> frozenset[str]:
        """Codes of the units that the plan's units are at the period's end."""
        return frozenset(self.heir(unit.code) for unit in self.plan.units)

    @cached_property
    def _heirs(self) -> Mapping[str, str]:
        end = self.period.window(self.plan.cutoff_day).end
        gone = {
            unit.code: unit.successor
            for unit in self.plan.units
            if unit.successor and unit.valid_to and unit.valid_to < end
        }
        return {code: _last_of(gone, code) for code in gone}

    def heir(self, unit: str) -> str:
        """Code of the unit that stands for another at the period's end: itself, or its heir."""
        return self._heirs.get(unit, unit)


def _last_of(successors: Mapping[str, str], code: str) -> str:
    seen = {code}
    while (successor := successors.get(code)) and successor not in seen:
        code = successor
        seen.add(code)
    return code


def in_plan_order(reports: Sequence[UnitReport], plan: Plan) -> tuple[UnitReport, ...]:
    """Reports in the plan's unit order; units that it does not know come last, by code."""
    place = {unit.code: index for index, unit in enumerate(plan.units)}
    return tuple(sorted(reports, key=lambda one: (place.get(one.unit, len(place)), one.unit)))


def filled_records(report: UnitReport, sheet: str) -> Sequence[Record]:
    """Records of a unit's sheet; none when it is blank, missing or ticked as nothing happened."""
    return filled_in(report.reading, sheet)


# A code names a row beyond doubt; words only where there is none.
_CODES = ("procedure", "task", "dossier", "document")
_WORDS = ("text", "long_text", "label")


def row_words(form: SheetForm, record: Record) -> str:
    """What a person knows a row by: its code, else its own words; citizens are covered."""
    if form.layout == "labels":
        return ""
    by_type = [
        column.key for types in (_CODES, _WORDS) for column in form.columns if column.type in types
    ]
    named = next((value for key in by_type if (value := record.values.get(key))), "")
    words = " ".join(value_text(named).split())
    return mask(words) if form.about_citizens else words


def presences_in(
    quarter: QuarterSources, form: PrintedForm, sources: PeriodSources
) -> Iterator[tuple[str, Presence]]:
    """What each unit that has sent gave for a form: figures, nothing happened, nothing written."""
    for unit, states in quarter.states:
        given = {states.get(feed) for feed in form.feeds}
        if SheetState.FILLED in given:
            yield unit, Presence.FIGURES
        elif SheetState.NIL in given or not owes(form, unit, sources):
            yield unit, Presence.NIL
        else:
            yield unit, Presence.BLANK


def owes(form: PrintedForm, unit: str, sources: PeriodSources) -> bool:
    """Whether a unit has to fill a form: those on procedures only from units that handle some."""
    return not on_procedures(form, sources.forms) or unit in sources.with_procedures


def on_procedures(form: PrintedForm, forms: Forms) -> bool:
    """Whether only units that handle procedures fill a form."""
    sheets = forms.sheet_by_id
    return {sheets[feed].scope for feed in form.feeds if feed in sheets} == {"procedures"}


def may_be_untold(aggregate: Aggregate, sources: PeriodSources) -> bool:
    """Whether there may be workbooks that could not tell yet what a figure needs."""
    form = sources.forms.sheet_by_id.get(aggregate.sheet)
    if form is None:
        return False
    return form.id in sources.not_everywhere or bool(_later_columns(aggregate, form))


def _later_columns(aggregate: Aggregate, form: SheetForm) -> list[FormColumn]:
    """The columns of a sheet that a figure needs and that came after the first edition."""
    asked = [*aggregate.columns, *(one.column for one in aggregate.conditions)]
    answered = {one.name: one.columns for one in form.questions}
    needed = {key for name in asked for key in answered.get(name, (name,))}
    return [one for one in form.columns if one.key in needed and one.since and not one.before]


def untold_place(
    aggregate: Aggregate, reports: Iterable[UnitReport], sources: PeriodSources
) -> UntoldPlace | None:
    """What a figure needs and one of the reports could not tell yet; None where all could.

    Its workbook was issued before the sheet, or before a column that the figure needs.
    """
    form = sources.forms.sheet_by_id.get(aggregate.sheet)
    if form is None or not may_be_untold(aggregate, sources):
        return None
    later = _later_columns(aggregate, form)
    lacking: set[str] = set()
    for report in reports:
        sheet = report.reading.sheets.get(form.id)
        if sheet is None:  # one that was there and is gone is a sheet that is missing
            if form.is_owed_by(report.unit, sources.plan):
                return UntoldPlace(form.sheet)
        elif sheet.state is SheetState.FILLED:
            lacking |= {one.key for one in later if one.key not in sheet.columns}
    if not lacking:
        return None
    day = sources.period.window(sources.plan.cutoff_day).end
    named = (one.heading_on(day) for one in later if one.key in lacking)
    return UntoldPlace(form.sheet, tuple(named))


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
