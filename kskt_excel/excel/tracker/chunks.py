"""Rows of a block packed for themselves: made once, kept, and put into the tracker as they are."""

import json
import zlib
from typing import Final, NamedTuple

from kskt_excel.model.errors import KsktError

LEVEL: Final = 6  # of compression: 5 is a tenth quicker and makes files a twentieth larger
_RAW: Final = -zlib.MAX_WBITS


class WronglyPackedError(KsktError):
    """Rows that do not come out again as they were packed: a fault of the machine."""

    def __init__(self) -> None:
        super().__init__(
            "Số liệu của bảng theo dõi vừa nén không mở lại được như cũ nên chưa lập bảng mới."
            " Đề nghị chạy lại; nếu vẫn thế, hãy kiểm tra bộ nhớ của máy."
        )


class Chunk(NamedTuple):
    """Rows as deflated XML to which another chunk can be joined."""

    data: bytes
    crc: int  # of the XML
    length: int
    sums: tuple[float, ...] = ()  # of the columns that are summed

    def chunk(self) -> "Chunk":
        """Itself: it is there already."""
        return self

    def kept(self) -> bytes:
        """The chunk as it is kept."""
        return json.dumps([self.crc, self.length, self.sums]).encode() + b"\n" + self.data

    @classmethod
    def of_kept(cls, kept: bytes) -> "Chunk":
        """The chunk again."""
        told, _, data = kept.partition(b"\n")
        crc, length, sums = json.loads(told)
        return cls(data, crc, length, tuple(sums))


def packed(xml: bytes, sums: tuple[float, ...] = ()) -> Chunk:
    """A chunk of XML, tried at once. Raises WronglyPackedError."""
    packing = zlib.compressobj(LEVEL, zlib.DEFLATED, _RAW)
    data = packing.compress(xml) + packing.flush(zlib.Z_FULL_FLUSH)
    if unpacked(data) != xml:
        raise WronglyPackedError
    return Chunk(data, zlib.crc32(xml), len(xml), sums)


def unpacked(data: bytes) -> bytes:
    """The XML of a chunk's bytes. Raises zlib.error."""
    return zlib.decompressobj(_RAW).decompress(data)
