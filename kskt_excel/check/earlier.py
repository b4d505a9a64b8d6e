"""A quarter goes on where the one before ended, also for the heir of a unit that is no more.

Source: biểu II.06a, cột 6 of a period = cột 11 of the one before; the same for II.05a.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from kskt_excel.check.blanks import as_they_are_meant
from kskt_excel.check.context import RuleContext
from kskt_excel.check.engine import in_workbook_order
from kskt_excel.messages import finding
from kskt_excel.model.book import CellRef
from kskt_excel.model.finding import Finding
from kskt_excel.model.forms import FormColumn, Forms, SheetForm
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.period import Period
from kskt_excel.model.plan import TASK_DONE, Plan
from kskt_excel.model.reading import Reading, Record, SheetReading, SheetState
from kskt_excel.text.shown import day_text as shown_day
from kskt_excel.text.shown import plain_number as shown_number

_DOSSIERS = "ho-so"
_ANSWERED = (SheetState.FILLED, SheetState.NIL)
_ENOUGH_FIGURES = 6  # so many equal figures are no chance
_MANY_TIMES = 3  # of the range of earlier quarters; see ``outliers``
_WORTH_A_WORD = 20  # dossiers apart: few dossiers become three times as many by chance
_FEWEST_QUARTERS = 2  # one quarter alone is no range
_MANY_TIMES_ONE = 20  # more than so many times the only quarter known
_FLOWS = ("received_online", "received_direct", "received_postal", "resolved_total")


@dataclass(frozen=True, slots=True)
class Quarters:
    """Two quarters of one unit, side by side."""

    current: Reading
    previous: Reading
    known: RuleContext


def against_previous(
    current: Reading, previous: Reading | None, *, plan: Plan, forms: Forms
) -> tuple[Finding, ...]:
    """What does not follow from the quarter before, at the cells of the current workbook.

    ``previous`` is what counts for the unit in the quarter before, of the last year for Quý I,
    with what it has taken over from others (``heirs.taken_over``); None says nothing. In the
    order of the workbook.
    """
    if previous is None:
        return ()
    known = RuleContext.about(current.identity, plan, forms)
    current = as_they_are_meant(current, known)
    quarters = Quarters(current, previous, known)
    found = [one for rule in BETWEEN_QUARTERS for one in rule(quarters)]
    return in_workbook_order(found, current, known)


def opening_is_closing(quarters: Quarters) -> Iterator[Finding]:
    """Dossiers carried over are those that were pending, procedure by procedure (V06a.7)."""
    current, previous = quarters.current, quarters.previous
    if previous.state_of(_DOSSIERS) not in _ANSWERED:
        return
    closing = _closing_balances(previous, _DOSSIERS, ("procedure",), "pending_total")
    if current.state_of(_DOSSIERS) is SheetState.NIL:
        yield from _ticked_with_pending(current.sheets[_DOSSIERS], closing)
        return
    for sheet, record in current.rows(_DOSSIERS):
        opening, procedure = record.number("carried_over"), record.text("procedure")
        left = closing.get(procedure, 0 if previous.state_of(_DOSSIERS) is SheetState.NIL else None)
        if opening is not None and left is not None and opening != left:
            at = sheet.ref(record, "carried_over")
            yield finding(
                "V06a.7",
                at,
                procedure=procedure,
                column=quarters.known.heading(_DOSSIERS, "carried_over"),
                written=shown_number(opening),
                expected=shown_number(left),
                difference=shown_number(abs(opening - left)),
            )


def _closing_balances(
    previous: Reading, form: str, key: Sequence[str], column: str
) -> Mapping[str, float]:
    """What a form closed with, by row; of what could not be read nothing is known."""
    closing: dict[str, float] = {}
    unknown: set[str] = set()
    for _, record in previous.rows(form):
        name, left = _row_name(record, key), record.number(column)
        if left is None:
            unknown.add(name)
        else:  # a unit may have taken a row over from several others
            closing[name] = closing.get(name, 0) + left
    return {name: sum_ for name, sum_ in closing.items() if name not in unknown}


def _row_name(record: Record, key: Sequence[str]) -> str:
    """What a row is known by from quarter to quarter: what stands in its key columns."""
    return ", ".join(str(record.values.get(column, "")) for column in key)


def _ticked_with_pending(sheet: SheetReading, closing: Mapping[str, float]) -> Iterator[Finding]:
    """One finding for a sheet ticked as empty while dossiers were pending."""
    pending = sum(closing.values())
    if pending:
        at = sheet.nil_cell or CellRef(sheet.name)
        yield finding("V06a.7", at, template="quarters.ticked", count=shown_number(pending))


def stocks_go_on(quarters: Quarters) -> Iterator[Finding]:
    """What a form opens with is what it closed with, row by row, as its definition says.

    Dossiers have their own rule of the circular.
    """
    for form in quarters.known.forms.values():
        for column in form.columns if form.id != _DOSSIERS else ():
            if column.opens and quarters.previous.state_of(form.id) in _ANSWERED:
                yield from _stock(quarters, form, column)


def _stock(quarters: Quarters, form: SheetForm, column: FormColumn) -> Iterator[Finding]:
    current, previous, known = quarters.current, quarters.previous, quarters.known
    left = _closing_balances(previous, form.id, form.key, column.opens)
    closing, heading = known.heading(form.id, column.opens), known.heading(form.id, column.key)
    if current.state_of(form.id) is SheetState.NIL and any(left.values()):
        sheet = current.sheets[form.id]
        at = sheet.nil_cell or CellRef(sheet.name)
        count = shown_number(sum(left.values()))
        yield finding("quarters.stock_ticked", at, closing=closing, count=count)
    unwritten = 0 if previous.state_of(form.id) is SheetState.NIL else None
    for sheet, record in current.rows(form.id):
        opening, name = record.number(column.key), _row_name(record, form.key)
        expected = left.get(name, unwritten)
        if opening is not None and expected is not None and opening != expected:
            yield finding(
                "quarters.opening",
                sheet.ref(record, column.key),
                row=name,
                column=heading,
                written=shown_number(opening),
                closing=closing,
                expected=shown_number(expected),
            )


def open_feedback_comes_back(quarters: Quarters) -> Iterator[Finding]:
    """Complaints that were open are carried over, and no others: (6) = (13) of biểu II.05a."""
    current, previous = quarters.current, quarters.previous
    if previous.state_of("pakn") not in _ANSWERED or current.state_of("pakn") not in _ANSWERED:
        return
    if not all(record.knows("received_on") for _, record in current.rows("pakn")):
        return
    left = Counter(_received(r) for _, r in previous.rows("pakn") if _is_open(r))
    carried = [pair for pair in current.rows("pakn") if pair[1].flag("carried_over")]
    back = Counter(_received(record) for _, record in carried)
    gone, extra = left - back, back - left
    if gone.total() > extra.total():
        sheet = current.sheets["pakn"]
        days = ", ".join(day for day in gone.elements() if day)
        at = sheet.nil_cell or CellRef(sheet.name)
        written, expected = back.total(), left.total()
        yield finding("feedback.disappeared", at, days=days, written=written, expected=expected)
    elif extra.total() > gone.total():
        yield from _not_open_before(carried, extra, quarters)


def _not_open_before(
    carried: list[tuple[SheetReading, Record]], extra: Counter[str], quarters: Quarters
) -> Iterator[Finding]:
    for sheet, record in carried:
        received = _received(record)
        if extra[received]:
            extra[received] -= 1
            heading = quarters.known.heading("pakn", "carried_over")
            at = sheet.ref(record, "carried_over")
            yield finding("feedback.not_open_before", at, received=received, column=heading)


def _received(record: Record) -> str:
    received = record.day("received_on")
    return shown_day(received) if received else ""


def _is_open(record: Record) -> bool:
    return record.is_blank("finished_on")


def overdue_dossiers_come_back(quarters: Quarters) -> Iterator[Finding]:
    """A dossier that was overdue and pending is listed again, with its result or still pending."""
    current = quarters.current
    if current.state_of("qua-han") not in _ANSWERED:
        return
    listed = {record.text("dossier") for _, record in current.rows("qua-han")}
    if not all(record.knows("dossier") for _, record in current.rows("qua-han")):
        return
    before = [r.text("dossier") for _, r in quarters.previous.rows("qua-han") if _is_open(r)]
    gone = [dossier for dossier in before if dossier and dossier not in listed]
    if gone:
        sheet = current.sheets["qua-han"]
        at = sheet.nil_cell or CellRef(sheet.name)
        yield finding("quarters.overdue_gone", at, dossiers=", ".join(gone), count=len(gone))


def finished_tasks_stay_finished(quarters: Quarters) -> Iterator[Finding]:
    """A task that was done is not open again, and no percentage goes down."""
    before = {r.text("task"): r for _, r in quarters.previous.rows("tien-do")}
    for sheet, record in quarters.current.rows("tien-do"):
        task, status = record.text("task"), record.text("status")
        earlier = before.get(task)
        if earlier is None or not status:
            continue
        was = earlier.text("status")
        if was == TASK_DONE and status != TASK_DONE:
            at = sheet.ref(record, "status")
            yield finding("quarters.task_reopened", at, task=task, status=status, was=was)
            continue
        now, then = record.number("percent"), earlier.number("percent")
        if now is not None and then is not None and now < then:
            at = sheet.ref(record, "percent")
            given, earlier_given = shown_number(now), shown_number(then)
            yield finding("quarters.percent_lower", at, task=task, given=given, was=earlier_given)


def figures_are_of_this_quarter(quarters: Quarters) -> Iterator[Finding]:
    """The figures of «Hồ sơ» are not those of the quarter before, copied."""
    now, before = _figures(quarters.current), _figures(quarters.previous)
    if now == before and sum(1 for figure in now.values() if figure) >= _ENOUGH_FIGURES:
        sheet = quarters.current.sheets[_DOSSIERS]
        yield finding("quarters.same_figures", CellRef(sheet.name), sheet=sheet.name)


def _figures(reading: Reading) -> Mapping[tuple[str, str], float]:
    return {
        (record.text("procedure"), column): figure
        for _, record in reading.rows(_DOSSIERS)
        for column in record.values
        if (figure := record.number(column)) is not None
    }


BETWEEN_QUARTERS: tuple[Callable[[Quarters], Iterator[Finding]], ...] = (
    opening_is_closing,
    stocks_go_on,
    open_feedback_comes_back,
    overdue_dossiers_come_back,
    finished_tasks_stay_finished,
    figures_are_of_this_quarter,
)


def outliers(
    current: Reading, history: Sequence[Reading], *, plan: Plan, forms: Forms
) -> tuple[Finding, ...]:
    """Sums of «Hồ sơ» far from all the earlier quarters of the unit, as information.

    Far is more than three times the most, or less than a third of the least, and 20 dossiers
    apart; of one earlier quarter more than twenty times or less than a twentieth.
    """
    past = [reading for reading in history if reading.state_of(_DOSSIERS) in _ANSWERED]
    if not past or current.state_of(_DOSSIERS) is not SheetState.FILLED:
        return ()
    known = RuleContext.about(current.identity, plan, forms)
    return tuple(_outliers(current, past, known))


def _outliers(current: Reading, past: Sequence[Reading], known: RuleContext) -> Iterator[Finding]:
    sheet = current.sheets[_DOSSIERS]
    flows = zip(_FLOWS, _sums(current), *map(_sums, past), strict=True)
    for column, now, *sums in flows:
        low, high = min(sums), max(sums)
        times = _MANY_TIMES if len(past) >= _FEWEST_QUARTERS else _MANY_TIMES_ONE
        far = now > high * times or now * times < low
        if far and min(abs(now - low), abs(now - high)) >= _WORTH_A_WORD:
            row = sheet.total.row if sheet.total else sheet.heading_row
            yield finding(
                "quarters.outlier",
                CellRef(sheet.name, row, sheet.columns.get(column, 0)),
                column=known.heading(_DOSSIERS, column),
                given=now,
                past=f"từ {low} đến {high}" if low != high else f"{low}",
            )


def _sums(reading: Reading) -> list[int]:
    """What the dossiers of a quarter come to, in the order of the flows."""
    records = [record for _, record in reading.rows(_DOSSIERS)]
    return [sum(record.count(column) for record in records) for column in _FLOWS]


_HEIR_ANSWERED = (SheetState.FILLED, SheetState.NIL)


def predecessors(plan: Plan, unit: str, period: Period) -> tuple[str, ...]:
    """Codes of the units that report no more in a period and whose last successor is ``unit``."""
    return plan.predecessors(unit, period)


def taken_over(
    before: Mapping[str, Reading], plan: Plan, forms: Forms, unit: str, period: Period
) -> Reading | None:
    """What counted for a unit in the quarter before, with what it has taken over since.

    ``before`` has the readings of that quarter by unit. None when there is nothing of either.
    What a unit has left that did not report is not known: then its sheets are as if left blank.
    """
    own = before.get(unit)
    gone = plan.predecessors(unit, period) if before else ()
    earlier = period.previous if gone else None
    if earlier is None:
        return own
    due = {one.code for one in plan.units_in(earlier)}
    codes = [code for code in gone if code in due]
    found = [one for code in (unit, *codes) if (one := before.get(code))]
    if not codes or not found:
        return own
    sheets = dict(found[0].sheets)
    for form in (form.id for form in forms.sheet_by_id.values() if form.goes_to_heirs):
        parts = [one.sheets[form] for one in found if form in one.sheets]
        if parts:
            united = _united(parts)
            is_known = all(code in before for code in codes)
            sheets[form] = united if is_known else replace(united, state=SheetState.BLANK)
    return replace(found[0], sheets=sheets)


def _united(sheets: Sequence[SheetReading]) -> SheetReading:
    """The rows of all; nothing is known where one has not been answered."""
    records = tuple(record for sheet in sheets for record in sheet.records)
    states = {sheet.state for sheet in sheets}
    if not states <= set(_HEIR_ANSWERED):
        state = SheetState.BLANK
    else:
        state = SheetState.FILLED if SheetState.FILLED in states else SheetState.NIL
    return replace(sheets[0], state=state, records=records, total=None)
