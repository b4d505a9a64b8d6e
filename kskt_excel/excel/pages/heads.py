"""Heads of several levels: which of them are merged, and over how many rows and columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from kskt_excel.report.content import Column


@dataclass(frozen=True, slots=True)
class Head:
    """One head of a table: level from 0, columns from 0, rows that it covers."""

    text: str
    level: int
    first: int
    last: int
    down: int = 1


def levels(columns: Sequence[Column]) -> int:
    """How many levels the heads have; at least 1."""
    return max((len(column.header) for column in columns), default=1) or 1


def heads(columns: Sequence[Column]) -> list[Head]:
    """Every head once, level by level from the left.

    Neighbours with the same heads so far are one; a column's own head reaches down to the end.
    """
    return [head for level in range(levels(columns)) for head in _of_level(columns, level)]


def _of_level(columns: Sequence[Column], level: int) -> list[Head]:
    found = []
    for (path, leaf), group in groupby(range(len(columns)), lambda at: _key(columns, at, level)):
        members = list(group)
        if not path:
            continue
        down = levels(columns) - level if leaf is not None else 1
        found.append(Head(path[-1], level, members[0], members[-1], down))
    return found


def _key(columns: Sequence[Column], at: int, level: int) -> tuple[tuple[str, ...], int | None]:
    """Equal for columns that share a head at this level; a column's own head is shared by none."""
    header = columns[at].header or ("",)
    if level >= len(header):
        return (), at
    leaf = at if level == len(header) - 1 else None
    return header[: level + 1], leaf
