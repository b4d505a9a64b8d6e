"""What leaders say must be done, and what came of it."""

import datetime as dt

from kskt_excel.model.nouns import dataclass


@dataclass(frozen=True, slots=True)
class Direction:
    """A leader's direction (ý kiến chỉ đạo) on a task, or on what a unit has raised.

    Several on one row of the tracker follow each other: the last one holds.
    """

    id: int  # number of the decision that records it
    unit: str  # who is to act
    period: str  # id of the quarter in which the matter stood
    row: str  # key of the tracker's row that it was given on
    text: str
    task: str = ""  # code, "" for a matter of no task
    matter: str = ""  # what the unit had raised, "" for a task as a whole
    leader: str = ""  # as the office has written it
    given_on: dt.date | None = None
    closed_by: str = ""  # who said that nothing more is awaited
    closed_on: dt.date | None = None
    closing_words: str = ""

    @property
    def is_open(self) -> bool:
        """Whether its result is still awaited."""
        return self.closed_on is None


@dataclass(frozen=True, slots=True)
class DirectionStanding:
    """A direction at the end of a period (tình hình thực hiện chỉ đạo)."""

    direction: Direction
    answer: str = ""  # what the unit has written since
    answered_in: str = ""  # id of the quarter whose report says so
