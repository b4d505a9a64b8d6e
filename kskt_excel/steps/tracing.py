"""From a printed figure to the units' cells."""

from collections.abc import Sequence

from kskt_excel.consolidate.trace import TraceLine, trace
from kskt_excel.excel.pages.layout import figure_at
from kskt_excel.ledger.lines import Outputs
from kskt_excel.model.errors import KsktError
from kskt_excel.model.period import Period
from kskt_excel.report import words
from kskt_excel.report.content import FigureRef, Page
from kskt_excel.report.summary import summary_pages
from kskt_excel.steps.desk import Desk
from kskt_excel.steps.outcome import Grid, Line, Outcome
from kskt_excel.steps.putting_together import Work
from kskt_excel.steps.receiving import due_quarter


class NotAFigureError(KsktError):
    """A cell that shows no figure of a form."""

    def __init__(self, given: str, why: str) -> None:
        super().__init__(
            f"“{given}” không truy được: {why}. Hãy ghi tên trang và ô của một con số trên biểu in,"
            ' ví dụ: kskt trace "Biểu II.06a!G12"'
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


def traced(desk: Desk, work: Work, given: str) -> Outcome:
    """The cells behind a figure, what each adds, and their sum. Raises NotAFigureError."""
    pages = summary_pages(work.plan, desk.forms, work.whole)
    figure = _figure(pages, given)
    lines = trace(
        work.whole, figure.form, figure.row, figure.column, plan=work.plan, forms=desk.forms
    )
    table = work.whole.forms[figure.form]
    row = next((row for row in table.rows if row.key == figure.row), None)
    value = (row.values if row else table.total).get(figure.column)
    label = row.label if row else "Tổng cộng"
    head = f"Biểu {figure.form}, {label}, cột ({figure.column}): {value}"
    giving = [line for line in lines if line.adds] or lines
    grid = Grid(
        ("Đơn vị", "Kỳ", "Lần", "Tệp", "Trang", "Ô", "Cột", "Giá trị", "Góp vào"),
        tuple(_row(line) for line in giving),
    )
    total = sum(line.adds for line in lines)
    zeros = len(lines) - len(giving)
    rest = f"; {zeros} ô khác ghi 0" if zeros else ""
    foot = Line(f"{len(giving)} ô, cộng lại {words.number(total)}{rest}")
    return Outcome((Line(head), grid, foot), _json(work, given, figure, value, lines))


def _figure(pages: Sequence[Page], given: str) -> FigureRef:
    sheet, _, cell = given.rpartition("!")
    names = [page.name for page in pages]
    if sheet.strip("'") not in names:
        raise NotAFigureError(given, f"không có trang đó; các trang có: {', '.join(names)}")
    try:
        figure = figure_at(pages, sheet.strip("'"), cell)
    except ValueError:
        figure = None
    if figure is None:
        raise NotAFigureError(given, "ô đó không có con số của biểu")
    return figure


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


def _json(
    work: Work, given: str, figure: FigureRef, value: object, lines: Sequence[TraceLine]
) -> dict[str, object]:
    return {
        "schema": "kskt.trace/1",
        "figure": given,
        "period": work.period.id,
        "form": figure.form,
        "row": figure.row,
        "column": figure.column,
        "value": value,
        "cells": [
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
        ],
    }
