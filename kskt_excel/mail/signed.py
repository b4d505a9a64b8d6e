"""Files and mails inside a signature (CMS): signed is not encrypted, no key is needed.

``BC.xlsx.p7m``, ``smime.p7m`` and signed mails of Outlook hold their content as it is, in front
of certificates and signature. Whether the signature is right is not looked at here.
Source: RFC 5652 (CMS), RFC 8551 (S/MIME), X.690 (BER).
"""

import binascii
import itertools
import re
import zlib
from collections.abc import Iterator
from typing import Literal

from kskt_excel.model.nouns import dataclass
from kskt_excel.model.patterns import lazy_pattern

CmsKind = Literal["signed", "compressed", "encrypted", ""]

# Tags of DER (X.690, 8.1.2); octets «constructed» come in pieces.
_OBJECT_ID, _SEQUENCE, _EXPLICIT = 0x06, 0x30, 0xA0
_OCTETS_IN_PIECES = 0x24
_PKCS7 = bytes.fromhex("2a864886f70d0107")
_SMIME_CT = bytes.fromhex("2a864886f70d01091001")
_KINDS: dict[bytes, CmsKind] = {
    _PKCS7 + b"\x02": "signed",
    _PKCS7 + b"\x03": "encrypted",  # enveloped
    _PKCS7 + b"\x04": "encrypted",  # signed and enveloped
    _PKCS7 + b"\x06": "encrypted",
    _SMIME_CT + b"\x09": "compressed",
    _SMIME_CT + b"\x17": "encrypted",  # enveloped and authenticated
}
_BEFORE_CONTENT = {"signed": 2, "compressed": 2}  # version; digests or the way of compressing
_DEEPEST = 12  # structures in structures: recursion has an end
_ARMOUR = lazy_pattern(
    rb"-----BEGIN (?:PKCS7|PKCS #7 SIGNED DATA|CMS)-----\s(.*?)(?:-----END|\Z)", re.DOTALL
)
# Base64 of a structure: a sequence of more than 127 bytes always begins with «MI».
_LETTERS = lazy_pattern(rb"MI[A-Za-z0-9+/\s]+={0,2}\s*")
_HEAD = 4096  # bytes: the kind stands behind a few lengths


class CutOffError(ValueError):
    """A structure that promises more bytes than there are."""


@dataclass(frozen=True, slots=True)
class _Element:
    tag: int
    start: int  # of its content
    stop: int  # of its content; -1 when it goes on until the mark of its end


def cms_kind(data: bytes) -> CmsKind:
    """What a file holds by its first bytes, "" when it is no CMS file."""
    try:
        return _kind(_binary(data[:_HEAD] if data[:1] == b"\x30" else data))
    except ValueError:
        return ""


def content(data: bytes, largest: int) -> bytes | None:
    """What was signed, or compressed; None when only a signature is there.

    Raises CutOffError when its end is missing, ValueError for what is no CMS or too large.
    """
    whole = _binary(data)
    kind = _kind(whole)
    if kind not in _BEFORE_CONTENT:
        raise ValueError(kind)
    explicit = _nth(whole, _element(whole, 0), 1)
    packed = _nth(whole, explicit, 0) if explicit else None
    holder = _nth(whole, packed, _BEFORE_CONTENT[kind]) if packed else None
    inner = list(_children(whole, holder, 3)) if holder and holder.tag == _SEQUENCE else []
    if len(inner) < 2 or inner[1].tag != _EXPLICIT:  # noqa: PLR2004  # kind, then the content
        return None
    found = b"".join(_octets(whole, inner[1], 4))
    return found if kind == "signed" else _inflated(found, largest)


def holds_content(data: bytes, largest: int) -> bool:
    """Whether a file is CMS with its content inside, and not a signature alone."""
    try:
        return content(data, largest) is not None
    except ValueError:
        return False


def _binary(data: bytes) -> bytes:
    """The bytes of what may have been saved as letters, with or without lines around them."""
    text = data.removeprefix(b"\xef\xbb\xbf").lstrip() if data[:1] != b"\x30" else data
    armour = _ARMOUR.search(text) if text[:1] == b"-" else None
    letters = armour[1] if armour else text if _LETTERS.fullmatch(text) else b""
    if not letters:
        return data
    try:
        return binascii.a2b_base64(letters)
    except binascii.Error as error:
        raise ValueError from error


def _kind(data: bytes) -> CmsKind:
    """By the object id that stands first in the outer sequence."""
    outer = _element(data, 0)
    if outer.tag != _SEQUENCE:
        return ""
    first = _element(data, outer.start)
    if first.tag != _OBJECT_ID or first.stop < 0:
        return ""
    return _KINDS.get(data[first.start : first.stop], "")


def _element(data: bytes, at: int) -> _Element:
    """The element at a place. Raises CutOffError, ValueError."""
    if at + 2 > len(data):
        raise CutOffError
    tag, size = data[at], data[at + 1]
    if tag & 0x1F == 0x1F:  # noqa: PLR2004  # a tag of several bytes: none stands where we look
        raise ValueError(tag)
    start = at + 2
    if size == 0x80:  # noqa: PLR2004  # until the mark of its end
        return _Element(tag, start, -1)
    if size & 0x80:
        count = size & 0x7F
        size, start = int.from_bytes(data[start : start + count], "big"), start + count
    return _Element(tag, start, start + size)


def _children(data: bytes, of: _Element, depth: int) -> Iterator[_Element]:
    """The elements inside one. A cut is met only when somebody goes beyond it."""
    at = of.start
    while at < of.stop or of.stop < 0:
        if of.stop < 0 and data[at : at + 2] == b"\0\0":
            return
        child = _element(data, at)
        yield child
        at = _after(data, child, depth)


def _nth(data: bytes, of: _Element, number: int) -> _Element | None:
    return next(itertools.islice(_children(data, of, 0), number, None), None)


def _after(data: bytes, one: _Element, depth: int) -> int:
    """Where an element ends."""
    if one.stop >= 0:
        return one.stop
    if depth > _DEEPEST:
        raise ValueError(depth)
    at = one.start
    for child in _children(data, one, depth + 1):
        at = _after(data, child, depth + 1)
    return at + 2


def _octets(data: bytes, of: _Element, depth: int) -> Iterator[bytes]:
    """The bytes of a string that may come in pieces."""
    if depth > _DEEPEST:
        raise ValueError(depth)
    for child in _children(data, of, depth):
        if child.tag == _OCTETS_IN_PIECES:
            yield from _octets(data, child, depth + 1)
        elif child.stop > len(data):
            raise CutOffError
        else:
            yield data[child.start : child.stop]


def _inflated(data: bytes, largest: int) -> bytes:
    unpacker = zlib.decompressobj()
    try:
        out = unpacker.decompress(data, largest + 1)
    except zlib.error as error:
        raise ValueError from error
    if len(out) > largest:
        raise ValueError(largest)
    if not unpacker.eof:
        raise CutOffError
    return out
