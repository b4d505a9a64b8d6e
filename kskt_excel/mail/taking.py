"""What is handed round while arrivals are taken out of what holds them."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeAlias

from kskt_excel.mail.kinds import document_words
from kskt_excel.mail.names import shown
from kskt_excel.messages import finding
from kskt_excel.model.finding import Finding, Severity
from kskt_excel.model.submission import Arrival, MailEnvelope, Verdict

MIB = 1024 * 1024
_NOT_REPORTS = frozenset({"mail.companion", "mail.no_attachment", "mail.no_workbook"})


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a mail or an archive may hold before it is refused unread (giới hạn)."""

    mail_bytes: int = 40 * MIB
    header_bytes: int = MIB
    parts: int = 200
    depth: int = 10  # mails in mails, archives in archives
    file_bytes: int = 40 * MIB  # one file, also after unpacking; a workbook may have 25
    members: int = 2_000  # entries of one archive
    total_bytes: int = 500 * MIB  # all that comes out of one file of the inbox
    total_files: int = 5_000


@dataclass(frozen=True, slots=True)
class NotTaken:
    """Something that was seen and not taken in, and why (không tiếp nhận)."""

    locator: str
    name: str
    finding: Finding


@dataclass(frozen=True, slots=True)
class Place:
    """Where a piece was found and what its container says about it."""

    locator: str
    name: str  # as given by the sender
    channel: str
    received_at: datetime | None = None
    mail: MailEnvelope = field(default_factory=MailEnvelope)
    depth: int = 0
    has_company: bool = False  # a mail that came along with a file that may be the report

    @property
    def is_in_a_mail(self) -> bool:
        """Whether a mail around it has already said who sent it and when."""
        return bool(self.mail.message_id or self.mail.sender or self.mail.subject)

    def within(self, step: str, name: str) -> "Place":
        """The place of a piece inside this one."""
        locator = f"{self.locator}!{step}"
        return replace(self, locator=locator, name=name, depth=self.depth + 1, has_company=False)


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes taken out of a container, to be looked into further."""

    place: Place
    data: bytes
    findings: tuple[Finding, ...] = ()


Found: TypeAlias = Piece | Arrival | NotTaken
Incoming: TypeAlias = Arrival | NotTaken


class Budget:
    """How much may still come out of one file of the inbox."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._bytes = limits.total_bytes
        self._files = limits.total_files

    def spend(self, size: int) -> bool:
        """Whether one more piece of ``size`` bytes may come out."""
        self._bytes -= size
        self._files -= 1
        return self._bytes >= 0 and self._files >= 0


def arrival(place: Place, data: bytes, *findings: Finding) -> Arrival:
    """The piece as it came in, its name cleaned for display."""
    name = shown(place.name, data)
    unsafe = () if name.is_harmless else (finding("mail.unsafe_name", name=name.text),)
    nameless = (finding("mail.no_name", name=name.text),) if name.is_made_up else ()
    return Arrival(
        name=name.text,
        data=data,
        sha256=hashlib.sha256(data).hexdigest(),
        locator=place.locator,
        channel=place.channel,
        received_at=place.received_at,
        mail=place.mail,
        findings=(*findings, *unsafe, *nameless),
    )


def refused(place: Place, data: bytes, code: str, **params: object) -> Arrival:
    """A container kept whole because it cannot be opened, with the one reason why."""
    bare = arrival(place, data)
    why = replace(finding(code), params={"name": bare.name} | params)
    return replace(bare, findings=(why,))


def attached(piece: Piece, *, has_workbook: bool) -> Found:
    """The piece to be looked into; a document that cannot be a report is told at once as what."""
    words = document_words(piece.place.name)
    if not words:
        return piece
    bare = arrival(piece.place, piece.data)
    code = "mail.companion" if has_workbook else "mail.no_workbook"
    said = finding(code, name=bare.name, kind=words)
    return replace(bare, findings=(said, *bare.findings))


def verdict_unread(one: Arrival) -> Verdict | None:
    """The verdict of an arrival that is not to be read at all; None when it is to be read."""
    return verdict_by_container(one.findings)


def verdict_by_container(findings: Iterable[Finding]) -> Verdict | None:
    """The verdict that findings on the container leave no doubt of; None when there is none."""
    known = tuple(findings)
    if any(found.code in _NOT_REPORTS for found in known):
        return Verdict.NOT_A_REPORT
    if any(found.severity is Severity.ERROR for found in known):
        return Verdict.UNREADABLE
    return None
