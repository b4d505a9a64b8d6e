"""A zip package: its parts, unpacked once with every size and checksum proved, their XML.

The XML of a part is read whatever its encoding; entities are refused. Which part holds which sheet
is always read by an XML parser: a comment is no relation.
"""

import codecs
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import field
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Final, NamedTuple, TypeVar
from urllib.parse import unquote
from xml.etree.ElementTree import XML, Element, ParseError, XMLParser
from xml.parsers import expat

from kskt_excel.model.nouns import dataclass
from kskt_excel.model.patterns import lazy_pattern
from kskt_excel.text.shown import grouped_number

# the XML of a part

_BOM = "\ufeff"
# The encoding that the first line declares, in bytes of ASCII; a mark may stand before it.
_DECLARED = lazy_pattern(
    rb"(?:\xef\xbb\xbf)?<\?xml[^>]*?\sencoding\s*=\s*[\"']([\w.:-]+)[\"'][^>]*\?>"
)
_ENCODING = lazy_pattern(r"(<\?xml[^>]*?)\s+encoding\s*=\s*[\"'][\w.:-]+[\"']")
# A part that begins with its root has no document type: one stands before the root.
_BEGINS_WITH_ROOT = lazy_pattern(rb"(?:\xef\xbb\xbf)?(?:<\?xml[^<>?]*+\?>)?[ \t\r\n]*+<[A-Za-z_]")
_NO_PAGES: Final = frozenset({"punycode", "idna", "unicode_escape", "raw_unicode_escape"})
_PLAIN: Final = frozenset({b"utf-8", b"utf8", b"us-ascii", b"ascii"})
_OPEN_XML = ("{http://schemas.openxmlformats.org/", "{http://purl.oclc.org/ooxml/")
_PATTERN = 4  # bytes that show UTF-16 without a mark

T = TypeVar("T")


class NotXmlError(ValueError):
    """A part that is not well-formed XML, is not what it should be, or declares entities."""


def as_utf8(data: bytes) -> bytes:
    """An XML part in UTF-8, which it then declares; one that is in UTF-8 already as it stands.

    UTF-16 is known by its mark, or by a zero in the first bytes. Raises NotXmlError when the bytes
    are not what the part says they are.
    """
    encoding = _encoding(data)
    if encoding == "utf-8":
        return data
    try:
        if codecs.lookup(encoding).name.replace("-", "_") in _NO_PAGES:
            raise LookupError(encoding)  # noqa: TRY301 - as any other encoding that is none
        text = data.decode(encoding)
    except (UnicodeError, LookupError) as error:
        raise NotXmlError("encoding") from error
    return _ENCODING.sub(r"\1", text.removeprefix(_BOM), count=1).encode()


def _encoding(data: bytes) -> str:
    """Name of the encoding that an XML part is in."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    head = data[:_PATTERN]
    if b"\0" in head:
        return "utf-16-le" if head[1:2] == b"\0" else "utf-16-be"
    declared = _DECLARED.match(data)
    if declared is None or declared[1].lower() in _PLAIN:
        return "utf-8"
    return declared[1].decode("ascii")


def declares_type(data: bytes, *, harmless: bool = False) -> bool:
    """Whether a part in UTF-8 has a document type, in which entities may be declared.

    With ``harmless`` only one that declares something itself counts: older programs name the type
    of a document, and nothing is fetched for that.
    """
    if _BEGINS_WITH_ROOT.match(data) or b"<!DOCTYPE" not in data:
        return False
    found: list[bool] = []
    parser = expat.ParserCreate("utf-8")

    def note(_name: str, _system: str | None, _public: str | None, has_subset: int) -> None:
        found.append(bool(has_subset))

    parser.StartDoctypeDeclHandler = note
    with suppress(expat.ExpatError):  # whether it is well-formed is asked elsewhere
        parser.Parse(data, True)  # noqa: FBT003 - expat takes it by position only
    return any(found) if harmless else bool(found)


def parse_part(data: bytes, root: str = "", *, harmless_type: bool = False) -> Element:
    """The tree of a part whose root has this name. Raises NotXmlError."""
    data = as_utf8(data)
    if declares_type(data, harmless=harmless_type):
        raise NotXmlError("DOCTYPE")
    try:
        tree = XML(data, XMLParser(encoding="utf-8"))  # noqa: S314 - entities are refused above
    except ParseError as error:
        raise NotXmlError(str(error)) from error
    if root and not is_root(tree, root):
        raise NotXmlError(tree.tag)
    return tree


def is_root(element: Element, name: str) -> bool:
    """Whether an element is what a part of this kind begins with, in a namespace of Open XML."""
    return local(element.tag) == name and element.tag.startswith((*_OPEN_XML, name))


def local(name: str) -> str:
    """The name of an element or attribute without its namespace."""
    return name.rpartition("}")[2]


def namespace(name: str) -> str:
    """The namespace of an element in braces, "" without one: what its own children begin with."""
    return name[: name.rfind("}") + 1]


# the package

MIB = 1024 * 1024
MAX_ROW = 1_048_576
MAX_COLUMN = 16_384
MAX_TEXT = 32_767  # characters in one cell, Excel's own bound


@dataclass(frozen=True, slots=True)
class FileLimits:
    """Bounds of one file (giới hạn của một tệp).

    Chosen so that every one of 3,388 real workbooks that is no attack lies within them, and so that
    the largest that does is read in 512 MiB: years of copying leave 100,000 empty rows, 60,000
    styles and thousands of names behind. What no count foresees is bounded by the work it takes.
    """

    file_bytes: int = 25 * MIB
    entries: int = 2_000
    total_bytes: int = 100 * MIB  # inflated
    part_bytes: int = 64 * MIB  # inflated
    part_ratio: int = 500  # inflated : packed, for parts over 1 MiB
    tag_bytes: int = MIB
    depth: int = 256
    cells: int = 1_000_000
    rows: int = 1_048_576  # in formats that are no packages
    area: int = 5_000_000  # blank cells that stand before others
    merges: int = 100_000
    names: int = 100_000
    styles: int = 200_000
    sheets: int = 1_024
    members: int = 20  # workbooks in one zip


DEFAULT = FileLimits()


END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR = struct.Struct("<4sLQL")
CENTRAL = struct.Struct("<4s6H3L5H2L")
LOCAL = struct.Struct("<4s5H3L2H")
_FULL = 0xFFFFFFFF  # stands where the figure needs eight bytes: it is in the part for ZIP64
_FULL_SHORT = 0xFFFF  # as _FULL, where two bytes are kept
_STORED, _DEFLATED = 0, 8
_KEPT = (".xml", ".rels", "mimetype")  # what is read; pictures and macros are only checked


class Fault(NamedTuple):
    """Why a file is refused: the catalogue's code and what fills its sentence."""

    code: str
    params: Mapping[str, object]


