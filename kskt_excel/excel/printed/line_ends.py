"""Where the lines of titles and heads may end: never inside a compound of several syllables."""

from collections.abc import Iterator
from functools import lru_cache

from kskt_excel.excel.heights import Measured, advance, measured
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
    whole: Measured  # with its units as its words

    @classmethod
    @lru_cache(maxsize=_REMEMBERED)
    def of(cls, text: str, bold: bool) -> "_Paragraph":  # noqa: FBT001  # for the cache
        units = tuple([" ".join(unit) for unit in _units(text)])
        widths = tuple([advance(unit, bold=bold) for unit in units])
        whole = " ".join(unit.replace(" ", NO_BREAK_SPACE) for unit in units)
        return cls(units, widths, measured(whole, bold=bold))

    def fits(self, room: float) -> bool:
        """Whether each unit has a line that holds it."""
        return self.whole.longest_word <= room


def _count(text: str, room: float, bold: bool) -> int:  # noqa: FBT001
    own = _Paragraph.of(text, bold)
    return own.whole.lines(room) if own.fits(room) else measured(text, bold=bold).lines(room)


def _balanced(text: str, room: float, bold: bool) -> str:  # noqa: FBT001
    own = _Paragraph.of(text, bold)
    if not own.fits(room) or own.whole.longest <= room:
        return text
    least = own.whole.room_for(own.whole.lines(room)) or room
    lines: list[list[str]] = []
    used = least
    blank = advance(" ", bold=bold)
    for unit, width in zip(own.units, own.widths, strict=True):
        used += blank + width
        if used > least:
            lines.append([])
            used = width
        lines[-1].append(unit)
    return "\n".join(map(" ".join, lines))


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
