"""A zip package whose parts are changed one by one: the others keep their very bytes."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kskt_excel.excel.marking import tags
from kskt_excel.excel.marking.tags import CannotPatchError, Change
from kskt_excel.excel.reading.archive import fold
from kskt_excel.excel.reading.package import Package, Relation

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_STORED, _DEFLATED = 0, 8
_UTF8_FLAG = 0x800
_FIRST_DAY = 0x21  # 1980-01-01, so that two runs give equal bytes
_VERSION = 20
_MOST_ENTRIES, _MOST_BYTES = 0xFFFF, 0x7FFFFFFF
_LEVEL = 4  # a fifth of the time of level 6 for a twentieth more bytes
_SMALL = 4096
_BEGINNING = 16_384
TYPES = "[Content_Types].xml"
_RELATIONS = b"http://schemas.openxmlformats.org/package/2006/relationships"
RELATION_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_NO_RELATIONS = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<Relationships xmlns="' + _RELATIONS + b'"></Relationships>'
)


class Parts(Mapping[str, bytes]):
    """Parts of a package by folded name; unpacked when asked for, packed again when changed."""

    def __init__(self, data: bytes) -> None:
        """Raises CannotPatchError when the package is damaged."""
        self._data = data
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as package:
                entries = package.infolist()
        except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
            raise CannotPatchError("zip") from error
        self._entries = {fold(entry.filename): entry for entry in entries}
        if len(self._entries) != len(entries) or len(data) > _MOST_BYTES:
            raise CannotPatchError("zip")
        self._unpacked: dict[str, bytes] = {}
        self._changed: dict[str, bytes] = {}
        self._removed: set[str] = set()
        self._added: dict[str, str] = {}  # folded -> as written
        self._package = Package(self)
        self._relations: dict[str, dict[str, Relation]] = {}

    def __getitem__(self, name: str) -> bytes:
        """Content of a part. Raises KeyError when there is none."""
        name = fold(name)
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
        known = isinstance(name, str) and fold(name)
        return known in self._added or (known in self._entries and known not in self._removed)

    def beginning(self, name: str) -> bytes:
        """The first kilobytes of a part: all of it where it has been unpacked already."""
        folded = fold(name)
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
        folded = fold(name)
        entry = self._entries.get(folded)
        return self._added.get(folded) or (entry.filename if entry else name)

    def put(self, name: str, content: bytes) -> None:
        """Changes a part or adds it; the same content changes nothing."""
        folded = fold(name)
        if folded in self and self[folded] == content:
            return
        if folded not in self._entries or folded in self._removed:
            self._added.setdefault(folded, name)
        self._changed[folded] = content
        self._forget(folded)

    def remove(self, name: str) -> None:
        """Takes a part out."""
        folded = fold(name)
        self._changed.pop(folded, None)
        self._added.pop(folded, None)
        if folded in self._entries:
            self._removed.add(folded)
        self._forget(folded)

    def _forget(self, name: str) -> None:
        """What was understood of the skeleton before one of its parts changed."""
        self._relations.pop(name, None)
        workbook = self._package.workbook
        if name in (workbook, fold(relations_of(workbook)), relations_of("")):
            self._package = Package(self)

    def free_name(self, stem: str, ending: str) -> str:
        """A part's name that is not taken: ``xl/comments7.xml``."""
        number = next(n for n in range(1, _MOST_ENTRIES) if f"{stem}{n}{ending}" not in self)
        return f"{stem}{number}{ending}"

    def relate(self, part: str, kind: str, target: str) -> str:
        """Adds a relation of a part to another one; gives its id."""
        name = relations_of(self.spelling(part).replace("\\", "/"))
        xml = self.get(name, _NO_RELATIONS)
        plain = tags.masked(xml)
        found = tags.first(plain, b"Relationships")
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
        self.put(name, tags.changed(xml, [tags.within(found, line.encode())]))
        return id_

    def unrelate(self, part: str, id_: str) -> None:
        """Takes a relation out."""
        name = relations_of(part)
        xml = self[name]
        gone = [
            Change(one.start, one.end, b"")
            for one in tags.elements(tags.masked(xml), b"Relationship")
            if tags.attribute(one.attributes, b"Id") == id_.encode()
        ]
        self.put(name, tags.changed(xml, gone))

    def relations(self, part: str) -> Mapping[str, Relation]:
        """Relations of a part by id."""
        held_in = fold(relations_of(part).replace("\\", "/"))
        if held_in not in self._relations:
            self._relations[held_in] = self._package.relations(fold(part))
        return self._relations[held_in]

    def relation(self, part: str, kind: str) -> tuple[str, Relation] | None:
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
        for one in tags.tags(tags.masked(self._types()), b"Default"):
            if (tags.attribute(one.attributes, b"Extension") or b"").lower() == ending.encode():
                return
        self._add_type(f'Default Extension="{ending}" ContentType="{content_type}"/>')

    def withdraw(self, part: str) -> None:
        """Takes a part out with what is said of it."""
        self.remove(part)
        xml = self._types()
        wanted = fold(f"/{part}").encode()
        gone = [
            Change(one.start, one.end, b"")
            for one in tags.elements(tags.masked(xml), b"Override")
            if (tags.attribute(one.attributes, b"PartName") or b"").lower() == wanted
        ]
        self.put(TYPES, tags.changed(xml, gone))

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
        ending = _END.pack(b"PK\5\6", 0, 0, count, count, len(lines), len(out), 0)
        return bytes(out) + bytes(lines) + ending

    def _types(self) -> bytes:
        if TYPES not in self:
            raise CannotPatchError(TYPES)
        return self[TYPES]

    def _add_type(self, line: str) -> None:
        xml = self._types()
        found = tags.first(tags.masked(xml), b"Types")
        if not found:
            raise CannotPatchError(TYPES)
        new = b"<" + found.prefix + line.encode()
        self.put(TYPES, tags.changed(xml, [tags.within(found, new)]))

    def _body(self, entry: zipfile.ZipInfo) -> bytes:
        """A part's bytes as they are packed."""
        at = entry.header_offset
        if entry.flag_bits & 1 or self._data[at : at + 4] != b"PK\3\4":
            raise CannotPatchError(entry.filename)
        *_, name, extra = _LOCAL.unpack_from(self._data, at)
        start = at + _LOCAL.size + name + extra
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
        out += _LOCAL.pack(b"PK\3\4", _VERSION, *middle, *sizes, 0) + name + packed.body
        about = (0, 0, 0, 0, packed.external, start)
        lines += _CENTRAL.pack(b"PK\1\2", _VERSION, _VERSION, *middle, *sizes, *about) + name


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
