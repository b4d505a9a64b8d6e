"""The plan workbook of 2022 says what the plan document says, word by word."""

import datetime as dt
from collections import Counter

import pytest

from kskt_excel.excel.plan.plan_reader import read_plan
from kskt_excel.messages import place_text
from kskt_excel.model.finding import Severity
from kskt_excel.model.plan import DeadlineKind, Signer
from tests.excel.plan_books import PLAN_2022, plan_2022

GROUP = "Các phòng, đơn vị trực thuộc Sở"
CENTRE = "Trung tâm phát triển KH&CN"

# code | text | lead | coordinators | deadline, as in the document with its line breaks joined
DOCUMENT = """
I.1 | Kiện toàn đội ngũ cán bộ, công chức đầu mối thực hiện nhiệm vụ kiểm soát TTHC tại các cơ \
quan, đơn vị | Văn phòng Sở | | Quý I/2022
I.2 | Tổ chức rà soát, đánh giá thủ tục hành chính | Văn phòng Sở | | Theo Kế hoạch riêng
I.3 | Công tác truyền thông, hỗ trợ hoạt động kiểm soát TTHC, thực hiện cơ chế một cửa, một cửa \
liên thông và thực hiện TTHC trên môi trường điện tử | Văn phòng Sở | | Theo Kế hoạch riêng
I.4 | Tổ chức kiểm tra công tác kiểm soát TTHC, thực hiện cơ chế một cửa, một cửa liên thông và \
thực hiện TTHC trên môi trường điện tử | Văn phòng Sở | | Lồng ghép trong Kế hoạch Kiểm tra CCHC
II.1.a | Cập nhật kịp thời, đầy đủ Quyết định công bố TTHC của Bộ, ngành Trung ương để tham mưu \
Chủ tịch UBND tỉnh ban hành Quyết định công bố Danh mục TTHC thuộc lĩnh vực quản lý của Sở KH&CN \
| Văn phòng Sở | GROUP | Thường xuyên theo quy định
II.1.b | Tham mưu Chủ tịch UBND tỉnh ban hành Quyết định công bố TTHC (đối với TTHC được giao quy \
định hoặc quy định chi tiết trong văn bản QPPL của các cấp chính quyền trên địa bàn tỉnh) \
| Văn phòng Sở | GROUP | Thường xuyên theo quy định
II.1.c | Công khai thủ tục hành chính tại nơi giải quyết thủ tục hành chính; trên Cổng thông tin \
điện tử, Trang thông tin điện tử của Sở | Văn phòng Sở | CENTRE | Thường xuyên
II.2.a | Công khai địa chỉ tiếp nhận, phản ánh, kiến nghị về quy định hành chính theo quy định \
| Văn phòng Sở | CENTRE | Thường xuyên
II.2.b | Xử lý phản ánh, kiến nghị về quy định hành chính | Văn phòng Sở | GROUP | Thường xuyên
II.3 | Đề xuất sáng kiến, giải pháp thực hiện kiểm soát thủ tục hành chính | Văn phòng | GROUP \
| Thường xuyên
II.4 | Báo cáo thực hiện kiểm soát thủ tục hành chính | Văn phòng Sở | GROUP \
| Định kỳ hàng Quý, năm
III.1 | Trình Chủ tịch UBND tỉnh công bố danh mục thủ tục hành chính (TTHC) thực hiện tại Bộ phận \
một cửa; danh mục TTHC tiếp nhận, giải quyết, trả kết quả theo cơ chế một cửa liên thông; danh mục \
TTHC tiếp nhận, trả kết quả Dịch vụ công trực tuyến mức độ 3,4; danh mục TTHC tiếp nhận, trả kết \
quả qua dịch vụ bưu chính công ích | Văn phòng Sở | GROUP | Thường xuyên
III.2 | Trình Chủ tịch UBND tỉnh ban hành quy trình nội bộ, quy trình điện tử đối với việc giải \
quyết từng thủ tục hành chính | Văn phòng Sở | GROUP | Thường xuyên
III.3 | Tổ chức thực hiện toàn bộ quy trình tiếp nhận, giải quyết TTHC thuộc thẩm quyền giải quyết \
(tiếp nhận, thẩm định, phê duyệt và trả kết quả) tại Bộ phận một cửa (Tối thiểu 20% số TTHC được \
thực hiện toàn bộ quy trình tại Trung tâm PVHCC cấp tỉnh) | Văn phòng Sở | GROUP | Thường xuyên
III.4 | Rà soát, trình công bố danh mục TTHC không phụ thuộc vào địa giới hành chính \
| Văn phòng Sở | GROUP | Thường xuyên
IV.1 | Thực hiện tốt cơ chế một cửa, một cửa liên thông trong giải quyết thủ tục hành chính theo \
Nghị định số 61/2018/NĐ-CP của Chính phủ và Thông tư số 01/2018/TT-VPCP của Văn phòng Chính phủ \
| Văn phòng Sở | GROUP | Thường xuyên
IV.2 | Tiếp tục thực hiện tiếp nhận hồ sơ, trả kết quả giải quyết thủ tục hành chính qua dịch vụ \
bưu chính công ích theo Quyết định số 45/2016/QĐ-TTg ngày 19/01/2016 của Thủ tướng Chính phủ \
| Văn phòng Sở | GROUP | Thường xuyên
IV.3 | Đẩy mạnh việc tích hợp, cung cấp dịch vụ công trực tuyến; thực hiện thanh toán trực tuyến \
cho cá nhân, tổ chức; tăng cường tạo tài khoản cho công dân trên Cổng Dịch vụ công quốc gia \
| Văn phòng Sở | GROUP | Thường xuyên
"""
ROWS = [
    tuple(
        part.strip().replace("GROUP", GROUP).replace("CENTRE", CENTRE) for part in line.split("|")
    )
    for line in DOCUMENT.strip().splitlines()
]
SECTIONS = {
    "I": "Công tác chỉ đạo, điều hành hoạt động kiểm soát thủ tục hành chính và thực hiện cơ chế"
    " một cửa, một cửa liên thông trong giải quyết thủ tục hành chính",
    "II": "Kiểm soát thủ tục hành chính",
    "III": "Thực hiện cơ chế một cửa, một cửa liên thông trong giải quyết thủ tục hành chính",
    "IV": "Kiểm soát giải quyết thủ tục hành chính",
}


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_a_task_stands_verbatim_in_the_workbook(row: tuple[str, ...]) -> None:
    task = plan_2022().task_by_code[row[0]]
    written = (task.code, task.text, task.lead_text, task.coordinators_text, task.deadline.text)
    assert written == row


