"""Sheets «Nguồn số liệu» and «Nhật ký»: every file that came, and what was done and decided."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from kskt_excel.excel.tracker.data import data_block
from kskt_excel.excel.tracker.grid import Block, Column, Content, Page, Row, fixed
from kskt_excel.excel.tracker.sources import Sources, occurrence
from kskt_excel.model.consolidation import Consolidation
from kskt_excel.model.submission import Submission

ORIGIN, JOURNAL = "nguon", "nhat-ky"
FILES, INFORMATION = "files", "lines"
_CHANNELS: Final = {"folder": "Thư mục", "mail": "Thư điện tử", "zip": "Tệp nén", "imap": "Hộp thư"}
_FILES: Final = (
    Column("period", "Kỳ", "center", 96),
    Column("unit", "Mã đơn vị", "center", 190),
    Column("name", "Đơn vị", "text", 190),
    Column("version", "Lần gửi", "count", 60),
    Column("file", "Tên tệp khi nhận", "text", 240),
    Column("received", "Nhận lúc", "moment", 120),
    Column("channel", "Nhận qua", "center", 92),
    Column("late", "Chậm (ngày làm việc)", "count", 76),
    Column("verdict", "Kết luận", "state", 130),
    Column("why", "Căn cứ", "text", 260),
    Column("rows", "Số dòng đã lấy", "count", 76),
    Column("link", "Bản gốc", "link", 76),
    Column("sha256", "Mã kiểm tra (SHA-256)", "text", 130),
)
_JOURNAL: Final = (
    Column("number", "Số", "center", 60),
    Column("time", "Thời điểm", "center", 130),
    Column("who", "Người thực hiện", "text", 170),
    Column("what", "Việc", "long", 320),
    Column("why", "Lý do", "long", 320),
)


def origin_page(sources: Sources) -> Page:
    """Every file of every quarter with its fate and its original, then who made each report."""
    rows = tuple(_rows(sources))
    files = Block(FILES, _FILES, fixed(rows), len(rows), table="NguonSoLieu")
    info = replace(
        data_block(sources, "thong-tin"),
        title="Thông tin của các báo cáo được tính",
        table="ThongTinBaoCao",
    )
    remark = "Bản gốc được giữ nguyên như khi nhận; bấm Mở tệp để xem. Không sửa tệp trong archive."
    return Page(ORIGIN, "Nguồn số liệu", "NGUỒN SỐ LIỆU", remark, (files, info), 2)


def journal_page(rows: Sequence[Sequence[str]]) -> Page:
    """What was received, decided and made, oldest first."""
    width = len(_JOURNAL)
    lines = [
        Row(f"journal|{row[0] if row else number}", (*row, *[""] * width)[:width])
        for number, row in enumerate(rows, 1)
    ]
    block = Block(
        "journal", _JOURNAL, fixed(tuple(lines)), len(lines), table="NhatKy", office=False
    )
    remark = "Ghi tự động, không sửa ở đây; muốn thay đổi thì ra quyết định mới."
    return Page(JOURNAL, "Nhật ký", "NHẬT KÝ", remark, (block,), 1)


def _rows(sources: Sources) -> Iterator[Row]:
    seen: dict[str, int] = {}
    for quarter in sources.quarters:
        counting = _rows_taken(quarter)
        for one in quarter.submissions:
            key = f"{quarter.period.id}|{one.unit}|{one.version}|{one.sha256[:12]}"
            cells: list[Content] = [
                quarter.period.label,
                one.unit or None,
                sources.unit_name(one.unit) if one.unit else "Chưa rõ đơn vị",
                one.version or None,
                one.file,
                one.received_at.replace(tzinfo=None),
                _CHANNELS.get(one.channel, one.channel),
                one.late_days,
                one.verdict.label,
                one.why,
                counting.get(_identity(one), 0),
                sources.link(one),
                one.sha256,
            ]
            yield Row(occurrence(seen, key), cells)


def _rows_taken(quarter: Consolidation) -> dict[tuple[str, int, str], int]:
    taken: dict[tuple[str, int, str], int] = {}
    for report in quarter.reports:
        rows = sum(len(sheet.records) for sheet in report.reading.sheets.values())
        taken[_identity(report.submission)] = rows
    return taken


def _identity(one: Submission) -> tuple[str, int, str]:
    return one.unit, one.version, one.sha256
