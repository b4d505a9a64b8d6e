"""Workbooks as bytes: the room that letters take, fonts and looks, one way to write a cell.

Excel grows no merged row and LibreOffice grows none on opening: who writes a text sets the height
of its row, estimated by the advance widths of Times New Roman. They are those of the font in
1/2048 em; an accent never changes them, the horn of ơ and ư does. The same content gives the same
bytes every time.
"""

import datetime as dt
import io
import math
import re
import unicodedata
import zipfile
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, lru_cache
from itertools import accumulate, pairwise
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeAlias

from kskt_excel.ledger.safe_files import ZIP_TIME, write_whole
from kskt_excel.ledger.safeguards import as_keywords
from kskt_excel.model.book import LONGEST_SHEET_NAME
from kskt_excel.model.calendar import in_utc
from kskt_excel.model.errors import KsktError
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.reading import Value

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet


# ---- The room that letters take

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


def lines_height(count: int, size: float, least: float = 0.0) -> float:
    """Height of a row whose highest cell has so many lines, as ``row_height`` gives it."""
    return min(max(count * line_height(size) + _SPARE_POINTS, least), HIGHEST_ROW)


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


# ---- Fonts, fills, looks

FONT: Final = "Times New Roman"
BODY_SIZE: Final = 12

INPUT_FILL: Final = "#FFF9DB"  # light yellow: a cell to fill
GIVEN_FILL: Final = "#F2F2F2"  # light grey: the office's text, or a formula
CARRIED_FILL: Final = "#E7F1FA"  # light blue: the unit's own words of the quarter before
HEADING_FILL: Final = "#DCE6F1"
GOOD_FILL: Final = "#E2EFDA"  # light enough for black-and-white printers
WARN_FILL: Final = "#FFF2CC"
BAD_FILL: Final = "#F8CBAD"
MARK_ERROR_FILL: Final = "#FFC7CE"  # a marked cell: light red, unlike any fill of the forms
MARK_WARN_FILL: Final = "#FFEB9C"  # stronger than the yellow of a cell to fill
BAD_INK: Final = "#C00000"
QUIET_INK: Final = "#595959"
LINK_INK: Final = "#0563C1"
BORDER_INK: Final = "#7F7F7F"

SheetKind: TypeAlias = Literal["start", "fill", "register", "form", "record"]
"""First to be read; given rows to fill; rows that are added; what is printed; kept by itself."""
TAB_COLOURS: Final[Mapping[SheetKind, str]] = MappingProxyType(
    {  # by Okabe and Ito: told apart by people who are blind to red, green or blue
        "start": "#0072B2",
        "fill": "#E69F00",
        "register": "#009E73",
        "form": "#56B4E9",
        "record": "#595959",
    }
)

# Dots as literals, so that every machine shows 1.234, whatever its regional settings
COUNT_FORMAT: Final = '[>=1000000]0"."000"."000;[>=1000]0"."000;0'
SPARE_COUNT_FORMAT: Final = '[=0]"";[>=1000]0"."000;0'  # a row that nobody has used yet
DATE_FORMAT: Final = "dd/mm/yyyy"
MOMENT_FORMAT: Final = "dd/mm/yyyy hh:mm"
TEXT_FORMAT: Final = "@"
VIETNAMESE_NUMBERS: Final = "[$-42A]"
"""Before a number format: a decimal comma, also where LibreOffice runs under another language."""
WHOLE_RATE_FORMAT: Final = "0%"

MARGINS_MM: Final[Mapping[str, int]] = MappingProxyType(
    {"left": 30, "right": 15, "top": 20, "bottom": 20}  # Nghị định 30/2020/NĐ-CP, Phụ lục I
)
PAPER_A4: Final = 9  # Excel's number of it
PAGE_NUMBER: Final = f'&C&"{FONT},Regular"&13&P'

