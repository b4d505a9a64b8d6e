"""The plan workbook written from a Plan, with drop-downs; also next year's from this one."""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from kskt_excel.excel.book_writer import (
    BookWriter,
    HeightCell,
    colour_tab,
    columns_in_sight,
    growing_rows,
    paper,
    quoted,
    row_height,
    write_cell,
    write_text,
    write_workbook,
)
from kskt_excel.excel.plan import layout
from kskt_excel.excel.plan.layout import PlanColumn, PlanSheet
from kskt_excel.excel.plan.sheets import PlanExistsError
from kskt_excel.model.book import column_letters
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.period import FIRST_YEAR, LAST_YEAR, Period
from kskt_excel.model.plan import Choice, Deadline, Indicator, OwnPlan, Plan, Task, Unit
from kskt_excel.text.deadlines import task_deadline

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet


CellValue: TypeAlias = str | int | float | dt.date | None
PlanCells: TypeAlias = Mapping[str, CellValue]

_ONE_DAY = dt.timedelta(days=1)
_LEAF_LEVELS = 3  # section, group, task: the group has a row of its own


@dataclass(frozen=True, slots=True)
class Annotations:
    """What a plan workbook says beside the plan's own values."""

    hints: Mapping[str, str] = field(default_factory=dict)  # label -> instead of its usual hint
    holidays: Mapping[dt.date, str] = field(default_factory=dict)  # first day -> name
    days: Sequence[PlanCells] = ()  # rows of «Ngày nghỉ, làm bù» that the plan does not have yet


def rows_of(plan: Plan, sheet: layout.PlanSheet) -> list[PlanCells]:
    """Rows of a table sheet, in the plan's order."""
    return list(_MAKERS[sheet.name](plan))


def info_rows(plan: Plan, notes: Annotations) -> Iterator[PlanCells]:
    """Label, value and hint of sheet «Thông tin»; the office's own labels last."""
    own = _own_values(plan)
    known = {label.text for label in layout.INFO_LABELS}
    for label in layout.INFO_LABELS:
        value = own[label.text] if label.text in own else plan.settings.texts.get(label.text, "")
        hint = notes.hints.get(label.text, label.hint)
        yield {"label": label.text, "value": _typed(value, label.kind), "hint": hint}
    for text, value in plan.settings.texts.items():
        if text not in known:
            yield {"label": text, "value": value, "hint": ""}


def holiday_rows(plan: Plan, notes: Annotations) -> Iterator[PlanCells]:
    """Runs of days off, first day to last, with their names where they are known."""
    for first, last in _runs(sorted(plan.holidays)):
        yield {"first": first, "last": last, "name": notes.holidays.get(first, "")}


def is_title(row: PlanCells) -> bool:
    """Whether a row of «Nhiệm vụ» is the title of a section or of a group in it."""
    return "lead" not in row


def _own_values(plan: Plan) -> dict[str, str | int]:
    return {
        layout.YEAR: plan.year,
        layout.AGENCY: plan.agency,
        layout.SUPERIOR: plan.superior,
        layout.PLACE: plan.place,
        layout.TITLE: plan.title,
        layout.NUMBER: plan.number,
        layout.LEGAL_BASIS: plan.legal_basis,
        layout.SIGNER_AUTHORITY: plan.signer.authority,
        layout.SIGNER_TITLE: plan.signer.title,
        layout.SIGNER_NAME: plan.signer.name,
    }


def _typed(value: str | int, kind: str) -> CellValue:
    whole = kind == "whole" and isinstance(value, str) and value.isdecimal()
    return int(value) if whole else value


def _task_rows(plan: Plan) -> Iterator[PlanCells]:
    seen: set[str] = set()
    for task in plan.tasks:
        titles = {task.parts[0]: task.section}
        if len(task.parts) == _LEAF_LEVELS:
            titles[".".join(task.parts[:-1])] = task.subsection
        for code, title in titles.items():
            if title and code not in seen:
                seen.add(code)
                yield {"code": code, "text": title}
        yield {
            "code": task.code,
            "text": task.text,
            "lead": task.lead_text,
            "coordinators": task.coordinators_text,
            "deadline": task.deadline.text,
            "due_on": _day_beside(task),
            "own_number": task.own_plan.number,
            "own_day": task.own_plan.day,
            "own_wanted_by": task.own_plan.wanted_by,
            "target": task.target,
            "form": task.form,
            "indicator": task.indicator,
            "contribution": task.contribution,
        }


