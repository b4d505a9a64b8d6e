"""Columns, rows and sheets that are not as issued: what is said about them, once, at its place."""

from dataclasses import replace

import pytest

from kskt_excel.model.book import Sheet, SheetFacts
from kskt_excel.model.finding import Severity
from kskt_excel.model.reading import SheetState
from tests.reading.books import Rows, changed, codes, found, issued, read, with_cell
from tests.reading.mutations import FIRST, HEADING
from tests.reading.samples import cases, inspections, overdue, progress


def heading(sheet: Sheet, column: int, text: str) -> Sheet:
    def put(rows: Rows) -> None:
        rows[HEADING][column - 1] = text

    return changed(sheet, put)


def without_column(sheet: Sheet, column: int) -> Sheet:
    return changed(sheet, lambda rows: [[*row[: column - 1], *row[column:]] for row in rows])


@pytest.mark.parametrize(
    ("column", "written"),
    [(7, "Biu chính công ích"), (10, "Truớc hạnn"), (12, "Trả lại, xin rútt"), (5, "Trực tuyêns")],
)
def test_a_misspelt_heading_is_read_with_a_warning(column: int, written: str) -> None:
    reading = read(heading(cases(), column, written))
    letters = "ABCDEFGHIJKLMNOPQ"[column - 1]
    assert codes(reading) == [("column.near", f"Hồ sơ!{letters}6")]
    assert found(reading, "ho-so") == found(read(cases()), "ho-so")


def test_a_needed_heading_that_is_replaced_is_missing_once_without_further_findings() -> None:
    reading = read(heading(cases(), 10, "Xanh lá cây"))
    assert codes(reading) == [("column.missing", "Hồ sơ!6")]
    assert all(not record.knows("resolved_early") for record in reading.sheets["ho-so"].records)
    assert "“Xanh lá cây”" in str(reading.findings[0].params["seen"])


def test_a_deleted_needed_column_is_one_finding() -> None:
    reading = read(without_column(cases(), 6))
    errors = [
        c
        for c, f in zip(codes(reading), reading.findings, strict=True)
        if f.severity is Severity.ERROR
    ]
    assert errors == [("column.missing", "Hồ sơ!6")]


def test_rows_are_still_known_when_the_column_of_their_codes_is_gone() -> None:
    reading = read(without_column(cases(), 1))
    assert [key for key, _ in found(reading, "ho-so")] == ["2.002385", "2.002380", "1.003542"]
    assert [code for code, _ in codes(reading) if code != "cell.typed_same"] == ["column.missing"]
    assert all(record.knows("procedure") for record in reading.sheets["ho-so"].records)


def test_deleted_optional_columns_are_named_in_one_info() -> None:
    reading = read(without_column(without_column(overdue(), 12), 10))
    assert codes(reading) == [("column.left_out", "Quá hạn!6")]
    assert reading.findings[0].params["columns"] == "“Ngày hẹn trả lại”, “Ghi chú”"
    assert len(reading.sheets["qua-han"].records) == 2


def test_a_deleted_sum_column_is_counted_again_without_a_word() -> None:
    reading = read(without_column(cases(), 4))
    assert found(reading, "ho-so") == [
        (key, {**values}) for key, values in found(read(cases()), "ho-so")
    ]


def test_a_heading_that_stands_twice_is_read_once() -> None:
    def twice(rows: Rows) -> None:
        for at, row in enumerate(rows):
            row.insert(8, "Trực tuyến" if at == HEADING else 99.0 if at >= FIRST else None)

    reading = read(changed(cases(), twice))
    assert ("column.twice", "Hồ sơ!I6") in codes(reading)
    assert [v["received_online"] for _, v in found(reading, "ho-so")] == [5, 2, 0]


def test_two_levels_with_the_same_lower_heading_are_told_apart_by_the_upper_one() -> None:
    def group(rows: Rows) -> None:
        upper: list[object] = list(rows[HEADING])
        lower: list[object] = [None] * len(upper)
        for first, last, name in (
            (4, 8, "Tiếp nhận"),
            (9, 13, "Đã giải quyết"),
            (14, 17, "Đang giải quyết"),
        ):
            for column in range(first, last + 1):
                lower[column - 1] = upper[column - 1]
                upper[column - 1] = name if column == first else None
            lower[first - 1] = "Tổng số"
        lower[12], lower[16] = "Quá hạn", "Quá hạn"
        rows[HEADING : HEADING + 1] = [upper, lower]  # type: ignore[list-item]

    merged = ((6, 4, 6, 8), (6, 9, 6, 13), (6, 14, 6, 17), (6, 1, 7, 1), (6, 2, 7, 2), (6, 3, 7, 3))
    reading = read(replace(changed(cases(), group), merged=merged))
    assert found(reading, "ho-so") == found(read(cases()), "ho-so")
    assert {code for code, _ in codes(reading)} <= {"cell.typed_same"}


def test_stray_cells_are_named_with_their_places() -> None:
    sheet = with_cell(with_cell(overdue(), 9, 20, "xem lại"), 60, 2, "số điện thoại")
    assert codes(read(sheet)) == [("sheet.stray", "Quá hạn!T9,B60")]


