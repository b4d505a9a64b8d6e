import datetime as dt
import io
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font
from python_calamine import CalamineWorkbook

from kskt_excel.excel.tracker.handwriting import Handwriting
from tests.excel.tracker import edits, samples
from tests.excel.tracker.edits import NOTE, OPINION

DOSSIER = "QLCNH|2022-Q1|ho-so|2.002385"
Edit = Callable[[Any], None]


@pytest.fixture(scope="module")
def data() -> bytes:
    return samples.built()


@pytest.fixture(scope="module")
def untouched() -> Any:
    """The tracker as it was made."""
    return edits.untouched()


def value(data: bytes, sheet: str, key: str, heading: str) -> object:
    """What stands in a cell, as another reader than the one that writes here sees it."""
    rows = rows_of(data, sheet)
    column = headings(rows).index(heading)
    return next(row[column] for row in rows if str(row[0]).split(" ~ ")[0] == key)


def rows_of(data: bytes, sheet: str) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name(sheet).to_python()


def headings(rows: Sequence[Sequence[Any]]) -> Sequence[Any]:
    return next(row for row in rows if str(row[0]).startswith("_id/"))


def test_an_untouched_tracker_holds_no_handwriting(data: bytes) -> None:
    found = edits.read(data)
    assert all(not block.rows and not block.added for block in found.blocks.values())
    assert (found.loose, found.own_sheets, found.findings) == ((), (), ())
    assert found.is_nothing
    assert samples.built(found) == data


WRITTEN: dict[str, object] = {
    "I.1": "Làm ngay",
    "I.2": "  khoảng trắng  ",
    "I.4": "không phải công thức?",
    "II.1.a": 12,
    "II.1.c": 3.5,
    "II.4": True,
}
"""Values of the office beside tasks."""
DAY = dt.datetime.fromisoformat("2022-07-01")
LONG = "x" * 500
FIGURE = "Trực tuyến"
REVIEW = "QLCNH|2022-Q1|ra-soat|2.002380"


def rich_note(book: Any) -> None:
    bold = TextBlock(InlineFont(rFont="Times New Roman", b=True), "gấp")
    edits.cell(book, "Tiến độ", "I.1", NOTE).value = CellRichText("Việc này ", bold, ", trước 30/6")


def looks(book: Any) -> None:
    cell = edits.cell(book, "Tình hình gửi nhận", "VP", OPINION)
    cell.value, cell.fill = "Gấp", edits.YELLOW
    cell.font = Font(name="Times New Roman", size=11, bold=True, color="FFC00000")


def widths(book: Any) -> None:
    sheet = book["Danh mục TTHC"]
    sheet.column_dimensions["E"].width = 60
    sheet.column_dimensions["D"].hidden = True


TASK = "Nội dung công việc"
LETTERED: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    ("Tiến độ", "I.2", TASK, {"b": True}),
    ("Tiến độ", "I.4", "Quý I", {"color": "FFFF0000"}),
    ("Tiến độ", "II.1.a", "Chủ trì", {"i": True, "u": "single"}),
    ("Tình hình gửi nhận", "VP", "Lỗi còn lại", {"strike": True, "sz": 14}),
    ("Tình hình gửi nhận", "QLCNH", "Số kỳ đã gửi", {"b": True, "color": "FF00B050"}),
    ("Hồ sơ", DOSSIER, "Trực tiếp", {"b": True, "color": "FFFF0000"}),
    ("Hồ sơ", DOSSIER, "Bản gốc", {"b": True}),
)
"""Letters of cells of the program as a person may change them: texts, figures, formulas, links."""


def lettered(one: tuple[str, str, str, dict[str, Any]]) -> Edit:
    sheet, key, heading, look = one
    return edits.letters(sheet, key, heading, **look)


def rich_task(book: Any) -> None:
    cell = edits.cell(book, "Tiến độ", "I.1", TASK)
    bold = TextBlock(InlineFont(rFont="Times New Roman", sz=11, b=True), cell.value[10:20])
    cell.value = CellRichText(cell.value[:10], bold, cell.value[20:])


