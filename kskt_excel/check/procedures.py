"""Sheets «Danh mục TTHC» and «Rà soát»: how procedures are carried out, and their review."""

from collections.abc import Iterator

from kskt_excel.check.conditions import (
    Compared,
    IsFilled,
    IsOneOf,
    Not,
    RowRule,
    blank,
    broken,
    together,
)
from kskt_excel.check.context import RuleContext
from kskt_excel.messages import finding
from kskt_excel.model.finding import Finding
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.reading import Reading
from kskt_excel.text.shown import plain_number as shown_number

ONLINE_LEVELS = frozenset(("3", "4"))
"""Codes of «Mức độ 3, 4» and of «Một phần, Toàn trình»."""

_KEEP = "giu_nguyen"


@dataclass(frozen=True, slots=True)
class Premise:
    """Of two yes/no columns the first is Có only where the second is."""

    code: str
    column: str
    needs: str

    @property
    def rule(self) -> RowRule:
        """The rule whose condition holds where the first is Có and the second Không."""
        when = together(IsOneOf(self.column, (True,)), IsOneOf(self.needs, (False,)))
        return RowRule(self.code, "danh-muc", self.column, when)


PREMISES = (
    Premise("catalogue.payment_without_fee", "online_payment", "has_fee"),
    Premise("catalogue.whole_process", "whole_process_at_centre", "at_one_stop"),
    Premise("catalogue.interlinked", "interlinked", "at_one_stop"),
)

NO_INTERNAL_PROCESS = RowRule(
    "catalogue.no_internal_process",
    "danh-muc",
    "internal_process",
    together(IsOneOf("e_process", (True,)), blank("internal_process")),
)
PROCESS_ELSEWHERE = RowRule(
    "catalogue.process_elsewhere",
    "danh-muc",
    "at_one_stop",
    together(IsOneOf("at_one_stop", (False,)), IsFilled("internal_process")),
)
NO_OPTION = RowRule(
    "review.no_option", "ra-soat", "option", together(IsOneOf("reviewed", (True,)), blank("option"))
)
OPTION_TOO_EARLY = RowRule(
    "review.option_too_early",
    "ra-soat",
    "option",
    together(IsOneOf("reviewed", (False,)), IsFilled("option")),
)


def portal_without_level(known: RuleContext) -> RowRule:
    """On the national portal, and not offered online."""
    online = _with_codes("online_level", "muc_do_dvc", ONLINE_LEVELS, known)
    when = together(IsOneOf("on_national_portal", (True,)), IsFilled("online_level"), Not(online))
    return RowRule("catalogue.portal_level", "danh-muc", "on_national_portal", when)


def changes_without(known: RuleContext) -> Iterator[RowRule]:
    """A reviewed procedure that is to change, without the authority or the texts it touches."""
    changes = together(
        IsOneOf("reviewed", (True,)), IsFilled("option"), Not(_keeps_procedures(known))
    )
    for column, code in (
        ("authority", "review.no_authority"),
        ("legal_texts", "review.no_legal_texts"),
    ):
        yield RowRule(code, "ra-soat", column, together(changes, blank(column)))


def kept_with_something(known: RuleContext) -> Iterator[RowRule]:
    """A procedure that stays as it is, yet names an authority or changes something."""
    kept = _keeps_procedures(known)
    yield RowRule(
        "review.kept_with_authority", "ra-soat", "authority", together(kept, IsFilled("authority"))
    )
    for column in ("legal_texts", "cost_cut_percent"):
        changes = together(kept, Compared((column,), "!="))
        yield RowRule("review.kept_with_change", "ra-soat", column, changes)


def _keeps_procedures(known: RuleContext) -> IsOneOf:
    return _with_codes("option", "phuong_an", frozenset((_KEEP,)), known)


def _with_codes(column: str, choices: str, codes: frozenset[str], known: RuleContext) -> IsOneOf:
    """The column has a choice of one of these codes, however it is worded."""
    listed = known.plan.choices.get(choices, ())
    return IsOneOf(column, tuple(one.value for one in listed if one.code in codes))


