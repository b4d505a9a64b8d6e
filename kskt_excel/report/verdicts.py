"""Tasks and indicators in words: what an indicator came to, how a task stands, its row on paper."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any, Literal

from kskt_excel.consolidation.tasks import DONE_VERDICTS
from kskt_excel.messages import finding
from kskt_excel.model.book import CellRef
from kskt_excel.model.consolidation import (
    Consolidation,
    DirectionStanding,
    IndicatorValue,
    TaskFigure,
    TaskJudgement,
    TaskPosition,
    TaskVerdict,
    UnitTask,
    UntoldPlace,
    ValueKind,
)
from kskt_excel.model.expressions import Aggregate, Counted, FormTotal, parse
from kskt_excel.model.finding import Finding
from kskt_excel.model.forms import PROGRESS, Forms, SheetForm
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.period import Period
from kskt_excel.model.plan import TASK_DONE, TASK_NOT_STARTED, TASK_NOTHING, Indicator, Plan, Task
from kskt_excel.model.reading import Reading
from kskt_excel.report.annexes import PROGRESS as PROGRESS_PAGE
from kskt_excel.report.annexes import STANDINGS
from kskt_excel.report.direction_lines import given_by
from kskt_excel.report.sentences import lowered, tidy
from kskt_excel.text.shown import (
    NO_FIGURE,
    capitalised,
    day_text,
    decimal_text,
    exact,
    grouped_number,
    listed,
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
    TaskVerdict.NO_PLAN: "chưa có kế hoạch riêng",
    TaskVerdict.NOT_DUE: "chưa đến hạn",
    TaskVerdict.NIL: "không phát sinh",
    TaskVerdict.NO_TARGET: "chưa đặt mục tiêu",
    TaskVerdict.NOT_REPORTED: "chưa báo cáo",
}
"""In the order in which they are told."""
VERDICT_SHADES: Mapping[TaskVerdict, Literal["good", "warn", "bad"]] = {
    TaskVerdict.DONE: "good",
    TaskVerdict.MET: "good",
    TaskVerdict.DONE_UNMET: "bad",
    TaskVerdict.UNMET: "bad",
    TaskVerdict.OVERDUE: "bad",
    TaskVerdict.NO_PLAN: "bad",
    TaskVerdict.NOT_REPORTED: "warn",
}
"""How a verdict is marked; the others are not."""
NOT_REPORTED = "Chưa báo cáo"
"""Where a lead's own state of a task would stand."""
_OPEN = ", tạm tính"
_UNTOLD = ValueKind.NOT_REPORTED
_OLD_TEMPLATE = "mẫu cũ chưa có"
_NO_NUMBERS = "kế hoạch riêng chưa có số lượng"  # to hold against what was done
_OF_OWN_PLAN = ("activities(planned)", "inspections(planned)")
_UNITS_OF_PLAN = "units(plan)"  # named by the plan, not by a report
_MISSED = (TaskVerdict.DONE_UNMET, TaskVerdict.UNMET)
_DONE_LASTING = "progress.done_lasting"
_BY_FIGURES = (*_MISSED, TaskVerdict.MET, TaskVerdict.NIL)


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


def is_of_the_year(indicator: Indicator, period: Period) -> bool:
    """Whether an indicator counts more quarters than the period that shows it (lũy kế)."""
    return indicator.basis == "to_date" and period.is_quarter and period.number > 1


def indicator_text(value: IndicatorValue | None, indicator: Indicator) -> str:
    """What an indicator came to, in its own unit, with the decimals that its verdict needs."""
    if value is None or not value.denominator:
        return NO_FIGURE
    ratio = exact(value.numerator) / exact(value.denominator)
    return measured_text(ratio, indicator, value.decimals)


def met_text(value: IndicatorValue) -> str:
    """What a comparison with the target says, or why there is none."""
    if value.met is not None:
        return "Đạt" if value.met else "Chưa đạt"
    if value.target is None:
        return NO_FIGURE
    if value.kind is _UNTOLD:
        return "Chưa báo cáo"
    return "Chưa đến hạn xét" if value.denominator else NO_FIGURE


def measured_text(ratio: Fraction, indicator: Indicator, decimals: int) -> str:
    """A ratio in the indicator's own unit: ``31,3 %``, ``1,5``, ``11`` of what is counted."""
    if indicator.unit == "%":
        return percent_text(ratio, decimals)
    return decimal_text(ratio, 0 if ratio.denominator == 1 else decimals)


