"""A data sheet of a unit's workbook: geometry, content, colours of faults, how it is written."""

import datetime as dt
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache, partial
from typing import TYPE_CHECKING, Final

from kskt_excel.excel import book_writer
from kskt_excel.excel.book_writer import (
    BODY_SIZE,
    INDENT_PX,
    BookWriter,
    Formats,
    Formula,
    HeightCell,
    formula_text,
    line_count,
    measured,
    pixels,
    printed_line,
    row_height,
    text_width,
    write_cell,
    write_text,
)
from kskt_excel.excel.issued import order
from kskt_excel.excel.issued.cell_rules import CellRule, FaultGroup
from kskt_excel.excel.issued.condition_formulas import ROW_ID, CellsOf, formula_of
from kskt_excel.excel.issued.drawn_sheets import DrawnSheets, OwnParts
from kskt_excel.excel.issued.order import EntryContext, IssueOrder
from kskt_excel.model.book import column_letters
from kskt_excel.model.forms import MARK_ROW, FormColumn, SheetForm
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.plan import COORDINATOR, LEAD, Task
from kskt_excel.model.reading import CARRIED_ID, Value
from kskt_excel.text.shown import day_text

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet


RowValues = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One data row: ``key`` names a given row in the hidden column, "" for typed rows.

    ``carried`` are the columns that are filled from the quarter before; ``number`` counts the rows
    that are carried whole, 0 for the others.
    """

    values: RowValues
    key: str = ""
    carried: frozenset[str] = frozenset()
    number: int = 0

    @property
    def hidden_id(self) -> str:
        """What the hidden column says of the row."""
        return f"{CARRIED_ID}:{self.number}" if self.number else self.key

    @property
    def given(self) -> bool:
        """Whether the office named this row."""
        return bool(self.key)

    @property
    def spare(self) -> bool:
        """Whether the row is left for an addition: nothing in it but sums of nothing."""
        return not self.key and not any(self.values.values())

    def is_given(self, column: FormColumn) -> bool:
        """Whether the unit should leave this cell as it is; it is not locked all the same."""
        return column.type == "computed" or (column.given and self.given)


def sheet_rows(form: SheetForm, work: IssueOrder) -> tuple[SheetRow, ...]:
    """Data rows from top to bottom; empty ones at the end, above the total."""
    filled, carried = work.rows.get(form.id, ()), work.carried.get(form.id, ())
    if form.rows:
        rows = _merged(form, _given(form, work), filled, carried)
    else:
        rows = (*_carried(form, carried), *_typed(filled))
    typed = sum(not row.given for row in rows)
    empty = (SheetRow({}),) * max(form.blank_rows - typed, 0)
    return tuple(_computed(form, row) for row in (*rows, *empty))


def summed_number(value: Value) -> float:
    """What a formula adds for a value: texts, blanks and yes/no count nothing."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else 0


def _given(form: SheetForm, work: IssueOrder) -> tuple[RowValues, ...]:
    makers: Mapping[str, Callable[[IssueOrder], Iterator[RowValues]]] = {
        "tasks": _tasks,
        "procedures": _procedures,
        "criteria": _criteria,
        "choices": partial(_choices, form),
        "directions": partial(_directions, form),
    }
    known = form.by_key.keys()
    return tuple(
        {column: value for column, value in row.items() if column in known}
        | dict(_opening(form, str(row[form.key[0]]), work))
        for row in makers[form.rows](work)
    )


def _opening(form: SheetForm, row: str, work: IssueOrder) -> Iterator[tuple[str, float]]:
    """What a row opens with of the quarter before, by column."""
    for column in form.opening:
        if (at := (form.id, column, row)) in work.opening:
            yield column, work.opening[at]


def _tasks(work: IssueOrder) -> Iterator[RowValues]:
    for task in work.plan.tasks_of(work.unit.code):
        yield {
            "task": task.code,
            "content": task.text,
            "role": _role(task, work.unit.code),
            "deadline": task.deadline.text,
        }


def _role(task: Task, unit: str) -> str:
    return LEAD if task.lead == unit else COORDINATOR


def _procedures(work: IssueOrder) -> Iterator[RowValues]:
    for procedure in work.procedures:
        yield {
            "procedure": procedure.code,
            "name": procedure.name,
            "field": procedure.field,
        }


