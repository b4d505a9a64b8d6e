"""The workbook that goes out to a unit, blank or filled: one writer makes both."""

import datetime as dt
import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence

from kskt_excel.excel import writing
from kskt_excel.excel.issuing import info as info_sheet
from kskt_excel.excel.issuing import sheet as data_sheet
from kskt_excel.excel.issuing.inputs import Lists
from kskt_excel.excel.issuing.work import Work
from kskt_excel.excel.writing import BookWriter
from kskt_excel.model.forms import Forms
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Plan, Unit
from kskt_excel.model.reading import Value


def unit_workbook(
    *,
    plan: Plan,
    forms: Forms,
    unit: Unit,
    period: Period,
    rows: Mapping[str, Sequence[Mapping[str, Value]]] | None = None,
    opening: Mapping[str, int] | None = None,
    nil: Collection[str] = (),
    info: Mapping[str, Value] | None = None,
) -> bytes:
    """A unit's workbook for a period; the same arguments give the same bytes.

    ``rows``: form id -> data rows by column key; on sheets with given rows they fill the row of
    the same key, others follow. ``opening``: procedure code -> last quarter's closing balance.
    ``nil``: ids of forms ticked «Kỳ này không phát sinh». ``info``: values of «Thông tin» by
    column key. Formulas carry their results.
    """
    work = Work(plan, forms, unit, period, rows or {}, opening or {}, nil, info or {})
    book = BookWriter(
        created=dt.datetime.combine(work.day, dt.time()),
        title=f"Báo cáo kiểm soát thủ tục hành chính {period.label} - {unit.name}",
        subject=period.id,
        agency=plan.agency,
    )
    lists = Lists.of(work)
    for form in work.sheets:
        drawer = info_sheet if form.layout == "labels" else data_sheet
        drawer.draw(book, form, work, lists)
    lists.write(book)
    book.mark(work.marks)
    return book.finish(writing.first_page_without_number, writing.growing_rows)


def file_name(unit: Unit, period: Period) -> str:
    """Short name in plain letters for any mail system: ``BC-KSTTHC_2022-Q1_QLKH.xlsx``."""
    letters = unicodedata.normalize("NFD", unit.code.replace("Đ", "D").replace("đ", "d"))
    code = re.sub(r"[^A-Za-z0-9-]", "", letters)
    return f"BC-KSTTHC_{period.id}_{code}.xlsx"