def verdict_text(position: TaskPosition, plan: Plan) -> str:
    """``chưa đạt trong kỳ (91,5 % < 100,0 %), tạm tính, còn thiếu 02 đơn vị``."""
    judgement = position.judgement
    text = f"{_verdict_and_days(position)}{_in_brackets(_reason(judgement, plan))}"
    if not _is_open(judgement):
        return text
    return f"{text}{_OPEN}, còn thiếu {two_digits(len(judgement.missing))} đơn vị"


def verdict_alone(position: TaskPosition) -> str:
    """``chưa đạt trong kỳ (K21), tạm tính``: beside the figures, on a page that names the missing.

    The bracket names the missed indicators where there are others.
    """
    judgement = position.judgement
    text = f"{_verdict_and_days(position)}{_in_brackets(_missed_names(judgement))}"
    return f"{text}{_OPEN}" if _is_open(judgement) else text


def _verdict_and_days(position: TaskPosition) -> str:
    judgement = position.judgement
    verdict, text = judgement.verdict, VERDICT_WORDS[judgement.verdict]
    if verdict is TaskVerdict.OVERDUE:
        text = f"{text} {two_digits(position.days_overdue)} ngày làm việc"
    if verdict is TaskVerdict.NO_PLAN and judgement.days_without_plan:
        text = f"{text} (quá hạn {two_digits(judgement.days_without_plan)} ngày làm việc)"
    if verdict in DONE_VERDICTS and judgement.days_late:
        text = f"{text}, chậm {two_digits(judgement.days_late)} ngày làm việc"
    return text


def _in_brackets(text: str) -> str:
    return f" ({text})" if text else ""


def _reason(judgement: TaskJudgement, plan: Plan) -> str:
    """The figures that bear on the verdict; "" where none does."""
    if judgement.worst and judgement.verdict in _MISSED:
        return comparison(judgement.worst, plan)
    if judgement.verdict is TaskVerdict.NOT_DUE:
        return _so_far(judgement.figures, plan)
    untold = [one for one in judgement.figures if one.judges and one.untold]
    if judgement.verdict is TaskVerdict.NOT_REPORTED:
        return "; ".join(f"{one.indicator}: {untold_text(one.untold)}" for one in untold)
    return ""


def untold_text(places: Iterable[UntoldPlace]) -> str:
    """``mẫu cũ chưa có cột Ngày có hiệu lực ở trang VBQPPL``: what older workbooks did not ask."""
    return f"{_OLD_TEMPLATE} {_untold_names(places)}"


def _untold_names(places: Iterable[UntoldPlace]) -> str:
    return ", ".join(
        f"cột {', '.join(one.columns)} ở trang {one.sheet}" if one.columns else f"trang {one.sheet}"
        for one in places
    )


def untold_line(values: Iterable[IndicatorValue]) -> str:
    """``Mẫu cũ chưa có: K26 trang Địa chỉ PAKN; …``; "" where every workbook was asked."""
    by_place: dict[str, list[str]] = {}
    for one in values:
        if one.untold:
            by_place.setdefault(_untold_names(one.untold), []).append(one.id)
    told = "; ".join(f"{', '.join(some)} {names}" for names, some in by_place.items())
    return f"{capitalised(_OLD_TEMPLATE)}: {told}." if told else ""


def _missed_names(judgement: TaskJudgement) -> str:
    """``K21, K24``: the missed indicators of a task that is judged by several."""
    judging = [one for one in judgement.figures if one.judges]
    if judgement.verdict not in _MISSED or len(judging) == 1:
        return ""
    missed = [one for one in judging if one.met is False]
    so_far = [one for one in missed if one.is_judged_yet] or missed
    return ", ".join(one.indicator for one in so_far)


def _is_open(judgement: TaskJudgement) -> bool:
    """Whether units are missing whose figures may change the verdict."""
    return bool(judgement.missing) and judgement.verdict in _BY_FIGURES


