import io
import re

import openpyxl
import pytest

from kskt_excel.excel import book_writer
from kskt_excel.excel.marked.marked_copy import marked_copy, without_marks
from kskt_excel.model.submission import Checked
from kskt_excel.worker.pool import FileContext
from tests import builders
from tests.checked import check_one
from tests.excel import samples
from tests.excel.marked import kit, nasty

RESULT = "KẾT QUẢ KIỂM TRA"
FOUND = (kit.error(nasty.SHEET, "B4"), kit.error(nasty.SHEET, "B2"), kit.warning("Phụ lục", "F7"))
OURS = {book_writer.MARK_ERROR_FILL.lstrip("#"), book_writer.MARK_WARN_FILL.lstrip("#")}


def _check(data: bytes) -> Checked:
    return check_one(FileContext(builders.small_plan(), builders.forms()), data, "BC.xlsx")


def _marked(data: bytes) -> bytes:
    checked = _check(data)
    copy = marked_copy(
        data,
        kind="xlsx",
        findings=checked.findings,
        reading=checked.reading,
        head=kit.HEAD,
        forms=builders.forms(),
    )
    assert copy.patched
    return copy.data


def _saved_elsewhere(data: bytes) -> bytes:
    """The workbook as another program writes it: styles and parts counted anew, texts shared."""
    out = io.BytesIO()
    openpyxl.load_workbook(io.BytesIO(data)).save(out)
    return out.getvalue()


def _looks(data: bytes) -> dict[tuple[str, str], tuple[object, ...]]:
    """Fill, number format, lock and note of every cell of the unit's sheets."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    return {
        (sheet.title, cell.coordinate): (
            cell.fill.patternType,
            cell.fill.fgColor.rgb if cell.fill.patternType else "",
            cell.number_format,
            cell.protection.locked,
            cell.comment.text if cell.comment else "",
        )
        for sheet in book.worksheets
        if sheet.title != RESULT
        for row in sheet.iter_rows()
        for cell in row
        if cell.has_style or cell.comment
    }


def _sheets(data: bytes) -> dict[str, bytes]:
    """Sheets and notes without which tab is open."""
    return {
        name: re.sub(rb' (tabSelected|shapeId)="[01]"', b"", content)
        for name, content in kit.parts(data).items()
        if re.search(r"worksheets/sheet\d+|comments\d+", name)
    }


@pytest.mark.parametrize("data", [nasty.rich(), nasty.threaded()], ids=["rich", "threaded"])
def test_taking_the_marks_out_gives_the_units_sheets_again(data: bytes) -> None:
    back = without_marks(kit.mark(data, *FOUND))
    assert kit.parts(back).keys() == kit.parts(data).keys()
    assert _looks(back) == _looks(data)
    old, new = _sheets(data), _sheets(back)
    assert {name for name in old if old[name] != new[name]} <= {"xl/comments1.xml"}


def test_marking_again_gives_the_same_marks() -> None:
    once = kit.mark(nasty.rich(), *FOUND)
    twice = kit.mark(once, *FOUND)
    assert kit.parts(twice).keys() == kit.parts(once).keys()
    assert kit.changed(once, twice) <= {"[Content_Types].xml"}
    assert kit.mark(twice, *FOUND) == twice


def test_a_mended_cell_has_its_own_fill_in_the_next_round() -> None:
    once = kit.mark(nasty.rich(), *FOUND)
    twice = kit.mark(once, FOUND[2])
    before, after = _looks(nasty.rich()), _looks(twice)
    for cell in ("B4", "B2"):
        assert after[nasty.SHEET, cell] == before[nasty.SHEET, cell]
    assert after["Phụ lục", "F7"][1] == "FFFFEB9C"


def test_marks_are_known_after_another_program_saved_the_file() -> None:
    plain = _saved_elsewhere(nasty.rich())
    saved = _saved_elsewhere(kit.mark(plain, *FOUND))
    back = without_marks(saved)
    assert RESULT not in openpyxl.load_workbook(io.BytesIO(back)).sheetnames
    before, after = _looks(plain), _looks(back)
    assert {cell: looks for cell, looks in after.items() if cell in before} == before


def test_marks_that_moved_with_their_row_are_known() -> None:
    book = openpyxl.load_workbook(io.BytesIO(kit.mark(nasty.rich(), FOUND[0])))
    sheet = book[nasty.SHEET]
    moved, cell = sheet["B6"], sheet["B4"]
    moved._style, cell._style = cell._style, sheet["B3"]._style  # as sorting does
    out = io.BytesIO()
    book.save(out)
    assert _looks(without_marks(out.getvalue()))[nasty.SHEET, "B6"][1] == "FFDDEBF7"


def test_a_unit_that_deleted_the_result_sheet_loses_the_notes_only() -> None:
    book = openpyxl.load_workbook(io.BytesIO(kit.mark(nasty.rich(), FOUND[0])))
    del book[RESULT]
    out = io.BytesIO()
    book.save(out)
    looks = _looks(without_marks(out.getvalue()))
    assert looks[nasty.SHEET, "B4"][4] == ""
    assert looks[nasty.SHEET, "B9"][4] == "để nguyên"


def test_a_marked_copy_reads_as_the_original_does() -> None:
    original, marked = _check(samples.filled()), _check(_marked(samples.filled()))
    assert marked.findings == original.findings
    assert marked.content_sha256 == original.content_sha256
    assert marked.reading is not None
    assert RESULT not in marked.reading.extra_sheets


def test_a_marked_copy_mended_is_read_clean_of_what_was_mended() -> None:
    found = next(one for one in _check(samples.filled()).findings if one.code == "cell.required")
    assert found.at is not None
    book = openpyxl.load_workbook(io.BytesIO(_marked(samples.filled())))
    book[found.at.sheet][found.at.a1] = "Đang thực hiện"
    out = io.BytesIO()
    book.save(out)
    again = _check(out.getvalue())
    assert (found.code, found.at) not in {(one.code, one.at) for one in again.findings}


def test_nothing_to_say_leaves_no_mark_behind() -> None:
    back = kit.mark(kit.mark(nasty.rich(), *FOUND))
    assert _looks(back) == _looks(nasty.rich())
    assert not OURS & {str(looks[1])[2:] for looks in _looks(back).values()}


def test_a_file_without_marks_is_given_back_as_it_is() -> None:
    assert without_marks(nasty.rich()) == nasty.rich()
