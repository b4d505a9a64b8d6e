"""One habit of filling in, and what must come of it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from tests.habits.filled import Filled, Typed

ACCEPTED, WARNED, RETURNED = "accepted", "accepted_with_warnings", "returned"


@dataclass(frozen=True)
class Habit:
    """What a person does to a correct workbook, the verdict, and each sentence with its place.

    ``said`` names them in reading order, «KS-307 Hồ sơ!E8; …».
    """

    name: str
    cells: Mapping[str, Typed] = field(default_factory=dict)
    said: str = ""
    verdict: str = ACCEPTED
    change: Callable[[Filled], Filled] | None = None

    def of(self, correct: Filled) -> Filled:
        """The workbook as it comes back."""
        typed = correct.typed(self.cells)
        return self.change(typed) if self.change else typed


def by_text(
    what: str, cell: str, texts: Iterable[Typed], told: str = "", verdict: str = ACCEPTED
) -> Iterator[Habit]:
    """The same content of a cell in each spelling."""
    for text in texts:
        yield Habit(f"{what} as {text!r}", {cell: text}, told, verdict)


def named(
    cells: Mapping[str, tuple[Mapping[str, Typed], str]], verdict: str = ACCEPTED
) -> Iterator[Habit]:
    """Habits that touch several cells."""
    for name, (typed, told) in cells.items():
        yield Habit(name, typed, told, verdict)
