"""What was read from each sheet, so that a unit sees what the office has understood."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from kskt_excel.model.forms import Forms
from kskt_excel.model.reading import Reading, SheetReading, SheetState
from kskt_excel.report import words

_STATES: Final = {
    SheetState.FILLED: "Có số liệu",
    SheetState.NIL: "Kỳ này không phát sinh",
    SheetState.BLANK: "Để trống",
    SheetState.MISSING: "Không có trang tính này",
}
_SUMMED: Final = ("count", "computed")


@dataclass(frozen=True, slots=True)
class Understood:
    """One sheet in words (trang tính đã đọc)."""

    sheet: str
    state: str
    figures: str  # "Tổng số tiếp nhận: 120; Trực tuyến: 45"


def understood(reading: Reading, forms: Forms | None) -> Iterator[Understood]:
    """Every sheet read: how many rows, and the total of each count."""
    for sheet in reading.sheets.values():
        state = _STATES[sheet.state]
        if sheet.state is SheetState.FILLED and sheet.records and not sheet.places:
            state = f"{state}: {words.number(len(sheet.records))} dòng"
        yield Understood(sheet.name, state, _figures(sheet, forms))


def _figures(sheet: SheetReading, forms: Forms | None) -> str:
    """Totals of the counts under their headings; what could not be read is not in them."""
    form = forms.sheet_by_id.get(sheet.form) if forms else None
    if not form or sheet.state is not SheetState.FILLED:
        return ""
    told = []
    for column in form.columns:
        if column.type not in _SUMMED or column.key not in sheet.columns:
            continue
        total = sum(record.count(column.key) for record in sheet.records)
        unread = sum(column.key in record.unread for record in sheet.records)
        more = f" (chưa kể {unread} ô chưa đọc được)" if unread else ""
        told.append(f"{column.heading}: {words.number(total)}{more}")
    return "; ".join(told)
