"""Sheet «Tiến độ»: status, percentage, day and result agree; activities have a result."""

from collections.abc import Iterator

from kskt_excel.check.context import RuleContext, day_in, is_blank_in, number_in, rows, text_in
from kskt_excel.messages import finding
from kskt_excel.model.finding import Finding
from kskt_excel.model.reading import Reading, SheetState
from kskt_excel.text.shown import day_text as shown_day
from kskt_excel.text.shown import plain_number as shown_number

STATUS_DONE = "Đã hoàn thành"
NOT_STARTED = "Chưa thực hiện"
STATUS_NOTHING = "Không phát sinh"
_FULL = 100


def percentages_are_possible(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """A percentage lies between 0 and 100."""
    for form, column in (("tien-do", "percent"), ("ra-soat", "cost_cut_percent")):
        for sheet, record in rows(reading, form):
            percent = number_in(record, column)
            if percent is not None and not 0 <= percent <= _FULL:
                yield finding(
                    "percent.out_of_range",
                    sheet.ref(record, column),
                    column=known.heading(form, column),
                    given=shown_number(percent),
                )


def finished_tasks_are_finished(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """A task that is done stands at 100 % or says no percentage."""
    del known
    for sheet, record in rows(reading, "tien-do"):
        percent = number_in(record, "percent")
        if (
            text_in(record, "status") == STATUS_DONE
            and percent is not None
            and 0 <= percent < _FULL
        ):
            at = sheet.ref(record, "percent")
            task = text_in(record, "task")
            yield finding("progress.done_percent", at, task=task, percent=shown_number(percent))


def finished_tasks_have_a_day_and_a_result(
    reading: Reading, known: RuleContext
) -> Iterator[Finding]:
    """A task that is done says since when and with what result."""
    for sheet, record in rows(reading, "tien-do"):
        if text_in(record, "status") != STATUS_DONE:
            continue
        task = text_in(record, "task")
        for column, code in (
            ("completed_on", "progress.done_without_day"),
            ("result", "progress.done_without_result"),
        ):
            if column in sheet.columns and is_blank_in(record, column):
                heading = known.heading("tien-do", column)
                yield finding(code, sheet.ref(record, column), task=task, column=heading)


def open_tasks_are_open(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """A task that is not done has no day of completion, nor a percentage that says otherwise."""
    del known
    for sheet, record in rows(reading, "tien-do"):
        status, task = text_in(record, "status"), text_in(record, "task")
        if not status or status == STATUS_DONE:
            continue
        completed, percent = day_in(record, "completed_on"), number_in(record, "percent") or 0
        if completed:
            at = sheet.ref(record, "completed_on")
            on = shown_day(completed)
            yield finding("progress.day_without_done", at, task=task, status=status, day=on)
        most = 0 if status in (NOT_STARTED, STATUS_NOTHING) else _FULL - 1
        if most < percent <= _FULL:
            at = sheet.ref(record, "percent")
            shown = shown_number(percent)
            yield finding("progress.percent_status", at, task=task, status=status, percent=shown)


def contacts_are_listed_when_the_task_is_done(
    reading: Reading, known: RuleContext
) -> Iterator[Finding]:
    """The task of naming contact persons (đầu mối) is done when they are listed."""
    sheet = reading.sheets.get("dau-moi")
    if sheet is None or sheet.state not in (SheetState.NIL, SheetState.BLANK) or sheet.records:
        return
    for progress, record in rows(reading, "tien-do"):
        task = known.tasks.get(text_in(record, "task"))
        if task is None or known.unit is None or task.lead != known.unit.code:
            continue
        forms = [form.strip() for form in task.form.split(",")]
        if "dau-moi" in forms and text_in(record, "status") == STATUS_DONE:
            at = progress.ref(record, "status")
            yield finding("across.contacts", at, task=task.code, sheet=sheet.name)


def activities_have_a_quantity(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """An activity that took place counts at least once."""
    for sheet, record in rows(reading, "truyen-thong"):
        if number_in(record, "quantity") == 0:
            column = known.heading("truyen-thong", "quantity")
            yield finding("activity.no_quantity", sheet.ref(record, "quantity"), column=column)
