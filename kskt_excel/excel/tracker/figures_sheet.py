"""Sheet «Chỉ tiêu»: indicators, the share of procedures handled on the spot, the criteria."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import product
from typing import Final, Literal

from kskt_excel.consolidation.sources import filled_records
from kskt_excel.excel.book_writer import CellContent, Formula, formula_text
from kskt_excel.excel.tracker.blocks import (
    FIRST_BLOCK_ROW,
    NOT_COUNTED_SUFFIX,
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
from kskt_excel.excel.tracker.data_sheets import own_key, shared_blocks
from kskt_excel.excel.tracker.row_places import RowsPlace, rows_places
from kskt_excel.model.consolidation import Consolidation, IndicatorValue, StandingState, ValueKind
from kskt_excel.model.expressions import (
    COMPARISONS,
    Aggregate,
    Condition,
    Constant,
    Counted,
    Expression,
    FormTotal,
    OwnColumn,
    parse,
)
from kskt_excel.model.forms import FIGURES_PAGE, PROGRESS, UNION
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.plan import TASK_DONE, Indicator
from kskt_excel.model.reading import CARRIED
from kskt_excel.report.verdicts import met_text, target_text
from kskt_excel.text.shown import (
    NO_FIGURE,
    decimal_text,
    exact,
    percent_text,
)

STANDINGS_BLOCK: Final = "gui-nhan"
TASKS, MATRIX = "tasks", "matrix"
IN: Final = tuple(state.value for state in StandingState if state.is_in)
_MOST_COMPARED: Final = 2_000  # rows that a formula compares each with each
_LONGEST: Final = 8_000  # Excel takes 8,192 characters
_OURS: Final = "@"  # before the key of a column that the tracker has for every form
_PERIOD, _UNIT = f"{_OURS}period", f"{_OURS}unit"


@dataclass(frozen=True)
class FigureFormulas:
    """Turns expressions into formulas; what a formula cannot say simply stays a number."""

    sources: TrackerYear
    places: Places

    @cached_property
    def rows(self) -> Mapping[str, RowsPlace]:
        """Where the rows of each form stand."""
        return rows_places(self.sources.forms)

    def has_rows(self, form: str) -> bool:
        """Whether the rows of a form stand in this workbook."""
        place = self.rows.get(form)
        page = self.places.pages.get(place.page) if place else None
        blocks = page.blocks if page else ()
        return place is not None and any(block.id == place.block for block in blocks)

    def formula(self, text: str, quarter: Consolidation) -> str | None:
        """The formula of an expression for one quarter; None when it takes more than sums."""
        parts = self._terms(parse(text), quarter, form="")
        if parts is None:
            return None
        joined = "".join(parts).removeprefix("+")
        return joined if joined and len(joined) <= _LONGEST else None

    def column(self, form: str, number: str, quarter: Consolidation) -> str | None:
        """The formula of the total of a printed column for one quarter."""
        parts = self._column(form, number, quarter)
        joined = "".join(parts or ()).removeprefix("+")
        return joined if joined and len(joined) <= _LONGEST else None

    def _column(self, form: str, number: str, quarter: Consolidation) -> list[str] | None:
        in_force = {one.id: one for one in quarter.printed(self.sources.forms)}
        columns = in_force[form].columns if form in in_force else ()
        source = {one.number: one.source for one in columns}.get(number, "")
        return self._terms(parse(source), quarter, form) if source else None

    def _terms(self, expression: Expression, quarter: Consolidation, form: str) -> list[str] | None:
        parts: list[str] = []
        for sign, item in expression.terms:
            found = self._item(item, quarter, form)
            if found is None:
                return None
            parts += [_signed(one, sign) for one in found]
        return parts

    def _item(self, item: object, quarter: Consolidation, form: str) -> list[str] | None:
        if isinstance(item, Aggregate):
            return self._aggregate(item, quarter)
        if isinstance(item, OwnColumn):
            return self._column(form, item.number, quarter)
        if isinstance(item, FormTotal):
            return self._column(item.form, item.number, quarter)
        if isinstance(item, Constant):
            return [f"+{item.value}"]
        return self._counted(item.name, quarter) if isinstance(item, Counted) else None

    def to_date(self, text: str) -> str | None:
        """The formula of an expression over the year so far; None where rows do not say it."""
        parts: list[str] = []
        for sign, item in parse(text).terms:
            if isinstance(item, Aggregate) and item.kind == "distinct":
                found = self._once(item, item.columns)
            elif isinstance(item, FormTotal):
                found = self._column_to_date(item.form, item.number)
            else:
                found = None
            if found is None:
                return None
            parts += [_signed(one, sign) for one in found]
        joined = "".join(parts).removeprefix("+")
        return joined if joined and len(joined) <= _LONGEST else None

    def _column_to_date(self, form: str, number: str) -> list[str] | None:
        """A printed column: the sum of the quarters, the last or first of them, or rows once."""
        year = self.sources.cumulative
        in_force = {one.id: one for one in year.printed(self.sources.forms)}
        if form not in in_force:
            return None
        source = {one.number: one.source for one in in_force[form].columns}.get(number, "")
        expression = parse(source) if source else None
        if expression is None or not expression.reads_records:
            return self._derived_to_date(form, expression)
        quarters = self.sources.quarters
        figures = [_total(one, form, number) for one in quarters]
        columns = [self._column(form, number, one) for one in quarters]
        figure = _total(year, form, number)
        if None not in columns and figure == sum(figures):
            return [part for column in columns for part in column or ()]
        for at in (-1, 0):
            if figure == figures[at] and columns[at] is not None:
                return columns[at]
        aggregate = expression.aggregates[0]
        rule = (in_force[form].cumulative or {}).get(number, "")
        if rule == UNION and aggregate.kind == "count":
            key = self.sources.form(aggregate.sheet).key
            return self._once(aggregate, (_UNIT, *key))
        return None

    def _derived_to_date(self, form: str, expression: Expression | None) -> list[str] | None:
        parts: list[str] = []
        for sign, item in expression.terms if expression else ():
            if isinstance(item, Constant):
                parts.append(_signed(f"+{item.value}", sign))
            elif isinstance(item, OwnColumn) and (found := self._column_to_date(form, item.number)):
                parts += [_signed(one, sign) for one in found]
            else:
                return None
        return parts or None

    def _once(
        self, one: Aggregate, columns: Sequence[str], quarter: Consolidation | None = None
    ) -> list[str] | None:
        """Rows that differ in some columns, each counted once: of a quarter, or of all quarters.

        None where there are more rows than a workbook compares with each other, or where a unit
        stands for another one since.
        """
        place = self.rows.get(one.sheet)
        if not place or not self.has_rows(one.sheet):
            return None
        if any(unit.successor for unit in self.sources.plan.units):
            return None
        if self.places.pages[place.page].block(place.block).count > _MOST_COMPARED:
            return None
        if not all(self._is_sayable(one.sheet, condition) for condition in one.conditions):
            return None
        period = self._cells(one.sheet, _PERIOD)
        counted = (
            f"({period}={formula_text(quarter.period.label)})" if quarter else _counted(period)
        )
        tests = [self._condition_formula(one.sheet, condition) for condition in one.conditions]
        if one.kind == "distinct":
            tests.append(f'({self._cells(one.sheet, columns[0])}<>"")')
        met = "*".join((counted, *tests))
        names = [self._cells(one.sheet, column) for column in columns]
        key = '&"|"&'.join((*names, f"({met})"))
        order = f"ROW({period})-MIN(ROW({period}))+1"
        return [f"+SUMPRODUCT({met}*(MATCH({key},{key},0)={order}))"]

    def _condition_formula(self, sheet: str, condition: Condition) -> str:
        """A condition asked of every row: 1 where it is met, else 0."""
        cells = self._answers(sheet, condition.column)
        plain = {"yes": '="Có"', "no": '<>"Có"', "filled": '<>""', "blank": '=""'}
        if condition.op in plain:
            return f"({cells}{plain[condition.op]})"
        if condition.op in COMPARISONS:
            limit = condition.values[0].replace(",", ".")
            return f"ISNUMBER({cells})*({cells}{condition.op}{limit})"
        values = [formula_text(value) for value in self._values(sheet, condition)]
        if condition.op == "!=":
            return "*".join(f"({cells}<>{value})" for value in values)
        return f"(({'+'.join(f'({cells}={value})' for value in values)})>0)"

    def _aggregate(self, one: Aggregate, quarter: Consolidation) -> list[str] | None:
        if one.kind == "distinct":
            return self._once(one, one.columns, quarter)
        if one.kind not in ("sum", "count") or not self.has_rows(one.sheet):
            return None
        if any(condition.op == "blank" for condition in one.conditions):
            return None  # programs disagree on how to count empty cells
        if not all(self._is_sayable(one.sheet, condition) for condition in one.conditions):
            return None
        choices = [list(self._criteria(one.sheet, condition)) for condition in one.conditions]
        period = f"{self._cells(one.sheet, _PERIOD)},{criterion(quarter.period.label)}"
        parts: list[str] = []
        for tests in product(*choices):
            given = ",".join((period, *tests))
            if one.kind == "count":
                parts.append(f"+COUNTIFS({given})")
            else:
                parts += [f"+SUMIFS({self._cells(one.sheet, c)},{given})" for c in one.columns]
        return parts or ["+0"]

    def _cells(self, sheet: str, column: str) -> str:
        """Cells of a form's column, or of what the tracker says of each row."""
        place = self.rows[sheet]
        key = column.removeprefix(_OURS) if column.startswith(_OURS) else own_key(column)
        return self.places.cells(place.page, place.block, key)

    def _is_sayable(self, sheet: str, condition: Condition) -> bool:
        """Whether cells answer a condition: not two columns compared, nor what is always no.

        Nor what has no column of answers in the tracker.
        """
        form = self.sources.forms.sheet_by_id[sheet]
        if any(one.name == condition.column and not one.heading for one in form.questions):
            return False
        if condition.column == CARRIED and not form.tells_carried:
            return False
        return condition.op not in COMPARISONS or condition.values[0] not in form.by_key

    def _answers(self, sheet: str, column: str) -> str:
        """Cells of a form's column, or of what the tracker answers of each row for a condition."""
        form = self.sources.forms.sheet_by_id[sheet]
        return self._cells(sheet, f"?{column}" if column in form.question_names else column)

    def _criteria(self, sheet: str, condition: Condition) -> Iterator[str]:
        """Criteria of which a row has to fulfil one: values that a condition lists are several."""
        cells = self._answers(sheet, condition.column)
        plain = {"yes": '"Có"', "no": '"<>Có"', "filled": '"<>"'}
        if condition.op in plain:
            yield f"{cells},{plain[condition.op]}"
        elif condition.op in COMPARISONS:
            limit = condition.values[0].replace(",", ".")
            yield f'{cells},"{condition.op}{limit}"'
        elif condition.op == "!=":
            unwanted = self._values(sheet, condition)
            yield ",".join(f'{cells},"<>"&{criterion(value)}' for value in unwanted)
        else:
            for value in self._values(sheet, condition):
                yield f"{cells},{criterion(value)}"

    def _values(self, sheet: str, condition: Condition) -> Sequence[str]:
        """Every value on the sheet that a condition means: the list's own values and codes."""
        column = self.sources.form(sheet).by_key[condition.column]
        choices = self.sources.plan.choices.get(column.choices, ()) if column.choices else ()
        coded = [choice.value for choice in choices if choice.code in condition.values]
        return tuple(dict.fromkeys((*coded, *condition.values)))

    def _counted(self, name: str, quarter: Consolidation) -> list[str] | None:
        number = quarter.period.number
        if name in ("tasks(all)", "tasks(done)") and PROGRESS not in self.places.pages:
            return None
        if name == "tasks(all)":
            return [f"+COUNTA({self.places.cells(PROGRESS, TASKS, 'code')})"]
        if name == "tasks(done)":
            cells = self.places.cells(PROGRESS, TASKS, f"said{number}")
            return [f"+COUNTIF({cells},{criterion(TASK_DONE)})"]
        if name not in ("units(all)", "units(on_time)"):
            return None  # by verdicts and plans of their own, which no cell of a row tells
        states = self.places.cells(STANDINGS_BLOCK, MATRIX, f"q{number}")
        if name == "units(all)":
            return [f"+COUNTA({states})"]
        late = self.places.cells(STANDINGS_BLOCK, MATRIX, f"late{number}")
        return [f"+COUNTIFS({states},{criterion(state)},{late},0)" for state in IN]


