"""Nothing that is asked for is left blank, no sheet is lost: an empty cell is not a zero."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from kskt_excel.check.context import RuleContext
from kskt_excel.messages import finding
from kskt_excel.model.book import CellRef
from kskt_excel.model.finding import Finding, Severity
from kskt_excel.model.forms import NUMBER_TYPES, FormColumn, SheetForm
from kskt_excel.model.reading import Reading, Record, SheetReading, SheetState
from kskt_excel.model.topics import REGISTERS
from kskt_excel.reading.table_body import NIL_LABEL
from kskt_excel.text.shown import first_ones, row_numbers
from kskt_excel.text.values import remark_said

_TEMPLATES = {
    "count": "cell.blank_count",
    "choice": "cell.blank_choice",
    "unit": "cell.blank_choice",
    "yes_no": "cell.blank_choice",
    "date": "cell.blank_date",
}
_LONG = "long_text"
_MISSING_WITH_A_SLIP = 2  # cells that are asked for beside the one that is filled
_MOST_NAMED = 4  # headings in a sentence
_THE_CELL, _IN_SHORT = "ô này", "tóm tắt trong một, hai câu"
_OF_ITS_OWN = {
    ("qua-han", "apology_number"): "overdue.apology_number",
    ("qua-han", "apology_on"): "overdue.apology_date",
}
"""Blanks with a rule of law behind them: Nghị định 61/2018/NĐ-CP, Điều 19 khoản 9."""


def required_cells_are_filled(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """Every required column has something in every row that has anything."""
    for sheet in reading.sheets.values():
        form = known.forms.get(sheet.form)
        if form is not None and form.layout != "labels" and sheet.state is SheetState.FILLED:
            yield from _blanks(sheet, form, known)


def rows_have_their_code(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """A row with figures still has the code that the office had filled in."""
    for sheet in reading.sheets.values():
        form = known.forms.get(sheet.form)
        if form is None or sheet.state is not SheetState.FILLED:
            continue
        for column in (form.by_key[key] for key in form.key):
            if not (column.given and column.required and column.key in sheet.columns):
                continue
            for record in sheet.records:
                if record.is_blank(column.key) and _is_touched(record, form.entered_keys):
                    yield finding(
                        "row.no_key",
                        sheet.ref(record, column.key),
                        column=known.heading(form.id, column.key),
                        example=known.example(column),
                    )


def lone_entries(
    reading: Reading, known: RuleContext
) -> Iterator[tuple[Finding, Sequence[Record]]]:
    """Rows of which the unit has filled one cell where more is asked for: a slip, or a beginning.

    Told once for each column, with the rows that no rule shall look at: nothing else is said of
    them, as what is missing follows from that one cell.
    """
    for sheet in reading.sheets.values():
        form = known.forms.get(sheet.form)
        if form is None or form.layout == "labels" or sheet.state is not SheetState.FILLED:
            continue
        alone: dict[str, list[Record]] = {}
        for record in sheet.records:
            is_issued = record.is_carried or record.hidden_id
            if not is_issued and (lone := _lone_entry(record.filled, form)):
                alone.setdefault(lone, []).append(record)
        for column, records in alone.items():
            missing = [one.key for one in _asked_for(sheet, form) if one.key != column]
            if len(missing) >= _MISSING_WITH_A_SLIP:
                cells = [sheet.ref(record, column) for record in records]
                told = finding(
                    "row.lone_entry",
                    cells[0],
                    rows=row_numbers([record.row for record in records]),
                    column=known.heading(form.id, column),
                    missing=first_ones(
                        [f"“{known.heading(form.id, key)}”" for key in missing], _MOST_NAMED, "cột"
                    ),
                )
                is_summed = form.by_key[column].type in NUMBER_TYPES  # the total below holds it
                yield _with_further(told, cells[1:]), [] if is_summed else records


def _lone_entry(filled: AbstractSet[str], form: SheetForm) -> str:
    """The column of the only cell that is filled in a row that nobody had begun; "" for others."""
    entered = filled & form.entered_keys
    if len(entered) != 1 or any(one.given and one.key in filled for one in form.columns):
        return ""
    return next(iter(entered))


def without_rows(reading: Reading, left_out: Collection[Record]) -> Reading:
    """The workbook without some of its rows."""
    if not left_out:
        return reading
    gone = {id(record) for record in left_out}
    sheets = {
        id_: replace(sheet, records=[one for one in sheet.records if id(one) not in gone])
        for id_, sheet in reading.sheets.items()
    }
    return replace(reading, sheets=sheets)


def _blanks(sheet: SheetReading, form: SheetForm, known: RuleContext) -> Iterator[Finding]:
    columns = _asked_for(sheet, form)
    keys, own = {column.key for column in columns}, form.entered_keys
    untouched: list[Record] = []
    blank: dict[str, list[Record]] = {column.key: [] for column in columns}
    for record in sheet.records:
        if record.values.keys() >= keys:
            continue
        missing = keys - record.values.keys() - record.unread
        if missing and len(keys) > 1 and not _is_touched(record, own):
            untouched.append(record)
            continue
        if form.holds == "issues" and _raises_nothing(record):
            continue
        for key in missing:
            blank[key].append(record)
    if untouched:
        yield _untouched_rows(sheet, form, columns, untouched, known)
    for column in columns:
        if blank[column.key]:
            yield _blank_column(sheet, form, column, blank[column.key], known)


def _asked_for(sheet: SheetReading, form: SheetForm) -> list[FormColumn]:
    """Required columns that the unit fills itself; one that is gone from the sheet is told once."""
    return [column for column in form.asked_for if column.key in sheet.columns]


def _raises_nothing(record: Record) -> bool:
    """Whether a row of difficulties only says that there is none: nobody has to decide on it."""
    said = [str(record.values[key]) for key in REGISTERS["issues"] if key in record.values]
    return bool(said) and not any(map(remark_said, said))


def _is_touched(record: Record, own: AbstractSet[str]) -> bool:
    """Whether a row has more than what the office had filled in."""
    return not (own.isdisjoint(record.values) and own.isdisjoint(record.unread))


def _untouched_rows(
    sheet: SheetReading,
    form: SheetForm,
    columns: list[FormColumn],
    records: list[Record],
    known: RuleContext,
) -> Finding:
    cells = [sheet.ref(record, columns[0].key) for record in records]
    found = finding(
        "row.blank",
        cells[0],
        template="row.blank" if form.nil else "row.blank_without_tick",
        rows=row_numbers([record.row for record in records]),
        first=known.heading(form.id, columns[0].key),
        last=known.heading(form.id, columns[-1].key),
        cell=sheet.nil_cell.a1 if sheet.nil_cell else "",
        zero=zero_for_none(columns),
    )
    return _with_further(found, cells[1:])


def zero_for_none(columns: Iterable[FormColumn]) -> str:
    """«0» where columns ask for nothing but numbers, so that 0 says that there is none; else ""."""
    return "0" if all(column.type in NUMBER_TYPES for column in columns) else ""


def _blank_column(
    sheet: SheetReading,
    form: SheetForm,
    column: FormColumn,
    records: list[Record],
    known: RuleContext,
) -> Finding:
    cells = [sheet.ref(record, column.key) for record in records]
    code = _OF_ITS_OWN.get((form.id, column.key), "cell.required")
    template = _TEMPLATES.get(column.type, "cell.blank_text") if code == "cell.required" else ""
    found = finding(
        code,
        cells[0],
        template=template,
        column=known.heading(form.id, column.key),
        example="" if column.type == "yes_no" else known.example(column),
        what=_IN_SHORT if column.type == _LONG and column.key not in form.key else _THE_CELL,
    )
    return _with_further(found, cells[1:])


def _with_further(found: Finding, cells: list[CellRef]) -> Finding:
    """The finding, told of further cells too."""
    return replace(found, also=tuple(cells))


_NOTHING_TO_TELL = ("nothing", "office")
"""Sheets that a unit fills when it has something to say; left empty they say that it has not."""

_NOT_FIGURES = frozenset(("ordinal", "computed"))


def sheets_are_there(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """Every sheet issued to the unit is still in its workbook."""
    for form in known.forms.values():
        if known.owes(form) and reading.state_of(form.id) is SheetState.MISSING:
            level = Severity.WARNING if form.if_blank in _NOTHING_TO_TELL else None
            nil = NIL_LABEL if form.nil else ""
            at = CellRef(form.sheet)
            yield finding("sheet.missing", at, severity=level, sheet=form.sheet, nil=nil)


def sheets_say_something(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """A sheet without figures has its tick «Kỳ này không phát sinh»."""
    for sheet in reading.sheets.values():
        form = known.forms.get(sheet.form)
        if form is None or sheet.state is not SheetState.BLANK:
            continue
        level = _level_here(reading, known, form)
        if level is None:
            continue
        at = sheet.nil_cell or CellRef(sheet.name)
        gone = "sheet.blank_tick_gone" if form.nil else "sheet.blank_without_tick"
        first = next((c.key for c in form.asked_for if c.key in sheet.columns), "")
        yield finding(
            "sheet.blank",
            at,
            template="sheet.blank" if sheet.nil_cell else gone,
            severity=level,
            sheet=sheet.name,
            cell=at.a1,
            first=known.heading(form.id, first) if first else "",
        )


def level_of_a_blank(known: RuleContext, form: SheetForm) -> Severity | None:
    """An error where figures are owed; None where an empty sheet says enough."""
    if not known.owes(form):
        return None
    if form.if_blank in _NOTHING_TO_TELL:
        asked = known.is_office and form.if_blank == "office"
        return Severity.WARNING if asked else None
    return Severity(form.if_blank or Severity.ERROR)


def _level_here(reading: Reading, known: RuleContext, form: SheetForm) -> Severity | None:
    """The level in this workbook: the list of overdue dossiers is owed where some are counted."""
    if form.id != "qua-han":
        return level_of_a_blank(known, form)
    overdue = sum(
        record.count("resolved_overdue") + record.count("pending_overdue")
        for _, record in reading.rows("ho-so")
    )
    return None if overdue else level_of_a_blank(known, form)


def nothing_happened_where_it_is_ticked(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """A sheet ticked «Kỳ này không phát sinh» has no figures."""
    for sheet in reading.sheets.values():
        form = known.forms.get(sheet.form)
        if form is None or sheet.state is not SheetState.NIL:
            continue
        figures = list(_figures(sheet, form))
        if figures:
            told = finding(
                "sheet.nil_with_figures",
                sheet.nil_cell or figures[0],
                sheet=sheet.name,
                cell=figures[0].a1,
                count=len(figures),
            )
            yield told if _is_filled_in(sheet, form) else replace(told, involved=tuple(figures))


def as_they_are_meant(reading: Reading, known: RuleContext) -> Reading:
    """The workbook as the rules are to read it where a tick and figures contradict each other.

    A table that is filled in whole has a stray tick: its figures are judged like any others. One
    with a few figures may be either: no rule says anything of it but that it is unclear.
    """
    meant = dict(reading.sheets)
    for id_, sheet in reading.sheets.items():
        form = known.forms.get(sheet.form)
        if form is not None and sheet.state is SheetState.NIL and any(_figures(sheet, form)):
            whole = _is_filled_in(sheet, form)
            state = SheetState.FILLED if whole else SheetState.UNCLEAR
            meant[id_] = replace(sheet, state=state)
    return replace(reading, sheets=meant)


def _is_filled_in(sheet: SheetReading, form: SheetForm) -> bool:
    return all(_is_whole(record, sheet, form) for record in sheet.records)


def _is_whole(record: Record, sheet: SheetReading, form: SheetForm) -> bool:
    """Whether nothing that is asked for is blank in a row."""
    asked = (column.key for column in form.asked_for if column.key in sheet.columns)
    return not any(record.is_blank(column) for column in asked)


def _figures(sheet: SheetReading, form: SheetForm) -> Iterator[CellRef]:
    """Cells that the unit has filled with something; 0 and Không agree with the tick."""
    columns = [c for c in form.columns if not c.given and c.type not in _NOT_FIGURES]
    for record in sheet.records:
        if record.is_carried and form.tick_leaves_carried:
            continue
        for column in columns:
            if _says_something(record, column):
                yield sheet.ref(record, column.key)


def _says_something(record: Record, column: FormColumn) -> bool:
    return not record.is_blank(column.key) and record.values.get(column.key, True) not in (
        0,
        0.0,
    )
