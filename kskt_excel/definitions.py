"""Form definitions: TOML files read, checked as a whole, turned into Forms.

Everything wrong is said at once, by file and line; a wrong definition is never half used.
"""

import datetime as dt
import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from itertools import combinations
from pathlib import Path
from typing import Any, Final

from kskt_excel.model.book import LONGEST_SHEET_NAME, CellRef
from kskt_excel.model.errors import KsktError
from kskt_excel.model.expressions import (
    COMPARISONS,
    Aggregate,
    Condition,
    Constant,
    Expression,
    ExpressionError,
    OwnColumn,
    in_roles,
    parse,
)
from kskt_excel.model.finding import Finding, Severity
from kskt_excel.model.forms import (
    COLUMN_TYPES,
    EVERY_UNIT,
    FIRST_SHEETS,
    GIVEN_COLUMNS,
    LAST_SHEETS,
    LATEST,
    NUMBER_TYPES,
    OWN_TABLES,
    PIECES,
    PLAIN_RULES,
    PRINTED_TYPES,
    PROGRESS,
    SELF_CHECK_SHEET,
    UNION,
    WITH_ROWS,
    FormColumn,
    FormQuestion,
    FormRelation,
    Forms,
    Fulfilment,
    PrintedColumn,
    PrintedForm,
    SheetForm,
    TimeLimit,
    is_newer,
)
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.patterns import lazy_pattern
from kskt_excel.model.plan import KINDS_OF_ACTIVITY, Choice, Plan
from kskt_excel.model.reading import CARRIED
from kskt_excel.model.settings import USUAL_LIMITS
from kskt_excel.model.topics import FIGURES, REGISTERS, WORDED, topic_of
from kskt_excel.text.spelling import tone_key
from kskt_excel.text.toml_text import TomlFaultError, TomlText, parsed
from kskt_excel.text.values import Parsed

SHEET, PRINTED = "sheet", "printed"
_PRINTED_TAB: Final = "Biểu {}"
_OF_EXCEL: Final = "History"
"""Excel keeps this name for its own sheet of changes and opens no other one of that name."""
_TAKEN_TABS: Final = frozenset(
    tone_key(name)
    for name in (
        *(tab for page, tab in {**FIRST_SHEETS, **LAST_SHEETS}.items() if page not in WITH_ROWS),
        SELF_CHECK_SHEET,
        _OF_EXCEL,
    )
)
_HIDDEN_HEADING: Final = "_id"
_FORBIDDEN_IN_A_TAB: Final = lazy_pattern(r"[\[\]:*?/\\]|^'|'$")
_ADDED: Final = ("count", "computed", "decimal", "days")
_LAYOUTS: Final = ("labels", "form", "register")
_COLLECTED: Final = ("always", "campaign")
_SCOPES: Final = (
    *("all", "procedures", "office", "optional", "listed", "looked_after"),
    "directed",
)
_EXAMPLES: Final = {
    "count": "12",
    "days": "5",
    "decimal": "12,5",
    "percent": "50",
    "date": "15/02/2022",
}
"""What a column of a type may show, where the plan's lists and the law have no part in it."""

_GIVEN_ROWS: Final = ("", "tasks", "procedures", "criteria", "choices", "directions")
_ROW_KEYS: Final = {"tasks": "task", "procedures": "procedure", "criteria": "criterion"}
_NEEDED_WITH: Final = {
    ("rows", "choices"): "row_list",
    ("scope", "looked_after"): "row_list",
    ("scope", "listed"): "owed_by",
    ("carry", "open"): "open_when",
}
"""Items that another one with this value cannot do without."""
_ROW_COLUMNS: Final = {
    "field": ("field", "procedure"),
    "procedure": ("procedure",),
    "task": ("task",),
}
"""Columns of the feeding sheets of which one says on which row of a printed form a record is."""
_PRINTED_ROWS: Final = ("field", "unit", "procedure", "task", "value")
_OPERATORS: Final = ("=", "<=")
_LEVELS: Final = ("error", "warning", "info")
_WEIGHTS: Final = ("error", "warning")
_ASKED_OF_LIMITS: Final = ("in_time", "late", "due")
_ASKED_OF: Final = {"in_period": "date", "before_year": "date", "decided_at": "procedure"}
"""What a question asks of one column, with the column's type."""
_LEVELS_OF_GOVERNMENT: Final = ("province", "district", "commune")
_EQUAL: Final = ("=", "!=", "in")
_YES_NO: Final = ("Có", "Không")
_LONGEST_SHOWN: Final = 60  # characters of a value in a sentence
_ALIKE: Final = 0.75  # a letter or two in a word: less is another word

Table = Mapping[str, Any]
ItemPlace = tuple[str | int, ...]


class DamagedFormsError(KsktError):
    """Definitions of forms or regimes that cannot be used; ``findings`` has every fault."""

    def __init__(
        self, folder: str, findings: Sequence[Finding], what: str = "Định nghĩa biểu mẫu"
    ) -> None:
        from kskt_excel.messages import sentence

        lines = [f"  {file_and_line(one)}: {sentence(one)}" for one in findings]
        files = len({one.at.sheet for one in findings if one.at})
        head = (
            f"{what} trong {folder} có {len(findings)} lỗi ở {files} tệp,"
            " cần sửa trước khi chạy tiếp:"
        )
        super().__init__("\n".join((head, *lines)))
        self.findings = tuple(findings)


def file_and_line(found: Finding) -> str:
    """Where a fault of a text file is: ``165-tap-huan.toml, dòng 34``."""
    at = found.at or CellRef("")
    return f"{at.sheet}, dòng {at.row}" if at.row else at.sheet


# What may stand in a definition: one table, read by the checker and by docs/huong-dan/bieu-mau.md.


@dataclass(frozen=True, slots=True)
class DefinitionItem:
    """An item (mục) of a definition: what kind of value, and what may stand there."""

    kind: str  # text, flag, whole, day, texts, table, named_texts, tables
    example: str
    needed: bool = False
    choices: tuple[str, ...] = ()
    least: int = 0
    most: int = 10_000
    pattern: str = ""
    inherited: bool = False  # where a definition says nothing, the packaged one of its id speaks
    retired: bool = False  # in an office's copies of older definitions; nothing asks for it
    items: Mapping[str, "DefinitionItem"] = field(
        default_factory=dict
    )  # of a table, or of each of several


_ID: Final = r"[a-z0-9]+(?:-[a-z0-9]+)*"
_KEY: Final = r"[a-z][a-z0-9_]*"
_VERSION: Final = r"\d+(?:\.\d+)*"

