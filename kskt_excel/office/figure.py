"""From a printed or tracked figure to the units' cells."""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kskt_excel.consolidation.trace import TOTAL, TraceLine, trace_figure
from kskt_excel.excel.printed.placed_page import cell_of, figure_at
from kskt_excel.excel.tracker.blocks import TRACKER_SHEETS
from kskt_excel.excel.tracker.tracker_reader import TrackerCell, cell_at
from kskt_excel.ledger.lines import Outputs
from kskt_excel.model.consolidation import Consolidation, ControlKind
from kskt_excel.model.errors import KsktError
from kskt_excel.model.forms import SheetForm
from kskt_excel.model.period import Period
from kskt_excel.model.reading import Record, Value
from kskt_excel.model.submission import UnitReport
from kskt_excel.office.collected import CollectedQuarters
from kskt_excel.office.desk import Desk
from kskt_excel.office.outcome import Outcome, ScreenLine, ScreenTable
from kskt_excel.office.quarter import PeriodWork
from kskt_excel.report.page import FigureRef, PrintedPage
from kskt_excel.report.summary import summary_pages
from kskt_excel.text import shown
from kskt_excel.text.shown import value_text

_PROGRESS, _TASKS = "tien-do", "tasks"
_DATA_KEY = re.compile(r"([^|]+)\|(\d{4}-Q[1-4])\|([\w-]+)\|")
_PRINTED = re.compile(r"\b(II\.\w+)\[(\d+)\]")
_SHEET_IN_FORMULA = re.compile(r"'([^'!]+)'!|\b([\w.]+)!")


@dataclass(frozen=True, slots=True)
class Tracked:
    """What was found behind a cell of the tracker."""

    head: str
    period: str
    form: str
    row: str
    column: str
    value: object
    lines: tuple[TraceLine, ...] = ()
    further: tuple[str, ...] = ()  # where to look next


def tracked(desk: Desk, work: PeriodWork, sheet: str, a1: str) -> Tracked | None:
    """What stands behind a cell of the year's tracker; None where there is nothing to follow.

    The cell is the one that lies there now: rows that somebody has sorted are found by their key.
    """
    try:
        cell = cell_at(desk.workspace.tracker_file(work.plan.year), sheet, a1)
    except ValueError:
        return None
    if cell is None or (cell.value is None and not cell.key):
        return None
    at = _Place(desk, work, f"{sheet}!{a1}", cell)
    return at.data_row() or at.control() or at.task() or at.formula()


