"""The pages of a period's printed summary: forms, progress, indicators, standings, issues."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final, Literal, TypeAlias

from kskt_excel.consolidation.filled_forms import strongest
from kskt_excel.ledger.decisions import why_words
from kskt_excel.model.consolidation import (
    SUBTOTAL,
    Consolidation,
    ControlKind,
    CriterionScore,
    Evaluation,
    FormRow,
    FormTable,
    IndicatorValue,
    Issue,
    Presence,
    QuarterStandings,
    StandingState,
    Subtotal,
    UnitStanding,
    ValueKind,
)
from kskt_excel.model.forms import EVERY_UNIT, Forms, PrintedColumn, PrintedForm
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Indicator, Plan, PlannedPiece
from kskt_excel.model.reading import Value
from kskt_excel.model.submission import Decision
from kskt_excel.report.annexes import (
    EVALUATION,
    INDICATORS,
    ISSUES,
    PROGRESS,
    STANDINGS,
    OfficeSheet,
    annexes,
    office_code,
    office_sheets,
    office_title,
)
from kskt_excel.report.direction_lines import NO_ANSWER, came_of_it, given_by
from kskt_excel.report.page import (
    NO_BREAK_SPACE,
    Align,
    CellKind,
    PageCell,
    PageColumn,
    PageRow,
    PageTable,
    PrintedPage,
    Shade,
    attached_line,
    frame,
    legend,
    period_line,
    unbroken,
)
from kskt_excel.report.sending import missing_legend, provisional_line, state_counts
from kskt_excel.report.sentences import broken_words
from kskt_excel.report.verdicts import (
    VERDICT_SHADES,
    TaskLine,
    figures_text,
    indicator_text,
    is_of_the_year,
    met_text,
    sources_line,
    target_text,
    task_lines,
    untold_line,
    verdict_counts,
)
from kskt_excel.text.shown import (
    NO_FIGURE,
    capitalised,
    day_text,
    decimal_text,
    listed,
    office_moment,
    sentence_case,
    two_digits,
)

PRESENCE_TEXT = {
    Presence.NIL: "KPS",
    Presence.BLANK: "-",
    Presence.NOT_REPORTED: StandingState.NOT_SENT.on_forms,
}
_KINDS: dict[str, CellKind] = {"count": "count", "percent": "decimal", "label": "label"}
_MISSING = {"count": "-", "percent": "–"}
_Made: TypeAlias = dict[tuple[object, ...], PageCell]


def form_pages(plan: Plan, forms: Forms, consolidation: Consolidation) -> Iterator[PrintedPage]:
    """A page for each form in force at the period's end, in the order of the definitions."""
    for form in consolidation.printed(forms):
        yield _page(plan, form, consolidation)


def _page(plan: Plan, form: PrintedForm, consolidation: Consolidation) -> PrintedPage:
    table = consolidation.forms[form.id]
    return PrintedPage(
        name=f"Biểu {form.own_id}",
        title=(form.title,),
        period_line=f"Kỳ báo cáo: {period_line(consolidation)}",
        frame=frame(plan, consolidation),
        tables=(form_table(form, table, consolidation.window.end, plan.planned),),
        form_code=form.code,
        form_basis=f"Ban hành theo {form.source}" if form.source else "",
        reporter=plan.agency,
        receiver=plan.settings.receiver,
        provisional=provisional_line(consolidation),
        notes=(
            *legend(plan, consolidation),
            *_broken(form, consolidation),
            *_untold(table),
            *form.notes,
        ),
        orientation="portrait" if form.orientation == "portrait" else "landscape",
        footer=f"Biểu {form.own_id} - {consolidation.period.label}",
    )


def _untold(table: FormTable) -> Iterator[str]:
    """Which columns some workbooks could not tell, where a dash stands for it."""
    if table.untold:
        columns = ", ".join(table.untold)
        yield f"Cột {columns}: dấu - ở đơn vị gửi theo mẫu cũ là mẫu ấy chưa có nội dung này."


def _broken(form: PrintedForm, consolidation: Consolidation) -> Iterator[str]:
    """What does not add up on the page, so that nobody signs it unseen."""
    for line in consolidation.control:
        is_own = line.form == form.id and line.kind is ControlKind.IDENTITY
        if is_own and not line.agrees and not line.waived:
            yield f"Cần kiểm tra: {broken_words(line)}."


