import io
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import openpyxl
import pypdf
import pytest
from openpyxl.utils import get_column_letter, range_boundaries

from kskt_excel.excel.printed.boxes import PlacedPage
from kskt_excel.excel.printed.page_writer import summary_workbook
from kskt_excel.excel.printed.placed_page import laid_out
from kskt_excel.report.summary import CONTENTS
from tests import judges
from tests.excel import samples as unit_samples
from tests.excel.printed.printed import (
    PrintedPage,
    letter_sizes,
    printed_pages,
    promised_pages,
    squeezed,
)
from tests.excel.printed.samples import CREATED, books
from tests.excel.tracker import samples as tracker_samples

ABOUT = "Tổng hợp kiểm soát thủ tục hành chính"
_MM = 72 / 25.4
_A4 = (210 * _MM, 297 * _MM)
_SAMPLES = ("usual", "nothing_in", "long_names", "crowded", "odd")
Pages = list[tuple[PlacedPage, int, PrintedPage]]


_WORKING_PAPERS: dict[str, Callable[[], bytes]] = {
    "tracker": tracker_samples.built,
    "QLCNH": lambda: unit_samples.blank("QLCNH"),
    "VP": lambda: unit_samples.blank("VP"),
}


def _summary(name: str) -> bytes:
    return summary_workbook(books()[name], created=CREATED, about=ABOUT)


_OWN = {name: partial(_summary, name) for name in _SAMPLES} | _WORKING_PAPERS
judges.PRINTED.update(_OWN)


@pytest.fixture(scope="module")
def pdfs(printed_books: Mapping[str, Path]) -> dict[str, Path]:
    return {name: printed_books[name] for name in _OWN}


@pytest.fixture(scope="module", params=_SAMPLES)
def printed(pdfs: dict[str, Path], request: pytest.FixtureRequest) -> Pages:
    """Every page of a book with its sheet and its number in it."""
    sheets = [laid_out(page) for page in books()[request.param]]
    wanted = [(sheet, n) for sheet in sheets for n in range(1, len(sheet.breaks) + 2)]
    _, *pages = printed_pages(pdfs[request.param])  # after the list of the sheets
    assert len(pages) == len(wanted)
    return [(sheet, n, page) for (sheet, n), page in zip(wanted, pages, strict=True)]


def test_every_text_stands_whole_in_its_own_cell(printed: Pages) -> None:
    wrong = []
    for sheet, number, page in printed:
        for place in promised_pages(sheet)[number - 1]:
            words = page.inside(place.left, place.top, place.right, place.bottom)
            if sorted(squeezed("".join(w.text for w in words))) != sorted(squeezed(place.text)):
                wrong.append((sheet.name, number, place.text[:60], [w.text for w in words][:9]))
    assert wrong == []


def test_nothing_else_stands_on_a_page_but_its_number_and_footer(printed: Pages) -> None:
    for through, (sheet, number, page) in enumerate(printed, start=2):
        assert page.number == str(through)
        assert squeezed(page.footer) == squeezed(sheet.footer)
        promised = sum(len(squeezed(place.text)) for place in promised_pages(sheet)[number - 1])
        found = sum(len(squeezed(word.text)) for word in page.words)
        assert found == promised + len(squeezed(page.number + page.footer))


def test_every_page_is_a4_and_nothing_reaches_into_the_margins(printed: Pages) -> None:
    for sheet, _, page in printed:
        paper = _A4[::-1] if sheet.landscape else _A4
        assert (page.width, page.height) == pytest.approx(paper, abs=1)
        body = page.inside(0, 20 * _MM, page.width, page.height - 20 * _MM)
        assert min(word.left for word in body) >= 30 * _MM - 0.5
        assert max(word.right for word in body) <= page.width - 15 * _MM + 0.5
        assert max(word.bottom for word in body) <= page.height - 20 * _MM + 0.5


def test_only_the_one_font_is_used(pdfs: dict[str, Path]) -> None:
    for pdf in pdfs.values():
        assert judges.uses_only_the_right_font(pdf)


@pytest.mark.parametrize("name", _WORKING_PAPERS)
def test_no_letter_of_a_working_paper_is_smaller_than_8_points(
    pdfs: dict[str, Path], name: str
) -> None:
    for page in pypdf.PdfReader(pdfs[name]).pages:
        sizes = letter_sizes(page)
        assert min(sizes, default=8) >= 7.95, sorted(sizes.items())[:3]  # scaled by whole percents


def test_every_text_of_the_tracker_in_sight_is_on_its_paper(pdfs: dict[str, Path]) -> None:
    found = squeezed("".join(judges.text_of_pages(pdfs["tracker"])))
    book = openpyxl.load_workbook(io.BytesIO(tracker_samples.built()))
    for sheet in book.worksheets[1:]:
        left, top, right, bottom = range_boundaries(sheet.print_area.split("!")[1])
        columns = sheet.column_dimensions
        for column in range(left, right + 1):
            if columns[get_column_letter(column)].hidden:
                continue
            for row in range(top, bottom + 1):
                text = sheet.cell(row, column).value
                if isinstance(text, str) and not text.startswith(("=", "{")):
                    pieces = text.replace("-", "- ").split()  # lines may end behind a hyphen
                    assert all(squeezed(one) in found for one in pieces), (sheet.title, text)


def test_a_packet_has_bookmarks_its_title_and_its_language(pdfs: dict[str, Path]) -> None:
    packet = pypdf.PdfReader(pdfs["usual"])
    names = [one["/Title"] for one in packet.outline if not isinstance(one, list)]
    assert names == [CONTENTS, *(page.name for page in books()["usual"])]
    root = packet.trailer["/Root"]
    assert root["/Lang"] == "vi-VN"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert packet.metadata is not None
    assert str(packet.metadata.title).startswith(f"{ABOUT} Quý I/2022")
