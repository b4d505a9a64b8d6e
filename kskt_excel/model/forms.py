"""Form definitions (biểu mẫu) and their files: one definition drives every product."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from functools import cached_property
from types import MappingProxyType
from typing import Final

from kskt_excel.model.errors import KsktError
from kskt_excel.model.expressions import in_roles
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.patterns import lazy_pattern
from kskt_excel.model.period import Period, Window, valid_on
from kskt_excel.model.plan import Choice, Plan
from kskt_excel.model.reading import CARRIED, Reading, SheetReading, Value
from kskt_excel.model.topics import topic_of

PLAIN_RULES: Final = ("sum", "first", "last")
UNION: Final = "union"
LATEST: Final = lazy_pattern(r"latest\[(\d+)\]")
"""How a column of a longer period comes of its quarters: see the table ``cumulative``."""
COLUMN_TYPES: Final = (
    *("text", "long_text", "count", "decimal", "percent", "date", "yes_no", "choice"),
    *("procedure", "dossier", "document", "ordinal", "days", "task", "unit", "computed"),
)
NUMBER_TYPES: Final = ("count", "computed", "decimal", "days", "percent")
"""Columns whose values are added and compared."""
PRINTED_TYPES: Final = ("count", "percent", "text", "ordinal", "label")


EVERY_UNIT: Final = "*"
"""In ``planned`` of a printed column: the units that a task's own plan wants inspected."""

INFO_FORM: Final = "thong-tin"
"""The sheet of labels of a unit's workbook: for whom it is, who has made and who approved it."""
PROGRESS, FIGURES_PAGE, ORIGIN = "tien-do", "chi-tieu", "nguon"
SUPERIORS_PAGE: Final = "cap-tren"
FIRST_SHEETS: Final[Mapping[str, str]] = MappingProxyType(
    {"tong-quan": "Tổng quan", PROGRESS: "Tiến độ", "gui-nhan": "Tình hình gửi nhận"}
)
"""The program's own sheets before those with the units' rows, by page id in the order of tabs."""
LAST_SHEETS: Final[Mapping[str, str]] = MappingProxyType(
    {
        SUPERIORS_PAGE: "Theo cấp trên",
        FIGURES_PAGE: "Chỉ tiêu",
        "doi-chieu": "Đối chiếu",
        "loi-du-lieu": "Lỗi dữ liệu",
        ORIGIN: "Nguồn số liệu",
        "nhat-ky": "Nhật ký",
    }
)
"""And those behind them; that of superiors is there where units belong to some."""
VOLUMES_PAGE: Final = "cac-tap"
VOLUMES_SHEET: Final = "Các tập"
"""The sheet of a tracker in volumes that says where the rows of the units are."""
GIVEN_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "tasks": ("task", "content", "role", "deadline"),
        "procedures": ("procedure", "name", "field"),
        "criteria": ("criterion", "content"),
    }
)
"""Columns that the rows given by the plan fill in, by what the rows are."""
SELF_CHECK_SHEET: Final = "Tự kiểm tra"
"""The first sheet of a unit's workbook, which tells of the others."""
SELF_CHECK_WORDS: Final = f"{SELF_CHECK_SHEET}: "
"""Starts what it says of a sheet, on top of that sheet."""
SELF_CHECK_MARK: Final = "kskt:tu-kiem-tra/"
MARK_ROW: Final = 2
"""The hidden row in whose first cell the mark of a sheet stands as issued."""
LIST_SHEET: Final = "_danh_muc"
"""The hidden sheet of what drop-downs offer and formulas look into."""
OWN_TABLES: Final = ("nhiem-vu", "chi-tieu", "gui-nhan", "don-vi", "thu-tuc", "tu-dien")
"""Tables of the program's own among those that are exported, beside one for each form."""
WITH_ROWS: Final = (PROGRESS, FIGURES_PAGE, ORIGIN)
"""Sheets of the program that may show rows of units under their own blocks."""


