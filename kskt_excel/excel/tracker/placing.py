"""Each piece of handwriting with the row that it belongs to; what has none any more is told."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from kskt_excel.excel.handwriting.nouns import (
    AddedColumn,
    HandBlock,
    HandRow,
    Handwriting,
    Loose,
)
from kskt_excel.excel.tracker.grid import ALTERNATIVE, OFFICE_HEADINGS, Block, Page

_NOTHING: Final = HandBlock()


@dataclass(frozen=True)
class Placed:
    """The handwriting of one block, by the place of its row in the block, from 0."""

    rows: Mapping[int, HandRow] = field(default_factory=dict)
    added: tuple[AddedColumn, ...] = ()
    block: HandBlock = _NOTHING


def place(
    pages: Sequence[Page], handwriting: Handwriting
) -> tuple[Mapping[tuple[str, str], Placed], tuple[Loose, ...]]:
    """The handwriting of every block, then what found no row in the order of the sheets."""
    placed: dict[tuple[str, str], Placed] = {}
    loose = list(handwriting.loose)
    waiting = dict(handwriting.blocks)
    for page in pages:
        for block in page.blocks:
            hand = waiting.pop((page.id, block.id), None)
            if hand is not None:
                rows, lost = _matched(block, hand)
                placed[page.id, block.id] = Placed(rows, _added(block, hand), hand)
                loose.extend(one for row in lost for one in _loose(page.name, row))
    for (name, _), hand in waiting.items():
        loose.extend(one for row in hand.rows for one in _loose(name, row))
    return placed, tuple(loose)


def _matched(block: Block, hand: HandBlock) -> tuple[dict[int, HandRow], list[HandRow]]:
    """Rows found by their key, else by what they can be known by when just one answers to it."""
    wanted = {row.key: row for row in hand.rows}
    found: dict[int, HandRow] = {}
    by_alternative: dict[str, list[int]] = {}
    for at, full in enumerate(block.keys() if wanted else ()):
        key, _, alternative = full.partition(ALTERNATIVE)
        if key in wanted:
            found[at] = wanted.pop(key)
        elif alternative:
            by_alternative.setdefault(alternative, []).append(at)
    lost = []
    for row_left in wanted.values():
        candidates = by_alternative.get(row_left.alternative, [])
        if row_left.alternative and len(candidates) == 1 and candidates[0] not in found:
            found[candidates[0]] = row_left
        else:
            lost.append(row_left)
    return found, lost


def _added(block: Block, hand: HandBlock) -> tuple[AddedColumn, ...]:
    """The office's own columns, under headings that the block does not use yet."""
    used = {one.heading.casefold() for one in block.columns}
    used |= {one.casefold() for one in OFFICE_HEADINGS if block.office}
    return tuple(one for one in hand.added if one.heading.casefold() not in used)


def _loose(sheet: str, row: HandRow) -> Iterator[Loose]:
    for heading, cell in (*row.cells.items(), *row.marks.items()):
        if cell.says_something:
            yield Loose(sheet, row.key, row.context, heading, cell)