_BASE: Final[Mapping[str, Any]] = MappingProxyType({"font_name": FONT, "font_size": BODY_SIZE})
_LOOKS: Final[Mapping[str, Mapping[str, Any]]] = MappingProxyType(
    {
        # places
        "left": {"align": "left"},
        "center": {"align": "center"},
        "right": {"align": "right"},
        "middle": {"valign": "vcenter"},
        "top": {"valign": "top"},
        "wrap": {"text_wrap": True},
        "indent": {"align": "left", "indent": 1},
        "border": {"border": 1, "border_color": BORDER_INK},
        "frame": {"border": 1},
        "open_top": {"top": 0},
        "open_bottom": {"bottom": 0},
        # letters
        "bold": {"bold": True},
        "italic": {"italic": True},
        "quiet": {"font_color": QUIET_INK},
        "alarm": {"font_color": BAD_INK, "bold": True},
        "small": {"font_size": 11},
        "tiny": {"font_size": 10},
        "size13": {"font_size": 13},
        "size14": {"font_size": 14},
        "link": {"font_color": LINK_INK, "underline": 1},
        # values
        "text": {"num_format": TEXT_FORMAT},
        "count": {"num_format": COUNT_FORMAT},
        "spare_count": {"num_format": SPARE_COUNT_FORMAT},
        "date": {"num_format": DATE_FORMAT},
        "moment": {"num_format": MOMENT_FORMAT},
        "no_zero": {"num_format": "0;-0;"},
        "whole_rate": {"num_format": WHOLE_RATE_FORMAT},
        # fills
        "input": {"bg_color": INPUT_FILL},
        "given": {"bg_color": GIVEN_FILL},
        "carried": {"bg_color": CARRIED_FILL, "italic": True},
        "good": {"bg_color": GOOD_FILL},
        "warn": {"bg_color": WARN_FILL},
        "bad": {"bg_color": BAD_FILL},
        "review": {"bg_color": MARK_WARN_FILL},
        "heading_fill": {"bg_color": HEADING_FILL},
        # protection
        "open": {"locked": False},
    }
)
_SETS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "title": ("bold", "size14", "left", "middle"),
        "heading": ("bold", "center", "middle", "wrap", "border", "heading_fill"),
        "numbering": ("italic", "small", "center", "middle", "border"),
        "cell": ("border", "middle", "wrap"),
        "body": ("border", "middle", "small"),
        "total": ("border", "middle", "bold", "given"),
        "note": ("italic", "quiet", "left", "middle"),
    }
)


_STYLE_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {  # of the sets: what people find under «Kiểu ô» and change for all such cells at once
        "title": "Sổ - tiêu đề trang",
        "heading": "Sổ - đầu cột",
        "numbering": "Sổ - số cột",
        "cell": "Sổ - ô biểu mẫu",
        "body": "Sổ - ô bảng",
        "total": "Sổ - dòng cộng",
        "note": "Sổ - lời dẫn",
        "frame": "Sổ - ô bản in",
    }
)


class AskedFormats(NamedTuple):
    """Formats by the names of their looks, in the order they were asked for."""

    looks: "dict[tuple[str, ...], Format]"
    conditional: "dict[tuple[str, ...], Format]"
    more: "dict[tuple[tuple[str, ...], tuple[tuple[str, Any], ...]], Format]"
    """Those with properties on top: names, properties."""


