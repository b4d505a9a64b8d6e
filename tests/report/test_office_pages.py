from dataclasses import replace

from kskt_excel.consolidation.tasks import judged_tasks
from kskt_excel.model.consolidation import Consolidation, Evaluation, FoundPlan, Issue, UnitTask
from kskt_excel.model.plan import Plan
from kskt_excel.report.page import PrintedPage, frame
from kskt_excel.report.sending import provisional_line
from kskt_excel.report.summary import (
    evaluation_page,
    indicators_page,
    issues_page,
    printed_progress,
    printed_standings,
    summary_pages,
)
from tests.builders import forms, small_plan
from tests.consolidation.tables import consolidated, on_its_day, report, submission, table

_PROGRESS = """
    | task   | status         | percent | result                |
    | I.1    | Đang thực hiện | 40      | Đã trình Quyết định   |
    | II.4   | Đã hoàn thành  | 100     | Đã gửi báo cáo quý I  |
"""


def _shown(page: PrintedPage) -> list[list[object]]:
    return [[cell.value for cell in row.cells] for row in page.tables[0].rows]


def _progress(plan: Plan | None = None) -> PrintedPage:
    own = plan or small_plan()
    together = consolidated(report("VP", table("tien-do", _PROGRESS)), plan=own)
    return printed_progress(own, forms(), together)


def test_tasks_stand_under_their_sections_in_the_plans_order() -> None:
    rows = _shown(_progress())
    assert [row[0] for row in rows] == [
        "I", "1", "2", "4", "II", "1", "a)", "c)", "4", "Tổng số: 06 nhiệm vụ",
    ]  # fmt: skip
    assert rows[1][2:] == ["Văn phòng Sở", "", "Quý I/2022",
                           "Đang thực hiện: Đã trình Quyết định", None, "Chưa đến hạn"]  # fmt: skip
    assert rows[2][5:8] == ["Chưa báo cáo", None, "Chưa báo cáo"]
    assert rows[-1][1] == "Chưa đến hạn 01; chưa đặt mục tiêu 01; chưa báo cáo 04"


def test_a_late_task_is_marked_in_words_too() -> None:
    together = consolidated()
    late = replace(together.tasks[0], status="Đang thực hiện", overdue=True, days_overdue=10)
    tasks = judged_tasks((late, *together.tasks[1:]), {}, on_its_day(together))
    page = printed_progress(small_plan(), forms(), replace(together, tasks=tasks))
    cells = page.tables[0].rows[1].cells
    assert cells[5].value == "Đang thực hiện"
    assert (cells[7].value, cells[7].shade) == ("Quá hạn 10 ngày làm việc", "bad")


def test_what_a_reader_must_know_about_a_task_is_printed() -> None:
    together = consolidated()
    noted = replace(together.tasks[0], note="Đã báo hoàn thành, sau đó rút lại")
    changed = replace(together, tasks=(noted, *together.tasks[1:]))
    page = printed_progress(small_plan(), forms(), changed)
    assert page.tables[0].rows[1].cells[7].value == (
        "Chưa báo cáo; đã báo hoàn thành, sau đó rút lại"
    )


def test_a_tasks_own_plan_is_printed_once_with_its_last_day() -> None:
    plan = small_plan()
    first = plan.tasks[0]
    planned = replace(first, own_plan=replace(first.own_plan, wanted_by=first.deadline.due))
    own = replace(plan, tasks=(planned, *plan.tasks[1:]))
    together = consolidated()
    word = UnitTask(first.lead, "", "Đang thực hiện", None, None, "Đã lập", "")

    def said(document: str) -> object:
        found = FoundPlan("45/KH-SKHCN", told_by="lead", told_in="2022-Q1")
        changed = replace(
            together.tasks[0],
            status=word.status,
            result=word.result,
            units=(replace(word, document=document),),
            own_plan=found,
        )
        tasks = (changed, *together.tasks[1:])
        return (
            printed_progress(own, forms(), replace(together, tasks=tasks))
            .tables[0]
            .rows[1]
            .cells[5]
            .value
        )

    assert said("45/KH-SKHCN") == (
        "Đang thực hiện: Đã lập (kế hoạch riêng 45/KH-SKHCN, hạn 31/3/2022)"
    )
    assert said("51/BC-SKHCN") == (
        "Đang thực hiện: Đã lập (51/BC-SKHCN). 45/KH-SKHCN (theo báo cáo Quý I/2022), hạn 31/3/2022"
    )


def test_the_title_names_the_plan_once() -> None:
    plan = small_plan()
    expected = "Tiến độ thực hiện Kế hoạch kiểm soát thủ tục hành chính năm 2022"
    for title in (
        "Kiểm soát thủ tục hành chính năm 2022",
        "Kế hoạch kiểm soát thủ tục hành chính năm 2022",
        "KẾ HOẠCH KIỂM SOÁT THỦ TỤC HÀNH CHÍNH NĂM 2022",
    ):
        assert _progress(plan=replace(plan, title=title)).title[1] == expected


