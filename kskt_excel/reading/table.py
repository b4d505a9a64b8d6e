"""Where a form's table stands on a sheet: heading rows, columns matched to headings, merges."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from functools import cached_property, lru_cache

from kskt_excel.model.book import CellPlace, Raw, Sheet
from kskt_excel.model.forms import FormColumn, SheetForm
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.patterns import lazy_pattern
from kskt_excel.text.spelling import clean_text, plain_key, tone_key

LONGEST_HEADING = 120  # letters; a longer text is a guide's, not a heading
_LONGEST_NEAR = 60  # longer texts are alike by their common words, not by a slip of the hand
NEAR_PERCENT = 88  # about one wrong letter in eight; figures must be the same besides
_FEWEST_WORDS = 2  # a single word («Tổng») stands in too many headings to name one
# «(*)», «¹», «(1)» at the end.
_FOOTNOTE = lazy_pattern(r"\(\*+\)|[*†‡¹²³⁴⁵⁶⁷⁸⁹]+|[(\[]\d{1,2}[)\]]\s*$")
_NUMBER_AND_QUARTER = lazy_pattern(  # 2. Đúng hạn; Đúng hạn quý I/2022
    r"\A\s*(?:\d{1,2}|[a-zđ]|[IVX]{1,4})[.)]\s+(?=\D)"
    r"|(?<=\w)[\s,–-]+(?:trong )?quý (?:i{1,3}|iv|[1-4])(?:[/ ]\d{4})?\s*\Z",
    re.IGNORECASE,
)
_PARENTHESES = lazy_pattern(r"\([^)]*\)")
_DIGITS = lazy_pattern(r"\d+")

KeyMap = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Headings:
    """A form's headings prepared for the search: each map gives column keys by a text key."""

    form: SheetForm
    issued: tuple[tuple[str, ...], ...]  # whole heading rows as issued, at any day
    tone: KeyMap  # exact but for case, tone placement and punctuation
    plain: KeyMap  # without marks
    bare: KeyMap  # without what stands in parentheses
    near: tuple[tuple[str, str], ...]  # (plain key, column key)
    needed: frozenset[str]  # without these the sheet cannot be understood

    def knows(self, text: str) -> bool:
        """Whether a text is one of the form's headings, typing mistakes left aside."""
        key = heading_key(text)
        return key in self.tone or key in self.plain or plain_key(key_text(text)) in self.plain


def headings_of(form: SheetForm) -> Headings:
    """Headings of a form, prepared once."""
    named = [(text, column.key) for column in form.columns for text in column.headings]
    return Headings(
        form=form,
        issued=tuple(_issued_rows(form)),
        tone=_by_key((heading_key(text), key) for text, key in named),
        plain=_by_key((plain_key(key_text(text)), key) for text, key in named),
        bare=_by_key((bare_key(text), key) for text, key in named),
        near=tuple((plain_key(key_text(text)), key) for text, key in named),
        needed=frozenset(column.key for column in form.columns if _is_needed(form, column)),
    )


@lru_cache(maxsize=8192)
def key_text(text: str) -> str:
    """Heading text in clean letters without its footnote marks, its number, its quarter."""
    return _NUMBER_AND_QUARTER.sub("", _FOOTNOTE.sub(" ", clean_text(text)))


@lru_cache(maxsize=8192)
def heading_key(text: str) -> str:
    """Key of a heading: equal for all spellings of the same words."""
    return tone_key(key_text(text))


@lru_cache(maxsize=8192)
def heading_plain(text: str) -> str:
    """Key of a heading without marks."""
    return plain_key(key_text(text))


@lru_cache(maxsize=8192)
def bare_key(text: str) -> str:
    """Key of a heading without marks and without what stands in parentheses."""
    return plain_key(_PARENTHESES.sub(" ", key_text(text)))


def nearest_heading(text: str, headings: Headings, free: frozenset[str]) -> str:
    """Column key among ``free`` whose heading a text nearly is; "" for none or several.

    Near is 88 % of equal letters, with the same figures in it: «Mức độ 3» is not «Mức độ 4».
    """
    given = plain_key(key_text(text))
    if not given or len(given) > _LONGEST_NEAR:
        return ""
    figures = _DIGITS.findall(given)
    scores: dict[str, float] = {}
    for known, key in headings.near:
        if key in free and _DIGITS.findall(known) == figures:
            scores[key] = max(scores.get(key, 0.0), likeness(given, known))
    best = max(scores, key=lambda key: scores[key], default="")
    rivals = [key for key in scores if key != best and scores[key] == scores[best]]
    return best if best and scores[best] >= NEAR_PERCENT and not rivals else ""


def contained(text: str, headings: Headings, free: frozenset[str]) -> str:
    """Column key among ``free`` whose heading stands whole in a text; "" for none or several.

    Of headings inside each other the longest counts: «Từ kỳ trước chuyển sang» is «Từ kỳ trước».
    """
    given = f" {plain_key(key_text(text))} "
    if not free or len(given) > LONGEST_HEADING or len(given.split()) < _FEWEST_WORDS:
        return ""
    found = {
        key: known
        for known, key in headings.near
        if len(known.split()) >= _FEWEST_WORDS and f" {known} " in given
    }
    longest = max(map(len, found.values()), default=0)
    keys = {key for key, known in found.items() if len(known) == longest}
    key = keys.pop() if len(keys) == 1 else ""
    return key if key in free and _DIGITS.findall(given) == _DIGITS.findall(found[key]) else ""


