"""What is being done and how far it is: facts for whoever watches, words are the watcher's.

Work tells its steps here; with nobody watching, telling costs next to nothing. Whoever shows them
(the screen, another program) says so with ``watched_by``.
"""

from collections.abc import Callable, Iterable, Iterator, Sized
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from typing import Protocol, TypeVar

T = TypeVar("T")


class Step(StrEnum):
    """A stretch of work that may take long (bước)."""

    CHECK = "check"
    RECEIVE = "receive"  # files taken out of the inbox, read and checked
    READ = "read"  # originals read again from the archive
    CONSOLIDATE = "consolidate"
    TRACKER = "tracker"
    SUMMARIES = "summaries"
    RETURNS = "returns"  # marked copies and letters
    PDF = "pdf"
    ISSUE = "issue"
    EXPORT = "export"
    ANALYSE = "analyse"


class Watcher(Protocol):
    """What shows the steps of a run while it goes on: a screen, a test."""

    def begin(self, step: Step, total: int | None) -> None:
        """A step begins, the one before is over; ``total`` things, None when it is not known."""

    def advance(self, name: str) -> None:
        """One thing of the step is done; ``name`` is the file, "" for what has none.

        A citizen that the name of a file may tell of is covered by who shows it.
        """

    def end(self) -> None:
        """The step is over."""


_watching: ContextVar[Watcher | None] = ContextVar("watching", default=None)


@contextmanager
def watched_by(watcher: Watcher) -> Iterator[None]:
    """Steps of the work inside are told to this watcher."""
    token = _watching.set(watcher)
    try:
        yield
    finally:
        watcher.end()
        _watching.reset(token)


def begin(step: Step, total: int | None = None) -> None:
    """Tells that a step begins; the one before it is over."""
    watcher = _watching.get()
    if watcher is not None:
        watcher.begin(step, total)


def done(name: str = "") -> None:
    """Tells that one thing of the step is done."""
    watcher = _watching.get()
    if watcher is not None:
        watcher.advance(name)


def finish() -> None:
    """Tells that the last step is over: results come now."""
    watcher = _watching.get()
    if watcher is not None:
        watcher.end()


def each(step: Step, things: Iterable[T], name: Callable[[T], str] = str) -> Iterator[T]:
    """The things of a step one after another, each told when the next is asked for."""
    begin(step, len(things) if isinstance(things, Sized) else None)
    for thing in things:
        yield thing
        done(name(thing))
