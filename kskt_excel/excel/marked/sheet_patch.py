"""The XML of a worksheet, of the workbook part and of the styles changed in single places."""

import io
import re
import zipfile
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from kskt_excel.excel.book_writer import as_ascii_xml
from kskt_excel.excel.marked import xml_patch
from kskt_excel.excel.marked.xml_patch import (
    CannotPatchError,
    Element,
    PackagePatch,
    XmlEdit,
    attributes,
    relations_of,
)
from kskt_excel.excel.opc import MAX_COLUMN, MAX_ROW
from kskt_excel.model.book import CellPlace, column_letters, column_number
from kskt_excel.model.nouns import dataclass

MAIN: Final = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
_NO_STYLES: Final = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<styleSheet xmlns="'
    + MAIN
    + b'"></styleSheet>'
)
_ORDER: Final = (  # the schema's own: Excel calls a part with another order damaged
    b"numFmts",
    b"fonts",
    b"fills",
    b"borders",
    b"cellStyleXfs",
    b"cellXfs",
    b"cellStyles",
    b"dxfs",
    b"tableStyles",
    b"colors",
    b"extLst",
)
_CHILD: Final = {
    b"fonts": b"font",
    b"fills": b"fill",
    b"borders": b"border",
    b"cellStyleXfs": b"xf",
    b"cellXfs": b"xf",
}
_FIRST: Final = {  # what a workbook must have before anything of ours
    b"fonts": (b'<font><sz val="11"/><name val="Calibri"/></font>',),
    b"fills": (
        b'<fill><patternFill patternType="none"/></fill>',
        b'<fill><patternFill patternType="gray125"/></fill>',
    ),
    b"borders": (b"<border><left/><right/><top/><bottom/><diagonal/></border>",),
    b"cellStyleXfs": (b'<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>',),
    b"cellXfs": (b'<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>',),
}
_VERTICAL: Final = {"vcenter": "center", "top": "top"}
_MOST_STYLES: Final = 64_000  # Excel opens no workbook that has many more
_TEXT_NUMBER: Final = 49  # built-in number format "@"


