"""A person's cell written again: value, pieces of text, look, comment."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from kskt_excel.excel import style
from kskt_excel.excel.handwriting.nouns import HandCell, Look
from kskt_excel.excel.tracker.plain import day_number, moment_number, write_cell
from kskt_excel.excel.writing import BookWriter, clean
from kskt_excel.model.cells import CellRef

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_DAY_FORMAT = {"num_format": style.DATE_FORMAT}
_TIME_FORMAT = {"num_format": "hh:mm:ss"}


def merged(names: tuple[str, ...], look: Look | None) -> dict[str, Any]:
    """XlsxWriter properties of the program's look with what a person changed on top."""
    return style.look(*names) | dict(look.properties if look else ())


def write(
    book: BookWriter,
    sheet: "Worksheet",
    at: tuple[int, int],
    cell: HandCell,
    properties: dict[str, Any],
) -> None:
    """Writes a person's cell; ``at`` is row and column from 1."""
    row, column = at[0] - 1, at[1] - 1
    value = cell.value
    if isinstance(value, dt.date | dt.datetime) and "num_format" not in properties:
        properties = properties | _DAY_FORMAT
    if isinstance(value, dt.time | dt.timedelta) and "num_format" not in properties:
        properties = properties | _TIME_FORMAT
    looks = book.formats.of(properties)
    if cell.formula:
        sheet.write_formula(row, column, _moved(cell, at), looks, _stored(value))
    elif len(cell.runs) > 1:
        _write_runs(book, sheet, (row, column), cell, looks)
    elif isinstance(value, dt.time | dt.timedelta):
        sheet.write_number(row, column, _fraction(value), looks)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value, looks)
    else:
        write_cell(sheet, row, column, value, looks)
    comment(sheet, at, cell)


def comment(sheet: "Worksheet", at: tuple[int, int], cell: HandCell) -> None:
    """Writes a cell's comment, if it has one."""
    if cell.comment:
        author = clean(cell.comment.author)[:50]
        options = {"author": author, "x_scale": 2, "font_name": style.FONT, "font_size": 10}
        sheet.write_comment(at[0] - 1, at[1] - 1, clean(cell.comment.text), options)


def _write_runs(
    book: BookWriter, sheet: "Worksheet", at: tuple[int, int], cell: HandCell, looks: "Format"
) -> None:
    pieces: list[Any] = []
    for run in cell.runs:
        text = clean(run.text)
        if text:
            pieces += [book.formats(**dict(run.look.properties)), text]
    if sheet.write_rich_string(*at, *pieces, looks) != 0:  # too long, or a single piece
        write_cell(sheet, *at, "".join(run.text for run in cell.runs), looks)


def _stored(value: object) -> str | float | bool:
    if isinstance(value, dt.datetime | dt.date | dt.time | dt.timedelta):
        return _number(value)
    return value if isinstance(value, str | int | float | bool) else ""


def _number(value: dt.datetime | dt.date | dt.time | dt.timedelta) -> float:
    if isinstance(value, dt.datetime):
        return moment_number(value)
    return day_number(value) if isinstance(value, dt.date) else _fraction(value)


def _fraction(value: dt.time | dt.timedelta) -> float:
    if isinstance(value, dt.timedelta):
        return value / dt.timedelta(days=1)
    return (value.hour * 3600 + value.minute * 60 + value.second) / 86_400


def _moved(cell: HandCell, at: tuple[int, int]) -> str:
    """A formula as it reads where its row stands now: relative places move with it."""
    target = CellRef("", *at).a1
    if not cell.origin or cell.origin == target:
        return f"={cell.formula}"
    from openpyxl.formula.translate import Translator, TranslatorError

    try:
        return str(Translator(f"={cell.formula}", origin=cell.origin).translate_formula(target))
    except TranslatorError:
        return f"={cell.formula}"
