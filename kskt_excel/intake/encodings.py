"""Sheets in TCVN3 or VNI read as Unicode, the whole sheet decided at once."""

from collections.abc import Mapping
from dataclasses import replace

from kskt_excel.intake.kit import Kit
from kskt_excel.intake.remarks import over
from kskt_excel.model.cells import CellRef
from kskt_excel.model.finding import Finding
from kskt_excel.model.grid import Cell, Raw, Sheet
from kskt_excel.text.legacy import decode_sheet, may_be_legacy


def decoded(sheet: Sheet, kit: Kit) -> tuple[Sheet, list[Finding]]:
    """The sheet with old encodings in Unicode, and one finding that says which cells."""
    if not (sheet.facts.legacy_fonts or _is_doubtful(sheet, kit)):
        return sheet, []
    texts = _texts(sheet, kit)
    result = decode_sheet(texts, sheet.facts.legacy_fonts)
    if not result.texts:
        return sheet, []
    rows = list(sheet.rows)
    for (row, column), text in result.texts.items():
        cells = list(rows[row - 1])
        cells[column - 1] = text
        rows[row - 1] = cells
    name = " và ".join(sorted(result.counts))
    refs = [CellRef(sheet.name, *cell) for cell in result.texts]
    return replace(sheet, rows=rows), list(over("text.legacy_encoding", refs, encoding=name))


def _is_doubtful(sheet: Sheet, kit: Kit) -> bool:
    """Whether a text that the office has not written may be in an old encoding."""
    values = set[Raw]().union(*sheet.rows) - kit.surely_unicode
    texts = [value for value in values if type(value) is str]
    if may_be_legacy(texts):
        return True
    kit.remember_unicode(texts)
    return False


def _texts(sheet: Sheet, kit: Kit) -> Mapping[Cell, str]:
    """Texts that may be in an old encoding: what the office itself wrote is not."""
    any_text = bool(sheet.facts.legacy_fonts)
    texts: dict[Cell, str] = {}
    for number, row in enumerate(sheet.rows, start=1):
        if row.count(None) == len(row):
            continue
        for column, value in enumerate(row, start=1):
            if type(value) is not str or value in kit.issued:
                continue
            if any_text or not value.isascii() or "_x00" in value:
                texts[number, column] = value
    return texts
