"""Filled workbooks of the small plan, for tests of writing."""

import datetime as dt
from functools import cache

from kskt_excel.excel.issued import unit_workbook
from kskt_excel.model.period import Period
from tests import builders

Q1 = Period.quarter(2022, 1)

BALANCED = {
    "procedure": "2.002385",
    "received_online": 12,
    "received_direct": 1,
    "received_postal": 0,
    "carried_over": 3,
    "resolved_early": 8,
    "resolved_on_time": 4,
    "returned": 1,
    "resolved_overdue": 1,
    "pending_in_time": 2,
    "pending_paused": 0,
    "pending_overdue": 0,
}
UNBALANCED = BALANCED | {"procedure": "2.002380", "received_online": 1234}

FILLED = {
    "tien-do": [
        {
            "task": "II.4",
            "status": "Đã hoàn thành",
            "percent": 100,
            "completed_on": dt.date(2022, 3, 14),
            "result": "- Đã gửi báo cáo quý I\n- Đã rà soát danh mục thủ tục của đơn vị",
            "difficulty": "=1+1",
        }
    ],
    "ho-so": [BALANCED, UNBALANCED],
    "truc-tuyen": [{"procedure": "2.002385", "received": 13, "online": 14, "level4": 12}],
    "qua-han": [
        {
            "dossier": "000.00.09.H55-220215-0007",
            "procedure": "2.002385",
            "received_on": dt.date(2022, 2, 15),
            "due_on": dt.date(2022, 2, 22),
            "reason": "NN02 Cán bộ, công chức",
        }
    ],
    "ra-soat": [{"procedure": "2.002385", "legal_texts": "3"}],
    "vbqppl": [{"draft_name": "Quyết định về lệ phí", "new_count": 2, "impact_assessed": True}],
    "kiem-tra": [{"inspection": "Đợt 1", "shortcomings": "hai", "remedied": 2}],
}


@cache
def blank(unit: str, period: Period = Q1) -> bytes:
    """A unit's workbook as it goes out."""
    plan = builders.small_plan()
    return unit_workbook.unit_workbook(
        plan=plan,
        forms=builders.forms(),
        unit=plan.unit_by_code[unit],
        period=period,
        opening={("ho-so", "carried_over", "2.002385"): 3},
    )


def filled(**rows: list[dict[str, object]]) -> bytes:
    """QLCNH's workbook of the first quarter with rows in it; underscores in names for hyphens."""
    return _with({name.replace("_", "-"): own for name, own in rows.items()}) if rows else _usual()


@cache
def _usual() -> bytes:
    return _with(FILLED)


def _with(given: dict[str, list[dict[str, object]]]) -> bytes:
    plan = builders.small_plan()
    return unit_workbook.unit_workbook(
        plan=plan,
        forms=builders.forms(),
        unit=plan.unit_by_code["QLCNH"],
        period=Q1,
        rows=given,
        nil=("pakn",),
        info={"preparer": "Nguyễn Thị Hoa", "prepared_on": dt.date(2022, 3, 14)},
    )
