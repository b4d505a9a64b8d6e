"""Long printed pages that the next run need not draw again, as long as they say the same."""

import json
import re
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from kskt_excel.excel.book_writer import BookWriter
from kskt_excel.excel.printed.boxes import PlacedPage, PrintedLine, RuleLine
from kskt_excel.excel.printed.page_writer import (
    LONG,
    added_sheet,
    fill_sheet,
    long_sheet,
    long_sheets_work,
    write_printed_page,
)
from kskt_excel.excel.printed.placed_page import placed_bands
from kskt_excel.ledger.cache import KeptWork
from kskt_excel.model.nouns import dataclass
from kskt_excel.report.page import PrintedPage

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.sharedstrings import SharedStringTable

_LEVEL: Final = 1  # of compression: it is read once
_PIECE: Final = 1 << 20  # bytes of rows that are numbered at once
# Numbers of texts and formats in the rows: XlsxWriter writes a cell's attributes in this order.
_ROWS: Final = re.compile(rb"<sheetData>.*</sheetData>", re.DOTALL)
_TEXT: Final = re.compile(rb'(?<= t="s"><v>)(\d+)(?=<)')
_LOOK: Final = re.compile(rb'(?<= s=")(\d+)(?=")')


class KeptPages:
    """Pages of a summary as the last run has drawn them (trang in đã vẽ).

    Of a thousand units with one changed a tenth of the run's processor. The workbook has the bytes
    of one that is drawn anew: texts and formats get the numbers that they would have got.

    Args:
        kept: where the pages are kept.
        names: a hash over all that a page says, of each page in the workbook's order.
    """

    def __init__(self, kept: KeptWork, names: Sequence[str]) -> None:
        self._kept = kept
        self._names = names

    def write(self, book: BookWriter, page: PrintedPage, at: int) -> int:
        """Adds the sheets of a page by its place in the workbook; how many are printed of it."""
        if sum(len(table.rows) for table in page.tables) < LONG or not long_sheets_work():
            return write_printed_page(book, page, at)
        name = self._names[at]
        known = self._kept.get(name)
        if known is not None:
            return _DrawnPage.of_kept(known).put(book)
        bands = [placed for _, placed in placed_bands(page)]
        if len(bands) > 1:
            return write_printed_page(book, page, at)
        self._draw(book, bands[0], name)
        return len(bands[0].breaks) + 1

    def _draw(self, book: BookWriter, placed: PlacedPage, name: str) -> None:
        sheet: Any = added_sheet(book, placed, long_sheet())
        table = book.workbook.str_table
        before = table.count
        sheet.str_table = noted = _NotedTexts(table)
        with book.formats.noted() as asked:
            fill_sheet(book, sheet, placed, is_long=True)
        sheet.str_table, shown = table, table.count - before
        ruled = [row for row, line in enumerate(placed.lines, start=1) if line.rules]
        rows, top = len(placed.lines), replace(placed, lines=placed.lines[: max(ruled, default=0)])
        with _numbered_for_now(book):
            xml = sheet.xml_now()
            looks = {one.xf_index: (told, one) for told, one in asked.more.items()}
        found = dict.fromkeys(one[0] for one in _LOOK.finditer(xml, *_rows_of(xml)))
        numbers = [*map(int, found)]
        if not looks.keys() >= set(numbers):  # one was asked for in another way
            return
        told = [(number, *looks[number][0]) for number in numbers]
        drawn = _DrawnPage(top, rows, noted.numbers, shown, told, zlib.compress(xml, _LEVEL))
        self._kept.put(name, drawn.kept())
        sheet.let_go(len(top.lines) + 1)
        sheet.assembled = drawn.numbered({}, [looks[number][1] for number in numbers])


@contextmanager
def _numbered_for_now(book: BookWriter) -> Iterator[None]:
    """Formats numbered in here have no number afterwards: sheets before it are yet to come."""
    numbers = book.workbook.xf_format_indices
    before = len(numbers)
    yield
    for key in [*numbers][before:]:
        del numbers[key]
    for one in book.workbook.formats:
        if one.xf_index is not None and one.xf_index > before:
            one.xf_index = None


_Look = tuple[int, tuple[str, ...], tuple[tuple[str, Any], ...]]
"""A format's number, the names of its looks, its properties on top of these."""


