"""Work on files from outside by processes that may die: one file, one answer, whatever happens."""

import gc
import hashlib
import os
import pickle
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import field
from functools import cached_property
from importlib import import_module
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Literal, Self, TypeVar

from kskt_excel.excel.opc import DEFAULT, FileLimits
from kskt_excel.messages import finding
from kskt_excel.model.errors import KsktError
from kskt_excel.model.finding import Finding
from kskt_excel.model.forms import Forms
from kskt_excel.model.nouns import dataclass
from kskt_excel.model.plan import Plan
from kskt_excel.model.submission import Checked
from kskt_excel.workspace import RunSettings

if TYPE_CHECKING:
    from kskt_excel.consolidation.tally import Counters
    from kskt_excel.reading.workbook import Reader


READY = b""
WorkerTask = Callable[[Any, bytes, str], bytes]
"""(context, data, name) → result. Named as ``module:function`` so that a new process finds it."""

_OBJECTS_BETWEEN_LOOKS = 20_000  # the usual 700 took a twentieth of the time
_FILES = 65_536  # as many open files as any system allows a process


@dataclass(frozen=True, slots=True)
class Orders:
    """What a new process is told: its task, where its words go, its bounds for one file."""

    task: str
    log: str
    seconds: float  # of the processor
    memory_bytes: int


def serve(connection: Connection, orders: Orders) -> None:
    """Works on batches of (name, data) until the pipe closes; one answer for each job, in order.

    The first message is the context, pickled: until it comes the task is imported. Whatever the
    task raises ends the process: its words go to the log, and the parent starts anew.
    """
    _quiet(connection, orders.log)
    run = find_task(orders.task)
    try:
        loaded = pickle.loads(connection.recv_bytes())  # noqa: S301 - the parent's own data
        _look_for_rings_seldom()
        bound_memory(orders.memory_bytes)
        connection.send_bytes(READY)
        while True:
            for name, data in connection.recv():
                _bound_work(orders.seconds)
                answer = run(loaded, data, name)
                _bound_work(0)
                connection.send_bytes(answer)
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return  # the parent is gone or has closed the pool
    except KeyboardInterrupt:
        return


def _look_for_rings_seldom() -> None:
    """The collector leaves what stays to the end alone: plan, forms and rules are many objects."""
    gc.freeze()
    gc.set_threshold(_OBJECTS_BETWEEN_LOOKS)


def find_task(task: str) -> WorkerTask:
    """The function named ``module:function``."""
    module, _, function = task.partition(":")
    found: WorkerTask = getattr(import_module(module), function)
    return found


def _quiet(connection: Connection, log: str) -> None:
    """Everything that the process or a library prints goes to the log; no other file stays open."""
    target = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(target, 1)
    os.dup2(target, 2)
    os.close(target)
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    parent = parent_process()
    if hasattr(os, "fork") and parent:
        # files inherited over fork would keep locks and the pipes of other workers open
        first, second = sorted((connection.fileno(), parent.sentinel))
        os.closerange(3, first)
        os.closerange(first + 1, second)
        os.closerange(second + 1, _FILES)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Waits for the parent's end, and ends this process in the middle of whatever it does."""
    parent = parent_process()
    if parent:
        parent.join()
        os._exit(1)


