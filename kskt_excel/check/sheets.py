"""Every sheet of the unit is there, and says whether anything happened."""

from collections.abc import Iterator

from kskt_excel.check.known import Known
from kskt_excel.check.values import is_blank, rows, state
from kskt_excel.messages import finding
from kskt_excel.model.cells import CellRef
from kskt_excel.model.finding import Finding, Severity
from kskt_excel.model.forms import Column, SheetForm
from kskt_excel.model.reading import Reading, Record, SheetReading, SheetState

_ONLY_IF_ANYTHING = frozenset(
    ("sang-kien", "truyen-thong", "kiem-tra", "dau-moi", "danh-gia", "vuong-mac")
)
"""Sheets that a unit fills when it has something to say; left empty they say that it has not."""

_OWED_BY_THE_OFFICE = frozenset(("truyen-thong", "kiem-tra", "dau-moi"))
"""The office leads these tasks of the plan, so of it alone an answer is expected."""

_NOT_FIGURES = frozenset(("ordinal", "computed"))


def sheets_are_there(reading: Reading, known: Known) -> Iterator[Finding]:
    """Every sheet issued to the unit is still in its workbook."""
    for form in known.forms.values():
        if known.owes(form) and state(reading, form.id) is SheetState.MISSING:
            level = Severity.WARNING if form.id in _ONLY_IF_ANYTHING else None
            yield finding("sheet.missing", CellRef(form.sheet), severity=level, sheet=form.sheet)


def sheets_say_something(reading: Reading, known: Known) -> Iterator[Finding]:
    """A sheet without figures has its tick «Kỳ này không phát sinh»."""
    for sheet in reading.sheets.values():
        form = known.forms.get(sheet.form)
        if form is None or sheet.state is not SheetState.BLANK or not known.owes(form):
            continue
        level = _level_of_a_blank(reading, known, form)
        if level is None:
            continue
        at = sheet.nil_cell or CellRef(sheet.name)
        template = "sheet.blank" if form.nil else "sheet.blank_without_tick"
        yield finding(
            "sheet.blank", at, template=template, severity=level, sheet=sheet.name, cell=at.a1
        )


def _level_of_a_blank(reading: Reading, known: Known, form: SheetForm) -> Severity | None:
    """An error where figures are owed; None where an empty sheet says enough."""
    if form.id == "qua-han":
        return _level_of_a_blank_overdue_list(reading)
    if form.id not in _ONLY_IF_ANYTHING:
        return Severity.ERROR
    owed = known.is_office and form.id in _OWED_BY_THE_OFFICE
    return Severity.WARNING if owed else None


def _level_of_a_blank_overdue_list(reading: Reading) -> Severity | None:
    """Where dossiers are overdue the list is compared with them, and not asked for a tick."""
    overdue = sum(
        record.count("resolved_overdue") + record.count("pending_overdue")
        for _, record in rows(reading, "ho-so")
    )
    return None if overdue else Severity.WARNING


def nothing_happened_where_it_is_ticked(reading: Reading, known: Known) -> Iterator[Finding]:
    """A sheet ticked «Kỳ này không phát sinh» has no figures."""
    for sheet in reading.sheets.values():
        form = known.forms.get(sheet.form)
        if form is None or sheet.state is not SheetState.NIL:
            continue
        figures = list(_figures(sheet, form))
        if figures:
            yield finding(
                "sheet.nil_with_figures",
                sheet.nil_cell or figures[0],
                sheet=sheet.name,
                cell=figures[0].a1,
                count=len(figures),
            )


def _figures(sheet: SheetReading, form: SheetForm) -> Iterator[CellRef]:
    """Cells that the unit has filled with something; 0 and Không agree with the tick."""
    columns = [c for c in form.columns if not c.given and c.type not in _NOT_FIGURES]
    for record in sheet.records:
        for column in columns:
            if _says_something(record, column):
                yield sheet.ref(record, column.key)


def _says_something(record: Record, column: Column) -> bool:
    return not is_blank(record, column.key) and record.values.get(column.key, True) not in (0, 0.0)
