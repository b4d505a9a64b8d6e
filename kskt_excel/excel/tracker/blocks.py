"""What stands on the tracker's sheets: blocks of rows under a heading, before they are written."""

import datetime as dt
import hashlib
import json
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from functools import partial
from typing import Final, Literal, NamedTuple, TypeAlias

from kskt_excel.excel.book_writer import (
    CellContent,
    Formula,
    SheetKind,
    cell_text,
    formula_text,
    quoted,
)
from kskt_excel.model.book import column_letters
from kskt_excel.model.consolidation import Consolidation, ControlLine, DirectionStanding
from kskt_excel.model.forms import Forms, SheetForm
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.period import QUARTER_NAMES
from kskt_excel.model.plan import Plan
from kskt_excel.model.reading import Record, SheetReading, SheetState
from kskt_excel.model.submission import Submission, UnitReport
from kskt_excel.report.direction_lines import came_of_it

ColumnKind: TypeAlias = Literal[
    "text",
    "long",
    "line",  # runs over the empty cells at its right: the last of its block
    "center",
    "count",
    "decimal",
    "date",
    "moment",
    "rate",
    "state",
    "verdict",
    "link",
]

TRACKER_MARK: Final = "kskt-theo-doi"
VERSION: Final = 1  # of the marks in a tracker: a newer one is not read (``tracker.newer``)
ID_HEADING: Final = "_id"
OPINION, NOTE = "Ý kiến chỉ đạo", "Ghi chú của Văn phòng"
DIRECTED_ON, LEADER = "Ngày chỉ đạo", "Người chỉ đạo"
DIRECTION_NUMBER = "Số chỉ đạo"
"""Heading over the number of the direction that the row shows."""
OFFICE_HEADINGS: Final = frozenset((OPINION, DIRECTED_ON, LEADER, NOTE))
TOTALS_LABEL: Final = "Cộng (theo bộ lọc)"
UNPLACED_SHEET: Final = "Ghi chú chưa xếp được"
ALTERNATIVE: Final = " ~ "
"""Between a row's key and what it can be known by when the key is gone."""

# Rows made and kept together: a change in one of them makes so many anew, not the whole sheet.
_ROWS_OF_A_PART: Final = 256
_ROWS_OF_A_SHORT_PART: Final = 64  # of blocks whose rows are measured as well
FORMULA_PRINT: Final = "="
ALWAYS_FOLDED: Final = 9
"""Of a column: it only repeats what stands beside it, as the name of a unit beside its code."""
OFFICE_WIDTH: Final = 170  # pixels: a direction of some words on a line
CHARACTER_PX: Final = 7
"""Pixels of a character, as widths of columns are stored."""
_SIXTEEN_BITS: Final = 0xFFFF  # four signs of hexadecimal: told apart by people and by the next run
_PRINT: Final = 4  # of these signs
_LONGEST_DESCRIPTION: Final = 30_000  # what a cell holds, nearly
_LONG: Final = 2_000  # from so many rows on, heights are left to Excel
FIRST_BLOCK_ROW: Final = 5
"""Row of the first block's heading or title: title, mark, remark and totals stand above."""


@dataclass(frozen=True, slots=True)
class TrackerColumn:
    """A column of a block; headings of a block differ from each other."""

    key: str
    heading: str
    kind: ColumnKind = "text"
    width: int = 90  # pixels
    total: bool = False  # its sum stands over the heading
    level: int = 0  # outline level: details that fold away
    least: int = 0  # pixels, where its kind says too little
    fold: int = 0  # where the paper is too narrow the highest are folded first; 0 never
    folded: bool = False  # away, on the screen and on paper


class TrackerRow(NamedTuple):
    """A row: its key, cells in the order of the columns."""

    key: str
    cells: Sequence[CellContent]


class ColumnRows(NamedTuple):
    """Rows column by column: their keys, then the cells of each column."""

    keys: Sequence[str]
    columns: Sequence[Sequence[CellContent]]