def form_table(
    form: PrintedForm,
    table: FormTable,
    day: dt.date,
    planned: Sequence[PlannedPiece] = (),
) -> PageTable:
    """The filled table with its heads as worded on a day.

    Rows of units that belong to a superior stand under its sums, those that belong to nobody first.
    Under the total stands what the tasks' own plans foresee, where the form has columns for it.
    """
    made: list[_Made] = [{} for _ in form.columns]
    rows: list[PageRow] = []
    number = 0
    for subtotal, own in _by_superior(table):
        rows += [_subtotal_row(form, subtotal)] if subtotal else []
        for row in own:
            number += 1
            rows.append(_row(form, row, number, made))
    if not rows:
        rows = [_empty_row(form, table)]
    return PageTable(
        columns=tuple(_column(column, day) for column in form.columns),
        rows=(*rows, *_totals(form, table, planned)),
        unit_of_count=f"Đơn vị tính: {form.unit_of_count}" if form.unit_of_count else "",
    )


def _totals(
    form: PrintedForm, table: FormTable, planned: Sequence[PlannedPiece]
) -> Iterator[PageRow]:
    """What the rows come to, over what the tasks' own plans foresee; of a bare list nothing."""
    if any(column.source for column in form.columns):
        yield _total(form, table, is_sum=not table.subtotals)
        yield from _plan_row(form, planned)


def _by_superior(table: FormTable) -> Iterator[tuple[Subtotal | None, Sequence[FormRow]]]:
    """Rows of units that belong to nobody, then those of each superior in turn."""
    rows = {row.key: row for row in table.rows}
    grouped = {key for one in table.subtotals for key in one.units}
    yield None, [row for key, row in rows.items() if key not in grouped]
    for one in table.subtotals:
        yield one, [rows[key] for key in one.units]


def _subtotal_row(form: PrintedForm, subtotal: Subtotal) -> PageRow:
    """Whom units belong to, with what they come to; what does not add up is left open."""
    cells: list[PageCell] = []
    for column in form.columns:
        if column.type == "label":
            cells.append(PageCell(subtotal.superior, "label"))
        elif column.type == "count" and column.source:
            cells.append(_figure_cell(column, subtotal.values))
        else:
            cells.append(PageCell())
    return PageRow(tuple(cells), "total", form.id, f"{SUBTOTAL}{subtotal.superior}")


def _column(column: PrintedColumn, day: dt.date) -> PageColumn:
    align: Align = "left" if column.type in ("label", "text") else "center"
    return PageColumn(column.header_on(day), column.number, column.width, align)


def _row(form: PrintedForm, row: FormRow, number: int, made: Sequence[_Made]) -> PageRow:
    said = presence_text(row.presence, row.states, row.gaps)
    cells = [
        _cell(column, row, number, said, own)
        for column, own in zip(form.columns, made, strict=True)
    ]
    if row.presence is Presence.NOT_REPORTED or row.gaps:
        cells = _said_once(cells)
    return PageRow(tuple(cells), form=form.id, key=row.key)


def presence_text(
    presence: Presence, states: Sequence[StandingState] = (), gaps: Sequence[Period] = ()
) -> str:
    """What stands for figures: ``KPS``, ``-``, where the reports stand; "" for figures.

    What is empty without some quarters is said so: ``KPS (chưa có số liệu Quý I/2022)``.
    """
    if presence is Presence.NOT_REPORTED and states:
        return "; ".join(state.on_forms for state in states)
    said = PRESENCE_TEXT.get(presence, "")
    return f"{said} {without_quarters(gaps)}" if said and gaps else said


def without_quarters(gaps: Sequence[Period]) -> str:
    """The quarters of which nothing counts: ``(chưa có số liệu Quý I/2022)``."""
    return f"(chưa có số liệu {', '.join(quarter.label for quarter in gaps)})"


def _empty_row(form: PrintedForm, table: FormTable) -> PageRow:
    """Why a form has no rows, so that an empty form is not taken for a forgotten one."""
    said = strongest(table.presence.values())
    text = presence_text(said, table.states, table.gaps) or PRESENCE_TEXT[Presence.NIL]
    named = [column.type in ("ordinal", "label") for column in form.columns]
    cells = [PageCell() if name else PageCell(text) for name in named]
    first = named.index(False) if False in named else len(named) - 1
    cells[first] = PageCell(text, over=len(cells) - first)
    return PageRow(tuple(cells))


