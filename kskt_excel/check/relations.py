"""Figures add up: every identity of the form definitions, row by row and in the total.

Source: the identity's own, in templates/bieu-mau.
"""

from collections.abc import Iterable, Iterator

from kskt_excel.check.known import Known
from kskt_excel.check.values import is_blank, number
from kskt_excel.messages import finding
from kskt_excel.model.finding import Finding, Severity
from kskt_excel.model.forms import Relation, SheetForm
from kskt_excel.model.reading import Reading, Record, SheetReading, SheetState
from kskt_excel.text.given import number as shown_number

_CLOSE = 0.5e-6
_NUMBERS = (int, float)


def relations_hold(reading: Reading, known: Known) -> Iterator[Finding]:
    """Every identity holds in every row that can be read (V06a.1–4, V08, KT)."""
    for sheet in reading.sheets.values():
        form = known.forms.get(sheet.form)
        if form is None or not form.identities or sheet.state is not SheetState.FILLED:
            continue
        for record in sheet.records:
            yield from _broken(sheet, record, form, known)


def _broken(
    sheet: SheetReading, record: Record, form: SheetForm, known: Known
) -> Iterator[Finding]:
    """Identities that a row breaks; one whose columns are in doubt already is passed over."""
    for relation in form.identities:
        if not _holds(*_sides(record, relation)):
            break
    else:
        return
    doubtful = _doubtful(record, form, sheet)
    for relation in form.identities:
        columns = {*relation.left, *relation.right, *relation.minus}
        if not doubtful.isdisjoint(columns) or not columns <= sheet.columns.keys():
            continue
        left, op, right = _sides(record, relation)
        if _holds(left, op, right):
            continue
        yield _finding(sheet, record, relation, left=left, right=right, known=known)
        doubtful.update(relation.left)


def _sides(record: Record, relation: Relation) -> tuple[float, str, float]:
    """What stands left and right of the operator, blanks as 0."""
    right = _sum(record, relation.right)
    if relation.minus:
        right -= _sum(record, relation.minus)
    return _sum(record, relation.left), relation.op, right


def _doubtful(record: Record, form: SheetForm, sheet: SheetReading) -> set[str]:
    """Columns that have a finding already, and totals that are made of such columns."""
    doubtful = set(record.unread)
    for column in form.columns:
        if column.required and column.key in sheet.columns and is_blank(record, column.key):
            doubtful.add(column.key)
    for column in form.columns:
        if column.formula and not doubtful.isdisjoint(column.formula):
            doubtful.add(column.key)
    return doubtful


def _sum(record: Record, columns: Iterable[str]) -> float:
    total, values = 0.0, record.values
    for column in columns:
        value = values.get(column)
        if isinstance(value, _NUMBERS):
            total += value
    return total


def _holds(left: float, op: str, right: float) -> bool:
    return left <= right + _CLOSE if op == "<=" else abs(left - right) < _CLOSE


def _finding(
    sheet: SheetReading,
    record: Record,
    relation: Relation,
    *,
    left: float,
    right: float,
    known: Known,
) -> Finding:
    template = "identity.at_most" if relation.op == "<=" else "identity.sum"
    if all(is_blank(record, column) for column in relation.left):
        template = "identity.blank"
    return finding(
        relation.code,
        sheet.ref(record, relation.left[0]),
        template=template,
        severity=Severity(relation.level),
        left=known.headings(sheet.form, relation.left),
        right=_terms(sheet.form, relation, known),
        written=shown_number(left),
        computed=shown_number(right),
        difference=shown_number(abs(left - right)),
        hint=f" {relation.note}" if relation.note else "",
    )


def _terms(form: str, relation: Relation, known: Known) -> str:
    right = known.headings(form, relation.right)
    return f"{right} − {known.headings(form, relation.minus)}" if relation.minus else right


def totals_are_sums(reading: Reading, known: Known) -> Iterator[Finding]:
    """The row «Tổng cộng» is the sum of the rows above it (V06a.6)."""
    for sheet in reading.sheets.values():
        form = known.forms.get(sheet.form)
        if form is None or sheet.total is None or sheet.state is not SheetState.FILLED:
            continue
        for column in form.columns:
            if column.total and column.key in sheet.columns:
                yield from _wrong_total(sheet, sheet.total, form, column.key, known)


def _wrong_total(
    sheet: SheetReading, total: Record, form: SheetForm, column: str, known: Known
) -> Iterator[Finding]:
    written = number(total, column)
    if written is None:
        return
    cells = [record.values.get(column) for record in sheet.records]
    figures = [cell for cell in cells if isinstance(cell, _NUMBERS)]
    if len(figures) < len(cells):
        return  # what is blank or unreadable above has been said
    computed = sum(figures)
    parts = form.by_key[column].formula
    if written == computed or (parts and written == sum(_sum(r, parts) for r in sheet.records)):
        return  # a row whose own sum is wrong has its finding there
    numbers = [record.row for record in sheet.records]
    yield finding(
        "V06a.6" if form.id == "ho-so" else "total.sum",
        sheet.ref(total, column),
        template="total.sum",
        column=known.heading(form.id, column),
        first=min(numbers, default=0),
        last=max(numbers, default=0),
        written=shown_number(written),
        computed=shown_number(computed),
        difference=shown_number(abs(written - computed)),
    )
