"""Figures add up: every identity of the form definitions, row by row and in the total.

Source: the identity's own, in templates/bieu-mau.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from kskt_excel.check.context import RuleContext
from kskt_excel.messages import finding
from kskt_excel.model.book import CellRef
from kskt_excel.model.finding import Finding, Severity
from kskt_excel.model.forms import FormRelation, SheetForm
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.reading import Reading, Record, SheetReading, SheetState
from kskt_excel.text.shown import plain_number as shown_number

_CLOSE = 0.5e-6  # half of the last decimal that is shown: what reads alike is equal
_NUMBERS = (int, float)

DOSSIERS, ONLINE, OVERDUE_LIST, CATALOGUE = "ho-so", "truc-tuyen", "qua-han", "danh-muc"
"""Roles of the sheets that are counted against each other: hồ sơ, trực tuyến, quá hạn, danh mục."""


def relations_hold(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """Every identity holds in every row that can be read (V06a.1–4, V08, KT)."""
    for sheet in reading.sheets.values():
        form = known.forms.get(sheet.form)
        if form is None or not form.identities or sheet.state is not SheetState.FILLED:
            continue
        for record in sheet.records:
            yield from _broken(sheet, record, form, known)


def _broken(
    sheet: SheetReading, record: Record, form: SheetForm, known: RuleContext
) -> Iterator[Finding]:
    """Identities that a row breaks; one of which a column cannot be read is passed over."""
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
        if not _holds(left, op, right):
            parties = _parties(sheet, record, relation, form)
            yield _finding(
                sheet, record, relation, left=left, right=right, parties=parties, known=known
            )


def _parties(
    sheet: SheetReading, record: Record, relation: FormRelation, form: SheetForm
) -> Mapping[CellRef, float | None]:
    """The typed cells behind an identity, each with the figure that would make it agree.

    A sum that is what its parts add up to stands for them. One that is not stands for itself: the
    form computes it, so that it was typed over.
    """
    left, _, right = _sides(record, relation)
    if is_own_sum(relation, form):
        return {sheet.ref(record, relation.left[0]): right}
    parties: dict[CellRef, float | None] = {}
    for columns, sign in ((relation.left, 1), (relation.right, -1), (relation.minus, 1)):
        for column in columns:
            parts = form.by_key[column].formula
            follows = bool(parts) and _sum(record, (column,)) == _sum(record, parts)
            for part in parts if follows else (column,):
                figure = _sum(record, (part,)) - sign * (left - right)
                at = sheet.ref(record, part)
                parties[at] = figure if relation.op == "=" and at not in parties else None
    return parties


def sums_borne_out(reading: Reading, known: RuleContext) -> Iterator[CellRef]:
    """Typed cells of identities that hold and that no sum of the form makes true by itself."""
    for sheet in reading.sheets.values():
        form = known.forms.get(sheet.form)
        if form is None or sheet.state is not SheetState.FILLED:
            continue
        telling = [one for one in form.identities if one.op == "=" and not is_own_sum(one, form)]
        for record in sheet.records if telling else ():
            for relation in telling:
                columns = {*relation.left, *relation.right, *relation.minus}
                if columns <= record.values.keys() and _holds(*_sides(record, relation)):
                    yield from _parties(sheet, record, relation, form)


def is_own_sum(relation: FormRelation, form: SheetForm) -> bool:
    """Whether the left side is a computed column that adds up exactly the right side."""
    column = form.by_key[relation.left[0]]
    return set(column.formula) == set(relation.right) and not relation.minus


def _sides(record: Record, relation: FormRelation) -> tuple[float, str, float]:
    """What stands left and right of the operator, blanks as 0."""
    right = _sum(record, relation.right)
    if relation.minus:
        right -= _sum(record, relation.minus)
    return _sum(record, relation.left), relation.op, right


def _doubtful(record: Record, form: SheetForm, sheet: SheetReading) -> set[str]:
    """Columns that have a finding already, and totals that are made of such columns."""
    doubtful = set(record.unread)
    for column in form.columns:
        if column.required and column.key in sheet.columns and record.is_blank(column.key):
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
    relation: FormRelation,
    *,
    left: float,
    right: float,
    parties: Mapping[CellRef, float | None],
    known: RuleContext,
) -> Finding:
    template = "identity.at_most" if relation.op == "<=" else "identity.sum"
    if all(record.is_blank(column) for column in relation.left):
        template = "identity.blank"
    return finding(
        relation.code,
        sheet.ref(record, relation.left[0]),
        template=template,
        severity=Severity(relation.level),
        parties=parties,
        suspects="",
        left=known.headings(sheet.form, relation.left),
        right=_terms(sheet.form, relation, known),
        written=shown_number(left),
        computed=shown_number(right),
        difference=shown_number(abs(left - right)),
        hint=f" {relation.note}" if relation.note else "",
    )


def _terms(form: str, relation: FormRelation, known: RuleContext) -> str:
    right = known.headings(form, relation.right)
    return f"{right} − {known.headings(form, relation.minus)}" if relation.minus else right


def totals_are_sums(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """The row «Tổng cộng» is the sum of the rows above it (V06a.6)."""
    for sheet in reading.sheets.values():
        form = known.forms.get(sheet.form)
        if form is None or sheet.total is None or sheet.state is not SheetState.FILLED:
            continue
        for column in form.columns:
            if column.total and column.key in sheet.columns:
                yield from _wrong_total(sheet, sheet.total, form, column.key, known)


def _wrong_total(
    sheet: SheetReading, total: Record, form: SheetForm, column: str, known: RuleContext
) -> Iterator[Finding]:
    written = total.number(column)
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
        "V06a.6" if form.id == DOSSIERS else "total.sum",
        sheet.ref(total, column),
        template="total.sum",
        column=known.heading(form.id, column),
        first=min(numbers, default=0),
        last=max(numbers, default=0),
        written=shown_number(written),
        computed=shown_number(computed),
        difference=shown_number(abs(written - computed)),
    )


OVERDUE = ("resolved_overdue", "pending_overdue")
_COMPARABLE = (SheetState.FILLED, SheetState.NIL)


@dataclass(frozen=True, slots=True)
class Agreement:
    """A figure of «Trực tuyến» that equals, or is at most, a sum of figures of «Hồ sơ»."""

    code: str
    column: str
    op: str
    dossiers: tuple[str, ...]


FEES = (("with_fee", "has_fee"), ("paid_online", "online_payment"))
"""Dossiers of «Trực tuyến» that only a procedure has of which «Danh mục TTHC» says so."""

AGREEMENTS = (
    Agreement("V08.13", "received", "=", ("received_online", "received_direct", "received_postal")),
    Agreement("V08.14", "online", "=", ("received_online",)),
    Agreement("V08.9", "e_result", "<=", ("resolved_total",)),
    Agreement("V08.10", "postal_in", "<=", ("received_postal",)),
)


def overdue_dossiers_are_all_listed(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """Sheet «Quá hạn» has as many rows per procedure as «Hồ sơ» has overdue dossiers (V06a.9)."""
    if reading.state_of(DOSSIERS) is not SheetState.FILLED or not _list_is_readable(reading):
        return
    listed: dict[str, list[CellRef]] = {}
    for sheet, record in reading.rows(OVERDUE_LIST):
        listed.setdefault(record.text("procedure"), []).append(sheet.ref(record, "procedure"))
    unplaced = len(listed.pop("", ()))
    counted = _by_procedure(reading, DOSSIERS)
    parts = _parts(OVERDUE, known) if counted else set()
    known_rows = {code: one for code, one in counted.items() if one[1].values.keys() >= parts}
    too_many = [
        at
        for code, cells in listed.items()
        if (code in known_rows or code not in counted)
        and len(cells) > _overdue(known_rows.get(code))
        for at in cells
    ]
    for procedure, (sheet, record) in known_rows.items():
        cells = listed.get(procedure, [])
        short = _overdue((sheet, record)) - len(cells)
        if short < 0 or short > unplaced:
            parties: dict[CellRef, float | None] = {
                sheet.ref(record, column): record.count(column) - short for column in OVERDUE
            }
            parties |= dict.fromkeys(cells if short < 0 else too_many)
            yield finding(
                "V06a.9",
                sheet.ref(record, _overdue_column(record)),
                parties=parties,
                procedure=procedure,
                counted=_overdue((sheet, record)),
                listed=len(cells),
                dossiers=known.forms[DOSSIERS].sheet,
                overdue=known.forms[OVERDUE_LIST].sheet,
            )
    for procedure, cells in listed.items():
        if procedure not in counted and procedure in known.plan.procedure_by_code:
            yield finding(
                "V06a.9",
                cells[0],
                template="across.overdue_of_no_row",
                parties=cells,
                procedure=procedure,
                listed=len(cells),
                dossiers=known.forms[DOSSIERS].sheet,
                overdue=known.forms[OVERDUE_LIST].sheet,
            )


def _overdue(row: tuple[SheetReading, Record] | None) -> int:
    """Overdue dossiers of a row of «Hồ sơ»."""
    return sum(row[1].count(column) for column in OVERDUE) if row else 0


def _list_is_readable(reading: Reading) -> bool:
    return reading.state_of(OVERDUE_LIST) in (*_COMPARABLE, SheetState.BLANK)


def _overdue_column(record: Record) -> str:
    return "resolved_overdue" if record.count("resolved_overdue") else "pending_overdue"


def overdue_dossiers_are_split_alike(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """As many listed dossiers have a result as «Hồ sơ» has resolved late."""
    if known.window is None:
        return
    listed: dict[str, list[CellRef]] = {}
    resolved: Counter[str] = Counter()
    for overdue, record in reading.rows(OVERDUE_LIST):
        if not record.knows("procedure", "finished_on"):
            return
        procedure, finished = record.text("procedure"), record.day("finished_on")
        listed.setdefault(procedure, []).append(overdue.ref(record, "finished_on"))
        resolved[procedure] += finished is not None and finished <= known.window.end
    dossiers = _by_procedure(reading, DOSSIERS)
    parts = _parts(OVERDUE, known) if dossiers else set()
    for procedure, (sheet, record) in dossiers.items():
        counted = record.count("resolved_overdue")
        days = listed.get(procedure, [])
        all_listed = sum(record.count(column) for column in OVERDUE) == len(days)
        if all_listed and record.values.keys() >= parts and counted != resolved[procedure]:
            yield finding(
                "across.overdue_split",
                sheet.ref(record, "resolved_overdue"),
                parties=[*(sheet.ref(record, column) for column in OVERDUE), *days],
                procedure=procedure,
                counted=counted,
                listed=resolved[procedure],
                overdue=known.forms[OVERDUE_LIST].sheet,
                pending=known.heading(DOSSIERS, "pending_overdue"),
            )


def ticked_dossiers_have_no_figures(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """Where «Hồ sơ» is ticked as empty no other sheet tells of dossiers (V06a.9, V08.13)."""
    del known
    if reading.state_of(DOSSIERS) is not SheetState.NIL:
        return
    told: dict[str, int] = {}
    for sheet, record in reading.rows(ONLINE):
        told[sheet.name] = told.get(sheet.name, 0) + record.count("received")
    for sheet, _ in reading.rows(OVERDUE_LIST):
        told[sheet.name] = told.get(sheet.name, 0) + 1
    if any(told.values()):
        sheet = reading.sheets[DOSSIERS]
        sheets = [f"“{name}” ({count})" for name, count in told.items() if count]
        yield finding(
            "across.dossiers_ticked",
            sheet.nil_cell or CellRef(sheet.name),
            sheets=" và ".join(sheets),
        )


def online_figures_agree_with_dossiers(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """«Trực tuyến» tells of the same dossiers as «Hồ sơ» (V08.9, .10, .13, .14)."""
    if reading.state_of(DOSSIERS) is not SheetState.FILLED:
        return
    dossiers, online = _by_procedure(reading, DOSSIERS), _by_procedure(reading, ONLINE)
    if reading.state_of(ONLINE) is SheetState.NIL:
        yield from _ticked_in_spite_of(reading, dossiers, known)
        return
    for procedure, (sheet, record) in online.items():
        there = dossiers.get(procedure)
        if there is None:
            continue  # the lost row is a finding of its own
        for agreement in AGREEMENTS:
            yield from _disagreement((sheet, record), there, agreement, known)


def agreements_borne_out(reading: Reading, known: RuleContext) -> Iterator[CellRef]:
    """Typed cells of «Hồ sơ» and «Trực tuyến» whose figures both sheets give alike."""
    dossiers, online = _by_procedure(reading, DOSSIERS), _by_procedure(reading, ONLINE)
    for procedure, here in online.items():
        there = dossiers.get(procedure)
        for agreement in AGREEMENTS if there else ():
            if there and agreement.op == "=" and _agrees(here, there, agreement, known):
                yield from _compared(here, there, agreement, known)
    listed = Counter(record.text("procedure") for _, record in reading.rows(OVERDUE_LIST))
    for procedure, (sheet, record) in dossiers.items():
        if listed[procedure] and _overdue((sheet, record)) == listed[procedure]:
            yield from (sheet.ref(record, column) for column in OVERDUE)


def _ticked_in_spite_of(
    reading: Reading,
    dossiers: Mapping[str, tuple[SheetReading, Record]],
    known: RuleContext,
) -> Iterator[Finding]:
    """One finding for a sheet ticked as empty while dossiers were received."""
    received = sum(
        record.count(column) for _, record in dossiers.values() for column in AGREEMENTS[0].dossiers
    )
    if received:
        sheet = reading.sheets[ONLINE]
        yield finding(
            "across.online_ticked",
            sheet.nil_cell or CellRef(sheet.name),
            count=received,
            dossiers=known.forms[DOSSIERS].sheet,
        )


_Row = tuple[SheetReading, Record]


def _disagreement(
    here: _Row, there: _Row, agreement: Agreement, known: RuleContext
) -> Iterator[Finding]:
    written = here[1].number(agreement.column)
    if written is None or _agrees(here, there, agreement, known):
        return
    sheet, record = here
    if not there[1].values.keys() >= _parts(agreement.dossiers, known):
        return
    yield finding(
        agreement.code,
        sheet.ref(record, agreement.column),
        template="across.same" if agreement.op == "=" else "across.at_most",
        parties=_compared(here, there, agreement, known),
        column=known.heading(ONLINE, agreement.column),
        written=shown_number(written),
        other=known.headings(DOSSIERS, agreement.dossiers),
        sheet=known.forms[DOSSIERS].sheet,
        row=there[1].row,
        computed=_counted(there, agreement),
    )


def _counted(there: _Row, agreement: Agreement) -> int:
    return sum(map(there[1].count, agreement.dossiers))


def _agrees(here: _Row, there: _Row, agreement: Agreement, known: RuleContext) -> bool:
    """Whether a figure is the one of «Hồ sơ», or at most that; not so where one is not known."""
    written = here[1].number(agreement.column)
    if written is None or not there[1].values.keys() >= _parts(agreement.dossiers, known):
        return False
    counted = _counted(there, agreement)
    return written == counted or (agreement.op == "<=" and written < counted)


def _compared(
    here: _Row, there: _Row, agreement: Agreement, known: RuleContext
) -> Mapping[CellRef, float | None]:
    """The typed cells of both sheets, each with the figure that would make them agree."""
    equal = agreement.op == "="
    sheet, record = here
    missing = (record.number(agreement.column) or 0) - _counted(there, agreement)
    parties: dict[CellRef, float | None] = {
        sheet.ref(record, agreement.column): _counted(there, agreement) if equal else None
    }
    sheet, record = there
    by_key = known.forms[DOSSIERS].by_key
    for column in agreement.dossiers:
        for part in by_key[column].formula or (column,):
            parties[sheet.ref(record, part)] = record.count(part) + missing if equal else None
    return parties


def _parts(columns: tuple[str, ...], known: RuleContext) -> set[str]:
    """Columns with what they are sums of: where one is blank or unreadable, that is said."""
    by_key = known.forms[DOSSIERS].by_key
    return {part for column in columns for part in (column, *by_key[column].formula)}


def online_dossiers_have_their_level(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """Dossiers of level 3 and 4 are of procedures offered at that level."""
    catalogue = _by_procedure(reading, CATALOGUE)
    for sheet, record in reading.rows(ONLINE):
        there = catalogue.get(record.text("procedure"))
        level = there[1].text("online_level") if there else ""
        code = known.code("muc_do_dvc", level)
        for column, expected in (("level3", "3"), ("level4", "4")):
            if level and code != expected and record.count(column):
                yield finding(
                    "online.level",
                    sheet.ref(record, column),
                    parties=(sheet.ref(record, column),),
                    column=known.heading(ONLINE, column),
                    written=record.count(column),
                    level=level,
                    sheet=known.forms[CATALOGUE].sheet,
                )


def paid_dossiers_have_a_fee(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """Dossiers with a fee, and with online payment, are of procedures that have them."""
    catalogue = _by_procedure(reading, CATALOGUE)
    for sheet, record in reading.rows(ONLINE):
        there = catalogue.get(record.text("procedure"))
        if there is None:
            continue
        for column, needs in FEES:
            if record.count(column) and there[1].flag(needs) is False:
                at = sheet.ref(record, column)
                yield finding(
                    "online.fee",
                    at,
                    parties=(at, there[0].ref(there[1], needs)),
                    column=known.heading(ONLINE, column),
                    written=record.count(column),
                    needs=known.heading(CATALOGUE, needs),
                    sheet=known.forms[CATALOGUE].sheet,
                )


def carried_over_dossiers_are_worked_on(reading: Reading, known: RuleContext) -> Iterator[Finding]:
    """Where many dossiers were carried over some have been resolved (V06a.11)."""
    for sheet, record in reading.rows(DOSSIERS):
        carried = record.count("carried_over")
        resolved = record.number("resolved_total")
        if carried >= _MANY and resolved == 0:
            at, column = sheet.ref(record, "carried_over"), known.heading(DOSSIERS, "carried_over")
            yield finding("V06a.11", at, column=column, carried=carried)


_MANY = 10  # dossiers: of fewer it may be chance that none was resolved


def _by_procedure(reading: Reading, form: str) -> dict[str, tuple[SheetReading, Record]]:
    """First row of each procedure on a sheet with figures."""
    found: dict[str, tuple[SheetReading, Record]] = {}
    for sheet, record in reading.rows(form):
        if procedure := record.text("procedure"):
            found.setdefault(procedure, (sheet, record))
    return found
