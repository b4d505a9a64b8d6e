"""The narrative report of a period: the outline of the circular, activities, proposals.

Source: Nghị định 63/2010/NĐ-CP, Điều 35; Thông tư 01/2018/TT-VPCP, Điều 11.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain

from kskt_excel.consolidation.tasks import DONE_ONCE, due_tasks
from kskt_excel.model.consolidation import Consolidation, IndicatorValue, Issue, TaskPosition
from kskt_excel.model.forms import Forms
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Plan
from kskt_excel.model.reading import Record
from kskt_excel.report.annexes import ISSUES
from kskt_excel.report.direction_lines import direction_line, directions_count
from kskt_excel.report.narrative_results import (
    dossiers_section,
    feedback_section,
    impact_section,
    issued_section,
    one_stop_section,
    online_section,
    published_section,
    review_section,
    settled_in_time,
)
from kskt_excel.report.page import frame
from kskt_excel.report.sending import (
    missing_counts,
    provisional_line,
    sending_sentences,
    sending_summary,
)
from kskt_excel.report.sentences import (
    TO_ADD,
    Heading,
    Narrative,
    Paragraph,
    ReportBlock,
    ReportFacts,
    ReportTable,
    bullets,
    column_total,
    decision_named,
    figure_state,
    first_bullets,
    first_mention,
    lowered,
    of_which,
    shortened,
    text_of,
    texts_of,
    tidy,
)
from kskt_excel.report.verdicts import (
    due_line,
    indicator_text,
    is_of_the_year,
    target_text,
    task_lines,
    verdict_counts,
    without_own_plan,
    without_part,
)
from kskt_excel.text.shown import (
    NO_FIGURE,
    capitalised,
    day_text,
    grouped_number,
    listed,
    sentence_case,
    two_digits,
)

_LONG_TEXT = 160  # letters of what is one of several in a list
_LONG_TASK = 110  # letters in a cell of a table
_NOT_SENT = f"Đến thời điểm tổng hợp, chưa có đơn vị nào gửi báo cáo. {TO_ADD}"
_OPEN = ("Đang thực hiện", "Chưa thực hiện", "")


def communication_section(ground: ReportFacts) -> Iterator[ReportBlock]:
    """Communication and support (truyền thông, hỗ trợ)."""
    yield Heading("9. Công tác truyền thông, hỗ trợ", 2)
    rows = list(ground.records("communication"))
    if not rows:
        yield Paragraph(_none(ground, "hoạt động truyền thông, hỗ trợ"))
        return
    by_plan = sum(row.values.get("planned") is True for _, row in rows)
    parts = [("theo kế hoạch", by_plan), ("ngoài kế hoạch", len(rows) - by_plan)]
    yield Paragraph(
        f"Trong kỳ, đã thực hiện {two_digits(len(rows))} hoạt động truyền thông, hỗ trợ"
        f"{of_which(len(rows), parts, 'hoạt động')}:"
    )
    yield first_bullets(rows, lambda row: _activity(ground, *row), "hoạt động")


def initiatives_section(ground: ReportFacts) -> Iterator[ReportBlock]:
    """Initiatives (sáng kiến, giải pháp)."""
    yield Heading("10. Nghiên cứu, đề xuất sáng kiến cải cách thủ tục hành chính", 2)
    rows = list(ground.records("initiatives"))
    if not rows:
        yield Paragraph(_none(ground, "sáng kiến, giải pháp được đề xuất"))
        return
    recognised = sum(row.values.get("recognised") is True for _, row in rows)
    of_them = f"đã công nhận {two_digits(recognised)}" if recognised else "chưa công nhận"
    yield Paragraph(
        f"Trong kỳ, có {two_digits(len(rows))} sáng kiến, giải pháp được đề xuất ({of_them}), gồm:"
    )
    yield first_bullets(rows, lambda row: _initiative(ground, *row), "sáng kiến")


def inspection_section(ground: ReportFacts) -> Iterator[ReportBlock]:
    """Inspections (kiểm tra) of the control of procedures."""
    yield Heading(f"11. Kiểm tra việc thực hiện {ground.regime.work}", 2)
    rows = [row for _, row in ground.records("inspections")]
    if not rows:
        yield Paragraph(_none(ground, "cuộc kiểm tra"))
        return
    faults = sum(row.count("shortcomings") for row in rows)
    mended = sum(row.count("remedied") for row in rows)
    inspected = {text_of(row, "inspected_unit") for row in rows}
    found = (
        f"phát hiện {two_digits(faults)} tồn tại, đã khắc phục {two_digits(mended)} tồn tại"
        f"{ground.share(mended, faults)}"
        if faults
        else "không phát hiện tồn tại"
    )
    yield Paragraph(
        f"Trong kỳ, đã kiểm tra {two_digits(len(rows))} lượt tại"
        f" {two_digits(len(inspected))} đơn vị, {found}. Cụ thể:"
    )
    yield first_bullets(rows, lambda row: _inspection(ground, row), "lượt kiểm tra")


def other_section(ground: ReportFacts) -> Iterator[ReportBlock]:
    """Contact officers, the plan's progress, who has sent, leaders' directions."""
    yield Heading("12. Nội dung khác", 2)
    if ground.speaks_of("officers"):
        yield Heading("a) Kiện toàn đội ngũ cán bộ, công chức đầu mối", 3)
        yield Paragraph(_officers(ground))
    yield Heading(f"{_letter(ground, 'b')}) Tiến độ thực hiện kế hoạch năm", 3)
    yield from _progress(ground)
    yield Heading(f"{_letter(ground, 'c')}) Chế độ báo cáo của các phòng, đơn vị", 3)
    yield from map(Paragraph, sending_sentences(ground.plan, ground.now))
    if ground.now.directions:
        yield Heading(f"{_letter(ground, 'd')}) Thực hiện ý kiến chỉ đạo của lãnh đạo", 3)
        yield Paragraph(directions_count(ground.now.directions))
        yield bullets(direction_line(one, ground.plan) for one in ground.now.directions)


def _letter(ground: ReportFacts, letter: str) -> str:
    """The letter of a part behind the officers: the one before, where nobody asks for them."""
    return letter if ground.speaks_of("officers") else chr(ord(letter) - 1)


def open_tasks(ground: ReportFacts) -> list[TaskPosition]:
    """Tasks that are not done and still to be done, in the plan's order."""
    return [task for task in ground.now.tasks if task.status in _OPEN]


