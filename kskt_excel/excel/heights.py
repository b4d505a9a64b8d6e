"""Row heights estimated by the advance widths of Times New Roman.

Excel grows no merged row and LibreOffice grows none on opening: who prints must set heights. The
widths are those of the font in 1/2048 em; an accent never changes them, the horn of ơ and ư does.
"""

import math
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from kskt_excel.model.nouns import dataclass

_EM: Final = 2048  # units of the font's design square: all widths below are in them
SCREEN_PADDING_PX: Final = 10  # what a cell keeps free at its sides where people type
INDENT_PX: Final = 9  # what one step of indentation takes of a cell, at its left
POINTS_A_PIXEL: Final = 0.75  # an inch has 72 points and 96 pixels
_BLANK: Final = 512  # width of a blank in Times New Roman
_BLANKS: Final = " \t"  # a line may end at them; at a no-break space it may not
_SPARE_POINTS: Final = 3.0  # with them LibreOffice cut 1 of 333 texts of law, without 10
HIGHEST_ROW: Final = 409.0  # Excel's own limit
_LINE: Final = {9: 12.75, 10: 13.5, 11: 15.0, 12: 15.75, 13: 16.5, 14: 18.75}  # Excel's own
_LEAST_LINE: Final = {14: 16.25, 13: 15.0, 12: 13.9, 11.5: 13.25, 11: 12.75, 10.5: 12.15, 10: 11.6}
_OTHER_LINE: Final = 1.17  # of the size
_USUAL, _FULL = 1024, 2048
_REMEMBERED: Final = 8192  # texts: names of procedures and words come again in every report

