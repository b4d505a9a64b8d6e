"""Records as pandas tables, for people who analyse further."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from kskt_excel.model.consolidation import Consolidation
from kskt_excel.model.reading import Value

if TYPE_CHECKING:
    import pandas as pd

_ORIGIN = ("unit", "period", "version", "file", "sheet", "row")


def to_frames(consolidation: Consolidation) -> "Mapping[str, pd.DataFrame]":
    """A table for each sheet that has records, by form id.

    One line a record in the plan's unit order: unit, period, version, file, sheet, row, then the
    sheet's columns by key as they were read; blank cells are missing values.
    """
    import pandas as pd

    lines: dict[str, list[Mapping[str, Value]]] = {}
    for report in consolidation.reports:
        sent = report.submission
        for form, sheet in report.reading.sheets.items():
            for record in sheet.records:
                origin = (sent.unit, sent.period, sent.version, sent.file, sheet.name, record.row)
                placed: dict[str, Value] = dict(zip(_ORIGIN, origin, strict=True))
                lines.setdefault(form, []).append(placed | dict(record.values))
    return {form: pd.DataFrame(some) for form, some in lines.items()}