def _cell(column: PrintedColumn, row: FormRow, number: int, said: str, made: _Made) -> PageCell:
    """A cell of a column; rows that show the same share it."""
    if column.type == "ordinal":
        return PageCell(number, "label")
    if column.type == "label":
        return PageCell(row.label, "label")
    value = said or row.values.get(column.number)
    key = (said, value, value.__class__)
    cell = made.get(key)
    if cell is None:
        cell = PageCell(said, "text", column.number) if said else _figure_cell(column, row.values)
        made[key] = cell
    return cell


def _figure_cell(column: PrintedColumn, values: Mapping[str, Value]) -> PageCell:
    """The figure; a rate over nothing and a count that was left out are marked, texts are not."""
    value = values.get(column.number)
    if value is None and column.type in _MISSING:
        return PageCell(_MISSING[column.type], "text", column.number)
    return PageCell(value, _KINDS.get(column.type, "text"), column.number)


def _said_once(cells: Sequence[PageCell]) -> list[PageCell]:
    """The cells with what is said of the whole row printed once, over all its figures."""
    figures = [at for at, cell in enumerate(cells) if cell.figure]
    said = list(cells)
    said[figures[0]] = replace(said[figures[0]], over=len(figures))
    return said


def _total(form: PrintedForm, table: FormTable, *, is_sum: bool = True) -> PageRow:
    """The last row; ``is_sum``: nothing but the rows that it adds up stands above it."""
    cells = []
    for column in form.columns:
        if column.type in ("ordinal", "label"):
            cells.append(PageCell("Tổng cộng" if column.type == "label" else None, "label"))
            continue
        cell = _figure_cell(column, table.total)
        adds = is_sum and column.type == "count" and column.adds_up and cell.kind == "count"
        cells.append(replace(cell, sums_column=adds))
    return PageRow(tuple(cells), "total", form.id)


def _plan_row(form: PrintedForm, planned: Sequence[PlannedPiece]) -> Iterator[PageRow]:
    """What the year's plan foresees in each column that counts it, or that it foresees nothing."""
    if not any(column.planned for column in form.columns):
        return
    cells = []
    for column in form.columns:
        if column.type == "label":
            cells.append(PageCell("Kế hoạch năm", "label"))
        elif column.planned and planned:
            cells.append(PageCell(_foreseen(column.planned, planned), "count"))
        else:
            cells.append(PageCell())
    first = next(at for at, column in enumerate(form.columns) if column.planned)
    if not planned:
        over = sum(1 for column in form.columns[first:] if column.planned)
        cells[first] = PageCell("chưa có kế hoạch riêng", "text", over=over)
    yield PageRow(tuple(cells), "total")


def _foreseen(kind: str, planned: Sequence[PlannedPiece]) -> int:
    if kind == EVERY_UNIT:
        return len({piece.unit for piece in planned if piece.unit})
    return sum(piece.count for piece in planned if piece.kind == kind)


NO_DATA = NO_FIGURE
_OVER_NOTHING = (
    f"Tỷ lệ là tổng của tử số chia tổng của mẫu số; mẫu số bằng 0 thì ghi{NO_BREAK_SPACE}{NO_DATA}."
)
INDICATOR_ROWS, CRITERION_ROWS = "chi-tieu", "danh-gia"
INDICATOR_RESULT = "5"  # the column
STANDING_ROWS, TASK_ROWS = "gui-nhan", "tien-do"
"""Whose rows the office's own pages show, for the trace; forms of the circular have their ids."""
_TABLE_OF = "BẢNG TỔNG HỢP"


def indicators_page(plan: Plan, forms: Forms, consolidation: Consolidation) -> PrintedPage:
    """Every indicator with its parts, value and target, and its source below them.

    Its code stands before it, as the page of the tasks cites it.
    """
    by_id = {indicator.id: indicator for indicator in plan.indicators}
    rows = [
        _indicator_row(by_id[value.id], value)
        for value in consolidation.indicators
        if value.id in by_id
    ]
    columns = (
        PageColumn(("Mã",), "1", 40),
        PageColumn(("Chỉ tiêu",), "2", 300, "left"),
        PageColumn(("Tử số",), "3", 70),
        PageColumn(("Mẫu số",), "4", 70),
        PageColumn(("Kết quả",), INDICATOR_RESULT, 80),
        PageColumn(("Mục tiêu",), "6", 90),
        PageColumn(("Đánh giá",), "7", 90),
    )
    return _office_page(
        plan,
        consolidation,
        INDICATORS,
        (PageTable(columns, tuple(rows)),),
        notes=(
            _OVER_NOTHING,
            *_of_the_year(by_id.values(), consolidation),
            untold_line(consolidation.indicators),
            sources_line(
                (by_id[one.id] for one in consolidation.indicators if one.id in by_id), forms
            ),
        ),
        orientation="portrait",
    )


