"""The leaders' one page: conclusions, indicators with their change, charts, decisions asked for."""

from collections import Counter
from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import chain
from typing import Literal

from kskt_excel.consolidation.tasks import DONE_VERDICTS
from kskt_excel.model.consolidation import (
    Consolidation,
    FormRow,
    IndicatorValue,
    TaskPosition,
    TaskVerdict,
)
from kskt_excel.model.forms import Forms
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.plan import Indicator, Plan
from kskt_excel.report.direction_lines import direction_line, directions_count
from kskt_excel.report.narrative import (
    addressee,
    by_level,
    due_by_now,
    judged,
    yearly_targets,
)
from kskt_excel.report.page import Frame, frame, period_line
from kskt_excel.report.sending import OPEN, provisional_line, sending_summary
from kskt_excel.report.sentences import (
    ReportFacts,
    SentenceFigure,
    lowered,
    points_text,
    shortened,
    tidy,
)
from kskt_excel.report.verdicts import (
    NOT_REPORTED,
    VERDICT_WORDS,
    TaskLine,
    document_text,
    due_line,
    figures_in_short,
    figures_short,
    indicator_text,
    met_text,
    sources_text,
    target_text,
    task_lines,
    verdict_counts,
    without_own_plan,
    without_part,
)
from kskt_excel.text.shown import capitalised, exact, listed, rounded, two_digits

Trend = Literal["up", "down", "same", ""]
Judgement = Literal["good", "bad", ""]


@dataclass(frozen=True, slots=True)
class BriefIndicator:
    """One line of the indicator table (chỉ tiêu)."""

    id: str
    name: str
    value: str  # "98,8 %", "–" without data
    previous: str  # the value of the period before, "–" without one
    trend: Trend  # against the period before
    change: str  # "▲ 2,3 điểm %, kém hơn"; "" with nothing to compare
    progress: Judgement  # whether the change is for the better
    target: str  # "≥ 95 %", "" without one
    against: str  # "Đạt", "Chưa đạt", "–" without a judgement
    met: Judgement


@dataclass(frozen=True, slots=True)
class ChartSeries:
    """One run of figures of a chart; ``tone`` is its place between light (0) and dark (2)."""

    name: str
    values: tuple[int, ...]  # one for each category
    tone: Literal[0, 1, 2]


@dataclass(frozen=True, slots=True)
class Chart:
    """A bar chart whose series are stacked: as they are, or each bar as a whole of 100 %."""

    title: str
    kind: Literal["counts", "shares"]
    categories: tuple[str, ...]
    series: tuple[ChartSeries, ...]


@dataclass(frozen=True, slots=True)
class Brief:
    """The one page for the leaders (bản tóm tắt)."""

    agency: str
    frame: Frame
    title: tuple[str, ...]
    period_line: str
    previous: str  # "quý I/2022": what is compared with, "" without a period before
    provisional: str
    conclusions: tuple[str, ...]  # done, late, who has not sent, indicators, decisions
    tasks: tuple[str, ...]  # every task of the plan with its figures, by verdict
    indicators: tuple[BriefIndicator, ...]  # not met first; the page shows those it has room for
    charts: tuple[Chart, Chart]
    decisions: tuple[str, ...]
    directions: tuple[str, ...]  # what leaders said before, and what came of it
    footer: str


_MOST = 6  # sentences: the one page has room for no more
_LONG_TEXT = 130  # letters: two lines of the page at most


def decisions(ground: ReportFacts) -> tuple[str, ...]:
    """Sentences for the leaders, most pressing first; what is over six is told by its number."""
    sentences = (_late_tasks, _late_plans, _late_dossiers, _missing, _proposals)
    asked = [*ground.noting(chain.from_iterable(one(ground) for one in sentences))]
    if len(asked) <= _MOST:
        return tuple(asked)
    rest = len(asked) - (_MOST - 1)
    more = f"Xem xét {two_digits(rest)} kiến nghị khác (biểu Khó khăn, kiến nghị của bản tổng hợp)."
    return (*asked[: _MOST - 1], more)


