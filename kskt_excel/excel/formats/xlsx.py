"""Workbooks of Open XML: values and facts of every cell in one pass, by a real XML parser.

The parser is the truth. Most cells are written in one usual way, in which a pattern sees all that a
parser would: runs of such cells are taken out of a sheet before it is parsed, a mark stays in their
place, and both feed the same grid. One unusual cell costs only itself. What a pattern must prove
for that is said at ``_Pieces``; ``fast=False`` parses every cell: what the tests compare with, and
what makes a first run of a hundred units cost 1.3 times the processor.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, lru_cache, partial
from math import isfinite, nan
from typing import NamedTuple, TypeVar, cast
from xml.etree.ElementTree import Element, ParseError, XMLPullParser
from xml.parsers import expat

from kskt_excel.excel.formats.cell_styles import (
    WHITE,
    CellStyles,
    Font,
    font_of,
    read_day,
    read_moment,
    read_serial,
    read_styles,
)
from kskt_excel.excel.opc import (
    DEFAULT,
    MAX_COLUMN,
    MAX_ROW,
    MAX_TEXT,
    Fault,
    FileLimits,
    NotXmlError,
    Package,
    RefusedError,
    as_utf8,
    damaged,
    declares_type,
    is_root,
    namespace,
    parse_part,
)
from kskt_excel.model.book import (
    CellPlace,
    Raw,
    RichPart,
    Sheet,
    SheetFacts,
    as_counted,
    column_number,
)
from kskt_excel.model.forms import MARK_ROW, SELF_CHECK_MARK, SELF_CHECK_SHEET, is_list_sheet
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.patterns import lazy_pattern

T = TypeVar("T")

_TRUE = ("1", "true")
_FLAGS = {"0": False, "1": True, "false": False, "true": True}
_TYPES = frozenset({"n", "s", "str", "inlineStr", "b", "e", "d"})
_BLANKS = " \t\r\n"
# Another workbook in a formula: [1]Sheet1!A1, 'C:\x\[BC.xlsx]Sheet1'!A1, BC.xlsx]…, soffice|'…'.
_EXTERNAL = lazy_pattern(r"\[\d+\]|\.(?:xls[xmb]?|ods)[\]']|\|'", re.IGNORECASE)
_ESCAPE = lazy_pattern(r"_x([0-9A-Fa-f]{4})_")
_NUMBER = lazy_pattern(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
# What Python would read as a float and no workbook means.
_NO_NUMBER = lazy_pattern(r"[-+]?inf|nan", re.IGNORECASE)
_PLACE = lazy_pattern(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})")
_ENTITY = lazy_pattern(r"&(amp|lt|gt|quot|apos);")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_SURE_DIGITS = 16  # as many digits may be more than Excel counts with
_FAR_COLUMN = 1_000  # a hidden span may run to the end of the sheet; no report reaches further
_COLUMN_BITS = 15  # the last column is number 16,384
_MOST_REMEMBERED = 32_768  # texts and numbers of a kind: bounds what a worker keeps
_SHORT = 256  # letters of a text that is worth remembering
_FORMULAS = 1_024  # of which one may have 8,192 letters
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_LARGE = 200_000  # tags in a part whose tree is not kept whole
_CHUNK = 1024 * 1024  # bytes
_FEW = 4 * 1024  # bytes: what stands before the rows of a sheet, and some of them


def read_xlsx(
    package: Package, limits: FileLimits = DEFAULT, *, fast: bool = True
) -> tuple[Sheet, ...]:
    """Every worksheet in tab order, values with facts.

    Of the program's own sheets nothing is read that nobody asks for: of the self-check the rows
    down to its mark, of the lists of drop-downs nothing; the parser only proves that they are XML.
    That is half of what a workbook holds, and a sixth of a first run.

    Raises RefusedError for a part that is no XML or says what no workbook says (a text that is not
    there, an address outside the sheet), and for cells so far from all others that it is no report.
    """
    read_strings = partial(_shared_strings, fast=fast)
    strings = _part(package, "sharedStrings", "xl/sharedstrings.xml", read_strings)
    kinds = _part(package, "styles", "xl/styles.xml", _kinds_of) or _NO_STYLES
    strings = _Strings() if strings is None else strings  # at first it has none to show
    book = _Book(strings, kinds[package.epoch_1904], package.epoch_1904)
    found = []
    for sheet in package.sheets:
        if sheet.kind != "worksheet":
            continue
        data = package.parts.get(sheet.part, b"")
        with _naming(f"trang “{sheet.name}”"):
            is_lists = is_list_sheet(sheet.name, visible=sheet.visible)
            is_check = sheet.name == SELF_CHECK_SHEET
            top = _self_check_top(data, book, limits, fast=fast) if is_check else None
            if is_lists or top:
                _prove(as_utf8(data))
                found.append(Sheet(sheet.name, top or (), sheet.visible))
                continue
            grid = _Grid(book, limits)
            _read_sheet(data, grid, fast=fast)
        rows, facts = grid.finished()
        found.append(Sheet(sheet.name, rows, sheet.visible, grid.around.merged, facts))
    return tuple(found)


def _part(package: Package, kind: str, default: str, read: Callable[[bytes], T]) -> T | None:
    """What a part of the workbook says; None where it has none."""
    name = package.part_of(kind, default)
    data = package.parts.get(name)
    if data is None:
        return None
    with _naming(name):
        return read(data)


@contextmanager
def _naming(part: str) -> Iterator[None]:
    """Refuses a file by the part of it that is no XML, or that says what no workbook says."""
    try:
        yield
    except (NotXmlError, LookupError) as error:
        raise RefusedError(damaged(part)) from error


def reads_outside(formula: str) -> bool:
    """Whether a formula takes its value from another workbook or program."""
    return ("[" in formula or "|" in formula or "." in formula) and bool(_EXTERNAL.search(formula))


def columns_between(first: int, last: int) -> range:
    """Columns of a span, as far as any report reaches."""
    return range(first, min(last, _FAR_COLUMN) + 1)


@lru_cache(maxsize=_MOST_REMEMBERED)
def place_of(written: str) -> CellPlace | None:
    """Row and column of a cell's address; None when it is none."""
    place = _PLACE.fullmatch(written)
    return (int(place[2]), column_number(place[1])) if place else None


