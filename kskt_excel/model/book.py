"""A workbook as raw cells with addresses: what the readers of formats hand to reading."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import NamedTuple, Self, TypeAlias

from kskt_excel.model.nouns import dataclass
from kskt_excel.model.patterns import lazy_pattern

Raw: TypeAlias = str | float | bool | dt.date | dt.datetime | dt.time | dt.timedelta | None
"""A stored value: numbers are floats, error values are None here and named in SheetFacts.errors.

Floats have the 15 digits that Excel counts with: see ``as_counted``.
"""

CellPlace: TypeAlias = tuple[int, int]
"""(row, column), both from 1."""


class RichPart(NamedTuple):
    """A part of a cell's text with formatting of its own (đoạn chữ định dạng riêng trong ô)."""

    text: str
    struck: bool = False  # through: gạch ngang
    shift: int = 0  # 1 above the line (chỉ số trên), -1 below it (chỉ số dưới)
    unseen: bool = False  # of the colour behind it or too small to be read


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """What the values alone do not tell; empty for formats that cannot tell it."""

    formulas: Mapping[CellPlace, str] = field(default_factory=dict)  # text without "="
    unstored: frozenset[CellPlace] = frozenset()  # formulas whose result was never stored
    errors: Mapping[CellPlace, str] = field(default_factory=dict)  # "#REF!", "#DIV/0!", …
    external: frozenset[CellPlace] = frozenset()  # formulas that read another workbook
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    filtered: bool = False
    legacy_fonts: Mapping[CellPlace, str] = field(
        default_factory=dict
    )  # font name, only .Vn* and VNI*
    percent_cells: frozenset[CellPlace] = frozenset()  # number format shows a percentage
    struck: frozenset[CellPlace] = frozenset()  # struck through as a whole
    unseen: frozenset[CellPlace] = frozenset()  # nobody sees what stands there
    parts: Mapping[CellPlace, tuple[RichPart, ...]] = field(
        default_factory=dict
    )  # texts of which a part is struck, shifted or unseen


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet (trang tính): ``rows[r - 1][c - 1]`` is row r, column c; rows may be ragged."""

    name: str
    rows: Sequence[Sequence[Raw]]
    visible: bool = True
    merged: tuple[
        tuple[int, int, int, int], ...
    ] = ()  # first row, first column, last row, last column
    facts: SheetFacts = field(default_factory=SheetFacts)

    def at(self, row: int, column: int) -> Raw:
        """The raw value in a cell; None outside what is stored."""
        if 0 < row <= len(self.rows) and 0 < column <= len(self.rows[row - 1]):
            return self.rows[row - 1][column - 1]
        return None


def as_counted(number: float) -> float:
    """A number with the 15 digits that Excel counts with and shows: 6.0000000000000009 is 6."""
    return float(f"{number:.15g}")


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook read: sheets in tab order, its marks, and what kind of file it was."""

    kind: str  # xlsx, xlsm, xls, xlsb, ods, html, xml2003, csv
    sheets: tuple[Sheet, ...]
    properties: Mapping[str, str] = field(default_factory=dict)  # custom document properties
    names: Mapping[str, str] = field(default_factory=dict)  # defined names
    epoch_1904: bool = False


LONGEST_SHEET_NAME = 31
"""Letters of a sheet's name: Excel's own limit, and LibreOffice keeps to it."""

_A1 = lazy_pattern(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
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


def place_among(tabs: Mapping[str, int], at: CellRef | None) -> tuple[int, int, int]:
    """What sorts cells as one meets them going through the tabs; no cell first, other sheets last.

    ``tabs``: numbers of sheets by name.
    """
    return (tabs.get(at.sheet, len(tabs)), at.row, at.column) if at else (-1, 0, 0)
