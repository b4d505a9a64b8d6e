"""Scans that come with a report or after it: which version each is the signed copy of."""

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import Any

from kskt_excel.ledger import archive
from kskt_excel.ledger.journal import Receipt, SignedCopyOf, payloads
from kskt_excel.messages import finding
from kskt_excel.model.finding import Finding
from kskt_excel.model.period import ROMAN, Period
from kskt_excel.model.plan import Plan
from kskt_excel.model.submission import Submission
from kskt_excel.office.desk import Desk
from kskt_excel.text.spelling import plain_key

_MARKS = {
    ".pdf": b"%PDF-",
    ".jpg": b"\xff\xd8\xff",
    ".jpeg": b"\xff\xd8\xff",
    ".png": b"\x89PNG",
}
_HEAD = 1024  # bytes: blank lines and marks of order stand before a PDF's own mark
_LEAST_PICTURE = 20_000  # bytes: a page that can be read has more, a logo or an icon has less
_HASH_SHOWN = 8  # signs, as a receipt is named to people
# On plain keys: «quy i», «q1 2022», «2022 q1»
_QUARTER = re.compile(r"(?:\b(20\d\d) )?\bq(?:uy)? ?(iv|i{1,3}|[1-4])\b(?: (?:nam )?(20\d\d)\b)?")
_OF_A_REPORT = re.compile(
    r"\b(?:bao cao|bc|ban (?:da )?ky|da ky|ky (?:so|ten)|dong dau|scan|quet)\b"
)
"""Words of a report or a signature, without tones; «ky» alone may be a session («kỳ họp»)."""
_SAYS_NOTHING = re.compile(r"(?:img|image|anh|photo|doc|file|page|trang|[\W\d_])*")  # of a scan
_QUARTERS_BACK = 4  # a year: a scan of an older quarter is tied by hand


def tie_signed_copies(desk: Desk, plan: Plan) -> None:
    """Records of each new scan which report it goes with, where that is beyond doubt.

    With a workbook in one mail it goes with that one; alone, from the mailbox of a unit, with
    what counts of the unit then, where its name or its mail speaks of a report: of the quarter
    that they say, else of the one being collected, else of the one before.
    """
    state = desk.state
    known = {one.sha256 for one in payloads(desk.lines, SignedCopyOf)}
    found: dict[str, SignedCopyOf] = {}
    for one in state.receipts:
        is_new = one.sha256 not in known and one.sha256 not in found
        if one.verdict.is_report or not is_new:
            continue
        if not _may_be_a_copy(desk, one.name, one.sha256, one.archived):
            continue
        tied = _workbook_beside(state.receipts, one) or _of_the_sender(desk, plan, one)
        if tied:
            found[one.sha256] = tied
    desk.record(*found.values())


def _may_be_a_copy(desk: Desk, name: str, sha256: str, archived: str) -> bool:
    """Whether a file is a PDF or a picture of a page, by its name and by its bytes."""
    mark = _MARKS.get(PurePath(name.lower()).suffix)
    if mark is None:
        return False
    try:
        data = archive.load_original(desk.workspace.archive, sha256, archived=archived)
    except (archive.NotArchivedError, archive.ArchiveDamagedError):  # told elsewhere
        return False
    if mark == _MARKS[".pdf"]:
        return mark in data[:_HEAD]
    return data.startswith(mark) and len(data) >= _LEAST_PICTURE


def _workbook_beside(receipts: Sequence[Receipt], one: Receipt) -> SignedCopyOf | None:
    """The workbook of the same mail or archive; None where there is none, or several units'."""
    container, is_inside, _ = one.locator.partition("!")
    if not is_inside:
        return None
    there = [
        other
        for other in receipts
        if other.locator.startswith(f"{container}!") and other.unit and other.period
    ]
    whose = {(other.unit, other.period) for other in there}
    last = there[-1] if len(whose) == 1 else None
    return SignedCopyOf(one.sha256, last.unit, last.period, last.sha256) if last else None


def _of_the_sender(desk: Desk, plan: Plan, one: Receipt) -> SignedCopyOf | None:
    """What counts of the unit that has the mailbox, and was there before the scan."""
    unit = plan.owner_of(one.sender) if one.sender else None
    if unit is None or not one.period or not _speaks_of_a_report(one.name, one.subject):
        return None
    said = _quarter_said(one.name) or _quarter_said(one.subject)
    collected = desk.period(one.period)
    if said and collected.is_quarter:
        periods = _said_then(collected, *said)
    else:
        periods = _collected_then(collected)
    for period in periods:
        counting = desk.state.counting(unit.code, period.id)
        if counting and counting.received_at <= one.received_at:
            return SignedCopyOf(one.sha256, unit.code, period.id, counting.sha256)
    return None


def _speaks_of_a_report(*texts: str) -> bool:
    return any(_OF_A_REPORT.search(plain_key(text)) or _quarter_said(text) for text in texts)


def _collected_then(period: Period) -> Iterator[Period]:
    yield period
    if period.previous:
        yield period.previous


def _quarter_said(text: str) -> tuple[int, int] | None:
    """The one quarter that a title speaks of: number, year (0 where not said)."""
    found = {
        (ROMAN.get(match[2]) or int(match[2]), int(match[1] or match[3] or 0))
        for match in _QUARTER.finditer(plain_key(text))
    }
    return found.pop() if len(found) == 1 else None


def _said_then(collected: Period, number: int, year: int) -> Iterator[Period]:
    """The quarter that was said, the latest one that it may be on the day of the scan."""
    period: Period | None = collected
    for _ in range(_QUARTERS_BACK + 1):
        if period is None:
            return
        if period.number == number and year in (0, period.year):
            yield period
            return
        period = period.previous


def whose_copy(desk: Desk, one: Submission) -> Finding | None:
    """The question that a scan puts that goes with no report yet; None of any other file."""
    if one.unit or one.is_dismissed or one.is_signed_copy or one.verdict.is_report:
        return None
    if not _may_be_a_copy(desk, one.file, one.sha256, one.archived):
        return None
    told: dict[str, Any] = {
        "name": one.file,
        "file": one.sha256[:_HASH_SHOWN],
        "period": one.period,
    }
    owner = desk.latest_plan.owner_of(one.mail.sender)
    if owner is None:
        is_asked = _speaks_of_a_report(one.file, one.mail.subject) or _SAYS_NOTHING.fullmatch(
            plain_key(PurePath(one.file).stem)
        )
        return finding("receipt.whose_copy", **told) if is_asked else None  # else what it says
    versions = desk.state.series(owner.code, one.period).versions
    if not versions:
        return finding("receipt.copy_before_report", unit=owner.name, **told)
    last = versions[-1].number
    return finding("receipt.copy_of_what", unit=owner.name, owner=owner.code, version=last, **told)