def _late_tasks(ground: ReportFacts) -> Iterator[str]:
    texts = ground.plan.task_by_code
    for task in ground.now.tasks:
        if task.overdue:
            text = shortened(lowered(tidy(texts[task.code].text)), _LONG_TEXT)
            yield (
                f"Cho ý kiến chỉ đạo nhiệm vụ {task.code} quá hạn"
                f" {two_digits(task.days_overdue)} ngày làm việc: {text}."
            )


def _late_plans(ground: ReportFacts) -> Iterator[str]:
    if late := without_own_plan(ground.now.tasks):
        yield f"Chỉ đạo ban hành kế hoạch riêng của nhiệm vụ {late}."


def _late_dossiers(ground: ReportFacts) -> Iterator[str]:
    table, late = ground.table("dossiers"), "dossiers.pending_late"
    pending = ground.count(late)
    if not pending or not table:
        return
    where = [row.label for row in table.rows if ground.of_row(row, late)]
    yield (
        f"Chỉ đạo giải quyết dứt điểm {two_digits(pending)} hồ sơ đang quá hạn"
        f" ({ground.rows_word('dossiers')} {listed(where)})."
    )


def _missing(ground: ReportFacts) -> Iterator[str]:
    for some in ground.now.quarters:
        owing = [one for one in some.missing if one.state in OPEN]
        if owing:
            names = [ground.plan.unit_name(one.unit) for one in owing]
            who = listed(names) if len(names) <= _NAMED else f"{two_digits(len(names))} đơn vị"
            which = f" {some.quarter.label}" if ground.now.period.cumulative else ""
            yield f"Đôn đốc {who} gửi báo cáo{which} để hoàn chỉnh số liệu."


def _proposals(ground: ReportFacts) -> Iterator[str]:
    """What the units propose, by who decides; what nobody is named for is to be decided first."""
    for level, issues in by_level(ground):
        for issue in issues:
            what = lowered(shortened(tidy(issue.proposal), _LONG_TEXT))
            who = ground.plan.unit_name(issue.unit)
            if ground.plan.is_own_level(level):
                yield f"Xem xét đề xuất của {who}: {what}."
            elif level:
                yield f"Xem xét, kiến nghị {addressee(level)} theo đề xuất của {who}: {what}."
            else:
                yield f"Xem xét, giao cấp giải quyết đề xuất của {who}: {what}."


def charts(ground: ReportFacts) -> tuple[Chart, Chart]:
    """Where the tasks stand and what became of the dossiers; each chart adds up with its form.

    «Đã giải quyết đúng hạn» holds what was settled before its day too; «Quá hạn» are the settled
    and the pending ones. A category says how many there are.
    """
    return _tasks(ground), _dossiers(ground)


def _tasks(ground: ReportFacts) -> Chart:
    """Verdicts by section of the plan; sections are named by their numerals."""
    plan = ground.plan.task_by_code
    sections = list(dict.fromkeys(plan[task.code].parts[0] for task in ground.now.tasks))

    def counts(*verdicts: TaskVerdict) -> tuple[int, ...]:
        return tuple(
            sum(
                task.judgement.verdict in verdicts
                for task in ground.now.tasks
                if plan[task.code].parts[0] == section
            )
            for section in sections
        )

    reached = (*DONE_VERDICTS, TaskVerdict.MET, TaskVerdict.NIL)
    missed = (
        *(TaskVerdict.DONE_UNMET, TaskVerdict.UNMET),
        *(TaskVerdict.OVERDUE, TaskVerdict.NO_PLAN),
    )
    others = tuple(one for one in TaskVerdict if one not in (*reached, *missed))
    return Chart(
        "Số nhiệm vụ theo phần của kế hoạch",
        "counts",
        tuple(f"Phần {section}" for section in sections),
        (
            ChartSeries("Hoàn thành, đạt", counts(*reached), 2),
            ChartSeries("Chưa đạt, quá hạn", counts(*missed), 1),
            ChartSeries("Còn lại", counts(*others), 0),
        ),
    )


