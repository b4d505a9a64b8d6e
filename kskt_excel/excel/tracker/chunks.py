"""Rows of a block packed for themselves: made once, kept, and put into the tracker as they are."""

import hashlib
import json
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol

from kskt_excel import __version__
from kskt_excel.excel.tracker.grid import Block, Part, Table
from kskt_excel.excel.tracker.row_xml import Heights, RowXml
from kskt_excel.model.errors import KsktError

LEVEL: Final = 6  # of compression: 5 is a tenth quicker and makes files a twentieth larger
_LAYOUT: Final = 1  # raised whenever rows come out otherwise, so that older chunks are not read
_RAW: Final = -zlib.MAX_WBITS


class Kept(Protocol):
    """Where chunks are kept from one run to the next."""

    def get(self, name: str) -> bytes | None:
        """What was kept under a name; None when nothing was."""

    def put(self, name: str, value: bytes) -> None:
        """Keeps something under a name."""


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


@dataclass(frozen=True)
class Press:
    """Makes the chunks of a block."""

    xml: RowXml
    summed: Sequence[int]  # columns of the block, from 0
    heights: Callable[[Table], Heights]
    context: str  # everything but rows and place that a chunk depends on
    kept: Kept | None = None

    @classmethod
    def of(
        cls,
        block: Block,
        styles: Sequence[int],
        heights: Callable[[Table], Heights],
        kept: Kept | None,
    ) -> "Press":
        """The press of a block whose cells have the styles given, from column A on."""
        summed = [at for at, one in enumerate(block.columns) if one.total]
        program = (_LAYOUT, __version__, LEVEL, zlib.ZLIB_RUNTIME_VERSION)
        context = repr((program, list(styles), block.level, block.is_long, block.columns))
        return cls(RowXml(styles, block.level), summed, heights, context, kept)

    def part(self, first_row: int, part: Part) -> Chunk:
        """The chunk of a part; what is kept of it is not made again."""
        if self.kept is None or not part.content:
            return self.table(first_row, part.make())
        told = f"{self.context}\0{first_row}\0{part.count}\0".encode()
        name = hashlib.sha256(told + part.content).hexdigest()
        found = self.kept.get(name)
        if found is not None:
            return Chunk.of_kept(found)
        made = self.table(first_row, part.make())
        self.kept.put(name, made.kept())
        return made

    def table(self, first_row: int, table: Table) -> Chunk:
        """The chunk of some rows."""
        keys = [key or None for key in table.keys]
        xml = self.xml.rows(first_row, (keys, *table.columns), self.heights(table))
        return packed(xml, tuple(total(table.columns[at]) for at in self.summed))


def total(values: Sequence[object]) -> float:
    """The sum of the numbers among the values."""
    return sum(one for one in values if one.__class__ is int or one.__class__ is float)
