"""Where something stands in a workbook, as Excel shows it."""

import re
from dataclasses import dataclass
from typing import Self

_A1 = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_LETTERS = 26


def column_letters(number: int) -> str:
    """Letters of a column number: 1 gives ``A``, 27 gives ``AA``."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, _LETTERS)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """Number of a column: ``A`` gives 1, ``AA`` gives 27."""
    number = 0
    for letter in letters.upper():
        number = number * _LETTERS + ord(letter) - ord("A") + 1
    return number


@dataclass(frozen=True, order=True, slots=True)
class CellRef:
    """A cell (ô), a whole row (column 0) or a whole sheet (row 0); rows and columns from 1."""

    sheet: str
    row: int = 0
    column: int = 0

    @property
    def a1(self) -> str:
        """``G12``; ``12`` for a whole row; empty for a whole sheet."""
        letters = column_letters(self.column) if self.column else ""
        return f"{letters}{self.row or ''}"

    @classmethod
    def parse(cls, sheet: str, a1: str) -> Self:
        """The cell named ``a1`` (``G12``) on ``sheet``. Raises ValueError."""
        match = _A1.fullmatch(a1.strip().upper())
        if not match:
            raise ValueError(a1)
        return cls(sheet, int(match[2]), column_number(match[1]))