def _day_beside(task: Task) -> dt.date | None:
    """The day to write beside a task's words: only where they do not say it themselves."""
    said = task_deadline(task.deadline.text, (task.deadline.due or dt.date.max).year).value
    return None if said and said.days == task.deadline.days else task.deadline.due


def _unit_rows(plan: Plan) -> Iterator[PlanCells]:
    for unit in plan.units:
        yield {
            "code": unit.code,
            "name": unit.name,
            "aliases": _joined(unit.aliases),
            "groups": _joined(unit.groups),
            "emails": _joined(unit.emails),
            "fields": _joined(unit.fields),
            "valid_from": unit.valid_from,
            "valid_to": unit.valid_to,
            "successor": unit.successor,
            "superior": unit.superior,
        }


def _superior_rows(plan: Plan) -> Iterator[PlanCells]:
    for one in plan.superiors_in_order:
        signer = one.signer
        yield {
            "name": one.name,
            "emails": _joined(one.emails),
            "recipients": _joined(one.recipients),
            "signer_authority": signer.authority if signer else "",
            "signer_title": signer.title if signer else "",
            "signer_name": signer.name if signer else "",
        }


def _procedure_rows(plan: Plan) -> Iterator[PlanCells]:
    for procedure in plan.procedures:
        yield {
            "code": procedure.code,
            "name": procedure.name,
            "field": procedure.field,
            "units": _joined(procedure.units),
            "legal_days": procedure.legal_days,
            "verified": layout.VERIFIED if procedure.verified else layout.UNVERIFIED,
            "level": layout.LEVELS[procedure.level],
            "note": procedure.note,
        }


def _choice_rows(plan: Plan) -> Iterator[PlanCells]:
    for list_id, choices in plan.choices.items():
        title = (layout.LIST_TITLES | layout.ROW_LIST_TITLES).get(list_id, "")
        yield from (_choice_row(list_id, title, choice) for choice in choices)


def _choice_row(list_id: str, title: str, choice: Choice) -> PlanCells:
    return {
        "list": list_id,
        "title": title,
        "value": choice.value,
        "aliases": _joined(choice.aliases),
        "code": choice.code,
        "valid_from": choice.valid_from,
        "valid_to": choice.valid_to,
    }


def _indicator_rows(plan: Plan) -> Iterator[PlanCells]:
    for indicator in plan.indicators:
        yield {
            "id": indicator.id,
            "name": indicator.name,
            "numerator": indicator.numerator,
            "denominator": indicator.denominator,
            "target": _target(indicator),
            "direction": layout.DOWN if indicator.direction == "down" else layout.UP,
            "unit": indicator.unit,
            "basis": layout.BASES[indicator.basis],
            "judged": layout.JUDGED[indicator.judged],
            "note": indicator.note,
        }


def _target(indicator: Indicator) -> float | str | None:
    """A share as a number, which its cell shows in per cent; a count of something as a text."""
    if indicator.target is None or indicator.unit == "%":
        return indicator.target
    return f"{indicator.target:g}".replace(".", ",")


def _planned_rows(plan: Plan) -> Iterator[PlanCells]:
    for piece in plan.planned:
        yield {
            "task": piece.task,
            "kind": piece.kind,
            "text": piece.text,
            "count": piece.count,
            "unit": plan.unit_by_code[piece.unit].name if piece.unit else "",
        }


def _waiver_rows(plan: Plan) -> Iterator[PlanCells]:
    for waiver in plan.waivers:
        yield {
            "rule": waiver.rule,
            "unit": waiver.unit,
            "period": waiver.period,
            "reason": waiver.reason,
            "approved_by": waiver.approved_by,
            "approved_on": waiver.approved_on,
            "expires_on": waiver.expires_on,
        }