def test_an_indicator_shows_both_sums_its_value_and_its_target() -> None:
    plan = small_plan()
    dossiers = table(
        "ho-so", "| procedure | received_online | received_direct |\n| 2.002385 | 1 | 4 |"
    )
    rows = _shown(indicators_page(plan, forms(), consolidated(report("QLCNH", dossiers))))
    assert rows[1][:2] == ["K2", "Tỷ lệ hồ sơ tiếp nhận trực tuyến"]
    assert rows[1][2:] == [1, 5, "20,0 %", "≥ 30,0 %", "Chưa đạt"]


def test_an_indicator_over_nothing_is_a_dash_and_is_not_judged() -> None:
    nothing = table(
        "ho-so", "| procedure | received_online | received_direct |\n| 2.002385 | 0 | 0 |"
    )
    rows = _shown(indicators_page(small_plan(), forms(), consolidated(report("QLCNH", nothing))))
    assert rows[1][2:] == [0, 0, "–", "≥ 30,0 %", "–"]


def test_an_indicator_that_nobody_has_told_of_has_no_noughts() -> None:
    rows = _shown(indicators_page(small_plan(), forms(), consolidated()))
    assert rows[1][2:] == ["–", "–", "–", "≥ 30,0 %", "Chưa báo cáo"]


def test_the_evaluation_has_nine_criteria_and_says_when_there_is_too_little() -> None:
    rows = _shown(evaluation_page(small_plan(), consolidated()))
    assert [row[0] for row in rows] == [*range(1, 10), "Tổng điểm"]
    assert "xếp loại: " in str(rows[-1][1])


def test_a_classification_from_some_criteria_is_provisional_and_from_all_is_not() -> None:
    given = consolidated()
    criteria = given.evaluation.criteria
    some = Evaluation(criteria, total=9, with_data=6, classification="Khá")
    every = Evaluation(criteria, total=16, with_data=len(criteria), classification="Tốt")
    ends = [
        str(_shown(evaluation_page(small_plan(), replace(given, evaluation=one)))[-1][1])
        for one in (some, every)
    ]
    assert ends == [
        "9,0 điểm của 06 chỉ số có số liệu; xếp loại tạm tính: Khá",
        "16,0 điểm của 09 chỉ số có số liệu; xếp loại: Tốt",
    ]


def test_each_unit_has_a_row_that_says_whether_it_has_sent() -> None:
    late = replace(submission("VP", late=2), why=())
    page = printed_standings(small_plan(), consolidated(submissions=[late]))
    rows = _shown(page)
    assert [row[1] for row in rows[:-1]] == [unit.name for unit in small_plan().units]
    assert rows[-1] == ["Tổng số: 04 đơn vị", "Trả lại để sửa: 01; Chưa gửi: 03"]
    assert rows[3][2:8] == ["Chưa gửi", None, None, None, None, None]


def _with_issues(*issues: Issue) -> Consolidation:
    return replace(consolidated(), issues=issues)


def test_issues_stand_under_who_must_resolve_them_in_the_order_of_tasks() -> None:
    pages = issues_page(
        small_plan(),
        _with_issues(
            Issue("VP", "II.4", "Chậm", "", "", "Sở", "Vướng mắc", 8),
            Issue("QLCNH", "", "Không rõ", "", "", "", "Vướng mắc", 8),
            Issue("VP", "I.2", "Thiếu", "Ít người", "Thêm", "Sở", "Vướng mắc", 9),
        ),
    )
    assert [row[:2] for row in _shown(pages)] == [
        [None, "Thuộc thẩm quyền: Sở"],
        [1, "I.2"],
        [2, "II.4"],
        [None, "Chưa ghi cấp giải quyết"],
        [1, None],
    ]


def test_no_issues_are_told_as_such() -> None:
    rows = _shown(issues_page(small_plan(), _with_issues()))
    assert rows == [[None, "Không có khó khăn, vướng mắc, kiến nghị."]]


def test_every_page_says_which_units_are_missing() -> None:
    plan, together = small_plan(), consolidated(report("VP"))
    line = provisional_line(together)
    assert line == "Số liệu tạm tổng hợp đến 08 giờ 00 ngày 20/3/2022, còn thiếu 03 đơn vị."
    pages = tuple(summary_pages(plan, forms(), together))
    assert {page.provisional for page in pages} == {line}
    named = (
        "Còn thiếu: chưa gửi: Phòng Quản lý chuyên ngành, Chi cục Tiêu chuẩn Đo lường Chất lượng,"
        " Trung tâm phát triển KH&CN."
    )
    assert all(named in page.notes for page in pages)
    everybody = consolidated(*(report(unit.code) for unit in plan.units))
    assert {page.provisional for page in summary_pages(plan, forms(), everybody)} == {""}


def test_number_and_day_are_left_to_fill_by_hand() -> None:
    made = frame(small_plan(), consolidated(as_of="2022-02-05T08:00"))
    assert made.number == "Số:          /BC-SKHCN"
    assert made.place_and_date == "Thái Nguyên, ngày      tháng 02 năm 2022"
    assert made.recipients[-1] == "Lưu: VT, VP"
