"""Rows left empty above «Tổng cộng» say nothing; one that a unit uses counts like any other."""

import io

import openpyxl
import pytest

from kskt_excel.worker.pool import FileContext
from tests import builders
from tests.checked import check_one
from tests.excel import samples

CONTEXT = FileContext(builders.small_plan(), builders.forms())
FORMS = ("danh-muc", "ho-so", "truc-tuyen")


@pytest.mark.parametrize("form", FORMS)
def test_spare_rows_are_no_records_and_no_findings(form: str) -> None:
    checked = check_one(CONTEXT, samples.filled(), "QLCNH.xlsx")
    assert checked.reading
    sheet = checked.reading.sheets[form]
    assert [record.row for record in sheet.records] == [8, 9, 10]
    rows = {at.row for found in checked.findings for at in (found.at, *found.also)
            if at.sheet == sheet.name}  # fmt: skip
    assert rows.isdisjoint({11, 12, 13})


def test_a_procedure_written_into_a_spare_row_is_a_record_and_in_the_sum() -> None:
    book = openpyxl.load_workbook(io.BytesIO(samples.filled()))
    sheet = book["Hồ sơ"]
    for cell, value in {"A12": "1.009999", "B12": "Thủ tục mới", "E12": 4, "K12": 4}.items():
        sheet[cell] = value
    saved = io.BytesIO()
    book.save(saved)
    checked = check_one(CONTEXT, saved.getvalue(), "QLCNH.xlsx")
    assert checked.reading
    record = checked.reading.sheets["ho-so"].records[-1]
    assert (record.row, record.key, record.values["received_online"]) == (12, "1.009999", 4)
    assert sheet["E14"].value == "=SUM(E7:INDEX(E:E,ROW()-1))"
