"""Files read on a Dask cluster (cụm máy): the same bounded workers on far machines, same answers.

A far machine runs each batch by a ``Workers`` pool of one process, so that a bad file costs that
process and is one verdict there as here; the Dask worker lives on. A machine that is lost has its
batches run again by another. Plan and forms are sent once; an original goes with its job, for its
bytes are at hand from being hashed and archived.
"""

import hashlib
import itertools
import multiprocessing.process
import threading
from collections.abc import Iterable, Iterator
from typing import Any, Self, TypeVar

from kskt_excel.model.errors import KsktError
from kskt_excel.program import program_anywhere
from kskt_excel.worker.pool import CHECK_TASK, MIB, Failure, Workers, file_workers
from kskt_excel.workspace import RunSettings

K = TypeVar("K")
Job = tuple[K, str, bytes]
FarAnswer = bytes | Failure

_BATCH_JOBS = 16  # files of one message: a message takes longer than a small file
_BATCH_BYTES = 4 * MIB  # a batch is one message of the network
_BATCHES_AHEAD = 2  # for each thread of the cluster: one at work, one on its way
_CONNECT_SECONDS = 30  # a cluster that starts answers later than one that runs


class ClusterError(KsktError):
    """The cluster cannot be worked with: not installed, not reached, or of another version."""


def reading_workers(run: RunSettings, *, most: int, context: bytes) -> "Workers | ClusterWorkers":
    """What reads and checks files as the settings ask: processes of this machine, or a cluster.

    Raises ClusterError.
    """
    if run.executor != "dask":
        return file_workers(run, most=most, context=context)
    return ClusterWorkers(
        CHECK_TASK,
        context,
        address=run.scheduler,
        seconds=run.seconds_per_file,
        memory_bytes=run.memory_per_file_mb * MIB,
    )


class ClusterWorkers:
    """A Dask cluster that answers as ``Workers`` does; results do not depend on its size.

    Args:
        task: ``module:function`` of ``(context, data, name) -> bytes``.
        context: pickled by the caller, sent once to each machine.
        address: of the scheduler, ``tcp://may-chu:8786``.
        seconds: for one file, kept on the far machine.
        memory_bytes: for one process there.
    """

    def __init__(
        self, task: str, context: bytes, *, address: str, seconds: float, memory_bytes: int
    ) -> None:
        self._task, self._context = task, context
        self._seconds, self._memory_bytes = seconds, memory_bytes
        self._client = _connected(address)  # Dask's own, which has no types

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """What runs there for us is given up; the cluster stays."""
        self._client.close()

    def run(self, jobs: Iterable[Job[K]]) -> Iterator[tuple[K, FarAnswer]]:
        """One answer for each ``(key, name, data)``, as they become ready.

        Jobs are taken from the iterable only as the cluster has room for them.
        Raises ClusterError when the scheduler is lost.
        """
        from distributed import as_completed

        waiting = _batches(iter(jobs))
        (context,) = self._client.scatter([self._context], broadcast=True)
        asked: dict[str, list[Job[K]]] = {}
        first = [self._ask(batch, context, asked) for batch in self._room(waiting)]
        answered = as_completed(first, loop=self._client.loop)
        for future in answered:
            batch = asked.pop(future.key)
            for smaller in self._answers_of(future, batch):
                if isinstance(smaller, list):
                    answered.add(self._ask(smaller, context, asked))
                else:
                    yield smaller
            following = next(waiting, None)
            if following:
                answered.add(self._ask(following, context, asked))

    def _room(self, waiting: Iterator[list[Job[K]]]) -> list[list[Job[K]]]:
        """The first batches: as many as the cluster's threads can have waiting."""
        threads = sum(self._client.nthreads().values())
        return list(itertools.islice(waiting, max(1, threads) * _BATCHES_AHEAD))

    def _ask(self, batch: list[Job[K]], context: Any, asked: dict[str, list[Job[K]]]) -> Any:
        files = [(name, data) for _, name, data in batch]
        future = self._client.submit(
            answer_batch, self._task, context, self._seconds, self._memory_bytes, files, pure=False
        )
        asked[future.key] = batch
        return future

    def _answers_of(
        self, future: Any, batch: list[Job[K]]
    ) -> Iterator[tuple[K, FarAnswer] | list[Job[K]]]:
        """The answers of a batch; its halves, to be tried again, where it has cost machines."""
        error = future.exception() if future.status == "error" else None
        if future.status == "finished":
            yield from zip((key for key, _, _ in batch), future.result(), strict=True)
        elif error is not None and type(error).__name__ != "KilledWorker":
            raise ClusterError(
                f"Cụm máy không đọc được tệp: {error}. Đề nghị xem nhật ký của máy trong cụm,"
                ' hoặc ghi executor = "local" trong mục [run] của kskt.toml rồi chạy lại.'
            ) from error
        elif error is None:
            raise ClusterError(
                "Mất kết nối với máy điều phối của cụm khi đang đọc tệp. Các tệp đã đọc xong vẫn"
                " còn; đề nghị kiểm tra máy điều phối rồi chạy lại lệnh này."
            )
        elif len(batch) == 1:  # each machine that had it was lost: it is the file
            yield batch[0][0], Failure("died", str(error))
        else:
            middle = len(batch) // 2
            yield batch[:middle]
            yield batch[middle:]


