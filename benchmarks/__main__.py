"""Every bar of speed in one run and one table, beside peers and floor.

    python -m benchmarks [--rounds 3] [--units 12 100 1000] [--years 9 150] [--write]
    python -m benchmarks --nation [--write]
    python -m benchmarks --mechanisms [--units 300] [--rounds 3] [--write]
    python -m benchmarks --small

Each bar is a ratio of two medians of the same run, in turn, so that another machine, or a busy one,
changes it little. ``--write`` puts the table into ``docs/do-luong-toc-do.md`` with the machine and
the version. ``--nation``: twelve thousand units, once, a table of their own. ``--mechanisms``: each
piece of code that is there for speed only, switched off alone. ``--small`` is for machines that do
other work too: twelve units; it fails only where a ratio of processor times, medians of three
rounds, is more than twice its bar. The reading of one file step by step is told by
``benchmarks/reading.py``.
"""

import argparse
import compileall
import datetime as dt
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import five_years
import mechanisms
from make_many import PERIOD, make
from start_up import commands
from whole_quarter import NATION, PEERS, Cost, costs, forget, measured, median, program, sample

import kskt_excel

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "do-luong-toc-do.md"
BLOCKS = OF_ALL, OF_THE_NATION, OF_MECHANISMS = "bảng đo", "bảng cả nước", "bảng cơ chế"
_DAY = ("--as-of", "2022-03-18")
_SAMPLE = ("consolidate", PERIOD.id, *_DAY)
_TWICE = 2.0
_TIMES_QUICKER = dict(zip(PEERS, ({100: 10}, {12: 1, 100: 3.5, 1000: 10}), strict=True))
"""How many times quicker than each script the program is to be, by the number of units."""


@dataclass(frozen=True)
class Bar:
    """A ratio that is promised (mức): what is compared, what came, the most that is allowed."""

    what: str
    told: str  # the two figures
    ratio: float
    most: float | None = None  # None: only measured
    by_cpu: float | None = None  # the ratio of processor times, where it is not that already

    @property
    def is_met(self) -> bool:
        return self.most is None or self.ratio <= self.most

    @property
    def is_far(self) -> bool:
        """Whether it is beyond twice its bar, by what other work on the machine leaves alone."""
        ratio = self.ratio if self.by_cpu is None else self.by_cpu
        return self.most is not None and ratio > _TWICE * self.most


def of_a_quarter(units: int, found: dict[str, Cost]) -> Iterator[Bar]:
    """The bars of that many units, as far as they are promised."""
    cold, floor = found["cold"], found["floor"]

    def bar(what: str, one: float, other: float, unit: str, most: float | None = None) -> Bar:
        return Bar(f"{units} đơn vị: {what}", f"{_n(one)} / {_n(other)} {unit}", one / other, most)

    yield bar(
        "CPU so với giải nén và quét", cold.cpu, floor.cpu, "s CPU", 4 if units >= 1000 else None
    )
    many = units >= 1000
    again, changed = found["again"], found["one changed"]
    yield bar("chạy lại, không đổi", again.cpu, cold.cpu, "s CPU", 0.05 if many else None)
    yield bar("chạy lại, một tệp đổi", changed.cpu, cold.cpu, "s CPU", 0.08 if many else None)
    for name, promised in _TIMES_QUICKER.items():
        if name in found:
            at_most = {many: 1 / times for many, times in promised.items()}
            compared = bar(f"so với {name}", cold.wall, found[name].wall, "s", at_most.get(units))
            yield replace(compared, by_cpu=cold.cpu / found[name].cpu)
    memory = 500 if units >= NATION else 200 if many else None
    yield Bar(
        f"{units} đơn vị: bộ nhớ mọi tiến trình",
        f"{cold.memory:.0f} MiB" + (f" / {memory} MiB" if memory else ""),
        cold.memory / memory if memory else cold.memory / 200,
        1 if memory else None,
    )


