"""Drafts of the letters that go out: replies, reminders, cover letters; ready to send."""

import datetime as dt
import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from kskt_excel import messages
from kskt_excel.mail import body
from kskt_excel.mail.body import Content
from kskt_excel.mail.composing import Attachment, Envelope, compose, is_address
from kskt_excel.mail.letters import (
    COVER,
    NOT_ACCEPTED,
    NOT_COUNTED,
    RECEIVED,
    REMINDER,
    TO_MEND,
    Letters,
)
from kskt_excel.mail.occasion import (
    Lists,
    Occasion,
    about_submission,
    days_left_words,
    reason,
    situation,
)
from kskt_excel.model.clock import in_vietnam
from kskt_excel.model.consolidation import UnitStanding
from kskt_excel.model.finding import Finding, Severity
from kskt_excel.model.forms import Forms
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Plan, Unit
from kskt_excel.model.reading import Reading
from kskt_excel.model.submission import MailEnvelope, Submission, Verdict
from kskt_excel.report import words

_NOT_IN_FILE_NAMES = re.compile(r"[^A-Za-z0-9-]+")
_OWN_HOST = "kskt-excel.invalid"  # for the number of a mail when the office has no address
_HASH_IN_ID = 32
_NO_UNIT = "chua-ro-don-vi"


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter ready to send (thư nháp)."""

    subject: str
    to: tuple[str, ...]  # addresses; empty when none is known
    message_id: str  # the same for the same matter, so that it is sent once
    data: bytes  # the .eml file
    file_name: str
    what: str  # "reply", "reminder" or "issue"
    unit: str  # code, "" when not known
    period: str
    remark: str = ""  # what the office must know before it sends


@dataclass(frozen=True, slots=True)
class _Matter:
    """What makes one letter another one than the next."""

    letter: str
    what: str
    seeds: tuple[str, ...]
    file_end: str
    attachment: Attachment | None
    answers: MailEnvelope = field(default_factory=MailEnvelope)


def reply(
    *,
    letters: Letters,
    plan: Plan,
    forms: Forms,
    unit: Unit | None,
    period: Period,
    submission: Submission,
    findings: Sequence[Finding],
    reading: Reading | None,
    attachment: Attachment | None,
    deadline: dt.date,
    now: dt.datetime,
) -> Draft:
    """The answer to a file: received, to be corrected, or not accepted.

    ``unit`` is None when the file does not say whose it is; ``findings`` are those that stand, in
    the order in which the unit reads them; ``attachment`` is the marked copy. The number of the
    mail follows from file, findings and what counts, so that the same answer is never sent twice.
    """
    about = Occasion(plan, unit, period, deadline, now)
    errors = [found for found in findings if found.severity is Severity.ERROR]
    remarks = [found for found in findings if found.severity is Severity.WARNING]
    letter = letter_for(submission, findings, reading)
    lists = Lists(reading, forms, period.window(plan.cutoff_day).end, can_be_cut=bool(attachment))
    noted = [*errors, *remarks] if letter == RECEIVED else remarks
    content = Content(
        {
            **about.common(attachment[0] if attachment else ""),
            **about_submission(about, submission, errors, noted),
        },
        {"danh_sach_loi": lists.block(errors), "danh_sach_canh_bao": lists.block(noted)},
    )
    said = (f"{messages.place(one)} {messages.sentence(one)}" for one in (*errors, *remarks))
    number = f"lan-{submission.version}" if submission.version else submission.sha256[:8]
    matter = _Matter(
        letter,
        "reply",
        (submission.sha256, submission.mail.message_id, reason(submission, errors), *said),
        f"{letter}-{number}",
        attachment,
        submission.mail,
    )
    return _draft(about, letters, matter, content)


def reminder(
    *,
    letters: Letters,
    plan: Plan,
    unit: Unit,
    period: Period,
    deadline: dt.date,
    now: dt.datetime,
    standing: UnitStanding | None = None,
    attachment: Attachment | None = None,
) -> Draft:
    """A reminder to a unit that has not sent, or whose corrected report is awaited.

    Two reminders of the same day have the same number, so that a unit gets one a day.
    """
    about = Occasion(plan, unit, period, deadline, now)
    returned = standing is not None and standing.received_at is not None
    content = Content(
        {
            **about.common(attachment[0] if attachment else ""),
            "luc_nay": words.moment(in_vietnam(now)),
            "con_lai": days_left_words(about.days_left),
            "con_thieu": "BẢN SỬA" if returned else "BÁO CÁO",
            "tinh_trang": situation(about, standing),
        }
    )
    day = in_vietnam(now).date().isoformat()
    return _draft(
        about, letters, _Matter(REMINDER, "reminder", (day,), REMINDER, attachment), content
    )


def cover(
    *,
    letters: Letters,
    plan: Plan,
    unit: Unit,
    period: Period,
    attachment: Attachment,
    deadline: dt.date,
    now: dt.datetime,
) -> Draft:
    """The letter that brings a unit its blank workbook."""
    about = Occasion(plan, unit, period, deadline, now)
    seeds = (hashlib.sha256(attachment[1]).hexdigest(),)
    matter = _Matter(COVER, "issue", seeds, COVER, attachment)
    return _draft(about, letters, matter, Content(about.common(attachment[0])))


def letter_for(submission: Submission, findings: Sequence[Finding], reading: Reading | None) -> str:
    """Name of the letter that answers a file."""
    verdict = submission.verdict
    if verdict.counts:
        return RECEIVED
    if verdict is Verdict.SUPERSEDED:
        return NOT_COUNTED
    if reading is None or verdict in (Verdict.UNREADABLE, Verdict.NOT_A_REPORT):
        return NOT_ACCEPTED
    if any(found.severity is Severity.ERROR for found in findings):
        return TO_MEND
    return NOT_ACCEPTED if verdict is Verdict.RETURNED else RECEIVED


def _draft(about: Occasion, letters: Letters, matter: _Matter, content: Content) -> Draft:
    letter = letters[matter.letter]
    subject = body.subject(letter, content)
    to = _addresses(about, matter.answers.sender)
    name = about.unit.name if about.unit else ""
    envelope = Envelope(
        subject=subject,
        sender=(about.office, about.office_address),
        to=tuple((name, address) for address in to),
        message_id=_message_id(about, matter),
        date=about.now,
        in_reply_to=matter.answers.message_id,
        references=matter.answers.references,
    )
    data = compose(
        envelope,
        text=body.plain_text(letter, content),
        html=body.as_html(letter, content),
        attachments=(matter.attachment,) if matter.attachment else (),
    )
    return Draft(
        subject=subject,
        to=to,
        message_id=envelope.message_id,
        data=data,
        file_name=f"{_plain(about.code) or _NO_UNIT}_{about.period.id}_{matter.file_end}.eml",
        what=matter.what,
        unit=about.code,
        period=about.period.id,
        remark=_remark(about, to),
    )


def _addresses(about: Occasion, sender: str) -> tuple[str, ...]:
    """The unit's addresses; for a file of nobody its sender's, when the plan knows it."""
    if about.unit:
        return _valid(about.unit.emails)
    known = {address.casefold() for unit in about.plan.units for address in unit.emails}
    return _valid([sender] if sender.casefold() in known else [])


def _valid(addresses: Iterable[str]) -> tuple[str, ...]:
    stripped = (address.strip() for address in addresses)
    return tuple(dict.fromkeys(address for address in stripped if is_address(address)))


def _remark(about: Occasion, to: Sequence[str]) -> str:
    if to:
        return ""
    if about.unit is None:
        return "Tệp chưa rõ của đơn vị nào nên thư để trống người nhận; đề nghị điền trước khi gửi."
    return (
        f"Kế hoạch chưa ghi địa chỉ thư của {about.unit.name} nên thư để trống người nhận;"
        " đề nghị bổ sung ở trang Đơn vị của tệp kế hoạch, ví dụ: qlkh@tinh.gov.vn."
    )


def _message_id(about: Occasion, matter: _Matter) -> str:
    """Number of a mail: from what it is about, not from its wording, which the office may edit."""
    seeds = (matter.what, matter.letter, about.code, about.period.id, *matter.seeds)
    digest = hashlib.sha256("\0".join(seeds).encode()).hexdigest()[:_HASH_IN_ID]
    address = about.office_address
    host = address.rpartition("@")[2] if is_address(address) else _OWN_HOST
    return f"<{matter.what}.{digest}@{host}>"


def _plain(code: str) -> str:
    """A unit's code in plain letters, for file names."""
    letters = unicodedata.normalize("NFD", code.replace("Đ", "D").replace("đ", "d"))
    return _NOT_IN_FILE_NAMES.sub("", letters)
