"""Each command that writes, disturbed at any place: nothing is lost, and one more run mends it.

Killed, a full disk, a failing disk, a lost right, a share that is gone: no traceback, every line
that was written stays, originals are there for all receipts; after one more run ``verify`` agrees
and no file is left over. By default a sample of the places, the same every time; at length each
place is struck in one way, with ``--exhaustive`` in every way.
"""

import errno
import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from kskt_excel.ledger.journal import FileJournal, Payload, Receipt
from tests.builders import sampled
from tests.promises import faults, scene, warm

AS_OF = ("--as-of", warm.DAY)
WAIVE = ("decide", "waive", "--unit", "QLKH", "--rule", "V06a.1", "--by", "VP")
COMMANDS = {
    "receive": ("receive", *AS_OF),
    "decide": (*WAIVE, "--reason", "Công văn 12", *AS_OF),
    "return": ("return", "2022-Q1", *AS_OF),
    "consolidate": warm.CONSOLIDATE,
}
AGAIN = {"decide": warm.CONSOLIDATE}  # a decision that was recorded all the same is refused twice
STRIKES = {
    "kill": faults.kill,
    "full disk": faults.failing(errno.ENOSPC),
    "failing disk": faults.failing(errno.EIO),
    "no right": faults.failing(errno.EACCES),
}
SAMPLE = 1  # place of each command for each strike


@dataclass(frozen=True)
class Scene:
    """A workspace before a command, and the places at which an undisturbed run writes."""

    folder: Path
    places: tuple[faults.Place, ...]


@pytest.fixture(scope="module")
def scenes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Scene]]:
    root = tmp_path_factory.mktemp("each")
    with warm.remembering():
        folder = scene.at_work(root / "before")
        done = Path(shutil.copytree(folder, root / "done"))
        warm.here(done, *warm.CONSOLIDATE)
        for answer in (done / "workbooks" / "returned" / "2022-Q1").glob("*.*"):
            answer.unlink()
        befores = dict.fromkeys(COMMANDS, folder) | {"return": done}
        yield {name: _rehearsed(befores[name], root / name, name) for name in COMMANDS}


def _rehearsed(before: Path, copy: Path, name: str) -> Scene:
    shutil.copytree(before, copy)
    watch = faults.Watch(copy)
    done = warm.run(copy, *COMMANDS[name], before=watch.begin, after=lambda: watch.places)
    assert done.code == 0, done
    return Scene(before, tuple(done.seen))


@pytest.mark.parametrize(("name", "strike"), list(zip(COMMANDS, STRIKES, strict=True)))
def test_a_sample_of_places(
    scenes: dict[str, Scene], tmp_path: Path, name: str, strike: str
) -> None:
    """Each command and each strike once."""
    count = len(scenes[name].places)
    draw = random.Random(f"{name} {strike}")
    for number in draw.sample(range(count), min(SAMPLE, count)):
        mended(scenes[name], tmp_path / f"{number}", name, strike, number)


@pytest.mark.long
@pytest.mark.parametrize("at", range(len(STRIKES)))
@pytest.mark.parametrize("name", COMMANDS)
def test_every_place(
    scenes: dict[str, Scene], tmp_path: Path, name: str, at: int, *, exhaustive: bool
) -> None:
    """The strikes take turns over the places."""
    strikes, places = [*STRIKES], range(len(scenes[name].places))
    # test_crash strikes those of a consolidation too, and asks more of it
    turn = places[at :: len(strikes) * (4 if name == "consolidate" else 1)]
    for number in places if exhaustive else turn:
        mended(scenes[name], tmp_path / f"{number}", name, strikes[at], number)


GONE = {"failing": errno.EIO, "not there": errno.ENOENT, "stale": errno.ESTALE}
MOST_LOOKS = 60  # places of each command, spread over the run; a quarter if not ``--exhaustive``
LOOKS = {"status": ("status", "2022-Q1", *AS_OF)}


@pytest.fixture(scope="module")
def looks(scenes: dict[str, Scene], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Scene]:
    """The same workspaces, and every place at which a run asks the share for something."""
    root = tmp_path_factory.mktemp("looks")
    found = {}
    for name, command in (COMMANDS | LOOKS).items():
        before = scenes[name if name in scenes else "receive"].folder
        copy = Path(shutil.copytree(before, root / name))
        watch = faults.Watch(copy, reads=True)
        done = warm.run(copy, *command, before=watch.begin, after=lambda w=watch: w.places)
        assert done.code == 0, done
        found[name] = Scene(before, tuple(done.seen))
    return found