@pytest.fixture(scope="module")
def again(data: bytes) -> bytes:
    """The tracker after a person has written in many places and the program has run again."""
    values = [edits.note("Tiến độ", task, OPINION, value) for task, value in WRITTEN.items()]
    day = edits.note("Hồ sơ", DOSSIER, NOTE, DAY)
    long = edits.note("Rà soát", REVIEW, NOTE, LONG)
    coloured = edits.colour("Hồ sơ", DOSSIER, FIGURE)
    asked = edits.comment("Hồ sơ", DOSSIER, FIGURE, "Hỏi lại phòng")
    own = (*values, day, long, rich_note, looks, coloured, asked, widths)
    edited = edits.edited(data, *own, *map(lettered, LETTERED), rich_task)
    return edits.run_again(edited)


@pytest.fixture(scope="module")
def book(again: bytes) -> Any:
    return edits.opened(again)


def test_the_next_run_changes_nothing_more(again: bytes) -> None:
    assert edits.run_again(again) == again


@pytest.mark.parametrize(("task", "written"), WRITTEN.items())
def test_values_come_back_to_their_row(book: Any, task: str, written: object) -> None:
    assert edits.cell(book, "Tiến độ", task, OPINION).value == written


def test_a_date_stays_a_date_and_a_long_text_whole(book: Any) -> None:
    assert edits.cell(book, "Hồ sơ", DOSSIER, NOTE).value == DAY
    assert edits.cell(book, "Rà soát", REVIEW, NOTE).value == LONG


def test_pieces_of_a_text_keep_their_looks(book: Any) -> None:
    kept = edits.cell(book, "Tiến độ", "I.1", NOTE).value
    assert str(kept) == "Việc này gấp, trước 30/6"
    assert [piece.font.b for piece in kept if isinstance(piece, TextBlock)].count(True) == 1


def test_colour_and_font_of_an_office_cell_are_kept(book: Any) -> None:
    cell = edits.cell(book, "Tình hình gửi nhận", "VP", OPINION)
    assert (cell.value, cell.fill.fgColor.rgb) == ("Gấp", "FFFFFF00")
    assert (cell.font.b, cell.font.color.rgb) == (True, "FFC00000")


def test_colour_and_comment_on_a_figure_of_the_program_are_kept(book: Any) -> None:
    cell = edits.cell(book, "Hồ sơ", DOSSIER, FIGURE)
    assert (cell.value, cell.fill.fgColor.rgb) == (4, "FFFFFF00")
    assert (cell.comment.text, cell.comment.author) == ("Hỏi lại phòng", "Chị Hoa")


@pytest.mark.parametrize("one", LETTERED)
def test_letters_of_a_cell_of_the_program_are_kept(
    untouched: Any, book: Any, one: tuple[str, str, str, dict[str, Any]]
) -> None:
    sheet, key, heading, look = one
    cell = edits.cell(book, sheet, key, heading)
    before = edits.cell(untouched, sheet, key, heading)
    font = {name: getattr(cell.font, name) for name in look}
    assert font | ({"color": cell.font.color.rgb} if "color" in look else {}) == look
    assert str(cell.value) == str(before.value)
    assert all_but_letters(cell) == all_but_letters(before)


def all_but_letters(cell: Any) -> tuple[object, ...]:
    sides = (cell.border.left.style, cell.border.bottom.style)
    return (cell.fill.fill_type, sides, cell.number_format, cell.alignment.horizontal)


def test_a_bold_word_in_a_text_of_the_program_is_kept(untouched: Any, book: Any) -> None:
    before = edits.cell(untouched, "Tiến độ", "I.1", TASK).value
    kept = edits.cell(book, "Tiến độ", "I.1", TASK).value
    assert str(kept) == before
    assert [str(piece) for piece in kept if isinstance(piece, TextBlock) and piece.font.b] == [
        before[10:20]
    ]


