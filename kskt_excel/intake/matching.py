"""Which column of a sheet is which column of a form, for one choice of heading rows."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from kskt_excel.intake.headings import (
    LONGEST_HEADING,
    Headings,
    KeyMap,
    bare_key,
    heading_key,
    key_text,
    nearest,
)
from kskt_excel.text.keys import plain_key

Parts = tuple[str, ...]
"""Distinct texts of a column's heading cells, from the top down."""


@dataclass(slots=True)
class Match:
    """Columns matched so far; ``columns`` gives a column number by column key."""

    stack: Mapping[int, Parts]
    first: int  # first heading row
    last: int  # last heading row
    columns: dict[str, int] = field(default_factory=dict)
    guessed: list[str] = field(default_factory=list)  # by likeness or by order
    twice: list[tuple[str, int]] = field(default_factory=list)  # (key, further column)

    @property
    def rank(self) -> tuple[int, int, int, int]:
        """Greater is better: most columns, fewest guesses, topmost, fewest levels."""
        return len(self.columns), -len(self.guessed), -self.last, self.first


def stack(lines: Sequence[Mapping[int, str]]) -> dict[int, Parts]:
    """Distinct texts of each column over some heading rows."""
    columns = sorted({column for line in lines for column in line})
    return {
        column: tuple(dict.fromkeys(line[column] for line in lines if column in line))
        for column in columns
    }


def matched(match: Match, headings: Headings) -> Match:
    """The match with every heading that is right but for spelling, marks and levels."""
    for keys, key_of in (
        (headings.tone, heading_key),
        (headings.plain, _plain),
        (headings.bare, bare_key),
    ):
        _claim(match, keys, key_of, _names)
    for keys, key_of in ((headings.tone, heading_key), (headings.plain, _plain)):
        _claim(match, keys, key_of, _any_part)
    return match


def add_near(match: Match, headings: Headings) -> None:
    """Adds headings that are nearly right, for what is still missing."""
    for column in _free_columns(match):
        missing = frozenset(headings.form.by_key) - match.columns.keys()
        for name in _names(match.stack[column]):
            if key := nearest(name, headings, missing):
                match.columns[key] = column
                match.guessed.append(key)
                break


def _plain(text: str) -> str:
    return plain_key(key_text(text))


def _names(parts: Parts) -> Iterable[str]:
    """What a heading of several levels may be called: from below, from above, by its last part."""
    if len(parts) == 1:
        return parts
    return (" ".join(reversed(parts)), " ".join(parts), parts[-1])


def _any_part(parts: Parts) -> Iterable[str]:
    return parts[:-1]


def _free_columns(match: Match) -> list[int]:
    taken = set(match.columns.values())
    return [column for column in match.stack if column not in taken]


def _claim(
    match: Match,
    keys: KeyMap,
    key_of: Callable[[str], str],
    names_of: Callable[[Parts], Iterable[str]],
) -> None:
    claims: dict[tuple[str, ...], list[int]] = {}
    for column in _free_columns(match):
        for name in names_of(match.stack[column]):
            found = keys.get(key_of(name), ()) if len(name) <= LONGEST_HEADING else ()
            if free := tuple(key for key in found if key not in match.columns):
                claims.setdefault(free, []).append(column)
                break
    for wanted, columns in claims.items():
        _settle(match, wanted, columns)


def _settle(match: Match, wanted: tuple[str, ...], columns: list[int]) -> None:
    """Gives columns to the keys they claim; several of both are taken in order and said."""
    free = [key for key in wanted if key not in match.columns]
    if len(free) == 1:
        match.columns[free[0]] = columns[0]
        match.twice += [(free[0], column) for column in columns[1:]]
    elif len(free) == len(columns):
        match.columns |= dict(zip(free, columns, strict=True))
        match.guessed += free