def of_other_commands(folder: Path, units: int, rounds: int) -> Iterator[Bar]:
    """What the other commands cost for a workbook, in a workspace whose quarter is done."""
    issued = folder / "workbooks" / "issued"

    def issue() -> Cost:
        shutil.rmtree(issued, ignore_errors=True)
        return measured(program("issue", "2022-Q2", "--as-of", "2022-03-20"), folder)

    asked: dict[str, Callable[[], Cost]] = {
        "issue": issue,
        "status": lambda: measured(program("status", PERIOD.id, *_DAY), folder),
        "export": lambda: measured(
            program("export", PERIOD.id, "--to", "xuat", "--format", "csv", *_DAY), folder
        ),
        "verify": lambda: measured(program("verify", *_DAY), folder),
    }
    for name, run in asked.items():
        spent = median([run() for _ in range(rounds)]).cpu
        most = 0.05 if name == "issue" and units >= 100 else None
        yield Bar(
            f"{units} đơn vị: kskt {name}, mỗi đơn vị",
            f"{_n(spent)} s CPU" + (f" / {units} × 0,05 s" if most else ""),
            spent / units / 0.05 if most else spent / units,
            1 if most else None,
        )


def of_the_sample(place: Path, rounds: int) -> Iterator[Bar]:
    """The sample quarter with PDF beside LibreOffice alone, the second run, a mere check."""
    folder = sample(place / "sample")
    soffice = shutil.which("soffice") or shutil.which("libreoffice")
    spent: dict[str, list[Cost]] = {}
    for turn in range(rounds):
        forget(folder)
        spent.setdefault("first", []).append(measured(program(*_SAMPLE), folder))
        spent.setdefault("again", []).append(measured(program(*_SAMPLE), folder))
        if soffice:
            spent.setdefault("office", []).append(_printed_alone(soffice, folder, place, turn))
    first, again = (median(spent[name]) for name in ("first", "again"))
    if soffice:
        alone = median(spent["office"])
        told, by_cpu = f"{_n(first.wall)} / {_n(alone.wall)} s", first.cpu / alone.cpu
        ratio = first.wall / alone.wall
        yield Bar("Quý mẫu có PDF, so với riêng LibreOffice", told, ratio, 1.25, by_cpu)
    yield Bar("Quý mẫu, chạy lại: giây CPU", f"{_n(again.cpu)} s CPU / 1 s", again.cpu, 1.0)
    yield from _start_up(folder, rounds)


def _printed_alone(soffice: str, folder: Path, place: Path, turn: int) -> Cost:
    made = folder / "workbooks" / "summaries" / PERIOD.id
    sources = [str(one) for one in sorted(made.iterdir()) if one.suffix in (".xlsx", ".docx")]
    profile = f"-env:UserInstallation={(place / f'profile-{turn}').as_uri()}"
    to = ["--headless", "--norestore", "--convert-to", "pdf", "--outdir", str(place / "alone")]
    return measured([soffice, profile, *to, *sources], place)


def _start_up(folder: Path, rounds: int) -> Iterator[Bar]:
    archive = folder / "workbooks" / "archive"
    file = max(archive.rglob("*.xlsx"), key=lambda one: one.stat().st_size)
    found: dict[str, list[Cost]] = {}
    for _ in range(2 * rounds + 1):
        for name, command in commands(str(file)).items():
            found.setdefault(name, []).append(measured(command, folder))
    help_, click = (median(found[one]) for one in ("kskt --help", "import click"))
    told = f"{_n(help_.cpu)} / {_n(click.cpu)} s CPU"
    yield Bar("kskt --help, so với import click", told, help_.cpu / click.cpu, 1.5)
    check, peer = (median(found[one]) for one in ("kskt check", "openpyxl, load_workbook"))
    told = f"{_n(check.wall)} / {_n(peer.wall)} s"
    ratio, by_cpu = check.wall / peer.wall, check.cpu / peer.cpu
    yield Bar("kskt check một tệp, so với load_workbook", told, ratio, 0.8, by_cpu)
    told = f"{_n(check.cpu)} / {_n(peer.cpu)} s CPU"
    yield Bar("như trên, theo CPU (hai tiến trình)", told, by_cpu)


def of_five_years(place: Path, units: int, rounds: int) -> Bar:
    """The newest quarter of five years beside the first one."""
    folder = five_years.begun(place / "years", units)
    first, newest = five_years.costs(folder, units, rounds)
    shutil.rmtree(folder)
    told = f"{_n(newest.cpu)} / {_n(first.cpu)} s CPU"
    what = f"{units} đơn vị, 20 quý: quý mới nhất so với quý đầu"
    return Bar(what, told, newest.cpu / first.cpu, 1.3)


