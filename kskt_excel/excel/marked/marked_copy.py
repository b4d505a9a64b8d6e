"""The marked copy of a unit's workbook: notes on cells, marks put on, found again, taken off."""

import base64
import binascii
import json
import re
import zlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import Final
from xml.parsers import expat

from kskt_excel.excel import book_writer
from kskt_excel.excel.book_writer import as_ascii_xml, from_xml
from kskt_excel.excel.marked import sheet_patch, xml_patch
from kskt_excel.excel.marked.active_content import TakenOut, take_out_active
from kskt_excel.excel.marked.result_sheet import SHEET, ReturnHead, result_lines, result_sheet
from kskt_excel.excel.marked.sheet_patch import (
    MAIN,
    Restyle,
    SheetXml,
    StylePatch,
    empty_workbook,
    read_style_patch,
    write_styles,
)
from kskt_excel.excel.marked.xml_patch import (
    CannotPatchError,
    Element,
    PackagePatch,
    XmlEdit,
    relations_of,
)
from kskt_excel.excel.opc import RefusedError, SheetPart
from kskt_excel.messages import finding, sentence
from kskt_excel.model.book import CellPlace, CellRef
from kskt_excel.model.finding import Finding, Severity
from kskt_excel.model.forms import Forms
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.reading import Reading
from kskt_excel.reading.marks import RESULT_MARK

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
            from_xml(self.xml[one.inner : one.close]).replace("_x000D_", "")
            for one in self._texts(note)
        )

    def _author(self) -> tuple[int, list[XmlEdit]]:
        """Number of our author, and the change that brings it in."""
        known = list(
            xml_patch.elements(self._plain, b"author", self._authors.inner, self._authors.close)
        )
        for number, one in enumerate(known):
            if from_xml(self.xml[one.inner : one.close]) == AUTHOR:
                return number, []
        tag = self._authors.prefix + b"author"
        new = b"<%s>%s</%s>" % (tag, as_ascii_xml(AUTHOR), tag)
        return len(known), [xml_patch.within(self._authors, new)]

    def _run(self, text: str, font: str = NOTE_FONT) -> str:
        prefix = self._list.prefix.decode()
        looks = font.replace("<", f"<{prefix}")
        return (
            f"<{prefix}r><{prefix}rPr>{looks}</{prefix}rPr>"
            f'<{prefix}t xml:space="preserve">{as_ascii_xml(text).decode()}'
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
            old = from_xml(self.xml[one.inner : one.close])
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
                changes.append(XmlEdit(one.inner, one.close, as_ascii_xml(new)))
        return changes


_WORDS: Final = {Severity.ERROR: "Lỗi", Severity.WARNING: "Cảnh báo"}
_LONGEST: Final = 8_000  # letters of a note: the result sheet tells every fault whole


@dataclass(frozen=True, slots=True)
class CellMark:
    """All faults of one cell (dấu kiểm tra)."""

    faults: tuple[tuple[Severity, str], ...]

    @property
    def severity(self) -> Severity:
        """The gravest level among the faults."""
        levels = {severity for severity, _ in self.faults}
        return Severity.ERROR if Severity.ERROR in levels else Severity.WARNING

    @property
    def note(self) -> str:
        """What the note on the cell says, errors first."""
        told = [f"{_WORDS[severity]}: {text}" for severity, text in sorted(self.faults)]
        if len(told) == 1:
            return f"{NOTE_MARK} {told[0]}"[:_LONGEST]
        numbered = [f"{number}. {one}" for number, one in enumerate(told, start=1)]
        return "\n".join((f"{NOTE_MARK} Ô này có {len(told)} điểm:", *numbered))[:_LONGEST]

    def and_also(self, other: "CellMark") -> "CellMark":
        """One mark with the faults of this and the other, each once."""
        return CellMark(tuple(dict.fromkeys((*self.faults, *other.faults))))


def marks_by_sheet(
    findings: Sequence[Finding], reading: Reading
) -> dict[str, dict[CellPlace, CellMark]]:
    """Marks by the name on the tab; remarks mark nothing, nor does what is about a whole sheet.

    A fault of a whole row is marked in its first column.
    """
    first_column = {
        sheet.name: min(sheet.columns.values(), default=1) for sheet in reading.sheets.values()
    }
    marks: dict[str, dict[CellPlace, CellMark]] = {}
    for found in findings:
        if found.severity not in _WORDS:
            continue
        mark = CellMark(((found.severity, sentence(found)),))
        for at in (*found.cells, *found.involved):
            if at.row:
                cell = (at.row, at.column or first_column.get(at.sheet, 1))
                _add_mark(marks.setdefault(at.sheet, {}), cell, mark)
    return marks


def _add_mark(marks: dict[CellPlace, CellMark], cell: CellPlace, mark: CellMark) -> None:
    marks[cell] = marks[cell].and_also(mark) if cell in marks else mark


RECORD: Final = "kskt:dau/1;"
_CHUNK: Final = 30_000  # a cell holds 32,767
# Bytes unpacked: what gives more was not written by this program.
_LARGEST: Final = 4 * 1024 * 1024
# «kskt:dau/1;9f86d081;1/2;eJyr…»: sign of the record, number of the piece of how many, base64.
_PIECE: Final = re.compile(rb"kskt:dau/1;([0-9a-f]{8});([0-9]{1,4})/([0-9]{1,4});([A-Za-z0-9+/=]+)")
_COLOUR: Final = re.compile(r"[0-9A-F]{6}")


@dataclass(frozen=True, slots=True)
class Before:
    """A cell before it was marked: its fill as XML, the number of its style, whether it stood."""

    fill: str
    style: int
    stood: bool


@dataclass(slots=True)
class MarkRecord:
    """What was done to a file, so that it can be taken back exactly."""

    colours: list[str] = field(default_factory=list)  # "FFC7CE"
    cells: dict[str, dict[CellPlace, Before]] = field(
        default_factory=dict
    )  # by the name of the sheet

    def before(self, sheet: str, cell: CellPlace) -> Before | None:
        """How a cell was; where rows were moved, how most marked cells of its column were."""
        known = self.cells.get(sheet, {})
        if cell in known:
            return known[cell]
        same = [one for at, one in known.items() if at[1] == cell[1]] or list(known.values())
        if not same:
            return None
        most = Counter((one.fill, one.style) for one in same).most_common(1)[0][0]
        return Before(*most, stood=True)


def pieces(record: MarkRecord) -> list[str]:
    """The record as texts that cells can hold; the same record gives the same texts."""
    fills: dict[str, int] = {}
    cells = {
        sheet: {
            CellRef(sheet, *at).a1: [
                fills.setdefault(one.fill, len(fills)),
                one.style,
                int(one.stood),
            ]
            for at, one in sorted(marked.items())
        }
        for sheet, marked in record.cells.items()
    }
    told = {"colours": record.colours, "fills": list(fills), "cells": cells}
    packed = zlib.compress(json.dumps(told, ensure_ascii=False).encode(), 9)
    text = base64.b64encode(packed).decode()
    chunks = [text[at : at + _CHUNK] for at in range(0, len(text), _CHUNK)]
    sign = f"{zlib.crc32(packed):08x}"
    return [
        f"{RECORD}{sign};{number}/{len(chunks)};{chunk}"
        for number, chunk in enumerate(chunks, start=1)
    ]


def found_in(contents: Iterable[bytes]) -> MarkRecord:
    """Every whole record in the given parts, joined; an empty one when there is none."""
    by_sign: dict[bytes, dict[int, bytes]] = {}
    counts: dict[bytes, int] = {}
    for content in contents:
        for sign, number, count, chunk in _PIECE.findall(content):
            by_sign.setdefault(sign, {})[int(number)] = chunk
            counts[sign] = int(count)
    joined = MarkRecord()
    for sign, chunks in by_sign.items():
        if sorted(chunks) == list(range(1, counts[sign] + 1)):
            _join(joined, b"".join(chunks[number] for number in sorted(chunks)))
    return joined


def _join(record: MarkRecord, text: bytes) -> None:
    """Adds what a record's text says; nothing where it is damaged."""
    try:
        packed = base64.b64decode(text, validate=True)
        told = json.loads(zlib.decompressobj().decompress(packed, _LARGEST))
        colours = [one for one in told["colours"] if _COLOUR.fullmatch(one)]
        cells = {
            sheet: _cells(sheet, told["fills"], told["cells"][sheet]) for sheet in told["cells"]
        }
    except (binascii.Error, zlib.error, ValueError, KeyError, TypeError, IndexError):
        return
    record.colours += [one for one in colours if one not in record.colours]
    for sheet, known in cells.items():
        record.cells.setdefault(sheet, {}).update(known)


def _cells(
    sheet: str, fills: list[str], told: Mapping[str, tuple[int, int, int]]
) -> dict[CellPlace, Before]:
    found = {}
    for a1, (fill, style, stood) in told.items():
        at = CellRef.parse(sheet, a1)
        found[at.row, at.column] = Before(str(fills[fill]), int(style), bool(stood))
    return found


_COMMENTS: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_VML: Final = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_LAST_BLOCK: Final = 60_000  # of shape numbers: one beyond is damage, and numbering begins anew


class Marker:
    """Marks sheets of one package: ``paint`` is the fill of each severity."""

    def __init__(
        self, parts: PackagePatch, styles: StylePatch, paint: Mapping[Severity, bytes]
    ) -> None:
        self._parts = parts
        self._styles = styles
        self._paint = paint
        self._block = _last_block(parts)

    def mark(self, part: str, marks: Mapping[CellPlace, CellMark]) -> dict[CellPlace, Before]:
        """Puts marks on a sheet; gives how its cells were before.

        A mark inside a merged area goes to its first cell, the only one that is shown.
        """
        found = SheetXml(self._parts[part])
        moved: dict[CellPlace, CellMark] = {}
        for cell, mark in marks.items():
            corner = found.corner(cell)
            moved[corner] = moved[corner].and_also(mark) if corner in moved else mark
        restyles = {cell: self._painting(mark.severity) for cell, mark in moved.items()}
        xml, was = found.restyled(restyles)
        self._parts.put(part, xml)
        self._add_notes(part, {cell: moved[cell].note for cell in sorted(was)})
        return {
            cell: Before(self._styles.fill(one.style).decode(), one.style, one.stood)
            for cell, one in was.items()
        }

    def _painting(self, severity: Severity) -> Restyle:
        fill = self._paint[severity]
        return lambda number: self._styles.with_fill(number, fill)

    def _add_notes(self, sheet: str, texts: Mapping[CellPlace, str]) -> None:
        """Our text in the note of each cell; a conversation on a cell is left alone."""
        parts = self._parts
        held = parts.relation(sheet, "comments")
        notes = Notes(parts[held[1].target]) if held else Notes()
        threads = notes.threads()
        wanted = {cell: text for cell, text in texts.items() if cell not in threads}
        if not wanted:
            return
        xml = notes.with_marks(wanted)
        if held:
            parts.put(held[1].target, xml)
        else:
            part = parts.free_name("xl/comments", ".xml")
            parts.put(part, xml)
            parts.declare(part, _COMMENTS)
            parts.relate(sheet, "comments", part)
        self._add_boxes(sheet, Notes(xml).cells(), frozenset(wanted))

    def _add_boxes(
        self, sheet: str, notes: Mapping[CellPlace, str], ours: frozenset[CellPlace]
    ) -> None:
        """A box for every note that has none, and room in the boxes of notes that we added to."""
        parts = self._parts
        found = SheetXml(parts[sheet])
        id_ = found.legacy_drawing()
        relation = parts.relations(sheet).get(id_) if id_ else None
        if id_ and not (relation and relation.target in parts):
            raise CannotPatchError("legacyDrawing")
        drawing = parts[relation.target] if relation else self._new_drawing()
        boxed = cells_with_box(drawing)
        bare = [(cell, text) for cell, text in notes.items() if cell not in boxed]
        width_of = found.column_pixels()
        joined = {cell: notes[cell] for cell in ours & boxed}
        drawing = with_room(drawing, joined, width_of)
        drawing = with_boxes(drawing, bare, width_of)
        if relation:
            parts.put(relation.target, drawing)
            return
        part = parts.free_name("xl/drawings/vmlDrawing", ".vml")
        parts.put(part, drawing)
        parts.declare_default("vml", _VML)
        parts.put(sheet, found.with_legacy_drawing(parts.relate(sheet, "vmlDrawing", part)))

    def _new_drawing(self) -> bytes:
        self._block += 1
        return new_drawing(self._block)


def _last_block(parts: PackagePatch) -> int:
    """The last thousand of shape numbers that a drawing of notes uses."""
    used = [0]
    for name in parts:
        if name.endswith(".vml"):
            used += blocks(parts[name])
    return max(used) if max(used) < _LAST_BLOCK else 0


# FFC7CE or FFFFC7CE: programs write the colour with its opacity or without.
_MARK_COLOUR: Final = re.compile(
    rb"fgColor[^>]*\srgb\s*=\s*[\"'](?:[0-9A-Fa-f]{2})?([0-9A-Fa-f]{6})[\"']"
)
_STRING: Final = re.compile(rb"<(?:\w+:)?si[\s/>]")
_MARK: Final = RESULT_MARK.encode()


def without_marks(data: bytes) -> bytes:
    """The package without our marks; the unit's own fills and notes are as they were.

    Raises CannotPatchError when the package cannot be changed.
    """
    parts = PackagePatch(data)
    unmark(parts)
    return parts.packed() if parts.changed else data


def unmark(parts: PackagePatch) -> MarkRecord:
    """Takes our marks out of a package; gives the record that it carried."""
    own = [sheet for sheet in parts.package.sheets if _is_ours(parts, sheet)]
    known = found_in(_contents(parts, own)) if own else MarkRecord()
    for sheet in own:
        sheet_patch.take_out(parts, sheet.name)
    if known.colours:
        _restore_fills(parts, known)
    for sheet in _worksheets(parts):
        _restore_notes(parts, sheet.part)
    return known


def colour_of(fill: bytes) -> str:
    """The colour of a fill, ``FFC7CE``; "" for one of a theme or of none."""
    found = _MARK_COLOUR.search(fill)
    return found[1].decode().upper() if found else ""


def _worksheets(parts: PackagePatch) -> Iterator[SheetPart]:
    for sheet in parts.package.sheets:
        if sheet.kind == "worksheet" and sheet.part in parts:
            yield sheet


def _is_ours(parts: PackagePatch, sheet: SheetPart) -> bool:
    """Whether a sheet is a result sheet: by its mark, in the sheet or in the shared texts."""
    if sheet.kind != "worksheet" or sheet.part not in parts:
        return False
    if sheet.name.startswith(SHEET) and _MARK in parts[sheet.part]:
        return True  # as we wrote it; whoever renames the tab writes its texts anew
    strings = parts.get(parts.package.part_of("sharedStrings", "xl/sharedstrings.xml"), b"")
    at = strings.find(_MARK)
    if at < 0:
        return False
    xml = parts[sheet.part]
    number = len(_STRING.findall(strings, 0, at)) - 1
    return bool(re.search(rb"\st=[\"']s[\"'][^>]*>\s*<(?:\w+:)?v>%d<" % number, xml))


def _contents(parts: PackagePatch, own: list[SheetPart]) -> Iterator[bytes]:
    yield parts.get(parts.package.part_of("sharedStrings", "xl/sharedstrings.xml"), b"")
    for sheet in own:
        yield parts.get(sheet.part, b"")


def _restore_fills(parts: PackagePatch, known: MarkRecord) -> None:
    """Gives every cell in one of our colours the fill that it had."""
    styles = read_style_patch(parts)
    ours = frozenset(
        number for number in range(len(styles)) if colour_of(styles.fill(number)) in known.colours
    )
    for sheet in _worksheets(parts):
        found = SheetXml(parts[sheet.part])
        marked = dict(found.cells_of_style(ours))
        if not marked:
            continue
        wanted = {cell: _undoing(styles, known, sheet.name, cell) for cell in marked}
        xml, _ = found.restyled(wanted)
        added = frozenset(cell for cell in marked if not _stood(known, sheet.name, cell))
        parts.put(sheet.part, SheetXml(xml).without_cells(added) if added else xml)
    write_styles(parts, styles)


def _stood(known: MarkRecord, sheet: str, cell: CellPlace) -> bool:
    before = known.cells.get(sheet, {}).get(cell)
    return before is None or before.stood


class _undoing:  # noqa: N801  # a function with its arguments given
    """Makes the style before the mark out of the style with it."""

    def __init__(self, styles: StylePatch, known: MarkRecord, sheet: str, cell: CellPlace) -> None:
        self._styles = styles
        self._before = known.before(sheet, cell)

    def __call__(self, style: int) -> int:
        if not self._before:
            return self._styles.with_fill(style, self._styles.fills()[0])
        return self._styles.with_fill(style, self._before.fill.encode(), self._before.style)


def _restore_notes(parts: PackagePatch, sheet: str) -> None:
    held = parts.relation(sheet, "comments")
    if not held:
        return
    id_, relation = held
    notes = Notes(parts[relation.target])
    xml, gone = notes.without_marks()
    if xml == notes.xml:
        return
    left = Notes(xml).cells()
    parts.put(relation.target, xml)
    drawing = _drawing(parts, sheet)
    if drawing:
        parts.put(drawing, without_boxes(parts[drawing], gone - left.keys()))
    if left:
        return
    parts.unrelate(sheet, id_)
    parts.withdraw(relation.target)
    if drawing and not has_shapes(parts[drawing]):
        _drop_drawing(parts, sheet, drawing)
    _drop_empty_relations(parts, sheet)


def _drawing(parts: PackagePatch, sheet: str) -> str:
    """The part with the boxes of a sheet's notes, "" without one."""
    id_ = SheetXml(parts[sheet]).legacy_drawing()
    relation = parts.relations(sheet).get(id_)
    return relation.target if relation and relation.target in parts else ""


def _drop_drawing(parts: PackagePatch, sheet: str, drawing: str) -> None:
    found = SheetXml(parts[sheet])
    parts.unrelate(sheet, found.legacy_drawing())
    parts.withdraw(drawing)
    parts.put(sheet, found.without_legacy_drawing())


def _drop_empty_relations(parts: PackagePatch, sheet: str) -> None:
    if not parts.relations(sheet):
        parts.remove(relations_of(sheet))


_PACKAGES: Final = ("xlsx", "xlsm")
_FILLS: Final = {
    Severity.ERROR: book_writer.MARK_ERROR_FILL,
    Severity.WARNING: book_writer.MARK_WARN_FILL,
}


@dataclass(frozen=True, slots=True)
class MarkedCopy:
    """What goes back (bản đánh dấu): a whole workbook; whether it is the unit's own file."""

    data: bytes
    patched: bool  # False: a fault workbook, to be sent beside the original
    taken_out: tuple[Finding, ...] = ()  # what it goes without, in one finding


def marked_copy(
    data: bytes,
    *,
    kind: str,
    findings: Sequence[Finding],
    reading: Reading | None,
    head: ReturnHead,
    forms: Forms | None = None,
) -> MarkedCopy:
    """The unit's own file with a fill and a note on each faulty cell and a first result sheet.

    Every part that nothing is added to keeps its very bytes, but what could act or lead out of the
    file is taken out and told; marks of an earlier round are taken out first. With ``forms`` the
    sheet shows headings and totals. Where the file cannot be patched (.xls, .ods, Strict, damaged)
    it is a fault workbook instead.
    """
    if kind in _PACKAGES and reading is not None:
        try:
            return _patched(data, findings, reading, head, forms)
        except (CannotPatchError, RefusedError):
            pass
    return MarkedCopy(fault_workbook(findings, reading, head, forms=forms), patched=False)


def fault_workbook(
    findings: Sequence[Finding],
    reading: Reading | None,
    head: ReturnHead,
    *,
    forms: Forms | None = None,
) -> bytes:
    """A workbook with the result sheet alone, to be sent beside a file that cannot be marked."""
    parts = PackagePatch(empty_workbook())
    styles = StylePatch()
    told = tuple(result_lines(findings, reading, head, patched=False, forms=forms))
    xml, titles = result_sheet(told, styles, record=(), links=frozenset(), footer=_footer(head))
    sheet_patch.put_first(parts, SHEET, xml, titles)
    write_styles(parts, styles)
    return parts.packed()


def _patched(
    data: bytes,
    findings: Sequence[Finding],
    reading: Reading,
    head: ReturnHead,
    forms: Forms | None,
) -> MarkedCopy:
    parts = PackagePatch(data)
    if parts.package.is_strict:
        raise CannotPatchError("Strict")
    taken_out = tuple(_removal_findings(take_out_active(parts)))
    findings = (*findings, *taken_out)
    earlier = unmark(parts)
    styles = read_style_patch(parts)
    made = MarkRecord(list(_colours(styles, earlier).values()))
    paint = dict(zip(_FILLS, (styles.solid(colour) for colour in made.colours), strict=True))
    sheets = {one.name: one for one in parts.package.sheets if one.kind == "worksheet"}
    marker = Marker(parts, styles, paint)
    for tab, marks in marks_by_sheet(findings, reading).items():
        if tab in sheets and sheets[tab].part in parts:
            made.cells[tab] = marker.mark(sheets[tab].part, marks)
    told = tuple(result_lines(findings, reading, head, patched=True, forms=forms))
    name = _free_sheet_name(parts)
    xml, titles = result_sheet(
        told,
        styles,
        record=pieces(made),
        links=frozenset(one.name for one in parts.package.sheets),
        footer=_footer(head),
        name=name,
    )
    sheet_patch.put_first(parts, name, xml, titles)
    write_styles(parts, styles)
    _prove(parts)
    return MarkedCopy(parts.packed(), patched=True, taken_out=taken_out)


def _removal_findings(gone: TakenOut) -> Iterator[Finding]:
    """What the copy goes without; the original has it still."""
    if gone:
        yield finding("mark.active_content_removed", what=gone.words)


def _colours(styles: StylePatch, earlier: MarkRecord) -> dict[Severity, str]:
    """Our two colours, a shade aside where the unit's own fills have the very same."""
    taken = {colour_of(fill) for fill in styles.fills()} - set(earlier.colours)
    chosen: dict[Severity, str] = {}
    for severity, colour in _FILLS.items():
        shade = int(colour.lstrip("#"), 16)
        while f"{shade:06X}" in taken:
            shade -= 1
        chosen[severity] = f"{shade:06X}"
    return chosen


def _free_sheet_name(parts: PackagePatch) -> str:
    taken = {one.name.casefold() for one in parts.package.sheets}
    names = (SHEET, *(f"{SHEET} ({number})" for number in range(2, len(taken) + 3)))
    return next(name for name in names if name.casefold() not in taken)


def _footer(head: ReturnHead) -> str:
    return f"{SHEET.capitalize()} – {head.unit_name} – {head.period_label}"


def _prove(parts: PackagePatch) -> None:
    """Raises CannotPatchError when a part that was changed is not XML any more."""
    for name, content in parts.changed.items():
        if not name.endswith((".xml", ".rels")):
            continue
        try:
            expat.ParserCreate(namespace_separator=" ").Parse(content, True)  # noqa: FBT003  # its only form
        except expat.ExpatError as error:
            raise CannotPatchError(name) from error
