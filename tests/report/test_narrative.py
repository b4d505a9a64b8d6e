"""The report in words: its figures are those of the forms, whatever happened or did not."""

import re
from dataclasses import replace

import pytest

from kskt_excel.model.consolidation import Consolidation, TaskJudgement, TaskVerdict
from kskt_excel.model.period import Period
from kskt_excel.model.submission import Verdict
from kskt_excel.report.brief import brief
from kskt_excel.report.narrative import narrative
from kskt_excel.report.sentences import TO_ADD, Heading, Narrative, texts_of
from kskt_excel.report.summary import summary_pages
from tests.builders import forms, small_plan
from tests.consolidation.tables import consolidated, report, submission, table
from tests.report.quarters import all_nil, dossiers, first_quarter, nobody, second_quarter, units


def written(now: Consolidation, before: Consolidation | None = None) -> Narrative:
    return narrative(small_plan(), forms(), now, before)


def section(content: Narrative, number: str) -> str:
    """The text under the first heading with a number, up to the next heading."""
    headings = [at for at, block in enumerate(content.blocks) if isinstance(block, Heading)]
    texts = [block.text if isinstance(block, Heading) else "" for block in content.blocks]
    start = next(at for at in headings if texts[at].startswith(f"{number} "))
    end = next((at for at in headings if at > start), len(content.blocks))
    found: list[str] = []
    for block in content.blocks[start + 1 : end]:
        found.extend(texts_of(block))
    return "\n".join(found)


def total(now: Consolidation, form: str, column: int) -> int:
    value = now.forms[form].total[str(column)]
    assert isinstance(value, int)
    return value


def figure(text: str, pattern: str) -> int:
    """The number that stands where the pattern has its group."""
    match = re.search(pattern, text)
    assert match, f"{pattern} not in {text}"
    return int(match[1].replace(".", ""))


FIGURES = [
    ("1.", r"đánh giá tác động (\d+) TTHC", "II.01", 3),
    ("1.", r"tại (\d+) dự án", "II.01", 4),
    ("2.", r"ban hành (\d+) VBQPPL", "II.02", 4),
    ("2.", r"với (\d+) TTHC", "II.02", 3),
    ("3.", r"ban hành (\d+) quyết định", "II.03", 3),
    ("3.", r"với (\d+) TTHC", "II.03", 5),
    ("3.", r"nhập, công khai (\d+) TTHC", "II.03", 12),
    ("4.", r"đã rà soát (\d+) TTHC", "II.04", 4),
    ("4.", r"phải rà soát (\d+) TTHC", "II.04", 3),
    ("5.", r"phải xử lý là (\d+) PAKN", "II.05a", 3),
    ("5.", r"Đã xử lý (\d+) PAKN", "II.05a", 8),
    ("5.", r"Đang xử lý (\d+) PAKN", "II.05a", 13),
    ("6.", r"nhận giải quyết là (\d+) hồ sơ", "II.06a", 3),
    ("6.", r"trực tuyến (\d+) hồ sơ", "II.06a", 4),
    ("6.", r"bưu chính (\d+) hồ sơ", "II.06a", 5),
    ("6.", r"chuyển sang (\d+) hồ sơ", "II.06a", 6),
    ("6.", r"Đã giải quyết (\d+) hồ sơ", "II.06a", 7),
    ("6.", r"trước hạn (\d+) hồ sơ", "II.06a", 8),
    ("6.", r"Đang giải quyết (\d+) hồ sơ", "II.06a", 11),
    ("7.", r"là (\d+) TTHC", "II.07b", 3),
    ("7.", r"Bộ phận Một cửa: (\d+) TTHC", "II.07b", 7),
    ("7.", r"quy trình nội bộ: (\d+) TTHC", "II.07b", 11),
    ("8.", r"trực tuyến đối với (\d+) TTHC", "II.08", 4),
    ("8.", r"Trong (\d+) hồ sơ tiếp nhận", "II.08", 9),
    ("8.", r"trong kỳ, (\d+) hồ sơ nộp trực tuyến", "II.08", 10),
    ("8.", r"Thanh toán trực tuyến: (\d+) hồ sơ", "II.08", 16),
    ("8.", r"tạo mới: (\d+) tài khoản", "II.08", 21),
]


@pytest.mark.parametrize(("number", "pattern", "form", "column"), FIGURES)
def test_a_figure_in_a_sentence_is_the_one_of_its_form(
    number: str, pattern: str, form: str, column: int
) -> None:
    now = second_quarter()
    assert figure(section(written(now), number), pattern) == total(now, form, column)


