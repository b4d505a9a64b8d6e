from dataclasses import replace

import pytest

from kskt_excel.excel.book_writer import measured, room, text_width
from kskt_excel.excel.printed.bands import fits_on_paper, in_bands
from kskt_excel.excel.printed.boxes import PADDING_PX, PlacedPage, PrintedLine
from kskt_excel.excel.printed.placed_page import (
    cell_of,
    even_starts,
    laid_out,
    page_starts,
    place_at,
    placed_bands,
)
from kskt_excel.excel.printed.printed_table import Columns, words_of
from kskt_excel.report.page import FigureRef, PageCell, PageColumn, PageRow, PageTable, PrintedPage
from kskt_excel.report.summary import summary_pages
from kskt_excel.report.verdicts import sources_line
from tests.builders import forms
from tests.excel.printed.printed import text_of
from tests.excel.printed.samples import books
from tests.sample_year import SampleYear, sample_plan


def _page(name: str) -> PrintedPage:
    return next(page for page in books()["usual"] if page.name == name)


def _letters(sheet: PlacedPage) -> set[float]:
    return {box.size for line in sheet.lines if line.part == "data" for box in line.boxes}


def test_letters_shrink_where_that_saves_a_page_and_never_below_ten_points() -> None:
    pages = (page for pages in books().values() for page in pages if page.tables)
    found = [(len(page.tables[0].columns), _letters(laid_out(page))) for page in pages]
    least = [(10 if columns > 14 else 11, min(sizes, default=12)) for columns, sizes in found]
    assert [pair for pair in least if pair[1] < pair[0]] == []
    assert {12} in [sizes for _, sizes in found]


def test_letters_stay_large_where_smaller_ones_save_nothing() -> None:
    sheet = laid_out(_page("Biểu II.06a"))
    assert sheet.breaks == ()
    assert _letters(sheet) == {12}
    crowded = next(page for page in books()["crowded"] if page.name == "Chỉ tiêu")
    assert _letters(laid_out(crowded)) == {12}


def test_a_text_at_the_left_keeps_clear_of_the_line() -> None:
    rows = [line for line in laid_out(_page("Tiến độ")).lines if line.part == "data"]
    assert rows
    assert all("indent" in line.boxes[1].looks for line in rows)


def test_a_short_word_or_figure_in_the_middle_of_its_cell_stays_on_one_line() -> None:
    columns = (PageColumn(("STT",), width=40), PageColumn(("Hạn",), width=200))

    def least(text: str) -> float:
        table = PageTable(columns, (PageRow((PageCell(1), PageCell(text))),))
        return Columns.of(table).least_widths(12, 890)[1]

    for whole in ("≥ 100,0 %", "1.234,56 ngày", "Chưa đạt"):
        assert least(whole) > text_width(whole, 12) / 0.75
    assert least("Thường xuyên") < text_width("Thường xuyên", 12) / 0.75


_UNITS = (
    "Văn phòng Sở",
    "Thanh tra Sở",
    "Phòng Kế hoạch - Tài chính",
    "Phòng Quản lý Khoa học",
    "Phòng Quản lý Công nghệ",
    "Phòng Quản lý chuyên ngành",
    "Phòng Quản lý KH&CN cơ sở",
    "Chi cục Tiêu chuẩn Đo lường Chất lượng",
    "Trung tâm phát triển KH&CN",
)
_FIELDS = (
    "An toàn bức xạ và hạt nhân",
    "Hoạt động khoa học và công nghệ",
    "Sở hữu trí tuệ",
    "Tiêu chuẩn đo lường chất lượng",
)


def _of_rows(page: PrintedPage, count: int) -> PrintedPage:
    """The page of a form with so many rows, of units or of fields of work."""
    table = page.tables[0]
    total = table.rows[-1]
    figures = tuple(replace(cell, sums_column=False) for cell in total.cells[2:])
    named = _UNITS if "ơn vị" in table.columns[1].header[0] else _FIELDS
    rows = tuple(
        PageRow((PageCell(n + 1, "label"), PageCell(named[n % len(named)]), *figures))
        for n in range(count)
    )
    return replace(page, tables=(replace(table, rows=(*rows, total)),))


_SEVEN = ("II.01", "II.02", "II.03", "II.05a", "II.06a", "II.07b", "II.08")


