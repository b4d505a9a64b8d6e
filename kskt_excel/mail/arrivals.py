"""Everything that arrived, one file at a time: out of folders, mails, archives and mailboxes."""

import io
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePath, PurePosixPath
from typing import BinaryIO, Protocol, TypeAlias

from kskt_excel.mail.pieces import (
    MIB,
    ArrivalKind,
    Budget,
    Found,
    Incoming,
    MailLimits,
    NotTaken,
    Piece,
    PiecePlace,
    arrival,
    attached,
    display_name,
    document_words,
    is_list_of_a_member,
    is_temporary,
    kind_of,
    looks_like_mail,
    readable,
    refused,
)
from kskt_excel.messages import finding
from kskt_excel.model.patterns import lazy_pattern
from kskt_excel.model.submission import Arrival

ENDINGS = (".mbox", ".mbx")
_FROM_LINE = lazy_pattern(rb"From [^\r\n]+\r?\n")  # begins each mail in a file of many
_PIECE = 1 << 20  # bytes: a longer line comes in pieces
# Such a line inside a mail was given a «>» more.
_ESCAPED = lazy_pattern(rb"^>(>*From )", re.MULTILINE)


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


_ENCRYPTED = 0x1  # a flag of zip: the entry has a password
_UTF8_NAMES = 0x800  # a flag of zip: without it a name is in whatever page its maker had
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError)
_LEFT_BY_MACS = "__MACOSX/"


_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
_NAMES_OF_METHODS = {9: "Deflate64", 93: "Zstandard", 95: "XZ", 98: "PPMd"}
_MADE_ON_UNIX = 3  # only there an entry may be a link to another file


class _TooLargeError(ValueError):
    """A member that is larger than allowed, whatever it declares."""


def members(place: PiecePlace, data: bytes, budget: Budget) -> Iterator[Found]:
    """The files of a zip in its order; what cannot be opened is kept whole with one reason."""
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
        entries = [entry for entry in package.infolist() if not entry.is_dir()]
    except (*_DAMAGE, NotImplementedError):
        yield refused(place, data, "mail.zip_damaged")
        return
    with package:
        reason = _refusal(data, entries, budget)
        if reason:
            yield refused(place, data, reason, count=len(entries))
        else:
            yield from _unpacked(place, data, package, entries, budget)


def _refusal(data: bytes, entries: list[zipfile.ZipInfo], budget: Budget) -> str:
    if not entries:
        return "mail.zip_empty"
    if is_list_of_a_member(data, entries):
        return "mail.zip_damaged"
    if len(entries) > budget.limits.members:
        return "mail.zip_too_many"
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        return "mail.zip_encrypted"
    return ""


def _unpacked(
    place: PiecePlace,
    data: bytes,
    package: zipfile.ZipFile,
    entries: list[zipfile.ZipInfo],
    budget: Budget,
) -> Iterator[Found]:
    names = [_name(entry) for entry in entries]
    has_workbook = any(
        not (document_words(name) or is_temporary(_last(name)) or _is_link(entry))
        for entry, name in zip(entries, names, strict=True)
    )
    for number, (entry, name) in enumerate(zip(entries, names, strict=True), start=1):
        last = _last(name)
        step = f"{number}:{display_name(last).text}"
        inside = replace(place.within(step, last), channel=_channel(place))
        of_member = replace(place, locator=inside.locator)  # the archive, kept for one member
        if is_temporary(last) or name.startswith(_LEFT_BY_MACS):
            yield NotTaken(inside.locator, last, finding("file.temporary", name=last))
            continue
        if _is_link(entry):
            yield NotTaken(inside.locator, last, finding("mail.zip_link", name=last))
            continue
        if entry.compress_type not in _METHODS:
            yield refused(of_member, data, "mail.zip_method", member=last, method=_method(entry))
            continue
        try:
            content = _read_entry(package, entry, budget.limits.file_bytes)
        except _TooLargeError:
            yield refused(place, data, "mail.zip_too_large", member=last)
            return
        except (*_DAMAGE, NotImplementedError, RuntimeError):  # RuntimeError: a password after all
            yield refused(of_member, data, "mail.zip_damaged", member=last)
            continue
        if not budget.spend(len(content)):
            yield refused(place, data, "mail.too_much")
            return
        yield attached(Piece(inside, content), has_workbook=has_workbook)


def _read_entry(package: zipfile.ZipFile, entry: zipfile.ZipInfo, largest: int) -> bytes:
    """The member's bytes, its checksum verified. Raises _TooLargeError before taking too much."""
    if entry.file_size > largest:
        raise _TooLargeError
    with package.open(entry) as stream:
        content = stream.read(largest + 1)
        if len(content) > largest:
            raise _TooLargeError
        if stream.read(1):  # the checksum is verified at the end
            raise _TooLargeError
    return content


