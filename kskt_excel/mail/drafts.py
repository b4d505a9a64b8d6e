"""Drafts of the letters that go out, and the occasion that each speaks of."""

import datetime as dt
import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from typing import Self

from kskt_excel import messages
from kskt_excel.ledger.state import catalogue_text as from_catalogue
from kskt_excel.ledger.state import is_worth_telling
from kskt_excel.mail.letters import (
    AWAITED,
    COVER,
    NOT_ACCEPTED,
    NOT_COUNTED_LETTER,
    OLDER_FORM,
    RECEIVED,
    REMINDER,
    SUPERIOR_REMINDER,
    TO_MEND,
    Attachment,
    Envelope,
    LetterBlock,
    LetterContent,
    LetterItem,
    Letters,
    as_html,
    compose,
    is_address,
    letter_subject,
    plain_text,
)
from kskt_excel.model.book import CellRef
from kskt_excel.model.calendar import in_vietnam, workdays_between
from kskt_excel.model.consolidation import Due, DueKind, UnitStanding
from kskt_excel.model.finding import Finding, Severity
from kskt_excel.model.forms import Forms
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Plan, Superior, Unit
from kskt_excel.model.reading import Reading
from kskt_excel.model.submission import MailEnvelope, Submission, Verdict
from kskt_excel.report.due_lines import days_left_words
from kskt_excel.report.excerpt import Excerpt, excerpt_around, written_in
from kskt_excel.text import shown
from kskt_excel.text.shown import day_text, listed, office_moment, two_digits

_UNKNOWN_UNIT = "đơn vị gửi tệp"
# Findings shown with a piece of their sheet: with more a letter is too long to be read.
_MOST_GRIDS = 15
_MOST_LISTED = 60  # the attachment has the others
_HASH_SHOWN = 8  # signs, as a receipt is named to people


@dataclass(frozen=True, slots=True)
class Occasion:
    """Who is written to, about which period, and when."""

    plan: Plan
    unit: Unit | None  # None: the file does not say whose it is
    period: Period
    deadline: dt.date
    now: dt.datetime

    @property
    def code(self) -> str:
        """Code of the unit, "" when not known."""
        return self.unit.code if self.unit else ""

    @property
    def office(self) -> str:
        """Name of the unit that runs the plan: «Văn phòng Sở»."""
        return self.plan.office_name

    @property
    def sender(self) -> str:
        """Name in the letters' From: who is named for it in the plan, else the office."""
        return self.plan.settings.sender or self.office

    @property
    def office_address(self) -> str:
        """The office's mail address, "" when the plan has none."""
        return self.plan.settings.receiving_address

    @property
    def days_left(self) -> int:
        """Working days until the deadline, negative after it."""
        return workdays_between(in_vietnam(self.now).date(), self.deadline, self.plan.calendar)

    def common(self, attached: str) -> Mapping[str, str]:
        """The words that every letter has; ``attached`` is the name of its attachment, or ""."""
        window = self.period.window(self.plan.cutoff_day)
        return {
            "ky": self.period.label,
            "tu_ngay": day_text(window.start),
            "den_ngay": day_text(window.end),
            "don_vi": self.unit.name if self.unit else _UNKNOWN_UNIT,
            "ma_don_vi": self.code,
            "van_phong": self.office,
            "co_quan": self.plan.agency,
            "han_gui": f"ngày {day_text(self.deadline)}",
            "thu_van_phong": self.office_address or self.office,
            "dien_thoai": self.plan.settings.office_phone,
            "lien_he": self._contact(),
            "tep_kem": attached,
            "ten_viet_tat": self.plan.regime_on(window.end).short,
        }

    def _contact(self) -> str:
        phone = self.plan.settings.office_phone
        by_phone = f", điện thoại {phone}" if phone else ""
        return f"Cần trao đổi thêm, đề nghị liên hệ {self.office}{by_phone}."


