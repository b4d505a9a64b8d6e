"""Each of the 18 tasks lives from a unit's cell: one cell changed moves its figures, no others."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import TypeAlias

import pytest

from kskt_excel.excel.issued.unit_workbook import unit_workbook
from kskt_excel.excel.tracker.blocks import TrackerYear
from kskt_excel.excel.tracker.progress_sheet import tracker_progress
from kskt_excel.messages import sentence
from kskt_excel.model.consolidation import Consolidation
from kskt_excel.model.period import Period
from kskt_excel.report.brief import Brief, brief
from kskt_excel.report.narrative import narrative
from kskt_excel.report.sentences import Heading, ReportTable, texts_of
from kskt_excel.report.summary import summary_pages
from kskt_excel.report.verdicts import task_warnings, units_to_warn, verdict_text
from kskt_excel.worker.pool import FileContext
from tests.builders import forms
from tests.checked import check_one
from tests.consolidation.test_sample_judged import on_the_present_template
from tests.sample_year import Rows, SampleYear, task_of

QUARTER = "2022-Q2"
Change: TypeAlias = Callable[[list[dict[str, object]]], None]


@dataclass(frozen=True, eq=False)
class Case:
    """A cell of a unit's workbook, what it moves, and what the task comes to then."""

    task: str
    unit: str
    form: str
    change: Change
    indicators: frozenset[str]
    printed: Mapping[str, frozenset[str]]  # form -> columns whose total moves
    verdict: str


def put(row: int, **values: object) -> Change:
    return lambda rows: rows[row].update(values)


def first(column: str, value: object, **values: object) -> Change:
    """The first row with a value gets others."""
    return lambda rows: next(row for row in rows if row.get(column) == value).update(values)


def more(column: str, by: int = 1, **others: int) -> Change:
    """The first row that has any gets more, and less of others."""

    def change(rows: list[dict[str, object]]) -> None:
        steps = {column: by, **others}
        row = next(
            one for one in rows if all(int(str(one[key])) + n >= 0 for key, n in steps.items())
        )
        row.update({key: int(str(row[key])) + n for key, n in steps.items()})

    return change


def case(task: str, place: str, change: Change, moved: str, verdict: str) -> Case:
    """``place``: «VP dau-moi»; ``moved``: indicators, then columns: «K16 | TH-06: 4 5»."""
    unit, form = place.split()
    indicators, *columns = moved.split(" | ")
    pairs = (part.split(": ") for part in columns)
    printed = {name: frozenset(numbers.split()) for name, numbers in pairs}
    return Case(task, unit, form, change, frozenset(indicators.split()), printed, verdict)


