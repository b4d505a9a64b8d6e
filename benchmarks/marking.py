"""What a marked copy costs against loading, marking and saving with openpyxl.

    python benchmarks/marking.py [FOLDER]

Twenty marks in three sheets of a unit's workbook, by turns, round after round; the figures are the
best of each in milliseconds of CPU. With a folder of foreign workbooks each of them is marked too,
and what became of them is counted.
"""

import datetime as dt
import io
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from kskt_excel.excel import book_writer
from kskt_excel.excel.marked.marked_copy import Marker, fault_workbook, marked_copy, marks_by_sheet
from kskt_excel.excel.marked.result_sheet import ReturnHead
from kskt_excel.excel.marked.sheet_patch import read_style_patch, write_styles
from kskt_excel.excel.marked.xml_patch import PackagePatch
from kskt_excel.messages import finding
from kskt_excel.model.book import CellRef
from kskt_excel.model.finding import Finding, Severity
from kskt_excel.model.reading import Reading
from kskt_excel.worker.pool import FileContext
from tests.checked import check_one

ROUNDS, SLOW_ROUNDS = 20, 4
HEAD = ReturnHead(
    "Phòng Quản lý chuyên ngành",
    "Quý I/2022",
    "BC-KSTTHC_2022-Q1_QLCNH.xlsx",
    dt.datetime(2022, 3, 16, 9, 5),  # noqa: DTZ001  # as the office's clock shows it
    1,
    "CHƯA NHẬN – 20 lỗi phải sửa",
    "18/3/2022",
    "Văn phòng Sở",
)


def sample() -> tuple[bytes, Reading, tuple[Finding, ...]]:
    """A filled workbook, what is read from it, and twenty faults in three sheets."""
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from tests import builders
    from tests.excel import samples

    data = samples.filled()
    context = FileContext(builders.small_plan(), builders.forms())
    reading = check_one(context, data, "VP.xlsx").reading
    if reading is None:
        raise SystemExit("the sample cannot be read")
    cells = [
        CellRef(sheet, row, column)
        for sheet, count in (("Hồ sơ", 7), ("Trực tuyến", 7), ("Tiến độ", 6))
        for row, column in [(8 + at % 2, 4 + at // 2) for at in range(count)]
    ]
    code = "value.count.not_a_number"
    found = tuple(finding(code, at, column="Trực tuyến", given="hai mươi") for at in cells)
    return data, reading, found


def by_parts(data: bytes, reading: Reading, found: Sequence[Finding]) -> bytes:
    """Fills and notes alone, as openpyxl makes them below."""
    parts = PackagePatch(data)
    styles = read_style_patch(parts)
    marker = Marker(parts, styles, {Severity.ERROR: styles.solid("FFC7CE")})
    sheets = {one.name: one.part for one in parts.package.sheets}
    for name, marks in marks_by_sheet(found, reading).items():
        marker.mark(sheets[name], marks)
    write_styles(parts, styles)
    return parts.packed()


def by_openpyxl(data: bytes, found: Sequence[Finding]) -> bytes:
    """The same fills and notes, everything else written anew."""
    import openpyxl
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    book = openpyxl.load_workbook(io.BytesIO(data))
    fill = PatternFill("solid", fgColor=book_writer.MARK_ERROR_FILL.lstrip("#"))
    for one in found:
        if one.at:
            cell = book[one.at.sheet].cell(one.at.row, one.at.column)
            cell.fill, cell.comment = fill, Comment("[Kiểm tra] …", "Văn phòng Sở")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def best(step: Callable[[], object], rounds: int) -> float:
    """Least CPU time of a step in milliseconds."""
    times = []
    for _ in range(rounds):
        start = time.process_time()
        step()
        times.append(time.process_time() - start)
    return min(times) * 1000


def main() -> None:
    """Prints the table, and the count of foreign workbooks."""
    data, reading, found = sample()
    slow = best(lambda: by_openpyxl(data, found), SLOW_ROUNDS)
    steps: dict[str, Callable[[], object]] = {
        "fills and notes by parts": lambda: by_parts(data, reading, found),
        "marked copy with result sheet": lambda: marked_copy(
            data, kind="xlsx", findings=found, reading=reading, head=HEAD
        ),
        "fault workbook": lambda: fault_workbook(found, reading, HEAD),
    }
    print(f"{'openpyxl: load, mark, save':32}{slow:8.1f} ms")
    for name, step in steps.items():
        spent = best(step, ROUNDS)
        print(f"{name:32}{spent:8.1f} ms {slow / spent:6.1f} times faster")
    if len(sys.argv) > 1:
        foreign(Path(sys.argv[1]))


def foreign(folder: Path) -> None:
    """Marks every workbook of a folder and counts what became of them."""
    from tests.excel.marked.test_corpus import outcome

    told = {file.name: outcome(file) for file in sorted(folder.glob("*.xls[xm]"))}
    print(dict(Counter(told.values())))
    for name, one in told.items():
        if one not in ("marked", "refused", "unread"):
            print(name, one)


if __name__ == "__main__":
    main()
