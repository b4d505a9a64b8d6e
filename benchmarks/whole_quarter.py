"""A quarter from the inbox to tracker and summaries, beside the scripts as people write them.

    python benchmarks/whole_quarter.py [UNITS …] [--rounds N]

For each number of units (12, 100 and 1000 by default) a workspace is made, then measured in turn:
the program cold, again with nothing changed, again with one workbook changed, ``pandas`` with
openpyxl, ``pandas`` with calamine and XlsxWriter, and the floor: every part inflated and scanned by
expat. After the change the same is done without a cache, and both must give the same bytes. Each
is a process of its own; time is that of the whole process, memory the highest sum over
it and its children. The scripts take minutes from a thousand units on: the quicker one then runs
once (the other takes twelve minutes and 8 GB), beyond that none.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from make_many import PERIOD, SHIPPED, Copier, filled, make, plan_for, unit

from kskt_excel.definitions import load_forms

_ROOT = Path(__file__).parents[1]
CHANGED_SEED = 999_983
# an installed program is compiled once, whatever the shell of a developer asks for
_AS_INSTALLED = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
_CACHE = shutil.ignore_patterns(".kskt")
KSKT = "from kskt_excel.cli import main; main()"
NAIVE = """
import sys, glob, pandas as pd
found = {}
for file in sorted(glob.glob(sys.argv[1] + "/*.xlsx")):
    for name, sheet in pd.read_excel(file, sheet_name=None, header=5, engine=sys.argv[3]).items():
        sheet["file"] = file
        found.setdefault(name, []).append(sheet)
with pd.ExcelWriter(sys.argv[2], engine=sys.argv[4]) as writer:
    for name, sheets in found.items():
        pd.concat(sheets).to_excel(writer, sheet_name=name, index=False)
"""
FLOOR = """
import sys, glob, zipfile
from xml.parsers import expat
for file in sorted(glob.glob(sys.argv[1] + "/*.xlsx")):
    with zipfile.ZipFile(file) as package:
        for name in package.namelist():
            expat.ParserCreate().Parse(package.read(name), True)
