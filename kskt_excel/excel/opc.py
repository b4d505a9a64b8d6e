"""A zip package of Office (OPC): limits, parts proved by size and checksum, relations."""

import re
import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import NamedTuple

MIB = 1024 * 1024
MAX_ROW = 1_048_576
MAX_COLUMN = 16_384
MAX_TEXT = 32_767  # characters in one cell, Excel's own bound


@dataclass(frozen=True, slots=True)
class FileLimits:
    """Bounds of one file (giới hạn của một tệp).

    Chosen over 3,388 real workbooks, of which 0.7 % lie beyond them, all giants or attacks.
    """

    file_bytes: int = 25 * MIB
    entries: int = 2_000
    total_bytes: int = 100 * MIB  # inflated
    part_bytes: int = 64 * MIB  # inflated
    part_ratio: int = 500  # inflated : packed, for parts over 1 MiB
    tag_bytes: int = 64 * 1024
    depth: int = 256
    cells: int = 300_000
    rows: int = 100_000
    area: int = 5_000_000  # last row × last column
    merges: int = 5_000
    merged_area: int = 20_000
    validations: int = 5_000
    conditional_formats: int = 5_000
    names: int = 5_000
    styles: int = 20_000
    sheets: int = 200
    promised_strings: int = 300_000  # shared strings announced beyond those that are there
    members: int = 20  # workbooks in one zip


DEFAULT = FileLimits()


_PROLOG = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?[^>]*\?>\s*)*+<[A-Za-z]")
_ROOT = re.compile(rb"<([A-Za-z]\w*)[\s>]")
_SPACES = (b"\n", b"\t", b"\r")
_HEAD = 2048


def has_plain_prolog(data: bytes) -> bool:
    """Whether nothing but declarations stands before the root: no document type, no comment."""
    return bool(_PROLOG.match(data))


def is_plain_sheet(data: bytes) -> bool:
    """Whether every cell of a sheet is written ``<c r="A1" …``, without prefix, comment or CDATA.

    Only then patterns over the bytes see all that a parser would see.
    """
    root = _ROOT.search(data, 0, _HEAD)
    if not root or root[1] != b"worksheet":
        return False
    if data.find(b"!") >= 0 and b"<!" in data:
        return False
    if any(data.find(space, _HEAD) >= 0 and _has_broken_tags(data, space) for space in _SPACES):
        return False
    start, end = max(data.find(b"<sheetData"), 0), max(data.rfind(b"sheetData"), 0)
    return data.count(b"<c", start, end) == data.count(b'<c r="')


def _has_broken_tags(data: bytes, space: bytes) -> bool:
    """Whether tags of rows, cells or formulas are continued on another line."""
    return any(tag + space in data for tag in (b"<c", b"<row", b"<f", b"<v", b"<mergeCell"))


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


class PackedPart(NamedTuple):
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


def folded_name(name: str) -> str:
    """A part's name as packages compare it: lower case, forward slashes."""
    return name.replace("\\", "/").lower()


def unpack_package(data: bytes, limits: FileLimits) -> Archive | Fault:
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
        name = folded_name(entry_name(entry))
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


def entry_name(entry: PackedPart) -> str:
    """An entry's name as text."""
    try:
        return entry.name.decode("utf-8")
    except UnicodeDecodeError:
        return entry.name.decode("cp437")


def _directory(data: bytes, limits: FileLimits) -> tuple[list[PackedPart], int] | Fault:
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


def _entries(data: bytes, at: int, end: int, count: int) -> Iterator[PackedPart]:
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
        yield PackedPart(data[name_at:extra_at], method, crc, packed, size, start)
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


def _faults(
    data: bytes, entries: list[PackedPart], end: int, limits: FileLimits
) -> Iterator[Fault]:
    """What forbids unpacking, by what the directory alone declares."""
    if any(entry.method == -1 for entry in entries):
        yield Fault("file.password", {})
    yield from _unsafe_names(entries)
    yield from _sizes(entries, limits)
    yield from _places(data, entries, end)


def _unsafe_names(entries: list[PackedPart]) -> Iterator[Fault]:
    """Names that lead outside the package, and parts that two readers would choose differently."""
    names = [folded_name(entry_name(entry)) for entry in entries]
    for name in names:
        if name.startswith("/") or ".." in name.split("/") or "\0" in name or ":" in name[:2]:
            yield Fault("file.unsafe", {"why": "tên thành phần không hợp lệ"})
    if len(set(names)) != len(names):
        yield Fault("file.unsafe", {"why": "có hai thành phần trùng tên"})


