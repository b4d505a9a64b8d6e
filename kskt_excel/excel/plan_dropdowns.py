"""Drop-downs and input messages of the plan workbook; they help, the reader decides."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final

from kskt_excel.excel import plan_labels as labels
from kskt_excel.excel import plan_layout as layout
from kskt_excel.excel.plan_content import Row
from kskt_excel.excel.plan_layout import PlanColumn, PlanSheet
from kskt_excel.excel.writing import quoted
from kskt_excel.model.cells import column_letters

_FIELD_LIST: Final = "linh_vuc"
_LONGEST_PROMPT_TITLE: Final = 32
_FIXED_LISTS: Final[Mapping[tuple[str, str], Sequence[str]]] = {
    (layout.PROCEDURES.name, "verified"): (layout.UNVERIFIED, layout.VERIFIED),
    (layout.INDICATORS.name, "direction"): (layout.UP, layout.DOWN),
    (layout.TASKS.name, "deadline"): (
        "Thường xuyên",
        "Thường xuyên theo quy định",
        "Định kỳ hàng Quý, năm",
        "Theo Kế hoạch riêng",
    ),
}
_UNIT_COLUMNS: Final[Mapping[tuple[str, str], str]] = {
    (layout.TASKS.name, "lead"): "name",
    (layout.TASKS.name, "coordinators"): "name",
    (layout.PROCEDURES.name, "units"): "code",
    (layout.WAIVERS.name, "unit"): "code",
    (layout.UNITS.name, "successor"): "code",
}


class Dropdowns:
    """Validations of the plan workbook's columns; lists point at the sheets that hold them."""

    def __init__(self, rows: Mapping[str, Sequence[Row]], *, first_row: int) -> None:
        self._rows = rows
        self._first_row = first_row

    def options(self, sheet: PlanSheet, column: PlanColumn) -> dict[str, Any]:
        """XlsxWriter's options for a column; empty when it has neither list nor message."""
        place = (sheet.name, column.key)
        if column.kind == "date":
            return self.dates()
        if column.kind == "days":
            return _whole(1, 366, "Ghi số ngày làm việc, ví dụ 10.")
        source: str | list[str] | None = None
        if place in _FIXED_LISTS:
            source = list(_FIXED_LISTS[place])
        elif place in _UNIT_COLUMNS:
            source = self._unit_range(_UNIT_COLUMNS[place])
        elif column.key in ("field", "fields"):
            source = self._field_range()
        return _offered(column, source)

    @staticmethod
    def of_label(label: labels.Label) -> dict[str, Any]:
        """Options for the value beside a label of «Thông tin»."""
        if label.choices:
            return {
                "validate": "list",
                "source": list(label.choices),
                "error_title": "Chưa đúng danh mục",
                "error_message": "Đề nghị chọn trong danh sách.",
            }
        if label.kind == "whole":
            return _whole(label.least, label.most, label.hint)
        return {}

    @staticmethod
    def dates() -> dict[str, Any]:
        """Options for a date."""
        return {
            "validate": "date",
            "criteria": "between",
            "minimum": dt.date(labels.FIRST_YEAR, 1, 1),
            "maximum": dt.date(labels.LAST_YEAR, 12, 31),
            "error_title": "Chưa đúng ngày",
            "error_message": "Đề nghị ghi ngày/tháng/năm, ví dụ 31/01/2022.",
        }

    def _unit_range(self, key: str) -> str:
        units = self._rows[layout.UNITS.name]
        last = self._first_row + len(units) + layout.UNITS.blank_rows - 1
        return _range(layout.UNITS, key, self._first_row, last)

    def _field_range(self) -> str | None:
        choices = self._rows[layout.CHOICES.name]
        at = [row for row, choice in enumerate(choices) if choice["list"] == _FIELD_LIST]
        if not at:
            return None
        first, last = self._first_row + at[0], self._first_row + at[-1]
        return _range(layout.CHOICES, "value", first, last)


def _offered(column: PlanColumn, source: str | list[str] | None) -> dict[str, Any]:
    """A list that is offered, not forced: official texts and several units stay possible."""
    options: dict[str, Any] = {"validate": "any"}
    if source:
        options = {"validate": "list", "source": source, "show_error": False}
    if column.prompt:
        options |= {
            "input_title": column.heading[:_LONGEST_PROMPT_TITLE],
            "input_message": column.prompt,
        }
    return options if source or column.prompt else {}


def _whole(least: int, most: int, message: str) -> dict[str, Any]:
    return {
        "validate": "integer",
        "criteria": "between",
        "minimum": least,
        "maximum": most,
        "error_title": "Chưa đúng số",
        "error_message": f"Đề nghị ghi số nguyên từ {least} đến {most}. {message}",
    }


def _range(sheet: PlanSheet, key: str, first: int, last: int) -> str:
    number = next(at for at, column in enumerate(sheet.columns, start=1) if column.key == key)
    letters = column_letters(number)
    return f"={quoted(sheet.name)}!${letters}${first}:${letters}${last}"