def _criteria(work: IssueOrder) -> Iterator[RowValues]:
    scheme = work.regime.scheme
    for criterion in scheme.criteria if scheme else ():
        yield {
            "criterion": criterion.number,
            "content": f"{criterion.content}\n({criterion.scale})",
        }


def _choices(form: SheetForm, work: IssueOrder) -> Iterator[RowValues]:
    for choice in form.given_choices(work.unit.code, work.plan, work.day):
        yield {form.key[0]: choice.value}


def _directions(form: SheetForm, work: IssueOrder) -> Iterator[RowValues]:
    yield from work.carried.get(form.id, ())


def _carried(form: SheetForm, carried: Sequence[RowValues]) -> Iterator[SheetRow]:
    """Rows of a register from the quarter before, numbered anew."""
    for number, values in enumerate(carried, start=1):
        own = {one.key: number for one in form.columns if one.type == "ordinal"}
        yield SheetRow({**own, **values}, carried=frozenset(values), number=number)


def _typed(filled: Sequence[RowValues]) -> tuple[SheetRow, ...]:
    return tuple(SheetRow(values) for values in filled)


def _merged(
    form: SheetForm,
    given: Sequence[RowValues],
    filled: Sequence[RowValues],
    carried: Sequence[RowValues],
) -> tuple[SheetRow, ...]:
    """Given rows with what was filled in under the same key; then rows with keys of their own.

    Of the rows carried those go on that are still given.
    """
    key = form.key[0]
    by_key, before = _by_key(filled, key), _by_key(carried, key)
    names = [str(values[key]) for values in given]
    rows = []
    for name, values in zip(names, given, strict=True):
        own, earlier = by_key.get(name, {}), before.get(name, {})
        kept = frozenset(earlier.keys() - values.keys() - own.keys())
        rows.append(SheetRow({**earlier, **values, **own}, name, kept))
    others = [values for values in filled if str(values.get(key)) not in names]
    return (*rows, *_typed(others))


def _by_key(rows: Sequence[RowValues], key: str) -> Mapping[str, RowValues]:
    return {str(values[key]): values for values in rows if values.get(key) is not None}


def _computed(form: SheetForm, row: SheetRow) -> SheetRow:
    results = {
        column.key: sum(summed_number(row.values.get(part)) for part in column.formula)
        for column in form.columns
        if column.type == "computed"
    }
    return replace(row, values={**row.values, **results}) if results else row


# Rows as docs/architecture.md tells them; the reader finds tables by their headings and not by
# these, as units put rows in.
TITLE_ROW: Final = 1
AGENCY_ROW: Final = 3
NIL_ROW: Final = 4
GUIDE_ROW: Final = 5
HEADING_ROW: Final = 6
NUMBERING_ROW: Final = 7
FIRST_DATA_ROW: Final = 8
NIL_LABEL_COLUMN: Final = 1
NIL_TICK_COLUMN: Final = 2
_MOST_PRINTED_PX: Final = 1325  # of these A4 across shows letters of 11 points in 8 and more
_LEAST_TEXT_PX, _LEAST_DAY_PX, _HEADING_SIDES_PX = 104, 82, 12
_PIXELS_A_POINT: Final = 4 / 3  # 96 pixels and 72 points an inch
_NIL_LABEL_PX: Final = 104  # «Kỳ này không phát sinh» on two lines
_TICK_PX, _LEAST_HINT_PX, _HINT_PX = 80, 240, 480  # of the tick, and of how to tick behind it
_SAID_PX: Final = 240  # of what the workbook says of the sheet, behind a title longer than the rest
_HEADING_LINES, _HEADING_LINES_OVER_TICK = 4, 3  # at most, so that rows keep most of the screen


def _least_px(column: FormColumn) -> int:
    """Pixels for a word of the heading, and for what is written into a column."""
    words = column.heading.replace("/", " ").split()
    heading = max(text_width(word, 12, bold=True) for word in words) * _PIXELS_A_POINT
    texts = _LEAST_TEXT_PX if column.type in ("text", "long_text", "choice") else 0
    days = _LEAST_DAY_PX if column.type == "date" else 0
    return math.ceil(max(heading + _HEADING_SIDES_PX, texts, days))


