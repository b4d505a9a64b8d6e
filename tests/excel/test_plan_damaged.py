"""A damaged plan workbook is named fault by fault: code, cell, and nothing that follows from it."""

import datetime as dt
import random
from collections.abc import Iterable
from pathlib import Path

import pytest

from kskt_excel.excel.plan import layout
from kskt_excel.excel.plan.plan_reader import read_plan
from kskt_excel.excel.plan.sheets import DamagedPlanError
from kskt_excel.messages import catalogue, place_text, sentence
from kskt_excel.model.book import Raw
from kskt_excel.model.finding import Finding, Severity
from kskt_excel.model.plan import RuleTrial
from kskt_excel.model.settings import ACKNOWLEDGED
from tests.builders import forms
from tests.excel.plan_books import (
    Change,
    both,
    changed,
    day_off,
    drop_column,
    drop_row,
    drop_sheet,
    keep_rows,
    put,
    rename_sheet,
)

GROUP = "Các phòng, đơn vị trực thuộc Sở"

FAULTS: list[tuple[str, Change, str, str]] = [
    # what happened, how, code, place
    ("a sheet is gone", drop_sheet("Đơn vị"), "sheet_missing", "Đơn vị"),
    (
        "a sheet has another name",
        rename_sheet("Nhiệm vụ", "Nhiệm vụ (sửa)"),
        "sheet_renamed",
        "Nhiệm vụ (sửa)",
    ),
    ("headings are gone", drop_row("Đơn vị", 3), "heading_missing", "Đơn vị"),
    ("a column is gone", drop_column("Nhiệm vụ", 3), "column_missing", "Nhiệm vụ!3"),
    (
        "a heading is misspelt",
        put("Nhiệm vụ!E3", "Thời gian hoàn thàn"),
        "column_renamed",
        "Nhiệm vụ!E3",
    ),
    ("a heading stands twice", put("Đơn vị!J3", "Tên đơn vị"), "column_twice", "Đơn vị!J3"),
    ("no task is left", keep_rows("Nhiệm vụ", 3), "no_rows", "Nhiệm vụ!3"),
    ("a unit has no name", put("Đơn vị!B6", ""), "value_missing", "Đơn vị!B6"),
    ("the year's row is gone", drop_row("Thông tin", 4), "label_missing", "Thông tin"),
    ("the year is blank", put("Thông tin!B4", ""), "value_missing", "Thông tin!B4"),
    ("the year is words", put("Thông tin!B4", "hai hai"), "year_invalid", "Thông tin!B4"),
    ("the year is another", put("Thông tin!B4", 2021), "year_differs", "Thông tin!B4"),
    ("a label stands twice", put("Thông tin!A6", "Cơ quan"), "label_twice", "Thông tin!A6"),
    ("the cut-off day is 31", put("Thông tin!B14", 31), "setting_number", "Thông tin!B14"),
    ("the cut-off day is words", put("Thông tin!B14", "giữa"), "setting_number", "Thông tin!B14"),
    ("a choice is unknown", put("Thông tin!B20", "chung"), "setting_choice", "Thông tin!B20"),
    ("a tolerance is words", put("Thông tin!B21", "ít"), "setting_number", "Thông tin!B21"),
    ("a mail is none", put("Thông tin!B28", "van-phong"), "mail_unread", "Thông tin!B28"),
    ("an heir is unknown", put("Đơn vị!I5", "KHONGCO"), "unit_unknown", "Đơn vị!I5"),
    ("a unit is its own heir", put("Đơn vị!I5", "TTRA"), "heir", "Đơn vị!I5"),
    ("a group is the heir", put("Đơn vị!I5", GROUP), "heir", "Đơn vị!I5"),
    (
        "two units are each other's heirs",
        both(put("Đơn vị!I5", "KHTC"), put("Đơn vị!I6", "Thanh tra Sở")),
        "heir",
        "Đơn vị!I5",
    ),
    ("a choice stands twice", put("Danh mục!C9", "chủ trì"), "choice_twice", "Danh mục!C9"),
    ("a status is gone", put("Danh mục!C6", "Xong"), "status_missing", "Danh mục!C4"),
    ("a task code stands twice", put("Nhiệm vụ!A6", "I.1"), "code_twice", "Nhiệm vụ!A6"),
    ("a task code is arabic", put("Nhiệm vụ!A6", "1.2"), "task_code", "Nhiệm vụ!A6"),
    ("a task has no text", put("Nhiệm vụ!B6", ""), "value_missing", "Nhiệm vụ!B6"),
    ("a task has no lead", put("Nhiệm vụ!C6", ""), "lead_missing", "Nhiệm vụ!C6"),
    ("the lead is unknown", put("Nhiệm vụ!C5", "Ban Quản trị"), "unit_unknown", "Nhiệm vụ!C5"),
    ("the lead is a group", put("Nhiệm vụ!C5", GROUP), "lead_several", "Nhiệm vụ!C5"),
    (
        "a coordinator is misspelt",
        put("Nhiệm vụ!D13", "Trung tâm phát triễn và ứng dụng KH&CN"),
        "unit_near",
        "Nhiệm vụ!D13",
    ),
    (
        "one of two coordinators is unknown",
        put("Nhiệm vụ!D13", "Trung tâm phát triển KH&CN; Kho bạc"),
        "unit_unknown",
        "Nhiệm vụ!D13",
    ),
    ("a deadline is no day", put("Nhiệm vụ!E5", "31/6/2022"), "deadline_unread", "Nhiệm vụ!E5"),
    ("a day beside is words", put("Nhiệm vụ!I5", "hè"), "date_unread", "Nhiệm vụ!I5"),
    ("the office is nobody", put("Thông tin!B30", "ABC"), "unit_unknown", "Thông tin!B30"),
    (
        "the office leads as much as another",
        both(
            put("Thông tin!B30", ""),
            put("Thông tin!B28", ""),
            *[put(f"Nhiệm vụ!C{row}", "TTPT") for row in (5, 6, 7, 8, 11, 12, 13, 15, 16)],
        ),
        "office_unknown",
        "Thông tin!B30",
    ),
    ("days to mend are words", put("Thông tin!B33", "2 ngày"), "setting_number", "Thông tin!B33"),
    ("a deadline is blank", put("Nhiệm vụ!E5", ""), "value_missing", "Nhiệm vụ!E5"),
    (
        "an indicator is unknown",
        put("Nhiệm vụ!H25", "K1, K51"),
        "indicator_unknown",
        "Nhiệm vụ!H25",
    ),
    ("a unit code stands twice", put("Đơn vị!A10", "KHTC"), "code_twice", "Đơn vị!A10"),
    ("a unit code has blanks", put("Đơn vị!A10", "Q L"), "unit_code", "Đơn vị!A10"),
    ("two units share a name", put("Đơn vị!C8", "Thanh tra"), "name_twice", "Đơn vị!C8"),
    ("a unit's mail is none", put("Đơn vị!E5", "thanhtra"), "mail_unread", "Đơn vị!E5"),
    ("a day does not exist", put("Đơn vị!G5", "31/2/2022"), "date_unread", "Đơn vị!G5"),
    ("a holiday is words", put(day_off("A", 1), "Tết"), "date_unread", day_off("A", 1)),
    (
        "a holiday ends before it begins",
        put(day_off("B", 2), dt.date(2022, 1, 4)),
        "dates_reversed",
        day_off("B", 2),
    ),
    (
        "a holiday lasts a year",
        put(day_off("A", 2), dt.date(2021, 1, 31)),
        "holiday_long",
        day_off("B", 2),
    ),
    ("a procedure code is short", put("Thủ tục!A4", "2.00238"), "procedure_code", "Thủ tục!A4"),
    ("a procedure stands twice", put("Thủ tục!A5", "2.002385"), "code_twice", "Thủ tục!A5"),
    ("a field is unknown", put("Thủ tục!C4", "Y tế"), "field_unknown", "Thủ tục!C4"),
    ("days are words", put("Thủ tục!E4", "mau"), "days_unread", "Thủ tục!E4"),
    ("a flag is unknown", put("Thủ tục!F4", "sắp"), "choice_unread", "Thủ tục!F4"),
    ("an owner is unknown", put("Thủ tục!D4", "Sở Y tế"), "unit_unknown", "Thủ tục!D4"),
    ("a list's first row has no value", put("Danh mục!C4", ""), "value_missing", "Danh mục!C4"),
    (
        "an expression is words",
        put("Chỉ tiêu!C4", "cột 8 cộng cột 9"),
        "expression_unread",
        "Chỉ tiêu!C4",
    ),
    ("a target is 95", put("Chỉ tiêu!E4", 95), "target_unread", "Chỉ tiêu!E4"),
    ("a direction is unknown", put("Chỉ tiêu!F4", "ngang"), "choice_unread", "Chỉ tiêu!F4"),
    ("a cell shows Excel's error", put("Đơn vị!D5", "#REF!"), "value_error", "Đơn vị!D5"),
]

