"""What the office wrote into the tracker by hand: found by row key, kept through every run."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from kskt_excel.model.finding import Finding

Written: TypeAlias = str | float | bool | dt.datetime | dt.date | dt.time | dt.timedelta | None


@dataclass(frozen=True, slots=True)
class Look:
    """How a cell looks that a person formatted, as XlsxWriter's properties."""

    properties: tuple[tuple[str, str | int | float | bool], ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a text in one look."""

    text: str
    look: Look


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment on a cell (chú thích)."""

    text: str
    author: str = ""


@dataclass(frozen=True, slots=True)
class HandCell:
    """A cell as a person left it."""

    value: Written = None
    formula: str = ""  # without "="; ``value`` is its stored result
    origin: str = ""  # where the formula stood: "W12"
    runs: tuple[Run, ...] = ()
    look: Look | None = None
    comment: Comment | None = None

    @property
    def says_something(self) -> bool:
        """Whether there is more than a look."""
        return self.value is not None or bool(self.formula) or self.comment is not None


@dataclass(frozen=True, slots=True)
class HandRow:
    """What was written in one row: the office's cells by heading, and remarks on the others."""

    key: str
    alternative: str
    cells: Mapping[str, HandCell]  # heading -> cell of the office's columns
    marks: Mapping[str, HandCell]  # heading -> comment and colour on a cell of the program
    context: str = ""  # the first texts of the row, for people


@dataclass(frozen=True, slots=True)
class AddedColumn:
    """A column that the office added at the right of a block."""

    heading: str
    width: float | None = None  # in characters, as Excel counts


@dataclass(frozen=True, slots=True)
class HandBlock:
    """The handwriting in one block of a sheet."""

    rows: tuple[HandRow, ...] = ()
    added: tuple[AddedColumn, ...] = ()
    widths: Mapping[str, float] = field(default_factory=dict)  # heading -> characters
    hidden: frozenset[str] = frozenset()  # headings of hidden columns


@dataclass(frozen=True, slots=True)
class Loose:
    """A piece of handwriting that has no row any more (ghi chú chưa xếp được)."""

    sheet: str
    key: str
    context: str
    heading: str
    cell: HandCell


@dataclass(frozen=True, slots=True)
class OwnSheet:
    """A sheet that the office added, to be written again as it was."""

    name: str
    cells: Mapping[tuple[int, int], HandCell]
    widths: Mapping[str, float] = field(default_factory=dict)  # letters -> characters
    heights: Mapping[int, float] = field(default_factory=dict)  # row -> points
    hidden_columns: frozenset[str] = frozenset()
    hidden_rows: frozenset[int] = frozenset()
    merged: tuple[str, ...] = ()  # "A1:C1"
    frozen: str = ""  # top left cell of what scrolls
    visible: bool = True


@dataclass(frozen=True)
class Handwriting:
    """Everything found in the tracker as it stood.

    ``blocks`` by sheet id and block id. A tracker that must not be overwritten (damaged, of another
    year, of a newer program) has ``replaceable`` False; ``findings`` say why.
    """

    blocks: Mapping[tuple[str, str], HandBlock] = field(default_factory=dict)
    loose: tuple[Loose, ...] = ()
    own_sheets: tuple[OwnSheet, ...] = ()
    findings: tuple[Finding, ...] = ()
    replaceable: bool = True
    sha256: str = ""  # of the file that was read, "" when there was none
