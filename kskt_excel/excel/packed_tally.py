"""A tally as small bytes, and its two mappings made again whenever they are looked at."""

import zlib
from collections.abc import Callable, ItemsView, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from kskt_excel.model.tally import Amounts, Tally

_LEVEL = 1
_KEPT = 4  # workbooks: each is looked at once, for all forms
_ROWS, _WHOLE = 0, 1


def pack_tally(tally: Tally, dump: Callable[[object], bytes]) -> bytes:
    """Rows, then wholes, as pairs; texts in order are marked, since JSON has only lists."""
    rows = [
        [form, [[key, _plain(amounts)] for key, amounts in by_key.items()]]
        for form, by_key in tally.rows.items()
    ]
    whole = [[form, _plain(amounts)] for form, amounts in tally.whole.items()]
    return zlib.compress(dump([rows, whole]), _LEVEL)


def unpack_tally(told: Sequence[Any], block: bytes, load: Callable[[bytes], Any]) -> Tally:
    """The tally of a line and its block."""
    unit, period, _ = told
    return Tally(unit, period, _Packed(block, _ROWS, load), _Packed(block, _WHOLE, load))


class _Packed(Mapping[str, Any]):
    """One of the mappings: thousands of tallies are not held unpacked."""

    __slots__ = ("_at", "_block", "_load")

    def __init__(self, block: bytes, at: int, load: Callable[[bytes], Any]) -> None:
        self._block = block
        self._at = at
        self._load = load

    def __getitem__(self, form: str) -> Any:
        return self._opened()[form]

    def __iter__(self) -> Iterator[str]:
        return iter(self._opened())

    def items(self) -> ItemsView[str, Any]:
        """All at once: the one way in which tallies are read."""
        return self._opened().items()

    def __len__(self) -> int:
        return len(self._opened())

    def __repr__(self) -> str:
        return repr(self._opened())

    def _opened(self) -> Mapping[str, Any]:
        return _unpacked(self._block, self._load)[self._at]


@lru_cache(maxsize=_KEPT)
def _unpacked(
    block: bytes, load: Callable[[bytes], Any]
) -> tuple[Mapping[str, Mapping[str, Amounts]], Mapping[str, Amounts]]:
    rows, whole = load(zlib.decompress(block))
    by_row = {form: {key: tuple(amounts) for key, amounts in pairs} for form, pairs in rows}
    return by_row, {form: tuple(amounts) for form, amounts in whole}


def _plain(amounts: Amounts) -> list[object]:
    return [{"u": list(one)} if isinstance(one, tuple) else one for one in amounts]
