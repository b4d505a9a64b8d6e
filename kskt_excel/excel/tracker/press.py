"""The press that makes chunks of a block's rows, or takes those that were kept."""

import hashlib
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from kskt_excel import __version__
from kskt_excel.excel.tracker.chunks import LEVEL, Chunk
from kskt_excel.excel.tracker.grid import Block, Part, Table
from kskt_excel.excel.tracker.packers import Coming, Packers
from kskt_excel.excel.tracker.row_xml import Heights, RowXml

_LAYOUT: Final = 1  # raised whenever rows come out otherwise, so that older chunks are not read


class Kept(Protocol):
    """Where chunks are kept from one run to the next."""

    def get(self, name: str) -> bytes | None:
        """What was kept under a name; None when nothing was."""

    def put(self, name: str, value: bytes) -> None:
        """Keeps something under a name."""


@dataclass(frozen=True)
class Press:
    """Makes the chunks of a block."""

    xml: RowXml
    summed: Sequence[int]  # columns of the block, from 0
    heights: Callable[[Table], Heights]
    context: str  # everything but rows and place that a chunk depends on
    packers: Packers
    kept: Kept | None = None

    @classmethod
    def of(
        cls,
        block: Block,
        styles: Sequence[int],
        heights: Callable[[Table], Heights],
        packers: Packers,
        kept: Kept | None,
    ) -> "Press":
        """The press of a block whose cells have the styles given, from column A on."""
        summed = [at for at, one in enumerate(block.columns) if one.total]
        program = (_LAYOUT, __version__, LEVEL, zlib.ZLIB_RUNTIME_VERSION)
        context = repr((program, list(styles), block.level, block.is_long, block.columns))
        return cls(RowXml(styles, block.level), summed, heights, context, packers, kept)

    def part(self, first_row: int, part: Part) -> Chunk | Coming:
        """The chunk of a part; what is kept of it is not made again."""
        if self.kept is None or not part.content:
            return self.table(first_row, part.make())
        told = f"{self.context}\0{first_row}\0{part.count}\0".encode()
        name = hashlib.sha256(told + part.content).hexdigest()
        found = self.kept.get(name)
        if found is not None:
            return Chunk.of_kept(found)
        kept = self.kept
        return self.table(first_row, part.make(), then=lambda made: kept.put(name, made.kept()))

    def table(
        self, first_row: int, table: Table, then: Callable[[Chunk], None] = lambda _: None
    ) -> Coming:
        """The chunk of some rows, coming; ``then`` is done with it."""
        keys = [key or None for key in table.keys]
        xml = self.xml.rows(first_row, (keys, *table.columns), self.heights(table))
        sums = tuple(total(table.columns[at]) for at in self.summed)
        return self.packers.pack(xml, sums, then)


def total(values: Sequence[object]) -> float:
    """The sum of the numbers among the values."""
    return sum(one for one in values if one.__class__ is int or one.__class__ is float)
