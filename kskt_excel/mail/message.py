"""Attachments out of a mail (.eml), its envelope, however the mailer packed and named them."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kskt_excel.mail.pieces import (
    Budget,
    Found,
    MailLimits,
    Piece,
    Place,
    arrival,
    attached,
    attachment_name,
    decoded_words,
    document_words,
    raw_header,
    readable,
    refused,
)
from kskt_excel.messages import finding
from kskt_excel.model.calendar import VIETNAM
from kskt_excel.model.submission import Arrival, MailEnvelope

if TYPE_CHECKING:
    from email.message import Message


_LONGEST = 300
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,250}>")
_MOST_REFERENCES = 20
_YEARS = range(1990, 2100)


def envelope(mail: "Message") -> MailEnvelope:
    """Number, sender's address, subject and earlier mails it answers, each made safe to show."""
    ids = _MESSAGE_ID.findall(raw_header(mail, "message-id"))
    answered = raw_header(mail, "references") + " " + raw_header(mail, "in-reply-to")
    references = tuple(dict.fromkeys(_MESSAGE_ID.findall(answered)))
    return MailEnvelope(
        message_id=ids[0] if ids else "",
        sender=_address(raw_header(mail, "from")),
        subject=_line(decoded_words(raw_header(mail, "subject"))),
        references=references[-_MOST_REFERENCES:],
    )


def received_at(mail: "Message") -> dt.datetime | None:
    """When it arrived: the topmost Received, which our own server wrote, else the Date."""
    for name, value in mail.raw_items():
        if name.lower() == "received":
            arrived = mail_moment(readable(str(value)).rpartition(";")[2])
            if arrived:
                return arrived
            break
    return mail_moment(raw_header(mail, "date"))


def mail_moment(text: str) -> dt.datetime | None:
    """The moment of a mail date; one without a zone is Vietnam's; None when it is none."""
    from email.utils import parsedate_to_datetime

    try:
        at = parsedate_to_datetime(" ".join(text.split())[:100])
    except (IndexError, OverflowError, TypeError, ValueError):
        return None
    if not is_plausible(at):
        return None
    return at if at.tzinfo else at.replace(tzinfo=VIETNAM)


def is_plausible(at: dt.datetime) -> bool:
    """Whether a mail can have been sent then: programs write 1601 or 1970 for «unknown»."""
    return at.year in _YEARS


def _address(text: str) -> str:
    from email.utils import parseaddr

    address = parseaddr(text)[1]
    return _line(address if "@" in address else text)


def _line(text: str) -> str:
    from kskt_excel.text.clean import clean

    return " ".join(clean(text).text.split())[:_LONGEST]


_CONTENT_TYPE = re.compile(rb"^content-type[ \t]*:", re.IGNORECASE | re.MULTILINE)
_HEADER_END = re.compile(rb"\r?\n\r?\n|\r\r")
_MIME_DEPTH = 50  # multipart in multipart: real mails have four
_REPORTS = frozenset({"message/delivery-status", "message/disposition-notification"})
_NOT_FILES = frozenset(
    {
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
        "application/pgp-signature",
        "application/pgp-keys",
        "application/applefile",
        "text/calendar",
        "text/rfc822-headers",
        "text/vcard",
        "text/x-vcard",
    }
)
_ENCRYPTED = frozenset(
    {"application/pkcs7-mime", "application/x-pkcs7-mime", "multipart/encrypted"}
)
_DAMAGED = ("Base64", "CloseBoundary", "UnterminatedEncoding")
_ENDING_OF_TYPE = {
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.ms-excel": ".xls",
    "application/zip": ".zip",
    "application/pdf": ".pdf",
    "message/rfc822": ".eml",
}
_ZIP_END = b"PK\x05\x06"


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A part without parts: its number in the mail, whether something around it was cut off."""

    number: str
    part: "Message"
    is_related: bool  # belongs to the text around it, as pictures of a signature do
    is_cut: bool


def attachments(place: Place, data: bytes, budget: Budget) -> Iterator[Found]:
    """The attachments of a mail in its order; one reason when it cannot be opened or has none.

    Pictures of the text, signatures, calendars and receipts are no attachments. A mail inside is
    handed on as a piece of its own. Sender and time are those of the outermost mail: that is the
    one that reached the office.
    """
    reason = _refusal(data, budget.limits)
    if reason:
        yield refused(place, data, reason)
        return
    try:
        mail = _parsed(data)
        leaves = tuple(_leaves(mail, "", 0, is_related=False, is_cut=False))
    except RecursionError:
        yield refused(place, data, "mail.too_deep")
        return
    if len(leaves) > budget.limits.parts:
        yield refused(place, data, "mail.too_many_parts", count=len(leaves))
        return
    yield from _opened(_known(place, mail), data, mail, leaves, budget)


def _refusal(data: bytes, limits: MailLimits) -> str:
    """Why a mail is refused before it is parsed: parsing takes up to nine times its size."""
    if len(data) > limits.mail_bytes:
        return "mail.too_large"
    end = _HEADER_END.search(data)
    if (end.start() if end else len(data)) > limits.header_bytes:
        return "mail.long_headers"
    if sum(1 for _ in _CONTENT_TYPE.finditer(data)) > 2 * limits.parts:
        return "mail.too_many_parts"
    return ""


def _parsed(data: bytes) -> "Message":
    from email.parser import BytesParser
    from email.policy import compat32

    return BytesParser(policy=compat32).parsebytes(data)


def _known(place: Place, mail: "Message") -> Place:
    """The place with the mail's number, so that the same mail saved twice is one; see Place."""
    if place.is_in_a_mail:
        return place
    own = envelope(mail)
    at = received_at(mail) or place.received_at
    if place.channel == "imap":  # the server's own number is surer than what the sender wrote
        return replace(place, mail=own, received_at=at)
    locator = f"mail:{own.message_id}" if own.message_id else place.locator
    return replace(place, locator=locator, mail=own, received_at=at, channel="mail")


