"""The first sheet of a period's printed summary: which sheets it has and on which page each is."""

from collections.abc import Sequence
from typing import Final

from kskt_excel.report.page import PageCell, PageColumn, PageRow, PageTable, PrintedPage
from kskt_excel.text.shown import sentence_case

CONTENTS: Final = "Danh mục biểu"
_COLUMNS: Final = (
    PageColumn(("STT",), "1", 36),
    PageColumn(("Phụ lục",), "2", 90),
    PageColumn(("Trang tính",), "3", 130, "left"),
    PageColumn(("Tên",), "4", 300, "left"),
    PageColumn(("Trang in",), "5", 50),
)


def contents_page(pages: Sequence[tuple[PrintedPage, int]], start: int) -> PrintedPage:
    """The list of pages with how many sheets of paper each takes; the first begins on ``start``."""
    rows = []
    for number, (page, count) in enumerate(pages, start=1):
        title = sentence_case(page.title[-1]) if page.title else ""
        cells = (
            PageCell(number, "label"),
            PageCell(page.annex.removeprefix("Phụ lục ") or None, "label"),
            PageCell(page.name, "label", link=page.name),
            PageCell(title, "label"),
            PageCell(start, "label"),
        )
        rows.append(PageRow(cells))
        start += count
    first = pages[0][0]
    return PrintedPage(
        name=CONTENTS,
        title=("Danh mục biểu kèm theo báo cáo",),
        period_line=first.period_line.removeprefix("Kỳ báo cáo: "),
        frame=first.frame,
        tables=(PageTable(_COLUMNS, tuple(rows)),),
        orientation="portrait",
        footer=f"{CONTENTS} - {first.footer.rpartition(' - ')[2]}",
        signed=False,
    )
