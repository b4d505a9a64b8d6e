"""Two versions of a workbook: what changed, in which cell, and what is not a change."""

from dataclasses import replace
from typing import Any

import pytest

from kskt_excel.consolidation.differences import TOTAL_KEY, Difference, differences
from kskt_excel.messages import finding
from kskt_excel.model.book import CellRef
from kskt_excel.model.reading import Reading, Record, SheetState
from kskt_excel.reading.table_body import NIL_LABEL
from tests.builders import Q1_2022_END, forms, reading, record, sheet


def _dossiers(*rows: Record) -> Reading:
    return reading(sheet("ho-so", *rows))


def _row(row: int = 8, key: str = "2.002385", **values: Any) -> Record:
    return record(row, key, **{"procedure": key, "name": f"Thủ tục {key}", **values})


def _between(before: Reading, after: Reading) -> tuple[Difference, ...]:
    return differences(before, after, forms(), day=Q1_2022_END)


def _short(found: tuple[Difference, ...]) -> list[tuple[str, str, str, object, object]]:
    return [(one.kind, one.heading, _cell(one), one.before, one.after) for one in found]


def _cell(one: Difference) -> str:
    return (one.cell_after or one.cell_before or CellRef("")).a1


def test_the_same_content_has_no_difference() -> None:
    book = _dossiers(_row(received_online=12), _row(9, "2.002380"))
    assert _between(book, book) == ()


def test_a_changed_figure_is_named_with_both_cells() -> None:
    [found] = _between(
        _dossiers(_row(8, received_online=12)), _dossiers(_row(11, received_online=13))
    )
    assert found == Difference(
        kind="changed",
        sheet="Hồ sơ",
        row_key="2.002385",
        row_name="2.002385",
        heading="Trực tuyến",
        cell_before=CellRef("Hồ sơ", 8, 5),
        cell_after=CellRef("Hồ sơ", 11, 5),
        before=12,
        after=13,
    )


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (12, None, [("changed", "Trực tuyến", "E8", 12, None)]),
        (None, 0, [("changed", "Trực tuyến", "E8", None, 0)]),
        (1, True, [("changed", "Trực tuyến", "E8", 1, True)]),
        (12, 12.0, []),
        (None, None, []),
    ],
    ids=["emptied", "zero where nothing stood", "yes is not 1", "the same number", "blank"],
)
def test_values_are_compared_as_what_they_are(
    before: Any, after: Any, expected: list[tuple[object, ...]]
) -> None:
    found = _between(
        _dossiers(_row(received_online=before)), _dossiers(_row(received_online=after))
    )
    assert _short(found) == expected


def test_a_sum_that_follows_is_not_a_difference_of_its_own() -> None:
    found = _between(
        _dossiers(_row(received_online=12, received_total=12)),
        _dossiers(_row(received_online=13, received_total=13)),
    )
    assert [one.heading for one in found] == ["Trực tuyến"]


def test_a_sum_that_changed_by_itself_is_one() -> None:
    found = _between(
        _dossiers(_row(received_online=12, received_total=12)),
        _dossiers(_row(received_online=12, received_total=99)),
    )
    assert _short(found) == [("changed", "Tổng số tiếp nhận", "D8", 12, 99)]


def test_a_total_is_named_only_when_no_row_above_it_moved() -> None:
    def book(total: int, online: int = 12) -> Reading:
        page = sheet("ho-so", _row(received_online=online))
        return reading(replace(page, total=record(9, received_online=total)))

    alone = _between(book(12), book(13))
    assert [(one.row_key, one.before, one.after) for one in alone] == [(TOTAL_KEY, 12, 13)]
    assert [one.row_key for one in _between(book(12), book(13, online=13))] == ["2.002385"]


def test_rows_that_came_and_went_are_one_difference_each() -> None:
    found = _between(
        _dossiers(_row(8, "2.002385", received_online=1), _row(9, "2.002380", received_online=2)),
        _dossiers(_row(8, "2.002385", received_online=1), _row(9, "1.003542", received_postal=7)),
    )
    assert [(one.kind, one.row_key, one.cell_before, one.cell_after) for one in found] == [
        ("removed", "2.002380", CellRef("Hồ sơ", 9), None),
        ("added", "1.003542", None, CellRef("Hồ sơ", 9)),
    ]
    assert found[0].before == "Mã TTHC: 2.002380; Tên TTHC: Thủ tục 2.002380; Trực tuyến: 2"
    assert found[1].after == (
        "Mã TTHC: 1.003542; Tên TTHC: Thủ tục 1.003542; Bưu chính công ích: 7"
    )