def _sizes(entries: list[PackedPart], limits: FileLimits) -> Iterator[Fault]:
    """Declared sizes beyond the bounds, and packing that no report has."""
    total = sum(entry.size for entry in entries)
    if total > limits.total_bytes or any(entry.size > limits.part_bytes for entry in entries):
        yield Fault("file.too_large", {"size": f"{total // MIB} MB khi mở nén"})
    for entry in entries:
        if entry.size > MIB and entry.size > limits.part_ratio * max(entry.packed, 1):
            yield Fault("file.unsafe", {"why": "nén bất thường"})
        if entry.method not in (_STORED, _DEFLATED):
            yield damaged(entry_name(entry))


def _places(data: bytes, entries: list[PackedPart], end: int) -> Iterator[Fault]:
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


def _body_at(data: bytes, entry: PackedPart) -> int | None:
    """Where an entry's bytes start; None when its local header is not its own."""
    if entry.start + _LOCAL.size > len(data):
        return None
    signature, *_, name_size, extra_size = _LOCAL.unpack_from(data, entry.start)
    name_at = entry.start + _LOCAL.size
    if signature != b"PK\3\4" or data[name_at : name_at + name_size] != entry.name:
        return None
    return int(name_at + name_size + extra_size)


def _inflate(data: bytes, entry: PackedPart) -> bytes | None:
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