@dataclass(frozen=True, slots=True)
class FormColumn:
    """A column (cột) of a unit's sheet."""

    key: str
    heading: str
    type: str  # one of COLUMN_TYPES; computed is a count that is a formula over other columns
    choices: str = ""  # id of its choice list, for type choice
    required: bool = False  # blank is a finding in a row that has anything
    given: bool = (
        False  # the office fills it when it issues the workbook; heading locked, value shown
    )
    formula: tuple[str, ...] = ()  # computed: keys of the columns that it adds up
    total: bool = False  # the «Tổng cộng» row adds it up
    aliases: tuple[str, ...] = ()  # other headings that mean it
    headings_from: tuple[tuple[dt.date, str], ...] = ()  # other headings from a day on
    width: int = 90  # pixels
    prompt: str = ""  # input message in the cell
    example: str = ""
    opens: str = ""  # key of the column that it must equal of the quarter before
    since: str = ""  # version of the sheet that brought it; "" for the first one
    until: str = ""  # last version of the sheet that had it; "" while there is none after it
    before: str = ""  # key of the column that said it in versions without it
    part: int = 0  # which part of what that column said; 0 for all of it
    parted_by: str = ""  # what stands between the parts
    renewed: bool = False  # written anew each quarter, where the form's rows are carried
    carried_as: str = ""  # what a carried row has here, whatever stood there
    official: bool = False  # asks for who works for an agency, or has thought of something
    not_before: str = ""  # key of the day that this one may not be before
    later_than: str = ""  # key of the day that this one comes after
    day_of: str = ""  # key of the document that is of this day
    before_period: str = ""  # what a day before the period is: "error", "warning"; "" for nothing
    after_period: str = ""  # the same of a day after it

    def heading_on(self, day: dt.date) -> str:
        """The heading in force on a day: online services are renamed on 15/8/2022."""
        current = self.heading
        for start, heading in self.headings_from:
            if day >= start:
                current = heading
        return current

    @property
    def carried_value(self) -> Value:
        """What a carried row has here; None for what stood there."""
        if self.type == "yes_no" and self.carried_as:
            return self.carried_as == "Có"
        return self.carried_as or None

    @property
    def headings(self) -> tuple[str, ...]:
        """Every heading that has named the column over the years, the contract's own first."""
        return (self.heading, *(heading for _, heading in self.headings_from), *self.aliases)


@dataclass(frozen=True, slots=True)
class FormRelation:
    """A relation between columns of one row (đẳng thức): ``left`` op sum of ``right``.

    For printed forms the keys are printed column numbers as text. ``minus`` is taken off the right.
    """

    code: str  # "V06a.1"
    left: tuple[str, ...]  # summed
    op: str  # "=", "<="
    right: tuple[str, ...]  # summed
    minus: tuple[str, ...] = ()
    level: str = "error"  # error, warning, info
    source: str = ""
    note: str = ""  # a sentence that helps the unit


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """Until when what a row tells is to be done (thời hạn); working days, calendar days before."""

    name: str
    done: str  # column with the day on which it was done
    after: str = ""  # column with the day from which working days are counted
    before: str = ""  # column with the day before which so many calendar days must be left
    days: int = 0
    days_of: str = ""  # label of the plan that says the days in place of ``days``
    written: str = ""  # column with the last day itself, where the row says one
    only_with: str = ""  # column without which nothing is asked of a row
    undated_in_time: bool = False  # done, and no day to count from: it was in time


@dataclass(frozen=True, slots=True)
class FormQuestion:
    """A question that conditions ask beside a sheet's columns: several cells answer it."""

    name: str
    asks: str
    """ "in_time", "late" or "due" of ``limit``; of the day in ``column`` "in_period" or
    "before_year"; of the procedure in ``column`` "decided_at" a ``level``."""
    heading: str = ""  # over the tracker's column with the answers; "" for no column there
    limit: TimeLimit | None = None
    column: str = ""
    level: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns whose cells answer it."""
        if self.limit is None:
            return (self.column,)
        limit = self.limit
        named = (limit.done, limit.after, limit.before, limit.written, limit.only_with)
        return tuple(filter(None, named))


PIECES: Final = ("activities", "inspections")
"""What tasks' own plans foresee, as the language of figures counts it."""


@dataclass(frozen=True, slots=True)
class Fulfilment:
    """That rows of a sheet tell pieces of the tasks' own plans as done."""

    pieces: str  # one of PIECES
    named_by: str  # column whose text names the piece: a kind of activity, a unit inspected
    when: str = ""  # which rows: a condition as after «where»; "" for all


