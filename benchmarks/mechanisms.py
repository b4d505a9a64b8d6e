"""What each piece of code that is there for speed only gives: switched off alone, in turn.

    python benchmarks/mechanisms.py [NAME …] [--units 300] [--rounds 3]
    python -m benchmarks --mechanisms --write

Each is measured in the run that it is for, by processor time, beside the same run with it; what
prints, by the clock. What is switched off is a name of the program: one that is there no more stops
the measuring. The second command puts the table into ``docs/do-luong-toc-do.md``. What gives less
than a tenth is taken out of the program; what stays says in its docstring what it gives. NAME: a
part of the names to measure.
"""

import argparse
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from make_many import PERIOD, make
from whole_quarter import Cost, change_one, forget, measured, sample

_DAY = ("--as-of", "2022-03-15")
_QUARTER = ("consolidate", PERIOD.id, *_DAY, "--no-pdf")
_NEXT = ("issue", "2022-Q2", "--as-of", "2022-03-20")
PRELUDE = """
import functools, gc, re, sys
from importlib import import_module
from pathlib import Path

def instead(place, make):
    module, _, name = place.partition(":")
    owner = import_module(module)
    *outer, name = name.split(".")
    for one in outer:
        owner = getattr(owner, one)
    setattr(owner, name, make(getattr(owner, name)))

def unremembered(*rooms):
    real = functools.lru_cache
    def lru_cache(maxsize=128, typed=False):
        if callable(maxsize):
            return lru_cache()(maxsize)
        def keep(made):
            if not made.__module__.startswith(rooms):
                return real(maxsize, typed)(made)
            made.__wrapped__ = made
            return made
        return keep
    functools.lru_cache = lru_cache

"""
PROGRAM = "\nfrom kskt_excel.cli import main; main()"


@dataclass(frozen=True)
class Mechanism:
    """A piece of code that only saves time (cơ chế): how it is switched off, and in which run.

    Attributes:
        off: a program that switches it off, with ``instead`` and ``unremembered``.
        run: "cold", "again", "one changed", "issue", "check" or "print".
        both: switched off on both sides: what would hide it.
    """

    name: str
    run: str
    off: str
    both: str = ""


def _returns(place: str, value: str) -> str:
    return f"instead({place!r}, lambda known: lambda *a, **k: {value})"


_HAND = """
from kskt_excel.excel.tracker import tracker_reader
instead("kskt_excel.office.publication:handwriting_on_tracker",
        lambda known: lambda desk, path, year: tracker_reader.read_handwriting(path, year=year))
"""


def _kept_work(context: str) -> str:
    return (
        "instead('kskt_excel.office.publication:KeptWork.get', lambda known: lambda self, name:"
        f" None if self._context.startswith({context!r}) else known(self, name))"
    )


