"""The styles part: the cell's own style with another fill, and looks of the result sheet."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from kskt_excel.excel.marked import xml_patch
from kskt_excel.excel.marked.xml_patch import (
    CannotPatchError,
    Element,
    PackagePatch,
    XmlEdit,
    attributes,
)

MAIN: Final = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
_EMPTY: Final = (
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
        self._xml = xml or _EMPTY
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
