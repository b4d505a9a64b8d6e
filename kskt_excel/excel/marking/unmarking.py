"""A returned marked copy as the unit would have sent it: our fills, notes and sheet taken out."""

import re
from collections.abc import Iterator
from typing import Final

from kskt_excel.excel.marking import note_shapes, record, workbook_xml
from kskt_excel.excel.marking.notes import Notes
from kskt_excel.excel.marking.package import Parts, relations_of
from kskt_excel.excel.marking.record import Record
from kskt_excel.excel.marking.result_lines import SHEET
from kskt_excel.excel.marking.sheet_xml import SheetXml
from kskt_excel.excel.marking.styles import Styles, read_styles, write_styles
from kskt_excel.excel.reading.package import SheetPart
from kskt_excel.intake.marks import RESULT_MARK
from kskt_excel.model.grid import Cell

_COLOUR: Final = re.compile(
    rb"fgColor[^>]*\srgb\s*=\s*[\"'](?:[0-9A-Fa-f]{2})?([0-9A-Fa-f]{6})[\"']"
)
_STRING: Final = re.compile(rb"<(?:\w+:)?si[\s/>]")
_MARK: Final = RESULT_MARK.encode()


def without_marks(data: bytes) -> bytes:
    """The package without our marks; the unit's own fills and notes are as they were.

    Raises CannotPatchError when the package cannot be changed.
    """
    parts = Parts(data)
    unmark(parts)
    return parts.packed() if parts.changed else data


def unmark(parts: Parts) -> Record:
    """Takes our marks out of a package; gives the record that it carried."""
    own = [sheet for sheet in parts.package.sheets if _is_ours(parts, sheet)]
    known = record.found_in(_contents(parts, own)) if own else Record()
    for sheet in own:
        workbook_xml.take_out(parts, sheet.name)
    if known.colours:
        _restore_fills(parts, known)
    for sheet in _worksheets(parts):
        _restore_notes(parts, sheet.part)
    return known


def colour_of(fill: bytes) -> str:
    """The colour of a fill, ``FFC7CE``; "" for one of a theme or of none."""
    found = _COLOUR.search(fill)
    return found[1].decode().upper() if found else ""


def _worksheets(parts: Parts) -> Iterator[SheetPart]:
    for sheet in parts.package.sheets:
        if sheet.kind == "worksheet" and sheet.part in parts:
            yield sheet


def _is_ours(parts: Parts, sheet: SheetPart) -> bool:
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


def _contents(parts: Parts, own: list[SheetPart]) -> Iterator[bytes]:
    yield parts.get(parts.package.part_of("sharedStrings", "xl/sharedstrings.xml"), b"")
    for sheet in own:
        yield parts.get(sheet.part, b"")


def _restore_fills(parts: Parts, known: Record) -> None:
    """Gives every cell in one of our colours the fill that it had."""
    styles = read_styles(parts)
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


def _stood(known: Record, sheet: str, cell: Cell) -> bool:
    before = known.cells.get(sheet, {}).get(cell)
    return before is None or before.stood


class _undoing:  # noqa: N801  # a function with its arguments given
    """Makes the style before the mark out of the style with it."""

    def __init__(self, styles: Styles, known: Record, sheet: str, cell: Cell) -> None:
        self._styles = styles
        self._before = known.before(sheet, cell)

    def __call__(self, style: int) -> int:
        if not self._before:
            return self._styles.with_fill(style, self._styles.fills()[0])
        return self._styles.with_fill(style, self._before.fill.encode(), self._before.style)


def _restore_notes(parts: Parts, sheet: str) -> None:
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
        parts.put(drawing, note_shapes.without_boxes(parts[drawing], gone - left.keys()))
    if left:
        return
    parts.unrelate(sheet, id_)
    parts.withdraw(relation.target)
    if drawing and not note_shapes.has_shapes(parts[drawing]):
        _drop_drawing(parts, sheet, drawing)
    _drop_empty_relations(parts, sheet)


def _drawing(parts: Parts, sheet: str) -> str:
    """The part with the boxes of a sheet's notes, "" without one."""
    id_ = SheetXml(parts[sheet]).legacy_drawing()
    relation = parts.relations(sheet).get(id_)
    return relation.target if relation and relation.target in parts else ""


def _drop_drawing(parts: Parts, sheet: str, drawing: str) -> None:
    found = SheetXml(parts[sheet])
    parts.unrelate(sheet, found.legacy_drawing())
    parts.withdraw(drawing)
    parts.put(sheet, found.without_legacy_drawing())


def _drop_empty_relations(parts: Parts, sheet: str) -> None:
    if not parts.relations(sheet):
        parts.remove(relations_of(sheet))