def _of_the_year(some: Iterable[Indicator], consolidation: Consolidation) -> Iterator[str]:
    """Which indicators count from the year's start on, where the page tells a later quarter."""
    period = consolidation.period
    counted = {value.id for value in consolidation.indicators}
    named = [one.id for one in some if one.id in counted and is_of_the_year(one, period)]
    if named:
        yield f"Lũy kế từ đầu năm: {listed(named)}."


def _indicator_row(indicator: Indicator, value: IndicatorValue) -> PageRow:
    shades: dict[bool | None, Shade] = {True: "good", False: "bad", None: ""}
    parts = (PageCell(value.numerator, "count", "3"), PageCell(value.denominator, "count", "4"))
    if value.kind is ValueKind.NOT_REPORTED:  # nobody has said 0
        parts = (PageCell(NO_FIGURE, "label", "3"), PageCell(NO_FIGURE, "label", "4"))
    return PageRow(
        (
            PageCell(value.id, "label"),
            PageCell(indicator.name),
            *parts,
            PageCell(indicator_text(value, indicator), "label", INDICATOR_RESULT),
            PageCell(target_text(indicator) or None, "label"),
            PageCell(met_text(value), "label", "7", shade=shades[value.met]),
        ),
        form=INDICATOR_ROWS,
        key=value.id,
    )


def evaluation_page(plan: Plan, consolidation: Consolidation) -> PrintedPage:
    """The scheme's criteria with the units' points beside the office's, and the classification."""
    evaluation = consolidation.evaluation
    scheme = plan.regime_on(consolidation.window.end).scheme
    cited = f" ({scheme.cited})" if scheme else ""
    columns = (
        PageColumn(("Chỉ số",), "1", 50),
        PageColumn(("Nội dung",), "2", 300, "left"),
        PageColumn(("Đơn vị tự chấm",), "3", 80),
        PageColumn(("Văn phòng thẩm định",), "4", 90),
        PageColumn(("Căn cứ",), "5", 300, "left"),
    )
    rows = [_criterion_row(criterion) for criterion in evaluation.criteria]
    total = (
        PageCell("Tổng điểm", "label"),
        PageCell(
            f"{decimal_text(evaluation.total, 1)} điểm của {two_digits(evaluation.with_data)}"
            f" chỉ số có số liệu; {_classification(evaluation)}",
            "label",
        ),
    )
    return _office_page(
        plan,
        consolidation,
        EVALUATION,
        (PageTable(columns, (*rows, PageRow(total, "total"))),),
        notes=(f"Chỉ số không đủ số liệu thì không tính vào tổng điểm{cited}.",),
        orientation="portrait",
    )


def _classification(evaluation: Evaluation) -> str:
    """The classification; provisional while criteria are without data."""
    if not evaluation.classification:
        return "xếp loại: chưa đủ số liệu"
    whole = evaluation.with_data >= len(evaluation.criteria)
    return f"{'xếp loại' if whole else 'xếp loại tạm tính'}: {evaluation.classification}"


def _criterion_row(criterion: CriterionScore) -> PageRow:
    def points(score: float | None, column: str) -> PageCell:
        return PageCell(NO_DATA if score is None else decimal_text(score, 1), "label", column)

    return PageRow(
        (
            PageCell(criterion.number, "label"),
            PageCell(criterion.content),
            points(criterion.self_score, "3"),
            points(criterion.office_score, "4"),
            PageCell(unbroken(criterion.basis) or None, figure="5"),
        ),
        form=CRITERION_ROWS,
        key=str(criterion.number),
    )


