"""Every kind of file that the program writes, in the workspace of the sample."""

from pathlib import Path

from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from kskt_excel.office import office
from tests.promises.told_periods import SAMPLE_DAYS

DAY = SAMPLE_DAYS[1]


def write_every_product(folder: Path) -> None:
    """Two quarters go on: handwriting, half a year, blank forms, a comparison, tables."""
    _write_by_hand(folder / "workbooks" / "tracker" / "theo-doi-2022.xlsx")
    office.consolidate(folder, "2022-6T", strict=False, pdf=False, as_of=DAY, dry_run=False)
    office.issue(folder, "2022-Q3", units=(), as_of=DAY, dry_run=False)
    office.diff(folder, "QLCNH", "2022-Q1", versions=None, xlsx=folder / "so-sanh.xlsx")
    office.analyse(folder, (), as_of=DAY, dry_run=False)
    office.export(folder, (), to=None, data_format="xlsx", forms=True, as_of=DAY, dry_run=False)


def _write_by_hand(path: Path) -> None:
    """What the office does with its tracker: words, colour, a note, a sheet of its own."""
    book = load_workbook(path)
    sheet = book["Tiến độ"]
    heading = next(
        cell for row in sheet.iter_rows() for cell in row if cell.value == "Ý kiến chỉ đạo"
    )
    cell = sheet.cell(heading.row + 3, heading.column, "Đôn đốc trước 30/6")
    cell.fill = PatternFill("solid", fgColor="FFFF00")
    cell.comment = Comment("Đã gọi điện", "Văn phòng")
    book.create_sheet("Việc của tôi")["A1"] = "Gọi lại"
    book.save(path)
