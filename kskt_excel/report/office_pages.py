"""Pages that the office adds to the circular's forms: indicators, evaluation, who sent, issues."""

from collections.abc import Sequence

from kskt_excel.model.consolidation import (
    Consolidation,
    CriterionScore,
    Evaluation,
    IndicatorValue,
    Issue,
)
from kskt_excel.model.plan import Indicator, Plan
from kskt_excel.report.content import Cell, Column, Page, Row, Shade, Table
from kskt_excel.report.frame import frame, period_line, provisional_line
from kskt_excel.report.words import number, percent, two_digits
from kskt_excel.text.given import day

NO_DATA = "–"
_MOMENT = "%H:%M"


def indicators_page(plan: Plan, consolidation: Consolidation) -> Page:
    """Every indicator with numerator, denominator, value and target: rates are ratios of sums."""
    by_id = {indicator.id: indicator for indicator in plan.indicators}
    rows = [
        _indicator_row(number, by_id[value.id], value)
        for number, value in enumerate(consolidation.indicators, 1)
        if value.id in by_id
    ]
    columns = (
        Column(("STT",), "1", 40),
        Column(("Chỉ tiêu",), "2", 300, "left"),
        Column(("Tử số",), "3", 70),
        Column(("Mẫu số",), "4", 70),
        Column(("Kết quả",), "5", 80),
        Column(("Mục tiêu",), "6", 90),
        Column(("Đánh giá",), "7", 90),
    )
    return _page(
        plan,
        consolidation,
        "Chỉ tiêu",
        ("BẢNG TỔNG HỢP", "Kết quả thực hiện các chỉ tiêu kiểm soát thủ tục hành chính"),
        (Table(columns, tuple(rows)),),
        notes=("Tỷ lệ là tổng của tử số chia tổng của mẫu số; mẫu số bằng 0 thì ghi –.",),
        footer="Biểu TH-02/KSTTHC",
    )


def target_text(indicator: Indicator) -> str:
    """``≥ 20 %``, ``≤ 5 %`` or nothing."""
    if indicator.target is None:
        return ""
    sign = "≤" if indicator.direction == "down" else "≥"
    return f"{sign} {shown(indicator.target, indicator)}"


def shown(value: float | None, indicator: Indicator) -> str:
    """A value in the indicator's own unit."""
    if value is None:
        return NO_DATA
    return percent(value) if indicator.unit == "%" else number(round(value, 1))


def met_text(met: bool | None) -> str:  # noqa: FBT001  # three answers, one value
    """What a comparison with the target says."""
    return {True: "Đạt", False: "Chưa đạt", None: NO_DATA}[met]


def _indicator_row(order: int, indicator: Indicator, value: IndicatorValue) -> Row:
    shades: dict[bool | None, Shade] = {True: "good", False: "bad", None: ""}
    return Row(
        (
            Cell(order, "label"),
            Cell(indicator.name),
            Cell(value.numerator, "count"),
            Cell(value.denominator, "count"),
            Cell(shown(value.value, indicator), "label"),
            Cell(target_text(indicator) or None, "label"),
            Cell(met_text(value.met), "label", shade=shades[value.met]),
        )
    )


def evaluation_page(plan: Plan, consolidation: Consolidation) -> Page:
    """The nine criteria with the units' points beside the office's, and the classification.

    Source: Thông tư 01/2018/TT-VPCP, Điều 13–15.
    """
    evaluation = consolidation.evaluation
    columns = (
        Column(("Chỉ số",), "1", 50),
        Column(("Nội dung",), "2", 300, "left"),
        Column(("Đơn vị tự chấm",), "3", 80),
        Column(("Văn phòng thẩm định",), "4", 90),
        Column(("Căn cứ",), "5", 300, "left"),
    )
    rows = [_criterion_row(criterion) for criterion in evaluation.criteria]
    total = (
        Cell("Tổng điểm", "label"),
        Cell(
            f"{number(evaluation.total)} điểm của {two_digits(evaluation.with_data)} chỉ số"
            f" có số liệu; {_classification(evaluation)}",
            "label",
        ),
    )
    return _page(
        plan,
        consolidation,
        "Đánh giá",
        ("BẢNG TỔNG HỢP", "Đánh giá việc giải quyết thủ tục hành chính"),
        (Table(columns, (*rows, Row(total, "total"))),),
        notes=("Chỉ số không đủ số liệu thì không tính vào tổng điểm (Thông tư 01/2018/TT-VPCP).",),
        footer="Biểu TH-03/KSTTHC",
    )


def _classification(evaluation: Evaluation) -> str:
    """The classification; provisional while criteria are without data."""
    if not evaluation.classification:
        return "xếp loại: chưa đủ số liệu"
    whole = evaluation.with_data >= len(evaluation.criteria)
    return f"{'xếp loại' if whole else 'xếp loại tạm tính'}: {evaluation.classification}"


