"""Everything that arrived, one file at a time: from folders, mails, archives and mailboxes."""

import io
import os
import stat
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Protocol, TypeAlias

from kskt_excel.mail import mailbox
from kskt_excel.mail.kinds import Kind, is_temporary, kind_of
from kskt_excel.mail.names import shown
from kskt_excel.mail.taking import (
    MIB,
    Budget,
    Found,
    Incoming,
    Limits,
    NotTaken,
    Piece,
    Place,
    arrival,
    refused,
)
from kskt_excel.messages import finding
from kskt_excel.model.submission import Arrival

Opener: TypeAlias = Callable[[Place, bytes], Iterator[Incoming]]
"""Gives the files inside one, as ``opened`` does; a program may have it done elsewhere."""


class Seen(Protocol):
    """Who remembers files: one that nobody has touched since it was taken in is not read again."""

    def is_unchanged(self, locator: str, status: os.stat_result) -> bool:
        """Whether the file in this place is the one that was taken in, by its status alone."""
        ...

    def note(self, locator: str, status: os.stat_result, sha256: str) -> None:
        """Remembers what stands in a place, as its status was before it was read."""
        ...


_DEFAULT = Limits()
_PACKED = {Kind.RAR: "RAR", Kind.SEVEN_ZIP: "7z"}


def arrivals(
    path: Path,
    limits: Limits = _DEFAULT,
    opener: Opener | None = None,
    seen: Seen | None = None,
) -> Iterator[Incoming]:
    """Every file in a folder (with subfolders, by name) or in one file, containers opened.

    Zips, mails (.eml, .msg), mailboxes (mbox, Maildir) and mails inside mails are opened; what
    cannot be opened is given whole with one reason. Temporary files, shortcuts, devices and files
    too large to hold are given as NotTaken. Bytes of one file at a time are in memory. What
    ``seen`` knows as unchanged is passed over.
    """
    root = path if path.is_dir() else path.parent
    for file in _walk(path):
        locator = file.relative_to(root).as_posix()
        if mailbox.is_in_maildir(file):
            place = Place(mailbox.without_flags(locator), f"{file.name}.eml", "mail")
        else:
            place = Place(locator, file.name, "folder")
        yield from _watched(file, place, limits, opener or partial(opened, limits=limits), seen)


def opened(place: Place, data: bytes, limits: Limits = _DEFAULT) -> Iterator[Incoming]:
    """The files inside one, or the file itself when it holds none."""
    return _opened(place, data, Budget(limits))


def _opened(place: Place, data: bytes, budget: Budget) -> Iterator[Incoming]:
    for found in _inside(place, data, budget):
        if isinstance(found, Piece):
            yield from _opened(found.place, found.data, budget)
        else:
            yield found


def _walk(path: Path) -> Iterator[Path]:
    """Regular files and everything strange, in order of name; links are not followed."""
    if path.is_symlink() or not path.is_dir():
        yield path
        return
    try:
        inside = sorted(path.iterdir(), key=lambda child: (child.name.casefold(), child.name))
    except OSError:  # a folder that may not be listed is told as what it is
        yield path
        return
    wanted = mailbox.kept(inside) if mailbox.is_maildir(path) else inside
    for child in wanted:
        yield from _walk(child)


def _watched(
    file: Path, place: Place, limits: Limits, opener: Opener, seen: Seen | None
) -> Iterator[Incoming]:
    """What is in a file unless it is unchanged; one that is no container is remembered."""
    status = _status(file) if seen else None
    if seen and status and seen.is_unchanged(place.locator, status):
        return
    for one in _taken(file, place, limits, opener):
        yield one
        if seen and status and isinstance(one, Arrival) and one.locator == place.locator:
            seen.note(place.locator, status, one.sha256)


def _status(file: Path) -> os.stat_result | None:
    try:
        return file.lstat()
    except OSError:  # told of by who reads it
        return None


def _taken(file: Path, place: Place, limits: Limits, opener: Opener) -> Iterator[Incoming]:
    name = shown(file.name).text
    if is_temporary(file.name):
        yield NotTaken(place.locator, name, finding("file.temporary", name=name))
        return
    try:
        status = file.lstat()
        if stat.S_ISREG(status.st_mode) and file.suffix.lower() in mailbox.ENDINGS:
            yield from _of_mailbox(file, place, limits, opener)
            return
        readable = stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)
        data = _read(file, limits.file_bytes) if readable else None
    except OSError as error:
        why = finding("mail.not_readable", name=name, error=error.strerror or "")
        yield NotTaken(place.locator, name, why)
        return
    if not readable:
        yield NotTaken(place.locator, name, finding("file.not_a_file", name=name))
    elif data is None:
        size = f"{status.st_size // MIB} MB"
        yield NotTaken(place.locator, name, finding("file.too_large", name=name, size=size))
    else:
        yield from opener(place, data)


def _of_mailbox(file: Path, place: Place, limits: Limits, opener: Opener) -> Iterator[Incoming]:
    """The mails of a mailbox file of any size, one in memory at a time."""
    with file.open("rb") as stream:
        for number, mail in enumerate(mailbox.mails(stream, limits.mail_bytes), start=1):
            inside = place.within(str(number), f"{place.name}-{number}.eml")
            yield from opener(inside, mail)


def _read(file: Path, largest: int) -> bytes | None:
    """The file's bytes, read once; None when there are more than ``largest``."""
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
    with os.fdopen(os.open(file, flags), "rb") as stream:
        data = stream.read(largest + 1)
    return data if len(data) <= largest else None


def _inside(place: Place, data: bytes, budget: Budget) -> Iterator[Found]:
    kind = kind_of(place.name, data)
    if kind is Kind.FILE:
        yield arrival(place, data)
    elif kind in _PACKED:
        yield refused(place, data, "file.packed", kind=_PACKED[kind])
    elif kind is Kind.WINMAIL:
        yield refused(place, data, "mail.winmail")
    elif place.depth >= budget.limits.depth:
        yield refused(place, data, "mail.too_deep")
    else:
        yield from _of_container(kind, place, data, budget)


def _of_container(kind: Kind, place: Place, data: bytes, budget: Budget) -> Iterator[Found]:
    if kind is Kind.ZIP:
        from kskt_excel.mail.containers import members

        yield from members(place, data, budget)
    elif kind is Kind.OUTLOOK:
        from kskt_excel.mail import outlook

        yield from outlook.attachments(place, data, budget)
    elif kind is Kind.MBOX:
        mails = mailbox.mails(io.BytesIO(data), budget.limits.mail_bytes)
        for number, mail in enumerate(mails, start=1):
            yield Piece(place.within(str(number), f"{place.name}-{number}.eml"), mail)
    else:
        from kskt_excel.mail import message

        yield from message.attachments(place, data, budget)
