"""What writing a page of the tracker needs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from kskt_excel.excel.tracker.chunks import Chunk
from kskt_excel.excel.tracker.grid import Block, Page
from kskt_excel.excel.tracker.packers import Coming, Packers
from kskt_excel.excel.tracker.placing import Placed
from kskt_excel.excel.tracker.press import Kept
from kskt_excel.excel.writing import BookWriter

_NOTHING: Final = Placed()


@dataclass(frozen=True)
class Pen:
    """The workbook, the year, the handwriting by block id, the chunks to be put in at the end."""

    book: BookWriter
    year: int
    hand: Mapping[tuple[str, str], Placed]
    packers: Packers
    kept: Kept | None = None
    chunks: list[Chunk | Coming] = field(default_factory=list)

    def placed(self, page: Page, block: Block) -> Placed:
        """The handwriting of a block."""
        return self.hand.get((page.id, block.id), _NOTHING)