def _dossiers(ground: ReportFacts) -> Chart:
    table = ground.table("dossiers")
    rows = table.rows if table else ()

    def count(row: FormRow, *names: str) -> int:
        return sum(ground.count_of_row(row, f"dossiers.{name}") for name in names)

    def counts(*names: str) -> tuple[int, ...]:
        return tuple(count(row, *names) for row in rows)

    return Chart(
        f"Số hồ sơ theo {ground.rows_word('dossiers')}",
        "shares",
        tuple(f"{row.label} ({count(row, 'received')})" for row in rows),
        (
            ChartSeries("Giải quyết đúng hạn", counts("early", "on_time"), 1),
            ChartSeries("Đang giải quyết trong hạn", counts("pending_in_time"), 0),
            ChartSeries("Quá hạn", counts("settled_late", "pending_late"), 2),
        ),
    )


_PRESSING = (
    *(TaskVerdict.DONE_UNMET, TaskVerdict.OVERDUE),
    *(TaskVerdict.NO_PLAN, TaskVerdict.UNMET),
)
_FEW = 2  # units named with all their tasks
_MOST_DIRECTIONS = 4  # lines of the page
_NAMED = 4  # names in a sentence; of more, their number
_ARROWS: dict[Trend, str] = {"up": "▲", "down": "▼", "same": "="}
_LONG_NAME = 90  # letters: figures and target stand in the same row


def brief(
    plan: Plan, forms: Forms, consolidation: Consolidation, previous: Consolidation | None
) -> Brief:
    """The page of a period; ``previous`` is the period to compare with, None without one."""
    ground = ReportFacts(plan, forms, consolidation, previous)
    asked = decisions(ground)
    before = ground.before_period
    return Brief(
        agency=plan.agency,
        frame=frame(plan, consolidation),
        title=("TÓM TẮT", f"Kết quả {ground.regime.work}"),
        period_line=period_line(consolidation),
        previous=before.in_sentence if before and ground.is_alike else "",
        provisional=provisional_line(consolidation),
        conclusions=tuple(ground.noting(_conclusions(ground, len(asked)))),
        tasks=tuple(_tasks_told(ground)),
        indicators=_indicators(ground),
        charts=charts(ground),
        decisions=asked,
        directions=tuple(_directions(plan, consolidation)),
        footer=f"Tóm tắt - {consolidation.period.label}",
    )


def brief_figures(
    plan: Plan, forms: Forms, consolidation: Consolidation, previous: Consolidation | None
) -> Mapping[str, tuple[SentenceFigure, ...]]:
    """The sentences of the page, by their ``words_alone``, with what they were made from."""
    ground = ReportFacts(plan, forms, consolidation, previous)
    for _ in ground.noting(_conclusions(ground, len(decisions(ground)))):
        pass
    return ground.made_from


def _conclusions(ground: ReportFacts, asked: int) -> Iterator[str]:
    yield done_line(ground)
    yield late_line(ground)
    yield sending_summary(ground.plan, ground.now)
    yield indicators_line(ground)
    yield _decisions_line(asked)
    yield from filter(None, (directions_count(ground.now.directions),))


def _directions(plan: Plan, consolidation: Consolidation) -> Iterator[str]:
    """The directions, open ones first; what the page has no room for by its number."""
    ordered = sorted(consolidation.directions, key=lambda one: not one.direction.is_open)
    shown = ordered if len(ordered) <= _MOST_DIRECTIONS else ordered[: _MOST_DIRECTIONS - 1]
    for one in shown:
        yield direction_line(one, plan)
    rest = len(ordered) - len(shown)
    if rest:
        yield f"{two_digits(rest)} ý kiến khác: biểu Khó khăn, kiến nghị của bản tổng hợp."


def done_line(ground: ReportFacts) -> str:
    """What is done of the plan."""
    total = len(ground.now.tasks)
    if not total:
        return "Kế hoạch chưa có nhiệm vụ nào."
    counts = f"{two_digits(total)} nhiệm vụ: {verdict_counts(ground.now.tasks)}."
    idle = {unit for task in ground.now.tasks for unit in task.coordination.idle}
    named = without_part(ground.now.tasks, ground.plan)
    many = f"{two_digits(len(idle))} đơn vị chưa tham gia nhiệm vụ phối hợp."
    said = (counts, due_line(due_by_now(ground)), named if len(idle) <= _FEW else many)
    return " ".join(filter(None, said))