class Formats:
    """Formats of one workbook by the names of looks: ``formats("cell", "count", "open")``.

    Later names win over earlier ones; the same names give the same Format.
    """

    def __init__(self, workbook: "Workbook") -> None:
        self._workbook = workbook
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}
        self._named: dict[tuple[str, ...], Format] = {}
        self._conditional: dict[tuple[str, ...], Format] = {}
        self._made_conditional: dict[tuple[str, ...], Format] = {}
        self._more: dict[tuple[tuple[str, ...], tuple[tuple[str, Any], ...]], Format] = {}
        self._styles: dict[int, tuple[Format, str]] = {}  # by id of the format

    def __call__(self, *names: str, **own: Any) -> "Format":
        """The format of these looks together; ``own`` are XlsxWriter properties on top."""
        if own:
            made = self._styled(names, self.of(look(*names) | own))
            self._more[names, tuple(own.items())] = made
            return made
        if names not in self._named:  # asked for cell by cell
            self._named[names] = self._styled(names, self.of(look(*names)))
        return self._named[names]

    def conditional(self, *names: str) -> "Format":
        """What a conditional format changes: these looks without the body font."""
        made = self._made_conditional.get(names)
        if made is None:
            made = self._workbook.add_format(marks(*names))
            made._get_dxf_index()  # noqa: SLF001 - numbered as they are asked for
            self._made_conditional[names] = made
        self._conditional[names] = made
        return made

    @contextmanager
    def noted(self) -> Iterator[AskedFormats]:
        """What is asked for by names in here."""
        before, asked = self._named, AskedFormats({}, {}, {})
        self._named, self._conditional, self._more = asked
        yield asked
        self._named = before | asked.looks

    def _styled(self, names: Sequence[str], made: "Format") -> "Format":
        if names and (style := _STYLE_NAMES.get(names[0])):
            self._styles.setdefault(id(made), (made, style))
        return made

    def styles(self) -> dict[int, str]:
        """Names of the cell styles that formats in use belong to, by the number of the format.

        Known when the workbook is closed.
        """
        numbered = ((made.xf_index, style) for made, style in self._styles.values())
        return {number: style for number, style in numbered if number is not None}

    def of(self, properties: Mapping[str, Any]) -> "Format":
        """The format of XlsxWriter properties; equal properties give the same Format."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._workbook.add_format(dict(properties))
        return self._made[key]

    def properties(self, made: "Format") -> dict[str, Any]:
        """The XlsxWriter properties that a format was made of."""
        return next(dict(key) for key, one in self._made.items() if one is made)


def look(*names: str) -> dict[str, Any]:
    """XlsxWriter properties of the named looks on top of the body font. Raises KeyError."""
    properties = dict(_BASE)
    for name in names:
        for part in _SETS.get(name, (name,)):
            properties |= _LOOKS[part]
    return properties


def marks(*names: str) -> dict[str, Any]:
    """The looks without the body font, as conditional formats want them. Raises KeyError."""
    properties: dict[str, Any] = {}
    for name in names:
        properties |= _LOOKS[name]
    return properties


# ---- A workbook and its cells

Edit = Callable[[str, bytes], bytes]
"""Makes a part of the package into another one: (name, content) -> content."""

_CELL_LIMIT: Final = 32_767  # UTF-16 units a cell can hold
_SURELY_SHORT: Final = 16_000  # letters that never take more
# XML forbids them, escaped too: Excel would call the file damaged.
UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_SHEET_PART: Final = re.compile(r"xl/worksheets/sheet\d+\.xml")
_SHEETS: Final = re.compile(rb"(?<=<sheets>).*?(?=</sheets>)", re.DOTALL)
_SHEET: Final = re.compile(rb"<sheet [^>]*/>")
# Names of one sheet (print areas, rows repeated) point to it by its place among the tabs.
_LOCAL: Final = re.compile(rb'(?<=localSheetId=")\d+(?=")')
_ACTIVE: Final = re.compile(rb' activeTab="(\d+)"')
_HEADER_FOOTER: Final = re.compile(rb"<headerFooter([^>]*)>(.*?)</headerFooter>", re.DOTALL)
_ODD_FOOTER: Final = re.compile(rb"<oddFooter>(.*?)</oddFooter>", re.DOTALL)
_STYLES_PART: Final = "xl/styles.xml"
# One format: closed in itself, or with its alignment and protection inside.
_XF: Final = re.compile(rb"<xf\b[^>]*/>|<xf\b[^>]*[^/]>.*?</xf>", re.DOTALL)
_XF_ID: Final = re.compile(rb' xfId="\d+"')
_STYLE_XFS: Final = re.compile(rb"<cellStyleXfs\b[^>]*>(.*?)</cellStyleXfs>", re.DOTALL)
_CELL_XFS: Final = re.compile(rb"<cellXfs\b[^>]*>(.*?)</cellXfs>", re.DOTALL)
_CELL_STYLES: Final = re.compile(rb"<cellStyles\b[^>]*>(.*?)</cellStyles>", re.DOTALL)
_CELL_STYLE: Final = re.compile(rb"<cellStyle\b[^>]*/>")
_FORBIDDEN_IN_NAMES: Final = re.compile(r"[\[\]:*?/\\]")
_MOST_FROZEN_PX: Final = 438  # a third of a laptop's screen without bar and numbers of rows
# Between what it is, whose and of which period: the last parts of a footer that is cut stay whole.
_FOOTER_PARTS: Final = re.compile(r"(?= [-–] )")
_LONGEST_PERIOD: Final = 50  # letters of "Quý I/2022" and of what stands behind it
_LONGEST_FOOTER: Final = 100  # twice that, and the command, stay under Excel's 255


class DamagedOutputError(KsktError):
    """A workbook that cannot be opened again right after it was made."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"Tệp {path.name} vừa lập không mở lại được nên chưa thay tệp cũ."
            " Đề nghị chạy lại; nếu vẫn thế, đề nghị kiểm tra ổ đĩa và bộ nhớ của máy."
        )


