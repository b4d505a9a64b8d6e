"""A workbook read: whose it is, its sheets as records, and everything found on the way."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace
from functools import cached_property

from kskt_excel.model.book import Book, CellPlace, CellRef, Raw, Sheet
from kskt_excel.model.errors import UnknownPeriodError
from kskt_excel.model.finding import Finding
from kskt_excel.model.forms import (
    SELF_CHECK_WORDS,
    FormColumn,
    Forms,
    SheetForm,
    is_list_sheet,
    is_newer,
)
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.period import Period, Window
from kskt_excel.model.plan import Plan
from kskt_excel.model.reading import (
    Explanation,
    Identity,
    Reading,
    Record,
    SheetReading,
    SheetState,
    Value,
)
from kskt_excel.reading.cells import FormKit, ReadingTables, about_value, grouped, over, remark
from kskt_excel.reading.data_sheet import SheetContext, SheetRead, read_sheet
from kskt_excel.reading.marks import (
    RESULT_MARK,
    Labelled,
    identify,
    mark_name,
    mark_text,
    name_marks,
    property_marks,
)
from kskt_excel.reading.table import find
from kskt_excel.reading.tabs import (
    LABEL_SHEET,
    Candidate,
    Labels,
    Sorted,
    labels_of,
    read_info,
    sort_sheets,
)
from kskt_excel.text.legacy import decode_sheet, may_be_legacy
from kskt_excel.text.shown import given
from kskt_excel.text.spelling import clean_text, plain_key

_HIDDEN_MARKS = ("property", "name", "row")


def about_sheets(
    found: Sorted, identity: Identity, kit: ReadingTables, window: Window | None
) -> Iterator[Finding]:
    """Remarks on the sheets found and on the unit's own."""
    if identity.found_by not in _HIDDEN_MARKS and identity.unit and identity.period:
        yield remark("identity.marks_lost", None, {})
    yield from _versions(found, kit, window)
    titles = {form.form.id: form.form.sheet for form in kit.in_force(None)}
    for form, candidates in found.by_form.items():
        for one in candidates:
            yield from _about_sheet(one, titles[form], identity, kit.plan)
    if found.extra:
        names = ", ".join(f"“{name}”" for name in found.extra)
        yield remark("sheet.extra", None, {"sheets": names, "count": len(found.extra)})


def _about_sheet(one: Candidate, title: str, identity: Identity, plan: Plan) -> Iterator[Finding]:
    at, name = CellRef(one.sheet.name), one.sheet.name
    if one.renamed:
        yield remark("sheet.renamed", at, {"sheet": name, "form": title})
    if not one.sheet.visible:
        yield remark("sheet.hidden", at, {"sheet": name})
    if one.mark is None:
        return
    for says, expected in (
        (one.mark.unit, identity.unit),
        (one.mark.period, identity.period),
    ):
        if says and expected and _plain(says) != _plain(expected):
            names = {"says": mark_name(says, plan), "expected": mark_name(expected, plan)}
            yield remark("identity.sheet_differs", at, {"sheet": name, **names})


def _plain(mark: str) -> str:
    return mark.replace("-", "").upper()


def _versions(found: Sorted, kit: ReadingTables, window: Window | None) -> Iterator[Finding]:
    """Sheets of a version without a definition, or of one that is no longer in force."""
    forms = [kit.form for kit in kit.in_force(window.end if window else None)]
    in_force = {(form.id, one) for form in forms for one in (form.version, *form.earlier)}
    versions = {(mark.form, mark.version) for mark in found.marks}
    unknown = sorted({version for form, version in versions if not kit.version(form, version)})
    if unknown:
        yield remark("identity.version_unknown", None, {"versions": ", ".join(unknown)})
    old = sorted({v for form, v in versions - in_force if kit.version(form, v)})
    if old:
        yield remark("identity.version_old", None, {"versions": ", ".join(old)})


def decoded(sheet: Sheet, kit: ReadingTables) -> tuple[Sheet, list[Finding]]:
    """The sheet with old encodings in Unicode, and one finding that says which cells."""
    if is_list_sheet(sheet.name, visible=sheet.visible):
        return sheet, []  # the program's own: thousands of spellings, signs of Wingdings among them
    if not (sheet.facts.legacy_fonts or _is_doubtful(sheet, kit)):
        return sheet, []
    texts = _texts(sheet, kit)
    result = decode_sheet(texts, sheet.facts.legacy_fonts)
    if not result.texts:
        return sheet, []
    rows = list(sheet.rows)
    for (row, column), text in result.texts.items():
        cells = list(rows[row - 1])
        cells[column - 1] = text
        rows[row - 1] = cells
    name = " và ".join(sorted(result.counts))
    refs = [CellRef(sheet.name, *cell) for cell in result.texts]
    return replace(sheet, rows=rows), list(over("text.legacy_encoding", refs, encoding=name))


