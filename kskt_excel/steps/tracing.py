"""From a printed or tracked figure to the units' cells."""

import datetime as dt
from collections.abc import Sequence

from kskt_excel.consolidate.trace import TraceLine, trace
from kskt_excel.excel.pages.layout import figure_at
from kskt_excel.excel.tracker.grid import SHEETS
from kskt_excel.ledger.lines import Outputs
from kskt_excel.model.errors import KsktError
from kskt_excel.model.period import Period
from kskt_excel.report import words
from kskt_excel.report.content import FigureRef, Page
from kskt_excel.report.summary import summary_pages
from kskt_excel.steps.desk import Desk
from kskt_excel.steps.outcome import Grid, Line, Outcome
from kskt_excel.steps.putting_together import Work
from kskt_excel.steps.taking import due_quarter
from kskt_excel.steps.tracing_tracker import Tracked, tracked


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
    plan = desk.latest_plan
    return Period.parse(done[-1]) if done else due_quarter(desk.now.date(), plan.cutoff_day)


def period_at_work(desk: Desk) -> Period:
    """The quarter now due; where its year has no plan yet, the period consolidated last."""
    due = due_quarter(desk.now.date(), desk.latest_plan.cutoff_day)
    return due if desk.has_plan(due.year) else latest_period(desk)


def traced(desk: Desk, work: Work, given: str) -> Outcome:
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


def _printed(desk: Desk, work: Work, given: str, figure: FigureRef) -> Outcome:
    lines = trace(
        work.whole, figure.form, figure.row, figure.column, plan=work.plan, forms=desk.forms
    )
    table = work.whole.forms[figure.form]
    row = next((row for row in table.rows if row.key == figure.row), None)
    value = (row.values if row else table.total).get(figure.column)
    label = row.label if row else "Tổng cộng"
    head = f"Biểu {figure.form}, {label}, cột ({figure.column}): {value}"
    json = _json(given, work.period.id, figure.form, figure.row, figure.column)
    cells = _cells(lines)
    blocks = (Line(head), *_blocks(lines))
    return Outcome(blocks, {**json, "value": value, "cells": cells})


def _tracked(given: str, found: Tracked) -> Outcome:
    """The same for a cell of the tracker; what is no sum has a way to go on instead."""
    further = tuple(Line(text) for text in found.further)
    json = _json(given, found.period, found.form, found.row, found.column)
    value = found.value.isoformat() if isinstance(found.value, dt.date) else found.value
    more = {"value": value, "cells": _cells(found.lines), "further": list(found.further)}
    return Outcome(
        (Line(found.head), *(_blocks(found.lines) if found.lines else ()), *further),
        {**json, **more},
    )


def _blocks(lines: Sequence[TraceLine]) -> tuple[Grid, Line]:
    giving = [line for line in lines if line.adds] or lines
    grid = Grid(
        ("Đơn vị", "Kỳ", "Lần", "Tệp", "Trang", "Ô", "Cột", "Giá trị", "Góp vào"),
        tuple(_row(line) for line in giving),
    )
    total = sum(line.adds for line in lines)
    zeros = len(lines) - len(giving)
    rest = f"; {zeros} ô khác ghi 0" if zeros else ""
    is_sum = any(line.adds or isinstance(line.value, int | float) for line in lines)
    summed = f", cộng lại {words.number(total)}{rest}" if is_sum else ""
    return grid, Line(f"{len(giving)} ô{summed}")


def _figure(pages: Sequence[Page], sheet: str, cell: str) -> FigureRef | None:
    """The figure that a printed cell shows; None for any other cell."""
    if sheet not in [page.name for page in pages]:
        return None
    try:
        return figure_at(pages, sheet, cell)
    except ValueError:
        return None


def _why_not(pages: Sequence[Page], sheet: str) -> str:
    names = [page.name for page in pages]
    if sheet in (*names, *SHEETS.values()):
        return "ô đó không có con số của biểu, của bảng theo dõi"
    only_tracked = [name for name in SHEETS.values() if name not in names]
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
        words.number(line.adds),
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
