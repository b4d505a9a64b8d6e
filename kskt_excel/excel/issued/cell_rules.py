"""What can be wrong in the cells of a sheet (CellRule), from its form and the rules of checks."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum
from functools import lru_cache
from typing import Final, NamedTuple

from kskt_excel.check.conditions import (
    NO_REMARKS,
    BadText,
    Compared,
    HasAnything,
    HasFraction,
    Not,
    NotListed,
    RowCondition,
    RowRule,
    SaysNothing,
    TextForNumber,
    blank,
    together,
)
from kskt_excel.check.context import RuleContext
from kskt_excel.check.engine import row_rules
from kskt_excel.check.row_keys import OTHER_UNITS_TOO
from kskt_excel.check.sums import is_own_sum
from kskt_excel.excel.issued.condition_formulas import columns_of
from kskt_excel.excel.issued.order import PROCEDURE_LIST, TASK_LIST
from kskt_excel.model.finding import Severity
from kskt_excel.model.forms import FormColumn, FormRelation, SheetForm
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.topics import REGISTERS
from kskt_excel.text.dates import FIRST_DATED_YEAR, LAST_DATED_YEAR


class FaultGroup(Enum):
    """Under which heading the self-check counts a fault."""

    BLANK = "ô trống"
    WRONG = "ô ghi chưa đúng"
    MISMATCH = "dòng chưa khớp"
    REVIEW = "chỗ nên xem lại"


@dataclass(frozen=True, slots=True)
class CellRule:
    """A fault that may be in each cell of some neighbouring columns, asked row by row.

    ``conditions`` are true where the column's cell is wrong: the same question of each column.
    ``row`` must be true of the row besides.
    """

    group: FaultGroup
    columns: tuple[str, ...]
    conditions: tuple[RowCondition, ...]
    row: RowCondition | None = None
    colours: tuple[str, ...] = ()  # columns to colour, where they are others

    @property
    def coloured(self) -> tuple[str, ...]:
        """The columns whose cells are coloured where it holds; blanks are not."""
        return () if self.group is FaultGroup.BLANK else self.colours or self.columns


_FIGURES: Final = {
    "count": "count",
    "days": "count",
    "percent": "number",
    "decimal": "number",
    "date": "date",
}
"""Column types that ask for a figure or a day, with how a text of theirs is read."""

_LISTED: Final = ("choice", "yes_no")
_FIRST_DAY, _LAST_DAY = dt.date(FIRST_DATED_YEAR, 1, 1), dt.date(LAST_DATED_YEAR, 12, 31)


def cell_rules(
    forms: Iterable[SheetForm], known: RuleContext
) -> Mapping[str, tuple[CellRule, ...]]:
    """Every fault of the cells of the forms' rows, by form id."""
    by_form: dict[str, list[RowRule]] = {}
    for rule in row_rules(known):
        by_form.setdefault(rule.form, []).append(rule)
    listed = ListedCodes(tasks=bool(known.tasks), procedures=bool(known.procedures))
    return {form.id: _rules_of(form, tuple(by_form.get(form.id, ())), listed) for form in forms}


class ListedCodes(NamedTuple):
    """Whether a workbook lists its unit's tasks and procedures, so that a code can be none."""

    tasks: bool
    procedures: bool


@lru_cache(maxsize=256)
def _rules_of(
    form: SheetForm, rules: tuple[RowRule, ...], listed: ListedCodes
) -> tuple[CellRule, ...]:
    """Blanks, kinds of value, what rules compare in a row, identities."""
    found = [*_blanks(form), *_values(form, listed)]
    for rule in rules:
        group = _group_of(rule)
        if group and {rule.at, *columns_of(rule.when)} <= form.by_key.keys():
            found.append(CellRule(group, (rule.at,), (rule.when,)))
    for relation in form.identities:
        found += _identity(form, relation)
    return tuple(found)


def _group_of(rule: RowRule) -> FaultGroup | None:
    if rule.severity is not Severity.ERROR:
        return FaultGroup.REVIEW if rule.severity is Severity.WARNING else None
    if columns_of(rule.when) == {rule.at}:
        return FaultGroup.WRONG
    parts = getattr(rule.when, "parts", ())
    return FaultGroup.BLANK if blank(rule.at) in parts else FaultGroup.MISMATCH


def row_columns(form: SheetForm) -> tuple[str, ...]:
    """Columns that tell whether a row is one: what is entered, and the key that was given."""
    keys = [column.key for column in form.columns if column.key in form.entered_keys]
    given = [key for key in form.key if form.by_key[key].given and form.rows]
    return (*given, *keys)


