"""Sheet «Tiến độ»: status, percentage, day and result agree; activities have a result."""

from collections.abc import Iterable, Iterator

from kskt_excel.check.conditions import (
    Compared,
    IsFilled,
    IsNumber,
    IsOneOf,
    Not,
    RowRule,
    blank,
    broken,
    together,
)
from kskt_excel.check.context import RuleContext
from kskt_excel.messages import finding
from kskt_excel.model.finding import Finding
from kskt_excel.model.plan import TASK_DONE, TASK_NOT_STARTED, TASK_NOTHING, Task
from kskt_excel.model.reading import Reading, SheetState
from kskt_excel.text.shown import day_text as shown_day
from kskt_excel.text.shown import plain_number as shown_number

_FULL = 100

_IS_DONE = IsOneOf("status", (TASK_DONE,))
_IS_OPEN = together(IsFilled("status"), Not(_IS_DONE))
_SAYS_NOTHING_DONE = IsOneOf("status", (TASK_NOT_STARTED, TASK_NOTHING))
_IS_PERCENT = Compared(("percent",), "<=", limit=_FULL)

DONE_PERCENT = RowRule(
    "progress.done_percent",
    "tien-do",
    "percent",
    together(
        _IS_DONE, Compared(("percent",), ">=", limit=0), Compared(("percent",), "<", limit=_FULL)
    ),
)
DONE_WITHOUT_RESULT = RowRule(
    "progress.done_without_result", "tien-do", "result", together(_IS_DONE, blank("result"))
)
DAY_WITHOUT_DONE = RowRule(
    "progress.day_without_done",
    "tien-do",
    "completed_on",
    together(_IS_OPEN, IsNumber("completed_on")),
)
PERCENT_OF_STATUS = (
    RowRule(
        "progress.percent_status",
        "tien-do",
        "percent",
        together(_SAYS_NOTHING_DONE, Compared(("percent",), ">", limit=0), _IS_PERCENT),
    ),
    RowRule(
        "progress.percent_status",
        "tien-do",
        "percent",
        together(
            _IS_OPEN,
            Not(_SAYS_NOTHING_DONE),
            Compared(("percent",), ">", limit=_FULL - 1),
            _IS_PERCENT,
        ),
    ),
)
NO_QUANTITY = RowRule(
    "activity.no_quantity", "truyen-thong", "quantity", Compared(("quantity",), "=")
)
IMPOSSIBLE_PERCENT = tuple(
    RowRule("percent.out_of_range", form, column, Compared((column,), op, limit=limit))
    for form, column in (("tien-do", "percent"), ("ra-soat", "cost_cut_percent"))
    for op, limit in (("<", 0), (">", _FULL))
)
PROGRESS_RULES = (
    *IMPOSSIBLE_PERCENT,
    DONE_PERCENT,
    DAY_WITHOUT_DONE,
    *PERCENT_OF_STATUS,
    NO_QUANTITY,
)


def done_without(known: RuleContext) -> tuple[RowRule, ...]:
    """What a unit's finished tasks lack: result, day, and of those that it leads the document.

    A task that goes on all year is never finished: no day is asked of it, nor a document.
    """
    ending = [task for task in known.tasks.values() if not task.deadline.is_lasting]
    led = [task for task in ending if known.unit and task.lead == known.unit.code]
    asked = (
        ("progress.done_without_day", "completed_on", ending),
        ("progress.done_without_document", "document", led),
    )
    return (
        DONE_WITHOUT_RESULT,
        *(
            RowRule(code, "tien-do", at, together(_IS_DONE, blank(at), _is_one_of(tasks)))
            for code, at, tasks in asked
            if tasks
        ),
    )


def _is_one_of(tasks: Iterable[Task]) -> IsOneOf:
    return IsOneOf("task", tuple(task.code for task in tasks))


def percentages_are_possible(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """A percentage lies between 0 and 100."""
    for rule in IMPOSSIBLE_PERCENT:
        for sheet, record in broken(reading, rule):
            heading = known.heading(rule.form, rule.at)
            given = shown_number(record.number(rule.at) or 0)
            yield finding(rule.code, sheet.ref(record, rule.at), column=heading, given=given)


def finished_tasks_are_finished(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """A task that is done stands at 100 % or says no percentage."""
    del known
    for sheet, record in broken(reading, DONE_PERCENT):
        percent = shown_number(record.number("percent") or 0)
        at, task = sheet.ref(record, DONE_PERCENT.at), record.text("task")
        yield finding(DONE_PERCENT.code, at, task=task, percent=percent)


def finished_tasks_say_what_came_of_them(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """A task that is done says with what result; one that ends, also when, by which document."""
    for rule in done_without(known):
        for sheet, record in broken(reading, rule):
            task, heading = record.text("task"), known.heading("tien-do", rule.at)
            yield finding(rule.code, sheet.ref(record, rule.at), task=task, column=heading)


def open_tasks_are_open(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """A task that is not done has no day of completion, nor a percentage that says otherwise."""
    del known
    for sheet, record in broken(reading, DAY_WITHOUT_DONE):
        status, task = record.text("status"), record.text("task")
        if completed := record.day("completed_on"):
            at, on = sheet.ref(record, "completed_on"), shown_day(completed)
            yield finding(DAY_WITHOUT_DONE.code, at, task=task, status=status, day=on)
    for rule in PERCENT_OF_STATUS:
        for sheet, record in broken(reading, rule):
            status, task = record.text("status"), record.text("task")
            at, percent = sheet.ref(record, "percent"), record.number("percent") or 0
            given = shown_number(percent)
            yield finding(rule.code, at, task=task, status=status, percent=given)


def contacts_are_listed_when_the_task_is_done(
    reading: Reading, known: RuleContext
) -> Iterator[Finding]:
    """The task of naming contact persons (đầu mối) is done when they are listed."""
    sheet = reading.sheets.get("dau-moi")
    if sheet is None or sheet.state not in (SheetState.NIL, SheetState.BLANK) or sheet.records:
        return
    for progress, record in reading.rows("tien-do"):
        task = known.tasks.get(record.text("task"))
        if task is None or known.unit is None or task.lead != known.unit.code:
            continue
        forms = [form.strip() for form in task.form.split(",")]
        if "dau-moi" in forms and record.text("status") == TASK_DONE:
            at = progress.ref(record, "status")
            yield finding("across.contacts", at, task=task.code, sheet=sheet.name)


def activities_have_a_quantity(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """An activity that took place counts at least once."""
    for sheet, record in broken(reading, NO_QUANTITY):
        column = known.heading("truyen-thong", "quantity")
        yield finding(NO_QUANTITY.code, sheet.ref(record, "quantity"), column=column)