def _heading_px(column: FormColumn, lines: int) -> int:
    """Pixels with which each heading that the column has had takes at most so many lines."""
    texts = (column.heading, *(heading for _, heading in column.headings_from))
    rooms = (measured(text, bold=True).room_for(lines) or 0 for text in texts)
    return max(pixels(room, _HEADING_SIZE) for room in rooms)


@lru_cache(maxsize=128)
def _widths(form: SheetForm) -> tuple[int, ...]:
    """Widths of a form's columns in pixels.

    A form that would print in letters under 8 points gets narrower columns, none narrower than
    a word of its heading or a date, nor so narrow that its heading takes too many lines.
    """
    lines = _HEADING_LINES_OVER_TICK if form.nil else _HEADING_LINES
    headings = [_heading_px(column, lines) for column in form.columns]
    wanted = [column.width for column in form.columns]
    words = [min(px, _least_px(one)) for px, one in zip(wanted, form.columns, strict=True)]
    least = list(map(max, words, headings))
    own = list(map(max, wanted, headings))
    if form.nil:
        own[0], least[0] = max(own[0], _NIL_LABEL_PX), max(least[0], _NIL_LABEL_PX)
    over = sum(own) - _MOST_PRINTED_PX
    if over <= 0:
        return tuple(own)
    slack = [px - at_least for px, at_least in zip(own, least, strict=True)]
    share = min(over / (sum(slack) or 1), 1.0)
    return tuple(px - math.ceil(spare * share) for px, spare in zip(own, slack, strict=True))


@lru_cache(maxsize=128)
def _widths_with_head(form: SheetForm) -> tuple[int, ...]:
    """Widths of a form's columns, and of blank ones beside a table too narrow for its head.

    The head has a tick in its second column, behind it how to tick, and behind the title what
    the workbook says of the sheet.
    """
    widths = _widths(form)
    behind = sum(widths[NIL_TICK_COLUMN:])
    if behind >= _LEAST_HINT_PX:
        return widths
    tick = () if len(widths) >= NIL_TICK_COLUMN else (_TICK_PX,)
    title = text_width(form.title, 14, bold=True) * _PIXELS_A_POINT + _TITLE_GAP_PX
    over = max(_HINT_PX - behind, math.ceil(title) - sum((*widths, *tick)))
    return (*widths, *tick, over, *((_SAID_PX,) if over > _HINT_PX else ()))


@dataclass(frozen=True)
class SheetGeometry:
    """A data sheet's geometry (bố cục)."""

    form: SheetForm
    rows: tuple[SheetRow, ...]

    @property
    def last_row(self) -> int:
        """Last data row; the heading's own when there is none."""
        return FIRST_DATA_ROW + len(self.rows) - 1

    @property
    def total_row(self) -> int:
        """Row of «Tổng cộng»; 0 for a form without totals."""
        return self.last_row + 1 if any(column.total for column in self.form.columns) else 0

    @property
    def end_row(self) -> int:
        """Last row that prints."""
        return self.total_row or self.last_row

    @property
    def id_column(self) -> int:
        """The hidden column of row keys, after the last one."""
        return len(self.all_widths) + 1

    @cached_property
    def widths(self) -> tuple[int, ...]:
        """Column widths in pixels; the first one also holds the label of the nil cell."""
        return _widths(self.form)

    @cached_property
    def all_widths(self) -> tuple[int, ...]:
        """Widths of the columns, and of blank ones beside a table too narrow for its head."""
        return _widths_with_head(self.form)

    @property
    def frozen_columns(self) -> int:
        """Columns that stay in sight: what names a row, if the screen has room for it."""
        count = 2 if self.form.rows else 1
        return book_writer.columns_in_sight(self.widths[:count])

    def column(self, key: str) -> int:
        """Number of a column, or of the hidden one."""
        return self._numbers[key]

    @cached_property
    def _numbers(self) -> dict[str, int]:
        """Numbers of all columns by key."""
        numbers = {column.key: at for at, column in enumerate(self.form.columns, start=1)}
        return {ROW_ID: self.id_column, **numbers}

    def cell(self, key: str, row: int) -> str:
        """Address of a cell: ``E8``."""
        return f"{column_letters(self.column(key))}{row}"

    def span(self, key: str) -> str:
        """The data cells of a column: ``E8:E10``."""
        return f"{self.cell(key, FIRST_DATA_ROW)}:{self.cell(key, self.last_row)}"

    def sum_of_column(self, key: str) -> str:
        """Formula of the total: from the numbering row to the row above, wherever rows are put in.

        Both ends stand outside the list, so that no row can be put in or deleted beside the sum.
        """
        letters = column_letters(self.column(key))
        return f"=SUM({letters}{NUMBERING_ROW}:INDEX({letters}:{letters},ROW()-1))"

    def sum_of_row(self, keys: tuple[str, ...], row: int) -> str:
        """Formula that adds cells of one row, neighbours as one range: ``SUM(E8:H8)``."""
        numbers = sorted(self.column(key) for key in keys)
        runs: list[list[int]] = []
        for number in numbers:
            if runs and number == runs[-1][-1] + 1:
                runs[-1].append(number)
            else:
                runs.append([number])
        parts = (
            f"{column_letters(run[0])}{row}"
            + (f":{column_letters(run[-1])}{row}" if len(run) > 1 else "")
            for run in runs
        )
        return f"SUM({','.join(parts)})"


