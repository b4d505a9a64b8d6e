"""The leaders' one page as a workbook: exactly one sheet of A4, with two native charts."""

import datetime as dt

from kskt_excel.excel import writing
from kskt_excel.excel.brief_charts import write_charts
from kskt_excel.excel.brief_lines import fitted_page
from kskt_excel.excel.pages.nouns import Sheet
from kskt_excel.excel.pages.writer import write_sheet
from kskt_excel.excel.writing import BookWriter
from kskt_excel.report.brief_content import Brief

_SHEET = "Tóm tắt"


def brief_workbook(brief: Brief, created: dt.datetime) -> bytes:
    """The workbook with its one page; the same arguments give the same bytes.

    ``created`` is the only time in it. The figures of the charts stand on a hidden sheet.
    """
    title = f"{' '.join(brief.title)}, {brief.period_line}"
    book = BookWriter(created=created, title=title, agency=brief.agency, subject=brief.footer)
    page = fitted_page(brief)
    widths, lines = page.grid.widths, page.lines
    write_sheet(book, Sheet(_SHEET, False, widths, lines, (), None, brief.footer))  # noqa: FBT003  # a noun's field
    sheet = book.workbook.get_worksheet_by_name(_SHEET)
    sheet.fit_to_pages(1, 1)
    write_charts(
        book,
        sheet,
        brief.charts,
        row=page.chart_row,
        points=page.tightness.chart,
        width=page.grid.total,
    )
    return book.finish(writing.first_page_without_number)
