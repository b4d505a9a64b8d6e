from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kskt_excel.excel.book_writer import line_count, line_slices
from kskt_excel.excel.printed.boxes import PageGrid, PagePart, PrintedLine
from kskt_excel.excel.printed.placed_page import page_starts
from kskt_excel.excel.printed.printed_table import Columns, Head, heads
from kskt_excel.report.page import PageCell, PageColumn, PageRow, PageTable

_TEXTS = st.text(alphabet="nghiêng ỷệƯ.1\n", max_size=200)


@given(_TEXTS, st.integers(20, 300))
@example(" 1Ư1", 20)
@example("  à  \n", 20)
def test_slices_joined_are_the_text_and_as_many_as_the_lines_reckoned(text: str, px: int) -> None:
    slices = line_slices(text, px)
    assert "".join(slices) == text
    assert len(slices) == line_count(text, px)


@given(_TEXTS, st.integers(40, 300))
@example(" ngện", 40)
def test_each_slice_takes_one_line(text: str, px: int) -> None:
    assert [line_count(one.strip(), px) for one in line_slices(text, px)] == [1] * len(
        line_slices(text, px)
    )


def _columns(*headers: str) -> list[PageColumn]:
    return [PageColumn(tuple(header.split(" > ")), str(n)) for n, header in enumerate(headers, 1)]


def test_equal_neighbours_are_one_head_and_a_short_one_reaches_down() -> None:
    columns = _columns("STT", "Nhận > Tổng", "Nhận > Trong kỳ > A", "Nhận > Trong kỳ > B", "Đã > A")
    assert heads(columns) == [
        Head("STT", 0, 0, 0, down=3),
        Head("Nhận", 0, 1, 3),
        Head("Đã", 0, 4, 4),
        Head("Tổng", 1, 1, 1, down=2),
        Head("Trong kỳ", 1, 2, 3),
        Head("A", 1, 4, 4, down=2),
        Head("A", 2, 2, 2),
        Head("B", 2, 3, 3),
    ]


def test_two_columns_of_the_same_name_stay_two() -> None:
    assert [head.first for head in heads(_columns("Số", "Số"))] == [0, 1]


def test_no_word_of_a_head_and_no_number_is_broken() -> None:
    columns = tuple(_columns("nghiêngnghiêng", "Số", "Số"))
    table = PageTable(columns, (PageRow((PageCell(1), PageCell(123456789, "count"), PageCell(2))),))
    columns_of = Columns.of(table)
    fit = columns_of.fitted(12, 585)
    least = columns_of.least_widths(fit.size, 585)
    assert sum(fit.widths) == 585
    assert all(width >= need for width, need in zip(fit.widths, least, strict=True))


def test_letters_below_eleven_points_are_for_crowded_tables_only() -> None:
    few, many, most = (
        Columns.of(PageTable(tuple(_columns(*[name] * count)), ()))
        for name, count in (("nghiêng ngả", 14), ("nghiêng ngả", 15), ("nghiêng", 60))
    )
    assert (few.sizes[-1], many.sizes[-1]) == (11, 10)
    assert [some.fits(10, 890) for some in (few, many, most)] == [True, True, False]
    assert sum(most.fitted(10, 890).widths) == 890


def test_a_column_with_a_long_text_gets_room_from_the_others() -> None:
    columns = tuple(_columns("A", "B"))
    short, long = (
        Columns.of(PageTable(columns, (PageRow((PageCell("a"), PageCell(text))),)))
        for text in ("b", "thủ tục hành chính " * 60)
    )
    assert short.fitted(12, 585).widths[1] < long.fitted(12, 585).widths[1]


@given(
    st.lists(st.lists(st.integers(1, 9), min_size=1, max_size=20), min_size=0, max_size=3),
    st.sampled_from([(0.42,), (0.33, 0.62), (0.24, 0.75)]),
)
def test_a_grid_shows_every_table_and_its_blocks_touch(
    tables: list[list[int]], shares: tuple[float, ...]
) -> None:
    widths = [[890 * part // sum(parts) for part in parts] for parts in tables]
    widths = [[*some[:-1], 890 - sum(some[:-1])] for some in widths]
    grid = PageGrid.of(widths, 890, [shares])
    assert sum(grid.widths) == 890
    blocks = grid.near_blocks(*shares)[0]
    assert len(blocks) == len(shares) + 1
    for some in (blocks, *(grid.spans(one) for one in widths if min(one) > 12)):
        assert (some[0][0], some[-1][1]) == (1, grid.last)
        assert all(end + 1 == start for (_, end), (start, _) in pairwise(some))
        assert all(first <= last for first, last in some)


def _rows(*parts: tuple[PagePart, float, bool]) -> list[PrintedLine]:
    return [PrintedLine(height, part=part, keep=keep) for part, height, keep in parts]


@pytest.mark.parametrize(
    ("rows", "starts"),
    [
        ([("frame", 50, True), ("data", 40, False), ("data", 20, False)], [2]),
        ([("data", 90, False), ("section", 5, True), ("data", 20, False)], [1]),
        ([("data", 50, False), ("data", 30, True), ("signature", 30, False)], [1]),
        ([("data", 60, True), ("data", 30, True), ("signature", 30, False)], [1]),
        ([("data", 100, False)], []),
    ],
    ids=["full", "section", "end", "too long for a page", "exactly full"],
)  # fmt: skip
def test_pages_begin_where_nothing_is_torn_apart(
    rows: list[tuple[PagePart, float, bool]], starts: list[int]
) -> None:
    assert page_starts(_rows(*rows), 100) == starts


def test_repeated_heads_take_their_share_of_later_pages() -> None:
    rows = _rows(("head", 40, True), *[("data", 30.0, False)] * 6)
    assert page_starts(rows, 100, (1, 1)) == [3, 5]


@given(
    st.lists(st.tuples(st.floats(1, 60), st.booleans()), min_size=1, max_size=40),
)
def test_no_page_is_higher_than_the_paper(rows: list[tuple[float, bool]]) -> None:
    placed = [PrintedLine(height, part="data", keep=keep) for height, keep in rows]
    starts = page_starts(placed, 100)
    assert starts == sorted(set(starts))
    for start, end in pairwise([0, *starts, len(placed)]):
        assert sum(line.height for line in placed[start:end]) <= 100.001
