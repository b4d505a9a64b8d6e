"""What a person sees: results on a terminal, in a pipe, as JSON; how far a run is meanwhile."""

import contextlib
import json
import os
import re
import sys
import textwrap
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from kskt_excel.office.outcome import PAGE_WIDTH, Outcome, ScreenLine, ScreenTable
from kskt_excel.office.running_step import Step, Watcher

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


_STYLES = {"": "", "head": "bold", "good": "green", "warn": "yellow", "bad": "red", "quiet": "dim"}

_GAP, _LEAST_WIDTH = 2, 6  # letters
_NO_BREAK = "\0"
# A command inside a sentence, «kskt decide accept --unit QLCN --reason "Đúng là của phòng"»: no
# line end may part what somebody copies.
_COMMAND = re.compile(r"""kskt(?: [A-Za-z0-9-]+| "[^"]*")+(?: --[a-z-]+(?: "[^"]*"| [^\s;]+)?)*""")


def show_outcome(outcome: Outcome, json_to: str | None = None) -> None:
    """Prints results on stdout, remarks on stderr; ``json_to`` "-" leaves stdout to the JSON."""
    only_json = json_to == "-"
    for block in outcome.blocks:
        stream = sys.stderr if block.aside or only_json else sys.stdout
        with _listened_to(stream):
            _show_block(block, stream)
    if json_to is None:
        return
    text = as_json(dict(outcome.json))
    if only_json:
        with _listened_to(sys.stdout):
            sys.stdout.write(text)
    else:
        from kskt_excel.ledger.safe_files import write_whole

        write_whole(Path(json_to), text.encode())


def as_json(value: object) -> str:
    """JSON as text in Vietnamese letters, one value a line, keys in the order of the contract."""
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def wrapped(text: str, most: int = PAGE_WIDTH) -> str:
    """A text in lines of at most so many columns, further ones indented; a command stays whole."""
    return "\n".join(_wrapped_line(line, most) for line in text.split("\n"))


def _wrapped_line(line: str, most: int) -> str:
    if len(line) <= most:
        return line
    whole = _COMMAND.sub(lambda found: found[0].replace(" ", _NO_BREAK), line)
    indent = " " * (len(line) - len(line.lstrip()) + _GAP)
    lines = textwrap.wrap(
        whole,
        most,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\n".join(lines).replace(_NO_BREAK, " ")


def _show_block(block: ScreenLine | ScreenTable, stream: TextIO) -> None:
    if stream.isatty() and "NO_COLOR" not in os.environ:
        _show_coloured(block, stream)
    else:
        stream.writelines(text + "\n" for text, _ in _toned_lines(block))


def _toned_lines(block: ScreenLine | ScreenTable, columns: int = 0) -> Iterator[tuple[str, str]]:
    """The lines of a block, each with its tone; ``columns`` of the screen, 0 for any number."""
    if isinstance(block, ScreenLine):
        yield wrapped(block.text, min(PAGE_WIDTH, columns or PAGE_WIDTH)), block.tone
    else:
        limits = [one for one in (columns, block.most_width) if one]
        yield from _table_lines(block, min(limits, default=0))


def _table_lines(table: ScreenTable, room: int) -> Iterator[tuple[str, str]]:
    """A table in plain text: columns padded, two blanks between them."""
    rows = [table.headers, *table.rows]
    if room and table.spare and _width(list(map(_longest, zip(*rows, strict=True)))) > room:
        at = table.headers.index(table.spare)
        rows = [(*row[:at], *row[at + 1 :]) for row in rows]
    columns = list(zip(*rows, strict=True))
    widths = list(map(_longest, columns))
    if room:
        inside = room - _GAP * (len(widths) - 1)
        words = [max(map(len, " ".join(column).split()), default=0) for column in columns]
        least = [_LEAST_WIDTH] * len(widths)
        widths = _narrowed(_narrowed(widths, words, inside), least, inside)
    if table.title:
        yield table.title, ""
    for number, (row, tone) in enumerate(zip_longest(rows, ("", *table.tones), fillvalue="")):
        lines = _lines(row, widths)
        yield from ((line, "head" if number == 0 else tone) for line in lines)
        if number == 0:
            yield "-" * max(map(len, lines)), ""


def _longest(texts: Iterable[str]) -> int:
    return max(map(len, texts))


def _width(widths: Sequence[int]) -> int:
    return sum(widths) + _GAP * (len(widths) - 1)


def _narrowed(widths: Sequence[int], least: Sequence[int], room: int) -> list[int]:
    """Widths that fit together, taken from the widest columns that may be narrower."""
    left = list(widths)
    while sum(left) > room:
        may = [at for at, width in enumerate(left) if width > least[at]]
        if not may:
            break
        left[max(may, key=left.__getitem__)] -= 1
    return left


def _lines(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    """The lines of a row, one unless a text is wider than its column."""
    parts = [
        textwrap.wrap(text, width) or [""] if len(text) > width else [text]
        for text, width in zip(row, widths, strict=True)
    ]
    return [_padded(line, widths) for line in zip_longest(*parts, fillvalue="")]


def _padded(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [
        text.rjust(width) if _is_number(text) else text.ljust(width)
        for text, width in zip(row, widths, strict=True)
    ]
    return (" " * _GAP).join(cells).rstrip()


def _is_number(text: str) -> bool:
    return text.replace(".", "").replace(",", "").isdigit()


def _show_coloured(block: ScreenLine | ScreenTable, stream: TextIO) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(file=stream, highlight=False)
    for text, tone in _toned_lines(block, console.width):
        console.print(Text(text, style=_STYLES[tone]), soft_wrap=True)


@contextlib.contextmanager
def _listened_to(stream: TextIO) -> Iterator[None]:
    """What is printed, to its end; who has gone away (``| head``) is no fault of the run."""
    try:
        yield
        stream.flush()
    except BrokenPipeError:
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


# while a run goes on: a bar for a person at a terminal, a line now and then in a pipe

QUIET_SECONDS = 2.0
"""Work that is over sooner shows nothing."""
LINE_SECONDS = 10.0  # where nobody sees a bar move, as in a log: often enough to see that it lives
_SECONDS_BETWEEN_LOOKS = 0.1  # between two looks of the bar
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
        self._next = now + _SECONDS_BETWEEN_LOOKS
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
    """A file's name as it is shown while work goes on: citizens covered, and not too long."""
    from kskt_excel.text.pii import mask_title  # not for what is over sooner

    name = mask_title(name)
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"
