"""The page on the plan's progress: sections, tasks, who leads, when, what came of it."""

from kskt_excel.model.consolidation import Consolidation, TaskPosition
from kskt_excel.model.plan import Plan, Task
from kskt_excel.report.content import Cell, Column, Page, Row, Shade, Table
from kskt_excel.report.frame import frame, period_line, provisional_line
from kskt_excel.report.words import two_digits

_COLUMNS = (
    Column(("STT",), "1", 40),
    Column(("Nội dung công việc",), "2", 272, "left"),
    Column(("Đơn vị chủ trì thực hiện",), "3", 88),
    Column(("Các phòng, đơn vị phối hợp",), "4", 104),
    Column(("Thời gian hoàn thành",), "5", 92),
    Column(("Kết quả thực hiện trong kỳ",), "6", 150, "left"),
    Column(("Trạng thái",), "7", 82),
    Column(("Ghi chú",), "8", 62, "left"),
)
_PLAN = "Kế hoạch"
DONE = "Đã hoàn thành"
NOT_REPORTED = "Chưa báo cáo"
_STATUSES = (DONE, "Đang thực hiện", "Chưa thực hiện", "Không phát sinh")


def progress_page(plan: Plan, consolidation: Consolidation) -> Page:
    """Every task of the plan in the plan's order, under its section."""
    positions = {position.code: position for position in consolidation.tasks}
    rows: list[Row] = []
    sections: list[str] = []
    subsection = ""
    for task in plan.tasks:
        if task.section not in sections:
            sections.append(task.section)
            rows.append(_section(task.parts[0], task.section))
        if task.subsection and task.subsection != subsection:
            rows.append(_section(task.parts[1], task.subsection))
        subsection = task.subsection
        rows.append(_task_row(task, positions[task.code]))
    rows.append(_total(consolidation))
    return Page(
        name="Tiến độ",
        title=("BẢNG TỔNG HỢP", f"Tiến độ thực hiện {_title(plan)}"),
        period_line=period_line(consolidation),
        frame=frame(plan, consolidation),
        tables=(Table(_COLUMNS, tuple(rows)),),
        provisional=provisional_line(plan, consolidation),
        footer=f"Biểu TH-01/KSTTHC - {consolidation.period.label}",
    )


def _title(plan: Plan) -> str:
    """``Kế hoạch kiểm soát …``, whether or not the plan's own title begins with the word."""
    title = plan.title.lower() if plan.title.isupper() else plan.title
    if title.lower().startswith(_PLAN.lower()):
        return _PLAN + title[len(_PLAN) :]
    return f"{_PLAN} {title[:1].lower()}{title[1:]}"


def _section(numeral: str, title: str) -> Row:
    return Row((Cell(numeral, "label"), Cell(title, "label")), "section")


def _task_row(task: Task, position: TaskPosition) -> Row:
    number = task.parts[-1] + (")" if task.parts[-1].isalpha() else "")
    return Row(
        (
            Cell(number, "label"),
            Cell(task.text),
            Cell(task.lead_text),
            Cell(task.coordinators_text),
            Cell(task.deadline.text),
            Cell(position.result or None),
            Cell(position.status or NOT_REPORTED, shade=_shade(position)),
            Cell(_remark(position)),
        )
    )


def _shade(position: TaskPosition) -> Shade:
    if position.overdue:
        return "bad"
    if position.status == DONE:
        return "good"
    return "warn" if position.status in ("", "Chưa thực hiện") else ""


def _remark(position: TaskPosition) -> str | None:
    late = f"Quá hạn {position.days_overdue} ngày" if position.overdue else ""
    return "; ".join(part for part in (late, position.note) if part) or None


def _total(consolidation: Consolidation) -> Row:
    statuses = [position.status for position in consolidation.tasks]
    counts = [
        f"{status}: {two_digits(statuses.count(status))}"
        for status in _STATUSES
        if status in statuses
    ]
    if "" in statuses:
        counts.append(f"{NOT_REPORTED}: {two_digits(statuses.count(''))}")
    late = sum(position.overdue for position in consolidation.tasks)
    counts.append(f"Quá hạn: {two_digits(late)}")
    first = Cell(f"Tổng số: {two_digits(len(statuses))} nhiệm vụ", "label")
    rest = Cell("; ".join(counts), "label")
    return Row((first, rest), "total")
