"""What a superior is handed: its units on one page, and the list of those to be reminded."""

from collections.abc import Iterator
from dataclasses import replace

from kskt_excel.consolidation.indicators import counts_tasks
from kskt_excel.model.consolidation import Consolidation, IndicatorValue, ValueKind
from kskt_excel.model.plan import Plan, Superior
from kskt_excel.report.page import (
    Frame,
    PageCell,
    PageColumn,
    PageRow,
    PageTable,
    PrintedPage,
    frame,
    period_line,
)
from kskt_excel.report.sending import OPEN, provisional_line, sending_summary
from kskt_excel.report.verdicts import indicator_text, met_text, target_text
from kskt_excel.text.shown import day_text

_BRIEF, _LIST = "Tóm tắt", "Đôn đốc"
_ONLY_TOLD = (
    "Cột Toàn cơ quan là kết quả của mọi đơn vị; chỉ tiêu không có số liệu của {superior} không in"
    " ở đây."
)


def superior_pages(
    plan: Plan, own_plan: Plan, superior: Superior, own: Consolidation, whole: Consolidation
) -> Iterator[PrintedPage]:
    """The brief of a superior, then the list of its units whose reports are awaited.

    ``own`` is put together from its units alone, ``whole`` from all of ``plan``.
    """
    around = _frame(plan, superior, whole)
    heard = f"Cơ quan lập: {plan.agency}. Nơi nhận: {'; '.join(around.recipients)}."
    yield PrintedPage(
        name=_BRIEF,
        title=("TÓM TẮT", f"Kết quả {plan.regime_on(own.window.end).work} của {superior.name}"),
        period_line=period_line(own),
        frame=around,
        tables=(_indicators(plan, own, whole),),
        provisional=provisional_line(own),
        paragraphs=(heard, sending_summary(own_plan, own, listed_on=f"trang {_LIST}")),
        notes=(_ONLY_TOLD.format(superior=superior.name),),
        orientation="portrait",
        footer=f"{_BRIEF} {superior.name} - {own.period.label}",
    )
    yield PrintedPage(
        name=_LIST,
        title=("DANH SÁCH ĐÔN ĐỐC", f"Các đơn vị thuộc {superior.name} chưa có báo cáo"),
        period_line=period_line(own),
        frame=around,
        tables=(_owing(plan, own),),
        paragraphs=(heard,),
        orientation="portrait",
        footer=f"{_LIST} {superior.name} - {own.period.label}",
    )


def _frame(plan: Plan, superior: Superior, whole: Consolidation) -> Frame:
    """The agency's frame with the superior's own recipients and signer, where the plan has them."""
    around = frame(plan, whole)
    if superior.recipients:
        around = replace(around, recipients=superior.recipients)
    if signer := superior.signer:
        around = replace(
            around,
            signer_authority=signer.authority,
            signer_title=signer.title,
            signer_name=signer.name,
        )
    return around


def _indicators(plan: Plan, own: Consolidation, whole: Consolidation) -> PageTable:
    """The indicators of which the units tell something, beside those of all units."""
    columns = (
        PageColumn(("STT",), "1", 36),
        PageColumn(("Chỉ tiêu",), "2", 290, "left"),
        PageColumn(("Tử số",), "3", 64),
        PageColumn(("Mẫu số",), "4", 64),
        PageColumn(("Kết quả",), "5", 74),
        PageColumn(("Toàn cơ quan",), "6", 74),
        PageColumn(("Mục tiêu",), "7", 74),
        PageColumn(("Đánh giá",), "8", 84),
    )
    of_all = {one.id: one for one in whole.indicators}
    told = [
        one for one in own.indicators if one.kind is not ValueKind.NOT_REPORTED and one.denominator
    ]
    known = {one.id: one for one in plan.indicators if not counts_tasks(one)}
    rows = [
        _indicator_row(number, plan, one, of_all.get(one.id))
        for number, one in enumerate((one for one in told if one.id in known), start=1)
    ]
    return PageTable(columns, tuple(rows) or (_alone("Chưa có số liệu để tính các chỉ tiêu."),))


def _indicator_row(
    number: int, plan: Plan, own: IndicatorValue, of_all: IndicatorValue | None
) -> PageRow:
    indicator = next(one for one in plan.indicators if one.id == own.id)
    return PageRow(
        (
            PageCell(number, "label"),
            PageCell(indicator.name),
            PageCell(own.numerator, "count"),
            PageCell(own.denominator, "count"),
            PageCell(indicator_text(own, indicator), "label"),
            PageCell(indicator_text(of_all, indicator), "label"),
            PageCell(target_text(indicator) or None, "label"),
            PageCell(met_text(own), "label"),
        )
    )


def _owing(plan: Plan, own: Consolidation) -> PageTable:
    columns = (
        PageColumn(("STT",), "1", 36),
        PageColumn(("Đơn vị",), "2", 220, "left"),
        PageColumn(("Kỳ",), "3", 90),
        PageColumn(("Tình hình",), "4", 120),
        PageColumn(("Hạn gửi",), "5", 90),
        PageColumn(("Lỗi phải sửa",), "6", 70),
        PageColumn(("Thư điện tử",), "7", 190, "left"),
    )
    owing = [(some, one) for some in own.quarters for one in some.missing if one.state in OPEN]
    rows = [
        PageRow(
            (
                PageCell(number, "label"),
                PageCell(plan.unit_name(one.unit)),
                PageCell(some.quarter.label, "label"),
                PageCell(one.state.value, "label"),
                PageCell(day_text(some.deadline), "label"),
                PageCell(one.errors or None, "count"),
                PageCell("; ".join(plan.unit_by_code[one.unit].emails) or None),
            )
        )
        for number, (some, one) in enumerate(owing, start=1)
    ]
    return PageTable(columns, tuple(rows) or (_alone("Không còn đơn vị nào phải đôn đốc."),))


def _alone(text: str) -> PageRow:
    """A row that says why there are no others."""
    return PageRow((PageCell(None, "label"), PageCell(text, "label")), "section")
