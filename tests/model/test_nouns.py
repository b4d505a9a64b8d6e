"""Frozen nouns are what ``dataclasses`` would make, only sooner."""

import copy
import dataclasses
import pickle
from collections.abc import Callable
from dataclasses import field
from functools import cached_property
from typing import Any

import pytest

from kskt_excel.model.nouns import dataclass


@dataclass(frozen=True, slots=True)
class Slotted:
    first: int
    second: str = "hai"
    third: list[int] = field(default_factory=list)
    hidden: str = field(default="x", repr=False, compare=False)


@dataclass(frozen=True)
class WithMore:
    first: int
    others: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if self.first < 0:
            raise ValueError(self.first)

    @cached_property
    def doubled(self) -> int:
        return 2 * self.first


@dataclass(frozen=True, slots=True)
class Own:
    text: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Own) and self.text.casefold() == other.text.casefold()

    def __hash__(self) -> int:
        return hash(self.text.casefold())

    def __repr__(self) -> str:
        return f"<{self.text}>"


@dataclass(frozen=True, slots=True)
class Nothing:
    pass


@dataclass(frozen=True)
class Below(WithMore):
    last: str = "cuối"


class BelowSlotted(Slotted):
    """Has a place for more: it is not laid out as the noun above it."""


@dataclass(frozen=True, slots=True)
class SlottedBelow(Slotted):
    last: str = "cuối"


@dataclass(frozen=True, slots=True, order=True)
class Ordered:
    number: int


def test_it_is_made_compared_and_shown_as_a_dataclass() -> None:
    one = Slotted(1)
    assert (one.second, one.third, one.hidden) == ("hai", [], "x")
    assert one == Slotted(1, hidden="y")
    assert one != Slotted(2)
    assert one.third is not Slotted(1).third
    assert repr(one) == "Slotted(first=1, second='hai', third=[])"
    assert hash(WithMore(1)) == hash(WithMore(1, ()))
    assert Nothing() == Nothing()
    assert hash(Nothing()) == hash(())
    assert Below(1).last == "cuối"
    assert Below(1) != WithMore(1)
    assert Ordered(1) < Ordered(2)
    assert type(one) is Slotted
    for below in (BelowSlotted(1), SlottedBelow(1)):
        assert (below.first, below.second, below.third) == (1, "hai", [])
        with pytest.raises(dataclasses.FrozenInstanceError):
            below.first = 2  # type: ignore[misc]
    assert SlottedBelow(1).last == "cuối"
    assert not hasattr(one, "__dict__")
    assert Slotted.__match_args__ == ("first", "second", "third", "hidden")


@pytest.mark.parametrize(
    "change",
    [
        lambda noun: setattr(noun, "first", 2),
        lambda noun: setattr(noun, "new", 2),
        lambda noun: delattr(noun, "first"),
    ],
)
@pytest.mark.parametrize("noun", [Slotted(1), WithMore(1), Below(1)])
def test_nothing_of_it_can_be_changed(noun: Any, change: Callable[[Any], None]) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        change(noun)


@pytest.mark.parametrize("noun", [Slotted(1, third=[1]), WithMore(3, (1,)), Own("Sở"), Nothing()])
def test_it_goes_through_pickle_copy_and_replace(noun: Any) -> None:
    assert pickle.loads(pickle.dumps(noun)) == noun
    assert copy.deepcopy(noun) == copy.copy(noun) == noun
    assert dataclasses.replace(noun) == noun


def test_what_a_class_says_itself_stays() -> None:
    assert Own("Sở") == Own("SỞ")
    assert len({Own("Sở"), Own("SỞ")}) == 1
    assert repr(Own("Sở")) == "<Sở>"
    assert WithMore(2).doubled == 4
    with pytest.raises(ValueError, match="-1"):
        WithMore(-1)
    assert dataclasses.asdict(Slotted(1)) == {
        "first": 1,
        "second": "hai",
        "third": [],
        "hidden": "x",
    }
