"""Dates follow each other as the work does, and lie in the period that counts them."""

import datetime as dt
from collections.abc import Iterator

from kskt_excel.check.conditions import Compared, IsCarried, Not, RowRule, together
from kskt_excel.check.context import RuleContext
from kskt_excel.messages import finding
from kskt_excel.model.finding import Finding, Severity
from kskt_excel.model.forms import FormColumn, SheetForm
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.period import Window
from kskt_excel.model.reading import Reading, Record, SheetReading
from kskt_excel.text.dates import swapped
from kskt_excel.text.shown import day_text as shown_day

_AFTER, _BEFORE = "date.after_period", "date.before_period"


@dataclass(frozen=True, slots=True)
class Order:
    """Two dates of a row of which one cannot be before the other."""

    form: str
    earlier: str
    later: str
    same_day: bool = True  # whether both may be one day

    @property
    def code(self) -> str:
        """Code of the rule."""
        return f"date.order.{self.form}.{self.later}"

    @property
    def template(self) -> str:
        """Name of the catalogue entry whose sentence all such orders share."""
        return "date.order" if self.same_day else "date.order_strict"

    @property
    def rule(self) -> RowRule:
        """The rule whose condition holds where the order is broken."""
        when = Compared((self.earlier,), ">" if self.same_day else ">=", (self.later,))
        return RowRule(self.code, self.form, self.later, when, template=self.template)


def orders(form: SheetForm) -> Iterator[Order]:
    """The orders of days that a form's columns declare."""
    for column in form.columns:
        if column.not_before:
            yield Order(form.id, column.not_before, column.key)
        if column.later_than:
            yield Order(form.id, column.later_than, column.key, same_day=False)


@dataclass(frozen=True, slots=True)
class Span:
    """A date that must lie in the period: how much it weighs before and after; None: nothing."""

    form: str
    column: str
    before: Severity | None = None
    after: Severity | None = None
    told_after: str = ""  # the sentence for a day after the period, where the row is not moved

    def rules(self, window: Window) -> Iterator[RowRule]:
        """Where the date lies outside a window and that weighs something."""
        if self.before is not None:
            earlier = Compared((self.column,), "<", limit=window.start)
            own = together(earlier, Not(IsCarried()))
            yield RowRule(_BEFORE, self.form, self.column, own, self.before)
        if self.after is not None:
            later = Compared((self.column,), ">", limit=window.end)
            yield RowRule(
                _AFTER, self.form, self.column, later, self.after, template=self.told_after
            )


def spans(form: SheetForm) -> Iterator[Span]:
    """The days that a form's columns hold against the period."""
    for column in form.columns:
        if column.before_period or column.after_period:
            before, after = (
                Severity(level) if level else None
                for level in (column.before_period, column.after_period)
            )
            yield Span(form.id, column.key, before, after, _told_after(form, column))


def _told_after(form: SheetForm, column: FormColumn) -> str:
    """What a day after the period means: a row that must have it is one of the next report.

    A row that may do without it stays, and tells of that step in the next report; a task is not
    done yet.
    """
    if form.rows == "tasks" and column.key == "completed_on" and "status" in form.by_key:
        return "date.after_period_task"
    return "" if column.required else "date.after_period_step"


def dates_follow_each_other(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """Nothing is finished before it was received."""
    for order in (order for form in known.forms.values() for order in orders(form)):
        for sheet, record in reading.rows(order.form):
            earlier, later = record.day(order.earlier), record.day(order.later)
            if earlier is None or later is None or later > earlier:
                continue
            if later < earlier or not order.same_day:
                yield _wrong_order(sheet, record, order, earlier=earlier, later=later, known=known)


def _wrong_order(
    sheet: SheetReading,
    record: Record,
    order: Order,
    *,
    earlier: dt.date,
    later: dt.date,
    known: RuleContext,
) -> Finding:
    return finding(
        order.code,
        sheet.ref(record, order.later),
        template=order.template,
        parties=(sheet.ref(record, order.later), sheet.ref(record, order.earlier)),
        later=known.heading(order.form, order.later),
        later_day=shown_day(later),
        earlier=known.heading(order.form, order.earlier),
        earlier_day=shown_day(earlier),
    )


def dates_lie_in_the_period(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """What a period counts happened in the period.

    Source: Nghị định 09/2019/NĐ-CP, Điều 12 (from day 15 to day 14).
    """
    window = known.window
    if window is None:
        return
    for span in (span for form in known.forms.values() for span in spans(form)):
        for sheet, record in reading.rows(span.form):
            value = record.day(span.column)
            if value is None or value in window:
                continue
            level = span.after if value > window.end else span.before
            if level is not None and not (record.is_carried and value < window.start):
                yield _outside(
                    sheet, record, span, value=value, window=window, level=level, known=known
                )


def _outside(
    sheet: SheetReading,
    record: Record,
    span: Span,
    *,
    value: dt.date,
    window: Window,
    level: Severity,
    known: RuleContext,
) -> Finding:
    code, told = (_AFTER, span.told_after) if value > window.end else (_BEFORE, "")
    at, other = sheet.ref(record, span.column), swapped(value)
    return finding(
        code,
        at,
        template=told,
        severity=level,
        parties=(at,),
        column=known.heading(span.form, span.column),
        given=shown_day(value),
        swapped=shown_day(other) if other and other in window else "",
        start=shown_day(window.start),
        end=shown_day(window.end),
    )