def test_the_outline_is_that_of_the_circular() -> None:
    headings = [b.text for b in written(first_quarter()).blocks if isinstance(b, Heading)]
    numbers = [text.split(" ", 1)[0] for text in headings]
    assert numbers == [
        "I.", *(f"{n}." for n in range(1, 13)), "a)", "b)", "c)",
        "II.", "1.", "2.", "3.", "III.", "IV.",
    ]  # fmt: skip


def test_more_dossiers_than_last_quarter_are_an_increase() -> None:
    text = section(written(second_quarter(), first_quarter()), "6.")
    assert ". So với quý I/2022, tăng 17 hồ sơ (100,0 %)." in text
    assert "là 92,9 %, không thay đổi so với quý I/2022." in text


def test_fewer_dossiers_than_last_quarter_are_a_decrease() -> None:
    text = section(written(first_quarter(), second_quarter()), "6.")
    assert ". So với quý II/2022, giảm 17 hồ sơ (50,0 %)." in text


def test_without_a_quarter_before_nothing_is_compared() -> None:
    assert not any("so với quý" in text for text in written(second_quarter()).texts)


def test_a_year_is_not_compared_with_a_quarter() -> None:
    year = consolidated(*units("2022-Q1", 1), period=Period.parse("2022"))
    assert not any("so với quý" in text for text in written(year, first_quarter()).texts)


def test_a_quarter_in_which_nobody_gave_figures_is_no_basis_of_comparison() -> None:
    assert not any("so với quý" in text for text in written(second_quarter(), nobody()).texts)


NOTHING = [
    ("1.", "Trong kỳ, không có TTHC được đánh giá tác động."),
    ("2.", "Trong kỳ, không có VBQPPL có quy định TTHC được ban hành."),
    ("3.", "không phát sinh TTHC được công bố"),
    ("4.", "Trong kỳ, chưa có TTHC hoàn thành rà soát."),
    ("5.", "Trong kỳ, không phát sinh PAKN về quy định hành chính."),
    ("6.", "Trong kỳ, không phát sinh hồ sơ TTHC."),
    ("7.", "Các đơn vị báo cáo không có TTHC thuộc thẩm quyền giải quyết."),
    ("8.", "Trong kỳ, không phát sinh hồ sơ tiếp nhận."),
    ("9.", "Trong kỳ, không có hoạt động truyền thông, hỗ trợ."),
    ("10.", "Trong kỳ, không có sáng kiến, giải pháp được đề xuất."),
    ("11.", "Trong kỳ, không có cuộc kiểm tra."),
    ("a)", "Trong kỳ, không có thay đổi về đội ngũ đầu mối."),
    ("c)", "Cả 04 đơn vị đã gửi báo cáo (đều đúng hạn, đều không phát sinh)."),
    ("IV.", "Các phòng, đơn vị không nêu kiến nghị, đề xuất."),
]


@pytest.mark.parametrize(("number", "said"), NOTHING)
def test_what_did_not_happen_is_said_in_a_sentence(number: str, said: str) -> None:
    assert said in section(written(all_nil()), number)


@pytest.mark.parametrize("number", [f"{n}." for n in range(1, 12)])
def test_what_nobody_reported_is_left_to_a_person_and_not_told_as_nought(number: str) -> None:
    text = section(written(nobody()), number).split("\n")[0]
    assert text.startswith("Đến thời điểm tổng hợp, chưa có đơn vị nào gửi")
    assert text.endswith(TO_ADD)


def test_who_is_missing_is_said_on_top_and_under_reporting() -> None:
    content = written(first_quarter())
    assert content.provisional == (
        "Số liệu tạm tổng hợp đến 08 giờ 30 ngày 18/3/2022, còn thiếu 01 đơn vị."
    )
    assert section(content, "c)") == (
        "Có 03/04 đơn vị đã gửi báo cáo: đã nhận 02; không phát sinh 01. Chưa gửi 01"
        " (Trung tâm phát triển KH&CN). Đúng hạn 02, chậm hạn 01 (Phòng Quản lý chuyên ngành"
        " 02 ngày làm việc)."
    )


def test_a_returned_report_is_missing_too() -> None:
    sent = units("2022-Q1", 1)
    returned = submission("TTPT", verdict=Verdict.RETURNED)
    now = consolidated(*sent, submissions=[*(one.submission for one in sent), returned])
    said = section(written(now), "c)")
    assert said.startswith("Có 04/04 đơn vị đã gửi báo cáo")
    assert "trả lại để sửa 01 (Trung tâm phát triển KH&CN)" in said


