"""A mail as it was sent, out of what a program has saved around it."""

import re

_UTF8_MARKS = (b"\xef\xbb\xbf", b"\xc3\xaf\xc2\xbb\xc2\xbf")  # the mark, and the mark saved twice
_UTF16_MARKS = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_BEFORE_HEADERS = b"\r\n\t \0\x0b\x0c\x1a"
_FOREIGN_LINES = re.compile(  # what a program has written above the headers: «>From …», «+OK …»
    rb"(?![\w-]+:|From )(?:[^\r\n]*(?:\r\n?|\n)){1,3}?"
    rb"(?=(?:return-path|delivered-to|received|from|date|message-id|mime-version|subject):)",
    re.IGNORECASE,
)
# Apple Mail begins with the number of bytes of the mail.
_COUNT = re.compile(rb"(\d{1,10})[ \t]*\r?\n")
_PROPERTIES = re.compile(rb"<\?xml[^>]*\?>\s*<!DOCTYPE plist\b")


def as_sent(data: bytes) -> bytes:
    """The mail from its first header on.

    Passed over are a byte order mark, blank lines, up to three lines that are no headers, the count
    of bytes and the properties that Apple Mail writes around a mail (.emlx). A mail saved as
    «Unicode» (UTF-16) is given in UTF-8.
    """
    plain = _without_mark(data)
    head = plain.lstrip(_BEFORE_HEADERS)
    count = _COUNT.match(head)
    if not count:
        foreign = _FOREIGN_LINES.match(head)
        return head[foreign.end() :] if foreign else head
    return _of_apple(head[count.end() :], int(count[1]))


def _without_mark(data: bytes) -> bytes:
    for mark, encoding in _UTF16_MARKS.items():
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace").encode("utf-8")
    for mark in _UTF8_MARKS:
        if data.startswith(mark):
            return data[len(mark) :]
    for first, encoding in enumerate(_UTF16_MARKS.values()):  # «From» without a mark
        letters, between = data[first:8:2], data[1 - first : 8 : 2]
        if between == b"\0\0\0\0" and letters.isalpha():
            return data.decode(encoding, "replace").encode("utf-8")
    return data


def _of_apple(rest: bytes, size: int) -> bytes:
    """The mail of ``size`` bytes; where line ends were changed since, up to the properties."""
    if size <= len(rest) and (size == len(rest) or _PROPERTIES.match(rest, size)):
        return rest[:size]
    found = None
    for found in _PROPERTIES.finditer(rest):  # noqa: B007  # the last one is wanted
        pass
    return rest[: found.start()] if found else rest
