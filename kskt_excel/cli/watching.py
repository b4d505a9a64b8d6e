"""Progress on stderr: a bar for a person at a terminal, a line now and then in a pipe."""

import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TextIO

from kskt_excel.office.running_step import Step, Watcher

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

QUIET_SECONDS = 2.0
"""Work that is over sooner shows nothing."""
LINE_SECONDS = 10.0  # where nobody sees a bar move, as in a log: often enough to see that it lives
_BAR_SECONDS = 0.1  # between two looks of the bar
_LONGEST_NAME = 40
_WORDS = {
    Step.CHECK: "Kiểm tra tệp",
    Step.RECEIVE: "Nhận và kiểm tra tệp",
    Step.READ: "Đọc lại tệp đã lưu",
    Step.CONSOLIDATE: "Tổng hợp số liệu",
    Step.TRACKER: "Lập sổ theo dõi",
    Step.SUMMARIES: "Lập biểu in, báo cáo",
    Step.RETURNS: "Lập bản đánh dấu lỗi, thư",
    Step.PDF: "In ra PDF",
    Step.ISSUE: "Lập biểu mẫu",
    Step.EXPORT: "Xuất bảng dữ liệu",
    Step.ANALYSE: "Phân tích số liệu",
}
Clock = Callable[[], float]


def watcher(stream: TextIO | None = None, clock: Clock = time.monotonic) -> Watcher:
    """The watcher that suits a stream: stderr unless another is given."""
    out = stream or sys.stderr
    return Bar(out, clock) if out.isatty() else Lines(out, clock)


class Lines:
    """A line when a step has gone on for a while, then one every ten seconds."""

    def __init__(self, stream: TextIO, clock: Clock) -> None:
        self._stream, self._clock = stream, clock
        self._next = clock() + QUIET_SECONDS
        self._step: Step | None = None
        self._total: int | None = None
        self._done = 0

    def begin(self, step: Step, total: int | None) -> None:
        """A step begins."""
        self._step, self._total, self._done = step, total, 0
        self._say("")

    def advance(self, name: str) -> None:
        """One thing is done."""
        self._done += 1
        self._say(name)

    def end(self) -> None:
        """The step is over."""
        self._step = None

    def _say(self, name: str) -> None:
        now = self._clock()
        if self._step is None or now < self._next:
            return
        self._next = now + LINE_SECONDS
        parts = [_WORDS[self._step], _count(self._done, self._total), _short(name)]
        self._stream.write(" – ".join(part for part in parts if part) + "\n")
        self._stream.flush()


class Bar:
    """A bar with the step, how far it is and the file; gone when the work is over.

    It is drawn whenever something is told, never by a thread of its own: a process with threads is
    not forked.
    """

    def __init__(self, stream: TextIO, clock: Clock) -> None:
        self._stream, self._clock = stream, clock
        self._quiet_until = clock() + QUIET_SECONDS
        self._next = self._quiet_until
        self._bar: tuple[Progress, TaskID] | None = None
        self._step: Step | None = None
        self._total: int | None = None
        self._done = 0

    def begin(self, step: Step, total: int | None) -> None:
        """A step begins."""
        self._step, self._total, self._done = step, total, 0
        self._next = min(self._next, max(self._clock(), self._quiet_until))
        self._draw("")

    def advance(self, name: str) -> None:
        """One thing is done."""
        self._done += 1
        self._draw(name)

    def end(self) -> None:
        """The step is over; the bar is wiped, so that results stand on a clean screen."""
        self._step = None
        if self._bar:
            self._bar[0].stop()
            self._bar = None

    def _draw(self, name: str) -> None:
        now = self._clock()
        if self._step is None or now < self._next:
            return
        self._next = now + _BAR_SECONDS
        progress, task = self._bar = self._bar or self._new()
        count = _count(self._done, self._total)
        progress.update(
            task,
            description=_WORDS[self._step],
            total=self._total,
            completed=self._done,
            count=count,
            file=_short(name),
        )
        progress.refresh()

    def _new(self) -> "tuple[Progress, TaskID]":
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[count]}"),
            TimeElapsedColumn(),
            TextColumn("{task.fields[file]}", style="dim"),
            console=Console(file=self._stream),
            auto_refresh=False,
            transient=True,
        )
        progress.start()
        return progress, progress.add_task("", total=None, count="", file="")


def _count(done: int, total: int | None) -> str:
    if total:
        return f"{done}/{total}"
    return str(done) if done else ""


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"