"""


@dataclass(frozen=True)
class Cost:
    """What a run took: seconds of the clock, seconds of CPU and MiB over all its processes."""

    wall: float
    cpu: float
    memory: float


def measured(command: Sequence[str], folder: Path) -> Cost:
    """The cost of a command, its children with it. Raises SystemExit when it fails."""
    with tempfile.TemporaryFile() as words:
        started = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=folder, stdout=words, stderr=words, env=_AS_INSTALLED
        )
        highest = [0.0]
        watch = threading.Thread(target=_watch, args=(process.pid, highest), daemon=True)
        watch.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        watch.join()
        if process.returncode:
            words.seek(0)
            sys.exit(words.read()[-2000:].decode())
    return Cost(wall, usage.ru_utime + usage.ru_stime, highest[0])


def _watch(root: int, highest: list[float]) -> None:
    while (used := sum(map(_resident, _family(root)))) > 0:
        highest[0] = max(highest[0], used)
        time.sleep(0.05)


def _family(root: int) -> list[int]:
    found = [root]
    for pid in found:
        try:
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text()
        except OSError:
            continue
        found.extend(map(int, children.split()))
    return found


def _resident(pid: int) -> float:
    """MiB that a process holds, pages shared with its parent divided between them."""
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    line = next((line for line in rollup.splitlines() if line.startswith("Pss:")), "Pss: 0")
    return int(line.split()[1]) / 1024


def program(*arguments: str) -> list[str]:
    """A command as the office gives it, ``consolidate`` without PDF where none is named.

    A fixed day makes its bytes repeat.
    """
    named = arguments or ("consolidate", PERIOD.id, "--as-of", "2022-03-15", "--no-pdf")
    return [sys.executable, "-c", KSKT, *named]


def script(text: str, folder: Path, *arguments: str) -> list[str]:
    """A script over the inbox."""
    return [sys.executable, "-c", text, str(folder / "workbooks" / "inbox"), *arguments]


def sample(folder: Path) -> Path:
    """The workspace of the sample quarter, nothing in it received yet."""
    for name in ("kskt.toml", "templates", "workbooks/inbox"):
        source, target = _ROOT / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(source, target) if source.is_dir() else shutil.copyfile(source, target)
    return folder


def forget(folder: Path) -> None:
    """The workspace as it was before the first run."""
    for name in ("archive", "tracker", "summaries", "returned", "issued", "journal-luu"):
        shutil.rmtree(folder / "workbooks" / name, ignore_errors=True)
    for file in (folder / "workbooks").glob("journal*"):
        file.unlink()
    shutil.rmtree(folder / ".kskt", ignore_errors=True)


def change_one(folder: Path, turn: int) -> None:
    """Another workbook of the last unit in the place of the one before."""
    forms = load_forms(folder / "templates" / "bieu-mau", SHIPPED)
    model, first = plan_for(12), unit(2)
    copier = Copier(filled(model, forms, first), model, forms, first)
    inbox = folder / "workbooks" / "inbox"
    last = unit(sum(1 for _ in inbox.iterdir()))
    (inbox / model.issued_file_name(last, PERIOD)).write_bytes(
        copier.copy(last, CHANGED_SEED + turn)
    )


def outputs(folder: Path) -> dict[str, bytes]:
    """What was published, by name."""
    places = (folder / "workbooks" / name for name in ("tracker", "summaries"))
    files = (file for place in places for file in place.glob("*/*.xlsx"))
    trackers = (folder / "workbooks" / "tracker").glob("*.xlsx")
    return {file.name: file.read_bytes() for file in (*files, *trackers) if file.is_file()}


_MANY, NATION = 1_000, 12_000  # units
PEERS = {
    "pandas + openpyxl": ("openpyxl", "openpyxl"),
    "pandas + calamine + xlsxwriter": ("calamine", "xlsxwriter"),
}


def peers_of(units: int, turn: int) -> list[str]:
    """The scripts that run in a round, by their names: a slow one runs once, or never."""
    first, quicker = PEERS
    if units < _MANY:
        return [first, quicker]
    return [quicker] if units < NATION and turn == 0 else []


def costs(folder: Path, units: int, rounds: int) -> dict[str, Cost]:
    """The median cost of each way over interleaved rounds."""
    found: dict[str, list[Cost]] = {}

    def run(name: str, command: Sequence[str]) -> None:
        found.setdefault(name, []).append(measured(command, folder))

    target = str(folder / "script.xlsx")
    for turn in range(rounds):
        forget(folder)
        run("floor", script(FLOOR, folder))
        run("cold", program())
        if any((folder / "workbooks" / "returned").rglob("*CAN-SUA*")):
            sys.exit("a workbook was returned: the generator no longer fills the issued sheets")
        first = outputs(folder)
        run("again", program())
        print(f"  again, byte-identical: {first == outputs(folder)}", flush=True)
        change_one(folder, turn)
        twin = shutil.copytree(folder, folder.with_name("twin"), ignore=_CACHE)
        run("one changed", program())
        measured(program(), twin)
        print(f"  one changed, as without a cache: {outputs(twin) == outputs(folder)}", flush=True)
        shutil.rmtree(twin)
        for name in peers_of(units, turn):
            run(name, script(NAIVE, folder, target, *PEERS[name]))
    return {name: median(several) for name, several in found.items()}


def median(several: Sequence[Cost]) -> Cost:
    """The medians of several runs."""

    def pick(name: str) -> float:
        return statistics.median(getattr(cost, name) for cost in several)

    return Cost(pick("wall"), pick("cpu"), pick("memory"))


def table(found: dict[str, Cost]) -> None:
    """Prints the ways with their ratios to the cold run and to the floor."""
    cold, floor = found["cold"], found["floor"]
    print(f"{'':32}{'wall s':>9}{'CPU s':>9}{'MiB':>7}{'wall/cold':>11}{'CPU/floor':>11}")
    for name, one in found.items():
        ratios = f"{one.wall / cold.wall:11.2f}{one.cpu / floor.cpu:11.2f}"
        print(f"{name:32}{one.wall:9.2f}{one.cpu:9.2f}{one.memory:7.0f}{ratios}", flush=True)


def main() -> None:
    """Prints a table for each number of units."""
    parser = argparse.ArgumentParser()
    parser.add_argument("units", nargs="*", type=int, default=[12, 100, 1000])
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    for units in options.units:
        with tempfile.TemporaryDirectory() as place:
            folder = make(Path(place) / "workspace", units)
            print(f"{units} units")
            table(costs(folder, units, options.rounds))


if __name__ == "__main__":
    main()