BLANK = None
NOWHERE = "TTHC không phụ thuộc địa giới hành chính"
CASES = (
    case(
        "I.1",
        "VP dau-moi",
        put(8, decision=BLANK),
        "K16 K14 | TH-06: 4",
        "đã báo hoàn thành, chưa đạt mục tiêu (88,9 % < 100,0 %)",
    ),
    case(
        "I.2",
        "CCTDC ra-soat",
        first("reviewed", True, reviewed=False),
        "K17 | II.04: 4 5",
        "chưa đến hạn (lũy kế 83,3 %, mục tiêu 100,0 %)",
    ),
    case(
        "I.3",
        "VP truyen-thong",
        put(0, planned=False),
        "K18 | TH-06: 6 11",
        "chưa đến hạn (lũy kế 44,4 %, mục tiêu 100,0 %)",
    ),
    case(
        "I.4",
        "VP kiem-tra",
        put(0, remedied=2),
        "K20 | TH-06: 14",
        "chưa đến hạn (lũy kế 66,7 %, mục tiêu 100,0 %)",
    ),
    case(
        "II.1.a",
        "QLKH cong-bo",
        put(0, submitted_on=dt.date(2022, 4, 21)),
        "K21 | TH-07: 4",
        "chưa đạt trong kỳ (50,0 % < 100,0 %)",
    ),
    case(
        "II.1.b",
        "QLCN vbqppl",
        put(0, announced_on=dt.date(2022, 5, 27)),
        "K23 | TH-07: 8",
        "đạt trong kỳ",
    ),
    case(
        "II.1.c",
        "QLKH danh-muc",
        first("on_website", False, on_website=True),
        "K25 | TH-07: 13 14",
        "chưa đạt trong kỳ (97,9 % < 100,0 %)",
    ),
    case(
        "II.2.a",
        "TTPT dia-chi-pakn",
        put(0, checked_on=dt.date(2022, 3, 15)),
        "K26 | TH-07: 16",
        "đạt trong kỳ",
    ),
    case(
        "II.2.b",
        "CCTDC pakn",
        put(0, finished_on=dt.date(2022, 6, 14), due_on=dt.date(2022, 6, 13)),
        "K11 | II.05a: 15 16",
        "chưa đạt trong kỳ (50,0 % < 100,0 %)",
    ),
    case(
        "II.3",
        "TTPT sang-kien",
        put(0, recognised=False),
        "K28 | TH-06: 16",
        "đạt trong kỳ",
    ),
    case(
        "III.1",
        "VP danh-muc-cong-bo",
        put(0, decision=BLANK),
        "K30",
        "chưa đạt trong kỳ (75,0 % < 100,0 %)",
    ),
    case(
        "III.2",
        "CCTDC danh-muc",
        first("at_one_stop", True, internal_process=BLANK),
        "K10 | II.07b: 11 12",
        "chưa đạt trong kỳ (59,6 % < 100,0 %)",
    ),
    case(
        "III.3",
        "CCTDC danh-muc",
        first("whole_process_at_centre", True, whole_process_at_centre=False),
        "K9 | II.07b: 16",
        "đạt trong kỳ",
    ),
    case(
        "III.4",
        "VP danh-muc-cong-bo",
        first("list", NOWHERE, decision=BLANK),
        "K33 | TH-07: 18",
        "chưa đạt trong kỳ (0,0 % < 100,0 %)",
    ),
    case(
        "IV.1",
        "CCTDC ho-so",
        more("resolved_overdue", resolved_on_time=-1),
        "K1 K1b K2 K13 | II.06a: 9 10",
        "chưa đạt trong kỳ (80,0 % < 100,0 %)",
    ),
    case("IV.2", "CCTDC truc-tuyen", more("postal_out"), "K8b | II.08: 20", "chưa đặt mục tiêu"),
    case("IV.3", "CCTDC truc-tuyen", more("accounts"), "K34 | II.08: 21", "đạt trong kỳ"),
)


def year() -> SampleYear:
    return on_the_present_template()


@cache
def before() -> Consolidation:
    return year().consolidated(QUARTER)


@cache
def after(one: Case) -> Consolidation:
    own = (year().change or {}).get(f"{QUARTER} {one.unit}")

    def change(rows: Rows) -> None:
        if own:
            own(rows)
        one.change(rows[one.form])  # type: ignore[arg-type]

    changed = {**(year().change or {}), f"{QUARTER} {one.unit}": change}
    return replace(year(), change=changed).consolidated(QUARTER)


def _moved(one: Case) -> dict[str, frozenset[str]]:
    """Columns of printed forms whose totals differ."""
    left, right = before().forms, after(one).forms
    moved = {
        form: frozenset(n for n in left[form].total if left[form].total[n] != right[form].total[n])
        for form in left
    }
    return {form: numbers for form, numbers in moved.items() if numbers}


def _pages(found: Consolidation) -> dict[str, object]:
    return {page.name: page.tables for page in summary_pages(year().plan, forms(), found)}


def _on_tracker(found: Consolidation) -> dict[object, object]:
    sheet = tracker_progress(TrackerYear(year().plan, forms(), (found,), found))
    return {row.cells[0]: row.cells for row in sheet.blocks[0].rows()}


def _on_page(found: Consolidation) -> dict[object, object]:
    (page,) = [one for one in summary_pages(year().plan, forms(), found) if one.name == "Tiến độ"]
    return {row.key: row.cells for row in page.tables[0].rows if row.key}


def _in_word(found: Consolidation) -> dict[object, object]:
    blocks = narrative(year().plan, forms(), found, None).blocks
    (table,) = [one for one in blocks if isinstance(one, ReportTable)]
    return {row[0]: row for row in table.rows}


def test_there_is_a_case_for_every_task_that_a_cell_moves() -> None:
    others = {one.code for one in year().plan.tasks} - {one.task for one in CASES}
    assert others == {"II.4"}  # moved by when a report comes, not by what is in it