class _Text(NamedTuple):
    """A text with what its formatting says."""

    text: str
    runs: tuple[tuple[str, Font], ...] = ()  # only where one is struck, shifted or unseen
    legacy: str = ""  # old font of a run

    def parts(self, behind: str) -> tuple[RichPart, ...]:
        """The runs on a cell of a colour; nothing where nothing is to be said of them."""
        parts = tuple(
            RichPart(written, font.struck, font.shift, font.is_unseen(behind))
            for written, font in self.runs
        )
        telling = any(part.struck or part.shift or part.unseen for part in parts)
        return parts if telling else ()


class _Strings(dict[str, str | None]):
    """Shared strings by the number as cells write it; None for what has to be looked at.

    Each is made when the first cell asks for it: most strings of an issued workbook are choices of
    drop-downs, which no cell that is read has.
    """

    def __init__(self, items: "Sequence[_Text | str]" = ()) -> None:
        """``items`` are texts, or usual elements from behind the name of their ``t``."""
        super().__init__()
        self._items = items

    def __missing__(self, written: str) -> str | None:
        """A string that no cell asked for before; None too where there is none of that number."""
        text = ""
        if _is_index(written) and int(written) < len(self._items):
            item = self._items[int(written)]
            if isinstance(item, str):
                text = _usual_string(item)
            elif not (item.runs or item.legacy):
                text = item.text
        plain = self[written] = text if text and len(text) <= MAX_TEXT else None
        return plain

    def at(self, number: int) -> "_Text":
        """A string with its formatting. Raises LookupError where there is none."""
        item = self._items[number]
        return item if isinstance(item, _Text) else _Text(_usual_string(item))


@dataclass(frozen=True, slots=True)
class _Book:
    """What cells refer to."""

    strings: _Strings
    kinds: "_Kinds"
    epoch_1904: bool


def _shared_strings(data: bytes, *, fast: bool) -> _Strings:
    """Shared strings of a workbook. Raises NotXmlError."""
    data = as_utf8(data)
    rest, runs = _without_usual_strings(data) if fast else (data, [])
    root = parse_part(rest, "sst")
    main = namespace(root.tag)
    found: list[_Text | str] = []
    for one in root:
        if one.tag == f"{main}si":
            found.append(_rich_text(one, main))
        elif one.tag == f"{main}{_MARK}":
            found += runs[int(one.get("n", ""))].split(_STRING_START)[1:]
    return _Strings(found)


def _without_usual_strings(data: bytes) -> tuple[bytes, list[str]]:
    """Shared strings with marks in the place of runs of usual ones, and the runs.

    What a mark proves is said at ``_Pieces``. Raises NotXmlError.
    """
    if _has_forbidden(data) or not _may_be_cut(data):
        return data, []
    try:
        rest, runs = _cut(_usual_strings(), data.decode())
    except UnicodeDecodeError as error:
        raise NotXmlError("encoding") from error
    return rest.encode(), runs


def _is_index(written: str) -> bool:
    """Whether a cell names a string; Python counts with no more than some thousand digits."""
    return written.isascii() and written.isdigit() and len(written) < _SURE_DIGITS


def _usual_string(item: str) -> str:
    """The text of a usual string, from behind the name of its ``t``.

    Most texts are the office's own: the sheets of all workbooks share them.
    """
    return _short_string(item) if len(item) <= _SHORT else _string_of(item)


@lru_cache(maxsize=_MOST_REMEMBERED)
def _short_string(item: str) -> str:
    return _string_of(item)


def _string_of(item: str) -> str:
    about, _, written = item.partition(">")
    text = _plain(written.removesuffix(_STRING_END))
    if about.endswith("/"):
        return ""
    if not about and (text[:1] <= " " or text[-1:] <= " "):
        text = text.strip(_BLANKS)
    return unescaped(text) if "_x" in text else text


def _text_of(element: Element) -> str:
    """Text of a ``t``: blanks at its ends count only where it says so."""
    text = element.text or ""
    if (text[:1] <= " " or text[-1:] <= " ") and element.get(_SPACE) != "preserve":
        text = text.strip(_BLANKS)
    return unescaped(text) if "_x" in text else text