class RefusedError(ValueError):
    """A file that cannot be read for a reason that is known."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.code)
        self.fault = fault


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


@lru_cache(maxsize=4096)
def folded_name(name: str) -> str:
    """A part's name as packages compare it: lower case, forward slashes, ``%20`` undone."""
    return unquote(name).replace("\\", "/").lower()


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
    counts = {"count": grouped_number(count), "limit": grouped_number(limit)}
    return Fault("file.too_many", {"what": what, **counts})


def entry_name(entry: PackedPart) -> str:
    """An entry's name as text."""
    try:
        return entry.name.decode("utf-8")
    except UnicodeDecodeError:
        return entry.name.decode("cp437")


def _directory(data: bytes, limits: FileLimits) -> tuple[list[PackedPart], int] | Fault:
    """The zip directory and where it starts."""
    # The list's end takes 22 bytes and a comment of at most 65,535.
    at = data.rfind(b"PK\5\6", max(0, len(data) - 65_557))
    if at < 0 or at + END.size > len(data):
        return Fault("file.cut_off", {})
    _, _, _, _, count, size, start, _ = END.unpack_from(data, at)
    if count == _FULL_SHORT or _FULL in (size, start):
        wide = _end64(data, at)
        if wide is None:
            return damaged("mục lục")
        at, count, size, start = wide
    if count > limits.entries:
        return too_many("thành phần", count, limits.entries)
    if start + size != at:
        return damaged("mục lục")
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
        if at + CENTRAL.size > end:
            return
        fields = CENTRAL.unpack_from(data, at)
        signature, _, _, flags, method, _, _, crc, packed, size = fields[:10]
        name_size, extra_size, comment_size = fields[10:13]
        if signature != b"PK\1\2":
            return
        name_at = at + CENTRAL.size
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
            yield Fault("file.unknown_packing", {})


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
    if entry.start + LOCAL.size > len(data):
        return None
    signature, *_, name_size, extra_size = LOCAL.unpack_from(data, entry.start)
    name_at = entry.start + LOCAL.size
    written = data[name_at : name_at + name_size]
    if signature != b"PK\3\4" or written.lower() != entry.name.lower():
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


_TRUE = ("1", "true")
_META = "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}"
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"


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


@dataclass(frozen=True, slots=True)
class _Tab:
    """A sheet as the workbook part names it."""

    name: str
    relation: str
    visible: bool