@dataclass(frozen=True, slots=True)
class BlockPart:
    """Rows of a block that follow each other, made when they are asked for."""

    count: int
    make: Callable[[], ColumnRows]
    content: bytes = b""  # a hash that is equal for equal rows only; b"" where none is known


@dataclass(frozen=True)
class SheetBlock:
    """Rows under a heading; they may be made more than once and ``count`` is known before."""

    id: str
    columns: tuple[TrackerColumn, ...]
    parts: Sequence[BlockPart]
    count: int
    title: str = ""
    table: str = ""  # name of the Excel table: letters only
    office: bool = True  # has the office's columns
    directs: bool = False  # what stands under «Ý kiến chỉ đạo» is recorded
    level: int = 0  # outline level of the rows: details that fold away
    watched: bool = False  # a few rows, of which is known what the program wrote into each cell
    office_width: int = OFFICE_WIDTH  # pixels of each of the office's columns

    @property
    def office_headings(self) -> tuple[str, ...]:
        """Headings of the office's columns."""
        if not self.office:
            return ()
        return (OPINION, DIRECTED_ON, LEADER, NOTE) if self.directs else (OPINION, NOTE)

    @property
    def prints_office(self) -> bool:
        """Whether the office's columns go to paper: not those that only tell an origin."""
        return self.office and not any(one.level for one in self.columns)

    @property
    def is_long(self) -> bool:
        """Whether heights are left to Excel."""
        return self.count > _LONG

    def keys(self) -> Iterator[str]:
        """The key of every row."""
        for part in self.parts:
            yield from part.make().keys

    def rows(self) -> Iterator[TrackerRow]:
        """Every row."""
        for part in self.parts:
            keys, columns = part.make()
            yield from map(TrackerRow, keys, zip(*columns, strict=True))


@dataclass(frozen=True)
class TrackerSheet:
    """A sheet of the tracker: blocks one under the other, an empty row between them."""

    id: str
    name: str
    title: str
    remark: str
    blocks: tuple[SheetBlock, ...]
    frozen: int = 0  # columns that stay in sight
    main: str = ""  # block that goes to paper; "" for all in sight, the first decides widths
    kind: SheetKind = "form"  # tells the colour of its tab
    last_cell: tuple[int, int] = (0, 0)  # row and column up to which a page without blocks reaches

    def heading_row(self, block: str) -> int:
        """Row of a block's heading, from 1. Raises KeyError."""
        row = FIRST_BLOCK_ROW
        for one in self.blocks:
            row += 1 if one.title else 0
            if one.id == block:
                return row
            row += max(one.count, 1) + 2
        raise KeyError(block)

    @property
    def main_block(self) -> SheetBlock:
        """The block whose columns decide the widths. Raises KeyError, IndexError."""
        return self.block(self.main) if self.main else self.blocks[0]

    def described(self, sheets: Mapping[str, str], **more: object) -> str:
        """What the program itself writes on the sheet, for who looks for what a person wrote.

        ``sheets`` are the names of all its sheets by page id, ``more`` what else there is to tell.
        """
        blocks = {
            one.id: {
                "title": one.title,
                "headings": [c.heading for c in one.columns],
                "widths": [c.width for c in one.columns],
                "folded": [c.heading for c in one.columns if c.folded],
                "office": one.office_width,
            }
            for one in self.blocks
        }
        told = {"blocks": blocks, "last": self.last_cell, "sheets": dict(sheets), **more}
        watched = [one for one in self.blocks if one.watched]
        if watched and sum(map(_least_of_prints, watched)) <= _LONGEST_DESCRIPTION:
            written = {one.id: _prints(one) for one in watched}
            whole = json.dumps({**told, "written": written}, ensure_ascii=False)
            if len(whole) <= _LONGEST_DESCRIPTION:
                return whole
        return json.dumps(told, ensure_ascii=False)

    def block(self, block: str) -> SheetBlock:
        """A block by its id. Raises KeyError."""
        return {one.id: one for one in self.blocks}[block]


def _least_of_prints(block: SheetBlock) -> int:
    """Letters that the prints of a block take at least: those of many rows are not made."""
    return len({*map(cell_print, block.keys())}) * _PRINT * (1 + len(block.columns))