def _rich_text(item: Element, main: str) -> _Text:
    """Text of a shared or inline string with its runs; reading aids are left out."""
    runs: list[tuple[str, Font | None]] = []
    for child in item:
        if child.tag == f"{main}t":
            runs.append((_text_of(child), None))
        elif child.tag == f"{main}r":
            about = child.find(f"{main}rPr")
            font = None if about is None else font_of(about, main)
            runs += [(_text_of(one), font) for one in child.iterfind(f"{main}t")]
    text = "".join(written for written, _ in runs)
    if all(font is None or font.is_plain for _, font in runs):
        return _Text(text)
    legacy = next((font.legacy for _, font in runs if font and font.legacy), "")
    written_runs = tuple((written, font or Font()) for written, font in runs if written)
    told = _Text(text, written_runs, legacy)
    return told if told.parts(WHITE) else _Text(text, (), legacy)


def unescaped(text: str) -> str:
    """Text with Excel's escapes of characters that XML cannot hold (``_x000D_``) undone."""
    if not _ESCAPE.search(text):
        return text
    plain = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


_STRING, _FIGURE, _DAY = "string", "figure", "day"


class _Kind(NamedTuple):
    """What the attributes of a cell say."""

    quick: str  # string, figure, day where nothing else has to be looked at
    type: str
    style: int


class _Kinds(dict[str, _Kind]):
    """Kinds by the attributes as cells write them: few, and most workbooks have the same."""

    def __init__(self, styles: CellStyles, *, epoch_1904: bool) -> None:
        super().__init__()
        self.styles = styles
        self._epoch_1904 = epoch_1904
        self._telling = styles.telling
        self._known: dict[tuple[str, str], _Kind] = {}

    def __missing__(self, about: str) -> _Kind:
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
        written = _ABOUT.fullmatch(about)
        style, type_ = written.groups("") if written else ("", "")
        self[about] = self.by_attributes(style, type_)
        return self[about]

    def by_attributes(self, style: str, type_: str) -> _Kind:
        """The kind of a cell of the tree."""
        known = self._known.get((style, type_))
        if known is None:
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            known = self._known[style, type_] = self._kind_of(style, type_)
        return known

    def _kind_of(self, style: str, type_: str) -> _Kind:
        style = style.strip(_BLANKS)
        number = int(style) if style.isascii() and style.isdigit() else 0
        return _Kind(self._quick(number, type_), type_ or "n", number)

    def _quick(self, style: int, type_: str) -> str:
        if style in self._telling:
            return ""
        if type_ in ("", "n"):
            meaning = self.styles.meaning(style)
            is_day = meaning == "day" and not self._epoch_1904
            return _FIGURE if meaning == "number" else _DAY if is_day else ""
        return _STRING if type_ == "s" else ""


def _both_kinds(styles: CellStyles) -> tuple[_Kinds, _Kinds]:
    """Kinds of cells where days are counted from 1900, and from 1904."""
    return _Kinds(styles, epoch_1904=False), _Kinds(styles, epoch_1904=True)


def _kinds_of(data: bytes) -> tuple[_Kinds, _Kinds]:
    """Kinds of cells by the part with the styles, for both epochs. Raises NotXmlError."""
    return _both_kinds(read_styles(data))


_NO_STYLES = _both_kinds(CellStyles())


class _Places(dict[str, CellPlace]):
    """Rows and columns of addresses; the sheets of all workbooks have mostly the same ones."""

    def __missing__(self, written: str) -> CellPlace:
        """Row and column of an address that was not seen before."""
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
        letters = written.rstrip("0123456789")
        self[written] = int(written[len(letters) :]), column_number(letters)
        return self[written]


class _Figures(dict[str, float | None]):
    """Numbers as they are written; None for what has to be looked at."""

    def __missing__(self, written: str) -> float | None:
        """A number that was not seen before."""
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
        sure = len(written) < _SURE_DIGITS and _NUMBER.fullmatch(written)
        number = float(written) if sure else nan
        self[written] = number if isfinite(number) else None
        return self[written]


_PLACES = _Places()
_FIGURES = _Figures()


class _Around(NamedTuple):
    """What a sheet says before and after its rows."""

    hidden_columns: frozenset[int] = frozenset()
    filtered: bool = False
    merged: tuple[tuple[int, int, int, int], ...] = ()


def _around_of(root: Element) -> _Around:
    """What stands around the rows in the tree of a sheet."""
    main = namespace(root.tag)
    hidden: set[int] = set()
    for column in root.iterfind(f"{main}cols/{main}col"):
        if column.get("hidden") in _TRUE:
            first, last = (_whole(column.get(name)) for name in ("min", "max"))
            hidden.update(columns_between(max(first, 1), last))
    filtered = root.find(f"{main}autoFilter/{main}filterColumn") is not None
    merged = map(
        range_of, (one.get("ref", "") for one in root.iterfind(f"{main}mergeCells/{main}mergeCell"))
    )
    return _Around(frozenset(hidden), filtered, tuple(one for one in merged if one))


class _Stored(NamedTuple):
    """A cell as a sheet stores it."""

    row: int
    column: int
    kind: _Kind
    formula: str | None
    written: str | None  # text of <v>
    inline: _Text | None = None


