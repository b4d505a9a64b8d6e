"""Sheet «Các tập»: which volume has the rows of which units, and that all of them are there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from kskt_excel.excel.book_writer import CellContent, Formula, formula_text
from kskt_excel.excel.tracker.blocks import (
    SheetBlock,
    TrackerColumn,
    TrackerRow,
    TrackerSheet,
    TrackerYear,
    block_cell,
    fixed,
)
from kskt_excel.excel.tracker.control_sheet import AGREES, DIFFERS
from kskt_excel.model.consolidation import Consolidation, ControlKind, ControlLine
from kskt_excel.model.expressions import Aggregate, OwnColumn, parse
from kskt_excel.model.forms import VOLUMES_PAGE, VOLUMES_SHEET, PrintedForm

LIST, TOTALS = "list", "totals"
_REMARK: Final = (
    "Sổ có quá nhiều dòng cho một tệp nên dòng của các đơn vị nằm ở các tập; bấm Mở tệp để xem."
    " Số trên các trang khác là của mọi tập, ghi sẵn, không phải công thức."
)
_OPEN: Final = "Mở tệp"
_DECIMALS: Final = 6  # a difference below that is the arithmetic of floats
_TOTALS: Final = (
    TrackerColumn("period", "Kỳ", "center", 96),
    TrackerColumn("name", "Nội dung đối chiếu", "text", 240),
    TrackerColumn("volumes", "Cộng các tập", "count", 92),
    TrackerColumn("whole", "Cả sổ", "count", 92),
    TrackerColumn("gap", "Chênh lệch", "count", 80),
    TrackerColumn("verdict", "Kết quả", "state", 80),
)


def volumes_page(sources: TrackerYear) -> TrackerSheet:
    """The volumes with their units and rows, then their sums beside those of the whole."""
    columns = tuple(_columns(sources))
    listed = SheetBlock(
        LIST, columns, fixed(tuple(_rows(sources))), len(sources.volumes), table="CacTap"
    )
    lines = tuple(_lines(sources))
    totals = SheetBlock(
        TOTALS,
        _TOTALS,
        fixed(()),
        len(lines),
        title="Cộng các tập bằng số của cả sổ",
        table="CongCacTap",
        office=False,
    )
    page = TrackerSheet(
        VOLUMES_PAGE,
        VOLUMES_SHEET,
        "CÁC TẬP CỦA SỔ THEO DÕI",
        _REMARK,
        (listed, totals),
        1,
        LIST,
        "start",
    )
    first = page.heading_row(TOTALS) + 1
    compared = tuple(_compared(totals, lines, first))
    return replace(page, blocks=(listed, replace(totals, parts=fixed(compared))))


def _columns(sources: TrackerYear) -> Iterator[TrackerColumn]:
    yield TrackerColumn("name", "Tập", "text", 240)
    yield TrackerColumn("units", "Số đơn vị", "count", 76, total=True)
    for number in sources.numbers:
        heading = f"{sources.period_names[number - 1]}: số dòng"
        yield TrackerColumn(f"q{number}", heading, "count", 90, total=True)
    yield TrackerColumn("all", "Tất cả các dòng", "count", 90, total=True)
    yield TrackerColumn("link", "Tệp", "link", 76)
    yield TrackerColumn("file", "Tên tệp", "text", 220, fold=1)


def _rows(sources: TrackerYear) -> Iterator[TrackerRow]:
    for one in sources.volumes:
        told = zip(sources.quarters, one.rows, strict=True)
        rows = {quarter.period.number: count for quarter, count in told}
        link = Formula(f"HYPERLINK({formula_text(one.file)},{formula_text(_OPEN)})", _OPEN)
        cells: list[CellContent] = [
            one.name,
            one.units,
            *(rows.get(number) for number in sources.numbers),
            sum(rows.values()),
            link,
            one.file,
        ]
        yield TrackerRow(one.file, cells)


_Line = tuple[Consolidation, ControlLine, float]  # of the whole, and the sum over the volumes


def _lines(sources: TrackerYear) -> Iterator[_Line]:
    """Rows kept, and every printed column that units add up to: row after row of the control."""
    for at, quarter in enumerate(sources.quarters):
        printed = {one.id: one for one in quarter.printed(sources.forms)}
        own = [_by_place(one.control[at]) for one in sources.volumes]
        for line in quarter.control:
            is_sum = line.kind is ControlKind.ROWS or (
                line.kind is ControlKind.COLUMN and adds_up(printed[line.form], line.column)
            )
            if is_sum:
                yield quarter, line, sum(some.get(_place(line), 0) for some in own)


def _place(line: ControlLine) -> tuple[ControlKind, str, str]:
    return line.kind, line.form, line.column


def _by_place(lines: Sequence[ControlLine]) -> Mapping[tuple[ControlKind, str, str], float]:
    return {_place(one): one.right for one in lines}


def adds_up(form: PrintedForm, number: str) -> bool:
    """Whether a column of some units and of the others makes that of all: not what differs."""
    source = {one.number: one.source for one in form.columns}.get(number, "")
    items = [item for _, item in parse(source).terms] if source else []
    return bool(items) and all(
        item.kind in ("sum", "count")
        if isinstance(item, Aggregate)
        else isinstance(item, OwnColumn) and adds_up(form, item.number)
        for item in items
    )


def _compared(block: SheetBlock, lines: Sequence[_Line], first: int) -> Iterator[TrackerRow]:
    def cell(key: str, row: int) -> str:
        return block_cell(block, key, row)

    for row, (quarter, line, summed) in enumerate(lines, start=first):
        gap = round(summed - line.right, _DECIMALS)
        test = f'IF({cell("gap", row)}=0,"{AGREES}","{DIFFERS}")'
        cells: list[CellContent] = [
            quarter.period.label,
            line.name,
            summed,
            line.right,
            Formula(f"ROUND({cell('volumes', row)}-{cell('whole', row)},{_DECIMALS})", gap),
            Formula(test, DIFFERS if gap else AGREES),
        ]
        yield TrackerRow(f"{quarter.period.id}|{line.name}", cells)
