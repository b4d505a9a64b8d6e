"""From a figure on paper or in the tracker to the cell in a unit's file."""

import datetime as dt
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook

from kskt_excel.model.period import Period
from kskt_excel.office import office
from kskt_excel.office.desk import open_desk
from kskt_excel.office.figure import NotAFigureError, PeriodFigures
from kskt_excel.office.quarter import period_work
from kskt_excel.report.narrative import report_figures
from kskt_excel.report.summary import INDICATOR_ROWS, summary_pages
from kskt_excel.text.shown import grouped_number, percent_text, value_text
from kskt_excel.word.report import paragraphs_of
from tests.looked_at import opened_file
from tests.office.workspaces import workspace

pytestmark = pytest.mark.usefixtures("read_here")

DAY = dt.date(2022, 3, 18)
_MAILS = ("2022-Q1/02-qlcnh.eml", "2022-Q1/07-qlcnh-sua.eml", "2022-Q1/03-van-phong.eml")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = workspace(tmp_path_factory.mktemp("trace") / "ws", *_MAILS)
    done = office.consolidate(made, "2022-Q1", strict=False, pdf=False, as_of=DAY, dry_run=False)
    assert done.exit_code == 0
    return made


def traced(folder: Path, figure: str, **chosen: str) -> Any:
    return office.trace(folder, figure, period=None, as_of=DAY, **chosen).json


def tracker(folder: Path) -> Path:
    return folder / "workbooks" / "tracker" / "theo-doi-2022.xlsx"


def cell_of(folder: Path, sheet: str, key: str, heading: str) -> str:
    """Where a figure of a row stands in the tracker, as a person sees it."""
    page = opened_file(tracker(folder))[sheet]
    column = next(cell.column for cell in page[5] if cell.value == heading)
    row = next(row for row in range(6, page.max_row + 1) if page.cell(row, 1).value == key)
    return f"{sheet}!{page.cell(row, column).coordinate}"


def test_a_data_row_of_the_tracker_leads_to_the_cell_of_the_counting_version(folder: Path) -> None:
    at = cell_of(folder, "Hồ sơ", "QLCNH|2022-Q1|ho-so|2.002380", "Trong hạn")
    (one,) = traced(folder, at)["cells"]
    assert (one["unit"], one["version"], one["sheet"], one["cell"]) == ("QLCNH", 2, "Hồ sơ", "O9")
    assert (one["value"], one["file"]) == ("1", "BC-KSTTHC_2022-Q1_QLCNH (sửa).xlsx")


def test_rows_that_somebody_has_sorted_lead_to_their_own_cells(folder: Path) -> None:
    key, heading = "QLCNH|2022-Q1|ho-so|2.002380", "Trong hạn"
    before = cell_of(folder, "Hồ sơ", key, heading)
    original = tracker(folder).read_bytes()
    book = opened_file(tracker(folder))
    page = book["Hồ sơ"]
    rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=6)]
    for at, row in enumerate(reversed(rows), start=6):
        for column, value in enumerate(row, start=1):
            page.cell(at, column).value = value
    book.save(tracker(folder))
    after = cell_of(folder, "Hồ sơ", key, heading)
    try:
        (one,) = traced(folder, after)["cells"]
    finally:
        tracker(folder).write_bytes(original)
    assert before != after
    assert (one["unit"], one["cell"]) == ("QLCNH", "O9")


def test_a_control_total_leads_to_every_cell_behind_it(folder: Path) -> None:
    at = cell_of(folder, "Đối chiếu", "2022-Q1|Biểu II.06a, cột 4", "Đã tổng hợp, in trên biểu")
    told = traced(folder, at)
    assert sum(one["adds"] for one in told["cells"]) == told["value"] > 0
    assert (told["form"], told["column"]) == ("II.06a", "4")


