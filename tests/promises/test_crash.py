"""P4: killed anywhere, every file is old or new and whole, and the next run ends as if undisturbed.

P5: a full disk, a failing disk, a lost right at any write: the same, and one sentence, exit 2.
"""

import errno
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from kskt_excel.ledger.journal import FileJournal, Outputs, Payload, Receipt
from kskt_excel.model.submission import Decision
from tests.builders import sampled
from tests.promises import faults, scene, warm

_FEWER = 6
"""Of the places that only concern what can be made again, each sixth is tried."""
_EVERY = [pytest.param(64, id="sample"), pytest.param(2, id="many", marks=pytest.mark.long)]
"""Of the places that matter, a sample is tried by default, each second one at length.

With ``--exhaustive`` all of them are.
"""


@pytest.fixture
def every(request: pytest.FixtureRequest, *, exhaustive: bool) -> int:
    """How far the tried places are from each other."""
    distance = int(request.param)
    return 1 if exhaustive and distance == 2 else distance


_ERRORS = (errno.ENOSPC, errno.EIO, errno.EACCES)


@dataclass(frozen=True)
class Before:
    """A workspace in the middle of its work, and what an undisturbed run makes of it."""

    folder: Path
    old: dict[str, bytes]
    new: dict[str, bytes]
    known: list[Payload]
    said: frozenset[str]  # lines of an undisturbed run
    places: tuple[faults.Place, ...]

    def chosen(self, every: int, start: int = 0) -> list[int]:
        """Numbers of places to try: each ``every``-th of the vital ones, fewer of the others."""
        vital = [number for number, place in enumerate(self.places) if place.is_vital]
        other = [number for number, place in enumerate(self.places) if not place.is_vital]
        return sorted([*vital[start::every], *other[start :: every * _FEWER]])


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Before]:
    with warm.remembering():
        folder = scene.at_work(tmp_path_factory.mktemp("crash") / "before")
        waive = ("decide", "waive", "--unit", "QLKH", "--rule", "V06a.1", "--by", "VP")
        warm.here(folder, *waive, "--reason", "Công văn 12", "--as-of", warm.DAY)
        old = scene.outputs(folder)
        undisturbed = Path(shutil.copytree(folder, folder.parent / "undisturbed"))
        rehearsal = Path(shutil.copytree(folder, folder.parent / "rehearsal"))
        warm.here(rehearsal, *warm.CONSOLIDATE)
        done = warm.places(undisturbed)
        said = frozenset(done.sentences)
        yield Before(
            folder, old, scene.outputs(undisturbed), known(undisturbed), said, tuple(done.seen)
        )


def test_a_run_writes_at_many_places(before: Before) -> None:
    """The places tried below are really those of a run: each kind of file is among them."""
    names = " ".join(place.name for place in before.places)
    for part in ("archive/", "journal.jsonl", "tracker/", "summaries/", "returned/"):
        assert part in names
    assert len(before.places) > 80
    changed = [name for name, data in before.new.items() if before.old.get(name) != data]
    assert {"journal.jsonl", "tracker/theo-doi-2022.xlsx"} < {*changed}


@pytest.mark.parametrize("every", _EVERY, indirect=True)
def test_killed_anywhere_the_next_run_completes(before: Before, tmp_path: Path, every: int) -> None:
    for number in before.chosen(every):
        folder = struck(before, tmp_path, number, faults.kill)
        assert folder.run.code == faults.KILLED, before.places[number]
        whole(before, folder, number)
        completes(before, folder, number)


@pytest.mark.parametrize("every", _EVERY, indirect=True)
@pytest.mark.parametrize(("start", "error"), sampled(enumerate(_ERRORS), 1))
def test_a_refused_write_is_told_and_loses_nothing(
    before: Before, tmp_path: Path, error: int, start: int, every: int
) -> None:
    for number in before.chosen(3 * every, start):
        folder = struck(before, tmp_path, number, faults.failing(error))
        one_sentence(before, folder.run, before.places[number])
        whole(before, folder, number)
        completes(before, folder, number)


@pytest.mark.parametrize("every", _EVERY, indirect=True)
def test_a_disk_that_stays_full_is_told_too(before: Before, tmp_path: Path, every: int) -> None:
    for number in range(0, len(before.places), 4 * every):
        folder = struck(before, tmp_path, number, faults.failing(errno.ENOSPC), again=True)
        one_sentence(before, folder.run, before.places[number])
        whole(before, folder, number)
        completes(before, folder, number)


@dataclass(frozen=True)
class Struck:
    """A copy of the workspace in which a run was disturbed."""

    path: Path
    run: warm.Done


def struck(
    before: Before, tmp_path: Path, number: int, strike: Callable[[], None], *, again: bool = False
) -> Struck:
    folder = Path(shutil.copytree(before.folder, tmp_path / f"{number}"))
    spares = "" if strike is faults.kill else "os.remove"
    watch = faults.Watch(folder, number, strike, again=again, spares=spares)
    return Struck(folder, warm.consolidate(folder, before=watch.begin))


def one_sentence(before: Before, done: warm.Done, place: faults.Place) -> None:
    """What could not be written is told in one sentence; what does not matter is passed over."""
    assert not done.crashed, (place, done.crashed)
    assert done.code in (0, 2), place
    if done.code:
        new = [line for line in done.sentences if line not in before.said]
        said = [line for line in new if not line.startswith("Đã ghi")]
        said = [line for line in said if not line.startswith("Chưa sao lưu")] or said
        assert len(said) == 1, (place, said)
        assert " ghi" in said[0] or "đầy" in said[0] or "khóa" in said[0], (place, said)
        assert "Error" not in said[0]


def whole(before: Before, folder: Struck, number: int) -> None:
    """Every file is the old or the new one; nothing received or decided is lost."""
    place = before.places[number]
    found = scene.outputs(folder.path)
    journal = found.pop("journal.jsonl")
    assert journal.startswith(before.old["journal.jsonl"]), place
    for name, data in found.items():
        if name.endswith(".tmp"):  # half-made, beside its place: nobody takes it for anything
            continue
        assert data in (before.old.get(name), before.new.get(name)), (place, name)
    kept = (before.old.keys() & before.new.keys()) - {"journal.jsonl"}
    assert kept <= found.keys(), place
    written, archive = known(folder.path), folder.path / "workbooks" / "archive"
    assert written == before.known[: len(written)], place
    assert any(isinstance(one, Decision) for one in written), place
    receipts = [one for one in written if isinstance(one, Receipt)]
    assert all((archive / one.archived).is_file() for one in receipts), place


def known(folder: Path) -> list[Payload]:
    """What was received, judged and decided, as the journal says."""
    lines = FileJournal(folder / "workbooks" / "journal.jsonl").lines()
    return [line.payload for line in lines if not isinstance(line.payload, Outputs)]


def completes(before: Before, folder: Struck, number: int) -> None:
    """The next run ends in the same bytes, and no half-made file is left."""
    place = before.places[number]
    done = warm.consolidate(folder.path)
    assert (done.code, done.crashed) == (0, ""), (place, done)
    verified = warm.run(folder.path, "verify", "--as-of", warm.DAY)
    assert (verified.code, verified.crashed) == (0, ""), (place, verified)
    found = scene.outputs(folder.path)
    assert found.keys() == before.new.keys(), place
    changed = [name for name in found if found[name] != before.new[name]]
    assert known(folder.path) == before.known, place
    # the journal also says in how many runs the outputs were written
    assert [name for name in changed if name != "journal.jsonl"] == [], place
    shutil.rmtree(folder.path)
