"""Sheet «Danh mục TTHC»: how each procedure is carried out (biểu II.07b, II.08)."""

from collections.abc import Iterator
from dataclasses import dataclass

from kskt_excel.check.known import Known
from kskt_excel.check.values import flag, is_blank, rows, words
from kskt_excel.messages import finding
from kskt_excel.model.finding import Finding
from kskt_excel.model.reading import Reading

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


def premises_hold(reading: Reading, known: Known) -> Iterator[Finding]:
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


def portal_services_are_online(reading: Reading, known: Known) -> Iterator[Finding]:
    """What is on the national portal is offered online: (7) ≤ (4) of biểu II.08."""
    for sheet, record in rows(reading, "danh-muc"):
        level = words(record, "online_level")
        code = known.code("muc_do_dvc", level)
        if flag(record, "on_national_portal") and level and code not in ONLINE_LEVELS:
            yield finding(
                "catalogue.portal_level",
                sheet.ref(record, "on_national_portal"),
                level=level,
                column=known.heading("danh-muc", "online_level"),
            )


def electronic_processes_are_decided(reading: Reading, known: Known) -> Iterator[Finding]:
    """An electronic process follows an internal process that a decision has approved.

    Source: Thông tư 01/2018/TT-VPCP, Điều 8.
    """
    for sheet, record in rows(reading, "danh-muc"):
        if "internal_process" not in sheet.columns or not flag(record, "e_process"):
            continue
        if is_blank(record, "internal_process"):
            at = sheet.ref(record, "internal_process")
            column = known.heading("danh-muc", "internal_process")
            yield finding("catalogue.no_internal_process", at, column=column)


def decided_processes_are_at_the_counter(reading: Reading, known: Known) -> Iterator[Finding]:
    """An internal process is of a procedure of the one-stop counter: (11) ≤ (7), biểu II.07b."""
    for sheet, record in rows(reading, "danh-muc"):
        if words(record, "internal_process") and flag(record, "at_one_stop") is False:
            at = sheet.ref(record, "at_one_stop")
            column = known.heading("danh-muc", "at_one_stop")
            decision = words(record, "internal_process")
            yield finding("catalogue.process_elsewhere", at, column=column, decision=decision)