def _counted(period: str) -> str:
    """Rows that count: those of sheets ticked as empty say in their period that they do not."""
    return f"(RIGHT({period},{len(NOT_COUNTED_SUFFIX)})<>{formula_text(NOT_COUNTED_SUFFIX)})"


def _total(period: Consolidation, form: str, number: str) -> float:
    table = period.forms.get(form)
    value = table.total.get(number) if table else 0
    return value if isinstance(value, int | float) else 0


def _signed(part: str, sign: int) -> str:
    if sign > 0:
        return part
    return ("+" if part.startswith("-") else "-") + part[1:]


def rate_text(
    numerator: str, denominator: str, decimals: int = 1, *, is_percent: bool = True
) -> str:
    """A formula that shows a ratio as «20,7 %» on every machine, «–» over 0."""
    scale = 10**decimals
    units = f"ROUND({100 * scale if is_percent else scale}*{numerator}/{denominator},0)"
    rest = f"MOD({units},{scale})"
    shown = rest if decimals == 1 else f'TEXT({rest},"{"0" * decimals}")'
    sign = '&" %"' if is_percent else ""
    return f'IF({denominator}=0,"–",INT({units}/{scale})&","&{shown}{sign})'


def rate_shown(
    numerator: float, denominator: float, decimals: int = 1, *, is_percent: bool = True
) -> str:
    """What the formula of ``rate_text`` shows for these counts."""
    if not denominator:
        return NO_FIGURE
    ratio = exact(numerator) / exact(denominator)
    return percent_text(ratio, decimals) if is_percent else decimal_text(ratio, decimals)


