"""Files written whole or not at all, and the lock by which one program writes at a time."""

import contextlib
import datetime as dt
import errno
import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from kskt_excel.model.errors import FileLockedError, KsktError
from kskt_excel.model.nouns import dataclass
from kskt_excel.text.shown import office_moment

_PREFIX, _SUFFIX = ".kskt-", ".tmp"
ZIP_TIME = (1980, 1, 1, 0, 0, 0)
"""Hour of every entry of an archive that we write, the earliest one: no clock in the bytes."""
_STALE_SECONDS = 3600.0  # no file takes so long to be written: younger ones may be another run's
_DAY_SECONDS = 86_400.0  # left by a process that cannot be asked any more: of another machine
_TEMPORARY = ("TMPDIR", "TMP", "TEMP")
_IN_USE = (5, 32, 33)  # WinError: access denied, sharing violation, lock violation
_PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8, 1.0)  # seconds; a virus scanner lets go within this time
_NO_FOLDER_SYNC = (errno.EINVAL, errno.ENOTSUP, errno.EACCES, errno.EBADF)
_REASONS = {
    errno.ENOSPC: "ổ đĩa đã đầy. Đề nghị xóa bớt tệp không dùng rồi chạy lại",
    errno.EDQUOT: "đã hết dung lượng được cấp. Đề nghị xóa bớt tệp không dùng rồi chạy lại",
    errno.EACCES: "không có quyền ghi. Đề nghị xin quyền ghi vào thư mục này rồi chạy lại",
    errno.EPERM: "không có quyền ghi. Đề nghị xin quyền ghi vào thư mục này rồi chạy lại",
    errno.EROFS: "ổ đĩa chỉ cho đọc. Đề nghị chọn thư mục ghi được rồi chạy lại",
}
_OTHER_REASON = "ổ đĩa hoặc mạng báo lỗi ({error}). Đề nghị kiểm tra ổ đĩa, mạng rồi chạy lại"


class WriteFailedError(KsktError):
    """A file that could not be written; nothing half-written stands there."""

    def __init__(self, path: Path, error: OSError) -> None:
        reason = _REASONS.get(error.errno or 0, _OTHER_REASON).format(error=error.strerror)
        super().__init__(f"Chưa ghi được {path}: {reason}. Không có tệp nào bị ghi dở.")


def write_whole(path: Path, data: bytes, *, durable: bool = True) -> None:
    """Writes ``data`` as the whole of ``path``: a reader sees the old file or the new one.

    With ``durable`` it is on the disk when this returns; without it, as for many files that can
    be made again, a power cut may take it. Raises FileLockedError when the file is open in Excel,
    with the new one kept beside it, and WriteFailedError when disk or rights do not allow it.
    """
    temporary = path.parent / f"{_PREFIX}{os.urandom(8).hex()}{_SUFFIX}"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not durable:
            temporary.write_bytes(data)
            _swap_in(temporary, path)
            return
        _write_synced(temporary, data)
        _take_place(temporary, path)
    except OSError as error:
        _remove(temporary)
        raise WriteFailedError(path, error) from error
    except BaseException:  # Ctrl+C too must leave no half-made file
        _remove(temporary)
        raise


@contextlib.contextmanager
def half_made(path: Path) -> Iterator[Path]:
    """A name beside ``path`` for a file that grows there until it is put in its place.

    What is still there at the end is removed. An error of the disk raises WriteFailedError.
    """
    temporary = path.parent / f"{_PREFIX}{os.urandom(8).hex()}{_SUFFIX}"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
    except OSError as error:
        raise WriteFailedError(path, error) from error
    finally:
        _remove(temporary)


def put_whole(made: Path, path: Path) -> None:
    """Puts a file that was made beside ``path`` in its place; it is on the disk then.

    Raises FileLockedError as ``write_whole`` does, and WriteFailedError.
    """
    try:
        _sync_file(made)
        _take_place(made, path)
    except OSError as error:
        raise WriteFailedError(path, error) from error


