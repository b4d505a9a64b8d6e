"""Control totals: what came in is what is here, and what units wrote is what is printed."""

from collections.abc import Iterator, Mapping, Sequence

from kskt_excel.consolidate.forms import FilledForm, shares_by
from kskt_excel.consolidate.sources import Sources
from kskt_excel.model.consolidation import ControlLine
from kskt_excel.model.reading import Value
from kskt_excel.model.submission import Submission, Verdict

_FATES: Mapping[str, tuple[Verdict, ...]] = {
    "accepted": (Verdict.ACCEPTED, Verdict.ACCEPTED_WITH_WARNINGS),
    "returned": (Verdict.RETURNED,),
    "superseded": (Verdict.SUPERSEDED,),
    "duplicates": (Verdict.DUPLICATE,),
    "unreadable": (Verdict.UNREADABLE,),
    "not_reports": (Verdict.NOT_A_REPORT,),
}


def counts_of(
    sources: Sources, submissions: Sequence[Submission], given: Mapping[str, int] | None
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
    sources: Sources, filled: Sequence[FilledForm], counts: Mapping[str, int]
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


def _form_lines(sources: Sources, filled: FilledForm) -> Iterator[ControlLine]:
    """Units' sheets against the printed total, column by column."""
    form, total = filled.compiled.form, filled.table.total
    whole = _whole(sources, filled)
    for column in form.columns:
        left, right = whole.get(column.number), total.get(column.number)
        if isinstance(left, int | float) and isinstance(right, int | float):
            name = f"Biểu {form.id}, cột {column.number}"
            yield ControlLine(name, left, right, "Cộng các đơn vị = Tổng cộng in trên biểu")


def _whole(sources: Sources, filled: FilledForm) -> Mapping[str, Value]:
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


def _rows_read(sources: Sources) -> int:
    return sum(
        len(sheet.records) for report in sources.reports for sheet in report.reading.sheets.values()
    )


def _rows_kept(sources: Sources) -> int:
    """Rows of sheets that a form definition knows: those that the tracker has a place for."""
    known = sources.forms.sheet_by_id.keys()
    return sum(
        len(sheet.records)
        for report in sources.reports
        for form, sheet in report.reading.sheets.items()
        if form in known
    )