_REGULAR: Final = (
    (512, " .,\u00a0"),
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


class Measured:
    """A text measured once, for any width and any size of letters.

    Rooms and widths are advances: 1/2048 of the size of the letters, whatever that is.
    """

    __slots__ = ("_paragraphs", "_rooms", "bold", "longest", "longest_word", "text")

    def __init__(self, text: str, *, bold: bool) -> None:
        self.text = text
        self.bold = bold
        self._paragraphs = [_Words.of(one, bold) for one in text.split("\n")]
        self.longest = max([words.whole for words in self._paragraphs])
        self.longest_word = max([words.longest for words in self._paragraphs])
        self._rooms: dict[int, int] = {}

    @property
    def several(self) -> bool:
        """Whether the text may take more than one line without a word being broken."""
        return len(self._paragraphs) > 1 or self.longest > self.longest_word

    def lines(self, room: float) -> int:
        """How many lines the text takes in so much room; at least 1."""
        if self.longest <= room:
            return len(self._paragraphs)  # most cells
        if self.longest_word > room:
            least = sum(1 for _ in _cuts(self.text, room, self.bold)) + 1
            if "-" not in self.text:
                return least
            # a line that ends behind a hyphen leaves a long word more lines
            return max(least, sum(1 for _ in _cuts(self.text, room, self.bold, hyphens=True)) + 1)
        return sum([words.lines(room) for words in self._paragraphs])

    def room_for(self, count: int) -> int | None:
        """The least room in which the text takes ``count`` lines and no word is broken.

        None where it has more paragraphs than that.
        """
        if count < len(self._paragraphs):
            return None
        room = self._rooms.get(count)
        if room is None:
            whole = count == len(self._paragraphs)
            room = max(self.longest, _EM) if whole else self._least_room(count)
            self._rooms[count] = room
        return room

    def _least_room(self, count: int) -> int:
        if count >= sum([len(words.ends) or 1 for words in self._paragraphs]):
            return max(self.longest_word, _EM)  # a line for each word
        lines = count - len(self._paragraphs) + 1  # that the longest paragraph may take
        even = -(-(self.longest - (lines - 1) * _BLANK) // lines)
        room = max(self.longest_word, even, _EM)
        while (wider := self._wider(room, count)) is not None:
            room = wider
        return room

    def _wider(self, room: int, count: int) -> int | None:
        """The next room in which some line ends later; None where so many lines are enough."""
        wider = self.longest
        for words in self._paragraphs:
            starts, ends = words.starts, words.ends
            at = 0
            while at < len(ends):
                count -= 1
                start = starts[at]
                at = bisect_right(ends, start + room, at + 1)
                if at < len(ends) and ends[at] - start < wider:
                    wider = ends[at] - start
                if count < 0:  # the first of the lines that must end later is among these
                    return wider
        return None


@lru_cache(maxsize=_REMEMBERED)
def advance(text: str, *, bold: bool = False) -> int:
    """Width of one line of text in 1/2048 of the size of its letters, whatever that is."""
    return sum(map(_advances(bold).__getitem__, text))


def text_width(text: str, size: float = 12, *, bold: bool = False) -> float:
    """Width of one line of text, in points."""
    return points(advance(text, bold=bold), size)


def points(advance: float, size: float) -> float:
    """Points that an advance, in the units of ``_EM``, takes in letters of a size."""
    return advance * size / _EM


def pixels(advance: float, size: float, padding_px: float = SCREEN_PADDING_PX) -> int:
    """Width of a column that has room for an advance in letters of a size."""
    return math.ceil(points(advance, size) / POINTS_A_PIXEL + padding_px)


@lru_cache(maxsize=_REMEMBERED)
def measured(text: str, *, bold: bool = False) -> Measured:
    """The text as its lines are reckoned."""
    return Measured(text, bold=bold)


@lru_cache(maxsize=_REMEMBERED)
def line_count(
    text: str,
    width_px: float,
    size: float = 12,
    *,
    bold: bool = False,
    padding_px: float = SCREEN_PADDING_PX,
) -> int:
    """How many lines a text takes in a wrapped column of ``width_px`` pixels; at least 1."""
    available = room(width_px, size, padding_px)
    if len(text) * _EM <= available and "\n" not in text:
        return 1  # no letter is wider than it is high
    return measured(text, bold=bold).lines(available)


def line_slices(
    text: str,
    width_px: float,
    size: float = 12,
    *,
    bold: bool = False,
    padding_px: float = SCREEN_PADDING_PX,
) -> tuple[str, ...]:
    """The text cut into the lines it takes in a wrapped column; joined they are the text again."""
    cuts = [0, *_cuts(text, room(width_px, size, padding_px), bold), len(text)]
    return tuple(text[start:end] for start, end in pairwise(cuts))


def room(width_px: float, size: float, padding_px: float = SCREEN_PADDING_PX) -> float:
    """Room that a column has for letters of a size, as an advance; at least one letter."""
    return max((width_px - padding_px) * POINTS_A_PIXEL * _EM / size, _EM)


def row_height(cells: Iterable[HeightCell], least: float = 0.0) -> float:
    """Height of a row that shows all of its cells, in points; 409 at most, as Excel allows."""
    highest = max(map(_cell_height, cells), default=0.0)
    return min(max(highest, least), HIGHEST_ROW)


@cache
def line_height(size: float) -> float:
    """Height of one line, in points."""
    # Excel rounds a row of any other size up to quarters of a point.
    return _LINE.get(int(size), math.ceil(size * 1.35 * 4) / 4)


@cache
def printed_line(size: float) -> float:
    """Height of one line where room is scarce: a little more than LibreOffice and Excel need."""
    return _LEAST_LINE.get(size, size * _OTHER_LINE)


def _cell_height(cell: HeightCell) -> float:
    count = line_count(cell.text, cell.width_px, cell.size, bold=cell.bold)
    return count * line_height(cell.size) + _SPARE_POINTS


class _Words(NamedTuple):
    """Where the words of a paragraph begin and end on a line that is long enough for all."""

    starts: list[int]
    ends: list[int]
    whole: int
    longest: int

    @classmethod
    def of(cls, paragraph: str, bold: bool) -> "_Words":  # noqa: FBT001
        """The words between blanks."""
        led = paragraph.startswith((" ", "\t"))  # a line may end behind these blanks
        starts, ends = ([0], [0]) if led else ([], [])
        at = longest = 0
        for word in paragraph.replace("\t", " ").split(" "):
            if word:
                width = advance(word, bold=bold)
                longest = max(longest, width)
                starts.append(at)
                ends.append(at + width)
                at += width
            at += _BLANK
        return cls(starts, ends, ends[-1] if ends else 0, longest)

    def lines(self, room: float) -> int:
        """How many lines the words take in a room that holds each of them; at least 1."""
        starts, ends = self.starts, self.ends
        count = at = 0
        while at < len(ends):
            count += 1
            at = bisect_right(ends, starts[at] + room, at + 1)
        return count or 1


def _cuts(text: str, room: float, bold: bool, *, hyphens: bool = False) -> Iterator[int]:  # noqa: FBT001
    """Where each line but the first begins: after a blank, or inside a word that is too long.

    With ``hyphens`` also after one that no digit follows, as LibreOffice ends lines.
    """
    advances = _advances(bold)
    start = split = 0  # where the line begins, and where it may end: after its last blank
    used = used_to_split = 0
    for at, letter in enumerate(text):
        width = advances[letter]
        is_blank = letter in _BLANKS or letter == "\n"
        # twice where a word goes down a line and is still too long for it
        while not is_blank and used + width > room and at > start:
            cut = split if split > start else at
            yield cut
            used -= used_to_split if cut == split else used
            start, used_to_split = cut, 0
        used += width
        if is_blank or (hyphens and letter == "-" and text[at + 1 : at + 2].isalpha()):
            split, used_to_split = at + 1, used
        if letter == "\n":
            yield split
            start, used, used_to_split = split, 0, 0


class _Advances(dict[str, int]):
    """Width of each letter; of one with accents, that of the letter below them."""

    def __missing__(self, letter: str) -> int:
        base = unicodedata.decomposition(letter).partition(" ")[0]
        plain = base and not base.startswith("<")
        width = self[letter] = self[chr(int(base, 16))] if plain else _unlisted(letter)
        return width


@cache
def _advances(bold: bool) -> _Advances:  # noqa: FBT001  # a cache wants it positional
    rows = (*_REGULAR, *_BOLD) if bold else _REGULAR
    return _Advances({letter: width for width, letters in rows for letter in letters})


def _unlisted(letter: str) -> int:
    if unicodedata.category(letter) in ("Mn", "Cf", "Cc"):
        return 0
    return _FULL if unicodedata.east_asian_width(letter) in ("W", "F") else _USUAL