def _trial_rows(plan: Plan) -> Iterator[PlanCells]:
    for trial in plan.trials:
        yield {"rule": trial.rule, "until": trial.until}


def _worked_rows(plan: Plan) -> Iterator[PlanCells]:
    """Days of a weekend that are worked; days off stand in runs on sheet «Thông tin»."""
    for day in sorted(plan.worked):
        yield {"day": day, "kind": layout.DAY_WORKED}


def _joined(parts: Iterable[str]) -> str:
    return layout.LIST_SEPARATOR.join(parts)


def _runs(days: list[dt.date]) -> Iterator[tuple[dt.date, dt.date]]:
    """First and last day of each run of days without a gap."""
    breaks = [i for i, (one, other) in enumerate(pairwise(days), 1) if other - one != _ONE_DAY]
    for start, end in pairwise((0, *breaks, len(days)) if days else ()):
        yield days[start], days[end - 1]


_MAKERS: Mapping[str, Callable[[Plan], Iterator[PlanCells]]] = {
    layout.TASKS.name: _task_rows,
    layout.UNITS.name: _unit_rows,
    layout.SUPERIORS.name: _superior_rows,
    layout.PROCEDURES.name: _procedure_rows,
    layout.CHOICES.name: _choice_rows,
    layout.PLAN_INDICATORS.name: _indicator_rows,
    layout.OWN_PLANS.name: _planned_rows,
    layout.WAIVERS.name: _waiver_rows,
    layout.DAYS.name: _worked_rows,
    layout.TRIALS.name: _trial_rows,
}


_FIELD_LIST: Final = "linh_vuc"
_LONGEST_PROMPT_TITLE: Final = 32  # letters: Excel's own limit
_FIXED_LISTS: Final[Mapping[tuple[str, str], Sequence[str]]] = {
    (layout.PROCEDURES.name, "verified"): (layout.UNVERIFIED, layout.VERIFIED),
    (layout.PROCEDURES.name, "level"): tuple(layout.LEVELS.values()),
    (layout.PLAN_INDICATORS.name, "direction"): (layout.UP, layout.DOWN),
    (layout.PLAN_INDICATORS.name, "basis"): tuple(layout.BASES.values()),
    (layout.PLAN_INDICATORS.name, "judged"): tuple(layout.JUDGED.values()),
    (layout.DAYS.name, "kind"): (layout.DAY_OFF, layout.DAY_WORKED),
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
    (layout.OWN_PLANS.name, "unit"): "name",
    (layout.UNITS.name, "successor"): "code",
}


class Dropdowns:
    """Validations of the plan workbook's columns; lists point at the sheets that hold them."""

    def __init__(self, rows: Mapping[str, Sequence[PlanCells]], *, first_row: int) -> None:
        self._rows = rows
        self._first_row = first_row

    def options(self, sheet: PlanSheet, column: PlanColumn) -> dict[str, Any]:
        """XlsxWriter's options for a column; empty when it has neither list nor message."""
        place = (sheet.name, column.key)
        if column.kind == "date":
            return self.dates()
        if column.kind == "days":
            return _whole(1, 366, "Ghi số ngày làm việc, ví dụ 10.")
        if column.kind == "count":
            return _whole(1, 9999, "Ghi số lượng, ví dụ 4.")
        source: str | list[str] | None = None
        if place in _FIXED_LISTS:
            source = list(_FIXED_LISTS[place])
        elif place in _UNIT_COLUMNS:
            source = self._unit_range(_UNIT_COLUMNS[place])
        elif column.key in ("field", "fields"):
            source = self._field_range()
        return _offered(column, source)

    @staticmethod
    def of_label(label: layout.Label) -> dict[str, Any]:
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
            "minimum": dt.date(FIRST_YEAR, 1, 1),
            "maximum": dt.date(LAST_YEAR, 12, 31),
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


_HEADING_ROW: Final = 3
_FIRST_ROW: Final = 4
_LOOKS: Final = {
    "text": ("cell", "text"),
    "long": ("cell", "text"),
    "code": ("cell", "text", "center"),
    "days": ("cell", "center"),
    "count": ("cell", "center"),
    "share": ("cell", "center", "whole_rate"),
    "date": ("cell", "center", "date"),
}
_PLAIN: Final = Annotations()
_EMPTY: Final[PlanCells] = {}


