"""Look-ups over a plan, made once: thousands of files ask for the same."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

T = TypeVar("T")


def last_of(code: str, successors: Mapping[str, str]) -> str:
    """The end of a line of successors; of one that runs in a circle, where it comes round."""
    seen: set[str] = set()
    while code in successors and code not in seen:
        seen.add(code)
        code = successors[code]
    return code


def by_unit(shared: Iterable[tuple[T, Iterable[str]]]) -> Mapping[str, tuple[T, ...]]:
    """What each unit has a part in, in the plan's order; units with the same have one tuple."""
    found: dict[str, list[int]] = {}
    items: list[T] = []
    for number, (item, units) in enumerate(shared):
        items.append(item)
        for unit in dict.fromkeys(units):
            found.setdefault(unit, []).append(number)
    kept: dict[tuple[int, ...], tuple[T, ...]] = {}
    made: dict[str, tuple[T, ...]] = {}
    for unit, numbers in found.items():
        key = tuple(numbers)
        if key not in kept:
            kept[key] = tuple(items[number] for number in numbers)
        made[unit] = kept[key]
    return made