def overdue_tasks(ground: ReportFacts) -> list[str]:
    """A line for each overdue task: code, text, days."""
    texts = ground.plan.task_by_code
    return [
        f"{task.code}: {shortened(tidy(texts[task.code].text), _LONG_TEXT)}"
        f" (quá hạn {two_digits(task.days_overdue)} ngày làm việc)"
        for task in ground.now.tasks
        if task.overdue
    ]


def due_by_now(ground: ReportFacts) -> tuple[TaskPosition, ...]:
    """Tasks done once whose day has come by the end of the period."""
    now = ground.now
    return due_tasks(now.tasks, ground.plan, now.period, now.as_of.date())


def _progress(ground: ReportFacts) -> Iterator[ReportBlock]:
    total = len(ground.now.tasks)
    counts = f"Kế hoạch có {two_digits(total)} nhiệm vụ: {verdict_counts(ground.now.tasks)}."
    yield Paragraph(f"{counts} {due_line(due_by_now(ground))}".rstrip())
    if total:
        yield Paragraph("Từng nhiệm vụ như sau:")
        yield _tasks_table(ground)
    if idle := without_part(ground.now.tasks, ground.plan):
        yield Paragraph(idle)
    if awaited := without_own_plan(ground.now.tasks):
        yield Paragraph(f"Chưa có kế hoạch riêng: nhiệm vụ {awaited}.")
    late = overdue_tasks(ground)
    if not late:
        yield Paragraph("Không có nhiệm vụ quá thời hạn hoàn thành.")
        return
    yield Paragraph(f"Quá hạn {two_digits(len(late))} nhiệm vụ:")
    yield bullets(late)