def test_a_row_whose_code_was_corrected_is_found_by_its_hidden_mark() -> None:
    wrong = replace(_row(8, "2.00238", received_online=5, received_direct=3), hidden_id="2.002385")
    right = replace(_row(8, "2.002385", received_online=5, received_direct=3), hidden_id="2.002385")
    found = _between(_dossiers(wrong), _dossiers(right))
    assert ("changed", "Mã TTHC", "A8", "2.00238", "2.002385") in _short(found)
    assert {one.kind for one in found} == {"changed"}


def test_rows_in_another_order_are_not_changed() -> None:
    first, second = _row(8, "2.002385", received_online=1), _row(9, "2.002380", received_online=2)
    turned = _dossiers(replace(second, row=8), replace(first, row=9))
    assert _between(_dossiers(first, second), turned) == ()


def test_a_row_put_into_a_numbered_register_does_not_change_those_below() -> None:
    def book(*contents: str) -> Reading:
        rows = (
            record(8 + at, str(at + 1), ordinal=at + 1, content=text, channel="Trực tiếp")
            for at, text in enumerate(contents)
        )
        return reading(sheet("pakn", *rows))

    found = _between(book("Chậm trả", "Thu phí"), book("Mới", "Chậm trả", "Thu phí thừa"))
    assert [(one.kind, one.before, one.after) for one in found if one.kind == "changed"] == [
        ("changed", "Thu phí", "Thu phí thừa")
    ]
    assert [one.cell_after for one in found if one.kind == "added"] == [CellRef("PAKN", 8)]


def test_a_tick_for_nothing_is_a_difference_of_the_sheet() -> None:
    blank = reading(sheet("ho-so"))
    ticked = reading(replace(sheet("ho-so", state=SheetState.NIL), nil_cell=CellRef("Hồ sơ", 4, 2)))
    [found] = _between(blank, ticked)
    assert (found.heading, found.before, found.after) == (NIL_LABEL, False, True)
    assert found.cell_after == CellRef("Hồ sơ", 4, 2)


def test_a_sheet_that_is_gone_is_named() -> None:
    [found] = _between(reading(sheet("ho-so")), reading())
    assert (found.kind, found.sheet, found.cell_before) == ("removed", "Hồ sơ", None)


def test_what_could_not_be_read_is_shown_as_it_was_written() -> None:
    at = CellRef("Hồ sơ", 8, 5)
    fault = finding("value.count.not_a_number", at, given="12 hồ sơ")
    before, after = _dossiers(_row(unread=["received_online"])), _dossiers(_row(received_online=12))
    found = differences(before, after, forms(), findings_before=[fault])
    assert _short(found) == [("changed", "Trực tuyến", "E8", "12 hồ sơ", 12)]
    assert _short(_between(before, after))[0][3:] == ("không đọc được", 12)


def test_two_unreadable_texts_are_compared_as_texts() -> None:
    at, book = CellRef("Hồ sơ", 8, 5), _dossiers(_row(unread=["received_online"]))
    first, second = (finding("value.count.not_a_number", at, given=text) for text in ("12 hs", "x"))
    found = differences(book, book, forms(), findings_before=[first], findings_after=[second])
    assert _short(found) == [("changed", "Trực tuyến", "E8", "12 hs", "x")]
    same = differences(book, book, forms(), findings_before=[first], findings_after=[first])
    assert same == ()


def test_a_column_that_one_version_lacks_is_not_a_change_of_every_row() -> None:
    page = sheet("ho-so", _row(unread=["received_postal"]))
    columns = {key: at for key, at in page.columns.items() if key != "received_postal"}
    before = reading(replace(page, columns=columns))
    assert _between(before, _dossiers(_row(received_postal=0))) == ()


def test_what_a_unit_wrote_of_a_citizen_is_covered() -> None:
    def book(*texts: str) -> Reading:
        rows = (record(8 + at, str(at), ordinal=at, content=one) for at, one in enumerate(texts))
        return reading(sheet("pakn", *rows))

    person, phone = "Ông Nguyễn Văn An hỏi hạn trả hồ sơ", "Gọi lại số 0912 345 678"
    found = _between(book(person), book(f"{person} lần hai", phone))
    assert [one.kind for one in found] == ["changed", "added"]
    said = " ".join(f"{one.row_name} {one.before} {one.after}" for one in found)
    assert ("họ tên đã che" in said, "số điện thoại đã che" in said) == (True, True)
    assert ("Nguyễn" in said, "345 678" in said) == (False, False)
