"""Page breaks from row heights: what belongs together stays on one page."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from kskt_excel.excel.pages.nouns import Line

_PAPER_HEIGHT_MM = {True: 210, False: 297}
_MARGINS_MM = 40
_POINTS_A_MM = 72 / 25.4
_BODY = ("data", "section", "total")
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
    used, free = 0.0, page if last else page - heads
    for block in _blocks(lines):
        most = page if block[0] < last else page - heads
        for part in _fitting(lines, block, most) if len(block) > 1 else (block,):
            height = _height(lines, part)
            if used and used + height > free:
                starts.append(part[0])
                used, free = 0.0, page - heads if part[0] >= last else page
            used += height
    return starts[1:]


def _fitting(lines: Sequence[Line], block: list[int], most: float) -> list[list[int]]:
    """The block; where no page holds it: the head with one row, and the rest; else small parts."""
    if _height(lines, block) <= most:
        return [block]
    body = next((n for n, at in enumerate(block) if lines[at].part in _BODY), -1)
    halves = [half for half in (block[: body + 1], block[body + 1 :]) if half]
    if all(_height(lines, half) <= most for half in halves):
        return halves
    return list(_small_parts(lines, block))


def _small_parts(lines: Sequence[Line], block: list[int]) -> Iterator[list[int]]:
    """Single rows; the heads of a table stay with its first row, the signatures with themselves."""
    part: list[int] = []
    for at in block:
        before = lines[part[-1]].part if part else ""
        joined = before == "head" or before == lines[at].part == "signature"
        if part and not joined:
            yield part
            part = []
        part.append(at)
    yield part


def _height(lines: Sequence[Line], some: Sequence[int]) -> float:
    if len(some) == 1:  # most rows of a long page
        return lines[some[0]].height
    return sum(lines[at].height for at in some)


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
    return [*body[:-2], *(replace(line, keep=True) for line in body[-2:])]


def closed_at(lines: Sequence[Line], starts: Sequence[int]) -> list[Line]:
    """The rows with a line drawn where a page ends in the middle of one."""
    closed = list(lines)
    for at in starts:
        closed[at] = replace(closed[at], open_top=False)
        closed[at - 1] = replace(closed[at - 1], open_bottom=False)
    return closed