WARNINGS: list[tuple[str, Change, str, str]] = [
    ("nobody signs", put("Thông tin!B13", ""), "signer_missing", "Thông tin!B13"),
    ("there is no basis", put("Thông tin!B10", ""), "basis_missing", "Thông tin!B10"),
    ("there are no days off", keep_rows("Thông tin", 31), "holidays_missing", "Thông tin"),
    (
        "a day off is of another year",
        both(put(day_off("A", 1), dt.date(2020, 1, 1)), put(day_off("B", 1), "")),
        "holiday_far",
        day_off("A", 1),
    ),
    ("a unit has no mail", put("Đơn vị!E5", ""), "mail_missing", "Đơn vị!E5"),
    ("a unit is in no group", put("Đơn vị!D5", ""), "unit_idle", "Đơn vị!D5"),
    ("a deadline is of last year", put("Nhiệm vụ!E5", "Quý I/2021"), "deadline_far", "Nhiệm vụ!E5"),
    ("a deadline has no year", put("Nhiệm vụ!E5", "Quý I"), "value_read", "Nhiệm vụ!E5"),
    ("a day has no year", put("Nhiệm vụ!E5", "30/6"), "value_read", "Nhiệm vụ!E5"),
    ("a deadline is two", put("Nhiệm vụ!E5", "Quý I, II/2022"), "deadline_several", "Nhiệm vụ!E5"),
    ("a deadline is words", put("Nhiệm vụ!E5", "Sau lễ"), "deadline_undated", "Nhiệm vụ!E5"),
    (
        "a label lost its sign",
        put("Thông tin!A21", "Sai số cho phép"),
        "label_unknown",
        "Thông tin!A21",
    ),
    ("an alias means two values", put("Danh mục!D5", "xong"), "alias_twice", "Danh mục!D6"),
    ("a section has no title", drop_row("Nhiệm vụ", 10), "section_missing", "Nhiệm vụ!10"),
    ("a name has a slip", put("Nhiệm vụ!C5", "Văn phòng Sơ"), "unit_inferred", "Nhiệm vụ!C5"),
    ("a day has a short year", put("Đơn vị!G5", "1.1.20"), "value_read", "Đơn vị!G5"),
    ("an owner has another field", put("Thủ tục!D4", "CCTDC"), "procedure_unowned", "Thủ tục!D4"),
]


