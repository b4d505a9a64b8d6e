"""The small piece of a sheet around a fault: headings, the faulty row, its neighbours."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

from kskt_excel.model.book import CellRef, column_letters
from kskt_excel.model.finding import Finding
from kskt_excel.model.forms import Forms, SheetForm
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.reading import Reading, Record, SheetReading
from kskt_excel.text.pii import mask
from kskt_excel.text.shown import value_text

_MOST_COLUMNS = 6  # a mail has no room for more beside each other
_MOST_FAULTY_ROWS = 3  # a mail shows examples; the marked copy has all
_LONGEST_TEXT = 60  # letters: an excerpt shows where to look, not all that stands there
_TOTAL_NAME = "Tổng cộng"


@dataclass(frozen=True, slots=True)
class GridCell:
    """One cell as text, whether the fault is in it, and whether it is a number."""

    text: str
    faulty: bool = False
    number: bool = False


@dataclass(frozen=True, slots=True)
class GridRow:
    """A row with its number as Excel shows it; the headings' row has the sheet's own number."""

    number: int
    cells: tuple[GridCell, ...]


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A piece of a sheet (bảng trích): letters of its columns, headings, rows in order."""

    sheet: str
    letters: tuple[str, ...]
    head: GridRow
    rows: tuple[GridRow, ...]


@dataclass(frozen=True, slots=True)
class _Piece:
    """What a grid is made from."""

    sheet: SheetReading
    form: SheetForm
    faulty: frozenset[CellRef]
    written: Mapping[CellRef, str]  # what stands in cells that could not be read
    day: dt.date

    def column_keys(self) -> Mapping[int, str]:
        """Column keys by column number, from the left."""
        pairs = sorted((column, key) for key, column in self.sheet.columns.items())
        return {column: key for column, key in pairs if key in self.form.by_key}


def written_in(findings: Sequence[Finding]) -> Mapping[CellRef, str]:
    """What the unit wrote in the cells that findings speak of, where they say it."""
    given: dict[CellRef, str] = {}
    for found in findings:
        if "given" in found.params:
            given |= {cell: str(found.params["given"]) for cell in found.cells if cell not in given}
    return given


def excerpt_around(
    found: Finding,
    reading: Reading,
    forms: Forms,
    *,
    day: dt.date,
    written: Mapping[CellRef, str] | None = None,
) -> Excerpt | None:
    """The piece of the sheet around a finding; None when it speaks of no cell of a known sheet.

    ``day`` chooses the headings in force; ``written`` has the text of cells that hold no value.
    At most three faulty rows, each with the row above and below, and six columns.
    """
    sheet = _sheet_of(found, reading)
    if not sheet or not found.at or sheet.form not in forms.sheet_by_id:
        return None
    form = forms.sheet_by_id[sheet.form]
    cells = frozenset(cell for cell in found.cells if cell.sheet == sheet.name)
    piece = _Piece(sheet, form, cells, {**(written or {}), **written_in([found])}, day)
    if sheet.places:
        return _of_labels(piece)
    rows = _rows_shown(piece)
    on_head = any(cell.row == sheet.heading_row for cell in cells)
    columns = _columns_shown(piece)
    if not columns or not (rows or on_head):
        return None
    return Excerpt(
        sheet=sheet.name,
        letters=tuple(column_letters(column) for column in columns),
        head=_head(piece, columns),
        rows=tuple(_row(piece, columns, record) for record in rows),
    )


def _sheet_of(found: Finding, reading: Reading) -> SheetReading | None:
    name = found.at.sheet if found.at else ""
    return next((one for one in reading.sheets.values() if one.name == name), None)


