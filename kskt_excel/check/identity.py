"""Whose workbook it is: sheet «Thông tin», its marks, and the address that sent it."""

import datetime as dt
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import product

from kskt_excel.check.conditions import Compared, RowRule
from kskt_excel.check.context import RuleContext
from kskt_excel.messages import finding
from kskt_excel.model.finding import Finding
from kskt_excel.model.forms import INFO_FORM
from kskt_excel.model.patterns import lazy_pattern
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Plan, Unit
from kskt_excel.model.reading import Reading, Record, SheetReading
from kskt_excel.text.names import Matcher
from kskt_excel.text.periods import period
from kskt_excel.text.shown import day_text as shown_day
from kskt_excel.text.spelling import plain_key

_LONG_AFTER = dt.timedelta(days=330)
"""A report may be mended months later; a day nearly a year away has its year typed wrong."""


def _labels(reading: Reading) -> Iterator[tuple[SheetReading, Record]]:
    sheet = reading.sheets.get(INFO_FORM)
    if sheet is not None:
        for record in sheet.records:
            yield sheet, record


def the_unit_reports_in_this_period(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """The unit exists in the period."""
    del reading
    unit, window = known.unit, known.window
    if unit is None or window is None or unit.existed(window):
        return
    successor = known.plan.unit_by_code.get(unit.successor)
    yield finding(
        "info.unit_ended",
        unit=unit.name,
        span=_span(unit),
        successor=f" Đơn vị tiếp nhận nhiệm vụ: {successor.name}." if successor else "",
    )


def _span(unit: Unit) -> str:
    """``đến 31/12/2021``, ``từ 1/7/2022``, ``từ … đến …``: the days on which a unit reports."""
    first = f"từ {shown_day(unit.valid_from)}" if unit.valid_from else ""
    last = f"đến {shown_day(unit.valid_to)}" if unit.valid_to else ""
    return " ".join(part for part in (first, last) if part)


def names_agree_with_the_marks(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """Name and code of the unit are those for which the workbook was issued."""
    if known.unit is None:
        return
    codes = {plain_key(known.unit.code)}
    names = {plain_key(name) for name in (known.unit.name, *known.unit.aliases)} | codes
    for sheet, record in _labels(reading):
        for column, accepted in (("unit_code", codes), ("unit_name", names)):
            given = record.text(column)
            if given and plain_key(given) not in accepted and not _is_meant(given, known):
                yield finding(
                    "info.unit",
                    sheet.ref(record, column),
                    column=known.heading(INFO_FORM, column),
                    given=given,
                    unit=known.unit.name,
                    expected=known.unit.code if column == "unit_code" else known.unit.name,
                )


# «Đơn vị: Phòng …», «Sở … - Phòng …», «Phòng Quản lý Khoa học - Sở KH&CN», «…, thuộc Sở …»
_BESIDE_NAME = lazy_pattern(
    r"\A(?:(?:tên )?đơn vị|mã(?: đơn vị)?)\s*:\s*|\ASở\b[^-–—]*[-–—]\s*(?=\S)"
    r"|(?:\s*[-–—,(]\s*|\s+(?=(?:trực )?thuộc ))(?:(?:trực )?thuộc )?Sở\b.*\Z",
    re.IGNORECASE,
)


def _is_meant(given: str, known: RuleContext) -> bool:
    """Whether the unit's name or code is written otherwise: «P. Quản lí KH», «… - Sở KH&CN»."""
    if known.unit is None:
        return False
    names = tuple((one.code, (one.name, *one.aliases)) for one in known.plan.units)
    matcher = _matcher(names)
    shorter = _BESIDE_NAME.sub("", given.removesuffix(f"({known.unit.code})"))
    return any(matcher.match(one).value == known.unit.code for one in (given, shorter))


@lru_cache(maxsize=8)
def _matcher(names: tuple[tuple[str, tuple[str, ...]], ...]) -> Matcher:
    return Matcher(names)


def the_period_agrees_with_the_marks(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """The period written on the sheet is the one for which the workbook was issued."""
    if known.period is None:
        return
    for sheet, record in _labels(reading):
        given = record.text("period")
        written = _period_named(given, known.period.year) if given else None
        if written is not None and written != known.period:
            yield finding(
                "info.period",
                sheet.ref(record, "period"),
                parties=(sheet.ref(record, "period"),),
                given=given,
                expected=known.period.label,
            )


@lru_cache(maxsize=256)
def _period_named(given: str, year: int) -> Period | None:
    return period(given, year=year).value


def the_window_agrees_with_the_period(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """From and to are the first and the last day of the period."""
    if known.window is None or known.period is None:
        return
    for sheet, record in _labels(reading):
        for column, expected in (("from", known.window.start), ("to", known.window.end)):
            given = record.day(column)
            if given and given != expected:
                yield finding(
                    "info.window",
                    sheet.ref(record, column),
                    parties=(sheet.ref(record, column), sheet.ref(record, "period")),
                    column=known.heading(INFO_FORM, column),
                    given=shown_day(given),
                    expected=shown_day(expected),
                    period=known.period.label,
                    start=shown_day(known.window.start),
                    end=shown_day(known.window.end),
                )


ASKED_LABELS = ("preparer", "prepared_on", "approver")


def somebody_stands_for_it(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """Who made the report, who approved it and when it was made are told."""
    for sheet, record in _labels(reading):
        for column in ASKED_LABELS:
            if record.is_blank(column):
                heading = known.heading(INFO_FORM, column)
                asked = known.forms[INFO_FORM].by_key[column]
                example = "" if asked.type == "date" else asked.example
                at = sheet.ref(record, column)
                yield finding("info.blank", at, column=heading, example=example)


def it_is_prepared_after_the_period(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """A report is made up when its period is over, or nearly."""
    window = known.window
    if window is None:
        return
    for rule, (sheet, record) in product(prepared_on_other_days(known), _labels(reading)):
        given = record.day(rule.at)
        if given and rule.when.holds(record):
            at, end = sheet.ref(record, rule.at), shown_day(window.end)
            yield finding(rule.code, at, given=shown_day(given), end=end)


def prepared_on_other_days(known: RuleContext) -> tuple[RowRule, ...]:
    """A report made up long before its period is over, or nearly a year after."""
    earliest, window = known.earliest_preparation, known.window
    if earliest is None or window is None:
        return ()
    latest = window.end + _LONG_AFTER
    return tuple(
        RowRule(code, INFO_FORM, "prepared_on", Compared(("prepared_on",), op, limit=day))
        for code, op, day in (
            ("info.prepared_early", "<", earliest),
            ("info.prepared_late", ">", latest),
        )
    )


_ADDRESS = lazy_pattern(r"[^\s<>\"]+@[^\s<>\"]+")


def check_sender(unit: str, mail_from: str, plan: Plan) -> Finding | None:
    """A warning when the mail comes from the mailbox of another unit, else None.

    ``mail_from`` is an address, with or without a name before it. A mailbox that the plan does
    not know says nothing; nor does the office's own, from which it passes workbooks on.
    """
    match = _ADDRESS.search(mail_from)
    there = plan.unit_by_code.get(unit)
    if match is None or there is None or match[0].casefold() in _mailboxes(there):
        return None
    owner = plan.owner_of(match[0])
    if owner is None or owner.code == plan.office:
        return None
    return finding("sender.other_unit", unit=there.name, address=match[0], owner=owner.name)


def _mailboxes(unit: Unit) -> set[str]:
    return {address.casefold() for address in unit.emails}
