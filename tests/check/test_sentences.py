"""What a rule finds can be said, and every rule is proved by a fault."""

import tomllib

import pytest

from kskt_excel.check.engine import run_rules
from kskt_excel.messages import CATALOGUE_FOLDER, finding, sentence
from kskt_excel.model.finding import Finding
from kskt_excel.text.pii import told_without_citizens
from tests.builders import forms, small_plan
from tests.check import good
from tests.check.tables import Fault, with_cells
from tests.check.test_faults import FAULTS

_PROVED_ELSEWHERE = {
    "row.lone_entry",  # tests/habits
    "V06a.7",  # test_quarters
    "quarters.ticked",
    "quarters.opening",  # test_added_register
    "quarters.stock_ticked",
    "feedback.disappeared",
    "feedback.not_open_before",
    "quarters.overdue_gone",
    "quarters.task_reopened",
    "quarters.percent_lower",
    "quarters.same_figures",
    "quarters.outlier",
    "sender.other_unit",  # test_sender
    "info.unit_ended",  # test_sheets
    "sheet.missing",
    "sheet.blank",
    "sheet.blank_without_tick",
    "sheet.blank_tick_gone",
    "sheet.nil_with_figures",
    "row.blank",
    "row.blank_without_tick",
    "task.missing",
    "procedure.missing",
    "across.online_ticked",
    "across.dossiers_ticked",
    "across.contacts",
    "progress.done_without_day",
    "progress.done_without_document",
    "across.procedure_absent",
    "progress.done_unmet",  # test_tasks_live
    "progress.above_whole",
    "progress.done_lasting",
    "progress.nil_with_figures",
    "progress.nil_with_rows",  # test_coordination
}


def _findings(fault: Fault) -> tuple[Finding, ...]:
    spoilt = with_cells(good.unit_with_procedures(), fault[1])
    return run_rules(spoilt, plan=small_plan(), forms=forms())


@pytest.mark.parametrize("fault", FAULTS, ids=[fault[0] for fault in FAULTS])
def test_a_sentence_can_be_said_and_packed(fault: Fault) -> None:
    for found in _findings(fault):
        assert "«»" not in sentence(found), found.code
        assert all(isinstance(value, str | int | float) for value in found.params.values())


def test_every_rule_of_the_catalogue_is_proved_by_a_seeded_fault() -> None:
    entries = set(tomllib.loads((CATALOGUE_FOLDER / "quy-tac.toml").read_text(encoding="utf-8")))
    proved = {found.entry for fault in FAULTS for found in _findings(fault)}
    assert entries - proved - _PROVED_ELSEWHERE == set()
    assert proved & _PROVED_ELSEWHERE == set()


def test_a_name_that_is_the_programs_own_example_is_not_covered() -> None:
    blank = finding("info.blank", column="Người lập", example="Nguyễn Thị Hoa")
    assert "ví dụ: Nguyễn Thị Hoa." in sentence(told_without_citizens(blank))
    typed = finding("value.choice.unknown", given="Nguyễn Thị Hoa", column="Lĩnh vực", example="A")
    assert "Nguyễn" not in sentence(told_without_citizens(typed))


_SAID: tuple[tuple[dict[str, str], str, str], ...] = (
    # a day after the period: the row stays, the task is not done, the row is of the next report
    ({"Quá hạn!E8": "20/3/2022"}, "date.after_period_step", "để trống ngày"),
    ({"Tiến độ!G9": "20/3/2022"}, "date.after_period_task", "chọn lại trạng thái"),
    ({"Truyền thông!D8": "20/3/2022"}, "date.after_period", "chuyển dòng này"),
    # with day and month exchanged it would be inside
    ({"Truyền thông!D8": "01/12/2022"}, "date.after_period", "(đảo ngày, tháng: 12/01/2022)"),
    # before its day, and on it
    ({"Quá hạn!E8": "17/01/2022"}, "overdue.in_time", "“Đúng hạn”"),
    ({"Quá hạn!E8": "14/01/2022"}, "overdue.in_time", "“Trước hạn”"),
    # a row is known by one column, or by two
    ({"Rà soát!A9": "2.002385"}, "row.duplicate", "2.002385 có ở dòng 8 và 9; mỗi mục"),
    (
        {"Công bố!E9": "201/QĐ-UBND", "Công bố!F9": "20/01/2022", "Công bố!G9": "2.002385"},
        "row.duplicate",
        "9, cùng “Quyết định của UBND tỉnh” 201/QĐ-UBND; mỗi mục",
    ),
    # what is asked for is an answer, one of a list, a text in short, a name
    ({"Danh mục TTHC!D8": ""}, "cell.blank_choice", "trong danh sách của ô. (KS"),
    ({"Tiến độ!E8": ""}, "cell.blank_choice", "ví dụ: Đang thực hiện."),
    ({"Truyền thông!B8": ""}, "cell.blank_text", "Đề nghị ghi ô này, ví dụ: Tập huấn nộp"),
)


@pytest.mark.parametrize(("cells", "entry", "words"), _SAID)
def test_a_sentence_says_what_can_be_done_in_its_branch(
    cells: dict[str, str], entry: str, words: str
) -> None:
    spoilt = with_cells(good.unit_with_procedures(), cells)
    findings = run_rules(spoilt, plan=small_plan(), forms=forms())
    assert words in " ".join(sentence(one) for one in findings if one.entry == entry)
