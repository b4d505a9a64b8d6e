"""Which sheet is which form: by mark, tab or headings; sheets of labels and values."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from functools import lru_cache

from kskt_excel.model.book import CellPlace, CellRef, Raw, Sheet
from kskt_excel.model.finding import Finding
from kskt_excel.model.forms import SELF_CHECK_MARK, SELF_CHECK_SHEET
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.patterns import lazy_pattern
from kskt_excel.model.reading import Record, SheetReading, SheetState, Value
from kskt_excel.reading.cells import FormKit, about_value, remark, seen_value
from kskt_excel.reading.marks import RESULT_MARK, SheetMark, mark_text, sheet_mark
from kskt_excel.reading.table import (
    ID_HEADING_KEY,
    LONGEST_HEADING,
    NEAR_PERCENT,
    find,
    heading_key,
    key_text,
    likeness,
)
from kskt_excel.text.shown import given
from kskt_excel.text.spelling import clean_text, is_blank, plain_key

_ROWS_SCANNED = 100  # «Thông tin» has about twenty; letterheads and blank rows stand above
_COLUMNS_SCANNED = 12  # labels stand in the first columns, also of two side by side
_CELLS_TO_THE_RIGHT = 6  # a merged label covers up to five cells before its value
_FEWEST_LABELS = 3  # «Đơn vị» and «Kỳ báo cáo» stand above many tables that are no «Thông tin»


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels found on a sheet: the cell of each value and what it holds, by column key."""

    cells: Mapping[str, CellPlace]
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
    cells: dict[str, CellPlace] = {}
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
        remark(
            "column.missing",
            CellRef(sheet.name),
            {"column": column.heading, "sheet": sheet.name},
            template="label.missing",
        )
        for column in form.columns
        if column.key in unread and column.required and not column.given
    ]
    for key, cell in labels.cells.items():
        seen = seen_value(sheet, cell, labels.values[key], form.by_key[key])
        findings += seen.findings
        if not seen.is_clear:
            unread.add(key)
        parsed = kit.reader(key, epoch_1904=epoch_1904).read(seen.value)
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

    def value(self, row: int, column: int) -> tuple[CellPlace, Raw]:
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
                if isinstance(value, str) and value.strip().lower() == ID_HEADING_KEY:
                    return column
        return 0


LABEL_SHEET = "labels"
# What a program adds to the name of a sheet that was copied: «Hồ sơ (2)»
_COPY = lazy_pattern(r"\s*\(\d+\)\s*$")
_ENOUGH_HEADINGS = 0.7  # of a form's: a sheet with fewer is as likely the unit's own
_WORTH_A_LOOK = 0.4  # a cheap count of words first: headings in several levels lose some of them
_MOST_LOOKED_INTO = 40  # sheets without a mark; a workbook of years has hundreds
_ROWS_LOOKED_INTO = 100  # a table's headings are at its top
_COLUMNS_LOOKED_INTO = 64  # more than three times the widest form
_BY_MARK, _BY_TAB, _BY_NEAR_TAB, _BY_CONTENT = range(4)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sheet that may be a form's, and how it was found: smaller is surer."""

    sheet: Sheet
    how: int
    mark: SheetMark | None = None

    @property
    def renamed(self) -> bool:
        """Whether only its mark or its content tells what it is."""
        return self.how in (_BY_NEAR_TAB, _BY_CONTENT)


@dataclass(slots=True)
class Sorted:
    """Sheets by form id, the surest candidate first; the unit's own sheets by name."""

    by_form: dict[str, list[Candidate]] = field(default_factory=dict)
    extra: tuple[str, ...] = ()

    @property
    def marks(self) -> list[SheetMark]:
        """Marks of the sheets found."""
        return [
            candidate.mark
            for candidates in self.by_form.values()
            for candidate in candidates
            if candidate.mark
        ]


def sort_sheets(sheets: Sequence[Sheet], kits: Sequence[FormKit]) -> Sorted:
    """The sheets of a workbook by the form that each is; empty ones and our own left out."""
    found = Sorted()
    roles = {kit.form.own_id: kit.form.id for kit in kits}
    left = _by_mark(found, filter(_has_anything, sheets), roles)
    left = _by_tab(found, left, kits)
    missing = [kit for kit in kits if kit.form.id not in found.by_form]
    if missing and left:
        left = _by_near_tab(found, left, missing)
        missing = [kit for kit in missing if kit.form.id not in found.by_form]
        left = _by_content(found, left, missing)
    for candidates in found.by_form.values():
        # Of two sheets found alike the original before its copy, «Hồ sơ (2)».
        candidates.sort(key=lambda one: (one.how, _is_copy(one.sheet.name)))
    found.extra = tuple(sheet.name for sheet in left if not _is_ours(sheet))
    return found