class _Grid:
    """A sheet being read: cells come in the order in which they are written."""

    def __init__(self, book: _Book, limits: FileLimits) -> None:
        self.around = _Around()
        self._book = book
        self._kinds = book.kinds
        self._limits = limits
        self._rows: list[list[Raw]] = []
        self._last = 0  # place of the last cell with a value or a formula
        self._late: list[_Stored] = []  # cells written after those behind them
        self._slots = 0  # blank cells that stand before others
        self._row = self._column = 0  # where a cell without an address comes after
        self._counted = False  # the row has no number: its first address says which it is
        self._formulas: dict[CellPlace, str] = {}
        self._unstored: set[CellPlace] = set()
        self._errors: dict[CellPlace, str] = {}
        self._legacy: dict[CellPlace, str] = {}
        self._parts: dict[CellPlace, tuple[RichPart, ...]] = {}
        self._percent: set[CellPlace] = set()
        self._struck: set[CellPlace] = set()
        self._unseen: set[CellPlace] = set()
        self._hidden_rows: set[int] = set()

    def add_row(self, row: Element, main: str, runs: Sequence[str]) -> None:
        """A row with its cells, some of which stand in a run. Raises LookupError."""
        written = row.get("r")
        self._row = self._row + 1 if written is None else _row_number(written)
        self._column, self._counted = 0, written is None
        if row.get("hidden") in _TRUE:
            self._hidden_rows.add(self._row)
        cell, mark = f"{main}c", f"{main}{_MARK}"
        for child in row:
            if child.tag == cell:
                self._add_cell(child, main)
            elif child.tag == mark and (run := runs[int(child.get("n", ""))]).startswith("<c"):
                self._stand_at(_PLACES[_address(run, run.find("<c r="))], counted=False)
                self._add_stored(_STORED.findall(run))
                self._column = _PLACES[_address(run, run.rfind("<c r="))][1]

    def add_rows(self, run: str) -> None:
        """A run of whole rows. Raises LookupError."""
        if not run.startswith("<row"):
            return
        if ' hidden="' in run:
            self._hidden_rows.update(map(int, _HIDDEN_ROW.findall(run)))
        self._add_stored(_STORED.findall(run))
        self._row = int(_address(run, run.rfind("<row r=")))

    def _add_stored(self, found: list[tuple[str, str, str, str, str]]) -> None:  # noqa: C901, PLR0912 - every cell of every workbook: no call is made for the usual ones
        """Cells as the pattern gives them: address, attributes, formula, tag and text of <v>.

        A row comes before its cells, with an address that has no column.
        """
        book, kinds, places, figures = self._book, self._kinds, _PLACES, _FIGURES
        strings, rows, last, expected = book.strings, self._rows, self._last, self._row
        current, row = len(rows), rows[-1] if rows else []
        width = len(row)
        for address, about, formula, stored, written in found:
            number, column = place = places[address]
            if not column:
                expected = number
                continue
            kind = kinds[about]
            at = number << _COLUMN_BITS | column
            if at <= last or number != expected or column > MAX_COLUMN:
                if formula or stored:
                    self._put_late(_stored(place, kind, formula, stored, written), expected)
                continue
            value: Raw = None
            quick = kind.quick
            if quick is _STRING:
                value = strings[written]
            elif quick is _FIGURE:
                value = figures[written]
            elif quick is _DAY and (figure := figures[written]) is not None:
                value = read_day(figure)
            if value is None:
                if not (formula or stored):
                    continue
                value = self._value(_stored(place, kind, formula, stored, written))
            elif formula:
                self._formulas[place] = _formula_text(formula)
            last = at
            if value is None:
                continue
            if number != current:
                if number > MAX_ROW:
                    raise LookupError(address)
                if number > current + 1:
                    rows += ([] for _ in range(number - current - 1))
                row = []
                rows.append(row)
                current, width = number, 0
            if column != width + 1:
                self._count(number, column - width)
                row += [None] * (column - width - 1)
            row.append(value)
            width = column
        self._last = last

    def _add_cell(self, element: Element, main: str) -> None:
        """A cell of the tree. Raises LookupError."""
        address = element.get("r")
        place = place_of(address) if address else None
        # some programs count the columns of a row instead: such an address says nothing new
        is_counted = address is None or (place is None and address.strip(_BLANKS).isdigit())
        place = (self._row, self._column + 1) if is_counted else place
        if place is None:
            raise LookupError(address)
        self._stand_at(place, counted=is_counted)
        formula, written, inline = _content(element, main) if len(element) else _NO_CONTENT
        if formula is None and written is None and inline is None:
            return
        row, column = place
        kind = self._kinds.by_attributes(element.get("s", ""), element.get("t", ""))
        at = row << _COLUMN_BITS | column
        if at <= self._last or row != self._row or column > MAX_COLUMN:
            self._put_late(_Stored(row, column, kind, formula, written, inline), self._row)
            return
        value: Raw = None
        if kind.quick is _STRING and formula is None and inline is None:
            value = self._book.strings[written or ""]
        if value is None:
            value = self._value(_Stored(row, column, kind, formula, written, inline))
        self._last = at
        if value is not None:
            self._set(row, column, value)

    def _stand_at(self, place: CellPlace, *, counted: bool) -> None:
        """Notes where a cell stands that is in the tree or begins a run."""
        if self._counted and not counted:
            self._row, self._counted = place[0], False
        self._column = place[1]

    def _put_late(self, cell: _Stored, expected: int) -> None:
        """A cell written twice or out of order waits for the end. Raises LookupError.

        One in another row than its own, or beyond the last column, is in no workbook.
        """
        if cell.row != expected or cell.column > MAX_COLUMN:
            raise LookupError(cell.row, cell.column)
        self._late.append(cell)

    def _set(self, number: int, column: int, value: Raw) -> None:
        if number > MAX_ROW:
            raise LookupError(number)
        rows = self._rows
        rows += ([] for _ in range(number - len(rows)))
        row = rows[number - 1]
        if column > len(row):
            self._count(number, column - len(row))
            row += [None] * (column - len(row))
        row[column - 1] = value

    def _count(self, row: int, slots: int) -> None:
        """Bounds the blank cells before others. Raises RefusedError."""
        self._slots += slots
        if self._slots > self._limits.area:
            raise RefusedError(Fault("file.far_cells", {"row": row}))

    def _value(self, cell: _Stored) -> Raw:
        """The value of a cell; what its style, formula and type tell beside is noted."""
        _, type_, style = cell.kind
        place, written = (cell.row, cell.column), cell.written
        if type_ not in _TYPES:
            raise LookupError(type_)
        if cell.formula is not None:
            self._formulas[place] = cell.formula
            is_stored = written or cell.inline or (written is not None and type_ == "str")
            if not is_stored:
                self._unstored.add(place)
        text = self._text(cell)
        if text is None:
            value = self._plain_value(place, type_, style, (written or "").strip(_BLANKS))
            legacy = ""
        else:
            value, legacy = text.text or None, text.legacy
            if text.runs and (parts := text.parts(self._kinds.styles.filled.get(style, WHITE))):
                self._parts[place] = parts
        if value is not None:
            self._note(place, style, legacy)
        return value

    def _text(self, cell: _Stored) -> _Text | None:
        """The text of a cell; None where it holds none. Raises LookupError."""
        type_, written = cell.kind.type, cell.written or ""
        if type_ == "inlineStr":
            text = cell.inline or _Text(unescaped(written))
        elif type_ == "str":
            text = _Text(unescaped(written))
        elif type_ == "s" and (number := written.strip(_BLANKS)):
            if not _is_index(number):
                raise LookupError(number)
            text = self._book.strings.at(int(number))
        else:
            return None
        if len(text.text) > MAX_TEXT:
            limit = f"{MAX_TEXT:,}".replace(",", ".")
            raise RefusedError(Fault("file.text_too_long", {"limit": limit}))
        return text

    def _note(self, place: CellPlace, style: int, legacy: str) -> None:
        styles = self._kinds.styles
        if style in styles.percent:
            self._percent.add(place)
        if style in styles.struck:
            self._struck.add(place)
        if style in styles.unseen:
            self._unseen.add(place)
        if font := legacy or styles.legacy.get(style, ""):
            self._legacy[place] = font

    def _plain_value(self, place: CellPlace, type_: str, style: int, written: str) -> Raw:
        """What a cell holds that is no text. Raises LookupError."""
        if not written or type_ == "s":
            return None
        if type_ == "n":
            return self._figure(place, style, written)
        if type_ == "d":
            return read_moment(written)
        if type_ == "b":
            return _FLAGS[written]
        self._errors[place] = written
        return None

    def _figure(self, place: CellPlace, style: int, written: str) -> Raw:
        """A number by its format; the text where it is none, an error where it is endless."""
        is_number = _NUMBER.fullmatch(written)
        if not is_number and not _NO_NUMBER.fullmatch(written):
            return written
        number = float(written) if is_number else nan
        if not isfinite(number):
            self._errors[place] = "#NUM!"
            return None
        if len(written) >= _SURE_DIGITS:
            number = as_counted(number)
        meaning = self._kinds.styles.meaning(style)
        if meaning == "number":
            return number
        return read_serial(number, meaning, epoch_1904=self._book.epoch_1904)

    def finish(self, around: "_Around") -> None:
        """What stands around the rows, and the cells that were written late."""
        self.around = around
        for cell in self._late:
            self._put_again(cell)

    def _put_again(self, cell: _Stored) -> None:
        """A cell that was written twice, or after those behind it: the last one counts."""
        place = cell.row, cell.column
        for facts in (self._formulas, self._errors, self._legacy, self._parts):
            facts.pop(place, None)
        for noted in (self._unstored, self._percent, self._struck, self._unseen):
            noted.discard(place)
        self._set(*place, self._value(cell))

    def finished(self) -> tuple[list[list[Raw]], SheetFacts]:
        """Rows from A1 without blanks at their ends, and the facts."""
        rows = self._rows
        if self._late:
            for row in rows:
                while row and row[-1] is None:
                    row.pop()
            while rows and not rows[-1]:
                rows.pop()
        formulas = self._formulas
        return rows, SheetFacts(
            formulas=formulas,
            unstored=frozenset(self._unstored),
            errors=self._errors,
            external=frozenset(cell for cell, text in formulas.items() if reads_outside(text)),
            hidden_rows=frozenset(self._hidden_rows),
            hidden_columns=self.around.hidden_columns,
            filtered=self.around.filtered,
            legacy_fonts=self._legacy,
            percent_cells=frozenset(self._percent),
            struck=frozenset(self._struck),
            unseen=frozenset(self._unseen),
            parts=self._parts,
        )


