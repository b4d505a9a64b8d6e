"""A mail as bytes: headers that every mailer reads, text, HTML, attachments; the same each time."""

import datetime as dt
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from kskt_excel.model.clock import VIETNAM
from kskt_excel.text.clean import clean

if TYPE_CHECKING:
    from email.mime.base import MIMEBase

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_MESSAGE_ID = re.compile(r"<[\x21-\x3b\x3d\x3f-\x7e]{1,250}>")
_MOST_REFERENCES = 20
_KEPT = 256  # the same few names stand in all letters of a run
_TYPES = {
    "xlsx": "vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xlsm": "vnd.ms-excel.sheet.macroEnabled.12",
    "xls": "vnd.ms-excel",
    "zip": "zip",
    "pdf": "pdf",
}

Attachment = tuple[str, bytes]
"""(name as the receiver sees it, content)."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """The headers of a mail that goes out (phong bì)."""

    subject: str
    sender: tuple[str, str]  # name, address; no address: no From
    to: tuple[tuple[str, str], ...]  # (name, address)
    message_id: str
    date: dt.datetime  # one without a zone is Vietnam's
    in_reply_to: str = ""
    references: tuple[str, ...] = ()


def is_address(text: str) -> bool:
    """Whether a text is one mail address and nothing else."""
    return bool(_ADDRESS.fullmatch(text))


def compose(
    envelope: Envelope, *, text: str, html: str, attachments: Sequence[Attachment] = ()
) -> bytes:
    """The mail as an unsent draft (``X-Unsent: 1``), lines ended by CR LF.

    The same arguments give the same bytes: the boundaries follow from the number of the mail.
    """
    from email import policy
    from email.mime.multipart import MIMEMultipart
    from email.mime.text import MIMEText

    boundary = hashlib.sha256(envelope.message_id.encode()).hexdigest()[:32]
    # «=_» cannot occur in Base64, so that no content can hold a boundary
    both = MIMEMultipart("alternative", f"=_{boundary}_a")
    for subtype, content in (("plain", text), ("html", html)):
        both.attach(MIMEText(_writable(content), subtype, "utf-8"))
    whole = both
    if attachments:
        whole = MIMEMultipart("mixed", f"=_{boundary}_m")
        whole.attach(both)
        for name, data in attachments:
            whole.attach(_attached(name, data))
    _write_headers(whole, envelope)
    return whole.as_bytes(policy=policy.compat32.clone(linesep="\r\n"))


def one_line(text: str) -> str:
    """A text that can stand in a header: NFC, no line breaks, no control characters."""
    return " ".join(clean(text).text.split())


def _writable(text: str) -> str:
    """The text with the line ends of mail; halves of letters, which UTF-8 cannot hold, as «?»."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return whole.replace("\r\n", "\n").replace("\n", "\r\n")


def _write_headers(mail: "MIMEBase", envelope: Envelope) -> None:
    from email.utils import format_datetime

    date = envelope.date
    mail["Subject"] = _encoded(envelope.subject, "Subject")
    if envelope.sender[1]:
        mail["From"] = _mailbox(*envelope.sender)
    if envelope.to:
        mail["To"] = ",\n ".join(_mailbox(*one) for one in envelope.to)
    mail["Date"] = format_datetime(date if date.tzinfo else date.replace(tzinfo=VIETNAM))
    mail["Message-ID"] = envelope.message_id
    if _MESSAGE_ID.fullmatch(envelope.in_reply_to):
        mail["In-Reply-To"] = envelope.in_reply_to
        mail["References"] = "\n ".join(_thread(envelope))
    mail["X-Unsent"] = "1"


def _thread(envelope: Envelope) -> list[str]:
    ids = (*envelope.references, envelope.in_reply_to)
    known = dict.fromkeys(one for one in ids if _MESSAGE_ID.fullmatch(one))
    known.pop(envelope.in_reply_to)
    return [*list(known)[1 - _MOST_REFERENCES :], envelope.in_reply_to]


@lru_cache(maxsize=_KEPT)
def _encoded(text: str, header: str) -> str:
    """RFC 2047: encoded words of at most 75 characters, one a line."""
    from email.header import Header

    plain = one_line(text)
    return plain if plain.isascii() else Header(plain, "utf-8", header_name=header).encode()


def _mailbox(name: str, address: str) -> str:
    from email.utils import formataddr

    plain = one_line(name)
    if plain.isascii():
        return formataddr((plain, address))
    return f"{_encoded(plain, 'To')} <{address}>"


def _attached(name: str, data: bytes) -> "MIMEBase":
    """An attachment, its name twice: RFC 2231 for today's mailers, RFC 2047 for old Outlook."""
    from email.mime.application import MIMEApplication

    shown = one_line(name)
    subtype = _TYPES.get(shown.rpartition(".")[2].lower(), "octet-stream")
    part = MIMEApplication(data, subtype)
    words = " ".join(_encoded(shown, "Content-Type").split("\n "))
    part.set_param("name", words)
    filename = shown if shown.isascii() else ("utf-8", "", shown)
    part.add_header("Content-Disposition", "attachment", filename=filename)
    return part