def _name(entry: zipfile.ZipInfo) -> str:
    """The member's name; Vietnamese Windows writes it in UTF-8 or its own code page unmarked."""
    if entry.flag_bits & _UTF8_NAMES:
        return entry.filename
    try:
        raw = entry.filename.encode("cp437")
    except UnicodeEncodeError:
        return entry.filename
    for page in ("utf-8", "cp1258"):
        try:
            return raw.decode(page)
        except UnicodeDecodeError:
            continue
    return entry.filename


def _is_link(entry: zipfile.ZipInfo) -> bool:
    """Whether a member only says where a file lies."""
    return entry.create_system == _MADE_ON_UNIX and stat.S_ISLNK(entry.external_attr >> 16)


def _method(entry: zipfile.ZipInfo) -> str:
    """The way of compressing, as programs for archives call it (APPNOTE 4.4.5)."""
    return _NAMES_OF_METHODS.get(entry.compress_type, f"số {entry.compress_type}")


def _last(name: str) -> str:
    return PurePosixPath(name.replace("\\", "/")).name


def _channel(place: PiecePlace) -> str:
    return place.channel if place.channel in ("mail", "imap") else "zip"


Opener: TypeAlias = Callable[[PiecePlace, bytes], Iterator[Incoming]]
"""Gives the files inside one, as ``opened`` does; a program may have it done elsewhere."""


class Seen(Protocol):
    """Who remembers files: one that nobody has touched since it was taken in is not read again."""

    def is_unchanged(self, locator: str, status: os.stat_result) -> bool:
        """Whether the file in this place is the one that was taken in, by its status alone."""
        ...

    def note(self, locator: str, status: os.stat_result, sha256: str) -> None:
        """Remembers what stands in a place, as its status was before it was read."""
        ...


_DEFAULT = MailLimits()
_JUNCTION = 0xA0000003  # a folder mounted elsewhere (IO_REPARSE_TAG_MOUNT_POINT)
_PACKED = {ArrivalKind.RAR: "RAR", ArrivalKind.SEVEN_ZIP: "7z"}


def arrivals(
    path: Path,
    limits: MailLimits = _DEFAULT,
    opener: Opener | None = None,
    seen: Seen | None = None,
) -> Iterator[Incoming]:
    """Every file in a folder (with subfolders, by name) or in one file, containers opened.

    Zips, mails (.eml, .msg), mailboxes (mbox, Maildir) and mails inside mails are opened; what
    cannot be opened is given whole with one reason. Temporary files, shortcuts, devices and files
    too large to hold are given as NotTaken. Bytes of one file at a time are in memory. What
    ``seen`` knows as unchanged is passed over. The folder itself may be a link, as whoever asks
    has named it; links inside are told and lead nowhere.
    """
    root = path.resolve() if path.is_dir() else path.parent
    for file in _walk(root if path.is_dir() else path):
        locator, name = shown_place(file.relative_to(root)), readable(file.name)
        if is_in_maildir(file):
            place = PiecePlace(without_flags(locator), f"{name}.eml", "mail", is_numbered=True)
        else:
            place = PiecePlace(locator, name, "folder")
        yield from _watched(
            file, place, limits, opener or partial(opened_container, limits=limits), seen
        )


def shown_place(path: PurePath) -> str:
    """A path for the record; bytes in it that are no UTF-8 are written as backslash, x, e, 1."""
    return os.fsencode(path.as_posix()).decode("utf-8", "backslashreplace")


def opened_container(
    place: PiecePlace, data: bytes, limits: MailLimits = _DEFAULT
) -> Iterator[Incoming]:
    """The files inside one, or the file itself when it holds none."""
    return _opened(place, data, Budget(limits))


def _opened(place: PiecePlace, data: bytes, budget: Budget) -> Iterator[Incoming]:
    for found in _inside(place, data, budget):
        if isinstance(found, Piece):
            yield from _opened(found.place, found.data, budget)
        else:
            yield found


def _walk(path: Path) -> Iterator[Path]:
    """Regular files and everything strange, in order of name; links are not followed."""
    if is_link(path) or not path.is_dir():
        yield path
        return
    try:
        inside = sorted(path.iterdir(), key=lambda child: (child.name.casefold(), child.name))
    except OSError:  # a folder that may not be listed is told as what it is
        yield path
        return
    wanted = kept(inside) if is_maildir(path) else inside
    for child in wanted:
        yield from _walk(child)


def is_link(path: Path) -> bool:
    """Whether a path only leads to another one: a symbolic link, on Windows a junction too."""
    try:
        status = path.lstat()
    except OSError:
        return False
    return stat.S_ISLNK(status.st_mode) or getattr(status, "st_reparse_tag", 0) == _JUNCTION


