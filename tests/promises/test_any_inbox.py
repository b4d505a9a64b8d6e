"""P1, P2: whatever lies in the inbox, each file gets one verdict, within bounds, and all go on.

Foreign workbooks and mails, packages made to harm readers, hostile mails: all in one run.
"""

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from kskt_excel.ledger.journal import FileJournal, Receipt
from kskt_excel.mail.arrivals import arrivals
from kskt_excel.mail.pieces import NotTaken
from tests.attacks import ATTACKS, ODDITIES
from tests.builders import sampled
from tests.mail.test_bounds import BOUNDS
from tests.needs import needs_corpus
from tests.promises.scene import workspace

pytestmark = pytest.mark.filterwarnings("ignore:Duplicate name")  # one of the attacks

MIB = 1024 * 1024
PARENT, CHILD = 200 * MIB, 512 * MIB + 100 * MIB  # a child may take 512 MiB beyond its start

_PROGRAM = """
import resource, sys
from kskt_excel.cli import main
try:
    main()
finally:
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:  # Linux: ru_maxrss of a new program starts at that of the one that started it
        with open("/proc/self/status", encoding="ascii") as status:
            own = next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))
    except OSError:
        pass
    workers = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(own, workers, file=open(sys.argv[2] + "/used", "w"))
"""
UNIT = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss


@dataclass(frozen=True)
class Batch:
    """One run over an inbox of strangers."""

    folder: Path
    done: subprocess.CompletedProcess[str]

    @property
    def verdicts(self) -> dict[str, str]:
        """Verdicts by the place of each file."""
        lines = FileJournal(self.folder / "workbooks" / "journal.jsonl").lines()
        receipts = [line.payload for line in lines if isinstance(line.payload, Receipt)]
        return {one.locator: one.verdict for one in receipts}

    @property
    def used(self) -> tuple[int, int]:
        """Bytes of memory that the program and the largest of its workers took."""
        own, workers = (self.folder / "used").read_text(encoding="ascii").split()
        return int(own) * UNIT, int(workers) * UNIT


def run(folder: Path) -> Batch:
    arguments = ["-C", str(folder), "consolidate", "2022-Q1", "--as-of", "2022-03-18", "--no-pdf"]
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, *arguments, "--json", str(folder / "result.json")],
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    return Batch(folder, done)


def hostile() -> dict[str, bytes]:
    """Packages and mails made to harm readers, by the name under which they arrive."""
    packages = {f"{name}.xlsx": make() for name, (make, _) in ATTACKS.items()}
    mails: dict[str, bytes] = {
        f"{name}.eml": make()  # type: ignore[no-untyped-call]  # lambdas of a table
        for name, (make, _, _) in BOUNDS.items()
    }
    zips = {name: data for name, data in mails.items() if data.startswith(b"PK")}
    odd = {f"{name}.xlsx": data for name, data in ODDITIES.items()}
    renamed = {name.replace(".eml", ".zip"): data for name, data in zips.items()}
    return {**packages, **odd, **{n: d for n, d in mails.items() if n not in zips}, **renamed}


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Batch:
    folder = workspace(tmp_path_factory.mktemp("attacked"), "03-van-phong.eml")
    for number, (name, data) in enumerate(hostile().items()):
        (folder / "workbooks" / "inbox" / f"{number:02d} {name}").write_bytes(data)
    return run(folder)


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> Batch:
    corpus = needs_corpus()
    folder = workspace(tmp_path_factory.mktemp("foreign"), "03-van-phong.eml")
    for kind in ("workbooks", "mails"):
        (folder / "workbooks" / "inbox" / kind).mkdir()
        for path in sorted((corpus / kind).iterdir()):
            shutil.copy(path, folder / "workbooks" / "inbox" / kind)
    return run(folder)


@pytest.fixture(params=sampled(["attacked", "foreign"], 1))
def batch(request: pytest.FixtureRequest) -> Batch:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Batch)
    return found


def test_the_batch_goes_on_and_ends_as_documented(batch: Batch) -> None:
    assert batch.done.returncode == 0, batch.done.stderr[-2000:]
    assert "Traceback" not in batch.done.stderr
    result = json.loads((batch.folder / "result.json").read_text(encoding="utf-8"))
    accepted = [one["unit"] for one in result["submissions"] if one["verdict"] == "accepted"]
    assert accepted == ["VP"]


def test_every_file_has_one_verdict(batch: Batch) -> None:
    """The same files as those that come out when nobody is in between."""
    coming = list(arrivals(batch.folder / "workbooks" / "inbox"))
    taken = {one.locator for one in coming if not isinstance(one, NotTaken)}
    assert batch.verdicts.keys() == taken
    told = [one.name for one in coming if isinstance(one, NotTaken)]
    assert [name for name in told if name not in batch.done.stdout + batch.done.stderr] == []


def test_no_hostile_package_is_read(attacked: Batch) -> None:
    """Each is refused; what is only odd is read and is no report."""
    packages = {n: v for n, v in attacked.verdicts.items() if n.endswith(".xlsx")}
    odd = [n for n in packages if n[3:-5] in ODDITIES]
    assert {packages[name] for name in odd} == {"not_a_report"}
    assert {v for n, v in packages.items() if n[3:-5] in ATTACKS} == {"unreadable"}
    assert len(odd) == len(ODDITIES)


def test_memory_stays_bounded(batch: Batch) -> None:
    own, worker = batch.used
    assert own < PARENT, own // MIB
    assert worker < CHILD, worker // MIB