def test_overdue_dossiers_are_told_with_reasons_and_apologies() -> None:
    text = section(written(first_quarter()), "6.")
    assert "Tổng số hồ sơ quá hạn (đã giải quyết và đang giải quyết) là 02 hồ sơ." in text
    assert "đối với 01 hồ sơ; còn 01 hồ sơ chưa có." in text
    assert "Do cán bộ, công chức: 01 hồ sơ (50,0 %);" in text
    assert "Do phối hợp của cơ quan khác: 01 hồ sơ (50,0 %)." in text
    assert f"Biện pháp khắc phục: {TO_ADD}" in text


def test_fields_say_their_figures_or_that_nothing_came() -> None:
    text = section(written(first_quarter()), "6.")
    assert (
        "Lĩnh vực An toàn bức xạ và hạt nhân: nhận giải quyết 17 hồ sơ, đã giải quyết 14 hồ sơ"
        " (quá hạn 01 hồ sơ), đang giải quyết 03 hồ sơ (quá hạn 01 hồ sơ);" in text
    )
    assert "Lĩnh vực Tiêu chuẩn đo lường chất lượng: không phát sinh hồ sơ." in text


def test_a_draft_without_assessment_is_named() -> None:
    laws = table(
        "vbqppl",
        "draft_name | document_type | new_count | impact_assessed\n"
        "Dự thảo nghị quyết về phí | Nghị quyết của HĐND | 1 | k",
    )
    text = section(written(consolidated(report("VP", laws))), "1.")
    assert text == (
        "Trong kỳ, không có TTHC được đánh giá tác động.\n"
        "Chưa đánh giá tác động 01 dự án, dự thảo:\nDự thảo nghị quyết về phí."
    )


@pytest.mark.parametrize(
    ("name", "number", "said"),
    [
        (
            "Quyết định sửa đổi Quy chế phối hợp",
            "04/2022/QĐ-UBND",
            "Quyết định số 04/2022/QĐ-UBND ngày 15/02/2022 của UBND tỉnh sửa đổi Quy chế phối hợp.",
        ),
        (
            "Dự thảo Nghị quyết Quy định mức phí",
            "07/2022/NQ-HĐND",
            "Nghị quyết số 07/2022/NQ-HĐND ngày 15/02/2022 của HĐND tỉnh quy định mức phí.",
        ),
        (
            "Quyết định của UBND tỉnh bãi bỏ Quy chế phối hợp",
            "04/2022/QĐ-UBND",
            "Quyết định số 04/2022/QĐ-UBND ngày 15/02/2022 của UBND tỉnh bãi bỏ Quy chế phối hợp.",
        ),
        (
            "Quy chế phối hợp",
            "04/2022/QĐ-UBND",
            "Quyết định số 04/2022/QĐ-UBND ngày 15/02/2022 của UBND tỉnh: Quy chế phối hợp.",
        ),
    ],
)
def test_a_document_that_was_issued_is_cited_with_kind_number_day_and_issuer(
    name: str, number: str, said: str
) -> None:
    laws = table(
        "vbqppl",
        "draft_name | document_type | amended_count | impact_assessed | document | issued_on\n"
        f"{name} | Quyết định của UBND | 1 | c | {number} | 15/02/2022",
    )
    assert said in section(written(consolidated(report("VP", laws))), "2.").split("\n")


def test_an_overdue_task_is_named_with_its_days() -> None:
    late = consolidated(
        report("VP", table("tien-do", "task | status\nI.1 | Đang thực hiện")),
        period=Period.parse("2022-Q2"),
        submissions=[],
        as_of="2022-04-05T08:00",
    )
    text = section(written(late), "b)")
    assert "Quá hạn 01 nhiệm vụ:" in text
    assert re.search(r"^I\.1: .*\(quá hạn 03 ngày làm việc\)\.$", text, re.MULTILINE)


def test_a_task_without_the_plan_that_it_should_have_is_named() -> None:
    now = first_quarter()
    late = TaskJudgement(TaskVerdict.NO_PLAN, days_without_plan=52)
    first = replace(now.tasks[0], judgement=late)
    text = section(written(replace(now, tasks=(first, *now.tasks[1:]))), "b)")
    said = f"Chưa có kế hoạch riêng: nhiệm vụ {first.code} (quá hạn 52 ngày làm việc)."
    assert said in text
    assert "kế hoạch riêng:" not in section(written(now), "b)")