def _tasks_told(ground: ReportFacts) -> Iterator[str]:
    """Tasks by verdict: a sentence for each that presses, with its sources; one of all others.

    The sources of the others are told together.
    """
    lines = list(task_lines(ground.plan, ground.forms, ground.now))
    if not lines:
        return
    (usual, _), *_ = Counter(line.position.status for line in lines).most_common(1)
    others: list[str] = []
    rest: list[TaskPosition] = []
    for verdict in (*_PRESSING, *(one for one in VERDICT_WORDS if one not in _PRESSING)):
        own = [line for line in lines if line.position.judgement.verdict is verdict]
        if own:
            told = "; ".join(_in_short(line, ground.plan, usual) for line in own)
            said = f"{capitalised(VERDICT_WORDS[verdict])}: {told}."
            if verdict in _PRESSING:
                yield said
            else:
                others.append(said)
                rest += [line.position for line in own]
    as_usual = f"Không ghi khác thì chủ trì {_word(usual)}."
    shown = {figure.indicator for position in rest for figure in figures_in_short(position)}
    known = (one for one in ground.plan.indicators if one.id in shown)
    sources = sources_text(known, ground.forms)
    yield " ".join((*others, as_usual, *([f"Căn cứ: {sources}."] if sources else ())))


def _in_short(line: TaskLine, plan: Plan, usual: str) -> str:
    """``I.4 (báo chưa thực hiện; K20 1/2)``: the lead's word where it is not the usual one."""
    position, verdict = line.position, line.position.judgement.verdict
    is_told = position.status == usual or verdict in DONE_VERDICTS
    told = (
        _days(position),
        "" if is_told else _word(position.status),
        figures_short(position, plan),
        line.sources if verdict in _PRESSING else "",
        document_text(position, plan) if verdict in (*_PRESSING, *DONE_VERDICTS) else "",
    )
    detail = "; ".join(filter(None, told))
    return f"{line.task.code} ({detail})" if detail else line.task.code


def _days(position: TaskPosition) -> str:
    """By how much a task is late, or the plan that it needs."""
    verdict = position.judgement.verdict
    days = {
        TaskVerdict.OVERDUE: position.days_overdue,
        TaskVerdict.NO_PLAN: position.judgement.days_without_plan,
    }.get(verdict, 0)
    late = "quá hạn " if verdict is TaskVerdict.NO_PLAN else ""
    return f"{late}{two_digits(days)} ngày làm việc" if days else ""


def _word(status: str) -> str:
    """What the lead says of a task: ``báo đang thực hiện``, ``chưa báo cáo``."""
    return f"báo {lowered(status)}" if status else lowered(NOT_REPORTED)


def late_line(ground: ReportFacts) -> str:
    """What is late: tasks of the plan and dossiers of citizens."""
    late = [task for task in ground.now.tasks if task.overdue]
    of_dossiers = ("dossiers.settled_late", "dossiers.pending_late")
    settled, pending = map(ground.count, of_dossiers)
    whole = ground.total(*of_dossiers)
    parts = []
    if late:
        codes = [f"{task.code}, quá {two_digits(task.days_overdue)} ngày làm việc" for task in late]
        named = f" ({'; '.join(codes)})" if len(codes) <= _NAMED else ""
        parts.append(f"{two_digits(len(late))} nhiệm vụ quá hạn{named}")
    if whole:
        parts.append(
            f"{two_digits(whole)} hồ sơ quá hạn ({two_digits(settled)} đã giải quyết,"
            f" {two_digits(pending)} đang giải quyết)"
        )
    if parts:
        return f"Có {listed(parts)}."
    if not ground.speaks_of("dossiers"):
        return "Không có nhiệm vụ quá hạn."
    if ground.state("dossiers") == "unknown":
        return "Không có nhiệm vụ quá hạn; chưa có số liệu về hồ sơ quá hạn."
    return "Không có nhiệm vụ và hồ sơ quá hạn."