class StylePatch:
    """Styles of a workbook: what is added stands behind what is there."""

    def __init__(self, xml: bytes = b"") -> None:
        """Raises CannotPatchError when the part is not what it should be."""
        self._xml = xml or _NO_STYLES
        self._plain = xml_patch.masked(self._xml)
        root = xml_patch.root(self._plain)
        self._prefix = root.prefix
        self._sections = {
            one.name: xml_patch.closed(self._plain, one)
            for one in xml_patch.children(self._plain, root.inner, root.close)
            if one.name in _ORDER
        }
        self._items = {name: self._read(name) for name in _CHILD}
        self._kept = {name: len(items) for name, items in self._items.items()}
        self._index: dict[bytes, dict[bytes, int]] = {}
        self._known: dict[tuple[int, bytes, int], int] = {}
        for name, items in self._items.items():
            if not items:
                for item in _FIRST[name]:
                    self._append(name, item)

    def _read(self, name: bytes) -> list[bytes]:
        section = self._sections.get(name)
        if not section:
            return []
        found = xml_patch.elements(self._plain, _CHILD[name], section.inner, section.close)
        return [self._xml[one.start : one.end] for one in found]

    def __len__(self) -> int:
        """How many cell styles there are."""
        return len(self._items[b"cellXfs"])

    def fill(self, style: int) -> bytes:
        """The fill of a cell style as it is written; of none for a style that is not there."""
        fills = self._items[b"fills"]
        number = xml_patch.integer_attribute(self._attributes(style), b"fillId")
        return fills[number] if number < len(fills) else fills[0]

    def fills(self) -> Sequence[bytes]:
        """Every fill as it is written."""
        return self._items[b"fills"]

    def with_fill(self, style: int, fill: bytes, wanted: int = -1) -> int:
        """A style that differs in the fill only: ``wanted`` or another one if there is one."""
        asked = style, fill, wanted
        if asked not in self._known:
            self._known[asked] = self._filled(style, fill, wanted)
        return self._known[asked]

    def _filled(self, style: int, fill: bytes, wanted: int) -> int:
        known = self._attributes(style)
        number = self._find(b"fills", fill)
        applied = xml_patch.with_attribute(known, b"fillId", b"%d" % number)
        if number or xml_patch.attribute(known, b"applyFill") is not None:
            applied = xml_patch.with_attribute(applied, b"applyFill", b"1")
        item = self._item(style)
        tag = xml_patch.root(item)
        new = xml_patch.opening(tag, applied) + item[tag.inner :]
        if 0 <= wanted < len(self) and _same_style(self._items[b"cellXfs"][wanted], new):
            return wanted
        return self._find(b"cellXfs", new)

    def look(self, looks: Mapping[str, Any]) -> int:
        """The style of XlsxWriter properties, as ``style.look`` gives them."""
        font = self._find(b"fonts", self._own(_font(looks)))
        fill = self._find(b"fills", self._own(_fill(looks))) if "bg_color" in looks else 0
        border = self._find(b"borders", self._own(_border(looks))) if "border" in looks else 0
        xf = (
            f'<xf numFmtId="{_TEXT_NUMBER}" fontId="{font}" fillId="{fill}" borderId="{border}"'
            f' xfId="0" applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1"'
            f' applyAlignment="1">{_alignment(looks)}</xf>'
        )
        return self._find(b"cellXfs", self._own(xf))

    def solid(self, colour: str) -> bytes:
        """A fill of one colour (``FFC7CE``) as this part writes it."""
        return self._own(_fill({"bg_color": f"#{colour}"}))

    def xml(self) -> bytes:
        """The part with what was added."""
        if len(self) > _MOST_STYLES:
            raise CannotPatchError("styles")
        root = xml_patch.root(self._plain)
        changes = []
        for name, items in self._items.items():
            added = items[self._kept[name] :]
            if added and name in self._sections:
                changes += self._grown(self._sections[name], added, len(items))
            elif added:
                changes.append(self._new_section(root, name, items))
        return xml_patch.changed(self._xml, changes)

    def _grown(self, section: Element, added: Sequence[bytes], count: int) -> list[XmlEdit]:
        counted = xml_patch.with_attribute(section.attributes, b"count", b"%d" % count)
        if section.is_empty:
            open_ = xml_patch.opening(section, counted.removesuffix(b"/").rstrip())
            ending = b"</" + section.prefix + section.name + b">"
            return [XmlEdit(section.start, section.end, open_ + b"".join(added) + ending)]
        return [
            XmlEdit(section.start, section.inner, xml_patch.opening(section, counted)),
            XmlEdit(section.close, section.close, b"".join(added)),
        ]

    def _new_section(self, root: Element, name: bytes, items: Sequence[bytes]) -> XmlEdit:
        later = _ORDER[_ORDER.index(name) + 1 :]
        following = [self._sections[one].start for one in later if one in self._sections]
        tag = self._prefix + name
        text = b"<%s>%s</%s>" % (tag, b"".join(items), tag)
        if following:
            return XmlEdit(following[0], following[0], text)
        return xml_patch.within(root, text)

    def _find(self, name: bytes, item: bytes) -> int:
        if name not in self._index:
            index: dict[bytes, int] = {}
            for number, known in enumerate(self._items[name]):
                index.setdefault(known, number)
            self._index[name] = index
        if item in self._index[name]:
            return self._index[name][item]
        return self._append(name, item)

    def _append(self, name: bytes, item: bytes) -> int:
        items = self._items[name]
        items.append(item)
        if name in self._index:
            self._index[name][item] = len(items) - 1
        return len(items) - 1

    def _item(self, style: int) -> bytes:
        items = self._items[b"cellXfs"]
        return items[style] if 0 <= style < len(items) else items[0]

    def _attributes(self, style: int) -> bytes:
        return xml_patch.root(self._item(style)).attributes

    def _own(self, xml: str) -> bytes:
        """XML in the part's own prefix."""
        if not self._prefix:
            return xml.encode()
        prefix = self._prefix.decode()
        return (
            xml.replace("</", "\0").replace("<", f"<{prefix}").replace("\0", f"</{prefix}").encode()
        )


