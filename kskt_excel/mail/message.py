"""Attachments out of a mail (.eml), its envelope, however the mailer packed and named them.

First the letters in which mails carry contents: base64, quoted-printable, uuencode. Gateways put
footers into them, lose headers and pad every chunk. The content itself tells which reading of its
letters is the right one, where it is of a kind that knows its own length.
"""

import binascii
import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from kskt_excel.mail.pieces import (
    LIST_END,
    LONGEST_LIST_END,
    OLE,
    Budget,
    Found,
    MailLimits,
    Piece,
    PiecePlace,
    arrival,
    as_sent,
    attached,
    attachment_name,
    decoded_words,
    document_words,
    looks_like_mail,
    raw_header,
    readable,
    refused,
    without_percent,
)
from kskt_excel.messages import finding
from kskt_excel.model.calendar import VIETNAM
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.submission import Arrival, MailEnvelope

if TYPE_CHECKING:
    from email.message import Message


_OLE_SECTOR = 512  # bytes: a compound file is made of whole sectors
_LETTERS = re.compile(rb"[A-Za-z0-9+/]+={0,3}")  # of base64, its end included
_BLANKS_AND_QUOTES = b"> \t\r\n\0"
_NOT_IN_NAMES = re.compile(r"[^a-z0-9]")  # «x-uuencode», «X_UUENCODE» and «xuuencode» are one
_CODINGS = {
    "base64": "base64",
    "b64": "base64",
    "xbase64": "base64",
    "base64encoded": "base64",
    "quotedprintable": "quoted-printable",
    "qp": "quoted-printable",
    "xuuencode": "uuencode",
    "uuencode": "uuencode",
    "xuue": "uuencode",
    "uue": "uuencode",
}
_UU_BEGIN = re.compile(  # «begin 644 BC.xlsx», «begin-base64 644 BC.xlsx»
    rb"^begin(?P<base64>-base64)? [0-7]{3,4} (?P<name>[^\r\n]+?)[ \t]*\r?$", re.MULTILINE
)
_LETTERS_OF_ADDRESSES = re.compile(rb"[A-Za-z0-9_=-]+")  # RFC 4648, 5: as web programs write it
_AS_USUAL = bytes.maketrans(b"-_", b"+/")
_UU_END = re.compile(rb"^(?:end|====)[ \t]*\r?$", re.MULTILINE)
_LONGEST_UU = 45  # bytes a line
# the first letters of zip and compound files in base64: what nobody types by hand
CODED_FILE = re.compile(rb"^[> \t]*(?:UEsDB[A-Za-z0-9+/]|0M8R4KGxGuE)", re.MULTILINE)
# The last name before a file that stands in a text: «name="BC.xlsx"», «filename*0*=utf-8''BC.xlsx».
_NAME_BEFORE = re.compile(
    rb"name(?:\*(?:0\*?)?)?\s*=\s*(?:[\w-]+'[^'\s]*')?\"?([^\"\r\n;]+)", re.IGNORECASE
)
_LOOK_BACK = 2_000  # bytes before a coded file in which its name may stand


@dataclass(frozen=True, slots=True)
class Decoded:
    """A content and whether its letters were read without doubt."""

    data: bytes
    is_sound: bool = True


@dataclass(frozen=True, slots=True)
class InText:
    """A file that stands as letters in the text of a mail."""

    name: bytes  # as written, "" when there is none
    content: Decoded


def coding(given: str) -> str:
    """The coding that a header means: ``base64``, ``quoted-printable``, ``uuencode`` or "".

    Programs write ``BASE64 ``, ``"base64"``, ``base-64`` and ``base64;`` as well.
    """
    word = re.sub(r"\(.*?\)", "", given).partition(";")[0]
    return _CODINGS.get(_NOT_IN_NAMES.sub("", word.lower()), "")


def is_complete(data: bytes) -> bool | None:
    """Whether a file is complete by what it says of itself; None when its kind does not say."""
    if data.startswith(b"PK\x03\x04"):
        return _is_whole_zip(data)
    if data.startswith(OLE):
        return len(data) % _OLE_SECTOR == 0
    return None