def copy_whole(source: Path, path: Path) -> None:
    """A copy of a file, whole or not there. Raises FileLockedError, WriteFailedError."""
    with half_made(path) as temporary:
        shutil.copyfile(source, temporary)
        put_whole(temporary, path)


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file, which is never in memory as a whole. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_many(files: Sequence[tuple[Path, bytes]]) -> None:
    """Writes each of many files whole; all are on the disk when it returns.

    The disk is asked once for all of them: first every file is written beside its place, then all
    are synced, then each takes its place. Raises FileLockedError, WriteFailedError; files that
    took their place before that stay.
    """
    waiting: list[tuple[Path, Path]] = []
    path = Path()
    try:
        for path, data in files:
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary = path.parent / f"{_PREFIX}{os.urandom(8).hex()}{_SUFFIX}"
            waiting.append((temporary, path))
            temporary.write_bytes(data)
        for temporary, _ in waiting:
            _sync_file(temporary)
        folders = {path.parent: temporary for temporary, path in waiting}
        for folder, temporary in folders.items():
            sweep(folder, than=temporary)
        for temporary, path in waiting:
            _swap_in(temporary, path)
        for folder in folders:
            sync_folder(folder)
    except OSError as error:
        raise WriteFailedError(path, error) from error
    finally:
        for temporary, _ in waiting:
            _remove(temporary)  # only what took no place is still there


def write_bytes(descriptor: int, data: bytes) -> None:
    """Writes every byte, also when the system takes them in pieces; fsynced."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
    os.fsync(descriptor)


def sync_folder(folder: Path) -> None:
    """Makes a rename in ``folder`` last through a power cut, where the system knows how."""
    if os.name == "nt":  # Windows has no fsync of a folder; its rename is journaled
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _NO_FOLDER_SYNC:  # some network shares refuse it
            raise
    finally:
        os.close(descriptor)


def sweep(folder: Path, *, than: Path | None = None) -> tuple[Path, ...]:
    """Removes half-made files that a killed run left in ``folder``; gives those removed.

    With ``than`` only those an hour older than that file, by the clock of the disk; without it all
    of them, which only the holder of the workspace lock may ask.
    """
    limit = than.stat().st_mtime - _STALE_SECONDS if than else float("inf")
    gone = []
    for file in sorted(folder.glob(f"{_PREFIX}*{_SUFFIX}")):
        with contextlib.suppress(OSError):  # another run may be sweeping the same folder
            if file.stat().st_mtime < limit:
                file.unlink()
                gone.append(file)
    return tuple(gone)


@contextlib.contextmanager
def own_temporaries(folder: Path) -> Iterator[None]:
    """Temporary files of this process, its libraries and what it starts, in a folder of their own.

    They hold what the office works with: they shall not lie where everybody's do, nor need room
    there. Folders that killed runs left are removed first. Where no folder can be made (a
    workspace that may only be read) they lie where the system puts them.
    """
    own = folder / f"{_machine()}-{os.getpid()}-{os.urandom(4).hex()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _sweep_temporaries(folder)
        own.mkdir(mode=0o700)
    except OSError:
        yield
        return
    before = {name: os.environ.get(name) for name in _TEMPORARY}
    directory = tempfile.tempdir
    os.environ.update(dict.fromkeys(_TEMPORARY, str(own)))
    tempfile.tempdir = str(own)
    try:
        yield
    finally:
        tempfile.tempdir = directory
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
        shutil.rmtree(own, ignore_errors=True)


def _sweep_temporaries(folder: Path) -> None:
    """Removes what processes of this machine that have ended left, and what is a day old."""
    now = time.time()
    for left in folder.iterdir():
        host, _, rest = left.name.rpartition("-")[0].rpartition("-")
        with contextlib.suppress(OSError):
            is_old = now - left.stat().st_mtime > _DAY_SECONDS
            if is_old or (host == _machine() and not _runs(rest)):
                shutil.rmtree(left, ignore_errors=True)


def _runs(pid: str) -> bool:
    """Whether a process of this number may be running on this machine."""
    if not pid.isdigit() or os.name == "nt":  # there asking would end it
        return pid.isdigit()
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _write_synced(path: Path, data: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags, 0o666)  # colleagues on a share read it too: umask decides
    try:
        write_bytes(descriptor, data)
    finally:
        os.close(descriptor)


def _sync_file(path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _take_place(temporary: Path, path: Path) -> None:
    sweep(path.parent, than=temporary)
    _swap_in(temporary, path)
    sync_folder(path.parent)


def _swap_in(temporary: Path, path: Path) -> None:
    for pause in (*_PAUSES, None):
        try:
            temporary.replace(path)
        except OSError as error:
            if getattr(error, "winerror", None) not in _IN_USE:
                raise
            if pause is None:
                raise FileLockedError(path, _kept_beside(temporary, path)) from error
            time.sleep(pause)
        else:
            return


def _kept_beside(temporary: Path, path: Path) -> Path | None:
    """Where the finished file waits: ``theo-doi (chờ thay).xlsx``; numbered when open as well."""
    for number in range(1, 100):
        mark = "chờ thay" if number == 1 else f"chờ thay {number}"
        beside = path.with_name(f"{path.stem} ({mark}){path.suffix}")
        try:
            temporary.replace(beside)
        except OSError as error:
            if getattr(error, "winerror", None) not in _IN_USE:
                raise
        else:
            return beside
    return None


_NEVER_THERE = frozenset({errno.ENOTDIR, errno.ENAMETOOLONG})
"""Errors that say that no file of such a name can have been made."""


def _remove(temporary: Path) -> None:
    try:
        temporary.unlink(missing_ok=True)
    except OSError as error:  # the disk or the share is gone: the next run is told to sweep
        if error.errno not in _NEVER_THERE:
            _left.add(temporary)


_left: set[Path] = set()
"""Half-made files of this process that could not be removed."""


def _swept_up() -> bool:
    """Whether nothing half-made is left, after one more try."""
    again = {*_left}
    _left.clear()
    for temporary in again:
        _remove(temporary)
    return not _left


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds the workspace (ai đang chạy): person, machine, process, since when."""

    who: str
    host: str
    pid: int
    since: str  # ISO, local time with its offset

    @property
    def words(self) -> str:
        """``Nguyễn Thị Hoa (máy VP-03) từ 09 giờ 15 ngày 14/3/2022``."""
        try:
            since = office_moment(dt.datetime.fromisoformat(self.since))
        except ValueError:
            since = self.since
        return f"{self.who} (máy {self.host}) từ {since}"