def _is_doubtful(sheet: Sheet, kit: ReadingTables) -> bool:
    """Whether a text that the office has not written may be in an old encoding."""
    texts = kit.new_texts(sheet)
    if may_be_legacy(texts):
        return True
    kit.remember_unicode(texts)
    return False


def _texts(sheet: Sheet, kit: ReadingTables) -> Mapping[CellPlace, str]:
    """Texts that may be in an old encoding: what the office itself wrote is not."""
    any_text = bool(sheet.facts.legacy_fonts)
    texts: dict[CellPlace, str] = {}
    for number, row in enumerate(sheet.rows, start=1):
        if row.count(None) == len(row):
            continue
        for column, value in enumerate(row, start=1):
            if type(value) is not str or value in kit.issued:
                continue
            if value.startswith(SELF_CHECK_WORDS):
                continue  # the program's own words on top of each sheet
            if any_text or not value.isascii() or "_x00" in value:
                texts[number, column] = value
    return texts


KEY = "kskt:dong;"
HEADING = "Giải trình của đơn vị"
_PARTS = 3  # code, cell, sheet; the name of a sheet, which comes last, may have a «;» in it


def explanations(book: Book) -> tuple[Explanation, ...]:
    """Answers in every result sheet of a workbook, in the order of the sheet; blank ones left out.

    Found by marks, not by place: the unit may have moved columns, sorted rows or renamed the tab.
    """
    return tuple(
        answer
        for sheet in book.sheets
        if mark_text(sheet).startswith(RESULT_MARK)
        for answer in _answers(sheet)
    )


def _answers(sheet: Sheet) -> Iterator[Explanation]:
    column = _column(sheet)
    if column < 0:
        return
    for row in sheet.rows:
        key = next((one for one in row if isinstance(one, str) and one.startswith(KEY)), "")
        text = _text(row, column)
        parts = key.removeprefix(KEY).split(";", _PARTS - 1)
        if text and len(parts) == _PARTS:
            yield Explanation(code=parts[0], cell=parts[1], sheet=parts[2], text=text)


def _column(sheet: Sheet) -> int:
    """Place of the column of answers in the sheet's rows, -1 where the sheet has none."""
    wanted = plain_key(HEADING)
    for row in sheet.rows:
        for at, value in enumerate(row):
            if isinstance(value, str) and plain_key(value) == wanted:
                return at
    return -1


def _text(row: Sequence[Raw], column: int) -> str:
    value = row[column] if column < len(row) else None
    return clean_text(value) if isinstance(value, str) else given(value)


_TELLS_FORMULAS = frozenset(("xlsx", "xlsm"))


class Reader:
    """Reads workbooks for one plan and one set of forms; built once, used for thousands."""

    def __init__(self, plan: Plan, forms: Forms) -> None:
        self._kit = ReadingTables(plan, forms)

    def read(self, book: Book) -> Reading:
        """What a workbook says, with every finding made on the way; never raises for any book.

        ``sheets`` is empty when nothing in it is a report's; else it holds every form that the
        unit owes or has sent, the missing ones as MISSING.
        """
        clear = [decoded(sheet, self._kit) for sheet in book.sheets]
        found = sort_sheets([sheet for sheet, _ in clear], self._kit.in_force(None))
        if not _is_report(book, found, self._kit):
            note = remark("identity.not_ours", None, {})
            return Reading(Identity(), {}, (note,), found.extra, book.kind)
        return _Work(book, found, self._kit).reading([note for _, notes in clear for note in notes])


def _is_report(book: Book, found: Sorted, kit: ReadingTables) -> bool:
    """Whether a workbook carries a mark of ours, or the headings of one of our sheets."""
    if found.marks or property_marks(book) or name_marks(book):
        return bool(found.by_form)
    return any(
        labels_of(one.sheet, form)
        if form.form.layout == LABEL_SHEET
        else find(one.sheet, form.headings)
        for form in kit.in_force(None)
        for one in found.by_form.get(form.form.id, ())
    )


