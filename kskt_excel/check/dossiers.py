"""Sheet «Quá hạn»: every overdue dossier with its dates, its reason and its apology.

Source: Nghị định 61/2018/NĐ-CP, Điều 19 khoản 9; Thông tư 01/2018/TT-VPCP, Điều 19.
"""

import datetime as dt
from collections.abc import Iterator

from kskt_excel.check.conditions import Compared, OtherDay, RowRule, blank, broken, together
from kskt_excel.check.context import RuleContext
from kskt_excel.messages import finding
from kskt_excel.model.calendar import workdays_between
from kskt_excel.model.finding import Finding
from kskt_excel.model.patterns import lazy_pattern
from kskt_excel.model.period import Window
from kskt_excel.model.reading import Reading, Record
from kskt_excel.text.codes import dossier_date
from kskt_excel.text.shown import day_text as shown_day
from kskt_excel.text.shown import plain_number as shown_number

_AGENCY_PART = lazy_pattern(r"[A-Z]\d\d")  # H55: the province; other parts number its offices
_MOST_RESCHEDULES = 1  # «hẹn lại không quá một lần» (Nghị định 61/2018/NĐ-CP, Điều 19)
_ONE_DAY = dt.timedelta(days=1)
_LONGEST_AFTER_THE_PERIOD = dt.timedelta(days=31)

DOSSIER_DAY = RowRule(
    "overdue.dossier_day", "qua-han", "received_on", OtherDay("dossier", "received_on")
)
IN_TIME = RowRule(
    "overdue.in_time", "qua-han", "finished_on", Compared(("finished_on",), "<=", ("due_on",))
)
APOLOGY_LATE = RowRule(
    "overdue.apology_late",
    "qua-han",
    "apology_on",
    Compared(("apology_on",), ">", ("due_on",), limit=-_ONE_DAY.days),
)
RESCHEDULED = RowRule(
    "overdue.rescheduled",
    "qua-han",
    "reschedule_count",
    Compared(("reschedule_count",), ">", limit=_MOST_RESCHEDULES),
)


def not_yet_overdue(window: Window) -> RowRule:
    """A dossier without a result whose day has not passed by the end of the period."""
    passes_later = Compared(("due_on",), ">=", limit=window.end)
    when = together(blank("finished_on"), passes_later)
    return RowRule("overdue.not_yet", "qua-han", "due_on", when)


def dossier_says_when_it_was_received(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """The six digits of a dossier's code are the day on which it was received."""
    for sheet, record in broken(reading, DOSSIER_DAY):
        received, code = record.day("received_on"), record.text("dossier")
        expected = dossier_date(code)
        if received and expected:
            yield finding(
                DOSSIER_DAY.code,
                sheet.ref(record, "received_on"),
                parties=(sheet.ref(record, "received_on"), sheet.ref(record, "dossier")),
                dossier=code,
                column=known.heading("qua-han", "received_on"),
                given=shown_day(received),
                expected=shown_day(expected),
            )


def dossiers_are_of_this_agency(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """A dossier's code carries the province's identifier, where the plan gives one."""
    expected = known.plan.settings.agency_code
    if not expected:
        return
    for sheet, record in reading.rows("qua-han"):
        agency = record.text("dossier").partition("-")[0].split(".")
        if any(_AGENCY_PART.fullmatch(part) for part in agency) and expected not in agency:
            yield finding(
                "overdue.agency",
                sheet.ref(record, "dossier"),
                dossier=record.text("dossier"),
                expected=expected,
            )


def overdue_dossiers_are_overdue(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """A dossier was finished after its day, or its day has passed by the end of the period."""
    for sheet, record in broken(reading, IN_TIME):
        due, finished = record.day("due_on"), record.day("finished_on")
        at, due_at = sheet.ref(record, "finished_on"), sheet.ref(record, "due_on")
        if due and finished:
            counted = "resolved_early" if finished < due else "resolved_on_time"
            yield finding(
                IN_TIME.code,
                at,
                parties=(at, due_at),
                given=shown_day(finished),
                due=shown_day(due),
                in_time=known.heading("ho-so", counted),
            )
    if known.window is None:
        return
    for sheet, record in broken(reading, not_yet_overdue(known.window)):
        at, due = sheet.ref(record, "due_on"), record.day("due_on")
        if due:
            yield finding(
                "overdue.not_yet",
                at,
                parties=(at,),
                due=shown_day(due),
                end=shown_day(known.window.end),
                pending=known.heading("ho-so", "pending_in_time"),
            )


def days_overdue_are_counted(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """The days overdue are the calendar days or the working days between the two dates."""
    for sheet, record in reading.rows("qua-han"):
        due, given = record.day("due_on"), record.number("days_overdue")
        end = _counted_to(record, known)
        if due is None or given is None or end is None or end <= due:
            continue
        calendar = (end - due).days
        working = workdays_between(due, end, known.plan.calendar)
        if given in (calendar, working) or _still_counting(record, working, given, calendar):
            continue
        yield finding(
            "overdue.days",
            sheet.ref(record, "days_overdue"),
            parties=[sheet.ref(record, one) for one in ("days_overdue", "due_on", "finished_on")],
            given=shown_number(given),
            end=shown_day(end),
            due=shown_day(due),
            calendar=calendar,
            working=working,
        )


def _counted_to(record: Record, known: RuleContext) -> dt.date | None:
    """The day up to which a dossier is overdue: its result, or the end of the period."""
    if not record.knows("finished_on"):
        return None
    return record.day("finished_on") or (known.window.end if known.window else None)


def _still_counting(record: Record, least: int, given: float, most: int) -> bool:
    """Whether a pending dossier's days may have been counted up to a day after the period."""
    latest = most + _LONGEST_AFTER_THE_PERIOD.days
    return record.day("finished_on") is None and least <= given <= latest


def apologies_come_in_time(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """The letter of apology is sent at the latest on the day before the dossier is due."""
    del known
    for sheet, record in broken(reading, APOLOGY_LATE):
        due, apology = record.day("due_on"), record.day("apology_on")
        if due and apology:
            yield finding(
                APOLOGY_LATE.code,
                sheet.ref(record, "apology_on"),
                parties=(sheet.ref(record, "apology_on"), sheet.ref(record, "due_on")),
                given=shown_day(apology),
                due=shown_day(due),
            )


def dossiers_are_rescheduled_once(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """A new day is set for a dossier at most once."""
    del known
    for sheet, record in broken(reading, RESCHEDULED):
        at = sheet.ref(record, RESCHEDULED.at)
        yield finding(RESCHEDULED.code, at, given=record.count(RESCHEDULED.at))
