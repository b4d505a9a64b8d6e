"""The parts of a zip package, unpacked once, with every size and checksum proved on the way."""

import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from kskt_excel.excel.reading.limits import MIB, Limits

_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR = struct.Struct("<4sLQL")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_FULL = 0xFFFFFFFF
_FULL_SHORT = 0xFFFF
_STORED, _DEFLATED = 0, 8
_KEPT = (".xml", ".rels", "mimetype")


class Fault(NamedTuple):
    """Why a file is refused: the catalogue's code and what fills its sentence."""

    code: str
    params: Mapping[str, object]


class Entry(NamedTuple):
    """One line of the zip directory."""

    name: bytes
    method: int
    crc: int
    packed: int
    size: int
    start: int  # of its local header


@dataclass(frozen=True, slots=True)
class Archive:
    """A package unpacked: its XML parts by folded name; the names of all others."""

    parts: Mapping[str, bytes]  # lower case, forward slashes
    names: frozenset[str]  # every part, folded


def fold(name: str) -> str:
    """A part's name as packages compare it: lower case, forward slashes."""
    return name.replace("\\", "/").lower()


def unpack(data: bytes, limits: Limits) -> Archive | Fault:
    """Every XML part of the package, or the first reason not to touch it.

    Each entry is unpacked to no more than it declares, and its checksum is proved.
    """
    directory = _directory(data, limits)
    if isinstance(directory, Fault):
        return directory
    entries, end = directory
    fault = next(_faults(data, entries, end, limits), None)
    if fault:
        return fault
    parts: dict[str, bytes] = {}
    names: set[str] = set()
    for entry in entries:
        name = fold(entry_name(entry))
        if name.endswith("/"):
            continue
        body = _inflate(data, entry)
        if body is None:
            return damaged(name)
        names.add(name)
        if name.endswith(_KEPT):
            parts[name] = body
    return Archive(parts, frozenset(names))


def damaged(where: str) -> Fault:
    """The fault of a part that did not arrive as it was sent."""
    return Fault("file.damaged", {"where": where})


def too_many(what: str, count: int, limit: int) -> Fault:
    """The fault of having more of something than any real report has."""
    return Fault("file.too_many", {"what": what, "count": count, "limit": limit})


def entry_name(entry: Entry) -> str:
    """An entry's name as text."""
    try:
        return entry.name.decode("utf-8")
    except UnicodeDecodeError:
        return entry.name.decode("cp437")


def _directory(data: bytes, limits: Limits) -> tuple[list[Entry], int] | Fault:
    """The zip directory and where it starts."""
    at = data.rfind(b"PK\5\6", max(0, len(data) - 65_557))
    if at < 0 or at + _END.size > len(data):
        return Fault("file.cut_off", {})
    _, _, _, _, count, size, start, _ = _END.unpack_from(data, at)
    if count == _FULL_SHORT or _FULL in (size, start):
        wide = _end64(data, at)
        if wide is None:
            return damaged("mục lục")
        at, count, size, start = wide
    if count > limits.entries:
        return too_many("thành phần", count, limits.entries)
    if start + size != at:
        return Fault("file.cut_off", {})
    entries = list(_entries(data, start, at, count))
    return (entries, start) if len(entries) == count else damaged("mục lục")


def _end64(data: bytes, at: int) -> tuple[int, int, int, int] | None:
    """End record of a large archive: where it stands, entries, size and start of the directory."""
    locator = at - _LOCATOR.size
    if locator < 0 or data[locator : locator + 4] != b"PK\6\7":
        return None
    record: int = _LOCATOR.unpack_from(data, locator)[2]
    if record + _END64.size > len(data) or data[record : record + 4] != b"PK\6\6":
        return None
    *_, count, size, start = _END64.unpack_from(data, record)
    return record, count, size, start