def test_there_are_eighteen_tasks_in_the_documents_order() -> None:
    assert [task.code for task in plan_2022().tasks] == [row[0] for row in ROWS]
    assert len(ROWS) == 18


def test_sections_hold_four_seven_four_three_tasks_under_their_titles() -> None:
    counts = Counter((task.parts[0], task.section) for task in plan_2022().tasks)
    assert counts == {
        ("I", SECTIONS["I"]): 4,
        ("II", SECTIONS["II"]): 7,
        ("III", SECTIONS["III"]): 4,
        ("IV", SECTIONS["IV"]): 3,
    }


def test_groups_inside_section_two_have_their_titles() -> None:
    found = {task.code: task.subsection for task in plan_2022().tasks if task.subsection}
    first = "Kiểm soát công bố, công khai thủ tục hành chính"
    second = "Tiếp nhận, xử lý phản ánh, kiến nghị về quy định hành chính"
    assert found == {
        "II.1.a": first,
        "II.1.b": first,
        "II.1.c": first,
        "II.2.a": second,
        "II.2.b": second,
    }


def test_deadlines_are_of_six_kinds_and_those_without_a_day_have_one_beside() -> None:
    tasks = plan_2022().tasks
    assert Counter(task.deadline.kind for task in tasks) == {
        DeadlineKind.CONTINUOUS: 11,
        DeadlineKind.CONTINUOUS_BY_RULE: 2,
        DeadlineKind.OWN_PLAN: 2,
        DeadlineKind.FIXED: 1,
        DeadlineKind.WITHIN_OTHER: 1,
        DeadlineKind.PERIODIC: 1,
    }
    due = {task.code: task.deadline.due for task in tasks if task.deadline.due}
    assert due == {
        "I.1": dt.date(2022, 3, 31),
        "I.2": dt.date(2022, 9, 14),
        "I.3": dt.date(2022, 11, 30),
        "I.4": dt.date(2022, 11, 30),
    }
    assert {task.code: day for task in tasks if (day := task.own_plan.wanted_by)} == {
        "I.2": dt.date(2022, 1, 30),
        "I.3": dt.date(2022, 3, 31),
        "I.4": dt.date(2022, 3, 31),
    }


def test_coordinators_are_nobody_the_group_or_the_centre() -> None:
    tasks = plan_2022().tasks
    assert Counter(task.coordinators_text for task in tasks) == {"": 4, GROUP: 12, CENTRE: 2}
    everyone = ("TTRA", "KHTC", "QLKH", "QLCN", "QLCNH", "QLCS", "CCTDC", "TTPT")
    expanded = {task.coordinators_text: task.coordinators for task in tasks}
    assert expanded == {"": (), GROUP: everyone, CENTRE: ("TTPT",)}


def test_the_office_leads_every_task_under_either_of_its_names() -> None:
    tasks = plan_2022().tasks
    assert {task.lead for task in tasks} == {"VP"}
    assert Counter(task.lead_text for task in tasks) == {"Văn phòng Sở": 17, "Văn phòng": 1}
    assert plan_2022().office == "VP"


