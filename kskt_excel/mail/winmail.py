"""Attachments out of ``winmail.dat``, in which Outlook packs mails that it sends as Rich Text.

Source: [MS-OXTNEF] for the stream, [MS-OXCDATA] 2.11 for the types of properties.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

SIGNATURE: Final = b"\x78\x9f\x3e\x22"
_HEAD = 6  # signature and key
_ATTRIBUTE = struct.Struct("<BHHL")  # level, name, type, length
_CHECKSUM = 2  # bytes behind each attribute
_NEW_ATTACHMENT, _TITLE, _DATA, _PROPERTIES, _CODE_PAGE = 0x9002, 0x8010, 0x800F, 0x9005, 0x9007
_LONG_NAME, _SHORT_NAME, _SHOWN_NAME, _OBJECT = 0x3707, 0x3704, 0x3001, 0x3701
_HIDDEN, _CONTENT_ID, _MIME = 0x7FFE, 0x3712, 0x370E
_FIXED = {0x02: 4, 0x03: 4, 0x04: 4, 0x0A: 4, 0x0B: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x14: 8,
          0x40: 8, 0x48: 16}  # fmt: skip
_IN_BYTES, _IN_UTF16, _BINARY, _OBJECTS = 0x1E, 0x1F, 0x102, 0x0D
_VARIABLE = frozenset({_IN_BYTES, _IN_UTF16, _BINARY, _OBJECTS})
_SEVERAL = 0x1000  # flag of a type: a list of values
_NAMED = 0x8000  # properties from this number on have a name before their value
_A_MESSAGE = bytes.fromhex("0703020000000000c000000000000046")  # IID_IMessage
_IID = 16  # bytes of the identifier before an object
_MOST = 4_000  # properties of one attachment: Outlook writes about thirty


class DamagedError(ValueError):
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
    if not data.startswith(SIGNATURE) or len(data) < _HEAD + _ATTRIBUTE.size:
        raise DamagedError
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