def printed_standings(plan: Plan, consolidation: Consolidation) -> PrintedPage:
    """Who has sent, in which version, when, how late, with how many faults, by quarter."""
    columns = (
        PageColumn(("STT",), "1", 40),
        PageColumn(("Đơn vị",), "2", 230, "left"),
        PageColumn(("Tình hình",), "3", 100),
        PageColumn(("Lần gửi",), "4", 60),
        PageColumn(("Nhận lúc",), "5", 110),
        PageColumn(("Chậm (ngày làm việc)",), "6", 80),
        PageColumn(("Lỗi",), "7", 50),
        PageColumn(("Cảnh báo",), "8", 60),
        PageColumn(("Ghi chú",), "9", 200, "left"),
    )
    rows: list[PageRow] = []
    for some in consolidation.quarters:
        if consolidation.period.cumulative:
            rows.append(_quarter_head(some))
        rows += [
            _standing_row(plan, order, one, consolidation.decisions)
            for order, one in enumerate(_standings_when_due(some), 1)
        ]
    rows.append(_standings_total(consolidation))
    return _office_page(
        plan,
        consolidation,
        STANDINGS,
        (PageTable(columns, tuple(rows)),),
        orientation="portrait",
    )


def _standings_when_due(some: QuarterStandings) -> tuple[UnitStanding, ...]:
    """Standings that say something: before its time a quarter has none."""
    return some.units if some.is_due else ()


def _quarter_head(some: QuarterStandings) -> PageRow:
    until = f"{some.quarter.label} (hạn gửi {day_text(some.deadline)})"
    text = f"{until}: {state_counts((some,))}" if some.is_due else f"{until}: chưa đến kỳ báo cáo"
    return PageRow((PageCell(None, "label"), PageCell(text, "label")), "section")


def _standing_row(
    plan: Plan, order: int, standing: UnitStanding, decisions: Mapping[int, Decision]
) -> PageRow:
    received = standing.received_at
    shade: Shade = "good" if standing.state.is_in else "bad"
    return PageRow(
        (
            PageCell(order, "label"),
            PageCell(plan.unit_name(standing.unit)),
            PageCell(standing.state.value, "label", "3", shade=shade),
            PageCell(standing.version or None, "label", "4"),
            PageCell(office_moment(received) if received else None, "label", "5"),
            PageCell(standing.late_days if received else None, "count", "6"),
            PageCell(standing.errors if received else None, "count", "7"),
            PageCell(standing.warnings if received else None, "count", "8"),
            PageCell(why_words(standing.why, decisions) or None),
        ),
        form=STANDING_ROWS,
        key=f"{standing.unit}|{standing.quarter.id}",
    )


def _standings_total(consolidation: Consolidation) -> PageRow:
    """How many reports are in each state; over several quarters reports, not units."""
    standings = consolidation.standings
    noun = "báo cáo" if consolidation.period.cumulative else "đơn vị"
    first = PageCell(f"Tổng số: {two_digits(len(standings))} {noun}", "label")
    counts = state_counts(consolidation.quarters)
    return PageRow((first, PageCell(counts, "label")), "total")


def issues_page(plan: Plan, consolidation: Consolidation) -> PrintedPage:
    """Difficulties and proposals, grouped by who must resolve them, then by task."""
    columns = (
        PageColumn(("STT",), "1", 40),
        PageColumn(("Nhiệm vụ",), "2", 70),
        PageColumn(("Đơn vị",), "3", 130, "left"),
        PageColumn(("Khó khăn, vướng mắc",), "4", 230, "left"),
        PageColumn(("Nguyên nhân",), "5", 160, "left"),
        PageColumn(("Đề xuất, kiến nghị",), "6", 230, "left"),
    )
    named = dict.fromkeys((*plan.deciding_levels, *(issue.level for issue in consolidation.issues)))
    rows: list[PageRow] = []
    for level in named:
        of_level = [issue for issue in consolidation.issues if issue.level == level]
        if of_level:
            title = f"Thuộc thẩm quyền: {level}" if level else "Chưa ghi cấp giải quyết"
            rows.append(PageRow((PageCell(None, "label"), PageCell(title, "label")), "section"))
            rows.extend(_issue_rows(plan, of_level))
    if not rows:
        empty = PageCell("Không có khó khăn, vướng mắc, kiến nghị.", "label")
        rows.append(PageRow((PageCell(None, "label"), empty), "section"))
    directed = (_directions_table(plan, consolidation),) if consolidation.directions else ()
    return _office_page(
        plan,
        consolidation,
        ISSUES,
        (PageTable(columns, tuple(rows)), *directed),
        orientation="landscape",
    )