def _labelled(labels: Labels, sheet: Sheet) -> Labelled:
    places = {key: CellRef(sheet.name, *cell) for key, cell in labels.cells.items()}
    return Labelled(labels.texts, places)


class _Work:
    """The reading of one workbook."""

    def __init__(self, book: Book, found: Sorted, kit: ReadingTables) -> None:
        self._book = book
        self._found = found
        self._kit = kit

    def reading(self, notes: Sequence[Finding]) -> Reading:
        """The workbook understood."""
        info = self._info()
        labelled = _labelled(info[1], info[2]) if info else Labelled({}, {})
        marks, titled = self._found.marks, self._titled()
        identity, said = identify(self._book, marks, labelled, titled, self._kit)
        around = SheetContext(
            window=self._window(identity.period),
            formulas_known=self._book.kind in _TELLS_FORMULAS,
            epoch_1904=self._book.epoch_1904,
        )
        findings = [*notes, *said, *about_sheets(self._found, identity, self._kit, around.window)]
        sheets: dict[str, SheetReading] = {}
        for form in self._forms(self._period(identity.period)):
            read = self._read(form, around, identity, info)
            if read:
                sheets[form.form.id] = read[0]
                findings += read[1]
        tabs = {sheet.name: at for at, sheet in enumerate(self._book.sheets)}
        return Reading(
            identity,
            sheets,
            grouped(findings, tabs),
            self._found.extra,
            self._book.kind,
            explanations(self._book),
        )

    def _info(self) -> tuple[FormKit, Labels, Sheet] | None:
        for form in self._kit.in_force(None):
            for one in self._found.by_form.get(form.form.id, ()):
                if form.form.layout == LABEL_SHEET and (labels := labels_of(one.sheet, form)):
                    return form, labels, one.sheet
        return None

    def _titled(self) -> list[Sheet]:
        return [one.sheet for several in self._found.by_form.values() for one in several]

    def _period(self, named: str) -> Period | None:
        try:
            return self._kit.plan.period(named)
        except UnknownPeriodError:
            return None

    def _window(self, named: str) -> Window | None:
        period = self._period(named)
        return period.window(self._kit.plan.cutoff_day) if period else None

    def _forms(self, period: Period | None) -> Iterator[FormKit]:
        """Forms in force, then others that the workbook has."""
        in_force = self._kit.asked_in(period)
        yield from in_force
        known = {form.form.id for form in in_force}
        for form in self._kit.in_force(None):
            if form.form.id not in known and form.form.id in self._found.by_form:
                yield form

    def _read(
        self,
        form: FormKit,
        around: SheetContext,
        identity: Identity,
        info: tuple[FormKit, Labels, Sheet] | None,
    ) -> SheetRead | None:
        """A form's sheet; MISSING when it is owed and not there, None when it is neither."""
        candidates = self._found.by_form.get(form.form.id, [])
        if form.form.layout == LABEL_SHEET:
            if info:
                return read_info(info[2], info[1], info[0], epoch_1904=around.epoch_1904)
            candidates = []
        if candidates:
            reads = [self._candidate(one, form, around) for one in candidates]
            reading, notes = _chosen(reads, form.form)
            whole, further = self._with_later_columns(reading, form.form, identity.unit)
            return whole, [*notes, *further]
        came_since = is_newer(form.form.since, identity.version)
        is_later = came_since or not identity.has_been_issued_with(form.form.id)
        if is_later or not self._owes(form.form, identity.unit):
            return None
        return SheetReading(form.form.id, form.form.sheet, SheetState.MISSING), []

    def _candidate(self, one: Candidate, form: FormKit, around: SheetContext) -> SheetRead:
        marked = self._kit.version(one.mark.form, one.mark.version) if one.mark else None
        return read_sheet(one.sheet, marked or self._likeliest(one.sheet, form), around)

    def _likeliest(self, sheet: Sheet, form: FormKit) -> FormKit:
        """The version whose headings a sheet without a known mark has, the one in force first."""
        versions = (form, *(one for one in self._kit.versions(form.form.id) if one is not form))
        if len(versions) == 1:
            return form
        # Of versions with as many headings found the one with fewest columns: more of it is there.
        return max(versions, key=lambda one: (_headings_in(sheet, one), -len(one.form.columns)))

    def _with_later_columns(self, reading: SheetReading, form: SheetForm, sender: str) -> SheetRead:
        """A sheet of an earlier version with what now has a column of its own, and what to say."""
        later = [one for one in form.columns if one.before and one.key not in reading.columns]
        kit = self._kit.version(form.id, form.version)
        if not (later and reading.records and kit):
            return reading, []
        filler = _Filler(reading, tuple(later), kit, self._kit, sender)
        records = tuple(map(filler.record, reading.records))
        return replace(filler.whole, records=records), filler.notes

    def _owes(self, form: SheetForm, unit: str) -> bool:
        return form.is_owed_by(unit, self._kit.plan)


