"""Sheet «Tình hình gửi nhận»: units by quarters, and how complete and punctual each quarter is."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from kskt_excel.consolidation.standings import rates
from kskt_excel.excel.book_writer import CellContent, Formula
from kskt_excel.excel.tracker.blocks import (
    FIRST_BLOCK_ROW,
    Places,
    SheetBlock,
    TrackerColumn,
    TrackerRow,
    TrackerSheet,
    TrackerYear,
    block_cell,
    criterion,
    fixed,
)
from kskt_excel.excel.tracker.figures_sheet import (
    IN,
    MATRIX,
    STANDINGS_BLOCK,
    rate_shown,
    rate_text,
)
from kskt_excel.excel.tracker.tracker_writer import TRACKER_LEGEND
from kskt_excel.ledger.decisions import why_words
from kskt_excel.model.consolidation import StandingState, UnitStanding
from kskt_excel.model.plan import Unit
from kskt_excel.report.sending import signed_words
from kskt_excel.report.sentences import lowered
from kskt_excel.text.shown import day_text

RATES: Final = "rates"


def _columns(sources: TrackerYear) -> Iterator[TrackerColumn]:
    yield TrackerColumn("unit", "Mã đơn vị", "center", 76)
    yield TrackerColumn("name", "Đơn vị", "long", 230)
    if sources.plan.superiors:
        yield TrackerColumn("superior", "Cấp trên", "text", 150, fold=2)
    for number in sources.numbers:
        name = sources.period_names[number - 1]
        yield TrackerColumn(f"q{number}", f"{name}: tình hình", "state", 96)
        yield TrackerColumn(f"version{number}", f"{name}: lần gửi", "count", 60)
        yield TrackerColumn(f"late{number}", f"{name}: chậm (ngày)", "count", 64)
    yield TrackerColumn("sent", "Số kỳ đã gửi", "count", 66)
    yield TrackerColumn("on_time", "Số kỳ đúng hạn", "count", 66)
    yield TrackerColumn("errors", "Lỗi còn lại", "count", 60)
    yield TrackerColumn("warnings", "Cảnh báo", "count", 66)
    yield TrackerColumn("maker", "Người lập", "text", 120, fold=4)
    yield TrackerColumn("approver", "Người duyệt (gõ)", "text", 120, fold=3)
    yield TrackerColumn("signed", "Bản ký", "text", 130, fold=2)
    yield TrackerColumn("why", "Căn cứ, ghi chú", "text", 240, fold=1)


_RATES: Final = (
    TrackerColumn("period", "Kỳ", "center", 76),
    TrackerColumn("label", "Nội dung", "text", 230),
    TrackerColumn("units", "Đơn vị phải gửi", "count", 104),
    TrackerColumn("sent", "Đã gửi", "count", 60),
    TrackerColumn("on_time", "Đúng hạn", "count", 76),
    TrackerColumn("complete", "Tỷ lệ đầy đủ", "rate", 104),
    TrackerColumn("punctual", "Tỷ lệ đúng hạn", "rate", 80),
)


def tracker_standings(sources: TrackerYear) -> TrackerSheet:
    """Units by quarters, then the rates of each quarter."""
    units = _units(sources)
    columns = tuple(_columns(sources))
    matrix = SheetBlock(MATRIX, columns, fixed(()), len(units), table="GuiNhan", watched=True)
    matrix = replace(matrix, parts=fixed(tuple(_rows(sources, matrix, units))))
    title = "Mức độ đầy đủ, đúng hạn theo quý"
    rates = SheetBlock(
        RATES, _RATES, fixed(()), len(sources.quarters), title=title, table="TyLeGui", office=False
    )
    page = TrackerSheet(
        STANDINGS_BLOCK,
        "Tình hình gửi nhận",
        "TÌNH HÌNH GỬI, NHẬN BÁO CÁO CỦA CÁC ĐƠN VỊ",
        f"Chậm tính theo ngày làm việc sau hạn gửi. {TRACKER_LEGEND}",
        (matrix, rates),
        2,
        MATRIX,
    )
    rows = tuple(_rate_rows(sources, page))
    return replace(page, blocks=(matrix, replace(rates, parts=fixed(rows))))


def _units(sources: TrackerYear) -> tuple[Unit, ...]:
    """Units that had to report in any quarter, also those merged since, in the plan's order."""
    codes = {one.unit for quarter in sources.quarters for one in quarter.standings}
    return tuple(unit for unit in sources.plan.units if unit.code in codes)