def _directions_table(plan: Plan, consolidation: Consolidation) -> PageTable:
    """What leaders have said must be done, and what came of it."""
    columns = (
        PageColumn(("STT",), "1", 40),
        PageColumn(("Nhiệm vụ",), "2", 70),
        PageColumn(("Đơn vị",), "3", 130, "left"),
        PageColumn(("Ý kiến chỉ đạo",), "4", 230, "left"),
        PageColumn(("Người, ngày chỉ đạo",), "5", 160, "left"),
        PageColumn(("Kết quả thực hiện",), "6", 230, "left"),
    )
    rows = (
        PageRow(
            (
                PageCell(number, "label"),
                PageCell(one.direction.task or None, "label"),
                PageCell(plan.unit_name(one.direction.unit)),
                PageCell(one.direction.text),
                PageCell(given_by(one.direction) or None),
                PageCell(came_of_it(one) or NO_ANSWER),
            )
        )
        for number, one in enumerate(consolidation.directions, 1)
    )
    return PageTable(columns, tuple(rows), "Ý kiến chỉ đạo của lãnh đạo và kết quả thực hiện")


def _issue_rows(plan: Plan, issues: Sequence[Issue]) -> list[PageRow]:
    order = {task.code: position for position, task in enumerate(plan.tasks)}
    by_task = sorted(issues, key=lambda issue: order.get(issue.task, len(order)))
    return [
        PageRow(
            (
                PageCell(number, "label"),
                PageCell(issue.task or None, "label"),
                PageCell(plan.unit_by_code[issue.unit].name),
                PageCell(issue.difficulty or None),
                PageCell(issue.cause or None),
                PageCell(issue.proposal or None),
            )
        )
        for number, issue in enumerate(by_task, 1)
    ]


def _office_page(
    plan: Plan,
    consolidation: Consolidation,
    sheet: OfficeSheet,
    tables: tuple[PageTable, ...],
    *,
    notes: tuple[str, ...] = (),
    orientation: Literal["portrait", "landscape"],
) -> PrintedPage:
    code = office_code(sheet, plan, consolidation.window.end)
    return PrintedPage(
        name=sheet.sheet,
        title=(_TABLE_OF, office_title(sheet, plan)),
        period_line=period_line(consolidation),
        frame=frame(plan, consolidation),
        tables=tables,
        provisional=provisional_line(consolidation),
        notes=tuple(filter(None, (*notes, missing_legend(plan, consolidation)))),
        orientation=orientation,
        footer=f"{code} - {consolidation.period.label}",
    )


_COLUMNS = (
    PageColumn(("STT",), "1", 36),
    PageColumn(("Nội dung công việc",), "2", 236, "left"),
    PageColumn(("Đơn vị chủ trì thực hiện",), "3", 72),
    PageColumn(("Các phòng, đơn vị phối hợp",), "4", 92),
    PageColumn(("Thời gian hoàn thành",), "5", 104),
    PageColumn(("Đơn vị chủ trì báo",), "6", 150, "left"),
    PageColumn(("Theo số liệu",), "7", 132, "left"),
    PageColumn(("Kết luận",), "8", 112),
)
_DIRECTED = PageColumn(("Ý kiến chỉ đạo",), "9", 120, "left")


def printed_progress(plan: Plan, forms: Forms, consolidation: Consolidation) -> PrintedPage:
    """Every task of the plan in the plan's order, under its section.

    What leaders have said of tasks has a column where they have said anything.
    """
    lines = tuple(task_lines(plan, forms, consolidation))
    is_directed = any(line.directed for line in lines)
    rows: list[PageRow] = []
    sections: list[str] = []
    subsection = ""
    for line in lines:
        task = line.task
        if task.section not in sections:
            sections.append(task.section)
            rows.append(_section(task.parts[0], task.section))
        if task.subsection and task.subsection != subsection:
            rows.append(_section(task.parts[1], task.subsection))
        subsection = task.subsection
        figures = figures_text(line.position, plan, in_full=False)
        rows.append(_task_row(line, figures, is_directed=is_directed))
    rows.append(_progress_total(consolidation))
    columns = (*_COLUMNS, _DIRECTED) if is_directed else _COLUMNS
    tables = (PageTable(columns, tuple(rows)),)
    return _office_page(plan, consolidation, PROGRESS, tables, orientation="landscape")