_NO_CONTENT = None, None, None


def _content(element: Element, main: str) -> tuple[str | None, str | None, _Text | None]:
    """Formula, text of <v> and inline text of a cell of the tree."""
    formula = written = inline = None
    for child in element:
        tag = child.tag
        if tag == f"{main}v":
            written = child.text or ""
            if len(child) and (within := child.find(f"{main}is")) is not None:
                inline = _rich_text(within, main)
        elif tag == f"{main}f":
            formula = child.text or ""
        elif tag == f"{main}is":
            inline = _rich_text(child, main)
    return formula, written, inline


def _address(run: str, at: int) -> str:
    """What the tag of a row or cell that starts at a place of a run has for ``r``."""
    start = run.find('"', at) + 1
    return run[start : run.find('"', start)]


def _row_number(written: str) -> int:
    """The number of a row. Raises LookupError when it is none."""
    plain = written.strip(_BLANKS)
    if not (plain.isascii() and plain.isdigit() and 0 < len(plain) <= len(str(MAX_ROW))):
        raise LookupError(written)
    if not 0 < int(plain) <= MAX_ROW:
        raise LookupError(written)
    return int(plain)


def _stored(place: CellPlace, kind: _Kind, formula: str, stored: str, written: str) -> _Stored:
    """A cell as the pattern gives it."""
    inner = None
    if formula:
        inner = _formula_text(formula)
    return _Stored(*place, kind, inner, _plain(written) if stored else None)


