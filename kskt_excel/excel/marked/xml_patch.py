"""A zip package changed part by part and tag by tag: the rest keeps its very bytes."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from kskt_excel.excel.book_writer import from_xml
from kskt_excel.excel.opc import CENTRAL, END, LOCAL, Package, PartRelation, folded_name
from kskt_excel.model.errors import KsktError
from kskt_excel.model.nouns import dataclass

_BLANKED = re.compile(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>", re.DOTALL)
# Up to the tag's end, which no «>» inside quotation marks is; what was taken is never given back,
# so that no tag makes the search slow.
_ATTRIBUTES = rb"(?=[\s/>])((?:[^>\"']++|\"[^\"]*+\"|'[^']*+')*+)>"
_ANY = re.compile(rb"<(/?)((?:[\w.-]+:)?)([\w.-]+)" + _ATTRIBUTES)
_ATTRIBUTE = re.compile(rb"([\w:.-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


class CannotPatchError(KsktError):
    """A package whose parts cannot be changed with certainty; the fault workbook goes instead."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"Không ghi được đánh dấu vào tệp ({why}); dùng bản đánh dấu riêng kèm theo."
        )


@dataclass(frozen=True, slots=True)
class Element:
    """An element by its offsets: ``start`` of its tag, ``inner`` to ``close`` its content."""

    start: int
    inner: int
    close: int
    end: int
    prefix: bytes  # "x:" or nothing
    name: bytes
    attributes: bytes

    @property
    def is_empty(self) -> bool:
        """Whether the element is written as one closed tag."""
        return self.attributes.endswith(b"/")


@dataclass(frozen=True, slots=True)
class XmlEdit:
    """Bytes from ``start`` to ``end`` become ``text``."""

    start: int
    end: int
    text: bytes


def attributes(tag: bytes) -> Mapping[str, str]:
    """Attributes of a tag by name without prefix."""
    return {
        name.decode("ascii", "replace").rpartition(":")[2]: from_xml(double or single)
        for name, double, single in _ATTRIBUTE.findall(tag)
    }


def masked(xml: bytes) -> bytes:
    """XML with comments, CDATA and instructions blanked, of equal length: only tags are seen."""
    if b"<!" not in xml and xml.find(b"<?", 2) < 0:
        return xml
    return _BLANKED.sub(lambda found: b" " * len(found[0]), xml)


@cache
def _opening(name: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"<((?:[\w.-]+:)?)" + re.escape(name) + _ATTRIBUTES)


@cache
def _closing(name: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"</" + re.escape(name) + rb"\s*+>")


def elements(xml: bytes, name: bytes, start: int = 0, end: int | None = None) -> Iterator[Element]:
    """Elements of a name that never stands within itself. Raises CannotPatchError when unclosed."""
    stop = len(xml) if end is None else end
    opening = _opening(name)
    at = start
    while found := opening.search(xml, at, stop):
        one = _element(xml, found, name, stop)
        yield one
        at = one.end


def tags(xml: bytes, name: bytes, start: int = 0, end: int | None = None) -> Iterator[Element]:
    """Opening tags of a name, without looking for ends: ``close`` is ``inner``."""
    stop = len(xml) if end is None else end
    for found in _opening(name).finditer(xml, start, stop):
        at = found.end()
        yield Element(found.start(), at, at, at, found[1], name, found[2])


def first(xml: bytes, name: bytes, start: int = 0, end: int | None = None) -> Element | None:
    """The first element of a name, None without one."""
    return next(elements(xml, name, start, end), None)


def closed(xml: bytes, tag: Element) -> Element:
    """The whole element of an opening tag that ``tags`` gave."""
    if tag.is_empty:
        return tag
    ending = _closing(tag.prefix + tag.name).search(xml, tag.inner)
    if not ending:
        raise CannotPatchError(tag.name.decode("ascii", "replace"))
    return Element(
        tag.start, tag.inner, ending.start(), ending.end(), tag.prefix, tag.name, tag.attributes
    )


def _element(xml: bytes, found: re.Match[bytes], name: bytes, stop: int) -> Element:
    at = found.end()
    tag = Element(found.start(), at, at, at, found[1], name, found[2])
    whole = closed(xml, tag)
    if whole.end > stop:
        raise CannotPatchError(name.decode("ascii", "replace"))
    return whole


def root(xml: bytes) -> Element:
    """The root element. Raises CannotPatchError without one."""
    found = _ANY.search(xml)
    if not found or found[1]:
        raise CannotPatchError("XML")
    name = found[2] + found[3]
    close = xml.rfind(b"</" + name)
    if close < 0:  # <styleSheet/>
        close = found.end()
    at = found.end()
    return Element(found.start(), at, close, len(xml), found[2], found[3], found[4])


