"""What single formulas and attributes of a sheet mean."""

import re
from functools import lru_cache

from kskt_excel.model.cells import column_number
from kskt_excel.model.grid import Cell

_EXTERNAL = re.compile(r"\[\d+\]|\.(?:xls[xmb]?|ods)[\]']|\|'", re.IGNORECASE)
_FAR_COLUMN = 1_000  # a hidden span may run to the end of the sheet; no report reaches further
_PLACE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_MOST_REMEMBERED = 8192
TRUE = ("1", "true")


def reads_outside(formula: str) -> bool:
    """Whether a formula takes its value from another workbook or program."""
    return bool(_EXTERNAL.search(formula))


def columns_between(first: int, last: int) -> range:
    """Columns of a span, as far as any report reaches."""
    return range(first, min(last, _FAR_COLUMN) + 1)


def place_of(written: str) -> Cell | None:
    """Row and column of a cell's address; None when it is none."""
    place = _PLACE.fullmatch(written)
    return (int(place[2]), column_number(place[1])) if place else None


class _Places(dict[bytes, Cell]):
    """Rows and columns of addresses; the sheets of all workbooks have mostly the same ones."""

    def __missing__(self, written: bytes) -> Cell:
        """Row and column of an address that was not seen before."""
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
        letters = written.rstrip(b"0123456789")
        self[written] = int(written[len(letters) :]), column_of(letters)
        return self[written]


PLACES = _Places()
"""Row and column of each address as a sheet's XML names it."""


@lru_cache(maxsize=_MOST_REMEMBERED)
def column_of(letters: bytes) -> int:
    """Number of a column as a sheet's XML names it."""
    return column_number(letters.decode("ascii"))
