import os
import pickle
import signal
import struct
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest

from kskt_excel.worker.pool import MIB, Failure, Workers, WorkerStartError, bound_by_job

TASK = "tests.excel.tasks:behave"
CONTEXT = pickle.dumps("quý I")
ROOT = Path(__file__).parents[2]


def _pool(processes: int = 2, seconds: float = 1) -> Workers:
    return Workers(
        TASK,
        CONTEXT,
        processes=processes,
        seconds=seconds,
        patience=20,
        memory_bytes=200 * 2**20,
    )


def _answer(name: str, size: int) -> bytes:
    return f"quý I:{name}:{size}".encode()


@pytest.mark.parametrize("processes", [1, 2, 3])
def test_every_file_gets_its_answer_whatever_the_number_of_processes(processes: int) -> None:
    jobs = [(number, f"t{number}", b"x" * number) for number in range(50)]
    with _pool(processes) as workers:
        answers = dict(workers.run(jobs))
    assert answers == {number: _answer(f"t{number}", number) for number in range(50)}


@pytest.mark.parametrize(
    ("name", "kind"), [("die", "died"), ("raise", "died"), ("eat", "memory"), ("work", "timeout")]
)
def test_a_file_that_ends_its_process_is_one_answer_and_the_batch_goes_on(
    name: str, kind: str
) -> None:
    jobs = [(n, name if n == 5 else "ok", b"x" * n) for n in range(12)]
    with _pool() as workers:
        answers = dict(workers.run(jobs))
    failure = answers.pop(5)
    assert isinstance(failure, Failure)
    assert failure.kind == kind
    assert answers == {n: _answer("ok", n) for n in range(12) if n != 5}


def test_a_process_that_hangs_is_ended_by_the_clock() -> None:
    with Workers(TASK, CONTEXT, processes=1, patience=1) as workers:
        answers = dict(workers.run([(1, "sleep", b"")]))
    assert answers == {1: Failure("timeout")}


def test_a_file_that_waits_for_others_is_not_too_slow() -> None:
    with Workers(TASK, CONTEXT, processes=1, seconds=0.1, patience=60) as workers:
        answers = dict(workers.run([(1, "nap", b"")]))  # 0.2 s by the clock, none of work
    assert answers == {1: _answer("nap", 0)}