def _has_anything(sheet: Sheet) -> bool:
    return any(not is_blank(value) for row in sheet.rows for value in row)


def _is_ours(sheet: Sheet) -> bool:
    """The hidden sheet of the drop-downs' lists; the self-check, also without its mark."""
    hidden = not sheet.visible and sheet.name.startswith("_")
    return hidden or _tab_key(sheet.name) == _tab_key(SELF_CHECK_SHEET)


def _is_copy(name: str) -> bool:
    return _COPY.search(name) is not None


@lru_cache(maxsize=1024)
def _tab_key(name: str) -> str:
    return plain_key(_COPY.sub("", clean_text(name)))


def _tabs(kit: FormKit) -> set[str]:
    return {_tab_key(name) for name in (kit.form.sheet, *kit.form.aliases)}


def _take(found: Sorted, form: str, candidate: Candidate) -> None:
    found.by_form.setdefault(form, []).append(candidate)


def _by_mark(found: Sorted, sheets: Iterable[Sheet], roles: Mapping[str, str]) -> list[Sheet]:
    """Takes the sheets whose marks name a form by its own id, or by its role; gives the others."""
    left, forms = [], {*roles.values()}
    for sheet in sheets:
        text = mark_text(sheet)
        mark = sheet_mark(text, roles) if text else None
        if text.startswith((RESULT_MARK, SELF_CHECK_MARK)):
            continue  # nothing that a unit has written into the report
        if mark and mark.form in forms:
            _take(found, mark.form, Candidate(sheet, _BY_MARK, mark))
        else:
            left.append(sheet)
    return left


def _by_tab(found: Sorted, sheets: Iterable[Sheet], kits: Sequence[FormKit]) -> list[Sheet]:
    forms = {tab: kit.form.id for kit in kits for tab in _tabs(kit)}
    left = []
    for sheet in sheets:
        form = forms.get(_tab_key(sheet.name), "")
        if form:
            _take(found, form, Candidate(sheet, _BY_TAB))
        else:
            left.append(sheet)
    return left


def _by_near_tab(found: Sorted, sheets: Iterable[Sheet], kits: Sequence[FormKit]) -> list[Sheet]:
    left = []
    for sheet in sheets:
        key = _tab_key(sheet.name)
        alike = [
            kit for kit in kits if any(likeness(key, tab) >= NEAR_PERCENT for tab in _tabs(kit))
        ]
        if len(alike) == 1 and _headings_found(sheet, alike[0]):
            _take(found, alike[0].form.id, Candidate(sheet, _BY_NEAR_TAB))
        else:
            left.append(sheet)
    return left


def _by_content(found: Sorted, sheets: Iterable[Sheet], kits: Sequence[FormKit]) -> list[Sheet]:
    """Sheets that hold nearly all headings of a missing form: the best form for each sheet."""
    left = []
    for number, sheet in enumerate(sheets):
        words = _words(sheet) if number < _MOST_LOOKED_INTO else frozenset()
        likely = [kit for kit in kits if _words_found(words, kit) >= _WORTH_A_LOOK]
        shares = {kit.form.id: _headings_found(sheet, kit) for kit in likely}
        best = max(shares, key=lambda form: shares[form], default="")
        if best and shares[best] >= _ENOUGH_HEADINGS:
            _take(found, best, Candidate(sheet, _BY_CONTENT))
        else:
            left.append(sheet)
    return left


def _words(sheet: Sheet) -> frozenset[str]:
    """Keys of the short texts in the upper part of a sheet."""
    return frozenset(
        plain_key(key_text(value))
        for row in sheet.rows[:_ROWS_LOOKED_INTO]
        for value in row[:_COLUMNS_LOOKED_INTO]
        if isinstance(value, str) and len(value) <= LONGEST_HEADING
    )


def _words_found(words: Container[str], kit: FormKit) -> float:
    """Part (0..1) of a form's columns of which a heading is among the words."""
    columns = {key for plain, key in kit.headings.near if plain in words}
    return len(columns) / len(kit.form.columns)


def _headings_found(sheet: Sheet, kit: FormKit) -> float:
    """Part (0..1) of a form's headings that a sheet has, spelt right but for marks."""
    if kit.form.layout == LABEL_SHEET:
        labels = labels_of(sheet, kit)
        return len(labels.cells) / len(kit.form.columns) if labels else 0.0
    table = find(sheet, kit.headings, near=False)
    return len(table.columns) / len(kit.form.columns) if table else 0.0