@pytest.mark.long
def test_a_bold_word_goes_with_the_text_that_it_stood_in(data: bytes) -> None:
    first, *others = samples.plan().tasks
    told_anew = replace(samples.plan(), tasks=(replace(first, text="Việc khác"), *others))
    again = edits.run_again(edits.edited(data, rich_task), own_plan=told_anew)
    assert value(again, "Tiến độ", "I.1", TASK) == "Việc khác"


def test_widths_and_hidden_columns_stay(book: Any) -> None:
    columns = book["Danh mục TTHC"].column_dimensions
    assert abs(columns["E"].width - 60) < 1
    assert columns["D"].hidden


def added_column(book: Any) -> None:
    sheet = book["Tiến độ"]
    head = edits.heading_row(sheet)
    column = sheet.max_column + 1
    sheet.cell(head, column).value = "Người theo dõi"
    sheet.cell(head + 2, column).value = "Chị Hoa"


def renamed_heading(book: Any) -> None:
    sheet = book["Tiến độ"]
    sheet.tables.clear()
    sheet.cell(edits.heading_row(sheet), 3).value = "Việc"
    edits.cell(book, "Tiến độ", "I.1", NOTE).value = "Còn đây"


def test_a_column_that_the_office_added_is_kept_once_and_a_renamed_one_makes_no_second(
    data: bytes,
) -> None:
    edited = edits.edited(data, added_column, renamed_heading)
    again = edits.run_again(edits.run_again(edited))
    assert value(again, "Tiến độ", "I.2", "Người theo dõi") == "Chị Hoa"
    found = headings(rows_of(again, "Tiến độ"))
    assert found.count("Người theo dõi") == 1
    assert "Việc" not in found
    assert value(again, "Tiến độ", "I.1", NOTE) == "Còn đây"


@pytest.mark.long
def test_a_column_put_in_the_middle_is_kept_at_the_right(data: bytes) -> None:
    def edit(book: Any) -> None:
        sheet = book["Tiến độ"]
        sheet.tables.clear()  # openpyxl moves no tables
        sheet.insert_cols(4)
        head = edits.heading_row(sheet)
        sheet.cell(head, 4).value = "Mức ưu tiên"
        sheet.cell(head + 1, 4).value = "Cao"

    again = edits.run_again(edits.edited(data, edit))
    assert value(again, "Tiến độ", "I.1", "Mức ưu tiên") == "Cao"


def sort_tasks(book: Any) -> None:
    """Turns the tasks round, as sorting does."""
    sheet = book["Tiến độ"]
    head = edits.heading_row(sheet)
    count = len(samples.plan().tasks)
    rows = [[cell.value for cell in sheet[head + 1 + at]] for at in range(count)]
    for at, row in enumerate(reversed(rows)):
        for column, kept in enumerate(row, start=1):
            sheet.cell(head + 1 + at, column).value = kept


def insert_above(book: Any) -> None:
    book["Tiến độ"].insert_rows(1, 3)


def insert_between(book: Any) -> None:
    book["Tiến độ"].insert_rows(edits.heading_row(book["Tiến độ"]) + 2)


def filter_tasks(book: Any) -> None:
    book["Tiến độ"].row_dimensions[edits.heading_row(book["Tiến độ"]) + 1].hidden = True


def rename_sheet(book: Any) -> None:
    book["Tiến độ"].title = "Tiến độ của Chi"


def shuffle_sheets(book: Any) -> None:
    book.move_sheet("Tiến độ", 5)


