"""The marked copy of a unit's workbook, or a workbook of faults where that cannot be made."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from xml.parsers import expat

from kskt_excel.excel import style
from kskt_excel.excel.marking import record, workbook_xml
from kskt_excel.excel.marking.head import ReturnHead
from kskt_excel.excel.marking.marker import Marker
from kskt_excel.excel.marking.package import Parts
from kskt_excel.excel.marking.places import marks_by_sheet
from kskt_excel.excel.marking.record import Record
from kskt_excel.excel.marking.result_lines import SHEET, lines
from kskt_excel.excel.marking.result_sheet import result_sheet
from kskt_excel.excel.marking.styles import Styles, read_styles, write_styles
from kskt_excel.excel.marking.tags import CannotPatchError
from kskt_excel.excel.marking.unmarking import colour_of, unmark
from kskt_excel.excel.marking.workbook_xml import empty_workbook
from kskt_excel.excel.reading.plain import is_plain_sheet
from kskt_excel.model.finding import Finding, Severity
from kskt_excel.model.forms import Forms
from kskt_excel.model.reading import Reading

_PACKAGES: Final = ("xlsx", "xlsm")
_SECOND_READER: Final = "file.read_by_second_reader"  # with a filled sheet it would not be asked
_FILLS: Final = {Severity.ERROR: style.MARK_ERROR_FILL, Severity.WARNING: style.MARK_WARN_FILL}


@dataclass(frozen=True, slots=True)
class MarkedCopy:
    """What goes back (bản đánh dấu): a whole workbook; whether it is the unit's own file."""

    data: bytes
    patched: bool  # False: a fault workbook, to be sent beside the original


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

    Every part that nothing is added to keeps its very bytes; marks of an earlier round are taken
    out first. With ``forms`` the sheet shows headings and totals. Where the file cannot be patched
    (.xls, .ods, Strict, damaged, one for the second reader) it is a fault workbook instead.
    """
    first_reader = all(found.code != _SECOND_READER for found in findings)
    if kind in _PACKAGES and reading is not None and first_reader:
        try:
            return MarkedCopy(_patched(data, findings, reading, head, forms), patched=True)
        except CannotPatchError:
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
    parts = Parts(empty_workbook())
    styles = Styles()
    told = tuple(lines(findings, reading, head, patched=False, forms=forms))
    xml, titles = result_sheet(told, styles, record=(), links=frozenset(), footer=_footer(head))
    workbook_xml.put_first(parts, SHEET, xml, titles)
    write_styles(parts, styles)
    return parts.packed()


def _patched(
    data: bytes,
    findings: Sequence[Finding],
    reading: Reading,
    head: ReturnHead,
    forms: Forms | None,
) -> bytes:
    parts = Parts(data)
    if parts.package.is_strict:
        raise CannotPatchError("Strict")
    earlier = unmark(parts)
    styles = read_styles(parts)
    made = Record(list(_colours(styles, earlier).values()))
    paint = dict(zip(_FILLS, (styles.solid(colour) for colour in made.colours), strict=True))
    sheets = {one.name: one for one in parts.package.sheets if one.kind == "worksheet"}
    marker = Marker(parts, styles, paint)
    for tab, marks in marks_by_sheet(findings, reading).items():
        if tab in sheets and sheets[tab].part in parts:
            made.cells[tab] = marker.mark(sheets[tab].part, marks)
    told = tuple(lines(findings, reading, head, patched=True, forms=forms))
    name = _free_sheet_name(parts)
    xml, titles = result_sheet(
        told,
        styles,
        record=record.pieces(made),
        links=frozenset(one.name for one in parts.package.sheets),
        footer=_footer(head),
        name=name,
    )
    workbook_xml.put_first(parts, name, xml, titles)
    write_styles(parts, styles)
    _prove(parts)
    return parts.packed()


def _colours(styles: Styles, earlier: Record) -> dict[Severity, str]:
    """Our two colours, a shade aside where the unit's own fills have the very same."""
    taken = {colour_of(fill) for fill in styles.fills()} - set(earlier.colours)
    chosen: dict[Severity, str] = {}
    for severity, colour in _FILLS.items():
        shade = int(colour.lstrip("#"), 16)
        while f"{shade:06X}" in taken:
            shade -= 1
        chosen[severity] = f"{shade:06X}"
    return chosen


def _free_sheet_name(parts: Parts) -> str:
    taken = {one.name.casefold() for one in parts.package.sheets}
    names = (SHEET, *(f"{SHEET} ({number})" for number in range(2, len(taken) + 3)))
    return next(name for name in names if name.casefold() not in taken)


def _footer(head: ReturnHead) -> str:
    return f"{SHEET.capitalize()} – {head.unit_name} – {head.period_label}"


def _prove(parts: Parts) -> None:
    """Raises CannotPatchError when a part that was changed is not XML any more.

    A sheet as Excel writes it cannot be misread; a sheet written otherwise is looked at.
    """
    for name, content in parts.changed.items():
        if not name.endswith((".xml", ".rels")) or is_plain_sheet(content):
            continue
        try:
            expat.ParserCreate(namespace_separator=" ").Parse(content, True)  # noqa: FBT003  # its only form
        except expat.ExpatError as error:
            raise CannotPatchError(name) from error