@lru_cache(maxsize=8192)
def likeness(left: str, right: str) -> float:
    """How alike two texts are, in percent of equal letters in order."""
    from difflib import SequenceMatcher

    return 100 * SequenceMatcher(None, left, right, autojunk=False).ratio()


def _issued_rows(form: SheetForm) -> Iterator[tuple[str, ...]]:
    days = sorted({start for column in form.columns for start, _ in column.headings_from})
    yield tuple(column.heading for column in form.columns)
    for day in days:
        yield tuple(column.heading_on(day) for column in form.columns)


def _by_key(named: Iterator[tuple[str, str]]) -> KeyMap:
    found: dict[str, tuple[str, ...]] = {}
    for text_key, column in named:
        if text_key and column not in found.get(text_key, ()):
            found[text_key] = (*found.get(text_key, ()), column)
    return found


def _is_needed(form: SheetForm, column: FormColumn) -> bool:
    if column.type == "computed" or (column.type == "ordinal" and not column.given):
        return False
    return column.required or column.key in form.key


_MOST_CELLS = 20_000  # a merge over whole columns is a slip, not data


@dataclass(frozen=True, slots=True)
class Area:
    """A block of cells, all four ends included."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def size(self) -> int:
        """Number of cells in the area."""
        return (self.bottom - self.top + 1) * (self.right - self.left + 1)

    def cut(self, other: "Area") -> "Area | None":
        """The part that two areas share; None where they share nothing."""
        top, left = max(self.top, other.top), max(self.left, other.left)
        bottom, right = min(self.bottom, other.bottom), min(self.right, other.right)
        return Area(top, left, bottom, right) if top <= bottom and left <= right else None

    def cells(self) -> Iterator[CellPlace]:
        """The cells of the area in reading order."""
        for row in range(self.top, self.bottom + 1):
            for column in range(self.left, self.right + 1):
                yield row, column


def merges_in(sheet: Sheet, area: Area) -> Iterator[tuple[CellPlace, Area]]:
    """Merges that touch an area: the cell that holds their value, and the part inside."""
    left_over = _MOST_CELLS
    for ends in sheet.merged:
        inside = area.cut(Area(*ends))
        if inside is None:
            continue
        left_over -= inside.size
        if left_over < 0:
            return
        yield (ends[0], ends[1]), inside


def spread(sheet: Sheet, area: Area) -> Mapping[CellPlace, Raw]:
    """What a person sees in every cell of an area that a merge covers."""
    seen: dict[CellPlace, Raw] = {}
    for anchor, inside in merges_in(sheet, area):
        value = sheet.at(*anchor)
        for cell in inside.cells():
            seen[cell] = value
    return seen


HeadingParts = tuple[str, ...]
"""Distinct texts of a column's heading cells, from the top down."""


@dataclass(slots=True)
class HeadingMatch:
    """Columns matched so far; ``columns`` gives a column number by column key."""

    stack: Mapping[int, HeadingParts]
    first: int  # first heading row
    last: int  # last heading row
    columns: dict[str, int] = field(default_factory=dict)
    guessed: list[str] = field(default_factory=list)  # by likeness or by order
    twice: list[tuple[str, int]] = field(default_factory=list)  # (key, further column)

    @property
    def rank(self) -> tuple[int, int, int, int]:
        """Greater is better: most columns, fewest guesses, topmost, fewest levels."""
        return len(self.columns), -len(self.guessed), -self.last, self.first


def stack(lines: Sequence[Mapping[int, str]]) -> dict[int, HeadingParts]:
    """Distinct texts of each column over some heading rows."""
    columns = sorted({column for line in lines for column in line})
    return {
        column: tuple(dict.fromkeys(line[column] for line in lines if column in line))
        for column in columns
    }


def matched(match: HeadingMatch, headings: Headings) -> HeadingMatch:
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


def add_near(match: HeadingMatch, headings: Headings) -> None:
    """Adds headings that are nearly right, for what is still missing."""
    for column in _free_columns(match):
        missing = frozenset(headings.form.by_key) - match.columns.keys()
        for name in _names(match.stack[column]):
            if key := nearest_heading(name, headings, missing):
                match.columns[key] = column
                match.guessed.append(key)
                break


def add_containing(match: HeadingMatch, headings: Headings) -> None:
    """Adds headings to which a unit has added words, where only one that is missing fits."""
    for column in _free_columns(match):
        missing = headings.needed - match.columns.keys()
        for name in _names(match.stack[column]):
            if key := contained(name, headings, missing):
                match.columns[key] = column
                match.guessed.append(key)
                break


def _plain(text: str) -> str:
    return plain_key(key_text(text))


