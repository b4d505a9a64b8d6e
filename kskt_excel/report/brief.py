"""The leaders' one page: five conclusions, indicators with their change, decisions asked for."""

from kskt_excel.model.consolidation import Consolidation, IndicatorValue
from kskt_excel.model.forms import Forms
from kskt_excel.model.plan import Indicator, Plan
from kskt_excel.report.brief_charts import charts
from kskt_excel.report.brief_content import Brief, BriefIndicator, Judgement, Trend
from kskt_excel.report.brief_decisions import decisions
from kskt_excel.report.frame import frame, period_line, provisional_line
from kskt_excel.report.narrative_activities import task_counts
from kskt_excel.report.narrative_closing import goal, judged
from kskt_excel.report.narrative_ground import Ground
from kskt_excel.report.narrative_words import (
    lowered,
    period_words,
    points_between,
    ratio,
    shortened,
)
from kskt_excel.report.office_pages import NO_DATA, shown
from kskt_excel.report.progress_page import DONE
from kskt_excel.report.words import number, percent, two_digits
from kskt_excel.text.given import listed

_NAMED = 4  # names in a sentence; of more, their number
_ARROWS: dict[Trend, str] = {"up": "▲", "down": "▼", "same": "="}
_LONG_NAME = 90


def brief(
    plan: Plan, forms: Forms, consolidation: Consolidation, previous: Consolidation | None
) -> Brief:
    """The page of a period; ``previous`` is the period to compare with, None without one."""
    ground = Ground(plan, forms, consolidation, previous)
    asked = decisions(ground)
    before = ground.before_period
    return Brief(
        agency=plan.agency,
        frame=frame(plan, consolidation),
        title=("TÓM TẮT", "Kết quả kiểm soát thủ tục hành chính"),
        period_line=period_line(consolidation),
        previous=period_words(before) if before else "",
        provisional=provisional_line(plan, consolidation),
        conclusions=(
            done_line(ground),
            late_line(ground),
            sending_line(ground),
            indicators_line(ground),
            _decisions_line(len(asked)),
        ),
        indicators=_indicators(ground),
        charts=charts(ground),
        decisions=asked,
        footer=f"Tóm tắt - {consolidation.period.label}",
    )


def done_line(ground: Ground) -> str:
    """What is done of the plan."""
    total = len(ground.now.tasks)
    done = sum(task.status == DONE for task in ground.now.tasks)
    if not total:
        return "Kế hoạch chưa có nhiệm vụ nào."
    if not done:
        return f"Chưa hoàn thành nhiệm vụ nào của kế hoạch ({task_counts(ground)})."
    return (
        f"Đã hoàn thành {two_digits(done)}/{two_digits(total)} nhiệm vụ của kế hoạch, đạt"
        f" {percent(ratio(done, total))} ({task_counts(ground)})."
    )


def late_line(ground: Ground) -> str:
    """What is late: tasks of the plan and dossiers of citizens."""
    late = [task for task in ground.now.tasks if task.overdue]
    settled, pending = ground.count("II.06a", 10), ground.count("II.06a", 13)
    parts = []
    if late:
        codes = [f"{task.code}, quá {two_digits(task.days_overdue)} ngày" for task in late]
        named = f" ({'; '.join(codes)})" if len(codes) <= _NAMED else ""
        parts.append(f"{two_digits(len(late))} nhiệm vụ quá hạn{named}")
    if settled + pending:
        parts.append(
            f"{two_digits(settled + pending)} hồ sơ quá hạn ({two_digits(settled)} đã giải quyết,"
            f" {two_digits(pending)} đang giải quyết)"
        )
    if parts:
        return f"Có {listed(parts)}."
    if ground.state("II.06a") == "unknown":
        return "Không có nhiệm vụ quá hạn; chưa có số liệu về hồ sơ quá hạn."
    return "Không có nhiệm vụ và hồ sơ quá hạn."