@lru_cache(maxsize=_FORMULAS)
def _formula_text(element: str) -> str:
    """The text of ``<f>``; workbooks of one template have the same formulas."""
    return _plain(element[element.find(">") + 1 :].removesuffix("</f>"))


def _plain(written: str) -> str:
    """Character data with the five entities of XML undone."""
    if "&" not in written:
        return written
    return _ENTITY.sub(lambda found: _ENTITIES[found[1]], written)


def range_of(written: str) -> tuple[int, int, int, int] | None:
    """First row and column, last row and column of a range; None when it is none of cells."""
    first, _, last = written.strip(_BLANKS).partition(":")
    start, end = place_of(first), place_of(last or first)
    if not (start and end):
        return None
    (top, bottom), (left, right) = map(sorted, zip(start, end, strict=True))
    return top, left, bottom, right


def _whole(written: str | None) -> int:
    """A whole number as an attribute writes it, 0 where it writes none."""
    plain = (written or "").strip(_BLANKS)
    return int(plain) if plain.isascii() and plain.isdigit() else 0


# What Excel, LibreOffice, xlsxwriter and openpyxl write. Text has no control characters, no entity
# but the five, and no ">"; attributes stand in one order, so that none can stand twice. Nothing
# is ever tried again in another way: what does not fit at once is left to the parser.
_PLAIN_TEXT, _PLAIN_LINES = r"[^<>&\x00-\x1f]*+", r"[^<>&\x00-\x08\x0b-\x1f]*+"
_TEXT, _LINES = (
    rf"{plain}(?:(?:&(?:amp|lt|gt|quot|apos);{plain})++)?" for plain in (_PLAIN_TEXT, _PLAIN_LINES)
)
_FLAG = r'"(?:[01]|false|true)"'
_FORMULA = (
    rf'<f(?: t="[A-Za-z]{{1,9}}+")?(?: aca={_FLAG})?(?: ref="[A-Z0-9:]{{1,21}}+")?'
    rf'(?: ca={_FLAG})?(?: si="[0-9]{{1,9}}+")?(?:/>|>{_TEXT}</f>)'
)
_PLACED = r'r="[A-Z]{1,3}+[1-9][0-9]{0,5}+"'
_CELL = (
    rf'<c {_PLACED}(?: s="[0-9]{{1,9}}+")?(?:/>|(?: t="(?:s|n|str|b|e)")?'
    rf">(?:<v>{_TEXT}</v></c>|(?:{_FORMULA})?(?:<v>{_TEXT}</v>|<v/>)?</c>))"
)
_ROW = (
    r'<row r="[1-9][0-9]{0,5}+"(?: spans="[0-9: ]++")?(?: s="[0-9]{1,9}+")?'
    rf'(?: customFormat={_FLAG})?(?: ht="[0-9.]++")?(?: hidden={_FLAG})?'
    rf'(?: customHeight={_FLAG})?(?: outlineLevel="[0-7]")?(?: collapsed={_FLAG})?'
    rf"(?: thickTop={_FLAG})?(?: thickBot={_FLAG})?"
    rf"%s(?:/>|>(?:{_CELL})*+</row>)"
)
_STRING_START, _STRING_END = "<si><t", "</t></si>"
_DESCENT = r'(?: x14ac:dyDescent="[0-9.]++")?'


@cache
def _run(*, descends: bool) -> re.Pattern[str]:
    """A run of usual rows, or of usual cells; compiled when a sheet of its kind comes."""
    row = _ROW % (_DESCENT if descends else "")
    return re.compile(f"(?:{row}){{1,500}}+|(?:{_CELL})++")


