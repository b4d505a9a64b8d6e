"""Sheets that are gone, blank or ticked; rows that are gone or untouched."""

import datetime as dt
from dataclasses import replace

import pytest

from kskt_excel.check.engine import run_rules
from kskt_excel.model.finding import Severity
from kskt_excel.model.reading import Reading, Record, SheetState
from tests.builders import forms, small_plan
from tests.check import good
from tests.check.tables import (
    found,
    table,
    with_cell,
    with_cells,
    with_sheet,
    without_figures,
    without_row,
    workbook,
)

BLANK, NIL = SheetState.BLANK, SheetState.NIL


def _without(reading: Reading, form: str) -> Reading:
    return replace(reading, sheets={k: v for k, v in reading.sheets.items() if k != form})


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("pakn", [("sheet.missing", "PAKN", Severity.ERROR)]),
        ("sang-kien", [("sheet.missing", "Sáng kiến", Severity.WARNING)]),
    ],
)
def test_a_sheet_that_is_gone_is_named(form: str, expected: list[tuple[str, str, str]]) -> None:
    findings = run_rules(
        _without(good.unit_with_procedures(), form), plan=small_plan(), forms=forms()
    )
    assert [(f.code, f.at.sheet if f.at else "", f.severity) for f in findings] == expected


def test_dossiers_that_are_gone_leave_the_other_sheets_in_peace() -> None:
    reading = _without(good.unit_with_procedures(), "ho-so")
    assert found(reading) == [("sheet.missing", "Hồ sơ")]


def test_a_unit_without_procedures_owes_no_sheet_of_procedures() -> None:
    assert found(good.unit_without_procedures()) == []


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("tien-do", [("sheet.blank", "Tiến độ")]),
        ("danh-muc", [("sheet.blank", "Danh mục TTHC")]),
        ("pakn", [("sheet.blank", "PAKN!B4")]),
        ("cong-bo", [("sheet.blank", "Công bố!B4")]),
        ("sang-kien", []),
        ("danh-gia", []),
        ("vuong-mac", []),
    ],
)
def test_a_blank_sheet_is_asked_for_its_tick(form: str, expected: list[tuple[str, str]]) -> None:
    reading = with_sheet(good.unit_with_procedures(), without_figures(form, BLANK))
    assert found(reading) == expected


def test_the_office_is_asked_for_its_own_activities() -> None:
    reading = with_sheet(
        replace(
            good.unit_without_procedures(),
            identity=replace(good.unit_without_procedures().identity, unit="VP"),
        ),
        without_figures("truyen-thong", BLANK),
    )
    assert ("sheet.blank", "Truyền thông!B4") in found(reading)


def test_a_blank_list_of_overdue_dossiers_is_compared_instead_of_asked_for_a_tick() -> None:
    reading = with_sheet(good.unit_with_procedures(), without_figures("qua-han", BLANK))
    assert found(reading) == [("V06a.9", "Hồ sơ!M8")]


def test_a_blank_list_of_overdue_dossiers_is_only_a_warning_where_none_is_overdue() -> None:
    reading = with_cells(
        good.unit_with_procedures(),
        {"Hồ sơ!M8": "0", "Hồ sơ!K8": "7", "Hồ sơ!Q8": "0", "Hồ sơ!O8": "3"}
        | {"Hồ sơ!M99": "0", "Hồ sơ!K99": "10", "Hồ sơ!Q99": "0", "Hồ sơ!O99": "3"},
    )
    reading = with_sheet(reading, without_figures("qua-han", BLANK))
    findings = run_rules(reading, plan=small_plan(), forms=forms())
    assert [(f.code, f.severity) for f in findings] == [("sheet.blank", Severity.WARNING)]


def test_a_ticked_sheet_with_figures_contradicts_itself() -> None:
    ticked = replace(good.feedback(), state=NIL)
    reading = with_sheet(good.unit_with_procedures(), ticked)
    findings = run_rules(reading, plan=small_plan(), forms=forms())
    assert [(f.code, f.at.a1 if f.at else "") for f in findings] == [
        ("sheet.nil_with_figures", "B4")
    ]
    assert findings[0].params["cell"] == "B8"


