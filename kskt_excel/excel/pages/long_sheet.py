"""A worksheet for pages of many rows: what equal cells have in common is made once, as XML.

It stands on private names of XlsxWriter (``_write_cell``, ``_check_dimensions``, ``_get_xf_index``,
``table``, ``str_table``): ``works`` tries them once, and where they have changed every cell is
written by XlsxWriter's own calls. Both ways give the same bytes.
"""

import datetime as dt
import io
from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from kskt_excel.excel.pages.nouns import Shown
from kskt_excel.excel.writing import clean
from kskt_excel.model.cells import column_letters

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet


_PROBED: Final = dt.datetime(2022, 3, 14, tzinfo=dt.UTC)
_VALUES: Final = ("ô & <b>", 12, None, "đầu", 12_345_678)


class Ready(NamedTuple):
    """A cell as it stands in any row: its XML up to the row's number and after the style."""

    start: str
    form: "Format"
    end: str
    is_text: bool


@cache
def long_sheet() -> "type[Worksheet]":
    """The class of such a worksheet; made when first needed, XlsxWriter is a heavy import."""
    from xlsxwriter.worksheet import Worksheet

    class LongSheet(Worksheet):  # type: ignore[misc]  # XlsxWriter has no types
        """A worksheet that takes whole rows of ready cells."""

        def _write_cell(self, row: int, col: int, cell: Any) -> None:
            if cell.__class__ is not tuple:
                super()._write_cell(row, col, cell)
                return
            number = row + 1
            self.fh.write(
                "".join(
                    [
                        f'{start}{number}" s="{form._get_xf_index()}"{end}'  # noqa: SLF001  # above
                        for start, form, end, _ in cell
                    ]
                )
            )

    return LongSheet


def ready(sheet: "Worksheet", column: int, value: Shown, form: "Format") -> Ready | None:
    """A cell for ``put_row``, column from 1; None for a value that the sheet writes itself."""
    start = f'<c r="{column_letters(column)}'
    if value is None:
        return Ready(start, form, "/>", is_text=False)
    if value.__class__ is int:
        return Ready(start, form, f"><v>{value:.16G}</v></c>", is_text=False)
    if not isinstance(value, str):
        return None
    texts = sheet.str_table
    number = texts._get_shared_string_index(clean(value))  # noqa: SLF001  # above
    texts.count -= 1  # each row that shows it is counted
    return Ready(start, form, f' t="s"><v>{number}</v></c>', is_text=True)


def put_row(sheet: "Worksheet", row: int, column: int, cells: Sequence[Ready]) -> None:
    """Puts cells side by side on a row that has none; row and column of the first from 1."""
    first, last = column - 1, column + len(cells) - 2
    sheet._check_dimensions(row - 1, first)  # noqa: SLF001  # above
    sheet._check_dimensions(row - 1, last)  # noqa: SLF001  # above
    # XlsxWriter reckons a row's span by its first and last cell: the last one is there for that
    sheet.table[row - 1] = {last: (), first: tuple(cells)}
    sheet.str_table.count += sum(cell.is_text for cell in cells)


@cache
def works() -> bool:
    """Whether XlsxWriter still has the names this stands on and both ways give the same bytes."""
    try:
        return _probe(_put_ready) == _probe(_put_plainly)
    except (AttributeError, TypeError):  # a private name was renamed or changed its arguments
        return False


def _probe(put: Callable[["Worksheet", int, "Format"], None]) -> bytes:
    """A small workbook with rows of values put in one way."""
    from xlsxwriter import Workbook

    target = io.BytesIO()
    with Workbook(target, {"in_memory": True}) as book:
        book.set_properties({"created": _PROBED})
        looks = [book.add_format({"bold": bold}) for bold in (True, False)]
        sheet = book.add_worksheet("A", long_sheet())
        sheet.write_string(0, 3, "đầu", looks[0])
        for row in range(2, 20):
            sheet.set_row(row - 1, 21.5)
            put(sheet, row, looks[row % 2])
    return target.getvalue()


def _put_ready(sheet: "Worksheet", row: int, form: "Format") -> None:
    cells = (ready(sheet, column, value, form) for column, value in enumerate(_VALUES, start=2))
    put_row(sheet, row, 2, [cell for cell in cells if cell])


def _put_plainly(sheet: "Worksheet", row: int, form: "Format") -> None:
    for column, value in enumerate(_VALUES, start=1):
        sheet.write(row - 1, column, value, form)