@pytest.mark.parametrize("one", CASES, ids=[case.task for case in CASES])
def test_a_cell_moves_its_indicators_and_columns_and_nothing_else(one: Case) -> None:
    left, right = before().indicators, after(one).indicators
    moved = {a.id for a, b in zip(left, right, strict=True) if a != b}
    assert moved == one.indicators
    assert _moved(one) == one.printed


@pytest.mark.parametrize("one", CASES, ids=[case.task for case in CASES])
def test_a_cell_moves_the_judgement_of_its_tasks_and_of_no_other(one: Case) -> None:
    plan, left, right = year().plan, before(), after(one)
    named = {task.code: {name.strip() for name in task.indicator.split(",")} for task in plan.tasks}
    moved = {a.code for a, b in zip(left.tasks, right.tasks, strict=True) if a != b}
    assert moved == {code for code, ids in named.items() if ids & one.indicators}
    assert verdict_text(task_of(right, one.task), plan) == one.verdict


@pytest.mark.parametrize("one", CASES, ids=[case.task for case in CASES])
def test_a_cell_moves_progress_page_tracker_and_what_is_told(one: Case) -> None:
    plan, left, right = year().plan, before(), after(one)
    old, new = _pages(left), _pages(right)
    changed = {name for name in old if old[name] != new[name]}
    assert {"Tiến độ", "Chỉ tiêu", *(f"Biểu {form}" for form in one.printed)} <= changed
    named = {task.code: {name.strip() for name in task.indicator.split(",")} for task in plan.tasks}
    meant = {code for code, ids in named.items() if ids & one.indicators}
    for rows in (_on_tracker, _on_page, _in_word):
        was, is_now = rows(left), rows(right)
        assert {code for code in was if was[code] != is_now[code]} == meant, rows.__name__


BY_VERDICT = re.compile(
    r"(?:^|\. )(?P<verdict>[^.:()]+): |"
    r"(?P<code>(?<!biểu )\b[IV]+\.\d(?:\.[a-z])?)\b(?P<told> \((?:[^()]|\([^()]*\))*\))?"
)


def _in_brief(told: Brief) -> dict[str, tuple[str, str]]:
    """What the brief says of each task: under which verdict, with what."""
    found: dict[str, tuple[str, str]] = {}
    for text in told.tasks:
        verdict = ""
        for match in BY_VERDICT.finditer(text):
            verdict = match["verdict"] or verdict
            if match["code"]:
                found[match["code"]] = (verdict, match["told"] or "")
    return found


@pytest.mark.parametrize("one", CASES, ids=[case.task for case in CASES])
def test_a_cell_moves_its_lines_of_the_brief_and_no_others(one: Case) -> None:
    plan, whole = year().plan, (before(), after(one))
    left, right = (brief(plan, forms(), found, None) for found in whole)
    named = {task.code: {name.strip() for name in task.indicator.split(",")} for task in plan.tasks}
    meant = {code for code, ids in named.items() if ids & one.indicators}
    was, is_now = _in_brief(left), _in_brief(right)
    assert len(was) == len(plan.tasks)
    changed = {code for code in was if was[code] != is_now[code]}
    followed = {indicator.id for indicator in plan.indicators if indicator.target is None}
    only_followed = one.indicators <= followed and one.task != "IV.2"  # nothing judges it
    assert changed == (set() if only_followed else meant)
    lines = [{line.id: line for line in told.indicators} for told in (left, right)]
    assert {id_ for id_ in lines[0] if lines[0][id_] != lines[1][id_]} == one.indicators
    verdicts = [[task.judgement.verdict for task in found.tasks] for found in whole]
    met = [[value.met for value in found.indicators] for found in whole]
    is_judged_anew, dossiers = verdicts[0] != verdicts[1], "II.06a" in one.printed
    done, late, sent, reached, *others = (
        a != b for a, b in zip(left.conclusions, right.conclusions, strict=True)
    )
    assert (done, late, sent, reached) == (is_judged_anew, dossiers, False, met[0] != met[1])
    assert not any(others)
    tasks, fields = (a != b for a, b in zip(left.charts, right.charts, strict=True))
    assert fields == dossiers
    assert tasks <= is_judged_anew
    assert left.decisions == right.decisions
    fixed = {"conclusions": (), "tasks": (), "indicators": (), "charts": left.charts}
    assert replace(left, **fixed) == replace(right, **fixed)  # type: ignore[arg-type]


