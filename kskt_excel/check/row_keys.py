"""Rows can be told apart: known codes, each once, none lost."""

from collections.abc import Iterable, Iterator, Mapping

from kskt_excel.check.blanks import zero_for_none
from kskt_excel.check.context import RuleContext
from kskt_excel.messages import finding
from kskt_excel.model.book import CellRef
from kskt_excel.model.finding import Finding, Severity
from kskt_excel.model.forms import SheetForm
from kskt_excel.model.reading import Reading, Record, SheetReading, SheetState
from kskt_excel.text.shown import first_ones, listed, value_text

OTHER_UNITS_TOO = frozenset(("cong-bo",))
"""The office publishes the procedures of every unit, new ones among them."""

_NEW_PROCEDURES = frozenset(("moi", "thay_the"))
_MOST_SUGGESTIONS = 3  # codes that may be meant: more of them help nobody to choose
_MOST_NAMED = 10  # codes in a sentence: they are short
_MOST_DIFFERENT_LETTERS = 2  # a slip, or two letters exchanged


def keys_are_unique(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """No task, procedure or dossier has two rows on one sheet."""
    for sheet in reading.sheets.values():
        form = known.forms.get(sheet.form)
        if form is None or not form.repeated:
            continue
        level = Severity(form.repeated)
        first: dict[str, Record] = {}
        key = set(form.key)
        for record in sheet.records:
            if not record.values.keys() >= key:
                continue
            earlier = first.setdefault(record.key, record)
            if earlier is not record:
                yield _repeated_key(
                    sheet, form, first=earlier, again=record, level=level, known=known
                )


def _repeated_key(
    sheet: SheetReading,
    form: SheetForm,
    *,
    first: Record,
    again: Record,
    level: Severity,
    known: RuleContext,
) -> Finding:
    *others, column = form.key
    return finding(
        "row.duplicate" if level is Severity.ERROR else "row.same_name",
        sheet.ref(again, column),
        column=known.heading(form.id, column),
        given=value_text(again.values[column]),
        others=listed([_told(again, one, form, known) for one in others]),
        first=first.row,
        again=again.row,
    )


def _told(record: Record, column: str, form: SheetForm, known: RuleContext) -> str:
    """A column of a row with what stands in it, as a sentence names it."""
    return f"“{known.heading(form.id, column)}” {value_text(record.values[column])}"


def rows_are_not_repeated(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """No row of a register stands there twice, word for word."""
    for sheet in reading.sheets.values():
        form = known.forms.get(sheet.form)
        if form is None or form.layout != "register" or form.repeated:
            continue
        first: dict[frozenset[tuple[str, object]], int] = {}
        for record in sheet.records:
            content = frozenset(pair for pair in record.values.items() if pair[0] != "ordinal")
            if not content or record.unread:
                continue
            earlier = first.setdefault(content, record.row)
            if earlier != record.row:
                at = CellRef(sheet.name, record.row, min(sheet.columns.values(), default=0))
                yield finding("row.repeated", at, first=earlier, again=record.row)


def tasks_are_in_the_plan(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """Every reported task is one of the plan's, and one of the unit's."""
    for form in ("tien-do", "vuong-mac"):
        level = Severity.ERROR if form == "tien-do" else Severity.WARNING
        for sheet, record in reading.rows(form):
            task = record.text("task")
            if not task or task in known.tasks:
                continue  # what is the unit's own is in the plan
            at = sheet.ref(record, "task")
            if task not in known.plan.task_by_code:
                codes = known.tasks or known.plan.task_by_code
                yield finding(
                    "task.unknown",
                    at,
                    severity=level,
                    task=task,
                    near=_near_codes(task, codes),
                    example=next(iter(codes), ""),
                )
            elif known.unit:
                unit = known.unit.name
                yield finding("task.of_another_unit", at, task=task, unit=unit)


def procedures_are_in_the_plan(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """Every procedure is in the office's list; one that is not is only asked about.

    Source: the list of procedures is sample data until the office has confirmed it.
    """
    by_code = known.plan.procedure_by_code
    for form in known.forms.values():
        if "procedure" not in form.by_key:
            continue
        for sheet, record in reading.rows(form.id):
            code = record.text("procedure")
            if not code or code in known.procedures or _is_new(form.id, record, known):
                continue  # what is the unit's own is in the list
            at = sheet.ref(record, "procedure")
            if code not in by_code:
                near = _near_codes(code, known.procedures or by_code)
                yield finding("procedure.unknown", at, procedure=code, near=near)
            elif known.unit and form.id not in OTHER_UNITS_TOO:
                yield finding("procedure.of_another_unit", at, procedure=code, unit=known.unit.name)


def _is_new(form: str, record: Record, known: RuleContext) -> bool:
    """Whether the row announces a procedure that no list can have yet."""
    if form != "cong-bo":
        return False
    return known.code("loai_cong_bo", record.values.get("change_kind")) in _NEW_PROCEDURES


def fields_agree_with_the_catalogue(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """A procedure stands under the field of work that the catalogue gives it."""
    for form in rows_of_procedures(known):
        for sheet, record in reading.rows(form):
            procedure = known.plan.procedure_by_code.get(record.text("procedure"))
            written = record.text("field")
            if procedure and written and written != procedure.field:
                yield finding(
                    "V06a.8",
                    sheet.ref(record, "field"),
                    procedure=procedure.code,
                    given=written,
                    expected=procedure.field,
                )


def no_task_is_lost(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """Every task of the unit has its row."""
    for form in known.forms.values():
        if form.rows == "tasks":
            yield from _missing_codes(reading, form, known.tasks, "task.missing")


def no_procedure_is_lost(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """Every procedure of the unit has its row in each sheet with a row for each."""
    for form in known.forms.values():
        if form.rows == "procedures":
            yield from _missing_codes(reading, form, known.procedures, "procedure.missing")


def rows_of_procedures(known: RuleContext) -> tuple[str, ...]:
    """Ids of the sheets with a row for each procedure of the unit."""
    return tuple(form.id for form in known.forms.values() if form.rows == "procedures")


def _missing_codes(
    reading: Reading, form: SheetForm, expected: Mapping[str, object], code: str
) -> Iterator[Finding]:
    """Codes without a row, in one finding; silent where another row may be the lost one.

    A code that cannot be read, is unknown or stands twice has a finding of its own already.
    """
    sheet = reading.sheets.get(form.id)
    if sheet is None or sheet.state is not SheetState.FILLED:
        return
    column = form.key[0]
    if column not in sheet.columns:
        return
    written = [record.text(column) for record in sheet.records]
    kept_places = {record.hidden_id for record in sheet.records}
    lost = [one for one in expected if one not in written and one not in kept_places]
    doubtful = len(written) - len({one for one in written if one in expected})
    if lost and len(lost) > doubtful:
        at = CellRef(sheet.name, sheet.heading_row, sheet.columns[column])
        yield finding(
            code,
            at,
            sheet=sheet.name,
            missing=first_ones(lost, _MOST_NAMED, "mã"),
            count=len(lost),
            zero=zero_for_none(form.asked_for),
        )


def added_procedures_are_on_every_sheet(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """A procedure that the unit has added stands on each sheet with a row for each procedure."""
    filled = [one for form in rows_of_procedures(known) if (one := reading.sheets.get(form))]
    filled = [sheet for sheet in filled if sheet.state is SheetState.FILLED]
    codes = {sheet.form: [r.text("procedure") for r in sheet.records] for sheet in filled}
    for sheet in filled:
        if not known.procedures.keys() <= set(codes[sheet.form]):
            continue  # a code that is not known may be one of the lost ones, mistyped
        for record in sheet.records:
            code = record.text("procedure")
            if not code or code in known.procedures:
                continue
            absent = [one for one in filled if not {code, ""} & set(codes[one.form])]
            if absent:
                names = ", ".join(f"“{one.name}”" for one in absent)
                at = sheet.ref(record, "procedure")
                yield finding("across.procedure_absent", at, procedure=code, sheets=names)


def _near_codes(given: str, known: Iterable[str]) -> str:
    """At most three known codes that differ little, as the end of a sentence; empty for none."""
    near = [code for code in known if _differ_little(given, code)][:_MOST_SUGGESTIONS]
    return f" Có phải là {' hoặc '.join(near)}?" if near else ""


def _differ_little(one: str, other: str) -> bool:
    if len(one) != len(other):
        return one.casefold().replace(".", "") == other.casefold().replace(".", "")
    different = sum(a != b for a, b in zip(one.casefold(), other.casefold(), strict=True))
    return different <= min(_MOST_DIFFERENT_LETTERS, len(one) // 3)