@dataclass(frozen=True, slots=True)
class _Workbook:
    """What the workbook part says."""

    tabs: tuple[_Tab, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    epoch_1904: bool = False
    is_strict: bool = False


@dataclass(frozen=True)
class Package:
    """What the workbook part and its relations say.

    Raises RefusedError where a part is no XML, whenever it is asked for what that part says.
    """

    parts: Mapping[str, bytes]
    names: frozenset[str] = field(default_factory=frozenset)

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
        for tab in self._about.tabs:
            relation = self.workbook_relations.get(tab.relation)
            part, kind = (relation.target, relation.kind) if relation else ("", "")
            found.append(SheetPart(tab.name, part, kind, tab.visible))
        return tuple(found)

    @cached_property
    def worksheets(self) -> tuple[str, ...]:
        """Parts of the sheets that have cells, each once."""
        return tuple(dict.fromkeys(s.part for s in self.sheets if s.kind == "worksheet"))

    @property
    def is_strict(self) -> bool:
        """Whether the workbook was saved as Strict Open XML."""
        return self._about.is_strict

    @property
    def epoch_1904(self) -> bool:
        """Whether days are counted from 1904."""
        return self._about.epoch_1904

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
        for id_, kind, target, external in self._read(_relations, source) or ():
            inside = target if external else _resolve(folder, folded_name(target))
            found[id_] = PartRelation(kind, inside, external)
        return found

    def content_types(self) -> tuple[str, ...]:
        """Content types of the parts."""
        return self._read(_content_types, "[content_types].xml") or ()

    def defined_names(self) -> Mapping[str, str]:
        """Defined names of the workbook with what they refer to."""
        return self._about.names

    def properties(self) -> dict[str, str]:
        """Custom document properties."""
        part = next(
            (one.target for one in self.relations("").values() if one.kind == "custom-properties"),
            "docprops/custom.xml",
        )
        return dict(self._read(_properties, part) or {})

    @cached_property
    def _about(self) -> _Workbook:
        return self._read(_workbook, self.workbook) or _Workbook()

    def _read(self, read: Callable[[bytes], T], part: str) -> T | None:
        """What a part says; None where there is no such part."""
        data = self.parts.get(part)
        if data is None:
            return None
        try:
            return read(data)
        except NotXmlError as error:
            raise RefusedError(damaged(part)) from error


def _relations(data: bytes) -> tuple[tuple[str, str, str, bool], ...]:
    """Relations of one part: id, last word of the type, target, whether it leads out."""
    root = parse_part(data, "Relationships")
    found = []
    for one in root.iterfind(f"{namespace(root.tag)}Relationship"):
        kind = one.get("Type", "").rpartition("/")[2]
        external = one.get("TargetMode", "").lower() == "external"
        found.append((one.get("Id", ""), kind, one.get("Target", ""), external))
    return tuple(found)


def _workbook(data: bytes) -> _Workbook:
    root = parse_part(data, "workbook")
    main = namespace(root.tag)
    tabs = []
    for sheet in root.iterfind(f"{main}sheets/{main}sheet"):
        ids = (value for name, value in sheet.items() if name.endswith("relationships}id"))
        visible = sheet.get("state", "visible") == "visible"
        tabs.append(_Tab(sheet.get("name", ""), next(ids, ""), visible))
    names = {
        one.get("name", ""): "".join(one.itertext())
        for one in root.iterfind(f"{main}definedNames/{main}definedName")
    }
    about = root.find(f"{main}workbookPr")
    epoch = "" if about is None else about.get("date1904", "")
    return _Workbook(tuple(tabs), names, epoch.lower() in _TRUE, "purl.oclc.org" in main)


def _properties(data: bytes) -> Mapping[str, str]:
    """Custom document properties by name."""
    root = parse_part(data)
    return {
        one.get("name", ""): "".join(one.itertext()).strip()
        for one in root.iterfind(f"{namespace(root.tag)}property")
    }


def _content_types(data: bytes) -> tuple[str, ...]:
    """Content types as [Content_Types].xml gives them."""
    return tuple(one.get("ContentType", "") for one in parse_part(data, "Types"))


def ods_properties(parts: Mapping[str, bytes]) -> dict[str, str]:
    """Custom document properties of an OpenDocument file. Raises RefusedError."""
    data = parts.get("meta.xml")
    if data is None:
        return {}
    try:
        root = parse_part(data, harmless_type=True)
    except NotXmlError as error:
        raise RefusedError(damaged("meta.xml")) from error
    return {
        one.get(f"{_META}name", ""): "".join(one.itertext())
        for one in root.iter(f"{_META}user-defined")
    }


def ods_names(parts: Mapping[str, bytes]) -> dict[str, str]:
    """Defined names of an OpenDocument file with what they refer to. Raises RefusedError."""
    found: dict[str, str] = {}

    def note(name: str, about: dict[str, str]) -> None:
        if name == f"{_TABLE} named-range":
            found[about.get(f"{_TABLE} name", "")] = about.get(f"{_TABLE} cell-range-address", "")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = note
    try:
        parser.Parse(parts.get("content.xml", b""), True)  # noqa: FBT003 - expat's own signature
    except expat.ExpatError as error:
        raise RefusedError(damaged("content.xml")) from error
    return found


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