class WorkspaceBusyError(KsktError):
    """Another run holds the workspace."""

    def __init__(self, holder: Holder | None) -> None:
        by = holder.words if holder else "một người khác"
        super().__init__(
            f"Chương trình đang chạy bởi {by}."
            " Đề nghị chờ lượt đó xong (thường dưới một phút) rồi chạy lại."
        )
        self.holder = holder


class LockFailedError(KsktError):
    """A lock file that cannot be made."""

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(
            f"Không tạo được tệp khóa {path} ({error.strerror})."
            " Đề nghị xin quyền ghi vào thư mục này rồi chạy lại."
        )


@contextlib.contextmanager
def workspace_lock(
    path: Path,
    *,
    who: str,
    timeout: float = 0.0,
    after_a_kill: Callable[[], object] | None = None,
) -> Iterator[Holder]:
    """Holds the workspace for one run; gives who is recorded as its holder.

    ``timeout`` is in seconds. The lock is the system's own, so that of a killed run is free at
    once; ``after_a_kill`` is called where the last holder did not come to its end, or could not
    remove what it had half made.
    Raises WorkspaceBusyError naming the other holder, LockFailedError.
    """
    with file_lock(path, timeout):
        if after_a_kill and _holder_file(path).exists():
            after_a_kill()
        holder = Holder(who, _machine(), os.getpid(), dt.datetime.now().astimezone().isoformat())
        _record(path, holder)
        try:
            yield holder
        finally:
            with contextlib.suppress(OSError):
                if _swept_up():
                    _holder_file(path).unlink()


@contextlib.contextmanager
def file_lock(path: Path, timeout: float) -> Iterator[None]:
    """Holds the system's lock on ``path``. Raises WorkspaceBusyError, LockFailedError."""
    import filelock

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(path, timeout=timeout)
        lock.acquire()
    except filelock.Timeout as error:
        raise WorkspaceBusyError(holder_of(path)) from error
    except OSError as error:
        raise LockFailedError(path, error) from error
    try:
        yield
    finally:
        lock.release()


def holder_of(path: Path) -> Holder | None:
    """Who is recorded as holding the lock; None when nothing readable is recorded."""
    try:
        table = json.loads(_holder_file(path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return _holder(table) if isinstance(table, dict) else None


def _holder(table: Mapping[str, object]) -> Holder | None:
    try:
        pid = int(str(table["pid"]))
        return Holder(str(table["who"]), str(table["host"]), pid, str(table["since"]))
    except (KeyError, ValueError):
        return None


def _record(path: Path, holder: Holder) -> None:
    """Writes the holder beside the lock: Windows lets nobody read a locked file."""
    with contextlib.suppress(OSError):
        _holder_file(path).write_text(
            json.dumps(asdict(holder), ensure_ascii=False), encoding="utf-8"
        )


def _holder_file(path: Path) -> Path:
    return path.with_name(f"{path.stem}.who{path.suffix}")


def _machine() -> str:
    import socket  # not loaded where nothing is written

    return socket.gethostname()
