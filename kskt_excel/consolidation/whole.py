"""A period put together (Consolidation), with the control totals that prove it."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

from kskt_excel.consolidation.filled_forms import FilledForm, fill_from, shares_by
from kskt_excel.consolidation.indicators import evaluation, indicators
from kskt_excel.consolidation.sources import PeriodSources, in_plan_order
from kskt_excel.consolidation.standings import quarter_standings, rates, standings
from kskt_excel.consolidation.tasks import TASK_DONE, issues, task_positions
from kskt_excel.model.consolidation import Consolidation, ControlLine, TaskPosition, UnitStanding
from kskt_excel.model.forms import Forms
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Plan
from kskt_excel.model.reading import Value
from kskt_excel.model.submission import Submission, UnitReport, Verdict

_FATES: Mapping[str, tuple[Verdict, ...]] = {
    "accepted": (Verdict.ACCEPTED, Verdict.ACCEPTED_WITH_WARNINGS),
    "returned": (Verdict.RETURNED,),
    "superseded": (Verdict.SUPERSEDED,),
    "duplicates": (Verdict.DUPLICATE,),
    "unreadable": (Verdict.UNREADABLE,),
    "not_reports": (Verdict.NOT_A_REPORT,),
}


def counts_of(
    sources: PeriodSources, submissions: Sequence[Submission], given: Mapping[str, int] | None
) -> dict[str, int]:
    """Files by what became of them, rows read and rows kept; ``given`` wins where it speaks."""
    verdicts = [one.verdict for one in submissions]
    fates = {name: sum(verdicts.count(one) for one in some) for name, some in _FATES.items()}
    counts = {
        "files_in": len(submissions),
        **fates,
        "rows_in": _rows_read(sources),
        "rows_out": _rows_kept(sources),
    }
    return counts | dict(given or {})


def control_lines(
    sources: PeriodSources, filled: Sequence[FilledForm], counts: Mapping[str, int]
) -> tuple[ControlLine, ...]:
    """Every control total of the period: files, rows, then each column of each form."""
    fates = sum(counts[name] for name in _FATES)
    return (
        ControlLine(
            "Số tệp nhận",
            counts["files_in"],
            fates,
            "Tệp nhận = đạt + trả lại + đã có bản thay thế + trùng + không đọc được"
            " + không phải báo cáo",
        ),
        ControlLine(
            "Số dòng dữ liệu",
            counts["rows_in"],
            counts["rows_out"],
            "Dòng đọc được trong báo cáo của các đơn vị = dòng đưa vào bảng theo dõi",
        ),
        *(line for one in filled for line in _form_lines(sources, one)),
    )


def _form_lines(sources: PeriodSources, filled: FilledForm) -> Iterator[ControlLine]:
    """Units' sheets against the printed total, column by column."""
    form, total = filled.compiled.form, filled.table.total
    whole = _whole(sources, filled)
    for column in form.columns:
        left, right = whole.get(column.number), total.get(column.number)
        if isinstance(left, int | float) and isinstance(right, int | float):
            name = f"Biểu {form.id}, cột {column.number}"
            yield ControlLine(name, left, right, "Cộng các đơn vị = Tổng cộng in trên biểu")


def _whole(sources: PeriodSources, filled: FilledForm) -> Mapping[str, Value]:
    """Each column over the units: the rows where a row is a unit, else their sheets counted whole.

    Counting the sheets whole goes another way than the rows do: a row that fell out would show.
    """
    compiled, form = filled.compiled, filled.compiled.form
    if form.rows != "unit":
        return compiled.figures(compiled.folded(shares_by(form, sources, "unit")))
    figures = compiled.figures(compiled.folded(filled.shares))
    for column in form.columns:
        if column.adds_up and column.number in figures:
            some = [row.values.get(column.number) for row in filled.table.rows]
            figures[column.number] = sum(one for one in some if isinstance(one, int | float))
    return figures


def _rows_read(sources: PeriodSources) -> int:
    return sum(
        len(sheet.records) for report in sources.reports for sheet in report.reading.sheets.values()
    )


def _rows_kept(sources: PeriodSources) -> int:
    """Rows of sheets that a form definition knows: those that the tracker has a place for."""
    known = sources.forms.sheet_by_id.keys()
    return sum(
        len(sheet.records)
        for report in sources.reports
        for form, sheet in report.reading.sheets.items()
        if form in known
    )


def consolidation_of(
    period: Period,
    *,
    plan: Plan,
    forms: Forms,
    reports: Mapping[str, Sequence[UnitReport]],
    submissions: Sequence[Submission],
    as_of: dt.datetime,
    counts: Mapping[str, int] | None = None,
) -> Consolidation:
    """Everything that is known about a period.

    ``reports`` holds what counts by quarter id; earlier quarters of the year may stand beside the
    period's own, tasks done once carry on from them. ``submissions`` are the receipts of the
    period's quarters. ``counts`` replaces counts that the caller knows better (files_in, rows_in).
    Pure: the same arguments give the same result. Raises FormDefinitionError, IndicatorError.
    """
    sources = PeriodSources.of(period, plan, forms, reports)
    window = period.window(plan.cutoff_day)
    printed = forms.printed_on(window.end)
    filled = [fill_from(form, sources) for form in printed]
    tables = {one.table.form: one.table for one in filled}
    tasks = task_positions(period, plan, reports, as_of.date())
    by_quarter = quarter_standings(sources, submissions)
    counted = _counted(tasks, by_quarter)
    totals = counts_of(sources, submissions, counts)
    return Consolidation(
        period=period,
        window=window,
        as_of=as_of,
        reports=in_plan_order(sources.reports, plan),
        submissions=tuple(submissions),
        standings=standings(sources, by_quarter),
        forms=tables,
        tasks=tasks,
        indicators=indicators(sources, tables, counted),
        evaluation=evaluation(sources),
        issues=issues(in_plan_order(sources.reports, plan)),
        control=control_lines(sources, filled, totals),
        counts=totals,
    )


def _counted(
    tasks: Sequence[TaskPosition], by_quarter: Sequence[Sequence[UnitStanding]]
) -> dict[str, int]:
    """Tasks and units counted for indicators; units once in each quarter that they report for."""
    of_quarters = [rates(some) for some in by_quarter]
    return {
        "tasks(done)": sum(1 for task in tasks if task.status == TASK_DONE),
        "tasks(all)": len(tasks),
        "units(on_time)": sum(one.on_time for one in of_quarters),
        "units(all)": sum(one.units for one in of_quarters),
    }