@dataclass(frozen=True)
class SheetForm:
    """A sheet of the unit's workbook (biểu mẫu của đơn vị)."""

    id: str
    version: str
    sheet: str  # name on the tab
    title: str
    layout: str  # "labels", "form" (rows given, totals) or "register" (rows typed)
    scope: str
    """Who gets it: "all", "procedures" (units with procedures), "office", "optional", "listed"
    (those in ``owed_by``), "looked_after" (units that are the codes of ``row_list``) or "directed"
    (units that leaders' directions are open for)."""
    rows: str
    """What pre-fills it: "tasks", "procedures", "criteria", "choices", "directions" or nothing."""
    key: tuple[str, ...]  # columns that identify a row
    nil: bool  # has the cell «Kỳ này không phát sinh»
    columns: tuple[FormColumn, ...]
    identities: tuple[FormRelation, ...] = ()
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    source: str = ""
    verified: bool = False
    aliases: tuple[str, ...] = ()  # other tab names
    guide: str = ""  # one line under the title
    blank_rows: int = 0  # empty rows issued: in all, or after the rows that the office gives
    collected: str = "always"  # "always", or "campaign": only where a campaign asks for it
    owed_by: tuple[str, ...] = ()  # codes or groups of the units that owe it, beside the scope
    tracker: str = ""  # tracker sheet with its rows; "" for one of its own
    tracker_order: int = 0  # place of that sheet among the tracker's; 0 for after the others
    tracker_title: str = ""  # over its rows, where they share a sheet; "" for the sheet's name
    table: str = ""  # name of the Excel table there
    about_citizens: bool = False  # its texts may name people, by mistake: they are covered
    carried_over: bool = False  # its open rows go on in the next quarter, with a heir too
    row_list: str = ""  # id of the choice list of which each entry is a row, for rows "choices"
    over_quarters: str = ""  # of a year: "last" quarter's rows, each row "once"; "" adds them up
    settled_by: str = ""  # column that, once filled, says that a row does not come again
    carry: str = ""  # rows that the next workbook is issued with: "", "all" or "open"
    open_when: str = ""  # what makes a row an open one: a condition as after «where»
    repeated: str = ""  # what a second row of one key is: "error", "warning"; "" for nothing
    if_blank: str = ""
    """What it is to leave the sheet blank: "warning", "nothing" to tell, "office": nothing but for
    the consolidating office, which is asked; "" for an error."""
    since: str = ""  # version of the whole workbook that brought the sheet; "" for the first one
    earlier: tuple[str, ...] = ()  # versions before this one whose workbooks are still read
    former: tuple[FormColumn, ...] = ()  # columns that only earlier versions had
    called: str = ""  # its id in its definition, where that says whose role it plays
    holds: str = ""  # what its rows are to report and tracker: a topic of ``model/topics``
    directed: bool = False  # leaders' directions on its rows are recorded
    questions: tuple[FormQuestion, ...] = ()
    time_limits: tuple[TimeLimit, ...] = ()
    fulfils: Fulfilment | None = None
    reminder: str = ""  # what rows that are not settled are called when a unit is reminded of them

    @property
    def settling_limit(self) -> TimeLimit | None:
        """Until when its rows are to be settled; None where nothing says so."""
        return next((one for one in self.time_limits if one.done == self.settled_by), None)

    @property
    def own_id(self) -> str:
        """Its id as its definition and everything that people see have it."""
        return self.called or self.id

    @property
    def goes_to_heirs(self) -> bool:
        """Whether what a unit leaves when it ends goes on with the unit that takes its work."""
        return self.carried_over or bool(self.carry and self.rows == "procedures")

    @property
    def tick_leaves_carried(self) -> bool:
        """Whether «Kỳ này không phát sinh» only says that nothing is new beside carried rows."""
        return self.carry == "open" and not self.carried_over

    @property
    def tells_carried(self) -> bool:
        """Whether rows issued from the quarter before stand beside new rows on the sheet."""
        return self.tick_leaves_carried and not self.rows

    @property
    def question_names(self) -> frozenset[str]:
        """What a condition may ask of its rows beside their columns.

        ``carried`` may be asked of every register; of one that carries nothing the answer is no.
        """
        return frozenset(
            (*(one.name for one in self.questions), *(() if self.rows else (CARRIED,)))
        )

    def at_version(self, version: str) -> "SheetForm":
        """The sheet as one of its earlier versions was issued: without what came later."""
        there = {
            one.key: one
            for one in (*self.columns, *self.former)
            if not is_newer(one.since, version) and not (one.until and is_newer(version, one.until))
        }
        named = (key if key in there else self.by_key[key].before for key in self.key)
        return replace(
            self,
            version=version,
            columns=tuple(there.values()),
            key=tuple(dict.fromkeys(key for key in named if key in there)),
            earlier=(),
            former=(),
        )

    @property
    def all_versions(self) -> "tuple[SheetForm, ...]":
        """The present version of the sheet, then the earlier ones that are still read."""
        return (self, *map(self.at_version, self.earlier))

    def goes_to(self, unit: str, plan: Plan) -> bool:
        """Whether a unit's workbook is issued with this sheet: not where it could say nothing."""
        if self.rows == "tasks" and not (self.nil or self.blank_rows or plan.tasks_of(unit)):
            return False
        if self.scope == "procedures":
            return bool(plan.procedures_of(unit))
        if self.scope == "listed":
            return self._lists(unit, plan)
        if self.scope == "looked_after":
            return unit in self._caretakers(plan)
        if self.scope == "directed":
            return False  # no plan tells: the workbook is issued with it where there are rows
        return self.scope != "office" or unit == plan.office

    def is_owed_by(self, unit: str, plan: Plan) -> bool:
        """Whether a unit has to fill this sheet in, if only with «không phát sinh»."""
        if self.owed_by:
            return self._lists(unit, plan)
        return self.scope != "optional" and self.goes_to(unit, plan)

    def given_choices(self, unit: str, plan: Plan, day: dt.date) -> Iterator[Choice]:
        """The entries of the choice list that are rows of a unit's sheet on a day.

        An entry whose code is that of a unit is a row of this unit alone.
        """
        for choice in plan.choices.get(self.row_list, ()):
            if choice.offered(day) and choice.code in (unit, *self._of_nobody(choice, plan)):
                yield choice

    def _caretakers(self, plan: Plan) -> frozenset[str]:
        """Codes of the units that the list names; the office where it names none."""
        named = {choice.code for choice in plan.choices.get(self.row_list, ())}
        return frozenset(named & plan.unit_by_code.keys() or {plan.office})

    @staticmethod
    def _of_nobody(choice: Choice, plan: Plan) -> tuple[str, ...]:
        return () if choice.code in plan.unit_by_code else (choice.code,)

    def _lists(self, unit: str, plan: Plan) -> bool:
        """Whether the definition names a unit, or one of its groups."""
        known = plan.unit_by_code.get(unit)
        return unit in self.owed_by or bool(known and set(known.groups) & set(self.owed_by))

    def is_collected(self, period: Period) -> bool:
        """Whether a period asks for the sheet: the cover always, a campaign's own then."""
        if self.layout == "labels":
            return True
        if period.campaign:
            return self.id in period.campaign.forms
        return self.collected == "always"

    @cached_property
    def by_key(self) -> Mapping[str, FormColumn]:
        """Columns by key."""
        return {column.key: column for column in self.columns}

    @cached_property
    def opening(self) -> frozenset[str]:
        """Columns that say what was there when the quarter began."""
        return frozenset(column.key for column in self.columns if column.opens)

    @cached_property
    def closing(self) -> frozenset[str]:
        """Columns that say what is there when the quarter ends: what the next one opens with."""
        ends = {column.opens for column in self.columns if column.opens}
        parts = (self.by_key[key].formula for key in ends if key in self.by_key)
        return frozenset(ends.union(*parts))

    @cached_property
    def entered_keys(self) -> frozenset[str]:
        """Columns that the unit fills: given, counted and numbering ones aside."""
        return frozenset(
            column.key
            for column in self.columns
            if not (column.given or column.type in ("computed", "ordinal"))
        )

    @cached_property
    def asked_for(self) -> tuple[FormColumn, ...]:
        """Required columns that the unit fills itself."""
        return tuple(column for column in self.columns if column.required and not column.given)

    def in_force(self, day: dt.date) -> bool:
        """Whether the definition is valid on a day."""
        return valid_on(day, self.valid_from, self.valid_to)

    def overlaps(self, window: Window) -> bool:
        """Whether the definition is valid on any day of a window."""
        return window.meets(self.valid_from, self.valid_to)


