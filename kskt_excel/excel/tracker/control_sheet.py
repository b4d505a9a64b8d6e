"""Sheet «Đối chiếu»: what came in is here, what units wrote is printed, quarters join up."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from kskt_excel.check.earlier import predecessors
from kskt_excel.excel.book_writer import CellContent, Formula
from kskt_excel.excel.tracker.blocks import (
    FIRST_BLOCK_ROW,
    NOT_COUNTED_SUFFIX,
    Places,
    SheetBlock,
    TrackerColumn,
    TrackerRow,
    TrackerSheet,
    TrackerYear,
    criterion,
    fixed,
)
from kskt_excel.excel.tracker.data_sheets import ACTIVITIES, DATA_FORMS, block_id, page_id
from kskt_excel.excel.tracker.figures_sheet import FigureFormulas
from kskt_excel.excel.tracker.record_sheets import FILES, INFORMATION, ORIGIN
from kskt_excel.model.consolidation import Consolidation, ControlKind, ControlLine
from kskt_excel.model.forms import PrintedForm
from kskt_excel.model.period import Period
from kskt_excel.model.reading import SheetState
from kskt_excel.model.submission import UnitReport

AGREES, DIFFERS, DOUBTFUL, WAIVED = "Khớp", "LỆCH", "Cần kiểm tra", "Được miễn"
_TINY: Final = "0.000001"
_FORMULA_ROWS: Final = 400  # of so many lines between quarters each looks up its figures live
OPENING_COLUMNS: Final = (
    TrackerColumn("period", "Giữa hai kỳ", "center", 96),
    TrackerColumn("unit", "Mã đơn vị", "center", 190),
    TrackerColumn("procedure", "Mã TTHC", "center", 300),
    TrackerColumn("closing", "Đang giải quyết cuối kỳ trước", "count", 92),
    TrackerColumn("opening", "Từ kỳ trước chuyển sang", "count", 92),
    TrackerColumn("first", "Kỳ trước", "center", 92),
    TrackerColumn("gap", "Chênh lệch", "count", 80),
    TrackerColumn("verdict", "Kết quả", "state", 80),
)

Figures = Mapping[tuple[str, str], float]  # by unit and procedure


@dataclass(frozen=True, slots=True)
class Joint:
    """What a unit had open at the end of a quarter and took over into the next one."""

    before: str
    after: str
    unit: str
    procedure: str
    closing: float
    opening: float
    from_units: tuple[str, ...]  # itself, and those that it stands for since
    is_in_tracker: bool = True  # both quarters have their rows here


def joints(sources: TrackerYear) -> tuple[Joint, ...]:
    """Joints of neighbouring quarters for units that sent both; when many, those that differ.

    The first one is with Quý IV of the last year, where that is known. A unit that stands for
    others since opens with what they left.
    """
    found: list[Joint] = []
    first = sources.quarters[0]
    if first.period.previous_quarter.year < first.period.year and sources.last_year:
        last = sources.last_year.values()
        found += _between(sources, first.period.previous_quarter, last, first.reports)
    for before, after in zip(sources.quarters, sources.quarters[1:], strict=False):
        found += _between(sources, before.period, before.reports, after.reports)
    differing = tuple(one for one in found if one.closing != one.opening)
    return tuple(found) if len(found) <= _FORMULA_ROWS else differing


def _between(
    sources: TrackerYear, period: Period, before: Iterable[UnitReport], after: Iterable[UnitReport]
) -> Iterator[Joint]:
    closing, opening = _figures(before, "pending_total"), _figures(after, "carried_over")
    following = _next(period)
    sent = {unit for unit, _ in closing}
    shown = any(one.period == period for one in sources.quarters)
    for unit in dict.fromkeys(unit for unit, _ in opening):
        gone = [one for one in predecessors(sources.plan, unit, following) if one in sent]
        units = tuple(one for one in (unit, *gone) if one in sent)
        keys = [procedure for one in units for own, procedure in closing if own == one]
        keys += [procedure for own, procedure in opening if own == unit]
        for procedure in dict.fromkeys(keys if units else ()):
            yield Joint(
                period.label,
                following.label,
                unit,
                procedure,
                sum(closing.get((one, procedure), 0) for one in units),
                opening.get((unit, procedure), 0),
                units,
                shown,
            )


def _next(period: Period) -> Period:
    last = period.number == 4  # noqa: PLR2004  # quarters of a year
    return Period.quarter(period.year + last, 1 if last else period.number + 1)


def _figures(reports: Iterable[UnitReport], column: str) -> Figures:
    figures: dict[tuple[str, str], float] = {}
    for report in reports:
        sheet = report.reading.sheets.get("ho-so")
        for record in sheet.records if sheet and sheet.state is SheetState.FILLED else ():
            key = (report.unit, str(record.values.get("procedure", record.key)))
            value = record.values.get(column)
            number = value if isinstance(value, int | float) else 0
            figures[key] = figures.get(key, 0) + number
    return figures


def opening_rows(found: tuple[Joint, ...], places: Places, first: int) -> Iterator[TrackerRow]:
    """A row for each joint; ``first`` is the number of the first one on the sheet."""
    live = len(found) <= _FORMULA_ROWS and "ho-so" in places.pages
    for row, one in enumerate(found, start=first):
        closing, opening = _looked_up(one, places) if live else (one.closing, one.opening)
        cells: list[CellContent] = [
            one.after,
            one.unit,
            one.procedure,
            closing,
            opening,
            one.before,
            Formula(f"F{row}-E{row}", one.opening - one.closing),
            verdict(row, agrees=one.opening == one.closing),
        ]
        yield TrackerRow(f"{one.unit}|{one.after}|{one.procedure}", cells)


def _looked_up(one: Joint, places: Places) -> tuple[CellContent, CellContent]:
    def summed(column: str, unit: str, period: str) -> str:
        def cells(key: str) -> str:
            return places.cells("ho-so", "lines", key)

        return (
            f"SUMIFS({cells(column)},{cells('unit')},{criterion(unit)},"
            f"{cells('period')},{criterion(period)},{cells('procedure')},{criterion(one.procedure)})"
        )

    left = "+".join(summed("pending_total", unit, one.before) for unit in one.from_units)
    return (
        Formula(left, one.closing) if one.is_in_tracker else one.closing,
        Formula(summed("carried_over", one.unit, one.after), one.opening),
    )


def verdict(row: int, *, agrees: bool, otherwise: str = DIFFERS) -> Formula:
    """Whether the figures of a row agree, by the difference in its column H; else what it means."""
    formula = f'IF(ABS(H{row})<{_TINY},"{AGREES}","{otherwise}")'
    return Formula(formula, AGREES if agrees else otherwise)


CONTROL: Final = "doi-chieu"
TOTALS, OPENING = "totals", "opening"
_TOTALS: Final = (
    TrackerColumn("period", "Kỳ", "center", 96),
    TrackerColumn("name", "Nội dung đối chiếu", "text", 190),
    TrackerColumn("heading", "Cột trên biểu, giải thích", "long", 300),
    TrackerColumn("left", "Cộng từ các đơn vị", "count", 92),
    TrackerColumn("right", "Đã tổng hợp, in trên biểu", "count", 92),
    TrackerColumn("here", "Công thức trên bảng theo dõi", "count", 92),
    TrackerColumn("gap", "Chênh lệch", "count", 80),
    TrackerColumn("verdict", "Kết quả", "state", 80),
)


def control_page(sources: TrackerYear, tally: FigureFormulas) -> TrackerSheet:
    """Control totals of every quarter and of the year so far, then the joints between quarters."""
    rows = tuple(_total_rows(sources, tally))
    totals = SheetBlock(TOTALS, _TOTALS, fixed(rows), len(rows), table="DoiChieu")
    title = "Cân đối giữa hai quý: số cuối kỳ trước bằng số đầu kỳ này, từng đơn vị, từng thủ tục"
    found = joints(sources)
    opening = SheetBlock(
        OPENING, OPENING_COLUMNS, fixed(()), len(found), title=title, table="CanDoiQuy"
    )
    remark = "Ba số phải bằng nhau; lệch thì ô Kết quả tô cam và ghi LỆCH."
    page = TrackerSheet(CONTROL, "Đối chiếu", "ĐỐI CHIẾU SỐ LIỆU", remark, (totals, opening), 2)
    first = page.heading_row(OPENING) + 1
    opened = tuple(opening_rows(found, tally.places, first))
    return replace(page, blocks=(totals, replace(opening, parts=fixed(opened))))


def _total_rows(sources: TrackerYear, tally: FigureFormulas) -> Iterator[TrackerRow]:
    periods = list(sources.quarters)
    if sources.cumulative.period.cumulative:
        periods.append(sources.cumulative)
    number = FIRST_BLOCK_ROW
    for period in periods:
        forms = {one.id: one for one in sources.forms.printed_on(period.window.end)}
        for line in period.control:
            number += 1
            here = _here(sources, tally, period, line)
            right = line.right
            cells: list[CellContent] = [
                period.period.label,
                line.name,
                _explained(line, forms) or line.explanation,
                _whole(line.left),
                _whole(right),
                here,
                _gap(number, line, here),
                verdict(number, agrees=line.agrees, otherwise=_otherwise(line)),
            ]
            yield TrackerRow(f"{period.period.id}|{line.name}", cells)


def _here(
    sources: TrackerYear, tally: FigureFormulas, period: Consolidation, line: ControlLine
) -> Formula | None:
    if period.period.cumulative:
        return None
    formula, result = None, line.right
    if line.kind is ControlKind.FILES:
        cells = tally.places.cells(ORIGIN, FILES, "period")
        formula = f"COUNTIF({cells},{criterion(period.period.label)})"
        result = len(period.submissions)
    elif line.kind is ControlKind.ROWS:
        formula = _count_of_rows(sources, tally.places, period)
        result = _rows_here(sources, period)
    elif line.kind is ControlKind.COLUMN:
        formula = tally.column(line.form, line.column, period)
    return Formula(formula, _whole(result)) if formula else None


def _count_of_rows(sources: TrackerYear, places: Places, period: Consolidation) -> str:
    """Rows of the period on every sheet of the tracker that shows rows of units."""
    label = period.period.label
    parts = []
    for page, block in _row_blocks(sources):
        if page in places.pages:
            cells = places.cells(page, block, "period")
            parts += [
                f"COUNTIF({cells},{criterion(one)})" for one in (label, label + NOT_COUNTED_SUFFIX)
            ]
    return "+".join(parts)


def _row_blocks(sources: TrackerYear) -> Iterator[tuple[str, str]]:
    yield ORIGIN, INFORMATION
    yield "tien-do", "lines"
    yield "chi-tieu", "lines"
    known = sources.forms.sheet_by_id
    for form in (*DATA_FORMS, *ACTIVITIES):
        if form in known:
            yield page_id(form), block_id(form)


def _rows_here(sources: TrackerYear, period: Consolidation) -> int:
    known = sources.forms.sheet_by_id
    return sum(
        len(sheet.records)
        for report in period.reports
        for form, sheet in report.reading.sheets.items()
        if form in known
    )


def _explained(line: ControlLine, forms: Mapping[str, PrintedForm]) -> str:
    form = forms.get(line.form)
    columns = form.columns if form else ()
    return next((" - ".join(one.header) for one in columns if one.number == line.column), "")


def _whole(figure: float) -> float:
    return int(figure) if figure == int(figure) else figure


def _otherwise(line: ControlLine) -> str:
    if line.waived:
        return WAIVED
    return DIFFERS if line.is_fault else DOUBTFUL


def _gap(row: int, line: ControlLine, here: Formula | None) -> Formula:
    """The widest difference between the figures that stand in the row (E, F, G).

    Of an upper limit, by how much it is passed.
    """
    if line.op == "<=":
        passed = max(line.left - line.right, 0)
        return Formula(f"MAX(E{row}-F{row},0)", _whole(passed))
    figures = [line.left, line.right]
    if here and isinstance(here.result, int | float):
        figures.append(here.result)
    return Formula(f"MAX(E{row}:G{row})-MIN(E{row}:G{row})", _whole(max(figures) - min(figures)))
