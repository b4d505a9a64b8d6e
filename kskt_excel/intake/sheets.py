"""Which sheet of a workbook is which form: by its mark, by its tab, by its headings."""

import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from kskt_excel.intake.headings import LONGEST_HEADING, key_text, likeness
from kskt_excel.intake.info import labels_of
from kskt_excel.intake.kit import FormKit
from kskt_excel.intake.marks import RESULT_MARK, SheetMark, mark_text, sheet_mark
from kskt_excel.intake.tables import find
from kskt_excel.model.grid import Sheet
from kskt_excel.text.clean import clean_text, is_blank
from kskt_excel.text.keys import plain_key

LABELS = "labels"
_COPY = re.compile(r"\s*\(\d+\)\s*$")
_NEAR_PERCENT = 88
_ENOUGH_HEADINGS = 0.7
_WORTH_A_LOOK = 0.4
_MOST_LOOKED_INTO = 40
_ROWS_LOOKED_INTO = 100
_COLUMNS_LOOKED_INTO = 64
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
    """Each sheet given to the form that it is; empty sheets and our own result sheet left out."""
    found = Sorted()
    left = _by_mark(found, filter(_has_anything, sheets), {kit.form.id for kit in kits})
    left = _by_tab(found, left, kits)
    missing = [kit for kit in kits if kit.form.id not in found.by_form]
    if missing and left:
        left = _by_near_tab(found, left, missing)
        missing = [kit for kit in missing if kit.form.id not in found.by_form]
        left = _by_content(found, left, missing)
    for candidates in found.by_form.values():
        candidates.sort(key=lambda one: (one.how, _is_copy(one.sheet.name)))
    found.extra = tuple(sheet.name for sheet in left if not _is_ours(sheet))
    return found


def _has_anything(sheet: Sheet) -> bool:
    return any(not is_blank(value) for row in sheet.rows for value in row)


def _is_ours(sheet: Sheet) -> bool:
    """The hidden sheet that holds the lists of the drop-downs."""
    return not sheet.visible and sheet.name.startswith("_")


def _is_copy(name: str) -> bool:
    return _COPY.search(name) is not None


@lru_cache(maxsize=1024)
def _tab_key(name: str) -> str:
    return plain_key(_COPY.sub("", clean_text(name)))


def _tabs(kit: FormKit) -> set[str]:
    return {_tab_key(name) for name in (kit.form.sheet, *kit.form.aliases)}


def _take(found: Sorted, form: str, candidate: Candidate) -> None:
    found.by_form.setdefault(form, []).append(candidate)


def _by_mark(found: Sorted, sheets: Iterable[Sheet], forms: Container[str]) -> list[Sheet]:
    left = []
    for sheet in sheets:
        text = mark_text(sheet)
        mark = sheet_mark(text) if text else None
        if text.startswith(RESULT_MARK):
            continue
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
            kit for kit in kits if any(likeness(key, tab) >= _NEAR_PERCENT for tab in _tabs(kit))
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
    if kit.form.layout == LABELS:
        labels = labels_of(sheet, kit)
        return len(labels.cells) / len(kit.form.columns) if labels else 0.0
    table = find(sheet, kit.headings, near=False)
    return len(table.columns) / len(kit.form.columns) if table else 0.0