def _leaves(
    part: "Message", number: str, depth: int, *, is_related: bool, is_cut: bool
) -> Iterator[_Leaf]:
    if depth > _MIME_DEPTH:
        raise RecursionError
    inside = part.get_payload()
    kind = part.get_content_type()
    if kind.startswith("message/") and kind != "message/rfc822":
        yield _Leaf(number or "1", part, is_related, is_cut)
    elif isinstance(inside, list) and kind != "message/rfc822":
        cut = is_cut or _is_damaged(part)
        related = kind == "multipart/related" or (is_related and kind == "multipart/alternative")
        for n, child in enumerate(inside, start=1):
            own = f"{number}.{n}" if number else str(n)
            yield from _leaves(
                child, own, depth + 1, is_related=related, is_cut=cut and n == len(inside)
            )
    else:
        yield _Leaf(number or "1", part, is_related, is_cut)


def _opened(
    place: Place, data: bytes, mail: "Message", leaves: tuple[_Leaf, ...], budget: Budget
) -> Iterator[Found]:
    if mail.get_content_type() in _ENCRYPTED and not _is_only_signed(mail):
        yield refused(place, data, "mail.encrypted")
        return
    named = [(leaf, _name(leaf.part)) for leaf in leaves]
    files = [(leaf, name) for leaf, name in named if _is_attached(leaf, name)]
    has_workbook = any(not document_words(name) for _, name in files)
    has_company = any(not name.lower().endswith(".eml") for _, name in files) and has_workbook
    for leaf, name in files:
        inside = replace(place.within(leaf.number, name), has_company=has_company)
        content = _content(leaf.part)
        if not budget.spend(len(content)):
            yield refused(place, data, "mail.too_much")
            return
        if not document_words(name) and _is_cut_off(leaf, content):
            yield refused(inside, content, "mail.cut_off")
        else:
            yield attached(Piece(inside, content), has_workbook=has_workbook)
    if not files:
        yield _without_attachment(place, data)


def _without_attachment(place: Place, data: bytes) -> Arrival:
    """A mail that holds no file; one that only came along with a file is no mistake."""
    if place.has_company:
        bare = arrival(place, data)
        said = finding("mail.companion", name=bare.name, kind="thư")
        return replace(bare, findings=(said,))
    return refused(place, data, "mail.no_attachment", subject=place.mail.subject)


def _is_only_signed(mail: "Message") -> bool:
    return str(mail.get_param("smime-type", "")).lower() == "signed-data"


def _name(part: "Message") -> str:
    name = attachment_name(part)
    if part.get_content_type() == "message/rfc822" and not name.lower().endswith(".eml"):
        return f"{name or 'thu-chuyen-tiep'}.eml"
    return name


def _is_attached(leaf: _Leaf, name: str) -> bool:
    part, kind = leaf.part, leaf.part.get_content_type()
    disposition = (part.get_content_disposition() or "").lower()
    if kind == "message/rfc822":
        return True
    if kind in _NOT_FILES or kind in _REPORTS or _is_decoration(leaf, kind, disposition):
        return False
    if kind.startswith("text/"):
        return disposition == "attachment" or bool(name)
    return bool(name) or disposition == "attachment" or kind in _ENDING_OF_TYPE


def _is_decoration(leaf: _Leaf, kind: str, disposition: str) -> bool:
    """Whether it is a picture of the text or the signature: shown in it, not attached to it."""
    if not kind.startswith("image/"):
        return False
    if disposition == "inline" or leaf.is_related:
        return True
    return disposition != "attachment" and "content-id" in leaf.part


def _content(part: "Message") -> bytes:
    if part.get_content_type() == "message/rfc822" and part.is_multipart():
        inside = part.get_payload(0)
        return b"" if isinstance(inside, str) else _as_bytes(inside)
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _as_bytes(mail: "Message") -> bytes:
    """The inner mail as it stood; written anew, which keeps its parts byte for byte."""
    from email.generator import BytesGenerator
    from email.policy import compat32
    from io import BytesIO

    out = BytesIO()
    try:
        BytesGenerator(out, mangle_from_=False, policy=compat32).flatten(mail)
    except (AttributeError, KeyError, LookupError, TypeError, ValueError):
        return out.getvalue()  # a mail too broken to be written whole: as far as it went
    return out.getvalue()


def _is_cut_off(leaf: _Leaf, content: bytes) -> bool:
    """Whether its end is missing; a complete zip stays one when only the mail's end is missing."""
    if not (leaf.is_cut or _is_damaged(leaf.part)):
        return False
    return not (content.startswith(b"PK") and _ends_like_a_zip(content))


def _ends_like_a_zip(content: bytes) -> bool:
    at = content.rfind(_ZIP_END)
    comment = content[at + 20 : at + 22]
    return at >= 0 and at + 22 + int.from_bytes(comment, "little") == len(content)


def _is_damaged(part: "Message") -> bool:
    return any(
        type(defect).__name__.removeprefix("Invalid").startswith(_DAMAGED)
        for defect in part.defects
    )
