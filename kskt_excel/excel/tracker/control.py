"""Sheet «Đối chiếu»: what came in is here, what units wrote is printed, quarters join up."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from kskt_excel.excel.tracker.data import ACTIVITIES, DATA_FORMS, block_id, page_id
from kskt_excel.excel.tracker.grid import (
    FIRST_ROW,
    Block,
    Column,
    Content,
    Formula,
    Page,
    Places,
    Row,
    criterion,
    fixed,
)
from kskt_excel.excel.tracker.joints import OPENING_COLUMNS, joints, opening_rows, verdict
from kskt_excel.excel.tracker.origin import FILES, INFORMATION, ORIGIN
from kskt_excel.excel.tracker.sources import NOT_COUNTED, Sources
from kskt_excel.excel.tracker.tally import Tally
from kskt_excel.model.consolidation import Consolidation, ControlLine
from kskt_excel.model.forms import PrintedForm

CONTROL: Final = "doi-chieu"
TOTALS, OPENING = "totals", "opening"
_FORM: Final = "Biểu "
_FILES, _ROWS = "Số tệp nhận", "Số dòng dữ liệu"
_TOTALS: Final = (
    Column("period", "Kỳ", "center", 96),
    Column("name", "Nội dung đối chiếu", "text", 190),
    Column("heading", "Cột trên biểu, giải thích", "long", 300),
    Column("left", "Cộng từ các đơn vị", "count", 92),
    Column("right", "Đã tổng hợp, in trên biểu", "count", 92),
    Column("here", "Công thức trên bảng theo dõi", "count", 92),
    Column("gap", "Chênh lệch", "count", 80),
    Column("verdict", "Kết quả", "state", 80),
)


def control_page(sources: Sources, tally: Tally) -> Page:
    """Control totals of every quarter and of the year so far, then the joints between quarters."""
    rows = tuple(_total_rows(sources, tally))
    totals = Block(TOTALS, _TOTALS, fixed(rows), len(rows), table="DoiChieu")
    title = "Cân đối giữa hai quý: số cuối kỳ trước bằng số đầu kỳ này, từng đơn vị, từng thủ tục"
    found = joints(sources)
    opening = Block(OPENING, OPENING_COLUMNS, fixed(()), len(found), title=title, table="CanDoiQuy")
    remark = "Ba số phải bằng nhau; lệch thì ô Kết quả tô cam và ghi LỆCH."
    page = Page(CONTROL, "Đối chiếu", "ĐỐI CHIẾU SỐ LIỆU", remark, (totals, opening), 2)
    first = page.heading_row(OPENING) + 1
    opened = tuple(opening_rows(found, tally.places, first))
    return replace(page, blocks=(totals, replace(opening, parts=fixed(opened))))


def _total_rows(sources: Sources, tally: Tally) -> Iterator[Row]:
    periods = list(sources.quarters)
    if sources.cumulative.period.cumulative:
        periods.append(sources.cumulative)
    number = FIRST_ROW
    for period in periods:
        forms = {one.id: one for one in sources.forms.printed_on(period.window.end)}
        for line in period.control:
            number += 1
            here = _here(sources, tally, period, line)
            right = line.right
            cells: list[Content] = [
                period.period.label,
                line.name,
                _explained(line, forms) or line.explanation,
                _whole(line.left),
                _whole(right),
                here,
                _gap(number, line, here),
                verdict(number, agrees=line.agrees),
            ]
            yield Row(f"{period.period.id}|{line.name}", cells)


def _here(
    sources: Sources, tally: Tally, period: Consolidation, line: ControlLine
) -> Formula | None:
    if period.period.cumulative:
        return None
    formula, result = None, line.right
    if line.name == _FILES:
        cells = tally.places.cells(ORIGIN, FILES, "period")
        formula = f"COUNTIF({cells},{criterion(period.period.label)})"
        result = len(period.submissions)
    elif line.name == _ROWS:
        formula = _count_of_rows(sources, tally.places, period)
        result = _rows_here(sources, period)
    elif line.name.startswith(_FORM):
        form, _, column = line.name.removeprefix(_FORM).partition(", cột ")
        formula = tally.column(form, column, period)
    return Formula(formula, _whole(result)) if formula else None


def _count_of_rows(sources: Sources, places: Places, period: Consolidation) -> str:
    """Rows of the period on every sheet of the tracker that shows rows of units."""
    label = period.period.label
    parts = []
    for page, block in _row_blocks(sources):
        if page in places.pages:
            cells = places.cells(page, block, "period")
            parts += [f"COUNTIF({cells},{criterion(one)})" for one in (label, label + NOT_COUNTED)]
    return "+".join(parts)


def _row_blocks(sources: Sources) -> Iterator[tuple[str, str]]:
    yield ORIGIN, INFORMATION
    yield "tien-do", "lines"
    yield "chi-tieu", "lines"
    known = sources.forms.sheet_by_id
    for form in (*DATA_FORMS, *ACTIVITIES):
        if form in known:
            yield page_id(form), block_id(form)


def _rows_here(sources: Sources, period: Consolidation) -> int:
    known = sources.forms.sheet_by_id
    return sum(
        len(sheet.records)
        for report in period.reports
        for form, sheet in report.reading.sheets.items()
        if form in known
    )


def _explained(line: ControlLine, forms: Mapping[str, PrintedForm]) -> str:
    form_id, _, number = line.name.removeprefix(_FORM).partition(", cột ")
    form = forms.get(form_id)
    columns = form.columns if form else ()
    return next((" - ".join(one.header) for one in columns if one.number == number), "")


def _whole(figure: float) -> float:
    return int(figure) if figure == int(figure) else figure


def _gap(row: int, line: ControlLine, here: Formula | None) -> Formula:
    """The widest difference between the figures that stand in the row (E, F, G)."""
    figures = [line.left, line.right]
    if here and isinstance(here.result, int | float):
        figures.append(here.result)
    return Formula(f"MAX(E{row}:G{row})-MIN(E{row}:G{row})", _whole(max(figures) - min(figures)))
