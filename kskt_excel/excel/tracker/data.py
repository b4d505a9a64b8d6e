"""The data sheets: every row of every unit and quarter, with where it comes from."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from kskt_excel.consolidate.derived import QUESTIONS, Ground, Question
from kskt_excel.excel.tracker.grid import (
    ALTERNATIVE,
    Block,
    Column,
    Content,
    Kind,
    Page,
    Row,
)
from kskt_excel.excel.tracker.sources import Sources, occurrence, period_of
from kskt_excel.model.forms import Column as FormColumn
from kskt_excel.model.forms import SheetForm
from kskt_excel.model.reading import Record
from kskt_excel.text.pii import mask

LINES: Final = "lines"
DATA_FORMS: Final = (
    "ho-so",
    "danh-muc",
    "truc-tuyen",
    "qua-han",
    "pakn",
    "cong-bo",
    "vbqppl",
    "ra-soat",
    "hoat-dong",
    "vuong-mac",
)
ACTIVITIES: Final = ("sang-kien", "truyen-thong", "kiem-tra", "dau-moi")
_ACTIVITIES_PAGE: Final = "hoat-dong"
_MASKED: Final = frozenset({"qua-han", "pakn"})
_TABLES: Final = {
    "ho-so": "HoSo",
    "danh-muc": "DanhMuc",
    "truc-tuyen": "TrucTuyen",
    "qua-han": "QuaHan",
    "pakn": "PAKN_",
    "cong-bo": "CongBo",
    "vbqppl": "VBQPPL_",
    "ra-soat": "RaSoat",
    "vuong-mac": "VuongMac",
}
_KINDS: Final[dict[str, Kind]] = {
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
    Column("unit", "Mã đơn vị", "center", 76),
    Column("unit_name", "Đơn vị", "text", 190),
    Column("period", "Kỳ", "center", 92),
)
_FROM: Final = (
    Column("version", "Lần gửi", "count", 56, level=1),
    Column("file", "Tệp của đơn vị", "text", 190, level=1),
    Column("sheet", "Trang tính", "text", 96, level=1),
    Column("row", "Dòng", "count", 52, level=1),
    Column("link", "Bản gốc", "link", 66, level=1),
)
_QUESTIONS: Final = {
    "on_time": "Xử lý đúng hạn",
    "late": "Xử lý quá hạn",
    "judged": "Đã đến hạn xử lý",
    "published_on_time": "Công khai đúng hạn",
    "publication_due": "Đã đến hạn công khai",
}
_REMARK: Final = (
    "Mỗi dòng là một dòng trong báo cáo của đơn vị; cột Bản gốc mở tệp đã nhận."
    " Lọc, sắp xếp tự do; hai cột màu vàng bên phải để Văn phòng ghi."
)


def data_pages(sources: Sources) -> tuple[Page, ...]:
    """A page for each data sheet of the tracker, in its order."""
    return tuple(
        _page(sources, form)
        for form in DATA_FORMS
        if form == _ACTIVITIES_PAGE or _known(sources, form)
    )


def _known(sources: Sources, form: str) -> bool:
    return form in sources.forms.sheet_by_id


def _page(sources: Sources, form: str) -> Page:
    if form == _ACTIVITIES_PAGE:
        blocks = tuple(
            replace(data_block(sources, one), title=sources.form(one).sheet)
            for one in ACTIVITIES
            if _known(sources, one)
        )
        return Page(form, "Hoạt động", "HOẠT ĐỘNG CỦA CÁC ĐƠN VỊ", _REMARK, blocks, 3)
    definition = sources.form(form)
    block = replace(data_block(sources, form), table=_TABLES.get(form, ""))
    return Page(form, definition.sheet, definition.title, _REMARK, (block,), 3)


def block_id(form: str) -> str:
    """Id of the block that holds a form's rows."""
    return form if form in ACTIVITIES else LINES


def page_id(form: str) -> str:
    """Id of the page that holds a form's rows."""
    return _ACTIVITIES_PAGE if form in ACTIVITIES else form