def about_submission(
    about: Occasion, submission: Submission, errors: Sequence[Finding], remarks: Sequence[Finding]
) -> Mapping[str, str]:
    """The words about a file that came in."""
    version = submission.version
    return {
        "tep": submission.file,
        "lan_gui": str(version) if version else "",
        "nhan_luc": office_moment(in_vietnam(submission.received_at)),
        "ket_luan": submission.verdict.label,
        "ly_do": counting_reason(submission, errors),
        "bao_cao": _report(about, submission),
        "han_gui_lai": _until(about),
        "so_loi": str(len(errors)),
        "so_canh_bao": str(len(remarks)),
        "bien_nhan": receipt_line(submission),
        "mau_ky": Period.label_of(submission.period) if submission.period else "",
    }


def receipt_line(submission: Submission) -> str:
    """``Nhận lúc 08 giờ 30 ngày 15/3/2022, tệp “…”, lần gửi thứ 2, số biên nhận 3f2a91bc.``."""
    parts = [
        f"Nhận lúc {office_moment(in_vietnam(submission.received_at))}",
        f"tệp “{submission.file}”",
        f"lần gửi thứ {submission.version}" if submission.version else "",
        f"muộn {submission.late_days} ngày làm việc" if submission.late_days else "",
        f"số biên nhận {submission.sha256[:_HASH_SHOWN]}",
    ]
    return ", ".join(part for part in parts if part) + "."


def situation(about: Occasion, standing: UnitStanding | None) -> str:
    """What the office has and has not got from a unit."""
    name = about.unit.name if about.unit else _UNKNOWN_UNIT
    until = office_moment(in_vietnam(about.now))
    if standing is None or standing.received_at is None:
        return (
            f"Đến {until}, {about.office} chưa nhận được báo cáo {about.period.label} của {name}."
        )
    received = office_moment(in_vietnam(standing.received_at))
    faults = f" còn {standing.errors} lỗi phải sửa" if standing.errors else " không được tính"
    return (
        f"Báo cáo {about.period.label} của {name} nhận lúc {received}{faults};"
        f" đến {until}, {about.office} chưa nhận được bản sửa."
    )


_NOTHING_TO_REPORT = (
    "Nếu kỳ này không phát sinh, đề nghị vẫn gửi báo cáo và ghi x ở ô “Kỳ này không phát sinh”."
)


def _please_send(about: Occasion, *, is_mended: bool) -> str:
    """What is asked for, by which day, and where it goes."""
    to = about.office_address or about.office
    what = "Hạn gửi bản sửa" if is_mended else "Hạn gửi"
    left = days_left_words(about.days_left)
    until = f"{what} là ngày {day_text(about.deadline)} ({left})"
    now = " ngay khi nhận được thư này" if about.days_left < 0 else ""
    return f"{until}; đề nghị đơn vị gửi về {to}{now}."


def _window(about: Occasion, helped: int) -> str:
    """Which days a report counts, and that it tells of what the unit helps with."""
    window = about.period.window(about.plan.cutoff_day)
    days = f"Số liệu tính từ ngày {day_text(window.start)} đến hết ngày {day_text(window.end)}"
    if not helped:
        return f"{days}."
    return f"{days}; báo cáo gồm cả kết quả phối hợp {two_digits(helped)} nhiệm vụ."


def owed_lines(lines: Sequence[str]) -> str:
    """Lines of what a unit owes, numbered; "" for none."""
    return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, start=1))


@dataclass(frozen=True, slots=True)
class LetterLists:
    """Makes lists of findings with pieces of their sheets."""

    reading: Reading | None
    forms: Forms
    day: dt.date  # chooses the headings in force
    can_be_cut: bool  # the attachment holds every finding

    def block(self, findings: Sequence[Finding]) -> LetterBlock:
        """The list; a long one is cut where the attachment has the whole of it."""
        shown = findings[:_MOST_LISTED] if self.can_be_cut else findings
        written = written_in(findings)
        items = [
            LetterItem(found, self._grid(found, written) if at < _MOST_GRIDS else None)
            for at, found in enumerate(shown)
        ]
        left = len(findings) - len(shown)
        rest = f"Còn {left} nội dung khác được đánh dấu trong tệp gửi kèm." if left else ""
        return LetterBlock(tuple(items), rest)

    def _grid(self, found: Finding, written: Mapping[CellRef, str]) -> Excerpt | None:
        if not self.reading:
            return None
        return excerpt_around(found, self.reading, self.forms, day=self.day, written=written)


