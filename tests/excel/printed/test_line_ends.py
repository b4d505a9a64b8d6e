from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kskt_excel.excel.book_writer import advance, measured
from kskt_excel.excel.printed.line_ends import (
    NO_BREAK_SPACE,
    balanced,
    balanced_lines,
    compounds,
    glued,
)

_EM = 2048


@pytest.mark.parametrize(
    ("title", "ems", "lines"),
    [
        (
            "KẾT QUẢ ĐÁNH GIÁ TÁC ĐỘNG QUY ĐỊNH THỦ TỤC HÀNH CHÍNH",
            30,
            ["KẾT QUẢ ĐÁNH GIÁ TÁC ĐỘNG", "QUY ĐỊNH THỦ TỤC HÀNH CHÍNH"],
        ),
        ("Kết quả giải quyết", 30, ["Kết quả giải quyết"]),
        ("Quyết định,\nthủ tục", 30, ["Quyết định,", "thủ tục"]),
    ],
)
def test_a_title_has_few_lines_of_equal_length(title: str, ems: int, lines: list[str]) -> None:
    assert balanced(title, ems * _EM).split("\n") == lines


_KNOWN = ("thủ tục", "hành chính", "giải quyết", "dịch vụ công", "trực tuyến")
_WORDS = st.sampled_from([*_KNOWN, "và", "của", "(TTHC)"])


def _broken(lines: list[str]) -> list[tuple[str, str]]:
    """Compounds of two syllables that go on from one of the lines to the next."""
    ends = [(one.split(" ")[-1], other.split(" ")[0]) for one, other in pairwise(lines)]
    return [pair for pair in ends if pair in compounds() and f"{pair[0]} {pair[1]}" in _KNOWN]


@given(st.lists(_WORDS, min_size=1, max_size=30), st.integers(8, 40))
def test_no_compound_is_broken_where_each_fits(words: list[str], ems: int) -> None:
    text = " ".join(words)
    lines = balanced(text, ems * _EM).split("\n")
    assert " ".join(lines) == text
    assert _broken(lines) == []
    assert max(advance(line, bold=True) for line in lines) <= ems * _EM
    assert len(lines) == balanced_lines(text, ems * _EM)


@given(st.text(alphabet="thủục à,()\n", max_size=80), st.integers(1, 40))
def test_nothing_but_blanks_changes(text: str, ems: int) -> None:
    for made in (balanced(text, ems * _EM), glued(text, ems * _EM)):
        assert made.split() == text.split()


def test_a_compound_is_held_together_only_where_it_fits() -> None:
    wide, narrow = glued("Thủ tục mới", 10 * _EM), glued("Thủ tục mới", 3 * _EM)
    assert wide == f"Thủ{NO_BREAK_SPACE}tục mới"
    assert narrow == "Thủ tục mới"
    assert measured(wide, bold=True).longest_word == advance("Thủ tục", bold=True)


def test_a_blank_to_fill_by_hand_stays_as_wide_as_it_is() -> None:
    blank = NO_BREAK_SPACE * 9
    text = f"(Kèm theo Báo cáo số{blank}/BC-SKHCN ngày{blank}tháng 3 năm 2022 của Sở)"
    assert balanced(text, 20 * _EM, bold=False).count(blank) == 2


def test_a_comma_ends_a_compound() -> None:
    assert NO_BREAK_SPACE not in glued("thủ, tục", 20 * _EM)


def test_the_list_holds_what_titles_need() -> None:
    known = {" ".join(one) for one in compounds()}
    assert {"thủ tục", "hành chính", "quy phạm", "pháp luật", "dịch vụ công"} <= known
    assert all(one == one.lower() for one in known)
