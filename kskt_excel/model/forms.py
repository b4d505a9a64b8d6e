"""Form definitions (biểu mẫu) and their files: one definition drives every product."""

import datetime as dt
import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from kskt_excel.model.errors import KsktError


@dataclass(frozen=True, slots=True)
class FormColumn:
    """A column (cột) of a unit's sheet."""

    key: str
    heading: str
    type: str
    """text, long_text, count, decimal, percent, date, yes_no, choice, procedure, dossier, document,
    ordinal, days, task, unit, computed (a count that is a formula over other columns)."""
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

    def heading_on(self, day: dt.date) -> str:
        """The heading in force on a day: online services are renamed on 15/8/2022."""
        current = self.heading
        for start, heading in self.headings_from:
            if day >= start:
                current = heading
        return current

    @property
    def headings(self) -> tuple[str, ...]:
        """Every heading that has meant it, the contract's own first."""
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


@dataclass(frozen=True)
class SheetForm:
    """A sheet of the unit's workbook (biểu mẫu của đơn vị)."""

    id: str
    version: str
    sheet: str  # name on the tab
    title: str
    layout: str  # "labels", "form" (rows given, totals) or "register" (rows typed)
    scope: str  # "all", "procedures" (units with procedures), "office" (VP) or "optional"
    rows: str  # what pre-fills it: "tasks", "procedures", "criteria", "" (empty rows)
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

    @cached_property
    def by_key(self) -> Mapping[str, FormColumn]:
        """Columns by key."""
        return {column.key: column for column in self.columns}

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
        return _valid(self.valid_from, self.valid_to, day)


@dataclass(frozen=True, slots=True)
class PrintedColumn:
    """A numbered column of a printed form.

    ``source`` says where its figure comes from: docs/architecture.md, "Figures".
    """

    number: str  # "3"; extension columns go on counting
    header: tuple[str, ...]  # heading levels, outermost first
    source: str = ""
    headers_from: tuple[tuple[dt.date, tuple[str, ...]], ...] = ()
    width: int = 60  # relative
    extension: bool = False  # the department's own column, printed after the official ones
    type: str = "count"  # count, percent, text, ordinal, label
    adds_up: bool = True  # a count whose total is the sum of its rows; distinct counts are not

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
    rows: str  # "field", "unit", "procedure"
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
    cumulative: Mapping[str, str] | None = (
        None  # column number -> "sum" (default), "first", "last", or "sum[9] + last[4] - last[9]"
    )
    file: str = ""  # name of its definition file, for sentences about it

    def in_force(self, day: dt.date) -> bool:
        """Whether the definition is valid on a day."""
        return _valid(self.valid_from, self.valid_to, day)


@dataclass(frozen=True)
class Forms:
    """Every form definition of the workspace, all versions."""

    sheets: tuple[SheetForm, ...]
    printed: tuple[PrintedForm, ...]
    sha256: str = ""  # over the definition files, part of cache keys

    def sheets_on(self, day: dt.date) -> tuple[SheetForm, ...]:
        """Unit sheets in force on a day, in the workbook's order."""
        return tuple(form for form in self.sheets if form.in_force(day))

    def printed_on(self, day: dt.date) -> tuple[PrintedForm, ...]:
        """Printed forms in force on a day, in order."""
        return tuple(form for form in self.printed if form.in_force(day))

    @cached_property
    def sheet_by_id(self) -> Mapping[str, SheetForm]:
        """The newest definition of each unit sheet."""
        return {form.id: form for form in self.sheets}

    @cached_property
    def printed_by_id(self) -> Mapping[str, PrintedForm]:
        """The newest definition of each printed form."""
        return {form.id: form for form in self.printed}


def _valid(start: dt.date | None, end: dt.date | None, day: dt.date) -> bool:
    return (start is None or start <= day) and (end is None or day <= end)


T = TypeVar("T")


class FormDefinitionError(KsktError):
    """A form definition file that cannot be used."""

    def __init__(self, file: str, why: str) -> None:
        super().__init__(
            f"Định nghĩa biểu mẫu {file} chưa dùng được: {why}."
            " Hãy sửa tệp này, hoặc chép lại bản gốc từ bộ cài vào thư mục templates/bieu-mau."
        )


