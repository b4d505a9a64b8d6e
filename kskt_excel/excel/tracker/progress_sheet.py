"""Sheet «Tiến độ»: where each task stands, quarter by quarter, and what each unit said."""

from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256

from kskt_excel.excel.book_writer import CellContent, measured, pixels
from kskt_excel.excel.tracker.blocks import (
    ALTERNATIVE,
    SheetBlock,
    TrackerColumn,
    TrackerRow,
    TrackerSheet,
    TrackerYear,
    fixed,
)
from kskt_excel.excel.tracker.data_sheets import DIRECTION_COLUMNS, shared_blocks
from kskt_excel.excel.tracker.figures_sheet import TASKS
from kskt_excel.excel.tracker.print_view import LETTERS
from kskt_excel.excel.tracker.tracker_writer import TRACKER_LEGEND
from kskt_excel.model.consolidation import TaskPosition
from kskt_excel.model.forms import PROGRESS
from kskt_excel.model.plan import Task
from kskt_excel.report.verdicts import (
    NOT_REPORTED,
    coordination_text,
    evidence_text,
    figures_text,
    notes_text,
    own_plan_text,
    verdict_alone,
    verdict_text,
)
from kskt_excel.text.spelling import tone_key

_LEAD_PX = 96  # of a short name; longer ones widen the column
_NAME_LINES = 8  # of a unit with a very long name; more would leave a task or two on a page


def _name_px(name: str) -> int:
    """Pixels in which a unit's name takes no more lines than it may."""
    return pixels(measured(name).room_for(_NAME_LINES) or 0, LETTERS)


def _columns(sources: TrackerYear) -> Iterator[TrackerColumn]:
    yield TrackerColumn("code", "Mã", "center", 48)
    yield TrackerColumn("text", "Nội dung công việc", "long", 250)
    lead = max(
        [_LEAD_PX, *(_name_px(sources.plan.unit_name(one.lead)) for one in sources.plan.tasks)]
    )
    yield TrackerColumn("lead", "Chủ trì", "text", lead, least=lead if lead > _LEAD_PX else 0)
    yield TrackerColumn("coordinators", "Phối hợp", "text", 110, fold=4)
    yield TrackerColumn("deadline", "Thời gian hoàn thành", "text", 100)
    for number in sources.numbers:
        yield TrackerColumn(f"q{number}", sources.period_names[number - 1], "verdict", 104)
    for number in sources.numbers:
        name = sources.period_names[number - 1]
        yield TrackerColumn(f"said{number}", f"{name}: đơn vị chủ trì báo", "state", 84, fold=2)
    yield TrackerColumn("percent", "Tỷ lệ hoàn thành (%)", "decimal", 66, fold=1)
    yield TrackerColumn("days", "Quá hạn (ngày làm việc)", "count", 66)
    yield TrackerColumn("result", "Kết quả của đơn vị chủ trì", "long", 200)
    yield TrackerColumn("helped", "Đơn vị phối hợp tham gia", "text", 150, fold=6)
    yield TrackerColumn("remark", "Lưu ý", "text", 110, fold=1)
    yield TrackerColumn("figures", "Theo số liệu", "long", 200, fold=3)
    yield TrackerColumn("verdict", "Kết luận", "verdict", 150)
    yield TrackerColumn("basis", "Căn cứ", "long", 180, fold=5)
    yield from DIRECTION_COLUMNS


def tracker_progress(sources: TrackerYear) -> TrackerSheet:
    """The plan's tasks, then the rows of the units, folded away."""
    tasks = SheetBlock(
        TASKS,
        tuple(_columns(sources)),
        fixed(()),
        len(sources.plan.tasks),
        table="TienDo",
        watched=True,
        directs=True,
    )
    rows = tuple(_rows(sources))
    details = shared_blocks(sources, PROGRESS)
    remark = (
        "Bấm dấu + ở lề trái để xem báo cáo của từng đơn vị, ở lề trên để xem cột đã gập."
        f" {TRACKER_LEGEND}"
    )
    blocks = (
        replace(tasks, parts=fixed(rows)),
        *(replace(one, level=1) for one in details),
    )
    return TrackerSheet(PROGRESS, "Tiến độ", "TIẾN ĐỘ THỰC HIỆN KẾ HOẠCH", remark, blocks, 2)


def task_key(task: Task) -> str:
    """Key of a task's row: its code; its text when the code was changed."""
    digest = sha256(tone_key(task.text).encode()).hexdigest()[:10]
    return f"{task.code}{ALTERNATIVE}{digest}"


def _rows(sources: TrackerYear) -> Iterator[TrackerRow]:
    positions = [{one.code: one for one in quarter.tasks} for quarter in sources.quarters]
    by_number = {
        quarter.period.number: some
        for quarter, some in zip(sources.quarters, positions, strict=True)
    }
    for task in sources.plan.tasks:
        own = [by_number.get(number, {}).get(task.code) for number in sources.numbers]
        newest = positions[-1].get(task.code)
        cells: list[CellContent] = [
            task.code,
            task.text,
            sources.plan.unit_name(task.lead),
            task.coordinators_text,
            _deadline(task, newest),
            *(verdict_alone(one) if one else None for one in own),
            *(_status(one) for one in own),
            newest.percent if newest else None,
            newest.days_overdue if newest and newest.overdue else 0,
            newest.result if newest else None,
            (coordination_text(newest, sources.plan) or None) if newest else None,
            (notes_text(newest) or None) if newest else None,
            (figures_text(newest, sources.plan) or None) if newest else None,
            verdict_text(newest, sources.plan) if newest else None,
            (evidence_text(newest, sources.plan, sources.forms) or None) if newest else None,
            *sources.direction(task_key(task)),
        ]
        yield TrackerRow(task_key(task), cells)


def _deadline(task: Task, position: TaskPosition | None) -> str:
    """The plan's own words, and the plan of its own that they speak of."""
    own = own_plan_text(position) if position else ""
    return f"{task.deadline.text} ({own})" if own else task.deadline.text


def _status(position: TaskPosition | None) -> str | None:
    return (position.status or NOT_REPORTED) if position else None