def children(xml: bytes, start: int, end: int) -> Iterator[Element]:
    """Elements of the first level between two offsets, with their tags' offsets only."""
    depth = 0
    for found in _ANY.finditer(xml, start, end):
        if found[1]:
            depth -= 1
            continue
        if depth == 0:
            at = found.end()
            yield Element(found.start(), at, at, at, found[2], found[3], found[4])
        depth += not found[4].endswith(b"/")


@cache
def _attribute(name: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"\s" + re.escape(name) + rb"\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


def attribute(attributes: bytes, name: bytes) -> bytes | None:
    """The raw value of an attribute, None without it."""
    found = _attribute(name).search(attributes)
    return (found[1] if found[1] is not None else found[2]) if found else None


def prefix_of(element: Element, namespace: bytes) -> bytes:
    """The prefix that an element declares for a namespace, nothing where it declares none."""
    wanted = rb"\sxmlns:([\w.-]+)\s*=\s*[\"']" + re.escape(namespace) + rb"[\"']"
    found = re.search(wanted, element.attributes)
    return found[1] if found else b""


def integer_attribute(attributes: bytes, name: bytes, default: int = 0) -> int:
    """An attribute as a whole number, the default where it is none."""
    value = attribute(attributes, name)
    return int(value) if value and value.isdigit() else default


def with_attribute(attributes: bytes, name: bytes, value: bytes | None) -> bytes:
    """The attributes with one set, or left out for None; the others as they stand."""
    pattern = _attribute(name)
    new = b"" if value is None else b" " + name + b'="' + value + b'"'
    if pattern.search(attributes):
        return pattern.sub(lambda _: new, attributes, count=1)
    if value is None:
        return attributes
    if attributes.endswith(b"/"):
        return attributes[:-1].rstrip() + new + b"/"
    return attributes.rstrip() + new


def opening(element: Element, attributes: bytes) -> bytes:
    """The opening tag of an element with other attributes."""
    return b"<" + element.prefix + element.name + attributes + b">"


def changed(xml: bytes, changes: Iterable[XmlEdit]) -> bytes:
    """The XML with changes made, none over another; insertions at one place keep their order."""
    pieces: list[bytes] = []
    at = 0
    for change in sorted(changes, key=lambda one: (one.start, one.end)):
        pieces += (xml[at : change.start], change.text)
        at = change.end
    return b"".join((*pieces, xml[at:]))


def within(element: Element, content: bytes, at_end: int | None = None) -> XmlEdit:
    """Content added at the end of an element, which is opened where it was one closed tag."""
    if not element.is_empty:
        at = element.close if at_end is None else at_end
        return XmlEdit(at, at, content)
    tag = opening(element, element.attributes[:-1].rstrip())
    ending = b"</" + element.prefix + element.name + b">"
    return XmlEdit(element.start, element.end, tag + content + ending)


_DEFLATED = 8  # the method, as a ZIP numbers it
_UTF8_FLAG = 0x800  # the name is in UTF-8
_FIRST_DAY = 0x21  # 1980-01-01, so that two runs give equal bytes
_VERSION = 20  # 2.0: the first one that knows deflate
_MOST_ENTRIES, _MOST_BYTES = 0xFFFF, 0x7FFFFFFF  # beyond them ZIP64, which this does not write
_LEVEL = 4  # a fifth of the time of level 6 for a twentieth more bytes
_SMALL = 4096  # bytes: the window of deflate need not be larger than what is packed
_BEGINNING = 16_384  # bytes in which the tags before a sheet's first row always stand
TYPES = "[Content_Types].xml"
_RELATIONS = b"http://schemas.openxmlformats.org/package/2006/relationships"
RELATION_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_NO_RELATIONS = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<Relationships xmlns="' + _RELATIONS + b'"></Relationships>'
)


