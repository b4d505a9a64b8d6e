"""What arrived, what it adds, what became of it, and what the office decided about it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from typing import TypeAlias

from kskt_excel.model.finding import Finding, Severity
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.reading import Reading

Amount: TypeAlias = int | float | frozenset[str] | tuple[str, ...] | None
"""What an aggregate gives before it is shown: a number, distinct values, texts, or the largest.

Of rows that are counted once over several quarters it holds their keys, each with its number after
``VALUE`` where that is not 1.
"""

VALUE = "\x1f"
"""Stands between a row's key and its number; no cell of a workbook can hold it."""

Amounts: TypeAlias = tuple[Amount, ...]
"""An amount for each column that comes from units' cells, in the order of the form."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What one workbook adds to each row of each form (phần góp).

    It follows from the workbook, the plan and the form definitions alone. Forms that the workbook
    has no records for are left out.
    """

    unit: str
    period: str  # quarter id
    rows: Mapping[str, Mapping[str, Amounts]]  # form id -> key of the printed row -> amounts
    whole: Mapping[str, Amounts]  # form id -> the sheets behind it counted whole


class Verdict(StrEnum):
    """What became of a file: exactly one for each receipt (kết luận)."""

    ACCEPTED = "accepted"
    ACCEPTED_WITH_WARNINGS = "accepted_with_warnings"
    RETURNED = "returned"
    SUPERSEDED = "superseded"
    DUPLICATE = "duplicate"
    UNREADABLE = "unreadable"
    NOT_A_REPORT = "not_a_report"

    @property
    def counts(self) -> bool:
        """Whether its figures may enter the consolidation."""
        return self in (Verdict.ACCEPTED, Verdict.ACCEPTED_WITH_WARNINGS)

    @property
    def is_report(self) -> bool:
        """Whether the file could be read as a report at all."""
        return self not in (Verdict.UNREADABLE, Verdict.NOT_A_REPORT)

    @property
    def is_to_mend(self) -> bool:
        """Whether the unit must send again: it was returned, or is no report."""
        return self is Verdict.RETURNED or not self.is_report

    @property
    def label(self) -> str:
        """What the office and the unit read."""
        return _VERDICT_LABELS[self]


_VERDICT_LABELS = {
    Verdict.ACCEPTED: "Đạt",
    Verdict.ACCEPTED_WITH_WARNINGS: "Đạt, có cảnh báo",
    Verdict.RETURNED: "Trả lại để sửa",
    Verdict.SUPERSEDED: "Không tính",
    Verdict.DUPLICATE: "Trùng tệp đã nhận",
    Verdict.UNREADABLE: "Không đọc được",
    Verdict.NOT_A_REPORT: "Không phải báo cáo",
}


@dataclass(frozen=True, slots=True)
class MailEnvelope:
    """What a mail says about itself, for the record only: it never decides the unit."""

    message_id: str = ""
    sender: str = ""
    subject: str = ""
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Arrival:
    """One file as it came in (tệp đến): its bytes, its shown name, where and when it came from.

    ``locator`` names the place it was found in (path inside the inbox, mail part, zip member), so
    that the same place seen again is not a second receipt.
    """

    name: str  # cleaned for display: NFC, no control characters, at most 120 characters
    data: bytes
    sha256: str
    locator: str
    channel: str  # "folder", "mail", "zip", "imap"
    received_at: dt.datetime | None = None  # None: the moment it is first taken in
    is_stated: bool = False  # only the sender's machine says when
    mail: MailEnvelope = field(default_factory=MailEnvelope)
    findings: tuple[Finding, ...] = ()  # about the container: unpacking, names


@dataclass(frozen=True, slots=True)
class Checked:
    """A file read and checked: what a worker hands back."""

    sha256: str
    reading: Reading | None  # None when it could not be read
    findings: tuple[Finding, ...]
    content_sha256: str = ""  # over the records read: the same content in other bytes
    tally: Tally | None = None  # None when unit or quarter are not known

    @property
    def verdict(self) -> Verdict:
        """The verdict before versions and decisions are looked at."""
        if self.reading is None:
            return Verdict.UNREADABLE
        if not self.reading.sheets:
            return Verdict.NOT_A_REPORT
        levels = {finding.severity for finding in self.findings}
        if Severity.ERROR in levels:
            return Verdict.RETURNED
        has_warning = Severity.WARNING in levels
        return Verdict.ACCEPTED_WITH_WARNINGS if has_warning else Verdict.ACCEPTED


