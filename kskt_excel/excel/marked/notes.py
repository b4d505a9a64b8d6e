"""Notes on cells: ours added below the unit's own, their boxes drawn, and taken out again."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Final

from kskt_excel.excel import book_writer
from kskt_excel.excel.marked import xml_patch
from kskt_excel.excel.marked.style_patch import MAIN
from kskt_excel.excel.marked.xml_patch import CannotPatchError, Element, XmlEdit, xml_text
from kskt_excel.model.book import CellPlace, CellRef

NOTE_SIZE: Final = 11
_NAMESPACES: Final = (
    b'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    b' xmlns:x="urn:schemas-microsoft-com:office:excel"'
)
_TYPE: Final = (
    b'<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202"'
    b' path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>'
    b'<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
# _x0000_s1025, as Excel numbers the shapes of a sheet.
_ID: Final = re.compile(rb"[\"']_x0000_s([0-9]{1,9})[\"']")
_ROW: Final = re.compile(rb"<(?:\w+:)?Row>\s*([0-9]{1,7})\s*<")
_COLUMN: Final = re.compile(rb"<(?:\w+:)?Column>\s*([0-9]{1,5})\s*<")
# Eight numbers: left column and pixels, top row and pixels, then right and bottom.
_ANCHOR: Final = re.compile(rb"Anchor>\s*((?:[0-9]{1,7}\s*,\s*){7}[0-9]{1,7})\s*<")
# «data="1,5"»: which thousands of shape numbers the drawing uses.
_MAP: Final = re.compile(rb"idmap[^>]*\bdata\s*=\s*[\"']([0-9]{1,6}(?:,[0-9]{1,6}){0,99})[\"']")
_NOTE: Final = re.compile(rb"ObjectType\s*=\s*[\"']Note[\"']")
_BLOCK: Final = 1024  # shape numbers that a part reserves at a time
_WIDTH: Final = 340  # pixels: a note of usual length is read without drawing its box larger
_LETTERS: Final = 48  # of a Vietnamese text on a line of that width
_LINE: Final = 20  # pixels, the height of a usual row
# A longer note is drawn larger by who reads it; a higher box hides the sheet.
_MOST_LINES: Final = 30
_LAST_COLUMN: Final = 16_383


def new_drawing(block: int) -> bytes:
    """A drawing part without shapes; ``block`` is the thousand of its shapes' numbers."""
    return (
        b"<xml "
        + _NAMESPACES
        + b'><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="%d"/></o:shapelayout>' % block
        + _TYPE
        + b"</xml>"
    )


def blocks(drawing: bytes) -> list[int]:
    """Thousands of shape numbers that a drawing uses."""
    return [int(one) for listed in _MAP.findall(drawing) for one in listed.split(b",")]


def _type(own: bytes) -> bytes:
    return _TYPE.replace(b"<v:shapetype ", b"<v:shapetype" + own + b" ", 1)


def cells_with_box(drawing: bytes) -> set[CellPlace]:
    """Cells whose note has a box."""
    return {cell for _, cell in _boxes(drawing)}


def without_boxes(drawing: bytes, cells: Collection[CellPlace]) -> bytes:
    """The drawing without the boxes of some cells."""
    gone = [XmlEdit(one.start, one.end, b"") for one, cell in _boxes(drawing) if cell in cells]
    return xml_patch.changed(drawing, gone)


def has_shapes(drawing: bytes) -> bool:
    """Whether any shape is left."""
    return next(xml_patch.tags(xml_patch.masked(drawing), b"shape"), None) is not None


def with_boxes(
    drawing: bytes, notes: Iterable[tuple[CellPlace, str]], width_of: Callable[[int], int]
) -> bytes:
    """The drawing with a box for each note; ``width_of`` gives a column's width in pixels.

    Raises CannotPatchError when the drawing is none of notes.
    """
    root = xml_patch.root(xml_patch.masked(drawing))
    if root.name != b"xml":
        raise CannotPatchError("vmlDrawing")
    known = all(declared in root.attributes for declared in (b"xmlns:v=", b"xmlns:o=", b"xmlns:x="))
    own = b"" if known else b" " + _NAMESPACES
    numbers = [int(one) for one in _ID.findall(drawing)]
    number = max(numbers, default=next(iter(blocks(drawing)), 1) * _BLOCK)
    shapes = [] if b'"_x0000_t202"' in drawing or b"'_x0000_t202'" in drawing else [_type(own)]
    for at, (cell, text) in enumerate(notes, start=1):
        shape = _shape(number + at, cell, text, width_of)
        shapes.append(shape.replace(b"<v:shape ", b"<v:shape" + own + b" ", 1))
    return xml_patch.changed(drawing, [xml_patch.within(root, b"".join(shapes))])


