"""Sheet «Thông tin»: labels with their values to the right, read into one record."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kskt_excel.intake.headings import LONGEST_HEADING, heading_key, key_text
from kskt_excel.intake.kit import FormKit
from kskt_excel.intake.remarks import about_value, remark
from kskt_excel.intake.tables import ID_HEADING
from kskt_excel.model.cells import CellRef
from kskt_excel.model.finding import Finding
from kskt_excel.model.grid import Cell, Raw, Sheet
from kskt_excel.model.reading import Record, SheetReading, SheetState, Value
from kskt_excel.text.clean import clean_text, is_blank
from kskt_excel.text.given import given
from kskt_excel.text.keys import plain_key

_ROWS_SCANNED = 100
_COLUMNS_SCANNED = 12
_CELLS_TO_THE_RIGHT = 6
_FEWEST_LABELS = 3


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels found on a sheet: the cell of each value and what it holds, by column key."""

    cells: Mapping[str, Cell]
    values: Mapping[str, Raw]

    @property
    def texts(self) -> Mapping[str, str]:
        """The values as a person sees them."""
        return {
            key: clean_text(value) if isinstance(value, str) else given(value)
            for key, value in self.values.items()
            if not is_blank(value)
        }


def labels_of(sheet: Sheet, kit: FormKit) -> Labels | None:
    """Labels of the information sheet, wherever they stand; None with fewer than three.

    A label that was reworded is known by its key in the hidden column ``_id``.
    """
    finder = _Finder(sheet, kit)
    cells: dict[str, Cell] = {}
    values: dict[str, Raw] = {}
    for row, column, text in finder.texts():
        label, colon, inline = text.partition(":")
        key = next((key for key in finder.keys(row, label) if key not in cells), "")
        if not key:
            continue
        if colon and inline.strip():
            cells[key], values[key] = (row, column), inline.strip()
        else:
            cells[key], values[key] = finder.value(row, column)
    return Labels(cells, values) if len(cells) >= _FEWEST_LABELS else None


def read_info(
    sheet: Sheet, labels: Labels, kit: FormKit, *, epoch_1904: bool
) -> tuple[SheetReading, list[Finding]]:
    """The information sheet as one record, each value with its own address."""
    form = kit.form
    values: dict[str, Value] = {}
    unread = set(form.by_key) - labels.cells.keys()
    findings = [
        remark("column.missing", CellRef(sheet.name), {"column": column.heading, "seen": ""})
        for column in form.columns
        if column.key in unread and column.required and not column.given
    ]
    for key, cell in labels.cells.items():
        parsed = kit.reader(key, epoch_1904=epoch_1904).read(labels.values[key])
        if parsed.value is not None:
            values[key] = parsed.value
        if parsed.code:
            at = CellRef(sheet.name, *cell)
            findings.append(about_value(parsed, form.by_key[key], at))
        if parsed.outcome in ("error", "ditto"):
            unread.add(key)
    first_row = min(row for row, _ in labels.cells.values())
    reading = SheetReading(
        form=form.id,
        name=sheet.name,
        state=SheetState.FILLED,
        columns={key: column for key, (_, column) in labels.cells.items()},
        records=(Record(first_row, "", values, frozenset(unread)),),
        places={key: CellRef(sheet.name, *cell) for key, cell in labels.cells.items()},
    )
    return reading, findings


class _Finder:
    """Looks for labels and for what stands beside them."""

    def __init__(self, sheet: Sheet, kit: FormKit) -> None:
        self._sheet = sheet
        self._headings = kit.headings
        self._known = kit.form.by_key
        self._id_column = self._column_of_ids()
        self._taken: set[int] = set()  # rows whose hidden key has been used

    def texts(self) -> Iterator[tuple[int, int, str]]:
        """Texts of the sheet in reading order, hidden keys left out."""
        for row, cells in enumerate(self._sheet.rows[:_ROWS_SCANNED], start=1):
            for column, value in enumerate(cells[:_COLUMNS_SCANNED], start=1):
                if column != self._id_column and isinstance(value, str) and not is_blank(value):
                    yield row, column, clean_text(value)

    def keys(self, row: int, label: str) -> tuple[str, ...]:
        """Columns that a label may mean; for an unknown first text the row's hidden key."""
        keys = self.named(label)
        hidden = self._sheet.at(row, self._id_column)
        if not keys and hidden in self._known and row not in self._taken:
            keys = (str(hidden),)
        self._taken.add(row)
        return keys

    def named(self, label: str) -> tuple[str, ...]:
        """Columns that have a label as their heading."""
        if len(label) > LONGEST_HEADING:
            return ()
        headings = self._headings
        plain = plain_key(key_text(label))
        return headings.tone.get(heading_key(label)) or headings.plain.get(plain, ())

    def value(self, row: int, column: int) -> tuple[Cell, Raw]:
        """The first cell with something right of a label; the next cell when there is nothing."""
        for right in range(column + 1, column + 1 + _CELLS_TO_THE_RIGHT):
            value = self._sheet.at(row, right)
            if right == self._id_column or is_blank(value):
                continue
            if isinstance(value, str) and self.named(value):
                break
            return (row, right), value
        return (row, column + 1), None

    def _column_of_ids(self) -> int:
        for row in self._sheet.rows[:_ROWS_SCANNED]:
            for column, value in enumerate(row[:_COLUMNS_SCANNED], start=1):
                if isinstance(value, str) and value.strip().lower() == ID_HEADING:
                    return column
        return 0
