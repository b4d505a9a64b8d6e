"""States in colour: light enough to print in black and white, the word itself says the rest."""

from typing import TYPE_CHECKING, Final

from kskt_excel.excel import style
from kskt_excel.excel.tracker.grid import Block, column_of
from kskt_excel.excel.writing import BookWriter

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

GOOD: Final = ("Đã nhận", "Đã hoàn thành", "Đạt", "Khớp", "Đúng hạn", "Không phát sinh")
WARN: Final = ("Cần sửa", "Đang thực hiện", "Đạt, có cảnh báo", "cảnh báo")
BAD: Final = (
    "Chưa gửi",
    "Trả lại",
    "Trả lại để sửa",
    "Quá hạn",
    "Chưa thực hiện",
    "Chưa đạt",
    "LỆCH",
    "Không đọc được",
    "lỗi",
    "Chưa báo cáo",
)
LEGEND: Final = "Màu: xanh là đạt, vàng là cần theo dõi, cam là cần xử lý; chữ trong ô nói rõ."


def colour_states(
    book: BookWriter, sheet: "Worksheet", block: Block, first_row: int, last_row: int
) -> None:
    """Colours the block's columns of states by what stands in them, also after an edit."""
    for column in block.columns:
        if column.kind == "state":
            at = column_of(block, column.key) - 1
            for words, look in ((GOOD, "good"), (WARN, "warn"), (BAD, "bad")):
                _rules(book, sheet, (first_row - 1, at, last_row - 1, at), words, look)


def _rules(
    book: BookWriter,
    sheet: "Worksheet",
    cells: tuple[int, int, int, int],
    words: tuple[str, ...],
    look: str,
) -> None:
    looks = book.workbook.add_format(style.marks(look))
    for word in words:
        sheet.conditional_format(
            *cells, {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": looks}
        )