_RELATION: Final = {
    "code": DefinitionItem("text", 'code = "V06a.1"', needed=True),
    "left": DefinitionItem("texts", 'left = ["received_total"]', needed=True),
    "op": DefinitionItem("text", 'op = "="', needed=True, choices=_OPERATORS),
    "right": DefinitionItem("texts", 'right = ["received_online"]', needed=True),
    "minus": DefinitionItem("texts", 'minus = ["returned"]'),
    "level": DefinitionItem("text", 'level = "warning"', choices=_LEVELS),
    "source": DefinitionItem("text", 'source = "Biểu số II.06a/VPCP/KSTT"'),
    "note": DefinitionItem("text", 'note = "Cộng các kênh tiếp nhận."'),
}
_DATED_HEADING: Final = {
    "from": DefinitionItem("day", "from = 2022-08-15", needed=True),
    "heading": DefinitionItem("text", 'heading = "Toàn trình"', needed=True),
}
_DATED_HEADER: Final = {
    "from": DefinitionItem("day", "from = 2022-08-15", needed=True),
    "header": DefinitionItem("texts", 'header = ["Số TTHC", "Toàn trình"]', needed=True),
}
_TIME_LIMIT: Final = {
    "name": DefinitionItem("text", 'name = "xu_ly"', needed=True, pattern=_KEY),
    "done": DefinitionItem("text", 'done = "finished_on"', needed=True),
    "after": DefinitionItem("text", 'after = "received_on"'),
    "before": DefinitionItem("text", 'before = "effective_on"'),
    "days": DefinitionItem("whole", "days = 10", most=1000),
    "days_of": DefinitionItem(
        "text", 'days_of = "Xử lý PAKN (ngày làm việc)"', choices=tuple(USUAL_LIMITS)
    ),
    "written": DefinitionItem("text", 'written = "due_on"'),
    "only_with": DefinitionItem("text", 'only_with = "document"'),
    "undated_in_time": DefinitionItem("flag", "undated_in_time = true"),
}
_QUESTION: Final = {
    "name": DefinitionItem("text", 'name = "on_time"', needed=True, pattern=_KEY),
    "asks": DefinitionItem(
        "text", 'asks = "in_time"', needed=True, choices=(*_ASKED_OF_LIMITS, *_ASKED_OF)
    ),
    "heading": DefinitionItem("text", 'heading = "Xử lý đúng hạn"'),
    "limit": DefinitionItem("text", 'limit = "xu_ly"'),
    "column": DefinitionItem("text", 'column = "received_on"'),
    "level": DefinitionItem("text", 'level = "commune"', choices=_LEVELS_OF_GOVERNMENT),
}
_COLUMN: Final = {
    "key": DefinitionItem("text", 'key = "received_online"', needed=True, pattern=_KEY),
    "heading": DefinitionItem("text", 'heading = "Trực tuyến"', needed=True),
    "type": DefinitionItem("text", 'type = "count"', needed=True, choices=COLUMN_TYPES),
    "choices": DefinitionItem("text", 'choices = "trang_thai"'),
    "values": DefinitionItem("texts", 'values = ["Trực tiếp", "Trực tuyến"]'),
    "codes": DefinitionItem("texts", 'codes = ["truc_tiep", "truc_tuyen"]'),
    "required": DefinitionItem("flag", "required = true"),
    "given": DefinitionItem("flag", "given = true"),
    "formula": DefinitionItem("texts", 'formula = ["resolved_early", "resolved_on_time"]'),
    "total": DefinitionItem("flag", "total = true"),
    "aliases": DefinitionItem("texts", 'aliases = ["Mã thủ tục"]'),
    "heading_from": DefinitionItem("tables", "[[column.heading_from]]", items=_DATED_HEADING),
    "width": DefinitionItem("whole", "width = 120", least=20, most=1000),
    "prompt": DefinitionItem("text", 'prompt = "Ghi số hồ sơ."'),
    "example": DefinitionItem("text", 'example = "12"'),
    "opens": DefinitionItem("text", 'opens = "pending_total"', inherited=True),
    "since": DefinitionItem("text", 'since = "1.1"', pattern=_VERSION),
    "until": DefinitionItem("text", 'until = "1.0"', pattern=_VERSION),
    "before": DefinitionItem("text", 'before = "note"', pattern=_KEY),
    "part": DefinitionItem("whole", "part = 1", least=1, most=9),
    "parted_by": DefinitionItem("text", 'parted_by = " - "'),
    "renewed": DefinitionItem("flag", "renewed = true"),
    "carried_as": DefinitionItem("text", 'carried_as = "Có"'),
    "official": DefinitionItem("flag", "official = true", inherited=True),
    "not_before": DefinitionItem("text", 'not_before = "received_on"', inherited=True),
    "later_than": DefinitionItem("text", 'later_than = "due_on"', inherited=True),
    "day_of": DefinitionItem("text", 'day_of = "decision"', inherited=True),
    "before_period": DefinitionItem(
        "text", 'before_period = "warning"', choices=_WEIGHTS, inherited=True
    ),
    "after_period": DefinitionItem(
        "text", 'after_period = "error"', choices=_WEIGHTS, inherited=True
    ),
}
_PRINTED_COLUMN: Final = {
    "number": DefinitionItem("text", 'number = "3"', needed=True, pattern=r"\d{1,2}"),
    "header": DefinitionItem("texts", 'header = ["Tiếp nhận", "Tổng số"]', needed=True),
    "source": DefinitionItem("text", 'source = "sum(ho-so.received_online)"'),
    "header_from": DefinitionItem("tables", "[[column.header_from]]", items=_DATED_HEADER),
    "width": DefinitionItem("whole", "width = 60", least=10, most=1000),
    "extension": DefinitionItem("flag", "extension = true", retired=True),
    "type": DefinitionItem("text", 'type = "count"', choices=PRINTED_TYPES),
    "adds_up": DefinitionItem("flag", "adds_up = false"),
    "planned": DefinitionItem("text", 'planned = "Tập huấn"'),
    "holds": DefinitionItem("text", 'holds = "dossiers.received"'),
}
_BOTH: Final = {
    "kind": DefinitionItem("text", 'kind = "sheet"', needed=True, choices=(SHEET, PRINTED)),
    "order": DefinitionItem("whole", "order = 165", needed=True),
    "version": DefinitionItem("text", 'version = "1.0"', needed=True, pattern=_VERSION),
    "title": DefinitionItem("text", 'title = "TẬP HUẤN NGHIỆP VỤ"', needed=True),
    "valid_from": DefinitionItem("day", "valid_from = 2021-12-15"),
    "valid_to": DefinitionItem("day", "valid_to = 2022-12-14"),
    "source": DefinitionItem("text", 'source = "Kế hoạch năm của Sở"'),
    "verified": DefinitionItem("flag", "verified = false"),
    "role": DefinitionItem("text", 'role = "ho-so"'),
    "identity": DefinitionItem("tables", "[[identity]]", items=_RELATION),
}
_FULFILS: Final = {
    "pieces": DefinitionItem("text", 'pieces = "activities"', needed=True, choices=PIECES),
    "named_by": DefinitionItem("text", 'named_by = "form"', needed=True),
    "when": DefinitionItem("text", 'when = "planned"'),
}
SHEET_ITEMS: Final[Mapping[str, DefinitionItem]] = _BOTH | {
    "id": DefinitionItem("text", 'id = "tap-huan"', needed=True, pattern=_ID),
    "sheet": DefinitionItem("text", 'sheet = "Tập huấn"', needed=True),
    "layout": DefinitionItem("text", 'layout = "register"', needed=True, choices=_LAYOUTS),
    "scope": DefinitionItem("text", 'scope = "all"', needed=True, choices=_SCOPES),
    "collected": DefinitionItem("text", 'collected = "campaign"', choices=_COLLECTED),
    "owed_by": DefinitionItem("texts", 'owed_by = ["VP", "TTPT"]'),
    "rows": DefinitionItem("text", 'rows = ""', choices=_GIVEN_ROWS),
    "key": DefinitionItem("texts", 'key = ["title"]'),
    "nil": DefinitionItem("flag", "nil = true"),
    "aliases": DefinitionItem("texts", 'aliases = ["Lớp tập huấn"]'),
    "guide": DefinitionItem("text", 'guide = "Mỗi lớp một dòng."'),
    "blank_rows": DefinitionItem("whole", "blank_rows = 10", most=5000),
    "column": DefinitionItem("tables", "[[column]]", needed=True, items=_COLUMN),
    "tracker": DefinitionItem("text", 'tracker = "Hoạt động"', inherited=True),
    "tracker_title": DefinitionItem(
        "text", 'tracker_title = "Điểm đơn vị tự chấm"', inherited=True
    ),
    "tracker_order": DefinitionItem("whole", "tracker_order = 10", inherited=True),
    "table": DefinitionItem("text", 'table = "TapHuan"', pattern=r"[A-Za-z_]+", inherited=True),
    "about_citizens": DefinitionItem("flag", "about_citizens = true", inherited=True),
    "carried_over": DefinitionItem("flag", "carried_over = true", inherited=True),
    "over_quarters": DefinitionItem(
        "text", 'over_quarters = "last"', choices=("last", "once"), inherited=True
    ),
    "settled_by": DefinitionItem("text", 'settled_by = "finished_on"', inherited=True),
    "reminder": DefinitionItem("text", 'reminder = "đơn thư chưa trả lời"', inherited=True),
    "row_list": DefinitionItem("text", 'row_list = "noi_cong_khai_pakn"'),
    "carry": DefinitionItem("text", 'carry = "open"', choices=("all", "open")),
    "open_when": DefinitionItem("text", 'open_when = "not applied"'),
    "repeated": DefinitionItem("text", 'repeated = "error"', choices=_WEIGHTS, inherited=True),
    "if_blank": DefinitionItem(
        "text", 'if_blank = "nothing"', choices=("warning", "nothing", "office"), inherited=True
    ),
    "since": DefinitionItem("text", 'since = "1.1"', pattern=_VERSION),
    "earlier": DefinitionItem("texts", 'earlier = ["1.0"]'),
    "holds": DefinitionItem("text", 'holds = "inspections"'),
    "directed": DefinitionItem("flag", "directed = true", inherited=True),
    "fulfils": DefinitionItem("table", "[fulfils]", items=_FULFILS, inherited=True),
    "time_limit": DefinitionItem("tables", "[[time_limit]]", items=_TIME_LIMIT, inherited=True),
    "question": DefinitionItem("tables", "[[question]]", items=_QUESTION, inherited=True),
}
PRINTED_ITEMS: Final[Mapping[str, DefinitionItem]] = _BOTH | {
    "id": DefinitionItem("text", 'id = "TH.01"', needed=True, pattern=r"\w+(?:[.-]\w+)*"),
    "code": DefinitionItem("text", 'code = "Biểu số TH.01"', needed=True),
    "unit_of_count": DefinitionItem("text", 'unit_of_count = "Số lớp"'),
    "rows": DefinitionItem("text", 'rows = "unit"', needed=True, choices=_PRINTED_ROWS),
    "by": DefinitionItem("text", 'by = "kind"', pattern=_KEY),
    "feeds": DefinitionItem("texts", 'feeds = ["tap-huan"]', needed=True),
    "column": DefinitionItem("tables", "[[column]]", needed=True, items=_PRINTED_COLUMN),
    "orientation": DefinitionItem(
        "text", 'orientation = "portrait"', choices=("landscape", "portrait")
    ),
    "notes": DefinitionItem("texts", 'notes = ["Cột 9: gồm cả hồ sơ rút."]'),
    "cumulative": DefinitionItem("table", "[cumulative]"),
    "aids": DefinitionItem("table", "[aids]"),
}
_ITEMS: Final = {SHEET: SHEET_ITEMS, PRINTED: PRINTED_ITEMS}


@dataclass(frozen=True, slots=True)
class DefinitionFile:
    """A definition file: its name, its values, and what has been said of it."""

    name: str
    data: bytes
    text: TomlText
    faults: list[Finding] = field(default_factory=list)

    @property
    def table(self) -> Table:
        """The file's values, as TOML reads them."""
        return self.text.table

    @property
    def kind(self) -> str:
        """``sheet`` or ``printed``; anything else where that is wrong."""
        return str(self.table.get("kind", ""))

    def is_copy_of(self, shipped: Path) -> bool:
        """Whether the file is the packaged one of its name, byte for byte."""
        path = shipped / self.name
        return path.is_file() and path.read_bytes() == self.data

    def fault(self, code: str, place: ItemPlace, /, **params: object) -> None:
        """Keeps an error ``form.<code>`` at the line of a value; a dotted code is whole."""
        at = CellRef(self.name, self.text.line(place))
        whole = code if "." in code else f"form.{code}"
        self.faults.append(Finding(whole, Severity.ERROR, at, params))


@dataclass(frozen=True)
class Definitions:
    """The form definitions (định nghĩa biểu mẫu) of a folder, with the lines that they stand on."""

    forms: Forms
    files: tuple[DefinitionFile, ...]
    folder: str

    def stand_beside(self, plan: Plan) -> None:
        """Sees that the plan has all that the definitions of its year name.

        Choice lists, values of lists, units. Raises DamagedFormsError with everything that is not.
        """
        # Quý I begins in December of the year before.
        first, last = dt.date(plan.year - 1, 12, 1), dt.date(plan.year, 12, 31)
        of_year = {"valid_from": first, "valid_to": last}
        for file in self.files:
            file.faults.clear()
            if _overlap(file.table, of_year):
                _BesidePlan(file, plan, self.forms).check()
        faults = [one for file in self.files for one in file.faults]
        if faults:
            raise DamagedFormsError(self.folder, sorted(faults, key=place_key))


def load_forms(folder: Path, shipped: Path | None = None) -> Forms:
    """The forms that ``read_definitions`` gives. Raises DamagedFormsError."""
    return read_definitions(folder, shipped).forms