def _entries(data: bytes, at: int, end: int, count: int) -> Iterator[Entry]:
    """Lines of the directory, as many as are sound."""
    for _ in range(count):
        if at + _CENTRAL.size > end:
            return
        fields = _CENTRAL.unpack_from(data, at)
        signature, _, _, flags, method, _, _, crc, packed, size = fields[:10]
        name_size, extra_size, comment_size = fields[10:13]
        if signature != b"PK\1\2":
            return
        name_at = at + _CENTRAL.size
        extra_at = name_at + name_size
        start = fields[16]
        if _FULL in (packed, size, start):
            extra = data[extra_at : extra_at + extra_size]
            size, packed, start = _wide(extra, size, packed, start)
        method = -1 if flags & 1 else method
        yield Entry(data[name_at:extra_at], method, crc, packed, size, start)
        at = extra_at + extra_size + comment_size


def _wide(extra: bytes, *fields: int) -> tuple[int, ...]:
    """Size, packed size and start, taken from the zip64 field where they do not fit."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, at)
        if kind == 1:
            body = extra[at + 4 : at + 4 + length]
            wide = iter(struct.unpack(f"<{length // 8}Q", body[: length // 8 * 8]))
            return tuple(next(wide, _FULL) if field == _FULL else field for field in fields)
        at += 4 + length
    return fields


def _faults(data: bytes, entries: list[Entry], end: int, limits: Limits) -> Iterator[Fault]:
    """What forbids unpacking, by what the directory alone declares."""
    if any(entry.method == -1 for entry in entries):
        yield Fault("file.password", {})
    yield from _unsafe_names(entries)
    yield from _sizes(entries, limits)
    yield from _places(data, entries, end)


def _unsafe_names(entries: list[Entry]) -> Iterator[Fault]:
    """Names that lead outside the package, and parts that two readers would choose differently."""
    names = [fold(entry_name(entry)) for entry in entries]
    for name in names:
        if name.startswith("/") or ".." in name.split("/") or "\0" in name or ":" in name[:2]:
            yield Fault("file.unsafe", {"why": "tên thành phần không hợp lệ"})
    if len(set(names)) != len(names):
        yield Fault("file.unsafe", {"why": "có hai thành phần trùng tên"})


def _sizes(entries: list[Entry], limits: Limits) -> Iterator[Fault]:
    """Declared sizes beyond the bounds, and packing that no report has."""
    total = sum(entry.size for entry in entries)
    if total > limits.total_bytes or any(entry.size > limits.part_bytes for entry in entries):
        yield Fault("file.too_large", {"size": f"{total // MIB} MB khi mở nén"})
    for entry in entries:
        if entry.size > MIB and entry.size > limits.part_ratio * max(entry.packed, 1):
            yield Fault("file.unsafe", {"why": "nén bất thường"})
        if entry.method not in (_STORED, _DEFLATED):
            yield damaged(entry_name(entry))


def _places(data: bytes, entries: list[Entry], end: int) -> Iterator[Fault]:
    """Entries that lie over each other or point to nothing."""
    spans: list[tuple[int, int]] = [(end, end)]
    for entry in entries:
        body = _body_at(data, entry)
        if body is None:
            yield damaged(entry_name(entry))
            return
        spans.append((entry.start, body + entry.packed))
    spans.sort()
    if any(stop > following for (_, stop), (following, _) in pairwise(spans)):
        yield Fault("file.unsafe", {"why": "các thành phần chồng lên nhau"})


def _body_at(data: bytes, entry: Entry) -> int | None:
    """Where an entry's bytes start; None when its local header is not its own."""
    if entry.start + _LOCAL.size > len(data):
        return None
    signature, *_, name_size, extra_size = _LOCAL.unpack_from(data, entry.start)
    name_at = entry.start + _LOCAL.size
    if signature != b"PK\3\4" or data[name_at : name_at + name_size] != entry.name:
        return None
    return int(name_at + name_size + extra_size)


def _inflate(data: bytes, entry: Entry) -> bytes | None:
    """An entry's content; None when its length or checksum is not what was declared."""
    at = _body_at(data, entry) or 0
    packed = memoryview(data)[at : at + entry.packed]
    if entry.method == _STORED:
        body = bytes(packed)
    else:
        inflater = zlib.decompressobj(-15)
        try:
            body = inflater.decompress(packed, entry.size + 1)
        except zlib.error:
            return None
    sound = len(body) == entry.size and zlib.crc32(body) == entry.crc
    return body if sound else None
