"""Mails out of mailbox files (mbox) and folders (Maildir)."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

ENDINGS = (".mbox", ".mbx")
_FROM_LINE = re.compile(rb"From [^\r\n]+\r?\n")
_PIECE = 1 << 20  # bytes: a longer line comes in pieces
_ESCAPED = re.compile(rb"^>(>*From )", re.MULTILINE)


def mails(stream: BinaryIO, largest: int) -> Iterator[bytes]:
    """The mails of an mbox in its order, one at a time.

    A mail larger than ``largest`` bytes is given cut to one byte more, so that whoever opens it
    sees that it is too large.
    """
    lines: list[bytes] = []
    size = 0
    after_blank = True
    for line in iter(lambda: stream.readline(_PIECE), b""):
        if after_blank and _FROM_LINE.fullmatch(line):
            if lines:
                yield _whole(lines, largest)
            lines, size = [], 0
        elif size <= largest:
            lines.append(line)
            size += len(line)
        after_blank = not line.strip() and line.endswith(b"\n")
    if any(line.strip() for line in lines):
        yield _whole(lines, largest)


def is_maildir(folder: Path) -> bool:
    """Whether a folder is a Maildir: mails stand in its ``cur`` and ``new``."""
    return all((folder / name).is_dir() for name in ("cur", "new", "tmp"))


def kept(inside: Iterable[Path]) -> list[Path]:
    """What holds mails in a Maildir: ``cur``, ``new`` and the Maildirs inside it."""
    return [child for child in inside if child.name in ("cur", "new") or is_maildir(child)]


def is_in_maildir(file: Path) -> bool:
    """Whether a file is a mail of a Maildir."""
    return file.parent.name in ("cur", "new") and is_maildir(file.parent.parent)


def without_flags(locator: str) -> str:
    """The place of a mail without what reading it changes: ``new`` or ``cur``, ``:2,S``."""
    folder, _, name = locator.rpartition("/")
    outer = folder.rpartition("/")[0]
    name = re.split(r"[:;!]2,", name)[0]
    return f"{outer}/{name}" if outer else name


def _whole(lines: list[bytes], largest: int) -> bytes:
    if not lines[-1].strip():  # the empty line before the next mail is not part of this one
        lines = lines[:-1]
    mail = b"".join(lines)[: largest + 1]
    return _ESCAPED.sub(rb"\1", mail)
