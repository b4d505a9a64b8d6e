"""The tracker's package without what the program can make again: small enough to read with care.

Without it a tracker of three hundred units in which something is written by hand makes a run cost
nine times the processor. Of a long sheet only rows stay in which a person may have left something;
the texts that no row needs any more are emptied. Where a program wrote the XML otherwise than
expected nothing is cut.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import field
from typing import IO, Any, Final

from kskt_excel.excel.book_writer import FONT, QUIET_INK
from kskt_excel.excel.tracker.blocks import OPINION, TRACKER_MARK
from kskt_excel.excel.tracker.handwriting import LINK_COLOUR, PROGRAM_FILLS
from kskt_excel.model.book import column_letters, column_number
from kskt_excel.model.nouns import dataclass

_SMALL: Final = 200_000  # bytes: a part below is read whole
_HEAD_ROWS: Final = 30  # kept whatever they hold: title, mark, totals and the first heading
_SHEET: Final = re.compile(r"xl/worksheets/sheet\d+\.xml")
_PIECE: Final = 1 << 20  # bytes of a part that are read at a time
_FIRST, _LAST = b"<sheetData>", b"</sheetData>"
_STRINGS: Final = "xl/sharedStrings.xml"
_STYLES: Final = "xl/styles.xml"
_ROW_NUMBER: Final = re.compile(rb'<row\b[^>]*?\br="(\d+)"')
_ENTRY: Final = re.compile(rb"<si>.*?</si>|<si/>", re.DOTALL)
_INDEX: Final = re.compile(rb't="s"[^>]*><v>(\d+)</v>')
# Every row that the program wrote has its key in column A.
_KEYED: Final = re.compile(rb'<c r="A\d+"[^>]*[^/]>')
_KEY_IN: Final = rb'<c r="[A-Z]+\d+"[^>]*t="s"[^>]*><v>(?:%s)</v>'
_STYLED: Final = rb'<c [^>]*s="(?:%s)"'
_SHARED: Final = b't="s"'
_TEXT_CELL: Final = re.compile(rb'<c r="([A-Z]+)\d+"[^>]*t="s"[^>]*><v>(\d+)</v>')

_CELL_OF: Final = rb'<c r="(?:%s)\d+"[^>/]*>'
_FILL: Final = re.compile(rb"<fill>(.*?)</fill>|<fill/>", re.DOTALL)
_FONT: Final = re.compile(rb"<font>(.*?)</font>|<font/>", re.DOTALL)
_CONTENT: Final = {
    _FILL: re.compile(rb"<fills\b.*?</fills>", re.DOTALL),
    _FONT: re.compile(rb"<fonts\b.*?</fonts>", re.DOTALL),
}
_LETTERS: Final = re.compile(rb'<(?:b|i|strike)(?: val="(?:1|true)")?\s*/>')
_SIZE: Final = re.compile(rb'<sz val="([\d.]+)"')
_LETTER_COLOUR: Final = re.compile(rb'<color rgb="(?:[0-9A-Fa-f]{2})?([0-9A-Fa-f]{6})"')
# Theme colour 1 and the old colours 8 and 64 are black, as the program's own.
_OTHER_COLOUR: Final = re.compile(rb'<color (?:theme="(?!1")|indexed="(?!8"|64"))')
_ROW_SIZES: Final = (10, 11)  # points: of keys, of all else
_ROW_INKS: Final = ("000000", QUIET_INK.removeprefix("#"), LINK_COLOUR)
_ROW_FONT: Final = f'"{FONT}"'.encode()
_COLOUR: Final = re.compile(rb'<fgColor[^>]*?rgb="(?:[0-9A-Fa-f]{2})?([0-9A-Fa-f]{6})"')
_XFS: Final = re.compile(rb"<cellXfs[^>]*>(.*?)</cellXfs>", re.DOTALL)
_XF: Final = re.compile(rb"<xf\b[^>]*>")
_FILL_OF: Final = re.compile(rb'fillId="(\d+)"')
_FONT_OF: Final = re.compile(rb'fontId="(\d+)"')
_COMMENT_AT: Final = re.compile(rb'<comment\b[^>]*?ref="[A-Z]+(\d+)"')
_COLUMNS_SEEN: Final = 60  # columns from the office's first one on that are looked at


def reduced(data: bytes) -> bytes:
    """The package, tested, with its long sheets cut down. Raises BadZipFile, KeyError."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {info.filename: info.file_size for info in package.infolist()}
        sheets = (size for name, size in parts.items() if _SHEET.fullmatch(name))
        if max(sheets, default=0) >= _SMALL:
            return _without_bulk(package)  # reads every part, and so tests it
        if package.testzip():
            raise zipfile.BadZipFile
        return data


