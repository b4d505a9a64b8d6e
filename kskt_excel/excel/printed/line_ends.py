"""Where the lines of titles and heads may end: never inside a compound of several syllables."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from kskt_excel.excel.heights import advance, measured
from kskt_excel.messages.compounds import compounds_by_start
from kskt_excel.model.nouns import dataclass
from kskt_excel.report.page import NO_BREAK_SPACE

_MARKS = ".,;:()“”«»\"'"
_REMEMBERED = 512


def balanced(text: str, room: float, *, bold: bool = True) -> str:
    """The text in the fewest lines that fit in the room, each about as long, compounds whole.

    ``room`` is an advance. A paragraph that fits on one line, or that has a compound too long for
    any, stays as it is.
    """
    return "\n".join(_balanced(one, room, bold) for one in text.split("\n"))


def balanced_lines(text: str, room: float, *, bold: bool = True) -> int:
    """How many lines ``balanced`` makes of the text."""
    return sum(_count(one, room, bold) for one in text.split("\n"))


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """A paragraph as what stays together on a line; widths are advances."""

    units: tuple[str, ...]
    widths: tuple[int, ...]
    blank: int
    widest: int
    rooms: list[int]  # the least that one line takes, two lines, …: as far as was asked

    @property
    def whole(self) -> int:
        """Room of the paragraph on one line."""
        return self.rooms[0]

    def lines(self, room: float) -> int:
        """How many lines it takes in a room that holds each of its units."""
        count = 1
        while self.rooms[count - 1] > room:
            if count == len(self.rooms):
                self.rooms.append(self._least_room(count + 1))
            count += 1
        return count

    def _least_room(self, count: int) -> int:
        low, high = self.widest - 1, self.rooms[-1]
        while high - low > 1:
            middle = (low + high) // 2
            if len(_lines(self.widths, self.blank, middle)) <= count:
                high = middle
            else:
                low = middle
        return high

    @classmethod
    @lru_cache(maxsize=_REMEMBERED)
    def of(cls, text: str, bold: bool) -> "_Paragraph":  # noqa: FBT001  # for the cache
        units = tuple([" ".join(unit) for unit in _units(text)])
        widths = tuple([advance(unit, bold=bold) for unit in units])
        blank = advance(" ", bold=bold)
        whole = sum(widths) + blank * max(len(units) - 1, 0)
        return cls(units, widths, blank, max(widths, default=0), [whole])


def _count(text: str, room: float, bold: bool) -> int:  # noqa: FBT001
    own = _Paragraph.of(text, bold)
    return measured(text, bold=bold).lines(room) if own.widest > room else own.lines(room)


def _balanced(text: str, room: float, bold: bool) -> str:  # noqa: FBT001
    own = _Paragraph.of(text, bold)
    if own.widest > room or own.whole <= room:
        return text
    found = _lines(own.widths, own.blank, own.rooms[own.lines(room) - 1])
    return "\n".join(" ".join(own.units[start:end]) for start, end in found)


def glued(text: str, room: float, *, bold: bool = True) -> str:
    """The text with no-break spaces inside each compound that fits on a line of the room.

    One that does not fit keeps its blanks: a renderer would cut it inside a syllable.
    """
    paragraphs = [_Paragraph.of(one, bold) for one in text.split("\n")]
    return "\n".join(
        " ".join(
            unit.replace(" ", NO_BREAK_SPACE) if width <= room else unit
            for unit, width in zip(own.units, own.widths, strict=True)
        )
        for own in paragraphs
    )


def _lines(widths: Sequence[int], blank: int, room: float) -> list[tuple[int, int]]:
    """Greedy lines: first unit of each and the one after its last."""
    lines = []
    start, used = 0, 0
    for at, width in enumerate(widths):
        more = width + (blank if at > start else 0)
        if at > start and used + more > room:
            lines.append((start, at))
            start, used, more = at, 0, width
        used += more
    return [*lines, (start, len(widths))]


def _units(text: str) -> Iterator[list[str]]:
    """Syllables that stay together: the longest compound from each syllable on, or it alone.

    What ends with a comma or a bracket ends its compound.
    """
    known = compounds_by_start()
    syllables = _syllables(text)
    plain = [one.strip(_MARKS).lower() for one in syllables]
    at = 0
    while at < len(syllables):
        length = 1
        for compound in known.get(plain[at], ()):
            end = at + len(compound)
            if tuple(plain[at:end]) == compound and not any(
                one[-1:] in _MARKS for one in syllables[at : end - 1]
            ):
                length = len(compound)
                break
        yield syllables[at : at + length]
        at += length


def _syllables(text: str) -> list[str]:
    """What stands between blanks; a no-break space stays in its word."""
    return [one for one in text.split(" ") if one]