def test_a_ticked_sheet_may_hold_zeros() -> None:
    zeros = replace(
        table(
            "truc-tuyen",
            """
            | row | procedure | field           | received | online | level3 | level4 |
            | 8   | 1.003542  | Sở hữu trí tuệ  | 0        | 0      | 0      | 0      |
            """,
        ),
        state=NIL,
    )
    nothing = without_figures("ho-so", NIL)
    reading = with_sheet(with_sheet(good.unit_with_procedures(), zeros), nothing)
    reading = with_sheet(reading, without_figures("qua-han", NIL))
    assert found(reading) == []


def test_dossiers_ticked_as_none_disagree_with_what_other_sheets_tell() -> None:
    reading = with_sheet(good.unit_with_procedures(), without_figures("ho-so", NIL))
    assert found(reading) == [("across.dossiers_ticked", "Hồ sơ!B4")]


def test_online_services_ticked_as_none_are_one_finding() -> None:
    reading = with_sheet(good.unit_with_procedures(), without_figures("truc-tuyen", NIL))
    assert found(reading) == [("across.online_ticked", "Trực tuyến!B4")]


def office_with_tasks(first: str, fourth: str = "Đang thực hiện | | | | |") -> Reading:
    """The office's workbook; of I.1 and II.1.a status, percentage, day, result and document."""
    head = "| row | task   | status          | percent | completed_on | result   | document |"
    going_on = "Đang thực hiện  |         |              |          |          |"
    rows = (
        f"| 8  | I.1    | {first}",
        f"| 9  | I.2    | {going_on}",
        f"| 10 | I.4    | {going_on}",
        f"| 11 | II.1.a | {fourth}",
        f"| 12 | II.1.c | {going_on}",
        f"| 13 | II.4   | {going_on}",
    )
    office = with_sheet(good.unit_without_procedures(), table("tien-do", "\n".join((head, *rows))))
    office = with_sheet(office, good.information("VP", "Văn phòng Sở"))
    return replace(office, identity=replace(office.identity, unit="VP"))


def test_the_task_of_naming_contacts_needs_contacts() -> None:
    office = office_with_tasks("Đã hoàn thành | 100 | 10/02/2022 | Đã xong | 12/QĐ-SKHCN |")
    assert found(office) == [("across.contacts", "Tiến độ!E8")]
    assert found(with_sheet(office, good.contacts())) == []


@pytest.mark.parametrize(
    ("first", "fourth", "expected"),
    [
        (
            "Đã hoàn thành | 100 | | Đã xong | |",
            "Đang thực hiện | | | | |",
            [
                ("progress.done_without_day", "Tiến độ!G8"),
                ("progress.done_without_document", "Tiến độ!I8"),
            ],
        ),
        # goes on all year: never done, so no day or document is missed
        ("Đang thực hiện | | | | |", "Đã hoàn thành | 100 | | Đã xong | |", []),
        # after what the reply asks: «Đang thực hiện», percentage and day blank
        ("Đang thực hiện | | | | |", "Đang thực hiện | | | Đã xong | |", []),
    ],
    ids=["done once", "all year", "all year, put right"],
)
def test_a_day_and_a_document_are_asked_of_tasks_that_come_to_an_end(
    first: str, fourth: str, expected: list[tuple[str, str]]
) -> None:
    office = with_sheet(office_with_tasks(first, fourth), good.contacts())
    assert found(office) == expected


@pytest.mark.parametrize(
    ("form", "row", "expected"),
    [
        ("tien-do", 8, [("task.missing", "Tiến độ!A6")]),
        ("danh-muc", 10, [("procedure.missing", "Danh mục TTHC!A6")]),
        ("truc-tuyen", 10, [("procedure.missing", "Trực tuyến!A6")]),
    ],
)
def test_a_row_that_is_gone_is_named(form: str, row: int, expected: list[tuple[str, str]]) -> None:
    assert found(without_row(good.unit_with_procedures(), form, row)) == expected


def test_a_dossier_row_that_is_gone_is_not_missed_on_other_sheets_too() -> None:
    reading = without_row(good.unit_with_procedures(), "ho-so", 10)
    assert found(reading) == [("procedure.missing", "Hồ sơ!A6")]


