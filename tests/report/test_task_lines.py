"""The row of a task is one, whatever tells it: page, tracker, brief, Word, JSON."""

import datetime as dt
import re
from dataclasses import replace
from functools import cache

import pytest

from kskt_excel.excel.tracker.blocks import TrackerYear
from kskt_excel.excel.tracker.progress_sheet import tracker_progress
from kskt_excel.model.consolidation import Consolidation, DirectionStanding, TaskVerdict
from kskt_excel.model.plan import Plan
from kskt_excel.model.submission import Direction
from kskt_excel.report.brief import Brief, brief
from kskt_excel.report.exports import consolidate_json
from kskt_excel.report.narrative import narrative
from kskt_excel.report.sentences import ReportTable
from kskt_excel.report.summary import printed_progress
from kskt_excel.report.verdicts import (
    figures_text,
    lead_of,
    notes_text,
    plans_to_write,
    task_lines,
    verdict_text,
)
from tests.builders import forms, small_plan
from tests.consolidation.test_sample_judged import as_sent, on_the_present_template, sample_plan
from tests.report.quarters import nobody
from tests.sample_year import task_of

CODE = re.compile(r"(?<!biểu )\b(?:I|II|III|IV)\.\d+(?:\.[a-z])?\b")


FALLS_SHORT = ("done_unmet", "unmet", "overdue", "no_plan")


@cache
def found(name: str) -> tuple[Plan, Consolidation]:
    """As the sample was sent, or on the template of today with the tasks' own plans."""
    period, _, how = name.partition(" ")
    if how:
        year = on_the_present_template()
        return year.plan, year.consolidated(period)
    return sample_plan(), as_sent(period)


def short(plan: Plan, whole: Consolidation) -> Brief:
    return brief(plan, forms(), whole, None)


@pytest.mark.parametrize("name", ["2022-Q1", "2022-Q2", "2022-Q2 today", "2022 today"])
def test_every_product_tells_the_same_of_each_task(name: str) -> None:
    plan, whole = found(name)
    page = {row.key: row.cells for row in printed_progress(plan, forms(), whole).tables[0].rows}
    report = narrative(plan, forms(), whole, None)
    (table,) = [one for one in report.blocks if isinstance(one, ReportTable)]
    word = {row[0]: row for row in table.rows}
    made = consolidate_json(whole, [], plan=plan, forms=forms())
    told = {one["code"]: one["judgement"] for one in made["tasks"]}  # type: ignore[attr-defined]
    said = short(plan, whole).tasks
    sheet = tracker_progress(TrackerYear(plan, forms(), (whole,), whole))
    tracker = {row.cells[0]: row.cells for row in sheet.blocks[0].rows()}
    assert [row[0] for row in table.rows] == [task.code for task in plan.tasks]
    for line in task_lines(plan, forms(), whole):
        code, position = line.task.code, line.position
        on_page = figures_text(position, plan, in_full=False)
        if position.judgement.verdict in FALLS_SHORT and line.sources:
            on_page = f"{on_page}. Căn cứ: {line.sources}"
        shown = str(page[code][6].value or "").replace("\u00a0", " ")
        assert (page[code][5].value, shown, page[code][7].value) == (
            *(line.said, on_page, line.verdict),
        )
        assert word[code][2:] == (
            line.said,
            line.figures or "–",
            line.verdict,
            line.evidence or "–",
        )
        assert told[code]["words"] == verdict_text(position, plan)
        assert " ".join(told[code]["notes"]) == notes_text(position)
        assert line.evidence in tracker[code]
        document = lead_of(position, plan).document
        assert document in line.said
        assert document in line.evidence
        assert {figures_text(position, plan) or None, verdict_text(position, plan)} <= set(
            tracker[code]
        )
        assert sum(code in CODE.findall(one) for one in said) == 1
    order = [one for text in said for one in CODE.findall(text)]
    assert sorted(order) == sorted(told)
    assert len(order) == 18


def test_the_brief_begins_with_what_presses_and_says_on_what_it_rests() -> None:
    plan, whole = found("2022-Q2")
    first, second, others = short(plan, whole).tasks
    assert first == (
        "Chưa có kế hoạch riêng: I.3 (quá hạn 52 ngày làm việc; trang Truyền thông);"
        " I.4 (quá hạn 52 ngày làm việc; K20 1/2 = 50,0 % (≥ 100,0 %); trang Kiểm tra)."
    )
    assert second.startswith("Chưa đạt trong kỳ: II.1.c (K25 45/47 = 95,7 % (≥ 100,0 %), K12 2/2;")
    assert "biểu II.07b cột 11, 3; trang Danh mục TTHC" in second
    assert others.startswith(
        "Đã hoàn thành: I.1 (K16 9/9; văn bản 12/QĐ-SKHCN). Đạt trong kỳ: II.1.a (K21 2/2, K22"
    )
    assert others.endswith(
        "Không ghi khác thì chủ trì báo đang thực hiện. Căn cứ: biểu II.06a cột 8, 9, 7, 10, 4, 5,"
        " 13; biểu II.08 cột 8, 4, 20; biểu TH-04 cột 3, 6; trang Hồ sơ, Danh mục TTHC, PAKN,"
        " Quá hạn, Đầu mối, Rà soát, Công bố, VBQPPL, Sáng kiến."
    )


