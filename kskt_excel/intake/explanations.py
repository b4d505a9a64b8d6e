"""What a unit has answered in the column «Giải trình của đơn vị» of a returned result sheet."""

from collections.abc import Iterator, Sequence

from kskt_excel.intake.marks import RESULT_MARK, mark_text
from kskt_excel.model.grid import Book, Raw, Sheet
from kskt_excel.model.reading import Explanation
from kskt_excel.text.clean import clean_text
from kskt_excel.text.given import given
from kskt_excel.text.keys import plain_key

KEY = "kskt:dong;"
HEADING = "Giải trình của đơn vị"
_PARTS = 3


def explanations(book: Book) -> tuple[Explanation, ...]:
    """Answers in every result sheet of a workbook, in the order of the sheet; blank ones left out.

    Found by marks, not by place: the unit may have moved columns, sorted rows or renamed the tab.
    """
    return tuple(
        answer
        for sheet in book.sheets
        if mark_text(sheet).startswith(RESULT_MARK)
        for answer in _answers(sheet)
    )


def _answers(sheet: Sheet) -> Iterator[Explanation]:
    column = _column(sheet)
    if column < 0:
        return
    for row in sheet.rows:
        key = next((one for one in row if isinstance(one, str) and one.startswith(KEY)), "")
        text = _text(row, column)
        parts = key.removeprefix(KEY).split(";", _PARTS - 1)
        if text and len(parts) == _PARTS:
            yield Explanation(code=parts[0], cell=parts[1], sheet=parts[2], text=text)


def _column(sheet: Sheet) -> int:
    """Place of the column with the answers in its rows, -1 without it."""
    wanted = plain_key(HEADING)
    for row in sheet.rows:
        for at, value in enumerate(row):
            if isinstance(value, str) and plain_key(value) == wanted:
                return at
    return -1


def _text(row: Sequence[Raw], column: int) -> str:
    value = row[column] if column < len(row) else None
    return clean_text(value) if isinstance(value, str) else given(value)