def write_plan(plan: Plan, path: Path, notes: Annotations = _PLAIN) -> None:
    """Writes the plan workbook; what is read back from it is the plan.

    Raises FileLockedError when it is open in Excel.
    """
    write_workbook(path, plan_bytes(plan, notes))


def plan_bytes(plan: Plan, notes: Annotations = _PLAIN) -> bytes:
    """The plan workbook as bytes, the same for the same plan."""
    book = BookWriter(
        created=dt.datetime(plan.year, 1, 1, tzinfo=dt.UTC),
        title=f"Kế hoạch năm {plan.year}",
        subject=plan.title,
        agency=plan.agency,
    )
    rows = {
        sheet.name: rows_of(plan, sheet) for sheet in layout.PLAN_SHEETS if sheet != layout.INFO
    }
    rows[layout.DAYS.name] = [*rows[layout.DAYS.name], *notes.days]
    dropdowns = Dropdowns(rows, first_row=_FIRST_ROW)
    _write_info(book, plan, notes)
    for sheet in layout.PLAN_SHEETS:
        if sheet != layout.INFO:
            _write_table(book, sheet, rows[sheet.name], dropdowns, plan.regime.work)
    return book.finish(growing_rows)


def _write_table(
    book: BookWriter,
    sheet: PlanSheet,
    rows: Sequence[PlanCells],
    dropdowns: Dropdowns,
    work: str,
) -> None:
    page = _new_page(book, sheet, work)
    for row, content in enumerate(rows, start=_FIRST_ROW):
        _write_row(book, page, row, sheet.columns, content)
    last = _FIRST_ROW + len(rows) + sheet.blank_rows - 1
    for row in range(_FIRST_ROW + len(rows), last + 1):
        _write_row(book, page, row, sheet.columns, {})
    for number, column in enumerate(sheet.columns, start=1):
        if options := dropdowns.options(sheet, column):
            page.data_validation(_FIRST_ROW - 1, number - 1, last - 1, number - 1, options)
    page.autofilter(_HEADING_ROW - 1, 0, last - 1, len(sheet.columns) - 1)
    page.print_area(0, 0, _FIRST_ROW + max(len(rows), 1) - 2, len(sheet.columns) - 1)


def _write_info(book: BookWriter, plan: Plan, notes: Annotations) -> None:
    page = _new_page(book, layout.INFO, plan.regime.work)
    row = _FIRST_ROW
    for content in info_rows(plan, notes):
        _write_label(book, page, row, content)
        row += 1
    row += 1
    _write_headings(book, page, row, layout.HOLIDAYS.columns)
    days = [*holiday_rows(plan, notes), *[_EMPTY] * layout.HOLIDAYS.blank_rows]
    for number, content in enumerate(days, start=row + 1):
        _write_row(book, page, number, layout.HOLIDAYS.columns, content)
    page.data_validation(row, 0, row + len(days) - 1, 1, Dropdowns.dates())
    page.print_area(
        0, 0, row + len(days) - layout.HOLIDAYS.blank_rows - 1, len(layout.INFO.columns) - 1
    )


def _write_label(book: BookWriter, page: "Worksheet", row: int, content: PlanCells) -> None:
    label = next((one for one in layout.INFO_LABELS if one.text == content["label"]), None)
    whole = label is not None and label.kind == "whole"
    looks = {
        "label": ("cell", "bold", "given"),
        "value": ("cell", "left") if whole else ("cell", "left", "text"),
        "hint": ("cell", "note"),
    }
    for number, (key, names) in enumerate(looks.items()):
        write_cell(page, row - 1, number, content[key], book.formats(*names))
    page.set_row(row - 1, _height(layout.INFO.columns, content))
    if label and (options := Dropdowns.of_label(label)):
        page.data_validation(row - 1, 1, row - 1, 1, options)


