"""Chunks put where their marks stand in a package, everything packed copied as it is.

The parts are taken from XlsxWriter's package; a sheet with marks becomes the XML before a mark, the
chunk, the XML behind it, joined as one deflated stream whose CRC is put together from the pieces'.
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from kskt_excel.excel.tracker.chunks import LEVEL, Chunk, packed
from kskt_excel.model.errors import KsktError

_MARK: Final = re.compile(rb"\0(\d+)\0")
_SHEET: Final = re.compile(r"xl/worksheets/sheet\d+\.xml")
_VERSION: Final = 20
_FIRST_DAY: Final = 0x21  # 1 January 1980: no time of a run gets into the bytes
_LIMIT: Final = 0xFFFFFFFF
_MOST_PARTS: Final = 0xFFFF
_LOCAL: Final = struct.Struct("<4s5H3L2H")
_CENTRAL: Final = struct.Struct("<4s6H3L5H2L")
_END: Final = struct.Struct("<4s4H2LH")
_POLYNOMIAL: Final = 0xEDB88320
_TOP_BIT: Final = 1 << 31


class TooLargeError(KsktError):
    """A workbook of more than 4 GiB, or with a part of that size."""

    def __init__(self) -> None:
        super().__init__(
            "Bảng theo dõi lớn hơn 4 GB nên không lập được thành một tệp. Đề nghị chia các đơn vị"
            " ra nhiều thư mục làm việc."
        )


class Spliced(NamedTuple):
    """A package, and the CRC of the packed bytes of each part that is known to be whole."""

    data: bytes
    proven: Mapping[str, int]


def mark(number: int) -> str:
    """What stands in a sheet's XML where a chunk belongs; no text of a cell has such a letter."""
    return f"\0{number}\0"


def spliced(data: bytes, chunks: list[Chunk | None]) -> Spliced:
    """The package with chunks for the marks; each is let go when it has been copied.

    Raises TooLargeError.
    """
    target = _Target()
    proven: dict[str, int] = {}
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for info in package.infolist():
            content = package.read(info) if _SHEET.fullmatch(info.filename) else b""
            if b"\0" in content:
                proven[info.filename] = target.join(info.filename, content, chunks)
            else:
                target.copy(info, _stored(data, info))
    return Spliced(target.finished(), proven)


def is_whole(data: bytes, proven: Mapping[str, int]) -> bool:
    """Whether a package opens and every part of it is whole.

    A proven part was unpacked when it was made: of that its packed bytes must still be the same.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return all(_is_part_whole(package, data, one, proven) for one in package.infolist())
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError):
        return False


def _is_part_whole(
    package: zipfile.ZipFile, data: bytes, info: zipfile.ZipInfo, proven: Mapping[str, int]
) -> bool:
    if info.filename not in proven:
        package.read(info)
        return True
    package.open(info).close()  # its local header
    return zlib.crc32(_stored(data, info)) == proven[info.filename]


def _stored(data: bytes, info: zipfile.ZipInfo) -> memoryview:
    """The packed bytes of a part."""
    header = _LOCAL.unpack_from(data, info.header_offset)
    start = info.header_offset + _LOCAL.size + header[-2] + header[-1]
    return memoryview(data)[start : start + info.compress_size]


class _Target:
    """The new package under way."""

    def __init__(self) -> None:
        self._bytes = io.BytesIO()
        self._directory: list[bytes] = []

    def copy(self, info: zipfile.ZipInfo, stored: memoryview) -> None:
        """One more part as it is."""
        sizes = info.CRC, info.compress_size, info.file_size
        self._head(info.filename, info.compress_type, sizes)
        self._bytes.write(stored)

    def join(self, name: str, content: bytes, chunks: list[Chunk | None]) -> int:
        """One more part with chunks in it; gives the CRC of its packed bytes."""
        pieces = list(_pieces(content, chunks))
        crc = 0
        for one in pieces:
            crc = crc_joined(crc, one.crc, one.length)
        sizes = crc, sum(len(one.data) for one in pieces), sum(one.length for one in pieces)
        self._head(name, zipfile.ZIP_DEFLATED, sizes)
        seal = 0
        for one in _let_go(pieces):
            self._bytes.write(one.data)
            seal = zlib.crc32(one.data, seal)
        return seal

    def finished(self) -> bytes:
        """The package with its directory."""
        start, count = self._bytes.tell(), len(self._directory)
        directory = b"".join(self._directory)
        if start + len(directory) > _LIMIT or count > _MOST_PARTS:
            raise TooLargeError
        self._bytes.write(directory)
        self._bytes.write(_END.pack(b"PK\5\6", 0, 0, count, count, len(directory), start, 0))
        return self._bytes.getvalue()

    def _head(self, name: str, method: int, sizes: tuple[int, int, int]) -> None:
        at, named = self._bytes.tell(), name.encode()
        if max(at, *sizes) > _LIMIT:
            raise TooLargeError
        told = (_VERSION, 0, method, 0, _FIRST_DAY, *sizes, len(named), 0)
        self._bytes.write(_LOCAL.pack(b"PK\3\4", *told) + named)
        entry = _CENTRAL.pack(b"PK\1\2", _VERSION, *told, 0, 0, 0, 0, at)
        self._directory.append(entry + named)


def _pieces(content: bytes, chunks: list[Chunk | None]) -> Iterator[Chunk]:
    """The XML between the marks and the chunks for them; the last piece ends the stream."""
    *pairs, last = _MARK.split(content)
    for xml, number in zip(pairs[::2], pairs[1::2], strict=True):
        if xml:
            yield packed(xml)
        chunk, chunks[int(number)] = chunks[int(number)], None
        if chunk is not None:
            yield chunk
    ending = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    yield Chunk(ending.compress(last) + ending.flush(), zlib.crc32(last), len(last))


def _let_go(pieces: list[Chunk]) -> Iterable[Chunk]:
    """The pieces, none kept after its turn: a long sheet is not held twice."""
    pieces.reverse()
    while pieces:
        yield pieces.pop()


def crc_joined(first: int, second: int, length: int) -> int:
    """The CRC of two texts one behind the other, ``length`` being that of the second, in bytes.

    Source: zlib's crc32_combine: a CRC moves over n bytes by a product with x to the 8n-th.
    """
    return _product(_power(length), first) ^ second


@lru_cache(maxsize=64)
def _power(length: int) -> int:
    """The power of x by 8 times ``length``, from squares."""
    found, at = _TOP_BIT, 3
    while length:
        if length & 1:
            found = _product(_square(at), found)
        length, at = length >> 1, at + 1
    return found


@lru_cache(maxsize=64)
def _square(times: int) -> int:
    """The square of x taken so many times."""
    return _product(_square(times - 1), _square(times - 1)) if times else _TOP_BIT >> 1


def _product(one: int, other: int) -> int:
    """Product of two polynomials over GF(2) modulo that of the CRC; bits mirrored, as in a CRC."""
    found, bit = 0, _TOP_BIT
    while one:
        if one & bit:
            found ^= other
            one ^= bit
        bit >>= 1
        other = (other >> 1) ^ _POLYNOMIAL if other & 1 else other >> 1
    return found