def _n(number: float) -> str:
    return f"{number:.2f}".replace(".", ",")


def machine() -> str:
    """What it was measured on, and when."""
    model = platform.processor() or platform.machine()
    if Path("/proc/cpuinfo").is_file():
        named = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
        model = named[1] if named else model
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    today = dt.datetime.now().astimezone()
    return (
        f"{today:%d/%m/%Y}, kskt_excel {kskt_excel.__version__} ({_said('git', *_HEAD)}),"
        f" Python {platform.python_version()}, {_said('soffice', '--version')},"
        f" {platform.system()}, {model}, {os.cpu_count()} bộ xử lý, {memory:.0f} GB"
    )


_HEAD = ("-C", str(ROOT), "rev-parse", "--short", "HEAD")


def _said(program: str, *arguments: str) -> str:
    """What a program says on its first line; nothing of one that is not there."""
    try:
        done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    except OSError:
        return f"không có {program}"
    return done.stdout.partition("\n")[0].strip()


def table(bars: Sequence[Bar], rounds: int, load: float) -> str:
    """The table as the page has it; ``load``: of the machine when it began."""
    lines = [_measured_on(rounds, load), ""]
    lines += ["| so sánh | số đo | tỷ số | mức | |", "|---|---:|---:|---:|---|"]
    for one in bars:
        most = _n(one.most) if one.most is not None else ""
        met = "" if one.most is None else "đạt" if one.is_met else "**chưa đạt**"
        lines.append(f"| {one.what} | {one.told} | {_n(one.ratio)} | {most} | {met} |")
    return "\n".join(lines) + "\n"


def _measured_on(rounds: int, load: float) -> str:
    often = f"giữa của {rounds} lượt" if rounds > 1 else "một lượt"
    return f"{machine()}, tải lúc bắt đầu {load:.1f}; {often}."


def put(block: str, made: str) -> None:
    """Puts a table into its place on the page."""
    place = re.compile(rf"(?<=<!-- {block} -->\n).*?(?=<!-- hết {block} -->)", re.DOTALL)
    page, count = place.subn(lambda _: made, PAGE.read_text(encoding="utf-8"))
    if not count:
        sys.exit(f"{PAGE}: không có chỗ cho {block}")
    PAGE.write_text(page, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--units", nargs="*", type=int)
    parser.add_argument("--years", nargs="*", type=int, default=[9, 150])
    parser.add_argument("--nation", action="store_true")
    parser.add_argument("--mechanisms", action="store_true")
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    compileall.compile_dir(ROOT / "kskt_excel", quiet=2)
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        if options.mechanisms:
            [units] = options.units or [300]
            runs = mechanisms.Runs(place, units)
            found = mechanisms.compared(mechanisms.MECHANISMS, runs, options.rounds)
            block, made = OF_MECHANISMS, mechanisms.table(found, units)
            made = f"{_measured_on(options.rounds, load)}\n\n{made}"
        elif options.nation:
            block, made = OF_THE_NATION, table([*_measured(place, [NATION], 1)], 1, load)
        else:
            units = [12] if options.small else options.units or [12, 100, 1000]
            rounds = 3 if options.small else options.rounds
            bars = [*of_the_sample(place, rounds), *_measured(place, units, rounds)]
            years = [] if options.small else options.years
            bars += [of_five_years(place, many, rounds) for many in years]
            block, made = OF_ALL, table(bars, rounds, load)
    print(made)
    if options.write:
        put(block, made)
    if options.small:
        far = [one.what for one in bars if one.is_far]
        sys.exit(f"hơn hai lần mức: {'; '.join(far)}" if far else 0)


def _measured(place: Path, units: Sequence[int], rounds: int) -> Iterator[Bar]:
    """The quarter of so many units, then what the other commands cost in its workspace."""
    for many in units:
        folder = make(place / "workspace", many)
        yield from of_a_quarter(many, costs(folder, many, rounds))
        if many < NATION:  # they go unit by unit
            yield from of_other_commands(folder, many, rounds)
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