def rows_left(sheet: Any) -> Iterator[Any]:
    """The rows of openpyxl's sheet that have a cell; it would make cells for all that was cut."""
    numbers = sorted({row for row, _ in sheet._cells})  # noqa: SLF001  # no other way
    last = sheet.max_column
    for number in numbers:
        yield from sheet.iter_rows(min_row=number, max_row=number, max_col=last)


def _without_bulk(package: zipfile.ZipFile) -> bytes:
    names = package.namelist()
    strings = _Strings.of(package.read(_STRINGS) if _STRINGS in names else b"")
    styles = hand_styles(package.read(_STYLES) if _STYLES in names else b"")
    commented = _commented_rows(package, names)
    sheets = {
        name: _cut(package, name, strings, _Touched(styles, commented))
        for name in names
        if _SHEET.fullmatch(name)
    }
    result = io.BytesIO()
    with zipfile.ZipFile(result, "w", zipfile.ZIP_STORED) as small:
        for name in names:
            if name == _STRINGS:
                small.writestr(name, strings.kept(sheets.values()))
            else:
                small.writestr(name, sheets[name] if name in sheets else package.read(name))
    return result.getvalue()


@dataclass(frozen=True)
class _Strings:
    """The shared texts of a workbook."""

    data: bytes
    spans: tuple[tuple[int, int], ...] = ()
    marks: frozenset[int] = field(default_factory=frozenset)  # texts that mark a program's sheet
    headings: frozenset[int] = field(default_factory=frozenset)  # texts that begin with "_id/"
    opinions: frozenset[int] = field(default_factory=frozenset)  # the office's first heading

    @classmethod
    def of(cls, data: bytes) -> "_Strings":
        """Where each text stands, and which of them say what a sheet is."""
        spans = tuple(match.span() for match in _ENTRY.finditer(data))
        places = {start: index for index, (start, _) in enumerate(spans)}
        starts = [start for start, _ in spans]

        def having(text: bytes) -> frozenset[int]:
            found = set()
            at = data.find(text)
            while at >= 0:
                start = starts[_last_not_after(starts, at)] if starts else -1
                found.add(places.get(start, -1))
                at = data.find(text, at + 1)
            return frozenset(found)

        opinion = f">{OPINION}<".encode()
        return cls(
            data, spans, having(f"{TRACKER_MARK}/".encode()), having(b">_id/"), having(opinion)
        )

    def kept(self, sheets: Iterable[bytes]) -> bytes:
        """The texts with those emptied that no cell of the sheets shows."""
        used = {int(index) for sheet in sheets for index in _INDEX.findall(sheet)}
        pieces, end = [], 0
        for index, (start, stop) in enumerate(self.spans):
            pieces += [self.data[end:start], self.data[start:stop] if index in used else b"<si/>"]
            end = stop
        return b"".join((*pieces, self.data[end:]))


def _last_not_after(starts: list[int], at: int) -> int:
    from bisect import bisect_right

    return max(bisect_right(starts, at) - 1, 0)


@dataclass(frozen=True, slots=True)
class _Touched:
    """By what a row that a person touched is known: styles, and rows with comments."""

    styles: frozenset[int]
    commented: frozenset[int]


def _cut(package: zipfile.ZipFile, name: str, strings: _Strings, touched: _Touched) -> bytes:
    """A long sheet of the program with only those rows that a person may have touched.

    It is read piece by piece: a sheet of a million rows is never in memory as a whole.
    """
    with package.open(name) as part:
        head = part.read(_PIECE)
        start = head.find(_FIRST)
        is_long = package.getinfo(name).file_size >= _SMALL
        if not is_long or start < 0 or not _is_programs(head, start, strings):
            return head + part.read()
        start += len(_FIRST)
        behind: list[bytes] = []
        rows = _split(head[start:], part, behind)
        kept = b"".join((head[:start], *_kept_rows(rows, strings, touched)))
    return kept + behind[0] if _LAST in behind[0] else package.read(name)


def _split(first: bytes, part: IO[bytes], behind: list[bytes]) -> Iterator[bytes]:
    """The rows of a part without their ends; what stands behind the last one goes to ``behind``."""
    left = first
    while True:
        *rows, left = left.split(b"</row>")
        yield from rows
        more = part.read(_PIECE)
        if not more:
            behind.append(left)
            return
        left += more


