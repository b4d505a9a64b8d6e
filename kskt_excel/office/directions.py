"""Leaders' directions: taken from the tracker and from the command line, shown in the tracker."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from kskt_excel.excel.tracker.blocks import ALTERNATIVE, DIRECTED_ON, LEADER, OPINION
from kskt_excel.excel.tracker.data_sheets import row_keys
from kskt_excel.excel.tracker.figures_sheet import TASKS
from kskt_excel.excel.tracker.handwriting import HandBlock, HandCell, HandRow, Handwriting
from kskt_excel.excel.tracker.progress_sheet import task_key
from kskt_excel.excel.tracker.row_places import rows_places, tracker_sheets
from kskt_excel.ledger.decisions import DecisionRefusedError
from kskt_excel.messages import finding
from kskt_excel.model.book import CellRef
from kskt_excel.model.calendar import in_vietnam
from kskt_excel.model.finding import Finding
from kskt_excel.model.forms import PROGRESS, Forms, SheetForm
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Plan
from kskt_excel.model.reading import Record
from kskt_excel.model.submission import Decision, DecisionKind, Direction, UnitReport
from kskt_excel.office.desk import Desk
from kskt_excel.office.quarter import PeriodWork, consolidated, recorded_reports
from kskt_excel.report.direction_lines import direction_matter
from kskt_excel.text.dates import date
from kskt_excel.text.shown import day_text, listed
from kskt_excel.text.spelling import plain_key
from kskt_excel.text.values import remark_said

_RAISED = ("difficulty", "proposal")
_TEXTS = ("text", "long_text")
_SHORT = 60  # characters of a matter that names it
_MOST_NAMED = 4  # matters in a question: enough to choose from

Place = tuple[str, str]
"""Ids of a sheet of the tracker and of a block on it."""


@dataclass(frozen=True, slots=True)
class DirectedRow:
    """A row of the tracker on which a direction can be given (việc được chỉ đạo)."""

    place: Place
    key: str  # with its alternative
    unit: str  # who is to act
    period: str
    task: str = ""
    matter: str = ""  # what the unit has raised

    @property
    def own_key(self) -> str:
        """The row's key without its alternative: by it handwriting is found."""
        return self.key.partition(ALTERNATIVE)[0]


def task_rows(plan: Plan, period: Period) -> Iterator[DirectedRow]:
    """The tasks of the plan: their leads are to act."""
    for task in plan.tasks:
        yield DirectedRow((PROGRESS, TASKS), task_key(task), task.lead, period.id, task.code)


def report_rows(
    reports: Iterable[UnitReport], period: Period, forms: Forms
) -> Iterator[DirectedRow]:
    """What units wrote in a quarter: of the registers first, which say more of a matter."""
    directed = sorted(_directed(forms), key=lambda form: form.rows == "tasks")
    places = rows_places(forms)
    for report in reports:
        for form in directed:
            sheet, place = report.reading.sheets.get(form.id), places.get(form.id)
            if sheet is None or place is None:
                continue
            records = list(sheet.records)
            keys = row_keys(form, f"{report.unit}|{period.id}|{form.id}", records)
            for key, record in zip(keys, records, strict=True):
                said = (str(record.values.get(one) or "") for one in _matter_columns(form))
                yield DirectedRow(
                    (place.page, place.block),
                    key,
                    report.unit,
                    period.id,
                    _task_of(form, record),
                    "; ".join(filter(None, map(remark_said, said))),
                )


def _directed(forms: Forms) -> list[SheetForm]:
    """The sheets on whose rows directions are recorded, each in its newest definition."""
    return [form for form in forms.sheet_by_id.values() if form.directed]


def _matter_columns(form: SheetForm) -> tuple[str, ...]:
    """Columns that say what a unit has raised; of any other sheet the first one with a text."""
    raised = tuple(key for key in _RAISED if key in form.by_key)
    texts = [one.key for one in form.columns if one.type in _TEXTS]
    return raised or tuple(texts[:1])


def _task_of(form: SheetForm, record: Record) -> str:
    """The task that a row is about, "" without one."""
    if form.rows == "tasks":
        return record.key
    column = next((one.key for one in form.columns if one.type == "task"), "")
    return str(record.values.get(column) or "")


@dataclass(frozen=True, slots=True)
class _Typed:
    """What stands in the office's cells of a row."""

    text: str
    leader: str
    day: dt.date | None

    @classmethod
    def of(cls, row: HandRow) -> "_Typed":
        """What stands in the office's cells of a row; a day that cannot be read is none."""
        day = row.cells.get(DIRECTED_ON, HandCell()).value
        found = day.date() if isinstance(day, dt.datetime) else day
        if isinstance(found, str):
            found = date(found).value
        return cls(
            _text(row.cells.get(OPINION)),
            _text(row.cells.get(LEADER)),
            found if isinstance(found, dt.date) else None,
        )

    @classmethod
    def recorded(cls, one: Direction | Decision) -> "_Typed":
        """What the cells would hold if they showed the recorded direction."""
        return cls(one.text, one.leader, one.given_on)


def _text(cell: HandCell | None) -> str:
    value = cell.value if cell else None
    return "" if value is None else " ".join(str(value).split())


