"""Sections II to IV: judgement, difficulties, what comes next, what is asked for."""

from collections.abc import Iterator, Sequence

from kskt_excel.model.consolidation import IndicatorValue, Issue
from kskt_excel.model.period import Period
from kskt_excel.model.plan import DeadlineKind, Indicator
from kskt_excel.report.narrative_activities import open_tasks, overdue_tasks
from kskt_excel.report.narrative_content import TO_ADD, Block, Heading, Paragraph
from kskt_excel.report.narrative_ground import Ground
from kskt_excel.report.narrative_words import bullets, lowered, period_words, shortened, tidy
from kskt_excel.report.office_pages import shown, target_text
from kskt_excel.report.words import two_digits
from kskt_excel.text.given import listed

_LONG_TEXT = 300
_LAST_QUARTER = 4
_ONCE = (DeadlineKind.FIXED, DeadlineKind.OWN_PLAN, DeadlineKind.WITHIN_OTHER)
_TO = {
    "Sở": "Đối với Lãnh đạo Sở",
    "UBND tỉnh": "Đối với UBND tỉnh",
    "Bộ, ngành Trung ương": "Đối với Bộ, ngành Trung ương",
    "Khác": "Đối với cơ quan, đơn vị khác",
}
_TO_NOBODY = "Kiến nghị chưa ghi cấp giải quyết"


def judgement(ground: Ground) -> Iterator[Block]:
    """II. What was reached, what was not, the units' difficulties."""
    yield Heading("II. ĐÁNH GIÁ CHUNG, KHÓ KHĂN, VƯỚNG MẮC", 1)
    yield Heading("1. Kết quả đạt được", 2)
    yield from _met(ground)
    yield Paragraph(f"Nhận định chung: {TO_ADD}")
    yield Heading("2. Tồn tại, hạn chế", 2)
    yield from _not_met(ground)
    yield Heading("3. Khó khăn, vướng mắc", 2)
    yield from _difficulties(ground)


def outlook(ground: Ground) -> Iterator[Block]:
    """III. What is to be done in the next period: the plan's tasks that are still open."""
    following = next_period(ground.now.period)
    yield Heading("III. PHƯƠNG HƯỚNG, NHIỆM VỤ KỲ TỚI", 1)
    tasks = [ground.plan.task_by_code[task.code] for task in open_tasks(ground)]
    once = [task for task in tasks if task.deadline.kind in _ONCE]
    if once:
        yield Paragraph(
            f"Trong {period_words(following)}, tập trung hoàn thành"
            f" {two_digits(len(once))} nhiệm vụ của kế hoạch năm {ground.plan.year}:"
        )
        yield bullets(
            f"{task.code}: {shortened(tidy(task.text), _LONG_TEXT)}"
            f" ({task.lead_text}; thời gian hoàn thành: {lowered(task.deadline.text)})"
            for task in once
        )
    lasting = [task.code for task in ground.plan.tasks if task.deadline.kind not in _ONCE]
    if lasting and following.year == ground.plan.year:
        yield Paragraph(
            f"Tiếp tục thực hiện {two_digits(len(lasting))} nhiệm vụ thường xuyên, định kỳ của"
            f" kế hoạch: {listed(lasting)}."
        )
    yield Paragraph(f"Nhiệm vụ trọng tâm khác: {TO_ADD}")


def requests(ground: Ground) -> Iterator[Block]:
    """IV. What the units propose, by the level that must resolve it."""
    yield Heading("IV. KIẾN NGHỊ, ĐỀ XUẤT", 1)
    proposals = [issue for issue in ground.now.issues if issue.proposal]
    if not proposals:
        yield Paragraph(_none(ground, "kiến nghị, đề xuất"))
    for level in (*_TO, ""):
        own = [one for one in proposals if (one.level if one.level in _TO else "") == level]
        if own:
            yield Paragraph(f"{_TO.get(level, _TO_NOBODY)}:")
            yield bullets(proposal_line(ground, one) for one in own)
    yield Paragraph(f"Kiến nghị, đề xuất khác của Sở: {TO_ADD}")


