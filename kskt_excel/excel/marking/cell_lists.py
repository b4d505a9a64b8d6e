"""Many cells in few words: ``E7, E9, E12–E15``."""

from collections.abc import Iterator, Sequence

from kskt_excel.model.cells import CellRef, column_letters


def joined(cells: Sequence[CellRef], most: int) -> str:
    """The cells in reading order, neighbours in a column joined; after ``most`` only their number.

    Whole rows are ``dòng 12``; whole sheets are left out.
    """
    runs = list(_runs(sorted({cell for cell in cells if cell.row})))
    shown = [_text(first, last) for first, last in runs[:most]]
    left = sum(last.row - first.row + 1 for first, last in runs[most:])
    more = f" … và {left} ô nữa" if left else ""
    return ", ".join(shown) + more


def _runs(cells: Sequence[CellRef]) -> Iterator[tuple[CellRef, CellRef]]:
    """First and last cell of every run down a column, by the place of the first."""
    left = dict.fromkeys(cells)
    for cell in cells:
        if cell not in left:
            continue
        last = cell
        del left[cell]
        while (below := CellRef(cell.sheet, last.row + 1, cell.column)) in left:
            del left[below]
            last = below
        yield cell, last


def _text(first: CellRef, last: CellRef) -> str:
    if not first.column:
        return f"dòng {first.row}" if first == last else f"dòng {first.row}–{last.row}"
    letters = column_letters(first.column)
    if first == last:
        return f"{letters}{first.row}"
    joining = ", " if last.row == first.row + 1 else "–"
    return f"{letters}{first.row}{joining}{letters}{last.row}"
