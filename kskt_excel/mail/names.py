"""Names of attachments: read in every encoding, cleaned for display, never used as a path."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from kskt_excel.text.clean import clean

if TYPE_CHECKING:
    from email.message import Message

LONGEST = 120
_LONGEST_HEADER = 8192  # characters: more is an attack on the header parser
_LONGEST_SUFFIX = 10
_ENDINGS = {b"PK\x03\x04": ".xlsx", b"\xd0\xcf\x11\xe0": ".xls", b"%PDF": ".pdf"}
_SEPARATORS = re.compile(r"[/\\]")
_BROKEN = re.compile("[\ufffd\ud800-\udfff]|=\\?[\\w-]+\\?[bq]\\?", re.IGNORECASE)
_EXTENDED = re.compile(r';\s*(\w+)\*(?:(\d{1,3})(\*)?)?\s*=\s*("[^"]*"|[^;]*)')
_CODE_PAGES = ("utf-8", "cp1258")


@dataclass(frozen=True, slots=True)
class Shown:
    """A name as it is shown, and whether the given one hid something or was missing."""

    text: str
    is_harmless: bool = True
    is_made_up: bool = False


def shown(given: str, data: bytes = b"") -> Shown:
    """The name for display: NFC, one line, no control or direction signs, at most 120 characters.

    Folders before it are cut off. A missing name is made from the content's hash.
    """
    cleaned = clean(given)
    text = " ".join(cleaned.text.split())
    last = _SEPARATORS.split(text)[-1].rstrip(". ")
    if not last:
        ending = _ENDINGS.get(data[:4], "")
        return Shown(f"khong-ten-{hashlib.sha256(data).hexdigest()[:8]}{ending}", is_made_up=True)
    is_harmless = last == text and not {"controls", "invisible"} & {*cleaned.done}
    return Shown(_shortened(last), is_harmless=is_harmless)


def _shortened(name: str) -> str:
    if len(name) <= LONGEST:
        return name
    stem, dot, suffix = name.rpartition(".")
    if not stem or len(suffix) > _LONGEST_SUFFIX:
        return name[: LONGEST - 1].rstrip() + "…"
    ending = f"…{dot}{suffix}"
    return stem[: LONGEST - len(ending)].rstrip() + ending


def attachment_name(part: "Message") -> str:
    """The name that a mail part gives itself, "" when it gives none.

    The header is read by its extended form, by the modern parser, by the old one, then the name
    of the content type likewise: mailers break each of them in their own way. The first that
    reads without damage wins.
    """
    candidates = [name for name in _candidates(part) if name.strip()]
    return min(candidates, key=lambda name: len(_BROKEN.findall(name)), default="")


def _candidates(part: "Message") -> Iterator[str]:
    for header, parameter in (("content-disposition", "filename"), ("content-type", "name")):
        yield _extended(part, header, parameter)
        yield _modern(part, header, parameter)
        yield _old(part, header, parameter)


def _extended(part: "Message", header: str, parameter: str) -> str:
    """The name in RFC 2231's own form (``filename*0*=``): it wins over a plain one beside it."""
    pieces = [
        (int(number or 0), not number or bool(star), value.strip().strip('"'))
        for name, number, star, value in _EXTENDED.findall(raw_header(part, header))
        if name.lower() == parameter
    ]
    pieces.sort(key=lambda piece: piece[0])
    if not pieces:
        return ""
    if not any(extended for _, extended, _ in pieces):
        return decoded_words("".join(value for _, _, value in pieces))
    charset, _, rest = pieces[0][2].partition("'")
    coded = rest.partition("'")[2] + "".join(value for _, _, value in pieces[1:])
    try:
        return unquote_to_bytes(coded).decode(charset or "utf-8", "replace")
    except LookupError:
        return unquote_to_bytes(coded).decode("utf-8", "replace")


def _modern(part: "Message", header: str, parameter: str) -> str:
    from email.errors import HeaderParseError
    from email.policy import default

    raw = raw_header(part, header)
    if not raw:
        return ""
    try:
        read = default.header_factory(header, raw)
    except (AttributeError, HeaderParseError, IndexError, KeyError, TypeError, ValueError):
        return ""  # its parser has open bugs on malformed parameters
    return str(getattr(read, "params", {}).get(parameter, ""))


def _old(part: "Message", header: str, parameter: str) -> str:
    from email.message import Message
    from email.utils import collapse_rfc2231_value

    bare = Message()
    bare[header] = raw_header(part, header)
    try:
        value = bare.get_param(parameter, "", header)
        text = collapse_rfc2231_value(value) if value else ""
    except (LookupError, TypeError, ValueError):  # an unknown character set, a cut-off part
        return ""
    return decoded_words(text)


def raw_header(part: "Message", name: str) -> str:
    """A header as it came on one line, its 8-bit bytes read as UTF-8 or Vietnamese Windows."""
    for given, value in part.raw_items():
        if given.lower() == name:
            return readable(" ".join(str(value)[:_LONGEST_HEADER].split("\n")).replace("\r", ""))
    return ""


def readable(text: str) -> str:
    """Text with raw bytes in it (surrogates) decoded as UTF-8, else as Windows-1258."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raw = text.encode("utf-8", "surrogateescape")
        for page in _CODE_PAGES:
            try:
                return raw.decode(page)
            except UnicodeDecodeError:
                continue
        return raw.decode("utf-8", "replace")
    return text


def decoded_words(text: str) -> str:
    """Text with its encoded words (``=?utf-8?B?…?=``) decoded, also those cut inside a letter."""
    from email.errors import HeaderParseError
    from email.header import decode_header

    try:
        pieces = decode_header(text[:_LONGEST_HEADER])
    except (HeaderParseError, ValueError):
        return text
    return "".join(_decoded(piece, charset) for piece, charset in pieces)


def _decoded(piece: str | bytes, charset: str | None) -> str:
    if isinstance(piece, str):
        return piece
    try:
        return piece.decode(charset or "utf-8", "strict" if charset is None else "replace")
    except (LookupError, UnicodeDecodeError):
        return piece.decode("latin-1")
