"""One run at a time in a workspace, named to whoever must wait."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from kskt_excel.ledger.safe_files import (
    LockFailedError,
    WorkspaceBusyError,
    holder_of,
    workspace_lock,
)


@pytest.fixture(autouse=True)
def _nothing_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """What other tests of this process could not remove keeps the holder's note for a sweep."""
    monkeypatch.setattr("kskt_excel.ledger.safe_files._left", set())


HOLD = """
import sys, time
from pathlib import Path
from kskt_excel.ledger.safe_files import workspace_lock
with workspace_lock(Path(sys.argv[1]), who="Nguyễn Thị Hoa"):
    print("held", flush=True)
    time.sleep(60)
"""


def holding(lock: Path) -> subprocess.Popen[bytes]:
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(lock)], stdout=subprocess.PIPE)
    assert process.stdout.readline().strip() == b"held"
    return process


def test_the_second_run_reads_who_holds_the_workspace_and_since_when(tmp_path: Path) -> None:
    process = holding(tmp_path / "kskt.lock")
    try:
        with (
            pytest.raises(WorkspaceBusyError) as refused,
            workspace_lock(tmp_path / "kskt.lock", who="An"),
        ):
            pass
    finally:
        process.kill()
        process.wait()
    assert re.search(
        r"đang chạy bởi Nguyễn Thị Hoa \(máy .+\) từ \d\d giờ \d\d ngày \d\d/\d?\d/\d{4}\.",
        str(refused.value),
    )
    assert refused.value.holder.pid == process.pid


def test_the_lock_of_a_killed_run_is_free_at_once(tmp_path: Path) -> None:
    process = holding(tmp_path / "kskt.lock")
    process.kill()
    process.wait()
    with workspace_lock(tmp_path / "kskt.lock", who="An", timeout=0) as holder:
        assert holder_of(tmp_path / "kskt.lock") == holder


def test_the_same_program_cannot_hold_it_twice(tmp_path: Path) -> None:
    lock = tmp_path / "kskt.lock"
    with (
        workspace_lock(lock, who="An"),
        pytest.raises(WorkspaceBusyError, match="bởi An"),
        workspace_lock(lock, who="Bình"),
    ):
        pass


def test_it_is_free_again_after_the_run_and_after_a_failure(tmp_path: Path) -> None:
    lock = tmp_path / "kskt.lock"
    with pytest.raises(ZeroDivisionError), workspace_lock(lock, who="An"):
        raise ZeroDivisionError
    assert holder_of(lock) is None
    with workspace_lock(lock, who="Bình") as holder:
        assert holder.who == "Bình"


@pytest.mark.parametrize("written", ["", "{", "[]", '{"who": "An"}', '{"pid": "x"}'])
def test_an_unreadable_note_of_the_holder_is_no_hindrance(tmp_path: Path, written: str) -> None:
    lock = tmp_path / "kskt.lock"
    with workspace_lock(lock, who="An"):
        (tmp_path / "kskt.who.lock").write_text(written, encoding="utf-8")
        with (
            pytest.raises(WorkspaceBusyError, match="một người khác"),
            workspace_lock(lock, who="B"),
        ):
            pass


def test_a_folder_that_is_a_file_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"")
    with (
        pytest.raises(LockFailedError, match="tệp khóa"),
        workspace_lock(tmp_path / "x" / "kskt.lock", who="An"),
    ):
        pass
