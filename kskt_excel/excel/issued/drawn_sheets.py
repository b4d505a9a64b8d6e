"""Sheets drawn once for many workbooks: what is a unit's own is put in afterwards.

Of a hundred units' workbooks most sheets differ in the unit's name and code alone. To draw and
assemble them cell by cell takes XlsxWriter 60 ms a workbook, as much as all the rest; to put them
from what was drawn before into the next workbook, 4. The bytes are the same: strings and formats
get the numbers that they would have got, in the order in which they would have been asked for.
"""

import re
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

from kskt_excel.excel.book_writer import BookWriter, cell_text
from kskt_excel.model.nouns import dataclass

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet


_KINDS: Final = 4  # of one form's sheet: units with few procedures, with many, with none …
# Every number in a sheet's XML that counts strings or formats of its own workbook: «<c r="B8" s="5"
# t="s"><v>17</v>», «<row r="8" … s="3"», «<col … style="4"», «<cfRule … dxfId="2"». XlsxWriter
# writes attributes in this order alone.
_NUMBER: Final = re.compile(
    r'<c r="[A-Z]+\d+"(?: s="(?P<cell>\d+)")?(?: t="s"><v>(?P<text>\d+)(?=<))?'
    r'|<row r="\d+"(?: spans="[\d:]+")? s="(?P<row>\d+)"'
    r'|<col [^>]*? style="(?P<column>\d+)"'
    r'|<cfRule [^>]*? dxfId="(?P<conditional>\d+)"'
)
_MARK: Final = "\0{}\0"  # where a unit's own XML stands: no XML has such letters

Names = tuple[str, ...]
Slot = tuple[str, int]
"""A number that another workbook may have otherwise: "text", "look" or "conditional", and it."""


@dataclass(frozen=True, slots=True)
class OwnParts:
    """What is a unit's own on a sheet: texts of cells; pieces of the sheet's XML."""

    texts: tuple[str, ...] = ()
    pieces: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, sheet: "Worksheet", *, texts: Iterable[str] = (), formulas: Iterable[str] = ()
    ) -> "OwnParts":
        """Texts and formulas of cells, and the footer if the sheet has one."""
        footer = f"<oddFooter>{escape(sheet.footer)}</oddFooter>"
        pieces = (*(f"<f>{escape(one)}</f>" for one in formulas), footer)
        return cls(tuple(map(cell_text, texts)), pieces if sheet.footer else pieces[:-1])


@dataclass(frozen=True)
class DrawnSheet:
    """A sheet as it was drawn, to be put into other workbooks."""

    content: object
    own: OwnParts  # of the unit it was drawn for, each once
    texts: tuple[tuple[str, int, int], ...]  # text, its number, how often it stands there
    looks: tuple[tuple[int, Names], ...]  # cell formats in the order they were asked for
    conditional: tuple[tuple[int, Names], ...]
    areas: tuple[tuple[str, str], ...]  # attributes of the sheet that the workbook asks for
    xml: str

    @cached_property
    def _divided(self) -> "_Divided":
        """Not made before the sheet comes again: that of one unit alone never does."""
        xml = self.xml
        for at, piece in enumerate(self.own.pieces):
            xml = xml.replace(piece, _MARK.format(at))
        asked = (
            *(("text", number) for _, number, _ in self.texts),
            *(("conditional", number) for number, _ in self.conditional),
            *(("look", number) for number, _ in self.looks),
        )
        return _Divided(xml, {slot: place for place, slot in enumerate(asked)})

    @property
    def can_be_put(self) -> bool:
        """Whether every number of it is of something that was asked for."""
        return self._divided.is_whole

    def put(self, sheet: "Worksheet", book: BookWriter, own: OwnParts) -> None:
        """Puts the drawn sheet into an empty one of another workbook, with that unit's parts."""
        others = dict(zip(self.own.texts, own.texts, strict=True))
        table = book.workbook.str_table
        numbers = [
            table._get_shared_string_index(others.get(text, text))  # noqa: SLF001
            for text, _, _ in self.texts
        ]
        table.count += sum(count - 1 for _, _, count in self.texts)
        numbers += [
            book.formats.conditional(*names)._get_dxf_index()  # noqa: SLF001
            for _, names in self.conditional
        ]
        looks = [book.formats(*names) for _, names in self.looks]
        for name, area in self.areas:
            setattr(sheet, name, area)

        def assembled() -> str:
            told = [*numbers, *(0 for _ in looks)]
            for place in self._divided.order:  # formats are numbered as they come in the XML
                if place >= len(numbers):
                    told[place] = looks[place - len(numbers)]._get_xf_index()  # noqa: SLF001
            xml = self._divided.numbered(told)
            for at, piece in enumerate(own.pieces):
                xml = xml.replace(_MARK.format(at), piece)
            return xml

        sheet.assembled = assembled