def counting_reason(submission: Submission, errors: Sequence[Finding]) -> str:
    """Why the version counts or not, unless the letter says just that anyway."""
    if not submission.version:
        return submission.why if submission.unmet_at_closing else ""  # else the letter says it
    why = submission.why
    said_anyway = why == from_catalogue("receipt.returned", errors=len(errors))
    return why if is_worth_telling(why) and not said_anyway else ""


def _report(about: Occasion, submission: Submission) -> str:
    """``Báo cáo Quý I/2022 của Văn phòng Sở``; of a later one, which: an earlier may count."""
    name = about.unit.name if about.unit else _UNKNOWN_UNIT
    which = f" gửi lần thứ {submission.version}" if submission.version > 1 else ""
    return f"Báo cáo {about.period.label} của {name}{which}"


def _until(about: Occasion) -> str:
    if about.days_left >= 0:
        return f"chậm nhất ngày {day_text(about.deadline)}"
    return f"ngay khi nhận được thư này (hạn gửi ngày {day_text(about.deadline)} đã qua)"


_NOT_IN_FILE_NAMES = re.compile(r"[^A-Za-z0-9-]+")
_OWN_HOST = "kskt-excel.invalid"  # for the number of a mail when the office has no address
_HASH_IN_ID = 32  # signs: 128 bits, so that no two letters have one number
_NO_UNIT = "chua-ro-don-vi"
# «VP_2022-Q1_tra-loi.eml»: whose, of which period, what kind.
_LETTER_FILE = re.compile(r"([^_]+)_([^_]+)_([^_]+)\.eml")


@dataclass(frozen=True, slots=True)
class LetterName:
    """The name of a letter's file (tên tệp thư): whose it is, of which period, which letter."""

    unit: str  # the unit's code in plain letters, or a word for nobody
    period: str
    letter: str  # "don-doc", "phat-bieu", "can-sua-lan-2", …

    @classmethod
    def of(cls, code: str, period: Period, letter: str) -> Self:
        """The name of a unit's letter; ``code`` is "" when nobody knows whose it is."""
        return cls(_plain(code) or _NO_UNIT, period.id, letter)

    @classmethod
    def read(cls, file_name: str) -> Self | None:
        """What a name says; None for what is no letter's."""
        found = _LETTER_FILE.fullmatch(file_name)
        return cls(*found.groups()) if found else None

    @property
    def text(self) -> str:
        """The name as it is written."""
        return f"{self.unit}_{self.period}_{self.letter}.eml"

    def reminds(self, code: str) -> bool:
        """Whether it is a reminder to the unit, or to the superior, that has a code."""
        return self.letter in (REMINDER, SUPERIOR_REMINDER) and self.unit == _plain(code)


def _plain(code: str) -> str:
    """A unit's code in plain letters, for file names."""
    letters = unicodedata.normalize("NFD", code.replace("Đ", "D").replace("đ", "d"))
    return _NOT_IN_FILE_NAMES.sub("", letters)


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
    matters: tuple[str, ...] = ()  # what it tells the unit that it owes: ``Due.matter``


