"""Units that belong to a Sở, a xã or a group: their rows stand together under their own sums."""

import datetime as dt
import io
from dataclasses import replace

import openpyxl

from kskt_excel.excel.printed.page_writer import summary_workbook
from kskt_excel.model.consolidation import FormRow, FormTable, Presence, Subtotal
from kskt_excel.report.summary import form_pages, form_table
from tests.builders import Q1_2022_END, forms, small_plan
from tests.consolidation.tables import consolidated, report

UNITS = ("A1", "B1", "A2", "C")
FIGURES = {"A1": 3, "B1": 4, "A2": 5, "C": 7}
SUBTOTALS = (
    Subtotal("Sở Y tế", ("A1", "A2"), {"3": 8}),
    Subtotal("Xã Bình Yên", ("B1",), {"3": 4}),
)


def _table(subtotals: tuple[Subtotal, ...] = ()) -> FormTable:
    rows = tuple(FormRow(code, f"Đơn vị {code}", {"3": FIGURES[code]}) for code in UNITS)
    present = dict.fromkeys(UNITS, Presence.FIGURES)
    return FormTable("II.01", rows, {"3": sum(FIGURES.values())}, present, subtotals=subtotals)


def test_rows_stand_under_the_sums_of_whom_they_belong_to() -> None:
    form = forms().printed_by_id["II.01"]
    made = form_table(form, _table(SUBTOTALS), Q1_2022_END)
    label = next(at for at, one in enumerate(form.columns) if one.type == "label")
    figure = next(at for at, one in enumerate(form.columns) if one.number == "3")
    told = [(row.kind, row.cells[label].value, row.cells[figure].value) for row in made.rows]
    assert told == [
        ("data", "Đơn vị C", 7),
        ("total", "Sở Y tế", 8),
        ("data", "Đơn vị A1", 3),
        ("data", "Đơn vị A2", 5),
        ("total", "Xã Bình Yên", 4),
        ("data", "Đơn vị B1", 4),
        ("total", "Tổng cộng", 19),
    ]
    assert not any(cell.sums_column for row in made.rows for cell in row.cells)


def test_without_superiors_the_total_adds_its_column_up() -> None:
    form = forms().printed_by_id["II.01"]
    last = form_table(form, _table(), Q1_2022_END).rows[-1]
    assert any(cell.sums_column for cell in last.cells)


def test_the_plan_names_them_by_code_or_by_words() -> None:
    plan = small_plan()
    units = (plan.units[0], replace(plan.units[1], superior="VP"), *plan.units[2:3])
    units += (replace(plan.units[3], superior="Khối sự nghiệp"),)
    plan = replace(plan, units=units)
    assert plan.superiors == {"QLCNH": "Văn phòng Sở", "TTPT": "Khối sự nghiệp"}
    found = consolidated(report("VP"), report("QLCNH"), plan=plan)
    pages = [one for one in form_pages(plan, forms(), found) if one.name == "Biểu II.01"]
    data = summary_workbook(pages, created=dt.datetime(2022, 3, 18, tzinfo=dt.UTC))
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    assert sheet is not None
    shown = [cell for row in sheet.iter_rows(values_only=True) for cell in row]
    assert "Khối sự nghiệp" in shown
    assert not any(str(cell).startswith("=SUM") for cell in shown)