def data_block(sources: Sources, form: str) -> Block:
    """The rows of one form over all units and quarters."""
    definition = sources.form(form)
    day = sources.newest.window.end
    questions = [name for sheet, name in QUESTIONS if sheet == form]
    columns = (
        *_WHO,
        *(_column(one, one.heading_on(day)) for one in definition.columns),
        *(Column(f"?{name}", _QUESTIONS.get(name, name), "center", 80) for name in questions),
        *_FROM,
    )
    columns = tuple(_distinct(columns))
    totals, count = _totals(sources, form, [one.key for one in columns if one.total])
    rows = _Rows(sources, definition, tuple(questions)).rows
    return Block(block_id(form), columns, rows, count, totals=totals)


def _totals(sources: Sources, form: str, keys: Sequence[str]) -> tuple[dict[str, float], int]:
    """Sums of the columns and the number of rows, each sheet unpacked once and let go."""
    totals: dict[str, float] = dict.fromkeys(keys, 0)
    count = 0
    for _, _, sheet in sources.sheets(form):
        count += len(sheet.records)
        for record in sheet.records if keys else ():
            for key in keys:
                value = record.values.get(key)
                if value.__class__ is int or value.__class__ is float:
                    totals[key] += value
    return totals, count


def _column(column: FormColumn, heading: str) -> Column:
    kind = _KINDS.get(column.type, "text")
    width = min(max(column.width, 76), 320)
    return Column(column.key, heading, kind, width, total=column.total)


def _distinct(columns: Sequence[Column]) -> Iterator[Column]:
    """Columns whose headings differ, as a table asks for; the office's own stay free."""
    seen = {"ghi chú của văn phòng", "ý kiến chỉ đạo"}
    for column in columns:
        heading, number = column.heading, 1
        while heading.casefold() in seen:
            number += 1
            heading = f"{column.heading} ({number})"
        seen.add(heading.casefold())
        yield replace(column, heading=heading)


@dataclass(frozen=True)
class _Rows:
    """Makes the rows of one form."""

    sources: Sources
    form: SheetForm
    questions: tuple[str, ...]

    def rows(self) -> Iterator[Row]:
        """Rows quarter by quarter, units in the plan's order."""
        keys = [column.key for column in self.form.columns]
        shown = self._shown()
        for quarter, report, sheet in self.sources.sheets(self.form.id):
            who = (report.unit, self.sources.unit_name(report.unit), period_of(quarter, sheet))
            ground = Ground.of(quarter.period, self.sources.plan, self.sources.forms)
            asked = [(QUESTIONS[self.form.id, name], ground) for name in self.questions]
            start = f"{report.unit}|{quarter.period.id}|{self.form.id}"
            version, file = report.submission.version, report.submission.file
            link = self.sources.link(report.submission)
            seen: dict[str, int] = {}
            for record in sheet.records:
                values = record.values
                cells: list[Content] = [*who, *map(values.get, keys)]
                for at, change in shown:
                    cells[at] = change(cells[at])
                cells += [_answer(question, record, on) for question, on in asked]
                cells += [version, file, sheet.name, record.row, link]
                yield Row(self._key(start, record, seen), cells)

    def _shown(self) -> list[tuple[int, Callable[[Content], Content]]]:
        """Places of cells that are not shown as they were read, with how they are shown."""
        first = len(_WHO)
        masked = self.form.id in _MASKED
        changes: list[tuple[int, Callable[[Content], Content]]] = []
        for at, column in enumerate(self.form.columns, start=first):
            if column.type == "yes_no":
                changes.append((at, _yes_no))
            elif masked and column.type in ("text", "long_text"):
                changes.append((at, _covered))
        return changes

    def _key(self, start: str, record: Record, seen: dict[str, int]) -> str:
        """Key of a row; a register's row is known by its content, then by its number."""
        if self.form.key != ("ordinal",):
            return occurrence(seen, f"{start}|{record.key}")
        texts = "\n".join(
            str(record.values.get(column.key, ""))
            for column in self.form.columns
            if column.type in ("long_text", "date", "task")
        )
        digest = hashlib.sha256(texts.encode()).hexdigest()[:10]
        key = occurrence(seen, f"{start}|{digest}")
        return f"{key}{ALTERNATIVE}{start}|{record.key}"


def _answer(question: Question, record: Record, ground: Ground) -> str:
    return "Có" if question(record.values, ground) else "Không"


def _yes_no(value: Content) -> Content:
    if value is True:
        return "Có"
    return "Không" if value is False else value


def _covered(value: Content) -> Content:
    return mask(value) if isinstance(value, str) else value