def _batches(jobs: Iterator[Job[K]]) -> Iterator[list[Job[K]]]:
    """Jobs in batches: several files a message, never much data at once."""
    batch: list[Job[K]] = []
    size = 0
    for job in jobs:
        if batch and (len(batch) == _BATCH_JOBS or size + len(job[2]) > _BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(job)
        size += len(job[2])
    if batch:
        yield batch


def _connected(address: str) -> Any:
    """A client of the cluster whose machines have the same program."""
    if not address:
        raise ClusterError(
            'Mục [run] của kskt.toml ghi executor = "dask" nhưng chưa ghi scheduler, địa chỉ máy'
            ' điều phối của cụm. Ví dụ: scheduler = "tcp://may-chu:8786".'
        )
    try:
        from distributed import Client
    except ImportError as error:
        raise ClusterError(
            "Cài đặt yêu cầu đọc tệp trên cụm máy nhưng máy này chưa có Dask."
            ' Đề nghị chạy: pip install "kskt-excel[cluster]".'
        ) from error
    try:
        client = Client(address, timeout=_CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ClusterError(
            f"Không kết nối được máy điều phối của cụm tại “{address}”. Đề nghị kiểm tra mục"
            ' [run] scheduler của kskt.toml, ví dụ scheduler = "tcp://may-chu:8786", và lệnh'
            " dask scheduler trên máy đó."
        ) from error
    try:
        _require_same_program(client, address)
    except BaseException:
        client.close()
        raise
    return client


def _require_same_program(client: Any, address: str) -> None:
    """Raises ClusterError where a machine would not give the same bytes, or none is there."""
    try:
        found = client.run(program_anywhere)
    except Exception as error:  # whatever a far machine raises: it has no such module
        raise ClusterError(
            f"Có máy trong cụm tại “{address}” chưa cài chương trình này ({error})."
            " Đề nghị cài cùng một phiên bản kskt-excel trên mọi máy của cụm."
        ) from error
    if not found:
        raise ClusterError(
            f"Cụm máy tại “{address}” chưa có máy nào làm việc."
            " Đề nghị chạy dask worker trên các máy của cụm."
        )
    others = {machine: one for machine, one in found.items() if one != program_anywhere()}
    if others:
        named = ", ".join(f"{machine} ({one})" for machine, one in sorted(others.items()))
        raise ClusterError(
            f"Các máy trong cụm có phiên bản khác với máy này ({program_anywhere()}): {named}."
            " Đề nghị cài cùng một phiên bản kskt-excel trên mọi máy của cụm."
        )


# ---- what runs on a far machine


_here = threading.local()  # each thread of a Dask worker has a process of its own for our files


def answer_batch(
    task: str, context: bytes, seconds: float, memory_bytes: int, files: list[tuple[str, bytes]]
) -> list[FarAnswer]:
    """One answer for each ``(name, data)``, in their order. Runs on a machine of the cluster."""
    workers = _pool(task, context, seconds, memory_bytes)
    answers = dict(workers.run((place, *file) for place, file in enumerate(files)))
    return [answers[place] for place in range(len(files))]


def _pool(task: str, context: bytes, seconds: float, memory_bytes: int) -> Workers:
    """The thread's pool, kept from batch to batch of the same plan and forms."""
    wanted = (task, hashlib.sha256(context).hexdigest(), seconds, memory_bytes)
    if getattr(_here, "wanted", None) != wanted:
        if old := getattr(_here, "pool", None):
            old.close()
        # a worker under Dask's nanny is a daemon, which multiprocessing forbids to have children;
        # ours end with it by themselves (``serve`` waits for its parent's end)
        multiprocessing.process.current_process()._config["daemon"] = False  # type: ignore[attr-defined]  # noqa: SLF001
        _here.pool = Workers(task, context, processes=1, seconds=seconds, memory_bytes=memory_bytes)
        _here.wanted = wanted
    pool: Workers = _here.pool
    return pool