# Excel takes no table called as a cell is: A1, R1C1, R, C.
_LIKE_A_CELL: Final = re.compile(r"[A-Za-z]{1,3}\d+|[RrCc]\d*|[Rr]\d*[Cc]\d*")


class BookWriter:
    """A workbook under way: ``workbook`` is XlsxWriter's own, ``formats`` its looks.

    ``created`` is the only time that stands in it; it is given, so that two runs give equal bytes.
    ``record`` says how far the record had come (RecordMark.words).
    ``row_by_row`` is for long sheets: cells must then come row after row, and take little memory.
    ``on_disk`` keeps the parts under way in temporary files, for workbooks of many megabytes.
    """

    def __init__(
        self,
        *,
        created: dt.datetime,
        title: str,
        agency: str,
        subject: str = "",
        record: str = "",
        row_by_row: bool = False,
        on_disk: bool = False,
    ) -> None:
        self._bytes = io.BytesIO()
        self.workbook = _workbook(self._bytes, row_by_row=row_by_row, on_disk=on_disk)
        self.formats = Formats(self.workbook)
        self._tables: set[str] = set()
        self.workbook.set_properties(
            {
                "title": cell_text(title),
                "subject": cell_text(subject),
                "author": cell_text(agency),
                "company": cell_text(agency),
                "comments": cell_text(record),
                "keywords": as_keywords(record),  # a PDF that is made from it keeps these alone
                "created": in_utc(created),
            }
        )

    def sheet(self, name: str) -> "Worksheet":
        """A new sheet; of the name, what Excel forbids is left out and 31 characters are kept."""
        return self.workbook.add_worksheet(sheet_name(name), plain_worksheet())

    def table_name(self, wanted: str) -> str:
        """A name for an Excel table that no other one of the workbook has: ``ho_so``, ``II_06a``.

        Power Query finds the table by it.
        """
        name = re.sub(r"\W", "_", wanted)
        if not name[0].isalpha() or _LIKE_A_CELL.fullmatch(name):
            name = f"_{name}"
        while name.casefold() in self._tables:
            name += "_"
        self._tables.add(name.casefold())
        return name

    def mark(self, marks: Mapping[str, str]) -> None:
        """Writes marks as custom properties and as defined names of the same spelling."""
        for name, value in marks.items():
            self.workbook.set_custom_property(name, value, "text")
            doubled = value.replace('"', '""')
            self.workbook.define_name(name, f'="{doubled}"')

    def finish(self, *edits: Edit) -> bytes:
        """The finished workbook, its package changed by ``edits``."""
        self.workbook.close()
        styles = self.formats.styles()

        def with_styles(name: str, content: bytes) -> bytes:
            return named_styles(content, styles) if name == _STYLES_PART else content

        parts, self.workbook.parts = self.workbook.parts, ()
        # workbook and sheets name each other: all cells would wait for the collector
        self.workbook.worksheets_objs.clear()
        self.workbook.sheetnames.clear()
        return _packed(parts or _parts(self._bytes.getvalue()), (with_styles, *edits))