ALLOWED: Final = {
    "format_cells": True,
    "format_columns": True,
    "format_rows": True,
    "insert_rows": True,
    "delete_rows": True,
    "sort": True,
    "autofilter": True,
    "objects": True,  # notes in cells
}
_ROW_POINTS: Final = 21.0  # one line of 12 points with air above and below
_TITLE_GAP_PX: Final = 60  # between the title and what «Tự kiểm tra» says of the sheet
_LOOKS: Final = {
    "count": ("count", "center"),
    "computed": ("count", "center"),
    "days": ("count", "center"),
    "ordinal": ("center",),
    "percent": ("center",),
    "decimal": ("center",),
    "date": ("date", "center"),
    "yes_no": ("center",),
    "choice": ("indent",),
    "procedure": ("text", "center"),
    "task": ("text", "center"),
}
_TEXT_LOOKS: Final = ("text", "indent")
_ALARMING: Final = ("còn", "chưa", "không tự")
"""Words of the self-check that call for a look."""


@dataclass(frozen=True, slots=True)
class SheetContent:
    """What a data sheet shows whatever unit it is for: equal contents give equal sheets.

    ``rules`` colour cells; ``said`` is what the self-check says of the sheet.
    """

    grid: SheetGeometry
    context: EntryContext
    rules: tuple[CellRule, ...]
    said: Formula
    is_ticked: bool  # «Kỳ này không phát sinh»


@dataclass(frozen=True, slots=True)
class OwnLines:
    """Lines of a data sheet that tell whose it is."""

    mark: str
    agency: str  # who reports for which days
    footer: str

    @classmethod
    def of(cls, form: SheetForm, work: IssueOrder) -> "OwnLines":
        """The lines of a form's sheet in one unit's workbook."""
        start, end = (day_text(day) for day in (work.window.start, work.window.end))
        agency = f"{work.unit.name} - {work.period.label} (từ ngày {start} đến ngày {end})"
        footer = f"{form.sheet} - {work.unit.name} - {work.period.label}"
        return cls(work.sheet_mark(form), agency, footer)


def write_form_sheet(
    book: BookWriter, content: SheetContent, own: OwnLines, drawn: DrawnSheets
) -> None:
    """Adds one data sheet to the workbook, complete; drawn, or as it was drawn before."""
    sheet = book.sheet(content.grid.form.sheet)
    _set_paper(sheet, own.footer)
    parts = OwnParts.of(sheet, texts=(own.mark, own.agency))
    lines = line_count(own.agency, sum(content.grid.all_widths))  # more of a unit with a long name
    drawn.draw(
        sheet, book, (content, lines), parts, lambda: _draw(sheet, book, content, own, lines)
    )