@dataclass(frozen=True, slots=True)
class PrintedColumn:
    """A numbered column of a printed form.

    ``source`` says where its figure comes from: docs/architecture.md, "Figures".
    """

    number: str  # "3"; the department's own columns, after the official ones, go on counting
    header: tuple[str, ...]  # heading levels, outermost first
    source: str = ""
    headers_from: tuple[tuple[dt.date, tuple[str, ...]], ...] = ()
    width: int = 60  # relative
    type: str = "count"  # count, percent, text, ordinal, label
    planned: str = ""  # kind of «Kế hoạch riêng» that it counts; "*": the units to inspect
    adds_up: bool = True  # a count whose total is the sum of its rows; distinct counts are not
    holds: str = ""  # which figure of the report it is: ``dossiers.received`` of ``model/topics``

    def header_on(self, day: dt.date) -> tuple[str, ...]:
        """Heading levels in force on a day."""
        current = self.header
        for start, header in self.headers_from:
            if day >= start:
                current = header
        return current


@dataclass(frozen=True, slots=True)
class PrintedForm:
    """A statistical form of the circular (biểu mẫu thống kê), as printed."""

    id: str  # "II.06a"
    code: str  # "Biểu số II.06a/VPCP/KSTT"
    title: str
    unit_of_count: str  # "Số hồ sơ TTHC"
    rows: str  # "field", "unit", "procedure", "task" or "value": one for each value of ``by``
    feeds: tuple[str, ...]  # ids of the unit sheets behind it
    columns: tuple[PrintedColumn, ...]
    identities: tuple[FormRelation, ...] = ()
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    source: str = ""
    verified: bool = False
    orientation: str = "landscape"
    version: str = "1.0"
    notes: tuple[str, ...] = ()  # printed under the table
    cumulative: Mapping[str, str] | None = None
    """Column number -> how a longer period is made from quarters: docs/architecture.md, "Figures".

    "sum" (default), "first", "last", "union" (rows counted once), "latest[4]" (rows by their last
    quarter in column 4), or an expression: "sum[9] + last[4] - last[9]".
    """
    aids: Mapping[str, str] | None = None  # number -> source of columns for such expressions only
    by: str = ""  # column of the feeding sheets whose values are the rows
    file: str = ""  # name of its definition file, for sentences about it
    called: str = ""  # its id in its definition, where that says whose role it plays

    @property
    def own_id(self) -> str:
        """Its id as its definition and everything that people see have it."""
        return self.called or self.id

    @property
    def topics(self) -> frozenset[str]:
        """What the report speaks of by its figures."""
        return frozenset(topic_of(column.holds) for column in self.columns if column.holds)

    def holding(self, figure: str) -> PrintedColumn:
        """The column that holds a figure of one of its topics."""
        return next(column for column in self.columns if column.holds == figure)

    @property
    def row_kind(self) -> str:
        """What a row is, with the column that names it where the units' own values do."""
        return f"value:{self.by}" if self.rows == "value" else self.rows

    def in_force(self, day: dt.date) -> bool:
        """Whether the definition is valid on a day."""
        return valid_on(day, self.valid_from, self.valid_to)