MECHANISMS = (
    Mechanism(
        "lần chạy trước, khi không có gì đổi (`office/last_run`)",
        "again",
        "instead('kskt_excel.office.last_run:KnownRuns.find',"
        " lambda known: lambda *a: known(*a) and None)",
    ),
    Mechanism(
        "tệp đã nhận không đọc lại để biết là nó (`SeenFiles`)",
        "again",
        _returns("kskt_excel.office.inbox:SeenFiles.is_unchanged", "False"),
    ),
    Mechanism(
        "kết quả từng tệp giữ từ lần trước (`ledger/cache`)",
        "one changed",
        _returns("kskt_excel.office.results:FileReader.kept", "None"),
    ),
    Mechanism(
        "mảng dòng của sổ theo dõi giữ từ lần trước (`ChunkMaker.kept`)",
        "one changed",
        _kept_work("tracker"),
    ),
    Mechanism(
        "trang dài của biểu in giữ như đã vẽ lần trước (`printed/kept_pages`)",
        "one changed",
        _kept_work("summary pages"),
    ),
    Mechanism(
        "trang in dài nói như lần trước thì không vẽ lại (`printed/kept_pages`)",
        "one changed",
        _kept_work("summary pages"),
    ),
    Mechanism(
        "sổ theo dõi không có gì ghi tay thì không mở (`handwriting_on_tracker`)",
        "one changed",
        _HAND,
    ),
    Mechanism(
        "sổ theo dõi mở sau khi bỏ các dòng chương trình lập lại được (`tracker/slim_package`)",
        "one changed",
        "instead('kskt_excel.excel.tracker.tracker_reader:reduced',"
        " lambda known: lambda data: data)",
        _HAND,
    ),
    Mechanism(
        "thư trả lời giữ từ lần trước (`KeptAnswers`)",
        "one changed",
        _returns("kskt_excel.office.outbox:KeptAnswers.find", "None"),
    ),
    Mechanism(
        "kế hoạch, biểu mẫu giữ như đã đọc (`office/desk`)",
        "one changed",
        _returns("kskt_excel.office.desk:Desk._kept", "None"),
    ),
    Mechanism(
        "dòng của sổ theo dõi viết thẳng thành XML, ghép vào gói (`tracker/tracker_writer`)",
        "cold",
        _returns("kskt_excel.excel.tracker.tracker_writer:rows_work", "False"),
    ),
    Mechanism(
        "ô thường đọc bằng mẫu, không qua bộ đọc XML (`formats/xlsx`)",
        "cold",
        "instead('kskt_excel.excel.formats.xlsx:_read_sheet',"
        " lambda known: lambda data, grid, fast: known(data, grid, fast=False))\n"
        "instead('kskt_excel.excel.formats.xlsx:_shared_strings',"
        " lambda known: lambda data, fast: known(data, fast=False))",
    ),
    Mechanism(
        "phần quanh các dòng của trang tính nhớ lại (`formats/xlsx`)",
        "cold",
        "import_module('kskt_excel.excel.formats.xlsx')._around.__wrapped__.__wrapped__ ="
        " import_module('kskt_excel.excel.formats.xlsx')._around.__wrapped__\n"
        "instead('kskt_excel.excel.formats.xlsx:_around', lambda known: known.__wrapped__)",
    ),
    Mechanism(
        "ô của trang Tự kiểm tra và của các danh mục chọn không đọc (`formats/xlsx`)",
        "cold",
        _returns("kskt_excel.excel.formats.xlsx:_self_check_top", "None")
        + "\n"
        + _returns("kskt_excel.excel.formats.xlsx:is_list_sheet", "False"),
    ),
    Mechanism(
        "nhớ lại khi hiểu trang tính (`reading`)", "cold", "unremembered('kskt_excel.reading')"
    ),
    Mechanism("nhớ lại khi hiểu chữ (`text`)", "cold", "unremembered('kskt_excel.text')"),
    Mechanism(
        "nhớ lại bề rộng chữ, ô, trang in (`excel/book_writer`, `excel/printed`)",
        "cold",
        "unremembered('kskt_excel.excel.book_writer', 'kskt_excel.excel.printed')",
    ),
    Mechanism(
        "nhớ lại khi mở gói (`model/packed`)",
        "one changed",
        "unremembered('kskt_excel.model.packed')",
    ),
    Mechanism(
        "bộ gom rác ít tìm hơn (`worker/pool`, `cli/commands`)",
        "one changed",
        "instead('kskt_excel.worker.pool:_OBJECTS_BETWEEN_LOOKS', lambda known: 700)\n"
        "instead('kskt_excel.cli.commands:_OBJECTS_BETWEEN_LOOKS', lambda known: 700)",
    ),
    Mechanism(
        "trang của tệp phát vẽ một lần cho nhiều đơn vị (`issued/drawn_sheets`)",
        "issue",
        "instead('kskt_excel.excel.issued.drawn_sheets:DrawnSheets.draw', lambda known:"
        " lambda self, sheet, book, content, own, drawing: drawing())",
    ),
    Mechanism(
        "các phần của tệp phát không nén hai lần (`book_writer._workbook_class`)",
        "issue",
        "import xlsxwriter\n"
        "instead('kskt_excel.excel.book_writer:_workbook_class', lambda known:"
        " lambda: type('Plain', (xlsxwriter.Workbook,), {'parts': ()}))",
    ),
    Mechanism(
        "chữ dùng chung của tệp phát nhớ lại (`book_writer._shared_string`)",
        "issue",
        "instead('kskt_excel.excel.book_writer:_shared_string', lambda known: known.__wrapped__)",
    ),
    Mechanism(
        "công thức của tệp phát nhớ lại (`excel/issued`)",
        "issue",
        "unremembered('kskt_excel.excel.issued')",
    ),
    Mechanism(
        "LibreOffice khởi động trước, in song song (`PrintsAhead`)",
        "print",
        _returns("kskt_excel.office.prints:PrintsAhead.start", "None"),
    ),
    Mechanism(
        "LibreOffice chỉ khởi động một lần (`printed/pdf._build_of`)",
        "print",
        _returns("kskt_excel.excel.printed.pdf:_build_of", "''"),
    ),
    Mechanism(
        "kế hoạch, biểu mẫu giữ như đã đọc (`office/desk`)",
        "check",
        _returns("kskt_excel.office.desk:Desk._kept", "None"),
    ),
    Mechanism(
        "biểu thức mẫu chỉ lập khi dùng lần đầu (`model/patterns`)",
        "check",
        "instead('kskt_excel.model.patterns:lazy_pattern', lambda known: re.compile)",
    ),
    Mechanism(
        "lớp bất biến tạo nhanh (`model/nouns`)",
        "check",
        "import dataclasses\n"
        "instead('kskt_excel.model.nouns:dataclass', lambda known: dataclasses.dataclass)",
    ),
    Mechanism(
        "mẫu nhận họ tên, địa chỉ chỉ lập khi chữ có thể là thế (`text/pii`)",
        "check",
        "instead('kskt_excel.text.pii:_KINDS', lambda known: tuple((kind, signs, None, pattern)"
        " for kind, signs, _, pattern in known))",
    ),
    Mechanism(
        "khi kết thúc không tìm rác lần nữa (`cli/commands`)",
        "check",
        "from types import SimpleNamespace\n"
        "instead('kskt_excel.cli.commands:gc', lambda known: SimpleNamespace("
        "set_threshold=known.set_threshold, freeze=lambda: None))",
    ),
)
_TOLD = {
    "cold": "{units} đơn vị, lần đầu",
    "again": "{units} đơn vị, chạy lại, không đổi",
    "one changed": "{units} đơn vị, chạy lại, một tệp đổi",
    "issue": "phát cho {issued} đơn vị",
    "check": "kiểm tra một tệp",
    "print": "quý mẫu có PDF, theo đồng hồ",
}
_ISSUED = 100
_SHORT_RUNS = {"check": 5, "print": 3}  # measured more often