def _faults(path: Path) -> list[tuple[str, str]]:
    with pytest.raises(DamagedPlanError) as caught:
        read_plan(path)
    return _said(caught.value.findings, Severity.ERROR)


def _said(findings: Iterable[Finding], severity: Severity) -> list[tuple[str, str]]:
    """Codes and places of one level, which is the catalogue's; no sentence lacks a word."""
    found = [one for one in findings if one.severity is severity]
    assert not [sentence(one) for one in found if set(sentence(one)) & set("«{}")]
    assert {catalogue()[one.code].level for one in found} <= {severity}
    return [(one.code, place_text(one)) for one in found]


@pytest.mark.parametrize(
    ("how", "code", "where"), [case[1:] for case in FAULTS], ids=[case[0] for case in FAULTS]
)
def test_a_fault_is_named_once_at_its_cell(
    tmp_path: Path, how: Change, code: str, where: str
) -> None:
    assert _faults(changed(tmp_path, how)) == [(f"plan.{code}", where)]


@pytest.mark.parametrize(
    ("how", "code", "where"), [case[1:] for case in WARNINGS], ids=[case[0] for case in WARNINGS]
)
def test_a_doubt_is_said_and_the_plan_is_read(
    tmp_path: Path, how: Change, code: str, where: str
) -> None:
    plan = read_plan(changed(tmp_path, how))
    assert _said(plan.findings, Severity.WARNING) == [(f"plan.{code}", where)]