def read_definitions(folder: Path, shipped: Path | None = None) -> Definitions:
    """Every definition in a folder, ordered by their ``order`` then valid_from.

    What a definition does not say of its traits comes from the ``shipped`` one of the same id: the
    workspaces of earlier versions hold copies of definitions that did not know these items.
    Raises DamagedFormsError with every fault, by file and line.
    """
    files, faults, digest = read_files(folder)
    if not files and not faults:
        faults.append(Finding("form.none", Severity.ERROR, CellRef(folder.name)))
    packaged: Mapping[str, Table] = {}
    if shipped and shipped != folder:
        packaged = _packaged_of_changed(files, shipped)
        files = _up_to_date(files, shipped)
    faults += _faults(files, packaged, is_whole=not faults)
    faults += _unknown_roles(files, shipped) if shipped else ()
    if faults:
        raise DamagedFormsError(folder.name, sorted(faults, key=place_key))
    files = _in_roles(files)
    if shipped and shipped != folder:
        files = _with_topics(_with_traits(files, packaged, shipped), shipped)
        digest.update(repr([file.table for file in files]).encode())
    files.sort(key=lambda file: (file.table["order"], file.table.get("valid_from", dt.date.min)))
    forms = Forms(
        sheets=tuple(_sheet(file.table) for file in files if file.kind == SHEET),
        printed=tuple(_printed(file) for file in files if file.kind == PRINTED),
        lists=dict(_own_lists(files)),
        sha256=digest.hexdigest(),
    )
    return Definitions(forms, tuple(files), folder.name)


def read_files(folder: Path) -> "tuple[list[DefinitionFile], list[Finding], hashlib._Hash]":
    """The TOML files of a folder, those that are none, and a digest over all of them."""
    digest = hashlib.sha256()
    files: list[DefinitionFile] = []
    faults: list[Finding] = []
    for path in sorted(folder.glob("*.toml")):
        data = path.read_bytes()
        digest.update(path.name.encode() + b"\0" + data)
        try:
            text = parsed(data)
        except TomlFaultError as error:
            faults.append(_unreadable(path.name, error))
        else:
            files.append(DefinitionFile(path.name, data, text))
    return files, faults, digest


def _own_lists(files: Sequence[DefinitionFile]) -> Iterator[tuple[str, tuple[Choice, ...]]]:
    """Choice lists that stand in the definitions themselves, by the id that their columns have."""
    for file in files:
        for column in file.table["column"] if file.kind == SHEET else ():
            if _own_list(column):
                values = dict.fromkeys(column["values"])
                codes = column.get("codes", ("",) * len(values))
                choices = (
                    Choice(value, code=code) for value, code in zip(values, codes, strict=False)
                )
                yield f"{file.table['id']}.{column['key']}", tuple(choices)


def _faults(
    files: Sequence[DefinitionFile], packaged: Mapping[str, Table], *, is_whole: bool
) -> list[Finding]:
    """What is wrong with each file, then between the files that are right by themselves.

    Of a form that cannot be read nobody can say what is not in it.
    """
    for file in files:
        check_items(file, _ITEMS)
    whole = [file for file in files if not file.faults]
    for file in whole:
        (_check_sheet if file.kind == SHEET else _check_printed)(file)
    sound = [file for file in whole if not file.faults]
    is_whole = is_whole and len(sound) == len(files)
    _check_names(sound)
    _check_holders(sound)
    _check_printed_codes(sound)
    _check_table_ids(sound)
    _check_codes(sound)
    sheets: dict[str, list[Table]] = {}
    for table in (file.table for file in sound if file.kind == SHEET):
        for name in {table["id"], _role(table)}:
            sheets.setdefault(name, []).append(table)
    for file in sound:
        if file.kind == PRINTED:
            _Figures(file, sheets, packaged, is_whole).check()
    return [one for file in files for one in file.faults]


def _unreadable(name: str, error: TomlFaultError) -> Finding:
    params = {"written": error.written, "instead": error.instead}
    return Finding(f"form.{error.kind}", Severity.ERROR, CellRef(name, error.line), params)


def place_key(found: Finding) -> tuple[str, int, str]:
    """Faults in the order of their files and lines."""
    at = found.at or CellRef("")
    return at.sheet, at.row, found.code


# --- one file by itself: its items --------------------------------------------------------------


def check_items(file: DefinitionFile, by_kind: Mapping[str, Mapping[str, DefinitionItem]]) -> None:
    """Unknown, missing, mistyped items; of a file whose kind is not known only that."""
    kind = file.table.get("kind")
    items = by_kind.get(kind) if isinstance(kind, str) else None
    if items is None:
        only = {"kind": next(iter(by_kind.values()))["kind"]}
        _check_table(file, (), {k: v for k, v in file.table.items() if k == "kind"}, only, "")
    else:
        _check_table(file, (), file.table, items, "")


def _check_table(
    file: DefinitionFile,
    at: ItemPlace,
    table: Table,
    items: Mapping[str, DefinitionItem],
    inside: str,
) -> None:
    used = [name for name, item in items.items() if not item.retired]
    for name in table:
        if name not in items:
            near = nearest(name, [one for one in used if one not in table])
            code = "item_near" if near else "item_unknown"
            known = ", ".join(used)
            file.fault(code, (*at, name), item=name, inside=inside, near=near, known=known)
    for name, item in items.items():
        if name in table:
            _check_value(file, (*at, name), table[name], item, inside)
        elif item.needed:
            code = "columns_missing" if name == "column" else "item_missing"
            file.fault(code, at, item=name, inside=inside, example=item.example)


def _check_value(
    file: DefinitionFile, at: ItemPlace, value: object, item: DefinitionItem, inside: str
) -> None:
    if code := _wrong(value, item):
        file.fault(
            code,
            at,
            item=at[-1],
            inside=inside,
            given=_written(value),
            example=item.example,
            choices=_quoted(item.choices),
            least=item.least,
            most=item.most,
        )
    elif item.kind == "tables" and isinstance(value, list):
        for number, one in enumerate(value):
            words = _inside(str(at[-1]), number, one)
            _check_table(file, (*at, number), one, item.items, words)
    elif item.kind == "table" and isinstance(value, dict) and item.items:
        _check_table(file, at, value, item.items, f" của [{'.'.join(map(str, at))}]")
    elif item.kind == "named_texts" and isinstance(value, dict):
        for name, text in value.items():
            if not isinstance(text, str):
                params = {"item": name, "inside": "", "given": _written(text)}
                file.fault("not_text", (*at, name), **params, example=item.example)


def _wrong(value: object, item: DefinitionItem) -> str:
    """The entry that says what is wrong with a value; "" for one that may stand there."""
    code, is_right = _KINDS[item.kind]
    if not is_right(value):
        return code
    if item.needed and not (value.strip() if isinstance(value, str) else value or value == 0):
        return "columns_missing" if item.kind == "tables" else "item_missing"
    if isinstance(value, str) and item.choices and value not in item.choices:
        return "choice"
    if isinstance(value, str) and item.pattern and not re.fullmatch(item.pattern, value):
        return "spelling"
    if item.kind == "whole" and isinstance(value, int) and not item.least <= value <= item.most:
        return "range"
    return ""


def _inside(name: str, number: int, table: Table) -> str:
    """Which of several tables it is: by its key, number or code, else by where it stands."""
    word = {"column": "cột", "identity": "đẳng thức", "criterion": "chỉ số"}.get(
        name, f"[[{name}]]"
    )
    own = next((table[key] for key in ("key", "number", "code") if key in table), number + 1)
    return f" của {word} “{own}”"


def _is_text_list(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) and one.strip() for one in value)


def _is_tables(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, dict) for one in value)


_KINDS: Final[Mapping[str, tuple[str, Callable[[object], bool]]]] = {
    "text": ("not_text", lambda value: isinstance(value, str)),
    "flag": ("not_flag", lambda value: isinstance(value, bool)),
    "whole": ("not_whole", lambda value: isinstance(value, int) and not isinstance(value, bool)),
    "day": (
        "not_day",
        lambda value: isinstance(value, dt.date) and not isinstance(value, dt.datetime),
    ),
    "texts": ("not_texts", _is_text_list),
    "tables": ("not_tables", _is_tables),
    "table": ("not_tables", lambda value: isinstance(value, dict)),
    "named_texts": ("not_tables", lambda value: isinstance(value, dict)),
}
"""For each kind of item the entry that says it is none, and the test."""


def _written(value: object) -> str:
    """A value as it stands in the file, cut where it is long."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        text = f'"{value}"'
    elif isinstance(value, dt.date | dt.time):
        text = value.isoformat()
    elif isinstance(value, list):
        text = f"[{', '.join(map(_written, value))}]"
    else:
        text = "một bảng" if isinstance(value, dict) else str(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


def nearest(word: str, others: Iterable[str]) -> str:
    """The name that looks most like a word; "" where none does."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(word, list(others), n=1, cutoff=_ALIKE)), "")


# --- one file by itself: what its items mean together ---------------------------------------------


def check_dates(file: DefinitionFile) -> None:
    """Says where a definition ends before it starts."""
    start, end = file.table.get("valid_from"), file.table.get("valid_to")
    if start and end and end < start:
        file.fault("dates_reversed", ("valid_to",), first=f"{start}", last=f"{end}")


def _check_sheet(file: DefinitionFile) -> None:
    """Names, keys, headings and sums of a unit's sheet."""
    table, columns = file.table, file.table["column"]
    check_dates(file)
    _check_id(file, (*FIRST_SHEETS, *LAST_SHEETS, *OWN_TABLES))
    for item in ("sheet", "tracker"):
        _check_tab(file, item, table.get(item, ""), table.get(item, ""))
    _report_twice(file, "key", [column["key"] for column in columns])
    _check_headings(file)
    _check_earlier(file)
    keys = [column["key"] for column in columns if "until" not in column]
    _check_named_columns(file, keys)
    _check_given_rows(file)
    for (item, value), needed in _NEEDED_WITH.items():
        if table.get(item) == value and not table.get(needed):
            example = SHEET_ITEMS[needed].example
            file.fault("item_missing", (item,), item=needed, inside="", example=example)
    if CARRIED in keys:
        place = ("column", [one["key"] for one in columns].index(CARRIED), "key")
        file.fault("name_taken", place, item="key", given=CARRIED)
    for number, column in enumerate(columns):
        _check_column(file, number, column, keys)
    _check_register(file)
    _check_fulfilment(file, keys)
    _check_limits(file, keys)
    _check_questions(file, keys)
    if table["layout"] != "labels":
        _check_relations(file, keys)


