"""Letter size and column widths of a table, so that no word and no number is broken."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kskt_excel.excel.heights import text_width
from kskt_excel.excel.pages.nouns import INDENT_PX, text_height
from kskt_excel.excel.pages.shown import shown, words_of
from kskt_excel.report.content import Column, Row, Table

SIZES = (12, 11, 10, 9)  # points, the largest that fits is taken
LANDSCAPE_PX, PORTRAIT_PX = 890, 585  # what A4 holds between the margins, in Excel's pixels
_POINTS_A_PIXEL = 0.75
_SIDES_PX = 7  # free at the sides of a word
_LEAST_SHARE = 0.6  # of its own width: what a column of texts keeps
_SHORT = 14  # letters: a centred text as short as this stays on one line
_STEPS = 40
_WIDENED, _WIDENINGS = 1.25, 5  # by how much and how often a column with long texts grows


@dataclass(frozen=True, slots=True)
class Fitted:
    """Letter size in points and width of each column in pixels."""

    size: int
    widths: tuple[int, ...]


def fitted(table: Table, total: int, highest: float, most: int = SIZES[0]) -> Fitted:
    """The largest letters with which the table's words fit, and widths that sum to ``total``.

    A column whose texts would make a row higher than ``highest`` points takes room from the others.
    ``most`` is the largest size that is asked for.
    """
    for size in (size for size in SIZES if size <= most):
        least = least_widths(table, size)
        if sum(least) <= total:
            break
    wanted = [float(column.width) for column in table.columns]
    widths = _spread(least, wanted, total)
    for _ in range(_WIDENINGS):
        height, at = _highest_cell(table, widths, size)
        if height <= highest:
            break
        wanted[at] *= _WIDENED
        widths = _spread(least, wanted, total)
    return Fitted(size, widths)


def _highest_cell(table: Table, widths: Sequence[int], size: int) -> tuple[float, int]:
    """Height of the highest cell in points, and its column."""
    cells = (
        (text_height(value, widths[at] - _indent(table.columns[at]), size), at)
        for row in _full_rows(table)
        for at, cell in enumerate(row.cells)
        if isinstance(value := shown(cell), str) and cell.over == 1
    )
    return max(cells, default=(0.0, 0))


def least_width(table: Table) -> int:
    """Pixels that the table needs with its smallest letters."""
    return sum(least_widths(table, SIZES[-1]))


def least_widths(table: Table, size: int) -> list[int]:
    """Pixels that each column needs for its longest word or number."""
    rows = _full_rows(table)
    return [_least(column, at, rows, size) for at, column in enumerate(table.columns)]


def _full_rows(table: Table) -> list[Row]:
    return [row for row in table.rows if len(row.cells) == len(table.columns)]


def _least(column: Column, at: int, rows: Sequence[Row], size: int) -> int:
    head = max((_word_px(word, size, bold=True) for word in _head_words(column)), default=0.0)
    unbreakable = max((_word_px(word, size, bold=True) for word in _numbers(rows, at)), default=0.0)
    kept = column.width * size / SIZES[0] * _LEAST_SHARE if column.align == "left" else 0.0
    texts = max((_word_px(word, size) for word in _words(column, rows, at)), default=0.0)
    texts += _indent(column)
    return round(max(head, unbreakable, kept, min(texts, column.width)) + 0.5)


def _head_words(column: Column) -> Iterator[str]:
    yield from column.header[-1].split() if column.header else ()
    yield f"({column.number})"


def _numbers(rows: Sequence[Row], at: int) -> Iterator[str]:
    for row in rows:
        value = shown(row.cells[at])
        if not isinstance(value, str) and row.cells[at].over == 1:
            yield words_of(value)


def _words(column: Column, rows: Sequence[Row], at: int) -> Iterator[str]:
    for row in rows:
        value = shown(row.cells[at])
        if isinstance(value, str) and row.cells[at].over == 1:
            whole = column.align == "center" and len(value) <= _SHORT
            yield from [value] if whole else value.split()


def _indent(column: Column) -> int:
    return INDENT_PX if column.align == "left" else 0


def _word_px(word: str, size: int, *, bold: bool = False) -> float:
    return text_width(word, size, bold=bold) / _POINTS_A_PIXEL + _SIDES_PX


def _spread(least: Sequence[int], wanted: Sequence[float], total: int) -> tuple[int, ...]:
    """Widths in the wanted proportion, none under its least where that is possible."""
    if sum(least) > total:
        wanted, least = least, [1] * len(least)
    low, high = 0.0, total / min(wanted)
    for _ in range(_STEPS):
        scale = (low + high) / 2
        if sum(_scaled(least, wanted, scale)) > total:
            high = scale
        else:
            low = scale
    widths = _scaled(least, wanted, low)
    widest = widths.index(max(widths))
    widths[widest] += total - sum(widths)
    return tuple(widths)


def _scaled(least: Sequence[int], wanted: Sequence[float], scale: float) -> list[int]:
    return [max(at_least, int(want * scale)) for at_least, want in zip(least, wanted, strict=True)]
