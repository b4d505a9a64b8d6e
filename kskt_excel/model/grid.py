"""A workbook as raw cells with addresses: what the readers hand to intake."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

Raw: TypeAlias = str | float | bool | dt.date | dt.datetime | dt.time | dt.timedelta | None
"""A stored value: numbers are floats, error values are None here and named in SheetFacts.errors."""

Cell: TypeAlias = tuple[int, int]
"""(row, column), both from 1."""


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """What the values alone do not tell; empty for formats that cannot tell it."""

    formulas: Mapping[Cell, str] = field(default_factory=dict)  # text without "="
    unstored: frozenset[Cell] = frozenset()  # formulas whose result was never stored
    errors: Mapping[Cell, str] = field(default_factory=dict)  # "#REF!", "#DIV/0!", …
    external: frozenset[Cell] = frozenset()  # formulas that read another workbook
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    filtered: bool = False
    legacy_fonts: Mapping[Cell, str] = field(default_factory=dict)  # font name, only .Vn* and VNI*
    percent_cells: frozenset[Cell] = frozenset()  # number format shows a percentage


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


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook read: sheets in tab order, its marks, and what kind of file it was."""

    kind: str  # xlsx, xlsm, xls, xlsb, ods, html, xml2003, csv
    sheets: tuple[Sheet, ...]
    properties: Mapping[str, str] = field(default_factory=dict)  # custom document properties
    names: Mapping[str, str] = field(default_factory=dict)  # defined names
    epoch_1904: bool = False