def _check_limits(file: DefinitionFile, keys: Sequence[str]) -> None:
    """Time limits stand on columns of days, and say from when and how many days they run."""
    limits = file.table.get("time_limit", ())
    _report_twice(file, "name", [one["name"] for one in limits], "time_limit")
    for number, limit in enumerate(limits):
        place, inside = ("time_limit", number), f" của [[time_limit]] “{limit['name']}”"
        for item in ("done", "after", "before", "written"):
            if item in limit:
                _check_typed(file, (*place, item), item, limit[item], "date")
        if "only_with" in limit:
            _check_reference(file, (*place, "only_with"), "only_with", limit["only_with"], keys)
        for one, other in (("after", "before"), ("days", "days_of")):
            if one in limit and other in limit:
                file.fault("not_both", (*place, other), item=other, inside=inside, other=one)
            elif one not in limit and other not in limit:
                example = _TIME_LIMIT[one].example
                file.fault("item_missing", place, item=one, inside=inside, example=example)


def _check_questions(file: DefinitionFile, keys: Sequence[str]) -> None:
    """Questions have names of their own and say of which limit or column they ask."""
    table, asked = file.table, file.table.get("question", ())
    _report_twice(file, "name", [one["name"] for one in asked], "question")
    limits = [one["name"] for one in table.get("time_limit", ())]
    for number, one in enumerate(asked):
        place, inside = ("question", number), f" của [[question]] “{one['name']}”"
        if one["name"] in (*keys, CARRIED):
            file.fault("name_taken", (*place, "name"), item="name", given=one["name"])
        wanted = ["limit"] if one["asks"] in _ASKED_OF_LIMITS else ["column"]
        wanted += ["level"] if one["asks"] == "decided_at" else []
        for item in ("limit", "column", "level"):
            if item in wanted and item not in one:
                example = _QUESTION[item].example
                file.fault("item_missing", place, item=item, inside=inside, example=example)
            elif item in one and item not in wanted:
                fit = _ASKED_OF_LIMITS if item == "limit" else tuple(_ASKED_OF)
                fit = ("decided_at",) if item == "level" else fit
                _report_unfit(file, (*place, item), one["asks"], fit, inside=inside)
        if "limit" in wanted and "limit" in one and one["limit"] not in limits:
            given, choices = _written(one["limit"]), _quoted(limits) or "tên một [[time_limit]]"
            params = {"given": given, "choices": choices, "example": _QUESTION["limit"].example}
            file.fault("choice", (*place, "limit"), item="limit", inside=inside, **params)
        if "column" in wanted and "column" in one:
            kind = _ASKED_OF[one["asks"]]
            _check_typed(file, (*place, "column"), "column", one["column"], kind)


def _check_typed(
    file: DefinitionFile, place: ItemPlace, item: str, given: str, *wanted: str
) -> None:
    """A column that is named is there and holds values of one of the types."""
    kinds = {one["key"]: one["type"] for one in file.table["column"] if "until" not in one}
    if kinds.get(given, wanted[0]) not in wanted:
        params = {"given": given, "kind": kinds[given], "wanted": _quoted(wanted)}
        file.fault("column_kind", place, item=item, **params)
    else:
        of_kind = [key for key, one in kinds.items() if one in wanted]
        _check_reference(file, place, item, given, of_kind)


def _check_named_columns(file: DefinitionFile, keys: Sequence[str]) -> None:
    """Columns that tell rows apart, settle them and say which are open."""
    table = file.table
    for key in table.get("key", ()):
        _check_reference(file, ("key",), "key", key, keys)
    if "settled_by" in table:
        _check_reference(file, ("settled_by",), "settled_by", table["settled_by"], keys)
    elif table.get("reminder"):
        example = SHEET_ITEMS["settled_by"].example
        file.fault("item_missing", ("reminder",), item="settled_by", inside="", example=example)
    if table.get("open_when"):
        _check_clause(file, ("open_when",), table["open_when"], keys)


def _check_id(file: DefinitionFile, taken: Collection[str]) -> None:
    """Pages of the tracker and exported tables are named after forms and must not be the program's.

    But for the progress of tasks, whose rows stand on the program's own page of that name.
    """
    given = file.table["id"]
    if given in taken and given != PROGRESS:
        file.fault("name_taken", ("id",), item="id", given=given)
    elif len(given) > LONGEST_SHEET_NAME:
        most, length = LONGEST_SHEET_NAME, len(given)
        file.fault("tab_long", ("id",), item="id", given=given, most=most, length=length)


def _check_given_rows(file: DefinitionFile) -> None:
    """The rows that the office gives, and the column by which each is known again."""
    table = file.table
    if table["layout"] == "form" and not table.get("rows"):
        file.fault("rows_missing", ("layout",), given="form", choices=_quoted(_GIVEN_ROWS[1:]))
    if table.get("rows") and not table.get("key"):
        file.fault("item_missing", ("rows",), item="key", inside="", example='key = ["procedure"]')
    given = _ROW_KEYS.get(table.get("rows", ""), "")
    if given and table.get("key") and table["key"][0] != given:
        file.fault("rows_key", ("key",), given=table["rows"], column=given)


def _check_earlier(file: DefinitionFile) -> None:
    """Earlier versions are numbers before the version that the definition has."""
    version = file.table["version"]
    for one in file.table.get("earlier", ()):
        if not re.fullmatch(_VERSION, one) or not is_newer(version, one):
            params = {"item": "earlier", "inside": "", "given": one, "version": version}
            file.fault("version_later", ("earlier",), **params)


def _check_clause(file: DefinitionFile, place: ItemPlace, given: str, keys: Sequence[str]) -> None:
    """A condition on the rows of a sheet, in the words of a figure."""
    expression = _parsed(file, place, f"count({file.table['id']} where {given})")
    for aggregate in expression.aggregates if expression else ():
        for one in aggregate.conditions:
            _check_reference(file, place, str(place[-1]), one.column, keys)
        kinds = {column["key"]: column["type"] for column in file.table["column"]}
        _check_conditions(file, place, aggregate, kinds)


def _check_register(file: DefinitionFile) -> None:
    """What the report speaks of by a sheet: a topic whose columns it has."""
    topic = file.table.get("holds", "")
    if not topic or not _check_topic(file, ("holds",), topic, REGISTERS, ""):
        return
    if lacking := _lacking_columns(topic, file.table):
        columns = ", ".join(f"“{key}” ({' hoặc '.join(kinds)})" for key, kinds in lacking)
        file.fault("holds_columns", ("holds",), given=topic, missing=columns)


def _lacking_columns(topic: str, table: Table) -> list[tuple[str, tuple[str, ...]]]:
    """Columns that the report reads of a topic and that a sheet does not have, with their types."""
    kinds = {column["key"]: column["type"] for column in table["column"] if "until" not in column}
    wanted = REGISTERS[topic].items()
    return [(key, usual) for key, usual in wanted if kinds.get(key) not in usual]


def _check_figures(file: DefinitionFile) -> None:
    """The figures of the report that a printed form holds: of a topic all of them, each once."""
    known = [figure for figures in FIGURES.values() for figure in figures]
    held: dict[str, int] = {}
    for number, column in enumerate(file.table["column"]):
        figure, place = column.get("holds", ""), ("column", number, "holds")
        inside = f" của cột “{column['number']}”"
        if not figure or not _check_topic(file, place, figure, known, inside):
            continue
        if figure in held:
            line = file.text.line(("column", held[figure], "holds"))
            file.fault("twice", place, item="holds", given=figure, first=line)
        held.setdefault(figure, number)
        kind, wanted = column.get("type", "count"), WORDED.get(figure, "count")
        if kind != wanted:
            _report_unfit(file, place, kind, (wanted,), inside=inside)
    for topic in dict.fromkeys(map(topic_of, held)):
        if missing := [figure for figure in FIGURES[topic] if figure not in held]:
            first = next(number for figure, number in held.items() if topic_of(figure) == topic)
            place = ("column", first, "holds")
            file.fault("holds_figures", place, given=topic, missing=_quoted(missing))


def _check_topic(
    file: DefinitionFile, place: ItemPlace, given: str, known: Iterable[str], inside: str
) -> bool:
    """Whether the report knows what is held; the nearest that it knows is named."""
    is_known = given in (names := list(known))
    if not is_known:
        near = nearest(given, names)
        code = "holds_near" if near else "holds_unknown"
        topics = ", ".join(dict.fromkeys(map(topic_of, names)))
        file.fault(code, place, given=given, near=near, inside=inside, known=topics)
    return is_known


def _check_fulfilment(file: DefinitionFile, keys: Sequence[str]) -> None:
    """Rows that fulfil pieces of tasks' plans are named by a column, of units by one of units."""
    told = file.table.get("fulfils")
    if not told:
        return
    place = ("fulfils", "named_by")
    if told["pieces"] == "inspections":
        _check_typed(file, place, "named_by", told["named_by"], "unit")
    else:
        _check_reference(file, place, "named_by", told["named_by"], keys)
    if told.get("when"):
        _check_clause(file, ("fulfils", "when"), told["when"], keys)


def _check_tab(file: DefinitionFile, item: str, given: str, tab: str) -> None:
    """A name that Excel takes for a sheet."""
    if len(tab) > LONGEST_SHEET_NAME:
        most = LONGEST_SHEET_NAME
        file.fault("tab_long", (item,), item=item, given=given, most=most, length=len(tab))
    elif _FORBIDDEN_IN_A_TAB.search(tab):
        file.fault("tab_signs", (item,), item=item, given=given)
    elif tone_key(tab) in _TAKEN_TABS:
        file.fault("tab_taken", (item,), item=item, given=given)


