"""Files read on a real Dask cluster of this machine: a scheduler and two workers on loopback."""

import contextlib
import os
import pickle
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kskt_excel.model.errors import KsktError
from kskt_excel.office import office
from kskt_excel.worker.cluster import ClusterError, ClusterWorkers
from tests.builders import ROOT
from tests.office.desk_of_tests import DAYS
from tests.office.workspaces import everything, workspace

FILES = tuple(
    f"2022-Q1/{one}" for one in ("03-van-phong.eml", "05-trung-tam.eml", "07-qlcnh-sua.eml")
)
_TASK, _CONTEXT = "tests.excel.tasks:behave", pickle.dumps("quý I")
_PATIENCE = 300  # seconds, on a busy machine


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def _started(*arguments: str) -> subprocess.Popen[bytes]:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, "-m", "dask", *arguments],
        env=environment,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _worker(address: str, folder: Path, *more: str) -> subprocess.Popen[bytes]:
    options = ("--nthreads", "1", "--memory-limit", "0", "--no-dashboard")
    return _started("worker", address, *options, "--local-directory", str(folder), *more)


def _ended(processes: list[subprocess.Popen[bytes]]) -> None:
    for one in processes:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(one.pid, signal.SIGKILL)
        one.wait()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """The scheduler's address, and its processes: scheduler, worker under a nanny, worker alone."""
    from distributed import Client

    address = f"tcp://127.0.0.1:{_free_port()}"
    host, _, port = address.removeprefix("tcp://").partition(":")
    running = [_started("scheduler", "--host", host, "--port", port, "--no-dashboard")]
    running += [
        _worker(address, tmp_path / "nanny"),
        _worker(address, tmp_path / "plain", "--no-nanny"),
    ]
    try:
        with Client(address, timeout=_PATIENCE, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=_PATIENCE)
        yield address, running
    finally:
        _ended(running)


def _products(folder: Path) -> dict[str, bytes]:
    found = everything(folder)
    own = (".kskt/", "kskt.toml")
    return {name: data for name, data in found.items() if not name.startswith(own)}


def _consolidated(folder: Path, settings: str = "") -> dict[str, bytes]:
    made = workspace(folder, *FILES, settings=settings)
    outcome = office.consolidate(
        made, "2022-Q1", strict=False, pdf=False, as_of=DAYS[1], dry_run=False
    )
    assert outcome.exit_code == 0
    return _products(made)


@pytest.mark.long
def test_a_cluster_gives_the_same_bytes_as_this_machine_alone(
    tmp_path: Path, cluster: tuple[str, list[subprocess.Popen[bytes]]]
) -> None:
    settings = f'[run]\nexecutor = "dask"\nscheduler = "{cluster[0]}"\n'
    assert _consolidated(tmp_path / "cluster", settings) == _consolidated(tmp_path / "alone")


@pytest.mark.long
def test_what_a_lost_machine_had_is_done_by_another(
    tmp_path: Path, cluster: tuple[str, list[subprocess.Popen[bytes]]]
) -> None:
    address, running = cluster
    jobs = [(n, "nap", str(n).encode()) for n in range(40)]
    with ClusterWorkers(
        _TASK, _CONTEXT, address=address, seconds=60, memory_bytes=2**29
    ) as workers:
        answers = {}
        for key, answer in workers.run(jobs):
            if not answers:
                os.killpg(running[2].pid, signal.SIGKILL)
            answers[key] = answer
    assert answers.keys() == set(range(40))
    assert all(isinstance(one, bytes) for one in answers.values())


@pytest.mark.long
def test_a_bad_file_is_one_verdict_and_costs_no_machine(
    cluster: tuple[str, list[subprocess.Popen[bytes]]],
) -> None:
    jobs = [(1, "ok", b"a"), (2, "die", b""), (3, "ok", b"abc"), (4, "raise", b"")]
    with ClusterWorkers(
        _TASK, _CONTEXT, address=cluster[0], seconds=60, memory_bytes=2**29
    ) as workers:
        answers = dict(workers.run(jobs))
    assert {key for key, one in answers.items() if isinstance(one, bytes)} == {1, 3}
    assert {getattr(answers[key], "kind", "") for key in (2, 4)} == {"died"}
    assert all(one.poll() is None for one in cluster[1])


@pytest.mark.parametrize(
    ("scheduler", "said"),
    [
        ("", "chưa ghi scheduler"),
        ("tcp://127.0.0.1:1", "Không kết nối được máy điều phối"),
        ("khong phai dia chi", "Không kết nối được máy điều phối"),
    ],
)
def test_a_cluster_that_is_not_there_is_told(
    monkeypatch: pytest.MonkeyPatch, scheduler: str, said: str
) -> None:
    monkeypatch.setattr("kskt_excel.worker.cluster._CONNECT_SECONDS", 1)
    with pytest.raises(ClusterError, match=said):
        ClusterWorkers("a:b", b"", address=scheduler, seconds=1, memory_bytes=1)


def test_without_dask_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(KsktError, match=r"kskt-excel\[cluster\]"):
        ClusterWorkers("a:b", b"", address="tcp://127.0.0.1:1", seconds=1, memory_bytes=1)
