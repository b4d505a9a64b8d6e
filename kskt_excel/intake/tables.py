"""Where a form's table stands on a sheet: its heading rows and the column of each heading."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from kskt_excel.intake.headings import LONGEST_HEADING, Headings, heading_plain
from kskt_excel.intake.matching import Match, add_near, matched, stack
from kskt_excel.intake.merges import Area, spread
from kskt_excel.model.grid import Raw, Sheet

ID_HEADING = "_id"
_ROWS_SCANNED = 200
_COLUMNS_SCANNED = 256
_LEVELS = (1, 2, 3)
_NEAR_TRIES = 3
_FEWEST = 2
_SAME = 3  # known headings in a row that make it a row of headings
_ENOUGH = 0.4
_MOST_REMEMBERED = 256


@dataclass(frozen=True)
class Table:
    """A form's table found on a sheet (bảng); columns and rows from 1."""

    columns: Mapping[str, int]
    heading_row: int  # the last one
    texts: Mapping[int, str] = field(default_factory=dict)  # heading text by column
    words: frozenset[str] = frozenset()  # every text in the heading cells of its columns
    id_column: int = 0  # hidden «_id», 0 when it is gone
    guessed: tuple[str, ...] = ()  # keys read by likeness or by order
    twice: tuple[tuple[str, int], ...] = ()  # (key, further column with the same heading)

    @cached_property
    def extra(self) -> tuple[int, ...]:
        """Columns with a heading of the unit's own."""
        known = {*self.columns.values(), self.id_column}
        return tuple(column for column in self.texts if column not in known)

    @cached_property
    def places(self) -> frozenset[int]:
        """Columns of the form."""
        return frozenset(self.columns.values())

    @cached_property
    def expected(self) -> frozenset[int]:
        """Columns in which something may stand."""
        return self.places.union(self.extra, (self.id_column,))

    @cached_property
    def word_keys(self) -> frozenset[str]:
        """Keys of the texts in its heading cells."""
        return frozenset(heading_plain(word) for word in self.words)

    @cached_property
    def word_starts(self) -> frozenset[str]:
        """Letters with which those keys begin."""
        return frozenset(key[:1] for key in self.word_keys)


def find(sheet: Sheet, headings: Headings, *, near: bool = True) -> Table | None:
    """The form's table on a sheet, None when too few of its headings are there.

    As issued it is found at once; else the heading rows with most matches win, the first of them,
    with the fewest levels. Rows 1..200 and 256 columns are looked at.
    """
    return _as_issued(sheet, headings) or _searched(sheet, headings, near=near)


def _as_issued(sheet: Sheet, headings: Headings) -> Table | None:
    width = len(headings.form.columns)
    first_texts = {row[0] for row in headings.issued}
    for number, row in enumerate(sheet.rows[:_ROWS_SCANNED], start=1):
        if (
            len(row) < width
            or row[0] not in first_texts
            or tuple(row[:width]) not in (headings.issued)
        ):
            continue
        if _is_repeated(sheet.rows[: number - 1], headings):
            return None
        made = _known_table if len(row) <= width + 1 else _issued_table
        return made(tuple(headings.form.by_key), number, tuple(row))
    return None


def _issued_table(keys: tuple[str, ...], number: int, row: tuple[Raw, ...]) -> Table:
    """The table under headings as issued."""
    texts = _texts_of(row)
    columns = dict(zip(keys, range(1, len(keys) + 1), strict=True))
    return Table(columns, number, texts, frozenset(texts.values()), _id_column(texts))


_known_table = lru_cache(maxsize=_MOST_REMEMBERED)(_issued_table)
"""The same, made once for all workbooks whose headings are the same."""


def _is_repeated(above: Sequence[Sequence[Raw]], headings: Headings) -> bool:
    """Whether headings stand higher up already, in other letters: these only repeat them."""
    return any(
        sum(len(text) <= LONGEST_HEADING and headings.knows(text) for text in texts) >= _SAME
        for texts in (_texts_of(row).values() for row in above if len(row) >= _SAME)
        if len(texts) >= _SAME
    )


def _searched(sheet: Sheet, headings: Headings, *, near: bool) -> Table | None:
    lines = _lines(sheet)
    matches = [
        matched(_match(lines, start, levels), headings)
        for start in _promising(lines, headings)
        for levels in _LEVELS
        if start + levels <= len(lines)
    ]
    matches.sort(key=lambda match: match.rank, reverse=True)
    if near and (not matches or not headings.needed <= matches[0].columns.keys()):
        matches = _with_near(matches, lines, headings)
    fewest = max(_FEWEST, round(_ENOUGH * len(headings.form.columns)))
    if not matches or len(matches[0].columns) < fewest:
        return None
    return _table(matches[0], lines[: matches[0].last])


def _with_near(
    matches: Sequence[Match], lines: Sequence[Mapping[int, str]], headings: Headings
) -> list[Match]:
    """The best matches, else the fullest rows, with headings that are nearly right added."""
    tries = list(matches[: _NEAR_TRIES * len(_LEVELS)])
    if not tries:
        fullest = sorted(range(len(lines)), key=lambda at: (-len(lines[at]), at))
        tries = [_match(lines, at, 1) for at in fullest[:_NEAR_TRIES] if lines[at]]
    for match in tries:
        add_near(match, headings)
    return sorted(tries, key=lambda match: match.rank, reverse=True)


def _match(lines: Sequence[Mapping[int, str]], start: int, levels: int) -> Match:
    return Match(stack(lines[start : start + levels]), start + 1, start + levels)


def _promising(lines: Sequence[Mapping[int, str]], headings: Headings) -> Iterable[int]:
    """Indexes of rows with two or more known headings in them or in the two rows below."""
    hits = [
        sum(headings.knows(text) for text in line.values() if len(text) <= LONGEST_HEADING)
        for line in lines
    ]
    deepest = max(_LEVELS)
    return [at for at, line in enumerate(lines) if line and max(hits[at : at + deepest]) >= _FEWEST]


def _table(match: Match, lines: Sequence[Mapping[int, str]]) -> Table:
    texts = {column: " ".join(parts) for column, parts in match.stack.items()}
    words = frozenset(part for column in match.columns.values() for part in match.stack[column])
    return Table(
        columns=dict(match.columns),
        heading_row=match.last,
        texts=texts,
        words=words,
        id_column=next(filter(None, map(_id_column, reversed(lines))), 0),
        guessed=tuple(match.guessed),
        twice=tuple(match.twice),
    )


def _lines(sheet: Sheet) -> list[dict[int, str]]:
    """Texts by column of the rows that may hold headings, merges filled."""
    lines = [_texts_of(row) for row in sheet.rows[:_ROWS_SCANNED]]
    for (row, column), value in spread(sheet, Area(1, 1, len(lines), _COLUMNS_SCANNED)).items():
        if isinstance(value, str) and value.strip():
            lines[row - 1][column] = value
    return lines


def _texts_of(row: Sequence[Raw]) -> dict[int, str]:
    return {
        column: value
        for column, value in enumerate(row[:_COLUMNS_SCANNED], start=1)
        if isinstance(value, str) and value.strip()
    }


def _id_column(texts: Mapping[int, str]) -> int:
    return next((c for c, text in texts.items() if text.strip().lower() == ID_HEADING), 0)