def cell_text(text: str) -> str:
    """The text as a cell can hold it: no control characters, lone halves or CR; 32,767 units."""
    if len(text) <= _SURELY_SHORT and text.isprintable():
        return text  # most
    text = UNWRITABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if len(text) * 2 <= _CELL_LIMIT or len(text.encode("utf-16-le")) // 2 <= _CELL_LIMIT:
        return text
    units = text.encode("utf-16-le")[: (_CELL_LIMIT - 1) * 2]
    return units.decode("utf-16-le", "ignore") + "…"


_LIKE_AN_ESCAPE: Final = re.compile("_(?=x[0-9a-fA-F]{4}_)")
_SPACED: Final = '<t xml:space="preserve">'


def inline_text(text: str) -> str:
    """A text as an element of a cell; cut in two where it looks like the format's own escape.

    Excel would read ``_x0041_`` as A; of an escape of it openpyxl knows in shared texts only.
    """
    text = as_xml(cell_text(text))
    if _LIKE_AN_ESCAPE.search(text):
        cut = _LIKE_AN_ESCAPE.sub(f"_</t></r><r>{_SPACED}", text)
        return f"<r>{_SPACED}{cut}</t></r>"
    return f"<t>{text}</t>" if text.strip() == text else f"{_SPACED}{text}</t>"


def as_xml(text: str) -> str:
    """A text that a cell can hold as character data."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def as_ascii_xml(text: str) -> bytes:
    """Any text as character data or attribute value, whatever the encoding of the part is."""
    text = as_xml(UNWRITABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
    quoted = text.replace('"', "&quot;").replace("\n", "&#10;")
    return quoted.encode("ascii", "xmlcharrefreplace")


_ENTITY: Final = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos));")
_NAMED: Final = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_LAST_CODE: Final = 0x10FFFF  # of Unicode


def from_xml(raw: bytes) -> str:
    """Character data as text; what is not UTF-8 becomes the replacement character."""
    plain = raw.decode("utf-8", "replace")
    return _ENTITY.sub(_character, plain) if "&" in plain else plain


def _character(match: re.Match[str]) -> str:
    if match[3]:
        return _NAMED[match[3]]
    code = int(match[1], 16) if match[1] else int(match[2])
    return chr(code) if code <= _LAST_CODE else "\ufffd"


def write_text(
    sheet: "Worksheet", row: int, column: int, text: str, looks: "Format | None" = None
) -> None:
    """Writes a text as text, whatever it begins with; rows and columns from 1; blank when ""."""
    if text:
        sheet.write_string(row - 1, column - 1, cell_text(text), looks)
    else:
        sheet.write_blank(row - 1, column - 1, None, looks)


def sheet_name(name: str) -> str:
    """The name as Excel allows it on a tab."""
    return (
        _FORBIDDEN_IN_NAMES.sub(" ", cell_text(name)).strip("'")[:LONGEST_SHEET_NAME].strip()
        or "Sheet"
    )


def quoted(name: str) -> str:
    """A sheet's name as a formula writes it: ``'Hồ sơ'``."""
    doubled = name.replace("'", "''")
    return f"'{doubled}'"


def formula_text(text: str) -> str:
    """A text as a formula writes it, in quotation marks."""
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


def in_header(text: str) -> str:
    """A text for a header or footer, where ``&`` begins a command."""
    return cell_text(text).replace("&", "&&")


def footer_command(text: str) -> str:
    """A footer at the left: what it is, whose, of which period.

    Of a text that is too long the names are cut; its last parts, which tell the period, stay.
    """
    kept = ""
    if len(text) > _LONGEST_FOOTER:
        parts = _FOOTER_PARTS.split(text)
        while len(parts[-1]) + len(kept) <= _LONGEST_PERIOD:
            kept = parts.pop() + kept
        text = "".join(parts)[: _LONGEST_FOOTER - len(kept) - 1].rstrip(" -–") + "…"
    return f'&L&"{FONT},Italic"&9{in_header(text + kept)}'


