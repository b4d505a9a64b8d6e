"""What was open at the end of a quarter and was taken over into the next one, unit by unit."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from kskt_excel.check.heirs import predecessors
from kskt_excel.excel.tracker.grid import Column, Content, Formula, Places, Row, criterion
from kskt_excel.excel.tracker.sources import Sources
from kskt_excel.model.period import Period
from kskt_excel.model.reading import SheetState
from kskt_excel.model.submission import UnitReport

AGREES, DIFFERS = "Khớp", "LỆCH"
_TINY: Final = "0.000001"
_FORMULA_ROWS: Final = 400  # of so many lines between quarters each looks up its figures live
OPENING_COLUMNS: Final = (
    Column("period", "Giữa hai kỳ", "center", 96),
    Column("unit", "Mã đơn vị", "center", 190),
    Column("procedure", "Mã TTHC", "center", 300),
    Column("closing", "Đang giải quyết cuối kỳ trước", "count", 92),
    Column("opening", "Từ kỳ trước chuyển sang", "count", 92),
    Column("first", "Kỳ trước", "center", 92),
    Column("gap", "Chênh lệch", "count", 80),
    Column("verdict", "Kết quả", "state", 80),
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


def joints(sources: Sources) -> tuple[Joint, ...]:
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
    sources: Sources, period: Period, before: Iterable[UnitReport], after: Iterable[UnitReport]
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


def opening_rows(found: tuple[Joint, ...], places: Places, first: int) -> Iterator[Row]:
    """A row for each joint; ``first`` is the number of the first one on the sheet."""
    live = len(found) <= _FORMULA_ROWS and "ho-so" in places.pages
    for row, one in enumerate(found, start=first):
        closing, opening = _looked_up(one, places) if live else (one.closing, one.opening)
        cells: list[Content] = [
            one.after,
            one.unit,
            one.procedure,
            closing,
            opening,
            one.before,
            Formula(f"F{row}-E{row}", one.opening - one.closing),
            verdict(row, agrees=one.opening == one.closing),
        ]
        yield Row(f"{one.unit}|{one.after}|{one.procedure}", cells)


def _looked_up(one: Joint, places: Places) -> tuple[Content, Content]:
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


def verdict(row: int, *, agrees: bool) -> Formula:
    """Whether the figures of a row agree, by the difference in its column H."""
    formula = f'IF(ABS(H{row})<{_TINY},"{AGREES}","{DIFFERS}")'
    return Formula(formula, AGREES if agrees else DIFFERS)