def load_forms(folder: Path) -> Forms:
    """Every definition in a folder, ordered by their ``order`` then valid_from.

    Raises FormDefinitionError naming the file.
    """
    files = sorted(folder.glob("*.toml"))
    if not files:
        raise FormDefinitionError(str(folder), "thư mục không có tệp .toml nào")
    digest = hashlib.sha256()
    tables: list[tuple[str, Mapping[str, Any]]] = []
    for file in files:
        data = file.read_bytes()
        digest.update(file.name.encode() + b"\0" + data)
        tables.append((file.name, _parse(file.name, data)))
    tables.sort(
        key=lambda named: (named[1].get("order", 0), named[1].get("valid_from", dt.date.min))
    )
    return Forms(
        sheets=tuple(_sheet(name, t) for name, t in tables if t.get("kind") == "sheet"),
        printed=tuple(_printed(name, t) for name, t in tables if t.get("kind") == "printed"),
        sha256=digest.hexdigest(),
    )


def _parse(name: str, data: bytes) -> Mapping[str, Any]:
    try:
        table = tomllib.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise FormDefinitionError(name, f"tệp không đúng dạng TOML ({error})") from error
    if table.get("kind") not in ("sheet", "printed"):
        raise FormDefinitionError(name, 'thiếu dòng kind = "sheet" hoặc kind = "printed"')
    return table


def _sheet(name: str, table: Mapping[str, Any]) -> SheetForm:
    own = {k: v for k, v in table.items() if k not in ("kind", "order", "column", "identity")}
    columns = tuple(_column(name, column) for column in table.get("column", ()))
    relations = _relations(name, table)
    keys = {column.key for column in columns}
    if table.get("layout") != "labels":
        _refuse_unknown(name, relations, keys)
    return _made(name, SheetForm, _tuples(own) | {"columns": columns, "identities": relations})


def _printed(name: str, table: Mapping[str, Any]) -> PrintedForm:
    own = {k: v for k, v in table.items() if k not in ("kind", "order", "column", "identity")}
    columns = tuple(_printed_column(name, column) for column in table.get("column", ()))
    relations = _relations(name, table)
    _refuse_unknown(name, relations, {column.number for column in columns})
    parts = {"columns": columns, "identities": relations, "file": name}
    return _made(name, PrintedForm, _tuples(own) | parts)


def _column(name: str, table: Mapping[str, Any]) -> FormColumn:
    own = {k: v for k, v in table.items() if k != "heading_from"}
    dated = tuple((entry["from"], entry["heading"]) for entry in table.get("heading_from", ()))
    return _made(name, FormColumn, _tuples(own) | {"headings_from": dated})


def _printed_column(name: str, table: Mapping[str, Any]) -> PrintedColumn:
    own = {k: v for k, v in table.items() if k != "header_from"}
    dated = tuple((entry["from"], tuple(entry["header"])) for entry in table.get("header_from", ()))
    return _made(name, PrintedColumn, _tuples(own) | {"headers_from": dated})


def _relations(name: str, table: Mapping[str, Any]) -> tuple[FormRelation, ...]:
    return tuple(_made(name, FormRelation, _tuples(entry)) for entry in table.get("identity", ()))


def _refuse_unknown(name: str, relations: tuple[FormRelation, ...], keys: set[str]) -> None:
    for relation in relations:
        unknown = {*relation.left, *relation.right, *relation.minus} - keys
        if unknown:
            raise FormDefinitionError(
                name, f"đẳng thức {relation.code} nhắc cột không có: {unknown}"
            )


def _tuples(table: Mapping[str, Any]) -> dict[str, Any]:
    return {k: tuple(v) if isinstance(v, list) else v for k, v in table.items()}


def _made(name: str, kind: type[T], values: Mapping[str, Any]) -> T:
    try:
        return kind(**values)
    except TypeError as error:
        raise FormDefinitionError(name, f"thừa hoặc thiếu mục ({error})") from error
