"""Sheets «Lỗi dữ liệu», «Nguồn số liệu», «Nhật ký»: findings, origins, the journal."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from kskt_excel.excel.book_writer import CellContent, Formula
from kskt_excel.excel.tracker.blocks import (
    ALWAYS_FOLDED,
    Places,
    SheetBlock,
    TrackerColumn,
    TrackerRow,
    TrackerSheet,
    TrackerYear,
    block_column,
    criterion,
    fixed,
    occurrence,
)
from kskt_excel.excel.tracker.data_sheets import shared_blocks
from kskt_excel.ledger.decisions import what_was_decided, why_words
from kskt_excel.ledger.journal import (
    DRAFT,
    WRITTEN,
    JournalLine,
    Note,
    Receipt,
    Recheck,
    Sent,
    SignedCopyOf,
)
from kskt_excel.messages import catalogue, entry, place_text, sentence
from kskt_excel.model.book import column_letters
from kskt_excel.model.consolidation import Consolidation
from kskt_excel.model.finding import Finding
from kskt_excel.model.forms import ORIGIN
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.regime import Regime
from kskt_excel.model.submission import Decision, Submission
from kskt_excel.text.pii import mask_title
from kskt_excel.text.shown import office_moment

FAULTS: Final = "loi-du-lieu"
LIST: Final = "list"
_WHOLE_FILE: Final = "(cả tệp)"
_UNKNOWN: Final = "(chưa rõ)"
_LIST: Final = (
    TrackerColumn("period", "Kỳ", "center", 96),
    TrackerColumn("unit", "Mã đơn vị", "center", 84),
    TrackerColumn("version", "Lần gửi", "count", 66),
    TrackerColumn("sheet", "Trang tính", "text", 96),
    TrackerColumn("place", "Vị trí", "text", 130),
    TrackerColumn("level", "Mức", "state", 80),
    TrackerColumn("number", "Mã lỗi", "center", 80),
    TrackerColumn("sentence", "Nội dung và cách sửa", "long", 400),
    TrackerColumn("explanation", "Giải trình của đơn vị", "long", 240),
    TrackerColumn("verdict", "Kết luận", "state", 120),
    TrackerColumn("name", "Đơn vị", "text", 150, fold=ALWAYS_FOLDED),
    TrackerColumn("file", "Tệp", "text", 190, fold=4),
)


def _count_columns(sources: TrackerYear) -> Iterator[TrackerColumn]:
    for number, name in zip(sources.numbers, sources.period_names, strict=False):
        yield TrackerColumn(f"q{number}", name, "count", 66)
    yield TrackerColumn("all", "Cả năm", "count", 80)


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


def faults_page(sources: TrackerYear) -> TrackerSheet:
    """Statistics by rule, sheet and unit over the list of all findings below."""
    faults = tuple(_faults(sources))
    shapes = (
        ("rule", "Theo quy tắc", "number", Counter(one.number for one in faults)),
        ("sheet", "Theo trang tính", "sheet", Counter(one.sheet for one in faults)),
        ("unit", "Theo đơn vị", "unit", Counter(one.unit for one in faults)),
    )
    listed = SheetBlock(LIST, _LIST, fixed(()), len(faults), title="Từng lỗi", table="DanhSachLoi")
    counts = tuple(_count_columns(sources))
    blocks = [
        SheetBlock(
            f"by-{name}",
            (TrackerColumn("key", _KEY_HEADINGS[name], "center", 96), *counts, *_label_of(name)),
            fixed(()),
            len(counted),
            title=title,
            table=f"LoiTheo{name.title()}",
            office=False,
        )
        for name, title, _, counted in shapes
    ]
    remark = "Số lần là công thức đếm trên danh sách bên dưới, gồm cả các lần gửi đã trả lại."
    page = TrackerSheet(
        FAULTS, "Lỗi dữ liệu", "LỖI DỮ LIỆU", remark, (*blocks, listed), 2, LIST, "record"
    )
    made = [
        replace(block, parts=fixed(tuple(_counts(sources, page, block, shape[2:], faults))))
        for block, shape in zip(blocks, shapes, strict=True)
    ]
    listed = replace(listed, parts=fixed(tuple(_fault_rows(sources, faults))))
    return replace(page, blocks=(*made, listed))


_KEY_HEADINGS: Final = {"rule": "Mã lỗi", "sheet": "Trang tính", "unit": "Mã đơn vị"}
_TRIED: Final = " (quy tắc đang thử)"


def _faults(sources: TrackerYear) -> Iterator[_Fault]:
    for quarter in sources.quarters:
        for submission in quarter.submissions:
            for finding in submission.findings:
                yield _Fault(quarter, submission, finding)


def _fault_rows(sources: TrackerYear, faults: Sequence[_Fault]) -> Iterator[TrackerRow]:
    seen: dict[str, int] = {}
    for one in faults:
        submission, finding = one.submission, one.finding
        where = place_text(finding)
        key = f"{submission.unit}|{one.quarter.period.id}|{submission.version}|{one.number}|{where}"
        cells: list[CellContent] = [
            one.quarter.period.label,
            one.unit,
            submission.version or None,
            one.sheet,
            where,
            finding.severity.label,
            one.number,
            sentence(finding),
            finding.explanation or None,
            submission.verdict.label,
            sources.plan.unit_name(submission.unit) if submission.unit else None,
            submission.file,
        ]
        yield TrackerRow(occurrence(seen, key), cells)


def _counts(
    sources: TrackerYear,
    page: TrackerSheet,
    block: SheetBlock,
    shape: tuple[str, Mapping[str, int]],
    faults: Sequence[_Fault],
) -> Iterator[TrackerRow]:
    column, counted = shape
    places = Places({FAULTS: page})
    cells_of = places.cells(FAULTS, LIST, column)
    periods = places.cells(FAULTS, LIST, "period")
    tallied = Counter((_value(one, column), one.quarter.period.number) for one in faults)
    quarters = {one.period.number: one for one in sources.quarters}
    first = page.heading_row(block.id) + 1
    tried = {one.number for one in faults if column == "number" and one.finding.tried_until}
    ordered = sorted(counted, key=lambda key: (-counted[key], key))
    for row, key in enumerate(ordered, start=first):
        cells: list[CellContent] = [key]
        for number in sources.numbers:
            quarter = quarters.get(number)
            cells.append(
                Formula(
                    f"COUNTIFS({cells_of},{criterion(key)},{periods},{criterion(quarter.period.label)})",
                    tallied[key, number],
                )
                if quarter
                else None
            )
        last = column_letters(block_column(block, "all") - 1)
        cells.append(Formula(f"SUM(C{row}:{last}{row})", counted[key]))
        if column != "sheet":
            told = _TRIED if key in tried else ""
            cells.append(_label(sources, column, key) + told)
        yield TrackerRow(f"{column}|{key}", cells)


def _value(fault: _Fault, column: str) -> str:
    if column == "number":
        return fault.number
    return fault.sheet if column == "sheet" else fault.unit


def _label_of(name: str) -> tuple[TrackerColumn, ...]:
    """What a key means, in words; a sheet's name says it itself."""
    headings = {"rule": "Nội dung", "unit": "Đơn vị"}
    return (TrackerColumn("label", headings[name], "line", 96),) if name in headings else ()


