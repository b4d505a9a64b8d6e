"""Books made directly from small text tables, laid out as issued; then put in disguise."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from kskt_excel.model.book import Book, CellPlace, Raw, Sheet, SheetFacts
from kskt_excel.model.finding import Finding
from kskt_excel.model.reading import Reading
from kskt_excel.reading.workbook import Reader
from tests.builders import forms, small_plan

UNIT, PERIOD = "QLCNH", "2022-Q1"
FIRST_ROW = 8
Rows = list[list[Raw]]

READER = Reader(small_plan(), forms())


def cell(text: str) -> Raw:
    """A stored value: ``12`` is a number, ``'12`` and everything else a text, nothing is None."""
    text = text.strip()
    if text.startswith("'"):
        return text[1:]
    try:
        return float(text)
    except ValueError:
        return text or None


def table(text: str, keys: str = "") -> list[dict[str, Raw]]:
    """Rows of a table drawn with ``|``; column keys stand in ``keys`` or in the first line."""
    lines = [line.strip().strip("|").split("|") for line in text.strip().splitlines()]
    names = keys.split() or [key.strip() for key in lines.pop(0)]
    return [dict(zip(names, map(cell, line), strict=True)) for line in lines]


def issued(
    form_id: str, text: str = "", *, keys: str = "", nil: Raw = None, total: bool = True
) -> Sheet:
    """A sheet as the office issues it, with the rows of a text table; totals computed."""
    form = forms().sheet_by_id[form_id]
    width = len(form.columns)
    data = table(text, keys) if text else []
    rows: Rows = [
        [form.title],
        [f"kskt:{form.id}/{form.version};unit={UNIT};period={PERIOD}"],
        ["Phòng Quản lý chuyên ngành - Quý I/2022 (từ ngày 15/12/2021 đến ngày 14/03/2022)"],
        ["Kỳ này không phát sinh", nil, "← Không phát sinh thì ghi x ở ô này."] if form.nil else [],
        [form.guide or None],
        [*(column.heading for column in form.columns), "_id"],
        [f"({number})" for number in range(1, width + 1)],
    ]
    formulas: dict[CellPlace, str] = {}
    for row in data:
        number = len(rows) + 1
        values = dict(row)
        for at, column in enumerate(form.columns, start=1):
            if column.type == "computed" and column.key not in values:
                values[column.key] = sum(_count(values.get(key)) for key in column.formula)
                formulas[number, at] = "SUM(…)"
        hidden = str(values.get(form.key[0]) or "") if form.rows else None
        rows.append([*(values.get(column.key) for column in form.columns), hidden])
    if total and any(column.total for column in form.columns) and form.layout == "form":
        last = len(rows) + 1
        rows.append(["Tổng cộng", *(None,) * (width - 1)])
        for at, column in enumerate(form.columns, start=1):
            if column.total:
                rows[-1][at - 1] = sum(_count(row[at - 1]) for row in rows[7:-1])
                formulas[last, at] = "SUM(…)"
    full = [[*row, *(None,) * (width + 1 - len(row))] for row in rows]
    return Sheet(form.sheet, full, facts=SheetFacts(formulas=formulas))


def info(**values: Raw) -> Sheet:
    """Sheet «Thông tin» as issued, filled in."""
    form = forms().sheet_by_id["thong-tin"]
    own: dict[str, Raw] = {
        "unit_name": "Phòng Quản lý chuyên ngành",
        "unit_code": UNIT,
        "period": "Quý I/2022",
        "from": "15/12/2021",
        "to": "14/03/2022",
        "preparer": "Nguyễn Thị Hoa",
        "prepared_on": "14/03/2022",
        "approver": "Trần Văn Minh",
        "template_version": "don-vi/1.0",
    }
    own |= values
    rows: Rows = [
        [form.title, None, None],
        [f"kskt:{form.id}/{form.version};unit={UNIT};period={PERIOD}", None, None],
        ["Sở Khoa học và Công nghệ - Báo cáo kiểm soát thủ tục hành chính Quý I/2022", None, None],
        [None, None, None],
        [form.guide, None, "_id"],
        *([column.heading, own.get(column.key), column.key] for column in form.columns),
        [None, None, None],
        ["HƯỚNG DẪN GHI", None, None],
        ["1. Số lượng ghi bằng chữ số, không có thì ghi 0.", None, None],
    ]
    return Sheet(form.sheet, rows)


MARKS = {
    "kskt_template": "don-vi",
    "kskt_version": "1.0",
    "kskt_unit": UNIT,
    "kskt_period": PERIOD,
}


def book(*sheets: Sheet, marks: Mapping[str, str] = MARKS, kind: str = "xlsx") -> Book:
    """A workbook with «Thông tin», these sheets and its marks."""
    names = {name: f'="{value}"' for name, value in marks.items()}
    return Book(kind, (info(), *sheets), properties=dict(marks), names=names)


def read(*sheets: Sheet, **options: object) -> Reading:
    """What is read from a workbook of these sheets."""
    return READER.read(book(*sheets, **options))  # type: ignore[arg-type]


def codes(reading: Reading) -> list[tuple[str, str]]:
    """Code and place of every finding: ``("cell.error_value", "Hồ sơ!E8")``."""
    return [(found.code, shown(found)) for found in reading.findings]


def shown(found: Finding) -> str:
    """Place of a finding with all its cells."""
    if not found.at:
        return ""
    cells = ",".join(ref.a1 for ref in found.cells)
    return f"{found.at.sheet}!{cells}" if cells else found.at.sheet


def found(reading: Reading, form: str) -> list[tuple[str, dict[str, object]]]:
    """Key and values of each record of a sheet."""
    return [(record.key, dict(record.values)) for record in reading.sheets[form].records]


def _count(value: Raw) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def changed(sheet: Sheet, change: Callable[[Rows], Rows | None]) -> Sheet:
    """The sheet with its rows changed."""
    rows = [list(row) for row in sheet.rows]
    return replace(sheet, rows=change(rows) or rows)


def with_cell(sheet: Sheet, row: int, column: int, value: object) -> Sheet:
    def put(rows: Rows) -> None:
        rows.extend([] for _ in range(row - len(rows)))
        cells = rows[row - 1]
        cells.extend([None] * (column - len(cells)))
        cells[column - 1] = value  # type: ignore[call-overload]

    return changed(sheet, put)
