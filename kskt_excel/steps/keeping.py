"""The tracker's chunks from one run to the next, in the workspace's cache."""

from collections.abc import Iterator
from contextlib import contextmanager

from kskt_excel.ledger.cache import Cache
from kskt_excel.steps.desk import Desk

_USED = "used by the last run"


class KeptChunks:
    """What the last run made of a year's tracker; what this run does not use goes."""

    def __init__(self, cache: Cache, year: int) -> None:
        self._cache = cache
        self._context = f"tracker {year}"
        self._used: dict[str, None] = {}

    def get(self, name: str) -> bytes | None:
        """What was kept under a name; None when nothing was."""
        self._used[name] = None
        return self._cache.get(name, self._context)

    def put(self, name: str, value: bytes) -> None:
        """Keeps something under a name."""
        self._used[name] = None
        self._cache.put(name, self._context, value)

    def tidy(self) -> None:
        """Drops what only the run before has used."""
        before = (self._cache.get(_USED, self._context) or b"").decode().split()
        if before != [*self._used]:
            self._cache.drop((one for one in before if one not in self._used), self._context)
            self._cache.put(_USED, self._context, " ".join(self._used).encode())


@contextmanager
def kept_chunks(desk: Desk, year: int) -> Iterator[KeptChunks]:
    """What is kept of a year's tracker; nothing where the cache is not to be trusted."""
    with Cache(desk.workspace.cache if desk.trusts_cache else None) as cache:
        kept = KeptChunks(cache, year)
        yield kept
        kept.tidy()
