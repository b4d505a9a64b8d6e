"""The workbook of printed pages: right when one presses Ctrl+P."""

import datetime as dt
from collections.abc import Iterable
from itertools import chain

from kskt_excel.excel import writing
from kskt_excel.excel.pages.layout import laid_out
from kskt_excel.excel.pages.writer import write_sheet
from kskt_excel.excel.writing import BookWriter
from kskt_excel.report.content import Page

_TITLE = "Tổng hợp kiểm soát thủ tục hành chính"


def summary_workbook(pages: Iterable[Page], *, created: dt.datetime) -> bytes:
    """A workbook with a sheet for each page; the same arguments give the same bytes.

    ``created`` is the only time in it. Raises ValueError without pages: Excel knows no empty book.
    """
    each = iter(pages)
    first = next(each, None)
    if first is None:
        raise ValueError("a summary without pages")
    book = BookWriter(
        created=created,
        title=f"{_TITLE} {first.period_line}",
        agency=first.reporter or first.frame.agency,
        subject=first.footer,
        on_disk=True,  # thousands of units make pages of many megabytes
    )
    for page in chain((first,), each):
        write_sheet(book, laid_out(page))
    return book.finish(writing.first_page_without_number)