def _draw(
    sheet: "Worksheet", book: BookWriter, content: SheetContent, own: OwnLines, agency_lines: int
) -> None:
    grid = content.grid
    _set_columns(sheet, grid, book.formats)
    _draw_head(sheet, content, own, book.formats)
    _draw_agency(sheet, grid, own.agency, agency_lines, book.formats)
    _draw_headings(sheet, grid, content.context.day, book.formats)
    for row, values in enumerate(grid.rows, start=FIRST_DATA_ROW):
        _draw_row(sheet, grid, row, values, book.formats)
    if grid.total_row:
        _draw_total(sheet, grid, book.formats)
    _draw_self_check(sheet, grid, content.said, book)
    _colour_faults(sheet, content, book.formats)
    _add_inputs(sheet, grid, content.context)
    _set_up(sheet, grid)


def _set_columns(sheet: "Worksheet", grid: SheetGeometry, formats: Formats) -> None:
    """Widths; cells that nobody wrote are unlocked."""
    for column, width in enumerate(grid.all_widths):
        sheet.set_column_pixels(column, column, width, formats("open"))
    at = grid.id_column - 1
    sheet.set_column_pixels(at, at, 60, formats("open"), {"hidden": True})


_TITLE_POINTS: Final = 18.75  # a line of 14 points
_LINE_POINTS: Final = 14.25  # of what stays in sight over the rows: as little as can be read
_GAP_POINTS: Final = 3.0  # of a row that a form leaves empty: other rows keep their numbers
_HEADING_SIZE: Final = 11  # points: a size below the rows, since headings stay in sight
_ROW_SPARE_POINTS: Final = 3.0  # as book_writer._SPARE_POINTS


def _draw_head(sheet: "Worksheet", content: SheetContent, own: OwnLines, formats: Formats) -> None:
    form = content.grid.form
    sheet.set_row(TITLE_ROW - 1, _TITLE_POINTS)
    write_text(sheet, TITLE_ROW, 1, form.title, formats("title"))
    sheet.set_row(MARK_ROW - 1, None, None, {"hidden": True})
    write_text(sheet, MARK_ROW, 1, own.mark, formats("quiet"))
    if form.nil:
        _draw_nil(sheet, content, formats)
        sheet.set_row(GUIDE_ROW - 1, _GAP_POINTS)
    else:
        sheet.set_row(NIL_ROW - 1, _GAP_POINTS)
        sheet.set_row(GUIDE_ROW - 1, _LINE_POINTS)
        write_text(sheet, GUIDE_ROW, 1, form.guide, formats("note"))


def _draw_agency(
    sheet: "Worksheet", grid: SheetGeometry, agency: str, lines: int, formats: Formats
) -> None:
    """Who reports; over the whole table where one line would be cut at its edge."""
    looks = formats("left", "middle", "wrap") if lines > 1 else formats("left", "middle")
    if lines > 1:
        _join(sheet, AGENCY_ROW, 1, len(grid.all_widths), looks)
    sheet.set_row(AGENCY_ROW - 1, _LINE_POINTS if lines == 1 else _points(lines, BODY_SIZE))
    write_text(sheet, AGENCY_ROW, 1, agency, looks)


def _join(sheet: "Worksheet", row: int, first: int, last: int, looks: object) -> None:
    """Cells of a row as one; nothing where a narrow table leaves no two of them."""
    if first < last:
        sheet.merge_range(row - 1, first - 1, row - 1, last - 1, "", looks)


def _points(lines: int, size: float) -> float:
    """Height of a row of so many lines: no more than they need."""
    return lines * printed_line(size) + _ROW_SPARE_POINTS


def _draw_nil(sheet: "Worksheet", content: SheetContent, formats: Formats) -> None:
    """The tick of a sheet with nothing to report; beside it how to tick, and how to fill in."""
    grid, row, tick = content.grid, NIL_ROW, order.NIL_TICK if content.is_ticked else ""
    label = formats("bold", "small", "wrap", "center", "middle", "border", "given")
    write_text(sheet, row, NIL_LABEL_COLUMN, order.ISSUED_NIL_LABEL, label)
    box = formats("bold", "size14", "center", "middle", "border", "text", "input", "open")
    write_text(sheet, row, NIL_TICK_COLUMN, tick, box)
    hint = f"{order.NIL_HINT} {grid.form.guide}".rstrip()
    height = _low_row([order.ISSUED_NIL_LABEL], grid.widths)
    lines = line_count(hint, sum(grid.all_widths[NIL_TICK_COLUMN:]))
    looks = formats("note", "wrap") if lines > 1 else formats("note")
    if lines > 1:  # paper would cut it at the edge of the table
        _join(sheet, row, NIL_TICK_COLUMN + 1, len(grid.all_widths), looks)
        height = max(height, _points(lines, BODY_SIZE))
    write_text(sheet, row, NIL_TICK_COLUMN + 1, hint, looks)
    sheet.set_row(row - 1, height)
    order.add_tick_rule(sheet, f"{column_letters(NIL_TICK_COLUMN)}{row}")


