"""A program that is warm: forked with everything imported, and pure work remembered.

A crash is tried at each of hundreds of places. What a run computes is the same every time, so each
pure function is asked once for the same arguments; what a run reads and writes stays its own.
"""

import contextlib
import io
import os
import pickle
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from tests.promises import faults

DAY = "2022-03-18"
CONSOLIDATE = ("consolidate", "2022-Q1", "--as-of", DAY, "--no-pdf")


def _nothing() -> None:
    """What there is to do before and after most runs."""


@dataclass(frozen=True)
class Done:
    """How a run ended: its exit code (137: killed) and what it said."""

    code: int
    said: str
    crashed: str = ""  # a traceback
    seen: Any = None  # what ``after`` gave

    @property
    def sentences(self) -> list[str]:
        """What it said, each sentence in one line however many the screen has given it."""
        return sentences(self.said)


def sentences(said: str) -> list[str]:
    """The lines of a screen with those that go on, set in by blanks, joined to the one before."""
    found: list[str] = []
    for line in said.splitlines():
        goes_on = found and line.startswith("  ") and not line.lstrip().startswith("- ")
        if goes_on:
            found[-1] += " " + line.strip()
        elif line.strip():
            found.append(line)
    return found


def run(
    folder: Path,
    *arguments: str,
    before: Callable[[], None] = _nothing,
    after: Callable[[], Any] = _nothing,
) -> Done:
    """The program with these arguments in a copy of this process.

    ``before`` prepares the copy, ``after`` says what it has seen.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _serve(("-C", str(folder), *arguments), before, after, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as answer:
        packed = answer.read()
    _, status = os.waitpid(child, 0)
    if packed:
        return Done(*pickle.loads(packed))
    return Done(os.waitstatus_to_exitcode(status), "")


def _serve(
    arguments: tuple[str, ...], before: Callable[[], None], after: Callable[[], Any], writing: int
) -> None:
    """The copy: runs, answers, ends without cleaning up what belongs to its parent."""
    write = os.write
    words, trace, code = io.StringIO(), "", 99
    try:
        before()
        code = _program(arguments, words)
    except BaseException:  # noqa: BLE001 - whatever it is: the test wants to see it
        import traceback

        trace = traceback.format_exc()
    packed = pickle.dumps((code, words.getvalue(), trace, after()))
    while packed:
        packed = packed[write(writing, packed) :]
    os._exit(0)


def _program(arguments: tuple[str, ...], words: io.StringIO) -> int:
    """The exit code of the program; its words to people go to ``words``."""
    from kskt_excel.cli import main, screen

    sys.argv = ["kskt", *arguments]
    screen.QUIET_SECONDS = float("inf")  # what is said must not depend on how busy it is here
    with contextlib.redirect_stderr(words), contextlib.redirect_stdout(io.StringIO()):
        try:
            main()
        except SystemExit as end:
            return int(end.code or 0)
    return 0


def consolidate(
    folder: Path,
    *,
    before: Callable[[], None] = _nothing,
    after: Callable[[], Any] = _nothing,
) -> Done:
    """The first quarter put together."""
    return run(folder, *CONSOLIDATE, before=before, after=after)


@contextlib.contextmanager
def remembering() -> Iterator[None]:
    """Every pure function that takes long remembers its answers."""
    from kskt_excel.definitions import load_forms
    from kskt_excel.excel.marked.marked_copy import marked_copy
    from kskt_excel.excel.plan.plan_reader import read_plan
    from kskt_excel.excel.printed.brief_sheet import brief_workbook
    from kskt_excel.excel.printed.page_writer import summary_workbook
    from kskt_excel.excel.tracker.tracker import make_tracker
    from kskt_excel.excel.tracker.tracker_reader import handwriting_of
    from kskt_excel.word.report import report_document

    slow = (
        brief_workbook, load_forms, marked_copy, handwriting_of, read_plan,
        report_document, summary_workbook,
    )  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        for function in slow:
            _everywhere(patch, function, _remembered(function))
        _everywhere(patch, make_tracker, _remembered_tracker(make_tracker))
        _without_workers(patch)
        # a process that is killed loses nothing of what the system has taken from it
        patch.setattr(os, "fsync", lambda _: None)
        yield


def _without_workers(patch: pytest.MonkeyPatch) -> None:
    """Files are read in this process: workers write nothing that could be left half done."""
    from kskt_excel.worker.pool import Workers, find_task

    known: dict[tuple[str, str, bytes], bytes] = {}

    def run(self: Any, jobs: Any) -> Iterator[tuple[Any, bytes]]:
        for key, name, data in jobs:
            asked = (self._task, name, data)
            if asked not in known:
                known[asked] = find_task(self._task)(pickle.loads(self._context), data, name)
            yield key, known[asked]

    patch.setattr(Workers, "run", run)


def _everywhere(patch: pytest.MonkeyPatch, old: object, new: object) -> None:
    for name, module in list(sys.modules.items()):
        if name.startswith("kskt_excel"):
            for attribute, value in list(vars(module).items()):
                if value is old:
                    patch.setattr(module, attribute, new)


def _remembered(function: Callable[..., Any]) -> Callable[..., Any]:
    known: dict[bytes, Any] = {}

    def answer(*arguments: Any, **named: Any) -> Any:
        arguments = tuple(tuple(one) if isinstance(one, Iterator) else one for one in arguments)
        own = {name: one for name, one in named.items() if name != "write"}  # changes no byte
        key = pickle.dumps((arguments, own))
        if key not in known:
            known[key] = function(*arguments, **named)
        return known[key]

    return answer


def _remembered_tracker(function: Callable[..., Any]) -> Callable[..., Any]:
    """What it is made from all follows from the journal and the old tracker."""
    known: dict[str, tuple[bytes, Any]] = {}

    def answer(file: BinaryIO, sources: Any, *others: Any, **_: Any) -> Any:
        key = repr((sources.archive_links, others))  # what is kept saves work only
        if key not in known:
            made = io.BytesIO()
            told = function(made, sources, *others)
            known[key] = made.getvalue(), told
        data, told = known[key]
        file.write(data)
        return told

    return answer


def here(folder: Path, *arguments: str) -> None:
    """The program in this very process, so that the copies made later remember its work."""
    code = _program(("-C", str(folder), *arguments), io.StringIO())
    assert code == 0, arguments


def places(folder: Path) -> Done:
    """A run that consolidates the workspace; it has seen every place at which it writes."""
    watch = faults.Watch(folder)
    done = consolidate(folder, before=watch.begin, after=lambda: watch.places)
    assert done.code == 0, done
    return done


def do_not_wait() -> None:
    """Pauses take no time from now on, until this process ends."""
    import time

    time.sleep = lambda _: None