def _prints(block: SheetBlock) -> dict[str, str]:
    """A print of each cell of a row by a print of its key, four letters a cell."""
    return {cell_print(row.key): "".join(map(cell_print, row.cells)) for row in block.rows()}


def cell_print(value: object) -> str:
    """Four letters that tell a cell's content from another: to see that somebody typed over it."""
    if isinstance(value, Formula):
        text = FORMULA_PRINT
    elif isinstance(value, bool):
        text = "Có" if value else "Không"
    elif isinstance(value, dt.date):
        text = value.isoformat().removesuffix("T00:00:00")
    elif isinstance(value, int | float):
        text = f"{value:.10g}"
    else:
        text = " ".join(cell_text(str(value or "")).split())
    return f"{zlib.crc32(text.encode()) & _SIXTEEN_BITS:0{_PRINT}x}"


def in_pixels(characters: float) -> int:
    """Pixels of a column's width that a workbook stores in characters, margin included."""
    return round(characters * CHARACTER_PX)


def block_column(block: SheetBlock, key: str) -> int:
    """Number of a column on the sheet; column 1 holds the rows' keys. Raises ValueError."""
    return [one.key for one in block.columns].index(key) + 2


def block_cell(block: SheetBlock, key: str, row: int) -> str:
    """A cell of a block as a formula of its sheet names it. Raises ValueError."""
    return f"{column_letters(block_column(block, key))}{row}"


@dataclass(frozen=True)
class Places:
    """Where columns stand, for formulas that read other sheets."""

    pages: Mapping[str, TrackerSheet]

    def cells(self, page: str, block: str, key: str) -> str:
        """The range of a column's rows: ``'Hồ sơ'!$H$6:$H$90``. Raises KeyError, ValueError."""
        on = self.pages[page]
        one = on.block(block)
        letters = column_letters(block_column(one, key))
        first = on.heading_row(block) + 1
        last = first + max(one.count, 1) - 1
        return f"{quoted(on.name)}!${letters}${first}:${letters}${last}"

    def cell(self, page: str, block: str, key: str, index: int) -> str:
        """One cell of a block by the index of its row, from 0. Raises KeyError, ValueError."""
        on = self.pages[page]
        letters = column_letters(block_column(on.block(block), key))
        return f"{quoted(on.name)}!${letters}${on.heading_row(block) + 1 + index}"


def rows_of_a_part(rows: int) -> int:
    """How many rows of a block are made and kept together, by how many it has."""
    return _ROWS_OF_A_PART if rows > _LONG else _ROWS_OF_A_SHORT_PART


def fixed(rows: Sequence[TrackerRow]) -> tuple[BlockPart, ...]:
    """Rows that are made already, cut into the parts of a block."""
    size = rows_of_a_part(len(rows))
    some = [rows[at : at + size] for at in range(0, len(rows), size)]
    return tuple(BlockPart(len(one), partial(_turned, one), _hash(one)) for one in some)


def _turned(rows: Sequence[TrackerRow]) -> ColumnRows:
    return ColumnRows([row.key for row in rows], [*zip(*(row.cells for row in rows), strict=True)])


def _hash(rows: Sequence[TrackerRow]) -> bytes:
    return hashlib.sha256(repr(rows).encode()).digest()


def criterion(text: str) -> str:
    """A text as a criterion of COUNTIFS that means just this text."""
    escaped = "".join(f"~{char}" if char in "~*?" else char for char in text)
    return formula_text(f"={escaped}" if escaped[:1] in "<>=" else escaped)


@dataclass(frozen=True)
class TrackerVolume:
    """A workbook of its own with the rows of some units (tập của sổ theo dõi)."""

    name: str  # of the units: whom they belong to, or their group
    file: str  # its name, beside the tracker's
    units: int
    rows: Sequence[int]  # of each quarter
    control: Sequence[Sequence[ControlLine]]  # of each quarter, put together from them alone


NOT_COUNTED_SUFFIX: Final = " (không tính)"
NO_SUPERIOR: Final = "Không ghi"
_LONGEST_IN_FORMULA: Final = 255  # letters of a text: Excel's own limit
_OPEN: Final = "Mở tệp"