_TASK_HEADS = ("Mã", "Nhiệm vụ", "Đơn vị chủ trì báo", "Theo số liệu", "Kết luận", "Căn cứ")
_TASK_SHARES = (7, 17, 19, 20, 13, 24)


def _tasks_table(ground: ReportFacts) -> ReportTable:
    """Every task: what its lead reports beside what its figures say, and on what that rests."""
    rows = (
        (
            line.task.code,
            shortened(tidy(line.task.text), _LONG_TASK),
            line.said,
            line.figures or NO_FIGURE,
            line.verdict,
            line.evidence or NO_FIGURE,
        )
        for line in task_lines(ground.plan, ground.forms, ground.now)
    )
    return ReportTable(_TASK_HEADS, tuple(rows), _TASK_SHARES)


def _officers(ground: ReportFacts) -> str:
    rows = ground.latest("officers").values()
    if not rows:
        return _none(ground, "thay đổi về đội ngũ đầu mối")
    people = len({text_of(row, "full_name").casefold() for row in rows})
    decisions = list(dict.fromkeys(filter(None, (text_of(row, "decision") for row in rows))))
    by = f" theo {listed([decision_named(one) for one in decisions])}" if decisions else ""
    units = ground.count("contact_units.by_decision")
    whole = len(ground.plan.units_in(ground.now.period))
    told = f" Có {two_digits(units)}/{two_digits(whole)} phòng, đơn vị có đầu mối theo quyết định."
    return (
        f"Đội ngũ đầu mối kiểm soát TTHC gồm {two_digits(people)} cán bộ, công chức{by}."
        f"{told if units else ''}"
    )


def _activity(ground: ReportFacts, unit: str, row: Record) -> str:
    quantity = row.count("quantity")
    details = [
        text_of(row, "form").lower(),
        _day(row),
        f"số lượng {two_digits(quantity)}" if quantity else "",
        ground.plan.unit_name(unit),
    ]
    return f"{_short(row, 'activity')} ({'; '.join(part for part in details if part)})"


def _initiative(ground: ReportFacts, unit: str, row: Record) -> str:
    return f"{_short(row, 'title')} ({ground.plan.unit_name(unit)})"


def _inspection(ground: ReportFacts, row: Record) -> str:
    unit = ground.plan.unit_name(text_of(row, "inspected_unit"))
    details = [part for part in (unit, _day(row)) if part]
    conclusion = _short(row, "conclusion")
    end = f": {lowered(conclusion)}" if conclusion else ""
    return f"{_short(row, 'inspection')} ({', '.join(details)}){end}"


def _day(row: Record) -> str:
    value = row.values.get("held_on")
    return f"ngày {day_text(value)}" if isinstance(value, dt.date) else ""


def _short(row: Record, column: str) -> str:
    return shortened(tidy(text_of(row, column)), _LONG_TEXT)


def _none(ground: ReportFacts, noun: str) -> str:
    return f"Trong kỳ, không có {noun}." if ground.has_sent() else _NOT_SENT


_LONG_ISSUE = 300  # letters: a difficulty is told whole where it can be
_HALF_A_YEAR = 6
_OTHERS = "Khác"
_TO_NOBODY = f"Kiến nghị chưa ghi cấp giải quyết {TO_ADD}"


def by_level(ground: ReportFacts) -> Iterator[tuple[str, Sequence[Issue]]]:
    """The issues with a proposal, by who decides on it; last those that name nobody."""
    proposals = [issue for issue in ground.now.issues if issue.proposal]
    named = (*ground.plan.deciding_levels, *(issue.level for issue in proposals if issue.level))
    for level in dict.fromkeys((*named, "")):
        own = [issue for issue in proposals if issue.level == level]
        if own:
            yield level, own


