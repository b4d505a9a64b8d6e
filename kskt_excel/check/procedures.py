"""Sheets «Danh mục TTHC» and «Rà soát»: how procedures are carried out, and their review."""

from collections.abc import Iterator
from dataclasses import dataclass

from kskt_excel.check.context import RuleContext, flag, is_blank_in, number_in, rows, text_in
from kskt_excel.messages import finding
from kskt_excel.model.finding import Finding
from kskt_excel.model.reading import Reading, Record
from kskt_excel.text.shown import plain_number as shown_number

ONLINE_LEVELS = frozenset(("3", "4"))
"""Codes of «Mức độ 3, 4» and of «Một phần, Toàn trình»."""


@dataclass(frozen=True, slots=True)
class Premise:
    """Of two yes/no columns the first is Có only where the second is."""

    code: str
    column: str
    needs: str


PREMISES = (
    Premise("catalogue.payment_without_fee", "online_payment", "has_fee"),
    Premise("catalogue.whole_process", "whole_process_at_centre", "at_one_stop"),
    Premise("catalogue.interlinked", "interlinked", "at_one_stop"),
)


def premises_hold(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """Online payment needs a fee; the whole process at the centre needs the one-stop counter."""
    for sheet, record in rows(reading, "danh-muc"):
        for premise in PREMISES:
            if flag(record, premise.column) and flag(record, premise.needs) is False:
                yield finding(
                    premise.code,
                    sheet.ref(record, premise.column),
                    column=known.heading("danh-muc", premise.column),
                    needs=known.heading("danh-muc", premise.needs),
                )


def portal_services_are_online(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """What is on the national portal is offered online: (7) ≤ (4) of biểu II.08."""
    for sheet, record in rows(reading, "danh-muc"):
        level = text_in(record, "online_level")
        code = known.code("muc_do_dvc", level)
        if flag(record, "on_national_portal") and level and code not in ONLINE_LEVELS:
            yield finding(
                "catalogue.portal_level",
                sheet.ref(record, "on_national_portal"),
                level=level,
                column=known.heading("danh-muc", "online_level"),
            )


def electronic_processes_are_decided(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """An electronic process follows an internal process that a decision has approved.

    Source: Thông tư 01/2018/TT-VPCP, Điều 8.
    """
    for sheet, record in rows(reading, "danh-muc"):
        if "internal_process" not in sheet.columns or not flag(record, "e_process"):
            continue
        if is_blank_in(record, "internal_process"):
            at = sheet.ref(record, "internal_process")
            column = known.heading("danh-muc", "internal_process")
            yield finding("catalogue.no_internal_process", at, column=column)


def decided_processes_are_at_the_counter(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """An internal process is of a procedure of the one-stop counter: (11) ≤ (7), biểu II.07b."""
    for sheet, record in rows(reading, "danh-muc"):
        if text_in(record, "internal_process") and flag(record, "at_one_stop") is False:
            at = sheet.ref(record, "at_one_stop")
            column = known.heading("danh-muc", "at_one_stop")
            decision = text_in(record, "internal_process")
            yield finding("catalogue.process_elsewhere", at, column=column, decision=decision)


_KEEP = "giu_nguyen"


def _option(record: Record, known: RuleContext) -> str:
    return known.code("phuong_an", record.values.get("option"))


def reviewed_procedures_have_an_option(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """A procedure that was reviewed has an option: (4) = (5) + … + (9) of biểu II.04."""
    for sheet, record in rows(reading, "ra-soat"):
        if flag(record, "reviewed") and is_blank_in(record, "option") and "option" in sheet.columns:
            at, heading = sheet.ref(record, "option"), known.heading("ra-soat", "option")
            yield finding("review.no_option", at, column=heading)


def options_follow_a_review(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """Only a procedure that was reviewed has an option."""
    for sheet, record in rows(reading, "ra-soat"):
        if flag(record, "reviewed") is False and text_in(record, "option"):
            at, column = sheet.ref(record, "option"), known.heading("ra-soat", "reviewed")
            yield finding(
                "review.option_too_early", at, option=text_in(record, "option"), column=column
            )


def changes_say_who_decides(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """A change names the authority that can make it and how many legal texts it touches."""
    needed = (("authority", "review.no_authority"), ("legal_texts", "review.no_legal_texts"))
    for sheet, record in rows(reading, "ra-soat"):
        if not flag(record, "reviewed") or _option(record, known) in ("", _KEEP):
            continue
        for column, code in needed:
            if column in sheet.columns and is_blank_in(record, column):
                heading = known.heading("ra-soat", column)
                option = text_in(record, "option")
                yield finding(code, sheet.ref(record, column), option=option, column=heading)


def kept_procedures_change_nothing(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """A procedure that stays as it is touches no legal text, saves no cost, needs no authority."""
    for sheet, record in rows(reading, "ra-soat"):
        if _option(record, known) != _KEEP:
            continue
        if text_in(record, "authority"):
            at, column = sheet.ref(record, "authority"), known.heading("ra-soat", "authority")
            yield finding("review.kept_with_authority", at, column=column)
        for column in ("legal_texts", "cost_cut_percent"):
            if value := number_in(record, column):
                at, heading = sheet.ref(record, column), known.heading("ra-soat", column)
                given = shown_number(value)
                yield finding("review.kept_with_change", at, column=heading, given=given)


def reviews_keep_to_their_plan(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """No more procedures are reviewed than planned: (4) ≤ (3) of biểu II.04."""
    records = [record for _, record in rows(reading, "ra-soat")]
    reviewed = [record for record in records if flag(record, "reviewed")]
    planned = [record for record in records if flag(record, "planned")]
    outside = [record for record in reviewed if flag(record, "planned") is False]
    if outside and len(reviewed) > len(planned):
        sheet = reading.sheets["ra-soat"]
        yield finding(
            "review.more_than_planned",
            sheet.ref(outside[0], "planned"),
            reviewed=len(reviewed),
            planned=len(planned),
            column=known.heading("ra-soat", "planned"),
        )