@pytest.mark.parametrize(("rows", "most"), [(9, 9), (20, 14), (47, 23), (200, 70)])
def test_seven_forms_take_no_more_pages_than_were_promised(rows: int, most: int) -> None:
    pages = [_of_rows(_page(f"Biểu {name}"), rows) for name in _SEVEN]
    assert sum(len(laid_out(page).breaks) + 1 for page in pages) <= most


def test_one_row_and_none_take_one_page() -> None:
    for name in _SEVEN:
        for rows in (0, 1):
            assert laid_out(_of_rows(_page(f"Biểu {name}"), rows)).breaks == ()


def test_a_word_of_thirty_letters_makes_its_column_wide_enough() -> None:
    word = "nghiêngngảnghiêngngảnghiêngngả"
    columns = tuple(PageColumn((name,), width=60, align="left") for name in ("A", "B", "C"))
    table = PageTable(columns, (PageRow(tuple(PageCell(text) for text in ("a", word, "c"))),))
    fit = Columns.of(table).fitted(12, 585)
    assert fit.widths[1] >= text_width(word, 12) / 0.75


def test_what_lies_under_a_wider_cell_claims_no_width() -> None:
    columns = tuple(PageColumn((name,), width=60) for name in ("A", "B", "C"))
    said, covered = PageCell("chưa báo cáo", over=3), PageCell("chưa báo cáo")
    one = PageTable(columns, (PageRow((said, covered, covered)),))
    assert max(Columns.of(one).least_widths(12, 585)) < text_width("chưa báo cáo", 12)


def test_the_last_row_is_never_alone() -> None:
    for count in range(10, 60):
        sheet = laid_out(_of_rows(_page("Biểu II.06a"), count))
        last = sheet.lines[sheet.breaks[-1] if sheet.breaks else 0 :]
        assert sum(line.part in ("data", "total") for line in last) >= 2


def test_no_signature_stands_on_a_page_without_a_row_of_its_table() -> None:
    placed = (laid_out(page) for pages in books().values() for page in pages if page.tables)
    for sheet in placed:
        last = {line.part for line in sheet.lines[sheet.breaks[-1] :]} if sheet.breaks else {"data"}
        assert not last.isdisjoint({"data", "total"}), sheet.name


def test_pages_are_filled_evenly() -> None:
    lines = [PrintedLine(20.0, part="data") for _ in range(50)]
    starts = page_starts(lines, 478)
    assert starts == [23, 46]
    assert even_starts(lines, 478, None, starts) == [17, 34]


def test_between_the_title_and_the_name_of_who_signs_there_are_26_mm() -> None:
    for pages in books().values():
        for page in pages:
            lines = [line for line in laid_out(page).lines if line.part == "signature"]
            signs = next(
                at
                for at, line in enumerate(lines)
                if any(text_of(box) == "(Ký tên, đóng dấu)" for box in line.boxes)
            )
            assert sum(line.height for line in lines[signs:-1]) >= 26 * 72 / 25.4


def test_what_is_left_of_a_single_page_is_spread_over_its_rows() -> None:
    lines = laid_out(_of_rows(_page("Biểu II.06a"), 3)).lines
    assert {line.height for line in lines if line.part == "total"} == {17.25 + 4.5}


_NEW_FORMS = ("Biểu TH-06", "Biểu TH-07")
_LATER = {"K1b", *(f"K{number}" for number in range(16, 36))}
"""Indicators that came with the figures of the tasks, after the thirteen sheets were promised."""


def _of_the_sample() -> tuple[PrintedPage, ...]:
    """The packet of the first quarter, in which two units are missing."""
    absent = (("QLKH", "2022-Q1"), ("KHTC", "2022-Q1"))
    year = SampleYear(sample_plan(), version="1.0", absent=absent)
    return tuple(summary_pages(year.plan, forms(), year.consolidated("2022-Q1")))