def test_a_tasks_position_leads_to_what_its_units_wrote(folder: Path) -> None:
    page = opened_file(tracker(folder))["Tiến độ"]
    row = next(row for row in range(6, page.max_row + 1) if page.cell(row, 2).value == "I.3")
    told = traced(folder, f"Tiến độ!{page.cell(row, 7).coordinate}")
    assert [(one["unit"], one["sheet"], one["heading"]) for one in told["cells"]] == [
        ("VP", "Tiến độ", "Trạng thái")
    ]


def test_an_indicator_of_the_tracker_leads_to_the_cells_and_to_the_printed_figure(
    folder: Path,
) -> None:
    at = cell_of(folder, "Chỉ tiêu", "K4", "Quý I: tử số")
    told = traced(folder, at, product="tracker")
    assert told["shown"] == grouped_number(told["value"])
    assert sum(one["adds"] for one in told["cells"]) == told["value"] > 0
    assert any(one.startswith('Truy tiếp: kskt trace "Biểu II.06a!D') for one in told["further"])


def printed_at(folder: Path, sheet: str, label: str, number: str) -> str:
    """The cell of a printed row in the column with a number."""
    path = folder / "workbooks" / "summaries" / "2022-Q1" / "tong-hop-2022-Q1.xlsx"
    page = opened_file(path)[sheet]
    heads = {cell.value: cell.column for row in page.iter_rows() for cell in row}
    named = (cell.row for row in page.iter_rows() for cell in row if cell.value == label)
    return f"{sheet}!{page.cell(next(named), heads[f'({number})']).coordinate}"


def test_a_printed_indicator_is_told_by_numerator_and_denominator(folder: Path) -> None:
    at = printed_at(folder, "Chỉ tiêu", "Tỷ lệ hồ sơ nộp trực tuyến", "5")
    told = traced(folder, at)
    numerator, denominator = told["parts"]
    assert told["shown"] == percent_text(Fraction(numerator["total"], denominator["total"]))
    assert numerator["title"].startswith("Tử số")
    assert told["label"] == "Tỷ lệ hồ sơ nộp trực tuyến – Kết quả"


def test_a_page_of_two_workbooks_is_told_of_both_and_chosen_by_file_or_value(folder: Path) -> None:
    at = printed_at(folder, "Chỉ tiêu", "Tỷ lệ hồ sơ nộp trực tuyến", "5")
    told = traced(folder, at)
    (other,) = told["others"]
    assert (told["product"], other["product"]) == ("print", "tracker")
    assert told["place"].startswith("tong-hop-2022-Q1.xlsx, trang Chỉ tiêu, ô ")
    assert other["place"].startswith("theo-doi-2022.xlsx, trang Chỉ tiêu, ô ")
    assert traced(folder, at, file="theo-doi-2022.xlsx")["product"] == "tracker"
    assert traced(folder, at, file="tong-hop-2022-Q1.xlsx")["others"] == []
    assert traced(folder, at, shows=str(other["shown"]))["product"] == "tracker"
    with pytest.raises(NotAFigureError, match=r"ở đó không ghi 12\.345 mà là"):
        traced(folder, at, shows="12.345")


def test_a_sheet_is_found_in_any_case_without_tones_and_near_ones_are_offered(folder: Path) -> None:
    at = printed_at(folder, "Chỉ tiêu", "Tỷ lệ hồ sơ nộp trực tuyến", "3")
    plain = f"chi tieu!{at.partition('!')[2].lower()}"
    assert traced(folder, plain)["value"] == traced(folder, at)["value"]
    with pytest.raises(NotAFigureError, match=r"gần nhất là Biểu II\.06a"):
        traced(folder, "Bieu II.6a!C12")
    with pytest.raises(NotAFigureError, match="không phải sản phẩm"):
        traced(folder, at, file="danh-sach.xlsx")


