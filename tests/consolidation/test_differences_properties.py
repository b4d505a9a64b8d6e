"""For any two versions: nothing is a difference that is none, and none is named twice."""

from collections import Counter
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from kskt_excel.consolidation.differences import differences
from kskt_excel.model.reading import Reading, Record
from tests.builders import forms, reading, record, sheet

_CODES = ("1.000001", "1.000002", "1.000003", "1.000004", "", "1.000001")
_FIGURES = st.dictionaries(
    st.sampled_from(["received_online", "received_direct", "received_postal"]),
    st.one_of(st.none(), st.integers(0, 3)),
)
_ROWS = st.lists(st.tuples(st.sampled_from(_CODES), _FIGURES), max_size=8)
_TEXTS = st.lists(st.sampled_from(["Chậm trả", "Thu phí", "Thái độ", "Thu phí thừa"]), max_size=8)


def _dossiers(rows: list[tuple[str, dict[str, int | None]]]) -> Reading:
    made = (record(8 + at, code, **figures) for at, (code, figures) in enumerate(rows))
    return reading(sheet("ho-so", *made))


def _feedback(texts: list[str]) -> Reading:
    made = (record(8 + at, str(at + 1), ordinal=at + 1, content=t) for at, t in enumerate(texts))
    return reading(sheet("pakn", *made))


@given(_ROWS, st.randoms(use_true_random=False))
def test_another_order_is_no_difference(
    rows: list[tuple[str, dict[str, int | None]]], random: Random
) -> None:
    turned = list(rows)
    random.shuffle(turned)
    assert differences(_dossiers(rows), _dossiers(turned), forms()) == ()


@given(_TEXTS, st.randoms(use_true_random=False))
def test_numbers_of_rows_given_anew_are_no_difference(texts: list[str], random: Random) -> None:
    turned = list(texts)
    random.shuffle(turned)
    assert differences(_feedback(texts), _feedback(turned), forms()) == ()


@given(_ROWS, _ROWS)
def test_rows_that_came_and_went_explain_the_number_of_rows(
    before: list[tuple[str, dict[str, int | None]]], after: list[tuple[str, dict[str, int | None]]]
) -> None:
    found = differences(_dossiers(before), _dossiers(after), forms())
    kinds = Counter(one.kind for one in found)
    assert len(before) + kinds["added"] - kinds["removed"] == len(after)
    assert len(found) == len(set(found))


@given(_ROWS, _ROWS)
def test_the_other_way_round_the_same_cells_differ(
    before: list[tuple[str, dict[str, int | None]]], after: list[tuple[str, dict[str, int | None]]]
) -> None:
    there = Counter(one.kind for one in differences(_dossiers(before), _dossiers(after), forms()))
    back = Counter(one.kind for one in differences(_dossiers(after), _dossiers(before), forms()))
    assert (there["added"], there["removed"]) == (back["removed"], back["added"])


def test_a_figure_changed_in_each_row_is_one_difference_a_row() -> None:
    def book(extra: int) -> Reading:
        rows: list[Record] = [
            record(8 + at, f"1.{at:06}", received_online=at + extra, carried_over=1)
            for at in range(300)
        ]
        return reading(sheet("ho-so", *rows))

    found = differences(book(0), book(1), forms())
    assert {one.kind for one in found} == {"changed"}
    assert [one.cell_after.row for one in found if one.cell_after] == list(range(8, 308))
