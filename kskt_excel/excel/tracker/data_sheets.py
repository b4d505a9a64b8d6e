"""The data sheets: every row of every unit and quarter, with where it comes from."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain
from typing import Final, TypeAlias

from kskt_excel.consolidation.tally import QuarterRecords, Question, questions
from kskt_excel.excel.book_writer import CellContent
from kskt_excel.excel.tracker.blocks import (
    ALTERNATIVE,
    ALWAYS_FOLDED,
    DIRECTION_NUMBER,
    OFFICE_HEADINGS,
    BlockPart,
    ColumnKind,
    ColumnRows,
    SheetBlock,
    TrackerColumn,
    TrackerSheet,
    TrackerYear,
    occurrence,
    period_of,
    rows_of_a_part,
)
from kskt_excel.excel.tracker.row_places import RowsPlace, rows_places, table_name
from kskt_excel.model.consolidation import Consolidation
from kskt_excel.model.forms import FIRST_SHEETS, LAST_SHEETS, FormColumn, SheetForm
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.packed import PackedRecords
from kskt_excel.model.period import Window
from kskt_excel.model.reading import CARRIED, Record, SheetReading
from kskt_excel.model.submission import UnitReport

Sheets: TypeAlias = Sequence[tuple[UnitReport, SheetReading]]


@dataclass(frozen=True)
class DataRows:
    """Makes the rows of one form."""

    sources: TrackerYear
    form: SheetForm
    questions: tuple[str, ...]

    def parts(self) -> tuple[BlockPart, ...]:
        """Quarter by quarter, units in the plan's order; no part reaches over two quarters."""
        of_quarters = [
            (quarter, [*_with_rows(quarter.reports, self.form.id)])
            for quarter in self.sources.quarters
        ]
        size = rows_of_a_part(
            sum(len(sheet.records) for _, sheets in of_quarters for _, sheet in sheets)
        )
        return tuple(
            BlockPart(
                sum(len(sheet.records) for _, sheet in some),
                partial(self._table, quarter, some),
                self._content(quarter, some),
            )
            for quarter, sheets in of_quarters
            for some in _grouped(sheets, size)
        )

    def _content(self, quarter: Consolidation, sheets: Sheets) -> bytes:
        """A hash over all that the rows are made from; b"" where that is not known."""
        plan, forms = self.sources.plan.sha256, self.sources.forms.sha256
        if not plan or not forms:
            return b""
        told = (plan, forms, self.form.id, self.questions, quarter.period)
        found = hashlib.sha256(repr(told).encode())
        if self.form.directed:
            found.update(repr(sorted(self.sources.directions.items())).encode())
        for report, sheet in sheets:
            if not isinstance(sheet.records, PackedRecords):  # united of parts
                return b""
            sent, packed = report.submission, sheet.records.packed
            name, path = self.sources.plan.unit_name(report.unit), self.sources.archived(sent)
            own = (report.unit, name, sent.version, sent.file, path, sheet.name, sheet.state.value)
            found.update(f"{own!r}{len(packed)}".encode())
            found.update(packed)
        return found.digest()

    def _table(self, quarter: Consolidation, sheets: Sheets) -> ColumnRows:
        ground = QuarterRecords.of(quarter.period, self.sources.plan, self.sources.forms)
        label = quarter.period.label
        keys: list[str] = []
        columns: list[list[list[CellContent]]] = []
        for report, sheet in sheets:
            records, sent = list(sheet.records), report.submission
            who = (*self.sources.who(report.unit), period_of(label, sheet))
            start = f"{report.unit}|{quarter.period.id}|{self.form.id}"
            own_keys = list(row_keys(self.form, start, records))
            keys += own_keys
            own: list[list[CellContent]] = [
                *_repeated(who, len(records)),
                *self._read(records),
                *self._asked(records, ground),
                *self._directed(own_keys),
                *_repeated((sent.version, sent.file, sheet.name), len(records)),
                [*(one.row for one in records)],
                *_repeated([self.sources.link(sent)], len(records)),
            ]
            columns.append(own)
        return ColumnRows(keys, [[*chain(*column)] for column in zip(*columns, strict=True)])

    def _read(self, records: Sequence[Record]) -> Iterator[list[CellContent]]:
        """What the unit wrote, each column as it is shown; citizens were covered as it was read."""
        values = [one.values for one in records]
        for column in self.form.columns:
            key = column.key
            read: list[CellContent] = [one.get(key) for one in values]
            yield list(map(_yes_no, read)) if column.type == "yes_no" else read

    def _asked(
        self, records: Sequence[Record], ground: QuarterRecords
    ) -> Iterator[list[CellContent]]:
        for name in self.questions:
            question = questions(self.form)[name]
            yield [_answer(question, one, ground) for one in records]

    def _directed(self, keys: Sequence[str]) -> Iterator[list[CellContent]]:
        if self.form.directed:
            told = [self.sources.direction(key) for key in keys]
            yield from ([one[at] for one in told] for at in range(len(DIRECTION_COLUMNS)))


