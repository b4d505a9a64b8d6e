"""A written file is the old one or the new one, never half of one."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kskt_excel.ledger import safe_files
from kskt_excel.model.errors import FileLockedError

OLD, NEW = b"old" * 1000, b"new" * 5000


def leftovers(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.glob(".kskt-*"))


def sharing_error(code: int) -> PermissionError:
    error = PermissionError(errno.EACCES, "in use")
    error.winerror = code
    return error


class Refusals:
    """A ``Path.replace`` that a program holding the target refuses so many times."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, times: int, code: int, only: str) -> None:
        self.left, self.pauses, self.real = times, [], Path.replace

        def replace(source: Path, target: Path) -> Path:
            return self(source, target)

        monkeypatch.setattr(Path, "replace", replace)
        monkeypatch.setattr(safe_files.time, "sleep", self.pauses.append)
        self.code, self.only = code, only

    def __call__(self, source: Path, target: Path) -> Path:
        if target.name == self.only and self.left > 0:
            self.left -= 1
            raise sharing_error(self.code)
        return self.real(source, target)


def test_a_new_file_is_written_with_its_folder(tmp_path: Path) -> None:
    target = tmp_path / "tổng hợp" / "quý I.xlsx"
    safe_files.write_whole(target, NEW)
    assert target.read_bytes() == NEW
    assert leftovers(target.parent) == []


def test_an_old_file_is_replaced_whole(tmp_path: Path) -> None:
    target = tmp_path / "a.xlsx"
    target.write_bytes(OLD)
    safe_files.write_whole(target, NEW)
    assert target.read_bytes() == NEW
    assert [file.name for file in tmp_path.iterdir()] == ["a.xlsx"]


@pytest.mark.parametrize("durable", [True, False])
def test_only_what_cannot_be_made_again_waits_for_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, durable: bool
) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)
    path = tmp_path / "tra-lai" / "VP.eml"
    safe_files.write_whole(path, NEW, durable=durable)
    assert path.read_bytes() == NEW
    assert leftovers(path.parent) == []
    assert bool(synced) is durable


def test_colleagues_may_read_what_was_written(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        safe_files.write_whole(tmp_path / "a.xlsx", NEW)
    finally:
        os.umask(before)
    assert (tmp_path / "a.xlsx").stat().st_mode & 0o777 == (0o666 if os.name == "nt" else 0o644)


@pytest.mark.parametrize("code", [5, 32, 33])
def test_a_file_let_go_within_two_seconds_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    refusals = Refusals(monkeypatch, 4, code, "a.xlsx")
    safe_files.write_whole(tmp_path / "a.xlsx", NEW)
    assert (tmp_path / "a.xlsx").read_bytes() == NEW
    assert len(refusals.pauses) == 4


def test_a_file_open_in_excel_is_kept_beside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "theo-doi.xlsx"
    target.write_bytes(OLD)
    refusals = Refusals(monkeypatch, 99, 32, "theo-doi.xlsx")
    with pytest.raises(FileLockedError, match=r"theo-doi \(chờ thay\)\.xlsx"):
        safe_files.write_whole(target, NEW)
    assert target.read_bytes() == OLD
    assert (tmp_path / "theo-doi (chờ thay).xlsx").read_bytes() == NEW
    assert 2.0 < sum(refusals.pauses) < 3.0
    assert leftovers(tmp_path) == []


def test_a_second_waiting_file_replaces_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "theo-doi.xlsx"
    Refusals(monkeypatch, 99, 5, "theo-doi.xlsx")
    for data in (OLD, NEW):
        with pytest.raises(FileLockedError):
            safe_files.write_whole(target, data)
    assert (tmp_path / "theo-doi (chờ thay).xlsx").read_bytes() == NEW


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (errno.ENOSPC, "ổ đĩa đã đầy"),
        (errno.EDQUOT, "hết dung lượng"),
        (errno.EACCES, "không có quyền ghi"),
        (errno.EROFS, "chỉ cho đọc"),
        (errno.EIO, "ổ đĩa hoặc mạng báo lỗi"),
    ],
)
@pytest.mark.parametrize("place", ["open", "write", "fsync"])
def test_a_failing_disk_leaves_the_old_file_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, code: int, words: str
) -> None:
    target = tmp_path / "a.xlsx"
    target.write_bytes(OLD)

    def fail(*_: object) -> int:
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as patched:
        patched.setattr(safe_files.os, place, fail)
        with pytest.raises(safe_files.WriteFailedError, match=words):
            safe_files.write_whole(target, NEW)
    assert target.read_bytes() == OLD
    assert leftovers(tmp_path) == []


def test_a_disk_that_takes_one_byte_at_a_time_gets_them_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.write
    with monkeypatch.context() as patched:
        patched.setattr(safe_files.os, "write", lambda fd, data: real(fd, bytes(data[:1])))
        safe_files.write_whole(tmp_path / "a.xlsx", b"abcdef")
    assert (tmp_path / "a.xlsx").read_bytes() == b"abcdef"


def test_half_made_files_of_long_ago_are_swept_and_fresh_ones_left(tmp_path: Path) -> None:
    stale, fresh = tmp_path / ".kskt-00aa.tmp", tmp_path / ".kskt-00bb.tmp"
    for file in (stale, fresh):
        file.write_bytes(b"half")
    os.utime(stale, (0, 0))
    safe_files.write_whole(tmp_path / "a.xlsx", NEW)
    assert leftovers(tmp_path) == [fresh.name]
    assert safe_files.sweep(tmp_path) == (fresh,)
    assert leftovers(tmp_path) == []


KILLED = """
import os, sys
from pathlib import Path
from kskt_excel.ledger import safe_files
target, point, count = Path(sys.argv[1]), int(sys.argv[2]), 0

def tick(*_):
    global count
    count += 1
    if count == point:
        os._exit(137)

def around(name):
    real = getattr(os, name)
    def called(*args, **words):
        tick()
        result = real(*args, **words)
        tick()
        return result
    setattr(os, name, called)

write = os.write
os.write = lambda fd, data: write(fd, bytes(data[:4000]))
for name in ("open", "write", "fsync", "close", "replace"):
    around(name)
sys.addaudithook(
    lambda event, _: tick() if event in ("os.rename", "os.remove", "os.listdir") else None
)
safe_files.write_whole(target, b"new" * 5000)
print(count)
"""


def test_killed_at_any_point_the_file_is_old_or_new(tmp_path: Path) -> None:
    target = tmp_path / "a.xlsx"
    seen = set()
    for point in range(1, 60):
        target.write_bytes(OLD)
        run = subprocess.run(
            [sys.executable, "-c", KILLED, str(target), str(point)],
            capture_output=True,
            check=False,
        )
        seen.add(target.read_bytes())
        if run.returncode == 0:
            break
        assert run.returncode == 137, run.stderr
    assert run.returncode == 0, "the points never ended"
    assert point > 15
    assert seen == {OLD, NEW}
    safe_files.sweep(tmp_path)
    safe_files.write_whole(target, NEW)
    assert [file.name for file in tmp_path.iterdir()] == ["a.xlsx"]
