"""Sheet «VBQPPL»: legal texts of the province that set procedures (biểu II.01, II.02).

Source: Nghị định 63/2010/NĐ-CP, Điều 10 (đánh giá tác động).
"""

import datetime as dt
from collections.abc import Callable, Iterator

from kskt_excel.check.conditions import (
    Compared,
    IsFilled,
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
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.reading import Reading, Record
from kskt_excel.model.settings import PlanSettings
from kskt_excel.text.shown import day_text as shown_day

_COUNTS = ("new_count", "amended_count", "replaced_count", "abolished_count")
_DECISIONS = (
    ("cong-bo", "ministry_decision", "ministry_decided_on"),
    ("cong-bo", "province_decision", "province_decided_on"),
    ("vbqppl", "announcing_decision", "announced_on"),
    ("danh-muc-cong-bo", "decision", "decided_on"),
)
"""Where decisions stand: the sheet, the column of the number, that of the day."""
_BEFORE_EFFECT = (
    ("cong-bo", "province_decided_on", "law_effective_on"),
    ("vbqppl", "announced_on", "effective_on"),
)
"""Where the day of a decision that announces procedures stands, and the day they take effect."""

NOT_ASSESSED = RowRule(
    "legal.not_assessed",
    "vbqppl",
    "impact_assessed",
    together(IsOneOf("impact_assessed", (False,)), Compared(("new_count",), ">")),
)
NO_PROCEDURE = RowRule(
    "legal.no_procedure",
    "vbqppl",
    _COUNTS[0],
    together(*(Compared((column,), "=") for column in _COUNTS)),
)


def _halves(code: str, form: str, pair: tuple[str, str]) -> Iterator[RowRule]:
    """Of a number and its day one stands there and the other does not."""
    for missing, there in (pair, pair[::-1]):
        yield RowRule(code, form, missing, together(IsFilled(there), blank(missing)))


HALF_ISSUED = tuple(_halves("legal.half_issued", "vbqppl", ("document", "issued_on")))
HALF_A_DECISION = tuple(
    rule
    for form, number, day in _DECISIONS
    for rule in _halves("publication.half_a_decision", form, (number, day))
)
NO_EFFECT_DAY = RowRule(
    "legal.no_effect_day",
    "vbqppl",
    "effective_on",
    together(IsFilled("document"), blank("effective_on")),
)


def decided_late(settings: PlanSettings) -> Iterator[RowRule]:
    """A decision that comes less than the days of the plan before the law is in force."""
    for form, decided, effective in _BEFORE_EFFECT:
        late = Compared((decided,), ">", (effective,), limit=-settings.days_before_effect)
        yield RowRule("publication.decided_late", form, decided, late)


def new_procedures_are_assessed(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """A text that sets new procedures has been assessed for its impact."""
    del known
    for sheet, record in broken(reading, NOT_ASSESSED):
        at, count = sheet.ref(record, NOT_ASSESSED.at), record.count("new_count")
        yield finding(NOT_ASSESSED.code, at, count=count)


def issued_texts_have_number_and_day(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """A text that is issued has both its number and its day."""
    for rule in HALF_ISSUED:
        for sheet, record in broken(reading, rule):
            heading = known.heading("vbqppl", rule.at)
            yield finding(rule.code, sheet.ref(record, rule.at), column=heading)


def texts_set_procedures(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """A text is listed for the procedures that it sets, changes or abolishes."""
    for sheet, record in broken(reading, NO_PROCEDURE):
        first = known.heading("vbqppl", _COUNTS[0])
        last = known.heading("vbqppl", _COUNTS[-1])
        yield finding(NO_PROCEDURE.code, sheet.ref(record, _COUNTS[0]), first=first, last=last)


@dataclass(frozen=True, slots=True)
class StepLimit:
    """A step that is due some working days after another."""

    code: str
    start: str
    step: str
    days: Callable[[PlanSettings], int]


STEP_LIMITS = (
    StepLimit(
        "publication.submitted_late",
        "received_on",
        "submitted_on",
        lambda settings: settings.submission_days,
    ),
    StepLimit(
        "publication.online_late",
        "province_decided_on",
        "national_db_on",
        lambda settings: settings.publication_days,
    ),
)


def steps_are_in_time(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """Submitted, and put into the national database, within the working days allowed."""
    for limit in STEP_LIMITS:
        days = limit.days(known.plan.settings)
        for sheet, record in reading.rows("cong-bo"):
            start, step = record.day(limit.start), record.day(limit.step)
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
    effects = {form: effect for form, _, effect in _BEFORE_EFFECT}
    for rule in decided_late(known.plan.settings):
        for sheet, record in broken(reading, rule):
            effect = effects[rule.form]
            decided, effective = record.day(rule.at), record.day(effect)
            if not decided or not effective:
                continue
            yield finding(
                rule.code,
                sheet.ref(record, rule.at),
                parties=[sheet.ref(record, one) for one in (rule.at, effect)],
                given=shown_day(decided),
                effective=shown_day(effective),
                latest=shown_day(effective - dt.timedelta(days=days)),
                days=days,
            )


def decisions_have_number_and_day(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """A decision has both its number and its day."""
    other = {one: two for _, *pair in _DECISIONS for one, two in (pair, pair[::-1])}
    for rule in HALF_A_DECISION:
        for sheet, record in broken(reading, rule):
            yield finding(
                rule.code,
                sheet.ref(record, rule.at),
                column=known.heading(rule.form, rule.at),
                given=known.heading(rule.form, other[rule.at]),
            )


def issued_texts_say_when_they_take_effect(
    reading: Reading, known: RuleContext
) -> Iterator[Finding]:
    """A text that is issued says from when it is in force: the time to announce hangs on it."""
    for sheet, record in broken(reading, NO_EFFECT_DAY):
        heading = known.heading("vbqppl", NO_EFFECT_DAY.at)
        yield finding(NO_EFFECT_DAY.code, sheet.ref(record, NO_EFFECT_DAY.at), column=heading)


def decisions_rest_on_something(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """A decision of the province follows one of a ministry, or announces a text of its own.

    Not asked of the office, which announces the texts of other units too, nor of a workbook whose
    «VBQPPL» had no column yet for the decision that announces a text.
    """
    texts = reading.sheets.get("vbqppl")
    if known.is_office or texts is None or "announcing_decision" not in texts.columns:
        return
    announced = {record.text("announcing_decision") for _, record in reading.rows("vbqppl")}
    for sheet, record in reading.rows("cong-bo"):
        decision = record.text("province_decision")
        if not decision or decision in announced or not record.knows("ministry_decision"):
            continue
        if record.is_blank("ministry_decision"):
            at = sheet.ref(record, "ministry_decision")
            yield finding("publication.no_basis", at, decision=decision)


def a_decision_has_one_day(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """A decision that stands in several rows has the same day in all of them."""
    for form, number, day in _DECISIONS:
        first: dict[str, Record] = {}
        for sheet, record in reading.rows(form):
            decision, decided = record.text(number), record.day(day)
            if not decision or decided is None:
                continue
            earlier = first.setdefault(decision, record)
            was = earlier.day(day)
            if was and was != decided:
                yield finding(
                    "publication.two_days",
                    sheet.ref(record, day),
                    parties=(sheet.ref(record, day), sheet.ref(earlier, day)),
                    decision=decision,
                    given=shown_day(decided),
                    first=shown_day(was),
                    column=known.heading(form, day),
                )


def decided_procedures_are_online(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """A decision whose time has run out by the end of the period is in the national database."""
    days = known.plan.settings.publication_days
    for sheet, record in reading.rows("cong-bo"):
        decided = record.day("province_decided_on")
        if decided is None or known.window is None or "national_db_on" not in sheet.columns:
            continue
        latest = add_workdays(decided, days, known.plan.calendar)
        if latest <= known.window.end and record.is_blank("national_db_on"):
            yield finding(
                "publication.not_online",
                sheet.ref(record, "national_db_on"),
                parties=(sheet.ref(record, "province_decided_on"),),
                decided=shown_day(decided),
                latest=shown_day(latest),
                days=days,
            )