def _draw_headings(sheet: "Worksheet", grid: SheetGeometry, day: dt.date, formats: Formats) -> None:
    names = [column.heading_on(day) for column in grid.form.columns]
    sheet.set_row(HEADING_ROW - 1, _low_row(names, grid.widths))
    sheet.set_row(NUMBERING_ROW - 1, _LINE_POINTS)
    for at, name in enumerate(names, start=1):
        write_text(sheet, HEADING_ROW, at, name, formats("heading", "small"))
        write_text(sheet, NUMBERING_ROW, at, f"({at})", formats("numbering"))
    write_text(sheet, HEADING_ROW, grid.id_column, order.ISSUED_ID_HEADING, formats("quiet"))


def _low_row(names: Sequence[str], widths: Sequence[int]) -> float:
    """Points of a row of bold names in columns of these widths: no more than they need."""
    lines = max(
        line_count(name, px, _HEADING_SIZE, bold=True)
        for name, px in zip(names, widths, strict=False)
    )
    return _points(lines, _HEADING_SIZE)


def _draw_row(
    sheet: "Worksheet", grid: SheetGeometry, row: int, content: SheetRow, formats: Formats
) -> None:
    cells = [
        HeightCell(value, width - INDENT_PX)
        for column, width in zip(grid.form.columns, grid.widths, strict=True)
        if isinstance(value := content.values.get(column.key), str)
    ]
    # Open to its end: of a protected sheet Excel neither sorts nor deletes a row with a locked cell
    sheet.set_row(row - 1, row_height(cells, _ROW_POINTS), formats("open"))
    for at, column in enumerate(grid.form.columns, start=1):
        looks = formats(*_cell_looks(column, _fill(column, content)))
        value = content.values.get(column.key)
        if column.type == "computed":
            looks = formats(*_computed_looks(column, content))
            formula = "=" + grid.sum_of_row(column.formula, row)
            sheet.write_formula(row - 1, at - 1, formula, looks, summed_number(value))
        else:
            write_cell(sheet, row - 1, at - 1, value, looks)
    if content.hidden_id:
        write_text(sheet, row, grid.id_column, content.hidden_id, formats("text", "open"))


def _fill(column: FormColumn, content: SheetRow) -> str:
    """The look that says who writes a cell."""
    if content.is_given(column):
        return "given"
    return "carried" if column.key in content.carried else "input"


def _cell_looks(column: FormColumn, fill: str) -> tuple[str, ...]:
    return ("cell", *_LOOKS.get(column.type, _TEXT_LOOKS), fill, "open")


def _computed_looks(column: FormColumn, content: SheetRow) -> tuple[str, ...]:
    looks = _cell_looks(column, "given")
    return (*looks, "spare_count") if content.spare else looks


def _draw_total(sheet: "Worksheet", grid: SheetGeometry, formats: Formats) -> None:
    row = grid.total_row
    sheet.set_row(row - 1, _ROW_POINTS)
    for at, column in enumerate(grid.form.columns, start=1):
        if column.total:
            total = sum(summed_number(content.values.get(column.key)) for content in grid.rows)
            looks = formats("total", "count", "center")
            sheet.write_formula(row - 1, at - 1, grid.sum_of_column(column.key), looks, total)
        else:
            label = order.TOTAL_LABEL if at == 1 else ""
            write_text(sheet, row, at, label, formats("total", "indent"))


