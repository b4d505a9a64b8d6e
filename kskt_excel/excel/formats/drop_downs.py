"""Choices that a workbook offers in its cells: what tells more of a column than its heading."""

from collections.abc import Mapping, Sequence
from io import BytesIO

from kskt_excel.excel.formats.gate import Gated


def drop_downs(gated: Gated) -> Mapping[str, Mapping[int, Sequence[str]]]:
    """Typed lists of choices by sheet and column number; none of what openpyxl cannot open."""
    if gated.kind not in ("xlsx", "xlsm"):
        return {}
    from openpyxl import load_workbook

    found: dict[str, dict[int, Sequence[str]]] = {}
    for sheet in load_workbook(BytesIO(gated.data)).worksheets:
        for one in sheet.data_validations.dataValidation:
            text = str(one.formula1 or "")
            if one.type == "list" and text.startswith('"'):
                values = [part.strip() for part in text.strip('"').split(",") if part.strip()]
                for area in one.sqref.ranges:
                    for number in range(area.min_col, area.max_col + 1):
                        found.setdefault(sheet.title, {})[number] = values
    return found