_ATTRIBUTE = re.compile(rb"([\w:.-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s([^>]*)>")
_SHEET = re.compile(rb"<(?:\w+:)?sheet\s([^>]*)>")
_NAME = re.compile(rb"<(?:\w+:)?definedName\s([^>]*)>([^<]*)<")
_PROPERTY = re.compile(rb"<(?:\w+:)?property\s([^>]*)>\s*<(?:\w+:)?\w+[^>]*>([^<]*)<")
_USER_DEFINED = re.compile(rb"<meta:user-defined\s([^>]*)>([^<]*)<")
_ODS_NAME = re.compile(rb"<table:named-range\s([^>]*)>")
_EPOCH = re.compile(rb"<(?:\w+:)?workbookPr\s[^>]*date1904\s*=\s*[\"'](?:1|true)", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_LAST_CODE = 0x10FFFF
_SHORT = 256  # bytes of a tag


def xml_text(raw: bytes) -> str:
    """XML character data as text; what is not UTF-8 becomes the replacement character."""
    plain = raw.decode("utf-8", "replace")
    return _ENTITY.sub(_character, plain) if "&" in plain else plain


def _character(match: re.Match[str]) -> str:
    if match[3]:
        return _NAMED[match[3]]
    code = int(match[1], 16) if match[1] else int(match[2])
    return chr(code) if code <= _LAST_CODE else "\ufffd"


def attributes(tag: bytes) -> Mapping[str, str]:
    """Attributes of a tag by name without prefix; ``r:id`` stays apart from ``id``."""
    return _usual_attributes(tag) if len(tag) <= _SHORT else _attributes(tag)


def _attributes(tag: bytes) -> Mapping[str, str]:
    found = {}
    for name, double, single in _ATTRIBUTE.findall(tag):
        key = name.decode("ascii", "replace")
        local = key.rsplit(":", 1)[-1]
        found["r:id" if local == "id" and ":" in key else local] = xml_text(double or single)
    return found


_usual_attributes = lru_cache(maxsize=4096)(_attributes)
"""The same for tags that stand in every workbook: relations, sheets, names, styles."""


@dataclass(frozen=True, slots=True)
class PartRelation:
    """A relation of a part: last word of its type, target part (folded), whether it leads out."""

    kind: str
    target: str
    external: bool


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A sheet of the workbook: name on the tab, part that holds it, state."""

    name: str
    part: str
    kind: str  # worksheet, chartsheet, dialogsheet, …
    visible: bool


@dataclass(frozen=True)
class Package:
    """What the workbook part and its relations say."""

    parts: Mapping[str, bytes]
    names: frozenset[str] = field(default_factory=frozenset)
    is_recoded: bool = False  # a part came in UTF-16

    @cached_property
    def workbook(self) -> str:
        """Name of the workbook part."""
        for relation in self.relations("").values():
            if relation.kind == "officeDocument" and not relation.external:
                return relation.target
        return "xl/workbook.xml"

    @cached_property
    def workbook_relations(self) -> Mapping[str, PartRelation]:
        """Relations of the workbook part by id."""
        return self.relations(self.workbook)

    @cached_property
    def sheets(self) -> tuple[SheetPart, ...]:
        """Sheets in tab order; the part is empty where its relation is missing."""
        found = []
        for tag in _SHEET.findall(self.parts.get(self.workbook, b"")):
            values = attributes(tag)
            relation = self.workbook_relations.get(values.get("r:id", ""))
            visible = values.get("state", "visible") == "visible"
            part, kind = (relation.target, relation.kind) if relation else ("", "")
            found.append(SheetPart(values.get("name", ""), part, kind, visible))
        return tuple(found)

    @cached_property
    def worksheets(self) -> tuple[str, ...]:
        """Parts of the sheets that have cells, each once."""
        return tuple(dict.fromkeys(s.part for s in self.sheets if s.kind == "worksheet"))

    @cached_property
    def _plain_sheets(self) -> frozenset[str]:
        return frozenset(p for p in self.worksheets if is_plain_sheet(self.parts.get(p, b"")))

    def is_plain(self, part: str) -> bool:
        """Whether a worksheet is written as Excel writes it, so that patterns see all of it."""
        return part in self._plain_sheets

    @property
    def is_strict(self) -> bool:
        """Whether it was saved as Strict Open XML."""
        return b"purl.oclc.org" in self.parts.get(self.workbook, b"")[:4096]

    @property
    def epoch_1904(self) -> bool:
        """Whether days are counted from 1904."""
        return bool(_EPOCH.search(self.parts.get(self.workbook, b"")))

    def part_of(self, kind: str, default: str) -> str:
        """The workbook's part of a kind (``styles``), or where it usually is."""
        for relation in self.workbook_relations.values():
            if relation.kind == kind and not relation.external:
                return relation.target
        return default

    def relations(self, part: str) -> dict[str, PartRelation]:
        """Relations of a part by id; of the package for the empty name."""
        folder, _, base = part.rpartition("/")
        source = f"{folder}/_rels/{base}.rels" if folder else f"_rels/{base}.rels"
        found = {}
        for tag in _RELATION.findall(self.parts.get(source, b"")):
            values = attributes(tag)
            kind = values.get("Type", "").rsplit("/", 1)[-1]
            external = values.get("TargetMode", "").lower() == "external"
            target = values.get("Target", "")
            target = target if external else _resolve(folder, folded_name(target))
            found[values.get("Id", "")] = PartRelation(kind, target, external)
        return found

    def defined_names(self) -> dict[str, str]:
        """Defined names of the workbook with what they refer to."""
        found = {}
        for tag, value in _NAME.findall(self.parts.get(self.workbook, b"")):
            found[attributes(tag).get("name", "")] = xml_text(value)
        return found

    def properties(self) -> dict[str, str]:
        """Custom document properties."""
        return _named(_PROPERTY.findall(self.parts.get("docprops/custom.xml", b"")))


def ods_properties(parts: Mapping[str, bytes]) -> dict[str, str]:
    """Custom document properties of an OpenDocument file."""
    return _named(_USER_DEFINED.findall(parts.get("meta.xml", b"")))


def ods_names(parts: Mapping[str, bytes]) -> dict[str, str]:
    """Defined names of an OpenDocument file with what they refer to."""
    tags = map(attributes, _ODS_NAME.findall(parts.get("content.xml", b"")))
    return {tag.get("name", ""): tag.get("cell-range-address", "") for tag in tags}


def _named(found: Iterator[tuple[bytes, bytes]] | list[tuple[bytes, bytes]]) -> dict[str, str]:
    return {attributes(tag).get("name", ""): xml_text(value) for tag, value in found}


def _resolve(folder: str, target: str) -> str:
    """A relation's target as a part name; targets that leave the package name no part."""
    if target.startswith("/"):
        return target.lstrip("/")
    steps = folder.split("/") if folder else []
    for step in target.split("/"):
        if step == "..":
            if not steps:
                return ""
            steps.pop()
        elif step not in ("", "."):
            steps.append(step)
    return "/".join(steps)