@dataclass(frozen=True)
class Forms:
    """Every form definition of the workspace, all versions."""

    sheets: tuple[SheetForm, ...]
    printed: tuple[PrintedForm, ...]
    lists: Mapping[str, tuple[Choice, ...]] = field(default_factory=dict)  # of columns
    sha256: str = ""  # over the definition files, part of cache keys

    def sheets_on(self, day: dt.date) -> tuple[SheetForm, ...]:
        """Unit sheets in force on a day, in the workbook's order."""
        return tuple(form for form in self.sheets if form.in_force(day))

    def asked_in(self, period: Period) -> "Forms":
        """The forms as far as a period asks for them: a campaign has its own alone."""
        if not period.campaign:
            return self
        sheets = tuple(form for form in self.sheets if form.is_collected(period))
        fed = {form.id for form in sheets}
        printed = tuple(form for form in self.printed if not fed.isdisjoint(form.feeds))
        return replace(self, sheets=sheets, printed=printed)

    def sheets_in(self, period: Period, plan: Plan) -> tuple[SheetForm, ...]:
        """Unit sheets that a period asks for: in force on its last day, or its campaign's own.

        A sheet for a campaign alone is no part of other periods. Points are asked for only where a
        scheme says for what.
        """
        day = period.window(plan.cutoff_day).end
        judged = plan.regime_on(day).scheme is not None
        return tuple(
            form
            for form in self.sheets_on(day)
            if form.is_collected(period) and (judged or form.rows != "criteria")
        )

    def printed_on(self, day: dt.date) -> tuple[PrintedForm, ...]:
        """Printed forms in force on a day, in order."""
        return tuple(form for form in self.printed if form.in_force(day))

    def printed_in(self, period: Period, plan: Plan) -> tuple[PrintedForm, ...]:
        """Printed forms of a period, in order: in force on its last day, fed by what it asks for.

        Those that only a campaign's sheets feed belong to it.
        """
        day = period.window(plan.cutoff_day).end
        asked = {form.id for form in self.sheets_on(day) if form.is_collected(period)}
        known = self.sheet_by_id
        return tuple(
            form
            for form in self.printed_on(day)
            if any(f in asked or f not in known for f in form.feeds)
        )

    def at_template(self, version: str) -> "Forms":
        """The definitions as workbooks of an earlier version were issued by: sheets and columns."""
        sheets = tuple(
            one.at_version(version) if version in one.earlier else one
            for one in self.sheets
            if not is_newer(one.since, version)
        )
        return replace(self, sheets=sheets)

    def fulfilling(self, pieces: str) -> Iterator[tuple[SheetForm, Fulfilment]]:
        """The sheets whose rows tell pieces of the tasks' own plans as done: one of PIECES."""
        for form in self.sheet_by_id.values():
            if form.fulfils and form.fulfils.pieces == pieces:
                yield form, form.fulfils

    @cached_property
    def roles(self) -> Mapping[str, str]:
        """The role that a form plays, by its own id; without those whose id is their role."""
        every: tuple[SheetForm | PrintedForm, ...] = (*self.sheets, *self.printed)
        return {form.called: form.id for form in every if form.called}

    @cached_property
    def own_ids(self) -> Mapping[str, str]:
        """The own id of each form that plays a role under another one, by the role."""
        return {role: own for own, role in self.roles.items()}

    def own_id(self, id_: str) -> str:
        """The id that people see of the form with this role or id."""
        return self.own_ids.get(id_, id_)

    def in_own_ids(self, text: str) -> str:
        """An expression with forms named as people see them."""
        return in_roles(text, self.own_ids)

    def in_roles(self, text: str) -> str:
        """An expression, or a list of ids, with forms named by the roles that they play."""
        return in_roles(text, self.roles)

    @cached_property
    def holders(self) -> Mapping[str, tuple[str, ...]]:
        """Ids of the sheets that hold a topic: one at a time, over the years another one."""
        found: dict[str, tuple[str, ...]] = {}
        for form in self.sheets:
            known = found.get(form.holds, ())
            found[form.holds] = known if form.id in known else (*known, form.id)
        return found

    def sheets_of(self, topic: str, reading: Reading) -> Iterator[SheetReading]:
        """The sheets of a workbook that hold a topic."""
        for id_ in self.holders.get(topic, ()):
            if id_ in reading.sheets:
                yield reading.sheets[id_]

    @cached_property
    def sheet_by_id(self) -> Mapping[str, SheetForm]:
        """The newest definition of each unit sheet."""
        return {form.id: form for form in self.sheets}

    @cached_property
    def printed_by_id(self) -> Mapping[str, PrintedForm]:
        """The newest definition of each printed form."""
        return {form.id: form for form in self.printed}


def is_list_sheet(name: str, *, visible: bool) -> bool:
    """Whether a sheet of this name is the program's own, in which no unit writes anything."""
    return name == LIST_SHEET and not visible


def is_newer(version: str, other: str) -> bool:
    """Whether a version comes after another one: ``1.10`` after ``1.9``; "" before all."""
    return _numbers_of(version) > _numbers_of(other)


def _numbers_of(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdecimal())


class FormDefinitionError(KsktError):
    """A form definition file that cannot be used."""

    def __init__(self, file: str, why: str) -> None:
        super().__init__(
            f"Định nghĩa biểu mẫu {file} chưa dùng được: {why}."
            " Đề nghị sửa tệp này, hoặc chép lại bản gốc từ bộ cài vào thư mục templates/bieu-mau."
        )
