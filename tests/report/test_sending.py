"""Who has sent, in words: over several quarters every sentence names its quarter."""

from dataclasses import replace

from kskt_excel.model.consolidation import Consolidation
from kskt_excel.model.period import Period
from kskt_excel.model.submission import Verdict
from kskt_excel.report.sending import (
    missing_legend,
    missing_note,
    provisional_line,
    sending_sentences,
    sending_summary,
)
from kskt_excel.report.summary import printed_standings
from tests.builders import small_plan
from tests.consolidation.tables import consolidated, nil, report, submission

PLAN = small_plan()


def half_year() -> Consolidation:
    """VP in both quarters, QLCNH late in the first, CCTDC returned in the first, TTPT in none."""
    every = (
        report("VP", nil("pakn")),
        report("QLCNH", late=2),
        report("VP", period="2022-Q2"),
        report("QLCNH", period="2022-Q2"),
        report("CCTDC", period="2022-Q2"),
    )
    sent = [one.submission for one in every]
    sent.append(submission("CCTDC", verdict=Verdict.RETURNED))
    return consolidated(
        *every, submissions=sent, period=Period.parse("2022-6T"), as_of="2022-06-18T08:00"
    )


def test_the_mark_counts_by_quarter_and_the_legend_names() -> None:
    found = half_year()
    assert provisional_line(found) == (
        "Số liệu tạm tổng hợp đến 08 giờ 00 ngày 18/6/2022, còn thiếu 02 đơn vị của quý I/2022 và"
        " 01 đơn vị của quý II/2022."
    )
    assert missing_note(PLAN, found) == (
        "Còn thiếu: quý I/2022: trả lại để sửa: Chi cục Tiêu chuẩn Đo lường Chất lượng; chưa gửi:"
        " Trung tâm phát triển KH&CN; quý II/2022: chưa gửi: Trung tâm phát triển KH&CN."
    )


def test_a_legend_that_would_fill_a_page_counts_and_says_where_the_names_stand() -> None:
    assert missing_legend(PLAN, half_year()) == missing_note(PLAN, half_year())
    long = replace(PLAN, units=tuple(replace(one, name="Tên " * 65) for one in PLAN.units))
    assert missing_legend(long, half_year()) == (
        "Còn thiếu: quý I/2022: trả lại để sửa 01 đơn vị; chưa gửi 01 đơn vị; quý II/2022: chưa gửi"
        " 01 đơn vị; nêu tên ở biểu Tình hình gửi nhận."
    )


def test_each_quarter_has_its_sentence() -> None:
    assert list(sending_sentences(PLAN, half_year())) == [
        (
            "Quý I/2022: có 03/04 đơn vị đã gửi báo cáo: đã nhận 01; không phát sinh 01; trả lại để"
            " sửa 01 (Chi cục Tiêu chuẩn Đo lường Chất lượng). Chưa gửi 01 (Trung tâm phát triển"
            " KH&CN). Đúng hạn 01, chậm hạn 01 (Phòng Quản lý chuyên ngành 02 ngày làm việc)."
        ),
        (
            "Quý II/2022: có 03/04 đơn vị đã gửi báo cáo: đã nhận 03. Chưa gửi 01 (Trung tâm phát"
            " triển KH&CN). Báo cáo được chấp nhận đều đúng hạn (03)."
        ),
    ]
    assert sending_summary(PLAN, half_year()).startswith(
        "Quý I/2022: 03/04 đơn vị đã gửi báo cáo, 01 đúng hạn; còn thiếu 02 đơn vị ("
    )


def test_the_page_shows_each_quarter_under_its_head_and_counts_each_report_once() -> None:
    (table,) = printed_standings(PLAN, half_year()).tables
    rows = [[cell.value for cell in row.cells] for row in table.rows]
    heads = [row[1] for row in rows if len(row) == 2]
    assert heads == [
        (
            "Quý I/2022 (hạn gửi 15/3/2022): Đã nhận: 01; Không phát sinh: 01; Trả lại để sửa: 01;"
            " Chưa gửi: 01"
        ),
        "Quý II/2022 (hạn gửi 15/6/2022): Đã nhận: 03; Chưa gửi: 01",
        "Đã nhận: 04; Không phát sinh: 01; Trả lại để sửa: 01; Chưa gửi: 02",
    ]
    assert [row[5] for row in rows if row[1] == "Phòng Quản lý chuyên ngành"] == [2, 0]


def test_a_year_before_its_end_names_the_quarters_to_come() -> None:
    found = consolidated(report("VP"), period=Period.parse("2022"), as_of="2022-03-20T08:00")
    assert provisional_line(found).endswith(
        "còn thiếu 03 đơn vị của quý I/2022; quý II, quý III và quý IV/2022 chưa đến kỳ báo cáo."
    )
    assert list(sending_sentences(PLAN, found))[-1] == (
        "Quý II, quý III và quý IV/2022 chưa đến kỳ báo cáo."
    )


def test_an_accepted_report_with_a_question_counts_and_is_marked() -> None:
    asked = replace(submission("VP"), question="receipt.asked")
    one = replace(report("VP"), submission=asked)
    others = [report(unit.code) for unit in PLAN.units if unit.code != "VP"]
    found = consolidated(one, *others)
    assert provisional_line(found).endswith("có 01 báo cáo chờ Văn phòng quyết định.")
    assert missing_note(PLAN, found) == ""
