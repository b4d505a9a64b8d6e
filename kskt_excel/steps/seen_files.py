"""Files of the inbox that nobody has touched since they were taken in: they are not read again."""

import os
import time

from kskt_excel.ledger.cache import Cache
from kskt_excel.ledger.state import State

_CONTEXT = "file of the inbox"
_SETTLED_NS = 2_000_000_000  # a file younger than this may yet change within one tick of its clock


class SeenFiles:
    """Remembers by place what a file was: size, times, number on the disk, and its hash.

    Known is only what the journal has taken in; a lost cache costs a reading, nothing else.
    """

    def __init__(self, cache: Cache, state: State) -> None:
        self._cache, self._state = cache, state
        self.unchanged = 0  # files passed over

    def is_unchanged(self, locator: str, status: os.stat_result) -> bool:
        """Whether the file in this place is the one that was taken in, by its status alone."""
        kept = self._cache.get(locator, _CONTEXT)
        if not kept:
            return False
        sha256, _, was = kept.decode().partition(" ")
        is_same = was == _told(status) and self._state.knows(locator, sha256)
        self.unchanged += is_same
        return is_same

    def note(self, locator: str, status: os.stat_result, sha256: str) -> None:
        """Remembers what stands in a place; not what was written only just now."""
        if time.time_ns() - max(status.st_mtime_ns, status.st_ctime_ns) > _SETTLED_NS:
            self._cache.put(locator, _CONTEXT, f"{sha256} {_told(status)}".encode())


def _told(status: os.stat_result) -> str:
    times = (status.st_mtime_ns, status.st_ctime_ns)
    return " ".join(map(str, (status.st_size, *times, status.st_ino)))