def test_proposals_stand_under_the_level_that_must_resolve_them() -> None:
    lines = section(written(first_quarter()), "IV.").split("\n")
    assert lines[:5] == [
        (
            "Có 01 kiến nghị của các phòng, đơn vị thuộc thẩm quyền của Sở, do Sở xem xét,"
            " giải quyết (nêu tại Phụ lục XV)."
        ),
        "Đối với UBND tỉnh:",
        "Nâng cấp đường truyền (Phòng Quản lý chuyên ngành; nhiệm vụ II.1.a).",
        "Kiến nghị chưa ghi cấp giải quyết […]:",
        "Bổ sung 01 biên chế (Văn phòng Sở; nhiệm vụ I.2).",
    ]


def test_the_next_period_holds_the_tasks_that_are_open() -> None:
    text = section(written(first_quarter()), "III.")
    assert (
        "Trong quý II/2022, tập trung hoàn thành 02 nhiệm vụ còn lại của kế hoạch năm 2022:" in text
    )
    assert "I.1:" not in text
    assert "Tiếp tục thực hiện 03 nhiệm vụ thường xuyên, định kỳ của kế hoạch" in text


@pytest.mark.parametrize(
    ("period", "following"),
    [("2022-Q1", "2022-Q2"), ("2022-Q4", "2023-Q1"), ("2022-6T", "2022-Q3"), ("2022", "2023")],
)
def test_after_a_period_comes_the_next(period: str, following: str) -> None:
    after = Period.parse(period).following
    assert after is not None
    assert after.id == following


def test_services_are_named_as_on_the_day() -> None:
    catalogue = table("danh-muc", "procedure | online_level\n2.002385 | Toàn trình")
    fourth = consolidated(
        report("QLCNH", catalogue, period="2022-Q4"), period=Period.parse("2022-Q4")
    )
    assert "đối với 01 TTHC, đạt 100,0 % số TTHC (toàn trình)." in section(written(fourth), "8.")


def test_every_form_and_sheet_of_the_office_is_an_annex_with_a_roman_numeral() -> None:
    annexes = written(first_quarter()).annexes
    numbers = "I II III IV V VI VII VIII IX X XI XII XIII XIV XV"
    assert [annex.number for annex in annexes] == numbers.split()
    assert annexes[5].name.startswith("Biểu số II.06a/VPCP/KSTT: Tình hình, kết quả giải quyết")
    assert annexes[10].name.startswith("Biểu TH-01/KSTTHC: Tiến độ thực hiện Kế hoạch")


def test_a_sheet_bears_the_number_that_the_report_gives_it() -> None:
    together = first_quarter()
    pages = {page.name: page for page in summary_pages(small_plan(), forms(), together)}
    listed = written(together).annexes
    assert {annex.sheet: annex.label for annex in listed} == {
        name: page.annex for name, page in pages.items()
    }
    assert pages["Biểu II.06a"].annex == "Phụ lục VI"
    assert "của Sở Khoa học và Công nghệ" in pages["Biểu II.06a"].attached


@pytest.mark.parametrize("now", [first_quarter(), nobody(), all_nil()], ids=("some", "none", "nil"))
def test_no_sentence_shows_the_workings_of_the_program(now: Consolidation) -> None:
    for text in written(now).texts:
        assert not re.search(r"None|nan|\{|\}|  |\(\)| ,| \.| ;|\d%", text), text


def test_a_plan_without_basis_and_signer_leaves_no_holes_in_the_sentences() -> None:
    plan = replace(small_plan(), legal_basis="")
    opening = narrative(plan, forms(), first_quarter(), None).introduction
    assert opening.startswith("Thực hiện Kế hoạch kiểm soát thủ tục hành chính năm 2022 của Sở")


def test_a_change_is_told_over_what_both_quarters_have() -> None:
    first = [one for one in units("2022-Q1", 1) if one.unit != "VP"]
    second = units("2022-Q2", 2)
    more = report("TTPT", table("ho-so", dossiers(5)), period="2022-Q2")
    before = consolidated(*first)
    now = consolidated(*first, *second, more, period=Period.parse("2022-Q2"))
    content = narrative(small_plan(), forms(), now, before)
    text = section(content, "6.")
    assert "Tổng số hồ sơ nhận giải quyết là 119 hồ sơ" in text
    assert (
        "So với quý I/2022 (tính trên 02 đơn vị có báo cáo ở cả hai kỳ), tăng 17 hồ sơ (100,0 %)."
    ) in text
    page = brief(small_plan(), forms(), now, before)
    assert {line.change for line in page.indicators} == {""}
    assert page.previous == ""


def test_nothing_is_compared_where_no_unit_is_in_both() -> None:
    before = consolidated(report("VP"))
    now = consolidated(
        report("QLCNH", table("ho-so", dossiers(1)), period="2022-Q2"),
        period=Period.parse("2022-Q2"),
    )
    assert "o với quý" not in "\n".join(narrative(small_plan(), forms(), now, before).texts)
