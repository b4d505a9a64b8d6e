"""A workbook read: who it is from, its sheets as records, and everything found on the way."""

from collections.abc import Iterator, Mapping, Sequence

from kskt_excel.intake.data_sheet import SheetRead, Surroundings, read_sheet
from kskt_excel.intake.encodings import decoded
from kskt_excel.intake.explanations import explanations
from kskt_excel.intake.identify import identify
from kskt_excel.intake.info import Labels, labels_of, read_info
from kskt_excel.intake.kit import FormKit, Kit
from kskt_excel.intake.marks import name_marks, property_marks
from kskt_excel.intake.remarks import grouped, remark
from kskt_excel.intake.sheets import LABELS, Candidate, Sorted, sort_sheets
from kskt_excel.intake.tables import find
from kskt_excel.intake.workbook_remarks import about_sheets
from kskt_excel.model.cells import CellRef
from kskt_excel.model.errors import UnknownPeriodError
from kskt_excel.model.finding import Finding
from kskt_excel.model.forms import Forms, SheetForm
from kskt_excel.model.grid import Book, Sheet
from kskt_excel.model.period import Period, Window
from kskt_excel.model.plan import Plan
from kskt_excel.model.reading import Identity, Reading, SheetReading, SheetState

_TELLS_FORMULAS = frozenset(("xlsx", "xlsm"))


class Reader:
    """Reads workbooks for one plan and one set of forms; built once, used for thousands."""

    def __init__(self, plan: Plan, forms: Forms) -> None:
        self._kit = Kit(plan, forms)

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


def _is_report(book: Book, found: Sorted, kit: Kit) -> bool:
    """Whether a workbook carries a mark of ours, or the headings of one of our sheets."""
    if found.marks or property_marks(book) or name_marks(book):
        return bool(found.by_form)
    return any(
        labels_of(one.sheet, form) if form.form.layout == LABELS else find(one.sheet, form.headings)
        for form in kit.in_force(None)
        for one in found.by_form.get(form.form.id, ())
    )


class _Work:
    """The reading of one workbook."""

    def __init__(self, book: Book, found: Sorted, kit: Kit) -> None:
        self._book = book
        self._found = found
        self._kit = kit

    def reading(self, notes: Sequence[Finding]) -> Reading:
        """The workbook understood."""
        info = self._info()
        texts = info[1].texts if info else {}
        identity, said = identify(self._book, self._found.marks, texts, self._titled(), self._kit)
        around = Surroundings(
            window=self._window(identity.period),
            formulas_known=self._book.kind in _TELLS_FORMULAS,
            epoch_1904=self._book.epoch_1904,
        )
        findings = [*notes, *said, *about_sheets(self._found, identity, self._kit, around.window)]
        sheets: dict[str, SheetReading] = {}
        for form in self._forms(around.window):
            read = self._read(form, around, identity, info)
            if read:
                sheets[form.form.id] = read[0]
                findings += read[1]
        in_order = self._in_tab_order(grouped(findings))
        return Reading(
            identity,
            sheets,
            in_order,
            self._found.extra,
            self._book.kind,
            explanations(self._book),
        )

    def _info(self) -> tuple[FormKit, Labels, Sheet] | None:
        for form in self._kit.in_force(None):
            for one in self._found.by_form.get(form.form.id, ()):
                if form.form.layout == LABELS and (labels := labels_of(one.sheet, form)):
                    return form, labels, one.sheet
        return None

    def _titled(self) -> list[Sheet]:
        return [one.sheet for several in self._found.by_form.values() for one in several]

    def _window(self, period: str) -> Window | None:
        try:
            return Period.parse(period).window(self._kit.plan.cutoff_day)
        except UnknownPeriodError:
            return None

    def _forms(self, window: Window | None) -> Iterator[FormKit]:
        """Forms in force, then others that the workbook has."""
        in_force = self._kit.in_force(window.end if window else None)
        yield from in_force
        known = {form.form.id for form in in_force}
        for form in self._kit.in_force(None):
            if form.form.id not in known and form.form.id in self._found.by_form:
                yield form

    def _read(
        self,
        form: FormKit,
        around: Surroundings,
        identity: Identity,
        info: tuple[FormKit, Labels, Sheet] | None,
    ) -> SheetRead | None:
        """A form's sheet; MISSING when it is owed and not there, None when it is neither."""
        candidates = self._found.by_form.get(form.form.id, [])
        if form.form.layout == LABELS:
            if info:
                return read_info(info[2], info[1], info[0], epoch_1904=around.epoch_1904)
            candidates = []
        if candidates:
            return _chosen([self._candidate(one, form, around) for one in candidates], form.form)
        if not self._owes(form.form, identity.unit):
            return None
        return SheetReading(form.form.id, form.form.sheet, SheetState.MISSING), []

    def _candidate(self, one: Candidate, form: FormKit, around: Surroundings) -> SheetRead:
        marked = self._kit.version(one.mark.form, one.mark.version) if one.mark else None
        return read_sheet(one.sheet, marked or self._likeliest(one.sheet, form), around)

    def _likeliest(self, sheet: Sheet, form: FormKit) -> FormKit:
        """The version whose headings a sheet without a known mark has, the one in force first."""
        versions = (form, *(one for one in self._kit.versions(form.form.id) if one is not form))
        if len(versions) == 1:
            return form
        return max(versions, key=lambda one: _headings_in(sheet, one))

    def _owes(self, form: SheetForm, unit: str) -> bool:
        plan = self._kit.plan
        if form.scope == "procedures":
            return bool(plan.procedures_of(unit))
        return form.scope == "all" or (form.scope == "office" and unit == plan.office)

    def _in_tab_order(self, findings: Sequence[Finding]) -> tuple[Finding, ...]:
        """Findings as one meets them from the first tab to the last; about the file first."""
        tabs: Mapping[str, int] = {sheet.name: at for at, sheet in enumerate(self._book.sheets)}
        return tuple(
            sorted(
                findings,
                key=lambda one: (tabs.get(one.at.sheet, -1), one.at) if one.at else (-1, _NOWHERE),
            )
        )


_NOWHERE = CellRef("")


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
    names = ", ".join(f"«{name}»" for name in differing or [other.name for other in others])
    params = {"form": form.sheet, "read": reading.name, "others": names}
    return reading, [*findings, remark(code, CellRef(reading.name), params)]


def _content(reading: SheetReading) -> list[tuple[str, dict[str, object]]]:
    return [(record.key, dict(record.values)) for record in reading.records]