class PackagePatch(Mapping[str, bytes]):
    """Parts of a package by folded name; unpacked when asked for, packed again when changed."""

    def __init__(self, data: bytes) -> None:
        """Raises CannotPatchError when the package is damaged."""
        self._data = data
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as package:
                entries = package.infolist()
        except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
            raise CannotPatchError("zip") from error
        self._entries = {folded_name(entry.filename): entry for entry in entries}
        if len(self._entries) != len(entries) or len(data) > _MOST_BYTES:
            raise CannotPatchError("zip")
        self._unpacked: dict[str, bytes] = {}
        self._changed: dict[str, bytes] = {}
        self._removed: set[str] = set()
        self._added: dict[str, str] = {}  # folded -> as written
        self._package = Package(self)
        self._relations: dict[str, dict[str, PartRelation]] = {}

    def __getitem__(self, name: str) -> bytes:
        """Content of a part. Raises KeyError when there is none."""
        name = folded_name(name)
        if name in self._changed:
            return self._changed[name]
        if name in self._removed or name not in self._entries:
            raise KeyError(name)
        if name not in self._unpacked:
            self._unpacked[name] = self._content(self._entries[name])
        return self._unpacked[name]

    def __iter__(self) -> Iterator[str]:
        yield from (name for name in self._entries if name not in self._removed)
        yield from self._added

    def __len__(self) -> int:
        return len(self._entries) - len(self._removed) + len(self._added)

    def __contains__(self, name: object) -> bool:
        known = isinstance(name, str) and folded_name(name)
        return known in self._added or (known in self._entries and known not in self._removed)

    def beginning(self, name: str) -> bytes:
        """The first kilobytes of a part: all of it where it has been unpacked already."""
        folded = folded_name(name)
        if folded in self._changed or folded in self._unpacked:
            return self[folded]
        entry = self._entries[folded]
        if entry.compress_type != _DEFLATED:
            return self[folded]
        try:
            return zlib.decompressobj(-15).decompress(self._body(entry), _BEGINNING)
        except zlib.error as error:
            raise CannotPatchError(entry.filename) from error

    @property
    def package(self) -> Package:
        """What the workbook part and the relations say now."""
        return self._package

    @property
    def changed(self) -> Mapping[str, bytes]:
        """Parts that differ from the original."""
        return self._changed

    def spelling(self, name: str) -> str:
        """A part's name in the letters that the package has it in."""
        folded = folded_name(name)
        entry = self._entries.get(folded)
        return self._added.get(folded) or (entry.filename if entry else name)

    def put(self, name: str, content: bytes) -> None:
        """Changes a part or adds it; the same content changes nothing."""
        folded = folded_name(name)
        if folded in self and self[folded] == content:
            return
        if folded not in self._entries or folded in self._removed:
            self._added.setdefault(folded, name)
        self._changed[folded] = content
        self._forget(folded)

    def remove(self, name: str) -> None:
        """Takes a part out."""
        folded = folded_name(name)
        self._changed.pop(folded, None)
        self._added.pop(folded, None)
        if folded in self._entries:
            self._removed.add(folded)
        self._forget(folded)

    def _forget(self, name: str) -> None:
        """What was understood of the skeleton before one of its parts changed."""
        self._relations.pop(name, None)
        workbook = self._package.workbook
        if name in (workbook, folded_name(relations_of(workbook)), relations_of("")):
            self._package = Package(self)

    def free_name(self, stem: str, ending: str) -> str:
        """A part's name that is not taken: ``xl/comments7.xml``."""
        number = next(n for n in range(1, _MOST_ENTRIES) if f"{stem}{n}{ending}" not in self)
        return f"{stem}{number}{ending}"

    def relate(self, part: str, kind: str, target: str) -> str:
        """Adds a relation of a part to another one; gives its id."""
        name = relations_of(self.spelling(part).replace("\\", "/"))
        xml = self.get(name, _NO_RELATIONS)
        plain = masked(xml)
        found = first(plain, b"Relationships")
        if not found:
            raise CannotPatchError(name)
        taken = {one.lower() for one in self.relations(part)}
        id_ = next(
            f"rId{n}" for n in range(len(taken) + 1, _MOST_ENTRIES) if f"rid{n}" not in taken
        )
        line = (
            f'<{found.prefix.decode()}Relationship Id="{id_}" Type="{RELATION_KIND}{kind}"'
            f' Target="/{target}"/>'
        )
        self.put(name, changed(xml, [within(found, line.encode())]))
        return id_

    def unrelate(self, part: str, id_: str) -> None:
        """Takes a relation out."""
        name = relations_of(part)
        xml = self[name]
        gone = [
            XmlEdit(one.start, one.end, b"")
            for one in elements(masked(xml), b"Relationship")
            if attribute(one.attributes, b"Id") == id_.encode()
        ]
        self.put(name, changed(xml, gone))

    def relations(self, part: str) -> Mapping[str, PartRelation]:
        """Relations of a part by id."""
        held_in = folded_name(relations_of(part).replace("\\", "/"))
        if held_in not in self._relations:
            self._relations[held_in] = self._package.relations(folded_name(part))
        return self._relations[held_in]

    def relation(self, part: str, kind: str) -> tuple[str, PartRelation] | None:
        """The first relation of a kind that leads to a part of the package, with its id."""
        for id_, relation in self.relations(part).items():
            if relation.kind == kind and not relation.external and relation.target in self:
                return id_, relation
        return None

    def declare(self, part: str, content_type: str) -> None:
        """Says what a new part is."""
        line = f'Override PartName="/{part}" ContentType="{content_type}"/>'
        self._add_type(line)

    def declare_default(self, ending: str, content_type: str) -> None:
        """Says what all parts of an ending are, unless it is said."""
        for one in tags(masked(self._types()), b"Default"):
            if (attribute(one.attributes, b"Extension") or b"").lower() == ending.encode():
                return
        self._add_type(f'Default Extension="{ending}" ContentType="{content_type}"/>')

    def withdraw(self, part: str) -> None:
        """Takes a part out with what is said of it."""
        self.remove(part)
        xml = self._types()
        wanted = folded_name(f"/{part}").encode()
        gone = [
            XmlEdit(one.start, one.end, b"")
            for one in elements(masked(xml), b"Override")
            if (attribute(one.attributes, b"PartName") or b"").lower() == wanted
        ]
        self.put(TYPES, changed(xml, gone))

    def packed(self) -> bytes:
        """The package: untouched parts as they were packed, changed ones packed anew."""
        out, lines = bytearray(), bytearray()
        entries = [(n, entry) for n, entry in self._entries.items() if n not in self._removed]
        for name, entry in entries:
            if name in self._changed:
                raw = entry.filename.encode()
                self._append(out, lines, raw, _fresh(self._changed[name]))
            else:
                self._append(out, lines, entry.filename.encode(), self._kept(entry))
        for name, written in self._added.items():
            self._append(out, lines, written.encode(), _fresh(self._changed[name]))
        count = len(entries) + len(self._added)
        if count > _MOST_ENTRIES or len(out) > _MOST_BYTES:
            raise CannotPatchError("zip")
        ending = END.pack(b"PK\5\6", 0, 0, count, count, len(lines), len(out), 0)
        return bytes(out) + bytes(lines) + ending

    def _types(self) -> bytes:
        if TYPES not in self:
            raise CannotPatchError(TYPES)
        return self[TYPES]

    def _add_type(self, line: str) -> None:
        xml = self._types()
        found = first(masked(xml), b"Types")
        if not found:
            raise CannotPatchError(TYPES)
        new = b"<" + found.prefix + line.encode()
        self.put(TYPES, changed(xml, [within(found, new)]))

    def _body(self, entry: zipfile.ZipInfo) -> bytes:
        """A part's bytes as they are packed."""
        at = entry.header_offset
        if entry.flag_bits & 1 or self._data[at : at + 4] != b"PK\3\4":
            raise CannotPatchError(entry.filename)
        *_, name, extra = LOCAL.unpack_from(self._data, at)
        start = at + LOCAL.size + name + extra
        return self._data[start : start + entry.compress_size]

    def _content(self, entry: zipfile.ZipInfo) -> bytes:
        body = self._body(entry)
        if entry.compress_type == _DEFLATED:
            try:
                body = zlib.decompressobj(-15).decompress(body, entry.file_size + 1)
            except zlib.error as error:
                raise CannotPatchError(entry.filename) from error
        if len(body) != entry.file_size or zlib.crc32(body) != entry.CRC:
            raise CannotPatchError(entry.filename)
        return body

    def _kept(self, entry: zipfile.ZipInfo) -> "_Packed":
        year, month, day, hour, minute, second = entry.date_time
        # As MS-DOS packs days and times: zip knows no other.
        date = (max(year, 1980) - 1980) << 9 | month << 5 | day
        time = hour << 11 | minute << 5 | second // 2
        method, body = entry.compress_type, self._body(entry)
        return _Packed(method, time, date, entry.CRC, entry.file_size, body, entry.external_attr)

    @staticmethod
    def _append(out: bytearray, lines: bytearray, name: bytes, packed: "_Packed") -> None:
        flags = 0 if name.isascii() else _UTF8_FLAG
        middle = (flags, packed.method, packed.time, packed.date, packed.crc, len(packed.body))
        sizes = (packed.size, len(name))
        start = len(out)
        out += LOCAL.pack(b"PK\3\4", _VERSION, *middle, *sizes, 0) + name + packed.body
        about = (0, 0, 0, 0, packed.external, start)
        lines += CENTRAL.pack(b"PK\1\2", _VERSION, _VERSION, *middle, *sizes, *about) + name


@dataclass(frozen=True, slots=True)
class _Packed:
    """A part ready for the zip: time and date as MS-DOS counts them."""

    method: int
    time: int
    date: int
    crc: int
    size: int
    body: bytes
    external: int = 0


def _fresh(content: bytes) -> _Packed:
    window, memory = (12, 4) if len(content) < _SMALL else (15, 8)  # little to set up for little
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, -window, memory)
    body = packer.compress(content) + packer.flush()
    return _Packed(_DEFLATED, 0, _FIRST_DAY, zlib.crc32(content), len(content), body)


def relations_of(part: str) -> str:
    """The part that holds the relations of a part."""
    folder, _, base = part.rpartition("/")
    return f"{folder}/_rels/{base}.rels" if folder else f"_rels/{base}.rels"