def test_the_office_has_18_task_rows_the_centre_14_the_others_12() -> None:
    plan = plan_2022()
    rows = {unit.code: len(plan.tasks_of(unit.code)) for unit in plan.units}
    assert rows.pop("VP") == 18
    assert rows.pop("TTPT") == 14
    assert rows == dict.fromkeys(("TTRA", "KHTC", "QLKH", "QLCN", "QLCNH", "QLCS", "CCTDC"), 12)


def test_only_units_with_fields_have_procedures() -> None:
    plan = plan_2022()
    counts = {unit.code: len(plan.procedures_of(unit.code)) for unit in plan.units}
    busy = {code: count for code, count in counts.items() if count}
    assert busy == {"QLKH": 15, "QLCN": 8, "QLCNH": 9, "CCTDC": 15}
    assert len(plan.procedures) == len(plan.procedure_by_code) == 47
    assert not any(procedure.verified for procedure in plan.procedures)


def test_procedures_of_later_years_are_left_out() -> None:
    later = {"2.002544", "2.002546", "2.002548", "2.002711", "1.014393", "1.011937"}
    assert not later & plan_2022().procedure_by_code.keys()


def test_the_wording_of_online_services_changes_in_the_middle_of_august() -> None:
    levels = plan_2022().choices["muc_do_dvc"]
    offered = {
        day: [choice.value for choice in levels if choice.offered(dt.date(2022, 8, day))]
        for day in (14, 15)
    }
    assert offered == {
        14: ["Không trực tuyến", "Mức độ 2", "Mức độ 3", "Mức độ 4"],
        15: ["Không trực tuyến", "Cung cấp thông tin", "Một phần", "Toàn trình"],
    }
    assert plan_2022().choice_code("muc_do_dvc", "Mức độ 4") == "4"
    assert plan_2022().choice_code("muc_do_dvc", "Toàn trình") == "4"


@pytest.mark.parametrize(
    ("indicator", "target", "direction"),
    [
        ("K1", 0.95, "up"),
        ("K1b", None, "up"),
        ("K2", 0.05, "down"),
        ("K3", None, "down"),
        ("K6", 0.3, "up"),
        ("K9", 0.2, "up"),
        ("K10", 1.0, "up"),
        ("K13", 1.0, "up"),
        ("K27", 1.0, "up"),
        ("K28", None, "up"),
    ],
)
def test_an_indicator_has_its_target(indicator: str, target: float | None, direction: str) -> None:
    by_id = {one.id: one for one in plan_2022().indicators}
    assert (by_id[indicator].target, by_id[indicator].direction) == (target, direction)


def test_indicators_are_k1_to_k35_with_post_and_the_first_in_two() -> None:
    ids = [one.id for one in plan_2022().indicators]
    assert ids == ["K1", "K1b", "K2", "K3", "K4", "K5", "K6", "K7", "K8a", "K8b", *_from_nine_on()]


def _from_nine_on() -> list[str]:
    return [f"K{number}" for number in range(9, 36)]


def test_the_head_of_the_plan_is_the_documents() -> None:
    plan = plan_2022()
    assert plan.year == 2022
    assert plan.agency == "Sở Khoa học và Công nghệ"
    assert plan.superior == "UBND tỉnh Thái Nguyên"
    assert plan.signer == Signer("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", "Đinh Bộ Sơn")
    assert plan.legal_basis.startswith("Quyết định số 4078/QĐ-UBND ngày 22/12/2021")
    assert plan.title.endswith("trên môi trường điện tử năm 2022")
    assert plan.cutoff_day == 15
    assert plan.settings.recipients[-1] == "Lưu: VT, VP"


def test_days_off_of_2022_are_the_governments() -> None:
    days = plan_2022().holidays
    assert len(days) == 11
    assert {dt.date(2022, 1, 31), dt.date(2022, 2, 4), dt.date(2022, 9, 2)} <= days
    assert dt.date(2022, 2, 7) not in days


def test_a_wrong_date_in_official_text_is_remarked_and_not_mended() -> None:
    plan = plan_2022()
    [found] = [one for one in plan.findings if one.code == "plan.date_differs"]
    assert (place_text(found), found.severity) == ("Nhiệm vụ!B26", Severity.INFO)
    assert found.params["value"] == "19/10/2016"
    assert "ngày 19/01/2016" in plan.task_by_code["IV.2"].text


def test_the_workbook_has_no_fault_and_no_warning() -> None:
    assert {one.severity for one in plan_2022().findings} == {Severity.INFO}


def test_reading_twice_gives_the_same_plan() -> None:
    assert read_plan(PLAN_2022) == plan_2022()
