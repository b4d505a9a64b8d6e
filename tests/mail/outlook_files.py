"""Outlook mail files (.msg) made for tests: a compound file with the streams that matter."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias, Union

Tree: TypeAlias = Mapping[str, Union[bytes, "Tree"]]
_SECTOR, _SMALL_SECTOR, _SMALL = 512, 64, 4096
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_UNICODE, _BINARY, _LONG = 0x001F, 0x0102, 0x0003


def outlook_mail(
    attachments: Mapping[str, bytes] | None = None,
    *,
    headers: str = "",
    subject: str = "Báo cáo quý I",
    inside: Tree | None = None,
    picture: bytes = b"",
) -> bytes:
    """A .msg with attachments by name, perhaps a mail inside it and a picture of its text."""
    return compound(mail_tree(attachments or {}, headers, subject, inside, picture))


def mail_tree(
    attachments: Mapping[str, bytes],
    headers: str = "",
    subject: str = "",
    inside: Tree | None = None,
    picture: bytes = b"",
) -> Tree:
    files: list[Tree] = [
        _storage(bytes(8), {0x3701: content, 0x3707: name, 0x3705: 1})
        for name, content in attachments.items()
    ]
    if picture:
        shown = {0x3701: picture, 0x3707: "image001.png", 0x370E: "image/png", 0x3712: "img1"}
        files.append(_storage(bytes(8), shown))
    if inside:
        files.append({**_storage(bytes(8), {0x3705: 5}), "__substg1.0_3701000D": inside})
    header = struct.pack("<8x4I8x", 0, len(files), 0, len(files))
    root = _storage(header, {0x001A: "IPM.Note", 0x0037: subject, 0x007D: headers})
    named = {f"__attach_version1.0_#{n:08X}": file for n, file in enumerate(files)}
    return {**root, **named}


def _storage(header: bytes, values: Mapping[int, str | bytes | int]) -> Tree:
    streams: dict[str, bytes | Tree] = {}
    rows = header
    for pid, value in values.items():
        if isinstance(value, int):
            rows += struct.pack("<HHIII", _LONG, pid, 6, value, 0)
            continue
        kind = _BINARY if isinstance(value, bytes) else _UNICODE
        content = value if isinstance(value, bytes) else value.encode("utf-16-le")
        rows += struct.pack("<HHIII", kind, pid, 6, len(content), 0)
        streams[f"__substg1.0_{pid:04X}{kind:04X}"] = content
    return {"__properties_version1.0": rows, **streams}


@dataclass
class _Entry:
    """A storage or stream of the directory, its neighbours by number."""

    name: str
    kind: int  # 1 storage, 2 stream, 5 root
    content: bytes = b""
    right: int = _FREE
    child: int = _FREE


def compound(tree: Tree) -> bytes:
    """A compound file (CFB) of storages and streams; small streams share the root's own."""
    entries = [_Entry("Root Entry", 5)]
    _add(entries, 0, tree)
    file = _File()
    starts = {n: file.stored(e.content) for n, e in enumerate(entries) if n and e.content}
    entries[0].content = b"".join(file.small)
    starts[0] = file.stored_large(entries[0].content)
    rows = b"".join(_row(entry, starts.get(n, _END)) for n, entry in enumerate(entries))
    directory = file.stored_large(rows)
    table = struct.pack(f"<{len(file.small)}I", *_links(file.small_chains, len(file.small)))
    return file.whole(directory, file.stored_large(table), -(-len(table) // _SECTOR))


def _add(entries: list[_Entry], parent: int, tree: Tree) -> None:
    """Adds the children of a storage: a chain to the right, in the format's order of names."""
    before = None
    for name in sorted(tree, key=lambda name: (len(name), name.upper())):
        value, number = tree[name], len(entries)
        is_stream = isinstance(value, bytes)
        entries.append(_Entry(name, 2, value) if is_stream else _Entry(name, 1))
        if before is None:
            entries[parent].child = number
        else:
            entries[before].right = number
        before = number
        if not is_stream:
            _add(entries, number, value)


def _row(entry: _Entry, start: int) -> bytes:
    raw = (entry.name + "\0").encode("utf-16-le")
    return struct.pack(
        "<64sHBBIII16sI16sIQ",
        raw, len(raw), entry.kind, 1, _FREE, entry.right, entry.child,
        bytes(16), 0, bytes(16), start, len(entry.content),
    )  # fmt: skip


def _links(chains: list[range], count: int) -> list[int]:
    """For each sector the next one of its chain."""
    links = [_FREE] * count
    for chain in chains:
        for here in chain:
            links[here] = here + 1 if here + 1 in chain else _END
    return links


class _File:
    """Sectors of 512 bytes, small ones of 64 inside the root's stream, and their chains."""

    def __init__(self) -> None:
        self.large: list[bytes] = []
        self.large_chains: list[range] = []
        self.small: list[bytes] = []
        self.small_chains: list[range] = []

    def stored(self, data: bytes) -> int:
        if len(data) < _SMALL:
            return _cut(data, _SMALL_SECTOR, self.small, self.small_chains)
        return self.stored_large(data)

    def stored_large(self, data: bytes) -> int:
        return _cut(data, _SECTOR, self.large, self.large_chains)

    def whole(self, directory: int, small_table: int, small_tables: int) -> bytes:
        tables = 1
        while tables * (_SECTOR // 4) < len(self.large) + tables:
            tables += 1
        links = _links(self.large_chains, tables * (_SECTOR // 4))
        places = range(len(self.large), len(self.large) + tables)
        for place in places:
            links[place] = _FAT
        header = struct.pack(
            "<8s16sHHHHH6xIIIIIIIII",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", bytes(16), 0x3E, 3, 0xFFFE, 9, 6,
            0, tables, directory, 0, _SMALL, small_table, small_tables, _END, 0,
        )  # fmt: skip
        difat = struct.pack("<109I", *places, *[_FREE] * (109 - tables))
        return header + difat + b"".join(self.large) + struct.pack(f"<{len(links)}I", *links)


def _cut(data: bytes, size: int, sectors: list[bytes], chains: list[range]) -> int:
    """Number of the first of the sectors that now hold ``data``."""
    first = len(sectors)
    sectors.extend(data[at : at + size].ljust(size, b"\0") for at in range(0, len(data), size))
    chains.append(range(first, len(sectors)))
    return first