def _blanks(form: SheetForm) -> Iterator[CellRule]:
    there: RowCondition = HasAnything(row_columns(form))
    if form.holds == "issues":  # a row that raises nothing is asked for nothing (check.blanks)
        said = tuple(REGISTERS["issues"])
        nothing: tuple[RowCondition, ...] = (
            HasAnything(said),
            *(Not(NotListed(key, NO_REMARKS)) for key in said),
        )
        there = together(there, Not(together(*nothing)))
    entered = HasAnything(tuple(c.key for c in form.columns if c.key in form.entered_keys))
    lost = [c for c in form.columns if c.key in form.key and c.given and c.required]
    for columns, row in ((form.asked_for, there), (lost, entered)):
        for run in _runs(form, columns):
            yield CellRule(FaultGroup.BLANK, run, tuple(map(blank, run)), row)


def _values(form: SheetForm, listed: ListedCodes) -> Iterator[CellRule]:
    typed = [column for column in form.columns if column.key in form.entered_keys]
    for type_, kind in _FIGURES.items():
        for run in _runs(form, [column for column in typed if column.type == type_]):
            yield from _figures(run, kind)
    for run in _runs(form, [column for column in form.asked_for if column.type == "date"]):
        yield CellRule(FaultGroup.WRONG, run, tuple(map(SaysNothing, run)))
    for list_id in dict.fromkeys(column.choices for column in typed if column.type in _LISTED):
        columns = [c for c in typed if c.type in _LISTED and c.choices == list_id]
        for run in _runs(form, columns):
            conditions = tuple(NotListed(key, list_id) for key in run)
            yield CellRule(FaultGroup.WRONG, run, conditions)
    yield from _codes(form, listed)


def _figures(run: tuple[str, ...], kind: str) -> Iterator[CellRule]:
    wrong, review = FaultGroup.WRONG, FaultGroup.REVIEW
    yield CellRule(wrong, run, tuple(BadText(key, kind) for key in run))
    yield CellRule(review, run, tuple(TextForNumber(key, kind) for key in run))
    if kind == "count":
        yield CellRule(wrong, run, tuple(Compared((key,), "<") for key in run))
        yield CellRule(wrong, run, tuple(HasFraction(key) for key in run))
    if kind == "date":
        for op, day in (("<", _FIRST_DAY), (">", _LAST_DAY)):
            yield CellRule(wrong, run, tuple(Compared((key,), op, limit=day) for key in run))


def _codes(form: SheetForm, listed: ListedCodes) -> Iterator[CellRule]:
    """Codes that are none of the unit's; a procedure may be new, so it is only asked about."""
    for column in form.columns:
        if column.type == "task" and listed.tasks:
            lost = form.rows == "tasks" and column.given
            group, list_id = FaultGroup.WRONG if lost else FaultGroup.REVIEW, TASK_LIST
        elif column.type == "procedure" and listed.procedures and form.id not in OTHER_UNITS_TOO:
            group, list_id = FaultGroup.REVIEW, PROCEDURE_LIST
        else:
            continue
        yield CellRule(group, (column.key,), (NotListed(column.key, list_id, is_code=True),))


def _identity(form: SheetForm, relation: FormRelation) -> Iterator[CellRule]:
    """A sum of the form that was typed over; figures that do not agree, by their typed parts."""
    left, right, minus = relation.left, relation.right, relation.minus
    own = is_own_sum(relation, form)
    if not own:
        left, right, minus = (_typed(form, keys) for keys in (left, right, minus))
    op = "!=" if relation.op == "=" else ">"
    broken = Compared((*left, *minus), op, right)
    level = Severity(relation.level)
    if level is not Severity.INFO:
        group = FaultGroup.MISMATCH if level is Severity.ERROR else FaultGroup.REVIEW
        yield CellRule(group, relation.left[:1], (broken,), colours=relation.left)


def _typed(form: SheetForm, keys: tuple[str, ...]) -> tuple[str, ...]:
    """Columns with what they are sums of, where they are: the formula of a new row is missing."""
    return tuple(part for key in keys for part in form.by_key[key].formula or (key,))


def _runs(form: SheetForm, columns: Sequence[FormColumn]) -> Iterator[tuple[str, ...]]:
    """Keys of columns, neighbours together."""
    order = {column.key: at for at, column in enumerate(form.columns)}
    run: list[str] = []
    for column in columns:
        if run and order[column.key] != order[run[-1]] + 1:
            yield tuple(run)
            run = []
        run.append(column.key)
    if run:
        yield tuple(run)
