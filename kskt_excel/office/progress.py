"""What is being done and how far it is: facts for whoever watches, words are the watcher's.

Work tells its steps here; with nobody watching, telling costs next to nothing. Whoever shows them
(the screen, another program) says so with ``watched_by``.
"""

from collections.abc import Iterable, Iterator, Sized
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from typing import Protocol, TypeVar

T = TypeVar("T")


class Step(StrEnum):
    """A stretch of work that may take long (bước)."""

    RECEIVE = "receive"  # files taken out of the inbox, read and checked
    READ = "read"  # originals read again from the archive
    CONSOLIDATE = "consolidate"
    TRACKER = "tracker"
    SUMMARIES = "summaries"
    RETURNS = "returns"  # marked copies and letters
    PDF = "pdf"
    ISSUE = "issue"
    SEND = "send"
    EXPORT = "export"
    ANALYSE = "analyse"


class Watcher(Protocol):
    """Who wants to know."""

    def begin(self, step: Step, total: int | None) -> None:
        """A step begins; ``total`` is how many things it has, None when it is not known."""

    def advance(self, name: str) -> None:
        """One thing of the step is done; ``name`` is the file, "" for what has none."""

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
        _watching.reset(token)


@contextmanager
def step(one: Step, total: int | None = None) -> Iterator[None]:
    """Tells that a step begins and, whatever happens inside, that it ends."""
    watcher = _watching.get()
    if watcher is None:
        yield
        return
    watcher.begin(one, total)
    try:
        yield
    finally:
        watcher.end()


def done(name: str = "") -> None:
    """Tells that one thing of the step is done."""
    watcher = _watching.get()
    if watcher is not None:
        watcher.advance(name)


def each(one: Step, things: Iterable[T], name: str = "") -> Iterator[T]:
    """The things one after another, each told when the next is asked for."""
    total = len(things) if isinstance(things, Sized) else None
    with step(one, total):
        for thing in things:
            yield thing
            done(name or getattr(thing, "name", ""))
