"""The cells behind a formula of the tracker, and what each of them adds."""

import io

import pytest
from openpyxl import Workbook

from kskt_excel.excel.tracker.formula_parts import formula_parts
from kskt_excel.excel.tracker.tracker_book import TrackerBook

ROWS = (
    ("VP", "Đã nhận", 3, 0),
    ("TTRA", "Chưa gửi", None, 2),
    ("QLCNH", "Đã nhận", 5, 1),
    ("2.002385", "đã hoàn thành (chưa có số liệu)", 7, 0),
)


def book() -> TrackerBook:
    made = Workbook()
    page = made.active
    assert page
    page.title = "Số liệu"
    for row in ROWS:
        page.append(row)
    page["F1"] = "=SUM(C1:C3)"
    out = io.BytesIO()
    made.save(out)
    return TrackerBook(out.getvalue())


@pytest.mark.parametrize(
    ("formula", "parts"),
    [
        ("SUM(C1:C4)", {"C1": 3, "C3": 5, "C4": 7}),
        ("SUBTOTAL(109,C1:C2)", {"C1": 3}),
        ("SUMIFS('Số liệu'!$C$1:$C$4,$B$1:$B$4,\"Đã nhận\",$D$1:$D$4,0)", {"C1": 3}),
        ('SUMIFS(C1:C4,A1:A4,"2.002385")', {"C4": 7}),
        ('COUNTIF(B1:B4,"đã hoàn thành*")', {"B4": 1}),
        ('COUNTIF(B1:B4,"<>Đã nhận")', {"B2": 1, "B4": 1}),
        ('COUNTIFS(B1:B4,"Đã nhận",D1:D4,">0")', {"D3": 1}),
        ('COUNTA(B1:B3)-COUNTIF(B1:B3,"Chưa gửi")', {"B1": 1, "B3": 1}),
        ('(B1<>"")*(B1<>"Chưa gửi")+(B2<>"")*(B2<>"Chưa gửi")', {"B1": 1}),
        ('IF(D1=0,C1-C3,"–")', {"C1": 3, "C3": -5}),
        ("MAX(C1:C4)-MIN(C1:C4)", {"C4": 7, "C1": -3}),
        ("F1", {"C1": 3, "C3": 5}),
        ('IF(C1=0,"–",INT(C1)&" %")', {}),
        ('COUNTIF(B1,"x")', {}),
        ("SUM(", {}),
        ("C1:C2+1", {}),
        ('SUMPRODUCT((A1:A4<>"")*1)', {}),
    ],
)
def test_the_parts_of_a_formula_add_up_to_it(formula: str, parts: dict[str, float]) -> None:
    found = formula_parts(book(), "Số liệu", formula)
    assert {one.at.a1: one.adds for one in found} == parts