def paper(sheet: "Worksheet", *, landscape: bool, footer: str = "") -> None:
    """Sets A4, the margins of the decree, the page number on top and a footer at the left.

    Source: Nghị định 30/2020/NĐ-CP, Phụ lục I.
    """
    if landscape:
        sheet.set_landscape()
    else:
        sheet.set_portrait()
    sheet.set_paper(PAPER_A4)
    sheet.set_margins(**{side: mm / 25.4 for side, mm in MARGINS_MM.items()})
    as_they_are = {"scale_with_doc": False}  # both must say so, the last one counts
    sheet.set_header(PAGE_NUMBER, {"margin": 10 / 25.4, **as_they_are})
    if footer:
        sheet.set_footer(footer_command(footer), {"margin": 8 / 25.4, **as_they_are})
    sheet.center_horizontally()


def columns_in_sight(widths: Iterable[int]) -> int:
    """How many columns of these pixels, the first ones, may stay in sight beside what scrolls.

    What scrolls keeps two thirds of a laptop's screen of 1366 x 768.
    """
    return sum(taken <= _MOST_FROZEN_PX for taken in accumulate(widths))


def colour_tab(sheet: "Worksheet", kind: SheetKind) -> None:
    """Gives the tab of a sheet the colour of its kind."""
    sheet.set_tab_color(TAB_COLOURS[kind])


def narrow_margins(sheet: "Worksheet") -> None:
    """Margins of a working paper, which no decree asks more of: 10 mm, 15 at the left and top."""
    sheet.set_margins(left=15 / 25.4, right=10 / 25.4, top=15 / 25.4, bottom=15 / 25.4)


def patched(data: bytes, *edits: Edit) -> bytes:
    """The package with its parts changed, in the same order and with fixed times."""
    return _packed(_parts(data), edits)