def _draw_self_check(
    sheet: "Worksheet", grid: SheetGeometry, said: Formula, book: BookWriter
) -> None:
    """What «Tự kiểm tra» says of the sheet, in the first cell that the title leaves free."""
    title_px = text_width(grid.form.title, 14, bold=True) * _PIXELS_A_POINT + _TITLE_GAP_PX
    column, left = 0, 0
    while left < title_px and column < len(grid.all_widths) - 1:
        left += grid.all_widths[column]
        column += 1
    write_cell(sheet, TITLE_ROW - 1, column, said, book.formats("bold", "left", "middle"))
    here = f"{column_letters(column + 1)}{TITLE_ROW}"
    alarm = book.formats.conditional("alarm")
    asked = f"=OR({','.join(f'ISNUMBER(SEARCH({formula_text(w)},{here}))' for w in _ALARMING)})"
    sheet.conditional_format(here, {"type": "formula", "criteria": asked, "format": alarm})


def _colour_faults(sheet: "Worksheet", content: SheetContent, formats: Formats) -> None:
    """Colours cells in which something is wrong, or only asked about, as soon as it is typed."""
    grid, names = content.grid, content.context.lists
    if not grid.rows:
        return
    bad, review = formats.conditional("bad"), formats.conditional("review")
    # Faults first: of two colours on a cell Excel shows that of the earlier condition.
    ordered = sorted(content.rules, key=lambda rule: rule.group is FaultGroup.REVIEW)
    for rule in ordered:
        for cells, anchor in _areas(grid, rule):
            condition = formula_of(rule.conditions[0], anchor, names.spellings)
            look = review if rule.group is FaultGroup.REVIEW else bad
            test = {"type": "formula", "criteria": f"=ISNUMBER(1/({condition}))", "format": look}
            sheet.conditional_format(cells, test)


def _areas(grid: SheetGeometry, rule: CellRule) -> Iterator[tuple[str, CellsOf]]:
    """Areas to colour, each with how their condition names the cells of its first row."""

    def fixed(key: str) -> str:
        return f"${grid.cell(key, FIRST_DATA_ROW)}"

    if rule.coloured == rule.columns and len(rule.columns) > 1:
        first, last = rule.columns[0], rule.columns[-1]
        moving = grid.cell(first, FIRST_DATA_ROW)
        yield (
            f"{moving}:{grid.cell(last, grid.last_row)}",
            lambda key: moving if key == first else fixed(key),
        )
        return
    for key in rule.coloured:
        yield grid.span(key), fixed


def _add_inputs(sheet: "Worksheet", grid: SheetGeometry, context: EntryContext) -> None:
    if not grid.rows:
        return
    for at, column in order.columns_to_fill(grid.form.columns):
        letters = column_letters(at)
        cells = f"{letters}{FIRST_DATA_ROW}:{letters}{grid.last_row}"
        order.add_rule(sheet, cells, column, context)
    spare = [row for row, content in enumerate(grid.rows, start=FIRST_DATA_ROW) if content.spare]
    for at, column in order.columns_of_additions(grid.form) if spare else ():
        letters = column_letters(at)
        cells = f"{letters}{spare[0]}:{letters}{spare[-1]}"
        order.add_rule(sheet, cells, column, context)


def _set_up(sheet: "Worksheet", grid: SheetGeometry) -> None:
    """Protection, filter, panes and what prints; no green corners on codes and sums."""
    last = len(grid.all_widths) - 1
    if grid.rows:
        area = f"A{FIRST_DATA_ROW}:{column_letters(last + 1)}{grid.end_row}"
        sheet.ignore_errors({"number_stored_as_text": area, "formula_range": area})
        sheet.autofilter(NUMBERING_ROW - 1, 0, grid.last_row - 1, grid.id_column - 1)
    sheet.protect("", ALLOWED)
    given = any(not one.spare for one in grid.rows)
    book_writer.colour_tab(sheet, "fill" if given else "register")
    sheet.freeze_panes(FIRST_DATA_ROW - 1, grid.frozen_columns)
    first_input = next(order.columns_to_fill(grid.form.columns), (1, None))[0]
    sheet.set_selection(FIRST_DATA_ROW - 1, first_input - 1, FIRST_DATA_ROW - 1, first_input - 1)
    sheet.repeat_rows(HEADING_ROW - 1, NUMBERING_ROW - 1)
    sheet.print_area(0, 0, grid.end_row - 1, last)


def _set_paper(sheet: "Worksheet", footer: str) -> None:
    """A working paper, one page wide."""
    book_writer.paper(sheet, landscape=True, footer=footer)
    book_writer.narrow_margins(sheet)
    sheet.fit_to_pages(1, 0)
