"""P6: a file that is open in Excel stops nothing: the new one is kept beside it, and told."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.builders import sampled
from tests.promises import scene, warm

pytestmark = pytest.mark.usefixtures("short_paper")

_SHARING_VIOLATION = 32
OPEN = {
    "tracker": "tracker/theo-doi-2022.xlsx",
    "summary": "summaries/2022-Q1/tong-hop-2022-Q1.xlsx",
    "report": "summaries/2022-Q1/bao-cao-2022-Q1.docx",
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dict[str, bytes]]]:
    """A workspace in the middle of its work, and the outputs of an undisturbed run."""
    with warm.remembering():
        folder = scene.at_work(tmp_path_factory.mktemp("open") / "before")
        undisturbed = scene.copy(folder, "undisturbed")
        warm.here(undisturbed, *warm.CONSOLIDATE)
        yield folder, scene.outputs(undisturbed)


def held(path: Path, times: int) -> Any:
    """Makes Windows refuse, some times, that a file is put in the place of ``path``."""

    def begin() -> None:
        real, left = os.replace, [times]

        def replace(source: Any, target: Any, **named: Any) -> None:
            if Path(target) == path and left[0]:
                left[0] -= 1
                error = PermissionError(13, "The process cannot access the file")
                error.winerror = _SHARING_VIOLATION  # type: ignore[attr-defined]  # of Windows
                raise error
            real(source, target, **named)

        os.replace = replace  # type: ignore[assignment]  # the part that the program uses
        warm.do_not_wait()

    return begin


@pytest.mark.parametrize("which", OPEN)
def test_the_new_file_is_kept_beside_the_open_one(
    world: tuple[Path, dict[str, bytes]], which: str
) -> None:
    before, new = world
    folder = scene.copy(before, which)
    old = scene.outputs(folder)
    path = folder / "workbooks" / OPEN[which]
    done = warm.consolidate(folder, before=held(path, times=1000))
    assert (done.code, done.crashed) == (2, "")
    beside = f"{path.stem} (chờ thay){path.suffix}"
    told = [line for line in done.sentences if beside in line]
    assert len(told) == 1
    assert f"Tệp {path.name} đang mở trong Excel" in told[0]
    found = scene.outputs(folder)
    assert found[OPEN[which]] == old[OPEN[which]]
    kept = (path.parent / beside).relative_to(folder / "workbooks").as_posix()
    assert found.pop(kept) == new[OPEN[which]]
    written = {name for name in new if "/cu/" not in name}  # tidied up when all is written
    others = written - {OPEN[which], "journal.jsonl"}
    assert {name: found[name] for name in others} == {name: new[name] for name in others}


@pytest.mark.parametrize("which", sampled(OPEN, 1))
def test_closed_again_the_next_run_puts_it_in_its_place(
    world: tuple[Path, dict[str, bytes]], which: str
) -> None:
    before, new = world
    folder = scene.copy(before, f"{which}-closed")
    path = folder / "workbooks" / OPEN[which]
    assert warm.consolidate(folder, before=held(path, times=1000)).code == 2
    assert warm.consolidate(folder).code == 0
    assert path.read_bytes() == new[OPEN[which]]


def test_a_short_hold_by_a_virus_scanner_is_waited_for(
    world: tuple[Path, dict[str, bytes]],
) -> None:
    before, new = world
    folder = scene.copy(before, "scanner")
    path = folder / "workbooks" / OPEN["tracker"]
    assert warm.consolidate(folder, before=held(path, times=3)).code == 0
    assert scene.outputs(folder).keys() == new.keys()
    assert path.read_bytes() == new[OPEN["tracker"]]
