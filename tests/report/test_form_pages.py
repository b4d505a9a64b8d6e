from dataclasses import replace

import pytest

from kskt_excel.model.consolidation import Consolidation
from kskt_excel.model.period import Period
from kskt_excel.model.reading import SheetReading
from kskt_excel.model.submission import UnitReport
from kskt_excel.report.page import PAGE_LEGEND, FigureRef, PageCell, PageRow, PrintedPage
from kskt_excel.report.summary import form_pages
from tests.builders import forms, small_plan
from tests.consolidation.tables import blank, consolidated, nil, report, table

_FORMS = (
    "II.01",
    "II.02",
    "II.03",
    "II.04",
    "II.05a",
    "II.06a",
    "II.07b",
    "II.08",
    "TH-06",
    "TH-07",
)
_OTHERS = (report("VP"), report("TTPT"))
_DOSSIERS = """
    | procedure | received_online | received_direct | resolved_early | pending_in_time |
    | 2.002385  | 12              | 1               | 8              | 5               |
"""


def _pages(*reports: UnitReport, period: str = "2022-Q1") -> dict[str, PrintedPage]:
    together = consolidated(*reports, period=Period.parse(period))
    return {page.name.removeprefix("Biểu "): page for page in form_pages_of(together)}


def form_pages_of(together: Consolidation) -> tuple[PrintedPage, ...]:
    return tuple(form_pages(small_plan(), forms(), together))


def _shown(row: PageRow) -> list[object]:
    return [cell.value for cell in row.cells]


def test_every_form_of_the_circular_has_its_page_and_its_head() -> None:
    pages = _pages()
    assert tuple(pages) == _FORMS
    page = pages["II.06a"]
    assert page.form_code == "Biểu số II.06a/VPCP/KSTT"
    assert page.form_basis == "Ban hành theo Thông tư 01/2020/TT-VPCP, Phụ lục II"
    assert page.period_line == "Kỳ báo cáo: Quý I/2022 (từ ngày 15/12/2021 đến ngày 14/3/2022)"
    assert (page.reporter, page.receiver) == ("Sở Khoa học và Công nghệ", "Văn phòng UBND tỉnh")
    assert page.tables[0].unit_of_count == "Đơn vị tính: Số hồ sơ TTHC"
    assert page.notes[0] == PAGE_LEGEND
    assert page.footer == "Biểu II.06a - Quý I/2022"


def test_four_different_things_are_shown_in_four_ways() -> None:
    pages = _pages(
        report("VP", table("vbqppl", "| document | new_count |\n| 05/2022/QĐ-UBND | 2 |")),
        report("QLCNH", nil("vbqppl")),
        report("CCTDC", blank("vbqppl")),
    )
    shown = {str(row.cells[1].value): row for row in pages["II.02"].tables[0].rows}
    assert _shown(shown["Văn phòng Sở"])[2:5] == [2, 0, 2]
    assert _shown(shown["Phòng Quản lý chuyên ngành"])[2:5] == ["KPS", "KPS", "KPS"]
    assert _shown(shown["Chi cục Tiêu chuẩn Đo lường Chất lượng"])[2:5] == ["-", "-", "-"]
    not_sent = shown["Trung tâm phát triển KH&CN"].cells
    assert [(cell.value, cell.over) for cell in not_sent[2:4]] == [
        ("chưa báo cáo", 10),
        ("chưa báo cáo", 1),
    ]


@pytest.mark.parametrize(
    ("of_second", "said"),
    [
        (nil("vbqppl"), "KPS (chưa có số liệu Quý I/2022)"),
        (blank("vbqppl"), "- (chưa có số liệu Quý I/2022)"),
    ],
    ids=["nothing happened", "left blank"],
)
def test_what_is_empty_without_a_quarter_is_not_empty_over_the_half_year(
    of_second: SheetReading, said: str
) -> None:
    """The unit has sent for the second quarter only; what it did in the first nobody knows."""
    whole = [report("VP", nil("vbqppl"), period=f"2022-Q{number}") for number in (1, 2)]
    reports = (*whole, report("QLCNH", of_second, period="2022-Q2"))
    together = consolidated(*reports, period=Period.parse("2022-6T"), as_of="2022-06-20T08:00")
    page = next(page for page in form_pages_of(together) if page.name == "Biểu II.02")
    shown = {str(row.cells[1].value): row.cells[2:] for row in page.tables[0].rows}
    cells = shown["Phòng Quản lý chuyên ngành"]
    assert (cells[0].value, cells[0].over) == (said, len(cells))
    assert {cell.value for cell in shown["Văn phòng Sở"]} == {"KPS"}
    rows = {row.key: row for row in together.forms["II.02"].rows}
    assert [one.id for one in rows["QLCNH"].gaps] == ["2022-Q1"]
    assert rows["VP"].gaps == ()


def test_every_figure_says_where_it_stands_in_the_form() -> None:
    row = _pages(report("QLCNH", table("ho-so", _DOSSIERS)))["II.06a"].tables[0].rows[0]
    field = "An toàn bức xạ và hạt nhân"
    assert row.cells[:2] == (PageCell(1, "label"), PageCell(field, "label"))
    assert row.cells[2] == PageCell(13, "count", "3")
    assert row.figures[:3] == (None, None, FigureRef("II.06a", field, "3"))


def test_the_total_adds_counts_up_and_nothing_else() -> None:
    total = _pages()["II.03"].tables[0].rows[-1]
    numbers = {column.number: column for column in forms().printed_by_id["II.03"].columns}
    assert total.kind == "total"
    assert total.cells[1].value == "Tổng cộng"
    for cell, figure in zip(total.cells[2:], total.figures[2:], strict=True):
        assert figure == FigureRef("II.03", "", cell.figure)
        column = numbers[cell.figure]
        assert cell.sums_column == (column.type == "count" and column.adds_up)


@pytest.mark.parametrize(
    ("reports", "said"),
    [
        ((), "chưa báo cáo"),
        ((*_OTHERS, report("QLCNH", nil("ra-soat")), report("CCTDC", nil("ra-soat"))), "KPS"),
        ((*_OTHERS, report("QLCNH", blank("ra-soat")), report("CCTDC", nil("ra-soat"))), "-"),
    ],
    ids=["nobody has sent", "nothing happened", "left blank"],
)
def test_a_form_without_rows_says_why(reports: tuple[UnitReport, ...], said: str) -> None:
    together = consolidated(*reports)
    empty = replace(together.forms["II.04"], rows=())
    pages = form_pages_of(replace(together, forms={**together.forms, "II.04": empty}))
    rows = next(page for page in pages if page.name == "Biểu II.04").tables[0].rows
    assert [row.kind for row in rows] == ["data", "total"]
    assert (rows[0].cells[2].value, rows[0].cells[2].over) == (said, 12)


def test_a_rate_over_nothing_is_a_dash_and_a_text_left_out_is_blank() -> None:
    total = _pages(report("QLCNH", nil("ra-soat")))["II.04"].tables[0].rows[-1]
    by_number = {cell.figure: cell.value for cell in total.cells if cell.figure}
    assert by_number["13"] == "–"
    assert by_number["14"] in (None, "")


def test_heads_change_with_the_law_during_the_year() -> None:
    def heads(period: str) -> set[str]:
        columns = _pages(period=period)["II.08"].tables[0].columns
        return {column.header[-1] for column in columns}

    assert {"Mức độ 3", "Mức độ 4"} <= heads("2022-Q1")
    assert {"Một phần", "Toàn trình"} <= heads("2022-Q3")
