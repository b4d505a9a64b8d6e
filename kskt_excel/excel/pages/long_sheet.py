"""A worksheet for pages of many rows: what equal cells have in common is made once, as XML.

It stands on private names of XlsxWriter (``_write_cell``, ``_check_dimensions``, ``_get_xf_index``,
``table``, ``merge``, ``str_table``): ``works`` tries them once, and where they have changed every
cell is written by XlsxWriter's own calls. Both ways give the same bytes.
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


_CREATED: Final = dt.datetime(2022, 3, 14, tzinfo=dt.UTC)
_PROBED: Final = (
    ((2, 2), "ô & <b>"),
    ((3, 3), 12),
    ((4, 6), "đầu"),
    ((7, 8), None),
    ((9, 9), 12_345_678),
    ((10, 10), None),
)


class Ready(NamedTuple):
    """A box as it stands in any row: the XML of its cells, the text that it shows, if any.

    Of each cell there is what stands before the row's number, the format, and what follows both.
    """

    first: int  # column from 1
    last: int
    cells: "tuple[tuple[str, Format, str], ...]"
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
            xml = [
                f'{start}{number}" s="{form._get_xf_index()}"{end}'  # noqa: SLF001  # above
                for start, form, end in cell
            ]
            self.fh.write("".join(xml))

    return LongSheet


def ready(sheet: "Worksheet", first: int, last: int, value: Shown, form: "Format") -> Ready | None:
    """A box over the columns ``first`` to ``last``; None for a value that takes a call of its own.

    A text gets its number in the workbook's list.
    """
    if value is None:
        end = "/>"
    elif value.__class__ is int:
        end = f"><v>{value:.16G}</v></c>"
    elif isinstance(value, str):
        texts = sheet.str_table
        end = f' t="s"><v>{texts._get_shared_string_index(clean(value))}</v></c>'  # noqa: SLF001
        texts.count -= 1  # each row that shows it is counted
    else:
        return None
    starts = [f'<c r="{column_letters(column)}' for column in range(first, last + 1)]
    covered = [(start, form, "/>") for start in starts[1:]]
    return Ready(first, last, ((starts[0], form, end), *covered), isinstance(value, str))


def put_row(sheet: "Worksheet", row: int, boxes: Sequence[Ready]) -> None:
    """Puts boxes side by side on a row, from 1, that has none."""
    at, first, last = row - 1, boxes[0].first - 1, boxes[-1].last - 1
    sheet._check_dimensions(at, first)  # noqa: SLF001  # above
    sheet._check_dimensions(at, last)  # noqa: SLF001  # above
    # XlsxWriter reckons a row's span by its first and last cell: the last one is there for that
    sheet.table[at] = {last: (), first: tuple([cell for box in boxes for cell in box.cells])}
    for box in boxes:
        if box.is_text:
            sheet.str_table.count += 1
        if box.last > box.first:
            sheet.merge.append([at, box.first - 1, at, box.last - 1])


@cache
def works() -> bool:
    """Whether XlsxWriter still has the names this stands on and both ways give the same bytes."""
    try:
        return _probe(_put_ready) == _probe(_put_plainly)
    except (
        AttributeError,
        LookupError,
        TypeError,
    ):  # a private name was renamed or changed its arguments
        return False


def _probe(put: Callable[["Worksheet", int, "Format"], None]) -> bytes:
    """A small workbook with rows of values put in one way."""
    from xlsxwriter import Workbook

    target = io.BytesIO()
    with Workbook(target, {"in_memory": True}) as book:
        book.set_properties({"created": _CREATED})
        looks = [book.add_format({"bold": bold}) for bold in (True, False)]
        sheet = book.add_worksheet("A", long_sheet())
        sheet.write_string(0, 3, "đầu", looks[0])
        for row in range(2, 20):
            sheet.set_row(row - 1, 21.5)
            put(sheet, row, looks[row % 2])
    return target.getvalue()


def _put_ready(sheet: "Worksheet", row: int, form: "Format") -> None:
    boxes = (ready(sheet, *block, value, form) for block, value in _PROBED)
    put_row(sheet, row, [box for box in boxes if box])


def _put_plainly(sheet: "Worksheet", row: int, form: "Format") -> None:
    for (first, last), value in _PROBED:
        if last > first:
            sheet.merge_range(row - 1, first - 1, row - 1, last - 1, "", form)
        sheet.write(row - 1, first - 1, value, form)