class DrawnSheets:
    """The sheets drawn for the last units, by the names of the sheets; a few kinds of each."""

    def __init__(self) -> None:
        self._drawn: dict[str, deque[DrawnSheet]] = {}

    def draw(
        self,
        sheet: "Worksheet",
        book: BookWriter,
        content: object,
        own: OwnParts,
        drawing: Callable[[], None],
    ) -> None:
        """Fills an empty sheet whose footer is set: by ``drawing``, if it was not drawn before.

        What is drawn goes by ``content`` and ``own`` alone. A sheet on which something of the
        unit's own also stands elsewhere is drawn anew for each unit: the two cannot be told apart.
        """
        before = self._drawn.setdefault(sheet.name, deque(maxlen=_KINDS))
        known = next((one for one in before if one.content == content and one.can_be_put), None)
        if known:
            known.put(sheet, book, own)
            return
        table = book.workbook.str_table
        sheet.str_table = noted = _NotedStrings(table._get_shared_string_index)  # noqa: SLF001
        with book.formats.noted() as asked:
            drawing()
        sheet.str_table = table
        if any(noted.uses.get(text) != 1 for text in own.texts):
            return

        def keep(xml: str) -> None:
            if any(xml.count(piece) != 1 for piece in own.pieces):
                return
            drawn = DrawnSheet(
                content,
                own,
                tuple((text, noted.numbers[text], count) for text, count in noted.uses.items()),
                tuple((one.xf_index or 0, names) for names, one in asked.looks.items()),
                tuple((one.dxf_index, names) for names, one in asked.conditional.items()),
                tuple((name, getattr(sheet, name)) for name in _AREAS),
                xml,
            )
            before.append(drawn)

        sheet.when_assembled = keep


_AREAS: Final = ("autofilter_area", "print_area_range", "repeat_row_range")


class _NotedStrings:
    """Stands before a workbook's table of strings and notes what is asked of it."""

    def __init__(self, index: Callable[[str], int]) -> None:
        self._index = index
        self.numbers: dict[str, int] = {}
        self.uses: dict[str, int] = {}

    def _get_shared_string_index(self, text: str) -> int:
        number = self._index(text)
        self.numbers[text] = number
        self.uses[text] = self.uses.get(text, 0) + 1
        return number


class _Divided:
    """A sheet's XML between its numbers, each of which has its place in a list.

    Args:
        xml: the sheet.
        places: where the numbers of the XML come to stand in that list.
    """

    def __init__(self, xml: str, places: Mapping[Slot, int]) -> None:
        between, self._places, end = list[str](), list[int](), 0
        self.is_whole = True  # unless there are other numbers
        for found in _NUMBER.finditer(xml):
            for name, number in found.groupdict().items():
                if number is None:
                    continue
                kind = name if name in ("text", "conditional") else "look"
                place = places.get((kind, int(number)), -1)
                self.is_whole &= place >= 0
                between.append(xml[end : found.start(name)])
                self._places.append(place)
                end = found.end(name)
        self._first, *self._rest = *between, xml[end:]
        self.order = tuple(dict.fromkeys(self._places))  # each once
        self._last = list[int](), ""

    def numbered(self, numbers: list[int]) -> str:
        """The XML with these numbers: mostly those of the workbook before."""
        told, xml = self._last
        if not xml or told != numbers:
            words = list(map(str, numbers))
            between = (words[place] for place in self._places)
            pairs = chain.from_iterable(zip(between, self._rest, strict=True))
            xml = "".join((self._first, *pairs))
            self._last = numbers, xml
        return xml