def _check_headings(file: DefinitionFile) -> None:
    """No heading means two columns: not the ones in force, not the other ones either."""
    owner = {_HIDDEN_HEADING: (_HIDDEN_HEADING, "heading")}
    for number, column in enumerate(file.table["column"]):
        if "until" in column:
            continue  # a workbook has it or its successors, and its version says which
        dated = [one["heading"] for one in column.get("heading_from", ())]
        for item, heading in (
            ("heading", column["heading"]),
            *(("heading_from", one) for one in dated),
            *(("aliases", one) for one in column.get("aliases", ())),
        ):
            key = column["key"]
            name = heading if heading.strip() == _HIDDEN_HEADING else tone_key(heading) or heading
            first, _ = owner.setdefault(name, (key, item))
            if first != key:
                place = ("column", number, item)
                file.fault("heading_twice", place, given=heading, column=key, first=first)


def _check_column(file: DefinitionFile, number: int, column: Table, keys: Sequence[str]) -> None:
    kind, place, inside = column["type"], ("column", number), f" của cột “{column['key']}”"
    formula = column.get("formula", ())
    for item, needing in (("choices", "choice"), ("formula", "computed")):
        if kind == needing and not (column.get(item) or (item == "choices" and _own_list(column))):
            example = _COLUMN[item].example
            file.fault("item_missing", (*place, "type"), item=item, inside=inside, example=example)
    if formula and kind != "computed":
        _report_unfit(file, (*place, "formula"), kind, ("computed",), inside=inside)
    if column.get("choices") and kind not in ("choice", "yes_no"):
        _report_unfit(file, (*place, "choices"), kind, ("choice", "yes_no"), inside=inside)
    _check_own_list(file, number, column, inside)
    if column.get("total") and kind not in _ADDED:
        _report_unfit(file, (*place, "total"), kind, _ADDED, inside=inside)
    for part in formula:
        _check_reference(file, (*place, "formula"), "formula", part, keys)
        _check_number(file, (*place, "formula"), "formula", part)
        if column["key"] in _parts_of(part, file.table["column"]):
            file.fault("circle", (*place, "formula"), given=part)
    if "opens" in column:
        _check_reference(file, (*place, "opens"), "opens", column["opens"], keys)
        _check_number(file, (*place, "opens"), "opens", column["opens"])
        if kind not in NUMBER_TYPES:
            _report_unfit(file, (*place, "opens"), kind, NUMBER_TYPES, inside=inside)
    _check_example(file, number, column, inside)
    _check_days(file, number, column, inside)
    _check_given(file, number, column, inside)
    _check_versions(file, number, column, inside)


def _check_example(file: DefinitionFile, number: int, column: Table, inside: str) -> None:
    """The example that a unit is shown is what its column can hold."""
    from kskt_excel.text.dates import date
    from kskt_excel.text.values import count, decimal, percent

    readers: Mapping[str, Callable[[str], Parsed[Any]]] = {
        "count": count,
        "days": count,
        "decimal": decimal,
        "percent": percent,
        "date": date,
    }
    given, kind = column.get("example", ""), column["type"]
    values = {tone_key(one): one for one in column.get("values", ())}
    read = readers.get(kind)
    if (read and read(given).outcome == "error") or (
        values and tone_key(given) not in {"", *values}
    ):
        usual = next(iter(values.values()), _EXAMPLES.get(kind, ""))
        params = {"given": given, "kind": kind, "inside": inside, "usual": usual}
        file.fault("example_unfit", ("column", number, "example"), **params)


def _check_days(file: DefinitionFile, number: int, column: Table, inside: str) -> None:
    """What is said of a day: it stands in a column of days, and beside another one."""
    for item in ("not_before", "later_than", "day_of", "before_period", "after_period"):
        if item not in column:
            continue
        place = ("column", number, item)
        if column["type"] != "date":
            _report_unfit(file, place, column["type"], ("date",), inside=inside)
        if item in ("not_before", "later_than"):
            _check_typed(file, place, item, column[item], "date")
            if column[item] == column["key"]:
                file.fault("circle", place, given=column[item])
        if item == "day_of":
            _check_typed(file, place, item, column[item], "document", "text")


def _parts_of(key: str, columns: Sequence[Table]) -> set[str]:
    """A column with all that it is added up from, and these again."""
    formulas = {column["key"]: column.get("formula", ()) for column in columns}
    found, further = {key}, [key]
    while further:
        further = [part for one in further for part in formulas.get(one, ()) if part not in found]
        found.update(further)
    return found


def _check_number(file: DefinitionFile, place: ItemPlace, item: str, given: str) -> None:
    """A column that is added or compared holds numbers; one that is not there is said elsewhere."""
    kinds = {column["key"]: column["type"] for column in file.table["column"]}
    if kinds.get(given, NUMBER_TYPES[0]) not in NUMBER_TYPES:
        choices = _quoted(NUMBER_TYPES)
        file.fault("not_number", place, item=item, given=given, kind=kinds[given], choices=choices)


def _check_given(file: DefinitionFile, number: int, column: Table, inside: str) -> None:
    """What the office fills in beforehand: something must be there to fill it in with."""
    table, place = file.table, ("column", number)
    carry = table.get("carry", "")
    by_rows = [*GIVEN_COLUMNS.get(table.get("rows", ""), ())]
    by_rows += table.get("key", ())[:1] if table.get("rows") == "choices" else ()
    is_filled = carry or column["key"] in by_rows
    if table["layout"] == "labels" or table.get("rows") == "directions":
        is_filled = True
    if column.get("given") and not is_filled:
        known = ", ".join(by_rows) or "không cột nào"
        file.fault("given_unfilled", (*place, "given"), column=column["key"], known=known)
    for item in ("renewed", "carried_as"):
        if column.get(item) and not carry:
            example = SHEET_ITEMS["carry"].example
            file.fault("item_missing", (*place, item), item="carry", inside="", example=example)
    carried = column.get("carried_as")
    if carried and column["type"] == "yes_no" and carried not in _YES_NO:
        given, example = _written(carried), _COLUMN["carried_as"].example
        params = {"given": given, "choices": _quoted(_YES_NO), "example": example}
        file.fault("choice", (*place, "carried_as"), item="carried_as", inside=inside, **params)


def _check_versions(file: DefinitionFile, number: int, column: Table, inside: str) -> None:
    """What a column says of earlier versions: until which it was there, what said it before."""
    place = ("column", number)
    earlier = file.table.get("earlier", ())
    if "until" in column and column["until"] not in earlier:
        if earlier:
            item, given = "until", _written(column["until"])
            params = {"given": given, "choices": _quoted(earlier), "example": 'until = "1.0"'}
            file.fault("choice", (*place, item), item=item, inside=inside, **params)
        else:
            example = SHEET_ITEMS["earlier"].example
            file.fault("item_missing", place, item="earlier", inside="", example=example)
    if is_newer(column.get("since", ""), version := file.table["version"]):
        since = column["since"]
        params = {"item": "since", "inside": inside, "given": since, "version": version}
        file.fault("version_later", (*place, "since"), **params)
    if "before" in column:
        others = [one["key"] for one in file.table["column"]]
        _check_reference(file, (*place, "before"), "before", column["before"], others)
        if column["before"] == column["key"]:
            file.fault("circle", (*place, "before"), given=column["before"])
    for item, needed in (("part", "before"), ("part", "parted_by"), ("parted_by", "part")):
        if item in column and needed not in column:
            example = _COLUMN[needed].example
            file.fault("item_missing", (*place, item), item=needed, inside=inside, example=example)


def _check_own_list(file: DefinitionFile, number: int, column: Table, inside: str) -> None:
    """The choices that a column names itself, each with its code or none."""
    kind, place = column["type"], ("column", number)
    values, codes = column.get("values", ()), column.get("codes", ())
    if values and (kind != "choice" or column.get("choices")):
        _report_unfit(file, (*place, "values"), kind, ("choice",), inside=inside)
    for item, texts in (("values", values), ("codes", codes)):
        line = file.text.line((*place, item))
        for given in dict.fromkeys(one for at, one in enumerate(texts) if one in texts[:at]):
            file.fault("twice", (*place, item), item=item, given=given, first=line)
    if len(codes) not in (0, len(values)):
        params = {"given": len(codes), "wanted": len(values), "inside": inside}
        file.fault("codes_count", (*place, "codes"), **params)


def _own_list(column: Table) -> bool:
    """Whether a column names its choices itself instead of a list of the plan."""
    return bool(column.get("values"))


def _report_unfit(
    file: DefinitionFile, place: ItemPlace, kind: str, wanted: Sequence[str], *, inside: str
) -> None:
    """Says that an item cannot stand with the type of its column."""
    item, choices = place[-1], _quoted(wanted)
    file.fault("unfit", place, item=item, inside=inside, given=kind, choices=choices)


def _check_relations(file: DefinitionFile, known: Sequence[str]) -> None:
    relations = file.table.get("identity", ())
    _report_twice(file, "code", [one["code"] for one in relations], "identity")
    for number, relation in enumerate(relations):
        for item in ("left", "right", "minus"):
            for given in relation.get(item, ()):
                _check_reference(file, ("identity", number, item), item, given, known)
                if file.kind == SHEET:
                    _check_number(file, ("identity", number, item), item, given)


def _check_reference(
    file: DefinitionFile, place: ItemPlace, item: str, given: str, known: Sequence[str]
) -> None:
    """A column that is named is one of the definition's own."""
    if given not in known:
        near = nearest(given, known)
        code = "column_near" if near else "column_unknown"
        shown = ", ".join(known) or "chưa cột nào dùng được"
        file.fault(code, place, item=item, given=given, near=near, known=shown)


def _report_twice(
    file: DefinitionFile, item: str, given: Sequence[str], tables: str = "column"
) -> None:
    for number, one in enumerate(given):
        if one in given[:number]:
            line = file.text.line((tables, given.index(one), item))
            file.fault("twice", (tables, number, item), item=item, given=one, first=line)


def _quoted(values: Iterable[str]) -> str:
    return ", ".join(f"“{one}”" for one in values)


