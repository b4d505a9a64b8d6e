"""The data sheets: every row of every unit and quarter, with where it comes from."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from kskt_excel.consolidate.derived import QUESTIONS
from kskt_excel.excel.tracker.data_rows import DataRows
from kskt_excel.excel.tracker.grid import Block, Column, Kind, Page
from kskt_excel.excel.tracker.sources import Sources
from kskt_excel.model.forms import Column as FormColumn

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
    questions = tuple(name for sheet, name in QUESTIONS if sheet == form)
    columns = (
        *_WHO,
        *(_column(one, one.heading_on(day)) for one in definition.columns),
        *(Column(f"?{name}", _QUESTIONS.get(name, name), "center", 80) for name in questions),
        *_FROM,
    )
    parts = DataRows(sources, definition, questions).parts()
    count = sum(part.count for part in parts)
    return Block(block_id(form), tuple(_distinct(columns)), parts, count)


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
