"""The boxes of notes: shapes in the old drawing part that Excel still wants for each note."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Final

from kskt_excel.excel import style
from kskt_excel.excel.marking import tags
from kskt_excel.excel.marking.tags import CannotPatchError, Change
from kskt_excel.model.grid import Cell

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
_ID: Final = re.compile(rb"[\"']_x0000_s([0-9]{1,9})[\"']")
_ROW: Final = re.compile(rb"<(?:\w+:)?Row>\s*([0-9]{1,7})\s*<")
_COLUMN: Final = re.compile(rb"<(?:\w+:)?Column>\s*([0-9]{1,5})\s*<")
_ANCHOR: Final = re.compile(rb"Anchor>\s*((?:[0-9]{1,7}\s*,\s*){7}[0-9]{1,7})\s*<")
_MAP: Final = re.compile(rb"idmap[^>]*\bdata\s*=\s*[\"']([0-9]{1,6}(?:,[0-9]{1,6}){0,99})[\"']")
_NOTE: Final = re.compile(rb"ObjectType\s*=\s*[\"']Note[\"']")
_BLOCK: Final = 1024  # shape numbers that a part reserves at a time
_WIDTH: Final = 340
_LETTERS: Final = 48  # of a Vietnamese text on a line of that width
_LINE: Final = 20  # pixels, the height of a usual row
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


def cells_with_box(drawing: bytes) -> set[Cell]:
    """Cells whose note has a box."""
    return {cell for _, cell in _boxes(drawing)}


def without_boxes(drawing: bytes, cells: Collection[Cell]) -> bytes:
    """The drawing without the boxes of some cells."""
    gone = [Change(one.start, one.end, b"") for one, cell in _boxes(drawing) if cell in cells]
    return tags.changed(drawing, gone)


def has_shapes(drawing: bytes) -> bool:
    """Whether any shape is left."""
    return next(tags.tags(tags.masked(drawing), b"shape"), None) is not None


def with_boxes(
    drawing: bytes, notes: Iterable[tuple[Cell, str]], width_of: Callable[[int], int]
) -> bytes:
    """The drawing with a box for each note; ``width_of`` gives a column's width in pixels.

    Raises CannotPatchError when the drawing is none of notes.
    """
    root = tags.root(tags.masked(drawing))
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
    return tags.changed(drawing, [tags.within(root, b"".join(shapes))])


def with_room(drawing: bytes, notes: Mapping[Cell, str], width_of: Callable[[int], int]) -> bytes:
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
        changes.append(Change(found.start(1), found.end(1), text.encode()))
    return tags.changed(drawing, changes)


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


def _boxes(drawing: bytes) -> list[tuple[tags.Element, Cell]]:
    found = []
    plain = tags.masked(drawing)
    for one in tags.elements(plain, b"shape"):
        body = drawing[one.inner : one.close]
        row, column = _ROW.search(body), _COLUMN.search(body)
        if row and column and _NOTE.search(body):
            found.append((one, (int(row[1]) + 1, int(column[1]) + 1)))
    return found


def _shape(number: int, cell: Cell, text: str, width_of: Callable[[int], int]) -> bytes:
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
    f'<sz val="{NOTE_SIZE}"/><color indexed="81"/><rFont val="{style.FONT}"/><family val="1"/>'
)