def addressee(level: str) -> str:
    """Whom a petition goes to: «UBND tỉnh», «cơ quan, đơn vị khác»."""
    return "cơ quan, đơn vị khác" if level == _OTHERS else level


def judgement(ground: ReportFacts) -> Iterator[ReportBlock]:
    """Part II of the report: what was reached, what was not, the units' difficulties."""
    yield Heading("II. ĐÁNH GIÁ CHUNG, KHÓ KHĂN, VƯỚNG MẮC", 1)
    yield Heading("1. Kết quả đạt được", 2)
    yield from _targets(ground)
    yield Paragraph(f"Nhận định chung: {TO_ADD}{_hint(_figures_of_all(ground))}")
    yield Heading("2. Tồn tại, hạn chế", 2)
    yield from _not_met(ground)
    yield Heading("3. Khó khăn, vướng mắc", 2)
    yield from _difficulties(ground)


def outlook(ground: ReportFacts) -> Iterator[ReportBlock]:
    """Part III: what is to be done in the next period, the plan's tasks that are still open."""
    following = ground.now.period.following
    if following is None:
        return
    yield Heading("III. PHƯƠNG HƯỚNG, NHIỆM VỤ KỲ TỚI", 1)
    tasks = [ground.plan.task_by_code[task.code] for task in open_tasks(ground)]
    once = [task for task in tasks if task.deadline.kind in DONE_ONCE]
    if once:
        yield Paragraph(
            f"Trong {_time_ahead(ground.now.period, following)}, tập trung hoàn thành"
            f" {two_digits(len(once))} nhiệm vụ còn lại của kế hoạch năm {ground.plan.year}:"
        )
        yield bullets(
            f"{task.code}: {shortened(tidy(task.text), _LONG_ISSUE)}"
            f" ({task.lead_text}; thời gian hoàn thành: {lowered(task.deadline.text)})"
            for task in once
        )
    lasting = [task.code for task in ground.plan.tasks if task.deadline.kind not in DONE_ONCE]
    if lasting and following.year == ground.plan.year:
        yield Paragraph(
            f"Tiếp tục thực hiện {two_digits(len(lasting))} nhiệm vụ thường xuyên, định kỳ của"
            f" kế hoạch: {listed(lasting)}."
        )
    yield Paragraph(f"Nhiệm vụ trọng tâm khác: {TO_ADD}")


def _time_ahead(period: Period, following: Period) -> str:
    """What a report looks ahead to: of half a year the other half, else the period after it."""
    if period.cumulative and period.months == _HALF_A_YEAR:
        return f"6 tháng cuối năm {period.year}"
    return following.in_sentence


def requests(ground: ReportFacts) -> Iterator[ReportBlock]:
    """Part IV: what the units propose to others, by the level that must resolve it.

    What the department resolves itself is no petition to whom it reports.
    """
    yield Heading("IV. KIẾN NGHỊ, ĐỀ XUẤT", 1)
    proposals = dict(by_level(ground))
    if not proposals:
        yield Paragraph(_no_issues(ground, "kiến nghị, đề xuất"))
    for level, own in proposals.items():
        if ground.plan.is_own_level(level):
            where = next(one.label for one in ground.annexes if one.sheet == ISSUES.sheet)
            yield Paragraph(
                f"Có {two_digits(len(own))} kiến nghị của các phòng, đơn vị thuộc thẩm quyền của"
                f" {level}, do {level} xem xét, giải quyết (nêu tại {where})."
            )
        else:
            yield Paragraph(f"{f'Đối với {addressee(level)}' if level else _TO_NOBODY}:")
            yield bullets(proposal_line(ground, one) for one in own)
    yield Paragraph(f"Kiến nghị, đề xuất khác của Sở: {TO_ADD}")