def _parts(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Names and contents of a package, one by one."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for info in package.infolist():
            yield info.filename, package.read(info)


def _packed(parts: Iterable[tuple[str, bytes]], edits: Sequence[Edit]) -> bytes:
    """The package of these parts, each changed by the edits, with fixed times."""
    result = io.BytesIO()
    with zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in parts:
            content = part
            for edit in edits:
                content = edit(name, content)
            entry = zipfile.ZipInfo(name, ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(entry, content)
    return result.getvalue()


def named_styles(content: bytes, styles: Mapping[int, str]) -> bytes:
    """The part with styles that have names, which XlsxWriter does not write.

    ``styles`` are names by the numbers of the formats that belong to them. A style looks like the
    first of its formats; the others say themselves what they have otherwise.
    """
    numbers: dict[str, int] = {}
    looks: list[bytes] = []
    taken = len(_XF.findall(_found(_STYLE_XFS, content)))

    def belonging(at: int, xf: bytes) -> bytes:
        name = styles.get(at)
        if name is None:
            return xf
        if name not in numbers:
            numbers[name] = taken + len(numbers)
            looks.append(_XF_ID.sub(b"", xf, count=1))
        return _XF_ID.sub(b' xfId="%d"' % numbers[name], xf, count=1)

    formats = _found(_CELL_XFS, content)
    each = b"".join(belonging(at, xf) for at, xf in enumerate(_XF.findall(formats)))
    named = "".join(f'<cellStyle name="{name}" xfId="{at}"/>' for name, at in numbers.items())
    own = _found(_CELL_STYLES, content)
    for part, pattern, whole in (
        (b"cellXfs", _XF, each),
        (b"cellStyleXfs", _XF, _found(_STYLE_XFS, content) + b"".join(looks)),
        (b"cellStyles", _CELL_STYLE, own + named.encode()),
    ):
        counted = b'<%s count="%d">%s</%s>' % (part, len(pattern.findall(whole)), whole, part)
        start, end = content.index(b"<%s " % part), content.index(b"</%s>" % part)
        content = content[:start] + counted + content[end + len(part) + 3 :]
    return content


def _found(pattern: re.Pattern[bytes], content: bytes) -> bytes:
    found = pattern.search(content)
    return found[1] if found else b""


def first_page_without_number(name: str, content: bytes) -> bytes:
    """An Edit: the first page of each sheet keeps its footer and shows no page number.

    XlsxWriter has no different first page.
    Source: Nghị định 30/2020/NĐ-CP, Phụ lục I.
    """
    if not _SHEET_PART.fullmatch(name):
        return content
    return _HEADER_FOOTER.sub(_with_first_page, content)


def growing_rows(name: str, content: bytes) -> bytes:
    """An Edit: row heights are a beginning; Excel lets a row grow with what is typed into it."""
    return content.replace(b' customHeight="1"', b"") if _SHEET_PART.fullmatch(name) else content


def write_workbook(path: Path, data: bytes) -> None:
    """Writes a workbook whole or not at all, after opening it once more.

    Raises DamagedOutputError, FileLockedError, WriteFailedError.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            broken = package.testzip()
    except zipfile.BadZipFile as error:
        raise DamagedOutputError(path) from error
    if broken:
        raise DamagedOutputError(path)
    write_whole(path, data)


def _workbook(target: io.BytesIO, *, row_by_row: bool, on_disk: bool) -> "Workbook":
    options = {
        "constant_memory": row_by_row,
        "in_memory": not (row_by_row or on_disk),
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": False,
    }
    return _workbook_class()(target, options)


@cache
def _workbook_class() -> "type[Workbook]":
    """XlsxWriter's workbook, which gives its parts as they are, where they are in memory.

    It would pack them, and they would be unpacked, changed and packed again: ``kskt issue`` would
    cost 1.4 times the processor.
    """
    from xlsxwriter import Workbook
    from xlsxwriter.packager import Packager
    from xlsxwriter.sharedstrings import SharedStrings

    class PlainStrings(SharedStrings):  # type: ignore[misc]  # XlsxWriter says no types
        def _write_sst_strings(self) -> None:
            self.fh.write("".join(map(_shared_string, self.string_table.string_array)))

    class PlainPackager(Packager):  # type: ignore[misc]
        def _write_shared_strings_file(self) -> None:
            strings = PlainStrings()
            strings.string_table = self.workbook.str_table
            if strings.string_table.count:
                strings._set_xml_writer(self._filename("xl/sharedStrings.xml"))  # noqa: SLF001
                strings._assemble_xml_file()  # noqa: SLF001

        def _create_package(self) -> list[object]:
            files: list[Any] = super()._create_package()
            if not self.in_memory:
                return files
            contents = ((name, file.getvalue()) for file, name, _ in files)
            self.workbook.parts = [
                (name, one.encode() if isinstance(one, str) else one) for name, one in contents
            ]
            return []

    class PlainWorkbook(Workbook):  # type: ignore[misc]
        parts: Sequence[tuple[str, bytes]] = ()

        def _get_packager(self) -> Packager:
            return PlainPackager()

    return PlainWorkbook


@lru_cache(maxsize=8192)
def _shared_string(text: str) -> str:
    """A text's element among the strings of a workbook, as XlsxWriter writes it.

    Of 2,900 texts of a unit's workbook nearly all stand in the next one too: a sixth of the time.
    """
    from xlsxwriter.sharedstrings import SharedStrings

    writer = SharedStrings()
    writer.fh = written = io.StringIO()
    writer._write_si(text)  # noqa: SLF001
    return written.getvalue()


def _with_first_page(found: re.Match[bytes]) -> bytes:
    attributes, body = found[1], found[2]
    footer = _ODD_FOOTER.search(body)
    first = b"<firstFooter>" + footer[1] + b"</firstFooter>" if footer else b""
    return (
        b'<headerFooter differentFirst="1"' + attributes + b">" + body + first + b"</headerFooter>"
    )


@cache
def plain_worksheet() -> "type[Worksheet]":
    """XlsxWriter's sheet, which takes formulas as they are, and XML that is made already.

    It would look in each formula for a hundred functions that are younger than Excel 2007; ours
    have none of them, which ``tests/excel/test_writing`` holds. ``assembled`` gives the sheet's XML
    in place of what XlsxWriter would assemble; ``when_assembled`` is told what it has.
    """
    from xlsxwriter.worksheet import Worksheet

    class PlainWorksheet(Worksheet):  # type: ignore[misc]  # XlsxWriter says no types
        def __init__(self) -> None:
            super().__init__()
            self.assembled: Callable[[], str] | None = None
            self.when_assembled: Callable[[str], None] | None = None

        def _prepare_formula(self, formula: str, *_: object) -> str:
            return formula.removeprefix("=")

        def _assemble_xml_file(self) -> None:
            if self.assembled:
                self.fh.write(self.assembled())
                return
            super()._assemble_xml_file()
            told, self.when_assembled = self.when_assembled, None
            if told:
                told(self.fh.getvalue())

    return PlainWorksheet


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula (without ``=``) and the result that is stored beside it."""

    text: str
    result: str | float


CellContent: TypeAlias = Value | dt.datetime | Formula


_EPOCH: Final = 693_594  # ordinal of 30/12/1899, day 0 of the sheet's calendar
_SECONDS_A_DAY: Final = 86_400


class CellLine(NamedTuple):
    """A row to be written: cells from column A with a format for each."""

    cells: Sequence[CellContent]
    formats: "Sequence[Format]"
    level: int = 0
    height: float | None = None  # points


def day_number(day: dt.date) -> int:
    """The number by which a sheet stores a day."""
    return day.toordinal() - _EPOCH


def moment_number(moment: dt.datetime) -> float:
    """The number by which a sheet stores a moment, as its clock shows it."""
    seconds = moment.hour * 3600 + moment.minute * 60 + moment.second
    return moment.toordinal() - _EPOCH + seconds / _SECONDS_A_DAY


def write_lines(sheet: "Worksheet", first_row: int, lines: Iterable[CellLine]) -> None:
    """Writes lines cell by cell, as XlsxWriter wants it; cells already there stay."""
    for row, line in enumerate(lines, start=first_row - 1):
        written = sheet.table.get(row, {})
        for column, (value, look) in enumerate(zip(line.cells, line.formats, strict=True)):
            if column not in written:
                write_cell(sheet, row, column, value, look)
        options = {"level": line.level, "hidden": True} if line.level else {}
        if line.height or options:
            sheet.set_row(row, line.height, None, options)


def write_cell(
    sheet: "Worksheet", row: int, column: int, value: CellContent, look: "Format | None"
) -> None:
    """Writes one cell by what it holds; row and column from 0."""
    if isinstance(value, Formula):
        sheet.write_formula(row, column, f"={value.text}", look, value.result)
    elif value is None or value == "":
        sheet.write_blank(row, column, None, look)
    elif isinstance(value, bool):
        sheet.write_string(row, column, "Có" if value else "Không", look)
    elif isinstance(value, str):
        sheet.write_string(row, column, cell_text(value), look)
    elif isinstance(value, dt.datetime):
        sheet.write_number(row, column, moment_number(value), look)
    elif isinstance(value, dt.date):
        sheet.write_number(row, column, day_number(value), look)
    else:
        sheet.write_number(row, column, value, look)


def tabs_in_order(written: Sequence[str], order: Sequence[str]) -> Edit:
    """An Edit: the tabs in another order than that in which the sheets were written."""
    place = {name: at for at, name in enumerate(order)}
    moved = [place[name] for name in written]  # where each written sheet comes to stand

    def edit(name: str, content: bytes) -> bytes:
        if name != "xl/workbook.xml" or list(written) == list(order):
            return content
        sheets = _SHEET.findall(content)
        tabs = b"".join(sheets[written.index(one)] for one in order)
        active = _ACTIVE.search(content)
        shown = b' activeTab="%d"' % moved[int(active[1]) if active else 0]
        content = _SHEETS.sub(lambda _: tabs, content)
        content = _LOCAL.sub(lambda found: b"%d" % moved[int(found[0])], content)
        return _ACTIVE.sub(b"", content).replace(b"<workbookView", b"<workbookView" + shown, 1)

    return edit