def bound_memory(memory_bytes: int) -> None:
    """No more memory than this beyond what the process has now, where the system can bound it."""
    if sys.platform == "win32":
        import ctypes

        bound_by_job(ctypes.WinDLL("kernel32"), memory_bytes)
        return
    import resource

    limit = _address_space() + memory_bytes
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    if hard != resource.RLIM_INFINITY:
        limit = min(limit, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def bound_by_job(kernel32: Any, memory_bytes: int) -> bool:
    """Bounds the memory of this process by a job object of Windows; False where it is refused.

    The job lives as long as the process. Beyond the bound an allocation fails, as with
    RLIMIT_AS. Source: JOBOBJECT_EXTENDED_LIMIT_INFORMATION, PROCESS_MEMORY_COUNTERS of winnt.h,
    psapi.h.
    """
    import ctypes
    from ctypes import byref, c_int, c_int64, c_size_t, c_uint32, c_uint64, c_void_p, sizeof

    class JobLimits(ctypes.Structure):
        _fields_ = (
            ("process_time", c_int64),
            ("job_time", c_int64),
            ("flags", c_uint32),
            ("working_sets", c_size_t * 2),
            ("processes", c_uint32),
            ("affinity", c_size_t),
            ("classes", c_uint32 * 2),
            ("read_and_written", c_uint64 * 6),
            ("process_memory", c_size_t),
            ("job_memory", c_size_t),
            ("peaks", c_size_t * 2),
        )

    class MemoryCounters(ctypes.Structure):
        _fields_ = (
            ("size", c_uint32),
            ("page_faults", c_uint32),
            ("others", c_size_t * 6),
            ("committed", c_size_t),
            ("peak", c_size_t),
        )

    for name in ("CreateJobObjectW", "GetCurrentProcess"):
        getattr(kernel32, name).restype = c_void_p  # a handle has the width of a pointer
    process = c_void_p(kernel32.GetCurrentProcess())
    job = c_void_p(kernel32.CreateJobObjectW(None, None))
    counters = MemoryCounters(size=sizeof(MemoryCounters))
    counted = kernel32.K32GetProcessMemoryInfo(process, byref(counters), c_uint32(counters.size))
    if not (job and counted):
        return False
    bound = counters.committed + memory_bytes
    limits = JobLimits(flags=_JOB_BOUNDS_A_PROCESS, process_memory=bound)
    told = (job, c_int(_EXTENDED_LIMITS), byref(limits), c_uint32(sizeof(limits)))
    is_told = kernel32.SetInformationJobObject(*told)
    return bool(is_told and kernel32.AssignProcessToJobObject(job, process))


def _address_space() -> int:
    """Bytes of address space that the process has now; 0 where the system does not tell."""
    try:
        with open("/proc/self/statm", encoding="ascii") as pages:  # noqa: PTH123 - a system file
            return int(pages.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return 0


def _bound_work(seconds: float) -> None:
    """No more of the processor than this: the same file ends the same way on a busy machine.

    Windows has no such timer: there the parent looks how much the process has worked.
    """
    if _BOUNDS_ITSELF:
        signal.setitimer(signal.ITIMER_PROF, seconds)  # ends the process, whatever it is doing


def worked_seconds(process: BaseProcess) -> float:
    """Seconds of the processor that a process has had, where it cannot bound them itself."""
    if sys.platform != "win32":
        return 0.0
    import ctypes
    from ctypes import wintypes

    made, ended, in_system, by_itself = (wintypes.FILETIME() for _ in range(4))
    handle = wintypes.HANDLE(process.sentinel)
    told = map(ctypes.byref, (made, ended, in_system, by_itself))
    if not ctypes.windll.kernel32.GetProcessTimes(handle, *told):
        return 0.0
    spent = (in_system, by_itself)
    return sum(one.dwHighDateTime << 32 | one.dwLowDateTime for one in spent) / _TICKS


K = TypeVar("K")

MIB = 1024 * 1024
# A machine with a virus scanner reads the program's files for long the first time.
_START_SECONDS = 60
_PATIENCE = 12  # how many times its work a file may take by the clock of a busy machine
_BOUNDS_ITSELF = hasattr(signal, "setitimer")
_LOOK_SECONDS = 0.5  # how often the parent looks where a process cannot bound its work itself
_JOB_BOUNDS_A_PROCESS = 0x100  # JOB_OBJECT_LIMIT_PROCESS_MEMORY
_EXTENDED_LIMITS = 9  # JobObjectExtendedLimitInformation
_TICKS = 10_000_000  # of Windows in a second
_WORKED_TOO_LONG = -signal.SIGPROF if hasattr(signal, "SIGPROF") else None
_BATCH_JOBS = 8  # files of one message to a process: a message takes as long as a small file
_BATCH_BYTES = MIB
_AHEAD_BYTES = 16 * MIB  # large files wait where they come from
_NO_CONTEXT = pickle.dumps(None)
_GONE = (BrokenPipeError, ConnectionResetError)  # a dead process: found when its answer is awaited
_DETAIL = 2_000  # characters of a dead worker's last words
_OUT_OF_MEMORY = ("MemoryError", "memory allocation of", "capacity overflow")


class WorkerStartError(KsktError):
    """A worker process cannot start on this machine."""

    def __init__(self, detail: str) -> None:
        super().__init__(
            "Không khởi động được tiến trình đọc tệp trên máy này."
            f" Đề nghị cài đặt lại chương trình. Chi tiết: {detail.strip()[-300:] or 'không rõ'}"
        )


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no result for a file: the process died, took too long or too much memory."""

    kind: Literal["died", "timeout", "memory"]
    detail: str = ""  # the process's last words, for the log


@dataclass(slots=True)
class _Worker(Generic[K]):
    """A running process, the jobs it has not answered yet, and when it must answer the next."""

    process: BaseProcess
    connection: Connection
    log: Path
    jobs: list[tuple[K, str, bytes]] = field(default_factory=list)
    deadline: float = 0
    worked: float = 0  # seconds of the processor before the job at work
    told: bool = False  # has been sent the context
    ready: bool = False


class Workers:
    """A pool of processes that may be killed; results do not depend on how many there are.

    Args:
        task: ``module:function`` of ``(context, data, name) -> bytes``.
        context: pickled by the caller, loaded once in each process; None while it is not known.
        processes: how many at most; each is started when there is work for it.
        seconds: of the processor for one file; then the process is ended.
        patience: seconds by the clock after which a process is taken to hang.
        memory_bytes: for one process beyond what it starts with, where the system can bound it.
    """

    def __init__(
        self,
        task: str,
        context: bytes | None = None,
        *,
        processes: int,
        seconds: float = 10,
        patience: float | None = None,
        memory_bytes: int = 512 * MIB,
    ) -> None:
        self._task = task
        self._context = context
        self._memory_bytes = memory_bytes
        self._processes = max(1, processes)
        self._seconds = seconds
        self._patience = _PATIENCE * seconds if patience is None else patience
        self._workers: list[_Worker[Any]] = []
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._started = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def start(self) -> None:
        """One process is started already now, while the caller still prepares context and jobs.

        It loads what it needs beside the caller, where a second processor is free.
        """
        if not self._workers:
            self._start()

    def give_context(self, context: bytes) -> None:
        """The context for all work to come, where it was not known from the start.

        A process that has been started already loads it at once, beside the caller.
        """
        self._context = context
        for worker in self._workers:
            with suppress(*_GONE):
                self._tell(worker)

    def close(self) -> None:
        """Every process is ended and its log removed."""
        for worker in list(self._workers):
            self._end(worker)
        if self._folder:
            self._folder.cleanup()

    def run(self, jobs: Iterable[tuple[K, str, bytes]]) -> Iterator[tuple[K, bytes | Failure]]:
        """One answer for each ``(key, name, data)``, in the order in which they are ready.

        Jobs are taken from the iterable only as processes become free.
        Raises WorkerStartError when a process cannot start at all.
        """
        waiting = _Jobs(iter(jobs))
        try:
            while True:
                self._feed(waiting)
                busy = [worker for worker in self._workers if worker.jobs]
                if not busy:
                    return
                yield from self._answers(busy, waiting)
        finally:
            for worker in [worker for worker in self._workers if worker.jobs]:
                self._end(worker)  # the caller has stopped in the middle

    def _feed(self, waiting: "_Jobs[K]") -> None:
        """Every free process gets a batch; further processes are started for what is left."""
        while waiting.more():
            free = next((worker for worker in self._workers if not worker.jobs), None)
            if free is None and len(self._workers) < self._processes:
                free = self._start()
            if free is None:
                return
            self._give(free, waiting.batch(self._processes))

    def _give(self, worker: _Worker[K], batch: list[tuple[K, str, bytes]]) -> None:
        worker.jobs = batch
        allowed = self._patience if worker.ready else self._patience + _START_SECONDS
        worker.deadline = time.monotonic() + allowed
        worker.worked = worked_seconds(worker.process)
        with suppress(*_GONE):
            self._tell(worker)
            worker.connection.send([(name, data) for _, name, data in batch])

    def _tell(self, worker: _Worker[Any]) -> None:
        """The context, once to each process. Raises what ``_GONE`` names of one that has died."""
        if not worker.told:
            worker.connection.send_bytes(self._context or _NO_CONTEXT)
            worker.told = True

    def _answers(
        self, busy: list[_Worker[K]], waiting: "_Jobs[K]"
    ) -> Iterator[tuple[K, bytes | Failure]]:
        """Answers that are there now, and failures of processes that died or are too late."""
        patience = max(0.0, min(worker.deadline for worker in busy) - time.monotonic())
        if not _BOUNDS_ITSELF:
            patience = min(patience, _LOOK_SECONDS)
        spoken = wait([worker.connection for worker in busy], patience)
        now = time.monotonic()
        for worker in busy:
            if worker.connection in spoken:
                answer = self._receive(worker)
            elif worker.deadline <= now or self._has_worked_too_long(worker):
                answer = Failure("timeout")
            else:
                continue
            if answer == READY:
                worker.ready = True
                worker.deadline = now + self._patience
                worker.worked = worked_seconds(worker.process)
                continue
            key = worker.jobs[0][0]
            del worker.jobs[0]
            worker.deadline = now + self._patience
            worker.worked = worked_seconds(worker.process)
            if isinstance(answer, Failure):
                waiting.give_back(worker.jobs)
                worker.jobs = []
                self._end(worker)
            yield key, answer

    def _has_worked_too_long(self, worker: _Worker[K]) -> bool:
        """Whether a process that cannot bound itself has worked longer on a file than it may."""
        if _BOUNDS_ITSELF or not worker.ready:
            return False
        return worked_seconds(worker.process) - worker.worked > self._seconds

    def _receive(self, worker: _Worker[K]) -> bytes | Failure:
        """What a process has to say; a failure when it has died."""
        try:
            return worker.connection.recv_bytes()
        except (EOFError, OSError):
            worker.process.join(1)
            words = _last_words(worker.log)
        if not worker.ready:
            raise WorkerStartError(words)
        if worker.process.exitcode == _WORKED_TOO_LONG:
            return Failure("timeout", words)
        return Failure("memory" if any(sign in words for sign in _OUT_OF_MEMORY) else "died", words)

    def _start(self) -> _Worker[Any]:
        """A new process, forked where that is safe and quick, else spawned."""
        method = get_context("fork") if _may_fork() else get_context("spawn")
        here, there = method.Pipe()
        self._started += 1
        self._folder = self._folder or tempfile.TemporaryDirectory(prefix="kskt-")
        log = Path(self._folder.name, f"{self._started}.log")
        orders = Orders(self._task, str(log), self._seconds, self._memory_bytes)
        process = method.Process(target=serve, args=(there, orders), daemon=True)
        process.start()
        there.close()
        worker: _Worker[Any] = _Worker(process, here, log)
        self._workers.append(worker)
        return worker

    def _end(self, worker: _Worker[Any]) -> None:
        self._workers.remove(worker)
        worker.connection.close()
        worker.process.kill()
        worker.process.join()
        worker.process.close()
        worker.log.unlink(missing_ok=True)


class _Jobs(Generic[K]):
    """Jobs still to do: those given back first."""

    def __init__(self, coming: Iterator[tuple[K, str, bytes]]) -> None:
        self._coming = coming
        self._ahead: list[tuple[K, str, bytes]] = []

    def more(self) -> bool:
        """Whether there is another job."""
        return bool(self._ahead) or self._look_ahead()

    def give_back(self, jobs: list[tuple[K, str, bytes]]) -> None:
        """Jobs that a dead process had not begun."""
        self._ahead = [*jobs, *self._ahead]

    def batch(self, processes: int) -> list[tuple[K, str, bytes]]:
        """The next jobs for one process: few while there are few, never much data at once."""
        wanted = _BATCH_JOBS * processes
        while len(self._ahead) < wanted and self._size() < _AHEAD_BYTES and self._look_ahead():
            pass
        count = max(1, min(_BATCH_JOBS, len(self._ahead) // processes))
        taken, size = 0, 0
        while taken < count and (not taken or size + len(self._ahead[taken][2]) <= _BATCH_BYTES):
            size += len(self._ahead[taken][2])
            taken += 1
        batch, self._ahead = self._ahead[:taken], self._ahead[taken:]
        return batch

    def _size(self) -> int:
        return sum(len(data) for _, _, data in self._ahead)

    def _look_ahead(self) -> bool:
        job = next(self._coming, None)
        if job is not None:
            self._ahead.append(job)
        return job is not None


def serve_if_worker() -> None:
    """In a program packed into one file: works and ends where this process is a worker."""
    from multiprocessing import freeze_support

    freeze_support()


def _may_fork() -> bool:
    """Whether this process can be copied safely: Linux, and no Python thread but this one.

    The idle threads of numpy's OpenBLAS, which openpyxl brings along, mind a fork by themselves.
    """
    return sys.platform.startswith("linux") and threading.active_count() == 1


def _last_words(log: Path) -> str:
    """The end of what a process printed."""
    try:
        return log.read_text(encoding="utf-8", errors="replace")[-_DETAIL:]
    except OSError:
        return ""


_FAILURES = {"died": "file.reader_died", "timeout": "file.too_slow", "memory": "file.too_heavy"}


@dataclass(frozen=True)
class FileContext:
    """What every file is read and checked against."""

    plan: Plan
    forms: Forms
    limits: FileLimits = DEFAULT
    counts: bool = True  # whether what a workbook adds to the figures is wanted too

    def __reduce__(self) -> tuple[object, ...]:
        """Goes to another process as it was made; what it has cached stays behind."""
        return FileContext, (self.plan, self.forms, self.limits, self.counts)

    @cached_property
    def counters(self) -> "Counters":
        """Counts what a workbook adds to the forms of its quarter; made on first use."""
        from kskt_excel.consolidation.tally import Counters  # not loaded for a mere check

        return Counters(self.plan, self.forms)

    @cached_property
    def reader(self) -> "Reader":
        """The reader of these forms, prepared once for all files of a process."""
        from kskt_excel.reading.workbook import Reader  # the parent only hands the context on

        return Reader(self.plan, self.forms)


def context_of_a_check(plan: Plan, forms: Forms) -> bytes:
    """What workers are given for a mere check: nothing is counted."""
    return pickle.dumps(FileContext(plan, forms, counts=False))


def failed_check(data: bytes, name: str, failure: Failure, *, seconds: float = 10) -> Checked:
    """The Checked of a file whose worker died, took too long or too much memory."""
    return Checked(
        hashlib.sha256(data).hexdigest(), None, (failure_finding(name, failure, seconds),)
    )


def failure_finding(name: str, failure: Failure, seconds: float = 10) -> Finding:
    """The sentence for a failure."""
    return finding(_FAILURES[failure.kind], name=name, seconds=f"{seconds:g}")


CHECK_TASK = "kskt_excel.worker.file_task:check_file"
"""What they do; its context is a pickled ``Context``."""


def file_workers(run: RunSettings, *, most: int, context: bytes | None = None) -> Workers:
    """A pool of at most so many processes where the settings name no number."""
    return Workers(
        CHECK_TASK,
        context,
        processes=run.processes or most,
        seconds=run.seconds_per_file,
        memory_bytes=run.memory_per_file_mb * MIB,
    )