def _is_whole_zip(data: bytes) -> bool:
    """Whether the list of entries ends where the archive does and stands where it says."""
    at = data.rfind(LIST_END, -LONGEST_LIST_END)
    if at < 0 or at + 22 + int.from_bytes(data[at + 20 : at + 22], "little") != len(data):
        return False
    size, start = (int.from_bytes(data[at + n : at + n + 4], "little") for n in (12, 16))
    return start == 0xFFFFFFFF or start + size == at  # noqa: PLR2004  # ZIP64 says it elsewhere


def from_base64(text: bytes) -> Decoded:
    """The content of base64 with whatever stands among its letters."""
    lines = [line for raw in text.splitlines() if (line := raw.strip(_BLANKS_AND_QUOTES))]
    joined = b"".join(lines)
    if _LETTERS_OF_ADDRESSES.fullmatch(joined) and not _LETTERS.fullmatch(joined):
        lines = [line.translate(_AS_USUAL) for line in lines]
        joined = b"".join(lines)
    first: Decoded | None = None
    if _LETTERS.fullmatch(joined):
        first = _of_letters(joined)
        whole = is_complete(first.data)
        if whole or (whole is None and not any(map(CODED_FILE.match, lines))):
            return first
    for read in _readings(lines):
        if is_complete(read.data):
            return Decoded(read.data)
        first = first or read
    return first or Decoded(b"", is_sound=False)


def _readings(lines: list[bytes]) -> Iterator[Decoded]:
    """What the lines may mean, the likeliest first."""
    chosen = list(_coded_lines(lines))
    yield _of_chunks(chosen)
    yield _of_letters(b"".join(chosen).replace(b"=", b""))
    soft = b"".join(line.removesuffix(b"=") for line in lines).replace(b"=3D", b"=")
    yield _of_letters(b"".join(_LETTERS.findall(soft)))  # quoted-printable over base64
    end = next((n for n, line in enumerate(lines, start=1) if line.endswith(b"=")), len(lines))
    yield _of_letters(b"".join(line for line in lines[:end] if _LETTERS.fullmatch(line)))
    yield _of_chunks(chosen[:-1])  # a word behind a last line of full width


