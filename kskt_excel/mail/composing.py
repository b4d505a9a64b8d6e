"""A mail as bytes: headers that every mailer reads, text, HTML, attachments; the same each time."""

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from kskt_excel.model.clock import VIETNAM
from kskt_excel.text.clean import clean

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_MESSAGE_ID = re.compile(r"<[\x21-\x3b\x3d\x3f-\x7e]{1,250}>")
_MOST_REFERENCES = 20
_END = b"\r\n"
_VERSION = ("MIME-Version", "1.0")
_BASE64 = ("Content-Transfer-Encoding", "base64")
_PLAIN_LINES = re.compile(r"[!-~]+(?:(?:\n)? [!-~]+)*")
_LONGEST_LINE = 78
_WORDS_WIDTH = _LONGEST_LINE - len("=?utf-8?b??=")
_KEPT = 256  # the same few names and days stand in all letters of a run
_TYPES = {
    "xlsx": "vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xlsm": "vnd.ms-excel.sheet.macroEnabled.12",
    "xls": "vnd.ms-excel",
    "zip": "zip",
    "pdf": "pdf",
}

Attachment = tuple[str, bytes]
"""(name as the receiver sees it, content)."""

Header: TypeAlias = tuple[str, str]


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
    boundary = hashlib.sha256(envelope.message_id.encode()).hexdigest()[:32]
    # «=_» cannot occur in Base64, so that no content can hold a boundary
    texts = [
        _text_part(kind, _writable(content)) for kind, content in (("plain", text), ("html", html))
    ]
    kind, mark, parts = "alternative", f"=_{boundary}_a", texts
    if attachments:
        both = _head([_content_type(kind, mark), _VERSION]) + _multipart(mark, texts)
        kind, mark = "mixed", f"=_{boundary}_m"
        parts = [both, *(_attached(name, data) for name, data in attachments)]
    headers = [_content_type(kind, mark), _VERSION, *_headers(envelope)]
    return _head(headers) + _multipart(mark, parts)


def one_line(text: str) -> str:
    """A text that can stand in a header: NFC, no line breaks, no control characters."""
    return " ".join(clean(text).text.split())


def _writable(text: str) -> str:
    """The text with the line ends of mail; halves of letters, which UTF-8 cannot hold, as «?»."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return whole.replace("\r\n", "\n").replace("\n", "\r\n")


def _content_type(kind: str, boundary: str) -> Header:
    value = f'multipart/{kind}; boundary="{boundary}"'
    is_long = len(f"Content-Type: {value}") > _LONGEST_LINE
    return "Content-Type", value.replace("; ", ";\n ") if is_long else value


def _multipart(boundary: str, parts: Iterable[bytes]) -> bytes:
    """The body of a mail made of parts."""
    mark = f"--{boundary}".encode("ascii")
    return b"".join([*(mark + _END + part + _END for part in parts), mark + b"--" + _END])


def _text_part(subtype: str, content: str) -> bytes:
    kind = f'text/{subtype}; charset="utf-8"'
    head = _head([("Content-Type", kind), _VERSION, _BASE64])
    return head + _in_base64(_writable(content).encode())


def _in_base64(data: bytes) -> bytes:
    import base64

    return base64.encodebytes(data).replace(b"\n", _END)


def _head(headers: Iterable[Header]) -> bytes:
    """The lines of the headers and the blank one after them."""
    return b"".join([*(_folded(name, value) for name, value in headers), _END])


@lru_cache(maxsize=_KEPT)
def _folded(name: str, value: str) -> bytes:
    """A header on lines of at most 78 characters; what is on such lines already stays as it is."""
    line = f"{name}: {value}"
    if _PLAIN_LINES.fullmatch(line) and max(map(len, line.split("\n"))) <= _LONGEST_LINE:
        return line.replace("\n", "\r\n").encode("ascii") + _END
    from email import policy

    return policy.compat32.clone(linesep="\r\n").fold_binary(name, value)


def _headers(envelope: Envelope) -> Iterator[Header]:
    from email.utils import format_datetime

    date = envelope.date
    yield "Subject", _encoded(envelope.subject, "Subject")
    if envelope.sender[1]:
        yield "From", _mailbox(*envelope.sender)
    if envelope.to:
        yield "To", ",\n ".join(_mailbox(*one) for one in envelope.to)
    yield "Date", format_datetime(date if date.tzinfo else date.replace(tzinfo=VIETNAM))
    yield "Message-ID", envelope.message_id
    if _MESSAGE_ID.fullmatch(envelope.in_reply_to):
        yield "In-Reply-To", envelope.in_reply_to
        yield "References", "\n ".join(_thread(envelope))
    yield "X-Unsent", "1"


def _thread(envelope: Envelope) -> list[str]:
    ids = (*envelope.references, envelope.in_reply_to)
    known = dict.fromkeys(one for one in ids if _MESSAGE_ID.fullmatch(one))
    known.pop(envelope.in_reply_to)
    return [*list(known)[1 - _MOST_REFERENCES :], envelope.in_reply_to]


@lru_cache(maxsize=_KEPT)
def _encoded(text: str, header: str) -> str:
    """RFC 2047: encoded words, one a line."""
    plain = one_line(text)
    return plain if plain.isascii() else "\n ".join(_words(plain, len(header) + 2))


def _words(text: str, before: int) -> Iterator[str]:
    """The encoded words of a text, the shorter way; ``before`` is what its first line has already.

    As ``email.header`` divides them, which tries every length anew.
    """
    from email import base64mime, quoprimime

    lengths = [(way.header_length(text.encode()), way) for way in (quoprimime, base64mime)]
    way = min(lengths, key=lambda one: one[0])[1]
    room, word = _WORDS_WIDTH - before, b""
    for letter in text:
        longer = word + letter.encode()
        if way.header_length(longer) > room:
            yield way.header_encode(word, "utf-8")
            longer, room = letter.encode(), _WORDS_WIDTH - 1
        word = longer
    yield way.header_encode(word, "utf-8")


def _mailbox(name: str, address: str) -> str:
    from email.utils import formataddr

    plain = one_line(name)
    if plain.isascii():
        return formataddr((plain, address))
    return f"{_encoded(plain, 'To')} <{address}>"


def _attached(name: str, data: bytes) -> bytes:
    """An attachment, its name twice: RFC 2231 for today's mailers, RFC 2047 for old Outlook."""
    from email.message import Message

    shown = one_line(name)
    subtype = _TYPES.get(shown.rpartition(".")[2].lower(), "octet-stream")
    part: Message = Message()
    for header, value in (("Content-Type", f"application/{subtype}"), _VERSION, _BASE64):
        part[header] = value
    words = " ".join(_encoded(shown, "Content-Type").split("\n "))
    part.set_param("name", words)
    filename = shown if shown.isascii() else ("utf-8", "", shown)
    part.add_header("Content-Disposition", "attachment", filename=filename)
    return _head(part.items()) + _in_base64(data)