@pytest.mark.parametrize(
    "done",
    [
        (sort_tasks, insert_above, rename_sheet),
        pytest.param((insert_between, filter_tasks, shuffle_sheets), marks=pytest.mark.long),
    ],
)
def test_notes_are_found_whatever_happened_to_the_rows(data: bytes, done: Sequence[Edit]) -> None:
    opinion = edits.note("Tiến độ", "I.1", OPINION, "Làm ngay")
    note = edits.note("Tiến độ", "II.4", NOTE, "Đủ")
    again = edits.run_again(edits.edited(data, opinion, note, *done))
    assert value(again, "Tiến độ", "I.1", OPINION) == "Làm ngay"
    assert value(again, "Tiến độ", "II.4", NOTE) == "Đủ"


def formula_of_the_office(book: Any) -> None:
    cell = edits.cell(book, "Tiến độ", "I.2", NOTE)
    cell.value = f"=B{cell.row}"


def test_a_task_with_another_text_code_or_place_keeps_its_note_and_its_formula(
    data: bytes,
) -> None:
    one, two = (
        edits.note("Tiến độ", *at) for at in (("I.1", OPINION, "Một"), ("I.2", OPINION, "Hai"))
    )
    noted = edits.edited(data, one, two, formula_of_the_office)
    first, second, *others = samples.plan().tasks
    tasks = (replace(second, code="I.9"), replace(first, text="Lời mới"), *others)
    again = edits.run_again(noted, own_plan=replace(samples.plan(), tasks=tasks))
    assert value(again, "Tiến độ", "I.1", OPINION) == "Một"
    assert value(again, "Tiến độ", "I.9", OPINION) == "Hai"
    cell = edits.cell(edits.opened(again), "Tiến độ", "I.9", NOTE)
    assert cell.value == f"=B{cell.row}"


def test_a_note_whose_task_is_gone_waits_on_its_own_sheet(data: bytes) -> None:
    noted = edits.edited(data, edits.note("Tiến độ", "I.2", OPINION, "Đừng mất"))
    fewer = replace(samples.plan(), tasks=(samples.plan().tasks[0], *samples.plan().tasks[2:]))
    again = edits.run_again(noted, own_plan=fewer)
    assert rows_of(again, "Ghi chú chưa xếp được")[5][1:5] == [
        "Tiến độ",
        "I.2 | Tổ chức rà soát, đánh giá thủ tục hành chính | Văn phòng Sở | Theo Kế hoạch riêng",
        OPINION,
        "Đừng mất",
    ]
    third = edits.run_again(again, own_plan=fewer)
    assert third == again


def row_put_in(book: Any) -> None:
    sheet = book["Tiến độ"]
    row = edits.heading_row(sheet) + 2
    sheet.insert_rows(row)
    sheet.cell(row, 3).value = "Việc Giám đốc giao thêm"


def text_beside_the_title(book: Any) -> None:
    book["Hồ sơ"]["G1"] = "Họp ngày 5"


def sheet_of_the_office(book: Any) -> None:
    sheet = book.create_sheet("Việc riêng", 0)
    sheet["B2"], sheet["C3"], sheet["C4"] = "Họp", 5, "=C3*2"
    sheet["B2"].fill = edits.YELLOW
    sheet.merge_cells("B6:D6")
    sheet.column_dimensions["B"].width = 33


def sheet_pasted_over(book: Any) -> None:
    book.remove(book["PAKN"])
    book.create_sheet("PAKN")["A1"] = "Sổ tay của Chi"


LEADER = "PGĐ Đinh Bộ Sơn"


Other = tuple[Any, Handwriting, Any]


@pytest.fixture(scope="module")
def other(data: bytes) -> Other:
    """What else a person does to a tracker: as it was saved, read, and written again."""
    noted = (edits.note("Tiến độ", *at, LEADER) for at in (("I.2", "Người chỉ đạo"), ("I.4", NOTE)))
    whole = (row_put_in, text_beside_the_title, sheet_of_the_office, sheet_pasted_over)
    edited = edits.edited(data, *noted, *whole)
    found = edits.read(edited)
    return edits.opened(edited), found, edits.opened(samples.built(found))


