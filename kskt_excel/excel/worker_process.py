"""The inside of a worker process: takes jobs from a pipe, hands results back, never outlives it."""

import gc
import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from multiprocessing import parent_process
from multiprocessing.connection import Connection
from typing import Any

READY = b""
Task = Callable[[Any, bytes, str], bytes]
"""(context, data, name) → result. Named as ``module:function`` so that a new process finds it."""

_GRACE_SECONDS = 5
_OBJECTS_BETWEEN_LOOKS = 20_000
_FILES = 65_536  # as many open files as any system allows a process


@dataclass(frozen=True, slots=True)
class Orders:
    """What a new process is told: its task, where its words go, its bounds for one file."""

    task: str
    log: str
    seconds: float
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
                _alarm(orders.seconds)
                answer = run(loaded, data, name)
                _alarm(0)
                connection.send_bytes(answer)
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return  # the parent is gone or has closed the pool
    except KeyboardInterrupt:
        return


def _look_for_rings_seldom() -> None:
    """The collector leaves what stays to the end alone: plan, forms and rules are many objects."""
    gc.freeze()
    gc.set_threshold(_OBJECTS_BETWEEN_LOOKS)


def find_task(task: str) -> Task:
    """The function named ``module:function``."""
    module, _, function = task.partition(":")
    found: Task = getattr(import_module(module), function)
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
    try:
        import resource
    except ImportError:  # Windows has no such bound: the gate's limits stand alone
        return
    limit = _address_space() + memory_bytes
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    if hard != resource.RLIM_INFINITY:
        limit = min(limit, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _address_space() -> int:
    """Bytes of address space that the process has now; 0 where the system does not tell."""
    try:
        with open("/proc/self/statm", encoding="ascii") as pages:  # noqa: PTH123 - a system file
            return int(pages.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return 0


def _alarm(seconds: float) -> None:
    """A last bound of the process's own, should the parent not keep it."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds + _GRACE_SECONDS if seconds else 0)