def proposal_line(ground: ReportFacts, issue: Issue) -> str:
    """The proposal, who makes it and about which task."""
    return f"{shortened(tidy(issue.proposal), _LONG_ISSUE)} ({_whose(ground, issue)})"


def indicator_line(ground: ReportFacts, value: IndicatorValue) -> str:
    """``Tỷ lệ …: 98 % (mục tiêu ≥ 95 %)``, with a word where it counts from the year's start."""
    indicator = next(one for one in ground.plan.indicators if one.id == value.id)
    whole = ", lũy kế từ đầu năm" if is_of_the_year(indicator, ground.now.period) else ""
    return (
        f"{indicator.name}: {indicator_text(value, indicator)}"
        f" (mục tiêu {target_text(indicator)}){whole}"
    )


def judged(ground: ReportFacts) -> tuple[list[IndicatorValue], list[IndicatorValue]]:
    """Indicators that reach their target, and those that do not; the others are left out."""
    known = {one.id for one in ground.plan.indicators}
    some = [value for value in ground.now.indicators if value.id in known]
    return [one for one in some if one.met is True], [one for one in some if one.met is False]


def yearly_targets(ground: ReportFacts) -> list[IndicatorValue]:
    """Indicators below a target that is not judged yet: of the year, of a day to come."""
    return [
        one
        for one in ground.now.indicators
        if one.met is None and one.denominator and one.target is not None
    ]


def _targets(ground: ReportFacts) -> Iterator[ReportBlock]:
    met, missed = judged(ground)
    still = yearly_targets(ground)
    total = len(met) + len(missed)
    if not total:
        yield Paragraph("Chưa đủ số liệu để so sánh các chỉ tiêu với mục tiêu.")
    elif not met:
        one_of = f"trong {two_digits(total)} chỉ tiêu" if total > 1 else "trong số các chỉ tiêu"
        yield Paragraph(f"Chưa có chỉ tiêu nào {one_of} có số liệu đạt mục tiêu.")
    else:
        how_many = f"Có {two_digits(len(met))}/" if len(met) < total or total == 1 else "Cả "
        yield Paragraph(f"{how_many}{two_digits(total)} chỉ tiêu có số liệu đạt mục tiêu:")
        yield bullets(indicator_line(ground, value) for value in met)
    if still:
        yield Paragraph("Chỉ tiêu chưa đến hạn xét, đang tiếp tục thực hiện:")
        yield bullets(indicator_line(ground, value) for value in still)


def _hint(figures: Sequence[str]) -> str:
    """Figures that bear on what a person must judge; "" without any."""
    return f" (số liệu để nhận định: {'; '.join(figures)})." if figures else ""


def _figures_of_all(ground: ReportFacts) -> list[str]:
    met, missed = judged(ground)
    late = overdue_tasks(ground)
    rate = settled_in_time(ground)
    total = len(met) + len(missed)
    said = [f"{two_digits(len(met))}/{two_digits(total)} chỉ tiêu đạt mục tiêu"] if total else []
    said += [f"{rate} hồ sơ giải quyết trước hạn, đúng hạn"] if rate else []
    said += [f"quá hạn {two_digits(len(late))} nhiệm vụ"] if late else []
    return said


