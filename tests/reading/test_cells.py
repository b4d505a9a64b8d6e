"""What stands in a cell is read by the type of its column; what cannot be is said at its cell."""

import datetime as dt
from dataclasses import replace

import pytest

from kskt_excel.check.engine import run_rules
from kskt_excel.messages import sentence
from kskt_excel.model.book import Raw, Sheet
from kskt_excel.model.finding import Severity
from tests.builders import forms, small_plan
from tests.reading.books import READER, book, changed, codes, found, info, issued, read
from tests.reading.mutations import FIRST, Rows, to_tcvn3, to_vni
from tests.reading.samples import cases, inspections, overdue, progress


def put(sheet: Sheet, row: int, column: int, value: Raw) -> Sheet:
    def change(rows: Rows) -> None:
        rows[row - 1][column - 1] = value

    return changed(sheet, change)


def facts(sheet: Sheet, **changes: object) -> Sheet:
    return replace(sheet, facts=replace(sheet.facts, **changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("sheet", "column", "key", "raw", "value"),
    [
        ("ho-so", 5, "received_online", "12", 12),
        ("ho-so", 5, "received_online", "1.234", 1234),
        ("ho-so", 1, "procedure", 2.002385, "2.002385"),
        ("tien-do", 6, "percent", "98,5%", 98.5),
        ("tien-do", 6, "percent", 50.0, 50.0),
        ("tien-do", 5, "status", "ĐANG THỰC HIỆN", "Đang thực hiện"),
        ("tien-do", 5, "status", "dang thuc hien", "Đang thực hiện"),
        ("tien-do", 1, "task", "II. 1. a", "II.1.a"),
        ("tien-do", 9, "document", "Số 15 /TTr - SKHCN", "15/TTr-SKHCN"),
        ("qua-han", 3, "received_on", dt.date(2022, 2, 10), dt.date(2022, 2, 10)),
        ("qua-han", 7, "reason", "NN03", "NN03 Cơ sở vật chất, hệ thống thông tin"),
        ("qua-han", 7, "reason", "cán bộ công chức", "NN02 Cán bộ, công chức"),
        ("kiem-tra", 4, "inspected_unit", "VP Sở", "Văn phòng Sở"),
        ("kiem-tra", 4, "inspected_unit", "UBND huyện Định Hóa", "UBND huyện Định Hóa"),
    ],
)  # fmt: skip
def test_a_value_is_read_by_its_column(
    sheet: str, column: int, key: str, raw: Raw, value: object
) -> None:
    samples = {"ho-so": cases, "tien-do": progress, "qua-han": overdue, "kiem-tra": inspections}
    reading = read(put(samples[sheet](), FIRST + 1, column, raw))
    assert found(reading, sheet)[0][1][key] == value
    assert [f for f in reading.findings if f.severity is Severity.ERROR] == []


def test_a_percentage_format_makes_a_fraction_a_percentage() -> None:
    sheet = facts(put(progress(), 8, 6, 0.5), percent_cells=frozenset({(8, 6)}))
    assert found(read(sheet), "tien-do")[0][1]["percent"] == 50.0


def test_what_cannot_be_read_is_one_finding_and_its_column_unread() -> None:
    reading = read(put(cases(), 8, 5, "3 hồ sơ (1 trễ hạn)"))
    assert codes(reading) == [("value.count.several", "Hồ sơ!E8")]
    record = reading.sheets["ho-so"].records[0]
    assert not record.knows("received_online")
    assert "received_online" not in record.values
    assert reading.findings[0].params["column"] == "Trực tuyến"


def test_the_same_text_in_one_column_is_one_finding_with_every_cell() -> None:
    sheet = put(put(put(cases(), 8, 5, "nhiều"), 9, 5, "nhiều"), 10, 5, "ít")
    reading = read(sheet)
    assert codes(reading) == [
        ("value.count.not_a_number", "Hồ sơ!E8,E9"),
        ("value.count.not_a_number", "Hồ sơ!E10"),
    ]


def test_the_same_text_in_two_columns_is_two_findings() -> None:
    reading = read(put(put(cases(), 8, 5, "nhiều"), 8, 6, "nhiều"))
    assert [place for _, place in codes(reading)] == ["Hồ sơ!E8", "Hồ sơ!F8"]


def test_a_choice_not_in_the_list_is_asked_about() -> None:
    reading = read(put(progress(), 8, 5, "đã gần hoàn thành"))
    assert [place for _, place in codes(reading)] == ["Tiến độ!E8"]
    assert reading.findings[0].severity is Severity.ERROR


def test_dates_typed_day_first_on_a_machine_that_reads_month_first_are_suspect() -> None:
    sheet = put(put(overdue(), 8, 3, dt.date(2022, 10, 2)), 9, 3, "13/02/2022")
    assert codes(read(sheet)) == [("value.date.swapped_column", "Quá hạn!C8")]


def days_beside(first: Raw, *others: Raw) -> Sheet:
    """The dossiers that are late, with a first row of these days and a second of stored ones."""
    sheet = overdue()
    for column in (3, 4, 5):
        sheet = put(sheet, 9, column, dt.date(2022, 2, 10 + column))
    for column, day in enumerate((first, *others), start=3):
        sheet = put(sheet, 8, column, day)
    return sheet


def test_a_text_day_beside_one_whose_month_is_first_is_asked_about() -> None:
    """One cell proves that somebody here writes the month first: 03/02/2022 may be 2 March."""
    same_both_ways = "03/03/2022"
    reading = read(days_beside("02/21/2022", "03/02/2022", same_both_ways))
    assert codes(reading) == [
        ("value.date.month_first", "Quá hạn!C8"),
        ("value.date.either_order", "Quá hạn!D8"),
    ]
    beside, asked = map(sentence, reading.findings)
    assert "Đề nghị ghi lại ngày trước tháng: 21/02/2022" in beside
    assert "“03/02/2022” có hai cách hiểu, ngày 03/02/2022 hoặc ngày 02/3/2022" in asked
    assert "ô C8 cùng trang" in asked
    record = reading.sheets["qua-han"].records[0]
    assert record.values["received_on"] == dt.date(2022, 2, 21)
    assert not record.knows("due_on")


@pytest.mark.parametrize("day", [dt.date(2022, 3, 2), "ngày 2 tháng 3 năm 2022", "2022-03-02"])
def test_a_day_of_one_meaning_stays_beside_one_whose_month_is_first(day: Raw) -> None:
    reading = read(days_beside("02/21/2022", day))
    assert codes(reading) == [("value.date.month_first", "Quá hạn!C8")]
    assert "không phải sửa" in sentence(reading.findings[0])
    assert reading.sheets["qua-han"].records[0].values["due_on"] == dt.date(2022, 3, 2)


def test_a_month_first_day_that_cannot_be_read_unsettles_the_others_too() -> None:
    reading = read(days_beside("02/21/22", "03/02/22"))
    assert ("value.date.either_order", "Quá hạn!D8") in codes(reading)
    assert not reading.sheets["qua-han"].records[0].knows("due_on")


def test_text_days_without_such_a_neighbour_are_day_first() -> None:
    reading = read(days_beside("21/02/2022", "03/02/2022"))
    assert codes(reading) == []
    assert reading.sheets["qua-han"].records[0].values["due_on"] == dt.date(2022, 2, 3)


def test_serial_days_of_1904_are_counted_from_1904() -> None:
    sheet = put(overdue(), 8, 3, 43140.0)
    reading = READER.read(replace(book(sheet), epoch_1904=True))
    assert found(reading, "qua-han")[0][1]["received_on"] == dt.date(2022, 2, 10)


def test_an_error_value_is_named_at_its_cell() -> None:
    sheet = facts(put(cases(), 8, 5, None), errors={(8, 5): "#REF!", (2, 2): "#N/A"})
    reading = read(sheet)
    assert codes(reading) == [("cell.error_value", "Hồ sơ!E8")]
    assert "#REF!" in sentence(reading.findings[0])
    assert not reading.sheets["ho-so"].records[0].knows("received_online")


def test_a_formula_without_result_is_an_error_unless_it_is_a_sum_of_the_form() -> None:
    rows = [8, 9]
    sheet = cases()
    for row in rows:
        sheet = put(sheet, row, 4, None)
    sheet = facts(put(sheet, 8, 5, None), unstored=frozenset({(8, 4), (9, 4), (8, 5), (1, 7)}))
    reading = read(sheet)
    assert codes(reading) == [("cell.no_result", "Hồ sơ!E8"), ("cell.recomputed", "Hồ sơ!D9")]
    assert found(reading, "ho-so")[1][1]["received_total"] == 3
    assert not reading.sheets["ho-so"].records[0].knows("received_total")


def test_sums_of_the_total_row_are_counted_again() -> None:
    sheet = facts(put(cases(), 11, 5, None), unstored=frozenset({(11, 5)}))
    reading = read(sheet)
    assert codes(reading) == [("cell.recomputed", "Hồ sơ!E11")]
    total = reading.sheets["ho-so"].total
    assert total is not None
    assert total.values["received_online"] == 7


def typed(sheet: Sheet, row: int, column: int, value: float) -> Sheet:
    kept = {cell: text for cell, text in sheet.facts.formulas.items() if cell != (row, column)}
    return facts(put(sheet, row, column, value), formulas=kept)


def test_a_sum_typed_over_with_another_figure_is_a_warning_with_both() -> None:
    reading = read(typed(cases(), 8, 4, 35))
    assert codes(reading) == [("cell.typed_over", "Hồ sơ!D8")]
    shown = sentence(reading.findings[0])
    assert "35" in shown
    assert "được 9" in shown
    assert found(reading, "ho-so")[0][1]["received_total"] == 35


def test_a_sum_typed_over_with_the_same_figure_is_an_info() -> None:
    reading = read(typed(cases(), 8, 4, 9))
    assert codes(reading) == [("cell.typed_same", "Hồ sơ!D8")]
    assert reading.findings[0].severity is Severity.INFO


def test_formats_that_know_no_formulas_say_nothing_about_typed_sums() -> None:
    assert codes(read(typed(cases(), 8, 4, 9), kind="xls")) == []


NOT_ADDED = [
    ("2 hồ sơ", 0.0, "value.count.with_unit", 2),
    ("15", 0.0, "", 15),
    ("hai", 0.0, "value.count.in_words", 2),
    (1.234, 1.234, "value.count.three_decimals", 1234),
]


@pytest.mark.parametrize(("raw", "added", "code", "value"), NOT_ADDED)
def test_a_sum_that_passed_over_a_text_is_counted_again_and_said_once(
    raw: Raw, added: float, code: str, value: int
) -> None:
    plain = cases()
    sheet = put(put(put(plain, 9, 5, raw), 9, 4, 3 - 2 + added), 11, 5, 7 - 2 + added)
    total = plain.at(11, 4)
    assert isinstance(total, int | float)
    reading = read(put(sheet, 11, 4, total - 2 + added))
    said = [("cell.text_not_added", "Hồ sơ!D9,D11,E11")]
    assert sorted(codes(reading)) == said + ([(code, "Hồ sơ!E9")] if code else [])
    assert found(reading, "ho-so")[1][1]["received_total"] == 1 + value
    sums = reading.sheets["ho-so"].total
    assert sums is not None
    assert sums.values["received_online"] == 5 + value
    assert [one.params["cells"] for one in reading.findings if "cells" in one.params] == ["E9"]
    errors = run_rules(reading, plan=small_plan(), forms=forms())
    assert {"V06a.1", "V06a.6"}.isdisjoint(one.code for one in errors)


SHOWN_BY_SUMS = [
    ({"errors": {(8, 5): "#REF!", (8, 4): "#REF!", (11, 4): "#REF!", (11, 5): "#REF!"}}, None),
    ({}, 1.5),
]


@pytest.mark.parametrize(("known", "raw"), SHOWN_BY_SUMS)
def test_a_fault_that_sums_show_again_is_said_at_its_own_cell_alone(
    known: dict[str, object], raw: Raw
) -> None:
    sheet = cases()
    for row, column in ((8, 5), (8, 4), (11, 4), (11, 5)):
        sheet = put(sheet, row, column, raw)
    reading = read(facts(sheet, **known))
    assert [place for _, place in codes(reading)] == ["Hồ sơ!E8"]
    errors = run_rules(reading, plan=small_plan(), forms=forms())
    assert {"V06a.1", "V06a.6"}.isdisjoint(one.code for one in errors)


def test_a_total_that_is_in_error_by_itself_is_said() -> None:
    sheet = facts(put(cases(), 11, 5, None), errors={(11, 5): "#NAME?"})
    assert codes(read(sheet)) == [("cell.error_value", "Hồ sơ!E11")]


def test_a_wrong_sum_beside_a_text_stays_wrong() -> None:
    sheet = put(put(cases(), 9, 5, "2 hồ sơ"), 9, 4, 30)
    assert "cell.text_not_added" not in [code for code, _ in codes(read(sheet))]
    assert found(read(sheet), "ho-so")[1][1]["received_total"] == 30


def test_sums_that_counted_the_text_are_left_alone() -> None:
    reading = read(put(cases(), 9, 5, "2 hồ sơ"))
    assert codes(reading) == [("value.count.with_unit", "Hồ sơ!E9")]


def test_links_to_other_workbooks_are_one_warning_for_the_sheet() -> None:
    reading = read(facts(cases(), external=frozenset({(9, 6), (8, 5)})))
    assert codes(reading) == [("sheet.external", "Hồ sơ!E8,F9")]


def test_a_merged_text_holds_for_every_row_that_it_covers() -> None:
    sheet = replace(put(put(cases(), 9, 3, None), 10, 3, None), merged=((8, 3, 10, 3),))
    reading = read(sheet)
    assert [values["field"] for _, values in found(reading, "ho-so")] == [
        "An toàn bức xạ và hạt nhân"
    ] * 3
    assert codes(reading) == [("cell.merged", "Hồ sơ!C8,C9,C10")]


def test_a_merged_figure_is_asked_for_and_never_counted_twice() -> None:
    sheet = replace(put(cases(), 9, 5, None), merged=((8, 5, 9, 5),))
    reading = read(sheet)
    assert codes(reading) == [("cell.merged_figure", "Hồ sơ!E8,E9")]
    assert [record.knows("received_online") for record in reading.sheets["ho-so"].records] == [
        False, False, True,
    ]  # fmt: skip


def test_a_merge_beyond_the_table_or_over_titles_says_nothing() -> None:
    sheet = replace(cases(), merged=((1, 1, 1, 17), (8, 30, 9, 31), (12, 1, 1_048_576, 16_384)))
    assert codes(read(sheet)) == []


@pytest.mark.parametrize(("write", "name"), [(to_tcvn3, "TCVN3"), (to_vni, "VNI")])
def test_text_in_an_old_encoding_is_read_and_said_once_for_the_sheet(
    write: object, name: str
) -> None:
    encode = to_tcvn3 if write is to_tcvn3 else to_vni
    texts = ["thiếu phối hợp giữa các đơn vị", "hệ thống thông tin bị lỗi nhiều lần"]
    sheet = overdue()
    for row, text in enumerate(texts, start=8):
        sheet = put(sheet, row, 12, encode(text))
    reading = read(sheet)
    assert [str(values["note"]).lower() for _, values in found(reading, "qua-han")] == texts
    assert codes(reading) == [("text.legacy_encoding", "Quá hạn!L8,L9")]
    assert reading.findings[0].params == {"count": 2, "encoding": name}


def test_every_value_of_the_information_sheet_has_its_own_place() -> None:
    sheet = read().sheets["thong-tin"]
    record = sheet.records[0]
    assert record.values["unit_code"] == "QLCNH"
    assert sheet.ref(record, "unit_code").a1 == "B7"
    assert sheet.ref(record, "approver").a1 == "B15"
    assert "office_phone" not in record.values
    assert sheet.ref(record, "office_phone").a1 == "B13"


def test_labels_are_found_where_columns_were_inserted_or_the_colon_is_in_the_cell() -> None:
    def move(rows: Rows) -> Rows:
        moved: Rows = [[None, row[0], None, *row[1:]] for row in rows]
        moved[5] = ["Đơn vị: Phòng Quản lý chuyên ngành"]
        return [[], *moved]

    reading = READER.read(replace(book(), sheets=(changed(info(), move), cases())))
    record = reading.sheets["thong-tin"].records[0]
    assert record.values["unit_name"] == "Phòng Quản lý chuyên ngành"
    assert record.values["approver"] == "Trần Văn Minh"
    assert reading.sheets["thong-tin"].ref(record, "approver").a1 == "D16"
    assert codes(reading) == []


def test_a_missing_label_that_is_needed_is_said() -> None:
    def drop(rows: Rows) -> None:
        del rows[10]

    reading = READER.read(replace(book(), sheets=(changed(info(), drop),)))
    assert codes(reading) == [("column.missing", "Thông tin")]
    assert reading.findings[0].params["column"] == "Người lập"


def test_an_issued_blank_workbook_has_nothing_to_say() -> None:
    blanks = [issued(form) for form in ("ho-so", "qua-han", "pakn", "vbqppl", "danh-gia")]
    assert codes(read(*blanks)) == []


def test_a_dash_for_an_asked_for_figure_is_zero_and_said() -> None:
    reading = read(put(cases(), FIRST + 1, 12, "-"))
    assert found(reading, "ho-so")[0][1]["returned"] == 0
    assert ("value.count.dash", "Hồ sơ!L8") in codes(reading)


def test_a_sign_in_an_asked_for_choice_is_not_called_blank() -> None:
    reading = read(put(progress(), FIRST + 1, 5, "--"))
    assert ("value.only_sign", "Tiến độ!E8") in codes(reading)
    assert "status" in reading.sheets["tien-do"].records[0].unread