def _label(sources: TrackerYear, column: str, key: str) -> str:
    if column == "number":
        return next((one.example for one in catalogue().values() if one.number == key), "")
    return "Chưa rõ đơn vị" if key == _UNKNOWN else sources.plan.unit_name(key)


JOURNAL: Final = "nhat-ky"
FILES: Final = "files"
_CHANNELS: Final = {"folder": "Thư mục", "mail": "Thư điện tử", "zip": "Tệp nén", "imap": "Hộp thư"}
_FILES: Final = (
    TrackerColumn("period", "Kỳ", "center", 96),
    TrackerColumn("unit", "Mã đơn vị", "center", 84),
    TrackerColumn("version", "Lần gửi", "count", 60),
    TrackerColumn("file", "Tên tệp khi nhận", "text", 240),
    TrackerColumn("received", "Nhận lúc", "moment", 120),
    TrackerColumn("channel", "Nhận qua", "center", 92),
    TrackerColumn("late", "Chậm (ngày làm việc)", "count", 76),
    TrackerColumn("verdict", "Kết luận", "state", 130),
    TrackerColumn("why", "Căn cứ", "text", 260),
    TrackerColumn("rows", "Số dòng đã lấy", "count", 76),
    TrackerColumn("link", "Bản gốc", "link", 76, fold=3),
    TrackerColumn("name", "Đơn vị", "text", 190, fold=ALWAYS_FOLDED),
    TrackerColumn("sha256", "Mã kiểm tra (SHA-256)", "text", 130, fold=ALWAYS_FOLDED),
)
_JOURNAL: Final = (
    TrackerColumn("number", "Số", "center", 60),
    TrackerColumn("time", "Thời điểm", "center", 130),
    TrackerColumn("who", "Người thực hiện", "text", 170),
    TrackerColumn("what", "Việc", "long", 320),
    TrackerColumn("why", "Lý do", "long", 320),
)