def test_the_office_is_told_which_own_plans_its_plan_does_not_have_yet() -> None:
    assert plans_to_write(found("2022-Q2")[1].tasks) == (
        "I.2 – 45/KH-SKHCN (theo báo cáo Quý I/2022)"
    )
    assert not plans_to_write(found("2022-Q2 today")[1].tasks)  # there its plan has the numbers


def test_evidence_names_form_and_columns_sheet_and_headings_and_document() -> None:
    plan, whole = found("2022-Q2")
    lines = {line.task.code: line for line in task_lines(plan, forms(), whole)}
    assert lines["III.2"].evidence == (
        "Biểu II.07b cột 11, 3; trang Danh mục TTHC cột “Quy trình điện tử”"
    )
    assert lines["I.1"].evidence == (
        "Trang Đầu mối cột “Đơn vị”, “Quyết định”; văn bản 12/QĐ-SKHCN"
    )
    assert lines["II.2.a"].evidence == (
        "Trang Địa chỉ PAKN cột “Còn hiệu lực”, “Ngày kiểm tra”"  # what a question asks
    )
    assert lines["II.4"].evidence.startswith("Biểu TH-04 cột 3, 6")
    assert lines["I.3"].evidence.startswith("Trang Truyền thông cột “Hình thức”, “Theo kế hoạch”")
    assert all(line.evidence for line in lines.values())


def test_json_tells_of_each_indicator_what_a_program_needs() -> None:
    plan, whole = found("2022-Q2")
    made = consolidate_json(whole, [], plan=plan, forms=forms())
    tasks = {one["code"]: one["judgement"] for one in made["tasks"]}  # type: ignore[attr-defined]
    posted, published = tasks["II.1.c"]["indicators"]
    assert (posted["value"], posted["met"], posted["provisional"]) == (45 / 47, False, False)
    assert posted["evidence"] == [{"sheet": "danh-muc", "columns": ("posted", "on_website")}]
    assert {(one["unit"], one["period"], one["sheet"]) for one in posted["rows_missing"]} == {
        ("QLKH", "2022-Q2", "Danh mục TTHC")
    }
    assert len(posted["rows_missing"]) == 2
    assert published["rows_missing"] == []
    (texts,) = [one for one in tasks["III.2"]["indicators"] if one["id"] == "K32"]
    assert len(texts["rows_missing"]) == 47 - 28
    first = consolidate_json(found("2022-Q1")[1], [], plan=plan, forms=forms())
    early = {one["code"]: one["judgement"] for one in first["tasks"]}  # type: ignore[attr-defined]
    (reviewed,) = early["I.2"]["indicators"]
    assert (reviewed["value"], reviewed["met"], reviewed["provisional"]) == (0.6, None, True)
    (in_time,) = early["II.4"]["indicators"]
    assert (in_time["met"], in_time["provisional"]) == (False, False)  # a report missing is late


def test_the_brief_names_the_word_of_a_lead_that_says_something_else() -> None:
    plan, whole = found("2022-Q2")
    late = replace(task_of(whole, "II.2.b"), status="Đã hoàn thành")
    overdue = replace(task_of(whole, "I.1"), status="", days_overdue=12)
    judged = replace(overdue.judgement, verdict=TaskVerdict.OVERDUE)
    known = {"II.2.b": late, "I.1": replace(overdue, judgement=judged)}
    tasks = tuple(known.get(one.code, one) for one in whole.tasks)
    said = " ".join(short(plan, replace(whole, tasks=tasks)).tasks)
    assert "II.2.b (báo đã hoàn thành; K11 2/2)" in said
    assert "Quá hạn: I.1 (12 ngày làm việc; chưa báo cáo; K16 9/9; trang Đầu mối" in said


def test_where_no_lead_has_said_anything_nobody_is_said_to_be_at_work() -> None:
    (said,) = short(small_plan(), nobody()).tasks
    assert said.endswith("Không ghi khác thì chủ trì chưa báo cáo.")
    assert "đang thực hiện" not in said


def test_what_leaders_say_of_a_task_stands_on_its_row_and_has_no_column_without() -> None:
    plan, whole = found("2022-Q2")
    lead = Direction(
        *(1, "VP", "2022-Q2", "III.2", "Ban hành đủ quy trình trong quý III.", "III.2"),
        leader="Giám đốc",
        given_on=dt.date(2022, 6, 20),
    )
    unit = replace(lead, id=2, unit="QLKH", text="Bổ sung quy trình", leader="", given_on=None)
    closed = replace(lead, id=3, closed_on=dt.date(2022, 6, 25), text="Báo cáo tháng")
    directed = replace(
        whole, directions=tuple(DirectionStanding(one) for one in (lead, unit, closed))
    )
    page = printed_progress(plan, forms(), directed).tables[0]
    rows = {row.key: row.cells for row in page.rows}
    assert page.columns[-1].header == ("Ý kiến chỉ đạo",)
    assert rows["III.2"][-1].value == (
        "Ban hành đủ quy trình trong quý III (Giám đốc, ngày 20/6/2022)."
        " Phòng Quản lý Khoa học: Bổ sung quy trình."
        " Báo cáo tháng (Giám đốc, ngày 20/6/2022, đã kết thúc theo dõi)"
    )
    assert rows["III.1"][-1].value is None
    alone = printed_progress(plan, forms(), whole).tables[0]
    assert len(alone.columns) == len(page.columns) - 1