def _criterion_row(criterion: CriterionScore) -> Row:
    def points(score: float | None) -> Cell:
        return Cell(NO_DATA if score is None else number(score), "label")

    return Row(
        (
            Cell(criterion.number, "label"),
            Cell(criterion.content),
            points(criterion.self_score),
            points(criterion.office_score),
            Cell(criterion.basis or None),
        )
    )


def standings_page(plan: Plan, consolidation: Consolidation) -> Page:
    """Who has sent, in which version, when, how late, with how many faults."""
    columns = (
        Column(("STT",), "1", 40),
        Column(("Đơn vị",), "2", 230, "left"),
        Column(("Tình hình",), "3", 100),
        Column(("Lần gửi",), "4", 60),
        Column(("Nhận lúc",), "5", 110),
        Column(("Chậm (ngày làm việc)",), "6", 80),
        Column(("Lỗi",), "7", 50),
        Column(("Cảnh báo",), "8", 60),
        Column(("Ghi chú",), "9", 200, "left"),
    )
    rows = []
    for order, standing in enumerate(consolidation.standings, 1):
        received = standing.received_at
        at = f"{received:{_MOMENT}} {day(received.date())}" if received else None
        is_in = standing.state in ("Đã nhận", "Không phát sinh")
        rows.append(
            Row(
                (
                    Cell(order, "label"),
                    Cell(plan.unit_by_code[standing.unit].name),
                    Cell(standing.state, "label", shade="good" if is_in else "bad"),
                    Cell(standing.version or None, "label"),
                    Cell(at, "label"),
                    Cell(standing.late_days if received else None, "count"),
                    Cell(standing.errors if received else None, "count"),
                    Cell(standing.warnings if received else None, "count"),
                    Cell(standing.why or None),
                )
            )
        )
    return _page(
        plan,
        consolidation,
        "Tình hình gửi nhận",
        ("BẢNG TỔNG HỢP", "Tình hình gửi, nhận báo cáo của các đơn vị"),
        (Table(columns, tuple(rows)),),
        footer="Biểu TH-04/KSTTHC",
    )


def issues_page(plan: Plan, consolidation: Consolidation) -> Page:
    """Difficulties and proposals, grouped by who must resolve them, then by task."""
    columns = (
        Column(("STT",), "1", 40),
        Column(("Nhiệm vụ",), "2", 70),
        Column(("Đơn vị",), "3", 130, "left"),
        Column(("Khó khăn, vướng mắc",), "4", 230, "left"),
        Column(("Nguyên nhân",), "5", 160, "left"),
        Column(("Đề xuất, kiến nghị",), "6", 230, "left"),
    )
    levels = [choice.value for choice in plan.choices.get("cap_giai_quyet", ())]
    named = list(dict.fromkeys([*levels, *(issue.level for issue in consolidation.issues)]))
    rows: list[Row] = []
    for level in named:
        of_level = [issue for issue in consolidation.issues if issue.level == level]
        if of_level:
            title = f"Thuộc thẩm quyền: {level}" if level else "Chưa rõ cấp giải quyết"
            rows.append(Row((Cell(None, "label"), Cell(title, "label")), "section"))
            rows.extend(_issue_rows(plan, of_level))
    if not rows:
        empty = Cell("Không có khó khăn, vướng mắc, kiến nghị.", "label")
        rows.append(Row((Cell(None, "label"), empty), "section"))
    return _page(
        plan,
        consolidation,
        "Khó khăn, kiến nghị",
        ("BẢNG TỔNG HỢP", "Khó khăn, vướng mắc và đề xuất, kiến nghị"),
        (Table(columns, tuple(rows)),),
        footer="Biểu TH-05/KSTTHC",
    )


def _issue_rows(plan: Plan, issues: Sequence[Issue]) -> list[Row]:
    order = {task.code: position for position, task in enumerate(plan.tasks)}
    by_task = sorted(issues, key=lambda issue: order.get(issue.task, len(order)))
    return [
        Row(
            (
                Cell(number, "label"),
                Cell(issue.task or None, "label"),
                Cell(plan.unit_by_code[issue.unit].name),
                Cell(issue.difficulty or None),
                Cell(issue.cause or None),
                Cell(issue.proposal or None),
            )
        )
        for number, issue in enumerate(by_task, 1)
    ]


def _page(
    plan: Plan,
    consolidation: Consolidation,
    name: str,
    title: tuple[str, ...],
    tables: tuple[Table, ...],
    *,
    notes: tuple[str, ...] = (),
    footer: str,
) -> Page:
    return Page(
        name=name,
        title=title,
        period_line=period_line(consolidation),
        frame=frame(plan, consolidation),
        tables=tables,
        provisional=provisional_line(plan, consolidation),
        notes=notes,
        footer=f"{footer} - {consolidation.period.label}",
    )