@dataclass(frozen=True, slots=True)
class _DrawnPage:
    """A page as it was drawn in a workbook, to be put into another one."""

    placed: PlacedPage  # of its rows those down to the last rule: they say where it is drawn
    rows: int
    texts: Mapping[str, int]  # numbers by text, in the order in which they were asked for
    shown: int  # cells with a text
    looks: Sequence[_Look]  # in the order in which they stand in the XML
    packed: bytes  # the XML: held until the workbook is finished

    def kept(self) -> bytes:
        """The page as it is kept."""
        one = self.placed
        lines = [
            (line.height, [(rule.first, rule.last, rule.px) for rule in line.rules])
            for line in one.lines
        ]
        place = (one.name, one.landscape, one.widths, lines, one.breaks, one.repeated, one.footer)
        told = (place, self.rows, [*self.texts.items()], self.shown, self.looks)
        return json.dumps(told).encode() + b"\n" + self.packed

    @classmethod
    def of_kept(cls, kept: bytes) -> "_DrawnPage":
        """A page out of what ``kept`` gave."""
        line, _, packed = kept.partition(b"\n")
        (name, landscape, widths, lines, breaks, repeated, footer), rows, *told = json.loads(line)
        texts, shown, looks = told
        placed = PlacedPage(
            name=name,
            landscape=landscape,
            widths=tuple(widths),
            lines=tuple(
                PrintedLine(height, rules=tuple(RuleLine(*rule) for rule in rules))
                for height, rules in lines
            ),
            breaks=tuple(breaks),
            repeated=tuple(repeated) if repeated else None,
            footer=footer,
        )
        return cls(placed, rows, dict(texts), shown, looks, packed)

    def put(self, book: BookWriter) -> int:
        """Puts the page into a workbook; how many are printed of it."""
        sheet = added_sheet(book, self.placed, long_sheet())
        fill_sheet(book, sheet, self.placed, is_long=False, rows=self.rows)
        table = book.workbook.str_table
        texts = {
            b"%d" % number: b"%d" % table._get_shared_string_index(text)  # noqa: SLF001 - as cells do
            for text, number in self.texts.items()
        }
        table.count += self.shown - len(texts)
        made = [book.formats(*names, **dict(own)) for _, names, own in self.looks]
        sheet.assembled = self.numbered(texts, made)
        return len(self.placed.breaks) + 1

    def numbered(
        self, texts: Mapping[bytes, bytes], made: Sequence["Format"]
    ) -> Callable[[], Iterator[str]]:
        """What gives the XML with the numbers that texts and formats have in a workbook.

        ``made`` are the formats of ``looks``; they are numbered when the XML comes to them.
        """
        packed, before = self.packed, [b"%d" % at for at, *_ in self.looks]

        def assembled() -> Iterator[str]:
            now = [b"%d" % one._get_xf_index() for one in made]  # noqa: SLF001 - as cells do
            looks = dict(zip(before, now, strict=True))
            for piece in _numbered(zlib.decompress(packed), texts, looks):
                yield piece.decode()

        return assembled


def _rows_of(xml: bytes) -> tuple[int, int]:
    """Where the rows of a sheet's XML begin and end."""
    found = _ROWS.search(xml)
    return found.span() if found else (0, 0)


def _numbered(
    xml: bytes, texts: Mapping[bytes, bytes], looks: Mapping[bytes, bytes]
) -> Iterator[bytes]:
    """The XML with other numbers of texts and formats in its rows, some rows at a time."""
    start, end = _rows_of(xml)
    yield xml[:start]
    other_texts = any(before != now for before, now in texts.items())
    other_looks = any(before != now for before, now in looks.items())
    while start < end:
        stop = xml.find(b"<row", start + _PIECE, end)
        rows = xml[start : stop if stop > 0 else end]
        start += len(rows)
        if other_texts:
            rows = _renumbered(rows, _TEXT, texts)
        if other_looks:
            rows = _renumbered(rows, _LOOK, looks)
        yield rows
    yield xml[end:]


def _renumbered(rows: bytes, numbers: re.Pattern[bytes], now: Mapping[bytes, bytes]) -> bytes:
    """The rows with another number for each; a split asks for no call of Python for a cell."""
    parts = numbers.split(rows)
    parts[1::2] = map(now.__getitem__, parts[1::2])
    return b"".join(parts)


class _NotedTexts:
    """Stands before a workbook's table of texts and notes what is asked of it."""

    def __init__(self, table: "SharedStringTable") -> None:
        self._table = table
        self.numbers: dict[str, int] = {}  # in the order in which they were asked for

    def _get_shared_string_index(self, text: str) -> int:
        number: int = self._table._get_shared_string_index(text)  # noqa: SLF001 - stands for it
        self.numbers[text] = number
        return number

    @property
    def count(self) -> int:
        """Cells with a text, on all sheets."""
        found: int = self._table.count
        return found

    @count.setter
    def count(self, count: int) -> None:
        self._table.count = count