def read_style_patch(parts: PackagePatch) -> StylePatch:
    """Styles of a package, empty ones where it has none."""
    return StylePatch(parts.get(parts.package.part_of("styles", "xl/styles.xml"), b""))


def write_styles(parts: PackagePatch, styles: StylePatch) -> None:
    """Puts the styles back, as a new part where there was none."""
    package = parts.package
    part = package.part_of("styles", "")
    if part and part in parts:
        parts.put(part, styles.xml())
        return
    part = "xl/styles.xml"  # some readers look nowhere else
    if part in parts:
        part = parts.free_name("xl/styles", ".xml")
    parts.put(part, styles.xml())
    parts.declare(part, _TYPE)
    parts.relate(package.workbook, "styles", part)


def _same_style(one: bytes, other: bytes) -> bool:
    """Whether two styles are alike but for a fill said to be applied or not."""
    first, second = xml_patch.root(one), xml_patch.root(other)
    alike = one[first.inner :] == other[second.inner :] or (first.is_empty and second.is_empty)
    return alike and _tag_attributes(first) == _tag_attributes(second)


def _tag_attributes(tag: Element) -> dict[str, str]:
    told = {"fillId": "0", **attributes(tag.attributes)}
    told.pop("applyFill", None)
    return told


def _colour(looks: Mapping[str, Any], name: str) -> str:
    return f'rgb="FF{str(looks[name]).lstrip("#")}"'


def _font(looks: Mapping[str, Any]) -> str:
    bold = "<b/>" if looks.get("bold") else ""
    italic = "<i/>" if looks.get("italic") else ""
    line = "<u/>" if looks.get("underline") else ""
    colour = f"<color {_colour(looks, 'font_color')}/>" if "font_color" in looks else ""
    return (
        f'<font>{bold}{italic}{line}<sz val="{looks["font_size"]}"/>{colour}'
        f'<name val="{looks["font_name"]}"/><family val="1"/></font>'
    )


def _fill(looks: Mapping[str, Any]) -> str:
    colour = _colour(looks, "bg_color")
    return (
        f'<fill><patternFill patternType="solid"><fgColor {colour}/><bgColor indexed="64"/>'
        "</patternFill></fill>"
    )


def _border(looks: Mapping[str, Any]) -> str:
    colour = _colour(looks, "border_color") if "border_color" in looks else 'auto="1"'
    sides = "".join(
        f'<{side} style="thin"><color {colour}/></{side}>'
        for side in ("left", "right", "top", "bottom")
    )
    return f"<border>{sides}<diagonal/></border>"


def _alignment(looks: Mapping[str, Any]) -> str:
    parts = []
    if "align" in looks:
        parts.append(f'horizontal="{looks["align"]}"')
    if "valign" in looks:
        parts.append(f'vertical="{_VERTICAL[looks["valign"]]}"')
    if looks.get("text_wrap"):
        parts.append('wrapText="1"')
    return f"<alignment {' '.join(parts)}/>"


_A1: Final = re.compile(rb"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_AFTER_DRAWING: Final = (
    b"legacyDrawing",
    b"legacyDrawingHF",
    b"drawingHF",
    b"picture",
    b"oleObjects",
    b"controls",
    b"webPublishItems",
    b"tableParts",
    b"extLst",
    b"AlternateContent",
)
OFFICE_RELATIONS: Final = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WIDE = 64  # pixels of a column that says nothing

Restyle = Callable[[int], int]
"""The number of a cell's style -> that of the style it shall have."""


@dataclass(frozen=True, slots=True)
class Was:
    """How a cell was before it was marked: its style, and whether it stood in the file."""

    style: int
    stood: bool


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    tag: Element