def premises_hold(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """Online payment needs a fee; the whole process at the centre needs the one-stop counter."""
    for premise in PREMISES:
        for sheet, record in broken(reading, premise.rule):
            yield finding(
                premise.code,
                sheet.ref(record, premise.column),
                column=known.heading("danh-muc", premise.column),
                needs=known.heading("danh-muc", premise.needs),
            )


def portal_services_are_online(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """What is on the national portal is offered online: (7) ≤ (4) of biểu II.08."""
    rule = portal_without_level(known)
    for sheet, record in broken(reading, rule):
        yield finding(
            rule.code,
            sheet.ref(record, rule.at),
            level=record.text("online_level"),
            column=known.heading("danh-muc", "online_level"),
        )


def electronic_processes_are_decided(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """An electronic process follows an internal process that a decision has approved.

    Source: Thông tư 01/2018/TT-VPCP, Điều 8.
    """
    for sheet, record in broken(reading, NO_INTERNAL_PROCESS):
        at = sheet.ref(record, NO_INTERNAL_PROCESS.at)
        column = known.heading("danh-muc", NO_INTERNAL_PROCESS.at)
        yield finding(NO_INTERNAL_PROCESS.code, at, column=column)


def decided_processes_are_at_the_counter(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """An internal process is of a procedure of the one-stop counter: (11) ≤ (7), biểu II.07b."""
    for sheet, record in broken(reading, PROCESS_ELSEWHERE):
        at = sheet.ref(record, PROCESS_ELSEWHERE.at)
        column = known.heading("danh-muc", PROCESS_ELSEWHERE.at)
        if decision := record.text("internal_process"):
            yield finding(PROCESS_ELSEWHERE.code, at, column=column, decision=decision)


def reviewed_procedures_have_an_option(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """A procedure that was reviewed has an option: (4) = (5) + … + (9) of biểu II.04."""
    for sheet, record in broken(reading, NO_OPTION):
        at, heading = sheet.ref(record, "option"), known.heading("ra-soat", "option")
        yield finding(NO_OPTION.code, at, column=heading)


def options_follow_a_review(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """Only a procedure that was reviewed has an option."""
    for sheet, record in broken(reading, OPTION_TOO_EARLY):
        at, column = sheet.ref(record, "option"), known.heading("ra-soat", "reviewed")
        if option := record.text("option"):
            yield finding(OPTION_TOO_EARLY.code, at, option=option, column=column)


def changes_say_who_decides(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """A change names the authority that can make it and how many legal texts it touches."""
    for rule in changes_without(known):
        for sheet, record in broken(reading, rule):
            if option := record.text("option"):
                at, heading = sheet.ref(record, rule.at), known.heading("ra-soat", rule.at)
                yield finding(rule.code, at, option=option, column=heading)


def kept_procedures_change_nothing(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """A procedure that stays as it is touches no legal text, saves no cost, needs no authority."""
    for rule in kept_with_something(known):
        for sheet, record in broken(reading, rule):
            at, heading = sheet.ref(record, rule.at), known.heading("ra-soat", rule.at)
            given = shown_number(record.number(rule.at) or 0)
            yield finding(rule.code, at, column=heading, given=given)


def reviews_keep_to_their_plan(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """No more procedures are reviewed than planned: (4) ≤ (3) of biểu II.04."""
    records = [record for _, record in reading.rows("ra-soat")]
    reviewed = [record for record in records if record.flag("reviewed")]
    planned = [record for record in records if record.flag("planned")]
    outside = [record for record in reviewed if record.flag("planned") is False]
    if outside and len(reviewed) > len(planned):
        sheet = reading.sheets["ra-soat"]
        yield finding(
            "review.more_than_planned",
            sheet.ref(outside[0], "planned"),
            reviewed=len(reviewed),
            planned=len(planned),
            column=known.heading("ra-soat", "planned"),
        )