@dataclass(frozen=True, slots=True)
class TypedDirections:
    """What the tracker's cells bring to the record, and what is to be said of them."""

    decisions: tuple[Decision, ...] = ()
    findings: tuple[Finding, ...] = ()


def typed_directions(desk: Desk, work: PeriodWork, written: Handwriting) -> TypedDirections:
    """A decision for each direction that was typed, or changed, since the program wrote the row.

    The row says which direction it showed: what differs from that one was typed since.
    """
    if not any(block.rows for block in written.blocks.values()):
        return TypedDirections()
    newest = work.quarters[-1].period
    rows = {
        (one.place, one.own_key): one
        for one in (
            *task_rows(work.plan, newest),
            *(
                row
                for quarter in work.quarters
                for row in report_rows(quarter.reports, quarter.period, desk.forms)
            ),
        )
    }
    in_force = _on_tracker(desk, work)
    known = {one.id: one for one in desk.state.decisions}
    made: list[Decision] = []
    said: list[Finding] = []
    for place, block in written.blocks.items():
        for hand in block.rows:
            row, typed = rows.get((place, hand.key)), _Typed.of(hand)
            if row is None:
                continue
            now = in_force.get(hand.key)
            shown = known.get(hand.direction)
            if not typed.text:
                if now and now.is_open and hand.direction == now.id:
                    text = direction_matter(now, work.plan)
                    said.append(finding("tracker.direction_emptied", about=text, id=now.id))
            elif typed not in [_Typed.recorded(one) for one in (shown, now) if one]:
                made.append(_decision(desk, row, typed))
    return TypedDirections(tuple(made), (*said, *_elsewhere(written, desk.forms, work.plan)))


def _elsewhere(written: Handwriting, forms: Forms, plan: Plan) -> Iterator[Finding]:
    """Sheets where a direction stands that is not recorded."""
    recorded = dict.fromkeys(_directed_places(forms))
    names = tracker_sheets(forms, plan)
    where = " hoặc ".join(dict.fromkeys(f"“{names[page]}”" for page, _ in recorded))
    for page in dict.fromkeys(
        place[0]
        for place, block in written.blocks.items()
        if place not in recorded and any(_text(row.cells.get(OPINION)) for row in block.rows)
    ):
        sheet = names.get(page, page)
        yield finding("tracker.direction_elsewhere", CellRef(sheet), sheet=sheet, where=where)


def _decision(desk: Desk, row: DirectedRow, typed: _Typed) -> Decision:
    return Decision(
        id=0,
        kind=DecisionKind.DIRECT,
        by=desk.who,
        at=desk.now,
        reason="",
        unit=row.unit,
        period=row.period,
        where=row.key,
        text=typed.text,
        task=row.task,
        matter=row.matter,
        leader=typed.leader,
        given_on=typed.day,
    )


def take_from_tracker(
    desk: Desk, work: PeriodWork, written: Handwriting
) -> tuple[PeriodWork, tuple[Finding, ...]]:
    """Records what was typed into the tracker; the work with all directions, what is to be said."""
    typed = typed_directions(desk, work, written)
    if not typed.decisions:
        return work, typed.findings
    desk.record(*typed.decisions)
    fresh = desk.state.decisions[-len(typed.decisions) :]
    return renewed(desk, work), (*typed.findings, *_incomplete(fresh, work.plan))


def _incomplete(decisions: Iterable[Decision], plan: Plan) -> Iterator[Finding]:
    """What directions that were typed lack, or say of a day that is still to come."""
    known = {one.id: one for one in decisions}
    for one in known.values():
        missing = [] if one.leader else ["người chỉ đạo"]
        missing += [] if one.given_on else ["ngày chỉ đạo"]
        if missing:
            yield finding(
                "tracker.direction_undated",
                id=one.id,
                about=_whose(one, plan),
                missing=listed(missing),
            )
        yield from ahead_of_its_day(one, plan)


def ahead_of_its_day(one: Decision, plan: Plan) -> Iterator[Finding]:
    """The finding that a direction is dated later than it was recorded, which nobody can mean."""
    if one.given_on and one.given_on > in_vietnam(one.at).date():
        day = day_text(one.given_on)
        yield finding("tracker.direction_ahead", about=_whose(one, plan), day=day)


def _whose(one: Decision, plan: Plan) -> str:
    return direction_matter(
        Direction(one.id, one.unit, one.period, one.where, one.text, one.task), plan
    )


def renewed(desk: Desk, work: PeriodWork) -> PeriodWork:
    """The work with the directions that the record has now."""
    again = {
        one.period.id: consolidated(desk, one.period, work.judged)
        for one in (*work.quarters, work.whole, work.to_date)
    }
    return replace(
        work,
        whole=again[work.whole.period.id],
        quarters=tuple(again[one.period.id] for one in work.quarters),
        to_date=again[work.to_date.period.id],
    )


def _on_tracker(desk: Desk, work: PeriodWork) -> Mapping[str, Direction]:
    """The directions of the year's tracker by the key of their row."""
    of = work.period
    found = {}
    for one in desk.state.rulings.directions:
        period = desk.period(one.period)
        if period.year == of.year and period.is_in_series_of(of.quarters[-1]):
            found[one.row.partition(ALTERNATIVE)[0]] = one
    return found