def _check_printed(file: DefinitionFile) -> None:
    """Numbers, heads, sums and the way that quarters add up of a printed form."""
    table, columns = file.table, file.table["column"]
    check_dates(file)
    _check_id(file, OWN_TABLES)
    _check_tab(file, "id", table["id"], _PRINTED_TAB.format(table["id"]))
    numbers = [column["number"] for column in columns]
    _report_twice(file, "number", numbers)
    if len(columns) > 1 and not any(column.get("source") for column in columns):
        file.fault("no_figures", ("column",))  # one column alone is a list of what the rows are
    if not any(column.get("type") == "label" for column in columns):
        file.fault("no_label", ("column", 0))
    if table["rows"] == "value" and not table.get("by"):
        example = PRINTED_ITEMS["by"].example
        file.fault("item_missing", ("rows",), item="by", inside="", example=example)
    if table.get("by") and table["rows"] != "value":
        _report_unfit(file, ("by",), table["rows"], ("value",), inside="")
    for at, feed in enumerate(table["feeds"]):
        if feed in table["feeds"][:at]:
            line = file.text.line(("feeds",))
            file.fault("twice", ("feeds",), item="feeds", given=feed, first=line)
    for number, column in enumerate(columns):
        if column.get("source") and column.get("type") in ("label", "ordinal"):
            inside = f" của cột “{column['number']}”"
            kinds = ("count", "percent", "text")
            source = ("column", number, "source")
            _report_unfit(file, source, column["type"], kinds, inside=inside)
    _check_quarters(file, numbers)
    _check_relations(file, numbers)
    _check_figures(file)


def _check_quarters(file: DefinitionFile, numbers: Sequence[str]) -> None:
    """How a longer period adds up, and the columns that only help to."""
    table = file.table
    aids = table.get("aids", {})
    for own, source in aids.items():
        if own in numbers:
            first = file.text.line(("column", numbers.index(own), "number"))
            file.fault("twice", ("aids", own), item="aids", given=own, first=first)
        if not isinstance(source, str):
            given, example = _written(source), '101 = "count(pakn where extended)"'
            file.fault("not_text", ("aids", own), item=own, inside="", given=given, example=example)
    rules = table.get("cumulative", {})
    for own, rule in rules.items():
        place = ("cumulative", own)
        _check_reference(file, place, "cumulative", own, [*numbers, *aids])
        if not isinstance(rule, str):
            example = '11 = "last"'
            given = _written(rule)
            file.fault("not_text", place, item=own, inside="", given=given, example=example)
        elif latest := LATEST.fullmatch(rule):
            if rules.get(latest[1]) != UNION:
                file.fault("rule_unread", place, given=rule)
        elif rule not in (*PLAIN_RULES, UNION):
            _check_rule(file, place, rule, [*numbers, *aids])


def _check_rule(file: DefinitionFile, place: ItemPlace, rule: str, numbers: Sequence[str]) -> None:
    """A rule for several quarters: ``sum[9] + last[4] - last[9]``."""
    expression = _parsed(file, place, rule)
    for _, item in expression.terms if expression else ():
        if isinstance(item, OwnColumn) and item.rule:
            _check_reference(file, place, "cumulative", item.number, numbers)
        else:
            file.fault("rule_unread", place, given=rule)
            return


def _parsed(file: DefinitionFile, place: ItemPlace, text: str) -> Expression | None:
    try:
        return parse(text)
    except ExpressionError as error:
        file.fault("expression", place, given=text, why=error.why)
        return None


# --- all files together -------------------------------------------------------------------------


def _check_names(files: Sequence[DefinitionFile]) -> None:
    """No two definitions that are in force on one day mean the same form, sheet or page."""
    for one, other in combinations(files, 2):
        if not _overlap(one.table, other.table) or one.kind != other.kind:
            continue
        if one.table.get("layout") == other.table.get("layout") == "labels":
            other.fault("labels_twice", ("layout",), first=one.name)
        if one.table["id"] == other.table["id"]:
            other.fault("id_twice", ("id",), given=other.table["id"], first=one.name)
        elif _role(one.table) == _role(other.table):
            item = "role" if "role" in other.table else "id"
            other.fault("id_twice", (item,), given=_role(other.table), first=one.name)
        elif one.kind == SHEET:
            if one.table.get("table", "").casefold() == other.table.get("table", "-").casefold():
                other.fault("table_twice", ("table",), given=other.table["table"], first=one.name)
            names = {tone_key(name): name for name in _tab_names(one.table)}
            for item, name in _named_tabs(other.table):
                if tone_key(name) in names:
                    other.fault("sheet_twice", (item,), given=name, first=one.name)


def _check_printed_codes(files: Sequence[DefinitionFile]) -> None:
    """No two printed forms of one day have the same code in their corner."""
    for one, other in combinations([file for file in files if file.kind == PRINTED], 2):
        given = other.table["code"]
        same = tone_key(one.table["code"]) == tone_key(given)
        if same and one.table["id"] != other.table["id"] and _overlap(one.table, other.table):
            other.fault("printed_code_twice", ("code",), given=given, first=one.name)


def _check_holders(files: Sequence[DefinitionFile]) -> None:
    """Of no topic does the report speak by two forms that are in force on one day."""
    held = [(file, topics) for file in files if (topics := _topics(file.table))]
    for (one, own), (other, others) in combinations(held, 2):
        same = own & others
        if same and one.table["id"] != other.table["id"] and _overlap(one.table, other.table):
            for topic in sorted(same):
                place = _place_of_topic(other.table, topic)
                other.fault("holds_twice", place, given=topic, first=one.name)


def _topics(table: Table) -> set[str]:
    """What the report speaks of by a definition."""
    if table["kind"] == SHEET:
        return {table["holds"]} if table.get("holds") else set()
    return {topic_of(one["holds"]) for one in table["column"] if one.get("holds")}


def _place_of_topic(table: Table, topic: str) -> ItemPlace:
    if table["kind"] == SHEET:
        return ("holds",)
    held = (topic_of(column.get("holds", "")) for column in table["column"])
    return ("column", list(held).index(topic), "holds")


def _check_table_ids(files: Sequence[DefinitionFile]) -> None:
    """A sheet and a printed form are both exported as tables, in files of their ids."""
    for one, other in combinations(files, 2):
        given = other.table["id"]
        if one.kind != other.kind and one.table["id"].casefold() == given.casefold():
            other.fault("id_twice", ("id",), given=given, first=one.name)


def _check_codes(files: Sequence[DefinitionFile]) -> None:
    """No code of an identity means two: a finding and a waiver name it by its code alone.

    A printed form may say of its columns what a sheet that feeds it says of its own.
    """
    from kskt_excel.messages import codes

    for at, file in enumerate(files):
        for number, relation in enumerate(file.table.get("identity", ())):
            code, place = relation["code"], ("identity", number, "code")
            first = next((one for one in files[:at] if _says_otherwise(one, file, code)), None)
            if code in codes():
                file.fault("name_taken", place, item="code", given=code)
            elif first:
                file.fault("code_twice", place, given=code, first=first.name)


def _says_otherwise(one: DefinitionFile, other: DefinitionFile, code: str) -> bool:
    """Whether another form has an identity of this code on days on which this one is in force."""
    if not any(relation["code"] == code for relation in one.table.get("identity", ())):
        return False
    ids = {(file.kind, _role(file.table)) for file in (one, other)}
    if len(ids) == 1 or not _overlap(one.table, other.table):
        return False
    feeds = {feed for file in (one, other) for feed in file.table.get("feeds", ())}
    sheets = {file.table["id"] for file in (one, other) if file.kind == SHEET}
    sheets |= {_role(file.table) for file in (one, other) if file.kind == SHEET}
    return one.kind == other.kind or feeds.isdisjoint(sheets)


def _overlap(one: Table, other: Table) -> bool:
    """Whether there is a day on which both are in force."""
    (start, end), (first, last) = _validity(one), _validity(other)
    return start <= last and first <= end


def _validity(table: Table) -> tuple[dt.date, dt.date]:
    return table.get("valid_from", dt.date.min), table.get("valid_to", dt.date.max)


def _tab_names(table: Table) -> tuple[str, ...]:
    return (table["sheet"], *table.get("aliases", ()))


def _named_tabs(table: Table) -> Iterator[tuple[str, str]]:
    yield "sheet", table["sheet"]
    yield from (("aliases", name) for name in table.get("aliases", ()))