INDICATORS_BLOCK, ON_THE_SPOT, CRITERIA_BLOCK = "indicators", "on-the-spot", "criteria"
_CUMULATIVE: Final = 5  # the column behind those of the four quarters
_CATALOGUE: Final = "procedures"
_NUMERATOR: Final = "whole_process_at_centre"
_DENOMINATOR: Final = "at_one_stop"


def _columns(sources: TrackerYear) -> Iterator[TrackerColumn]:
    yield TrackerColumn("id", "Mã", "center", 56)
    yield TrackerColumn("name", "Chỉ tiêu", "long", 300)
    yield TrackerColumn("target", "Mục tiêu", "center", 84)
    names = {number: sources.period_names[number - 1] for number in sources.numbers}
    for number, name in (*names.items(), (_CUMULATIVE, "Lũy kế")):
        yield TrackerColumn(f"n{number}", f"{name}: tử số", "count", 66)
        yield TrackerColumn(f"d{number}", f"{name}: mẫu số", "count", 66)
        yield TrackerColumn(f"v{number}", f"{name}: kết quả", "rate", 76)
    yield TrackerColumn("met", "Đánh giá lũy kế", "state", 86)
    yield TrackerColumn("note", "Cách tính, nguồn", "text", 260, fold=1)


_SPOT: Final = (
    TrackerColumn("period", "Kỳ", "center", 56),
    TrackerColumn("label", "Nội dung", "long", 300),
    TrackerColumn("least", "Tối thiểu", "center", 76),
    TrackerColumn("whole", "Toàn bộ quy trình tại TTPVHCC", "count", 66),
    TrackerColumn("all", "Tiếp nhận tại Bộ phận Một cửa", "count", 66),
    TrackerColumn("rate", "Tỷ lệ", "rate", 76),
    TrackerColumn("met", "Kết quả", "state", 66),
)
_SCORES: Final = (
    TrackerColumn("number", "Chỉ số", "center", 56),
    TrackerColumn("content", "Nội dung", "long", 300),
    TrackerColumn("self", "Đơn vị tự chấm", "decimal", 76),
    TrackerColumn("office", "Văn phòng thẩm định", "decimal", 66),
    TrackerColumn("gap", "Chênh lệch", "decimal", 66),
    TrackerColumn("basis", "Căn cứ thẩm định", "text", 76),
    TrackerColumn("scale", "Thang điểm", "text", 66),
)