def _so_far(figures: Iterable[TaskFigure], plan: Plan) -> str:
    """``lũy kế 60,0 %, mục tiêu 100,0 %``: a target that is not judged yet, and how far it is.

    Of what is not added up over the year: ``đến nay 88,9 %``.
    """
    open_ones = [one for one in figures if one.judges and one.denominator and one.met is False]
    if not open_ones:
        return ""
    indicator = _indicator_of(open_ones[0], plan)
    of_the_year = "mục tiêu năm" if indicator.judged == "year_end" else "mục tiêu"
    so_far = "lũy kế" if open_ones[0].basis == "to_date" else "đến nay"
    return f"{so_far} {_ratio(open_ones[0], indicator)}, {of_the_year} {_target_alone(indicator)}"


def notes_text(position: TaskPosition) -> str:
    """The notes of a task as one text."""
    return " ".join(notes(position))


def notes(position: TaskPosition) -> Iterator[str]:
    """What a reader must know beside a verdict: done earlier, a figure and a word that disagree."""
    judgement = position.judgement
    if position.note:
        yield position.note
    met = [one for one in judgement.figures if one.judges and one.denominator]
    is_met = bool(met) and all(one.met for one in met)
    if judgement.verdict in (TaskVerdict.OVERDUE, TaskVerdict.NOT_DUE) and is_met:
        yield "Số liệu đã đạt mục tiêu, đơn vị chủ trì chưa báo hoàn thành."
    if judgement.verdict is TaskVerdict.NO_PLAN and position.status == TASK_DONE:
        yield "Đơn vị chủ trì đã báo hoàn thành."
    if judgement.verdict is TaskVerdict.MET and position.status == TASK_NOT_STARTED:
        yield "Đơn vị chủ trì báo chưa thực hiện."


def own_plan_text(position: TaskPosition) -> str:
    """The plan of its own that a task has, and who has told of it; "" without one."""
    found = position.own_plan
    if not found.told_by:
        return ""
    day = f" ngày {day_text(found.day)}" if found.day else ""
    if found.told_by == "plan":
        return f"Kế hoạch riêng {found.number}{day}"
    told = Period.parse(found.told_in).label
    return f"{found.number} (theo báo cáo {told})"


def plans_to_write(positions: Iterable[TaskPosition]) -> str:
    """``I.2 – 45/KH-SKHCN (theo báo cáo Quý I/2022)``: own plans that only leads have told of."""
    return "; ".join(
        f"{one.code} – {own_plan_text(one)}" for one in positions if one.own_plan.told_by == "lead"
    )


def without_own_plan(positions: Iterable[TaskPosition]) -> str:
    """``I.3, I.4 (quá hạn 52 ngày làm việc)``: tasks that should have their own plan by now."""
    codes: dict[int, list[str]] = {}
    for one in positions:
        if one.judgement.verdict is TaskVerdict.NO_PLAN:
            codes.setdefault(one.judgement.days_without_plan, []).append(one.code)
    return "; ".join(
        f"{', '.join(alike)} (quá hạn {two_digits(days)} ngày làm việc)"
        if days
        else ", ".join(alike)
        for days, alike in codes.items()
    )


def coordination_text(position: TaskPosition, plan: Plan) -> str:
    """``đã tham gia 6/8; không phát sinh 1; chưa tham gia: …``: who has not is named.

    Over several quarters also who is missing in one of them alone; "" without coordinators.
    """
    found = position.coordination
    if not found.all:
        return ""
    said = [f"đã tham gia {len(found.joined)}/{len(found.all)}"]
    if found.nil:
        said.append(f"không phát sinh {len(found.nil)}")
    said += [
        f"{words}: {_unit_names(units, plan)}"
        for words, units in (("chưa tham gia", found.idle), ("chưa báo cáo", found.not_reported))
        if units
    ]
    said += [
        f"{Period.label_of(quarter)} chưa báo cáo: {_unit_names(units, plan)}"
        for quarter, units in found.gaps
    ]
    return "; ".join(said)


def coordination_short(position: TaskPosition, plan: Plan) -> str:
    """``6/8``, ``6/8; chưa tham gia: Thanh tra Sở``: on a page that names the missing reports."""
    found = position.coordination
    if not found.all:
        return ""
    idle = f"; chưa tham gia: {_unit_names(found.idle, plan)}" if found.idle else ""
    return f"{len(found.joined)}/{len(found.all)} tham gia{idle}"