def _watched(
    file: Path, place: PiecePlace, limits: MailLimits, opener: Opener, seen: Seen | None
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


def _taken(file: Path, place: PiecePlace, limits: MailLimits, opener: Opener) -> Iterator[Incoming]:
    name = display_name(place.name).text
    if is_temporary(file.name):
        yield NotTaken(place.locator, name, finding("file.temporary", name=name))
        return
    try:
        status = file.lstat()
        if stat.S_ISREG(status.st_mode) and file.suffix.lower() in ENDINGS:
            yield from _of_mailbox(file, place, limits, opener)
            return
        readable = not is_link(file) and (
            stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)
        )
        data = _read(file, limits.file_bytes) if readable else None
        is_growing = file.lstat().st_size != status.st_size
    except OSError as error:
        why = finding("mail.not_readable", name=name, error=error.strerror or "")
        yield NotTaken(place.locator, name, why)
        return
    if not readable:
        yield NotTaken(place.locator, name, finding("file.not_a_file", name=name))
    elif data is None:
        size = f"{status.st_size // MIB} MB"
        yield NotTaken(place.locator, name, finding("file.too_large", name=name, size=size))
    elif is_growing:
        yield NotTaken(place.locator, name, finding("mail.still_copied", name=name))
    else:
        yield from opener(place, data)


def _of_mailbox(
    file: Path, place: PiecePlace, limits: MailLimits, opener: Opener
) -> Iterator[Incoming]:
    """The mails of a mailbox file of any size, one in memory at a time."""
    number = 0
    with file.open("rb") as stream:
        for number, mail in enumerate(mails(stream, limits.mail_bytes), start=1):
            yield from opener(place.numbered(number), mail)
    if not number:
        name = display_name(place.name).text
        yield NotTaken(place.locator, name, finding("file.empty", name=name))


def _read(file: Path, largest: int) -> bytes | None:
    """The file's bytes, read once; None when there are more than ``largest``."""
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
    with os.fdopen(os.open(file, flags), "rb") as stream:
        data = stream.read(largest + 1)
    return data if len(data) <= largest else None


def _inside(place: PiecePlace, data: bytes, budget: Budget) -> Iterator[Found]:
    kind = kind_of(place.name, data)
    if kind is ArrivalKind.FILE:
        yield arrival(place, data)
    elif kind in _PACKED:
        yield refused(place, data, "file.packed", kind=_PACKED[kind])
    elif kind is ArrivalKind.ENCRYPTED:
        yield refused(place, data, "mail.encrypted")
    elif place.depth >= budget.limits.depth:
        yield refused(place, data, "mail.too_deep")
    else:
        yield from _of_container(kind, place, data, budget)


def _of_container(
    kind: ArrivalKind, place: PiecePlace, data: bytes, budget: Budget
) -> Iterator[Found]:
    if kind is ArrivalKind.ZIP:
        yield from members(place, data, budget)
    elif kind is ArrivalKind.SIGNED:
        yield _signed(place, data, budget)
    elif kind is ArrivalKind.WINMAIL:
        yield from _of_winmail(place, data, budget)
    elif kind is ArrivalKind.OUTLOOK:
        from kskt_excel.mail import outlook

        yield from outlook.outlook_attachments(place, data, budget)
    elif kind is ArrivalKind.MBOX:
        found = mails(io.BytesIO(data), budget.limits.mail_bytes)
        for number, mail in enumerate(found, start=1):
            yield Piece(place.numbered(number), mail)
        if next(mails(io.BytesIO(data), 0), None) is None:
            yield refused(place, data, "file.empty")
    else:
        from kskt_excel.mail import message

        yield from message.attachments(place, data, budget)


def _signed(place: PiecePlace, data: bytes, budget: Budget) -> Found:
    """What stands inside a signature, under the name that it had before it was signed."""
    from kskt_excel.mail import signed

    try:
        content = signed.content(data, budget.limits.file_bytes)
    except signed.CutOffError:
        return refused(place, data, "mail.cut_off")
    except ValueError:
        return refused(place, data, "mail.signed_damaged")
    if content is None:
        return refused(place, data, "mail.only_signature")
    if not budget.spend(len(content)):
        return refused(place, data, "mail.too_much")
    bare_name = re.sub(r"(?i)(\.p7[msc])+$", "", place.name)
    is_mail = looks_like_mail(content) and not PurePath(bare_name).suffix
    inside = place.within("1", f"{bare_name}.eml" if is_mail else bare_name)
    return attached(Piece(inside, content), has_workbook=True)


def _of_winmail(place: PiecePlace, data: bytes, budget: Budget) -> Iterator[Found]:
    """The files that Outlook packed; pictures of the text are none."""
    from kskt_excel.mail import outlook

    try:
        files = [one for one in outlook.winmail_files(data) if not one.is_picture]
    except outlook.WinmailDamagedError:
        yield refused(place, data, "mail.winmail")
        return
    has_workbook = any(not document_words(one.name) for one in files)
    for number, one in enumerate(files, start=1):
        name = one.name if not one.is_stream else "winmail.dat"
        inside = place.within(str(number), name)
        if number > budget.limits.parts or not budget.spend(len(one.data or b"")):
            yield refused(place, data, "mail.too_much")
            return
        if one.data is None:
            yield refused(inside, data, "mail.cut_off")
        else:
            yield attached(Piece(inside, one.data), has_workbook=has_workbook)
    if not files:
        yield refused(place, data, "mail.no_attachment", subject=place.mail.subject)