@dataclass(frozen=True)
class TrackerYear:
    """The year so far: plan, forms, each quarter, the cumulated period, where originals lie."""

    plan: Plan
    forms: Forms
    quarters: Sequence[Consolidation]
    cumulative: Consolidation
    archive_links: Mapping[str, str] = field(default_factory=dict)
    last_year: Mapping[str, UnitReport] = field(default_factory=dict)  # the period before, by unit
    directions: Mapping[str, DirectionStanding] = field(default_factory=dict)  # by key of the row
    record: str = ""  # how far the record had come, in words
    volumes: Sequence[TrackerVolume] = ()  # that have the rows of the units; () where it has them
    volume: str = ""  # name of the volume that this is; "" for the tracker itself

    @property
    def period_names(self) -> tuple[str, ...]:
        """Headings of the periods that the year is told by: its four quarters, else the one."""
        first = self.quarters[0].period
        return (first.label,) if first.stands_alone else QUARTER_NAMES

    @property
    def newest(self) -> Consolidation:
        """The last quarter so far."""
        return self.quarters[-1]

    @property
    def numbers(self) -> range:
        """Numbers of the year's quarters up to the newest: those to come have no columns yet."""
        return range(1, self.newest.period.number + 1)

    def who(self, unit: str) -> tuple[str, ...]:
        """What the tracker says of a unit beside each of its rows: code, name, whom it is under."""
        above = (self.superior_of(unit),) if self.plan.superiors else ()
        return (unit, self.plan.unit_name(unit), *above)

    def superior_of(self, unit: str) -> str:
        """Whom a unit belongs to, a word where it belongs to nobody."""
        return self.plan.superiors.get(unit, NO_SUPERIOR)

    def sheets(self, form: str) -> Iterator[tuple[Consolidation, UnitReport, SheetReading]]:
        """Every reading of one form, quarter by quarter, in the plan's unit order."""
        for quarter in self.quarters:
            for report in quarter.reports:
                sheet = report.reading.sheets.get(form)
                if sheet is not None:
                    yield quarter, report, sheet

    def form(self, form: str) -> SheetForm:
        """The newest definition of a unit sheet. Raises KeyError."""
        return self.forms.sheet_by_id[form]

    def archived(self, submission: Submission) -> str:
        """Path of the archived original, seen from the tracker's folder; "" when not known."""
        return self.archive_links.get(submission.sha256, "")

    def direction(self, key: str) -> tuple[CellContent, CellContent]:
        """Number of the direction on a row, and what came of it; ``key`` with its alternative."""
        own, _, alternative = key.partition(ALTERNATIVE)
        standing = self.directions.get(own) or self.directions.get(alternative)
        if standing is None:
            return None, None
        return standing.direction.id, came_of_it(standing)

    def link(self, submission: Submission) -> Formula | None:
        """A formula that opens the archived original; None where it is not known.

        The path is the archive's own, made of hash and suffix; no text of a unit is in it.
        """
        path = self.archived(submission)
        if not path or len(path) > _LONGEST_IN_FORMULA:
            return None
        return Formula(f"HYPERLINK({formula_text(path)},{formula_text(_OPEN)})", _OPEN)


def period_of(label: str, sheet: SheetReading) -> str:
    """The period as rows name it; rows of a sheet ticked as empty do not count and say so."""
    return label if sheet.state is SheetState.FILLED else label + NOT_COUNTED_SUFFIX


def occurrence(seen: dict[str, int], key: str) -> str:
    """The key, with a number from its second use on."""
    seen[key] = seen.get(key, 0) + 1
    return key if seen[key] == 1 else f"{key}#{seen[key]}"


def records(sources: TrackerYear, form: str) -> int:
    """How many rows of a form came in."""
    return sum(len(sheet.records) for _, _, sheet in sources.sheets(form))


__all__ = [
    "NOT_COUNTED_SUFFIX",
    "Record",
    "TrackerYear",
    "occurrence",
    "period_of",
    "records",
]