_REGIMES: Final = (
    TrackerColumn("period", "Kỳ áp dụng", "long", 96),
    TrackerColumn("id", "Mã chế độ", "center", 84),
    TrackerColumn("number", "Số", "count", 60),
    TrackerColumn("told", "Tình trạng đối chiếu", "long", 240),
    TrackerColumn("name", "Tên chế độ", "long", 120),
)


def origin_page(sources: TrackerYear) -> TrackerSheet:
    """Every file of every quarter with its fate and its original, then who made each report."""
    rows = tuple(_rows(sources))
    files = SheetBlock(FILES, _FILES, fixed(rows), len(rows), table="NguonSoLieu")
    info = shared_blocks(sources, ORIGIN)
    remark = "Bản gốc được giữ nguyên như khi nhận; bấm Mở tệp để xem. Không sửa tệp trong archive."
    blocks = (files, *info, _regime_block(sources))
    return TrackerSheet(
        ORIGIN, "Nguồn số liệu", "NGUỒN SỐ LIỆU", remark, blocks, 2, FILES, "record"
    )


def _regime_block(sources: TrackerYear) -> SheetBlock:
    """The regimes of the year's quarters, and what nobody has held against the published texts."""
    periods: dict[str, list[str]] = {}
    regimes: dict[str, Regime] = {}
    for quarter in sources.quarters:
        regime = sources.plan.regime_on(quarter.window.end)
        regimes[regime.id] = regime
        periods.setdefault(regime.id, []).append(quarter.period.label)
    rows: list[TrackerRow] = []
    for name, one in regimes.items():
        applies = ", ".join(periods[name])
        for number, told in enumerate(_told_of(one), start=1):
            rows.append(
                TrackerRow(f"regime|{name}|{number}", (applies, name, number, told, one.name))
            )
    title = "Chế độ báo cáo và những điều chưa đối chiếu bản gốc"
    return SheetBlock(
        "regimes", _REGIMES, fixed(tuple(rows)), len(rows), title=title, table="CheDo", office=False
    )


def _told_of(regime: Regime) -> Iterator[str]:
    yield (
        f"{'Đã' if regime.verified else 'Chưa'} đối chiếu bản gốc: {regime.source}."
        if regime.source
        else "Chưa ghi văn bản nguồn."
    )
    yield from regime.unverified


