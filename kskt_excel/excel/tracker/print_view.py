"""The view in which a sheet of the tracker is printed: one page wide on A4 across, at 8 points.

What is folded away on the screen is not printed: so the sheet as it opens is its own print view.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from kskt_excel.excel.book_writer import SCREEN_PADDING_PX, measured
from kskt_excel.excel.tracker.blocks import (
    ALWAYS_FOLDED,
    ColumnKind,
    SheetBlock,
    TrackerColumn,
    TrackerSheet,
)

LETTERS: Final = 11  # points, of heads and cells
_SMALLEST: Final = 8  # points on paper
_PAPER_MM: Final = 297 - 15 - 10  # A4 across, less the margins of a working paper
_PAPER_PIXEL_MM: Final = 0.7923 * 25.4 / 72  # printing makes columns wider than the screen does
_SPARE: Final = 0.97  # Excel and LibreOffice scale by whole percents, downwards
ROOM_PX: Final = int(_PAPER_MM / _PAPER_PIXEL_MM * LETTERS / _SMALLEST * _SPARE)
_HEAD_LINES: Final = 4  # heads stay in sight: with what is above, a third of a laptop's screen
_UNITS_A_PIXEL: Final = 1536  # advances that a pixel holds, times the size of the letters
_OFFICE_LEAST: Final = 96  # pixels: in less a direction has one or two words a line
_LEAST: Final[dict[ColumnKind, int]] = {
    "text": 84,
    "long": 160,
    "line": 44,
    "count": 44,
    "decimal": 48,
    "rate": 56,
    "state": 72,
    "verdict": 84,
}
"""Pixels that cells of a kind need; those that do not wrap need what is asked for them."""


def printed_view(page: TrackerSheet) -> TrackerSheet:
    """The sheet with columns as wide as the paper allows, the least needed folded where it must be.

    All blocks stand over the same columns, those of the main block decide; rows that are folded
    away themselves ask for nothing.
    """
    if not page.blocks:
        return page
    main = page.main_block
    stacked = _stacked(page)
    office = len(main.office_headings) if main.prints_office else 0
    folded = {at for at, _ in enumerate(main.columns) if _rank(stacked[at]) >= ALWAYS_FOLDED}
    printed = [at for at, one in enumerate(main.columns) if one.level == 0 and at not in folded]
    least = {at: _least_of(stacked[at], is_alone=bool(page.main)) for at in printed}
    while sum(least.values()) + office * _OFFICE_LEAST > ROOM_PX:
        last = max(least, key=lambda at: (_rank(stacked[at]), at))
        if not _rank(stacked[last]):
            break
        folded.add(last)
        del least[last]
    wanted = [(px, max(px, main.columns[at].width)) for at, px in least.items()]
    widths = _between([*wanted, *[(_OFFICE_LEAST, main.office_width)] * office], ROOM_PX)
    own = dict(zip(least, widths, strict=False))
    for_office = widths[-1] if office else main.office_width
    final = [(own.get(at, one.width), at in folded) for at, one in enumerate(main.columns)]
    blocks = tuple(_placed(one, final, for_office) for one in page.blocks)
    return replace(page, blocks=blocks)


def head_width(heading: str) -> int:
    """Pixels in which a heading takes no more lines than heads may have, no word of it broken."""
    words = measured(heading, bold=True)
    room = words.room_for(_HEAD_LINES) or words.longest
    return math.ceil(room * LETTERS / _UNITS_A_PIXEL) + SCREEN_PADDING_PX


def _stacked(page: TrackerSheet) -> list[list[TrackerColumn]]:
    """For each column of the main block: itself, those of other blocks in sight in its place."""
    main = page.main_block
    shown = [main, *(one for one in page.blocks if not one.level and one is not main)]
    return [
        [one.columns[at] for one in shown if at < len(one.columns)]
        for at in range(len(main.columns))
    ]


def _rank(columns: Sequence[TrackerColumn]) -> int:
    """How early the columns in one place are folded; 0 for never."""
    return min(one.fold for one in columns)


def _least_of(columns: Sequence[TrackerColumn], *, is_alone: bool) -> int:
    """Pixels that a place needs; blocks that are not printed can do with a little."""
    own, *others = map(_least, columns)
    most = _LEAST["text"] if is_alone else ROOM_PX
    return max(own, *(min(px, most) for px in others)) if others else own


def _least(column: TrackerColumn) -> int:
    by_kind = min(_LEAST.get(column.kind, column.width), column.width)
    return max(head_width(column.heading), by_kind, column.least)


def _between(widths: Sequence[tuple[int, int]], room: int) -> list[int]:
    """Widths between the least and the wanted ones that sum to the room at most."""
    least, wanted = sum(px for px, _ in widths), sum(px for _, px in widths)
    share = min(max((room - least) / (wanted - least), 0), 1) if wanted > least else 0
    return [low + int((high - low) * share) for low, high in widths]


def _placed(block: SheetBlock, final: Sequence[tuple[int, bool]], for_office: int) -> SheetBlock:
    """The block over the columns as they are."""
    columns = [
        replace(column, width=final[at][0], folded=final[at][1]) if at < len(final) else column
        for at, column in enumerate(block.columns)
    ]
    return replace(block, columns=tuple(columns), office_width=for_office)