def without_part(positions: Iterable[TaskPosition], plan: Plan) -> str:
    """``Chưa tham gia phối hợp: Thanh tra Sở (II.1.b, III.3).``; "" where all have taken part.

    Units whose report is missing are named with the reports, not here.
    """
    tasks: dict[str, list[str]] = {}
    for position in positions:
        for unit in position.coordination.idle:
            tasks.setdefault(unit, []).append(position.code)
    said = "; ".join(
        f"{unit.name} ({', '.join(tasks[unit.code])})" for unit in plan.units if unit.code in tasks
    )
    return f"Chưa tham gia phối hợp: {said}." if said else ""


def _unit_names(units: Iterable[str], plan: Plan) -> str:
    return ", ".join(plan.unit_by_code[unit].name for unit in units)


def _indicator_of(figure: TaskFigure, plan: Plan) -> Indicator:
    return next(one for one in plan.indicators if one.id == figure.indicator)


def figures_text(position: TaskPosition, plan: Plan, *, in_full: bool = True) -> str:
    """``K10: 43/47 = 91,5 % (≥ 100,0 %); K32: …``, the target in brackets; "" without any.

    ``in_full``: also what older workbooks did not ask, which a page may tell below its table.
    """
    return "; ".join(_figure_texts(position, plan, in_full=in_full))


def _figure_texts(position: TaskPosition, plan: Plan, *, in_full: bool) -> Iterator[str]:
    known = {one.id: one for one in plan.indicators}
    # while somebody who feeds the figures is missing, nobody knows that there was nothing
    nothing = "chưa có số liệu" if position.judgement.missing else "không phát sinh"
    for figure in position.judgement.figures:
        indicator = known[figure.indicator]
        if not figure.denominator:
            is_of_plan = figure.kind is not _UNTOLD and indicator.denominator in _OF_OWN_PLAN
            over_nothing = _NO_NUMBERS if is_of_plan else nothing
            untold = untold_text(figure.untold) if in_full else _OLD_TEMPLATE
            yield f"{figure.indicator}: {untold if figure.untold else over_nothing}"
            continue
        goal = f" ({_goal(indicator)})" if figure.judges else ""
        so_far = "lũy kế " if figure.basis == "to_date" else ""
        rate = "" if indicator.denominator == "1" else f" = {_ratio(figure, indicator)}"
        yield f"{figure.indicator}: {so_far}{_parts_text(figure, indicator)}{rate}{goal}"


def figures_short(position: TaskPosition, plan: Plan) -> str:
    """``K10 43/47 = 91,5 % (≥ 100,0 %), K32 47/47``: rate and target of what is missed alone.

    Of a task that nothing judges what is followed; "" without figures.
    """
    return ", ".join(_short(one, _indicator_of(one, plan)) for one in figures_in_short(position))


def figures_in_short(position: TaskPosition) -> list[TaskFigure]:
    """The figures that are told where room is short: numbers that judge, else that are followed."""
    some = [one for one in position.judgement.figures if one.denominator]
    return [one for one in some if one.judges] or some


def _short(figure: TaskFigure, indicator: Indicator) -> str:
    said = f"{figure.indicator} {_parts_text(figure, indicator)}"
    if figure.met is not False:
        return said
    rate = "" if indicator.denominator == "1" else f" = {_ratio(figure, indicator)}"
    return f"{said}{rate} ({_goal(indicator)})"


def _parts_text(figure: TaskFigure, indicator: Indicator) -> str:
    """``43/47``, ``11 tài khoản`` of what is only counted."""
    if indicator.denominator == "1":
        return f"{grouped_number(figure.numerator)} {indicator.unit}"
    return f"{grouped_number(figure.numerator)}/{grouped_number(figure.denominator)}"


def _goal(indicator: Indicator) -> str:
    """``≥ 100,0 %``, ``cả năm ≥ 100,0 %`` where it is judged at the end of the year."""
    of_the_year = "cả năm " if indicator.judged == "year_end" else ""
    return f"{of_the_year}{target_text(indicator)}"


def _ratio(figure: TaskFigure, indicator: Indicator) -> str:
    ratio = exact(figure.numerator) / exact(figure.denominator)
    return measured_text(ratio, indicator, figure.decimals)


