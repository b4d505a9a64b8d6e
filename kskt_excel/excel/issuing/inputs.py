"""What the cells of an issued workbook accept, and the lists they offer."""

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from kskt_excel.excel import writing
from kskt_excel.excel.issuing import words
from kskt_excel.excel.issuing.work import Work
from kskt_excel.model.cells import column_letters
from kskt_excel.model.forms import Column, SheetForm

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

LIST_SHEET: Final = "_danh_muc"
_NAME_PREFIX: Final = "dm_"
_TASKS, _PROCEDURES, _UNITS = "nhiem_vu", "ma_tthc", "don_vi"
_YEARS_BEFORE, _YEARS_AFTER = 3, 1
_TITLE_LIMIT, _TEXT_LIMIT = 32, 255  # Excel's own
_LONGEST: Final = {"text": 500, "long_text": 4000, "document": 300, "dossier": 100}
_CODE_LENGTHS: Final = (8, 40)  # 2.002385, with or without the agency behind it
_MOST_POINTS: Final = 2  # Thông tư 01/2018/TT-VPCP, Điều 14: each criterion gives 0, 1 or 2

Rule = dict[str, Any]


@dataclass(frozen=True)
class Lists:
    """Choice lists of a workbook: what the drop-downs offer on the period's last day."""

    values: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, work: Work) -> "Lists":
        """The plan's lists, and the unit's own tasks, procedures and fellow units."""
        values = {
            list_id: tuple(choice.value for choice in choices if choice.offered(work.day))
            for list_id, choices in work.plan.choices.items()
        }
        values[_TASKS] = tuple(task.code for task in work.plan.tasks_of(work.unit.code))
        values[_PROCEDURES] = tuple(procedure.code for procedure in work.procedures)
        values[_UNITS] = tuple(unit.name for unit in work.plan.units_in(work.period))
        return cls({list_id: entries for list_id, entries in values.items() if entries})

    def write(self, book: writing.BookWriter) -> None:
        """Writes the hidden sheet of lists and a defined name for each."""
        sheet = book.sheet(LIST_SHEET)
        sheet.hide()
        sheet.set_column_pixels(0, len(self.values), 180, book.formats())
        for column, (list_id, entries) in enumerate(self.values.items(), start=1):
            for row, text in enumerate((list_id, *entries), start=1):
                writing.write_text(sheet, row, column, text, book.formats("text"))
            letters = column_letters(column)
            area = f"={LIST_SHEET}!${letters}$2:${letters}${len(entries) + 1}"
            book.workbook.define_name(_name(list_id), area)

    def source(self, list_id: str) -> str:
        """What a drop-down refers to; "" when the list is empty."""
        return f"={_name(list_id)}" if list_id in self.values else ""


def _name(list_id: str) -> str:
    """The defined name of a list; what Excel forbids in names becomes ``_``."""
    return _NAME_PREFIX + re.sub(r"\W", "_", list_id)


def add_rule(sheet: "Worksheet", cells: str, column: Column, work: Work, lists: Lists) -> None:
    """Puts on ``cells`` what the column accepts, with its prompt and its refusal."""
    heading = column.heading_on(work.day)
    rule = _RULES.get(column.type, _text)(column, work, lists)
    limits = rule.pop("limits", {})
    message, refusal = words.prompt(column), words.refusal(column, **limits)
    sheet.data_validation(cells, rule | _messages(heading, message, refusal))


def add_tick_rule(sheet: "Worksheet", cell: str) -> None:
    """Puts on the cell of «Kỳ này không phát sinh» what it accepts."""
    rule: Rule = {"validate": "list", "source": [words.NIL_TICK]}
    hint = "Chọn x nếu kỳ này không phát sinh; có phát sinh thì để trống."
    refusal = "Ô này chỉ nhận chữ x. Hãy chọn x, hoặc xóa trống nếu kỳ này có phát sinh."
    sheet.data_validation(cell, rule | _messages(words.NIL_LABEL, hint, refusal))


def _messages(title: str, prompt: str, refusal: str) -> Rule:
    rule: Rule = {
        "ignore_blank": True,
        "error_title": title[:_TITLE_LIMIT],
        "error_message": refusal[:_TEXT_LIMIT],
    }
    if prompt:
        rule |= {"input_title": title[:_TITLE_LIMIT], "input_message": prompt[:_TEXT_LIMIT]}
    return rule


def _whole(_column: Column, _work: Work, _lists: Lists) -> Rule:
    return {"validate": "integer", "criteria": ">=", "value": 0}


def _percent(_column: Column, _work: Work, _lists: Lists) -> Rule:
    return {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 100}


def _points(_column: Column, _work: Work, _lists: Lists) -> Rule:
    return {
        "validate": "decimal",
        "criteria": "between",
        "minimum": 0,
        "maximum": _MOST_POINTS,
        "limits": {"most": _MOST_POINTS},
    }


def _date(_column: Column, work: Work, _lists: Lists) -> Rule:
    """A warning only: a machine with American settings takes 15/02/2022 for a text."""
    first, last = work.period.year - _YEARS_BEFORE, work.period.year + _YEARS_AFTER
    return {
        "validate": "date",
        "criteria": "between",
        "minimum": dt.date(first, 1, 1),
        "maximum": dt.date(last, 12, 31),
        "error_type": "warning",
        "limits": {"first_year": first, "last_year": last},
    }


def _choice(column: Column, _work: Work, lists: Lists) -> Rule:
    return {"validate": "list", "source": lists.source(column.choices)}


def _procedure(_column: Column, work: Work, lists: Lists) -> Rule:
    """The unit's procedures; a unit without any writes a code as long as one."""
    if work.procedures:
        return _offered(_PROCEDURES, lists)
    shortest, longest = _CODE_LENGTHS
    limits = {"criteria": "between", "minimum": shortest, "maximum": longest}
    return {"validate": "length", "error_type": "warning", **limits}


def _offered(list_id: str, lists: Lists) -> Rule:
    """A list that also takes other entries, after a question."""
    return {"validate": "list", "source": lists.source(list_id), "error_type": "warning"}


def _text(column: Column, _work: Work, _lists: Lists) -> Rule:
    longest = _LONGEST.get(column.type, _LONGEST["text"])
    return {"validate": "length", "criteria": "<=", "value": longest}


_RULES: Final[Mapping[str, Callable[[Column, Work, Lists], Rule]]] = {
    "count": _whole,
    "days": _whole,
    "ordinal": _whole,
    "percent": _percent,
    "decimal": _points,
    "date": _date,
    "choice": _choice,
    "yes_no": _choice,
    "procedure": _procedure,
    "task": lambda _column, _work, lists: _offered(_TASKS, lists),
    "unit": lambda _column, _work, lists: _offered(_UNITS, lists),
}


def columns_to_fill(columns: tuple[Column, ...]) -> Iterator[tuple[int, Column]]:
    """(number from 1, column) of the columns that a unit types into."""
    for at, column in enumerate(columns, start=1):
        if column.type != "computed" and not column.given:
            yield at, column


def columns_of_additions(form: SheetForm) -> Iterator[tuple[int, Column]]:
    """(number from 1, column) of given columns that offer a choice in a row that a unit adds."""
    for at, column in enumerate(form.columns, start=1):
        if form.rows and column.given and column.type in ("choice", "yes_no"):
            yield at, column