def _new_page(book: BookWriter, sheet: PlanSheet, work: str) -> "Worksheet":
    """A sheet with title, guidance, headings, widths and print set-up; no rows yet."""
    page = book.sheet(sheet.name)
    paper(page, landscape=True, footer=f"Kế hoạch {work} - {sheet.name}")
    page.fit_to_pages(1, 0)
    page.repeat_rows(_HEADING_ROW - 1)
    page.hide_gridlines(1)
    names = [column.width for column in sheet.columns[: sheet.frozen_columns]]
    page.freeze_panes(_HEADING_ROW, columns_in_sight(names))
    page.set_selection(_HEADING_ROW, 0, _HEADING_ROW, 0)
    colour_tab(page, "start" if sheet is layout.INFO else "register")
    for number, column in enumerate(sheet.columns):
        page.set_column_pixels(number, number, column.width, book.formats(*_LOOKS[column.kind][1:]))
    write_text(page, 1, 1, sheet.title, book.formats("title"))
    write_text(page, 2, 1, sheet.guide, book.formats("note"))
    page.set_row(0, 24)
    page.set_row(1, 20)
    _write_headings(book, page, _HEADING_ROW, sheet.columns)
    return page


def _write_headings(
    book: BookWriter, page: "Worksheet", row: int, columns: Sequence[PlanColumn]
) -> None:
    for number, column in enumerate(columns, start=1):
        write_text(page, row, number, column.heading, book.formats("heading"))
    cells = (HeightCell(c.heading, c.width, bold=True) for c in columns if c.width)
    page.set_row(row - 1, row_height(cells, least=24))


def _write_row(
    book: BookWriter, page: "Worksheet", row: int, columns: Sequence[PlanColumn], content: PlanCells
) -> None:
    title = bool(content) and columns == layout.TASKS.columns and is_title(content)
    extra = ("bold", "given") if title else ()
    for number, column in enumerate(columns):
        made = book.formats(*_LOOKS[column.kind], *extra)
        write_cell(page, row - 1, number, content.get(column.key), made)
    if content:
        page.set_row(row - 1, _height(columns, content, bold=title))


def _height(columns: Sequence[PlanColumn], content: PlanCells, *, bold: bool = False) -> float:
    """Height of a row that shows its texts, in points; a little more than one line at least."""
    cells = (
        HeightCell(str(content.get(column.key) or ""), column.width, bold=bold)
        for column in columns
        if column.width and column.kind in ("text", "long")
    )
    return row_height(cells, least=20)


_LONGEST_HINT: Final = 240  # letters: a hint stays some lines high beside its cell


def write_next_year(plan: Plan, folder: Path) -> Path:
    """Writes ``ke-hoach-<next year>.xlsx`` and gives its path.

    Deadlines, title and year move on by one; waivers, number and legal basis are left empty, which
    reading the new workbook remarks. Public holidays are the library's, marked to be checked.
    Raises PlanExistsError, FileLockedError.
    """
    path = folder / f"ke-hoach-{plan.year + 1}.xlsx"
    if path.exists():
        raise PlanExistsError(path)
    write_plan(rolled_over(plan), path, _hints(plan))
    return path


def rolled_over(plan: Plan) -> Plan:
    """The plan of the next year, as far as this one tells."""
    year = plan.year + 1
    # The regime of the first quarter, at whose end the new plan is at work.
    replaced = plan.regime_on(dt.date(year, 3, 14)).replaced
    last = Period.quarter(plan.year, 4).window(plan.cutoff_day).start
    start = dt.date(plan.year, 12, plan.cutoff_day) if plan.cutoff_day > 1 else dt.date(year, 1, 1)
    return replace(
        plan,
        year=year,
        title=_moved(plan.title, plan.year),
        number="",
        legal_basis="",
        units=tuple(unit for unit in plan.units if _is_needed(unit, last, start)),
        tasks=tuple(_next_task(task, plan.year, replaced) for task in plan.tasks),
        planned=(),
        waivers=(),
        trials=tuple(trial for trial in plan.trials if trial.until >= start),
        holidays=frozenset(),
        worked=frozenset(),
        findings=(),
        acknowledged=(),
        sha256="",
    )


