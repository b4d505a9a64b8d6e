"""The leaders' page as a workbook: one page of paper whatever stands on it."""

import datetime as dt
import io
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from kskt_excel.excel.printed.brief_sheet import TIGHTER, brief_workbook, fitted_page
from kskt_excel.excel.printed.placed_page import page_room
from kskt_excel.report.brief import Brief, brief
from tests.builders import forms, small_plan
from tests.judges import PRINTED, text_of_pages, uses_only_the_right_font
from tests.report.quarters import CREATED, all_nil, first_quarter, nobody, second_quarter

LONG = "Đề nghị bố trí kinh phí nâng cấp hạ tầng công nghệ thông tin của Bộ phận Một cửa " * 3


def usual() -> Brief:
    return brief(small_plan(), forms(), second_quarter(), first_quarter())


def crowded() -> Brief:
    """Everything at its longest: sixteen indicators, long sentences, six long decisions."""
    content = usual()
    line = replace(content.indicators[0], name="Tỷ lệ thủ tục hành chính " * 4)
    return replace(
        content,
        provisional="Số liệu tạm tổng hợp, còn thiếu: " + "Phòng Quản lý chuyên ngành, " * 9,
        conclusions=tuple(LONG for _ in range(5)),
        indicators=(line,) * 16,
        decisions=tuple(LONG for _ in range(6)),
    )


CASES = {
    "usual": usual(),
    "nil": brief(small_plan(), forms(), all_nil(), None),
    "nobody": brief(small_plan(), forms(), nobody(), None),
    "crowded": crowded(),
    "no-signer": replace(usual(), decisions=(), provisional=""),
}


PRINTED.update({f"brief-{n}": partial(brief_workbook, c, CREATED) for n, c in CASES.items()})


@pytest.fixture
def pdfs(printed_books: Mapping[str, Path]) -> dict[str, Path]:
    """PDF of every case."""
    return {name: printed_books[f"brief-{name}"] for name in CASES}


def joined(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("case", CASES)
def test_it_is_exactly_one_upright_page_of_a4(case: str, pdfs: dict[str, Path]) -> None:
    from pypdf import PdfReader

    pages = PdfReader(pdfs[case]).pages
    assert len(pages) == 1
    box = pages[0].mediabox
    assert (round(float(box.width)), round(float(box.height))) == (595, 842)


@pytest.mark.parametrize("case", CASES)
def test_all_letters_are_those_of_one_font(case: str, pdfs: dict[str, Path]) -> None:
    assert uses_only_the_right_font(pdfs[case])


@pytest.mark.parametrize("case", CASES)
def test_every_sentence_is_printed_whole(case: str, pdfs: dict[str, Path]) -> None:
    content, page = CASES[case], joined(text_of_pages(pdfs[case])[0])
    for sentence in (*content.conclusions, *content.decisions, content.period_line):
        assert joined(sentence) in page


def test_verdicts_and_chart_figures_are_printed(pdfs: dict[str, Path]) -> None:
    page = text_of_pages(pdfs["usual"])[0]
    assert "Đạt" in page
    assert "Số nhiệm vụ theo phần của kế hoạch" in page
    assert "Số hồ sơ theo lĩnh vực" in page
    assert "26" in page


def test_the_same_content_gives_the_same_bytes() -> None:
    assert brief_workbook(usual(), CREATED) == brief_workbook(usual(), CREATED)


def test_a_moment_with_a_zone_is_the_same_moment() -> None:
    hanoi = dt.timezone(dt.timedelta(hours=7))
    local = dt.datetime(2022, 3, 18, 15, 30, tzinfo=hanoi)
    assert brief_workbook(usual(), local) == brief_workbook(usual(), CREATED)


def test_two_native_charts_stand_on_the_sheet_and_their_figures_on_a_hidden_one() -> None:
    with zipfile.ZipFile(io.BytesIO(brief_workbook(usual(), CREATED))) as package:
        names = package.namelist()
        book = package.read("xl/workbook.xml").decode()
        chart = package.read("xl/charts/chart2.xml").decode()
    assert [name for name in names if name.startswith("xl/charts/chart")] == [
        "xl/charts/chart1.xml",
        "xl/charts/chart2.xml",
    ]
    assert 'state="hidden"' in book
    assert "'Số liệu biểu đồ'!$B" in chart


@pytest.mark.parametrize("case", ["usual", "nil", "nobody", "no-signer"])
def test_what_is_usual_fits_without_being_made_smaller(case: str) -> None:
    page = fitted_page(CASES[case])
    assert sum(line.height for line in page.lines) <= page_room(landscape=False)
    assert page.tightness.size >= 11


def test_a_crowded_page_shows_fewer_indicators_and_says_so() -> None:
    page = fitted_page(CASES["crowded"])
    texts = [str(box.value) for line in page.lines for box in line.boxes]
    assert page.tightness == TIGHTER[-1]
    assert "Còn 10 chỉ tiêu khác: xem biểu Chỉ tiêu của bản tổng hợp." in texts


def test_a_label_without_room_is_left_out_and_nothing_compared_has_no_column() -> None:
    alone = replace(
        usual(),
        previous="",
        indicators=tuple(replace(one, change="", trend="") for one in usual().indicators),
    )
    package = zipfile.ZipFile(io.BytesIO(brief_workbook(alone, CREATED)))
    texts = package.read("xl/sharedStrings.xml").decode()
    assert "So với kỳ trước" not in texts
    assert "So với mục tiêu" in texts
    dossiers = alone.charts[1]
    small = replace(
        dossiers,
        categories=("A (100)",),
        series=tuple(
            replace(one, values=(value,))
            for one, value in zip(dossiers.series, (95, 4, 1), strict=True)
        ),
    )
    made = brief_workbook(replace(alone, charts=(alone.charts[0], small)), CREATED)
    chart = zipfile.ZipFile(io.BytesIO(made)).read("xl/charts/chart2.xml").decode()
    assert chart.count('<c:delete val="1"/>') == 3  # two labels, and the axis that is not shown


def test_the_charts_add_up_with_the_form() -> None:
    content = usual()
    dossiers = content.charts[1]
    for at, name in enumerate(dossiers.categories):
        total = int(name.rpartition("(")[2].rstrip(")"))
        assert sum(one.values[at] for one in dossiers.series) == total
