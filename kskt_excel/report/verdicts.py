"""Judgements and targets in words: what an indicator came to, how a task of the plan stands."""

from collections.abc import Iterable, Iterator
from fractions import Fraction

from kskt_excel.model.consolidation import (
    Consolidation,
    IndicatorValue,
    TaskFigure,
    TaskPosition,
    TaskVerdict,
)
from kskt_excel.model.plan import Indicator, Plan
from kskt_excel.text.shown import (
    NO_FIGURE,
    decimal_text,
    exact,
    grouped_number,
    percent_text,
    rounded,
    two_digits,
)

VERDICT_WORDS = {
    TaskVerdict.DONE: "đã hoàn thành",
    TaskVerdict.DONE_UNCHECKED: "đã hoàn thành (chưa có số liệu để đối chiếu)",
    TaskVerdict.DONE_UNMET: "đã báo hoàn thành, chưa đạt mục tiêu",
    TaskVerdict.MET: "đạt trong kỳ",
    TaskVerdict.UNMET: "chưa đạt trong kỳ",
    TaskVerdict.OVERDUE: "quá hạn",
    TaskVerdict.NOT_DUE: "chưa đến hạn",
    TaskVerdict.NIL: "không phát sinh",
    TaskVerdict.NO_TARGET: "chưa đặt mục tiêu",
    TaskVerdict.NOT_REPORTED: "chưa báo cáo",
}
"""In the order in which they are told."""
_BY_FIGURES = (TaskVerdict.DONE_UNMET, TaskVerdict.MET, TaskVerdict.UNMET)
DONE_VERDICTS = (TaskVerdict.DONE, TaskVerdict.DONE_UNCHECKED)


def target_text(indicator: Indicator) -> str:
    """``≥ 20,0 %``, ``≤ 5,0 %`` or nothing."""
    if indicator.target is None:
        return ""
    sign = "≤" if indicator.direction == "down" else "≥"
    return f"{sign} {_target_alone(indicator)}"


def _target_alone(indicator: Indicator) -> str:
    target = exact(indicator.target or 0)
    scaled = target * 100 if indicator.unit == "%" else target
    decimals = next(number for number in range(1, 13) if rounded(scaled, number) == scaled)
    return measured_text(target, indicator, decimals)


def indicator_text(value: IndicatorValue | None, indicator: Indicator) -> str:
    """What an indicator came to, in its own unit, with the decimals that its verdict needs."""
    if value is None or not value.denominator:
        return NO_FIGURE
    ratio = exact(value.numerator) / exact(value.denominator)
    return measured_text(ratio, indicator, value.decimals)


def measured_text(ratio: Fraction, indicator: Indicator, decimals: int) -> str:
    """A ratio in the indicator's own unit: ``31,3 %``, ``1,5``, ``11`` of what is counted."""
    if indicator.unit == "%":
        return percent_text(ratio, decimals)
    return decimal_text(ratio, 0 if ratio.denominator == 1 else decimals)


def verdict_text(position: TaskPosition, plan: Plan, consolidation: Consolidation) -> str:
    """``chưa đạt trong kỳ (91,5 % < 100,0 %), tạm tính``: how a task stands, and by what."""
    judgement = position.judgement
    text = VERDICT_WORDS[judgement.verdict]
    if judgement.verdict is TaskVerdict.OVERDUE:
        text = f"{text} {two_digits(position.days_overdue)} ngày làm việc"
    if judgement.verdict in DONE_VERDICTS and judgement.days_late:
        text = f"{text}, chậm {two_digits(judgement.days_late)} ngày làm việc"
    if judgement.worst and judgement.verdict in (TaskVerdict.DONE_UNMET, TaskVerdict.UNMET):
        text = f"{text} ({_comparison(judgement.worst, plan)})"
    is_open = bool(consolidation.missing) and judgement.verdict in _BY_FIGURES
    return f"{text}, tạm tính" if is_open else text


def figures_text(position: TaskPosition, plan: Plan) -> str:
    """``K10: 43/47 = 91,5 % (≥ 100,0 %); K32: …``, the target in brackets; "" without any."""
    return "; ".join(_figure_texts(position, plan))


def _figure_texts(position: TaskPosition, plan: Plan) -> Iterator[str]:
    known = {one.id: one for one in plan.indicators}
    for figure in position.judgement.figures:
        indicator = known[figure.indicator]
        if not figure.denominator:
            yield f"{figure.indicator}: không phát sinh"
            continue
        parts = f"{grouped_number(figure.numerator)}/{grouped_number(figure.denominator)}"
        target = target_text(indicator)
        goal = f" ({target})" if figure.judges and target else ""
        yield f"{figure.indicator}: {parts} = {_ratio(figure, indicator)}{goal}"


def _ratio(figure: TaskFigure, indicator: Indicator) -> str:
    ratio = exact(figure.numerator) / exact(figure.denominator)
    return measured_text(ratio, indicator, figure.decimals)


def _comparison(figure: TaskFigure, plan: Plan) -> str:
    """``91,5 % < 100,0 %``: a missed target as it stands in the plan."""
    indicator = next(one for one in plan.indicators if one.id == figure.indicator)
    sign = ">" if figure.direction == "down" else "<"
    return f"{_ratio(figure, indicator)} {sign} {_target_alone(indicator)}"


def verdict_counts(positions: Iterable[TaskPosition]) -> str:
    """``đã hoàn thành 01; đạt trong kỳ 06; …``: verdicts that there are, in their order."""
    found = [one.judgement.verdict for one in positions]
    told = [TaskVerdict.DONE if one in DONE_VERDICTS else one for one in found]
    return "; ".join(
        f"{words} {two_digits(told.count(verdict))}"
        for verdict, words in VERDICT_WORDS.items()
        if verdict in told
    )


def due_line(due: Iterable[TaskPosition]) -> str:
    """``Nhiệm vụ đến hạn: hoàn thành 1/3 (33,3 %).``; nothing while none is due."""
    some = list(due)
    if not some:
        return ""
    done = sum(one.judgement.verdict is TaskVerdict.DONE for one in some)
    unchecked = sum(one.judgement.verdict is TaskVerdict.DONE_UNCHECKED for one in some)
    reached = done + unchecked
    rate = percent_text(Fraction(reached, len(some)), 1)
    return f"Nhiệm vụ đến hạn: hoàn thành {reached}/{len(some)} ({rate})."
