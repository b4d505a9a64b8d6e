"""Sheets drawn once for many workbooks: what is a unit's own is put in afterwards.

Of a hundred units' workbooks most sheets differ in the unit's name and code alone. To draw and
assemble them cell by cell takes XlsxWriter 60 ms a workbook; to put them from what was drawn
before into the next workbook, 4. The bytes are the same: strings and formats get the numbers that
they would have got, in the order in which they would have been asked for.
"""

import re
from collections import deque
from collections.abc import Callable, Iterable
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


@dataclass(frozen=True, slots=True)
class DrawnSheet:
    """A sheet as it was drawn, with the numbers of that workbook's strings and formats left out."""

    content: object
    own: tuple[str, ...]  # the texts of the unit it was drawn for
    texts: tuple[tuple[str, int, int], ...]  # text, its number, how often it stands there
    looks: tuple[tuple[int | None, Names], ...]  # cell formats in the order they were asked for
    conditional: tuple[tuple[int, Names], ...]
    xml: tuple[str, ...]  # between the numbers
    slots: tuple[Slot, ...]
    numbers: tuple[int, ...]  # places in ``slots``
    areas: tuple[tuple[str, str], ...]  # attributes of the sheet that the workbook asks for

    def put(self, sheet: "Worksheet", book: BookWriter, own: OwnParts) -> None:
        """Puts the drawn sheet into an empty one of another workbook, with that unit's parts."""
        others = dict(zip(self.own, own.texts, strict=True))
        table = book.workbook.str_table
        known: dict[Slot, int] = {}
        for text, number, count in self.texts:
            known["text", number] = table._get_shared_string_index(others.get(text, text))  # noqa: SLF001
            table.count += count - 1
        for number, names in self.conditional:
            known["conditional", number] = book.formats.conditional(*names)._get_dxf_index()  # noqa: SLF001
        looks = {number: book.formats(*names) for number, names in self.looks}
        for name, area in self.areas:
            setattr(sheet, name, area)

        def assembled() -> str:
            for kind, number in self.slots:
                if kind == "look":
                    known[kind, number] = looks[number]._get_xf_index()  # noqa: SLF001
            told = [str(known[slot]) for slot in self.slots]
            between = (told[at] for at in self.numbers)
            first, *rest = self.xml
            xml = "".join(chain((first,), *zip(between, rest, strict=True)))
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
        known = next((one for one in before if one.content == content), None)
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
            for at, piece in enumerate(own.pieces):
                xml = xml.replace(piece, _MARK.format(at))
            between, slots, numbers = _divided(xml)
            drawn = DrawnSheet(
                content,
                own.texts,
                tuple((text, noted.numbers[text], count) for text, count in noted.uses.items()),
                tuple((one.xf_index, names) for names, one in asked.looks.items()),
                tuple((one.dxf_index, names) for names, one in asked.conditional.items()),
                between,
                slots,
                numbers,
                tuple((name, getattr(sheet, name)) for name in _AREAS),
            )
            if {number for kind, number in slots if kind == "look"} <= dict(drawn.looks).keys():
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


def _divided(xml: str) -> tuple[tuple[str, ...], tuple[Slot, ...], tuple[int, ...]]:
    """A sheet's XML between its numbers; the numbers, each once; which stands where."""
    between, numbers, slots, end = list[str](), list[int](), dict[Slot, int](), 0
    for found in _NUMBER.finditer(xml):
        for name, number in found.groupdict().items():
            if number is not None:
                kind = name if name in ("text", "conditional") else "look"
                between.append(xml[end : found.start(name)])
                numbers.append(slots.setdefault((kind, int(number)), len(slots)))
                end = found.end(name)
    return (*between, xml[end:]), tuple(slots), tuple(numbers)