def test_a_row_that_the_office_put_in_is_not_lost(other: Other) -> None:
    (loose,) = (one for one in other[1].loose if one.sheet == "Tiến độ")
    assert loose.heading == "Dòng Văn phòng thêm"
    assert loose.cell.value == "Nội dung công việc: Việc Giám đốc giao thêm"


def test_a_text_beside_the_title_is_not_lost(other: Other) -> None:
    (loose,) = (one for one in other[1].loose if one.sheet == "Hồ sơ")
    assert (loose.heading, loose.cell.value) == ("Ô G1", "Họp ngày 5")


def test_a_sheet_of_the_office_stays_as_it_was(other: Other) -> None:
    sheet = other[2]["Việc riêng"]
    assert [sheet[at].value for at in ("B2", "C3", "C4")] == ["Họp", 5, "=C3*2"]
    assert sheet["B2"].fill.fgColor.rgb == "FFFFFF00"
    assert [str(one) for one in sheet.merged_cells.ranges] == ["B6:D6"]
    assert abs(sheet.column_dimensions["B"].width - 33) < 1


def test_a_sheet_pasted_over_is_kept_beside_the_right_one(other: Other) -> None:
    _, found, again = other
    assert again["PAKN (2)"]["A1"].value == "Sổ tay của Chi"
    assert again["PAKN"]["B1"].value == "SỔ TIẾP NHẬN, XỬ LÝ PHẢN ÁNH, KIẾN NGHỊ"
    assert [f.at.sheet for f in found.findings if f.at and f.code == "tracker.sheet_missing"] == [
        "PAKN"
    ]


def test_who_has_given_a_direction_is_no_citizen(other: Other) -> None:
    edited, found, _ = other
    row = edits.cell(edited, "Tiến độ", "I.4", NOTE).row
    (told,) = (one for one in found.findings if one.code != "tracker.sheet_missing")
    assert told.code == "tracker.personal_data"
    assert [one.row for one in told.cells] == [row]


RED_ITALIC = {"b": False, "i": True, "color": "FFC00000"}
OVERVIEW_CELLS = ("B1", "B5", "B6", "B9", "D11")


def changed_heads_and_overview(book: Any) -> None:
    sheet = book["Hồ sơ"]
    head = next(c for c in sheet[edits.heading_row(sheet)] if c.value == FIGURE)
    head.font = Font(name="Times New Roman", size=11, bold=False, italic=True, color="FFC00000")
    head.fill = edits.YELLOW
    overview = book["Tổng quan"]
    for a1 in OVERVIEW_CELLS:
        overview[a1].font = Font(name="Arial", size=15, italic=True, color="FFC00000")
        overview[a1].fill = edits.YELLOW
    overview.column_dimensions["B"].width = 25


def test_looks_of_headings_and_of_the_overview_are_kept(data: bytes, untouched: Any) -> None:
    again = edits.run_again(edits.edited(data, changed_heads_and_overview))
    assert edits.run_again(again) == again
    book, before = edits.opened(again), untouched
    sheet = book["Hồ sơ"]
    head = next(c for c in sheet[edits.heading_row(sheet)] if c.value == FIGURE)
    assert {"b": head.font.b, "i": head.font.i, "color": head.font.color.rgb} == RED_ITALIC
    assert head.fill.fgColor.rgb == "FFFFFF00"
    for a1 in OVERVIEW_CELLS:
        cell, was = book["Tổng quan"][a1], before["Tổng quan"][a1]
        assert (cell.font.name, cell.font.sz, cell.font.i) == ("Arial", 15, True), a1
        assert (cell.font.color.rgb, cell.fill.fgColor.rgb) == ("FFC00000", "FFFFFF00"), a1
        assert (str(cell.value), cell.border.left.style) == (str(was.value), was.border.left.style)
        assert cell.alignment.horizontal == was.alignment.horizontal
    assert abs(book["Tổng quan"].column_dimensions["B"].width - 25) < 1
    assert book["Tổng quan"]["C20"].font.sz == before["Tổng quan"]["C20"].font.sz
