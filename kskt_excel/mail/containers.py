"""Files out of a zip archive, within bounds, whatever its names and promises say."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from kskt_excel.mail.kinds import document_words, is_temporary
from kskt_excel.mail.names import shown
from kskt_excel.mail.taking import Budget, Found, NotTaken, Piece, Place, attached, refused
from kskt_excel.messages import finding

_ENCRYPTED = 0x1
_UTF8_NAMES = 0x800
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError)
_LEFT_BY_MACS = "__MACOSX/"


class _TooLargeError(ValueError):
    """A member that is larger than allowed, whatever it declares."""


def members(place: Place, data: bytes, budget: Budget) -> Iterator[Found]:
    """The files of a zip in its order; what cannot be opened is kept whole with one reason."""
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
        entries = [entry for entry in package.infolist() if not entry.is_dir()]
    except (*_DAMAGE, NotImplementedError):
        yield refused(place, data, "mail.zip_damaged", member=place.name)
        return
    with package:
        reason = _refusal(entries, budget)
        if reason:
            yield refused(place, data, reason, count=len(entries), member=_last(place.name))
        else:
            yield from _unpacked(place, data, package, entries, budget)


def _refusal(entries: list[zipfile.ZipInfo], budget: Budget) -> str:
    if not entries:
        return "mail.zip_empty"
    if min(entry.header_offset for entry in entries) > 0:
        return "mail.zip_damaged"  # cut off: these are the entries of a workbook inside it
    if len(entries) > budget.limits.members:
        return "mail.zip_too_many"
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        return "mail.zip_encrypted"
    return ""


def _unpacked(
    place: Place,
    data: bytes,
    package: zipfile.ZipFile,
    entries: list[zipfile.ZipInfo],
    budget: Budget,
) -> Iterator[Found]:
    names = [_name(entry) for entry in entries]
    has_workbook = any(not document_words(n) and not is_temporary(_last(n)) for n in names)
    for number, (entry, name) in enumerate(zip(entries, names, strict=True), start=1):
        last = _last(name)
        step = f"{number}:{shown(last).text}"
        inside = replace(place.within(step, last), channel=_channel(place))
        if is_temporary(last) or name.startswith(_LEFT_BY_MACS):
            yield NotTaken(inside.locator, last, finding("file.temporary", name=last))
            continue
        try:
            content = _read(package, entry, budget.limits.file_bytes)
        except _TooLargeError:
            yield refused(place, data, "mail.zip_too_large", member=last)
            return
        except (*_DAMAGE, NotImplementedError, RuntimeError):  # RuntimeError: a password after all
            yield refused(place, data, "mail.zip_damaged", member=last)
            continue
        if not budget.spend(len(content)):
            yield refused(place, data, "mail.zip_too_large", member=last)
            return
        yield attached(Piece(inside, content), has_workbook=has_workbook)


def _read(package: zipfile.ZipFile, entry: zipfile.ZipInfo, largest: int) -> bytes:
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


def _last(name: str) -> str:
    return PurePosixPath(name.replace("\\", "/")).name


def _channel(place: Place) -> str:
    return place.channel if place.channel in ("mail", "imap") else "zip"
