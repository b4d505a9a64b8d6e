"""Sheet «Lỗi dữ liệu»: every finding, and how often each rule, sheet and unit has one."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from kskt_excel.excel.tracker.grid import (
    Block,
    Column,
    Content,
    Formula,
    Page,
    Places,
    Row,
    criterion,
    fixed,
)
from kskt_excel.excel.tracker.sources import Sources, occurrence
from kskt_excel.messages import catalogue, entry, place, sentence
from kskt_excel.model.consolidation import Consolidation
from kskt_excel.model.finding import Finding
from kskt_excel.model.period import QUARTER_NAMES
from kskt_excel.model.submission import Submission
from kskt_excel.text.pii import mask

FAULTS: Final = "loi-du-lieu"
LIST: Final = "list"
_WHOLE_FILE: Final = "(cả tệp)"
_UNKNOWN: Final = "(chưa rõ)"
_LIST: Final = (
    Column("period", "Kỳ", "center", 96),
    Column("unit", "Mã đơn vị", "center", 130),
    Column("name", "Đơn vị", "text", 150),
    Column("version", "Lần gửi", "count", 66),
    Column("sheet", "Trang tính", "text", 96),
    Column("place", "Vị trí", "text", 130),
    Column("level", "Mức", "state", 80),
    Column("number", "Mã lỗi", "center", 80),
    Column("sentence", "Nội dung và cách sửa", "long", 400),
    Column("explanation", "Giải trình của đơn vị", "long", 240),
    Column("file", "Tệp", "text", 190),
    Column("verdict", "Kết luận", "state", 120),
)
_COUNTS: Final = (
    *(Column(f"q{n}", name, "count", 66) for n, name in enumerate(QUARTER_NAMES, 1)),
    Column("all", "Cả năm", "count", 80),
)


@dataclass(frozen=True, slots=True)
class _Fault:
    """A finding with the receipt that it is about."""

    quarter: Consolidation
    submission: Submission
    finding: Finding

    @property
    def number(self) -> str:
        return entry(self.finding.entry).number

    @property
    def unit(self) -> str:
        return self.submission.unit or _UNKNOWN

    @property
    def sheet(self) -> str:
        return self.finding.at.sheet if self.finding.at else _WHOLE_FILE


def faults_page(sources: Sources) -> Page:
    """Statistics by rule, sheet and unit over the list of all findings below."""
    faults = tuple(_faults(sources))
    shapes = (
        ("rule", "Theo quy tắc", "number", Counter(one.number for one in faults)),
        ("sheet", "Theo trang tính", "sheet", Counter(one.sheet for one in faults)),
        ("unit", "Theo đơn vị", "unit", Counter(one.unit for one in faults)),
    )
    listed = Block(LIST, _LIST, fixed(()), len(faults), title="Từng lỗi", table="DanhSachLoi")
    blocks = [
        Block(
            f"by-{name}",
            (Column("key", _KEY_HEADINGS[name], "center", 96), _LABEL, *_COUNTS),
            fixed(()),
            len(counted),
            title=title,
            table=f"LoiTheo{name.title()}",
            office=False,
        )
        for name, title, _, counted in shapes
    ]
    remark = "Số lần là công thức đếm trên danh sách bên dưới, gồm cả các lần gửi đã trả lại."
    page = Page(FAULTS, "Lỗi dữ liệu", "LỖI DỮ LIỆU", remark, (*blocks, listed), 2, LIST)
    made = [
        replace(block, parts=fixed(tuple(_counts(sources, page, block, shape[2:], faults))))
        for block, shape in zip(blocks, shapes, strict=True)
    ]
    listed = replace(listed, parts=fixed(tuple(_listed(sources, faults))))
    return replace(page, blocks=(*made, listed))


_KEY_HEADINGS: Final = {"rule": "Mã lỗi", "sheet": "Trang tính", "unit": "Mã đơn vị"}
_LABEL: Final = Column("label", "Nội dung", "text", 240)


def _faults(sources: Sources) -> Iterator[_Fault]:
    for quarter in sources.quarters:
        for submission in quarter.submissions:
            for finding in submission.findings:
                yield _Fault(quarter, submission, finding)


def _listed(sources: Sources, faults: Sequence[_Fault]) -> Iterator[Row]:
    seen: dict[str, int] = {}
    for one in faults:
        submission, finding = one.submission, one.finding
        where = place(finding)
        key = f"{submission.unit}|{one.quarter.period.id}|{submission.version}|{one.number}|{where}"
        cells: list[Content] = [
            one.quarter.period.label,
            one.unit,
            sources.unit_name(submission.unit) if submission.unit else None,
            submission.version or None,
            one.sheet,
            where,
            finding.severity.label,
            one.number,
            mask(sentence(finding)),
            mask(finding.explanation) or None,
            submission.file,
            submission.verdict.label,
        ]
        yield Row(occurrence(seen, key), cells)


def _counts(
    sources: Sources,
    page: Page,
    block: Block,
    shape: tuple[str, Mapping[str, int]],
    faults: Sequence[_Fault],
) -> Iterator[Row]:
    column, counted = shape
    places = Places({FAULTS: page})
    cells_of = places.cells(FAULTS, LIST, column)
    periods = places.cells(FAULTS, LIST, "period")
    tallied = Counter((_value(one, column), one.quarter.period.number) for one in faults)
    quarters = {one.period.number: one for one in sources.quarters}
    first = page.heading_row(block.id) + 1
    ordered = sorted(counted, key=lambda key: (-counted[key], key))
    for row, key in enumerate(ordered, start=first):
        cells: list[Content] = [key, _label(sources, column, key)]
        for number in (1, 2, 3, 4):
            quarter = quarters.get(number)
            cells.append(
                Formula(
                    f"COUNTIFS({cells_of},{criterion(key)},{periods},{criterion(quarter.period.label)})",
                    tallied[key, number],
                )
                if quarter
                else None
            )
        cells.append(Formula(f"SUM(D{row}:G{row})", counted[key]))
        yield Row(f"{column}|{key}", cells)


def _value(fault: _Fault, column: str) -> str:
    if column == "number":
        return fault.number
    return fault.sheet if column == "sheet" else fault.unit


def _label(sources: Sources, column: str, key: str) -> str:
    if column == "number":
        return next((one.example for one in catalogue().values() if one.number == key), "")
    if column == "unit":
        return "Chưa rõ đơn vị" if key == _UNKNOWN else sources.unit_name(key)
    return ""
