"""Sheet «Đối chiếu»: what came in is here, what units wrote is printed, quarters join up."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
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
from kskt_excel.excel.tracker.figures_sheet import FigureFormulas
from kskt_excel.excel.tracker.record_sheets import FILES
from kskt_excel.excel.tracker.row_places import RowsPlace
from kskt_excel.model.consolidation import Consolidation, ControlKind, ControlLine
from kskt_excel.model.forms import ORIGIN, PrintedForm
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.period import Period
from kskt_excel.model.reading import SheetState
from kskt_excel.model.submission import UnitReport

AGREES, DIFFERS, DOUBTFUL, WAIVED = "Khớp", "LỆCH", "Cần kiểm tra", "Được miễn"
_TINY: Final = "0.000001"
_FORMULA_ROWS: Final = 400  # of so many lines between quarters each looks up its figures live
OPENING_COLUMNS: Final = (
    TrackerColumn("period", "Giữa hai kỳ", "center", 96),
    TrackerColumn("unit", "Mã đơn vị", "center", 84),
    TrackerColumn("procedure", "Mã TTHC", "center", 96),
    TrackerColumn("closing", "Đang giải quyết cuối kỳ trước", "count", 92),
    TrackerColumn("opening", "Từ kỳ trước chuyển sang", "count", 92),
    TrackerColumn("first", "Kỳ trước", "center", 92),
    TrackerColumn("gap", "Chênh lệch", "count", 80),
    TrackerColumn("verdict", "Kết quả", "state", 80),
)


@dataclass(frozen=True, slots=True)
class OpeningColumn:
    """A column of a form that opens with what another one closed with a quarter before."""

    form: str
    sheet: str  # name on the tab
    key: str  # column that names the row
    opening: str
    closing: str
    is_first: bool  # of all; the others say of which sheet they are


def opening_columns(sources: TrackerYear) -> tuple[OpeningColumn, ...]:
    """Every column that a definition says opens with another one."""
    found: list[OpeningColumn] = []
    for form in sources.forms.sheet_by_id.values():
        for column in form.columns:
            if column.opens and form.key:
                own = form.id, form.sheet, form.key[0], column.key, column.opens
                found.append(OpeningColumn(*own, is_first=not found))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Joint:
    """What a unit had open at the end of a quarter and took over into the next one."""

    opening_of: "OpeningColumn"
    before: str
    after: str
    unit: str
    row: str  # key of the row in the form
    closing: float
    opening: float
    from_units: tuple[str, ...]  # itself, and those that it stands for since
    is_in_tracker: bool = True  # both quarters have their rows here


def joints(sources: TrackerYear) -> tuple[Joint, ...]:
    """Joints of quarters that follow each other, of units that sent both; of many, the unequal.

    The first one is with Quý IV of the last year, where that is known. A unit that stands for
    others since opens with what they left.
    """
    found: list[Joint] = []
    first = sources.quarters[0]
    for one in opening_columns(sources):
        if first.period.previous and sources.last_year:
            last = sources.last_year.values()
            found += _between(sources, one, first.period.previous, last, first.reports)
        for before, after in pairwise(sources.quarters):
            found += _between(sources, one, before.period, before.reports, after.reports)
    differing = tuple(one for one in found if one.closing != one.opening)
    return tuple(found) if len(found) <= _FORMULA_ROWS else differing


def _between(
    sources: TrackerYear,
    column: OpeningColumn,
    period: Period,
    before: Iterable[UnitReport],
    after: Iterable[UnitReport],
) -> Iterator[Joint]:
    closing = _figures(before, column, column.closing)
    if (following := period.following) is None:
        return
    shown = any(one.period == period for one in sources.quarters)
    for unit, opening in _figures(after, column, column.opening).items():
        gone = predecessors(sources.plan, unit, following)
        units = tuple(one for one in (unit, *gone) if one in closing)
        keys = [row for one in units for row in closing[one]]
        for row in dict.fromkeys([*keys, *opening] if units else ()):
            yield Joint(
                column,
                period.label,
                following.label,
                unit,
                row,
                sum(closing[one].get(row, 0) for one in units),
                opening.get(row, 0),
                units,
                shown,
            )


def _figures(
    reports: Iterable[UnitReport], of: OpeningColumn, column: str
) -> Mapping[str, Mapping[str, float]]:
    """The figures of a column by unit, then by the key of the row."""
    figures: dict[str, dict[str, float]] = {}
    for report in reports:
        sheet = report.reading.sheets.get(of.form)
        for record in sheet.records if sheet and sheet.state is SheetState.FILLED else ():
            own = figures.setdefault(report.unit, {})
            row = str(record.values.get(of.key, record.key))
            value = record.values.get(column)
            own[row] = own.get(row, 0) + (value if isinstance(value, int | float) else 0)
    return figures


def opening_rows(
    found: tuple[Joint, ...], tally: FigureFormulas, first: int
) -> Iterator[TrackerRow]:
    """A row for each joint; ``first`` is the number of the first one on the sheet."""
    placed = {form for form, _ in _placed_forms(tally)}
    for row, one in enumerate(found, start=first):
        of = one.opening_of
        live = len(found) <= _FORMULA_ROWS and of.form in placed
        closing, opening = _looked_up(one, tally) if live else (one.closing, one.opening)
        name = one.row if of.is_first else f"{of.sheet}: {one.row}"
        cells: list[CellContent] = [
            one.after,
            one.unit,
            name,
            closing,
            opening,
            one.before,
            Formula(f"F{row}-E{row}", one.opening - one.closing),
            verdict(row, agrees=one.opening == one.closing),
        ]
        yield TrackerRow(f"{one.unit}|{one.after}|{name}", cells)


def _looked_up(one: Joint, tally: FigureFormulas) -> tuple[CellContent, CellContent]:
    of, place = one.opening_of, tally.rows[one.opening_of.form]

    def summed(column: str, unit: str, period: str) -> str:
        def cells(key: str) -> str:
            return tally.places.cells(place.page, place.block, key)

        return (
            f"SUMIFS({cells(column)},{cells('unit')},{criterion(unit)},"
            f"{cells('period')},{criterion(period)},{cells(of.key)},{criterion(one.row)})"
        )

    left = "+".join(summed(of.closing, unit, one.before) for unit in one.from_units)
    return (
        Formula(left, one.closing) if one.is_in_tracker else one.closing,
        Formula(summed(of.opening, one.unit, one.after), one.opening),
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
    TrackerColumn("here", "Công thức trên sổ theo dõi", "count", 92),
    TrackerColumn("gap", "Chênh lệch", "count", 80),
    TrackerColumn("verdict", "Kết quả", "state", 80),
)
CONTROL_SIDES: Final = tuple(
    column.heading for column in _TOTALS if column.key in ("left", "right", "here")
)
"""Headings of the figures that must agree; the first one is the left side."""


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
    page = TrackerSheet(
        CONTROL, "Đối chiếu", "ĐỐI CHIẾU SỐ LIỆU", remark, (totals, opening), 2, TOTALS, "record"
    )
    first = page.heading_row(OPENING) + 1
    opened = tuple(opening_rows(found, tally, first))
    return replace(page, blocks=(totals, replace(opening, parts=fixed(opened))))


def differing(places: Places) -> Formula:
    """How many control totals differ, counted on the finished sheet."""
    verdicts = [row.cells[-1] for row in places.pages[CONTROL].block(TOTALS).rows()]
    count = sum(isinstance(one, Formula) and one.result == DIFFERS for one in verdicts)
    return Formula(
        f"COUNTIF({places.cells(CONTROL, TOTALS, 'verdict')},{criterion(DIFFERS)})", count
    )


def _total_rows(sources: TrackerYear, tally: FigureFormulas) -> Iterator[TrackerRow]:
    periods = list(sources.quarters)
    if sources.cumulative.period.cumulative:
        periods.append(sources.cumulative)
    number = FIRST_BLOCK_ROW
    for period in periods:
        forms = {one.id: one for one in period.printed(sources.forms)}
        for line in period.control:
            number += 1
            here = _here(tally, period, line)
            gap = _gap(number, line, here)
            cells: list[CellContent] = [
                period.period.label,
                line.name,
                _explained(line, forms) or line.explanation,
                _whole(line.left),
                _whole(line.right),
                here,
                gap,
                verdict(number, agrees=_is_nothing(gap), otherwise=_otherwise(line)),
            ]
            yield TrackerRow(f"{period.period.id}|{line.name}", cells)


def _here(tally: FigureFormulas, period: Consolidation, line: ControlLine) -> Formula | None:
    if period.period.cumulative:
        return None
    formula, result = None, line.right
    if line.kind is ControlKind.FILES:
        cells = tally.places.cells(ORIGIN, FILES, "period")
        formula = f"COUNTIF({cells},{criterion(period.period.label)})"
        result = len(period.submissions)
    elif line.kind is ControlKind.ROWS:
        formula = _count_of_rows(tally, period)
        result = _rows_here(tally, period)
    elif line.kind is ControlKind.COLUMN:
        formula = tally.column(line.form, line.column, period)
    return Formula(formula, _whole(result)) if formula else None


def _count_of_rows(tally: FigureFormulas, period: Consolidation) -> str:
    """Rows of the period on every sheet of the tracker that shows rows of units."""
    label = period.period.label
    parts = []
    for _, place in _placed_forms(tally):
        cells = tally.places.cells(place.page, place.block, "period")
        parts += [
            f"COUNTIF({cells},{criterion(one)})" for one in (label, label + NOT_COUNTED_SUFFIX)
        ]
    return "+".join(parts)


def _placed_forms(tally: FigureFormulas) -> Iterator[tuple[str, RowsPlace]]:
    """The forms whose rows have a block on a sheet that really is there."""
    for form, place in tally.rows.items():
        if tally.has_rows(form):
            yield form, place


def _rows_here(tally: FigureFormulas, period: Consolidation) -> int:
    """What the formula counts: rows of the forms that have a place."""
    placed = {form for form, _ in _placed_forms(tally)}
    return sum(
        len(sheet.records)
        for report in period.reports
        for form, sheet in report.reading.sheets.items()
        if form in placed
    )


def _explained(line: ControlLine, forms: Mapping[str, PrintedForm]) -> str:
    form = forms.get(line.form)
    columns = form.columns if form else ()
    return next((" - ".join(one.header) for one in columns if one.number == line.column), "")


def _whole(figure: float) -> float:
    return int(figure) if figure == int(figure) else figure


def _is_nothing(gap: Formula) -> bool:
    return isinstance(gap.result, int | float) and abs(gap.result) < float(_TINY)


def rows_without_place(sources: TrackerYear, tally: FigureFormulas) -> int:
    """How many rows that came in stand nowhere in the tracker: none, unless a block is missing.

    Of a tracker in volumes: how many no volume has.
    """
    if sources.volumes:
        whole = sum(_rows_read(one) for one in sources.quarters)
        return whole - sum(sum(one.rows) for one in sources.volumes)
    return sum(_rows_read(quarter) - _rows_here(tally, quarter) for quarter in sources.quarters)


def _rows_read(quarter: Consolidation) -> int:
    return sum(
        len(sheet.records) for one in quarter.reports for sheet in one.reading.sheets.values()
    )


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
