"""The files of the package that one value passes, recorded while it runs.

    python tools/follow.py cell|fault|decision

``cell``: a count that a unit typed, from its workbook to paper, tracker, brief and report.
``fault``: a text where a count must stand, from its cell to the marked copy and the reply.
``decision``: a waiver's reason, from the command to journal, tracker and screen.

A file counts when one of its functions is handed the value or gives it back: alone, inside a text,
bytes, a container or a noun. What workers do is done in this process, and counted apart. Left out
is what compiles the ``__init__`` of a noun with its first object: whichever value comes first, by
chance, and the compiled code itself is in no file.
"""

import contextlib
import dataclasses
import datetime as dt
import io
import pickle
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import make_many  # noqa: E402
import openpyxl  # noqa: E402

from kskt_excel.definitions import load_forms  # noqa: E402
from kskt_excel.office import office  # noqa: E402
from kskt_excel.worker.pool import Workers, find_task  # noqa: E402

PACKAGE = str(ROOT / "kskt_excel")
COMPILER = str(ROOT / "kskt_excel" / "model" / "nouns.py")
DAY = dt.date(2022, 3, 18)
COUNT, TEXT = 7351, "7351 hỏng"
DEPTH, WIDTH = 2, 400


class Follower:
    """Notes the files that see the value; ``in_worker`` says on whose side."""

    def __init__(self, value: object) -> None:
        self._value = value
        self._text = str(value)
        self._bytes = self._text.encode()
        self.files: dict[bool, dict[str, None]] = {True: {}, False: {}}
        self.in_worker = False

    def __call__(self, frame: FrameType, event: str, arg: object) -> None:
        """A profile function: looks at what is handed in and at what is given back."""
        name = frame.f_code.co_filename
        if not name.startswith(PACKAGE) or name == COMPILER or name in self.files[self.in_worker]:
            return
        seen = list(frame.f_locals.values()) if event == "call" else [arg]
        if event in ("call", "return") and any(self._is_in(one, DEPTH) for one in seen):
            self.files[self.in_worker][name] = None

    def _is_in(self, value: object, depth: int) -> bool:
        if isinstance(value, bool) or value is None:
            return False
        if isinstance(value, int | float):
            return value == self._value
        if isinstance(value, str):
            return self._text in value
        if isinstance(value, bytes | bytearray):
            return self._bytes in value
        if not depth:
            return False
        return any(self._is_in(one, depth - 1) for one in _parts(value))


def _parts(value: object) -> Iterator[Any]:
    if isinstance(value, dict):
        found: list[Any] = list(value.values())
    elif isinstance(value, list | tuple | set | frozenset):
        found = list(value)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        found = [getattr(value, one.name, None) for one in dataclasses.fields(value)]
    else:
        found = []
    yield from found[:WIDTH]


@contextlib.contextmanager
def followed(value: object) -> Iterator[Follower]:
    """Everything that runs inside is recorded; workers run in this process."""
    follower = Follower(value)

    def run(self: Any, jobs: Any) -> Iterator[tuple[Any, bytes]]:
        for key, name, data in jobs:
            follower.in_worker = True
            answer = find_task(self._task)(pickle.loads(self._context), data, name)  # noqa: S301
            follower.in_worker = False
            yield key, answer

    kept = Workers.run
    Workers.run = run  # type: ignore[method-assign]
    sys.setprofile(follower)
    try:
        yield follower
    finally:
        sys.setprofile(None)
        Workers.run = kept  # type: ignore[method-assign]


def workspace(folder: Path) -> Path:
    """A workspace of two units whose one workbook holds the count in one place."""
    plan, forms = make_many.plan_for(2), load_forms(ROOT / "templates" / "bieu-mau")

    def figures(plan: Any, seed: int) -> Any:
        found = usual(plan, seed)
        for rows in found.values():
            for place, row in enumerate(rows):
                row.update(dict.fromkeys(row, 0))
                if not place:
                    given = ("received_online", "received_total", "pending_in_time")
                    given += ("pending_total", "received", "online", "level4")
                    row.update({name: COUNT for name in given if name in row})
        return found

    usual, make_many.figures = make_many.figures, figures
    folder.mkdir()
    shutil.copytree(ROOT / "templates", folder / "templates")
    (folder / "kskt.toml").write_text("", encoding="utf-8")
    make_many.write_plan(plan, folder / "templates" / "ke-hoach-2022.xlsx")
    inbox = folder / "workbooks" / "inbox"
    inbox.mkdir(parents=True)
    (inbox / "BC.xlsx").write_bytes(make_many.filled(plan, forms, plan.units[1]))
    return folder


def cell(folder: Path) -> Follower:
    """The count on its way to paper."""
    with followed(COUNT) as follower:
        _consolidate(folder)
    return follower


def fault(folder: Path) -> Follower:
    """The text on its way to the marked copy, the reply and the tracker."""
    path = folder / "workbooks" / "inbox" / "BC.xlsx"
    book = openpyxl.load_workbook(path)
    for sheet in book:
        for row in sheet.iter_rows():
            for one in row:
                if one.value == COUNT:
                    one.value = TEXT
                    book.save(path)
                    with followed(TEXT) as follower:
                        _consolidate(folder)
                    return follower
    raise LookupError(COUNT)


def decision(folder: Path) -> Follower:
    """The reason on its way to the journal, the tracker and the screen."""
    _consolidate(folder)
    with followed(TEXT) as follower:
        given = {"period": "2022-Q1", "unit": "DV00002", "version": 1, "reason": TEXT}
        office.decide(folder, "void", who="Văn phòng", as_of=DAY, dry_run=False, **given)
        _consolidate(folder)
    return follower


def _consolidate(folder: Path) -> None:
    with contextlib.redirect_stderr(io.StringIO()):
        office.consolidate(folder, "2022-Q1", strict=False, pdf=False, as_of=DAY, dry_run=False)


WAYS: dict[str, Callable[[Path], Follower]] = {"cell": cell, "fault": fault, "decision": decision}


def main() -> None:
    """Prints both sides' files in the order in which they saw the value."""
    with tempfile.TemporaryDirectory() as temporary:
        follower = WAYS[sys.argv[1]](workspace(Path(temporary) / "ws"))
    for in_worker, side in ((True, "worker"), (False, "parent")):
        names = [name[len(PACKAGE) + 1 :] for name in follower.files[in_worker]]
        print(f"{side}: {len(names)} files: {', '.join(names)}")


if __name__ == "__main__":
    main()
