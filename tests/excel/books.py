"""Workbooks made for the readers' tests: each shows what values alone do not tell."""

import datetime as dt
import io
from functools import cache
from typing import Any

import xlsxwriter

from kskt_excel.excel.formats.gate import Gated, inspect
from kskt_excel.excel.formats.readers import read_book
from kskt_excel.model.book import Book
from kskt_excel.model.forms import LIST_SHEET, SELF_CHECK_SHEET

OWN_SHEETS = (SELF_CHECK_SHEET, LIST_SHEET)
"""Of these the reader does not read the cells."""


def read(data: bytes, name: str = "VP.xlsx") -> Book:
    """The Book of a file that must be readable."""
    gated = inspect(name, data)
    assert isinstance(gated, Gated), gated
    book, said = read_book(gated)
    assert book, said
    return book


@cache
def telling() -> bytes:
    """One sheet «Hồ sơ» with formulas, errors, hidden rows and columns, merges and old fonts."""
    out = io.BytesIO()
    workbook: Any = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = workbook.add_worksheet("Hồ sơ & khác")
    old = workbook.add_format({"font_name": ".VnTime"})
    percent = workbook.add_format({"num_format": "0%"})
    day = workbook.add_format({"num_format": "dd/mm/yyyy"})
    sheet.merge_range("A1:C1", "Biểu")
    sheet.write_formula("A2", "=SUM(B2:C2)", None, 5)
    sheet.write_formula("B2", "=1/0", None, "#DIV/0!")
    sheet.write_formula("C2", "='[1]Quý 1'!B5", None, 7)
    sheet.write_formula("D2", '=IF(1,"x","")', None, "x")
    sheet.write_number("A3", 0.5, percent)
    sheet.write_string("B3", "Së Khoa häc", old)
    sheet.write_datetime("C3", dt.datetime(2022, 3, 14), day)
    sheet.write_boolean("D3", True)
    sheet.write_string("A5", "ẩn")
    sheet.set_row(4, None, None, {"hidden": True})
    sheet.set_column("F:G", 8, None, {"hidden": True})
    sheet.autofilter("A3:D5")
    sheet.filter_column("A", "x > 0")
    workbook.add_worksheet("Ẩn").hide()
    workbook.define_name("kskt_unit", '="VP"')
    workbook.set_custom_property("kskt_template", "don-vi")
    workbook.close()
    return out.getvalue()