def _is_needed(unit: Unit, last_quarter: dt.date, start: dt.date) -> bool:
    """Whether a unit is there in the next year, or its heir opens Quý I with what it left."""
    if unit.valid_to is None or unit.valid_to >= start:
        return True
    return bool(unit.successor) and unit.valid_to >= last_quarter


def _next_task(task: Task, year: int, replaced: Mapping[str, str]) -> Task:
    """The task with its deadline a year later; its text is the plan's own and stays.

    Only a document that the next year's regime has another one for is cited by that.
    """
    text = task.text
    for old, new in replaced.items():
        text = _cited_by(text, old, new)
    later = tuple(map(_year_later, task.deadline.days))
    wanted = task.own_plan.wanted_by
    return replace(
        task,
        text=text,
        deadline=Deadline(_moved(task.deadline.text, year), task.deadline.kind, later),
        target=_moved(task.target, year),
        own_plan=OwnPlan(wanted_by=wanted and _year_later(wanted)),
    )


def _cited_by(text: str, old: str, new: str) -> str:
    """The text with a document's number, and the day behind it, those of another document."""
    number, _, day = new.partition(" ngày ")
    found = re.compile(
        rf"(?<![\w/]){re.escape(old)}(?P<by> của [^,;.]{{1,60}}?)?"
        r"(?P<day>,? (?:ký )?ngày \d{1,2}/\d{1,2}/\d{4})?(?![\w/-])"
    )
    return found.sub(
        lambda match: (
            number + (match["by"] or "") + (f" ngày {day}" if match["day"] and day else "")
        ),
        text,
    )


def _year_later(day: dt.date) -> dt.date:
    """The day one year on; 28 February for 29 February."""
    leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + 1, day=28 if leap_day else day.day)


def _moved(text: str, year: int) -> str:
    """The text with the plan's year replaced by the next one, wherever it stands alone."""
    return re.sub(rf"(?<!\d){year}(?!\d)", str(year + 1), text)


def _hints(plan: Plan) -> Annotations:
    """What last year's plan said, beside the cells that are to be filled again."""
    old = {layout.NUMBER: plan.number, layout.LEGAL_BASIS: plan.legal_basis}
    return Annotations(
        hints={
            label: f"Năm {plan.year} ghi: {text}"[:_LONGEST_HINT]
            for label, text in old.items()
            if text
        },
        days=_public_days(plan.year + 1),
    )


def plan_of_year(plan: Plan, year: int) -> bytes:
    """The plan for a year, moved on year by year from the one given; of its own year as it is."""
    hints = Annotations()
    while plan.year < year:
        hints, plan = _hints(plan), rolled_over(plan)
    return plan_bytes(plan, hints)


# The library's words for a day off that is worked on another day.
_INSTEAD: Final = re.compile(r"thay cho ngày (\d{2})/(\d{2})/(\d{4})")
_TO_CHECK: Final = "Thư viện holidays {version}; đề nghị đối chiếu thông báo nghỉ lễ của năm."


def _public_days(year: int) -> tuple[dict[str, str | dt.date], ...]:
    """Rows of sheet «Ngày nghỉ, làm bù», oldest first, for the office to check.

    Source: the library ``holidays``, whose Vietnamese calendar follows the government's notices;
    no rows where it is not installed.
    """
    try:
        from importlib.metadata import version  # both are loaded for a new year only

        import holidays
    except ImportError:
        return ()
    found = holidays.country_holidays("VN", years=year, language="vi")
    source = _TO_CHECK.format(version=version("holidays"))
    rows: list[dict[str, str | dt.date]] = [
        {"day": day, "kind": kind, "name": name, "source": source}
        for off, text in found.items()
        for day, kind, name in _day_off_and_instead(off, text)
    ]
    return tuple(sorted(rows, key=lambda row: str(row["day"])))


def _day_off_and_instead(off: dt.date, text: str) -> Iterator[tuple[dt.date, str, str]]:
    """The day off, and the day that is worked instead where the text names one."""
    yield off, layout.DAY_OFF, text
    if instead := _INSTEAD.search(text):
        day, month, year = map(int, instead.groups())
        yield dt.date(year, month, day), layout.DAY_WORKED, f"Làm bù cho ngày {off:%d/%m/%Y}"