@dataclass(frozen=True, slots=True)
class _Matter:
    """What makes one letter another one than the next."""

    letter: str
    what: str
    seeds: tuple[str, ...]
    file_end: str
    attachment: Attachment | None
    answers: MailEnvelope = field(default_factory=MailEnvelope)
    owed: tuple[str, ...] = ()  # what it tells the unit that it owes: ``Due.matter``


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
    taken_out: Sequence[Finding] = (),
    owed: Sequence[str] = (),
    part: str = "",
    matters: Sequence[str] = (),
) -> Draft:
    """The answer to a file: received, to be corrected, or not accepted.

    ``unit`` is None when the file does not say whose it is; ``findings`` are those that stand, in
    the order in which the unit reads them; ``attachment`` is the marked copy, ``taken_out``
    what it goes without, ``owed`` a line for each thing that the unit owes besides, ``part`` what
    is known of its part in tasks of others. The number of the mail follows from file, findings and
    what counts, so that it is never sent twice.
    """
    about = Occasion(plan, unit, period, deadline, now)
    errors = [found for found in findings if found.severity is Severity.ERROR]
    remarks = [found for found in findings if found.severity is Severity.WARNING]
    letter = letter_for(submission, findings, reading)
    lists = LetterLists(
        reading, forms, period.window(plan.cutoff_day).end, can_be_cut=bool(attachment)
    )
    noted = [*errors, *remarks] if letter == RECEIVED else remarks
    content = LetterContent(
        {
            **about.common(attachment[0] if attachment else ""),
            **about_submission(about, submission, errors, noted),
            "da_bo": " ".join(map(messages.sentence, taken_out)),
            "viec_can_lam": owed_lines(owed),
            "phoi_hop": part,
            "ban_ky": _on_signed_copy(about, submission),
        },
        {"danh_sach_loi": lists.block(errors), "danh_sach_canh_bao": lists.block(noted)},
    )
    said = (f"{messages.place_text(one)} {messages.sentence(one)}" for one in (*errors, *remarks))
    number = f"lan-{submission.version}" if submission.version else submission.sha256[:8]
    matter = _Matter(
        letter,
        "reply",
        (submission.sha256, submission.mail.message_id, counting_reason(submission, errors), *said),
        f"{letter}-{number}",
        attachment,
        submission.mail,
        tuple(matters),
    )
    return _draft(about, letters, matter, content)


@dataclass(frozen=True, slots=True)
class Reminded:
    """What a unit is reminded of: its report, a correction of it, other things that it owes."""

    report: Due | None = None  # the report of the period, or the correction of it
    standing: UnitStanding | None = None
    others: tuple[str, ...] = ()  # a line each
    matters: tuple[str, ...] = ()  # all of them, for the journal


def _on_signed_copy(about: Occasion, submission: Submission) -> str:
    """That the signed copy of a report that counts is there, or is asked for; else nothing."""
    if not submission.verdict.counts:
        return ""
    if submission.signed:
        days: dict[str, list[str]] = {}
        for copy in submission.signed:
            day = day_text(in_vietnam(copy.received_at).date())
            days.setdefault(day, []).append(f"“{copy.file}”")
        told = "; ".join(f"tệp {listed(names)} nhận ngày {day}" for day, names in days.items())
        return f"Đã có bản ký của báo cáo này: {told}."
    if not about.plan.settings.asks_signed_copy:
        return ""
    return (
        f"Đề nghị đơn vị in, ký và gửi {about.office} bản quét (PDF hoặc ảnh) của báo cáo này từ"
        " hộp thư của đơn vị; không phải gửi lại tệp Excel."
    )


def reminder(
    *,
    letters: Letters,
    plan: Plan,
    unit: Unit,
    period: Period,
    deadline: dt.date,
    now: dt.datetime,
    reminded: Reminded,
    attachment: Attachment | None = None,
) -> Draft:
    """One letter with everything that a unit owes.

    Two of the same day that ask for the same have the same number: a unit gets it once a day.
    """
    about = Occasion(plan, unit, period, deadline, now)
    owed = reminded.report
    is_mended = owed is not None and owed.kind is DueKind.CORRECTION
    is_awaited = owed is not None and not is_mended
    content = LetterContent(
        {
            **about.common(attachment[0] if attachment else ""),
            "luc_nay": shown.office_moment(in_vietnam(now)),
            "con_lai": days_left_words(about.days_left),
            "viec_chinh": _main_matter(reminded),
            "con_thieu": _awaited(reminded),
            "tinh_trang": situation(about, reminded.standing) if owed else "",
            "de_nghi_gui": _please_send(about, is_mended=is_mended) if owed else "",
            "so_lieu": _window(about, len(owed.tasks)) if owed and is_awaited else "",
            "khong_phat_sinh": _NOTHING_TO_REPORT if is_awaited else "",
            "viec_can_lam": owed_lines(reminded.others),
        }
    )
    seeds = (in_vietnam(now).date().isoformat(), *sorted(reminded.matters))
    matter = _Matter(REMINDER, "reminder", seeds, REMINDER, attachment, owed=reminded.matters)
    return _draft(about, letters, matter, content)