@pytest.fixture
def without_timers(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows: no process bounds its own work, the parent asks the system for it."""
    tick = os.sysconf("SC_CLK_TCK")

    def worked(process: BaseProcess) -> float:
        try:
            told = Path(f"/proc/{process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2]
        except (FileNotFoundError, ProcessLookupError):  # ended meanwhile: Windows keeps its figure
            return 0.0
        return sum(map(int, told.split()[11:13])) / tick

    monkeypatch.setattr("kskt_excel.worker.pool._BOUNDS_ITSELF", False)
    monkeypatch.setattr("kskt_excel.worker.pool.worked_seconds", worked)


@pytest.mark.usefixtures("without_timers")
def test_where_no_process_bounds_itself_the_parent_ends_it_by_its_work() -> None:
    jobs = [(n, "work" if n == 2 else "nap", b"") for n in range(5)]
    with Workers(TASK, CONTEXT, processes=2, seconds=0.5, patience=120) as workers:
        answers = dict(workers.run(jobs))
    assert answers.pop(2) == Failure("timeout")
    assert answers == {n: _answer("nap", 0) for n in (0, 1, 3, 4)}


class Kernel:
    """What a worker asks of Windows: what it was told, by the bytes of the structures."""

    def __init__(self, *, refuses: str = "") -> None:
        self.refuses, self.told = refuses, dict[str, tuple[Any, ...]]()

    def __getattr__(self, name: str) -> Any:
        def answer(*given: Any) -> int:
            self.told[name] = tuple(
                bytes(one._obj) if hasattr(one, "_obj") else getattr(one, "value", one)
                for one in given
            )
            if name == "K32GetProcessMemoryInfo":
                given[1]._obj.committed = 30 * MIB
            return 0 if name == self.refuses else 77

        self.__dict__[name] = answer
        return answer


@pytest.mark.skipif(sys.maxsize < 2**32, reason="the places are those of 64 bits")
def test_on_windows_a_job_bounds_the_memory_of_the_process() -> None:
    """Every field at its place in the structures of Windows; Windows itself is not at hand."""
    kernel = Kernel()
    assert bound_by_job(kernel, 512 * MIB)
    job, kind, limits, size = kernel.told["SetInformationJobObject"]
    assert (job, kind, size, len(limits)) == (77, 9, 144, 144)
    assert struct.unpack_from("<I", limits, 16) == (0x100,)
    assert struct.unpack_from("<Q", limits, 112) == (542 * MIB,)
    assert set(limits[:16] + limits[20:112] + limits[120:]) == {0}
    assert struct.unpack_from("<I", kernel.told["K32GetProcessMemoryInfo"][1]) == (72,)
    assert kernel.told["AssignProcessToJobObject"] == (77, 77)


@pytest.mark.parametrize(
    "call",
    ["CreateJobObjectW", "K32GetProcessMemoryInfo", "SetInformationJobObject",
     "AssignProcessToJobObject"],
)  # fmt: skip
def test_where_windows_refuses_the_bound_the_work_goes_on(call: str) -> None:
    assert not bound_by_job(Kernel(refuses=call), 512 * MIB)


def test_what_a_library_prints_is_kept_from_the_screen(capfd: pytest.CaptureFixture[str]) -> None:
    with _pool() as workers:
        assert dict(workers.run([(1, "print", b""), (2, "raise", b"")]))[1] == _answer("print", 0)
    assert capfd.readouterr() == ("", "")


def test_the_last_words_of_a_process_are_kept_for_the_log() -> None:
    with _pool(1) as workers:
        ((_, failure),) = workers.run([(1, "raise", b"abc")])
    assert isinstance(failure, Failure)
    assert "ValueError: b'abc'" in failure.detail


def test_large_files_go_through() -> None:
    with _pool(seconds=20) as workers:
        answers = dict(workers.run((n, "big", bytes(5_000_000)) for n in range(4)))
    assert answers == {n: _answer("big", 5_000_000) for n in range(4)}


def test_files_are_taken_only_as_they_are_needed() -> None:
    taken = []

    def coming() -> Iterator[tuple[int, str, bytes]]:
        for number in range(1_000):
            taken.append(number)
            yield number, "ok", b""

    with _pool(1) as workers:
        next(workers.run(coming()))
    assert len(taken) < 50


def test_a_task_that_cannot_be_found_is_told_at_once() -> None:
    with (
        Workers("tests.excel.tasks:nothing", CONTEXT, processes=1) as workers,
        pytest.raises(WorkerStartError, match="nothing"),
    ):
        list(workers.run([(1, "ok", b"")]))


def test_spawned_processes_answer_as_forked_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kskt_excel.worker.pool._may_fork", lambda: False)
    with _pool(1, seconds=20) as workers:
        answers = dict(workers.run([(1, "ok", b"abc"), (2, "die", b""), (3, "ok", b"")]))
    assert answers[1] == _answer("ok", 3)
    assert answers[2] == Failure("died", "")
    assert answers[3] == _answer("ok", 0)


def test_a_process_may_start_before_its_context_is_known() -> None:
    with Workers(TASK, processes=1) as workers:
        workers.start()
        workers.give_context(CONTEXT)
        assert list(workers.run([(1, "ok", b"abc")])) == [(1, _answer("ok", 3))]


def test_no_process_outlives_a_parent_that_is_killed() -> None:
    program = textwrap.dedent(f"""
        import pickle, sys
        from kskt_excel.worker.pool import Workers
        workers = Workers({TASK!r}, pickle.dumps("x"), processes=2, seconds=60)
        for key, answer in workers.run([(n, "ok" if n < 2 else "sleep", b"") for n in range(40)]):
            print([w.process.pid for w in workers._workers], flush=True)
    """)
    parent = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE)
    assert parent.stdout
    children = [int(pid) for pid in parent.stdout.readline().decode().strip(" []\n").split(",")]
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and any(map(_is_alive, children)):
        time.sleep(0.05)
    assert not any(map(_is_alive, children))


def _is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").split(") ")[1][0]
    except OSError:
        return False
    return state != "Z" and os.path.exists(f"/proc/{pid}")  # noqa: PTH110