def _coded_lines(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The lines of letters: those of the usual width, and the shorter one that ends each run.

    A word alone on a line («Regards») is made of the same letters: it follows no full line.
    """
    listed = list(lines)
    widths = Counter(len(line) for line in listed if _LETTERS.fullmatch(line))
    if not widths:
        return
    width = widths.most_common(1)[0][0]
    follows = False
    for line in listed:
        is_coded = bool(_LETTERS.fullmatch(line))
        ends = (follows and len(line) < width) or line.endswith(b"=")
        if is_coded and (len(line) == width or ends):
            yield line
        follows = is_coded and len(line) == width and not line.endswith(b"=")


def _of_chunks(lines: Iterable[bytes]) -> Decoded:
    """Chunks that are padded each, one after the other."""
    chunks: list[list[bytes]] = [[]]
    for line in lines:
        chunks[-1].append(line)
        if line.endswith(b"="):
            chunks.append([])
    read = [_of_letters(b"".join(chunk)) for chunk in chunks if chunk]
    return Decoded(b"".join(one.data for one in read), all(one.is_sound for one in read))


def _of_letters(letters: bytes) -> Decoded:
    """Letters without anything among them; lost padding is no damage, a lone letter is."""
    bare = letters.rstrip(b"=")
    if b"=" in bare:
        return _of_chunks(re.findall(rb"[^=]+=*", letters))
    lone = len(bare) % 4 == 1
    bare = bare[:-1] if lone else bare
    try:
        data = binascii.a2b_base64(bare + b"=" * (-len(bare) % 4))
    except binascii.Error:
        return Decoded(b"", is_sound=False)
    return Decoded(data, is_sound=not lone)


def continued(rest: bytes) -> bytes | None:
    """A whole file from its first letters on, whatever stands between them; None without its end.

    ``rest`` is the mail from the first letters of the file to the mail's own end: a delimiter or
    a footer of a gateway may have cut the file's part in two.
    """
    lines = [line for raw in rest.splitlines() if (line := raw.strip(_BLANKS_AND_QUOTES))]
    chosen = list(_coded_lines(lines))
    if not chosen:
        return None
    width = len(chosen[0])
    ends = [n for n, line in enumerate(chosen, start=1) if len(line) < width or b"=" in line]
    # Each trial unpacks the whole: a footer has a few short lines, an attack as many as it likes.
    for end in ends[:8] or [len(chosen)]:
        data = _of_chunks(chosen[:end]).data
        if is_complete(data):
            return data
    return None


def from_uuencode(text: bytes) -> Decoded:
    """The content of a part that is one uuencoded file."""
    first = next(in_text(text), None)
    return first.content if first else Decoded(b"", is_sound=False)


def in_text(text: bytes) -> Iterator[InText]:
    """Files that old programs put into a text: ``begin 644 BC.xlsx`` … ``end``."""
    at = 0
    while begin := _UU_BEGIN.search(text, at):
        end = _UU_END.search(text, begin.end())
        body = text[begin.end() : end.start() if end else len(text)].strip(b"\r\n")
        at = end.end() if end else len(text)
        read = from_base64(body) if begin["base64"] else _of_uu_lines(body)
        if read.data:
            yield InText(begin["name"], Decoded(read.data, read.is_sound and end is not None))
        else:
            at = begin.end()  # «begin 2022 …» in somebody's sentence


def lost_in_text(text: bytes) -> Iterator[InText]:
    """A file in base64 whose headers were lost: what stands before it may still name it."""
    coded = CODED_FILE.search(text)
    data = continued(text[coded.start() :]) if coded else None
    if coded and data:
        names = _NAME_BEFORE.findall(text[max(0, coded.start() - _LOOK_BACK) : coded.start()])
        yield InText(names[-1].strip() if names else b"", Decoded(data))


def _of_uu_lines(body: bytes) -> Decoded:
    out: list[bytes] = []
    is_sound = True
    for line in body.splitlines():
        # Each letter of uuencode stands for six bits, counted from the blank; 64 is a blank too.
        size = (line[0] - 32) & 63 if line.strip() else 0
        if not size:
            continue
        content = _of_uu_line(line, size)
        if content is None and not out:
            return Decoded(b"", is_sound=False)
        if content is None:
            is_sound = False  # a line of a footer
        else:
            out.append(content)
    return Decoded(b"".join(out), is_sound)


def _of_uu_line(line: bytes, size: int) -> bytes | None:
    """The bytes of a line; blanks at its end may be lost, letters beyond its count are none."""
    letters = -(-size * 4 // 3)
    if size > _LONGEST_UU or len(line) > -(-size // 3) * 4 + 4:
        return None
    if any(not 32 <= letter <= 96 for letter in line[1:]):  # noqa: PLR2004  # the letters there are
        return None
    return binascii.a2b_uu((line + b" " * letters)[: letters + 1])


_LONGEST = 300  # characters of a subject or a sender's name
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,250}>")
_MOST_REFERENCES = 20  # the last ones: of a long conversation they find the mail answered
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


def arrived_at(mail: "Message") -> dt.datetime | None:
    """When a server says that it got the mail: the topmost Received is our own one's."""
    for name, value in mail.raw_items():
        if name.lower() == "received":
            arrived = mail_moment(readable(str(value)).rpartition(";")[2])
            if arrived:
                return arrived
    return None


def sent_at(mail: "Message") -> dt.datetime | None:
    """When the sender's machine says that the mail was sent; its clock may be wrong."""
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
    from kskt_excel.text.spelling import clean

    return " ".join(clean(text).text.split())[:_LONGEST]


_CONTENT_TYPE = re.compile(rb"^content-type[ \t]*:", re.IGNORECASE | re.MULTILINE)
# A mail that is coded as base64 inside a mail: Python's parser would read the letters as a mail.
_MAIL_TYPE = re.compile(
    rb"^(content-type[ \t]*:\s*)message/(?:rfc822|global)\b", re.IGNORECASE | re.MULTILINE
)
_CODED_MAIL = "application/x-coded-mail"
# A «=» that begins no code: the text was never quoted-printable, whatever its header says.
_UNCODED_SIGN = re.compile(rb"=(?![0-9A-Fa-f]{2}|[ \t]*(?:[\r\n]|\Z))")
_LONGEST_PART_HEADERS = 8_192  # bytes
_MAILS = frozenset({"message/rfc822", _CODED_MAIL})
# Of a part's own headers, read without the parser, which takes them as they come.
_CODING = re.compile(rb"^content-transfer-encoding[ \t]*:([^\r\n]*)", re.IGNORECASE | re.MULTILINE)
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
_SIGNED = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_PARTIAL = "message/partial"
_ELSEWHERE = "message/external-body"
_CUT = ("CloseBoundary", "UnterminatedEncoding")
_FIRST_LETTERS = 200  # of a part: enough to find it again in the mail
_CODED_FILES = (b"UEsDB", b"0M8R4KGxGuE")  # a zip, a compound file
_LONGEST_TEXT = 1_000_000  # letters in which a link is looked for
_ENDING_OF_TYPE = {
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.ms-excel": ".xls",
    "application/zip": ".zip",
    "application/pdf": ".pdf",
    "application/pkcs7-mime": ".p7m",
    "application/x-pkcs7-mime": ".p7m",
    "application/ms-tnef": ".dat",
    "message/rfc822": ".eml",
}


@dataclass(frozen=True, slots=True)
class _File:
    """A file of a mail: the step that leads to it, its name, its content; what was cut off."""

    step: str
    name: str
    content: Decoded
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A part without parts: its number in the mail, whether something around it was cut off."""

    number: str
    part: "Message"
    is_related: bool  # belongs to the text around it, as pictures of a signature do
    is_cut: bool


def attachments(place: PiecePlace, data: bytes, budget: Budget) -> Iterator[Found]:
    """The attachments of a mail in its order; one reason when it cannot be opened or has none.

    Pictures of the text, signatures, calendars and receipts are no attachments. A mail inside is
    handed on as a piece of its own. Sender and time are those of the outermost mail: that is the
    one that reached the office.
    """
    raw = as_sent(data)
    reason = _refusal(raw, budget.limits)
    if reason:
        yield refused(place, data, reason)
        return
    try:
        mail = _parsed(raw)
        leaves = tuple(_leaves(mail, "", 0, is_related=False, is_cut=False))
    except RecursionError:
        yield refused(place, data, "mail.too_deep")
        return
    if len(leaves) > budget.limits.parts:
        yield refused(place, data, "mail.too_many_parts", count=len(leaves))
        return
    known = _with_mail(place, mail)
    unopened = _unopened(known, data, mail, leaves)
    yield from unopened or _opened(known, data, raw, leaves, budget)


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

    return BytesParser(policy=compat32).parsebytes(_MAIL_TYPE.sub(_as_a_file, data))


def _as_a_file(found: re.Match[bytes]) -> bytes:
    """The type of a forwarded mail, changed when the mail is coded as a file is.

    The rules allow no coding there, so the parser would take the letters for the mail itself.
    """
    data, at = found.string, found.start()
    first = max(0, at - _LONGEST_PART_HEADERS)
    starts = (data.rfind(mark, first, at) for mark in (b"\n\n", b"\n\r\n", b"\r\r", b"\n--"))
    end = _HEADER_END.search(data, at, at + _LONGEST_PART_HEADERS)
    headers = data[max(*starts, first) : end.start() if end else at + _LONGEST_PART_HEADERS]
    stated = _CODING.search(headers)
    if not (stated and coding(stated[1].decode("ascii", "replace"))):
        return found[0]
    return found[1] + _CODED_MAIL.encode()


def _with_mail(place: PiecePlace, mail: "Message") -> PiecePlace:
    """The place with the mail's number, so that the same mail saved twice is one (PiecePlace)."""
    if place.is_in_a_mail:
        return place
    own = envelope(mail)
    arrived = place.received_at if place.channel == "imap" else None  # surer than any header
    arrived = arrived or arrived_at(mail)
    at = arrived or sent_at(mail) or place.received_at
    is_stated = arrived is None and at is not None
    name = place.named_by(own.subject)
    known = replace(place, name=name, mail=own, received_at=at, is_stated=is_stated)
    if place.channel == "imap":  # the server's own number is surer than what the sender wrote
        return known
    locator = f"mail:{own.message_id}" if own.message_id else place.locator
    return replace(known, locator=locator, channel="mail")


def _leaves(
    part: "Message", number: str, depth: int, *, is_related: bool, is_cut: bool
) -> Iterator[_Leaf]:
    if depth > _MIME_DEPTH:
        raise RecursionError
    inside = part.get_payload() if part.is_multipart() else None
    kind = part.get_content_type()
    if kind.startswith("message/") and kind != "message/rfc822":
        yield _Leaf(number or "1", part, is_related, is_cut)
    elif isinstance(inside, list) and kind != "message/rfc822":
        cut = is_cut or _has_no_end(part)
        related = kind == "multipart/related" or (is_related and kind == "multipart/alternative")
        for n, child in enumerate(inside, start=1):
            own = f"{number}.{n}" if number else str(n)
            yield from _leaves(
                child, own, depth + 1, is_related=related, is_cut=cut and n == len(inside)
            )
    else:
        yield _Leaf(number or "1", part, is_related, is_cut)


def _unopened(
    place: PiecePlace, data: bytes, mail: "Message", leaves: tuple[_Leaf, ...]
) -> tuple[Arrival, ...]:
    """The one reason for a mail that brings no file of its own; nothing for all others."""
    kind = mail.get_content_type()
    if kind == _PARTIAL:
        params = {name: _parameter(mail, name) or "?" for name in ("number", "total")}
        return (refused(place, data, "mail.partial", subject=place.mail.subject, **params),)
    if kind == "multipart/encrypted" or (kind in _SIGNED and not _is_signed(leaves[0], data)):
        return (refused(place, data, "mail.encrypted"),)
    return ()


def _is_signed(leaf: _Leaf, raw: bytes) -> bool:
    from kskt_excel.mail.signed import cms_kind

    if str(leaf.part.get_param("smime-type", "")).lower() in ("signed-data", "certs-only"):
        return True
    return cms_kind(_content(leaf.part, raw).data) in ("signed", "compressed")


def _opened(
    place: PiecePlace, data: bytes, raw: bytes, leaves: tuple[_Leaf, ...], budget: Budget
) -> Iterator[Found]:
    files = tuple(_files(leaves, raw))
    has_workbook = any(not document_words(one.name) for one in files)
    has_company = has_workbook and any(not one.name.lower().endswith(".eml") for one in files)
    for one in files:
        inside = replace(place.within(one.step, one.name), has_company=has_company)
        content = one.content.data
        if not budget.spend(len(content)):
            yield refused(place, data, "mail.too_much")
            return
        if not document_words(one.name) and one.is_cut:
            yield refused(inside, content, "mail.cut_off")
        else:
            yield attached(Piece(inside, content), has_workbook=has_workbook)
    if not files:
        yield _without_attachment(place, data, leaves, raw)


def _files(leaves: tuple[_Leaf, ...], raw: bytes) -> Iterator[_File]:
    """Attached files, and those that stand in the text as letters."""
    found = False
    for leaf in leaves:
        for one in _of_leaf(leaf, _name(leaf.part), raw):
            found = True
            yield one
    for leaf in () if found else leaves:
        for number, file in enumerate(lost_in_text(_body(leaf.part, raw)), start=1):
            yield _File(f"{leaf.number}.{number}", _plain_name(file.name), file.content)


def _of_leaf(leaf: _Leaf, name: str, raw: bytes) -> Iterator[_File]:
    kind = leaf.part.get_content_type()
    if _is_attached(leaf, name):
        content = _content(leaf.part, raw)
        is_elsewhere = not content.data and "x-apple-content-length" in leaf.part
        yield _File(leaf.number, name, content, is_elsewhere or _is_cut_off(leaf, content))
    elif kind == "text/plain":
        for number, file in enumerate(in_text(_body(leaf.part, raw)), start=1):
            step, own = f"{leaf.number}.{number}", _plain_name(file.name)
            yield _File(step, own, file.content, _is_cut_off(leaf, file.content))
    elif kind.startswith("multipart/") and coding(_coding(leaf.part)):
        head = f"Content-Type: {raw_header(leaf.part, 'content-type')}\r\n\r\n"
        inside = _content(leaf.part, raw).data
        yield _File(leaf.number, "thu.eml", Decoded(head.encode() + inside))


def _without_attachment(
    place: PiecePlace, data: bytes, leaves: tuple[_Leaf, ...], raw: bytes
) -> Arrival:
    """A mail that holds no file; one that only came along with a file is no mistake."""
    if place.has_company:
        bare = arrival(place, data)
        said = finding("mail.companion", name=bare.name, kind="thư")
        return replace(bare, findings=(said,))
    subject = place.mail.subject
    if link := link_to_a_file(_texts(leaves, raw)):
        return refused(place, data, "mail.only_link", subject=subject, link=link)
    return refused(place, data, "mail.no_attachment", subject=subject)


def _texts(leaves: tuple[_Leaf, ...], raw: bytes) -> Iterator[str]:
    """What people read in the mail, and where a part says that its file lies."""
    for leaf in leaves:
        kind = leaf.part.get_content_type()
        if kind == _ELSEWHERE:
            yield _parameter(leaf.part, "url")
        elif kind in ("text/plain", "text/html"):
            charset = leaf.part.get_content_charset() or "utf-8"
            content = _body(leaf.part, raw)[:_LONGEST_TEXT]
            try:
                yield content.decode(charset, "replace")
            except (LookupError, ValueError):
                yield content.decode("utf-8", "replace")


def _parameter(part: "Message", name: str) -> str:
    from email.utils import collapse_rfc2231_value

    value = part.get_param(name)
    return collapse_rfc2231_value(value).strip() if value else ""


def _name(part: "Message") -> str:
    name = attachment_name(part)
    if part.get_content_type() in _MAILS and not name.lower().endswith(".eml"):
        return f"{name or 'thu-chuyen-tiep'}.eml"
    return name


def _plain_name(written: bytes) -> str:
    return without_percent(decoded_words(readable(written.decode("ascii", "surrogateescape"))))


def _is_attached(leaf: _Leaf, name: str) -> bool:
    part, kind = leaf.part, leaf.part.get_content_type()
    disposition = (part.get_content_disposition() or "").lower()
    if kind in _MAILS:
        return True
    if kind == _ELSEWHERE or part.is_multipart():
        return False
    if kind in _NOT_FILES or kind in _REPORTS or _is_decoration(leaf, kind, disposition):
        return False
    if kind.startswith("multipart/"):
        return False
    if kind.startswith("text/"):
        return disposition == "attachment" or bool(name)
    return bool(name) or disposition == "attachment" or kind in _ENDING_OF_TYPE


def _is_decoration(leaf: _Leaf, kind: str, disposition: str) -> bool:
    """Whether a part is a picture of the text or the signature: shown in it, not attached."""
    if not kind.startswith("image/") or CODED_FILE.match(_letters(leaf.part)):
        return False  # a workbook that is called a picture is none
    if disposition == "inline" or leaf.is_related:
        return True
    return disposition != "attachment" and "content-id" in leaf.part


def _content(part: "Message", raw: bytes) -> Decoded:
    """The content of a part without parts; a mail inside as it was written."""
    if part.get_content_type() == "message/rfc822" and part.is_multipart():
        return Decoded(_mail_inside(part))
    letters = _letters(part)
    how = coding(_coding(part))
    if part.get_content_type() == _CODED_MAIL and _is_plain_mail(letters, how):
        return Decoded(letters)  # it only says that it is coded
    if how == "uuencode":
        return from_uuencode(letters)
    if how == "quoted-printable":
        return _coded_twice(part, Decoded(binascii.a2b_qp(letters)))
    if how != "base64":
        return _coded_twice(part, Decoded(letters))
    content = from_base64(letters)
    if is_complete(content.data) is False and (at := raw.find(letters[:_FIRST_LETTERS])) >= 0:
        whole = continued(raw[at:])
        content = Decoded(whole) if whole else content
    return _coded_twice(part, content)


def _is_plain_mail(letters: bytes, how: str) -> bool:
    """Whether a mail stands as it is in a part that says it is coded.

    Its headers look alike in quoted-printable, but no «=» stands there without what it codes.
    """
    if how == "quoted-printable" and not _UNCODED_SIGN.search(letters):
        return False
    return looks_like_mail(letters)


def _coded_twice(part: "Message", content: Decoded) -> Decoded:
    """The content, unless it is the letters of a file whose second coding nobody has named."""
    letters = content.data.lstrip()
    if part.get_content_maintype() == "text":
        return content
    if letters.startswith(_CODED_FILES):
        inside = from_base64(letters)
    elif letters.startswith(b"begin "):
        inside = from_uuencode(letters)
    else:
        return content
    return inside if is_complete(inside.data) else content


def _body(part: "Message", raw: bytes) -> bytes:
    """The content of a part for people; that of anything else as far as it is letters."""
    return b"" if part.is_multipart() else _content(part, raw).data


def _letters(part: "Message") -> bytes:
    """What stands in a part, byte for byte: the library undoes a coding that it knows, or none."""
    from copy import copy

    uncoded = copy(part)
    del uncoded["content-transfer-encoding"]
    payload = uncoded.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _coding(part: "Message") -> str:
    return raw_header(part, "content-transfer-encoding")


def _mail_inside(part: "Message") -> bytes:
    inside = part.get_payload(0)
    return b"" if isinstance(inside, str) else _as_bytes(inside)


def _as_bytes(mail: "Message") -> bytes:
    """The inner mail as it stood; written anew, which keeps its lines byte for byte."""
    from email.generator import BytesGenerator
    from email.policy import compat32
    from io import BytesIO

    out = BytesIO()
    try:
        BytesGenerator(out, mangle_from_=False, maxheaderlen=0, policy=compat32).flatten(mail)
    except (AttributeError, KeyError, LookupError, TypeError, ValueError):
        return out.getvalue()  # a mail too broken to be written whole: as far as it went
    return out.getvalue()


def _is_cut_off(leaf: _Leaf, content: Decoded) -> bool:
    """Whether the attachment's end is missing; of a mail cut off behind a whole file it is not."""
    if content.is_sound and not leaf.is_cut:
        return False
    return not is_complete(content.data)


def _has_no_end(part: "Message") -> bool:
    return any(type(defect).__name__.startswith(_CUT) for defect in part.defects)


# links that point to a file instead of bringing it

_LINK = re.compile(r"https?://[^\s<>\"'\\^`{|}]+", re.IGNORECASE)
_AFTER_A_LINK = ".,;:!?)]}”’»"
_DRIVES = (
    "drive.google.com", "docs.google.com", "drive.usercontent.google.com", "1drv.ms",
    "onedrive.live.com", "onedrive.com", "sharepoint.com", "sharepoint.us", "dropbox.com", "db.tt",
    "box.com", "icloud.com", "we.tl", "wetransfer.com", "mega.nz", "mediafire.com", "fshare.vn",
    "4share.vn", "terabox.com", "pcloud.com", "disk.yandex.com", "zalo.me", "zadn.vn",
    "drive.zalo.me", "my.viettel.vn", "cloud.vnpt.vn", "sync.com", "gofile.io", "sendgb.com",
)  # fmt: skip
_WORKBOOKS_AND_ARCHIVES = re.compile(r"\.(?:xls[xmb]?|ods|zip|rar|7z)(?:$|[?#])", re.IGNORECASE)
_SHARED = re.compile(r"/(?:index\.php/)?s/[A-Za-z0-9]{8,}/?$|/sharing/[A-Za-z0-9]{6,}/?$")
"""How Nextcloud, ownCloud and Synology name what is shared, on whatever server they run."""
_LONGEST_LINK = 200  # letters: a longer link is a tracker's, and its start tells where it leads
_FILTERS = ("safelinks.protection.outlook.com", "google.com")  # what looks at links first
_AROUND = ("q", "url")  # the parameters in which they keep the link


def link_to_a_file(texts: Iterable[str]) -> str:
    """The first link to a cloud drive or to a workbook, "" without one.

    A link that a mail filter has wrapped is given as the sender wrote it.
    """
    for text in texts:
        for found in _LINK.findall(unescape(text)):
            link = _unwrapped(found.rstrip(_AFTER_A_LINK))
            if _is_to_a_file(link):
                return link if len(link) <= _LONGEST_LINK else f"{link[: _LONGEST_LINK - 1]}…"
    return ""


def _is_to_a_file(link: str) -> bool:
    try:
        parts = urlsplit(link)
        host = (parts.hostname or "").lower()
    except ValueError:
        return False
    is_drive = any(host == drive or host.endswith(f".{drive}") for drive in _DRIVES)
    is_drive = is_drive or (".sharepoint." in host)
    is_file = _WORKBOOKS_AND_ARCHIVES.search(parts.path) or _SHARED.search(parts.path)
    return (is_drive and len(parts.path) > 1) or bool(is_file)


def _unwrapped(link: str) -> str:
    try:
        parts = urlsplit(link)
        inside = parse_qs(parts.query)
    except ValueError:
        return link
    is_filter = (parts.hostname or "").lower().endswith(_FILTERS)
    if not is_filter or parts.path not in ("/", "", "/url"):
        return link
    return next((inside[name][0] for name in _AROUND if name in inside), link)
