"""One program at a time in a workspace, and who it is."""

import contextlib
import datetime as dt
import json
import os
import socket
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from kskt_excel.model.errors import KsktError


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds the workspace (ai đang chạy): person, machine, process, since when."""

    who: str
    host: str
    pid: int
    since: str  # ISO, local time with its offset

    @property
    def words(self) -> str:
        """``Nguyễn Thị Hoa (máy VP-03) từ 09:15 ngày 14/03/2022``."""
        try:
            since = dt.datetime.fromisoformat(self.since).strftime("%H:%M ngày %d/%m/%Y")
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
    once; ``after_a_kill`` is called where the last holder did not come to its end.
    Raises WorkspaceBusyError naming the other holder, LockFailedError.
    """
    with file_lock(path, timeout):
        if after_a_kill and _beside(path).exists():
            after_a_kill()
        holder = Holder(
            who, socket.gethostname(), os.getpid(), dt.datetime.now().astimezone().isoformat()
        )
        _record(path, holder)
        try:
            yield holder
        finally:
            with contextlib.suppress(OSError):
                _beside(path).unlink()


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
        table = json.loads(_beside(path).read_text(encoding="utf-8"))
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
        _beside(path).write_text(json.dumps(asdict(holder), ensure_ascii=False), encoding="utf-8")


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.stem}.who{path.suffix}")
