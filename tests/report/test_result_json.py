"""The JSON that programs read: the shape of the contract, the same bytes every time."""

import json
from dataclasses import replace

from kskt_excel.cli.screen import as_json
from kskt_excel.messages import catalogue
from kskt_excel.model.book import CellRef
from kskt_excel.model.consolidation import (
    IndicatorValue,
    TaskFigure,
    TaskJudgement,
    TaskVerdict,
    ValueKind,
)
from kskt_excel.model.finding import Finding, Severity
from kskt_excel.model.submission import Checked, Verdict
from kskt_excel.report.check_json import CheckedFile, check_result
from kskt_excel.report.exports import consolidate_json
from tests.builders import forms, reading, small_plan
from tests.consolidation.tables import consolidated, report, submission, table

FIELD = "An toàn bức xạ và hạt nhân"
DOSSIERS = table(
    "ho-so",
    f"procedure | field | received_online | received_direct | resolved_early | pending_in_time\n"
    f"2.002385 | {FIELD} | 12 | 3 | 10 | 5",
)
REVIEW = table(
    "ra-soat",
    "procedure | planned | reviewed | option | cost_cut_percent | decision\n"
    "2.002385 | c | c | Giữ nguyên | 12,5 | 845/QĐ-UBND",
)
ENTRY = next(iter(catalogue()))
GROUPED = Finding(
    ENTRY,
    Severity.ERROR,
    CellRef("Hồ sơ", 8, 5),
    also=(CellRef("Hồ sơ", 9, 5), CellRef("Hồ sơ", 12, 5)),
)
WHOLE = Finding(ENTRY, Severity.WARNING)


def given() -> dict[str, object]:
    units = (report("VP", late=1), report("QLCNH", DOSSIERS, REVIEW))
    returned = submission("TTPT", verdict=Verdict.RETURNED, findings=(GROUPED, WHOLE))
    sent = [one.submission for one in units]
    found = consolidated(*units, submissions=[*sent, returned])
    made = consolidate_json(
        found, ["workbooks/tracker/theo-doi-2022.xlsx"], forms=forms(), plan=small_plan()
    )
    read = json.loads(as_json(made))
    assert isinstance(read, dict)
    return read


def test_the_keys_are_those_of_the_contract_in_its_order() -> None:
    assert list(given()) == [
        "schema",
        "period",
        "as_of",
        "control",
        "submissions",
        "missing",
        "quarters",
        "forms",
        "tasks",
        "indicators",
        "issues",
        "directions",
        "directions_open",
        "outputs",
        "record",
    ]


def test_period_control_and_outputs_say_what_was_done() -> None:
    found = given()
    assert found["schema"] == "kskt.result/2"
    assert found["period"] == {"id": "2022-Q1", "from": "2021-12-15", "to": "2022-03-14"}
    assert found["as_of"] == "2022-03-20T08:00:00"
    assert found["control"] == {
        "files_in": 3,
        "accepted": 2,
        "returned": 1,
        "superseded": 0,
        "duplicates": 0,
        "unreadable": 0,
        "not_reports": 0,
        "rows_in": 2,
        "rows_out": 2,
    }
    assert found["missing"] == ["CCTDC", "TTPT"]
    assert found["outputs"] == ["workbooks/tracker/theo-doi-2022.xlsx"]


def test_forms_hold_figures_by_printed_column_number() -> None:
    form = given()["forms"]["II.06a"]
    first = form["rows"][0]
    assert first["key"] == FIELD
    assert list(first["values"]) == [str(number) for number in range(3, 14)]
    assert [first["values"][number] for number in ("3", "4", "5", "11")] == [15, 12, 3, 5]
    assert form["total"]["3"] == 15


def test_extension_columns_belong_to_the_figures_and_texts_do_not() -> None:
    found = given()["forms"]
    assert list(found["II.07b"]["total"])[-1] == "18"
    assert list(found["II.04"]["rows"][0]["values"]) == [str(number) for number in range(3, 14)]
    assert found["II.04"]["rows"][0]["values"]["13"] == 12.5


def test_a_unit_that_did_not_send_has_null_and_not_zero() -> None:
    rows = {row["key"]: row["values"] for row in given()["forms"]["II.07b"]["rows"]}
    assert set(rows["CCTDC"].values()) == {None}
    assert set(rows["VP"].values()) == {0}


def test_every_value_says_what_it_is() -> None:
    rows = {row["key"]: row for row in given()["forms"]["II.07b"]["rows"]}
    assert {key: row["kind"] for key, row in rows.items()} == {
        "VP": "nil",
        "QLCNH": "blank",
        "CCTDC": "not_reported",
        "TTPT": "not_reported",
    }
    assert rows["CCTDC"]["states"] == ["Chưa gửi"]
    assert set(rows["CCTDC"]["kinds"].values()) == {"not_reported"}
    form = given()["forms"]["II.06a"]
    assert form["rows"][0]["kinds"]["3"] == "number"


