"""Rows of two versions of one sheet that are the same row."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from kskt_excel.model.forms import SheetForm
from kskt_excel.model.reading import Record, Value

Pair: TypeAlias = tuple[Record, Record]

_MOST_COMPARED = 150  # rows a side that are compared each with each
_ENOUGH_IN_COMMON = 0.5


@dataclass(frozen=True, slots=True)
class Pairing:
    """Rows found in both versions, and those that only one of them has."""

    pairs: tuple[Pair, ...]
    removed: tuple[Record, ...]
    added: tuple[Record, ...]


def paired(before: Sequence[Record], after: Sequence[Record], form: SheetForm) -> Pairing:
    """The rows of two versions paired: by key, by hidden id, else by what they have in common.

    In registers that number their rows the number says nothing: a row put in between shifts all
    that follow. There equal rows go first, then similar ones.
    """
    left = _Left(list(before), list(after))
    counted = numbering(form)
    if counted:
        left.match(lambda one: _content(one, counted))
    else:
        left.match(lambda one: (one.key, _content(one, counted)) if one.key else None)
        left.match(lambda one: one.key or None)
        left.match(lambda one: one.hidden_id or None)
        left.match(lambda one: _content(one, counted))
    left.match_similar(counted)
    return Pairing(tuple(left.pairs), tuple(left.before), tuple(left.after))


def numbering(form: SheetForm) -> frozenset[str]:
    """Columns of the running number (STT) that are a register's key."""
    return frozenset(key for key in form.key if form.by_key[key].type == "ordinal")


def same(one: Value, other: Value) -> bool:
    """Whether two values are the same; Có is not 1."""
    return one == other and isinstance(one, bool) == isinstance(other, bool)


class _Left:
    """Rows not paired yet, in order, and the pairs so far."""

    def __init__(self, before: list[Record], after: list[Record]) -> None:
        self.before, self.after = before, after
        self.pairs: list[Pair] = []

    def match(self, key: Callable[[Record], Hashable | None]) -> None:
        """Pairs rows of equal keys in order; None is no key."""
        waiting: dict[Hashable, list[Record]] = defaultdict(list)
        for one in reversed(self.before):
            waiting[key(one)].append(one)
        waiting.pop(None, None)
        still: list[Record] = []
        for other in self.after:
            found = waiting.get(key(other))
            if found:
                self.pairs.append((found.pop(), other))
            else:
                still.append(other)
        self._keep(still)

    def match_similar(self, counted: frozenset[str]) -> None:
        """Pairs the rest where at least half of the values agree, the most alike first."""
        if max(len(self.before), len(self.after)) > _MOST_COMPARED:
            return
        scored = [
            (_in_common(one, other, counted), -first, -second)
            for first, one in enumerate(self.before)
            for second, other in enumerate(self.after)
        ]
        before, after = list(self.before), list(self.after)
        used: set[int] = set()
        for share, first, second in sorted(scored, reverse=True):
            one, other = before[-first], after[-second]
            if share < _ENOUGH_IN_COMMON or used & {id(one), id(other)}:
                continue
            used |= {id(one), id(other)}
            self.pairs.append((one, other))
        self._keep([other for other in self.after if id(other) not in used])

    def _keep(self, after: list[Record]) -> None:
        taken = {id(one) for one, _ in self.pairs}
        self.before = [one for one in self.before if id(one) not in taken]
        self.after = after


def _content(record: Record, counted: frozenset[str]) -> Hashable:
    values = ((key, type(v), v) for key, v in record.values.items() if key not in counted)
    return frozenset(values), record.unread


def _in_common(one: Record, other: Record, counted: frozenset[str]) -> float:
    """Share of the filled columns in which two rows agree, 0 without any; texts agree in part."""
    keys = (one.values.keys() | other.values.keys()) - counted
    agreeing = sum(_alike(one.values.get(key), other.values.get(key)) for key in keys)
    return agreeing / len(keys) if keys else 0.0


def _alike(one: Value, other: Value) -> float:
    """1 for the same value; for two texts the share of their words that both have."""
    if same(one, other):
        return 1.0
    if not (isinstance(one, str) and isinstance(other, str)):
        return 0.0
    words, others = set(one.casefold().split()), set(other.casefold().split())
    return len(words & others) / max(len(words | others), 1)
