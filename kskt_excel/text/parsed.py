"""The outcome of reading one value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, Literal, TypeVar

T_co = TypeVar("T_co", covariant=True)

Outcome = Literal["ok", "warn", "error", "blank", "ditto"]


@dataclass(frozen=True, slots=True)
class Parsed(Generic[T_co]):
    """A value read: ``ok`` and ``warn`` carry it, the others carry None.

    ``code`` names the catalogue entry of what there is to say about it, "" when there is nothing:
    of ``error`` and ``ditto`` there always is. ``params`` fill the entry's braces.
    """

    value: T_co | None
    outcome: Outcome = "ok"
    code: str = ""
    params: Mapping[str, object] = field(default_factory=dict)
