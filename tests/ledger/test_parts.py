"""Parts of one report are put together; what overlaps is named at its cell."""

import pytest

from kskt_excel.model.forms import Forms
from kskt_excel.model.reading import SheetState
from kskt_excel.reading.parts import merge_parts, part_of
from tests.builders import reading, record, sheet


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Quý I/2022 – Phần 1/2", (1, 2)),
        ("phần 2 / 3", (2, 3)),
        ("PHẦN 2/2", (2, 2)),
        ("Phần 3/2", (0, 0)),
        ("Phần 0/2", (0, 0)),
        ("Quý I/2022", (0, 0)),
        ("thành phần 1/2022", (0, 0)),
    ],
)
def test_the_part_is_what_the_information_sheet_says(text: str, expected: tuple[int, int]) -> None:
    said = reading(sheet("thong-tin", record(3, period=text, preparer="Hoa")))
    assert part_of(said) == expected
    assert part_of(reading()) == (0, 0)


def test_rows_of_both_parts_stand_in_the_merged_report(forms: Forms) -> None:
    merged, found = merge_parts(
        [
            reading(sheet("ho-so", record(8, "2.000001", received_online=3))),
            reading(sheet("ho-so", record(9, "2.000002", received_online=4))),
        ],
        forms,
    )
    rows = merged.sheets["ho-so"].records
    assert [(row.key, row.count("received_online")) for row in rows] == [
        ("2.000001", 3),
        ("2.000002", 4),
    ]
    assert found == ()


def test_cells_of_a_given_row_are_united_and_blanks_overwrite_nothing(forms: Forms) -> None:
    merged, found = merge_parts(
        [
            reading(sheet("ho-so", record(8, "2.000001", field="SHTT", received_online=3))),
            reading(sheet("ho-so", record(8, "2.000001", field="SHTT", received_direct=4))),
        ],
        forms,
    )
    (row,) = merged.sheets["ho-so"].records
    assert row.values == {"field": "SHTT", "received_online": 3, "received_direct": 4}
    assert found == ()


def test_different_figures_for_one_cell_are_named_and_the_earlier_stays(forms: Forms) -> None:
    merged, found = merge_parts(
        [
            reading(sheet("ho-so", record(8, "2.000001", received_online=3))),
            reading(sheet("ho-so", record(9, "2.000001", received_online=5))),
        ],
        forms,
    )
    (row,) = merged.sheets["ho-so"].records
    assert row.count("received_online") == 3
    (conflict,) = found
    assert conflict.code == "ledger.part_conflict"
    assert (conflict.at.sheet, conflict.at.row) == ("Hồ sơ", 9)
    assert (conflict.params["earlier"], conflict.params["later"]) == ("3", "5")
    assert conflict.params["column"] == "Trực tuyến"


def test_the_same_figures_twice_count_once_and_are_said(forms: Forms) -> None:
    one = reading(sheet("ho-so", record(8, "2.000001", received_online=3)))
    merged, found = merge_parts([one, one], forms)
    assert len(merged.sheets["ho-so"].records) == 1
    assert [(f.code, f.at.row) for f in found] == [("ledger.part_repeats", 8)]


def test_lists_numbered_by_row_stand_one_after_the_other(forms: Forms) -> None:
    merged, found = merge_parts(
        [
            reading(sheet("pakn", record(8, "1", content="Chậm trả kết quả"))),
            reading(sheet("pakn", record(8, "1", content="Thiếu chỗ để xe"))),
        ],
        forms,
    )
    contents = [row.values["content"] for row in merged.sheets["pakn"].records]
    assert contents == ["Chậm trả kết quả", "Thiếu chỗ để xe"]
    assert found == ()


def test_nothing_happened_in_one_part_gives_way_to_rows_of_the_other(forms: Forms) -> None:
    merged, found = merge_parts(
        [
            reading(sheet("pakn", state=SheetState.NIL)),
            reading(sheet("pakn", record(8, "1", content="Chậm"))),
        ],
        forms,
    )
    assert merged.sheets["pakn"].state is SheetState.FILLED
    assert [f.code for f in found] == ["ledger.part_nil"]


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ((SheetState.MISSING, SheetState.BLANK), SheetState.BLANK),
        ((SheetState.NIL, SheetState.BLANK), SheetState.NIL),
        ((SheetState.NIL, SheetState.MISSING), SheetState.NIL),
    ],
)
def test_the_fuller_state_of_a_sheet_stands(
    forms: Forms, states: tuple[SheetState, SheetState], expected: SheetState
) -> None:
    merged, _ = merge_parts([reading(sheet("pakn", state=state)) for state in states], forms)
    assert merged.sheets["pakn"].state is expected


def test_sheets_of_either_part_are_there_and_the_first_says_who_it_is(forms: Forms) -> None:
    merged, _ = merge_parts(
        [
            reading(sheet("thong-tin", record(3, period="Phần 1/2"))),
            reading(sheet("thong-tin", record(3, period="Phần 2/2")), sheet("pakn")),
        ],
        forms,
    )
    assert set(merged.sheets) == {"thong-tin", "pakn"}
    assert merged.sheets["thong-tin"].records[0].values["period"] == "Phần 1/2"


def test_one_part_is_itself_and_none_is_a_mistake(forms: Forms) -> None:
    whole = reading(sheet("ho-so", record(8, "2.000001", received_online=3)))
    assert merge_parts([whole], forms) == (whole, ())
    with pytest.raises(ValueError, match=r"\[\]"):
        merge_parts([], forms)


def test_a_cell_that_one_part_could_not_have_read_stays_unknown(forms: Forms) -> None:
    merged, _ = merge_parts(
        [
            reading(sheet("ho-so", record(8, "2.000001", unread=("received_online",)))),
            reading(sheet("ho-so", record(8, "2.000001", received_online=4))),
        ],
        forms,
    )
    (row,) = merged.sheets["ho-so"].records
    assert not row.knows("received_online")
