"""Facts that values do not tell: formulas, errors, hidden rows, styles of cells.

Patterns over the bytes, proved by counting: where a sheet is not written as Excel writes it, or a
count differs, the same facts come from a parser (``parsed_facts``).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from kskt_excel.excel.reading.meaning import PLACES, column_of, columns_between, reads_outside
from kskt_excel.excel.reading.package import Package, text
from kskt_excel.excel.reading.parsed_facts import parse_facts
from kskt_excel.excel.reading.shared import legacy_strings
from kskt_excel.excel.reading.styles import Styles, mentions_legacy_font, read_styles
from kskt_excel.model.grid import Cell, SheetFacts

_FORMULA = re.compile(
    rb'<c r="([A-Z]++[0-9]++)"([^>]*+)><f[^>]*+>(?:([^<]*+)</f>)?(<v>[^<]*+|<v ?/>)?'
)
_ERROR = re.compile(
    rb'<c r="([A-Z]++)([0-9]++)"[^>]*? t="e"[^>]*+>(?:<f[^>]*+>(?:[^<]*+</f>)?)?<v>([^<]*+)<'
)
_STYLED = re.compile(rb'<c r="([A-Z]++)([0-9]++)"([^>]*+)>(?:<v>([^<]*+)</v>)?')
_STYLE = re.compile(rb'\ss="([0-9]+)"')
_ROW = re.compile(rb'<row r="([0-9]+)"')
_SPAN = re.compile(rb'\b(min|max)="([0-9]+)"')
_HIDDEN = re.compile(rb"hidden\s*=\s*[\"'](?:1|true)[\"']")
Formulas = tuple[Mapping[Cell, str], frozenset[Cell], frozenset[Cell]]
_NO_FORMULAS: Formulas = ({}, frozenset(), frozenset())


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What the whole workbook tells about its cells: styles, strings in old fonts."""

    styles: Styles = field(default_factory=Styles)
    legacy_strings: dict[int, str] = field(default_factory=dict)


def knowledge(package: Package) -> Knowledge:
    """Styles and strings of the workbook that matter for facts."""
    styles = package.parts.get(package.part_of("styles", "xl/styles.xml"), b"")
    strings = package.parts.get(package.part_of("sharedStrings", "xl/sharedstrings.xml"), b"")
    old = b"rFont" in strings and mentions_legacy_font(strings)
    legacy = legacy_strings(strings) if old else {}
    return Knowledge(read_styles(styles), legacy)


def read_facts(package: Package, part: str, known: Knowledge) -> SheetFacts:
    """Facts of one sheet."""
    data = package.parts.get(part, b"")
    facts = _scan(data, known) if package.is_plain(part) else None
    return facts or parse_facts(data, known.styles, known.legacy_strings)


def _scan(data: bytes, known: Knowledge) -> SheetFacts | None:
    """Facts by patterns; None when a count shows that a pattern has missed something."""
    start, end = max(data.find(b"<sheetData"), 0), data.rfind(b"</sheetData")
    found = _formulas(data, start, end) if end >= 0 else _NO_FORMULAS
    if found is None:
        return None
    formulas, unstored, external = found
    whole = end if end >= 0 else len(data)
    errors = _errors(data) if data.find(b't="e"', start, whole) >= 0 else {}
    hidden = _hidden(data, whole)
    if errors is None or hidden is None:
        return None
    percent, legacy = _styled(data, known)
    return SheetFacts(
        formulas=formulas,
        unstored=unstored,
        errors=errors,
        external=external,
        hidden_rows=hidden[0],
        hidden_columns=hidden[1],
        filtered=data.find(b"<filterColumn", max(end, 0)) >= 0,
        legacy_fonts=legacy,
        percent_cells=percent,
    )


def _formulas(data: bytes, start: int, end: int) -> Formulas | None:
    """Formulas by cell, those without a stored result, those that read another workbook.

    None when one is written in another way than Excel's.
    """
    formulas: dict[Cell, str] = {}
    unstored: list[Cell] = []
    external: list[Cell] = []
    while (start := data.find(b"<f", start, end)) >= 0:
        found = _FORMULA.match(data, data.rfind(b"<c ", 0, start))
        if found is None or not found.start() < start < found.end():
            return None
        start = found.end()
        place, about, formula, value = found.groups(b"")
        cell = PLACES[place]
        formulas[cell] = written = text(formula)
        empty = len(value) <= len(b"<v>") or value.endswith(b"/>")
        if empty and not (value and b't="str"' in about):
            unstored.append(cell)
        if ("[" in written or "|" in written) and reads_outside(written):
            external.append(cell)
    return formulas, frozenset(unstored), frozenset(external)


def _errors(data: bytes) -> dict[Cell, str] | None:
    """Error values by cell; None when the pattern has missed one."""
    found = {
        (int(row), column_of(letters)): text(value) for letters, row, value in _ERROR.findall(data)
    }
    return found if len(found) == data.count(b't="e"') else None


def _styled(data: bytes, known: Knowledge) -> tuple[frozenset[Cell], dict[Cell, str]]:
    """Cells that show a percentage, and cells with text in a font of an old encoding."""
    styles, strings = known.styles, known.legacy_strings
    wanted = [number for number in {*styles.percent, *styles.legacy} if b' s="%d"' % number in data]
    if not wanted and not strings:
        return frozenset(), {}
    percent, legacy = set(), {}
    for letters, row, about, value in _STYLED.findall(data):
        style = _STYLE.search(about)
        number = int(style[1]) if style else 0
        if number in styles.percent:
            percent.add((int(row), column_of(letters)))
        font = styles.legacy.get(number, "")
        if strings and b't="s"' in about and value:
            font = strings.get(int(value), font)
        if font:
            legacy[int(row), column_of(letters)] = font
    return frozenset(percent), legacy


def _hidden(data: bytes, end: int) -> tuple[frozenset[int], frozenset[int]] | None:
    """Hidden rows and columns; None when one is written in another way than Excel's."""
    rows: list[int] = []
    columns: list[int] = []
    at = 0
    while (at := data.find(b"hidden", at, end) + 1) > 0:
        mark = _HIDDEN.match(data, at - 1)
        if not mark:
            continue
        start = data.rfind(b"<", 0, at)
        tag = data[start : data.find(b">", mark.end())]
        if tag.startswith(b"<row"):
            row = _ROW.match(tag)
            if not row:
                return None
            rows.append(int(row[1]))
        elif tag.startswith(b"<col "):
            span = {name: int(value) for name, value in _SPAN.findall(tag)}
            columns += columns_between(span.get(b"min", 1), span.get(b"max", 0))
    return frozenset(rows), frozenset(columns)
