"""Sheet «VBQPPL»: legal texts of the province that set procedures (biểu II.01, II.02).

Source: Nghị định 63/2010/NĐ-CP, Điều 10 (đánh giá tác động).
"""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kskt_excel.check.context import RuleContext, day_in, flag, is_blank_in, number_in, rows
from kskt_excel.messages import finding
from kskt_excel.model.calendar import add_workdays
from kskt_excel.model.finding import Finding
from kskt_excel.model.reading import Reading
from kskt_excel.model.settings import PlanSettings
from kskt_excel.text.shown import day_text as shown_day

_COUNTS = ("new_count", "amended_count", "replaced_count", "abolished_count")


def new_procedures_are_assessed(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """A text that sets new procedures has been assessed for its impact."""
    del known
    for sheet, record in rows(reading, "vbqppl"):
        count = record.count("new_count")
        if count and flag(record, "impact_assessed") is False:
            yield finding("legal.not_assessed", sheet.ref(record, "impact_assessed"), count=count)


def issued_texts_have_number_and_day(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """A text that is issued has both its number and its day."""
    for sheet, record in rows(reading, "vbqppl"):
        blank = [column for column in ("document", "issued_on") if is_blank_in(record, column)]
        if len(blank) == 1 and blank[0] in sheet.columns:
            heading = known.heading("vbqppl", blank[0])
            yield finding("legal.half_issued", sheet.ref(record, blank[0]), column=heading)


def texts_set_procedures(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """A text is listed for the procedures that it sets, changes or abolishes."""
    for sheet, record in rows(reading, "vbqppl"):
        if all(number_in(record, column) == 0 for column in _COUNTS):
            first = known.heading("vbqppl", _COUNTS[0])
            last = known.heading("vbqppl", _COUNTS[-1])
            at = sheet.ref(record, _COUNTS[0])
            yield finding("legal.no_procedure", at, first=first, last=last)


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """A step that is due some working days after another."""

    code: str
    start: str
    step: str
    days: Callable[[PlanSettings], int]


TIME_LIMITS = (
    TimeLimit(
        "publication.submitted_late",
        "received_on",
        "submitted_on",
        lambda settings: settings.submission_days,
    ),
    TimeLimit(
        "publication.online_late",
        "province_decided_on",
        "national_db_on",
        lambda settings: settings.publication_days,
    ),
)


def steps_are_in_time(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """Submitted, and put into the national database, within the working days allowed."""
    for limit in TIME_LIMITS:
        days = limit.days(known.plan.settings)
        for sheet, record in rows(reading, "cong-bo"):
            start, step = day_in(record, limit.start), day_in(record, limit.step)
            if start is None or step is None:
                continue
            latest = add_workdays(start, days, known.plan.calendar)
            if step > latest:
                yield finding(
                    limit.code,
                    sheet.ref(record, limit.step),
                    parties=(sheet.ref(record, limit.step), sheet.ref(record, limit.start)),
                    given=shown_day(step),
                    start=shown_day(start),
                    latest=shown_day(latest),
                    days=days,
                )


def published_before_the_law_is_in_force(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """The province's decision comes at least five days before the law is in force."""
    days = known.plan.settings.days_before_effect
    for sheet, record in rows(reading, "cong-bo"):
        decided, effective = (
            day_in(record, "province_decided_on"),
            day_in(record, "law_effective_on"),
        )
        if decided and effective and decided > effective - dt.timedelta(days=days):
            yield finding(
                "publication.decided_late",
                sheet.ref(record, "province_decided_on"),
                parties=[
                    sheet.ref(record, one) for one in ("province_decided_on", "law_effective_on")
                ],
                given=shown_day(decided),
                effective=shown_day(effective),
                latest=shown_day(effective - dt.timedelta(days=days)),
                days=days,
            )


def decisions_have_number_and_day(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """A decision has both its number and its day."""
    pairs = (
        ("ministry_decision", "ministry_decided_on"),
        ("province_decision", "province_decided_on"),
    )
    for sheet, record in rows(reading, "cong-bo"):
        for pair in pairs:
            blank = [column for column in pair if is_blank_in(record, column)]
            if len(blank) == 1 and blank[0] in sheet.columns:
                given = pair[0] if blank[0] == pair[1] else pair[1]
                yield finding(
                    "publication.half_a_decision",
                    sheet.ref(record, blank[0]),
                    column=known.heading("cong-bo", blank[0]),
                    given=known.heading("cong-bo", given),
                )


def decided_procedures_are_online(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """A decision whose time has run out by the end of the period is in the national database."""
    days = known.plan.settings.publication_days
    for sheet, record in rows(reading, "cong-bo"):
        decided = day_in(record, "province_decided_on")
        if decided is None or known.window is None or "national_db_on" not in sheet.columns:
            continue
        latest = add_workdays(decided, days, known.plan.calendar)
        if latest <= known.window.end and is_blank_in(record, "national_db_on"):
            yield finding(
                "publication.not_online",
                sheet.ref(record, "national_db_on"),
                parties=(sheet.ref(record, "province_decided_on"),),
                decided=shown_day(decided),
                latest=shown_day(latest),
                days=days,
            )
