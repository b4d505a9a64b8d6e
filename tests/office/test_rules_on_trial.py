"""A rule on trial warns and is counted until its day; from the next day on it returns reports."""

import datetime as dt
from pathlib import Path

import openpyxl
import pytest

from tests.office.desk_of_tests import Office, Rows, workbook
from tests.office.products import read_back

pytestmark = pytest.mark.usefixtures("short_paper", "read_here")

_LAST = dt.date(2022, 3, 20)


def impossible(rows: Rows) -> None:
    """A percentage that cannot be."""
    rows["tien-do"][2]["percent"] = 250.0


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """An office that tries the rule on percentages until 20 March."""
    office = Office(tmp_path)
    path = office.root / "templates" / "ke-hoach-2022.xlsx"
    book = openpyxl.load_workbook(path)
    book["Quy tắc thử"]["A4"], book["Quy tắc thử"]["B4"] = "KS-461", _LAST
    book.save(path)
    return office


def test_what_comes_on_the_last_day_is_warned_and_stays_so(office: Office) -> None:
    office.arrives("1.xlsx", workbook("QLKH", "2022-Q1", impossible))
    office.day = _LAST
    done = office.consolidate("2022-Q1")
    assert done.verdicts() == {("QLKH", 1): "accepted_with_warnings"}
    told = "Quy tắc thử KS-461 (đến hết ngày 20/3/2022): 1 chỗ trong báo cáo của QLKH"
    assert done.line(told)
    assert "Quy tắc này đang thử đến hết ngày 20/3/2022" in office.reply("2022-Q1", "QLKH")
    page = read_back(office.root / "workbooks/tracker/theo-doi-2022.xlsx")
    texts = [str(cell) for row in page["Lỗi dữ liệu"].iter_rows(values_only=True) for cell in row]
    assert any("(quy tắc đang thử)" in text for text in texts)
    office.day = _LAST + dt.timedelta(days=5)  # the trial is over, what came then still counts
    assert office.status("2022-Q1").line(told)
    assert office.verify().code == 0


def test_what_comes_later_is_returned(office: Office) -> None:
    office.arrives("1.xlsx", workbook("QLKH", "2022-Q1", impossible))
    office.day = _LAST + dt.timedelta(days=1)
    done = office.consolidate("2022-Q1")
    assert done.verdicts() == {("QLKH", 1): "returned"}
    assert not done.line("Quy tắc thử")
    assert "đang thử" not in office.reply("2022-Q1", "QLKH")
