"""Letter size and column widths of a table, so that no word and no number is broken."""

from collections.abc import Sequence
from dataclasses import dataclass

from kskt_excel.excel.heights import Words, advance, points, words
from kskt_excel.excel.pages.body import Body, Face
from kskt_excel.excel.pages.nouns import INDENT_PX, words_height
from kskt_excel.excel.pages.shown import words_of
from kskt_excel.report.content import Column, Table

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


@dataclass(frozen=True, slots=True)
class Need:
    """The longest words of a column, as advances; None where it has none of a kind."""

    column: Column
    head: int
    number: int | None
    text: int | None

    def px(self, size: int) -> int:
        """Pixels that the column needs, so that none of its words is broken."""
        own = self.column.width
        kept = own * size / SIZES[0] * _LEAST_SHARE if self.column.align == "left" else 0.0
        text = _word_px(self.text, size) + _indent(self.column)
        unbreakable = max(_word_px(self.head, size), _word_px(self.number, size))
        return round(max(unbreakable, kept, min(text, own)) + 0.5)


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table, measured once for all sizes of letters."""

    body: Body
    needs: tuple[Need, ...]

    @classmethod
    def of(cls, table: Table) -> "Columns":
        """The columns as the heads and rows of a table want them."""
        body = Body.of(table)
        numbers: list[int | None] = [None] * len(table.columns)
        texts = list(numbers)
        for face in body.faces:
            if face.alone:
                longest = texts if isinstance(face.value, str) else numbers
                found = _longest_word(face, table.columns[face.first])
                longest[face.first] = max(longest[face.first] or 0, found)
        measured = zip(table.columns, map(_head, table.columns), numbers, texts, strict=True)
        return cls(body, tuple(Need(*one) for one in measured))

    def least_widths(self, size: int) -> list[int]:
        """Pixels that each column needs for its longest word or number."""
        return [need.px(size) for need in self.needs]

    def least_width(self) -> int:
        """Pixels that the table needs with its smallest letters."""
        return sum(self.least_widths(SIZES[-1]))

    def fitted(self, total: int, highest: float, most: int = SIZES[0]) -> Fitted:
        """The largest letters with which the words fit, and widths that sum to ``total``.

        A column whose texts would make a row higher than ``highest`` points takes room from the
        others. ``most`` is the largest size that is asked for.
        """
        for size in (size for size in SIZES if size <= most):
            least = self.least_widths(size)
            if sum(least) <= total:
                break
        wanted = [float(need.column.width) for need in self.needs]
        widths = _spread(least, wanted, total)
        for _ in range(_WIDENINGS):
            height, at = self._highest_cell(widths, size)
            if height <= highest:
                break
            wanted[at] *= _WIDENED
            widths = _spread(least, wanted, total)
        return Fitted(size, widths)

    def _highest_cell(self, widths: Sequence[int], size: int) -> tuple[float, int]:
        """Height of the highest text in points, and its column."""
        rooms = [
            width - _indent(need.column) for width, need in zip(widths, self.needs, strict=True)
        ]
        return max(
            (
                (words_height(_in_plain_letters(face), rooms[face.first], size), face.first)
                for face in self.body.faces
                if face.alone and isinstance(face.value, str)
            ),
            default=(0.0, 0),
        )


def _longest_word(face: Face, column: Column) -> int:
    """Advance of the longest word, or of a text that stays on one line; numbers are bold."""
    shown = words_of(face.value)
    if not isinstance(face.value, str):
        return advance(shown, bold=True)
    if column.align == "center" and len(shown) <= _SHORT:
        return advance(shown)
    return max(max(words, default=0) for words in _in_plain_letters(face).paragraphs)


def _in_plain_letters(face: Face) -> Words:
    """The words of a face; in a total they count as if they were not bold."""
    return words(words_of(face.value)) if face.bold else face.words


def _head(column: Column) -> int:
    """Advance of the longest word over the column's figures."""
    own = column.header[-1].split() if column.header else ()
    return max(advance(word, bold=True) for word in (*own, f"({column.number})"))


def _indent(column: Column) -> int:
    return INDENT_PX if column.align == "left" else 0


def _word_px(advance: int | None, size: int) -> float:
    return 0.0 if advance is None else points(advance, size) / _POINTS_A_PIXEL + _SIDES_PX


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