def _not_met(ground: ReportFacts) -> Iterator[ReportBlock]:
    met, missed = judged(ground)
    late = overdue_tasks(ground)
    if missed:
        yield Paragraph(f"Chưa đạt mục tiêu {two_digits(len(missed))} chỉ tiêu:")
        yield bullets(indicator_line(ground, value) for value in missed)
    if late:
        yield Paragraph(f"Quá hạn {two_digits(len(late))} nhiệm vụ của kế hoạch:")
        yield bullets(late)
    if ground.now.missing:
        where = f"nêu tại mục I.{len(_sections_with_a_form(ground))}.{_letter(ground, 'c')}"
        yield Paragraph(
            f"Còn {missing_counts(ground.now)} chưa có báo cáo được chấp nhận ({where})."
        )
    if not (missed or late or ground.now.missing):
        judged_so = (
            "Các chỉ tiêu, nhiệm vụ đến hạn đều đạt"
            if met
            else "Chưa có chỉ tiêu nào đủ số liệu để đánh giá"
        )
        yield Paragraph(f"{judged_so}. Tồn tại, hạn chế khác, nếu có: {TO_ADD}")
        return
    causes = [issue.cause for issue in ground.now.issues if issue.cause]
    told = [f"{two_digits(len(causes))} nguyên nhân các đơn vị nêu ở mục 3"] if causes else []
    yield Paragraph(f"Nguyên nhân: {TO_ADD}{_hint(told)}")


def _difficulties(ground: ReportFacts) -> Iterator[ReportBlock]:
    raised = [issue for issue in ground.now.issues if issue.difficulty]
    if not raised:
        yield Paragraph(_no_issues(ground, "khó khăn, vướng mắc"))
        return
    yield Paragraph("Các phòng, đơn vị phản ánh:")
    yield bullets(_difficulty_lines(ground, raised))


def _difficulty_lines(ground: ReportFacts, raised: Sequence[Issue]) -> Iterator[str]:
    for issue in raised:
        cause = tidy(issue.cause)
        why = f"; nguyên nhân: {lowered(shortened(cause, _LONG_ISSUE))}" if cause else ""
        what = shortened(tidy(issue.difficulty), _LONG_ISSUE)
        yield f"{what}{why} ({_whose(ground, issue)})"


def _whose(ground: ReportFacts, issue: Issue) -> str:
    about = f"; nhiệm vụ {issue.task}" if issue.task in ground.plan.task_by_code else ""
    return f"{ground.plan.unit_name(issue.unit)}{about}"


def _no_issues(ground: ReportFacts, noun: str) -> str:
    if not ground.has_sent():
        return f"Đến thời điểm tổng hợp, chưa có đơn vị nào gửi báo cáo. {TO_ADD}"
    if not (ground.speaks_of("issues") or ground.speaks_of("progress")):
        return f"{capitalised(noun)} của các phòng, đơn vị: {TO_ADD}"  # no form asks for them
    return f"Các phòng, đơn vị không nêu {noun}."


ABBREVIATIONS = {
    "TTHC": "thủ tục hành chính",
    "VBQPPL": "văn bản quy phạm pháp luật",
    "PAKN": "phản ánh, kiến nghị",
    "CSDL": "cơ sở dữ liệu",
    "CCHC": "cải cách hành chính",
    "BCCI": "bưu chính công ích",
    "DVC": "dịch vụ công",
    "CNTT": "công nghệ thông tin",
    "KH&CN": "khoa học và công nghệ",
}
"""What reports, plans and names of units shorten."""
_NUMBERED = re.compile(r"^\d+\.")
_SECTIONS: tuple[tuple[Callable[[ReportFacts], Iterator[ReportBlock]], str], ...] = (
    (impact_section, "drafts"),
    (issued_section, "issued"),
    (published_section, "published"),
    (review_section, "review"),
    (feedback_section, "feedback"),
    (dossiers_section, "dossiers"),
    (one_stop_section, "one_stop"),
    (online_section, "online"),
    (communication_section, "communication"),
    (initiatives_section, "initiatives"),
    (inspection_section, "inspections"),
    (other_section, ""),
)
"""The outline of the law, each section with its topic; "" for any office."""