def _kept_rows(rows: Iterable[bytes], strings: _Strings, touched: _Touched) -> Iterator[bytes]:
    """Rows near the top, headings, and those in which a person may have left something."""
    headings = re.compile(_KEY_IN % _any_of(strings.headings)) if strings.headings else None
    styles = touched.styles
    hand = re.compile(_STYLED % _any_of(styles)) if styles else None
    written, office = _written_from(1), b"A"
    for row in rows:
        found = _ROW_NUMBER.search(row, max(row.rfind(b"<row "), 0))
        if found is None:
            continue
        number = int(found[1])
        is_heading = headings and _SHARED in row and headings.search(row)
        if is_heading:
            first = _first_office_column(row, strings)
            written, office = _written_from(first), column_letters(first).encode()
        keep = is_heading or number <= _HEAD_ROWS or number in touched.commented
        # cells stand in the order of their columns: what is before the office's is not looked at
        start = max(row.find(b'<c r="%b%d"' % (office, number)), 0)
        if keep or written.search(row, start) or (hand and hand.search(row)) or _is_loose(row):
            yield row + b"</row>"


def _any_of(numbers: frozenset[int]) -> bytes:
    return b"|".join(str(one).encode() for one in sorted(numbers))


def _written_from(first: int) -> re.Pattern[bytes]:
    """Finds a cell with content from a column on."""
    last = first + _COLUMNS_SEEN
    letters = b"|".join(column_letters(number).encode() for number in range(first, last))
    return re.compile(_CELL_OF % letters)


def _is_loose(row: bytes) -> bool:
    """Whether a row has content and no key."""
    return _KEYED.search(row) is None and (b"<v>" in row or b"<is>" in row)


def _is_programs(sheet: bytes, start: int, strings: _Strings) -> bool:
    # The mark stands in row 2, behind few cells.
    head = sheet[start : start + 20_000]
    return any(int(index) in strings.marks for index in _INDEX.findall(head))


def _first_office_column(heading: bytes, strings: _Strings) -> int:
    """The office's first column in a heading row; the first of all where it has none."""
    cells = [(match[1].decode(), int(match[2])) for match in _TEXT_CELL.finditer(heading)]
    office = [column_number(letters) for letters, text in cells if text in strings.opinions]
    return min(office, default=1)


def hand_styles(styles: bytes) -> frozenset[int]:
    """Numbers of the cell styles whose fill or letters are none of the program's rows.

    A few of the program's own heads are among them; heads are kept anyway.
    """
    fills = {number for number, fill in _parts(_FILL, styles) if _is_foreign(fill)}
    fonts = {number for number, font in _parts(_FONT, styles) if _has_foreign_letters(font)}
    xfs = _XFS.search(styles)
    return frozenset(
        number
        for number, xf in enumerate(_XF.findall(xfs[1]) if xfs else ())
        if _number_in(_FILL_OF, xf) in fills or _number_in(_FONT_OF, xf) in fonts
    )


def _parts(of: re.Pattern[bytes], styles: bytes) -> Iterator[tuple[int, bytes]]:
    listed = _CONTENT[of].search(styles)
    return enumerate(match[1] or b"" for match in of.finditer(listed[0] if listed else b""))


def _number_in(of: re.Pattern[bytes], xf: bytes) -> int:
    found = of.search(xf)
    return int(found[1]) if found else -1


def _has_foreign_letters(font: bytes) -> bool:
    size, colour = _SIZE.search(font), _LETTER_COLOUR.search(font)
    return (
        _LETTERS.search(font) is not None
        or (size is not None and float(size[1]) not in _ROW_SIZES)
        or (colour is not None and colour[1].decode().upper() not in _ROW_INKS)
        or _OTHER_COLOUR.search(font) is not None
        or _ROW_FONT not in font
    )


def _is_foreign(fill: bytes) -> bool:
    if b'patternType="none"' in fill or b'patternType="gray125"' in fill or b"<fgColor" not in fill:
        return b"gradientFill" in fill
    colour = _COLOUR.search(fill)
    return colour is None or colour[1].decode().upper() not in PROGRAM_FILLS


def _commented_rows(package: zipfile.ZipFile, names: Iterable[str]) -> frozenset[int]:
    """Rows of any sheet that have a comment: a few more rows than needed are kept."""
    rows: set[int] = set()
    for name in names:
        if name.startswith(("xl/comments", "xl/threadedComments")):
            rows |= {int(row) for row in _COMMENT_AT.findall(package.read(name))}
    return frozenset(rows)