def comparison(figure: TaskFigure, plan: Plan) -> str:
    """``91,5 % < 100,0 %``: a missed target as it stands in the plan."""
    indicator = _indicator_of(figure, plan)
    sign = ">" if figure.direction == "down" else "<"
    return f"{_ratio(figure, indicator)} {sign} {_target_alone(indicator)}"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a figure comes from: columns of a printed form, or of a sheet of the units."""

    form: str  # id of either
    columns: tuple[str, ...]  # printed numbers, or keys
    is_printed: bool


_COUNTED_ON: Mapping[str, Evidence] = {
    "units": Evidence(STANDINGS.number, ("3", "6"), is_printed=True),
    "tasks": Evidence(PROGRESS_PAGE.number, ("8",), is_printed=True),
}
"""Pages that show what the office itself counts: ``units(on_time)``."""


def evidence(indicator: Indicator, forms: Forms) -> tuple[Evidence, ...]:
    """Forms and columns behind an indicator, each form once, as they are first named.

    What a condition asks of several cells of a row is told by their columns.
    """
    found: dict[tuple[str, bool], dict[str, None]] = {}
    for text in (indicator.numerator, indicator.denominator):
        for _, item in parse(text).terms:
            for one in _evidence_of(item, forms):
                found.setdefault((one.form, one.is_printed), {}).update(dict.fromkeys(one.columns))
    return tuple(Evidence(form, tuple(named), kind) for (form, kind), named in found.items())


def _evidence_of(item: object, forms: Forms) -> Iterator[Evidence]:
    if isinstance(item, FormTotal):
        yield Evidence(item.form, (item.number,), is_printed=True)
    elif isinstance(item, Counted) and item.name != _UNITS_OF_PLAN:
        counted = item.name.partition("(")[0]
        if counted in _COUNTED_ON:
            yield _COUNTED_ON[counted]
        for form, fulfils in forms.fulfilling(counted):
            asked = parse(f"count({form.id} where {fulfils.when})") if fulfils.when else None
            conditions = asked.aggregates[0].conditions if asked else ()
            keys = (fulfils.named_by, *(one.column for one in conditions))
            yield Evidence(form.id, _columns_asked(form, keys), is_printed=False)
    elif isinstance(item, Aggregate) and item.sheet in forms.sheet_by_id:
        keys = (*item.columns, *(one.column for one in item.conditions))
        form = forms.sheet_by_id[item.sheet]
        yield Evidence(item.sheet, _columns_asked(form, keys), is_printed=False)


def _columns_asked(form: SheetForm, names: Iterable[str]) -> tuple[str, ...]:
    """Keys of the columns, of a question those whose cells answer it."""
    answered = {one.name: one.columns for one in form.questions}
    keys = (key for name in names for key in answered.get(name, (name,)))
    return tuple(dict.fromkeys(key for key in keys if key in form.by_key))


def evidence_text(position: TaskPosition, plan: Plan, forms: Forms) -> str:
    """``Biểu II.06a cột 8, 9, 7; trang Quá hạn cột “Mã hồ sơ”; văn bản 12/QĐ-SKHCN``."""
    told = (
        sources_text(_indicators_of(position, plan), forms, in_full=True),
        document_text(position, plan),
    )
    return capitalised("; ".join(filter(None, told)))


def evidence_short(position: TaskPosition, plan: Plan, forms: Forms) -> str:
    """``biểu II.06a cột 8, 9, 7; trang Quá hạn``: of what judges, where anything does.

    For where room is short and the lead's document is told beside it.
    """
    figures = position.judgement.figures
    judging = [one for one in figures if one.judges]
    return sources_text((_indicator_of(one, plan) for one in judging or figures), forms)


def document_text(position: TaskPosition, plan: Plan) -> str:
    """``văn bản 12/QĐ-SKHCN``: the document that the lead names; "" without one."""
    document = lead_of(position, plan).document
    return f"văn bản {document}" if document else ""


def _indicators_of(position: TaskPosition, plan: Plan) -> list[Indicator]:
    return [_indicator_of(one, plan) for one in position.judgement.figures]


def sources_text(indicators: Iterable[Indicator], forms: Forms, *, in_full: bool = False) -> str:
    """``biểu II.06a cột 8, 9, 7; trang Quá hạn``: what indicators are counted from.

    ``in_full``: the sheets of the units with the headings of the columns.
    """
    printed: dict[str, dict[str, None]] = {}
    sheets: dict[str, dict[str, None]] = {}
    for one in (each for indicator in indicators for each in evidence(indicator, forms)):
        if one.is_printed:
            columns = printed.setdefault(forms.own_id(one.form), {})
            columns.update(dict.fromkeys(one.columns))
        elif one.form in forms.sheet_by_id:
            form = forms.sheet_by_id[one.form]
            headings = (f"“{form.by_key[key].heading}”" for key in one.columns)
            sheets.setdefault(form.sheet, {}).update(dict.fromkeys(headings))
    told = [f"biểu {form} cột {', '.join(columns)}" for form, columns in printed.items()]
    if in_full:
        told += [
            f"trang {sheet} cột {', '.join(heads)}" if heads else f"trang {sheet}"
            for sheet, heads in sheets.items()
        ]
    elif sheets:
        told.append(f"trang {', '.join(sheets)}")
    return "; ".join(told)


def sources_line(indicators: Iterable[Indicator], forms: Forms) -> str:
    """``Căn cứ: K1 biểu II.06a cột 8, 7; K12, K21 trang Công bố.``: those alike together."""
    by_source: dict[str, list[str]] = {}
    for one in indicators:
        if told := sources_text([one], forms):
            by_source.setdefault(told, []).append(one.id)
    told = "; ".join(f"{', '.join(some)} {source}" for source, some in by_source.items())
    return f"Căn cứ: {told}." if told else ""


def lead_of(position: TaskPosition, plan: Plan) -> UnitTask:
    """What the lead of a task reports; an empty report where it has none."""
    lead = plan.task_by_code[position.code].lead
    found = next((one for one in position.units if one.unit == lead), None)
    return found or UnitTask(lead, "", "", None, None, "", "")


def task_warnings(
    positions: Iterable[TaskPosition], plan: Plan, unit: str, reading: Reading
) -> Iterator[Finding]:
    """What a unit is told of tasks of which it says one thing and the figures say another.

    Tasks that are not done once are told together: a unit that calls one done calls many so.
    """
    sheet = reading.sheets.get(PROGRESS)
    rows = {record.key: record for record in sheet.records} if sheet else {}
    lasting: dict[str, CellRef] = {}
    for position in positions:
        if sheet and position.code in rows:
            record = rows[position.code]
            at, status = sheet.ref(record, "status"), str(record.values.get("status") or "")
            for code, params in _contradictions(position, plan, unit, status):
                if code == _DONE_LASTING:
                    lasting[position.code] = at
                else:
                    yield finding(code, at, task=position.code, **params)
    if lasting:
        first, *others = lasting.values()
        yield replace(finding(_DONE_LASTING, first, task=listed([*lasting])), also=tuple(others))


def units_to_warn(positions: Iterable[TaskPosition], plan: Plan) -> frozenset[str]:
    """Codes of the units that have something to be told of what they say of their tasks."""
    return frozenset(
        one.unit
        for position in positions
        for one in position.units
        if any(_contradictions(position, plan, one.unit, one.status))
    )


def _contradictions(
    position: TaskPosition, plan: Plan, unit: str, status: str
) -> Iterator[tuple[str, dict[str, Any]]]:
    """What does not go with a unit's word for a task, by code of the sentence.

    Its lead calls it done and its target is not met; it is called done and goes on all year; its
    lead says that nothing happened and the figures tell of something, a coordinator says so and
    its own rows do. Whatever a lead says, a share of more than the whole is told to it.
    """
    task, worst = plan.task_by_code[position.code], position.judgement.worst
    is_lead = task.lead == unit
    is_unmet = position.judgement.verdict is TaskVerdict.DONE_UNMET
    if is_lead and worst and is_unmet and status == TASK_DONE:
        name, figures = _indicator_of(worst, plan).name, comparison(worst, plan)
        yield "progress.done_unmet", {"indicator": name, "figures": figures}
    elif status == TASK_DONE and task.deadline.is_lasting:
        yield _DONE_LASTING, {}
    if status == TASK_NOTHING and is_lead and (told := _figure_of_the_period(position, plan)):
        yield "progress.nil_with_figures", {"figures": told}
    figure = dict(position.coordination.against).get(unit)
    if figure and status == TASK_NOTHING:
        yield "progress.nil_with_rows", {"figure": figure}
    for one in position.judgement.figures if is_lead else ():
        indicator = _indicator_of(one, plan)
        if indicator.unit == "%" and one.numerator > one.denominator > 0 and not one.is_open:
            told = f"{_parts_text(one, indicator)} = {_ratio(one, indicator)}"
            yield "progress.above_whole", {"indicator": indicator.name, "figures": told}


def _figure_of_the_period(position: TaskPosition, plan: Plan) -> str:
    """``Tỷ lệ … 2/2``: the first figure of a task that tells of something in the period alone."""
    for one in position.judgement.figures:
        indicator = _indicator_of(one, plan)
        is_count = indicator.denominator == "1"
        if one.basis == "in_period" and (one.numerator if is_count else one.denominator):
            return f"{indicator.name} {_parts_text(one, indicator)}"
    return ""


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
    """``Nhiệm vụ đến hạn: hoàn thành 01/03 (33,3 %).``; nothing while none is due."""
    some = list(due)
    if not some:
        return ""
    done = sum(one.judgement.verdict in DONE_VERDICTS for one in some)
    rate = percent_text(Fraction(done, len(some)), 1)
    return f"Nhiệm vụ đến hạn: hoàn thành {two_digits(done)}/{two_digits(len(some))} ({rate})."


# the row of a task


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task of the plan with what is said of it and what its figures say (dòng nhiệm vụ)."""

    task: Task
    position: TaskPosition
    coordinators: str  # the plan's words, how many have taken part, who has not
    said: str  # the lead's status and result, the document, the plan of its own
    figures: str  # indicators with numerator, denominator, rate and target; "" without any
    verdict: str  # of the period, with its notes
    sources: str  # forms and columns, sheets that the figures are counted from
    evidence: str  # the same with the columns of the sheets, and the document
    directed: str  # what leaders have said of it