def test_a_sentence_of_the_report_leads_to_the_figures_that_it_was_made_from(folder: Path) -> None:
    told = traced(folder, "Tổng số hồ sơ nhận giải quyết là", product="report")
    assert re.match(r"bao-cao-2022-Q1\.docx, đoạn \d+", told["place"])
    total = re.search(r"là (\d+) hồ sơ", told["shown"])
    assert total
    assert any(
        one.startswith(f"{total[1]}: Biểu II.06a, Tổng cộng, cột (3)") for one in told["further"]
    )
    number = told["place"].rpartition(" ")[2]
    assert traced(folder, f"đoạn {number}", file="bao-cao-2022-Q1.docx")["shown"] == told["shown"]


@pytest.mark.parametrize(
    ("words", "forms"),
    [
        ("Tổng số PAKN phải xử lý là", {"II.05a"}),  # its small figures stand in most forms
        ("Tổng số hồ sơ quá hạn (đã giải quyết", {"II.06a"}),  # a sum
        ("Tỷ lệ giải quyết trước hạn, đúng hạn là", {"II.06a"}),  # a rate
        ("Kế hoạch có 18 nhiệm vụ", set()),  # counted, of no form
        ("chỉ tiêu có số liệu đạt mục tiêu", set()),
    ],
)
def test_a_sentence_is_traced_to_no_form_that_it_was_not_made_from(
    folder: Path, words: str, forms: set[str]
) -> None:
    further = traced(folder, words, product="report")["further"]
    assert {
        form for one in further for form in re.findall(r": (?:tính từ )?Biểu ([\w.]+),", one)
    } == forms
    lost = [one for one in further if one.startswith("Chưa truy được từ lời")]
    assert bool(lost) is not bool(forms)
    assert all("rồi truy ô đó, ví dụ: kskt trace" in one for one in lost)


def test_every_figure_of_the_report_in_words_stands_where_the_trace_says(folder: Path) -> None:
    desk = open_desk(folder, as_of=DAY)
    work = period_work(desk, Period.parse("2022-Q1"))
    figures = PeriodFigures(desk, work, work.whole)
    made = report_figures(work.plan, desk.forms, work.whole, work.before)
    alone = {one for some in made.values() for one in some if len(one.parts) == 1}
    counts = [one for one in alone if one.parts[0].form != INDICATOR_ROWS]
    assert len(counts) > 50
    for one in counts:
        value = figures.answer(one.parts[0]).value
        assert one.shown == ("" if value is None else value_text(value)) or (value, one.shown) == (
            None,
            "0",
        )


def test_a_paragraph_without_figures_says_so(folder: Path) -> None:
    path = folder / "workbooks" / "summaries" / "2022-Q1" / "bao-cao-2022-Q1.docx"
    texts = paragraphs_of(path)
    heading = next(at for at, one in enumerate(texts, start=1) if one.startswith("5. Tiếp nhận"))
    with pytest.raises(
        NotAFigureError, match=rf"đoạn {heading} .*“5\. Tiếp nhận.* không có con số"
    ):
        traced(folder, f"đoạn {heading}")
    with pytest.raises(NotAFigureError, match=rf"có {len(texts)} đoạn, không có đoạn 900"):
        traced(folder, "đoạn 900")
    with pytest.raises(NotAFigureError, match=r"chưa có bao-cao-2022-Q2\.docx"):
        office.trace(folder, "đoạn 3", period="2022-Q2", as_of=DAY)


def test_a_paragraph_that_a_person_has_written_is_not_guessed_at(folder: Path) -> None:
    path = folder / "workbooks" / "summaries" / "2022-Q1" / "bao-cao-2022-Q1.docx"
    original = path.read_bytes()
    document = Document(str(path))
    at = next(one for one in document.paragraphs if one.text.startswith("Tổng số PAKN"))
    at.text = "Tổng số phản ánh của người dân là 03."
    document.save(str(path))
    try:
        (said,) = traced(folder, "Tổng số phản ánh của người dân", product="report")["further"]
    finally:
        path.write_bytes(original)
    assert said.startswith("Chưa truy được: báo cáo lập từ số liệu hiện nay không có đoạn này")


