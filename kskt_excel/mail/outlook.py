"""Attachments out of Outlook's own files: mails as it saves them (.msg), and its ``winmail.dat``.

In that it packs mails that it sends as Rich Text. Source: [MS-OXTNEF] for the stream, [MS-OXCDATA]
2.11 for the types of properties.
"""

import datetime as dt
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from kskt_excel.mail.message import arrived_at, envelope, is_plausible, sent_at
from kskt_excel.mail.pieces import (
    WINMAIL_SIGNATURE,
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

    from kskt_excel.mail.message import link_to_a_file

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


# winmail.dat

_HEAD = 6  # signature and key
_ATTRIBUTE = struct.Struct("<BHHL")  # level, name, type, length
_CHECKSUM = 2  # bytes behind each attribute
# Names of attributes (MS-OXTNEF), tags of properties (MS-OXPROPS) and their types (MS-OXCDATA).
_NEW_ATTACHMENT, _TITLE, _DATA, _PROPERTIES, _CODE_PAGE = 0x9002, 0x8010, 0x800F, 0x9005, 0x9007
_LONG_NAME, _SHOWN_NAME, _OBJECT, _MIME = 0x3707, 0x3001, 0x3701, 0x370E
_FIXED = {0x02: 4, 0x03: 4, 0x04: 4, 0x0A: 4, 0x0B: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x14: 8,
          0x40: 8, 0x48: 16}  # fmt: skip
_IN_BYTES, _IN_UTF16, _BINARY, _OBJECTS = 0x1E, 0x1F, 0x102, 0x0D
_VARIABLE = frozenset({_IN_BYTES, _IN_UTF16, _BINARY, _OBJECTS})
_SEVERAL = 0x1000  # flag of a type: a list of values
_NAMED = 0x8000  # properties from this number on have a name before their value
_A_MESSAGE = bytes.fromhex("0703020000000000c000000000000046")  # IID_IMessage
_IID = 16  # bytes of the identifier before an object
_MOST = 4_000  # properties of one attachment: Outlook writes about thirty


class WinmailDamagedError(ValueError):
    """A stream that is none, or that promises more than it has before the first attachment."""


@dataclass(slots=True)
class WinmailFile:
    """A file of the stream; its data are None when they were cut off."""

    data: bytes | None = None
    is_picture: bool = False  # of the text
    is_stream: bool = False  # a mail inside: its data are another stream
    titles: dict[int, str] = field(default_factory=dict)  # by property, as far as it has them

    @property
    def name(self) -> str:
        """The fullest of its names, "" without any."""
        order = (_LONG_NAME, _SHORT_NAME, _TITLE, _SHOWN_NAME)
        return next((self.titles[key] for key in order if self.titles.get(key)), "")


def winmail_files(data: bytes) -> Iterator[WinmailFile]:
    """The attachments of a stream in its order. Raises DamagedError."""
    if not data.startswith(WINMAIL_SIGNATURE) or len(data) < _HEAD + _ATTRIBUTE.size:
        raise WinmailDamagedError
    page, current = "cp1258", None
    for name, content in _attributes(data):
        if name == _CODE_PAGE and content and len(content) >= 4:  # noqa: PLR2004  # one number
            page = _known_page(int.from_bytes(content[:4], "little"))
        elif name == _NEW_ATTACHMENT:
            if current:
                yield current
            current = WinmailFile()
        elif current and name == _TITLE and content is not None:
            current.titles[_TITLE] = _text(content, page)
        elif current and name == _DATA and not current.is_stream:
            current.data = content
        elif current and name == _PROPERTIES and content is not None:
            _apply(current, content, page)
    if current:
        yield current


def _attributes(data: bytes) -> Iterator[tuple[int, bytes | None]]:
    """Names and contents; the last content is None when the stream ends inside it."""
    at = _HEAD
    while at + _ATTRIBUTE.size <= len(data):
        _, name, _, size = _ATTRIBUTE.unpack_from(data, at)
        at += _ATTRIBUTE.size
        is_there = at + size <= len(data)
        yield name, data[at : at + size] if is_there else None
        at += size + _CHECKSUM


def _apply(to: WinmailFile, packed: bytes, page: str) -> None:
    """Names, place in the text and content, as far as the properties can be read."""
    mime = ""
    shown_in_text = False
    for key, kind, value in _properties(packed):
        if key in (_LONG_NAME, _SHORT_NAME, _SHOWN_NAME):
            to.titles[key] = _text(value, "utf-16-le" if kind == _IN_UTF16 else page)
        elif key == _OBJECT:
            to.is_stream = value.startswith(_A_MESSAGE)
            to.data = value[_IID:]
        elif key == _MIME:
            mime = _text(value, "utf-16-le" if kind == _IN_UTF16 else page).lower()
        elif key == _CONTENT_ID or (key == _HIDDEN and any(value)):
            shown_in_text = True
    to.is_picture = shown_in_text and mime.startswith("image/")


def _properties(packed: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Key, type and first value of each; it ends where the bytes do not fit any more."""
    try:
        (count,) = struct.unpack_from("<L", packed)
        at = 4
        for _ in range(min(count, _MOST)):
            kind, key = struct.unpack_from("<HH", packed, at)
            at = _after_name(packed, at + 4) if key >= _NAMED else at + 4
            value, at = _value(packed, at, kind)
            yield key, kind & ~_SEVERAL, value
    except struct.error:
        return


def _after_name(packed: bytes, at: int) -> int:
    """Behind the name that a property of a program's own has instead of a number."""
    (how,) = struct.unpack_from("<L", packed, at + _IID)
    if not how:
        return at + _IID + 8
    (size,) = struct.unpack_from("<L", packed, at + _IID + 4)
    return at + _IID + 8 + _padded(size)


def _value(packed: bytes, at: int, kind: int) -> tuple[bytes, int]:
    bare, count = kind & ~_SEVERAL, 1
    if bare in _VARIABLE or kind & _SEVERAL:
        (count,) = struct.unpack_from("<L", packed, at)
        at += 4
    first = b""
    for n in range(count):
        size = _FIXED.get(bare)
        if size is None:
            if bare not in _VARIABLE:
                raise struct.error
            (size,) = struct.unpack_from("<L", packed, at)
            at += 4
        if at + size > len(packed):
            raise struct.error
        first = packed[at : at + size] if n == 0 else first
        at += _padded(size)
    return first, at


def _padded(size: int) -> int:
    return -(-size // 4) * 4


def _text(raw: bytes, page: str) -> str:
    if page == "utf-16-le":
        return raw.decode(page, "replace").rstrip("\0")
    return _in_page(raw.rstrip(b"\0"), page)


def _in_page(raw: bytes, page: str) -> str:
    for encoding in ("utf-8", page):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode(page, "replace")


def _known_page(number: int) -> str:
    import codecs

    try:
        return codecs.lookup(f"cp{number}").name
    except LookupError:
        return "cp1258"
