"""What reading needs about the forms and the plan, prepared once for thousands of workbooks."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from kskt_excel.intake.headings import Headings, headings_of
from kskt_excel.intake.values import Parser, Vocabulary, date_1904, percent_formatted
from kskt_excel.model.criteria import CRITERIA
from kskt_excel.model.forms import Forms, SheetForm
from kskt_excel.model.grid import Raw
from kskt_excel.model.plan import Plan
from kskt_excel.model.reading import Value
from kskt_excel.text.keys import plain_key, tone_key
from kskt_excel.text.parsed import Parsed

_MOST_REMEMBERED = 4096
_MOST_TEXTS = 8192
_SHORT = 100  # characters
_RAW_TYPES = (str, float, bool, dt.date, dt.datetime)


class CellReader:
    """Reads the cells of one column; what a value means is remembered from workbook to workbook."""

    def __init__(self, parse: Parser, formatted: Parser | None = None) -> None:
        self._parse = parse
        self._formatted = formatted or parse
        # by type, because True and 1.0 are one key
        self.remembered: dict[type, dict[Raw, Parsed[Value]]] = {kind: {} for kind in _RAW_TYPES}

    def read(self, raw: Raw) -> Parsed[Value]:
        """The value of a cell."""
        remembered = self.remembered.get(type(raw))
        if remembered is None:
            return self._parse(raw)
        known = remembered.get(raw)
        if known is None:
            if len(remembered) >= _MOST_REMEMBERED:
                remembered.clear()
            known = remembered[raw] = self._parse(raw)
        return known

    def read_formatted(self, raw: Raw) -> Parsed[Value]:
        """The value of a cell whose number format shows a percentage."""
        return self._formatted(raw)


@dataclass(frozen=True)
class FormKit:
    """One version of a unit sheet with its headings, readers and given rows."""

    form: SheetForm
    headings: Headings
    vocabulary: Vocabulary
    given: Mapping[str, str] = field(default_factory=dict)  # key -> text of a row given at issue

    @cached_property
    def given_texts(self) -> Mapping[str, str]:
        """Key of a given row by the tone key of its text; texts that two rows share left out."""
        keys = [tone_key(text) for text in self.given.values()]
        pairs = zip(keys, self.given, strict=True)
        return {text: key for text, key in pairs if keys.count(text) == 1}

    @cached_property
    def given_plain(self) -> tuple[tuple[str, str], ...]:
        """Texts of the given rows without marks, each with its key."""
        return tuple((plain_key(text), key) for key, text in self.given.items())

    @cached_property
    def text_key(self) -> str:
        """Column that holds the text of a given row; "" without one."""
        texts = (
            column.key
            for column in self.form.columns
            if column.given
            and column.type in ("text", "long_text")
            and column.key not in self.form.key
        )
        return next(texts, "")

    @cached_property
    def summed(self) -> frozenset[str]:
        """Columns that a sum of the sheet adds up, in a row or in the row of totals."""
        columns = self.form.columns
        totals = {column.key for column in columns if column.total}
        return frozenset(totals.union(*(column.formula for column in columns)))

    def reader(self, key: str, *, epoch_1904: bool = False) -> CellReader:
        """Reader of a column."""
        if epoch_1904 and self.form.by_key[key].type == "date":
            return CellReader(date_1904)
        return self._readers[key]

    @cached_property
    def _readers(self) -> Mapping[str, CellReader]:
        return {
            column.key: CellReader(
                self.vocabulary.parser(column),
                percent_formatted if column.type == "percent" else None,
            )
            for column in self.form.columns
        }


class Kit:
    """Everything prepared for one plan and one set of forms."""

    def __init__(self, plan: Plan, forms: Forms) -> None:
        self.plan = plan
        self.vocabulary = Vocabulary(plan)
        self._forms = forms
        self._by_version = {(form.id, form.version): self._kit_of(form) for form in forms.sheets}
        self._in_force: dict[dt.date | None, tuple[FormKit, ...]] = {}

    def version(self, form: str, version: str) -> FormKit | None:
        """One version of a form; None when there is no such definition."""
        return self._by_version.get((form, version))

    def versions(self, form: str) -> tuple[FormKit, ...]:
        """Every version of a form."""
        return tuple(kit for (id_, _), kit in self._by_version.items() if id_ == form)

    def in_force(self, day: dt.date | None) -> tuple[FormKit, ...]:
        """Forms in force on a day, in the workbook's order; the newest of each without a day."""
        if day not in self._in_force:
            newest = tuple(self._forms.sheet_by_id.values())
            forms = (self._forms.sheets_on(day) if day else ()) or newest
            self._in_force[day] = tuple(self._by_version[f.id, f.version] for f in forms)
        return self._in_force[day]

    @cached_property
    def issued(self) -> frozenset[str]:
        """Texts that the office itself writes into workbooks."""
        return frozenset(self._texts())

    @cached_property
    def surely_unicode(self) -> set[Raw]:
        """Texts that are in no old encoding: the office's own, and short ones that were met."""
        return set(self.issued)

    def remember_unicode(self, texts: Iterable[str]) -> None:
        """Notes texts that are in no old encoding."""
        if len(self.surely_unicode) > len(self.issued) + _MOST_TEXTS:
            self.surely_unicode.clear()
            self.surely_unicode.update(self.issued)
        self.surely_unicode.update(text for text in texts if len(text) <= _SHORT)

    def _texts(self) -> Iterator[str]:
        for form in self._forms.sheets:
            yield from (form.title, form.guide)
            for column in form.columns:
                yield from column.headings
        for task in self.plan.tasks:
            yield from (task.text, task.deadline.text)
        for procedure in self.plan.procedures:
            yield from (procedure.name, procedure.field)
        for choices in self.plan.choices.values():
            yield from (choice.value for choice in choices)

    def _kit_of(self, form: SheetForm) -> FormKit:
        return FormKit(form, headings_of(form), self.vocabulary, self._given(form))

    def _given(self, form: SheetForm) -> Mapping[str, str]:
        if form.rows == "tasks":
            return {task.code: task.text for task in self.plan.tasks}
        if form.rows == "procedures":
            return {procedure.code: procedure.name for procedure in self.plan.procedures}
        if form.rows == "criteria":
            return {str(one.number): one.content for one in CRITERIA}
        return {}
