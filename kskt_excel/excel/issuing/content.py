"""Rows of an issued sheet: what the office gives, what is filled in, what is computed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kskt_excel.excel.issuing.work import Work
from kskt_excel.model.criteria import CRITERIA
from kskt_excel.model.forms import Column, SheetForm
from kskt_excel.model.plan import Task
from kskt_excel.model.reading import Value

OPENING_COLUMN: Final = "carried_over"
_LEAD, _HELPER = "Chủ trì", "Phối hợp"

Values = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One data row: ``key`` names a given row in the hidden column, "" for typed rows."""

    values: Values
    key: str = ""

    @property
    def given(self) -> bool:
        """Whether the office named this row."""
        return bool(self.key)

    @property
    def spare(self) -> bool:
        """Whether the row is left for an addition: nothing in it but sums of nothing."""
        return not self.key and not any(self.values.values())

    def locks(self, column: Column) -> bool:
        """Whether the unit should leave this cell as it is."""
        return column.type == "computed" or (column.given and self.given)


def sheet_rows(form: SheetForm, work: Work) -> tuple[SheetRow, ...]:
    """Data rows from top to bottom; empty ones at the end, above the total."""
    filled = work.rows.get(form.id, ())
    rows = _merged(form, _given(form, work), filled) if form.rows else _typed(filled)
    typed = sum(not row.given for row in rows)
    empty = (SheetRow({}),) * max(form.blank_rows - typed, 0)
    return tuple(_computed(form, row) for row in (*rows, *empty))


def number(value: Value) -> float:
    """What a formula adds for a value: texts, blanks and yes/no count nothing."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else 0


def _given(form: SheetForm, work: Work) -> tuple[Values, ...]:
    makers = {"tasks": _tasks, "procedures": _procedures, "criteria": _criteria}
    known = form.by_key.keys()
    return tuple(
        {column: value for column, value in row.items() if column in known}
        for row in makers[form.rows](work)
    )


def _tasks(work: Work) -> Iterator[Values]:
    for task in work.plan.tasks_of(work.unit.code):
        yield {
            "task": task.code,
            "content": task.text,
            "role": _role(task, work.unit.code),
            "deadline": task.deadline.text,
        }


def _role(task: Task, unit: str) -> str:
    return _LEAD if task.lead == unit else _HELPER


def _procedures(work: Work) -> Iterator[Values]:
    for procedure in work.procedures:
        row: dict[str, Value] = {
            "procedure": procedure.code,
            "name": procedure.name,
            "field": procedure.field,
        }
        if procedure.code in work.opening:
            row[OPENING_COLUMN] = work.opening[procedure.code]
        yield row


def _criteria(_work: Work) -> Iterator[Values]:
    for criterion in CRITERIA:
        yield {
            "criterion": criterion.number,
            "content": f"{criterion.content}\n({criterion.scale})",
        }


def _typed(filled: Sequence[Values]) -> tuple[SheetRow, ...]:
    return tuple(SheetRow(values) for values in filled)


def _merged(
    form: SheetForm, given: Sequence[Values], filled: Sequence[Values]
) -> tuple[SheetRow, ...]:
    """Given rows with what was filled in under the same key; then rows with keys of their own."""
    key = form.key[0]
    by_key = {str(values[key]): values for values in filled if values.get(key) is not None}
    names = [str(values[key]) for values in given]
    rows = [
        SheetRow({**values, **by_key.get(name, {})}, name)
        for name, values in zip(names, given, strict=True)
    ]
    others = [values for values in filled if str(values.get(key)) not in names]
    return (*rows, *_typed(others))


def _computed(form: SheetForm, row: SheetRow) -> SheetRow:
    results = {
        column.key: sum(number(row.values.get(part)) for part in column.formula)
        for column in form.columns
        if column.type == "computed"
    }
    return SheetRow({**row.values, **results}, row.key) if results else row