def next_period(period: Period) -> Period:
    """The quarter after a period; after a whole year, the next year."""
    if period.cumulative and period.number == _LAST_QUARTER:
        return Period(period.year + 1, period.last_month, cumulative=True)
    if period.number == _LAST_QUARTER:
        return Period.quarter(period.year + 1, 1)
    return Period.quarter(period.year, period.number + 1)


def proposal_line(ground: Ground, issue: Issue) -> str:
    """The proposal, who makes it and about which task."""
    return f"{shortened(tidy(issue.proposal), _LONG_TEXT)} ({_whose(ground, issue)})"


def indicator_line(ground: Ground, value: IndicatorValue) -> str:
    """``Tỷ lệ …: 98 % (mục tiêu ≥ 95 %)``."""
    indicator = next(one for one in ground.plan.indicators if one.id == value.id)
    return f"{indicator.name}: {shown(value.value, indicator)} (mục tiêu {goal(indicator)})"


def goal(indicator: Indicator) -> str:
    """The target as it is said: ``≥ 95 %``; ``100 %`` where there is nothing above it."""
    text = target_text(indicator)
    return text.removeprefix("≥ ") if indicator.target == 1 and indicator.unit == "%" else text


def judged(ground: Ground) -> tuple[list[IndicatorValue], list[IndicatorValue]]:
    """Indicators that reach their target, and those that do not; the others are left out."""
    known = {one.id for one in ground.plan.indicators}
    some = [value for value in ground.now.indicators if value.id in known]
    return [one for one in some if one.met is True], [one for one in some if one.met is False]


def _met(ground: Ground) -> Iterator[Block]:
    met, missed = judged(ground)
    total = len(met) + len(missed)
    if not total:
        yield Paragraph("Chưa đủ số liệu để so sánh các chỉ tiêu với mục tiêu.")
    elif not met:
        yield Paragraph(
            f"Chưa có chỉ tiêu nào trong {two_digits(total)} chỉ tiêu có số liệu đạt mục tiêu."
        )
    else:
        how_many = f"Có {two_digits(len(met))}/" if missed else "Cả "
        yield Paragraph(f"{how_many}{two_digits(total)} chỉ tiêu có số liệu đạt mục tiêu:")
        yield bullets(indicator_line(ground, value) for value in met)


def _not_met(ground: Ground) -> Iterator[Block]:
    _, missed = judged(ground)
    late = overdue_tasks(ground)
    if missed:
        yield Paragraph(f"Chưa đạt mục tiêu {two_digits(len(missed))} chỉ tiêu:")
        yield bullets(indicator_line(ground, value) for value in missed)
    if late:
        yield Paragraph(f"Quá hạn {two_digits(len(late))} nhiệm vụ của kế hoạch:")
        yield bullets(late)
    if ground.now.missing:
        yield Paragraph(
            f"Còn {two_digits(len(ground.now.missing))} đơn vị chưa có báo cáo được chấp nhận"
            " (nêu tại mục I.12.c)."
        )
    yield Paragraph(f"Nguyên nhân: {TO_ADD}")


def _difficulties(ground: Ground) -> Iterator[Block]:
    raised = [issue for issue in ground.now.issues if issue.difficulty]
    if not raised:
        yield Paragraph(_none(ground, "khó khăn, vướng mắc"))
        return
    yield Paragraph("Các phòng, đơn vị phản ánh:")
    yield bullets(_difficulty_lines(ground, raised))


def _difficulty_lines(ground: Ground, raised: Sequence[Issue]) -> Iterator[str]:
    for issue in raised:
        cause = tidy(issue.cause)
        why = f"; nguyên nhân: {lowered(shortened(cause, _LONG_TEXT))}" if cause else ""
        what = shortened(tidy(issue.difficulty), _LONG_TEXT)
        yield f"{what}{why} ({_whose(ground, issue)})"


def _whose(ground: Ground, issue: Issue) -> str:
    about = f"; nhiệm vụ {issue.task}" if issue.task in ground.plan.task_by_code else ""
    return f"{ground.unit_name(issue.unit)}{about}"


def _none(ground: Ground, noun: str) -> str:
    if not ground.has_sent():
        return f"Đến thời điểm tổng hợp, chưa có đơn vị nào gửi báo cáo. {TO_ADD}"
    return f"Các phòng, đơn vị không nêu {noun}."
