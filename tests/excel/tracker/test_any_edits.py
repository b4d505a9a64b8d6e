"""Whatever a person does to the tracker, nothing is lost and nothing is doubled."""

from collections import Counter
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kskt_excel.excel.tracker.handwriting import Handwriting
from tests.excel.tracker import edits, samples
from tests.excel.tracker.edits import NOTE, OPINION

SHEETS = ("Tiến độ", "Tình hình gửi nhận", "Hồ sơ", "PAKN", "Vướng mắc", "Chỉ tiêu", "Lỗi dữ liệu")

places = st.tuples(st.sampled_from(SHEETS), st.integers(0, 30), st.sampled_from((OPINION, NOTE)))
actions = st.lists(
    st.sampled_from(("write", "comment", "colour", "turn", "insert", "rename", "hide", "own")),
    min_size=1,
    max_size=8,
)


def keyed_rows(sheet: Any, head: int) -> list[int]:
    rows = []
    for row in range(head + 1, sheet.max_row + 1):
        key = str(sheet.cell(row, 1).value or "")
        if key.startswith("_id/"):
            break
        if key:
            rows.append(row)
    return rows


def office_block(sheet: Any) -> tuple[int, dict[str, int]]:
    """Heading row and office columns of the first block that has some."""
    for row in range(1, sheet.max_row + 1):
        if str(sheet.cell(row, 1).value or "").startswith("_id/"):
            columns = {c.value: c.column for c in sheet[row] if c.value in (OPINION, NOTE)}
            if columns:
                return row, columns
    raise AssertionError(sheet.title)


def act(book: Any, action: str, place: tuple[str, int, str], number: int) -> None:
    name, at, heading = place
    sheet = book[name] if name in book.sheetnames else book[f"{name} mới"]
    head, columns = office_block(sheet)
    rows = keyed_rows(sheet, head)
    cell = sheet.cell(rows[at % len(rows)], columns[heading])
    if action == "write":
        cell.value = f"ghi {number}"
    elif action == "comment":
        cell.comment = edits.Comment(f"chú thích {number}", "Chi")
    elif action == "colour":
        cell.fill = edits.YELLOW
    elif action == "turn":
        turn(sheet, rows)
    elif action == "insert":
        sheet.insert_rows(rows[0])
        sheet.cell(rows[0], 3).value = f"dòng thêm {number}"
    elif action == "rename":
        sheet.title = f"{name} mới"
    elif action == "hide":
        sheet.row_dimensions[rows[0]].hidden = True
    else:
        book.create_sheet(f"Riêng {number}")["B2"] = f"riêng {number}"


def turn(sheet: Any, rows: list[int]) -> None:
    """Exchanges the first and the last row with all that belongs to them."""
    first, last = rows[0], rows[-1]
    for column in range(1, sheet.max_column + 1):
        one, other = sheet.cell(first, column), sheet.cell(last, column)
        one.value, other.value = other.value, one.value
        one._style, other._style = other._style, one._style
        mine, its = one.comment, other.comment
        one.comment = other.comment = None
        one.comment, other.comment = its, mine


def everything(found: Handwriting) -> Counter[str]:
    """Every word and colour that a person left, wherever it now stands."""
    cells = [
        cell
        for block in found.blocks.values()
        for row in block.rows
        for cell in (*row.cells.values(), *row.marks.values())
    ]
    cells += [one.cell for one in found.loose]
    cells += [cell for sheet in found.own_sheets for cell in sheet.cells.values()]
    said = [str(cell.value).rpartition(": ")[2] for cell in cells if cell.value is not None]
    said += [cell.comment.text for cell in cells if cell.comment]
    said += ["màu" for cell in cells if cell.look]
    return Counter(said)


@settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(actions, st.lists(places, min_size=8, max_size=8))
def test_nothing_is_lost_and_nothing_is_doubled(
    some: list[str], where: list[tuple[str, int, str]]
) -> None:
    book = edits.opened(samples.built())
    for number, (action, place) in enumerate(zip(some, where, strict=False)):
        act(book, action, place, number)
    edited = edits.saved(book)
    found = edits.read(edited)
    again = samples.built(found)
    kept = edits.read(again)
    assert found.replaceable
    assert everything(kept) == everything(found)
    assert samples.built(kept) == again