@dataclass(frozen=True, slots=True)
class _Place:
    """A cell with everything that is known about the year."""

    desk: Desk
    work: PeriodWork
    given: str
    cell: TrackerCell

    def data_row(self) -> Tracked | None:
        """A row of a unit's workbook: the very cell in its file."""
        matched = _DATA_KEY.match(self.cell.key)
        if not matched:
            return None
        unit, period, form = matched.groups()
        definition = self.desk.forms.sheet_by_id.get(form)
        quarter = self._quarter(period)
        if definition is None or quarter is None:
            return None
        report = next((one for one in quarter.reports if one.unit == unit), None)
        record = self._record(report, form)
        if report is None or record is None:
            return self._gone(period, form)
        column = _column(definition, self.cell.heading, quarter.window.end)
        line = _line(report, definition, record, column, self.cell.heading)
        return self._found(period, form, column or self.cell.heading, (line,))

    def control(self) -> Tracked | None:
        """A control total of a printed column: the cells that its total is made from."""
        period, _, name = self.cell.key.partition("|")
        quarter = self._quarter(period) if self.cell.page == "doi-chieu" else None
        named = (one for one in quarter.control if one.name == name) if quarter else iter(())
        line = next((one for one in named if one.kind is ControlKind.COLUMN), None)
        if quarter is None or line is None:
            return None
        form, column = line.form, line.column
        plan, forms = self.work.plan, self.desk.forms
        lines = trace_figure(quarter, form, TOTAL, column, plan=plan, forms=forms)
        return self._found(quarter.period.id, form, column, lines)

    def task(self) -> Tracked | None:
        """A task's position: what each unit has written of it in that quarter, else in the last."""
        if (self.cell.page, self.cell.block) != (_PROGRESS, _TASKS) or not self.cell.key:
            return None
        quarters = self.work.quarters
        named = (one for one in quarters if one.period.label.startswith(f"{self.cell.heading}/"))
        quarter = next(named, quarters[-1])
        lines = tuple(_of_task(quarter, self.desk.forms.sheet_by_id[_PROGRESS], self.cell.key))
        return self._found(quarter.period.id, _PROGRESS, self.cell.heading, lines)

    def formula(self) -> Tracked | None:
        """Any other figure: the formula, what the plan says of it, and where its parts stand."""
        indicator = next(
            (one for one in self.work.plan.indicators if one.id == self.cell.key), None
        )
        of_plan = (
            [f"Tử số theo kế hoạch: {indicator.numerator}", f"Mẫu số: {indicator.denominator}"]
            if indicator and self.cell.page == "chi-tieu"
            else []
        )
        if not self.cell.formula and not of_plan:
            return None
        formula = [f"Công thức trên bảng theo dõi: ={self.cell.formula}"]
        further = (*(formula if self.cell.formula else []), *of_plan, *self._next(of_plan))
        return self._found("", "", self.cell.heading, (), further)

    def _next(self, of_plan: Sequence[str]) -> Iterator[str]:
        """Commands and sheets that lead on."""
        pages = tuple(summary_pages(self.work.plan, self.desk.forms, self.work.whole))
        for form, column in dict.fromkeys(_PRINTED.findall(" ".join(of_plan))):
            place = cell_of(pages, FigureRef(form, TOTAL, column))
            if place:
                yield f'Truy tiếp: kskt trace "{place[0]}!{place[1]}"'
        sheets = dict.fromkeys(
            quoted or plain for quoted, plain in _SHEET_IN_FORMULA.findall(self.cell.formula)
        )
        if sheets:
            yield f"Các số thành phần ở trang: {', '.join(sheets)}; truy từng ô ở đó."

    def _quarter(self, period: str) -> Consolidation | None:
        return next((one for one in self.work.quarters if one.period.id == period), None)

    def _record(self, report: UnitReport | None, form: str) -> Record | None:
        """The row that the tracker names, where the unit's version in force still has it."""
        sheet = report.reading.sheets.get(form) if report else None
        named = self.cell.row.get("Dòng")
        if report is None or sheet is None or self.cell.row.get("Trang tính") != sheet.name:
            return None
        same = str(self.cell.row.get("Lần gửi")) == str(report.submission.version)
        return next((one for one in sheet.records if same and one.row == named), None)

    def _gone(self, period: str, form: str) -> Tracked:
        shown = "; ".join(
            f"{name.lower()}: {self.cell.row[name]}"
            for name in ("Lần gửi", "Tệp của đơn vị", "Trang tính", "Dòng")
            if self.cell.row.get(name) is not None
        )
        said = f"Bảng theo dõi lấy từ {shown}; bản đang được tính đã khác, hãy tổng hợp lại."
        return self._found(period, form, self.cell.heading, (), (said,))

    def _found(
        self,
        period: str,
        form: str,
        column: str,
        lines: tuple[TraceLine, ...],
        further: tuple[str, ...] = (),
    ) -> Tracked:
        about = f"{self.given}, {self.cell.heading}" if self.cell.heading else self.given
        head = f"{about}: {_shown(self.cell.value)}"
        return Tracked(head, period, form, self.cell.key, column, self.cell.value, lines, further)


def _column(form: SheetForm, heading: str, day: dt.date) -> str:
    """Key of the column under a heading of the tracker; "" for what is not the unit's."""
    plain = re.sub(r" \(\d+\)$", "", heading)
    return next((one.key for one in form.columns if one.heading_on(day) in (heading, plain)), "")


def _line(
    report: UnitReport, form: SheetForm, record: Record, column: str, heading: str
) -> TraceLine:
    at = report.reading.sheets[form.id].ref(record, column)
    value: Value = record.values.get(column)
    return TraceLine(
        unit=report.unit,
        period=report.submission.period,
        version=report.submission.version,
        file=report.submission.file,
        sheet=at.sheet,
        row=at.row,
        cell=at.a1,
        heading=heading,
        value=value,
        adds=value if isinstance(value, int | float) and not isinstance(value, bool) else 0,
    )


def _of_task(quarter: Consolidation, form: SheetForm, code: str) -> Iterator[TraceLine]:
    for report in quarter.reports:
        sheet = report.reading.sheets.get(_PROGRESS)
        for record in sheet.records if sheet else ():
            if record.key == code:
                heading = form.by_key["status"].heading_on(quarter.window.end)
                yield _line(report, form, record, "status", heading)


def _shown(value: object) -> str:
    if isinstance(value, str | int | float | dt.date):
        return value_text(value)
    return "để trống"


class NotAFigureError(KsktError):
    """A cell that shows no figure of a form."""

    def __init__(self, given: str, why: str) -> None:
        super().__init__(
            f"“{given}” không truy được: {why}. Hãy ghi tên trang và ô của một con số trên biểu in"
            ' hoặc bảng theo dõi, ví dụ: kskt trace "Biểu II.06a!G12"'
        )


def latest_period(desk: Desk) -> Period:
    """The period that was consolidated last; before the first time, the one now due."""
    done = [
        line.payload.period
        for line in desk.journal.lines()
        if isinstance(line.payload, Outputs) and line.payload.command == "consolidate"
    ]
    return Period.parse(done[-1]) if done else CollectedQuarters(desk).on(desk.now.date()).quarter


