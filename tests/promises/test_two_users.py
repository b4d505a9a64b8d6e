"""P7: several programs at once: nothing is lost, who waits is told, a killed one delays nobody."""

import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from kskt_excel.ledger.journal import FileJournal, Receipt
from tests.promises.scene import workspace
from tests.promises.warm import sentences

TIMES, FILES = 4, 3
_RECEIVES = """
import contextlib, sys
from kskt_excel.office import office
from pathlib import Path
root, mine = Path(sys.argv[1]), Path(sys.argv[2])
for folder in sorted(mine.iterdir()):
    office.receive(root, paths=[folder], imap=False, as_of=None, dry_run=False)
"""
_HOLDS = """
import sys, time
from pathlib import Path
from kskt_excel.office.desk import exclusive, open_desk
with exclusive(open_desk(Path(sys.argv[1]), who="Hoa")):
    print("held", flush=True)
    time.sleep(600)
"""
_WAITS = """
import sys
from kskt_excel.office import desk
desk._WAIT_SECONDS = float(sys.argv.pop())
from kskt_excel.cli import main
main()
"""


def start(program: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def receive(folder: Path, seconds: float) -> subprocess.Popen[str]:
    return start(_WAITS, "-C", folder, "receive", seconds)


def holder(folder: Path) -> subprocess.Popen[str]:
    """A program of Hoa that is at work in the workspace."""
    running = start(_HOLDS, folder)
    assert running.stdout
    assert running.stdout.readline() == "held\n"
    return running


def receipts(folder: Path) -> list[Receipt]:
    lines = FileJournal(folder / "workbooks" / "journal.jsonl").lines()
    return [line.payload for line in lines if isinstance(line.payload, Receipt)]


@pytest.mark.parametrize("processes", [2, pytest.param(4, marks=pytest.mark.long)])
def test_what_several_receive_at_once_is_all_there_and_once(tmp_path: Path, processes: int) -> None:
    folder = workspace(tmp_path / "ws")
    expected = set()
    for process in range(processes):
        for number in range(TIMES * FILES):
            path = tmp_path / f"of-{process}" / f"{number // FILES}" / f"{number}.csv"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(f"{process};{number}\n".encode())
            expected.add(path.as_posix())
    running = [start(_RECEIVES, folder, tmp_path / f"of-{n}") for n in range(processes)]
    for one in running:
        _, said = one.communicate(timeout=600)
        assert one.returncode == 0, said
    assert Counter(one.locator for one in receipts(folder)) == Counter(expected)
    archive = folder / "workbooks" / "archive"
    assert all((archive / one.archived).is_file() for one in receipts(folder))


def test_the_second_one_is_told_who_is_at_work(tmp_path: Path) -> None:
    folder = workspace(tmp_path / "ws")
    first = holder(folder)
    try:
        second = receive(folder, 0.2)
        _, said = second.communicate(timeout=600)
    finally:
        first.kill()
        first.communicate()
    assert second.returncode == 2
    assert len(sentences(said)) == 1
    assert said.startswith("Chương trình đang chạy bởi Hoa (máy ")


def test_when_the_holder_is_killed_the_next_one_goes_on_at_once(tmp_path: Path) -> None:
    folder = workspace(tmp_path / "ws", "03-van-phong.eml")
    first = holder(folder)
    second = receive(folder, 60)
    lock = folder / "workbooks" / "kskt.who.lock"
    assert lock.is_file()
    time.sleep(1)  # it may be waiting by now, or come just later: both must go on
    first.kill()
    first.communicate()
    _, said = second.communicate(timeout=600)
    assert second.returncode == 0, said
    assert [one.unit for one in receipts(folder)] == ["VP"]