def test_a_procedure_that_the_unit_has_added_belongs_on_every_sheet() -> None:
    sheet = good.dossiers()
    last = sheet.records[-1]
    added = replace(last, row=11, key="2.009999", values={**last.values, "procedure": "2.009999"})
    reading = with_sheet(
        good.unit_with_procedures(), replace(sheet, records=(*sheet.records, added))
    )
    assert found(reading) == [
        ("across.procedure_absent", "Hồ sơ!A11"),
        ("procedure.unknown", "Hồ sơ!A11"),
    ]


def test_an_unreadable_row_is_not_called_missing_as_well() -> None:
    reading = with_cell(good.unit_with_procedures(), "Hồ sơ!A10", "?")
    assert found(reading) == []


def test_a_row_whose_hidden_id_is_kept_is_not_missing() -> None:
    sheet = good.progress()
    renamed = replace(sheet.records[0], values={**sheet.records[0].values, "task": "II.1.d"})
    kept = replace(renamed, hidden_id="II.1.a")
    reading = with_sheet(
        good.unit_with_procedures(), replace(sheet, records=(kept, *sheet.records[1:]))
    )
    assert found(reading) == [("task.unknown", "Tiến độ!A8")]


def test_untouched_rows_are_one_finding_with_every_row() -> None:
    sheet = good.dossiers()
    given = ("procedure", "field", "received_total", "resolved_total", "pending_total")
    records = tuple(
        Record(r.row, r.key, {k: (0 if "total" in k else r.values[k]) for k in given})
        for r in sheet.records[1:]
    )
    reading = workbook(replace(sheet, records=(sheet.records[0], *records), total=None))
    findings = [
        f for f in run_rules(reading, plan=small_plan(), forms=forms()) if f.code == "row.blank"
    ]
    assert [[cell.a1 for cell in f.cells] for f in findings] == [["E9", "E10"]]
    assert findings[0].params["rows"] == "9–10"
    assert findings[0].params["cell"] == "B4"


def test_blanks_of_a_column_are_one_finding_with_every_cell() -> None:
    reading = with_cells(good.unit_with_procedures(), {"Hồ sơ!L9": "", "Hồ sơ!L10": ""})
    findings = run_rules(reading, plan=small_plan(), forms=forms())
    assert [(f.code, [cell.a1 for cell in f.cells]) for f in findings] == [
        ("cell.required", ["L9", "L10"])
    ]


def test_a_column_that_is_gone_is_not_blank_as_well() -> None:
    sheet = good.dossiers()
    columns = {key: at for key, at in sheet.columns.items() if key != "returned"}
    records = tuple(
        replace(r, values={k: v for k, v in r.values.items() if k != "returned"})
        for r in sheet.records
    )
    reading = with_sheet(
        good.unit_with_procedures(), replace(sheet, columns=columns, records=records)
    )
    assert found(reading) == []


def test_a_file_without_known_sheets_is_not_checked() -> None:
    assert found(replace(good.unit_with_procedures(), sheets={})) == []


def test_a_workbook_of_an_unknown_unit_and_period_is_still_checked() -> None:
    reading = good.unit_with_procedures()
    reading = replace(reading, identity=replace(reading.identity, unit="", period=""))
    assert found(reading) == []
    assert found(with_cell(reading, "Hồ sơ!D8", "15")) == [("V06a.1", "Hồ sơ!D8")]


def test_a_unit_that_has_ended_is_told_who_took_over() -> None:
    plan = small_plan()
    ended = replace(plan.units[1], valid_to=dt.date(2021, 11, 30), successor="CCTDC")
    plan = replace(plan, units=(plan.units[0], ended, *plan.units[2:]))
    findings = run_rules(good.unit_with_procedures(), plan=plan, forms=forms())
    assert [(f.code, f.at) for f in findings] == [("info.unit_ended", None)]
    assert "Chi cục" in str(findings[0].params["successor"])


def test_findings_come_in_the_order_of_the_workbook() -> None:
    reading = with_cells(
        good.unit_with_procedures(),
        {"Trực tuyến!N99": "4", "Hồ sơ!N8": "2", "Hồ sơ!D8": "15", "Thông tin!B13": ""},
    )
    assert found(reading) == [
        ("info.blank", "Thông tin!B13"),
        ("V06a.1", "Hồ sơ!D8"),
        ("V06a.3", "Hồ sơ!N8"),
        ("total.sum", "Trực tuyến!N99"),
    ]
