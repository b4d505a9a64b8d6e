"""Attachments out of Outlook's own mail files (.msg)."""

import datetime as dt
import struct
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from kskt_excel.mail.message import arrived_at, envelope, is_plausible, sent_at
from kskt_excel.mail.pieces import (
    Budget,
    Found,
    Piece,
    PiecePlace,
    attached,
    document_words,
    refused,
)
from kskt_excel.model.submission import MailEnvelope

if TYPE_CHECKING:
    from email.message import Message

    from oxmsg import Message as OutlookMessage
    from oxmsg.storage import Storage

_DAMAGE = (
    AssertionError,  # oxmsg asserts what it expects of a file
    AttributeError,
    IndexError,
    KeyError,
    NotImplementedError,
    OSError,
    OverflowError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
)
_HIDDEN = 0x7FFE  # PidTagAttachmentHidden: a picture of the text
_CONTENT_ID = 0x3712  # PidTagAttachContentId: a picture that the text shows
_SHORT_NAME = 0x3704  # PidTagAttachFilename: eight letters and an ending
_DELIVERED = 0x0E06  # PidTagMessageDeliveryTime
_MAIL_INSIDE = "__substg1.0_3701000D"  # PidTagAttachDataObject: a mail kept as an attachment
_Files = list[tuple[str, bytes]]


class _TooLargeError(ValueError):
    """Streams that claim more bytes than the file has."""


def outlook_attachments(place: PiecePlace, data: bytes, budget: Budget) -> Iterator[Found]:
    """The attachments of an Outlook mail in its order; one reason when it cannot be opened.

    Those of mails inside it follow. Pictures of the text are no attachments.
    """
    if len(data) > budget.limits.mail_bytes:
        yield refused(place, data, "mail.too_large")
        return
    try:
        root = _storage(data)
        known, files, link = _read(place, root, budget.limits.depth)
    except ImportError:
        yield refused(place, data, "mail.outlook_library")
        return
    except _DAMAGE:
        yield refused(place, data, "mail.outlook_damaged")
        return
    yield from _opened(known, data, files, budget, link)


def _opened(
    place: PiecePlace, data: bytes, files: _Files, budget: Budget, link: str
) -> Iterator[Found]:
    has_workbook = any(not document_words(name) for name, _ in files)
    for number, (name, content) in enumerate(files, start=1):
        if number > budget.limits.parts or not budget.spend(len(content)):
            yield refused(place, data, "mail.too_much")
            return
        piece = Piece(place.within(str(number), name), content)
        yield attached(piece, has_workbook=has_workbook)
    if not files and link:
        yield refused(place, data, "mail.only_link", subject=place.mail.subject, link=link)
    elif not files:
        yield refused(place, data, "mail.no_attachment", subject=place.mail.subject)


def _storage(data: bytes) -> "Storage":
    """The file's tree, after its promises were added up: streams may share the same bytes."""
    from olefile import OleFileIO
    from oxmsg.storage import Storage

    with OleFileIO(data) as ole:
        if sum(ole.get_size(stream) for stream in ole.listdir()) > 2 * len(data):
            raise _TooLargeError
        return Storage.from_ole(ole)


def _read(place: PiecePlace, root: "Storage", depth: int) -> tuple[PiecePlace, _Files, str]:
    """What is known of the mail, its files, and without any the link that it gives instead."""
    from oxmsg import Message

    from kskt_excel.mail.links import link_to_a_file

    mail = Message(root)
    files = list(_files(root, depth))
    link = "" if files else link_to_a_file([str(mail.body or ""), str(mail.html_body or "")])
    return _with_mail(place, mail), files, link


def _files(storage: "Storage", depth: int) -> Iterator[tuple[str, bytes]]:
    from oxmsg.attachment import Attachment

    for inside in storage.iter_attachment_storages():
        mails = [child for child in inside.storages if child.name == _MAIL_INSIDE]
        if mails and depth > 0:
            yield from _files(mails[0], depth - 1)
            continue
        attachment = Attachment(inside)
        properties, content = attachment.properties, attachment.file_bytes
        is_picture = str(attachment.mime_type).startswith("image/")
        is_shown = is_picture and bool(properties.str_prop_value(_CONTENT_ID))
        if content is not None and not is_shown and not properties.int_prop_value(_HIDDEN):
            yield attachment.file_name or properties.str_prop_value(_SHORT_NAME) or "", content


def _with_mail(place: PiecePlace, mail: "OutlookMessage") -> PiecePlace:
    """The place with the mail's number, sender, subject and time of arrival."""
    if place.is_in_a_mail:
        return place
    headers = _headers(mail.message_headers)
    own = envelope(headers)
    if not own.sender:
        own = MailEnvelope(own.message_id, str(mail.sender or ""), mail.subject, own.references)
    arrived = arrived_at(headers) or _plausible(mail.properties.date_prop_value(_DELIVERED))
    at = arrived or sent_at(headers) or _plausible(mail.sent_date) or place.received_at
    locator = f"mail:{own.message_id}" if own.message_id else place.locator
    known = replace(place, received_at=at, is_stated=not arrived)
    return replace(known, locator=locator, mail=own, channel="mail")


def _plausible(at: dt.datetime | None) -> dt.datetime | None:
    return at if at and is_plausible(at) else None


def _headers(given: Mapping[str, str]) -> "Message":
    """The transport headers as a mail without a body."""
    from email.message import Message

    mail = Message()
    for name, value in given.items():
        mail.add_header(name, " ".join(value.split()))
    return mail
