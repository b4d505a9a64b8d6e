"""Page breaks from row heights: what belongs together stays on one page."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from kskt_excel.excel.pages.nouns import Line

_PAPER_HEIGHT_MM = {True: 210, False: 297}
_MARGINS_MM = 40
_POINTS_A_MM = 72 / 25.4
_SLACK = 8.0  # points: printers round rows to their own dots


def room(*, landscape: bool) -> float:
    """Points of height between the margins of an A4 page."""
    return (_PAPER_HEIGHT_MM[landscape] - _MARGINS_MM) * _POINTS_A_MM - _SLACK


def page_starts(
    lines: Sequence[Line], page: float, repeated: tuple[int, int] | None = None
) -> list[int]:
    """Which rows (from 0) begin a new page, in order; the first page is not among them.

    ``page`` is the height of a page; ``repeated``, the first and last row (from 1) of the heads
    that stand again on each later page, takes its share of it.
    """
    first, last = repeated or (1, 0)
    heads = sum(line.height for line in lines[first - 1 : last])
    starts = [0]
    used = 0.0

    def free() -> float:
        return page - heads if starts[-1] >= last else page

    for block in _blocks(lines):
        height = sum(lines[at].height for at in block)
        parts = [block] if height <= page - heads else [[at] for at in block]
        for part in parts:
            height = sum(lines[at].height for at in part)
            if used and used + height > free():
                starts.append(part[0])
                used = 0.0
            used += height
    return starts[1:]


def _blocks(lines: Sequence[Line]) -> Iterator[list[int]]:
    """Rows that must stay on one page, in order."""
    block: list[int] = []
    for at, line in enumerate(lines):
        block.append(at)
        if not line.keep:
            yield block
            block = []
    if block:
        yield block


def keep_end_together(body: Sequence[Line]) -> list[Line]:
    """The rows of the last table with its last two held to what follows them."""
    return [
        replace(line, keep=True) if at >= len(body) - 2 else line for at, line in enumerate(body)
    ]


def closed_at(lines: Sequence[Line], starts: Sequence[int]) -> list[Line]:
    """The rows with a line drawn where a page ends in the middle of one."""
    closed = list(lines)
    for at in starts:
        closed[at] = replace(closed[at], open_top=False)
        closed[at - 1] = replace(closed[at - 1], open_bottom=False)
    return closed
