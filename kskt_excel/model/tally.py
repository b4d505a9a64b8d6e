"""What one workbook adds to the figures of its quarter, counted when it is read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

Amount: TypeAlias = int | float | frozenset[str] | tuple[str, ...] | None
"""What an aggregate gives before it is shown: a number, distinct values, texts, or the largest."""

Amounts: TypeAlias = tuple[Amount, ...]
"""An amount for each column that comes from units' cells, in the order of the form."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What one workbook adds to each row of each form (phần góp).

    It follows from the workbook, the plan and the form definitions alone. Forms that the workbook
    has no records for are left out.
    """

    unit: str
    period: str  # quarter id
    rows: Mapping[str, Mapping[str, Amounts]]  # form id -> key of the printed row -> amounts
    whole: Mapping[str, Amounts]  # form id -> the sheets behind it counted whole