def task_lines(plan: Plan, forms: Forms, consolidation: Consolidation) -> Iterator[TaskLine]:
    """The lines of the plan's tasks in the plan's order."""
    positions = {position.code: position for position in consolidation.tasks}
    for task in plan.tasks:
        position = positions[task.code]
        said = (position.status or NOT_REPORTED, _lead_result(task, position, plan))
        told = (verdict_alone(position), lowered(notes_text(position)).rstrip("."))
        own = [one for one in consolidation.directions if one.direction.task == task.code]
        yield TaskLine(
            task=task,
            position=position,
            coordinators=_coordinators(task, position, plan),
            said=": ".join(text for text in said if text),
            figures=figures_text(position, plan),
            verdict=capitalised("; ".join(text for text in told if text)),
            sources=evidence_short(position, plan, forms),
            evidence=evidence_text(position, plan, forms),
            directed=". ".join(_directed(one, task, plan) for one in own),
        )


def _coordinators(task: Task, position: TaskPosition, plan: Plan) -> str:
    """The plan's words, how many of the coordinators have taken part, and who has not.

    Those whose report is missing are named below the table, once.
    """
    told = coordination_short(position, plan)
    return f"{task.coordinators_text} ({told})" if told else task.coordinators_text


def _lead_result(task: Task, position: TaskPosition, plan: Plan) -> str:
    """What came of a task, the document behind it, the plan of its own: each said once.

    ``Ban hành kế hoạch (kế hoạch riêng 45/KH-SKHCN, hạn 14/9/2022)``.
    """
    document, own = lead_of(position, plan).document, own_plan_text(position)
    due = task.deadline.due if own and task.own_plan.wanted_by else None
    until = f", hạn {day_text(due)}" if due else ""
    if position.own_plan.told_by == "lead" and position.own_plan.number == document:
        return _with_source(position.result, f"kế hoạch riêng {document}{until}")
    return ". ".join(filter(None, (_with_source(position.result, document), f"{own}{until}")))


def _with_source(result: str, source: str) -> str:
    """``Ban hành kế hoạch (45/KH-SKHCN)``; the source alone where nothing is told of a result."""
    return f"{result} ({source})" if result and source else result or source


def _directed(standing: DirectionStanding, task: Task, plan: Plan) -> str:
    """``Cấp 02 máy quét (Giám đốc, ngày 18/3/2022)``; whom it is for, where not the lead."""
    one = standing.direction
    unit = plan.unit_by_code.get(one.unit)
    whom = f"{unit.name}: " if unit and one.unit != task.lead else ""
    by = given_by(one)
    still = "" if one.is_open else ", đã kết thúc theo dõi"
    told = f"{by}{still}" if by else still.removeprefix(", ")
    return f"{whom}{tidy(one.text)}{f' ({told})' if told else ''}"