def _rows(sources: TrackerYear, block: SheetBlock, units: Sequence[Unit]) -> Iterator[TrackerRow]:
    by_quarter = {
        quarter.period.number: {one.unit: one for one in quarter.standings}
        for quarter in sources.quarters
    }
    for number, unit in enumerate(units, start=FIRST_BLOCK_ROW + 1):
        own = {n: by_quarter.get(n, {}).get(unit.code) for n in sources.numbers}
        held = [one for one in own.values() if one]
        cells: list[CellContent] = [*sources.who(unit.code)]
        for one in own.values():
            cells += _quarter_cells(one)
        cells += [*_sums(sources, block, number, held), sum(one.errors for one in held)]
        cells.append(sum(one.warnings for one in held))
        cells += [*_signers(sources, held), _standing_note(sources, unit, held)]
        yield TrackerRow(unit.code, cells)


def _quarter_cells(standing: UnitStanding | None) -> tuple[CellContent, CellContent, CellContent]:
    if standing is None:
        return None, None, None
    received = standing.received_at is not None
    return (
        standing.state.value,
        standing.version or None,
        standing.late_days if received else None,
    )


def _sums(
    sources: TrackerYear, block: SheetBlock, row: int, held: Sequence[UnitStanding]
) -> tuple[Formula, Formula]:
    def cell(key: str) -> str:
        return block_cell(block, key, row)

    sent, on_time = [], []
    for number in sources.numbers:
        state = cell(f"q{number}")
        accepted = "+".join(f'({state}="{word}")' for word in IN)
        sent.append(f'({state}<>"")*({state}<>"{StandingState.NOT_SENT}")')
        on_time.append(f"({accepted})*({cell(f'late{number}')}=0)")
    of_year = rates(held)
    return Formula("+".join(sent), of_year.sent), Formula("+".join(on_time), of_year.on_time)


def _signers(sources: TrackerYear, held: Sequence[UnitStanding]) -> tuple[CellContent, ...]:
    """Who has drawn up and who has approved the newest report, as typed; its signed copies."""
    counting = [one for one in held if one.counts]
    asks = sources.plan.settings.asks_signed_copy
    told = [
        f"{one.quarter.label}: {lowered(signed_words(one)) or 'chưa có'}"
        for one in counting
        if one.signed or asks
    ]
    if not counting:
        return None, None, None
    return counting[-1].maker or None, counting[-1].approver or None, "; ".join(told) or None


def _standing_note(sources: TrackerYear, unit: Unit, held: Sequence[UnitStanding]) -> str:
    quarters: dict[str, list[str]] = {}  # of which one reason is given
    for one in held:
        if why := why_words(one.why, sources.cumulative.decisions):
            quarters.setdefault(why, []).append(sources.period_names[one.quarter.number - 1])
    parts = [f"{', '.join(names)}: {why}" for why, names in quarters.items()]
    if unit.valid_from and unit.valid_from.year == sources.plan.year:
        parts.append(f"Đơn vị có từ {day_text(unit.valid_from)}.")
    if unit.valid_to and unit.valid_to.year == sources.plan.year:
        heir = (
            f", nhiệm vụ chuyển {sources.plan.unit_name(unit.successor)}" if unit.successor else ""
        )
        parts.append(f"Đơn vị hoạt động đến {day_text(unit.valid_to)}{heir}.")
    return " ".join(parts)


def _rate_rows(sources: TrackerYear, page: TrackerSheet) -> Iterator[TrackerRow]:
    places = Places({STANDINGS_BLOCK: page})
    first = page.heading_row(RATES) + 1
    for row, quarter in enumerate(sources.quarters, start=first):
        number = quarter.period.number
        states = places.cells(STANDINGS_BLOCK, MATRIX, f"q{number}")
        late = places.cells(STANDINGS_BLOCK, MATRIX, f"late{number}")
        of_quarter = rates(quarter.standings)
        sent_text = f"COUNTA({states})-COUNTIF({states},{criterion(StandingState.NOT_SENT)})"
        on_time_text = "+".join(f"COUNTIFS({states},{criterion(word)},{late},0)" for word in IN)
        cells: list[CellContent] = [
            quarter.period.id,
            f"{quarter.period.label}: đơn vị đã gửi, gửi đúng hạn",
            Formula(f"COUNTA({states})", of_quarter.units),
            Formula(sent_text, of_quarter.sent),
            Formula(on_time_text, of_quarter.on_time),
            _share("E", row, of_quarter.sent, of_quarter.units),
            _share("F", row, of_quarter.on_time, of_quarter.units),
        ]
        yield TrackerRow(quarter.period.id, cells)


def _share(column: str, row: int, count: int, units: int) -> Formula:
    return Formula(rate_text(f"{column}{row}", f"D{row}"), rate_shown(count, units))