def test_the_leaders_page_leads_to_the_figures_that_it_was_made_from(folder: Path) -> None:
    page = load_workbook(
        folder / "workbooks" / "summaries" / "2022-Q1" / "tom-tat-2022-Q1.xlsx"
    ).worksheets[0]
    cells = [cell for row in page.iter_rows() for cell in row if isinstance(cell.value, str)]
    late = next(one for one in cells if " hồ sơ quá hạn (" in one.value)
    further = traced(folder, late.coordinate, file="tom-tat-2022-Q1.xlsx")["further"]
    assert {one.partition("Biểu ")[2][:6] for one in further if 'kskt trace "Biểu' in one} >= {
        "II.06a"
    }
    name = next(one for one in cells if one.value == "Tỷ lệ hồ sơ nộp trực tuyến")
    value = next(
        one
        for one in cells
        if one.row == name.row and one.value.endswith("%") and one.value[0].isdigit()
    )
    (one,) = traced(folder, value.coordinate, file="tom-tat-2022-Q1.xlsx")["further"]
    assert one.startswith(f'{value.value}: {name.value}; kskt trace "Chỉ tiêu!')
    with pytest.raises(NotAFigureError, match="không có con số"):
        traced(folder, name.coordinate, file="tom-tat-2022-Q1.xlsx")


def test_a_standing_leads_to_the_files_that_came(folder: Path) -> None:
    at = printed_at(folder, "Tình hình gửi nhận", "Phòng Quản lý chuyên ngành", "4")
    told = traced(folder, at)
    assert told["value"] == 2
    assert [one.partition(",")[0] for one in told["further"]] == [
        "BC-KSTTHC_2022-Q1_QLCNH.xlsx",
        "BC-KSTTHC_2022-Q1_QLCNH (sửa).xlsx",
    ]


def test_every_figure_of_the_printed_pages_adds_up_from_its_cells(folder: Path) -> None:
    desk = open_desk(folder, as_of=DAY)
    work = period_work(desk, Period.parse("2022-Q1"))
    figures = PeriodFigures(desk, work, work.whole)
    asked = 0
    for page in summary_pages(work.plan, desk.forms, work.whole):
        for ref in (one for table in page.tables for row in table.rows for one in row.figures):
            if ref is None:
                continue
            asked += 1
            answer = figures.answer(ref)
            is_sum = ref.form in desk.forms.printed_by_id or (
                ref.form == INDICATOR_ROWS and ref.column in ("3", "4")
            )
            if is_sum and isinstance(answer.value, int | float):
                assert sum(line.adds for line in answer.lines) == pytest.approx(answer.value), ref
    assert asked > 300


def test_a_row_taken_from_a_version_that_counts_no_more_says_so(folder: Path) -> None:
    at = cell_of(folder, "Hồ sơ", "QLCNH|2022-Q1|ho-so|2.002380", "Trong hạn")
    original = tracker(folder).read_bytes()
    sheet, _, cell = at.partition("!")
    book = load_workbook(tracker(folder))
    page = book[sheet]
    version = next(one.column for one in page[5] if one.value == "Lần gửi")
    page.cell(page[cell].row, version).value = 1
    book.save(tracker(folder))
    try:
        told = traced(folder, at)
    finally:
        tracker(folder).write_bytes(original)
    assert told["cells"] == []
    assert "đề nghị tổng hợp lại" in told["further"][0]


@pytest.mark.parametrize(
    ("figure", "said"),
    [
        ("Sheet9!A1", "các trang của sổ theo dõi"),
        ("Biểu II.06!A1", r"gần nhất là Biểu II.06a[^;]*\. Đề nghị ghi"),
        ("Hồ sơ!A3", "không có con số"),
        ("Hồ sơ!nhầm", "không có con số"),
        ("Hồ sơ", "không có trang đó"),
    ],
)
def test_what_is_no_figure_is_said_with_the_sheets_there_are(
    folder: Path, figure: str, said: str
) -> None:
    with pytest.raises(NotAFigureError, match=said):
        traced(folder, figure)
