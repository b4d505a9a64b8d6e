"""The records of a sheet as small bytes, and a sequence that makes records of them when asked."""

import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, overload

from kskt_excel.model.reading import Record, Value

_BLANK = {"b": 0}  # a value that is there and is None; an absent value is null
_BLANK_WRITTEN = b'{"b":0}'
_LEVEL = 1
_KEPT = 64  # sheets
_NOTHING_UNREAD: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SealedRecords:
    """Records in two texts: where each stands, and what it says."""

    places: bytes
    content: bytes

    def packed(self) -> bytes:
        """Both as one block."""
        return zlib.compress(self.places + b"\n" + self.content, _LEVEL)


def seal(records: Sequence[Record], dump: Callable[[object], bytes]) -> SealedRecords:
    """Records as rows of values in the order of their sorted keys."""
    keys = sorted({key for record in records for key in record.values})
    has_none = any(None in record.values.values() for record in records)
    rows = [
        [record.key, sorted(record.unread) or 0, *_values(record, keys, has_none=has_none)]
        for record in records
    ]
    places = [[record.row, record.hidden_id] for record in records]
    return SealedRecords(dump(places), dump([keys, rows]))


def _values(record: Record, keys: list[str], *, has_none: bool) -> list[object]:
    values = record.values
    if has_none:
        return [
            _BLANK if key in values and values[key] is None else values.get(key) for key in keys
        ]
    return list(map(values.get, keys))


class PackedRecords(Sequence[Record]):
    """The records of a sheet in the order of its rows, made when they are first looked at."""

    __slots__ = ("_block", "_count", "_load")

    def __init__(self, block: bytes, count: int, load: Callable[[bytes], Any]) -> None:
        self._block = block
        self._count = count
        self._load = load

    @property
    def packed(self) -> bytes:
        """The records as bytes: where they are equal, the records are."""
        return self._block

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Record]:
        return iter(self._records())

    @overload
    def __getitem__(self, at: int) -> Record: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Record, ...]: ...
    def __getitem__(self, at: int | slice) -> Record | tuple[Record, ...]:
        return self._records()[at]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PackedRecords | tuple):
            return NotImplemented
        return self._records() == tuple(other)

    def __hash__(self) -> int:
        return hash(self._records())  # as the tuple that it equals

    def __repr__(self) -> str:
        return repr(self._records())

    def _records(self) -> tuple[Record, ...]:
        return _unsealed(self._block, self._load)


@lru_cache(maxsize=_KEPT)
def _unsealed(block: bytes, load: Callable[[bytes], Any]) -> tuple[Record, ...]:
    """The records; those of the sheets looked at last are kept."""
    return tuple(_records_in(zlib.decompress(block), load))


def _records_in(data: bytes, load: Callable[[bytes], Any]) -> Iterator[Record]:
    places, _, content = data.partition(b"\n")
    keys, rows = load(content)
    has_none = _BLANK_WRITTEN in content
    for (row, hidden_id), (key, unread, *values) in zip(load(places), rows, strict=True):
        found: dict[str, Value] = {
            name: value for name, value in zip(keys, values, strict=True) if value is not None
        }
        if has_none:
            found = {name: None if value == _BLANK else value for name, value in found.items()}
        yield Record(row, key, found, frozenset(unread) if unread else _NOTHING_UNREAD, hidden_id)


def record_as_lists(record: Record) -> tuple[object, ...]:
    """A record for itself, its keys beside its values."""
    keys, values = list(record.values), list(record.values.values())
    return record.row, record.key, keys, values, sorted(record.unread), record.hidden_id


def record_of_lists(packed: Sequence[Any]) -> Record:
    """The record again."""
    row, key, keys, values, unread, hidden_id = packed
    return Record(row, key, dict(zip(keys, values, strict=True)), frozenset(unread), hidden_id)