@dataclass(frozen=True, slots=True)
class SignedCopy:
    """A scan or PDF that goes with a version of a report (bản ký): nobody has read what is on it.

    By the journal it belongs to the version; the office may dismiss it.
    """

    sha256: str
    file: str  # shown name
    received_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a file counts, or does not (căn cứ): an entry of the catalogue, and words for it.

    A decision goes by its number: what it says is kept once, and asked for by who tells it.
    """

    code: str
    words: Mapping[str, object] = field(default_factory=dict)
    ruling: int = 0  # the decision that it rests on, 0: none
    because: "Reason | None" = None  # of another version, told inside this one


@dataclass(frozen=True, slots=True)
class Submission:
    """A unit's report for a period in one version (lần gửi), or a file that is not one."""

    unit: str  # "" when not known
    period: str  # period id, "" when not known
    version: int  # 1, 2, …; 0 for what is not a report
    verdict: Verdict
    file: str  # shown name
    sha256: str
    received_at: dt.datetime
    late_days: int  # working days after the deadline, 0 when on time
    findings: tuple[Finding, ...]
    archived: str = ""  # path inside the workspace
    channel: str = "folder"
    mail: MailEnvelope = field(default_factory=MailEnvelope)
    why: tuple[Reason, ...] = ()  # why this version counts, or does not
    is_dismissed: bool = False  # nobody's report, says the office: nothing more is said of it
    after_closing: bool = False  # came when the quarter was closed: counts for nothing
    unmet_at_closing: bool = False  # came before, and was not good enough when that was done
    question: str = ""  # entry of what only the office can say: that it counts on, or counts
    in_place_of: str = ""  # the later quarter whose report it may be, on this one's form
    signed: tuple[SignedCopy, ...] = ()  # copies of this version that were signed, oldest first
    is_signed_copy: bool = False  # it is such a copy itself

    @property
    def awaits_office(self) -> bool:
        """Whether the submission counts on, or counts at all, only when the office says so."""
        return bool(self.question)

    @property
    def is_awaited_again(self) -> bool:
        """Whether the unit is to mend it and to send it again: not once its quarter is closed."""
        is_open = not (self.after_closing or self.unmet_at_closing)
        return is_open and self.verdict.is_to_mend


class DecisionKind(StrEnum):
    """What the office can decide (quyết định của Văn phòng)."""

    ACCEPT = "accept"  # accept a version in spite of its findings
    VOID = "void"  # a version does not count
    CHOOSE = "choose"  # this version counts
    PARTS = "parts"  # this version is a further part of the report, united with what counts
    WAIVE = "waive"  # a rule is not applied
    DISMISS = "dismiss"  # files are nobody's report: no more is said of them (bỏ qua tệp)
    MOVE = "move"  # files that name no quarter belong to this one (xếp kỳ)
    SIGNED = "signed"  # a scan is the signed copy of a version (bản ký)
    DIRECT = "direct"  # a leader's direction is recorded (chỉ đạo)
    CLOSE_DIRECTION = "close-direction"  # nothing more is awaited of it (kết thúc chỉ đạo)
    CLOSE = "close"  # the period is closed
    REOPEN = "reopen"  # the period is open again
    REVOKE = "revoke"  # takes an earlier decision back


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision (quyết định) with who, when and why; never erased, only taken back."""

    id: int  # sequence number of its journal line
    kind: DecisionKind
    by: str
    at: dt.datetime
    reason: str
    unit: str = ""
    period: str = ""
    version: int = 0
    rule: str = ""
    expires_on: dt.date | None = None
    revokes: int = 0
    receipt: int = 0  # journal line of the version's receipt: numbers of versions may shift
    where: str = ""  # of a waiver: «Hồ sơ!J9», «Hồ sơ!9», the code of a dossier; "" everywhere
    # of files: how the office named them; of a direction: key of the tracker's row
    originals: tuple[str, ...] = ()  # SHA-256 of the files that it speaks of
    text: str = ""  # what a direction says
    task: str = ""  # code of the task that it is about
    matter: str = ""  # the difficulty or proposal that it answers, as the unit wrote it
    leader: str = ""  # who gave it
    given_on: dt.date | None = None
    direction: int = 0  # the one that is closed


@dataclass(frozen=True, slots=True)
class UnitReport:
    """What counts for a unit in a quarter (báo cáo được tính), with what was read from it."""

    submission: Submission
    reading: Reading
    tally: Tally | None = None  # as counted when it was read; None for a report in parts

    @property
    def unit(self) -> str:
        """Code of the unit."""
        return self.submission.unit


@dataclass(frozen=True, slots=True)
class Direction:
    """A leader's direction (ý kiến chỉ đạo) on a task, or on what a unit has raised.

    Several on one row of the tracker follow each other: the last one holds.
    """

    id: int  # number of the decision that records it
    unit: str  # who is to act
    period: str  # id of the quarter in which the matter stood
    row: str  # key of the tracker's row that it was given on
    text: str
    task: str = ""  # code, "" for a matter of no task
    matter: str = ""  # what the unit had raised, "" for a task as a whole
    leader: str = ""  # as the office has written it
    given_on: dt.date | None = None
    closed_by: str = ""  # who said that nothing more is awaited
    closed_on: dt.date | None = None
    closing_words: str = ""

    @property
    def is_open(self) -> bool:
        """Whether its result is still awaited."""
        return self.closed_on is None
