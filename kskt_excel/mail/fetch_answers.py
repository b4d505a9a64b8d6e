"""What an IMAP server answers to FETCH, as tables by the number that it never gives twice.

``imaplib`` hands over the lines of all answers as they came, also of those that nobody asked for
(a colleague has read a mail). Source: RFC 3501, 7.4.2 and 9.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

FetchItem: TypeAlias = "bytes | tuple[bytes, bytes] | None"
FetchAnswer: TypeAlias = Mapping[str, Any]
"""By the name of what was asked for: bytes, a list, or None for NIL; ``BODY[…]`` is ``BODY``."""

# «(», «)», «"a \"quoted\" text"», or a word with what stands in its brackets: «BODY[HEADER.FIELDS
# (FROM)]».
_TOKEN = re.compile(rb'[()]|"((?:\\.|[^"\\])*)"|[^\s()"\[\]]+(?:\[[^\]]*\][^\s()]*)?')
_LITERAL = re.compile(rb"~?\{\d+\+?\}$")  # «{123}»: so many bytes follow as they are
_ESCAPE = re.compile(rb"\\(.)")
_DEEPEST = 60  # parts within parts: real mails have four, and recursion has an end


def answers(items: Iterable[FetchItem]) -> Iterator[tuple[int, FetchAnswer]]:
    """The answers that name their mail, with its number; others say nothing of a mail."""
    for group in _groups(items):
        tree = _tree(list(_tokens(group)))
        fields = next((one for one in tree if isinstance(one, list)), [])
        table = {_name(key): value for key, value in zip(fields[::2], fields[1::2], strict=False)}
        number = table.get("UID")
        if isinstance(number, bytes) and number.isdigit():
            yield int(number), table


def attachments_of(structure: Any) -> tuple[tuple[str, str], ...] | None:
    """Type and headers of what a BODYSTRUCTURE lists; None when it cannot be understood.

    The headers are those that name the part: as in the mail itself, to be read by who reads names.
    """
    if not isinstance(structure, list) or not structure:
        return None
    return tuple(_parts(structure, 0))


def _groups(items: Iterable[FetchItem]) -> Iterator[list[FetchItem]]:
    """The pieces of one answer: literals come in pairs, its last piece alone."""
    group: list[FetchItem] = []
    for item in items:
        if item is None:
            continue
        group.append(item)
        if isinstance(item, bytes):
            yield group
            group = []
    if group:
        yield group


def _tokens(group: Sequence[FetchItem]) -> Iterator[bytes | tuple[bytes]]:
    """Marks as they are, values in a tuple of one."""
    for item in group:
        text = item[0] if isinstance(item, tuple) else item or b""
        for found in _TOKEN.finditer(_LITERAL.sub(b"", text)):
            if found[1] is not None:
                yield (_ESCAPE.sub(rb"\1", found[1]),)
            else:
                yield found[0] if found[0] in (b"(", b")") else (found[0],)
        if isinstance(item, tuple):
            yield (item[1],)


def _tree(tokens: Sequence[bytes | tuple[bytes]]) -> list[Any]:
    top: list[Any] = []
    open_ones = [top]
    for token in tokens:
        if token == b"(":
            inner: list[Any] = []
            if len(open_ones) > _DEEPEST:
                return top
            open_ones[-1].append(inner)
            open_ones.append(inner)
        elif token == b")":
            if len(open_ones) > 1:
                open_ones.pop()
        elif isinstance(token, tuple):
            open_ones[-1].append(None if token[0].upper() == b"NIL" else token[0])
    return top


def _name(key: Any) -> str:
    text = key.decode("ascii", "replace").upper() if isinstance(key, bytes) else ""
    return text.partition("[")[0]


def _parts(node: list[Any], depth: int) -> Iterator[tuple[str, str]]:
    if depth > _DEEPEST:
        return
    if isinstance(node[0], list):
        for child in node:
            if not isinstance(child, list):
                return
            if child:
                yield from _parts(child, depth + 1)
        return
    words = [_text(one) for one in node[:2]]
    kind = "/".join(words).lower()
    own = _parameters(node[2]) if len(node) > 2 else ""  # noqa: PLR2004  # type, subtype, params
    how = (
        f"Content-Disposition: {_text(one[0])}{_parameters(one[1])}"
        for one in node[3:]
        if isinstance(one, list) and len(one) > 1 and _text(one[0]).lower() in _DISPOSITIONS
    )
    yield kind, "\n".join((f"Content-Type: {kind}{own}", *how))


_DISPOSITIONS = ("attachment", "inline")


def _parameters(pairs: Any) -> str:
    """Parameters as a header writes them, to be read as one."""
    if not isinstance(pairs, list):
        return ""
    quoted = (
        (_text(name), _text(value).replace("\\", "\\\\").replace('"', '\\"'))
        for name, value in zip(pairs[::2], pairs[1::2], strict=False)
    )
    return "".join(f'; {name}="{value}"' for name, value in quoted)


def _text(value: Any) -> str:
    return value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else ""