def test_every_choice_list_that_the_forms_use_must_be_there(tmp_path: Path) -> None:
    path = changed(tmp_path, *[put(f"Danh mục!A{row}", "khac") for row in (4, 5, 6, 7)])
    assert _faults(path) == [("plan.list_missing", "Danh mục")]


def test_faults_of_all_sheets_are_said_together_in_the_sheets_order(tmp_path: Path) -> None:
    path = changed(
        tmp_path,
        put("Chỉ tiêu!E4", 95),
        put("Nhiệm vụ!C5", "Ban Quản trị"),
        put("Thông tin!B14", 31),
        put("Nhiệm vụ!E5", "31/6/2022"),
    )
    assert [where for _, where in _faults(path)] == [
        "Thông tin!B14",
        "Nhiệm vụ!C5",
        "Nhiệm vụ!E5",
        "Chỉ tiêu!E4",
    ]


def test_the_text_of_the_error_has_cell_wording_and_remedy(tmp_path: Path) -> None:
    with pytest.raises(DamagedPlanError) as caught:
        read_plan(changed(tmp_path, put("Nhiệm vụ!C5", "Ban Quản trị")))
    assert str(caught.value) == (
        "Tệp kế hoạch ke-hoach-2022.xlsx có 1 lỗi, cần sửa trước khi chạy tiếp:\n"
        "  Nhiệm vụ!C5: Không có đơn vị “Ban Quản trị” ở trang “Đơn vị”."
        " Đề nghị sửa tên, hoặc thêm đơn vị, cách gọi khác hay nhóm vào trang “Đơn vị”. (KS-720)"
    )


def test_every_fault_is_said_however_many(tmp_path: Path) -> None:
    path = changed(tmp_path, *[put(f"Thủ tục!A{row}", "sai") for row in range(4, 40)])
    with pytest.raises(DamagedPlanError) as caught:
        read_plan(path)
    lines = str(caught.value).splitlines()
    assert lines[0].startswith("Tệp kế hoạch ke-hoach-2022.xlsx có ")
    assert {f"Thủ tục!A{row}" for row in range(4, 40)} <= {
        line.strip().partition(":")[0] for line in lines
    }