@dataclass
class Runs:
    """The runs in which mechanisms are measured, in workspaces of their own."""

    place: Path
    units: int
    turns: int = 0
    _made: dict[int, Path] = field(default_factory=dict)

    def cost(self, run: str, program: str) -> float:
        """Seconds of the processor, of the clock for "print", of a run with a program before it."""
        return {
            "cold": self._cold,
            "again": self._again,
            "one changed": self._changed,
            "issue": self._issue,
            "check": self._check,
            "print": self._print,
        }[run](program)

    def _cold(self, program: str) -> float:
        folder = self._workspace(self.units)
        forget(folder)
        return _cpu(program, folder, _QUARTER)

    def _again(self, program: str) -> float:
        folder = self._workspace(self.units)
        _cpu("", folder, _QUARTER)  # whatever ran before: everything is kept now
        return _cpu(program, folder, _QUARTER)

    def _changed(self, program: str) -> float:
        folder = self._workspace(self.units)
        _cpu("", folder, _QUARTER)
        self.turns += 1
        change_one(folder, self.turns)
        return _cpu(program, folder, _QUARTER)

    def _issue(self, program: str) -> float:
        folder = self._workspace(_ISSUED)
        shutil.rmtree(folder / "workbooks" / "issued", ignore_errors=True)
        return _cpu(program, folder, _NEXT)

    def _check(self, program: str) -> float:
        folder = self._workspace(_ISSUED)
        files = (folder / "workbooks" / "inbox").iterdir()
        return _cpu(program, folder, ("check", str(max(files, key=lambda one: one.stat().st_size))))

    def _print(self, program: str) -> float:
        folder = self.place / "sample"
        forget(folder) if folder.exists() else sample(folder)
        return _run(program, folder, _QUARTER[:-1]).wall

    def _workspace(self, units: int) -> Path:
        """A workspace of so many units whose quarter has been put together."""
        if units not in self._made:
            self._made[units] = make(self.place / str(units), units)
            _cpu("", self._made[units], _QUARTER)
        return self._made[units]


def _run(program: str, folder: Path, arguments: Sequence[str]) -> Cost:
    return measured([sys.executable, "-c", PRELUDE + program + PROGRAM, *arguments], folder)


def _cpu(program: str, folder: Path, arguments: Sequence[str]) -> float:
    return _run(program, folder, arguments).cpu


def compared(
    mechanisms: Iterable[Mechanism], runs: Runs, rounds: int
) -> dict[Mechanism, tuple[float, float]]:
    """Medians with each mechanism and without it, the two in turn."""
    found = {}
    for one in mechanisms:
        pairs = [
            (runs.cost(one.run, one.both), runs.cost(one.run, f"{one.both}\n{one.off}"))
            for _ in range(rounds * _SHORT_RUNS.get(one.run, 1))
        ]
        on, off = (statistics.median(each) for each in zip(*pairs, strict=True))
        found[one] = on, off
        print(f"{one.run:12} {on:8.2f} {off:8.2f} {off / on:6.2f}  {one.name}", flush=True)
    return found


def table(found: dict[Mechanism, tuple[float, float]], units: int) -> str:
    """The table as the page has it."""

    def number(value: float) -> str:
        return f"{value:.2f}".replace(".", ",")

    lines = ["| cơ chế | đo ở đâu | có | tắt | tỷ số |", "|---|---|---:|---:|---:|"]
    for one, (on, off) in found.items():
        where = _TOLD[one.run].format(units=units, issued=_ISSUED)
        lines.append(
            f"| {one.name} | {where} | {number(on)} | {number(off)} | {number(off / on)} |"
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*")
    parser.add_argument("--units", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    wanted = [
        one
        for one in MECHANISMS
        if not options.names or any(name in f"{one.run} {one.name}" for name in options.names)
    ]
    with tempfile.TemporaryDirectory() as place:
        print(
            table(compared(wanted, Runs(Path(place), options.units), options.rounds), options.units)
        )


if __name__ == "__main__":
    main()