def _names(parts: HeadingParts) -> Iterable[str]:
    """What a heading of several levels may be called: from below, from above, by its last part."""
    if len(parts) == 1:
        return parts
    return (" ".join(reversed(parts)), " ".join(parts), parts[-1])


def _any_part(parts: HeadingParts) -> Iterable[str]:
    return parts[:-1]


def _free_columns(match: HeadingMatch) -> list[int]:
    taken = set(match.columns.values())
    return [column for column in match.stack if column not in taken]


def _claim(
    match: HeadingMatch,
    keys: KeyMap,
    key_of: Callable[[str], str],
    names_of: Callable[[HeadingParts], Iterable[str]],
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


def _settle(match: HeadingMatch, wanted: tuple[str, ...], columns: list[int]) -> None:
    """Gives columns to the keys they claim; several of both are taken in order and said."""
    free = [key for key in wanted if key not in match.columns]
    if len(free) == 1:
        match.columns[free[0]] = columns[0]
        match.twice += [(free[0], column) for column in columns[1:]]
    elif len(free) == len(columns):
        match.columns |= dict(zip(free, columns, strict=True))
        match.guessed += free


ID_HEADING_KEY = "_id"
_ROWS_SCANNED = 200  # where a table may begin; ghost rows are thousands
_COLUMNS_SCANNED = 256  # the width of .xls; wider sheets are ghosts too
_LEVELS = (1, 2, 3)  # rows of headings one below the other: real tables have at most three
_NEAR_TRIES = 3  # best rows that are compared letter by letter, which is slow
_FEWEST = 2  # columns: one alone is a word that happens to be there
_SAME = 3  # known headings in a row that make it a row of headings
_ENOUGH = 0.4  # of a form's columns, so that half a table is read and its lack is told
_MOST_REMEMBERED = 256  # heading rows as issued: some sheets, each in some versions


@dataclass(frozen=True)
class HeadedTable:
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


def find(sheet: Sheet, headings: Headings, *, near: bool = True) -> HeadedTable | None:
    """The form's table on a sheet, None when too few of its headings are there.

    As issued it is found at once; else the heading rows with most matches win, the first of them,
    with the fewest levels. Rows 1..200 and 256 columns are looked at.
    """
    return _as_issued(sheet, headings) or _searched(sheet, headings, near=near)


def _as_issued(sheet: Sheet, headings: Headings) -> HeadedTable | None:
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


def _issued_table(keys: tuple[str, ...], number: int, row: tuple[Raw, ...]) -> HeadedTable:
    """The table under headings as issued."""
    texts = _texts_of(row)
    columns = dict(zip(keys, range(1, len(keys) + 1), strict=True))
    return HeadedTable(columns, number, texts, frozenset(texts.values()), _id_column(texts))


_known_table = lru_cache(maxsize=_MOST_REMEMBERED)(_issued_table)
"""``_issued_table``, made once for all workbooks whose headings are alike."""


def _is_repeated(above: Sequence[Sequence[Raw]], headings: Headings) -> bool:
    """Whether headings stand higher up already, in other letters: these only repeat them."""
    return any(
        sum(len(text) <= LONGEST_HEADING and headings.knows(text) for text in texts) >= _SAME
        for texts in (_texts_of(row).values() for row in above if len(row) >= _SAME)
        if len(texts) >= _SAME
    )


def _searched(sheet: Sheet, headings: Headings, *, near: bool) -> HeadedTable | None:
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
    matches: Sequence[HeadingMatch], lines: Sequence[Mapping[int, str]], headings: Headings
) -> list[HeadingMatch]:
    """The best matches, else the fullest rows, with headings that are nearly right added."""
    tries = list(matches[: _NEAR_TRIES * len(_LEVELS)])
    if not tries:
        fullest = sorted(range(len(lines)), key=lambda at: (-len(lines[at]), at))
        tries = [_match(lines, at, 1) for at in fullest[:_NEAR_TRIES] if lines[at]]
    for match in tries:
        add_near(match, headings)
        add_containing(match, headings)
    return sorted(tries, key=lambda match: match.rank, reverse=True)


def _match(lines: Sequence[Mapping[int, str]], start: int, levels: int) -> HeadingMatch:
    return HeadingMatch(stack(lines[start : start + levels]), start + 1, start + levels)


def _promising(lines: Sequence[Mapping[int, str]], headings: Headings) -> Iterable[int]:
    """Indexes of rows with two or more known headings in them or in the two rows below."""
    hits = [
        sum(headings.knows(text) for text in line.values() if len(text) <= LONGEST_HEADING)
        for line in lines
    ]
    deepest = max(_LEVELS)
    return [at for at, line in enumerate(lines) if line and max(hits[at : at + deepest]) >= _FEWEST]


def _table(match: HeadingMatch, lines: Sequence[Mapping[int, str]]) -> HeadedTable:
    texts = {column: " ".join(parts) for column, parts in match.stack.items()}
    words = frozenset(part for column in match.columns.values() for part in match.stack[column])
    return HeadedTable(
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
    return next((c for c, text in texts.items() if text.strip().lower() == ID_HEADING_KEY), 0)
