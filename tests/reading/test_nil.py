"""What happened in a quarter without a case: the tick, and rows that say nothing."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from kskt_excel.model.book import Sheet, SheetFacts
from kskt_excel.model.reading import SheetState
from tests.reading.books import Rows, book, changed, codes, found, issued, read, with_cell
from tests.reading.samples import OVERDUE, cases, overdue

NOTHING: Sequence[tuple[object, SheetState]] = [
    ("x", SheetState.NIL),
    ("X", SheetState.NIL),
    ("✓", SheetState.NIL),
    (1.0, SheetState.NIL),
    (True, SheetState.NIL),
    ("có", SheetState.NIL),
    (None, SheetState.BLANK),
    ("Không phát sinh", SheetState.NIL),
    ("KPS", SheetState.NIL),
    ("không có", SheetState.NIL),
    (False, SheetState.BLANK),
]


@pytest.mark.parametrize(("tick", "state"), NOTHING, ids=str)
def test_the_tick_tells_nil_from_blank(tick: object, state: SheetState) -> None:
    reading = read(issued("qua-han", nil=tick))  # type: ignore[arg-type]
    assert reading.sheets["qua-han"].state is state
    nil = reading.sheets["qua-han"].nil_cell
    assert nil is not None
    assert nil.a1 == "B4"
    assert codes(reading) == []


def test_a_bare_no_on_a_sheet_without_rows_is_nil_and_said() -> None:
    reading = read(issued("qua-han", nil="không"))
    assert reading.sheets["qua-han"].state is SheetState.NIL
    assert codes(reading) == [("sheet.nil_in_words", "Quá hạn!B4")]


@pytest.mark.parametrize("mark", ["ü", "R", "P", "þ", "✓", "☑", "v", "X", "×"])
def test_ticks_of_symbol_fonts_are_ticks(mark: str) -> None:
    reading = read(issued("qua-han", nil=mark))
    assert reading.sheets["qua-han"].state is SheetState.NIL
    assert codes(reading) == []


@pytest.mark.parametrize("said", ["Không phát sinh", "KPS", "không có hồ sơ nào"])
def test_words_for_nothing_alone_in_a_form_are_its_tick(said: str) -> None:
    sheet = cases()
    blank = [[None if at > 2 and row >= 7 else value for at, value in enumerate(cells)]
             for row, cells in enumerate(sheet.rows)]  # fmt: skip
    blank[7][4] = said
    reading = read(replace(sheet, rows=blank[:10], facts=SheetFacts()))
    assert reading.sheets["ho-so"].state is SheetState.NIL
    assert codes(reading) == [("sheet.nil_in_words", "Hồ sơ!E8")]


def test_a_tick_that_is_neither_yes_nor_no_is_asked_about() -> None:
    reading = read(issued("qua-han", nil="??"))
    assert codes(reading) == [("sheet.tick_unclear", "Quá hạn!B4")]
    assert reading.sheets["qua-han"].state is SheetState.BLANK


@pytest.mark.parametrize(
    ("said", "state", "told"),
    [
        ("Đơn vị không có phát sinh", SheetState.NIL, []),
        ("Quý này đơn vị bận nên chưa kịp", SheetState.BLANK, ["sheet.tick_unclear"]),
        ("Xem báo cáo của phòng khác", SheetState.BLANK, ["sheet.tick_unclear"]),
        ("← Không phát sinh thì ghi x ở ô này", SheetState.BLANK, []),
        ("Đánh dấu x nếu không phát sinh", SheetState.BLANK, []),
        ("(Ghi x nếu kỳ này không có)", SheetState.BLANK, []),
    ],
)
def test_a_sentence_in_place_of_the_tick_is_understood_or_asked_about(
    said: str, state: SheetState, told: list[str]
) -> None:
    reading = read(issued("qua-han", nil=said))
    assert reading.sheets["qua-han"].state is state
    assert [code for code, _ in codes(reading)] == told


def test_a_tick_moves_with_inserted_columns_and_rows() -> None:
    def insert(rows: Rows) -> Rows:
        return [
            [],
            *(
                [None, row[0], None, *row[1:]] if at == 3 else [None, *row]
                for at, row in enumerate(rows)
            ),
        ]

    reading = read(changed(issued("qua-han", nil="x"), insert))
    assert reading.sheets["qua-han"].state is SheetState.NIL
    nil = reading.sheets["qua-han"].nil_cell
    assert nil is not None
    assert nil.a1 == "D5"


def test_nothing_happened_written_into_the_table_is_understood() -> None:
    reading = read(issued("qua-han", "| Không phát sinh |", keys="dossier"))
    assert reading.sheets["qua-han"].state is SheetState.NIL
    assert codes(reading) == [("sheet.nil_in_words", "Quá hạn!A8")]


def test_a_ticked_sheet_with_rows_keeps_both_for_the_rules() -> None:
    filled = overdue()
    reading = read(with_cell(filled, 4, 2, "x"))
    assert reading.sheets["qua-han"].state is SheetState.NIL
    assert len(reading.sheets["qua-han"].records) == 2


def test_register_rows_with_a_number_alone_are_no_records() -> None:
    sheet = issued("kiem-tra", "| 1 |\n| 2 |\n| 3 |", keys="ordinal")
    reading = read(sheet)
    assert reading.sheets["kiem-tra"].records == ()
    assert reading.sheets["kiem-tra"].state is SheetState.BLANK
    assert codes(reading) == []


def test_given_rows_are_records_even_when_nothing_is_filled_in() -> None:
    sheet = issued("ho-so", "| '2.002385 | Khai báo |", keys="procedure name")
    reading = read(sheet)
    assert found(reading, "ho-so") == [("2.002385", {"procedure": "2.002385", "name": "Khai báo"})]
    assert reading.sheets["ho-so"].state is SheetState.BLANK


def test_a_register_without_headings_but_ticked_is_nil() -> None:
    bare = Sheet(
        "Quá hạn", [["kskt:qua-han/1.0;unit=QLCNH;period=2022-Q1"], ["Kỳ này không phát sinh", "x"]]
    )
    reading = read(bare)
    assert reading.sheets["qua-han"].state is SheetState.NIL
    assert codes(reading) == []


def test_the_same_two_rows_are_read_from_a_long_register() -> None:
    line = "| 000.00.09.H55-220210-0007 | 2.002380 | 10/02/2022 | 25/02/2022 | | | | | | |"
    sheet = issued(
        "qua-han", "\n".join([line.replace("2.002380", "'2.002380")] * 300), keys=OVERDUE
    )
    assert len(read(sheet).sheets["qua-han"].records) == 300
    assert book(sheet).kind == "xlsx"
