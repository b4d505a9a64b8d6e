"""Sheet «Rà soát»: procedures reviewed, with what is proposed for each (biểu II.04)."""

from collections.abc import Iterator

from kskt_excel.check.known import Known
from kskt_excel.check.values import flag, is_blank, number, rows, words
from kskt_excel.messages import finding
from kskt_excel.model.finding import Finding
from kskt_excel.model.reading import Reading, Record
from kskt_excel.text.given import number as shown_number

_KEEP = "giu_nguyen"


def _option(record: Record, known: Known) -> str:
    return known.code("phuong_an", record.values.get("option"))


def reviewed_procedures_have_an_option(reading: Reading, known: Known) -> Iterator[Finding]:
    """A procedure that was reviewed has an option: (4) = (5) + … + (9) of biểu II.04."""
    for sheet, record in rows(reading, "ra-soat"):
        if flag(record, "reviewed") and is_blank(record, "option") and "option" in sheet.columns:
            at, heading = sheet.ref(record, "option"), known.heading("ra-soat", "option")
            yield finding("review.no_option", at, column=heading)


def options_follow_a_review(reading: Reading, known: Known) -> Iterator[Finding]:
    """Only a procedure that was reviewed has an option."""
    for sheet, record in rows(reading, "ra-soat"):
        if flag(record, "reviewed") is False and words(record, "option"):
            at, column = sheet.ref(record, "option"), known.heading("ra-soat", "reviewed")
            yield finding(
                "review.option_too_early", at, option=words(record, "option"), column=column
            )


def changes_say_who_decides(reading: Reading, known: Known) -> Iterator[Finding]:
    """A change names the authority that can make it and how many legal texts it touches."""
    needed = (("authority", "review.no_authority"), ("legal_texts", "review.no_legal_texts"))
    for sheet, record in rows(reading, "ra-soat"):
        if not flag(record, "reviewed") or _option(record, known) in ("", _KEEP):
            continue
        for column, code in needed:
            if column in sheet.columns and is_blank(record, column):
                heading = known.heading("ra-soat", column)
                option = words(record, "option")
                yield finding(code, sheet.ref(record, column), option=option, column=heading)


def kept_procedures_change_nothing(reading: Reading, known: Known) -> Iterator[Finding]:
    """A procedure that stays as it is touches no legal text, saves no cost, needs no authority."""
    for sheet, record in rows(reading, "ra-soat"):
        if _option(record, known) != _KEEP:
            continue
        if words(record, "authority"):
            at, column = sheet.ref(record, "authority"), known.heading("ra-soat", "authority")
            yield finding("review.kept_with_authority", at, column=column)
        for column in ("legal_texts", "cost_cut_percent"):
            if value := number(record, column):
                at, heading = sheet.ref(record, column), known.heading("ra-soat", column)
                given = shown_number(value)
                yield finding("review.kept_with_change", at, column=heading, given=given)


def reviews_keep_to_their_plan(reading: Reading, known: Known) -> Iterator[Finding]:
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
