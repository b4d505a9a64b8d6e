"""The narrative report of a period: the outline of the circular, filled in.

Source: Nghị định 63/2010/NĐ-CP, Điều 35; Thông tư 01/2018/TT-VPCP, Điều 11.
"""

from collections.abc import Iterator

from kskt_excel.model.consolidation import Consolidation
from kskt_excel.model.forms import Forms, PrintedForm
from kskt_excel.model.plan import Plan
from kskt_excel.report.frame import frame, provisional_line
from kskt_excel.report.narrative_activities import (
    communication_section,
    initiatives_section,
    inspection_section,
    other_section,
)
from kskt_excel.report.narrative_closing import judgement, outlook, requests
from kskt_excel.report.narrative_content import Annex, Block, Heading, Narrative
from kskt_excel.report.narrative_dossiers import dossiers_section
from kskt_excel.report.narrative_ground import Ground
from kskt_excel.report.narrative_rules import (
    feedback_section,
    impact_section,
    issued_section,
    published_section,
    review_section,
)
from kskt_excel.report.narrative_services import one_stop_section, online_section
from kskt_excel.report.narrative_words import period_words
from kskt_excel.text.given import day

_SUBJECT = (
    "tình hình, kết quả thực hiện công tác kiểm soát thủ tục hành chính, triển khai cơ chế"
    " một cửa, một cửa liên thông trong giải quyết thủ tục hành chính và thực hiện"
    " thủ tục hành chính trên môi trường điện tử"
)
_SECTIONS = (
    impact_section,
    issued_section,
    published_section,
    review_section,
    feedback_section,
    dossiers_section,
    one_stop_section,
    online_section,
    communication_section,
    initiatives_section,
    inspection_section,
    other_section,
)
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV")


def narrative(
    plan: Plan, forms: Forms, consolidation: Consolidation, previous: Consolidation | None
) -> Narrative:
    """The report in words; ``previous`` is the period to compare with, None without one."""
    ground = Ground(plan, forms, consolidation, previous)
    period = period_words(consolidation.period)
    return Narrative(
        agency=plan.agency,
        frame=frame(plan, consolidation),
        kind="BÁO CÁO",
        abstract=f"{_SUBJECT[:1].upper()}{_SUBJECT[1:]} {period}",
        addressee=plan.setting("Nơi nhận báo cáo", "Văn phòng UBND tỉnh"),
        provisional=provisional_line(plan, consolidation),
        introduction=_introduction(ground),
        blocks=tuple(_blocks(ground)),
        annexes=_annexes(tuple(ground.printed.values())),
        closing=f"Trên đây là báo cáo {_SUBJECT} {period} của {plan.agency}",
        as_of=consolidation.as_of,
    )


def _introduction(ground: Ground) -> str:
    """What the report is made under and the days whose data count; names what is abbreviated."""
    plan, window = ground.plan, ground.now.window
    laws = dict.fromkeys(form.source.partition(",")[0] for form in ground.printed.values())
    rules = [law for law in laws if law]
    by_law = f" và chế độ báo cáo theo {', '.join(rules)}" if rules else ""
    basis = f" {plan.legal_basis};" if plan.legal_basis else ""
    number = f" số {plan.number}" if plan.number else ""
    return (
        f"Thực hiện{basis} Kế hoạch{number} kiểm soát thủ tục hành chính năm {plan.year} của"
        f" {plan.agency}{by_law}, {plan.agency} báo cáo tình hình, kết quả thực hiện"
        f" {period_words(ground.now.period)} (số liệu từ ngày {day(window.start)} đến ngày"
        f" {day(window.end)}). Trong báo cáo này, thủ tục hành chính viết tắt là TTHC; văn bản quy"
        " phạm pháp luật viết tắt là VBQPPL; phản ánh, kiến nghị viết tắt là PAKN."
    )


def _blocks(ground: Ground) -> Iterator[Block]:
    yield Heading("I. TÌNH HÌNH, KẾT QUẢ THỰC HIỆN", 1)
    for section in _SECTIONS:
        yield from section(ground)
    yield from judgement(ground)
    yield from outlook(ground)
    yield from requests(ground)


def _annexes(printed: tuple[PrintedForm, ...]) -> tuple[Annex, ...]:
    numerals = _ROMAN if len(printed) > 1 else ("",)
    return tuple(
        Annex(numeral, f"{form.code}: {form.title.capitalize()}")
        for numeral, form in zip(numerals, printed, strict=False)
    )