class SheetXml:
    """One worksheet part, found once."""

    def __init__(self, xml: bytes) -> None:
        """Raises CannotPatchError when it is no worksheet that can be changed."""
        if xml[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in xml[:16]:
            raise CannotPatchError("UTF-16")
        self.xml = xml
        self._plain = xml_patch.masked(xml)
        root = xml_patch.root(self._plain)
        if root.name != b"worksheet":
            raise CannotPatchError("worksheet")
        self.prefix = root.prefix
        self.root = root
        data = xml_patch.first(self._plain, b"sheetData", root.inner, root.close)
        if not data:
            raise CannotPatchError("sheetData")
        self.data = data
        self._merged = tuple(self._merges())

    @property
    def plain(self) -> bytes:
        """The XML with comments blanked."""
        return self._plain

    def corner(self, cell: CellPlace) -> CellPlace:
        """The cell itself, or the first one of the merged area that covers it."""
        for first_row, first_column, last_row, last_column in self._merged:
            inside = first_row <= cell[0] <= last_row and first_column <= cell[1] <= last_column
            if inside:
                return first_row, first_column
        return cell

    def restyled(self, wanted: Mapping[CellPlace, Restyle]) -> tuple[bytes, dict[CellPlace, Was]]:
        """The XML with cells in other styles, and how each of them was before."""
        was: dict[CellPlace, Was] = {}
        changes: list[XmlEdit] = []
        by_row: dict[int, dict[int, Restyle]] = {}
        for (number, column), restyle in sorted(wanted.items()):
            if 1 <= number <= MAX_ROW and 1 <= column <= MAX_COLUMN:
                by_row.setdefault(number, {})[column] = restyle
        waiting = deque(by_row)  # ascending
        for row in self._rows():
            while waiting and waiting[0] < row.number:
                missing = waiting.popleft()
                if missing in by_row:
                    new = self._new_row(missing, by_row.pop(missing), was)
                    changes.append(XmlEdit(row.tag.start, row.tag.start, new))
            if row.number in by_row:
                changes += self._in_row(row, by_row.pop(row.number), was)
        following = b"".join(self._new_row(n, columns, was) for n, columns in by_row.items())
        if following:
            changes.append(xml_patch.within(self.data, following))
        return xml_patch.changed(self.xml, changes), was

    def cells_of_style(self, styles: frozenset[int]) -> Iterator[tuple[CellPlace, int]]:
        """Cells that have one of the styles."""
        numbers = b"|".join(b"%d" % style for style in sorted(styles))
        worn = re.compile(rb"\ss\s*=\s*[\"'](?:" + numbers + rb")[\"']")
        for row in self._rows():
            whole = xml_patch.closed(self._plain, row.tag)
            if not styles or not worn.search(self._plain, whole.inner, whole.close):
                continue
            for column, tag in self._cells(row):
                style = xml_patch.integer_attribute(tag.attributes, b"s")
                if style in styles:
                    yield (row.number, column), style

    def without_cells(self, cells: frozenset[CellPlace]) -> bytes:
        """The XML without these cells where they hold nothing and no look of their own.

        Rows left empty go too.
        """
        changes = []
        rows = {cell[0] for cell in cells}
        for row in self._rows():
            if row.number not in rows:
                continue
            inside = list(self._cells(row))
            gone = [
                tag
                for column, tag in inside
                if (row.number, column) in cells and self._is_bare(row, column, tag)
            ]
            bare = xml_patch.with_attribute(row.tag.attributes, b"r", None).strip() in (b"", b"/")
            if gone and len(gone) == len(inside) and bare:
                whole = xml_patch.closed(self._plain, row.tag)
                changes.append(XmlEdit(whole.start, whole.end, b""))
            else:
                changes += [XmlEdit(tag.start, tag.end, b"") for tag in gone]
        return xml_patch.changed(self.xml, changes)

    def _is_bare(self, row: _Row, column: int, cell: Element) -> bool:
        """Whether a cell holds nothing and looks as it would if it were not there."""
        inherited = xml_patch.integer_attribute(row.tag.attributes, b"s") or self._column_style(
            column
        )
        return cell.is_empty and xml_patch.integer_attribute(cell.attributes, b"s") == inherited

    def with_legacy_drawing(self, id_: str) -> bytes:
        """The XML with the drawing of its notes named, at its place in the order."""
        prefix = xml_patch.prefix_of(self.root, OFFICE_RELATIONS)
        declared = b"" if prefix else b' xmlns:r="%s"' % OFFICE_RELATIONS
        new = b'<%slegacyDrawing%s %s:id="%s"/>' % (
            self.prefix,
            declared,
            prefix or b"r",
            id_.encode(),
        )
        later = (
            one.start
            for one in xml_patch.children(self._plain, self.data.end, self.root.close)
            if one.name in _AFTER_DRAWING
        )
        at = next(later, self.root.close)
        return xml_patch.changed(self.xml, [XmlEdit(at, at, new)])

    def legacy_drawing(self) -> str:
        """Relation id of the drawing of its notes, "" without one."""
        found = next(xml_patch.tags(self._plain, b"legacyDrawing", self.data.end), None)
        if not found:
            return ""
        value = re.search(rb"\w+:id\s*=\s*[\"']([^\"']*)", found.attributes)
        return value[1].decode() if value else ""

    def without_legacy_drawing(self) -> bytes:
        """The XML without the drawing of its notes."""
        found = xml_patch.elements(self._plain, b"legacyDrawing", self.data.end)
        return xml_patch.changed(self.xml, [XmlEdit(one.start, one.end, b"") for one in found])

    def column_pixels(self) -> Callable[[int], int]:
        """A function that gives the width of a column in pixels."""
        spans = [
            (
                xml_patch.integer_attribute(one.attributes, b"min"),
                xml_patch.integer_attribute(one.attributes, b"max"),
                _pixels(one.attributes),
            )
            for one in xml_patch.tags(self._plain, b"col", 0, self.data.start)
        ]
        return lambda column: next(
            (width for low, high, width in spans if low <= column <= high), _WIDE
        )

    def _merges(self) -> Iterator[tuple[int, int, int, int]]:
        for one in xml_patch.tags(self._plain, b"mergeCell", self.data.end):
            low, _, high = (xml_patch.attribute(one.attributes, b"ref") or b"").partition(b":")
            start, end = _A1.fullmatch(low), _A1.fullmatch(high)
            if start and end:
                yield int(start[2]), _column(start[1]), int(end[2]), _column(end[1])

    def _rows(self) -> Iterator[_Row]:
        number = 0
        for tag in xml_patch.tags(self._plain, b"row", self.data.inner, self.data.close):
            number = xml_patch.integer_attribute(tag.attributes, b"r", number + 1)
            yield _Row(number, tag)

    def _cells(self, row: _Row) -> Iterator[tuple[int, Element]]:
        """Cells of a row by column, whole."""
        whole = xml_patch.closed(self._plain, row.tag)
        column = 0
        for one in xml_patch.elements(self._plain, b"c", whole.inner, whole.close):
            ref = _A1.fullmatch(xml_patch.attribute(one.attributes, b"r") or b"")
            column = _column(ref[1]) if ref else column + 1
            yield column, one

    def _in_row(
        self, row: _Row, wanted: Mapping[int, Restyle], was: dict[CellPlace, Was]
    ) -> Iterator[XmlEdit]:
        left = dict(wanted)
        own = xml_patch.integer_attribute(row.tag.attributes, b"s")
        for column, cell in self._cells(row):
            for missing in [n for n in left if n < column]:
                new = self._new_cell(row.number, missing, left.pop(missing), was, own)
                yield XmlEdit(cell.start, cell.start, new)
            if column in left:
                style = xml_patch.integer_attribute(cell.attributes, b"s")
                was[row.number, column] = Was(style, stood=True)
                number = b"%d" % left.pop(column)(style)
                attributes = xml_patch.with_attribute(cell.attributes, b"s", number)
                yield XmlEdit(cell.start, cell.inner, xml_patch.opening(cell, attributes))
        new = b"".join(self._new_cell(row.number, n, left[n], was, own) for n in left)
        if new:
            yield xml_patch.within(xml_patch.closed(self._plain, row.tag), new)

    def _new_row(
        self, number: int, wanted: Mapping[int, Restyle], was: dict[CellPlace, Was]
    ) -> bytes:
        cells = b"".join(self._new_cell(number, n, wanted[n], was, 0) for n in wanted)
        return b'<%srow r="%d">%s</%srow>' % (self.prefix, number, cells, self.prefix)

    def _new_cell(
        self, row: int, column: int, restyle: Restyle, was: dict[CellPlace, Was], row_style: int
    ) -> bytes:
        style = row_style or self._column_style(column)
        was[row, column] = Was(style, stood=False)
        ref = f"{column_letters(column)}{row}".encode()
        return b'<%sc r="%s" s="%d"/>' % (self.prefix, ref, restyle(style))

    def _column_style(self, column: int) -> int:
        for one in xml_patch.tags(self._plain, b"col", 0, self.data.start):
            low, high = (
                xml_patch.integer_attribute(one.attributes, b"min"),
                xml_patch.integer_attribute(one.attributes, b"max"),
            )
            if low <= column <= high:
                return xml_patch.integer_attribute(one.attributes, b"style")
        return 0


def _pixels(attributes: bytes) -> int:
    """Width of a column in pixels; 0 for one that is hidden."""
    if xml_patch.attribute(attributes, b"hidden") in (b"1", b"true"):
        return 0
    width = xml_patch.attribute(attributes, b"width") or b""
    plain = re.fullmatch(rb"[0-9]+(?:\.[0-9]+)?", width)
    # A width counts characters of 7 pixels (Calibri 11, Excel's usual font).
    return int(float(plain[0]) * 7) if plain else _WIDE


def _column(letters: bytes) -> int:
    return column_number(letters.decode("ascii"))


SHEET_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
# The schema asks for names right behind the last of these that is there.
_BEFORE_NAMES: Final = (b"externalReferences", b"functionGroups", b"sheets")
_XML: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_FORMATS: Final = "http://schemas.openxmlformats.org/package/2006"
_OFFICE: Final = OFFICE_RELATIONS.decode()
_PACKAGE: Final = "application/vnd.openxmlformats-package.relationships+xml"
_EMPTY: Final[Mapping[str, str]] = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_FORMATS}/content-types">'
        f'<Default Extension="rels" ContentType="{_PACKAGE}"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType="application/'
        'vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_FORMATS}/relationships"><Relationship Id="rId1"'
        f' Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'<workbook xmlns="{MAIN.decode()}" xmlns:r="{_OFFICE}">'
        '<bookViews><workbookView xWindow="0" yWindow="0" windowWidth="24000"'
        ' windowHeight="12000"/></bookViews><sheets></sheets></workbook>'
    ),
}
_TITLES: Final = "_xlnm.Print_Titles"


