"""The XML of a worksheet and of the workbook part changed in single places."""

import io
import re
import zipfile
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from kskt_excel.excel.marked import xml_patch
from kskt_excel.excel.marked.style_patch import MAIN
from kskt_excel.excel.marked.xml_patch import (
    CannotPatchError,
    Element,
    PackagePatch,
    XmlEdit,
    relations_of,
)
from kskt_excel.excel.opc import MAX_COLUMN, MAX_ROW
from kskt_excel.model.book import CellPlace, column_letters, column_number
from kskt_excel.model.nouns import dataclass

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
        xml_patch.escaped(name),
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
        xml_patch.escaped(titles),
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