@cache
def _usual_strings() -> re.Pattern[str]:
    """A run of shared strings without formatting; they may have several lines."""
    return re.compile(
        rf'(?:{_STRING_START}(?: xml:space="preserve")?(?:/></si>|>{_LINES}{_STRING_END}))++'
    )


# The start of a usual sheet: a declaration, then its root with plain attributes; nothing of a
# comment, an instruction or a namespace with a prefix. Here and below ``++`` and ``*+`` never give
# back what they took, so that no sheet makes the search slow.
_ROOT = lazy_pattern(
    rb"(?:<\?xml[^<>?]*+\?>)?+\s*+<worksheet((?:\s++[\w:.-]++=\"[^\"<>&]*+\")*+)\s*+>"
)
_DECLARES_DESCENT = lazy_pattern(rb"\sxmlns:x14ac=\"")
# Style and type of a cell in the order in which all programs write them.
_ABOUT = lazy_pattern(r'(?: s="([0-9]++)")?+(?: t="([a-z]++)")?+')
# «<c r="G12" s="5" t="n"><f>SUM(G8:G11)</f><v>7</v>», «<row r="12" …>»; an element with another
# order or a comment in it is left to the parser.
_STORED = lazy_pattern(
    r'<(?:row|c) r="([A-Z]*+[0-9]++)"([^>/]*+)>'
    r"(<f[^>]*+(?<=/)>|<f[^>]*+>[^<]*+</f>)?+(?:(<v/?>)(?:([^<]*+)</v>)?+)?+"
)
_HIDDEN_ROW = lazy_pattern(r'<row r="([0-9]++)"[^>]*? hidden="(?:1|true)"')
_ROWS, _ROW_END = b"<sheetData>", b"</row>"
_FOOTERS_END = b"</headerFooter>"
_MARK = "kskt.run"
_SMALL = 64 * 1024  # bytes around the rows of a sheet that are worth remembering


def _read_sheet(data: bytes, grid: _Grid, *, fast: bool) -> None:
    """Fills the grid of a sheet. Raises NotXmlError and LookupError."""
    data = as_utf8(data)
    pieces = _pieces(data) if fast else None
    if pieces and pieces.is_one_run and (around := pieces.around()):
        grid.add_rows(pieces.rows)
        grid.finish(around)
        return
    rest, runs = pieces.cut() if pieces and _may_be_cut(data) else (data, [])
    walk = _walk_by_pieces if rest.count(b"<") > _LARGE else _walk
    grid.finish(_around_of(walk(rest, grid, runs)))


class _Pieces(NamedTuple):
    """A sheet in which runs of usual cells may be cut out.

    A run is whole elements without any sign that could end a comment, an instruction or a section
    of CDATA: it lies within one of these or apart from all of them. With an instruction nothing is
    lost; where there are comments or CDATA nothing is cut. A mark stands where the run stood,
    never nothing, so that the parser still proves what is around it; its name stands nowhere else,
    and it says which run is its own. What a run is good for is decided by where its mark is found.
    """

    head: bytes  # with the tag that begins the rows
    rows: str
    tail: bytes

    @property
    def _usual(self) -> re.Pattern[str]:
        root = _ROOT.match(self.head)
        return _run(descends=root is not None and _DECLARES_DESCENT.search(root[1]) is not None)

    @property
    def is_one_run(self) -> bool:
        """Whether all rows are written in the usual way, as in nearly every sheet."""
        return self._usual.fullmatch(self.rows) is not None

    def around(self) -> _Around | None:
        """What stands around the one run of rows; None where it stands in no sheet's rows.

        Sheets that nobody filled in and sheets of the same form have the same around them, but for
        the unit's name in the footer: each file of a thousand costs a tenth less without it.
        """
        tail = _without_footers(self.tail)
        read = _around if len(self.head) + len(tail) <= _SMALL else _around.__wrapped__
        return read(self.head, tail)

    def cut(self) -> tuple[bytes, list[str]]:
        """The sheet with marks in the place of its runs, and the runs."""
        rows, runs = _cut(self._usual, self.rows)
        return b"".join((self.head, rows.encode(), self.tail)), runs


def _cut(usual: re.Pattern[str], text: str) -> tuple[str, list[str]]:
    """A text with marks in the place of its usual runs, and the runs."""
    runs: list[str] = []

    def mark(found: re.Match[str]) -> str:
        runs.append(found[0])
        return f'<{_MARK} n="{len(runs) - 1}"/>'

    return usual.sub(mark, text), runs


def _may_be_cut(data: bytes) -> bool:
    """Whether a part has no mark yet, and nothing of a comment or of CDATA.

    What stands in CDATA is text; in comments no two dashes stand together.
    """
    return _MARK.encode() not in data and not (b"!" in data and b"<!" in data)


def _has_forbidden(data: bytes) -> bool:
    """Whether a part may have U+FFFE or U+FFFF, which are no characters of XML."""
    return b"\xef" in data and b"\xef\xbf" in data


@lru_cache(maxsize=256)
def _around(head: bytes, tail: bytes) -> _Around | None:
    if b"<!" in head or b"<!" in tail:
        return None
    root = parse_part(b'%s<%s n="0"/>%s' % (head, _MARK.encode(), tail), "worksheet")
    main = namespace(root.tag)
    rows = root.find(f"{main}sheetData")
    stands = rows is not None and [one.tag for one in rows] == [f"{main}{_MARK}"]
    return _around_of(root) if stands else None