def test_data_after_a_long_gap_are_still_data() -> None:
    def move(rows: Rows) -> Rows:
        gap: Rows = [[None] * 12 for _ in range(40)]
        return [*rows[: FIRST + 1], *gap, *rows[FIRST + 1 :]]

    reading = read(changed(overdue(), move))
    assert [record.row for record in reading.sheets["qua-han"].records] == [8, 49]
    assert codes(reading) == []


@pytest.mark.parametrize(
    ("rows", "code"), [(1, "sheet.second_table"), (0, "sheet.second_table_empty")]
)
def test_a_second_table_below_the_signatures_is_pointed_out(rows: int, code: str) -> None:
    def again(lines: Rows) -> Rows:
        signed: Rows = [["Người lập biểu", None, "Thủ trưởng đơn vị"]]
        return [*lines, *signed, lines[HEADING], *lines[FIRST : FIRST + rows]]

    reading = read(changed(overdue(), again))
    assert codes(reading) == [(code, "Quá hạn!11")]
    assert len(reading.sheets["qua-han"].records) == 2


def test_hidden_rows_are_read_and_named_once() -> None:
    facts = SheetFacts(
        formulas=cases().facts.formulas, hidden_rows=frozenset({2, 8, 9}), filtered=True
    )
    reading = read(replace(cases(), facts=facts))
    assert codes(reading) == [("row.hidden", "Hồ sơ!8,9")]
    assert reading.findings[0].params == {"count": 2, "rows": "8–9", "how": "do lọc"}
    assert len(reading.sheets["ho-so"].records) == 3


def test_hidden_columns_are_read_and_named_but_not_the_hidden_id() -> None:
    facts = SheetFacts(formulas=cases().facts.formulas, hidden_columns=frozenset({8, 18}))
    reading = read(replace(cases(), facts=facts))
    assert codes(reading) == [("column.hidden", "Hồ sơ!H6")]


def test_a_sheet_without_its_headings_is_one_error() -> None:
    def spoil(rows: Rows) -> None:
        del rows[HEADING : HEADING + 2]

    reading = read(changed(cases(), spoil))
    assert codes(reading) == [("sheet.no_table", "Hồ sơ")]
    assert reading.sheets["ho-so"].records == ()
    assert reading.sheets["ho-so"].state is SheetState.FILLED


def test_sheets_that_are_not_there_are_missing_and_the_others_are_read() -> None:
    reading = read(cases())
    states = {form: sheet.state for form, sheet in reading.sheets.items()}
    assert states["ho-so"] is SheetState.FILLED
    assert states["tien-do"] is SheetState.MISSING
    assert states["danh-muc"] is SheetState.MISSING


def test_a_unit_without_procedures_misses_no_sheet_of_procedures() -> None:
    marks = {"kskt_unit": "TTPT", "kskt_period": "2022-Q1"}
    reading = read(progress(), marks=marks)
    assert "danh-muc" not in reading.sheets
    assert "tien-do" in reading.sheets


def test_an_empty_default_sheet_is_passed_over_and_an_own_one_named() -> None:
    own = Sheet("Theo dõi", [["việc", "người"], ["in biểu", "Lan"]])
    lists = Sheet("_danh_muc", [["Chủ trì"]], visible=False)
    result = Sheet("KẾT QUẢ KIỂM TRA", [["KẾT QUẢ"], ["kskt:ket-qua/1;unit=QLCNH"], ["lỗi"]])
    reading = read(cases(), own, lists, result, Sheet("Sheet2", []), Sheet("Sheet3", [[None, " "]]))
    assert reading.extra_sheets == ("Theo dõi",)
    assert codes(reading) == [("sheet.extra", "")]


def _second(sheet: Sheet, **changes: float) -> Sheet:
    copy = replace(sheet, name=f"{sheet.name} (2)")
    return with_cell(copy, 8, 5, changes["online"]) if changes else copy


@pytest.mark.parametrize(
    ("second", "code"),
    [
        (_second(cases()), "sheet.copy_ignored"),
        (_second(issued("ho-so")), "sheet.copy_ignored"),
        (_second(cases(), online=50.0), "sheet.two_candidates"),
    ],
    ids=["the same", "empty", "other figures"],
)
def test_of_two_sheets_for_one_form_the_named_one_is_read(second: Sheet, code: str) -> None:
    for sheets in ((cases(), second), (second, cases())):
        reading = read(*sheets)
        assert reading.sheets["ho-so"].name == "Hồ sơ"
        assert [c for c in codes(reading) if c[0].startswith("sheet")] == [(code, "Hồ sơ")]


def test_a_filled_copy_is_read_when_the_first_is_blank() -> None:
    blank = replace(issued("ho-so"), name="Hồ sơ")
    reading = read(blank, replace(cases(), name="Hồ sơ (2)"))
    assert reading.sheets["ho-so"].name == "Hồ sơ (2)"
    assert [code for code, _ in codes(reading)] == ["sheet.copy_ignored"]


def test_a_hidden_sheet_is_read_and_said() -> None:
    reading = read(replace(overdue(), visible=False))
    assert codes(reading) == [("sheet.hidden", "Quá hạn")]


def test_a_sheet_without_mark_under_another_name_is_known_by_its_headings() -> None:
    def unmark(rows: Rows) -> None:
        rows[1] = []

    sheet = replace(changed(inspections(), unmark), name="Bieu moi")
    reading = read(sheet)
    assert codes(reading) == [("sheet.renamed", "Bieu moi")]
    assert len(reading.sheets["kiem-tra"].records) == 2
