"""The administrative frame and the line on unfinished figures, the same on every page."""

from kskt_excel.model.consolidation import Consolidation
from kskt_excel.model.plan import Plan
from kskt_excel.report import words
from kskt_excel.report.content import Frame
from kskt_excel.text import given

_BLANK_NUMBER = " " * 10
_BLANK_DAY = " " * 6
LEGEND = "Ghi chú: 0 là không có; KPS là không phát sinh; - là để trống; chưa báo cáo là chưa gửi."


def frame(plan: Plan, consolidation: Consolidation) -> Frame:
    """The frame of a period's pages; number and day are blanks to fill by hand.

    The month is the one in which the report is made: that of the as-of day.
    """
    made = consolidation.as_of.date()
    _, month, _ = given.day(made).split("/")
    recipients = plan.setting("Nơi nhận", "Văn phòng UBND tỉnh; Lãnh đạo Sở; Lưu: VT, VP")
    return Frame(
        superior=plan.superior.upper(),
        agency=plan.agency.upper(),
        number=f"Số:{_BLANK_NUMBER}{plan.setting('Mẫu số báo cáo', '/BC-SKHCN')}",
        place_and_date=f"{plan.place}, ngày{_BLANK_DAY}tháng {month} năm {made.year}",
        recipients=tuple(part.strip() for part in recipients.split(";") if part.strip()),
        preparer=plan.setting("Người lập biểu"),
        signer_authority=plan.signer.authority,
        signer_title=plan.signer.title,
        signer_name=plan.signer.name,
    )


def period_line(consolidation: Consolidation) -> str:
    """``Quý I/2022 (từ ngày 15/12/2021 đến ngày 14/3/2022)``."""
    window = consolidation.window
    return (
        f"{consolidation.period.label} (từ ngày {given.day(window.start)}"
        f" đến ngày {given.day(window.end)})"
    )


def provisional_line(plan: Plan, consolidation: Consolidation) -> str:
    """Who is still missing, so that nobody takes the figures for final ones; "" when all are in."""
    names = [
        plan.unit_by_code[unit].name if unit in plan.unit_by_code else unit
        for unit in consolidation.missing
    ]
    if not names:
        return ""
    until = words.moment(consolidation.as_of)
    return f"Số liệu tạm tổng hợp đến {until}, còn thiếu: {', '.join(names)}."
