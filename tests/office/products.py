"""What a period has become, asked of the products themselves: tracker, paper, Word, trace."""

import datetime as dt
import io
from pathlib import Path
from typing import Any

import docx
import openpyxl

from kskt_excel.model.reading import Value
from kskt_excel.office import office

INITIATIVES = 40
"""More than a quarter has units, so that no running number of a page is taken for it."""


def initiatives(day: dt.date) -> list[dict[str, Value]]:
    """Rows of the register of initiatives, all proposed on a day."""
    return [
        {
            "title": f"Sáng kiến thứ {number}",
            "author": "Tổ cải cách",
            "proposed_on": day,
            "benefit": "Bớt một lần đi lại",
            "recognised": False,
            "applied": False,
        }
        for number in range(1, INITIATIVES + 1)
    ]


def read_back(path: Path) -> openpyxl.Workbook:
    """A product with what is stored of its formulas; a sheet is read only when it is asked for."""
    data = io.BytesIO(path.read_bytes())
    return openpyxl.load_workbook(data, data_only=True, read_only=True)


def control_verdicts(root: Path, tracker: str) -> set[str]:
    """Every verdict on sheet «Đối chiếu» of a tracker, as it is stored."""
    book = read_back(root / "workbooks" / "tracker" / tracker)
    rows = list(book["Đối chiếu"].iter_rows(values_only=True))
    head = next(row for row in rows if "Kết quả" in row)
    at = head.index("Kết quả")
    verdicts = {str(row[at]) for row in rows[rows.index(head) + 1 :] if row[0] and row[at]}
    return verdicts - {"Kết quả"}


def tracker_texts(root: Path, tracker: str, sheet: str) -> set[Any]:
    """Everything that stands on a sheet of a tracker."""
    book = read_back(root / "workbooks" / "tracker" / tracker)
    return {cell for row in book[sheet].iter_rows(values_only=True) for cell in row}


def word_text(root: Path, period: str) -> str:
    """The report in Word, tables too; blanks that keep words together are plain ones."""
    path = root / "workbooks" / "summaries" / period / f"bao-cao-{period}.docx"
    document = docx.Document(str(path))
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return "\n".join((*(one.text for one in document.paragraphs), *cells)).replace("\xa0", " ")


def traced_sum(root: Path, period: str, sheet: str, value: object, day: dt.date) -> float:
    """What the units' cells behind the first printed cell with this value add up to."""
    path = root / "workbooks" / "summaries" / period / f"tong-hop-{period}.xlsx"
    page = read_back(path)[sheet]
    cell = next(c.coordinate for row in page.iter_rows() for c in row if c.value == value)
    told = office.trace(root, f"{sheet}!{cell}", period=period, as_of=day)
    return sum(line.adds for line in told.data)
