"""Fills and notes put on the sheets of one package."""

from collections.abc import Mapping
from typing import Final

from kskt_excel.excel.marking import note_shapes
from kskt_excel.excel.marking.notes import Notes
from kskt_excel.excel.marking.package import Parts
from kskt_excel.excel.marking.places import Mark
from kskt_excel.excel.marking.record import Before
from kskt_excel.excel.marking.sheet_xml import Restyle, SheetXml
from kskt_excel.excel.marking.styles import Styles
from kskt_excel.excel.marking.tags import CannotPatchError
from kskt_excel.model.finding import Severity
from kskt_excel.model.grid import Cell

_COMMENTS: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_VML: Final = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_LAST_BLOCK: Final = 60_000


class Marker:
    """Marks sheets of one package: ``paint`` is the fill of each severity."""

    def __init__(self, parts: Parts, styles: Styles, paint: Mapping[Severity, bytes]) -> None:
        self._parts = parts
        self._styles = styles
        self._paint = paint
        self._block = _last_block(parts)

    def mark(self, part: str, marks: Mapping[Cell, Mark]) -> dict[Cell, Before]:
        """Puts marks on a sheet; gives how its cells were before.

        A mark inside a merged area goes to its first cell, the only one that is shown.
        """
        found = SheetXml(self._parts[part])
        moved: dict[Cell, Mark] = {}
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

    def _add_notes(self, sheet: str, texts: Mapping[Cell, str]) -> None:
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

    def _add_boxes(self, sheet: str, notes: Mapping[Cell, str], ours: frozenset[Cell]) -> None:
        """A box for every note that has none, and room in the boxes of notes that we added to."""
        parts = self._parts
        found = SheetXml(parts[sheet])
        id_ = found.legacy_drawing()
        relation = parts.relations(sheet).get(id_) if id_ else None
        if id_ and not (relation and relation.target in parts):
            raise CannotPatchError("legacyDrawing")
        drawing = parts[relation.target] if relation else self._new_drawing()
        boxed = note_shapes.cells_with_box(drawing)
        bare = [(cell, text) for cell, text in notes.items() if cell not in boxed]
        width_of = found.column_pixels()
        joined = {cell: notes[cell] for cell in ours & boxed}
        drawing = note_shapes.with_room(drawing, joined, width_of)
        drawing = note_shapes.with_boxes(drawing, bare, width_of)
        if relation:
            parts.put(relation.target, drawing)
            return
        part = parts.free_name("xl/drawings/vmlDrawing", ".vml")
        parts.put(part, drawing)
        parts.declare_default("vml", _VML)
        parts.put(sheet, found.with_legacy_drawing(parts.relate(sheet, "vmlDrawing", part)))

    def _new_drawing(self) -> bytes:
        self._block += 1
        return note_shapes.new_drawing(self._block)


def _last_block(parts: Parts) -> int:
    """The last thousand of shape numbers that a drawing of notes uses."""
    used = [0]
    for name in parts:
        if name.endswith(".vml"):
            used += note_shapes.blocks(parts[name])
    return max(used) if max(used) < _LAST_BLOCK else 0