def row_keys(form: SheetForm, start: str, records: Iterable[Record]) -> Iterator[str]:
    """Keys of rows; a register's row is known by its content, then by its number.

    ``start``: unit, quarter and form.
    """
    seen: dict[str, int] = {}
    if form.key != ("ordinal",):
        return (occurrence(seen, f"{start}|{one.key}") for one in records)
    named = (
        (occurrence(seen, f"{start}|{_digest(form, one)}"), f"{start}|{one.key}") for one in records
    )
    return map(ALTERNATIVE.join, named)


def _digest(form: SheetForm, record: Record) -> str:
    texts = "\n".join(
        str(record.values.get(column.key, ""))
        for column in form.columns
        if column.type in ("long_text", "date", "task")
    )
    return hashlib.sha256(texts.encode()).hexdigest()[:10]


def _with_rows(
    reports: Iterable[UnitReport], form: str
) -> Iterator[tuple[UnitReport, SheetReading]]:
    """The reports with their sheets of a form that have rows."""
    for report in reports:
        sheet = report.reading.sheets.get(form)
        if sheet is not None and sheet.records:
            yield report, sheet


def _grouped(sheets: Sheets, size: int) -> Iterator[Sheets]:
    """Sheets that follow each other, so many that they have enough rows."""
    some: list[tuple[UnitReport, SheetReading]] = []
    rows = 0
    for one in sheets:
        some.append(one)
        rows += len(one[1].records)
        if rows >= size:
            yield some
            some, rows = [], 0
    if some:
        yield some


def _repeated(values: Iterable[CellContent], times: int) -> Iterator[list[CellContent]]:
    return ([one] * times for one in values)


def _answer(question: Question, record: Record, ground: QuarterRecords) -> str:
    return "Có" if question(record.values, ground) else "Không"


def _yes_no(value: CellContent) -> CellContent:
    if value is True:
        return "Có"
    return "Không" if value is False else value


_LONG_TEXT: Final = 200  # pixels: a text that is given so much is a long one
_LEASTS: Final = {"document": 118, "dossier": 200}  # pixels: one of them on one line
_SHORT_WIDTHS: Final = {"yes_no": 56, "procedure": 84, "task": 56, "ordinal": 44}
_REMARK_COLUMN: Final = "note"
_FOLDS: Final = {"choice": 3, "text": 2, "document": 2, "date": 1, "yes_no": 1}
"""How early a column of a type leaves the paper; what a remark says is the first to go."""
_FIRST_FOLD: Final = 4  # later than all types: nobody decides by a remark
_KINDS: Final[dict[str, ColumnKind]] = {
    "long_text": "long",
    "count": "count",
    "computed": "count",
    "days": "count",
    "ordinal": "center",
    "decimal": "decimal",
    "percent": "decimal",
    "date": "date",
    "yes_no": "center",
    "procedure": "center",
    "task": "center",
}
_WHO: Final = (
    TrackerColumn("unit", "Mã đơn vị", "center", 76),
    TrackerColumn("unit_name", "Đơn vị", "text", 190, fold=ALWAYS_FOLDED),
    TrackerColumn("superior", "Cấp trên", "text", 150, fold=ALWAYS_FOLDED),
    TrackerColumn("period", "Kỳ", "center", 84),
)
"""Of each row; whom units belong to only where the plan says so."""
_FROM: Final = (
    TrackerColumn("version", "Lần gửi", "count", 56, level=1),
    TrackerColumn("file", "Tệp của đơn vị", "text", 190, level=1),
    TrackerColumn("sheet", "Trang tính", "text", 96, level=1),
    TrackerColumn("row", "Dòng", "count", 52, level=1),
    TrackerColumn("link", "Bản gốc", "link", 66, level=1),
)
DIRECTION_COLUMNS: Final = (
    TrackerColumn("direction", DIRECTION_NUMBER, "count", 52),
    TrackerColumn("came_of_it", "Kết quả thực hiện chỉ đạo", "long", 130, fold=1),
)
_OURS: Final = frozenset(one.key for one in (*_WHO, *_FROM))


def own_key(key: str) -> str:
    """Key of a form's column in the tracker: apart from what the tracker says of each row."""
    return f"own:{key}" if key in _OURS else key


_CARRIED_HEADING: Final = "Chuyển từ quý trước"
_REMARK: Final = (
    "Mỗi dòng là một dòng trong báo cáo của đơn vị; cột Bản gốc mở tệp đã nhận."
    " Lọc, sắp xếp tự do; các cột màu vàng bên phải để Văn phòng ghi."
)


def data_pages(sources: TrackerYear) -> tuple[TrackerSheet, ...]:
    """A page for each sheet that definitions name for their rows, in the tracker's order.

    None where volumes have the rows.
    """
    if sources.volumes:
        return ()
    places = rows_places(sources.forms)
    pages = dict.fromkeys(one.page for one in places.values() if one.is_own_page)
    return tuple(_page(sources, page, places) for page in pages)