OF_ALL = ("b) Tiến độ thực hiện kế hoạch năm", "1. Kết quả đạt được", "2. Tồn tại, hạn chế")
"""Sections of the report that tell of every task and indicator."""
SECTIONS = {
    "I.1": "a) Kiện toàn",
    "I.2": "4. Rà soát",
    "I.3": "9. Công tác truyền thông",
    "I.4": "11. Kiểm tra",
    "II.1": "3. Công bố, công khai",
    "II.2": "5. Tiếp nhận, xử lý phản ánh",
    "II.3": "10. Nghiên cứu, đề xuất sáng kiến",
    "III": "7. Triển khai cơ chế một cửa",
    "IV.1": "6. Tình hình, kết quả giải quyết",
    "IV": "8. Thực hiện thủ tục hành chính trên môi trường",
}
"""The section of the report that tells of a task, by the beginning of its code."""
ALSO = {"II.2.b": {"7. Triển khai cơ chế một cửa"}}  # points for complaints settled in time


def _sections(found: Consolidation) -> dict[str, tuple[str, ...]]:
    """The texts of the report by heading; the task table stands by itself."""
    sections: dict[str, list[str]] = {}
    heading = ""
    for block in narrative(year().plan, forms(), found, None).blocks:
        if isinstance(block, Heading):
            heading = block.text
        elif not isinstance(block, ReportTable):
            sections.setdefault(heading, []).extend(texts_of(block))
    return {heading: tuple(texts) for heading, texts in sections.items()}


@pytest.mark.parametrize("one", CASES, ids=[case.task for case in CASES])
def test_a_cell_moves_its_section_of_the_report_and_no_other(one: Case) -> None:
    plan, left, right = year().plan, _sections(before()), _sections(after(one))
    assert left.keys() == right.keys()
    changed = {heading for heading in left if left[heading] != right[heading]}
    own = next(text for code, text in SECTIONS.items() if one.task.startswith(code))
    meant = {own, *ALSO.get(one.task, ())}
    beside = {heading for heading in changed if heading not in OF_ALL}
    assert {next(text for text in meant if heading.startswith(text)) for heading in beside} == meant
    names = [i.name.lower() for i in plan.indicators if i.id in one.indicators]
    for heading in OF_ALL[1:]:
        both = [{text.rstrip(";.") for text in of[heading]} for of in (left, right)]
        for text in both[0] ^ both[1]:
            counts = ("Có ", "Nhận định chung", "Chưa đạt mục tiêu")
            assert text.startswith(counts) or any(name in text.lower() for name in names), text


def test_a_lead_is_told_where_it_calls_done_what_a_figure_says_is_not() -> None:
    plan, found = year().plan, after(CASES[0])
    reading = year().reading(QUARTER, "VP")
    (told,) = task_warnings(found.tasks, plan, "VP", reading)
    assert (told.code, str(told.severity), told.at and told.at.a1) == (
        *("progress.done_unmet", "warning"),
        "E8",
    )
    assert "K16" not in sentence(told)
    assert "88,9 % < 100,0 %" in sentence(told)
    assert not list(task_warnings(before().tasks, plan, "VP", reading))
    assert not list(task_warnings(found.tasks, plan, "TTRA", year().reading(QUARTER, "TTRA")))


def test_a_lead_is_told_of_a_share_of_more_than_the_whole_once_all_have_reported() -> None:
    def too_many(rows: Rows) -> None:
        own = (year().change or {}).get(f"{QUARTER} VP")
        if own:
            own(rows)
        first("list", NOWHERE, procedures=6)(rows["danh-muc-cong-bo"])  # type: ignore[arg-type]

    changed = replace(year(), change={**(year().change or {}), f"{QUARTER} VP": too_many})
    reading = changed.reading(QUARTER, "VP")
    (told,) = task_warnings(changed.consolidated(QUARTER).tasks, year().plan, "VP", reading)
    assert told.code == "progress.above_whole"
    assert sentence(told).startswith(
        "Nhiệm vụ III.4: Tỷ lệ TTHC không phụ thuộc địa giới đã có quyết định công bố tính được"
        " 6/5 = 120,0 %, lớn hơn 100 %."
    )
    some = replace(changed, absent=(("CCTDC", QUARTER),)).consolidated(QUARTER)
    assert not list(task_warnings(some.tasks, year().plan, "VP", reading))