@pytest.mark.parametrize("name", sampled([*LOOKS, *COMMANDS], 1))
def test_a_share_that_drops_out(looks: dict[str, Scene], tmp_path: Path, name: str) -> None:
    """From one place on nothing of the workspace is there; then it is there again."""
    draw = random.Random(name)
    numbers = draw.sample(range(len(looks[name].places)), len(GONE))
    for gone, number in zip(GONE, numbers, strict=True):
        dropped(looks[name], tmp_path / f"{number}", name, gone, number)


@pytest.mark.long
@pytest.mark.parametrize("name", [*COMMANDS, *LOOKS])
def test_a_share_that_drops_out_at_any_place(
    looks: dict[str, Scene], tmp_path: Path, name: str, *, exhaustive: bool
) -> None:
    """Each place is tried the first time that it is asked for something, up to a number."""
    firsts = {place: number for number, place in reversed([*enumerate(looks[name].places)])}
    most = MOST_LOOKS if exhaustive else MOST_LOOKS // 4
    some = sorted(firsts.values())[:: max(1, len(firsts) // most)]
    for turn, number in enumerate(some):
        gone = [*GONE][turn % len(GONE)]
        dropped(looks[name], tmp_path / f"{number}", name, gone, number)


def dropped(before: Scene, folder: Path, name: str, gone: str, number: int) -> None:
    """Takes the share away from one run and gives it back to the next."""
    where = (name, gone, before.places[number])
    shutil.copytree(before.folder, folder)
    written = known(folder)
    strike = faults.failing(GONE[gone])
    watch = faults.Watch(folder, number, strike, again=True, reads=True)
    command = (COMMANDS | LOOKS)[name]
    struck = warm.run(folder, *command, before=watch.begin)
    assert struck.crashed == "", (where, struck.crashed)
    assert struck.code in (0, 2), (where, struck)
    assert struck.said or not struck.code, where
    assert "Error" not in struck.said, (where, struck.said)
    after = known(folder)
    assert after[: len(written)] == written, where
    again = warm.run(folder, *AGAIN.get(name, command))
    assert (again.code, again.crashed) == (0, ""), (where, struck, again)
    assert known(folder)[: len(after)] == after, where
    verified = warm.run(folder, "verify", *AS_OF)
    assert (verified.code, verified.crashed) == (0, ""), (where, verified)
    assert [path.name for path in folder.rglob(".kskt-*")] == [], where
    shutil.rmtree(folder)


def mended(before: Scene, folder: Path, name: str, strike: str, number: int) -> None:
    """Strikes one run, runs the command once more, and looks at what there is."""
    where = (name, strike, before.places[number])
    shutil.copytree(before.folder, folder)
    written = known(folder)
    spares = "os.remove" if strike == "full disk" else ""
    watch = faults.Watch(folder, number, STRIKES[strike], spares=spares)
    struck = warm.run(folder, *COMMANDS[name], before=watch.begin)
    assert struck.crashed == "", (where, struck.crashed)
    assert struck.code in ((faults.KILLED,) if strike == "kill" else (0, 2)), (where, struck)
    after = known(folder)
    assert after[: len(written)] == written, where
    archive = folder / "workbooks" / "archive"
    receipts = [one for one in after if isinstance(one, Receipt)]
    assert all((archive / one.archived).is_file() for one in receipts), where
    again = warm.run(folder, *AGAIN.get(name, COMMANDS[name]))
    assert (again.code, again.crashed) == (0, ""), (where, again)
    assert known(folder)[: len(after)] == after, where
    verified = warm.run(folder, "verify", *AS_OF)
    assert (verified.code, verified.crashed) == (0, ""), (where, verified)
    assert [path.name for path in folder.rglob(".kskt-*")] == [], where
    assert list((folder / ".kskt" / "tmp").iterdir()) == [], where
    shutil.rmtree(folder)


def known(folder: Path) -> list[Payload]:
    """Everything that the journal says, in order."""
    lines = FileJournal(folder / "workbooks" / "journal.jsonl").lines()
    return [line.payload for line in lines]