def _main_matter(reminded: Reminded) -> str:
    """What stands in the subject."""
    if reminded.report is None:
        return f"{two_digits(len(reminded.others))} VIỆC CẦN LÀM"
    return f"CHƯA NHẬN ĐƯỢC {_awaited(reminded)}"


def _awaited(reminded: Reminded) -> str:
    """What is still to come, as letters of 0.1.0 have it in their subject."""
    if reminded.report is None:
        return f"KẾT QUẢ {two_digits(len(reminded.others))} VIỆC CẦN LÀM"
    return "BẢN SỬA" if reminded.report.kind is DueKind.CORRECTION else "BÁO CÁO"


def superior_reminder(
    *,
    letters: Letters,
    plan: Plan,
    superior: Superior,
    period: Period,
    deadline: dt.date,
    now: dt.datetime,
    owing: Sequence[UnitStanding],
    matters: tuple[str, ...],
) -> Draft:
    """The list of the units of a superior whose reports are awaited, to the superior itself.

    As with units, two of the same day have the same number.
    """
    addressed = Unit(superior.code, superior.name, emails=superior.emails)
    about = Occasion(plan, addressed, period, deadline, now)
    names = plan.unit_by_code
    listed = (
        f"{number}. {names[one.unit].name}: {one.state.value.lower()}"
        for number, one in enumerate(owing, start=1)
    )
    content = LetterContent(
        {
            **about.common(""),
            "luc_nay": shown.office_moment(in_vietnam(now)),
            "con_lai": days_left_words(about.days_left),
            "so_don_vi": shown.two_digits(len(owing)),
            "danh_sach_don_vi": "\n".join(listed),
        }
    )
    day = in_vietnam(now).date().isoformat()
    name = SUPERIOR_REMINDER
    matter = _Matter(name, "reminder", (day, *matters), name, None, owed=matters)
    return _draft(about, letters, matter, content)


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
    return _draft(about, letters, matter, LetterContent(about.common(attachment[0])))


_LETTER_OF_A_QUESTION = {"receipt.stranger": AWAITED, "receipt.older_form": OLDER_FORM}


def letter_for(submission: Submission, findings: Sequence[Finding], reading: Reading | None) -> str:
    """Name of the letter that answers a file."""
    verdict = submission.verdict
    is_out = submission.unmet_at_closing
    if submission.question in _LETTER_OF_A_QUESTION and not is_out:
        return _LETTER_OF_A_QUESTION[submission.question]
    if verdict.counts and not is_out:
        return RECEIVED
    if verdict is Verdict.SUPERSEDED or is_out:
        return NOT_COUNTED_LETTER
    if reading is None or verdict in (Verdict.UNREADABLE, Verdict.NOT_A_REPORT):
        return NOT_ACCEPTED
    if any(found.severity is Severity.ERROR for found in findings):
        return TO_MEND
    return NOT_ACCEPTED if verdict is Verdict.RETURNED else RECEIVED


def _draft(about: Occasion, letters: Letters, matter: _Matter, content: LetterContent) -> Draft:
    letter = letters[matter.letter]
    subject = letter_subject(letter, content)
    to = _addresses(about, matter.answers.sender)
    name = about.unit.name if about.unit else ""
    envelope = Envelope(
        subject=subject,
        sender=(about.sender, about.office_address),
        to=tuple((name, address) for address in to),
        message_id=_message_id(about, matter),
        date=about.now,
        in_reply_to=matter.answers.message_id,
        references=matter.answers.references,
    )
    data = compose(
        envelope,
        text=plain_text(letter, content),
        html=as_html(letter, content),
        attachments=(matter.attachment,) if matter.attachment else (),
    )
    return Draft(
        subject=subject,
        to=to,
        message_id=envelope.message_id,
        data=data,
        file_name=LetterName.of(about.code, about.period, matter.file_end).text,
        what=matter.what,
        unit=about.code,
        period=about.period.id,
        remark=_remark(about, to),
        matters=matter.owed,
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
