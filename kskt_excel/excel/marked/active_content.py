"""What could act or lead out of a unit's workbook, taken out of the copy that goes back.

Macros, controls and embedded objects, connections, links to other files and to the web, formulas
that fetch or run something. Values stay: a cell whose formula goes keeps its stored result. What
a macro, a chart or a list would need from outside and cannot be taken out with certainty raises
CannotPatchError, and the workbook of faults goes back instead.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from kskt_excel.excel.book_writer import from_xml
from kskt_excel.excel.marked import sheet_patch, xml_patch
from kskt_excel.excel.marked.xml_patch import (
    TYPES,
    CannotPatchError,
    Element,
    PackagePatch,
    XmlEdit,
    relations_of,
)
from kskt_excel.model.nouns import dataclass

_MACRO, _OBJECT, _DATA, _LINK, _FORMULA = (
    "macro",
    "đối tượng nhúng",
    "kết nối dữ liệu",
    "liên kết ra ngoài",
    "công thức lấy dữ liệu ngoài",
)
_ACTIVE_PARTS: Final = (
    ("vbaproject", _MACRO),
    ("vbadata", _MACRO),
    ("macrosheets/", _MACRO),
    ("dialogsheets/", _MACRO),
    ("attachedtoolbars", _MACRO),
    ("customui", _MACRO),
    ("usercustomization", _MACRO),
    ("webextensions/", _OBJECT),
    ("activex/", _OBJECT),
    ("embeddings/", _OBJECT),
    ("connections.xml", _DATA),
    ("querytables/", _DATA),
    ("model/", _DATA),
    ("customdata/", _DATA),
    ("volatiledependencies.xml", _DATA),
    ("externallinks/", _LINK),
)
_MACRO_SHEETS: Final = ("xlMacrosheet", "xlIntlMacrosheet", "dialogsheet")
_MAIN_TYPE: Final = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_PRINTER_TYPE: Final = (
    b"application/vnd.openxmlformats-officedocument.spreadsheetml.printerSettings"
)
# Types of a workbook with macros, and of templates: under the name .xlsx Excel opens none of them.
_MACRO_TYPE: Final = re.compile(
    rb"application/vnd\.ms-excel\.(?:sheet|template|addin)\.macroEnabled\.main\+xml"
    rb"|application/vnd\.openxmlformats-officedocument\.spreadsheetml\.template\.main\+xml"
)
_VBA_TYPE: Final = b"application/vnd.ms-office.vbaProject"
# «r:id», «r:embed», «r:link», «r:pict», «o:relid»: however an element names what it refers to.
_ID: Final = re.compile(rb"""\s([\w.-]+:(?:id|embed|link|pict|relid))\s*=\s*["']([^"']*)["']""")
_WHOLE: Final = ("oleObjects", "controls", "externalReferences", "externalData", "picture")
"""Elements that go whole with what they refer to."""
_LONE: Final = ("hyperlink", "hlinkClick", "hlinkHover", "hlinkMouseOver", "legacyDrawingHF")
# «[2]Sheet1!A1», «'[2]Sheet 1'!A1». What stands before keeps out a column of a table, «Bang[1]».
_OUTSIDE: Final = re.compile(r"(?<![\w\]\)])'?\[\d+\]")
_RUNS: Final = re.compile(
    r"(?<![\w.])(?:_xlfn\.|_xll\.)*"
    r"(?:HYPERLINK|WEBSERVICE|FILTERXML|RTD|CALL|REGISTER(?:\.ID)?|EXEC|IMAGE|SQL\.REQUEST"
    r"|STOCKHISTORY|CUBE[A-Z]+)\s*\("
    r"|\|",  # no operator of Excel: a program, its topic
    re.IGNORECASE,
)
_WITHIN: Final = re.compile(r'(?<![\w."])HYPERLINK\s*\(\s*"(?=#)', re.IGNORECASE)
"""A link to a place in the same workbook, as «Tự kiểm tra» has them: its target starts with «#»."""
_STRING: Final = re.compile(r'"[^"]*"')  # what a formula only says in quotation marks runs nothing
# A formula may hide in a section, and a comment may part its words.
_CDATA: Final = re.compile(rb"<!\[CDATA\[(.*?)\]\]>|<!--.*?-->", re.DOTALL)
_MACRO_NAME: Final = re.compile(rb"""\s(?:xlm|function|vbProcedure)\s*=\s*["'](?:1|true)["']""")
_RUNS_MACRO: Final = re.compile(rb"""(\s(?:macro|fmlaMacro)\s*=\s*)(?:"[^"]+"|'[^']+')""")
_SHAPE_MACRO: Final = re.compile(rb"<x:FmlaMacro>.*?</x:FmlaMacro>", re.DOTALL)
_SHAPE_TARGET: Final = re.compile(rb"""\s(?:o:)?href\s*=\s*(?:"[^"]*"|'[^']*')""")
_OF_A_QUERY: Final = re.compile(  # a table stays, and no longer says that a query fills it
    rb"""\s(?:tableType="queryTable"|connectionId="\d*"|queryTableFieldId="\d*")"""
)
# Where the file lay on the unit's machine: its path names a person. Each part of the pattern stays
# inside one AlternateContent.
_ABS_PATH: Final = re.compile(
    rb"<mc:AlternateContent\b(?:(?!</mc:AlternateContent>).)*?absPath"
    rb"(?:(?!</mc:AlternateContent>).)*?</mc:AlternateContent>",
    re.DOTALL,
)
_BASE: Final = re.compile(rb"<(HyperlinkBase|HLinks)>.*?</\1>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class TakenOut:
    """What was taken out of a copy (nội dung đã bỏ): kinds in the order people name them."""

    counts: tuple[tuple[str, int], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.counts)

    @property
    def words(self) -> str:
        """``macro, 2 liên kết ra ngoài``; "" when nothing was."""
        return ", ".join(kind if kind == _MACRO else f"{n} {kind}" for kind, n in self.counts)


def take_out_active(parts: PackagePatch) -> TakenOut:
    """Takes everything active out of a package. Raises CannotPatchError."""
    found: Counter[str] = Counter()
    _macro_sheets(parts, found)
    gone = {name: kind for name in parts if (kind := _kind_of(name))}
    if any(name.startswith("xl/model/") for name in gone):
        raise CannotPatchError(_DATA)
    for name, kind in gone.items():
        found[kind] += not name.endswith(".rels")
    if found[_OBJECT]:
        found[_OBJECT] = _objects(gone)
    for name in [one for one in parts if not one.endswith(".rels")]:
        _cut_relations(parts, name, gone, found)
    _cut_relations(parts, "", gone, found)
    for name in gone:
        if name in parts:
            parts.remove(relations_of(name))
            parts.withdraw(parts.spelling(name))
    _workbook(parts, found)
    _formulas(parts, found)
    _types(parts)
    _shapes_and_properties(parts)
    kinds = (_MACRO, _OBJECT, _DATA, _LINK, _FORMULA)
    return TakenOut(tuple((kind, found[kind]) for kind in kinds if found[kind]))


def _kind_of(name: str) -> str:
    for part, kind in _ACTIVE_PARTS:
        if name.startswith((part, f"xl/{part}")):
            return kind
    return ""


def _objects(gone: dict[str, str]) -> int:
    """Objects, without the second part that a control has for its state."""
    names = [name for name, kind in gone.items() if kind == _OBJECT and not name.endswith(".rels")]
    return sum(not (name.startswith("xl/activex/") and name.endswith(".bin")) for name in names)


def _macro_sheets(parts: PackagePatch, found: Counter[str]) -> None:
    for sheet in parts.package.sheets:
        if sheet.kind in _MACRO_SHEETS:
            sheet_patch.take_out(parts, sheet.name)
            found[_MACRO] += 1


def _cut_relations(
    parts: PackagePatch, part: str, gone: dict[str, str], found: Counter[str]
) -> None:
    """A part's relations to what goes and to the outside, and whatever in it refers to them."""
    if part in gone or relations_of(part) not in parts:
        return
    cut: set[str] = set()
    for id_, relation in parts.relations(part).items():
        if relation.external:
            found[_LINK] += 1
        if relation.external or relation.target in gone:
            cut.add(id_)
    if not cut:
        return
    if part and part.endswith((".xml", ".vml")):
        parts.put(parts.spelling(part), _without_references(parts[part], cut))
    for id_ in cut:
        parts.unrelate(part, id_)


def _without_references(xml: bytes, cut: set[str]) -> bytes:
    """XML without the elements that refer to relations which go. Raises CannotPatchError."""
    wanted = {one.encode() for one in cut}
    for name in _WHOLE:
        plain = xml_patch.masked(xml)
        whole = [
            XmlEdit(one.start, one.end, b"")
            for one in xml_patch.elements(plain, name.encode())
            if _refers(plain[one.start : one.end], wanted)
        ]
        xml = xml_patch.changed(xml, whole)
    for name in _LONE:
        plain = xml_patch.masked(xml)
        lone = [
            XmlEdit(one.start, one.end, b"")
            for one in xml_patch.elements(plain, name.encode())
            if _refers(plain[one.start : one.inner], wanted)
        ]
        xml = xml_patch.changed(xml, lone)
    xml = _without_empty(xml, b"hyperlinks")
    plain = xml_patch.masked(xml)
    linked = [
        XmlEdit(one.start, one.inner, xml_patch.opening(one, left))
        for one in xml_patch.tags(plain, b"blip")
        if (left := _unlinked(one, wanted)) != one.attributes
    ]
    xml = xml_patch.changed(xml, linked)
    if _refers(xml_patch.masked(xml), wanted):
        raise CannotPatchError("liên kết ra ngoài")
    return xml


def _refers(xml: bytes, wanted: set[bytes]) -> bool:
    return any(value in wanted for _, value in _ID.findall(xml))


def _unlinked(blip: Element, wanted: set[bytes]) -> bytes:
    """A picture's attributes without the file outside that it also names."""
    left = blip.attributes
    for name, value in _ID.findall(blip.attributes):
        if value in wanted and name.endswith(b":link"):
            left = xml_patch.with_attribute(left, name, None)
    return left


def _without_empty(xml: bytes, name: bytes) -> bytes:
    found = xml_patch.first(xml_patch.masked(xml), name)
    if found and not found.is_empty and not xml[found.inner : found.close].strip():
        return xml[: found.start] + xml[found.end :]
    return xml


def _workbook(parts: PackagePatch, found: Counter[str]) -> None:
    """Names that run something or lead out, and the path that the file was last saved at."""
    workbook = parts.package.workbook
    if workbook not in parts:
        return
    xml = _ABS_PATH.sub(b"", parts[workbook])
    plain = xml_patch.masked(xml)
    gone = [
        one
        for one in xml_patch.elements(plain, b"definedName")
        if _MACRO_NAME.search(one.attributes) or _leads_out(xml[one.inner : one.close])
    ]
    if gone:
        found[_LINK] += sum(not _MACRO_NAME.search(one.attributes) for one in gone)
        xml = xml_patch.changed(xml, [XmlEdit(one.start, one.end, b"") for one in gone])
    xml = _without_empty(xml, b"definedNames")
    parts.put(parts.spelling(workbook), xml)


def _leads_out(raw: bytes) -> bool:
    """Whether a formula takes something from another file, fetches or runs something."""
    if not raw:
        return False
    text = from_xml(_CDATA.sub(lambda found: found[1] or b"", raw))
    bare = _STRING.sub('""', _WITHIN.sub('PLACE("', text))
    return bool(_OUTSIDE.search(bare) or _RUNS.search(bare))


def _formulas(parts: PackagePatch, found: Counter[str]) -> None:
    changed = False
    for part in parts.package.worksheets:
        if part not in parts:
            continue
        xml = parts[part]
        gone = tuple(_formulas_that_lead_out(xml))
        if gone:
            found[_FORMULA] += len(gone)
            xml = xml_patch.changed(xml, [XmlEdit(one.start, one.end, b"") for one in gone])
            parts.put(parts.spelling(part), xml)
            changed = True
        _refuse_rules_that_lead_out(xml)
    for name in parts:
        is_drawn = name.startswith(("xl/charts/", "xl/pivot", "xl/tables/", "xl/slicer"))
        if is_drawn and name.endswith(".xml"):
            _refuse_sources_outside(parts[name])
    if changed:
        _forget_order(parts)


def _refuse_rules_that_lead_out(xml: bytes) -> None:
    """Lists and conditional formats of a sheet, whose formulas cannot just go."""
    plain = xml_patch.masked(xml)
    data = xml_patch.first(plain, b"sheetData")
    after = data.end if data else 0
    for name in (b"formula", b"formula1", b"formula2", b"f"):
        rules = xml_patch.elements(plain, name, after)
        if any(_leads_out(xml[one.inner : one.close]) for one in rules):
            raise CannotPatchError(_FORMULA)


def _refuse_sources_outside(xml: bytes) -> None:
    plain = xml_patch.masked(xml)
    if any(_leads_out(xml[one.inner : one.close]) for one in xml_patch.elements(plain, b"f")):
        raise CannotPatchError(_LINK)
    for one in xml_patch.tags(plain, b"cacheSource"):
        if xml_patch.attribute(one.attributes, b"type") == b"external":
            raise CannotPatchError(_DATA)


def _formulas_that_lead_out(xml: bytes) -> Iterator[Element]:
    """Formulas of cells that must go; of a shared one, also the cells that share it."""
    plain = xml_patch.masked(xml)
    data = xml_patch.first(plain, b"sheetData")
    if not data:
        return
    every = tuple(xml_patch.elements(plain, b"f", data.inner, data.close))
    bad = [one for one in every if _leads_out(xml[one.inner : one.close])]
    if not bad:
        return
    shared = {index for one in bad if (index := xml_patch.attribute(one.attributes, b"si"))}
    for one in every:
        if one in bad or xml_patch.attribute(one.attributes, b"si") in shared:
            yield one


def _forget_order(parts: PackagePatch) -> None:
    """Takes the order of calculation out: it names cells that have no formula any more."""
    workbook = parts.package.workbook
    held = parts.relation(workbook, "calcChain")
    if held:
        parts.unrelate(workbook, held[0])
        parts.withdraw(parts.spelling(held[1].target))


def _types(parts: PackagePatch) -> None:
    if TYPES not in parts:
        raise CannotPatchError(TYPES)
    xml = _MACRO_TYPE.sub(_MAIN_TYPE, parts[TYPES])
    parts.put(TYPES, xml.replace(_VBA_TYPE, _PRINTER_TYPE))


def _shapes_and_properties(parts: PackagePatch) -> None:
    """Buttons without their macro, shapes without a target, tables without a query."""
    for name in list(parts):
        if name.startswith("xl/tables/") and name.endswith(".xml"):
            parts.put(parts.spelling(name), _OF_A_QUERY.sub(b"", parts[name]))
        if name.startswith(("xl/drawings/", "xl/ctrlprops/")) and name.endswith((".xml", ".vml")):
            xml = _RUNS_MACRO.sub(rb'\1""', parts[name])
            if name.endswith(".vml"):
                xml = _SHAPE_TARGET.sub(b"", _SHAPE_MACRO.sub(b"", xml))
            parts.put(parts.spelling(name), xml)
        elif name == "docprops/app.xml":
            parts.put(parts.spelling(name), _BASE.sub(b"", parts[name]))
