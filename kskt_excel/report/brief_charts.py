"""The two charts of the leaders' page: tasks by section, dossiers by field."""

from kskt_excel.model.consolidation import FormRow
from kskt_excel.report.brief_content import Chart, Series
from kskt_excel.report.narrative_ground import Ground
from kskt_excel.report.narrative_words import shortened
from kskt_excel.report.progress_page import DONE

_LONG_NAME = 30
_UNDER_WAY = "Đang thực hiện"


def charts(ground: Ground) -> tuple[Chart, Chart]:
    """Where the tasks stand and how the dossiers were settled; overdue ones are a part of both.

    «Đúng hạn» holds what was settled before its day too, «Đang giải quyết» what is in time.
    """
    return _tasks(ground), _dossiers(ground)


def _tasks(ground: Ground) -> Chart:
    """Statuses by section of the plan; sections are named by their numerals."""
    plan = ground.plan.task_by_code
    sections = list(dict.fromkeys(plan[task.code].parts[0] for task in ground.now.tasks))

    def counts(*statuses: str) -> tuple[int, ...]:
        return tuple(
            sum(
                task.status in statuses
                for task in ground.now.tasks
                if plan[task.code].parts[0] == section
            )
            for section in sections
        )

    others = ("Chưa thực hiện", "Không phát sinh", "")
    return Chart(
        "Số nhiệm vụ theo phần của kế hoạch",
        "counts",
        tuple(f"Phần {section}" for section in sections),
        (
            Series("Đã hoàn thành", counts(DONE), 2),
            Series("Đang thực hiện", counts(_UNDER_WAY), 1),
            Series("Còn lại", counts(*others), 0),
        ),
    )


def _dossiers(ground: Ground) -> Chart:
    table = ground.now.forms.get("II.06a")
    rows = table.rows if table else ()

    def figures(*columns: int) -> tuple[int, ...]:
        return tuple(sum(_figure(row, column) for column in columns) for row in rows)

    return Chart(
        "Số hồ sơ theo lĩnh vực",
        "shares",
        tuple(shortened(row.label, _LONG_NAME) for row in rows),
        (
            Series("Đúng hạn", figures(8, 9), 1),
            Series("Đang giải quyết", figures(12), 0),
            Series("Quá hạn", figures(10, 13), 2),
        ),
    )


def _figure(row: FormRow, column: int) -> int:
    value = row.values.get(str(column))
    return int(value) if isinstance(value, int | float) else 0