@dataclass(frozen=True)
class _Filler:
    """Gives records of an earlier version what the columns say that came since.

    A unit is what the earlier column names for sure; where it names none, the sender. Anything else
    is what that column says, or a part of it: it stands in that column's cell.
    """

    reading: SheetReading
    later: tuple[FormColumn, ...]
    kit: FormKit  # of the present version
    tables: ReadingTables
    sender: str
    notes: list[Finding] = field(default_factory=list)

    @cached_property
    def whole(self) -> SheetReading:
        """The sheet, in which the later columns stand where the earlier ones do."""
        columns = self.reading.columns
        moved = {one.key: columns[one.before] for one in self._moved}
        return replace(self.reading, columns={**columns, **moved})

    @cached_property
    def _moved(self) -> tuple[FormColumn, ...]:
        columns = self.reading.columns
        return tuple(one for one in self.later if one.type != "unit" and one.before in columns)

    @cached_property
    def _columns_gone(self) -> frozenset[str]:
        """Columns that there are no more, and that the later ones tell."""
        return frozenset(one.before for one in self._moved) - self.kit.form.by_key.keys()

    def record(self, record: Record) -> Record:
        """The record with what the later columns say; what cannot be read is noted."""
        found = dict(self._units(record))
        unread = set(record.unread)
        for column in self._moved:
            raw = _part(record.values.get(column.before), column)
            parsed = self.kit.reader(column.key).read(raw)
            if parsed.value is not None:
                found[column.key] = parsed.value
            if parsed.outcome == "error" or column.before in record.unread:
                unread.add(column.key)
            if parsed.code:
                at = self.whole.ref(record, column.key)
                self.notes.append(about_value(parsed, column, at))
        kept = {key: value for key, value in record.values.items() if key not in self._columns_gone}
        return replace(record, values={**kept, **found}, unread=frozenset(unread))

    def _units(self, record: Record) -> Iterator[tuple[str, Value]]:
        names = self.tables.plan.unit_by_code
        for column in self.later:
            if column.type == "unit" and column.key not in record.unread:
                said = str(record.values.get(column.before) or "")
                code = self.tables.vocabulary.unit_code(said) or self.sender
                if code in names:
                    yield column.key, names[code].name


def _part(said: Value, column: FormColumn) -> Raw:
    """What a cell of an earlier version says for a column: all of it, or one part; None if none."""
    if said is None or not column.part:
        return float(said) if isinstance(said, int) and not isinstance(said, bool) else said
    parts = [part.strip() for part in f" {said} ".split(column.parted_by)]
    return parts[column.part - 1] or None if column.part <= len(parts) else None


def _headings_in(sheet: Sheet, kit: FormKit) -> int:
    """Number of a version's columns that a sheet has, spelt right."""
    table = find(sheet, kit.headings, near=False)
    return len(table.columns) if table else 0


def _chosen(reads: Sequence[SheetRead], form: SheetForm) -> SheetRead:
    """The sheet to go by among several for one form, and what is said of the others.

    A copy with nothing in it, or with the same in it, gives way; two that differ are asked about,
    and the surer one is read.
    """
    if len(reads) == 1:
        return reads[0]
    filled = [read for read in reads if read[0].state is SheetState.FILLED] or list(reads)
    reading, findings = filled[0]
    others = [read[0] for read in reads if read[0] is not reading]
    differing = [
        other.name
        for other in others
        if other.state is SheetState.FILLED and _content(other) != _content(reading)
    ]
    code = "sheet.two_candidates" if differing else "sheet.copy_ignored"
    names = ", ".join(f"“{name}”" for name in differing or [other.name for other in others])
    params = {"form": form.sheet, "read": reading.name, "others": names}
    return reading, [*findings, remark(code, CellRef(reading.name), params)]


def _content(reading: SheetReading) -> list[tuple[str, dict[str, object]]]:
    return [(record.key, dict(record.values)) for record in reading.records]
