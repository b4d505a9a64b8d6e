"""What a unit owes in words: one line a kind, the same in every letter and on the screen."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from kskt_excel.consolidation.dues import rows_behind
from kskt_excel.model.calendar import workdays_between
from kskt_excel.model.consolidation import Due, DueKind, TaskFigure, TaskPosition
from kskt_excel.model.forms import Forms
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Indicator, Plan
from kskt_excel.model.submission import UnitReport
from kskt_excel.report.sentences import lowered
from kskt_excel.report.verdicts import comparison, measured_text, target_text
from kskt_excel.text.shown import day_text, exact, first_ones, grouped_number, two_digits

_MOST_ROWS = 6  # row numbers in brackets behind a sentence
_MOST_CODES = 6  # of more units their number says enough


def days_left_words(days: int) -> str:
    """``còn 3 ngày làm việc``, ``hôm nay là ngày cuối``, ``đã quá 2 ngày làm việc``."""
    if days > 0:
        return f"còn {days} ngày làm việc"
    return f"đã quá {-days} ngày làm việc" if days else "hôm nay là ngày cuối"


class DueLines:
    """Says what a unit owes, on a day or, where the letter stands for longer, by dates alone."""

    def __init__(
        self, plan: Plan, forms: Forms, *, today: dt.date | None, report: UnitReport | None = None
    ) -> None:
        self._plan, self._forms = plan, forms
        self._today, self._report = today, report

    def lines(self, dues: Sequence[Due]) -> tuple[str, ...]:
        """A line for each kind, in the order of the kinds."""
        by_kind: dict[DueKind, list[Due]] = {}
        for due in dues:
            by_kind.setdefault(due.kind, []).append(due)
        return tuple(line for kind, some in by_kind.items() for line in self._sayers[kind](some))

    @property
    def _sayers(self) -> Mapping[DueKind, Callable[[Sequence[Due]], Iterator[str]]]:
        return {
            DueKind.REPORT: self._report_line,
            DueKind.CORRECTION: self._correction,
            DueKind.OWN_PLAN: self._own_plan,
            DueKind.TASK: self._task,
            DueKind.TO_TELL: self._to_tell,
            DueKind.DONE_UNMET: self._done_unmet,
            DueKind.TARGET: self._target,
            DueKind.OWN_FIGURES: self._own_figures,
            DueKind.PART: self._part,
            DueKind.HELPERS: self._helpers,
            DueKind.OPEN_ROWS: self._open_rows,
        }

    def _report_line(self, some: Sequence[Due]) -> Iterator[str]:
        for due in some:
            label = Period.label_of(due.period)
            yield f"Báo cáo {label} chưa gửi{self._deadline_part(due)}{_help_wanted(due)}."

    def _correction(self, some: Sequence[Due]) -> Iterator[str]:
        for due in some:
            label = Period.label_of(due.period)
            yield f"Báo cáo {label} đã trả lại, chưa có bản sửa{self._deadline_part(due)}."

    def _own_plan(self, some: Sequence[Due]) -> Iterator[str]:
        told = self._tasks(some, lambda due: f"phải có chậm nhất {self._day(due)}")
        yield (
            f"Chưa có kế hoạch riêng: {told}. Đề nghị ghi số kế hoạch vào báo cáo khi đã ban hành."
        )

    def _task(self, some: Sequence[Due]) -> Iterator[str]:
        told = self._tasks(some, lambda due: f"hạn {self._day(due)}")
        yield f"Nhiệm vụ chủ trì phải hoàn thành: {told}."

    def _to_tell(self, some: Sequence[Due]) -> Iterator[str]:
        told = self._tasks(some, lambda due: f"hạn {self._day(due)}" if due.day else "")
        yield (
            f"Số liệu đã đạt mục tiêu, chưa báo hoàn thành: {told}."
            " Nếu đã xong, đề nghị báo “Đã hoàn thành” kèm số văn bản."
        )

    def _done_unmet(self, some: Sequence[Due]) -> Iterator[str]:
        told = self._tasks(some, lambda due: self._compared(due.figure))
        yield (
            f"Đã báo hoàn thành, chưa đạt mục tiêu: {told}."
            " Đề nghị bổ sung số liệu hoặc chọn lại trạng thái."
        )

    def _target(self, some: Sequence[Due]) -> Iterator[str]:
        told = self._tasks(some, self._missed)
        yield f"Nhiệm vụ chủ trì chưa đạt mục tiêu trong kỳ: {told}."

    def _missed(self, due: Due) -> str:
        where = f"; còn ở {', '.join(due.units)}" if 0 < len(due.units) <= _MOST_CODES else ""
        return f"{self._compared(due.figure)}{where}"

    def _own_figures(self, some: Sequence[Due]) -> Iterator[str]:
        for due in some:
            indicator = self._indicator(due.figure)
            if indicator is None or due.figure is None:
                continue
            numerator, denominator = due.own
            ratio = exact(numerator) / exact(denominator)
            value = measured_text(ratio, indicator, due.figure.decimals)
            parts = f"{grouped_number(numerator)}/{grouped_number(denominator)} = {value}"
            yield (
                f"Số liệu của đơn vị chưa đạt mục tiêu nhiệm vụ {due.tasks[0]}:"
                f" {lowered(indicator.name)} {parts}, mục tiêu {target_text(indicator)}"
                f"{self._rows(indicator)}."
            )

    def _rows(self, indicator: Indicator) -> str:
        if self._report is None:
            return ""
        sheet, rows = rows_behind(indicator, self._report, self._plan, self._forms)
        if not rows:
            return ""
        return f" (trang {sheet} dòng {first_ones(list(map(str, rows)), _MOST_ROWS, 'dòng')})"

    def _part(self, some: Sequence[Due]) -> Iterator[str]:
        codes = ", ".join(code for due in some for code in due.tasks)
        yield (
            f"Báo cáo chưa cho biết đơn vị đã phối hợp gì ở nhiệm vụ {codes}:"
            " đề nghị ghi kết quả trong kỳ, hoặc chọn “Không phát sinh”."
        )

    def _helpers(self, some: Sequence[Due]) -> Iterator[str]:
        names = {unit.code: unit.name for unit in self._plan.units}
        idle = [f"{names[due.units[0]]} ({', '.join(due.tasks)})" for due in some if due.count]
        absent = [names[due.units[0]] for due in some if not due.count]
        said = (("chưa tham gia", "; ".join(idle)), ("chưa có báo cáo", ", ".join(absent)))
        told = "; ".join(f"{words}: {units}" for words, units in said if units)
        yield f"Đơn vị phối hợp các nhiệm vụ chủ trì {told}."

    def _open_rows(self, some: Sequence[Due]) -> Iterator[str]:
        for due in some:
            late = f", trong đó {two_digits(due.late)} đã quá hạn" if due.late else ""
            first = f", hạn sớm nhất {day_text(due.day)}" if due.day else ""
            yield (
                f"{two_digits(due.count)} {due.words}{late}{first}"
                f" (theo báo cáo {Period.label_of(due.period)})."
            )

    def _tasks(self, some: Sequence[Due], say: Callable[[Due], str]) -> str:
        """``I.3, I.4 (hạn ngày 30/11/2022); I.2``: tasks with what is said of them."""
        codes: dict[str, list[str]] = {}
        for due in some:
            codes.setdefault(say(due), []).append(due.tasks[0])
        said = ((", ".join(alike), text) for text, alike in codes.items())
        return "; ".join(f"{named} ({text})" if text else named for named, text in said)

    def _deadline_part(self, due: Due) -> str:
        return f", hạn {self._day(due)}" if due.day else ""

    def _day(self, due: Due) -> str:
        """``ngày 31/3/2022, đã quá 20 ngày làm việc``; without the count by dates alone."""
        if due.day is None:
            return ""
        if self._today is None:
            return f"ngày {day_text(due.day)}{', đã qua' if due.is_late else ''}"
        days = workdays_between(self._today, due.day, self._plan.calendar)
        return f"ngày {day_text(due.day)}, {days_left_words(days)}"

    def _indicator(self, figure: TaskFigure | None) -> Indicator | None:
        known = {one.id: one for one in self._plan.indicators}
        return known.get(figure.indicator) if figure else None

    def _compared(self, figure: TaskFigure | None) -> str:
        return comparison(figure, self._plan) if figure else ""


def _help_wanted(due: Due) -> str:
    """That a report tells of the tasks with which the unit helps, too."""
    if not due.tasks:
        return ""
    return f"; gồm cả kết quả phối hợp {two_digits(len(due.tasks))} nhiệm vụ"


def part_texts(tasks: Iterable[TaskPosition]) -> Mapping[str, str]:
    """``Phần phối hợp trong kỳ: đã tham gia 10/12 nhiệm vụ; …`` by unit: in which nothing happened.

    Only of units that help with a task. In which one has taken no part is told with what it owes.
    """
    helped: dict[str, int] = {}
    joined: dict[str, int] = {}
    nil: dict[str, list[str]] = {}
    for one in tasks:
        for unit in one.coordination.all:
            helped[unit] = helped.get(unit, 0) + 1
        for unit in one.coordination.joined:
            joined[unit] = joined.get(unit, 0) + 1
        for unit in one.coordination.nil:
            nil.setdefault(unit, []).append(one.code)

    def told(unit: str, count: int) -> str:
        none = f"; không phát sinh: {', '.join(nil[unit])}" if unit in nil else ""
        return f"Phần phối hợp trong kỳ: đã tham gia {joined.get(unit, 0)}/{count} nhiệm vụ{none}."

    return {unit: told(unit, count) for unit, count in helped.items()}