def _without_footers(tail: bytes) -> bytes:
    """What follows the rows, with a mark in the place of headers and footers.

    They name the unit, and tell nothing of cells. They are taken out where they are an element by
    themselves, with no end of an instruction that began before: then what is around them is XML as
    it would be with them.
    """
    start, end = tail.find(b"<headerFooter"), tail.find(_FOOTERS_END) + len(_FOOTERS_END)
    if not 0 <= start < end or b"?>" in tail[start:end]:
        return tail
    try:
        _prove(tail[start:end])
    except NotXmlError:
        return tail
    return b"%s<%s/>%s" % (tail[:start], _MARK.encode(), tail[end:])


def _prove(data: bytes) -> None:
    """Raises NotXmlError where UTF-8 is no XML; nothing is made of what it says."""
    try:
        parser = expat.ParserCreate("utf-8", namespace_separator=" ")
        parser.Parse(data, True)  # noqa: FBT003 - expat takes it by position only
    except expat.ExpatError as error:
        raise NotXmlError(str(error)) from error


def _pieces(data: bytes) -> _Pieces | None:
    """A sheet before, in and after its rows; None where nothing may be cut. Raises NotXmlError."""
    start, end = data.find(_ROWS), data.rfind(b"</sheetData>")
    if not 0 <= start < end or _has_forbidden(data):
        return None
    start += len(_ROWS)
    try:
        return _Pieces(data[:start], data[start:end].decode(), data[end:])
    except UnicodeDecodeError as error:
        raise NotXmlError("encoding") from error


def _walk(data: bytes, grid: _Grid, runs: Sequence[str]) -> Element:
    """Hands the rows of a sheet to the grid; gives the tree of the whole."""
    root = parse_part(data, "worksheet")
    main = namespace(root.tag)
    rows = root.find(f"{main}sheetData")
    if rows is None:
        raise LookupError("sheetData")
    _hand_rows(list(rows), main, grid, runs)
    return root


def _walk_by_pieces(data: bytes, grid: _Grid, runs: Sequence[str]) -> Element:
    """Reads a large sheet row by row; a row is let go when it is read, no tree is kept whole."""
    root = None
    for root, rows in _rows_by_pieces(data, _CHUNK):
        _hand_rows(rows, namespace(root.tag), grid, runs)
    if root is None or not is_root(root, "worksheet"):
        raise LookupError("sheetData")
    return root


def _rows_by_pieces(data: bytes, size: int) -> Iterator[tuple[Element, list[Element]]]:
    """The root of a sheet and its next rows, as pieces of so many bytes bring them."""
    if declares_type(data):
        raise NotXmlError("DOCTYPE")
    parser: XMLPullParser[Element] = XMLPullParser(("start",))
    root = rows = None
    for at in range(0, len(data) + size, size):
        try:
            if at < len(data):
                parser.feed(data[at : at + size])
            else:
                parser.close()
        except ParseError as error:
            raise NotXmlError(str(error)) from error
        for _, element in cast("Iterator[tuple[str, Element]]", parser.read_events()):
            root = element if root is None else root
        if root is not None and rows is None:
            rows = root.find(f"{namespace(root.tag)}sheetData")
        if root is not None and rows is not None:
            whole = list(rows if at >= len(data) else rows[:-1])  # the last one is still open
            del rows[: len(whole)]
            yield root, whole
    if rows is None:
        raise LookupError("sheetData")


def _self_check_top(
    data: bytes, book: _Book, limits: FileLimits, *, fast: bool
) -> list[list[Raw]] | None:
    """The rows of a self-check down to its mark; None where none stands in its place."""
    data = as_utf8(data)
    grid = _Grid(book, limits)
    pieces = _pieces(_first_rows(data, MARK_ROW)) if fast else None
    if pieces and pieces.is_one_run and pieces.around():
        grid.add_rows(pieces.rows)
        return _marked_top(grid)
    for root, rows in _rows_by_pieces(data, _FEW):
        _hand_rows(rows, namespace(root.tag), grid, ())
        if len(grid.finished()[0]) >= MARK_ROW:
            return _marked_top(grid)
    return None


def _first_rows(data: bytes, count: int) -> bytes:
    """A sheet that ends behind so many of its rows; of one written in another way anything."""
    end = 0
    for _ in range(count):
        end = data.find(_ROW_END, end) + len(_ROW_END)
    return data[:end] + b"</sheetData></worksheet>"


def _marked_top(grid: _Grid) -> list[list[Raw]] | None:
    """The first rows, where the last of them begins with the mark of the self-check."""
    top = grid.finished()[0][:MARK_ROW]
    mark = top[-1][0] if len(top) == MARK_ROW and top[-1] else None
    return top if isinstance(mark, str) and mark.startswith(SELF_CHECK_MARK) else None


def _hand_rows(found: Sequence[Element], main: str, grid: _Grid, runs: Sequence[str]) -> None:
    row, mark = f"{main}row", f"{main}{_MARK}"
    for one in found:
        if one.tag == row:
            grid.add_row(one, main, runs)
        elif one.tag == mark:
            grid.add_rows(runs[int(one.get("n", ""))])