def test_the_sample_packet_takes_no_more_pages_than_were_promised() -> None:
    pages = {page.name: page for page in _of_the_sample()}
    taken = {name: len(laid_out(page).breaks) + 1 for name, page in pages.items()}
    assert {name: count for name, count in taken.items() if count > 1} == {
        "Tiến độ": 4,
        "Biểu II.04": 2,
        "Biểu II.07b": 2,
        "Chỉ tiêu": 2,
    }
    # the thirteen sheets take 18 pages; the sheets and indicators that came later are counted apart
    (table,) = pages["Chỉ tiêu"].tables
    first = tuple(row for row in table.rows if row.cells[0].value not in _LATER)
    assert (len(first), len(table.rows)) == (16, 37)
    named = {row.cells[0].value for row in first}
    sources = sources_line((one for one in sample_plan().indicators if one.id in named), forms())
    notes = (pages["Chỉ tiêu"].notes[0], sources, pages["Chỉ tiêu"].notes[-1])
    few = replace(pages["Chỉ tiêu"], tables=(replace(table, rows=first),), notes=notes)
    assert laid_out(few).breaks == ()
    added = sum(taken[name] for name in _NEW_FORMS) + 1
    assert sum(taken.values()) - added == 18


_WORD = "nghiêngngả" * 3


def _wide(count: int, *, value: str | int = _WORD, grouped: int = 0) -> PrintedPage:
    """A page of a form with so many columns under heads of one long word, and of all rows."""
    columns = [PageColumn(("STT",), "1", 40), PageColumn(("Tên đơn vị",), "2", 240, "left")]
    for at in range(2, count):
        group = (f"Nhóm {at // grouped}",) if grouped else ()
        columns.append(PageColumn((*group, f"Nghiêng{at}"), str(at + 1), 60))
    figures = tuple(PageCell(value, figure=str(at + 1)) for at in range(2, count))
    said = (PageCell("chưa báo cáo", over=count - 2), *(PageCell() for _ in range(count - 3)))
    rows = [PageRow((PageCell("I", "label"), PageCell("Mục một")), "section")]
    rows += [
        PageRow((PageCell(n), PageCell(f"Đơn vị {n}"), *figures), form="X", key=str(n))
        for n in range(3)
    ]
    rows.append(PageRow((PageCell(4), PageCell("Đơn vị 4"), *said)))
    rows.append(PageRow((PageCell("Tổng số: 4"), PageCell("đã gửi: 3")), "total"))
    tables = (PageTable(tuple(columns), tuple(rows)),)
    return replace(_page("Biểu II.06a"), name="Biểu X", tables=tables, notes=("Ghi chú.",))


@pytest.mark.parametrize(
    ("count", "value", "grouped"),
    [(40, _WORD, 0), (40, 1234567, 4), (24, _WORD, 5), (9, _WORD, 3), (40, 7, 7)],
)
def test_a_table_too_wide_for_its_paper_stands_on_several_sheets_with_no_word_cut(
    count: int, value: str | int, grouped: int
) -> None:
    page = _wide(count, value=value, grouped=grouped)
    sheets = list(placed_bands(page))
    assert len(sheets) > 1
    shown = [column.number for band, _ in sheets for column in band.tables[0].columns[2:]]
    assert shown == [str(at + 1) for at in range(2, count)]  # each once, in order
    assert [placed.name for _, placed in sheets][:2] == ["Biểu X", "Biểu X (2)"]
    assert [band.signed for band, _ in sheets] == [False] * (len(sheets) - 1) + [True]
    for band, placed in sheets:
        table = Columns.of(band.tables[0])
        size = min(box.size for line in placed.lines if line.part == "data" for box in line.boxes)
        assert size >= (10 if len(table.needs) > 14 else 11)
        assert fits_on_paper(table)
        for line in placed.lines:
            for box in line.boxes:
                free = room(sum(placed.widths[box.first - 1 : box.last]), box.size, PADDING_PX)
                words = measured(words_of(box.value), bold="bold" in box.looks)
                assert words.longest_word <= free, words.text
    some = FigureRef("X", "1", "9")
    where = cell_of([band for band, _ in sheets], some)
    assert where
    place = place_at([band for band, _ in sheets], *where)
    assert place is not None
    assert place.figure == some


def test_sheets_of_a_form_with_a_long_name_have_names_of_their_own() -> None:
    page = replace(_wide(40), name="Biểu có tên dài đúng ba mươi mốt chữ"[:31])
    names = [placed.name for _, placed in placed_bands(page)]
    assert len(set(names)) == len(names)
    assert max(map(len, names)) <= 31


def test_a_table_that_fits_is_one_sheet() -> None:
    page = _wide(12, value=12)
    assert [band for band, _ in placed_bands(page)] == [page]
    assert list(in_bands([page])) == [page]