def _section(numeral: str, title: str) -> PageRow:
    return PageRow((PageCell(numeral, "label"), PageCell(title, "label")), "section")


def _task_row(line: TaskLine, figures: str, *, is_directed: bool) -> PageRow:
    task = line.task
    number = task.parts[-1] + (")" if task.parts[-1].isalpha() else "")
    shade: Shade = VERDICT_SHADES.get(line.position.judgement.verdict, "")
    return PageRow(
        (
            PageCell(number, "label"),
            PageCell(task.text),
            PageCell(task.lead_text),
            PageCell(line.coordinators),
            PageCell(task.deadline.text),
            PageCell(line.said, figure="6"),
            PageCell(unbroken(_with_sources(figures, line)) or None, figure="7"),
            PageCell(line.verdict, figure="8", shade=shade),
            *((PageCell(line.directed or None),) if is_directed else ()),
        ),
        form=TASK_ROWS,
        key=task.code,
    )


def _with_sources(figures: str, line: TaskLine) -> str:
    """``K10: 43/47 = 91,5 %. Căn cứ: biểu II.07b cột 11, 3`` of a task that falls short.

    Of the others the page of the indicators tells it: here it would cost a sheet of paper.
    """
    falls_short = VERDICT_SHADES.get(line.position.judgement.verdict) == "bad"
    return f"{figures}. Căn cứ: {line.sources}" if falls_short and line.sources else figures


def _progress_total(consolidation: Consolidation) -> PageRow:
    total = f"Tổng số: {two_digits(len(consolidation.tasks))} nhiệm vụ"
    counts = capitalised(verdict_counts(consolidation.tasks))
    return PageRow((PageCell(total, "label"), PageCell(counts, "label")), "total")


def summary_pages(plan: Plan, forms: Forms, consolidation: Consolidation) -> Iterator[PrintedPage]:
    """Every page of ``tong-hop-<period>.xlsx``, made as it is asked for: a page can be long."""
    labels = {annex.sheet: annex.label for annex in annexes(plan, forms, consolidation)}
    attached = attached_line(plan, consolidation)
    for page in _pages(plan, forms, consolidation):
        yield replace(page, annex=labels[page.name], attached=attached)


def _pages(plan: Plan, forms: Forms, consolidation: Consolidation) -> Iterator[PrintedPage]:
    own = office_sheets(consolidation)
    if PROGRESS in own:
        yield printed_progress(plan, forms, consolidation)
    yield from form_pages(plan, forms, consolidation)
    if INDICATORS in own:
        yield indicators_page(plan, forms, consolidation)
    if EVALUATION in own:
        yield evaluation_page(plan, consolidation)
    yield printed_standings(plan, consolidation)
    if ISSUES in own:
        yield issues_page(plan, consolidation)


CONTENTS: Final = "Danh mục biểu"
_CONTENTS_COLUMNS: Final = (
    PageColumn(("STT",), "1", 36),
    PageColumn(("Phụ lục",), "2", 90),
    PageColumn(("Trang tính",), "3", 130, "left"),
    PageColumn(("Tên",), "4", 300, "left"),
    PageColumn(("Trang in",), "5", 50),
)


def contents_page(pages: Sequence[tuple[PrintedPage, int]], start: int) -> PrintedPage:
    """The list of pages with how many sheets of paper each takes; the first begins on ``start``."""
    rows = []
    for number, (page, count) in enumerate(pages, start=1):
        title = sentence_case(page.title[-1]) if page.title else ""
        cells = (
            PageCell(number, "label"),
            PageCell(page.annex.removeprefix("Phụ lục ") or None, "label"),
            PageCell(page.name, "label", link=page.name),
            PageCell(title, "label"),
            PageCell(start, "label"),
        )
        rows.append(PageRow(cells))
        start += count
    first = pages[0][0]
    return PrintedPage(
        name=CONTENTS,
        title=("Danh mục biểu kèm theo báo cáo",),
        period_line=first.period_line.removeprefix("Kỳ báo cáo: "),
        frame=first.frame,
        tables=(PageTable(_CONTENTS_COLUMNS, tuple(rows)),),
        orientation="portrait",
        footer=f"{CONTENTS} - {first.footer.rpartition(' - ')[2]}",
        signed=False,
    )
