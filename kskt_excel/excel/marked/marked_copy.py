"""The marked copy of a unit's workbook: marks put on, found again, taken off."""

import base64
import binascii
import json
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import Final
from xml.parsers import expat

from kskt_excel.excel import book_writer
from kskt_excel.excel.marked import sheet_patch
from kskt_excel.excel.marked.active_content import TakenOut, take_out_active
from kskt_excel.excel.marked.notes import (
    NOTE_MARK,
    Notes,
    blocks,
    cells_with_box,
    has_shapes,
    new_drawing,
    with_boxes,
    with_room,
    without_boxes,
)
from kskt_excel.excel.marked.result_sheet import SHEET, ReturnHead, result_lines, result_sheet
from kskt_excel.excel.marked.sheet_patch import Restyle, SheetXml, empty_workbook
from kskt_excel.excel.marked.style_patch import StylePatch, read_style_patch, write_styles
from kskt_excel.excel.marked.xml_patch import CannotPatchError, PackagePatch, relations_of
from kskt_excel.excel.opc import RefusedError, SheetPart
from kskt_excel.messages import finding, sentence
from kskt_excel.model.book import CellPlace, CellRef
from kskt_excel.model.finding import Finding, Severity
from kskt_excel.model.forms import Forms
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.reading import Reading
from kskt_excel.reading.marks import RESULT_MARK

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