def with_room(
    drawing: bytes, notes: Mapping[CellPlace, str], width_of: Callable[[int], int]
) -> bytes:
    """The drawing with the units' boxes large enough for the notes that ours were added to.

    A box stays larger when our note is taken out: only its text is the unit's to keep.
    """
    changes = []
    for box, cell in _boxes(drawing):
        found = _ANCHOR.search(drawing, box.inner, box.close)
        if cell not in notes or not found:
            continue
        known = [int(one) for one in found[1].split(b",")]
        needed = _anchor(known[0], known[2], _lines(notes[cell]), width_of)
        right = max(tuple(known[4:6]), needed[4:6])
        bottom = max(tuple(known[6:]), needed[6:])
        text = ", ".join(map(str, (*known[:4], *right, *bottom)))
        changes.append(XmlEdit(found.start(1), found.end(1), text.encode()))
    return xml_patch.changed(drawing, changes)


def _lines(text: str) -> int:
    """Lines that a note takes in a box of the usual width, and one to spare."""
    lines = 1 + sum(-(-len(part) // _LETTERS) or 1 for part in text.split("\n"))
    return min(lines, _MOST_LINES)


def _anchor(left: int, top: int, lines: int, width_of: Callable[[int], int]) -> tuple[int, ...]:
    """Where a box begins and ends: columns, rows and pixels within them, counted from 0."""
    right, rest = left, _WIDTH + 15
    while rest > width_of(right + 1) and right < _LAST_COLUMN:
        rest -= width_of(right + 1)
        right += 1
    return left, 15, top, 4, right, rest, top + lines, 4


def _boxes(drawing: bytes) -> list[tuple[xml_patch.Element, CellPlace]]:
    found = []
    plain = xml_patch.masked(drawing)
    for one in xml_patch.elements(plain, b"shape"):
        body = drawing[one.inner : one.close]
        row, column = _ROW.search(body), _COLUMN.search(body)
        if row and column and _NOTE.search(body):
            found.append((one, (int(row[1]) + 1, int(column[1]) + 1)))
    return found


def _shape(number: int, cell: CellPlace, text: str, width_of: Callable[[int], int]) -> bytes:
    row, column = cell
    lines = _lines(text)
    anchor = _anchor(min(column, _LAST_COLUMN), max(row - 2, 0), lines, width_of)
    high = lines * _LINE * 3 // 4
    return (
        f'<v:shape id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;'
        f'width:{_WIDTH * 3 // 4}pt;height:{high}pt;z-index:1;visibility:hidden"'
        ' fillcolor="infoBackground [80]" strokecolor="none [81]" o:insetmode="auto">'
        '<v:fill color2="infoBackground [80]"/><v:shadow color="none [81]" obscured="t"/>'
        '<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto">'
        '<div style="text-align:left"/></v:textbox><x:ClientData ObjectType="Note">'
        f"<x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{', '.join(map(str, anchor))}</x:Anchor>"
        f"<x:AutoFill>False</x:AutoFill><x:Row>{row - 1}</x:Row>"
        f"<x:Column>{column - 1}</x:Column></x:ClientData></v:shape>"
    ).encode()


NOTE_FONT: Final = (
    f'<sz val="{NOTE_SIZE}"/><color indexed="81"/><rFont val="{book_writer.FONT}"/>'
    '<family val="1"/>'
)


NOTE_MARK: Final = "[Kiểm tra]"
LABEL: Final = "Ghi chú của đơn vị:"
AUTHOR: Final = "Văn phòng Sở – kiểm tra tự động"
_EMPTY: Final = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<comments xmlns="'
    + MAIN
    + b'"><authors></authors><commentList></commentList></comments>'
)
# With it Excel begins the author of a conversation on a cell.
_THREAD: Final = re.compile(rb"tc=", re.IGNORECASE)


class Notes:
    """The notes of one sheet."""

    def __init__(self, xml: bytes = b"") -> None:
        """Raises CannotPatchError when the part holds no list of notes."""
        self.xml = xml or _EMPTY
        self._plain = xml_patch.masked(self.xml)
        authors = xml_patch.first(self._plain, b"authors")
        listed = xml_patch.first(self._plain, b"commentList")
        if not authors or not listed:
            raise CannotPatchError("comments")
        self._authors, self._list = authors, listed

    def cells(self) -> dict[CellPlace, str]:
        """Text of every note by its cell."""
        return {cell: self._text(one) for cell, one in self._notes()}

    def threads(self) -> frozenset[CellPlace]:
        """Cells with a conversation: Excel shows that, never the note below it."""
        names = [
            self.xml[one.inner : one.close]
            for one in xml_patch.elements(
                self._plain, b"author", self._authors.inner, self._authors.close
            )
        ]
        threaded = {number for number, name in enumerate(names) if _THREAD.match(name.strip())}
        return frozenset(
            cell
            for cell, one in self._notes()
            if xml_patch.integer_attribute(one.attributes, b"authorId", -1) in threaded
        )

    def with_marks(self, marks: Mapping[CellPlace, str]) -> bytes:
        """The part with our text on cells, below the unit's own note where there is one."""
        changes: list[XmlEdit] = []
        left = dict(sorted(marks.items()))
        for cell, one in self._notes():
            if cell in left:
                changes.append(self._joined(one, left.pop(cell)))
        author, added = self._author()
        changes += added
        prefix = self._list.prefix.decode()
        new = "".join(
            f'<{prefix}comment ref="{CellRef("", *cell).a1}" authorId="{author}">'
            f"<{prefix}text>{self._run(text)}</{prefix}text></{prefix}comment>"
            for cell, text in left.items()
        )
        if new:
            changes.append(xml_patch.within(self._list, new.encode()))
        return xml_patch.changed(self.xml, changes)

    def without_marks(self) -> tuple[bytes, frozenset[CellPlace]]:
        """The part without our texts, and the cells that have no note any more."""
        gone, changes = set(), []
        for cell, one in self._notes():
            text = self._text(one)
            if text.lstrip().startswith(NOTE_MARK):
                gone.add(cell)
                changes.append(XmlEdit(one.start, one.end, b""))
            elif NOTE_MARK in text:
                changes += self._restored(one)
        return xml_patch.changed(self.xml, changes), frozenset(gone)

    def _notes(self) -> list[tuple[CellPlace, Element]]:
        found = []
        for one in xml_patch.elements(self._plain, b"comment", self._list.inner, self._list.close):
            try:
                at = CellRef.parse(
                    "", (xml_patch.attribute(one.attributes, b"ref") or b"").decode()
                )
            except ValueError:
                continue
            found.append(((at.row, at.column), one))
        return found

    def _texts(self, note: Element) -> list[Element]:
        return list(xml_patch.elements(self._plain, b"t", note.inner, note.close))

    def _text(self, note: Element) -> str:
        return "".join(
            xml_text(self.xml[one.inner : one.close]).replace("_x000D_", "")
            for one in self._texts(note)
        )

    def _author(self) -> tuple[int, list[XmlEdit]]:
        """Number of our author, and the change that brings it in."""
        known = list(
            xml_patch.elements(self._plain, b"author", self._authors.inner, self._authors.close)
        )
        for number, one in enumerate(known):
            if xml_text(self.xml[one.inner : one.close]) == AUTHOR:
                return number, []
        tag = self._authors.prefix + b"author"
        new = b"<%s>%s</%s>" % (tag, xml_patch.escaped(AUTHOR), tag)
        return len(known), [xml_patch.within(self._authors, new)]

    def _run(self, text: str, font: str = NOTE_FONT) -> str:
        prefix = self._list.prefix.decode()
        looks = font.replace("<", f"<{prefix}")
        return (
            f"<{prefix}r><{prefix}rPr>{looks}</{prefix}rPr>"
            f'<{prefix}t xml:space="preserve">{xml_patch.escaped(text).decode()}'
            f"</{prefix}t></{prefix}r>"
        )

    def _joined(self, note: Element, text: str) -> XmlEdit:
        """The unit's note under its label, ours below it."""
        held = xml_patch.first(self._plain, b"text", note.inner, note.close)
        if not held:
            return xml_patch.within(note, self._wrapped(self._run(text).encode()))
        runs = [
            self.xml[one.start : one.end]
            for one in xml_patch.elements(self._plain, b"r", held.inner, held.close)
        ]
        if not runs:
            prefix = self._list.prefix
            texts = [self.xml[one.start : one.end] for one in self._texts(note)]
            runs = [b"<%sr>%s</%sr>" % (prefix, b"".join(texts), prefix)] if texts else []
        own = self._run(f"{LABEL}\n").encode() + b"".join(runs)
        new = self._wrapped(own + self._run(f"\n\n{text}").encode())
        return XmlEdit(held.start, held.end, new)

    def _wrapped(self, inner: bytes) -> bytes:
        tag = self._list.prefix + b"text"
        return b"<%s>%s</%s>" % (tag, inner, tag)

    def _restored(self, note: Element) -> list[XmlEdit]:
        """The unit's own note again: without our label and without what begins with our mark."""
        changes, ended = [], False
        texts = self._texts(note)
        runs = list(xml_patch.elements(self._plain, b"r", note.inner, note.close))
        for number, one in enumerate(texts):
            old = xml_text(self.xml[one.inner : one.close])
            new = "" if ended else old.partition(NOTE_MARK)[0]
            ended = ended or NOTE_MARK in old
            if ended:
                new = new.rstrip()
            if number == 0:
                new = new.removeprefix(LABEL).lstrip("\n")
            if new == old:
                continue
            around = next((run for run in runs if run.start < one.start < run.end), None)
            if not new and around:
                changes.append(XmlEdit(around.start, around.end, b""))
            elif one.is_empty or not new:
                changes.append(XmlEdit(one.start, one.end, b""))
            else:
                changes.append(XmlEdit(one.inner, one.close, xml_patch.escaped(new)))
        return changes