def indicators_line(ground: ReportFacts) -> str:
    """How many indicators reach their target, and which do not."""
    met, missed = judged(ground)
    total, later = len(met) + len(missed), len(yearly_targets(ground))
    further = f"; {two_digits(later)} chỉ tiêu chưa đến hạn xét" if later else ""
    if not total:
        return "Chưa đủ số liệu để so sánh các chỉ tiêu với mục tiêu."
    if total == 1:
        return f"{'Đạt' if met else 'Chưa đạt'} mục tiêu ở 01/01 chỉ tiêu có số liệu{further}."
    if not missed:
        return f"Cả {two_digits(total)} chỉ tiêu có số liệu đạt mục tiêu{further}."
    if not met:
        return f"Chưa đạt mục tiêu ở cả {two_digits(total)} chỉ tiêu có số liệu{further}."
    names = {one.id: one.name for one in ground.plan.indicators}
    worst = [lowered(names[value.id]) for value in missed]
    which = f": {'; '.join(worst)}" if len(worst) <= _NAMED else ""
    return (
        f"Đạt {two_digits(len(met))}/{two_digits(total)} chỉ tiêu có số liệu; chưa đạt"
        f" {two_digits(len(missed))} chỉ tiêu{which}{further}."
    )


def _decisions_line(count: int) -> str:
    if not count:
        return "Không có việc cần Lãnh đạo Sở quyết định."
    return f"Đề nghị Lãnh đạo Sở cho ý kiến {two_digits(count)} việc nêu ở cuối trang."


def _indicators(ground: ReportFacts) -> tuple[BriefIndicator, ...]:
    """Every indicator of the plan: not met, met, without data, without a target."""
    known = {one.id: one for one in ground.plan.indicators}
    same = ground.before if ground.is_alike else None  # no arrow because a unit came in
    before = {one.id: one for one in same.indicators} if same else {}
    values = [value for value in ground.now.indicators if value.id in known]
    order: dict[bool | None, int] = {False: 0, True: 1, None: 2}
    ranked = sorted(values, key=lambda value: (order[value.met], value.target is None))
    return tuple(_line(known[value.id], value, before.get(value.id)) for value in ranked)


def _line(
    indicator: Indicator, value: IndicatorValue, before: IndicatorValue | None
) -> BriefIndicator:
    change = _difference(indicator, value, before)
    trend: Trend = "" if change is None else "same" if change == 0 else _direction(change)
    judged_as: dict[bool | None, Judgement] = {True: "good", False: "bad", None: ""}
    return BriefIndicator(
        id=indicator.id,
        name=shortened(indicator.name, _LONG_NAME),
        value=indicator_text(value, indicator),
        previous=indicator_text(before, indicator),
        trend=trend,
        change=_change_text(indicator, trend, change),
        progress=_progress(indicator, trend),
        target=target_text(indicator),
        against=met_text(value),
        met=judged_as[value.met],
    )


def _difference(
    indicator: Indicator, now: IndicatorValue, before: IndicatorValue | None
) -> Fraction | None:
    """What the printed values differ by."""
    if before is None or not (now.denominator and before.denominator):
        return None
    scale = 100 if indicator.unit == "%" else 1
    new, old = (
        rounded(scale * exact(one.numerator) / exact(one.denominator), one.decimals)
        for one in (now, before)
    )
    return new - old


def _direction(change: Fraction) -> Trend:
    return "up" if change > 0 else "down"


def _change_text(indicator: Indicator, trend: Trend, change: Fraction | None) -> str:
    if change is None:
        return ""
    if trend == "same":
        return _ARROWS[trend]
    unit = " điểm %" if indicator.unit == "%" else ""
    worse = ", kém hơn" if _progress(indicator, trend) == "bad" else ""  # on grey paper too
    return f"{_ARROWS[trend]} {points_text(change)}{unit}{worse}"


def _progress(indicator: Indicator, trend: Trend) -> Judgement:
    if trend in ("", "same"):
        return ""
    return "good" if (trend == "up") == (indicator.direction != "down") else "bad"