def sending_line(ground: Ground) -> str:
    """Who has sent and who has not."""
    total = len(ground.now.standings)
    missing = ground.now.missing
    in_time = sum(
        one.late_days == 0 for one in ground.now.standings if one.unit not in set(missing)
    )
    sent = total - len(missing)
    if not sent:
        return f"Chưa có đơn vị nào trong {two_digits(total)} đơn vị có báo cáo được chấp nhận."
    if not missing:
        all_in_time = "đều đúng hạn" if in_time == sent else f"{two_digits(in_time)} đúng hạn"
        return f"Cả {two_digits(total)} đơn vị đã gửi báo cáo, {all_in_time}."
    names = [ground.unit_name(code) for code in missing]
    who = f": {listed(names)}" if len(names) <= _NAMED else " (nêu tên ở dòng số liệu tạm tổng hợp)"
    return (
        f"{two_digits(sent)}/{two_digits(total)} đơn vị đã gửi báo cáo, {two_digits(in_time)} đúng"
        f" hạn; còn {two_digits(len(names))} đơn vị chưa có báo cáo được chấp nhận{who}."
    )


def indicators_line(ground: Ground) -> str:
    """How many indicators reach their target, and which do not."""
    met, missed = judged(ground)
    total = len(met) + len(missed)
    if not total:
        return "Chưa đủ số liệu để so sánh các chỉ tiêu với mục tiêu."
    if not missed:
        return f"Cả {two_digits(total)} chỉ tiêu có số liệu đạt mục tiêu."
    if not met:
        return f"Chưa đạt mục tiêu ở cả {two_digits(total)} chỉ tiêu có số liệu."
    names = {one.id: one.name for one in ground.plan.indicators}
    worst = [lowered(names[value.id]) for value in missed]
    which = f": {'; '.join(worst)}" if len(worst) <= _NAMED else ""
    return (
        f"Đạt {two_digits(len(met))}/{two_digits(total)} chỉ tiêu có số liệu; chưa đạt"
        f" {two_digits(len(missed))} chỉ tiêu{which}."
    )


def _decisions_line(count: int) -> str:
    if not count:
        return "Không có việc cần Lãnh đạo Sở quyết định."
    return f"Đề nghị Lãnh đạo Sở cho ý kiến {two_digits(count)} việc nêu ở cuối trang."


def _indicators(ground: Ground) -> tuple[BriefIndicator, ...]:
    """Every indicator of the plan: not met, met, without data, without a target."""
    known = {one.id: one for one in ground.plan.indicators}
    before = {one.id: one for one in ground.before.indicators} if ground.before else {}
    values = [value for value in ground.now.indicators if value.id in known]
    order: dict[bool | None, int] = {False: 0, True: 1, None: 2}
    ranked = sorted(values, key=lambda value: (order[value.met], value.target is None))
    return tuple(_line(known[value.id], value, before.get(value.id)) for value in ranked)


def _line(
    indicator: Indicator, value: IndicatorValue, before: IndicatorValue | None
) -> BriefIndicator:
    earlier = before.value if before else None
    change = _difference(indicator, value.value, earlier)
    trend: Trend = "" if change is None else "same" if change == 0 else _direction(change)
    verdicts: dict[bool | None, tuple[str, Judgement]] = {
        True: ("▲ Đạt" if indicator.direction != "down" else "▼ Đạt", "good"),
        False: ("▼ Chưa đạt" if indicator.direction != "down" else "▲ Chưa đạt", "bad"),
        None: (NO_DATA, ""),
    }
    against, met = verdicts[value.met]
    return BriefIndicator(
        id=indicator.id,
        name=shortened(indicator.name, _LONG_NAME),
        value=shown(value.value, indicator),
        previous=shown(earlier, indicator),
        trend=trend,
        change=_change_text(indicator, trend, change),
        progress=_progress(indicator, trend),
        target=goal(indicator),
        against=against,
        met=met,
    )


def _difference(indicator: Indicator, now: float | None, before: float | None) -> float | None:
    if now is None or before is None:
        return None
    return points_between(now, before) if indicator.unit == "%" else round(now - before, 1)


def _direction(change: float) -> Trend:
    return "up" if change > 0 else "down"


def _change_text(indicator: Indicator, trend: Trend, change: float | None) -> str:
    if change is None:
        return ""
    if trend == "same":
        return _ARROWS[trend]
    unit = " điểm %" if indicator.unit == "%" else ""
    return f"{_ARROWS[trend]} {number(abs(change))}{unit}"


def _progress(indicator: Indicator, trend: Trend) -> Judgement:
    if trend in ("", "same"):
        return ""
    return "good" if (trend == "up") == (indicator.direction != "down") else "bad"