def journal_page(rows: Sequence[Sequence[str]]) -> TrackerSheet:
    """What was received, decided and made, oldest first."""
    width = len(_JOURNAL)
    lines = [
        TrackerRow(f"journal|{row[0] if row else number}", (*row, *[""] * width)[:width])
        for number, row in enumerate(rows, 1)
    ]
    block = SheetBlock(
        "journal", _JOURNAL, fixed(tuple(lines)), len(lines), table="NhatKy", office=False
    )
    remark = "Ghi tự động, không sửa ở đây; muốn thay đổi thì ra quyết định mới."
    return TrackerSheet(JOURNAL, "Nhật ký", "NHẬT KÝ", remark, (block,), 1, kind="record")


def _rows(sources: TrackerYear) -> Iterator[TrackerRow]:
    seen: dict[str, int] = {}
    for quarter in sources.quarters:
        counting = _rows_taken(quarter)
        for one in quarter.submissions:
            key = f"{quarter.period.id}|{one.unit}|{one.version}|{one.sha256[:12]}"
            cells: list[CellContent] = [
                quarter.period.label,
                one.unit or _UNKNOWN,
                one.version or None,
                one.file,
                one.received_at.replace(tzinfo=None),
                _CHANNELS.get(one.channel, one.channel),
                one.late_days,
                one.verdict.label,
                why_words(one.why, quarter.decisions),
                counting.get(_identity(one), 0),
                sources.link(one),
                sources.plan.unit_name(one.unit) if one.unit else "Chưa rõ đơn vị",
                one.sha256,
            ]
            yield TrackerRow(occurrence(seen, key), cells)


def _rows_taken(quarter: Consolidation) -> dict[tuple[str, int, str], int]:
    taken: dict[tuple[str, int, str], int] = {}
    for report in quarter.reports:
        rows = sum(len(sheet.records) for sheet in report.reading.sheets.values())
        taken[_identity(report.submission)] = rows
    return taken


def _identity(one: Submission) -> tuple[str, int, str]:
    return one.unit, one.version, one.sha256


def journal_rows(lines: Iterable[JournalLine]) -> Iterator[tuple[str, ...]]:
    """Number, time, who, what, why of each line that people want to see in «Nhật ký»."""
    known: dict[str, Receipt] = {}
    for line in lines:
        told = _rechecked(line, known) or _event_text(line)
        if isinstance(line.payload, Receipt):
            known[line.payload.sha256] = line.payload
        if told:
            yield (str(line.seq), office_moment(line.at), line.by, *told)


def _rechecked(line: JournalLine, known: dict[str, Receipt]) -> tuple[str, str] | None:
    """A file whose verdict has changed since it was last told, by plan, decision or other files."""
    now = line.payload
    then = known.get(now.sha256) if isinstance(now, Recheck) else None
    if not isinstance(now, Recheck) or then is None or then.verdict is now.verdict:
        return None
    known[now.sha256] = replace(then, verdict=now.verdict)
    whose = f"{now.unit or 'chưa rõ đơn vị'}, {now.period}"
    before = then.verdict.label.lower()
    name = mask_title(then.name)
    return f"Kiểm tra lại {name} ({whose}): {now.verdict.label.lower()}, trước đó {before}", ""


def _event_text(line: JournalLine) -> tuple[str, str] | None:
    match line.payload:
        case Receipt() as one:
            whose = f"{one.unit or 'chưa rõ đơn vị'}, {one.period}"
            name = mask_title(one.name)
            return f"Nhận {name} ({whose}): {one.verdict.label.lower()}", mask_title(one.subject)
        case Decision() as one:
            return what_was_decided(one), one.reason
        case Sent(way=way) as one if way != WRITTEN:
            done = "Để vào thư nháp" if way == DRAFT else "Gửi thư"
            return f"{done} {one.unit}, {one.period}: {one.subject}", ", ".join(one.recipients)
        case Note() as one:
            return one.text, ""
        case SignedCopyOf() as one:
            return f"Nhận bản ký của {one.unit}, {one.period}", ""
        case _:
            return None
