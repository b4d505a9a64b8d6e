"""The tracker on paper: one page wide, letters to read, nothing of quarters to come."""

from dataclasses import replace

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter

from kskt_excel.excel.book_writer import line_count
from kskt_excel.excel.tracker.blocks import (
    ALWAYS_FOLDED,
    SheetBlock,
    TrackerColumn,
    TrackerSheet,
    fixed,
)
from kskt_excel.excel.tracker.print_view import LETTERS, ROOM_PX, printed_view
from tests.excel.tracker import edits, samples

_WIDTHS = st.sampled_from([44, 76, 90, 150, 300])
_KINDS = st.sampled_from(["text", "long", "count", "center", "state", "date"])
_HEADINGS = st.sampled_from(["Mã", "Ngày tiếp nhận", "Toàn bộ quy trình tại TTPVHCC", "Ghi chú"])
_COLUMNS = st.lists(
    st.tuples(_HEADINGS, _KINDS, _WIDTHS, st.integers(0, 4)), min_size=1, max_size=45
)


@pytest.fixture(scope="module")
def data() -> bytes:
    return samples.built()


def _page(columns: list[TrackerColumn], *, office: bool) -> TrackerSheet:
    block = SheetBlock("lines", tuple(columns), fixed(()), 0, office=office)
    return TrackerSheet("trang", "Trang", "TRANG", "", (block,))


def _px(page: TrackerSheet) -> int:
    main = page.main_block
    office = main.office_width * len(main.office_headings) if main.prints_office else 0
    return office + sum(one.width for one in main.columns if not (one.level or one.folded))


@given(_COLUMNS, st.booleans())
def test_any_columns_fit_on_paper_or_all_that_may_be_folded_are(
    told: list[tuple[str, str, int, int]],
    office: bool,  # hypothesis gives it
) -> None:
    columns = [
        TrackerColumn(f"c{at}", heading, kind, width, fold=fold)  # type: ignore[arg-type]
        for at, (heading, kind, width, fold) in enumerate(told)
    ]
    (block,) = printed_view(_page(columns, office=office)).blocks
    view = _page(list(block.columns), office=office)
    view = replace(view, blocks=(block,))
    assert not any(one.folded for one in block.columns if not one.fold)
    if _px(view) > ROOM_PX:
        assert all(one.folded for one in block.columns if one.fold)
    ranks = [one.fold for one in block.columns if one.folded]
    kept = [one.fold for one in block.columns if not one.folded]
    assert not ranks or not kept or min(ranks) >= max(kept) or _px(view) <= ROOM_PX


@given(_COLUMNS)
def test_no_word_of_a_head_is_broken_and_heads_take_four_lines_at_most(
    told: list[tuple[str, str, int, int]],
) -> None:
    columns = [
        TrackerColumn(f"c{at}", heading, kind, width, fold=fold)  # type: ignore[arg-type]
        for at, (heading, kind, width, fold) in enumerate(told)
    ]
    (block,) = printed_view(_page(columns, office=False)).blocks
    for one in block.columns:
        if not one.folded:
            assert line_count(one.heading, one.width, LETTERS, bold=True) <= 4


def test_a_name_beside_its_code_is_folded_though_there_is_room() -> None:
    columns = [
        TrackerColumn("unit", "Mã", "center", 76),
        TrackerColumn("name", "Đơn vị", "text", 190, fold=ALWAYS_FOLDED),
    ]
    (block,) = printed_view(_page(columns, office=True)).blocks
    assert [one.folded for one in block.columns] == [False, True]


def test_a_column_under_which_another_table_stands_is_not_folded() -> None:
    wide = [TrackerColumn(f"c{at}", "Cột", "long", 300, fold=1) for at in range(12)]
    other = SheetBlock("other", (TrackerColumn("a", "Mã"),) * 3, fixed(()), 0, office=False)
    page = _page(wide, office=False)
    main, below = printed_view(replace(page, blocks=(*page.blocks, other))).blocks
    assert [one.folded for one in main.columns[:3]] == [False] * 3
    assert any(one.folded for one in main.columns[3:])
    assert [one.width for one in below.columns] == [one.width for one in main.columns[:3]]


def test_every_sheet_is_one_page_wide_on_a4_across_with_its_heads_and_keys() -> None:
    for sheet in edits.untouched().worksheets:
        setup = sheet.page_setup
        assert (setup.paperSize, setup.orientation) == (9, "landscape"), sheet.title
        assert sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.title
        assert setup.fitToWidth in (None, 1), sheet.title  # 1 is what it is when not said
        assert setup.fitToHeight == 0, sheet.title
        if sheet.title not in ("Tổng quan", "Hoạt động"):  # several tables of equal rank
            assert sheet.print_title_rows, sheet.title
            assert sheet.print_title_cols, sheet.title


def test_quarters_to_come_have_no_columns() -> None:
    for page in ("Tiến độ", "Tình hình gửi nhận", "Chỉ tiêu"):
        sheet = edits.untouched()[page]
        heads = [str(cell.value) for cell in sheet[edits.heading_row(sheet)]]
        assert any(head.startswith("Quý II") for head in heads)
        assert not any(head.startswith(("Quý III", "Quý IV")) for head in heads), page


def test_heads_that_stay_in_sight_take_a_third_of_a_laptop_screen_at_most() -> None:
    for sheet in edits.untouched().worksheets[1:]:
        rows = range(1, sheet.max_row)
        frozen = [n for n in rows if n < int(sheet.freeze_panes.lstrip("ABCDEFGHIJ"))]
        shown = [n for n in frozen if not sheet.row_dimensions[n].hidden]
        assert sum(sheet.row_dimensions[n].height or 15 for n in shown) <= 120, sheet.title


def test_what_a_person_unfolds_or_hides_stays_so_and_folds_are_no_handwriting(
    data: bytes,
) -> None:
    def unfold(book: openpyxl.Workbook) -> None:
        sheet = book["Hồ sơ"]
        sheet.column_dimensions["C"].hidden = False
        sheet.column_dimensions["G"].hidden = True

    assert edits.untouched()["Hồ sơ"].column_dimensions["C"].hidden
    again = edits.opened(edits.run_again(edits.edited(data, unfold)))["Hồ sơ"]
    assert not again.column_dimensions["C"].hidden
    assert again.column_dimensions["G"].hidden
    plain = edits.read(data).blocks["ho-so", "lines"]
    assert (plain.hidden, plain.unfolded, plain.widths) == (frozenset(), frozenset(), {})


def test_one_entry_of_widths_for_several_columns_is_read_for_each_of_them(data: bytes) -> None:
    def as_excel_saves(book: openpyxl.Workbook) -> None:
        own = book["Hồ sơ"].column_dimensions
        for at in range(8, 11):
            del own[get_column_letter(at)]
        own["H"].width, own["H"].hidden = 30, False
        own["H"].min, own["H"].max = 8, 10

    widths = edits.read(edits.edited(data, as_excel_saves)).blocks["ho-so", "lines"].widths
    assert sorted(widths.values()) == [30.0] * 3