def narrative(
    plan: Plan, forms: Forms, consolidation: Consolidation, previous: Consolidation | None
) -> Narrative:
    """The report in words; ``previous`` is the period to compare with, None without one."""
    ground = ReportFacts(plan, forms, consolidation, previous)
    period, subject = consolidation.period.in_sentence, ground.regime.subject
    if consolidation.period.campaign:
        period, subject = "", consolidation.period.label
    blocks = tuple(_blocks(ground))
    return Narrative(
        agency=plan.agency,
        frame=frame(plan, consolidation),
        kind="BÁO CÁO",
        abstract=f"{subject[:1].upper()}{subject[1:]} {period}".rstrip(),
        addressee=plan.settings.receiver,
        provisional=provisional_line(consolidation),
        introduction=_introduction(ground, blocks),
        blocks=blocks,
        annexes=ground.annexes,
        closing=f"Trên đây là báo cáo {f'{subject} {period}'.rstrip()} của {plan.agency}",
    )


def _introduction(ground: ReportFacts, blocks: Sequence[ReportBlock]) -> str:
    """What the report is made under and the days whose data count; names what is abbreviated."""
    plan, window = ground.plan, ground.now.window
    laws = dict.fromkeys(form.source.partition(",")[0] for form in ground.printed)
    rules = [first_mention(law, ground.regime) for law in laws if law]
    by_law = f" và {', '.join(rules)}" if rules else ""
    basis = f" {plan.legal_basis};" if plan.legal_basis else ""
    number = f" số {plan.number}" if plan.number else ""
    return (
        f"Thực hiện{basis} Kế hoạch{number} {ground.regime.work} năm {plan.year} của"
        f" {plan.agency}{by_law}, {plan.agency} báo cáo tình hình, kết quả thực hiện"
        f" {ground.now.period.in_sentence} (số liệu từ ngày {day_text(window.start)} đến ngày"
        f" {day_text(window.end)}).{_abbreviated(blocks)}"
    )


def _abbreviated(blocks: Iterable[ReportBlock]) -> str:
    """Which words stand shortened in the report, each said once; "" for none."""
    whole = "\n".join(chain.from_iterable(texts_of(one) for one in blocks))
    said = [
        f"{words} viết tắt là {letters}"
        for letters, words in ABBREVIATIONS.items()
        if re.search(rf"(?<![\w/&-]){letters}(?![\w/&-])", whole)
    ]
    return f" Trong báo cáo này, {'; '.join(said)}." if said else ""


def _sections_with_a_form(
    ground: ReportFacts,
) -> list[Callable[[ReportFacts], Iterator[ReportBlock]]]:
    """The sections that a form holds the topic of; what is not asked for is not told of."""
    return [section for section, topic in _SECTIONS if not topic or ground.speaks_of(topic)]


def _campaign(ground: ReportFacts) -> Iterator[ReportBlock]:
    """A campaign: the totals of each form that was asked for, and who has sent."""
    for number, form in enumerate(ground.printed, start=1):
        table = ground.now.forms[form.id]
        yield Heading(f"{number}. {sentence_case(form.title)}", 2)
        if figure_state(table) == "unknown":
            yield Paragraph(_NOT_SENT)
            continue
        day = ground.now.window.end
        yield bullets(
            f"{capitalised(' – '.join(column.header_on(day)))}:"
            f" {grouped_number(column_total(table, column.number))}"
            for column in form.columns
            if column.type == "count" and column.source
        )
    last = len(ground.printed) + 1
    yield Heading(f"{last}. Tình hình gửi báo cáo", 2)
    yield Paragraph(sending_summary(ground.plan, ground.now))


def _blocks(ground: ReportFacts) -> Iterator[ReportBlock]:
    yield Heading("I. TÌNH HÌNH, KẾT QUẢ THỰC HIỆN", 1)
    if ground.now.period.campaign:
        yield from _campaign(ground)
        return
    for number, section in enumerate(_sections_with_a_form(ground), start=1):
        for block in section(ground):
            if isinstance(block, Heading):
                yield replace(block, text=_NUMBERED.sub(f"{number}.", block.text))
            else:
                yield block
    yield from judgement(ground)
    yield from outlook(ground)
    yield from requests(ground)