@dataclass(frozen=True, slots=True)
class _Figures:
    """The figures of a printed form: every one stands on columns that are there."""

    file: DefinitionFile
    sheets: Mapping[str, Sequence[Table]]  # definitions by the id and by the role of a sheet
    packaged: Mapping[str, Table]  # sheets by id, for what a copy does not say
    is_whole: bool  # every sheet's definition could be read

    def check(self) -> None:
        """Says which columns and sheets are not there, and what runs in a circle."""
        by = self.file.table.get("by")
        for feed in self.file.table["feeds"]:
            if self._is_sheet(("feeds",), feed) and by:
                self._check_columns(("by",), feed, (by,))
        self._check_rows()
        columns = self.file.table["column"]
        needs: dict[str, set[str]] = {}
        for number, column in enumerate(columns):
            source, place = column.get("source"), ("column", number, "source")
            if source and (expression := _parsed(self.file, place, source)):
                needs[column["number"]] = self._check_expression(place, expression)
                self._check_kind(place, column, expression)
        for number, source in self.file.table.get("aids", {}).items():
            if isinstance(source, str) and (aid := _parsed(self.file, ("aids", number), source)):
                self._check_expression(("aids", number), aid)
        known = {column["number"] for column in columns}
        while ready := {number for number, needed in needs.items() if not needed & needs.keys()}:
            needs = {number: needed for number, needed in needs.items() if number not in ready}
        for number, column in enumerate(columns):
            if column["number"] in needs and needs[column["number"]] <= known:
                self.file.fault("circle", ("column", number, "source"), given=column["source"])

    def _check_kind(self, place: ItemPlace, column: Table, expression: Expression) -> None:
        """Words stand in a column of texts alone."""
        kind = column.get("type", "count")
        if kind != "text" and any(one.kind == "text" for one in expression.aggregates):
            inside = f" của cột “{column['number']}”"
            _report_unfit(self.file, place, kind, ("text",), inside=inside)

    def _check_rows(self) -> None:
        """Says where no feeding sheet has the column by which its rows are told apart."""
        wanted = _ROW_COLUMNS.get(rows := self.file.table["rows"], ())
        feeds = self.file.table["feeds"]
        there = {key for feed in feeds for key in self._kinds(feed)}
        if wanted and self._has_all(feeds) and there.isdisjoint(wanted):
            columns = " hoặc ".join(f"“{one}”" for one in wanted)
            self.file.fault("rows_unplaced", ("rows",), given=rows, columns=columns)

    def _is_sheet(self, place: ItemPlace, given: str) -> bool:
        is_there = given in self.sheets
        if not is_there and self.is_whole:
            ids = list(dict.fromkeys(one["id"] for same in self.sheets.values() for one in same))
            near = nearest(given, ids)
            code = "feed_near" if near else "feed_unknown"
            self.file.fault(code, place, given=given, near=near, known=", ".join(ids))
        return is_there

    def _named(self, sheet: str) -> Sequence[Table]:
        """The definitions of a sheet that is named by its id, or by its role."""
        return self.sheets.get(sheet, ())

    def _has_all(self, feeds: Sequence[str]) -> bool:
        return all(feed in self.sheets for feed in feeds)

    def _check_expression(self, place: ItemPlace, expression: Expression) -> set[str]:
        """The form's other columns that a figure needs; what is wrong with it is said."""
        items = [item for _, item in expression.terms]
        aggregates = [item for item in items if isinstance(item, Aggregate)]
        own = [item.number for item in items if isinstance(item, OwnColumn)]
        if aggregates and len(aggregates) < len(items):
            self.file.fault("mixed", place, given=expression.text)
        elif not aggregates and not all(isinstance(one, OwnColumn | Constant) for one in items):
            self.file.fault("foreign", place, given=expression.text)
        elif len(aggregates) > 1 and not {one.kind for one in aggregates} <= {"sum", "count"}:
            self.file.fault("not_added", place, given=expression.text)
        known = [column["number"] for column in self.file.table["column"]]
        for number in own:
            _check_reference(self.file, place, "source", number, known)
        for one in aggregates:
            self._check_aggregate(place, one)
        return set(own)

    def _check_columns(self, place: ItemPlace, sheet: str, columns: Sequence[str]) -> None:
        """Says which columns no version of a sheet has that is in force with the form."""
        keys = self._kinds(sheet)
        for column in columns if keys else ():
            if column not in keys:
                near, known = nearest(column, keys), ", ".join(keys)
                code = "figure_near" if near else "figure_unknown"
                self.file.fault(code, place, given=column, sheet=sheet, near=near, known=known)

    def _kinds(self, sheet: str) -> Mapping[str, str]:
        """Columns of a sheet with their types, of every version in force with the form."""
        named = self._named(sheet)
        in_force = [table for table in named if _overlap(table, self.file.table)] or named
        return {one["key"]: one["type"] for table in in_force for one in table["column"]}

    def _questions(self, sheet: str) -> set[str]:
        """What conditions may ask of a sheet's rows beside its columns."""
        named = self._named(sheet)
        said = [_said(table, "question", self.packaged) for table in named]
        of_register = () if all(table.get("rows") for table in named) else (CARRIED,)
        return {*(one["name"] for some in said for one in some), *of_register}

    def _check_aggregate(self, place: ItemPlace, aggregate: Aggregate) -> None:
        sheet, feeds = aggregate.sheet, self.file.table["feeds"]
        names = {sheet, *(name for one in self._named(sheet) for name in (one["id"], _role(one)))}
        is_said = not names.isdisjoint(feeds)
        if not is_said and self._is_sheet(place, sheet) and self._has_all(feeds):
            self.file.fault("feed_unsaid", place, given=sheet)
        answered = self._questions(sheet)
        asked = [one.column for one in aggregate.conditions if one.column not in answered]
        self._check_columns(place, sheet, (*aggregate.columns, *asked))
        kinds = self._kinds(sheet)
        for column in aggregate.columns if aggregate.kind in ("sum", "max") else ():
            if kinds.get(column, NUMBER_TYPES[0]) not in NUMBER_TYPES:
                params = {"given": column, "kind": kinds[column], "choices": _quoted(NUMBER_TYPES)}
                self.file.fault("not_number", place, item=place[-1], **params)
        questions = [one for one in aggregate.conditions if one.column not in asked]
        _check_conditions(self.file, place, aggregate, kinds, passed=questions)


def _check_conditions(
    file: DefinitionFile,
    place: ItemPlace,
    aggregate: Aggregate,
    kinds: Mapping[str, str],
    passed: Collection[Condition] = (),
) -> None:
    """What a condition asks is what its column can answer: yes or no, or a comparison."""
    for one in aggregate.conditions:
        if one.column not in kinds or one in passed:
            continue
        kind, other = kinds[one.column], one.values[0] if one.values else ""
        if one.op in ("yes", "no") and kind != "yes_no":
            file.fault("not_asked", place, column=one.column, kind=kind)
        elif one.op in COMPARISONS and other not in kinds and not _is_number(other):
            file.fault("not_compared", place, given=other, column=one.column)
        elif one.op in _EQUAL and kind in NUMBER_TYPES and not all(map(_is_number, one.values)):
            given = next(value for value in one.values if not _is_number(value))
            file.fault("not_compared", place, given=given, column=one.column)
        elif one.op in COMPARISONS and (kind == "date") != (kinds.get(other) == "date"):
            file.fault("not_alike", place, given=other, column=one.column, kind=kind)


def _is_number(text: str) -> bool:
    return text.replace(",", ".").replace(".", "", 1).isdigit()


# --- beside the plan ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _BesidePlan:
    """What a definition names that the plan workbook must have."""

    file: DefinitionFile
    plan: Plan
    forms: Forms

    def check(self) -> None:
        """Says which lists, values of lists and units are not in the plan."""
        if self.file.kind == SHEET:
            self._check_lists()
            self._check_owners()
        else:
            for number, column in enumerate(self.file.table["column"]):
                self._check_planned(number, column)
                for one in parse(column["source"]).aggregates if column.get("source") else ():
                    for condition in one.conditions:
                        self._check_values(("column", number, "source"), one.sheet, condition)

    def _check_planned(self, number: int, column: Table) -> None:
        """What a column counts of the tasks' own plans is a kind that they can foresee."""
        given = column.get("planned", EVERY_UNIT)
        kinds = [one.value for one in self.plan.choices.get(KINDS_OF_ACTIVITY, ())]
        if given not in (EVERY_UNIT, *kinds):
            params = {"column": column["number"], "given": given, "known": ", ".join(kinds)}
            place = ("column", number, "planned")
            self.file.fault("planned_unknown", place, list=KINDS_OF_ACTIVITY, **params)

    def _check_lists(self) -> None:
        for number, column in enumerate(self.file.table["column"]):
            given = column.get("choices", "")
            if given and given not in self.plan.choices:
                near = nearest(given, self.plan.choices)
                known, place = ", ".join(self.plan.choices), ("column", number, "choices")
                code = "list_near" if near else "list_unknown"
                self.file.fault(code, place, given=given, near=near, known=known)

        given = self.file.table.get("row_list", "")
        lists = {**self.plan.choices, **self.forms.lists}
        near = nearest(given, lists)
        if given and given not in lists and (near or not self.file.table.get("blank_rows")):
            code = "list_near" if near else "list_unknown"
            known = ", ".join(self.plan.choices)
            self.file.fault(code, ("row_list",), given=given, near=near, known=known)

    def _check_owners(self) -> None:
        units = self.plan.units
        known = {*self.plan.unit_by_code, *(group for unit in units for group in unit.groups)}
        for given in self.file.table.get("owed_by", ()):
            if given not in known:
                shown = ", ".join(self.plan.unit_by_code)
                self.file.fault(
                    "unit_unknown", ("owed_by",), item="owed_by", given=given, known=shown
                )

    def _check_values(self, place: ItemPlace, sheet: str, condition: Condition) -> None:
        """Every value that a condition asks for is one that the column can have."""
        column = self.forms.sheet_by_id[sheet].by_key.get(condition.column)
        if column is None or condition.op not in ("=", "!=", "in"):
            return
        lists = {**self.plan.choices, **self.forms.lists}
        if column.type == "choice" and column.choices not in lists:
            return  # that is said where the list is named
        choices = lists.get(column.choices, ())
        may = {one.value for one in choices} | {one.code for one in choices if one.code}
        if column.type == "yes_no":
            may = set(_YES_NO)
        for value in condition.values if column.type in ("choice", "yes_no") else ():
            if value not in may:
                known = ", ".join(dict.fromkeys(one.value for one in choices) or _YES_NO)
                params = {"given": value, "column": condition.column, "known": known}
                self.file.fault("value_unknown", place, **params)


# --- nouns --------------------------------------------------------------------------------------


def _up_to_date(files: Sequence[DefinitionFile], shipped: Path) -> list[DefinitionFile]:
    """The files, with older copies of packaged sheets brought up to what other files ask of them.

    Who puts an older definition back beside newer printed forms has these count columns that it
    does not know: they come from the packaged definition, and with them its version.
    """
    changed = [file for file in files if file.kind == SHEET and not file.is_copy_of(shipped)]
    if not changed:
        return list(files)
    asked = {name for file in files if file.kind == PRINTED for name in _asked_columns(file)}
    return [_brought_up(file, asked, shipped) if file in changed else file for file in files]


def _asked_columns(file: DefinitionFile) -> Iterator[tuple[str, str]]:
    """Sheets and columns that a printed form's figures name, as far as they can be read."""
    columns = file.table.get("column")
    sources = [one.get("source") for one in columns if isinstance(one, dict)] if columns else []
    aids = file.table.get("aids")
    for text in (*sources, *(aids.values() if isinstance(aids, dict) else ())):
        try:
            aggregates = parse(text).aggregates if isinstance(text, str) and text else ()
        except ExpressionError:
            continue
        for one in aggregates:
            yield from ((one.sheet, name) for name in one.columns)
            yield from ((one.sheet, condition.column) for condition in one.conditions)


