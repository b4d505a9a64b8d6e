"""The rows of one form over all units and quarters, made part by part and column by column."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Final, TypeAlias

from kskt_excel.consolidate.derived import QUESTIONS, Ground, Question
from kskt_excel.excel.packed_records import PackedRecords
from kskt_excel.excel.packing import FORMAT
from kskt_excel.excel.tracker.grid import ALTERNATIVE, ROWS_OF_A_PART, Content, Part, Table
from kskt_excel.excel.tracker.sources import Sources, occurrence, period_of
from kskt_excel.model.consolidation import Consolidation
from kskt_excel.model.forms import SheetForm
from kskt_excel.model.reading import Record, SheetReading
from kskt_excel.model.submission import UnitReport
from kskt_excel.text.pii import mask

Sheets: TypeAlias = Sequence[tuple[UnitReport, SheetReading]]
_MASKED: Final = frozenset({"qua-han", "pakn"})


@dataclass(frozen=True)
class DataRows:
    """Makes the rows of one form."""

    sources: Sources
    form: SheetForm
    questions: tuple[str, ...]

    def parts(self) -> tuple[Part, ...]:
        """Quarter by quarter, units in the plan's order; no part reaches over two quarters."""
        return tuple(
            Part(
                sum(len(sheet.records) for _, sheet in some),
                partial(self._table, quarter, some),
                self._content(quarter, some),
            )
            for quarter in self.sources.quarters
            for some in _grouped(quarter.reports, self.form.id)
        )

    def _content(self, quarter: Consolidation, sheets: Sheets) -> bytes:
        """A hash over all that the rows are made from; b"" where that is not known."""
        plan, forms = self.sources.plan.sha256, self.sources.forms.sha256
        if not plan or not forms:
            return b""
        told = (FORMAT, plan, forms, self.form.id, self.questions, quarter.period)
        found = hashlib.sha256(repr(told).encode())
        for report, sheet in sheets:
            if not isinstance(sheet.records, PackedRecords):  # united of parts
                return b""
            sent, packed = report.submission, sheet.records.packed
            name, path = self.sources.unit_name(report.unit), self.sources.archived(sent)
            own = (report.unit, name, sent.version, sent.file, path, sheet.name, sheet.state.value)
            found.update(f"{own!r}{len(packed)}".encode())
            found.update(packed)
        return found.digest()

    def _table(self, quarter: Consolidation, sheets: Sheets) -> Table:
        ground = Ground.of(quarter.period, self.sources.plan, self.sources.forms)
        label = quarter.period.label
        keys: list[str] = []
        columns: list[list[list[Content]]] = []
        for report, sheet in sheets:
            records, sent = list(sheet.records), report.submission
            keys += self._keys(f"{report.unit}|{quarter.period.id}|{self.form.id}", records)
            who = report.unit, self.sources.unit_name(report.unit), period_of(label, sheet)
            own: list[list[Content]] = [
                *_repeated(who, len(records)),
                *self._read(records),
                *self._asked(records, ground),
                *_repeated((sent.version, sent.file, sheet.name), len(records)),
                [*(one.row for one in records)],
                *_repeated([self.sources.link(sent)], len(records)),
            ]
            columns.append(own)
        return Table(keys, [[*chain(*column)] for column in zip(*columns, strict=True)])

    def _read(self, records: Sequence[Record]) -> Iterator[list[Content]]:
        """What the unit wrote, each column as it is shown."""
        values = [one.values for one in records]
        masked = self.form.id in _MASKED
        for column in self.form.columns:
            key = column.key
            read: list[Content] = [one.get(key) for one in values]
            if column.type == "yes_no":
                read = list(map(_yes_no, read))
            elif masked and column.type in ("text", "long_text"):
                read = list(map(covered, read))
            yield read

    def _asked(self, records: Sequence[Record], ground: Ground) -> Iterator[list[Content]]:
        for name in self.questions:
            question = QUESTIONS[self.form.id, name]
            yield [_answer(question, one, ground) for one in records]

    def _keys(self, start: str, records: Iterable[Record]) -> Iterator[str]:
        """Keys of rows; a register's row is known by its content, then by its number."""
        seen: dict[str, int] = {}
        if self.form.key != ("ordinal",):
            return (occurrence(seen, f"{start}|{one.key}") for one in records)
        named = (
            (occurrence(seen, f"{start}|{self._digest(one)}"), f"{start}|{one.key}")
            for one in records
        )
        return map(ALTERNATIVE.join, named)

    def _digest(self, record: Record) -> str:
        texts = "\n".join(
            str(record.values.get(column.key, ""))
            for column in self.form.columns
            if column.type in ("long_text", "date", "task")
        )
        return hashlib.sha256(texts.encode()).hexdigest()[:10]


def _grouped(reports: Iterable[UnitReport], form: str) -> Iterator[Sheets]:
    """The sheets of some reports that follow each other, so many that they have enough rows."""
    some: list[tuple[UnitReport, SheetReading]] = []
    rows = 0
    for report in reports:
        sheet = report.reading.sheets.get(form)
        if sheet is None or not sheet.records:
            continue
        some.append((report, sheet))
        rows += len(sheet.records)
        if rows >= ROWS_OF_A_PART:
            yield some
            some, rows = [], 0
    if some:
        yield some


def _repeated(values: Iterable[Content], times: int) -> Iterator[list[Content]]:
    return ([one] * times for one in values)


def _answer(question: Question, record: Record, ground: Ground) -> str:
    return "Có" if question(record.values, ground) else "Không"


def _yes_no(value: Content) -> Content:
    if value is True:
        return "Có"
    return "Không" if value is False else value


def covered(value: Content) -> Content:
    """A text without what looks like personal data."""
    return mask(value) if isinstance(value, str) else value
