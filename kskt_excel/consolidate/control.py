"""Control totals: what came in is what is here, and what units wrote is what is printed."""

from collections.abc import Iterator, Mapping, Sequence

from kskt_excel.consolidate.forms import FilledForm, shares_by
from kskt_excel.consolidate.sources import Sources
from kskt_excel.model.consolidation import ControlLine
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
    """Units' sheets added up whole, not by rows, against the printed total."""
    compiled, total = filled.compiled, filled.table.total
    shares = shares_by(compiled.form, sources, "unit")
    whole = compiled.figures(compiled.folded(shares))
    for column in compiled.form.columns:
        left, right = whole.get(column.number), total.get(column.number)
        if isinstance(left, int | float) and isinstance(right, int | float):
            name = f"Biểu {compiled.form.id}, cột {column.number}"
            yield ControlLine(name, left, right, "Cộng các đơn vị = Tổng cộng in trên biểu")


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