def _brought_up(
    file: DefinitionFile, asked: Collection[tuple[str, str]], shipped: Path
) -> DefinitionFile:
    table, columns = file.table, file.table.get("column")
    if not columns or not _is_tables(columns):
        return file
    there = {column.get("key") for column in columns}
    lacking = {key for sheet, key in asked if sheet == table.get("id")} - there
    packaged = _packaged(shipped, SHEET).get(table.get("id", "")) if lacking else None
    if packaged is None or table.get("version") not in packaged.get("earlier", ()):
        return file
    later = [one for one in packaged["column"] if "since" in one and one["key"] not in there]
    if not lacking & {one["key"] for one in later}:
        return file
    own = {name: packaged[name] for name in ("version", "earlier")}
    whole = {**table, **own, "column": [*columns, *later]}
    return replace(file, text=replace(file.text, table=whole))


def _packaged(shipped: Path, kind: str) -> dict[str, Table]:
    """The packaged definitions of a kind by id."""
    tables = (parsed(path.read_bytes()).table for path in sorted(shipped.glob("*.toml")))
    return {table["id"]: table for table in tables if table.get("kind") == kind}


def _unknown_roles(files: Sequence[DefinitionFile], shipped: Path) -> Iterator[Finding]:
    """Says which roles no packaged form of the kind has: nothing would be done by them."""
    with_role = [file for file in files if not file.faults and "role" in file.table]
    packaged = {kind: _packaged(shipped, kind) for kind in {file.kind for file in with_role}}
    for file in with_role:
        role, known = file.table["role"], packaged[file.kind]
        if role in known:
            continue
        if near := nearest(role, known):
            file.fault("role_near", ("role",), given=role, near=near)
        else:
            item, example = "role", SHEET_ITEMS["role"].example
            params = {"given": _written(role), "choices": _quoted(known), "example": example}
            file.fault("choice", (item,), item=item, inside="", **params)
        yield file.faults[-1]


def _in_roles(files: Sequence[DefinitionFile]) -> list[DefinitionFile]:
    """The files with every form known by the role that it plays.

    What the law says of a form is said of its role; without ``role`` that is its id.
    """
    roles = {file.table["id"]: file.table["role"] for file in files if "role" in file.table}
    roles = {id_: role for id_, role in roles.items() if id_ != role}
    if not roles:
        return list(files)
    return [
        replace(file, text=replace(file.text, table=_table_in_roles(file.table, roles)))
        for file in files
    ]


def _table_in_roles(table: Table, roles: Mapping[str, str]) -> Table:
    id_ = table["id"]
    own = {"id": roles[id_], "called": id_} if id_ in roles else {}
    if table["kind"] == SHEET:
        return {**table, **own}
    columns = [
        {**one, "source": in_roles(one["source"], roles)} if "source" in one else one
        for one in table["column"]
    ]
    feeds = [roles.get(one, one) for one in table["feeds"]]
    told: dict[str, Any] = {"feeds": feeds, "column": columns}
    if "aids" in table:
        told["aids"] = {number: in_roles(one, roles) for number, one in table["aids"].items()}
    return {**table, **told, **own}


def _role(table: Table) -> str:
    """What a definition is known by: its role, its id where it says none."""
    role: str = table.get("role", table["id"])
    return role


def _packaged_of_changed(files: Sequence[DefinitionFile], shipped: Path) -> dict[str, Table]:
    """The packaged sheets by id; none where every file is a copy, which says all there is."""
    is_changed = any(file.kind == SHEET and not file.is_copy_of(shipped) for file in files)
    return _packaged(shipped, SHEET) if is_changed else {}


def _said(table: Table, item: str, packaged: Mapping[str, Table]) -> Sequence[Table]:
    """What a definition says under a heading; where it says nothing, its packaged one."""
    tables: Sequence[Table] = table.get(item, packaged.get(_role(table), {}).get(item, ()))
    return tables


def _with_traits(
    files: Sequence[DefinitionFile], packaged: Mapping[str, Table], shipped: Path
) -> list[DefinitionFile]:
    """The files with what they do not say of their traits taken from the packaged ones."""
    return [
        replace(file, text=replace(file.text, table=_completed(file.table, packaged)))
        if file.kind == SHEET and not file.is_copy_of(shipped)
        else file
        for file in files
    ]


def _completed(table: Table, packaged: Mapping[str, Table]) -> Table:
    origin = packaged.get(table["id"])
    if origin is None:
        return table
    of_column = {column["key"]: column for column in origin["column"]}
    columns = [
        _missing(_COLUMN, column, of_column.get(column["key"], {})) | column
        for column in table["column"]
    ]
    whole = {**_missing(SHEET_ITEMS, table, origin), **table, "column": columns}
    if "question" in table or "time_limit" not in table:
        return whole
    own = {one["name"] for one in table["time_limit"]}  # the packaged questions ask for the others
    others = [one for one in origin.get("time_limit", ()) if one["name"] not in own]
    return {**whole, "time_limit": [*table["time_limit"], *others]}


def _missing(items: Mapping[str, DefinitionItem], table: Table, origin: Table) -> dict[str, Any]:
    return {
        name: origin[name]
        for name, item in items.items()
        if item.inherited and name in origin and name not in table
    }


def _with_topics(files: Sequence[DefinitionFile], shipped: Path) -> list[DefinitionFile]:
    """The files, with what the packaged ones hold where copies of them say nothing of that.

    Not where another definition in force says that it holds the same, nor where a copy lacks a
    column that the report would read: it prints, and the report does not speak of it.
    """
    silent = [file for file in files if not (file.is_copy_of(shipped) or _says_topics(file.table))]
    packaged = {kind: _packaged(shipped, kind) for kind in {file.kind for file in silent}}

    def told(file: DefinitionFile) -> DefinitionFile:
        origin = packaged[file.kind].get(file.table["id"]) if file in silent else None
        if origin is None:
            return file
        others = [one.table for one in files if one is not file and _overlap(one.table, file.table)]
        free = _topics(origin).difference(*map(_topics, others))
        table = _holding(file.table, origin, free)
        return replace(file, text=replace(file.text, table=table))

    return [told(file) for file in files]


def _says_topics(table: Table) -> bool:
    """Whether a definition says what it holds, if only that it is nothing."""
    return "holds" in table or any("holds" in column for column in table["column"])


def _holding(table: Table, origin: Table, topics: Collection[str]) -> Table:
    """A definition with those topics of another one whose columns it has."""
    if table["kind"] == SHEET:
        whole = [topic for topic in topics if not _lacking_columns(topic, table)]
        return {**table, "holds": whole[0]} if whole else table
    kinds = {column["number"]: column.get("type", "count") for column in table["column"]}
    of_number = {one["number"]: one["holds"] for one in origin["column"] if one.get("holds")}
    there = {of for number, of in of_number.items() if kinds.get(number) == WORDED.get(of, "count")}
    whole = [topic for topic in topics if there.issuperset(FIGURES[topic])]
    columns = [
        {**column, "holds": figure}
        if topic_of(figure := of_number.get(column["number"], "")) in whole
        else column
        for column in table["column"]
    ]
    return {**table, "column": columns}


_ABOUT_THE_FILE: Final = frozenset(
    {"kind", "order", "column", "identity", "role", "time_limit", "question", "fulfils"}
)


def _sheet(table: Table) -> SheetForm:
    own = {k: v for k, v in table.items() if k not in _ABOUT_THE_FILE}
    every = tuple(_column(column, table["id"]) for column in table["column"])
    usual: dict[str, Any] = {"rows": "", "key": (), "nil": False}
    limits = {one["name"]: TimeLimit(**one) for one in table.get("time_limit", ())}
    return SheetForm(
        **usual | _tuples(own),
        columns=tuple(column for column in every if not column.until),
        former=tuple(column for column in every if column.until),
        identities=_relations(table),
        fulfils=Fulfilment(**table["fulfils"]) if "fulfils" in table else None,
        time_limits=tuple(limits.values()),
        questions=tuple(_form_questions(table, limits)),
    )


def _form_questions(table: Table, limits: Mapping[str, TimeLimit]) -> Iterator[FormQuestion]:
    for one in table.get("question", ()):
        yield FormQuestion(**{**one, "limit": limits.get(one.get("limit", ""))})


def _column(table: Table, form: str) -> FormColumn:
    own = {k: v for k, v in table.items() if k not in ("heading_from", "values", "codes")}
    if _own_list(table):
        own["choices"] = f"{form}.{table['key']}"
    dated = tuple((one["from"], one["heading"]) for one in table.get("heading_from", ()))
    return FormColumn(**_tuples(own), headings_from=dated)


def _printed(file: DefinitionFile) -> PrintedForm:
    table = file.table
    own = {k: v for k, v in table.items() if k not in _ABOUT_THE_FILE}
    apart = _not_added(table["column"])
    columns = tuple(
        _printed_column({"adds_up": column["number"] not in apart, **column})
        for column in table["column"]
    )
    parts = {"columns": columns, "identities": _relations(table), "file": file.name}
    return PrintedForm(**{"unit_of_count": ""} | _tuples(own) | parts)


def _not_added(columns: Sequence[Table]) -> set[str]:
    """Columns whose total is not the sum of their rows: what is counted once, or the largest.

    Also those that are reckoned from such columns.
    """
    needs: dict[str, set[str]] = {}
    apart: set[str] = set()
    for column in columns:
        items = [item for _, item in parse(column["source"]).terms] if column.get("source") else []
        needs[column["number"]] = {one.number for one in items if isinstance(one, OwnColumn)}
        if any(isinstance(one, Aggregate) and one.kind in ("distinct", "max") for one in items):
            apart.add(column["number"])
    while more := {number for number, needed in needs.items() if needed & apart} - apart:
        apart |= more
    return apart


def _printed_column(table: Table) -> PrintedColumn:
    retired = {name for name, item in _PRINTED_COLUMN.items() if item.retired}
    own = {k: v for k, v in table.items() if k not in retired | {"header_from"}}
    dated = tuple((one["from"], tuple(one["header"])) for one in table.get("header_from", ()))
    return PrintedColumn(**_tuples(own), headers_from=dated)


def _relations(table: Table) -> tuple[FormRelation, ...]:
    return tuple(FormRelation(**_tuples(one)) for one in table.get("identity", ()))


def _tuples(table: Table) -> dict[str, Any]:
    return {k: tuple(v) if isinstance(v, list) else v for k, v in table.items()}