def _page(sources: TrackerYear, page: str, places: Mapping[str, RowsPlace]) -> TrackerSheet:
    """The rows of the form that the sheet is there for, then of those that share it."""
    here = [form for form, place in places.items() if place.page == page]
    here.sort(key=lambda form: not places[form].owns)
    name = places[here[0]].name
    blocks = tuple(_block_here(sources, form, places[form]) for form in here)
    owner = sources.form(here[0]) if places[here[0]].owns else None
    title = owner.title if owner else f"{name.upper()} CỦA CÁC ĐƠN VỊ"
    return TrackerSheet(page, name, title, _REMARK, blocks, 3, kind="register")


def _block_here(sources: TrackerYear, form: str, place: RowsPlace) -> SheetBlock:
    definition = sources.form(form)
    if place.owns:
        return replace(data_block(sources, form), table=table_name(definition))
    block = replace(data_block(sources, form), title=definition.tracker_title or definition.sheet)
    # what units answer to directions stands in the rows of what was directed, too
    return replace(block, level=1) if definition.rows == "directions" else block


def shared_blocks(sources: TrackerYear, page: str) -> tuple[SheetBlock, ...]:
    """Rows of the forms that name one of the program's own sheets, to stand under its blocks.

    None where volumes have the rows.
    """
    if sources.volumes:
        return ()
    return tuple(
        replace(
            data_block(sources, form),
            title=sources.form(form).tracker_title or sources.form(form).sheet,
            table=table_name(sources.form(form)),
        )
        for form, place in rows_places(sources.forms).items()
        if place.page == page
    )


def rows_page(sources: TrackerYear, page: str) -> TrackerSheet | None:
    """One of the program's own sheets with the rows of units alone; None where it has none."""
    blocks = shared_blocks(sources, page)
    name = {**FIRST_SHEETS, **LAST_SHEETS}[page]
    title = f"{name.upper()}: BÁO CÁO CỦA CÁC ĐƠN VỊ"
    return TrackerSheet(page, name, title, _REMARK, blocks, 3, kind="register") if blocks else None


def data_block(sources: TrackerYear, form: str) -> SheetBlock:
    """The rows of one form over all units and quarters."""
    definition = _of_all_versions(sources, form)
    day = sources.newest.window.end
    asked = {one.name: one.heading for one in definition.questions if one.heading}
    asked |= {CARRIED: _CARRIED_HEADING} if definition.tells_carried else {}
    columns = (
        *(one for one in _WHO if one.key != "superior" or sources.plan.superiors),
        *(
            _column(one, one.heading_on(day), is_key=one.key in definition.key)
            for one in definition.columns
        ),
        *(TrackerColumn(f"?{name}", asked[name], "center", 56, fold=2) for name in asked),
        *(DIRECTION_COLUMNS if definition.directed else ()),
        *_FROM,
    )
    parts = DataRows(sources, definition, tuple(asked)).parts()
    count = sum(part.count for part in parts)
    block = rows_places(sources.forms)[form].block
    directs = definition.directed
    return SheetBlock(block, tuple(_distinct(columns)), parts, count, directs=directs)


def _of_all_versions(sources: TrackerYear, form: str) -> SheetForm:
    """The newest definition, with the columns that only earlier ones of the year had behind."""
    newest = sources.form(form)
    year = Window(sources.quarters[0].window.start, sources.newest.window.end)
    every = [one for one in sources.forms.sheets if one.id == form and one.overlaps(year)]
    moved = {column.before for column in newest.columns}  # their cells say it of newer columns
    columns = [column for one in every for column in (*one.columns, *one.former)]
    gone = {c.key: c for c in columns if c.key not in newest.by_key and c.key not in moved}
    return replace(newest, columns=(*newest.columns, *gone.values())) if gone else newest


def _column(column: FormColumn, heading: str, *, is_key: bool) -> TrackerColumn:
    kind = _KINDS.get(column.type, "text")
    if kind == "text" and column.width >= _LONG_TEXT:
        kind = "long"
    width = _SHORT_WIDTHS.get(column.type) or min(max(column.width, 76), 320)
    fold = 0 if is_key or kind == "long" else _FOLDS.get(column.type, 0)
    fold = _FIRST_FOLD if column.key == _REMARK_COLUMN else fold
    least = _LEASTS.get(column.type, 0)
    return TrackerColumn(
        own_key(column.key), heading, kind, width, total=column.total, least=least, fold=fold
    )


def _distinct(columns: Sequence[TrackerColumn]) -> Iterator[TrackerColumn]:
    """Columns whose headings differ, as a table asks for; the office's own stay free."""
    seen = {heading.casefold() for heading in OFFICE_HEADINGS}
    for column in columns:
        heading, number = column.heading, 1
        while heading.casefold() in seen:
            number += 1
            heading = f"{column.heading} ({number})"
        seen.add(heading.casefold())
        yield replace(column, heading=heading)
