"""A year's analysis (phân tích) made from what counts, and where it is written."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from kskt_excel.consolidation.filled_forms import figures_by_unit
from kskt_excel.consolidation.sources import PeriodSources
from kskt_excel.excel.analysis_workbook import AnalysisHead, analysis_workbook
from kskt_excel.excel.book_writer import write_workbook
from kskt_excel.model.errors import KsktError
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.period import Period
from kskt_excel.office.data_files import NothingReceivedError, periods_received
from kskt_excel.office.desk import Desk
from kskt_excel.office.outcome import Outcome, ScreenLine
from kskt_excel.office.quarter import JudgedQuarter, consolidated, judge_quarters
from kskt_excel.office.running_step import Step, each
from kskt_excel.report.analysis import Analysis, UnitFigure, analysed, measures_of
from kskt_excel.report.sending import provisional_line

_SCHEMA = "kskt.analyse/1"


class NoFiguresOfYearError(KsktError):
    """A year that was asked for has no figures."""

    def __init__(self, year: int, known: Sequence[int]) -> None:
        years = ", ".join(map(str, known))
        super().__init__(f"Năm {year} chưa nhận báo cáo nào. Có số liệu của năm: {years}.")


@dataclass(frozen=True)
class AnalysisFile:
    """The workbook, not written yet."""

    path: Path
    data: bytes
    analysis: Analysis

    def written(self, desk: Desk) -> Outcome:
        """Writes it, and tells what it shows. Raises FileLockedError, WriteFailedError."""
        write_workbook(self.path, self.data)
        shown, found = desk.workspace.shown(self.path), self.analysis
        years = ", ".join(map(str, found.years))
        blocks = (
            ScreenLine(f"Đã phân tích số liệu năm {years}.", "good"),
            ScreenLine(f"{len(found.outliers)} số liệu khác thường, nên hỏi lại đơn vị.")
            if found.can_tell_outliers
            else ScreenLine("Chưa đủ ba đơn vị, bốn quý để tìm số liệu khác thường.", "quiet"),
            ScreenLine(f"Đã ghi {shown}", "quiet", aside=True),
        )
        return Outcome(blocks, self._json(shown))

    def _json(self, shown: str) -> Mapping[str, object]:
        found = self.analysis
        return {
            "schema": _SCHEMA,
            "years": list(found.years),
            "compared": [
                {"form": one.form, "column": one.column, "name": one.name, "by_year": by_year}
                for one in found.measures
                if (by_year := found.compared.get(one.key))
            ],
            "outliers": [
                {
                    "unit": one.unit,
                    "period": Period.quarter(one.year, one.quarter).id,
                    "form": one.measure.form,
                    "column": one.measure.column,
                    "value": one.value,
                    "expected": round(one.expected, 1),
                }
                for one in found.outliers
            ],
            "outputs": [shown],
        }


def analysis_file(desk: Desk, years: Sequence[int]) -> AnalysisFile:
    """The analysis of the last of these years beside the others; of all that there are for none.

    Raises NothingReceivedError, NoFiguresOfYearError.
    """
    received = periods_received(desk)
    if not received:
        raise NothingReceivedError
    known = sorted({one.year for one in received})
    for year in years:
        if year not in known:
            raise NoFiguresOfYearError(year, known)
    chosen = sorted(set(years)) or known
    last = max(one for one in received if one.year == chosen[-1])
    figures: list[UnitFigure] = []
    for year in each(Step.ANALYSE, chosen):
        judged = judge_quarters(desk, Period.quarter(year, 1), Period.quarter(year, 4))
        figures += _figures(desk, year, last, judged, [one for one in received if one.year == year])
    plan = desk.plan(chosen[-1])
    whole = _so_far(last, chosen[-1])
    forms = desk.forms.printed_in(whole, plan)
    analysis = analysed(figures, measures_of(forms), chosen)
    judged = judge_quarters(desk, Period.quarter(whole.year, 1), last)
    head = AnalysisHead(
        agency=plan.agency,
        period=whole.label,
        provisional=provisional_line(consolidated(desk, whole, judged)),
        created=desk.now,
        unit_names={unit.code: unit.name for year in chosen for unit in desk.plan(year).units},
    )
    path = desk.workspace.summaries / str(whole.year) / f"phan-tich-{whole.year}.xlsx"
    return AnalysisFile(path, analysis_workbook(analysis, head), analysis)


def _so_far(last: Period, year: int) -> Period:
    """The part of a year up to the same quarter as ``last``; the first quarter is its own."""
    first = Period.quarter(year, 1)
    return first if last.number == 1 else Period.from_start(year, last.last_month)


def _figures(
    desk: Desk,
    year: int,
    last: Period,
    judged: Mapping[str, JudgedQuarter],
    received: Sequence[Period],
) -> Iterator[UnitFigure]:
    """Figures of a year: each quarter that something came for, and the part that is compared."""
    plan = desk.plan(year)
    reports = {period: quarter.reports for period, quarter in judged.items()}
    for period, number in ((_so_far(last, year), 0), *((one, one.number) for one in received)):
        sources = PeriodSources.of(period, plan, desk.forms, reports)
        for form in desk.forms.printed_in(period, plan):
            columns = {measure.column for measure in measures_of([form])}
            for unit, values in figures_by_unit(form, sources).items():
                for column, value in values.items():
                    if column in columns and isinstance(value, int | float):
                        yield UnitFigure(year, number, form.own_id, column, unit, value)
