import io
from collections.abc import Mapping

import openpyxl
import pytest

from kskt_excel.excel import book_writer
from kskt_excel.excel.marked.marked_copy import NOTE_MARK, without_marks
from tests.excel.marked import kit, nasty
from tests.judges import RECALCULATED

RESULT = "KẾT QUẢ KIỂM TRA"
RED = f"FF{book_writer.MARK_ERROR_FILL.lstrip('#')}"


RECALCULATED["marked"] = lambda: kit.mark(
    nasty.rich(), kit.error(nasty.SHEET, "B4"), kit.warning("Phụ lục", "C20")
)


@pytest.fixture
def saved(recalculated_books: Mapping[str, bytes]) -> bytes:
    """A marked copy as LibreOffice writes it after opening it."""
    return recalculated_books["marked"]


def test_libreoffice_shows_fills_notes_and_the_result_sheet(saved: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(saved))
    assert book.sheetnames[0] == RESULT
    sheet = book[nasty.SHEET]
    assert sheet["B4"].fill.fgColor.rgb == RED
    assert str(sheet["B4"].comment.text).startswith(NOTE_MARK)
    assert "để nguyên" in str(sheet["B9"].comment.text)
    assert book["Phụ lục"]["C20"].fill.fgColor.rgb == f"FF{book_writer.MARK_WARN_FILL.lstrip('#')}"


def test_marks_saved_by_libreoffice_are_taken_out_again(saved: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(without_marks(saved)))
    assert book.sheetnames == [nasty.SHEET, "Phụ lục", "Trống"]
    sheet = book[nasty.SHEET]
    assert sheet["B4"].fill.fgColor.rgb == sheet["B5"].fill.fgColor.rgb == "FFDDEBF7"
    assert sheet["B4"].comment is None
    assert "để nguyên" in str(sheet["B9"].comment.text)
    assert book["Phụ lục"]["C20"].fill.fgColor.rgb == "FFDDEBF7"