def test_a_quarter_says_in_which_state_every_unit_is() -> None:
    (quarter,) = given()["quarters"]
    assert (quarter["id"], quarter["deadline"], quarter["due"]) == ("2022-Q1", "2022-03-15", True)
    assert {one["unit"]: one["state"] for one in quarter["units"]} == {
        "VP": "Đã nhận",
        "QLCNH": "Đã nhận",
        "CCTDC": "Chưa gửi",
        "TTPT": "Trả lại để sửa",
    }
    assert quarter["states"] == {"Đã nhận": 2, "Trả lại để sửa": 1, "Chưa gửi": 1}
    assert quarter["missing"] == ["CCTDC", "TTPT"]


def test_a_grouped_finding_has_an_entry_for_each_of_its_cells() -> None:
    findings = given()["submissions"][2]["findings"]
    assert [(one["sheet"], one["cell"]) for one in findings] == [
        ("Hồ sơ", "E8"),
        ("Hồ sơ", "E9"),
        ("Hồ sơ", "E12"),
        ("", ""),
    ]
    assert {one["severity"] for one in findings} == {"error", "warning"}
    assert all(one["code"] == ENTRY and one["message"] for one in findings)


def test_submissions_tasks_and_indicators_carry_their_own_keys() -> None:
    found = given()
    assert found["submissions"][0] == {
        "unit": "VP",
        "version": 1,
        "verdict": "accepted",
        "file": "VP-2022-Q1-1.xlsx",
        "sha256": "1".zfill(64),
        "received_at": "2022-03-15T09:00:00",
        "late_days": 1,
        "findings": [],
        "period": "2022-Q1",
        "state": "Đã nhận",
    }
    assert found["tasks"][0] == {
        "code": "I.1",
        "status": "",
        "percent": None,
        "overdue": False,
        "judgement": {
            "code": "not_reported",
            "words": "chưa báo cáo",
            "period": "2022-Q1",
            "judged_on": "2022-03-20",
            "days_overdue": 0,
            "days_late": 0,
            "separate_plan": {"number": "", "day": None, "from": ""},
            "notes": [],
            "kind": "quy_co_dinh",
            "due": "2022-03-31",
            "lead": {
                "unit": "VP",
                "status": "",
                "percent": None,
                "completed_on": None,
                "document": "",
            },
            "indicators": [],
            "coordinators": {"joined": [], "nil": [], "idle": [], "not_reported": [], "gaps": {}},
        },
    }
    assert found["indicators"][1] == {
        "id": "K2",
        "numerator": 12,
        "denominator": 15,
        "value": 0.8,
        "kind": "number",
    }


def test_what_is_no_number_has_no_parts_and_says_why() -> None:
    whole = consolidated(report("VP"), submissions=[report("VP").submission])
    nil = replace(whole.indicators[0], numerator=4, denominator=0, kind=ValueKind.NIL)
    untold = replace(nil, kind=ValueKind.NOT_REPORTED)
    told = replace(nil, numerator=0, denominator=3, kind=ValueKind.NUMBER)
    for one, parts in ((nil, (None, None)), (untold, (None, None)), (told, (0, 3))):
        task = replace(whole.tasks[0], judgement=TaskJudgement(TaskVerdict.NIL, (figure(one),)))
        found = replace(whole, indicators=(one,), tasks=(task,))
        made = consolidate_json(found, [], plan=small_plan(), forms=forms())
        of_task = made["tasks"][0]["judgement"]["indicators"]  # type: ignore[index]
        for shown in (*made["indicators"], *of_task):  # type: ignore[misc]
            assert (shown["numerator"], shown["denominator"]) == parts
            assert shown["kind"] == one.kind.value


def figure(one: IndicatorValue) -> TaskFigure:
    return TaskFigure(
        indicator=one.id,
        judges=True,
        numerator=one.numerator,
        denominator=one.denominator,
        met=None,
        direction="up",
        target=None,
        kind=one.kind,
    )


def test_the_same_result_gives_the_same_bytes_in_vietnamese_letters() -> None:
    text = as_json(given())
    assert text == as_json(given())
    assert "An toàn bức xạ" in text
    assert text.endswith("}\n")


def test_check_gives_a_verdict_for_each_file() -> None:
    good = CheckedFile.of("VP.xlsx", Checked("0" * 64, reading(DOSSIERS, unit="VP"), ()))
    broken = CheckedFile.of("anh.xlsx", Checked("1" * 64, None, (WHOLE,)))
    found = json.loads(as_json(check_result([good, broken])))
    assert found["schema"] == "kskt.check/1"
    first, second = found["files"]
    assert first == {
        "file": "VP.xlsx",
        "unit": "VP",
        "period": "2022-Q1",
        "verdict": "accepted",
        "findings": [],
    }
    assert (second["unit"], second["verdict"]) == ("", "unreadable")
    assert [one["code"] for one in second["findings"]] == [ENTRY]
