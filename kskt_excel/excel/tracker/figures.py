"""Sheet «Chỉ tiêu»: indicators, the share of procedures handled on the spot, the nine criteria."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from kskt_excel.excel.tracker.data import data_block
from kskt_excel.excel.tracker.grid import (
    FIRST_ROW,
    Block,
    Column,
    Content,
    Formula,
    Page,
    Row,
    column_of,
    fixed,
)
from kskt_excel.excel.tracker.sources import Sources
from kskt_excel.excel.tracker.tally import Tally, rate_shown, rate_text
from kskt_excel.model.cells import column_letters
from kskt_excel.model.consolidation import Consolidation, IndicatorValue
from kskt_excel.model.criteria import CRITERIA
from kskt_excel.model.period import QUARTER_NAMES
from kskt_excel.model.plan import Indicator
from kskt_excel.report.office_pages import target_text

INDICATORS, ON_THE_SPOT, CRITERIA_BLOCK = "indicators", "on-the-spot", "criteria"
FIGURES: Final = "chi-tieu"
_CUMULATIVE: Final = 5
_NUMERATOR: Final = "count(danh-muc where whole_process_at_centre)"
_DENOMINATOR: Final = "count(danh-muc where at_one_stop)"
_LEAST: Final = "Tỷ lệ toàn bộ quy trình tối thiểu (%)"


def _columns() -> Iterator[Column]:
    yield Column("id", "Mã", "center", 56)
    yield Column("name", "Chỉ tiêu", "long", 300)
    yield Column("target", "Mục tiêu", "center", 76)
    names = (*QUARTER_NAMES, "Lũy kế")
    for number, name in enumerate(names, 1):
        yield Column(f"n{number}", f"{name}: tử số", "count", 66)
        yield Column(f"d{number}", f"{name}: mẫu số", "count", 66)
        yield Column(f"v{number}", f"{name}: kết quả", "rate", 76)
    yield Column("met", "Đánh giá lũy kế", "state", 86)
    yield Column("note", "Cách tính, nguồn", "text", 260)


_INDICATORS: Final = tuple(_columns())
_SPOT: Final = (
    Column("period", "Kỳ", "center", 56),
    Column("label", "Nội dung", "long", 300),
    Column("least", "Tối thiểu", "center", 76),
    Column("whole", "Toàn bộ quy trình tại TTPVHCC", "count", 66),
    Column("all", "Tiếp nhận tại Bộ phận Một cửa", "count", 66),
    Column("rate", "Tỷ lệ", "rate", 76),
    Column("met", "Kết quả", "state", 66),
)
_SCORES: Final = (
    Column("number", "Chỉ số", "center", 56),
    Column("content", "Nội dung", "long", 300),
    Column("self", "Đơn vị tự chấm", "decimal", 76),
    Column("office", "Văn phòng thẩm định", "decimal", 66),
    Column("gap", "Chênh lệch", "decimal", 66),
    Column("basis", "Căn cứ thẩm định", "long", 76),
    Column("scale", "Thang điểm", "long", 66),
)


@dataclass(frozen=True)
class _Maker:
    """Makes the page."""

    sources: Sources
    tally: Tally

    def indicator_rows(self, block: Block) -> Iterator[Row]:
        """A row for each indicator of the plan."""
        quarters = {one.period.number: one for one in self.sources.quarters}
        for row, indicator in enumerate(self.sources.plan.indicators, start=FIRST_ROW + 1):
            cells: list[Content] = [indicator.id, indicator.name, target_text(indicator) or "–"]
            for number in (1, 2, 3, 4):
                cells += self._quarter(block, indicator, quarters.get(number), row)
            cells += self._cumulative(block, indicator, row)
            yield Row(indicator.id, cells)

    def _quarter(
        self, block: Block, indicator: Indicator, quarter: Consolidation | None, row: int
    ) -> list[Content]:
        value = _value(quarter, indicator)
        if quarter is None or value is None:
            return [None, None, None]
        numerator = self._figure(indicator.numerator, quarter, value.numerator)
        denominator = self._figure(indicator.denominator, quarter, value.denominator)
        number = quarter.period.number
        return [numerator, denominator, _rate(block, number, row, value, indicator)]

    def _figure(self, text: str, quarter: Consolidation, figure: float) -> Content:
        formula = self.tally.formula(text, quarter)
        return Formula(formula, figure) if formula else figure

    def _cumulative(self, block: Block, indicator: Indicator, row: int) -> list[Content]:
        value = _value(self.sources.cumulative, indicator)
        if value is None:
            return [None, None, None, None, indicator.note]
        of_quarters = [_value(one, indicator) for one in self.sources.quarters]
        numerators = [one.numerator if one else 0 for one in of_quarters]
        denominators = [one.denominator if one else 0 for one in of_quarters]
        return [
            self._over(block, "n", row, value.numerator, numerators),
            self._over(block, "d", row, value.denominator, denominators),
            _rate(block, _CUMULATIVE, row, value, indicator),
            _met(block, row, value, indicator),
            indicator.note,
        ]

    def _over(
        self, block: Block, letter: str, row: int, figure: float, quarters: list[float]
    ) -> Content:
        """The cumulated figure from those of the quarters: their sum, or a stock of one of them."""
        numbers = [one.period.number for one in self.sources.quarters]
        cells = [_cell(block, f"{letter}{number}", row) for number in numbers]
        if figure == sum(quarters):
            return Formula("+".join(cells), figure)
        if figure == quarters[-1]:
            return Formula(cells[-1], figure)
        return Formula(cells[0], figure) if figure == quarters[0] else figure

    def spot_rows(self, first: int) -> Iterator[Row]:
        """A row for each quarter: procedures with their whole process at the centre."""
        least = self.sources.plan.setting(_LEAST, "20").replace(",", ".")
        least = least if least.replace(".", "", 1).isdigit() else "20"
        for row, quarter in enumerate(self.sources.quarters, start=first):
            whole = self._count(quarter, "whole_process_at_centre")
            every = self._count(quarter, "at_one_stop")
            met = (
                "–" if not every else ("Đạt" if whole * 100 >= float(least) * every else "Chưa đạt")
            )
            cells: list[Content] = [
                quarter.period.id,
                "Thủ tục thực hiện toàn bộ quy trình tại Trung tâm Phục vụ hành chính công",
                f"≥ {least.replace('.', ',')} %",
                self._figure(_NUMERATOR, quarter, whole),
                self._figure(_DENOMINATOR, quarter, every),
                Formula(rate_text(f"E{row}", f"F{row}"), rate_shown(whole, every)),
                Formula(f'IF(F{row}=0,"–",IF(E{row}*100>={least}*F{row},"Đạt","Chưa đạt"))', met),
            ]
            yield Row(quarter.period.id, cells)

    def _count(self, quarter: Consolidation, column: str) -> int:
        return sum(
            record.values.get(column) is True
            for report in quarter.reports
            if (sheet := report.reading.sheets.get("danh-muc")) and sheet.state.value == "filled"
            for record in sheet.records
        )

    def score_rows(self, first: int) -> Iterator[Row]:
        """The nine criteria: what units gave themselves beside what the office finds."""
        scales = {one.number: one.scale for one in CRITERIA}
        for row, one in enumerate(self.sources.cumulative.evaluation.criteria, start=first):
            known = one.self_score is not None and one.office_score is not None
            gap = round((one.self_score or 0) - (one.office_score or 0), 2) if known else "–"
            cells: list[Content] = [
                one.number,
                one.content,
                one.self_score,
                one.office_score,
                Formula(
                    f'IF(AND(ISNUMBER(D{row}),ISNUMBER(E{row})),ROUND(D{row}-E{row},2),"–")', gap
                ),
                one.basis,
                scales.get(one.number, ""),
            ]
            yield Row(f"criterion|{one.number}", cells)


def figures_page(sources: Sources, tally: Tally) -> Page:
    """Indicators, the rule of 20 %, the nine criteria, and what each unit gave itself."""
    maker = _Maker(sources, tally)
    plan = sources.plan
    indicators = Block(INDICATORS, _INDICATORS, fixed(()), len(plan.indicators), table="ChiTieu")
    indicators = replace(indicators, parts=fixed(tuple(maker.indicator_rows(indicators))))
    spot = Block(
        ON_THE_SPOT,
        _SPOT,
        fixed(()),
        len(sources.quarters),
        title="Tỷ lệ thủ tục thực hiện toàn bộ quy trình tại chỗ (Nghị định 61/2018/NĐ-CP)",
        table="ToanBoQuyTrinh",
        office=False,
    )
    evaluation = sources.cumulative.evaluation
    label = evaluation.classification or "chưa đủ số liệu"
    title = f"Đánh giá theo Thông tư 01/2018/TT-VPCP, {sources.cumulative.period.label}: {label}"
    scores = Block(
        CRITERIA_BLOCK, _SCORES, fixed(()), len(evaluation.criteria), title=title, table="ChiSo"
    )
    own = replace(data_block(sources, "danh-gia"), title="Điểm từng đơn vị tự chấm", table="TuCham")
    remark = (
        "Kết quả là tổng tử số chia tổng mẫu số, không phải trung bình các tỷ lệ; mẫu số 0 ghi –."
    )
    name = "CHỈ TIÊU VÀ ĐÁNH GIÁ"
    page = Page(FIGURES, "Chỉ tiêu", name, remark, (indicators, spot, scores, own), 2)
    spot = replace(spot, parts=fixed(tuple(maker.spot_rows(page.heading_row(ON_THE_SPOT) + 1))))
    first = page.heading_row(CRITERIA_BLOCK) + 1
    scores = replace(scores, parts=fixed(tuple(maker.score_rows(first))))
    return replace(page, blocks=(indicators, spot, scores, own))


def _value(period: Consolidation | None, indicator: Indicator) -> IndicatorValue | None:
    found = period.indicators if period else ()
    return next((one for one in found if one.id == indicator.id), None)


def _cell(block: Block, key: str, row: int) -> str:
    return f"{column_letters(column_of(block, key))}{row}"


def _rate(
    block: Block, number: int, row: int, value: IndicatorValue, indicator: Indicator
) -> Formula:
    numerator, denominator = _cell(block, f"n{number}", row), _cell(block, f"d{number}", row)
    if indicator.unit == "%":
        shown = rate_shown(value.numerator, value.denominator)
        return Formula(rate_text(numerator, denominator), shown)
    ratio = f'IF({denominator}=0,"–",ROUND({numerator}/{denominator},1))'
    return Formula(ratio, "–" if value.value is None else round(value.value + 1e-12, 1))


def _met(block: Block, row: int, value: IndicatorValue, indicator: Indicator) -> Content:
    if indicator.target is None:
        return "–"
    numerator = _cell(block, f"n{_CUMULATIVE}", row)
    denominator = _cell(block, f"d{_CUMULATIVE}", row)
    sign = "<=" if indicator.direction == "down" else ">="
    test = f'IF({numerator}/{denominator}{sign}{indicator.target!r},"Đạt","Chưa đạt")'
    result = "–" if value.met is None else ("Đạt" if value.met else "Chưa đạt")
    return Formula(f'IF({denominator}=0,"–",{test})', result)