def told_of(status: str, task: str, unit: str = "VP") -> list[str]:
    """What a unit is told of a task that says this of it in the quarter."""

    def change(rows: Rows) -> None:
        own = (year().change or {}).get(f"{QUARTER} {unit}")
        if own:
            own(rows)
        row = next(one for one in rows["tien-do"] if one["task"] == task)
        row.update(status=status, percent=None, completed_on=None)

    changed = replace(year(), change={**(year().change or {}), f"{QUARTER} {unit}": change})
    found, reading = changed.consolidated(QUARTER), changed.reading(QUARTER, unit)
    told = list(task_warnings(found.tasks, changed.plan, unit, reading))
    assert (unit in units_to_warn(found.tasks, changed.plan)) == bool(told)
    return [f"{one.code} {said}" for one in told if f" {task} " in (said := sentence(one))]


@pytest.mark.parametrize(
    ("status", "task", "unit", "said"),
    [
        ("Đã hoàn thành", "IV.2", "VP", "progress.done_lasting Nhiệm vụ IV.2 thực hiện"),
        ("Đã hoàn thành", "IV.1", "VP", "progress.done_lasting Nhiệm vụ IV.1 thực hiện"),
        ("Đã hoàn thành", "III.2", "VP", "progress.done_unmet Nhiệm vụ III.2 ghi"),
        ("Đã hoàn thành", "II.4", "VP", "progress.done_lasting Nhiệm vụ II.4 thực hiện"),
        ("Đã hoàn thành", "IV.2", "CCTDC", "progress.done_lasting Nhiệm vụ IV.2 thực hiện"),
        ("Không phát sinh", "II.2.b", "VP", "progress.nil_with_figures Nhiệm vụ II.2.b ghi"),
        ("Không phát sinh", "IV.2", "CCTDC", "progress.nil_with_rows Nhiệm vụ IV.2 ghi"),
        ("Không phát sinh", "II.3", "VP", ""),  # its figure is the year's, not this quarter's
        ("Đang thực hiện", "IV.2", "VP", ""),
        ("Đã hoàn thành", "I.1", "VP", ""),
    ],
)
def test_a_unit_is_told_what_to_type_of_a_task_that_its_word_does_not_fit(
    status: str, task: str, unit: str, said: str
) -> None:
    told = told_of(status, task, unit)
    assert [one[: len(said)] for one in told] == ([said] if said else [])
    if "done_lasting" in said:
        assert "“Đang thực hiện”" in told[0]


def test_tasks_that_go_on_all_year_are_told_in_one_sentence() -> None:
    def change(rows: Rows) -> None:
        for row in rows["tien-do"]:
            row.update(status="Đã hoàn thành", percent=None)

    changed = replace(year(), change={**(year().change or {}), f"{QUARTER} TTRA": change})
    found, reading = changed.consolidated(QUARTER), changed.reading(QUARTER, "TTRA")
    (told,) = task_warnings(found.tasks, changed.plan, "TTRA", reading)
    count = len([one for one in changed.plan.tasks if "TTRA" in one.coordinators])
    assert len(told.cells) == count
    assert sentence(told).startswith("Nhiệm vụ II.1.a, II.1.b, II.2.b, II.3, II.4, III.1,")


def test_a_report_that_does_not_come_moves_the_task_of_reporting() -> None:
    full = before()
    short = replace(year(), absent=(*year().absent, ("TTRA", QUARTER))).consolidated(QUARTER)
    assert verdict_text(task_of(full, "II.4"), year().plan) == "đạt trong kỳ"
    said = verdict_text(task_of(short, "II.4"), year().plan)
    assert said == "chưa đạt trong kỳ (88,9 % < 100,0 %)"


@pytest.mark.parametrize("code", sorted({case.unit for case in CASES}))
def test_the_rows_are_what_is_read_from_the_workbook_that_holds_them(code: str) -> None:
    """So that a cell of a row here is a cell of a unit's workbook."""
    plan, unit = year().plan, year().plan.unit_by_code[code]
    rows = year().rows(QUARTER, code)
    data = unit_workbook(
        plan=plan, forms=forms(), unit=unit, period=Period.parse(QUARTER), rows=rows
    )
    read = check_one(FileContext(plan, forms()), data, f"{code}.xlsx").reading
    assert read
    mine = year().reading(QUARTER, code)
    for form in sorted({case.form for case in CASES if case.unit == code}):
        told = [record.values for record in read.sheets[form].records]
        assert told == [record.values for record in mine.sheets[form].records], form