@dataclass(frozen=True)
class _Maker:
    """Makes the page."""

    sources: TrackerYear
    tally: FigureFormulas

    def indicator_rows(self, block: SheetBlock) -> Iterator[TrackerRow]:
        """A row for each indicator of the plan."""
        quarters = {one.period.number: one for one in self.sources.quarters}
        for row, indicator in enumerate(self.sources.plan.indicators, start=FIRST_BLOCK_ROW + 1):
            cells: list[CellContent] = [indicator.id, indicator.name, target_text(indicator) or "–"]
            for number in self.sources.numbers:
                cells += self._quarter(block, indicator, quarters.get(number), row)
            cells += self._cumulative(block, indicator, row)
            yield TrackerRow(indicator.id, cells)

    def _quarter(
        self, block: SheetBlock, indicator: Indicator, quarter: Consolidation | None, row: int
    ) -> list[CellContent]:
        value = _value(quarter, indicator)
        if quarter is None or value is None:
            return [None, None, None]
        number = quarter.period.number
        if value.kind is ValueKind.NOT_REPORTED:
            return [None, None, _rate(block, number, row, value, indicator)]
        if indicator.basis == "to_date" and number > 1:  # rows of several quarters, each once
            numerator: CellContent = value.numerator
            denominator: CellContent = value.denominator
        else:
            numerator = self._figure(indicator.numerator, quarter, value.numerator)
            denominator = self._figure(indicator.denominator, quarter, value.denominator)
        return [numerator, denominator, _rate(block, number, row, value, indicator)]

    def _figure(self, text: str, quarter: Consolidation, figure: float) -> CellContent:
        formula = self.tally.formula(text, quarter)
        return Formula(formula, figure) if formula else figure

    def _cumulative(self, block: SheetBlock, indicator: Indicator, row: int) -> list[CellContent]:
        value = _value(self.sources.cumulative, indicator)
        if value is None:
            return [None, None, None, None, indicator.note]
        if value.kind is ValueKind.NOT_REPORTED:
            rate = _rate(block, _CUMULATIVE, row, value, indicator)
            return [
                None,
                None,
                rate,
                _condition_formula(block, row, value, indicator),
                indicator.note,
            ]
        of_quarters = [_value(one, indicator) for one in self.sources.quarters]
        numerators = [one.numerator if one else 0 for one in of_quarters]
        denominators = [one.denominator if one else 0 for one in of_quarters]
        return [
            self._over(block, ("n", row), value.numerator, numerators, indicator),
            self._over(block, ("d", row), value.denominator, denominators, indicator),
            _rate(block, _CUMULATIVE, row, value, indicator),
            _condition_formula(block, row, value, indicator),
            indicator.note,
        ]

    def _over(
        self,
        block: SheetBlock,
        place: tuple[Literal["n", "d"], int],
        figure: float,
        quarters: list[float],
        indicator: Indicator,
    ) -> CellContent:
        """The cumulated figure from those of the quarters: their sum, or a stock of one of them.

        Else from rows that are counted once over the year.
        """
        letter, row = place
        text = indicator.numerator if letter == "n" else indicator.denominator
        numbers = [one.period.number for one in self.sources.quarters]
        cells = [block_cell(block, f"{letter}{number}", row) for number in numbers]
        told = list(zip(cells, quarters, strict=True))
        if self._is_stock(text, indicator):  # of the last quarter that told it, be it in the middle
            same = (cell for cell, own in reversed(told) if own == figure)
            cell = next(same, None)
            return Formula(cell, figure) if cell else figure
        if figure == sum(quarters):
            return Formula("+".join(cells), figure)
        for cell, own in (told[-1], told[0]):
            if figure == own:
                return Formula(cell, figure)
        formula = self.tally.to_date(text)
        return Formula(formula, figure) if formula else figure

    def _is_stock(self, text: str, indicator: Indicator) -> bool:
        """Whether a year has what its last quarter had, by the indicator or by all its sheets."""
        sheets = [self.sources.form(one.sheet) for one in parse(text).aggregates]
        all_last = bool(sheets) and all(one.over_quarters == "last" for one in sheets)
        return indicator.basis == "at_end" or all_last

    def spot_rows(self, first: int) -> Iterator[TrackerRow]:
        """A row for each quarter: procedures with their whole process at the centre."""
        limit = self.sources.plan.settings.whole_process_share
        least = f"{float(limit):g}"
        for row, quarter in enumerate(_quarters_on_the_spot(self.sources), start=first):
            whole, every = self._count(quarter, _NUMERATOR), self._count(quarter, _DENOMINATOR)
            decimals = quarter.decimals_of(whole, every)
            met = "–" if not every else ("Đạt" if whole * 100 >= limit * every else "Chưa đạt")
            cells: list[CellContent] = [
                quarter.period.id,
                "Thủ tục thực hiện toàn bộ quy trình tại Trung tâm Phục vụ hành chính công",
                f"≥ {percent_text(limit / 100)}",
                self._figure(self._expression(quarter, _NUMERATOR), quarter, whole),
                self._figure(self._expression(quarter, _DENOMINATOR), quarter, every),
                Formula(
                    rate_text(f"E{row}", f"F{row}", decimals),
                    rate_shown(whole, every, decimals),
                ),
                Formula(f'IF(F{row}=0,"–",IF(E{row}*100>={least}*F{row},"Đạt","Chưa đạt"))', met),
            ]
            yield TrackerRow(quarter.period.id, cells)

    def _expression(self, quarter: Consolidation, column: str) -> str:
        return f"count({_catalogue(self.sources, quarter)} where {column})"

    def _count(self, quarter: Consolidation, column: str) -> int:
        catalogue = _catalogue(self.sources, quarter)
        return sum(
            record.values.get(column) is True
            for report in quarter.reports
            for record in filled_records(report, catalogue)
        )

    def score_rows(self, first: int) -> Iterator[TrackerRow]:
        """The criteria: what units gave themselves beside what the office finds."""
        scheme = self.sources.plan.regime_on(self.sources.cumulative.window.end).scheme
        scales = {one.number: one.scale for one in scheme.criteria} if scheme else {}
        for row, one in enumerate(self.sources.cumulative.evaluation.criteria, start=first):
            known = one.self_score is not None and one.office_score is not None
            gap = round((one.self_score or 0) - (one.office_score or 0), 2) if known else "–"
            cells: list[CellContent] = [
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
            yield TrackerRow(f"criterion|{one.number}", cells)


def _catalogue(sources: TrackerYear, quarter: Consolidation) -> str:
    """Id of the sheet with the procedures of a quarter; "" where there is none."""
    in_force = sources.forms.sheets_on(quarter.window.end)
    return next((form.id for form in in_force if form.holds == _CATALOGUE), "")


def _quarters_on_the_spot(sources: TrackerYear) -> list[Consolidation]:
    """The quarters that have a catalogue of procedures."""
    return [one for one in sources.quarters if _catalogue(sources, one)]


def figures_page(sources: TrackerYear, tally: FigureFormulas) -> TrackerSheet:
    """Indicators, the rule of 20 %, the criteria, and what each unit gave itself."""
    maker = _Maker(sources, tally)
    plan, regime = sources.plan, sources.plan.regime_on(sources.cumulative.window.end)
    law = f" ({regime.one_stop_law})" if regime.one_stop_law else ""
    indicators = SheetBlock(
        INDICATORS_BLOCK,
        tuple(_columns(sources)),
        fixed(()),
        len(plan.indicators),
        table="ChiTieu",
    )
    indicators = replace(indicators, parts=fixed(tuple(maker.indicator_rows(indicators))))
    spot = SheetBlock(
        ON_THE_SPOT,
        _SPOT,
        fixed(()),
        len(_quarters_on_the_spot(sources)),
        title=f"Tỷ lệ thủ tục thực hiện toàn bộ quy trình tại chỗ{law}",
        table="ToanBoQuyTrinh",
        office=False,
    )
    evaluation = sources.cumulative.evaluation
    label = evaluation.classification or "chưa đủ số liệu"
    if regime.scheme:
        title = f"Đánh giá theo {regime.scheme.cited}, {sources.cumulative.period.label}: {label}"
    else:
        title = f"Đánh giá {sources.cumulative.period.label}: chưa nhập bộ tiêu chí đánh giá"
    scores = SheetBlock(
        CRITERIA_BLOCK, _SCORES, fixed(()), len(evaluation.criteria), title=title, table="ChiSo"
    )
    own = shared_blocks(sources, FIGURES_PAGE)
    remark = (
        "Kết quả là tổng tử số chia tổng mẫu số, không phải trung bình các tỷ lệ; mẫu số 0 ghi –."
    )
    name = "CHỈ TIÊU VÀ ĐÁNH GIÁ"
    blocks = (indicators, *([spot] if spot.count else []), scores, *own)
    page = TrackerSheet(FIGURES_PAGE, "Chỉ tiêu", name, remark, blocks, 2, INDICATORS_BLOCK)
    made = {
        ON_THE_SPOT: maker.spot_rows,
        CRITERIA_BLOCK: maker.score_rows,
    }
    whole = (
        replace(one, parts=fixed(tuple(made[one.id](page.heading_row(one.id) + 1))))
        if one.id in made
        else one
        for one in blocks
    )
    return replace(page, blocks=tuple(whole))


def _value(period: Consolidation | None, indicator: Indicator) -> IndicatorValue | None:
    found = period.indicators if period else ()
    return next((one for one in found if one.id == indicator.id), None)


def _rate(
    block: SheetBlock, number: int, row: int, value: IndicatorValue, indicator: Indicator
) -> Formula:
    numerator, denominator = (
        block_cell(block, f"n{number}", row),
        block_cell(block, f"d{number}", row),
    )
    is_percent = indicator.unit == "%"
    if not is_percent and value.denominator and value.numerator % value.denominator == 0:
        whole = value.numerator // value.denominator
        return Formula(f'IF({denominator}=0,"–",{numerator}/{denominator})', whole)
    text = rate_text(numerator, denominator, value.decimals, is_percent=is_percent)
    shown = rate_shown(value.numerator, value.denominator, value.decimals, is_percent=is_percent)
    return Formula(text, shown)


def _condition_formula(
    block: SheetBlock, row: int, value: IndicatorValue, indicator: Indicator
) -> CellContent:
    shown = met_text(value)
    if value.met is None and (value.denominator or value.kind is ValueKind.NOT_REPORTED):
        return shown
    if indicator.target is None:
        return shown
    numerator = block_cell(block, f"n{_CUMULATIVE}", row)
    denominator = block_cell(block, f"d{_CUMULATIVE}", row)
    sign = "<=" if indicator.direction == "down" else ">="
    test = f'IF({numerator}/{denominator}{sign}{indicator.target!r},"Đạt","Chưa đạt")'
    return Formula(f'IF({denominator}=0,"–",{test})', shown)
