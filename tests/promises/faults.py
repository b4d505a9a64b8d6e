"""Every place at which a program writes, counted; and one of them at which something happens.

Places are found by Python's audit hook (opening for writing, renaming, removing, making folders,
cutting off, changing rights) and by standing before ``os.write`` and ``os.fsync``. A hook cannot be
taken away again: it is meant for a process that ends soon.
"""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

KILLED = 137
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC
_LISTS = ("os.listdir", "os.scandir")
_CHANGES = {"os.rename": 2, "os.remove": 1, "os.mkdir": 1, "os.chmod": 1, "os.rmdir": 1}


@dataclass(frozen=True)
class Place:
    """A place at which something is written: what is done, and to which file."""

    action: str
    name: str

    @property
    def is_vital(self) -> bool:
        """Whether the record, the originals or the tracker are at stake."""
        return any(part in self.name for part in ("journal.jsonl", "archive/", "tracker/"))


@dataclass
class Watch:
    """Counts the places inside ``root``; ``strike`` is called at place number ``at``.

    At a write ``strike`` is called when half of the bytes are on the disk.
    """

    root: Path
    at: int = -1
    strike: Callable[[], None] | None = None
    again: bool = False  # strikes at every place from there on
    spares: str = ""  # what never fails: a full disk lets files be removed
    reads: bool = False  # places at which something is only looked at count as well
    places: list[Place] = field(default_factory=list)
    _files: dict[int, str] = field(default_factory=dict)

    def begin(self) -> None:
        """From now on, until this process ends."""
        sys.addaudithook(self._hook)
        if self.reads:
            self._look_at_reads()
        real_open, real_write, real_sync = os.open, os.write, os.fsync
        real_truncate = os.ftruncate

        def opened(path: Any, flags: int, *rest: Any, **named: Any) -> int:
            descriptor = real_open(path, flags, *rest, **named)
            self._files[descriptor] = self._name(path)
            return descriptor

        def write(descriptor: int, data: Any) -> int:
            if self._passes("write", self._files.get(descriptor, "")):
                return real_write(descriptor, data)
            real_write(descriptor, bytes(data)[: len(data) // 2])
            self._struck()
            return 0

        def sync(descriptor: int) -> None:
            if not self._passes("fsync", self._files.get(descriptor, "")):
                self._struck()
            real_sync(descriptor)

        def truncate(descriptor: int, length: int) -> None:
            if not self._passes("truncate", self._files.get(descriptor, "")):
                self._struck()
            real_truncate(descriptor, length)

        os.open, os.write, os.fsync, os.ftruncate = opened, write, sync, truncate  # type: ignore[assignment]

    def _hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        is_opened = event == "open" and (self.reads or _is_for_writing(*arguments[1:]))
        if is_opened or (self.reads and event in _LISTS):
            paths = arguments[:1]
        elif event in _CHANGES:
            paths = arguments[: _CHANGES[event]]
        else:
            return
        names = [name for path in paths if (name := self._name(path))]
        if names and not self._passes(event, " → ".join(names)):
            self._struck()

    def _look_at_reads(self) -> None:
        """Stands before the questions of which the hook is told nothing."""
        real_stat, real_lstat = os.stat, os.lstat

        def stat(path: Any, *rest: Any, **named: Any) -> os.stat_result:
            if not self._passes("stat", self._name(path)):
                self._struck()
            return real_stat(path, *rest, **named)

        def lstat(path: Any, *rest: Any, **named: Any) -> os.stat_result:
            if not self._passes("lstat", self._name(path)):
                self._struck()
            return real_lstat(path, *rest, **named)

        os.stat, os.lstat = stat, lstat  # type: ignore[assignment]

    def _passes(self, action: str, name: str) -> bool:
        is_lock = name.endswith(".lock") and not name.endswith(".who.lock")
        if not name or is_lock or ".kskt/cache" in name:
            return True  # the system's lock and the cache are nothing that could be lost
        if action == self.spares:
            return True
        number = len(self.places)
        self.places.append(Place(action, name))
        return self.at < 0 or number < self.at or (number > self.at and not self.again)

    def _struck(self) -> None:
        if self.strike:
            self.strike()

    def _name(self, path: Any) -> str:
        """The path inside the root; "" for others and for descriptors."""
        if isinstance(path, int):
            return ""
        whole = Path(os.fsdecode(path))
        return whole.relative_to(self.root).as_posix() if whole.is_relative_to(self.root) else ""


def kill() -> None:
    """Ends the process as a power cut does: nothing is cleaned up."""
    os._exit(KILLED)


def failing(number: int) -> Callable[[], None]:
    """Raises the system's error of this number."""

    def strike() -> None:
        raise OSError(number, os.strerror(number))

    return strike


def _is_for_writing(mode: str | None, flags: int) -> bool:
    return bool(flags & _WRITES) if mode is None else any(sign in mode for sign in "wax+")