def empty_workbook() -> bytes:
    """A package without any sheet, to put one in."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in _EMPTY.items():
            package.writestr(zipfile.ZipInfo(name), _XML + content)
    return out.getvalue()


def put_first(parts: PackagePatch, name: str, sheet: bytes, titles: str) -> None:
    """Puts a sheet in front of all others and opens the workbook on it.

    ``titles`` are its rows repeated on each page: ``'Tên'!$11:$11``.
    """
    workbook = parts.package.workbook
    part = parts.free_name("xl/worksheets/sheet", ".xml")
    parts.put(part, sheet)
    parts.declare(part, SHEET_TYPE)
    id_ = parts.relate(workbook, "worksheet", part)
    xml = parts[workbook]
    plain = xml_patch.masked(xml)
    sheets = xml_patch.first(plain, b"sheets")
    if not sheets:
        raise CannotPatchError("workbook")
    known = xml_patch.tags(plain, b"sheet", sheets.inner, sheets.close)
    number = (
        max((xml_patch.integer_attribute(one.attributes, b"sheetId") for one in known), default=0)
        + 1
    )
    prefix = xml_patch.prefix_of(xml_patch.root(plain), OFFICE_RELATIONS)
    declared = b"" if prefix else b' xmlns:r="%s"' % OFFICE_RELATIONS
    line = b'<%ssheet%s name="%s" sheetId="%d" %s:id="%s"/>' % (
        sheets.prefix,
        declared,
        as_ascii_xml(name),
        number,
        prefix or b"r",
        id_.encode(),
    )
    changes = [xml_patch.within(sheets, line)]
    if not sheets.is_empty:
        changes = [XmlEdit(sheets.inner, sheets.inner, line)]
    xml = xml_patch.changed(xml, [*changes, *_on_first(plain), *_shifted(plain, at=-1, by=1)])
    parts.put(workbook, _with_titles(xml, titles))
    _unselect_others(parts, part)


def take_out(parts: PackagePatch, name: str) -> None:
    """Takes a sheet out with its part and its names."""
    workbook = parts.package.workbook
    sheet = next(one for one in parts.package.sheets if one.name == name)
    at = parts.package.sheets.index(sheet)
    xml = parts[workbook]
    plain = xml_patch.masked(xml)
    sheets = xml_patch.first(plain, b"sheets")
    if not sheets:
        raise CannotPatchError("workbook")
    gone = list(xml_patch.elements(plain, b"sheet", sheets.inner, sheets.close))[at]
    changes = [XmlEdit(gone.start, gone.end, b""), *_shifted(plain, at=at, by=-1)]
    parts.put(workbook, _without_empty_names(xml_patch.changed(xml, [*changes, *_on_first(plain)])))
    for id_, relation in parts.relations(workbook).items():
        if relation.target == sheet.part:
            parts.unrelate(workbook, id_)
    for relation in parts.relations(sheet.part).values():
        if relation.kind in ("comments", "vmlDrawing", "printerSettings") and not relation.external:
            parts.withdraw(relation.target)
    _remove_with_relations(parts, sheet.part)


def _remove_with_relations(parts: PackagePatch, part: str) -> None:
    parts.remove(relations_of(part))
    parts.withdraw(part)


def _on_first(plain: bytes) -> list[XmlEdit]:
    """Opens the workbook on its first sheet."""
    changes = []
    for view in xml_patch.tags(plain, b"workbookView"):
        attributes = xml_patch.with_attribute(view.attributes, b"activeTab", None)
        attributes = xml_patch.with_attribute(attributes, b"firstSheet", None)
        if attributes != view.attributes:
            changes.append(XmlEdit(view.start, view.inner, xml_patch.opening(view, attributes)))
    return changes


def _shifted(plain: bytes, *, at: int, by: int) -> list[XmlEdit]:
    """Names of single sheets counted anew; those of the sheet that goes are left out."""
    changes = []
    for one in xml_patch.elements(plain, b"definedName"):
        sheet = xml_patch.integer_attribute(one.attributes, b"localSheetId", -1)
        if sheet < 0 or sheet < at:
            continue
        if sheet == at:
            changes.append(XmlEdit(one.start, one.end, b""))
        else:
            number = xml_patch.with_attribute(one.attributes, b"localSheetId", b"%d" % (sheet + by))
            changes.append(XmlEdit(one.start, one.inner, xml_patch.opening(one, number)))
    return changes


def _without_empty_names(xml: bytes) -> bytes:
    names = xml_patch.first(xml_patch.masked(xml), b"definedNames")
    if names and not xml[names.inner : names.close].strip():
        return xml[: names.start] + xml[names.end :]
    return xml


def _with_titles(xml: bytes, titles: str) -> bytes:
    plain = xml_patch.masked(xml)
    sheets = xml_patch.first(plain, b"sheets")
    prefix = sheets.prefix if sheets else b""
    name = b'<%sdefinedName name="%s" localSheetId="0">%s</%sdefinedName>' % (
        prefix,
        _TITLES.encode(),
        as_ascii_xml(titles),
        prefix,
    )
    names = xml_patch.first(plain, b"definedNames")
    if names:
        return xml_patch.changed(xml, [xml_patch.within(names, name)])
    before = (xml_patch.first(plain, one) for one in _BEFORE_NAMES)
    after = next(one for one in before if one)
    whole = b"<%sdefinedNames>%s</%sdefinedNames>" % (prefix, name, prefix)
    return xml_patch.changed(xml, [XmlEdit(after.end, after.end, whole)])


def _unselect_others(parts: PackagePatch, own: str) -> None:
    """Sheets selected together would be written to together: only the first stays selected."""
    for part in parts.package.worksheets:
        if part == own or part not in parts or b"tabSelected" not in parts.beginning(part):
            continue
        xml = parts[part]
        changes = []
        for view in xml_patch.tags(xml_patch.masked(xml), b"sheetView"):
            if xml_patch.attribute(view.attributes, b"tabSelected") in (b"1", b"true"):
                attributes = xml_patch.with_attribute(view.attributes, b"tabSelected", b"0")
                changes.append(XmlEdit(view.start, view.inner, xml_patch.opening(view, attributes)))
        parts.put(part, xml_patch.changed(xml, changes))