def period_at_work(desk: Desk) -> Period:
    """The quarter being collected; where this year has no plan, the period consolidated last."""
    has_plan = desk.has_plan(desk.now.year)
    return CollectedQuarters(desk).on(desk.now.date()).quarter if has_plan else latest_period(desk)


def traced(desk: Desk, work: PeriodWork, given: str) -> Outcome:
    """The cells behind a figure, what each adds, and their sum. Raises NotAFigureError.

    A printed figure comes first; what is none may stand in the tracker.
    """
    pages = tuple(summary_pages(work.plan, desk.forms, work.whole))
    sheet, _, cell = given.rpartition("!")
    name = sheet.strip("'")
    figure = _figure(pages, name, cell)
    if figure:
        return _printed(desk, work, given, figure)
    found = tracked(desk, work, name, cell)
    if found:
        return _tracked(given, found)
    raise NotAFigureError(given, _why_not(pages, name))


def _printed(desk: Desk, work: PeriodWork, given: str, figure: FigureRef) -> Outcome:
    lines = trace_figure(
        work.whole, figure.form, figure.row, figure.column, plan=work.plan, forms=desk.forms
    )
    table = work.whole.forms[figure.form]
    row = next((row for row in table.rows if row.key == figure.row), None)
    value = (row.values if row else table.total).get(figure.column)
    label = row.label if row else "Tổng cộng"
    head = f"Biểu {figure.form}, {label}, cột ({figure.column}): {value}"
    json = _json(given, work.period.id, figure.form, figure.row, figure.column)
    cells = _cells(lines)
    blocks = (ScreenLine(head), *_blocks(lines))
    return Outcome(blocks, {**json, "value": value, "cells": cells}, data=lines)


def _tracked(given: str, found: Tracked) -> Outcome:
    """The same for a cell of the tracker; what is no sum has a way to go on instead."""
    further = tuple(ScreenLine(text) for text in found.further)
    json = _json(given, found.period, found.form, found.row, found.column)
    value = found.value.isoformat() if isinstance(found.value, dt.date) else found.value
    more = {"value": value, "cells": _cells(found.lines), "further": list(found.further)}
    return Outcome(
        (ScreenLine(found.head), *(_blocks(found.lines) if found.lines else ()), *further),
        {**json, **more},
        data=found.lines,
    )


def _blocks(lines: Sequence[TraceLine]) -> tuple[ScreenTable, ScreenLine]:
    giving = [line for line in lines if line.adds] or lines
    grid = ScreenTable(
        ("Đơn vị", "Kỳ", "Lần", "Tệp", "Trang", "Ô", "Cột", "Giá trị", "Góp vào"),
        tuple(_row(line) for line in giving),
    )
    total = sum(line.adds for line in lines)
    zeros = len(lines) - len(giving)
    rest = f"; {zeros} ô khác ghi 0" if zeros else ""
    is_sum = any(line.adds or isinstance(line.value, int | float) for line in lines)
    summed = f", cộng lại {shown.grouped_number(total)}{rest}" if is_sum else ""
    return grid, ScreenLine(f"{len(giving)} ô{summed}")


def _figure(pages: Sequence[PrintedPage], sheet: str, cell: str) -> FigureRef | None:
    """The figure that a printed cell shows; None for any other cell."""
    if sheet not in [page.name for page in pages]:
        return None
    try:
        return figure_at(pages, sheet, cell)
    except ValueError:
        return None


def _why_not(pages: Sequence[PrintedPage], sheet: str) -> str:
    names = [page.name for page in pages]
    if sheet in (*names, *TRACKER_SHEETS.values()):
        return "ô đó không có con số của biểu, của bảng theo dõi"
    only_tracked = [name for name in TRACKER_SHEETS.values() if name not in names]
    return (
        f"không có trang đó; các trang in: {', '.join(names)};"
        f" các trang của bảng theo dõi: {', '.join(only_tracked)}"
    )


def _row(line: TraceLine) -> tuple[str, ...]:
    return (
        line.unit,
        line.period,
        str(line.version),
        line.file,
        line.sheet,
        line.cell,
        line.heading,
        "" if line.value is None else str(line.value),
        shown.grouped_number(line.adds),
    )


def _json(given: str, period: str, form: str, row: str, column: str) -> dict[str, object]:
    return {
        "schema": "kskt.trace/1",
        "figure": given,
        "period": period,
        "form": form,
        "row": row,
        "column": column,
    }


def _cells(lines: Sequence[TraceLine]) -> list[dict[str, object]]:
    return [
        {
            "unit": line.unit,
            "period": line.period,
            "version": line.version,
            "file": line.file,
            "sheet": line.sheet,
            "row": line.row,
            "cell": line.cell,
            "heading": line.heading,
            "value": str(line.value) if line.value is not None else None,
            "adds": line.adds,
        }
        for line in lines
    ]