def test_what_the_forms_do_not_have_is_told_at_its_cell(tmp_path: Path) -> None:
    path = changed(
        tmp_path,
        put("Chỉ tiêu!C4", "II.06a[99]"),
        put("Chỉ tiêu!D4", "II.99[3]"),
        put("Chỉ tiêu!C5", "sum(ho-so.recieved)"),
        put("Chỉ tiêu!D5", "count(ho-sơ)"),
        *[
            put(f"Miễn trừ!{column}4", value)
            for column, value in zip(
                "ABCDEF",
                ("KS-40l", "*", "*", "Lý do", "An", dt.date(2022, 1, 5)),
                strict=True,
            )
        ],
    )
    with pytest.raises(DamagedPlanError) as caught:
        read_plan(path, forms())
    assert _said(caught.value.findings, Severity.ERROR) == [
        ("plan.figure_unknown", "Chỉ tiêu!C4"),
        ("plan.figure_unknown", "Chỉ tiêu!D4"),
        ("plan.figure_unknown", "Chỉ tiêu!C5"),
        ("plan.figure_unknown", "Chỉ tiêu!D5"),
        ("plan.rule_unknown", "Miễn trừ!A4"),
    ]
    assert "cột 99 của biểu II.06a" in str(caught.value)


@pytest.mark.parametrize(
    ("rule", "until", "expected"),
    [
        ("KS-444", dt.date(2022, 6, 30), []),
        ("v08.13", dt.date(2022, 6, 30), []),  # the code of a comparison of two sheets
        ("KS-40l", dt.date(2022, 6, 30), [("plan.rule_unknown", "Quy tắc thử!A4")]),
        ("KS-301", dt.date(2022, 6, 30), [("plan.trial_of_reading", "Quy tắc thử!A4")]),
        ("KS-444", "30/2/2022", [("plan.date_unread", "Quy tắc thử!B4")]),
        ("KS-444", "", [("plan.value_missing", "Quy tắc thử!B4")]),
    ],
)
def test_a_rule_is_tried_by_any_of_its_names_until_a_day(
    tmp_path: Path, rule: str, until: Raw, expected: list[tuple[str, str]]
) -> None:
    path = changed(tmp_path, put("Quy tắc thử!A4", rule), put("Quy tắc thử!B4", until))
    if not expected:
        assert read_plan(path, forms()).trials == (RuleTrial(rule, dt.date(2022, 6, 30)),)
        return
    with pytest.raises(DamagedPlanError) as caught:
        read_plan(path, forms())
    assert _said(caught.value.findings, Severity.ERROR) == expected


def test_remarks_that_the_office_knows_are_set_apart(tmp_path: Path) -> None:
    at = f"Thông tin!B{3 + [one.text for one in layout.INFO_LABELS].index(ACKNOWLEDGED) + 1}"
    plan = read_plan(changed(tmp_path, put(at, "ks781, KS-782; KS-444")), forms())
    told = [(one.code, place_text(one)) for one in plan.findings]
    assert told == [("plan.acknowledged_unknown", at)]  # KS-444 is no remark on a plan
    assert {one.code for one in plan.acknowledged} == {"plan.date_differs", "plan.unverified"}


def test_the_plan_of_2022_has_all_that_the_forms_ask(tmp_path: Path) -> None:
    assert read_plan(changed(tmp_path), forms()).office == "VP"


JUNK: list[Raw] = [
    "",
    "x",
    "=1+1",
    "a" * 40_000,
    "\x00\ud7ff\u202e;;,,\n",
    "#REF!",
    "31/2/2022",
    "Quý V/2022",
    "1e9",
    -1,
    0.5,
    1e300,
    True,
    dt.date(1900, 1, 1),
    dt.date(2022, 2, 28),
]


@pytest.mark.parametrize("seed", range(20))
def test_whatever_stands_in_the_cells_there_is_a_plan_or_sentences(
    tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)  # the same junk each time
    sheets = [sheet.name for sheet in layout.PLAN_SHEETS]
    places = [
        f"{chance.choice(sheets)}!{chance.choice('ABCDEFGHI')}{chance.randint(1, 40)}"
        for _ in range(30)
    ]
    path = changed(tmp_path, *[put(where, chance.choice(JUNK)) for where in places])
    try:
        found = read_plan(path).findings
    except DamagedPlanError as error:
        found = error.findings
    assert all(sentence(one) and place_text(one) for one in found)