def _of_labels(piece: _Piece) -> Excerpt | None:
    """Label and value of the faulty places, with the places above and below."""
    known = ((key, cell) for key, cell in piece.sheet.places.items() if key in piece.form.by_key)
    places = sorted(known, key=lambda item: item[1])
    hits = {at for at, (_, cell) in enumerate(places) if cell in piece.faulty}
    near = [at for at in range(len(places)) if {at - 1, at, at + 1} & hits]
    if not hits or not piece.sheet.records:
        return None
    record = piece.sheet.records[0]
    rows = tuple(_label_row(piece, record, *places[at]) for at in near)
    head = GridRow(0, (GridCell("Mục"), GridCell("Nội dung")))
    column = places[min(hits)][1].column
    letters = (column_letters(max(column - 1, 1)), column_letters(column))
    return Excerpt(piece.sheet.name, letters, head, rows)


def _label_row(piece: _Piece, record: Record, key: str, cell: CellRef) -> GridRow:
    text = piece.written.get(cell) or value_text(record.values.get(key))
    heading = piece.form.by_key[key].heading_on(piece.day)
    return GridRow(cell.row, (GridCell(heading), GridCell(_short(text), cell in piece.faulty)))


def _rows_shown(piece: _Piece) -> tuple[Record, ...]:
    """The first faulty rows with their neighbours, each once, from the top."""
    total = (piece.sheet.total,) if piece.sheet.total else ()
    records = sorted((*piece.sheet.records, *total), key=lambda record: record.row)
    faulty = sorted({cell.row for cell in piece.faulty})
    hits = [at for at, record in enumerate(records) if record.row in faulty][:_MOST_FAULTY_ROWS]
    near = sorted({at + step for at in hits for step in (-1, 0, 1)} & set(range(len(records))))
    return tuple(records[at] for at in near)


def _columns_shown(piece: _Piece) -> tuple[int, ...]:
    """Columns that name the row, the faulty ones, and those beside the first fault."""
    known = list(piece.column_keys())
    faulty = sorted({cell.column for cell in piece.faulty} & set(known))
    chosen = dict.fromkeys((*_naming_columns(piece), *faulty, *_neighbours(known, faulty)))
    return tuple(sorted(list(chosen)[:_MOST_COLUMNS]))


def _naming_columns(piece: _Piece) -> Iterator[int]:
    """The key of the row and the text that a person knows it by."""
    columns = piece.sheet.columns
    name = next((c.key for c in piece.form.columns if c.type in ("text", "long_text")), "")
    yield from (columns[key] for key in (*piece.form.key[:1], name) if key in columns)


def _neighbours(known: Sequence[int], faulty: Sequence[int]) -> Iterator[int]:
    """The known columns left and right of the first and the last fault; the first ones of a row."""
    if not faulty:
        yield from known
        return
    first, last = known.index(faulty[0]), known.index(faulty[-1])
    yield from known[max(first - 1, 0) : first]
    yield from known[last + 1 : last + 2]


def _head(piece: _Piece, columns: Sequence[int]) -> GridRow:
    keys, row = piece.column_keys(), piece.sheet.heading_row
    cells = (
        GridCell(piece.form.by_key[keys[column]].heading_on(piece.day), _hit(piece, row, column))
        for column in columns
    )
    return GridRow(row, tuple(cells))


def _row(piece: _Piece, columns: Sequence[int], record: Record) -> GridRow:
    keys = piece.column_keys()
    cells = [_cell(piece, record, column, keys[column]) for column in columns]
    if record is piece.sheet.total and not cells[0].text:
        cells[0] = GridCell(_TOTAL_NAME, cells[0].faulty)
    return GridRow(record.row, tuple(cells))


def _cell(piece: _Piece, record: Record, column: int, key: str) -> GridCell:
    at, value = CellRef(piece.sheet.name, record.row, column), record.values.get(key)
    typed = piece.written.get(at, "") if key in record.unread else ""  # covered in the worker
    text = value_text(value)
    covered = typed or (mask(text) if piece.form.about_citizens else text)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return GridCell(_short(covered), _hit(piece, record.row, column), is_number)


def _hit(piece: _Piece, row: int, column: int) -> bool:
    """Whether a cell is faulty: itself, or its whole row."""
    name = piece.sheet.name
    return CellRef(name, row, column) in piece.faulty or CellRef(name, row) in piece.faulty


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_TEXT else line[: _LONGEST_TEXT - 1].rstrip() + "…"
