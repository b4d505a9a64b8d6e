"""The search for widths, also against many ways to share the pixels."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kskt_excel.excel.book_writer import measured
from kskt_excel.excel.printed.column_widths import (
    CellLetters,
    HeadCell,
    WidthProblem,
    lowest_widths,
    patterns,
)

_BODY, _HEAD = CellLetters(12, 13.9, 6.5), CellLetters(11, 12.75, 6.5)
_TEXTS = st.text(alphabet="nghiêng à", min_size=1, max_size=60)
_TABLES = st.lists(st.lists(_TEXTS, min_size=3, max_size=3), min_size=1, max_size=4)
_HEADS = st.lists(_TEXTS, min_size=3, max_size=3)


def _problem(texts: list[list[str]], heads: list[str], total: int) -> WidthProblem:
    rows = [
        tuple((at, measured(text)) for at, text in enumerate(row) if measured(text).several)
        for row in texts
    ]
    placed = tuple(HeadCell(measured(text, bold=True), 0, at, at) for at, text in enumerate(heads))
    least = tuple(
        max(
            _HEAD.px(placed[at].words.longest_word),
            *(_BODY.px(measured(row[at]).longest_word) for row in texts),
        )
        for at in range(len(heads))
    )
    return WidthProblem(
        total=max(total, sum(least)),
        least=least,
        wanted=(60,) * len(heads),
        ranks=tuple(range(len(heads))),
        indents=(0,) * len(heads),
        rows=patterns(row for row in rows if row),
        heads=placed,
        body=_BODY,
        head=_HEAD,
    )


def _height(problem: WidthProblem, widths: tuple[int, ...]) -> float:
    rows = sum(
        row.times
        * problem.body.line
        * (max(words.lines(problem.body.room(widths[at])) for at, words in row.cells) - 1)
        for row in problem.rows
    )
    heads = max(one.words.lines(problem.head.room(widths[one.first])) for one in problem.heads)
    return rows + heads * problem.head.line


@given(_TABLES, _HEADS, st.integers(120, 700))
def test_widths_fill_the_paper_and_no_word_is_broken(
    texts: list[list[str]], heads: list[str], total: int
) -> None:
    problem = _problem(texts, heads, total)
    widths = lowest_widths(problem)
    assert sum(widths) == problem.total
    assert all(px >= least for px, least in zip(widths, problem.least, strict=True))


@pytest.mark.long
@given(_TABLES, _HEADS, st.integers(200, 500))
def test_the_table_is_about_as_low_as_any_widths_make_it(
    texts: list[list[str]], heads: list[str], total: int
) -> None:
    problem = _problem(texts, heads, total)
    spare = problem.total - sum(problem.least)
    shares = [step * spare // 16 for step in range(17)]
    first, second, third = problem.least
    others = (
        (first + a, second + b, third + spare - a - b)
        for a, b in product(shares, shares)
        if a + b <= spare
    )
    best = min(_height(problem, one) for one in others)
    assert _height(problem, lowest_widths(problem)) <= best + 2 * _BODY.line + 0.001


def test_columns_of_equal_rank_are_equal_where_there_is_room() -> None:
    base = _problem([["a", "b", "c"]], ["Tổng số", "Số hồ sơ quá hạn", "Mã"], 600)
    widths = lowest_widths(replace(base, ranks=(0, 0, 1)))
    assert widths[0] == widths[1]


def test_a_head_over_several_columns_gets_its_longest_word() -> None:
    words = measured("nghiêngnghiêngnghiêng", bold=True)
    base = _problem([["a", "b", "c"]], ["a", "b", "c"], 400)
    heads = (HeadCell(words, 0, 0, 1), *base.heads[2:])
    widths = lowest_widths(replace(base, heads=heads))
    assert sum(widths[:2]) >= _HEAD.px(words.longest_word)


def test_of_very_many_kinds_of_rows_some_stand_for_all() -> None:
    rows = [((0, measured(f"đơn vị {number}")),) for number in range(1000)]
    some = patterns(rows)
    assert len(some) < 60
    assert 900 <= sum(row.times for row in some) <= 1100