def shown_on_tracker(
    desk: Desk,
    work: PeriodWork,
    written: Handwriting,
    *,
    has_row: Callable[[str], bool] = lambda _: True,
) -> Handwriting:
    """The handwriting with the recorded directions in place of what stood in their cells.

    What was typed is in the record by now; looks and remarks of the cells stay. ``has_row`` says
    of the key of a row whether it stands in this workbook.
    """
    of_year = _on_tracker(desk, work)
    in_force = {key: one for key, one in of_year.items() if has_row(key)}
    blocks = dict(written.blocks)
    places = _places(in_force.values(), desk.forms)
    for place in {*places.values(), *_directed_places(desk.forms)}:
        known = blocks.get(place, HandBlock())
        own = {key: one for key, one in in_force.items() if places.get(key) == place}
        rows = [_shown_row(row, own.pop(row.key, None)) for row in known.rows]
        rows += [_new_row(one) for one in own.values()]
        if rows != list(known.rows):
            blocks[place] = replace(known, rows=tuple(rows))
    return replace(written, blocks=blocks) if blocks != written.blocks else written


def _directed_places(forms: Forms) -> Iterator[Place]:
    places = rows_places(forms)
    yield PROGRESS, TASKS
    directed = (places[form.id] for form in _directed(forms) if form.id in places)
    yield from ((place.page, place.block) for place in directed)


def _places(directions: Iterable[Direction], forms: Forms) -> Mapping[str, Place]:
    """Where the row of each direction stands, by its key: «VP|2022-Q1|vuong-mac|…» or a task's."""
    places = rows_places(forms)
    found: dict[str, Place] = {}
    for one in directions:
        key = one.row.partition(ALTERNATIVE)[0]
        form = key.split("|")[2] if key.count("|") >= 2 else ""  # noqa: PLR2004  # unit, quarter
        place = places.get(form)
        found[key] = (place.page, place.block) if place else (PROGRESS, TASKS)
    return found


def _shown_row(row: HandRow, one: Direction | None) -> HandRow:
    if one is None and not row.direction:
        return row
    cells = dict(row.cells)
    for heading, value in _values(one).items():
        cell = cells.get(heading, HandCell())
        if value is None and one is not None and heading != OPINION:
            continue  # a day that cannot be read stays as it was typed
        if cell.value != value or cell.formula:
            cells[heading] = HandCell(value, look=cell.look, comment=cell.comment)
    return replace(row, cells=cells)


def _new_row(one: Direction) -> HandRow:
    key, _, alternative = one.row.partition(ALTERNATIVE)
    cells = {name: HandCell(value) for name, value in _values(one).items() if value is not None}
    return HandRow(key, alternative, cells, {}, direction=one.id)


def _values(one: Direction | None) -> Mapping[str, str | dt.date | None]:
    return {
        OPINION: one.text if one else None,
        DIRECTED_ON: one.given_on if one else None,
        LEADER: (one.leader or None) if one else None,
    }


def row_meant(
    desk: Desk, unit: str, period: Period, task: str = "", matter: str = ""
) -> DirectedRow:
    """The row that a command speaks of: what the unit raised, or a task that it leads.

    ``matter``: some words of what was raised. Raises DecisionRefusedError.
    """
    plan = desk.plan(period.year)
    if task and task not in plan.task_by_code:
        raise DecisionRefusedError("ledger.unknown_task", task=task, example=plan.tasks[0].code)
    lead = plan.task_by_code[task].lead if task else ""
    if unit:
        raised = _matters_raised(desk, unit, period, task, matter)
        if len(raised) == 1:
            return raised[0]
        if raised:
            named = "; ".join(f"“{one.matter[:_SHORT]}”" for one in raised[:_MOST_NAMED])
            raise DecisionRefusedError(
                "ledger.directs_several",
                unit=unit,
                period=period.label,
                count=len(raised),
                named=named,
                example=" ".join(raised[0].matter.split()[:3]),
            )
    if task and not matter and unit in ("", lead):
        return next(one for one in task_rows(plan, period) if one.task == task)
    own = (one.code for one in plan.tasks if one.lead == unit)
    raise DecisionRefusedError(
        "ledger.directs_nobody",
        unit=unit or "đơn vị",
        task=task,
        matter=matter,
        period=period.label,
        example=next(own, "" if unit else plan.tasks[0].code),
    )


def _matters_raised(
    desk: Desk, unit: str, period: Period, task: str, matter: str
) -> tuple[DirectedRow, ...]:
    """What a unit has raised in a quarter, each matter once."""
    report = recorded_reports(desk, period).get(unit)
    rows = report_rows([report], period, desk.forms) if report else ()
    found: dict[tuple[str, str], DirectedRow] = {}
    for one in rows:
        is_meant = (not task or one.task == task) and plain_key(matter) in plain_key(one.matter)
        if one.matter and is_meant:
            found.setdefault((one.task, one.matter), one)
    return tuple(found.values())
