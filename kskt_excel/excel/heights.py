"""Row heights estimated by the advance widths of Times New Roman.

Excel grows no merged row and LibreOffice grows none on opening: who prints must set heights. The
widths are those of the font in 1/2048 em; an accent never changes them, the horn of ơ and ư does.
"""

import math
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final, NamedTuple

_EM: Final = 2048
_PADDING_PX: Final = 10  # what a cell keeps free at its sides
_POINTS_A_PIXEL: Final = 0.75
_SPARE_POINTS: Final = 3.0
_HIGHEST_ROW: Final = 409.0  # Excel's own limit
_LINE: Final = {9: 12.75, 10: 13.5, 11: 15.0, 12: 15.75, 13: 16.5, 14: 18.75}
_USUAL, _FULL = 1024, 2048
_REMEMBERED: Final = 8192  # texts: names of procedures and words come again in every report

_REGULAR: Final = (
    (512, " .,"),
    (1024, "0123456789bdghknopquvxyđ–"),
    (909, "acez“”"),
    (682, "frI-()"),
    (569, "ijlt/:;"),
    (1593, "m&"),
    (797, "sJ"),
    (1479, "wADGHKNOQUVXYĐƠ"),
    (1366, "BCR"),
    (1251, "ELTZ"),
    (1139, "FPS"),
    (1821, "M"),
    (1933, "W"),
    (1706, "%"),
    (836, '"'),
    (369, "'"),
    (2048, "…"),
    (1083, "ơ"),
    (1110, "ư"),
    (1589, "Ư"),
)
_BOLD: Final = (
    (1024, "aJ“”"),
    (1139, "bdhknpquđS"),
    (682, "jt;:"),
    (1706, "m&"),
    (909, "r"),
    (1479, "CR"),
    (1366, "ELTZ"),
    (1251, "FP"),
    (1593, "GHKOQƠ"),
    (797, "I"),
    (1933, "M"),
    (2048, "W%"),
    (1134, "ơ"),
    (1229, "ư"),
    (1630, "Ư"),
)


@dataclass(frozen=True, slots=True)
class HeightCell:
    """A cell that may make its row higher: its text and the width it has."""

    text: str
    width_px: int
    size: int = 12
    bold: bool = False


class Measured(NamedTuple):
    """A text measured once, for any width and any size of letters: its advances."""

    paragraphs: tuple[tuple[int, ...], ...]  # of each word
    longest: int  # of the longest paragraph, the spaces among its words counted
    space: int


@lru_cache(maxsize=_REMEMBERED)
def advance(text: str, *, bold: bool = False) -> int:
    """Width of one line of text in 1/2048 of the size of its letters, whatever that is."""
    return sum(_advance(letter, bold) for letter in text)


def text_width(text: str, size: float = 12, *, bold: bool = False) -> float:
    """Width of one line of text, in points."""
    return points(advance(text, bold=bold), size)


def points(advance: float, size: float) -> float:
    """What letters of a size make of an advance."""
    return advance * size / _EM


@lru_cache(maxsize=_REMEMBERED)
def measured(text: str, *, bold: bool = False) -> Measured:
    """The text as its lines are reckoned."""
    paragraphs = [
        tuple([advance(word, bold=bold) for word in paragraph.split()])
        for paragraph in text.split("\n")
    ]
    space = advance(" ", bold=bold)
    longest = max(sum(advances) + space * len(advances) for advances in paragraphs)
    return Measured(tuple(paragraphs), longest, space)


@lru_cache(maxsize=_REMEMBERED)
def line_count(text: str, width_px: float, size: float = 12, *, bold: bool = False) -> int:
    """How many lines a text takes in a wrapped column of ``width_px`` pixels; at least 1."""
    if len(text) * size <= _room(width_px, size) and "\n" not in text:
        return 1  # no letter is wider than it is high
    return lines_of(measured(text, bold=bold), width_px, size)


def lines_of(words: Measured, width_px: float, size: float = 12) -> int:
    """How many lines a measured text takes; see ``lines``."""
    room = _room(width_px, size)
    if points(words.longest, size) <= room:
        return len(words.paragraphs)  # most cells
    space = points(words.space, size)
    return sum(_wrapped(paragraph, room, size, space) for paragraph in words.paragraphs)


def line_slices(
    text: str, width_px: float, size: float = 12, *, bold: bool = False
) -> tuple[str, ...]:
    """The text cut into the lines it takes in a wrapped column; joined they are the text again."""
    room = _room(width_px, size)
    slices: list[str] = []
    start = split = 0  # where the line begins, and where it may end: after its last space
    used = used_to_split = 0.0
    for at, letter in enumerate(text):
        width = _advance(letter, bold) * size / _EM
        # twice where a word goes down a line and is still too long for it
        while letter not in " \n" and used + width > room and at > start:
            cut = split if split > start else at
            slices.append(text[start:cut])
            used -= used_to_split if cut == split else used
            start, used_to_split = cut, 0.0
        used += width
        if letter in " \n":
            split, used_to_split = at + 1, used
        if letter == "\n":
            slices.append(text[start:split])
            start, used, used_to_split = split, 0.0, 0.0
    return (*slices, text[start:])


def row_height(cells: Iterable[HeightCell], least: float = 0.0) -> float:
    """Height of a row that shows all of its cells, in points; 409 at most, as Excel allows."""
    highest = max(map(_cell_height, cells), default=0.0)
    return min(max(highest, least), _HIGHEST_ROW)


@cache
def line_height(size: float) -> float:
    """Height of one line, in points."""
    return _LINE.get(int(size), math.ceil(size * 1.35 * 4) / 4)


def _cell_height(cell: HeightCell) -> float:
    count = line_count(cell.text, cell.width_px, cell.size, bold=cell.bold)
    return count * line_height(cell.size) + _SPARE_POINTS


def _room(width_px: float, size: float) -> float:
    """Points that a column has for its text; at least one letter."""
    return max((width_px - _PADDING_PX) * _POINTS_A_PIXEL, size)


def _wrapped(advances: Sequence[int], room: float, size: float, space: float) -> int:
    """Lines of one paragraph, broken at spaces; a word that is too long is broken anywhere."""
    count, used = 1, 0.0
    for one in advances:
        width = points(one, size)
        if used and used + space + width > room:
            count, used = count + 1, 0.0
        whole_lines = math.ceil(width / room) - 1 if width > room else 0
        count += whole_lines
        used += (space if used else 0.0) + width - whole_lines * room
    return count


@cache
def _table(*, bold: bool) -> dict[str, int]:
    rows = (*_REGULAR, *_BOLD) if bold else _REGULAR
    return {letter: width for width, letters in rows for letter in letters}


@cache
def _advance(letter: str, bold: bool) -> int:  # noqa: FBT001  # a cache wants it positional
    table = _table(bold=bold)
    while letter not in table:
        base = unicodedata.decomposition(letter).partition(" ")[0]
        if not base or base.startswith("<"):
            return _unlisted(letter)
        letter = chr(int(base, 16))
    return table[letter]


def _unlisted(letter: str) -> int:
    if unicodedata.category(letter) in ("Mn", "Cf", "Cc"):
        return 0
    return _FULL if unicodedata.east_asian_width(letter) in ("W", "F") else _USUAL
