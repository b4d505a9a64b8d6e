"""Sheet «PAKN»: citizens' complaints and proposals (phản ánh, kiến nghị).

Source: Nghị định 20/2008/NĐ-CP, Điều 9, Điều 19; biểu II.05a.
"""

from collections.abc import Iterator

from kskt_excel.check.conditions import (
    Compared,
    IsNumber,
    IsOneOf,
    RowRule,
    blank,
    broken,
    together,
)
from kskt_excel.check.context import RuleContext
from kskt_excel.messages import finding
from kskt_excel.model.calendar import add_workdays
from kskt_excel.model.finding import Finding
from kskt_excel.model.period import Window
from kskt_excel.model.reading import Reading
from kskt_excel.text.shown import day_text as shown_day

_TRANSFER_WITHIN = 5
"""Working days to pass on what another agency must answer: Nghị định 20/2008/NĐ-CP, Điều 9."""

_NOT_OURS = "không thuộc thẩm quyền"

NO_OUTCOME = RowRule(
    "feedback.no_outcome", "pakn", "outcome", together(IsNumber("finished_on"), blank("outcome"))
)
PUBLISHED_UNFINISHED = RowRule(
    "feedback.published_unfinished",
    "pakn",
    "published",
    together(IsOneOf("published", (True,)), blank("finished_on")),
)


def marks_of_the_period(window: Window) -> tuple[RowRule, RowRule]:
    """What came before the period and is not marked as carried over; what is marked wrongly."""
    before = Compared(("received_on",), "<", limit=window.start)
    inside = together(
        Compared(("received_on",), ">=", limit=window.start),
        Compared(("received_on",), "<=", limit=window.end),
    )
    return (
        RowRule(
            "feedback.not_marked",
            "pakn",
            "carried_over",
            together(IsOneOf("carried_over", (False,)), before),
        ),
        RowRule(
            "feedback.marked_wrongly",
            "pakn",
            "carried_over",
            together(IsOneOf("carried_over", (True,)), inside),
        ),
    )


def feedback_belongs_to_its_period(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """What came before the period is marked as carried over, and nothing else is."""
    if known.window is None:
        return
    for rule in marks_of_the_period(known.window):
        for sheet, record in broken(reading, rule):
            received = record.day("received_on")
            if received:
                yield finding(
                    rule.code,
                    sheet.ref(record, rule.at),
                    parties=(sheet.ref(record, rule.at), sheet.ref(record, "received_on")),
                    received=shown_day(received),
                    start=shown_day(known.window.start),
                )


def finished_feedback_has_an_outcome(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """What is finished says with what outcome."""
    for sheet, record in broken(reading, NO_OUTCOME):
        if finished := record.day("finished_on"):
            at, heading = sheet.ref(record, NO_OUTCOME.at), known.heading("pakn", NO_OUTCOME.at)
            yield finding(NO_OUTCOME.code, at, finished=shown_day(finished), column=heading)


def only_finished_feedback_is_published(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """A result is made public after there is one."""
    for sheet, record in broken(reading, PUBLISHED_UNFINISHED):
        at, heading = sheet.ref(record, "published"), known.heading("pakn", "finished_on")
        yield finding(PUBLISHED_UNFINISHED.code, at, column=heading)


def feedback_is_passed_on_in_time(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """What another agency must answer is passed on within five working days."""
    for sheet, record in reading.rows("pakn"):
        received, finished = record.day("received_on"), record.day("finished_on")
        if not received or not finished or _NOT_OURS not in record.text("outcome").casefold():
            continue
        latest = add_workdays(received, _TRANSFER_WITHIN, known.plan.calendar)
        if finished > latest:
            yield finding(
                "feedback.passed_on_late",
                sheet.ref(record, "finished_on"),
                parties=(sheet.ref(record, "finished_on"), sheet.ref(record, "received_on")),
                column=known.heading("pakn", "finished_on"),
                given=shown_day(finished),
                latest=shown_day(latest),
                days=_TRANSFER_WITHIN,
            )


def time_limits_of_feedback_are_kept(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """A time limit is not longer than the office's own, unless it was extended.

    Source: setting «Xử lý PAKN (ngày làm việc)» of the plan.
    """
    limit = known.plan.settings.feedback_days
    for sheet, record in reading.rows("pakn"):
        received, due = record.day("received_on"), record.day("due_on")
        if received is None or due is None or record.flag("extended"):
            continue
        latest = add_workdays(received, limit, known.plan.calendar)
        if due > latest:
            yield finding(
                "feedback.due_late",
                sheet.ref(record, "due_on"),
                parties=(sheet.ref(record, "due_on"), sheet.ref(record, "received_on")),
                given=shown_day(due),
                latest=shown_day(latest),
                days=limit,
            )


def extended_feedback_took_longer(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """What was finished inside the office's time limit was not extended."""
    limit = known.plan.settings.feedback_days
    for sheet, record in reading.rows("pakn"):
        received, finished = record.day("received_on"), record.day("finished_on")
        if not record.flag("extended") or received is None or finished is None:
            continue
        latest = add_workdays(received, limit, known.plan.calendar)
        if received <= finished <= latest:
            yield finding(
                "feedback.extended_in_time",
                sheet.ref(record, "extended"),
                parties=[
                    sheet.ref(record, one) for one in ("extended", "received_on", "finished_on")
                ],
                finished=shown_day(finished),
                latest=shown_day(latest),
            )
