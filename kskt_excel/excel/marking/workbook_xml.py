"""The workbook part: a first sheet put in, and taken out again."""

import io
import zipfile
from collections.abc import Mapping
from typing import Final

from kskt_excel.excel.marking import tags
from kskt_excel.excel.marking.package import Parts, relations_of
from kskt_excel.excel.marking.sheet_xml import OFFICE_RELATIONS
from kskt_excel.excel.marking.styles import MAIN
from kskt_excel.excel.marking.tags import CannotPatchError, Change

SHEET_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
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


def put_first(parts: Parts, name: str, sheet: bytes, titles: str) -> None:
    """Puts a sheet in front of all others and opens the workbook on it.

    ``titles`` are its rows repeated on each page: ``'Tên'!$11:$11``.
    """
    workbook = parts.package.workbook
    part = parts.free_name("xl/worksheets/sheet", ".xml")
    parts.put(part, sheet)
    parts.declare(part, SHEET_TYPE)
    id_ = parts.relate(workbook, "worksheet", part)
    xml = parts[workbook]
    plain = tags.masked(xml)
    sheets = tags.first(plain, b"sheets")
    if not sheets:
        raise CannotPatchError("workbook")
    known = tags.tags(plain, b"sheet", sheets.inner, sheets.close)
    number = max((tags.number(one.attributes, b"sheetId") for one in known), default=0) + 1
    prefix = tags.prefix_of(tags.root(plain), OFFICE_RELATIONS)
    declared = b"" if prefix else b' xmlns:r="%s"' % OFFICE_RELATIONS
    line = b'<%ssheet%s name="%s" sheetId="%d" %s:id="%s"/>' % (
        sheets.prefix,
        declared,
        tags.escaped(name),
        number,
        prefix or b"r",
        id_.encode(),
    )
    changes = [tags.within(sheets, line)]
    if not sheets.is_empty:
        changes = [Change(sheets.inner, sheets.inner, line)]
    xml = tags.changed(xml, [*changes, *_on_first(plain), *_shifted(plain, at=-1, by=1)])
    parts.put(workbook, _with_titles(xml, titles))
    _unselect_others(parts, part)


def take_out(parts: Parts, name: str) -> None:
    """Takes a sheet out with its part and its names."""
    workbook = parts.package.workbook
    sheet = next(one for one in parts.package.sheets if one.name == name)
    at = parts.package.sheets.index(sheet)
    xml = parts[workbook]
    plain = tags.masked(xml)
    sheets = tags.first(plain, b"sheets")
    if not sheets:
        raise CannotPatchError("workbook")
    gone = list(tags.elements(plain, b"sheet", sheets.inner, sheets.close))[at]
    changes = [Change(gone.start, gone.end, b""), *_shifted(plain, at=at, by=-1)]
    parts.put(workbook, _without_empty_names(tags.changed(xml, [*changes, *_on_first(plain)])))
    for id_, relation in parts.relations(workbook).items():
        if relation.target == sheet.part:
            parts.unrelate(workbook, id_)
    for relation in parts.relations(sheet.part).values():
        if relation.kind in ("comments", "vmlDrawing", "printerSettings") and not relation.external:
            parts.withdraw(relation.target)
    _remove_with_relations(parts, sheet.part)


def _remove_with_relations(parts: Parts, part: str) -> None:
    parts.remove(relations_of(part))
    parts.withdraw(part)


def _on_first(plain: bytes) -> list[Change]:
    """Opens the workbook on its first sheet."""
    changes = []
    for view in tags.tags(plain, b"workbookView"):
        attributes = tags.with_attribute(view.attributes, b"activeTab", None)
        attributes = tags.with_attribute(attributes, b"firstSheet", None)
        if attributes != view.attributes:
            changes.append(Change(view.start, view.inner, tags.opening(view, attributes)))
    return changes


def _shifted(plain: bytes, *, at: int, by: int) -> list[Change]:
    """Names of single sheets counted anew; those of the sheet that goes are left out."""
    changes = []
    for one in tags.elements(plain, b"definedName"):
        sheet = tags.number(one.attributes, b"localSheetId", -1)
        if sheet < 0 or sheet < at:
            continue
        if sheet == at:
            changes.append(Change(one.start, one.end, b""))
        else:
            number = tags.with_attribute(one.attributes, b"localSheetId", b"%d" % (sheet + by))
            changes.append(Change(one.start, one.inner, tags.opening(one, number)))
    return changes


def _without_empty_names(xml: bytes) -> bytes:
    names = tags.first(tags.masked(xml), b"definedNames")
    if names and not xml[names.inner : names.close].strip():
        return xml[: names.start] + xml[names.end :]
    return xml


def _with_titles(xml: bytes, titles: str) -> bytes:
    plain = tags.masked(xml)
    sheets = tags.first(plain, b"sheets")
    prefix = sheets.prefix if sheets else b""
    name = b'<%sdefinedName name="%s" localSheetId="0">%s</%sdefinedName>' % (
        prefix,
        _TITLES.encode(),
        tags.escaped(titles),
        prefix,
    )
    names = tags.first(plain, b"definedNames")
    if names:
        return tags.changed(xml, [tags.within(names, name)])
    before = (tags.first(plain, one) for one in _BEFORE_NAMES)
    after = next(one for one in before if one)
    whole = b"<%sdefinedNames>%s</%sdefinedNames>" % (prefix, name, prefix)
    return tags.changed(xml, [Change(after.end, after.end, whole)])


def _unselect_others(parts: Parts, own: str) -> None:
    """Sheets selected together would be written to together: only the first stays selected."""
    for part in parts.package.worksheets:
        if part == own or part not in parts or b"tabSelected" not in parts.beginning(part):
            continue
        xml = parts[part]
        changes = []
        for view in tags.tags(tags.masked(xml), b"sheetView"):
            if tags.attribute(view.attributes, b"tabSelected") in (b"1", b"true"):
                attributes = tags.with_attribute(view.attributes, b"tabSelected", b"0")
                changes.append(Change(view.start, view.inner, tags.opening(view, attributes)))
        parts.put(part, tags.changed(xml, changes))
